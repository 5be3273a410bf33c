"""The audit chain finds the first row that was changed, put in or taken out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import insert, text

from algesia.adapters.store import schema
from algesia.adapters.store.audit import GENESIS, _hash
from algesia.adapters.store.open import Store
from tests.store.build import AT


def raw(store: Store, *statements: str) -> None:
    """Do what only somebody with the database in hand can do."""
    with store.engine.connect().execution_options(write=True) as connection, connection.begin():
        on = " ON audit" if connection.dialect.name == "postgresql" else ""
        for trigger in ("audit_no_update", "audit_no_delete"):
            connection.execute(text(f"DROP TRIGGER {trigger}{on}"))
        for statement in statements:
            connection.execute(text(statement))


def ten(store: Store) -> None:
    """Ten rows."""
    for i in range(10):
        store.audit.add("me", f"action{i}", "p1" if i % 2 else None, at=AT)


def test_an_untouched_chain_holds(store: Store) -> None:
    assert (store.audit.verify().rows, store.audit.verify().head) == (0, GENESIS)
    ten(store)
    found = store.audit.verify()
    assert (found.rows, found.broken_at) == (10, None)
    assert found.head == store.audit.rows(limit=1)[0].hash


@pytest.mark.parametrize("column", ["at", "who", "action", "person", "detail", "previous", "hash"])
def test_a_changed_row_is_found(store: Store, column: str) -> None:
    ten(store)
    raw(store, f"UPDATE audit SET {column} = 'x' WHERE seq = 4")
    assert store.audit.verify().broken_at == 4


def test_a_row_whose_hash_was_made_to_fit_is_found_at_the_next(store: Store) -> None:
    ten(store)
    row = store.audit.rows()[-4]
    assert row.seq == 4
    forged = replace(row, who="somebody else")
    raw(store, f"UPDATE audit SET who = '{forged.who}', hash = '{_hash(forged)}' WHERE seq = 4")
    assert store.audit.verify().broken_at == 5


def test_a_removed_row_is_found_at_the_one_after_it(store: Store) -> None:
    ten(store)
    raw(store, "DELETE FROM audit WHERE seq = 4")
    assert store.audit.verify().broken_at == 5


def test_the_first_row_removed_is_found(store: Store) -> None:
    ten(store)
    raw(store, "DELETE FROM audit WHERE seq = 1")
    assert store.audit.verify().broken_at == 2


def test_a_row_put_in_is_found(store: Store) -> None:
    ten(store)
    third = store.audit.rows()[-3]
    raw(store, *[f"UPDATE audit SET seq = {seq + 1} WHERE seq = {seq}" for seq in range(10, 3, -1)])
    forged = replace(third, seq=4, action="forged", previous="unknown")
    with store.engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.execute(
            insert(schema.audit).values(
                seq=4, at=AT, who="me", action="forged", person=None, detail="",
                previous="unknown", hash=_hash(forged),
            )
        )  # fmt: skip
    assert store.audit.verify().broken_at == 4


def test_rows_taken_off_the_end_show_against_a_noted_head_only(store: Store) -> None:
    ten(store)
    head = store.audit.verify().head
    assert store.audit.holds(head)
    store.audit.add("me", "more", None, at=AT)
    assert store.audit.holds(head)
    raw(store, "DELETE FROM audit WHERE seq > 8")
    assert store.audit.verify().broken_at is None
    assert not store.audit.holds(head)
    assert store.audit.holds(GENESIS)


def test_rows_about_one_person_newest_first(store: Store) -> None:
    ten(store)
    assert [row.seq for row in store.audit.rows("p1", 3)] == [10, 8, 6]
