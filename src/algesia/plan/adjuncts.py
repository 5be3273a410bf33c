"""Drugs beside the opioid, each checked against the record: contraindications, interactions, kidney, liver, age.

What the tables do not hold is said as not read or not checked; nothing is passed for want of knowledge.
"""

from __future__ import annotations

from typing import Final

from algesia.assessment.facts import Facts
from algesia.assessment.triggers import ELDERLY
from algesia.assessment.wording import number
from algesia.knowledge.drugs import identify
from algesia.knowledge.plan_options import Adjunct, RenalDose
from algesia.plan.adjunct_taken import daily_taken
from algesia.plan.contraindications import (
    SEVERE,
    check,
    class_hits,
    condition_words,
    joined,
    named,
    sign_answer,
)
from algesia.plan.kidney import kidney, renal_limit
from algesia.plan.model import AdjunctChoice
from algesia.record.model import Medication

ORDER: Final = ("consider", "caution", "taken", "specialist", "against")
WARNINGS_ONLY: Final = ("lofexidine",)
"""Rows whose contraindications are warnings of the label, as their note says: they ask for care and forbid nothing."""
SAME_CLASS: Final = ("nsaid", "gabapentinoid", "alpha-2-agonist", "tca", "snri")
"""Classes of which a second drug is named beside the first."""
NEVER_WITH: Final = {"tizanidine": "alpha-2-agonist"}
"""Drugs whose row says not to give them with another of a class."""
TOKENS: Final = {"low-dose-aspirin": "aspirin"}
"""Interaction tokens that name one drug of the table of drug classes."""
ROUTES: Final[dict[str, tuple[str, ...]]] = {
    "ketamine-iv": ("intravenous", "subcutaneous", "intramuscular"),
    "dextromethorphan-ketamine-oral": ("oral", "nasal", "sublingual", "buccal"),
}
"""Routes by which a row of a drug that has several rows is taken."""
ON_SKIN: Final = ("gel", "topical", "cream", "patch", "plaster")
SKIN_ROWS: Final = ("diclofenac-gel", "lidocaine-patch", "capsaicin-8-patch")
LIVER_DRUG: Final = "acetaminophen"
GABAPENTINOID: Final = "gabapentinoid"
SEROTONERGIC: Final = "serotonergic"
MAO_INHIBITOR: Final = "MAO inhibitor within 14 days"
START_IS_NORMAL: Final = (
    "the start at this kidney function: the printed one is for normal kidney function, stay at or below the maximum "
    "on this record"
)
"""Among `unknown` where the record shows reduced kidney function, or a renal row lowers the maximum."""
OVER: Final = "above the maximum of"
"""Words of a running daily amount that is too high."""
NO_START: Final = "kidney dosing was not read: no start is offered at this kidney function"
"""Among `cautions` where a reduced kidney function meets a row without renal doses."""


def adjunct_choices(facts: Facts) -> tuple[AdjunctChoice, ...]:
    """Every adjunct of the tables once, what fits first, in a stable order."""
    found = [_choice(facts, row) for row in facts.knowledge.adjuncts.values()]
    return tuple(sorted(found, key=lambda choice: ORDER.index(choice.status)))


def taken_as(facts: Facts, adjunct: Adjunct) -> tuple[str, ...]:
    """The medications that run and are this adjunct."""
    found = [
        m.drug for m in facts.running if _same_form(adjunct, m) and _drugs(facts, m) & set(adjunct.drugs)
    ]
    return tuple(dict.fromkeys(found))


def _drugs(facts: Facts, medication: Medication) -> set[str]:
    drugs = {hit.target for hit in facts.knowledge.name_index.find(medication.drug) if hit.kind == "other"}
    code = medication.code
    if code is not None and "rxnorm" in code.system.lower():
        drugs |= set(facts.knowledge.class_products.get(code.code, ()))
    if "buprenorphine" in identify(facts.knowledge, medication.drug).opioids:
        # the antagonist in the combined product guards it; it is no rescue drug
        drugs.discard("naloxone")
    return drugs


def _same_form(adjunct: Adjunct, medication: Medication) -> bool:
    words = f"{medication.drug} {medication.form or ''} {medication.text or ''}".lower()
    skin = medication.route == "transdermal" or any(word in words for word in ON_SKIN)
    if adjunct.id in SKIN_ROWS:
        return skin or (medication.route is None and adjunct.id != "diclofenac-gel")
    if adjunct.id == "diclofenac-oral":
        return not skin
    routes = ROUTES.get(adjunct.id)
    return routes is None or medication.route is None or medication.route in routes


