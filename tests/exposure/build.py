"""Short ways to write orders in tests."""

from __future__ import annotations

from typing import Any

from algesia.exposure.compute import exposure
from algesia.exposure.model import Exposure, Item
from algesia.knowledge.loader import load
from algesia.knowledge.model import Edition
from algesia.quantities.time import Instant
from algesia.record.model import Amount, Code, Dose, Medication, Record

START = Instant.parse("2024-01-10")
DAY = START.day
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


def mg(value: float) -> Amount:
    return Amount(unit="mg", value=value)


def amount(text: str) -> Amount:
    """ "2 {tablet}", "5-10 mg"."""
    value, unit = text.split(" ", 1)
    if "-" in value:
        low, high = value.split("-")
        return Amount(unit=unit, low=float(low), high=float(high))
    return Amount(unit=unit, value=float(value))


def order(drug: str = "oxycodone", **fields: Any) -> Medication:
    """An order; amounts may be written as text, `start` and `end` as days counted from START."""
    for name in ("dose", "strength", "concentration", "quantity"):
        if isinstance(fields.get(name), str):
            fields[name] = amount(fields[name])
    if isinstance(fields.get("max_per_day"), str):
        fields["max_per_day"] = amount(fields["max_per_day"])
    if "rxcui" in fields:
        fields["code"] = Code(system=RXNORM, code=fields.pop("rxcui"))
    start = Instant(DAY + fields.pop("start", 0))
    if "end" in fields:
        fields["end"] = Instant(DAY + fields["end"])
    fields.setdefault("route", "oral")
    return Medication(drug=drug, start=start, **fields)


def taken(day: int, dose: str, drug: str = "oxycodone", **fields: Any) -> Dose:
    fields.setdefault("route", "oral")
    return Dose(at=Instant(DAY + day, fields.pop("minute", None)), drug=drug, dose=amount(dose), **fields)


def run(*facts: Medication | Dose, edition: Edition = "cdc-2022", as_of: int | None = None) -> Exposure:
    """Exposure of a record made of these facts; `as_of` counted from START."""
    record = Record(
        medications=tuple(f for f in facts if isinstance(f, Medication)),
        doses=tuple(f for f in facts if isinstance(f, Dose)),
    )
    return exposure(record, load(), edition, None if as_of is None else DAY + as_of)


def only(found: Exposure) -> Item:
    (item,) = found.items
    return item


def likely(found: Exposure, day: int = 0) -> float:
    return found.mme.at(DAY + day).likely
