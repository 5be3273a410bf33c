"""One drug's way down: step after step in real products, until the goal, or until no product makes the next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from algesia.knowledge.loader import Knowledge
from algesia.knowledge.plan_products import ProductLine
from algesia.plan.level import TINY, Level, at_smallest, next_level, stands_in, times_a_day
from algesia.plan.model import DoseTime, Pace, Phase, Regimen, Step, TaperRequest, Turn
from algesia.plan.regimen import HOURS_A_DAY, unit_a_day
from algesia.plan.tablets import HOURS, piece_of, stock
from algesia.plan.turn import no_step
from algesia.plan.turn import turn as turn_at
from algesia.plan.wording import amount

WEEK: Final = 7
GATE_DAYS: Final = 28
"""Review gates within a longer step follow each other in this time: four weeks, within the monthly limit."""
MONTH: Final = 31
"""The longest time between two review gates (`taper_limits.json`, review-gate)."""
CHECK: Final = ("pain", "peg", "cows", "mood", "craving")


@dataclass(frozen=True, slots=True)
class Descent:
    """The steps of one drug, where they end short of the goal (`turn`), and the day after the last."""

    steps: tuple[Step, ...]
    turn: Turn | None
    end: int


def descend(
    knowledge: Knowledge, regimen: Regimen, pace: Pace, request: TaperRequest, start: int, first: int
) -> Descent:
    """Steps for one regimen from the day `start`, numbered from `first`.

    Every step lowers the total, never past the cap, and never makes the dose at any time of day larger while the
    product stays the same. The planned size is taken where products make it or less; a larger step, within the
    cap, is taken only when nothing smaller can be made and is held longer in proportion, so that the pace is
    never faster than the rule.
    """
    lines = _lines(knowledge, regimen, request)
    have = stock(lines[0], request.strengths, max(regimen.slots))
    cap = (knowledge.taper_limits.limit("step-cap").value or 0.0) / 100
    per = None if regimen.mme is None else regimen.mme / regimen.daily
    steps: list[Step] = []
    if have is None:
        says = f"None of the strengths at hand is a marketed strength of {lines[0].product}."
        return Descent(
            (), turn_at(knowledge, regimen.drug, lines[0], regimen.daily, start, pace, says, cap, ()), start
        )
    level = Level(lines[0], have, regimen.slots, regimen.daily)
    day = start
    while level.daily > request.until + TINY:
        planned = planned_step(pace, level.daily, regimen.daily)
        found = next_level(level, planned, request, cap)
        if found is None:
            found = _switch(level, lines, planned, request, cap)
        if found is None:
            break
        following, doses = found
        part = (level.daily - following.daily) / planned
        held = _held(pace.interval_days, part, following.line)
        target = max(request.until, level.daily - planned)
        steps.append(
            _step(
                first + len(steps),
                day,
                day + held,
                level,
                following,
                doses,
                target,
                "taper",
                per,
                _why(level, following, planned, held, pace),
            )
        )
        day, level = day + held, following
    if level.daily <= request.until + TINY:
        return Descent(tuple(steps), None, day)
    if _may_end(knowledge, level, request):
        last = _last_steps(level, pace, per, day, first + len(steps))
        return Descent((*steps, *last), None, last[-1].end)
    says = no_step(level, planned_step(pace, level.daily, regimen.daily), cap)
    used = [line.id for line in lines]
    return Descent(
        tuple(steps),
        turn_at(knowledge, regimen.drug, level.line, level.daily, day, pace, says, cap, used, level),
        day,
    )


def gates(start: int, end: int) -> tuple[int, ...]:
    """The review gates of a step: one on its last day, before that one every four weeks, never more than 31 days apart.

    >>> gates(0, 28), gates(0, 30), gates(0, 70)
    ((27,), (29,), (27, 55, 69))
    """
    found = []
    last = start - 1
    while end - 1 - last > MONTH:
        last += GATE_DAYS
        found.append(last)
    return (*found, end - 1)


def _held(interval: int, part: float, line: ProductLine) -> int:
    """Days a step is held: longer in proportion when it is larger than planned, in whole weeks or whole patches."""
    days = interval if round(part, 6) <= 1 else ceil(interval * round(part, 6) / WEEK) * WEEK
    worn = round(line.hours_high / HOURS_A_DAY) if line.unit == "ug/h" else 1
    return ceil(days / worn) * worn


def planned_step(pace: Pace, current: float, original: float) -> float:
    """How much one step takes off at most, in the unit of the dose.

    >>> from algesia.knowledge.model import Confidence
    >>> from algesia.plan.model import Rule
    >>> weekly = Pace(10, 7, "original", 30, Rule("r", "", "cdc2022", Confidence.SECONDARY), False)
    >>> planned_step(weekly, 60, 100), planned_step(weekly, 30, 100)
    (10.0, 3.0)
    """
    below = pace.current_below_percent
    if pace.of == "original" and (below is None or current > original * below / 100 + TINY):
        return original * pace.percent / 100
    return current * pace.percent / 100


def _lines(knowledge: Knowledge, regimen: Regimen, request: TaperRequest) -> list[ProductLine]:
    """The present line and those asked for beside it: same ingredient, route and unit."""
    present = knowledge.product_lines[regimen.line]
    asked = [knowledge.product_lines[name] for name in request.products if name != regimen.line]
    return [present, *(line for line in asked if stands_in(line, present))]


def _switch(
    level: Level, lines: Sequence[ProductLine], planned: float, request: TaperRequest, cap: float
) -> tuple[Level, tuple[DoseTime, ...]] | None:
    """The next level on a line that was asked for, when the present one makes none."""
    later = lines[[line.id for line in lines].index(level.line.id) + 1 :]
    for line in later:
        times = times_a_day(line, len(level.slots))
        have = stock(line, (), level.daily / times)
        if have is None:
            continue
        found = next_level(
            Level(line, have, (level.daily / times,) * times, level.daily), planned, request, cap, free=True
        )
        if found is not None:
            return found
    return None


def _may_end(knowledge: Knowledge, level: Level, request: TaperRequest) -> bool:
    """Whether the last steps may begin: every dose is the smallest that is marketed, of an immediate-release product by mouth.

    A liquid always may; tablets when asked for, and only where the drug has no liquid in the tables. Patches
    and films never: taking a patch off is an abrupt stop, and no source read lengthens the time between films.
    """
    by_mouth = level.line.route == "oral" and level.line.release == "immediate"
    if request.until > 0 or not by_mouth or not at_smallest(level):
        return False
    if level.have.liquid:
        return True
    liquids = (line for line in knowledge.product_lines.values() if line.unit == "mg/mL")
    return request.last_steps and not any(stands_in(line, level.line) for line in liquids)


def _last_steps(level: Level, pace: Pace, per: float | None, day: int, number: int) -> tuple[Step, ...]:
    """Fewer doses a day, then every other day, then none (CDC 2022: stop when taken less than once a day).

    Each is held for four weeks at least: the percentages are large.
    """
    found: list[Step] = []
    interval = max(pace.interval_days, GATE_DAYS)
    unit = min(level.have.units, key=lambda u: u.grains)
    piece = piece_of(level.line, unit.strength, unit.count)
    plans = [(times, 1) for times in range(len(level.slots) - 1, 0, -1)] + [(1, 2), (0, 1)]
    for times, every in plans:
        doses = tuple(DoseTime(time, name, (piece,)) for time, name in HOURS[times]) if times else ()
        daily = round(piece.amount * times / every, 6)
        following = replace(level, slots=tuple(d.amount for d in doses), daily=daily)
        if times == 0:
            says = "Stop: it is taken less than once a day. Tolerance is lost; the former dose is no longer safe."
        elif every > 1:
            says = "The smallest dose every other day."
        else:
            says = "The smallest dose less often."
        start = day + len(found) * interval
        found.append(
            _step(
                number + len(found),
                start,
                start + interval,
                level,
                following,
                doses,
                daily,
                "last-steps",
                per,
                says,
                every,
            )
        )
        level = following
    return tuple(found)


def _step(
    number: int,
    start: int,
    end: int,
    before: Level,
    after: Level,
    doses: tuple[DoseTime, ...],
    target: float,
    phase: Phase,
    per: float | None,
    says: str,
    every: int = 1,
) -> Step:
    if not after.daily < before.daily:
        raise ValueError(f"a step from {before.daily} to {after.daily} is no step down")
    line = after.line
    patch = line.unit == "ug/h"
    return Step(
        number, start, end, line.ingredient, line.route, line.release, phase, unit_a_day(line), before.daily,
        round(target, 6), after.daily, doses, round(line.hours_high / HOURS_A_DAY) if patch else every, gates(start, end), CHECK,
        None if per is None else round(per * after.daily, 6), says,
    )  # fmt: skip


def _why(before: Level, after: Level, planned: float, held: int, pace: Pace) -> str:
    said = []
    if before.line.id != after.line.id:
        said.append(f"Change to {after.line.product}, {len(after.slots)} times a day.")
    if before.daily - after.daily > planned + TINY:
        said.append(
            f"These products make no smaller step: {amount(before.daily - after.daily)} instead of {amount(planned)}, so it is held {held} instead of {pace.interval_days} days."
        )
    return " ".join(said)
