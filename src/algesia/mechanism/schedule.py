"""From orders, or an event table, to a schedule: what enters whom and when (`doses`, `events`), cut into steps (`steps`)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from algesia.mechanism.doses import Doses, acts_of, doses_of, pumped, targets_of
from algesia.mechanism.events import FARTHEST_H, TICK_H, Act, EventTable, expand
from algesia.mechanism.model import Block, Floats, Order, Part, Schedule
from algesia.mechanism.patches import PATCH, wear_of
from algesia.mechanism.steady import arriving
from algesia.mechanism.steps import Steps, cut
from algesia.mechanism.target import Target
from algesia.quantities.refusal import InputRefused, WrongCall


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
    end = float(asked[-1])
    if not (math.isfinite(weight_kg) and weight_kg > 0):
        raise InputRefused("weight_kg", weight_kg, "is no body weight", "kg, above 0")
    given: list[Doses] = []
    targets: dict[tuple[str, str], list[tuple[Target, str]]] = {}
    for i, order in enumerate(orders):
        where = f"schedule[{i}]"
        block = _block(blocks, order, where)
        if order.target_conc is None:
            given += doses_of(block, order, weight_kg, where)
        else:
            held = targets.setdefault((order.drug, order.route), [])
            held += [(one, where) for one in targets_of(order, end, where)]
    starts = [(order.start_h, f"schedule[{i}].start_h") for i, order in enumerate(orders)]
    begin = _begin(starts, asked, from_h)
    index = _places(blocks)
    start = np.zeros((_people(blocks), len(index)))
    acts: list[Act] = []
    ways: dict[tuple[str, str, float], tuple[Part, ...]] = {}
    for doses in given:
        # equal doses share what arrives of them, and so a column of shares
        way = (doses.block.drug, doses.route, doses.mg)
        parts = ways.setdefault(way, arriving(doses.parts, doses.mg))
        acts += acts_of(replace(doses, parts=parts), begin, end, start, index)
    for (drug, route), held in targets.items():
        block = next(one for one in blocks if one.drug == drug)
        acts += pumped(block, route, held, acts, start[0], index, begin)
    return cut(index, acts, asked, begin, start, steps)


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
    """The same for one drug's event table. Raises `InputRefused` naming row and field, such as ``events[3].cmt``.

    A dose into the compartment named ``transdermal`` that says neither rate nor duration is a patch: it is worn for
    its usual time, or until `ii` brings the next. By number it is what NONMEM takes it for, all at once.
    """
    asked = _asked(at_h)
    starts = [(event.time, f"events[{i}].time") for i, event in enumerate(table.events)]
    begin = _begin(starts, asked, from_h)
    acts = expand(block, _worn(block, table), float(asked[-1]))
    index = _places((block,))
    start = np.zeros((block.people, len(index)))
    for act in acts:
        if act.kind == "place" and act.at_h <= begin + TICK_H and act.placed is not None:
            start[:, index[act.state]] += act.placed
    later = [act for act in acts if act.kind not in ("place", "reset") or act.at_h > begin + TICK_H]
    steps = Steps(first_step_h, growth, longest_step_h)
    return cut(index, later, asked, begin, start, steps)


def _worn(block: Block, table: EventTable) -> EventTable:
    usual = wear_of(block.doors.get(PATCH, ()))
    if usual is None:
        return table
    return EventTable(
        tuple(
            replace(event, dur=min(usual, event.ii or usual))
            if event.cmt == PATCH and event.amt > 0 and event.rate == 0 and event.dur is None
            else event
            for event in table.events
        )
    )


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
