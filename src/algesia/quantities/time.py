"""Time as the record means it: local calendar days, sometimes with a time of day.

"A day" is the person's calendar day, decided here and nowhere else. Days are counted as proleptic ordinals
(`datetime.date.toordinal`), so a day is a plain `int` inside the core and arithmetic on it is exact.
Intervals are half open, ``[start, end)``.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

FIRST_YEAR: Final = 1880
LAST_YEAR: Final = 2120
DEFAULT_EPOCH: Final = date(2000, 1, 1).toordinal()
MINUTES_A_DAY: Final = 1440


class Instant:
    """A local calendar day and, where known, the minute of that day. Immutable.

    Parameters
    ----------
    day
        `date.toordinal()` of the local day.
    minute
        0 to 1439, or ``None`` when only the day is known.

    >>> noon = Instant.parse("2024-02-02T12:00")
    >>> noon.iso, noon.hours_since(Instant.parse("2024-02-01"))
    ('2024-02-02T12:00', 36.0)
    """

    # Not a dataclass: the record's codec must see an opaque type, read and written by its own hooks.
    __slots__ = ("day", "minute")
    day: int
    minute: int | None

    def __init__(self, day: int, minute: int | None = None) -> None:
        object.__setattr__(self, "day", day)
        object.__setattr__(self, "minute", minute)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Instant is immutable: {name}")

    def __repr__(self) -> str:
        return f"Instant({self.iso!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Instant) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __reduce__(self) -> tuple[type[Instant], tuple[int, int | None]]:
        return (Instant, (self.day, self.minute))

    def __lt__(self, other: Instant) -> bool:
        return self._key < other._key

    def __le__(self, other: Instant) -> bool:
        return self._key <= other._key

    def __gt__(self, other: Instant) -> bool:
        return self._key > other._key

    def __ge__(self, other: Instant) -> bool:
        return self._key >= other._key

    @property
    def _key(self) -> tuple[int, int]:
        return (self.day, -1 if self.minute is None else self.minute)

    @property
    def iso(self) -> str:
        """ISO 8601, a date when only the day is known."""
        text = date.fromordinal(self.day).isoformat()
        if self.minute is None:
            return text
        return f"{text}T{self.minute // 60:02d}:{self.minute % 60:02d}"

    def hours_since(self, other: Instant) -> float:
        """Hours from `other` to this instant; a day without a time counts from its first minute."""
        minutes = (self.minute or 0) - (other.minute or 0)
        return (self.day - other.day) * 24.0 + minutes / 60.0

    def shifted(self, days: int) -> Instant:
        """The same clock time, `days` later."""
        return Instant(self.day + days, self.minute)

    @classmethod
    def of_day(cls, offset: float, epoch: int = DEFAULT_EPOCH) -> Instant:
        """The instant `offset` days after the epoch; a fraction gives the time of day.

        >>> Instant.of_day(0.5).iso
        '2000-01-01T12:00'
        """
        day, minute = divmod(round(offset * MINUTES_A_DAY), MINUTES_A_DAY)
        return cls(epoch + day, None if offset == int(offset) else minute)

    @classmethod
    def parse(cls, text: str, zone: ZoneInfo | None = None) -> Instant:
        """Read an ISO 8601 date or date-time.

        A date-time with an offset is moved to `zone` when one is given; otherwise it is read on the clock
        it was written with (that clock is the person's, as far as anyone knows).

        Raises
        ------
        ValueError
            When the text is not such a date, or its year lies outside 1880 to 2120.
        """
        if len(text) == 10:
            day = date.fromisoformat(text)
            _check_year(day.year)
            return cls(day.toordinal())
        if len(text) < 10 or text[4:5] != "-" or text[10:11] not in ("T", " "):
            raise ValueError("not an ISO 8601 date or date-time")
        stamp = datetime.fromisoformat(text)
        _check_year(stamp.year)
        if stamp.tzinfo is not None and zone is not None:
            stamp = stamp.astimezone(zone)
        return cls(stamp.toordinal(), stamp.hour * 60 + stamp.minute)


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the year {year} is outside {FIRST_YEAR} to {LAST_YEAR}")


def has_offset(text: str) -> bool:
    """Whether an ISO date-time carries a UTC offset.

    >>> has_offset("2024-02-02T08:00Z"), has_offset("2024-02-02T08:00"), has_offset("2024-02-02")
    (True, False, False)
    """
    return len(text) > 10 and (text.endswith(("Z", "z")) or "+" in text[10:] or "-" in text[10:])


def iso_day(day: int) -> str:
    """ISO 8601 date of a day ordinal."""
    return date.fromordinal(day).isoformat()


def months_before(day: int, months: int) -> int:
    """The same day of the month, `months` earlier (the last day of a shorter month).

    >>> iso_day(months_before(date(2024, 3, 31).toordinal(), 1))
    '2024-02-29'
    """
    then = date.fromordinal(day)
    index = then.year * 12 + then.month - 1 - months
    year, month = divmod(index, 12)
    first = date(year, month + 1, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(then.day, last.day)).toordinal()
