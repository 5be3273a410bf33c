"""From orders to a schedule: every happening a step boundary, and steps between that grow as things calm down.

Steps are short just after something happened to a state and grow from there, so that the states that are not linear
are integrated well at a fixed cost. Times are whole nano-hours, so that equal gaps have exactly equal lengths.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from algesia.mechanism.events import FARTHEST_H, TICK_H, Act, EventTable, always, dose_acts, expand, repeats
from algesia.mechanism.model import Block, Floats, Integers, Order, Part, Schedule
from algesia.mechanism.steady import NoSteadyState, given, steady_rate
from algesia.mechanism.target import Target, hold
from algesia.mechanism.units import Unit, UnknownUnit, unit
from algesia.quantities.refusal import InputRefused, WrongCall

PATCH: Final = "transdermal"
MOST_STEPS: Final = 5_000_000
SLOWEST_GROWTH: Final = 1.1
"""Slower growth would make too many different lengths."""


@dataclass(frozen=True, slots=True)
class Steps:
    """How long steps are, in hours: the first after a happening, by what they grow, and the longest."""

    first_h: float
    growth: float = 2.0
    longest_h: float = 12.0

    def __post_init__(self) -> None:
        numbers = (self.first_h, self.growth, self.longest_h)
        if not all(map(math.isfinite, numbers)) or self.first_h < TICK_H:
            raise WrongCall("The first step is above 0 h, and all three numbers are finite.")
        if self.growth != 1 and self.growth < SLOWEST_GROWTH:
            raise WrongCall(f"Steps grow by {SLOWEST_GROWTH} or more, or not at all (1).")
        if self.longest_h < self.first_h:
            raise WrongCall("The longest step is at least as long as the first.")


@dataclass(frozen=True, slots=True)
class Course:
    """An order read: `mg` each `every_h`, `count` times, at once or over `duration_h`."""

    block: Block
    parts: tuple[Part, ...]
    mg: float
    start_h: float
    every_h: float
    count: int
    duration_h: float | None
    steady: bool
    where: str


def schedule_of(
    blocks: Sequence[Block],
    orders: Sequence[Order],
    at_h: Floats,
    *,
    weight_kg: float = 70.0,
    first_step_h: float,
    growth: float = 2.0,
    longest_step_h: float = 12.0,
    from_h: float | None = None,
) -> Schedule:
    """Everything that the orders do to the blocks, up to the last of the asked times `at_h` (hours, not falling).

    An order that is at steady state has been given like that for ever before it starts, so also before the first
    moment of the schedule, where `start` has what is left of it. A patch is worn until it is changed. A reading at the
    moment of a dose comes before the dose. Raises `InputRefused` naming the order's field, such as
    ``schedule[2].route``.

    >>> one = np.ones((1, 1))
    >>> from algesia.mechanism.model import Output, Transfer
    >>> block = Block("a", ("central",), (Transfer("central", None, "k"),), 0.1 * one, one,
    ...               (Output("plasma/a", "central", "plasma"),), one, {"iv": (Part("central", np.ones(1)),)})
    >>> order = Order("a", "iv", 0.0, amount=5.0, every_h=12.0, count=2)
    >>> made = schedule_of((block,), (order,), np.array([24.0]), first_step_h=3.0)
    >>> made.times.tolist(), made.lengths.tolist(), made.bolus_mg.tolist()
    ([0.0, 3.0, 12.0, 15.0, 24.0], [3.0, 9.0], [5.0, 5.0])
    """
    steps = Steps(first_step_h, growth, longest_step_h)
    asked = _asked(at_h)
    if not (math.isfinite(weight_kg) and weight_kg > 0):
        raise InputRefused("weight_kg", weight_kg, "is no body weight", "kg, above 0")
    courses: list[Course] = []
    targets: dict[tuple[str, str], list[tuple[Target, str]]] = {}
    for i, order in enumerate(orders):
        where = f"schedule[{i}]"
        block = _block(blocks, order, where)
        if order.target_conc is None:
            courses += _courses(block, order, weight_kg, where)
        else:
            held = targets.setdefault((order.drug, order.route), [])
            held += [(one, where) for one in _targets(order, float(asked[-1]), where)]
    starts = [(order.start_h, f"schedule[{i}].start_h") for i, order in enumerate(orders)]
    begin = _begin(starts, asked, from_h)
    end = float(asked[-1])
    index = _places(blocks)
    start = np.zeros((_people(blocks), len(index)))
    acts: list[Act] = []
    for course in courses:
        acts += _acts(course, begin, end, start, index)
    for (drug, route), held in targets.items():
        block = next(one for one in blocks if one.drug == drug)
        acts += _pumped(block, route, held, acts, start[0], index, begin)
    return _assembled(blocks, acts, asked, begin, start, steps)


def schedule_of_events(
    block: Block,
    table: EventTable,
    at_h: Floats,
    *,
    first_step_h: float,
    growth: float = 2.0,
    longest_step_h: float = 12.0,
    from_h: float | None = None,
) -> Schedule:
    """The same for one drug's event table. Raises `InputRefused` naming row and field, such as ``events[3].cmt``."""
    asked = _asked(at_h)
    starts = [(event.time, f"events[{i}].time") for i, event in enumerate(table.events)]
    begin = _begin(starts, asked, from_h)
    acts = expand(block, table, float(asked[-1]))
    index = _places((block,))
    start = np.zeros((block.people, len(index)))
    for act in acts:
        if act.kind == "place" and act.at_h <= begin + TICK_H and act.placed is not None:
            start[:, index[act.state]] += act.placed
    later = [act for act in acts if act.kind not in ("place", "reset") or act.at_h > begin + TICK_H]
    steps = Steps(first_step_h, growth, longest_step_h)
    return _assembled((block,), later, asked, begin, start, steps)


