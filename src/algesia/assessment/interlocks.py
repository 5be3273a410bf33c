"""The interlocks, evaluated before anything else. An emergency silences interpretation in every output.

Each rule's trigger, action and sources stand in the knowledge table; here is only how it is read off a record. A
sign fires its emergency while it is the last answer on record and no older than 28 days; an older report that
was never answered since asks for the answer, as urgent. So does an emergency sign that was denied since, for three
days: delirium and the wish to die come and go.

Three rules of the table cannot be read off a record: that no clinician has confirmed a plan (`no-prescriber`),
that a clinician wants to end care (`abandonment`), and that a plan would need a product split or opened
(`manipulated-product`). They are held where plans are made and shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from algesia.assessment.acute import FRESH_DAYS, abrupt, suicide_open
from algesia.assessment.facts import Facts
from algesia.assessment.model import DoseChange, Interlock, SignState
from algesia.assessment.triggers import TRIGGERS
from algesia.assessment.wording import day_text
from algesia.knowledge.clinical import InterlockRule, Level

WAVERING_DAYS: Final = 3
"""How long an emergency that was denied since stays urgent (our own definition)."""
NOT_IN_A_RECORD: Final = ("no-prescriber", "abandonment", "manipulated-product")
ORDER: Final[dict[Level, int]] = {"emergency": 0, "urgent": 1, "block": 2, "warn": 3}


def interlocks(
    facts: Facts, signs: Sequence[SignState], changes: Sequence[DoseChange]
) -> tuple[Interlock, ...]:
    """Every interlock that holds on the day of asking: emergencies first, then urgent, block, warn."""
    fired = []
    for rule in facts.knowledge.interlocks.values():
        fresh, old = _from_signs(facts, signs, rule)
        because = fresh + (TRIGGERS[rule.id](facts) if rule.id in TRIGGERS else [])
        if rule.id == "abrupt-reduction":
            because += abrupt(facts, changes)
        if rule.id == "emergency-suicide":
            old += suicide_open(facts)
        if because:
            fired.append(_interlock(rule, rule.level, because, rule.title, rule.action))
        elif old:
            level: Level = "urgent" if rule.level == "emergency" else rule.level
            title = f"To be asked today: {rule.title[0].lower()}{rule.title[1:]}"
            fired.append(_interlock(rule, level, old, title, f"Ask today. If it is so: {rule.action}"))
    return tuple(sorted(fired, key=lambda lock: ORDER[lock.level]))


def _interlock(rule: InterlockRule, level: Level, because: list[str], title: str, do: str) -> Interlock:
    reasons = tuple(dict.fromkeys(because))
    return Interlock(rule.id, level, title, reasons, do, rule.sources, rule.basis)


def _from_signs(facts: Facts, signs: Sequence[SignState], rule: InterlockRule) -> tuple[list[str], list[str]]:
    """What a rule's signs say: what holds now, and what must be asked again."""
    fresh: list[str] = []
    old: list[str] = []
    for sign in signs:
        text = facts.knowledge.signs[sign.sign]
        if rule.id not in text.interlocks or sign.last_asked is None:
            continue
        name = f"{sign.clinical[0].lower()}{sign.clinical[1:]}"
        if sign.status == "present":
            words = f"{name}, {day_text(facts.record, sign.last_asked)}"
            if facts.as_of - sign.last_asked <= FRESH_DAYS:
                fresh.append(words)
            else:
                old.append(f"{words}, not asked since")
        elif rule.level == "emergency":
            last = max((day for day, present in sign.history if present), default=None)
            if last is not None and facts.as_of - last <= WAVERING_DAYS:
                old.append(f"{name}, {day_text(facts.record, last)}, denied since")
    return fresh, old
