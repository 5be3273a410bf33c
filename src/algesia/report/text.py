"""The review as text: for a terminal with color, plain in a pipe.

Control characters of the record never reach the terminal: they are shown as a replacement character.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from algesia.assessment.model import Assessment
from algesia.report.citations import label
from algesia.report.compose import document
from algesia.report.days import capital, sentence
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
ELSEWHERE: Final = "in the HTML and the JSON review"
OPEN: Final = 3
"""Open questions listed for an explanation that leads; the rest, and those of the others, are counted."""
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
    return colored(lines, max(NARROWEST, width))


def _lines(assessment: Assessment, width: int, place: Place) -> list[Line]:
    doc = document(assessment, place)
    out: list[Line] = []
    head = " · ".join(part for part in ("algesia", doc.person, doc.about) if part)
    out += wrapped(head, width, style="dim")
    if doc.emergency:
        style = LOCK_STYLES["emergency"]
        out += [Line(""), *wrapped(f"EMERGENCY, {doc.as_of}", width, style=style)]
        for line in doc.stop:
            out += wrapped(line, width, style=style)
    else:
        for lock in doc.locks:
            out += [Line(""), *wrapped(f"{lock.word}: {lock.title}", width, style=LOCK_STYLES[lock.level])]
            out += wrapped(f"{lock.reasons}{named_sources(lock.sources)}", width, "  ")
        out += [
            Line(""),
            *wrapped(doc.headline, width, style="bold"),
            *wrapped(doc.subline, width, style="dim"),
        ]
    if doc.pictured:
        drawn = picture(assessment, width)
        if drawn:
            out += [Line(""), *(Line(line, "cyan" if "Dose" in line else "") for line in drawn)]
    for section in doc.sections:
        out += [Line(""), *title_lines(section, width)]
        out += section_lines(section, width)
    out.append(Line(""))
    out += wrapped(doc.editions, width, style="dim")
    for line in doc.statement:
        out += wrapped(line, width, style="bold" if line == NOT_SUDDENLY else "dim")
    return out


def title_lines(section: Section, width: int) -> list[Line]:
    """The title of a section with its note, and a rule up to the width."""
    title = f"{section.title} · {section.note}" if section.note else section.title
    if len(title) > width - 4:
        rule = "─" * max(3, width - len(section.title) - 1)
        return [Line(f"{section.title} {rule}", "bold"), *wrapped(section.note, width, style="dim")]
    return [Line(f"{title} {'─' * (width - len(title) - 1)}", "bold")]


def wrapped(text: str, width: int, first: str = "", rest: str | None = None, style: str = "") -> list[Line]:
    """A text in lines of at most so many columns, the first and the others indented."""
    indent = first if rest is None else rest
    parts = textwrap.wrap(
        printable(text), width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )
    return [Line(part, style) for part in parts]


def named_sources(sources: tuple[str, ...]) -> str:
    """Sources in brackets after a text; empty without any."""
    return f" [{', '.join(label(s) for s in sources)}]" if sources else ""


def cell_text(cell: Cell) -> str:
    """The text of a cell with its sources."""
    return f"{cell.text}{named_sources(cell.sources)}".strip()


def section_lines(section: Section, width: int) -> list[Line]:
    """The lines of one section."""
    if isinstance(section, Table):
        return _table(section, width)
    if isinstance(section, Explanations):
        return _explanations(section, width)
    out: list[Line] = []
    if isinstance(section, Steps):
        for i, step in enumerate(section.items, 1):
            out += wrapped(
                f"{step.sentence}{f' ({step.tag})' if step.tag else ''}", width, f"{i:>2}  ", "    "
            )
    elif isinstance(section, Points):
        for cell in section.items:
            out += wrapped(cell_text(cell), width, "  - ", "    ")
    elif isinstance(section, Facts):
        for name, cell in section.rows:
            out += wrapped(f"{name}: {cell_text(cell)}", width, "  ", "    ")
    elif isinstance(section, References):
        out += _references(section, width)
    return out


def _references(section: References, width: int) -> list[Line]:
    """Names, by how they were read."""
    groups: dict[str, list[str]] = {}
    for entry in section.entries:
        groups.setdefault(entry.confidence, []).append(entry.label)
    out: list[Line] = []
    for confidence, labels in groups.items():
        out += wrapped(f"{capital(confidence)}: {', '.join(labels)}.", width, "  ", "    ")
    return [*out, *wrapped(f"Citations are {ELSEWHERE}.", width, style="dim")]


def _table(table: Table, width: int) -> list[Line]:
    out = wrapped(table.lead, width, style="bold")
    sizes = _columns(table, width)
    aligned = _aligned([c.name for c in table.columns], table, sizes, "dim") if sizes and table.rows else []
    for row in table.rows if sizes else ():
        aligned += _aligned(
            [cell_text(c) for c in (row.head, *row.cells)], table, sizes, "bold" if row.total else ""
        )
    stacked = [line for row in table.rows for line in _paragraph(table, row, width)]
    out += aligned if sizes and len(aligned) <= len(stacked) + 2 else stacked
    if table.folded:
        out += wrapped(f"{table.folded_as}, {ELSEWHERE}.", width, "  ", style="dim")
    for cell in table.foot:
        out += wrapped(cell_text(cell), width, style="dim")
    return out


def _columns(table: Table, width: int) -> list[int]:
    """The width of each column when the table fits side by side; wide columns share what is left, and wrap."""
    rows = [[cell_text(c) for c in (row.head, *row.cells)] for row in table.rows]
    names = [column.name for column in table.columns]
    sizes = [max(len(printable(text)) for text in column) for column in zip(names, *rows, strict=True)]
    room = width - 2 - GAP * (len(sizes) - 1)
    while sum(sizes) > room:
        widest = sizes.index(max(sizes))
        if sizes[widest] <= LEAST_COLUMN:
            return []
        sizes[widest] -= 1
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


def _paragraph(table: Table, row: Row, width: int) -> list[Line]:
    """A row as one sentence after its head, without what it has already said."""
    said = ""
    for column, cell in zip(table.columns[1:], row.cells, strict=True):
        text = cell_text(cell)
        if not text or (column.numeric and re.search(rf"(?<![\d.]){re.escape(text)}(?![\d.])", said)):
            continue
        part = f"{_inside(column.name)} {text}" if column.numeric else text
        joint = " " if text.startswith("[") else "; "
        said = f"{said.rstrip('.')}{joint}{part}" if said else part
    return wrapped(f"{row.head.text}: {said}" if said else row.head.text, width, "  ", "      ")


def _inside(name: str) -> str:
    """A column's name as it stands inside a sentence."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def _explanations(section: Explanations, width: int) -> list[Line]:
    """What leads has a line for each reason, with its sources; the others one running text for each side.

    What the record speaks against has its tally alone.
    """
    out = wrapped(section.lead, width, style="bold")
    folded = 0
    for row in section.rows:
        out += wrapped(f"{row.name}: {row.word} ({row.tally})", width, "  ", style="bold")
        if row.note:
            out += wrapped(row.note, width, "      ")
        if row.folded:
            folded += 1
            continue
        sides = (("+", row.for_), ("−", row.against))
        if not row.leading:
            for mark, reasons in sides:
                running = " ".join(sentence(_reason(reason, cited=False)) for reason in reasons)
                out += wrapped(running, width, f"    {mark} ", "      ")
            continue
        for mark, reasons in (*sides, ("?", row.unknown)):
            most = OPEN if mark == "?" else len(reasons)
            for reason in reasons[:most]:
                out += wrapped(_reason(reason), width, f"    {mark} ", "      ")
            if len(reasons) > most:
                out += wrapped(f"and {len(reasons) - most} more", width, f"    {mark} ")
    if folded:
        out += wrapped(f"The reasons for and against the last {folded} are {ELSEWHERE}.", width, style="dim")
    return out


def _reason(reason: Reason, cited: bool = True) -> str:
    when = f", {reason.when}" if reason.when else ""
    return f"{reason.text}{when}{named_sources(reason.sources) if cited else ''}"


def colored(lines: list[Line], width: int) -> str:
    """Lines for a terminal, each in its style."""
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
