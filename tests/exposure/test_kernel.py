"""The kernel against sums made by hand and by brute force."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from algesia.exposure.kernel import SCALE, carry, steps_of
from algesia.exposure.model import Span

pieces = st.lists(
    st.tuples(st.integers(0, 20), st.none() | st.integers(0, 25), st.integers(0, 10**12)), max_size=12
)


@given(pieces, st.integers(0, 30))
def test_sum_of_pieces_day_by_day(found: list[tuple[int, int | None, int]], last: int) -> None:
    steps = steps_of([(start, end, Span.exactly(units / SCALE)) for start, end, units in found], last)
    assert all(day <= last for day in steps.days)
    for day in range(last + 1):
        units = sum(u for start, end, u in found if start <= day and (end is None or day < end))
        assert round(steps.at(day).high * SCALE) == units


@given(pieces)
def test_neighboring_steps_differ(found: list[tuple[int, int | None, int]]) -> None:
    steps = steps_of([(start, end, Span.exactly(units / SCALE)) for start, end, units in found], 30)
    assert list(steps.days) == sorted(set(steps.days))
    values = [Span(0, 0, 0), *steps.values]
    assert all(one != other for one, other in pairwise(values))


def test_a_stopped_drug_is_exactly_zero() -> None:
    steps = steps_of([(0, 3, Span.exactly(0.1)), (1, 4, Span.exactly(0.2)), (2, 5, Span.exactly(0.7))], 9)
    assert [span.high for span in steps.values] == [0.1, 0.3, 1.0, 0.9, 0.7, 0.0]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 15)), min_size=1, max_size=10))
def test_carrying_keeps_every_day_of_supply(boxes: list[tuple[int, int]]) -> None:
    boxes.sort(key=lambda box: box[0])
    starts = [start for start, _ in boxes]
    ends = [start + days for start, days in boxes]
    moved = [0] * len(boxes)
    carry(starts, ends, [False] * len(boxes), moved)
    for index, at in enumerate(moved):
        assert at >= starts[index]
        for other in range(index):
            if starts[other] != starts[index]:
                assert moved[other] + ends[other] - starts[other] <= at
