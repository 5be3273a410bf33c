"""Chromium for the tests of the web application: one browser, and a page that notes what it must not do."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.util import find_spec
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None or find_spec("playwright") is None, reason="no Chromium on this machine"
    ),
]
WIDTHS = (320, 390, 640, 1280)
"""The narrowest phone, a phone, a desk at 200 %, a desk."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ONLY_COLORS = ["color-contrast", "link-in-text-block"]
"""Rules that a color scheme can break; all others see the same page in light and dark."""

SMALL = """() => {
  const hidden = el => { for (let e = el; e; e = e.parentElement) { const s = getComputedStyle(e);
    if (s.clipPath === 'inset(50%)' || s.visibility === 'hidden' || s.display === 'none') return true; } return false; };
  const union = (a, b) => ({ width: Math.max(a.right, b.right) - Math.min(a.left, b.left),
                             height: Math.max(a.bottom, b.bottom) - Math.min(a.top, b.top) });
  const out = [];
  for (const el of document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary')) {
    let box = el.getBoundingClientRect();
    const label = el.labels && el.labels[0];
    if (label && ['radio', 'checkbox', 'file'].includes(el.type)) {
      if (hidden(label)) continue;
      box = hidden(el) ? label.getBoundingClientRect() : union(box, label.getBoundingClientRect());
    } else if (hidden(el) || box.right < 0 || (!box.width && !box.height)) continue;
    const inSentence = el.tagName === 'A' && getComputedStyle(el).display === 'inline'
      && el.parentElement.textContent.trim().length > el.textContent.trim().length;
    if (inSentence) continue;
    if (box.width < 47.5 || box.height < 47.5)
      out.push(`${el.tagName.toLowerCase()} "${(el.textContent || el.name || '').trim().slice(0, 40)}" ${Math.round(box.width)}x${Math.round(box.height)}`);
  }
  return out;
}"""

UNSTYLED = """() => [...document.querySelectorAll('[style],style,script:not([src])')]
  .map(el => el.outerHTML.slice(0, 120))
  .concat([...document.querySelectorAll('*')].flatMap(el => [...el.attributes].filter(a => a.name.startsWith('on')).map(a => a.name)))"""


@contextmanager
def launched() -> Iterator[Any]:
    """A browser until the block ends."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@dataclass
class Seen:
    """What one page did: a list each of what must not be."""

    path: str
    axe: list[str] = field(default_factory=list)
    sideways: list[str] = field(default_factory=list)
    small: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)


class Watched:
    """A page of a context that notes requests to other hosts and everything said in the console."""

    def __init__(self, context: Any, site: str) -> None:
        self.site = site
        self.page = context.new_page()
        self.foreign: list[str] = []
        self.said: list[str] = []
        context.on("request", self._request)
        self.page.on("console", lambda message: self._say(message.type, message.text))
        self.page.on("pageerror", lambda error: self._say("error", str(error)))

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.foreign.append(request.url)

    def _say(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "Failed to load resource" not in text:
            self.said.append(text)

    def look(self, path: str, widths: tuple[int, int], allowed: tuple[int, ...] = (200,)) -> Seen:
        """Open a page once and check it at every width, in both color schemes, with everything unfolded.

        Parameters
        ----------
        allowed
            The answers that are right here: an address without a page is one that is looked at, too.
        """
        page, seen = self.page, Seen(path)
        self.foreign, self.said = seen.foreign, seen.said
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size({"width": widths[0], "height": 900})
        answer = page.goto(self.site + path)
        if answer is None or answer.status not in allowed:
            seen.said.append(f"status {answer.status if answer else 'none'}")
        seen.inline += page.evaluate(UNSTYLED)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        page.evaluate(axe_script())
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if over > 0:
                seen.sideways.append(f"{width} px: {over} px too wide")
            if width in widths:
                seen.small += [f"{width} px: {said}" for said in page.evaluate(SMALL)]
                seen.axe += self._violations(f"{width} light", {"type": "tag", "values": TAGS})
        # the other scheme has other colors and nothing else
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        seen.axe += self._violations("dark", {"type": "rule", "values": ONLY_COLORS})
        return seen

    def _violations(self, where: str, rules: dict[str, Any]) -> list[str]:
        found = self.page.evaluate(
            "rules => axe.run(document, {resultTypes: ['violations'], runOnly: rules}).then(r => r.violations.flatMap("
            "v => v.nodes.slice(0, 3).map(n => v.id + ' ' + n.html.slice(0, 120))))",
            rules,
        )
        return [f"{where}: {said}" for said in found]


def axe_script() -> str:
    """axe-core, from its Python package."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def walk(context: Any, site: str, starts: Iterable[str], stay: str, each: int = 2) -> list[str]:
    """Every page that links lead to, from these on: at most `each` of those that differ only by a name or a number.

    Parameters
    ----------
    stay
        Which addresses are opened. Others may end a session or change which diary is open.
    """
    from playwright.sync_api import Error as PlaywrightError

    found: list[str] = []
    count: dict[str, int] = {}
    ahead = list(starts)
    known = set(ahead)
    while ahead:
        path = ahead.pop(0)
        kind = kind_of(path)
        if count.get(kind, 0) >= each:
            continue
        try:
            answer = context.request.get(site + path, max_redirects=5)
        except PlaywrightError:  # a page that breaks is looked at all the same, and fails there
            found.append(path)
            continue
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        landed = urlsplit(answer.url).path
        if landed != path and landed in known:
            continue
        known.add(landed)
        count[kind] = count.get(kind, 0) + 1
        found.append(path)
        for href in re.findall(r'href="([^"#][^"]*)"', answer.text()):
            target = urlsplit(urljoin(site + path, href.replace("&amp;", "&")))
            if f"{target.scheme}://{target.netloc}" != site or not re.search(stay, target.path):
                continue
            onward = target.path + (f"?{target.query}" if target.query else "")
            if onward not in known:
                known.add(onward)
                ahead.append(onward)
    return found


def kind_of(path: str) -> str:
    """The page an address belongs to, with names and numbers left out.

    >>> kind_of("/checkup/peg/3?day=2026-11-12"), kind_of("/learn/tolerance")
    ('/checkup/peg/*', '/learn/*')
    """
    parts = urlsplit(path).path.split("/")
    several = parts[1] in ("learn", "sources", "examples", "help") if len(parts) > 2 else False
    return "/".join(
        "*" if re.search(r"\d|.{20}", part) or (several and n == 2) else part for n, part in enumerate(parts)
    )
