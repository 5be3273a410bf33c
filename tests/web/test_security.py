"""What an attacker tries at the door: foreign pages, broken headers, letters no database keeps, links that outlive a change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from algesia.web import errors
from algesia.web.account.limits import address
from algesia.web.app import create_app
from algesia.web.security import HEADERS
from algesia.web.settings import Settings
from tests.web.clinic_app import LINK, ORIGIN, PASSWORD, Clinic, invite, sign_in
from tests.web.server import Held

FORM = {"name": "admin", "password": "not the password"}


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


@pytest.fixture
def local() -> Iterator[TestClient]:
    app = create_app(Settings(url="sqlite://", clock=Held(), examples=False))
    people = app.state.algesia.store.people
    people.add("p1", "diary", "One", at="2026-11-01T00:00:00.000000Z")
    with TestClient(
        app, base_url="http://127.0.0.1:8000", follow_redirects=False, raise_server_exceptions=False
    ) as client:
        yield client


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://["},
        {"Origin": "null"},
        {"Origin": "http://pain.example.org"},
        {"Origin": "https://pain.example.org.evil.example"},
        {"Origin": "https://pain.example.org:8443"},
        {"Sec-Fetch-Site": "same-site", "Origin": ORIGIN},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_form_that_is_not_ours_is_refused(clinic: Clinic, headers: dict[str, str]) -> None:
    assert clinic.browser().post("/login", data=FORM, headers=headers).status_code == 403


def test_our_own_form_is_taken(clinic: Clinic) -> None:
    assert clinic.browser().post("/login", data=FORM, headers={"Origin": ORIGIN}).status_code == 401


def test_a_broken_referer_is_no_error(clinic: Clinic) -> None:
    browser = clinic.browser()
    for path in ("/account/password", "/today/pain"):
        answer = browser.post(path, data={"id": "a"}, headers={"Referer": "http://[x"})
        assert answer.status_code in (303, 401)
        assert "evil" not in answer.headers.get("location", "")


@pytest.mark.parametrize("length", ["-1", "1" * 5000, "1e3", ""])
def test_a_length_that_is_no_length_is_refused(local: TestClient, length: str) -> None:
    sent = local.build_request("POST", "/today/bad", headers={"content-length": length})
    assert local.send(sent).status_code == 413


def test_a_form_in_a_foreign_encoding_is_refused(local: TestClient) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="id"\r\n\r\n\\ud800\r\n--x--\r\n'
    kind = "multipart/form-data; charset=unicode_escape; boundary=x"
    answer = local.post("/today/bad", content=body, headers={"content-type": kind})
    assert answer.status_code == 415
    usual = kind.replace("unicode_escape", '"UTF-8"')
    assert local.post("/today/bad", content=body, headers={"content-type": usual}).status_code == 303


def test_half_a_letter_in_json_is_no_error(clinic: Clinic) -> None:
    browser = clinic.browser()
    browser._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    sent = b'{"credential": {"id": "\\ud800", "response": {"clientDataJSON": "\\ud800"}}, "next": "\\ud800"}'
    answer = browser.post("/passkey/login/finish", content=sent, headers={"content-type": "application/json"})
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/entries/a%00b", "/clinic/%00", "/today?x=%00"])
def test_a_nul_in_an_address_leads_nowhere(local: TestClient, path: str) -> None:
    assert local.get(path).status_code == 404


@pytest.mark.parametrize("id", ["a\x00b", "a\nb", "\x1b[2J", "x" * 65])
def test_an_id_with_control_characters_is_refused(local: TestClient, id: str) -> None:
    assert local.post("/today/goal", data={"id": id, "done": "did"}).status_code == 422


def test_an_internal_error_has_its_page_with_every_header_and_nothing_of_the_record(
    local: TestClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from algesia.web.reviews import Reviews

    def breaks(*_: object) -> None:
        raise ZeroDivisionError("marmalade")

    monkeypatch.setattr(Reviews, "of", breaks)
    answer = local.get("/picture")
    assert answer.status_code == 500
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["cache-control"] == "no-store"
    said = capsys.readouterr().err
    assert "marmalade" not in answer.text + said
    assert "ZeroDivisionError" in said


def test_letters_that_cannot_be_written_are_a_refusal(
    local: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from algesia.web.reviews import Reviews

    monkeypatch.setattr(Reviews, "of", lambda *_: "\ud800".encode())
    assert local.get("/picture").status_code == 422


def test_every_answer_but_assets_is_kept_nowhere(local: TestClient) -> None:
    for path in ("/", "/today", "/data/algesia-export.json", "/report.pdf", "/nothing", "/healthz"):
        assert local.get(path).headers["cache-control"] == "no-store", path
    asset = re.search(r"/assets/person[^\"]*", local.get("/help").text)
    assert asset is not None
    answer = local.get(asset[0])
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["vary"] == "Accept-Encoding"


def test_signing_in_leads_on_with_the_whole_address(clinic: Clinic) -> None:
    clinic.admin()
    browser = clinic.browser()
    answer = browser.get("/admin/audit?first=3&more=a%20b")
    assert answer.headers["location"].startswith("/login?next=/admin/audit%3F")
    then = re.search(r'name="next" value="([^"]*)"', browser.get(answer.headers["location"]).text)
    assert then is not None
    wanted = then[1].replace("&amp;", "&")
    assert sign_in(browser, "admin", next=wanted).headers["location"] == "/admin/audit?first=3&more=a%20b"


def test_a_patient_takes_back_only_what_the_patient_wrote(clinic: Clinic) -> None:
    """A withdrawn plan comes back by a clinician, not by an undo of whoever it was withdrawn from."""
    admin = clinic.admin()
    anna, okafor = clinic.join(admin, "anna", "patient"), clinic.join(admin, "dr.okafor", "clinician")
    person = clinic.record("anna")
    anna.post("/sharing", data={"clinician": "dr.okafor", "days": "7"})
    sign = {"id": "theirs", "kind": "sign", "name": "allodynia", "answer": "present"}
    assert okafor.post(f"/clinic/{person}/record", data=sign).status_code == 303
    anna.post("/today/goal", data={"id": "mine", "done": "did"})
    assert anna.post("/undo", data={"batch": "theirs"}).status_code == 422
    people = clinic.state.store.people
    assert [fact.id for fact in people.current(person)] == ["theirs", "mine"]
    anna.post("/undo", data={"batch": people.current(person)[-1].batch})
    assert [fact.id for fact in people.current(person)] == ["theirs"]


def test_an_id_that_stands_in_the_way_of_an_undo_is_no_error(local: TestClient) -> None:
    local.post("/today/goal", data={"id": "first", "done": "did"})
    people = local.app.state.algesia.store.people  # type: ignore[attr-defined]
    batch = people.current("p1")[0].batch
    local.post("/entries/add", data={"id": "first~undo", "day": "2026-11-10", "pain": "3"})
    assert local.post("/undo", data={"batch": batch}).status_code == 409


@pytest.mark.parametrize(
    "at", ["2026-99-99", "2026-02-30", "0000-01-01", "2026-11-12T25:61", "2026-11-12\n", "٢٠٢٦-١١-١٢"]
)
def test_a_file_with_a_day_that_is_none_is_refused(local: TestClient, at: str) -> None:
    whole = {
        "format": "algesia-export/1",
        "record": {"format": "algesia-record/1"},
        "diary": {"notes": [{"at": at, "text": "x"}]},
    }
    answer = local.post("/data/import", files={"files": ("export.json", json.dumps(whole).encode())})
    assert answer.status_code == 422
    assert "notes[0]" in answer.text


def test_us_numbers_stay_where_the_installation_shows_european_ones() -> None:
    app = create_app(Settings(url="sqlite://", clock=Held(), examples=False, place="eu"))
    app.state.algesia.store.people.add("p1", "diary", "One", at="2026-11-01T00:00:00.000000Z")
    client = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
    assert client.post("/settings/numbers", data={"id": "a" * 32, "place": "us"}).status_code == 303
    assert "911" in client.get("/help/crisis").text


def test_two_administrators_cannot_shut_each_other(clinic: Clinic) -> None:
    first = clinic.admin()
    second = clinic.join(first, "second", "admin")
    ids = clinic.account("admin").id, clinic.account("second").id
    for browser, id in ((first, ids[1]), (second, ids[0])):
        browser.post(f"/admin/accounts/{id}/disable")
    assert sum(clinic.account(name).disabled_at is None for name in ("admin", "second")) == 1


def test_who_only_was_invited_does_not_count_as_an_administrator(clinic: Clinic) -> None:
    admin = clinic.admin()
    invite(admin, "second", "admin")
    store = clinic.accounts
    assert not store.disable(clinic.account("admin").id, at="2026-11-12T20:00:00.000000Z")
    assert clinic.account("admin").disabled_at is None


def test_a_link_ends_when_its_person_chooses_another_password(clinic: Clinic) -> None:
    admin = clinic.admin()
    anna = clinic.join(admin, "anna", "patient")
    found = LINK.search(admin.post(f"/admin/accounts/{clinic.account('anna').id}/link").text)
    assert found is not None
    assert clinic.browser().get(f"/invite/{found[1]}").status_code == 200
    new = {"password": "another four words", "again": "another four words", "current_password": PASSWORD}
    assert anna.post("/account/password", data=new).status_code == 303
    assert clinic.browser().get(f"/invite/{found[1]}").status_code == 404


def test_a_shut_account_that_is_opened_again_has_no_old_link(clinic: Clinic) -> None:
    admin = clinic.admin()
    token = invite(admin, "anna", "patient")
    id = clinic.account("anna").id
    admin.post(f"/admin/accounts/{id}/disable")
    admin.post(f"/admin/accounts/{id}/enable")
    assert clinic.browser().get(f"/invite/{token}").status_code == 404


def test_the_list_of_people_stands_in_the_log(clinic: Clinic) -> None:
    okafor = clinic.join(clinic.admin(), "dr.okafor", "clinician")
    okafor.get("/clinic")
    assert (clinic.account("dr.okafor").id, "list-people") in clinic.log()


def _asking(host: str) -> Request:
    return Request({"type": "http", "client": (host, 1), "headers": []})


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1%eth0", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.7"),
        ("somewhere", "somewhere"),
    ],
)
def test_one_household_is_one_address(host: str, counted: str) -> None:
    assert address(_asking(host)) == counted


def test_what_an_error_prints_is_where_and_not_what(capsys: pytest.CaptureFixture[str]) -> None:
    def breaks() -> Any:
        raise KeyError("marmalade")

    try:
        breaks()
    except KeyError as error:
        errors._log(error)
    said = capsys.readouterr().err
    assert "KeyError" in said
    assert "marmalade" not in said
