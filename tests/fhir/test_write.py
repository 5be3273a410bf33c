"""The review as a Bundle: required elements of FHIR R4, silence in an emergency, nothing said that is not known."""

from __future__ import annotations

import json
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from algesia.adapters.fhir import read_fhir
from algesia.adapters.fhir.write import review_bundle
from algesia.knowledge.loader import load
from algesia.quantities.time import Instant
from algesia.record.model import Record, Sign
from algesia.review import review

from .shapes import concept, dosage, every, observation, patient, request, statement

DAY = "2024-02-02"
REQUIRED = {
    "Observation": ("status", "code"),
    "DetectedIssue": ("status",),
    "ClinicalImpression": ("status", "subject"),
}
STATUS = {
    "Observation": ("registered", "preliminary", "final", "amended"),
    "DetectedIssue": ("registered", "preliminary", "final", "amended"),
    "ClinicalImpression": ("in-progress", "completed", "entered-in-error"),
}


def written(record: Record) -> dict[str, list[dict[str, Any]]]:
    bundle = json.loads(json.dumps(review_bundle(review(record, load()))))
    check(bundle)
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in bundle["entry"]:
        found.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
    return found


def check(bundle: dict[str, Any]) -> None:
    """R4: required elements, codes of required bindings, no empty values, references that resolve, unique ids."""
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == len(urls)
    for entry in bundle["entry"]:
        resource = entry["resource"]
        kind = resource["resourceType"]
        assert all(key in resource for key in REQUIRED[kind])
        assert resource["status"] in STATUS[kind]
        assert not (
            "dataAbsentReason" in resource and ("valueQuantity" in resource or "valueRange" in resource)
        )
        _no_empties(resource)
        for group in resource.get("investigation", ()):
            assert all(item["reference"] in urls for item in group["item"])
    if find_spec("fhir") is not None:
        # The peer's own classes, where someone has installed them: required elements, types and unknown keys.
        import_module("fhir.resources.R4B.bundle").Bundle.model_validate(bundle)


def _no_empties(value: Any) -> None:
    assert value not in ("", [], {}, None)
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _no_empties(item)


def test_a_fixed_dose_is_a_quantity() -> None:
    found = written(read_fhir([patient(), request(dosage(10, "mg", every(6), route={"text": "oral"}))]))
    (seen,) = found["Observation"]
    assert seen["valueQuantity"] == {
        "value": 60,
        "unit": "MME/d",
        "system": "http://unitsofmeasure.org",
        "code": "{MME}/d",
    }
    assert seen["subject"] == {"reference": "Patient/p1"}
    assert any("x 1.5 = 60 MME/d" in note["text"] for note in seen["note"])
    (impression,) = found["ClinicalImpression"]
    assert impression["summary"] and "not a diagnosis" in str(impression["note"])


def test_an_as_needed_dose_is_a_range() -> None:
    (seen,) = written(read_fhir(request(dosage(asNeededBoolean=True, route={"text": "oral"}))))["Observation"]
    assert (seen["valueRange"]["low"]["value"], seen["valueRange"]["high"]["value"]) == (0, 60)


def test_what_cannot_be_converted_leaves_no_value() -> None:
    known = request(dosage(10, "mg", every(6), route={"text": "oral"}))
    unknown = request(dosage(1, "{tablet}"), id="m2", drug=concept(text="morphine"))
    (seen,) = written(read_fhir([known, unknown]))["Observation"]
    assert "valueQuantity" not in seen
    assert seen["dataAbsentReason"]["coding"][0]["code"] == "unknown"
    notes = " ".join(note["text"] for note in seen["note"])
    assert "Not in the total: morphine" in notes and "is 60 MME a day" in notes


def test_interlocks_are_detected_issues() -> None:
    drugs = [
        request(dosage(10, "mg", every(6), route={"text": "oral"})),
        statement(
            id="s1",
            medicationCodeableConcept=concept(text="diazepam 5 mg tablet"),
            effectiveDateTime="2024-01-12",
        ),
    ]
    issues = written(read_fhir(drugs))["DetectedIssue"]
    assert {issue["severity"] for issue in issues} <= {"high", "moderate", "low"}
    assert any("diazepam" in issue["detail"] for issue in issues)
    assert all("not validated" in issue["detail"] and issue["mitigation"] for issue in issues)


def test_an_emergency_silences_everything_else() -> None:
    chart = [
        request(dosage(10, "mg", every(6), route={"text": "oral"})),
        observation("44260-8", at=DAY, valueInteger=2),
    ]
    found = written(read_fhir(chart))
    assert set(found) == {"DetectedIssue"}
    assert all(issue["severity"] == "high" for issue in found["DetectedIssue"])
    assert "988" in found["DetectedIssue"][0]["detail"]


def test_a_record_without_a_calendar_shows_no_dates() -> None:
    at = Instant.of_day(21)
    record = Record(relative=True, signs=(Sign(at=at, sign="allodynia", present=True),))
    found = written(record)
    assert "2000-01" not in str(found)
    assert any("day 21" in note["text"] for note in found["Observation"][0]["note"])


def test_the_same_review_gives_the_same_bundle() -> None:
    record = read_fhir([patient(), request(dosage())])
    assert review_bundle(review(record, load())) == review_bundle(review(record, load()))
