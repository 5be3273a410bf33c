"""The body map in a browser: with a script, without one, by keyboard, on a phone, in the dark."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import algesia.web.person.body_model as body_model
from algesia.charts import tokens
from algesia.charts.body_film import body_film
from algesia.knowledge.loader import load
from algesia.web.person.body_model import LastMap, body_form_model

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None or find_spec("playwright") is None, reason="no Chromium on this machine"
    ),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
WEB = Path(body_model.__file__).parents[1]
POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'"
FIRST = ("lower-back-left", "lower-back-right")
LAST = LastMap(
    "5 November", "5 Nov",
    (*FIRST, "buttock-left", "hip-back-left", "middle-back-left", "thigh-front-left"),
    ("thigh-back-left", "calf-left"),
)  # fmt: skip
NOW = (*LAST.areas, "knee-front-left", "knee-back-left", "shoulder-back-right")
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Where does it hurt</title>
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="stylesheet" href="tokens.css">
<link rel="stylesheet" href="app.css"><link rel="stylesheet" href="body.css">
<script src="app.js" defer></script><script src="body.js" defer></script></head><body><main class="{{ place }}">
{% from "body_map.html.j2" import body_form, playback %}
{% if model %}<h1>Where does it hurt today?</h1>{{ body_form(model, "/body") }}{% endif %}
{% if frames %}<h1>How it spread</h1><h2>Your maps</h2>{{ playback(frames) }}{% endif %}
</main></body></html>"""
SITE = "http://algesia.example/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    """Every address of a small site and its text; nothing leaves the machine."""
    areas = load().body_areas
    environment = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    page = environment.from_string(PAGE)
    hidden = (("id", "a-b"),)
    again = body_form_model(areas, last=LAST, first=FIRST, now=NOW, touch=LAST.touch, hidden=hidden)
    fresh = body_form_model(areas, last=None, first=(), hidden=hidden)
    maps = [(f"{day} May", NOW[: day + 1], LAST.touch if day > 4 else ()) for day in range(1, 10)]
    common = {"policy": POLICY, "place": "ph", "frames": ()}
    return {
        "again": page.render(common, model=again),
        "fresh": page.render(common, model=fresh),
        "wide": page.render(common, model=again, place="desk"),
        "film": page.render(common, model=None, frames=body_film(areas, maps), place="ph broad"),
        "tokens.css": tokens.css(),
        "app.css": (WEB / "static" / "app.css").read_text("utf-8"),
        "body.css": (WEB / "static" / "body.css").read_text("utf-8"),
        "app.js": (WEB / "static" / "app.js").read_text("utf-8"),
        "body.js": (WEB / "static" / "body.js").read_text("utf-8"),
    }


class Opened:
    """A page of the site; `sent` collects what its forms post and `wrong` what the browser complains of."""

    def __init__(
        self, browser: Any, site: dict[str, str], name: str, width: int = 390, **options: Any
    ) -> None:
        self.sent: list[dict[str, list[str]]] = []
        self.wrong: list[str] = []
        self.context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.wrong.append(message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

        def answer(route: Any) -> None:
            wanted = route.request.url.removeprefix(SITE).partition("#")[0]
            if route.request.method == "POST":
                self.sent.append(parse_qs(route.request.post_data))
                route.fulfill(body="<!doctype html><title>saved</title>", content_type="text/html")
                return
            kind = {"css": "text/css", "js": "text/javascript"}.get(wanted.partition(".")[2], "text/html")
            route.fulfill(body=site.get(wanted, ""), content_type=kind)

        self.page.route("**/*", answer)
        self.page.goto(SITE + name)

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def tap(self, area: str) -> None:
        """A tap on the figure in the middle of an area, as a pointer does it."""
        x, y = self.page.locator(f"[data-area={area}]").evaluate(
            """shape => { const [x, y] = shape.dataset.at.split(" ").map(Number), svg = shape.ownerSVGElement;
              let to = svg.getScreenCTM();
              window.scrollBy(0, to.d * y + to.f - innerHeight / 2);
              to = svg.getScreenCTM();
              return [to.a * x + to.e, to.d * y + to.f]; }"""
        )
        self.page.mouse.click(x, y)

    def state(self, area: str) -> tuple[bool, bool, str]:
        """Pain box, touch box, classes of the area."""
        return (
            self.page.locator(f"#pain-{area}").is_checked(),
            self.page.locator(f"#touch-{area}").is_checked(),
            " ".join(sorted(self.page.locator(f"[data-area={area}]").get_attribute("class").split())),
        )

    def count(self) -> str:
        return " ".join(self.page.locator(".count").inner_text().split())


def test_taps_go_to_the_checkboxes_and_round(browser: Any, site: dict[str, str]) -> None:
    with Opened(browser, site, "fresh") as opened:
        assert opened.count() == "0 of 74 areas."
        opened.tap("shin-left")
        assert opened.state("shin-left") == (True, False, "ar hurts")
        opened.tap("shin-left")
        assert opened.state("shin-left") == (True, True, "ar hurts touch")
        fill = opened.page.locator("[data-area=shin-left]").evaluate("shape => getComputedStyle(shape).fill")
        assert "body-front-dots" in fill
        assert opened.count() == "1 of 74 areas."
        assert opened.page.locator(".front .name[data-kind=touch] text").is_visible()
        opened.tap("shin-left")
        assert opened.state("shin-left") == (False, False, "ar")
        assert not opened.page.locator(".front .name[data-kind=touch] text").is_visible()
        assert opened.wrong == []


def test_undo_takes_back_one_tap_at_a_time(browser: Any, site: dict[str, str]) -> None:
    with Opened(browser, site, "fresh") as opened:
        undo = opened.page.locator("[data-undo]")
        assert undo.inner_text() == "Nothing to undo"
        opened.tap("shin-left")
        opened.tap("knee-front-right")
        undo.click()
        assert opened.state("knee-front-right")[0] is False and opened.state("shin-left")[0] is True
        undo.click()
        assert opened.count() == "0 of 74 areas."
        assert undo.get_attribute("aria-disabled") == "true"


def test_keyboard_alone_marks_and_saves(browser: Any, site: dict[str, str]) -> None:
    with Opened(browser, site, "again") as opened:
        opened.page.locator("#view-back").focus()
        opened.page.keyboard.press("ArrowLeft")
        opened.page.locator(".body-list.front summary", has_text="Legs and feet").focus()
        opened.page.keyboard.press("Enter")
        opened.page.locator("#pain-shin-right").focus()
        opened.page.keyboard.press("Space")
        assert opened.state("shin-right") == (True, False, "ar hurts new")
        assert opened.count() == "12 of 74 areas. 4 are new since 5 November."
        opened.page.keyboard.press("Tab")
        opened.page.keyboard.press("Space")
        assert opened.state("shin-right") == (True, True, "ar hurts new touch")
        summary = opened.page.locator(".body-list.front summary", has_text="Legs and feet")
        assert "3 of 10" in summary.inner_text() and "Shin, your right" in summary.inner_text()
        opened.page.locator("#pain-shin-right").focus()
        opened.page.keyboard.press("Space")
        assert opened.state("shin-right") == (False, False, "ar")
        opened.page.keyboard.press("Enter")
        opened.page.wait_for_url("**/body")
        assert "same" not in opened.sent[0] and len(opened.sent[0]["area"]) == 11
        assert opened.sent[0]["id"] == ["a-b"]


def test_same_saves_the_old_map_only(browser: Any, site: dict[str, str]) -> None:
    with Opened(browser, site, "again") as opened:
        opened.page.get_by_role("button", name="Same as 5 Nov").click()
        opened.page.wait_for_url("**/body")
        assert opened.sent == [{"id": ["a-b"], "same": ["1"]}]


def test_everywhere_and_back(browser: Any, site: dict[str, str]) -> None:
    with Opened(browser, site, "again") as opened:
        every = opened.page.locator("label[for=everywhere]")
        every.click()
        assert opened.count().startswith("74 of 74 areas.")
        opened.page.locator("label[for=view-front]").click()
        opened.tap("shin-left")
        opened.tap("shin-left")
        assert opened.page.locator("#everywhere").is_checked() is False
        every.click()
        every.click()
        assert opened.count().startswith("73 of 74 areas.")


def test_redrawing_changes_nothing_that_the_server_drew(browser: Any, site: dict[str, str]) -> None:
    def drawn(opened: Opened, what: str) -> list[str]:
        texts = opened.page.locator(what).evaluate_all("all => all.map(drawn => drawn.outerHTML)")
        return [ordered(text) for text in texts]

    def ordered(text: str) -> str:
        """Classes in the order of the alphabet, elements closed as HTML closes them."""
        text = re.sub(r'class="([^"]*)"', lambda found: " ".join(sorted(found[1].split())), text)
        text = re.sub(r"<(path|tspan)([^>]*)/>", r"<\1\2></\1>", text)
        return text.replace(' xmlns="http://www.w3.org/2000/svg"', "")

    with (
        Opened(browser, site, "again") as opened,
        Opened(browser, site, "again", java_script_enabled=False) as plain,
    ):
        assert opened.count() == plain.count() == "11 of 74 areas. 3 are new since 5 November."
        assert drawn(opened, "svg") == drawn(plain, "svg")
        for area in ("hand-front-right", "elbow-front-left", "calf-right", "forearm-back-left"):
            opened.page.locator(f"#touch-{area}").evaluate("box => box.click()")
        now = opened.page.locator(".pain:checked").evaluate_all("all => all.map(box => box.value)")
        touch = opened.page.locator(".touch:checked").evaluate_all("all => all.map(box => box.value)")
        server = body_form_model(load().body_areas, last=LAST, first=FIRST, now=now, touch=touch)
        for side in server.sides:
            names = drawn(opened, f"svg.{side.view} .name")
            assert len(names) == 3 and "".join(names) in ordered(side.figure)


def test_without_a_script_one_side_at_a_time_and_everything_saves(browser: Any, site: dict[str, str]) -> None:
    with Opened(browser, site, "fresh", java_script_enabled=False) as opened:
        page = opened.page
        figures = page.locator("svg.front, .body-list.front"), page.locator("svg.back, .body-list.back")
        assert [part.is_visible() for part in figures[0].all()] == [True, True]
        assert [part.is_visible() for part in figures[1].all()] == [False, False]
        page.locator("label[for=view-back]").click()
        assert [part.is_visible() for part in figures[0].all()] == [False, False]
        assert not page.locator("[data-undo]").is_visible()
        assert page.get_by_text("Mark each area in the lists").is_visible()
        page.locator(".body-list.back summary", has_text="Hips").click()
        touch = page.locator("label[for=touch-buttock-left]")
        assert not touch.is_visible()
        page.locator("label[for=pain-buttock-left]").click()
        touch.click()
        page.locator("label[for=everywhere]").click()
        page.get_by_role("button", name="Save where it hurts").click()
        page.wait_for_url("**/body")
        assert opened.sent == [
            {
                "id": ["a-b"],
                "everywhere": ["1"],
                "view": ["back"],
                "area": ["buttock-left"],
                "touch": ["buttock-left"],
            }
        ]


def test_film_steps_and_stands_still(browser: Any, site: dict[str, str]) -> None:
    with Opened(browser, site, "film", java_script_enabled=False) as plain:
        assert plain.page.locator(".film li:visible").count() == 8
        assert not plain.page.get_by_text("Earlier").is_visible()
    with Opened(browser, site, "film") as opened:
        page = opened.page
        assert page.locator(".film li:visible h3").all_inner_texts() == ["9 May"]
        page.get_by_role("button", name="Later").click(force=True)
        assert page.locator(".film-steps p").inner_text() == "Map 8 of 8"
        page.get_by_role("button", name="Earlier").click()
        assert page.locator(".film-steps p").inner_text() == "Map 7 of 8"
        assert page.locator(".film li:visible h3").all_inner_texts() == ["8 May"]
        outline = page.locator(".film li:visible svg.front use.outline").bounding_box()
        assert outline is not None and outline["height"] > 200
        assert page.get_by_text("8 of 9 maps are shown.").is_visible()
        assert opened.wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["again", "fresh", "wide", "film"])
def test_axe_finds_nothing(browser: Any, site: dict[str, str], name: str, width: int, scheme: str) -> None:
    if find_spec("axe_playwright_python") is None:
        pytest.skip("axe-playwright-python is not installed")
    from axe_playwright_python.sync_playwright import Axe

    with Opened(browser, site, name, width, color_scheme=scheme, bypass_csp=True) as opened:
        opened.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = Axe().run(opened.page)
        assert [v["id"] for v in found.response["violations"]] == []


@pytest.mark.parametrize("scripted", [True, False])
@pytest.mark.parametrize("name", ["again", "fresh", "wide", "film"])
def test_targets_are_large_and_nothing_scrolls_sideways(
    browser: Any, site: dict[str, str], name: str, scripted: bool
) -> None:
    with Opened(browser, site, name, java_script_enabled=scripted) as opened:
        page = opened.page
        for view in ("front", "back"):
            for label in page.locator(f"label[for=view-{view}]").all():
                label.click()
            for summary in page.locator("summary:visible").all():
                summary.click()
            boxes = [
                (target.inner_text(), box)
                for target in page.locator("a:visible, button:visible, summary:visible, label:visible").all()
                if (box := target.bounding_box()) is not None
            ]
            assert [(word, box) for word, box in boxes if min(box["width"], box["height"]) < 47.9] == []
        for width in (320, 390, 640, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.locator("html").evaluate("root => root.scrollWidth - root.clientWidth") == 0


def test_every_area_is_24_px_with_its_rim_and_can_be_hit(browser: Any, site: dict[str, str]) -> None:
    with Opened(browser, site, "fresh") as opened:
        for view in ("front", "back"):
            opened.page.locator(f"label[for=view-{view}]").click()
            small = opened.page.locator(f"svg.{view} .ar").evaluate_all(
                """all => all.map(s => { const b = s.getBBox(), k = s.getScreenCTM().a;
                   return [s.dataset.area, k * (Math.min(b.width, b.height) + 7)]; }).filter(a => a[1] < 24)"""
            )
            assert small == []
            for area in load().body_areas.values():
                if area.view == view:
                    opened.tap(area.name)
                    assert opened.state(area.name)[0] is True, area.name
        assert opened.count() == "74 of 74 areas."


def test_the_script_is_small_and_the_page_has_no_style_of_its_own(site: dict[str, str]) -> None:
    assert len(site["body.js"].encode()) < 4096
    for name in ("again", "fresh", "wide", "film"):
        assert (
            " style=" not in site[name] and "<style" not in site[name] and " on" + "click" not in site[name]
        )
        ids = re.findall(r' id="([^"]+)"', site[name])
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'(?:for|href|form)="#?([a-z][\w-]*)"', site[name])) <= {
            *ids, "tokens.css", "app.css", "body.css", "body"
        } | set(re.findall(r'href="([^"#]+)"', site[name]))  # fmt: skip
