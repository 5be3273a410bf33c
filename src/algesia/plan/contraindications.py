"""Contraindications, which the tables give in words, checked against a record by an explicit table.

A phrase that no check is written for is asked, and so is one about which the record says nothing: a condition
that is not listed is not on record, which is not the same as absent.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from algesia.assessment.facts import Facts
from algesia.assessment.triggers import ELDERLY, SURGERY_AFTER, SURGERY_BEFORE
from algesia.assessment.wording import day_text, listed, number
from algesia.knowledge.drugs import identify
from algesia.plan.kidney import REDUCED, kidney
from algesia.quantities.time import Instant
from algesia.record.model import Condition

MAOI_DAYS: Final = 14
UNVERIFIED: Final = " (unverified)"
SEVERE: Final = re.compile(
    r"severe|decompensated|end[- ]stage|failure|cirrho|child[- ]pugh (?:class )?c|nyha (?:class )?(?:iii|iv|3|4)\b|advanced"
)
GRAVE: Final = re.compile(r"severe|decompensated|end[- ]stage|nyha (?:class )?(?:iii|iv|3|4)\b|advanced")
"""Words of a severe heart failure: there the word failure says nothing of how severe it is."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a record says of one phrase: it holds, it may hold, or it must be asked. All empty: the record denies it."""

    against: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()


Check: TypeAlias = Callable[[Facts, str], Checked]


def check(facts: Facts, phrase: str) -> Checked:
    """One contraindication of a table, checked against the record.

    >>> from algesia.knowledge.loader import load
    >>> from algesia.record.codec import read_record
    >>> from algesia.exposure.compute import exposure
    >>> record = read_record(b'{"format": "algesia-record/1", "person": {"sex": "male"}}')
    >>> facts = Facts.of(record, exposure(record, load(), "cdc-2022", 0), load(), 0)
    >>> check(facts, "third trimester"), check(facts, "broken skin").ask
    (Checked(against=(), cautions=(), ask=()), ('broken skin',))
    """
    found = CHECKS.get(phrase.removesuffix(UNVERIFIED))
    return Checked(ask=(phrase,)) if found is None else found(facts, phrase)


def conditions_saying(facts: Facts, words: re.Pattern[str], ever: bool = False) -> tuple[Condition, ...]:
    """Conditions whose text, kind or code display has these words, known by the day of asking; `ever`: ended ones too."""
    found = [
        c
        for c in facts.record.conditions
        if (c.at is None or c.at.day <= facts.as_of)
        and (ever or c.end is None or c.end.day > facts.as_of)
        and words.search(condition_words(c).lower())
    ]
    return tuple(sorted(found, key=lambda c: (condition_words(c), c.at.day if c.at else 0)))


def condition_words(condition: Condition) -> str:
    """Everything a condition says of itself, for a search."""
    display = condition.code.display if condition.code is not None else None
    kind = (condition.kind or "").replace("-", " ")
    return "; ".join(part for part in (condition.text, kind, display) if part)


def dated(facts: Facts, text: str, at: Instant | None) -> str:
    """A fact with its day, where it has one."""
    return text if at is None else f"{text}, {day_text(facts.record, at.day)}"


def named(facts: Facts, condition: Condition) -> str:
    """A condition as it is quoted: its text, else its code's words, else its kind."""
    display = condition.code.display if condition.code is not None else None
    text = condition.text or display or (condition.kind or "condition").replace("-", " ")
    return dated(facts, text, condition.at)


def sign_answer(facts: Facts, sign: str) -> bool | None:
    """The latest answer to a sign; ``None`` when never asked or not answered."""
    found = [s for s in facts.record.signs if s.sign == sign and s.at.day <= facts.as_of]
    latest = max(found, key=lambda s: (s.at, s.present is True), default=None)
    return None if latest is None else latest.present


def _said(pattern: str, *signs: str) -> Check:
    """Against when a condition says so or a sign is present; else asked."""
    words = re.compile(pattern)

    def run(facts: Facts, phrase: str) -> Checked:
        found = [named(facts, c) for c in conditions_saying(facts, words)]
        found += [sign.replace("-", " ") for sign in signs if sign_answer(facts, sign) is True]
        return _against(phrase, found) if found else Checked(ask=(phrase,))

    return run


def _against(phrase: str, found: list[str]) -> Checked:
    return Checked(against=(f"{phrase}: {'; '.join(dict.fromkeys(found))}",))


def _kind(*kinds: str) -> Check:
    def run(facts: Facts, phrase: str) -> Checked:
        found = [named(facts, c) for c in facts.conditions(*kinds)]
        return _against(phrase, found) if found else Checked(ask=(phrase,))

    return run


