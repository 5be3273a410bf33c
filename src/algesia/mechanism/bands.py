"""Median and 90 % band of many people, who come in chunks. Memory does not grow with their number.

A few people are kept whole. Of many, each value is counted in a histogram whose edges the first chunk sets; a
quantile is then right to one part in `BINS` of the range, and values outside are counted at its ends.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from algesia.mechanism.model import Floats

BINS: Final = 2000
QUANTILES: Final = (0.5, 0.05, 0.95)
WIDER: Final = 1.0
"""How far beyond what the first chunk shows the edges lie, as a share of its range, on each side."""


class Bands:
    """Quantiles over people of values at (times, measures).

    >>> bands = Bands(1, 1, 3, keep=True, held=100)
    >>> bands.add(np.array([[[1.0]], [[2.0]], [[9.0]]]))
    >>> bands.quantiles()[0, 0, 0].item()
    2.0
    """

    def __init__(self, times: int, measures: int, people: int, keep: bool, held: int) -> None:
        self._whole = keep or people * times * measures <= held
        self._keep = keep
        self._chunks: list[Floats] = []
        self._shape = (times, measures)
        self._low = self._high = np.zeros(self._shape)
        self._counts = np.zeros((times * measures, 0), np.int64)
        self._people = 0

    def add(self, values: Floats) -> None:
        """Count a chunk of people, (people, times, measures)."""
        self._people += values.shape[0]
        if self._whole:
            self._chunks.append(values)
            return
        if self._counts.shape[1] == 0:
            low, high = values.min(axis=0), values.max(axis=0)
            more = WIDER * (high - low) + 1e-12
            self._low, self._high = low - more, high + more
            self._counts = np.zeros((self._low.size, BINS), np.int64)
        share = (values - self._low) / (self._high - self._low)
        bins = np.clip((share * BINS).astype(np.int64), 0, BINS - 1).reshape(values.shape[0], -1)
        cell = np.arange(bins.shape[1]) * BINS
        counted = np.bincount((bins + cell).ravel(), minlength=self._counts.size)
        self._counts += counted.reshape(self._counts.shape)

    def quantiles(self) -> Floats:
        """(times, measures, 3): median, 5 %, 95 %."""
        if self._whole:
            everybody = np.concatenate(self._chunks)
            return np.moveaxis(np.quantile(everybody, QUANTILES, axis=0), 0, 2)
        below = np.cumsum(self._counts, axis=1) / self._people
        found = np.empty((self._low.size, len(QUANTILES)))
        for j, quantile in enumerate(QUANTILES):
            bin_ = np.argmax(below >= quantile, axis=1)
            found[:, j] = (bin_ + 0.5) / BINS
        spread = (self._high - self._low).ravel()[:, None]
        held: Floats = (self._low.ravel()[:, None] + found * spread).reshape(*self._shape, len(QUANTILES))
        return held

    def values(self) -> Floats | None:
        """Every value, (people, times, measures), where they were asked to be kept."""
        return np.concatenate(self._chunks) if self._keep else None
