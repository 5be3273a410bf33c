"""Which drug a name or code means: opioid ingredients, interacting classes, or nothing in the tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from algesia.knowledge.loader import Knowledge
from algesia.knowledge.model import Formulation, Identified
from algesia.knowledge.names import Hit, NameIndex

UNKNOWN: Final = Identified(opioids=(), known=False)
_CACHE_SIZE: Final = 50_000
_OPIOID_WORDS: Final = frozenset(("opioid", "opioids", "opiate", "opiates", "narcotic", "narcotics"))
_NOT_BEFORE: Final = frozenset(("non", "no", "not", "without", "anti", "nonopioid"))
_NOT_AFTER: Final = frozenset(("naive", "free", "antagonist", "antagonists", "withdrawal", "sparing"))
ANTAGONIST: Final = "opioid-antagonist"
ANTIDIARRHEAL: Final = "antidiarrheal"


def identify(knowledge: Knowledge, name: str | None, rxcuis: Sequence[str] = ()) -> Identified:
    """What a drug is, by RxNorm product code, else RxNorm ingredient code, else the words of its name.

    A code is trusted over a name; where both name opioids and they differ, `conflict` says so. A buprenorphine
    and naloxone film is buprenorphine. Loperamide and diphenoxylate are known and no analgesic opioids. "Opioids"
    without a drug is an unspecified opioid, and so is a brand that we hold from memory only (`conflict` then names
    what it seems to be): it is listed and asked about, and no dose is computed from it.

    >>> from algesia.knowledge.loader import load
    >>> identify(load(), "HYDROcodone-acetaminophen 5-325 mg").opioids
    ('hydrocodone',)
    >>> identify(load(), "opioids (regimen not given)").unspecified_opioid
    True
    >>> identify(load(), None, ["197696"]).formulation.opioids[0]
    Strength(ingredient='fentanyl', value=75.0, unit='ug/h')
    """
    key = (name, tuple(rxcuis))
    known = knowledge.identified.get(key)
    if known is None:
        if len(knowledge.identified) >= _CACHE_SIZE:
            knowledge.identified.clear()
        known = _identify(knowledge, name, key[1])
        knowledge.identified[key] = known
    return known


def _identify(knowledge: Knowledge, name: str | None, rxcuis: tuple[str, ...]) -> Identified:
    by_code = _by_code(knowledge, rxcuis) if rxcuis else None
    by_name = _by_name(knowledge, name) if name else UNKNOWN
    if by_code is None:
        return by_name
    told = set(by_name.opioids)
    if told and told != set(by_code.opioids):
        conflict = (
            f"the code means {_list(by_code.opioids)}, the name says {_list(by_name.opioids)}: "
            "the code was followed"
        )
        return replace(by_code, conflict=conflict)
    return by_code


def _list(names: Sequence[str]) -> str:
    return " and ".join(names) if names else "no opioid"


def _by_code(knowledge: Knowledge, rxcuis: tuple[str, ...]) -> Identified | None:
    for code in rxcuis:
        product = knowledge.formulations.get(code)
        if product is not None:
            return _product(knowledge, product)
    for code in rxcuis:
        ingredient = knowledge.ingredients_by_rxcui.get(code)
        if ingredient is not None:
            return _identified(knowledge, [Hit("opioid", ingredient.name, 0, 0)])
    for code in rxcuis:
        drugs = knowledge.class_products.get(code)
        if drugs is not None:
            return _identified(knowledge, [Hit("other", drug, 0, 0) for drug in drugs])
    return None


def _product(knowledge: Knowledge, product: Formulation) -> Identified:
    hits = [Hit("opioid", strength.ingredient, 0, 0) for strength in product.opioids]
    others = [hit for hit in knowledge.name_index.find(product.name) if hit.kind == "other"]
    return _identified(knowledge, hits + others, product)


def _by_name(knowledge: Knowledge, name: str) -> Identified:
    hits = knowledge.name_index.find(name)
    words = NameIndex.words(name)
    loose = _says_opioid(words)
    if not hits:
        return Identified((), True, unspecified_opioid=True) if loose else UNKNOWN
    product = None
    if any(hit.kind == "opioid" for hit in hits) and any(character.isdigit() for character in name):
        product = knowledge.formulations_by_name.get(" ".join(words))
    found = _identified(knowledge, hits, product)
    if loose and (not found.opioids or "other" in words):
        return replace(found, unspecified_opioid=True)
    return found


def _says_opioid(words: list[str]) -> bool:
    for at, word in enumerate(words):
        if word in _OPIOID_WORDS:
            before = words[at - 1] if at else ""
            after = words[at + 1] if at + 1 < len(words) else ""
            if before not in _NOT_BEFORE and after not in _NOT_AFTER:
                return True
    return False


def _identified(knowledge: Knowledge, hits: list[Hit], product: Formulation | None = None) -> Identified:
    opioids: dict[str, None] = {}
    classes: dict[str, None] = {}
    unverified: dict[str, None] = {}
    for hit in hits:
        if hit.kind == "other":
            classes.update(dict.fromkeys(knowledge.classes[hit.target].classes))
        elif knowledge.ingredients[hit.target].kind == ANTIDIARRHEAL:
            classes[ANTIDIARRHEAL] = None
        elif hit.kind == "unverified":
            unverified[hit.target] = None
        else:
            opioids[hit.target] = None
    if opioids:
        # The antagonist in a combined product guards the tablet; it is no rescue drug.
        classes.pop(ANTAGONIST, None)
    names = tuple(classes)
    doubtful = [target for target in unverified if target not in opioids]
    confirm = (
        f"a name held from memory only, as that of {_list(doubtful)}: confirm the drug" if doubtful else ""
    )
    return Identified(
        tuple(opioids), True, names[0] if names else None, product, bool(doubtful), names, confirm
    )
