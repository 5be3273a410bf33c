"""One order to MME a day, with its working. Every row states the sum it expects."""

from __future__ import annotations

from typing import Any

import pytest

from algesia.exposure.model import Span
from algesia.knowledge.model import Edition
from tests.exposure.build import likely, only, order, run

WORKINGS: list[tuple[dict[str, Any], str]] = [
    ({"dose": "20 mg", "every_hours": 12}, "20 mg every 12 h = 40 mg/d; x 1.5 = 60 MME/d"),
    (
        {"dose": "2 {tablet}", "strength": "5 mg", "times_per_day": 4},
        "2 tablets x 5 mg, 4 times a day = 40 mg/d; x 1.5 = 60 MME/d",
    ),
    (
        {"drug": "fentanyl", "route": "transdermal", "dose": "75 ug/h", "every_hours": 72},
        "75 ug/h worn; x 2.4 = 180 MME/d",
    ),
    (
        {"dose": "5 mg", "every_hours": 4, "every_hours_max": 6, "as_needed": True},
        "5 mg every 4 to 6 h as needed, 0 to 30 mg/d; x 1.5 = 0 to 45 MME/d",
    ),
    ({"dose": "5-10 mg", "every_hours": 6}, "5 to 10 mg every 6 h, 20 to 40 mg/d; x 1.5 = 30 to 60 MME/d"),
    ({"dose": "10 mg", "times_per_day": 1}, "10 mg once a day = 10 mg/d; x 1.5 = 15 MME/d"),
    (
        {"strength": "10 mg", "quantity": "120 {tablet}", "days_supply": 30},
        "10 mg x 120 tablets / 30 d = 40 mg/d; x 1.5 = 60 MME/d",
    ),
    (
        {"drug": "morphine", "dose": "5 mL", "concentration": "2 mg/mL", "every_hours": 4},
        "5 mL x 2 mg/mL, every 4 h = 60 mg/d; x 1 = 60 MME/d",
    ),
    (
        {"drug": "fentanyl", "route": "transdermal", "dose": "2 {patch}", "strength": "25 ug/h"},
        "2 patches x 25 ug/h = 50 ug/h worn; x 2.4 = 120 MME/d",
    ),
    (
        {
            "drug": "fentanyl", "route": "transdermal", "strength": "25 ug/h", "quantity": "10 {patch}",
            "days_supply": 30,
        },
        "10 patches of 25 ug/h for 30 d, each worn 3 d = 25 ug/h worn; x 2.4 = 60 MME/d",
    ),
    (
        {"dose": "10 mg", "every_hours": 4, "as_needed": True, "max_per_day": 4},
        "10 mg every 4 h as needed, at most 4 times a day, 0 to 40 mg/d; x 1.5 = 0 to 60 MME/d",
    ),
    (
        {"dose": "10 mg", "every_hours": 4, "as_needed": True, "max_per_day": "30 mg"},
        "10 mg every 4 h as needed, at most 30 mg a day, 0 to 30 mg/d; x 1.5 = 0 to 45 MME/d",
    ),
    (
        {"drug": "morphine", "route": "intravenous", "dose": "5 mg/h"},
        "5 mg/h = 120 mg/d",
    ),
    (
        {"drug": "hydromorphone", "route": "intravenous", "dose": "2 mL/h", "concentration": "1 mg/mL"},
        "2 mL/h x 1 mg/mL = 48 mg/d",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "expected"), WORKINGS, ids=[row[1] for row in WORKINGS])
def test_working(fields: dict[str, Any], expected: str) -> None:
    assert only(run(order(**fields))).working == expected


def test_low_likely_high() -> None:
    needed = only(run(order(dose="5-10 mg", every_hours=4, every_hours_max=6, as_needed=True)))
    assert needed.daily == Span(0.0, 60.0, 60.0)
    ranged = only(run(order(dose="5-10 mg", every_hours=4, every_hours_max=6)))
    assert ranged.daily == Span(20.0, 60.0, 60.0)
    assert only(run(order(dose="20 mg", every_hours=12))).daily == Span(40.0, 40.0, 40.0)


