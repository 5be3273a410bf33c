"""Records for the rotation tests, and what a rotation of them gives."""

from __future__ import annotations

import json
from typing import Any

from algesia.knowledge.loader import load
from algesia.plan.model import RotationPlan, RotationRequest
from algesia.plan.rotation import rotate
from algesia.record.codec import read_record
from algesia.record.model import Record
from algesia.review import review


def order(drug: str = "morphine", daily: float = 120.0, **more: Any) -> dict[str, Any]:
    """An oral extended-release order of `daily` mg in two doses; a key given as ``None`` is left out."""
    found = {
        "id": f"{drug}-{more.get('route', 'oral')}",
        "drug": drug,
        "route": "oral",
        "release": "extended",
        "dose": {"value": daily / 2, "unit": "mg"},
        "every_hours": 12,
        "start": "2024-01-08",
        **more,
    }
    return {key: value for key, value in found.items() if value is not None}


def patch(drug: str, rate: float, hours: int = 72, **more: Any) -> dict[str, Any]:
    """A patch worn."""
    dose = {"value": rate, "unit": "ug/h"}
    return order(drug, route="transdermal", form="patch", release=None, dose=dose, every_hours=hours, **more)


def record(*orders: dict[str, Any], **more: Any) -> Record:
    """A man of 52 with these orders and a pain entry on 1 April 2024, the day of asking."""
    raw: dict[str, Any] = {
        "format": "algesia-record/1",
        "person": {"age_years": 52, "sex": "male"},
        "medications": list(orders),
        "pain": [{"at": "2024-04-01", "score": 7}],
    }
    raw.update(more)
    return read_record(json.dumps(raw).encode())


def lab(name: str, value: float, at: str = "2024-03-01") -> dict[str, Any]:
    """A laboratory value."""
    return {"at": at, "lab": name, "value": value, "unit": "ms" if name == "qtc" else "mL/min/{1.73_m2}"}


def running(drug: str) -> dict[str, Any]:
    """A drug that runs, without an amount."""
    return {"drug": drug, "start": "2024-01-08"}


def plan(about: Record, to: str, **request: Any) -> RotationPlan:
    """The rotation of a record, asked on its last day."""
    return rotate(review(about, load()), load(), RotationRequest(to, **request))
