"""The review on two pages of paper: page one readable in a minute, page two the working.

Set by typst from `templates/review.typ`. The text goes in as JSON and is never part of the program, so nothing in
a record can be read as markup. Equal assessments give equal bytes.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, TypeAlias

from algesia.assessment.model import Assessment
from algesia.report.compose import document
from algesia.report.fonts import covered, folder
from algesia.report.paper import BACK, FRONT, paper
from algesia.report.pictures import on_paper
from algesia.report.printable import drawable, printable
from algesia.report.statements import Place

Paper: TypeAlias = Literal["a4", "us-letter"]
PAGES: Final = 2
UNSHOWN: Final = ("title", "svg_alt")
"""Text that a reader of the file hears or finds but the page does not draw."""
WIDTHS: Final = {"a4": 188.0, "us-letter": 193.9}
"""Of the text, in mm."""


def review_pdf(assessment: Assessment, place: Place = "us", size: Paper = "a4") -> bytes:
    """The review as PDF/UA-1 (tagged), two pages at most on A4 or Letter.

    What does not fit is shortened step by step, and then says so and where the whole stands.
    """
    doc = document(assessment, place)
    art = on_paper(assessment) if doc.pictured else None
    picture = {
        "paper": size,
        "svg": "",
        "svg_height": 0.0,
        "svg_alt": art.alt if art else "",
        "key": art.key if art else "",
    }
    full = art.ratio * WIDTHS[size] if art else 0.0
    front, part = next(
        ((caps, part) for caps, part in FRONT
         if _pages(paper(doc, caps, BACK[-1]) | picture | {"svg_height": full * part})[0] == 1),
        FRONT[-1],
    )  # fmt: skip
    picture["svg_height"] = full * part
    back = next((caps for caps in BACK if _pages(paper(doc, front, caps) | picture)[1] <= PAGES), BACK[-1])
    return _compile(paper(doc, front, back) | picture | {"svg": art.svg if art else ""})


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


def _pages(sheet: dict[str, Any]) -> tuple[int, int]:
    """On which page what belongs to page one ends, and how many pages there are."""
    import typst

    found = typst.query(
        _program(), "<pages>", field="value", one=True, sys_inputs=_inputs(sheet), **_settings()
    )
    first, last = json.loads(found)
    return first, last


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
