"""A taper on paper: the clinician's sheets, and calendar pages for the person where the plan is released.

Set by typst from `templates/calendar.typ` and `templates/plan.typ`. The text goes in as JSON and is never part of
the program. Equal inputs give equal bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any

from algesia.assessment.model import Assessment
from algesia.plan.model import TaperPlan
from algesia.report.days import Calendar
from algesia.report.fonts import covered, folder
from algesia.report.pdf import Paper
from algesia.report.plan_calendar import CalendarPage, Pages, calendar_pages, day_words
from algesia.report.plan_sheet import plan_sheet
from algesia.report.printable import drawable, printable
from algesia.report.release import Release, withheld
from algesia.report.statements import Place


def taper_pdf(
    assessment: Assessment,
    plan: TaperPlan,
    release: Release | None = None,
    place: Place = "us",
    size: Paper = "a4",
    pages: Pages = "next",
) -> bytes:
    """The plan as PDF/UA-1 (tagged) on A4 or Letter.

    The clinician's sheets come first. Calendar pages follow only for a plan with steps and dates that a clinician
    released, with naloxone at hand; else one sentence says why they do not and how to get them.

    Parameters
    ----------
    assessment
        The assessment that the plan was made from.
    release
        Who released the plan, whom to call, whom it is for.
    pages
        ``next``: the step in force, up to its next review gate, because nothing is settled beyond it. ``all``:
        every step; what lies beyond a gate says so.
    """
    why = withheld(plan, release, Calendar.of(assessment).relative)
    shown: tuple[CalendarPage, ...] = ()
    if release is not None and not why:
        shown = calendar_pages(plan, release, place, pages, _can_draw)
    note = _note(shown, release, pages) if not why else why if plan.steps else ""
    sheet = plan_sheet(assessment, plan, place, note)
    return _compile(sheet | {"paper": size, "pages": [asdict(page) for page in shown]})


def _note(shown: tuple[CalendarPage, ...], release: Release | None, pages: Pages) -> str:
    """What follows the clinician's sheets."""
    by = "" if release is None else release.by
    if not shown:
        return f"Released by {by}. The plan ended before the day of asking: no calendar page follows."
    last = day_words(shown[-1].last)
    if pages == "next":
        return f"Released by {by}. Calendar up to the review on {last}. Print the next page after it is recorded."
    return f"Released by {by}. Calendar for all steps, to {last}. Hand out a page only after the review before it."


@cache
def _program() -> bytes:
    templates = files("algesia.report").joinpath("templates")
    return b"".join(templates.joinpath(name).read_bytes() for name in ("calendar.typ", "plan.typ"))


def _can_draw(text: str) -> bool:
    return drawable(text, covered()) == text


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """Every string in lists and dictionaries changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each(part, change) for key, part in value.items()}
    return [_each(part, change) for part in value] if isinstance(value, list | tuple) else value


def _compile(sheet: dict[str, Any]) -> bytes:
    import typst

    plain = _each(sheet, printable)
    # the title of the file is not drawn: it keeps characters that the font lacks
    shown = _each(plain, lambda text: drawable(text, covered())) | {"title": plain["title"]}
    shown["uncovered"] = shown != plain
    fonts: dict[str, Any] = {"font_paths": [str(folder())], "ignore_system_fonts": True}
    inputs = {"document": json.dumps(shown, sort_keys=True)}
    pdf = typst.compile(_program(), sys_inputs=inputs, pdf_standards="ua-1", **fonts)
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no PDF")
    return pdf
