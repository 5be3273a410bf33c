"""Every route declares what it does, and refuses the wrong person. A route that declares nothing fails here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from algesia.adapters.store.model import Entry
from algesia.web import visit as visits
from algesia.web.app import create_app
from algesia.web.authorize import ACTIONS, LOCAL, Action, Denied, Principal, authorize
from algesia.web.settings import Settings
from algesia.web.visit import Allow
from tests.web.diaries import some_days
from tests.web.server import Held

MARY, JOHN = "person-mary", "person-john"
PATIENT = Principal("account-mary", "mary", "patient", MARY)
STRANGER = Principal("account-john", "john", "patient", JOHN)
CLINICIAN = Principal("account-okafor", "okafor", "clinician")
ADMIN = Principal("account-admin", "admin", "admin")
NOBODY = Principal("nobody", "", "nobody")
NONE_SUCH = ("/openapi.json",)


def app_of(clinic: bool = True) -> Any:
    app = create_app(Settings(url="sqlite://", clock=Held(), clinic=clinic, examples=False))
    people = app.state.algesia.store.people
    for person in (MARY, JOHN):
        people.add(person, "diary", person, at="2026-11-01T00:00:00.000000Z")
        some_days(people, person)
    people.write(MARY, [Entry("secret", "notes", {"at": "2026-11-11", "text": "marmalade"})], by="m", at="x")
    people.write(
        MARY,
        [Entry("med", "medications", {"drug": "oxycodone", "start": "2026-01-01", "dose": {"value": 10, "unit": "mg"},
                                      "route": "oral", "every_hours": 12, "id": "med"})], by="m", at="x",
    )  # fmt: skip
    return app


def flat(routes: Any) -> Iterator[Any]:
    """Every route, also those of routers that were included (newer FastAPI keeps them nested)."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            yield from flat(inner.routes)


def routes(app: Any) -> list[APIRoute]:
    return [route for route in flat(app.routes) if isinstance(route, APIRoute)]


APP = app_of()
ROUTES = routes(APP)


def allowed(route: APIRoute) -> list[Allow]:
    return [part.call for part in route.dependant.dependencies if isinstance(part.call, Allow)]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{sorted(route.methods)[0]} {route.path}")
def test_a_route_declares_exactly_one_action(route: APIRoute) -> None:
    found = allowed(route)
    assert len(found) == 1, f"{route.path} must take one visit: Annotated[Visit, Depends(Allow(...))]"
    assert found[0].action in ACTIONS


def test_nothing_is_served_beside_the_declared_routes() -> None:
    others = [getattr(route, "path", "?") for route in flat(APP.routes) if not isinstance(route, APIRoute)]
    assert sorted(others) == sorted(NONE_SUCH)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{sorted(route.methods)[0]} {route.path}")
def test_an_action_fits_its_method_and_path(route: APIRoute) -> None:
    action = allowed(route)[0].action
    if action in ("write-diary", "write-review", "erase", "release", "add-person"):
        assert route.methods == {"POST"} or "GET" in route.methods
    if "{person_id}" in route.path:
        assert action in ("read-review", "write-review", "plan", "release", "read-history")
    if action in ("read-review", "write-review", "plan", "release", "read-history"):
        assert "{person_id}" in route.path


@dataclass(frozen=True)
class Asking:
    who: Principal
    expect: tuple[int, ...]


def address(route: APIRoute, person: str = MARY) -> str:
    path = route.path.replace("{person_id}", person)
    return re.sub(r"\{[^}]*\}", "med", path)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(APP, base_url="http://127.0.0.1:8000", follow_redirects=False) as made:
        yield made


def ask(client: TestClient, route: APIRoute, who: Principal, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(visits, "principal", lambda _request: who)
    method = "GET" if "GET" in route.methods else sorted(route.methods)[0]
    return client.request(method, address(route), headers={"Accept": "application/json"})


CLOSED = [route for route in ROUTES if allowed(route)[0].action != "open"]


@pytest.mark.parametrize(
    "who", [NOBODY, STRANGER, CLINICIAN, ADMIN], ids=lambda who: who.role + "-" + who.name
)
@pytest.mark.parametrize("route", CLOSED, ids=lambda route: f"{sorted(route.methods)[0]} {route.path}")
def test_a_route_refuses_the_wrong_person(
    client: TestClient, route: APIRoute, who: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mary's words reach nobody else: not without signing in, not a clinician without consent, not an administrator."""
    action = allowed(route)[0].action
    answer = ask(client, route, who, monkeypatch)
    assert "marmalade" not in answer.text
    if who is NOBODY:
        assert answer.status_code == 401
    elif "{person_id}" in route.path or refused(who, action):
        assert answer.status_code in (403, 404)


def refused(who: Principal, action: Action) -> bool:
    record = None
    if who.role == "patient":
        record = APP.state.algesia.store.people.get(who.person)
    try:
        authorize(who, action, record)
    except Denied:
        return True
    return False


def test_the_person_herself_reads_it(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "principal", lambda _request: PATIENT)
    assert client.get("/picture").status_code == 200


MATRIX = {
    "patient": {"open", "account", "read-diary", "write-diary", "export", "erase", "share"},
    "clinician": {"open", "account", "list-people", "add-person", "read-review", "write-review", "plan", "release", "read-history"},
    "admin": {"open", "account", "administer", "read-audit"},
    "nobody": {"open"},
}  # fmt: skip


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("who", [PATIENT, CLINICIAN, ADMIN, NOBODY], ids=lambda who: who.role)
def test_the_matrix(who: Principal, action: Action) -> None:
    mary = APP.state.algesia.store.people.get(MARY)
    try:
        authorize(who, action, mary, granted=True)
        passed = True
    except Denied:
        passed = False
    assert passed == (action in MATRIX[who.role])


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - {"open", "account", "list-people", "add-person"}))
def test_without_consent_a_clinician_is_told_that_there_is_nothing(action: Action) -> None:
    mary = APP.state.algesia.store.people.get(MARY)
    with pytest.raises(Denied) as denied:
        authorize(CLINICIAN, action, mary, granted=False)
    assert denied.value.status in (403, 404)


def test_the_local_user_has_no_accounts() -> None:
    mary = APP.state.algesia.store.people.get(MARY)
    for action in ("account", "administer", "share"):
        with pytest.raises(Denied):
            authorize(LOCAL, action, mary)  # type: ignore[arg-type]
    authorize(LOCAL, "read-review", mary)


def test_reading_and_refusals_are_in_the_audit(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    audit = APP.state.algesia.store.audit
    monkeypatch.setattr(visits, "principal", lambda _request: PATIENT)
    client.get("/picture")
    monkeypatch.setattr(visits, "principal", lambda _request: CLINICIAN)
    client.get(f"/clinic/{MARY}")
    rows = audit.rows()
    assert ("account-mary", "read-diary", MARY) in [(row.who, row.action, row.person) for row in rows]
    assert ("account-okafor", "denied:read-review", MARY) in [
        (row.who, row.action, row.person) for row in rows
    ]
    assert audit.verify().broken_at is None
    assert all("marmalade" not in str(row) for row in rows)
