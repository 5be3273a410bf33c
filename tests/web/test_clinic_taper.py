"""The workbench: never faster than the rule, printing after naloxone and release, and the plan in the person's store."""

from __future__ import annotations

import itertools
import re

import orjson
import pytest

from algesia.adapters.plan_file import read_plan
from algesia.adapters.store.model import Entry
from algesia.plan.model import TaperRequest
from algesia.plan.tapering import taper
from algesia.web.clinic.bench import bench
from algesia.web.clinic.plain_options import in_words
from tests.web.clinic_desk import EXAMPLE, MARIA, Desk, hidden

NALOXONE = Entry("nx", "signs", {"at": "2026-11-10", "sign": "naloxone-at-hand", "present": True})


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture(scope="module")
def shared() -> Desk:
    desk = Desk()
    desk.maria()
    return desk


def asked(percent: str, weeks: str) -> dict[str, list[str]]:
    return {"percent": [percent], "weeks": [weeks]}


@pytest.mark.parametrize("percent", ["", "2", "5", "9.9", "10", "10.1", "25", "60", "100", "0", "-5", "x"])
@pytest.mark.parametrize("weeks", ["", "0", "1", "3.9", "4", "6", "13", "14", "52", "-4", "x"])
def test_no_request_is_ever_faster_than_the_rule(shared: Desk, percent: str, weeks: str) -> None:
    person = shared.state.store.people.get(MARIA)
    assert person is not None
    reviewed = shared.state.reviews.of(person, 739932)
    knowledge = shared.state.knowledge
    rule = taper(reviewed.review, knowledge, TaperRequest()).pace
    made = bench(reviewed.review, knowledge, asked(percent, weeks))
    assert rule is not None
    for step in made.plan.steps:
        assert step.days >= rule.interval_days
    if made.plan.pace is not None:
        assert made.plan.pace.percent <= rule.percent and made.plan.pace.interval_days >= rule.interval_days
    fastest = taper(reviewed.review, knowledge, TaperRequest()).steps
    for own, quick in itertools.zip_longest(made.plan.steps, fastest):
        if own is not None and quick is not None:
            assert own.daily >= quick.daily - 1e-9 or own.start > quick.start


def test_only_slower_choices_are_offered(shared: Desk) -> None:
    page = shared.page(f"/clinic/{MARIA}/taper")
    percents = [float(v) for v in re.findall(r'name="percent" value="([\d.]+)"', page)]
    weeks = [float(v) for v in re.findall(r'name="weeks" value="([\d.]+)"', page)]
    assert percents == [3, 5, 8, 10] and weeks == [4, 6, 8, 10]
    for percent, week in itertools.product(percents, weeks):
        answer = shared.json(f"/clinic/{MARIA}/taper.json?percent={percent}&weeks={week}")
        assert answer["status"] == "planned", (percent, week)


def test_a_refusal_is_in_words_with_the_nearest_request_as_a_link(shared: Desk) -> None:
    page = shared.page(f"/clinic/{MARIA}/taper?percent=20&weeks=6")
    assert "faster than the slowest rule that applies" in page
    assert f'<a href="/clinic/{MARIA}/taper?percent=10&amp;weeks=6">at most 10' in page
    assert "--" not in re.sub(r"<!--.*?-->|<[^>]*>", "", page)


@pytest.mark.parametrize(
    "end", ["percent=x", "until=many", "start=soon", "with=poem", "strengths=7", "since=x", "percent=500"]
)
def test_what_cannot_be_read_is_said_and_left_out(shared: Desk, end: str) -> None:
    page = shared.page(f"/clinic/{MARIA}/taper?{end}")
    assert 'role="alert"' in page and "mg a day of oxycodone" in page


def test_every_option_of_the_command_line_has_words() -> None:
    said = "--percent 10|--interval-days 28|--start 2026-11-13|--until 5|a lower --until|--with x-y|leave out --since|add --last-steps|or --for-pain"
    for text in said.split("|"):
        assert "--" not in in_words(text if "for-pain" not in text else "a condition, or --for-pain")


