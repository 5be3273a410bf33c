"""Many at once: nothing is lost, nothing is written twice, nobody gets an error that is not theirs."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Final

import pytest

from algesia.adapters.store.model import Entry
from algesia.adapters.store.open import Store, open_store
from algesia.adapters.store.people import Conflict
from tests.store.build import AT, bodies, diary, pain, write

WRITER: Final = """
import sys
from algesia.adapters.store.audit import append
from algesia.adapters.store.open import open_store
from tests.store.build import AT, pain
url, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = open_store(url)
sys.stdin.readline()
for i in range(count):
    fresh = store.people.write("p1", [pain(f"{name}{i}", i % 11)], by=name, at=AT).fresh
    store.audit.add(name, "write", "p1", at=AT)
    print(int(fresh))
"""


def processes(url: str, names: tuple[str, ...], count: int) -> list[list[str]]:
    """Processes that write at the same time; what each printed."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, url, name, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    said = []
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in running:
        out, err = one.communicate(timeout=120)
        assert one.returncode == 0, err
        said.append(out.split())
    return said


def threads(*works: Callable[[], object]) -> list[BaseException]:
    """Threads that start together; the errors they ended with."""
    errors: list[BaseException] = []
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        gate.wait()
        try:
            work()
        except BaseException as error:
            errors.append(error)

    running = [threading.Thread(target=run, args=(work,)) for work in works]
    for one in running:
        one.start()
    for one in running:
        one.join(timeout=120)
        assert not one.is_alive()
    return errors


def test_two_processes_that_write_at_once_lose_nothing(url: str, store: Store) -> None:
    diary(store)
    processes(url, ("a", "b"), 200)
    assert {fact.id for fact in store.people.history("p1")} == {f"{n}{i}" for n in "ab" for i in range(200)}
    found = store.audit.verify()
    assert (found.rows, found.broken_at) == (400, None)


def test_the_same_facts_from_two_processes_are_written_once_and_acknowledged_to_both(
    url: str, store: Store
) -> None:
    diary(store)
    said = processes(url, ("a", "a"), 200)
    assert [len(lines) for lines in said] == [200, 200]
    # each fact was new to exactly one of the two
    assert [int(x) + int(y) for x, y in zip(*said, strict=True)] == [1] * 200
    assert len(store.people.history("p1")) == 200


def test_two_threads_that_write_at_once_lose_nothing(store: Store) -> None:
    diary(store)

    def writer(name: str) -> None:
        for i in range(200):
            write(store, pain(f"{name}{i}", 5))

    assert threads(partial(writer, "a"), partial(writer, "b")) == []
    assert len(store.people.history("p1")) == 400


def test_a_double_tap_on_two_workers_is_acknowledged_to_both(url: str, store: Store) -> None:
    diary(store)
    other = open_store(url)
    for i in range(50):
        done: list[bool] = []
        entries = [pain(f"{i}a", 5), pain(f"{i}b", 6)]

        def tap(s: Store, e: list[Entry], done: list[bool] = done) -> None:
            done.append(write(s, *e))

        assert threads(partial(tap, store, entries), partial(tap, other, entries[::-1])) == []
        assert sorted(done) == [False, True]
    assert len(store.people.history("p1")) == 100
    other.engine.dispose()


def test_of_two_people_with_the_same_id_at_once_one_is_told(url: str, store: Store) -> None:
    diary(store)
    diary(store, "p2")
    other = open_store(url)
    for i in range(50):
        errors = threads(
            partial(write, store, pain(f"{i}", 5), person="p1"),
            partial(write, other, pain(f"{i}", 5), person="p2"),
        )
        assert [type(error) for error in errors] == [Conflict]
    assert len(store.people.history("p1")) + len(store.people.history("p2")) == 50
    other.engine.dispose()


def test_of_two_who_change_the_same_fact_one_is_told_and_nothing_is_lost(url: str, store: Store) -> None:
    write(diary(store), pain("first", 5))
    other = open_store(url)
    held = "first"
    for i in range(30):
        changes = [pain(f"{i}{name}", 6, supersedes=held) for name in "ab"]
        errors = threads(partial(write, store, changes[0]), partial(write, other, changes[1]))
        assert [type(error) for error in errors] == [Conflict]
        (now,) = store.people.current("p1")
        assert now.id in (f"{i}a", f"{i}b")
        held = now.id
    assert len(store.people.history("p1")) == 31
    other.engine.dispose()


def test_two_undos_at_once_take_back_once(url: str, store: Store) -> None:
    diary(store)
    other = open_store(url)
    for i in range(30):
        write(store, pain(f"a{i}", 5), pain(f"b{i}", 5), batch=f"batch{i}")
        counts: list[int] = []

        def back(s: Store, batch: str = f"batch{i}", counts: list[int] = counts) -> None:
            counts.append(s.people.undo("p1", batch, by="me", at=AT))

        assert threads(partial(back, store), partial(back, other)) == []
        assert sorted(counts) == [0, 2]
    assert bodies(store) == []
    other.engine.dispose()


def test_who_has_seen_a_revision_has_seen_everything_below_it(url: str, store: Store) -> None:
    diary(store)
    other = open_store(url)
    stop = threading.Event()
    seen: dict[int, set[str]] = {}

    def read() -> None:
        while not stop.is_set():
            revision = store.people.revision("p1")
            ids = {fact.id for fact in store.people.history("p1") if fact.seq <= revision}
            assert seen.setdefault(revision, ids) == ids

    def writer(s: Store, name: str) -> None:
        for i in range(40):
            write(s, *(pain(f"{name}{i}-{k}", 5) for k in range(5)))

    def writers() -> None:
        errors = threads(partial(writer, store, "a"), partial(writer, other, "b"))
        stop.set()
        assert errors == []

    assert threads(read, writers) == []
    assert len(seen) > 1
    other.engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_many_who_open_a_new_database_at_once_all_get_it(new_url: Callable[[str], str], kind: str) -> None:
    url = new_url(kind)
    stores: list[Store] = []
    assert threads(*[lambda: stores.append(open_store(url))] * 4) == []
    assert len(stores) == 4
    for one in stores:
        assert one.people.all() == ()
        one.engine.dispose()
