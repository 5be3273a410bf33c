"""What the address of a page asks for: the day of asking, the first day of the picture, the page to go back to."""

from __future__ import annotations

from typing import Final

from algesia.quantities.time import Instant, iso_day
from algesia.record.model import Record
from algesia.web.errors import Refusal
from algesia.web.reviews import Reviewed
from algesia.web.visit import Visit

SPANS: Final = (("3m", "3 months", 92), ("6m", "6 months", 183), ("1y", "1 year", 366))
"""Spans of the picture: value, words, days."""


def in_path(person_id: str) -> None:
    """Says in the OpenAPI that the address names a person; `visit.Allow` finds them."""


def reviewed_as_asked(visit: Visit, as_of: str | None) -> Reviewed:
    """The review as of the day in the address, or as of its own day where none is asked for.

    Raises
    ------
    Refusal
        When it is no day, or lies after the last day there is.
    """
    found = visit.reviewed()
    if not as_of:
        return found
    record = found.record
    day = day_in(record, as_of, "The day of asking")
    last = max(record.last_day, found.review.as_of)
    if day > last:
        raise Refusal(
            422, "No such day", f"The record ends on {day_out(record, last)}. Ask as of that day or before."
        )
    if day < record.first_day:
        first = day_out(record, record.first_day)
        raise Refusal(422, "No such day", f"The record begins on {first}. Ask as of that day or later.")
    return found if day == found.review.as_of else visit.reviewed(day)


def day_in(record: Record, text: str, what: str) -> int:
    """A day as a form sends it: an ISO date, or a day number for a record that counts days.

    Raises
    ------
    Refusal
        When it is neither.
    """
    try:
        if record.relative:
            return Instant.of_day(float(text), record.epoch.day).day
        return Instant.parse(text).day
    except (ValueError, OverflowError):
        right = "a day number such as 21" if record.relative else "a date such as 2026-11-12"
        raise Refusal(422, "No such day", f"{what} cannot be read. Write {right}.") from None


def day_out(record: Record, day: int) -> str:
    """A day as a form holds it: the inverse of `day_in`."""
    return str(day - record.epoch.day) if record.relative else iso_day(day)


def first_shown(as_of: int, span: str | None) -> int | None:
    """The first day of the picture for a span of `SPANS`; ``None`` for all of it.

    >>> first_shown(1000, "3m"), first_shown(1000, "all"), first_shown(1000, None)
    (909, None, None)
    """
    return next((as_of - days + 1 for value, _, days in SPANS if value == span), None)


def back_to(path: str | None, otherwise: str) -> str:
    """Where a form goes when it is done: a page of the clinician's side, never another site.

    >>> back_to("/clinic/p1/taper?percent=5", "/clinic"), back_to("//evil.example/clinic/", "/clinic")
    ('/clinic/p1/taper?percent=5', '/clinic')
    """
    if path and path.startswith("/clinic") and "\\" not in path and path.isprintable():
        return path
    return otherwise
