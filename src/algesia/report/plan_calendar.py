"""The calendar pages of a released taper, as typed content: what a person takes on which day, and whom to call.

A page never reaches past a review gate, because nothing is settled beyond it. It therefore has 31 days at most.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

from algesia.plan.model import Step, TaperPlan
from algesia.report.days import MONTHS
from algesia.report.plan_drawn import (
    TimeOfDay,
    headline,
    how_taken,
    is_patch,
    noun_of,
    product_keys,
    product_words,
    time_of_day,
)
from algesia.report.release import Release
from algesia.report.statements import NUMBERS, Place

Pages: TypeAlias = Literal["next", "all"]

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WRITE_IN: Final = "________________"
"""What is filled in by hand."""
DAYS_BEFORE: Final = 3
"""So long before a review gate the clinic is called at the latest, so that new tablets are there in time (our own choice)."""
SATURDAY: Final = 5
LONGEST_PAGE: Final = 31


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the page. `month` is written where it is needed; `gate` says that a review is due on it."""

    day: int
    text: str
    month: str
    taken: bool
    gate: bool


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """One sheet for the wall. `weeks` begin on Monday; ``None`` is a day that is not on this page."""

    step: int
    first: int
    last: int
    name: str
    product: str
    span: str
    only_after: str
    headline: str
    how: tuple[str, ...]
    doses: tuple[TimeOfDay, ...]
    weeks: tuple[tuple[Day | None, ...], ...]
    no_dose: str
    hard_title: str
    hard: str
    review_title: str
    review: str
    emergency: str
    crisis: str
    foot: str


def calendar_pages(
    plan: TaperPlan,
    release: Release,
    place: Place = "us",
    pages: Pages = "next",
    draws: Callable[[str], bool] = lambda _: True,
) -> tuple[CalendarPage, ...]:
    """The pages of a plan with dates.

    Parameters
    ----------
    pages
        ``next``: of the step in force, up to its next review gate. ``all``: of every step; what lies beyond a gate
        says that it holds only after that review.
    draws
        Whether a text can be drawn; a name that cannot be is left to be written by hand.
    """
    out = []
    before = 0
    for step, first, last in page_spans(plan, pages):
        out.append(_page(plan, release, place, draws, step, first, last, before if pages == "all" else 0))
        before = last
    return tuple(out)


def page_spans(plan: TaperPlan, pages: Pages) -> tuple[tuple[Step, int, int], ...]:
    """Step, first and last day of each page; for ``next`` of the one that holds or comes next on the day of asking."""
    spans = [(step, *span) for step in plan.steps for span in _spans(step)]
    if pages == "all":
        return tuple(spans)
    return tuple([span for span in spans if span[2] >= plan.as_of][:1])


def _spans(step: Step) -> list[tuple[int, int]]:
    """First and last day of each page of a step."""
    out = []
    first = step.start
    for gate in sorted({*step.reviews, step.end - 1}):
        while first <= gate:
            last = gate if gate - first < LONGEST_PAGE else first + 27
            out.append((first, last))
            first = last + 1
    return out


def taken_on(step: Step, day: int) -> bool:
    """Whether a dose is taken, or a patch changed, on a day of the step."""
    return step.start <= day < step.end and bool(step.doses) and (day - step.start) % step.every_days == 0


def clinic_day(gate: int, first: int) -> int:
    """The day to talk to the clinic before a review gate: a weekday that leaves time for new tablets, not before `first`.

    >>> date.fromordinal(clinic_day(date(2027, 1, 3).toordinal(), 0)).isoformat()
    '2026-12-31'
    """
    day = gate - DAYS_BEFORE
    while date.fromordinal(day).weekday() >= SATURDAY:
        day -= 1
    return max(day, first)


def day_words(day: int, year: bool = True) -> str:
    """ "30 December 2026"."""
    then = date.fromordinal(day)
    return f"{then.day} {MONTHS[then.month - 1]}" + (f" {then.year}" if year else "")


def _page(
    plan: TaperPlan,
    release: Release,
    place: Place,
    draws: Callable[[str], bool],
    step: Step,
    first: int,
    last: int,
    gate: int,
) -> CalendarPage:
    by, phone, name = (text if text and draws(text) else WRITE_IN for text in (release.by, release.phone, release.name))  # fmt: skip
    keys = product_keys(step)
    numbers = NUMBERS[place]
    call = clinic_day(last, first)
    review = date.fromordinal(call)
    what = noun_of(step)
    return CalendarPage(
        step=step.number,
        first=first,
        last=last,
        name=name,
        product=product_words(step),
        span=f"Step {step.number} · {day_words(first)} to {day_words(last)}" if last > first
        else f"Step {step.number} · {day_words(first)}",
        only_after="" if not gate else f"Only after your review on {day_words(gate)}.",
        headline=headline(step),
        how=how_taken(plan, step, keys, place),
        doses=tuple(time_of_day(dose, step, keys, place) for dose in step.doses),
        weeks=_weeks(step, first, last, call),
        no_dose="same patch" if is_patch(step) else "no dose",
        hard_title="The first week can be hard",
        hard="Aches, sweats, poor sleep, more pain. It mostly eases by week two. "
        f"You may {'pause or ' if step.doses else ''}go one step back: call {by}, {phone}.",
        review_title=f"{WEEKDAYS[review.weekday()]} {day_words(call, year=False)}: talk to the clinic",
        review=_until(step, what),
        emergency=numbers.emergency,
        crisis=numbers.crisis or f"{numbers.emergency} or the local crisis line",
        foot=f"Plan of {day_words(plan.as_of)}, released by {by}. Not valid after {day_words(last)}.",
    )  # fmt: skip


def _until(step: Step, what: str) -> str:
    """What holds until the review."""
    if not step.doses:
        return "Before that call, nothing changes. Bring this page."
    return (
        f"Before that call, nothing changes. New {what} come only after it. Bring this page. "
        "No call by that day? Do not stop: call the clinic."
    )


def _weeks(step: Step, first: int, last: int, call: int) -> tuple[tuple[Day | None, ...], ...]:
    monday = first - date.fromordinal(first).weekday()
    weeks = []
    for start in range(monday, last + 1, 7):
        days = [day if first <= day <= last else None for day in range(start, start + 7)]
        shown = next(day for day in days if day is not None)
        weeks.append(tuple(None if day is None else _day(step, day, call, day == shown) for day in days))
    return tuple(weeks)


def _day(step: Step, day: int, call: int, opens: bool) -> Day:
    then = date.fromordinal(day)
    month = MONTHS[then.month - 1][:3] if opens or then.day == 1 else ""
    return Day(day, str(then.day), month, taken_on(step, day), day == call)
