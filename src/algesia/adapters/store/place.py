"""Where the database is, and the passphrase where nobody can be asked: what the environment says."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from algesia.adapters.store.engine import sqlite_url
from algesia.quantities.refusal import InputRefused

DATABASE: Final = "algesia.db"
DATA: Final = "ALGESIA_DATA"
URL: Final = "ALGESIA_DATABASE_URL"
PASSPHRASE: Final = "ALGESIA_PASSPHRASE"


def data_folder(given: str | None) -> Path:
    """The folder of the database, made readable by its owner only when it was not there.

    The one given, else that of the environment's ``ALGESIA_DATA``, else the usual place of the system:
    ``$XDG_DATA_HOME/algesia`` or ``~/.local/share/algesia``, ``~/Library/Application Support/algesia`` on macOS,
    ``%LOCALAPPDATA%\\algesia`` on Windows.

    Raises
    ------
    InputRefused
        When it cannot be made, or is a file.
    """
    named = given or os.environ.get(DATA)
    folder = Path(named) if named else _usual() / "algesia"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InputRefused(
            "data folder", str(folder), f"cannot be made: {error.strerror}", "a folder that can be written to"
        ) from None
    return folder


def database_url(folder: Path) -> str:
    """The database that ``ALGESIA_DATABASE_URL`` names, else the SQLite file in this folder."""
    return os.environ.get(URL) or sqlite_url(folder / DATABASE)


def passphrase_given() -> str | None:
    """The passphrase in ``ALGESIA_PASSPHRASE``, for a service that nobody sits in front of."""
    return os.environ.get(PASSPHRASE) or None


def _usual() -> Path:
    try:
        home = Path.home()
    except RuntimeError:
        raise InputRefused(
            "data folder", None, "cannot be found: there is no home folder", "--data DIR, or ALGESIA_DATA"
        ) from None
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    # the specification of XDG asks to pass over a path that is not absolute
    given = Path(os.environ.get("XDG_DATA_HOME", ""))
    return given if given.is_absolute() else home / ".local" / "share"
