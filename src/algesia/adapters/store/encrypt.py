"""Turning a plain SQLite database into an encrypted one, and telling the two apart."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from algesia.adapters.store.engine import cipher
from algesia.adapters.store.whole import cannot_write, sync_folder
from algesia.quantities.refusal import InputRefused

_PLAIN: Final = b"SQLite format 3\x00"


def is_plain(file: Path) -> bool:
    """Whether a file is an SQLite database that anybody can read. An empty or absent one is not."""
    try:
        with file.open("rb") as stream:
            return stream.read(len(_PLAIN)) == _PLAIN
    except OSError:
        return False


def encrypt_file(plain: Path, encrypted: Path, key: bytes) -> None:
    """Write an encrypted copy of a plain database: every table, trigger and row. The plain one stays as it is.

    The copy is made beside its place and moved there when it is whole, so that `encrypted` may be `plain` itself: then
    only the encrypted database is left under that name. A copy of the plain bytes can remain on the disk where the file
    was: only a disk that is itself encrypted keeps them from being read.

    Raises
    ------
    InputRefused
        When SQLCipher is not installed, the file is no plain database, another program has it open, or the place cannot be
        written to.
    """
    dbapi = cipher()
    if not is_plain(plain):
        raise InputRefused("", None, "is no plain database", "an SQLite file of algesia", str(plain))
    beside = encrypted.with_name(f".{encrypted.name}.encrypting")
    beside.unlink(missing_ok=True)
    try:
        # made here, for the library would let others read it
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _copied(dbapi, plain, beside, key)
        beside.replace(encrypted)
        sync_folder(encrypted.parent)
    except OSError as error:
        raise cannot_write(encrypted, error) from None
    finally:
        beside.unlink(missing_ok=True)


def _copied(dbapi: Any, plain: Path, beside: Path, key: bytes) -> None:
    connection = dbapi.connect(str(plain), isolation_level=None, timeout=0)
    try:
        # leaving WAL needs that nobody else has the file open, and puts all of it into the one file
        if connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
            raise _in_use(plain)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute(f"ATTACH DATABASE ? AS sealed KEY \"x'{key.hex()}'\"", (str(beside),))
        connection.execute("PRAGMA sealed.journal_mode = DELETE")
        connection.execute("SELECT sqlcipher_export('sealed')")
        connection.execute("DETACH DATABASE sealed")
    except dbapi.OperationalError:
        raise _in_use(plain) from None
    except dbapi.DatabaseError:
        raise InputRefused("", None, "is damaged", "a whole database, or a backup", str(plain)) from None
    finally:
        connection.close()


def _in_use(plain: Path) -> InputRefused:
    return InputRefused(
        "", None, "is in use by another program", "algesia serve stopped, then the same again", str(plain)
    )
