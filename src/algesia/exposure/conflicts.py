"""Orders that run at once and may be one: both are counted, and somebody is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from itertools import groupby
from typing import Final

from algesia.exposure.model import Query
from algesia.exposure.timeline import LOGGED, Line

NAMED_AT_MOST: Final = 3
REPLACED: Final = "Did the second replace the first?"


def overlaps(lines: Iterable[Line]) -> Iterator[Query]:
    """Questions about orders of one product that run together: written twice, or one replaced by the other?

    Refills are left out: early ones carry forward. So are the parts of one order, and a fixed order beside an
    as-needed one, which is how breakthrough doses are written.
    """
    orders: dict[Hashable, list[Line]] = defaultdict(list)
    supplies: dict[Hashable, list[Line]] = defaultdict(list)
    for line in lines:
        if not line.known or line.rank == LOGGED:
            continue
        product = line.reading.product
        if line.supply:
            supplies[(line.reading.same, line.basis, line.as_needed)].append(line)
        else:
            drug = (line.reading.drug, product.route, product.release)
            orders[(drug, line.basis, line.as_needed)].append(line)
    for same in orders.values():
        if len(same) > 1:
            yield from _orders(same)
    for same in supplies.values():
        if len(same) > 1:
            yield from _supplies(same)


def _orders(lines: list[Line]) -> Iterator[Query]:
    """One question about orders that start together, one about orders left open when another starts."""
    lines = _in_turn(lines)
    together: set[str] = set()
    replaced: set[str] = set()
    still_open: Line | None = None
    previous: Line | None = None
    for line in lines:
        if previous is not None and previous.start == line.start and _apart(previous, line):
            if previous.reading.same == line.reading.same:
                together |= {previous.label, line.label}
        elif still_open is not None and _apart(still_open, line):
            replaced |= {still_open.label, line.label}
        if line.end is None and (still_open is None or line.start > still_open.start):
            still_open = line
        previous = line
    drug = lines[0].reading.drug
    if together:
        why = "orders of the same product start on the same day; both are counted"
        yield Query(some(together), drug, why, "Is it one order written twice?")
    if replaced:
        why = "an order without an end still runs when another of the same drug starts; both are counted"
        yield Query(some(replaced), drug, why, REPLACED)


def _supplies(lines: list[Line]) -> Iterator[Query]:
    """One question about supplies of one product that overlap at different amounts a day."""
    lines = _in_turn(lines)
    changed: set[str] = set()
    running = lines[0]
    for line in lines[1:]:
        overlap = running.end is not None and running.start < line.start < running.end
        if overlap and line.reading.daily != running.reading.daily:
            changed |= {running.label, line.label}
        if line.end is not None and (running.end is None or line.end >= running.end):
            running = line
    if changed:
        why = "a supply still runs when one of the same product at another amount a day starts; both are counted"
        yield Query(some(changed), lines[0].reading.drug, why, REPLACED)


def _in_turn(lines: Iterable[Line]) -> list[Line]:
    """By start and name; lines that share both by what they say, so that the order of facts does not matter."""
    found: list[Line] = []
    for _, alike in groupby(sorted(lines, key=_named), _named):
        same = list(alike)
        found += same if len(same) == 1 else sorted(same, key=_said)
    return found


def _named(line: Line) -> tuple[int, str]:
    return line.start, line.label


def _said(line: Line) -> tuple[str, int, str, str]:
    words = "" if line.reading.daily is None else line.reading.daily.words
    return line.order or "", -1 if line.end is None else line.end, repr(line.reading.same), words


def _apart(one: Line, other: Line) -> bool:
    """Whether two lines belong to different orders."""
    return one.order is None or one.order != other.order


def some(labels: set[str]) -> str:
    """The first three of some labels, and how many more there are.

    >>> some({"m1", "m2", "m3", "m4"})
    'm1, m2, m3 and 1 more'
    """
    names = sorted(labels)
    more = len(names) - NAMED_AT_MOST
    return ", ".join(names[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
