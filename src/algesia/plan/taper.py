"""A gradual, supervised taper as a proposal: real products on real days, bounded by the slowest rule that applies.

A blocked record yields no plan. A request that cannot be met yields the reason and the nearest safe one. Several
opioids are tapered one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from algesia.assessment.facts import Facts
from algesia.assessment.model import Assessment
from algesia.knowledge.loader import Knowledge
from algesia.knowledge.plan_tapers import Statement
from algesia.plan.descent import descend
from algesia.plan.gates import gate, naloxone
from algesia.plan.model import Pace, Regimen, Rule, Step, TaperPlan, TaperRequest, Turn
from algesia.plan.order import in_order
from algesia.plan.pace import Refused, applicable, counted_from, last_fall, pace, use_days
from algesia.plan.regimen import Reading, regimens
from algesia.plan.supplies import supplies
from algesia.plan.support import withdrawal_support
from algesia.plan.wording import amount, listed, share
from algesia.quantities.refusal import Unassessable, WrongCall
from algesia.quantities.time import iso_day
from algesia.record.model import Record

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


def taper(assessment: Assessment, knowledge: Knowledge, request: TaperRequest | None = None) -> TaperPlan:
    """A taper for a reviewed record.

    Parameters
    ----------
    assessment
        The review of the record (`algesia.review.review`).
    request
        What is asked for: only slower than the rule, never faster.

    Raises
    ------
    WrongCall
        When the request names a product that does not exist, or a number that is none.

    Examples
    --------
    >>> from algesia.knowledge.loader import load
    >>> from algesia.record.codec import read_record
    >>> from algesia.review import review
    >>> record = read_record(b'{"format": "algesia-record/1", "medications": [{"id": "m1", "drug": "oxycodone",'
    ...     b'"route": "oral", "release": "extended", "dose": {"value": 40, "unit": "mg"}, "every_hours": 12,'
    ...     b'"start": "2022-01-10"}], "pain": [{"at": "2024-02-02", "score": 7}]}')
    >>> plan = taper(review(record, load()), load())
    >>> [(step.daily, round(step.change_percent, 1), step.days) for step in plan.steps[:3]]
    [(75.0, -6.2, 28), (70.0, -6.7, 28), (65.0, -7.1, 28)]
    """
    asked = request if request is not None else TaperRequest()
    _check(asked, knowledge)
    day, edition = assessment.as_of, knowledge.edition
    stop = gate(assessment, knowledge, acknowledged=asked.naloxone_acknowledged)
    if stop.blocked:
        sources = tuple(sorted({s for lock in stop.blocked for s in lock.sources}))
        return TaperPlan("blocked", day, edition, asked, blocked_by=stop.blocked, sources=sources)
    if stop.missing:
        return TaperPlan("unassessable", day, edition, asked, unassessable=stop.missing)
    reading = regimens(stop.facts, asked.products)
    wanted, others, missing = _wanted(reading, asked, stop.facts)
    if missing:
        return TaperPlan("unassessable", day, edition, asked, unassessable=missing, regimens=reading.regimens)
    used = use_days(assessment.exposure, day, asked.since)
    going = pace(knowledge, used, asked)
    earliest = _earliest(assessment, going)
    refused = _refused(going, wanted, asked, day, earliest, assessment.record)
    if refused is not None:
        found = Unassessable("taper", refused.because, ())
        return TaperPlan(
            "unassessable", day, edition, asked, unassessable=(found,), nearest=refused.nearest, use_days=used
        )
    if isinstance(going, Refused):
        raise TypeError("a refused pace was not turned into an answer")
    ordered = in_order(stop.facts, wanted, asked.drugs)
    start = asked.start if asked.start is not None else earliest
    steps, turns = _steps(knowledge, [regimen for regimen, _ in ordered], going, asked, start)
    if start > day + 1 and asked.start is None:
        others.append(
            f"The dose was lowered less than {going.interval_days} days ago: the first step waits until the pace allows it."
        )
    warnings = [*stop.warnings, *reading.warnings, *others]
    if (begun := counted_from(stop.facts, used)) and asked.since is None:
        warnings.append(begun)
    plan = TaperPlan(
        "planned" if steps else "unassessable",
        day,
        edition,
        asked,
        use_days=used,
        regimens=reading.regimens,
        order=tuple((_name(regimen), why) for regimen, why in ordered),
        pace=going,
        steps=steps,
        turns=turns,
        supplies=supplies(steps),
        support=withdrawal_support(stop.facts),
        naloxone=naloxone(assessment, knowledge, asked.naloxone_acknowledged),
        rules=_rules(knowledge, going, used),
        statements=_statements(knowledge.taper_limits.statements),
        warnings=tuple(dict.fromkeys(warnings)),
        unassessable=() if steps else tuple(Unassessable("taper", turn.says, turn.ways) for turn in turns),
        nearest="" if steps else _nearest_of(turns),
    )
    return replace(plan, sources=_sources(plan))


def _check(request: TaperRequest, knowledge: Knowledge) -> None:
    """Numbers that are none, products that do not exist."""
    if request.percent is not None and not 0 < request.percent <= 100:
        raise WrongCall(f"--percent {amount(request.percent)} is not a percentage above 0 and at most 100")
    if request.interval_days is not None and not 1 <= request.interval_days <= 366:
        raise WrongCall(f"--interval-days {request.interval_days} is not a number of days from 1 to 366")
    if not 0 <= request.until < 1e6:
        raise WrongCall(f"--until {request.until} is not an amount a day of 0 or more")
    for name in request.products:
        if name not in knowledge.product_lines:
            near = [
                line for line in sorted(knowledge.product_lines) if line.split("-")[0] == name.split("-")[0]
            ]
            raise WrongCall(
                f"no product {name!r} is in the table; there are {listed(near or sorted(knowledge.product_lines), 'and')}"
            )


def _wanted(
    reading: Reading, request: TaperRequest, facts: Facts
) -> tuple[tuple[Regimen, ...], list[str], tuple[Unassessable, ...]]:
    """The regimens to taper, sentences on what stays as it is, and what is missing for any plan."""
    running = sorted({r.drug for r in reading.regimens} | facts.running_opioids())
    for name in request.drugs:
        if name not in running and name not in {r.line for r in reading.regimens}:
            lines = listed([f"--drug {one}" for one in running], "or")
            because = f"{name} does not run on the day of asking"
            return (), [], (Unassessable("taper", because, (f"a drug that runs: {lines}",)),)
    wanted = tuple(r for r in reading.regimens if not request.drugs or {r.drug, r.line} & set(request.drugs))
    unread = [m for m in reading.missing if not request.drugs or m.because.split(":")[0] in request.drugs]
    if not wanted:
        return (), [], tuple(unread) or reading.missing
    held = [f"{_name(r).capitalize()} stays as it is." for r in reading.regimens if r not in wanted]
    held += [
        f"{m.because[0].upper()}{m.because[1:]}. It stays as it is and is not taken more often to make up for a step."
        for m in reading.missing
    ]
    return wanted, held, ()


def _earliest(assessment: Assessment, going: Pace | Refused) -> int:
    """The day after asking, or as long after the last step down on record as the pace asks for."""
    day = assessment.as_of
    if isinstance(going, Refused):
        return day + 1
    fall = last_fall(assessment.exposure, day, going.interval_days)
    return day + 1 if fall is None else max(day + 1, fall + going.interval_days)


def _refused(
    going: Pace | Refused,
    wanted: Sequence[Regimen],
    request: TaperRequest,
    day: int,
    earliest: int,
    record: Record,
) -> Refused | None:
    if isinstance(going, Refused):
        return going
    if request.start is not None and day < request.start < earliest:
        because = f"the dose was lowered less than {going.interval_days} days before the first step"
        return Refused(because, f"--start {_told(earliest, record)}")
    if request.start is not None and request.start <= day:
        return Refused(
            "the first step would lie on or before the day of asking",
            f"--start {_told(earliest, record)}",
        )
    if all(regimen.daily <= request.until for regimen in wanted):
        now = listed([f"{amount(r.daily)} {r.unit} of {r.drug}" for r in wanted], "and")
        return Refused(
            f"the dose on record, {now}, is not above --until {amount(request.until)}", "a lower --until"
        )
    return None


def _told(day: int, record: Record) -> str:
    """A day as an option takes it."""
    return str(day - record.epoch.day) if record.relative else iso_day(day)


def _steps(
    knowledge: Knowledge, ordered: Sequence[Regimen], going: Pace, request: TaperRequest, start: int
) -> tuple[tuple[Step, ...], tuple[Turn, ...]]:
    """One drug after the other."""
    steps: list[Step] = []
    turns: list[Turn] = []
    for regimen in ordered:
        if regimen.daily <= request.until:
            continue
        way = descend(knowledge, regimen, going, request, start, len(steps) + 1)
        steps += way.steps
        if way.turn is not None:
            turns.append(way.turn)
        start = way.end
    return tuple(steps), tuple(turns)


def _nearest_of(turns: Sequence[Turn]) -> str:
    lines = [line for turn in turns for line in turn.lines]
    return f"--with {lines[0]}" if lines else "hold the dose; algesia plan rotate"


def _name(regimen: Regimen) -> str:
    kind = "extended-release " if regimen.release == "extended" and regimen.route == "oral" else ""
    return f"{kind}{regimen.drug}" if regimen.route == "oral" else f"{regimen.route} {regimen.drug}"


def _rules(knowledge: Knowledge, going: Pace, used: int) -> tuple[Rule, ...]:
    """The pace, the limits that bound it, and every published rate that applies."""
    found = [going.rule]
    for limit in knowledge.taper_limits.limits:
        if limit.use_from_days is None or used >= limit.use_from_days:
            found.append(Rule(limit.id, limit.says, limit.source, limit.confidence))
    last = {s.id: s for s in knowledge.taper_limits.statements}["cdc-last-step"]
    found.append(Rule(last.id, last.says, last.source, last.confidence))
    for rate in applicable(knowledge, used):
        low = "" if rate.percent_low is None else f"{amount(rate.percent_low)} to "
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


def _statements(table: Sequence[Statement]) -> tuple[Rule, ...]:
    return tuple(
        Rule(row.id, row.says, row.source, row.confidence)
        for topic in TOPICS
        for row in table
        if row.topic == topic
    )


def _sources(plan: TaperPlan) -> tuple[str, ...]:
    ids = {rule.source for rule in (*plan.rules, *plan.statements)}
    ids.update(source for one in plan.support for source in one.drug.sources)
    return tuple(sorted(ids))
