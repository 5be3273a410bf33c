"""A record as FHIR and back: what is written is read as the same fact, and what is not is counted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from algesia.adapters import examples
from algesia.adapters.fhir.read import read_fhir
from algesia.adapters.fhir.write_record import left_out, record_bundle
from algesia.knowledge.loader import load
from algesia.quantities.refusal import WrongCall
from algesia.record.codec import from_builtins, to_builtins
from algesia.record.model import Record
from algesia.review import review
from tests.strategies import records


def there_and_back(record: Record) -> Record:
    return read_fhir(json.loads(json.dumps(record_bundle(record, "2026-11-12T20:14:00.000000Z"))))


def of(**lists: Any) -> Record:
    return from_builtins(lists)


MEDICATIONS: tuple[dict[str, Any], ...] = (
    {"id": "a", "drug": "oxycodone", "start": "2026-01-05", "end": "2026-02-09", "route": "oral", "form": "tablet",
     "dose": {"value": 20, "unit": "mg"}, "every_hours": 12, "basis": "prescribed"},
    {"id": "b", "drug": "oxycodone", "start": "2026-01-05", "dose": {"low": 1, "high": 2, "unit": "{tablet}"},
     "strength": {"value": 5, "unit": "mg"}, "every_hours": 4, "every_hours_max": 6, "as_needed": True,
     "max_per_day": 6, "text": "for pain", "basis": "taken"},
    {"id": "c", "drug": "fentanyl", "start": "2026-01-05", "route": "transdermal", "dose": {"value": 25, "unit": "ug/h"},
     "every_hours": 72, "basis": "dispensed", "quantity": {"value": 10, "unit": "{patch}"}, "days_supply": 30},
    {"id": "d", "drug": "morphine", "start": "2026-01-05", "dose": {"value": 5, "unit": "mL"},
     "concentration": {"value": 2, "unit": "mg/mL"}, "times_per_day": 3, "times_per_day_max": 4, "basis": "taken"},
    {"id": "e", "drug": "gabapentin", "start": "2026-01-05", "dose": {"value": 300, "unit": "mg"}, "times_per_day": 1.5,
     "max_per_day": {"value": 900, "unit": "mg"}, "code": {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "25480", "display": "gabapentin"}},
)  # fmt: skip


@pytest.mark.parametrize("given_", MEDICATIONS, ids=lambda one: one["id"])
def test_a_regimen_comes_back_as_it_was(given_: dict[str, Any]) -> None:
    record = of(medications=[given_])
    found = to_builtins(there_and_back(record))["medications"]
    assert len(found) == 1
    found[0].pop("order")
    assert found[0] == to_builtins(record)["medications"][0]
    assert left_out(record) == ()


def test_findings_come_back_as_they_were() -> None:
    record = of(
        person={"id": "p1", "birth_date": "1971-05-02", "sex": "female", "weight_kg": 68},
        conditions=[{"kind": "fibromyalgia", "text": "Fibromyalgia", "at": "2019-03-01", "end": "2020-01-01",
                     "code": {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M79.7"}}],
        doses=[{"id": "x", "at": "2026-11-12T08:10", "drug": "oxycodone", "dose": {"value": 5, "unit": "mg"}, "route": "oral"}],
        pain=[{"at": "2026-11-12T20:10", "score": 6.5}, {"at": "2026-11-11", "words": "burning", "scale": "verbal"},
              {"at": "2026-11-10", "score": 5, "question": "average-7d"}],
        function=[{"at": "2026-11-12", "instrument": "peg", "score": 5.333333}],
        scales=[{"at": "2026-11-12", "instrument": "phq-9", "score": 12, "items": {"9": 1}},
                {"at": "2026-11-11", "instrument": "cows", "score": 9}],
        labs=[{"at": "2026-11-12", "lab": "egfr", "value": 55, "unit": "mL/min/{1.73_m2}"},
              {"at": "2026-11-12", "lab": "qtc", "value": 440, "unit": "ms"}],
    )  # fmt: skip
    found, told = to_builtins(there_and_back(record)), to_builtins(record)
    found.pop("source")
    for name, rows in told.items():
        alike = (
            sorted(rows, key=repr) == sorted(found[name], key=repr)
            if isinstance(rows, list)
            else rows == found[name]
        )
        assert alike, name
    assert left_out(record) == ()


def test_what_does_not_come_back_is_counted() -> None:
    record = of(
        person={"time_zone": "Europe/Paris"},
        medications=[{"drug": "oxycodone", "start": "2026-01-05", "release": "extended", "text": "20 mg at night"}],
        pain=[{"at": "2026-11-12", "score": 8, "question": "worst-24h"}, {"at": "2026-11-12", "score": 5, "question": "average-24h"},
              {"at": "2026-11-12", "score": 70, "scale": "vas-0-100"}],
        body_maps=[{"at": "2026-11-12", "areas": ["lower-back-left"]}],
        scales=[{"at": "2026-11-12", "instrument": "sows", "score": 3}],
    )  # fmt: skip
    told = left_out(record)
    for words in (
        "1 body map", "1 pain entry that is neither one number nor words", "1 pain entry with a question of its own",
        "1 pain entry comes back without the words average of the day", "1 check-up without a code",
        "1 medicine has slow or quick release in its name only", "1 instruction, which stands in a note", "time zone",
    ):  # fmt: skip
        assert any(words in line for line in told), words
    found = there_and_back(record)
    assert [pain.score for pain in found.pain] == [5.0]
    assert found.medications[0].dose is None


def test_an_open_question_stays_open() -> None:
    record = of(medications=[{"drug": "oxycodone", "start": "2026-01-05", "dose": {"value": 20, "unit": "mg"},
                              "every_hours": 12, "question": "mg or mL?"}])  # fmt: skip
    assert there_and_back(record).medications[0].question is not None


def test_the_review_measures_the_same_exposure() -> None:
    record = examples.read("synthetic-escalation")
    day = record.last_day
    one, two = (review(r, load(), day).exposure.on(day) for r in (record, there_and_back(record)))
    assert (one.mme, one.complete) == (two.mme, two.complete)


def test_clock_times_carry_the_offset_of_the_zone() -> None:
    record = of(person={"time_zone": "Europe/Paris"}, pain=[{"at": "2026-07-12T20:10", "score": 6}])
    text = json.dumps(record_bundle(record))
    assert "2026-07-12T20:10:00+02:00" in text and there_and_back(record).pain[0].at == record.pain[0].at


def test_a_record_without_dates_is_refused() -> None:
    with pytest.raises(WrongCall, match="FHIR needs dates"):
        record_bundle(of(pain=[{"day": 3, "score": 7}]))


def test_equal_records_give_equal_bundles_with_ids_of_their_own() -> None:
    record = examples.read("synthetic-escalation")
    bundle = record_bundle(record)
    assert bundle == record_bundle(record)
    ids = [(entry["resource"]["resourceType"], entry["resource"]["id"]) for entry in bundle["entry"]]  # type: ignore[attr-defined]
    assert len(ids) == len(set(ids))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(records())
def test_any_record_with_dates_is_read_again(record: Record) -> None:
    if record.relative:
        return
    left_out(record)
    found = there_and_back(record)
    assert len(found.medications) == len(record.medications)
    assert len(found.doses) == sum(dose.dose.value is not None for dose in record.doses)
