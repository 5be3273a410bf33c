"""People through a schedule, side by side.

The innermost loops run over people, which lets the compiler use the processor's wide registers; that changes nothing for a
person. Everything is written for the compiler: plain arrays, people last, no allocation within a step.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from algesia.mechanism.model import Floats, Integers
from algesia.mechanism.propagate import propagators
from algesia.mechanism.quadrature import follow, linear_step, weights

GONE = 1e-15
"""mg in a compartment: less is none."""
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
    FALL,
    RF_RATE,
    OS_RATE,
) = range(16)
"""Columns of the parameters a pass needs (people, 16); rates in 1/h. See `system` for the equations."""


@njit(cache=True, nogil=True, error_model="numpy")
def _prepared(
    matrices: Floats, sizes: Integers, lengths: Floats, p: Floats, lanes: int
) -> tuple[Floats, Floats, Floats]:
    """Propagators over half of each length, and the weights of the five plain states; people last."""
    count, blocks, widest = matrices.shape[0], sizes.size, matrices.shape[2]
    ph = np.zeros((blocks, lengths.size, widest, widest, lanes))
    gh = np.zeros((blocks, lengths.size, widest, widest, lanes))
    filters = np.empty((lengths.size, 5, 8, lanes))
    for lane in range(lanes):
        i = min(lane, count - 1)
        for d in range(blocks):
            n = sizes[d]
            powers, integrals = propagators(np.ascontiguousarray(matrices[i, d, :n, :n]), 0.5 * lengths)
            ph[d, :, :n, :n, lane], gh[d, :, :n, :n, lane] = powers, integrals
        for f, rate in enumerate((TF_RATE, S1_RATE, OF_RATE, OS_RATE, RF_RATE)):
            for k in range(lengths.size):
                a = p[i, rate] * lengths[k]
                w, v = weights(a, 1.0), weights(a, 0.5)
                for j in range(4):
                    filters[k, f, j, lane], filters[k, f, 4 + j, lane] = w[j], v[j]
    return ph, gh, filters


@njit(cache=True, nogil=True, error_model="numpy")
def _awake(x: Floats, sizes: Integers, rate: Floats, there: Integers, fed: Integers) -> None:
    """Of each drug: whether anybody has any of it (less than `GONE` mg is none), and whether any is being given."""
    first = 0
    for d in range(sizes.size):
        there[d] = fed[d] = 0
        for i in range(first, first + sizes[d]):
            for lane in range(x.shape[1]):
                if x[i, lane] > GONE:
                    there[d] = 1
                if rate[i, lane] != 0.0:
                    there[d] = fed[d] = 1
        if not there[d]:
            x[first : first + sizes[d], :] = 0.0
        first += sizes[d]


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _carry(
    ph: Floats, gh: Floats, sizes: Integers, linked: Integers, k: int, there: Integers, fed: Integers,
    x: Floats, rate: Floats, y: Floats,
) -> None:  # fmt: skip
    """Carry every drug that is there over half a step."""
    lanes, first = x.shape[1], 0
    for d in range(sizes.size):
        n = sizes[d]
        if there[d]:
            for i in range(n):
                for lane in range(lanes):
                    y[i, lane] = 0.0
                for j in range(n):
                    if linked[d, i, j]:
                        for lane in range(lanes):
                            y[i, lane] += ph[d, k, i, j, lane] * x[first + j, lane]
                        if fed[d]:
                            for lane in range(lanes):
                                y[i, lane] += gh[d, k, i, j, lane] * rate[first + j, lane]
            for i in range(n):
                for lane in range(lanes):
                    x[first + i, lane] = y[i, lane]
        first += n


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _bind(
    part: int, x: Floats, lig_at: Integers, lig_u: Floats, lig_alpha: Floats, lig_slow: Integers, nmda_at: Integers, nmda_u: Floats,
    m3g_at: Integers, m3g_scale: Floats, p: Floats, total: Floats, work: Floats,
    fs: Floats, free: Floats, left: Floats, driven: Floats,
) -> None:  # fmt: skip
    """At one moment: stimulus of the receptors that no slow ligand holds, their share that is free (Gaddum; Leff 1993),
    the share of NMDA receptors that is not blocked, and what M3G drives."""
    lanes = x.shape[1]
    for lane in range(lanes):
        total[lane], work[lane], left[part, lane], driven[part, lane] = 1.0, 0.0, 1.0, 0.0
    for j in range(lig_at.size):
        if lig_slow[j] < 0:
            at, alpha = lig_at[j], lig_alpha[j]
            for lane in range(lanes):
                u = x[at, lane] * lig_u[j, lane]
                total[lane] += u
                work[lane] += alpha * u
    for lane in range(lanes):
        free[part, lane] = 1.0 / total[lane]
        fs[part, lane] = work[lane] * free[part, lane]
    for j in range(nmda_at.size):
        at = nmda_at[j]
        for lane in range(lanes):
            left[part, lane] /= 1.0 + x[at, lane] * nmda_u[j, lane]
    if m3g_at.size > 0:
        for j in range(m3g_at.size):
            at = m3g_at[j]
            for lane in range(lanes):
                driven[part, lane] += x[at, lane] * m3g_scale[j, lane]
        for lane in range(lanes):
            driven[part, lane] = (
                p[M3G_GAIN, lane] * driven[part, lane] / (driven[part, lane] + p[M3G_C50, lane])
            )


@njit(cache=True, nogil=True, error_model="numpy")
def _held(
    x: Floats, h: float, j: int, at: int, lig_on: Floats, koff: float, alpha: float, part: int,
    free: Floats, r: Floats, q: Floats, held: Floats, stim: Floats, fs: Floats,
) -> None:  # fmt: skip
    """A slow ligand's equilibrium and rate at one moment; at the third, carry it over the step and add what it drives."""
    for lane in range(x.shape[1]):
        on = x[at, lane] * lig_on[j, lane] * free[lane]
        q[part, lane] = on + koff
        r[part, lane] = on / (on + koff)
    if part == 2:
        for lane in range(x.shape[1]):
            mid, end = follow(
                held[lane], h, r[0, lane], r[1, lane], r[2, lane], q[0, lane], q[1, lane], q[2, lane]
            )
            stim[0, lane] += held[lane] * (alpha - fs[0, lane])
            stim[1, lane] += mid * (alpha - fs[1, lane])
            stim[2, lane] += end * (alpha - fs[2, lane])
            held[lane] = end


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _falling(gap: float, per_fall: float) -> float:
    """How much of the fast rebound a gap drives (`system.falling`); `per_fall` is 1/FALL."""
    part = max(gap, 0.0) * per_fall
    sixth = part * part * part * part * part * part
    return sixth / (1.0 + sixth)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _nerve(
    ns: Floats, h: float, k: int, w: Floats, p: Floats, per: Floats, stim: Floats, left: Floats, driven: Floats
) -> None:  # fmt: skip
    """The seven states over one step."""
    for lane in range(ns.shape[1]):
        x0, xm, x1 = stim[0, lane], stim[1, lane], stim[2, lane]
        l0, lm, l1 = left[0, lane], left[1, lane], left[2, lane]
        d0, dm, d1 = (x0 + driven[0, lane]) * l0, (xm + driven[1, lane]) * lm, (x1 + driven[2, lane]) * l1
        s1 = ns[2, lane]
        s1_mid = w[k, 1, 4, lane] * s1 + w[k, 1, 5, lane] * d0 + w[k, 1, 6, lane] * dm + w[k, 1, 7, lane] * d1
        s1_end = w[k, 1, 0, lane] * s1 + w[k, 1, 1, lane] * d0 + w[k, 1, 2, lane] * dm + w[k, 1, 3, lane] * d1
        driving = w[k, 0, 1, lane] * x0 + w[k, 0, 2, lane] * xm + w[k, 0, 3, lane] * x1
        ns[0, lane] = w[k, 0, 0, lane] * ns[0, lane] + p[TF_GAIN, lane] * driving
        of = ns[4, lane]
        of_mid = w[k, 2, 4, lane] * of + w[k, 2, 5, lane] * x0 + w[k, 2, 6, lane] * xm + w[k, 2, 7, lane] * x1
        of_end = w[k, 2, 0, lane] * of + w[k, 2, 1, lane] * x0 + w[k, 2, 2, lane] * xm + w[k, 2, 3, lane] * x1
        ns[4, lane] = of_end
        per_fall = per[lane]
        r0, rm, r1 = (
            _falling(of - x0, per_fall), _falling(of_mid - xm, per_fall), _falling(of_end - x1, per_fall),
        )  # fmt: skip
        rf = (
            w[k, 4, 0, lane] * ns[5, lane]
            + w[k, 4, 1, lane] * r0
            + w[k, 4, 2, lane] * rm
            + w[k, 4, 3, lane] * r1
        )
        # a parabola through what is almost a jump can undershoot
        ns[5, lane] = max(rf, 0.0)
        ns[6, lane] = (
            w[k, 3, 0, lane] * ns[6, lane]
            + w[k, 3, 1, lane] * x0
            + w[k, 3, 2, lane] * xm
            + w[k, 3, 3, lane] * x1
        )
        top, off = p[TS_MAX, lane], p[TS_OFF, lane]
        p0, pm, p1 = p[TS_ON, lane] * x0, p[TS_ON, lane] * xm, p[TS_ON, lane] * x1
        ns[1, lane] = linear_step(ns[1, lane], h, p0 * top, pm * top, p1 * top, p0 + off, pm + off, p1 + off)
        on, own, off, ket = p[S2_ON, lane], p[S2_OWN, lane], p[S2_OFF, lane], p[S2_KET, lane]
        q0, qm, q1 = on * s1 + own * l0, on * s1_mid + own * lm, on * s1_end + own * l1
        ns[3, lane] = linear_step(
            ns[3, lane], h, q0, qm, q1, q0 + off + ket * (1.0 - l0), qm + off + ket * (1.0 - lm),
            q1 + off + ket * (1.0 - l1),
        )  # fmt: skip
        ns[2, lane] = s1_end


