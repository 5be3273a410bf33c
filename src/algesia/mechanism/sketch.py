"""Quantiles of many streams at once: for each a few hundred weighted intervals, narrow where a quantile is asked for.

Each stream is a distribution function that is a straight line between edges; equal edges are a jump, so a value that
many have (a zero, a rating) keeps its weight. A new value adds 1 to its interval. Whenever the count has doubled the
edges are laid anew, by the distribution so far: most of them within `SURE` standard errors of the asked quantiles, a
stretch that halves with every fourfold count. So the error stays a few hundredths of a standard error of the quantile
itself, at any count and in the same memory, and does not depend on how the values are cut into chunks. Values come in no order:
the first are as good a sample as the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from algesia.mechanism.model import Floats

Singles: TypeAlias = NDArray[np.float32]
Bytes: TypeAlias = NDArray[np.uint8]

SURE: Final = 4.0
"""Half width, in standard errors of a quantile's rank, of where edges are close."""
ELSEWHERE: Final = 8
"""One edge in so many is spread over all ranks."""
MIXED: Final = 255
ALONE: Final = 3
"""So many values of an interval, all equal, are taken for a jump."""
BYTES: Final = 17
"""Memory of one interval."""


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """The intervals of many streams.

    Attributes
    ----------
    edges
        (streams, n + 1) rising, in single precision: results have seven digits.
    weights
        (streams, n) how many values lie in each interval.
    only, alike
        (streams, n) the first value in each interval since the edges were laid, and how many equal ones there were;
        `MIXED` where others were there too.
    """

    edges: Singles
    weights: Floats
    only: Singles
    alike: Bytes


def empty(streams: int, held: int) -> Sketch:
    """A sketch whose first `held` values are to be put into the columns 1 to `held` of its edges, and then settled."""
    return Sketch(
        np.zeros((streams, held + 2), np.float32),
        np.zeros((streams, held + 1)),
        np.zeros((streams, held + 1), np.float32),
        np.zeros((streams, held + 1), np.uint8),
    )


