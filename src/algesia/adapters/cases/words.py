"""The words of case reports for routes, formulations, scales, signs and instruments. Tables only."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final, Literal

from algesia.record.model import Route
from algesia.record.vocabulary import SIGNS

ROUTES: Final[dict[str, Route]] = {
    "po": "oral", "per os": "oral", "by mouth": "oral", "oral": "oral", "ng": "oral", "peg tube": "oral",
    "td": "transdermal", "transdermal": "transdermal", "patch": "transdermal",
    "iv": "intravenous", "i.v.": "intravenous", "intravenous": "intravenous",
    "sl": "sublingual", "sublingual": "sublingual", "buccal": "buccal", "tm": "buccal", "transmucosal": "buccal",
    "it": "intrathecal", "intrathecal": "intrathecal", "spinal": "intrathecal",
    "sc": "subcutaneous", "sq": "subcutaneous", "s.c.": "subcutaneous", "subcutaneous": "subcutaneous",
    "im": "intramuscular", "i.m.": "intramuscular", "intramuscular": "intramuscular",
    "intranasal": "nasal", "in": "nasal", "nasal": "nasal", "pr": "rectal", "rectal": "rectal",
    "epidural": "epidural", "ep": "epidural",
}  # fmt: skip
PARENTERAL: Final = frozenset({"intravenous", "intramuscular", "subcutaneous"})
NEURAXIAL: Final = frozenset({"intrathecal", "epidural"})
ALL_ROUTES: Final = frozenset({"all", "all routes", "any"})
ALL_OPIOIDS: Final = frozenset({"all opioids", "all opiates", "all", "opioids", "opiates"})

_SALTS: Final = re.compile(
    r"\s+(sulfate|sulphate|hydrochloride|hcl|phosphate|citrate|tartrate|bitartrate|hydrobromide)$"
)


def plain_drug(drug: str) -> str:
    """The drug's name in lower case without its salt, for telling one regimen from the next.

    >>> plain_drug("Morphine Sulphate")
    'morphine'
    """
    return _SALTS.sub("", drug.lower())


def read_route(words: str | None) -> tuple[Route | None, frozenset[str]]:
    """The route, where one is named, and the set of routes meant (empty: none stated).

    Two routes ("PO/injection") or a word that is no route ("injection", "illicit") leave the route unknown.

    >>> read_route("TD")
    ('transdermal', frozenset({'transdermal'}))
    >>> read_route("illicit")
    (None, frozenset({'illicit'}))
    """
    if words is None or words.lower() in ("unknown", "not stated"):
        return None, frozenset()
    parts = [part.strip() for part in re.split(r"/| or | and |,|\+", words.lower()) if part.strip()]
    named = [ROUTES.get(part) for part in parts]
    meant: set[str] = set()
    for part, route in zip(parts, named, strict=True):
        meant.add(route or part)
        if part in ("injection", "injected", "parenteral"):
            meant |= PARENTERAL
    return (named[0] if len(parts) == 1 else None), frozenset(meant)


class Kind(Enum):
    """The class of a formulation: what a later event of the same drug and route replaces."""

    EXTENDED = "extended release"
    IMMEDIATE = "immediate release"
    PATCH = "patch"
    INFUSION = "infusion"
    BOLUS = "bolus"
    PCA = "patient-controlled analgesia"
    UNSTATED = "not stated"


REPLACES: Final[dict[Kind, frozenset[Kind]]] = {
    Kind.EXTENDED: frozenset({Kind.EXTENDED, Kind.UNSTATED}),
    Kind.IMMEDIATE: frozenset({Kind.IMMEDIATE, Kind.UNSTATED}),
    Kind.PATCH: frozenset({Kind.PATCH, Kind.UNSTATED}),
    Kind.BOLUS: frozenset({Kind.BOLUS, Kind.UNSTATED}),
    Kind.INFUSION: frozenset({Kind.INFUSION, Kind.PCA, Kind.UNSTATED}),
    Kind.PCA: frozenset({Kind.INFUSION, Kind.BOLUS, Kind.PCA, Kind.UNSTATED}),
    Kind.UNSTATED: frozenset(Kind),
}

_KINDS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    (Kind.PCA, re.compile(r"\bpca\b|patient[- ]controlled")),
    (Kind.PATCH, re.compile(r"\bpatch|transdermal|\btts\b")),
    (Kind.INFUSION, re.compile(r"infusion|\bpump\b|syringe driver|\bbasal\b|\bcontinuous\b|\bdrip\b")),
    (Kind.EXTENDED, re.compile(
        r"(extended|controlled|sustained|slow|modified|prolonged)[- ]?release|long[- ]acting|"
        r"\b(er|xr|cr|sr|la|mr|xl|mst|contin)\b")),
    (Kind.IMMEDIATE, re.compile(
        r"immediate[- ]?release|(short|rapid|fast)[- ]acting|normal[- ]release|breakthrough|rescue|\bir\b|"
        r"solution|liquid|elixir|syrup|drops|\d\s*(mg|mcg|ug)\s*/\s*ml|tablet|capsule|lozenge|lollipop|film|spray")),
    (Kind.BOLUS, re.compile(r"bolus|ampoule|ampule|\bvial|injection|single shot")),
)  # fmt: skip
_SAYS_RELEASE: Final = re.compile(r"release|acting|\b(ir|er|xr|cr|sr|la|mr|xl|mst|contin)\b")
_FORMS: Final = (
    "patch", "tablet", "capsule", "solution", "syrup", "drops", "lozenge", "film", "spray", "suppository",
    "ampoule", "pump", "infusion", "bolus", "injection",
)  # fmt: skip


def read_kind(formulation: str | None, route: Route | None, unit: str | None) -> Kind:
    """The class of a formulation, from its words; a transdermal route is a patch.

    >>> read_kind("SR", "oral", "mg"), read_kind("PCA continuous", "intravenous", "mg/h")
    (<Kind.EXTENDED: 'extended release'>, <Kind.PCA: 'patient-controlled analgesia'>)
    """
    if route == "transdermal":
        return Kind.PATCH
    words = (formulation or "").lower()
    for kind, pattern in _KINDS:
        if pattern.search(words):
            return kind
    return Kind.INFUSION if route in PARENTERAL | NEURAXIAL and (unit or "").endswith("/h") else Kind.UNSTATED


def read_release(formulation: str | None, kind: Kind) -> Literal["immediate", "extended"] | None:
    """Extended or immediate where the words say so; a tablet alone says neither."""
    if kind is Kind.EXTENDED:
        return "extended"
    said = _SAYS_RELEASE.search((formulation or "").lower())
    return "immediate" if kind is Kind.IMMEDIATE and said else None


def read_form(formulation: str | None, kind: Kind) -> str | None:
    """The dose form named in the words, else nothing."""
    words = (formulation or "").lower()
    if kind is Kind.PATCH:
        return "patch"
    if kind is Kind.PCA:
        return "pca"
    return next((form for form in _FORMS if form in words), None)


_SIGN_WORDS: Final[dict[str, str]] = {
    "delirium_or_fog": "confusion", "delirium": "confusion", "fog": "confusion",
    "aberrant_behaviour": "aberrant-behavior", "hyperalgesia_on_exam": "hyperalgesia-on-examination",
    "nonpainful_activity_triggers": "pain-from-nonpainful-activity", "hallucination": "hallucinations",
}  # fmt: skip
CASE_SIGNS: Final = (*_SIGN_WORDS, *SIGNS)


def read_sign(name: str) -> str | None:
    """The record's name of a case's sign, or nothing when it is not known.

    >>> read_sign("delirium_or_fog"), read_sign("withdrawal_signs"), read_sign("alodynia")
    ('confusion', 'withdrawal-signs', None)
    """
    key = name.strip().lower()
    plain = _SIGN_WORDS.get(key, key.replace("_", "-").replace(" ", "-").replace("behaviour", "behavior"))
    return plain if plain in SIGNS else None
