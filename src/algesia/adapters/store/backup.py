"""Backups: everything in a database in one file, and back into an empty database of either kind.

Sessions and one-time tickets are left out: a backup from before somebody signed out must not sign them in again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, Table, column, func, insert, inspect, select, table, text
from sqlalchemy.exc import DBAPIError

from algesia.adapters.store import schema
from algesia.adapters.store.audit import Verified, verify
from algesia.adapters.store.backup_file import Chain, Header, Row, damaged, is_backup, line_of, packed, read
from algesia.adapters.store.engine import open_engine, sqlite_file
from algesia.adapters.store.migrate import (
    BASE,
    HEAD,
    downgrade_on,
    known_revisions,
    revision_on,
    upgrade_on,
)
from algesia.adapters.store.open import opening
from algesia.adapters.store.whole import whole
from algesia.quantities.refusal import InputRefused

LEFT_OUT: Final = frozenset({"sessions", "tickets"})
BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Saved:
    """What a backup holds: rows by table, and the audit chain as it was found."""

    counts: dict[str, int]
    audit: Verified


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: when the backup was made, rows by table, and the audit chain as it is now."""

    made_at: str
    revision: str
    counts: dict[str, int]
    audit: Verified


def backup(engine: Engine, file: Path, at: str, passphrase: str | None = None) -> Saved:
    """Write everything to one file, as it is at one moment; others may go on writing.

    Parameters
    ----------
    at
        The moment of the backup, UTC in ISO 8601.
    passphrase
        Seals the file. Without it, whoever has the file can read it.

    The file is whole or untouched. An older backup of the same name is replaced; another file is not.

    Raises
    ------
    InputRefused
        When the file is something else than a backup, or cannot be written to.
    """
    if file.exists() and not is_backup(file):
        raise InputRefused(
            "", None, "is there already and is no backup", "a new name, or that of an older backup", str(file)
        )
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            header = _described(connection, at)
            with whole(file) as stream, packed(stream, passphrase) as lines:
                lines.write(msgspec.json.encode(header) + b"\n")
                for line in _dumped(connection):
                    lines.write(line)
    return Saved(header.counts, Verified(header.audit.rows, header.audit.head, header.audit.broken_at))


def restore(
    file: Path, url: str, key: bytes | None = None, passphrase: Callable[[], str] = lambda: ""
) -> Restored:
    """Put a backup into an empty database: all of it, checked, or nothing.

    The file is read once from end to end before the database is opened. In the database, numbers of rows and the audit chain
    are then compared with the header; an older backup is brought forward to this version's schema.

    Parameters
    ----------
    key
        32 bytes for an encrypted SQLite file.
    passphrase
        Asked for where the backup is sealed.

    Raises
    ------
    InputRefused
        For a file that is no backup, is cut off or altered, or comes from a newer algesia; and for a database that is not
        empty or cannot be opened.
    """
    opened = read(file, passphrase)
    header, rows = opened()
    if header.revision not in known_revisions():
        raise InputRefused(
            "revision", header.revision, "was written by a newer algesia", "that version", str(file)
        )
    for _ in rows:
        pass
    target = sqlite_file(url)
    fresh = target is not None and not target.exists()
    engine = open_engine(url, key)
    try:
        with (
            opening(engine),
            engine.connect().execution_options(write=True) as connection,
            connection.begin(),
        ):
            _refuse_full(connection)
            if revision_on(connection) is not None:
                downgrade_on(connection, BASE)
            upgrade_on(connection, header.revision)
            now = _filled(connection, file, *opened())
            upgrade_on(connection, HEAD)
    except BaseException:
        engine.dispose()
        if fresh and target is not None:
            for part in ("", "-wal", "-shm"):
                Path(f"{target}{part}").unlink(missing_ok=True)
        raise
    engine.dispose()
    return Restored(header.made_at, header.revision, header.counts, now)


def _kept_tables() -> Iterator[Table]:
    """Every table of a backup, those that others point to first."""
    return (one for one in schema.metadata.sorted_tables if one.name not in LEFT_OUT)


def _described(connection: Connection, at: str) -> Header:
    counts: dict[str, int] = {}
    for one in _kept_tables():
        counts[str(one.name)] = connection.scalar(select(func.count()).select_from(one)) or 0
    sum_ = hashlib.sha256()
    for line in _dumped(connection):
        sum_.update(line)
    chain = verify(connection)
    return Header(
        revision=str(revision_on(connection)),
        made_at=at,
        columns={str(one.name): [str(part.name) for part in one.columns] for one in _kept_tables()},
        counts=counts,
        sha256=sum_.hexdigest(),
        audit=Chain(chain.rows, chain.head, chain.broken_at),
    )


def _dumped(connection: Connection) -> Iterator[bytes]:
    """Every row as its line, in an order that is the same each time."""
    for one in _kept_tables():
        asked = select(one).order_by(*one.primary_key.columns).execution_options(yield_per=BATCH)
        for row in connection.execute(asked):
            yield line_of(str(one.name), list(row))


def _filled(connection: Connection, file: Path, header: Header, rows: Iterator[Row]) -> Verified:
    """Insert the rows and compare what is there with what the header says."""
    found = inspect(connection)
    if set(header.columns) != set(found.get_table_names()) - LEFT_OUT - {"alembic_version"}:
        raise damaged(file)
    for name, columns in header.columns.items():
        if {c["name"] for c in found.get_columns(name)} != set(columns):
            raise damaged(file)
    try:
        _inserted(connection, header, rows)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        raise damaged(file) from None
    for name, count in header.counts.items():
        if connection.scalar(select(func.count()).select_from(table(name))) != count:
            raise damaged(file)
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                "SELECT setval(pg_get_serial_sequence('facts', 'seq'), max(seq)) FROM facts HAVING count(*) > 0"
            )
        )
    now = verify(connection)
    if Chain(now.rows, now.head, now.broken_at) != header.audit:
        raise damaged(file)
    return now


def _inserted(connection: Connection, header: Header, rows: Iterator[Row]) -> None:
    tables = {name: insert(table(name, *map(column, columns))) for name, columns in header.columns.items()}
    waiting: list[dict[str, Any]] = []
    last = ""
    for name, values in rows:
        if waiting and (name != last or len(waiting) == BATCH):
            connection.execute(tables[last], waiting)
            waiting = []
        last = name
        waiting.append(dict(zip(header.columns[name], values, strict=True)))
    if waiting:
        connection.execute(tables[last], waiting)


def _refuse_full(connection: Connection) -> None:
    """Only an empty database: no table, or those of algesia without a row."""
    there = set(inspect(connection).get_table_names())
    known = revision_on(connection) is not None
    ours = {one.name for one in schema.metadata.sorted_tables} | {"alembic_version"} if known else set()
    full = (
        one.name
        for one in schema.metadata.sorted_tables
        if one.name in there and connection.execute(select(1).select_from(one).limit(1)).first() is not None
    )
    if there - ours or next(full, None) is not None:
        raise InputRefused(
            "database", None, "is not empty; nothing was restored", "an empty one, such as --data NEW-FOLDER"
        )
