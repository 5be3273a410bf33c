"""The picture as tables, for those who cannot see it: the same facts in the same order."""

from __future__ import annotations

from dataclasses import dataclass

from algesia.charts.dose import DosePanel
from algesia.charts.followed import days_words
from algesia.charts.picture import Picture
from algesia.charts.rows import SignRow
from algesia.charts.scale import amount, day_words

WEEKLY_DAYS = 740
"""Up to this many days pain is listed by week, beyond it by 28 days."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption; every row has as many cells as `head`."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def data_table(picture: Picture) -> tuple[Table, ...]:
    """Pain by week, dose by step, what followed each change, signs, treatments, gaps, and what is not in the sum.

    Tables without a row are left out. Relative records write "day 21" where others write dates.
    """
    tables = [
        _changes(picture),
        _pain(picture),
        *(_dose(picture, panel) for panel in picture.panels),
        _words(picture),
        _gaps(picture),
        _signs(picture),
        _treatments(picture),
        _outside(picture),
    ]
    return tuple(table for table in tables if table.rows)


def _day(picture: Picture, day: float) -> str:
    return day_words(int(day), picture.epoch, year=True)


def _span(picture: Picture, start: float, end: float) -> str:
    first, last = int(start), max(int(end) - 1, int(start))
    return _day(picture, first) if first == last else f"{_day(picture, first)} to {_day(picture, last)}"


def _changes(picture: Picture) -> Table:
    rows = tuple(
        (
            str(c.number),
            _day(picture, c.day),
            c.dose + ("" if c.drug is None else f" of {c.drug}, {c.route or 'route not known'}"),
            c.size + (", in smaller steps" if c.in_steps else ""),
            f"{c.verdict}, {c.detail}" if c.detail else c.verdict,
        )
        for c in picture.changes
    )
    return Table(
        "Dose changes and what followed", ("No.", "Day", "Dose a day", "Change", "What followed"), rows
    )


def _pain(picture: Picture) -> Table:
    step = 7 if picture.end - picture.first <= WEEKLY_DAYS else 28
    if picture.pain.window is None:
        step = 1
    groups: dict[int, list[float]] = {}
    for point in picture.pain.points:
        groups.setdefault((int(point.at) - picture.first) // step, []).append(point.score)
    rows = []
    for index, scores in sorted(groups.items()):
        start = picture.first + index * step
        mean = f"{sum(scores) / len(scores):.1f}"
        span = _span(picture, start, min(start + step, picture.end))
        rows.append((span, str(len(scores)), mean, f"{min(scores):g}", f"{max(scores):g}"))
    return Table("Pain, 0 to 10", ("Days", "Entries", "Mean", "Lowest", "Highest"), tuple(rows))


def _dose(picture: Picture, panel: DosePanel) -> Table:
    name = panel.title if panel.drug is None else f"{panel.title} {panel.route}"
    rows = tuple(
        (
            _span(picture, level.start, level.end),
            amount(level.base),
            f"{amount(level.low)} to {amount(level.high)}" if level.open else "none",
        )
        for level in panel.levels
    )
    return Table(f"{name}, {panel.unit}", ("Days", "On schedule", "As needed or range, total"), rows)


def _words(picture: Picture) -> Table:
    rows = tuple((_day(picture, mark.at), mark.text) for mark in picture.pain.words)
    return Table("Pain in words", ("Day", "Words"), rows)


def _gaps(picture: Picture) -> Table:
    rows = tuple(
        (_span(picture, gap.start, gap.end), days_words(gap.end - gap.start)) for gap in picture.pain.gaps
    )
    return Table("Days without pain entries", ("Days", "How many"), rows if picture.pain.points else ())


def _signs(picture: Picture) -> Table:
    return Table(
        "Signs",
        ("Sign", "State", "Last asked", "Course"),
        tuple(_sign(picture, row) for row in (*picture.signs, *picture.more_signs)),
    )


def _sign(picture: Picture, row: SignRow) -> tuple[str, ...]:
    words = {"unasked": "not asked", "absent": "absent", "present": "present"}
    course = "; ".join(f"{words[part.kind]} {_span(picture, part.start, part.end)}" for part in row.stretches)
    return (
        row.plain,
        row.state,
        "never" if row.last_asked is None else _day(picture, row.last_asked),
        course,
    )


def _treatments(picture: Picture) -> Table:
    rows = tuple(
        (bar.text, _day(picture, bar.start) if bar.end is None else _span(picture, bar.start, bar.end))
        for bar in picture.treatments
    )
    return Table("Treatments", ("What", "Days"), rows)


def _outside(picture: Picture) -> Table:
    rows = tuple((item.text, _span(picture, item.start, item.end)) for item in picture.outside)
    return Table("Opioids not in the sum", ("What", "Days"), rows)


def reading_help(picture: Picture) -> str:
    """One line below the picture that says how its marks are read; only marks that are there are named."""
    said: list[str] = []
    pain = picture.pain
    if pain.points:
        said.append("Each dot is one day." if pain.window is not None else "Each dot is one rating.")
    if pain.runs:
        said.append(
            f"The line is the running {pain.window}-day mean with its 90 % band; it starts anew at every dose change "
            "and stops where the diary is empty."
        )
    if pain.gaps and pain.points:
        said.append("Grey: no entries.")
    if any(change.relief_until is not None for change in picture.changes) and pain.runs:
        said.append("Shaded: pain below its level before the change (dotted), until the ring.")
    if any(level.open for panel in picture.panels for level in panel.levels):
        said.append("Hatched: as needed, or a range.")
    if any(row.absent_on for row in picture.signs):
        said.append("Open ring: asked, not present.")
    if any(part.kind == "unasked" for row in picture.signs for part in row.stretches):
        said.append("Faint dots: not asked.")
    if picture.outside:
        said.append("Dashed: not in the sum.")
    return " ".join(said)
