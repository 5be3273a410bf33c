"""Entries: all that was written, changed, removed and brought back, and days that were missed; nothing is ever lost."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from algesia.adapters.store.model import Entry
from tests.web.diaries import five_years, some_days
from tests.web.person_pages import BAD, HUGE, PERSON, Diary, diary
from tests.web.test_medicines import OXY

NEEDED = {"line": "oxycodone-ir-tablet", "strength": "5", "often": "needed", "most": "4"}


@pytest.fixture
def mine() -> Iterator[Diary]:
    with diary() as made:
        yield made


def write(mine: Diary, list: str, id: str, **body: object) -> None:
    mine.people.write(PERSON, [Entry(id, list, dict(body))], by="local", at="2026-11-12T18:00:00.000000Z")


def test_an_empty_diary_says_what_to_do(mine: Diary) -> None:
    assert "Nothing is written yet" in mine.get("/entries").text


def test_every_kind_of_entry_has_a_line_and_a_page(mine: Diary) -> None:
    mine.post("/medicines/add", id="m1", **(OXY | NEEDED))
    mine.post("/medicines/m1/took", id="d1", when="now", many="1")
    mine.post("/goal", id="g1", text="Walk")
    mine.post("/note", id="n1", text="Ask.")
    mine.post("/today/goal", id="t1", done="part")
    mine.post("/today/pain", id="t2", pain="7")
    mine.post("/today/doses", id="t3", answer="different", note="One late.")
    mine.post("/today/bad", id="t4")
    mine.post("/checkup/sleep/1", id="s1", answer="6")
    for number in (1, 2, 3):
        mine.post(f"/checkup/peg/{number}", id=f"p{number}", answer="6")
    mine.post("/checkup/phq-2/1", id="q1", answer="1")
    mine.post("/checkup/new/5", id="w1", answer="yes")
    write(mine, "body_maps", "b1", at="2026-11-12", areas=["calf-left"])
    write(mine, "labs", "l1", at="2026-11-12", lab="egfr", value=60, unit="mL/min/{1.73_m2}")
    write(mine, "conditions", "c1", text="Lower back pain")
    write(mine, "interventions", "i1", at="2026-11-12", kind="physical-therapy")
    write(mine, "tests", "x1", at="2026-11-12", test="cpt", value=20, unit="s")
    write(mine, "pain", "v1", at="2026-11-12", words="strong", scale="verbal")
    write(mine, "scales", "z1", at="2026-11-12", instrument="cows", score=3)
    held = [fact for fact in mine.people.current(PERSON) if fact.list not in ("settings", "person")]
    page = mine.get("/entries").text
    for fact in held:
        if (fact.list, (fact.body or {}).get("instrument")) == ("scales", "peg"):
            continue  # stands with its score
        assert f'href="/entries/{fact.id}"' in page, fact.list
        one = mine.get(f"/entries/{fact.id}")
        assert one.status_code == 200 and "Remove" in one.text, fact.list
        gone = mine.post(f"/entries/{fact.id}/remove", id=f"{fact.id}-x")
        assert gone.status_code == 200 and "Removed" in gone.text
        assert mine.post(f"/entries/{fact.id}/restore", id=f"{fact.id}-r").status_code == 200
    after = [fact for fact in mine.people.current(PERSON) if fact.list not in ("settings", "person")]
    assert sorted(map(str, (f.body for f in after))) == sorted(map(str, (f.body for f in held)))


def test_a_pain_number_is_changed_with_the_old_one_pressed(mine: Diary) -> None:
    mine.post("/today/pain", id="t2", pain="7")
    assert 'value="7" aria-pressed="true"' in mine.get("/entries/t2").text
    page = mine.post("/entries/t2/change", id="c1", score="4")
    assert page.url.path == "/entries" and "Saved" in page.text
    assert [f["score"] for f in mine.facts("pain")] == [4]
    assert mine.mean == 4.0
    assert mine.get("/entries/t2").url.path == "/entries/c1"
    mine.post("/undo", batch="c1", next="/entries")
    assert [f["score"] for f in mine.facts("pain")] == [7]


def test_the_same_change_twice_is_one_and_another_number_changes_it_again(mine: Diary) -> None:
    mine.post("/today/pain", id="t2", pain="7")
    mine.post("/entries/t2/change", id="c1", score="4")
    rows = mine.rows
    mine.post("/entries/t2/change", id="c1", score="4")
    assert mine.rows == rows
    mine.post("/entries/t2/change", id="c1", score="5")
    assert [f["score"] for f in mine.facts("pain")] == [5]


def test_a_change_of_what_was_changed_elsewhere_says_so(mine: Diary) -> None:
    mine.post("/today/pain", id="t2", pain="7")
    mine.post("/entries/t2/change", id="c1", score="4")
    page = mine.post("/entries/t2/change", id="c2", score="5")
    assert page.status_code == 409 and "Nothing is lost" in page.text
    assert [f["score"] for f in mine.facts("pain")] == [4]


def test_remove_and_bring_back(mine: Diary) -> None:
    mine.post("/today/pain", id="t2", pain="7")
    mine.post("/entries/t2/remove", id="x1")
    mine.post("/entries/t2/remove", id="x2")
    assert mine.facts("pain") == [] and mine.review().now.pain is None
    assert "Removed (1)" in mine.get("/entries").text and "Bring back" in mine.get("/entries/t2").text
    mine.post("/entries/x1/restore", id="r1")
    mine.post("/entries/x1/restore", id="r1")
    assert [f["score"] for f in mine.facts("pain")] == [7]
    assert mine.rows == len({row.id for row in mine.people.history(PERSON)})


def test_a_peg_goes_and_comes_back_with_its_answers(mine: Diary) -> None:
    for number in (1, 2, 3):
        mine.post(f"/checkup/peg/{number}", id=f"p{number}", answer="6")
    mine.post(f"/entries/{mine.ids('function')[0]}/remove", id="x")
    assert mine.facts("function") == mine.facts("scales") == []
    mine.post("/entries/x/restore", id="r")
    assert mine.facts("function")[0]["score"] == 6.0 and len(mine.facts("scales")[0]["items"]) == 3


def test_a_danger_sign_that_becomes_yes_leads_to_help(mine: Diary) -> None:
    mine.post("/checkup/new/1", id="d", answer="none")
    page = mine.sent(f"/entries/{mine.ids('signs')[0]}/change", id="c", answer="yes")
    assert page.headers["location"] == "/help/urgent?sign=myoclonus"
    assert [f["present"] for f in mine.facts("signs") if f["sign"] == "myoclonus"] == [True]


def test_other_changes(mine: Diary) -> None:
    mine.post("/today/goal", id="t1", done="part")
    mine.post("/today/doses", id="t3", answer="different", note="One late.")
    mine.post("/checkup/sleep/1", id="s1", answer="6")
    mine.post("/note", id="n1", text="Ask.")
    mine.post("/medicines/add", id="m1", **(OXY | NEEDED))
    mine.post("/medicines/m1/took", id="d1", when="now", many="1")
    mine.post("/entries/t1/change", id="a", answer="did")
    mine.post("/entries/t3/change", id="b", answer="different", text="Two late.")
    mine.post("/entries/s1/change", id="c", hours="7,5", rest="4")
    mine.post("/entries/n1/change", id="d", text="Ask about sleep.\nAnd more.")
    mine.post("/entries/d1/change", id="e", day="2026-11-11", clock="09:00", amount="2")
    assert mine.facts("goal_days")[0]["done"] == "did" and mine.facts("taken")[0]["note"] == "Two late."
    assert mine.facts("sleep") == [{"at": "2026-11-12", "hours": 7.5, "rest": 4.0}]
    assert mine.facts("notes")[0]["text"] == "Ask about sleep.\nAnd more."
    assert (mine.facts("doses")[0]["at"], mine.facts("doses")[0]["dose"]["value"]) == (
        "2026-11-11T09:00",
        2.0,
    )


@pytest.mark.parametrize(
    ("id", "fields"),
    [("t2", {"score": bad}) for bad in BAD] + [
        ("t1", {"answer": "x"}), ("t1", {}), ("s1", {"hours": "99"}), ("s1", {}), ("n1", {"text": " "}), ("n1", {"text": HUGE}),
        ("d1", {"day": "2150-01-01", "amount": "1"}), ("d1", {"day": "2026-11-12", "clock": "23:59", "amount": "1"}),
        ("d1", {"day": "2026-11-12", "amount": "-1"}), ("d1", {}), ("m1", {"answer": "yes"}),
    ],
)  # fmt: skip
def test_changes_that_cannot_be_are_refused(mine: Diary, id: str, fields: dict[str, str]) -> None:
    mine.post("/today/goal", id="t1", done="part")
    mine.post("/today/pain", id="t2", pain="7")
    mine.post("/checkup/sleep/1", id="s1", answer="6")
    mine.post("/note", id="n1", text="Ask.")
    mine.post("/medicines/add", id="m1", **(OXY | NEEDED))
    mine.post("/medicines/m1/took", id="d1", when="now", many="1")
    rows = mine.rows
    page = mine.post(f"/entries/{id}/change", **{"id": "c", **fields})
    assert page.status_code == 422 and "Nothing was changed" in page.text
    assert mine.rows == rows


def test_a_missed_day_is_added_and_read(mine: Diary) -> None:
    assert "Which day" in mine.get("/entries/add").text
    assert "Tuesday 10 November 2026" in mine.get("/entries/add", day="2026-11-10").text
    mine.post("/entries/add", id="a1", day="2026-11-10", pain="6")
    mine.post("/entries/add", id="a1", day="2026-11-10", pain="6")
    assert mine.facts("pain") == [
        {"at": "2026-11-10", "score": 6, "scale": "nrs-0-10", "question": "average-24h"}
    ]
    assert 'value="6" aria-pressed="true"' in mine.get("/entries/add", day="2026-11-10").text
    mine.post("/entries/add", id="a2", day="2026-11-10", pain="5")
    assert [f["score"] for f in mine.facts("pain")] == [5]
    assert mine.mean == 5.0


@pytest.mark.parametrize(
    "day", ["2026-11-13", "2150-01-01", "1850-01-01", "2026-13-01", "abc", HUGE, "\x00", "20261101"]
)
def test_days_that_cannot_be_are_refused(mine: Diary, day: str) -> None:
    rows = mine.rows
    page = mine.post("/entries/add", id="a1", day=day, pain="6")
    assert page.status_code == 422 and "Nothing was changed" in page.text
    if len(day) < 100 and day.isprintable():
        assert mine.get("/entries/add", day=day).status_code == 422
    assert mine.rows == rows


def test_a_day_before_birth_is_refused(mine: Diary) -> None:
    write(mine, "person", "born", birth_date="1971-05-02")
    assert mine.post("/entries/add", id="a1", day="1971-05-01", pain="6").status_code == 422
    assert mine.post("/entries/add", id="a2", day="1971-05-02", pain="6").status_code == 200
    assert mine.people.record(PERSON).pain


def test_gaps_are_shown_and_months_are_paged(mine: Diary) -> None:
    for day in ("2026-11-10", "2026-11-05", "2026-09-20"):
        mine.post("/entries/add", id=f"a{day}", day=day, pain="6")
    november = mine.get("/entries").text
    assert (
        "November 2026" in november and "no entries, 1 day<" in november and "no entries, 4 days" in november
    )
    assert "no entries, 45 days" in november
    assert "/entries?month=2026-09" in november and "Later" not in november
    september = mine.get("/entries", month="2026-09").text
    assert (
        "September 2026" in september and "/entries?month=2026-11" in september and "Earlier" not in september
    )
    for odd in ("2026-10", "x", "9999-99", "\u0663"):
        assert "November 2026" in mine.get("/entries", month=odd).text


def test_newest_comes_first(mine: Diary) -> None:
    some_days(mine.people, PERSON)
    page = mine.get("/entries").text
    days = [int(part[:2]) for part in page.split('id="d2026-11-')[1:]]
    assert days == sorted(days, reverse=True) and len(days) > 5


def test_five_years_of_daily_entries_are_quick(mine: Diary) -> None:
    from algesia.record.codec import to_builtins

    plain = to_builtins(five_years())
    entries = [
        Entry(f"{list}-{n}", list, {key: value for key, value in body.items() if key != "id"})
        for list in ("pain", "function", "body_maps", "medications")
        for n, body in enumerate(plain[list])
    ]
    mine.people.write(PERSON, entries, by="test", at="2026-11-12T00:00:00.000000Z")
    mine.get("/entries")
    started = time.perf_counter()
    page = mine.get("/entries", month="2024-02")
    assert page.text.count('id="d2024-02') == 29
    assert time.perf_counter() - started < 1.0


@pytest.mark.parametrize("what", ["", "/change", "/remove", "/restore"])
def test_an_entry_that_is_not_there(mine: Diary, what: str) -> None:
    page = mine.post(f"/entries/nobody{what}", id="x") if what else mine.get("/entries/nobody")
    assert page.status_code == 404 and "Nothing was changed" in page.text


def test_settings_are_no_entries(mine: Diary) -> None:
    assert mine.get(f"/entries/{PERSON}-place").status_code == 404


@pytest.mark.parametrize(
    "path", ["/entries/t2/change", "/entries/t2/remove", "/entries/t2/restore", "/entries/add"]
)
def test_a_half_sent_form_changes_nothing(mine: Diary, path: str) -> None:
    mine.post("/today/pain", id="t2", pain="7")
    rows = mine.rows
    assert mine.post(path).status_code == 422
    assert mine.rows == rows
