"""The review on two pages of paper: page one readable in a minute, page two the working.

Set by typst from `templates/review.typ`. The text goes in as JSON and is never part of the program, so nothing in
a record can be read as markup. Equal assessments give equal bytes.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from algesia.assessment.model import Assessment
from algesia.charts.picture import picture_of
from algesia.report.compose import document
from algesia.report.fit import FRONT, Back, Front, back_steps, first_that_fits
from algesia.report.fonts import covered, folder
from algesia.report.paper import paper
from algesia.report.pictures import OnPaper, on_paper
from algesia.report.printable import drawable, printable
from algesia.report.statements import Place

Paper: TypeAlias = Literal["a4", "us-letter"]
PAGES: Final = 2
UNITS: Final = 880.0
"""The width of the picture on paper, in its own units."""
SIZES: Final = (9.5, 9.0, 8.5)
"""Of the small text in pt: the largest that fits."""
MOST_TALLER: Final = 150.0
KEPT_FREE: Final = 22.0
"""In units of the picture: what stays white below a full page one."""
UNSHOWN: Final = ("title", "svg_alt")
"""Text that a reader of the file hears or finds but the page does not draw."""
WIDTHS: Final = {"a4": 188.0, "us-letter": 193.9}
"""Of the text, in mm."""


def review_pdf(assessment: Assessment, place: Place = "us", size: Paper = "a4") -> bytes:
    """The review as PDF/UA-1 (tagged), two pages at most on A4 or Letter.

    Everything is set in full where it fits; else it is shortened step by step (`algesia.report.fit`), and then
    says so and where the whole stands. Room that is left on page one goes to the picture. An emergency has one page.
    """
    doc = document(assessment, place)
    drawn = picture_of(assessment) if doc.pictured else None

    @cache
    def art(taller: float) -> OnPaper | None:
        return None if drawn is None else on_paper(drawn, taller)

    def sheet(front: Front, back: Back, small: float = SIZES[-1]) -> dict[str, Any]:
        shown = art(front.taller)
        height = shown.ratio * WIDTHS[size] * front.scale if shown else 0.0
        words = {"svg_alt": shown.alt if shown else "", "key": shown.key if shown else ""}
        return (
            paper(doc, front, back) | words | {"paper": size, "small": small, "svg": "", "svg_height": height}
        )

    steps = back_steps(doc)
    front = FRONT[0]
    if not doc.emergency:
        front = first_that_fits(FRONT, lambda step: _pages(sheet(step, steps[-1])).first == 1)
        room = _pages(sheet(front, steps[-1])).room * UNITS / WIDTHS[size] - KEPT_FREE
        grown = replace(front, taller=front.taller + min(room, MOST_TALLER))
        if room > 0 and front.scale == 1 and _pages(sheet(grown, steps[-1])).first == 1:
            front = grown
    most = 1 if doc.emergency else PAGES
    back = first_that_fits(steps, lambda step: _pages(sheet(front, step)).last <= most)
    small = next((pt for pt in SIZES[:-1] if _fits(_pages(sheet(front, back, pt)), most)), SIZES[-1])
    shown = art(front.taller)
    return _compile(sheet(front, back, small) | {"svg": shown.svg if shown else ""})


@cache
def _program() -> bytes:
    return files("algesia.report").joinpath("templates/review.typ").read_bytes()


def _settings() -> dict[str, Any]:
    return {"font_paths": [str(folder())], "ignore_system_fonts": True}


def _inputs(sheet: dict[str, Any]) -> dict[str, str]:
    shown = {key: value if key in UNSHOWN else _shown(value) for key, value in sheet.items()}
    shown["uncovered"] = any(
        shown[key] != _plain(value) for key, value in sheet.items() if key not in UNSHOWN
    )
    return {"document": json.dumps(shown, sort_keys=True)}


class _Pages(NamedTuple):
    """On which page what belongs to page one ends, how many pages there are, and the free height of page one in mm."""

    first: int
    last: int
    room: float


def _fits(pages: _Pages, most: int) -> bool:
    return pages.first == 1 and pages.last <= most


def _pages(sheet: dict[str, Any]) -> _Pages:
    import typst

    found = typst.query(
        _program(), "<pages>", field="value", one=True, sys_inputs=_inputs(sheet), **_settings()
    )
    first, last, room = json.loads(found)
    return _Pages(first, last, room)


def _compile(sheet: dict[str, Any]) -> bytes:
    import typst

    pdf = typst.compile(_program(), sys_inputs=_inputs(sheet), pdf_standards="ua-1", **_settings())
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no PDF")
    return pdf


def _plain(value: Any) -> Any:
    """Every string printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value


def _shown(value: Any) -> Any:
    """Every string printable, with "?" for what the font cannot draw: PDF/UA refuses a text without its glyphs."""
    if isinstance(value, str):
        return drawable(printable(value), covered())
    if isinstance(value, dict):
        return {key: _shown(part) for key, part in value.items()}
    return [_shown(part) for part in value] if isinstance(value, list) else value
