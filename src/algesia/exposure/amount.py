"""How much goes in at one time: mg per administration, mg a day for a rate, ug/h for a patch worn.

An amount that cannot be had is an `Unknown` with the reason in words. A transdermal amount in mg or ug is a unit
trap (content of the patch, or ug for ug/h) and is asked about instead of converted.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from algesia.exposure.product import Product
from algesia.exposure.working import COUNT_NOUNS, between, counted, number
from algesia.quantities.units import dimension, normalize, to_base
from algesia.record.model import Amount


class Given(msgspec.Struct, frozen=True):
    """An amount: `low` to `high` in mg a dose, in mg a day (a rate), or in ug/h (a patch worn)."""

    low: float
    high: float
    per: Literal["dose", "day", "worn"]
    words: str


class Unknown(msgspec.Struct, frozen=True):
    """Why an amount cannot be had, and what to ask where the record may be wrong and not just silent."""

    reason: str
    ask: str | None = None
    value: str = ""


Reading: TypeAlias = Given | Unknown


def bounds(amount: Amount) -> tuple[float, float] | None:
    """The lower and upper value of an amount; ``None`` when it states none.

    >>> bounds(Amount(unit="mg", low=5, high=10)), bounds(Amount(unit="mg", value=5)), bounds(Amount(unit="mg"))
    ((5.0, 10.0), (5.0, 5.0), None)
    """
    if amount.value is not None:
        return float(amount.value), float(amount.value)
    if amount.low is None and amount.high is None:
        return None
    low = amount.low if amount.low is not None else 0.0
    high = amount.high if amount.high is not None else low
    return float(min(low, high)), float(max(low, high))


def shown(amount: Amount) -> str:
    """An amount as the record states it.

    >>> shown(Amount(unit="mg", low=5, high=10))
    '5 to 10 mg'
    """
    limits = bounds(amount)
    return amount.unit if limits is None else f"{between(*limits)} {amount.unit}"


def given(dose: Amount | None, product: Product) -> Reading:
    """The amount of one administration of `product`.

    >>> oxycodone = Product("oxycodone", "oral", per_unit=5.0)
    >>> given(Amount(unit="{tablet}", value=2), oxycodone)
    Given(low=10.0, high=10.0, per='dose', words='2 tablets x 5 mg')
    >>> given(Amount(unit="mL", value=5), Product("morphine", "oral", mg_per_ml=2.0)).words
    '5 mL x 2 mg/mL'
    >>> given(Amount(unit="ug/h", value=75), Product("fentanyl", "transdermal"))
    Given(low=75.0, high=75.0, per='worn', words='75 ug/h')
    >>> given(Amount(unit="mg", value=5), Product("fentanyl", "transdermal")).ask
    'Which rate in ug/h is printed on the patch?'
    """
    if dose is None:
        return Unknown("the amount is not on record")
    limits = bounds(dose)
    if limits is None:
        return Unknown("the amount is not on record")
    unit = normalize(dose.unit)
    if unit is None:
        return Unknown(f"the unit {dose.unit} is not known", "What is the amount in mg?", shown(dose))
    low, high = limits
    if high == 0:
        return Given(0.0, 0.0, "worn" if product.is_patch else "dose", f"0 {unit}")
    kind = dimension(unit)
    if product.is_patch and (kind in ("mass", "volume", "concentration") or unit in ("mg/d", "ug/d")):
        return Unknown(
            f"a patch is worn at a rate, and {shown(dose)} is none",
            "Which rate in ug/h is printed on the patch?",
            shown(dose),
        )
    match kind:
        case "mass":
            words = f"{between(low, high)} {unit}"
            return Given(to_base(low, unit), to_base(high, unit), "dose", words)
        case "mass rate":
            return _rate(low, high, unit, product)
        case "count":
            return _count(low, high, unit, product)
        case "volume" | "volume rate":
            return _volume(low, high, unit, product)
        case _:
            return Unknown(
                f"{shown(dose)} is a concentration, not an amount", "How many mg are given?", shown(dose)
            )


def _rate(low: float, high: float, unit: str, product: Product) -> Reading:
    words = f"{between(low, high)} {unit}"
    if product.is_patch:
        worn = round(to_base(low, unit) / 0.024, 9), round(to_base(high, unit) / 0.024, 9)
        if unit != "ug/h":
            words = f"{words} = {between(*worn)} ug/h"
        return Given(worn[0], worn[1], "worn", words)
    return Given(to_base(low, unit), to_base(high, unit), "day", words)


def _count(low: float, high: float, unit: str, product: Product) -> Reading:
    number_words = counted(low, high, unit)
    one = COUNT_NOUNS[unit][0]
    if product.per_unit is not None and (product.per_unit_is == "ug/h") == product.is_patch:
        strength = product.per_unit
        words = f"{number_words} x {number(strength)} {product.per_unit_is}"
        return Given(
            round(low * strength, 9), round(high * strength, 9), "worn" if product.is_patch else "dose", words
        )
    if product.is_patch:
        return Unknown(
            f"the rate of one {one} is not known", "Which rate in ug/h is printed on the patch?", number_words
        )
    if product.mg_per_ml is not None and product.ml_per_unit is not None:
        each = product.mg_per_ml * product.ml_per_unit
        words = f"{number_words} x {number(product.ml_per_unit)} mL x {number(product.mg_per_ml)} mg/mL"
        return Given(round(low * each, 9), round(high * each, 9), "dose", words)
    return Unknown(f"the strength of one {one} is not known", f"How many mg are in one {one}?", number_words)


def _volume(low: float, high: float, unit: str, product: Product) -> Reading:
    words = f"{between(low, high)} {unit}"
    if product.mg_per_ml is None:
        return Unknown("the concentration is not known", "How many mg are in one mL?", words)
    milligrams = product.mg_per_ml
    return Given(
        round(to_base(low, unit) * milligrams, 9),
        round(to_base(high, unit) * milligrams, 9),
        "dose" if dimension(unit) == "volume" else "day",
        f"{words} x {number(milligrams)} mg/mL",
    )
