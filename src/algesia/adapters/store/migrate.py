"""Migrations with Alembic: the schema forward and back, on SQLite and PostgreSQL."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from algesia.quantities.refusal import InputRefused

HEAD: Final = "head"
BASE: Final = "base"
_LOCK: Final = 7_041_777
"""The advisory lock of those who bring a PostgreSQL schema forward; SQLite has its write lock."""


def upgrade(engine: Engine, to: str = HEAD) -> None:
    """Bring the schema forward to a revision, the newest when not named. Nothing is done when it is there.

    Raises
    ------
    InputRefused
        When the database was written by a newer algesia: it is left untouched.
    """
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        upgrade_on(connection, to)


def upgrade_on(connection: Connection, to: str = HEAD) -> None:
    """The same within a transaction that is writing already. Those who start at once wait for each other."""
    _one_at_a_time(connection)
    _refuse_newer(connection)
    command.upgrade(_config(connection), to)


def downgrade(engine: Engine, to: str) -> None:
    """Take the schema back to a revision; `BASE` removes every table."""
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        downgrade_on(connection, to)


def downgrade_on(connection: Connection, to: str) -> None:
    """The same within a transaction that is writing already."""
    _one_at_a_time(connection)
    command.downgrade(_config(connection), to)


def revision(engine: Engine) -> str | None:
    """The revision that the database is at, ``None`` for an empty one."""
    with engine.connect() as connection:
        return revision_on(connection)


def revision_on(connection: Connection) -> str | None:
    """The same on a connection."""
    return MigrationContext.configure(connection).get_current_revision()


def known_revisions() -> frozenset[str]:
    """Every revision that this algesia can bring a database to."""
    return frozenset(
        script.revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions()
    )


def _one_at_a_time(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def _refuse_newer(connection: Connection) -> None:
    now = revision_on(connection)
    if now is not None and now not in known_revisions():
        raise InputRefused(
            "database", now, "was written by a newer algesia", "that version, or a backup made by this one"
        )


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("algesia.adapters.store").joinpath("migrations")))
    config.attributes["connection"] = connection
    return config
