"""What must hold for every taper, checked from the record, the tables and the plan alone.

Nothing here calls the planner's own parts: the course of use, the pace, the blocks, the supplies and the strengths are
worked out a second time, in another way. Each law yields a sentence for every place where it is broken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from algesia.assessment.model import Assessment
from algesia.knowledge.loader import Knowledge, load
from algesia.plan.model import Piece, Regimen, Step, TaperPlan, TaperRequest
from algesia.plan.tapering import taper
from algesia.quantities.refusal import WrongCall
from algesia.quantities.time import Instant
from algesia.record.codec import from_builtins
from algesia.record.model import Medication, Record
from algesia.review import review
from tests.plan.strategies import Case, Wire, iso

CAP: Final = 25.0
MONTH: Final = 31
SUPPLY: Final = 28
GAP: Final = 31
TINY: Final = 1e-6
NEVER_BESIDE: Final = (
    "pregnancy", "postpartum", "opioid-use-disorder", "opioid-agonist-treatment", "cancer", "palliative",
    "sickle-cell", "inpatient",
)  # fmt: skip
EMERGENCY_SIGNS: Final = (
    "suicidal-thoughts", "myoclonus", "confusion", "seizure", "cannot-be-woken", "slow-breathing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """A case with its review and its plan."""

    case: Case
    record: Record
    assessment: Assessment
    knowledge: Knowledge
    plan: TaperPlan

    @property
    def request(self) -> TaperRequest:
        """What was asked for."""
        return self.case.request


@dataclass(frozen=True, slots=True)
class Way:
    """The steps of one regimen."""

    regimen: Regimen
    steps: tuple[Step, ...]


def seen(case: Case) -> Seen | None:
    """The case planned; ``None`` where the call itself is wrong (a drug that does not run)."""
    knowledge = load()
    record = from_builtins(case.wire)
    assessment = review(record, knowledge, case.day)
    try:
        return Seen(case, record, assessment, knowledge, taper(assessment, knowledge, case.request))
    except WrongCall:
        return None


def again(one: Seen, **asked: Any) -> TaperPlan:
    """The same record with something else asked for."""
    return taper(one.assessment, one.knowledge, replace(one.request, **asked))


def ways(one: Seen) -> tuple[Way, ...]:
    """Steps by regimen in the order of the plan, told by drug, the chain of totals and the product lines allowed."""
    left = list(one.plan.steps)
    open_ = list(one.plan.regimens)
    found = []
    for name, _ in one.plan.order:
        alike = [regimen for regimen in open_ if _called(regimen) == name]
        next_up = [regimen for regimen in alike if left and _follows(one, regimen, regimen.daily, left[0])]
        regimen = (next_up or alike)[0]
        open_.remove(regimen)
        mine: list[Step] = []
        level = regimen.daily
        while left and _follows(one, regimen, level, left[0]):
            mine.append(left.pop(0))
            level = mine[-1].daily
        found.append(Way(regimen, tuple(mine)))
    return tuple(found)


def _follows(one: Seen, regimen: Regimen, level: float, step: Step) -> bool:
    lines = {regimen.line, *one.request.products}
    return (
        step.drug == regimen.drug
        and step.route == regimen.route
        and abs(step.before - level) < TINY
        and all(piece.line in lines for dose in step.doses for piece in dose.pieces)
    )


def _called(regimen: Regimen) -> str:
    if regimen.route != "oral":
        return f"{regimen.route} {regimen.drug}"
    return f"extended-release {regimen.drug}" if regimen.release == "extended" else regimen.drug


def never_rises(one: Seen) -> Iterator[str]:
    """The total falls with every step; while the product stays the same no time of day gets more."""
    placed = 0
    for way in ways(one):
        before, slots, lines = way.regimen.daily, way.regimen.slots, {way.regimen.line}
        for step in way.steps:
            placed += 1
            now = tuple(dose.amount for dose in step.doses)
            used = {piece.line for dose in step.doses for piece in dose.pieces}
            if not 0 <= step.daily < before or abs(step.before - before) > TINY:
                yield f"step {step.number}: {before} to {step.daily}, told as from {step.before}"
            if abs(sum(now) / _days_between(step) - step.daily) > 1e-3:
                yield f"step {step.number}: its doses make {sum(now)}, not {step.daily}"
            if used <= lines and len(now) == len(slots):
                yield from (
                    f"step {step.number}: {a} to {b} at {dose.time}"
                    for a, b, dose in zip(slots, now, step.doses, strict=True)
                    if b > a + TINY
                )
            elif used <= lines and now and max(now) > max(slots) + TINY:
                yield f"step {step.number}: a dose of {max(now)} after {max(slots)}"
            before, slots, lines = step.daily, now or (0.0,), used or lines
    if placed != len(one.plan.steps):
        yield f"{len(one.plan.steps) - placed} steps belong to no regimen in the order of the plan"


def _days_between(step: Step) -> int:
    """A total of a patch is what is worn, of other products what is taken a day."""
    return 1 if step.unit == "ug/h" else step.every_days


def within_cap(one: Seen) -> Iterator[str]:
    """No step takes more than 25 % off, last steps apart, which are single smallest pieces."""
    for way in ways(one):
        for step in way.steps:
            if step.phase == "taper" and step.daily < step.before * (1 - CAP / 100) - 2e-3:
                yield f"step {step.number}: {step.change_percent:.2f} %"
            if step.phase == "last-steps":
                yield from _smallest(one, way.regimen, step)


def _smallest(one: Seen, regimen: Regimen, step: Step) -> Iterator[str]:
    for dose in step.doses:
        if len(dose.pieces) != 1:
            yield f"step {step.number}: {len(dose.pieces)} products at {dose.time} in a last step"
            continue
        piece = dose.pieces[0]
        line = one.knowledge.product_lines[piece.line]
        if piece.liquid:
            if piece.count > 0.5 + TINY:
                yield f"step {step.number}: {piece.count} mL in a last step"
            continue
        hand = one.request.strengths if piece.line == regimen.line else ()
        least = min(s.value for s in line.plannable if not hand or s.value in hand)
        if piece.strength != least or piece.count > 1:
            yield f"step {step.number}: {piece.count} of {piece.strength} in a last step, the smallest is {least}"
    if step.release == "extended" or step.route != "oral":
        yield f"step {step.number}: time between doses lengthened for {step.release} {step.route}"
    if not (one.request.last_steps or all(piece.liquid for dose in step.doses for piece in dose.pieces)):
        yield f"step {step.number}: last steps that nobody asked for"


def used_days(one: Seen) -> int:
    """Days of use: orders of opioids chained backwards while no gap is longer than 31 days."""
    opioids = {line.ingredient for line in one.knowledge.product_lines.values()}
    spans = [
        (m.start.day, min(one.case.day, m.end.day if m.end else one.case.day))
        for m in one.record.medications
        if any(name in m.drug for name in opioids) and m.start.day <= one.case.day
    ]
    begun = min(
        start for start, end in spans if end == one.case.day
    )  # a planned record has an opioid that runs
    while True:
        earlier = [start for start, end in spans if start < begun and begun - end <= GAP]
        if not earlier:
            break
        begun = min(earlier)
    since = one.request.since
    return one.case.day - (begun if since is None else min(begun, since))


def rule_for(days: int, said: bool) -> tuple[float, int, str]:
    """Percent, days, of which dose: 28 days to 6 months weekly of the original, else monthly of the current (CDC 2022).

    Less than 28 days is the monthly pace too, but where somebody `said` since when: then the weekly one.
    """
    weekly = days < 183 and (days >= 28 or said)
    return (10.0, 7, "original") if weekly else (10.0, 28, "current")


def within_pace(one: Seen) -> Iterator[str]:
    """Every step is held so long that percent a day is never above the rule's, or what was asked for."""
    if one.plan.status != "planned":
        return
    days = used_days(one)
    if one.plan.use_days != days:
        yield f"use of {one.plan.use_days} days, {days} by the orders"
    percent, interval, of = rule_for(days, one.request.since is not None)
    asked = one.request
    if (asked.percent or 0) > percent or (asked.interval_days or interval) < interval:
        yield f"planned although {asked.percent} % every {asked.interval_days} days is faster than {percent} % in {interval}"
    percent = min(percent, asked.percent or percent)
    interval = max(interval, asked.interval_days or interval)
    for way in ways(one):
        for step in way.steps:
            if step.days < interval:
                yield f"step {step.number}: held {step.days} days"
            if step.phase == "last-steps":
                continue
            original = of == "original" and step.before > 0.3 * way.regimen.daily + 1e-3
            planned = percent / 100 * (way.regimen.daily if original else step.before)
            if (step.before - step.daily) / planned * interval > step.days + 1e-4:
                yield f"step {step.number}: {step.before - step.daily:g} in {step.days} days, the rule is {planned:g} in {interval}"


