"""Plans as `algesia-plan/1`: the machine-readable taper, rotation and options.

Amounts are written as the plan holds them, without the last noise of binary fractions; a change in percent is
worked out from them and rounded to one decimal.
"""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from algesia.plan.gates import referral
from algesia.plan.model import (
    DoseTime,
    Fill,
    Naloxone,
    OptionsPlan,
    Pace,
    Piece,
    Regimen,
    RotationPlan,
    Rule,
    Step,
    Support,
    TaperPlan,
    TaperRequest,
    Turn,
)
from algesia.record.model import Record
from algesia.report.days import Calendar
from algesia.report.plan_contract import (
    FORMAT,
    AdjunctOut,
    AlternativeOut,
    FillOut,
    FromOut,
    GateOut,
    InductionOut,
    OptionsOut,
    OrderOut,
    PaceOut,
    PlanOut,
    RatioOut,
    RotationAsked,
    RotationOut,
    ScheduleOut,
    StepOut,
    SupportOut,
    TaperAsked,
    TaperOut,
    ToOut,
    TurnOut,
)
from algesia.report.plan_contract_parts import (
    BlockOut,
    DoseOut,
    HeadOut,
    MissingOut,
    NaloxoneOut,
    ProductOut,
    QuantityOut,
    RangeOut,
    RegimenOut,
    RuleOut,
)

Plan: TypeAlias = TaperPlan | RotationPlan | OptionsPlan
Kind = TypeVar("Kind", bound=HeadOut)


def taper_json(plan: TaperPlan, record: Record) -> dict[str, Any]:
    """A taper as plain dictionaries and lists. `record` is the one it was made from: it knows how days are counted.

    >>> from algesia.plan.model import TaperRequest
    >>> plan = TaperPlan("unassessable", 730120, "2026.11", TaperRequest())
    >>> out = taper_json(plan, Record(relative=True))
    >>> out["kind"], out["status"], out["as_of"], out["as_of_day"]
    ('taper', 'unassessable', '2000-01-01', 0)
    """
    cal = Calendar(record.relative, record.epoch.day, plan.as_of)
    made = _head(
        TaperOut, plan, record,
        unassessable=tuple(MissingOut(what=u.what, because=u.because, missing=u.missing) for u in plan.unassessable),
        nearest=plan.nearest,
        request=_asked(plan.request, cal),
        use_days=plan.use_days,
        regimens=tuple(_regimen(r) for r in plan.regimens),
        order=tuple(OrderOut(drug=drug, because=why) for drug, why in plan.order),
        pace=None if plan.pace is None else _pace(plan.pace),
        steps=tuple(_step(s, cal) for s in plan.steps),
        turns=tuple(_turn(t, cal) for t in plan.turns),
        supplies=tuple(_fill(f, cal) for f in plan.supplies),
        support=tuple(_support(s) for s in plan.support),
        naloxone=_naloxone(plan.naloxone),
        rules=_rules(plan.rules),
        statements=_rules(plan.statements),
    )  # fmt: skip
    return _builtins(made)


def rotation_json(plan: RotationPlan, record: Record) -> dict[str, Any]:
    """A rotation as plain dictionaries and lists."""
    left = next((r for r in plan.regimens if r.drug == plan.request.drug), next(iter(plan.regimens), None))
    made = _head(
        RotationOut, plan, record,
        unassessable=tuple(MissingOut(what=u.what, because=u.because, missing=u.missing) for u in plan.unassessable),
        nearest=plan.nearest,
        request=RotationAsked(
            to=plan.request.to, to_route=plan.request.to_route, reduction=plan.request.reduction,
            drug=plan.request.drug, naloxone_acknowledged=plan.request.naloxone_acknowledged,
        ),
        method=plan.method,
        from_=None if left is None else FromOut(drug=left.drug, route=left.route, daily=_amount(left.daily, left.unit)),
        to=ToOut(drug=plan.to_drug or plan.request.to, route=plan.to_route or plan.request.to_route or ""),
        regimens=tuple(_regimen(r) for r in plan.regimens),
        ratios=tuple(
            RatioOut(id=r.id, value=r.high, low=r.low, high=r.high, says=r.says, source=r.source,
                     confidence=r.confidence, used=r.used)
            for r in plan.ratios
        ),
        before_reduction=_range(plan.before_reduction, plan.unit),
        reduction_percent=plan.reduction_percent,
        after_reduction=_range(plan.after_reduction, plan.unit),
        start_daily=_range(plan.start_daily, plan.unit),
        doses=tuple(_dose(d) for d in plan.doses),
        every_days=plan.every_days,
        breakthrough=plan.breakthrough,
        inductions=tuple(
            InductionOut(id=i.id, title=i.title, setting=i.setting, says=i.says, source=i.source, confidence=i.confidence,
                         lines=tuple(ScheduleOut(days=x.days, new=x.new, old=x.old, gate=x.gate) for x in i.lines))
            for i in plan.inductions
        ),
        working=plan.working,
        gates=tuple(GateOut(id=g.id, state=g.state, on_record=g.on_record, says=g.says, source=g.source)
                    for g in plan.gates),
        monitoring=_rules(plan.monitoring),
        naloxone=_naloxone(plan.naloxone),
        rules=_rules(plan.rules),
    )  # fmt: skip
    return _builtins(made)


