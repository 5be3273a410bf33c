"""How fast a taper may go: the slowest rule that applies to the duration of use; slower on request, never faster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from algesia.assessment.facts import Facts
from algesia.exposure.model import Exposure
from algesia.knowledge.loader import Knowledge
from algesia.knowledge.plan_tapers import TaperDefault, TaperLimits, TaperRule
from algesia.plan.model import Pace, Rule, TaperRequest
from algesia.plan.wording import amount, share

GAP_DAYS: Final = 31
"""Days without an opioid that do not end a course of use (our own definition: a longer use means a slower taper)."""
YEAR: Final = 365
LONGEST_INTERVAL: Final = 91
"""The longest interval that is planned (our own limit: three months)."""
GRAY_FROM: Final = 183
"""From 6 months of use the monthly pace is taken (note of the default for shorter use: a gray zone)."""

GRAY: Final = "use for 6 months to less than 1 year, planned as a year or more"


@dataclass(frozen=True, slots=True)
class Refused:
    """A pace that is not given, with the nearest one that is."""

    because: str
    nearest: str


def use_days(exposure: Exposure, as_of: int, since: int | None = None) -> int:
    """For how many days an opioid has been used without a gap of more than 31 days, up to the day of asking.

    `since` moves the beginning back where the record does not go back to it; never forward.
    """
    spans = sorted(
        (item.start, as_of if item.end is None else min(item.end, as_of))
        for item in exposure.items
        if item.status not in ("not-opioid",) and item.start <= as_of
    )
    begin: int | None = None
    reached = 0
    for start, end in spans:
        if begin is None or start - reached > GAP_DAYS:
            begin, reached = start, end
        reached = max(reached, end)
    if begin is None:
        return 0
    return as_of - (begin if since is None else min(begin, since))


def last_fall(exposure: Exposure, as_of: int, within: int) -> int | None:
    """The last day, no more than `within` days before the day of asking, from which an opioid runs lower than before it.

    A fall that was made up since is none. ``None`` when there is no such day.
    """
    found = [
        day
        for steps in exposure.tracks.values()
        for day in steps.days
        if as_of - within < day <= as_of
        and steps.at(as_of).likely < steps.at(day - 1).likely
        and steps.at(day).likely < steps.at(day - 1).likely
    ]
    return max(found, default=None)


def pace(knowledge: Knowledge, days: int, request: TaperRequest) -> Pace | Refused:
    """The pace of a plan after so many days of use.

    The default for the duration of use (`taper_limits.json`), which is the slowest of the rules that may be planned
    with. A request for a smaller percent or a longer interval is granted down to the slowest published taper
    and beyond; a larger percent or a shorter interval never.

    >>> from algesia.knowledge.loader import load
    >>> found = pace(load(), 800, TaperRequest())
    >>> found.percent, found.interval_days, found.of, found.rule.source
    (10.0, 28, 'current', 'cdc2022')
    >>> pace(load(), 800, TaperRequest(percent=20)).nearest
    '--percent 10'
    """
    limits = knowledge.taper_limits
    gray = GRAY_FROM <= days < YEAR
    rule = _default(limits, YEAR if gray else days, request.since is not None)
    percent, interval = rule.percent, rule.interval_low_days
    of, below = rule.of, rule.current_below_percent
    if request.percent is not None and request.percent > percent:
        return Refused(
            f"{share(request.percent)} a step is faster than the slowest rule that applies, {share(percent)} ({rule.source})",
            f"--percent {amount(percent)}",
        )
    if request.percent is not None and request.percent < rule.allow_low:
        return Refused(
            f"{share(request.percent)} a step is less than the slowest published taper, {share(rule.allow_low)}",
            f"--percent {amount(rule.allow_low)}",
        )
    if request.interval_days is not None and request.interval_days > LONGEST_INTERVAL:
        return Refused(
            f"{request.interval_days} days a step is longer than {LONGEST_INTERVAL} days: hold the dose, and plan again later",
            f"--interval-days {LONGEST_INTERVAL}",
        )
    if request.interval_days is not None and request.interval_days < interval:
        return Refused(
            f"{request.interval_days} days a step is faster than the slowest rule that applies, {interval} days ({rule.source})",
            f"--interval-days {interval}",
        )
    asked = request.percent not in (None, percent) or request.interval_days not in (None, interval)
    says = _says(percent, interval, of, below, GRAY if gray else _when(rule, days))
    return Pace(
        request.percent if request.percent is not None else percent,
        request.interval_days if request.interval_days is not None else interval,
        of,
        below,
        Rule(rule.id, says, rule.source, rule.confidence),
        asked,
    )


def _when(rule: TaperDefault, days: int) -> str:
    """For how long a use the rule is, as printed; a use shorter than it says what is taken instead."""
    if days >= (rule.use_from_days or 0):
        return rule.when
    return f"{days} days of use, planned as {rule.when}"


def _default(limits: TaperLimits, days: int, said: bool = False) -> TaperDefault:
    """The default for a duration of use; for less than any rule is for, the slowest, or the shortest where `said`."""
    timed = [d for d in limits.defaults if d.use_from_days is not None]
    held = [
        d
        for d in timed
        if days >= (d.use_from_days or 0) and (d.use_below_days is None or days < d.use_below_days)
    ]
    if held:
        return held[0]
    return (min if said else max)(timed, key=lambda d: d.interval_low_days)


def _says(percent: float, interval: int, of: str, below: float | None, when: str) -> str:
    if of == "original" and below is not None:
        part = f"{share(percent)} of the original dose every {interval} days until {share(below)} of it is left, then {share(percent)} of what is left"
    else:
        part = f"{share(percent)} of the current dose every {interval} days, or slower"
    return f"{when[0].upper()}{when[1:]}: {part}."


def applicable(knowledge: Knowledge, days: int) -> tuple[TaperRule, ...]:
    """The published rates that apply to a duration of use and may be planned with or bound it, for the plan's list of rules."""
    return tuple(
        rule
        for rule in knowledge.taper_rules.values()
        if rule.role in ("pace", "ceiling")
        and rule.subject == "opioid"
        and (rule.use_from_days is None or days >= rule.use_from_days)
        and (rule.use_below_days is None or days < rule.use_below_days)
    )


def counted_from(facts: Facts, days: int) -> str:
    """A sentence for a record that shows less than a year of use: its first opioid may not be the first ever."""
    if days >= YEAR:
        return ""
    shortest = min(
        d.use_from_days for d in facts.knowledge.taper_limits.defaults if d.use_from_days is not None
    )
    slow = " The slowest pace is taken." if days < shortest else ""
    return f"Opioid use is counted from the first opioid on record, {days} days ago; if it began earlier, say since when.{slow}"
