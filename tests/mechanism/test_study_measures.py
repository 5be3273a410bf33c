"""Predictions of every kind of measure, against a simulator whose values are known in advance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.mechanism import study_answers
from algesia.mechanism.study import Arm, Measure, Study
from algesia.mechanism.study_answers import Answer, answer, sample_error
from algesia.mechanism.study_form import over
from algesia.mechanism.study_spans import fall_times
from tests.mechanism.study_fakes import LEVELS, daily, fake, infusion, study

CT = LEVELS["cold-tolerance"]
HEALTHY_PAIN = "cold pressor pain"


@pytest.fixture(autouse=True)
def a_model_that_misses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values are then exact; what the right model would miss has a test of its own."""
    monkeypatch.setattr(study_answers, "MODEL_ERROR", {})


def one(measure: Measure, arms: Any = None, draws: Any = (1.0,)) -> Answer:
    return answer(study(measure, arms=arms), fake, draws, people=400)[0]


def median(measure: Measure, arms: Any = None) -> float:
    found = one(replace(measure, sem=1e-12), arms)
    assert found.predicted is not None, found.unassessable
    return found.predicted.median


def why(measure: Measure, arms: Any = None) -> str:
    found = one(measure, arms)
    assert found.predicted is None
    assert found.unassessable is not None
    return found.unassessable.because