def no_abrupt_end(one: Seen) -> Iterator[str]:
    """Zero is reached only by the last of the last steps, after an every-other-day step; never below what was asked for."""
    for way in ways(one):
        for before, step in zip((None, *way.steps), way.steps, strict=False):
            if step.daily < one.request.until - TINY:
                yield f"step {step.number}: {step.daily} is below --until {one.request.until}"
            if step.daily <= 0 and (
                step.phase != "last-steps"
                or before is None
                or before.every_days != 2
                or step is not way.steps[-1]
            ):
                yield f"step {step.number}: an abrupt end"
            if step.doses == () and step.daily != 0:
                yield f"step {step.number}: nothing is taken, the total is {step.daily}"
        end = way.steps[-1].daily if way.steps else way.regimen.daily
        told = any(turn.drug == way.regimen.drug and abs(turn.daily - end) < 1e-3 for turn in one.plan.turns)
        if end > one.request.until + 1e-3 and not told:
            yield f"{way.regimen.drug} ends at {end} and no turn says so"


def only_marketed(one: Seen) -> Iterator[str]:
    """Every piece is a strength of the table that may be planned with, of the same ingredient, and at hand."""
    for way in ways(one):
        present = one.knowledge.product_lines[way.regimen.line]
        for step in way.steps:
            for piece in (piece for dose in step.doses for piece in dose.pieces):
                line = one.knowledge.product_lines.get(piece.line)
                if line is None:
                    yield f"step {step.number}: no line {piece.line}"
                    continue
                match = [s for s in line.strengths if s.value == piece.strength and s.may_be_planned]
                if not match or (piece.rxcui and piece.rxcui not in match[0].rxcuis):
                    yield f"step {step.number}: {piece.strength} {piece.unit} of {piece.line} is not marketed"
                if (line.ingredient, line.route, line.unit) != (step.drug, step.route, piece.unit):
                    yield f"step {step.number}: {piece.line} is not {step.drug} {step.route} in {piece.unit}"
                if line.scope != present.scope or line.partner not in (None, present.partner):
                    yield f"step {step.number}: {piece.line} in place of {present.id}"
                hand = one.request.strengths
                if hand and piece.line == present.id and piece.strength not in hand:
                    yield f"step {step.number}: {piece.strength} is not at hand"


