"""The store on both kinds of database: every test that takes `store` or `url` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from algesia.adapters.store.engine import sqlite_url
from algesia.adapters.store.open import Store, open_store
from tests.store import postgresql

KINDS = ("sqlite", "postgresql")
Maker = Callable[[str], str]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of the server."""
    reason = postgresql.missing()
    if reason is not None:
        pytest.skip(reason)
    with postgresql.server() as url:
        yield url


@pytest.fixture
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Maker]:
    """Makes empty databases: the URL of a new one of the kind asked for."""
    numbers = count()
    with ExitStack() as stack:

        def make(kind: str) -> str:
            if kind == "postgresql":
                server = request.getfixturevalue("postgresql_server")
                return stack.enter_context(postgresql.database(server))
            return sqlite_url(tmp_path / f"{next(numbers)}.db")

        yield make


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, new_url: Maker) -> str:
    """The URL of an empty database, of each kind."""
    return new_url(request.param)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open, empty store, of each kind."""
    opened = open_store(url)
    yield opened
    opened.engine.dispose()
