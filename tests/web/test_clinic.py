"""The clinician's pages: every example, every state, what is recorded from them, and no address that breaks them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from algesia.adapters import examples
from algesia.adapters.store.model import Entry
from algesia.quantities.refusal import WrongCall
from algesia.report.sources import TABLES, list_sources
from algesia.web.clinic.people_list import GROUPS
from tests.web.clinic_desk import EMERGENCY, EXAMPLE, MARIA, Desk, hidden

PAGES = (
    "",
    "/taper",
    "/rotate",
    "/rotate?to=hydromorphone",
    "/rotate?to=buprenorphine",
    "/options",
    "/report",
    "/history",
)
FILES = (
    "/note",
    "/record.json",
    "/review.json",
    "/review.fhir.json",
    "/taper.json",
    "/taper.fhir.json",
    "/options.json",
)
ODD = (
    "",
    "x",
    "-1",
    "1e999",
    "nan",
    "2026-13-40",
    "9999-99-99",
    "%00",
    "a" * 300,
    "\U0001f642",
    "<b>",
    "0",
    "2026-11-12",
)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture(scope="module")
def shared() -> Iterator[Desk]:
    yield Desk()


@pytest.mark.parametrize("name", examples.names())
def test_every_example_has_every_page(shared: Desk, name: str) -> None:
    here = f"/clinic/example-{name}"
    emergency = bool(shared.json(f"{here}/review.json")["silenced"])
    for end in PAGES:
        stays = not emergency or end in ("", "/report", "/history")
        answer = shared.browser.get(here + end)
        assert answer.status_code == (200 if stays else 303), (end, answer.text[:300])
    for end in FILES:
        assert shared.browser.get(here + end).status_code == 200, end


def test_the_list_says_who_needs_what(shared: Desk) -> None:
    page = shared.page("/clinic")
    assert "In the trap since 11 May" in page
    assert "Emergency" in page
    assert "at least 300" in page and "not known" in page
    assert ">0<" not in page.split("Bundled examples", 1)[1]


def test_an_emergency_withholds_everything_until_it_is_answered(desk: Desk) -> None:
    here = f"/clinic/{EMERGENCY}"
    page = desk.page(here)
    assert "Nothing else is shown until this is answered" in page
    for withheld in (
        '<svg class="chart',
        "Escalation trap",
        "What could explain it",
        "h-options",
        f"{here}/taper",
    ):
        assert withheld not in page
    for end in ("/taper", "/rotate?to=morphine", "/options"):
        assert desk.browser.get(here + end).headers["location"] == here
    form = {"id": hidden(page, "id"), "kind": "assessment", "by": "Dr Okafor", "found": "awake, 14 breaths a minute",
            "sign-confusion": "absent", "next": here}  # fmt: skip
    assert "Recorded" in desk.page(desk.send(f"{here}/record", form))
    after = desk.page(here)
    assert "Nothing else is shown" not in after
    assert "Same day" in after


def test_an_assessment_needs_a_name_and_a_finding(desk: Desk) -> None:
    here = f"/clinic/{EMERGENCY}"
    said = desk.send(f"{here}/record", {"id": "a", "kind": "assessment", "by": "", "found": "well"}, 422)
    assert "Record who assessed and what was found" in said
    assert "Nothing else is shown" in desk.page(here)


def test_an_answer_is_recorded_in_place_and_says_what_it_changed(desk: Desk) -> None:
    here = desk.maria()
    page = desk.page(here)
    assert "eGFR" in page
    form = {"id": hidden(page, "id"), "kind": "scale", "name": "cows", "value": "7", "next": here}
    target = desk.send(f"{here}/record", form)
    assert target.startswith(f"{here}?kept=") and target.endswith("#kept")
    back = desk.page(target)
    assert "Scale: cows 7, 2026-11-12" in back
    assert "No longer to be asked: Clinical Opiate Withdrawal Scale total" in back
    assert desk.send(f"{here}/record", form) == target
    kept = desk.state.store.people.current(MARIA, "scales")
    assert [(fact.body or {})["score"] for fact in kept] == [7]
    assert desk.send(f"{here}/undo", {"batch": form["id"], "next": here}) == here
    assert desk.state.store.people.current(MARIA, "scales") == ()


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"kind": "sign", "name": "allodynia"}, "Choose a sign"),
        ({"kind": "sign", "name": "no-such", "answer": "present"}, "Choose a sign"),
        ({"kind": "lab", "name": "egfr", "value": "54", "unit": "mmol"}, "is not a unit of egfr"),
        ({"kind": "lab", "name": "egfr", "value": "many", "unit": "mL/min"}, "Write the value as a number"),
        ({"kind": "scale", "name": "cows", "value": "49"}, "is above the top of cows"),
        ({"kind": "scale", "name": "phq-9", "value": "9", "item9": "7"}, "Item 9 is 0, 1, 2 or 3"),
        ({"kind": "function", "value": "11"}, "is above the top of peg"),
        ({"kind": "function", "value": "4", "day": "2026-11-13"}, "lies after 2026-11-12"),
        ({"kind": "function", "value": "4", "day": "soon"}, "cannot be read"),
        ({"kind": "note"}, "Write the note"),
        ({"kind": "poem"}, "Choose what to record"),
        ({}, "Choose what to record"),
    ],
)
def test_what_cannot_be_recorded_says_why_and_changes_nothing(
    desk: Desk, form: dict[str, str], says: str
) -> None:
    here = desk.maria()
    before = desk.state.store.people.revision(MARIA)
    assert says in desk.send(f"{here}/record", {"id": "x1", **form}, 422)
    assert desk.state.store.people.revision(MARIA) == before


@pytest.mark.parametrize(
    ("form", "list", "body"),
    [
        ({"kind": "sign", "name": "allodynia", "answer": "unanswered"}, "signs", {"sign": "allodynia", "present": None}),
        ({"kind": "lab", "name": "egfr", "value": "54,5", "unit": "mL/min"}, "labs", {"lab": "egfr", "value": 54.5, "unit": "mL/min"}),
        ({"kind": "function", "value": "6.3", "day": "2026-11-03"}, "function", {"instrument": "peg", "score": 6.3, "at": "2026-11-03"}),
        ({"kind": "note", "note": "Seen at home."}, "notes", {"text": "Seen at home."}),
        ({"kind": "scale", "name": "phq-9", "value": "9", "item9": "0"}, "scales", {"score": 9, "items": {"9": 0}}),
    ],
)  # fmt: skip
def test_what_is_recorded_stands_in_the_record(
    desk: Desk, form: dict[str, str], list: str, body: dict[str, object]
) -> None:
    here = desk.maria()
    desk.send(f"{here}/record", {"id": "x1", **form})
    kept = desk.state.store.people.current(MARIA, list)[-1]
    assert body.items() <= (kept.body or {}).items()
    assert kept.written_by == "local"


def test_a_record_without_a_calendar_is_written_by_its_days(desk: Desk) -> None:
    here = "/clinic/example-lalanne2016_f"
    desk.send(f"{here}/record", {"id": "x1", "kind": "sign", "name": "allodynia", "answer": "present"})
    body = desk.state.store.people.current("example-lalanne2016_f", "signs")[-1].body or {}
    assert "at" not in body and 30 < body["day"] < 31
    assert "Light touch hurts" in desk.page(here) or "Allodynia" in desk.page(here)
    assert "A note needs a date" in desk.send(
        f"{here}/record", {"id": "x2", "kind": "note", "note": "n"}, 422
    )


def test_only_ones_own_writing_is_taken_back(desk: Desk) -> None:
    here = desk.maria()
    desk.state.store.people.write(
        MARIA, [Entry("h", "notes", {"at": "2026-11-11", "text": "hers"})], by="somebody", at="x"
    )
    assert "Only what you wrote yourself" in desk.send(f"{here}/undo", {"batch": "h"}, 422)
    assert "Only what you wrote yourself" in desk.send(f"{here}/undo", {"batch": "none"}, 422)
    assert "Undo<span" in desk.page(f"{here}/history")


def test_the_history_keeps_what_was_replaced_and_taken_back(desk: Desk) -> None:
    here = desk.maria()
    desk.send(f"{here}/record", {"id": "x1", "kind": "function", "value": "6"})
    desk.send(f"{here}/undo", {"batch": "x1"})
    page = desk.page(f"{here}/history")
    assert "peg 6" in page and "taken back" in page and "withdrawal" in page
    assert "recorded from the review" in page
    total = len(desk.state.store.people.history(MARIA))
    assert f"{total} writings" in page


def test_the_day_of_asking(desk: Desk) -> None:
    here = f"/clinic/{EXAMPLE}"
    assert "As of 1 June 2026" in desk.page(f"{here}?as_of=2026-06-01")
    assert desk.json(f"{here}/review.json?as_of=2026-06-01")["as_of"] == "2026-06-01"
    assert "The record ends on 2026-11-12" in desk.page(f"{here}?as_of=2027-01-01", 422)
    assert "The record begins on" in desk.page(f"{here}?as_of=1990-01-01", 422)
    assert "Write a day number such as 21" in desk.page("/clinic/example-pitt_v5n3_33f?as_of=2026-06-01", 422)


def test_the_picture_begins_where_it_is_asked_to(desk: Desk) -> None:
    whole, part = (desk.page(f"/clinic/{EXAMPLE}{end}") for end in ("", "?span=3m"))
    assert "Dose and pain, 5 January 2026 to 12 November 2026" in whole
    assert "Dose and pain, 13 August 2026 to 12 November 2026" in part
    assert "&#34;first&#34;:&#34;2026-08-13&#34;" in part


@pytest.mark.parametrize("odd", ODD)
def test_no_address_breaks_a_page(shared: Desk, odd: str) -> None:
    value = odd if odd == "%00" else quote(odd)
    here = f"/clinic/{EXAMPLE}"
    for path in (
        f"/clinic?q={value}", f"/clinic?show={value}", f"{here}?as_of={value}", f"{here}?span={value}", f"{here}?kept={value}",
        f"{here}/taper?percent={value}&weeks={value}&until={value}&start={value}&since={value}&with={value}&strengths={value}&drug={value}",
        f"{here}/rotate?to={value}", f"{here}/rotate?to=morphine&route={value}&reduction={value}&drug={value}",
        f"{here}/history?before={value}", f"{here}/review.pdf?paper={value}&as_of={value}", f"{here}/supplies.csv?percent={value}",
        f"/clinic/{value}", f"/clinic/{value}/taper", f"/sources/{value}", f"/sources/sources?from={value}", f"{here}/note?as_of={value}",
    ):  # fmt: skip
        answer = shared.browser.get(path)
        assert answer.status_code < 500, (path, answer.text[:300])
        assert "Traceback" not in answer.text


def test_every_source_of_a_review_is_two_clicks_from_its_rows(shared: Desk) -> None:
    page = shared.page(f"/clinic/{EXAMPLE}")
    answer = shared.json(f"/clinic/{EXAMPLE}/review.json")
    for citation in answer["citations"]:
        assert f'href="/sources/{citation["id"]}"' in page
    assert page.count('href="#source-') > 20
    first = answer["citations"][0]
    assert first["id"] in shared.page(f"/sources/{first['id']}") and first["title"][:20] in shared.page(
        f"/sources/{first['id']}"
    )


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_shown_and_its_rows_open(shared: Desk, table: str) -> None:
    page = shared.page(f"/sources/{table}")
    rows = list_sources(shared.state.knowledge, table)["rows"]
    assert f"{len(rows)} row" in page
    name = str(rows[-1][TABLES[table].key])
    if name:
        shared.page(f"/sources/{quote(name, safe='')}")


def test_a_source_that_is_none_is_not_there(shared: Desk) -> None:
    with pytest.raises(WrongCall):
        list_sources(shared.state.knowledge, "no-such-thing")
    assert "No source, table or row has this name" in shared.page("/sources/no-such-thing", 404)


def test_single_keys_can_be_turned_off(desk: Desk) -> None:
    assert 'data-on="1"' in desk.page("/clinic")
    desk.send("/clinic/keys", {"on": "false", "next": "/clinic"})
    assert 'data-on=""' in desk.page("/clinic")
    desk.send("/clinic/keys", {"on": "true", "next": "https://evil.example"})
    assert 'data-on="1"' in desk.page("/clinic")


def test_the_list_is_filtered_searched_and_quick(desk: Desk) -> None:
    desk.maria()
    for n in range(60):
        desk.state.store.people.add(f"x{n}", "diary", f"Person {n:02}", at="2026-11-01T00:00:00.000000Z")
    page = desk.page("/clinic")
    assert "61 people" in page
    assert page.index("Maria Ellison") < page.index("Person 00")
    assert "Person 07" in desk.page("/clinic?q=SON 07") and "Maria" not in desk.page("/clinic?q=SON 07")
    for group, _ in GROUPS:
        desk.page(f"/clinic?show={group}")


def test_the_audit_chain_is_shown_in_local_mode(desk: Desk) -> None:
    desk.page(f"/clinic/{EXAMPLE}")
    page = desk.page("/audit")
    assert "The audit chain holds" in page and "read the review" in page