def _asked(at_h: Floats) -> Floats:
    asked = np.atleast_1d(np.asarray(at_h, dtype=np.float64))
    if asked.size == 0:
        raise InputRefused("at_h", None, "is empty", "at least one time")
    for i, hour in enumerate(asked):
        if not abs(hour) <= FARTHEST_H:
            raise InputRefused(f"at_h[{i}]", float(hour), "is no time", f"hours, at most {FARTHEST_H:g}")
        if i and hour < asked[i - 1]:
            raise InputRefused(
                f"at_h[{i}]", float(hour), "is before the time above", "times that do not fall"
            )
    return asked


def _begin(starts: Sequence[tuple[float, str]], asked: Floats, from_h: float | None) -> float:
    """The first moment: `from_h`, or the earliest of what happens (hour and its field) and what is asked."""
    if from_h is None:
        return min([*(hour for hour, _ in starts), float(asked[0])])
    if not abs(from_h) <= FARTHEST_H or from_h > asked[0] + TICK_H:
        raise InputRefused("from_h", from_h, "is no start for what is asked", f"hours, at most {asked[0]:g}")
    for hour, where in starts:
        if hour < from_h - TICK_H:
            raise InputRefused(where, hour, f"lies before the start at {from_h:g} h", f"{from_h:g} or later")
    return from_h


def _places(blocks: Sequence[Block]) -> dict[str, int]:
    names = [f"{block.drug}/{state}" for block in blocks for state in block.states]
    if len(set(names)) < len(names):
        raise WrongCall("Two blocks have the same drug and state.")
    return {name: i for i, name in enumerate(names)}


def _people(blocks: Sequence[Block]) -> int:
    if len({block.people for block in blocks}) > 1:
        raise WrongCall("Blocks are made for different numbers of people.")
    return blocks[0].people if blocks else 1


def _block(blocks: Sequence[Block], order: Order, where: str) -> Block:
    block = next((one for one in blocks if one.drug == order.drug), None)
    if block is None:
        known = ", ".join(one.drug for one in blocks)
        raise InputRefused(
            f"{where}.drug", order.drug, "is not a drug whose kinetics are here", f"one of {known}"
        )
    if order.route not in block.doors:
        known = ", ".join(block.doors)
        raise InputRefused(f"{where}.route", order.route, f"is no way in for {order.drug}", f"one of {known}")
    return block


def _number(value: float | None, where: str, what: str, *, above: bool = False) -> float:
    """A finite number of 0 or more, or above 0; else `InputRefused`."""
    if value is None:
        raise InputRefused(where, None, "is missing", what)
    if not math.isfinite(value) or value < 0 or (above and value == 0) or value > 1e12:
        raise InputRefused(where, value, "is impossible", what)
    return float(value)


_MASS: Final = unit("mg")
_RATE: Final = unit("mg/h")


