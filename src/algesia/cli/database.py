"""The subcommands that look after the database. Thin shells: open, ask the store, write. Each docstring is its help."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from algesia.cli.output import format_of, write, write_json
from algesia.quantities.refusal import InputRefused, WrongCall

if TYPE_CHECKING:
    from algesia.adapters.store.audit import Verified
    from algesia.adapters.store.open import Store

WHO: Final = "command-line"


def verify_audit(asked: Namespace) -> None:
    """Check that no row of the audit log was changed, inserted or taken out, and print its head: the hash of the last row.
    Note the head somewhere else. With --head, check too that a head noted earlier is still there: rows taken off the end
    show only so. A broken log is named with its first row that does not fit; exit status 4.

    Examples:
    algesia audit verify
    algesia audit verify --head 5f0c...
    """
    store = _store(asked)
    found = store.audit.verify()
    if found.broken_at is not None:
        _broken(f"the audit log is broken at row {found.broken_at}: {found.rows - 1} rows before it hold")
    if asked.head is not None and not store.audit.holds(asked.head.strip().lower()):
        _broken(
            "the audit log does not hold the head that was noted: rows were taken off its end, or replaced"
        )
    write(f"The audit log holds: {_rows(found.rows)}.\nHead: {found.head}", asked.output)


def list_audit(asked: Namespace) -> None:
    """Who did what to whose record and when, reading too; newest first. Times are UTC. It holds no clinical content.

    Examples:
    algesia audit list
    algesia audit list --person 5b0e6f1c --limit 20 --format json
    """
    from dataclasses import asdict

    wanted = format_of(asked.format, asked.output, ("text", "json"))
    if asked.limit < 1:
        raise WrongCall(f"--limit {asked.limit} is not 1 or more")
    rows = _store(asked).audit.rows(asked.person, asked.limit)
    if wanted == "json":
        write_json([asdict(row) for row in rows], asked.output)
        return
    lines = [
        "  ".join(
            part for part in (f"{row.seq:>6}", row.at, row.who, row.action, row.person, row.detail) if part
        )
        for row in rows
    ]
    write("\n".join(lines) or "The audit log is empty.", asked.output)


def backup(asked: Namespace) -> None:
    """Write everything in the database to one file: people, facts with their history, accounts, consent, audit log. Others
    may go on writing meanwhile. With --seal the file opens only with a passphrase; without it, whoever has the file can
    read it. An older backup of that name is replaced when the new one is whole.

    Examples:
    algesia backup algesia.backup
    algesia backup algesia.backup --seal
    """
    from algesia.adapters.store.ask import passphrase
    from algesia.adapters.store.backup import backup as save

    secret = None
    if asked.seal or asked.seal_file is not None:
        from algesia.adapters.store.keys import long_enough

        secret = passphrase(asked.seal_file, "Passphrase for the backup: ", twice=True)
        long_enough(secret)
    store = _store(asked)
    store.audit.add(WHO, "backup", None, at=_now())
    saved = save(store.engine, Path(asked.file), _now(), secret)
    lines = [f"Written: {asked.file}", _counted(saved.counts), *_chain(saved.audit)]
    write("\n".join(lines), None)


def restore(asked: Namespace) -> None:
    """Put a backup into an empty database, SQLite or PostgreSQL: all of it, checked, or nothing. Whoever was signed in signs
    in again.

    Examples:
    algesia restore algesia.backup --data restored
    ALGESIA_DATABASE_URL=postgresql://localhost/algesia algesia restore algesia.backup
    """
    from algesia.adapters.store.ask import passphrase
    from algesia.adapters.store.backup import restore as put_back
    from algesia.adapters.store.open import open_store
    from algesia.adapters.store.place import data_folder, database_url
    from algesia.adapters.store.unlock import key_of

    url = database_url(data_folder(asked.data))
    key = key_of(url, _secret(asked))
    done = put_back(
        Path(asked.file), url, key, lambda: passphrase(asked.seal_file, "Passphrase of the backup: ")
    )
    open_store(url, key).audit.add(WHO, "restore", None, at=_now())
    lines = [f"Restored: {asked.file}, made {done.made_at}", _counted(done.counts), *_chain(done.audit)]
    write("\n".join(lines), None)


def _store(asked: Namespace) -> Store:
    """The database that is there; none is made."""
    from algesia.adapters.store.engine import sqlite_file
    from algesia.adapters.store.open import open_store
    from algesia.adapters.store.place import data_folder, database_url
    from algesia.adapters.store.unlock import key_of

    url = database_url(data_folder(asked.data))
    file = sqlite_file(url)
    if file is not None and not file.exists():
        raise InputRefused(
            "database", str(file), "is not there", "--data DIR, the folder that algesia serve uses"
        )
    return open_store(url, key_of(url, _secret(asked)))


def _secret(asked: Namespace) -> Callable[[], str]:
    from algesia.adapters.store.ask import passphrase

    return lambda: passphrase(asked.passphrase_file, "Passphrase of the database: ")


def _counted(counts: dict[str, int]) -> str:
    return f"{counts['people']} people, {counts['facts']} facts, {counts['accounts']} accounts"


def _chain(found: Verified) -> list[str]:
    if found.broken_at is not None:
        return [f"Audit log: {_rows(found.rows)} up to the first that does not fit, row {found.broken_at}"]
    return [f"Audit log: {_rows(found.rows)}, head {found.head}"]


def _rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: TID251


def _broken(message: str) -> NoReturn:
    sys.stderr.write(f"algesia: {message}\n")
    raise SystemExit(4)
