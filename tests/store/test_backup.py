"""A backup is whole, comes back whole, on either kind of database, and a spoiled one changes nothing."""

from __future__ import annotations

import gzip
import hashlib
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert, inspect, select, text

from algesia.adapters import examples
from algesia.adapters.store import schema, sealed, wrap
from algesia.adapters.store.backup import LEFT_OUT, backup, restore
from algesia.adapters.store.engine import open_engine, sqlite_file, sqlite_url
from algesia.adapters.store.open import Store, open_store
from algesia.quantities.refusal import InputRefused
from tests.store.build import AT, bodies, diary, note, pain, write
from tests.store.test_audit import raw

Maker = Callable[[str], str]
SECRET = "a few words together"
WORDS = "unmistakable words of this person"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrap, "MEMORY_KIB", 512)
    monkeypatch.setattr(wrap, "PASSES", 1)


def fill(store: Store) -> Store:
    """Something in every table."""
    for name in examples.names():
        store.people.add_record(f"example-{name}", "example", name, examples.read(name), by="algesia", at=AT)
    write(diary(store), pain("a", 5), note("b", WORDS), note("c", "naïve € 𝄞 \u2028"))
    write(store, pain("d", 6, supersedes="a"), batch="later")
    store.people.undo("p1", "later", by="me", at=AT)
    store.people.erase(f"example-{examples.names()[0]}")
    with store.people.writing() as connection:
        for id, role in (("acc1", "patient"), ("acc2", "clinician")):
            connection.execute(
                insert(schema.accounts).values(
                    id=id, name=id, role=role, person="p1" if role == "patient" else None, password="$argon2id$",
                    created_at=AT, disabled_at=None,
                )
            )  # fmt: skip
        connection.execute(
            insert(schema.passkeys).values(
                id="k", account="acc1", public_key=bytes(range(256)), sign_count=3, label="x", created_at=AT
            )
        )
        connection.execute(
            insert(schema.sessions).values(id="s", account="acc1", created_at=AT, seen_at=AT, expires_at=AT)
        )
        connection.execute(insert(schema.tickets).values(id="t", kind="x", body="{}", expires_at=AT))
        connection.execute(
            insert(schema.grants).values(id="g", person="p1", clinician="acc2", given_at=AT, expires_at=AT)
        )
        connection.execute(insert(schema.settings).values(name="local", value="p1"))
    for i in range(5):
        store.audit.add("me", f"act{i}", "p1", at=AT)
    return store


