"""The clinician's pages in a browser: the crosshair, the plan that follows its controls, keys, and without a script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.browser import MARKS, SMALL, launched
from tests.web.clinic_desk import EXAMPLE
from tests.web.server import running, settings

pytestmark = MARKS
HERE = f"/clinic/{EXAMPLE}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, str]]:
    with running(settings(tmp_path_factory.mktemp("clinic"))) as address, launched() as browser:
        yield browser, address


def opened(site: tuple[Any, str], path: str, **more: Any) -> Any:
    browser, address = site
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900}, **more)
    page = context.new_page()
    page.goto(path)
    return page


def test_the_crosshair_reads_a_day_out_by_mouse_and_keys(site: tuple[Any, str]) -> None:
    page = opened(site, HERE)
    told = page.locator(".cross p")
    box = page.locator("[data-chart=wide] svg").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 200)
    said = told.inner_text()
    assert "MME a day" in said and "pain" in said
    page.locator(".cross button").last.focus()
    page.keyboard.press("ArrowRight")
    assert told.inner_text() != said
    page.keyboard.press("ArrowLeft")
    assert told.inner_text() == said
    page.get_by_role("button", name="Day before").click()
    assert told.inner_text() != said
    assert page.locator("[data-chart=wide] .cross-line").count() == 1


def test_a_day_without_an_entry_is_said_to_have_none(site: tuple[Any, str]) -> None:
    page = opened(site, HERE)
    page.get_by_role("button", name="Day after").focus()
    said = []
    for _ in range(330):
        page.keyboard.press("ArrowLeft")
        said.append(page.locator(".cross p").inner_text())
    assert any("no pain entry" in text for text in said)
    assert any(text.startswith("5 January 2026") for text in said)


def test_the_plan_follows_its_controls_and_keeps_focus(site: tuple[Any, str]) -> None:
    page = opened(site, f"{HERE}/taper")
    page.locator("#by").fill("Dr Okafor")
    before = page.locator("#plan-said").inner_text()
    page.locator("input[name=percent]").first.focus()
    page.keyboard.press("Space")
    page.wait_for_function("before => document.querySelector('#plan-said').innerText !== before", arg=before)
    assert page.evaluate("document.activeElement.name") == "percent"
    assert "percent=3" in page.url
    assert page.locator("#plan-told").text_content() == page.locator("#plan-said").text_content()
    assert page.locator("#by").input_value() == "Dr Okafor"
    assert "percent=3" in page.locator("#plan-files input[name=asked]").input_value()


def test_without_a_script_the_plan_is_shown_by_its_button(site: tuple[Any, str]) -> None:
    page = opened(site, f"{HERE}/taper", java_script_enabled=False)
    page.locator("label[for=percent-1]").click()
    page.get_by_role("button", name="Show the plan").click()
    assert "percent=3" in page.url and "3" in page.locator(".sub").inner_text()


def test_keys_lead_through_the_list_and_the_pages_and_can_be_off(site: tuple[Any, str]) -> None:
    page = opened(site, "/clinic")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.getAttribute('href')") != second
    page.goto(HERE)
    page.keyboard.press("t")
    page.wait_for_url("**/taper")
    page.locator("#until").focus()
    page.keyboard.press("r")
    assert page.url.endswith("/taper") and page.locator("#until").input_value() == "r"
    page.locator("h1").click()
    page.keyboard.press("?")
    page.get_by_role("button", name="Turn single keys off").click()
    page.wait_for_url("**#keys")
    page.locator("h1").click()
    page.keyboard.press("r")
    page.wait_for_timeout(200)
    assert "/taper" in page.url


def test_every_target_is_large_with_everything_open(site: tuple[Any, str]) -> None:
    for path in (HERE, f"{HERE}/taper", f"{HERE}/options", "/clinic"):
        page = opened(site, path)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.evaluate(SMALL) == [], path


def test_the_options_of_the_review_are_large_links(site: tuple[Any, str]) -> None:
    page = opened(site, HERE)
    for link in page.locator(".t-options tbody th a").all():
        assert link.bounding_box()["height"] >= 48


def test_the_column_of_what_is_not_known_has_room(site: tuple[Any, str]) -> None:
    page = opened(site, HERE)
    assert page.locator(".t-why thead th").last.bounding_box()["width"] >= 180


def test_the_foot_is_one_line(site: tuple[Any, str]) -> None:
    page = opened(site, f"{HERE}/taper")
    middles = {
        round(box["y"] + box["height"] / 2)
        for box in (page.locator(f".foot-line > {part}").bounding_box() for part in ("p", "nav", "details"))
    }
    assert max(middles) - min(middles) <= 1


def test_a_question_is_answered_and_taken_back_by_keys_alone(site: tuple[Any, str]) -> None:
    page = opened(site, HERE)
    page.keyboard.press("a")
    for key in ("Tab", "Enter"):
        page.keyboard.press(key)
    assert page.locator(".s-ask details[open]").count() == 1
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "absent":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**#kept")
    assert page.evaluate("document.activeElement.id") == "kept"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{HERE}")
    assert page.locator("#kept").count() == 0


def test_paper_holds_no_control_and_all_that_is_folded(site: tuple[Any, str]) -> None:
    for path in (HERE, f"{HERE}/taper", f"{HERE}/report"):
        page = opened(site, path)
        page.emulate_media(media="print")
        controls = "button,form,input,select,textarea,.keys,.fold-sec>summary,nav a"
        seen = [
            one.evaluate("e => e.outerHTML.slice(0, 80)")
            for one in page.locator(controls).all()
            if one.is_visible()
        ]
        assert seen == [], path
    page = opened(site, f"{HERE}/taper")
    assert not page.get_by_text("The patient is never abandoned.").is_visible()
    page.emulate_media(media="print")
    assert page.get_by_text("The patient is never abandoned.").is_visible()
    assert page.locator(".t-support").is_visible()


def test_a_link_to_a_source_opens_what_is_folded(site: tuple[Any, str]) -> None:
    page = opened(site, f"{HERE}/taper")
    page.locator(".sub a").first.click()
    page.wait_for_function("document.querySelector('#fold-sources').open")
