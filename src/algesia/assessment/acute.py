"""What must not wait: the ninth item of the PHQ-9, a stop or a large cut, withdrawal brought on by an antagonist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from algesia.assessment.changes import REFILL_DAYS, Line, lines_of
from algesia.assessment.facts import Facts
from algesia.assessment.model import DoseChange
from algesia.assessment.wording import day_text, number
from algesia.quantities.time import Instant

FRESH_DAYS: Final = 28
"""How long a report stands as the state of today (our own definition)."""
PHQ9_FORCED: Final = 25
"""From this total on, item 9 cannot be 0: the other eight items give 24 at most."""
PHQ9_ASK: Final = 10
"""From this total on (phq9_2001), an unknown item 9 is asked the same day."""
STEP_LIMIT: Final = 25.0
"""Largest step in percent that the FDA class label names; a larger one, or a stop, is asked about."""
STEP_DAYS: Final = 14
"""Steps within this span are added up: the label's shortest interval."""
ROTATION_LIMIT: Final = 50.0
"""A rotation may lower the total by this much in percent (the default reduction for incomplete cross-tolerance)."""
TAPERED: Final = 0.25
TAPER_DAYS: Final = 365
"""A stop from this share of the highest dose of the last year is the end of a taper (our own definition)."""
LEAST_COURSE: Final = 7
"""Days an opioid must have run before its end counts as a stop (our own definition)."""


def _item_nine(facts: Facts) -> list[tuple[Instant, float]]:
    """Answers to item 9 of the PHQ-9 in order of time; a total of 25 or more answers it too."""
    found = []
    for scale in facts.record.scales:
        if scale.instrument.lower() != "phq-9" or scale.at.day > facts.as_of:
            continue
        if scale.items is not None and "9" in scale.items:
            found.append((scale.at, scale.items["9"]))
        elif scale.score is not None and scale.score >= PHQ9_FORCED:
            found.append((scale.at, scale.score - 24))
    return sorted(found)


def suicide(facts: Facts) -> list[str]:
    """The last answer to item 9, where it is above 0 and no older than 28 days."""
    answers = _item_nine(facts)
    if not answers:
        return []
    at, item = answers[-1]
    if item <= 0 or facts.as_of - at.day > FRESH_DAYS:
        return []
    return [f"PHQ-9 item 9 is above 0, {day_text(facts.record, at.day)}"]


def suicide_open(facts: Facts) -> list[str]:
    """Item 9 raised long ago or denied since, or never answered beside a total of 10 or more."""
    answers = _item_nine(facts)
    raised = [at for at, item in answers if item > 0]
    if raised and (raised[-1] == answers[-1][0] or facts.as_of - raised[-1].day <= FRESH_DAYS):
        return [f"PHQ-9 item 9 was above 0, {day_text(facts.record, raised[-1].day)}"]
    scale = facts.scale("phq-9")
    if scale is None or scale.score is None or scale.score < PHQ9_ASK:
        return []
    if any(at >= scale.at for at, _ in answers) or facts.as_of - scale.at.day > FRESH_DAYS:
        return []
    return [f"PHQ-9 {number(scale.score)}, {day_text(facts.record, scale.at.day)}, item 9 not on record"]


def abrupt(facts: Facts, changes: Sequence[DoseChange]) -> list[str]:
    """A stop, or a fall beyond the label's largest step within two weeks, that still stands and is at most 28 days old.

    A fall is measured from the highest level that stood for a week. A rotation is asked about when the total fell by
    more than half, incomplete cross-tolerance considered; a change that only moves what as-needed orders allow, a
    supply that ran out within a week and the last small step of a taper are not.
    """
    found = []
    turned = {change.day for change in changes if change.direction == "rotation"}
    running = facts.running_opioids()
    for line in lines_of(facts.exposure):
        if line.allowed:
            continue
        for day, value in line.levels:
            high = line.held(day - STEP_DAYS, day, LEAST_COURSE)
            limit = ROTATION_LIMIT if day in turned else STEP_LIMIT
            fell = 0 <= facts.as_of - day <= FRESH_DAYS and high > 0 and value < (1 - limit / 100) * high
            if not fell or line.at(facts.as_of) >= (1 - limit / 100) * high:
                continue
            words = _fall(facts, line, day, value, high, bool(running))
            if words is not None:
                found.append(words)
    for item in facts.exposure.items:
        if item.status != "unconverted" or item.daily is not None or item.end is None or running:
            continue
        if 0 <= facts.as_of - item.end <= FRESH_DAYS and item.end - item.start >= LEAST_COURSE:
            found.append(f"{item.drug} until {day_text(facts.record, item.end)}, amount not known")
    return found[-1:] if found else []


def _fall(facts: Facts, line: Line, day: int, value: float, high: float, running: bool) -> str | None:
    """The fall in words; ``None`` where it is the end of a taper, a late refill, or one of several drugs."""
    when = day_text(facts.record, day)
    unit = "MME a day" if line.unit == "MME/d" else f"mg a day of {line.drug}"
    if value > 0:
        return f"{number(high)} to {number(value)} {unit} by {when}"
    refill = any(
        item.end == day and item.basis == "dispensed" and facts.as_of - day <= REFILL_DAYS
        for item in facts.exposure.items
    )
    tapered = high <= TAPERED * line.held(day - TAPER_DAYS, day, LEAST_COURSE)
    if running or refill or tapered:
        return None
    return f"{number(high)} {unit} until {when}, nothing on record since"


def precipitated(facts: Facts) -> list[str]:
    """Withdrawal within a day of an antagonist, or of the first days of buprenorphine."""
    given = [
        (m.start.day, name)
        for m in facts.record.medications
        if not m.as_needed
        and (name := facts.displacer(m)) is not None
        and not facts.ran_before(name, m.start.day)
    ]
    given += [(d.at.day, name) for d in facts.record.doses if (name := facts.displacer(d)) is not None]
    for intervention in facts.record.interventions:
        words = (intervention.text or intervention.kind).lower()
        taught = any(word in words for word in ("kit", "taught", "teach", "offered", "education"))
        given += [
            (intervention.at.day, name) for name in ("naltrexone", "naloxone") if name in words and not taught
        ]
    found = []
    for sign in facts.record.signs:
        day = sign.at.day
        if sign.sign != "withdrawal-signs" or not sign.present or not 0 <= facts.as_of - day <= FRESH_DAYS:
            continue
        found += [
            f"withdrawal signs, {day_text(facts.record, day)}, after {drug}"
            for at, drug in given
            if 0 <= day - at <= 1
        ]
    return sorted(set(found))
