"""One page that a person makes and carries to the clinician: their words, the picture, and the facts to check.

Set by typst from `templates/person.typ`; the text goes in as JSON and is never read as markup. It holds no
differential, no support, no plan and nothing about a dose to take. It always is one page: what does not fit is
counted and left to the full review. Equal input gives equal bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, TypeAlias

from algesia.assessment.model import Assessment
from algesia.charts.picture import Picture
from algesia.report.compose import about
from algesia.report.days import Calendar, count
from algesia.report.fit import first_that_fits
from algesia.report.fonts import covered, folder
from algesia.report.paper import clipped
from algesia.report.person import person_picture, person_view
from algesia.report.person_facts import absent, at_risk, noticed, now, own
from algesia.report.pictures import OnPaper, on_paper
from algesia.report.printable import drawable, printable
from algesia.report.statements import EDITION_WORDS, NOT_SUDDENLY, Place, call_for_help, emergency_line

Size: TypeAlias = Literal["a4", "letter"]
ASKS: Final = 3
PAPERS: Final[dict[Size, str]] = {"a4": "a4", "letter": "us-letter"}
WIDTHS: Final[dict[Size, float]] = {"a4": 188.0, "letter": 193.9}
"""Of the text, in mm."""
UNITS: Final = 880.0
"""The width of the picture on paper, in its own units."""
MOST_TALLER: Final = 150.0
KEPT_FREE: Final = 12.0
"""In units of the picture: what stays white below a full page."""
FOLDED: Final = ("not_known", "risk", "absent")
"""Lists that may lose their ends. Doses, signs and questions have a largest number of lines of their own."""
UNSHOWN: Final = ("title", "svg_alt")
IN_FULL: Final = "Nothing on record was in question."
MADE: Final = "Made by the person from their own record. It does not diagnose."


@dataclass(frozen=True, slots=True)
class Step:
    """How much goes on the page: lines of a list, dose changes in the picture, its height and scale, characters of a text."""

    lines: int
    changes: int
    taller: float = 0
    scale: float = 1
    characters: int | None = None


STEPS: Final = (
    Step(10, 24), Step(9, 16), Step(8, 12), Step(8, 12, -30), Step(7, 12, -50), Step(6, 10, -60), Step(5, 8, -60),
    Step(5, 8, -90), Step(4, 6, -90), Step(4, 4, -90, 0.9), Step(3, 3, -90, 0.85, 400), Step(3, 2, -90, 0.75, 240),
    Step(2, 1, -90, 0.6, 140), Step(2, 1, -90, 0.4, 80), Step(1, 1, -90, 0.25, 40),
)  # fmt: skip
"""From everything to little; the first that fits on one page is taken."""


def person_pdf(
    assessment: Assessment, name: str = "", clinician: str = "", place: Place = "us", size: Size = "a4"
) -> bytes:
    """The report that a person carries to the clinician: PDF/UA-1, exactly one page on A4 or Letter.

    Parameters
    ----------
    assessment
        The review.
    name, clinician
        As the person writes them; left out where empty.
    place
        Whose emergency and crisis numbers are printed.
    size
        The paper.

    Notes
    -----
    In an emergency the page holds what is on record, what it can be and whom to call, and nothing else.
    """
    drawn = person_picture(assessment)
    words = _words(assessment, name, clinician, place) | {"paper": PAPERS[size]}

    @cache
    def art_of(changes: int, rows: int, taller: float) -> OnPaper | None:
        return None if drawn is None else on_paper(_latest(drawn, changes, rows), taller)

    def sheet(step: Step, svg: bool = False) -> dict[str, Any]:
        shown = art_of(step.changes, step.lines, step.taller)
        height = shown.ratio * WIDTHS[size] * step.scale if shown else 0.0
        art = {
            "svg": shown.svg if shown and svg else "", "svg_alt": shown.alt if shown else "", "svg_height": height,
            "key": _key(shown, drawn, step),
        }  # fmt: skip
        return _folded(words, step) | art

    def fits(step: Step) -> bool:
        return _pages(sheet(step))[0] == 1

    step = _eased(first_that_fits(STEPS, fits), fits)
    room = _pages(sheet(step))[1] * UNITS / WIDTHS[size] - KEPT_FREE
    grown = replace(step, taller=step.taller + min(room, MOST_TALLER))
    if drawn is not None and room > 0 and step.scale == 1 and fits(grown):
        step = grown
    return _compile(sheet(step, svg=True))


def _eased(step: Step, fits: Callable[[Step], bool]) -> Step:
    """A step that fits, with each of its measures set back as far as the page still holds."""
    for looser in STEPS[: STEPS.index(step)]:
        scaled = replace(step, scale=looser.scale, taller=looser.taller)
        if scaled != step and fits(scaled):
            step = scaled
            break
    for looser in STEPS:
        if looser.lines > step.lines and fits(replace(step, lines=looser.lines)):
            step = replace(step, lines=looser.lines)
            break
    for looser in STEPS:
        if looser.changes > step.changes and fits(replace(step, changes=looser.changes)):
            return replace(step, changes=looser.changes)
    return step


def _words(a: Assessment, name: str, clinician: str, place: Place) -> dict[str, Any]:
    """Everything that can be said, before it is folded."""
    cal, view = Calendar.of(a), person_view(a, place, clinician)
    told = {
        "title": "My report",
        "person": clipped(printable(name).strip(), 40),
        "about": clipped(about(a.record, a.as_of, cal), 80),
        "as_of": cal.long(a.as_of),
        "for": f"for {clipped(printable(clinician).strip(), 28)}" if clinician.strip() else "",
        "emergency": list(view.emergency),
        "editions": f"algesia · knowledge {a.knowledge_edition} · {EDITION_WORDS[a.exposure.edition]}. {MADE}",
        "not_suddenly": NOT_SUDDENLY,
        "call": emergency_line(place),
        "calls": [list(pair) for pair in call_for_help(place)],
    }
    if view.emergency:
        return told
    asks = view.questions[:ASKS]
    return told | {
        "headline": own(view.headline),
        "subline": own(view.subline),
        "noticed": noticed(view),
        "now": [list(row) for row in now(a, cal)],
        "asks": list(asks),
        "not_known": [own(line) for line in view.not_known] or [IN_FULL],
        "risk": at_risk(a),
        "absent": absent(a, cal),
    }


def _folded(words: dict[str, Any], step: Step) -> dict[str, Any]:
    """The words with every list and every text held to the step's room; what is left out is counted."""
    out: dict[str, Any] = {}
    for key, value in words.items():
        if isinstance(value, list):
            most = step.lines if key in FOLDED else len(value)
            kept = value if len(value) <= most else value[: max(1, most - 1)]
            out[key] = [_clip(part, step) for part in kept]
            left = len(value) - len(kept)
            if left:
                out[f"more_{key}"] = f"and {left} more, not shown here"
        else:
            out[key] = value
    for key in ("headline", "subline"):
        if key in out:
            out[key] = clipped(out[key], step.characters or 400)
    return out


