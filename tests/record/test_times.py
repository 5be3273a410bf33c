"""Times of the record: dates, day numbers, offsets and time zones."""

from __future__ import annotations

from typing import Any

import pytest

from algesia.quantities.time import Instant
from algesia.record.codec import from_builtins, to_builtins
from algesia.record.model import Record


def pain_at(*facts: dict[str, Any], **rest: Any) -> Record:
    return from_builtins({"pain": [{"score": 5, **fact} for fact in facts], **rest})


def times(record: Record) -> list[str]:
    return [pain.at.iso for pain in record.pain]


@pytest.mark.parametrize(
    ("fact", "rest", "expected"),
    [
        ({"at": "2024-02-02"}, {}, "2024-02-02"),
        ({"at": "2024-02-02T08:10"}, {}, "2024-02-02T08:10"),
        ({"at": "2024-02-02 08:10:59"}, {}, "2024-02-02T08:10"),
        ({"day": 0}, {}, "2000-01-01"),
        ({"day": 0.5}, {}, "2000-01-01T12:00"),
        ({"day": -1}, {"epoch": "2024-01-01"}, "2023-12-31"),
        ({"day": -0.25}, {"epoch": "2024-01-01"}, "2023-12-31T18:00"),
        # an offset is moved to the person's clock
        ({"at": "2024-07-01T23:30Z"}, {"person": {"time_zone": "Europe/London"}}, "2024-07-02T00:30"),
        ({"at": "2024-01-01T23:30-05:00"}, {"person": {"time_zone": "UTC"}}, "2024-01-02T04:30"),
        # without a time zone it is read on its own clock
        ({"at": "2024-07-01T23:30-05:00"}, {}, "2024-07-01T23:30"),
        # without an offset it is on the person's clock already
        ({"at": "2024-07-01T23:30"}, {"person": {"time_zone": "Europe/London"}}, "2024-07-01T23:30"),
    ],
)
def test_a_time_is_read(fact: dict[str, Any], rest: dict[str, Any], expected: str) -> None:
    assert times(pain_at(fact, **rest)) == [expected]


def test_offsets_and_local_times_mix_where_a_time_zone_is_named() -> None:
    mixed = ({"at": "2024-07-01T08:00Z"}, {"at": "2024-07-01T08:00"})
    record = pain_at(*mixed, person={"time_zone": "Europe/London"})
    assert times(record) == ["2024-07-01T09:00", "2024-07-01T08:00"]


def test_a_date_alone_has_no_clock_to_mix() -> None:
    assert times(pain_at({"at": "2024-07-01T08:00Z"}, {"at": "2024-07-02"})) == [
        "2024-07-01T08:00",
        "2024-07-02",
    ]


@pytest.mark.parametrize(
    ("raw", "relative"),
    [
        ({"pain": [{"day": 3}]}, True),
        ({"pain": [{"day": 3}], "epoch": "2000-01-01"}, False),
        ({"pain": [{"day": 3}], "epoch": "2024-01-01"}, False),
        ({"pain": [{"at": "2024-01-01"}]}, False),
        ({"pain": [{"day": 3}], "person": {"birth_date": "1960-01-01"}}, False),
        ({"pain": [{"day": 3}], "relative": False}, False),
        ({"pain": [{"day": 3}], "relative": True, "epoch": "2024-01-01"}, True),
        ({"relative": True}, True),
        ({}, False),
    ],
)
def test_day_numbers_alone_make_a_relative_record(raw: dict[str, Any], relative: bool) -> None:
    record = from_builtins(raw)
    assert record.relative is relative
    written = to_builtins(record)
    assert from_builtins(written) == record
    if record.pain:
        assert ("day" in written["pain"][0]) is relative


def test_relative_is_written_only_where_it_cannot_be_seen() -> None:
    assert "relative" not in to_builtins(from_builtins({"pain": [{"day": 3}]}))
    assert to_builtins(from_builtins({"relative": True}))["relative"] is True


@pytest.mark.parametrize("minute", [0, 1, 719, 1439])
@pytest.mark.parametrize("day", [-40_000, -1, 0, 21, 40_000])
def test_every_minute_survives_as_a_day_number(day: int, minute: int) -> None:
    at = Instant.of_day(day)
    record = from_builtins({"relative": True, "pain": [{"at": Instant(at.day, minute), "score": 5}]})
    written = to_builtins(record)
    assert isinstance(written["pain"][0]["day"], float)
    assert from_builtins(written) == record


def test_an_end_takes_its_day_number() -> None:
    record = from_builtins({"medications": [{"drug": "morphine", "day": 2, "end_day": 9}]})
    medication = record.medications[0]
    assert medication.end is not None
    assert (medication.start.iso, medication.end.iso) == ("2000-01-03", "2000-01-10")
    assert to_builtins(record)["medications"] == [{"day": 2, "end_day": 9, "drug": "morphine"}]
