"""Everything a person wrote, by month: what holds, what was removed, and the days without an entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from algesia.adapters.store.model import Kept
from algesia.web.clock import local
from algesia.web.person.entry_words import clock, said
from algesia.web.visit import Visit

HIDDEN: Final = frozenset(("person", "settings", "releases"))
"""Lists that are no entries of the diary; they have pages of their own."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry. `id` is the row that holds now: of a removed entry, the one that removed it."""

    id: str
    name: str
    answer: str
    clock: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day with its entries; `gap` is the number of days without any that come before it."""

    iso: str
    ordinal: int
    lines: tuple[Line, ...]
    gap: int


@dataclass(frozen=True, slots=True)
class Month:
    """One month, newest day first, with key and name of the months beside it. `open_days`: days without an entry between the newest one and today."""

    name: str
    key: str
    days: tuple[Day, ...]
    removed: tuple[Line, ...]
    earlier: tuple[str, str] | None
    later: tuple[str, str] | None
    open_days: int


@dataclass(frozen=True, slots=True)
class _Head:
    """A fact that holds, or the one that was removed last, with its day."""

    row: Kept
    body: dict[str, object]
    day: date
    removed: bool


def month(visit: Visit, wanted: str) -> Month | None:
    """A month by its key ("2026-11"), else the latest one with entries; ``None`` when nothing was written."""
    heads = _heads(visit)
    by_month: dict[str, list[_Head]] = defaultdict(list)
    for head in heads:
        by_month[f"{head.day:%Y-%m}"].append(head)
    if not by_month:
        return None
    keys = sorted(by_month)
    key = wanted if wanted in by_month else keys[-1]
    at = keys.index(key)
    held = [head for head in heads if not head.removed]
    days = sorted({head.day.toordinal() for head in held})
    before = dict(zip(days[1:], days, strict=False))
    today = visit.now.date()
    newest = days[-1] if days else today.toordinal()
    last = key == keys[-1]
    return Month(
        name=_name(key),
        key=key,
        days=_days(visit, by_month[key], before),
        removed=tuple(_line(visit, head) for head in by_month[key] if head.removed),
        earlier=(keys[at - 1], _name(keys[at - 1])) if at else None,
        later=(keys[at + 1], _name(keys[at + 1])) if not last else None,
        open_days=max(0, today.toordinal() - newest - 1) if last else 0,
    )


def last_body(rows: dict[str, Kept], row: Kept) -> dict[str, object] | None:
    """What a fact said last: its own body, or that of the row it removed."""
    at: Kept | None = row
    while at is not None and at.body is None:
        at = rows.get(at.supersedes or "")
    return None if at is None else at.body


def day_of(visit: Visit, body: dict[str, object], written_at: str) -> date:
    """The day an entry belongs to: its own, or that of its writing where it has none."""
    own = str(body.get("at") or body.get("start") or "")[:10]
    try:
        return date.fromisoformat(own)
    except ValueError:
        return local(datetime.fromisoformat(written_at), visit.time_zone).date()


def _heads(visit: Visit) -> list[_Head]:
    rows = visit.state.store.people.history(visit.person.id)
    by_id = {row.id: row for row in rows}
    gone = {row.supersedes for row in rows if row.supersedes is not None}
    found = []
    for row in rows:
        if row.id in gone or row.list in HIDDEN:
            continue
        body = last_body(by_id, row)
        if body is not None:
            found.append(_Head(row, body, day_of(visit, body, row.written_at), row.body is None))
    scored = {head.day for head in found if not head.removed and _is_peg(head, "function")}
    # the answers behind a score stand with it
    return [head for head in found if not (_is_peg(head, "scales") and (head.day in scored or head.removed))]


def _is_peg(head: _Head, list: str) -> bool:
    return head.row.list == list and head.body.get("instrument") == "peg"


def _days(visit: Visit, heads: Sequence[_Head], before: dict[int, int]) -> tuple[Day, ...]:
    by_day: dict[date, list[_Head]] = defaultdict(list)
    for head in heads:
        if not head.removed:
            by_day[head.day].append(head)
    return tuple(
        Day(
            day.isoformat(),
            day.toordinal(),
            tuple(_line(visit, head) for head in reversed(by_day[day])),
            day.toordinal() - before[day.toordinal()] - 1 if day.toordinal() in before else 0,
        )
        for day in sorted(by_day, reverse=True)
    )


def _line(visit: Visit, head: _Head) -> Line:
    name, answer = said(head.row.list, head.body, visit.state.knowledge)
    return Line(head.row.id, name, answer, clock(head.body))


def _name(key: str) -> str:
    return f"{date.fromisoformat(key + '-01'):%B %Y}"