def never_split(one: Seen) -> Iterator[str]:
    """Pieces are whole; halves only where the label allows it; liquids by half milliliters."""
    for step in one.plan.steps:
        for piece in (piece for dose in step.doses for piece in dose.pieces):
            line = one.knowledge.product_lines[piece.line]
            halves = line.split == "yes" and line.confidence_handling.may_drive_a_dose
            grain = 0.5 if piece.liquid or halves else 1.0
            parts = piece.count / grain
            if piece.count <= 0 or abs(parts - round(parts)) > 1e-9:
                yield f"step {step.number}: {piece.count} of {piece.product}"


def gate_within_a_month(one: Seen) -> Iterator[str]:
    """Review gates are at most 31 days apart, the last on the last day of the step."""
    for step in one.plan.steps:
        days = (step.start - 1, *step.reviews)
        if not step.reviews or step.reviews[-1] != step.end - 1 or not step.check:
            yield f"step {step.number}: gates {step.reviews}, its last day is {step.end - 1}"
        yield from (
            f"step {step.number}: gates {a} and {b}" for a, b in pairwise(days) if not 0 < b - a <= MONTH
        )


def one_after_the_other(one: Seen) -> Iterator[str]:
    """Steps are numbered, follow each other without a gap from the first day, one drug after the other."""
    if not one.plan.steps:
        return
    yield from _first_day(one, one.plan.steps[0].start)
    for number, step in enumerate(one.plan.steps, 1):
        if step.number != number or step.end <= step.start:
            yield f"step {number} is numbered {step.number}, {step.start} to {step.end}"
    for a, b in pairwise(one.plan.steps):
        if a.end != b.start:
            yield f"step {b.number} begins {b.start - a.end} days after step {a.number} ends"


