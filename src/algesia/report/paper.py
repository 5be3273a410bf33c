"""What goes on the two pages: the document, shortened so that it fits, as JSON for the typesetter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from algesia.report.citations import Citation, label
from algesia.report.layout import (
    Cell,
    Document,
    Explanation,
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
from algesia.report.statements import NOT_SUDDENLY

MORE: Final = "see the HTML review"
LEFT_OUT: Final = f"Shortened to fit two pages; for the whole, {MORE}."


@dataclass(frozen=True, slots=True)
class Caps:
    """How much a page may hold: rows of a table, reasons in a cell, lines of a list, characters of one text."""

    rows: int
    reasons: int
    lines: int
    sources: int
    characters: int


FRONT: Final = tuple(
    (caps, part)
    for caps, parts in (
        (Caps(6, 6, 6, 0, 240), (1.0, 0.95)),
        (Caps(6, 6, 4, 0, 160), (1.0, 0.95, 0.9)),
        (Caps(5, 6, 3, 0, 110), (1.0, 0.95, 0.9, 0.85)),
        (Caps(4, 6, 2, 0, 70), (0.95, 0.85, 0.75, 0.65, 0.5)),
    )
    for part in parts
)
"""Page one with the size of its picture, from generous to tight: the first that fits is used."""

BACK: Final = (
    Caps(12, 6, 5, 24, 400),
    Caps(8, 5, 4, 24, 220),
    Caps(8, 4, 4, 20, 160),
    Caps(6, 4, 4, 18, 140),
    Caps(6, 3, 4, 16, 120),
    Caps(5, 3, 3, 14, 100),
    Caps(5, 2, 3, 12, 90),
    Caps(4, 2, 3, 10, 80),
    Caps(4, 1, 3, 8, 70),
    Caps(3, 1, 2, 6, 55),
    Caps(2, 1, 2, 4, 40),
)
"""Page two, likewise."""


def clipped(text: str, most: int) -> str:
    """The text, cut at a word where it is too long, with an ellipsis.

    >>> clipped("relief for ten days", 12)
    'relief for …'
    """
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > most // 2 else cut).rstrip() + " …"


def paper(doc: Document, front: Caps, back: Caps) -> dict[str, Any]:
    """The document for the typesetter: nothing but strings, numbers, lists and ``None``."""
    emergency = doc.emergency
    first, second = _Sheet(front), _Sheet(back)
    brief = doc.brief
    out: dict[str, Any] = {
        "title": doc.title,
        "person": clipped(doc.person or "", 60),
        "about": clipped(doc.about, 90),
        "as_of": doc.as_of,
        "editions": doc.editions,
        "statement": list(doc.statement),
        "not_suddenly": NOT_SUDDENLY,
        "emergency": emergency,
        "stop": [clipped(s, 240) for s in doc.stop],
        "headline": clipped(doc.headline, 240),
        "subline": clipped(doc.subline, 300),
        "sources": second.references(doc.section("sources")),
    }
    if emergency:
        for name, key in (("because", "because"), ("reported", "reported"), ("check", "check"), ("ask-now", "ask_now"),
                          ("opioids", "opioids"), ("call", "call")):  # fmt: skip
            out[key] = second.section(doc.section(name))
    else:
        for name, section in (("stands_out", brief.stands_out), ("now", brief.now), ("asks", brief.asks),
                              ("not_known", brief.not_known), ("at_risk", brief.at_risk), ("absent", brief.absent)):  # fmt: skip
            out[name] = first.section(section)
        for name in ("trap", "episodes", "exposure", "differential", "options"):
            out[name] = second.section(doc.section(name))
    out["left_out"] = LEFT_OUT if first.short or second.short else ""
    return out


class _Sheet:
    """Shortens sections and keeps count of what was left out."""

    def __init__(self, caps: Caps) -> None:
        self.caps = caps
        self.short = False

    def section(self, section: Section | None) -> dict[str, Any] | None:
        """One section as plain values."""
        if section is None:
            return None
        if isinstance(section, Table):
            return self._table(section)
        if isinstance(section, Explanations):
            rows = [self._explanation(row) for row in section.rows]
            return {"title": section.title, "lead": self._text(section.lead), "rows": rows}
        if isinstance(section, Steps):
            steps = self._most(
                [{"text": self._text(s.sentence), "tag": self._text(s.tag)} for s in section.items],
                self.caps.lines,
            )
            return {"title": section.title, "items": steps}
        if isinstance(section, Points):
            return {"title": section.title, "items": self._lines([self._cell(c) for c in section.items])}
        if isinstance(section, Facts):
            rows = [
                {"name": self._text(n), "value": self._cell(c), "strong": c.strong} for n, c in section.rows
            ]
            return {
                "title": section.title,
                "note": section.note,
                "rows": self._most(rows, max(6, self.caps.rows)),
            }
        return {"title": section.title, "items": self.references(section)}

    def references(self, section: Section | None) -> list[dict[str, str]]:
        """The sources with their citations; what does not fit is counted."""
        if not isinstance(section, References):
            return []
        entries = [{"label": e.label, "text": self._citation(e)} for e in section.entries]
        left = len(entries) - self.caps.sources
        if left <= 0:
            return entries
        self.short = True
        return [*entries[: self.caps.sources], {"label": f"And {left} more", "text": MORE}]

    def _citation(self, entry: Citation) -> str:
        """The title may be shortened, where to find it may not."""
        parts = (self._text(entry.title), clipped(entry.where, 90), entry.confidence)
        return ". ".join(p.rstrip(".") for p in parts if p) + "."

    def _table(self, table: Table) -> dict[str, Any]:
        total = [r for r in table.rows if r.total]
        rows = [r for r in table.rows if not r.total]
        # of dose changes the latest matter most; other tables are already in the order of what matters
        kept = rows[-self.caps.rows :] if table.id == "episodes" else rows[: self.caps.rows]
        left = len(rows) - len(kept) + len(table.folded)
        foot = [c.text for c in table.foot]
        if left:
            self.short = True
            foot.insert(
                0, f"And {left} {'earlier' if table.id in ('episodes', 'exposure') else 'more'}, {MORE}."
            )
        return {
            "title": table.title,
            "lead": self._text(table.lead),
            "columns": [{"name": c.name, "numeric": c.numeric} for c in table.columns],
            "rows": [self._row(r) for r in (*kept, *total)],
            "foot": foot,
        }

    def _row(self, row: Row) -> dict[str, Any]:
        cells = [
            {
                "text": self._text(c.text),
                "strong": c.strong,
                "sources": ", ".join(label(s) for s in c.sources),
            }
            for c in (row.head, *row.cells)
        ]
        return {"cells": cells}

    def _explanation(self, row: Explanation) -> dict[str, Any]:
        widest = max(len(row.for_) * 20, len(row.against) * 34, 1)
        return {
            "name": row.name,
            "word": row.word,
            "for_": self._reasons(row.for_),
            "against": self._reasons(row.against),
            "unknown": f"{len(row.unknown)} not known" if row.unknown else "none open",
            "for_weights": sorted((r.weight for r in row.for_), reverse=True),
            "against_weights": sorted((r.weight for r in row.against), reverse=True),
            "pitch": round(min(5.0, 660 / widest), 2),
        }

    def _reasons(self, reasons: tuple[Reason, ...]) -> list[str]:
        texts = [self._text(f"{r.text}, {r.when}" if r.when else r.text) for r in reasons]
        most = self.caps.reasons
        if len(texts) <= most:
            return texts
        self.short = True
        return [*texts[:most], f"and {len(texts) - most} more"]

    def _lines(self, lines: list[str]) -> list[str]:
        if len(lines) <= self.caps.lines:
            return lines
        self.short = True
        kept = self.caps.lines - 1
        return [*lines[:kept], f"and {len(lines) - kept} more, {MORE}"]

    def _most(self, items: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
        if len(items) > most:
            self.short = True
        return items[:most]

    def _cell(self, cell: Cell) -> str:
        return self._text(cell.text)

    def _text(self, text: str) -> str:
        short = clipped(text, self.caps.characters)
        if short != text:
            self.short = True
        return short
