"""The wall calendar alone: the pages for the person, without the clinician's sheets.

Set by typst from the same `templates/calendar.typ` as the calendar of `plan_pdf`. Equal inputs give equal bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from importlib.resources import files
from typing import Any, Final

from algesia.plan.model import TaperPlan
from algesia.report.fonts import covered, folder
from algesia.report.pdf import Paper
from algesia.report.plan_calendar import CalendarPage, calendar_pages
from algesia.report.printable import drawable, printable
from algesia.report.release import Release, released
from algesia.report.statements import Place

SHEETS: Final = """
#let d = json(bytes(sys.inputs.document))
#set document(title: d.title, date: none)
#set text(font: "Atkinson Hyperlegible", size: 9.5pt, lang: "en", number-width: "tabular", hyphenate: false)
#set par(leading: 0.5em, spacing: 0.62em)
#for p in d.pages {
  page(paper: d.paper, margin: (x: 11mm, top: 11mm, bottom: 10mm), header: none, footer: none, calendar-page(p))
}
"""


def wall_page(plan: TaperPlan, release: Release, day: int, place: Place = "us") -> CalendarPage | None:
    """The page that holds on a day, else the next one; ``None`` when the plan has ended.

    It never reaches past the next review gate, because nothing is settled beyond it.
    """
    pages = calendar_pages(plan, release, place, "all", _can_draw)
    found = next((page for page in pages if page.last >= day), None)
    return (
        None if found is None else replace(found, only_after="" if found.first <= day else found.only_after)
    )


def wall_pdf(pages: Sequence[CalendarPage], plan: TaperPlan, release: Release, size: Paper = "a4") -> bytes:
    """Calendar pages as PDF/UA-1 (tagged) on A4 or Letter.

    Raises
    ------
    WrongCall
        When the plan has no steps, or naloxone is not at hand.
    """
    import typst

    released(plan, release)
    shown = [_each(asdict(page)) for page in pages]
    content = {"title": "Wall calendar", "paper": size, "pages": shown}
    program = files("algesia.report").joinpath("templates/calendar.typ").read_bytes() + SHEETS.encode()
    fonts: dict[str, Any] = {"font_paths": [str(folder())], "ignore_system_fonts": True}
    inputs = {"document": json.dumps(content, sort_keys=True)}
    pdf = typst.compile(program, sys_inputs=inputs, pdf_standards="ua-1", **fonts)
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no PDF")
    return pdf


def _can_draw(text: str) -> bool:
    return drawable(text, covered()) == text


def _each(value: Any) -> Any:
    """Every string printable, with "?" for what the font cannot draw."""
    if isinstance(value, str):
        return drawable(printable(value), covered())
    if isinstance(value, dict):
        return {key: _each(part) for key, part in value.items()}
    return [_each(part) for part in value] if isinstance(value, list | tuple) else value