def _first_day(one: Seen, first: int) -> Iterator[str]:
    """The day asked for, else the day after asking; later only within the interval after an order that ended."""
    day, asked, pace = one.case.day, one.request.start, one.plan.pace
    if asked is not None and first != asked:
        yield f"the first step begins on {first}, asked for is {asked}"
    if asked is None and first != day + 1:
        ends = [m.end.day for m in one.record.medications if m.end and m.end.day <= day]
        if pace is None or not any(first == end + pace.interval_days for end in ends):
            yield f"the first step begins on {first}, not {day + 1}"
    if first <= day:
        yield f"the first step begins on {first}, asked on {day}"


def must_block(one: Seen) -> list[str]:
    """What on the record forbids any plan, read off the facts."""
    day, person = one.case.day, one.record.person
    found = [
        c.kind
        for c in one.record.conditions
        if c.kind in NEVER_BESIDE and c.at and c.at.day <= day and (not c.end or c.end.day > day)
    ]
    found += [
        "surgery" for c in one.record.conditions if c.kind == "surgery" and c.at and day - c.at.day <= 90
    ]
    found += ["pregnant"] if person.pregnant else []
    born = person.birth_date
    age = person.age_years if born is None else (day - born.day) / 365.2425
    found += ["age"] if age is not None and age < 18 else []
    found += [m.drug for m in one.record.medications if m.route == "intrathecal"]
    for sign in EMERGENCY_SIGNS:
        asked = [s for s in one.record.signs if s.sign == sign]
        found += [sign] if asked and max(asked, key=lambda s: s.at).present else []
    for scale in one.record.scales:
        if scale.instrument == "phq-9" and (scale.items or {}).get("9", 0) > 0:
            found.append("phq-9")
        if scale.instrument == "dsm5-oud" and (scale.score or 0) >= 2:
            found.append("dsm5-oud")
    return [name for name in found if name]


def blocked_yields_nothing(one: Seen) -> Iterator[str]:
    """What forbids a plan on the facts, or is an emergency or urgent in the review, leaves no step, and says why."""
    plan = one.plan
    facts = must_block(one)
    urgent = [lock.id for lock in one.assessment.interlocks if lock.level in ("emergency", "urgent")]
    if (facts or urgent) and plan.status != "blocked":
        yield f"{facts + urgent} and the plan is {plan.status}"
    if plan.status == "blocked" and not plan.blocked_by:
        yield "blocked by nothing"
    if plan.status != "planned" and (plan.steps or plan.supplies):
        yield f"{plan.status} with {len(plan.steps)} steps"
    if plan.status == "blocked" and not (facts or urgent):
        reviewed = {lock.id for lock in one.assessment.interlocks} | set(one.assessment.differential.leading)
        if not reviewed & {"active-oud", "moud-dose", "oud"}:
            yield f"blocked by {[lock.id for lock in plan.blocked_by]} without a fact"


def unassessable_says_why(one: Seen) -> Iterator[str]:
    """An unassessable plan says why; a planned one has steps, a pace, rules and sources."""
    plan = one.plan
    if plan.status == "unassessable":
        if not plan.unassessable or not all(found.because.strip() for found in plan.unassessable):
            yield "unassessable without a reason"
    elif plan.unassessable:
        yield f"{plan.status} and unassessable"
    if plan.status == "planned" and not (
        plan.steps and plan.pace and plan.rules and plan.sources and plan.naloxone
    ):
        yield "planned without steps, pace, rules, sources or naloxone"


def dose_on_record(one: Seen) -> Iterator[str]:
    """A regimen's total is the sum of its orders; no as-needed, ranged or incomplete order drives a dose."""
    orders = {m.id: m for m in one.record.medications}
    for regimen in one.plan.regimens:
        mine = [orders[name] for name in regimen.medications]
        worn = regimen.unit == "ug/h"  # what a patch gives does not hang on when it is changed
        if any(o.as_needed or o.times_per_day_max or (o.every_hours_max and not worn) for o in mine):
            yield f"{regimen.line} from an order as needed or in a range"
        elif abs(sum(_a_day(order, regimen.unit) for order in mine) - regimen.daily) > 1e-3:
            yield f"{regimen.line}: {regimen.daily} {regimen.unit} is not the sum of {list(regimen.medications)}"


def _a_day(order: Medication, unit: str) -> float:
    dose = order.dose
    assert dose is not None and dose.value is not None
    value = dose.value
    if dose.unit == "{tablet}":
        assert order.strength is not None and order.strength.value is not None
        value *= order.strength.value
    if dose.unit == "mL":
        assert order.concentration is not None and order.concentration.value is not None
        value *= order.concentration.value
    if unit == "ug/h":
        return value
    return value * (order.times_per_day or 24 / (order.every_hours or 24))


