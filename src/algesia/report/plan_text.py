"""A taper as text: for a terminal with color, plain in a pipe."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from algesia.plan.model import TaperPlan
from algesia.record.model import Record
from algesia.report.days import sentence
from algesia.report.layout import Cell, Points, Row, Section, Step, Steps, Table
from algesia.report.plan_layout import PlanDocument, StepTable
from algesia.report.plan_taper_document import taper_document
from algesia.report.plan_words import unbroken
from algesia.report.statements import NOT_SUDDENLY, Place
from algesia.report.text import (
    LOCK_STYLES,
    NARROWEST,
    Line,
    cell_text,
    colored,
    named_sources,
    section_lines,
    title_lines,
    wrapped,
)

_HELD: Final = "\N{NO-BREAK SPACE}"


def taper_text(
    plan: TaperPlan, record: Record, width: int = 100, color: bool = False, place: Place = "us"
) -> str:
    """A taper as text, no line longer than `width` (40 at least) unless one word is. `color` adds ANSI styles.

    >>> from algesia.plan.model import TaperRequest
    >>> plan = TaperPlan("unassessable", 730120, "2026.11", TaperRequest(), nearest="--percent 10")
    >>> print(taper_text(plan, Record(relative=True)).splitlines()[2])
    No taper can be made from this record and this request.
    """
    return plan_lines(taper_document(plan, record, place), width, color)


def plan_lines(doc: PlanDocument, width: int, color: bool) -> str:
    """The document of any plan as text. No line ends between a number and its unit."""
    width = max(NARROWEST, width)
    lines = [Line(line.text.replace(_HELD, " ").rstrip(), line.style) for line in _lines(doc, width)]
    return colored(lines, width) if color else "\n".join(line.text for line in lines) + "\n"


def _lines(doc: PlanDocument, width: int) -> list[Line]:
    head = " \N{MIDDLE DOT} ".join(part for part in ("algesia", doc.person, doc.about) if part)
    out: list[Line] = [*wrapped(head, width, style="dim"), Line("")]
    if doc.stop:
        style = LOCK_STYLES["emergency"]
        for line in (f"EMERGENCY, {doc.as_of}", *doc.stop):
            out += wrapped(line, width, style=style)
    else:
        for lock in doc.locks:
            out += wrapped(f"{lock.word}: {lock.title}", width, style=LOCK_STYLES[lock.level])
            for part in (*lock.because, lock.do):
                out += wrapped(unbroken(sentence(part)), width, "  ", "    ") if part else []
            out += [*wrapped(named_sources(lock.sources).strip(), width, "  "), Line("")]
        out += wrapped(unbroken(doc.headline), width, style="bold")
        for cell in doc.sublines:
            out += wrapped(unbroken(cell_text(cell)), width, style="" if cell.strong else "dim")
    for section in doc.sections:
        out.append(Line(""))
        if isinstance(section, StepTable):
            out += _steps(section, width)
        else:
            out += [*title_lines(section, width), *section_lines(_held(section), width)]
    out += [Line(""), *wrapped(doc.editions, width, style="dim")]
    for line in doc.statement:
        out += wrapped(line, width, style="bold" if line == NOT_SUDDENLY else "dim")
    return out


def _steps(table: StepTable, width: int) -> list[Line]:
    """Each step in two sentences after its day: what is taken when; what it comes to and what it waits for."""
    title = title_lines(Points(table.id, table.title, table.note, ()), width)
    out = [*title, *wrapped(table.lead, width, style="dim")]
    column = max(len(row.start) for row in table.rows) + 4
    for row in table.rows:
        taken = "; ".join(f"{dose.name} {dose.clock} {dose.words}" for doses in row.doses for dose in doses)
        often = f", {row.often}" if row.often else ""
        a_day = "" if row.daily.endswith("/h") else " a day"
        sums = f"= {row.daily}{a_day}, {row.change}, MME {row.mme}; {row.gate}."
        first = f"  {row.start}".ljust(column)
        for part in (f"{taken or 'none'}{often}", sums, row.note):
            out += wrapped(unbroken(part), width, first, " " * column) if part else []
            first = " " * column
    return out


def _held(section: Section) -> Section:
    """The section with every number held to its unit."""
    if isinstance(section, Table):
        rows = tuple(Row(_hold(r.head), tuple(map(_hold, r.cells)), r.total) for r in section.rows)
        return replace(section, rows=rows, foot=tuple(map(_hold, section.foot)))
    if isinstance(section, Points):
        return replace(section, items=tuple(map(_hold, section.items)))
    if isinstance(section, Steps):
        return replace(
            section, items=tuple(Step(unbroken(s.head), unbroken(s.text), s.tag) for s in section.items)
        )
    return section


def _hold(cell: Cell) -> Cell:
    return replace(cell, text=unbroken(cell.text))
