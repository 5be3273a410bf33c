"""Where the database is, and what is said when it cannot be opened."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from algesia.adapters.store import place
from algesia.adapters.store.engine import open_engine, sqlite_file, sqlite_url
from algesia.adapters.store.open import open_store
from algesia.quantities.refusal import InputRefused
from tests.store.build import AT


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment that says nothing, and a home of its own."""
    for name in (place.DATA, place.URL, place.PASSPHRASE, "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def test_the_folder_given_comes_first_then_the_environment_then_the_usual_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert place.data_folder(None) == tmp_path / "home" / ".local" / "share" / "algesia"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert place.data_folder(None) == tmp_path / "xdg" / "algesia"
    monkeypatch.setenv(place.DATA, str(tmp_path / "data"))
    assert place.data_folder(None) == tmp_path / "data"
    assert place.data_folder(str(tmp_path / "given")) == tmp_path / "given"


def test_a_usual_place_that_is_not_absolute_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "share")
    assert place.data_folder(None) == tmp_path / "home" / ".local" / "share" / "algesia"


def test_a_new_folder_is_its_owners_only_and_one_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    made = place.data_folder(str(tmp_path / "a" / "b"))
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    made.chmod(0o750)
    assert stat.S_IMODE(place.data_folder(str(made)).stat().st_mode) == 0o750


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for wrong in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(InputRefused, match="cannot be made"):
            place.data_folder(str(wrong))


def test_the_url_of_the_environment_comes_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert place.database_url(tmp_path) == sqlite_url(tmp_path / "algesia.db")
    monkeypatch.setenv(place.URL, "postgresql://localhost/x")
    assert place.database_url(tmp_path) == "postgresql://localhost/x"
    monkeypatch.setenv(place.URL, "")
    assert place.database_url(tmp_path) == sqlite_url(tmp_path / "algesia.db")


@pytest.mark.parametrize("name", ["a b", "a?b=c", "a#b", "a%20b", "ä'\"ß", "a&b;c", "a@b:c"])
def test_a_folder_with_letters_that_mean_something_in_a_url_is_that_folder(tmp_path: Path, name: str) -> None:
    file = place.data_folder(str(tmp_path / name)) / "algesia.db"
    store = open_store(sqlite_url(file))
    store.people.add("p1", "diary", "Me", at=AT)
    store.engine.dispose()
    assert file.is_file()
    assert sqlite_file(sqlite_url(file)) == file


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "postgresql://localhost/x", "no url", ""])
def test_only_a_file_of_sqlite_has_a_file(url: str) -> None:
    assert sqlite_file(url) is None


@pytest.mark.parametrize(
    ("url", "match"),
    [
        ("no url", "is not a database URL"),
        ("postgresql://localhost:port/x", "is not a database URL"),
        ("mysql://localhost/x", "is no database that algesia runs on"),
        ("postgresql://somebody:secret@127.0.0.1:1/x", "does not answer"),
    ],
)
def test_a_url_that_leads_nowhere_is_refused_without_its_password(url: str, match: str) -> None:
    with pytest.raises(InputRefused, match=match) as caught:
        open_store(url)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database_or_cannot_be_made_is_refused_and_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "words"
    other.write_text("hello " * 1000)
    with pytest.raises(InputRefused, match="is no database"):
        open_store(sqlite_url(other))
    assert other.read_text() == "hello " * 1000
    with pytest.raises(InputRefused, match="cannot be opened"):
        open_store(sqlite_url(tmp_path / "no" / "algesia.db"))


def test_each_connection_syncs_to_disk_and_keeps_keys_and_triggers(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "a.db"))
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "secure_delete": 1,
    }
    with engine.connect() as one, engine.connect() as two:
        for connection in (one, two):
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
            assert found == wanted
    engine.dispose()


def test_a_password_in_the_place_of_the_name_is_not_said() -> None:
    """A slash too many turns the whole address into the name of a database."""
    with pytest.raises(InputRefused) as refused:
        open_store("postgresql:///anna:marmalade@127.0.0.1/db?host=/nowhere-at-all")
    assert "marmalade" not in str(refused.value)


def test_another_driver_of_sqlite_is_the_usual_one(tmp_path: Path) -> None:
    open_store(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}").people.ready()
