"""The command lines that look after the database: `audit`, `backup`, `restore`, `keys`."""

from __future__ import annotations

import argparse
from typing import Final

from algesia.cli import database, keeping
from algesia.cli.arguments import TEXT_OR_JSON, Parser, command, output

DATA: Final = "the folder of the database; default: $ALGESIA_DATA, else the usual place of the system"
SECRET: Final = "read the passphrase from the first line of this file; default: $ALGESIA_PASSPHRASE, else ask"
SEALED: Final = "read the passphrase of the backup from the first line of this file; default: $ALGESIA_PASSPHRASE, else ask"


def databases(under: argparse._SubParsersAction[Parser]) -> None:
    """Add the commands that look after the database."""
    logs = _group(under, "audit", "the audit log: verify, list", "The audit log of the database.")
    verify = command(logs, "verify", database.verify_audit, "check the chain and print its head")
    verify.add_argument("--head", metavar="HASH", help="a head that was noted earlier")
    _data(verify)
    output(verify)
    listed = command(logs, "list", database.list_audit, "who did what to whose record and when")
    listed.add_argument("--person", metavar="ID", help="only rows about this person")
    listed.add_argument("--limit", type=int, default=500, metavar="N", help="the latest N rows; default 500")
    listed.add_argument("-f", "--format", metavar="F", help=TEXT_OR_JSON)
    _data(listed)
    output(listed)

    saved = command(under, "backup", database.backup, "write everything in the database to one file")
    saved.add_argument("file", metavar="FILE", help="the backup")
    saved.add_argument(
        "--seal", action="store_true", help="encrypt it under a passphrase; --seal-file does too"
    )
    _seal(saved)
    _data(saved)

    restored = command(under, "restore", database.restore, "put a backup into an empty database")
    restored.add_argument("file", metavar="FILE", help="the backup")
    _seal(restored)
    _data(restored)

    kinds = _group(
        under, "keys", "encryption: encrypt, change, recover", "Encryption of the SQLite database."
    )
    _data(command(kinds, "encrypt", keeping.encrypt, "encrypt the database in its place"))
    changed = command(kinds, "change", keeping.change, "a new passphrase with the old one")
    recovered = command(kinds, "recover", keeping.recover, "a new passphrase with the recovery code")
    recovered.add_argument("--code-file", metavar="FILE", help="read the recovery code from this file")
    for one in (changed, recovered):
        one.add_argument(
            "--new-passphrase-file",
            metavar="FILE",
            help="read the new passphrase from this file; default: ask",
        )
        _data(one)


def _group(
    under: argparse._SubParsersAction[Parser], name: str, help: str, about: str
) -> argparse._SubParsersAction[Parser]:
    top = under.add_parser(name, help=help, description=about)
    return top.add_subparsers(title="commands", metavar="COMMAND", required=True)


def _data(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", metavar="DIR", help=DATA)
    command.add_argument("--passphrase-file", metavar="FILE", help=SECRET)


def _seal(command: argparse.ArgumentParser) -> None:
    command.add_argument("--seal-file", metavar="FILE", help=SEALED)
