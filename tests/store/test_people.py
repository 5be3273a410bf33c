"""Writing, writing again, and reading: the same on both kinds of database."""

from __future__ import annotations

import pytest

from algesia.adapters import examples
from algesia.adapters.store.model import Entry
from algesia.adapters.store.open import Store
from algesia.adapters.store.people import Conflict
from algesia.quantities.refusal import InputRefused
from tests.store.build import AT, bodies, diary, note, pain, write


def test_the_same_fact_sent_twice_is_written_once(store: Store) -> None:
    assert write(diary(store), pain("a", 5)) is True
    assert write(store, pain("a", 5)) is False
    assert len(store.people.history("p1")) == 1


def test_the_same_fact_twice_in_one_sending_is_written_once(store: Store) -> None:
    assert write(diary(store), pain("a", 5), pain("a", 5)) is True
    assert len(store.people.history("p1")) == 1


def test_of_a_sending_that_is_half_known_the_other_half_is_written(store: Store) -> None:
    write(diary(store), pain("a", 5))
    assert write(store, pain("a", 5), pain("b", 6)) is True
    assert [fact.id for fact in store.people.history("p1")] == ["a", "b"]


@pytest.mark.parametrize(
    "second",
    [pain("a", 6), note("a", "five"), pain("a", 5, supersedes="z"), Entry("a", "pain", None, "z")],
    ids=["another value", "another list", "a change", "a withdrawal"],
)
def test_an_id_with_other_content_is_a_conflict_and_writes_nothing(store: Store, second: Entry) -> None:
    write(diary(store), pain("z", 1), pain("a", 5))
    with pytest.raises(Conflict, match="was used for something else"):
        write(store, pain("b", 1), second)
    assert [fact.id for fact in store.people.history("p1")] == ["z", "a"]


def test_an_id_of_another_person_is_a_conflict(store: Store) -> None:
    write(diary(store), pain("a", 5))
    with pytest.raises(Conflict):
        write(diary(store, "p2"), pain("a", 5), person="p2")


def test_two_facts_under_one_id_in_one_sending_are_a_conflict(store: Store) -> None:
    with pytest.raises(Conflict, match="is given to two facts"):
        write(diary(store), pain("a", 5), pain("a", 6))
    assert store.people.history("p1") == ()


def test_a_fact_that_the_reader_refuses_writes_nothing_of_its_sending(store: Store) -> None:
    with pytest.raises(InputRefused, match="score"):
        write(diary(store), pain("a", 5), pain("b", 11))
    assert store.people.history("p1") == ()


def test_a_change_replaces_and_keeps_the_place(store: Store) -> None:
    write(diary(store), pain("a", 5), pain("b", 6))
    write(store, pain("c", 4, supersedes="a"))
    assert [fact.id for fact in store.people.current("p1")] == ["c", "b"]
    write(store, pain("d", 3, supersedes="c"))
    assert [fact.id for fact in store.people.current("p1")] == ["d", "b"]
    assert [fact.id for fact in store.people.history("p1")] == ["a", "b", "c", "d"]


def test_a_fact_is_changed_once_and_the_second_change_is_a_conflict(store: Store) -> None:
    write(diary(store), pain("a", 5))
    write(store, pain("b", 4, supersedes="a"))
    with pytest.raises(Conflict, match="has been changed by somebody else"):
        write(store, pain("c", 3, supersedes="a"))
    assert [fact.id for fact in store.people.history("p1")] == ["a", "b"]


def test_a_change_of_a_fact_of_another_list_or_person_is_refused(store: Store) -> None:
    write(diary(store), pain("a", 5))
    diary(store, "p2")
    with pytest.raises(InputRefused, match="no such fact of this list"):
        write(store, note("b", "x", supersedes="a"))
    with pytest.raises(InputRefused, match="no such fact of this list"):
        write(store, pain("b", 5, supersedes="a"), person="p2")


def test_a_withdrawn_fact_holds_no_more_and_can_come_back(store: Store) -> None:
    write(diary(store), pain("a", 5))
    write(store, Entry("b", "pain", None, "a"))
    assert bodies(store) == []
    write(store, pain("c", 5, supersedes="b"))
    assert [fact.id for fact in store.people.current("p1")] == ["c"]


def test_facts_since_a_day_leave_out_older_and_replaced_ones(store: Store) -> None:
    write(
        diary(store), pain("a", 5, "2026-11-10"), pain("b", 6, "2026-11-11"), pain("c", 7, "2026-11-12T08:00")
    )
    write(store, Entry("d", "pain", None, "b"), pain("e", 8, "2026-11-09", supersedes="c"))
    assert [f.id for f in store.people.current("p1", "pain", since="2026-11-10")] == ["a"]
    assert [f.id for f in store.people.current("p1", "pain", since="2026-11-11")] == []
    assert [f.id for f in store.people.current("p1", "pain", since="2026-11-09")] == ["a", "e"]


