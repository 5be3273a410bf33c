"""Status, dates, steps and supplies: what counts, from when to when."""

from __future__ import annotations

import pytest

from algesia.adapters.fhir import read_fhir
from algesia.exposure.compute import exposure
from algesia.knowledge.loader import load
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant
from algesia.record.model import Amount, Dose, Medication

from .shapes import (
    Json,
    administration,
    bundle,
    concept,
    dispense,
    dosage,
    every,
    observation,
    quantity,
    request,
    statement,
)


def only(resource: Json) -> Medication:
    (entry,) = read_fhir(resource).medications
    return entry


def days(entry: Medication) -> tuple[str, str | None]:
    return entry.start.iso, entry.end.iso if entry.end else None


@pytest.mark.parametrize(
    "resource",
    [
        request(dosage(), status="cancelled"),
        request(dosage(), status="draft"),
        request(dosage(), status="entered-in-error"),
        request(dosage(), intent="proposal"),
        request(dosage(), intent="plan"),
        request(dosage(), intent="option"),
        request(dosage(), doNotPerform=True),
        dispense(dosage(), status="preparation"),
        dispense(dosage(), status="stopped"),
        dispense(dosage(), status="declined"),
        statement(dosage(), status="not-taken"),
        statement(dosage(), status="entered-in-error"),
        administration(status="not-done"),
    ],
)
def test_what_never_counts_is_told(resource: Json) -> None:
    record = read_fhir(resource)
    assert (record.medications, record.doses) == ((), ())
    assert f"not counted: 1 {resource['resourceType']}" in (record.source or "")


@pytest.mark.parametrize("kind", [request, dispense, statement])
def test_a_status_that_does_not_exist_is_refused(kind: object) -> None:
    resource = {**request(dosage()), "status": "running"}
    with pytest.raises(InputRefused) as refusal:
        read_fhir(resource)
    assert (refusal.value.path, refusal.value.value) == ("MedicationRequest.status", "running")
    assert "active" in refusal.value.expected


def test_an_order_based_on_an_order_is_counted_once() -> None:
    first = request(dosage())
    filler = request(
        dosage(), id="m2", intent="filler-order", basedOn=[{"reference": "MedicationRequest/m1"}]
    )
    assert [m.id for m in read_fhir([first, filler]).medications] == ["m1"]
    assert [m.id for m in read_fhir([{**first, "status": "cancelled"}, filler]).medications] == ["m2"]


def test_stopped_ends_when_known_else_it_is_asked_about() -> None:
    known = request(
        dosage(timing=every(6, boundsPeriod={"start": "2024-01-10", "end": "2024-01-20"})), status="stopped"
    )
    assert days(only(known)) == ("2024-01-10", "2024-01-21")
    assert only(known).question is None
    later = observation("72514-3", at="2024-03-01", valueInteger=5)
    found = read_fhir([request(dosage(), status="stopped"), later])
    (entry,) = found.medications
    assert days(entry) == ("2024-01-10", "2024-03-01")
    assert (
        entry.question == "the status is stopped, and when it ended is not on record. Ask: when did it end?"
    )
    exposed = exposure(found, load())
    (item,) = exposed.items
    assert (item.status, item.end, item.covers(item.start)) == ("unconverted", None, True)
    assert exposed.on(exposed.last_day).complete
    assert [query.ask for query in exposed.queries] == ["When did it end?"]
    updated = read_fhir(
        [request(dosage(), status="stopped", meta={"lastUpdated": "2024-02-03T10:00:00Z"}), later]
    )
    assert days(updated.medications[0]) == ("2024-01-10", "2024-02-03")


