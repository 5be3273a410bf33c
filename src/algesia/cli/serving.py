"""`algesia serve`: its arguments. The application itself is passed in by the entry point: the command line and the
web do not know each other."""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Callable
from typing import Final, TypeAlias

from algesia.cli.arguments import Parser, command
from algesia.quantities.refusal import WrongCall

Server: TypeAlias = Callable[[Namespace], None]
LAST_PORT: Final = 65535


def serve(asked: Namespace) -> None:
    """Start the web application: a diary for a person, a view for a clinician. Everything stays on this machine; no
    account and no network are needed. With --clinic: accounts, roles, consent, for many people, behind a proxy that
    speaks TLS. The database is a file in DIR, or what ALGESIA_DATABASE_URL names (sqlite or postgresql).

    Examples:
    algesia serve
    algesia serve --port 8080 --data ~/pain --no-browser
    algesia serve --encrypt
    algesia serve --clinic --origin https://pain.example.org
    """
    if not 0 < asked.port <= LAST_PORT:
        raise WrongCall(f"--port {asked.port} is no port: a number from 1 to {LAST_PORT}")
    if asked.server is None:
        raise WrongCall("the web application is started with the command algesia, or with python -m algesia")
    asked.server(asked)


def add_serve(commands: argparse._SubParsersAction[Parser], server: Server | None) -> None:
    """Add the subcommand."""
    added = command(commands, "serve", serve, "start the web application")
    added.add_argument("--port", type=int, default=8000, metavar="N", help="default: 8000")
    added.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on; another than this machine's own needs --clinic",
    )
    added.add_argument(
        "--data",
        metavar="DIR",
        help="folder of the database; default: ALGESIA_DATA, else the user's data folder",
    )
    added.add_argument("--no-browser", action="store_true", help="do not open a browser")
    added.add_argument(
        "--place",
        choices=("us", "eu"),
        help="whose emergency numbers are shown first; default: by the time zone",
    )
    added.add_argument(
        "--encrypt",
        action="store_true",
        help="encrypt the database; asks for a passphrase (or ALGESIA_PASSPHRASE)",
    )
    added.add_argument(
        "--passphrase-file", metavar="FILE", help="the passphrase, on the first line of a file"
    )
    added.add_argument("--clinic", action="store_true", help="accounts, roles and consent, for many people")
    added.add_argument(
        "--origin",
        metavar="URL",
        help="with --clinic: the address people use, for example https://pain.example.org",
    )
    added.set_defaults(server=server)
