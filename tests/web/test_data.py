"""Your data, page by page: save, bring in, take back, delete with a receipt."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from algesia.adapters.fhir.read import read_fhir
from algesia.adapters.store.audit import Audit
from algesia.adapters.store.people import People
from algesia.record.codec import read_record
from algesia.web.app import create_app
from algesia.web.person.data_import import WAITS
from algesia.web.settings import Settings
from tests.web.clinic_app import Clinic
from tests.web.released_plan import FOUR_DAYS_IN, PERSON, Held, base, release, released

NEW = "brand-new-diary"


@contextmanager
def fresh(url: str = "sqlite://") -> Iterator[tuple[TestClient, Held]]:
    clock = Held(datetime(2026, 12, 10, 18, tzinfo=UTC))
    app = create_app(Settings(url=url, clock=clock, examples=False))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        client.post("/start", data={"id": NEW, "place": "us"})
        yield client, clock


def upload(client: TestClient, *files: tuple[str, bytes]) -> Any:
    return client.post("/data/import", files=[("files", (name, data)) for name, data in files])


def token(html: str) -> str:
    return html.split('name="token" value="')[1][:32]


def people_of(client: TestClient) -> People:
    found: People = client.app.state.algesia.store.people  # type: ignore[attr-defined]
    return found


def rows(client: TestClient, person: str = NEW) -> int:
    return len(people_of(client).history(person))


def bodies(client: TestClient, person: str) -> list[Any]:
    return sorted(((f.list, f.body) for f in people_of(client).current(person)), key=repr)


def test_every_format_is_offered_and_holds_what_it_says() -> None:
    with released(release()) as diary:
        get = diary.client.get
        whole = get("/data/algesia-export.json")
        assert whole.json()["format"] == "algesia-export/1"
        assert whole.headers["content-disposition"].startswith("attachment")
        record = diary.people.record(PERSON)
        assert read_record(get("/data/record.json").content) == record
        with zipfile.ZipFile(io.BytesIO(get("/data/algesia-csv.zip").content)) as archive:
            assert {"record.csv", "medications.csv", "pain.csv", "person.csv"} <= set(archive.namelist())
        back = read_fhir(get("/data/fhir.json").json())
        assert len(back.medications) == len(record.medications) and len(back.pain) == len(record.pain)
        assert "12 pain entries come back without the words average of the day" in get("/data/fhir").text
        for size in ("a4", "letter"):
            assert get(f"/report.pdf?size={size}").content.startswith(b"%PDF")
        assert diary.client.post("/report.pdf", data={"size": "a4", "name": "Maria"}).content.startswith(
            b"%PDF"
        )
        assert get("/report.pdf?size=poster").status_code == 422


def test_a_name_on_the_report_is_not_kept() -> None:
    with released(release()) as diary:
        before = len(diary.people.history(PERSON))
        diary.client.post("/report.pdf", data={"size": "a4", "name": "Maria Ellison"})
        assert len(diary.people.history(PERSON)) == before


def test_an_export_brought_into_a_new_diary_gives_the_same() -> None:
    with released(release()) as diary, fresh() as (client, _):
        diary.write("goals", {"at": "2026-11-20", "text": "walk to the shop"})
        diary.write("settings", {"place": "us", "clinician": "Dr Okafor"})
        data = diary.client.get("/data/algesia-export.json").content
        before = rows(client)
        seen = upload(client, ("mine.json", data))
        assert seen.status_code == 200 and "Nothing is written yet." in seen.text
        assert rows(client) == before
        done = client.post("/data/import/add", data={"token": token(seen.text)})
        assert done.status_code == 200 and "entries added." in done.text
        assert people_of(client).record(NEW) == diary.people.record(PERSON)
        assert bodies(client, NEW) == bodies(diary.client, PERSON)
        again = upload(client, ("mine.json", data))
        assert "Nothing new is in it." in again.text and 'name="token"' not in again.text


def test_one_undo_takes_an_import_back() -> None:
    with fresh() as (client, _):
        before = bodies(client, NEW)
        seen = upload(client, ("pain.csv", b"at,score\n2026-12-01,5\n2026-12-02,6\n"))
        mark = token(seen.text)
        assert "2 entries would be added." in seen.text and "1 December 2026 to 2 December 2026" in seen.text
        client.post("/data/import/add", data={"token": mark})
        assert len(bodies(client, NEW)) == len(before) + 2
        client.post("/undo", data={"batch": mark, "next": "/data"})
        assert bodies(client, NEW) == before


def test_adding_twice_adds_once_and_a_file_does_not_wait_for_ever() -> None:
    with fresh() as (client, clock):
        seen = upload(client, ("pain.csv", b"at,score\n2026-12-01,5\n"))
        mark = token(seen.text)
        for _ in range(3):
            assert client.post("/data/import/add", data={"token": mark}).status_code == 200
        assert sum(name == "pain" for name, _ in bodies(client, NEW)) == 1
        late = token(upload(client, ("pain.csv", b"at,score\n2026-12-02,5\n")).text)
        clock.moment += WAITS * 2
        answer = client.post("/data/import/add", data={"token": late})
        assert answer.status_code == 409 and "Choose it once more." in answer.text
        assert client.post("/data/import/add", data={"token": "0" * 32}).status_code == 409
        assert client.post("/data/import/add", data={"token": "x"}).status_code == 422


def test_several_csv_files_and_a_fhir_bundle_can_be_brought() -> None:
    with released(release()) as diary, fresh() as (client, _):
        two = upload(
            client, ("pain.csv", b"at,score\n2026-12-01,5\n"), ("sleep.csv", b"at,hours\n2026-12-01,7\n")
        )
        assert "2 entries would be added." in two.text
        bundle = diary.client.get("/data/fhir.json").content
        seen = upload(client, ("chart.json", bundle))
        assert "16 entries would be added." in seen.text and "FHIR R4" in seen.text


def test_bad_uploads_say_what_is_wrong_and_change_nothing() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../pain.csv", "at,score\n2026-12-01,5\n")
    cases = (
        ("empty.json", b"", "is empty"),
        ("words.txt", b"Dear doctor", "is not JSON"),
        ("cut.json", b'{"format": "algesia-record/1", "pain": [{"at"', "is not JSON"),
        ("letter.pdf", b"%PDF-1.7", "is a PDF"),
        ("out.zip", out.getvalue(), "is a path out of the zip"),
        ("pain.csv", b"at,pain\n2026-12-01,5\n", "is not a column of this file"),
    )
    with fresh() as (client, _):
        before = rows(client)
        for name, data, says in cases:
            answer = upload(client, (name, data))
            assert answer.status_code == 422 and says in answer.text, name
            assert name in answer.text and "Nothing was changed." in answer.text
            assert "Traceback" not in answer.text
        assert client.post("/data/import", data={"x": "y"}).status_code == 422
        assert rows(client) == before


def test_a_huge_upload_is_refused_before_it_is_read() -> None:
    with fresh() as (client, _):
        answer = upload(client, ("huge.json", b"x" * 25_100_000))
        assert answer.status_code == 413 and "Nothing was saved" in answer.text


def test_deletion_has_two_pages_a_receipt_and_a_new_beginning(tmp_path: Path) -> None:
    word = "Zwetschgenkuchen"
    with fresh(f"sqlite:///{tmp_path / 'algesia.db'}") as (client, _):
        upload_seen = upload(client, ("notes.csv", f"at,text\n2026-12-01,{word}\n".encode()))
        client.post("/data/import/add", data={"token": token(upload_seen.text)})
        first = client.get("/data/delete").text
        assert "would be deleted" in first and "/data/algesia-export.json" in first
        assert '<form method="post" action="/data/delete"' not in first
        second = client.get("/data/delete/sure").text
        receipt = second.split('name="receipt" value="')[1][:12]
        answer = client.post("/data/delete", data={"receipt": receipt})
        assert (
            str(answer.url).endswith(f"/data/deleted/{receipt}") and "Everything was deleted." in answer.text
        )
        told = client.get(f"/data/deleted/{receipt}/receipt.txt")
        assert receipt in told.text and "2026-12-10T18:00" in told.text and word not in told.text
        assert client.get("/data/deleted/000000000000").status_code == 404
        assert not any(word.encode() in part.read_bytes() for part in tmp_path.iterdir())
        for path in ("/today", "/data"):
            assert client.get(path, follow_redirects=False).headers["location"] == "/"
        client.post("/start", data={"id": "second-diary", "place": "us"})
        assert "1 entry is kept" in client.get("/data").text
        log = Audit(people_of(client))
        detail = [row.detail for row in log.rows(NEW) if row.action == "erased"]
        assert len(detail) == 1 and receipt in detail[0] and log.verify().broken_at is None


def test_deletion_needs_a_form_and_reaches_only_the_own_diary() -> None:
    with fresh() as (client, _):
        people = people_of(client)
        people.add_record("other", "imported", "Other", base(), by="test", at="2026-01-01T00:00:00Z")
        assert client.post("/data/delete", data={}).status_code == 422
        assert client.get("/data/delete").status_code == 200 and rows(client)
        client.post("/data/delete", data={"receipt": "a" * 12})
        assert len(people.history("other")) == len(base().medications) + len(base().pain) + 1


def test_an_example_cannot_be_deleted_or_added_to() -> None:
    app = create_app(Settings(url="sqlite://", clock=Held(FOUR_DAYS_IN)))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        client.get("/examples/synthetic-escalation/open", follow_redirects=False)
        for path in ("/data/delete", "/data/delete/sure", "/data/import"):
            assert client.get(path).status_code == 409, path
        assert client.post("/data/delete", data={"receipt": "a" * 12}).status_code == 409
        assert json.loads(client.get("/data/algesia-export.json").text)["record"]["medications"]


def test_a_patient_account_begins_anew_after_its_deletion() -> None:
    clinic = Clinic()
    maria = clinic.join(clinic.admin(), "maria", "patient")
    person = clinic.record("maria")
    seen = upload(maria, ("pain.csv", b"at,score\n2026-01-01,5\n"))
    maria.post("/data/import/add", data={"token": token(seen.text)})
    assert "1 entry is kept" in maria.get("/data").text
    answer = maria.post("/data/delete", data={"receipt": "b" * 12}, follow_redirects=True)
    assert "Everything was deleted." in answer.text and "Your account, without a diary." in answer.text
    assert people_of(maria).get(person) is None
    assert clinic.record("maria") != person and "Nothing is kept yet." in maria.get("/data").text


def test_a_patient_account_takes_no_released_plan_from_a_file() -> None:
    clinic = Clinic()
    maria = clinic.join(clinic.admin(), "maria", "patient")
    text = json.dumps(
        {"format": "algesia-export/1", "record": {}, "diary": {"releases": [release()]}}
    ).encode()
    seen = upload(maria, ("mine.json", text))
    assert "A released plan is not taken from this file" in seen.text and 'name="token"' not in seen.text


def test_a_file_that_waits_is_added_by_its_own_account_only() -> None:
    clinic = Clinic()
    admin = clinic.admin()
    maria, ben = clinic.join(admin, "maria", "patient"), clinic.join(admin, "ben", "patient")
    mark = token(upload(maria, ("pain.csv", b"at,score\n2026-01-01,5\n")).text)
    assert ben.post("/data/import/add", data={"token": mark}).status_code == 409
    assert maria.post("/data/import/add", data={"token": mark}).headers["location"] == f"/data?added={mark}"
