"""FHIR R4 to a `Record`: a thin reader of the elements that are used, over parsed JSON.

`read_fhir` takes a Bundle, one resource, or a list of resources. Every resource must be about one patient. The
order of resources and of codings changes nothing: facts are sorted by date and id.

Documented choices, beyond those in `medications`, `administrations`, `conditions`, `observations` and `timing`:

- Date-times are read on the clock they were written with; an offset does not move a day.
- A date known to the month or year is its first day (its last, where it is an end).
- Two copies of a resource with the same type and id that say the same are one; copies that differ are refused.
- What did not count, was assumed, or was not read is told, with numbers, in `Record.source`.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from algesia.adapters.fhir.administrations import from_administration
from algesia.adapters.fhir.codes import PEG_ITEMS
from algesia.adapters.fhir.conditions import from_condition
from algesia.adapters.fhir.context import Context
from algesia.adapters.fhir.drugs import Drugs
from algesia.adapters.fhir.elements import Json, clip, instant, items, obj, one_line, string, under
from algesia.adapters.fhir.findings import Findings
from algesia.adapters.fhir.medications import from_dispense, from_request, from_statement
from algesia.adapters.fhir.observations import from_observation, measure_of, when
from algesia.adapters.fhir.questionnaires import from_response
from algesia.adapters.fhir.unpack import Found, parse, unpack
from algesia.knowledge.loader import Knowledge, load
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant
from algesia.record.check import check_record
from algesia.record.model import Condition, Dose, Medication, Person, Record

_GENDERS: Final = ("female", "male", "other", "unknown")
_MEDICATIONS: Final[dict[str, Callable[[Json, Context], list[Medication]]]] = {
    "MedicationRequest": from_request,
    "MedicationDispense": from_dispense,
    "MedicationStatement": from_statement,
}
_READ: Final = frozenset(
    (*_MEDICATIONS, "MedicationAdministration", "Medication", "Patient", "Condition", "Observation",
     "QuestionnaireResponse")
)  # fmt: skip


def read_fhir(raw: object, *, patient: str | None = None, knowledge: Knowledge | None = None) -> Record:
    """One person's record from parsed FHIR R4 JSON.

    Parameters
    ----------
    raw
        A Bundle, a single resource, or a list of resources.
    patient
        Take only what is about this patient (``Patient/1`` or ``1``), of a file about several.
    knowledge
        The tables by which drugs are recognized; by default those of the package.

    Raises
    ------
    InputRefused
        With a FHIRPath-like path, the value, and what would be right.

    >>> record = read_fhir({"resourceType": "MedicationRequest", "id": "m1", "status": "active", "intent": "order",
    ...     "medicationCodeableConcept": {"text": "oxycodone 5 mg tablet"}, "authoredOn": "2024-01-10",
    ...     "dosageInstruction": [{"text": "Take 1 tablet every 6 hours as needed for pain"}]})
    >>> order = record.medications[0]
    >>> order.dose.unit, order.every_hours, order.as_needed, order.basis
    ('{tablet}', 6.0, True, 'prescribed')
    """
    try:
        with _uncollected():
            return _record(unpack(raw, patient), knowledge or load())
    except RecursionError:
        raise InputRefused("", None, "is nested too deeply", "FHIR R4 resources") from None


def read_fhir_bytes(data: bytes, *, patient: str | None = None, knowledge: Knowledge | None = None) -> Record:
    """One person's record from the bytes of a Bundle, a resource, a list, or NDJSON (one resource a line).

    Raises
    ------
    InputRefused
        As `read_fhir`, and for bytes that are not JSON in UTF-8.

    >>> read_fhir_bytes(b'[]').medications
    ()
    >>> read_fhir_bytes(b'{"resourceType": ')
    Traceback (most recent call last):
    ...
    algesia.quantities.refusal.InputRefused: line 1, column 18: is not JSON (...). Expected: ...
    """
    with _uncollected():
        return read_fhir(parse(data), patient=patient, knowledge=knowledge)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cycle collector, which otherwise walks the whole parsed file again and again (half the time of
    a large chart) and never finds anything: JSON has no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _record(found: Found, knowledge: Knowledge) -> Record:
    ctx = Context(
        [resource for _, resource in found.resources],
        found.index,
        Drugs(knowledge, found.index),
        found.snapshot,
    )
    person, birth = _person(found)
    out = Findings(ctx)
    conditions: list[Condition] = []
    medications: list[Medication] = []
    doses: list[Dose] = []
    unread: Counter[str] = Counter()
    panels = _panel_times(found, ctx)
    for path, resource in found.resources:
        kind = str(resource["resourceType"])
        try:
            if kind in _MEDICATIONS:
                medications.extend(_MEDICATIONS[kind](resource, ctx))
            elif kind == "MedicationAdministration":
                for entry in from_administration(resource, ctx):
                    if isinstance(entry, Dose):
                        doses.append(entry)
                    else:
                        medications.append(entry)
            elif kind == "Condition":
                condition = from_condition(resource, ctx, birth)
                if condition is not None:
                    conditions.append(condition)
            elif kind == "Observation":
                from_observation(resource, ctx, out, panels)
            elif kind == "QuestionnaireResponse":
                from_response(resource, ctx, out)
            elif kind not in _READ:
                unread[kind] += 1
        except InputRefused as refused:
            raise under(refused, path) from None
    if out.weight is not None:
        person = Person(id=person.id, birth_date=person.birth_date, sex=person.sex, weight_kg=out.weight)
    record = Record(
        person=person,
        conditions=tuple(sorted(conditions, key=_condition_key)),
        medications=tuple(sorted(medications, key=_medication_key)),
        doses=tuple(sorted(doses, key=_dose_key)),
        pain=tuple(sorted(out.pain, key=lambda p: (p.at, p.question or "", p.score or 0.0, p.words or ""))),
        function=tuple(out.functions()),
        scales=tuple(out.scales()),
        labs=tuple(sorted(out.labs, key=lambda lab: (lab.at, lab.lab, lab.value, lab.unit))),
        source=_source(found, ctx, unread),
    )
    _check_birth(record, birth, found)
    return check_record(record)


def _condition_key(condition: Condition) -> tuple[object, ...]:
    return (
        condition.at is not None, condition.at or Instant(0), condition.kind or "", condition.text or "",
        condition.code.code if condition.code else "", condition.end or Instant(0),
    )  # fmt: skip


def _medication_key(entry: Medication) -> tuple[object, ...]:
    return (
        entry.start.day,
        entry.start.minute or -1,
        entry.id or "",
        entry.drug,
        entry.id is None and repr(entry),
    )


def _dose_key(dose: Dose) -> tuple[object, ...]:
    return (dose.at, dose.id or "", dose.drug, dose.id is None and repr(dose))


def _person(found: Found) -> tuple[Person, Instant | None]:
    """The Patient resource, if there is one; else only whom the resources are about."""
    if found.patient is None:
        about = found.about.rsplit("/", 1)[-1] if found.about else None
        return Person(id=one_line(about) if about else None), None
    path, patient = found.patient
    try:
        gender = string(patient, "gender")
        if gender is not None and gender not in _GENDERS:
            raise InputRefused("gender", gender, "is not a gender of FHIR", "one of " + ", ".join(_GENDERS))
        birth = instant(patient, "birthDate")
        own = string(patient, "id")
    except InputRefused as refused:
        raise under(refused, path) from None
    sex = next((known for known in ("female", "male", "other", "unknown") if known == gender), None)
    return Person(id=one_line(own) if own else None, birth_date=birth, sex=sex), birth


def _panel_times(found: Found, ctx: Context) -> dict[str, Instant]:
    """The time of a PEG panel by the id of each item it has as member."""
    times: dict[str, Instant] = {}
    for path, resource in found.resources:
        if resource["resourceType"] != "Observation" or "hasMember" not in resource:
            continue
        try:
            at = when(resource)
            for member in items(resource, "hasMember"):
                target = ctx.referred(member)
                if target is None or at is None or target.get("resourceType") != "Observation":
                    continue
                measure = measure_of(obj(target, "code"))
                own = string(target, "id")
                if own is not None and measure is not None and measure[0] in PEG_ITEMS:
                    times[own] = at
        except InputRefused as refused:
            raise under(refused, path) from None
    return times


def _check_birth(record: Record, birth: Instant | None, found: Found) -> None:
    """Nothing that happened may lie before the person's birth."""
    if birth is None or found.patient is None:
        return
    days = [fact.start.day for fact in record.medications]
    days.extend(c.at.day for c in record.conditions if c.at is not None)
    for facts in (record.doses, record.pain, record.function, record.scales, record.labs):
        days.extend(fact.at.day for fact in facts)
    first = min(days, default=birth.day)
    if first < birth.day:
        raise InputRefused(
            f"{found.patient[0]}.birthDate",
            birth.iso,
            f"is after a fact on {Instant(first).iso}",
            "a day before every fact",
        )


def _source(found: Found, ctx: Context, unread: Counter[str]) -> str:
    """What was read and what was not, with numbers."""
    parts = [f"FHIR R4, {len(found.resources)} resources"]
    if found.others:
        parts.append(f"about other patients and left out: {found.others}")
    if ctx.left_out:
        told = ", ".join(f"{n} {kind} ({why})" for (kind, why), n in sorted(ctx.left_out.items()))
        parts.append(f"not counted: {told}")
    if unread:
        parts.append("not read: " + ", ".join(f"{n} {kind}" for kind, n in sorted(unread.items())))
    parts.extend(f"{sentence} ({n})" for sentence, n in sorted(ctx.notes.items()))
    return clip("; ".join(parts) + ".")
