"""Any damage to a valid Bundle gives a record that the record's own rules accept, or one clear refusal."""

from __future__ import annotations

import copy
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.adapters.fhir import read_fhir, read_fhir_bytes
from algesia.quantities.refusal import InputRefused
from algesia.record.check import check_record
from algesia.record.codec import read_record, write_record

from .shapes import (
    FENTANYL_75,
    LOINC,
    Json,
    administration,
    bundle,
    coding,
    concept,
    condition,
    dispense,
    dosage,
    every,
    observation,
    patient,
    quantity,
    request,
    statement,
)


def chart() -> Json:
    """A chart with every resource and element that is read."""
    peg = [
        {"code": concept(coding(c, system=LOINC)), "valueInteger": 6}
        for c in ("75893-8", "91145-3", "91146-1")
    ]
    supply = {
        "validityPeriod": {"start": "2024-01-10", "end": "2024-06-01"},
        "quantity": quantity(60, "{tablet}"),
        "expectedSupplyDuration": quantity(30, "d"),
        "numberOfRepeatsAllowed": 1,
    }
    full = dosage(
        timing=every(4, periodMax=6, boundsPeriod={"start": "2024-01-10", "end": "2024-03-01T08:00:00Z"}),
        text="1 tablet every 4 to 6 hours as needed, max 4 tablets per day",
        route=concept(coding("26643006", "Oral route", "http://snomed.info/sct")),
        asNeededCodeableConcept=concept(text="pain"),
        maxDosePerPeriod={"numerator": quantity(40, "mg"), "denominator": quantity(24, "h")},
        sequence=1,
    )
    later = dosage(
        5, timing={"repeat": {"timeOfDay": ["08:00:00"], "boundsDuration": quantity(7, "d")}}, sequence=2
    )
    worn = {
        "doseAndRate": [{"rateQuantity": quantity(75, "ug/h")}],
        "timing": {"code": {"text": "every 72 hours"}},
    }
    answers = [{"linkId": f"/{c}", "answer": [{"valueInteger": 1}]} for c in ("44250-9", "44255-8")]
    whole = bundle(
        patient(),
        condition(concept(coding("F11.20", "Opioid dependence", "http://hl7.org/fhir/sid/icd-10-cm")), clinicalStatus=concept({"code": "active"})),
        request(full, later, dispenseRequest=supply),
        request(worn, id="m2", drug=FENTANYL_75),
        request(dosage(), id="m3", medicationReference={"reference": "Medication/x"}),
        {"resourceType": "Medication", "id": "x", "code": concept(text="morphine 15 mg tablet"), "form": concept(text="tablet")},
        dispense(dosage(), whenHandedOver="2024-01-11", quantity=quantity(30, "{tablet}"), daysSupply=quantity(10, "d")),
        statement(dosage(), effectivePeriod={"start": "2024-01-01", "end": "2024-02-01"}),
        administration(effectiveDateTime="2024-02-02T08:10:00Z", dosage={"dose": quantity(5, "mg"), "route": {"text": "IV"}}),
        administration(id="a2", effectivePeriod={"start": "2024-02-03", "end": "2024-02-05"}, dosage={"rateQuantity": quantity(1, "mg/h")}),
        observation("91148-7", "panel", component=peg),
        observation("44261-6", "phq", valueInteger=9),
        observation("98979-8", "egfr", valueQuantity=quantity(55, "mL/min/{1.73_m2}")),
        {"resourceType": "QuestionnaireResponse", "id": "q", "status": "completed", "authored": "2024-02-02", "item": answers},
        timestamp="2024-03-05T10:00:00+01:00",
    )  # fmt: skip
    return copy.deepcopy(whole)


def test_the_chart_is_read_whole() -> None:
    record = read_fhir(chart())
    assert (len(record.medications), len(record.doses), len(record.function), len(record.scales)) == (
        7,
        1,
        1,
        2,
    )
    assert (len(record.conditions), len(record.labs), len(record.pain)) == (1, 1, 1)
    assert check_record(record) == record
    assert read_record(write_record(record)) == record


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    found = [at] if at else []
    if isinstance(value, dict):
        for key in value:
            found.extend(places(value[key], (*at, key)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found.extend(places(item, (*at, index)))
    return found


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        ["", " ", "2024-13-01", "20244-01-01", "2024-02-30T25:00", "2024", "1066-01-01", "9999-12-31", "0001-01-01",
         "9999", "0000", "٤٤٤٤", "mg", "unknown", "#", "Patient/9", "Medication/x", "x\x00y", "x" * 5000, "\ud800"]
    ),
    st.just([]),
    st.just({}),
    st.just([[]]),
    st.just({"value": -1}),
    st.lists(st.none() | st.integers() | st.text(max_size=3), max_size=3),
    st.dictionaries(st.sampled_from(["value", "unit", "code", "text", "coding", "start", "low"]), st.integers() | st.text(max_size=5), max_size=3),
)  # fmt: skip
PLACES = places(chart())


def damaged(raw: Json, at: tuple[Any, ...], what: str, junk: object) -> None:
    """Change one place in `raw`, if it is still there."""
    holder: Any = raw
    try:
        for step in at[:-1]:
            holder = holder[step]
        if what == "drop":
            del holder[at[-1]]
        elif what == "replace":
            holder[at[-1]] = junk
        elif isinstance(holder, list):
            holder.append(copy.deepcopy(holder[at[-1]]))
        else:
            holder[str(junk)[:20]] = holder[at[-1]]
    except (KeyError, IndexError, TypeError):
        return


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(PLACES), st.sampled_from(["drop", "replace", "double"]), JUNK),
        min_size=1,
        max_size=4,
    )
)
def test_damage_gives_a_sound_record_or_one_refusal(
    changes: list[tuple[tuple[Any, ...], str, object]],
) -> None:
    raw = chart()
    for at, what, junk in changes:
        damaged(raw, at, what, junk)
    try:
        record = read_fhir(raw)
    except InputRefused as refused:
        assert refused.expected and str(refused)
        return
    assert check_record(record) == record


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_give_a_record_or_a_refusal(data: bytes) -> None:
    try:
        read_fhir_bytes(data)
    except InputRefused as refused:
        assert str(refused)


def _shuffled(value: Any, order: random.Random) -> Any:
    """`value` with its codings in another order, and its keys too."""
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        found = {key: _shuffled(value[key], order) for key in keys}
        if isinstance(found.get("coding"), list):
            order.shuffle(found["coding"])
        return found
    return [_shuffled(item, order) for item in value] if isinstance(value, list) else value


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_resources_codings_and_keys_changes_nothing(order: random.Random) -> None:
    raw = chart()
    raw["entry"][2]["resource"]["medicationCodeableConcept"]["coding"] += [
        coding("7804", "oxycodone"),
        coding("00406-0512", "OXYCODONE", "http://hl7.org/fhir/sid/ndc"),
    ]
    shuffled = _shuffled(raw, order)
    order.shuffle(shuffled["entry"])
    assert read_fhir(shuffled) == read_fhir(raw)
