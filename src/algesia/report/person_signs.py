"""The seven warning signs as a list to go through with a clinician: on record, asked and absent, or not asked yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

from algesia.assessment.model import Assessment, SignState
from algesia.report.days import Calendar, count

State: TypeAlias = Literal["present", "gone", "absent", "partly", "open"]


class WarningSign(NamedTuple):
    """One of the seven: its name, what it means in a sentence, and the signs of the record that must be answered."""

    name: str
    explains: str
    asked: tuple[str, ...]


WARNINGS: Final[dict[int, WarningSign]] = {
    1: WarningSign(
        "Pain has spread", "The pain has spread to places that did not hurt before.", ("spreading-pain",)
    ),
    2: WarningSign(
        "A higher dose did not help",
        "A higher dose helped for a short time or not at all.",
        ("dose-increase-not-working",),
    ),
    3: WarningSign(
        "Light touch hurts", "Light touch, clothes or mild cold hurt on healthy skin.", ("allodynia",)
    ),
    4: WarningSign(
        "Pain feels different",
        "The pain feels different now, such as burning, aching or hard to place.",
        ("changed-character",),
    ),
    5: WarningSign(
        "Small things hurt",
        "Small things that never hurt now bring on pain.",
        ("pain-from-nonpainful-activity",),
    ),
    6: WarningSign(
        "Worse after a dose",
        "The pain is worse one or two hours after a dose than just before it.",
        ("worse-after-dose",),
    ),
    7: WarningSign(
        "Jerking, confusion, very restless",
        "Muscles jerk, thinking is muddled, or you are very restless in a new way. Get help at once.",
        ("myoclonus", "confusion", "agitation"),
    ),
}
"""By the number that the knowledge gives a sign (`warning_sign`). The sentences of single signs are the knowledge's own."""

URGENT: Final = 7
SHORT_NAMES: Final = {"myoclonus": "jerking", "confusion": "confusion", "agitation": "restlessness"}


@dataclass(frozen=True, slots=True)
class PersonSign:
    """A warning sign: `words` say its state ("yes, since 28 Apr"), `detail` adds what is known, `urgent` needs help at once."""

    number: int
    name: str
    state: State
    words: str
    explains: str
    detail: str
    urgent: bool


def person_signs(a: Assessment, cal: Calendar) -> tuple[PersonSign, ...]:
    """All seven, in their order. What was never asked says so; it is never a no."""
    by_number: dict[int, list[SignState]] = {n: [] for n in WARNINGS}
    for sign in a.signs:
        if sign.warning_sign in by_number:
            by_number[sign.warning_sign].append(sign)
    return tuple(_one(n, by_number[n], a, cal) for n in WARNINGS)


def _one(n: int, found: list[SignState], a: Assessment, cal: Calendar) -> PersonSign:
    warning = WARNINGS[n]
    state, words = _state(found, warning.asked, cal)
    if n == 2 and state != "present" and _in_the_numbers(a):
        state, words = "present", "yes, in your numbers"
    return PersonSign(n, warning.name, state, words, warning.explains, _detail(n, found, a, cal), n == URGENT)


def _state(found: list[SignState], needed: tuple[str, ...], cal: Calendar) -> tuple[State, str]:
    present = [s for s in found if s.status == "present"]
    if present:
        since = [s.since for s in present if s.since is not None]
        return "present", f"yes, since {cal.short(min(since))}" if since else "yes"
    absent = [s for s in found if s.status == "absent" and s.last_asked is not None]
    if {s.sign for s in absent} >= set(needed):
        asked = min(s.last_asked for s in absent if s.last_asked is not None)
        gone = any(answer for s in absent for _, answer in s.history)
        return ("gone", f"not now ({cal.short(asked)})") if gone else ("absent", f"no ({cal.short(asked)})")
    if absent:
        return "partly", "not all asked yet"
    tried = [s.last_asked for s in found if s.last_asked is not None]
    return "open", f"no answer yet ({cal.short(max(tried))})" if tried else "not asked yet"


def _in_the_numbers(a: Assessment) -> bool:
    """Whether an increase on record was followed by brief relief or none."""
    return any(
        e.change.direction == "increase"
        and not e.change.allowed
        and e.verdict in ("brief-relief", "no-relief", "worse")
        for e in a.episodes
    )


def _detail(n: int, found: list[SignState], a: Assessment, cal: Calendar) -> str:
    if n == 1 and a.spread is not None and a.spread.last_day > a.spread.first_day:
        areas = f"from {count(a.spread.areas_first, 'area')} to {a.spread.areas_last}"
        return f"{areas} since {cal.short(a.spread.first_day)}"
    if n == 3 and a.spread is not None and a.spread.touch_pain:
        return f"in {count(len(a.spread.touch_pain), 'area')} on your body map"
    if n == URGENT:
        absent = {s.sign: s.last_asked for s in found if s.status == "absent" and s.last_asked is not None}
        present = [SHORT_NAMES.get(s.sign, s.short.lower()) for s in found if s.status == "present"]
        if present:
            return f"on record: {', '.join(present)}"
        open_ = [SHORT_NAMES[sign] for sign in WARNINGS[n].asked if sign not in absent]
        if absent and open_:
            no = [f"{SHORT_NAMES[s]} ({cal.short(d)})" for s, d in absent.items() if s in SHORT_NAMES]
            return f"no {', no '.join(no)}; not asked: {', '.join(open_)}" if no else ""
    return ""
