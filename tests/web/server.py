"""A real server for the tests: uvicorn on a free port, an SQLite file, a clock that the test holds."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from algesia.web.app import create_app
from algesia.web.settings import Settings

NOON = datetime(2026, 11, 12, 19, 14, tzinfo=UTC)


class Held:
    """A clock that stands still until it is moved."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        """Now."""
        return self.moment

    def move(self, **by: float) -> None:
        """Move it."""
        self.moment += timedelta(**by)


def settings(folder: Path, clock: Held | None = None, clinic: bool = False) -> Settings:
    """Settings on a database file in this folder."""
    return Settings(
        url=f"sqlite:///{folder / 'algesia.db'}",
        clock=clock or Held(),
        clinic=clinic,
        hosts=("127.0.0.1", "localhost"),
    )


@contextmanager
def running(asked: Settings) -> Iterator[str]:
    """Serve until the block ends; gives the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(asked), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(600):
        if server.started:
            break
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
