"""A form that was sent with an ended session: nothing is lost, nothing goes to somebody else, nothing leaves the site."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.web.clinic_app import ORIGIN, PASSWORD, Clinic, hidden, sign_in

NOTE = 'Line one\r\n10 % worse <i>"&amp;"</i>   after 3 h'
SENT = {"id": "note-1", "text": NOTE, "empty": ""}
FROM = {"referer": f"{ORIGIN}/today"}


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


@pytest.fixture
def admin(clinic: Clinic) -> TestClient:
    return clinic.admin()


@pytest.fixture
def anna(clinic: Clinic, admin: TestClient) -> TestClient:
    made = clinic.join(admin, "anna", "patient")
    clinic.clock.move(days=31)
    return made


def pains(clinic: Clinic, name: str) -> list[float]:
    record = clinic.state.store.people.record(clinic.record(name))
    return [rating.score for rating in record.pain]


def test_what_was_entered_is_saved_after_signing_in(clinic: Clinic, anna: TestClient) -> None:
    ended = anna.post("/today/pain", data={"id": "pain-1", "pain": "7"}, headers=FROM)
    assert ended.status_code == 401 and "What you entered is below" in ended.text
    offered = sign_in(anna, "anna", **hidden(ended.text))
    assert (
        offered.status_code == 200
        and "Save it now" in offered.text
        and 'action="/today/pain"' in offered.text
    )
    assert pains(clinic, "anna") == [], "nothing is sent without a tap"
    assert anna.post("/today/pain", data=hidden(offered.text)).status_code == 303
    assert pains(clinic, "anna") == [7]
    anna.post("/today/pain", data=hidden(offered.text))
    assert pains(clinic, "anna") == [7], "a second tap changes nothing"


def test_every_character_comes_through(clinic: Clinic, anna: TestClient) -> None:
    ended = anna.post("/today/pain?day=2", data=SENT, headers=FROM)
    assert "<i>" not in ended.text
    offered = sign_in(anna, "anna", **hidden(ended.text))
    assert hidden(offered.text) == SENT and 'action="/today/pain?day=2"' in offered.text


def test_a_wrong_password_in_between_loses_nothing(clinic: Clinic, anna: TestClient) -> None:
    ended = anna.post("/today/pain", data=SENT, headers=FROM)
    again = sign_in(anna, "anna", "not-the-password", **hidden(ended.text))
    assert again.status_code == 401
    assert hidden(sign_in(anna, "anna", **hidden(again.text)).text) == SENT


def test_somebody_else_who_signs_in_is_not_given_it(
    clinic: Clinic, admin: TestClient, anna: TestClient
) -> None:
    sign_in(admin, "admin")
    clinic.join(admin, "bert", "patient")
    ended = anna.post("/today/pain", data=SENT, headers=FROM)
    other = sign_in(anna, "bert", **hidden(ended.text))
    assert "filled in by somebody with another account" in other.text and "Line one" not in other.text


def test_a_password_is_never_kept(clinic: Clinic, anna: TestClient) -> None:
    ended = anna.post("/account/password", data={"current_password": PASSWORD, "password": "x", "again": "x"})
    assert ended.status_code == 303 and ended.headers["location"].startswith("/login")
    ended = anna.post("/today/pain", data={**SENT, "My_Password": PASSWORD}, headers=FROM)
    assert PASSWORD not in ended.text


@pytest.mark.parametrize(
    "path",
    ["//elsewhere.example/x", "https://elsewhere.example", "/\\elsewhere.example", "/account/password", ""],
)
def test_it_is_never_sent_to_another_place(clinic: Clinic, anna: TestClient, path: str) -> None:
    ended = anna.post("/today/pain", data=SENT, headers=FROM)
    forged = hidden(ended.text) | {"kept_path": path}
    answer = sign_in(anna, "anna", **forged)
    assert answer.status_code == 303 and answer.headers["location"] == "/today"


def test_what_is_no_kept_form_is_ignored(clinic: Clinic, anna: TestClient) -> None:
    for kept in ("{", "[1]", '[["a"]]', '{"a":"b"}', "null"):
        answer = sign_in(anna, "anna", kept=kept, kept_path="/today/pain")
        assert answer.status_code == 303


def test_a_file_that_cannot_be_kept_is_said(clinic: Clinic, anna: TestClient) -> None:
    ended = anna.post("/today/pain", files={"file": ("a.json", b"{}")}, headers=FROM)
    assert ended.status_code == 401 and "before the file arrived" in ended.text
    assert sign_in(anna, "anna", **hidden(ended.text)).headers["location"] == "/today"


def test_a_program_is_told_in_json(clinic: Clinic, anna: TestClient) -> None:
    ended = anna.post("/today/pain", data=SENT, headers={"accept": "application/json"})
    assert ended.status_code == 401 and ended.json()["error"] == "Sign in"


def test_after_a_passkey_it_is_offered_too(clinic: Clinic, anna: TestClient) -> None:
    ended = anna.post("/today/pain", data=SENT, headers=FROM)
    carried = hidden(ended.text)
    sign_in(anna, "anna")
    offered = anna.post("/login/kept", data=carried)
    assert hidden(offered.text) == SENT
