"""Changing one entry: which questions its page asks, and the fact that the answers make."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal, TypeAlias

from algesia.adapters.store.model import Kept
from algesia.web.person.checkup_words import URGENT
from algesia.web.person.entry_words import DONE, TAKEN
from algesia.web.person.fields import minute, number, past_day, refuse, whole, words
from algesia.web.visit import Visit

How: TypeAlias = Literal[
    "pad", "goal", "doses", "sign", "sleep", "line", "text", "dose", "medicine", "again", "none"
]
ANSWERS: Final = {"yes": True, "no": False}
LONGEST: Final = {"goals": 200, "notes": 4000, "taken": 1000}


def how(fact: Kept, today: str) -> How:
    """The way an entry is changed; "none" where it can be removed only."""
    body = fact.body or {}
    if fact.list == "pain":
        whole_score = float(body.get("score", -1)) in range(11) and "score_high" not in body
        return "pad" if body.get("scale", "nrs-0-10") == "nrs-0-10" and whole_score else "none"
    if fact.list in ("function", "scales"):
        own = body.get("instrument") in ("peg", "phq-2", "phq-9")
        return "again" if own and str(body.get("at", ""))[:10] == today else "none"
    if fact.list == "doses":
        return "dose" if body.get("dose", {}).get("value") is not None else "none"
    ways: dict[str, How] = {
        "goal_days": "goal", "taken": "doses", "signs": "sign", "sleep": "sleep", "goals": "line", "notes": "text",
        "medications": "medicine",
    }  # fmt: skip
    return ways.get(fact.list, "none")


def changed(visit: Visit, fact: Kept, sent: Mapping[str, Any]) -> dict[str, Any]:
    """The body after the change.

    Raises
    ------
    Refusal
        For an answer that cannot be read, or an entry that cannot be changed in this way.
    """
    body = dict(fact.body or {})
    way = how(fact, visit.now.date().isoformat())
    given = {key: str(value) for key, value in sent.items()}
    if way == "pad":
        return body | {"score": whole(given.get("score", ""), 0, 10, "Pain")}
    if way == "goal":
        return body | {"done": _one(given.get("answer", ""), tuple(DONE))}
    if way == "doses":
        note = words(given.get("text", ""), LONGEST["taken"], lines=True)
        plain = {key: value for key, value in body.items() if key != "note"}
        return (
            plain | {"answer": _one(given.get("answer", ""), tuple(TAKEN))} | ({"note": note} if note else {})
        )
    if way == "sign":
        return body | {"present": ANSWERS[_one(given.get("answer", ""), tuple(ANSWERS))]}
    if way in ("line", "text"):
        said = words(given.get("text", ""), LONGEST[fact.list], lines=way == "text")
        if not said:
            raise refuse("There are no words left", "Go back and write some, or choose Remove.")
        return body | {"text": said}
    if way == "sleep":
        return _sleep(body, given)
    if way == "dose":
        return _dose(visit, body, given)
    raise refuse("This entry cannot be changed here", "It can be removed and entered again.")


def leads_to(fact: Kept, body: Mapping[str, Any]) -> str | None:
    """Where a change leads that says something which needs help now."""
    if fact.list == "signs" and body.get("present") is True and str(body.get("sign")) in URGENT:
        return f"/help/urgent?sign={body['sign']}"
    return None


def _sleep(body: dict[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    plain = {key: value for key, value in body.items() if key not in ("hours", "rest")}
    if given.get("hours", "").strip():
        plain["hours"] = number(given["hours"], 0, 24, "Hours")
    if given.get("rest", "").strip():
        plain["rest"] = number(given["rest"], 0, 10, "How restful")
    if "hours" not in plain and "rest" not in plain:
        raise refuse(
            "There is no answer left", "Go back and write the hours or how restful it was, or choose Remove."
        )
    return plain


def _dose(visit: Visit, body: dict[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    day: date = past_day(visit, given.get("day", ""))
    at = minute(visit, day, given["clock"]) if given.get("clock", "").strip() else day.isoformat()
    value = number(given.get("amount", ""), 0.001, 100_000, "How much")
    return body | {"at": at, "dose": {"value": value, "unit": body["dose"]["unit"]}}


def _one(answer: str, known: tuple[str, ...]) -> str:
    if answer not in known:
        raise refuse("Tap one of the answers", "Go back and tap one of them.")
    return answer
