"""How the assessment speaks: numbers, days and the sentences built from them.

"Followed, not caused": sentences say what came after. A true minus sign, no trailing zeros, no adjectives.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from algesia.record.model import Record

if TYPE_CHECKING:
    from algesia.assessment.model import Episode

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def number(value: float, digits: int = 1) -> str:
    """A number without trailing zeros, with a true minus sign.

    >>> number(40.0), number(1.25), number(-0.42)
    ('40', '1.2', '−0.4')
    """
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace("-", "−")


def percent(value: float) -> str:
    """A signed percentage.

    >>> percent(33.3), percent(-10)
    ('+33 %', '−10 %')
    """
    rounded = round(value)
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{abs(rounded)} %"


def day_text(record: Record, day: int) -> str:
    """A day as the record knows it: "12 November 2026", or "day 21" when there is no calendar."""
    if record.relative:
        return f"day {day - record.epoch.day}".replace("-", "−")
    when = date.fromordinal(day)
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def days(count: int) -> str:
    """A number of days in words.

    >>> days(1), days(9)
    ('1 day', '9 days')
    """
    return f"{count} day" if count == 1 else f"{count} days"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Parts as a sentence lists them.

    >>> listed(["21", "11", "9"])
    '21, 11 and 9'
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def lower_first(sentence: str) -> str:
    """A sentence as it stands inside another: small first letter, no full stop.

    >>> lower_first("Pain did not fall.")
    'pain did not fall'
    """
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def amount(value: float, unit: str) -> str:
    """A daily dose in words: "60 MME a day"."""
    return f"{number(value, 2 if value < 10 else 1)} {'MME' if unit == 'MME/d' else 'mg'} a day"


def change_sentence(episode: Episode) -> str:
    """What followed one change, in one or two plain sentences."""
    before = episode.pain_before
    if episode.verdict == "unassessable":
        return f"Cannot be judged: {episode.why}."
    if episode.verdict == "brief-relief":
        if episode.returned_after_days is None:
            return "Pain fell and came back."
        return f"Pain fell and was back within {days(episode.returned_after_days)}."
    last = episode.pain_late or episode.pain_after
    if before is None or last is None:
        return "Cannot be judged."
    return _judged(episode, before.mean, last.mean)


def _judged(episode: Episode, before: float, last: float) -> str:
    """The sentence for lasting relief, no relief or worse: the means it rests on are named."""
    gap = points(abs(last - before))
    means = f"{number(before)} before, {number(last)} {'later' if episode.pain_late is not None else 'after'}"
    if episode.verdict == "worse":
        return f"Pain was higher by {gap} ({means})."
    if episode.verdict == "lasting-relief":
        return f"Pain stayed lower by {gap} ({means})."
    if episode.change.direction == "decrease":
        if episode.change.after == 0:
            return f"Pain was the same after the opioid ended ({means})."
        return f"Pain was the same on the lower dose ({means})."
    if before - last >= 0.5 and last > 0.7 * before:
        return f"Pain fell by {gap} ({means}), less than the 30 % that counts as relief."
    return f"Pain did not fall ({means})."


def points(value: float) -> str:
    """A difference in pain.

    >>> points(1.04), points(2.5)
    ('1 point', '2.5 points')
    """
    text = number(value)
    return f"{text} point" if text == "1" else f"{text} points"
