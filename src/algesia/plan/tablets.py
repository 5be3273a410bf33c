"""Which products make a dose: an integer program over marketed strengths and times of day.

For one product line and so many doses a day, find whole pieces for each time of day whose daily total lies in a band
and comes nearest to a target. Among equal totals: few pieces, few strengths, times of day alike. The
program itself is `algesia.plan.program`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from algesia.knowledge.plan_products import LineStrength, ProductLine
from algesia.plan.model import DoseTime, Piece
from algesia.plan.program import counts_of

LIQUID_STEP_ML: Final = 0.5
"""The smallest change of volume that is planned with a liquid (our own choice: whole marks of an oral syringe)."""
MOST_ML: Final = 15.0
"""The largest volume of one dose (our own choice); above it a stronger liquid is taken where one is marketed."""
TWELVE: Final = ("fentanyl-patch", 12.0)
"""The patch labelled 12 is the one also called 12.5: beside or in place of others it would make a step that is none."""
SCALE: Final = 1000
"""Amounts are counted in thousandths of the unit of strength, so that sums are exact."""
HOURS: Final[dict[int, tuple[tuple[str, str], ...]]] = {
    1: (("08:00", "morning"),),
    2: (("08:00", "morning"), ("20:00", "night")),
    3: (("08:00", "morning"), ("14:00", "afternoon"), ("22:00", "night")),
    4: (("07:00", "morning"), ("12:00", "noon"), ("17:00", "evening"), ("22:00", "night")),
    5: (("06:00", "early"), ("10:00", "morning"), ("14:00", "afternoon"), ("18:00", "evening"), ("22:00", "night")),
    6: (("06:00", "early"), ("10:00", "morning"), ("14:00", "afternoon"), ("18:00", "evening"), ("22:00", "night"), ("02:00", "in the night")),
}  # fmt: skip
"""Clock times by doses a day (our own choice; the prescriber may move them)."""
MOST_TIMES: Final = max(HOURS)


@dataclass(frozen=True, slots=True)
class Unit:
    """The least that can be taken of one strength: a whole piece, a half where the label allows it, or a step of mL."""

    strength: LineStrength
    count: float

    @property
    def grains(self) -> int:
        """The amount in thousandths of the unit of strength."""
        return round(self.strength.value * self.count * SCALE)


@dataclass(frozen=True, slots=True)
class Stock:
    """What of a line may be used for one drug's plan, smallest first."""

    line: ProductLine
    units: tuple[Unit, ...]

    @property
    def liquid(self) -> bool:
        """Whether it is measured in mL."""
        return self.line.unit == "mg/mL"

    @property
    def smallest(self) -> float:
        """The least amount that one dose can hold."""
        return min(unit.grains for unit in self.units) / SCALE


def stock(
    line: ProductLine, at_hand: tuple[float, ...] = (), largest_dose: float | None = None
) -> Stock | None:
    """The plannable strengths of a line; ``None`` when there is none.

    Parameters
    ----------
    at_hand
        Strengths to restrict to; all marketed ones when empty.
    largest_dose
        The largest single dose in mg: of a liquid the weakest is used that keeps it within `MOST_ML`.

    >>> from algesia.knowledge.loader import load
    >>> found = stock(load().product_lines["oxycodone-er-tablet"])
    >>> [unit.strength.value for unit in found.units], found.smallest
    ([10.0, 15.0, 20.0, 30.0, 40.0, 60.0, 80.0], 10.0)
    """
    strengths = tuple(s for s in line.plannable if not at_hand or s.value in at_hand)
    if line.id == TWELVE[0] and largest_dose is not None and largest_dose > TWELVE[1]:
        strengths = tuple(s for s in strengths if s.value != TWELVE[1])
    if not strengths:
        return None
    if line.unit == "mg/mL":
        fits = [s for s in strengths if largest_dose is None or largest_dose <= s.value * MOST_ML]
        chosen = fits[0] if fits else strengths[-1]
        return Stock(line, (Unit(chosen, LIQUID_STEP_ML),))
    least = 0.5 if line.may_be_halved else 1.0
    return Stock(line, tuple(Unit(s, least) for s in strengths))


def nearest(
    have: Stock, times: int, low: float, high: float, target: float, most: tuple[float, ...] = ()
) -> tuple[DoseTime, ...] | None:
    """The doses of a day whose total lies in ``[low, high]`` and is nearest to `target`; ``None`` when there are none.

    Parameters
    ----------
    low, high, target
        Daily totals in the unit of strength (mg, ug, ug/h).
    most
        The amount at each time of day that must not be exceeded, in order; empty for no bound.

    >>> from algesia.knowledge.loader import load
    >>> er = stock(load().product_lines["oxycodone-er-tablet"])
    >>> [[p.strength for p in dose.pieces] for dose in nearest(er, 2, 81, 89, 81)]
    [[30.0, 15.0], [40.0]]
    """
    if not 1 <= times <= MOST_TIMES or high < low:
        return None
    grains = tuple(unit.grains for unit in have.units)
    bounds = tuple(floor(amount * SCALE + 1e-6) for amount in most)
    counts = counts_of(
        grains,
        times,
        ceil(low * SCALE - 1e-6),
        floor(high * SCALE + 1e-6),
        round(target * SCALE),
        bounds,
        have.liquid,
        have.line.unit == "ug/h",
    )
    return None if counts is None else _doses(have, times, counts)


def largest(line: ProductLine, times: int, at_most: float) -> tuple[DoseTime, ...] | None:
    """The doses of a day with the largest total not above `at_most`; ``None`` when the line makes none.

    >>> from algesia.knowledge.loader import load
    >>> [dose.amount for dose in largest(load().product_lines["hydromorphone-ir-tablet"], 4, 9.5)]
    [2.0, 2.0, 2.0, 2.0]
    """
    have = stock(line, largest_dose=at_most / max(times, 1))
    return None if have is None else nearest(have, times, have.smallest * times, at_most, at_most)


def total(doses: tuple[DoseTime, ...]) -> float:
    """The sum of a day, exact to a thousandth of the unit of strength."""
    return round(sum(dose.amount for dose in doses) * SCALE) / SCALE


def _doses(have: Stock, times: int, counts: tuple[tuple[int, ...], ...]) -> tuple[DoseTime, ...]:
    found = []
    for (time, name), chosen in zip(HOURS[times], counts, strict=True):
        pieces = [
            piece_of(have.line, unit.strength, n * unit.count)
            for unit, n in zip(have.units, chosen, strict=True)
            if n
        ]
        found.append(DoseTime(time, name, tuple(reversed(pieces))))
    return tuple(found)


def piece_of(line: ProductLine, strength: LineStrength, count: float) -> Piece:
    """So many pieces (or mL) of one strength of a line."""
    return Piece(
        line.id,
        line.product,
        strength.rxcuis[0] if strength.rxcuis else "",
        strength.value,
        line.unit,
        line.release,
        count,
    )
