"""What one unit of a product holds, and by which route it goes in.

Three places can say it, asked in this order: the record itself, the RxNorm table by code, the product name
as written. What none of them says stays unknown; nothing is looked up by resemblance.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec.structs import replace

from algesia.exposure.working import number
from algesia.knowledge.drugs import contradicts, identify, in_doubt
from algesia.knowledge.loader import Knowledge
from algesia.knowledge.mme import read_form
from algesia.knowledge.model import Formulation, Identified
from algesia.knowledge.products import parse_product
from algesia.quantities.units import dimension, normalize, to_base
from algesia.record.model import Amount, Dose, Medication

Given: TypeAlias = Medication | Dose
RXNORM: Final = ("rxnorm", "2.16.840.1.113883.6.88")
"""What the address of the RxNorm code system contains, as a URL or as an OID."""
COUNT_FORMS: Final[dict[str, str]] = {
    "{tablet}": "tablet",
    "{patch}": "patch",
    "{film}": "film",
    "{spray}": "spray",
    "{lozenge}": "lozenge",
    "{suppository}": "suppository",
}
"""The dose form that counting in a unit implies."""
NOT_IDENTIFIED: Final = "opioid? "
"""How the name of a medication begins that its source does not identify, so that nobody can tell whether it is an
opioid. With a `question` it is listed as an opioid without an amount, never as a drug that is none."""
SAME_STRENGTH: Final = 0.05
"""Two strengths within this share of each other are one as printed: the 12.5 ug/h patch is listed with 12."""


class Product(msgspec.Struct, frozen=True):
    """One opioid in one product.

    `per_unit` is what one tablet, film, patch or spray holds, in mg, or in ug/h for a patch (`per_unit_is`).
    `mg_per_ml` is a concentration, `ml_per_unit` the volume of one ampule or syringe, `wear_hours` how long a
    patch is worn. `origin` says where strength or concentration were found, in words.
    """

    ingredient: str
    route: str | None = None
    form: str | None = None
    release: str | None = None
    per_unit: float | None = None
    per_unit_is: Literal["mg", "ug/h"] = "mg"
    mg_per_ml: float | None = None
    ml_per_unit: float | None = None
    wear_hours: float | None = None
    origin: str = ""

    @property
    def is_patch(self) -> bool:
        """Whether what counts is the rate worn."""
        return self.route == "transdermal"


class Named(msgspec.Struct, frozen=True):
    """A strength as one of the three places states it: `value` in mg, ug/h or mg/mL."""

    value: float
    unit: Literal["mg", "ug/h", "mg/mL"]


def named(value: float, unit: str) -> Named | None:
    """A stated strength in the unit the arithmetic uses, or ``None`` when it is no strength.

    >>> named(0.025, "mg/h"), named(200, "ug"), named(5, "{tablet}")
    (Named(value=25.0, unit='ug/h'), Named(value=0.2, unit='mg'), None)
    """
    code = normalize(unit)
    if code is None:
        return None
    match dimension(code):
        case "mass":
            return Named(to_base(value, code), "mg")
        case "mass rate":
            return Named(round(to_base(value, code) / 0.024, 9), "ug/h")
        case "concentration":
            return Named(to_base(value, code), "mg/mL")
        case _:
            return None


def named_in(amount: Amount | None) -> Named | None:
    """A strength or concentration of the record; a range is no strength."""
    if amount is None or amount.value is None or amount.value <= 0:
        return None
    return named(amount.value, amount.unit)


def route_in(form: str | None) -> str | None:
    """The route that a dose form settles by itself. "Tablet" alone settles nothing.

    >>> route_in("Oral Tablet"), route_in("tablet"), route_in("72 h patch"), route_in("Buccal Film")
    ('oral', None, 'transdermal', 'buccal')
    """
    if not form:
        return None
    site = read_form(form).site
    if site is not None:
        return site
    words = set(re.findall(r"[a-z]+", form.lower()))
    if words & {"suppository", "suppositories"}:
        return "rectal"
    return "oral" if "oral" in words else None


def volume_in(name: str) -> float | None:
    """The volume of one ampule or syringe, as RxNorm writes it at the head of a product name.

    >>> volume_in("1 ML buprenorphine 0.3 MG/ML Injection"), volume_in("Morphine 10 MG Oral Tablet")
    (1.0, None)
    """
    found = re.match(r"(\d+(?:\.\d+)?) ML\b", name, re.IGNORECASE)
    return float(found.group(1)) if found else None


def rxcuis(fact: Given) -> tuple[str, ...]:
    """The RxNorm code of an order or dose, if it carries one."""
    code = fact.code
    if code is None or not any(name in code.system.lower() for name in RXNORM):
        return ()
    return (code.code,)


def recognize(knowledge: Knowledge, fact: Given) -> Identified:
    """Which drug an order or dose means: by code, else by its name, else by the name shown with its code.

    Where the name shown with the code says another drug than the code or the name, or another strength than the
    code, `in_doubt` holds.
    """
    if isinstance(fact, Medication) and fact.question and fact.drug.startswith(NOT_IDENTIFIED):
        return Identified(opioids=(fact.drug,), known=False)
    found = _recognize(knowledge, fact)
    if found.formulation is None or in_doubt(found) or fact.strength is not None:
        return found
    for words in (fact.drug, fact.code.display if fact.code is not None else None):
        conflict = words and strength_conflict(knowledge, found.formulation, words)
        if conflict:
            return replace(found, conflict=conflict, unspecified_opioid=False)
    return found


def strength_conflict(knowledge: Knowledge, listed: Formulation, words: str) -> str:
    """How the words of a product disagree with its code on the strength of an opioid; empty where they do not.

    Only strengths in the unit of the code's are compared: a number of mg may be what 5 mL hold.

    >>> from algesia.knowledge.loader import load
    >>> strength_conflict(load(), load().formulations["1049611"], "oxycodone 5 MG Oral Tablet")
    'the code means oxycodone hydrochloride 15 MG Oral Tablet, the name says 5 mg of oxycodone'
    """
    if not any(character.isdigit() for character in words):
        return ""
    said = parse_product(words, knowledge)
    for strength in listed.opioids:
        own = named(strength.value, strength.unit)
        stated = [named(s.value, s.unit) for s in said if s.ingredient == strength.ingredient]
        other = [s for s in stated if s is not None and own is not None and s.unit == own.unit]
        if own is None or not other or len(other) < len(stated):
            continue
        if all(abs(s.value - own.value) > SAME_STRENGTH * own.value for s in other):
            amounts = " or ".join(f"{number(s.value)} {s.unit}" for s in other)
            return f"the code means {listed.name}, the name says {amounts} of {strength.ingredient}"
    return ""


def _recognize(knowledge: Knowledge, fact: Given) -> Identified:
    codes = rxcuis(fact)
    found = identify(knowledge, fact.drug, codes)
    display = fact.code.display if fact.code is not None else None
    if not display or in_doubt(found):
        return found
    beside = identify(knowledge, display, codes)
    if in_doubt(beside):
        return beside
    if beside.opioids and contradicts(knowledge, fact.drug, beside):
        conflict = f"the code is shown as {display}, the name says {fact.drug}"
        return replace(found if found.opioids else beside, conflict=conflict, unspecified_opioid=False)
    if not found.known:
        return beside
    names_product = beside.formulation is not None and beside.opioids == found.opioids
    return beside if names_product and found.formulation is None and not found.unspecified_opioid else found


def resolve(knowledge: Knowledge, fact: Given, ingredient: str, found: Identified) -> Product:
    """What is known of `ingredient` in the product that an order or dose names."""
    listed = found.formulation
    display = fact.code.display if fact.code else None
    said = (fact.form, listed and listed.dose_form, fact.drug, display, _counted_in(fact))
    form = " ".join(part for part in said if part)
    settled = (listed.route if listed else None) or route_in(form)
    route: str | None = fact.route or settled
    if fact.route == "oral" and settled in ("buccal", "sublingual"):
        # "By mouth" is how a lozenge or film is often entered; the form says that it stays in the mouth.
        route = settled
    strength, origin = _strength(knowledge, fact, ingredient, listed)
    concentration = named_in(fact.concentration)
    if concentration is None or concentration.unit != "mg/mL":
        concentration = strength if strength and strength.unit == "mg/mL" else None
    per_unit = strength if strength and strength.unit != "mg/mL" else None
    wear = None
    if route == "transdermal" and per_unit is not None:
        wear = (listed.hours if listed else None) or wear_hours(knowledge, ingredient, per_unit.value)
    return Product(
        ingredient=ingredient,
        route=route,
        form=form,
        release=fact.release or (listed.release if listed else None),
        per_unit=per_unit.value if per_unit else None,
        per_unit_is="ug/h" if per_unit and per_unit.unit == "ug/h" else "mg",
        mg_per_ml=concentration.value if concentration else None,
        ml_per_unit=volume_in(listed.name) if listed else None,
        wear_hours=wear,
        origin=origin,
    )


def _counted_in(fact: Given) -> str | None:
    for amount in (fact.dose, fact.quantity if isinstance(fact, Medication) else None):
        unit = normalize(amount.unit) if amount is not None else None
        if unit in COUNT_FORMS:
            return COUNT_FORMS[unit]
    return None


def _counts(order: Medication) -> bool:
    """Whether dose or quantity count units."""
    units = (normalize(amount.unit) for amount in (order.dose, order.quantity) if amount is not None)
    return any(unit is not None and dimension(unit) == "count" for unit in units)


def _strength(
    knowledge: Knowledge, fact: Given, ingredient: str, listed: Formulation | None
) -> tuple[Named | None, str]:
    own = named_in(fact.strength)
    if own is not None:
        return own, "the strength on record"
    if listed is not None:
        for strength in listed.opioids:
            if strength.ingredient == ingredient:
                return named(strength.value, strength.unit), f"RxNorm {listed.rxcui}"
    texts = [fact.drug, fact.code.display if fact.code else None]
    if isinstance(fact, Medication) and _counts(fact):
        # In a sig a number of mg is a strength only where the dose counts units; else it is the dose.
        texts.append(fact.text)
    for text in texts:
        if text and any(character.isdigit() for character in text):
            for strength in parse_product(text, knowledge):
                if strength.ingredient == ingredient:
                    return named(strength.value, strength.unit), "the product name"
    return None, ""


@lru_cache(maxsize=4)
def patches(knowledge: Knowledge) -> dict[str, dict[float, float | None]]:
    """The marketed patches of each opioid: rate in ug/h, and how many hours that rate is worn.

    The hours are ``None`` where the table lists one rate with two of them.
    """
    found: dict[str, dict[float, float | None]] = {}
    for product in knowledge.formulations.values():
        for strength in product.opioids:
            if product.route == "transdermal" and strength.unit == "ug/h":
                hours = found.setdefault(strength.ingredient, {})
                same = strength.value not in hours or hours[strength.value] == product.hours
                hours[strength.value] = product.hours if same else None
    return found


def wear_hours(knowledge: Knowledge, ingredient: str, rate: float) -> float | None:
    """How long a patch of that rate is worn, where the RxNorm table leaves no doubt.

    >>> from algesia.knowledge.loader import load
    >>> wear_hours(load(), "fentanyl", 25.0), wear_hours(load(), "fentanyl", 26.0)
    (72.0, None)
    """
    return patches(knowledge).get(ingredient, {}).get(rate)