def test_a_blocked_plan_says_why_and_where_to_go(shared: Desk) -> None:
    page = shared.page("/clinic/example-lalanne2016_f/taper")
    assert "No taper is made" in page and "Instead:" in page
    assert "Release the taper" not in page and 'name="percent"' not in page
    assert "Blocked" in shared.page("/clinic/example-lalanne2016_f/supplies.csv", 409)


def test_what_cannot_be_planned_says_what_is_missing(desk: Desk) -> None:
    desk.state.store.people.add("empty", "diary", "Nobody yet", at="2026-11-01T00:00:00.000000Z")
    page = desk.page("/clinic/empty/taper")
    assert "No taper can be made" in page and "no opioid runs on the day of asking" in page.lower()
    assert "missing" in page
    for end in ("", "/rotate", "/rotate?to=morphine", "/options", "/report", "/history"):
        desk.page(f"/clinic/empty{end}")


def test_naloxone_unlocks_printing(desk: Desk) -> None:
    here = desk.maria()
    page = desk.page(f"{here}/taper")
    assert "naloxone is not on record" in page
    form = {
        "id": hidden(page, "id", "plan-files"),
        "asked": "",
        "seen": hidden(page, "seen"),
        "by": "Dr Okafor",
        "phone": "555 0142",
    }
    assert "naloxone is not at hand on record" in desk.send(f"{here}/release", form, 422).lower()
    assert desk.state.store.people.current(MARIA, "releases") == ()
    desk.send(f"{here}/naloxone", {"id": "nx", "next": f"{here}/taper"})
    page = desk.page(f"{here}/taper")
    assert "naloxone is not on record" not in page
    form["seen"] = hidden(page, "seen")
    desk.send(f"{here}/release", form)
    for name in ("taper.ics", "taper.pdf", "supplies.csv"):
        assert desk.browser.get(f"{here}/{name}?released=true").status_code == 200
    assert desk.browser.get(f"{here}/taper.ics?released=true").text.startswith("BEGIN:VCALENDAR")


def test_nothing_for_the_person_is_printed_before_release(desk: Desk) -> None:
    here = desk.maria(NALOXONE)
    assert "has not been released" in desk.page(f"{here}/taper.ics", 409)
    assert "No taper is released" in desk.page(f"{here}/taper.pdf?released=true", 404)
    assert desk.browser.get(f"{here}/taper.pdf").content.startswith(b"%PDF")
    assert desk.browser.get(f"{here}/supplies.csv").text.startswith("fill,from,to")


def test_a_release_is_kept_as_it_was_seen(desk: Desk) -> None:
    here = desk.maria()
    page = desk.page(f"{here}/taper?percent=5&weeks=6")
    form = {"id": "rel1", "asked": hidden(page, "asked"), "seen": hidden(page, "seen"), "by": "Dr Okafor", "phone": "555 0142",
            "naloxone": "1"}  # fmt: skip
    desk.send(f"{here}/release", form)
    desk.send(f"{here}/release", form)
    kept = desk.state.store.people.current(MARIA, "releases")
    assert len(kept) == 1
    body = kept[0].body or {}
    assert (body["by"], body["phone"], body["plan"]["format"]) == ("Dr Okafor", "555 0142", "algesia-plan/1")
    plan = read_plan(orjson.dumps(body["plan"]), "kept")
    assert plan.pace is not None and (plan.pace.percent, plan.pace.interval_days) == (5, 42)
    assert desk.state.store.people.current(MARIA, "signs")[-1].body["sign"] == "naloxone-at-hand"  # type: ignore[index]
    page = desk.page(f"{here}/taper")
    assert "Released by Dr Okafor" in page and "Withdraw it" in page
    assert "Dr Okafor" in desk.page(f"{here}/history")


