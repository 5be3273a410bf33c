"""schemathesis over the OpenAPI: whatever is sent, no answer is a 500."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error

from algesia.web.app import create_app
from algesia.web.settings import Settings
from tests.web.diaries import some_days
from tests.web.server import Held

PERSON = "person-one"


def _app() -> Any:
    app = create_app(Settings(url="sqlite://", clock=Held(), hosts=("127.0.0.1", "testserver")))
    people = app.state.algesia.store.people
    people.add(PERSON, "diary", "One", at="2026-11-01T00:00:00.000000Z")
    some_days(people, PERSON)
    return app


APP = _app()
schema = schemathesis.openapi.from_asgi("/openapi.json", APP)


@schema.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_answer_is_a_server_error(case: Any) -> None:
    for name in ("person_id",):
        if name in (case.path_parameters or {}):
            case.path_parameters[name] = PERSON
    answer = case.call(headers={"Host": "127.0.0.1"}, base_url="http://127.0.0.1", allow_redirects=False)
    case.validate_response(answer, checks=[not_a_server_error])


def test_the_schema_names_every_route() -> None:
    assert len(APP.openapi()["paths"]) > 20
