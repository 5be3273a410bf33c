"""Event tables with NONMEM's meaning, and the simple acts that they come down to.

Meaning after the PREDPP guide (NONMEM Users Guide Part VI, chapter V, and its help pages EVID, SS and RATE). Known
differences: time may not go back at a reset; where a rate is given, F scales the rate and not how long it runs, so
that the moments are the same for everybody (the amount is the same); an infusion at steady state may not outlast `ii`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from algesia.mechanism.model import Block, Floats, Part
from algesia.mechanism.steady import NoSteadyState, arriving, given, steady_doses, steady_rate
from algesia.quantities.refusal import InputRefused

TICK_H: Final = 1e-9
"""Times that are closer than this are the same time."""
FARTHEST_H: Final = 1e7
"""Hours from 0 beyond which a time is taken for a mistake (a thousand years)."""
MOST_DOSES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Event:
    """One row. Times in h, amounts in mg, rates in mg/h.

    Attributes
    ----------
    rate
        0 gives `amt` at once (or over `dur`). Above 0 it runs for amt/rate; with ``ss`` and without `amt` it has run
        since ever and stops now. -2 takes the duration from the part; -1 takes the rate from it: `reference_mg` in
        `duration_h`.
    ii, addl
        Hours between doses, and how many more follow this one.
    ss
        1 sets the body to steady state of this dose and forgets what was; 2 adds steady state to what is there.
    cmt
        A state's name or 1-based number, or the name of a door.
    evid
        0 observation (`dv`), 1 dose, 2 other (a moment without effect), 3 reset, 4 reset and dose.
    """

    time: float
    amt: float = 0.0
    rate: float = 0.0
    dur: float | None = None
    ii: float = 0.0
    addl: int = 0
    ss: int = 0
    cmt: str | int = 1
    evid: int = 1
    dv: float | None = None


@dataclass(frozen=True, slots=True)
class EventTable:
    """Events of one person, in order of time. Raises `InputRefused` naming row and field.

    >>> EventTable((Event(0.0, amt=10.0), Event(5.0, amt=-10.0)))
    Traceback (most recent call last):
    algesia.quantities.refusal.InputRefused: events[1].amt is -10.0: ... Expected: an amount above 0.
    """

    events: tuple[Event, ...]

    def __post_init__(self) -> None:
        before = -math.inf
        for row, event in enumerate(self.events):
            for name, value, problem, expected in faults(event, before):
                raise InputRefused(f"events[{row}].{name}", value, problem, expected)
            before = event.time


def faults(event: Event, before: float = -math.inf) -> Iterator[tuple[str, object, str, str]]:
    """What is wrong with one row after a row at time `before`: field, value, problem and what would be right."""
    numbers = {"time": event.time, "amt": event.amt, "rate": event.rate, "dur": event.dur, "ii": event.ii}
    for name, value in {**numbers, "dv": event.dv}.items():
        if value is not None and not math.isfinite(value):
            yield name, value, "is not a finite number", "a finite number"
    if abs(event.time) > FARTHEST_H:
        yield "time", event.time, "is too far from 0", f"at most {FARTHEST_H:g} hours"
    if event.time < before:
        yield "time", event.time, f"is before the row above ({before:g})", "times that do not fall"
    for name, code, allowed in (("evid", event.evid, (0, 1, 2, 3, 4)), ("ss", event.ss, (0, 1, 2))):
        if code not in allowed:
            yield name, code, "is not a code", " or ".join(str(one) for one in allowed)
    if event.evid not in (1, 4):
        dose = {"amt": event.amt, "rate": event.rate, "ii": event.ii, "addl": event.addl, "ss": event.ss}
        for name, value in dose.items():
            if value != 0:
                yield name, value, f"belongs to a dose, and EVID is {event.evid}", "0"
        if event.dur is not None:
            yield "dur", event.dur, f"belongs to a dose, and EVID is {event.evid}", "no duration"
    else:
        yield from _dose_faults(event)
    if event.evid != 0 and event.dv is not None:
        yield "dv", event.dv, f"belongs to an observation, and EVID is {event.evid}", "no value"


def _dose_faults(event: Event) -> Iterator[tuple[str, object, str, str]]:
    endless = event.ss > 0 and event.amt == 0 and event.rate > 0
    if event.rate < 0 and event.rate not in (-1, -2):
        yield (
            "rate",
            event.rate,
            "is negative",
            "0 or more, -1 (rate of the part) or -2 (duration of the part)",
        )
    if event.amt < 0 or (event.amt == 0 and not endless):
        yield "amt", event.amt, "is no dose", "an amount above 0"
    if event.dur is not None:
        if event.dur <= 0:
            yield "dur", event.dur, "is no duration", "a duration above 0"
        elif event.rate < 0 or endless:
            yield "dur", event.dur, f"contradicts RATE {event.rate:g}", "no duration"
        elif event.rate > 0 and not math.isclose(event.rate * event.dur, event.amt, rel_tol=1e-9):
            yield "dur", event.dur, "contradicts amount and rate", f"{event.amt / event.rate:g}"
    if event.addl < 0 or event.addl != int(event.addl):
        yield "addl", event.addl, "is no number of doses", "a whole number, 0 or more"
    if event.ii < 0:
        yield "ii", event.ii, "is negative", "hours, 0 or more"
    elif endless and (event.ii > 0 or event.addl > 0):
        name = "ii" if event.ii > 0 else "addl"
        yield name, getattr(event, name), "does not go with an infusion that has always run", "0"
    elif event.ii == 0 and not endless and (event.addl > 0 or event.ss > 0):
        yield "ii", event.ii, "is missing, and ADDL or SS needs it", "hours between doses, above 0"
    lasts = event.dur or (event.amt / event.rate if event.rate > 0 else 0.0)
    if event.ss > 0 and 0 < event.ii < lasts - TICK_H:
        yield (
            "ii",
            event.ii,
            f"steady states overlap: each infusion lasts {lasts:g} h",
            f"at least {lasts:g} h",
        )


@dataclass(frozen=True, slots=True, eq=False)
class Act:
    """Something that happens to one state at a moment: mg enter it, its input changes by mg/h, or `placed` is added.

    `part` says which share of `amount` arrives (``None``: all of it). A reset empties the body and stops its inputs.
    """

    at_h: float
    kind: Literal["bolus", "rate", "place", "reset", "mark"]
    state: str = ""
    amount: float = 0.0
    part: Part | None = None
    placed: Floats | None = None


def dose_acts(drug: str, part: Part, mg: float, at_h: float, duration_h: float | None) -> list[Act]:
    """One dose through one part, `mg` as `given` has it: at once, or evenly over `duration_h`."""
    state, arrives = f"{drug}/{part.state}", at_h + part.lag_h
    if mg == 0.0:
        return []
    if duration_h is None:
        return [Act(arrives, "bolus", state, mg, part)]
    rate = mg / duration_h
    return [Act(arrives, "rate", state, rate, part), Act(arrives + duration_h, "rate", state, -rate, part)]


def always(
    block: Block,
    part: Part,
    mg: float,
    first_h: float,
    every_h: float,
    now_h: float,
    duration_h: float | None,
) -> tuple[Floats, list[Act]]:
    """Doses every `every_h` before the one at `first_h`, seen from `now_h`: amounts now, and what is yet to come.

    Yet to come are doses that still wait for their lag, and inputs that still run. Raises `NoSteadyState`.
    """
    acts: list[Act] = []
    at = first_h - every_h
    while at + part.lag_h > now_h - TICK_H:
        acts += dose_acts(block.drug, part, mg, at, duration_h)
        at -= every_h
    age = now_h - at - part.lag_h
    amounts = steady_doses(block, part, mg, age, every_h, duration_h)
    while duration_h is not None and (end := at + part.lag_h + duration_h) > now_h + TICK_H:
        rate, state = mg / duration_h, f"{block.drug}/{part.state}"
        acts += [Act(now_h, "rate", state, rate, part), Act(end, "rate", state, -rate, part)]
        at -= every_h
    return amounts, acts


def expand(block: Block, table: EventTable, until_h: float) -> list[Act]:
    """The acts of a table up to `until_h`, where a later row undoes what it cancels.

    A reset, and ``ss = 1``, cancel infusions that run and doses that are still to come. Raises `InputRefused` for a
    compartment that is not there, or a rate or duration that the part does not give.
    """
    acts: list[Act] = []
    for row, event in enumerate(table.events):
        where = f"events[{row}]"
        if event.evid in (3, 4) or event.ss == 1:
            acts = [act for act in acts if act.at_h < event.time - 2 * TICK_H]
            acts.append(Act(event.time, "reset"))
        if event.evid in (0, 2):
            acts.append(Act(event.time, "mark"))
        if event.evid in (1, 4):
            for part in arriving(_parts(block, event.cmt, where), event.amt):
                acts += _doses(block, part, event, where, until_h)
    return acts


def _doses(block: Block, part: Part, event: Event, where: str, until_h: float) -> list[Act]:
    acts: list[Act] = []
    mg = given(part, event.amt)
    lasts = _lasts(part, event, where)
    if lasts is not None and event.ss > 0 and event.amt > 0 and event.ii < lasts - TICK_H:
        problem = f"steady states overlap: each infusion lasts {lasts:g} h"
        raise InputRefused(f"{where}.ii", event.ii, problem, f"at least {lasts:g} h")
    if event.ss > 0:
        try:
            if event.amt == 0:
                amounts = steady_rate(block, part, event.rate)
            else:
                amounts, acts = always(block, part, mg, event.time, event.ii, event.time, lasts)
        except NoSteadyState as refused:
            raise InputRefused(f"{where}.ss", event.ss, str(refused).rstrip("."), "0") from refused
        for i, state in enumerate(block.states):
            acts.append(Act(event.time, "place", f"{block.drug}/{state}", placed=amounts[:, i]))
    if event.amt > 0:
        for k in range(repeats(event.time, event.ii, event.addl + 1, until_h, f"{where}.addl")):
            acts += dose_acts(block.drug, part, mg, event.time + k * event.ii, lasts)
    return acts


def repeats(start_h: float, every_h: float, count: int, until_h: float, where: str) -> int:
    """How many of `count` doses from `start_h` on begin by `until_h`. Raises `InputRefused` for more than a million."""
    if count > 1 and every_h > 0:
        count = min(count, max(0, math.floor((until_h - start_h) / every_h + 1e-9) + 1))
    if count > MOST_DOSES:
        raise InputRefused(where, count, "is too many doses", f"at most {MOST_DOSES} doses")
    return count


def _parts(block: Block, cmt: str | int, where: str) -> tuple[Part, ...]:
    """The ways in that a compartment names: those of a door, or the one that ends in a state."""
    if isinstance(cmt, int):
        state = block.states[cmt - 1] if 1 <= cmt <= len(block.states) else None
    else:
        state = cmt if cmt in block.states else None
        if state is None and cmt in block.doors:
            return block.doors[cmt]
    if state is None:
        numbered = ", ".join(f"{i} {name}" for i, name in enumerate(block.states, 1))
        expected = f"one of {numbered}" + (f", or a door: {', '.join(block.doors)}" if block.doors else "")
        raise InputRefused(f"{where}.cmt", cmt, f"is no compartment of {block.drug}", expected)
    found = [part for door in block.doors.values() for part in door if part.state == state]
    if any(not _alike(part, found[0]) for part in found):
        doors = ", ".join(door for door, parts in block.doors.items() if any(p.state == state for p in parts))
        raise InputRefused(f"{where}.cmt", cmt, "is reached in several ways", f"the name of a door: {doors}")
    return (found[0] if found else Part(state, np.ones(block.people)),)


def _alike(one: Part, other: Part) -> bool:
    same = (one.lag_h, one.duration_h, one.reference_mg, one.exponent) == (
        other.lag_h, other.duration_h, other.reference_mg, other.exponent
    )  # fmt: skip
    return same and bool(np.array_equal(one.fraction, other.fraction))


def _lasts(part: Part, event: Event, where: str) -> float | None:
    """How long a dose runs, hours; ``None`` when it enters at once."""
    if event.rate < 0:
        if part.duration_h is None:
            problem = f"wants a modeled input, and the way into {part.state} has no duration"
            raise InputRefused(f"{where}.rate", event.rate, problem, "0 or more")
        return part.duration_h * (event.amt / part.reference_mg if event.rate == -1 else 1.0)
    if event.rate > 0:
        return event.amt / event.rate
    return event.dur
