"""What followed each dose change, against diaries whose course we wrote ourselves."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.assessment.model import Episode
from algesia.knowledge.loader import load
from algesia.record.codec import read_record
from algesia.record.model import Record
from algesia.review import review
from tests.assessment.build import START, diary, record, steps, wobble


def followed(facts: Record, as_of: int) -> tuple[Episode, ...]:
    done = review(facts, load(), START + as_of).episodes
    return tuple(e for e in done if e.change.direction != "start")


def relief(change: int, lasts: int, before: float, drop: float, after: float):  # type: ignore[no-untyped-def]
    """Pain `before`, lower by `drop` for `lasts` days from the change, then `after`."""

    def score(day: int) -> float:
        if day < change:
            return before
        return before - drop if day < change + lasts else after

    return score


@pytest.mark.parametrize("lasts", [3, 5, 9, 14, 21, 27])
def test_the_day_pain_was_back_is_exact_without_noise(lasts: int) -> None:
    facts = record(steps((0, 60), (30, 90)), diary(range(90), relief(30, lasts, 7, 2, 7.2)))
    (episode,) = followed(facts, 89)
    assert episode.verdict == "brief-relief"
    assert episode.returned_after_days == lasts
    assert episode.says == f"Pain fell and was back within {lasts} days."


@pytest.mark.parametrize("lasts", [5, 9, 14, 21])
def test_noise_moves_the_day_by_two_at_most(lasts: int) -> None:
    course = relief(30, lasts, 7, 2.2, 7.3)
    facts = record(steps((0, 60), (30, 90)), diary(range(90), lambda d: course(d) + wobble(d, 0.8)))
    (episode,) = followed(facts, 89)
    assert episode.verdict == "brief-relief"
    assert episode.returned_after_days is not None
    assert abs(episode.returned_after_days - lasts) <= 2


def test_one_bad_day_is_not_back() -> None:
    course = relief(30, 20, 7, 2, 7.2)
    facts = record(steps((0, 60), (30, 90)), diary(range(90), lambda d: 10 if d == 36 else course(d)))
    (episode,) = followed(facts, 89)
    assert episode.returned_after_days == 20


def test_a_gap_makes_the_answer_later_never_earlier() -> None:
    course = relief(30, 9, 7, 2, 7.2)
    facts = record(steps((0, 60), (30, 90)), diary((d for d in range(90) if not 36 <= d < 46), course))
    (episode,) = followed(facts, 89)
    assert episode.verdict == "brief-relief"
    assert episode.returned_after_days == 16


def test_lasting_relief_needs_thirty_percent_for_four_weeks() -> None:
    facts = record(steps((0, 60), (30, 90)), diary(range(90), relief(30, 60, 7, 2.2, 7)))
    (episode,) = followed(facts, 89)
    assert episode.verdict == "lasting-relief"
    assert episode.still_below
    small = record(steps((0, 60), (30, 90)), diary(range(90), relief(30, 60, 7, 1.5, 7)))
    (episode,) = followed(small, 89)
    assert episode.verdict == "no-relief"
    assert "less than the 30 %" in episode.says


def test_pain_that_rises_after_an_increase_is_worse() -> None:
    facts = record(steps((0, 60), (30, 90)), diary(range(90), relief(30, 60, 6, -1.5, 6)))
    (episode,) = followed(facts, 89)
    assert episode.verdict == "worse"
    assert episode.returned_after_days is None


def test_no_change_in_pain_is_no_relief() -> None:
    facts = record(steps((0, 60), (30, 90)), diary(range(90), lambda d: 7 + wobble(d)))
    (episode,) = followed(facts, 89)
    assert episode.verdict == "no-relief"


def test_a_step_down_is_not_judged_inside_twenty_eight_days() -> None:
    facts = record(steps((0, 100), (30, 90)), diary(range(90), relief(30, 60, 7, -1.5, 7)))
    (early,) = followed(facts, 30 + 27)
    assert early.verdict == "unassessable"
    assert early.why is not None
    assert "28 days" in early.why
    (late,) = followed(facts, 30 + 50)
    assert late.verdict == "worse"


def test_pain_lower_on_less_is_seen_after_four_weeks() -> None:
    facts = record(steps((0, 100), (30, 80)), diary(range(120), relief(30, 100, 7, 1.5, 7)))
    (episode,) = followed(facts, 110)
    assert episode.verdict == "lasting-relief"


def test_too_few_entries_before_cannot_be_judged() -> None:
    facts = record(steps((0, 60), (30, 90)), diary(range(31, 90), lambda _d: 7))
    (episode,) = followed(facts, 89)
    assert episode.verdict == "unassessable"


def test_clinic_scores_are_compared_and_say_so() -> None:
    facts = record(
        steps((0, 60), (30, 90)), diary((10, 25, 40, 65), lambda d: {10: 7, 25: 7, 40: 3, 65: 7}[d])
    )
    (episode,) = followed(facts, 70)
    assert episode.verdict == "brief-relief"
    assert episode.why is not None
    assert "clinic scores" in episode.why


@pytest.mark.parametrize(("to", "seen"), [(64, 0), (65.9, 0), (66, 1), (54, 1), (55, 0)])
def test_a_change_is_ten_percent_or_more(to: float, seen: int) -> None:
    facts = record(steps((0, 60), (30, to)), diary(range(90), lambda _d: 7))
    assert len(followed(facts, 89)) == seen


def test_small_steps_add_up() -> None:
    facts = record(steps((0, 100), (30, 105), (60, 111)), diary(range(90), lambda _d: 7))
    (episode,) = followed(facts, 89)
    assert (episode.change.before, episode.change.after) == (100, 111)


def test_a_refill_gap_of_two_days_is_no_change() -> None:
    first, second = steps((0, 60), until=30)[0], steps((32, 60))[0]
    assert followed(record((first, second), diary(range(90), lambda _d: 7)), 89) == ()


def test_a_rotation_is_named() -> None:
    facts = record(
        (*steps((0, 60), until=30), *steps((30, 60), drug="oxycodone")), diary(range(90), lambda _d: 7)
    )
    (episode,) = followed(facts, 89)
    assert episode.change.direction == "rotation"


@settings(max_examples=40, deadline=None)
@given(
    shift=st.integers(-2000, 2000),
    lasts=st.integers(2, 27),
    drop=st.floats(1.5, 3),
    rise=st.floats(0, 2),
    size=st.floats(0, 0.7),
)
def test_shifting_all_dates_changes_nothing(
    shift: int, lasts: int, drop: float, rise: float, size: float
) -> None:
    course = relief(30, lasts, 6, drop, 6 + rise)

    def told(offset: int) -> list[tuple[object, ...]]:
        from tests.assessment import build

        held = build.START
        build.START = held + offset
        try:
            facts = record(steps((0, 60), (30, 90)), diary(range(80), lambda d: course(d) + wobble(d, size)))
            done = review(facts, load(), build.START + 79).episodes
        finally:
            build.START = held
        return [(e.verdict, e.returned_after_days, e.says) for e in done]

    assert told(0) == told(shift)


def test_relief_may_begin_late() -> None:
    facts = record(steps((0, 60), (30, 90)), diary(range(90), lambda d: 8 if d < 37 else 4))
    (episode,) = followed(facts, 89)
    assert episode.verdict == "lasting-relief"


def test_worse_needs_a_whole_point() -> None:
    def verdict(rise: float) -> str:
        facts = record(steps((0, 60), (30, 90)), diary(range(90), lambda d: 6 if d < 30 else 6 + rise))
        return followed(facts, 89)[0].verdict

    assert (verdict(0.9), verdict(1.0)) == ("no-relief", "worse")


def test_the_first_days_after_a_change_are_no_answer() -> None:
    """A diary of five days before an increase: on the day itself, and for nine more, nothing is judged."""
    raw = {
        "format": "algesia-record/1",
        "medications": [
            {"drug": "oxycodone", "route": "oral", "dose": {"value": 10, "unit": "mg"}, "every_hours": 12,
             "start": "2026-01-01", "end": "2026-11-05"},
            {"drug": "oxycodone", "route": "oral", "dose": {"value": 20, "unit": "mg"}, "every_hours": 12,
             "start": "2026-11-05"},
        ],
        "pain": [{"at": f"2026-11-{day:02}", "score": 6} for day in range(1, 6)],
    }  # fmt: skip
    found = review(read_record(json.dumps(raw).encode()), load()).episodes[-1]
    assert found.verdict == "unassessable"
    assert found.why is not None and "too early" in found.why