def test_a_step_with_a_stated_end_keeps_it_when_the_order_is_over() -> None:
    first = dosage(10, timing=every(6, boundsPeriod={"start": "2024-01-10", "end": "2024-01-20"}), sequence=1)
    second = dosage(5, timing=every(6), sequence=2)
    later = observation("72514-3", at="2024-03-01", valueInteger=5)
    known, unknown = read_fhir([request(first, second, status="completed"), later]).medications
    assert (days(known), known.question) == (("2024-01-10", "2024-01-21"), None)
    assert (days(unknown), "when it ended" in (unknown.question or "")) == (
        ("2024-01-21", "2024-03-01"),
        True,
    )


def test_two_reasons_to_ask_are_both_told() -> None:
    lost = request(dosage(), status="stopped", medicationReference={"reference": "Medication/9"})
    assert only(lost).question == (
        "the medication is not in the file; the status is stopped, and when it ended is not on "
        "record. Ask: when did it end?"
    )


def test_what_no_record_may_say_is_refused() -> None:
    supply = dispense(dosage(), whenHandedOver="2024-01-10", quantity=quantity(5, "mg/h"))
    with pytest.raises(InputRefused) as refusal:
        read_fhir(supply)
    assert refusal.value.path == "medications[0].quantity.unit"


def test_unknown_status_is_asked_about() -> None:
    for resource in (request(dosage(), status="unknown"), statement(dosage(), status="unknown")):
        assert "whether it is taken" in (only(resource).question or "")


@pytest.mark.parametrize(
    ("resource", "start"),
    [
        (request(dosage(timing=every(6, boundsPeriod={"start": "2024-02-01"}))), "2024-02-01"),
        (request(dosage(), dispenseRequest={"validityPeriod": {"start": "2024-01-15"}}), "2024-01-15"),
        (request(dosage()), "2024-01-10"),
        (dispense(dosage(), whenHandedOver="2024-03-04", whenPrepared="2024-03-01"), "2024-03-04"),
        (dispense(dosage(), whenPrepared="2024-03-01"), "2024-03-01"),
        (
            statement(dosage(), effectivePeriod={"start": "2023-05-06"}, dateAsserted="2024-01-01"),
            "2023-05-06",
        ),
        (statement(dosage(), effectiveDateTime="2023-05"), "2023-05-01"),
        (statement(dosage(), dateAsserted="2024-01-01"), "2024-01-01"),
    ],
)
def test_where_the_start_comes_from(resource: Json, start: str) -> None:
    assert only(resource).start.iso == start


def test_an_undated_snapshot_starts_on_the_day_it_shows() -> None:
    undated = statement(dosage(text="with food"))
    stamped = read_fhir(bundle(undated, timestamp="2024-05-06T10:00:00Z"))
    assert stamped.medications[0].start == Instant.parse("2024-05-06")
    assert stamped.medications[0].text == "start not on record; with food"
    beside = read_fhir(bundle(undated, observation("72514-3", at="2024-02-02", valueInteger=5)))
    assert beside.medications[0].start == Instant.parse("2024-02-02")
    assert stamped.medications[0].question is beside.medications[0].question is None
    assert only(undated).question == "its date is not on record. Ask: when did it start?"


@pytest.mark.parametrize(
    "undated", [request(dosage(), authoredOn=None), dispense(dosage(), daysSupply=quantity(30, "d"))]
)
def test_an_order_or_a_supply_without_a_date_is_not_counted(undated: Json) -> None:
    undated = {key: value for key, value in undated.items() if value is not None}
    found = exposure(read_fhir(bundle(undated, timestamp="2024-05-06T10:00:00Z")), load())
    assert [(item.status, item.reason) for item in found.items] == [
        ("unconverted", "its date is not on record")
    ]
    assert [query.ask for query in found.queries] == ["When did it start?"]
    bounded = {
        **undated,
        "dosageInstruction": [dosage(timing=every(6, boundsPeriod={"start": "2024-02-01"}))],
    }
    assert only(bounded).question is None


def test_an_administration_without_a_date_is_not_counted() -> None:
    given = administration(dosage={"dose": quantity(10, "mg"), "route": {"text": "oral"}})
    assert only(given).question == "its date is not on record. Ask: when was it given?"
    assert not read_fhir(given).doses


