"""The subcommands of `algesia keys`: encryption of the database. Each docstring is its help."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from algesia.cli.output import write
from algesia.quantities.refusal import InputRefused, WrongCall


def encrypt(asked: Namespace) -> None:
    """Encrypt the SQLite database in the data folder, in its place. Prints a recovery code once: write it down, on paper,
    away from this machine. Without passphrase and recovery code, and without the key file, nobody can read the database.

    Examples:
    algesia keys encrypt
    """
    from algesia.adapters.store import keys
    from algesia.adapters.store.ask import passphrase
    from algesia.adapters.store.encrypt import encrypt_file, is_plain

    database, file = _places(asked)
    if file.exists() and not is_plain(database):
        raise InputRefused("", None, "is encrypted already", "a database that is not", str(database))
    if not is_plain(database):
        raise InputRefused("", None, "is no database", "the folder that algesia serve uses", str(database))
    code = None
    if file.exists():
        # a key file beside a plain database: the last call was cut off before the database was encrypted
        key = keys.unlock(file, passphrase(asked.passphrase_file))
    else:
        key, code = keys.create(file, passphrase(asked.passphrase_file, "New passphrase: ", twice=True))
    encrypt_file(database, database, key)
    write(_printed(f"Encrypted: {database}", code), None)


def change(asked: Namespace) -> None:
    """Set a new passphrase with the old one. The recovery code stays. The new one is asked for at the terminal, or read from
    --new-passphrase-file.

    Examples:
    algesia keys change
    """
    from algesia.adapters.store import keys
    from algesia.adapters.store.ask import passphrase

    _, file = _places(asked)
    old = passphrase(asked.passphrase_file, "Old passphrase: ")
    keys.change(file, old, _new(asked))
    write(f"Changed: {file}", None)


def recover(asked: Namespace) -> None:
    """Set a new passphrase with the recovery code. Prints a new recovery code once: the old one opens nothing from then on.

    Examples:
    algesia keys recover
    """
    from algesia.adapters.store import keys
    from algesia.adapters.store.ask import asked as typed
    from algesia.adapters.store.ask import passphrase

    _, file = _places(asked)
    code = typed("Recovery code: ") if asked.code_file is None else passphrase(asked.code_file)
    _, fresh = keys.recover(file, code, _new(asked))
    write(_printed(f"Recovered: {file}", fresh), None)


def _new(asked: Namespace) -> str:
    from algesia.adapters.store.ask import asked as typed
    from algesia.adapters.store.ask import passphrase

    if asked.new_passphrase_file is not None:
        return passphrase(asked.new_passphrase_file)
    first = typed("New passphrase: ")
    if typed("The same again: ") != first:
        raise WrongCall("the two passphrases differ: nothing was changed")
    return first


def _places(asked: Namespace) -> tuple[Path, Path]:
    from algesia.adapters.store.engine import sqlite_file
    from algesia.adapters.store.place import data_folder, database_url
    from algesia.adapters.store.unlock import key_file

    database = sqlite_file(database_url(data_folder(asked.data)))
    if database is None:
        raise InputRefused(
            "ALGESIA_DATABASE_URL", None, "is PostgreSQL, which keeps its own disk", "an SQLite database"
        )
    return database, key_file(database)


def _printed(first: str, code: str | None) -> str:
    if code is None:
        return first
    return (
        f"{first}\n\nRecovery code, shown only now: {code}\nWrite it down, on paper, away from this machine."
    )
