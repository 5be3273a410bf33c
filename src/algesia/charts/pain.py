"""The pain panel, prepared: one dot a day, a running mean with its band, and the days without entries.

The diary is the assessment's (`assessment.diary`); nothing is scored here. The running mean is centered, gives
nearer days more weight (1 2 3 4 3 2 1 over seven days), starts anew at every dose change and breaks where 4 or more
days are empty. Its 90 % band is ``mean +- 1.645 s sqrt(sum of squared weights)``, s the day-to-day scatter about the
running mean, pooled over the record and never below the rounding of whole-number scores (1/sqrt(12)). Days are taken
as independent; where bad days come in runs the band is too narrow.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import sqrt
from typing import Final, NamedTuple

from algesia.assessment.diary import Diary
from algesia.quantities.time import MINUTES_A_DAY, Instant
from algesia.record.model import Pain, Record

GAP_DAYS: Final = 4
WINDOW: Final = 7
LONG_WINDOW: Final = 28
LONG_SPAN: Final = 3 * 366
SHORT_SPAN: Final = 14
"""Below this many days every rating is a dot at its hour, and no mean is drawn: there is no week to average."""
Z90: Final = 1.645
ROUNDING_SD: Final = 1 / sqrt(12)
LEAST_ENTRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Point:
    """A score at a time: days with the part of the day, noon where only the day is known."""

    at: float
    score: float


class Mean(NamedTuple):
    """A weighted mean about a day, the sum of its squared weights, and the weight an entry of that day has."""

    value: float
    square: float
    own: float


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of the running mean, one value a day from `start`, with its 90 % band."""

    start: int
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    @property
    def end(self) -> int:
        """The day after the last."""
        return self.start + len(self.mean)

    def at(self, day: int) -> float:
        """The mean on a day of the run."""
        return self.mean[day - self.start]


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without an entry, ``[start, end)``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Silence:
    """Gaps that lie close enough to be named once: their days and the few entries between them."""

    start: int
    end: int
    entries: int


@dataclass(frozen=True, slots=True)
class WordMark:
    """Pain told otherwise than on 0 to 10: when, and the words."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class PainSeries:
    """Everything the pain panel draws. `window` is the days of the running mean, ``None`` where none is drawn."""

    points: tuple[Point, ...]
    ranges: tuple[tuple[float, float, float], ...]
    runs: tuple[Run, ...]
    gaps: tuple[Gap, ...]
    silences: tuple[Silence, ...]
    words: tuple[WordMark, ...]
    window: int | None
    kind: str | None
    left_out: int


def moment(at: Instant) -> float:
    """An instant as days with a fraction; noon where only the day is known."""
    return at.day + (0.5 if at.minute is None else at.minute / MINUTES_A_DAY)


def pain_series(record: Record, diary: Diary, changes: Sequence[int], first: int, as_of: int) -> PainSeries:
    """Prepare the pain panel of the days `first` to `as_of`.

    Parameters
    ----------
    changes
        The days of dose changes: the running mean starts anew there.
    """
    span = as_of + 1 - first
    spoken = [
        (rating, text)
        for rating in record.pain
        if first <= rating.at.day <= as_of and (text := _in_words(rating)) is not None
    ]
    spoken.sort(key=lambda marked: (marked[0].at, marked[0].words or ""))
    words = tuple(WordMark(moment(rating.at), text) for rating, text in spoken)
    kept = [
        (day, score) for day, score in zip(diary.days, diary.scores, strict=True) if first <= day <= as_of
    ]
    days = [day for day, _ in kept]
    scores = [score for _, score in kept]
    # In a record of days rather than months a single day without an entry is worth seeing.
    gaps = _gaps(days, first, as_of, 1 if span <= SHORT_SPAN else GAP_DAYS)
    if span <= SHORT_SPAN:
        points, window = _ratings(record, diary, first, as_of), None
    else:
        points = tuple(Point(day + 0.5, score) for day, score in kept)
        window = WINDOW if span <= LONG_SPAN else LONG_WINDOW
    return PainSeries(
        points=points,
        ranges=_ranges(record, diary, first, as_of),
        runs=() if window is None else _runs(days, scores, changes, window),
        gaps=gaps,
        silences=_silences(gaps, days),
        words=words,
        window=window,
        kind=diary.kind,
        left_out=diary.left_out,
    )


def _in_words(rating: Pain) -> str | None:
    if rating.scale == "verbal" or rating.score is None:
        words = rating.words or rating.note
        return words if words or rating.score is None else f"{rating.score:g}"
    return None


def _of_kind(ratings: Iterable[Pain], diary: Diary, first: int, as_of: int) -> list[Pain]:
    """Those of the ratings that stand behind the diary's daily values, in order of time."""
    kept = [
        rating
        for rating in ratings
        if rating.score is not None
        and rating.scale != "verbal"
        and first <= rating.at.day <= as_of
        and (", ".join(part for part in (rating.question, rating.with_) if part) or None) == diary.kind
    ]
    return sorted(kept, key=lambda rating: (rating.at, rating.score or 0))


