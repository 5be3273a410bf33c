"""The slow, obvious way to choose tablets: try every count of every strength at every time of day.

It holds the same bounds and weighs the same things as `algesia.plan.tablets`, written from their description: nearest
to the target first; then few pieces, few strengths, times of day alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import gcd

from algesia.plan.program import LEAST_SHARE, PATCHES_BESIDE, PIECE, STRENGTH, UNEVEN
from algesia.plan.tablets import SCALE, Stock

Counts = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What `tablets.nearest` is asked."""

    have: Stock
    times: int
    low: float
    high: float
    target: float
    most: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """How good an answer is: the distance to the target first, then what the rest weighs. Smaller is better."""

    distance: float
    weight: float


def best(question: Question) -> tuple[Value, tuple[Counts, ...]] | None:
    """The best of all answers, ``None`` where there is none."""
    found: tuple[Value, tuple[Counts, ...]] | None = None
    grains = tuple(unit.grains for unit in question.have.units)
    tallest = question.most or (question.high,) * question.times
    for counts in days(question, [list(one_dose(grains, round(top * SCALE))) for top in tallest]):
        if not allowed(question, counts):
            continue
        worth = value(question, counts)
        if found is None or (worth.distance, worth.weight) < (found[0].distance, found[0].weight):
            found = (worth, counts)
    return found


def days(question: Question, doses: Sequence[Sequence[Counts]]) -> Iterator[tuple[Counts, ...]]:
    """One dose for each time of day, left off as soon as the total is above the band or a dose above the one before."""
    grains = [unit.grains for unit in question.have.units]
    high = question.high * SCALE + 1e-6
    sums = [[sum(n * g for n, g in zip(dose, grains, strict=True)) for dose in each] for each in doses]

    most = question.most
    falls = [t > 0 and (not most or most[t] <= most[t - 1]) for t in range(question.times)]

    def further(t: int, so_far: tuple[Counts, ...], taken: int, last: int) -> Iterator[tuple[Counts, ...]]:
        if t == question.times:
            yield so_far
            return
        for dose, amount in zip(doses[t], sums[t], strict=True):
            if taken + amount <= high and not (falls[t] and amount > last):
                yield from further(t + 1, (*so_far, dose), taken + amount, amount)

    return further(0, (), 0, 0)


def one_dose(grains: Sequence[int], top: int) -> Iterator[Counts]:
    """All counts of the strengths that make a dose above 0 and not above `top`, in thousandths.

    >>> list(one_dose((5, 10), 10))
    [(0, 1), (1, 0), (2, 0)]
    """
    for counts in product(*(range(top // grain + 1) for grain in grains)):
        if 0 < sum(n * grain for n, grain in zip(counts, grains, strict=True)) <= top:
            yield counts


def amounts(question: Question, counts: Sequence[Counts]) -> list[int]:
    """The dose at each time of day, in thousandths."""
    grains = [unit.grains for unit in question.have.units]
    return [sum(n * grain for n, grain in zip(dose, grains, strict=True)) for dose in counts]


def allowed(question: Question, counts: Sequence[Counts]) -> bool:
    """Whether an answer keeps within the band and every bound."""
    doses = amounts(question, counts)
    most = question.most
    if not question.low * SCALE - 1e-6 <= sum(doses) <= question.high * SCALE + 1e-6:
        return False
    if any(dose > top * SCALE + 1e-6 for dose, top in zip(doses, most, strict=False)):
        return False
    if question.have.line.unit == "ug/h":
        strongest = max(unit.grains for unit in question.have.units)
        step = gcd(*(unit.grains for unit in question.have.units))
        least = -(-(int(question.high * SCALE + 1e-6) // step) // (strongest // step))
        if sum(map(sum, counts)) > least + PATCHES_BESIDE:
            return False
    for t in range(1, question.times):
        if (not most or most[t] <= most[t - 1]) and doses[t] > doses[t - 1]:
            return False
    share = LEAST_SHARE if not most else min(LEAST_SHARE, min(most) / max(most))
    return min(doses) >= share * max(doses) - 1e-6


def value(question: Question, counts: Sequence[Counts]) -> Value:
    """What an answer is worth."""
    doses = amounts(question, counts)
    kinds = sum(1 for each in zip(*counts, strict=True) if any(each))
    pieces = 0 if question.have.liquid else sum(map(sum, counts))
    high = int(question.high * SCALE + 1e-6)
    step = gcd(*(unit.grains for unit in question.have.units))
    uneven = UNEVEN * (max(doses) - min(doses)) / (high // step * step)
    # the target is no whole number, and what its last digits add is no distance
    return Value(
        round(abs(sum(doses) - question.target * SCALE), 6), PIECE * pieces + STRENGTH * kinds + uneven
    )
