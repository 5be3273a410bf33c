"""The whole simulator beside what was observed: a visual predictive check, and the diaries that virtual people write.

Each observed id has a virtual person of its own in each replicate, who is read when that id was. A pain score is one
whole number a day, drawn around the person's own curve (Plan 2012, `diary`). Any other measure has the spread between
people and no error of measurement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from algesia.mechanism.diary import write
from algesia.mechanism.model import Floats, Integers, Order
from algesia.mechanism.simulate import simulate
from algesia.mechanism.simulation import Group
from algesia.mechanism.vpc import Vpc, vpc
from algesia.quantities.refusal import InputRefused, Unassessable, WrongCall

SCORED: Final = "pain-nrs"
"""The measure that is a diary's: whole numbers, one a day."""
TOP: Final = 10.0
"""The highest score."""
DAY_H: Final = 24.0
READ_H: Final = (3.0, 15.0)
"""Hours of each day whose mean is the day's pain: half a day apart, so that the clock cancels out."""
REPLICATES: Final = 200
BINS: Final = 8
DISTINCT: Final = 12
"""Up to so many different times, each has a bin of its own."""
PERCENTILES: Final = (10.0, 50.0, 90.0)
FEW: Final = 5
"""With fewer observations a bin than this, only the median is compared."""
MOST: Final = 40_000_000
MOST_PEOPLE: Final = 1_000_000
"""Values that a check may simulate, and people."""
MOST_SCORES: Final = 10_000_000
BATCH: Final = 2_000_000
"""Values that are held at a time, or those of one id where they are more."""
_BATCH_STREAM: Final = 97


class _Batch(NamedTuple):
    """Ids ``[first, end)``, and the hours at which any of them is read."""

    first: int
    end: int
    hours: Floats


def check(
    orders: Sequence[Order],
    ids: Sequence[str],
    times_h: ArrayLike,
    values: ArrayLike,
    group: Group,
    measure: str = SCORED,
    *,
    replicates: int = REPLICATES,
    seed: int = 1,
) -> Vpc | Unassessable:
    """Percentiles of observations beside those of replicates of the same ids at the same times.

    Parameters
    ----------
    orders
        What everybody took.
    ids, times_h, values
        (n,) who was observed, when (hours, 0 or more) and what, in the measure's unit. Pain scores belong to their day:
        the hour is dropped, and several scores of an id on one day stand beside the same draw.
    group
        The covariates that everybody shares. How many people it names, and its seed, are not used.
    replicates
        Virtual people for each id.
    seed
        Who is drawn; the same seed gives the same answer.

    Returns
    -------
    Vpc | Unassessable
        A bin for each time, where there are at most `DISTINCT`; else `BINS` that hold about as many observations each.
        `PERCENTILES`, or only the median where a bin holds fewer than `FEW` observations on average. ``Unassessable``
        where an order has no kinetics.

    Raises
    ------
    InputRefused
        For arrays of other lengths, a time that is negative or no number, and a pain score that is not from 0 to 10.
    WrongCall
        For an unknown measure, and for more than `MOST` values or `MOST_PEOPLE`.

    >>> order = Order("morphine", "iv", 0.0, 10.0)
    >>> found = check((order,), ["a"] * 2, [1.0, 4.0], [60.0, 12.0], Group(), "plasma/morphine", replicates=20)
    >>> found.n.tolist(), found.percentiles, bool((found.low < found.high).all())
    ([1, 1], (50.0,), True)
    """
    at, observed = _observations(ids, times_h, values, measure)
    who = {one: k for k, one in enumerate(dict.fromkeys(ids))}
    of = np.array([who[one] for one in ids])
    if measure == SCORED:
        at = np.floor(at / DAY_H) * DAY_H
    order = np.argsort(of, kind="stable")
    mine = np.split(order, np.searchsorted(of[order], np.arange(1, len(who))))
    hours = [_daily_hours(at[one]) if measure == SCORED else np.unique(at[one]) for one in mine]
    asked = replicates * (at.size + sum(one.size for one in hours))
    if asked > MOST or replicates * len(who) > MOST_PEOPLE:
        raise WrongCall(
            f"a check of {len(who):,} observed with {replicates:,} virtual people for each simulates {asked:,} values of "
            f"{replicates * len(who):,} people; at most {MOST:,} of {MOST_PEOPLE:,}: fewer for each, or fewer observed"
        )
    drawn = np.empty((replicates, at.size))
    for number, batch in enumerate(_batches(hours, replicates)):
        own = int(np.random.SeedSequence([seed, _BATCH_STREAM, number]).generate_state(1)[0])
        # the first of a group is the typical person, who is no draw
        people = replace(group, people=(batch.end - batch.first) * replicates + 1, varies=True, seed=own)
        curves = _curves(orders, batch.hours, people, measure)
        if isinstance(curves, Unassessable):
            return curves
        if measure == SCORED:
            curves = _written(curves, batch, hours, replicates, own)
        for k in range(batch.first, batch.end):
            rows = slice(1 + (k - batch.first) * replicates, 1 + (k + 1 - batch.first) * replicates)
            drawn[:, mine[k]] = curves[rows, _columns(at[mine[k]], batch.hours, measure)]
    times = np.unique(at)
    bins = int(times.size) if times.size <= DISTINCT else BINS
    percentiles = PERCENTILES if at.size >= FEW * bins else (50.0,)
    return vpc(at, observed, drawn, edges=_edges(times), bins=bins, percentiles=percentiles)


