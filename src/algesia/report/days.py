"""How a day and a number are written: one place, so that page, paper, terminal and JSON agree.

A record that counts days from an event has no calendar; its days are then written "day 21" and never as a date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from algesia.assessment.model import Assessment
from algesia.exposure.model import Span
from algesia.quantities.time import iso_day

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Calendar:
    """How the days of one record are written.

    Parameters
    ----------
    relative
        Whether the record counts days from an event and knows no calendar.
    epoch
        The ordinal of the day written "day 0".
    as_of
        The ordinal of the day of asking; short dates of its year leave the year out.

    >>> at = date(2026, 11, 12).toordinal()
    >>> Calendar(False, 0, at).long(at), Calendar(False, 0, at).short(at - 365), Calendar(True, at - 21, at).short(at)
    ('12 November 2026', '12 Nov 2025', 'day 21')
    """

    relative: bool
    epoch: int
    as_of: int

    @classmethod
    def of(cls, assessment: Assessment) -> Calendar:
        """The calendar of an assessment's record."""
        record = assessment.record
        return cls(record.relative, record.epoch.day, assessment.as_of)

    def long(self, day: int) -> str:
        """ "12 November 2026", or "day 21"."""
        if self.relative:
            return f"day {number(day - self.epoch)}"
        then = date.fromordinal(day)
        return f"{then.day} {MONTHS[then.month - 1]} {then.year}"

    def short(self, day: int) -> str:
        """ "12 Nov", "12 Nov 2025" when that is not the year of asking, or "day 21"."""
        if self.relative:
            return f"day {number(day - self.epoch)}"
        then = date.fromordinal(day)
        year = "" if then.year == date.fromordinal(self.as_of).year else f" {then.year}"
        return f"{then.day} {MONTHS[then.month - 1][:3]}{year}"

    def span(self, start: int, end: int | None) -> str:
        """An interval that ends before `end`; an open one is "since" its first day.

        >>> Calendar(True, 0, 40).span(3, 18), Calendar(True, 0, 40).span(3, None), Calendar(True, 0, 40).span(3, 4)
        ('day 3 to day 17', 'since day 3', 'day 3')
        """
        if end is None or end > self.as_of:
            return f"since {self.short(start)}"
        if end - 1 <= start:
            return self.short(start)
        return f"{self.short(start)} to {self.short(end - 1)}"

    def iso(self, day: int) -> str:
        """ISO 8601 date; for a relative record the date counted from its epoch, to be read with `number`."""
        return iso_day(day)

    def number(self, day: int) -> int | None:
        """The day's number in a relative record, else ``None``."""
        return day - self.epoch if self.relative else None


def number(value: float, places: int = 1) -> str:
    """A number without needless zeros and with a true minus sign.

    >>> number(135.0), number(1.25), number(-0.4), number(1234.5), number(0.03), number(-0.01)
    ('135', '1.2', '−0.4', '1,234.5', '0.03', '−0.01')
    """
    rounded = round(value, places)
    if rounded == 0 and value != 0:
        # a small amount is not zero: two significant figures of it
        text = f"{value:.2g}"
        return text.replace("-", "−")
    text = f"{rounded:,.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


def signed(value: float, places: int = 1) -> str:
    """A number with its sign.

    >>> signed(50.0), signed(-8.333), signed(0.0)
    ('+50', '−8.3', '0')
    """
    return ("+" if value > 0 else "") + number(value, places)


def amount(span: Span) -> str:
    """A span as one number, or "low to high" when the bounds differ.

    >>> amount(Span(90, 90, 105)), amount(Span.exactly(60))
    ('90 to 105', '60')
    """
    return number(span.likely) if span.fixed else f"{number(span.low)} to {number(span.high)}"


def score(value: float) -> str:
    """A mean of ratings, always with one decimal.

    >>> score(7.0)
    '7.0'
    """
    return f"{value:.1f}"


def percent(value: float) -> str:
    """A signed percentage that does not break before its sign.

    >>> percent(-8.3) == "−8\u00a0%"
    True
    """
    return f"{signed(value, 0)}\u00a0%"


def count(value: int, one: str, many: str | None = None) -> str:
    """A number with its noun.

    >>> count(1, "day"), count(3, "day"), count(2, "entry", "entries")
    ('1 day', '3 days', '2 entries')
    """
    return f"{value} {one if value == 1 else many or one + 's'}"


def capital(text: str) -> str:
    """The text with a capital at its start, unless its first word has one inside it.

    >>> capital("dose up"), capital("eGFR 22")
    ('Dose up', 'eGFR 22')
    """
    first = text.partition(" ")[0]
    return text if first != first.lower() else text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text with a capital at its start and a full stop at its end.

    >>> sentence("no dose is on record"), sentence("Why?")
    ('No dose is on record.', 'Why?')
    """
    if not text:
        return text
    return capital(text) + ("" if text.endswith((".", "?", "…")) else ".")
