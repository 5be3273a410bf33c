"""What a new opioid is checked against before a rotation: kidneys, liver, heart rhythm, other drugs, the dose itself.

A gate that is not met stays open and is shown; only those that the tables mark as refusing stop the plan, as an
interlock with its reason. What no class table names is said to be not checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from algesia.assessment.facts import Facts
from algesia.assessment.model import Interlock
from algesia.assessment.triggers import EGFR_FALL, EGFR_FALL_DAYS, has_naloxone
from algesia.assessment.wording import day_text, listed, number
from algesia.knowledge.drugs import identify
from algesia.knowledge.plan_rotation import Gate
from algesia.plan.model import GateState
from algesia.quantities.refusal import Unassessable
from algesia.record.model import Lab

State: TypeAlias = Literal["met", "open", "refused", "note"]
SEROTONERGIC: Final = ("tramadol", "meperidine", "tapentadol", "methadone", "fentanyl")
"""Opioids that are checked against serotonergic drugs (our own list; the classes of the other drugs are the table's)."""
QT_OPIOIDS: Final = ("methadone", "buprenorphine")
"""Opioids for which the table of gates asks for a QTc."""
SEDATIVES: Final = ("benzodiazepine", "gabapentinoid", "z-drug", "barbiturate", "cns-depressant")
QTC_HIGH: Final = 450.0
"""QTc in ms from which another opioid is preferred (VA/DoD, Table D-4); an earlier value above it is a risk factor."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The gates of one target, what blocks it, what is missing, and what asks for care."""

    gates: tuple[GateState, ...]
    blocked: tuple[Interlock, ...]
    missing: tuple[Unassessable, ...]
    warnings: tuple[str, ...]


def check(facts: Facts, drug: str, route: str, acknowledged: bool = False) -> Checked:
    """Check a target drug against the record.

    Parameters
    ----------
    acknowledged
        Whether the clinician has said that naloxone is at hand.
    """
    parts = [
        _renal(facts, drug),
        _hepatic(facts, drug),
        _others(facts, acknowledged),
        _serotonin(facts, drug),
    ]
    if drug == "methadone":
        parts.append(_methadone(facts))
    if drug == "buprenorphine" and route in ("transdermal", "buccal"):
        parts.append(_buprenorphine(facts))
    return Checked(
        tuple(gate for part in parts for gate in part.gates),
        tuple(lock for part in parts for lock in part.blocked),
        tuple(item for part in parts for item in part.missing),
        tuple(words for part in parts for words in part.warnings),
    )


def lock(facts: Facts, name: str, because: str) -> Interlock:
    """An interlock of the table with a reason that only this plan gives."""
    rule = facts.knowledge.interlocks[name]
    return Interlock(rule.id, "block", rule.title, (because,), rule.action, rule.sources, rule.basis)


def state(gate: Gate, value: State, on_record: str) -> GateState:
    """A gate of the table in one of its states."""
    return GateState(gate.id, value, on_record, gate.says, gate.source)


def gate_of(facts: Facts, name: str) -> Gate:
    """A gate by its id."""
    return next(gate for gate in facts.knowledge.rotation.gates if gate.id == name)


def _renal(facts: Facts, drug: str) -> Checked:
    """Kidney function: how the target stands, what the record says, and what stands better."""
    gate = gate_of(facts, "renal")
    egfr, failure = facts.lab("egfr"), facts.renal_failure()
    falling = facts.falling_egfr(EGFR_FALL, EGFR_FALL_DAYS)
    disease = facts.conditions("renal-disease")
    if egfr is None and failure is None:
        gates = [state(gate, "open", "no eGFR on record" + (", renal disease is" if disease else ""))]
    else:
        gates = [state(gate, "met", _lab(facts, egfr, "eGFR") if egfr is not None else str(failure))]
    rank = next((row for row in facts.knowledge.rotation.renal if row.drug == drug), None)
    if rank is None:
        says = f"{drug}: no rank in renal impairment was read."
        return Checked((*gates, GateState("renal-rank", "note", "not read", says, gate.source)), (), (), ())
    below = f" below an eGFR of {number(rank.egfr_below)}" if rank.egfr_below is not None else ""
    says = f"{drug} in renal impairment{below}: {rank.rank}. {rank.note}".strip()
    impaired = failure or falling or (disease[0].text or "renal disease" if disease else None)
    found = impaired if impaired is not None else "no renal impairment on record"
    if rank.rank == "avoid" and impaired is not None:
        gates.append(GateState("renal-rank", "refused", found, says, rank.sources[0]))
        better = [row.drug for row in facts.knowledge.rotation.renal if row.rank == "preferred"]
        because = f"{impaired}: {drug} is to be avoided; preferred are {listed(better)}"
        return Checked(tuple(gates), (lock(facts, "renal", because),), (), ())
    gates.append(GateState("renal-rank", "note", found, says, rank.sources[0]))
    warned = rank.rank == "caution" and impaired is not None
    return Checked(tuple(gates), (), (), (f"{impaired}: {says}",) if warned else ())


def _hepatic(facts: Facts, drug: str) -> Checked:
    gate = gate_of(facts, "hepatic")
    found = facts.conditions("hepatic-disease")
    if not found:
        return Checked((state(gate, "open", "no word on the liver on record"),), (), (), ())
    words = found[0].text or "hepatic disease"
    if drug == "methadone":
        because = f"{words}: methadone is not computed in hepatic disease"
        return Checked((state(gate, "refused", words),), (lock(facts, "hepatic", because),), (), ())
    return Checked((state(gate, "note", words),), (), (), (f"{words}: longer intervals, lower doses.",))


def _others(facts: Facts, acknowledged: bool) -> Checked:
    """Sedatives, sleep apnea, pregnancy, naloxone, contact."""
    classes = facts.running_classes()
    drugs = sorted({drug for name in SEDATIVES for drug in classes.get(name, ())})
    alcohol = [s for s in facts.record.signs if s.sign == "alcohol-use" and s.at.day <= facts.as_of]
    latest = max(alcohol, key=lambda s: s.at, default=None)
    if latest is not None and latest.present:
        drugs.append("alcohol")
    unknown = _unchecked(facts)
    said = listed(drugs) if drugs else "none of the class table runs; alcohol is to be asked for"
    not_checked = (
        f"Not in the class table, so interactions were not checked: {listed(unknown)}." if unknown else ""
    )
    apnea = facts.conditions("sleep-apnea")
    pregnant = facts.record.person.pregnant
    at_hand = acknowledged or has_naloxone(facts)
    sex = facts.record.person.sex
    gates = (
        state(gate_of(facts, "sedatives"), "note" if drugs else "open", f"{said}. {not_checked}".strip()),
        state(
            gate_of(facts, "apnea"),
            "note" if apnea else "open",
            _words(apnea[0].text) if apnea else "not asked",
        ),
        state(
            gate_of(facts, "pregnancy"),
            "met" if pregnant is False or sex == "male" else "open",
            "not pregnant" if pregnant is False or sex == "male" else "not on record",
        ),
        state(
            gate_of(facts, "naloxone"),
            "met" if at_hand else "open",
            "at hand" if at_hand else "not on record",
        ),
        state(gate_of(facts, "contact"), "open", "to be arranged"),
    )
    return Checked(gates, (), (), (not_checked,) if not_checked else ())


def _words(text: str | None) -> str:
    return text or "on record"


def _unchecked(facts: Facts) -> list[str]:
    """Running drugs that are neither opioids nor in the class table."""
    found = []
    for medication in facts.running:
        code = medication.code
        rxcuis = (code.code,) if code is not None and "rxnorm" in code.system.lower() else ()
        meant = identify(facts.knowledge, medication.drug, rxcuis)
        if not meant.opioids and not meant.classes and not meant.unspecified_opioid:
            found.append(medication.drug)
    return sorted(set(found))


def _serotonin(facts: Facts, drug: str) -> Checked:
    """Serotonergic drugs with an opioid that adds to them; a MAO inhibitor stops the plan."""
    if drug not in SEROTONERGIC:
        return Checked((), (), (), ())
    classes = facts.running_classes()
    inhibitors, others = classes.get("maoi", ()), classes.get("serotonergic", ())
    says = f"Serotonin syndrome: {drug} with serotonergic drugs."
    if inhibitors:
        because = f"{listed(inhibitors)} (MAO inhibitor) with {drug}: serotonin syndrome"
        do = "No rotation to this opioid while a MAO inhibitor runs; another opioid or the pain specialist."
        stop = Interlock(
            "serotonergic", "block", "MAO inhibitor", (because,), do, ("algesia",), "expert_prior"
        )
        gates = (GateState("serotonergic", "refused", listed(inhibitors), says, "algesia"),)
        return Checked(gates, (stop,), (), ())
    if others:
        gates = (GateState("serotonergic", "note", listed(others), says, "algesia"),)
        warning = f"{listed(others)} with {drug}: serotonin syndrome is possible. Ask for agitation, tremor, sweating, diarrhea."
        return Checked(gates, (), (), (warning,))
    none = "none of the class table runs"
    return Checked((GateState("serotonergic", "met", none, says, "algesia"),), (), (), ())


def _methadone(facts: Facts) -> Checked:
    """The ECG before methadone: a QTc below 450 ms, no older than the table allows."""
    risks = qt_risks(facts)
    gate = gate_of(facts, "ecg-risk" if risks else "ecg-no-risk")
    lab = facts.lab("qtc")
    notes = tuple(
        state(g, "note", "after the start") for g in facts.knowledge.rotation.gates if g.act == "repeat"
    )
    unread = "A history that suggests ventricular arrhythmia cannot be read off the record: ask."
    warnings = (unread, *(f"{risk}: QT risk with methadone." for risk in risks))
    if lab is None:
        stop = lock(facts, "qtc", "methadone proposed, no QTc on record")
        return Checked((state(gate, "refused", "no QTc on record"), *notes), (stop,), (), warnings)
    words = _lab(facts, lab, "QTc", " ms")
    for row in facts.knowledge.rotation.gates:
        if row.measure != "qtc" or "methadone" not in row.targets or row.at_least is None:
            continue
        if lab.value >= row.at_least and (row.below is None or lab.value < row.below):
            stop = lock(facts, "qtc", f"methadone proposed, {words}")
            return Checked((state(row, "refused", words), *notes), (stop,), (), warnings)
    old = facts.as_of - lab.at.day
    if gate.valid_days is not None and old > gate.valid_days:
        because = f"methadone proposed, {words}: {old} days old, valid for {gate.valid_days}"
        return Checked(
            (state(gate, "refused", f"{words}, {old} days old"), *notes),
            (lock(facts, "qtc", because),),
            (),
            warnings,
        )
    return Checked((state(gate, "met", words), *notes), (), (), warnings)


def qt_risks(facts: Facts) -> tuple[str, ...]:
    """What on record lengthens the QT interval or did so before: drugs of the class table, long QT, an earlier QTc."""
    found = [f"{drug} (QT-prolonging)" for drug in facts.running_classes().get("qt-prolonging", ())]
    found += [c.text or "long QT" for c in facts.conditions("long-qt")]
    found += [c.text or "heart failure" for c in facts.conditions("heart-failure")]
    found += [_lab(facts, lab, "QTc", " ms") for lab in facts.labs("qtc") if lab.value > QTC_HIGH]
    return tuple(dict.fromkeys(found))


def _buprenorphine(facts: Facts) -> Checked:
    """Patch or film beside a QT-prolonging drug: the QTc must be known."""
    gate = gate_of(facts, "ecg-qt-drugs")
    drugs = facts.running_classes().get("qt-prolonging", ())
    lab = facts.lab("qtc")
    if not drugs:
        return Checked((state(gate, "met", "none of the class table runs"),), (), (), ())
    if lab is None:
        because = f"{listed(drugs)} (QT-prolonging) with buprenorphine: the QTc is not on record"
        missing = Unassessable("rotation", because, ("qtc",))
        return Checked((state(gate, "refused", "no QTc on record"),), (), (missing,), ())
    words = _lab(facts, lab, "QTc", " ms")
    return Checked((state(gate, "met", words),), (), (), (f"{listed(drugs)} with buprenorphine: {words}.",))


def _lab(facts: Facts, lab: Lab, name: str, unit: str = "") -> str:
    return f"{name} {number(lab.value)}{unit}, {day_text(facts.record, lab.at.day)}"
