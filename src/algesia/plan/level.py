"""A dose level on the way down, and the next lower one that products make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from algesia.knowledge.plan_products import ProductLine
from algesia.plan.model import DoseTime, TaperRequest
from algesia.plan.regimen import HOURS_A_DAY, unit_a_day
from algesia.plan.tablets import Stock, nearest, total

LEAST_STEP: Final = 0.25
"""A step smaller than this share of the planned one is no step (our own choice), except the one that reaches the goal."""
TINY: Final = 1e-3
"""Amounts closer than this, in mg or ug/h, are equal."""


@dataclass(frozen=True, slots=True)
class Level:
    """A dose level on the way: the line it is made of and the amount at each time of day."""

    line: ProductLine
    have: Stock
    slots: tuple[float, ...]
    daily: float


def next_level(
    level: Level, planned: float, request: TaperRequest, cap: float, free: bool = False
) -> tuple[Level, tuple[DoseTime, ...]] | None:
    """The next lower level on the same line with its doses; ``None`` when no products make one.

    The largest step up to `planned` comes first, then the smallest above it within the `cap` (a share of the
    dose). `free`: the times of day have no former amounts to stay within, because the product is new.
    """
    now, times = level.daily, len(level.slots)
    most = () if free else level.slots
    aim = max(request.until, now - planned)
    lowest = max(request.until, now * (1 - cap))
    bands = (
        (max(aim, lowest), max(aim, now - LEAST_STEP * planned), aim),
        (lowest, max(aim, lowest), aim),
    )
    for low, high, target in bands:
        doses = nearest(level.have, times, low, min(high, now - TINY), target, most)
        if doses is not None:
            slots = tuple(round(dose.amount, 6) for dose in doses)
            return Level(level.line, level.have, slots, total(doses)), doses
    return None


def stands_in(line: ProductLine, present: ProductLine) -> bool:
    """Whether a line may follow the present one: same ingredient, route, unit and scope, no second drug that was not there."""
    return (
        line.ingredient == present.ingredient
        and line.route == present.route
        and unit_a_day(line) == unit_a_day(present)
        and line.scope == present.scope
        and line.partner in (None, present.partner)
        and bool(line.plannable)
    )


def times_a_day(line: ProductLine, now: int) -> int:
    """Doses a day of a line: as many as now where its interval allows it, else the nearest number that it does.

    >>> from algesia.knowledge.loader import load
    >>> times_a_day(load().product_lines["oxycodone-oral-solution"], 2)
    4
    """
    fewest, most = max(1, round(HOURS_A_DAY / line.hours_high)), max(1, round(HOURS_A_DAY / line.hours_low))
    return min(max(now, fewest), most)


def at_smallest(level: Level) -> bool:
    """Whether every dose of the day is the smallest that is marketed, and that piece is at hand."""
    line = level.line
    least = (
        level.have.smallest
        if level.have.liquid
        else line.plannable[0].value * (0.5 if line.may_be_halved else 1.0)
    )
    return all(abs(held - least) < TINY for held in (level.have.smallest, *level.slots))
