"""Records of diaries that grow by an entry at a time: what was read once is not read again.

A fact never changes under its id, so its typed form is kept by id. The rules between facts are checked each time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from algesia.adapters.store.model import Kept, Person
from algesia.adapters.store.people import People, record_of
from algesia.record.check import check_record
from algesia.record.model import LISTS, Record

MOST: Final = 256
FEW: Final = 50
"""More new facts than these and the whole record is read: an import, not an entry."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a person: the facts that hold, the record they make, and up to which row."""

    kept: tuple[Kept, ...]
    record: Record
    typed: dict[str, Any]
    last: int


class Records:
    """The records of one database, as they were read last."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._read: OrderedDict[str, Read] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, person: Person) -> Read:
        """The facts that hold and the record they make: the same as `People.current` and `record_of`, sooner.

        Raises
        ------
        algesia.quantities.refusal.InputRefused
            As `record_of`.
        """
        with self._lock:
            known = self._read.get(person.id)
        read = self._anew(person) if known is None else self._on(person, known) or self._anew(person)
        with self._lock:
            self._read[person.id] = read
            self._read.move_to_end(person.id)
            while len(self._read) > MOST:
                self._read.popitem(last=False)
        return read

    def _anew(self, person: Person) -> Read:
        # the number first, and no lower than what was read: what is written in between is neither missed nor read twice
        last = self._people.revision(person.id)
        kept = self._people.current(person.id)
        last = max([last, *(fact.seq for fact in kept)])
        record = record_of(person, kept)
        typed: dict[str, Any] = {}
        for name in LISTS:
            ids = [fact.id for fact in kept if fact.list == name]
            typed.update(zip(ids, getattr(record, name), strict=True))
        return Read(kept, record, typed, last)

    def _on(self, person: Person, known: Read) -> Read | None:
        """Go on from what was read; ``None`` where all has to be read again."""
        rows = self._people.history(person.id, known.last)
        if not rows:
            return known
        kept = None if len(rows) > FEW or known.record.relative else grown(known.kept, rows)
        if kept is None or any(row.list == "person" for row in rows):
            return None
        fresh = [row for row in rows if row.list in LISTS and row.body is not None]
        typed = known.typed | _typed(person, kept, fresh)
        lists = {name: tuple(typed[fact.id] for fact in kept if fact.list == name) for name in LISTS}
        record = check_record(msgspec.structs.replace(known.record, **lists))
        return Read(kept, record, typed, rows[-1].seq)

    def forget(self, person: str) -> None:
        """Drop what was read of a person."""
        with self._lock:
            self._read.pop(person, None)


def grown(kept: tuple[Kept, ...], rows: Sequence[Kept]) -> tuple[Kept, ...] | None:
    """The facts that hold after more rows, in the order of `People.current`; ``None`` where the rows do not tell.

    A row that changes one stands in its place; one without a body takes it out.
    """
    now = list(kept)
    places = {fact.id: place for place, fact in enumerate(now)}
    gone: set[str] = set()
    for row in rows:
        place = len(now)
        if row.supersedes is None:
            now.append(row)
        elif row.supersedes in places:
            place = places[row.supersedes]
            now[place] = row
        else:
            return None
        places[row.id] = place
        if row.body is None:
            gone.add(row.id)
    return tuple(fact for fact in now if fact.id not in gone)


def _typed(person: Person, kept: Sequence[Kept], fresh: Sequence[Kept]) -> dict[str, Any]:
    """The typed form of new facts, by id."""
    if not fresh:
        return {}
    part = record_of(person, [*(fact for fact in kept if fact.list == "person"), *fresh])
    return {
        fact_id: typed
        for name in LISTS
        for fact_id, typed in zip(
            [fact.id for fact in fresh if fact.list == name], getattr(part, name), strict=True
        )
    }
