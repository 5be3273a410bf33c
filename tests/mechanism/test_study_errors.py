"""What widens a prediction: draws, samples, people, the model; and where the scale ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from algesia.mechanism import study_errors
from algesia.mechanism.study import Arm, Measure
from algesia.mechanism.study_answers import sample_error
from tests.mechanism.study_fakes import LEVELS, M, one, why

CT = LEVELS["cold-tolerance"]


@pytest.fixture(autouse=True)
def a_model_that_misses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values are then exact; what the right model would miss has a test of its own."""
    monkeypatch.setattr(study_errors, "MODEL_ERROR", {})


@pytest.mark.parametrize(
    "name", ["heat-threshold", "electrical", "pressure", "hyperalgesia-area", "potency-ratio"]
)
def test_no_standardized_difference_where_people_do_not_differ_at_baseline(name: str) -> None:
    assert "how much people differ" in why(
        Measure(
            name,
            "drug",
            "placebo",
            2.0,
            "contrast",
            "SMD",
            "SMD",
            higher_is="more drug" if name == "potency-ratio" else "",
        )
    )


def test_a_standardized_difference_has_the_spread_of_both_arms_and_the_error_of_its_size() -> None:
    told = Measure("cold-tolerance", "drug", "placebo", 2.0, "contrast", "SMD", "SMD")
    z = np.random.default_rng(1).standard_normal(400)
    low, high = np.quantile(np.exp(0.4 * z), (0.16, 0.84))
    sd = CT * (high - low) / 2 * np.sqrt((0.48**2 + 0.98**2) / 2)
    found = one(told, draws=(1.0,) * 2000).predicted
    assert found is not None
    d = CT * (0.48 - 0.98) / sd
    assert found.median == pytest.approx(d, rel=0.02)
    # Hedges and Olkin: 1/25 + 1/25 + d^2/100
    assert found.high90 - found.low90 == pytest.approx(2 * 1.645 * np.sqrt(0.08 + d**2 / 100), rel=0.15)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("name", "unit", "top"),
    [("pain-nrs", "NRS", 10.0), ("withdrawal-score", "COWS", 48.0), ("cold-tolerance", "s", np.inf)],
)
@pytest.mark.parametrize("draw", [0.02, 1.7])
def test_no_interval_leaves_the_scale(name: str, unit: str, top: float, draw: float) -> None:
    arms = (Arm("drug", n=2, group="chronic-pain"),)
    found = one(Measure(name, "drug", None, 0.0, unit=unit, sd=5.0), arms, draws=(draw,) * 200).predicted
    assert found is not None
    assert 0.0 <= found.low90 <= found.median <= found.high90 <= top


def test_the_error_of_a_time_is_one_of_its_logarithm() -> None:
    found = one(replace(M, sem=10.0), draws=(1.0,) * 4000).predicted
    assert found is not None
    sigma = np.sqrt(np.log1p((10.0 / (CT * 0.48)) ** 2))
    assert found.low90 == pytest.approx(CT * 0.48 * np.exp(-1.645 * sigma), rel=0.06)
    assert found.high90 == pytest.approx(CT * 0.48 * np.exp(1.645 * sigma), rel=0.06)


def test_a_reduction_and_a_fraction_get_the_same_model_error_as_a_percent_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(study_errors, "MODEL_ERROR", {"log-percent": 0.12})
    share = replace(M, kind="change", unit="%", sem=1e-9)
    change = one(share, draws=(1.0,) * 4000).predicted
    fraction = one(replace(share, unit="fraction"), draws=(1.0,) * 4000).predicted
    fall = Measure("heat-rating", "drug", None, 2.0, "change", "% reduction", "%", sem=1e-9)
    less = one(fall, draws=(1.0,) * 4000).predicted
    assert change is not None and fraction is not None and less is not None
    assert change.low90 == pytest.approx(100 * (0.48 * np.exp(-0.12 * 1.645) - 1), abs=0.5)
    assert fraction.low90 == pytest.approx(change.low90 / 100, abs=0.005)
    assert less.high90 == pytest.approx(-change.low90, abs=0.5)


def test_a_direction_is_only_as_sure_as_its_sample() -> None:
    told = Measure("cold-tolerance", "drug", "placebo", 2.0, "direction", "", "sign", n=1)
    few, many = (
        one(told, draws=(1.0,) * 200).predicted,
        one(replace(told, n=400), draws=(1.0,) * 200).predicted,
    )
    assert few is not None and many is not None
    assert (few.low90, few.median, few.high90) == (-1.0, -1.0, 1.0)
    assert (many.low90, many.median, many.high90) == (-1.0, -1.0, -1.0)


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


def test_what_the_right_model_would_miss_widens_the_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Measure("cold-tolerance", arm="placebo", time_h=0.0, statistic="mean", unit="s", sem=1e-9)
    narrow = one(asked, draws=(1.0,) * 400).predicted
    monkeypatch.setattr(study_errors, "MODEL_ERROR", {"log": 0.12})
    wide = one(asked, draws=(1.0,) * 400).predicted
    assert narrow is not None and wide is not None
    assert narrow.high90 - narrow.low90 < 1e-6
    assert wide.high90 / wide.low90 == pytest.approx(np.exp(2 * 1.645 * 0.12), rel=0.15)
