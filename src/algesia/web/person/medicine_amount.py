"""How much at a time and how often, as a label or a person says it: a number, a part, or a range; kept as it was said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from algesia.web.errors import Refusal
from algesia.web.person.fields import number, refuse, whole

NOT_SURE: Final = "not-sure"
EVERY: Final = ("4", "4-6", "6", "8", "12")
PATCH_HOURS: Final = ("48", "72", "96", "168")
TIMES: Final = (1, 2, 3, 4)
NEEDED_HOURS: Final = ("3", "4", "4-6", "6", "8", "12")
MOST_NEEDED: Final = (1, 2, 3, 4, 5, 6, 8)
WAYS: Final = {
    "oral": "I swallow it",
    "sublingual": "Under the tongue",
    "buccal": "In the cheek",
    "nasal": "In the nose",
    "transdermal": "A patch on the skin",
    "rectal": "As a suppository",
    NOT_SURE: "Another way, or not sure",
}
"""How a medicine is taken, by the route of the record."""
_PARTS: Final = {"½": ".5", "¼": ".25", "¾": ".75"}
_FRACTION: Final = re.compile(r"(?:(\d{1,3}) )?([1-9])/([1-9])")
_RANGE: Final = re.compile(r"(\S.*?)\s*(?:-|\u2013|\u2014|\bto\b|\bor\b)\s*(\S.*)")


def amount(text: str, low: float, high: float, what: str) -> dict[str, float]:
    """An amount that was typed: one number as ``value``, a range as ``low`` and ``high``.

    Raises
    ------
    Refusal
        For anything else, with how to write it.

    >>> amount("1-2", 0.1, 100, "How much"), amount("1 \N{VULGAR FRACTION ONE HALF}", 0.1, 100, "How much")
    ({'low': 1.0, 'high': 2.0}, {'value': 1.5})
    >>> amount("half", 0.1, 100, "How much"), amount("1/2 to 1", 0.1, 100, "How much")
    ({'value': 0.5}, {'low': 0.5, 'high': 1.0})
    """
    given = text.strip().lower()
    parts = _RANGE.fullmatch(given)
    if parts is None:
        return {"value": _one(given, low, high, what)}
    least, most = (_one(part, low, high, what) for part in parts.groups())
    if least >= most:
        raise refuse(
            f"{what}: the range is not clear",
            "Write the smaller number first, such as 1 to 2. Go back and try again.",
        )
    return {"low": least, "high": most}


def often(given: str, most: str) -> dict[str, Any]:
    """How often, as the record has it. As needed: with the hours or the times a day that the label allows.

    Raises
    ------
    Refusal
        For an answer that cannot be read.

    >>> often("every-4-6", ""), often("needed", "every-4-6")["every_hours_max"], often("needed", "4")["max_per_day"]
    ({'every_hours': 4.0, 'every_hours_max': 6.0}, 6.0, 4)
    """
    kind, _, text = given.partition("-")
    if kind == "every":
        return _hours(text)
    if kind == "times":
        return {"times_per_day": whole(text, 1, 24, "Times a day")}
    if given == NOT_SURE:
        return {}
    if given != "needed":
        raise refuse("How often is missing", "Go back and tap how often you take it.")
    found: dict[str, Any] = {"as_needed": True}
    if most.startswith("every-"):
        return found | _hours(most.removeprefix("every-"))
    if most != NOT_SURE:
        found["max_per_day"] = whole(most, 1, 24, "Times a day")
    return found


def hours_words(hours: str) -> str:
    """Hours as a button says them.

    >>> hours_words("4-6"), hours_words("12")
    ('4 to 6', '12')
    """
    return hours.replace("-", " to ")


def each_words(body: Mapping[str, Any]) -> str:
    """What one dose comes to, where the strength and the count say it; empty where they do not, or where it is plain.

    >>> each_words({"dose": {"value": 5.0, "unit": "mL"}, "concentration": {"value": 20.0, "unit": "mg/mL"}})
    '100 mg each time.'
    >>> each_words({"dose": {"low": 1.0, "high": 2.0, "unit": "{tablet}"}, "strength": {"value": 5.0, "unit": "mg"}})
    '5 to 10 mg each time.'
    """
    dose, strength = body.get("dose"), body.get("concentration") or body.get("strength")
    if not dose or not strength or dose.get("value") == 1:
        return ""
    liquid = dose["unit"] == "mL"
    if liquid != (strength["unit"] == "mg/mL") or not (liquid or str(dose["unit"]).startswith("{")):
        return ""
    ends = [dose[key] for key in ("value", "low", "high") if dose.get(key) is not None]
    unit = {"mg/mL": "mg", "ug": "mcg", "ug/h": "mcg an hour"}.get(strength["unit"], strength["unit"])
    said = " to ".join(f"{round(end * strength['value'], 6):g}" for end in ends)
    return f"{said} {unit} {'together' if unit == 'mcg an hour' else 'each time'}."


def _hours(text: str) -> dict[str, Any]:
    least, _, most = text.partition("-")
    found = {"every_hours": number(least, 1, 24 * 31, "Hours")}
    if most:
        found["every_hours_max"] = number(most, found["every_hours"], 24 * 31, "Hours")
    return found


def _one(text: str, low: float, high: float, what: str) -> float:
    plain = text.strip()
    if plain in ("half", "a half", "half a", "one half"):
        plain = "0.5"
    for sign, part in _PARTS.items():
        if plain.endswith(sign):
            plain = (plain.removesuffix(sign).strip() or "0") + part
    fraction = _FRACTION.fullmatch(plain)
    if fraction is not None:
        whole_part, upper, lower = fraction.groups(default="0")
        plain = f"{int(whole_part) + int(upper) / int(lower):.6f}"
    try:
        return number(plain, low, high, what)
    except Refusal:
        raise refuse(
            f"{what}: a number is needed",
            f"Write a number from {low:g} to {high:g}, such as 1, 1/2 or 1 to 2. Go back and try again.",
        ) from None
