"""Paper, keyboard, and what a person asked their system for: less motion, colors of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from algesia.web.visit import OWN
from tests.web.browser import MARKS, launched
from tests.web.server import running, settings

pytestmark = MARKS
EXAMPLE = "example-synthetic-escalation"
HIDDEN = """() => [...document.querySelectorAll('nav,.tabs,a.help,button,.btn,input:not([type=hidden]),select')]
  .filter(el => el.checkVisibility()).map(el => el.outerHTML.slice(0, 100))"""
FOCUSED = """() => { const el = document.activeElement, s = getComputedStyle(el);
  const label = el.labels && el.labels[0], next = el.nextElementSibling;
  const lined = e => e && getComputedStyle(e).outlineStyle !== 'none' && parseFloat(getComputedStyle(e).outlineWidth) >= 2;
  const seg = el.id && [...document.querySelectorAll(`label[for="${el.id}"]`)].some(lined);
  return [el === document.body ? '' : el.tagName + ' ' + (el.id || el.name || '') + ' ' + (el.value || el.getAttribute('href') || el.textContent || '').trim().slice(0, 40),
          lined(el) || lined(label) || lined(next) || seg]; }"""
REACHABLE = """() => [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary')]
  .filter(el => el.checkVisibility({visibilityProperty: true}) && !el.disabled && !el.closest('details:not([open]) > :not(summary)'))
  .filter(el => el.type !== 'radio' || el.checked)
  .map(el => el.tagName + ' ' + (el.id || el.name || '') + ' ' + (el.value || el.getAttribute('href') || el.textContent || '').trim().slice(0, 40))"""


@dataclass
class Site:
    address: str
    browser: Any

    def page(self, path: str, **options: Any) -> Any:
        context = self.browser.new_context(
            **({"viewport": {"width": 390, "height": 844}, "locale": "en-US"} | options)
        )
        context.add_cookies([{"name": OWN, "value": EXAMPLE, "url": self.address}])
        page = context.new_page()
        page.goto(self.address + path)
        return page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(settings(tmp_path_factory.mktemp("site"))) as address, launched() as browser:
        yield Site(address, browser)


@pytest.mark.parametrize("path", ["/picture", "/report", f"/clinic/{EXAMPLE}", f"/clinic/{EXAMPLE}/taper"])
def test_paper_has_no_controls(site: Site, path: str) -> None:
    page = site.page(path, viewport={"width": 816, "height": 1056})
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(HIDDEN) == []
    ground = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    page.context.close()


@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_the_report_is_one_sheet(site: Site, size: str) -> None:
    """The file that is saved, and the page when it is printed as it stands."""
    page = site.page("/report")
    printed = page.pdf(format=size, print_background=True)
    assert sheets(printed) == 1
    saved = page.context.request.get(f"{site.address}/report.pdf?size={size.lower()}")
    assert sheets(saved.body()) == 1
    page.context.close()


def sheets(pdf: bytes) -> int:
    """Pages of a PDF, by its page tree: a count stands there also when the pages are compressed."""
    counts = [int(n) for n in re.findall(rb"/Count\s+(\d+)", pdf)]
    return max(counts) if counts else len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("path", ["/today/pain", "/body", "/more"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(site: Site, path: str) -> None:
    page = site.page(path)
    wanted = page.evaluate(REACHABLE)
    met: list[str] = []
    dark: list[str] = []
    for _ in range(len(wanted) + 20):
        page.keyboard.press("Tab")
        name, outlined = page.evaluate(FOCUSED)
        if not name or (met and name == met[0]):
            break
        met.append(name)
        if not outlined:
            dark.append(name)
    assert [one for one in wanted if one not in met] == []
    assert dark == [], "the focus is not seen there"
    page.context.close()


def test_the_first_tab_stop_skips_to_the_page(site: Site) -> None:
    page = site.page("/today/pain")
    page.keyboard.press("Tab")
    box = page.locator(".skip").bounding_box()
    assert box is not None and box["x"] >= 0 and box["height"] >= 47.5
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    name, _ = page.evaluate(FOCUSED)
    assert "examples/close" in name
    page.context.close()


def test_an_entry_by_keyboard_alone(site: Site) -> None:
    page = site.page("/today/goal")
    page.get_by_role("button", name="Did it", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/today/pain")
    page.get_by_role("button", name="6", exact=True).focus()
    page.keyboard.press("Space")
    page.wait_for_url("**/today/doses")
    page.context.close()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_for_those_who_asked(site: Site, motion: str) -> None:
    """Without the wish, only the color of a control changes, in 120 ms."""
    page = site.page("/today/pain", reduced_motion=motion)
    moving = page.evaluate(
        "() => [...document.querySelectorAll('*')].filter(el => { const s = getComputedStyle(el);"
        " return s.transitionDuration !== '0s' || s.animationName !== 'none'; })"
        ".map(el => getComputedStyle(el).transitionProperty + ' ' + getComputedStyle(el).transitionDuration.split(',')[0])"
    )
    assert set(moving) == ({"background-color, border-color 0.12s"} if motion == "no-preference" else set())
    page.context.close()


def test_controls_keep_their_borders_in_the_colors_of_the_system(site: Site) -> None:
    page = site.page("/today/pain", forced_colors="active")
    borders = page.locator("main button").evaluate_all(
        "all => all.map(el => { const s = getComputedStyle(el); return [parseFloat(s.borderTopWidth), s.borderTopColor, s.backgroundColor]; })"
    )
    assert len(borders) == 13
    assert all(width >= 2 and color != ground for width, color, ground in borders)
    page.context.close()
