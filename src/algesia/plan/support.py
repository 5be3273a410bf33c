"""Drugs for withdrawal symptoms, each checked against the record.

Where sources print different daily maxima the lowest holds, whatever the weight. No opioid and no benzodiazepine is
ever among them; the rule and its source stand in the table of statements (`NEVER_FOR_WITHDRAWAL`).
"""

from __future__ import annotations

from typing import Final

from algesia.assessment.facts import Facts
from algesia.assessment.triggers import ELDERLY
from algesia.assessment.wording import number
from algesia.knowledge.plan_options import Adjunct, WithdrawalDrug
from algesia.plan.adjuncts import NO_START
from algesia.plan.contraindications import (
    QTC_FROM,
    check,
    class_hits,
    dated,
    joined,
    named,
)
from algesia.plan.kidney import REDUCED, kidney, renal_limit
from algesia.plan.model import Support

NEVER_FOR_WITHDRAWAL: Final = "va-no-opioid-for-withdrawal"
"""The statement of the taper tables that no opioid and no benzodiazepine treats withdrawal symptoms."""
HEAVY_KG: Final = 90.0
"""The body weight at which the clonidine table prints another maximum."""
DEPRESSANTS: Final = ("benzodiazepine", "z-drug", "barbiturate", "gabapentinoid")
OLDER: Final = "older adults"
ALPHA_2: Final = "alpha-2-agonist"


def withdrawal_support(facts: Facts) -> tuple[Support, ...]:
    """Every drug of the withdrawal table once, in its order, with what on record asks for care or withholds it.

    A drug is withheld where its table's contraindication, age bound, class or a drug that runs already stands against
    it. What is not on record (eGFR, weight, age, blood pressure) is a caution that says so.

    >>> from algesia.exposure.compute import exposure
    >>> from algesia.knowledge.loader import load
    >>> from algesia.record.codec import read_record
    >>> record = read_record(b'{"format": "algesia-record/1", "person": {"age_years": 70}}')
    >>> facts = Facts.of(record, exposure(record, load(), "cdc-2022", 0), load(), 0)
    >>> [s.withheld for s in withdrawal_support(facts) if s.drug.drug == "diphenhydramine"]
    [('avoid from 66 years: age 70',)]
    """
    return tuple(_support(facts, drug) for drug in facts.knowledge.withdrawal_support.values())


def _support(facts: Facts, drug: WithdrawalDrug) -> Support:
    cautions: list[str] = []
    withheld: list[str] = []
    _never(facts, drug, withheld)
    _running(facts, drug, cautions, withheld)
    _age(facts, drug, cautions, withheld)
    _heart(facts, drug, cautions, withheld)
    _breathing(facts, drug, cautions)
    _ceilings(facts, drug, cautions)
    adjunct = _adjunct(facts, drug)
    if adjunct is not None:
        found = [check(facts, phrase) for phrase in adjunct.contraindicated or ()]
        withheld.extend(words for one in found for words in one.against)
        cautions.extend(words for one in found for words in one.cautions)
        ask = [words for one in found for words in one.ask]
        if ask:
            cautions.append(f"ask: {'; '.join(ask)}")
    _kidney(facts, drug, adjunct, cautions, withheld)
    _liver(facts, drug, adjunct, cautions)
    if facts.record.person.pregnant or facts.conditions("pregnancy", "postpartum"):
        cautions.append("pregnancy or postpartum is on record: nothing was read on it for this drug")
    if drug.policy == "caution":
        cautions.append(drug.note)
    return Support(drug, tuple(dict.fromkeys(cautions)), tuple(dict.fromkeys(withheld)))


def _adjunct(facts: Facts, drug: WithdrawalDrug) -> Adjunct | None:
    """The row of the adjunct table for the same drug by mouth."""
    rows = (
        a for a in facts.knowledge.adjuncts.values() if drug.drug in a.drugs and "topical" not in a.classes
    )
    return next(rows, None)


def _never(facts: Facts, drug: WithdrawalDrug, withheld: list[str]) -> None:
    known = facts.knowledge.ingredients.get(drug.drug)
    opioid = known is not None and known.kind == "analgesic"
    if opioid or "benzodiazepine" in drug.classes:
        rule = {row.id: row for row in facts.knowledge.taper_limits.statements}[NEVER_FOR_WITHDRAWAL]
        withheld.append(rule.says)


def _running(facts: Facts, drug: WithdrawalDrug, cautions: list[str], withheld: list[str]) -> None:
    """The drug itself, and others of its classes, among what runs."""
    index = facts.knowledge.name_index
    own = [
        m.drug
        for m in facts.running
        if drug.drug in {h.target for h in index.find(m.drug)} or drug.drug == m.drug.lower()
    ]
    if own:
        withheld.append(f"{joined(own)} runs already: count it, and do not add to it")
    others = class_hits(facts, ALPHA_2, (drug.drug,)) if ALPHA_2 in drug.classes else ()
    if others:
        withheld.append(f"{joined(others)} runs, of the same class ({ALPHA_2})")
    for name in ("nsaid", "tca", "gabapentinoid"):
        same = class_hits(facts, name, (drug.drug,)) if name in drug.classes else ()
        if same:
            cautions.append(f"{joined(same)} runs, of the same class ({name})")
    if "serotonergic" in drug.classes:
        serotonergic = class_hits(facts, "serotonergic", (drug.drug,))
        serotonergic += tuple(sorted(facts.running_opioids() & {"tramadol", "tapentadol", "methadone"}))
        if serotonergic:
            cautions.append(f"serotonergic, with {joined(serotonergic)}")


