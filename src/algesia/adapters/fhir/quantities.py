"""Quantities, ranges, ratios and durations of FHIR, as amounts and days of the record.

A unit outside the closed list is never guessed: the amount is left out and the reason travels with it, so that
one insulin in units does not stop a whole chart from being read.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from algesia.adapters.fhir.codes import UCUM
from algesia.adapters.fhir.elements import Json, number, obj, positive, string, under
from algesia.quantities.refusal import InputRefused, shorten
from algesia.quantities.units import dimension, normalize
from algesia.record.model import Amount


class Read(NamedTuple):
    """An amount, or why there is none. Both ``None``: nothing was stated."""

    amount: Amount | None
    question: str | None


NOTHING: Final = Read(None, None)

# FHIR's own codes and common spellings of counted units (UCUM annotations, orderableDrugForm); case folded.
_COUNTS: Final[dict[str, str]] = {
    "{actuat}": "{spray}", "{actuation}": "{spray}", "actuation": "{spray}", "actuations": "{spray}",
    "{spray}": "{spray}", "spry": "{spray}", "{puff}": "{spray}", "puffs": "{spray}",
    "{tbl}": "{tablet}", "{tab}": "{tablet}", "{tabs}": "{tablet}", "tab": "{tablet}", "tabs": "{tablet}",
    "tablet": "{tablet}", "tablets": "{tablet}", "tablet(s)": "{tablet}", "{tablet}": "{tablet}",
    "ertab": "{tablet}", "ectab": "{tablet}", "chewtab": "{tablet}", "ortab": "{tablet}", "oral tablet": "{tablet}",
    "{cap}": "{capsule}", "{caps}": "{capsule}", "{capsule}": "{capsule}", "cap": "{capsule}", "caps": "{capsule}",
    "capsule": "{capsule}", "capsules": "{capsule}", "capsule(s)": "{capsule}", "ercap": "{capsule}",
    "{patch}": "{patch}", "patch": "{patch}", "patches": "{patch}", "patch(es)": "{patch}", "tpatch": "{patch}",
    "{film}": "{film}", "film": "{film}", "films": "{film}", "{lozenge}": "{lozenge}", "loz": "{lozenge}",
    "lozenge": "{lozenge}", "lozenges": "{lozenge}", "{suppository}": "{suppository}",
    "{supp}": "{suppository}", "supp": "{suppository}", "suppository": "{suppository}",
    "suppositories": "{suppository}", "{ampule}": "{ampule}", "amp": "{ampule}", "ampule": "{ampule}",
    "ampoule": "{ampule}", "ampules": "{ampule}", "ampoules": "{ampule}",
}  # fmt: skip

_HOURS: Final[dict[str, float]] = {
    "s": 1 / 3600, "min": 1 / 60, "h": 1.0, "d": 24.0, "wk": 168.0, "mo": 720.0, "a": 8766.0,
    "sec": 1 / 3600, "second": 1 / 3600, "seconds": 1 / 3600, "minute": 1 / 60, "minutes": 1 / 60,
    "hr": 1.0, "hrs": 1.0, "hour": 1.0, "hours": 1.0, "day": 24.0, "days": 24.0, "{day}": 24.0,
    "week": 168.0, "weeks": 168.0, "month": 720.0, "months": 720.0, "year": 8766.0, "years": 8766.0,
}  # fmt: skip
"""Hours in a unit of time; a month is the 30 days of a supply, a year 365.25 days."""
CENTURY: Final = 100 * 8766.0


def unit_of(quantity: Json) -> tuple[str | None, str | None]:
    """(UCUM code of the closed list, the unit as written). The code counts before the words."""
    code, words = string(quantity, "code"), string(quantity, "unit")
    for text in (code, words):
        if text is None:
            continue
        found = _COUNTS.get(text.lower()) or normalize(text)
        if found is None and not (text is code and quantity.get("system") == UCUM):
            found = normalize(text.lower())
        if found is not None:
            return found, text
    return None, code or words


def amount(quantity: Json) -> Read:
    """A Quantity as an amount. Raises `InputRefused` for a value that is no possible number."""
    value = number(quantity, "value")
    if value is None:
        return NOTHING
    unit, written = unit_of(quantity)
    if unit is None:
        return Read(None, _no_unit(value, written))
    if dimension(unit) == "concentration":
        return Read(None, f"{value:g} {unit} is a concentration, not an amount")
    if quantity.get("comparator") is not None:
        return Read(None, f"the amount is stated as {quantity['comparator']} {value:g} {unit}")
    return Read(Amount(unit=unit, value=value), None)


def _no_unit(value: float, written: str | None) -> str:
    if written is None:
        return f"the amount {value:g} has no unit"
    return f"the unit {shorten(written, 30)} of the amount {value:g} is not one that can be converted"


def span(parent: Json, key: str) -> Read:
    """A Range as an amount from low to high. Only a high end: from zero. Only a low end: not an amount."""
    found = obj(parent, key)
    if found is None:
        return NOTHING
    ends = {}
    for end in ("low", "high"):
        try:
            part = obj(found, end)
            ends[end] = NOTHING if part is None else amount(part)
        except InputRefused as refused:
            raise under(refused, f"{key}.{end}" if refused.path != end else key) from None
    low, high = ends["low"], ends["high"]
    if low.question or high.question:
        return Read(None, low.question or high.question)
    if high.amount is None:
        return NOTHING if low.amount is None else Read(None, "the range of the amount has no upper end")
    if low.amount is None:
        return Read(Amount(unit=high.amount.unit, low=0.0, high=high.amount.value), None)
    if low.amount.unit != high.amount.unit:
        return Read(None, f"the range of the amount mixes {low.amount.unit} and {high.amount.unit}")
    below, above = low.amount.value or 0.0, high.amount.value or 0.0
    if below > above:
        raise InputRefused(
            f"{key}.low.value", below, "is above the high end of the range", f"at most {above:g}"
        )
    if below == above:
        return Read(low.amount, None)
    return Read(Amount(unit=low.amount.unit, low=below, high=above), None)


def quantity(parent: Json, key: str) -> Read:
    """The Quantity under `key` as an amount."""
    found = obj(parent, key)
    if found is None:
        return NOTHING
    try:
        return amount(found)
    except InputRefused as refused:
        raise under(refused, key) from None


def hours(parent: Json, key: str) -> float | None:
    """The Duration under `key` in hours; ``None`` when absent or in a unit that is no time."""
    found = obj(parent, key)
    if found is None:
        return None
    try:
        value = positive(found, "value")
        if value is None:
            return None
        length = time_in_hours(value, string(found, "code"), string(found, "unit"))
        if length is not None and length > CENTURY:
            raise InputRefused("value", value, "is longer than a century", "at most 100 years")
        return length
    except InputRefused as refused:
        raise under(refused, key) from None


def time_in_hours(value: float, *units: str | None) -> float | None:
    """`value` in hours by the first unit that is a unit of time.

    >>> time_in_hours(2, "wk"), time_in_hours(1, None, "Day"), time_in_hours(1, "mg")
    (336.0, 24.0, None)
    """
    for unit in units:
        if unit is not None:
            each = _HOURS.get(unit) or _HOURS.get(unit.lower())
            if each is not None:
                return value * each
    return None


class Ratio(NamedTuple):
    """A numerator read as an amount, over a denominator in hours (``None`` when it is no time)."""

    top: Read
    hours: float | None
    bottom: Json | None


def ratio(parent: Json, key: str) -> Ratio | None:
    """The Ratio under `key`."""
    found = obj(parent, key)
    if found is None:
        return None
    try:
        top = quantity(found, "numerator")
        return Ratio(top, hours(found, "denominator"), obj(found, "denominator"))
    except InputRefused as refused:
        raise under(refused, key) from None


def rate_of(found: Ratio) -> tuple[Read, float | None]:
    """A rate ratio as (amount with a rate unit, ``None``), or a count over time as (amount, hours between).

    60 mg over 24 h becomes 60 mg/d, 25 ug over 1 h 25 ug/h, 1 patch over 72 h one patch every 72 h.
    """
    if found.top.amount is None or found.top.amount.value is None:
        return found.top, None
    if found.hours is None:
        return Read(None, "the rate is not an amount over a time"), None
    unit, value = found.top.amount.unit, found.top.amount.value
    kind = dimension(unit)
    if kind == "count":
        return found.top, found.hours
    if kind not in ("mass", "volume"):
        return Read(None, f"the rate's unit {unit} is not an amount"), None
    if unit in ("g", "ng", "L"):
        scale, unit = {"g": (1e3, "mg"), "ng": (1e-3, "ug"), "L": (1e3, "mL")}[unit]
        value *= scale
    daily = found.hours == 24.0
    per = value if daily else value / found.hours
    return Read(Amount(unit=f"{unit}/{'d' if daily else 'h'}", value=round(per, 12)), None), None
