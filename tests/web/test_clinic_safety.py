"""What must not happen on the clinician's side: a calendar in an emergency, a slip of the unit, one record that hides all."""

from __future__ import annotations

import re
from typing import Any

import pytest

from algesia.adapters import examples
from algesia.adapters.store.model import Entry
from algesia.web.reviews import Reviewed, Reviews
from tests.web.clinic_desk import EXAMPLE, MARIA, Desk, hidden

NALOXONE = Entry("nx", "signs", {"at": "2026-11-10", "sign": "naloxone-at-hand", "present": True})
PRINTED = ("taper.pdf?released=true", "taper.ics?released=true", "supplies.csv?released=true")
TAGS = re.compile(r"<[^>]*>")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def released(desk: Desk, *more: Entry) -> str:
    """Somebody whose taper was released; her page."""
    here = desk.maria(NALOXONE, *more)
    seen = hidden(desk.page(f"{here}/taper"), "seen")
    desk.send(f"{here}/release", {"id": "rel1", "asked": "", "seen": seen, "by": "Dr Okafor"})
    for name in PRINTED:
        assert desk.browser.get(f"{here}/{name}").status_code == 200
    return here


def test_nothing_released_is_printed_in_an_emergency(desk: Desk) -> None:
    here = released(desk)
    desk.send(f"{here}/record", {"id": "e", "kind": "sign", "name": "cannot-be-woken", "answer": "present"})
    for name in PRINTED:
        assert "There is an emergency on this record" in desk.page(f"{here}/{name}", 409)


def test_nothing_released_is_printed_once_no_taper_may_be_made(desk: Desk) -> None:
    here = released(desk)
    pregnant = Entry("c1", "conditions", {"at": "2026-11-11", "kind": "pregnancy"})
    desk.state.store.people.write(MARIA, [pregnant], by="local", at="x")
    for name in PRINTED:
        assert "regnancy" in desk.page(f"{here}/{name}", 409)
    page = desk.page(f"{here}/taper")
    assert "Nothing of it is printed now" in page and "released=true" not in page
    assert "Withdraw it" in page


def test_a_warning_that_came_since_stops_the_release(desk: Desk) -> None:
    here = desk.maria(NALOXONE)
    seen = hidden(desk.page(f"{here}/taper"), "seen")
    diazepam = {"id": "d", "drug": "diazepam", "start": "2026-11-01", "route": "oral",
                "dose": {"value": 5, "unit": "mg"}, "every_hours": 8}  # fmt: skip
    desk.state.store.people.write(MARIA, [Entry("d", "medications", diazepam)], by="local", at="x")
    form = {"id": "rel1", "asked": "", "seen": seen, "by": "Dr Okafor"}
    assert "has changed since you looked" in desk.send(f"{here}/release", form, 409)
    assert desk.state.store.people.current(MARIA, "releases") == ()


def test_one_record_that_fails_hides_nobody_else(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.maria()
    desk.state.store.people.add("broken", "diary", "Tom Broken", at="2026-11-01T00:00:00.000000Z")
    made = Reviews.of

    def failing(reviews: Reviews, person: Any, today: int, as_of: int | None = None) -> Reviewed:
        if person.id == "broken":
            raise ZeroDivisionError
        return made(reviews, person, today, as_of)

    monkeypatch.setattr(Reviews, "of", failing)
    page = desk.page("/clinic")
    assert "Maria Ellison" in page and "cannot be reviewed" in page
    assert "Load again to go on" not in page
    row = page[page.index("Tom Broken") :]
    assert "cannot be reviewed" in row[: row.index("</tr>")]
    assert "Maria Ellison" not in desk.page("/clinic?show=unread")


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"name": "qtc", "value": "5", "unit": "ms"}, "QTc 5 cannot be"),
        ({"name": "QTc", "value": "0.45", "unit": "s"}, "read in ms, from 200 to 800"),
        ({"name": "egfr", "value": "5400", "unit": "mL/min"}, "eGFR 5400 cannot be"),
        ({"name": "egfr", "value": "-54", "unit": "mL/min"}, "eGFR -54 cannot be"),
        ({"name": "qtc", "value": "450", "unit": "s"}, "is not a unit of qtc"),
    ],
)
def test_a_value_that_cannot_be_is_not_recorded(desk: Desk, form: dict[str, str], says: str) -> None:
    here = desk.maria()
    refused = desk.send(f"{here}/record", {"id": "x1", "kind": "lab", **form}, 422)
    assert says in refused and "labs[" not in refused
    assert desk.state.store.people.current(MARIA, "labs") == ()


