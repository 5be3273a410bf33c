"""An order read: doses in mg and hours, and what they do to a block's states and when."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from algesia.mechanism.events import FARTHEST_H, TICK_H, Act, always, dose_acts, repeats
from algesia.mechanism.model import Block, Floats, Order, Part
from algesia.mechanism.patches import PATCH, wear_of
from algesia.mechanism.steady import NoSteadyState, given, steady_rate
from algesia.mechanism.target import Target, hold
from algesia.mechanism.units import Unit, UnknownUnit, unit
from algesia.quantities.refusal import InputRefused


@dataclass(frozen=True, slots=True)
class Doses:
    """An order read: `mg` each `every_h`, `count` times, at once or over `duration_h`."""

    block: Block
    route: str
    parts: tuple[Part, ...]
    mg: float
    start_h: float
    every_h: float
    count: int
    duration_h: float | None
    steady: bool
    where: str


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


def doses_of(block: Block, order: Order, weight_kg: float, where: str) -> list[Doses]:
    """An order in mg and hours; two where the last patch is worn for longer than the others. Raises `InputRefused`.

    A patch stays on until it is changed, the last one (or the only one) for as long as `duration_h` says; where it
    says nothing, for the time between changes, and a single patch for the usual time of its way in.
    """
    every, count = _rhythm(order, where)
    parts = block.doors[order.route]
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
        if order.route == PATCH:
            worn = duration or every or wear_of(parts) or 0.0
            duration = min(worn, every or worn)
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
    doses = Doses(
        block, order.route, parts, mg, order.start_h, every, count, duration, order.steady_state, where
    )
    if duration is None or worn <= duration + TICK_H:
        return [doses]
    # The last patch stays on for its full time.
    start = order.start_h + (count - 1) * every
    last = replace(doses, mg=mg * worn / duration, duration_h=worn, count=1, steady=False, start_h=start)
    return [replace(doses, count=count - 1), last]


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


def targets_of(order: Order, until_h: float, where: str) -> list[Target]:
    """The concentrations that an order holds, up to `until_h`. Raises `InputRefused`."""
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


def pumped(
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


def acts_of(doses: Doses, begin: float, end: float, start: Floats, index: dict[str, int]) -> list[Act]:
    """Doses as acts; what it left before `begin` is added to `start`."""
    acts: list[Act] = []
    first, every = doses.start_h, doses.every_h
    count = repeats(first, every, doses.count, end, f"{doses.where}.count")
    drug = doses.block.drug
    back = 0
    if doses.steady and every:
        before = math.floor((first - begin) / every + 1e-9) + 1
        back = repeats(begin, every, before, first, f"{doses.where}.every_h") - 1
    for part in doses.parts:
        mg = given(part, doses.mg)
        lasts = doses.duration_h if doses.duration_h is not None else part.duration_h
        if doses.steady and mg > 0:
            try:
                if every:
                    held, due = always(doses.block, part, mg, first - back * every, every, begin, lasts)
                else:
                    rate = mg / (lasts or 1.0)
                    held, due = steady_rate(doses.block, part, rate), []
                    until = first + part.lag_h
                    due += [Act(begin, "rate", f"{drug}/{part.state}", rate, part)]
                    due += [Act(until, "rate", f"{drug}/{part.state}", -rate, part)]
            except NoSteadyState as refused:
                problem = str(refused).rstrip(".")
                raise InputRefused(f"{doses.where}.steady_state", True, problem, "false") from refused
            acts += due
            for i, state in enumerate(doses.block.states):
                start[:, index[f"{drug}/{state}"]] += held[:, i]
        for k in range(-back, count):
            acts += dose_acts(drug, part, mg, first + k * every, lasts)
    return acts
