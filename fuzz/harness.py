"""Runs one check under atheris, with the kept seeds and the words of the format as a dictionary."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["algesia"]):
    from checks import CHECKS, SEEDS

    from algesia.record.schema import record_schema

FHIR_WORDS = (
    "resourceType", "Bundle", "entry", "resource", "Patient", "MedicationRequest", "MedicationStatement",
    "MedicationDispense", "MedicationAdministration", "Medication", "Observation", "Condition",
    "QuestionnaireResponse", "dosageInstruction", "doseAndRate", "doseQuantity", "doseRange", "timing", "repeat",
    "frequency", "period", "periodUnit", "timeOfDay", "boundsPeriod", "asNeededBoolean", "contained", "reference",
    "medicationCodeableConcept", "medicationReference", "coding", "system", "code", "display", "value", "unit",
    "authoredOn", "effectiveDateTime", "effectivePeriod", "valueQuantity", "component", "item", "answer",
)  # fmt: skip


def run(name: str) -> None:
    """Fuzz one reader until libFuzzer's options say stop; new inputs go to a temporary folder."""
    check = CHECKS[name]

    def one_input(data: bytes) -> None:
        check(data)

    with tempfile.TemporaryDirectory() as corpus:
        words = Path(corpus, "words.dict")
        words.write_text("".join(f'"{word}"\n' for word in sorted(_words(name))), encoding="utf-8")
        found = Path(corpus, "found")
        found.mkdir()
        atheris.Setup([*sys.argv, f"-dict={words}", str(found), str(SEEDS / name)], one_input)
        atheris.Fuzz()


def _words(name: str) -> set[str]:
    words = set(FHIR_WORDS) if name == "fhir" else set()
    stack: list[object] = [record_schema()]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            words.update(value.get("properties", ()))
            words.update(word for word in value.get("enum", ()) if isinstance(word, str))
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)
    return {
        word
        for word in words
        if word and word.isascii() and word.isprintable() and not set(word) & set('"\\')
    }
