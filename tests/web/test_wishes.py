"""Settings: each changes one thing, may stay empty, and never makes the record unreadable."""

from __future__ import annotations

import pytest

from tests.web.person_pages import PERSON, Diary, diary

ID = "0123456789abcdef"


def save(own: Diary, part: str, id: str = ID, **fields: str) -> int:
    return int(own.post(f"/settings/{part}", id=id, **fields).status_code)


def test_every_page_says_why_and_may_stay_empty() -> None:
    with diary() as own:
        for part, why in (
            ("numbers", "Help now, your plan and your report show them."),
            ("clinic", "It may stay empty."), ("reminder", "does not run in the background"),
            ("time-zone", "It decides when a day begins."), ("about", "Each of these may stay empty."),
        ):  # fmt: skip
            assert why in own.get(f"/settings/{part}").text, part
        assert own.get("/settings/other").status_code == 422


def test_the_place_changes_the_numbers_everywhere() -> None:
    with diary() as own:
        assert "call 911" in own.get("/plan").text
        assert save(own, "numbers", place="eu") == 200
        assert own.people.current(PERSON, "settings")[-1].body["place"] == "eu"  # type: ignore[index]
        assert "call 112" in own.get("/plan").text and "911" not in own.get("/plan").text


def test_a_setting_keeps_the_others_and_can_be_undone() -> None:
    with diary() as own:
        save(own, "clinic", clinician=" Dr Okafor ", phone="555 0142")
        save(own, "reminder", id="f" * 16, reminder="weekly", reminder_time="19:30")
        body = own.facts("settings")[-1]
        assert (
            body["clinician"] == "Dr Okafor"
            and body["reminder"] == "weekly"
            and len(own.facts("settings")) == 1
        )
        own.post("/undo", batch="f" * 16, next="/settings")
        assert own.facts("settings")[-1].get("reminder", "none") == "none"
        assert own.facts("settings")[-1]["clinician"] == "Dr Okafor"


def test_the_same_form_twice_is_written_once() -> None:
    with diary() as own:
        save(own, "clinic", clinician="Dr Okafor")
        before = own.rows
        save(own, "clinic", clinician="Dr Okafor")
        assert own.rows == before


def test_the_reminder_is_a_calendar_file_that_says_nothing_of_health() -> None:
    with diary() as own:
        assert own.get("/settings/reminder.ics").status_code == 404
        save(own, "reminder", reminder="every-2-days", reminder_time="20:15")
        told = own.get("/settings/reminder.ics").text
        assert "RRULE:FREQ=DAILY;INTERVAL=2\r\n" in told and "DTSTART:20261112T201500\r\n" in told
        assert "SUMMARY:Diary\r\n" in told and "BEGIN:VALARM" in told
        assert not any(word in told.lower() for word in ("pain", "opioid", "dose", "medicine"))
        assert save(own, "reminder", id="a" * 16, reminder="daily", reminder_time="25:00") == 422


def test_weight_may_be_given_in_pounds() -> None:
    with diary() as own:
        save(own, "about", birth_date="1971-05-02", sex="female", weight="150", unit="lb")
        assert own.people.record(PERSON).person.weight_kg == 68.0
        assert "born 2 May 1971, female, 68 kg" in own.get("/settings").text


def test_what_was_said_can_be_taken_back() -> None:
    with diary() as own:
        save(own, "about", birth_date="1971-05-02", sex="male", weight="70")
        save(own, "about", id="b" * 16)
        person = own.people.record(PERSON).person
        assert (person.birth_date, person.sex, person.weight_kg) == (None, None, None)
        assert person.time_zone == "America/New_York"


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        ("about", {"birth_date": "2090-01-01"}), ("about", {"birth_date": "yesterday"}), ("about", {"weight": "heavy"}),
        ("about", {"weight": "-3"}), ("about", {"weight": "nan"}), ("about", {"weight": "9999"}), ("about", {"sex": "x"}),
        ("time-zone", {"time_zone": "Mars/Olympus"}), ("time-zone", {"time_zone": "x" * 61}), ("numbers", {"place": "moon"}),
        ("clinic", {"clinician": "x" * 61}), ("reminder", {"reminder": "hourly"}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_changes(part: str, fields: dict[str, str]) -> None:
    with diary() as own:
        before = own.rows
        assert save(own, part, **fields) == 422
        assert own.rows == before and own.get("/settings").status_code == 200


def test_a_birth_date_after_an_entry_is_refused() -> None:
    with diary() as own:
        from algesia.adapters.store.model import Entry

        own.people.write(
            PERSON, [Entry("p", "pain", {"at": "2020-01-01", "score": 3})], by="t", at="2026-11-12T00:00:00Z"
        )
        answer = own.post("/settings/about", id=ID, birth_date="2021-01-01")
        assert answer.status_code == 422 and "is before the birth date" in answer.text
        assert own.get("/data").status_code == 200


def test_a_near_time_zone_is_named() -> None:
    with diary() as own:
        answer = own.post("/settings/time-zone", id=ID, time_zone="Europe/Pariss")
        assert answer.status_code == 422 and "Europe/Paris" in answer.text


@pytest.mark.parametrize(
    ("part", "fields", "says"),
    [
        ("about", {"birth_date": "1964-02-30"}, "This birth date cannot be read."),
        ("about", {"birth_date": "02/03/1964"}, "This birth date cannot be read."),
        ("time-zone", {"time_zone": "Boston"}, "This time zone is not known."),
    ],
)
def test_a_refusal_is_told_without_names_of_fields(part: str, fields: dict[str, str], says: str) -> None:
    with diary() as own:
        page = own.post(f"/settings/{part}", id="b" * 16, **fields)
        assert page.status_code == 422 and says in page.text
        assert "birth_date is" not in page.text and "ISO" not in page.text