def _age(facts: Facts, drug: WithdrawalDrug, cautions: list[str], withheld: list[str]) -> None:
    age = facts.age
    if drug.avoid_from_age is not None:
        if age is None:
            cautions.append(f"avoid from {drug.avoid_from_age} years: age not on record")
        elif age >= drug.avoid_from_age:
            withheld.append(f"avoid from {drug.avoid_from_age} years: age {int(age)}")
    if OLDER in drug.warn:
        if age is None:
            cautions.append("care in older adults: age not on record")
        elif age >= ELDERLY:
            cautions.append(f"care in older adults: age {int(age)}")


def _heart(facts: Facts, drug: WithdrawalDrug, cautions: list[str], withheld: list[str]) -> None:
    """Blood pressure for alpha-2 agonists, QT for drugs that prolong it."""
    if ALPHA_2 in drug.classes:
        low = check(facts, "blood pressure under 90/60")
        withheld.extend(low.against)
        if low.ask:
            cautions.append("blood pressure and pulse are not on record: measure before the first dose")
    if "qt-prolonging" not in drug.classes and not any("QT" in words for words in drug.warn):
        return
    lab = facts.lab("qtc")
    if lab is not None and lab.value >= QTC_FROM:
        withheld.append(dated(facts, f"QTc {number(lab.value)} ms", lab.at))
    withheld.extend(named(facts, c) for c in facts.conditions("long-qt"))
    beside = list(class_hits(facts, "qt-prolonging", (drug.drug,)))
    beside += sorted(facts.running_opioids() & {"methadone"})
    if beside:
        cautions.append(f"QT, with {joined(beside)}: ECG first")
    if lab is None:
        cautions.append("QT: no QTc on record")


def _breathing(facts: Facts, drug: WithdrawalDrug, cautions: list[str]) -> None:
    if "cns-depressant" not in drug.classes:
        return
    classes = facts.running_classes()
    beside = sorted({d for name in (*DEPRESSANTS, "cns-depressant") for d in classes.get(name, ())})
    opioids = sorted(facts.running_opioids())
    if beside or opioids:
        cautions.append(
            f"sedation and slow breathing, with {joined(opioids + [d for d in beside if d not in opioids])}"
        )
    risks = [named(facts, c) for c in facts.conditions("lung-disease", "sleep-apnea")]
    if risks:
        cautions.append(f"breathing: {'; '.join(risks)}")


def _ceilings(facts: Facts, drug: WithdrawalDrug, cautions: list[str]) -> None:
    """The lowest maximum holds; a higher one that is printed for this person's weight is named."""
    lowest = drug.ceiling
    if lowest is None:
        cautions.append("no daily maximum was read in a source")
        return
    if not any("90 kg" in row.when for row in drug.ceilings):
        return
    weight = facts.record.person.weight_kg
    if weight is None:
        cautions.append(
            f"weight not on record: {number(lowest.mg_per_day, 2)} mg a day, the lowest printed, holds"
        )
    elif weight >= HEAVY_KG:
        heavy = min(row.mg_per_day for row in drug.ceilings if row.when == "90 kg or more")
        cautions.append(
            f"{number(heavy, 2)} mg a day is printed for 90 kg or more; {number(lowest.mg_per_day, 2)}, the lowest, holds"
        )


def _kidney(
    facts: Facts, drug: WithdrawalDrug, adjunct: Adjunct | None, cautions: list[str], withheld: list[str]
) -> None:
    at = kidney(facts)
    rows = drug.renal or (adjunct.renal if adjunct is not None else None) or ()
    if not rows:
        if at.advanced or (at.egfr is not None and at.egfr < REDUCED):
            said = adjunct.renal_says if adjunct is not None else None
            cautions.append(f"{at.failure or at.says}: {said or 'no renal dose was read'}")
            cautions.append(NO_START)
        return
    if at.egfr is None and not at.failure:
        cautions.append("eGFR not on record: the daily maximum depends on it")
        return
    held = renal_limit(rows, at)
    if held is None:
        return
    lowest = drug.ceiling
    maximum = min(held[1], lowest.mg_per_day) if lowest is not None else held[1]
    if maximum == 0:
        withheld.append(f"{at.failure or at.says}: avoid")
    else:
        cautions.append(f"{at.failure or at.says}: at most {number(maximum, 2)} mg a day")


def _liver(facts: Facts, drug: WithdrawalDrug, adjunct: Adjunct | None, cautions: list[str]) -> None:
    found = facts.conditions("hepatic-disease")
    if not found:
        return
    said = "; ".join(drug.hepatic) or (adjunct.hepatic if adjunct is not None else None)
    cautions.append(f"{'; '.join(named(facts, c) for c in found)}: {said or 'hepatic dosing was not read'}")
