"""From days to x and from values to y, with the ticks a reader expects."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_STEPS: Final = (1, 2, 5, 7, 10, 14, 20, 28, 50, 100, 200, 365, 500, 1000, 2000, 5000, 10000, 20000, 50000)


class Tick(NamedTuple):
    """A mark on the time axis: its day, its words from long to short, and whether it starts a year."""

    day: int
    words: tuple[str, ...]
    strong: bool = False


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Days from `first` up to and without `end` (the day after the last), spread from `left` to `right`.

    >>> TimeScale(10, 20, 0, 100).x(15)
    50.0
    """

    first: int
    end: int
    left: float
    right: float
    per_day: float = field(init=False)
    """Width of a day."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "per_day", (self.right - self.left) / max(self.end - self.first, 1))

    def x(self, day: float) -> float:
        """Where the start of a day lies; fractions are times of that day."""
        return self.left + (day - self.first) * self.per_day

    def inside(self, day: float) -> float:
        """The same, kept between the ends."""
        x = self.left + (day - self.first) * self.per_day
        return self.left if x < self.left else self.right if x > self.right else x


@dataclass(frozen=True, slots=True)
class ValueScale:
    """Values from zero to `top`, drawn from `bottom` upward to `ceiling`.

    >>> ValueScale(200, 512, 378).y(100)
    445.0
    """

    top: float
    bottom: float
    ceiling: float

    def y(self, value: float) -> float:
        """The height of a value, kept inside the panel."""
        share = min(max(value / self.top, 0.0), 1.0) if self.top > 0 else 0.0
        return self.bottom - share * (self.bottom - self.ceiling)


def nice_top(highest: float) -> float:
    """The smallest round number not below `highest`, so that half of it is round too.

    >>> [nice_top(value) for value in (0, 0.3, 3, 60, 135, 180, 1280)]
    [1.0, 0.3, 3.0, 60.0, 200.0, 200.0, 2000.0]
    """
    if highest <= 0:
        return 1.0
    power = 1.0
    while power * 10 <= highest:
        power *= 10
    while power > highest:
        power /= 10
    for step in (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0):
        if step * power >= highest * (1 - 1e-9):
            return float(f"{step * power:.6g}")
    return float(f"{10 * power:.6g}")


def amount(value: float) -> str:
    """A dose as it is written: whole from 10 on, two digits below, thousands apart.

    >>> [amount(value) for value in (0, 135.0, 7.5, 0.025, 1280, 67.5)]
    ['0', '135', '7.5', '0.025', '1,280', '67.5']
    """
    if value >= 1000:
        return f"{value:,.0f}"
    text = f"{value:.1f}" if value >= 1 else f"{value:.2g}"
    if "e" in text:
        text = f"{value:.6f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day_words(day: int, epoch: int | None, *, year: bool = False, long: bool = False) -> str:
    """A day in words: "12 Nov", "12 November 2026", or "day 21" when the record counts days from `epoch`.

    >>> day_words(date(2026, 11, 12).toordinal(), None), day_words(730141, 730120)
    ('12 Nov', 'day 21')
    """
    if epoch is not None:
        return f"day {day - epoch}".replace("-", "−")
    when = date.fromordinal(day)
    month = MONTHS[when.month - 1]
    text = f"{when.day} {month if long else month[:3]}"
    return f"{text} {when.year}" if year else text


def ticks(first: int, end: int, epoch: int | None, room: int) -> tuple[Tick, ...]:
    """The marks of a time axis with room for about `room` labels.

    `epoch` is the day zero of a relative record, or ``None`` when dates are known.
    """
    span = end - first
    if epoch is not None:
        step = next((s for s in _STEPS if span / s <= room), _STEPS[-1])
        start = epoch + -(-(first - epoch) // step) * step
        return tuple(
            Tick(day, (day_words(day, epoch), str(day - epoch).replace("-", "−")))
            for day in range(start, end, step)
        )
    if span <= 75:
        step = next((s for s in (1, 2, 7, 14, 28) if span / s <= room), 28)
        start = first if step < 7 else first + (-(first - 1)) % 7
        return tuple(Tick(day, (day_words(day, None),)) for day in range(start, end, step))
    return _calendar(first, end, room)


def _calendar(first: int, end: int, room: int) -> tuple[Tick, ...]:
    """First days of months, quarters or years, whichever there is room for."""
    months = (end - first) / 30.44
    step = next((s for s in (1, 2, 3, 6, 12, 24, 60, 120, 240, 480) if months / s <= room), 960)
    start = date.fromordinal(first)
    index = start.year * 12 + start.month - 1
    index += -index % step
    marks: list[Tick] = []
    while True:
        year, month = divmod(index, 12)
        day = date(year, month + 1, 1).toordinal()
        if day >= end:
            return tuple(marks)
        if day >= first:
            if month == 0:
                marks.append(Tick(day, (str(year),), strong=True))
            else:
                name = MONTHS[month]
                marks.append(Tick(day, (name, name[:3])))
        index += step
