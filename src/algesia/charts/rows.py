"""The rows under the time axis: signs, treatments, and what is not in the sum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from algesia.assessment.model import SignState
from algesia.charts.pain import moment
from algesia.exposure.model import Exposure
from algesia.record.model import Record

MOST_SIGNS: Final = 8
FRESH_DAYS: Final = 7
"""A state last asked longer ago than this is written with its date."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a sign's row: not asked, asked and absent, or present, over ``[start, end)``."""

    start: int
    end: int
    kind: Literal["unasked", "absent", "present"]


@dataclass(frozen=True, slots=True)
class SignRow:
    """One sign over time: its short `name`, and `plain`, the sentence asked. `absent_on` are the days it was asked and absent."""

    name: str
    plain: str
    stretches: tuple[Stretch, ...]
    absent_on: tuple[int, ...]
    state: Literal["present", "absent", "gone", "not asked"]
    last_asked: int | None
    since: int | None
    stale: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that ran over ``[start, end)``, or happened at one time (`end` is ``None``)."""

    start: float
    end: float | None
    text: str


def sign_rows(
    signs: Iterable[SignState], first: int, as_of: int
) -> tuple[tuple[SignRow, ...], tuple[SignRow, ...]]:
    """The signs that get a row of their own, and those that are only named: present first, then gone, then absent.

    A sign that was never asked has no row; the review lists it as unknown.
    """
    rows = [_sign_row(sign, first, as_of) for sign in signs if any(day <= as_of for day, _ in sign.history)]
    order = {"present": 0, "gone": 1, "absent": 2, "not asked": 3}
    rows.sort(key=lambda row: (order[row.state], row.since or 0, row.name))
    return tuple(rows[:MOST_SIGNS]), tuple(rows[MOST_SIGNS:])


def _sign_row(sign: SignState, first: int, as_of: int) -> SignRow:
    end = as_of + 1
    # Stable: two answers on one day keep the order of their hours, so the later one holds.
    answers = sorted(
        ((day, present) for day, present in sign.history if present is not None and day <= as_of),
        key=lambda answer: answer[0],
    )
    asked = [day for day, _ in sign.history if day <= as_of]
    stretches: list[Stretch] = []
    held: Literal["unasked", "absent", "present"] = "unasked"
    since = first
    for day, present in answers:
        kind: Literal["absent", "present"] = "present" if present else "absent"
        if kind == held:
            continue
        if day > since:
            stretches.append(Stretch(since, day, held))
        held, since = kind, max(day, first)
    stretches.append(Stretch(since, end, held))
    ever = any(present for _, present in answers)
    state: Literal["present", "absent", "gone", "not asked"] = "not asked"
    if held == "present":
        state = "present"
    elif held == "absent":
        state = "gone" if ever else "absent"
    last = answers[-1][0] if answers else (max(asked) if asked else None)
    return SignRow(
        name=sign.short or sign.plain,
        plain=sign.plain,
        stretches=tuple(stretches),
        absent_on=tuple(sorted({day for day, present in answers if not present and day >= first})),
        state=state,
        last_asked=last,
        since=stretches[-1].start if held == "present" else None,
        stale=last is not None and as_of - last > FRESH_DAYS,
    )


def treatment_bars(record: Record, exposure: Exposure, first: int, as_of: int) -> tuple[Bar, ...]:
    """What else was done: interventions, and medicines that are no opioids, joined over refills."""
    bars: list[Bar] = []
    for done in record.interventions:
        text = done.text if done.text and len(done.text) <= 40 else done.kind.replace("-", " ")
        if done.end is None:
            if first <= done.at.day <= as_of:
                bars.append(Bar(moment(done.at), None, text))
        elif done.at.day <= as_of and done.end.day >= first:
            stop = max(min(done.end.day, as_of + 1), max(done.at.day, first) + 1)
            bars.append(Bar(max(done.at.day, first), stop, text))
    others = [item for item in exposure.items if item.status == "not-opioid"]
    spans: dict[str, list[tuple[int, int]]] = {}
    for item in sorted(others, key=lambda i: (i.drug, i.start, i.end or as_of + 1)):
        start, end = max(item.start, first), min(item.end or as_of + 1, as_of + 1)
        if start >= end:
            continue
        known = spans.setdefault(item.drug, [])
        if known and start <= known[-1][1] + 7:
            known[-1] = (known[-1][0], max(end, known[-1][1]))
        else:
            known.append((start, end))
    bars.extend(Bar(start, end, drug) for drug, parts in spans.items() for start, end in parts)
    return in_order(bars)


def in_order(bars: Sequence[Bar]) -> tuple[Bar, ...]:
    """Bars in order of time."""
    return tuple(sorted(bars, key=lambda bar: (bar.start, bar.end or bar.start, bar.text)))
