"""A diary with its pages, for the tests of check-ups, medicines and entries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from algesia.adapters.store.open import open_store
from algesia.adapters.store.people import People
from algesia.knowledge.loader import load
from algesia.review import Review, review
from algesia.web.app import create_app
from algesia.web.reviews import Reviews
from algesia.web.settings import Settings
from tests.web.server import NOON, Held

PERSON = "person-one"
HUGE = "x" * 100_000
BAD = ("", "abc", "-1", "11", "7.5", HUGE, "\x00", "7\x00", "\u0663", "1e1")


class Diary:
    """The pages of one person, and what the record then holds."""

    def __init__(self, client: TestClient, clock: Held) -> None:
        self.client = client
        self.clock = clock

    def get(self, path: str, **params: str) -> Any:
        return self.client.get(path, params=params or None)

    def post(self, path: str, **fields: Any) -> Any:
        return self.client.post(path, data=fields)

    def sent(self, path: str, **fields: Any) -> Any:
        """The answer to a form itself, not the page it leads to."""
        return self.client.post(path, data=fields, follow_redirects=False)

    @property
    def people(self) -> People:
        found: People = self.client.app.state.algesia.store.people  # type: ignore[attr-defined]
        return found

    def facts(self, list: str) -> list[dict[str, Any]]:
        return [fact.body or {} for fact in self.people.current(PERSON, list)]

    def ids(self, list: str) -> list[str]:
        return [fact.id for fact in self.people.current(PERSON, list)]

    @property
    def rows(self) -> int:
        return len(self.people.history(PERSON))

    @property
    def day(self) -> int:
        return self.clock.moment.toordinal()

    @property
    def mean(self) -> float | None:
        """The mean pain that a review finds now."""
        pain = self.review().now.pain
        return None if pain is None else pain.mean

    def review(self) -> Review:
        return review(self.people.record(PERSON), load(), self.day)


@cache
def _app() -> tuple[FastAPI, Held]:
    """One application for all tests; each gets a database of its own."""
    clock = Held()
    return create_app(Settings(url="sqlite://", clock=clock, examples=False)), clock


@contextmanager
def diary() -> Iterator[Diary]:
    """A diary that was begun at 14:14 of 12 November 2026, New York time."""
    app, clock = _app()
    state, store = app.state.algesia, open_store("sqlite://")
    app.state.algesia = replace(state, store=store, reviews=Reviews(store.people, state.knowledge))
    clock.moment = NOON
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        client.post("/start", data={"id": PERSON, "place": "us", "time_zone": "America/New_York"})
        yield Diary(client, clock)
