"""One pass through a schedule for every person: kinetics exactly, the nervous system by quadrature between events.

Given the concentrations, every state of the nervous system is one linear equation with a known right side
(`system`), so nothing is iterated: the receptor stimulus is worked out at the start, the middle and the end of a step,
and each state is carried over the step as if the stimulus were the parabola through the three (`quadrature`). That is
exact for the decay of each state and of fourth order in the step; `simulate` checks it. `lanes` does the walking.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from algesia.mechanism.lanes import walk_people
from algesia.mechanism.model import Floats, Integers, Schedule

LANES = 16
"""People who are walked side by side."""
STATES = ("stimulus", "TF", "TS", "S1", "S2", "OF", "RF", "OS", "NMDA block")
"""Columns of what a pass returns, before the concentrations."""


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Everything a pass needs beside the schedule; people in rows.

    `matrices` (people, blocks, widest, widest) hold each drug's rate matrix, `sizes` how much of it is used. Ligands,
    NMDA blockers, M3G and what is read are given as index of a state and ng/mL per mg in it. `lig_slow` numbers the ligands
    that bind slowly, -1 for all others.
    """

    matrices: Floats
    sizes: Integers
    lig_at: Integers
    lig_scale: Floats
    lig_k: Floats
    lig_alpha: Floats
    lig_slow: Integers
    lig_kon: Floats
    lig_koff: Floats
    nmda_at: Integers
    nmda_scale: Floats
    nmda_c50: Floats
    m3g_at: Integers
    m3g_scale: Floats
    read_at: Integers
    read_scale: Floats
    parameters: Floats
    start: Floats


def run(schedule: Schedule, given: Inputs) -> Floats:
    """Everybody through the schedule: (people, asked times, 9 + concentrations). People do not touch each other."""
    s, g = schedule, given
    people = g.parameters.shape[0]
    out = np.zeros((people, s.output_at.size, len(STATES) + g.read_at.size))
    fixed = (
        g.matrices, g.sizes, _linked(g.matrices), s.kind, s.lengths, s.bolus_step, s.bolus_state, s.bolus_mg, s.bolus_part,
        s.rate_step, s.rate_state, s.rate_change, s.rate_part, s.reset_step, s.fractions, s.start, s.output_at,
        g.lig_at, g.lig_scale, g.lig_k, g.lig_alpha, g.lig_slow, g.lig_kon, g.lig_koff,
        g.nmda_at, g.nmda_scale, g.nmda_c50, g.m3g_at, g.m3g_scale, g.read_at, g.read_scale, g.parameters, g.start, out,
    )  # fmt: skip
    lanes = min(LANES, people)
    if people <= LANES:
        walk_people(0, people, lanes, *fixed)
        return out
    workers = os.cpu_count() or 1
    # a few pieces for each core, so that none waits long for the last
    piece = max(-(-people // (4 * workers * LANES)), 1) * LANES
    edges = range(0, people, piece)
    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(walk_people, a, min(a + piece, people), lanes, *fixed) for a in edges]:
            done.result()
    return out


def _linked(matrices: Floats) -> Integers:
    """(blocks, to, from): whether anything that is in one state ever reaches the other, in anybody."""
    found = (matrices != 0.0).any(axis=0) | np.eye(matrices.shape[2], dtype=bool)
    for _ in range(matrices.shape[2]):
        found = found @ found
    linked: Integers = found.astype(np.int64)
    return linked
