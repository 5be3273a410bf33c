"""Files: Bundles, lists, NDJSON, junk; one patient; copies."""

from __future__ import annotations

import orjson
import pytest

from algesia.adapters.fhir import read_fhir, read_fhir_bytes
from algesia.quantities.refusal import InputRefused

from .shapes import bundle, dosage, observation, patient, request


def test_bundle_list_lines_and_one_resource_are_the_same() -> None:
    resources = [patient(), request(dosage()), observation("72514-3", valueInteger=6)]
    whole = read_fhir_bytes(orjson.dumps(bundle(*resources)))
    lines = b"\n".join(orjson.dumps(r) for r in resources)
    assert read_fhir_bytes(orjson.dumps(resources)) == whole
    assert read_fhir_bytes(lines) == read_fhir_bytes(lines.replace(b"\n", b"\r\n\n")) == whole
    assert read_fhir(bundle(bundle(*resources))) == whole
    assert read_fhir_bytes(b"\xef\xbb\xbf" + orjson.dumps(request(dosage()))).medications == whole.medications


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (b"", ""),
        (b" \n", ""),
        (b"\x00\xff\xfe junk", "line 1, column 1"),
        (b'{"resourceType": "Bundle"', "line 1, column 26"),
        (b'[{"resourceType": "Patient"},]', "line 1, column 30"),
        (b'{"resourceType": "Patient"}\n{"resourceType"', "line 2, column 16"),
        (b"3", ""),
        (b'"Patient"', ""),
        (b"[1]", "[0]"),
        (b"{}", "resourceType"),
        (b'{"resourceType": 3}', "resourceType"),
        (b'{"resourceType": "Bundle", "entry": {}}', "Bundle.entry"),
        (b'{"resourceType": "Bundle", "entry": [3]}', "Bundle.entry[0]"),
        (b'{"resourceType": "Bundle", "entry": [{"resource": []}]}', "Bundle.entry[0].resource"),
        (b'{"resourceType": "Bundle", "entry": [{"resource": {}}]}', "Bundle.entry[0].resource.resourceType"),
        (b'{"resourceType": "Bundle", "timestamp": "soon"}', "Bundle.timestamp"),
        (b"[" * 100_000, "line 1, column 1025"),
        (b'{"a":' * 100_000, "line 1, column 5122"),
    ],
)
def test_what_is_not_fhir_is_refused_with_its_place(data: bytes, path: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        read_fhir_bytes(data)
    assert refusal.value.path.split(", column")[0] == path.split(", column")[0]
    assert refusal.value.problem and refusal.value.expected


def test_deep_plain_values_are_refused_or_ignored() -> None:
    deep: object = {}
    for _ in range(50_000):
        deep = {"resourceType": "Bundle", "entry": [{"resource": deep}]}
    with pytest.raises(InputRefused, match="nested too deeply"):
        read_fhir(deep)


def test_the_path_names_the_entry() -> None:
    found = bundle(patient(), request(dosage(), id="a"), request(dosage(-1)))
    with pytest.raises(InputRefused) as refusal:
        read_fhir(found)
    assert (
        refusal.value.path
        == "Bundle.entry[2].resource.dosageInstruction[0].doseAndRate[0].doseQuantity.value"
    )


def test_several_patients_are_refused_and_both_named() -> None:
    other = request(dosage(), id="m2", subject={"reference": "https://x.org/fhir/Patient/p2/_history/3"})
    with pytest.raises(InputRefused) as refusal:
        read_fhir(bundle(request(dosage()), other))
    assert "Patient/p2" in str(refusal.value) and "Patient/p1" in str(refusal.value)
    assert [m.id for m in read_fhir([request(dosage()), other], patient="Patient/p2").medications] == ["m2"]
    assert "left out: 1" in (read_fhir([request(dosage()), other], patient="p2").source or "")


def test_one_patient_however_referred_to() -> None:
    who = patient()
    found = bundle(who, request(dosage()), request(dosage(), id="m2", subject={"reference": "urn:uuid:7"}))
    found["entry"][0]["fullUrl"] = "urn:uuid:7"
    found["entry"].append(
        {"resource": request(dosage(), id="m3", subject={"reference": "https://x.org/Patient/p1"})}
    )
    assert len(read_fhir(found).medications) == 3


def test_equal_copies_are_one_and_different_ones_are_refused() -> None:
    order = request(dosage())
    assert len(read_fhir([order, dict(order)]).medications) == 1
    with pytest.raises(InputRefused, match=r"\[1\]\.id is 'm1': is also the id of \[0\]"):
        read_fhir([order, request(dosage(20))])


def test_what_is_not_read_is_told() -> None:
    record = read_fhir([{"resourceType": "Encounter"}, {"resourceType": "Encounter", "id": "2"}])
    assert record.source == "FHIR R4, 2 resources; not read: 2 Encounter."
