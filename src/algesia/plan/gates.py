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
from algesia.plan.cautions import STALE_DAYS, cautions, latest_entry
from algesia.plan.interactions import serotonin
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
    assessment: Assessment,
    knowledge: Knowledge,
    also: tuple[str, ...] = (),
    for_pain: bool = False,
) -> Gate:
    """What stands in the way of any plan on this record.

    Parameters
    ----------
    also
        Further interlocks that block this kind of plan.
    for_pain
        The clinician has said that methadone or buprenorphine is given for pain.

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
        facts,
        tuple(blocked),
        tuple(_missing(assessment, facts, for_pain)),
        (*serotonin(facts), *_warnings(assessment), *cautions(facts)),
    )


def _missing(assessment: Assessment, facts: Facts, for_pain: bool) -> list[Unassessable]:
    found = []
    total = assessment.exposure.on(assessment.as_of)
    if not facts.running_opioids():
        found.append(Unassessable("plan", "no opioid runs on the day of asking", ("medications",)))
    for item in total.unconverted:
        if item.daily is None:
            missing = (f"the daily amount of {item.drug}",)
            found.append(Unassessable("plan", f"{item.drug}: {item.reason}", missing))
    silent = facts.as_of - latest_entry(facts)
    if silent > STALE_DAYS:
        because = f"the last entry on record is {silent} days before the day of asking"
        found.append(Unassessable("plan", because, ("what is taken now, and how the person is",)))
    if facts.unstated_agonist() and not for_pain:
        found.append(
            Unassessable(
                "plan",
                "it is not on record what the methadone or buprenorphine is for; treatment of opioid use disorder is not tapered",
                ("what it is given for: a condition, or --for-pain",),
            )
        )
    return found


def _warnings(assessment: Assessment) -> list[str]:
    """The interlocks that warn, but for naloxone, which every plan has in a place of its own."""
    found = [
        f"{lock.title}: {'; '.join(lock.because)}. {lock.do}"
        for lock in assessment.interlocks
        if lock.level == "warn" and lock.id != NALOXONE
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
