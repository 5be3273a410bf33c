"""A gradual, supervised taper as a proposal: real products on real days, bounded by the slowest rule that applies.

A blocked record yields no plan. A request that cannot be met yields the reason and the nearest safe one. Several
opioids are tapered one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from algesia.assessment.facts import Facts
from algesia.assessment.model import Assessment
from algesia.knowledge.loader import Knowledge
from algesia.plan.asked import check_numbers, check_products, refused, since
from algesia.plan.basis import rules, statements
from algesia.plan.descent import descend
from algesia.plan.gates import gate, naloxone
from algesia.plan.model import Pace, Regimen, Step, TaperPlan, TaperRequest, Turn
from algesia.plan.order import in_order
from algesia.plan.pace import Refused, counted_from, last_fall, pace, use_days
from algesia.plan.regimen import Reading, regimens
from algesia.plan.supplies import supplies
from algesia.plan.support import withdrawal_support
from algesia.plan.wording import amount, listed
from algesia.quantities.refusal import Unassessable


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
    check_numbers(asked, knowledge)
    day, edition = assessment.as_of, knowledge.edition
    stop = gate(assessment, knowledge, for_pain=asked.for_pain)
    if stop.blocked:
        sources = tuple(sorted({s for lock in stop.blocked for s in lock.sources}))
        return TaperPlan("blocked", day, edition, asked, blocked_by=stop.blocked, sources=sources)
    if stop.missing:
        return TaperPlan("unassessable", day, edition, asked, unassessable=stop.missing)
    reading = regimens(stop.facts, asked.products)
    wanted, others, missing = _wanted(reading, asked, stop.facts)
    if missing:
        return TaperPlan("unassessable", day, edition, asked, unassessable=missing, regimens=reading.regimens)
    check_products(knowledge, wanted, asked)
    used = use_days(assessment.exposure, day, asked.since)
    going = pace(knowledge, used, asked)
    earliest = _earliest(assessment, going)
    if (wrong := since(assessment, asked, day)) is not None:
        return TaperPlan(
            "unassessable",
            day,
            edition,
            asked,
            unassessable=(Unassessable("taper", wrong, ()),),
            nearest="leave out --since",
        )
    turned_down = refused(going, wanted, asked, day, earliest, assessment.record)
    if turned_down is not None:
        found = Unassessable("taper", turned_down.because, ())
        return TaperPlan(
            "unassessable",
            day,
            edition,
            asked,
            unassessable=(found,),
            nearest=turned_down.nearest,
            use_days=used,
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
        rules=rules(knowledge, going, used),
        statements=statements(knowledge.taper_limits.statements),
        warnings=tuple(dict.fromkeys(warnings)),
        unassessable=() if steps else tuple(Unassessable("taper", turn.says, turn.ways) for turn in turns),
        nearest="" if steps else _nearest_of(turns, asked),
    )
    return replace(plan, sources=_sources(plan))


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


def _steps(
    knowledge: Knowledge, ordered: Sequence[Regimen], going: Pace, request: TaperRequest, start: int
) -> tuple[tuple[Step, ...], tuple[Turn, ...]]:
    """One drug after the other."""
    steps: list[Step] = []
    turns: list[Turn] = []
    left = {regimen.line: regimen.daily for regimen in ordered}
    for regimen in ordered:
        if regimen.daily <= request.until:
            continue
        way = descend(knowledge, regimen, going, request, start, len(steps) + 1)
        beside = [
            f"{amount(left[r.line])} {r.unit} of {_name(r)}"
            for r in ordered
            if r is not regimen and left[r.line] > 0
        ]
        goes_on = f"Beside it goes on: {listed(beside, 'and')}." if beside else ""
        steps += [
            replace(step, says=" ".join(part for part in (step.says, goes_on) if part)) for step in way.steps
        ]
        left[regimen.line] = way.steps[-1].daily if way.steps else regimen.daily
        if way.turn is not None:
            turns.append(way.turn)
        start = way.end
    return tuple(steps), tuple(turns)


def _nearest_of(turns: Sequence[Turn], asked: TaperRequest) -> str:
    lines = [line for turn in turns for line in turn.lines]
    if asked.strengths:
        return "leave out --strengths: the marketed ones"
    return f"--with {lines[0]}" if lines else "hold the dose"


def _name(regimen: Regimen) -> str:
    kind = "extended-release " if regimen.release == "extended" and regimen.route == "oral" else ""
    return f"{kind}{regimen.drug}" if regimen.route == "oral" else f"{regimen.route} {regimen.drug}"


def _sources(plan: TaperPlan) -> tuple[str, ...]:
    ids = {rule.source for rule in (*plan.rules, *plan.statements)}
    ids.update(source for one in plan.support for source in one.drug.sources)
    return tuple(sorted(ids))
