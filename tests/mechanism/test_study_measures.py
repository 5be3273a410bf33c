"""Predictions of every kind of measure, against a simulator whose values are known in advance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.mechanism import study_errors
from algesia.mechanism.study import Arm, Measure, Study
from algesia.mechanism.study_answers import answer
from algesia.mechanism.study_form import over
from algesia.mechanism.study_spans import fall_times
from tests.mechanism.study_fakes import LEVELS, M, daily, fake, infusion, median, one, study, why

CT = LEVELS["cold-tolerance"]
HEALTHY_PAIN = "cold pressor pain"


@pytest.fixture(autouse=True)
def a_model_that_misses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values are then exact; what the right model would miss has a test of its own."""
    monkeypatch.setattr(study_errors, "MODEL_ERROR", {})


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


@pytest.mark.parametrize(("unit", "top"), [("0-3", 3.0), ("SOWS", 30.0), ("SOWS 0-64", 64.0)])
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


def test_a_percentage_of_the_control_is_no_change_against_it() -> None:
    for statistic, unit in (
        ("% of control", "%"),
        ("mean", "% of placebo"),
        ("percentage of control value", "%"),
    ):
        told = replace(M, kind="contrast", relative_to="placebo", statistic=statistic, unit=unit)
        assert median(told) == pytest.approx(100 * 0.48 / 0.98)
    change = replace(M, kind="contrast", relative_to="placebo", statistic="% difference of control", unit="%")
    assert median(change) == pytest.approx(100 * (0.48 / 0.98 - 1))
    part = replace(M, kind="change", statistic="fraction of baseline", unit="fraction")
    assert median(part) == pytest.approx(0.48)


def test_a_slope_needs_time_and_beside_an_arm_is_a_difference_of_slopes() -> None:
    slope = replace(M, kind="rate", statistic="slope per week", time_h=1008.0)
    assert "same arm at the same time" in why(replace(slope, relative_to="week 6"))
    assert "after its start" in why(replace(slope, relative_to="week 7"))
    assert "time unit" in why(replace(slope, statistic="slope", unit="s per 0 days"))
    apart = replace(M, kind="rate", statistic="slope per 2 h", time_h=5.0, relative_to="placebo")
    # from 3 h (0.5 - 0.03) to 5 h, when the infusion is over (1 - 0.05); placebo loses 0.02
    assert median(apart) == pytest.approx(CT * (0.48 + 0.02), rel=1e-3)


def test_time_to_the_peak_is_no_time_of_loss() -> None:
    def wave(orders: Any, at_h: Any, group: Any, **more: Any) -> Any:
        found = fake(orders, at_h, group, **more)
        course = np.exp(-(((found.times_h - 30.0) / 10.0) ** 2))
        values = np.ones_like(found.values) * course[None, :, None]
        return replace(found, values=values, bands=np.stack([values[0]] * 3, axis=-1))

    told = Measure(
        "withdrawal-score", "placebo", None, None, "duration", "time to peak withdrawal", "h", sem=1e-12
    )
    found = answer(study(told), wave, (1.0,))[0].predicted
    assert found is not None
    assert found.median == pytest.approx(30.0, abs=1.0)
    day = answer(study(replace(told, statistic="day of peak", unit="days")), wave, (1.0,))[0].predicted
    assert day is not None
    assert day.median == pytest.approx(2.0, abs=1e-6)
    assert "is not said" in why(replace(told, statistic="time to onset of effect"))
    assert "is not said" in why(replace(told, statistic="time to half of the effect"))


def test_an_area_is_the_mean_times_its_length_or_refused() -> None:
    arms = (Arm("drug", n=25, group="chronic-pain"),)
    told = Measure("pain-nrs", "drug", None, 24.0, "level", "AUC 0-24 h", "NRS*h")
    assert median(told, arms) == pytest.approx(6.0 * 24 * 0.88, rel=1e-3)
    assert median(replace(told, unit="mm·min", statistic="AUC0-24"), arms) == pytest.approx(
        60 * 60 * 24 * 0.88, rel=1e-3
    )
    assert "over what period" in why(replace(told, statistic="AUC"), arms)
    assert "no unit of an area" in why(replace(told, unit="NRS"), arms)
    assert "sum of scores" in why(replace(told, statistic="SPID 0-24 h"), arms)


def test_a_period_without_a_unit_or_a_length_is_refused() -> None:
    assert "unit of the period" in why(replace(M, statistic="mean over 1-3"))
    assert "no length" in why(replace(M, statistic=f"mean over 0-{'9' * 400} h"))
    assert "no length" in why(replace(M, statistic="mean over 3-3 h"))


def test_a_time_too_far_away_spoils_no_other_measure_of_the_arm() -> None:
    far = (replace(M, time_h=1e12), replace(M, statistic="mean over 0-99999999999 h"), M)
    found = answer(study(*far), fake, (1.0,))
    assert [one.predicted is None for one in found] == [True, True, False]
    assert found[0].unassessable is not None
    assert "too far" in found[0].unassessable.because


def test_the_sign_of_a_dose_effect_counts_the_way_of_the_study() -> None:
    arms = (
        Arm(
            "drug", n=900, group="healthy", schedule=(infusion(2.0), infusion(2.0, 24.0), infusion(2.0, 24.0))
        ),
    )
    told = Measure(
        "heat-rating", "drug", "day 1 effect", 24.0, "direction", "", "sign", higher_is="more relief"
    )
    # two infusions at once on the second day: more relief
    assert median(told, arms) == 1.0
    assert median(replace(told, higher_is="more pain"), arms) == -1.0


def test_pain_of_the_sick_is_not_compared_with_that_of_the_healthy() -> None:
    arms = (Arm("sick", n=25, group="chronic-pain"), Arm("well", n=25, group="healthy"))
    told = Measure("pain-nrs", "sick", "well", 2.0, "contrast", "difference", "NRS")
    assert "no pain of their own" in why(told, arms)
    assert "another kind of pain" in why(replace(told, unit="%"), arms)
    assert "healthy people" in why(replace(told, relative_to="healthy volunteers"), arms[:1])


def test_potency_needs_what_it_is_beside() -> None:
    assert "is no potency-ratio" in why(
        Measure("potency-ratio", "drug", None, 2.0, "ratio", "conversion ratio", "ratio")
    )
    assert "not said" in why(Measure("potency-ratio", "drug", None, 2.0, "ratio", "ratio", "ratio"))


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
    ways: tuple[dict[str, Any], ...] = (
        {},
        {"kind": "change", "unit": "%"},
        {"kind": "contrast", "relative_to": "placebo"},
    )
    for changed in ways:
        base = replace(M, sd=10.0, n=16, **changed)
        assert one(replace(base, value=value, observed=value)).predicted == one(base).predicted


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
