"""The commands that look after the database, as they are called."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from algesia.adapters.store import ask, place, wrap
from algesia.adapters.store.encrypt import is_plain
from algesia.adapters.store.engine import sqlite_url
from algesia.adapters.store.open import open_store
from algesia.cli.arguments import Parser
from algesia.cli.database_parser import databases
from algesia.quantities.refusal import InputRefused, WrongCall
from tests.store.build import bodies, diary, note, pain, write
from tests.store.test_audit import raw, ten

OLD, NEW = "a few words together", "other words than before"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (place.DATA, place.URL, place.PASSPHRASE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(wrap, "MEMORY_KIB", 512)
    monkeypatch.setattr(wrap, "PASSES", 1)
    (tmp_path / "old").write_text(OLD + "\n")
    (tmp_path / "new").write_text(NEW + "\r\nsecond line\n")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a diary in it."""
    made = tmp_path / "data"
    made.mkdir()
    store = diary(open_store(sqlite_url(made / "algesia.db")))
    write(store, pain("a", 5), note("b", "my words"))
    ten(store)
    store.engine.dispose()
    return made


def call(*words: str) -> None:
    top = Parser(prog="algesia")
    databases(top.add_subparsers(required=True))
    asked = top.parse_args(words)
    asked.run(asked)


def test_a_backup_is_made_and_restored_and_both_are_in_the_audit(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call("backup", "b", "--data", "data")
    said = capsys.readouterr().out
    assert said.startswith("Written: b\n1 people, 2 facts, 0 accounts\nAudit log: 11 rows, head ")
    call("restore", "b", "--data", "copy")
    assert capsys.readouterr().out.startswith("Restored: b, made 20")
    copy = open_store(sqlite_url(Path("copy/algesia.db")))
    assert len(bodies(copy)) == 2
    assert [row.action for row in copy.audit.rows(limit=2)] == ["restore", "backup"]
    assert copy.audit.verify().broken_at is None
    with pytest.raises(InputRefused, match="is not empty"):
        call("restore", "b", "--data", "copy")


def test_a_sealed_backup_is_opened_by_its_own_passphrase(folder: Path) -> None:
    call("backup", "b", "--data", "data", "--seal-file", "new")
    with pytest.raises(InputRefused, match="does not open this backup"):
        call("restore", "b", "--data", "copy", "--seal-file", "old")
    call("restore", "b", "--data", "copy", "--seal-file", "new")
    assert len(bodies(open_store(sqlite_url(Path("copy/algesia.db"))))) == 2


def test_a_short_passphrase_for_a_backup_is_refused(folder: Path) -> None:
    Path("short").write_text("short")
    with pytest.raises(InputRefused, match="is short"):
        call("backup", "b", "--data", "data", "--seal-file", "short")
    assert not Path("b").exists()


def test_the_audit_is_verified_and_its_head_is_printed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call("audit", "verify", "--data", "data")
    found = re.fullmatch(r"The audit log holds: 10 rows\.\nHead: ([0-9a-f]{64})\n", capsys.readouterr().out)
    assert found
    call("audit", "verify", "--data", "data", "--head", found[1].upper())
    with pytest.raises(SystemExit) as stopped:
        call("audit", "verify", "--data", "data", "--head", "f" * 64)
    assert stopped.value.code == 4
    assert "does not hold the head that was noted" in capsys.readouterr().err


def test_a_broken_audit_ends_with_status_4_and_the_row_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw(open_store(sqlite_url(folder / "algesia.db")), "UPDATE audit SET who = 'x' WHERE seq = 7")
    with pytest.raises(SystemExit) as stopped:
        call("audit", "verify", "--data", "data")
    assert stopped.value.code == 4
    assert capsys.readouterr() == ("", "algesia: the audit log is broken at row 7: 6 rows before it hold\n")


def test_the_audit_is_listed_as_text_and_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call("audit", "list", "--data", "data", "--person", "p1", "--limit", "2")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines] == [
        ["10", "2026-11-12T20:14:00.000000Z", "me", "action9", "p1"],
        ["8", "2026-11-12T20:14:00.000000Z", "me", "action7", "p1"],
    ]
    call("audit", "list", "--data", "data", "-o", "log.json")
    assert [row["seq"] for row in json.loads(Path("log.json").read_text())] == list(range(10, 0, -1))
    with pytest.raises(WrongCall, match="--limit 0"):
        call("audit", "list", "--data", "data", "--limit", "0")


