"""Finding a medicine by what a person types: an ingredient, a brand, a drug that matters beside it, or nothing we know."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from algesia.knowledge.loader import Knowledge
from algesia.knowledge.names import NameIndex
from algesia.knowledge.plan_products import LineStrength, ProductLine

MOST: Final = 16
SHORTEST: Final = 3
LONG: Final = 5
"""Letters of a word whose spelling is compared."""
ALIKE: Final = 0.75
"""How alike two spellings must be to be offered (ratio of matching letters); our own figure."""
_JARGON: Final = re.compile(r" \(abuse[^)]*\)|\bIR ")
"""What a product's name in the table says to clinicians only."""
_FORM_WORDS: Final = frozenset(
    [
        "tablet",
        "tablets",
        "capsule",
        "capsules",
        "patch",
        "patches",
        "film",
        "films",
        "liquid",
        "solution",
        "pill",
        "pills",
        "mcg",
        "mg",
        "slow",
        "fast",
        "release",
        "extended",
        "immediate",
        "oral",
    ]
)
FORMS: Final = {
    "Oral Tablet": "tablet",
    "Extended Release Oral Tablet": "slow release tablet",
    "Extended Release Oral Capsule": "slow release capsule",
    "Oral Solution": "liquid",
    "Transdermal System": "patch",
    "Buccal Film": "film for the cheek",
    "Sublingual Tablet": "tablet under the tongue",
    "Sublingual Film": "film under the tongue",
    "Tablet for Oral Suspension": "tablet to dissolve",
}
"""The dose forms of the product lines in plain words."""
PIECES: Final = (
    ("Tablet", "{tablet}"),
    ("Capsule", "{capsule}"),
    ("Film", "{film}"),
    ("Transdermal", "{patch}"),
)
UNITS: Final = {
    "mg": "mg",
    "ug": "mcg",
    "ug/h": "mcg an hour",
    "mg/mL": "mg in each mL",
    "g": "g",
    "mL": "mL",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a search: a product line by its id, or a drug by its name."""

    title: str
    note: str
    line: str = ""
    drug: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave. `near` says that nothing was spelled so, and these are spelled alike."""

    choices: tuple[Choice, ...]
    near: bool = False


def find(knowledge: Knowledge, typed: str) -> Found:
    """Products and drugs whose name begins with, or contains, a word that was typed.

    >>> from algesia.knowledge.loader import load
    >>> [choice.line for choice in find(load(), "OxyContin 20 mg").choices]
    ['oxycodone-er-tablet']
    >>> find(load(), "gabapentin").choices[0].drug
    'gabapentin'
    >>> find(load(), "oxycodne").near, find(load(), "zzzz").choices
    (True, ())
    """
    said = [word for word in NameIndex.words(typed) if not word[0].isdigit() and word not in _FORM_WORDS]
    if not said:
        return Found(())
    names = _names(knowledge)
    hits = [name for name in names if _fits(name, said)]
    near = False
    if not hits:
        hits = _alike(names, said)
        near = bool(hits)
    first = " ".join(said)
    hits.sort(key=lambda name: (name != first, not name.startswith(said[0]), len(name)))
    choices: dict[Choice, None] = {}
    for name in hits:
        for kind, target in names[name]:
            choices.update(dict.fromkeys(_choices(knowledge, name, kind, target)))
    return Found(tuple(choices)[:MOST], near)


def _alike(names: Iterable[str], said: list[str]) -> list[str]:
    """Names that are spelled alike. Short ones are left out: "st" of a plant is not "mst"."""
    long = [name for name in names if len(name) >= LONG]
    words = [word for word in said if len(word) >= LONG]
    return list(dict.fromkeys(name for word in words for name in get_close_matches(word, long, 3, ALIKE)))


def title(line: ProductLine) -> str:
    """A product line in plain words: "Oxycodone, slow release tablet"."""
    partner = f" with {line.partner}" if line.partner else ""
    return f"{line.ingredient.capitalize()}{partner}, {FORMS.get(line.dose_form, line.dose_form.lower())}"


def strengths(line: ProductLine) -> tuple[LineStrength, ...]:
    """The strengths of a line that a person may hold, old and foreign ones apart."""
    return tuple(s for s in line.strengths if s.status != "historical")


def piece(line: ProductLine) -> str:
    """The unit in which a dose of it is counted."""
    if line.unit == "mg/mL":
        return "mL"
    return next((unit for word, unit in PIECES if word in line.dose_form), "{unit}")


def line_of(knowledge: Knowledge, codes: tuple[str, ...]) -> tuple[ProductLine, float] | None:
    """The product line and strength that RxNorm codes mean, where it is one."""
    found = [
        (line, strength.value)
        for line in knowledge.product_lines.values()
        for strength in line.strengths
        if set(codes) & set(strength.rxcuis)
    ]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=1)
def _names(knowledge: Knowledge) -> dict[str, tuple[tuple[str, str], ...]]:
    """Every name with what it means: an ingredient, or a drug of the classes."""
    found: dict[str, dict[tuple[str, str], None]] = {}

    def add(name: str, kind: str, target: str) -> None:
        found.setdefault(NameIndex.key(name), {})[(kind, target)] = None

    for ingredient in knowledge.ingredients.values():
        if ingredient.kind == "analgesic":
            add(ingredient.name, "opioid", ingredient.name)
            for synonym in ingredient.synonyms:
                add(synonym, "opioid", ingredient.name)
    for drug in knowledge.classes.values():
        for text in (drug.name, *drug.synonyms):
            add(text, "other", drug.name)
    return {name: tuple(targets) for name, targets in found.items() if name}


def _fits(name: str, said: list[str]) -> bool:
    parts = name.split()
    return any(
        part.startswith(word) for word in said if len(word) >= SHORTEST for part in parts
    ) or name == " ".join(said)


def _choices(knowledge: Knowledge, name: str, kind: str, target: str) -> list[Choice]:
    if kind == "other":
        also = f"as {name}" if name != target else ""
        return [Choice(target.capitalize(), also, drug=target)]
    lines = [line for line in knowledge.product_lines.values() if line.ingredient == target]
    own = [line for line in lines if name != target and name in NameIndex.key(line.product)]
    other = [] if own else [Choice(f"{target.capitalize()}, another form", "", drug=target)]
    return [*(Choice(title(line), _note(line), line=line.id) for line in own or lines), *other]


def _note(line: ProductLine) -> str:
    """The product as it is sold."""
    sold = _JARGON.sub("", line.product)
    return sold[:1].upper() + sold[1:]
