"""The simulator in a browser: sliders that are followed and keep the focus, no script needed, axe, sizes, no foreign request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.browser import MARKS, Watched, launched
from tests.web.clinic_desk import EXAMPLE
from tests.web.server import running, settings

pytestmark = MARKS
PATHS = ("/simulator?then=rotate&ketamine=10", f"/clinic/{EXAMPLE}/model?then=taper", "/simulator?dose=x", "/learn/why-more?step=4",
         "/learn/why-more?step=5")  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, str]]:
    with running(settings(tmp_path_factory.mktemp("simulator"))) as address, launched() as browser:
        yield browser, address


def opened(site: tuple[Any, str], path: str, width: int = 1280, **more: Any) -> Any:
    browser, address = site
    context = browser.new_context(base_url=address, viewport={"width": width, "height": 900}, **more)
    page = context.new_page()
    page.goto(path)
    return page


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_wrong_with_the_page(site: tuple[Any, str], path: str) -> None:
    """axe in light and dark at 390 and 1280, no sideways scroll from 320 on, targets of 48 px, no other host, no inline style."""
    browser, address = site
    context = browser.new_context()
    seen = Watched(context, address).look(path, (390, 1280))
    context.close()
    assert (seen.axe, seen.sideways, seen.small, seen.foreign, seen.said, seen.inline) == (
        [],
        [],
        [],
        [],
        [],
        [],
    )


def test_the_picture_follows_a_slider_and_the_focus_stays(site: tuple[Any, str]) -> None:
    page = opened(site, "/simulator")
    before = page.locator("#plan-said").inner_text()
    page.locator("#dose").focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(40)  # as fast as a key that is held repeats
    page.wait_for_function("() => document.querySelector('#said-dose').innerText.startsWith('60')")
    page.wait_for_function("before => document.querySelector('#plan-said').innerText !== before", arg=before)
    assert page.evaluate("document.activeElement.id") == "dose" and "dose=60" in page.url
    assert page.locator("#plan-told").text_content() == page.locator("#plan-said").text_content()
    assert page.locator("#t-dose").input_value() == "60"


def test_controls_wait_for_their_choice(site: tuple[Any, str]) -> None:
    page = opened(site, "/simulator")
    assert not page.locator("#percent").is_visible() and not page.locator("#to").is_visible()
    page.locator("label[for=then-taper]").click()
    assert page.locator("#percent").is_visible() and not page.locator("#to").is_visible()
    page.wait_for_function("() => location.search.includes('then=taper')")
    assert "taper from" in page.locator("#plan-rest").inner_text()


def test_another_drug_has_another_scale(site: tuple[Any, str]) -> None:
    page = opened(site, "/simulator?dose=200")
    page.select_option("#drug", "fentanyl-patch")
    page.wait_for_function("() => document.querySelector('#dose').max === '200'")
    page.wait_for_load_state()
    assert "ug/h" in page.locator("#said-dose").inner_text()
    assert page.locator("#every").input_value() == "72"
    assert "its scale begins anew" in page.locator("[role=alert]").inner_text()


def test_without_a_script_everything_is_shown_by_its_buttons(site: tuple[Any, str]) -> None:
    page = opened(site, "/simulator", java_script_enabled=False)
    page.locator("label[for=then-stop]").click()
    page.get_by_role("button", name="Show", exact=True).click()
    assert "then=stop" in page.url and "fade by half" in page.locator(".sub").first.inner_text()
    page.get_by_text("Type the numbers instead").click()
    page.locator("#t-dose").fill("75")
    page.get_by_role("button", name="Show these").click()
    assert page.locator("#said-dose").inner_text().startswith("75") and "then=stop" in page.url
    assert page.locator("#dose").input_value() == "75"


def test_a_person_walks_through_the_steps_without_a_script(site: tuple[Any, str]) -> None:
    page = opened(site, "/learn", 390, java_script_enabled=False)
    page.get_by_role("link", name="Why more can become less").click()
    for step in (2, 3, 4, 5):
        page.get_by_role("link", name="Next").click()
        assert f"{step} of 5" in page.locator("article").inner_text()
    assert page.get_by_role("link", name="Next").count() == 0
    assert page.get_by_role("heading", name="Questions for your clinician").is_visible()


def test_other_pages_answer_while_a_course_is_simulated(site: tuple[Any, str]) -> None:
    """A run holds one thread; the diary's pages do not wait for it."""
    page = opened(site, "/help")
    took = page.evaluate(
        """async () => {
          const run = Promise.all([61, 62, 63, 64].map(n => fetch(`/simulator?drug=morphine&weeks=${n}&ketamine=9`)));
          await new Promise(done => setTimeout(done, 100));
          const times = [];
          for (let i = 0; i < 8; i++) { const t = performance.now(); await fetch('/help'); times.push(performance.now() - t); }
          await run;
          return times.sort((a, b) => a - b)[4];
        }"""
    )
    assert took < 400, took