def test_a_plan_that_changed_since_it_was_seen_is_not_released(desk: Desk) -> None:
    here = desk.maria(NALOXONE)
    page = desk.page(f"{here}/taper")
    desk.send(f"{here}/record", {"id": "w", "kind": "scale", "name": "cows", "value": "3"})
    desk.state.store.people.write(
        MARIA, [Entry("m2", "medications", {"id": "m2", "drug": "oxycodone", "start": "2026-11-01", "route": "oral",
                "release": "extended", "dose": {"value": 10, "unit": "mg"}, "every_hours": 12})], by="x", at="x",
    )  # fmt: skip
    form = {"id": "rel1", "asked": "", "seen": hidden(page, "seen"), "by": "Dr Okafor"}
    assert "has changed since you looked" in desk.send(f"{here}/release", form, 409)
    assert desk.state.store.people.current(MARIA, "releases") == ()


def test_a_release_needs_a_name_that_fits(desk: Desk) -> None:
    here = desk.maria(NALOXONE)
    page = desk.page(f"{here}/taper")
    form = {"id": "rel1", "asked": "", "seen": hidden(page, "seen")}
    assert "the name of the clinician who releases" in desk.send(f"{here}/release", {**form, "by": " "}, 422)
    assert "at most 60 characters" in desk.send(f"{here}/release", {**form, "by": "x" * 61}, 422)


def test_a_withdrawn_release_stays_in_the_history_and_runs_no_more(desk: Desk) -> None:
    here = desk.maria(NALOXONE)
    page = desk.page(f"{here}/taper")
    desk.send(f"{here}/release", {"id": "rel1", "asked": "", "seen": hidden(page, "seen"), "by": "Dr Okafor"})
    desk.send(f"{here}/withdraw-release", {"id": "wd1"})
    assert "Released by Dr Okafor" not in desk.page(f"{here}/taper")
    kept = desk.state.store.people.current(MARIA, "releases")
    assert [(fact.body or {})["withdrawn"] for fact in kept] == [True]
    assert "Taper, withdrawn" in desk.page(f"{here}/history")
    assert desk.send(f"{here}/withdraw-release", {"id": "wd2"}) == f"{here}/taper"


def test_days_without_a_date_are_planned_but_not_released(desk: Desk) -> None:
    people = desk.state.store.people
    frame = {"relative": True}
    people.add("rel", "imported", "Case", at="2026-11-01T00:00:00.000000Z", frame=frame)
    people.write("rel", [
        Entry("m", "medications", {"id": "m", "drug": "oxycodone", "day": 0, "route": "oral", "release": "extended",
              "dose": {"value": 40, "unit": "mg"}, "every_hours": 12}),
        Entry("p", "pain", {"day": 400, "score": 6}),
        Entry("n", "signs", {"day": 400, "sign": "naloxone-at-hand", "present": True}),
    ], by="x", at="x")  # fmt: skip
    page = desk.page("/clinic/rel/taper")
    assert "counts days from an event" in page and "Release the taper" not in page
    assert "counts days from an event" in desk.send(
        "/clinic/rel/release", {"id": "r", "by": "Dr Okafor", "asked": "", "seen": "x"}, 422
    )


def test_rotation_refuses_a_smaller_reduction(shared: Desk) -> None:
    assert "mg a day to start" in shared.page(f"/clinic/{EXAMPLE}/rotate?to=hydromorphone")
    assert "No rotation to hydromorphone can be made" in shared.page(
        f"/clinic/{EXAMPLE}/rotate?to=hydromorphone&reduction=5"
    )
    assert "is no drug that a rotation can go to" in shared.page(f"/clinic/{EXAMPLE}/rotate?to=poem")
    assert "No rotation" in shared.page(f"/clinic/{EXAMPLE}/rotate.json", 422)


def test_options_show_doses_effects_and_what_speaks_against(shared: Desk) -> None:
    page = shared.page(f"/clinic/{EXAMPLE}/options")
    for words in ("Most on this record", "95\u00a0% interval", "Evidence against", "not read", "Taken now"):
        assert words in page
