"""Shares of people past a threshold and their comparison, against normal quantiles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from algesia.mechanism import study_errors
from algesia.mechanism.study import Arm, Measure
from algesia.mechanism.study_answers import answer
from tests.mechanism.study_fakes import LEVELS, fake, infusion, median, one, study, why

CT = LEVELS["cold-tolerance"]


@pytest.fixture(autouse=True)
def a_model_that_misses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values are then exact; what the right model would miss has a test of its own."""
    monkeypatch.setattr(study_errors, "MODEL_ERROR", {})


def test_shares_of_people_past_a_threshold() -> None:
    # log-normal people: median 0.25 of 30 is 7.5; above 8 are those with z > ln(8/7.5)/0.4
    told = Measure(
        "withdrawal-score", "placebo", None, 0.0, "proportion", "count SOWS >= 8 or rescue", "of 35", n=35
    )
    expected = 35 * (1 - _phi(np.log(8 / 7.5) / 0.4))
    found = one(told)
    assert found.predicted is not None
    assert found.predicted.median == pytest.approx(expected, abs=3.0)
    assert found.predicted.low90 < expected < found.predicted.high90


def test_a_response_is_a_share_of_people_whose_pain_fell() -> None:
    arms = (Arm("drug", n=30, group="chronic-pain", schedule=(infusion(),)),)
    told = Measure("pain-nrs", "drug", None, 2.0, "proportion", "30% pain reduction", "%")
    assert median(told, arms) == 100.0
    assert median(replace(told, statistic="share with 60 % relief"), arms) == 0.0
    assert "60" not in why(replace(told, statistic="share improved"), arms)


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        ("responders >= 50 %", 100.0), ("pain reduced by at least 30 %", 100.0), ("NRS 2-10", 100.0), ("NRS 0-2", 100.0),
        ("improved by >= 2 points", 100.0), ("improved by >= 4 points", 0.0), ("50% or greater reduction in pain", 100.0),
    ],
)  # fmt: skip
def test_thresholds_in_other_words(statistic: str, expected: float) -> None:
    # at 2 h: 0.48 of 6, which is 2.88 and 3.12 less; spread 0, so that all people are one
    arms = (Arm("drug", n=30, group="chronic-pain", schedule=(infusion(),)),)
    told = Measure("pain-nrs", "drug", None, 2.0, "proportion", statistic, "%")
    point = answer(study(told, arms=arms), fake, (1.0,), people=400, sampled=False)[0]
    assert point.predicted is not None, point.unassessable
    # log-normal people move levels by a factor, so only what is relative to themselves is all or none
    if "NRS" in statistic or "points" in statistic:
        z = {"NRS 2-10": 1 - _phi(np.log(2 / 2.88) / 0.4), "NRS 0-2": _phi(np.log(3 / 2.88) / 0.4)}
        share = {
            **z,
            "improved by >= 2 points": 1 - _phi(np.log(2 / 3.12) / 0.4),
            "improved by >= 4 points": 1 - _phi(np.log(4 / 3.12) / 0.4),
        }[statistic]
        expected = 100 * share
    assert point.predicted.median == pytest.approx(expected, abs=6.0)


@pytest.mark.parametrize(
    "statistic",
    [
        "less than 30 % relief", "non-responders (50 % relief)", "30 % reduction in dose", "30 % relief and NRS < 4",
        "pain increased by 30 %", "no 30 % relief", "hazard ratio of 30 % relief", "NRS 0-10", "NRS >= 400",
    ],
)  # fmt: skip
def test_thresholds_that_are_turned_round_or_tied_to_another_are_refused(statistic: str) -> None:
    arms = (Arm("drug", n=30, group="chronic-pain", schedule=(infusion(),)),)
    assert "not a number" in why(Measure("pain-nrs", "drug", None, 2.0, "proportion", statistic, "%"), arms)


def test_two_shares_are_compared() -> None:
    arms = (
        Arm("drug", n=100, group="chronic-pain", schedule=(infusion(),)),
        Arm("placebo", n=50, group="chronic-pain"),
    )
    told = Measure("pain-nrs", "drug", "placebo", 2.0, "proportion", "risk difference for NRS <= 4", "%")
    here, beside = _phi(np.log(4 / 2.88) / 0.4), _phi(np.log(4 / 5.88) / 0.4)
    assert median(told, arms) == pytest.approx(100 * (here - beside), abs=8.0)
    ratio = replace(told, statistic="relative risk of NRS <= 4", unit="RR")
    assert median(ratio, arms) == pytest.approx(here / beside, rel=0.25)
    odds = replace(told, statistic="odds ratio of NRS <= 4", unit="OR")
    assert median(odds, arms) == pytest.approx(here / (1 - here) * (1 - beside) / beside, rel=0.35)
    needed = replace(told, statistic="NNT for NRS <= 4", unit="NNT")
    assert median(needed, arms) == pytest.approx(1 / (here - beside), rel=0.2)
    assert "do not differ" in why(replace(needed, statistic="NNT for NRS >= 0.1"), arms)
    alone = replace(told, statistic="share with NRS <= 4")
    assert "comparison of two shares" in why(alone, arms)
    assert "not said" in why(replace(told, relative_to="own baseline"), arms)


def test_a_share_of_nobody_is_not_sure_and_none_of_nobody_is_refused() -> None:
    arms = (Arm("drug", n=30, group="chronic-pain"),)
    told = Measure("pain-nrs", "drug", None, 0.0, "proportion", "NRS <= 0.5", "%")
    found = one(told, arms, draws=(1.0,) * 20).predicted
    assert found is not None
    assert found.median == 0.0
    assert found.high90 >= 0.0
    small = answer(study(told, arms=arms), fake, (1.0,) * 20, people=10)[0].predicted
    assert small is not None
    # nobody of 10: up to about 17 % with 90 % chance (Jeffreys), and a sample of 30 of them
    assert 10.0 < small.high90 < 40.0
    assert "of how many" in why(replace(told, unit="of 0"), arms)


def _phi(z: float) -> float:
    return float(norm.cdf(z))
