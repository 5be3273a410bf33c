"""The integer program behind the tablets: HiGHS (`highspy`), loaded when first needed.

Columns are counts by time of day and strength; equal questions are answered once and have equal answers.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, gcd
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import highspy
    import numpy as np
    from numpy.typing import NDArray

LEAST_SHARE: Final = 0.5
"""Every dose holds at least this share of the largest dose of the day (our own choice), unless it already held less."""
PIECE, STRENGTH, UNEVEN = 3.0, 2.0, 30.0
"""What weighs one more piece, one more strength, and an unevenness as large as the whole daily total."""
PATCHES_BESIDE: Final = 1
"""So many patches more are worn at once than the total needs at least (our own choice: few patches)."""


@lru_cache(maxsize=65_536)
def counts_of(
    grains: tuple[int, ...],
    times: int,
    low: int,
    high: int,
    target: int,
    most: tuple[int, ...],
    liquid: bool,
    patch: bool,
) -> tuple[tuple[int, ...], ...] | None:
    """How many of each grain at each time of day: the total in ``[low, high]`` nearest to `target`, or ``None``.

    Everything in thousandths of the unit of strength. `most` bounds each time of day, empty for no bound; of a `liquid`
    the number of grains costs nothing; a `patch` is worn with few others.

    >>> counts_of((10_000, 15_000, 30_000, 40_000), 2, 81_000, 89_000, 81_000, (), False, False)
    ((0, 1, 1, 0), (0, 0, 0, 1))
    """
    if high < times * min(grains) or high < low:
        return None
    unit = gcd(*grains)
    low, high = -(-low // unit), high // unit
    if low > high:
        return None
    small = tuple(g // unit for g in grains)
    if times * len(grains) == 1:
        # between two counts that are as near, the smaller one
        nearest = ceil(round(target / unit / small[0], 9) - 0.5)
        count = max(-(-low // small[0]), min(high // small[0], nearest))
        return ((count,),) if low <= count * small[0] <= high and count > 0 else None
    pieces = -(-high // max(small)) + PATCHES_BESIDE if patch else None
    return _highs(small, times, low, high, target / unit, tuple(m // unit for m in most), liquid, pieces)


def _highs(
    grains: tuple[int, ...],
    times: int,
    low: int,
    high: int,
    target: float,
    most: tuple[int, ...],
    liquid: bool,
    pieces: int | None,
) -> tuple[tuple[int, ...], ...] | None:
    """The integer program. Columns: counts by time and strength, strengths in use, largest and smallest dose, distance."""
    import highspy
    import numpy as np

    kinds = len(grains)
    tallest = most if most else (high,) * times
    first_used, top, bottom, off = (
        times * kinds,
        times * kinds + kinds,
        times * kinds + kinds + 1,
        times * kinds + kinds + 2,
    )
    columns = off + 1
    cost = np.zeros(columns)
    piece = 0.0 if liquid else PIECE
    for t in range(times):
        for k in range(kinds):
            # the last term only settles ties, so that the answer is one and the same
            cost[t * kinds + k] = piece + 1e-3 * (kinds - k) + 1e-4 * t
    cost[first_used : first_used + kinds] = STRENGTH
    cost[top], cost[bottom] = UNEVEN / high, -UNEVEN / high
    # nothing outweighs coming nearer to the target by one grid unit
    cost[off] = 4 * (PIECE * sum(t // min(grains) + 1 for t in tallest) + STRENGTH * kinds + UNEVEN)
    upper = np.empty(columns)
    for t in range(times):
        for k, grain in enumerate(grains):
            upper[t * kinds + k] = tallest[t] // grain
    upper[first_used : first_used + kinds] = 1
    upper[top:] = highspy.kHighsInf
    rows: list[tuple[float, float, list[int], list[float]]] = []
    everything = [t * kinds + k for t in range(times) for k in range(kinds)]
    whole = [float(grain) for _ in range(times) for grain in grains]
    rows.append((low, high, everything, whole))
    if pieces is not None:
        rows.append((0, pieces, everything, [1.0] * len(everything)))
    rows.append((target, highspy.kHighsInf, [*everything, off], [*whole, 1.0]))
    rows.append((-highspy.kHighsInf, target, [*everything, off], [*whole, -1.0]))
    weights = [float(grain) for grain in grains]
    for t in range(times):
        dose = list(range(t * kinds, (t + 1) * kinds))
        rows.append((1, tallest[t], dose, weights))
        rows.append((0, highspy.kHighsInf, [*dose, top], [-w for w in weights] + [1.0]))
        rows.append((0, highspy.kHighsInf, [*dose, bottom], [*weights, -1.0]))
        if t and (not most or most[t] <= most[t - 1]):
            earlier = list(range((t - 1) * kinds, t * kinds))
            rows.append((0, highspy.kHighsInf, [*earlier, *dose], [*weights, *[-w for w in weights]]))
    for k in range(kinds):
        for t in range(times):
            rows.append((0, highspy.kHighsInf, [first_used + k, t * kinds + k], [upper[t * kinds + k], -1.0]))
    share = LEAST_SHARE if not most else min(LEAST_SHARE, min(most) / max(most))
    rows.append((0, highspy.kHighsInf, [bottom, top], [1.0, -share]))
    found = _run(cost, upper, rows, off)
    if found is None:
        return None
    return tuple(tuple(round(found[t * kinds + k]) for k in range(kinds)) for t in range(times))


def _run(
    cost: NDArray[np.float64],
    upper: NDArray[np.float64],
    rows: list[tuple[float, float, list[int], list[float]]],
    whole_until: int,
) -> list[float] | None:
    import highspy
    import numpy as np

    program = highspy.HighsLp()
    columns = len(cost)
    program.num_col_, program.num_row_ = columns, len(rows)
    program.col_cost_, program.col_lower_, program.col_upper_ = cost, np.zeros(columns), upper
    program.row_lower_ = np.array([row[0] for row in rows], dtype=float)
    program.row_upper_ = np.array([row[1] for row in rows], dtype=float)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = np.cumsum([0, *(len(row[2]) for row in rows)])
    program.a_matrix_.index_ = np.array([i for row in rows for i in row[2]], dtype=np.int32)
    program.a_matrix_.value_ = np.array([v for row in rows for v in row[3]], dtype=float)
    integer, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    program.integrality_ = [integer if i < whole_until - 2 else real for i in range(columns)]
    solver = _solver()
    solver.passModel(program)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return list(solver.getSolution().col_value)


@lru_cache(maxsize=1)
def _solver() -> highspy.Highs:
    """HiGHS, silent, with one thread and no gap: equal questions have equal answers."""
    import highspy

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1e-7),
    ):
        solver.setOptionValue(option, value)
    return solver
