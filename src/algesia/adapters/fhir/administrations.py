"""MedicationAdministration: amounts that entered the body, as doses or, over time, as a rate.

`completed` and `in-progress` count. `stopped` means that only part was given: the entry carries a question, as does
`unknown`. `not-done`, `on-hold` and `entered-in-error` never count. An amount without a time carries a question, on
the day the file shows. What cannot be a dose (no amount, a rate) becomes an entry of one regimen, so that it is reported.
"""

from __future__ import annotations

from typing import Final

from algesia.adapters.fhir.context import Context
from algesia.adapters.fhir.dosage import dose_and_rate, read_route
from algesia.adapters.fhir.drugs import ASK_DRUG, Drug
from algesia.adapters.fhir.elements import Json, clip, instant, obj, string, under
from algesia.adapters.fhir.medications import status_of
from algesia.adapters.fhir.quantities import NOTHING, Read, quantity
from algesia.adapters.fhir.timing import read_period
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant
from algesia.quantities.units import dimension
from algesia.record.model import Amount, Dose, Medication, Route

_STATUS: Final = {
    "completed": "", "in-progress": "", "stopped": "part", "unknown": "unknown", "not-done": "no",
    "on-hold": "no", "entered-in-error": "no",
}  # fmt: skip
_WHY: Final = {
    "part": "the administration was stopped, and how much was given is not on record",
    "unknown": "the status is unknown: whether it was given is not on record",
}
UNDATED: Final = "its date is not on record. Ask: when was it given?"
_POURED: Final = ("mg", "ug", "mL")
_DOSES: Final = ("mass", "volume", "count")


def from_administration(given: Json, ctx: Context) -> list[Medication | Dose]:
    """What a MedicationAdministration gave, one entry for every drug in it."""
    status, meaning = status_of(given, _STATUS, ctx)
    if meaning == "no":
        ctx.skip("MedicationAdministration", status)
        return []
    when = _when(given)
    undated = UNDATED if when is None else None
    start, end, hours = when or (ctx.known_by(given), None, None)
    dosage = obj(given, "dosage") or {}
    try:
        read, rate = _amount(dosage)
        concept = obj(dosage, "route")
        route, strange = read_route(concept) if concept is not None else (None, None)
        text = string(dosage, "text")
    except InputRefused as refused:
        raise under(refused, "dosage") from None
    total = read.amount
    long = hours is not None and hours > 24.0
    if (
        long
        and hours
        and not rate
        and total is not None
        and total.value is not None
        and total.unit in _POURED
    ):
        # Over more than a day: as the mean rate, so that no day gets the whole of it.
        read = Read(Amount(unit=f"{total.unit}/h", value=round(total.value / hours, 12)), None)
        rate = True
    if rate and end is None:
        read = Read(read.amount, read.question or "a rate without the time it ran")
    question = _WHY.get(meaning) or read.question or strange or undated
    drugs = ctx.drugs.of(given)
    own = ctx.id_of(given)
    found: list[Medication | Dose] = []
    for n, drug in enumerate(drugs, 1):
        own_id = f"{own}/{n}" if own and len(drugs) > 1 else own
        why = question or (drug.question + ASK_DRUG if drug.question else None)
        if why is None and not rate and read.amount is not None:
            found.append(_dose(drug, start, read.amount, own_id, route))
        else:
            if why is None and read.amount is None:
                why = "the amount given is not on record"
            found.append(_course(drug, start, end, read, own_id, route, text, why))
    return found


def _when(given: Json) -> tuple[Instant, Instant | None, float | None] | None:
    """Start, end (exclusive, whole days) and hours of an administration; ``None`` without a date."""
    at = instant(given, "effectiveDateTime")
    if at is not None:
        return at, None, None
    period = obj(given, "effectivePeriod")
    if period is not None:
        try:
            bounds = read_period(period)
            last = instant(period, "end")
        except InputRefused as refused:
            raise under(refused, "effectivePeriod") from None
        start = bounds.start or (Instant(bounds.end.day - 1) if bounds.end else None)
        if start is not None:
            hours = last.hours_since(start) if last is not None else None
            return start, bounds.end, hours
    return None


def _amount(dosage: Json) -> tuple[Read, bool]:
    """(what was given, whether it is a rate)."""
    if "dose" in dosage:
        read = quantity(dosage, "dose")
        if read.amount is not None and dimension(read.amount.unit) not in _DOSES:
            return read, True
        return read, False
    found = dose_and_rate({key: dosage[key] for key in ("rateRatio", "rateQuantity") if key in dosage})
    if found is None:
        return NOTHING, False
    return found[0], True


def _dose(drug: Drug, at: Instant, amount: Amount, own_id: str | None, route: Route | None) -> Dose:
    return Dose(
        at=at,
        drug=drug.name,
        dose=amount,
        id=own_id,
        code=drug.code,
        route=route,
        form=drug.form,
        strength=drug.strength,
        concentration=drug.concentration,
    )


def _course(
    drug: Drug,
    start: Instant,
    end: Instant | None,
    read: Read,
    own_id: str | None,
    route: Route | None,
    text: str | None,
    why: str | None,
) -> Medication:
    return Medication(
        drug=drug.name,
        start=start,
        end=end or Instant(start.day + 1),
        id=own_id,
        order=own_id,
        code=drug.code,
        route=route,
        form=drug.form,
        dose=read.amount,
        strength=drug.strength,
        concentration=drug.concentration,
        basis="taken",
        text=clip(text) if text else None,
        question=why,
    )
