"""What one order says, for each opioid in it: an amount a day, or the reason why there is none.

Reading does not look at dates, at other orders or at an edition of MME factors: the same prescription always
reads the same.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec
from msgspec.structs import replace

from algesia.exposure.amount import Unknown, shown
from algesia.exposure.frequency import Daily, daily
from algesia.exposure.model import NOT_RECOGNIZED
from algesia.exposure.plausible import doubts, held_back, patch_doubt
from algesia.exposure.product import Product, patches, recognize, resolve
from algesia.knowledge.drugs import in_doubt
from algesia.knowledge.loader import Knowledge
from algesia.knowledge.model import Identified
from algesia.quantities.units import dimension, normalize
from algesia.record.model import Amount, Medication

OPIOID_LIKE: Final = re.compile(
    r"\b(?:oxyc|oxymorph|hydrocod|hydromorph|morph|morf|fent[ay]n|methad|tramad|codein|buprenor|tapent|meper"
    r"|pethid|sufent|remifent|alfent|opiat|opioid|opium|narcot)\w*|\w+(?:codone|morphone|fentanil|fentanyl)\b",
    re.IGNORECASE,
)
"""Our own rule: words that look like an opioid's name. A name that no table knows and that has none is taken
for another drug, and asked about."""


WHICH: Final = "Which drug is it?"
OPIUM: Final = "opium"
OPIUM_CONTENT: Final = "the strength is that of opium, and the factor is for the morphine in it, which is a fraction not on record"
OPIUM_NOTE: Final = "The strength is that of opium"
NO_AMOUNT: Final = ("Depot:", "Implant:", "Patient-controlled iontophoresis:")
"""How the notes of the product table begin whose strength is no amount that may be counted."""


class Reading(msgspec.Struct, frozen=True):
    """One opioid of one order. `daily` is ``None`` when unknown, and `reason` then says why.

    `opioid` is false for a drug that is none. `doubts` are what to ask. `same` names the product: drug, route,
    release and strength (the dose, where no strength is known).
    """

    drug: str
    opioid: bool
    product: Product
    daily: Daily | None
    reason: str | None
    doubts: tuple[Unknown, ...]
    same: tuple[object, ...]


def read_order(knowledge: Knowledge, order: Medication) -> tuple[Reading, ...]:
    """Every opioid of an order with its amount a day; one reading that is no opioid for any other drug.

    >>> from algesia.knowledge.loader import load
    >>> from algesia.quantities.time import Instant
    >>> from algesia.record.model import Amount
    >>> order = Medication(drug="oxycodone 5 mg tablet", start=Instant.parse("2024-01-10"), route="oral",
    ...                    dose=Amount(unit="{tablet}", value=2), times_per_day=4)
    >>> [(r.drug, r.daily.words) for r in read_order(load(), order)]
    [('oxycodone', '2 tablets x 5 mg, 4 times a day = 40 mg/d')]
    """
    found = recognize(knowledge, order)
    if not found.opioids:
        return (_other(order, found),)
    readings = [_opioid(knowledge, order, found, ingredient) for ingredient in found.opioids]
    if found.unspecified_opioid:
        readings.append(_unspecified(order, found))
    return tuple(readings)


def _other(order: Medication, found: Identified) -> Reading:
    if found.unspecified_opioid:
        return _unspecified(order, found)
    product = Product(order.drug, order.route)
    if found.known:
        return Reading(order.drug, False, product, None, "not an opioid", (), ())
    if OPIOID_LIKE.search(order.drug):
        reason = f"{order.drug} reads like an opioid, and no table knows it"
        doubt = Unknown(reason, "Which drug is it?", order.drug)
        return Reading(order.drug, True, product, None, reason, (doubt,), ())
    doubt = Unknown(NOT_RECOGNIZED, "Is it an opioid?", order.drug)
    return Reading(order.drug, False, product, None, NOT_RECOGNIZED, (doubt,), ())


def _unspecified(order: Medication, found: Identified) -> Reading:
    product = Product(order.drug, order.route)
    doubts = (Unknown(found.conflict, WHICH, order.drug),) if found.conflict else ()
    return Reading(order.drug, True, product, None, "which opioid it is is not on record", doubts, ())


def unusable(found: Identified, product: Product, dose: Amount | None) -> Unknown | None:
    """Why no amount of a product may be counted whatever the dose says; ``None`` where it may.

    Code and name disagree; or the product's strength is no amount of the opioid taken in on a day (a depot, an
    implant), or not of the opioid that a factor is for (a tincture of opium, whose factor is for its morphine).
    """
    if in_doubt(found):
        return Unknown(found.conflict, WHICH, product.ingredient)
    note = found.formulation.note if found.formulation is not None else ""
    of_opium = note.startswith(OPIUM_NOTE) or (product.mg_per_ml is not None and not _in_mass(dose))
    if product.ingredient == OPIUM and of_opium:
        return Unknown(OPIUM_CONTENT, "How many mg of morphine are in one mL?", OPIUM)
    if note.startswith(NO_AMOUNT):
        return Unknown(
            f"{note[:1].lower()}{note[1:].rstrip('.')}", "How much is taken in on a day?", product.ingredient
        )
    return None


def _opioid(knowledge: Knowledge, order: Medication, found: Identified, ingredient: str) -> Reading:
    product = resolve(knowledge, order, ingredient, found)
    asked: list[Unknown] = []
    amount = _amount(knowledge, order, found, product, asked)
    if product.route is None and isinstance(amount, Daily):
        asked.append(Unknown("the route is not on record", "By which route is it given?", amount.words))
    strength = product.per_unit or product.mg_per_ml or order.dose
    same = (ingredient, product.route, product.release, strength)
    if isinstance(amount, Unknown):
        return Reading(ingredient, True, product, None, amount.reason, tuple(asked), same)
    return Reading(ingredient, True, product, amount, None, tuple(asked), same)


def _amount(
    knowledge: Knowledge, order: Medication, found: Identified, product: Product, asked: list[Unknown]
) -> Daily | Unknown:
    """The daily amount that may be counted; what to ask is added to `asked`."""
    drug = product.ingredient
    doubtful = unusable(found, product, order.dose)
    if doubtful is not None:
        asked.append(replace(doubtful, value=order.drug))
    if order.question:
        value = shown(order.dose) if order.dose else order.drug
        why, _, ask = order.question.partition(" Ask: ")
        unread = Unknown(why.rstrip("."), (ask[:1].upper() + ask[1:]) or "What was really given?", value)
        asked.append(unread)
        return unread
    if doubtful is not None:
        return doubtful
    if len(found.opioids) > 1 and _in_mass(order.dose):
        names = " and ".join(found.opioids)
        unread = Unknown(f"the amount does not say how much of it is {drug} ({names})", "How much of each?")
        asked.append(unread)
        return unread
    amount = daily(order, product)
    if isinstance(amount, Unknown):
        if amount.ask is not None:
            asked.append(amount)
        return amount
    held = held_back(drug, product.route, amount)
    if held is not None:
        asked.append(held)
        return held
    if amount.worn is not None:
        doubt = patch_doubt(order, drug, product, amount, frozenset(patches(knowledge).get(drug, {})))
        if doubt is not None:
            asked.append(doubt[0])
            if doubt[1]:
                return doubt[0]
    asked.extend(doubts((order.dose,), drug, product, amount))
    return replace(amount, notes=())


def _in_mass(dose: Amount | None) -> bool:
    unit = normalize(dose.unit) if dose else None
    return unit is not None and dimension(unit) in ("mass", "mass rate")
