"""Without a network: pages that are kept, answers that wait on the phone, each sent once and for the right day."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn

from algesia.adapters.store.model import Kept
from algesia.adapters.store.open import open_store
from algesia.adapters.store.people import People
from algesia.web.app import create_app
from algesia.web.settings import Settings
from tests.web.browser import MARKS, launched
from tests.web.server import NOON, Held, settings

pytestmark = MARKS
KEPT = """async () => { const kept = await Promise.all(['/today/goal', '/today/pain', '/today/doses', '/body', '/help',
  '/help/crisis', '/today/saved?offline', '/offline'].map(url => caches.match(url))); return kept.every(Boolean); }"""
LISTS = ("goal_days", "pain", "taken", "bad_days", "body_maps")


class Server:
    """A server on one port that can be stopped and started again."""

    def __init__(self, asked: Settings) -> None:
        self.asked = asked
        self.port = 0
        self.start()

    def start(self) -> None:
        config = uvicorn.Config(
            create_app(self.asked), host="127.0.0.1", port=self.port, log_level="error",
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        until(lambda: self._server.started)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def until(true: Any, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not become so"
        time.sleep(0.05)


@dataclass
class Phone:
    server: Server
    context: Any
    page: Any
    people: People
    clock: Held

    def open(self, path: str) -> None:
        self.page.goto(self.server.address + path)

    def ready(self) -> None:
        """Begin a diary and wait until the worker keeps its pages."""
        self.open("/?welcome")
        self.page.get_by_role("button", name="I keep a diary").click()
        self.open("/today")
        until(lambda: self.page.evaluate("() => !!navigator.serviceWorker.controller"))
        self.open("/today/pain")
        until(lambda: self.page.evaluate(KEPT))

    def three_taps(self, goal: str, pain: str, doses: str) -> None:
        self.open("/today/goal")
        self.tap(goal)
        self.tap(pain)
        self.tap(doses)

    def tap(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def path(self) -> str:
        return urlsplit(self.page.url).path

    def heading(self) -> str:
        return str(self.page.locator("h1").inner_text())

    def says(self, words: str) -> None:
        """Wait for the notice."""
        self.page.locator("#offline", has_text=words).wait_for(timeout=20_000)

    def facts(self) -> list[Kept]:
        (person,) = [one for one in self.people.all() if one.kind == "diary"]
        return [fact for fact in self.people.current(person.id) if fact.list in LISTS]

    def bodies(self) -> list[tuple[str, dict[str, Any]]]:
        return [(fact.list, fact.body or {}) for fact in self.facts()]


@contextmanager
def phone(folder: Path, browser: Any) -> Iterator[Phone]:
    clock = Held()
    asked = settings(folder, clock)
    server = Server(asked)
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="en-US", timezone_id="Europe/Paris"
    )
    page = context.new_page()
    page.clock.install(time=NOON)
    try:
        yield Phone(server, context, page, open_store(asked.url).people, clock)
    finally:
        context.close()
        server.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with launched() as opened:
        yield opened


def test_three_taps_without_a_network_arrive_once(browser: Any, tmp_path: Path) -> None:
    with phone(tmp_path, browser) as at:
        at.ready()
        at.context.set_offline(True)
        at.open("/today")
        assert at.heading() == "How much of what you wanted could you do today?"
        at.tap("Did it")
        assert at.path() == "/today/pain"
        at.tap("6")
        at.tap("Yes, all of them")
        assert at.path() == "/today/saved" and at.heading() == "Saved"
        at.says("3 answers are kept on this phone")
        assert not at.page.get_by_role("button", name="Undo", exact=True).is_visible()
        at.open("/help")
        assert "awake" in at.page.locator("main").inner_text() or at.page.locator(".hero").is_visible()
        at.page.reload()
        assert at.page.locator(".hero").is_visible()
        at.open("/picture")
        assert at.heading() == "No connection"
        at.open("/today/saved")
        at.page.reload()
        at.says("3 answers are kept on this phone")
        assert at.facts() == []
        at.context.set_offline(False)
        until(lambda: len(at.facts()) == 3)
        until(lambda: at.page.locator("#offline:visible").count() == 0 or "sent" in at.page.locator("#offline").inner_text())
        at.open("/today/saved")
        at.page.reload()
        assert at.bodies() == [
            ("goal_days", {"at": "2026-11-12", "done": "did"}),
            ("pain", {"at": "2026-11-12T20:14", "score": 6, "scale": "nrs-0-10", "question": "average-24h"}),
            ("taken", {"at": "2026-11-12", "answer": "as-planned"}),
        ]
