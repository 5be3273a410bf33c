"""Bands of many people against numpy's quantiles; and they stay small."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.mechanism import simulate as module
from algesia.mechanism.bands import BINS, QUANTILES, WIDER, Bands
from algesia.mechanism.simulate import simulate
from algesia.mechanism.simulation import Group
from tests.mechanism.reference import every

CHUNK = 1000


def counted(values: np.ndarray) -> np.ndarray:
    bands = Bands(values.shape[1], values.shape[2], values.shape[0], keep=False, held=0)
    for first in range(0, values.shape[0], CHUNK):
        bands.add(values[first : first + CHUNK])
    return bands.quantiles()


def known(values: np.ndarray) -> np.ndarray:
    return np.moveaxis(np.quantile(values, QUANTILES, axis=0), 0, 2)


@settings(deadline=None, max_examples=20)
@given(
    seed=st.integers(0, 99),
    scale=st.floats(1e-6, 1e6),
    shift=st.floats(-1e3, 1e3),
    sigma=st.floats(0.05, 1.0),
)
def test_counted_quantiles_are_those_of_everybody(
    seed: int, scale: float, shift: float, sigma: float
) -> None:
    draw = np.random.default_rng(seed)
    values = scale * (np.exp(sigma * draw.standard_normal((5000, 2, 2))) + shift)
    reach = (1 + 2 * WIDER) * np.ptp(values[:CHUNK], axis=0)
    # half a bin, and what lies between two neighbors among the people
    near = np.sort(values, axis=0)
    for j, quantile in enumerate(QUANTILES):
        at = int(quantile * values.shape[0])
        gap = near[min(at + 1, 4999)] - near[at - 1]
        assert np.all(np.abs(counted(values)[:, :, j] - known(values)[:, :, j]) <= reach / BINS + gap)


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
