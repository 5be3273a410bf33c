"""The codes that are read from FHIR: LOINC, ICD-10-CM, routes, FHIR and HL7 code systems.

LOINC codes and ranges: the code system's own names of the instruments named beside them. ICD-10-CM prefixes:
the titles of the categories themselves, given in `because`. Nothing here is a clinical figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from algesia.record.model import Route

RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
RXNORM_SYSTEMS: Final = frozenset((RXNORM, "urn:oid:2.16.840.1.113883.6.88", "RxNorm", "rxnorm"))
LOINC: Final = "http://loinc.org"
LOINC_SYSTEMS: Final = frozenset((LOINC, "urn:oid:2.16.840.1.113883.6.1"))
UCUM: Final = "http://unitsofmeasure.org"
ICD10: Final = frozenset(
    (
        "http://hl7.org/fhir/sid/icd-10-cm",
        "http://hl7.org/fhir/sid/icd-10",
        "urn:oid:2.16.840.1.113883.6.90",
        "urn:oid:2.16.840.1.113883.6.3",
    )
)


@dataclass(frozen=True, slots=True)
class Prefix:
    """ICD-10-CM codes that begin so mean a kind of condition, `because` their category is so titled."""

    begins: str
    kind: str
    because: str
    unless: tuple[str, ...] = ()


def _neoplasms() -> tuple[Prefix, ...]:
    title = "malignant neoplasms, C00 to C97"
    return (
        *(Prefix(f"C{n:02d}", "cancer", title) for n in range(98)),
        Prefix("C7A", "cancer", "malignant neuroendocrine tumors"),
        Prefix("C7B", "cancer", "secondary neuroendocrine tumors"),
        Prefix("C4A", "cancer", "Merkel cell carcinoma"),
    )


def _poisonings() -> tuple[Prefix, ...]:
    """T40.0 to T40.6, of which the sixth character says why: 5 is an adverse effect, 6 too little taken."""
    fifths = {"4": ("X", "1", "2", "9"), "6": ("0", "9")}
    return tuple(
        Prefix(
            f"T40.{n}",
            "overdose",
            "poisoning by narcotics and cocaine, T40.0 to T40.6",
            unless=tuple(f"T40.{n}{fifth}{why}" for fifth in fifths.get(n, ("X",)) for why in "56"),
        )
        for n in "0123456"
    )


CONDITION_PREFIXES: Final = (
    *_poisonings(),
    *_neoplasms(),
    Prefix("G89.3", "cancer", "neoplasm related pain (acute) (chronic)"),
    Prefix("G89.0", "chronic-pain", "central pain syndrome"),
    Prefix("G89.2", "chronic-pain", "chronic pain, not elsewhere classified"),
    Prefix("G89.4", "chronic-pain", "chronic pain syndrome"),
    Prefix("D57", "sickle-cell", "sickle-cell disorders", unless=("D57.3",)),
    Prefix("F11.1", "opioid-use-disorder", "opioid abuse"),
    Prefix("F11.2", "opioid-use-disorder", "opioid dependence"),
    *(
        Prefix(f"F{n}", "substance-use-disorder", "disorders due to psychoactive substance use")
        for n in (10, 12, 13, 14, 15, 16, 18, 19)
    ),
    Prefix("G47.3", "sleep-apnea", "sleep apnea"),
    *(
        Prefix(f"J{n}", "lung-disease", "chronic lower respiratory diseases")
        for n in (41, 42, 43, 44, 45, 46, 47)
    ),
    Prefix("J84", "lung-disease", "other interstitial pulmonary diseases"),
    Prefix("J96.1", "lung-disease", "chronic respiratory failure"),
    Prefix("N18", "renal-disease", "chronic kidney disease"),
    *(Prefix(f"K{n}", "hepatic-disease", "diseases of liver") for n in range(70, 78)),
    Prefix("Z33", "pregnancy", "pregnant state", unless=("Z33.2",)),
    Prefix("Z34", "pregnancy", "supervision of normal pregnancy"),
    *(
        Prefix(f"O{n:02d}", "pregnancy", "pregnancy and childbirth")
        for n in (*range(9, 17), *range(20, 49), *range(60, 78), 98, 99)
    ),
    Prefix("O9A", "pregnancy", "conditions complicating pregnancy, childbirth and the puerperium"),
    Prefix("O85", "postpartum", "puerperal sepsis"),
    *(Prefix(f"O{n}", "postpartum", "complications of the puerperium") for n in range(86, 93)),
    Prefix("Z39", "postpartum", "maternal postpartum care"),
    Prefix("F32", "depression", "depressive episode"),
    Prefix("F33", "depression", "recurrent depressive disorder"),
    Prefix("F41", "anxiety", "other anxiety disorders"),
    Prefix("M79.7", "fibromyalgia", "fibromyalgia"),
    Prefix("Z51.5", "palliative", "encounter for palliative care"),
    Prefix("M80", "osteoporosis", "osteoporosis with current pathological fracture"),
    Prefix("M81", "osteoporosis", "osteoporosis without current pathological fracture"),
    *(
        Prefix(f"D{n}", "immunosuppression", "disorders of the immune mechanism")
        for n in (80, 81, 82, 83, 84)
    ),
    Prefix("I50", "heart-failure", "heart failure"),
    Prefix("I45.81", "long-qt", "long QT syndrome"),
)
"""F11.9 (opioid use, unspecified) is not here: it is not a disorder. F17 (nicotine) is not: no interlock is about it. D57.3 is the trait, Z33.2 the end of a
pregnancy, G89.1 acute pain. What no prefix fits keeps its text and code and has no kind."""


@dataclass(frozen=True, slots=True)
class Measure:
    """An observation that is read: what it becomes, under which name, and the range it must lie in."""

    becomes: Literal[
        "pain", "function", "scale", "item", "egfr", "qtc", "weight", "peg-panel", "peg-item", "no"
    ]
    name: str
    low: float = 0.0
    high: float = 10.0
    item: str = ""


MEASURES: Final[dict[str, Measure]] = {
    "72514-3": Measure("pain", ""),
    "75893-8": Measure("pain", "average-7d", item="pain"),
    "91148-7": Measure("peg-panel", "peg"),
    "91147-9": Measure("function", "peg"),
    "91145-3": Measure("peg-item", "peg", item="enjoyment"),
    "91146-1": Measure("peg-item", "peg", item="general_activity"),
    **{
        code: Measure("egfr", "egfr", 0, 1000)
        for code in (
            "33914-3", "48642-3", "48643-1", "62238-1", "88293-6", "98979-8", "69405-9", "50210-4",
        )
    },
    "8636-3": Measure("qtc", "qtc", 0, 2000),
    "29463-7": Measure("weight", "weight", 0, 500),
    "44261-6": Measure("scale", "phq-9", 0, 27),
    "55758-7": Measure("scale", "phq-2", 0, 6),
    "70274-6": Measure("scale", "gad-7", 0, 21),
    "44260-8": Measure("item", "phq-9", 0, 3, item="9"),
    "91392-1": Measure("no", "Opioid Risk Tool total"),
}  # fmt: skip

PEG_ITEMS: Final = ("75893-8", "91145-3", "91146-1")
PHQ9_ITEMS: Final = (
    "44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8",
)  # fmt: skip
GAD7_ITEMS: Final = ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7")

ANSWERS: Final[dict[str, float]] = {"LA6568-5": 0.0, "LA6569-3": 1.0, "LA6570-1": 2.0, "LA6571-9": 3.0}
"""The LOINC answers of PHQ and GAD items: not at all, several days, more than half, nearly every day."""

ROUTES: Final[dict[str, Route]] = {
    # HL7 v3 RouteOfAdministration
    "PO": "oral", "IV": "intravenous", "IVP": "intravenous", "IVPB": "intravenous", "IVFLUSH": "intravenous",
    "SQ": "subcutaneous", "SC": "subcutaneous", "IM": "intramuscular", "SL": "sublingual", "BUC": "buccal",
    "TRNSDERM": "transdermal", "TD": "transdermal", "NASINHL": "nasal", "NS": "nasal", "EPI": "epidural",
    "EPIDURAL": "epidural", "IT": "intrathecal", "PR": "rectal",
}  # fmt: skip

ROUTE_WORDS: Final[tuple[tuple[str, Route], ...]] = (
    ("sublingual", "sublingual"), ("under the tongue", "sublingual"), ("buccal", "buccal"),
    ("transdermal", "transdermal"), ("to skin", "transdermal"), ("onto the skin", "transdermal"),
    ("intranasal", "nasal"), ("nasal", "nasal"), ("nostril", "nasal"), ("epidural", "epidural"),
    ("intrathecal", "intrathecal"), ("intravenous", "intravenous"), ("subcutaneous", "subcutaneous"),
    ("under the skin", "subcutaneous"), ("intramuscular", "intramuscular"), ("rectal", "rectal"),
    ("by mouth", "oral"), ("per os", "oral"), ("oral", "oral"), ("swallow", "oral"),
)  # fmt: skip
"""Looked for in this order in the words of a route; `oral` last, since other routes may contain it."""

EVENT_TIMES: Final[dict[str, int]] = {
    "MORN": 1, "MORN.early": 1, "MORN.late": 1, "NOON": 1, "AFT": 1, "AFT.early": 1, "AFT.late": 1, "EVE": 1,
    "EVE.early": 1, "EVE.late": 1, "NIGHT": 1, "PHS": 1, "HS": 1, "WAKE": 1, "CM": 1, "CD": 1, "CV": 1,
    "ACM": 1, "ACD": 1, "ACV": 1, "PCM": 1, "PCD": 1, "PCV": 1, "C": 3, "AC": 3, "PC": 3,
}  # fmt: skip
"""How often a day `timing.repeat.when` happens. C, AC and PC name meals without saying which: HL7 lists
breakfast, lunch and dinner, so three."""

TIMING_CODES: Final[dict[str, tuple[float | None, float | None]]] = {
    "QD": (None, 1), "BID": (None, 2), "TID": (None, 3), "QID": (None, 4), "AM": (None, 1), "PM": (None, 1),
    "BED": (None, 1), "HS": (None, 1), "QHS": (None, 1), "QAM": (None, 1), "QPM": (None, 1), "DAILY": (None, 1),
    "QOD": (48, None), "WK": (168, None),
    **{f"Q{h}H": (h, None) for h in (1, 2, 3, 4, 5, 6, 8, 12, 24, 48, 72)},
}  # fmt: skip
"""HL7 v3 GTSAbbreviation codes and their usual spellings: (every hours, times a day)."""
