"""One pass through a schedule for every person: kinetics exactly, the nervous system by quadrature between events.

Given the concentrations, every state of the nervous system is one linear equation with a known right side
(`system`), so nothing is iterated: the receptor stimulus is worked out at the start, the middle and the end of a step,
and each state is carried over the step as if the stimulus were the parabola through the three. That is exact for the
decay of each state and of fourth order in the step; `simulate` checks it by halving every step.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numba import njit

from algesia.mechanism.model import Floats, Integers, Schedule
from algesia.mechanism.propagate import propagators

GONE = 1e-15
"""mg in a compartment."""
STATES = ("stimulus", "TF", "TS", "S1", "S2", "OF", "OS", "NMDA block")
"""Columns of what a pass returns, before the concentrations."""
(
    TF_RATE,
    TF_GAIN,
    TS_ON,
    TS_OFF,
    TS_MAX,
    S1_RATE,
    S2_ON,
    S2_OFF,
    S2_OWN,
    S2_KET,
    M3G_GAIN,
    M3G_C50,
    OF_RATE,
    OS_RATE,
) = range(14)
"""Columns of the parameters a pass needs (people, 14); rates in 1/h. See `system` for the equations."""


@njit(cache=True, nogil=True)
def moments(a: float, upto: float) -> tuple[float, float, float]:
    """``a times the integral of exp(-a (upto - s)) s^n over s from 0 to upto``, for n = 0, 1, 2.

    By its power series for small `a`, where the closed form loses digits.
    """
    if a < 0.5:
        i0 = i1 = i2 = 0.0
        term = a * upto
        for m in range(14):
            # n! / (n + m + 1)! upto^(n + m + 1) a (-a)^m
            i0 += term
            i1 += term * upto / (m + 2)
            i2 += term * upto * upto * 2.0 / ((m + 2) * (m + 3))
            term *= -a * upto / (m + 2)
        return i0, i1, i2
    i0 = 1.0 - np.exp(-a * upto)
    i1 = upto - i0 / a
    return i0, i1, upto * upto - 2.0 * i1 / a


@njit(cache=True, nogil=True)
def weights(a: float, upto: float) -> tuple[float, float, float, float]:
    """Carry ``z' = k (f - z)`` over part of a step: decay, and the weights of f at start, middle and end.

    `a` is k times the whole step; `upto` 1 for the whole step, 0.5 for its half. f is the parabola through its three values.
    """
    i0, i1, i2 = moments(a, upto)
    return np.exp(-a * upto), 2.0 * i2 - 3.0 * i1 + i0, 4.0 * (i1 - i2), 2.0 * i2 - i1


@njit(cache=True, nogil=True)
def linear_step(
    z: float, h: float, p0: float, pm: float, p1: float, q0: float, qm: float, q1: float
) -> float:
    """``z' = p(t) - q(t) z`` over a step by the classical Runge-Kutta method; q h is small wherever this is used."""
    k1 = p0 - q0 * z
    k2 = pm - qm * (z + 0.5 * h * k1)
    k3 = pm - qm * (z + 0.5 * h * k2)
    k4 = p1 - q1 * (z + h * k3)
    return z + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)


@njit(cache=True, nogil=True)
def _fast(conc: Floats, lig_k: Floats, lig_alpha: Floats, lig_slow: Integers) -> tuple[float, float]:
    """Of the receptors that no slow ligand holds: the share in work, and the share taken (Gaddum; Leff 1993)."""
    total = stimulus = 0.0
    for j in range(conc.size):
        if lig_slow[j] < 0:
            u = conc[j] / lig_k[j]
            total += u
            stimulus += lig_alpha[j] * u
    return stimulus / (1.0 + total), total / (1.0 + total)


@njit(cache=True, nogil=True)
def _read(x: Floats, at: Integers, scale: Floats, out: Floats) -> None:
    for j in range(at.size):
        out[j] = max(x[at[j]], 0.0) * scale[j]


@njit(cache=True, nogil=True)
def _block(conc: Floats, c50: Floats) -> float:
    """Share of NMDA receptors that are blocked, by several blockers at once."""
    left = 1.0
    for j in range(conc.size):
        left *= c50[j] / (c50[j] + conc[j])
    return 1.0 - left