def _severe(kind: str, severe: re.Pattern[str]) -> Check:
    """Against when its words say severe; with the condition alone it is asked how severe it is."""

    def run(facts: Facts, phrase: str) -> Checked:
        conditions = facts.conditions(kind)
        grave = [named(facts, c) for c in conditions if severe.search(condition_words(c).lower())]
        if grave:
            return _against(phrase, grave)
        found = "; ".join(named(facts, c) for c in conditions)
        return Checked(cautions=(f"{found}: how severe is not on record",) if found else (), ask=(phrase,))

    return run


def _advanced_kidney(facts: Facts, phrase: str) -> Checked:
    at = kidney(facts)
    if at.advanced:
        return _against(phrase, [at.failure or at.says])
    if at.egfr is None:
        found = "; ".join(named(facts, c) for c in facts.conditions("renal-disease"))
        return Checked(cautions=(f"{found}; {at.says}",) if found else (), ask=(phrase,))
    return Checked(cautions=(f"{at.says}: the cut-off was not read",)) if at.egfr < REDUCED else Checked()


def _chronic_renal_failure(facts: Facts, phrase: str) -> Checked:
    at = kidney(facts)
    if at.advanced:
        return _against(phrase, [at.failure or at.says])
    return Checked(ask=(phrase,)) if at.egfr is None else Checked()


def _pregnant(facts: Facts, phrase: str) -> Checked:
    person = facts.record.person
    found = [named(facts, c) for c in facts.conditions("pregnancy")]
    if person.pregnant:
        found.append("pregnant")
    if found:
        extra = "which trimester is not on record" if phrase == "third trimester" else ""
        return _against(phrase, [*found, *([extra] if extra else [])])
    denied = person.pregnant is False or person.sex == "male"
    return Checked() if denied else Checked(ask=(phrase,))


def _lungs(facts: Facts, phrase: str) -> Checked:
    found = [named(facts, c) for c in facts.conditions("lung-disease", "sleep-apnea")]
    return Checked(cautions=(f"{phrase}: {'; '.join(found)}",)) if found else Checked(ask=(phrase,))


def _elderly(facts: Facts, phrase: str) -> Checked:
    if facts.age is None:
        return Checked(ask=(f"{phrase} (age not on record)",))
    return Checked(cautions=(f"{phrase}: age {int(facts.age)}",)) if facts.age >= ELDERLY else Checked()


def _maoi(facts: Facts, phrase: str) -> Checked:
    found = []
    for m in facts.record.medications:
        ended = m.end is not None and m.end.day <= facts.as_of
        late = ended and m.end is not None and facts.as_of - m.end.day >= MAOI_DAYS
        if m.start.day <= facts.as_of and not late and "maoi" in identify(facts.knowledge, m.drug).classes:
            found.append(m.drug)
    return _against(phrase, sorted(found)) if found else Checked()


def _qt(facts: Facts, phrase: str) -> Checked:
    lab = facts.lab("qtc")
    found = [
        named(facts, c)
        for c in conditions_saying(facts, re.compile(r"\bqt\b|arrhythmia|torsade|fibrillation"))
    ]
    if lab is not None and lab.value >= QTC_FROM:
        found.append(dated(facts, f"QTc {number(lab.value)} ms", lab.at))
    return _against(phrase, found) if found else Checked(ask=(phrase,))


QTC_FROM: Final = 450.0
"""QTc in ms from which the interlock on methadone asks for another drug."""


def _qt_drugs(facts: Facts, phrase: str) -> Checked:
    found = list(facts.running_classes().get("qt-prolonging", ()))
    return _against(phrase, found) if found else Checked()


def _bypass(facts: Facts, phrase: str) -> Checked:
    words = re.compile(r"coronary (?:artery )?bypass|\bcabg\b")
    events = [(named(facts, c), c.at) for c in conditions_saying(facts, words, ever=True)]
    for i in facts.record.interventions:
        if words.search(f"{i.kind} {i.text or ''}".lower().replace("-", " ")):
            events.append((dated(facts, i.text or i.kind, i.at), i.at))
    near = [
        text for text, at in events if at is None or -SURGERY_BEFORE <= facts.as_of - at.day <= SURGERY_AFTER
    ]
    if near:
        return _against(phrase, sorted(near))
    past = tuple(sorted(text for text, at in events if at is not None and at.day <= facts.as_of))
    return Checked(cautions=past, ask=(phrase,))


def _nsaid_reaction(facts: Facts, phrase: str) -> Checked:
    reacted = re.compile(
        r"(?:nsaid|aspirin)\S* (?:allergy|hypersensitiv|intoleran|induced|exacerbated)|allerg\w* to (?:nsaid|aspirin)|samter"
    )
    found = [named(facts, c) for c in conditions_saying(facts, reacted, ever=True)]
    if found:
        return _against(phrase, found)
    lungs = [named(facts, c) for c in conditions_saying(facts, re.compile(r"asthma|urticaria"))]
    return Checked(cautions=tuple(f"{text}: after an NSAID?" for text in lungs), ask=(phrase,))


