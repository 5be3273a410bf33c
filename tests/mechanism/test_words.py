"""Regimens in words: what is meant comes out, what is not understood is refused by name, and what is told reads back."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.mechanism.model import Order
from algesia.mechanism.words import ends, orders_from_words, words_of
from algesia.quantities.refusal import InputRefused

DAY = 24.0


def only(text: str) -> Order:
    (order,) = orders_from_words(text).orders
    return order


def mg(orders: tuple[Order, ...]) -> float:
    """The mg of orders of doses."""
    return sum((order.amount or 0.0) * order.count for order in orders)


def test_a_regimen_and_its_taper() -> None:
    said = orders_from_words("oxycodone ER 20 mg q12h 90 d, then taper 10 %/week")
    first, *steps = said.orders
    assert first == Order("oxycodone", "oral-er", 0.0, 20.0, "mg", 12.0, 180)
    assert [step.amount for step in steps] == [18, 16, 14, 12, 10, 8, 6, 4, 2]
    assert [step.start_h for step in steps] == [(90 + 7 * i) * DAY for i in range(9)]
    assert all((step.every_h, step.count) == (12.0, 14) for step in steps)
    assert said.hours == 153 * DAY
    assert "10 % of 20 mg" in said.reading[1] and said.reading[1].endswith("then none")


def test_lines_run_side_by_side_and_pieces_one_after_the_other() -> None:
    morphine, ketamine = orders_from_words(
        "morphine 30 mg every 6 hours for 12 weeks; ketamine iv 16 mg/h for 5 d from day 90"
    ).orders
    assert morphine == Order("morphine", "oral", 0.0, 30.0, "mg", 6.0, 336)
    assert ketamine == Order("ketamine", "iv", 90 * DAY, rate=16.0, rate_unit="mg/h", duration_h=120.0)
    a, b, c = orders_from_words(
        "morphine ER 30 mg bid 4 weeks, then 60 mg bid 4 weeks, then rotate to buprenorphine sl 8 mg daily 60 d"
    ).orders
    assert (a.route, b.route, b.amount, b.start_h) == ("oral-er", "oral-er", 60.0, 28 * DAY)
    assert c == Order("buprenorphine", "sublingual", 56 * DAY, 8.0, "mg", 24.0, 60)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("fentanyl patch 50 ug/h every 72 h 60 d", Order("fentanyl", "transdermal", 0.0, 50.0, "ug/h", 72.0, 20)),
        ("Duragesic 25 mcg/hr 9 days", Order("fentanyl", "transdermal", 0.0, 25.0, "ug/h", 72.0, 3)),
        ("Butrans 10 µg/h 4 weeks", Order("buprenorphine", "transdermal", 0.0, 10.0, "ug/h", 168.0, 4)),
        ("fentanyl patch 0.025 mg/h 3 d", Order("fentanyl", "transdermal", 0.0, 25.0, "ug/h", 72.0, 1)),
        ("remifentanil iv 0.1 ug/kg/min for 4 h",
         Order("remifentanil", "iv", 0.0, rate=0.1, rate_unit="ug/kg/min", duration_h=4.0)),
        ("remifentanil 0.1 mcg per kg per minute 30 min",
         Order("remifentanil", "iv", 0.0, rate=0.1, rate_unit="ug/kg/min", duration_h=0.5)),
        ("remifentanil tci 2.5 ng/mL 30 min", Order("remifentanil", "iv", 0.0, target_conc=2.5, duration_h=0.5)),
        ("alfentanil target 0.1 mg/L for 1 h", Order("alfentanil", "iv", 0.0, target_conc=100.0, duration_h=1.0)),
        ("methadone 60 mg daily 180 d, then stop", Order("methadone", "oral", 0.0, 60.0, "mg", 24.0, 180)),
        ("MS Contin 30 mg q12h a week", Order("morphine", "oral-er", 0.0, 30.0, "mg", 12.0, 14)),
        ("Percocet 5 mg qid 1 month", Order("oxycodone", "oral", 0.0, 5.0, "mg", 6.0, 120)),
        ("Nucynta ER 100 mg twice a day 10 d", Order("tapentadol", "oral-er", 0.0, 100.0, "mg", 12.0, 20)),
        ("morphine 120 mg/day tid 5 d", Order("morphine", "oral", 0.0, 40.0, "mg", 8.0, 15)),
        ("morphine intrathecal 5 mg/d 10 d",
         Order("morphine", "intrathecal", 0.0, rate=5.0, rate_unit="mg/d", duration_h=240.0)),
        ("morphine iv 10 mg", Order("morphine", "iv", 0.0, 10.0, "mg")),
        ("naloxone iv 0.4 mg once, hour 2.5", Order("naloxone", "iv", 2.5, 0.4, "mg")),
        ("esketamine iv 10 mg/h 2 h", Order("s-ketamine", "iv", 0.0, rate=10.0, rate_unit="mg/h", duration_h=2.0)),
        ("oxycodone 1,000 ug 4 times a day until day 3 from day 1",
         Order("oxycodone", "oral", 24.0, 1000.0, "ug", 6.0, 8)),
        ("hydromorphone 4 mg every other day 8 d", Order("hydromorphone", "oral", 0.0, 4.0, "mg", 48.0, 4)),
        ("oxycodone er 10 mg q12h at steady state 10 d",
         Order("oxycodone", "oral-er", 0.0, 10.0, "mg", 12.0, 20, steady_state=True)),
        ("oxycodone 20 mg q72h 7 d", Order("oxycodone", "oral", 0.0, 20.0, "mg", 72.0, 3)),
        ("codeine oral 0.5 mg/kg 3x daily 1 year", Order("codeine", "oral", 0.0, 0.5, "mg/kg", 8.0, 1095)),
    ],
)  # fmt: skip
def test_one_order(text: str, order: Order) -> None:
    assert only(text) == order


@pytest.mark.parametrize(
    ("text", "amount", "every", "count"),
    [
        ("oxycodone 5mg PO TID x 10 days", 5, 8, 30),
        ("oxycodone 5 mg tid x10d", 5, 8, 30),
        ("oxycodone 10 mg three times a day for two weeks", 10, 8, 42),
        ("oxycodone 10 mg bd for 2 weeks", 10, 12, 28),
        ("oxycodone 10 mg t.d.s. for 2 weeks", 10, 8, 42),
        ("oxycodone 10 mg qds for 2 weeks", 10, 6, 56),
        ("oxycodone 10 mg q.d. for 2 weeks", 10, 24, 14),
        ("oxycodone 10 mg od for 2 weeks", 10, 24, 14),
        ("oxycodone 10 mg nocte for 2 weeks", 10, 24, 14),
        ("oxycodone 10 mg in the morning for 2 weeks", 10, 24, 14),
        ("oxycodone 10 mg every third day for 9 d", 10, 72, 3),
        ("oxycodone 10 mg 8 hourly for 3 d", 10, 8, 9),
        ("oxycodone 10 mg 8-hourly for 3 d", 10, 8, 9),
        ("oxycodone 10 mg every eight hours for 3 d", 10, 8, 9),
        ("oxycodone 10 mg every one hour for 3 h", 10, 1, 3),
        ("oxycodone 10 mg/12 h for 5 days", 10, 12, 10),
        ("oxycodone 10 mgs monthly for 3 months", 10, 720, 3),
        ("oxycodone 60 mg daily in 3 divided doses for 10 d", 20, 8, 30),
        ("oxycodone 60 mg/day in four equal doses for 10 d", 15, 6, 40),
        ("oxycodone 60 mg per day in divided doses every 6 hours for 10 d", 15, 6, 40),
        ("oxycodone 2,5 mg bid 1 week", 2.5, 12, 14),
        ("oxycodone 0,125 mg bid 1 week", 0.125, 12, 14),
        ("oxycodone 1,250 mg bid 1 week", 1250, 12, 14),
        ("oxycodone 5 mg bid 3 d then stop 2 d then resume 3 d", 5, 12, 6),
    ],
)
def test_how_people_write_doses(text: str, amount: float, every: float, count: int) -> None:
    last = orders_from_words(text).orders[-1]
    assert (last.drug, last.route) == ("oxycodone", "oral")
    assert (last.amount, last.every_h, last.count) == (amount, every, count)


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("ketamine nasal 20 mg bid 3 d", "intranasal"),
        ("s-ketamine intranasal 20 mg bid 3 d", "intranasal"),
        ("naloxone nasal 4 mg once", "nasal"),
        ("buprenorphine sc 300 mg monthly for 3 months", "sc-monthly"),
        ("buprenorphine sc-monthly 300 mg every 28 d for 84 d", "sc-monthly"),
        ("buprenorphine sc 0.3 mg every 8 h for 2 d", "sc"),
    ],
)
def test_a_route_leads_to_the_way_in_that_the_tables_have(text: str, route: str) -> None:
    order = only(text)
    assert order.route == route
    assert only(words_of((order,))[0]) == order


def test_a_dose_now_is_one_dose() -> None:
    assert only("morphine iv 10 mg stat") == Order("morphine", "iv", 0.0, 10.0, "mg")


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("fentanyl patch 25 ug/h", 72.0),
        ("fentanyl patch 25 ug/h once", 72.0),
        ("one fentanyl patch 25 ug/h", 72.0),
        ("fentanyl patch 25 ug/h for 72 h", 72.0),
        ("fentanyl patch 25 ug/h once for 48 h", 48.0),
        ("buprenorphine patch 35 ug/h", 72.0),
        ("buprenorphine patch 10 ug/h", 168.0),
    ],
)
def test_a_single_patch_is_worn_as_long_as_it_is_usually_worn(text: str, hours: float) -> None:
    order = only(text)
    assert (order.route, order.unit, order.every_h, order.count) == ("transdermal", "ug/h", hours, 1)
    assert ends(order) == orders_from_words(text).hours == hours
    assert orders_from_words(words_of((order,))[0]).orders == (order,)


@pytest.mark.parametrize(
    ("words", "amounts"),
    [
        ("increase by 10 mg every week to 60 mg", [30, 40, 50, 60]),
        ("increase 15 mg weekly to 60 mg", [35, 50, 60]),
        ("titrate up by 20 mg/week to 60 mg bid", [40, 60]),
        ("titrate to 60 mg by 20 mg every 2 weeks", [40, 60]),
        ("increase by 50 % every week for 3 weeks", [30, 40, 50]),
        ("increase by 50 % of the current dose every week to 50 mg", [30, 45, 50]),
        ("titrate up to 60 mg over 4 weeks", [30, 40, 50, 60]),
        ("increase by 10 mg for 2 weeks", [30]),
        ("increase by 25 % for 2 weeks", [25]),
        ("increase to 60 mg bid for 2 weeks", [60]),
        ("reduce by 5 mg for 2 weeks", [15]),
        ("reduce by 5 mg for 2 weeks then reduce by 5 mg for 2 weeks", [15, 10]),
        ("reduce by 10 mg a week", [10]),
        ("decrease by 5 mg every week until 10 mg", [15, 10]),
        ("reduce to 10 mg over 2 weeks", [15, 10]),
        ("reduce to 10 mg for 2 weeks", [10]),
        ("cut by 50 % weekly until stopped", [10]),
        ("wean 25 %/week", [15, 10, 5]),
        ("taper by 5 mg weekly until 10 mg bid", [15, 10]),
    ],
)
def test_steps_up_and_down(words: str, amounts: list[float]) -> None:
    said = orders_from_words(f"OxyContin 20 mg bid 7 d then {words}")
    assert [order.amount for order in said.orders[1:]] == amounts
    assert all(order.every_h == 12.0 for order in said.orders)
    assert said.orders[1].start_h == 7 * DAY


def test_a_dose_before_steps_up_lasts_a_step_where_it_does_not_say() -> None:
    said = orders_from_words("morphine ER 15 mg bid, increase by 10 mg every 2 weeks to 40 mg")
    assert [(o.amount, o.start_h / DAY, o.count) for o in said.orders] == [
        (15, 0, 28), (25, 14, 28), (35, 28, 28), (40, 42, 28)
    ]  # fmt: skip
    assert said.reading[1].startswith("rise from 15 mg by 10 mg a step, a step every 14 d: 25, 35, 40 mg")
    patches = orders_from_words("fentanyl patch 25 ug/h, increase by 25 ug/h every 3 days to 75 ug/h").orders
    assert [(o.amount, o.start_h) for o in patches] == [(25, 0), (50, 72), (75, 144)]
    rates = orders_from_words(
        "remifentanil iv 0.1 ug/kg/min 30 min then increase by 0.1 ug/kg/min every 10 min to 0.3 ug/kg/min"
    ).orders
    assert [order.rate for order in rates] == pytest.approx([0.1, 0.2, 0.3])


def test_a_higher_dose_that_runs_in_is_no_rise_over_a_time() -> None:
    said = orders_from_words(
        "ketamine iv 30 mg over 40 min daily 2 d then increase to 60 mg over 40 min daily 2 d"
    )
    assert [order.rate for order in said.orders] == [45, 45, 90, 90]


def test_a_word_that_is_nearly_a_drug_is_named_with_it() -> None:
    with pytest.raises(InputRefused, match="Expected: perhaps 'oxycodone'"):
        orders_from_words("oxycodon 5 mg bid 3 d")


def test_a_patch_that_is_worn_at_the_end_comes_off_then() -> None:
    whole, last = orders_from_words("Duragesic 25 ug/h 10 d").orders
    assert (whole.every_h, whole.count, ends(whole)) == (72.0, 3, 9 * DAY)
    assert (last.start_h, last.every_h, last.count) == (9 * DAY, 24.0, 1)


def test_an_infusion_over_a_time_is_a_rate() -> None:
    order = only("ketamine iv 0.5 mg/kg over 40 min")
    assert order.rate_unit == "mg/kg/h"
    assert (order.rate or 0) * (order.duration_h or 0) == pytest.approx(0.5)
    daily = orders_from_words("ketamine iv 30 mg over 40 min daily for 5 d").orders
    assert [one.start_h for one in daily] == [0, 24, 48, 72, 96]


@pytest.mark.parametrize(
    ("words", "amounts"),
    [
        ("taper 25 %/week", [15, 10, 5]),
        ("taper by 50 percent every month", [10]),
        ("taper 15 % weekly", [17, 14, 11, 8, 5, 2]),
        ("taper 5 mg every 2 weeks", [15, 10, 5]),
        ("taper over 4 weeks to zero", [15, 10, 5]),
        ("taper over 4 weeks to 10 mg", [17.5, 15, 12.5, 10]),
        ("taper down to 12 mg over 2 months", [16, 12]),
        ("taper 20 %/week to 10 mg", [16, 12, 10]),
        ("taper 20 %/week for 2 weeks", [16, 12]),
        ("taper 50 % of the current dose every week to 4 mg", [10, 5, 4]),
        ("taper 50 % of the current dose/week for 3 weeks", [10, 5, 2.5]),
        ("taper 100 %/week", []),
    ],
)
def test_tapers(words: str, amounts: list[float]) -> None:
    said = orders_from_words(f"OxyContin 20 mg bid 7 d then {words}")
    assert [order.amount for order in said.orders[1:]] == amounts


def test_a_taper_of_a_rate_and_what_goes_on_after_a_taper() -> None:
    said = orders_from_words("remifentanil 0.1 ug/kg/min 30 min, taper over 5 min; oxycodone 5 mg bid 2 d")
    rates = [order.rate for order in said.orders if order.drug == "remifentanil"]
    assert rates == pytest.approx([0.1, 0.08, 0.06, 0.04, 0.02])
    said = orders_from_words("OxyContin 20 mg bid 7 d then taper over 2 weeks to 10 mg then hold 4 weeks")
    assert (said.orders[-1].amount, said.orders[-1].start_h, said.hours) == (10.0, 21 * DAY, 49 * DAY)


def test_a_taper_of_patches_changes_with_the_patch() -> None:
    said = orders_from_words("fentanyl patch 50 ug/h 9 d then taper 25 ug/h every week")
    assert [(o.amount, o.start_h / DAY, (o.every_h or 0) * o.count / DAY) for o in said.orders[1:]] == [
        (25, 9, 6),
        (25, 15, 1),
    ]


def test_nothing_can_be_waited_for() -> None:
    said = orders_from_words("methadone 60 mg daily 180 d, then stop 28 d, then 10 mg daily 1 week")
    assert [order.start_h / DAY for order in said.orders] == [0, 208]
    assert said.hours == 215 * DAY


@pytest.mark.parametrize(
    ("text", "part", "says"),
    [
        ("oxycodone 5 mg q6h prn 3 d", 1, "as needed is no schedule"),
        ("oxycodone 5 mg every 6 h as needed", 1, "as needed is no schedule"),
        ("oxycodone 5-10 mg q6h 3 d", 1, "'5-10' is a range"),
        ("oxycodone 5 mg q4-6h 3 d", 1, "'4-6' is a range"),
        ("oxycodone 5 q6h 3 d", 1, "the number 5 has no unit"),
        ("oxycodone 5 mL q6h 3 d", 1, "not understood: '5 ml'"),
        ("morphine 2 tablets bid 3 d", 1, "'2 tablets' counts"),
        ("morphine half a tablet bid 3 d", 1, "'half a tablet' counts"),
        ("Percocet 5/325 q6h 3 d", 1, "'5/325' is the strength of a combination"),
        ("Suboxone 8 mg/2 mg daily 3 d", 1, "'8 mg/2 mg' is the strength of a combination"),
        ("morphine -5 mg bid 3 d", 1, "'-5' is below 0"),
        ("morphine 5 mg bid for -3 d", 1, "'-3' is below 0"),
        ("morphine 5 mg bid 3 d from day -2", 1, "'-2' is below 0"),
        ("morphine 1e9 mg bid 3 d", 1, "the dose is 1e9"),
        ("morphine 1.000,5 mg bid 3 d", 1, "not understood: '1 000'"),
        ("oxycodon 5 mg bid 3 d", 1, "'oxycodon' is no drug that the tables know"),
        ("oxycotin 5 mg bid 3 d", 1, "'oxycotin' is no drug that the tables know"),
        ("morphine 5 mg q4h while awake 3 d", 1, "not understood: 'while awake'"),
        ("morphine 10 mg in the morning and 20 mg at night 3 d", 1, "a second amount, '20 mg'"),
        ("morphine 5 mg every morning and night 3 d", 1, "not understood: 'night'"),
        ("morphine 60 mg bid in 3 divided doses 3 d", 1, "3 doses of what a day"),
        ("morphine 5 mg in 0 divided doses daily 3 d", 1, "the number of doses is 0"),
        ("Zomorph 30 mg bid 3 d", 1, "do not hold the release of 'zomorph'"),
        ("fentanyl patch 25 ug/h once 9 d", 1, "a single patch is worn for 72 h"),
        ("fentanyl patch 25 ug/h every 72 h", 1, "how long is not said"),
        ("buprenorphine patch 11 ug/h", 1, "how long a patch is worn"),
        ("morphine 30 mg bid 2 d taper 10 %/week", 1, "a taper of morphine, which was not given just before"),
        ("morphine 30 mg bid 2 d then reduce by 5 mg", 2, "how long each step lasts"),
        ("morphine 30 mg bid 2 d then increase 60 mg bid 2 d", 2, "by or to how much"),
        ("morphine 30 mg bid 2 d then increase by 5 mg every week", 2, "without an end"),
        ("morphine 30 mg bid 2 d then increase by 5 mg every week to 20 mg", 2, "not above the dose"),
        ("morphine 30 mg bid 2 d then increase by 5 ug every week to 60 mg", 2, "another unit"),
        ("morphine 30 mg bid 2 d then increase by 5 mg every week to zero", 2, "an increase to nothing"),
        ("morphine 30 mg bid 2 d then titrate up over 3 weeks", 2, "up to what"),
        ("morphine 30 mg bid 2 d then taper 5 mg/week tid", 2, "changes how often"),
        ("increase by 5 mg every week to 20 mg", 1, "a change of what"),
        ("morphine 30 mg bid 2 d then half the dose 2 d", 2, "not understood: 'half'"),
        ("morphine 5 mg bid", 1, "how long is not said"),
        ("morphine 5 mg 3 d", 1, "how often is not said"),
        ("morphine bid 3 d", 1, "no amount"),
        ("morphine 0 mg bid 3 d", 1, "the dose is 0"),
        ("morphine 5 mg every 0 h 3 d", 1, "no interval"),
        ("morphine 5 mg bid 0 d", 1, "no length of time"),
        ("morphine 5 mg 10 mg bid 3 d", 1, "a second amount"),
        ("morphine 5 mg bid 3 d 4 d", 1, "a second length"),
        ("morphine 5 mg once 4 d", 1, "a single dose"),
        ("morphine 5 mg bid days 4 to 2", 1, "ends before it begins"),
        ("morphine 5 mg bid until day 4", 1, "an end without a start"),
        ("morphine 5 mg bid from day 4 until day 4", 1, "ends before it begins"),
        ("zyntrapex 5 mg daily 3 d", 1, "not understood: 'zyntrapex'"),
        ("5 mg daily 3 d", 1, "names no drug"),
        ("morphine 10 mg and oxycodone 5 mg daily 3 d", 1, "names morphine and oxycodone"),
        ("MST 30 mg bid 3 d", 1, "do not hold the release of 'mst'"),
        ("buprenorphine 8 mg daily 3 d", 1, "the way buprenorphine is given"),
        ("fentanyl 50 ug/h 3 d", 1, "the way fentanyl is given"),
        ("morphine iv sc 5 mg/h 3 d", 1, "both iv and sc"),
        ("morphine er ir 5 mg bid 3 d", 1, "both extended and immediate"),
        ("morphine iv er 5 mg bid 3 d", 1, "extended release and iv"),
        ("morphine oral 5 mg/h 3 d", 1, "is no dose"),
        ("morphine iv 5 mg/h every 6 h 3 d", 1, "beside an interval"),
        ("fentanyl patch 5 mg every 72 h 3 d", 1, "given by its rate"),
        ("fentanyl patch 5 ug/min every 72 h 3 d", 1, "no rate of a patch"),
        ("buprenorphine patch 11 ug/h 7 d", 1, "how long a patch is worn"),
        ("ketamine oral 30 mg over 40 min", 1, "does not run in"),
        ("ketamine iv 30 mg/h over 40 min", 1, "'over' goes with one dose"),
        ("ketamine iv 30 mg over 40 min daily", 1, "how often or how long"),
        ("ketamine iv 30 mg over 40 min every 30 min for 5 h", 1, "longer than the time between"),
        ("morphine iv 5 mg/h 3 d at steady state", 1, "steady state is for doses"),
        ("morphine ER 30 mg bid 4 weeks, then morphine 15 mg q4h 2 d", 2, "was extended release before"),
        ("taper 10 %/week", 1, "a taper of what"),
        ("morphine iv 5 mg once, then taper 10 %/week", 2, "a taper of what"),
        ("morphine 30 mg bid 2 d then taper", 2, "how fast is not said"),
        ("morphine 30 mg bid 2 d then taper 10 %/week over 4 weeks", 2, "said twice"),
        ("morphine 30 mg bid 2 d then taper 110 %/week", 2, "110 %"),
        ("morphine 30 mg bid 2 d then taper over 1.5 weeks", 2, "over 1.5 weeks"),
        ("morphine 30 mg bid 2 d then taper 10 %/week to 40 mg", 2, "not below the dose"),
        ("morphine 30 mg bid 2 d then taper 10 %/week to 4 ug", 2, "another unit"),
        ("morphine 30 mg bid 2 d then taper 5 ug every week", 2, "another unit"),
        ("morphine 30 mg bid 2 d then taper 10 % of the current dose/week", 2, "never reaches zero"),
        ("morphine 30 mg bid 2 d then taper 0.001 %/week", 2, "too long"),
        ("morphine 30 mg bid 2 d then taper oxycodone 10 %/week", 2, "not given just before"),
        ("morphine 30 mg bid 2 d then taper 10 %/week from day 9", 2, "begins when the dose before it ends"),
        ("morphine 30 mg bid 2 d then hold", 2, "how long is not said"),
        ("morphine 30 mg bid 200 years", 1, "too long"),
        ("morphine iv 1 mg every 1 min 2 years", 1, "too long"),
        ("stop", None, "no dose is in it"),
        ("", None, "no dose is in it"),
        ("morphine" * 70, 1, "longer than"),
        ("morphine " * 20_000, None, "longer than"),
    ],
)  # fmt: skip
def test_what_is_refused_says_where_what_and_what_would_be_right(
    text: str, part: int | None, says: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        orders_from_words(text)
    assert says in refused.value.problem
    assert refused.value.path == ("regimen" if part is None else f"regimen, part {part}")
    assert refused.value.expected
    if part is not None:
        assert str(refused.value.value) in text


HOURS = st.sampled_from([1.0, 4.0, 6.0, 8.0, 12.0, 24.0, 72.0, 1 / 6, 0.1])
STARTS = st.integers(0, 400).map(lambda n: n * 24.0) | st.floats(0, 1e4, allow_nan=False)
SIZES = st.floats(1e-3, 1e4, allow_nan=False) | st.integers(1, 400).map(float)
LENGTHS = st.floats(1e-2, 1e4, allow_nan=False)
ROUTES = (
    "oral",
    "oral-er",
    "iv",
    "sc",
    "im",
    "sublingual",
    "buccal",
    "nasal",
    "rectal",
    "intrathecal",
    "epidural",
)
DOSES = st.builds(
    Order, drug=st.sampled_from(["oxycodone", "morphine", "methadone", "naloxone"]), route=st.sampled_from(ROUTES),
    start_h=STARTS, amount=SIZES, unit=st.sampled_from(["mg", "ug", "mg/kg"]), every_h=HOURS, count=st.integers(1, 700),
    steady_state=st.booleans(),
)  # fmt: skip
SINGLE = st.builds(
    Order, drug=st.just("morphine"), route=st.sampled_from(ROUTES), start_h=STARTS, amount=SIZES
)
PATCHES = st.builds(
    Order, drug=st.just("fentanyl"), route=st.just("transdermal"), start_h=STARTS, amount=SIZES, unit=st.just("ug/h"),
    every_h=HOURS, count=st.integers(1, 50),
)  # fmt: skip
RATES = st.builds(
    Order, drug=st.sampled_from(["remifentanil", "ketamine"]), route=st.sampled_from(["iv", "sc"]), start_h=STARTS, rate=SIZES,
    rate_unit=st.sampled_from(["ug/kg/min", "mg/h", "mg/d", "ug/h"]), duration_h=LENGTHS,
)  # fmt: skip
SPRAYS = st.builds(
    Order, drug=st.sampled_from(["ketamine", "s-ketamine"]), route=st.sampled_from(["intranasal", "oral", "iv"]), start_h=STARTS,
    amount=SIZES,
)  # fmt: skip
TARGETS = st.builds(
    Order,
    drug=st.just("remifentanil"),
    route=st.just("iv"),
    start_h=STARTS,
    target_conc=SIZES,
    duration_h=LENGTHS,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(DOSES | SINGLE | SPRAYS | PATCHES | RATES | TARGETS, min_size=1, max_size=4))
def test_orders_told_in_words_read_back_the_same(orders: list[Order]) -> None:
    assert orders_from_words("; ".join(words_of(orders))).orders == tuple(orders)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 200), st.sampled_from([4, 6, 8, 12, 24]), st.integers(1, 60), st.integers(1, 100),
    st.sampled_from(["day", "week", "month"]),
)  # fmt: skip
def test_a_taper_gives_what_its_percent_leaves(
    dose: int, every: int, days: int, percent: int, step: str
) -> None:
    text = f"oxycodone {dose} mg every {every} h for {days} d, then taper {percent} %/{step}"
    said = orders_from_words(text)
    scale = {"day": 1, "week": 7, "month": 30}[step]
    left = [1 - percent * k / 100 for k in range(1, math.ceil(100 / percent))]
    given = dose * 24 / every * (days + scale * sum(left))
    assert mg(said.orders) == pytest.approx(given)
    assert orders_from_words("; ".join(words_of(said.orders))).orders == said.orders


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.lists(st.sampled_from(
    ["oxycodone", "morphine", "patch", "iv", "er", "20", "0.5", "mg", "ug/h", "mg/kg/min", "q12h", "bid", "daily", "for", "90", "d", "weeks", "then", ";", "taper", "10", "%", "/week", "to", "over", "stop", "from", "day", "until", "hold", "once", "tci", "ng/mL", "prn", "every", "-", "e5"]), max_size=14).map(" ".join))  # fmt: skip
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        said = orders_from_words(text)
    except InputRefused:
        return
    assert said.orders and all(order.start_h >= 0 for order in said.orders)
    assert all(math.isfinite(ends(order)) for order in said.orders)


def test_what_the_guide_writes_is_read() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guides" / "simulate.md").read_text()
    section = guide.partition("## Write a regimen")[2].partition("### What is refused")[0]
    pieces = re.findall(r"^\| `(.+?)` \|", section, re.MULTILINE)
    assert len(pieces) >= 15
    for piece in pieces:
        before = "oxycodone ER 40 mg bid 30 d"
        text = piece.replace("...", before) if piece.startswith("...") else f"{before}, {piece}"
        assert orders_from_words(text if piece.startswith(("...", "then")) else piece).orders


@pytest.mark.parametrize(
    ("said", "drug", "route"),
    [
        ("clonidine 0.1 mg q6h 7 d", "clonidine", "oral"),
        ("Lucemyra 0.54 mg q6h 7 d", "lofexidine", "oral"),
        ("naltrexone 50 mg daily 10 d", "naltrexone", "oral"),
        ("Vivitrol 380 mg every 28 d for 84 d", "naltrexone", "im-depot"),
        ("naltrexone im-depot 380 mg every 28 d for 84 d", "naltrexone", "im-depot"),
        ("pregabalin 75 mg bid 10 d", "pregabalin", "oral"),
    ],
)
def test_drugs_beside_opioids_go_in_as_they_usually_do(said: str, drug: str, route: str) -> None:
    (order,) = orders_from_words(said).orders
    assert (order.drug, order.route) == (drug, route)