@njit(cache=True, nogil=True)
def _carry(ph: Floats, gh: Floats, sizes: Integers, which: int, x: Floats, rate: Floats, mid: Floats) -> None:
    """Carry every drug over half a step. A drug that is not there costs nothing; less than `GONE` mg is none."""
    first = 0
    for d in range(sizes.size):
        n = sizes[d]
        there = fed = False
        for i in range(first, first + n):
            there = there or x[i] > GONE
            fed = fed or rate[i] != 0.0
        if not there and not fed:
            for i in range(first, first + n):
                x[i] = 0.0
        else:
            for i in range(n):
                total = 0.0
                for j in range(n):
                    total += ph[d, which, i, j] * x[first + j]
                if fed:
                    for j in range(n):
                        total += gh[d, which, i, j] * rate[first + j]
                mid[i] = total
            for i in range(n):
                x[first + i] = mid[i]
        first += n


@njit(cache=True, nogil=True)
def _person(
    matrices: Floats, sizes: Integers, kind: Integers, lengths: Floats,
    bolus_step: Integers, bolus_state: Integers, bolus_mg: Floats, bolus_part: Integers,
    rate_step: Integers, rate_state: Integers, rate_change: Floats, rate_part: Integers,
    reset_step: Integers, fractions: Floats, start: Floats, output_at: Integers,
    lig_at: Integers, lig_scale: Floats, lig_k: Floats, lig_alpha: Floats, lig_slow: Integers, lig_kon: Floats, lig_koff: Floats,
    nmda_at: Integers, nmda_scale: Floats, nmda_c50: Floats, m3g_at: Integers, m3g_scale: Floats,
    read_at: Integers, read_scale: Floats, p: Floats, ns0: Floats, out: Floats,
) -> None:  # fmt: skip
    """One person through the schedule; fills `out` (asked times, 8 + concentrations)."""
    n_states, n_lig, n_lengths = start.size, lig_at.size, lengths.size
    n_slow = 0
    for j in range(n_lig):
        n_slow += 1 if lig_slow[j] >= 0 else 0
    # exact propagators over half of each length, block by block
    widest = matrices.shape[1]
    ph = np.zeros((sizes.size, n_lengths, widest, widest))
    gh = np.zeros((sizes.size, n_lengths, widest, widest))
    for d in range(sizes.size):
        n = sizes[d]
        ph[d, :, :n, :n], gh[d, :, :n, :n] = propagators(
            np.ascontiguousarray(matrices[d, :n, :n]), 0.5 * lengths
        )
    filters = np.empty((n_lengths, 4, 8))
    rates = np.array([p[TF_RATE], p[S1_RATE], p[OF_RATE], p[OS_RATE]])
    for which in range(n_lengths):
        for f in range(4):
            a = rates[f] * lengths[which]
            filters[which, f, 0], filters[which, f, 1], filters[which, f, 2], filters[which, f, 3] = weights(
                a, 1.0
            )
            filters[which, f, 4], filters[which, f, 5], filters[which, f, 6], filters[which, f, 7] = weights(
                a, 0.5
            )
    x, rate, mid = start.copy(), np.zeros(n_states), np.zeros(n_states)
    conc, held, block_conc = np.zeros(n_lig), np.zeros(n_slow), np.zeros(nmda_at.size)
    tf, ts, s1, s2, of, os = ns0[0], ns0[1], ns0[2], ns0[3], ns0[4], ns0[5]
    tf_gain, ts_on, ts_off, ts_max = p[TF_GAIN], p[TS_ON], p[TS_OFF], p[TS_MAX]
    s2_on, s2_off, s2_own, s2_ket = p[S2_ON], p[S2_OFF], p[S2_OWN], p[S2_KET]
    m3g_gain, m3g_c50 = p[M3G_GAIN], p[M3G_C50]
    lig_inverse = 1.0 / lig_k
    b = r = z = o = 0
    fs, driven = np.zeros(3), np.zeros(3)
    slow_r, slow_q = np.zeros((n_slow, 3)), np.zeros((n_slow, 3))
    stim, blocked = np.zeros(3), np.zeros(3)
    for step in range(kind.size + 1):
        # what is asked at a moment is read before anything that happens at it: a trough, a baseline
        while o < output_at.size and output_at[o] == step:
            _read(x, lig_at, lig_scale, conc)
            _read(x, nmda_at, nmda_scale, block_conc)
            free, _ = _fast(conc, lig_k, lig_alpha, lig_slow)
            s = free
            for j in range(n_lig):
                if lig_slow[j] >= 0:
                    s += held[lig_slow[j]] * (lig_alpha[j] - free)
            out[o, 0] = s
            out[o, 1], out[o, 2], out[o, 3], out[o, 4], out[o, 5], out[o, 6] = tf, ts, s1, s2, of, os
            out[o, 7] = _block(block_conc, nmda_c50)
            for j in range(read_at.size):
                out[o, 8 + j] = max(x[read_at[j]], 0.0) * read_scale[j]
            o += 1
        if step == kind.size:
            break
        happened = n_slow > 0
        while z < reset_step.size and reset_step[z] == step:
            happened = True
            x[:] = 0.0
            rate[:] = 0.0
            z += 1
        while b < bolus_step.size and bolus_step[b] == step:
            happened = True
            x[bolus_state[b]] += bolus_mg[b] * fractions[bolus_part[b]]
            b += 1
        while r < rate_step.size and rate_step[r] == step:
            rate[rate_state[r]] += rate_change[r] * fractions[rate_part[r]]
            r += 1
        which = kind[step]
        h = lengths[which]
        # where nothing happens the start of a step is the end of the last one
        for part in range(1 if step > 0 and not happened else 0, 3):
            if part > 0:
                _carry(ph, gh, sizes, which, x, rate, mid)
            stimulus = total = 0.0
            for j in range(n_lig):
                conc[j] = max(x[lig_at[j]], 0.0) * lig_scale[j]
                if lig_slow[j] < 0:
                    u = conc[j] * lig_inverse[j]
                    total += u
                    stimulus += lig_alpha[j] * u
            free = 1.0 / (1.0 + total)
            fs[part] = stimulus * free
            left = 1.0
            for j in range(nmda_at.size):
                left *= nmda_c50[j] / (nmda_c50[j] + max(x[nmda_at[j]], 0.0) * nmda_scale[j])
            blocked[part] = 1.0 - left
            driven[part] = 0.0
            if m3g_at.size > 0:
                m3g = 0.0
                for j in range(m3g_at.size):
                    m3g += max(x[m3g_at[j]], 0.0) * m3g_scale[j]
                driven[part] = m3g_gain * m3g / (m3g + m3g_c50)
            if n_slow > 0:
                for j in range(n_lig):
                    if lig_slow[j] >= 0:
                        on = lig_kon[j] * conc[j] * free
                        slow_q[lig_slow[j], part] = on + lig_koff[j]
                        slow_r[lig_slow[j], part] = on / (on + lig_koff[j])
        stim[0], stim[1], stim[2] = fs[0], fs[1], fs[2]
        for j in range(n_lig if n_slow > 0 else 0):
            s = lig_slow[j]
            if s >= 0:
                # a slow ligand follows its equilibrium at the rate it has in the middle of the step
                a = slow_q[s, 1] * h
                e, w0, wm, w1 = weights(a, 1.0)
                eh, v0, vm, v1 = weights(a, 0.5)
                at_start = held[s]
                at_mid = eh * at_start + v0 * slow_r[s, 0] + vm * slow_r[s, 1] + v1 * slow_r[s, 2]
                at_end = e * at_start + w0 * slow_r[s, 0] + wm * slow_r[s, 1] + w1 * slow_r[s, 2]
                held[s] = at_end
                stim[0] += at_start * (lig_alpha[j] - fs[0])
                stim[1] += at_mid * (lig_alpha[j] - fs[1])
                stim[2] += at_end * (lig_alpha[j] - fs[2])
        x0, xm, x1 = stim[0], stim[1], stim[2]
        l0, lm, l1 = 1.0 - blocked[0], 1.0 - blocked[1], 1.0 - blocked[2]
        d0, dm, d1 = (x0 + driven[0]) * l0, (xm + driven[1]) * lm, (x1 + driven[2]) * l1
        w = filters[which]
        s1_mid = w[1, 4] * s1 + w[1, 5] * d0 + w[1, 6] * dm + w[1, 7] * d1
        s1_end = w[1, 0] * s1 + w[1, 1] * d0 + w[1, 2] * dm + w[1, 3] * d1
        tf = w[0, 0] * tf + tf_gain * (w[0, 1] * x0 + w[0, 2] * xm + w[0, 3] * x1)
        of = w[2, 0] * of + w[2, 1] * x0 + w[2, 2] * xm + w[2, 3] * x1
        os = w[3, 0] * os + w[3, 1] * x0 + w[3, 2] * xm + w[3, 3] * x1
        p0, pm, p1 = ts_on * x0, ts_on * xm, ts_on * x1
        ts = linear_step(ts, h, p0 * ts_max, pm * ts_max, p1 * ts_max, p0 + ts_off, pm + ts_off, p1 + ts_off)
        q0, qm, q1 = s2_on * s1 + s2_own * l0, s2_on * s1_mid + s2_own * lm, s2_on * s1_end + s2_own * l1
        s2 = linear_step(
            s2, h, q0, qm, q1, q0 + s2_off + s2_ket * blocked[0], qm + s2_off + s2_ket * blocked[1],
            q1 + s2_off + s2_ket * blocked[2],
        )  # fmt: skip
        s1 = s1_end
        fs[0], blocked[0], driven[0] = fs[2], blocked[2], driven[2]


