"""A released taper as an order: the record with the steps that have begun as what is prescribed.

Every page reads the record this way, so that the picture, the review and the plan speak of one dose.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import msgspec
import orjson

from algesia.adapters.plan_file import read_plan
from algesia.adapters.store.model import Kept
from algesia.knowledge.drugs import identify
from algesia.knowledge.loader import Knowledge
from algesia.plan.model import TaperPlan
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant
from algesia.record.model import Amount, Medication, Record, Route


def ordered(record: Record, kept: Sequence[Kept], knowledge: Knowledge, today: int | None) -> Record:
    """The record with the plan that was released last, as far as it has begun; as it is where there is none.

    A plan that was withdrawn, or that this edition cannot read, orders nothing.
    """
    releases = [fact.body for fact in kept if fact.list == "releases" and fact.body is not None]
    if not releases or releases[-1].get("withdrawn"):
        return record
    try:
        plan = read_plan(orjson.dumps(releases[-1].get("plan", {})), "the released plan")
    except InputRefused:
        return record
    if plan.status != "planned" or not plan.steps:
        return record
    return as_prescribed(record, plan, knowledge, record.last_day if today is None else today)


def as_prescribed(record: Record, plan: TaperPlan, knowledge: Knowledge, today: int) -> Record:
    """The record with the begun steps of a released plan as what is prescribed.

    Only for drugs of which nothing was written since the plan was made: what the record itself says comes first.
    """
    first = min(step.start for step in plan.steps)
    drugs = {step.drug for step in plan.steps}
    labels = lowers(plan)
    written = {
        drug
        for one in record.medications
        if one.start.day > plan.as_of
        for drug in identify(knowledge, one.drug).opioids
    }
    own = [
        one
        for one in record.medications
        if (one.id or one.drug) in labels
        and one.start.day <= plan.as_of
        and (one.end is None or one.end.day > first)
    ]
    if not own or written & drugs or today < first:
        return record
    basis = own[0].basis
    steps = [
        Medication(
            drug=step.drug, start=Instant(step.start), end=None if step is plan.steps[-1] else Instant(step.end),
            id=f"released-{step.number}-{index}", route=cast("Route", step.route), release=step.release,
            dose=Amount(unit="mg" if dose.pieces[0].liquid else dose.pieces[0].unit, value=dose.amount),
            every_hours=24.0 * step.every_days, basis=basis,
        )
        for step in plan.steps if step.start <= today
        for index, dose in enumerate(step.doses)
    ]  # fmt: skip
    kept = tuple(
        msgspec.structs.replace(one, end=Instant(first)) if one in own else one for one in record.medications
    )
    return msgspec.structs.replace(record, medications=(*kept, *steps))


def lowers(plan: TaperPlan) -> frozenset[str]:
    """The medicines that a plan lowers, by the ids or names that the record gave them."""
    return frozenset(
        label for line in plan.regimens if _lowered(line.drug, line.route, line.release, plan)
        for label in line.medications
    )  # fmt: skip


def _lowered(drug: str, route: str, release: str, plan: TaperPlan) -> bool:
    return any((step.drug, step.route, step.release) == (drug, route, release) for step in plan.steps)
