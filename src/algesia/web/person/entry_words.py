"""One entry in a person's words: what it is and what was said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from algesia.knowledge.loader import Knowledge
from algesia.web.person.checkup_words import TITLES
from algesia.web.person.medicine_words import amount_words, name_words, taken_words

DONE: Final = {"did": "Did it", "part": "Part of it", "not": "Not that day"}
TAKEN: Final = {"as-planned": "As planned", "different": "Something was different"}
ANSWERS: Final = {True: "Yes", False: "No", None: "Not sure"}
_PAIN: Final = {"average-24h": "Pain, average", "worst-24h": "Worst pain"}
_INSTRUMENTS: Final = {"peg": "PEG", "phq-2": "PHQ-2", "phq-9": "PHQ-9", "cows": "COWS"}
_FULL: Final = {"peg": 3, "phq-2": 2, "phq-9": 9}
_LONGEST: Final = 120
_KINDS: Final = {
    "conditions": "Condition",
    "interventions": "Treatment",
    "tests": "Test",
    "labs": "Lab value",
}


def clock(body: Mapping[str, Any]) -> str:
    """The clock time of an entry, empty where only its day is known."""
    at = str(body.get("at", ""))
    return at[11:16] if len(at) >= 16 else ""


def said(list: str, body: Mapping[str, Any], knowledge: Knowledge) -> tuple[str, str]:
    """The name of an entry and its answer.

    >>> from algesia.knowledge.loader import load
    >>> said("pain", {"at": "2026-11-12T20:14", "score": 7, "question": "average-24h"}, load())
    ('Pain, average', '7')
    >>> said("sleep", {"at": "2026-11-12", "hours": 6.5, "rest": 4}, load())
    ('Sleep', '6.5 hours, rest 4 of 10')
    """
    if list == "pain":
        return _PAIN.get(str(body.get("question", "")), "Pain"), _score(body)
    if list == "function":
        name = _INSTRUMENTS.get(str(body["instrument"]), str(body["instrument"]))
        return f"{TITLES['peg']} ({name})" if name == "PEG" else name, f"{body['score']:g}"
    if list == "scales":
        return _scale(body)
    if list == "signs":
        text = knowledge.signs.get(str(body["sign"]))
        return (text.short or text.plain) if text is not None else str(body["sign"]), ANSWERS[
            body.get("present")
        ]
    if list == "medications":
        return name_words(body), taken_words(body)
    if list == "doses":
        return f"Dose: {name_words(body)}", amount_words(body["dose"])
    if list == "body_maps":
        count = len(body.get("areas", ()))
        return "Body map", "no area" if not count else f"{count} {'area' if count == 1 else 'areas'}"
    return _diary(list, body)


def _diary(list: str, body: Mapping[str, Any]) -> tuple[str, str]:
    if list == "goal_days":
        return "Your goal", DONE[body["done"]]
    if list == "taken":
        return "Doses", TAKEN[body["answer"]]
    if list == "bad_days":
        return "Bad day", "saved with one tap"
    if list == "sleep":
        return "Sleep", _sleep(body)
    if list == "goals":
        return "A new goal", _cut(str(body["text"]))
    if list == "notes":
        return "Note", _cut(str(body["text"]))
    if list in ("tests", "labs"):
        name = str(body.get("test", body.get("lab", "")))
        return f"{_KINDS[list]}: {name}", f"{body['value']:g} {body['unit']}"
    text = str(body.get("text") or body.get("kind") or (body.get("code") or {}).get("display") or "")
    return _KINDS.get(list, list), _cut(text)


def _score(body: Mapping[str, Any]) -> str:
    value, high = body.get("score"), body.get("score_high")
    if value is None:
        return str(body.get("words") or "no number")
    top = " of 100" if body.get("scale") == "vas-0-100" else ""
    return f"{value:g}{f' to {high:g}' if high is not None else ''}{top}"


def _scale(body: Mapping[str, Any]) -> tuple[str, str]:
    instrument = str(body["instrument"])
    code = _INSTRUMENTS.get(instrument, instrument)
    given, full = len(body.get("items") or {}), _FULL.get(instrument)
    title = (
        f"Mood ({code})"
        if instrument.startswith("phq")
        else f"{TITLES['peg']} ({code})"
        if code == "PEG"
        else code
    )
    if body.get("score") is not None:
        return title, f"{body['score']:g}"
    return title, f"{given} of {full} answered" if full else f"{given} answered"


def _sleep(body: Mapping[str, Any]) -> str:
    parts = []
    if body.get("hours") is not None:
        parts.append(f"{body['hours']:g} {'hour' if body['hours'] == 1 else 'hours'}")
    if body.get("rest") is not None:
        parts.append(f"rest {body['rest']:g} of 10")
    return ", ".join(parts) or "not said"


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else f"{flat[:_LONGEST].rstrip()}..."
