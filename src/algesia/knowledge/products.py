"""Reading the strength of opioids out of a product's name, for products that no table holds.

Nothing is guessed: a name that could be read in two ways, or prints a number without a unit, gives nothing.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final, NamedTuple

from algesia.knowledge.loader import Knowledge, load
from algesia.knowledge.model import Strength
from algesia.knowledge.names import Hit

_NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_MASS: Final = r"mcg|micrograms?|ug|µg|μg|mg|milligrams?"
_AMOUNTS: Final = re.compile(
    rf"(?<![\w.])(?P<numbers>(?:{_NUMBER})(?:\s*(?:{_MASS})?\s*[-/]\s*(?:{_NUMBER}))*)\s*-?(?P<mass>{_MASS})\b"
    r"(?:\s*(?:/|per)\s*(?P<volume>[\d.]+)?\s*(?P<per>ml|milliliters?|hr|hour|hours|h|actuat|actuation|spray"
    r"|dose|tablet|tab|capsule|cap|film|patch|lozenge|suppository|\d+\s*h(?:r|ours?)?|day|d|kg)\b)?",
    re.IGNORECASE,
)
_SLASH: Final = re.compile(r"\s/\s")
_PARTNERS: Final = (
    "acetaminophen", "paracetamol", "apap", "aspirin", "asa", "ibuprofen", "naloxone", "naltrexone",
    "homatropine", "guaifenesin", "promethazine", "chlorpheniramine", "pseudoephedrine", "butalbital",
    "caffeine", "carisoprodol", "celecoxib", "phenylephrine", "brompheniramine", "triprolidine", "atropine",
)  # fmt: skip
_PARTNER: Final = re.compile(rf"\b(?:{'|'.join(_PARTNERS)})\b", re.IGNORECASE)
_PER_PIECE: Final = frozenset(
    [
        "actuat",
        "actuation",
        "spray",
        "dose",
        "tablet",
        "tab",
        "capsule",
        "cap",
        "film",
        "lozenge",
        "suppository",
    ]
)
_HOURLY: Final = frozenset(("hr", "hour", "hours", "h"))


def parse_product(text: str, knowledge: Knowledge | None = None) -> tuple[Strength, ...]:
    """The strength of each opioid named in a product: mg a piece, ug/h worn, or mg/mL.

    Empty when no opioid is named, no strength is printed, or it is not clear which number is whose. Salts of
    one opioid in the same product are added, as in the RxNorm table.

    >>> parse_product("acetaminophen 325 MG / oxycodone hydrochloride 5 MG Oral Tablet")
    (Strength(ingredient='oxycodone', value=5.0, unit='mg'),)
    >>> parse_product("morphine 10 MG/5 ML solution")
    (Strength(ingredient='morphine', value=2.0, unit='mg/mL'),)
    >>> parse_product("hydrocodone-acetaminophen 5-325 mg")
    (Strength(ingredient='hydrocodone', value=5.0, unit='mg'),)
    >>> parse_product("OxyContin 20")
    ()
    """
    index = (knowledge or load()).name_index
    opioids = [hit for hit in index.find(text) if hit.kind == "opioid"]
    if not opioids:
        return ()
    amounts = [amount for amount in map(_read, _AMOUNTS.finditer(text)) if amount is not None]
    if len({(amount.values, amount.unit) for amount in amounts}) == 1:
        return _shared(text, opioids, amounts[0])
    if any(len(amount.values) > 1 for amount in amounts):
        return ()
    if len(_SLASH.split(text)) > 1:
        return _by_part(text, opioids, amounts)
    return _in_turn(text, opioids, amounts)


class _Amount(NamedTuple):
    """Numbers that share a unit, already in that unit, and where they stand in the text."""

    values: tuple[float, ...]
    unit: str
    at: int


def _read(match: re.Match[str]) -> _Amount | None:
    mass = match["mass"].lower()
    scale = 1.0 if mass.startswith(("mg", "milligram")) else 1e-3
    values = [float(n.replace(",", "")) * scale for n in re.findall(_NUMBER, match["numbers"])]
    per = (match["per"] or "").lower()
    volume = float(match["volume"]) if match["volume"] else 1.0
    if volume <= 0:
        return None
    if not per or (per in _PER_PIECE and match["volume"] is None):
        unit = "mg"
    elif per.startswith(("ml", "milliliter")):
        unit, values = "mg/mL", [value / volume for value in values]
    elif per in _HOURLY and volume == 1.0:
        unit, values = "ug/h", [value * 1e3 for value in values]
    else:
        return None
    return _Amount(tuple(round(value, 9) for value in values), unit, match.start())


def _shared(text: str, opioids: list[Hit], amount: _Amount) -> tuple[Strength, ...]:
    """One amount, or several numbers with one unit in the order of the drugs' names."""
    if len({hit.target for hit in opioids}) != 1:
        return ()
    opioid, values = opioids[0], amount.values
    partners = [match.start() for match in _PARTNER.finditer(text)]
    if len(values) == 1:
        alone = not partners or partners[0] > opioid.start
        return (Strength(opioid.target, values[0], amount.unit),) if alone else ()
    named = sorted({*partners, opioid.start})
    if len(named) == len(values):
        return (Strength(opioid.target, values[named.index(opioid.start)], amount.unit),)
    if not partners and len(values) == 2:
        # A brand with two numbers prints the opioid first (Percocet 5-325, Suboxone 8-2).
        return (Strength(opioid.target, values[0], amount.unit),)
    return ()


def _by_part(text: str, opioids: list[Hit], amounts: list[_Amount]) -> tuple[Strength, ...]:
    """RxNorm style: between slashes, every part names its drug and then prints its strength."""
    edges = [0, *(match.end() for match in _SLASH.finditer(text)), len(text) + 1]
    found: dict[tuple[str, str], float] = {}
    for start, end in pairwise(edges):
        here = [amount for amount in amounts if start <= amount.at < end]
        if not here:
            continue
        named = {hit.target for hit in opioids if start <= hit.start < here[0].at}
        if len(named) > 1 or (named and len({(a.values, a.unit) for a in here}) > 1):
            return ()
        for target in named:
            key = (target, here[0].unit)
            found[key] = round(found.get(key, 0.0) + here[0].values[0], 9)
    return tuple(Strength(target, value, unit) for (target, unit), value in found.items())


def _in_turn(text: str, opioids: list[Hit], amounts: list[_Amount]) -> tuple[Strength, ...]:
    """Drug, amount, drug, amount: strictly in turn, beginning with a drug."""
    marks: list[tuple[int, str | None, _Amount | None]] = [(hit.start, hit.target, None) for hit in opioids]
    marks += [(match.start(), None, None) for match in _PARTNER.finditer(text)]
    marks += [(amount.at, None, amount) for amount in amounts]
    marks.sort(key=lambda mark: mark[0])
    drugs, numbers = marks[::2], marks[1::2]
    if any(mark[2] is not None for mark in drugs) or any(mark[2] is None for mark in numbers):
        return ()
    if len(drugs) != len(numbers) or len({hit.target for hit in opioids}) != 1:
        return ()
    paired = zip(drugs, numbers, strict=True)
    own = [number for drug, number in paired if drug[1] is not None]
    amount = own[0][2]
    return (Strength(opioids[0].target, amount.values[0], amount.unit),) if amount and len(own) == 1 else ()
