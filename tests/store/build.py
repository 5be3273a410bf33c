"""People and facts for the tests of the store."""

from __future__ import annotations

from algesia.adapters.store.model import Entry
from algesia.adapters.store.open import Store

AT = "2026-11-12T20:14:00.000000Z"


def pain(id: str, score: float, at: str = "2026-11-12T20:14", supersedes: str | None = None) -> Entry:
    """A pain score."""
    return Entry(id, "pain", {"at": at, "score": score}, supersedes)


def note(id: str, words: str, supersedes: str | None = None) -> Entry:
    """A note."""
    return Entry(id, "notes", {"at": "2026-11-12", "text": words}, supersedes)


def diary(store: Store, id: str = "p1") -> Store:
    """The store, with somebody in it."""
    store.people.add(id, "diary", "Me", at=AT)
    return store


def write(store: Store, *entries: Entry, person: str = "p1", batch: str | None = None) -> bool:
    """Write; whether anything was new."""
    return store.people.write(person, entries, by="me", at=AT, batch=batch).fresh


def bodies(store: Store, person: str = "p1") -> list[tuple[str, object]]:
    """What holds now, in order."""
    return [(fact.list, fact.body) for fact in store.people.current(person)]