@pytest.mark.parametrize("words", ["audit verify", "audit list", "backup b", "keys encrypt"])
def test_a_folder_without_a_database_is_refused_and_gets_none(words: str) -> None:
    with pytest.raises(InputRefused, match=r"is not there|is no database"):
        call(*words.split(), "--data", "nowhere")
    assert list(Path("nowhere").iterdir()) == []


def test_encrypting_changing_and_recovering(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call("keys", "encrypt", "--data", "data", "--passphrase-file", "old")
    code = re.search(r"Recovery code, shown only now: ([A-Z2-9-]{34})\n", capsys.readouterr().out)
    assert code
    assert not is_plain(folder / "algesia.db")
    call("audit", "verify", "--data", "data", "--passphrase-file", "old")
    with pytest.raises(InputRefused, match="is encrypted already"):
        call("keys", "encrypt", "--data", "data", "--passphrase-file", "old")
    call("keys", "change", "--data", "data", "--passphrase-file", "old", "--new-passphrase-file", "new")
    with pytest.raises(InputRefused, match="does not open this key file"):
        call("audit", "verify", "--data", "data", "--passphrase-file", "old")
    Path("code").write_text(code[1])
    call("keys", "recover", "--data", "data", "--code-file", "code", "--new-passphrase-file", "old")
    fresh = re.search(r"shown only now: ([A-Z2-9-]{34})\n", capsys.readouterr().out)
    assert fresh
    assert fresh[1] != code[1]
    call("backup", "b", "--data", "data", "--passphrase-file", "old")
    call("restore", "b", "--data", "copy")
    assert len(bodies(open_store(sqlite_url(Path("copy/algesia.db"))))) == 2


def test_an_encryption_that_was_cut_off_goes_on_with_the_same_key_file(folder: Path) -> None:
    from algesia.adapters.store import keys

    keys.create(folder / keys.NAME, OLD)
    call("backup", "b", "--data", "data")
    call("keys", "encrypt", "--data", "data", "--passphrase-file", "old")
    assert not is_plain(folder / "algesia.db")
    call("audit", "verify", "--data", "data", "--passphrase-file", "old")


def test_the_environment_gives_the_passphrase(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(place.PASSPHRASE, OLD)
    call("keys", "encrypt", "--data", "data")
    call("audit", "verify", "--data", "data")
    monkeypatch.setenv(place.PASSPHRASE, NEW)
    with pytest.raises(InputRefused):
        call("audit", "verify", "--data", "data")


def test_where_nobody_can_be_asked_it_says_what_to_do(folder: Path) -> None:
    with pytest.raises(WrongCall, match="--passphrase-file FILE, or set ALGESIA_PASSPHRASE"):
        call("keys", "encrypt", "--data", "data")
    assert is_plain(folder / "algesia.db")
    assert not (folder / "algesia.keys").exists()


def test_what_is_typed_twice_must_be_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter([OLD, NEW])
    monkeypatch.setattr(ask, "asked", lambda prompt: next(typed))
    with pytest.raises(WrongCall, match="the two passphrases differ"):
        call("keys", "encrypt", "--data", "data")
    assert not (folder / "algesia.keys").exists()


@pytest.mark.parametrize("content", [b"", b"\nsecond", b"\xff\xfe"])
def test_a_file_without_a_passphrase_is_refused(folder: Path, content: bytes) -> None:
    Path("wrong").write_bytes(content)
    with pytest.raises(WrongCall):
        call("keys", "encrypt", "--data", "data", "--passphrase-file", "wrong")
    assert not (folder / "algesia.keys").exists()


def test_postgresql_is_looked_after_too(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call("backup", "b", "--data", "data")
    monkeypatch.setenv(place.URL, url)
    call("restore", "b", "--data", "data")
    call("audit", "verify")
    call("backup", "again")
    assert len(bodies(open_store(url))) == 2
    if url.startswith("postgresql"):
        with pytest.raises(InputRefused, match="is PostgreSQL"):
            call("keys", "encrypt")
