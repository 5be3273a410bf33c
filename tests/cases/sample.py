"""Small cases for the tests, and a way to find the days of a relative record."""

from __future__ import annotations

from typing import Any

from algesia.adapters.cases import read_case
from algesia.quantities.time import DEFAULT_EPOCH, Instant
from algesia.record.model import Medication, Record


def case(*timeline: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """A case with a timeline."""
    return {"id": "t", "age": 50, "sex": "F", "cancer": False, "timeline": list(timeline), **facts}


def opioid(day: float, drug: str = "morphine", **event: Any) -> dict[str, Any]:
    """An opioid event."""
    return {"t_day": day, "event": "opioid", "drug": drug, **event}


def read(*timeline: dict[str, Any], **facts: Any) -> Record:
    """The record of such a case."""
    return read_case(case(*timeline, **facts))


def days(medication: Medication) -> tuple[float, float | None]:
    """Start and end in days of the case."""
    return day_of(medication.start), None if medication.end is None else day_of(medication.end)


def day_of(instant: Instant) -> float:
    """Days from day 0."""
    return instant.day - DEFAULT_EPOCH + (instant.minute or 0) / 1440
