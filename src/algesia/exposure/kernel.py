"""The one kernel: signed changes become a step function. Arrays in, arrays out.

Amounts are whole numbers of 1e-9 of their unit while they are summed. So the sum is exact: it does not depend
on the order of the changes, and what stops leaves exactly zero behind. The loops use numbers and indexed
arrays only, so that the same source can be compiled for many people at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from algesia.exposure.model import Span, Steps

SCALE: Final = 1_000_000_000
"""Summed units in one unit (mg a day, or MME a day)."""


def accumulate(
    days: Sequence[int],
    low: Sequence[int],
    likely: Sequence[int],
    high: Sequence[int],
    out_days: list[int],
    out_low: list[int],
    out_likely: list[int],
    out_high: list[int],
) -> int:
    """Sum signed changes, sorted by day, into a step function; return how many steps were written.

    The outputs must be as long as the inputs. A day on which nothing changes writes no step.

    >>> d, a, b, c = [0] * 3, [0] * 3, [0] * 3, [0] * 3
    >>> n = accumulate([5, 5, 9], [2, 1, -3], [2, 1, -3], [2, 1, -3], d, a, b, c)
    >>> d[:n], a[:n]
    ([5, 9], [3, 0])
    """
    total_low = total_likely = total_high = 0
    written = 0
    index = 0
    size = len(days)
    while index < size:
        day = days[index]
        was_low = total_low
        was_likely = total_likely
        was_high = total_high
        while index < size and days[index] == day:
            total_low += low[index]
            total_likely += likely[index]
            total_high += high[index]
            index += 1
        if total_low != was_low or total_likely != was_likely or total_high != was_high:
            out_days[written] = day
            out_low[written] = total_low
            out_likely[written] = total_likely
            out_high[written] = total_high
            written += 1
    return written


def carry(starts: Sequence[int], ends: Sequence[int], stopped: Sequence[bool], out: list[int]) -> None:
    """Where each of one product's supplies really starts, for `starts` in ascending order.

    A supply that starts while an earlier one still runs waits until that one ends. Supplies that start on the
    same day run side by side: two boxes handed out on one day are two boxes. `stopped` marks a supply whose end
    is a recorded stop: it does not move when its start does.

    >>> moved = [0, 0, 0]
    >>> carry([0, 25, 60], [30, 55, 90], [False] * 3, moved); moved
    [0, 30, 60]
    >>> carry([0, 0, 10], [30, 30, 40], [False] * 3, moved); moved
    [0, 0, 30]
    """
    size = len(starts)
    index = 0
    free = 0
    while index < size:
        start = starts[index]
        at = start if index == 0 or free < start else free
        last = at
        while index < size and starts[index] == start:
            out[index] = at
            until = ends[index] if stopped[index] else at + (ends[index] - start)
            if until > last:
                last = until
            index += 1
        free = last


def steps_of(pieces: Iterable[tuple[int, int | None, Span]], last_day: int) -> Steps:
    """The sum of pieces (start, end, amount a day) as a step function, with nothing after `last_day`.

    >>> steps_of([(1, 4, Span.exactly(0.1)), (2, None, Span.exactly(0.2))], 9).days
    (1, 2, 4)
    """
    changes: list[tuple[int, int, int, int]] = []
    for start, end, span in pieces:
        if start > last_day or (end is not None and end <= start):
            continue
        if span.low == span.high:
            low = likely = high = round(span.high * SCALE)
        else:
            low, likely, high = round(span.low * SCALE), round(span.likely * SCALE), round(span.high * SCALE)
        changes.append((start, low, likely, high))
        if end is not None and end <= last_day:
            changes.append((end, -low, -likely, -high))
    if not changes:
        return Steps()
    changes.sort()
    size = len(changes)
    days, low_, likely_, high_ = ([row[column] for row in changes] for column in range(4))
    out = [[0] * size for _ in range(4)]
    written = accumulate(days, low_, likely_, high_, out[0], out[1], out[2], out[3])
    return Steps(tuple(out[0][:written]), tuple(_spans(out[1], out[2], out[3], written)))


def _spans(low: list[int], likely: list[int], high: list[int], size: int) -> list[Span]:
    spans = []
    for index in range(size):
        bottom, middle, top = low[index], likely[index], high[index]
        if bottom == top:
            spans.append(Span.exactly(top / SCALE))
        else:
            spans.append(Span(bottom / SCALE, middle / SCALE, top / SCALE))
    return spans
