"""Records of diaries that grow by an entry at a time: what was read once is not read again.

A fact never changes under its id, so its typed form is kept by id. The rules between facts are checked each time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from algesia.adapters.store.model import Kept, Person
from algesia.adapters.store.people import record_of
from algesia.record.check import check_record
from algesia.record.model import LISTS, Record

MOST: Final = 256
FEW: Final = 50
"""More new facts than these and the whole record is read: an import, not an entry."""


class Records:
    """The records of one database, as they were read last."""

    def __init__(self) -> None:
        self._read: OrderedDict[str, tuple[Record, dict[str, Any]]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, person: Person, kept: Sequence[Kept]) -> Record:
        """The record that the facts make: the same as `people.record_of`, sooner.

        Raises
        ------
        algesia.quantities.refusal.InputRefused
            As `people.record_of`.
        """
        with self._lock:
            known = self._read.get(person.id)
        facts = [fact for fact in kept if fact.list in LISTS]
        fresh = [] if known is None else [fact for fact in facts if fact.id not in known[1]]
        if known is None or len(fresh) > FEW or known[0].relative or _about(kept) != known[1].get(ABOUT):
            record = record_of(person, kept)
            typed: dict[str, Any] = {ABOUT: _about(kept)}
            for name in LISTS:
                ids = [fact.id for fact in facts if fact.list == name]
                typed.update(zip(ids, getattr(record, name), strict=True))
        else:
            typed = known[1] | _typed(person, kept, fresh)
            lists = {name: tuple(typed[fact.id] for fact in facts if fact.list == name) for name in LISTS}
            record = check_record(msgspec.structs.replace(known[0], **lists))
        with self._lock:
            self._read[person.id] = (record, typed)
            self._read.move_to_end(person.id)
            while len(self._read) > MOST:
                self._read.popitem(last=False)
        return record

    def forget(self, person: str) -> None:
        """Drop what was read of a person."""
        with self._lock:
            self._read.pop(person, None)


ABOUT: Final = " about"
"""No fact has this id: a blank stands at its start."""


def _about(kept: Sequence[Kept]) -> dict[str, Any]:
    """What is known of the person: the time zone in it moves every time."""
    found: dict[str, Any] = {}
    for fact in kept:
        if fact.list == "person":
            found |= fact.body or {}
    return found


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
