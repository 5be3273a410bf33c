"""Worked rotations with the sum written beside each: a record, a request, and the facts that the plan must hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from algesia.knowledge.loader import load
from algesia.plan.model import RotationPlan, RotationRequest
from algesia.plan.rotation import rotate
from algesia.record.codec import read_record
from algesia.review import review

CASES = sorted(Path(__file__).parent.glob("rotation-*"))


def planned(case: Path) -> RotationPlan:
    """The plan of a case, asked on the last day on record."""
    record = read_record((case / "record.json").read_bytes())
    request = RotationRequest(**json.loads((case / "request.json").read_text(encoding="utf-8")))
    return rotate(review(record, load()), load(), request)


def facts(plan: RotationPlan, expected: dict[str, Any]) -> dict[str, Any]:
    """The facts of a plan under the names that a case expects."""
    because = " ".join(
        [u.because for u in plan.unassessable] + [b for lock in plan.blocked_by for b in lock.because]
    )
    start = next((s for s in plan.inductions if s.id == expected.get("induction", {}).get("id")), None)
    rules = {rule.id for rule in plan.rules}
    asked = {
        "status": plan.status,
        "method": plan.method,
        "unit": plan.unit,
        "reduction_percent": plan.reduction_percent,
        "every_days": plan.every_days,
        "before_reduction": _range(plan.before_reduction),
        "after_reduction": _range(plan.after_reduction),
        "start": None if plan.start_daily is None else round(plan.start_daily[0], 3),
        "doses": [[dose.time, dose.amount] for dose in plan.doses],
        "blocked_by": [lock.id for lock in plan.blocked_by],
        "missing": [name for item in plan.unassessable for name in item.missing],
        "ratios": len(plan.ratios),
        "gates": {g.id: g.state for g in plan.gates if g.id in expected.get("gates", {})},
        "induction": None
        if start is None
        else {"id": start.id, "lines": [[x.days, x.new, x.old] for x in start.lines]},
        "sources_include": [s for s in expected.get("sources_include", ()) if s in plan.sources],
        "rules_include": [r for r in expected.get("rules_include", ()) if r in rules],
        "rules_exclude": [r for r in expected.get("rules_exclude", ()) if r not in rules],
        "working_says": [w for w in expected.get("working_says", ()) if w in " ".join(plan.working)],
        "because_says": _said(expected, "because_says", because),
        "nearest_says": _said(expected, "nearest_says", plan.nearest),
        "referral_says": _said(expected, "referral_says", plan.referral),
    }
    return {name: asked[name] for name in expected}


def _said(expected: dict[str, Any], name: str, text: str) -> str:
    want = expected.get(name, "")
    return want if want in text else text


def _range(values: tuple[float, float] | None) -> list[float] | None:
    return None if values is None else [round(value, 2) for value in values]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    assert facts(planned(case), expected) == expected


def test_every_golden_has_its_sum() -> None:
    assert len(CASES) >= 14
    assert all((case / "why.md").read_text(encoding="utf-8").startswith("# ") for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_golden_names_known_sources_only(case: Path) -> None:
    assert set(planned(case).sources) <= set(load().sources)
