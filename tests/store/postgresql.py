"""A PostgreSQL server of the tests' own: a fresh cluster in a temporary folder, on a socket, gone at the end."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

GIVEN = "ALGESIA_TEST_DATABASE_URL"


def programs() -> Path | None:
    """The folder of `initdb` and `pg_ctl`, the newest where there are several."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    return versions[-1].parent if versions else None


def missing() -> str | None:
    """Why there is no server to test with, ``None`` where there is one."""
    if os.environ.get(GIVEN):
        return None
    if programs() is None:
        return "no PostgreSQL here: scripts/postgresql.sh installs it"
    if os.geteuid() == 0 and (shutil.which("runuser") is None or _user() is None):
        return "PostgreSQL does not run as root, and there is no user postgres"
    return None


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server on which databases can be made: that of the environment, or one started here."""
    given = os.environ.get(GIVEN)
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="algesia-pg-"))
    bin_ = programs()
    assert bin_ is not None
    user = _user() if os.geteuid() == 0 else None
    if user is not None:
        os.chown(folder, user, -1)
    options = f"-F -k {folder} -c listen_addresses= -c max_connections=60"
    try:
        _run(user, [bin_ / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"])  # fmt: skip
        _run(user, [bin_ / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-o", options, "start"])  # fmt: skip
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            _run(user, [bin_ / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(server_url: str) -> Iterator[str]:
    """The URL of a fresh, empty database, dropped at the end."""
    url = make_url(server_url).set(drivername="postgresql+psycopg")
    name = f"algesia_{uuid.uuid4().hex[:12]}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


def _user() -> int | None:
    import pwd

    try:
        return pwd.getpwnam("postgres").pw_uid
    except KeyError:
        return None


def _run(user: int | None, command: list[str | Path]) -> None:
    prefix = [] if user is None else ["runuser", "-u", "postgres", "--"]
    # output goes to a file: a server that keeps a pipe open would keep the tests waiting
    with tempfile.TemporaryFile() as out:
        done = subprocess.run(
            [*prefix, *map(str, command)], stdout=out, stderr=out, cwd="/", timeout=120, check=False
        )
        out.seek(0)
        assert done.returncode == 0, out.read().decode()
