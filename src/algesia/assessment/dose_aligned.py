"""Pain aligned to doses: is it worse one to two hours after a dose, or just before the next?

The reference's measure (features `peak-dose-worse`, `predose-worse`): ratings stamped with the time, compared between
the peak window and the pre-dose window over at least 10 doses.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final, Literal

from algesia.assessment.diary import window_of
from algesia.assessment.dose_response import LEAST_DIFFERENCE, NOISE_Z
from algesia.assessment.model import Window
from algesia.quantities.time import MINUTES_A_DAY, Instant
from algesia.record.model import Record

LEAST_DOSES: Final = 10
BEFORE_MINUTES: Final = 60
PEAK_MINUTES: Final = (60, 120)
REACH_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Aligned:
    """Means before and after doses; `doses` is how many had a rating in both windows."""

    before: Window
    peak: Window
    doses: int
    verdict: Literal["worse-after", "worse-before", "no-difference"]


def dose_aligned(record: Record, as_of: int) -> Aligned | None:
    """Compare the windows over the last 90 days; ``None`` with fewer than 10 doses that have both."""
    doses = sorted({_minutes(d.at) for d in record.doses if _usable(d.at, as_of)})
    ratings = sorted(
        (_minutes(p.at), p.score if p.scale != "vas-0-100" else p.score / 10)
        for p in record.pain
        if p.score is not None and p.scale != "verbal" and _usable(p.at, as_of)
    )
    if len(doses) < LEAST_DOSES or not ratings:
        return None
    pairs = []
    for dose in doses:
        before = [s for t, s in ratings if dose - BEFORE_MINUTES <= t <= dose]
        peak = [s for t, s in ratings if dose + PEAK_MINUTES[0] <= t <= dose + PEAK_MINUTES[1]]
        if before and peak:
            pairs.append((sum(before) / len(before), sum(peak) / len(peak)))
    if len(pairs) < LEAST_DOSES:
        return None
    change = window_of([after - before for before, after in pairs])
    low, high = window_of([b for b, _ in pairs]), window_of([p for _, p in pairs])
    if change is None or low is None or high is None:
        return None
    bar = max(LEAST_DIFFERENCE, NOISE_Z * (change.sd or 0.0) / sqrt(change.n))
    verdict: Literal["worse-after", "worse-before", "no-difference"] = "no-difference"
    if change.mean >= bar:
        verdict = "worse-after"
    elif change.mean <= -bar:
        verdict = "worse-before"
    return Aligned(low, high, len(pairs), verdict)


def _usable(at: Instant, as_of: int) -> bool:
    return at.minute is not None and as_of - REACH_DAYS < at.day <= as_of


def _minutes(at: Instant) -> int:
    return at.day * MINUTES_A_DAY + (at.minute or 0)