def _read(value: float, text: str, want: Unit, weight_kg: float, where: str) -> float:
    """`value` in `want`, by body weight where the unit says so. Raises `InputRefused`."""
    expected = (
        "mg, ug, g, ng or mg/kg" if want == _MASS else "a rate such as mg/h, ug/h, ug/kg/min or mg/h/70kg"
    )
    try:
        one = unit(text)
    except UnknownUnit as refused:
        raise InputRefused(where, text, "is an unknown unit", expected) from refused
    if one.exponents == (want / unit("kg")).exponents:
        return value * weight_kg * (one * unit("kg")).per(want)
    if one.exponents != want.exponents:
        raise InputRefused(where, text, f"does not measure what {want} does", expected)
    return value * one.per(want)


def _rhythm(order: Order, where: str) -> tuple[float, int]:
    """Hours between doses (0: there is one) and how many."""
    start = order.start_h
    if not abs(start) <= FARTHEST_H:
        raise InputRefused(f"{where}.start_h", start, "is no time", f"hours, at most {FARTHEST_H:g}")
    if order.count < 1 or order.count != int(order.count):
        raise InputRefused(
            f"{where}.count", order.count, "is no number of doses", "a whole number, 1 or more"
        )
    if order.every_h is None:
        if order.count > 1:
            raise InputRefused(f"{where}.every_h", None, "is missing, and count is above 1", "hours above 0")
        return 0.0, 1
    every = _number(order.every_h, f"{where}.every_h", "hours above 0", above=True)
    if every < 10 * TICK_H:
        raise InputRefused(f"{where}.every_h", every, "is too short", "hours between doses")
    return every, int(order.count)


def _courses(block: Block, order: Order, weight_kg: float, where: str) -> list[Course]:
    """An order in mg and hours. Raises `InputRefused`."""
    every, count = _rhythm(order, where)
    if order.amount is None and order.rate is None:
        raise InputRefused(where, None, "says neither how much nor how fast", "an amount, a rate or a target")
    duration = order.duration_h
    if duration is not None:
        duration = _number(duration, f"{where}.duration_h", "hours above 0", above=True)
    per_hour = _per_hour(order, weight_kg, where)
    worn = 0.0
    if per_hour is None:
        mg = _mg(order, weight_kg, where)
    else:
        if duration is None and order.rate is not None and order.amount is not None:
            duration = _mg(order, weight_kg, where) / per_hour if per_hour > 0 else None
        if order.route == PATCH and every > 0:
            worn = duration or every
            duration = min(worn, every)
        if not duration:
            expected = "hours above 0"
            raise InputRefused(f"{where}.duration_h", None, "is missing, and a rate needs it", expected)
        mg = per_hour * duration
        if order.rate is not None and order.amount is not None:
            total, problem = _mg(order, weight_kg, where), "contradicts rate and duration"
            if not math.isclose(total, mg, rel_tol=1e-6):
                raise InputRefused(f"{where}.amount", order.amount, problem, f"{mg:g} mg, or no amount")
    if order.steady_state and every and duration is not None and duration > every + TICK_H:
        problem = f"steady states overlap: the next infusion begins after {every:g} h"
        raise InputRefused(f"{where}.duration_h", duration, problem, f"at most {every:g} h")
    if order.steady_state and not every and per_hour is None:
        raise InputRefused(f"{where}.every_h", None, "is missing, and steady state needs it", "hours above 0")
    course = Course(
        block, block.doors[order.route], mg, order.start_h, every, count, duration, order.steady_state, where
    )
    if duration is None or worn <= duration + TICK_H:
        return [course]
    # The last patch stays on for its full time.
    start = order.start_h + (count - 1) * every
    last = replace(course, mg=mg * worn / duration, duration_h=worn, count=1, steady=False, start_h=start)
    return [replace(course, count=count - 1), last]


def _mg(order: Order, weight_kg: float, where: str) -> float:
    amount = _number(order.amount, f"{where}.amount", "0 or more")
    return _read(amount, order.unit, _MASS, weight_kg, f"{where}.unit")


def _per_hour(order: Order, weight_kg: float, where: str) -> float | None:
    """The rate of an order in mg/h, if it has one. A patch may be named by its rate: "25 ug/h"."""
    if order.rate is not None:
        rate = _number(order.rate, f"{where}.rate", "0 or more")
        if order.rate_unit is None:
            raise InputRefused(f"{where}.rate_unit", None, "is missing", "a unit such as mg/h or ug/kg/min")
        return _read(rate, order.rate_unit, _RATE, weight_kg, f"{where}.rate_unit")
    if order.route == PATCH and _is_rate(order.unit):
        rate = _number(order.amount, f"{where}.amount", "0 or more")
        return _read(rate, order.unit, _RATE, weight_kg, f"{where}.unit")
    return None


