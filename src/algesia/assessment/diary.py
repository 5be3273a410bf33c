"""The pain diary as one value a day, and means over windows of days.

Ratings are averaged within a day. Where the record holds ratings of more than one kind (average of the day,
worst, at rest, on movement; or one place beside another on the same days), only the kind rated on most days is
used: a mean of unlike questions means nothing. How many were left out is kept.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from algesia.assessment.model import Window
from algesia.record.model import Function, Pain, Record

Kind = tuple[str, str, str]
PARALLEL_DAYS = 3
"""Places rated beside each other on this many days are followed apart."""


@dataclass(frozen=True, slots=True)
class Diary:
    """Daily values in order of time: `days` strictly increasing, `scores` on 0 to 10.

    >>> diary = Diary((10, 11, 13), (7.0, 6.0, 8.0), None, 0)
    >>> diary.window(10, 13)
    Window(mean=6.5, sd=0.7071067811865476, n=2)
    """

    days: tuple[int, ...]
    scores: tuple[float, ...]
    kind: str | None
    left_out: int

    def window(self, start: int, end: int) -> Window | None:
        """Mean of the days in ``[start, end)``; ``None`` when none is rated."""
        first, last = bisect_left(self.days, start), bisect_left(self.days, end)
        return window_of(self.scores[first:last])

    def rated(self, start: int, end: int) -> tuple[int, ...]:
        """The rated days in ``[start, end)``."""
        return self.days[bisect_left(self.days, start) : bisect_left(self.days, end)]

    @property
    def day_to_day(self) -> float | None:
        """How much the diary varies from day to day: standard deviation within blocks of seven rated days, pooled.

        Weeks share their level, so this is noise and not the course. ``None`` with fewer than two full blocks.
        """
        blocks = [self.scores[i : i + 7] for i in range(0, len(self.scores) - 6, 7)]
        if len(blocks) < 2:
            return None
        windows = [window for block in blocks if (window := window_of(block)) is not None]
        return sqrt(sum((w.sd or 0.0) ** 2 for w in windows) / len(windows))

    @property
    def persistence(self) -> float:
        """By how much noise of means grows because one day resembles the next: sqrt((1 + r) / (1 - r)).

        r is the correlation of neighboring days about the means of blocks of 28 rated days, between 0 and 0.7; short
        blocks understate it, so 0.06 is added where it is above 0 (measured on simulated diaries).
        """
        top = bottom = 0.0
        for start in range(0, len(self.scores), 28):
            block = self.scores[start : start + 28]
            mean = sum(block) / len(block)
            bottom += sum((v - mean) ** 2 for v in block)
            for i in range(len(block) - 1):
                if self.days[start + i + 1] == self.days[start + i] + 1:
                    top += (block[i] - mean) * (block[i + 1] - mean)
        r = top / bottom if bottom > 0 else 0.0
        r = min(0.7, r + 0.06) if r > 0 else 0.0
        return sqrt((1 + r) / (1 - r))

    def on(self, day: int) -> float | None:
        """The value of a day."""
        index = bisect_left(self.days, day)
        return self.scores[index] if index < len(self.days) and self.days[index] == day else None


def window_of(values: Sequence[float]) -> Window | None:
    """Mean, sample standard deviation and count."""
    n = len(values)
    if n == 0:
        return None
    mean = sum(values) / n
    sd = sqrt(sum((v - mean) ** 2 for v in values) / (n - 1)) if n > 1 else None
    return Window(mean, sd, n)


def pain_diary(record: Record, as_of: int) -> Diary:
    """The pain diary up to the day of asking. Ratings in words alone are not scored."""
    scored = [
        (rating, score)
        for rating in record.pain
        if rating.at.day <= as_of and (score := _score(rating)) is not None
    ]
    apart = _places_apart([rating for rating, _ in scored])
    by_kind: dict[Kind, dict[int, list[float]]] = {}
    for rating, score in scored:
        place = ", ".join(sorted(rating.sites)) if apart else ""
        of_kind = by_kind.setdefault((rating.question or "", rating.with_ or "", place), {})
        of_kind.setdefault(rating.at.day, []).append(score)
    if not by_kind:
        return Diary((), (), None, 0)
    main = max(by_kind, key=lambda kind: (len(by_kind[kind]), kind))
    by_day = by_kind[main]
    days = tuple(sorted(by_day))
    scores = tuple(round(sum(sorted(by_day[day])) / len(by_day[day]), 9) for day in days)
    words = ", ".join(part for part in main if part)
    return Diary(days, scores, words or None, sum(map(len, by_kind.values())) - len(days))


def _places_apart(ratings: Sequence[Pain]) -> bool:
    """Whether one question was answered for different places on the same days."""
    if len({rating.sites for rating in ratings}) < 2:
        return False
    places: dict[tuple[int, str, str], set[tuple[str, ...]]] = {}
    for rating in ratings:
        key = (rating.at.day, rating.question or "", rating.with_ or "")
        places.setdefault(key, set()).add(tuple(sorted(rating.sites)))
    return len({day for (day, *_), sites in places.items() if len(sites) > 1}) >= PARALLEL_DAYS


def _score(rating: Pain) -> float | None:
    if rating.score is None or rating.scale == "verbal":
        return None
    value = rating.score if rating.score_high is None else (rating.score + rating.score_high) / 2
    return value / 10 if rating.scale == "vas-0-100" else value


def function_scores(record: Record, as_of: int) -> tuple[tuple[int, float], ...]:
    """(day, score) of the function instrument used on most days, PEG first; 0 to 10, higher is worse."""
    facts = [f for f in record.function if f.at.day <= as_of]
    name = function_instrument(facts)
    by_day: dict[int, list[float]] = {}
    for fact in facts:
        if fact.instrument.lower() == name:
            by_day.setdefault(fact.at.day, []).append(fact.score)
    return tuple((day, sum(sorted(v)) / len(v)) for day, v in sorted(by_day.items()))


def function_instrument(facts: Sequence[Function]) -> str | None:
    """The instrument that stands for function: PEG where there is one, else the one used most."""
    names = Counter(f.instrument.lower() for f in facts)
    if not names:
        return None
    return "peg" if "peg" in names else max(names, key=lambda n: (names[n], n))
