"""Builders of FHIR R4 resources as electronic records send them. Every test states only what it is about."""

from __future__ import annotations

from typing import Any

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
Json = dict[str, Any]


def coding(code: str, display: str | None = None, system: str = RXNORM) -> Json:
    found: Json = {"system": system, "code": code}
    if display is not None:
        found["display"] = display
    return found


def concept(*codings: Json, text: str | None = None) -> Json:
    found: Json = {}
    if codings:
        found["coding"] = list(codings)
    if text is not None:
        found["text"] = text
    return found


def quantity(value: object, unit: str) -> Json:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


OXYCODONE_10 = concept(coding("1049683", "oxycodone hydrochloride 10 MG Oral Tablet"))
FENTANYL_75 = concept(coding("197696", "72 HR fentanyl 0.075 MG/HR Transdermal System"))


def every(hours: float, **repeat: object) -> Json:
    return {"repeat": {"frequency": 1, "period": hours, "periodUnit": "h", **repeat}}


def dosage(value: object = 10, unit: str = "mg", timing: Json | None = None, **more: object) -> Json:
    return {
        "doseAndRate": [{"doseQuantity": quantity(value, unit)}],
        "timing": timing if timing is not None else every(6),
        **more,
    }


def request(*dosages: Json, drug: Json | None = None, **more: object) -> Json:
    found: Json = {
        "resourceType": "MedicationRequest",
        "id": "m1",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
        "authoredOn": "2024-01-10",
        "dosageInstruction": list(dosages),
    }
    if "medicationReference" not in more:
        found["medicationCodeableConcept"] = drug or OXYCODONE_10
    found.update(more)
    return found


def dispense(*dosages: Json, **more: object) -> Json:
    found = request(*dosages)
    for key in ("intent", "authoredOn"):
        del found[key]
    return {**found, "resourceType": "MedicationDispense", "id": "d1", "status": "completed", **more}


def statement(*dosages: Json, **more: object) -> Json:
    return {
        "resourceType": "MedicationStatement",
        "id": "s1",
        "status": "active",
        "subject": {"reference": "Patient/p1"},
        "medicationCodeableConcept": OXYCODONE_10,
        "dosage": list(dosages),
        **more,
    }


def administration(**more: object) -> Json:
    return {
        "resourceType": "MedicationAdministration",
        "id": "a1",
        "status": "completed",
        "subject": {"reference": "Patient/p1"},
        "medicationCodeableConcept": concept(text="morphine"),
        **more,
    }


def observation(code: str, own: str = "o1", at: str = "2024-02-02", **more: object) -> Json:
    return {
        "resourceType": "Observation",
        "id": own,
        "status": "final",
        "code": concept(coding(code, system=LOINC)),
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": at,
        **more,
    }


def condition(code: Json, **more: object) -> Json:
    return {
        "resourceType": "Condition",
        "id": "c1",
        "subject": {"reference": "Patient/p1"},
        "code": code,
        "onsetDateTime": "2019-03-01",
        **more,
    }


def patient(own: str = "p1", **more: object) -> Json:
    return {"resourceType": "Patient", "id": own, "gender": "female", "birthDate": "1971-05-02", **more}


def bundle(*resources: Json, **more: object) -> Json:
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": resource} for resource in resources],
        **more,
    }
