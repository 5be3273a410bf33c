"""Nothing that was written can be changed or taken out, by whatever statement."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from algesia.adapters.store.open import Store
from tests.store.build import AT, diary, pain, write

CHANGES = (
    "UPDATE facts SET body = '{}'",
    "UPDATE facts SET seq = seq + 100",
    "UPDATE facts SET supersedes = NULL",
    "DELETE FROM facts",
    "DELETE FROM facts WHERE id = 'a'",
    "UPDATE audit SET who = 'nobody'",
    "UPDATE audit SET hash = '0'",
    "DELETE FROM audit",
)
ONLY = {
    "sqlite": (
        "INSERT OR REPLACE INTO facts (seq, id, person, list, day, body, batch, written_at, written_by) "
        "VALUES (1, 'a', 'p1', 'pain', '', '{}', 'a', 't', 'me')",
        "INSERT OR REPLACE INTO audit (seq, at, who, action, detail, previous, hash) "
        "VALUES (1, 't', 'x', 'x', '', '0', '0')",
        "UPDATE OR REPLACE facts SET id = 'a'",
    ),
    "postgresql": (
        "INSERT INTO facts (seq, id, person, list, day, body, batch, written_at, written_by) "
        "VALUES (1, 'a', 'p1', 'pain', '', '{}', 'a', 't', 'me') ON CONFLICT (id) DO UPDATE SET body = 'x'",
        "TRUNCATE facts",
        "TRUNCATE audit",
        "TRUNCATE people CASCADE",
    ),
}


def test_a_statement_that_changes_what_was_written_is_refused(store: Store) -> None:
    write(diary(store), pain("a", 5), pain("b", 6))
    store.audit.add("me", "test", None, at=AT)
    store.audit.add("me", "test", None, at=AT)
    before = store.people.history("p1"), store.audit.rows()
    for statement in CHANGES + ONLY[store.engine.dialect.name]:
        with (
            pytest.raises(DBAPIError, match="clinical rows are never changed"),
            store.engine.connect().execution_options(write=True) as connection,
            connection.begin(),
        ):
            connection.execute(text(statement))
    assert (store.people.history("p1"), store.audit.rows()) == before


def test_only_the_erasure_of_the_person_deletes_facts(store: Store) -> None:
    write(diary(store), pain("a", 5), pain("b", 6))
    write(diary(store, "p2"), pain("c", 5), person="p2")
    assert store.people.erase("p1") == 2
    assert store.people.history("p1") == ()
    assert store.people.get("p1") is None
    assert [fact.id for fact in store.people.history("p2")] == ["c"]
