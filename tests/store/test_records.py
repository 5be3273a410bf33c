"""A record that is read as it grows is the record that is read at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.adapters.store.model import Entry
from algesia.adapters.store.open import open_store
from algesia.adapters.store.people import People, record_of
from algesia.adapters.store.records import Records

AT = "2026-11-12T00:00:00.000000Z"


@pytest.fixture
def people() -> Iterator[People]:
    store = open_store("sqlite://")
    store.people.add("p", "diary", "P", at=AT)
    yield store.people
    store.engine.dispose()


STEP = st.tuples(st.sampled_from(["pain", "zone", "change", "undo", "dose", "map"]), st.integers(0, 27))


@settings(max_examples=40, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=25))
def test_growing_and_reading_at_once_are_the_same(steps: list[tuple[str, int]]) -> None:
    store = open_store("sqlite://")
    people, written = store.people, []
    records = Records(people)
    person = people.add("p", "diary", "P", at=AT)
    for n, (what, day) in enumerate(steps):
        at = f"2026-10-{day + 1:02}T08:30"
        if what == "pain":
            people.write("p", [Entry(f"f{n}", "pain", {"at": at, "score": day % 11})], by="t", at=AT)
            written.append(f"f{n}")
        elif what == "map":
            people.write(
                "p",
                [Entry(f"f{n}", "body_maps", {"at": at[:10], "areas": ["neck-front-left"]})],
                by="t",
                at=AT,
            )
        elif what == "dose":
            body = {"at": at, "drug": "oxycodone", "dose": {"value": day + 1, "unit": "mg"}, "route": "oral"}
            people.write("p", [Entry(f"f{n}", "doses", body)], by="t", at=AT)
        elif what == "zone":
            zone = ("Europe/Paris", "America/New_York", "UTC")[day % 3]
            people.write("p", [Entry(f"f{n}", "person", {"time_zone": zone})], by="t", at=AT)
        elif what == "undo" and written:
            batch = written[day % len(written)]
            people.undo("p", batch if day % 2 else f"{batch}~undo", by="t", at=AT)
        elif what == "change" and written:
            current = people.current("p", "pain")
            if current:
                old = current[day % len(current)]
                people.write(
                    "p", [Entry(f"f{n}", "pain", {**(old.body or {}), "score": 1}, old.id)], by="t", at=AT
                )
        kept = people.current("p")
        read = records.of(person)
        assert (read.kept, read.record) == (kept, record_of(person, kept))
    store.engine.dispose()


def test_many_new_facts_are_read_at_once(people: People) -> None:
    records, person = Records(people), people.get("p")
    assert person is not None
    assert records.of(person).kept == ()
    entries = [Entry(f"f{n}", "pain", {"at": f"2026-10-{n % 28 + 1:02}", "score": 4}) for n in range(120)]
    people.write("p", entries, by="t", at=AT)
    kept = people.current("p")
    assert records.of(person).kept == kept
    assert records.of(person).record == record_of(person, kept)
    records.forget("p")
    assert records.of(person).record == record_of(person, kept)