class _Notes:
    """What has been found so far about one adjunct."""

    def __init__(self) -> None:
        self.against: list[str] = []
        self.cautions: list[str] = []
        self.unknown: list[str] = []


def _choice(facts: Facts, row: Adjunct) -> AdjunctChoice:
    notes = _Notes()
    taken = taken_as(facts, row)
    _contraindications(facts, row, notes)
    _interactions(facts, row, notes)
    renal, ceiling = _kidney(facts, row, notes)
    ceiling = _liver(facts, row, notes, ceiling)
    _pregnancy(facts, row, notes)
    if row.policy == "shown" or not row.confidence_dose.may_drive_a_dose:
        ceiling = None
        notes.unknown.append("no dose was read that may be used: it is shown, not offered")
    notes.cautions[:0] = _above(facts, row, ceiling)
    if len(taken) > 1:
        notes.cautions.append(f"more than one product runs: {joined(taken)}")
    combined = [drug for drug in taken if identify(facts.knowledge, drug).opioids]
    if combined:
        notes.cautions.append(
            f"{joined(combined)} holds it beside an opioid: count the daily total of all products"
        )
    against, cautions, unknown = (
        tuple(dict.fromkeys(x)) for x in (notes.against, notes.cautions, notes.unknown)
    )
    status: str
    if taken:
        status = "taken"
    elif against:
        status = "against"
    elif row.policy in ("specialist", "shown"):
        status = "specialist"
    else:
        status = "caution" if cautions and row.policy != "rescue" else "consider"
    return AdjunctChoice(row, status, renal, ceiling, against, cautions, unknown)  # type: ignore[arg-type]


def _contraindications(facts: Facts, row: Adjunct, notes: _Notes) -> None:
    known = facts.knowledge.classes
    classes = {name for drug in row.drugs if drug in known for name in known[drug].classes}
    phrases = row.contraindicated or ()
    if SEROTONERGIC in classes and MAO_INHIBITOR not in phrases:
        phrases = (*phrases, MAO_INHIBITOR)
    if row.contraindicated is None:
        notes.unknown.append("contraindications were not read")
    for phrase in phrases:
        found = check(facts, phrase)
        (notes.cautions if row.id in WARNINGS_ONLY else notes.against).extend(found.against)
        notes.cautions.extend(found.cautions)
        notes.unknown.extend(f"ask: {words}" for words in found.ask)


def _interactions(facts: Facts, row: Adjunct, notes: _Notes) -> None:
    for name in SAME_CLASS:
        others = class_hits(facts, name, row.drugs) if name in row.classes else ()
        if others:
            words = f"{joined(others)} runs, of the same class ({name})"
            never = any(NEVER_WITH.get(drug) == name for drug in row.drugs)
            (notes.against if never else notes.cautions).append(words)
    if row.interacts is None:
        notes.unknown.append("interactions were not read")
        return
    classes = {name for drug in facts.knowledge.classes.values() for name in drug.classes}
    opioids = sorted(facts.running_opioids())
    for token in row.interacts:
        if token == "opioid":
            if opioids:
                notes.cautions.append(_with_opioid(facts, row, opioids))
        elif token in classes:
            hits = class_hits(facts, token, row.drugs)
            if hits:
                notes.cautions.append(
                    f"{joined(hits)} ({token}) runs: {row.interaction or 'interaction not read'}"
                )
        elif token == "alcohol":
            answer = sign_answer(facts, "alcohol-use")
            if answer is True:
                notes.cautions.append(f"alcohol is on record: {row.interaction or 'interaction not read'}")
            elif answer is None:
                notes.unknown.append("ask: alcohol")
        else:
            _one_drug(facts, row, token, opioids, notes)


def _one_drug(facts: Facts, row: Adjunct, token: str, opioids: list[str], notes: _Notes) -> None:
    """An interaction with one drug by name; a token that no table knows is said as not checked."""
    drug = TOKENS.get(token, token)
    if drug in facts.knowledge.ingredients:
        running = drug in opioids
    elif drug in facts.knowledge.classes:
        running = any(drug in _drugs(facts, m) for m in facts.running)
    else:
        notes.unknown.append(f"not checked: {token.replace('-', ' ')}")
        return
    if running:
        notes.cautions.append(f"{drug} runs: {row.interaction or 'interaction not read'}")


def _with_opioid(facts: Facts, row: Adjunct, opioids: list[str]) -> str:
    """An opioid beside it; of a gabapentinoid with the numbers that the FDA gives for the class."""
    words = row.interaction or "interaction not read"
    if GABAPENTINOID not in row.classes:
        return f"with {joined(opioids)}: {words}"
    words = facts.knowledge.adjuncts["gabapentin"].interaction or words
    risks = [named(facts, c) for c in facts.conditions("lung-disease", "sleep-apnea")]
    if facts.age is not None and facts.age >= ELDERLY:
        risks.append(f"age {int(facts.age)}")
    beside = f" and {joined(risks)}" if risks else ""
    return f"with {joined(opioids)}{beside}: {words}"


