"""The pace by duration of use, and what may be asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from algesia.knowledge.loader import load
from algesia.plan.descent import planned_step
from algesia.plan.model import Pace, TaperRequest
from algesia.plan.pace import Refused, pace


@pytest.mark.parametrize(
    ("days", "interval", "of"),
    [
        (0, 28, "current"), (27, 28, "current"), (28, 7, "original"), (182, 7, "original"), (183, 28, "current"),
        (364, 28, "current"), (365, 28, "current"), (9999, 28, "current"),
    ],
)  # fmt: skip
def test_the_pace_by_duration(days: int, interval: int, of: str) -> None:
    found = pace(load(), days, TaperRequest())
    assert isinstance(found, Pace)
    assert (found.percent, found.interval_days, found.of, found.asked) == (10.0, interval, of, False)


@given(st.integers(0, 4000), st.floats(2, 100), st.integers(1, 91))
def test_only_slower_is_granted(days: int, percent: float, interval: int) -> None:
    rule = pace(load(), days, TaperRequest())
    assert isinstance(rule, Pace)
    found = pace(load(), days, TaperRequest(percent=percent, interval_days=interval))
    if percent > rule.percent or interval < rule.interval_days:
        assert isinstance(found, Refused)
        near = (
            f"--percent {rule.percent:g}"
            if percent > rule.percent
            else f"--interval-days {rule.interval_days}"
        )
        assert found.nearest == near
    else:
        assert isinstance(found, Pace)
        assert (found.percent, found.interval_days) == (percent, interval)


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        (TaperRequest(percent=0.01), "--percent 2"), (TaperRequest(interval_days=92), "--interval-days 91"),
        (TaperRequest(percent=1.9), "--percent 2"),
    ],
)  # fmt: skip
def test_slower_than_any_published_taper_is_refused_with_the_slowest(asked: TaperRequest, near: str) -> None:
    found = pace(load(), 800, asked)
    assert isinstance(found, Refused)
    assert found.nearest == near


def test_a_short_use_that_is_said_is_not_planned_as_years() -> None:
    silent, said = pace(load(), 5, TaperRequest()), pace(load(), 5, TaperRequest(since=738000))
    assert isinstance(silent, Pace)
    assert isinstance(said, Pace)
    assert (silent.interval_days, said.interval_days) == (28, 7)
    assert silent.rule.says.startswith("5 days of use, planned as use for 1 year or more")


@given(st.floats(1, 1000), st.floats(0.01, 1))
def test_a_planned_step_is_of_the_dose_the_rule_names(original: float, left: float) -> None:
    current = original * left
    weekly, monthly = pace(load(), 100, TaperRequest()), pace(load(), 400, TaperRequest())
    assert isinstance(weekly, Pace)
    assert isinstance(monthly, Pace)
    assert planned_step(monthly, current, original) == pytest.approx(current / 10)
    if abs(left - 0.3) > 1e-2:
        of = original if left > 0.3 else current
        assert planned_step(weekly, current, original) == pytest.approx(of / 10)
