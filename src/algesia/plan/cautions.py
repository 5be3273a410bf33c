"""What on a record asks for care before any plan: drugs no table knows, doses above a label's maximum, old entries."""

from __future__ import annotations

from typing import Final

from algesia.assessment.facts import Facts
from algesia.plan.wording import amount, listed
from algesia.record.model import DATED

OLD_DAYS: Final = 31
"""An entry older than this at the day of asking is named (our own limit: a month, as the review gates)."""
STALE_DAYS: Final = 365
"""With nothing on record for longer than this no plan is made (our own limit)."""
BENZODIAZEPINE: Final = "benzodiazepine"


def cautions(facts: Facts) -> tuple[str, ...]:
    """Sentences for the clinician, in the order of a plan's warnings."""
    return (*_above_maximum(facts), *_benzodiazepine(facts), *_unknown(facts), *_unread(facts), *_old(facts))


def latest_entry(facts: Facts) -> int:
    """The last day on which anything was entered up to the day of asking: a finding, or the start of an order."""
    record = facts.record
    days = [fact.at.day for name in DATED for fact in getattr(record, name)]
    days += [m.start.day for m in record.medications]
    days += [m.end.day - 1 for m in record.medications if m.end is not None]
    days += [c.at.day for c in record.conditions if c.at is not None]
    return max((day for day in days if day <= facts.as_of), default=facts.as_of)


def _above_maximum(facts: Facts) -> list[str]:
    """A daily amount on record above the lowest maximum that a label sets on it; an unknown age counts as any age."""
    found = []
    for (drug, route), steps in sorted(facts.exposure.tracks.items()):
        taken = steps.at(facts.as_of).high
        rows = [
            row
            for row in facts.knowledge.rotation.limits
            if row.kind == "max-per-day" and (row.drug, row.route) == (drug, route) and row.unit == "mg/d"
            if row.release is None and (row.id != "tramadol-age" or (facts.age or 0) > 75)
            if "not opioid-tolerant" not in row.when
        ]
        lowest = min(rows, key=lambda row: row.value, default=None)
        if lowest is not None and taken > (lowest.value_high or lowest.value):
            most = amount(lowest.value_high or lowest.value)
            when = f" ({lowest.when})" if lowest.when else ""
            found.append(
                f"{drug.capitalize()}: {amount(taken)} mg a day on record, above the label's {most}{when}."
            )
    return found


def _benzodiazepine(facts: Facts) -> list[str]:
    """A benzodiazepine order that began within a month after an earlier one of the same drug: its dose moves too."""
    running = facts.running_classes().get(BENZODIAZEPINE, ())
    moved = [
        m.drug
        for m in facts.running
        if m.drug in running
        and facts.as_of - m.start.day <= OLD_DAYS
        and any(
            e.drug == m.drug and e.end is not None and e.end.day <= m.start.day
            for e in facts.record.medications
        )
    ]
    if not moved:
        return []
    names = listed(sorted(set(moved)))
    return [
        f"The dose of {names} changed within a month: an opioid and a benzodiazepine are not lowered at the same time."
    ]


def _unknown(facts: Facts) -> list[str]:
    names = sorted({i.drug for i in facts.exposure.items if i.not_recognized and i.covers(facts.as_of)})
    if not names:
        return []
    return [
        f"Not in the tables: {listed(names)}. Whether it is an opioid, and its interactions, were not checked."
    ]


def _unread(facts: Facts) -> list[str]:
    """Instruments that no table knows: what they say was not read, above all on suicide."""
    known = {name.lower() for name in facts.knowledge.instruments}
    names = sorted(
        {
            s.instrument
            for s in facts.record.scales
            if s.instrument.lower() not in known and s.at.day <= facts.as_of
        }
    )
    return [f"Not read, because no table knows it: {listed(names)}."] if names else []


def _old(facts: Facts) -> list[str]:
    silent = facts.as_of - latest_entry(facts)
    if silent <= OLD_DAYS:
        return []
    return [f"The last entry on record is {silent} days old: confirm what is taken now."]
