"""Time cut into steps: every happening a boundary, and steps between that grow as things calm down.

Steps are short just after something happened to a state and grow from there, so that the states that are not linear
are integrated well at a fixed cost. Times are whole nano-hours, so that equal gaps have exactly equal lengths.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from algesia.mechanism.events import TICK_H, Act
from algesia.mechanism.model import Floats, Integers, Part, Schedule
from algesia.quantities.refusal import InputRefused, WrongCall

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


def _ticks(hours: Iterable[float]) -> Integers:
    return np.rint(np.fromiter(hours, dtype=np.float64) / TICK_H).astype(np.int64)


def cut(
    index: Mapping[str, int], acts: Sequence[Act], asked: Floats, begin: float, start: Floats, steps: Steps
) -> Schedule:
    """Cut time at every act and every asked time, grade the steps between, and put the acts where they belong.

    Parameters
    ----------
    index
        Where each state, named ``drug/state``, stands among all.
    asked
        (times,) hours, not falling; the last is the end.
    begin, start
        The first hour, and the amounts (people, states) in mg at it.

    Raises `InputRefused` for a share that is none, and for more than `MOST_STEPS` steps.
    """
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

    people = start.shape[0]
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
