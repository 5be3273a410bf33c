"""The sentences a person reads about their own record: what stands above the picture.

Made from the same episodes and the same diary as the clinician's headline, in words of the eighth grade: what
followed, never what caused it, no name of a condition, nothing about a dose to take.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from algesia.assessment.diary import Diary
from algesia.assessment.dose_response import (
    BEFORE_REACH,
    JUDGE_AFTER,
    LEAST_DIFFERENCE,
    LEAST_RATINGS,
    noise,
)
from algesia.assessment.model import Assessment, Direction, Episode, Verdict
from algesia.report.days import Calendar, count, number, score

DO_NOT_CHANGE: Final = (
    "Please do not change your dose on your own.",
    "Stopping quickly can be dangerous.",
)
"""Stands on every page that a person sees of their review."""

RECENT_DAYS: Final = 7
VERDICTS: Final[tuple[Verdict, ...]] = ("brief-relief", "no-relief", "worse", "lasting-relief")

KEEP_GOING: Final = f"Keep going: a picture needs at least {LEAST_RATINGS} days with a number."
BEFORE_RULE: Final = (
    f"To look at a dose change, at least {LEAST_RATINGS} of the {BEFORE_REACH} days before it need a number."
)
NO_CHANGE: Final = "There is no dose change to look at."
EARLY: Final = "It is too early to be sure."
SHORTER: Final = "After each dose increase, relief was shorter."
SHORTER_OF_TWO: Final = "After the second dose increase, relief was shorter."
NOTHING: Final = "Nothing is on record yet."
FIRST_NUMBER: Final = "Your first number starts the picture."
NO_NUMBER: Final = "No pain number is on record yet."
WORDS_ONLY: Final = "Your pain is on record in words only."
SAME: Final = "Pain was about the same."
UNJUDGED: Final = "What followed cannot be told yet."
NOT_TAKEN: Final = "What was taken is not known."

_AFTER_ONE: Final[dict[Direction, str]] = {
    "increase": "the dose increase", "decrease": "the step down", "rotation": "the switch to another medicine",
    "start": "the medicine was started",
}  # fmt: skip
_AFTER_MANY: Final[dict[Direction, str]] = {
    "increase": "dose increases", "decrease": "steps down", "rotation": "switches to another medicine",
    "start": "starts of the medicine",
}  # fmt: skip


def headline(a: Assessment, diary: Diary, cal: Calendar) -> str:
    """The sentence that opens the person's page.

    The increases that can be judged come first, then the steps down that the record ends with, then a switch or a
    start; without any of these, what the numbers show by themselves.
    """
    increases = [e for e in a.episodes if e.change.direction == "increase"]
    judged = [e for e in increases if e.verdict != "unassessable" and not e.change.allowed]
    if judged:
        if not _shorter(increases):
            return followed_words(judged)
        return SHORTER_OF_TWO if len(increases) == 2 else SHORTER
    if increases:
        return _not_judged(increases)
    others = [e for e in a.episodes if e.change.direction in ("rotation", "start")]
    others = [e for e in others if e.verdict != "unassessable" and not e.change.allowed]
    down = since_steps_down(a, diary, cal)
    if down:
        return down
    if others:
        return followed_words([e for e in others if e.change.direction == others[-1].change.direction])
    return _without_changes(a, diary, cal)


def _shorter(increases: Sequence[Episode]) -> bool:
    """Whether every increase can be judged and each was followed by less relief than the one before.

    Of two, the second must have been followed by some relief: none at all is not "shorter".
    """
    if len(increases) < 2 or any(e.change.allowed for e in increases):
        return False
    lengths = [_relief_days(e) for e in increases]
    known = [days for days in lengths if days is not None]
    if len(known) < len(lengths) or (len(known) == 2 and known[-1] == 0):
        return False
    return all(later < earlier for earlier, later in pairwise(known))


def _relief_days(episode: Episode) -> int | None:
    """Days of relief after an increase, 0 where pain never fell, ``None`` where no number of days can be given."""
    if episode.verdict == "brief-relief":
        return episode.returned_after_days
    never = episode.verdict == "worse" or (episode.verdict == "no-relief" and episode.why is None)
    return 0 if never and not episode.still_below else None


def followed_words(judged: Sequence[Episode]) -> str:
    """What followed changes of one direction, counted: the most frequent first.

    "After 3 of 4 dose increases, pain was back within 20 days. After 1, pain was higher."
    """
    direction, total = judged[0].change.direction, len(judged)
    groups = [(v, [e for e in judged if e.verdict == v]) for v in VERDICTS]
    ranked = sorted(((v, g) for v, g in groups if g), key=lambda pair: -len(pair[1]))
    parts: list[str] = []
    for verdict, group in ranked:
        if total == 1:
            who = _AFTER_ONE[direction]
        elif len(group) == total:
            who = f"{'both' if total == 2 else f'all {total}'} {_AFTER_MANY[direction]}"
        elif not parts:
            who = f"{len(group)} of {total} {_AFTER_MANY[direction]}"
        else:
            who = str(len(group))
        parts.append(f"After {who}, {_what(verdict, group)}.")
    return " ".join(parts)


def _what(verdict: Verdict, group: Sequence[Episode]) -> str:
    if verdict == "brief-relief":
        back = [e.returned_after_days for e in group if e.returned_after_days is not None]
        return (
            f"pain was back within {count(max(back), 'day')}" if len(back) == len(group) else "pain came back"
        )
    if verdict == "worse":
        return "pain was higher"
    return "pain stayed lower" if verdict == "lasting-relief" else "there was no clear relief"


def _not_judged(increases: Sequence[Episode]) -> str:
    times = "once" if len(increases) == 1 else f"{len(increases)} times"
    if all(e.change.allowed for e in increases):
        return f"The most you may take went up {times}. {NOT_TAKEN}"
    return f"Your dose went up {times}. {UNJUDGED}"


def steps_down(a: Assessment) -> tuple[Episode, ...]:
    """The run of steps down that the record ends with, in order of time."""
    run: list[Episode] = []
    for episode in reversed(a.episodes):
        if episode.change.direction != "decrease":
            break
        run.append(episode)
    return tuple(reversed(run))


def since_steps_down(a: Assessment, diary: Diary, cal: Calendar) -> str:
    """Pain now against pain before the run of steps down; empty where the record does not end with one."""
    run = steps_down(a)
    if not run:
        return ""
    first, last = run[0], run[-1]
    total = a.exposure.on(a.as_of)
    ended = last.change.after == 0 and not (total.converted or total.unconverted or total.apart)
    if ended:
        what = f"your medicine ended on {day(last.change.day, cal)}"
    else:
        what = f"your dose first went down on {day(first.change.first_day, cal)}"
    if first.pain_before is None:
        return f"{_upper(what)}. There is no pain number from before."
    now = diary.window(max(first.change.day + 1, a.as_of - RECENT_DAYS + 1), a.as_of + 1)
    if now is None:
        return f"{_upper(what)}. The last week has no pain number."
    gap = now.mean - first.pain_before.mean
    early = f" {EARLY}" if a.as_of - first.change.first_day < JUDGE_AFTER else ""
    if abs(gap) < LEAST_DIFFERENCE:
        return f"Pain is about the same as before {what}.{early}"
    return f"Pain is {number(abs(gap))} {'lower' if gap < 0 else 'higher'} since {what}.{early}"


def _without_changes(a: Assessment, diary: Diary, cal: Calendar) -> str:
    if not diary.days:
        if empty(a):
            return NOTHING
        return WORDS_ONLY if any(p.words for p in a.record.pain) else NO_NUMBER
    if len(diary.days) < LEAST_RATINGS:
        return KEEP_GOING
    recent = diary.window(a.as_of - RECENT_DAYS + 1, a.as_of + 1)
    if recent is None:
        last = number(diary.scores[-1])
        return f"Your last pain number was {last}, on {day(diary.days[-1], cal)}."
    start = diary.window(diary.days[0], diary.days[0] + RECENT_DAYS)
    apart = a.as_of - diary.days[0] >= 2 * RECENT_DAYS
    if start is None or not apart or min(start.n, recent.n) < LEAST_RATINGS:
        return f"Pain was {score(recent.mean)} in the last week."
    gap = recent.mean - start.mean
    if abs(gap) < noise(start, recent, diary.day_to_day):
        return SAME
    return f"Pain is {number(abs(gap))} {'lower' if gap < 0 else 'higher'} than in the first week."


def empty(a: Assessment) -> bool:
    """Whether the record holds nothing that a picture or a sign could be made from."""
    return not (a.record.pain or a.record.body_maps or a.exposure.items or any(s.history for s in a.signs))


def subline(a: Assessment, diary: Diary, cal: Calendar, said: str) -> str:
    """What the headline rests on, and what it does not say: `said` is the headline."""
    parts = []
    if diary.days:
        first, rated = diary.days[0], len(diary.days)
        span = a.as_of - first + 1
        if span > 1:
            same_year = cal.long(first)[-4:] == cal.long(a.as_of)[-4:]
            end = day(a.as_of, cal) if same_year else cal.long(a.as_of)
            parts.append(f"{_upper(day(first, cal))} to {end}.")
            parts.append(f"{rated} of {span} days {'has' if rated == 1 else 'have'} a pain number.")
        else:
            parts.append(f"1 pain number, on {day(first, cal)}.")
    else:
        parts.append(FIRST_NUMBER if said == NOTHING else "" if said == NO_NUMBER else NO_NUMBER)
    increases = [e for e in a.episodes if e.change.direction == "increase"]
    judged = [e for e in increases if e.verdict != "unassessable" and not e.change.allowed]
    down = since_steps_down(a, diary, cal)
    if judged and len(judged) < len(increases):
        parts.append(f"{count(len(increases) - len(judged), 'more increase')} cannot be judged.")
    if down and down != said:
        parts.append(down)
    if not a.episodes and said != NOTHING:
        parts.append(BEFORE_RULE if said in (KEEP_GOING, NO_NUMBER) else NO_CHANGE)
    return " ".join(part for part in parts if part)


def day(at: int, cal: Calendar) -> str:
    """A day in a sentence: "5 January", with its year where that is not the year of asking, or "day 21"."""
    long = cal.long(at)
    return long if cal.relative or long[-4:] != cal.long(cal.as_of)[-4:] else long[:-5]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
