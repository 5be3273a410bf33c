"""Opening the database: SQLite in a file (plain or encrypted), or PostgreSQL by URL."""

from __future__ import annotations

import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from algesia.quantities.refusal import InputRefused

if TYPE_CHECKING:
    from sqlalchemy import Connection, ExceptionContext

BUSY_MS: Final = 15_000
PAUSE_MS: Final = 20


def open_engine(url: str, key: bytes | None = None) -> Engine:
    """An engine for ``sqlite:///FILE`` or ``postgresql://...``.

    Parameters
    ----------
    key
        32 bytes that encrypt an SQLite file (SQLCipher, the extra ``algesia[encrypt]``).

    SQLite runs with WAL, foreign keys, and a sync to disk at each commit: what was acknowledged is there after a
    crash of the machine, not only of the process. A transaction with the execution option ``write=True`` takes
    the write lock when it begins, so that two writers wait for each other instead of failing.

    Raises
    ------
    InputRefused
        For a URL of neither kind, or a part that is not installed.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise InputRefused(
            "ALGESIA_DATABASE_URL", None, "is not a database URL", "sqlite:///FILE or postgresql://..."
        ) from None
    if parsed.get_backend_name() == "postgresql":
        if find_spec("psycopg") is None:
            raise InputRefused(
                "ALGESIA_DATABASE_URL",
                "postgresql",
                "needs a part that is not installed",
                "pip install 'algesia[postgres]'",
            )
        server = create_engine(parsed.set(drivername="postgresql+psycopg"), pool_size=10, pool_pre_ping=True)
        event.listen(server, "handle_error", _no_nul)
        return server
    if parsed.get_backend_name() != "sqlite":
        raise InputRefused(
            "ALGESIA_DATABASE_URL",
            parsed.get_backend_name(),
            "is no database that algesia runs on",
            "sqlite:///FILE or postgresql://...",
        )
    engine = create_engine(
        parsed.set(drivername="sqlite"),
        module=cipher() if key is not None else None,
        poolclass=QueuePool,
        pool_size=10,
        max_overflow=40,
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
    )
    prepare(engine, key)
    return engine


def sqlite_url(file: Path) -> str:
    """The URL of an SQLite file.

    >>> sqlite_url(Path("data/algesia.db"))
    'sqlite:///data/algesia.db'
    """
    return URL.create("sqlite", database=str(file)).render_as_string()


def sqlite_file(url: str) -> Path | None:
    """The file that a URL of SQLite names; ``None`` for another URL, and for a database in memory.

    >>> sqlite_file("sqlite:///data/algesia.db")
    PosixPath('data/algesia.db')
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return None
    inside = parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:")
    return None if inside else Path(str(parsed.database))


def prepare(engine: Engine, key: bytes | None) -> None:
    """Set what every SQLite connection needs, and let transactions begin as they are meant."""

    @event.listens_for(engine, "connect")
    def connected(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # transactions begin below, not in the driver
        cursor = raw.cursor()
        if key is not None:
            # SQLCipher writes to standard error of its own accord when a key does not fit
            cursor.execute("PRAGMA cipher_log_level = NONE")
            cursor.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        _wal(cursor)
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        # REPLACE deletes without a delete trigger unless triggers are recursive
        cursor.execute("PRAGMA recursive_triggers = ON")
        # what is erased is written over, and what is sorted does not spill into a file
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _no_nul(failed: ExceptionContext) -> None:
    """PostgreSQL keeps no NUL in a text. Whoever asks with one, asks for nothing that is there."""
    if "NUL" in str(failed.original_exception) and "text" in str(failed.original_exception):
        raise InputRefused("", None, "holds a character that cannot be kept", "text without NUL") from None


def empty_log(engine: Engine) -> None:
    """Bring what stands in the WAL of an SQLite file into the file, and empty the WAL where nobody is reading it."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    finally:
        raw.close()


def _wal(cursor: Any) -> None:
    """Switch to WAL, which does not wait in line by itself where several open a new file at once."""
    for left in reversed(range(BUSY_MS // PAUSE_MS)):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except Exception as error:  # two modules have an OperationalError of their own
            if left == 0 or "locked" not in str(error):
                raise
            time.sleep(PAUSE_MS / 1000)
        else:
            return


def cipher() -> Any:
    """The module of SQLCipher, in the shape of the standard library's.

    Raises
    ------
    InputRefused
        When it is not installed.
    """
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        raise InputRefused(
            "--encrypt", None, "needs a part that is not installed", "pip install 'algesia[encrypt]'"
        ) from None
    return dbapi2
