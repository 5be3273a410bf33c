"""How pain and function have gone since a step of a plan, and what is not on record since.

The thresholds are those of `assessment.dose_response`. Pain is compared as after any dose change: the 7 days before
(at least 5 rated, else the last 5 within 14) with the last 14 days, by one point and more than the noise of the diary;
clinic scores by one point. Function is the PEG: its mean over the 28 days before with the latest score since, by one
point.

The first 28 days after a step are not judged. Later steps begin before that: what was worse in the last two weeks of
an earlier step, and still is, has lasted since that step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from algesia.assessment.diary import function_instrument
from algesia.assessment.dose_response import (
    CLINIC_BEFORE,
    CLINIC_DIFFERENCE,
    FUNCTION_BEFORE,
    LATE_DAYS,
    LEAST_WORSE,
    level_before,
    noise,
)
from algesia.assessment.facts import Facts
from algesia.assessment.model import Window
from algesia.assessment.wording import number
from algesia.plan.model import Step
from algesia.record.model import DATED, Scale

ROUNDING: Final = 1e-9
MOOD: Final = ("phq-9", "phq-2", "gad-7")


@dataclass(frozen=True, slots=True)
class Compared:
    """Pain or function now against before a step. `worse` is above the threshold."""

    what: Literal["Pain", "PEG"]
    before: float
    now: float
    worse: bool

    @property
    def words(self) -> str:
        """Both numbers in words."""
        return f"{self.what} {number(self.now)} now, {number(self.before)} before the step"


def pain_since(facts: Facts, steps: Sequence[Step], step: Step) -> Compared | None:
    """Pain in the last 14 days of what has run since `step`, against before it; ``None`` when either is not on record."""
    now = facts.diary.window(max(step.start, facts.as_of - LATE_DAYS + 1), facts.as_of + 1)
    return _pain(facts, steps, step, now)


def function_since(facts: Facts, steps: Sequence[Step], step: Step) -> Compared | None:
    """The latest PEG since `step`, against before it; ``None`` when either is not on record."""
    return _function(facts, steps, step, _latest(facts, step.start, facts.as_of))


def worse_since(facts: Facts, steps: Sequence[Step], step: Step, least_days: int) -> tuple[Compared, ...]:
    """What has been worse since a step that began at least `least_days` ago: pain, PEG, both or none.

    `step` is the step that runs. For an earlier step both its last two weeks and now must be worse than before it.
    """
    found: dict[str, Compared] = {}
    for earlier in reversed([s for s in steps if s.start <= step.start]):
        if facts.as_of - earlier.start < least_days:
            continue
        for compared in (
            _pain_lasting(facts, steps, step, earlier),
            _peg_lasting(facts, steps, step, earlier),
        ):
            if compared is not None and compared.worse:
                found.setdefault(compared.what, compared)
    return tuple(found.values())


def peg_is_kept(facts: Facts) -> bool:
    """Whether function is followed by the PEG; other instruments have other ranges and are not compared."""
    return function_instrument([f for f in facts.record.function if f.at.day <= facts.as_of]) == "peg"


def not_on_record(facts: Facts, start: int) -> tuple[str, ...]:
    """What the review of a step holds (pain, PEG, COWS, mood, craving) and is not on record since the step began."""
    record, end = facts.record, facts.as_of
    scales = {s.instrument.lower() for s in record.scales if start <= s.at.day <= end}
    signs = {s.sign for s in record.signs if start <= s.at.day <= end and s.present is not None}
    held = {
        "pain": bool(facts.diary.rated(start, end + 1)),
        "PEG": peg_is_kept(facts) and any(start < day for day, _ in facts.function),
        "COWS": "cows" in scales,
        "mood (PHQ-9, PHQ-2 or GAD-7)": not scales.isdisjoint(MOOD),
        "whether there is craving": "craving" in signs,
    }
    return tuple(what for what, known in held.items() if not known)


def anything_since(facts: Facts, start: int) -> bool:
    """Whether any dated fact stands on record since a day."""
    facts_since = (fact.at.day for name in DATED for fact in getattr(facts.record, name))
    return any(start <= day <= facts.as_of for day in facts_since)


def cows_totals(facts: Facts, since: int) -> list[tuple[int, float, str]]:
    """COWS as (day, highest total of the day, "at least" where items are missing), in order of time."""
    by_day: dict[int, tuple[float, str]] = {}
    for scale in facts.record.scales:
        total = _total(scale)
        if scale.instrument.lower() == "cows" and total is not None and since <= scale.at.day <= facts.as_of:
            by_day[scale.at.day] = max(by_day.get(scale.at.day, total), total)
    return [(day, *by_day[day]) for day in sorted(by_day)]


def _pain_lasting(facts: Facts, steps: Sequence[Step], step: Step, earlier: Step) -> Compared | None:
    if earlier is not step:
        end = min(s.start for s in steps if s.start > earlier.start)
        late = facts.diary.window(max(earlier.start, end - LATE_DAYS), end)
        then = _pain(facts, steps, earlier, late)
        if then is None or not then.worse:
            return None
    now = facts.diary.window(max(step.start, facts.as_of - LATE_DAYS + 1), facts.as_of + 1)
    return _pain(facts, steps, earlier, now)


def _peg_lasting(facts: Facts, steps: Sequence[Step], step: Step, earlier: Step) -> Compared | None:
    if earlier is not step:
        end = min(s.start for s in steps if s.start > earlier.start)
        then = _function(facts, steps, earlier, _latest(facts, earlier.start, end))
        if then is None or not then.worse:
            return None
    return _function(facts, steps, earlier, _latest(facts, step.start, facts.as_of))


def _pain(facts: Facts, steps: Sequence[Step], step: Step, now: Window | None) -> Compared | None:
    since = _previous_start(steps, step)
    before = level_before(facts.diary, step.start, since)
    if now is None:
        return None
    if before is not None:
        lasting = noise(before, now, facts.diary.day_to_day) * facts.diary.persistence
        bar = max(LEAST_WORSE, lasting)
    else:
        floor = step.start - CLINIC_BEFORE
        before = facts.diary.window(floor if since is None else max(since, floor), step.start)
        bar = CLINIC_DIFFERENCE
    if before is None:
        return None
    return Compared("Pain", before.mean, now.mean, now.mean - before.mean >= bar - ROUNDING)


def _function(facts: Facts, steps: Sequence[Step], step: Step, now: float | None) -> Compared | None:
    since = _previous_start(steps, step)
    floor = step.start - FUNCTION_BEFORE
    floor = floor if since is None else max(since, floor)
    scores = [score for day, score in facts.function if floor <= day <= step.start]
    if now is None or not scores or not peg_is_kept(facts):
        return None
    before = sum(scores) / len(scores)
    return Compared("PEG", before, now, now - before >= CLINIC_DIFFERENCE - ROUNDING)


def _latest(facts: Facts, after: int, until: int) -> float | None:
    """The latest function score of the days after `after`, up to `until`."""
    scores = [score for day, score in facts.function if after < day <= until]
    return scores[-1] if scores else None


def _previous_start(steps: Sequence[Step], step: Step) -> int | None:
    return max((s.start for s in steps if s.start < step.start), default=None)


def _total(scale: Scale) -> tuple[float, str] | None:
    """The total, or what the answered items come to: COWS items are never negative."""
    if scale.score is not None:
        return scale.score, ""
    return (sum(scale.items.values()), "at least ") if scale.items else None
