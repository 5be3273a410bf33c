"""50 people at once on one SQLite file: entry and patient page, beside an empty FastAPI page in the same run.

Each person has five years of daily entries. A user waits 2 to 6 seconds between pages, as somebody who reads does; the
load comes from locust in this process, the servers run in processes of their own. Prints median and p95 in
milliseconds and the ratio of medians to the empty page. "First" is the first look after an entry, when the review is made
anew.

    python benchmarks/web_load.py [SECONDS]
"""

from gevent import monkey

monkey.patch_all()

import subprocess  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
import urllib.request  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402
from uuid import uuid4  # noqa: E402

USERS = 50
EMPTY, FULL = 8731, 8732
FOLDER = Path(__file__).resolve().parent.parent
EMPTY_APP = """
import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
app = FastAPI()
@app.get("/", response_class=HTMLResponse)
def empty() -> str:
    return "<!doctype html><title>empty</title>"
uvicorn.run(app, port={port}, log_level="error", timeout_keep_alive=75)
"""
FULL_APP = """
from algesia.web.app import create_app
from algesia.web.serving import rare_collections, server_of
from algesia.web.settings import Settings
app = create_app(Settings(url="sqlite:///{file}", examples=False))
rare_collections()
server_of(app, "127.0.0.1", {port}).run()
"""


def fill(file: Path) -> None:
    """Fifty diaries of five years up to yesterday."""
    sys.path.insert(0, str(FOLDER))
    from tests.web.diaries import five_years

    from algesia.adapters.store.open import open_store

    store = open_store(f"sqlite:///{file}")
    record = five_years(datetime.now(UTC).date())
    for n in range(USERS):
        store.people.add_record(
            f"load{n:02}", "diary", f"Load {n}", record, by="bench", at="2026-01-01T00:00:00.000000Z"
        )
    store.engine.dispose()


def serve(code: str, port: int) -> "subprocess.Popen[bytes]":
    """A server process that answers."""
    process = subprocess.Popen([sys.executable, "-c", code], cwd=FOLDER)
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/{'healthz' if port == FULL else ''}")
            return process
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not answer")


def load(host: str, kind: Any, seconds: float) -> dict[str, Any]:
    """Run the users; median, p95 and number by name of page."""
    import gevent
    from locust.env import Environment

    environment = Environment(user_classes=[kind], host=host)
    runner = environment.create_local_runner()
    runner.start(USERS, spawn_rate=10)
    gevent.sleep(8)
    environment.stats.reset_all()
    gevent.sleep(seconds)
    runner.quit()
    for error in environment.stats.errors.values():
        print(f"failed: {error.name}: {error.error}")
    return {
        entry.name: (
            entry.median_response_time,
            entry.get_response_time_percentile(0.95),
            entry.num_requests,
            entry.num_failures,
        )
        for entry in environment.stats.entries.values()
    }


def main() -> None:
    """Fill, serve, load, print."""
    from locust import HttpUser, between, task

    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    names = iter(range(10_000))

    class Reader(HttpUser):
        wait_time = between(2, 6)

        @task
        def empty(self) -> None:
            self.client.get("/", name="empty page")

    class Diarist(HttpUser):
        wait_time = between(2, 6)

        def on_start(self) -> None:
            self.person = f"load{next(names) % USERS:02}"
            self.client.cookies.set("person", self.person)

        @task(3)
        def entry(self) -> None:
            score = str(int(time.time() * 7) % 11)
            self.client.post(
                "/today/pain", {"id": uuid4().hex, "pain": score}, name="entry", allow_redirects=False
            )

        @task(1)
        def picture(self) -> None:
            self.client.get("/picture", name="picture, first")

        @task(1)
        def patient(self) -> None:
            self.client.get(f"/clinic/{self.person}", name="patient page, first")
            self.client.get(f"/clinic/{self.person}", name="patient page, again")

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "load.db"
        fill(file)
        servers = [
            serve(EMPTY_APP.format(port=EMPTY), EMPTY),
            serve(FULL_APP.format(file=file, port=FULL), FULL),
        ]
        try:
            found = load(f"http://127.0.0.1:{EMPTY}", Reader, seconds / 3)
            found |= load(f"http://127.0.0.1:{FULL}", Diarist, seconds)
        finally:
            for server in servers:
                server.terminate()
    base = max(1.0, found["empty page"][0])
    print(f"{USERS} users, five years of daily data each, SQLite, one process")
    print(f"{'page':20} {'n':>6} {'median':>8} {'p95':>8} {'ratio':>7} {'failed':>7}")
    for name, (median, p95, count, failed) in found.items():
        print(f"{name:20} {count:6d} {median:6.0f}ms {p95:6.0f}ms {median / base:7.1f} {failed:7d}")


if __name__ == "__main__":
    main()
