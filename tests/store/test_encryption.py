"""Encrypted at rest: no word that was written stands in any file, and nothing but the key opens it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect

from algesia.adapters.store import keys, schema, wrap
from algesia.adapters.store.encrypt import encrypt_file, is_plain
from algesia.adapters.store.engine import sqlite_url
from algesia.adapters.store.open import Store, open_store
from algesia.adapters.store.unlock import key_file, key_for_encrypted, key_of
from algesia.quantities.refusal import InputRefused
from tests.store.build import AT, bodies, diary, note, write

pytest.importorskip("sqlcipher3")

KEY = bytes(range(32))
WORDS = "unmistakable words of this person"
OLD = "a few words together"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrap, "MEMORY_KIB", 512)
    monkeypatch.setattr(wrap, "PASSES", 1)


def fill(store: Store) -> Store:
    """Words, in the file and in the WAL beside it."""
    diary(store)
    for i in range(50):
        write(store, note(f"n{i}", f"{WORDS} {i}"))
    store.audit.add("me", "write", "p1", at=AT)
    return store


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
def test_the_words_stand_in_the_files_of_a_plain_database_only(tmp_path: Path, key: bytes | None) -> None:
    store = fill(open_store(sqlite_url(tmp_path / "a.db"), key))
    found = files(tmp_path)
    assert {"a.db", "a.db-wal"} <= set(found)
    assert len(found["a.db-wal"]) > 4096
    hits = [name for name, content in found.items() if WORDS.encode() in content or b"facts" in content]
    assert (hits != []) == (key is None)
    store.engine.dispose()
    found = files(tmp_path)
    assert (WORDS.encode() in found["a.db"]) == (key is None)
    assert is_plain(tmp_path / "a.db") == (key is None)


@pytest.mark.parametrize("other", [None, bytes(32)], ids=["no key", "another key"])
def test_without_the_key_it_does_not_open_and_stays_as_it_is(
    tmp_path: Path, other: bytes | None, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.db"
    fill(open_store(sqlite_url(file), KEY)).engine.dispose()
    before = file.read_bytes()
    with pytest.raises(InputRefused, match="is encrypted with another key, or is no database"):
        open_store(sqlite_url(file), other)
    assert file.read_bytes() == before
    assert capfd.readouterr() == ("", "")
    assert len(bodies(open_store(sqlite_url(file), KEY))) == 50


def test_a_plain_database_does_not_open_with_a_key(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    fill(open_store(sqlite_url(file))).engine.dispose()
    with pytest.raises(InputRefused):
        open_store(sqlite_url(file), KEY)
    assert len(bodies(open_store(sqlite_url(file)))) == 50


@pytest.mark.parametrize("in_place", [True, False])
def test_a_plain_database_becomes_an_encrypted_one_with_everything_in_it(
    tmp_path: Path, in_place: bool
) -> None:
    plain = tmp_path / "a.db"
    target = plain if in_place else tmp_path / "b.db"
    store = fill(open_store(sqlite_url(plain)))
    before = store.people.history("p1"), store.audit.rows(), store.audit.verify()
    store.engine.dispose()
    encrypt_file(plain, target, KEY)
    assert WORDS.encode() not in target.read_bytes()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert is_plain(plain) != in_place
    after = open_store(sqlite_url(target), KEY)
    assert (after.people.history("p1"), after.audit.rows(), after.audit.verify()) == before
    assert set(inspect(after.engine).get_table_names()) == set(schema.metadata.tables) | {"alembic_version"}
    raw = after.engine.raw_connection().cursor()
    triggers = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert len(triggers) == 4
    assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert write(after, note("more", "x"))


def test_a_database_that_somebody_has_open_is_not_encrypted(tmp_path: Path) -> None:
    plain = tmp_path / "a.db"
    fill(open_store(sqlite_url(plain))).engine.dispose()
    code = (
        "import sys; from algesia.adapters.store.open import open_store\n"
        "store = open_store(sys.argv[1]); store.people.all(); print('open', flush=True); sys.stdin.readline()\n"
        "print(len(store.people.current('p1')))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, sqlite_url(plain)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(InputRefused, match="is in use by another program"):
            encrypt_file(plain, plain, KEY)
        assert is_plain(plain)
        assert other.communicate("go\n", timeout=60)[0] == "50\n"
    assert [name for name in files(tmp_path) if "encrypting" in name] == []
    encrypt_file(plain, plain, KEY)
    assert not is_plain(plain)


def test_what_is_no_plain_database_is_not_encrypted(tmp_path: Path) -> None:
    other = tmp_path / "a.db"
    for content in (b"", b"words", os.urandom(8192)):
        other.write_bytes(content)
        with pytest.raises(InputRefused, match="is no plain database"):
            encrypt_file(other, tmp_path / "b.db", KEY)
    other.write_bytes(b"SQLite format 3\x00" + os.urandom(8192))
    with pytest.raises(InputRefused, match="is damaged"):
        encrypt_file(other, tmp_path / "b.db", KEY)
    assert not (tmp_path / "b.db").exists()


def never() -> str:
    raise AssertionError("asked for a passphrase that is not needed")


def test_the_key_of_a_new_database_is_made_and_that_of_an_old_one_is_opened(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "a.db")
    assert key_of(url, never) is None
    key, code = key_for_encrypted(url, never, lambda: OLD)
    assert code is not None
    fill(open_store(url, key)).engine.dispose()
    assert key_for_encrypted(url, lambda: OLD, never) == (key, None)
    assert key_of(url, lambda: OLD) == key


def test_encryption_of_a_plain_database_is_refused_with_how_to_do_it(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "a.db")
    fill(open_store(url)).engine.dispose()
    with pytest.raises(InputRefused, match="Expected: algesia keys encrypt"):
        key_for_encrypted(url, never, never)
    assert not key_file(tmp_path / "a.db").exists()
    assert key_of(url, never) is None


def test_an_encrypted_database_without_its_key_file_gets_no_new_one(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "a.db")
    key, _ = key_for_encrypted(url, never, lambda: OLD)
    fill(open_store(url, key)).engine.dispose()
    (tmp_path / keys.NAME).unlink()
    with pytest.raises(InputRefused, match=r"finds no algesia\.keys beside it"):
        key_for_encrypted(url, never, never)
    assert not (tmp_path / keys.NAME).exists()


def test_postgresql_is_not_for_encrypting_here() -> None:
    assert key_of("postgresql://localhost/x", never) is None
    with pytest.raises(InputRefused, match="is for a file of SQLite"):
        key_for_encrypted("postgresql://localhost/x", never, never)
