"""What stands folded at the end of a plan's page: long lists that are looked up, each with one line that says what it holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from algesia.report.days import count
from algesia.report.layout import Points, References, Table
from algesia.report.plan_layout import PlanSection

NAMES: Final = {
    "support": ("drug", ", "), "statements": ("sentence", ": "), "rules": ("rule", ": "), "sources": ("source", ", "),
}  # fmt: skip
"""Sections that are folded: what one entry is called, and what stands before their note."""


def fold_lines(sections: Iterable[PlanSection]) -> dict[str, str]:
    """The line beside the title of each section that is folded, by its id.

    >>> from algesia.report.layout import Cell
    >>> fold_lines([Points("statements", "Before release", "harms, lost tolerance", (Cell("No abrupt stop."),))])
    {'statements': '1 sentence: harms, lost tolerance'}
    """
    found = {}
    for section in sections:
        if section.id in NAMES:
            name, joint = NAMES[section.id]
            found[section.id] = f"{count(_entries(section), name)}{joint}{section.note}"
    return found


def _entries(section: PlanSection) -> int:
    if isinstance(section, Points):
        return len(section.items)
    if isinstance(section, References):
        return len(section.entries)
    return len(section.rows) + len(section.folded) if isinstance(section, Table) else 0