def test_an_undo_takes_back_a_whole_batch_and_only_it(store: Store) -> None:
    write(diary(store), pain("a", 5))
    before = bodies(store)
    write(store, note("b", "x"), pain("c", 6, supersedes="a"), batch="today")
    assert store.people.undo("p1", "today", by="me", at=AT) == 2
    assert bodies(store) == before
    assert store.people.undo("p1", "today", by="me", at=AT) == 0
    assert len(store.people.history("p1")) == 5


def test_a_fact_written_and_changed_in_one_batch_is_gone_after_its_undo(store: Store) -> None:
    write(diary(store), pain("a", 5), batch="b")
    write(store, pain("c", 6, supersedes="a"), batch="b")
    assert store.people.undo("p1", "b", by="me", at=AT) == 1
    assert bodies(store) == []


def test_an_undo_can_be_undone(store: Store) -> None:
    write(diary(store), pain("a", 5))
    after = bodies(store)
    store.people.undo("p1", "a", by="me", at=AT)
    store.people.undo("p1", "a~undo", by="me", at=AT)
    assert bodies(store) == after


def test_the_undo_of_another_persons_batch_does_nothing(store: Store) -> None:
    write(diary(store), pain("a", 5))
    diary(store, "p2")
    assert store.people.undo("p2", "a", by="me", at=AT) == 0
    assert len(bodies(store)) == 1


def test_only_who_wrote_a_batch_takes_it_back(store: Store) -> None:
    write(diary(store), pain("a", 5))
    with pytest.raises(InputRefused, match="somebody else"):
        store.people.undo("p1", "a", by="another", at=AT)
    assert len(bodies(store)) == 1


def test_an_undo_whose_id_is_in_use_is_refused_and_changes_nothing(store: Store) -> None:
    write(diary(store), pain("a", 5))
    write(store, pain("a~undo", 6))
    with pytest.raises(Conflict):
        store.people.undo("p1", "a", by="me", at=AT)
    assert len(bodies(store)) == 2


def test_control_characters_are_kept_nowhere(store: Store) -> None:
    """What one kind of database keeps and another refuses would make a backup that cannot be restored."""
    diary(store)
    for name in ("a\x00b", "a\ud800"):
        with pytest.raises(InputRefused):
            store.people.add("p2", "diary", name, at=AT)
        with pytest.raises(InputRefused):
            store.people.add(name, "diary", "Two", at=AT)
        with pytest.raises(InputRefused):
            write(store, pain(name, 5))


def test_asking_with_a_nul_finds_nothing_or_is_refused(store: Store) -> None:
    diary(store)
    for ask in (lambda: store.people.get("\x00"), lambda: store.people.fact("p1", "\x00")):
        try:
            assert ask() is None
        except InputRefused as refused:
            assert "NUL" in str(refused)


def test_the_revision_grows_with_each_writing(store: Store) -> None:
    diary(store)
    seen = [store.people.revision("p1")]
    write(store, pain("a", 5))
    seen.append(store.people.revision("p1"))
    store.people.undo("p1", "a", by="me", at=AT)
    seen.append(store.people.revision("p1"))
    assert seen == sorted(set(seen))
    assert seen[0] == 0


@pytest.mark.parametrize("name", examples.names())
def test_a_record_comes_back_as_it_went_in(store: Store, name: str) -> None:
    record = examples.read(name)
    store.people.add_record("x", "example", name, record, by="algesia", at=AT)
    assert store.people.record("x") == record


def test_a_person_that_is_there_is_a_conflict_and_adds_nothing(store: Store) -> None:
    record = examples.read(examples.names()[0])
    write(diary(store), pain("a", 5))
    with pytest.raises(Conflict):
        store.people.add_record("p1", "imported", "x", record, by="me", at=AT)
    with pytest.raises(Conflict):
        store.people.add("p1", "diary", "x", at=AT)
    assert len(store.people.history("p1")) == 1


def test_nobody_is_refused(store: Store) -> None:
    with pytest.raises(InputRefused, match="is not there"):
        write(store, pain("a", 5))
    with pytest.raises(InputRefused, match="is not there"):
        store.people.record("p1")


def test_people_come_in_the_order_they_were_added_whatever_the_letters(store: Store) -> None:
    for id in ("b", "A", "a", "B"):
        store.people.add(id, "diary", "x", at=AT)
    assert [person.id for person in store.people.all()] == ["A", "B", "a", "b"]
