"""Conditions and kidney function from the words of a case.

A kind is given only where a phrase of the table stands in a clause without a negation; the words are kept as they
are. The table holds phrases with one meaning; the diagnosis the case report argues for is not among them.
"""

from __future__ import annotations

import re
from typing import Final

from algesia.quantities.time import Instant
from algesia.record.model import Condition, Lab

_PHRASES: Final[tuple[tuple[str, str], ...]] = (
    ("chronic-pain", r"chronic\b[^,;.]*\bpain|persistent\b[^,;.]*\bpain|failed back surgery|fibromyalgia"),
    ("fibromyalgia", r"fibromyalgia"),
    ("lung-disease", r"\bcopd\b|chronic obstructive|emphysema|pulmonary fibrosis|respiratory failure"),
    ("sleep-apnea", r"sleep apn(?:o)?ea|\bosa\b"),
    ("opioid-use-disorder", r"opioid use disorder|opi(?:oid|ate) addiction|opi(?:oid|ate) dependence|\boud\b|heroin"),
    ("substance-use-disorder", r"(?:substance|alcohol|drug) use disorder|alcohol dependence|substance abuse"),
    ("opioid-agonist-treatment",
     r"(?:methadone|buprenorphine)[^,;.]{0,20}\b(?:maintenance|substitution)|opioid agonist (?:treatment|therapy)|"
     r"opioid substitution"),
    ("palliative", r"hospice|palliative|end[- ]of[- ]life|terminal care"),
    ("sickle-cell", r"sickle"),
    ("pregnancy", r"\bpregnan"),
    ("postpartum", r"post[- ]?partum"),
    ("depression", r"depressi(?:on|ve)"),
    ("anxiety", r"anxiety|panic disorder"),
    ("renal-disease",
     r"chronic kidney|kidney disease|renal (?:failure|insufficiency|impairment)|kidney (?:failure|injury)|\bckd\b|\besrd\b|"
     r"h(?:a)?emodialysis|on dialysis|peritoneal dialysis"),
    ("hepatic-disease", r"cirrhosis|liver failure|hepatic (?:failure|impairment|insufficiency)"),
    ("heart-failure", r"heart failure|cardiac failure"),
    ("long-qt", r"long qt|prolonged qt|qtc? prolongation"),
    ("osteoporosis", r"osteoporo"),
    ("immunosuppression", r"immunosuppress|immunocompromis"),
    ("injection-drug-use", r"inject(?:ion|ing|ed) (?:drug|heroin)|intravenous drug use|\bivdu\b"),
    ("surgery", r"\bpost[- ]?(?:operative|laparotomy|thoracotomy|surgery|op)\b|\bperioperative"),
    ("inpatient", r"\binpatient|hospitali[sz]ed"),
    ("overdose", r"\boverdose"),
)  # fmt: skip
_CANCER: Final = re.compile(
    r"cancer|carcinoma|sarcoma|lymphoma|leuk(?:a)?emia|myeloma|melanoma|metasta|glioma|malignan|neoplas|tumou?r"
)
_KINDS: Final = tuple((kind, re.compile(pattern)) for kind, pattern in _PHRASES)
_NEGATION: Final = re.compile(
    r"\b(?:no|not|without|never|denie[sd]|excluded|refuted|ruled out|negative|family history|free of|mother|father)\b"
)
_EGFR: Final = re.compile(
    r"\be?gfr\b\s*(?:of|is|was|=|:)?\s*(\d{1,3}(?:\.\d{1,2})?)(?![\d.]*\s*(?:-|–|to)\s*\d)"
)
_NORMAL: Final = re.compile(
    r"^(?:normal|unremarkable|preserved|intact|within normal limits|no (?:renal|kidney))\b"
)
EGFR_UNIT: Final = "mL/min/{1.73_m2}"
EGFR_NORMAL_FROM: Final = 60.0
"""KDIGO's bound between G2 and G3a: an eGFR stated at or above it is no kidney disease by itself."""


def read_conditions(words: str | None, cancer: bool | None) -> tuple[Condition, ...]:
    """Conditions of a case from its words and its cancer flag.

    Every phrase found gives a condition with its kind and the whole text; words without one give a condition
    without a kind. Cancer is read from the words only where the flag says nothing.

    >>> [c.kind for c in read_conditions("chronic low back pain, COPD, no depression", False)]
    ['chronic-pain', 'lung-disease']
    """
    kinds = ["cancer"] if cancer else []
    for clause in re.split(r"[,;.]", (words or "").lower()):
        if _NEGATION.search(clause):
            continue
        if cancer is None and _CANCER.search(clause):
            kinds.append("cancer")
        kinds.extend(kind for kind, pattern in _KINDS if pattern.search(clause))
    if not kinds:
        return (Condition(text=words),) if words else ()
    return tuple(Condition(kind=kind, text=words) for kind in dict.fromkeys(kinds))


def read_renal(words: str | None, at: Instant) -> tuple[tuple[Condition, ...], tuple[Lab, ...]]:
    """Kidney function: the words, a kind where they say disease, and an eGFR where one number is stated.

    >>> conditions, labs = read_renal("creatinine 133 (eGFR 36) rising", Instant(730120))
    >>> conditions[0].kind, labs[0].value
    ('renal-disease', 36.0)
    >>> read_renal("normal", Instant(730120))[0][0].kind is None
    True
    """
    if words is None:
        return (), ()
    found = _EGFR.findall(words.lower())
    values = [float(value) for value in found]
    labs = (
        tuple(Lab(at=at, lab="egfr", value=value, unit=EGFR_UNIT) for value in values[:1])
        if len(values) == 1
        else ()
    )
    disease = dict(_KINDS)["renal-disease"].search(words.lower())
    well = _NORMAL.match(words.lower()) or (labs and labs[0].value >= EGFR_NORMAL_FROM and not disease)
    return (Condition(kind=None if well else "renal-disease", text=f"renal function: {words}"),), labs
