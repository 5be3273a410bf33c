"""A medicine of the record in a person's words: what, how much at a time, how often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_NOUNS: Final = {
    "{tablet}": "tablet", "{capsule}": "capsule", "{patch}": "patch", "{film}": "film", "{spray}": "spray",
    "{lozenge}": "lozenge", "{suppository}": "suppository", "{ampule}": "ampule", "{unit}": "piece",
}  # fmt: skip
_UNITS: Final = {
    "ug": "mcg",
    "ug/h": "mcg an hour",
    "mg/h": "mg an hour",
    "mg/d": "mg a day",
    "ug/d": "mcg a day",
}
_HALVES: Final = {0.5: "half a", 0.25: "a quarter of a"}
_DAY: Final = 24.0
NOT_KNOWN: Final = "how much is not known"
WHEN_NEEDED: Final = "only when needed"


def name_words(body: Mapping[str, Any]) -> str:
    """The name of a medicine.

    >>> name_words({"drug": "oxycodone 20 mg extended-release tablet"})
    'Oxycodone 20 mg slow release tablet'
    """
    name = str(body["drug"]).replace("extended-release", "slow release")
    return name[:1].upper() + name[1:]


def noun(unit: str, value: float) -> str:
    """What is counted, for so many.

    >>> noun("{tablet}", 0.5), noun("{patch}", 2), noun("ug", 5)
    ('tablet', 'patches', 'mcg')
    """
    one = _NOUNS.get(unit)
    if one is None:
        return _UNITS.get(unit, unit)
    return (
        one
        if value <= 1
        else f"{one}es"
        if one.endswith("ch")
        else "suppositories"
        if one == "suppository"
        else f"{one}s"
    )


def amount_words(amount: Mapping[str, Any] | None) -> str:
    """An amount at a time.

    >>> amount_words({"value": 0.5, "unit": "{tablet}"}), amount_words({"low": 1, "high": 2, "unit": "{tablet}"})
    ('half a tablet', '1 to 2 tablets')
    >>> amount_words({"value": 25, "unit": "ug/h"})
    '25 mcg an hour'
    """
    if not amount:
        return NOT_KNOWN
    unit = str(amount["unit"])
    value, low, high = amount.get("value"), amount.get("low"), amount.get("high")
    if value is None:
        if low is None or high is None:
            return NOT_KNOWN
        return f"{low:g} to {high:g} {noun(unit, high)}"
    half = _HALVES.get(float(value))
    return f"{half} {noun(unit, 1)}" if half and unit in _NOUNS else f"{value:g} {noun(unit, float(value))}"


def often_words(body: Mapping[str, Any]) -> str:
    """How often it is taken; empty where the record does not say.

    >>> often_words({"every_hours": 12}), often_words({"every_hours": 72, "route": "transdermal"})
    ('every 12 hours', 'a new one every 3 days')
    >>> often_words({"as_needed": True, "max_per_day": 4})
    'only when needed, at most 4 times a day'
    """
    parts = [WHEN_NEEDED] if body.get("as_needed") else []
    every, times = body.get("every_hours"), body.get("times_per_day")
    if every:
        parts.append(_every(float(every), body.get("every_hours_max"), body.get("route") == "transdermal"))
    elif times:
        parts.append(_times(float(times), body.get("times_per_day_max")))
    most = body.get("max_per_day")
    if isinstance(most, int | float):
        parts.append(f"at most {_times(float(most), None)}")
    elif most:
        parts.append(f"at most {amount_words(most)} a day")
    return ", ".join(parts)


def taken_words(body: Mapping[str, Any]) -> str:
    """How much and how often: "1 tablet, every 12 hours"."""
    often = often_words(body)
    amount = amount_words(body.get("dose"))
    if amount == NOT_KNOWN and body.get("quantity") and body.get("days_supply"):
        amount = f"{amount_words(body['quantity'])} for {float(body['days_supply']):g} days"
    return (
        f"{amount}, {often}"
        if often
        else f"{amount}; how often is not known"
        if not body.get("days_supply")
        else amount
    )


def _every(hours: float, most: float | None, patch: bool) -> str:
    if patch and hours >= _DAY:
        days = hours / _DAY
        return f"a new one every {days:g} days" if days != 1 else "a new one every day"
    if most:
        return f"every {hours:g} to {most:g} hours"
    return "every hour" if hours == 1 else f"every {hours:g} hours"


def _times(times: float, most: float | None) -> str:
    if most:
        return f"{times:g} to {most:g} times a day"
    return {1.0: "once a day", 2.0: "twice a day"}.get(times, f"{times:g} times a day")
