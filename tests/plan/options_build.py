"""Records for the tests of adjuncts, alternatives and withdrawal support."""

from __future__ import annotations

import json
from typing import Any

from algesia.assessment.facts import Facts
from algesia.assessment.model import Assessment
from algesia.exposure.compute import exposure
from algesia.knowledge.loader import Knowledge, load
from algesia.knowledge.model import DEFAULT_EDITION
from algesia.plan.model import AdjunctChoice, AlternativeChoice, OptionsPlan, Support
from algesia.plan.options import lay_out
from algesia.plan.support import withdrawal_support
from algesia.record.codec import read_record
from algesia.record.model import Record
from algesia.review import review

OXYCODONE = {
    "id": "m1", "drug": "oxycodone", "route": "oral", "dose": {"value": 20, "unit": "mg"}, "every_hours": 12,
    "start": "2024-01-10",
}  # fmt: skip
EGFR_UNIT = "mL/min/{1.73_m2}"


def record(**parts: Any) -> Record:
    """A record from its parts."""
    return read_record(json.dumps({"format": "algesia-record/1", **parts}).encode())


def egfr(value: float, at: str = "2024-02-01") -> dict[str, Any]:
    """A laboratory value."""
    return {"at": at, "lab": "egfr", "value": value, "unit": EGFR_UNIT}


def drug(name: str, **more: Any) -> dict[str, Any]:
    """A medication that runs."""
    return {"drug": name, "start": "2024-01-10", **more}


def assessed(knowledge: Knowledge | None = None, **parts: Any) -> Assessment:
    """The review of a record."""
    return review(record(**parts), knowledge or load())


def plan_of(knowledge: Knowledge | None = None, **parts: Any) -> OptionsPlan:
    """The options laid out for a record."""
    return lay_out(assessed(knowledge, **parts), knowledge or load())


def adjunct(id: str, knowledge: Knowledge | None = None, **parts: Any) -> AdjunctChoice:
    """One adjunct of the plan."""
    return next(c for c in plan_of(knowledge, **parts).adjuncts if c.adjunct.id == id)


def alternative(id: str, **parts: Any) -> AlternativeChoice:
    """One alternative of the plan."""
    return next(c for c in plan_of(None, **parts).alternatives if c.alternative.id == id)


def facts(knowledge: Knowledge | None = None, **parts: Any) -> Facts:
    """A record as it is known on its last day."""
    found, known = record(**parts), knowledge or load()
    day = found.last_day
    return Facts.of(found, exposure(found, known, DEFAULT_EDITION, day), known, day)


def support(name: str, knowledge: Knowledge | None = None, **parts: Any) -> Support:
    """One drug of the withdrawal support."""
    return next(s for s in withdrawal_support(facts(knowledge, **parts)) if s.drug.drug == name)
