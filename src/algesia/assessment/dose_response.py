"""What followed each dose change: pain and function before and after, and when pain was back.

The windows are those of the reference's rules (feature `dose-up-pain-up`, trap rule):

* **before**: the 7 days before the change, at least 5 of them rated; where fewer are, the last 5 rated days
  within 14. Never across an earlier change.
* **settled**: days 3 to 9 after the change ("at least 3 days at steady dose", then 7 days).
* **late**: the last 14 days before the next change or the day of asking, never earlier than day 14 and never
  later than day 56.

**When pain was back** has one exact definition. Let L be the mean before. Pain *fell* if the mean of the first 3
or of the first 7 days after the change lies below L by more than its noise (2 standard errors of the difference,
from the day-to-day spread within the weeks of the whole diary, and at least 0.5 points). It is *back* on the first rated day k after it fell on which the mean of days k to k+2 (at least 2
rated) and the mean of days k to k+6 (at least 4 rated, or all that are left before the next change but no fewer than 2) are both at
least L - 0.15. A single bad day therefore never counts as "back"; a gap can only make the answer later, never
earlier. "Back within n days" means that day k is n days after the change.

**Verdicts.** Increase, start or rotation: `lasting-relief` needs 28 days and a late mean at least 30 % below L
(CDC 2022: 30 % improvement); `brief-relief` when pain fell and came back; `worse` when pain never fell and the
settled or late mean is above L by one point and by more than its noise, widened where one day resembles the
next (`Diary.persistence`); otherwise `no-relief`. A decrease is never judged inside 28
days (withdrawal takes about two weeks and has its own pain): afterwards pain lower by more than noise is
`lasting-relief`, higher is `worse`, else `no-relief` (pain the same on less).

With fewer ratings than a diary (clinic scores) the means of what there is are compared: up to 28 days before,
days 1 to 14 and days 15 to 42 after; a difference then needs 30 % or at least 1 point. The episode says so.

None of this says that the dose caused what followed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Final

from algesia.assessment.diary import Diary, window_of
from algesia.assessment.facts import Facts
from algesia.assessment.model import DoseChange, Episode, Verdict, Window
from algesia.assessment.wording import change_sentence

BEFORE_DAYS: Final = 7
BEFORE_REACH: Final = 14
LEAST_RATINGS: Final = 5
SETTLED: Final = (3, 10)
JUDGE_AFTER: Final = 28
LATE_DAYS: Final = 14
LATE_LIMIT: Final = 56
REAL_RELIEF: Final = 0.30
NOISE_Z: Final = 2.0
LEAST_DIFFERENCE: Final = 0.5
LEAST_SD: Final = 0.5
LEAST_WORSE: Final = 1.0
"""Pain counts as worse from one point on, as between clinic scores."""
BACK_WITHIN: Final = 0.15
CLINIC_BEFORE: Final = 28
CLINIC_DIFFERENCE: Final = 1.0
FUNCTION_BEFORE: Final = 28
FUNCTION_AFTER: Final = (7, 35)


@dataclass(frozen=True, slots=True)
class _Course:
    """What pain did after a change, measured."""

    fell: bool
    back: int | None
    settled: Window | None
    late: Window | None
    span: int
    """Days observed, the day of the change included."""

    @property
    def last(self) -> int:
        """The last day after the change that was observed."""
        return self.span - 1


def episodes(facts: Facts, changes: Sequence[DoseChange]) -> tuple[Episode, ...]:
    """One `Episode` for each change, in order of time. A start without a score before it has nothing to compare."""
    result = []
    for index, change in enumerate(changes):
        since = changes[index - 1].day if index else None
        until = changes[index + 1].day if index + 1 < len(changes) else facts.as_of + 1
        result.append(_episode(change, facts.diary, facts.function, since, until))
    return tuple(e for e in result if e.change.direction != "start" or e.pain_before is not None)


def _episode(
    change: DoseChange, diary: Diary, function: tuple[tuple[int, float], ...], since: int | None, until: int
) -> Episode:
    before = level_before(diary, change.first_day, since)
    if before is not None:
        level = _Level(before, diary.day_to_day, diary.persistence)
        course = _course(diary, change.day, until, level)
        verdict, why = _verdict(change, level, course)
        back, late, settled = course.back, course.late, course.settled
        still = back is None and level.below(late or settled)
    else:
        before, settled, late, back, verdict, why = _clinic(change, diary, since, until)
        still = verdict == "lasting-relief"
    function_before, function_after = _function(function, change.day, since, until)
    episode = Episode(
        change=change,
        pain_before=before,
        pain_after=settled,
        pain_late=late,
        function_before=function_before,
        function_after=function_after,
        returned_after_days=back,
        still_below=still and change.direction != "decrease",
        judged_days=until - 1 - change.day,
        verdict=verdict,
        says="",
        why=why,
    )
    return replace(episode, says=change_sentence(episode))


def level_before(diary: Diary, day: int, since: int | None) -> Window | None:
    """The level before a change, or ``None`` when the diary is too thin for one."""
    floor = day - BEFORE_REACH if since is None else max(since, day - BEFORE_REACH)
    week = diary.rated(max(floor, day - BEFORE_DAYS), day)
    days = week if len(week) >= LEAST_RATINGS else diary.rated(floor, day)[-LEAST_RATINGS:]
    if len(days) < LEAST_RATINGS:
        return None
    return diary.window(days[0], day)


def _course(diary: Diary, day: int, until: int, level: _Level) -> _Course:
    fell = any(
        level.below(diary.window(day, min(day + length, until)), least) for length, least in ((3, 2), (7, 3))
    )
    back = _back(diary, day, until, level.window.mean) if fell else None
    settled = _at_least(diary.window(day + SETTLED[0], min(day + SETTLED[1], until)), 4)
    return _Course(fell, back, settled, _late(diary, day, until), until - day)


def _late(diary: Diary, day: int, until: int) -> Window | None:
    end = min(until, day + LATE_LIMIT)
    start = max(end - LATE_DAYS, day + LATE_DAYS)
    return _at_least(diary.window(start, end), 3) if end > start else None


def _at_least(window: Window | None, n: int) -> Window | None:
    return window if window is not None and window.n >= n else None


def noise(a: Window, b: Window, day_to_day: float | None) -> float:
    """How far two means may differ by the day-to-day noise of the diary alone."""
    sds = [w.sd for w in (a, b) if w.sd is not None]
    local = sum(sds) / len(sds) if sds else LEAST_SD
    sd = max(LEAST_SD, local if day_to_day is None else day_to_day)
    return max(LEAST_DIFFERENCE, NOISE_Z * sd * sqrt(1 / a.n + 1 / b.n))


@dataclass(frozen=True, slots=True)
class _Level:
    """The level before a change, and how far a mean must lie from it to count."""

    window: Window
    day_to_day: float | None
    persistence: float

    def above(self, window: Window | None) -> bool:
        """Whether a mean lies above the level by a point and by more than noise that lasts from day to day."""
        if window is None:
            return False
        gap = window.mean - self.window.mean
        bar = noise(self.window, window, self.day_to_day) * self.persistence
        return gap >= max(LEAST_WORSE, bar) - 1e-9

    def below(self, window: Window | None, least: int = 1) -> bool:
        """Whether a mean lies below the level by more than noise."""
        if window is None or window.n < least:
            return False
        return self.window.mean - window.mean >= noise(self.window, window, self.day_to_day) - 1e-9


def _back(diary: Diary, day: int, until: int, level: float) -> int | None:
    bar = level - BACK_WITHIN
    low_seen = False
    for k in diary.rated(day, until):
        short = diary.window(k, min(k + 3, until))
        week = diary.window(k, min(k + 7, until))
        left = until - k
        if short is None or week is None or short.n < min(2, left) or week.n < min(4, max(2, left)):
            continue
        if short.mean < bar:
            low_seen = True
        elif low_seen and week.mean >= bar:
            return k - day
    return None


def _verdict(change: DoseChange, level: _Level, course: _Course) -> tuple[Verdict, str | None]:
    if course.settled is None and course.late is None and course.back is None:
        return "unassessable", "too few pain entries after the change"
    if level.window.mean < LEAST_DIFFERENCE:
        return "unassessable", "there was no pain before the change"
    if change.direction == "decrease":
        return _verdict_down(level, course)
    if course.back is not None:
        return "brief-relief", None
    lower = course.late is not None and course.late.mean <= (1 - REAL_RELIEF) * level.window.mean + 1e-9
    if lower and course.span >= JUDGE_AFTER:
        return "lasting-relief", None
    if course.fell:
        if course.span < JUDGE_AFTER or course.late is None:
            return (
                "unassessable",
                f"pain fell; day {course.last} of the {JUDGE_AFTER} that lasting relief needs",
            )
        if level.above(course.late):
            return "worse", None
        return "no-relief", f"pain fell by less than the {REAL_RELIEF:.0%} that counts".replace("%", " %")
    if level.above(course.settled) or level.above(course.late):
        return "worse", None
    if course.span < SETTLED[1]:
        return "unassessable", f"day {course.last}: too early"
    return "no-relief", None


def _verdict_down(level: _Level, course: _Course) -> tuple[Verdict, str | None]:
    if course.span <= JUDGE_AFTER or course.late is None:
        return "unassessable", f"day {course.last}: a step down is not judged inside {JUDGE_AFTER} days"
    if level.below(course.late):
        return "lasting-relief", None
    return ("worse" if level.above(course.late) else "no-relief"), None


Clinic = tuple[Window | None, Window | None, Window | None, int | None, Verdict, str | None]


def _clinic(change: DoseChange, diary: Diary, since: int | None, until: int) -> Clinic:
    """The comparison for scores too few for a diary."""
    day = change.day
    start = day - CLINIC_BEFORE if since is None else max(since, day - CLINIC_BEFORE)
    before, first_after = diary.window(start, change.first_day), day
    if before is None and len(diary.rated(day, day + BEFORE_DAYS)) < LEAST_RATINGS:
        # A score of the very day stands for the time before it; in a diary kept daily that cannot be known.
        before, first_after = diary.window(day, day + 1), day + 1
    early = diary.window(first_after, min(day + 15, until))
    late = diary.window(day + 15, min(day + 43, until))
    if before is None:
        return None, early, late, None, "unassessable", "no pain entry in the 28 days before the change"
    if early is None and late is None:
        return before, None, None, None, "unassessable", "no pain entry after the change"
    thin = (
        f"clinic scores only ({before.n} before, {(early.n if early else 0) + (late.n if late else 0)} after)"
    )
    if change.direction == "decrease":
        if late is None or until - day <= JUDGE_AFTER:
            return (
                before,
                early,
                late,
                None,
                "unassessable",
                f"a step down is not judged inside {JUDGE_AFTER} days",
            )
        verdict: Verdict = "worse" if _clinic_up(late, before) else "no-relief"
        return before, early, late, None, "lasting-relief" if _clinic_down(late, before) else verdict, thin
    if late is not None:
        if _clinic_down(late, before):
            lasting = until - day >= JUDGE_AFTER
            return before, early, late, None, "lasting-relief" if lasting else "unassessable", thin
        if early is not None and _clinic_down(early, before):
            back = next((k for k in diary.rated(day + 1, until) if _not_below(diary.on(k), before)), None)
            return before, early, late, None if back is None else back - day, "brief-relief", thin
        return before, early, late, None, "worse" if _clinic_up(late, before) else "no-relief", thin
    if early is not None and _clinic_down(early, before):
        return before, early, None, None, "unassessable", f"pain fell; nothing after day 14; {thin}"
    if until - day < SETTLED[1]:
        # the first days are not yet an answer, whichever way the one or two scores point
        return before, early, None, None, "unassessable", f"day {until - day}: too early; {thin}"
    rose = early is not None and _clinic_up(early, before)
    return before, early, None, None, "worse" if rose else "no-relief", thin


def _not_below(value: float | None, before: Window) -> bool:
    return value is not None and value > before.mean * (1 - REAL_RELIEF) and value >= before.mean - 1


def _clinic_down(window: Window, before: Window) -> bool:
    return window.mean <= (1 - REAL_RELIEF) * before.mean + 1e-9 and before.mean > 0


def _clinic_up(window: Window, before: Window) -> bool:
    return window.mean >= before.mean + CLINIC_DIFFERENCE - 1e-9


def _function(
    scores: tuple[tuple[int, float], ...], day: int, since: int | None, until: int
) -> tuple[Window | None, Window | None]:
    floor = day - FUNCTION_BEFORE if since is None else max(since, day - FUNCTION_BEFORE)
    before = window_of([score for d, score in scores if floor <= d <= day])
    end = min(day + FUNCTION_AFTER[1], until)
    after = window_of([score for d, score in scores if day + FUNCTION_AFTER[0] <= d < end])
    return before, after