def _ten(rating: Pain, score: float) -> float:
    return score / 10 if rating.scale == "vas-0-100" else score


def _ratings(record: Record, diary: Diary, first: int, as_of: int) -> tuple[Point, ...]:
    points = []
    for rating in _of_kind(record.pain, diary, first, as_of):
        if rating.score is not None:
            high = rating.score if rating.score_high is None else rating.score_high
            points.append(Point(moment(rating.at), _ten(rating, (rating.score + high) / 2)))
    return tuple(points)


def _ranges(record: Record, diary: Diary, first: int, as_of: int) -> tuple[tuple[float, float, float], ...]:
    """Scores told as a range ("7 to 8"), each as (time, low, high)."""
    told = (rating for rating in record.pain if rating.score_high is not None)
    return tuple(
        (moment(rating.at), _ten(rating, rating.score), _ten(rating, rating.score_high))
        for rating in _of_kind(told, diary, first, as_of)
        if rating.score is not None and rating.score_high is not None
    )


def _gaps(days: Sequence[int], first: int, as_of: int, least: int) -> tuple[Gap, ...]:
    edges = [first - 1, *days, as_of + 1]
    return tuple(Gap(before + 1, after) for before, after in pairwise(edges) if after - before - 1 >= least)


def _silences(gaps: Sequence[Gap], days: Sequence[int]) -> tuple[Silence, ...]:
    """Neighboring gaps with no more than three entries between them, named as one."""
    found: list[Silence] = []
    for gap in gaps:
        if found:
            last = found[-1]
            between = bisect_left(days, gap.start) - bisect_left(days, last.end)
            if between <= 3:
                found[-1] = Silence(last.start, gap.end, last.entries + between)
                continue
        found.append(Silence(gap.start, gap.end, 0))
    return tuple(found)


def _runs(
    days: Sequence[int], scores: Sequence[float], changes: Sequence[int], window: int
) -> tuple[Run, ...]:
    stretches: list[tuple[int, int]] = []
    start = 0
    steps = sorted(set(changes))
    for index in range(1, len(days) + 1):
        broken = index == len(days) or days[index] - days[index - 1] - 1 >= GAP_DAYS
        if broken or bisect_right(steps, days[index - 1]) != bisect_right(steps, days[index]):
            if index - start >= LEAST_ENTRIES:
                stretches.append((start, index))
            start = index
    means = [_means(days[a:b], scores[a:b], window) for a, b in stretches]
    scatter = _scatter(days, scores, stretches, means)
    runs = []
    for (a, _), values in zip(stretches, means, strict=True):
        half = [Z90 * scatter * sqrt(mean.square) for mean in values]
        runs.append(
            Run(
                days[a],
                tuple(mean.value for mean in values),
                tuple(max(mean.value - part, 0.0) for mean, part in zip(values, half, strict=True)),
                tuple(min(mean.value + part, 10.0) for mean, part in zip(values, half, strict=True)),
            )
        )
    return tuple(runs)


def _means(days: Sequence[int], scores: Sequence[float], window: int) -> list[Mean]:
    """The running mean of each day from the first to the last; weights fall to zero half a window away."""
    reach = (window + 1) // 2
    span = days[-1] + 1 - days[0]
    # the days on a line with half a window of empty ones on each side
    rated, value = [0] * (span + 2 * reach), [0.0] * (span + 2 * reach)
    for day, score in zip(days, scores, strict=True):
        rated[day - days[0] + reach] = 1
        value[day - days[0] + reach] = score
    totals, weights = _triangle(value, reach), _triangle(rated, reach)
    full, every = reach * reach, sum((reach - abs(offset)) ** 2 for offset in range(1 - reach, reach))
    means = []
    for index, (total, weight) in enumerate(zip(totals, weights, strict=True)):
        square = every
        if weight < full:
            around = range(1 - reach, reach)
            square = sum((reach - abs(o)) ** 2 for o in around if rated[index + reach + o])
        means.append(Mean(total / weight, square / (weight * weight), reach / weight))
    return means


def _triangle(values: Sequence[float], reach: int) -> list[float]:
    """Sums about each value but the outer `reach` ones, weights falling from `reach` to zero: two boxes in a row."""
    once = list(accumulate(values, initial=0.0))
    boxes = [b - a for a, b in zip(once, once[reach:], strict=False)]
    twice = list(accumulate(boxes, initial=0.0))
    return [b - a for a, b in zip(twice[1:], twice[1 + reach :], strict=False)][: len(values) - 2 * reach]


def _scatter(
    days: Sequence[int],
    scores: Sequence[float],
    stretches: Sequence[tuple[int, int]],
    means: Sequence[Sequence[Mean]],
) -> float:
    """Day-to-day standard deviation about the running mean, corrected for each entry's part in its own mean."""
    total, count = 0.0, 0.0
    for (a, b), values in zip(stretches, means, strict=True):
        for index in range(a, b):
            mean = values[days[index] - days[a]]
            total += (scores[index] - mean.value) ** 2
            count += 1 - 2 * mean.own + mean.square
    return max(sqrt(total / count) if count else 0.0, ROUNDING_SD)
