"""What has come since a plan was made: dangers that end it, other opioids, drugs that slow breathing, new warnings."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from algesia.assessment.acute import PHQ9_FORCED
from algesia.assessment.facts import Facts
from algesia.assessment.model import Assessment
from algesia.assessment.triggers import CLASSES, TRIGGERS
from algesia.assessment.wording import day_text
from algesia.plan.contraindications import condition_words, named
from algesia.plan.follow_dose import ROUNDING
from algesia.plan.interactions import serotonin
from algesia.plan.model import TaperPlan
from algesia.plan.wording import amount
from algesia.record.model import Scale

BENZODIAZEPINE: Final = "benzodiazepine"
DANGERS: Final = (
    "overdose", "opioid-use-disorder", "substance-use-disorder", "pregnancy", "postpartum", "surgery", "inpatient",
)  # fmt: skip
"""Kinds of condition that end a plan when they came after it."""
DANGER_WORDS: Final = re.compile(r"\boverdos|\brelapse")
DENIED: Final = re.compile(r"\b(?:no|not|without|denies|ruled out|family history)\b")
DANGER_SIGNS: Final = ("suicidal-thoughts", "dehydration-or-infection", "fever")
"""Signs that end it: its rule names suicidal thoughts and acute illness."""
DANGER_DONE: Final = re.compile(r"\bsurgery\b|\boverdos|\bnaloxone\b")
MAY_ASK: Final = re.compile(r"phq|suicid|ssrs")
"""Names of instruments that ask about suicidal thoughts (our own list)."""
COUNTED: Final = ("converted", "unconverted", "apart")


@dataclass(frozen=True, slots=True)
class Beside:
    """A reason with what to do. `pause`: the plan does not go on, and no dose is raised."""

    says: str
    do: str
    pause: bool


def dangers(facts: Facts, since: int) -> tuple[str, ...]:
    """What the rule "danger" of the tables names, on record after the day `since`; a later no to a sign takes it back."""
    record, end = facts.record, facts.as_of
    found = []
    for condition in record.conditions:
        words = condition_words(condition).lower()
        said = DANGER_WORDS.search(words) and not DENIED.search(words)
        if condition.at and since < condition.at.day <= end and (condition.kind in DANGERS or said):
            kind = (condition.kind or "condition").replace("-", " ")
            found.append(f"{kind.capitalize()}: {named(facts, condition)}.")
    for done in record.interventions:
        text = done.text or done.kind.replace("-", " ")
        if since < done.at.day <= end and DANGER_DONE.search(f"{done.kind} {text}".lower()):
            found.append(f"Done: {text}, {day_text(record, done.at.day)}.")
    for sign in DANGER_SIGNS:
        answers = [s for s in record.signs if s.sign == sign and s.present is not None and s.at.day <= end]
        latest = max(answers, key=lambda s: (s.at, s.present is True), default=None)
        if latest is not None and latest.present and latest.at.day > since:
            found.append(f"{sign.replace('-', ' ').capitalize()}, {day_text(record, latest.at.day)}.")
    answers_9 = [
        (s.at, item) for s in record.scales if s.at.day <= end and (item := _item_nine(s)) is not None
    ]
    if answers_9:
        at, item = max(answers_9)
        if item > 0 and at.day > since:
            found.append(f"PHQ-9 item 9 is above 0, {day_text(record, at.day)}.")
    return tuple(sorted(set(found)))


def _item_nine(scale: Scale) -> float | None:
    """The answer to item 9, which a total of 25 or more gives too; how old it is does not matter here."""
    if scale.instrument.lower() != "phq-9":
        return None
    if scale.items is not None and "9" in scale.items:
        return scale.items["9"]
    return scale.score - 24 if scale.score is not None and scale.score >= PHQ9_FORCED else None


def beside(plan: TaperPlan, facts: Facts, assessment: Assessment) -> tuple[Beside, ...]:
    """Drugs and warnings of the day of asking that were not there on the day of the plan, the gravest first."""
    then = replace(facts, as_of=plan.as_of)
    found = [
        *_breathing(facts, then),
        *_serotonin(facts, then),
        *_opioids(plan, facts),
        *_warned(plan, assessment, then),
        *_unread(plan, facts),
    ]
    return tuple(sorted(found, key=lambda one: not one.pause))


def _breathing(facts: Facts, then: Facts) -> list[Beside]:
    now, before = facts.running_classes(), then.running_classes()
    found, seen = [], set()
    for name in CLASSES:
        earlier = _targets(facts, before.get(name, ()))
        for drug in now.get(name, ()):
            if drug in seen or _targets(facts, (drug,)) <= earlier:
                continue
            seen.add(drug)
            start = min(m.start.day for m in facts.running if m.drug == drug)
            says = f"{drug} ({name}) runs, and did not on the day of the plan; since {day_text(facts.record, start)}."
            do = f"{drug} with an opioid slows breathing: ask who started it and why, and whether naloxone is at hand."
            found.append(Beside(_capital(says), _capital(do), name == BENZODIAZEPINE))
    return found


def _targets(facts: Facts, drugs: tuple[str, ...]) -> frozenset[str]:
    """Drugs by ingredient where a table knows the name: a brand is its generic."""
    index = facts.knowledge.name_index
    found: set[str] = set()
    for drug in drugs:
        found |= {hit.target for hit in index.find(drug) if hit.kind == "other"} or {drug.lower()}
    return frozenset(found)


def _serotonin(facts: Facts, then: Facts) -> list[Beside]:
    before = serotonin(then)
    do = "Act on the interaction before any further step."
    return [
        Beside(_capital(says), do, "contraindicated" in says)
        for says in serotonin(facts)
        if says not in before
    ]


def _opioids(plan: TaperPlan, facts: Facts) -> list[Beside]:
    """Opioids that no step of the plan lowers: added, or more than on the day of the plan."""
    own = {step.drug for step in plan.steps}
    found = []
    for (drug, route), track in sorted(facts.exposure.tracks.items()):
        before, now = track.at(plan.as_of).high, track.at(facts.as_of).high
        if drug not in own and now > before * (1 + ROUNDING):
            says = f"{drug}, {route}: {amount(now)} mg a day on record, {amount(before)} mg a day on the day of the plan."
            found.append(_added(drug, says))
    for item in facts.exposure.items:
        new = item.covers(facts.as_of) and not item.covers(plan.as_of)
        if new and item.daily is None and item.status in COUNTED and item.drug not in own:
            says = f"{item.drug}: how much is taken is not known; it did not run on the day of the plan."
            found.append(_added(item.drug, says))
    return list(dict.fromkeys(found))


def _added(drug: str, says: str) -> Beside:
    do = f"{drug} was added or raised while the plan lowers an opioid: ask what is taken, by whose order, and why."
    return Beside(_capital(says), _capital(do), True)


def _warned(plan: TaperPlan, assessment: Assessment, then: Facts) -> list[Beside]:
    """Interlocks that warn now and did not on the day of the plan."""
    found = []
    for lock in assessment.interlocks:
        if lock.level != "warn":
            continue
        trigger = TRIGGERS.get(lock.id)
        before = (
            trigger(then) if trigger is not None else [w for w in plan.warnings if w.startswith(lock.title)]
        )
        if not before:
            found.append(
                Beside(f"New since the plan: {lock.title}: {'; '.join(lock.because)}.", lock.do, False)
            )
    return found


def _unread(plan: TaperPlan, facts: Facts) -> list[Beside]:
    """Instruments since the plan that no table knows; one that may ask about suicide pauses."""
    known = {name.lower() for name in facts.knowledge.instruments}
    names = {
        s.instrument
        for s in facts.record.scales
        if plan.as_of < s.at.day <= facts.as_of and s.instrument.lower() not in known
    }
    do = "Read by hand what was not read; ask about suicidal thoughts the same day if it may say so."
    return [
        Beside(f"Not read, because no table knows it: {name}.", do, bool(MAY_ASK.search(name.lower())))
        for name in sorted(names)
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
