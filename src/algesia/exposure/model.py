"""The types of exposure.

A day is an `int` (see `quantities.time`). A step function holds from each of its days until the next.
Low, likely and high differ where a regimen is as needed or a range; they are equal where it is fixed.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final, Literal

import msgspec

from algesia.knowledge.model import Confidence, Edition
from algesia.record.model import Basis

NOT_RECOGNIZED: Final = "no table knows this name, so it is not counted"
"""The reason of an item whose name no table knows: whether it is an opioid is not known, and is asked."""
END_NOT_KNOWN: Final = "when it ended is not on record"
"""What the `question` of an order says whose `end` is only the day by which it was over."""


class Span(msgspec.Struct, frozen=True):
    """A number known between bounds: low <= likely <= high."""

    low: float
    likely: float
    high: float

    @classmethod
    def exactly(cls, value: float) -> Span:
        """A number that is known."""
        return cls(value, value, value)

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.likely + other.likely, self.high + other.high)

    def times(self, factor: float) -> Span:
        """Every bound multiplied by a factor that is not negative."""
        return Span(self.low * factor, self.likely * factor, self.high * factor)

    @property
    def fixed(self) -> bool:
        """Whether the three agree."""
        return self.low == self.high


class Steps(msgspec.Struct, frozen=True):
    """A step function: ``values[i]`` from ``days[i]`` until ``days[i + 1]``; zero before the first day.

    >>> dose = Steps((10, 20), (Span.exactly(60.0), Span.exactly(0.0)))
    >>> dose.at(9).likely, dose.at(10).likely, dose.at(25).likely
    (0, 60.0, 0.0)
    """

    days: tuple[int, ...] = ()
    values: tuple[Span, ...] = ()

    def at(self, day: int) -> Span:
        """The value on a day."""
        index = bisect_right(self.days, day) - 1
        return self.values[index] if index >= 0 else Span(0, 0, 0)


class Item(msgspec.Struct, frozen=True):
    """One regimen and what became of it.

    `daily` is the drug's amount in mg a day (a patch or pump: rate times 24 h); `mme` in MME a day.
    `status` says: counted; `unconverted` (with `reason`, never zero); reported `apart` (buprenorphine under
    CDC editions, beside NIH HEAL's total); `superseded` by better evidence of what was taken (reason says by
    which); `not-opioid`. `start`/`end` are the days it really covers after early refills carried forward.
    `working` is the sum in words. `key` groups by drug and route. `over_by` is the day by which it was over where
    the end itself is not on record; `end` is then ``None``, so that nothing counts days from an end nobody knows.
    """

    medication: str
    drug: str
    route: str | None
    start: int
    end: int | None
    daily: Span | None
    factor: float | None
    mme: Span | None
    status: Literal["converted", "unconverted", "apart", "superseded", "not-opioid"]
    working: str
    reason: str | None
    source: str | None
    confidence: Confidence | None
    basis: Basis
    as_needed: bool
    text: str | None = None
    over_by: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Drug and route, the track this item belongs to."""
        return (self.drug, self.route or "route unknown")

    def covers(self, day: int) -> bool:
        """Whether the item runs on a day, or may run as far as the record tells."""
        until = self.end if self.end is not None else self.over_by
        return self.start <= day and (until is None or day < until)

    @property
    def not_recognized(self) -> bool:
        """Whether no table knows the name: it is asked whether it is an opioid."""
        return self.status == "not-opioid" and self.reason == NOT_RECOGNIZED


class Total(msgspec.Struct, frozen=True):
    """Exposure on one day: MME a day and whether anything is left out of it."""

    mme: Span
    complete: bool
    converted: tuple[Item, ...]
    unconverted: tuple[Item, ...]
    apart: tuple[Item, ...]


class Query(msgspec.Struct, frozen=True):
    """Something in the record that cannot be taken at face value, and what to ask."""

    where: str
    value: str
    why: str
    ask: str


class Exposure(msgspec.Struct, frozen=True):
    """Everything the record says about opioid exposure, under one edition of MME factors.

    Attributes
    ----------
    mme
        MME a day over days, convertible items only. Read it with `unconverted`.
    fixed_mme
        The same without as-needed items: the part on which dose changes are judged.
    tracks
        mg a day over days by (drug, route), for every opioid item with a known amount, as-needed included.
    fixed_tracks
        The same without as-needed items.
    items
        Every regimen, whatever became of it.
    first_day, last_day
        The days spanned; `last_day` is the date of asking.
    """

    edition: Edition
    first_day: int
    last_day: int
    items: tuple[Item, ...]
    mme: Steps
    fixed_mme: Steps
    tracks: dict[tuple[str, str], Steps]
    fixed_tracks: dict[tuple[str, str], Steps]
    queries: tuple[Query, ...]
    used: str
    """One sentence: whether taken, dispensed or prescribed amounts were used."""

    def on(self, day: int) -> Total:
        """The total of a day with its items."""
        running = [item for item in self.items if item.covers(day)]
        unconverted = tuple(i for i in running if i.status == "unconverted")
        return Total(
            mme=self.mme.at(day),
            complete=not unconverted,
            converted=tuple(i for i in running if i.status == "converted"),
            unconverted=unconverted,
            apart=tuple(i for i in running if i.status == "apart"),
        )
