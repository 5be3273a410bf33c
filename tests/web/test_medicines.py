"""Medicines: found by name, asked one question a screen, said back before anything is written, read by the review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from algesia.assessment.facts import Facts
from algesia.knowledge.loader import load
from algesia.plan.regimen import regimens
from algesia.web.person.medicine_form import Draft, next_step
from algesia.web.person.medicine_search import find, strengths
from tests.web.person_pages import HUGE, Diary, diary

OXY = {"line": "oxycodone-er-tablet", "strength": "20", "count": "1", "often": "every-12", "since": "today"}


@pytest.fixture
def mine() -> Iterator[Diary]:
    with diary() as made:
        yield made


def add(mine: Diary, id: str = "m1", **more: str) -> Any:
    return mine.post("/medicines/add", id=id, **(OXY | more))


def test_one_question_a_screen_and_nothing_written_before_yes(mine: Diary) -> None:
    rows = mine.rows
    assert "Which medicine" in mine.get("/medicines/add").text
    assert "oxycodone-er-tablet" in mine.get("/medicines/add", q="oxyc").text
    given: dict[str, str] = {}
    for key, asks in (
        ("line", "Which strength"), ("strength", "How many tablets"), ("count", "How often"), ("often", "Since when"),
    ):  # fmt: skip
        given[key] = OXY[key]
        assert asks in mine.get("/medicines/add", **given).text
    page = mine.get("/medicines/add", **OXY).text.replace("\u00a0", " ")
    assert (
        "Oxycodone 20 mg slow release tablet: 1 tablet, every 12 hours, from today on. Is that right?" in page
    )
    assert mine.rows == rows


def test_what_was_confirmed_is_counted_by_the_review(mine: Diary) -> None:
    code = next(s.rxcuis[0] for s in load().product_lines["oxycodone-er-tablet"].strengths if s.value == 20)
    page = add(mine, since="pick", day="2026-10-01")
    assert page.url.path == "/medicines" and "Saved" in page.text and "since 1 October" in page.text
    assert mine.facts("medications") == [
        {
            "drug": "oxycodone 20 mg extended-release tablet",
            "form": "Extended Release Oral Tablet",
            "route": "oral",
            "release": "extended",
            "dose": {"value": 1.0, "unit": "{tablet}"},
            "strength": {"value": 20.0, "unit": "mg"},
            "code": {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": code},
            "start": "2026-10-01",
            "basis": "taken",
            "every_hours": 12.0,
        }
    ]
    assert mine.review().now.mme.likely == 60.0 and not mine.review().queries


@pytest.mark.parametrize("name", sorted(load().product_lines))
def test_every_product_line_can_be_added_and_is_understood(mine: Diary, name: str) -> None:
    chosen = load().product_lines[name]
    strength = next((f"{s.value:g}" for s in strengths(chosen) if s.may_be_planned), "5")
    often = "every-72" if chosen.route == "transdermal" else "every-12"
    add(mine, line=name, strength=strength, often=often, count="1")
    found = mine.review()
    items = [item for item in found.exposure.items if item.status != "not-opioid"]
    assert [item.drug for item in items] == [chosen.ingredient]
    assert items[0].daily is not None and items[0].daily.high > 0
    assert found.queries == ()
    facts = Facts.of(found.record, found.exposure, load(), mine.day)
    read = regimens(facts)
    if chosen.plannable:
        assert [r.line for r in read.regimens] == [name], read.missing


@pytest.mark.parametrize(
    ("typed", "line", "drug"),
    [
        ("oxycontin", "oxycodone-er-tablet", ""), ("OXYCODONE 20mg", "oxycodone-er-tablet", ""),
        ("morph", "morphine-er-tablet", ""), ("MS Contin", "morphine-er-tablet", ""),
        ("butrans", "buprenorphine-patch", ""), ("belbuca", "buprenorphine-buccal-film", ""),
        ("gabapentin", "", "gabapentin"), ("neurontin", "", "gabapentin"), ("xanax", "", "alprazolam"),
        ("meperidine", "", "meperidine"), ("oxycodne", "oxycodone-ir-tablet", ""),
    ],
)  # fmt: skip
def test_search_finds_ingredients_brands_and_slips(mine: Diary, typed: str, line: str, drug: str) -> None:
    found = find(load(), typed)
    assert any((choice.line, choice.drug) == (line, drug) for choice in found.choices)
    assert (line or drug) in mine.get("/medicines/add", q=typed).text


@pytest.mark.parametrize(
    "typed", ["zzzzzz", "<script>alert(1)</script>", "20 mg", "  ", "%", "'; drop table facts", "\u202eabc"]
)
def test_a_search_without_a_hit_offers_to_keep_the_name(mine: Diary, typed: str) -> None:
    page = mine.get("/medicines/add", q=typed)
    assert page.status_code == 200 and "<script>alert" not in page.text


def test_an_unknown_name_is_listed_and_not_counted(mine: Diary) -> None:
    typed = {
        "drug": "Herbal mix 7",
        "amount": "2",
        "unit": "{tablet}",
        "often": "times-3",
        "since": "yesterday",
    }
    assert "We do not know this name" in mine.get("/medicines/add", **typed).text
    mine.post("/medicines/add", id="m2", **typed)
    assert mine.facts("medications")[0]["drug"] == "Herbal mix 7"
    assert mine.review().now.mme.likely == 0.0
    assert "Herbal mix 7" in mine.get("/medicines").text


def test_a_drug_that_matters_beside_an_opioid_is_seen_by_the_review(mine: Diary) -> None:
    add(mine)
    mine.post(
        "/medicines/add", id="m2", drug="alprazolam", amount="1", unit="mg", often="times-2", since="today"
    )
    assert "benzo-gabapentinoid-alcohol" in {lock.id for lock in mine.review().interlocks}


def test_an_amount_that_is_not_sure_stays_unknown(mine: Diary) -> None:
    mine.post(
        "/medicines/add", id="m2", drug="meperidine", amount="not-sure", often="not-sure", since="today"
    )
    assert mine.facts("medications") == [{"drug": "meperidine", "start": "2026-11-12", "basis": "taken"}]
    assert [item.daily for item in mine.review().exposure.items] == [None]


def test_a_unit_slip_is_asked_about_before_it_is_written(mine: Diary) -> None:
    slip = {"drug": "fentanyl patch", "amount": "25", "unit": "mg", "often": "every-72", "since": "today"}
    assert "mcg/h is printed on the patch" in mine.get("/medicines/add", **slip).text
    far = {**OXY, "count": "40"}
    assert "Is the amount right?" in mine.get("/medicines/add", **far).text


def test_as_needed_with_a_maximum(mine: Diary) -> None:
    add(mine, line="oxycodone-ir-tablet", strength="5", often="needed", most="4")
    assert (
        mine.facts("medications")[0]["as_needed"] is True and mine.facts("medications")[0]["max_per_day"] == 4
    )
    assert mine.review().now.mme.high == 30.0
    assert "only when needed, at most 4 times a day" in mine.get("/medicines").text


def test_back_takes_the_last_answer_away(mine: Diary) -> None:
    draft = Draft(q="oxy", line="oxycodone-er-tablet", strength="20", count="1")
    assert next_step(draft, load()) == "often"
    assert draft.back == "/medicines/add?q=oxy&line=oxycodone-er-tablet&strength=20"
    assert Draft(line="oxycodone-er-tablet").back == "/medicines/add" and Draft().back == "/medicines"


def test_a_form_that_lost_an_answer_goes_back_to_it(mine: Diary) -> None:
    page = mine.post("/medicines/add", id="m1", line="oxycodone-er-tablet", strength="20")
    assert page.url.path == "/medicines/add" and "How many tablets" in page.text
    assert mine.facts("medications") == []


def test_sending_twice_writes_once(mine: Diary) -> None:
    add(mine)
    rows = mine.rows
    assert add(mine).status_code == 200 and mine.rows == rows


def test_a_change_ends_the_old_one_and_starts_the_new_one_that_day(mine: Diary) -> None:
    add(mine, since="pick", day="2026-10-01")
    page = mine.get("/medicines/m1").text
    assert "old=m1" in page
    mine.post("/medicines/add", id="m2", **(OXY | {"count": "2", "since": "yesterday", "old": "m1"}))
    old, new = sorted(mine.facts("medications"), key=lambda body: str(body["start"]))
    assert (old["end"], new["start"], new["dose"]["value"]) == ("2026-11-11", "2026-11-11", 2.0)
    review = mine.review()
    assert review.now.mme.likely == 120.0
    assert [
        (e.change.day, e.change.direction) for e in review.episodes if e.change.direction == "increase"
    ] == [(mine.day - 1, "increase")]
    mine.post("/undo", batch="m2", next="/medicines")
    assert [body.get("end") for body in mine.facts("medications")] == [None]
    assert mine.review().now.mme.likely == 60.0


def test_a_change_on_the_first_day_replaces_it(mine: Diary) -> None:
    add(mine)
    mine.post("/medicines/add", id="m2", **(OXY | {"count": "2", "old": "m1"}))
    assert [(b["dose"]["value"], b.get("end")) for b in mine.facts("medications")] == [(2.0, None)]


def test_a_change_before_the_beginning_is_refused(mine: Diary) -> None:
    add(mine)
    page = mine.post("/medicines/add", id="m2", **(OXY | {"old": "m1", "since": "yesterday"}))
    assert page.status_code == 422 and "before it began" in page.text
    assert len(mine.facts("medications")) == 1


def test_two_changes_at_once_lose_nothing(mine: Diary) -> None:
    add(mine, since="pick", day="2026-10-01")
    mine.post("/medicines/add", id="m2", **(OXY | {"count": "2", "old": "m1"}))
    page = mine.post("/medicines/add", id="m3", **(OXY | {"count": "3", "old": "m1"}))
    assert page.status_code == 409 and "Nothing is lost" in page.text
    assert len(mine.facts("medications")) == 2


def test_not_taken_any_more(mine: Diary) -> None:
    add(mine, since="pick", day="2026-10-01")
    assert "Stopping quickly can be dangerous" in mine.get("/medicines/m1/stop").text
    mine.post("/medicines/m1/stop", id="s1", since="yesterday")
    assert mine.facts("medications")[0]["end"] == "2026-11-11"
    assert mine.review().now.mme.likely == 0.0
    assert "Not taken any more (1)" in mine.get("/medicines").text
    assert mine.post("/medicines/m1/stop", id="s1", since="yesterday").url.path == "/medicines"


@pytest.mark.parametrize(
    ("since", "day"),
    [
        ("today", ""),
        ("pick", "2026-11-12"),
        ("pick", "2026-11-13"),
        ("pick", ""),
        ("", ""),
        ("pick", "2150-01-01"),
    ],
)
def test_an_end_that_cannot_be_is_refused(mine: Diary, since: str, day: str) -> None:
    add(mine)
    page = mine.post("/medicines/m1/stop", id="s1", since=since, day=day)
    assert page.status_code == 422 and "Nothing was changed" in page.text
    assert "end" not in mine.facts("medications")[0]


@pytest.mark.parametrize(
    "day", ["1850-01-01", "2150-01-01", "2026-11-13", "2026-02-30", "tomorrow", HUGE, "\x00", "2026-11-1"]
)
def test_days_that_cannot_be_are_refused_in_a_sentence(mine: Diary, day: str) -> None:
    page = add(mine, since="pick", day=day)
    assert page.status_code == 422 and "Nothing was changed" in page.text and mine.facts("medications") == []


@pytest.mark.parametrize(
    "wrong",
    [{"strength": "x"}, {"strength": "-5"}, {"count": "0"}, {"count": "9" * 5000}, {"often": "sometimes"}, {"often": "every-x"},
     {"often": "times-99"}, {"often": "needed", "most": "x"}, {"line": "no-such"}, {"strength": "\x00"}],
)  # fmt: skip
def test_answers_that_cannot_be_read_are_refused(mine: Diary, wrong: dict[str, str]) -> None:
    nul = wrong.get("strength") == "\x00"
    for page, status in (
        (add(mine, **wrong), 422),
        # an address with a NUL in it is no page at all
        (mine.get("/medicines/add", **(OXY | wrong)), 404 if nul else 422),
    ):
        assert page.status_code == status and "Nothing was changed" in page.text
    assert mine.facts("medications") == []


@pytest.mark.parametrize("drug", [HUGE, "a\x00b", "a\x1bb"])
def test_names_that_cannot_be_kept(mine: Diary, drug: str) -> None:
    page = mine.post("/medicines/add", id="m", drug=drug, amount="not-sure", often="not-sure", since="today")
    assert page.status_code == 422 and mine.facts("medications") == []


def test_a_dose_when_needed_in_one_tap(mine: Diary) -> None:
    add(mine, line="oxycodone-ir-tablet", strength="5", often="needed", most="4")
    page = mine.post("/medicines/m1/took", id="d1", when="now", many="1")
    assert "Saved" in page.text and "today, 14:14" in page.text
    assert [(f["at"], f["dose"]) for f in mine.facts("doses")] == [
        ("2026-11-12T14:14", {"value": 1.0, "unit": "{tablet}"})
    ]
    mine.clock.move(minutes=1)
    mine.post("/medicines/m1/took", id="d1", when="now", many="1")
    assert len(mine.facts("doses")) == 1
    mine.post("/medicines/m1/took", id="d1", when="2", many="1")
    assert [f["at"] for f in mine.facts("doses")] == ["2026-11-12T12:15"]
    logged = [item for item in mine.review().exposure.items if item.daily is not None]
    assert any(item.daily and item.daily.high == 5.0 for item in logged)
    mine.post("/undo", batch="d1", next="/medicines")
    assert mine.facts("doses") == []


def test_a_single_dose_of_a_fixed_medicine_is_told_on_today(mine: Diary) -> None:
    add(mine)
    assert "/medicines/m1/took" not in mine.get("/medicines/m1").text
    page = mine.post("/medicines/m1/took", id="d1", when="now", many="1")
    assert page.status_code == 409 and "Something was different" in page.text and mine.facts("doses") == []


def test_a_dose_at_a_time(mine: Diary) -> None:
    add(mine, line="oxycodone-ir-tablet", strength="5", often="needed", most="4")
    mine.post("/medicines/m1/took", id="d1", when="at", day="yesterday", clock="22:30")
    assert [f["at"] for f in mine.facts("doses")] == ["2026-11-11T22:30"]
    for fields in ({"when": "at", "day": "today", "clock": "23:00"}, {"when": "at", "day": "today", "clock": "25:00"},
                   {"when": "at", "day": "", "clock": "10:00"}, {"when": ""}, {}):  # fmt: skip
        page = mine.post("/medicines/m1/took", id="d2", **fields)
        assert page.status_code == 422 and "Nothing was changed" in page.text
    assert len(mine.facts("doses")) == 1


def test_a_dose_of_a_medicine_without_an_amount_asks_how_much(mine: Diary) -> None:
    mine.post(
        "/medicines/add",
        id="m2",
        drug="meperidine",
        amount="not-sure",
        often="needed",
        most="4",
        since="today",
    )
    assert mine.post("/medicines/m2/took", id="d1", when="now").status_code == 422
    mine.post("/medicines/m2/took", id="d1", when="now", amount="50", unit="mg")
    assert mine.facts("doses") == [
        {"drug": "meperidine", "at": "2026-11-12T14:14", "dose": {"value": 50.0, "unit": "mg"}}
    ]


def test_naloxone_as_a_medicine_is_listed(mine: Diary) -> None:
    assert find(load(), "naloxone").choices[0].drug == "naloxone"


@pytest.mark.parametrize("path", ["/medicines/nobody", "/medicines/nobody/stop", "/medicines/nobody/took"])
def test_a_medicine_that_is_not_there(mine: Diary, path: str) -> None:
    assert mine.get(path).status_code == 404
    if path.count("/") == 3:
        assert mine.post(path, id="x", when="now", since="today").status_code == 404


@pytest.mark.parametrize("path", ["/medicines/add", "/medicines/m1/stop", "/medicines/m1/took"])
def test_a_half_sent_form_changes_nothing(mine: Diary, path: str) -> None:
    add(mine)
    rows = mine.rows
    assert mine.post(path).status_code in (200, 422)
    assert mine.rows == rows


AS_NEEDED = {"line": "oxycodone-ir-tablet", "strength": "5", "often": "needed"}


@pytest.mark.parametrize(
    ("count", "kept"),
    [("1-2", {"low": 1.0, "high": 2.0}), ("1 to 2", {"low": 1.0, "high": 2.0}), ("half", {"value": 0.5}),
     ("1/2", {"value": 0.5}), ("1 1/2", {"value": 1.5}), ("½", {"value": 0.5}), ("1½", {"value": 1.5}),
     ("1/2 - 1", {"low": 0.5, "high": 1.0})],
)  # fmt: skip
def test_how_many_is_kept_as_a_label_says_it(mine: Diary, count: str, kept: dict[str, float]) -> None:
    add(mine, **AS_NEEDED, count=count, most="4")
    assert mine.facts("medications")[0]["dose"] == kept | {"unit": "{tablet}"}


@pytest.mark.parametrize(
    "count", ["2-1", "1-1", "1-", "-2", "1-2-3", "1/0", "many", "to", "half half", "1/2/3"]
)
def test_a_count_that_is_not_clear_is_refused_with_how_to_write_it(mine: Diary, count: str) -> None:
    page = add(mine, **AS_NEEDED, count=count, most="4")
    assert page.status_code == 422 and "1 to 2" in page.text and mine.facts("medications") == []


def test_one_to_two_tablets_every_4_to_6_hours_when_needed(mine: Diary) -> None:
    given = AS_NEEDED | {"count": "1-2", "since": "today"}
    assert 'name="most" value="every-4-6"' in mine.get("/medicines/add", **given).text
    page = mine.get("/medicines/add", **given, most="every-4-6").text.replace("\u00a0", " ")
    assert "1 to 2 tablets, only when needed, every 4 to 6 hours" in page and "5 to 10 mg each time" in page
    add(mine, **given, most="every-4-6")
    mme = mine.review().now.mme
    assert (mme.low, mme.high) == (0.0, 90.0)  # at most 2 x 5 mg six times a day, times 1.5


def test_the_strength_of_a_liquid_is_told_for_5_ml_too(mine: Diary) -> None:
    line = {"line": "morphine-oral-solution"}
    page = mine.get("/medicines/add", **line).text.replace("\u00a0", " ")
    assert "4 mg in each mL<small>20 mg in 5 mL" in page and "20 mg in each mL<small>100 mg in 5 mL" in page
    said = mine.get("/medicines/add", **(OXY | line | {"strength": "20", "count": "5"})).text
    assert "That is 100 mg each time." in said.replace("\u00a0", " ")


def test_a_strength_that_no_product_has_is_asked_about(mine: Diary) -> None:
    asks = "is not in our list of this medicine"
    assert asks in mine.get("/medicines/add", **(OXY | {"strength": "0.02"})).text
    assert asks not in mine.get("/medicines/add", **OXY).text


def test_an_opioid_typed_by_name_can_be_counted(mine: Diary) -> None:
    """Every question that the checks ask has a place where it can be answered."""
    typed = {"drug": "morphine liquid", "amount": "5", "unit": "mL", "often": "every-4", "since": "today"}
    assert "How much is in one mL" in mine.get("/medicines/add", **typed).text
    typed |= {"per": "20", "per_unit": "mg/5mL"}
    assert "How do you take it" in mine.get("/medicines/add", **typed).text
    typed |= {"way": "oral"}
    assert "20 mg each time" in mine.get("/medicines/add", **typed).text.replace("\u00a0", " ")
    mine.post("/medicines/add", id="m1", **typed)
    assert (
        mine.review().now.mme.likely == 120.0 and mine.review().queries == ()
    )  # 4 mg/mL x 5 mL, six times a day


def test_tablets_of_an_opioid_typed_by_name(mine: Diary) -> None:
    typed = {"drug": "Oxynorm", "amount": "1-2", "unit": "{tablet}", "often": "times-2", "since": "today"}
    mine.post("/medicines/add", id="m1", **typed, per="5", per_unit="mg", way="oral")
    mme = mine.review().now.mme
    assert (mme.low, mme.high) == (15.0, 30.0)


def test_what_cannot_be_counted_is_said_before_it_is_written(mine: Diary) -> None:
    typed = {
        "drug": "oxycodone",
        "amount": "5",
        "unit": "mg",
        "often": "every-6",
        "since": "today",
        "way": "not-sure",
    }
    assert (
        "How you take it is not known. It will be listed, and not counted."
        in mine.get("/medicines/add", **typed).text
    )
    page = mine.get("/medicines/add", **AS_NEEDED, count="1", most="not-sure", since="today").text
    assert "How much this is in a day is not known." in page


@pytest.mark.parametrize("wrong", [{"way": "by magic"}, {"per_unit": "{tablet}"}, {"per": "many"}])
def test_answers_about_a_typed_medicine_that_cannot_be_read(mine: Diary, wrong: dict[str, str]) -> None:
    typed = {"drug": "oxynorm", "amount": "1", "unit": "{tablet}", "per": "5", "per_unit": "mg", "way": "oral",
             "often": "times-2", "since": "today"}  # fmt: skip
    assert mine.post("/medicines/add", id="m1", **(typed | wrong)).status_code == 422
    assert mine.facts("medications") == []


def test_the_same_medicine_a_second_time_is_asked_about(mine: Diary) -> None:
    assert "On your list already" not in mine.get("/medicines/add", **OXY).text
    add(mine, since="pick", day="2026-10-01")
    again = mine.get("/medicines/add", **(OXY | {"strength": "30"})).text
    assert "On your list already" in again and "/medicines/m1" in again
    assert "On your list already" not in mine.get("/medicines/add", **(OXY | {"old": "m1"})).text
    beside = AS_NEEDED | {"count": "1", "most": "4", "since": "today"}
    assert "On your list already" not in mine.get("/medicines/add", **beside).text


@pytest.mark.parametrize("typed", ["St. John's wort", "st", "ms", "wort"])
def test_a_plant_is_not_taken_for_an_opioid(typed: str) -> None:
    assert find(load(), typed).choices == ()


@pytest.mark.parametrize(
    ("moment", "hours", "kept"),
    [
        ((2026, 3, 8, 7, 30), "1", "2026-03-08T01:30"),  # 3:30, after the clock went from 2:00 to 3:00
        ((2026, 11, 1, 6, 30), "2", "2026-11-01T00:30"),  # the second 1:30 of that night
        ((2027, 1, 1, 5, 1), "1", "2026-12-31T23:01"),
    ],
)
def test_hours_ago_are_real_hours(mine: Diary, moment: tuple[int, ...], hours: str, kept: str) -> None:
    mine.clock.moment = datetime(*moment, tzinfo=UTC)
    add(mine, **AS_NEEDED, count="1", most="4", since="pick", day="2026-01-01")
    mine.post("/medicines/m1/took", id="d1", when=hours, many="1")
    assert mine.facts("doses")[0]["at"] == kept


def test_back_and_yes_again_is_no_second_medicine(mine: Diary) -> None:
    """Back loads the page anew, with another form id."""
    add(mine, since="pick", day="2026-10-01")
    page = add(mine, id="m2", since="pick", day="2026-10-01")
    assert "Saved" in page.text and len(mine.facts("medications")) == 1
    add(mine, id="m3", since="pick", day="2026-10-02")
    assert len(mine.facts("medications")) == 2


def test_back_and_now_again_is_no_second_dose(mine: Diary) -> None:
    add(mine, **AS_NEEDED, count="1", most="4")
    mine.post("/medicines/m1/took", id="d1", when="now", many="1")
    page = mine.post("/medicines/m1/took", id="d2", when="now", many="1")
    assert "Saved" in page.text and len(mine.facts("doses")) == 1
    mine.clock.move(minutes=5)
    mine.post("/medicines/m1/took", id="d3", when="now", many="1")
    assert len(mine.facts("doses")) == 2
