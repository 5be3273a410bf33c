"""The page in a browser: accessible, no sideways scroll, two sheets of paper, no request."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from algesia.report.html import review_html
from tests.report import sample

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None or find_spec("playwright") is None, reason="no Chromium on this machine"
    ),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
MARGINS = {"top": "8mm", "bottom": "8mm", "left": "11mm", "right": "11mm"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    out = {}
    for name, make in sample.ALL.items():
        out[name] = folder / f"{name}.html"
        out[name].write_text(review_html(make()), encoding="utf-8")
    return out


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", sample.ALL)
def test_axe_finds_nothing(browser: Any, pages: dict[str, Path], name: str, width: int, scheme: str) -> None:
    if find_spec("axe_playwright_python") is None:
        pytest.skip("axe-playwright-python is not installed")
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        bypass_csp=True,
        java_script_enabled=True,
    )
    page = context.new_page()
    page.goto(pages[name].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page).response["violations"]
    context.close()
    assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found] == []


@pytest.mark.parametrize("width", [320, 390, 640, 1280])
@pytest.mark.parametrize("name", sample.ALL)
def test_nothing_scrolls_sideways(browser: Any, pages: dict[str, Path], name: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(pages[name].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("name", sample.ALL)
def test_the_page_makes_no_request_and_breaks_no_policy(
    browser: Any, pages: dict[str, Path], name: str
) -> None:
    page = browser.new_page()
    requests: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(pages[name].as_uri())
    page.evaluate("document.fonts.ready")
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert said == []
    assert page.evaluate("document.fonts.check('16px \"Atkinson Hyperlegible\"')")
    page.close()


@pytest.mark.parametrize("size", ["A4", "Letter"])
@pytest.mark.parametrize("name", ["rich", "emergency", "sparse", "hospital"])
def test_it_prints_on_two_pages(browser: Any, pages: dict[str, Path], name: str, size: str) -> None:
    page = browser.new_page()
    page.goto(pages[name].as_uri())
    pdf = page.pdf(format=size, margin=MARGINS, print_background=True)
    page.close()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2
