"""Fills: at most 28 days each, pieces whole, days of patches and of every other day counted one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from algesia.knowledge.loader import load
from algesia.plan.model import DoseTime, Step
from algesia.plan.supplies import SUPPLY_DAYS, days_taken, supplies
from algesia.plan.tablets import piece_of


def step(days: int, every: int, line: str, strength: float, count: float) -> Step:
    """A step with one dose of one strength."""
    product = load().product_lines[line]
    piece = piece_of(product, next(s for s in product.plannable if s.value == strength), count)
    doses = (DoseTime("08:00", "morning", (piece,)),)
    return Step(
        1, 100, 100 + days, product.ingredient, product.route, product.release, "taper", "mg/d", 99.0, 9.0, 9.0,
        doses, every, (100 + days - 1,), ("pain",), None,
    )  # fmt: skip


@given(st.integers(1, 200), st.integers(1, 7), st.integers(1, 3))
def test_the_fills_are_what_is_taken(days: int, every: int, count: int) -> None:
    one = step(days, every, "oxycodone-er-tablet", 10.0, count)
    found = supplies((one,))
    assert sum(fill.count for fill in found) == count * len(range(100, 100 + days, every))
    assert all(0 < fill.end - fill.start <= SUPPLY_DAYS == 28 for fill in found)
    for fill in found:
        taken = [day for day in range(100, 100 + days, every) if fill.start <= day < fill.end]
        assert days_taken(one, fill.start, fill.end) == len(taken)
        assert fill.count == count * len(taken)


@pytest.mark.parametrize(
    ("days", "every", "line", "strength", "count", "expected"),
    [
        (28, 3, "fentanyl-patch", 50.0, 1.0, [10.0]),
        (35, 3, "fentanyl-patch", 50.0, 1.0, [10.0, 2.0]),
        (28, 2, "oxycodone-ir-tablet", 5.0, 1.0, [14.0]),
        (28, 1, "oxycodone-oral-solution", 1.0, 4.5, [126.0]),
        (3, 1, "methadone-dispersible-tablet", 40.0, 0.5, [2.0]),
    ],
)
def test_by_hand(
    days: int, every: int, line: str, strength: float, count: float, expected: list[float]
) -> None:
    assert [fill.count for fill in supplies((step(days, every, line, strength, count),))] == expected


def test_nothing_taken_nothing_filled() -> None:
    assert supplies(()) == ()
