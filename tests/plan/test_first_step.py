"""The first step waits until as long after the last fall on record as the pace asks for."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from algesia.knowledge.loader import load
from algesia.plan.model import TaperPlan, TaperRequest
from algesia.plan.tapering import taper
from algesia.record.codec import read_record
from algesia.review import review

ASKED = date(2024, 2, 2)


def order(id: str, dose: float, start: str, end: str | None = None) -> dict[str, Any]:
    made = {
        "id": id, "drug": "oxycodone", "route": "oral", "release": "extended", "dose": {"value": dose, "unit": "mg"},
        "every_hours": 12, "start": start,
    }  # fmt: skip
    return made if end is None else {**made, "end": end}


def plan(*orders: dict[str, Any], request: TaperRequest | None = None) -> TaperPlan:
    facts = {
        "format": "algesia-record/1",
        "medications": orders,
        "pain": [{"at": ASKED.isoformat(), "score": 7}],
    }
    return taper(review(read_record(json.dumps(facts).encode()), load()), load(), request)


def first(found: TaperPlan) -> str:
    return date.fromordinal(found.steps[0].start).isoformat()


def test_without_a_fall_it_is_the_day_after_asking() -> None:
    assert first(plan(order("a", 40, "2021-01-10"))) == "2024-02-03"


def test_after_a_fall_it_is_four_weeks_later() -> None:
    found = plan(order("a", 45, "2021-01-10", "2024-01-29"), order("b", 40, "2024-01-29"))
    assert first(found) == "2024-02-26"
    assert any("lowered less than 28 days ago" in warning for warning in found.warnings)


def test_a_fall_long_ago_asks_for_no_wait() -> None:
    assert (
        first(plan(order("a", 45, "2021-01-10", "2024-01-01"), order("b", 40, "2024-01-01"))) == "2024-02-03"
    )


def test_a_fall_that_was_made_up_asks_for_no_wait() -> None:
    orders = (
        order("a", 40, "2021-01-10", "2024-01-20"), order("b", 30, "2024-01-20", "2024-01-25"),
        order("c", 40, "2024-01-25"),
    )  # fmt: skip
    assert first(plan(*orders)) == "2024-02-03"


def test_an_earlier_start_is_refused_with_the_day_that_is_granted() -> None:
    orders = (order("a", 45, "2021-01-10", "2024-01-29"), order("b", 40, "2024-01-29"))
    early = plan(*orders, request=TaperRequest(start=date(2024, 2, 10).toordinal()))
    assert (early.status, early.nearest, early.steps) == ("unassessable", "--start 2024-02-26", ())
    granted = plan(*orders, request=TaperRequest(start=date(2024, 2, 26).toordinal()))
    assert first(granted) == "2024-02-26"
