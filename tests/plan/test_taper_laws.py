"""The laws of `tests.plan.laws` over random records and requests; `benchmarks/plan_laws.py` runs them over more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, event, given, settings

from algesia.plan.model import DoseTime, Fill, TaperPlan, TaperRequest
from algesia.plan.program import counts_of
from tests.plan.laws import LAWS, Seen, broken, seen
from tests.plan.strategies import Case, cases, iso

EXAMPLES = 2000
DAY = 738919
TAKEN = {
    "id": "m1",
    "drug": "hydrocodone-acetaminophen",
    "route": "oral",
    "form": "tablet",
    "release": "immediate",
    "dose": {"value": 10, "unit": "mg"},
    "every_hours": 6,
    "start": iso(DAY - 900),
}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_every_law_holds(one: Case) -> None:
    found = seen(one)
    event("wrong call" if found is None else found.plan.status)
    if found is not None:
        assert broken(found) == {}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_the_same_inputs_give_the_same_plan_with_nothing_remembered(one: Case) -> None:
    first = seen(one)
    counts_of.cache_clear()
    again = seen(one)
    assert (first is None) == (again is None)
    assert first is None or again is None or first.plan == again.plan


def sample(**asked: object) -> Seen:
    """A plan that obeys every law, to be spoilt."""
    wire = {
        "format": "algesia-record/1",
        "person": {},
        "medications": [TAKEN],
        "pain": [{"at": iso(DAY), "score": 7}],
        "conditions": [],
        "signs": [],
        "scales": [],
        "labs": [],
    }
    found = seen(Case(wire, DAY, TaperRequest(last_steps=True, **asked), 28, True))  # type: ignore[arg-type]
    assert found is not None
    assert found.plan.status == "planned"
    assert broken(found) == {}
    return found


def spoil(one: Seen, number: int, **changed: object) -> Seen:
    """The plan with one step changed."""
    steps = list(one.plan.steps)
    steps[number - 1] = replace(steps[number - 1], **changed)  # type: ignore[arg-type]
    return replace(one, plan=replace(one.plan, steps=tuple(steps)))


def doubled(one: Seen, number: int) -> tuple[DoseTime, ...]:
    """The doses of a step with every count doubled."""
    return tuple(
        replace(dose, pieces=tuple(replace(piece, count=piece.count * 2) for piece in dose.pieces))
        for dose in one.plan.steps[number - 1].doses
    )


def with_piece(one: Seen, **changed: object) -> tuple[DoseTime, ...]:
    """The doses of the first step with its first piece changed."""
    first, *rest = one.plan.steps[0].doses
    piece = replace(first.pieces[0], **changed)  # type: ignore[arg-type]
    return (replace(first, pieces=(piece, *first.pieces[1:])), *rest)


def fills(one: Seen, **changed: object) -> TaperPlan:
    """The plan with its first fill changed."""
    first, *rest = one.plan.supplies
    fill: Fill = replace(first, **changed)  # type: ignore[arg-type]
    return replace(one.plan, supplies=(fill, *rest))


def test_each_law_can_be_broken() -> None:
    one = sample()
    last = len(one.plan.steps)
    step = one.plan.steps[0]
    spoilt = {
        "a taper never rises, in total or at a time of day": spoil(one, 1, doses=doubled(one, 1)),
        "no step is larger than its cap": spoil(one, 1, daily=step.before * 0.7),
        "no step is faster than the rule": spoil(one, 1, end=step.start + 14),
        "no abrupt end outside the last steps": spoil(one, last, phase="taper"),
        "no strength that is not marketed": spoil(one, 1, doses=with_piece(one, strength=7.5)),
        "nothing is split against its label": spoil(one, 1, doses=with_piece(one, count=0.5)),
        "a review gate within 31 days, the last on the last day": spoil(one, 1, reviews=(step.end,)),
        "steps follow each other, one drug after the other": spoil(one, 2, start=step.end + 1),
        "a blocked record has no plan": replace(one, plan=replace(one.plan, status="blocked")),
        "what cannot be planned says why": replace(one, plan=replace(one.plan, status="unassessable")),
        "fills of at most 28 days, equal to what is taken": replace(one, plan=fills(one, count=1.0)),
        "the order of facts changes nothing": spoil(one, 1, says="other"),
        "the same inputs give the same plan": spoil(one, 1, says="other"),
        "moving all dates moves the plan": spoil(one, 1, says="other"),
        "MME falls with the dose": spoil(one, 1, mme=1e6),
    }
    for name, other in spoilt.items():
        assert name in broken(other), name
    slow = replace(one, plan=sample(interval_days=90).plan)
    assert "slower is on no day lower" in broken(slow)
    fast = replace(one, case=replace(one.case, request=replace(one.request, percent=20.0)))
    assert {"faster is refused with the nearest", "no step is faster than the rule"} <= set(broken(fast))
    told = replace(one.plan.regimens[0], daily=81.0)
    guessed = replace(one, plan=replace(one.plan, regimens=(told,)))
    assert "the dose is the sum of the orders, none guessed" in broken(guessed)
    assert set(spoilt) | {
        "slower is on no day lower",
        "faster is refused with the nearest",
        "the dose is the sum of the orders, none guessed",
    } == set(LAWS)


@pytest.mark.parametrize("change", [{"as_needed": True}, {"dose": None}, {"every_hours": None}])
def test_what_is_not_known_is_not_planned(change: dict[str, object]) -> None:
    order = {key: value for key, value in {**TAKEN, **change}.items() if value is not None}
    one = sample()
    found = seen(replace(one.case, wire=dict(one.case.wire, medications=[order])))
    assert found is not None
    assert found.plan.status == "unassessable"
