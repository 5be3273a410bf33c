"""The hours that `algesia simulate` asks about: an even grid, and closer points after what acts within minutes."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from algesia.cli.simulate_group import within
from algesia.quantities.refusal import WrongCall

if TYPE_CHECKING:
    from algesia.mechanism.model import Floats, Order

POINTS: Final = 2400
"""Points of an even grid at most, where no --every is given."""
STEPS_H: Final = (
    1 / 60, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 11.0, 17.0, 29.0, 41.0, 61.0, 103.0, 199.0,
)  # fmt: skip
"""Hours between points. From 5 h on none divides a day: the points then fall on every hour of it, not on troughs only."""
MOST_POINTS: Final = 200_000
LONGEST_H: Final = 100 * 365 * 24.0
WEEK_H: Final = 168.0
WATCH_H: Final = 4 * WEEK_H
"""Hours after the last dose that are simulated where a regimen lasts a week or longer, and no --days is given."""
FAST: Final = ("iv", "nasal", "intranasal", "sc", "im")
"""Ways in from which a dose acts within minutes."""
AFTER_MIN: Final = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0)
"""Minutes after such a dose, and after an infusion starts or ends, that are asked about."""
SLOW_H: Final = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Hours after a dose given once by any other way in."""
MOST_EVENTS: Final = 100
"""Events that get such points at most: the first and last of them."""


def times(asked: Namespace, orders: Sequence[Order], until_h: float, *, shown: bool = True) -> Floats:
    """The hours that are asked about, from 0 to the end.

    Parameters
    ----------
    until_h
        When the last thing given is over.
    shown
        Whether the points are seen. A table is never made of fewer points than without --every.

    Raises
    ------
    WrongCall
        For an end or a distance of points that cannot be.
    """
    import numpy as np

    end = end_of(asked, until_h)
    usual = next((step for step in STEPS_H if end / step <= POINTS), STEPS_H[-1])
    every = usual if asked.every is None else asked.every
    if not every > 0 or end / every > MOST_POINTS:
        raise WrongCall(
            f"--every {every:g} is no time between points: above 0, and at most {MOST_POINTS} points"
        )
    every = every if shown else min(every, usual)
    even: Floats = np.arange(int(end / every + 1e-9) + 1, dtype=np.float64) * every
    even = even if end - even[-1] <= 1e-9 * end else np.append(even, end)
    more = np.array([hour for hour in after_events(orders) if 0.0 < hour < end], dtype=np.float64)
    every_hour = np.unique(np.concatenate([even, more]))
    # the same hour by two ways of counting
    first = np.concatenate([[True], np.diff(every_hour) > 1e-7 * np.maximum(every_hour[1:], 1.0)])
    found: Floats = every_hour[first]
    return found


def end_of(asked: Namespace, until_h: float) -> float:
    """The last hour that is asked about: what --days or --hours says, else some time after the last dose."""
    if asked.days is not None and asked.hours is not None:
        raise WrongCall("--days and --hours both say until when: name one")
    if asked.days is not None:
        within("--days", asked.days, 0, LONGEST_H / 24.0, above=True)
        return float(asked.days * 24.0)
    if asked.hours is not None:
        within("--hours", asked.hours, 0, LONGEST_H, above=True)
        return float(asked.hours)
    return until_h + (WATCH_H if until_h >= WEEK_H else max(until_h, 24.0))


def after_events(orders: Sequence[Order]) -> list[float]:
    """Hours soon after what acts within minutes: single doses, the first and last of a run, both ends of infusions.

    >>> from algesia.mechanism.model import Order
    >>> after_events([Order("naloxone", "iv", 48.0, 0.4)])[:3]
    [48.0, 48.016666666666666, 48.03333333333333]
    >>> [hour for hour in after_events([Order("morphine", "iv", 0.0, 5.0, "mg", 4.0, 90)]) if hour % 4 == 0]
    [0.0, 356.0]
    """
    minutes = tuple(minute / 60.0 for minute in AFTER_MIN)
    events: dict[tuple[float, tuple[float, ...]], None] = {}
    for order in orders:
        last = order.start_h + (order.count - 1) * (order.every_h or 0.0)
        length = order.duration_h or 0.0
        if order.amount is None or length:
            events |= dict.fromkeys((at, minutes) for at in (order.start_h, last, last + length))
        elif order.route in FAST:
            events |= dict.fromkeys((at, minutes) for at in (order.start_h, last))
        elif order.count == 1 and order.every_h is None:
            events[order.start_h, SLOW_H] = None
    placed = sorted(events)
    if len(placed) > MOST_EVENTS:
        placed = placed[: MOST_EVENTS // 2] + placed[-MOST_EVENTS // 2 :]
    return sorted({at + later for at, offsets in placed for later in offsets})
