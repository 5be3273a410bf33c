"""Every page of the local mode in a browser, found by following links: what must hold on all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from algesia.adapters.store.model import Entry
from algesia.adapters.store.open import open_store
from algesia.adapters.store.people import People
from algesia.web.visit import OWN
from tests.web.browser import MARKS, Seen, Watched, launched, walk
from tests.web.server import running, settings

pytestmark = MARKS

WRITTEN = "2026-11-12T19:00:00.000000Z"
EXAMPLE = "example-synthetic-escalation"
PHONE, DESK = (390, 1280), (1280, 640)
OPEN = r"^/$|^/(examples$|help|learn|sources|audit|nowhere)"
PERSONS = r"^/(today|more|body|picture|plan|goal|note|medicines|checkup|entries|report|data|settings)(?!.*(json|csv|pdf|ics|zip)$)"
STAY = {
    "door": OPEN, "fresh": PERSONS, "example": PERSONS, "clinic": "^/clinic",
    "urgent": r"^/(today|body|picture|plan|more|checkup|report|entries)$",
}  # fmt: skip
"""What is opened in each state: pages that say the same for everybody are opened once."""
STARTS = {
    "door": ("/?welcome", "/examples", "/help", "/help/crisis", "/learn", "/nowhere"),
    "clinic": ("/clinic",),
}
STATES = tuple(STAY)
TODAY = ("/today/goal", "/today/pain", "/today/doses", "/today/different", "/more")


def people_of(url: str) -> People:
    return open_store(url).people


def begin(people: People, id: str, entries: list[Entry]) -> None:
    people.add(id, "diary", "My diary", at=WRITTEN)
    if entries:
        people.write(id, entries, by="test", at=WRITTEN)


URGENT = [
    Entry("u1", "medications", {"id": "u1", "drug": "morphine", "route": "oral", "start": "2026-06-01", "every_hours": 12,
                                "dose": {"value": 60, "unit": "mg"}, "release": "extended", "form": "tablet"}),
    Entry("u2", "signs", {"at": "2026-11-12", "sign": "myoclonus", "present": True}),
    Entry("u3", "bad_days", {"at": "2026-11-12T19:00"}),
]  # fmt: skip


class Site:
    """A running server and what was seen on it, state by state, each page opened once."""

    def __init__(self, address: str, browser: Any) -> None:
        self.address = address
        self.browser = browser
        self.seen: dict[str, list[Seen]] = {}

    def of(self, state: str) -> list[Seen]:
        if state not in self.seen:
            self.seen[state] = self._look(state)
        return self.seen[state]

    def _look(self, state: str) -> list[Seen]:
        context = self.browser.new_context(locale="en-US")
        if state != "door":
            person = {"example": EXAMPLE, "clinic": EXAMPLE}.get(state, f"diary-{state}")
            context.add_cookies([{"name": OWN, "value": person, "url": self.address}])
        paths = walk(
            context, self.address, STARTS.get(state, TODAY), STAY[state], 3 if state == "clinic" else 2
        )
        watched = Watched(context, self.address)
        widths = DESK if state == "clinic" else PHONE
        # An example cannot be deleted or added to, and its pages say so.
        seen = [watched.look(path, widths, (200, 409 if state == "example" else 404)) for path in paths]
        context.close()
        return seen


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    asked = settings(tmp_path_factory.mktemp("site"))
    with running(asked) as address, launched() as browser:
        people = people_of(asked.url)
        begin(people, "diary-fresh", [])
        begin(people, "diary-urgent", URGENT)
        yield Site(address, browser)


def bad(seen: list[Seen], what: str) -> dict[str, list[str]]:
    return {page.path: getattr(page, what) for page in seen if getattr(page, what)}


@pytest.mark.parametrize("state", STATES)
def test_links_lead_to_pages(site: Site, state: str) -> None:
    """The walk reaches what it should: a broken menu would make the other tests hollow."""
    at_least = {"door": 9, "fresh": 28, "example": 34, "urgent": 6, "clinic": 12}
    assert len(site.of(state)) >= at_least[state], [page.path for page in site.of(state)]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("what", ["axe", "sideways", "small", "foreign", "said", "inline"])
def test_on_every_page(site: Site, state: str, what: str) -> None:
    """axe: no violation, light and dark, both widths. sideways: no scroll at 320, 390, 640, 1280. small: no target
    under 48 px but links inside a sentence. foreign: no other host. said: nothing in the console, so no breach of the
    policy. inline: no style attribute, no inline script."""
    assert bad(site.of(state), what) == {}