def supplied_exactly(one: Seen) -> Iterator[str]:
    """No fill is for more than 28 days, and what is filled is what is taken, day by day."""
    filled: dict[tuple[int, str, float, int, int], float] = defaultdict(float)
    taken: dict[tuple[int, str, float, int, int], float] = defaultdict(float)
    for fill in one.plan.supplies:
        if not 0 < fill.end - fill.start <= SUPPLY:
            yield f"a fill for {fill.end - fill.start} days"
        filled[fill.step, fill.line, fill.strength, fill.start, fill.end] += fill.count
    for step in one.plan.steps:
        windows = {(fill.start, fill.end) for fill in one.plan.supplies if fill.step == step.number}
        for day in range(step.start, step.end, step.every_days):
            inside = [window for window in windows if window[0] <= day < window[1]]
            if step.doses and len(inside) != 1:
                yield f"day {day} of step {step.number} is in {len(inside)} fills"
                continue
            for piece in (piece for dose in step.doses for piece in dose.pieces):
                taken[step.number, piece.line, piece.strength, *inside[0]] += piece.count
    for key in sorted({*filled, *taken}):
        if not 0 <= filled[key] - taken[key] < 1 or (key not in taken):
            yield f"{filled[key]} of {key} filled, {taken[key]} taken"


def refused_with_the_nearest(one: Seen) -> Iterator[str]:
    """What would be planned at the rule's pace is refused at a faster one, with the rule's own figure."""
    if one.plan.status == "blocked":
        return
    asked = one.request
    plain = again(one, percent=None, interval_days=None)
    if plain.status != "planned" or plain.pace is None:
        return
    percent, interval, _ = rule_for(used_days(replace_plan(one, plain)), asked.since is not None)
    harder: tuple[tuple[dict[str, Any], str], ...] = (
        ({"percent": percent + 0.5, "interval_days": None}, f"--percent {percent:g}"),
        ({"percent": None, "interval_days": interval - 1}, f"--interval-days {interval}"),
    )
    for faster, nearest in harder:
        found = again(one, **faster)
        if found.status != "unassessable" or found.nearest != nearest or found.steps:
            yield f"{faster}: {found.status}, nearest {found.nearest!r}"
    for own in ((asked.percent or 0) > percent, (asked.interval_days or interval) < interval):
        if own and not one.plan.nearest:
            yield f"{asked.percent} % every {asked.interval_days} days is {one.plan.status} without the nearest"


def replace_plan(one: Seen, plan: TaperPlan) -> Seen:
    """The same case with another plan."""
    return replace(one, plan=plan)


def slower_is_never_lower(one: Seen) -> Iterator[str]:
    """Asked for slower, the dose is on no day below the plan asked for, as long as that one still goes down."""
    if one.plan.status != "planned" or one.plan.pace is None:
        return
    pace = one.plan.pace
    halved: list[dict[str, Any]] = (
        [{"percent": pace.percent / 2}] if one.case.halved and pace.percent >= 4 else []
    )
    for slower in [{"interval_days": min(2 * pace.interval_days, 91)}, *halved]:
        plan = again(one, **slower)
        for way in ways(one):
            mine = Way(way.regimen, _way_of(replace_plan(one, plan), way.regimen))
            last = way.steps[-1].end if way.steps else 0
            for day in sorted({step.start for step in (*way.steps, *mine.steps) if step.start < last}):
                if level(mine, day) < level(way, day) - 1e-3:
                    yield f"{slower}: {level(mine, day)} on day {day} instead of {level(way, day)}"
                    break


def _way_of(one: Seen, regimen: Regimen) -> tuple[Step, ...]:
    return next((way.steps for way in ways(one) if way.regimen == regimen), ())


def level(way: Way, day: int) -> float:
    """The total on a day."""
    found = way.regimen.daily
    for step in way.steps:
        if step.start <= day:
            found = step.daily
    return found


def order_changes_nothing(one: Seen) -> Iterator[str]:
    """The facts in another order give the same plan."""
    wire = {key: value[::-1] if isinstance(value, list) else value for key, value in one.case.wire.items()}
    other = seen(replace(one.case, wire=wire))
    if other is None or other.plan != one.plan:
        yield "another plan with the facts in another order"


def same_again(one: Seen) -> Iterator[str]:
    """The same inputs give the same plan."""
    if taper(one.assessment, one.knowledge, one.request) != one.plan:
        yield "another plan from the same inputs"


