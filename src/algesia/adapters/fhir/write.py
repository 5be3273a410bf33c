"""A review as FHIR R4: a collection Bundle.

- Observation: MME a day on the day of asking. Where anything is left out of the total it has no value but a
  ``dataAbsentReason`` and a note with the part that is known and what is missing.
- DetectedIssue: one for each interlock; `emergency` and `urgent` are severity high, `block` moderate, `warn` low.
- ClinicalImpression: the headline, the hypotheses with their reasons, and what the whole is not.

In an emergency only its DetectedIssues are written, with whom to call: nothing is interpreted. Ids are derived from
the content, so the same review gives the same Bundle. A record without a calendar has no dates here either.
"""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID, uuid5

from algesia.adapters.fhir.codes import UCUM
from algesia.adapters.fhir.elements import Json
from algesia.assessment.model import Assessment, Hypothesis, Interlock
from algesia.exposure.model import Total
from algesia.knowledge.clinical import Level
from algesia.quantities.time import iso_day
from algesia.report.days import Calendar, amount, number
from algesia.report.statements import (
    LEVEL_WORDS,
    NO_TEST,
    NOTHING_ELSE,
    PURPOSE,
    Place,
    call_for_help,
    support_word,
)

_NAMESPACE: Final = UUID("4f2c1f6e-7d55-5c1e-9a60-0d9a3b7f5a11")
_SEVERITY: Final[dict[Level, str]] = {
    "emergency": "high", "urgent": "high", "block": "moderate", "warn": "low",
}  # fmt: skip
ID: Final = re.compile(r"[A-Za-z0-9.\-]{1,64}")
_ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"


def review_bundle(assessment: Assessment, place: Place = "us") -> Json:
    """The review as a FHIR R4 Bundle of type collection, as plain JSON values.

    Parameters
    ----------
    assessment
        A review, see `algesia.review.review`.
    place
        Whose emergency numbers are named.

    >>> from algesia.knowledge.loader import load
    >>> from algesia.record.model import Record
    >>> from algesia.review import review
    >>> bundle = review_bundle(review(Record(), load()))
    >>> bundle["type"], [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    ('collection', ['Observation', 'ClinicalImpression'])
    """
    writer = Writer(assessment)
    if assessment.emergency:
        help_ = "; ".join(f"{what}: {do}" for what, do in call_for_help(place))
        resources = [
            writer.issue(lock, n, (f"{help_}.", NOTHING_ELSE)) for n, lock in enumerate(assessment.emergency)
        ]
    else:
        observation = writer.exposure()
        issues = [writer.issue(lock, n, ()) for n, lock in enumerate(assessment.interlocks)]
        resources = [observation, *issues, writer.impression([observation, *issues])]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource} for resource in resources],
    }


