"""SQLite, an encrypted SQLite and PostgreSQL give the same answers, to the byte."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from algesia.adapters import examples
from algesia.adapters.store.model import Entry
from algesia.adapters.store.open import Store, open_store
from algesia.knowledge.loader import load
from algesia.record.codec import write_record
from algesia.report.answer import review_json
from algesia.review import review
from tests.store.build import AT, diary, note, pain, write


def fill(store: Store) -> None:
    """The same writing to each."""
    for name in examples.names():
        store.people.add_record(f"example-{name}", "example", name, examples.read(name), by="algesia", at=AT)
    diary(store)
    write(store, Entry("m", "medications", {
        "id": "m1", "drug": "oxycodone", "route": "oral", "dose": {"value": 20, "unit": "mg"},
        "every_hours": 12, "start": "2026-08-01",
    }))  # fmt: skip
    for day in range(1, 29):
        write(store, pain(f"pain{day}", day % 11, f"2026-10-{day:02}"), batch=f"day{day}")
    write(store, Entry("who", "person", {"birth_date": "1961-02-03", "weight_kg": 71.5}))
    write(store, note("words", 'naïve "quotes" \\ € 𝄞 \u2028 and a\nline'))
    write(store, pain("changed", 9, "2026-10-03", supersedes="pain3"), batch="fix")
    write(store, pain("changed2", 2, "2026-10-04", supersedes="pain4"), batch="fix2")
    store.people.undo("p1", "fix", by="me", at=AT)
    store.people.undo("p1", "day28", by="me", at=AT)
    store.audit.add("me", "write", "p1", at=AT)


@pytest.mark.parametrize("kind", ["postgresql", "encrypted"])
def test_each_kind_answers_as_sqlite_does(new_url: Callable[[str], str], kind: str) -> None:
    if kind == "encrypted":
        pytest.importorskip("sqlcipher3")
    other = open_store(new_url("sqlite"), bytes(32)) if kind == "encrypted" else open_store(new_url(kind))
    plain = open_store(new_url("sqlite"))
    for store in (plain, other):
        fill(store)
    knowledge = load()
    assert plain.people.all() == other.people.all()
    for person in plain.people.all():
        here, there = plain.people.record(person.id), other.people.record(person.id)
        assert write_record(here) == write_record(there)
        assert review_json(review(here, knowledge)) == review_json(review(there, knowledge))
        assert plain.people.history(person.id) == other.people.history(person.id)
        assert plain.people.current(person.id) == other.people.current(person.id)
    assert len(plain.people.record("p1").pain) == 27
    assert plain.audit.rows() == other.audit.rows()
    assert plain.audit.verify() == other.audit.verify()
    for store in (plain, other):
        store.engine.dispose()