@njit(cache=True, nogil=True)
def _people(
    first: int, last: int, matrices: Floats, sizes: Integers, kind: Integers, lengths: Floats,
    bolus_step: Integers, bolus_state: Integers, bolus_mg: Floats, bolus_part: Integers,
    rate_step: Integers, rate_state: Integers, rate_change: Floats, rate_part: Integers,
    reset_step: Integers, fractions: Floats, start: Floats, output_at: Integers,
    lig_at: Integers, lig_scale: Floats, lig_k: Floats, lig_alpha: Floats, lig_slow: Integers, lig_kon: Floats, lig_koff: Floats,
    nmda_at: Integers, nmda_scale: Floats, nmda_c50: Floats, m3g_at: Integers, m3g_scale: Floats,
    read_at: Integers, read_scale: Floats, p: Floats, ns0: Floats, out: Floats,
) -> None:  # fmt: skip
    for i in range(first, last):
        _person(
            matrices[i], sizes, kind, lengths, bolus_step, bolus_state, bolus_mg, bolus_part,
            rate_step, rate_state, rate_change, rate_part, reset_step, fractions[i], start[i], output_at,
            lig_at, lig_scale[i], lig_k[i], lig_alpha, lig_slow, lig_kon, lig_koff,
            nmda_at, nmda_scale[i], nmda_c50, m3g_at, m3g_scale[i], read_at, read_scale[i], p[i], ns0[i], out[i],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Everything a pass needs beside the schedule; people in rows.

    `matrices` (people, blocks, widest, widest) hold each drug's rate matrix, `sizes` how much of it is used. Ligands,
    NMDA blockers, M3G and what is read are given as index of a state and ng/mL per mg in it. `slow` numbers the ligands
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
    """Everybody through the schedule: (people, asked times, 8 + concentrations). People do not touch each other."""
    s, g = schedule, given
    people = g.parameters.shape[0]
    out = np.zeros((people, s.output_at.size, len(STATES) + g.read_at.size))
    fixed = (
        g.matrices, g.sizes, s.kind, s.lengths, s.bolus_step, s.bolus_state, s.bolus_mg, s.bolus_part,
        s.rate_step, s.rate_state, s.rate_change, s.rate_part, s.reset_step, s.fractions, s.start, s.output_at,
        g.lig_at, g.lig_scale, g.lig_k, g.lig_alpha, g.lig_slow, g.lig_kon, g.lig_koff,
        g.nmda_at, g.nmda_scale, g.nmda_c50, g.m3g_at, g.m3g_scale, g.read_at, g.read_scale, g.parameters, g.start, out,
    )  # fmt: skip
    workers = min(os.cpu_count() or 1, max(1, people // 8))
    if workers == 1:
        _people(0, people, *fixed)
        return out
    edges = np.linspace(0, people, 4 * workers + 1).astype(int)
    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(_people, int(a), int(b), *fixed) for a, b in pairwise(edges)]:
            done.result()
    return out
