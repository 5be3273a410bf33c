"""When the steps of one order run: together, or one after the other.

Steps with different sequence numbers follow each other, those with the same number run together (FHIR R4,
Dosage.sequence). A step without an end before one without a start cannot be placed: it then carries a question.
"""

from __future__ import annotations

from math import ceil
from typing import Final, TypeAlias

from algesia.adapters.fhir.dosage import Step
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant

Placed: TypeAlias = tuple[Step, Instant, Instant | None, str | None]
"""A step, its start, its end (exclusive), and why it could not be placed."""
UNPLACED: Final = "the steps of this order follow each other, and how long each lasts is not on record"


def run_out(start: Instant, days: float | None) -> Instant | None:
    """The first day without a supply of so many days."""
    return None if days is None else Instant(start.day + max(1, ceil(round(days, 6))))


def _place(step: Step, start: Instant, end: Instant | None) -> tuple[Instant, Instant | None]:
    """When one step runs: its own bounds, else those of the order."""
    begins, ends, days = step.bounds
    begins = begins or start
    if ends is None:
        ends = run_out(begins, days) or end
    if ends is not None and ends.day <= begins.day:
        raise InputRefused(
            "", ends.iso, f"is an end before the start, {begins.iso}", "a dosage that ends after it starts"
        )
    return begins, ends


def follow(steps: list[Step], start: Instant, end: Instant | None) -> list[Placed]:
    """Every step with its start and end, between the start and end of its order."""
    if len(steps) == 1:
        return [(steps[0], *_place(steps[0], start, end), None)]
    numbers = sorted({step.sequence for step in steps if step.sequence is not None})
    if len(numbers) < 2 or any(step.sequence is None for step in steps):
        return [(step, *_place(step, start, end), None) for step in steps]
    placed: list[Placed] = []
    cursor: Instant | None = start
    for at, n in enumerate(numbers):
        last = at + 1 == len(numbers)
        later = [
            s.bounds.start for s in steps if not last and s.sequence == numbers[at + 1] and s.bounds.start
        ]
        until: list[Instant | None] = []
        for step in (s for s in steps if s.sequence == n):
            lost = cursor is None and step.bounds.start is None
            begins, ends = _place(step, cursor or start, None)
            if ends is None and later and min(later).day > begins.day:
                ends = min(later)
            until.append(ends)
            if ends is None and end is not None:
                ends = Instant(max(end.day, begins.day + 1))
            placed.append(
                (step, begins, ends, UNPLACED if lost or (until[-1] is None and not last) else None)
            )
        cursor = None if None in until else max(u for u in until if u is not None)
    return placed
