"""Erased is gone: from the tables, and from the bytes of the file."""

from __future__ import annotations

from pathlib import Path

from algesia.adapters.store.engine import sqlite_url
from algesia.adapters.store.open import Store, open_store
from tests.store.build import AT, diary, note, pain, write

WORDS = "unmistakable words of this person"


def written(folder: Path) -> bytes:
    """Everything that stands in a folder."""
    return b"".join(file.read_bytes() for file in folder.iterdir())


def test_what_was_erased_stands_in_no_file(tmp_path: Path) -> None:
    store = diary(open_store(sqlite_url(tmp_path / "a.db")))
    for i in range(50):
        write(store, note(f"n{i}", f"{WORDS} {i}"))
    assert WORDS.encode() in written(tmp_path)
    store.people.erase("p1")
    assert WORDS.encode() not in written(tmp_path)
    store.engine.dispose()
    assert WORDS.encode() not in written(tmp_path)


def test_the_audit_keeps_that_it_happened_and_nothing_else_of_the_person(store: Store) -> None:
    write(diary(store), pain("a", 5))
    store.audit.add("me", "erase", "p1", at=AT)
    store.people.erase("p1")
    assert [row.person for row in store.audit.rows()] == ["p1"]
    assert store.people.all() == ()


def test_an_id_can_be_used_again_after_the_erasure(store: Store) -> None:
    write(diary(store), pain("a", 5))
    store.people.erase("p1")
    assert write(diary(store), pain("a", 6)) is True


def test_erasing_nobody_counts_nothing(store: Store) -> None:
    assert store.people.erase("nobody") == 0
