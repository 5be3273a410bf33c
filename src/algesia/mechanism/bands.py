"""Median and 90 % band of many people, who come in chunks of any size. Memory does not grow with their number.

A few people are kept whole, and their quantiles are exact. Of many, `sketch` counts each value; its quantiles are a few
hundredths of their own standard error away, whatever the number of people.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Final

import numpy as np

from algesia.mechanism import sketch
from algesia.mechanism.model import Floats

QUANTILES: Final = (0.5, 0.05, 0.95)
MEMORY: Final = 96 * 2**20
"""Bytes that the intervals of all curves may take together."""
ALONE: Final = 200_000
"""Up to this many values are counted by one processor alone."""
FEWEST: Final = 64
MOST: Final = 512
"""Intervals of one curve at one time, whatever the memory."""


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
        self._people = 0
        streams = times * measures
        room = MEMORY // (max(streams, 1) * sketch.BYTES)
        self._first = max(min(max(FEWEST, min(MOST, room)), people), 1)
        self._sketch = sketch.empty(0 if self._whole else streams, self._first)
        self._lost = np.zeros(streams, dtype=bool)

    def add(self, values: Floats) -> None:
        """Count a chunk of people, (people, times, measures)."""
        if self._whole:
            self._people += values.shape[0]
            self._chunks.append(values)
            return
        flat = np.ascontiguousarray(values).reshape(values.shape[0], -1)
        # a value that is none makes its quantiles none, as in numpy
        self._lost |= np.isnan(flat.sum(axis=0))
        at = 0
        while at < len(flat):
            if self._people < self._first:
                until = min(at + self._first - self._people, len(flat))
                columns = slice(1 + self._people, 1 + self._people + until - at)
                self._sketch.edges[:, columns] = flat[at:until].T
            else:
                shares, left = divmod(self._people, self._first)
                if left == 0 and shares & (shares - 1) == 0:
                    self._relaid()
                # up to the next doubling
                until = min(at + (self._first << shares.bit_length()) - self._people, len(flat))
                self._counted(flat[at:until])
            self._people += until - at
            at = until
            if self._people == self._first:
                sketch.settle(self._sketch.edges, self._sketch.weights)

    def _relaid(self) -> None:
        one = self._sketch
        at = sketch.ranks(QUANTILES, one.edges.shape[1], self._people)
        sketch.relay(one.edges, one.weights, one.only, one.alike, at)

    def _counted(self, values: Floats) -> None:
        """Each processor counts its share of the curves."""
        one = self._sketch
        parts = (os.cpu_count() or 1) if values.size > ALONE else 1
        ends = np.linspace(0, len(one.edges), parts + 1).astype(int).tolist()

        def part(first: int, last: int) -> None:
            s = slice(first, last)
            sketch.count(one.edges[s], one.weights[s], one.only[s], one.alike[s], values, first)

        if parts == 1:
            part(0, len(one.edges))
            return
        with ThreadPoolExecutor(parts) as pool:
            for done in [pool.submit(part, first, last) for first, last in pairwise(ends)]:
                done.result()

    def quantiles(self) -> Floats:
        """(times, measures, 3): median, 5 %, 95 %."""
        if self._whole:
            everybody = np.concatenate(self._chunks)
            return np.moveaxis(np.quantile(everybody, QUANTILES, axis=0), 0, 2)
        one = self._sketch
        if self._people < self._first:
            held = one.edges[:, 1 : self._people + 1].astype(np.float64)
            found: Floats = np.quantile(held, QUANTILES, axis=1).T
        else:
            found = sketch.read(one.edges, one.weights, one.only, one.alike, np.array(QUANTILES))
        found[self._lost] = np.nan
        return found.reshape(*self._shape, len(QUANTILES))

    def values(self) -> Floats | None:
        """Every value, (people, times, measures), where they were asked to be kept."""
        return np.concatenate(self._chunks) if self._keep else None