def diaries(orders: Sequence[Order], days: int, group: Group) -> NDArray[np.int8] | Unassessable:
    """The scores that a group writes on days 0 to ``days - 1``, (people, days); the first person is the typical one.

    Raises
    ------
    InputRefused
        For orders that cannot be.
    WrongCall
        For more than `MOST_SCORES` scores, or no day.

    >>> diaries((Order("morphine", "oral", 0.0, 15.0, every_h=6.0, count=40),), 10, Group(people=3)).shape
    (3, 10)
    """
    if days < 1 or group.people * days > MOST_SCORES:
        asked = f"{group.people:,} people for {days:,} days"
        raise WrongCall(f"a diary of {asked}: 1 day or more, and at most {MOST_SCORES:,} scores")
    curves = _curves(orders, _daily_hours(np.array([0.0, (days - 1) * DAY_H])), group, SCORED)
    return curves if isinstance(curves, Unassessable) else write(_daily(curves), group.seed)


def _observations(
    ids: Sequence[str], times_h: ArrayLike, values: ArrayLike, measure: str
) -> tuple[Floats, Floats]:
    """Times and values that can be checked."""
    at, observed = np.asarray(times_h, float), np.asarray(values, float)
    for name, found in (("times_h", at), ("values", observed)):
        if found.shape != (len(ids),) or not len(ids):
            raise InputRefused(name, str(found.shape), "has another shape than ids", f"({len(ids) or 1},)")
    timely = (at >= 0.0) & np.isfinite(at)
    if not timely.all():
        k = int(np.argmin(timely))
        raise InputRefused(f"times_h[{k}]", float(at[k]), "cannot be simulated", "hours, 0 or more")
    if measure == SCORED and not ((observed >= 0.0) & (observed <= TOP)).all():
        k = int(np.argmin((observed >= 0.0) & (observed <= TOP)))
        raise InputRefused(f"values[{k}]", float(observed[k]), "is no pain score", "a number from 0 to 10")
    return at, observed


def _edges(times: Floats) -> list[float] | None:
    """Bounds half-way between times, where these are few; ``None`` where bins of equal size are better, or there is one."""
    if not 1 < times.size <= DISTINCT:
        return None
    return [float(times[0]), *((times[1:] + times[:-1]) / 2).tolist(), float(times[-1])]


def _daily_hours(starts: Floats) -> Floats:
    """The hours that are read for a diary from the first to the last of some days, given by their first hours."""
    days = np.arange(starts.min(), starts.max() + 1.0, DAY_H)
    hours: Floats = (days[:, None] + np.array(READ_H)).ravel()
    return hours


def _daily(curves: Floats) -> Floats:
    """The mean of each day, (people, days), of what was read at `READ_H`."""
    means: Floats = curves.reshape(curves.shape[0], -1, len(READ_H)).mean(axis=2)
    return means


def _curves(orders: Sequence[Order], hours: Floats, group: Group, measure: str) -> Floats | Unassessable:
    """One measure of everybody, (people, hours), or what is missing for it."""
    found = simulate(orders, hours, group, measures=(measure,), keep_values=True)
    if found.values is None or measure not in found.measures:
        missing = dict.fromkeys(name for one in found.unassessable for name in one.missing)
        because = "; ".join(f"{one.what}: {one.because}" for one in found.unassessable)
        return Unassessable(measure, because, tuple(missing))
    curves: Floats = found.values[:, :, 0]
    return curves


def _batches(hours: Sequence[Floats], replicates: int) -> Iterator[_Batch]:
    """Ids that are simulated together: so many that `BATCH` values are held, one at least."""
    first = 0
    while first < len(hours):
        union, end = hours[first], first + 1
        while end < len(hours):
            wider = np.union1d(union, hours[end])
            if wider.size * (end + 1 - first) * replicates > BATCH:
                break
            union, end = wider, end + 1
        yield _Batch(first, end, union)
        first = end


def _written(curves: Floats, batch: _Batch, hours: Sequence[Floats], replicates: int, seed: int) -> Floats:
    """The diaries of a batch, (people, days). Each begins with its id's first day, in the first column."""
    longest = max(hours[k].size for k in range(batch.first, batch.end)) // len(READ_H)
    means = np.zeros((curves.shape[0], longest))
    for k in range(batch.first, batch.end):
        rows = slice(1 + (k - batch.first) * replicates, 1 + (k + 1 - batch.first) * replicates)
        own = _daily(curves[rows, np.searchsorted(batch.hours, hours[k])])
        means[rows, : own.shape[1]] = own
    # what follows an id's last day is drawn too and never read: a longer diary begins as a shorter one
    return write(means, seed).astype(np.float64)


def _columns(at: Floats, hours: Floats, measure: str) -> Integers:
    """Where an id's observations stand in its rows."""
    places = np.rint((at - at.min()) / DAY_H) if measure == SCORED else np.searchsorted(hours, at)
    return places.astype(np.int64)
