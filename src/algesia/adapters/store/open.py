"""The store: one database opened, brought to the newest schema, with its parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, StaticPool, create_engine
from sqlalchemy.exc import DBAPIError

from algesia.adapters.store.audit import Audit
from algesia.adapters.store.engine import open_engine, prepare
from algesia.adapters.store.migrate import upgrade
from algesia.adapters.store.people import People
from algesia.quantities.refusal import InputRefused


@dataclass(frozen=True, slots=True)
class Store:
    """An open database. `people` writes and reads facts; further parts take the engine and share its lock."""

    engine: Engine
    people: People
    audit: Audit


def open_store(url: str, key: bytes | None = None) -> Store:
    """Open a database and bring its schema forward.

    Parameters
    ----------
    url
        ``sqlite:///FILE``, ``sqlite://`` (in memory, for trying out), or ``postgresql://...``.
    key
        32 bytes for an encrypted SQLite file.

    Raises
    ------
    InputRefused
        For another kind of URL, a database that cannot be opened, or one that a newer algesia wrote.
    """
    if url == "sqlite://":
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
        prepare(engine, None)
    else:
        engine = open_engine(url, key)
    with opening(engine):
        upgrade(engine)
    people = People(engine)
    return Store(engine, people, Audit(people))


@contextmanager
def opening(engine: Engine) -> Iterator[None]:
    """Turn a database's own words on why it cannot be opened into a refusal. Neither a password nor a key is in it."""
    try:
        yield
    except DBAPIError as error:
        engine.dispose()
        words = str(error.orig)
        place: str | None = engine.url.database or engine.dialect.name
        if engine.dialect.name == "postgresql" and "@" in str(place):
            place = None  # a slash too many, and the password stands in the name of the database
        if "file is not a database" in words:
            raise InputRefused(
                "database",
                place,
                "is encrypted with another key, or is no database",
                "a database of algesia and, where it is encrypted, the key file beside it",
            ) from None
        if "unable to open database file" in words:
            raise InputRefused(
                "database", place, "cannot be opened", "a file in a folder that is there"
            ) from None
        if engine.dialect.name == "postgresql":
            raise InputRefused(
                "database", place, "does not answer", "a PostgreSQL server that runs, and a user it lets in"
            ) from None
        raise InputRefused(
            "database", place, "is locked or damaged", "a file that no other program holds, or a backup"
        ) from None
