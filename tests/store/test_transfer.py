"""Data in and out of the store: what an import adds, what is refused, and what a deletion leaves in the file."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from algesia.adapters.store import people
from algesia.adapters.store.cells import unguarded
from algesia.adapters.store.incoming import MOST_FILES, Incoming, read_upload
from algesia.adapters.store.model import Entry
from algesia.adapters.store.open import Store, open_store
from algesia.adapters.store.people import Conflict
from algesia.adapters.store.transfer import compare, csv_zip, erase_for_good, export_json, receipt_of
from algesia.quantities.refusal import InputRefused

AT = "2026-11-12T20:14:00.000000Z"
WORDS = "Zwetschgenkuchen"
"""A word that stands nowhere else."""
FACTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("person", {"birth_date": "1971-05-02", "time_zone": "Europe/Paris"}),
    ("settings", {"place": "eu", "clinician": "Dr Okafor", "phone": "555 0142"}),
    ("medications", {"id": "m1", "drug": "oxycodone", "start": "2026-01-05", "dose": {"value": 20, "unit": "mg"}, "every_hours": 12}),
    ("pain", {"at": "2026-11-11T20:00", "score": 6.5, "question": "average-24h", "note": f"=1+1, {WORDS}; \"two\""}),
    ("pain", {"at": "2026-11-12T20:00", "score": 7, "question": "average-24h"}),
    ("signs", {"at": "2026-11-12", "sign": "myoclonus", "present": None}),
    ("goals", {"at": "2026-11-01", "text": f"walk to the {WORDS}"}),
    ("goal_days", {"at": "2026-11-12", "done": "part"}),
    ("taken", {"at": "2026-11-12", "answer": "different", "note": "one\nmissed, later"}),
    ("sleep", {"at": "2026-11-12", "hours": 6.5}),
    ("notes", {"at": "2026-11-12", "text": f"{WORDS} " * 40}),
    ("bad_days", {"at": "2026-11-10T09:00"}),
)  # fmt: skip


def filled(url: str = "sqlite://", person: str = "p1") -> Store:
    store = open_store(url)
    store.people.add(person, "diary", "My diary", at=AT)
    entries = [Entry(f"{person}-{i}", name, body) for i, (name, body) in enumerate(FACTS)]
    store.people.write(person, entries, by="me", at=AT)
    return store


def whole(store: Store) -> bytes:
    people = store.people
    return export_json(people.record("p1"), people.current("p1"), people.history("p1"), AT)


def bodies(store: Store, person: str) -> list[tuple[str, object]]:
    return sorted(((f.list, f.body) for f in store.people.current(person)), key=repr)


def bring(store: Store, person: str, incoming: Incoming) -> int:
    people = store.people
    found = compare(incoming, people.record(person), people.current(person))
    people.write(
        person, [Entry(f"in-{i}", name, body) for i, (name, body) in enumerate(found.new)], by="me", at=AT
    )
    return len(found.new)


def zipped(files: Sequence[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def refusal(*files: tuple[str, bytes]) -> str:
    with pytest.raises(InputRefused) as caught:
        read_upload(list(files))
    return str(caught.value)


def test_the_export_has_its_documented_parts() -> None:
    store = filled()
    store.people.write("p1", [Entry("gone", "goal_days", None, "p1-7")], by="me", at=AT)
    told = json.loads(whole(store))
    assert list(told) == ["format", "made_at", "record", "diary", "history"]
    assert told["format"] == "algesia-export/1" and told["record"]["format"] == "algesia-record/1"
    assert "goal_days" not in told["diary"] and told["diary"]["goals"][0]["at"] == "2026-11-01"
    assert [row["seq"] for row in told["history"]] == sorted(row["seq"] for row in told["history"])
    assert {row["id"] for row in told["history"]} >= {"gone", "p1-7"}
    assert set(told["history"][0]) == {
        "seq",
        "id",
        "list",
        "body",
        "supersedes",
        "batch",
        "written_at",
        "written_by",
    }


@pytest.mark.parametrize("how", ["json", "csv"])
def test_out_and_in_again_gives_the_same_record_and_diary(how: str) -> None:
    store = filled()
    people = store.people
    data = (
        whole(store)
        if how == "json"
        else csv_zip(people.record("p1"), people.current("p1"), datetime(2026, 11, 12))
    )
    other = open_store("sqlite://")
    other.people.add("p2", "diary", "My diary", at=AT)
    assert bring(other, "p2", read_upload([(f"file.{'json' if how == 'json' else 'zip'}", data)])) == len(
        FACTS
    )
    assert other.people.record("p2") == people.record("p1")
    assert bodies(other, "p2") == bodies(store, "p1")


@pytest.mark.parametrize("how", ["json", "csv"])
def test_the_same_again_adds_nothing(how: str) -> None:
    store = filled()
    people = store.people
    data = (
        whole(store)
        if how == "json"
        else csv_zip(people.record("p1"), people.current("p1"), datetime(2026, 11, 12))
    )
    assert bring(store, "p1", read_upload([("file.zip", data)])) == 0


def test_two_equal_facts_stay_two_and_a_third_is_new() -> None:
    row = b'{"at": "2026-11-12", "score": 4}'
    text = b'{"format": "algesia-record/1", "pain": [' + b",".join([row] * 3) + b"]}"
    store = open_store("sqlite://")
    store.people.add("p2", "diary", "", at=AT)
    twice = text.replace(row + b"," + row + b"," + row, row + b"," + row)
    assert bring(store, "p2", read_upload([("a.json", twice)])) == 2
    found = compare(read_upload([("b.json", text)]), store.people.record("p2"), store.people.current("p2"))
    assert [(line.list, line.new, line.same) for line in found.lines] == [("pain", 1, 2)]


def test_what_the_person_said_of_themselves_stays() -> None:
    store = filled()
    text = (
        b'{"format": "algesia-record/1", "person": {"id": "x", "birth_date": "1980-01-01", "sex": "female"}}'
    )
    found = compare(read_upload([("a.json", text)]), store.people.record("p1"), store.people.current("p1"))
    assert found.new == (("person", {"sex": "female"}),)
    assert found.kept == ("Yours stays: birth date.",)


def test_an_id_that_means_another_medicine_gets_a_new_one() -> None:
    store = filled()
    text = b'{"format": "algesia-record/1", "medications": [{"id": "m1", "drug": "morphine", "start": "2026-02-01"}]}'
    found = compare(read_upload([("a.json", text)]), store.people.record("p1"), store.people.current("p1"))
    assert [body["id"] for _, body in found.new] == ["m1-2"] and found.renamed == 1


def test_a_released_plan_never_replaces_one_and_comes_only_where_it_may() -> None:
    plan = {"at": "2026-11-12", "by": "Dr Okafor", "plan": {"format": "algesia-plan/1"}}
    text = json.dumps({"format": "algesia-export/1", "record": {}, "diary": {"releases": [plan]}}).encode()
    store = filled()
    incoming = read_upload([("a.json", text)])
    record, current = store.people.record("p1"), store.people.current("p1")
    assert len(compare(incoming, record, current).new) == 1
    assert compare(incoming, record, current, releases=False).new == ()
    store.people.write("p1", [Entry("r", "releases", {**plan, "withdrawn": True})], by="me", at=AT)
    found = compare(incoming, record, store.people.current("p1"))
    assert found.new == () and "released plan" in found.kept[0]


def test_facts_that_together_make_no_record_are_refused() -> None:
    store = filled()
    text = b'{"format": "algesia-record/1", "pain": [{"at": "1960-01-01", "score": 4}]}'
    with pytest.raises(InputRefused, match="is before the birth date"):
        compare(read_upload([("a.json", text)]), store.people.record("p1"), store.people.current("p1"))


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.json", b"", "a.json: is empty"),
        ("a.txt", b"just words", "a.txt: line 1, column 1"),
        ("a.json", b'{"format": "algesia-record/1", "pain": [', "a.json: line 1"),
        ("a.json", b'{"format": "algesia-export/1", "record": {"pain": [{"at": "2026-11-12", "score": 14}]}}',
         "a.json: record.pain[0].score is 14"),
        ("a.json", b'{"format": "algesia-export/1", "diary": {"goals": [{"at": "x"}]}}', "a.json: diary.goals[0]"),
        ("a.json", b'{"format": "algesia-export/1", "diary": {"wishes": []}}', "diary.wishes: is no list of a diary"),
        ("a.json", b'{"format": "algesia-export/1", "diary": []}', "diary is a list: is not an object"),
        ("a.json", b'{"format": "algesia-record/1", "pain": [{"day": 3, "score": 7}]}', "knows no date"),
        ("a.pdf", b"%PDF-1.7 ...", "a.pdf: is a PDF"),
        ("a.zip", b"PK\x03\x04 not a zip", "a.zip: is a zip that is damaged"),
        ("a.zip", zipped([]), "a.zip: is a zip without a file"),
        ("a.zip", zipped([("../pain.csv", b"at,score\n")]), "is a path out of the zip"),
        ("a.zip", zipped([("/etc/pain.csv", b"at,score\n")]), "is a path out of the zip"),
        ("a.zip", zipped([("a/b/pain.csv", b"at,score\n")]), "lies in a folder inside a folder"),
        ("a.zip", zipped([("notes.exe", b"MZ")]), "notes.exe: is not a CSV file"),
        ("a.zip", zipped([("pain.csv", b"at,scoore\n2026-11-12,7\n")]), "pain.csv line 1, column 2 is 'scoore'"),
        ("pain.csv", b"at,score\n2026-11-12,14\n", "pain.csv line 2, column score is 14"),
        ("goals.csv", b"at,txt\n2026-11-12,x\n", "goals.csv line 1, column txt"),
        ("goals.csv", b"at,text\n2026-11-12,x,y\n", "goals.csv line 2: has not as many cells"),
        ("sleep.csv", b"at,hours\n2026-11-12,many\n", "sleep.csv line 2"),
        ("mystery.csv", b"at\n", "mystery.csv: is no list of a record"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(name: str, data: bytes, says: str) -> None:
    assert says in refusal((name, data))


def test_nothing_and_mixed_files_are_refused() -> None:
    assert "no file was chosen" in refusal()
    assert "is not a CSV file, and several files were given" in refusal(
        ("pain.csv", b"at\n"), ("a.json", b"{}")
    )
    assert "stands here twice" in refusal(("pain.csv", b"at\n"), ("PAIN.csv", b"at\n"))


def test_a_bomb_and_too_many_files_are_refused() -> None:
    bomb = zipped([(f"{name}.csv", b"\n" * 40_000_000) for name in ("pain", "doses")])
    assert len(bomb) < 200_000
    assert "is larger than 64 MiB" in refusal(("a.zip", bomb))
    many = zipped([(f"{i}.csv", b"at\n") for i in range(MOST_FILES + 1)])
    assert "holds more than" in refusal(("a.zip", many))


def test_what_a_system_adds_to_a_zip_is_passed_over() -> None:
    data = zipped(
        [
            ("mine/pain.csv", b"at,score\n2026-11-12,7\n"),
            ("__MACOSX/mine/._pain.csv", b"\x00"),
            ("mine/.DS_Store", b"\x00"),
        ]
    )
    assert len(read_upload([("a.zip", data)]).facts) == 1


def test_after_a_deletion_no_word_is_in_the_file_its_log_or_its_free_pages(tmp_path: Path) -> None:
    file = tmp_path / "algesia.db"
    store = filled(f"sqlite:///{file}")
    store.people.add("p3", "diary", "Another", at=AT)
    store.people.write(
        "p3", [Entry("k", "goals", {"at": "2026-11-01", "text": "stays here"})], by="me", at=AT
    )

    def there(word: str) -> bool:
        return any(word.encode() in part.read_bytes() for part in tmp_path.iterdir())

    assert there(WORDS) and there("oxycodone")
    person = store.people.get("p1")
    assert person is not None
    rows = erase_for_good(store.people, person, by="me", at=AT, receipt="abc123abc123")
    assert rows == len(FACTS)
    for word in (WORDS, "oxycodone", "Okafor", "1971-05-02", "myoclonus"):
        assert not there(word), word
    assert there("stays here") and store.people.get("p1") is None
    found = receipt_of(store.people, "abc123abc123")
    assert found is not None and (found.rows, found.at) == (len(FACTS), AT)
    assert receipt_of(store.people, "%") is None and receipt_of(store.people, "0" * 12) is None
    assert store.audit.verify().broken_at is None


def test_a_person_can_be_deleted_while_others_read(tmp_path: Path) -> None:
    store = filled(f"sqlite:///{tmp_path / 'algesia.db'}")
    with store.people.engine.connect() as idle:
        idle.exec_driver_sql("SELECT 1").fetchall()
        idle.rollback()
        person = store.people.get("p1")
        assert person is not None
        assert erase_for_good(store.people, person, by="me", at=AT, receipt="f" * 12) == len(FACTS)


def test_no_cell_of_an_export_is_a_formula_and_it_comes_in_as_it_was() -> None:
    store = filled()
    words = ("=HYPERLINK(1)", "+1 more", "-2 or so", "@SUM(A1)", "'=1", "''", "\t=1", "-4", "'quoted'", "a=b")
    notes = [Entry(f"n{i}", "notes", {"at": "2026-11-12", "text": text}) for i, text in enumerate(words)]
    store.people.write("p1", notes, by="me", at=AT)
    made = csv_zip(store.people.record("p1"), store.people.current("p1"), datetime(2026, 11, 12))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        tables = {
            name: list(csv.reader(io.StringIO(archive.read(name).decode(), newline="")))
            for name in archive.namelist()
        }
    cells = [cell for table in tables.values() for row in table for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "-")) and cell != "-4"]
    again = open_store("sqlite://")
    again.people.add("p2", "diary", "Again", at=AT)
    bring(again, "p2", read_upload([("all.zip", made)]))
    kept = [fact.body["text"] for fact in again.people.current("p2", "notes") if fact.body]
    assert kept[-len(words) :] == list(words)


@pytest.mark.parametrize("text", ["at,text\r\n2026-11-12,\"'=1", 'a,\'=b\nc,"d"e\n'])
def test_a_broken_file_is_left_to_its_reader(text: str) -> None:
    assert unguarded(text) == text


def test_a_receipt_is_of_one_deletion() -> None:
    store = filled()
    other = store.people.add("p2", "diary", "Other", at=AT)
    mine = store.people.get("p1")
    assert mine is not None
    erase_for_good(store.people, mine, by="anna", at=AT, receipt="abcdefabcdef")
    with pytest.raises(Conflict):
        erase_for_good(store.people, other, by="bob", at=AT, receipt="abcdefabcdef")
    assert store.people.get("p2") == other


def test_a_record_that_would_keep_everybody_waiting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    store = filled()
    monkeypatch.setattr(people, "MOST_AT_ONCE", 4)
    with pytest.raises(InputRefused, match="at most 4"):
        store.people.add_record("p2", "imported", "Long", store.people.record("p1"), by="me", at=AT)
    assert store.people.get("p2") is None
