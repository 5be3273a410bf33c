"""A record as a FHIR R4 Bundle, for the system of a clinic.

Written are Patient, Condition, MedicationRequest (prescribed), MedicationDispense (dispensed), MedicationStatement
(taken), MedicationAdministration (doses) and Observation (pain, PEG, PHQ, GAD, COWS, eGFR, QTc, weight), each so that
`read_fhir` reads the same fact again. What FHIR has no agreed code for in the reader's tables is left out, and
`left_out` says what and how much; nothing is bent to fit. Ids derive from the content: equal records give equal Bundles.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from algesia.adapters.fhir.codes import LOINC, MEASURES, UCUM
from algesia.adapters.fhir.conditions import kind_of_code, kind_of_words
from algesia.adapters.fhir.elements import Json
from algesia.adapters.fhir.write import ID
from algesia.adapters.fhir.write_medications import administration, course, not_in_fhir
from algesia.quantities.refusal import WrongCall
from algesia.quantities.time import Instant
from algesia.record.model import Condition, Lab, Pain, Record, Scale
from algesia.report.days import count

NAMESPACE: Final = UUID("0b0f3d0a-5e0c-5d3e-8a55-2c6f2f3c9b64")
CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
PAIN: Final = "72514-3"
PAIN_WEEK: Final = "75893-8"
WEEK: Final = "average-7d"
DAY: Final = "average-24h"
PEG: Final = "91147-9"
SCALES: Final = {"phq-9": "44261-6", "phq-2": "55758-7", "gad-7": "70274-6"}
ITEM_NINE: Final = "44260-8"
LABS: Final = {"egfr": ("69405-9", "mL/min/{1.73_m2}"), "qtc": ("8636-3", "ms")}
"""Code and unit: a filtration rate that is not related to the body surface is another quantity."""
WEIGHT: Final = "29463-7"
COWS: Final = "Clinical Opiate Withdrawal Scale (COWS) total"
LEFT: Final = {
    "body_maps": ("body map", None), "signs": ("sign asked about", "signs asked about"),
    "tests": ("sensory test", None), "interventions": ("treatment", None),
}  # fmt: skip


def record_bundle(record: Record, made_at: str | None = None) -> Json:
    """The record as a Bundle of type collection, as plain JSON values.

    Parameters
    ----------
    made_at
        When the file is made, UTC in ISO 8601; left out where ``None``.

    Raises
    ------
    WrongCall
        For a record that counts days from an event: FHIR has no way to write a day without a date.

    >>> from algesia.record.codec import read_record
    >>> told = record_bundle(read_record(b'{"format": "algesia-record/1", "pain": [{"at": "2026-11-12", "score": 7}]}'))
    >>> [entry["resource"]["resourceType"] for entry in told["entry"]]
    ['Patient', 'Observation']
    """
    if record.relative:
        raise WrongCall("the record counts days from an event, and FHIR needs dates")
    resources = list(_Writer(record).resources())
    bundle: Json = {"resourceType": "Bundle", "type": "collection"}
    if made_at is not None:
        bundle["timestamp"] = f"{made_at[:19]}Z"
    bundle["entry"] = [{"fullUrl": _url(one), "resource": one} for one in resources]
    return bundle


def left_out(record: Record) -> tuple[str, ...]:
    """What the Bundle does not hold, with numbers; empty when it holds all.

    >>> from algesia.record.codec import read_record
    >>> left_out(read_record(b'{"format": "algesia-record/1", "signs": [{"at": "2026-11-12", "sign": "myoclonus", "present": true}]}'))
    ('1 sign asked about',)
    """
    rows = [(len(getattr(record, name)), one, many) for name, (one, many) in LEFT.items()]
    asked = [one for one in record.pain if _pain_code(one) is None and _pain_concept(one) is not None]
    rows += [
        (sum(_pain_concept(one) is None for one in record.pain), "pain entry that is neither one number nor words", "pain entries that are neither one number nor words"),
        (len(asked), "pain entry with a question of its own, which stands there without a code", "pain entries with a question of their own, which stand there without a code"),
        (sum(one.question == DAY for one in record.pain), "pain entry comes back without the words average of the day", "pain entries come back without the words average of the day"),
        (sum(bool(one.note or one.sites or one.with_) for one in record.pain), "note or place with a pain entry", "notes or places with pain entries"),
        (sum(f.instrument != "peg" for f in record.function), "function score other than PEG", "function scores other than PEG"),
        (sum(not _scale(one) for one in record.scales), "check-up without a code", "check-ups without a code"),
        (sum(bool(set(one.items or ()) - {"9"} or (one.items and _item_nine(one) is None)) for one in record.scales), "check-up's single answers", "check-ups' single answers"),
        (sum(not _has_code(lab) for lab in record.labs), "lab result without a code", "lab results without a code"),
        (sum(_kind_lost(one) for one in record.conditions), "condition's kind", "conditions' kinds"),
    ]  # fmt: skip
    told = [count(n, one, many) for n, one, many in rows if n]
    person = record.person
    own = [words for words, value in (("age", person.age_years), ("pregnancy", person.pregnant), ("time zone", person.time_zone)) if value is not None]  # fmt: skip
    return (*told, *not_in_fhir(record), *((f"about the person: {', '.join(own)}",) if own else ()))


class _Writer:
    """Writes the resources of one record."""

    def __init__(self, record: Record) -> None:
        self._record = record
        own = record.person.id
        self._patient = own if own is not None and ID.fullmatch(own) else "me"
        self._zone = ZoneInfo(record.person.time_zone) if record.person.time_zone else None
        self._taken: set[str] = set()

    def resources(self) -> Iterator[Json]:
        """Every resource; the Patient first."""
        record = self._record
        yield self._patient_resource()
        for index, condition in enumerate(record.conditions):
            yield self._sealed(self._condition(condition), None, f"condition|{index}")
        for index, medication in enumerate(record.medications):
            yield self._sealed(course(medication, self.when), medication.id, f"medication|{index}")
        for index, dose in enumerate(record.doses):
            made = administration(dose, self.when)
            if made is not None:
                yield self._sealed(made, dose.id, f"dose|{index}")
        for index, seen in enumerate(self._observations()):
            yield self._sealed(seen, None, f"observation|{index}")

    def when(self, at: Instant) -> str:
        """A FHIR date, or a dateTime with the offset of the person's time zone. Without a zone it is written as UTC:
        FHIR asks for an offset, and the reader takes the clock as it was written."""
        if at.minute is None:
            return at.iso
        moment = datetime.fromisoformat(at.iso)
        offset = moment.replace(tzinfo=self._zone).strftime("%z") if self._zone else "+0000"
        return f"{at.iso}:00{offset[:3]}:{offset[3:5]}"

    def _sealed(self, resource: Json, own: str | None, what: str) -> Json:
        """With an id of its own and the subject."""
        chosen = own if own is not None and ID.fullmatch(own) and own not in self._taken else None
        named = chosen or str(uuid5(NAMESPACE, f"{self._patient}|{what}|{resource}"))
        self._taken.add(named)
        kind = resource["resourceType"]
        return {"resourceType": kind, "id": named, "subject": {"reference": f"Patient/{self._patient}"}} | {
            key: value for key, value in resource.items() if key != "resourceType"
        }

    def _patient_resource(self) -> Json:
        person = self._record.person
        patient: Json = {"resourceType": "Patient", "id": self._patient}
        if person.sex is not None:
            patient["gender"] = person.sex
        if person.birth_date is not None:
            patient["birthDate"] = person.birth_date.iso
        return patient

    def _condition(self, condition: Condition) -> Json:
        code: Json = {}
        if condition.code is not None:
            own: Json = {"system": condition.code.system, "code": condition.code.code}
            if condition.code.display is not None:
                own["display"] = condition.code.display
            code["coding"] = [own]
        text = condition.text or ((condition.kind or "").replace("-", " ") if condition.code is None else "")
        if text:
            code["text"] = text
        state = "active" if condition.end is None else "resolved"
        found: Json = {
            "resourceType": "Condition", "clinicalStatus": {"coding": [{"system": CLINICAL, "code": state}]}, "code": code,
        }  # fmt: skip
        if condition.at is not None:
            found["onsetDateTime"] = self.when(condition.at)
        if condition.end is not None:
            found["abatementDateTime"] = self.when(condition.end)
        return found

    def _observations(self) -> Iterator[Json]:
        record = self._record
        for pain in record.pain:
            concept = _pain_concept(pain)
            if concept is not None:
                value: Json = (
                    {"valueString": pain.words} if pain.score is None else _quantity(pain.score, "{score}")
                )
                yield self._seen(concept, pain.at, value)
        for score in record.function:
            if score.instrument == "peg":
                yield self._seen(_loinc(PEG), score.at, _quantity(score.score, "{score}"))
        for scale in record.scales:
            if (concept := _scale(scale)) and scale.score is not None:
                yield self._seen(concept, scale.at, _quantity(scale.score, "{score}"))
            nine = _item_nine(scale)
            if nine is not None:
                yield self._seen(_loinc(ITEM_NINE), scale.at, _quantity(nine, "{score}"))
        for lab in record.labs:
            if _has_code(lab):
                yield self._seen(_loinc(LABS[lab.lab][0]), lab.at, _quantity(lab.value, lab.unit))
        if record.person.weight_kg is not None:
            day = Instant(record.last_day)
            yield self._seen(_loinc(WEIGHT), day, _quantity(record.person.weight_kg, "kg"))

    def _seen(self, concept: Json, at: Instant, value: Json) -> Json:
        return {
            "resourceType": "Observation", "status": "final", "code": concept, "effectiveDateTime": self.when(at), **value,
        }  # fmt: skip


def _pain_code(pain: Pain) -> str | None:
    """The code of a pain entry: one number from 0 to 10, or words, of no question, of the day, or of the week."""
    if pain.score_high is not None or pain.question not in (None, DAY, WEEK):
        return None
    code = PAIN_WEEK if pain.question == WEEK else PAIN
    if pain.score is not None and pain.words is None and pain.scale == "nrs-0-10":
        return code
    return code if pain.words is not None and pain.score is None and pain.scale == "verbal" else None


def _pain_concept(pain: Pain) -> Json | None:
    """The concept; words alone where there is no code and the question is another one, so that it is not mixed up."""
    code = _pain_code(pain)
    if code is not None:
        return {**_loinc(code), **({"text": f"Pain, {DAY}"} if pain.question == DAY else {})}
    plain = pain.score_high is None and pain.scale == "nrs-0-10" and pain.words is None
    return {"text": f"Pain, {pain.question}"} if plain and pain.question and pain.score is not None else None


def _scale(scale: Scale) -> Json:
    """The concept of a total; empty where there is none."""
    if scale.instrument == "cows":
        return {"text": COWS}
    return _loinc(SCALES[scale.instrument]) if scale.instrument in SCALES else {}


def _has_code(lab: Lab) -> bool:
    """Whether a result has a code for its unit, and is one that the reader takes."""
    code, unit = LABS.get(lab.lab, ("", ""))
    return bool(code) and lab.unit == unit and lab.value <= MEASURES[code].high


def _kind_lost(condition: Condition) -> bool:
    """Whether the reader would give a condition another kind."""
    code = condition.code
    kind = kind_of_code(code.code) if code is not None and "icd" in code.system.lower() else None
    text = condition.text or ((condition.kind or "").replace("-", " ") if code is None else "")
    return (kind or (kind_of_words(text) if text else None)) != condition.kind


def _item_nine(scale: Scale) -> float | None:
    """The ninth answer of the PHQ-9, whose code stands for 0 to 3 and nothing else."""
    nine = (scale.items or {}).get("9") if scale.instrument == "phq-9" else None
    return nine if nine is not None and 0 <= nine <= 3 else None


def _loinc(code: str) -> Json:
    return {"coding": [{"system": LOINC, "code": code}]}


def _quantity(value: float, unit: str) -> Json:
    number = int(value) if float(value).is_integer() else value
    return {"valueQuantity": {"value": number, "unit": unit, "system": UCUM, "code": unit}}


def _url(resource: Json) -> str:
    return f"{resource['resourceType']}/{resource['id']}"
