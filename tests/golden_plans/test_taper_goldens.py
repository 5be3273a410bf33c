"""Tapers worked by hand: one folder, one thing.

Every folder ``taper-*`` holds `record.json`, `request.json` (fields of `TaperRequest`), `expected.json` and `why.md`
with the sum and its sources. An expectation names what matters: `days` of a step, its `day` counted from the day of
asking, and of `percent` one decimal. ``{"$says": ...}`` asks for a text with these words.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from algesia.knowledge.loader import load
from algesia.plan.model import Step, TaperPlan, TaperRequest
from algesia.plan.tapering import taper
from algesia.record.codec import read_record
from algesia.review import review

HERE: Final = Path(__file__).parent
CASES: Final = sorted(path.name for path in HERE.glob("taper-*") if path.is_dir())
SOURCE_LINE: Final = re.compile(r"^Sources?: (`[^`]+`(?:, `[^`]+`)*)\.$")
LISTS: Final = ("drugs", "products", "strengths")


def planned(name: str) -> TaperPlan:
    """The plan of a folder."""
    record = read_record((HERE / name / "record.json").read_bytes())
    asked: dict[str, Any] = json.loads((HERE / name / "request.json").read_text())
    fields: dict[str, Any] = {key: tuple(v) if key in LISTS else v for key, v in asked.items()}
    request = TaperRequest(**fields)
    return taper(review(record, load()), load(), request)


def step(one: Step, as_of: int) -> dict[str, Any]:
    """A step as the expectations write it."""
    return {
        "number": one.number,
        "day": one.start - as_of,
        "days": one.days,
        "before": one.before,
        "target": one.target,
        "daily": one.daily,
        "percent": round(one.change_percent, 1),
        "every_days": one.every_days,
        "phase": one.phase,
        "drug": one.drug,
        "release": one.release,
    }


def answer(plan: TaperPlan) -> dict[str, Any]:
    """A plan as the expectations write it."""
    pace = plan.pace
    doses = plan.steps[0].doses if plan.steps else ()
    return {
        "status": plan.status,
        "nearest": plan.nearest,
        "use_days": plan.use_days,
        "blocked_by": [lock.id for lock in plan.blocked_by],
        "missing": [what for found in plan.unassessable for what in found.missing],
        "order": [name for name, _ in plan.order],
        "first_reason": plan.order[0][1] if plan.order else "",
        "regimens": [
            {"line": r.line, "daily": r.daily, "slots": list(r.slots), "medications": list(r.medications)}
            for r in plan.regimens
        ],
        "pace": None
        if pace is None
        else {
            "percent": pace.percent,
            "interval_days": pace.interval_days,
            "of": pace.of,
            "source": pace.rule.source,
        },
        "steps": [step(one, plan.as_of) for one in plan.steps],
        "first_steps": [step(one, plan.as_of) for one in plan.steps[:2]],
        "first_doses": [[d.time, [[p.line, p.strength, p.count] for p in d.pieces]] for d in doses],
        "turns": [
            {"drug": t.drug, "daily": t.daily, "unit": t.unit, "lines": list(t.lines)} for t in plan.turns
        ],
        "supplies": [{"strength": fill.strength, "count": fill.count} for fill in plan.supplies],
        "warnings": "\n".join(plan.warnings),
    }


def differences(expected: Any, found: Any, path: str = "") -> list[str]:
    """Where `found` is not what was expected; numbers agree within 1e-6."""
    if isinstance(expected, dict):
        if "$says" in expected:
            return [] if expected["$says"] in found else [f"{path}: {found!r} does not say it"]
        lost = [f"{path}.{key}: is not there" for key in expected if key not in found]
        return lost + [
            line
            for key in expected
            if key in found
            for line in differences(expected[key], found[key], f"{path}.{key}")
        ]
    if isinstance(expected, list):
        if not isinstance(found, list) or len(found) != len(expected):
            return [f"{path}: expected {expected!r}, found {found!r}"]
        return [
            line
            for i, (one, other) in enumerate(zip(expected, found, strict=True))
            for line in differences(one, other, f"{path}[{i}]")
        ]
    if isinstance(expected, float | int) and isinstance(found, float | int):
        return [] if abs(expected - found) <= 1e-6 else [f"{path}: expected {expected!r}, found {found!r}"]
    return [] if expected == found else [f"{path}: expected {expected!r}, found {found!r}"]


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    expected = json.loads((HERE / name / "expected.json").read_text())
    strengths = expected.pop("strengths", None)
    least = [one.pop("at_least_days", None) for one in expected.get("steps", [])]
    plan = planned(name)
    assert differences(expected, answer(plan)) == []
    if strengths is not None:
        used = {piece.strength for one in plan.steps for dose in one.doses for piece in dose.pieces}
        assert used <= set(strengths)
    for one, days in zip(plan.steps, least, strict=False):
        assert days is None or days <= one.days <= days + 9


@pytest.mark.parametrize("name", CASES)
def test_the_sum_is_written_down_with_its_sources(name: str) -> None:
    lines = (HERE / name / "why.md").read_text().strip().splitlines()
    assert lines[0].startswith("# ")
    found = SOURCE_LINE.match(lines[-1])
    assert found is not None
    assert {source.strip("`") for source in found[1].split(", ")} <= set(load().sources)


def test_no_case_was_lost() -> None:
    assert len(CASES) >= 16
