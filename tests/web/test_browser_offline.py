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
        until(self.controlled)
        self.open("/today/pain")
        until(lambda: self.page.evaluate(KEPT))

    def controlled(self) -> bool:
        """Whether a page that is opened now is the worker's."""
        self.open("/today")
        return bool(self.page.evaluate("() => !!navigator.serviceWorker.controller"))

    def three_taps(self, goal: str, pain: str, doses: str) -> None:
        self.open("/today/goal")
        self.tap(goal)
        self.tap(pain)
        self.tap(doses)

    def later(self, **by: float) -> None:
        """Let time pass, on the server's clock and on the phone's, the worker's too."""
        self.clock.move(**by)
        self.page.clock.set_system_time(self.clock())
        (worker,) = self.context.service_workers
        ahead = (self.clock() - NOON).total_seconds() * 1000
        worker.evaluate(
            "ms => { const true_now = self.trueNow ||= Date.now; Date.now = () => true_now() + ms; }", ahead
        )

    def tap(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def path(self) -> str:
        return str(urlsplit(self.page.url).path)

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
    clock = Held(NOON + timedelta(seconds=40))  # the seconds that the test itself takes are in no minute
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
        at.page.locator("h1", has_text="Saved, 20:14").wait_for()
        assert not at.page.locator("#offline").is_visible()
        assert at.bodies() == [
            ("goal_days", {"at": "2026-11-12", "done": "did"}),
            ("pain", {"at": "2026-11-12T20:14", "score": 6, "scale": "nrs-0-10", "question": "average-24h"}),
            ("taken", {"at": "2026-11-12", "answer": "as-planned"}),
        ]


def test_two_days_offline_keep_their_days_and_their_order(browser: Any, tmp_path: Path) -> None:
    """Thursday and Friday are answered in a place without a network; on Saturday the phone is back."""
    with phone(tmp_path, browser) as at:
        at.ready()
        at.context.set_offline(True)
        at.three_taps("Did it", "6", "Yes, all of them")
        at.later(days=1)
        at.open("/today")
        assert at.page.locator("[data-day]").inner_text() == "Friday 13 November"
        assert at.page.locator("[aria-pressed=true]").count() == 0
        at.three_taps("Not today", "8", "Yes, all of them")
        at.later(days=1)
        at.context.set_offline(False)
        until(lambda: len(at.facts()) == 6)
        assert [(body["at"][:10], body.get("done") or body.get("score") or body.get("answer")) for _, body in at.bodies()] == [
            ("2026-11-12", "did"), ("2026-11-12", 6), ("2026-11-12", "as-planned"),
            ("2026-11-13", "not"), ("2026-11-13", 8), ("2026-11-13", "as-planned"),
        ]  # fmt: skip


def test_the_last_answer_can_be_taken_back_offline(browser: Any, tmp_path: Path) -> None:
    with phone(tmp_path, browser) as at:
        at.ready()
        at.context.set_offline(True)
        at.three_taps("Did it", "6", "Yes, all of them")
        at.says("3 answers are kept")
        at.tap("Undo the last")
        at.says("2 answers are kept")
        at.context.set_offline(False)
        until(lambda: len(at.facts()) == 2)
        at.page.wait_for_load_state("networkidle")  # the page shows itself anew once all was sent
        at.open("/today/saved")
        until(lambda: at.page.evaluate("() => !document.documentElement.dataset.kept"))
        assert [fact.list for fact in at.facts()] == ["goal_days", "pain"]


def test_the_server_may_be_down_and_come_back(browser: Any, tmp_path: Path) -> None:
    """The phone says that it is online; what is missing is the server. A map and a bad day wait as well."""
    with phone(tmp_path, browser) as at:
        at.ready()
        at.server.stop()
        at.open("/today")
        at.tap(
            "Part of it"
            if at.page.get_by_role("button", name="Part of it", exact=True).count()
            else "Did part of it"
        )
        at.tap("7")
        at.tap("Yes, all of them")
        at.says("3 answers are kept")
        at.open("/body")
        at.page.locator("label[for=view-front]").click()
        at.page.locator(".body-list.front summary").first.click()
        at.page.locator(".body-list.front .spot label").first.click()
        at.tap("Save where it hurts")
        at.says("4 answers are kept")
        at.open("/today/goal")
        at.tap("Bad day: just save")
        at.says("5 answers are kept")
        at.open("/goal")
        assert at.heading() == "No connection"
        at.server.start()
        at.open("/today/saved")
        until(lambda: len(at.facts()) == 6)
        assert sorted(fact.list for fact in at.facts()) == [
            "bad_days", "body_maps", "goal_days", "pain", "pain", "taken",
        ]  # fmt: skip
        at.page.reload()
        until(lambda: not at.page.locator("#offline").is_visible())


def test_a_form_that_cannot_wait_is_not_lost(browser: Any, tmp_path: Path) -> None:
    """A goal is no entry of the day: it is not sent later. The page stays as it is filled in, and says so."""
    with phone(tmp_path, browser) as at:
        at.ready()
        at.open("/goal")
        at.page.locator("main input[type=text], main textarea").first.fill("walk to the shop")
        at.context.set_offline(True)
        at.page.locator("main form button").first.click()
        at.says("This was not saved.")
        assert (
            at.page.locator("main input[type=text], main textarea").first.input_value() == "walk to the shop"
        )
        at.context.set_offline(False)
        at.page.locator("main form button").first.click()
        at.page.wait_for_url("**/goal?saved=*")
        (person,) = [one for one in at.people.all() if one.kind == "diary"]
        assert [goal.body["text"] for goal in at.people.current(person.id, "goals") if goal.body] == [
            "walk to the shop"
        ]


def test_answers_of_one_diary_never_go_into_another(browser: Any, tmp_path: Path) -> None:
    """Another diary is open when the network comes back: the answers wait for their own."""
    with phone(tmp_path, browser) as at:
        at.ready()
        at.context.set_offline(True)
        at.three_taps("Did it", "6", "Yes, all of them")
        at.context.add_cookies(
            [{"name": "person", "value": "example-synthetic-escalation", "url": at.server.address}]
        )
        at.context.set_offline(False)
        at.says("the diary they belong to")
        assert at.facts() == []
        assert len(at.people.current("example-synthetic-escalation", "goal_days")) == 0
        at.open("/examples/close")
        at.open("/today/goal")
        until(lambda: len(at.facts()) == 3)


def test_deleting_everything_leaves_nothing_on_the_phone(browser: Any, tmp_path: Path) -> None:
    with phone(tmp_path, browser) as at:
        at.ready()
        at.open("/data/delete/sure")
        at.page.locator("main form button").last.click()
        at.page.wait_for_url("**/data/deleted/*")
        until(lambda: at.page.evaluate("async () => !!(await caches.match('/offline'))"))
        at.context.set_offline(True)
        for path in ("/today", "/today/pain", "/body", "/today/saved"):
            at.open(path)
            assert at.heading() == "No connection"


def test_it_can_be_installed(browser: Any, tmp_path: Path) -> None:
    """Chromium finds nothing that stands against installing it."""
    with phone(tmp_path, browser) as at:
        at.ready()
        devtools = at.context.new_cdp_session(at.page)
        manifest = devtools.send("Page.getAppManifest")
        assert manifest["errors"] == []
        told = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
        assert [error["errorId"] for error in told if error["errorId"] != "in-incognito"] == []