def test_a_dispensed_as_needed_supply_tells_what_is_likely() -> None:
    found = only(
        run(
            order(dose="1 {tablet}", strength="5 mg", every_hours=4, as_needed=True, basis="dispensed",
                  quantity="60 {tablet}", days_supply=30)
        )
    )  # fmt: skip
    assert found.daily == Span(0.0, 10.0, 30.0)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"dose": "20 mg"}, "how often it is taken is not on record"),
        ({}, "the amount is not on record"),
        ({"dose": "2 {tablet}", "every_hours": 6}, "the strength of one tablet is not known"),
        ({"dose": "5 mL", "every_hours": 6}, "the concentration is not known"),
        ({"dose": "5 mg/h", "every_hours": 6}, "5 mg/h is a rate, and a frequency (every 6 h) is stated with it"),
        ({"quantity": "120 {tablet}", "days_supply": 30}, "the strength of one tablet is not known"),
        ({"drug": "fentanyl", "route": "transdermal", "dose": "25 mg"}, "a patch is worn at a rate, and 25 mg is none"),
        ({"drug": "fentanyl", "route": "transdermal", "dose": "50 ug", "every_hours": 72},
         "a patch is worn at a rate, and 50 ug is none"),
        ({"drug": "fentanyl", "route": "transdermal", "dose": "1.2 mg/d"},
         "a patch is worn at a rate, and 1.2 mg/d is none"),
        ({"drug": "buprenorphine", "route": "transdermal", "dose": "1 {patch}"}, "the rate of one patch is not known"),
        ({"route": None, "dose": "20 mg", "every_hours": 12},
         "the route of oxycodone is not on record; CDC 2022 has factors for oral"),
        ({"drug": "opioids (regimen not given)"}, "which opioid it is is not on record"),
        ({"drug": "remifentanil", "route": "intravenous", "dose": "6 ug/min"},
         "CDC 2022 has no factor for remifentanil"),
        ({"dose": "20 mg", "every_hours": 12, "question": "a total over 36 h"}, "a total over 36 h"),
        ({"dose": "20 fl", "every_hours": 12}, "the unit fl is not known"),
    ],
)  # fmt: skip
def test_unconverted_says_why(fields: dict[str, Any], reason: str) -> None:
    found = run(order(**fields))
    item = only(found)
    assert item.status == "unconverted"
    assert item.reason == reason
    assert item.mme is None
    total = found.on(item.start)
    assert total.mme == Span(0, 0, 0)
    assert not total.complete


def test_what_has_no_factor_is_followed_in_mg() -> None:
    found = run(
        order("morphine", route="intrathecal", dose="2 mg/d", end=10),
        order("morphine", route="intrathecal", dose="3 mg/d", start=10),
        as_of=20,
    )
    track = found.tracks[("morphine", "intrathecal")]
    assert [span.likely for span in track.values] == [2.0, 3.0]
    assert found.mme.days == ()


def test_a_dose_of_nothing_is_known_to_be_nothing() -> None:
    found = run(order(dose="0 mg"))
    assert found.on(found.last_day).complete
    assert only(found).status == "converted"
    assert likely(found) == 0


@pytest.mark.parametrize(
    ("form", "route"),
    [
        ("oral tablet", "oral"),
        ("oral solution", "oral"),
        ("Oral Capsule", "oral"),
        ("tablet", None),
        (None, None),
    ],
)
def test_route_only_from_a_form_that_settles_it(form: str | None, route: str | None) -> None:
    assert only(run(order("morphine", route=None, form=form, dose="15 mg", every_hours=12))).route == route


def test_strength_comes_from_the_record_then_rxnorm_then_the_name() -> None:
    # RxNorm 1049683: oxycodone hydrochloride 10 MG Oral Tablet
    by_code = order(rxcui="1049683", dose="1 {tablet}", times_per_day=4)
    assert likely(run(by_code)) == 60
    own = order(rxcui="1049683", dose="1 {tablet}", strength="5 mg", times_per_day=4)
    assert likely(run(own)) == 30
    named = order("oxycodone-acetaminophen 7.5-325 mg", dose="1 {tablet}", times_per_day=4)
    assert likely(run(named)) == 45


def test_the_route_of_the_product_stands_in_for_a_missing_route() -> None:
    assert likely(run(order("oxycodone", rxcui="1049683", route=None, dose="10 mg", times_per_day=4))) == 60


def test_buprenorphine_is_apart_in_every_edition() -> None:
    drug = order("buprenorphine", route="sublingual", form="tablet", dose="8 mg", times_per_day=2)
    expected: dict[Edition, float | None] = {
        "cdc-2022": None, "cdc-2016": None, "cdc-2018-file": None, "cdc-2016-file": 480.0, "nih-heal": 620.8,
    }  # fmt: skip
    for edition, mme in expected.items():
        found = run(drug, edition=edition)
        item = only(found)
        assert item.status == "apart"
        assert (item.mme and item.mme.likely) == mme
        assert likely(found) == 0
        assert found.on(found.last_day).complete
        assert found.on(found.last_day).apart == (item,)
        assert found.tracks[("buprenorphine", "sublingual")].at(found.last_day).likely == 16


def test_other_drugs_are_no_opioids_and_unknown_names_are_asked_about() -> None:
    found = run(
        order("lorazepam", dose="1 mg", times_per_day=2), order("zzyzx", dose="1 mg", times_per_day=2)
    )
    assert {item.status for item in found.items} == {"not-opioid"}
    assert found.on(found.last_day).complete
    assert [(query.value, query.ask) for query in found.queries] == [("zzyzx", "Is it an opioid?")]


def test_a_misspelt_opioid_is_never_taken_for_another_drug() -> None:
    found = run(order("oxycodonne", dose="10 mg", every_hours=12))
    assert only(found).status == "unconverted"
    assert not found.on(found.last_day).complete


def test_two_opioids_in_one_product_need_a_count() -> None:
    found = run(order("morphine and codeine", dose="10 mg", every_hours=12))
    assert [item.status for item in found.items] == ["unconverted", "unconverted"]
    assert {query.ask for query in found.queries} == {"How much of each?"}
