"""Unit traps and slips are asked about; those that cannot be right are held back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.exposure.build import likely, only, order, run

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
        ({"drug": "morphine", "rxcui": "1049683", "dose": "10 mg", "every_hours": 6}, "Which drug is it?"),
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
