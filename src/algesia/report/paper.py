"""What goes on the two pages: the document, as far as it fits, as JSON for the typesetter."""

from __future__ import annotations

from typing import Any, Final

from algesia.report.citations import label
from algesia.report.fit import Back, Front
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
LEFT_OUT: Final = f"Shortened to fit; for the whole, {MORE}."
EARLIER: Final = {"episodes": "earlier dose change", "exposure": "earlier regimen"}


def clipped(text: str, most: int | None) -> str:
    """The text, cut at a word where it is too long, with an ellipsis.

    >>> clipped("relief for ten days", 12)
    'relief for …'
    """
    if most is None or len(text) <= most:
        return text
    cut = text[: most - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > most // 2 else cut).rstrip() + " …"


def paper(doc: Document, front: Front, back: Back) -> dict[str, Any]:
    """The document for the typesetter: nothing but strings, numbers, lists and ``None``."""
    first = _Sheet(Back(rows=front.lines, characters=front.characters))
    second = _Sheet(back)
    brief = doc.brief
    out: dict[str, Any] = {
        "title": doc.title,
        "person": clipped(doc.person or "", 60),
        "about": clipped(doc.about, 90),
        "as_of": doc.as_of,
        "editions": doc.editions,
        "statement": list(doc.statement),
        "not_suddenly": NOT_SUDDENLY,
        "emergency": doc.emergency,
        "stop": [clipped(s, 240) for s in doc.stop],
        "headline": clipped(doc.headline, 300),
        "subline": clipped(doc.subline, 400),
        "sources": second.references(doc.section("sources")),
    }
    if doc.emergency:
        for name, key in (("because", "because"), ("reported", "reported"), ("check", "check"), ("ask-now", "ask_now"),
                          ("opioids", "opioids"), ("call", "call")):  # fmt: skip
            out[key] = second.section(doc.section(name))
    else:
        for name, section in (("stands_out", brief.stands_out), ("now", brief.now), ("asks", brief.asks),
                              ("not_known", brief.not_known), ("at_risk", brief.at_risk), ("absent", brief.absent)):  # fmt: skip
            out[name] = first.section(section)
        out["at_risk"]["items"] = first.risks(doc)
        for name in ("trap", "episodes", "exposure", "differential", "options"):
            out[name] = second.section(doc.section(name))
    out["left_out"] = LEFT_OUT if first.short or second.short else ""
    return out


class _Sheet:
    """Shortens sections and keeps count of what was left out."""

    def __init__(self, room: Back) -> None:
        self.room = room
        self.short = False

    def section(self, section: Section | None) -> dict[str, Any] | None:
        """One section as plain values."""
        if section is None:
            return None
        if isinstance(section, Table):
            return self._table(section)
        if isinstance(section, Explanations):
            rows = [self._explanation(row, i < self.room.reasons) for i, row in enumerate(section.rows)]
            return {"title": section.title, "lead": self._text(section.lead), "rows": rows}
        if isinstance(section, Steps):
            steps = [{"text": self._text(s.sentence), "tag": self._text(s.tag)} for s in section.items]
            return {"title": section.title, "items": self._most(steps, max(3, self.room.rows))}
        if isinstance(section, Points):
            return {"title": section.title, "items": self._lines([self._text(c.text) for c in section.items])}
        if isinstance(section, Facts):
            facts = [
                {"name": self._text(n), "value": self._text(c.text), "strong": c.strong}
                for n, c in section.rows
            ]
            return {
                "title": section.title,
                "note": self._text(section.note),
                "rows": self._most(facts, max(6, self.room.rows)),
            }
        return {"title": section.title, **self.references(section)}

    def risks(self, doc: Document) -> list[str]:
        """The interlocks of page one: each with its reasons as far as there is room, the others by their titles."""
        lines = [self._text(c.text) for c in doc.brief.at_risk.items]
        kept = self.room.rows
        if len(lines) <= kept:
            return lines
        self.short = True
        titles = "; ".join(f"{lock.word}: {lock.title}" for lock in doc.locks[kept - 1 :])
        return [*lines[: kept - 1], self._text(f"Also. {titles}.")]

    def references(self, section: Section | None) -> dict[str, Any]:
        """The sources as entries, or as one running text."""
        if not isinstance(section, References):
            return {"entries": [], "running": ""}
        entries = section.entries
        if self.room.sources == 0:
            names = ", ".join(e.label for e in entries)
            return {"entries": [], "running": self._text(f"{names}. Where to find them: {MORE}.")}
        if self.room.sources == 1:
            return {
                "entries": [],
                "running": "; ".join(f"{e.label}, {e.where or 'no citation'}" for e in entries) + ".",
            }
        out = []
        for entry in entries:
            title = entry.title if self.room.sources > 2 else ""
            words = ". ".join(p.rstrip(".") for p in (title, entry.where, entry.confidence) if p)
            out.append({"label": entry.label, "text": f"{words}."})
        return {"entries": out, "running": ""}

    def _table(self, table: Table) -> dict[str, Any]:
        total = [r for r in table.rows if r.total]
        rows = [r for r in table.rows if not r.total]
        # dose changes stand in the order of time, the folded ones first; regimens from the latest back
        if table.id == "episodes":
            rows = [*table.folded, *rows]
            kept = rows[max(0, len(rows) - self.room.changes) :]
        else:
            kept = [*rows[: self.room.rows], *table.folded[: min(self.room.regimens, self.room.rows)]]
            rows = [*rows, *table.folded]
        left = len(rows) - len(kept)
        foot = [c.text for c in table.foot]
        if left:
            self.short = True
            what = EARLIER.get(table.id, "more row")
            foot.insert(0, f"And {left} {what}{'' if left == 1 else 's'}, {MORE}.")
        return {
            "title": table.title,
            "lead": self._text(table.lead),
            "columns": [{"name": c.name, "numeric": c.numeric} for c in table.columns],
            "rows": [self._row(r) for r in (*kept, *total)],
            "foot": [self._text(f) for f in foot],
        }

    def _row(self, row: Row) -> dict[str, Any]:
        return {"cells": [self._cell(c) for c in (row.head, *row.cells)]}

    def _cell(self, cell: Cell) -> dict[str, Any]:
        named = ", ".join(label(s) for s in cell.sources)
        return {"text": self._text(cell.text), "strong": cell.strong, "sources": named}

    def _explanation(self, row: Explanation, written: bool) -> dict[str, Any]:
        widest = max(len(row.for_) * 20, len(row.against) * 34, 1)
        whole = written or row.leading
        if not whole:
            self.short = True
        return {
            "name": row.name,
            "word": row.word,
            "whole": whole,
            "tally": row.tally,
            "leading": row.leading,
            "for_": self._reasons(row.for_) if whole else [],
            "against": self._reasons(row.against) if whole else [],
            "unknown": str(len(row.unknown)) if row.unknown else "none",
            "for_weights": sorted((r.weight for r in row.for_), reverse=True),
            "against_weights": sorted((r.weight for r in row.against), reverse=True),
            "pitch": round(min(5.0, 660 / widest), 2),
        }

    def _reasons(self, reasons: tuple[Reason, ...]) -> list[str]:
        return self._lines([self._text(f"{r.text}, {r.when}" if r.when else r.text) for r in reasons])

    def _lines(self, lines: list[str]) -> list[str]:
        most = self.room.rows
        if len(lines) <= most:
            return lines
        self.short = True
        return [*lines[: most - 1], f"and {len(lines) - most + 1} more, {MORE}"]

    def _most(self, items: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
        if len(items) > most:
            self.short = True
        return items[:most]

    def _text(self, text: str) -> str:
        short = clipped(text, self.room.characters)
        if short != text:
            self.short = True
        return short
