"""From a rotation to its document: the working as separate numbered lines, each source with its ratio."""

from __future__ import annotations

from typing import Final

from algesia.plan.model import Induction, RotationPlan
from algesia.plan.wording import amount
from algesia.record.model import Record
from algesia.report.citations import label
from algesia.report.days import Calendar, capital, sentence
from algesia.report.layout import Cell, Column, Points, Row, Step, Steps, Table
from algesia.report.plan_layout import (
    PlanDocument,
    asks,
    assembled,
    blocks,
    cannot,
    drawn,
    naloxone_points,
    rule_points,
    rule_table,
    taken_now,
)
from algesia.report.plan_words import both, daily_words
from algesia.report.statements import CONFIDENCE_WORDS, Place

GATE_WORDS: Final = {"met": "Met", "open": "Not known yet", "refused": "Refused", "note": "Note"}
METHOD_WORDS: Final = {
    "ratio": "Equianalgesic ratios with their range, then the reduction; the lower end, rounded down. Never from MME.",
    "label-table": "The label's own table, one way only; nothing further is taken off.",
    "methadone-label": "The label's bands only, for a specialist; no titration plan is made.",
    "induction": "Day by day as published, for the clinician to choose from; no dose is computed.",
    "shown": "What sources print is shown; nothing is computed.",
}


def rotation_document(plan: RotationPlan, record: Record, place: Place = "us") -> PlanDocument:
    """Lay out a rotation. A blocked one holds the reason and where to go instead, an emergency nothing else."""
    cal = Calendar(record.relative, record.epoch.day, plan.as_of)
    blocked = plan.status == "blocked"
    return assembled(
        "Rotation",
        record,
        cal,
        plan.knowledge,
        place,
        headline=_headline(plan),
        sublines=_sublines(plan, cal),
        locks=blocks(plan.blocked_by) if blocked else asks(plan.naloxone, plan.warnings),
        sections=(
            *cannot(plan.unassessable, plan.nearest),
            _doses(plan),
            _working(plan),
            _ratios(plan),
            _gates(plan),
            *(_induction(i, f"induction-{n}") for n, i in enumerate(plan.inductions, 1)),
            _breakthrough(plan),
            rule_points("monitoring", "Monitoring", "", plan.monitoring),
            naloxone_points(plan.naloxone),
            taken_now(plan.regimens),
            rule_table(plan.rules),
        ),
        sources=plan.sources,
        emergency=tuple(lock for lock in plan.blocked_by if lock.level == "emergency"),
    )


def _new(plan: RotationPlan) -> str:
    drug, route = plan.to_drug or plan.request.to, plan.to_route or plan.request.to_route or ""
    return drug if route in ("oral", "") else f"{route} {drug}"


def _headline(plan: RotationPlan) -> str:
    new = _new(plan)
    if plan.status == "blocked":
        why = both([lock.title[:1].lower() + lock.title[1:] for lock in plan.blocked_by])
        return f"No rotation to {new} is made: {why}."
    if plan.status == "unassessable":
        return f"No rotation to {new} can be made from this record."
    old = both([f"{daily_words(r.daily, r.unit)} of {r.drug}" for r in plan.regimens])
    if plan.start_daily is not None:
        return f"{capital(new)}, {_range(plan.start_daily, plan.unit)} to start, in place of {old}."
    if plan.method == "induction":
        return f"{capital(new)} is started day by day, in place of {old}."
    return f"{capital(new)}: nothing is computed from {old}."


def _range(ends: tuple[float, float], unit: str) -> str:
    low, high = ends
    if amount(low) == amount(high):
        return daily_words(low, unit)
    return f"{amount(low)} to {daily_words(high, unit)}"


def _sublines(plan: RotationPlan, cal: Calendar) -> tuple[Cell, ...]:
    found = []
    if plan.method is not None and plan.status == "planned":
        found.append(Cell(METHOD_WORDS[plan.method]))
    if plan.reduction_percent is not None:
        found.append(Cell(f"Reduction for incomplete cross-tolerance: {amount(plan.reduction_percent)} %."))
    found.append(Cell(f"As of {cal.long(plan.as_of)}."))
    if plan.referral:
        found.append(
            Cell(
                sentence(f"{'instead' if plan.status == 'blocked' else 'with'}: {plan.referral}"), strong=True
            )
        )
    return tuple(found)


def _doses(plan: RotationPlan) -> Table | None:
    """The first doses in products."""
    if not plan.doses:
        return None
    rows = []
    for time in plan.doses:
        dose = drawn(time, False)
        product = both([p.product for p in time.pieces])
        rows.append(
            Row(
                Cell(f"{dose.clock} {dose.name}", strong=True),
                (Cell(dose.words), Cell(dose.total, strong=True), Cell(product)),
            )
        )
    note = "the first day" if plan.every_days == 1 else f"repeated every {plan.every_days} days"
    columns = (Column("Time"), Column("Take"), Column("Sum", True), Column("Product"))
    return Table("doses", "Start", note, columns, tuple(rows))


def _working(plan: RotationPlan) -> Steps | None:
    if not plan.working:
        return None
    return Steps(
        "working", "Working", "line by line", tuple(Step(sentence(line), "") for line in plan.working)
    )


def _ratios(plan: RotationPlan) -> Table | None:
    if not plan.ratios:
        return None
    rows = tuple(
        Row(Cell(capital(label(r.source)), strong=True),
            (Cell(amount(r.low) if r.low == r.high else f"{amount(r.low)} to {amount(r.high)}"), Cell(sentence(r.says), (r.source,)),
             Cell(CONFIDENCE_WORDS[r.confidence]), Cell("used" if r.used else "shown only", strong=r.used)))
        for r in plan.ratios
    )  # fmt: skip
    columns = (Column("Source"), Column("Old per new"), Column("As printed"), Column("Read"), Column("Use"))
    return Table("ratios", "Ratios", "each source by itself", columns, rows)


def _gates(plan: RotationPlan) -> Table | None:
    if not plan.gates:
        return None
    rows = tuple(
        Row(Cell(sentence(g.says)), (Cell(GATE_WORDS[g.state], strong=g.state in ("open", "refused")), Cell(capital(g.on_record)),
                                     Cell("", (g.source,)) if g.source else Cell("no source", quiet=True)))
        for g in plan.gates
    )  # fmt: skip
    columns = (Column("Gate"), Column("State"), Column("On record"), Column("Source"))
    return Table("gates", "Gates", "before the first dose", columns, rows)


def _induction(induction: Induction, id: str) -> Table:
    rows = tuple(
        Row(Cell(capital(x.days), strong=True), (Cell(x.new), Cell(x.old), Cell(x.gate or "none"))) for x in induction.lines
    )  # fmt: skip
    columns = (Column("Days"), Column("New"), Column("Former opioid"), Column("Gate"))
    foot = (
        Cell(sentence(induction.says), (induction.source,) if induction.source else ()),
        Cell(sentence(CONFIDENCE_WORDS[induction.confidence])),
    )
    return Table(id, induction.title, induction.setting, columns, rows, foot=foot)


def _breakthrough(plan: RotationPlan) -> Points | None:
    if not plan.breakthrough:
        return None
    return Points("breakthrough", "Between doses", "", (Cell(sentence(plan.breakthrough)),))
