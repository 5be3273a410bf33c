"""The person's plan page: only what was released, only the step that runs, and nothing of it where it must wait."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from algesia.adapters.store.model import Entry
from algesia.knowledge.loader import load
from algesia.plan.following import follow
from algesia.plan.model import FollowUp
from algesia.record.codec import to_builtins
from algesia.web.orders import as_prescribed
from algesia.web.person.plan_reasons import GENERAL, plain_reasons
from algesia.web.person.plan_today import DoseWords, today_doses
from algesia.web.state import State
from algesia.web.visit import Visit
from tests.web.released_plan import FOUR_DAYS_IN, PERSON, Released, base, plan, release, released

DOSE = re.compile(r"\d\s*(?:mg|mcg|mL)\b")
ALWAYS = ("Do not stop suddenly.", "Do not go back to an old, higher dose.", "Keep naloxone at home", "988")


def text(html: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\N{NO-BREAK SPACE}", " ")


def doses(diary: Released) -> tuple[DoseWords, ...] | None:
    """What Today would show."""
    from starlette.requests import Request

    from algesia.web.authorize import LOCAL

    state: State = diary.client.app.state.algesia  # type: ignore[attr-defined]
    request = Request({"type": "http", "headers": []})
    return today_doses(Visit(request, state, LOCAL, "read-diary", diary.people.get(PERSON)))


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 18, tzinfo=UTC)


def test_without_a_release_there_is_one_sentence_and_a_first_action_and_no_dose() -> None:
    with released(None) as diary:
        html = diary.page()
        assert "No plan has been released to you." in html
        assert 'href="/learn/questions"' in html and 'href="/report"' in html
        for path in ("/plan", "/plan/hard-week"):
            assert not DOSE.search(text(diary.page(path))), path
        for path in ("/plan/calendar.pdf", "/plan/calendar.ics"):
            assert diary.client.get(path).status_code == 404


def test_the_step_that_runs_is_drawn_with_its_sum() -> None:
    with released(release()) as diary:
        html = diary.page()
        words = text(html)
        first = plan().steps[0]
        assert "Step 1, day 4 of 28." in words
        assert [dose.amount for dose in first.doses] == [45.0, 40.0]
        assert "Morning 30 15 45 mg Night 40 40 mg Together 85 mg a day" in words
        assert html.count('class="piece"') == 3
        assert "Oxycodone, slow release. Plan from Dr Okafor, 12 Nov." in words
        assert "Next review: 3 January 2027" in words and "The next step begins only after it." in words
        assert "Pause and step back are normal moves: call Dr Okafor, 555 0142" in words
        assert "Tick when" not in words


def test_later_steps_are_dates_only() -> None:
    with released(release()) as diary:
        words = text(diary.page())
        later = words[words.index("Later steps") : words.index("On paper")]
        assert "Step 2 4 January 2027 or later, after the review of 3 January 2027" in later
        assert not DOSE.search(later)
        for step in plan().steps[1:]:
            assert f"{step.daily:g} mg a day" not in words


@pytest.mark.parametrize("body", [None, release(), release(withdrawn=True, plan={})])
def test_the_fixed_lines_are_always_there(body: dict[str, Any] | None) -> None:
    with released(body) as diary:
        for path in ("/plan", "/plan/hard-week", "/report"):
            assert all(line in text(diary.page(path)) for line in ALWAYS), path


def test_a_withdrawn_plan_shows_no_dose_and_no_calendar() -> None:
    with released(release()) as diary:
        assert "45 mg" in text(diary.page())
        diary.write("releases", release(withdrawn=True, at="2026-12-09"))
        words = text(diary.page())
        assert "Your plan was withdrawn." in words and "do not stop your medicine suddenly" in words
        assert "Call: Dr Okafor, 555 0142" in words
        assert not DOSE.search(words)
        assert diary.client.get("/plan/calendar.pdf").status_code in (404, 409)
        assert doses(diary) is None


def test_a_plan_that_cannot_be_read_says_so() -> None:
    with released(release(plan={"format": "algesia-plan/2"})) as diary:
        words = text(diary.page())
        assert "Your plan cannot be shown." in words and not DOSE.search(words)


def test_before_the_first_day_nothing_of_the_plan_is_a_dose_of_today() -> None:
    with released(release(), datetime(2026, 11, 20, 18, tzinfo=UTC)) as diary:
        words = text(diary.page())
        assert "Your plan begins on 7 December." in words and not DOSE.search(words)
        found = doses(diary)
        assert found is not None and [row.amount for row in found] == ["50 mg", "40 mg"]


def test_a_step_that_began_without_its_review_is_not_shown() -> None:
    with released(release(), datetime(2027, 1, 10, 18, tzinfo=UTC)) as diary:
        words = text(diary.page())
        assert "Call Dr Okafor before the next step." in words
        assert "Your review of 3 January 2027 is not written down here yet." in words
        assert not DOSE.search(words) and "Together" not in words
        assert diary.client.get("/plan/calendar.ics").status_code == 409
        assert doses(diary) is None
        diary.write("function", {"at": "2027-01-02", "instrument": "peg", "score": 5})
        words = text(diary.page())
        assert "Step 2, day 7 of 28." in words and "80 mg a day" in words


def test_another_dose_on_record_hides_the_dose_of_the_step() -> None:
    with released(release()) as diary:
        less = {"id": "less", "drug": "oxycodone", "route": "oral", "release": "extended", "start": "2026-12-08",
                "dose": {"value": 40, "unit": "mg"}, "times_per_day": 2}  # fmt: skip
        for index, old in enumerate(("medications-0", "medications-1")):
            kept = diary.people.fact(PERSON, old)
            assert kept is not None and kept.body is not None
            ended = {**kept.body, "end": "2026-12-08"}
            entry = Entry(f"end-{index}", "medications", ended, old)
            diary.people.write(PERSON, [entry], by="test", at="2026-12-08T00:00:00.000000Z")
        diary.write("medications", less)
        words = text(diary.page())
        assert "Your medicine list has another dose of oxycodone than this step." in words
        assert "Keep the dose that you take now." in words and not DOSE.search(words)


def test_strong_withdrawal_keeps_the_step_and_calls_first() -> None:
    with released(release()) as diary:
        diary.write("scales", {"at": "2026-12-10", "instrument": "cows", "score": 20})
        words = text(diary.page())
        assert "Call Dr Okafor before the next step." in words
        assert "Withdrawal was strong at your last check." in words
        assert "45 mg" in words and "80 mg" not in words
        assert diary.client.get("/plan/calendar.pdf").status_code == 409


def test_what_ends_a_plan_calls_the_same_day_without_a_dose() -> None:
    with released(release()) as diary:
        diary.write("conditions", {"at": "2026-12-09", "kind": "pregnancy"})
        words = text(diary.page())
        assert "Call Dr Okafor today." in words and "The plan stops here." in words
        assert not DOSE.search(words)
        assert doses(diary) is None


def test_an_emergency_leads_to_help() -> None:
    with released(release()) as diary:
        diary.write("signs", {"at": "2026-12-10", "sign": "suicidal-thoughts", "present": True})
        answer = diary.client.get("/plan", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/help")
    with released(None) as diary:
        diary.write("signs", {"at": "2026-12-10", "sign": "suicidal-thoughts", "present": True})
        assert diary.client.get("/plan", follow_redirects=False).headers["location"] == "/help"


def test_after_the_last_step_no_old_dose_comes_back() -> None:
    last = date.fromordinal(plan().steps[-1].end + 3)
    with released(release(), at(last)) as diary:
        diary.write(
            "function", {"at": (last - timedelta(days=5)).isoformat(), "instrument": "peg", "score": 5}
        )
        words = text(diary.page())
        assert "The last step of your plan ended on" in words and not DOSE.search(words)
        assert doses(diary) is None


def test_the_wall_calendar_and_the_file_end_at_the_review() -> None:
    with released(release()) as diary:
        for size in ("a4", "letter"):
            pdf = diary.client.get(f"/plan/calendar.pdf?size={size}")
            assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF")
        ics = diary.client.get("/plan/calendar.ics").text
        assert "UNTIL=20270103T080000" in ics and "DTSTART:20261207T080000" in ics
        assert "TENTATIVE" not in ics and ics.count("RRULE") == 2
        again = diary.client.get("/plan/calendar.ics").text
        diary.clock.moment += timedelta(days=1)
        assert diary.client.get("/plan/calendar.ics").text == again == ics


def test_without_naloxone_there_is_no_calendar() -> None:
    body = release()
    body["plan"] = {**body["plan"], "naloxone": {**body["plan"]["naloxone"], "at_hand": False}}
    with released(body) as diary:
        words = text(diary.page())
        assert "The wall calendar comes when naloxone is at hand." in words and "45 mg" in words
        assert diary.client.get("/plan/calendar.pdf").status_code == 409


def test_a_day_without_a_dose_says_so() -> None:
    from dataclasses import replace

    from algesia.web.person.plan_today import of_step

    step = replace(plan().steps[0], every_days=2)
    assert [row.amount for row in of_step(step, step.start, "")] == ["45 mg", "40 mg"]
    assert [(row.name, row.amount) for row in of_step(step, step.start + 1, "")] == [("Today", "no dose")]


def test_a_release_is_an_order_until_something_else_is_written() -> None:
    day = FOUR_DAYS_IN.date().toordinal()
    read = as_prescribed(base(), plan(), load(), day)
    running = [m for m in read.medications if m.drug == "oxycodone" and (m.end is None or m.end.day > day)]
    assert sorted(m.dose.value or 0 for m in running if m.dose) == [40.0, 45.0]
    assert as_prescribed(read, plan(), load(), day).medications == read.medications
    assert as_prescribed(base(), plan(), load(), plan().as_of) is base()


def test_the_picture_shows_the_step_that_runs() -> None:
    """The picture and the plan speak of one dose: 90 mg before, 85 mg since the step began."""
    with released(release()) as one:
        found = one.client.app.state.algesia.reviews.of(  # type: ignore[attr-defined]
            one.people.get(PERSON), FOUR_DAYS_IN.date().toordinal()
        )
        assert found.review.now.mme.likely == 85 * 1.5
        assert all("released" not in (medication.id or "") for medication in found.record.medications)
        assert "85 mg" not in one.page("/data/record.json")


def test_every_reason_that_the_plan_gives_has_plain_words() -> None:
    """What `following` says of this record is said in words of its own, without an amount."""
    from algesia.record.codec import from_builtins
    from algesia.review import review

    day = FOUR_DAYS_IN.date().toordinal()
    raw = to_builtins(base())
    raw["medications"] = [*raw["medications"], {"id": "bz", "drug": "diazepam", "start": "2026-12-01", "dose": {"value": 5, "unit": "mg"}, "every_hours": 24}]  # fmt: skip
    raw["signs"] = [{"at": "2026-12-09", "sign": "withdrawal-signs", "present": True}]
    found = follow(plan(), review(from_builtins(raw), load(), day), load())
    said = plain_reasons(found)
    assert found.status == "pause" and not any(DOSE.search(line) for line in said)
    assert "diazepam was started after the plan was made." in [line[:1].lower() + line[1:] for line in said]
    odd = FollowUp("pause", day, None, None, None, ("Something that no rule knows.",), (), (), "")
    assert plain_reasons(odd) == (GENERAL,)


def test_the_medicine_list_does_not_stand_against_the_plan() -> None:
    """The dose from before a plan is not shown as what is taken now."""
    with released(release()) as diary:
        words = text(diary.page("/medicines"))
        assert (
            "Do not go back to the dose from before it." in words
            and "You have a plan from Dr Okafor." in words
        )
        assert words.count("The dose is set by your plan now. On your list from before it:") == 2
        assert "Naloxone how much is not known" in words
        diary.clock.moment = datetime(2026, 12, 6, 18, 0, tzinfo=UTC)
        assert "set by your plan" not in text(diary.page("/medicines"))
        diary.clock.moment = FOUR_DAYS_IN
        diary.write("releases", release(withdrawn=True, at="2026-12-09"))
        assert "set by your plan" not in text(diary.page("/medicines"))