def test_the_written_clock_is_the_day() -> None:
    for stamp in ("2024-03-31T23:30:00-05:00", "2024-03-31T23:30:00+02:00", "2024-03-31T23:30:00Z"):
        assert only(request(dosage(), authoredOn=stamp)).start.iso == "2024-03-31T23:30"


def test_a_supply_with_its_refills() -> None:
    supply = {
        "quantity": quantity(60, "{tablet}"),
        "expectedSupplyDuration": {"value": 30, "unit": "Day", "code": "d"},
        "numberOfRepeatsAllowed": 2,
        "validityPeriod": {"start": "2024-01-10", "end": "2024-12-31"},
    }
    entry = only(request(dosage(), dispenseRequest=supply))
    assert (entry.quantity, entry.days_supply, entry.end) == (Amount(unit="{tablet}", value=180), 90, None)
    given = only(dispense(dosage(), whenHandedOver="2024-01-10", daysSupply={"value": 2, "unit": "wk"}))
    assert (given.days_supply, given.basis) == (14, "dispensed")


def test_the_validity_of_a_prescription_ends_it_only_when_nothing_else_does() -> None:
    valid = {"validityPeriod": {"start": "2024-01-10", "end": "2024-02-09"}}
    assert days(only(request(dosage(), dispenseRequest=valid))) == ("2024-01-10", "2024-02-10")
    bounded = dosage(timing=every(6, boundsDuration={"value": 5, "unit": "d", "code": "d"}))
    assert days(only(request(bounded, dispenseRequest=valid))) == ("2024-01-10", "2024-01-15")


def test_steps_with_different_sequence_follow_each_other() -> None:
    def step(n: int, mg: float, length: int) -> Json:
        bounds = {"boundsDuration": {"value": length, "unit": "d", "code": "d"}}
        return dosage(mg, timing=every(12, **bounds), sequence=n)

    steps = read_fhir(request(step(2, 20, 7), step(1, 30, 14), step(3, 10, 7))).medications
    assert [(m.dose.value if m.dose else None, *days(m)) for m in steps] == [
        (30, "2024-01-10", "2024-01-24"),
        (20, "2024-01-24", "2024-01-31"),
        (10, "2024-01-31", "2024-02-07"),
    ]
    assert {m.order for m in steps} == {"m1"}


def test_a_step_runs_until_the_next_that_says_when_it_begins() -> None:
    first = dosage(30, sequence=1)
    second = dosage(20, timing=every(6, boundsPeriod={"start": "2024-02-01"}), sequence=2)
    assert [days(m) for m in read_fhir(request(first, second)).medications] == [
        ("2024-01-10", "2024-02-01"),
        ("2024-02-01", None),
    ]


def test_steps_that_cannot_be_placed_are_asked_about() -> None:
    found = read_fhir(request(dosage(30, sequence=1), dosage(20, sequence=2))).medications
    assert all("follow each other" in (m.question or "") for m in found)


def test_steps_with_one_sequence_run_together_and_share_no_supply() -> None:
    supply = {"quantity": quantity(90, "{tablet}"), "expectedSupplyDuration": quantity(30, "d")}
    found = read_fhir(
        request(dosage(10, sequence=1), dosage(20, sequence=1), dispenseRequest=supply)
    ).medications
    assert [days(m) for m in found] == [("2024-01-10", "2024-02-09")] * 2
    assert [(m.quantity, m.days_supply) for m in found] == [(None, None)] * 2


def test_one_id_for_two_types_is_told_apart() -> None:
    both = [request(dosage()), dispense(dosage(), id="m1", whenHandedOver="2024-01-10")]
    assert {m.id for m in read_fhir(both).medications} == {"MedicationRequest/m1", "MedicationDispense/m1"}