def options_json(plan: OptionsPlan, record: Record) -> dict[str, Any]:
    """Adjuncts and alternatives as plain dictionaries and lists."""
    made = _head(
        OptionsOut, plan, record,
        adjuncts=tuple(
            AdjunctOut(id=c.adjunct.id, status=c.status, renal=c.renal, ceiling_mg=c.ceiling_mg, against=c.against,
                       cautions=c.cautions, unknown=c.unknown, row=c.adjunct)
            for c in plan.adjuncts
        ),
        alternatives=tuple(
            AlternativeOut(id=c.alternative.id, title=c.alternative.title, status=c.status, fits=c.fits,
                           against=c.against, tried=c.tried, row=c.alternative)
            for c in plan.alternatives
        ),
    )  # fmt: skip
    return _builtins(made)


def tidy(value: float) -> float:
    """A number without the noise of binary fractions.

    >>> tidy(0.1 + 0.2), tidy(-0.0)
    (0.3, 0.0)
    """
    return round(value, 9) + 0.0


def change_percent(before: float, daily: float) -> float:
    """Signed change in percent of the total before, one decimal.

    >>> change_percent(90, 85), change_percent(50, 50)
    (-5.6, 0.0)
    """
    return round(100.0 * (tidy(daily) - tidy(before)) / tidy(before), 1) + 0.0


def _builtins(made: PlanOut) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(made))
    kind = plain.pop("kind")
    plain.pop("format")
    return {"format": FORMAT, "kind": kind, **plain}


def _head(kind: type[Kind], plan: Plan, record: Record, **parts: Any) -> Kind:
    cal = Calendar(record.relative, record.epoch.day, plan.as_of)
    return kind(
        status=plan.status,
        as_of=cal.iso(plan.as_of),
        as_of_day=_beside(cal, plan.as_of),
        relative=record.relative,
        person=record.person.id,
        knowledge=plan.knowledge,
        blocked_by=tuple(lock.id for lock in plan.blocked_by),
        blocks=tuple(
            BlockOut(id=i.id, level=i.level, title=i.title, because=i.because, do=i.do, basis=i.basis, sources=i.sources)
            for i in plan.blocked_by
        ),
        referral=(plan.referral if isinstance(plan, RotationPlan) else "") or referral(plan.blocked_by),
        warnings=plan.warnings,
        sources=plan.sources,
        **parts,
    )  # fmt: skip


def _beside(cal: Calendar, day: int) -> int | UnsetType:
    number = cal.number(day)
    return UNSET if number is None else number


def _amount(value: float, unit: str) -> QuantityOut:
    return QuantityOut(value=tidy(value), unit=unit)


def _range(ends: tuple[float, float] | None, unit: str) -> RangeOut | None:
    return None if ends is None else RangeOut(low=tidy(ends[0]), high=tidy(ends[1]), unit=unit)


def _rules(rules: tuple[Rule, ...]) -> tuple[RuleOut, ...]:
    return tuple(RuleOut(id=r.id, source=r.source, says=r.says, confidence=r.confidence) for r in rules)