def _acetaminophen(facts: Facts, phrase: str) -> Checked:
    found = list(facts.running_classes().get("acetaminophen", ()))
    return _against(phrase, found) if len(found) > 1 else Checked()


def _suicidal(facts: Facts, phrase: str) -> Checked:
    answer = sign_answer(facts, "suicidal-thoughts")
    if answer is True:
        return _against(phrase, ["suicidal thoughts"])
    return Checked() if answer is False else Checked(ask=(phrase,))


def _infection(facts: Facts, phrase: str) -> Checked:
    found = [named(facts, c) for c in conditions_saying(facts, _INFECTED)]
    found += [
        s.replace("-", " ") for s in ("fever", "dehydration-or-infection") if sign_answer(facts, s) is True
    ]
    return _against(phrase, found) if found else Checked(ask=(phrase,))


_INFECTED: Final = re.compile(r"\binfect(?:ion|ed)\b|sepsis|abscess|osteomyelitis|discitis")
_PSYCHOSIS: Final = _said(r"psychosis|psychotic|schizo", "hallucinations")
_CARDIAC: Final = _said(r"coronary (?:insufficiency|artery disease|heart disease)|angina|ischa?emic heart")

CHECKS: Final[dict[str, Check]] = {
    "active peptic ulcer or gastrointestinal bleeding": _said(
        r"(?:peptic|gastric|duodenal|stomach) ulcer|(?:gastrointestinal|gi|gastric) (?:ha?emorrhage|bleed)|mel(?:a)?ena"
    ),
    "active psychosis": _PSYCHOSIS,
    "active substance misuse": _kind("substance-use-disorder", "opioid-use-disorder"),
    "advanced kidney disease": _advanced_kidney,
    "another product with acetaminophen": _acetaminophen,
    "anticoagulation": _said(r"anticoag"),
    "around coronary bypass surgery": _bypass,
    "asthma or urticaria after an NSAID": _nsaid_reaction,
    "blood pressure under 90/60": _said(r"hypotension|low blood pressure|orthostatic"),
    "bradycardia": _said(r"bradycardia|slow pulse|heart block|sick sinus"),
    "chronic renal failure": _chronic_renal_failure,
    "diabetes": _said(r"diabet"),
    "elderly: high risk": _elderly,
    "glaucoma": _said(r"glaucoma"),
    "infection": _infection,
    "MAO inhibitor within 14 days": _maoi,
    "marked bradycardia": _said(r"bradycardia|slow pulse|heart block|sick sinus"),
    "poorly controlled cardiovascular disease": _said(r"uncontrolled hypertension|unstable angina|heart failure"),
    "pregnancy": _pregnant,
    "psychiatric adverse effects": _PSYCHOSIS,
    "psychosis (ziconotide)": _PSYCHOSIS,
    "QT prolongation or arrhythmia": _qt,
    "QT-prolonging drugs": _qt_drugs,
    "raised intracranial or intraocular pressure": _said(r"intracranial (?:pressure|hypertension)|glaucoma|ocular hypertension"),
    "recent myocardial infarction": _said(r"myocardial infarction|heart attack"),
    "respiratory disease: high risk": _lungs,
    "severe coronary insufficiency": _CARDIAC,
    "severe heart failure": _severe("heart-failure", GRAVE),
    "severe hepatic disease": _severe("hepatic-disease", SEVERE),
    "severe hepatic impairment": _severe("hepatic-disease", SEVERE),
    "stroke": _said(r"\bstroke\b|cerebrovascular|cerebral infarct"),
    "suicidality: toxic in overdose": _suicidal,
    "third trimester": _pregnant,
    "urinary retention": _said(r"urinary retention|prostatic hyperplasia"),
}  # fmt: skip
"""Every phrase that has a check. What is not here ("broken skin") is always asked."""


def class_hits(facts: Facts, name: str, own: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Medications of an interacting class that run, apart from those of the drug itself."""
    return tuple(drug for drug in facts.running_classes().get(name, ()) if not _is_own(facts, drug, own))


def _is_own(facts: Facts, drug: str, own: tuple[str, ...]) -> bool:
    hits = {hit.target for hit in facts.knowledge.name_index.find(drug) if hit.kind == "other"}
    return bool(hits & set(own))


def joined(drugs: tuple[str, ...] | list[str]) -> str:
    """Drugs as a sentence lists them, each once."""
    return listed(list(dict.fromkeys(drugs)))
