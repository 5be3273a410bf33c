"""Draws the pictures that README and documentation show, into docs/assets.

Run from the repository: ``.venv/bin/python docs/gen/pictures.py``. The screenshots need Chromium
(``sh scripts/chromium.sh``), the calendar pdftoppm (poppler). Without one of them its pictures are left as they are, and
the script says so and ends with 1.

review.png: the first screen and a half of the HTML review of the synthetic example, 1280 wide, light.
plan.png: the first screen of the HTML plan of a taper of the same example, 1280 wide, light.
calendar.png: the wall calendar of that plan's first step, released by a clinician who does not exist.
picture.svg: the picture of the review alone, in the colors of light on paper, with its font inside.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import algesia
from algesia.charts.draw import dose_and_pain
from algesia.charts.picture import picture_of
from algesia.charts.tokens import TOKENS
from algesia.knowledge.loader import load
from algesia.plan.model import TaperRequest
from algesia.plan.tapering import taper
from algesia.report.fonts import faces
from algesia.report.html import review_html
from algesia.report.plan_html import taper_html
from algesia.report.plan_pdf import taper_pdf
from algesia.report.release import Release
from algesia.review import Review, review

ASSETS = Path(__file__).parents[1] / "assets"
EXAMPLE = "example:synthetic-escalation"
WIDTH, HEIGHT, PLAN_HEIGHT = 1280, 1372, 1346
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


def drawing(answer: Review) -> str:
    """The wide picture as a file that stands alone."""
    svg = dose_and_pain(picture_of(answer), "wide", inline_colors="light")
    # an image cannot use the page's fonts, and its words are placed for this one
    svg = svg.replace("<style>", f"<style>{faces()}", 1)
    ground = f'<rect width="100%" height="100%" fill="{TOKENS["light"]["paper"]}"/>'
    return svg.replace("</style>", f"</style>{ground}", 1) + "\n"


def screenshot(page: Path, chromium: str, height: int = HEIGHT) -> bytes:
    """The top of a page as Chromium shows it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=[*FLAGS])
        shown = browser.new_page(viewport={"width": WIDTH, "height": height}, color_scheme="light")
        shown.goto(page.as_uri())
        shown.evaluate("document.fonts.ready")
        image: bytes = shown.screenshot()
        browser.close()
    return image


def last_page(pdf: bytes, pdftoppm: str, folder: Path) -> bytes:
    """The last page of a PDF as a picture, 110 dots an inch."""
    (folder / "plan.pdf").write_bytes(pdf)
    subprocess.run([pdftoppm, "-r", "110", "-png", "plan.pdf", "page"], cwd=folder, check=True)
    return max(folder.glob("page-*.png")).read_bytes()


def main() -> int:
    """Make them all; 1 when a program is missing."""
    answer = review(algesia.read_record(EXAMPLE), load())
    (ASSETS / "picture.svg").write_text(drawing(answer), encoding="utf-8")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    pdftoppm = shutil.which("pdftoppm")
    with tempfile.TemporaryDirectory() as folder:
        if chromium is not None:
            page = Path(folder) / "page.html"
            page.write_text(review_html(answer), encoding="utf-8")
            (ASSETS / "review.png").write_bytes(screenshot(page, chromium))
            page.write_text(taper_html(answer, taper(answer, load())), encoding="utf-8")
            (ASSETS / "plan.png").write_bytes(screenshot(page, chromium, PLAN_HEIGHT))
        if pdftoppm is not None:
            plan = taper(answer, load(), TaperRequest(naloxone_acknowledged=True))
            pdf = taper_pdf(answer, plan, Release("Dr Okafor", "555 0142", "Maria Ellison"))
            (ASSETS / "calendar.png").write_bytes(last_page(pdf, pdftoppm, Path(folder)))
    for name, found in (("Chromium", chromium), ("pdftoppm", pdftoppm)):
        if found is None:
            print(f"No {name} here: its pictures are left as they are.", file=sys.stderr)
    return 0 if chromium and pdftoppm else 1


if __name__ == "__main__":
    sys.exit(main())
