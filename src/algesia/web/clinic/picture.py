"""The picture with its crosshair: what each day says, for the script that reads it out."""

from __future__ import annotations

import json
from dataclasses import dataclass

from algesia.charts.layout import LAYOUTS
from algesia.charts.picture import Picture, picture_of
from algesia.charts.scale import amount
from algesia.report.days import Calendar
from algesia.report.pictures import OnPage, drawn
from algesia.web.reviews import Reviewed


@dataclass(frozen=True, slots=True)
class Zoomed:
    """The drawings, and the days behind them as JSON for the crosshair."""

    page: OnPage
    days: str


def zoomed(reviewed: Reviewed, first: int | None) -> Zoomed:
    """The picture of a review from `first` on; all of it where that is ``None``."""
    picture = picture_of(reviewed.review, first)
    return Zoomed(drawn(picture), days_json(picture, Calendar.of(reviewed.review)))


def days_json(picture: Picture, cal: Calendar) -> str:
    """The days of a picture: first day, scales of the drawings, pain by day, dose by its steps.

    `pain` holds a mean for each day, null where there is no entry. `dose` holds, for each panel, its words and its
    levels as [first day, words], counted from the first day. `epoch` is the day number of the first day where days
    have no date.
    """
    sums: dict[int, list[float]] = {}
    for point in picture.pain.points:
        sums.setdefault(int(point.at) - picture.first, []).append(point.score)
    days = picture.end - picture.first
    pain = [round(sum(sums[i]) / len(sums[i]), 1) if i in sums else None for i in range(days)]
    dose = []
    for panel in picture.panels:
        levels = []
        for level in panel.levels:
            words = f"{amount(level.low)} to {amount(level.high)}" if level.open else amount(level.base)
            words = f"at least {words}" if panel.at_least else words
            levels.append([max(0, int(level.start) - picture.first), int(level.end) - picture.first, words])
        name = panel.unit if panel.drug is None else f"{panel.unit} of {panel.drug}"
        dose.append({"unit": name, "levels": levels})
    known = {
        "first": cal.number(picture.first) if cal.relative else cal.iso(picture.first),
        "scales": {
            size: [box.left, box.right, box.width] for size, box in LAYOUTS.items() if size != "paper"
        },
        "pain": pain,
        "dose": dose,
    }
    return json.dumps(known, separators=(",", ":"))
