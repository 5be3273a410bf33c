"""When each order really runs: ends, steps of one order, early refills, and which evidence counts on a day.

The person's calendar day is the unit: an order covers the day it starts and not the day it ends. An order that
starts and ends on one day covers that day. A planned end belongs to its order and is seen before it comes.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import date
from typing import Final

import msgspec
from msgspec.structs import replace

from algesia.exposure.kernel import carry
from algesia.exposure.model import END_NOT_KNOWN
from algesia.exposure.reading import Reading
from algesia.record.model import Basis, Medication

RANKS: Final[dict[Basis, int]] = {"prescribed": 0, "dispensed": 1, "taken": 2}
LOGGED: Final = 3
"""A logged dose is the closest there is to what was taken: it also outranks a regimen said to be taken."""
PARTLY_LOGGED: Final = -1
"""A day's log that is plainly incomplete: whatever else is known of the drug on that day is better."""
RANK_WORDS: Final = ("prescribed amounts", "dispensed amounts", "amounts taken", "logged doses")

LATEST: Final = date.max.toordinal()
"""No supply, however long, runs past the calendar."""


class Line(msgspec.Struct, frozen=True):
    """One opioid of one order, or of one day's logged doses, on the time axis: start <= day < end."""

    label: str
    reading: Reading
    start: int
    end: int | None
    rank: int
    basis: Basis
    as_needed: bool
    supply: bool = False
    stopped: bool = False
    order: str | None = None
    text: str | None = None
    end_known: bool = True

    @property
    def known(self) -> bool:
        """Whether it has an amount."""
        return self.reading.daily is not None


class Piece(msgspec.Struct, frozen=True):
    """A stretch of a line. `beaten_by` is the rank of the better evidence that replaces it there."""

    line: Line
    start: int
    end: int | None
    beaten_by: int | None = None


def line_of(order: Medication, reading: Reading) -> Line:
    """One opioid of an order on the time axis: until its end, else until its supply runs out, else for good."""
    start = order.start.day
    run_out = min(start + math.ceil(order.days_supply), LATEST) if order.days_supply is not None else None
    end = run_out
    if order.end is not None:
        end = order.end.day if order.end.day > start else start + 1
    dispensed = order.quantity is not None or order.basis == "dispensed"
    return Line(
        label=order.id or order.drug,
        reading=reading,
        start=start,
        end=end,
        rank=RANKS[order.basis],
        basis=order.basis,
        as_needed=order.as_needed,
        supply=dispensed and run_out is not None,
        stopped=end is not None and run_out is not None and end < run_out,
        order=order.order,
        text=order.text,
        end_known=END_NOT_KNOWN not in (order.question or ""),
    )


def follow_steps(lines: Iterable[Line]) -> list[Line]:
    """Steps of one order: a step without an end runs until the next step of that order starts."""
    result: list[Line] = []
    orders: dict[Hashable, list[Line]] = defaultdict(list)
    for line in lines:
        if line.order is None:
            result.append(line)
        else:
            orders[(line.order, line.reading.drug, line.reading.product.route, line.basis)].append(line)
    for steps in orders.values():
        starts = sorted({step.start for step in steps})
        for step in steps:
            at = bisect_right(starts, step.start)
            if step.end is None and at < len(starts):
                step = replace(step, end=starts[at])
            result.append(step)
    return result


def carry_forward(lines: Iterable[Line]) -> list[Line]:
    """Refills that come early start when the supply before runs out.

    A refill is a supply of the same product at the same amount a day. A supply at another amount is a change of
    dose: it adds from its own start, and `conflicts` asks whether it replaced the one before.
    """
    result: list[Line] = []
    products: dict[Hashable, list[Line]] = defaultdict(list)
    for line in lines:
        if line.supply:
            daily = line.reading.daily
            products[(line.basis, line.reading.same, daily and daily.mg)].append(line)
        else:
            result.append(line)
    for supplies in products.values():
        if len(supplies) == 1:
            result.extend(supplies)
            continue
        supplies.sort(key=lambda line: line.start)
        starts = [line.start for line in supplies]
        ends = [line.end if line.end is not None else line.start for line in supplies]
        moved = [0] * len(supplies)
        carry(starts, ends, [line.stopped for line in supplies], moved)
        for line, start, end, at in zip(supplies, starts, ends, moved, strict=True):
            if at == start:
                result.append(line)
            else:
                until = end if line.stopped else min(end + at - start, LATEST)
                result.append(replace(line, start=min(at, LATEST), end=until))
    return result


