"""Linear kinetics without step error: matrix exponentials, one small matrix for each drug and person.

Between two happenings ``dx/dt = K x + r`` with constant `r`, so ``x(t + h) = P x(t) + G r`` with ``P = exp(K h)``
and ``G`` its integral from 0 to h. Flows and gains are never negative. That allows a sum of positive terms only
(uniformization), which keeps every digit where a plain Taylor sum cancels.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

from algesia.mechanism.model import Block, Floats, Integers, Schedule
from algesia.quantities.refusal import InputRefused, WrongCall


def rate_matrix(block: Block) -> Floats:
    """The rate matrix K (1/h) of each person, (people, states, states).

    A flow leaves its source at its rate, unless it keeps; rate times gain arrives at its target. Raises
    `InputRefused` naming the flow where a rate or gain is negative or not finite, and where the flows
    together let the amount grow without end.
    """
    index = {state: i for i, state in enumerate(block.states)}
    matrix = np.zeros((block.people, len(index), len(index)))
    for j, flow in enumerate(block.transfers):
        rate, gain = block.rates[:, j], block.gains[:, j]
        for values, what in ((rate, "rate"), (gain, "gain")):
            if not np.all(np.isfinite(values) & (values >= 0)):
                bad = float(values[~(np.isfinite(values) & (values >= 0))][0])
                expected = f"a {what} of 0 or more, finite"
                raise InputRefused(f"{block.drug}.{flow.symbol}", bad, "is an impossible flow", expected)
        source = index[flow.source]
        if flow.target is not None:
            matrix[:, index[flow.target], source] += rate * gain
        if not flow.keeps:
            matrix[:, source, source] -= rate
    _refuse_growth(block, matrix)
    return matrix


def _refuse_growth(block: Block, matrix: Floats) -> None:
    """Refuse flows that make more than they take, round and round.

    Only a circle can grow: a chain that gains on its way still ends. So eigenvalues are looked at only where a
    flow of a circle keeps its source or has a gain above 1.
    """
    size = len(block.states)
    index = {state: i for i, state in enumerate(block.states)}
    reach = np.eye(size, dtype=bool) | (matrix != 0).any(axis=0).T
    for _ in range(size):
        reach = reach | (reach @ reach)
    for j, flow in enumerate(block.transfers):
        if flow.target is None or not reach[index[flow.target], index[flow.source]]:
            continue
        if flow.keeps or bool(np.any(block.gains[:, j] > 1.0)):
            largest = np.linalg.eigvals(matrix).real.max(axis=1)
            growing = largest > 1e-9 * np.abs(matrix).max(axis=(1, 2))
            if growing.any():
                value = float(block.rates[int(np.argmax(growing)), j])
                problem = "lets the amount in the body grow without end"
                raise InputRefused(
                    f"{block.drug}.{flow.symbol}", value, problem, "flows that lose as much as they pass on"
                )


@njit(cache=True, nogil=True)
def _exponential(matrix: Floats, h: float, want_integral: bool, power: Floats, integral: Floats) -> None:
    """Write exp(K h), and its integral, by uniformization and repeated squaring.

    With c the fastest loss and U = I + K/c >= 0: exp(K h) = sum of p_m U^m, p the Poisson weights of mean c h,
    and its integral is the sum of P(N > m)/c U^m (Jensen 1953). h is halved until the series is short; then
    G(2h) = G(h) + P(h) G(h) and P(2h) = P(h)^2.
    """
    size = matrix.shape[0]
    fastest = 0.0
    for i in range(size):
        fastest = max(fastest, abs(matrix[i, i]))
    if fastest == 0.0:
        for j in range(size):
            column = 0.0
            for i in range(size):
                column += abs(matrix[i, j])
            fastest = max(fastest, column)
    if fastest == 0.0 or h == 0.0:
        for i in range(size):
            for j in range(size):
                power[i, j] = 1.0 if i == j else 0.0
                integral[i, j] = h if i == j else 0.0
        return
    uniform = np.empty((size, size))
    norm = 1.0
    for j in range(size):
        column = 0.0
        for i in range(size):
            uniform[i, j] = matrix[i, j] / fastest + (1.0 if i == j else 0.0)
            column += abs(uniform[i, j])
        norm = max(norm, column)
    squarings = 0
    step = h
    while fastest * step * norm > 1.0:
        step *= 0.5
        squarings += 1
    terms = 18 + size
    weights = np.empty(terms + 12)
    weights[0] = np.exp(-fastest * step)
    for m in range(1, terms + 12):
        weights[m] = weights[m - 1] * fastest * step / m
    beyond = np.zeros(terms + 12)
    for m in range(terms + 10, -1, -1):
        beyond[m] = beyond[m + 1] + weights[m + 1]
    run = np.eye(size)
    other = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            power[i, j] = weights[0] * run[i, j]
            integral[i, j] = beyond[0] / fastest * run[i, j]
    for m in range(1, terms):
        _product(uniform, run, other)
        run, other = other, run
        for i in range(size):
            for j in range(size):
                power[i, j] += weights[m] * run[i, j]
                integral[i, j] += beyond[m] / fastest * run[i, j]
    for _ in range(squarings):
        if want_integral:
            _product(power, integral, other)
            for i in range(size):
                for j in range(size):
                    integral[i, j] += other[i, j]
        _product(power, power, other)
        power[:, :] = other


@njit(cache=True, nogil=True)
def _product(left: Floats, right: Floats, out: Floats) -> None:
    size = left.shape[0]
    for i in range(size):
        for j in range(size):
            total = 0.0
            for m in range(size):
                total += left[i, m] * right[m, j]
            out[i, j] = total


@njit(cache=True, nogil=True)
def expm(matrix: Floats, h: float) -> Floats:
    """exp(K h) of one rate matrix (states, states): what is where, of one mg, h hours later. h is 0 or more."""
    power = np.empty_like(matrix)
    integral = np.empty_like(matrix)
    _exponential(matrix, h, False, power, integral)
    return power


@njit(cache=True, nogil=True)
def propagators(matrix: Floats, lengths: Floats) -> tuple[Floats, Floats]:
    """P and G of one rate matrix for each length (h): ``x(t + h) = P x(t) + G r``; both (lengths, states, states).

    A length that is exactly twice an earlier one is made from it, so sorted lengths that double are cheap.
    """
    count, size = lengths.shape[0], matrix.shape[0]
    powers = np.empty((count, size, size))
    integrals = np.empty((count, size, size))
    for k in range(count):
        half = -1
        for j in range(k):
            if 2.0 * lengths[j] == lengths[k]:
                half = j
        if half < 0:
            _exponential(matrix, lengths[k], True, powers[k], integrals[k])
        else:
            _product(powers[half], integrals[half], integrals[k])
            for i in range(size):
                for j in range(size):
                    integrals[k, i, j] += integrals[half, i, j]
            _product(powers[half], powers[half], powers[k])
    return powers, integrals


@njit(cache=True, nogil=True)
def _simulate(
    first: int, last: int, matrices: Floats, lengths: Floats, kind: Integers, start: Floats, fractions: Floats,
    bolus_from: Integers, bolus_state: Integers, bolus_mg: Floats, bolus_part: Integers,
    rate_from: Integers, rate_state: Integers, rate_change: Floats, rate_part: Integers,
    reset: Integers, asked: Integers, reads: Integers, scales: Floats, out: Floats,
) -> None:  # fmt: skip
    """Walk the people from `first` to `last` through all steps; write out (outputs, people, asked)."""
    size = matrices.shape[1]
    x = np.empty(size)
    y = np.empty(size)
    r = np.empty(size)
    for person in range(first, last):
        powers, integrals = propagators(matrices[person], lengths)
        for i in range(size):
            x[i] = start[person, i]
            r[i] = 0.0
        seen = 0
        for step in range(kind.shape[0] + 1):
            while seen < asked.shape[0] and asked[seen] == step:
                for o in range(reads.shape[0]):
                    out[o, person, seen] = x[reads[o]] * scales[person, o]
                seen += 1
            if step == kind.shape[0] or seen == asked.shape[0]:
                break
            if reset[step]:
                for i in range(size):
                    x[i] = 0.0
                    r[i] = 0.0
            for b in range(bolus_from[step], bolus_from[step + 1]):
                x[bolus_state[b]] += bolus_mg[b] * fractions[person, bolus_part[b]]
            for b in range(rate_from[step], rate_from[step + 1]):
                r[rate_state[b]] += rate_change[b] * fractions[person, rate_part[b]]
            k = kind[step]
            for i in range(size):
                total = 0.0
                for j in range(size):
                    total += powers[k, i, j] * x[j] + integrals[k, i, j] * r[j]
                y[i] = total
            for i in range(size):
                x[i] = y[i]


def concentrations(blocks: Sequence[Block], schedule: Schedule) -> dict[str, Floats]:
    """Every output (ng/mL) of every block at the asked times: name -> (people, asked times).

    Exact but for rounding: no step error. What happens at the very moment of a reading is not in it yet, so a
    reading at the time of a dose is the trough. Raises `WrongCall` where the schedule was made for other blocks.
    """
    names = tuple(f"{block.drug}/{state}" for block in blocks for state in block.states)
    if names != schedule.states:
        raise WrongCall("The schedule was made for other blocks than these.")
    order = np.argsort(schedule.output_at, kind="stable")
    asked = schedule.output_at[order]
    found: dict[str, Floats] = {}
    base = 0
    for block in blocks:
        values = _of_block(block, schedule, base, asked)
        base += len(block.states)
        for o, output in enumerate(block.outputs):
            if output.name in found:
                raise WrongCall(f"Two outputs are named {output.name}.")
            found[output.name] = np.empty_like(values[o])
            found[output.name][:, order] = values[o]
    return found


def _of_block(block: Block, schedule: Schedule, base: int, asked: Integers) -> Floats:
    """The outputs of one block, (outputs, people, asked); people are shared out between threads."""
    size, steps, people = len(block.states), len(schedule.kind), block.people
    reads = np.array([block.states.index(o.state) for o in block.outputs], dtype=np.int64)
    out = np.zeros((len(reads), people, len(asked)))
    reset = np.zeros(steps + 1, dtype=np.int64)
    reset[schedule.reset_step] = 1
    mine = (schedule.bolus_state >= base) & (schedule.bolus_state < base + size)
    rates = (schedule.rate_state >= base) & (schedule.rate_state < base + size)
    edges = np.arange(steps + 1)
    rest = (
        rate_matrix(block), schedule.lengths, schedule.kind,
        np.ascontiguousarray(schedule.start[:, base : base + size]), schedule.fractions,
        np.searchsorted(schedule.bolus_step[mine], edges), schedule.bolus_state[mine] - base,
        schedule.bolus_mg[mine], schedule.bolus_part[mine],
        np.searchsorted(schedule.rate_step[rates], edges), schedule.rate_state[rates] - base,
        schedule.rate_change[rates], schedule.rate_part[rates],
        reset, asked, reads, block.scales, out,
    )  # fmt: skip
    workers = min(os.cpu_count() or 1, max(1, people // 32))
    cuts = [people * w // workers for w in range(workers + 1)]
    if workers == 1:
        _simulate(0, people, *rest)
    else:
        # Threads of our own: the compiled code lets go of the interpreter, and pages may ask at the same time.
        with ThreadPoolExecutor(workers) as pool:
            for job in [pool.submit(_simulate, cuts[w], cuts[w + 1], *rest) for w in range(workers)]:
                job.result()
    return out
