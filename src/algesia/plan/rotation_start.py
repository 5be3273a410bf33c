"""From a range of new doses to a start: the reduction, the lower end, the ceilings of labels, whole products."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Final

from algesia.knowledge.loader import Knowledge
from algesia.knowledge.plan_products import ProductLine
from algesia.knowledge.plan_rotation import DrugLimit
from algesia.knowledge.plan_rows import Release
from algesia.plan.model import DoseTime
from algesia.plan.rotation_labels import each_dose
from algesia.plan.rotation_ratios import Drug
from algesia.plan.tablets import LIQUID_STEP_ML, largest, total
from algesia.plan.wording import amount, share
from algesia.quantities.refusal import Unassessable

HOURS_A_DAY: Final = 24.0
NOT_TOLERANT: Final = "not opioid-tolerant"
OLD_AGE: Final = 75.0
"""The age in years above which the tramadol row of the table holds (`tramadol-age`); an unknown age counts as above."""


@dataclass(frozen=True, slots=True)
class Start:
    """A start in products. `at_most` is the lower end after reduction and ceilings, `daily` what the products make of it."""

    doses: tuple[DoseTime, ...]
    line: ProductLine | None
    at_most: float
    daily: float
    limit: DrugLimit | None


def default_reduction(knowledge: Knowledge) -> float:
    """The cut for incomplete cross-tolerance in percent that is taken unless a larger one is asked for.

    >>> from algesia.knowledge.loader import load
    >>> default_reduction(load())
    50.0
    """
    rule = next(row for row in knowledge.rotation.reductions if row.is_default)
    if rule.percent_high is None:
        raise ValueError(f"{rule.id} has no percentage")
    return rule.percent_high


def refused(asked: float | None, floor: float) -> tuple[Unassessable, str] | None:
    """Why a reduction cannot be taken, with the nearest that can.

    >>> refused(30.0, 50.0)[1]
    'a reduction of 50 %'
    >>> refused(60.0, 50.0) is None
    True
    """
    if asked is None or (isfinite(asked) and floor <= asked < 100):
        return None
    if not isfinite(asked):
        because = "the reduction is not a number"
    elif asked >= 100:
        because = f"a reduction of {share(asked)} leaves no dose"
    else:
        because = f"a reduction of {share(asked)} is smaller than the {share(floor)} that is taken at least"
    nearest = f"a reduction of {share(floor)}" if floor > 0 else "no further reduction"
    return Unassessable("rotation", because, ("a reduction that can be taken",)), nearest


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a start may be made of: the release asked for first, and whether extended release is open at all."""

    release: Release
    extended: bool


IMMEDIATE: Final = Wanted("immediate", False)


def lines_for(knowledge: Knowledge, new: Drug, wanted: Wanted) -> tuple[ProductLine, ...]:
    """The product lines a start may be made of: the release wanted first, liquids last.

    Combined products are left out (their other drug is not counted here), and so are strengths of a base where the
    tables count a salt.

    >>> from algesia.knowledge.loader import load
    >>> [line.id for line in lines_for(load(), ("oxycodone", "oral"), Wanted("extended", True))]
    ['oxycodone-er-tablet', 'oxycodone-ir-tablet', 'oxycodone-oral-solution']
    """
    found = [
        line
        for line in knowledge.product_lines.values()
        if (line.ingredient, line.route) == new
        and line.scope == "pain"
        and line.partner is None
        and line.salt != "base"
        and line.plannable
        and (wanted.extended or line.release == "immediate" or line.route == "transdermal")
    ]
    return tuple(sorted(found, key=lambda line: (line.unit == "mg/mL", line.release != wanted.release)))


def start(
    knowledge: Knowledge,
    new: Drug,
    at_most: float,
    wanted: Wanted,
    age: float | None,
    times: int | None = None,
) -> Start | None:
    """The largest start not above `at_most` that whole products make; ``None`` where even the smallest is more.

    The first line that makes any dose at all is taken, so that a lower bound never gives a larger start. A drug that no
    product line gives by this route (by needle) is not rounded.
    """
    if all((line.ingredient, line.route) != new for line in knowledge.product_lines.values()):
        return Start((), None, at_most, at_most, None)
    for line in lines_for(knowledge, new, wanted):
        ceiling = _ceiling(knowledge, line, age)
        bound = at_most if ceiling is None else min(at_most, ceiling.value)
        often = times or max(1, round(HOURS_A_DAY / line.hours_high))
        doses = largest(line, often, bound)
        if doses is not None:
            reached = ceiling is not None and at_most >= ceiling.value
            return Start(doses, line, bound, total(doses), ceiling if reached else None)
    return None


def methadone_start(knowledge: Knowledge, at_most: float, times: int) -> Start | None:
    """Methadone in equal doses, each rounded down as the label's example is, never above the start cap."""
    cap = next(row for row in knowledge.rotation.limits if row.kind == "start-max-per-day")
    bound = min(at_most, cap.value)
    for line in lines_for(knowledge, ("methadone", "oral"), IMMEDIATE):
        doses = each_dose(line, times, bound)
        if doses is not None:
            return Start(doses, line, bound, total(doses), cap if bound < at_most else None)
    return None


def _ceiling(knowledge: Knowledge, line: ProductLine, age: float | None) -> DrugLimit | None:
    """The lowest daily maximum that a label sets on a line at this age.

    A maximum for those who are not opioid-tolerant is left out: extended release is open to the tolerant alone.
    """
    found = [
        row
        for row in knowledge.rotation.limits
        if row.kind == "max-per-day"
        and (row.drug, row.route) == (line.ingredient, line.route)
        and row.release in (None, line.release)
        and row.unit == "mg/d"
        and row.confidence.may_drive_a_dose
        and row.when != NOT_TOLERANT
        and (row.id != "tramadol-age" or age is None or age > OLD_AGE)
    ]
    return min(found, key=lambda row: row.value, default=None)


def smallest(knowledge: Knowledge, new: Drug, wanted: Wanted, unit: str) -> str:
    """The smallest start that any line makes, in words."""
    made = []
    for line in lines_for(knowledge, new, wanted):
        often = max(1, round(HOURS_A_DAY / line.hours_high))
        least = LIQUID_STEP_ML * line.plannable[0].value if line.unit == "mg/mL" else line.plannable[0].value
        made.append((least * often, line.product))
    if not made:
        return "extended release is for opioid-tolerant patients, and no other product alone is in the tables"
    daily, product = min(made)
    return f"the smallest start that the tables make is {amount(daily)} {unit} ({product})"


def words(doses: tuple[DoseTime, ...]) -> str:
    """The doses of a day in words.

    >>> from algesia.knowledge.loader import load
    >>> from algesia.plan.tablets import largest
    >>> words(largest(load().product_lines["hydromorphone-ir-tablet"], 4, 8.0))
    '2 mg at 07:00, 12:00, 17:00 and 22:00'
    """
    groups: dict[str, list[str]] = {}
    for dose in doses:
        pieces = " + ".join(
            f"{amount(p.count)} mL of {amount(p.strength)} mg/mL"
            if p.liquid
            else f"{'' if p.count == 1 else amount(p.count) + ' x '}{amount(p.strength)} {p.unit}"
            for p in dose.pieces
        )
        groups.setdefault(pieces, []).append(dose.time)
    parts = [
        f"{pieces} at {', '.join(times[:-1])} and {times[-1]}"
        if len(times) > 1
        else f"{pieces} at {times[0]}"
        for pieces, times in groups.items()
    ]
    return "; ".join(parts)
