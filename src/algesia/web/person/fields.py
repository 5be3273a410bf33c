"""What a form sent, read strictly: numbers, days, times and words; each is refused in a sentence that says what to do."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

from algesia.web.errors import Refusal
from algesia.web.render import long_day
from algesia.web.visit import Visit

KEPT: Final = "Nothing was changed."
OLDEST_YEARS: Final = 120
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NUMBER: Final = re.compile(r"\d{1,7}([.,]\d{1,6})?")
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def refuse(title: str, says: str) -> Refusal:
    """A refusal of a form, which says that nothing was changed."""
    return Refusal(422, title, f"{says} {KEPT}")


def words(text: str, most: int, *, lines: bool = False) -> str:
    """The words as they may be kept, without blanks at their ends; on one line unless `lines`.

    Raises
    ------
    Refusal
        Longer than `most` characters, or with a character that cannot be shown.

    >>> words("  Walk to\\nthe shop ", 200)
    'Walk to the shop'
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    kept = plain if lines else " ".join(plain.split())
    if _UNPRINTABLE.search(kept):
        raise refuse(
            "These words cannot be kept",
            "They hold a character that cannot be shown. Go back and type them again.",
        )
    if len(kept) > most:
        raise refuse(
            "These words are too long",
            f"There is room for {most} characters, and these are {len(kept)}. Go back and shorten them.",
        )
    return kept


def number(text: str, low: float, high: float, what: str) -> float:
    """A number within bounds; a comma may stand for the point.

    Raises
    ------
    Refusal
        Anything else.

    >>> number(" 7,5 ", 0, 24, "Hours")
    7.5
    """
    found = text.strip()
    if not (_NUMBER.fullmatch(found) and found.isascii() and low <= float(found.replace(",", ".")) <= high):
        raise refuse(
            f"{what}: a number is needed", f"Write a number from {low:g} to {high:g}. Go back and try again."
        )
    return float(found.replace(",", "."))


def whole(text: str, low: int, high: int, what: str) -> int:
    """A whole number within bounds.

    Raises
    ------
    Refusal
        Anything else.
    """
    if not (text.isdecimal() and text.isascii() and len(text) <= 4 and low <= int(text) <= high):
        raise refuse(f"{what} goes from {low} to {high}", "Go back and tap one of the answers.")
    return int(text)


def past_day(visit: Visit, text: str) -> date:
    """A day of the person's life up to today, from an ISO date.

    Raises
    ------
    Refusal
        No date, a day to come, or one before the person was born (or too long ago, where the birth date is not known).
    """
    today = visit.now.date()
    try:
        found = date.fromisoformat(text.strip()) if _DAY.fullmatch(text.strip()) else None
    except ValueError:
        found = None
    if found is None:
        raise refuse(
            "This is not a day",
            "Pick a day, or write it as year-month-day, such as 2026-11-12. Go back and try again.",
        )
    if found > today:
        raise refuse(
            "That day is still to come",
            f"Today is {long_day(today.toordinal())} {today.year}. Pick today or an earlier day. If today is wrong, set the clock of this device.",
        )
    born = str(visit.about.get("birth_date", ""))[:10]
    if _DAY.fullmatch(born) and found < date.fromisoformat(born):
        raise refuse("That day is too early", "It is before your birth date. Go back and pick a later day.")
    if found.year < today.year - OLDEST_YEARS:
        raise refuse(
            "That day is too early",
            f"It is more than {OLDEST_YEARS} years ago. Go back and pick a later day.",
        )
    return found


def minute(visit: Visit, day: date, clock: str) -> str:
    """A day with a clock time as a fact writes it, not after now.

    Raises
    ------
    Refusal
        No clock time, or one that is still to come.
    """
    found = clock.strip()
    if not _CLOCK.fullmatch(found):
        raise refuse(
            "This is not a time", "Write the time as hours and minutes, such as 14:30. Go back and try again."
        )
    written = f"{day.isoformat()}T{found}"
    now = visit.now
    if written > now.strftime("%Y-%m-%dT%H:%M"):
        raise refuse(
            "That time is still to come",
            f"It is {now:%H:%M} now. Pick an earlier time. If the clock is wrong, set the clock of this device.",
        )
    return written


def ago(visit: Visit, hours: int = 0) -> str:
    """The minute that was so many hours ago, on the person's own clock, also when that was put forward or back since."""
    then = visit.now.astimezone(UTC) - timedelta(hours=hours)
    return then.astimezone(visit.now.tzinfo).strftime("%Y-%m-%dT%H:%M")


def day_words(visit: Visit, day: str) -> str:
    """A day as a person says it: "today", "yesterday", "12 November", with the year where it is another."""
    then, today = date.fromisoformat(day[:10]), visit.now.date()
    if then == today:
        return "today"
    if then == today - timedelta(days=1):
        return "yesterday"
    year = "" if then.year == today.year else f" {then.year}"
    return f"{then.day} {then:%B}{year}"


def clock_of(visit: Visit, written_at: str) -> str:
    """The clock time of a moment of writing, on the person's own clock."""
    from algesia.web.clock import local

    return local(datetime.fromisoformat(written_at), visit.time_zone).strftime("%H:%M")