def test_a_statement_is_taken_unless_only_intended() -> None:
    assert only(statement(dosage())).basis == "taken"
    assert only(statement(dosage(), status="intended")).basis == "prescribed"


def test_an_administration_is_a_dose() -> None:
    given = administration(
        effectiveDateTime="2024-02-02T08:10:00+01:00",
        dosage={"dose": quantity(5, "mg"), "route": {"text": "IV"}},
    )
    (dose,) = read_fhir(given).doses
    assert dose == Dose(
        at=Instant.parse("2024-02-02T08:10"), drug="morphine", dose=Amount(unit="mg", value=5), id="a1", route="intravenous"
    )  # fmt: skip


def test_an_infusion_is_a_rate_over_its_days() -> None:
    given = administration(
        effectivePeriod={"start": "2024-02-02T08:00:00Z", "end": "2024-02-04T08:00:00Z"},
        dosage={"rateQuantity": quantity(2, "mg/h")},
    )
    entry = only(given)
    assert (entry.dose, *days(entry), entry.basis) == (
        Amount(unit="mg/h", value=2), "2024-02-02T08:00", "2024-02-04", "taken"
    )  # fmt: skip
    whole = {**given, "dosage": {"dose": quantity(96, "mg")}}
    assert only(whole).dose == Amount(unit="mg/h", value=2)


@pytest.mark.parametrize(
    "more",
    [
        {"dosage": {"text": "given"}},
        {"status": "stopped", "dosage": {"dose": quantity(5, "mg")}},
        {"dosage": {"rateQuantity": quantity(2, "mg/h")}},
        {"dosage": {"dose": {"value": 1}}},
    ],
)
def test_an_administration_of_an_unknown_amount_is_reported(more: Json) -> None:
    record = read_fhir(administration(effectiveDateTime="2024-02-02", **more))
    assert record.doses == ()
    (entry,) = record.medications
    assert entry.question
    assert days(entry) == ("2024-02-02", "2024-02-03")


def test_no_medication_at_all_is_refused() -> None:
    resource = request(dosage())
    del resource["medicationCodeableConcept"]
    with pytest.raises(InputRefused, match=r"MedicationRequest\.medication\[x\]: is missing"):
        read_fhir(resource)


def test_an_end_before_the_start_is_refused() -> None:
    ends = dosage(timing=every(6, boundsPeriod={"end": "2024-01-01"}))
    with pytest.raises(InputRefused, match="before the start"):
        read_fhir(request(ends))
    with pytest.raises(InputRefused, match=r"effectivePeriod\.end"):
        read_fhir(statement(effectivePeriod={"start": "2024-02-01", "end": "2024-01-01"}))


def test_other_drugs_are_kept_by_their_name() -> None:
    entry = only(
        request(dosage(300), drug=concept({"code": "x", "display": "gabapentin 300 MG Oral Capsule"}))
    )
    assert (entry.drug, entry.dose) == ("gabapentin 300 MG Oral Capsule", Amount(unit="mg", value=300))


def test_steps_of_a_course_that_ended_are_not_added_up() -> None:
    steps = (dosage(30, sequence=1), dosage(20, sequence=2))
    found = read_fhir(
        statement(*steps, effectivePeriod={"start": "2024-01-01", "end": "2024-01-31"})
    ).medications
    assert all("follow each other" in (m.question or "") for m in found)
    assert {days(m) for m in found} == {("2024-01-01", "2024-02-01")}


def test_a_supply_longer_than_a_century_is_refused() -> None:
    with pytest.raises(InputRefused, match=r"dispenseRequest\.expectedSupplyDuration\.value"):
        read_fhir(request(dosage(), dispenseRequest={"expectedSupplyDuration": quantity(10**6, "a")}))


def test_how_long_words_say_it_lasts() -> None:
    short = {"text": "Take 1 tablet every 8 hours for 5 days"}
    assert days(only(request(short))) == ("2024-01-10", "2024-01-15")
