"""Published starts of buprenorphine, day by day, for the clinician to choose from. No dose is computed here.

The sources disagree on the withdrawal score before the first dose and on cutting films: every threshold stands beside
the others, and the conflicts are stated.
"""

from __future__ import annotations

from typing import Final

from algesia.assessment.facts import Facts
from algesia.assessment.wording import day_text, number
from algesia.knowledge.loader import Knowledge
from algesia.knowledge.plan_rotation import Induction as Standard
from algesia.knowledge.plan_rotation import Schedule, ScheduleDay, Wait
from algesia.plan.model import GateState, Induction, Rule, ScheduleLine
from algesia.plan.wording import amount

CONFLICTS: Final = ("cows-conflict", "cut-conflict")
AGONIST: Final = {"short-acting": "short-acting opioids", "long-acting": "long-acting opioids", "methadone": "methadone"}  # fmt: skip


def inductions(knowledge: Knowledge) -> tuple[Induction, ...]:
    """Standard and low-dose starts whose source allows them to be shown; those marked never are left out.

    >>> from algesia.knowledge.loader import load
    >>> found = {start.id: start for start in inductions(load())}
    >>> [line.new for line in found["jabfm"].lines][:3]
    ['0.5 mg', '0.5 + 0.5 mg', '1 + 1 mg']
    >>> "patch-bridge" in found
    False
    """
    rotation = knowledge.rotation
    standard = [_standard(start) for start in rotation.inductions if start.policy == "shown"]
    low_dose = [_low_dose(schedule) for schedule in rotation.schedules if schedule.policy == "shown"]
    return (*standard, *low_dose)


def _standard(start: Standard) -> Induction:
    gate = _threshold(start)
    waits = tuple(ScheduleLine("before the first dose", "none", _wait(wait), gate) for wait in start.waits)
    lines = waits or (ScheduleLine("before the first dose", "none", "in withdrawal", gate),)
    title = f"Standard start ({start.source})"
    return Induction(start.id, title, start.setting, lines, start.says, start.source, start.confidence)


def _threshold(start: Standard) -> str:
    if start.cows_above is not None:
        return f"COWS above {start.cows_above}"
    if start.cows_from is not None:
        return f"COWS {start.cows_from} or more"
    return "withdrawal, mild to moderate; this source gives no COWS"


def _wait(wait: Wait) -> str:
    after = AGONIST[wait.after]
    if wait.hours_low is None:
        return f"last dose longer ago than for the others after {after}; hours not read"
    if wait.hours_high is None:
        return f"more than {amount(wait.hours_low)} h after {after}"
    return f"{amount(wait.hours_low)} to {amount(wait.hours_high)} h after {after}"


def _low_dose(schedule: Schedule) -> Induction:
    days = schedule.days
    if days is None:
        lines: tuple[ScheduleLine, ...] = (
            ScheduleLine("no table read", schedule.says, "see the source", ""),
        )
    else:
        lines = tuple(_day(day) for day in days)
    says = f"{schedule.says} {schedule.note}".strip()
    return Induction(
        schedule.id, schedule.title, schedule.setting, lines, says, schedule.source, schedule.confidence
    )


def _day(day: ScheduleDay) -> ScheduleLine:
    if day.last is None:
        days = f"day {day.first} and on"
    else:
        days = f"day {day.first}" if day.first == day.last else f"days {day.first} to {day.last}"
    doses = " + ".join(amount(dose) for dose in day.doses_mg)
    return ScheduleLine(days, f"{doses} mg" if doses else day.says, day.full_agonist)


def conflicts(knowledge: Knowledge) -> tuple[Rule, ...]:
    """Where the sources of buprenorphine starts disagree with each other or with the label."""
    return tuple(
        Rule(row.id, row.says, row.source, row.confidence)
        for row in knowledge.rotation.principles
        if row.id in CONFLICTS
    )


def cows_gates(facts: Facts, knowledge: Knowledge) -> tuple[GateState, ...]:
    """Every COWS threshold before a standard start, each beside the score of the day of asking.

    A score of an earlier day says nothing on withdrawal at the first dose: the gate is then open.
    """
    latest = facts.scale("cows")
    score = latest.score if latest is not None else None
    if latest is None or score is None:
        on_record = "no COWS on record"
    else:
        on_record = f"COWS {number(score)}, {day_text(facts.record, latest.at.day)}"
    today = latest is not None and score is not None and latest.at.day == facts.as_of
    return tuple(
        GateState(
            gate.id,
            "met"
            if today and score is not None and gate.at_least is not None and score >= gate.at_least
            else "open",
            on_record,
            gate.says,
            gate.source,
        )
        for gate in knowledge.rotation.gates
        if gate.measure == "cows"
    )
