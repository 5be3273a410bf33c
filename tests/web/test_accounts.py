"""Signing in, staying signed in, and being signed out: what an attacker tries, and what must not be lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from algesia.adapters.store.accounts import digest
from algesia.web.account.admin import first_invitation
from algesia.web.account.limits import BY_NAME, Limits
from tests.web.clinic_app import ORIGIN, PASSWORD, Clinic, hidden, invite, sign_in

SESSION = "__Host-session"


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


@pytest.fixture
def admin(clinic: Clinic) -> Iterator[TestClient]:
    return clinic.admin()


@pytest.fixture
def anna(clinic: Clinic, admin: TestClient) -> TestClient:
    return clinic.join(admin, "anna", "patient")


def dump(clinic: Clinic) -> str:
    """Everything the database holds, as text."""
    with clinic.state.store.engine.connect() as connection:
        tables = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        return repr([connection.execute(text(f"SELECT * FROM {table}")).all() for table in tables])


def test_a_password_signs_in_and_a_wrong_one_does_not(clinic: Clinic, anna: TestClient) -> None:
    browser = clinic.browser()
    wrong = sign_in(browser, "anna", "not-the-password")
    assert wrong.status_code == 401 and "The name or the password is not right." in wrong.text
    assert "not-the-password" not in wrong.text and SESSION not in browser.cookies
    assert sign_in(browser, "Anna ").headers["location"] == "/today"
    assert browser.get("/today").status_code in (200, 303)
    assert browser.get("/account").status_code == 200


def test_an_unknown_name_is_told_the_same(clinic: Clinic, anna: TestClient) -> None:
    known = sign_in(clinic.browser(), "anna", "not-the-password")
    unknown = sign_in(clinic.browser(), "nobody-here", "not-the-password")
    assert known.text.replace("anna", "X") == unknown.text.replace("nobody-here", "X")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(clinic: Clinic, anna: TestClient) -> None:
    cookie = sign_in(clinic.browser(), "anna").headers["set-cookie"]
    for part in (f"{SESSION}=", "HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


def test_many_tries_at_one_name_are_stopped_and_told_when_to_come_back(
    clinic: Clinic, anna: TestClient
) -> None:
    for number in range(5):
        assert (
            sign_in(clinic.browser(f"192.0.2.{number}"), "anna", f"guess-number-{number}").status_code == 401
        )
    refused = sign_in(clinic.browser("192.0.2.99"), "anna", PASSWORD)
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "900" and "Try again in 15 minutes" in refused.text
    clinic.clock.move(minutes=15)
    assert sign_in(clinic.browser("192.0.2.99"), "anna").status_code == 303


def test_many_tries_from_one_address_are_stopped(clinic: Clinic, anna: TestClient) -> None:
    browser = clinic.browser("198.51.100.7")
    tried = [sign_in(browser, f"name-{number}", "guess").status_code for number in range(31)]
    assert tried == [401] * 30 + [429]
    assert sign_in(clinic.browser("198.51.100.8"), "anna").status_code == 303


def test_the_counts_are_bounded_in_memory(clinic: Clinic) -> None:
    limits = Limits(most=100)
    for number in range(1000):
        limits.take([(BY_NAME, str(number))], clinic.clock())
    assert len(limits) == 100


def test_the_token_is_not_in_the_database(clinic: Clinic, anna: TestClient) -> None:
    token = anna.cookies[SESSION]
    assert len(token) >= 43
    assert token not in dump(clinic) and digest(token) in dump(clinic)
    assert PASSWORD not in dump(clinic) and "$argon2id$" in dump(clinic)


def test_a_session_id_from_the_database_opens_nothing(clinic: Clinic, anna: TestClient) -> None:
    thief = clinic.browser()
    thief.cookies.set(SESSION, digest(anna.cookies[SESSION]))
    assert thief.get("/account").headers["location"].startswith("/login")


def test_a_token_given_before_signing_in_is_not_the_one_after(clinic: Clinic, anna: TestClient) -> None:
    browser = clinic.browser()
    browser.cookies.set(SESSION, "chosen-by-somebody-else", domain="pain.example.org")
    sign_in(browser, "anna")
    tokens = [cookie.value for cookie in browser.cookies.jar]
    assert clinic.accounts.session("chosen-by-somebody-else") is None
    assert any(clinic.accounts.session(str(token)) for token in tokens)


def test_signing_in_again_ends_the_session_before(clinic: Clinic, anna: TestClient) -> None:
    before = anna.cookies[SESSION]
    sign_in(anna, "anna")
    assert anna.cookies[SESSION] != before
    thief = clinic.browser()
    thief.cookies.set(SESSION, before)
    assert thief.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("role", "rest", "longest"),
    [("patient", {"days": 30}, {"days": 90}), ("clinician", {"minutes": 30}, {"hours": 12})],
)
def test_a_session_ends_after_rest_and_for_good(
    clinic: Clinic, admin: TestClient, role: str, rest: dict[str, int], longest: dict[str, int]
) -> None:
    browser = clinic.join(admin, "somebody", role)
    begun = clinic.clock.moment
    halfway = {unit: number / 2 for unit, number in rest.items()}
    for _ in range(3):
        clinic.clock.move(**halfway)
        assert browser.get("/account").status_code == 200
    clinic.clock.move(**rest)
    assert browser.get("/account").status_code == 303
    sign_in(browser, "somebody")
    begun = clinic.clock.moment
    refused = None
    for _ in range(60):
        clinic.clock.move(**halfway)
        if browser.get("/account").status_code == 303:
            refused = clinic.clock.moment - begun
            break
    clinic.clock.moment = begun
    clinic.clock.move(**longest)
    assert refused == clinic.clock.moment - begun


def test_signing_out_ends_the_session_on_the_server(clinic: Clinic, anna: TestClient) -> None:
    token = anna.cookies[SESSION]
    answer = anna.post("/logout")
    assert answer.headers["location"] == "/login?out=1" and SESSION not in anna.cookies
    thief = clinic.browser()
    thief.cookies.set(SESSION, token)
    assert thief.get("/account").status_code == 303


def test_signing_out_everywhere_and_a_new_password_end_other_devices(
    clinic: Clinic, anna: TestClient
) -> None:
    other = clinic.browser()
    sign_in(other, "anna")
    new = "another-four-words"
    changed = anna.post(
        "/account/password", data={"current_password": PASSWORD, "password": new, "again": new}
    )
    assert changed.headers["location"] == "/account?did=password"
    assert anna.get("/account").status_code == 200 and other.get("/account").status_code == 303
    assert sign_in(other, "anna").status_code == 401 and sign_in(other, "anna", new).status_code == 303
    anna.post("/account/end-sessions")
    assert other.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        ("short", "short", "at least 12"),
        ("long-enough-words", "long-enough-wards", "not the same"),
        ("anna.of.the.mill", "anna.of.the.mill", "another than your account name"),
    ],
)
def test_a_weak_password_is_refused_and_the_invitation_stays(
    clinic: Clinic, admin: TestClient, password: str, again: str, says: str
) -> None:
    path = f"/invite/{invite(admin, 'anna.of.the.mill', 'patient')}"
    refused = clinic.browser().post(path, data={"password": password, "again": again})
    assert refused.status_code == 422 and says in refused.text
    assert re.search(r'type="password"[^>]* value=', refused.text) is None
    assert clinic.browser().post(path, data={"password": PASSWORD, "again": PASSWORD}).status_code == 303


def test_an_invitation_is_used_once_and_looking_does_not_use_it(clinic: Clinic, admin: TestClient) -> None:
    path = f"/invite/{invite(admin, 'anna', 'patient')}"
    for _ in range(2):
        assert "Your account: anna" in clinic.browser().get(path).text
    choice = {"password": PASSWORD, "again": PASSWORD}
    assert clinic.browser().post(path, data=choice).status_code == 303
    again = clinic.browser().post(
        path, data={"password": "the-thiefs-password", "again": "the-thiefs-password"}
    )
    assert again.status_code == 404 and "no longer works" in again.text
    assert sign_in(clinic.browser(), "anna", "the-thiefs-password").status_code == 401


def test_an_invitation_expires_after_seven_days(clinic: Clinic, admin: TestClient) -> None:
    path = f"/invite/{invite(admin, 'anna', 'patient')}"
    clinic.clock.move(days=7)
    assert clinic.browser().get(path).status_code == 404
    assert clinic.browser().post(path, data={"password": PASSWORD, "again": PASSWORD}).status_code == 404


def test_the_first_administrator_is_invited_in_the_terminal_and_only_then() -> None:
    clinic = Clinic()
    first, second = first_invitation(clinic.state), first_invitation(clinic.state)
    assert first is not None and second is not None and first != second
    path = first.removeprefix(ORIGIN)
    assert clinic.browser().get(path).status_code == 404, "the link before no longer works"
    clinic.admin()
    assert first_invitation(clinic.state) is None


def test_a_disabled_account_ends_at_once(clinic: Clinic, admin: TestClient, anna: TestClient) -> None:
    account = clinic.account("anna")
    assert admin.post(f"/admin/accounts/{account.id}/disable").status_code == 303
    assert anna.get("/account").status_code == 303
    assert sign_in(clinic.browser(), "anna").status_code == 401
    admin.post(f"/admin/accounts/{account.id}/enable")
    assert anna.get("/account").status_code == 303, "its old sessions do not come back"
    assert sign_in(clinic.browser(), "anna").status_code == 303


def test_an_administrator_cannot_shut_the_own_account(clinic: Clinic, admin: TestClient) -> None:
    assert admin.post(f"/admin/accounts/{clinic.account('admin').id}/disable").status_code == 409
    assert admin.get("/admin").status_code == 200


def test_a_new_link_replaces_the_old_ways_to_sign_in(
    clinic: Clinic, admin: TestClient, anna: TestClient
) -> None:
    page = admin.post(f"/admin/accounts/{clinic.account('anna').id}/link").text
    path = page.split(f"{ORIGIN}", 1)[1].split("<", 1)[0]
    assert anna.get("/account").status_code == 200, "until it is used, nothing changes"
    new = "another-four-words"
    assert clinic.browser().post(path, data={"password": new, "again": new}).status_code == 303
    assert anna.get("/account").status_code == 303
    assert sign_in(clinic.browser(), "anna").status_code == 401


def test_a_name_is_taken_once_and_can_be_read_out(clinic: Clinic, admin: TestClient) -> None:
    invite(admin, "anna", "patient")
    taken = admin.post("/admin/invite", data={"name": "ANNA", "role": "clinician"})
    assert taken.status_code == 409 and "There is an account named anna already." in taken.text
    assert admin.post("/admin/invite", data={"name": "аnna", "role": "patient"}).status_code == 422
    assert len(clinic.state.store.people.all()) == 1


def test_a_form_from_another_site_is_refused(clinic: Clinic, anna: TestClient) -> None:
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"origin": "https://elsewhere.example"},
        {"sec-fetch-site": "same-site"},
    ):
        assert anna.post("/logout", headers=headers).status_code == 403
    assert anna.get("/account").status_code == 200


def test_a_name_that_was_bound_to_this_address_elsewhere_is_refused(clinic: Clinic, anna: TestClient) -> None:
    for host in ("rebound.example", "pain.example.org.rebound.example", ""):
        assert anna.get("/account", headers={"host": host}).status_code == 400


@pytest.mark.parametrize(
    "then", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "javascript:1"]
)
def test_nobody_is_led_to_another_site(clinic: Clinic, anna: TestClient, then: str) -> None:
    assert sign_in(clinic.browser(), "anna", next=then).headers["location"] == "/today"
    assert "elsewhere" not in clinic.browser().get("/login", params={"next": then}).text


def test_signing_in_leads_to_the_page_that_was_asked_for(clinic: Clinic, anna: TestClient) -> None:
    browser = clinic.browser()
    asked = browser.get("/sharing").headers["location"]
    page = browser.get(asked).text
    assert sign_in(browser, "anna", **hidden(page)).headers["location"] == "/sharing"


def test_the_log_holds_sign_ins_and_refusals_without_a_password(clinic: Clinic, anna: TestClient) -> None:
    sign_in(clinic.browser(), "anna", "not-the-password")
    account = clinic.account("anna")
    assert (account.id, "sign-in") in clinic.log() and (account.id, "sign-in-refused") in clinic.log()
    assert "not-the-password" not in dump(clinic)
    assert clinic.state.store.audit.verify().broken_at is None
