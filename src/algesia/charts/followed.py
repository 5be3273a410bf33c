"""What followed each dose change, in the few words that stand above its stem.

The words come from the fields of `assessment.Episode`; nothing is judged here. They say what came after, never
what the dose did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from algesia.assessment.model import DoseChange, Episode
from algesia.charts.scale import amount


@dataclass(frozen=True, slots=True)
class Followed:
    """A dose change on the picture.

    `size`, `verdict` and `detail` are the three lines above the stem ("+50 %", "relief 20 days", "back by day
    21"). `level` is the mean before (dotted) from `level_from` to `level_until`; relief lies between it and the
    running mean until `relief_until`, and `back` is the day pain was at the level again. `in_steps` says that
    the change is the sum of smaller steps, of which `day` is the last.
    """

    number: int
    day: int
    size: str
    dose: str
    verdict: str
    detail: str
    says: str
    down: bool
    in_steps: bool
    from_dose: float
    to_dose: float
    unit: str
    drug: str | None
    route: str | None
    pain_before: float | None
    level: float | None
    level_from: int
    level_until: int
    relief_until: int | None
    back: int | None


def followed(episodes: Sequence[Episode], first: int, as_of: int) -> tuple[Followed, ...]:
    """The changes of the days `first` to `as_of`, numbered in order of time."""
    shown = [episode for episode in episodes if first <= episode.change.day <= as_of]
    return tuple(_one(number, episode, first, as_of) for number, episode in enumerate(shown, 1))


def _one(number: int, episode: Episode, first: int, as_of: int) -> Followed:
    change = episode.change
    verdict, detail = _verdict(episode, as_of)
    end = min(change.day + episode.judged_days, as_of) + 1
    returned = episode.returned_after_days
    back = None if returned is None or change.day + returned > as_of else change.day + returned
    down = change.direction == "decrease"
    relief_until = None
    if not down and episode.pain_before is not None:
        relief_until = back if back is not None else end if episode.still_below else None
    unit = "MME" if change.unit == "MME/d" else "mg"
    return Followed(
        number=number,
        day=change.day,
        size=size_words(change),
        dose=f"{amount(change.before)} to {amount(change.after)} {unit}",
        verdict=verdict,
        detail=detail,
        says=episode.says,
        down=down,
        in_steps=change.begun is not None,
        from_dose=change.before,
        to_dose=change.after,
        unit=change.unit,
        drug=change.drug,
        route=change.route,
        pain_before=None if episode.pain_before is None else episode.pain_before.mean,
        level=None if down or episode.pain_before is None else episode.pain_before.mean,
        level_from=max(change.day - 7, first),
        level_until=min(back + 5, as_of + 1) if back is not None else end,
        relief_until=relief_until,
        back=None if down else back,
    )


def size_words(change: DoseChange) -> str:
    """The first line: the signed percentage, or the word where none can be given.

    >>> size_words(DoseChange(0, "decrease", 150, 135, "MME/d")), size_words(DoseChange(0, "start", 0, 60, "MME/d"))
    ('−10 %', 'start')
    """
    if change.direction == "rotation":
        return "rotation"
    percent = change.percent
    if percent is None:
        return "start"
    if change.after == 0:
        return "stop"
    return signed(percent, 0) + " %"


def signed(value: float, digits: int) -> str:
    """A number with its sign, the true minus, and no sign on zero.

    >>> signed(-8.3, 0), signed(1.0, 1), signed(0.04, 1)
    ('−8', '+1.0', '0.0')
    """
    text = f"{value:,.{digits}f}"
    if not text.strip("-0.,"):
        return text.lstrip("-")
    return "+" + text if value > 0 else text.replace("-", "−")


def _verdict(episode: Episode, as_of: int) -> tuple[str, str]:
    """The second and third line."""
    judged, down = episode.judged_days, episode.change.direction == "decrease"
    if episode.verdict == "unassessable":
        return _open(episode, as_of)
    if episode.verdict == "brief-relief":
        returned = episode.returned_after_days
        if returned is None:
            return "brief relief", difference(episode)
        length = f"relief {days_words(returned)}"
        return length, f"back by day {returned}"
    if episode.verdict == "lasting-relief":
        if down:
            return "pain lower", difference(episode)
        return "lasting relief", difference(episode) or f"to day {judged}"
    if episode.verdict == "worse":
        return "pain higher" if down else "worse", difference(episode)
    return "pain the same" if down else "no relief", difference(episode)


def _open(episode: Episode, as_of: int) -> tuple[str, str]:
    """Words for what could not be judged: too early, cut off by the next change, or too few entries."""
    judged = episode.judged_days
    latest = episode.change.day + judged >= as_of
    if episode.pain_before is None:
        return (
            "cannot tell",
            "no entry before" if not episode.why or "before" in episode.why else "few entries",
        )
    if episode.pain_after is None and episode.pain_late is None:
        return (
            ("too early", f"day {judged}") if latest and judged < 10 else ("cannot tell", "few entries after")
        )
    if latest:
        return ("lower so far" if episode.still_below else "too early"), f"day {judged}"
    return "not judged", difference(episode) or f"next step day {judged + 1}"


def difference(episode: Episode) -> str:
    """How pain differed from before, and by when: "+1.0 by week 7". Empty where it cannot be said."""
    before, late = episode.pain_before, episode.pain_late
    if before is None:
        return ""
    if late is not None:
        return f"{signed(late.mean - before.mean, 1)} by {_when(min(episode.judged_days, 56))}"
    if episode.pain_after is not None:
        return f"{signed(episode.pain_after.mean - before.mean, 1)} by {_when(min(episode.judged_days, 14))}"
    return ""


def _when(days: int) -> str:
    return f"day {max(days, 1)}" if days < 7 else f"week {days // 7}"


def days_words(count: int) -> str:
    """A number of days in words.

    >>> days_words(1), days_words(20)
    ('1 day', '20 days')
    """
    return f"{count} day" if count == 1 else f"{count} days"


def tapers(changes: Sequence[Followed]) -> tuple[tuple[int, int], ...]:
    """Runs of two or more steps down in a row, as ``[first, last + 1)`` indices."""
    found: list[tuple[int, int]] = []
    start = 0
    for index in range(1, len(changes) + 1):
        same = (
            index < len(changes)
            and changes[index].down
            and changes[start].down
            and changes[index].unit == changes[start].unit
            and changes[index].drug == changes[start].drug
        )
        if not same:
            if index - start > 1:
                found.append((start, index))
            start = index
    return tuple(found)
