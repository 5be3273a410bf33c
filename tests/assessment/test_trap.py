"""The escalation trap: the rule's own words, one test each."""

from __future__ import annotations

from algesia.assessment.model import Trap
from algesia.knowledge.loader import load
from algesia.record.model import Function, Record
from algesia.review import review
from tests.assessment.build import START, at, diary, record, steps


def judged(facts: Record, as_of: int) -> Trap:
    return review(facts, load(), START + as_of).trap


def test_two_increases_without_gain_are_a_trap_dated_four_weeks_after_the_second() -> None:
    facts = record(steps((0, 60), (60, 80), (120, 100)), diary(range(200), lambda _d: 7))
    trap = judged(facts, 190)
    assert trap.status == "present"
    assert trap.since == START + 120 + 28
    assert [check.holds for check in trap.checks] == [True, True, True]


def test_one_increase_is_none() -> None:
    assert judged(record(steps((0, 60), (60, 120)), diary(range(200), lambda _d: 7)), 190).status == "absent"


def test_a_rise_below_thirty_percent_is_none() -> None:
    facts = record(steps((0, 100), (60, 112), (120, 125)), diary(range(200), lambda _d: 7))
    assert judged(facts, 190).status == "absent"


def test_thirty_percent_less_pain_after_one_increase_is_none() -> None:
    facts = record(
        steps((0, 60), (60, 80), (120, 100)), diary(range(200), lambda d: 4 if 60 <= d < 110 else 7)
    )
    assert judged(facts, 190).status == "absent"


def test_gain_in_function_alone_counts_as_gain() -> None:
    peg = tuple(
        Function(at=at(d), instrument="peg", score=s) for d, s in ((55, 7), (75, 4), (115, 7), (135, 7))
    )
    facts = record(steps((0, 60), (60, 80), (120, 100)), diary(range(200), lambda _d: 7), function=peg)
    assert judged(facts, 190).status == "absent"


def test_increases_more_than_twelve_months_apart_are_none() -> None:
    facts = record(steps((0, 60), (60, 90), (480, 120)), diary(range(600), lambda _d: 7))
    assert judged(facts, 590).status == "absent"


def test_without_pain_it_cannot_be_said() -> None:
    trap = judged(record(steps((0, 60), (60, 80), (120, 100))), 190)
    assert trap.status == "unassessable"
    assert trap.because


def test_without_an_amount_it_cannot_be_said() -> None:
    assert judged(record((), diary(range(100), lambda _d: 7)), 99).status == "unassessable"


def test_facts_after_the_day_of_asking_are_not_seen() -> None:
    facts = record(steps((0, 60), (60, 80), (120, 100)), diary(range(200), lambda _d: 7))
    assert judged(facts, 119).status == "absent"


def test_a_trap_ends_with_relief_that_lasts_and_with_a_year_without_an_increase() -> None:
    relieved = record(
        steps((0, 60), (60, 80), (120, 100), (180, 130)), diary(range(300), lambda d: 7 if d < 180 else 4)
    )
    assert judged(relieved, 290).status == "absent"
    quiet = record(steps((0, 60), (60, 80), (120, 100)), diary(range(600), lambda _d: 7))
    assert judged(quiet, 400).status == "present"
    assert judged(quiet, 500).status == "absent"


def test_small_gains_that_add_up_are_no_trap() -> None:
    def score(day: int) -> float:
        return 8 * 0.78 ** sum(day >= change for change in (60, 120, 180))

    facts = record(steps((0, 60), (60, 80), (120, 100), (180, 130)), diary(range(260), score))
    assert judged(facts, 250).status == "absent"
