"""Where a way down ends short of its goal, and what could make the next step."""

from __future__ import annotations

from collections.abc import Sequence

from algesia.knowledge.loader import Knowledge
from algesia.knowledge.plan_products import ProductLine
from algesia.plan.level import Level, at_smallest, next_level, stands_in, times_a_day
from algesia.plan.model import Pace, TaperRequest, Turn
from algesia.plan.regimen import unit_a_day
from algesia.plan.tablets import stock
from algesia.plan.wording import amount, listed, share


def no_step(level: Level, planned: float, cap: float) -> str:
    """Why no step is made here, with the totals that would make one."""
    unit = unit_a_day(level.line)
    strengths = listed([amount(u.strength.value) for u in level.have.units], "and")
    lowest = level.daily * (1 - cap)
    return (
        f"At {amount(level.daily)} {unit} these products ({strengths} {level.line.unit}) make no step of at most"
        f" {share(cap * 100)}: the next total would have to lie from {amount(lowest)} to below {amount(level.daily)} {unit},"
        f" best at {amount(level.daily - planned)}. Decide before then."
    )


def turn(
    knowledge: Knowledge,
    drug: str,
    line: ProductLine,
    daily: float,
    at: int,
    pace: Pace,
    says: str,
    cap: float,
    used: Sequence[str],
    level: Level | None = None,
) -> Turn:
    """Where the way ends, with every marketed formulation of the drug that would make the next step."""
    ways: list[str] = []
    ids: list[str] = []
    asked = TaperRequest()
    for other in knowledge.product_lines.values():
        if other.id in used or other.id == line.id or not stands_in(other, line):
            continue
        times = times_a_day(other, len(level.slots) if level else 2)
        have = stock(other, (), daily / times)
        if have is None:
            continue
        trial = Level(other, have, (daily / times,) * times, daily)
        found = next_level(trial, daily * pace.percent / 100, asked, cap, free=True)
        if found is not None:
            ids.append(other.id)
            cut = 100 * (daily - found[0].daily) / daily
            ways.append(
                f"{other.product}, {times} times a day, makes {amount(found[0].daily)} {unit_a_day(other)} (\N{MINUS SIGN}{share(cut)}): add --with {other.id}."
            )
    smallest = (
        level is not None and (line.route, line.release) == ("oral", "immediate") and at_smallest(level)
    )
    liquid = any(knowledge.product_lines[name].unit == "mg/mL" for name in ids)
    if smallest and not liquid:
        ways.append(
            "Lengthen the time between doses of the smallest piece and stop when it is taken less than once a day (CDC 2022); each such step is 25 % or more of what is left: add --last-steps."
        )
    if line.route == "oral":
        ways.append("Hold this dose, or change to another opioid: algesia plan rotate.")
    else:
        ways.append("Hold this dose, or let a pain specialist plan the way on: no table here leads from it.")
    return Turn(drug, at, daily, unit_a_day(line), says, tuple(ways), tuple(ids))
