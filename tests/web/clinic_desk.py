"""The clinician's side for the tests: the application in local mode, somebody on oxycodone, and forms as a browser sends them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.testclient import TestClient

from algesia.adapters.store.model import Entry
from algesia.web.app import create_app
from algesia.web.settings import Settings
from algesia.web.state import State

NOW = datetime(2026, 11, 12, 20, 14, tzinfo=UTC)
TODAY = NOW.date()
AT = "2026-11-01T00:00:00.000000Z"
MARIA = "maria"
EXAMPLE = "example-synthetic-escalation"
EMERGENCY = "example-jco2002_nsclc_59f"


class Desk:
    """One application with its clock at 12 November 2026, and a browser on it."""

    def __init__(self, examples: bool = True) -> None:
        self.app = create_app(Settings(url="sqlite://", clock=lambda: NOW, examples=examples))
        self.state: State = self.app.state.algesia
        self.browser = TestClient(self.app, base_url="http://127.0.0.1:8000", follow_redirects=False)

    def page(self, path: str, status: int = 200) -> str:
        """A page, checked for its status."""
        answer = self.browser.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:400])
        return str(answer.text)

    def json(self, path: str) -> dict[str, Any]:
        """An answer for programs."""
        answer = self.browser.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        found: dict[str, Any] = answer.json()
        return found

    def send(self, path: str, form: dict[str, str], status: int = 303) -> str:
        """Send a form; the address it leads to, or the page where it was refused."""
        answer = self.browser.post(path, data=form)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:400])
        return str(answer.headers.get("location", answer.text))

    def maria(self, *more: Entry) -> str:
        """Somebody with five weeks of diary on oxycodone for a year; her page."""
        people = self.state.store.people
        people.add(MARIA, "diary", "Maria Ellison", at=AT)
        days = [
            Entry(f"p{n}", "pain", {"at": (TODAY - timedelta(days=n)).isoformat(), "score": 5 + n % 3})
            for n in range(35)
        ]
        people.write(MARIA, [OXYCODONE, *days, *more], by="local", at=AT)
        return f"/clinic/{MARIA}"


OXYCODONE = Entry("m1", "medications", {
    "id": "m1", "drug": "oxycodone", "start": "2025-10-01", "route": "oral", "release": "extended", "form": "tablet",
    "dose": {"value": 40, "unit": "mg"}, "every_hours": 12,
})  # fmt: skip


def hidden(page: str, name: str, near: str = "") -> str:
    """The value of a hidden field of the first form after `near`."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page[page.index(near) :] if near else page)
    assert found is not None, name
    return found[1].replace("&amp;", "&")