def _clip(part: Any, step: Step) -> Any:
    if isinstance(part, str):
        return clipped(part, step.characters or 300)
    return [clipped(text, step.characters or 160) for text in part]


def _latest(picture: Picture, changes: int, rows: int) -> Picture:
    """The picture with its latest changes, treatments and drugs outside the sum."""
    return replace(
        picture,
        changes=picture.changes[-changes:],
        treatments=picture.treatments[-rows:],
        outside=picture.outside[-rows:],
    )


def _key(shown: OnPaper | None, drawn: Picture | None, step: Step) -> str:
    if shown is None or drawn is None:
        return ""
    earlier = len(drawn.changes) - step.changes
    rows = sum(max(0, len(part) - step.lines) for part in (drawn.treatments, drawn.outside))
    told = f" {count(earlier, 'earlier dose change')} not marked." if earlier > 0 else ""
    return (
        shown.key
        + told
        + (
            f" {count(rows, 'earlier treatment or drug', 'earlier treatments or drugs')} not drawn."
            if rows
            else ""
        )
    )


@cache
def _program() -> bytes:
    return files("algesia.report").joinpath("templates/person.typ").read_bytes()


def _settings() -> dict[str, Any]:
    return {"font_paths": [str(folder())], "ignore_system_fonts": True}


def _inputs(sheet: dict[str, Any]) -> dict[str, str]:
    shown = {key: value if key in UNSHOWN else _shown(value) for key, value in sheet.items()}
    return {"document": json.dumps(shown, sort_keys=True)}


def _pages(sheet: dict[str, Any]) -> tuple[int, float]:
    """How many pages there are, and the free height of page one in mm."""
    import typst

    found = typst.query(
        _program(), "<pages>", field="value", one=True, sys_inputs=_inputs(sheet), **_settings()
    )
    last, room = json.loads(found)
    return int(last), float(room)


def _compile(sheet: dict[str, Any]) -> bytes:
    import typst

    pdf = typst.compile(_program(), sys_inputs=_inputs(sheet), pdf_standards="ua-1", **_settings())
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no PDF")
    return pdf


def _shown(value: Any) -> Any:
    """Every string printable, with "?" for what the font cannot draw: PDF/UA refuses a text without its glyphs."""
    if isinstance(value, str):
        return drawable(printable(value), covered())
    return [_shown(part) for part in value] if isinstance(value, list) else value
