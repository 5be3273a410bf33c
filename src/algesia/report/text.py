"""The review as text: for a terminal with color, plain in a pipe.

Control characters of the record never reach the terminal: they are shown as a replacement character.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from algesia.assessment.model import Assessment
from algesia.report.citations import label
from algesia.report.compose import document
from algesia.report.layout import (
    Cell,
    Explanations,
    Facts,
    Points,
    Reason,
    References,
    Row,
    Section,
    Steps,
    Table,
)
from algesia.report.printable import printable
from algesia.report.statements import NOT_SUDDENLY, Place
from algesia.report.terminal import picture

if TYPE_CHECKING:
    from rich.console import Console

NARROWEST: Final = 40
GAP: Final = 2
LEAST_COLUMN: Final = 24
OPEN: Final = 3
"""Open questions listed for each explanation; the rest are counted."""
LOCK_STYLES: Final = {
    "emergency": "bold white on rgb(163,7,31)",
    "urgent": "bold yellow",
    "block": "bold yellow",
    "warn": "bold yellow",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the review with its style for a terminal that has color."""

    text: str
    style: str = ""


def review_text(assessment: Assessment, width: int = 100, color: bool = False, place: Place = "us") -> str:
    """The review as text, no line longer than `width` (40 at least) unless one word is.

    With `color` the text carries ANSI styles, made by Rich; without it, it is plain.
    """
    lines = _lines(assessment, max(NARROWEST, width), place)
    if not color:
        return "\n".join(line.text.rstrip() for line in lines) + "\n"
    return _colored(lines, max(NARROWEST, width))


def _lines(assessment: Assessment, width: int, place: Place) -> list[Line]:
    doc = document(assessment, place)
    out: list[Line] = []
    head = " · ".join(part for part in ("algesia", doc.person, doc.about) if part)
    out += _wrapped(head, width, style="dim")
    if doc.emergency:
        style = LOCK_STYLES["emergency"]
        out += [Line(""), *_wrapped(f"EMERGENCY, {doc.as_of}", width, style=style)]
        for sentence in doc.stop:
            out += _wrapped(sentence, width, style=style)
    else:
        for lock in doc.locks:
            out += [Line(""), *_wrapped(f"{lock.word}: {lock.title}", width, style=LOCK_STYLES[lock.level])]
            out += _wrapped(f"{lock.reasons}{_named(lock.sources)}", width, "  ")
        out += [
            Line(""),
            *_wrapped(doc.headline, width, style="bold"),
            *_wrapped(doc.subline, width, style="dim"),
        ]
    if doc.pictured:
        drawn = picture(assessment, width)
        if drawn:
            out += [Line(""), *(Line(line, "cyan" if "Dose" in line else "") for line in drawn)]
    for section in doc.sections:
        out += [Line(""), *_title(section, width)]
        out += _body(section, width)
    out.append(Line(""))
    out += _wrapped(doc.editions, width, style="dim")
    for line in doc.statement:
        out += _wrapped(line, width, style="bold" if line == NOT_SUDDENLY else "dim")
    return out


def _title(section: Section, width: int) -> list[Line]:
    rule = "─" * max(3, width - len(section.title) - 1)
    lines = [Line(f"{section.title} {rule}", "bold")]
    return lines + (_wrapped(section.note, width, style="dim") if section.note else [])


def _wrapped(text: str, width: int, first: str = "", rest: str | None = None, style: str = "") -> list[Line]:
    indent = first if rest is None else rest
    parts = textwrap.wrap(
        printable(text), width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )
    return [Line(part, style) for part in parts]


def _named(sources: tuple[str, ...]) -> str:
    return f" [{', '.join(label(s) for s in sources)}]" if sources else ""


def _cell(cell: Cell) -> str:
    return f"{cell.text}{_named(cell.sources)}".strip()


def _body(section: Section, width: int) -> list[Line]:
    if isinstance(section, Table):
        return _table(section, width)
    if isinstance(section, Explanations):
        return _explanations(section, width)
    out: list[Line] = []
    if isinstance(section, Steps):
        for i, step in enumerate(section.items, 1):
            out += _wrapped(
                f"{step.sentence}{f' ({step.tag})' if step.tag else ''}", width, f"{i:>2}  ", "    "
            )
    elif isinstance(section, Points):
        for cell in section.items:
            out += _wrapped(_cell(cell), width, "  - ", "    ")
    elif isinstance(section, Facts):
        for name, cell in section.rows:
            out += _wrapped(f"{name}: {_cell(cell)}", width, "  ", "    ")
    elif isinstance(section, References):
        for entry in section.entries:
            parts = ". ".join(
                p.rstrip(".") for p in (entry.label, entry.title, entry.where, entry.confidence) if p
            )
            out += _wrapped(parts + ".", width, "  ", "    ")
    return out


