"""What a new opioid is checked against before a rotation: kidneys, liver, heart rhythm, other drugs, the dose itself.

A gate that is not met stays open and is shown; only those that the tables mark as refusing stop the plan, as an
interlock with its reason. What no class table names is said to be not checked.
"""

from __future__ import annotations

from typing import Final

from algesia.assessment.facts import Facts
from algesia.assessment.model import Interlock
from algesia.assessment.triggers import has_naloxone
from algesia.assessment.wording import listed
from algesia.knowledge.drugs import ANTAGONIST, identify
from algesia.knowledge.model import Identified
from algesia.plan.model import GateState
from algesia.plan.rotation_checked import Checked, gate_of, lab_words, lock, state
from algesia.plan.rotation_organs import hepatic, renal
from algesia.quantities.refusal import Unassessable
from algesia.record.model import Medication

SEROTONERGIC: Final = ("tramadol", "meperidine", "tapentadol", "methadone", "fentanyl")
"""Opioids that are checked against serotonergic drugs (our own list; the classes of the other drugs are the table's)."""
SEDATIVES: Final = ("benzodiazepine", "gabapentinoid", "z-drug", "barbiturate", "cns-depressant")
QTC_DO: Final = "No buprenorphine patch or film is computed: an ECG read by a cardiologist, reversible causes, the pain specialist."
QTC_HIGH: Final = 450.0
"""QTc in ms from which another opioid is preferred (VA/DoD, Table D-4); an earlier value above it is a risk factor."""


def check(facts: Facts, drug: str, route: str, acknowledged: bool = False) -> Checked:
    """Check a target drug against the record.

    Parameters
    ----------
    acknowledged
        Whether the clinician has said that naloxone is at hand.
    """
    parts = [
        renal(facts, drug),
        hepatic(facts, drug, route),
        _others(facts, acknowledged),
        _serotonin(facts, drug),
    ]
    if drug == "methadone":
        parts.append(_methadone(facts))
    if drug == "buprenorphine":
        parts.append(_buprenorphine(facts, route))
    return Checked(
        tuple(gate for part in parts for gate in part.gates),
        tuple(lock for part in parts for lock in part.blocked),
        tuple(item for part in parts for item in part.missing),
        tuple(words for part in parts for words in part.warnings),
    )


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
        meant = _identified(facts, medication)
        if not meant.opioids and not meant.classes and not meant.unspecified_opioid:
            found.append(medication.drug)
    return sorted(set(found))


def _identified(facts: Facts, medication: Medication) -> Identified:
    code = medication.code
    rxcuis = (code.code,) if code is not None and "rxnorm" in code.system.lower() else ()
    return identify(facts.knowledge, medication.drug, rxcuis)


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
    risks, beside = qt_risks(facts), _beside(facts)
    gate = gate_of(facts, "ecg-risk" if risks or beside else "ecg-no-risk")
    lab = facts.lab("qtc")
    notes = tuple(
        state(g, "note", "after the start") for g in facts.knowledge.rotation.gates if g.act == "repeat"
    )
    unread = "A history that suggests ventricular arrhythmia cannot be read off the record: ask."
    warnings = (unread, *(f"{risk}: QT risk with methadone." for risk in risks))
    if lab is None:
        stop = lock(facts, "qtc", "methadone proposed, no QTc on record")
        return Checked((state(gate, "refused", "no QTc on record"), *notes), (stop,), (), warnings)
    words = lab_words(facts, lab, "QTc", " ms")
    why = (
        f"; beside {listed(beside)}: the class table does not know every QT-prolonging drug" if beside else ""
    )
    for row in facts.knowledge.rotation.gates:
        if row.measure != "qtc" or "methadone" not in row.targets or row.at_least is None:
            continue
        if lab.value >= row.at_least and (row.below is None or lab.value < row.below):
            stop = lock(facts, "qtc", f"methadone proposed, {words}")
            return Checked((state(row, "refused", words), *notes), (stop,), (), warnings)
    old = facts.as_of - lab.at.day
    if gate.valid_days is not None and old > gate.valid_days:
        because = f"methadone proposed, {words}: {old} days old, valid for {gate.valid_days}{why}"
        return Checked(
            (state(gate, "refused", f"{words}, {old} days old{why}"), *notes),
            (lock(facts, "qtc", because),),
            (),
            warnings,
        )
    valid = f"{words}, {old} days old, valid for {gate.valid_days}{why}"
    return Checked((state(gate, "met", valid), *notes), (), (), warnings)


def _beside(facts: Facts) -> tuple[str, ...]:
    """Drugs other than opioids and their antagonists that run. None of them is taken to be without QT effect."""
    found = set()
    for medication in facts.running:
        meant = _identified(facts, medication)
        if not meant.opioids and not meant.unspecified_opioid and set(meant.classes) != {ANTAGONIST}:
            found.add(medication.drug)
    return tuple(sorted(found))


def qt_risks(facts: Facts) -> tuple[str, ...]:
    """What on record lengthens the QT interval or did so before: drugs of the class table, long QT, an earlier QTc."""
    found = [f"{drug} (QT-prolonging)" for drug in facts.running_classes().get("qt-prolonging", ())]
    found += [c.text or "long QT" for c in facts.conditions("long-qt")]
    found += [c.text or "heart failure" for c in facts.conditions("heart-failure")]
    found += [lab_words(facts, lab, "QTc", " ms") for lab in facts.labs("qtc") if lab.value > QTC_HIGH]
    return tuple(dict.fromkeys(found))


def _buprenorphine(facts: Facts, route: str) -> Checked:
    """The QTc before a patch or film; before a sublingual start, of which nothing is computed, it is a warning."""
    gate = gate_of(facts, "ecg-qt-drugs")
    drugs = facts.running_classes().get("qt-prolonging", ())
    lab = facts.lab("qtc")
    words = "no QTc on record" if lab is None else lab_words(facts, lab, "QTc", " ms")
    long = lab is not None and lab.value >= QTC_HIGH
    cautions = (f"{words} with buprenorphine: an ECG and reversible causes first.",) if long else ()
    if route == "sublingual":
        return Checked((), (), (), cautions)
    most = gate_of(facts, "qtc-500").at_least
    if lab is not None and most is not None and lab.value >= most:
        because = f"buprenorphine proposed, {words}"
        stop = Interlock(
            "qtc", "block", "QT interval and buprenorphine", (because,), QTC_DO, ("algesia",), "expert_prior"
        )
        return Checked((state(gate, "refused", words),), (stop,), (), ())
    if drugs and lab is None:
        because = f"{listed(drugs)} (QT-prolonging) with buprenorphine: the QTc is not on record"
        return Checked(
            (state(gate, "refused", words),), (), (Unassessable("rotation", because, ("qtc",)),), ()
        )
    if long:
        return Checked((state(gate, "open", words),), (), (), cautions)
    if drugs:
        return Checked(
            (state(gate, "met", words),), (), (), (f"{listed(drugs)} with buprenorphine: {words}.",)
        )
    beside = _beside(facts)
    if lab is None and beside:
        unknown = f"{words}; {listed(beside)}: the class table does not know every QT-prolonging drug"
        return Checked((state(gate, "open", unknown),), (), (), ())
    return Checked((state(gate, "met", "none of the class table runs"),), (), (), ())