@njit(cache=True, nogil=True, error_model="numpy")
def _lanes(values: Floats, lanes: int) -> Floats:
    """(people, n) as (n, lanes): people last, the last of them in every lane that nobody has."""
    found = np.empty((values.shape[1], lanes))
    for lane in range(lanes):
        found[:, lane] = values[min(lane, values.shape[0] - 1)]
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _walk(
    matrices: Floats, sizes: Integers, linked: Integers, kind: Integers, lengths: Floats,
    bolus_step: Integers, bolus_state: Integers, bolus_mg: Floats, bolus_part: Integers,
    rate_step: Integers, rate_state: Integers, rate_change: Floats, rate_part: Integers,
    reset_step: Integers, fractions: Floats, start: Floats, output_at: Integers,
    lig_at: Integers, lig_scale: Floats, lig_k: Floats, lig_alpha: Floats, lig_slow: Integers, lig_kon: Floats, lig_koff: Floats,
    nmda_at: Integers, nmda_scale: Floats, nmda_c50: Floats, m3g_at: Integers, m3g_scale: Floats,
    read_at: Integers, read_scale: Floats, p: Floats, ns0: Floats, out: Floats, lanes: int,
) -> None:  # fmt: skip
    """Up to `lanes` people through the schedule; fills `out` (people, asked times, 9 + concentrations)."""
    count, n_lig = start.shape[0], lig_at.size
    ph, gh, filters = _prepared(matrices, sizes, lengths, p, lanes)
    share, x, ns, p = _lanes(fractions, lanes), _lanes(start, lanes), _lanes(ns0, lanes), _lanes(p, lanes)
    lig_u, lig_on, slow = _lanes(lig_scale / lig_k, lanes), _lanes(lig_scale * lig_kon, lanes), 0
    nmda_u, m3g_scale = _lanes(nmda_scale / nmda_c50, lanes), _lanes(m3g_scale, lanes)
    for j in range(n_lig):
        slow += 1 if lig_slow[j] >= 0 else 0
    rate, y, per_fall = np.zeros_like(x), np.zeros_like(x), 1.0 / p[FALL]
    fs, stim, free, left, driven = (
        np.zeros((3, lanes)), np.zeros((3, lanes)), np.zeros((3, lanes)), np.zeros((3, lanes)), np.zeros((3, lanes)),
    )  # fmt: skip
    held, r, q = np.zeros((slow, lanes)), np.zeros((slow, 3, lanes)), np.zeros((slow, 3, lanes))
    total, work = np.zeros(lanes), np.zeros(lanes)
    there, fed = np.ones(sizes.size, np.int64), np.ones(sizes.size, np.int64)
    b = f = z = o = 0
    fresh = True
    for step in range(kind.size + 1):
        # what is asked at a moment is read before anything that happens at it: a trough, a baseline
        while o < output_at.size and output_at[o] == step:
            _bind(
                0, x, lig_at, lig_u, lig_alpha, lig_slow, nmda_at, nmda_u, m3g_at, m3g_scale, p, total, work, fs, free,
                left, driven,
            )  # fmt: skip
            for lane in range(count):
                s = fs[0, lane]
                for j in range(n_lig):
                    if lig_slow[j] >= 0:
                        s += held[lig_slow[j], lane] * (lig_alpha[j] - fs[0, lane])
                out[lane, o, 0] = s
                for i in range(7):
                    out[lane, o, 1 + i] = ns[i, lane]
                out[lane, o, 8] = 1.0 - left[0, lane]
                for i in range(read_at.size):
                    out[lane, o, 9 + i] = max(x[read_at[i], lane], 0.0) * read_scale[lane, i]
            o += 1
        if step == kind.size:
            break
        changed = False
        while z < reset_step.size and reset_step[z] == step:
            fresh = True
            x[:, :] = 0.0
            rate[:, :] = 0.0
            z += 1
        while b < bolus_step.size and bolus_step[b] == step:
            fresh = True
            x[bolus_state[b]] += bolus_mg[b] * share[bolus_part[b]]
            b += 1
        while f < rate_step.size and rate_step[f] == step:
            changed = True
            rate[rate_state[f]] += rate_change[f] * share[rate_part[f]]
            f += 1
        if fresh or changed or step % 64 == 0:
            _awake(x, sizes, rate, there, fed)
        k = kind[step]
        h = lengths[k]
        # where nothing happens the start of a step is the end of the last one
        for part in range(0 if fresh else 1, 3):
            if part > 0:
                _carry(ph, gh, sizes, linked, k, there, fed, x, rate, y)
            _bind(
                part, x, lig_at, lig_u, lig_alpha, lig_slow, nmda_at, nmda_u, m3g_at, m3g_scale, p, total, work, fs, free,
                left, driven,
            )  # fmt: skip
            for lane in range(lanes):
                stim[part, lane] = fs[part, lane]
            for j in range(n_lig if slow > 0 else 0):
                s = lig_slow[j]
                if s >= 0:
                    _held(
                        x, h, j, lig_at[j], lig_on, lig_koff[j], lig_alpha[j], part, free[part], r[s], q[s], held[s],
                        stim, fs,
                    )  # fmt: skip
        _nerve(ns, h, k, filters, p, per_fall, stim, left, driven)
        fresh = slow > 0
        for lane in range(lanes):
            fs[0, lane], stim[0, lane] = fs[2, lane], fs[2, lane]
            left[0, lane], driven[0, lane] = left[2, lane], driven[2, lane]


