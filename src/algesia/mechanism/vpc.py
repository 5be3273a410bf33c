"""Visual predictive checks: percentiles of what was observed beside those of replicates drawn from a model.

Karlsson and Holford, PAGE 2008 abstract 1434; with prediction correction Bergstrand 2011 AAPS J 13:143.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from algesia.mechanism.model import Floats, Integers
from algesia.quantities.refusal import InputRefused

INTERVAL: Final = (50.0, 5.0, 95.0)
"""Of the replicates' own percentiles: median and 90 % interval."""


@dataclass(frozen=True, slots=True, eq=False)
class Vpc:
    """A visual predictive check.

    Attributes
    ----------
    edges
        (bins + 1,) boundaries in time. A bin holds its lower edge and not its upper one; the last holds both.
    n
        (bins,) observations in each bin.
    time
        (bins,) the median time of the observations in it.
    percentiles
        Which percentiles: numbers from 0 to 100.
    observed
        (bins, percentiles) of the observations.
    median, low, high
        (bins, percentiles) median, 5 % and 95 % over the replicates of the same percentiles of each replicate.
    corrected
        Whether values are prediction-corrected.
    """

    edges: Floats
    n: Integers
    time: Floats
    percentiles: tuple[float, ...]
    observed: Floats
    median: Floats
    low: Floats
    high: Floats
    corrected: bool

    @property
    def inside(self) -> float:
        """The share of the observed percentiles that lie in their 90 % interval: about 0.9 where the model is right."""
        return float(np.mean((self.low <= self.observed) & (self.observed <= self.high)))


def vpc(
    times: ArrayLike,
    observed: ArrayLike,
    simulated: ArrayLike,
    *,
    edges: Sequence[float] | None = None,
    bins: int = 8,
    percentiles: Sequence[float] = (10, 50, 90),
    typical: ArrayLike | None = None,
) -> Vpc:
    """Observations (n,) at times (n,) beside `simulated` (replicates, n), drawn with the same times and people.

    Without `edges`, `bins` hold about as many observations each; equal times stay together, so there can be fewer.
    `typical` (n,) is the typical person's prediction for each observation: values are then multiplied by its median in
    the bin over itself (Bergstrand 2011), which takes out what dose and covariates explain. Percentiles are
    interpolated linearly.

    Raises
    ------
    InputRefused
        For what has no numbers, other lengths, fewer than two replicates, bins that are empty or miss a time, and a
        typical prediction that is not positive.

    >>> check = vpc([0, 0, 1, 1], [1, 3, 5, 7], [[1, 2, 5, 6], [2, 4, 6, 8]], bins=2, percentiles=[50])
    >>> check.time.tolist(), check.observed.ravel().tolist(), check.median.ravel().tolist(), check.inside
    ([0.0, 1.0], [2.0, 6.0], [2.25, 6.25], 1.0)
    """
    t, y, drawn = (
        _numbers(times, "times", 1),
        _numbers(observed, "observed", 1),
        _numbers(simulated, "simulated", 2),
    )
    if y.size != t.size:
        raise InputRefused("observed", y.size, "has another length than times", f"{t.size} values")
    if drawn.shape[1] != t.size:
        raise InputRefused("simulated", drawn.shape[1], "has other columns than times", f"{t.size} columns")
    if drawn.shape[0] < 2:
        raise InputRefused(
            "simulated", drawn.shape[0], "is too few replicates for an interval", "2 rows or more"
        )
    asked = _numbers(percentiles, "percentiles", 1)
    if np.any((asked < 0.0) | (asked > 100.0)):
        raise InputRefused(
            "percentiles", float(asked[(asked < 0.0) | (asked > 100.0)][0]), "is no percentile", "0 to 100"
        )
    bounds = _quantile_edges(t, bins) if edges is None else _stated_edges(t, edges)
    which = np.clip(np.searchsorted(bounds, t, side="right") - 1, 0, bounds.size - 2)
    n = np.bincount(which, minlength=bounds.size - 1)
    if np.any(n == 0):
        k = int(np.argmin(n))
        raise InputRefused(
            f"edges[{k}]", float(bounds[k]), "begins a bin without an observation", "fewer edges"
        )
    if typical is not None:
        factor = _correction(_typical(typical, t.size), which, n.size)
        y, drawn = y * factor, drawn * factor
    middle, found = np.empty(n.size), np.empty((4, n.size, asked.size))
    for k in range(n.size):
        here = which == k
        middle[k] = np.median(t[here])
        found[0, k] = np.percentile(y[here], asked)
        found[1:, k] = np.percentile(np.percentile(drawn[:, here], asked, axis=1), INTERVAL, axis=1)
    shown = tuple(asked.tolist())
    seen, median, low, high = found
    counted = n.astype(np.int64)
    return Vpc(bounds, counted, middle, shown, seen, median, low, high, typical is not None)


def _numbers(values: ArrayLike, path: str, axes: int) -> Floats:
    """An array of so many axes that holds finite numbers, and at least one."""
    try:
        read = np.asarray(values, float)
    except (TypeError, ValueError):
        raise InputRefused(path, None, "is no array of numbers", "numbers, rows of one length") from None
    if read.ndim != axes:
        raise InputRefused(path, read.ndim, "has another number of axes", str(axes))
    if not read.size:
        raise InputRefused(path, None, "is empty", "at least one number")
    wrong = np.argwhere(~np.isfinite(read))
    if wrong.size:
        at = tuple(int(k) for k in wrong[0])
        raise InputRefused(
            f"{path}[{', '.join(map(str, at))}]", float(read[at]), "is no number", "a finite number"
        )
    return read


def _quantile_edges(times: Floats, bins: int) -> Floats:
    """Each bin begins at an observed time, after an equal share of the observations."""
    if bins < 1:
        raise InputRefused("bins", bins, "is no number of bins", "1 or more")
    ordered = np.sort(times)
    begins = np.unique(ordered[np.arange(bins) * times.size // bins])
    return np.append(begins, ordered[-1])


def _stated_edges(times: Floats, edges: Sequence[float]) -> Floats:
    bounds = _numbers(edges, "edges", 1)
    if bounds.size < 2 or np.any(np.diff(bounds) <= 0.0):
        raise InputRefused("edges", None, "do not rise", "two or more numbers, each above the one before")
    out = np.flatnonzero((times < bounds[0]) | (times > bounds[-1]))
    if out.size:
        raise InputRefused(
            f"times[{out[0]}]",
            float(times[out[0]]),
            "lies outside the edges",
            f"{bounds[0]:g} to {bounds[-1]:g}",
        )
    return bounds


def _typical(typical: ArrayLike, size: int) -> Floats:
    predicted = _numbers(typical, "typical", 1)
    if predicted.size != size:
        raise InputRefused("typical", predicted.size, "has another length than times", f"{size} values")
    wrong = np.flatnonzero(predicted <= 0.0)
    if wrong.size:
        raise InputRefused(
            f"typical[{wrong[0]}]", float(predicted[wrong[0]]), "cannot be divided by", "a number above 0"
        )
    return predicted


def _correction(predicted: Floats, which: Integers, bins: int) -> Floats:
    """``PRED_bin / PRED`` with the median prediction of the bin (Bergstrand 2011)."""
    medians = np.array([np.median(predicted[which == k]) for k in range(bins)])
    factor: Floats = medians[which] / predicted
    return factor