def _kidney(facts: Facts, row: Adjunct, notes: _Notes) -> tuple[RenalDose | None, float | None]:
    """The renal row that holds and the daily maximum with it."""
    at = kidney(facts)
    rescue = row.policy == "rescue"
    highest = row.max_daily_mg if row.confidence_dose.may_drive_a_dose else None
    if row.renal is None:
        notes.unknown.append(f"renal dosing was not read; {at.says}")
        if at.reduced:
            notes.cautions.append(f"{at.failure or at.says}: {row.renal_says or 'no renal dose was read'}")
            if not rescue:
                notes.cautions.append(NO_START)
            return None, None
        return None, highest
    if not row.renal:
        if at.reduced and not rescue:
            notes.unknown.append(START_IS_NORMAL)
        return None, highest
    if at.egfr is None and not at.failure:
        notes.unknown.append("ask: eGFR (no daily maximum is set without it)")
        return None, None
    held = renal_limit(row.renal, at)
    if at.reduced or (held is not None and highest is not None and held[1] < highest):
        notes.unknown.append(START_IS_NORMAL)
    if held is None:
        return None, highest
    dose, maximum = held
    if maximum == 0:
        notes.against.append(f"{at.says}: {row.renal_says or 'avoid'}")
    if at.failure:
        notes.unknown.append(f"ask: dose at dialysis ({at.failure})")
    return dose, maximum if highest is None else min(maximum, highest)


def _liver(facts: Facts, row: Adjunct, notes: _Notes, ceiling: float | None) -> float | None:
    found = facts.conditions("hepatic-disease")
    if not found:
        return ceiling
    words = "; ".join(named(facts, c) for c in found)
    if row.hepatic is None:
        notes.unknown.append(f"hepatic dosing was not read; on record: {words}")
        notes.cautions.append(f"{words}: hepatic dosing was not read")
        return ceiling
    if row.hepatic in ("none", "none stated", "no adjustment"):
        return ceiling
    severe = any(SEVERE.search(condition_words(c).lower()) for c in found)
    if row.hepatic.startswith("avoid") and (severe or "chronic liver disease" in row.hepatic):
        notes.against.append(f"{words}: {row.hepatic}")
    else:
        notes.cautions.append(f"{words}: {row.hepatic}")
        notes.unknown.append("ask: how severe the liver disease is")
    if LIVER_DRUG in row.drugs and ceiling is not None:
        limits = facts.knowledge.withdrawal_support[LIVER_DRUG].ceilings
        usable = [c.mg_per_day for c in limits if "hepatic" in c.when and c.confidence.may_drive_a_dose]
        return min([ceiling, *usable])
    return ceiling


def _above(facts: Facts, row: Adjunct, ceiling: float | None) -> list[str]:
    """What is taken of it above the maximum on this record, else above the printed one; said first."""
    printed = row.max_daily_mg if row.confidence_dose.may_drive_a_dose else None
    orders = [m for m in facts.running if _same_form(row, m) and _drugs(facts, m) & set(row.drugs)]
    # in a product with an opioid the amount of the order is that of the opioid
    alone = [
        m for m in orders if not identify(facts.knowledge, m.drug).opioids and len(_drugs(facts, m)) == 1
    ]
    mg, whole = daily_taken(alone, facts.as_of)
    at_least = "" if whole and len(alone) == len(orders) else "at least "
    names = joined([m.drug for m in alone])
    if ceiling is not None and mg > ceiling:
        return [
            f"{names}: {at_least}{number(mg, 2)} mg a day taken, {OVER} {number(ceiling, 2)} on this record"
        ]
    if ceiling is None and printed is not None and mg > printed:
        return [
            f"{names}: {at_least}{number(mg, 2)} mg a day taken, {OVER} {number(printed, 2)} that is printed"
        ]
    return []


def _pregnancy(facts: Facts, row: Adjunct, notes: _Notes) -> None:
    """Pregnancy on record and nothing on it in the row: nothing was read, which is no leave."""
    stated = any("pregnan" in phrase or "trimester" in phrase for phrase in row.contraindicated or ())
    if stated or not (facts.record.person.pregnant or facts.conditions("pregnancy", "postpartum")):
        return
    notes.cautions.append("pregnancy or postpartum is on record: nothing was read on it for this drug")
