"""The dose panels, prepared: steps from zero, what is as needed above them, and what stays outside the sum.

The first panel is MME a day where anything converts. An opioid with a known amount and no MME is followed on its
own mg a day, each drug and route in a panel of its own; with no MME at all these are the only panels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from algesia.charts.scale import amount, nice_top
from algesia.exposure.model import Exposure, Item, Span, Steps
from algesia.knowledge.model import Edition

MOST_PANELS: Final = 3
EDITION_WORDS: Final[dict[Edition, str]] = {
    "cdc-2022": "CDC 2022 table",
    "cdc-2016": "CDC 2016 table",
    "cdc-2016-file": "CDC 2016 data file",
    "cdc-2018-file": "CDC 2018 data file",
    "nih-heal": "NIH HEAL table",
}


@dataclass(frozen=True, slots=True)
class Level:
    """A dose held over ``[start, end)``: `base` is the scheduled part, `low` to `high` what the orders allow."""

    start: int
    end: int
    base: float
    low: float
    high: float

    @property
    def open(self) -> bool:
        """Whether part of it is as needed or a range."""
        return self.high > self.low


@dataclass(frozen=True, slots=True)
class DosePanel:
    """One panel: a total in MME a day, or one drug by one route in mg a day (`drug` and `route` set)."""

    title: str
    notes: tuple[str, ...]
    unit: str
    levels: tuple[Level, ...]
    top: float
    at_least: bool
    drug: str | None = None
    route: str | None = None

    @property
    def now(self) -> Level | None:
        """The level on the day of asking."""
        return self.levels[-1] if self.levels else None


@dataclass(frozen=True, slots=True)
class Outside:
    """An opioid that is in no panel: from `start` until `end`, and its words."""

    start: int
    end: int
    text: str


def dose_panels(
    exposure: Exposure, first: int, as_of: int, changed: Sequence[tuple[str, str]] = ()
) -> tuple[tuple[DosePanel, ...], tuple[Outside, ...]]:
    """The panels of the days `first` to `as_of`, and what is in none of them.

    `changed` names the drug and route of each dose change in mg a day: those come first.
    """
    panels: list[DosePanel] = []
    shown = [
        item for item in exposure.items if item.start <= as_of and (item.end is None or item.end > first)
    ]
    if any(span.high > 0 for span in exposure.mme.values) and any(i.status == "converted" for i in shown):
        levels = _levels(exposure.fixed_mme, exposure.mme, first, as_of)
        at_least = not exposure.on(as_of).complete
        sums = ("MME a day", EDITION_WORDS[exposure.edition])
        panels.append(DosePanel("Opioid dose", sums, "MME a day", levels, _top(levels), at_least))
    summed = bool(panels)
    keys = _own_tracks(exposure, shown)
    tracks = []
    for key in keys:
        levels = _levels(exposure.fixed_tracks.get(key, Steps()), exposure.tracks[key], first, as_of)
        if any(level.high > 0 for level in levels):
            tracks.append((key, levels))
    tracks.sort(key=lambda track: (-changed.count(track[0]), -len(track[1]), track[0]))
    chosen = tracks[: MOST_PANELS - len(panels)]
    for (drug, route), levels in chosen:
        notes = (route, "mg a day", "not in the MME" if summed else "no MME exists")
        panels.append(DosePanel(_capital(drug), notes, "mg a day", levels, _top(levels), False, drug, route))
    drawn = {key for key, _ in chosen}
    return tuple(panels), _outside([item for item in shown if item.key not in drawn], first, as_of)


def _own_tracks(exposure: Exposure, shown: Sequence[Item]) -> list[tuple[str, str]]:
    """Drug and route of every opioid with a known amount of which nothing is in the sum."""
    own = {i.key for i in shown if i.status in ("unconverted", "apart") and i.daily is not None}
    own -= {i.key for i in shown if i.status == "converted"}
    return sorted(own & exposure.tracks.keys())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _levels(fixed: Steps, every: Steps, first: int, as_of: int) -> tuple[Level, ...]:
    """Both step functions as one list of levels, equal neighbors joined, from the first dose on."""
    end = as_of + 1
    days = sorted({first, *(day for day in (*fixed.days, *every.days) if first < day < end)})
    found: list[Level] = []
    for index, day in enumerate(days):
        until = days[index + 1] if index + 1 < len(days) else end
        base, whole = fixed.at(day), every.at(day)
        low = min(base.low, whole.low) if base.high > 0 else whole.low
        level = Level(day, until, base.likely, low, max(whole.high, base.high))
        if found and (found[-1].base, found[-1].low, found[-1].high) == (level.base, level.low, level.high):
            level = Level(found[-1].start, until, level.base, level.low, level.high)
            found.pop()
        found.append(level)
    while found and found[0].high == found[0].base == 0:
        found.pop(0)
    return tuple(found)


def _top(levels: Sequence[Level]) -> float:
    return nice_top(max((max(level.base, level.high) for level in levels), default=0.0))


def _outside(items: Sequence[Item], first: int, as_of: int) -> tuple[Outside, ...]:
    """Opioids in no panel, joined where the same words follow each other."""
    found: list[Outside] = []
    for item in sorted(items, key=lambda i: (i.drug, i.route or "", i.start, i.end or as_of + 1, i.working)):
        if item.status not in ("unconverted", "apart"):
            continue
        start, end = max(item.start, first), min(item.end or as_of + 1, as_of + 1)
        text = _outside_words(item)
        last = found[-1] if found else None
        if last is not None and last.text == text and start <= last.end:
            found[-1] = Outside(last.start, max(end, last.end), text)
        else:
            found.append(Outside(start, end, text))
    return tuple(sorted(found, key=lambda o: (o.start, o.end, o.text)))


def _outside_words(item: Item) -> str:
    name = item.drug if item.route in (None, "oral") else f"{item.drug} {item.route}"
    if item.daily is None:
        return f"{name}, amount not known"
    how = "reported apart" if item.status == "apart" else "not converted"
    return f"{name} {span_words(item.daily)} mg a day, {how}"


def span_words(span: Span) -> str:
    """A dose between bounds in words.

    >>> span_words(Span(0, 5, 15)), span_words(Span.exactly(60))
    ('0 to 15', '60')
    """
    return amount(span.low) if span.fixed else f"{amount(span.low)} to {amount(span.high)}"
