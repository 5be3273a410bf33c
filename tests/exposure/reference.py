"""Exposure computed the slow, obvious way: one day after the other, nothing clever.

It reads its own small orders, so that it shares no line with the code it proves. Amounts are fractions: exact.
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


def by_day(plans: list[Plan], last: int) -> dict[int, tuple[Bounds, Bounds]]:
    """MME a day (CDC 2016) from the first day to `last`: all of it, and the part that is not as needed."""
    runs = days_run(plans, last)
    result: dict[int, tuple[Bounds, Bounds]] = {}
    for day in range(min((plan.start for plan in plans), default=last), last + 1):
        today = [plan for plan, days in zip(plans, runs, strict=True) if day in days]
        every, fixed = NOTHING, NOTHING
        for drug in FACTORS:
            mine = [plan for plan in today if plan.drug == drug]
            best = max((RANK[plan.basis] for plan in mine), default=0)
            mine = [plan for plan in mine if RANK[plan.basis] == best]
            total = _sum([plan.amount for plan in mine])
            rates = _rates(drug, total)
            every = _sum([every, _times(total, rates)])
            steady = _sum([plan.amount for plan in mine if not plan.as_needed])
            fixed = _sum([fixed, _times(steady, rates)])
        result[day] = (every, fixed)
    return result


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