def best_evidence(lines: Iterable[Line]) -> list[Piece]:
    """Cut out, for each drug and route, the days on which better evidence of what was taken exists.

    Logged doses beat a regimen said to be taken, which beats dispensed, which beats prescribed. Evidence without
    an amount replaces nothing. An extended- and an immediate-release product are two products: neither
    replaces the other where both say which they are.
    """
    pieces: list[Piece] = []
    groups: dict[Hashable, list[Line]] = defaultdict(list)
    for line in lines:
        if line.reading.opioid:
            groups[(line.reading.drug, line.reading.product.route)].append(line)
        else:
            pieces.append(Piece(line, line.start, line.end))
    for group in groups.values():
        ranks = {line.rank for line in group if line.known}
        if not ranks or max(ranks) <= min(line.rank for line in group):
            pieces.extend(Piece(line, line.start, line.end) for line in group)
            continue
        covers = _covers(group)
        for line in group:
            pieces.extend(_cut(line, covers))
    return pieces


_Interval = tuple[int, int | None]
_Covers = dict[tuple[int, str | None], list[_Interval]]


def _covers(group: list[Line]) -> _Covers:
    """The days covered by known amounts, by rank and release, merged and sorted."""
    covers: _Covers = defaultdict(list)
    for line in group:
        if line.known and (line.end is None or line.end > line.start):
            covers[(line.rank, line.reading.product.release)].append((line.start, line.end))
    return {key: merged(found) for key, found in covers.items()}


def merged(intervals: list[_Interval]) -> list[_Interval]:
    """Half-open intervals, sorted, those that touch or overlap joined.

    >>> merged([(5, 9), (1, 3), (3, 6), (20, None), (25, 30)])
    [(1, 9), (20, None)]
    """
    joined: list[_Interval] = []
    for start, end in sorted(intervals, key=lambda interval: interval[0]):
        if joined:
            last_start, last_end = joined[-1]
            if last_end is None:
                break
            if start <= last_end:
                joined[-1] = (last_start, None if end is None else max(last_end, end))
                continue
        joined.append((start, end))
    return joined


def _cut(line: Line, covers: _Covers) -> list[Piece]:
    """The stretches of a line, the best better evidence of each named."""
    free: list[_Interval] = [(line.start, line.end)]
    pieces: list[Piece] = []
    release = line.reading.product.release
    for (rank, theirs), covered in sorted(covers.items(), key=lambda item: (-item[0][0], item[0][1] or "")):
        if rank <= line.rank or (release is not None and theirs is not None and release != theirs):
            continue
        left: list[_Interval] = []
        for stretch in free:
            inside, outside = split(stretch, covered)
            pieces.extend(Piece(line, start, end, rank) for start, end in inside)
            left.extend(outside)
        free = left
    if free or not pieces:
        pieces.extend(Piece(line, start, end) for start, end in free)
    return pieces


def split(stretch: _Interval, covered: list[_Interval]) -> tuple[list[_Interval], list[_Interval]]:
    """The parts of a stretch inside and outside sorted, disjoint intervals.

    >>> split((1, 10), [(0, 3), (5, 6)])
    ([(1, 3), (5, 6)], [(3, 5), (6, 10)])
    """
    start, end = stretch
    inside: list[_Interval] = []
    outside: list[_Interval] = []
    index = max(0, bisect_right(covered, start, key=lambda interval: interval[0]) - 1)
    at = start
    while index < len(covered) and (end is None or covered[index][0] < end):
        low, high = covered[index]
        index += 1
        if high is not None and high <= at:
            continue
        low = max(low, at)
        if low > at:
            outside.append((at, low))
        until = high if end is None else end if high is None else min(high, end)
        inside.append((low, until))
        if until is None:
            return inside, outside
        at = until
    if end is None or at < end or at == start == end:
        outside.append((at, end))
    return inside, outside
