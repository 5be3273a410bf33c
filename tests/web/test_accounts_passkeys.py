"""Passkeys, with a device of our own that signs for real: what is accepted, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.clinic_app import Clinic, Device, add_passkey, invite


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


@pytest.fixture
def admin(clinic: Clinic) -> TestClient:
    return clinic.admin()


@pytest.fixture
def anna(clinic: Clinic, admin: TestClient) -> TestClient:
    return clinic.join(admin, "anna", "patient")


def begin(browser: TestClient) -> dict[str, Any]:
    made: dict[str, Any] = browser.post("/passkey/login/begin").json()
    return made


def finish(browser: TestClient, said: Any, then: str = "") -> Any:
    return browser.post("/passkey/login/finish", json={"credential": said, "next": then})


def test_a_passkey_signs_in(clinic: Clinic, anna: TestClient) -> None:
    device = Device()
    assert add_passkey(anna, device).json() == {"next": "/account"}
    assert "My phone" in anna.get("/account").text
    browser = clinic.browser()
    assert finish(browser, device.use(begin(browser)), "/sharing").json() == {"next": "/sharing"}
    assert browser.get("/account").status_code == 200


def test_an_invitation_is_accepted_with_a_passkey_alone(clinic: Clinic, admin: TestClient) -> None:
    path, device, browser = f"/invite/{invite(admin, 'bert', 'patient')}", Device(), clinic.browser()
    options = browser.post(f"{path}/passkey/begin").json()
    made = device.make(options)
    assert browser.post(f"{path}/passkey/finish", json={"credential": made}).json() == {"next": "/today"}
    assert browser.get("/account").status_code == 200
    assert browser.post(f"{path}/passkey/begin").status_code == 404
    assert clinic.account("bert").password is None
    assert browser.post("/account/passkeys/remove", data={"key": made["id"]}).status_code == 409, (
        "the only way in stays"
    )


def test_what_was_signed_once_is_refused_the_second_time(clinic: Clinic, anna: TestClient) -> None:
    device = Device()
    add_passkey(anna, device)
    browser, thief = clinic.browser(), clinic.browser()
    said = device.use(begin(browser))
    assert finish(browser, said).status_code == 200
    assert finish(thief, said).status_code == 401
    assert not thief.cookies


def test_a_challenge_lasts_five_minutes(clinic: Clinic, anna: TestClient) -> None:
    device = Device()
    add_passkey(anna, device)
    browser = clinic.browser()
    said = device.use(begin(browser))
    clinic.clock.move(minutes=5)
    assert finish(browser, said).status_code == 401
    options = anna.post("/passkey/register/begin").json()
    clinic.clock.move(minutes=5)
    late = anna.post("/passkey/register/finish", json={"credential": Device(b"another-one").make(options)})
    assert late.status_code == 400


def test_a_copy_of_the_key_that_counts_behind_is_refused(clinic: Clinic, anna: TestClient) -> None:
    device = Device()
    add_passkey(anna, device)
    for _ in range(2):
        assert finish(clinic.browser(), device.use(begin(clinic.browser()))).status_code == 200
    device.count = 0
    assert finish(clinic.browser(), device.use(begin(clinic.browser()))).status_code == 401


@pytest.mark.parametrize("wrong", [{"origin": "https://pain.example.com"}, {"host": "example.org"}])
def test_what_another_site_had_signed_is_refused(
    clinic: Clinic, anna: TestClient, wrong: dict[str, str]
) -> None:
    device = Device()
    add_passkey(anna, device)
    for name, value in wrong.items():
        setattr(device, name, value)
    assert finish(clinic.browser(), device.use(begin(clinic.browser()))).status_code == 401
    options = anna.post("/passkey/register/begin").json()
    assert add_passkey(anna, Device(b"second", **wrong)).status_code == 400
    assert options["rp"]["id"] == "pain.example.org"


def test_another_key_and_a_changed_signature_are_refused(clinic: Clinic, anna: TestClient) -> None:
    device, other = Device(), Device()
    add_passkey(anna, device)
    other.user = device.user
    assert finish(clinic.browser(), other.use(begin(clinic.browser()))).status_code == 401
    said = device.use(begin(clinic.browser()))
    said["response"]["signature"] = said["response"]["signature"][:-8] + "AAAAAAAA"
    assert finish(clinic.browser(), said).status_code == 401


def test_a_challenge_to_add_a_passkey_is_for_one_account(
    clinic: Clinic, admin: TestClient, anna: TestClient
) -> None:
    options = anna.post("/passkey/register/begin").json()
    assert (
        admin.post("/passkey/register/finish", json={"credential": Device().make(options)}).status_code == 400
    )
    assert not clinic.accounts.passkeys(clinic.account("admin").id)


def test_a_passkey_belongs_to_one_account(clinic: Clinic, admin: TestClient, anna: TestClient) -> None:
    device = Device()
    add_passkey(anna, device)
    assert add_passkey(admin, device).status_code == 409


def test_a_removed_passkey_and_a_shut_account_are_refused(
    clinic: Clinic, admin: TestClient, anna: TestClient
) -> None:
    device, second = Device(), Device(b"second-device")
    add_passkey(anna, device)
    add_passkey(anna, second)
    key = clinic.accounts.passkeys(clinic.account("anna").id)[0].id
    assert admin.post("/account/passkeys/remove", data={"key": key}).status_code == 409, (
        "not another account's"
    )
    assert anna.post("/account/passkeys/remove", data={"key": key}).status_code == 303
    assert finish(clinic.browser(), device.use(begin(clinic.browser()))).status_code == 401
    admin.post(f"/admin/accounts/{clinic.account('anna').id}/disable")
    assert finish(clinic.browser(), second.use(begin(clinic.browser()))).status_code == 401


@pytest.mark.parametrize(
    "said",
    [
        None, "x", 7, [], {}, {"id": "x"}, {"id": "x", "response": None}, {"id": "x", "response": {"clientDataJSON": "!"}},
        {"id": "x", "response": {"clientDataJSON": "e30"}}, {"id": "x", "response": {"clientDataJSON": 7}},
        {"id": "x", "rawId": "x", "type": "public-key", "response": {"clientDataJSON": "bnVsbA"}},
    ],
)  # fmt: skip
def test_what_no_device_made_is_refused(clinic: Clinic, anna: TestClient, said: Any) -> None:
    assert finish(clinic.browser(), said).status_code == 401
    assert anna.post("/passkey/register/finish", json={"credential": said}).status_code == 400


def test_many_challenges_from_one_address_are_stopped(clinic: Clinic) -> None:
    browser = clinic.browser()
    asked = [browser.post("/passkey/login/begin").status_code for _ in range(31)]
    assert asked == [200] * 30 + [429]
