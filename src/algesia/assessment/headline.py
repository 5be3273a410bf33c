"""The sentence a review opens with, and the line under it that says what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from algesia.assessment.diary import Diary
from algesia.assessment.dose_response import JUDGE_AFTER, LEAST_DIFFERENCE
from algesia.assessment.model import Episode, Interlock, SignState
from algesia.assessment.sign_findings import STALE_DAYS
from algesia.assessment.wording import day_text, days, listed, number
from algesia.exposure.model import Exposure
from algesia.record.model import Record

RECENT_DAYS: Final = 7


def headline(
    record: Record,
    exposure: Exposure,
    episodes: Sequence[Episode],
    signs: Sequence[SignState],
    locks: Sequence[Interlock],
    diary: Diary,
) -> str:
    """One or two sentences with numbers: what the record says, for people.

    An emergency speaks alone; what must be assessed the same day comes first. Then what followed the increases, the
    latest steps down, or what is known of dose and pain without a change.
    """
    emergencies = [lock for lock in locks if lock.level == "emergency"]
    if emergencies:
        return _emergency(emergencies)
    urgent = list(
        dict.fromkeys(reason for lock in locks if lock.level == "urgent" for reason in lock.because)
    )
    increases = [e for e in episodes if e.change.direction == "increase"]
    judged = [e for e in increases if e.verdict != "unassessable" and not e.change.allowed]
    told = []
    if judged:
        told.append(after_increases(judged))
    elif increases:
        told.append(_unjudged(increases))
    down = _since_reduction(record, episodes, diary, exposure)
    if down:
        told.append(down)
    if not told:
        told.append(_without_changes(exposure, signs, diary))
    first = [f"Assess today: {'; '.join(urgent[:3])}."] if urgent else []
    return " ".join([*first, *told])


def _unjudged(increases: Sequence[Episode]) -> str:
    count = "One dose increase" if len(increases) == 1 else f"{len(increases)} dose increases"
    if all(e.change.allowed for e in increases):
        return f"{count} in what as-needed orders allow; what was taken is not known."
    return f"{count} on record; the pain entries cannot show what followed."


def after_increases(judged: Sequence[Episode]) -> str:
    """What followed the increases that can be judged.

    "After 3 of 4 increases pain was back within 21 days; after 1 there was no relief of 30 % or more."
    """
    total = len(judged)
    every = {1: "the increase", 2: "both increases"}.get(total, f"all {total} increases")
    verdicts = ("brief-relief", "no-relief", "worse", "lasting-relief")
    groups = {verdict: [e for e in judged if e.verdict == verdict] for verdict in verdicts}
    brief = groups["brief-relief"]
    back = [e.returned_after_days for e in brief if e.returned_after_days is not None]
    words = {
        "brief-relief": f"back within {days(max(back))}"
        if len(back) == len(brief) > 0
        else "back after a time",
        "no-relief": "there was no relief of 30 % or more",
        "worse": "pain was higher",
        "lasting-relief": "relief lasted",
    }
    words["brief-relief"] = f"pain was {words['brief-relief']}"
    parts: list[str] = []
    for verdict, group in groups.items():
        if group:
            some = f"{len(group)} of {total} increases" if not parts else str(len(group))
            parts.append(f"after {every if len(group) == total else some} {words[verdict]}")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _emergency(locks: Sequence[Interlock]) -> str:
    reasons = list(dict.fromkeys(reason.split(",")[0] for lock in locks for reason in lock.because))
    overdose = any(lock.id == "emergency-overdose" for lock in locks)
    what = "Call the emergency number and give naloxone" if overdose else "Assess now"
    return f"{what}: {listed(reasons)}."


def _since_reduction(
    record: Record, episodes: Sequence[Episode], diary: Diary, exposure: Exposure
) -> str | None:
    """Pain now against pain before the run of steps down that the record ends with."""
    as_of = exposure.last_day
    run: list[Episode] = []
    for episode in reversed(episodes):
        if episode.change.direction != "decrease":
            break
        run.append(episode)
    if not run:
        return None
    first, last = run[-1], run[0]
    if last.change.after == 0 and not _running(exposure):
        what = f"the opioid ended on {day_text(record, last.change.day)}"
    else:
        what = f"the dose was first lowered on {day_text(record, first.change.first_day)}"
    if first.pain_before is None:
        return f"{what[0].upper()}{what[1:]}."
    now = diary.window(max(first.change.day + 1, as_of - RECENT_DAYS + 1), as_of + 1)
    if now is None:
        return f"{what[0].upper()}{what[1:]}; no pain entry in the last week."
    gap = now.mean - first.pain_before.mean
    early = " Too early to judge." if as_of - first.change.first_day < JUDGE_AFTER else ""
    if abs(gap) < LEAST_DIFFERENCE:
        return f"Pain is as it was before {what}.{early}"
    return f"Pain is {number(abs(gap))} {'lower' if gap < 0 else 'higher'} since {what}.{early}"


def _running(exposure: Exposure) -> bool:
    total = exposure.on(exposure.last_day)
    return bool(total.converted or total.unconverted or total.apart)


def _without_changes(exposure: Exposure, signs: Sequence[SignState], diary: Diary) -> str:
    parts = _dose_now(exposure)
    if diary.days:
        recent = diary.window(exposure.last_day - RECENT_DAYS + 1, exposure.last_day + 1)
        score = recent.mean if recent is not None else diary.scores[-1]
        parts.append(f"pain {number(score)}" + ("" if recent is not None else " when last rated"))
    text = "; ".join(parts)
    present = [
        s.clinical[0].lower() + s.clinical[1:]
        for s in signs
        if s.status == "present"
        and s.last_asked is not None
        and exposure.last_day - s.last_asked <= STALE_DAYS
    ]
    told = f" On record: {listed(present[:3])}." if present else ""
    return f"{text[0].upper()}{text[1:]}.{told} No dose change with pain around it to compare."


def _dose_now(exposure: Exposure) -> list[str]:
    """What is taken now, in words: in MME, apart from it, or not known."""
    total = exposure.on(exposure.last_day)
    parts = []
    if total.mme.likely > 0:
        parts.append(f"{number(total.mme.likely)} MME a day" + ("" if total.complete else ", not complete"))
    for drug, unknown in sorted({(i.drug, i.daily is None) for i in total.unconverted}):
        parts.append(f"{drug}, {'amount not known' if unknown else 'not in MME'}")
    for drug in sorted({i.drug for i in total.apart}):
        mg = sum(i.daily.likely for i in total.apart if i.drug == drug and i.daily is not None)
        parts.append(f"{drug} {number(mg, 2)} mg a day, reported apart from MME")
    if parts:
        return parts
    known = any(item.status != "not-opioid" for item in exposure.items)
    return ["no opioid running" if known else "no opioid on record"]


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
        f"{_course(exposure, episodes, diary)}From {listed(parts)}. Knowledge edition {edition}. "
        "There is no validated test for opioid-induced hyperalgesia."
    )


def _course(exposure: Exposure, episodes: Sequence[Episode], diary: Diary) -> str:
    """Pain and dose before the first increase and now: where the whole way led."""
    first = next((e for e in episodes if e.change.direction == "increase" and not e.change.allowed), None)
    now = diary.window(exposure.last_day - RECENT_DAYS + 1, exposure.last_day + 1)
    if first is None or first.pain_before is None or now is None or first.change.unit != "MME/d":
        return ""
    dose = exposure.on(exposure.last_day).mme.likely
    return (
        f"Pain {number(first.pain_before.mean)} on {number(first.change.before)} MME a day before the first increase, "
        f"{number(now.mean)} on {number(dose)} now. "
    )
