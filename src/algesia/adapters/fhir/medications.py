"""MedicationRequest, MedicationDispense and MedicationStatement as entries of the record.

What counts, by status (R4 codes; any other code is refused):

==================  =======================================================================================
MedicationRequest   `active` runs. `completed`, `stopped`, `on-hold` ran until the end that is stated; without
                    one the end is unknown: the entry carries a question, so it is reported and not converted,
                    and its `end` is only the day by which it was over (the file's day, no later than its last
                    fact). Nothing is judged by the time since that day. `unknown` carries a question. `cancelled`, `draft`,
                    `entered-in-error`, `doNotPerform`, and the intents `proposal`, `plan`, `option` never count,
                    nor does an order based on another order that counts.
MedicationDispense  `completed` and `in-progress` count; `stopped` only when handed over; `unknown` with a
                    question; `preparation`, `on-hold`, `cancelled`, `declined`, `entered-in-error` never.
MedicationStatement `active` runs; `completed`, `stopped`, `on-hold` as above; `intended` counts as prescribed;
                    `unknown` with a question; `not-taken` and `entered-in-error` never.
==================  =======================================================================================

A missing status is read as active and noted. Start: the dosage's bounds, else the first of
``dispenseRequest.validityPeriod.start``, ``effective[x]``, ``whenHandedOver``, ``whenPrepared``, ``authoredOn``,
``dateAsserted``; else the day the file shows, which the entry's text then says: an order or a supply without a
date carries a question, as does a statement in a file without any date. End: the dosage's bounds,
``effectivePeriod.end``; a supply (``expectedSupplyDuration`` with all refills allowed, or ``daysSupply``) goes into
`days_supply`. ``validityPeriod.end`` says how long a prescription may be filled; it ends an entry only where
nothing else does.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from algesia.adapters.fhir.context import Context
from algesia.adapters.fhir.dosage import NO_STEP, Step, read_dosage
from algesia.adapters.fhir.drugs import ASK_DRUG, Drug
from algesia.adapters.fhir.elements import Json, clip, flag, instant, items, number, obj, string, under
from algesia.adapters.fhir.quantities import hours, quantity
from algesia.adapters.fhir.steps import follow, run_out
from algesia.adapters.fhir.timing import LONGEST_DAYS, Bounds, read_period
from algesia.exposure.model import END_NOT_KNOWN
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant
from algesia.record.model import Amount, Basis, Medication

_REQUEST: Final = {
    "active": "", "completed": "ended", "stopped": "ended", "on-hold": "ended", "unknown": "unknown",
    "cancelled": "no", "draft": "no", "entered-in-error": "no",
}  # fmt: skip
_DISPENSE: Final = {
    "completed": "", "in-progress": "", "stopped": "handed", "unknown": "unknown", "preparation": "no",
    "on-hold": "no", "cancelled": "no", "declined": "no", "entered-in-error": "no",
}  # fmt: skip
_STATEMENT: Final = {
    "active": "", "intended": "", "completed": "ended", "stopped": "ended", "on-hold": "ended",
    "unknown": "unknown", "not-taken": "no", "entered-in-error": "no",
}  # fmt: skip
UNKNOWN_STATUS: Final = "the status is unknown: whether it is taken is not on record"
UNDATED: Final = "its date is not on record. Ask: when did it start?"
ASK_END: Final = ". Ask: when did it end?"
_INTENTS: Final = {
    "order": True, "original-order": True, "reflex-order": True, "filler-order": True, "instance-order": True,
    "proposal": False, "plan": False, "option": False,
}  # fmt: skip


class Course(NamedTuple):
    """What holds for every step of one resource."""

    basis: Basis
    quantity: Amount | None = None
    days_supply: float | None = None
    question: str | None = None
    no_start: bool = False


def status_of(resource: Json, known: dict[str, str], ctx: Context) -> tuple[str, str]:
    """(the status as written, what it means here). Refuses a code that R4 does not have."""
    status = string(resource, "status")
    if status is None:
        ctx.note("a resource without a status was read as active")
        return "active", ""
    meaning = known.get(status)
    if meaning is None:
        raise InputRefused("status", status, "is not a status of this resource", "one of " + ", ".join(known))
    return status, meaning


def counts(request: Json) -> str | None:
    """Why a MedicationRequest does not count by status, intent or doNotPerform; ``None`` when it does."""
    status, intent = string(request, "status"), string(request, "intent")
    if status is not None and _REQUEST.get(status) == "no":
        return status
    if intent is not None and intent not in _INTENTS:
        raise InputRefused("intent", intent, "is not an intent", "one of " + ", ".join(_INTENTS))
    if intent is not None and not _INTENTS[intent]:
        return f"intent {intent}"
    return "not to be given" if flag(request, "doNotPerform") else None


def from_request(request: Json, ctx: Context) -> list[Medication]:
    """The entries of a MedicationRequest, basis prescribed."""
    status, meaning = status_of(request, _REQUEST, ctx)
    why = counts(request)
    if why is None and "basedOn" in request:
        orders = (ctx.referred(ref) for ref in items(request, "basedOn"))
        if any(
            o is not None and o.get("resourceType") == "MedicationRequest" and counts(o) is None
            for o in orders
        ):
            why = "based on an order that counts"
    if why is not None:
        ctx.skip("MedicationRequest", why)
        return []
    dispense = obj(request, "dispenseRequest")
    amount: Amount | None = None
    days: float | None = None
    valid = Bounds()
    if dispense is not None:
        try:
            period = obj(dispense, "validityPeriod")
            if period is not None:
                valid = _in("validityPeriod", period)
            supply = hours(dispense, "expectedSupplyDuration")
            refills = 1.0 + (number(dispense, "numberOfRepeatsAllowed", most=1000) or 0.0)
            days = min(supply * refills / 24.0, LONGEST_DAYS) if supply is not None else None
            amount = _supply(dispense, "quantity", refills)
        except InputRefused as refused:
            raise under(refused, "dispenseRequest") from None
    start = valid.start or instant(request, "authoredOn")
    steps = _steps(request, "dosageInstruction")
    own_end = any(step.bounds.end is not None or step.bounds.days is not None for step in steps)
    end = None
    if (
        not own_end
        and days is None
        and valid.end is not None
        and (start is None or valid.end.day > start.day)
    ):
        end = valid.end
    if own_end:
        days = None
    return _entries(request, ctx, steps, start, end, "prescribed", meaning, status, amount, days)


def from_dispense(dispense: Json, ctx: Context) -> list[Medication]:
    """The entries of a MedicationDispense, basis dispensed."""
    status, meaning = status_of(dispense, _DISPENSE, ctx)
    handed = instant(dispense, "whenHandedOver")
    if meaning == "no" or (meaning == "handed" and handed is None):
        ctx.skip("MedicationDispense", status)
        return []
    supply = hours(dispense, "daysSupply")
    if supply is None and "daysSupply" in dispense:
        supply = (number(obj(dispense, "daysSupply") or {}, "value", most=36525) or 0.0) * 24.0 or None
    amount = _supply(dispense, "quantity", 1.0)
    start = handed or instant(dispense, "whenPrepared")
    steps = _steps(dispense, "dosageInstruction")
    days = supply / 24.0 if supply is not None else None
    if meaning == "handed":
        meaning = ""
    return _entries(dispense, ctx, steps, start, None, "dispensed", meaning, status, amount, days)


def from_statement(statement: Json, ctx: Context) -> list[Medication]:
    """The entries of a MedicationStatement, basis taken (`intended`: prescribed)."""
    status, meaning = status_of(statement, _STATEMENT, ctx)
    if meaning == "no":
        ctx.skip("MedicationStatement", status)
        return []
    bounds = Bounds(instant(statement, "effectiveDateTime"))
    period = obj(statement, "effectivePeriod")
    if period is not None:
        bounds = _in("effectivePeriod", period)
    start = bounds.start or instant(statement, "dateAsserted")
    if start is not None and bounds.end is not None and start.day >= bounds.end.day:
        start = Instant(bounds.end.day - 1)
    basis: Basis = "prescribed" if status == "intended" else "taken"
    steps = _steps(statement, "dosage")
    return _entries(statement, ctx, steps, start, bounds.end, basis, meaning, status, None, None)


def _in(key: str, period: Json) -> Bounds:
    try:
        return read_period(period)
    except InputRefused as refused:
        raise under(refused, key) from None


def _supply(parent: Json, key: str, times: float) -> Amount | None:
    amount = quantity(parent, key).amount
    if amount is None or amount.value is None or times == 1.0:
        return amount
    return Amount(unit=amount.unit, value=amount.value * times)


def _steps(resource: Json, key: str) -> list[Step]:
    found: list[Step] = []
    for index, dosage in enumerate(items(resource, key)):
        try:
            found.extend(read_dosage(dosage))
        except InputRefused as refused:
            raise under(refused, f"{key}[{index}]") from None
    return found or [NO_STEP]


def _entries(
    resource: Json,
    ctx: Context,
    steps: list[Step],
    start: Instant | None,
    end: Instant | None,
    basis: Basis,
    meaning: str,
    status: str,
    amount: Amount | None,
    days: float | None,
) -> list[Medication]:
    drugs = ctx.drugs.of(resource)
    no_start = False
    if start is None and any(step.bounds.start is None for step in steps):
        start, no_start = ctx.known_by(resource), True
        if end is not None and start.day >= end.day:
            start = Instant(end.day - 1)
        ctx.note("a medication without a start begins on the day the file shows")
    first = start or min(step.bounds.start for step in steps if step.bounds.start is not None)
    fallback = start if no_start and not _as_of_now(resource, ctx) else None
    question = UNKNOWN_STATUS if meaning == "unknown" else None
    placed = follow(steps, first, end)
    if meaning == "ended" and days is None and any(until is None for _, _, until, _ in placed):
        ctx.note(f"a medication is {status} without an end")
        stop = ctx.over_by(resource)
        why_open = f"the status is {status}, and {END_NOT_KNOWN}{ASK_END}"
        placed = [
            (s, at, until, q) if until is not None else (s, at, Instant(max(stop.day, at.day + 1)), why_open)
            for s, at, until, q in placed
        ]
    base = ctx.id_of(resource)
    several = len(placed) * len(drugs) > 1
    if len(placed) > 1:
        # One supply for several steps is no supply of each: they would queue up behind one another.
        placed = [(s, at, until or run_out(at, days), q) for s, at, until, q in placed]
        amount = days = None
    course = Course(basis, amount, days, question, no_start)
    entries: list[Medication] = []
    for step, at, until, why in placed:
        if why is None and fallback is not None and at == fallback and step.bounds.start is None:
            why = UNDATED
        for drug in drugs:
            number_ = f"{base}/{len(entries) + 1}" if several and base else base
            entries.append(_entry(drug, step, at, until, course, number_, base, why))
    return entries


def _as_of_now(resource: Json, ctx: Context) -> bool:
    """Whether a day the file shows may stand for the start: a statement says what is taken when it is made."""
    own = obj(resource, "meta") or {}
    return resource["resourceType"] == "MedicationStatement" and (ctx.dated or "lastUpdated" in own)


def _entry(
    drug: Drug,
    step: Step,
    start: Instant,
    end: Instant | None,
    course: Course,
    own_id: str | None,
    order: str | None,
    why: str | None,
) -> Medication:
    rhythm = step.rhythm
    question = course.question or why or step.question
    if drug.question:
        question = f"{drug.question}; {question}" if question else drug.question + ASK_DRUG
    text = step.text
    if course.no_start:
        text = clip("start not on record" + (f"; {text}" if text else ""))
    return Medication(
        drug=drug.name,
        start=start,
        end=end,
        id=own_id,
        order=order,
        code=drug.code,
        route=step.route,
        form=drug.form,
        dose=step.dose,
        strength=drug.strength,
        concentration=drug.concentration,
        every_hours=rhythm.every,
        every_hours_max=rhythm.every_max,
        times_per_day=rhythm.times,
        times_per_day_max=rhythm.times_max,
        as_needed=step.as_needed,
        max_per_day=step.most,
        quantity=course.quantity,
        days_supply=course.days_supply,
        basis=course.basis,
        text=text,
        question=question,
    )
