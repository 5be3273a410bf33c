"""The calendar file: read back by a reader of its own and expanded day by day, it is the plan."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from algesia.plan.model import TaperPlan
from algesia.quantities.refusal import WrongCall
from algesia.report.plan_calendar import clinic_day, taken_on
from algesia.report.plan_ics import taper_ics
from algesia.report.release import Release
from tests.report import plan_samples as samples
from tests.report.plan_samples import DOCTOR, MONDAY, PLANS

Event = dict[str, str]


def events(text: str) -> list[Event]:
    """Name (with its parameters) to value, for each event."""
    assert text.endswith("END:VCALENDAR\r\n")
    out: list[Event] = []
    for line in text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n"):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            out.append({})
        elif out and name not in ("BEGIN", "END"):
            assert name not in out[-1], line
            out[-1][name] = value
    return out


def plain(value: str) -> str:
    """A TEXT value without its escapes."""
    return re.sub(r"\\(.)", r"\1", value)


def days_of(event: Event) -> list[datetime]:
    """Every time the event takes place."""
    start = datetime.strptime(event["DTSTART"], "%Y%m%dT%H%M%S")
    rule = dict(part.split("=") for part in event["RRULE"].split(";"))
    assert rule.pop("FREQ") == "DAILY"
    every = timedelta(days=int(rule.pop("INTERVAL", "1")))
    until = datetime.strptime(rule.pop("UNTIL"), "%Y%m%dT%H%M%S")
    assert rule == {}
    out = [start]
    while out[-1] + every <= until:
        out.append(out[-1] + every)
    assert out[-1] == until
    return out


def amount(event: Event) -> float:
    """What the description adds up to."""
    text = plain(event["DESCRIPTION"])
    pieces = sum(float(n) * float(s) for n, s in re.findall(r"([\d.]+) x ([\d.]+) (?:mg|mcg)", text))
    return pieces + sum(float(ml) * float(c) for ml, c in re.findall(r"([\d.]+) mL of [^,]*, ([\d.]+) mg/mL", text))  # fmt: skip


def expanded(text: str) -> list[tuple[int, str, float]]:
    """Day, time and amount of everything taken."""
    return sorted(
        (at.toordinal(), at.strftime("%H:%M"), round(amount(event), 6))
        for event in events(text)
        if "RRULE" in event
        for at in days_of(event)
    )


def of(plan: TaperPlan, last: int | None = None) -> list[tuple[int, str, float]]:
    """The same from the plan."""
    return sorted(
        (day, dose.time, round(dose.amount, 6))
        for step in plan.steps
        for day in range(step.start, step.end if last is None else min(step.end, last + 1))
        if taken_on(step, day)
        for dose in step.doses
    )


@pytest.mark.parametrize("name", PLANS)
def test_expanded_day_by_day_it_is_the_plan(name: str) -> None:
    plan = PLANS[name]()
    text = taper_ics(plan, DOCTOR)
    assert expanded(text) == of(plan)
    gates = [event for event in events(text) if "RRULE" not in event]
    assert sorted(event["DTSTART;VALUE=DATE"] for event in gates) == sorted(
        date.fromordinal(clinic_day(day, step.start)).strftime("%Y%m%d")
        for step in plan.steps
        for day in step.reviews
    )
    assert {plain(event["SUMMARY"]) for event in gates} == {"Talk to the clinic: Dr Okafor, 555 0142"}


@pytest.mark.parametrize("name", PLANS)
def test_it_keeps_to_the_standard(name: str) -> None:
    text = taper_ics(PLANS[name](), Release("Dr Okafor; Pain, Team", "555\\0142", "\u5c71\u7530"))
    lines = text.split("\r\n")
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in lines) <= 75
    found = events(text)
    assert len({event["UID"] for event in found}) == len(found)
    for event in found:
        assert event["DTSTAMP"] == "20261109T000000Z"
        assert not re.search(r"(?<!\\)[;,]", event["SUMMARY"] + event["DESCRIPTION"])
        if "RRULE" in event:
            assert re.fullmatch(r"\d{8}T\d{6}", event["DTSTART"])
    assert plain(found[-1]["SUMMARY"]) == "Talk to the clinic: Dr Okafor; Pain, Team, 555\\0142"


def test_equal_plans_give_equal_files_and_another_plan_other_ids() -> None:
    one, same = taper_ics(samples.extended(), DOCTOR), taper_ics(samples.extended(), DOCTOR)
    assert one == same
    other = replace(samples.extended(), as_of=samples.extended().as_of - 1)
    ids = {event["UID"] for event in events(one)}
    assert not ids & {event["UID"] for event in events(taper_ics(other, DOCTOR))}
    called = taper_ics(samples.extended(), Release("Dr Okafor", "555 0199"))
    assert {event["UID"] for event in events(called)} == ids


def test_what_lies_beyond_a_gate_is_tentative_and_says_so() -> None:
    doses = [event for event in events(taper_ics(samples.extended(), DOCTOR)) if "RRULE" in event]
    assert [event["STATUS"] for event in doses] == ["CONFIRMED", "CONFIRMED", "TENTATIVE", "TENTATIVE"]
    assert [plain(event["SUMMARY"]) for event in doses] == [
        "oxycodone, slow release: 40 and 10 mg",
        "oxycodone, slow release: 40 mg",
        "oxycodone, slow release: 40 mg (only after your review on 3 January 2027)",
        "oxycodone, slow release: 40 mg (only after your review on 3 January 2027)",
    ]


def test_next_ends_at_the_next_gate() -> None:
    plan = samples.long()
    text = taper_ics(plan, DOCTOR, pages="next")
    assert expanded(text) == of(plan, MONDAY + 32)
    assert sum("RRULE" not in event for event in events(text)) == 1
    patch = replace(samples.patch(), as_of=MONDAY + 10)
    assert expanded(taper_ics(patch, DOCTOR, pages="next")) == of(patch)


def test_a_patch_every_three_days_and_a_liquid_in_milliliters() -> None:
    patch = next(event for event in events(taper_ics(samples.patch(), DOCTOR)) if "RRULE" in event)
    assert patch["RRULE"] == "FREQ=DAILY;INTERVAL=3;UNTIL=20270104T090000"
    assert plain(patch["SUMMARY"]) == "fentanyl, patch: 25 and 12 mcg/h"
    assert "Take the old patch off first." in plain(patch["DESCRIPTION"])
    liquid = next(event for event in events(taper_ics(samples.liquid(), DOCTOR)) if "RRULE" in event)
    assert plain(liquid["SUMMARY"]) == "oxycodone, liquid 1 mg/mL: 4.5 mL"


def test_nothing_without_release_naloxone_or_dates() -> None:
    plan = samples.extended()
    assert plan.naloxone is not None
    with pytest.raises(WrongCall, match=r"--released-by NAME"):
        taper_ics(plan, None)
    with pytest.raises(WrongCall, match=r"--naloxone-offered"):
        taper_ics(replace(plan, naloxone=replace(plan.naloxone, at_hand=False)), DOCTOR)
    with pytest.raises(WrongCall, match=r"--naloxone-offered"):
        taper_ics(replace(plan, naloxone=None), DOCTOR)
    with pytest.raises(WrongCall, match="knows no date"):
        taper_ics(plan, DOCTOR, relative=True)
    with pytest.raises(WrongCall, match="unassessable"):
        taper_ics(replace(plan, status="unassessable", steps=()), DOCTOR)
