"""What a taper rests on, as it is printed with it: the rules with their numbers, and what must have been read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from algesia.knowledge.loader import Knowledge
from algesia.knowledge.plan_tapers import Statement
from algesia.plan.model import Pace, Rule
from algesia.plan.pace import applicable
from algesia.plan.wording import amount, share

UNITS: Final = {"%": " %", "d": " days", "1": " times", None: ""}
TOPICS: Final = (
    "never",
    "pause",
    "unable",
    "lost-tolerance",
    "harms",
    "benefits",
    "withdrawal-timeline",
    "before",
)
"""The statements of the table that go with every taper, in this order."""


def rules(knowledge: Knowledge, going: Pace, used: int) -> tuple[Rule, ...]:
    """The pace, the limits that bound it, and every published rate that applies."""
    found = [going.rule]
    for limit in knowledge.taper_limits.limits:
        if limit.use_from_days is None or used >= limit.use_from_days:
            bound = "" if limit.value is None else f" ({amount(limit.value)}{UNITS[limit.unit]})"
            found.append(Rule(limit.id, f"{limit.says[:-1]}{bound}.", limit.source, limit.confidence))
    last = {s.id: s for s in knowledge.taper_limits.statements}["cdc-last-step"]
    found.append(Rule(last.id, last.says, last.source, last.confidence))
    for rate in applicable(knowledge, used):
        low = "" if rate.percent_low in (None, rate.percent_high) else f"{amount(rate.percent_low)} to "
        span = (
            f"{rate.interval_low_days} days"
            if rate.interval_low_days == rate.interval_high_days
            else f"{rate.interval_low_days} to {rate.interval_high_days} days"
        )
        kind = "a bound" if rate.role == "ceiling" else "a published pace"
        says = f"{rate.guideline}, {rate.use}: {low}{share(rate.percent_high)} of the {rate.of} dose every {span} ({kind})."
        found.append(Rule(rate.id, says, rate.source, rate.confidence))
    for pause in knowledge.taper_limits.pauses:
        says = f"{pause.when[0].upper()}{pause.when[1:]}: {pause.says[0].lower()}{pause.says[1:]}"
        found.append(Rule(f"pause-{pause.id}", says, pause.source, pause.confidence))
    return tuple(found)


def statements(table: Sequence[Statement]) -> tuple[Rule, ...]:
    """What a clinician must have read before a taper, topic by topic."""
    return tuple(
        Rule(row.id, row.says, row.source, row.confidence)
        for topic in TOPICS
        for row in table
        if row.topic == topic
    )