def _is_rate(text: str) -> bool:
    try:
        return unit(text).exponents in (_RATE.exponents, (_RATE / unit("kg")).exponents)
    except UnknownUnit:
        return False


def _targets(order: Order, until_h: float, where: str) -> list[Target]:
    every, count = _rhythm(order, where)
    conc = _number(order.target_conc, f"{where}.target_conc", "ng/mL, 0 or more")
    lasts = _number(order.duration_h, f"{where}.duration_h", "hours above 0", above=True)
    for name, value in (("amount", order.amount), ("rate", order.rate)):
        if value is not None:
            raise InputRefused(f"{where}.{name}", value, "does not go with a target", "none")
    if order.steady_state:
        raise InputRefused(f"{where}.steady_state", True, "does not go with a target", "false")
    count = repeats(order.start_h, every, count, until_h, f"{where}.count")
    starts = [order.start_h + k * every for k in range(count)]
    return [Target(start, min(start + lasts, until_h), conc) for start in starts if start < until_h]


def _pumped(
    block: Block, route: str, held: list[tuple[Target, str]], acts: list[Act], start: Floats,
    index: dict[str, int], begin: float,
) -> list[Act]:  # fmt: skip
    """The pump of one drug, beside its other doses."""
    held = sorted(held, key=lambda one: one[0].start_h)
    for (before, _), (after, where) in pairwise(held):
        if after.start_h < before.end_h - 1e-6:
            problem = "begins while another target of the drug is held"
            raise InputRefused(f"{where}.start_h", after.start_h, problem, f"{before.end_h:g} or later")
    beside = [act for act in acts if act.state.rpartition("/")[0] == block.drug]
    own = start[[index[f"{block.drug}/{state}"] for state in block.states]]
    where = held[0][1] if held else ""
    return hold(block, route, [one for one, _ in held], beside, own, begin, where)


def _acts(course: Course, begin: float, end: float, start: Floats, index: dict[str, int]) -> list[Act]:
    """A course as acts; what it left before `begin` is added to `start`."""
    acts: list[Act] = []
    first, every = course.start_h, course.every_h
    count = repeats(first, every, course.count, end, f"{course.where}.count")
    drug = course.block.drug
    back = 0
    if course.steady and every:
        doses = math.floor((first - begin) / every + 1e-9) + 1
        back = repeats(begin, every, doses, first, f"{course.where}.every_h") - 1
    for part in course.parts:
        mg = given(part, course.mg)
        lasts = course.duration_h if course.duration_h is not None else part.duration_h
        if course.steady and mg > 0:
            try:
                if every:
                    held, due = always(course.block, part, mg, first - back * every, every, begin, lasts)
                else:
                    rate = mg / (lasts or 1.0)
                    held, due = steady_rate(course.block, part, rate), []
                    until = first + part.lag_h
                    due += [Act(begin, "rate", f"{drug}/{part.state}", rate, part)]
                    due += [Act(until, "rate", f"{drug}/{part.state}", -rate, part)]
            except NoSteadyState as refused:
                problem = str(refused).rstrip(".")
                raise InputRefused(f"{course.where}.steady_state", True, problem, "false") from refused
            acts += due
            for i, state in enumerate(course.block.states):
                start[:, index[f"{drug}/{state}"]] += held[:, i]
        for k in range(-back, count):
            acts += dose_acts(drug, part, mg, first + k * every, lasts)
    return acts


def _ticks(hours: Iterable[float]) -> Integers:
    return np.rint(np.fromiter(hours, dtype=np.float64) / TICK_H).astype(np.int64)


