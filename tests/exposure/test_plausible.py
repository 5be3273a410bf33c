"""Unit traps and slips are asked about; those that cannot be right are held back."""

from __future__ import annotations

from typing import Any

import pytest

from algesia.knowledge.model import Edition
from algesia.record.model import Code
from tests.exposure.build import DAY, RXNORM, likely, only, order, run, taken

PATCH = {"drug": "fentanyl", "route": "transdermal"}


@pytest.mark.parametrize(
    "fields",
    [
        {"drug": "morphine", "route": "intrathecal", "dose": "500 mg/d"},
        {"drug": "sufentanil", "route": "intrathecal", "dose": "25 mg/d"},
        {"drug": "fentanyl", "route": "epidural", "dose": "50 mg/h"},
        {**PATCH, "dose": "25 mg/h"},
        {"drug": "morphine", "dose": "1000000 mg", "times_per_day": 1000},
        {"drug": "morphine", "dose": "10 mg", "every_hours": 1e-290},
        {"drug": "morphine", "dose": "0-10 mg", "every_hours": 5e-324},
        {"drug": "morphine", "strength": "10 mg", "quantity": "5 {tablet}", "days_supply": 5e-324},
        {"drug": "oxycodone", "dose": "1 {tablet}", "strength": "10 mg", "every_hours": 1 / 60},
        {"drug": "methadone", "dose": "4001 mg", "times_per_day": 1},
    ],
)
def test_held_back_until_answered(fields: dict[str, Any]) -> None:
    found = run(order(**fields))
    item = only(found)
    assert item.status == "unconverted"
    assert item.daily is None
    assert found.tracks == {}
    assert len(found.queries) == 1
    assert found.queries[0].ask.endswith("?")


@pytest.mark.parametrize(
    ("fields", "ask"),
    [
        ({"drug": "tramadol", "dose": "1700 mg", "times_per_day": 1}, "Is the amount right?"),
        ({"drug": "methadone", "dose": "4000 mg", "times_per_day": 1}, "Is the amount right?"),
        ({"drug": "morphine", "route": "intrathecal", "dose": "30 mg/d"}, "Are these mg or ug a day?"),
        ({**PATCH, "dose": "30 ug/h"}, "Which rate in ug/h is printed on the patch?"),
        ({**PATCH, "dose": "1 {patch}", "strength": "40 ug/h"}, "Which rate in ug/h is printed on the patch?"),
        ({"dose": "7 mg", "strength": "5 mg", "every_hours": 6}, "Which strength is taken, and how many at a time?"),
        (
            {"dose": "15 mg", "strength": "10 mg", "every_hours": 12, "release": "extended"},
            "Which strength is taken, and how many at a time?",
        ),
        (
            {"dose": "1 {tablet}", "strength": "10 mg", "times_per_day": 4, "quantity": "60 {tablet}",
             "days_supply": 30},
            "Was it taken as the sig says, or as the supply suggests?",
        ),
        ({"dose": "10 mg", "every_hours": 6, "max_per_day": "20 mg"}, "Which of the two holds?"),
    ],
)  # fmt: skip
def test_counted_and_asked_about(fields: dict[str, Any], ask: str) -> None:
    found = run(order(**fields))
    assert only(found).daily is not None
    assert [query.ask for query in found.queries] == [ask]


@pytest.mark.parametrize(
    "fields",
    [
        {**PATCH, "dose": "125 ug/h"},
        {**PATCH, "dose": "12.5 ug/h"},
        {**PATCH, "dose": "500 ug/h"},
        {"drug": "morphine", "route": "intravenous", "dose": "240 mg/h"},
        {"drug": "morphine", "route": "intrathecal", "dose": "5 mg/d"},
        {"dose": "7.5 mg", "strength": "5 mg", "every_hours": 6},
        {
            "dose": "1 {tablet}",
            "strength": "10 mg",
            "times_per_day": 4,
            "quantity": "120 {tablet}",
            "days_supply": 30,
        },
    ],
)
def test_ordinary_orders_raise_no_question(fields: dict[str, Any]) -> None:
    assert run(order(**fields)).queries == ()


def test_a_reader_that_could_not_read_is_believed() -> None:
    found = run(order(dose="6 {ampule}", times_per_day=1, question="ampules of an unstated strength"))
    assert only(found).status == "unconverted"
    assert [query.why for query in found.queries] == ["ampules of an unstated strength"]


