"""What stops a plan before it is made: emergencies, same-day findings, blocks, and doses that are not known.

Interlocks come before any plan. A blocked record yields no plan at all, whatever is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from algesia.assessment.facts import Facts
from algesia.assessment.model import Assessment, Interlock
from algesia.assessment.options import BLOCK_ALL, INSTEAD
from algesia.assessment.triggers import has_naloxone
from algesia.knowledge.loader import Knowledge
from algesia.plan.model import Naloxone
from algesia.quantities.refusal import Unassessable

NALOXONE: Final = "naloxone"


@dataclass(frozen=True, slots=True)
class Gate:
    """`blocked` ends the planning, `missing` makes it unassessable, `warnings` go with the plan."""

    facts: Facts
    blocked: tuple[Interlock, ...]
    missing: tuple[Unassessable, ...]
    warnings: tuple[str, ...]


def gate(
    assessment: Assessment, knowledge: Knowledge, also: tuple[str, ...] = (), acknowledged: bool = False
) -> Gate:
    """What stands in the way of any plan on this record. `also` names further interlocks that block this kind;
    `acknowledged`: the clinician has offered naloxone.

    An emergency or an urgent interlock, one of the blocks of `assessment.options.BLOCK_ALL`, opioid use disorder among
    what leads: blocked. No opioid, an opioid whose amount is not known, sublingual buprenorphine or once-daily
    methadone without a word of what it is for: unassessable.
    """
    facts = Facts.of(assessment.record, assessment.exposure, knowledge, assessment.as_of)
    blocked = [
        lock
        for lock in assessment.interlocks
        if lock.level in ("emergency", "urgent") or lock.id in BLOCK_ALL or lock.id in also
    ]
    if not blocked and "oud" in assessment.differential.leading:
        rule = knowledge.interlocks["active-oud"]
        why = ("its criteria have not been counted",)
        blocked.append(Interlock(rule.id, rule.level, rule.title, why, rule.action, rule.sources, rule.basis))
    return Gate(
        facts, tuple(blocked), tuple(_missing(assessment, facts)), tuple(_warnings(assessment, acknowledged))
    )


def _missing(assessment: Assessment, facts: Facts) -> list[Unassessable]:
    found = []
    total = assessment.exposure.on(assessment.as_of)
    if not facts.running_opioids():
        found.append(Unassessable("plan", "no opioid runs on the day of asking", ("medications",)))
    for item in total.unconverted:
        found.append(
            Unassessable("plan", f"{item.drug}: {item.reason}", (f"the daily amount of {item.drug}",))
        )
    for item in assessment.exposure.items:
        if item.not_recognized and item.covers(assessment.as_of):
            found.append(
                Unassessable("plan", f"{item.drug}: {item.reason}", (f"whether {item.drug} is an opioid",))
            )
    if facts.unstated_agonist():
        found.append(
            Unassessable(
                "plan",
                "it is not on record what the methadone or buprenorphine is for; treatment of opioid use disorder is not tapered",
                ("a condition: what it is given for",),
            )
        )
    return found


def _warnings(assessment: Assessment, acknowledged: bool) -> list[str]:
    found = [
        f"{lock.title}: {'; '.join(lock.because)}. {lock.do}"
        for lock in assessment.interlocks
        if lock.level == "warn" and not (lock.id == NALOXONE and acknowledged)
    ]
    for lock in assessment.interlocks:
        if lock.id in ("data-incomplete", "qtc"):
            found.append(f"Before the first step: {'; '.join(lock.because)}.")
        elif lock.id == "high-dose-rotation":
            found.append(f"{lock.title}: {'; '.join(lock.because)}. Work with a specialist.")
    leading = assessment.differential.leading
    found += [
        f"{name.capitalize()} is among what leads: assess it before the first step."
        for name in ("neurotoxicity", "progression", "withdrawal")
        if name in leading
    ]
    return found


def naloxone(assessment: Assessment, knowledge: Knowledge, acknowledged: bool) -> Naloxone:
    """Whether naloxone is to be offered. A taper or rotation lowers tolerance, so it always is; the record adds reasons."""
    lock = next((lock for lock in assessment.interlocks if lock.id == NALOXONE), None)
    reasons: tuple[str, ...] = ("tolerance falls, and a return to a former dose can stop breathing",)
    reasons = (*reasons, *(lock.because if lock is not None else ()))
    facts = Facts.of(assessment.record, assessment.exposure, knowledge, assessment.as_of)
    return Naloxone(True, reasons, acknowledged or has_naloxone(facts))


def referral(blocked: tuple[Interlock, ...]) -> str:
    """Where a blocked record goes instead.

    >>> referral(())
    ''
    """
    found = [INSTEAD.get(lock.id, lock.do) for lock in blocked]
    return "; ".join(dict.fromkeys(found))