def _assembled(
    blocks: Sequence[Block], acts: list[Act], asked: Floats, begin: float, start: Floats, steps: Steps
) -> Schedule:
    """Cut time at every act and every asked time, grade the steps between, and put the acts where they belong."""
    index = _places(blocks)
    first, last = int(_ticks([begin])[0]), int(_ticks([float(asked[-1])])[0])
    act_at = np.clip(_ticks(act.at_h for act in acts), first, None)
    keep = [i for i in range(len(acts)) if act_at[i] < last - 1]
    acts, act_at = [acts[i] for i in keep], act_at[keep]
    asked_at = np.maximum(_ticks(asked), first)
    moments = np.unique(np.concatenate([[first], act_at, asked_at]))
    # Neighbors one nano-hour apart are one moment that rounding has split.
    group = np.concatenate([[0], np.cumsum(np.diff(moments) > 1)])
    cuts = moments[np.concatenate([[True], np.diff(moments) > 1])]
    stirs = act_at[np.array([act.kind != "mark" for act in acts], dtype=bool)]
    stirred = {first, *cuts[group[np.searchsorted(moments, stirs)]].tolist()}
    ticks = _graded(cuts, stirred, steps)
    lengths, kind = np.unique(np.diff(ticks), return_inverse=True)

    def step_of(at: Integers) -> Integers:
        found = np.searchsorted(ticks, cuts[group[np.searchsorted(moments, at)]])
        return np.asarray(found, dtype=np.int64)

    people = _people(blocks)
    columns: list[Floats] = [np.ones(people)]
    known: dict[int, int] = {}
    boluses: dict[tuple[int, int, int], float] = {}
    rates: dict[tuple[int, int, int], float] = {}
    resets: set[int] = set()
    for act, step in zip(acts, step_of(act_at).tolist(), strict=True):
        if act.kind == "reset":
            resets.add(step)
        elif act.kind != "mark":
            column = 0
            if act.placed is not None:
                columns.append(act.placed)
                column = len(columns) - 1
            elif act.part is not None:
                column = known.setdefault(id(act.part), len(columns))
                if column == len(columns):
                    columns.append(_share(act.part, people, act.state))
            into = rates if act.kind == "rate" else boluses
            key = (step, index[act.state], column)
            into[key] = into.get(key, 0.0) + (1.0 if act.placed is not None else act.amount)
    bolus, rate = sorted(boluses), sorted(key for key, change in rates.items() if change != 0.0)
    return Schedule(
        times=ticks / 1e9,
        kind=kind.astype(np.int64),
        lengths=lengths / 1e9,
        bolus_step=_column(bolus, 0),
        bolus_state=_column(bolus, 1),
        bolus_mg=np.array([boluses[key] for key in bolus], dtype=np.float64),
        bolus_part=_column(bolus, 2),
        rate_step=_column(rate, 0),
        rate_state=_column(rate, 1),
        rate_change=np.array([rates[key] for key in rate], dtype=np.float64),
        rate_part=_column(rate, 2),
        reset_step=np.array(sorted(resets), dtype=np.int64),
        fractions=np.column_stack(columns),
        states=tuple(index),
        output_at=step_of(asked_at),
        start=start,
    )


def _column(keys: list[tuple[int, int, int]], which: int) -> Integers:
    return np.array([key[which] for key in keys], dtype=np.int64)


def _share(part: Part, people: int, state: str) -> Floats:
    share = np.broadcast_to(np.asarray(part.fraction, dtype=np.float64), (people,))
    if not np.all(np.isfinite(share) & (share >= 0)):
        raise InputRefused(f"{state}.F", float(share.min()), "is no share of a dose", "0 or more, finite")
    return share


def _graded(cuts: Integers, stirred: set[int], steps: Steps) -> Integers:
    """All step boundaries in nano-hours: the cuts, and between them steps that grow since the last stir.

    Steps come from one ladder, first x growth^k, so that few lengths are distinct; the last before a cut takes what
    is left, up to one and a half of its rung.
    """
    first, longest = round(steps.first_h / TICK_H), round(steps.longest_h / TICK_H)
    ladder = [first]
    while steps.growth > 1 and ladder[-1] < longest:
        ladder.append(min(longest, round(first * steps.growth ** len(ladder))))
    seen: dict[tuple[int, int], list[int]] = {}
    ticks = [int(cuts[0])]
    since = int(cuts[0])
    for left, right in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        if left in stirred:
            since = left
        key = (left - since, right - left)
        if key not in seen:
            seen[key] = _between(*key, ladder, steps.growth, longest)
        ticks += [left + at for at in seen[key]]
        if len(ticks) > MOST_STEPS:
            problem = "has too many moments to be simulated"
            raise InputRefused("schedule", None, problem, f"at most {MOST_STEPS} steps")
    return np.array(ticks, dtype=np.int64)


def _between(age: int, gap: int, ladder: list[int], growth: float, longest: int) -> list[int]:
    """Step ends within a gap that begins `age` after the last stir."""
    ends: list[int] = []
    at = 0
    while at < gap:
        ripe = ladder[0] + (age + at) * (growth - 1)
        rung = max((one for one in ladder if one <= ripe * (1 + 1e-9)), default=ladder[0])
        rest = gap - at
        if rest <= rung or (2 * rest <= 3 * rung and rest <= longest):
            rung = rest
        elif 2 * rest <= 3 * rung:
            rung = rest // 2
        at += rung
        ends.append(at)
        if len(ends) > MOST_STEPS:
            break
    return ends