def test_a_question_may_say_what_to_ask() -> None:
    found = run(order(question="a total over 36 h, not a regimen. Ask: how much on each day?"))
    assert only(found).reason == "a total over 36 h, not a regimen"
    assert [query.ask for query in found.queries] == ["How much on each day?"]


def test_mg_in_a_sig_are_a_strength_only_where_units_are_counted() -> None:
    found = run(order(drug="fentanyl", route="transdermal", dose="125 ug/h", text="fentanyl patch 125 mcg/h"))
    assert found.queries == ()
    counted = run(order(dose="2 {tablet}", times_per_day=4, text="oxycodone 5 mg tablets, two at a time"))
    assert likely(counted) == 60


def test_the_sig_wins_over_the_supply() -> None:
    found = run(
        order(dose="1 {tablet}", strength="10 mg", times_per_day=4, quantity="60 {tablet}", days_supply=30)
    )
    assert likely(found) == 60


def test_a_supply_past_the_calendar_does_not_break_it() -> None:
    from algesia.report.mme import mme_document

    supply = {"strength": "10 mg", "quantity": "120 {tablet}", "days_supply": 1e9}
    found = run(order(**supply), order(**supply, start=5), as_of=9)
    assert mme_document(found, found.last_day)["items"][0]["end"] == "9999-12-31"


HYDROCODONE = {"rxcui": "833036", "dose": "1 {tablet}", "times_per_day": 3}


@pytest.mark.parametrize(
    ("drug", "fields", "item", "why"),
    [
        ("Captopril 25 MG Oral Tablet", HYDROCODONE, "hydrocodone",
         "the code means hydrocodone, the name says Captopril 25 MG Oral Tablet"),
        ("morphine", HYDROCODONE, "hydrocodone", "the code means hydrocodone, the name says morphine"),
        ("lorazepam 1 MG", HYDROCODONE, "hydrocodone", "the code means hydrocodone, the name says lorazepam 1 MG"),
        ("morphine 10 mg", {"rxcui": "3500", "dose": "10 mg", "times_per_day": 3}, "morphine",
         "the code means no opioid, the name says morphine"),
    ],
)  # fmt: skip
def test_a_code_against_a_name_is_asked_and_not_counted(
    drug: str, fields: dict[str, Any], item: str, why: str
) -> None:
    found = run(order(drug, **fields, id="m1"))
    assert (only(found).drug, only(found).status, only(found).reason) == (item, "unconverted", why)
    assert [(q.where, q.value, q.why, q.ask) for q in found.queries] == [
        ("m1", drug, why, "Which drug is it?")
    ]
    assert not found.on(DAY).complete


@pytest.mark.parametrize(
    "drug",
    [
        "hydrocodone", "Vicodin", "HYDROCODONE BITARTRATE", "hydroco/apap tab 5-325mg", "pain medicine",
        "Opioid tablet 7.5 mg", "oral tablets, 3 x daily", "833036",
    ],
)  # fmt: skip
def test_a_name_that_agrees_or_says_nothing_is_counted_by_the_code(drug: str) -> None:
    found = run(order(drug, **HYDROCODONE))
    assert (only(found).status, found.queries) == ("converted", ())


def test_the_name_shown_with_the_code_is_compared_too() -> None:
    code = Code(system=RXNORM, code="833036", display="Captopril 25 MG Oral Tablet")
    found = run(order("hydrocodone", code=code, dose="1 {tablet}", times_per_day=3))
    assert (only(found).status, [q.ask for q in found.queries]) == ("unconverted", ["Which drug is it?"])
    shown = Code(system="http://snomed.info/sct", code="1", display="morphine 10 mg tablet")
    local = run(order("Captopril 25 mg", code=shown, dose="1 {tablet}", times_per_day=3))
    assert (only(local).drug, only(local).status) == ("morphine", "unconverted")
    assert [q.ask for q in local.queries] == ["Which drug is it?"]


def test_opioids_with_the_code_of_another_drug_are_not_dropped() -> None:
    found = run(order("opioids", rxcui="3500"))
    assert only(found).status == "unconverted"
    assert [q.ask for q in found.queries] == ["Which drug is it?"]


def test_a_logged_dose_in_doubt_is_not_counted() -> None:
    code = Code(system=RXNORM, code="833036")
    found = run(taken(0, "1 {tablet}", drug="Captopril 25 MG Oral Tablet", code=code))
    assert (only(found).drug, only(found).status) == ("hydrocodone", "unconverted")
    assert [q.ask for q in found.queries] == ["Which drug is it?"]


