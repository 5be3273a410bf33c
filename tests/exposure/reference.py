"""Exposure computed the slow, obvious way: one day after the other, nothing clever.

It reads its own small orders and logs, so that it shares no line with the code it proves. Amounts are fractions:
exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

FACTORS = {"oxycodone": Fraction(3, 2), "morphine": Fraction(1), "methadone": None}
TIERS = ((Fraction(20), 4), (Fraction(40), 8), (Fraction(60), 10), (None, 12))
RANK = {"prescribed": 0, "dispensed": 1, "taken": 2}
Bounds = tuple[Fraction, Fraction, Fraction]
NOTHING: Bounds = (Fraction(0), Fraction(0), Fraction(0))


@dataclass(frozen=True)
class Plan:
    """An order as the reference knows it: a dose so many times a day; `days` makes it a supply."""

    drug: str
    start: int
    end: int | None
    dose: int
    times: int
    as_needed: bool
    basis: str
    days: int | None

    @property
    def amount(self) -> Bounds:
        high = Fraction(self.dose * self.times)
        return (Fraction(0) if self.as_needed else high, high, high)

    @property
    def refill_of(self) -> tuple[object, ...]:
        return (self.drug, self.dose, self.times, self.as_needed, self.basis)


@dataclass(frozen=True)
class Entry:
    """A logged dose of so many mg."""

    drug: str
    day: int
    mg: int


@dataclass(frozen=True)
class Day:
    """One day: MME a day in all, the part that is not as needed, and the drugs about which nobody knows."""

    every: Bounds
    fixed: Bounds
    unknown: frozenset[str]


def days_run(plans: list[Plan], last: int) -> list[set[int]]:
    """The days on which each plan runs. Supplies of one product stand in a queue."""
    found: list[set[int]] = [set() for _ in plans]
    for number, plan in enumerate(plans):
        if plan.days is None:
            until = last + 1 if plan.end is None else max(plan.end, plan.start + 1)
            found[number] = {day for day in range(plan.start, last + 1) if day < until}
    for product in {plan.refill_of for plan in plans if plan.days is not None}:
        waiting = [n for n, plan in enumerate(plans) if plan.days is not None and plan.refill_of == product]
        left: dict[int, int] = {}
        for day in range(min(plans[n].start for n in waiting), last + 1):
            if not left and waiting:
                next_start = min(plans[n].start for n in waiting)
                if next_start <= day:
                    opened = [n for n in waiting if plans[n].start == next_start]
                    waiting = [n for n in waiting if n not in opened]
                    left = {n: plans[n].days or 0 for n in opened}
            for n in list(left):
                found[n].add(day)
                left[n] -= 1
                if left[n] == 0:
                    del left[n]
    return found


def by_day(plans: list[Plan], last: int, log: list[Entry] | None = None) -> dict[int, Day]:
    """Every day (CDC 2016) from the first fact to `last`.

    A day's log counts before all else when the day before or after has one too, or when it holds as much as is
    ordered that day, in mg or in doses; else it counts only where nothing else is known. Between the first and the
    last entry of a drug, also those after `last`, a day without an entry or an order is unknown.
    """
    runs = days_run(plans, last)
    log = log or []
    seen = [entry for entry in log if entry.day <= last]
    begins = [plan.start for plan in plans] + [entry.day for entry in seen]
    result: dict[int, Day] = {}
    for day in range(min(begins, default=last), last + 1):
        today = [plan for plan, days in zip(plans, runs, strict=True) if day in days]
        every, fixed = NOTHING, NOTHING
        unknown = set()
        for drug in FACTORS:
            ordered = [plan for plan in today if plan.drug == drug]
            entries = [entry for entry in seen if (entry.drug, entry.day) == (drug, day)]
            if not ordered and not entries and _inside(drug, day, last, log):
                unknown.add(drug)
            if entries and (_in_a_row(drug, day, seen) or _whole(entries, ordered)):
                amounts = [_logged(entries)]
                steady = [] if ordered and all(plan.as_needed for plan in ordered) else amounts
            elif entries and not ordered:
                amounts = steady = [_logged(entries)]
            else:
                best = max((RANK[plan.basis] for plan in ordered), default=0)
                best_plans = [plan for plan in ordered if RANK[plan.basis] == best]
                amounts = [plan.amount for plan in best_plans]
                steady = [plan.amount for plan in best_plans if not plan.as_needed]
            total = _sum(amounts)
            rates = _rates(drug, total)
            every = _sum([every, _times(total, rates)])
            fixed = _sum([fixed, _times(_sum(steady), rates)])
        result[day] = Day(every, fixed, frozenset(unknown))
    return result


def _inside(drug: str, day: int, last: int, log: list[Entry]) -> bool:
    """Whether a day lies between two entries of a drug, the first of them not after `last`."""
    days = [entry.day for entry in log if entry.drug == drug]
    return any(other < day for other in days if other <= last) and any(other > day for other in days)


def _in_a_row(drug: str, day: int, log: list[Entry]) -> bool:
    days = {entry.day for entry in log if entry.drug == drug}
    return day - 1 in days or day + 1 in days


def _whole(entries: list[Entry], ordered: list[Plan]) -> bool:
    """Whether a day's log holds at least what is ordered: as-needed orders ask for no mg, but their doses count."""
    least = sum((plan.amount[0] for plan in ordered), Fraction(0))
    doses = sum(0 if plan.as_needed else plan.times for plan in ordered)
    return sum(entry.mg for entry in entries) >= least or len(entries) >= doses


def _logged(entries: list[Entry]) -> Bounds:
    total = Fraction(sum(entry.mg for entry in entries))
    return (total, total, total)


def _rates(drug: str, total: Bounds) -> Bounds:
    rate = FACTORS[drug]
    if rate is not None:
        return (rate, rate, rate)
    low, likely, high = (_tier(bound) for bound in total)
    return (low, likely, high)


def _tier(total: Fraction) -> Fraction:
    for top, rate in TIERS:
        if top is None or total <= top:
            return Fraction(rate)
    raise AssertionError("the last tier has no top")


def _sum(amounts: list[Bounds]) -> Bounds:
    low = sum((amount[0] for amount in amounts), Fraction(0))
    likely = sum((amount[1] for amount in amounts), Fraction(0))
    return (low, likely, sum((amount[2] for amount in amounts), Fraction(0)))


def _times(amount: Bounds, rates: Bounds) -> Bounds:
    return (amount[0] * rates[0], amount[1] * rates[1], amount[2] * rates[2])
