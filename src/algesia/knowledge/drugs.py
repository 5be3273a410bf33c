"""Which drug a name or code means: opioid ingredients, interacting classes, or nothing in the tables."""

from __future__ import annotations

import re
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
_SHOWN: Final = 80
_SHORTEST_STEM: Final = 5
_BRAND: Final = re.compile(r"\[([^\]]+)\]")
_NUMBER: Final = re.compile(r"\d+[a-z]{0,5}")
_NO_DRUG_WORDS: Final = """
a an and as at by every for from hour hours day days daily in into is no not number of on once one only or
per the to twice two three four use with x code name unknown unspecified other drug drugs medicine medicines
medication medications med meds product generic brand prescription rx sig pain painkiller painkillers killer
killers relief reliever analgesic analgesics strong weak controlled opioid opioids opiate opiates narcotic
narcotics schedule ii cii tablet tablets tab tabs capsule capsules cap caps caplet film films patch patches
system solution soln suspension liquid syrup elixir concentrate drop drops injection injectable inj infusion
syringe ampule ampoule vial cartridge lozenge lozenges lollipop spray suppository suppositories powder
pellet pellets gum kit pack dose doses unit units each ea oral po mouth buccal sublingual sl nasal
intranasal transdermal td topical rectal pr iv im sc sq subcutaneous intravenous intramuscular epidural
intrathecal extended immediate release er ir sr cr xr xl la sustained prolonged modified long short acting
coated disintegrating chewable effervescent soluble abuse deterrent mg mcg ug g gm ml l h hr hrs actuat
strength hydrochloride hcl sulfate sulphate phosphate tartrate bitartrate citrate acetate maleate salt free
preservative
"""
_SAYS_NO_DRUG: Final = frozenset(_NO_DRUG_WORDS.split())
"""Words of a drug name that name no drug: they neither agree with a code nor contradict it. Our own list."""


def identify(knowledge: Knowledge, name: str | None, rxcuis: Sequence[str] = ()) -> Identified:
    """What a drug is, by RxNorm product code, else RxNorm ingredient code, else the words of its name.

    A code goes before a name. Where a code means an opioid and the name mentions neither it nor a brand of it, or
    the name says another opioid, `conflict` says so and `in_doubt` holds: nobody can tell which of the two is
    right. Words that name no drug ("pain medicine", "oral tablet") contradict nothing. A buprenorphine and naloxone
    film is buprenorphine. Loperamide and diphenoxylate are known and no analgesic opioids. "Opioids"
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
    if not name:
        return by_code
    vague = by_name.unspecified_opioid and not by_code.opioids
    if not vague and not contradicts(knowledge, name, by_code):
        return by_code
    said = _list(by_name.opioids) if by_name.opioids else _clipped(name)
    conflict = f"the code means {_list(by_code.opioids)}, the name says {said}"
    classes = tuple(dict.fromkeys((*by_code.classes, *by_name.classes)))
    return replace(
        by_code if by_code.opioids else by_name,
        class_name=classes[0] if classes else None,
        classes=classes,
        unspecified_opioid=vague,
        conflict=conflict,
    )


def in_doubt(found: Identified) -> bool:
    """Whether code and name disagree, one of them meaning an opioid: which drug it is, is then not known.

    >>> from algesia.knowledge.loader import load
    >>> in_doubt(identify(load(), "Captopril 25 MG Oral Tablet", ["833036"]))
    True
    >>> in_doubt(identify(load(), "pain medicine", ["833036"]))
    False
    """
    return bool(found.conflict) and bool(found.opioids) and not found.unspecified_opioid


def contradicts(knowledge: Knowledge, name: str, meant: Identified) -> bool:
    """Whether a name cannot be that of what a code (or the text shown with it) means.

    Only opioids are judged: what a name says is compared where it says an opioid, or where an opioid is meant.
    """
    hits = knowledge.name_index.find(name)
    told = set(_by_name(knowledge, name).opioids)
    if told:
        return not told <= set(meant.opioids)
    if not meant.opioids or any(hit.target in meant.opioids for hit in hits if hit.kind == "unverified"):
        return False
    if any(hit.kind == "unverified" for hit in hits):
        return True
    stems = [*meant.opioids]
    if meant.formulation is not None:
        stems += [word for brand in _BRAND.findall(meant.formulation.name) for word in NameIndex.words(brand)]
    for word in NameIndex.words(name):
        if any(word == stem or (len(word) >= _SHORTEST_STEM and stem.startswith(word)) for stem in stems):
            return False
    return not _names_no_drug(name)


def _names_no_drug(name: str) -> bool:
    """Whether a name holds nothing but numbers, forms, units and words such as "pain medicine"."""
    words = re.findall(r"\w+", name.lower())
    return all(word in _SAYS_NO_DRUG or _NUMBER.fullmatch(word) for word in words)


def _clipped(name: str) -> str:
    return name if len(name) <= _SHOWN else f"{name[:_SHOWN]}..."


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
