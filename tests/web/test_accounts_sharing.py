"""Consent: who sees whose record, and since when no longer."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.clinic_app import Clinic, sign_in


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


@pytest.fixture
def people(clinic: Clinic) -> dict[str, TestClient]:
    admin = clinic.admin()
    roles = {"anna": "patient", "bert": "patient", "dr.okafor": "clinician", "dr.lind": "clinician"}
    return {"admin": admin, **{name: clinic.join(admin, name, role) for name, role in roles.items()}}


def share(browser: TestClient, clinician: str = "dr.okafor", days: int = 30) -> Any:
    return browser.post("/sharing", data={"clinician": clinician, "days": str(days)})


def opens(clinic: Clinic, browser: TestClient, name: str = "anna") -> int:
    return int(browser.get(f"/clinic/{clinic.record(name)}").status_code)


def test_without_consent_a_record_is_not_there(clinic: Clinic, people: dict[str, TestClient]) -> None:
    refused = people["dr.okafor"].get(f"/clinic/{clinic.record('anna')}")
    absent = people["dr.okafor"].get("/clinic/no-such-record")
    assert refused.status_code == absent.status_code == 404
    assert refused.text == absent.text, "whether it exists is not told"


def test_consent_is_for_one_clinician_and_one_record(clinic: Clinic, people: dict[str, TestClient]) -> None:
    assert share(people["anna"], "Dr.Okafor ").status_code == 303
    assert opens(clinic, people["dr.okafor"]) == 200
    assert opens(clinic, people["dr.lind"]) == 404
    assert opens(clinic, people["dr.okafor"], "bert") == 404


@pytest.mark.parametrize("days", [7, 30, 90, 180])
def test_it_ends_by_itself(clinic: Clinic, people: dict[str, TestClient], days: int) -> None:
    share(people["anna"], days=days)
    clinic.clock.move(days=days, seconds=-1)
    sign_in(people["dr.okafor"], "dr.okafor")
    assert opens(clinic, people["dr.okafor"]) == 200
    clinic.clock.move(seconds=1)
    assert opens(clinic, people["dr.okafor"]) == 404


def test_it_ends_at_once_when_ended(clinic: Clinic, people: dict[str, TestClient]) -> None:
    share(people["anna"])
    assert opens(clinic, people["dr.okafor"]) == 200
    people["anna"].post("/sharing/end", data={"clinician": clinic.account("dr.okafor").id})
    assert opens(clinic, people["dr.okafor"]) == 404
    assert "Nobody else can see your record" in people["anna"].get("/sharing").text


def test_giving_again_replaces_the_time(clinic: Clinic, people: dict[str, TestClient]) -> None:
    share(people["anna"], days=180)
    share(people["anna"], days=7)
    clinic.clock.move(days=7)
    sign_in(people["dr.okafor"], "dr.okafor")
    assert opens(clinic, people["dr.okafor"]) == 404


def test_only_days_that_are_offered(clinic: Clinic, people: dict[str, TestClient]) -> None:
    for days in (0, -1, 181, 36_500):
        assert share(people["anna"], days=days).status_code == 422
    assert opens(clinic, people["dr.okafor"]) == 404


def test_it_is_no_directory(clinic: Clinic, people: dict[str, TestClient]) -> None:
    answers = [share(people["anna"], name) for name in ("dr.nobody", "bert", "admin")]
    assert {answer.status_code for answer in answers} == {422}
    assert len({answer.text for answer in answers}) == 1, (
        "a patient's name and no name at all are told apart by nothing"
    )
    assert "dr.okafor" not in answers[0].text and "dr.lind" not in answers[0].text
    for number in range(7):
        assert share(people["anna"], f"dr.{number}").status_code == 422
    stopped = share(people["anna"])
    assert stopped.status_code == 429 and stopped.headers["retry-after"] == "900"


def test_the_person_sees_who_looked(clinic: Clinic, people: dict[str, TestClient]) -> None:
    share(people["anna"])
    assert "No clinician has opened your record." in people["anna"].get("/sharing").text
    opens(clinic, people["dr.okafor"])
    page = people["anna"].get("/sharing").text
    assert "No clinician has opened" not in page and page.count("Thursday 12 November") == 1
    assert (clinic.account("anna").id, "consent-given") in clinic.log()


def test_one_patient_cannot_reach_another(clinic: Clinic, people: dict[str, TestClient]) -> None:
    assert opens(clinic, people["bert"]) == 403
    people["bert"].cookies.set("person", clinic.record("anna"))
    people["bert"].post("/today/pain", data={"id": "pain-b", "pain": "9"})
    store = clinic.state.store.people
    assert not store.history(clinic.record("anna")) and store.history(clinic.record("bert"))
    people["bert"].post(
        "/sharing", data={"clinician": "dr.okafor", "days": "30", "person_id": clinic.record("anna")}
    )
    assert opens(clinic, people["dr.okafor"]) == 404


def test_a_clinician_cannot_give_consent_in_a_patients_place(
    clinic: Clinic, people: dict[str, TestClient]
) -> None:
    assert share(people["dr.okafor"]).status_code == 403
    assert people["dr.okafor"].get("/sharing").status_code == 403


def test_an_administrator_sees_accounts_and_no_record(clinic: Clinic, people: dict[str, TestClient]) -> None:
    people["anna"].post("/today/pain", data={"id": "pain-a", "pain": "7"})
    assert opens(clinic, people["admin"]) == 403
    for path in ("/today", "/clinic", "/sharing"):
        assert people["admin"].get(path).status_code == 403, path
    assert people["admin"].get("/admin").status_code == 200
    for name in ("anna", "dr.okafor"):
        for path in ("/admin", "/admin/audit"):
            assert people[name].get(path).status_code == 403


def test_the_log_page_says_when_the_chain_is_broken(clinic: Clinic, people: dict[str, TestClient]) -> None:
    assert "The log holds:" in people["admin"].get("/admin/audit").text
    with clinic.state.store.people.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        connection.exec_driver_sql("UPDATE audit SET who = 'somebody-else' WHERE seq = 3")
    assert "row 3 does not fit" in people["admin"].get("/admin/audit").text


def test_a_person_who_was_erased_leaves_no_consent(clinic: Clinic, people: dict[str, TestClient]) -> None:
    share(people["anna"])
    record = clinic.record("anna")
    clinic.state.store.people.erase(record)
    assert people["dr.okafor"].get(f"/clinic/{record}").status_code == 404
    assert people["anna"].get("/sharing").status_code == 404
