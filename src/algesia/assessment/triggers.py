"""How each interlock that rests on conditions, drugs or laboratory values is read off a record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from algesia.assessment.acute import FRESH_DAYS, precipitated, suicide
from algesia.assessment.facts import Facts
from algesia.assessment.wording import day_text, listed, number
from algesia.record.model import Condition, Medication

EGFR_FALL: Final = 0.30
EGFR_FALL_DAYS: Final = 90
"""A fall by this share within this time is read as falling fast (our own checking limit)."""
NALOXONE_MME: Final = 50.0
ROTATION_MME: Final = 500.0
ELDERLY: Final = 65
ADULT: Final = 18
SURGERY_BEFORE, SURGERY_AFTER = 30, 90
RENAL_DRUGS: Final = ("morphine", "codeine", "hydromorphone", "tramadol")
GLUCURONIDE_DRUGS: Final = ("morphine", "codeine", "hydromorphone")
CLASSES: Final = ("benzodiazepine", "gabapentinoid", "z-drug", "barbiturate", "cns-depressant")

Trigger = Callable[[Facts], list[str]]


def _named(facts: Facts, found: Sequence[Condition]) -> list[str]:
    return [
        (c.text or (c.kind or "").replace("-", " "))
        + (f", {day_text(facts.record, c.at.day)}" if c.at else "")
        for c in found
    ]


def _pregnancy(facts: Facts) -> list[str]:
    found = _named(facts, facts.conditions("pregnancy", "postpartum"))
    return (["pregnant"] if facts.record.person.pregnant else []) + found


def _age(facts: Facts) -> list[str]:
    return [f"age {int(facts.age)}"] if facts.age is not None and facts.age < ADULT else []


def _cancer(facts: Facts) -> list[str]:
    return _named(facts, facts.conditions("cancer", "palliative", "sickle-cell"))


def _surgery(facts: Facts) -> list[str]:
    found = []
    events = [(c.at, c.text or "surgery") for c in facts.record.conditions if c.kind == "surgery" and c.at]
    events += [(i.at, i.text or i.kind) for i in facts.record.interventions if i.kind == "surgery"]
    for at, words in events:
        if -SURGERY_BEFORE <= facts.as_of - at.day <= SURGERY_AFTER:
            found.append(f"{words}, {day_text(facts.record, at.day)}")
    return sorted(found)


def _inpatient(facts: Facts) -> list[str]:
    return _named(facts, facts.conditions("inpatient"))


def _oud(facts: Facts) -> list[str]:
    found = _named(facts, facts.conditions("opioid-use-disorder"))
    count = facts.scale("dsm5-oud")
    if count is not None and count.score is not None and count.score >= 2:
        found.append(f"{number(count.score)} DSM-5 criteria, {day_text(facts.record, count.at.day)}")
    return found


def _moud(facts: Facts) -> list[str]:
    found = _named(facts, facts.conditions("opioid-agonist-treatment"))
    agonists = sorted(facts.running_opioids() & {"methadone", "buprenorphine"})
    if agonists and facts.conditions("opioid-use-disorder"):
        found.append(f"{listed(agonists)} with opioid use disorder on record")
    return found


def _depressants(facts: Facts) -> list[str]:
    if not facts.running_opioids():
        return []
    classes = facts.running_classes()
    drugs: dict[str, str] = {}
    for name in CLASSES:
        for drug in classes.get(name, ()):
            drugs.setdefault(drug, name)
    return [f"{drug} ({name}) with an opioid" for drug, name in sorted(drugs.items())]


def _sleep(facts: Facts) -> list[str]:
    return _named(facts, facts.conditions("sleep-apnea"))


def _lungs_or_age(facts: Facts) -> list[str]:
    found = _named(facts, facts.conditions("lung-disease"))
    if facts.age is not None and facts.age >= ELDERLY:
        found.append(f"age {int(facts.age)}")
    return found


def _renal(facts: Facts) -> list[str]:
    drugs = sorted(facts.running_opioids() & set(RENAL_DRUGS))
    taking = f" while on {listed(drugs)}" if drugs else ""
    failure = facts.renal_failure()
    if failure is not None:
        return [failure + taking]
    falling = facts.falling_egfr(EGFR_FALL, EGFR_FALL_DAYS)
    if falling is not None:
        return [falling + taking]
    found = _named(facts, facts.conditions("renal-disease"))
    if found and facts.lab("egfr") is None:
        return [f"{words}; no eGFR on record{taking}" for words in found]
    return []


def _hepatic(facts: Facts) -> list[str]:
    return _named(facts, facts.conditions("hepatic-disease"))


def _qtc(facts: Facts) -> list[str]:
    lab = facts.lab("qtc")
    if lab is not None and lab.value >= 450:
        return [f"QTc {number(lab.value)} ms, {day_text(facts.record, lab.at.day)}"]
    found = _named(facts, facts.conditions("long-qt"))
    if "methadone" in facts.running_opioids() and lab is None:
        found.append("methadone on record, no QTc")
    return found


def _high_dose(facts: Facts) -> list[str]:
    high = facts.exposure.on(facts.as_of).mme.high
    return [f"{number(high)} MME a day"] if high >= ROTATION_MME else []


def _intrathecal(facts: Facts) -> list[str]:
    items = [
        item
        for item in facts.exposure.items
        if item.route == "intrathecal"
        and item.status != "not-opioid"
        and item.start <= facts.as_of
        and (item.end is None or item.end + FRESH_DAYS > facts.as_of)
    ]
    return sorted({f"{item.drug}, intrathecal" for item in items})


def _naloxone(facts: Facts) -> list[str]:
    if not facts.running_opioids() or has_naloxone(facts):
        return []
    found = _named(
        facts, facts.conditions("overdose", "substance-use-disorder", "opioid-use-disorder", "sleep-apnea")
    )
    mme = facts.exposure.on(facts.as_of).mme.high
    if mme >= NALOXONE_MME:
        found.append(f"{number(mme)} MME a day")
    found += [f"{drug} (benzodiazepine)" for drug in facts.running_classes().get("benzodiazepine", ())]
    return found


def has_naloxone(facts: Facts) -> bool:
    """Whether naloxone runs as a medication, or the latest answer to "naloxone at hand" is yes."""

    def is_naloxone(medication: Medication) -> bool:
        return "naloxone" in medication.drug.lower() and "buprenorphine" not in medication.drug.lower()

    signs = [s for s in facts.record.signs if s.sign == "naloxone-at-hand" and s.at.day <= facts.as_of]
    latest = max(signs, key=lambda s: (s.at, s.present is True), default=None)
    return any(is_naloxone(m) for m in facts.running) or (latest is not None and latest.present is True)


def _incomplete(facts: Facts) -> list[str]:
    total = facts.exposure.on(facts.as_of)
    found = [f"{item.drug}: {item.reason}" for item in total.unconverted]
    drugs = sorted(facts.running_opioids() & set(GLUCURONIDE_DRUGS))
    if drugs and facts.lab("egfr") is None:
        found.append(f"no eGFR on record while on {listed(drugs)}")
    return sorted(set(found))


TRIGGERS: Final[dict[str, Trigger]] = {
    "emergency-suicide": suicide,
    "precipitated-withdrawal": precipitated,
    "pregnancy": _pregnancy,
    "age-lt-18": _age,
    "cancer-palliative-sickle": _cancer,
    "perioperative": _surgery,
    "inpatient": _inpatient,
    "active-oud": _oud,
    "moud-dose": _moud,
    "benzo-gabapentinoid-alcohol": _depressants,
    "sleep-apnea": _sleep,
    "respiratory-disease-elderly": _lungs_or_age,
    "renal": _renal,
    "hepatic": _hepatic,
    "qtc": _qtc,
    "high-dose-rotation": _high_dose,
    "intrathecal-pump": _intrathecal,
    "naloxone": _naloxone,
    "data-incomplete": _incomplete,
}