@njit(cache=True, nogil=True, error_model="numpy")
def walk_people(
    first: int, last: int, lanes: int, matrices: Floats, sizes: Integers, linked: Integers, kind: Integers, lengths: Floats,
    bolus_step: Integers, bolus_state: Integers, bolus_mg: Floats, bolus_part: Integers,
    rate_step: Integers, rate_state: Integers, rate_change: Floats, rate_part: Integers,
    reset_step: Integers, fractions: Floats, start: Floats, output_at: Integers,
    lig_at: Integers, lig_scale: Floats, lig_k: Floats, lig_alpha: Floats, lig_slow: Integers, lig_kon: Floats, lig_koff: Floats,
    nmda_at: Integers, nmda_scale: Floats, nmda_c50: Floats, m3g_at: Integers, m3g_scale: Floats,
    read_at: Integers, read_scale: Floats, p: Floats, ns0: Floats, out: Floats,
) -> None:  # fmt: skip
    """The people from `first` to `last` through the schedule, `lanes` of them at a time; fills `out`."""
    for i in range(first, last, lanes):
        t = min(i + lanes, last)
        _walk(
            matrices[i:t], sizes, linked, kind, lengths, bolus_step, bolus_state, bolus_mg, bolus_part,
            rate_step, rate_state, rate_change, rate_part, reset_step, fractions[i:t], start[i:t], output_at,
            lig_at, lig_scale[i:t], lig_k[i:t], lig_alpha, lig_slow, lig_kon, lig_koff,
            nmda_at, nmda_scale[i:t], nmda_c50, m3g_at, m3g_scale[i:t], read_at, read_scale[i:t], p[i:t], ns0[i:t],
            out[i:t], lanes,
        )  # fmt: skip
