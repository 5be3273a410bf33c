"""Frequency words, as a table."""

from __future__ import annotations

import pytest

from algesia.adapters.cases.frequency import read_frequency

TIMES = [
    ("per day", 1, None), ("daily", 1, None), ("nightly", 1, None), ("BD", 2, None), ("b.i.d.", 2, None),
    ("twice daily", 2, None), ("TDS", 3, None), ("QDS", 4, None), ("6 per day", 6, None), ("three per day", 3, None),
    ("about three per day", 3, None), ("3 times a day", 3, None), ("4x/day", 4, None), ("6-7 per day", 6, 7),
    ("three or four times daily", 3, 4), ("total in 24 h", 1, None), ("total per day", 1, None),
]  # fmt: skip
EVERY = [
    ("q8h", 8, None), ("q4-6h", 4, 6), ("every 72 h", 72, None), ("every 3 days", 72, None), ("every 48 h", 48, None),
    ("every 2-3 days", 48, 72), ("every two to three days", 48, 72), ("4 hourly", 4, None), ("q15min", 0.25, None),
    ("every other day", 48, None), ("weekly", 168, None), ("every 12 hours", 12, None),
]  # fmt: skip


@pytest.mark.parametrize(("words", "low", "high"), TIMES)
def test_times_a_day(words: str, low: float, high: float | None) -> None:
    read = read_frequency(words)
    assert (read.times_per_day, read.times_per_day_max, read.as_needed, read.known) == (
        low,
        high,
        False,
        True,
    )


@pytest.mark.parametrize(("words", "low", "high"), EVERY)
@pytest.mark.parametrize(("suffix", "as_needed"), [("", False), (" prn", True), (" as needed", True)])
def test_intervals(words: str, low: float, high: float | None, suffix: str, as_needed: bool) -> None:
    read = read_frequency(words + suffix)
    assert (read.every_hours, read.every_hours_max, read.as_needed, read.known) == (
        low,
        high,
        as_needed,
        True,
    )


@pytest.mark.parametrize("words", ["prn", "PRN", "as needed", "when required", "demand"])
def test_as_needed_alone_has_no_frequency(words: str) -> None:
    read = read_frequency(words)
    assert (read.as_needed, read.doses_a_day, read.known) == (True, None, True)


def test_up_to_is_a_most_and_so_as_needed() -> None:
    read = read_frequency("up to 6 per day")
    assert (read.times_per_day, read.as_needed) == (6, True)


@pytest.mark.parametrize(
    "words", ["total in first 36 h", "total so far", "cumulative", "on days 1-2", "over 3 days", "in all"]
)
def test_a_sum_over_a_period_is_no_frequency(words: str) -> None:
    read = read_frequency(words)
    assert (read.of_a_period, read.doses_a_day) == (True, None)


@pytest.mark.parametrize("words", ["average use", "average over 12 h", "mean use"])
def test_average_use(words: str) -> None:
    assert read_frequency(words).use


@pytest.mark.parametrize(
    "words", [None, "", "as directed", "q0h", "every 0 days", "every 6-4 h", "sometimes"]
)
def test_unknown_words_are_unknown(words: str | None) -> None:
    read = read_frequency(words)
    assert (read.known, read.doses_a_day) == (False, None)
