"""Visual predictive checks against a case done by hand and against what must hold for data from the model itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.mechanism.vpc import vpc
from algesia.quantities.refusal import InputRefused

TIMES = [1.0, 2.0, 3.0, 10.0, 11.0]
SEEN = [4.0, 6.0, 8.0, 1.0, 3.0]
DRAWN = [[3.0, 6.0, 9.0, 0.0, 2.0], [5.0, 5.0, 5.0, 4.0, 6.0], [4.0, 7.0, 7.0, 3.0, 3.0]]


def test_by_hand() -> None:
    check = vpc(TIMES, SEEN, DRAWN, edges=[0.0, 5.0, 11.0], percentiles=[0, 50])
    assert check.n.tolist() == [3, 2]
    assert check.time.tolist() == [2.0, 10.5]
    assert check.observed.tolist() == [[4.0, 6.0], [1.0, 2.0]]
    # Replicates: least 3, 5, 4 and 0, 4, 3; middle 6, 5, 7 and 1, 5, 3. 5 % of three lies 0.1 above the least.
    assert check.median.tolist() == [[4.0, 6.0], [3.0, 3.0]]
    assert np.allclose(check.low, [[3.1, 5.1], [0.3, 1.2]])
    assert np.allclose(check.high, [[4.9, 6.9], [3.9, 4.8]])
    assert check.inside == 1.0
    assert not check.corrected


def test_inside_counts_percentiles_that_lie_out() -> None:
    low = vpc(TIMES, [0.0, 0.0, 0.0, 1.0, 3.0], DRAWN, edges=[0.0, 5.0, 11.0], percentiles=[0, 50])
    assert low.inside == 0.5


def test_correction_by_hand() -> None:
    check = vpc([1.0, 1.0, 1.0], [2.0, 6.0, 8.0], [[1.0, 3.0, 4.0]] * 2, typical=[1.0, 2.0, 4.0], bins=1)
    # The median prediction is 2: values times 2, 1 and 0.5.
    assert check.observed.tolist() == [[4.0, 4.0, 5.6]]
    assert check.median.tolist() == [[2.0, 2.0, 2.8]]
    assert check.corrected


def test_correction_takes_out_what_is_predicted() -> None:
    chance = np.random.default_rng(2)
    noise, more = chance.lognormal(0.0, 0.3, 60), chance.lognormal(0.0, 0.3, (20, 60))
    dose, times = np.repeat([1.0, 10.0, 100.0], 20), np.tile(np.arange(20.0), 3)
    check = vpc(times, dose * noise, dose * more, typical=dose, bins=4)
    plain = vpc(times, 10.0 * noise, 10.0 * more, bins=4)
    assert np.allclose(check.observed, plain.observed)
    assert np.allclose(check.high, plain.high)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=80), st.integers(1, 12))
def test_every_observation_is_in_one_bin_and_ties_stay_together(times: list[int], bins: int) -> None:
    check = vpc(times, times, [times, times], bins=bins, percentiles=[0, 100])
    assert check.n.sum() == len(times)
    assert 1 <= check.n.size <= bins
    assert np.all(check.n > 0)
    # Observed are the times themselves: least and largest of a bin never reach into another.
    assert np.all(check.observed[1:, 0] > check.observed[:-1, 1])
    assert np.all((check.observed[:, 0] <= check.time) & (check.time <= check.observed[:, 1]))


def test_bins_hold_about_as_many() -> None:
    times = np.random.default_rng(1).uniform(0.0, 9.0, 803)
    check = vpc(times, times, [times, times])
    assert check.n.size == 8
    assert set(check.n.tolist()) <= {100, 101}


def curves(chance: np.random.Generator, draws: int, shift: float = 0.0) -> np.ndarray:
    """People who differ (25 of them) at 16 times each, (draws, 400)."""
    level = chance.standard_normal((draws, 25, 1))
    return (level + 0.5 * chance.standard_normal((draws, 25, 16)) + shift).reshape(draws, -1)


def test_data_of_the_model_lie_inside_nine_times_in_ten() -> None:
    chance, times = np.random.default_rng(3), np.tile(np.arange(16.0), 25)
    right = np.array([vpc(times, curves(chance, 1)[0], curves(chance, 99)).inside for _ in range(150)])
    # 99 replicates: 5 % and 95 % enclose 0.9 (99 - 1) / (99 + 1) of further ones.
    wanted, error = 0.9 * 98 / 100, right.std() / np.sqrt(right.size)
    assert abs(right.mean() - wanted) < 3.0 * error + 0.005
    assert error < 0.02
    wrong = np.array([vpc(times, curves(chance, 1, 1.0)[0], curves(chance, 99)).inside for _ in range(20)])
    assert wrong.mean() < 0.5


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"times": []}, "times"),
        ({"times": ["a"] * 5}, "times"),
        ({"times": [1.0, 2.0, np.nan, 3.0, 4.0]}, "times[2]"),
        ({"observed": [1.0, 2.0]}, "observed"),
        ({"observed": [1.0, 2.0, 3.0, np.inf, 5.0]}, "observed[3]"),
        ({"simulated": DRAWN[0]}, "simulated"),
        ({"simulated": DRAWN[:1]}, "simulated"),
        ({"simulated": [[1.0, 2.0], [3.0, 4.0]]}, "simulated"),
        ({"simulated": [[1.0] * 5, [1.0, 1.0, 1.0, np.nan, 1.0]]}, "simulated[1, 3]"),
        ({"simulated": [[1.0], [1.0, 2.0]]}, "simulated"),
        ({"bins": 0}, "bins"),
        ({"percentiles": [50, 101]}, "percentiles"),
        ({"percentiles": []}, "percentiles"),
        ({"edges": [0.0]}, "edges"),
        ({"edges": [0.0, 20.0, 20.0]}, "edges"),
        ({"edges": [2.0, 20.0]}, "times[0]"),
        ({"edges": [0.0, 5.0, 6.0, 20.0]}, "edges[1]"),
        ({"typical": [1.0, 1.0]}, "typical"),
        ({"typical": [1.0, 1.0, 0.0, 1.0, 1.0]}, "typical[2]"),
    ],
)
def test_what_is_refused(changed: dict[str, Any], path: str) -> None:
    call = {"times": TIMES, "observed": SEEN, "simulated": DRAWN, **changed}
    with pytest.raises(InputRefused) as refused:
        vpc(call.pop("times"), call.pop("observed"), call.pop("simulated"), **call)
    assert refused.value.path == path
    assert str(refused.value)
