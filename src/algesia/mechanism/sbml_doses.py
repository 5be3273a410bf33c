"""Doses in SBML: equal things at equal gaps become one event that counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from algesia.mechanism.model import Floats, Integers, Schedule
from algesia.mechanism.sbml_write import Document, safe


@dataclass(frozen=True, slots=True)
class Run:
    """The same thing `count` times, every `every` nano-hours from `start` on."""

    start: int
    every: int
    count: int


def write_doses(document: Document, schedule: Schedule) -> None:
    """Doses, and inputs that start and stop, as events; equal things at equal gaps are one event that counts."""
    s = schedule
    first = round(float(s.times[0]) * 1e9)
    ticks = np.rint(s.times * 1e9).astype(np.int64) - first
    for column in sorted({*s.bolus_part.tolist(), *s.rate_part.tolist()}):
        share = float(s.fractions[0, column])
        document.constant(f"share_{column}", share, "1", f"Share of a dose that arrives by way {column}")
    sids = [safe(name.replace("/", "_", 1)) for name in s.states]
    for i in sorted(set(s.rate_state.tolist())):
        document.variable(f"input_{sids[i]}", 0.0, "mg/h", f"Input into {s.states[i]}")
        document.flow(
            f"flow_input_{sids[i]}",
            f"Input into {s.states[i]}",
            f"input_{sids[i]}",
            None,
            sids[i],
            1.0,
            False,
        )
    events: dict[Run, dict[str, list[str]]] = {}
    kinds = (
        ("mg", "", s.bolus_step, s.bolus_state, s.bolus_mg, s.bolus_part),
        ("mg_per_hour", "input_", s.rate_step, s.rate_state, s.rate_change, s.rate_part),
    )
    for unit, prefix, step, state, amount, part in kinds:
        for (i, column, mg), at in _alike(state, part, amount, ticks[step]):
            for run in runs(at):
                change = f"share_{column} * ({mg!r} {unit})"
                events.setdefault(run, {}).setdefault(prefix + sids[i], []).append(change)
    for n, (run, changes) in enumerate(
        sorted(events.items(), key=lambda one: (one[0].start, one[0].every)), 1
    ):
        what = {variable: " + ".join([variable, *terms]) for variable, terms in changes.items()}
        trigger = f"time >= ({run.start / 1e9!r} hour)"
        if run.count > 1:
            trigger = f"time >= next_{n} && left_{n} > (0.5 dimensionless)"
            document.variable(f"next_{n}", run.start / 1e9, "h", f"Time of the next of course {n}")
            document.variable(f"left_{n}", float(run.count), "1", f"How many are left of course {n}")
            what[f"next_{n}"] = f"next_{n} + ({run.every / 1e9!r} hour)"
            what[f"left_{n}"] = f"left_{n} - (1 dimensionless)"
        document.event(f"given_{n}", f"Course {n}", trigger, what)


def _alike(
    state: Integers, part: Integers, amount: Floats, at: Integers
) -> Iterator[tuple[tuple[int, int, float], list[int]]]:
    """What happens to one state by one way in one amount, and when."""
    rows = sorted(zip(state.tolist(), part.tolist(), amount.tolist(), at.tolist(), strict=True))
    for key, found in groupby(rows, key=lambda row: row[:3]):
        yield key, [row[3] for row in found]


def runs(at: Sequence[int]) -> Iterator[Run]:
    """Moments in order as runs of equal gaps, each as long as it goes."""
    i = 0
    while i < len(at):
        j = i + 1
        while j + 1 < len(at) and at[j + 1] - at[j] == at[i + 1] - at[i]:
            j += 1
        j = min(j, len(at) - 1)
        yield Run(at[i], at[j] - at[j - 1] if j > i else 0, j - i + 1)
        i = j + 1
