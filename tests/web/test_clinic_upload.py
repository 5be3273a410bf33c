"""Adding a record: every kind of file that is read, and a sentence for each that is not."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from algesia.adapters import examples
from algesia.adapters.csv_folder import write_texts
from algesia.web.clinic.people import GRANT_DAYS
from tests.web.clinic_app import Clinic
from tests.web.clinic_desk import Desk

NAME = "synthetic-escalation"
Sent = list[tuple[str, tuple[str, bytes]]]


@pytest.fixture
def desk() -> Desk:
    return Desk(examples=False)


def files(*named: tuple[str, bytes]) -> Sent:
    return [("files", one) for one in named]


def zipped(*named: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in named:
            archive.writestr(name, data)
    return out.getvalue()


def texts() -> list[tuple[str, bytes]]:
    return [(f"{name}.csv", text.encode()) for name, text in write_texts(examples.read(NAME)).items()]


@pytest.mark.parametrize(
    "sent",
    [
        files(("one.json", examples.raw(NAME))),
        files(*texts()),
        files(("folder.zip", zipped(*texts()))),
        files(
            (
                "folder.zip",
                zipped(*((f"deep/{name}", data) for name, data in texts()), ("__MACOSX/._pain.csv", b"x")),
            )
        ),
    ],
    ids=["json", "csv", "zip", "zip with folders"],
)
def test_a_record_is_added_and_shown(desk: Desk, sent: Sent) -> None:
    answer = desk.browser.post("/clinic/add", data={"id": "new1", "name": "Maria"}, files=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/clinic/new1")
    person = desk.state.store.people.get("new1")
    assert person is not None and (person.kind, person.name) == ("imported", "Maria")
    assert desk.state.store.people.record("new1").pain == examples.read(NAME).pain
    assert "Maria" in desk.page("/clinic/new1") and "Maria" in desk.page("/clinic")
    again = desk.browser.post("/clinic/add", data={"id": "new1", "name": "Maria"}, files=sent)
    assert again.headers["location"] == "/clinic/new1"
    assert len(desk.state.store.people.all()) == 1


def test_a_fhir_bundle_is_added(desk: Desk) -> None:
    order = {
        "resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "oxycodone 10 mg tablet"}, "authoredOn": "2026-01-05",
        "subject": {"reference": "Patient/p"},
    }  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": order}]}
    sent = files(("bundle.json", json.dumps(bundle).encode()))
    assert desk.browser.post("/clinic/add", data={"id": "b1"}, files=sent).status_code == 303
    assert desk.state.store.people.get("b1").name == "p"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (files(("a.json", b"")), "a.json: is empty"),
        (files(("a.json", b"{")), "a.json: "),
        (files(("a.json", b"{}")), "does not say what it is"),
        (files(("a.json", b"[1, 2]")), "is not a record"),
        (files(("a.json", b'{"format": "algesia-record/1"}')), "holds no fact"),
        (
            files(("a.json", b'{"format":"algesia-record/1","pain":[{"at":"2026-01-01","score":14}]}')),
            "pain[0].score is 14",
        ),
        (files(("a.json", b'{"resourceType":"Patient","id":"1"}')), "holds no fact"),
        (files(("a.pdf", b"%PDF-1.7")), "is a PDF"),
        (files(("a.png", b"\x89PNG")), "is a picture"),
        (files(("a.json", b"\x1f\x8b123")), "gzip"),
        (files(("poem.csv", b"a,b\n1,2\n")), "is not a file of a record"),
        (files(("pain.csv", b"day,score\n3,7\n"), ("a.json", b"{}")), "several files were chosen"),
        (files(("pain.csv", b"day,score\n3,14\n")), "pain.csv line 2"),
        (files(("pain.csv", b"day,score\n3,7\n"), ("pain.csv", b"day,score\n3,7\n")), "stands here twice"),
        (files(("a.zip", b"PK\x03\x04broken")), "cannot be opened"),
        (files(("a.zip", zipped(("readme.txt", b"x")))), "without a CSV file"),
        (files(("a.zip", zipped(*((f"a{n}/pain.csv", b"") for n in range(50))))), "more than 40"),
        (files(("../../etc/passwd.csv", b"a\n")), "is not a file of a record"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence_and_nothing_is_kept(desk: Desk, sent: Sent, says: str) -> None:
    answer = desk.browser.post("/clinic/add", data={"id": "new1", "name": "Kept"}, files=sent)
    assert answer.status_code == 422
    assert says in answer.text.replace("&#39;", "'"), answer.text[:2500]
    assert "Traceback" not in answer.text
    assert desk.state.store.people.all() == ()


def test_an_archive_that_unpacks_to_too_much_is_refused(desk: Desk) -> None:
    huge = zipped(("pain.csv", b"day,score\n" + b"3,7\n" * 30_000_000))
    answer = desk.browser.post("/clinic/add", data={"id": "new1"}, files=files(("a.zip", huge)))
    assert answer.status_code == 422 and "a.zip" in answer.text
    assert desk.state.store.people.all() == ()


def test_a_huge_file_is_refused_before_it_is_read(desk: Desk) -> None:
    answer = desk.browser.post("/clinic/add", data={"id": "n"}, files=files(("a.json", b" " * 26_000_000)))
    assert answer.status_code == 413
    assert "25 MB" in answer.text


def test_a_form_without_a_chosen_file_says_so(desk: Desk) -> None:
    """As a browser sends an empty file field: a part with an empty name and nothing in it."""
    parts = {"id": "n", "name": "Kept"}
    body = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in parts.items()
    )
    body += '--x\r\nContent-Disposition: form-data; name="files"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--x--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = desk.browser.post("/clinic/add", content=body.encode(), headers=kind)
    assert answer.status_code == 422 and "no file was chosen" in answer.text
    assert 'value="Kept"' in answer.text


def test_a_form_without_a_file_field_is_refused(desk: Desk) -> None:
    assert desk.browser.post("/clinic/add", data={"id": "n"}).status_code == 422


def test_in_clinic_mode_the_clinician_who_adds_a_record_sees_it_for_a_time() -> None:
    clinic = Clinic()
    admin = clinic.admin()
    okafor, other = (
        clinic.join(admin, "dr.okafor", "clinician"),
        clinic.join(admin, "dr.stranger", "clinician"),
    )
    account = clinic.account("dr.okafor")
    sent = files(("one.json", examples.raw(NAME)))
    assert (
        okafor.post("/clinic/add", data={"id": "new1", "name": "Maria"}, files=sent).headers["location"]
        == "/clinic/new1"
    )
    assert okafor.get("/clinic/new1").status_code == 200
    assert "Maria" in okafor.get("/clinic").text
    assert other.get("/clinic/new1").status_code == 404
    assert "Maria" not in other.get("/clinic").text
    clinic.clock.move(days=GRANT_DAYS + 1)
    assert not clinic.accounts.holds(account.id, "new1", at="2028-01-01T00:00:00.000000Z")