def test_a_brand_held_from_memory_is_asked_about() -> None:
    from algesia.knowledge.loader import load

    knowledge = load()
    brand = next(
        n for n in knowledge.names
        if not n.confidence.may_drive_a_dose and knowledge.ingredients[n.target].kind == "analgesic"
    )  # fmt: skip
    found = run(order(brand.name, dose="10 mg", times_per_day=2))
    assert only(found).status == "unconverted"
    assert [q.why for q in found.queries] == [
        f"a name held from memory only, as that of {brand.target}: confirm the drug"
    ]


@pytest.mark.parametrize("edition", ["cdc-2022", "cdc-2018-file", "nih-heal"])
@pytest.mark.parametrize(
    "fields",
    [
        {"drug": "opium tincture", "rxcui": "830196", "dose": "1 mL", "times_per_day": 4},
        {"drug": "opium tincture", "rxcui": "830196", "dose": "10 mg", "times_per_day": 4},
        {"drug": "opium tincture 100 MG/ML Oral Solution", "dose": "1 mL", "times_per_day": 4},
        {"drug": "opium tincture", "concentration": "10 mg/mL", "dose": "1 mL", "times_per_day": 4},
    ],
)
def test_a_tincture_of_opium_states_no_morphine(fields: dict[str, Any], edition: Edition) -> None:
    found = run(order(**fields), edition=edition)
    assert only(found).status == "unconverted"
    assert "the strength is that of opium" in (only(found).reason or "")
    assert [q.ask for q in found.queries] == ["How many mg of morphine are in one mL?"]


@pytest.mark.parametrize("rxcui", ["1488634", "1797650", "1666831"])
def test_a_depot_or_implant_has_no_daily_amount(rxcui: str) -> None:
    drug = "fentanyl" if rxcui == "1666831" else "buprenorphine"
    found = run(order(drug, rxcui=rxcui, route=None, dose="1 {unit}", times_per_day=1))
    assert (only(found).status, only(found).daily) == ("unconverted", None)
    assert [q.ask for q in found.queries] == ["How much is taken in on a day?"]


def test_a_logged_amount_is_asked_about_as_an_ordered_one_is() -> None:
    found = run(taken(0, "4000 mg", drug="methadone"), edition="cdc-2022")
    assert likely(found) == 18_800
    assert [(q.ask, q.where) for q in found.queries] == [("Is the amount right?", "methadone")]
    parts = run(*(taken(0, "150 mg", drug="methadone", minute=n) for n in range(3)))
    assert [q.ask for q in parts.queries] == ["Is the amount right?"]
    cut = run(taken(0, "7 mg", strength=order(strength="5 mg").strength))
    assert [q.ask for q in cut.queries] == ["Which strength is taken, and how many at a time?"]
    assert run(taken(0, "60 mg", drug="methadone")).queries == ()


def test_what_is_asked_alike_is_asked_once() -> None:
    three = run(
        *(order(name, id=f"m{n}") for n, name in enumerate(("lisinopril", "Lisinopril", "LISINOPRIL,")))
    )
    assert [(q.where, q.value, q.ask) for q in three.queries] == [
        ("m0, m1, m2", "LISINOPRIL,", "Is it an opioid?")
    ]
    ten = run(*(order("fentanyl", route="transdermal", dose="5 mg", id=f"m{n}") for n in range(10)))
    assert [q.where for q in ten.queries] == ["m0, m1, m2 and 7 more"]
    apart = run(order("оксикодон", id="m1"), order("морфин", id="m2"))
    assert [q.value for q in apart.queries] == ["оксикодон", "морфин"]


def test_many_unknown_names_are_one_question() -> None:
    five = run(*(order(f"zyntrap{n}x") for n in "abcde"))
    assert len(five.queries) == 5
    names = [f"zyntrap{n}x" for n in "abcdefghijklmnopq"]
    many = run(
        *(order(name) for name in names),
        order(names[0].upper()),
        order("fentanyl", route="transdermal", dose="5 mg"),
    )
    (listing,) = [q for q in many.queries if "no table knows" in q.why]
    assert (listing.where, listing.ask) == ("18 entries", "Is any of them an opioid?")
    assert listing.value.lower().endswith("and 12 more")
    assert len(many.queries) == 2
