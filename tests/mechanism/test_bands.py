"""Bands of many people against numpy's quantiles; and they stay small."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.mechanism import simulate as module
from algesia.mechanism.bands import FEWEST, MEMORY, QUANTILES, Bands
from algesia.mechanism.simulate import simulate
from algesia.mechanism.simulation import Group
from tests.mechanism.reference import every

CHUNK = 1000
PEOPLE = 20_000


def counted(values: np.ndarray, chunk: int = CHUNK) -> np.ndarray:
    bands = Bands(values.shape[1], values.shape[2], values.shape[0], keep=False, held=0)
    for first in range(0, values.shape[0], chunk):
        bands.add(values[first : first + chunk])
    return bands.quantiles()


def known(values: np.ndarray, aside: float = 0.0) -> np.ndarray:
    """numpy's quantiles; at ranks `aside` (a share)."""
    at = np.clip(np.array(QUANTILES) + aside, 0.0, 1.0)
    return np.moveaxis(np.quantile(values, at, axis=0), 0, 2)


def drawn(kind: str, people: int = PEOPLE) -> np.ndarray:
    draw = np.random.default_rng(7)
    shape = (people, 15, 2)
    bell = np.exp(0.5 * draw.standard_normal(shape))
    return {
        "lognormal": bell,
        "wide lognormal": bell**2,
        "negative": -bell,
        "far from zero": 100 + 0.01 * bell,
        "uniform": draw.random(shape),
        "a third zero": np.where(draw.random(shape) < 1 / 3, 0.0, bell),
        "mostly zero": np.where(draw.random(shape) < 0.6, 0.0, bell),
        "some react": np.where(draw.random(shape) < 0.08, 50 + 5 * bell, 2 + bell),
    }[kind]


@pytest.mark.parametrize(
    "kind",
    ["lognormal", "wide lognormal", "negative", "far from zero", "uniform", "a third zero", "mostly zero", "some react"],
)  # fmt: skip
def test_counted_quantiles_are_those_of_everybody(kind: str) -> None:
    """Within half a percent of what lies between 5 % and 95 %, everywhere; a tenth of that on average."""
    values = drawn(kind)
    exact = known(values)
    wide = exact[:, :, 2] - exact[:, :, 1]
    off = np.abs(counted(values) - exact) / wide[:, :, None]
    assert off.max() < 0.005
    assert off.mean() < 0.0005


@pytest.mark.parametrize("people", [3000, PEOPLE])
@pytest.mark.parametrize("kind", ["rating", "halves", "yes or no", "few react"])
def test_what_many_share_is_itself(kind: str, people: int) -> None:
    """Values that many have: the quantile is one of them, at most one person away in rank."""
    draw = np.random.default_rng(5)
    shape = (people, 40, 1)
    values = {
        "rating": draw.binomial(10, 0.45, shape).astype(float),
        "halves": np.round(2 * np.exp(0.5 * draw.standard_normal(shape))) / 2,
        "yes or no": (draw.random(shape) < 0.3).astype(float),
        "few react": np.where(draw.random(shape) < 0.97, 1.0, 4.0),
    }[kind]
    found = counted(values)
    assert np.all((found >= known(values, -2 / people)) & (found <= known(values, 2 / people)))


@pytest.mark.parametrize("chunk", [1, 37, 4096, PEOPLE])
def test_how_people_come_changes_nothing(chunk: int) -> None:
    values = drawn("a third zero")[:, :2] if chunk > 1 else drawn("a third zero", 2000)[:, :2]
    np.testing.assert_array_equal(counted(values, chunk), counted(values))


def test_fewer_people_than_were_told_of() -> None:
    values = drawn("lognormal", 40)
    bands = Bands(15, 2, 5000, keep=False, held=0)
    bands.add(values)
    np.testing.assert_allclose(bands.quantiles(), known(values), rtol=1e-6)


def test_a_value_that_is_none_makes_its_band_none() -> None:
    values = drawn("uniform", 3000)
    values[1234, 3, 1] = np.nan
    found = counted(values)
    assert np.isnan(found[3, 1]).all() and np.isnan(found).sum() == 3


@pytest.mark.parametrize("people", [1, 2, 63, 64, 65, 511, 512, 513, 1024, 1025])
def test_few_people_with_many_curves(people: int) -> None:
    """More values than are kept, of fewer people than intervals: exact; of a few more: within their neighbors."""
    values = drawn("lognormal", people)
    found = counted(values, 100)
    if people <= 512:
        np.testing.assert_allclose(found, known(values), rtol=1e-6)
    assert np.all(found >= known(values, -2 / people) * (1 - 1e-6))
    assert np.all(found <= known(values, 2 / people) * (1 + 1e-6))


@settings(deadline=None, max_examples=20)
@given(
    seed=st.integers(0, 99),
    scale=st.floats(1e-6, 1e6),
    shift=st.floats(-100, 100),
    sigma=st.floats(0.05, 1.0),
)
def test_scale_and_shift_do_not_matter(seed: int, scale: float, shift: float, sigma: float) -> None:
    draw = np.random.default_rng(seed)
    values = scale * (np.exp(sigma * draw.standard_normal((5000, 2, 2))) + shift)
    found = counted(values)
    # two standard errors of a tail's rank, times a tenth
    near = 0.2 * np.sqrt(0.05 * 0.95 / 5000)
    single = 2e-7 * np.abs(found)
    assert np.all(found >= known(values, -near) - single) and np.all(found <= known(values, near) + single)


def test_few_people_are_kept_whole() -> None:
    values = np.random.default_rng(1).standard_normal((50, 3, 2))
    bands = Bands(3, 2, 50, keep=True, held=0)
    bands.add(values[:20])
    bands.add(values[20:])
    np.testing.assert_array_equal(bands.quantiles(), known(values))
    np.testing.assert_array_equal(bands.values(), values)


def test_values_are_not_kept_unasked() -> None:
    bands = Bands(1, 1, 2, keep=False, held=100)
    bands.add(np.array([[[1.0]], [[2.0]]]))
    assert bands.values() is None


@pytest.mark.parametrize("value", [0.0, 42.0, 1e5])
def test_a_constant_is_its_own_quantile(value: float) -> None:
    with np.errstate(all="ignore"):
        found = counted(np.full((3000, 1, 1), value))
    np.testing.assert_allclose(found, value, rtol=1e-9, atol=1e-9)


def test_many_curves_share_the_memory() -> None:
    """A year of hours of twenty measures."""
    times, measures, slice_ = 8760, 20, 8
    values = np.random.default_rng(3).random((slice_, times, measures))
    tracemalloc.start()
    bands = Bands(times, measures, 1_000_000, keep=False, held=0)
    for _ in range(2 * FEWEST // slice_ + 1):
        bands.add(values)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2 * MEMORY + 2 * values.nbytes


def peak(people: int) -> int:
    orders, at = [every("morphine", "oral", 15.0, 6.0, 2)], np.array([1.0, 4.0, 11.0])
    tracemalloc.start()
    simulate(orders, at, Group(people=people), measures=("pain-nrs", "stimulus"))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_memory_does_not_grow_with_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HELD", 10_000)
    simulate([every("morphine", "oral", 15.0, 6.0, 2)], np.array([1.0]), Group(people=9))
    few, many = peak(10_000), peak(100_000)
    assert many < 1.5 * few