def dates_move_with_it(one: Seen) -> Iterator[str]:
    """All dates moved by so many days move the plan by so many days and change nothing else."""
    by = one.case.moved
    asked = one.request
    request = replace(asked, start=_plus(asked.start, by), since=_plus(asked.since, by))
    other = seen(Case(moved(one.case.wire, by), one.case.day + by, request, by, False))
    if other is None:
        yield "refused when moved"
        return
    mine, its = _placed(one.plan, 0), _placed(other.plan, by)
    yield from (f"{name} differs by {by} days" for name in mine if mine[name] != its[name])


def _plus(day: int | None, by: int) -> int | None:
    return None if day is None else day + by


def moved(value: Any, by: int) -> Any:
    """A wire value with every date later by so many days."""
    if isinstance(value, dict):
        return {k: _later(v, by) if k in DATE_KEYS else moved(v, by) for k, v in value.items()}
    if isinstance(value, list):
        return [moved(one, by) for one in value]
    return value


DATE_KEYS: Final = ("at", "start", "end", "birth_date")


def _later(text: str, by: int) -> str:
    return iso(Instant.parse(text).day + by)


def _unmoved(nearest: str, by: int) -> str:
    """The nearest request, its day counted from one that was not moved."""
    option, _, day = nearest.partition(" ")
    return f"{option} {_later(day, -by)}" if option == "--start" else nearest


def _placed(plan: TaperPlan, by: int) -> Wire:
    """A plan without its texts of the record, its days counted from one that was not moved."""
    steps = tuple(
        replace(s, start=s.start - by, end=s.end - by, reviews=tuple(d - by for d in s.reviews))
        for s in plan.steps
    )
    return {
        "status": plan.status,
        "blocks": [lock.id for lock in plan.blocked_by],
        "unassessable": [found.what for found in plan.unassessable],
        "nearest": _unmoved(plan.nearest, by),
        "use": plan.use_days,
        "regimens": [(r.line, r.daily, r.slots, r.mme) for r in plan.regimens],
        "order": plan.order,
        "pace": plan.pace,
        "steps": steps,
        "turns": [replace(turn, at=turn.at - by) for turn in plan.turns],
        "supplies": [replace(fill, start=fill.start - by, end=fill.end - by) for fill in plan.supplies],
        "rules": (plan.rules, plan.statements, plan.sources),
        "warnings": len(plan.warnings),
    }


def mme_falls(one: Seen) -> Iterator[str]:
    """MME is told where there is a factor and falls with the dose."""
    for way in ways(one):
        before = way.regimen.mme
        for step in way.steps:
            if (step.mme is None) != (before is None):
                yield f"step {step.number}: {step.mme} MME after {before}"
            elif step.mme is not None and before is not None:
                if not 0 <= step.mme < before + TINY:
                    yield f"step {step.number}: {step.mme} MME after {before}"
                before = step.mme


Law = Callable[[Seen], Iterator[str]]

LAWS: Final[dict[str, Law]] = {
    "a taper never rises, in total or at a time of day": never_rises,
    "no step is larger than its cap": within_cap,
    "no step is faster than the rule": within_pace,
    "no abrupt end outside the last steps": no_abrupt_end,
    "no strength that is not marketed": only_marketed,
    "nothing is split against its label": never_split,
    "a review gate within 31 days, the last on the last day": gate_within_a_month,
    "steps follow each other, one drug after the other": one_after_the_other,
    "a blocked record has no plan": blocked_yields_nothing,
    "what cannot be planned says why": unassessable_says_why,
    "the dose is the sum of the orders, none guessed": dose_on_record,
    "fills of at most 28 days, equal to what is taken": supplied_exactly,
    "faster is refused with the nearest": refused_with_the_nearest,
    "slower is on no day lower": slower_is_never_lower,
    "the order of facts changes nothing": order_changes_nothing,
    "the same inputs give the same plan": same_again,
    "moving all dates moves the plan": dates_move_with_it,
    "MME falls with the dose": mme_falls,
}


def broken(one: Seen) -> dict[str, list[str]]:
    """Every law that does not hold, with where."""
    found = {name: list(law(one)) for name, law in LAWS.items()}
    return {name: says for name, says in found.items() if says}


def pieces(plan: TaperPlan) -> Iterator[Piece]:
    """Every piece of a plan."""
    for step in plan.steps:
        for dose in step.doses:
            yield from dose.pieces