M = Measure("cold-tolerance", arm="drug", time_h=2.0, unit="s")
"""At 2 h the infusion runs: half of the level, less 2 %."""


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, CT * 0.48),
        ({"unit": "min"}, CT * 0.48 / 60),
        ({"arm": "placebo"}, CT * 0.98),
        ({"kind": "change"}, CT * (0.48 - 1.0)),
        ({"kind": "change", "unit": "%"}, -52.0),
        ({"kind": "change", "unit": "%", "relative_to": "own baseline"}, -52.0),
        ({"kind": "change", "unit": "%", "statistic": "% of baseline"}, 48.0),
        ({"kind": "change", "unit": "%", "relative_to": "placebo"}, 100 * (0.48 / 0.98 - 1)),
        ({"kind": "change", "unit": "%", "relative_to": "60 min value"}, 100 * (0.48 / 0.49 - 1)),
        ({"kind": "change", "relative_to": "placebo at time 0"}, CT * (0.48 - 1.0)),
        ({"kind": "ratio", "unit": "x baseline", "relative_to": "own baseline"}, 0.48),
        ({"kind": "ratio", "unit": "ratio", "relative_to": "placebo"}, 0.48 / 0.98),
        ({"kind": "contrast", "relative_to": "placebo"}, CT * (0.48 - 0.98)),
        ({"kind": "contrast"}, CT * (0.48 - 0.98)),
        ({"kind": "direction", "unit": "sign", "relative_to": "own baseline", "higher_is": "less sensitive"}, -1.0),
        ({"kind": "direction", "unit": "sign", "relative_to": "own baseline", "higher_is": "more sensitive"}, 1.0),
        ({"kind": "rate", "statistic": "slope per 2 h", "time_h": 3.0}, -CT * 0.02),
        ({"kind": "rate", "statistic": "slope per day", "time_h": 3.0, "relative_to": "60 min value"}, -CT * 0.24),
        ({"statistic": "mean over 1-3 h"}, CT * 0.48),
        ({"statistic": "peak", "time_h": 3.0}, CT),
    ],
)  # fmt: skip
def test_each_kind_is_formed_from_the_simulated_arms(changed: dict[str, Any], expected: float) -> None:
    assert median(replace(M, **changed)) == pytest.approx(expected, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize(
    ("unit", "size"),
    [("NRS", 1.0), ("VAS 0-10", 1.0), ("cm VAS 0-10", 1.0), ("mm VAS 0-100", 10.0), ("VAS 0-100", 10.0), ("mm", 10.0),
     ("BPI severity", 1.0), ("BPI total", 1.0), ("NRS 0-100", 10.0), ("0-4", 0.4)],
)  # fmt: skip
def test_pain_scales_are_brought_to_the_study_unit(unit: str, size: float) -> None:
    arms = (Arm("drug", group="chronic-pain"),)
    assert median(Measure("pain-nrs", "drug", time_h=0.0, unit=unit), arms) == pytest.approx(6.0 * size)


@pytest.mark.parametrize(("unit", "top"), [("0-3", 3.0), ("COWS", 48.0), ("SOWS", 30.0), ("SOWS 0-64", 64.0)])
def test_withdrawal_scales_are_shares_of_their_top(unit: str, top: float) -> None:
    assert median(Measure("withdrawal-score", "drug", time_h=0.0, unit=unit)) == pytest.approx(0.25 * top)


def test_a_difference_of_logarithms_is_one() -> None:
    told = Measure(
        "withdrawal-score", "drug", "placebo", 2.0, "contrast", "log LS mean difference", "log SOWS"
    )
    expected = np.log1p(30 * 0.25 * 0.48) - np.log1p(30 * 0.25 * 0.98)
    assert median(told) == pytest.approx(expected)


def test_a_tolerance_that_is_rated_is_the_rating() -> None:
    assert median(Measure("heat-tolerance", "drug", time_h=0.0, unit="NRS")) == pytest.approx(4.0)
    assert median(Measure("cold-tolerance", "drug", time_h=0.0, unit="NRS")) == pytest.approx(5.0)
    sign = Measure(
        "heat-tolerance", "drug", "own baseline", 2.0, "direction", "", "sign", higher_is="more pain"
    )
    assert median(sign) == -1.0


def test_evoked_pain_of_healthy_people_needs_the_test_or_a_comparison() -> None:
    level = Measure("pain-nrs", "drug", time_h=0.0, unit="VAS 0-100", note=HEALTHY_PAIN)
    assert median(level) == pytest.approx(50.0)
    assert "no pain of their own" in why(replace(level, note=""))
    fall = Measure(
        "pain-nrs", "drug", "placebo", 2.0, "change", "max % reduction", "%", higher_is="more relief"
    )
    assert median(fall) == pytest.approx(50.0, abs=3.0)


def test_more_potent_is_the_inverse_of_the_dose_that_is_needed() -> None:
    told = Measure(
        "potency-ratio", "drug", "own baseline", 2.0, "change", "% change", "%", higher_is="more potent"
    )
    assert median(told) == pytest.approx(100 * (1 / 0.48 - 1), rel=1e-3)


def test_a_trough_is_just_before_the_dose_and_an_assumed_time_counts_from_the_next() -> None:
    arms = (Arm("drug", group="methadone-maintained", schedule=(daily("methadone", -22.0, 3),)),)
    early = Measure("cold-tolerance", "drug", "trough", 4.0, "change", "", "s")
    assert median(early, arms) == pytest.approx(CT * ((0.5 - 0.04) - (0.5 - 0.02)), rel=0.01)
    late = Measure("cold-tolerance", "drug", "trough", 1.5, "change", "", "s", time_assumed=True)
    # the dose at 2 h is next: read at 2 + 1.5 h against just before 2 h
    assert median(late, arms) == pytest.approx(-CT * 0.015, rel=0.02)


def test_share_of_the_peak_effect() -> None:
    told = Measure("cold-tolerance", "drug", "peak effect", 3.0, "change", "share of peak effect", "fraction")
    assert median(told) == pytest.approx(1.0, abs=1e-6)
    after = replace(told, time_h=5.0)
    assert median(after) == pytest.approx(0.05 / 0.54, rel=0.05)


def test_how_long_an_effect_lasts() -> None:
    told = Measure("cold-tolerance", "drug", None, None, "duration", "time to 50% loss of effect", "min")
    # the fake's effect falls at once when the infusion of 4 h ends
    assert median(told) == pytest.approx(240.0, rel=0.02)
    stop = replace(told, statistic="duration of effect after stop", unit="h")
    assert median(stop) == pytest.approx(0.0, abs=0.2)


@given(half=st.floats(0.5, 20.0), top=st.floats(0.1, 10.0))
@settings(max_examples=50, deadline=None)
def test_an_exponential_falls_by_half_in_its_half_life(half: float, top: float) -> None:
    times = np.linspace(0.0, 100.0, 4001)
    found = fall_times(times, top * np.exp2(-times / half)[None, :], np.array([0]), 0.5)
    assert found[0] == pytest.approx(half, rel=1e-3)


def test_shares_of_people_past_a_threshold() -> None:
    # log-normal people: median 0.25 of 48 is 12; above 13 are those with z > ln(13/12)/0.4
    told = Measure(
        "withdrawal-score", "placebo", None, 0.0, "proportion", "count COWS >= 13 or rescue", "of 35", n=35
    )
    expected = 35 * (1 - _phi(np.log(13 / 12) / 0.4))
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


def test_consumption_is_what_the_schedule_gives_and_says_so() -> None:
    arms = (
        Arm(
            "drug",
            group="chronic-pain",
            schedule=(daily("oxycodone", -240.0, 10, 40.0), daily("oxycodone", 0.0, 10, 20.0)),
        ),
    )
    level = Measure("opioid-consumption", "drug", None, 0.0, "level", "mean", "MME/d")
    found = one(level, arms)
    assert found.given
    # CDC 2022: oxycodone 1.5
    assert median(level, arms) == pytest.approx(60.0)
    assert median(replace(level, time_h=24.0), arms) == pytest.approx(30.0)
    assert median(replace(level, time_h=24.0, kind="change", unit="%"), arms) == pytest.approx(-50.0)
    assert median(replace(level, unit="mg/d"), arms) == pytest.approx(40.0)
    assert "does not reach" in why(replace(level, time_h=2400.0), arms)


def test_need_after_an_operation_compares_arms_only() -> None:
    arms = (
        Arm("high", n=25, group="post-op", schedule=(infusion(4.0, -4.0), daily("morphine", 0.0, 3))),
        Arm("low", n=25, group="post-op", schedule=(infusion(4.0, -4.0),)),
    )
    told = Measure("opioid-consumption", "high", "low", 24.0, "ratio", "ratio", "ratio")
    # while morphine runs, every readout of the fake is halved: the need, a product of two, is about a quarter
    assert 0.2 < median(told, arms) < 0.4
    assert "not simulated" in why(
        Measure("opioid-consumption", "high", None, 24.0, "level", "mean", "mg"), arms
    )


def test_plasma_is_read_where_the_drug_is_clear() -> None:
    arms = (Arm("drug", group="healthy", schedule=(daily("buprenorphine", -24.0, 9),)),)
    told = Measure("other", "drug", None, 0.0, "level", "mean", "ng/mL", note="plasma buprenorphine")
    assert median(told, arms) == pytest.approx(0.5)
    assert median(replace(told, unit="pg/mL", note=""), arms) == pytest.approx(500.0)
    two = (Arm("drug", group="healthy", schedule=(daily("morphine"), daily("oxycodone"))),)
    assert "which drug" in why(replace(told, note=""), two)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"arm": "nobody"}, "no arm 'nobody'"),
        ({"time_h": None}, "when it was measured"),
        ({"name": "functional ability"}, "no readout"),
        ({"unit": "furlongs"}, "no scale"),
        ({"kind": "association"}, "correlation"),
        ({"kind": "model-parameter", "statistic": "C50"}, "no parameter"),
        ({"kind": "riddle"}, "kind 'riddle'"),
        ({"kind": "change", "relative_to": "the moon"}, "'the moon'"),
        ({"kind": "proportion", "unit": "%", "statistic": "completion"}, "'completion'"),
        ({"name": "electrical", "unit": "mA"}, "no scale"),
        ({"name": "pain-nrs", "unit": "VAS", "arm": "placebo"}, "pain of their own"),
        ({"kind": "rate"}, "time unit of the slope"),
        ({"wrong": "time_h 'soon' is not a number"}, "'soon'"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_says_what_is_missing(changed: dict[str, Any], told: str) -> None:
    assert told in why(replace(M, **changed))


def test_an_unknown_drug_spoils_only_what_comes_after_it() -> None:
    arms = (
        Arm(
            "drug",
            n=9,
            group="detoxification",
            schedule=(infusion(1.0, -9.0), infusion(2.0, 0.0, "naltrexone")),
        ),
        Arm("placebo", n=9, group="detoxification"),
    )
    made = [replace(M, time_h=t, arm=a) for t, a in ((0.0, "drug"), (3.0, "drug"), (3.0, "placebo"))]
    found = answer(study(*made, arms=arms), fake, (1.0,))
    assert [a.predicted is None for a in found] == [False, True, False]
    assert found[1].unassessable is not None
    assert "naltrexone" in found[1].unassessable.because


def test_a_route_that_is_refused_and_a_dose_that_is_missing_are_named() -> None:
    nasal = Arm("drug", schedule=(replace(daily(), route="nasal"),))
    assert "is no way in" in why(M, (nasal,))
    without = Arm("drug", schedule=(replace(daily(), amount=None),))
    assert "dose of oral-er morphine is not given" in why(M, (without,))


@given(value=st.one_of(st.none(), st.floats(-1e6, 1e6)))
@settings(max_examples=25, deadline=None)
def test_the_observed_value_never_moves_the_prediction(value: float | None) -> None:
    for changed in ({}, {"kind": "change", "unit": "%"}, {"kind": "contrast", "relative_to": "placebo"}):
        base = replace(M, sd=10.0, n=16, **changed)
        assert one(replace(base, value=value, observed=value)).predicted == one(base).predicted


def test_the_interval_holds_draws_and_the_error_of_the_sample() -> None:
    sharp = one(replace(M, sem=1e-9), draws=tuple(np.linspace(0.9, 1.1, 201)))
    assert sharp.predicted is not None
    # 5 % and 95 % of a uniform spread from 0.9 to 1.1
    assert sharp.predicted.low90 == pytest.approx(CT * 0.48 * 0.91, rel=1e-6)
    assert sharp.predicted.high90 == pytest.approx(CT * 0.48 * 1.09, rel=1e-6)
    sampled = one(replace(M, sd=20.0, n=100), draws=(1.0,) * 4000)
    assert sampled.predicted is not None
    width = sampled.predicted.high90 - sampled.predicted.low90
    assert width == pytest.approx(2 * 1.6449 * 2.0, rel=0.1)


def test_without_its_own_spread_the_people_of_the_model_are_used() -> None:
    # log-normal people: half of the 16-84 % range is 19.2 sinh(0.4 * 0.994)
    found = one(replace(M, n=100), draws=(1.0,) * 4000)
    assert found.predicted is not None
    width = found.predicted.high90 - found.predicted.low90
    assert width == pytest.approx(2 * 1.6449 * CT * 0.48 * np.sinh(0.4 * 0.9945) / 10, rel=0.2)


def test_the_error_of_a_sample_is_read_from_the_design() -> None:
    arm = Arm("a", n=25)
    assert sample_error(Measure("m", sd=10.0), arm)[0] == pytest.approx(2.0)
    assert sample_error(Measure("m", sem=3.0), arm)[0] == 3.0
    assert sample_error(Measure("m", ci=(0.0, 3.919928)), arm)[0] == pytest.approx(1.0)
    assert sample_error(Measure("m", statistic="median", sd=10.0), arm)[0] == pytest.approx(2.5066)
    assert sample_error(Measure("m"), arm) == (None, "")


def test_answers_are_the_same_again_and_whatever_stands_beside() -> None:
    others = (Study("t", study().arms, (M,)), study(M))
    alone = answer(study(M), fake, (1.0, 1.2))
    assert alone == answer(study(M), fake, (1.0, 1.2))
    assert alone == answer(others[1], fake, (1.0, 1.2))


@given(
    st.builds(
        Measure,
        name=st.sampled_from(["cold-tolerance", "pain-nrs", "opioid-consumption", "other", "hyperalgesia-area", "x y"]),
        arm=st.sampled_from([None, "drug", "placebo", "?"]),
        relative_to=st.sampled_from([None, "placebo", "trough", "day 1 effect", "peak effect", "before taper", "week 3", "?"]),
        time_h=st.one_of(st.none(), st.floats(-500, 5000)),
        kind=st.sampled_from(["level", "change", "contrast", "ratio", "rate", "proportion", "duration", "direction", "", "x"]),
        statistic=st.sampled_from(["", "mean", "max % reduction", "slope per week", "COWS > 4", "50% loss", "share", "peak"]),
        unit=st.sampled_from(["s", "%", "NRS", "ratio", "SMD", "sign", "mg", "MME/d", "of 9", "h", "ng/mL", "cm2", "", "0-0"]),
        sd=st.one_of(st.none(), st.floats(0.1, 10)),
        n=st.one_of(st.none(), st.floats(1, 100)),
        higher_is=st.sampled_from(["", "more pain", "less sensitive", "more relief"]),
        time_assumed=st.booleans(),
    )
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_every_measure_gets_an_answer(measure: Measure) -> None:
    found = answer(study(measure), fake, (1.0, 1.1), people=10)
    assert len(found) == 1
    assert (found[0].predicted is None) != (found[0].unassessable is None)
    if found[0].predicted is not None:
        p = found[0].predicted
        assert np.isfinite([p.low90, p.median, p.high90]).all()
        assert p.low90 <= p.median <= p.high90


def test_a_ratio_to_nothing_is_no_number() -> None:
    assert np.isnan(over(np.array([1.0]), np.array([0.0]))[0])


def _phi(z: float) -> float:
    from scipy.stats import norm

    return float(norm.cdf(z))


def test_what_the_right_model_would_miss_widens_the_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Measure("cold-tolerance", arm="placebo", time_h=0.0, statistic="mean", unit="s", sem=1e-9)
    narrow = one(asked, draws=(1.0,) * 400).predicted
    monkeypatch.setattr(study_answers, "MODEL_ERROR", {"log": 0.12})
    wide = one(asked, draws=(1.0,) * 400).predicted
    assert narrow is not None and wide is not None
    assert narrow.high90 - narrow.low90 < 1e-6
    assert wide.high90 / wide.low90 == pytest.approx(np.exp(2 * 1.645 * 0.12), rel=0.15)
