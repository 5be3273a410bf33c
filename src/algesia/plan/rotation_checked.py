"""What a check of a new opioid gives back, and how a gate, an interlock and a laboratory value of the tables are put."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from algesia.assessment.facts import Facts
from algesia.assessment.model import Interlock
from algesia.assessment.wording import day_text, number
from algesia.knowledge.plan_rotation import Gate
from algesia.plan.model import GateState
from algesia.quantities.refusal import Unassessable
from algesia.record.model import Lab

State: TypeAlias = Literal["met", "open", "refused", "note"]


@dataclass(frozen=True, slots=True)
class Checked:
    """The gates of one target, what blocks it, what is missing, and what asks for care."""

    gates: tuple[GateState, ...]
    blocked: tuple[Interlock, ...]
    missing: tuple[Unassessable, ...]
    warnings: tuple[str, ...]


def lock(facts: Facts, name: str, because: str, do: str = "") -> Interlock:
    """An interlock of the table with a reason that only this plan gives, and its action or `do` in its place."""
    rule = facts.knowledge.interlocks[name]
    return Interlock(rule.id, "block", rule.title, (because,), do or rule.action, rule.sources, rule.basis)


def state(gate: Gate, value: State, on_record: str) -> GateState:
    """A gate of the table in one of its states."""
    return GateState(gate.id, value, on_record, gate.says, gate.source)


def gate_of(facts: Facts, name: str) -> Gate:
    """A gate by its id."""
    return next(gate for gate in facts.knowledge.rotation.gates if gate.id == name)


def lab_words(facts: Facts, lab: Lab, name: str, unit: str = "") -> str:
    """A laboratory value with its day."""
    return f"{name} {number(lab.value)}{unit}, {day_text(facts.record, lab.at.day)}"
