"""The integer program against trying everything, and the rules of the stock."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.knowledge.loader import load
from algesia.plan.model import DoseTime
from algesia.plan.program import counts_of
from algesia.plan.tablets import HOURS, MOST_ML, Stock, largest, nearest, stock, total
from tests.plan.enumeration import Question, best, value

LINES = load().product_lines
SMALL = (
    ("oxycodone-er-tablet", 2, 45.0), ("oxycodone-er-tablet", 1, 90.0), ("oxycodone-ir-tablet", 3, 15.0),
    ("oxycodone-ir-tablet", 4, 10.0), ("morphine-er-tablet", 3, 60.0), ("morphine-er-capsule-12-24h", 2, 50.0),
    ("oxycodone-xtampza-er", 2, 40.5), ("hydromorphone-ir-tablet", 4, 6.0), ("tapentadol-er-tablet", 2, 250.0),
    ("methadone-tablet", 3, 20.0), ("methadone-dispersible-tablet", 1, 120.0), ("fentanyl-patch", 1, 100.0),
    ("buprenorphine-patch", 1, 20.0), ("buprenorphine-buccal-film", 2, 450.0), ("oxycodone-oral-solution", 4, 2.5),
    ("morphine-oral-solution", 3, 2.0), ("hydrocodone-acetaminophen-tablet", 4, 7.5),
)  # fmt: skip
"""Line, doses a day, and the largest dose: so small that everything can be tried."""


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A small line with a band below what is taken, bounded by the times of day or not."""
    name, times, top = draw(st.sampled_from(SMALL))
    have = stock(LINES[name], largest_dose=top)
    assert have is not None
    if draw(st.booleans()) and len(have.units) > 2:
        have = Stock(have.line, have.units[:2])
    step = have.smallest
    slots = sorted(
        (step * draw(st.integers(1, max(1, int(top // step)))) for _ in range(times)), reverse=True
    )
    if draw(st.booleans()):
        slots = list(draw(st.permutations(slots)))
    most = tuple(slots) if draw(st.booleans()) else ()
    now = sum(slots)
    high = min(now, max(slots) * times) if most else min(now, top * times)
    target = high * draw(st.sampled_from((0.75, 0.8, 0.9, 0.95, 0.99, 1.0)))
    low = high * draw(st.sampled_from((0.0, 0.5, 0.75, 0.9)))
    return Question(have, times, min(low, high), high, target, most)


def counted(have: Stock, doses: tuple[DoseTime, ...]) -> tuple[tuple[int, ...], ...]:
    """Units by time of day and strength."""
    found = []
    for dose in doses:
        by_strength = {piece.strength: piece.count for piece in dose.pieces}
        found.append(tuple(round(by_strength.get(u.strength.value, 0) / u.count) for u in have.units))
    return tuple(found)


@settings(max_examples=200, deadline=None)
@given(questions())
def test_nothing_that_can_be_tried_is_better(question: Question) -> None:
    found = nearest(
        question.have, question.times, question.low, question.high, question.target, question.most
    )
    tried = best(question)
    assert (found is None) == (tried is None)
    if found is None or tried is None:
        return
    worth, oracle = value(question, counted(question.have, found)), tried[0]
    assert worth.distance == pytest.approx(oracle.distance, abs=1e-3)
    assert worth.weight == pytest.approx(oracle.weight, abs=1e-2)
    assert question.low - 1e-3 <= total(found) <= question.high + 1e-3


@pytest.mark.parametrize("name", sorted(LINES))
def test_the_stock_holds_what_may_be_planned(name: str) -> None:
    line = LINES[name]
    have = stock(line)
    assert (have is None) == (not line.plannable)
    if have is None:
        return
    assert {unit.strength for unit in have.units} <= set(line.plannable)
    halves = line.split == "yes" and line.confidence_handling.may_drive_a_dose
    expected = 0.5 if line.unit == "mg/mL" or halves else 1.0
    assert {unit.count for unit in have.units} == {expected}


def test_extended_release_is_never_halved() -> None:
    for line in LINES.values():
        have = stock(line)
        if line.release == "extended" and have is not None:
            assert all(unit.count == 1 for unit in have.units)


def test_strengths_at_hand() -> None:
    line = LINES["oxycodone-er-tablet"]
    have = stock(line, (20.0, 10.0, 999.0))
    assert have is not None
    assert [unit.strength.value for unit in have.units] == [10.0, 20.0]
    assert stock(line, (999.0,)) is None
    assert stock(LINES["oxycodone-oxaydo"]) is None


def test_the_weakest_liquid_that_stays_in_the_syringe() -> None:
    line = LINES["morphine-oral-solution"]
    for dose, strength in ((6.0, 0.4), (6.1, 2.0), (30.0, 2.0), (31.0, 4.0), (9999.0, 20.0)):
        have = stock(line, largest_dose=dose)
        assert have is not None
        assert [unit.strength.value for unit in have.units] == [strength]
        assert dose <= strength * MOST_ML or strength == 20.0


@pytest.mark.parametrize(
    ("times", "low", "high"), [(0, 10, 20), (7, 10, 20), (2, 21, 19), (2, 1, 19), (1, 1, 9), (2, 11, 14)]
)
def test_no_answer(times: int, low: float, high: float) -> None:
    have = stock(LINES["oxycodone-er-tablet"])
    assert have is not None
    assert nearest(have, times, low, high, low) is None


def test_the_bound_of_a_time_of_day() -> None:
    have = stock(LINES["oxycodone-er-tablet"])
    assert have is not None
    found = nearest(have, 2, 50, 65, 65, (20.0, 60.0))
    assert found is not None
    assert [dose.amount for dose in found] == [20.0, 45.0]


def test_equal_questions_have_equal_answers_with_and_without_memory() -> None:
    have = stock(LINES["morphine-er-capsule-12-24h"])
    assert have is not None
    asked = [(have, 2, 0.75 * now, now - 5.0, 0.9 * now) for now in (200.0, 180.0, 160.0, 140.0)]
    first = [nearest(*one) for one in asked]
    counts_of.cache_clear()
    assert [nearest(*one) for one in reversed(asked)] == first[::-1]


def test_the_largest_total_not_above() -> None:
    line = LINES["hydromorphone-ir-tablet"]
    for at_most in (8.0, 9.9, 15.5, 18.0):
        found = largest(line, 4, at_most)
        assert found is not None
        have = stock(line)
        assert have is not None
        tried = best(Question(have, 4, 8.0, at_most, at_most))
        assert tried is not None
        assert total(found) == pytest.approx(at_most - tried[0].distance / 1000)
    assert largest(line, 4, 7.9) is None
    assert largest(LINES["oxycodone-oxaydo"], 4, 100.0) is None


def test_the_clock_times_are_in_order_and_named() -> None:
    for times, hours in HOURS.items():
        assert len(hours) == times == len({time for time, _ in hours}) == len({name for _, name in hours})
