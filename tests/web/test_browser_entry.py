"""An entry on a phone: three taps, small pages, taps that come twice, the back button, two tabs, and no script at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import pytest

from algesia.adapters.store.model import Entry, Kept
from algesia.adapters.store.open import open_store
from algesia.adapters.store.people import People
from algesia.web.visit import OWN
from tests.web.browser import MARKS, launched
from tests.web.server import running, settings

pytestmark = MARKS
FIRST_LOAD: int = 60_000
SCRIPTS: int = 15_000


@dataclass
class Site:
    address: str
    browser: Any
    people: People
    made: int = 0

    def diary(self, **options: Any) -> tuple[Any, str]:
        """A page of a new person, and the person."""
        self.made += 1
        person = f"diary-{self.made}"
        self.people.add(person, "diary", "My diary", at="2026-11-01T00:00:00.000000Z")
        options = {"viewport": {"width": 390, "height": 844}, "locale": "en-US"} | options
        context = self.browser.new_context(**options)
        context.add_cookies([{"name": OWN, "value": person, "url": self.address}])
        return context.new_page(), person

    def facts(self, person: str, list: str | None = None) -> tuple[Kept, ...]:
        return self.people.current(person, list)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    asked = settings(tmp_path_factory.mktemp("site"))
    with running(asked) as address, launched() as browser:
        yield Site(address, browser, open_store(asked.url).people)


def tap(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def path(page: Any) -> str:
    return str(urlsplit(page.url).path)


def test_an_entry_is_three_taps(site: Site) -> None:
    page, person = site.diary()
    page.goto(f"{site.address}/today")
    taps = 0
    for name in ("Did part of it", "6", "Yes, all of them"):
        box = page.get_by_role("button", name=name, exact=True).bounding_box()
        assert box is not None and box["y"] + box["height"] <= 844, (
            f"{name} is not on the screen without scrolling"
        )
        tap(page, name)
        taps += 1
    assert page.locator("h1").inner_text().startswith("Saved")
    assert taps == 3
    assert sorted(fact.list for fact in site.facts(person)) == ["goal_days", "pain", "taken"]
    page.context.close()


def test_a_bad_day_is_one_tap_and_yesterday_is_one(site: Site) -> None:
    page, person = site.diary()
    page.goto(f"{site.address}/today")
    tap(page, "Bad day: just save")
    assert page.locator("h1").inner_text().startswith("Saved")
    assert sorted(fact.list for fact in site.facts(person)) == ["bad_days", "pain"]
    page.context.close()
    page, person = site.diary()
    site.people.write(
        person,
        [Entry("y1", "pain", {"at": "2026-11-11T20:00", "score": 4, "question": "average-24h"})],
        by="test", at="2026-11-11T20:00:00.000000Z",
    )  # fmt: skip
    page.goto(f"{site.address}/today")
    tap(page, "Same as yesterday")
    assert page.locator("h1").inner_text().startswith("Saved")
    assert [(fact.body or {})["score"] for fact in site.facts(person, "pain")] == [4, 4]
    page.context.close()


def test_the_first_load_is_small(site: Site) -> None:
    """Everything that the first page of an entry needs, fonts too, with nothing kept from before."""
    page, _ = site.diary(service_workers="block")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    loaded: dict[str, float] = {}
    names: dict[str, str] = {}
    devtools.on(
        "Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]})
    )
    devtools.on(
        "Network.loadingFinished",
        lambda event: loaded.update({event["requestId"]: event["encodedDataLength"]}),
    )
    page.goto(f"{site.address}/today/goal", wait_until="networkidle")
    page.evaluate("() => document.fonts.ready")
    sizes = {
        urlsplit(names[key]).path: size for key, size in loaded.items() if not names[key].startswith("data:")
    }
    assert any(name.endswith(".woff2") for name in sizes) and any(name.endswith(".js") for name in sizes)
    assert sum(sizes.values()) <= FIRST_LOAD, f"{sum(sizes.values()):.0f} bytes: {sizes}"
    page.context.close()


def test_our_scripts_are_small() -> None:
    """All five together, as they are written."""
    written = {
        part.name: len(part.read_bytes())
        for part in files("algesia.web").joinpath("static").iterdir()
        if part.name.endswith(".js")
    }
    assert {"app.js", "sw.js", "body.js", "clinic.js", "passkey.js"} == set(written)
    assert sum(written.values()) < SCRIPTS, written


@pytest.mark.parametrize("scripted", [True, False])
def test_two_taps_write_once(site: Site, scripted: bool) -> None:
    """A hand that trembles taps twice, faster than the page answers."""
    page, person = site.diary(java_script_enabled=scripted)
    page.goto(f"{site.address}/today/pain")
    page.get_by_role("button", name="6", exact=True).dblclick(no_wait_after=True)
    page.wait_for_url("**/today/doses")
    assert [(fact.body or {})["score"] for fact in site.facts(person, "pain")] == [6]
    assert len([fact for fact in site.people.history(person) if fact.list == "pain"]) == 1
    page.context.close()


def test_back_and_another_answer_is_a_change(site: Site) -> None:
    page, person = site.diary()
    page.goto(f"{site.address}/today/pain")
    tap(page, "6")
    page.wait_for_url("**/today/doses")
    page.go_back()
    tap(page, "7")
    page.wait_for_url("**/today/doses")
    assert [(fact.body or {})["score"] for fact in site.facts(person, "pain")] == [7]
    page.go_back()
    page.reload()
    assert page.locator("[aria-pressed=true]").inner_text().strip() == "7"
    page.context.close()


def test_undo_and_the_form_again(site: Site) -> None:
    page, person = site.diary()
    page.goto(f"{site.address}/today/pain")
    tap(page, "6")
    tap(page, "Yes, all of them")
    tap(page, "Undo")
    page.wait_for_url("**/today/goal")
    assert site.facts(person) == ()
    page.goto(f"{site.address}/today/pain")
    tap(page, "5")
    page.wait_for_url("**/today/doses")
    assert [(fact.body or {})["score"] for fact in site.facts(person, "pain")] == [5]
    page.context.close()


def test_two_tabs_lose_nothing(site: Site) -> None:
    """The second tab was opened before the first one saved."""
    first, person = site.diary()
    second = first.context.new_page()
    for page in (first, second):
        page.goto(f"{site.address}/today/goal")
    tap(first, "Did it")
    tap(second, "Not today")
    tap(first, "3")
    tap(second, "8")
    tap(first, "Yes, all of them")
    second.wait_for_url("**/today/doses")
    said = {fact.list: (fact.body or {}) for fact in site.facts(person)}
    assert (said["goal_days"]["done"], said["pain"]["score"], said["taken"]["answer"]) == (
        "not",
        8,
        "as-planned",
    )
    kept = [(fact.body or {}).get("score") for fact in site.people.history(person) if fact.list == "pain"]
    assert kept == [3, 8]
    first.context.close()


def test_everything_is_read_and_saved_without_scripts(site: Site) -> None:
    page, person = site.diary(java_script_enabled=False)
    page.goto(f"{site.address}/today")
    for name in ("Did it", "6", "Yes, all of them"):
        tap(page, name)
    assert page.locator("h1").inner_text().startswith("Saved")

    page.goto(f"{site.address}/body")
    page.locator("label[for=view-back]").click()
    page.locator(".body-list.back summary").first.click()
    page.locator(".body-list.back .spot label").first.click()
    tap(page, "Save where it hurts")
    assert len((site.facts(person, "body_maps")[-1].body or {})["areas"]) == 1
    tap(page, "Undo")
    assert site.facts(person, "body_maps") == ()

    page.goto(f"{site.address}/checkup/peg")
    for _ in range(3):
        tap(page, "5")
    assert [(fact.body or {})["score"] for fact in site.facts(person, "function")] == [5]

    page.goto(f"{site.address}/medicines/add")
    page.locator("main input[type=text], main input[type=search]").first.fill("oxycodone")
    page.locator("main form button").first.click()
    assert "oxycodone" in page.locator("main").inner_text().lower()

    page.goto(f"{site.address}/picture")
    assert page.locator("main").inner_text().strip()
    page.context.close()


def test_a_taper_is_worked_out_without_scripts(site: Site) -> None:
    page, _ = site.diary(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page.goto(f"{site.address}/clinic/example-synthetic-escalation/taper")
    before = page.locator("h1").inner_text()
    page.get_by_text("3 %", exact=True).click()
    page.get_by_role("button", name="Show the plan").click()
    after = page.locator("h1").inner_text()
    assert "mg a day" in before and "mg a day" in after and before != after
    page.context.close()