class Writer:
    """Writes the resources of one assessment about one subject on one day."""

    def __init__(self, assessment: Assessment) -> None:
        self._of = assessment
        self._calendar = Calendar.of(assessment)
        person = assessment.record.person.id
        named = person is not None and ID.fullmatch(person) is not None
        self._subject: Json = (
            {"reference": f"Patient/{person}"}
            if named
            else {"display": person or "the person of this record"}
        )
        self._seed = f"{person}|{assessment.as_of}|{assessment.knowledge_edition}"

    def _id(self, what: str) -> str:
        return str(uuid5(_NAMESPACE, f"{self._seed}|{what}"))

    def _dated(self, key: str) -> Json:
        """The day of asking under `key`; nothing for a record without a calendar."""
        return {} if self._of.record.relative else {key: iso_day(self._of.as_of)}

    def _notes(self, *sentences: str) -> list[Json]:
        said = (
            [f"On {self._calendar.long(self._of.as_of)}.", *sentences]
            if self._of.record.relative
            else sentences
        )
        return [{"text": sentence} for sentence in said if sentence]

    def exposure(self) -> Json:
        """MME a day as an Observation."""
        total = self._of.exposure.on(self._of.as_of)
        observation: Json = {
            "resourceType": "Observation",
            "id": self._id("mme"),
            "status": "preliminary",
            "code": {
                "text": f"Opioid exposure, morphine milligram equivalents a day, {self._of.exposure.edition}"
            },
            "subject": self._subject,
            **self._dated("effectiveDateTime"),
        }
        if not total.complete:
            observation["dataAbsentReason"] = {
                "coding": [{"system": _ABSENT, "code": "unknown", "display": "Unknown"}],
                "text": "Part of the exposure cannot be converted",
            }
        elif total.mme.fixed:
            observation["valueQuantity"] = _bare(total.mme.likely)
        else:
            observation["valueRange"] = {"low": _bare(total.mme.low), "high": _bare(total.mme.high)}
        observation["note"] = self._notes(*_exposure_notes(total), self._of.exposure.used, PURPOSE)
        return observation

    def issue(self, lock: Interlock, n: int, more: tuple[str, ...]) -> Json:
        """An interlock as a DetectedIssue."""
        because = "; ".join(lock.because)
        detail = f"{LEVEL_WORDS[lock.level]}: {lock.title}. Because of: {because}." if because else lock.title
        return {
            "resourceType": "DetectedIssue",
            "id": self._id(f"interlock|{lock.id}|{n}"),
            "status": "preliminary",
            "code": {"text": lock.title},
            "severity": _SEVERITY[lock.level],
            "patient": self._subject,
            **self._dated("identifiedDateTime"),
            "detail": " ".join((detail, *self._day(), f"Basis: {lock.basis}.", *more, PURPOSE)),
            "mitigation": [{"action": {"text": lock.do}}],
        }

    def _day(self) -> tuple[str, ...]:
        return (f"On {self._calendar.long(self._of.as_of)}.",) if self._of.record.relative else ()

    def impression(self, about: list[Json]) -> Json:
        """The headline and the hypotheses with their reasons as a ClinicalImpression."""
        found = self._of.differential
        findings = (
            [_finding(h) for h in found.hypotheses if h.for_ or h.against] if not found.withheld else []
        )
        impression: Json = {
            "resourceType": "ClinicalImpression",
            "id": self._id("impression"),
            "status": "in-progress",
            "subject": self._subject,
            **self._dated("effectiveDateTime"),
            "description": self._of.subline or self._of.headline,
            "summary": self._of.headline,
            "note": self._notes(found.withheld or found.verdict, PURPOSE, NO_TEST, *self._of.notes),
            "investigation": [
                {
                    "code": {"text": "What this review computed"},
                    "item": [{"reference": f"urn:uuid:{resource['id']}"} for resource in about],
                }
            ],
        }
        if findings:
            impression["finding"] = findings
        return impression


def _finding(hypothesis: Hypothesis) -> Json:
    """A hypothesis as a finding; its basis lists every reason with its weight."""
    reasons = [
        f"{side} ({evidence.weight:+d}): {evidence.finding} [{', '.join(evidence.sources) or evidence.basis}]"
        for side, group in (("for", hypothesis.for_), ("against", hypothesis.against))
        for evidence in group
    ]
    return {
        "itemCodeableConcept": {"text": f"{hypothesis.name}: {support_word(hypothesis.support).lower()}"},
        "basis": "; ".join(reasons),
    }


def _exposure_notes(total: Total) -> tuple[str, ...]:
    sums = tuple(item.working for item in total.converted)
    missing = tuple(
        f"Not in the total: {item.drug}, {item.reason or 'not convertible'}." for item in total.unconverted
    )
    apart = tuple(f"Reported apart: {item.working or item.drug}." for item in total.apart)
    if total.complete:
        known = () if total.mme.fixed else (f"Likely {number(total.mme.likely)} MME a day.",)
    else:
        known = (f"The part that is known is {amount(total.mme)} MME a day.",)
    return (*known, *sums, *missing, *apart)


def _bare(value: float) -> Json:
    return {"value": round(value, 6), "unit": "MME/d", "system": UCUM, "code": "{MME}/d"}
