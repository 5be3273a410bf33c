"""Which drug a piece of a regimen names, and which way it goes in."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from algesia.knowledge.loader import Knowledge
from algesia.knowledge.mechanism import mechanism_tables
from algesia.mechanism.words_parts import Much, Phrase, letters
from algesia.mechanism.words_taper import Course

_ROUTES: Final = (
    (r"sc-monthly", "sc-monthly"),
    (r"im-depot", "im-depot"),
    (r"i\.?v\.?|intravenous(?:ly)?", "iv"),
    (r"s\.?c\.?|sq|subcut(?:aneous(?:ly)?)?", "sc"),
    (r"i\.?m\.?|intramuscular(?:ly)?", "im"),
    (r"s\.?l\.?|sublingual(?:ly)?|under the tongue", "sublingual"),
    (r"buccal(?:ly)?|lozenges?|lollipops?", "buccal"),
    (r"patch(?:es)?|transdermal(?:ly)?|td", "transdermal"),
    (r"intranasal(?:ly)?|nasal(?:ly)?", "nasal"),
    (r"rectal(?:ly)?|suppositor(?:y|ies)", "rectal"),
    (r"intrathecal(?:ly)?", "intrathecal"),
    (r"epidural(?:ly)?", "epidural"),
    (r"p\.?o\.?|oral(?:ly)?|by mouth", "oral"),
)
_EXTENDED: Final = (
    r"\b(?:e\.?r|x\.?r|s\.?r|c\.?r|x\.?l|l\.?a|m\.?r|retard)\b|\b(?:extended|slow|sustained|modified|prolonged|controlled)"
    r"(?:[- ]release)?\b"
)
_DEPOTS: Final = {"vivitrol": "im-depot"}
"""Brands that are in no table of products and have one way in."""
_IMMEDIATE: Final = r"\bir\b|\bimmediate(?:[- ]release)?\b"


def drug_in(phrase: Phrase, knowledge: Knowledge) -> tuple[str, str] | None:
    """The drug that a piece names and the name it was given; ``None`` where it names none."""
    hits = knowledge.name_index.find(phrase.rest)
    if not hits:
        return None
    targets = {hit.target for hit in hits}
    if len(targets) > 1:
        names = " and ".join(sorted(targets))
        phrase.refuse(
            f"it names {names}", "one drug in each piece, parted by ';' (side by side) or 'then' (in turn)"
        )
    hit = hits[0]
    if hit.kind == "unverified":
        phrase.refuse(f"a name held from memory only, as that of {hit.target}", "the name of the ingredient")
    name = phrase.rest[hit.start : hit.end]
    drug = hit.target
    if drug == "ketamine" and (name.startswith("es") or phrase.rest[: hit.start].endswith(("s-", "s "))):
        drug = "s-ketamine"
        phrase.take(r"\bs-(?=\s|ketamine)")
    for one in hits:
        phrase.blank(one.start, one.end)
    return drug, name


def route_of(
    phrase: Phrase,
    named: tuple[str, str] | None,
    drug: str,
    said: tuple[str | None, bool | None],
    much: Much | None,
    before: Course,
    knowledge: Knowledge,
) -> str:
    """The way in: as said, else as the brand says, else the only one or by mouth."""
    route, extended = said
    generic = named is None or letters(named[1]).startswith(letters(drug)[:5]) or drug == "s-ketamine"
    routes, releases = (
        brands(knowledge).get(letters(named[1]), (frozenset(), frozenset())) if named else ((), ())
    )
    if extended is None and len(releases) == 1 and route in (None, "oral"):
        extended = "extended" in releases
    if route is None and len(routes) == 1 and None not in routes:
        route = next(iter(routes))
    doors = frozenset(mechanism_tables().doors.get(drug, ()))
    usual = usual_routes(knowledge).get(drug, doors)
    if route is None and named:
        route = _DEPOTS.get(letters(named[1]))
    if route is None:
        by_day = much is None or much.kind == "dose" or much.unit.endswith("g/d")
        if "oral" in usual and by_day and not (much and "/kg" in much.unit):
            route = "oral"
        elif usual == {None} or (much is not None and much.kind == "target"):
            route = "iv"
        else:
            phrase.refuse(f"the way {drug} is given is not said", "iv, sc, oral, sublingual, buccal or patch")
    if route != "oral":
        if extended and route != "transdermal":
            phrase.refuse(f"extended release and {route}", "ER or ER tablets by mouth only")
        return route
    if extended is None and not generic and "oral-er" in doors:
        phrase.refuse(
            f"the tables do not hold the release of {named[1] if named else drug!r}", "ER or IR beside it"
        )
    if extended is None and named and before.drug == drug and before.route == "oral-er":
        phrase.refuse(f"{drug} was extended release before; now it is not said", "ER or IR beside it")
    return "oral-er" if extended else "oral"


def way_in(phrase: Phrase) -> tuple[str | None, bool | None]:
    """Route and whether the release is extended; ``None`` where the piece does not say."""
    route = None
    if phrase.take(r"\boral-er\b"):
        return "oral", True
    for pattern, name in _ROUTES:
        if phrase.take(rf"(?<![\w-])(?:{pattern})(?![\w-])"):
            if route is not None:
                phrase.refuse(f"both {route} and {name}", "one way in")
            route = name
    extended = True if phrase.take(_EXTENDED) else None
    if phrase.take(_IMMEDIATE):
        if extended:
            phrase.refuse("both extended and immediate release", "one of the two")
        extended = False
    return route, extended


@lru_cache(maxsize=4)
def brands(knowledge: Knowledge) -> dict[str, tuple[frozenset[str | None], frozenset[str]]]:
    """The routes and releases of every brand in the product table, by its letters."""
    routes: dict[str, set[str | None]] = {}
    releases: dict[str, set[str]] = {}
    for product in knowledge.formulations.values():
        for brand in re.findall(r"\[([^\]]+)\]", product.name):
            routes.setdefault(letters(brand), set()).add(product.route)
            releases.setdefault(letters(brand), set()).add(product.release)
    return {name: (frozenset(routes[name]), frozenset(releases[name])) for name in routes}


@lru_cache(maxsize=4)
def usual_routes(knowledge: Knowledge) -> dict[str, frozenset[str | None]]:
    """The routes of every ingredient in the product table; ``None`` is an injection."""
    found: dict[str, set[str | None]] = {}
    for product in knowledge.formulations.values():
        for strength in product.opioids:
            found.setdefault(strength.ingredient, set()).add(product.route)
    return {drug: frozenset(routes) for drug, routes in found.items()}


def meant(knowledge: Knowledge, word: str) -> str | None:
    """A drug or brand that is spelled nearly like a word.

    >>> from algesia.knowledge.loader import load
    >>> meant(load(), "oxycodon"), meant(load(), "oxycotin"), meant(load(), "food")
    ('oxycodone', 'oxycontin', None)
    """
    known = (*usual_routes(knowledge), *brands(knowledge))
    near = get_close_matches(word.lower(), known, 1, 0.85) if len(word) > 4 else []
    return near[0] if near else None
