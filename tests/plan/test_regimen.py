"""What is read as a regimen, and what is named as missing instead."""

from __future__ import annotations

from typing import Any

import pytest

from algesia.assessment.facts import Facts
from algesia.exposure.compute import exposure
from algesia.knowledge.loader import load
from algesia.plan.regimen import Reading, regimens
from algesia.record.codec import from_builtins

ER = {"drug": "oxycodone", "route": "oral", "release": "extended", "dose": {"value": 40, "unit": "mg"}}


def reading(*orders: dict[str, Any], products: tuple[str, ...] = ()) -> Reading:
    """The regimens of some orders that run."""
    medications = [{"id": f"m{i}", "start": "2024-01-10"} | order for i, order in enumerate(orders)]
    record = from_builtins({"format": "algesia-record/1", "medications": medications})
    facts = Facts.of(record, exposure(record, load()), load(), record.last_day)
    return regimens(facts, products)


def test_two_orders_of_the_day_are_one_regimen() -> None:
    morning = ER | {"times_per_day": 1, "dose": {"value": 50, "unit": "mg"}}
    found = reading(ER | {"times_per_day": 1}, morning)
    assert [(r.line, r.daily, r.slots, r.medications) for r in found.regimens] == [
        ("oxycodone-er-tablet", 90.0, (50.0, 40.0), ("m0", "m1"))
    ]


@pytest.mark.parametrize(
    ("order", "line", "daily"),
    [
        ({"drug": "fentanyl", "route": "transdermal", "dose": {"value": 50, "unit": "ug/h"}, "every_hours": 72}, "fentanyl-patch", 50.0),
        ({"drug": "buprenorphine", "route": "buccal", "dose": {"value": 450, "unit": "ug"}, "every_hours": 12}, "buprenorphine-buccal-film", 900.0),
        ({"drug": "oxycodone and acetaminophen", "route": "oral", "dose": {"value": 10, "unit": "mg"}, "every_hours": 6}, "oxycodone-acetaminophen-tablet", 40.0),
        ({"drug": "morphine", "route": "oral", "form": "solution", "dose": {"value": 5, "unit": "mL"}, "concentration": {"value": 2, "unit": "mg/mL"}, "every_hours": 4}, "morphine-oral-solution", 60.0),
    ],
)  # fmt: skip
def test_the_line_an_order_means(order: dict[str, Any], line: str, daily: float) -> None:
    found = reading(order)
    assert [(r.line, r.daily) for r in found.regimens] == [(line, daily)]
    assert found.missing == ()


@pytest.mark.parametrize(
    "order",
    [
        ER | {"every_hours": 12, "as_needed": True},
        ER | {"times_per_day": 1, "times_per_day_max": 2},
        ER,
        ER | {"every_hours": 5},
        ER | {"every_hours": 12, "form": "elixir solution", "drug": "codeine"},
    ],
)
def test_what_is_not_known_is_missing(order: dict[str, Any]) -> None:
    found = reading(order)
    assert found.regimens == ()
    assert len(found.missing) == 1
    assert found.missing[0].because
    assert found.missing[0].missing