def ranks(quantiles: Sequence[float], edges: int, count: int) -> Floats:
    """The ranks (shares below) at which `edges` edges lie after `count` values, rising, from 0 to 1.

    >>> ranks((0.5,), 8, 100).round(3).tolist()
    [0.0, 0.3, 0.38, 0.46, 0.54, 0.62, 0.7, 1.0]
    """
    wide = max(edges // ELSEWHERE, 2)
    close = edges - wide
    parts = [np.linspace(0.0, 1.0, wide)]
    for j, quantile in enumerate(quantiles):
        reach = SURE * np.sqrt(quantile * (1.0 - quantile) / count)
        many = close // len(quantiles) + (1 if j < close % len(quantiles) else 0)
        parts.append(np.clip(quantile + reach * np.linspace(-1.0, 1.0, many), 0.0, 1.0))
    found: Floats = np.sort(np.concatenate(parts))
    return found


@njit(cache=True, nogil=True)
def settle(edges: Singles, weights: Floats) -> None:
    """Turn the first values of each stream, as they came, into edges and weights, in place.

    `edges` (streams, n + 2) holds n values in columns 1 to n; sorted, each stands in the middle of its weight of 1, so
    half of the first lies at the lowest edge and half of the last at the highest. Equal values keep theirs to themselves.
    """
    for s in range(edges.shape[0]):
        e, w = edges[s], weights[s]
        e[1:-1].sort()
        e[0], e[-1] = e[1], e[-2]
        w[:] = 1.0
        w[0] = w[-1] = 0.5
        for j in range(1, w.size - 1):
            if e[j + 1] > e[j]:
                if j > 1 and e[j - 1] == e[j]:
                    w[j - 1] += 0.5
                    w[j] -= 0.5
                if j + 2 < w.size and e[j + 2] == e[j + 1]:
                    w[j + 1] += 0.5
                    w[j] -= 0.5


@njit(cache=True, nogil=True)
def relay(edges: Singles, weights: Floats, only: Singles, alike: Bytes, at: Floats) -> None:
    """Lay the edges of each stream anew, at the ranks `at` of its distribution so far; the weights go with them.

    A jump on which two edges or more fall keeps its weight between them.
    """
    n = at.size
    new, upto, low, high = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for s in range(edges.shape[0]):
        e, w = edges[s], weights[s]
        total = w.sum()
        below, j = 0.0, 0
        for i in range(n):
            wanted = at[i] * total
            while j < n - 2 and (below + w[j] < wanted or w[j] == 0.0):
                below += w[j]
                j += 1
            upto[i] = low[i] = high[i] = wanted
            jump = ALONE <= alike[s, j] < MIXED
            if e[j + 1] > e[j] and w[j] > 0.0 and not jump:
                new[i] = e[j] + min((wanted - below) / w[j], 1.0) * (e[j + 1] - e[j])
            else:
                new[i] = only[s, j] if jump else e[j]
                low[i], high[i] = below, below + w[j]
        new[0], new[n - 1] = e[0], e[n - 1]
        for i in range(1, n - 1):
            first, last = new[i - 1] < new[i], new[i + 1] > new[i]
            if first and not last:
                upto[i] = low[i]
            elif last and not first:
                upto[i] = high[i]
        for i in range(n - 1):
            w[i] = max(upto[i + 1] - upto[i], 0.0)
        e[:] = new
        alike[s, :] = 0


@njit(cache=True, nogil=True)
def count(edges: Singles, weights: Floats, only: Singles, alike: Bytes, values: Floats, start: int) -> None:
    """Add 1 to the interval of each value; the streams are those of `values` (people, all streams) from `start` on."""
    people, last = values.shape[0], edges.shape[1] - 1
    block = np.empty((8, people), np.float32)
    for first in range(0, edges.shape[0], 8):
        until = min(first + 8, edges.shape[0])
        for p in range(people):
            for s in range(first, until):
                block[s - first, p] = values[p, start + s]
        for s in range(first, until):
            e = edges[s]
            for p in range(people):
                v = block[s - first, p]
                at, left = 0, last + 1
                while left > 1:
                    half = left >> 1
                    at = at + half if e[at + half] <= v else at
                    left -= half
                if at == last:
                    e[last] = v
                    at -= 1
                elif v < e[0]:
                    e[0] = v
                elif at > 0 and e[at - 1] == v:
                    at -= 1
                weights[s, at] += 1.0
                same = alike[s, at]
                if same == 0:
                    only[s, at] = v
                    alike[s, at] = 1
                elif same != MIXED:
                    if only[s, at] != v:
                        alike[s, at] = MIXED
                    elif same < MIXED - 1:
                        alike[s, at] = same + 1


@njit(cache=True, nogil=True)
def read(edges: Singles, weights: Floats, only: Singles, alike: Bytes, quantiles: Floats) -> Floats:
    """The quantiles of each stream, (streams, quantiles); as numpy counts ranks (its type 7)."""
    n = edges.shape[1]
    found = np.empty((edges.shape[0], quantiles.size))
    for s in range(edges.shape[0]):
        e, w = edges[s], weights[s]
        total = w.sum()
        for q in range(quantiles.size):
            # the k-th of the sorted values stands at weight k - 1/2
            wanted = (total - 1.0) * quantiles[q] + 0.5
            below, j = 0.0, 0
            while j < n - 2 and below + w[j] < wanted:
                below += w[j]
                j += 1
            share = min((wanted - below) / w[j], 1.0) if w[j] > 0.0 else 0.0
            if ALONE <= alike[s, j] < MIXED:
                found[s, q] = only[s, j]
            else:
                found[s, q] = e[j] + share * (e[j + 1] - e[j]) if e[j + 1] > e[j] else e[j]
    return found
