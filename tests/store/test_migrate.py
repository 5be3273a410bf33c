"""The schema goes forward and back on both kinds of database, and is what the tables say."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from algesia.adapters.store import migrate, schema
from algesia.adapters.store.engine import open_engine
from algesia.adapters.store.open import Store, open_store
from algesia.quantities.refusal import InputRefused
from tests.store.build import diary, pain, write

REVISIONS = [
    script.revision for script in ScriptDirectory.from_config(migrate._config(None)).walk_revisions()
][::-1]


def test_the_migrated_schema_is_that_of_the_tables(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_checks_and_keys_have_the_names_of_the_tables(store: Store) -> None:
    # autogenerate does not compare checks
    found = inspect(store.engine)
    for table in schema.metadata.sorted_tables:
        there = {check["name"] for check in found.get_check_constraints(table.name)}
        assert there == {c.name for c in table.constraints if type(c).__name__ == "CheckConstraint"}


def test_back_to_nothing_and_forward_again(store: Store) -> None:
    migrate.downgrade(store.engine, migrate.BASE)
    assert set(inspect(store.engine).get_table_names()) == {"alembic_version"}
    assert migrate.revision(store.engine) is None
    migrate.upgrade(store.engine)
    assert migrate.revision(store.engine) == REVISIONS[-1]
    assert write(diary(store), pain("a", 5))


@pytest.mark.parametrize("to", REVISIONS)
def test_facts_are_kept_going_back_and_forward(store: Store, to: str) -> None:
    write(diary(store), pain("a", 5))
    store.audit.add("me", "test", None, at="t")
    before = store.people.history("p1"), store.audit.rows()
    migrate.downgrade(store.engine, to)
    migrate.upgrade(store.engine)
    assert (store.people.history("p1"), store.audit.rows()) == before


def test_a_database_at_the_newest_is_left_alone(url: str) -> None:
    open_store(url).engine.dispose()
    again = open_store(url)
    assert migrate.revision(again.engine) == REVISIONS[-1]
    again.engine.dispose()


def test_a_database_of_a_newer_algesia_is_refused_and_untouched(url: str) -> None:
    first = open_store(url)
    with first.engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    first.engine.dispose()
    with pytest.raises(InputRefused, match="was written by a newer algesia"):
        open_store(url)
    engine = open_engine(url)
    assert migrate.revision(engine) == "9999"
    engine.dispose()