def content(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that is kept."""
    with store.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in schema.metadata.sorted_tables
            if table.name not in LEFT_OUT
        }


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
@pytest.mark.parametrize("secret", [None, SECRET], ids=["open", "sealed"])
def test_everything_comes_back_on_either_kind(
    store: Store, new_url: Maker, tmp_path: Path, to: str, secret: str | None
) -> None:
    fill(store)
    file = tmp_path / "backup"
    saved = backup(store.engine, file, AT, secret)
    url = new_url(to)
    done = restore(file, url, passphrase=lambda: SECRET)
    back = open_store(url)
    assert content(back) == content(store)
    assert all(content(back).values())
    assert (done.made_at, done.counts, done.audit) == (AT, saved.counts, saved.audit)
    assert done.audit == back.audit.verify() == store.audit.verify()
    assert done.audit.rows == 5
    with back.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM sessions")) == 0
        assert connection.scalar(text("SELECT count(*) FROM tickets")) == 0
    # and it goes on where it was: new rows do not collide with old ones
    last = back.people.revision("p1")
    assert write(back, pain("new", 1))
    assert back.people.revision("p1") > last
    back.audit.add("me", "more", None, at=AT)
    assert back.audit.verify().broken_at is None
    # the copy is as strict as the first
    with (
        pytest.raises(Exception, match="clinical rows are never changed"),
        back.people.writing() as connection,
    ):
        connection.execute(text("DELETE FROM facts"))
    back.engine.dispose()


def test_two_backups_of_the_same_content_are_the_same_bytes_from_either_kind(
    new_url: Maker, tmp_path: Path
) -> None:
    for kind in ("sqlite", "postgresql"):
        store = fill(open_store(new_url(kind)))
        backup(store.engine, tmp_path / kind, AT)
        store.engine.dispose()
    assert (tmp_path / "sqlite").read_bytes() == (tmp_path / "postgresql").read_bytes()


def test_an_encrypted_database_goes_out_and_into_another(new_url: Maker, tmp_path: Path) -> None:
    pytest.importorskip("sqlcipher3")
    first = fill(open_store(new_url("sqlite"), bytes(32)))
    backup(first.engine, tmp_path / "backup", AT)
    url = new_url("sqlite")
    restore(tmp_path / "backup", url, bytes(range(32)))
    assert content(open_store(url, bytes(range(32)))) == content(first)
    file = sqlite_file(url)
    assert file is not None
    assert WORDS.encode() not in file.read_bytes()


def test_a_sealed_backup_holds_no_word_and_an_open_one_does(store: Store, tmp_path: Path) -> None:
    fill(store)
    backup(store.engine, tmp_path / "open", AT)
    backup(store.engine, tmp_path / "sealed", AT, SECRET)
    assert WORDS.encode() in gzip.decompress((tmp_path / "open").read_bytes())
    sealed_bytes = (tmp_path / "sealed").read_bytes()
    first, _, rest = sealed_bytes.partition(b"\n")
    assert json.loads(first)["format"] == "algesia-backup-sealed/1"
    assert WORDS.encode() not in sealed_bytes
    assert rest[:2] != b"\x1f\x8b"
    for name in ("open", "sealed"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_the_format_is_the_one_that_is_documented(store: Store, tmp_path: Path) -> None:
    fill(store)
    backup(store.engine, tmp_path / "backup", AT)
    lines = gzip.decompress((tmp_path / "backup").read_bytes()).splitlines(keepends=True)
    header = json.loads(lines[0])
    assert header["format"] == "algesia-backup/1"
    assert header["sha256"] == hashlib.sha256(b"".join(lines[1:])).hexdigest()
    assert sum(header["counts"].values()) == len(lines) - 1
    tables = [json.loads(line)[0] for line in lines[1:]]
    assert {name: tables.count(name) for name in header["columns"]} == header["counts"]


def test_writing_goes_on_during_a_backup_which_stays_at_one_moment(
    store: Store, url: str, new_url: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from algesia.adapters.store import backup as module

    fill(store)
    other = open_store(url)
    real, calls = module._dumped, []

    def dumped(connection):  # type: ignore[no-untyped-def]
        # somebody writes between the counting and each reading of the rows
        calls.append(other.people.write("p1", [pain(f"between{len(calls)}", 5)], by="me", at=AT))
        other.audit.add("me", "between", None, at=AT)
        return real(connection)

    before = content(store)
    monkeypatch.setattr(module, "_dumped", dumped)
    backup(store.engine, tmp_path / "backup", AT)
    assert len(calls) == 2
    assert content(store) != before
    target = new_url("sqlite")
    restore(tmp_path / "backup", target)
    assert content(open_store(target)) == before
    other.engine.dispose()


def test_a_database_that_is_not_empty_is_left_as_it_is(store: Store, url: str, tmp_path: Path) -> None:
    fill(store)
    backup(store.engine, tmp_path / "backup", AT)
    before = content(store)
    with pytest.raises(InputRefused, match="is not empty; nothing was restored"):
        restore(tmp_path / "backup", url)
    assert content(store) == before


def test_a_database_with_tables_of_others_is_left_as_it_is(new_url: Maker, url: str, tmp_path: Path) -> None:
    source = fill(open_store(new_url("sqlite")))
    backup(source.engine, tmp_path / "backup", AT)
    engine = open_engine(url)
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.execute(text("CREATE TABLE theirs (x integer)"))
    with pytest.raises(InputRefused, match="is not empty"):
        restore(tmp_path / "backup", url)
    assert inspect(engine).get_table_names() == ["theirs"]
    engine.dispose()


def test_a_database_that_was_opened_and_never_written_to_takes_a_backup(
    new_url: Maker, store: Store, url: str, tmp_path: Path
) -> None:
    source = fill(open_store(new_url("sqlite")))
    backup(source.engine, tmp_path / "backup", AT)
    restore(tmp_path / "backup", url)
    assert content(store) == content(source)


@pytest.fixture(params=[None, SECRET], ids=["open", "sealed"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A backup of a filled database."""
    store = fill(open_store(sqlite_url(tmp_path / "first.db")))
    backup(store.engine, tmp_path / "backup", AT, request.param)
    store.engine.dispose()
    return tmp_path / "backup"


def refused(file: Path, match: str) -> None:
    """Restoring is refused in one sentence, and no database is there afterwards."""
    target = file.parent / "target.db"
    with pytest.raises(InputRefused, match=match) as caught:
        restore(file, sqlite_url(target), passphrase=lambda: SECRET)
    assert str(caught.value).count("\n") == 0
    assert list(file.parent.glob("target.db*")) == []


def test_a_backup_cut_off_anywhere_is_refused(made: Path) -> None:
    whole = made.read_bytes()
    for end in (len(whole) - 1, len(whole) - 9, len(whole) // 2, len(whole) // 4):
        made.write_bytes(whole[:end])
        refused(made, "is cut off or was altered")


def test_a_backup_altered_anywhere_is_refused(made: Path) -> None:
    whole = made.read_bytes()
    start = whole.index(b"\n") + 1 if whole.startswith(b"{") else 10
    for place in range(start, len(whole), max(1, (len(whole) - start) // 60)):
        made.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        refused(made, "is cut off or was altered|is no backup of algesia")


def test_a_backup_with_more_behind_it_is_refused(made: Path) -> None:
    made.write_bytes(made.read_bytes() + b"more")
    refused(made, "is cut off or was altered|is no backup of algesia")


def relined(file: Path, change: Callable[[list[bytes]], list[bytes]], *, sum_: bool) -> None:
    """Rewrite an open backup line by line, with a checksum that fits where asked."""
    lines = change(gzip.decompress(file.read_bytes()).splitlines(keepends=True))
    if sum_:
        header = json.loads(lines[0])
        header["sha256"] = hashlib.sha256(b"".join(lines[1:])).hexdigest()
        lines[0] = json.dumps(header).encode() + b"\n"
    file.write_bytes(gzip.compress(b"".join(lines)))


def first_of(lines: list[bytes], table: str) -> int:
    return next(i for i, line in enumerate(lines) if line.startswith(f'["{table}"'.encode()))


CHANGES: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a row changed": lambda lines: [line.replace(b"act3", b"act4") for line in lines],
    "a row out": lambda lines: lines[:-1],
    "a row twice": lambda lines: [*lines, lines[-1]],
    "a line that is no row": lambda lines: [*lines[:-1], b"[1]\n"],
    "a line that is no JSON": lambda lines: [*lines[:-1], b"hello\n"],
    "a row too short": lambda lines: [*lines[:-1], b'["settings",["x"]]\n'],
    "a value of no kind": lambda lines: [*lines[:-1], b'["settings",["local",[1]]]\n'],
    "a row of another table": lambda lines: [*lines[:-1], b'["alembic_version",["x"]]\n'],
    "a row without its person": lambda lines: [
        line for i, line in enumerate(lines) if i != first_of(lines, "people")
    ],
}


@pytest.mark.parametrize("made", [None], indirect=True)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("fits", [False, True], ids=["checksum as it was", "checksum made to fit"])
def test_rows_that_do_not_fit_are_refused(
    made: Path, change: Callable[[list[bytes]], list[bytes]], fits: bool
) -> None:
    relined(made, change, sum_=fits)
    refused(made, "is cut off or was altered")


@pytest.mark.parametrize("made", [None], indirect=True)
@pytest.mark.parametrize(
    ("field", "value", "match"),
    [
        ("format", "algesia-backup/2", "is no backup of algesia"),
        ("revision", "9999", "was written by a newer algesia"),
        ("columns", {}, "is cut off or was altered"),
        ("counts", {}, "is cut off or was altered"),
        ("audit", {"rows": 4, "head": "0", "broken_at": None}, "is cut off or was altered"),
    ],
)
def test_a_header_that_does_not_fit_is_refused(made: Path, field: str, value: object, match: str) -> None:
    def change(lines: list[bytes]) -> list[bytes]:
        return [json.dumps({**json.loads(lines[0]), field: value}).encode() + b"\n", *lines[1:]]

    relined(made, change, sum_=False)
    refused(made, match)


@pytest.mark.parametrize(
    "content_",
    [
        b"",
        b"hello",
        b"\x1f\x8b",
        gzip.compress(b"", mtime=0),
        gzip.compress(b"hello\n", mtime=0),
        gzip.compress(b"{}\n", mtime=0),
    ],
)
def test_a_foreign_file_is_refused(tmp_path: Path, content_: bytes) -> None:
    (tmp_path / "other").write_bytes(content_)
    refused(tmp_path / "other", "is no backup of algesia|is cut off")


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    refused(tmp_path / "nothing", "cannot be read")
    (tmp_path / "folder").mkdir()
    refused(tmp_path / "folder", "cannot be read")


@pytest.mark.parametrize("made", [SECRET], indirect=True)
def test_another_passphrase_does_not_open_it(made: Path) -> None:
    with pytest.raises(InputRefused, match="passphrase: does not open this backup"):
        restore(made, sqlite_url(made.parent / "target.db"), passphrase=lambda: "other words than these")
    assert not (made.parent / "target.db").exists()


def test_the_pieces_of_a_long_sealed_backup_cannot_be_moved_or_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, "PIECE", 1000)
    store = fill(open_store(sqlite_url(tmp_path / "first.db")))
    file = tmp_path / "backup"
    backup(store.engine, file, AT, SECRET)
    first, _, rest = file.read_bytes().partition(b"\n")
    pieces = [rest[i : i + 1016] for i in range(0, len(rest), 1016)]
    assert len(pieces) > 5
    restore(file, sqlite_url(tmp_path / "whole.db"), passphrase=lambda: SECRET)
    for other in (
        pieces[:-1],
        [*pieces[:2], *pieces[3:]],
        [pieces[1], pieces[0], *pieces[2:]],
        [*pieces, pieces[-1]],
        [],
    ):
        file.write_bytes(first + b"\n" + b"".join(other))
        refused(file, "is cut off or was altered")


def test_a_backup_takes_the_place_of_an_older_one_and_of_nothing_else(store: Store, tmp_path: Path) -> None:
    fill(store)
    for secret in (None, SECRET, None):
        backup(store.engine, tmp_path / "backup", AT, secret)
    other = tmp_path / "photo"
    for words in (b"hello", b"", gzip.compress(b"hello\n", mtime=0)):
        other.write_bytes(words)
        with pytest.raises(InputRefused, match="is there already and is no backup"):
            backup(store.engine, other, AT)
        assert other.read_bytes() == words
    with pytest.raises(InputRefused, match="cannot be written"):
        backup(store.engine, tmp_path / "no" / "backup", AT)


def test_a_failed_backup_leaves_the_older_one(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from algesia.adapters.store import backup as module

    fill(store)
    file = tmp_path / "backup"
    backup(store.engine, file, AT)
    before = file.read_bytes()

    def broken(table: str, values: list[object]) -> bytes:
        raise RuntimeError("the machine stops")

    monkeypatch.setattr(module, "line_of", broken)
    for secret in (None, SECRET):
        with pytest.raises(RuntimeError):
            backup(store.engine, file, AT, secret)
    assert file.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_a_database_whose_chain_is_broken_is_saved_and_comes_back_with_the_break_named(
    store: Store, new_url: Maker, tmp_path: Path
) -> None:
    fill(store)
    raw(store, "UPDATE audit SET who = 'x' WHERE seq = 3")
    assert backup(store.engine, tmp_path / "backup", AT).audit.broken_at == 3
    url = new_url("sqlite")
    assert restore(tmp_path / "backup", url).audit.broken_at == 3
    assert len(bodies(open_store(url))) == 3
