"""Medications and doses of a record as FHIR R4, so that the reader reads the same regimen again.

A regimen with an open question is written with status ``unknown``: its amount is then reported and not counted,
here as there. Words that the reader could take for an amount or a rhythm go into a note, which it does not read.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import lcm
from typing import Final, TypeAlias

from algesia.adapters.fhir.codes import RXNORM, UCUM
from algesia.adapters.fhir.drugs import AS_WRITTEN
from algesia.adapters.fhir.elements import Json
from algesia.adapters.fhir.write_dosage import route_concept
from algesia.knowledge.drugs import identify
from algesia.knowledge.loader import load
from algesia.quantities.time import Instant
from algesia.quantities.units import dimension
from algesia.record.model import Amount, Code, Dose, Medication, Record
from algesia.report.days import count

When: TypeAlias = Callable[[Instant], str]
KINDS: Final = {
    "prescribed": ("MedicationRequest", "dosageInstruction"),
    "dispensed": ("MedicationDispense", "dosageInstruction"),
    "taken": ("MedicationStatement", "dosage"),
}
RELEASES: Final = {"extended": "extended release", "immediate": "immediate release"}
MOST_PARTS: Final = 1000


def course(medication: Medication, when: When) -> Json:
    """One regimen as an order, a supply, or a statement of what is taken."""
    kind, key = KINDS[medication.basis]
    found: Json = {"resourceType": kind, "status": _status(medication, kind), **_drug(medication)}
    if kind == "MedicationRequest":
        found |= {"intent": "order", "reportedBoolean": True, "authoredOn": when(medication.start)}
        supply: Json = {}
        if medication.quantity is not None and medication.quantity.value is not None:
            supply["quantity"] = _quantity(medication.quantity)
        if medication.days_supply is not None:
            supply["expectedSupplyDuration"] = _time(medication.days_supply, "d")
        if supply:
            found["dispenseRequest"] = supply
    elif kind == "MedicationDispense":
        found["whenHandedOver"] = when(medication.start)
        if medication.quantity is not None and medication.quantity.value is not None:
            found["quantity"] = _quantity(medication.quantity)
        if medication.days_supply is not None:
            found["daysSupply"] = _time(medication.days_supply, "d")
    else:
        found["effectivePeriod"] = _period(medication, when)
    found[key] = [_dosage(medication, when, bounded=kind != "MedicationStatement")]
    notes = [text for text in (medication.question, _note(medication)) if text]
    if notes:
        found["note"] = [{"text": text} for text in notes]
    return found


def administration(dose: Dose, when: When) -> Json | None:
    """An amount that was taken; ``None`` for a range, which an administration cannot hold."""
    if dose.dose.value is None:
        return None
    dosage: Json = {"dose": _quantity(dose.dose)}
    if dose.route is not None:
        dosage["route"] = route_concept(dose.route)
    return {
        "resourceType": "MedicationAdministration", "status": "completed", **_drug(dose),
        "effectiveDateTime": when(dose.at), "dosage": dosage,
    }  # fmt: skip


def not_in_fhir(record: Record) -> tuple[str, ...]:
    """What of medications and doses is not written, or comes back only as words, with numbers."""
    both: tuple[Medication | Dose, ...] = (*record.medications, *record.doses)
    rows = (
        (sum(d.dose.value is None for d in record.doses), "dose taken as a range", "doses taken as a range"),
        (sum(_unsaid(one) for one in both), "strength of a product", "strengths of products"),
        (sum(one.release is not None for one in both), "medicine has slow or quick release in its name only", "medicines have slow or quick release in their names only"),
        (sum(bool(_note(m)) for m in record.medications), "instruction, which stands in a note", "instructions, which stand in notes"),
        (sum(m.days_supply is not None and (m.end is not None or m.basis == "taken") for m in record.medications), "supply", "supplies"),
        (sum(m.end is not None and m.end.minute is not None for m in record.medications), "time of day of an end", "times of day of ends"),
    )  # fmt: skip
    return tuple(count(n, one, many) for n, one, many in rows if n)


def _status(medication: Medication, kind: str) -> str:
    if medication.question is not None:
        return "unknown"
    if kind == "MedicationDispense":
        return "completed"
    return "active" if medication.end is None else "completed"


def _drug(given: Medication | Dose) -> Json:
    """The drug by code and words, within a Medication where a form or a strength is known."""
    concept = _concept(given)
    strength = _strength(given)
    if given.form is None and strength is None:
        return {"medicationCodeableConcept": concept}
    product: Json = {"resourceType": "Medication", "id": "product", "code": concept}
    if given.form is not None:
        product["form"] = {"text": given.form}
    if strength is not None:
        product["ingredient"] = [{"itemCodeableConcept": {"text": given.drug}, "strength": strength}]
    return {"contained": [product], "medicationReference": {"reference": "#product"}}


def _concept(given: Medication | Dose) -> Json:
    """The release stands in the words, because FHIR has no field for it."""
    words = given.drug
    code: Code | None = given.code
    concept: Json = {}
    if code is not None and code.system == AS_WRITTEN:
        words, code = code.display or code.code, None
    if code is not None:
        coding: Json = {"system": code.system, "code": code.code}
        if code.display is not None:
            coding["display"] = code.display
        concept["coding"] = [coding]
    product = code is not None and code.system == RXNORM
    if given.release is not None and not product and RELEASES[given.release] not in words.lower():
        words = f"{words} {RELEASES[given.release]}"
    concept["text"] = words
    return concept


def _strength(given: Medication | Dose) -> Json | None:
    """What one unit or one mL holds, as a Ratio; ``None`` where it is not one amount."""
    if given.strength is not None and given.strength.value:
        unit, _, per = given.strength.unit.partition("/")
        bottom = _time(1, per) if per else {"value": 1, "unit": "unit"}
        return {"numerator": _measure(given.strength.value, unit), "denominator": bottom}
    if given.concentration is not None and given.concentration.value:
        unit, _, per = given.concentration.unit.partition("/")
        return {"numerator": _measure(given.concentration.value, unit), "denominator": _measure(1, per)}
    return None


def _dosage(medication: Medication, when: When, *, bounded: bool) -> Json:
    dosage: Json = {}
    if medication.text and not _note(medication):
        dosage["text"] = medication.text
    repeat = _repeat(medication)
    if bounded:
        repeat = {"boundsPeriod": _period(medication, when), **repeat}
    if repeat:
        dosage["timing"] = {"repeat": repeat}
    dosage["asNeededBoolean"] = medication.as_needed
    if medication.route is not None:
        dosage["route"] = route_concept(medication.route)
    if medication.dose is not None:
        stem = "rate" if "rate" in dimension(medication.dose.unit) else "dose"
        if medication.dose.value is not None:
            amount: Json = {f"{stem}Quantity": _quantity(medication.dose)}
        else:
            ends = {
                key: _measure(getattr(medication.dose, key), medication.dose.unit) for key in ("low", "high")
            }
            amount = {f"{stem}Range": ends}
        dosage["doseAndRate"] = [amount]
    most = medication.max_per_day
    if isinstance(most, Amount):
        if most.value is not None:
            dosage["maxDosePerPeriod"] = {"numerator": _quantity(most), "denominator": _time(1, "d")}
    elif most is not None:
        dosage["maxDosePerPeriod"] = {"numerator": {"value": _tidy(most)}, "denominator": _time(1, "d")}
    return dosage


def _repeat(medication: Medication) -> Json:
    """How often. Times a day that are no whole number become whole times in several days."""
    every, times = medication.every_hours, medication.times_per_day
    if every is not None:
        repeat: Json = {"frequency": 1, "period": _tidy(every), "periodUnit": "h"}
        if medication.every_hours_max is not None:
            repeat["periodMax"] = _tidy(medication.every_hours_max)
        return repeat
    if times is None:
        return {}
    if times < 1 / MOST_PARTS:
        return {}
    low = Fraction(times).limit_denominator(MOST_PARTS)
    high = Fraction(medication.times_per_day_max or times).limit_denominator(MOST_PARTS)
    days = lcm(low.denominator, high.denominator)
    repeat = {"frequency": int(low * days), "period": days, "periodUnit": "d"}
    if high > low:
        repeat["frequencyMax"] = int(high * days)
    return repeat


def _period(medication: Medication, when: When) -> Json:
    """From the start on; the end of a Period is inclusive, that of a regimen is not."""
    period: Json = {"start": when(medication.start)}
    if medication.end is not None:
        last = Instant(medication.end.day - 1)
        period["end"] = last.iso if last.day >= medication.start.day else Instant(medication.start.day).iso
    return period


def _note(medication: Medication) -> str:
    """The instruction, where the reader would read more out of its words than the record holds."""
    if medication.text is None:
        return ""
    known = medication.dose is not None and (medication.every_hours or medication.times_per_day)
    open_cap = medication.as_needed and medication.max_per_day is None
    return "" if known and not open_cap else medication.text


def _unsaid(given: Medication | Dose) -> bool:
    """Whether a strength or concentration is there that the reader does not read again: it reads those of opioids."""
    stated = [one for one in (given.strength, given.concentration) if one is not None]
    opioid = bool(identify(load(), given.drug).opioids)
    return bool(stated) and (len(stated) > 1 or not opioid or _strength(given) is None)


def _quantity(amount: Amount) -> Json:
    return _measure(amount.value or 0.0, amount.unit)


def _measure(value: float, unit: str) -> Json:
    return {"value": _tidy(value), "unit": unit, "system": UCUM, "code": unit}


def _time(value: float, unit: str) -> Json:
    return {"value": _tidy(value), "unit": unit, "system": UCUM, "code": unit}


def _tidy(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value