def test_a_laboratory_value_is_read_by_rules_however_its_name_is_written(desk: Desk) -> None:
    here = desk.maria()
    form = {"id": "x1", "kind": "lab", "name": "eGFR", "value": "24", "unit": "mL/min/1.73 m²"}
    desk.send(f"{here}/record", form)
    assert (desk.state.store.people.current(MARIA, "labs")[-1].body or {})["lab"] == "egfr"


def test_a_form_sent_again_with_something_else_says_what_is_kept(desk: Desk) -> None:
    here = desk.maria()
    form = {"id": "x1", "kind": "scale", "name": "cows", "value": "7"}
    desk.send(f"{here}/record", form)
    assert "that is what is kept" in desk.send(f"{here}/record", {**form, "value": "30"}, 409)
    assert [(fact.body or {})["score"] for fact in desk.state.store.people.current(MARIA, "scales")] == [7]


def test_a_character_that_cannot_be_kept_is_refused(desk: Desk) -> None:
    here = desk.maria()
    assert "cannot be kept" in desk.send(f"{here}/record", {"id": "x", "kind": "note", "note": "a\0b"}, 422)


def test_an_added_record_is_not_said_to_be_recorded_just_now(desk: Desk) -> None:
    batch = desk.state.store.people.current(EXAMPLE)[0].batch
    assert batch.endswith("-import")
    assert 'id="kept"' not in desk.page(f"/clinic/{EXAMPLE}?kept={batch}")


def test_an_earlier_day_says_that_it_is_not_the_latest_and_what_stands_there(desk: Desk) -> None:
    here = f"/clinic/{EXAMPLE}"
    desk.send(f"{here}/record", {"id": "e", "kind": "sign", "name": "cannot-be-woken", "answer": "present"})
    for end in ("", "/report"):
        page = desk.page(f"{here}{end}?as_of=2026-06-01")
        assert "As of 1 June 2026, not the latest" in page
        assert "There stands: Emergency" in page
    assert "not the latest" not in desk.page(here)


@pytest.mark.parametrize("name", examples.names())
def test_no_sign_of_comparison_stands_on_a_page(name: str) -> None:
    desk = Desk()
    for end in ("", "/taper", "/rotate?to=morphine", "/options", "/report"):
        text = TAGS.sub("", desk.browser.get(f"/clinic/example-{name}{end}").text)
        for sign in ("&gt;=", "&lt;=", "\u2265", "\u2264"):
            assert sign not in text, (end, sign)


def test_what_is_looked_up_is_folded_and_what_is_read_first_is_not(desk: Desk) -> None:
    page = desk.page(f"{desk.maria()}/taper")
    folded = page[page.index('<details class="fold-sec"') :]
    for id, line in (("support", "drugs, for symptoms"), ("statements", "sentences: harms"), ("rules", "rules: the slowest"),
                     ("sources", "sources, with how each was read")):  # fmt: skip
        summary = folded[folded.index(f'id="fold-{id}"') :]
        assert line in summary[: summary.index("</summary>")]
    before = page[: page.index('<details class="fold-sec"')]
    for words in ("naloxone is not on record", "Where it ends", "Do not stop suddenly", "Taken now"):
        assert words in before and words not in folded


def test_an_empty_record_is_said_to_be_empty_and_rows_are_short(desk: Desk) -> None:
    desk.maria()
    desk.state.store.people.add("empty", "diary", "Nobody yet", at="2026-11-01T00:00:00.000000Z")
    page = desk.page("/clinic")
    row = page[page.index("Nobody yet") :]
    row = row[: row.index("</tr>")]
    assert "Nothing is on record yet" in row and "No entry for" not in row
    assert "questions to ask" in page[page.index("Maria Ellison") :][:1200]


@pytest.mark.parametrize("end", ["/rotate?to=hydromorphone", "/options"])
def test_the_sources_of_every_plan_are_folded_at_its_end(desk: Desk, end: str) -> None:
    page = desk.page(f"/clinic/{EXAMPLE}{end}")
    assert page.index('id="fold-sources"') > page.rindex('<section class="sec s-', 0, page.index("fold-sec"))


def test_a_patch_is_stopped_at_an_amount_an_hour(desk: Desk) -> None:
    people = desk.state.store.people
    people.add("patch", "diary", "Patch", at="2026-11-01T00:00:00.000000Z")
    body = {"id": "f", "drug": "fentanyl", "start": "2025-10-01", "route": "transdermal", "form": "patch",
            "dose": {"value": 50, "unit": "ug/h"}, "every_hours": 72}  # fmt: skip
    pain = Entry("p", "pain", {"at": "2026-11-11", "score": 6})
    people.write("patch", [Entry("f", "medications", body), pain], by="local", at="x")
    assert "Stop at, ug/h</label>" in desk.page("/clinic/patch/taper")
    assert "Stop at, mg a day</label>" in desk.page(f"{desk.maria()}/taper")
