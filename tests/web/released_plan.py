"""A diary with a released taper, for the tests of the plan page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from starlette.testclient import TestClient

from algesia.adapters.store.model import Entry
from algesia.adapters.store.people import People
from algesia.knowledge.loader import load
from algesia.plan.model import TaperPlan, TaperRequest
from algesia.plan.tapering import taper
from algesia.record.codec import read_record, to_builtins
from algesia.record.model import Record
from algesia.report.plan_answer import taper_json
from algesia.review import review
from algesia.web.app import create_app
from algesia.web.settings import Settings

PERSON = "released-one"
AT = "2026-11-12T12:00:00.000000Z"
FOUR_DAYS_IN = datetime(2026, 12, 10, 18, 0, tzinfo=UTC)
"""Day 4 of step 1, which runs from 7 December 2026 to 3 January 2027."""


@cache
def base() -> Record:
    """Oxycodone, slow release: 40 and 10 mg in the morning, 40 mg at night, for two years."""
    tablet = {
        "drug": "oxycodone",
        "route": "oral",
        "release": "extended",
        "form": "tablet",
        "times_per_day": 1,
    }
    raw = {
        "format": "algesia-record/1",
        "person": {"birth_date": "1971-05-02", "time_zone": "UTC"},
        "medications": [
            {**tablet, "id": "am", "dose": {"value": 50, "unit": "mg"}, "start": "2024-11-10"},
            {**tablet, "id": "pm", "dose": {"value": 40, "unit": "mg"}, "start": "2024-11-10"},
            {"id": "nx", "drug": "naloxone", "route": "nasal", "start": "2024-11-10", "as_needed": True},
        ],
        "pain": [{"at": f"2026-11-{day:02d}", "score": 6, "question": "average-24h"} for day in range(1, 13)],
    }
    return read_record(json.dumps(raw).encode())


@cache
def plan(naloxone: bool = True) -> TaperPlan:
    """A taper from 90 mg a day whose first step begins on 7 December 2026."""
    day = date(2026, 11, 12).toordinal()
    request = TaperRequest(start=date(2026, 12, 7).toordinal(), naloxone_acknowledged=naloxone)
    made = taper(review(base(), load(), day), load(), request)
    assert made.status == "planned" and made.steps
    return made


def release(naloxone: bool = True, **more: Any) -> dict[str, Any]:
    """The fact of a release."""
    body = {
        "at": "2026-11-12",
        "by": "Dr Okafor",
        "phone": "555 0142",
        "plan": taper_json(plan(naloxone), base()),
    }
    return body | more


class Held:
    """A clock that stands until it is set."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


class Released:
    """The pages of a person whose plan was released."""

    def __init__(self, client: TestClient, clock: Held) -> None:
        self.client = client
        self.clock = clock
        self._count = 0

    @property
    def people(self) -> People:
        found: People = self.client.app.state.algesia.store.people  # type: ignore[attr-defined]
        return found

    def write(self, list: str, body: dict[str, Any]) -> None:
        self._count += 1
        self.people.write(PERSON, [Entry(f"more-{self._count}", list, body)], by="test", at=AT)

    def page(self, path: str = "/plan") -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return str(answer.text)


def seed(people: People, body: dict[str, Any] | None) -> None:
    """The person, their record, and the release where there is one."""
    people.add(PERSON, "diary", "My diary", at=AT)
    plain = to_builtins(base())
    entries = [Entry("who", "person", plain["person"])]
    for name in ("medications", "pain"):
        entries += [Entry(f"{name}-{i}", name, fact) for i, fact in enumerate(plain[name])]
    if body is not None:
        entries.append(Entry("release", "releases", body))
    people.write(PERSON, entries, by="test", at=AT)


@contextmanager
def released(body: dict[str, Any] | None = None, moment: datetime = FOUR_DAYS_IN) -> Iterator[Released]:
    """The application of such a person at a moment."""
    clock = Held(moment)
    app = create_app(Settings(url="sqlite://", clock=clock, examples=False))
    seed(app.state.algesia.store.people, body)
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield Released(client, clock)
