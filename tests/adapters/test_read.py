"""One way in for files: what a file is, is told by its content."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.adapters.csv_folder import write_folder
from algesia.adapters.read import read_bytes, read_path
from algesia.quantities.refusal import InputRefused
from algesia.record.codec import read_record
from algesia.record.parse import MAX_BYTES
from tests.record.example import EXAMPLE

RECORD = read_record(EXAMPLE)
PATIENT = {"resourceType": "Patient", "id": "p", "gender": "female"}
REQUEST = {
    "resourceType": "MedicationRequest", "id": "m1", "status": "active", "intent": "order",
    "subject": {"reference": "Patient/p"}, "medicationCodeableConcept": {"text": "oxycodone"},
    "authoredOn": "2024-01-10",
}  # fmt: skip
BUNDLE = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [{"resource": PATIENT}, {"resource": REQUEST}],
}
CASE = {
    "id": "c1", "age": 50, "sex": "F", "cancer": False, "schema": "algesia-case/0.1",
    "timeline": [{"t_day": 3, "event": "pain", "scale": "NRS0-10", "value": 8}],
}  # fmt: skip


def dump(value: Any) -> bytes:
    return json.dumps(value).encode()


def in_file(tmp_path: Path, data: bytes) -> str:
    file = tmp_path / "input.bin"
    file.write_bytes(data)
    return str(file)


@pytest.mark.parametrize(
    "data",
    [
        EXAMPLE,
        b"\xef\xbb\xbf" + EXAMPLE,
        b"\n\n" + EXAMPLE,
        gzip.compress(EXAMPLE, mtime=0),
        gzip.compress(EXAMPLE[:100], mtime=0) + gzip.compress(EXAMPLE[100:], mtime=0),
    ],
)
def test_a_record_is_read(tmp_path: Path, data: bytes) -> None:
    assert read_path(in_file(tmp_path, data)) == RECORD


def test_a_folder_is_read(tmp_path: Path) -> None:
    write_folder(RECORD, tmp_path / "r")
    assert read_path(str(tmp_path / "r")) == RECORD


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(EXAMPLE)))
    assert read_path("-") == RECORD


@pytest.mark.parametrize(
    "data",
    [
        dump(BUNDLE),
        dump([PATIENT, REQUEST]),
        dump(PATIENT) + b"\n" + dump(REQUEST) + b"\n",
        gzip.compress(dump(BUNDLE), mtime=0),
        dump(BUNDLE).replace(b"resourceType", b"resource\\u0054ype"),
    ],
)
def test_fhir_is_read(data: bytes) -> None:
    record = read_bytes(data)
    assert record.person.sex == "female"
    assert [medication.drug for medication in record.medications] == ["oxycodone"]


@pytest.mark.parametrize("left_out", [(), ("schema",), ("schema", "sex")])
def test_a_case_is_read(left_out: tuple[str, ...]) -> None:
    record = read_bytes(dump({key: value for key, value in CASE.items() if key not in left_out}))
    assert record.relative
    assert record.pain[0].score == 8


def test_the_key_of_fhir_inside_a_record_does_not_mislead() -> None:
    data = dump({"format": "algesia-record/1", "source": "resourceType"})
    assert read_bytes(data).source == "resourceType"


#    bytes                                     path                 words
TABLE: list[tuple[bytes, str, str]] = [
    (b"",                                      "",                  "is empty"),
    (b" \n",                                   "",                  "is empty"),
    (b"{}",                                    "",                  "does not say what it is"),
    (b'{"medications": []}',                   "",                  "does not say what it is"),
    (b"[]",                                    "",                  "not a record"),
    (b"null",                                  "",                  "not a record"),
    (b'"text"',                                "",                  "not a record"),
    (b"{",                                     "line 1, column 2",  "not JSON"),
    (b"at,score\n2024-02-02,5\n",              "line 1, column 1",  "not JSON"),
    (b'{"resourceType": "Patient"',            "line 1, column 27", "not JSON"),
    (dump(PATIENT) + b"\n{bad\n",              "line 2, column 2",  "not JSON"),
    (b'{"format": "algesia-review/1"}',        "format",            "'algesia-record/1'"),
    (b'{"schema": "algesia-case/0.1", "timeline": [{"t_day": NaN}]}', "timeline[0].t_day", "finite"),
    (bytes(range(256)) * 40,                   "line 2, byte 118",  "not UTF-8"),
    (b"\x00" * 1000,                           "line 1, column 1",  "not JSON"),
    (b"PK\x03\x04rest",                        "",                  "spreadsheet"),
    (b"%PDF-1.7",                              "",                  "a PDF"),
    (b"\x89PNG\r\n",                           "",                  "a picture"),
    (b"<Bundle/>",                             "",                  "XML"),
    (b"\x1f\x8bnot gzip at all",               "",                  "gzip that is damaged"),
    (gzip.compress(EXAMPLE, mtime=0)[:-20],             "",                  "gzip that ends too early"),
    (gzip.compress(b"0" * (MAX_BYTES + 1), mtime=0),    "",                  "larger than 64 MiB"),
    (b"[" * 200_000,                           "",                  "nested too deeply"),
    (b'{"resourceType":' * 200_000,            "line 1, column 16386", "not JSON"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "path", "words"), TABLE, ids=range(len(TABLE)))
def test_what_is_no_record_is_refused(tmp_path: Path, data: bytes, path: str, words: str) -> None:
    file = in_file(tmp_path, data)
    with pytest.raises(InputRefused) as caught:
        read_path(file)
    message = str(caught.value)
    assert message.startswith(f"{file}: ")
    assert caught.value.path == path
    assert words in message
    assert len(message) < 700


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    with file.open("wb") as out:
        out.truncate(100 * 1024 * 1024)
    began = time.perf_counter()
    with pytest.raises(InputRefused, match="larger than 64 MiB"):
        read_path(str(file))
    assert time.perf_counter() - began < 0.1


def test_an_endless_pipe_is_refused() -> None:
    with pytest.raises(InputRefused, match="larger than 64 MiB"):
        read_path("/dev/zero")


@pytest.mark.parametrize("path", ["no/such/file.json", "a\x00b", "x" * 5000])
def test_a_path_that_cannot_be_opened_is_refused(path: str) -> None:
    with pytest.raises(InputRefused) as caught:
        read_path(path)
    assert "does not exist" in str(caught.value) or "cannot be read" in str(caught.value)


def test_an_empty_path_is_named() -> None:
    with pytest.raises(InputRefused, match="the path is '': is empty"):
        read_path("")


@pytest.mark.skipif(os.name == "nt", reason="POSIX pipes")
def test_a_named_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pain.csv")
    began = time.perf_counter()
    for path in (tmp_path / "pain.csv", tmp_path):
        with pytest.raises(InputRefused, match="is a named pipe"):
            read_path(str(path))
    assert time.perf_counter() - began < 1


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="/dev/fd")  # noqa: PTH112
def test_a_pipe_of_the_shell_is_read() -> None:
    reader, writer = os.pipe()
    os.write(writer, EXAMPLE)
    os.close(writer)
    assert read_path(f"/dev/fd/{reader}") == RECORD
    os.close(reader)


ENCOUNTER = {"resourceType": "Encounter", "id": "e", "subject": {"reference": "Patient/p"}}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"resourceType": "OperationOutcome", "issue": []}, "is an OperationOutcome"),
        ({"resourceType": "Bundle", "type": "collection"}, "holds no fact that algesia reads"),
        ([ENCOUNTER], r"holds no fact that algesia reads \(.*not read: 1 Encounter\)"),
    ],
)
def test_fhir_without_a_fact_is_refused(raw: Any, words: str) -> None:
    with pytest.raises(InputRefused, match=words):
        read_bytes(dump(raw))


def test_a_patient_without_findings_is_a_record() -> None:
    assert read_bytes(dump([PATIENT, ENCOUNTER])).person.sex == "female"


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    file.write_bytes(EXAMPLE)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "pain.csv").write_text("at,score\n")
    code = (
        "import os, sys\n"
        "from algesia.adapters.read import read_path\n"
        "import algesia.adapters.csv_folder\n"
        "from algesia.quantities.refusal import InputRefused\n"
        "if os.getuid() == 0: os.setuid(65534)\n"
        "for path in sys.argv[1:]:\n"
        "    try: read_path(path)\n"
        "    except InputRefused as refusal: print(refusal.problem)\n"
    )
    file.chmod(0)
    (folder / "pain.csv").chmod(0)
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", code, str(file), str(folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "cannot be read (permission denied)\n" * 2


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.binary(max_size=200).map(gzip.compress))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_bytes(data)
    except InputRefused as refusal:
        str(refusal).encode()