def _naloxone(naloxone: Naloxone | None) -> NaloxoneOut | None:
    if naloxone is None:
        return None
    return NaloxoneOut(offer=naloxone.offer, because=naloxone.because, at_hand=naloxone.at_hand)


def _regimen(r: Regimen) -> RegimenOut:
    return RegimenOut(
        medications=r.medications, drug=r.drug, route=r.route, release=r.release, line=r.line,
        daily=_amount(r.daily, r.unit), times=r.times, slots=tuple(tidy(s) for s in r.slots),
        mme=None if r.mme is None else tidy(r.mme), working=r.working,
    )  # fmt: skip


def _dose(dose: DoseTime) -> DoseOut:
    return DoseOut(time=dose.time, name=dose.name, products=tuple(_product(p) for p in dose.pieces))


def _product(piece: Piece) -> ProductOut:
    return ProductOut(
        rxcui=piece.rxcui or None, strength=_amount(piece.strength, piece.unit), release=piece.release,
        count=tidy(piece.count), amount=_amount(piece.amount, "mg" if piece.liquid else piece.unit),
        line=piece.line, product=piece.product,
    )  # fmt: skip


def _step(step: Step, cal: Calendar) -> StepOut:
    return StepOut(
        number=step.number, start=cal.iso(step.start), start_day=_beside(cal, step.start), end=cal.iso(step.end),
        end_day=_beside(cal, step.end), drug=step.drug, route=step.route, release=step.release, phase=step.phase,
        before=_amount(step.before, step.unit), target_daily=_amount(step.target, step.unit),
        daily=_amount(step.daily, step.unit), change_percent=change_percent(step.before, step.daily),
        doses=tuple(_dose(d) for d in step.doses), every_days=step.every_days,
        review_by=cal.iso(step.review_by), review_by_day=_beside(cal, step.review_by),
        reviews=tuple(cal.iso(day) for day in step.reviews),
        review_days=tuple(day - cal.epoch for day in step.reviews) if cal.relative else UNSET,
        check=step.check, mme=None if step.mme is None else tidy(step.mme), says=step.says,
    )  # fmt: skip


def _pace(pace: Pace) -> PaceOut:
    return PaceOut(
        percent=pace.percent, interval_days=pace.interval_days, of=pace.of,
        current_below_percent=pace.current_below_percent, rule=_rules((pace.rule,))[0], asked=pace.asked,
    )  # fmt: skip


def _turn(turn: Turn, cal: Calendar) -> TurnOut:
    return TurnOut(
        drug=turn.drug, at=cal.iso(turn.at), at_day=_beside(cal, turn.at), daily=_amount(turn.daily, turn.unit),
        says=turn.says, ways=turn.ways, lines=turn.lines,
    )  # fmt: skip


def _fill(fill: Fill, cal: Calendar) -> FillOut:
    return FillOut(
        start=cal.iso(fill.start), start_day=_beside(cal, fill.start), end=cal.iso(fill.end), end_day=_beside(cal, fill.end),
        step=fill.step, rxcui=fill.rxcui or None, count=tidy(fill.count), strength=_amount(fill.strength, fill.unit),
        line=fill.line, product=fill.product,
    )  # fmt: skip


def _support(support: Support) -> SupportOut:
    return SupportOut(
        drug=support.drug.drug, dose=support.drug.dose, ceiling=support.drug.ceiling, cautions=support.cautions,
        withheld=support.withheld, row=support.drug,
    )  # fmt: skip


def _asked(request: TaperRequest, cal: Calendar) -> TaperAsked:
    """The request; a day that was not asked for is null."""

    def iso(day: int | None) -> str | None:
        return None if day is None else cal.iso(day)

    def number(day: int | None) -> int | UnsetType | None:
        if not cal.relative:
            return UNSET
        return None if day is None else cal.number(day)

    return TaperAsked(
        drugs=request.drugs, start=iso(request.start), start_day=number(request.start), percent=request.percent,
        interval_days=request.interval_days, until=request.until, products=request.products,
        strengths=request.strengths, since=iso(request.since), since_day=number(request.since),
        naloxone_acknowledged=request.naloxone_acknowledged, last_steps=request.last_steps,
    )  # fmt: skip
