"""Which key opens a database: none for a plain one, that of the key file beside an encrypted one, a new one for a new one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from algesia.adapters.store import keys
from algesia.adapters.store.encrypt import is_plain
from algesia.adapters.store.engine import cipher, sqlite_file
from algesia.quantities.refusal import InputRefused


def key_of(url: str, secret: Callable[[], str]) -> bytes | None:
    """The key of a database that is there, or is to be restored into; ``None`` where no key file lies beside it.

    Parameters
    ----------
    secret
        Gives the passphrase; called only where one is needed.

    Raises
    ------
    InputRefused
        For another passphrase.
    """
    file = sqlite_file(url)
    if file is None or is_plain(file) or not key_file(file).exists():
        return None
    return keys.unlock(key_file(file), secret())


def key_for_encrypted(
    url: str, secret: Callable[[], str], new_secret: Callable[[], str]
) -> tuple[bytes, str | None]:
    """The key of a database that is to be encrypted (`algesia serve --encrypt`), and the recovery code of a new one.

    Parameters
    ----------
    secret
        Gives the passphrase of a database that is encrypted already.
    new_secret
        Gives the passphrase of a new one.

    Raises
    ------
    InputRefused
        For PostgreSQL, a plain database that is there already, one without its key file, or another passphrase.
    """
    file = sqlite_file(url)
    if file is None:
        raise InputRefused(
            "--encrypt", None, "is for a file of SQLite", "a server of PostgreSQL with an encrypted disk"
        )
    cipher()
    if is_plain(file):
        raise InputRefused(
            "--encrypt",
            None,
            "finds a database that is not encrypted",
            "algesia keys encrypt, once",
            str(file),
        )
    beside = key_file(file)
    if beside.exists():
        return keys.unlock(beside, secret()), None
    if file.exists() and file.stat().st_size > 0:
        raise InputRefused(
            "--encrypt", None, f"finds no {keys.NAME} beside it", "the key file of this database", str(file)
        )
    return keys.create(beside, new_secret())


def key_file(database: Path) -> Path:
    """The key file beside a database.

    >>> str(key_file(Path("data/algesia.db")))
    'data/algesia.keys'
    """
    return database.with_name(keys.NAME)
