"""A small picture for the terminal: pain and dose on one axis of time, drawn with block characters.

Pain is one mark for each column: the mean of its days on a 0 to 10 axis, nothing where no rating is. Dose is a
bar for each column: the highest likely amount in it, from zero. The axis under both names the first and last day.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from algesia.assessment.model import Assessment
from algesia.exposure.model import Steps
from algesia.report.days import Calendar, number

BARS: Final = " ▁▂▃▄▅▆▇█"
MARGIN: Final = 12
PAIN_ROWS: Final = 5
DOSE_ROWS: Final = 3
SCORED: Final = {"nrs-0-10": 1.0, "vas-0-10": 1.0, "vas-0-100": 0.1}


def picture(assessment: Assessment, width: int) -> list[str]:
    """The lines of the picture, at most `width` wide; none when there is neither a dose nor a rating to draw."""
    a = assessment
    cal = Calendar.of(a)
    columns = max(20, min(width - MARGIN - 1, 120))
    unit, dose = _dose(a)
    scored = [
        (p.at.day, p.score * SCORED[p.scale])
        for p in a.record.pain
        if p.score is not None and p.scale in SCORED and p.at.day <= a.as_of
    ]
    starts = [d for d, v in zip(dose.days, dose.values, strict=True) if v.likely > 0][:1] + [
        d for d, _ in scored
    ]
    if not starts:
        return []
    first, last = min(starts), a.as_of + 1
    columns = min(columns, max(20, last - first))
    edges = [first + (last - first) * i / columns for i in range(columns + 1)]
    lines = _pain(scored, edges) if scored else ["Pain".ljust(MARGIN) + "no rating"]
    if any(v.likely > 0 for v in dose.values):
        lines += _bars(dose, edges, unit)
    lines.append(" " * MARGIN + "└" + "─" * (columns - 1))
    left, right = cal.short(first), cal.short(a.as_of)
    lines.append(" " * MARGIN + left + right.rjust(columns - len(left)))
    return lines


def _dose(a: Assessment) -> tuple[str, Steps]:
    """MME where there is any, else the own dose of the drug with the most change points."""
    if any(v.likely > 0 for v in a.exposure.mme.values):
        return "MME/d", a.exposure.mme
    tracks = sorted(a.exposure.tracks.items(), key=lambda pair: (-len(pair[1].days), pair[0]))
    return ("mg/d", tracks[0][1]) if tracks else ("", Steps())


def _pain(scored: list[tuple[int, float]], edges: list[float]) -> list[str]:
    columns = len(edges) - 1
    rows = [[" "] * columns for _ in range(PAIN_ROWS)]
    for i in range(columns):
        inside = [s for d, s in scored if edges[i] <= d < edges[i + 1]]
        if inside:
            # two half rows a line: ▀ is the upper, ▄ the lower
            half = min(PAIN_ROWS * 2 - 1, int(sum(inside) / len(inside) / 10 * PAIN_ROWS * 2))
            rows[PAIN_ROWS - 1 - half // 2][i] = "▀" if half % 2 else "▄"
    labels = {0: "10", PAIN_ROWS // 2: "5", PAIN_ROWS - 1: "0"}
    return [
        _label("Pain" if r == 0 else "", labels.get(r, "")) + "".join(row).rstrip()
        for r, row in enumerate(rows)
    ]


def _bars(dose: Steps, edges: list[float], unit: str) -> list[str]:
    highs = []
    for start, end in pairwise(edges):
        inside = [v.likely for d, v in zip(dose.days, dose.values, strict=True) if start < d < end]
        highs.append(max([dose.at(int(start)).likely, *inside]))
    top = max(highs)
    lines = []
    for row in range(DOSE_ROWS - 1, -1, -1):
        cells = []
        for high in highs:
            eighths = round(high / top * DOSE_ROWS * 8) if top else 0
            # a dose is never drawn as nothing
            eighths = max(eighths, 1) if high > 0 else 0
            cells.append(BARS[min(8, max(0, eighths - row * 8))])
        label = number(top) if row == DOSE_ROWS - 1 else "0" if row == 0 else ""
        name = {DOSE_ROWS - 1: "Dose", DOSE_ROWS - 2: unit}.get(row, "")
        lines.append(_label(name, label) + "".join(cells).rstrip())
    return lines


def _label(name: str, value: str) -> str:
    return name.ljust(MARGIN - 6) + value.rjust(5) + " "
