"""The sentence a review opens with, and the line under it that says what it rests on."""

from __future__ import annotations

from collections.abc import Sequence

from algesia.assessment.diary import Diary
from algesia.assessment.model import Episode, Interlock, Now, SignState
from algesia.assessment.wording import change_words, day_text, days, listed, number
from algesia.exposure.model import Exposure
from algesia.record.model import Record


def headline(
    record: Record,
    exposure: Exposure,
    episodes: Sequence[Episode],
    signs: Sequence[SignState],
    locks: Sequence[Interlock],
    now: Now,
) -> str:
    """One or two sentences with numbers: what the record says, for people.

    An emergency speaks alone. Increases come before everything else, then the latest step down, then what is known
    of dose and pain without a change.
    """
    emergencies = [lock for lock in locks if lock.level == "emergency"]
    if emergencies:
        return _emergency(emergencies)
    judged = [e for e in episodes if e.change.direction == "increase" and e.verdict != "unassessable"]
    increases = [e for e in episodes if e.change.direction == "increase"]
    sentences = []
    if judged:
        sentences.append(after_increases(judged))
    elif increases:
        count = "One dose increase" if len(increases) == 1 else f"{len(increases)} dose increases"
        sentences.append(f"{count} on record; the pain entries cannot show what followed.")
    down = _since_reduction(record, episodes, now)
    if down:
        sentences.append(down)
    if not sentences:
        sentences.append(_without_changes(exposure, signs, now))
    return " ".join(sentences)


def after_increases(judged: Sequence[Episode]) -> str:
    """What followed the increases that can be judged.

    "After 3 of 4 increases pain was back within 21 days; after 1 it did not fall."
    """
    total = len(judged)
    of = "the increase" if total == 1 else f"all {total} increases"
    back = [e.returned_after_days for e in judged if e.returned_after_days is not None]
    brief = [e for e in judged if e.verdict == "brief-relief"]
    none = [e for e in judged if e.verdict == "no-relief"]
    worse = [e for e in judged if e.verdict == "worse"]
    lasting = [e for e in judged if e.verdict == "lasting-relief"]

    def which(group: Sequence[Episode]) -> str:
        return of if len(group) == total else f"{len(group)} of {total} increases"

    parts = []
    if brief:
        when = f"back within {days(max(back))}" if len(back) == len(brief) else "back after a time"
        parts.append(f"after {which(brief)} pain was {when}")
    if none:
        parts.append(f"after {which(none)} there was no relief")
    if worse:
        parts.append(f"after {which(worse)} pain was higher")
    if lasting:
        parts.append(f"after {which(lasting)} relief lasted")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _emergency(locks: Sequence[Interlock]) -> str:
    reasons = sorted({reason.split(",")[0] for lock in locks for reason in lock.because})
    return f"Assess now: {listed(reasons)}."


def _since_reduction(record: Record, episodes: Sequence[Episode], now: Now) -> str | None:
    """Pain now against pain before the run of steps down that the record ends with."""
    run: list[Episode] = []
    for episode in reversed(episodes):
        if episode.change.direction != "decrease":
            break
        run.append(episode)
    if not run or now.pain is None:
        return None
    first = run[-1]
    when = day_text(record, first.change.first_day)
    if first.pain_before is None:
        return None
    if first.judged_days < 28 and len(run) == 1:
        return f"The dose was lowered on {when}: too early to judge."
    gap = now.pain.mean - first.pain_before.mean
    if abs(gap) < 0.5:
        return f"Pain is as it was before the dose was lowered on {when}."
    return f"Pain is {number(abs(gap))} {'lower' if gap < 0 else 'higher'} since the dose was first lowered on {when}."


def _without_changes(exposure: Exposure, signs: Sequence[SignState], now: Now) -> str:
    parts = []
    total = exposure.on(exposure.last_day)
    if total.mme.likely > 0:
        parts.append(f"{number(total.mme.likely)} MME a day" + ("" if total.complete else ", not complete"))
    elif total.unconverted:
        parts.append(f"{listed(sorted({i.drug for i in total.unconverted}))}, amount not in MME")
    elif not exposure.items:
        parts.append("no opioid on record")
    else:
        parts.append("no opioid running")
    if now.pain is not None:
        parts.append(f"pain {number(now.pain.mean)}")
    present = [s.clinical[0].lower() + s.clinical[1:] for s in signs if s.status == "present"]
    text = "; ".join(parts)
    told = f" On record: {listed(present[:3])}." if present else ""
    return f"{text[0].upper()}{text[1:]}.{told} No dose change with pain around it to compare."


def subline(exposure: Exposure, episodes: Sequence[Episode], diary: Diary, edition: str) -> str:
    """What the review rests on: the diary, the changes, the edition."""
    parts = []
    if diary.days:
        span = exposure.last_day - diary.days[0] + 1
        parts.append(f"{len(diary.days)} of {days(span)} with a pain entry")
    else:
        parts.append("no pain entries")
    changes = [e for e in episodes if e.change.direction != "start"]
    parts.append("1 dose change" if len(changes) == 1 else f"{len(changes)} dose changes")
    return (
        f"From {listed(parts)}. Knowledge edition {edition}. "
        "There is no validated test for opioid-induced hyperalgesia."
    )


def change_list(episodes: Sequence[Episode]) -> tuple[str, ...]:
    """Each change in words with what followed."""
    return tuple(f"{change_words(e.change)}. {e.says}" for e in episodes)
