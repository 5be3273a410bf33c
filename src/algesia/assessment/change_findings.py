"""Findings that the dose changes answer, by what followed them. One fact speaks once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from algesia.assessment.dose_response import LATE_DAYS, LEAST_DIFFERENCE, LEAST_WORSE
from algesia.assessment.facts import Facts
from algesia.assessment.finding import Finding
from algesia.assessment.model import Episode
from algesia.assessment.sign_findings import WITHDRAWAL_DAYS
from algesia.assessment.wording import day_text, lower_first, number

BRIEF_DAYS: Final = 28
"""Relief that held longer was not brief ("days to a few weeks")."""
RUN_GAP: Final = 90
"""Steps further apart than this are no run."""
RUN_DAYS: Final = 56
"""A taper in steps is judged as one run from eight weeks after its first step (our own definition)."""


def from_episodes(facts: Facts, episodes: Sequence[Episode]) -> list[Finding]:
    """What the increases, steps down and rotations that can be judged answer."""
    found = []
    ups = [e for e in episodes if e.change.direction == "increase" and e.verdict != "unassessable"]
    if ups:
        last = ups[-1]
        words = f"after the increase of {day_text(facts.record, last.change.day)}: {lower_first(last.says)}"
        day = last.change.day
        # One fact speaks once: the verdict's own finding counts, the other two are answered and weigh nothing.
        worse, lasting = last.verdict == "worse", last.verdict == "lasting-relief"
        found.append(Finding("dose-up-pain-up", worse, words, day, None, worse))
        found.append(Finding("dose-up-relief-sustained", lasting, words, day, None, lasting))
        brief = [e for e in ups if e.verdict == "brief-relief" and (e.returned_after_days or 0) <= BRIEF_DAYS]
        if brief:
            times = f"{len(brief)} of {len(ups)} increases"
            found.append(
                Finding("dose-up-brief-relief", True, f"relief was brief after {times}", brief[-1].change.day)
            )
        elif last.verdict in ("no-relief", "lasting-relief"):
            found.append(Finding("dose-up-brief-relief", False, words, day, None, False))
    downs = [e for e in episodes if e.change.direction == "decrease" and e.verdict != "unassessable"]
    if downs:
        last = downs[-1]
        # The reference asks "the same or better"; the same counts for nothing here: a flat diary proves little.
        better, worse = last.verdict == "lasting-relief", last.verdict == "worse"
        words = f"after the step down of {day_text(facts.record, last.change.day)}: {lower_first(last.says)}"
        found.append(
            Finding(
                "dose-down-pain-down",
                not worse,
                words,
                last.change.day + WITHDRAWAL_DAYS,
                None,
                better or worse,
            )
        )
    else:
        found += _from_run(facts, episodes)
    turns = [e for e in episodes if e.change.direction == "rotation" and e.verdict != "unassessable"]
    if turns:
        last = turns[-1]
        better = last.verdict in ("lasting-relief", "brief-relief")
        words = f"after the rotation of {day_text(facts.record, last.change.day)}: {lower_first(last.says)}"
        found.append(Finding("rotation-improved", better, words, last.change.day))
    good = [
        e for e in episodes if e.verdict == "lasting-relief" and e.change.direction in ("start", "increase")
    ]
    if good and facts.exposure.on(facts.as_of).mme.likely > good[0].change.after:
        words = f"lasting relief on {number(good[0].change.after)} a day ({day_text(facts.record, good[0].change.day)})"
        found.append(Finding("prior-good-response", True, words, good[0].change.day))
    return found


def _from_run(facts: Facts, episodes: Sequence[Episode]) -> list[Finding]:
    """A taper whose steps follow each other too closely to be judged one by one, judged as a whole."""
    run: list[Episode] = []
    for episode in reversed(episodes):
        if episode.change.direction != "decrease":
            break
        if run and run[0].change.day - episode.change.day > RUN_GAP:
            break
        run.insert(0, episode)
    if not run or run[0].pain_before is None or facts.as_of - run[0].change.first_day < RUN_DAYS:
        return []
    since = max(run[-1].change.day, facts.as_of - LATE_DAYS + 1)
    now = facts.diary.window(since, facts.as_of + 1)
    if now is None or now.n < 3:
        return []
    before = run[0].pain_before
    worse = now.mean >= before.mean + LEAST_WORSE
    better = now.mean <= before.mean - LEAST_DIFFERENCE
    if worse and facts.as_of - run[-1].change.day < WITHDRAWAL_DAYS:
        return []
    words = (
        f"{len(run)} steps down since {day_text(facts.record, run[0].change.first_day)}: "
        f"pain {number(before.mean)} before, {number(now.mean)} now"
    )
    return [Finding("dose-down-pain-down", not worse, words, facts.as_of, None, better or worse)]
