"""Signs over time: present, absent, or not examined. What was never asked is never an absence."""

from __future__ import annotations

from typing import Final

from algesia.assessment.model import SignState, Spread
from algesia.knowledge.clinical import SignText
from algesia.record.model import Record
from algesia.record.vocabulary import CONTRACT_SIGNS, SIGNS

SHOWN_EVEN_UNASKED: Final = frozenset(CONTRACT_SIGNS)


def sign_states(
    record: Record, texts: dict[str, SignText], as_of: int, spread: Spread | None
) -> tuple[SignState, ...]:
    """The state of every sign of the contract, and of any other that was asked, up to the day of asking.

    On one instant "present" wins over "absent" (the safer reading). Body maps answer two signs that were not
    asked in words: `spreading-pain` and `allodynia` (touch pain away from the first place).
    """
    states = []
    for name in SIGNS:
        history = _history(record, name, as_of)
        note = _note(record, name, as_of)
        if not history and spread is not None:
            history, note = _from_body_map(name, spread)
        if not history and name not in SHOWN_EVEN_UNASKED:
            continue
        states.append(_state(name, texts[name], history, note))
    return tuple(states)


def _history(record: Record, name: str, as_of: int) -> tuple[tuple[int, bool | None], ...]:
    by_instant: dict[tuple[int, int], list[bool | None]] = {}
    for fact in record.signs:
        if fact.sign == name and fact.at.day <= as_of:
            key = (fact.at.day, -1 if fact.at.minute is None else fact.at.minute)
            by_instant.setdefault(key, []).append(fact.present)
    merged = []
    for key in sorted(by_instant):
        answers = by_instant[key]
        merged.append((key[0], True if True in answers else False if False in answers else None))
    return tuple(merged)


def _note(record: Record, name: str, as_of: int) -> str | None:
    notes = [
        (f.at.day, f.note)
        for f in record.signs
        if f.sign == name and f.note is not None and f.at.day <= as_of
    ]
    return max(notes)[1] if notes else None


def _from_body_map(name: str, spread: Spread) -> tuple[tuple[tuple[int, bool | None], ...], str | None]:
    if name == "spreading-pain" and spread.last_day > spread.first_day:
        return ((spread.last_day, spread.beyond_first),), "from the body maps"
    if name == "allodynia" and spread.touch_pain:
        return ((spread.last_day, True),), "touch pain on the body map"
    return (), None


def _state(
    name: str, text: SignText, history: tuple[tuple[int, bool | None], ...], note: str | None
) -> SignState:
    answered = [(day, present) for day, present in history if present is not None]
    if not answered:
        asked = history[-1][0] if history else None
        return SignState(
            name,
            text.plain,
            text.clinical,
            "not-examined",
            None,
            asked,
            history,
            text.warning_sign,
            note,
            text.short,
        )
    present = answered[-1][1] is True
    since = answered[-1][0]
    for day, answer in reversed(answered):
        if (answer is True) != present:
            break
        since = day
    return SignState(
        name,
        text.plain,
        text.clinical,
        "present" if present else "absent",
        since,
        answered[-1][0],
        history,
        text.warning_sign,
        note,
        text.short,
    )
