"""Draws the two pictures that README and documentation show, into docs/assets.

Run from the repository: ``.venv/bin/python docs/gen/pictures.py``. The screenshot needs Chromium
(``sh scripts/chromium.sh``); without it only the drawing is made, and the script says so and ends with 1.

review.png: the first screen and a half of the HTML review of the synthetic example, 1280 wide, light.
picture.svg: its picture alone, in the colors of light on paper, with its font inside.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import algesia
from algesia.charts.draw import dose_and_pain
from algesia.charts.picture import picture_of
from algesia.charts.tokens import TOKENS
from algesia.knowledge.loader import load
from algesia.report.fonts import faces
from algesia.report.html import review_html
from algesia.review import Review, review

ASSETS = Path(__file__).parents[1] / "assets"
EXAMPLE = "example:synthetic-escalation"
WIDTH, HEIGHT = 1280, 1372
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


def drawing(answer: Review) -> str:
    """The wide picture as a file that stands alone."""
    svg = dose_and_pain(picture_of(answer), "wide", inline_colors="light")
    # an image cannot use the page's fonts, and its words are placed for this one
    svg = svg.replace("<style>", f"<style>{faces()}", 1)
    ground = f'<rect width="100%" height="100%" fill="{TOKENS["light"]["paper"]}"/>'
    return svg.replace("</style>", f"</style>{ground}", 1) + "\n"


def screenshot(page: Path, chromium: str) -> bytes:
    """The top of a page as Chromium shows it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=[*FLAGS])
        shown = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        shown.goto(page.as_uri())
        shown.evaluate("document.fonts.ready")
        image: bytes = shown.screenshot()
        browser.close()
    return image


def main() -> int:
    """Make both; 1 when there is no Chromium."""
    answer = review(algesia.read_record(EXAMPLE), load())
    (ASSETS / "picture.svg").write_text(drawing(answer), encoding="utf-8")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("No Chromium here: docs/assets/review.png is left as it is.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "review.html"
        page.write_text(review_html(answer), encoding="utf-8")
        (ASSETS / "review.png").write_bytes(screenshot(page, chromium))
    return 0


if __name__ == "__main__":
    sys.exit(main())