def _table(table: Table, width: int) -> list[Line]:
    out = _wrapped(table.lead, width, style="bold")
    sizes = _columns(table, width)
    if sizes and table.rows:
        out += _aligned([c.name for c in table.columns], table, sizes, "dim")
    for row in table.rows:
        out += _row(table, row, sizes, width)
    if table.folded:
        out += _wrapped(f"{table.folded_as}:", width, "  ", style="dim")
        for row in table.folded:
            out += _row(table, row, sizes, width)
    for cell in table.foot:
        out += _wrapped(_cell(cell), width, style="dim")
    return out


def _columns(table: Table, width: int) -> list[int]:
    """The width of each column when the table fits side by side: the widest one takes what is left, and wraps."""
    rows = [[_cell(c) for c in (row.head, *row.cells)] for row in (*table.rows, *table.folded)]
    names = [column.name for column in table.columns]
    sizes = [max(len(printable(text)) for text in column) for column in zip(names, *rows, strict=True)]
    widest = sizes.index(max(sizes))
    left = width - 2 - sum(size for i, size in enumerate(sizes) if i != widest) - GAP * (len(sizes) - 1)
    if left < LEAST_COLUMN:
        return []
    sizes[widest] = min(sizes[widest], left)
    return sizes


def _aligned(texts: list[str], table: Table, sizes: list[int], style: str = "") -> list[Line]:
    cells = [
        textwrap.wrap(printable(t), size, break_on_hyphens=False) or [""]
        for t, size in zip(texts, sizes, strict=True)
    ]
    out = []
    for i in range(max(len(cell) for cell in cells)):
        parts = []
        for column, cell, size in zip(table.columns, cells, sizes, strict=True):
            text = cell[i] if i < len(cell) else ""
            parts.append(text.rjust(size) if column.numeric else text.ljust(size))
        out.append(Line("  " + (" " * GAP).join(parts).rstrip(), style))
    return out


def _row(table: Table, row: Row, sizes: list[int], width: int) -> list[Line]:
    if sizes:
        return _aligned([_cell(c) for c in (row.head, *row.cells)], table, sizes, "bold" if row.total else "")
    parts = []
    for column, cell in zip(table.columns[1:], row.cells, strict=True):
        text = _cell(cell)
        if text:
            parts.append(f"{column.name} {text}" if column.numeric else text)
    rest = "; ".join([*(p.rstrip(".") for p in parts[:-1]), *parts[-1:]])
    return [*_wrapped(row.head.text, width, "  ", style="bold"), *_wrapped(rest, width, "      ")]


def _explanations(section: Explanations, width: int) -> list[Line]:
    out = _wrapped(section.lead, width, style="bold")
    for row in section.rows:
        out += _wrapped(f"{row.name}: {row.word} ({row.tally})", width, "  ", style="bold")
        if row.note:
            out += _wrapped(row.note, width, "      ")
        for mark, reasons in (("+", row.for_), ("−", row.against), ("?", row.unknown)):
            most = OPEN if mark == "?" else len(reasons)
            for reason in reasons[:most]:
                out += _wrapped(_reason(reason), width, f"    {mark} ", "      ")
            if len(reasons) > most:
                out += _wrapped(f"and {len(reasons) - most} more", width, f"    {mark} ")
    return out


def _reason(reason: Reason) -> str:
    when = f", {reason.when}" if reason.when else ""
    weight = " (weight 2)" if reason.weight == 2 else ""
    return f"{reason.text}{when}{weight}{_named(reason.sources)}"


def _colored(lines: list[Line], width: int) -> str:
    import io

    from rich.console import Console
    from rich.text import Text

    console: Console = Console(
        file=io.StringIO(), width=width, force_terminal=True, color_system="truecolor", highlight=False, legacy_windows=False,
    )  # fmt: skip
    with console.capture() as captured:
        for line in lines:
            console.print(Text(line.text.rstrip(), style=line.style), soft_wrap=True)
    return captured.get()
