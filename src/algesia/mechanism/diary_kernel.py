"""One day of the pain diary after another: the compiled loops of `diary`, which says what they mean."""

from __future__ import annotations

from math import lgamma
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from algesia.knowledge.mechanism_diary import diary_table
from algesia.mechanism.model import Floats, Integers

TOP: Final = 10
"""The highest score."""
SETTLED: Final = diary_table()["SETTLED"].value
"""Days after which settling goes no further: the trials ended there."""
NOTHING: Final = -1
"""Yesterday's score where there is none."""
_LOG_FACTORIAL: Final = np.array([lgamma(n + 1.0) for n in range(TOP + 1)])


@njit(cache=True)
def _expit(x: float) -> float:
    share: float = 1.0 / (1.0 + np.exp(-x))
    return share


@njit(cache=True)
def _truncated(lam: float, dis: float, out: Floats) -> None:
    """The generalized Poisson cut off above 10: ``P(n) ~ (t + n d)^(n-1) exp(-t - n d) / n!``, ``t = lam (1 - d)``.

    ``d = -TH lam / (10 - lam)`` with TH between 0 (Poisson) and 1 (as narrow as the range allows), so
    ``t + n d = lam (1 - TH + TH (10 - n) / (10 - lam))``, which is never negative.
    """
    th, rest = _expit(dis), _expit(-dis)
    best = -np.inf
    for n in range(TOP + 1):
        x = lam * (rest + th * (TOP - n) / (TOP - lam))
        out[n] = (n - 1) * np.log(x) - x - _LOG_FACTORIAL[n] if x > 0.0 else -np.inf
        best = max(best, out[n])
    total = 0.0
    for n in range(TOP + 1):
        out[n] = np.exp(out[n] - best)
        total += out[n]
    for n in range(TOP + 1):
        out[n] /= total


@njit(cache=True)
def _inflated(fresh: Floats, yesterday: int, day: float, c: Floats, out: Floats) -> None:
    """Today's scores: PIN0 at yesterday's, PIN1 to PIN3 beside it, each of what is left; the rest is drawn afresh.

    PIN0 goes from its value at 0 to that at 9 in a straight line over yesterday's score. A side beyond 0 or 10 is lost.
    """
    m, settled = yesterday, c[7] * min(day, SETTLED)
    if m == TOP:
        same = _expit(c[2] + settled)
    else:
        same = ((9 - m) * _expit(c[0] + settled) + m * _expit(c[1] + settled)) / 9.0
    out[:] = 0.0
    out[m] = same
    left = 1.0 - same
    for k in range(1, 4):
        side, sides = 0.5 * c[2 + k] * left, 0
        if m - k >= 0:
            out[m - k] += side
            sides += 1
        if m + k <= TOP:
            out[m + k] += side
            sides += 1
        left -= sides * side
    for n in range(TOP + 1):
        out[n] += left * fresh[n]


@njit(cache=True)
def today_chances(lam: Floats, yesterday: Integers, day: float, constants: Floats) -> Floats:
    """Chances of today's scores, (people, 11). `constants` are (people, 8), in the order that `_inflated` reads."""
    found, fresh = np.empty((lam.size, TOP + 1)), np.empty(TOP + 1)
    for i in range(lam.size):
        _truncated(lam[i], constants[i, 6], fresh)
        if yesterday[i] == NOTHING:
            found[i] = fresh
        else:
            _inflated(fresh, yesterday[i], day, constants[i], found[i])
    return found


@njit(cache=True)
def drawn(lam: Floats, luck: Floats, constants: Floats) -> NDArray[np.int8]:
    """Diaries from luck between 0 and 1, (people, days)."""
    scores = np.empty(lam.shape, np.int8)
    fresh, chances = np.empty(TOP + 1), np.empty(TOP + 1)
    for i in range(lam.shape[0]):
        m = NOTHING
        for j in range(lam.shape[1]):
            _truncated(lam[i, j], constants[i, 6], fresh)
            if m == NOTHING:
                chances[:] = fresh
            else:
                _inflated(fresh, m, float(j), constants[i], chances)
            m, below = 0, chances[0]
            while m < TOP and luck[i, j] >= below:
                m += 1
                below += chances[m]
            scores[i, j] = m
    return scores


@njit(cache=True)
def likelihood(scores: Floats, lam: Floats, previous: Floats, constants: Floats) -> Floats:
    """Log probability of diaries, (people,); ``nan`` is a gap."""
    found = np.zeros(lam.shape[0])
    fresh, row = np.empty(TOP + 1), np.empty(TOP + 1)
    known, today = np.zeros(TOP + 1), np.zeros(TOP + 1)
    for i in range(lam.shape[0]):
        begun = not np.isnan(previous[i])
        known[:] = 0.0
        if begun:
            known[int(previous[i])] = 1.0
        for j in range(lam.shape[1]):
            gap = np.isnan(scores[i, j])
            if gap and not begun:
                continue
            _truncated(lam[i, j], constants[i, 6], fresh)
            if begun:
                today[:] = 0.0
                for m in range(TOP + 1):
                    if known[m] > 0.0:
                        _inflated(fresh, m, float(j), constants[i], row)
                        today += known[m] * row
            else:
                today[:] = fresh
            begun = True
            if gap:
                known[:] = today
            else:
                n = int(scores[i, j])
                found[i] += np.log(today[n])
                known[:] = 0.0
                known[n] = 1.0
    return found
