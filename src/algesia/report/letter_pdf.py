"""The referral letter on one page of paper, A4 or Letter, set by typst from `templates/letter.typ`.

The text goes in as JSON and is never part of the program. Equal letters give equal bytes.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any, Final

from algesia.report.fit import first_that_fits
from algesia.report.fonts import covered, folder
from algesia.report.letter_model import TITLE, Letter, Part, shortened
from algesia.report.pdf import Paper
from algesia.report.printable import drawable, printable
from algesia.report.statements import NOT_SUDDENLY

STEPS: Final[tuple[tuple[int, int | None, float], ...]] = (
    (12, None, 10.0), (12, None, 9.5), (12, None, 9.0), (12, None, 8.5), (9, None, 8.5), (7, None, 8.5), (6, 360, 8.5), (5, 300, 8.5),
    (4, 240, 8.5), (4, 180, 8.5), (3, 140, 8.5), (3, 100, 8.5), (2, 80, 8.5), (2, 60, 8.5), (1, 50, 8.5),
)  # fmt: skip
"""Items of a part, characters of a text, and the size of the text in pt: from everything to little."""

BREAK: Final = "\u200b"
"""Where a line may break; it has no width and is no character of the record."""
_UNDRAWN: Final = re.compile(r"\?{4,}")
_ENDLESS: Final = re.compile(r"\S{24}(?=\S)")


def letter_pdf(letter: Letter, size: Paper = "a4") -> bytes:
    """The letter as PDF/UA-1 (tagged), always one page. It is shortened only as far as it must be, and says so."""
    import typst

    step = first_that_fits(STEPS, lambda step: _pages(letter, step, size) == 1)
    pdf = typst.compile(
        _program(), sys_inputs=_inputs(letter, step, size), pdf_standards="ua-1", **_settings()
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no PDF")
    return pdf


@cache
def _program() -> bytes:
    return files("algesia.report").joinpath("templates/letter.typ").read_bytes()


def _settings() -> dict[str, Any]:
    return {"font_paths": [str(folder())], "ignore_system_fonts": True}


def _pages(letter: Letter, step: tuple[int, int | None, float], size: Paper) -> int:
    import typst

    inputs = _inputs(letter, step, size)
    found = typst.query(_program(), "<pages>", field="value", one=True, sys_inputs=inputs, **_settings())
    return int(json.loads(found))


def _inputs(letter: Letter, step: tuple[int, int | None, float], size: Paper) -> dict[str, str]:
    lines, characters, points = step
    short = shortened(letter, lines, characters)
    sheet: dict[str, Any] = {
        "title": TITLE,
        "person": short.person,
        "about": short.about,
        "as_of": short.as_of,
        "emergency": short.emergency,
        "stop": list(short.stop),
        "urgent": list(short.urgent),
        "question": short.question,
        "headline": short.headline,
        "subline": short.subline,
        "rows": _rows(short.parts),
        "editions": short.editions,
        "statement": list(short.statement),
        "not_suddenly": NOT_SUDDENLY,
        "left_out": "Shortened to fit; the whole is in the review." if short.parts != letter.parts else "",
    }
    shown = _each(sheet, _set)
    drawn = _each(sheet, lambda text: drawable(printable(text), covered()))
    shown["uncovered"] = drawn != _each(sheet, printable)
    shown |= {"paper": size, "small": points}
    return {"document": json.dumps(shown, sort_keys=True)}


def _rows(parts: tuple[Part, ...]) -> list[list[dict[str, Any]]]:
    """Parts side by side in pairs; a wide one has a row of its own."""
    rows: list[list[dict[str, Any]]] = []
    open_row = False
    for part in parts:
        plain = {"title": part.title, "lead": part.lead, "items": list(part.items), "note": part.note}
        if open_row and not part.wide:
            rows[-1].append(plain)
            open_row = False
        else:
            rows.append([plain])
            open_row = not part.wide
    return rows


def _set(text: str) -> str:
    """A text as the font can draw it: a run of unknown characters is three marks, a word without end may break."""
    drawn = _UNDRAWN.sub("???", drawable(printable(text), covered()))
    return _ENDLESS.sub(lambda word: f"{word.group()}{BREAK}", drawn)


def _each(value: Any, change: Any) -> Any:
    """The same with every string changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each(part, change) for key, part in value.items()}
    return [_each(part, change) for part in value] if isinstance(value, list) else value
