"""Whether the record shows opioid tolerance as labels define it: a dose they name, held for a week."""

from __future__ import annotations

from typing import Final

from algesia.assessment.facts import Facts
from algesia.knowledge.plan_rotation import DrugLimit
from algesia.plan.model import GateState, RotationPlan
from algesia.plan.rotation_taken import UG_H, WEEK, Taken
from algesia.plan.wording import amount, listed
from algesia.quantities.refusal import Unassessable

GATE: Final = "opioid-tolerant"


def days_from(facts: Facts, drug: tuple[str, str], least: float) -> int:
    """For how many days up to the day of asking a drug stood at `least` mg a day or more on record."""
    steps = facts.exposure.fixed_tracks.get(drug)
    if steps is None:
        return 0
    since = None
    for day, level in zip(steps.days, steps.values, strict=True):
        if day > facts.as_of:
            break
        if level.low < least - 1e-9:
            since = None
        elif since is None:
            since = day
    return 0 if since is None else facts.as_of - since


def tolerance(facts: Facts, now: Taken) -> GateState:
    """The gate for opioid tolerance: met from the label's dose of the drug on for a week, never without a dose named.

    What is counted is the lowest amount of the week, so a dose reached within it does not meet the gate.
    """
    rows = _rows(facts)
    row = next((r for r in rows if (r.drug, r.route) == now.drug), None)
    if row is None:
        name, route = now.drug
        says = "Opioid-tolerant: the labels name no dose of this drug."
        return GateState(GATE, "open", f"{name}, {route}: no dose is named", says, rows[0].source)
    days = days_from(facts, now.drug, row.value * (UG_H if row.unit == "ug/h" else 1.0))
    met = now.regimen.daily >= row.value - 1e-9 and days >= WEEK
    on_record = f"{_named(row)} or more on record for {days} days; counted: {amount(now.regimen.daily)} {now.regimen.unit}"
    says = f"Opioid-tolerant: {_named(row)} or more of {row.drug}, {row.route}, {row.when}."
    return GateState(GATE, "met" if met else "open", on_record, says, row.source)


def tolerant(plan: RotationPlan) -> bool:
    """Whether the gate of a plan is met."""
    return any(gate.id == GATE and gate.state == "met" for gate in plan.gates)


def not_tolerant(facts: Facts, now: Taken, plan: RotationPlan) -> tuple[Unassessable, str] | None:
    """Why no fentanyl patch is computed, with what would show the tolerance that its label asks for, or ``None``."""
    if tolerant(plan):
        return None
    gate = next(gate for gate in plan.gates if gate.id == GATE)
    because = (
        f"fentanyl patch: only in opioid tolerance (label), which the record does not show: {gate.on_record}"
    )
    rows = [row for row in _rows(facts) if (row.drug, row.route) == now.drug] or _rows(facts)
    doses = listed([f"{_named(row)} of {row.drug}, {row.route}" for row in rows], "or")
    nearest = (
        f"shown by {WEEK} days on record at {doses}, or more; until then a target without this condition"
    )
    return Unassessable("rotation", because, ("opioid tolerance on record",)), nearest


def _rows(facts: Facts) -> list[DrugLimit]:
    return [row for row in facts.knowledge.rotation.limits if row.kind == "tolerant-from"]


def _named(row: DrugLimit) -> str:
    return f"{amount(row.value)} {row.unit}"
