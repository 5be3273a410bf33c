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

from collections.abc import Callable, Sequence
from typing import Final

from algesia.assessment.facts import Facts
from algesia.assessment.model import DoseChange, Interlock, SignState
from algesia.assessment.wording import day_text, listed, number
from algesia.knowledge.clinical import InterlockRule, Level
from algesia.quantities.time import Instant
from algesia.record.model import Condition, Medication

FRESH_DAYS: Final = 28
WAVERING_DAYS: Final = 3
"""How long an emergency that was denied since stays urgent (our own definition)."""
PHQ9_FORCED: Final = 25
"""From this total on, item 9 cannot be 0: the other eight items give 24 at most."""
PHQ9_ASK: Final = 10
"""From this total on (phq9_2001), an unknown item 9 is asked the same day."""
STEP_LIMIT: Final = 25.0
"""Largest step in percent that the FDA class label names; a larger one, or a stop, is asked about."""
LEAST_COURSE: Final = 7
"""Days an opioid must have run before its end counts as a stop (our own definition)."""
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
NOT_IN_A_RECORD: Final = ("no-prescriber", "abandonment", "manipulated-product")

ORDER: Final[dict[Level, int]] = {"emergency": 0, "urgent": 1, "block": 2, "warn": 3}

Trigger = Callable[[Facts], list[str]]


def interlocks(
    facts: Facts, signs: Sequence[SignState], changes: Sequence[DoseChange]
) -> tuple[Interlock, ...]:
    """Every interlock that holds on the day of asking: emergencies first, then urgent, block, warn."""
    fired = []
    for rule in facts.knowledge.interlocks.values():
        fresh, old = _from_signs(facts, signs, rule)
        because = fresh + (TRIGGERS[rule.id](facts) if rule.id in TRIGGERS else [])
        if rule.id == "abrupt-reduction":
            because += _abrupt(facts, changes)
        if rule.id == "emergency-suicide":
            old += _suicide_open(facts)
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


def _named(facts: Facts, found: Sequence[Condition]) -> list[str]:
    return [
        (c.text or (c.kind or "").replace("-", " "))
        + (f", {day_text(facts.record, c.at.day)}" if c.at else "")
        for c in found
    ]


def _item_nine(facts: Facts) -> list[tuple[Instant, float]]:
    """Answers to item 9 of the PHQ-9 in order of time; a total of 25 or more answers it too."""
    found = []
    for scale in facts.record.scales:
        if scale.instrument.lower() != "phq-9" or scale.at.day > facts.as_of:
            continue
        if scale.items is not None and "9" in scale.items:
            found.append((scale.at, scale.items["9"]))
        elif scale.score is not None and scale.score >= PHQ9_FORCED:
            found.append((scale.at, scale.score - 24))
    return sorted(found)


def _suicide(facts: Facts) -> list[str]:
    answers = _item_nine(facts)
    if not answers:
        return []
    at, item = answers[-1]
    if item <= 0 or facts.as_of - at.day > FRESH_DAYS:
        return []
    return [f"PHQ-9 item 9 is above 0, {day_text(facts.record, at.day)}"]


def _suicide_open(facts: Facts) -> list[str]:
    """Item 9 raised long ago or denied since, or never answered beside a total of 10 or more."""
    answers = _item_nine(facts)
    raised = [at for at, item in answers if item > 0]
    if raised and (raised[-1] == answers[-1][0] or facts.as_of - raised[-1].day <= FRESH_DAYS):
        return [f"PHQ-9 item 9 was above 0, {day_text(facts.record, raised[-1].day)}"]
    scale = facts.scale("phq-9")
    if scale is None or scale.score is None or scale.score < PHQ9_ASK:
        return []
    if any(at >= scale.at for at, _ in answers) or facts.as_of - scale.at.day > FRESH_DAYS:
        return []
    return [f"PHQ-9 {number(scale.score)}, {day_text(facts.record, scale.at.day)}, item 9 not on record"]


def _abrupt(facts: Facts, changes: Sequence[DoseChange]) -> list[str]:
    """A stop, or a step down beyond the label's limit, within 28 days."""
    found = []
    for change in changes:
        if change.direction != "decrease" or not 0 <= facts.as_of - change.day <= FRESH_DAYS:
            continue
        when = day_text(facts.record, change.day)
        unit = "MME a day" if change.unit == "MME/d" else f"mg a day of {change.drug}"
        if change.after == 0 and _ran(facts, change.day):
            found.append(f"{number(change.before)} {unit} until {when}, nothing on record since")
        elif change.after > 0 and -(change.percent or 0) > STEP_LIMIT:
            found.append(f"{number(change.before)} to {number(change.after)} {unit} on {when}")
    running = facts.running_opioids()
    for item in facts.exposure.items:
        if item.status != "unconverted" or item.daily is not None or item.end is None or running:
            continue
        if 0 <= facts.as_of - item.end <= FRESH_DAYS and item.end - item.start >= LEAST_COURSE:
            found.append(f"{item.drug} until {day_text(facts.record, item.end)}, amount not known")
    return found


def _ran(facts: Facts, day: int) -> bool:
    return any(
        item.start <= day - LEAST_COURSE
        for item in facts.exposure.items
        if item.status in ("converted", "unconverted", "apart") and item.end == day
    )


def _precipitated(facts: Facts) -> list[str]:
    """Withdrawal within a day of an antagonist, or of the first days of buprenorphine."""
    given = [
        (m.start.day, name)
        for m in facts.record.medications
        if not m.as_needed and (name := facts.displacer(m)) is not None
    ]
    given += [(d.at.day, name) for d in facts.record.doses if (name := facts.displacer(d)) is not None]
    for intervention in facts.record.interventions:
        words = (intervention.text or intervention.kind).lower()
        given += [(intervention.at.day, name) for name in ("naltrexone", "naloxone") if name in words]
    found = []
    for sign in facts.record.signs:
        day = sign.at.day
        if sign.sign != "withdrawal-signs" or not sign.present or not 0 <= facts.as_of - day <= FRESH_DAYS:
            continue
        found += [
            f"withdrawal signs, {day_text(facts.record, day)}, after {drug}"
            for at, drug in given
            if 0 <= day - at <= 1
        ]
    return sorted(set(found))


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
    if not facts.running_opioids() or _has_naloxone(facts):
        return []
    found = _named(
        facts, facts.conditions("overdose", "substance-use-disorder", "opioid-use-disorder", "sleep-apnea")
    )
    mme = facts.exposure.on(facts.as_of).mme.high
    if mme >= NALOXONE_MME:
        found.append(f"{number(mme)} MME a day")
    found += [f"{drug} (benzodiazepine)" for drug in facts.running_classes().get("benzodiazepine", ())]
    return found


def _has_naloxone(facts: Facts) -> bool:
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
    "emergency-suicide": _suicide,
    "precipitated-withdrawal": _precipitated,
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
