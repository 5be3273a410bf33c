"""The whole server is killed with SIGKILL while it takes 1,000 writes: nothing that was acknowledged is lost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from algesia.adapters.store.open import open_store

WRITES = 1000
KILLED_AFTER = (37, 411, 983)
pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def started(folder: Path, port: int) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "algesia",
            "serve",
            "--no-browser",
            "--port",
            str(port),
            "--data",
            str(folder),
        ],
        stderr=subprocess.DEVNULL,
        env={**os.environ, "ALGESIA_DATABASE_URL": ""},
    )
    for _ in range(600):
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz").raise_for_status()
            return server
        except httpx.HTTPError:
            time.sleep(0.1)
    server.kill()
    raise AssertionError("the server did not start")


def test_a_killed_server_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    sent = 0
    for stop in (*KILLED_AFTER, None):
        port = free_port()
        server = started(tmp_path, port)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            client.post("/start", data={"id": "person-one"})
            while sent < WRITES:
                sent += 1
                if sent == stop:
                    # in the middle of a request: it is sent, its answer is not waited for
                    with socket.create_connection(("127.0.0.1", port)) as raw:
                        body = f"id=note-{sent}&text=lost+or+kept"
                        raw.sendall(
                            f"POST /note HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                            "Content-Type: application/x-www-form-urlencoded\r\n"
                            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
                        )
                        os.kill(server.pid, signal.SIGKILL)
                    break
                answer = client.post("/note", data={"id": f"note-{sent}", "text": f"number {sent}"})
                assert answer.status_code == 303, answer.text
                acknowledged.append(f"note-{sent}")
        if stop is None:
            os.kill(server.pid, signal.SIGKILL)
        server.wait(10)

    store = open_store(f"sqlite:///{tmp_path / 'algesia.db'}")
    kept = {fact.id for fact in store.people.current("person-one", "notes")}
    assert len(acknowledged) == WRITES - len(KILLED_AFTER)
    assert set(acknowledged) <= kept
    assert store.audit.verify().broken_at is None
    store.engine.dispose()
