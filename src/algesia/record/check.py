"""What the types cannot say about what was given: rules between fields, units, ids and birth.

An implausible but possible amount is not refused here: the exposure layer asks about it. Units are stored in
their UCUM spelling; that is the one change a record undergoes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, TypeVar

import msgspec

from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant
from algesia.quantities.units import DOSE_UNITS, dimension, normalize
from algesia.record.check_findings import check_findings, plain
from algesia.record.model import DATED, Amount, Condition, Dose, Intervention, Medication, Record
from algesia.record.near import one_of

_DAYS_A_YEAR: Final = 365.25

Rules: TypeAlias = Mapping[str, tuple[tuple[str, ...], str]]
"""For each amount of a fact: the dimensions it may have, and what would be right instead of another."""

MEDICATION_AMOUNTS: Final[Rules] = {
    "dose": (
        ("mass", "mass rate", "volume", "volume rate", "count"),
        "an amount such as mg, a rate such as ug/h, mL or {tablet}",
    ),
    "strength": (("mass", "mass rate"), "what one unit holds, such as mg or, for a patch, ug/h"),
    "concentration": (("concentration",), "mg/mL or ug/mL"),
    "max_per_day": (("mass", "mass rate", "volume", "count"), "an amount such as mg or {tablet}"),
    "quantity": (("mass", "volume", "count"), "an amount supplied, such as {tablet} or mL"),
}
DOSE_AMOUNTS: Final[Rules] = {
    "dose": (("mass", "volume", "count"), "the amount that entered the body, such as mg"),
    "strength": MEDICATION_AMOUNTS["strength"],
    "concentration": MEDICATION_AMOUNTS["concentration"],
}

Given = TypeVar("Given", Medication, Dose)


def check_record(record: Record) -> Record:
    """`record` with its units in UCUM spelling, or a refusal.

    Raises
    ------
    InputRefused
        At the first rule that is broken, with its path.

    >>> from algesia.record.model import Pain
    >>> check_record(Record(pain=(Pain(at=Instant(738000), score=14),)))
    Traceback (most recent call last):
    ...
    algesia.quantities.refusal.InputRefused: pain[0].score is 14: is above the top of nrs-0-10. ...
    """
    medications = tuple(_medication(m, f"medications[{i}]", record) for i, m in enumerate(record.medications))
    doses = tuple(_amounts(d, f"doses[{i}]", DOSE_AMOUNTS) for i, d in enumerate(record.doses))
    _check_ids("medications", record.medications)
    _check_ids("doses", record.doses)
    _check_ends("conditions", record.conditions, record)
    _check_ends("interventions", record.interventions, record)
    _check_birth(record)
    checked = check_findings(record)
    if medications == record.medications and doses == record.doses:
        return checked
    return msgspec.structs.replace(checked, medications=medications, doses=doses)


def shown(instant: Instant, record: Record) -> str:
    """A time of the record as its own reader would say it: a date, or a day number.

    >>> shown(Instant.of_day(21), Record(relative=True))
    'day 21'
    """
    return f"day {instant.day - record.epoch.day}" if record.relative else instant.iso


def _medication(medication: Medication, path: str, record: Record) -> Medication:
    end, every, times = medication.end, medication.every_hours, medication.times_per_day
    if end is not None and end <= medication.start:
        problem = f"is not after the start, {shown(medication.start, record)}"
        expected = "a later end; it is the first day without the drug"
        raise InputRefused(f"{path}.end", shown(end, record), problem, expected)
    if every is not None and times is not None:
        problem = f"is given together with every_hours, {every:g}"
        raise InputRefused(f"{path}.times_per_day", plain(times), problem, "one or the other")
    _check_pair(path, "every_hours", every, medication.every_hours_max)
    _check_pair(path, "times_per_day", times, medication.times_per_day_max)
    return _amounts(medication, path, MEDICATION_AMOUNTS)


def _check_pair(path: str, name: str, low: float | None, high: float | None) -> None:
    if high is None:
        return
    where = f"{path}.{name}_max"
    if low is None:
        raise InputRefused(where, plain(high), f"stands without {name}", f"{name} and {name}_max, or neither")
    if high < low:
        raise InputRefused(where, plain(high), f"is below {name}, {low:g}", f"at least {low:g}")


def _amounts(fact: Given, path: str, rules: Rules) -> Given:
    changed: dict[str, Amount] = {}
    for name, (dimensions, expected) in rules.items():
        amount = getattr(fact, name)
        if isinstance(amount, Amount):
            right = _amount(amount, f"{path}.{name}", dimensions, expected)
            if right is not amount:
                changed[name] = right
    return msgspec.structs.replace(fact, **changed) if changed else fact


def _amount(amount: Amount, path: str, dimensions: Sequence[str], expected: str) -> Amount:
    value, low, high = amount.value, amount.low, amount.high
    if value is not None and (low is not None or high is not None):
        raise InputRefused(
            f"{path}.value", plain(value), "is given together with low or high", "one or the other"
        )
    if value is None and (low is None or high is None):
        raise InputRefused(path, None, "has no amount", "value, or low and high")
    if low is not None and high is not None and low > high:
        raise InputRefused(f"{path}.low", plain(low), f"is above high, {high:g}", f"at most {high:g}")
    unit = normalize(amount.unit)
    if unit is None:
        known = one_of(
            amount.unit, DOSE_UNITS, "the UCUM units mg, ug, g, mL, mg/h, ug/h, mg/mL, {tablet} ..."
        )
        raise InputRefused(f"{path}.unit", amount.unit, "is not a unit that can be read", known)
    if dimension(unit) not in dimensions:
        raise InputRefused(f"{path}.unit", amount.unit, f"is a {dimension(unit)}", expected)
    return amount if unit == amount.unit else msgspec.structs.replace(amount, unit=unit)


def _check_ids(name: str, facts: Sequence[Medication | Dose]) -> None:
    seen: dict[str, int] = {}
    for index, fact in enumerate(facts):
        if fact.id is None:
            continue
        if fact.id in seen:
            problem = f"is also the id of {name}[{seen[fact.id]}]"
            raise InputRefused(f"{name}[{index}].id", fact.id, problem, "an id of its own, or none")
        seen[fact.id] = index


def _check_ends(name: str, facts: Sequence[Condition | Intervention], record: Record) -> None:
    for index, fact in enumerate(facts):
        if fact.at is None or fact.end is None or fact.end >= fact.at:
            continue
        if fact.end.day == fact.at.day and fact.end.minute is None:
            continue  # ends on the day it began, at a time not known
        problem = f"is before the beginning, {shown(fact.at, record)}"
        raise InputRefused(f"{name}[{index}].end", shown(fact.end, record), problem, "the same day or later")


def _check_birth(record: Record) -> None:
    birth, age = record.person.birth_date, record.person.age_years
    if birth is None or record.relative:
        return  # without a calendar nothing can be compared
    for name in ("conditions", "medications", *DATED):
        for index, fact in enumerate(getattr(record, name)):
            key = "start" if name == "medications" else "at"
            at = getattr(fact, key)
            if at is not None and at.day < birth.day:
                problem = f"is before the birth date, {birth.iso}"
                raise InputRefused(f"{name}[{index}].{key}", at.iso, problem, "a day in the person's life")
    if age is None or not (record.medications or any(getattr(record, name) for name in DATED)):
        return
    youngest = (record.first_day - birth.day) / _DAYS_A_YEAR - 1
    oldest = (record.last_day - birth.day) / _DAYS_A_YEAR + 1
    if not youngest <= age <= oldest:
        problem = f"does not go with the birth date, {birth.iso}"
        between = f"about {max(0, youngest + 1):.0f} to {oldest - 1:.0f}, or one of the two"
        raise InputRefused("person.age_years", plain(age), problem, between)
