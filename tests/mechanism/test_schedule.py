"""Orders become schedules: doses, infusions, patches, targets, steady state, and steps of few lengths."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.mechanism.drugs import blocks_for
from algesia.mechanism.events import Event, EventTable
from algesia.mechanism.model import Block, Floats, Order, Part, Schedule
from algesia.mechanism.propagate import concentrations
from algesia.mechanism.schedule import schedule_of, schedule_of_events
from algesia.mechanism.simulation import Group
from algesia.quantities.refusal import InputRefused, WrongCall
from tests.mechanism.models import block, door, one, oral, people, three, two

AT = np.array([0.5, 1.0, 2.0, 3.0, 5.0, 9.0, 14.0, 24.0])


def made(of: Block, *orders: Order, at: Floats = AT, **more: float) -> Schedule:
    return schedule_of((of,), orders, at, first_step_h=0.05, **more)


def curve(of: Block, *orders: Order, at: Floats = AT, **more: float) -> Floats:
    return concentrations((of,), made(of, *orders, at=at, **more))["plasma/a"][0]


def iv(**fields: object) -> Order:
    return Order(**{"drug": "a", "route": "iv", "start_h": 0.0, **fields})  # type: ignore[arg-type]


# --- units and forms of orders --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "mg"),
    [
        (iv(amount=7.0), 7.0),
        (iv(amount=7000.0, unit="ug"), 7.0),
        (iv(amount=7000.0, unit="mcg"), 7.0),
        (iv(amount=0.007, unit="g"), 7.0),
        (iv(amount=7e6, unit="ng"), 7.0),
        (iv(amount=0.1, unit="mg/kg"), 7.0),
        (iv(amount=100.0, unit="ug/kg"), 7.0),
    ],
)
def test_amounts_in_every_unit(order: Order, mg: float) -> None:
    assert made(one(), order).bolus_mg.tolist() == pytest.approx([mg])
    heavy = made(one(), order, weight_kg=140.0).bolus_mg[0]
    assert heavy == pytest.approx(mg * (2 if "kg" in order.unit else 1))


@pytest.mark.parametrize(
    ("rate", "unit", "mg_per_h"),
    [
        (2.0, "mg/h", 2.0),
        (2000.0, "ug/h", 2.0),
        (0.5, "ug/kg/min", 2.1),
        (2.0, "mg/h/70kg", 2.0),
        (1.0, "mg/min", 60.0),
    ],
)
def test_rates_in_every_unit(rate: float, unit: str, mg_per_h: float) -> None:
    found = made(one(), iv(rate=rate, rate_unit=unit, duration_h=3.0))
    assert found.rate_change.tolist() == pytest.approx([mg_per_h, -mg_per_h])
    assert found.times[found.rate_step].tolist() == [0.0, 3.0]
    half = made(one(), iv(rate=rate, rate_unit=unit, duration_h=3.0), weight_kg=35.0)
    assert half.rate_change[0] == pytest.approx(mg_per_h / (2 if "kg" in unit else 1))


def test_an_amount_over_a_duration_is_an_infusion() -> None:
    by_rate = curve(two(), iv(rate=5.0, rate_unit="mg/h", duration_h=2.0))
    assert curve(two(), iv(amount=10.0, duration_h=2.0)) == pytest.approx(by_rate)
    assert curve(two(), iv(amount=10.0, rate=5.0, rate_unit="mg/h")) == pytest.approx(by_rate)
    assert curve(two(), iv(amount=10.0, rate=5.0, rate_unit="mg/h", duration_h=2.0)) == pytest.approx(by_rate)


def test_a_patch_is_worn_until_it_is_changed() -> None:
    """Three patches for 72 h each are one infusion for 216 h; the last stays on for its full time."""
    of = block(
        ("skin", "central"),
        [("skin", "central", 0.05), ("central", None, 0.3)],
        {"transdermal": door("skin", 0.9, 4.0)},
    )
    at = np.array([3.0, 10.0, 72.0, 80.0, 150.0, 216.0, 240.0, 300.0])
    whole = curve(of, Order("a", "transdermal", 0.0, rate=25.0, rate_unit="ug/h", duration_h=216.0), at=at)
    patch = Order("a", "transdermal", 0.0, rate=25.0, rate_unit="ug/h", every_h=72.0, count=3)
    assert curve(of, patch, at=at) == pytest.approx(whole, rel=1e-11)
    assert curve(of, replace(patch, duration_h=72.0), at=at) == pytest.approx(whole, rel=1e-11)
    named = Order("a", "transdermal", 0.0, amount=25.0, unit="ug/h", every_h=72.0, count=3)
    assert curve(of, named, at=at) == pytest.approx(whole, rel=1e-11)
    longer = curve(of, replace(patch, duration_h=96.0), at=at)
    wanted = curve(of, Order("a", "transdermal", 0.0, rate=25.0, rate_unit="ug/h", duration_h=240.0), at=at)
    assert longer == pytest.approx(wanted, rel=1e-11)
    steady = curve(of, replace(patch, steady_state=True), at=at[:-2])
    assert steady == pytest.approx(np.full(6, 1000 * 0.9 * 0.025 / 0.3), rel=1e-12)


SKIN = block(
    ("transdermal", "central"),
    [("transdermal", "central", 0.05), ("central", None, 0.3)],
    {"transdermal": (Part("transdermal", people(0.9), 4.0, 60.0),)},
)


@pytest.mark.parametrize(
    "order",
    [
        Order("a", "transdermal", 0.0, amount=25.0, unit="ug/h"),
        Order("a", "transdermal", 0.0, rate=25.0, rate_unit="ug/h"),
        Order("a", "transdermal", 0.0, amount=1.5, unit="mg"),
    ],
)
def test_a_single_patch_is_worn_for_its_usual_time(order: Order) -> None:
    at = np.array([3.0, 10.0, 60.0, 80.0, 150.0, 300.0])
    wanted = curve(SKIN, replace(order, duration_h=60.0), at=at)
    assert curve(SKIN, order, at=at) == pytest.approx(wanted, rel=1e-12)
    found = made(SKIN, order, at=at)
    assert found.times[found.rate_step].tolist() == [4.0, 64.0]
    assert found.rate_change.tolist() == pytest.approx([0.025, -0.025])
    shorter = made(SKIN, replace(order, duration_h=48.0), at=at)
    assert shorter.times[shorter.rate_step].tolist() == [4.0, 52.0]


def test_a_patch_whose_wear_nobody_knows_is_refused() -> None:
    of = replace(SKIN, doors={"transdermal": door("transdermal")})
    with pytest.raises(InputRefused, match=r"schedule\[0\]\.duration_h"):
        made(of, Order("a", "transdermal", 0.0, amount=25.0, unit="ug/h"))


def test_a_patch_in_an_event_table_is_worn_for_its_usual_time() -> None:
    """By its name; by its number a dose without rate and duration is all at once, as NONMEM has it."""
    at = np.array([3.0, 10.0, 60.0, 80.0, 150.0])
    wanted = curve(SKIN, Order("a", "transdermal", 0.0, amount=1.5, duration_h=60.0), at=at)

    def table(**more: object) -> Floats:
        events = EventTable((Event(0.0, amt=1.5, **more),))  # type: ignore[arg-type]
        found = schedule_of_events(SKIN, events, at, first_step_h=0.1)
        return np.asarray(concentrations((SKIN,), found)["plasma/a"][0])

    assert table(cmt="transdermal") == pytest.approx(wanted, rel=1e-12)
    assert table(cmt="transdermal", dur=60.0) == pytest.approx(wanted, rel=1e-12)
    changed = curve(
        SKIN, Order("a", "transdermal", 0.0, amount=1.5, every_h=48.0, count=3, duration_h=48.0), at=at
    )
    assert table(cmt="transdermal", ii=48.0, addl=2) == pytest.approx(changed, rel=1e-12)
    assert table(cmt=1)[1] > 3 * wanted[1]


def test_a_fentanyl_patch_of_the_tables_comes_off_after_three_days() -> None:
    (of,), _ = blocks_for(["fentanyl"], Group(varies=False), routes={"fentanyl": frozenset({"transdermal"})})
    at = np.array([48.0, 72.0, 96.0, 240.0])
    alone, told = (
        concentrations((of,), schedule_of((of,), (order,), at, first_step_h=0.1))["plasma/fentanyl"]
        for order in (
            Order("fentanyl", "transdermal", 0.0, amount=25.0, unit="ug/h"),
            Order("fentanyl", "transdermal", 0.0, amount=25.0, unit="ug/h", duration_h=72.0),
        )
    )
    assert alone.tolist() == told.tolist()
    assert alone[0, 3] < 0.05 * alone[0, 1]


def test_several_parts_share_a_dose() -> None:
    """Extended release: 40 % at once, the rest over 8 h from 2 h on."""
    parts = (Part("central", people(0.4)), Part("central", people(0.6), 2.0, 8.0))
    er = curve(replace(one(), doors={"iv": parts}), iv(amount=10.0))
    wanted = curve(one(), iv(amount=4.0), iv(amount=6.0, start_h=2.0, duration_h=8.0))
    assert er == pytest.approx(wanted, rel=1e-12)


def test_a_share_that_falls_with_the_dose() -> None:
    part = Part("central", people(0.5), reference_mg=10.0, exponent=-0.3)
    found = made(replace(one(), doors={"iv": (part,)}), iv(amount=10.0), iv(amount=40.0, start_h=1.0))
    assert found.bolus_mg.tolist() == pytest.approx([10.0, 40.0 * 4.0**-0.3])
    assert found.fractions[0, found.bolus_part].tolist() == [0.5, 0.5]


def test_no_more_than_the_dose_arrives() -> None:
    """F of sublingual buprenorphine, 0.14 (dose / 16 mg)^-0.371, passes 1 below 16 mg * 0.14^(1 / 0.371) = 0.08 mg."""
    routes = {"buprenorphine": frozenset({"sublingual"})}
    (of,), _ = blocks_for(["buprenorphine"], Group(people=200), routes=routes)

    def arrived(mg: float) -> Floats:
        order = Order("buprenorphine", "sublingual", 0.0, amount=mg)
        found = schedule_of((of,), (order,), np.array([48.0]), first_step_h=0.1)
        on = found.rate_change > 0
        hours = 0.419
        return np.asarray(found.fractions[:, found.rate_part[on]] @ found.rate_change[on] * hours / mg)

    for mg in (32.0, 16.0, 8.0, 2.0, 0.5, 0.1):
        share = arrived(16.0) * (mg / 16.0) ** -0.371
        assert arrived(mg) == pytest.approx(np.minimum(share, 1.0), rel=1e-9)
    assert arrived(0.1)[0] < 1.0 == pytest.approx(arrived(0.08 * 0.95)[0])
    assert arrived(1e-4) == pytest.approx(np.ones(200))
    # more is never less
    amounts = np.array([arrived(mg) * mg for mg in (0.01, 0.05, 0.1, 0.5, 2.0)])
    assert np.all(np.diff(amounts, axis=0) > 0)


def test_everybody_has_the_same_columns_of_shares() -> None:
    """A chunk of people is walked through the schedule of the typical person with its own shares."""
    routes = {"buprenorphine": frozenset({"sublingual"})}
    orders = [
        Order("buprenorphine", "sublingual", 24.0 * i, amount=mg)
        for i, mg in enumerate((0.4, 8.0, 0.4, 32.0))
    ]
    made_for = [
        schedule_of(
            blocks_for(["buprenorphine"], Group(people=many), routes=routes)[0], orders, AT, first_step_h=0.1
        )
        for many in (1, 300)
    ]
    assert made_for[0].rate_part.tolist() == made_for[1].rate_part.tolist()
    assert made_for[0].fractions.shape[1] == made_for[1].fractions.shape[1]
    assert made_for[0].fractions[0].tolist() == made_for[1].fractions[0].tolist()


def test_nothing_given_is_nothing() -> None:
    assert not curve(one(), iv(amount=0.0)).any()
    assert not concentrations((one(),), schedule_of((one(),), (), AT, first_step_h=0.1))["plasma/a"].any()


# --- refusals -------------------------------------------------------------------------------------------------

RATE = {"rate": 1.0, "rate_unit": "mg/h", "duration_h": 2.0}
BAD = [
    ({"drug": "b"}, ".drug"),
    ({"route": "nasal"}, ".route"),
    ({"unit": "furlong"}, ".unit"),
    ({"unit": "mL"}, ".unit"),
    ({"unit": "mg/h"}, ".unit"),
    ({"amount": -1.0}, ".amount"),
    ({"amount": math.inf}, ".amount"),
    ({"amount": math.nan}, ".amount"),
    ({"amount": None}, ""),
    ({"start_h": math.nan}, ".start_h"),
    ({"start_h": -1e9}, ".start_h"),
    ({"count": 3}, ".every_h"),
    ({"count": 0}, ".count"),
    ({"count": 3, "every_h": 0.0}, ".every_h"),
    ({"count": 3, "every_h": -4.0}, ".every_h"),
    ({"count": 3, "every_h": math.inf}, ".every_h"),
    ({"count": 3, "every_h": 1e-9}, ".every_h"),
    ({"count": 10**9, "every_h": 1e-6}, ".count"),
    ({"duration_h": 0.0}, ".duration_h"),
    ({"duration_h": -1.0}, ".duration_h"),
    ({**RATE, "duration_h": math.inf, "amount": None}, ".duration_h"),
    ({**RATE, "duration_h": None, "amount": None}, ".duration_h"),
    ({**RATE, "rate_unit": None, "amount": None}, ".rate_unit"),
    ({**RATE, "rate_unit": "mg", "amount": None}, ".rate_unit"),
    ({**RATE, "rate_unit": "mL/h", "amount": None}, ".rate_unit"),
    ({**RATE, "rate": -1.0, "amount": None}, ".rate"),
    ({**RATE, "amount": 3.0}, ".amount"),
    ({"steady_state": True}, ".every_h"),
    ({"steady_state": True, "every_h": 6.0, "duration_h": 7.0}, ".duration_h"),
    ({"amount": None, "target_conc": 5.0}, ".duration_h"),
    ({"amount": None, "target_conc": -5.0, "duration_h": 1.0}, ".target_conc"),
    ({"target_conc": 5.0, "duration_h": 1.0}, ".amount"),
    ({"amount": None, "target_conc": 5.0, "duration_h": 1.0, "steady_state": True}, ".steady_state"),
    ({"amount": None, "target_conc": 5.0, "duration_h": 1.0, "route": "oral"}, ".route"),
]


@pytest.mark.parametrize(("fields", "path"), BAD)
def test_an_impossible_order_is_refused_by_its_field(fields: dict[str, object], path: str) -> None:
    with pytest.raises(InputRefused) as told:
        made(oral(), iv(amount=1.0), iv(**{"amount": 1.0, **fields}))
    assert told.value.path == f"schedule[1]{path}"


def test_a_refusal_names_what_there_is() -> None:
    with pytest.raises(InputRefused, match=r"schedule\[0\]\.route is 'nasal': .*Expected: one of iv, oral"):
        made(oral(), iv(amount=1.0, route="nasal"))


def test_times_that_cannot_be_asked() -> None:
    for at in ([], [1.0, 0.5], [math.nan], [1e9]):
        with pytest.raises(InputRefused, match="at_h"):
            made(one(), at=np.array(at))
    with pytest.raises(InputRefused, match="from_h"):
        made(one(), from_h=3.0)
    with pytest.raises(InputRefused, match=r"schedule\[0\]\.start_h"):
        made(one(), iv(amount=1.0, start_h=-2.0), from_h=-1.0)
    with pytest.raises(InputRefused, match="weight_kg"):
        made(one(), weight_kg=0.0)


def test_steps_that_cannot_be() -> None:
    for more in ({"first_step_h": 0.0}, {"first_step_h": 1.0, "growth": 1.01}, {"first_step_h": 13.0}):
        with pytest.raises(WrongCall):
            schedule_of((one(),), (), AT, **more)


def test_no_steady_state_where_nothing_leaves() -> None:
    of = block(("central", "gone"), [("central", "gone", 0.2)], {"iv": door("central")})
    with pytest.raises(InputRefused, match=r"schedule\[0\]\.steady_state .*gone does not empty"):
        made(of, iv(amount=1.0, every_h=8.0, steady_state=True))


# --- steady state ---------------------------------------------------------------------------------------------


def test_steady_state_is_what_long_waiting_gives() -> None:
    order = Order("a", "oral", 3.0, amount=10.0, every_h=8.0, count=2, steady_state=True)
    of = oral(lag_h=0.5)
    waited = replace(order, start_h=3.0 - 8.0 * 300, count=302, steady_state=False)
    assert curve(of, order) == pytest.approx(curve(of, waited), rel=1e-10)
    # Asked from long before its start, it was already so.
    early = np.array([-50.0, -49.0, -10.0, 0.0, 4.0])
    assert curve(of, order, at=early) == pytest.approx(curve(of, waited, at=early), rel=1e-10)


def test_steady_state_of_an_endless_infusion() -> None:
    found = curve(one(0.2), iv(rate=4.0, rate_unit="mg/h", duration_h=3.0, steady_state=True))
    wanted = 1000 * 4.0 / 4.0 * np.exp(-0.2 * np.maximum(AT - 3.0, 0.0))
    assert found == pytest.approx(wanted, rel=1e-12)


def test_steady_state_of_overlapping_releases() -> None:
    """A release that outlasts the interval adds up with the one before."""
    of = replace(one(), doors={"iv": door("central", 0.8, 1.0, 14.0)})
    order = iv(amount=10.0, every_h=6.0, count=3, steady_state=True)
    waited = replace(order, start_h=-6.0 * 300, count=303, steady_state=False)
    assert curve(of, order) == pytest.approx(curve(of, waited), rel=1e-10)


def test_steady_state_of_several_drugs_and_people() -> None:
    spread = people(0.5, 1.0, 2.0)
    blocks = tuple(
        replace(one(k, drug=drug, spread=spread), doors={"iv": door("central", many=3)})
        for drug, k in (("a", 0.2), ("b", 0.05))
    )
    orders = (
        iv(amount=10.0, every_h=12.0, steady_state=True),
        iv(drug="b", amount=4.0, every_h=24.0, start_h=1.0, steady_state=True),
    )
    found = concentrations(blocks, schedule_of(blocks, orders, AT, first_step_h=0.05))
    for drug, k, tau, mg, start in (("a", 0.2, 12.0, 10.0, 0.0), ("b", 0.05, 24.0, 4.0, 1.0)):
        rates = k * spread[:, None]
        since = np.where(start < AT, AT - start, AT - start + tau)
        wanted = 50 * mg * np.exp(-rates * since) / (1 - np.exp(-rates * tau))
        assert found[f"plasma/{drug}"] == pytest.approx(wanted, rel=1e-12)


# --- target-controlled infusion -------------------------------------------------------------------------------


def target(conc: float, start: float, hours: float) -> Order:
    return iv(target_conc=conc, start_h=start, duration_h=hours, unit="ug")


def strays(of: Block, orders: list[Order], conc: float, begin: float, end: float) -> float:
    at = np.linspace(begin, end, 1501)[1:]
    return float(np.abs(curve(of, *orders, at=at, from_h=min(0.0, begin)) / conc - 1).max())


@pytest.mark.parametrize("of", [one(), two(), three(), three(spread=people(12.0))])
def test_a_target_is_held(of: Block) -> None:
    orders = [target(5.0, 0.0, 2.0)]
    # 2 % is promised; the steps are made for 1 %.
    assert strays(of, orders, 5.0, 0.0, 2.0) < 0.011
    # The pump stops: one dose, and the last change of rate takes it to zero.
    found = made(of, *orders)
    assert found.rate_change.sum() == pytest.approx(0.0, abs=1e-12)
    assert found.times[found.rate_step[-1]] == pytest.approx(2.0, abs=1e-9)
    assert np.all(np.cumsum(found.rate_change) > -1e-12)


def test_a_pump_that_loses_half_gives_twice() -> None:
    of = replace(three(), doors={"iv": door("central", 0.5)})
    assert strays(of, [target(5.0, 0.0, 2.0)], 5.0, 0.0, 2.0) < 0.02


def test_targets_rise_and_fall() -> None:
    orders = [target(5.0, 0.0, 1.0), target(9.0, 1.0, 1.0), target(3.0, 2.0, 4.0)]
    assert strays(three(), orders, 5.0, 0.0, 1.0) < 0.02
    assert strays(three(), orders, 9.0, 1.0, 2.0) < 0.02
    at = np.linspace(2.0, 6.0, 2001)[1:]
    found = curve(three(), *orders, at=at, from_h=0.0)
    reached = int(np.argmax(found <= 3.0 * 1.001))
    free = curve(three(), *orders[:2], at=at, from_h=0.0)
    assert 0 < reached < 1000
    assert found[:reached] == pytest.approx(free[:reached], rel=1e-9)
    assert np.abs(found[reached:] / 3.0 - 1).max() < 0.02


def test_a_taper_of_targets_from_rounded_times() -> None:
    """Steps of 0.0833 h that leave a gap of a third of a second, and targets too low to be reached in time."""
    orders = [
        target(2.5, 0.0, 0.5),
        target(1.9, 0.5, 0.0833),
        target(1.3, 0.5833, 0.0833),
        target(0.1, 0.6667, 0.0833),
    ]
    found = curve(three(), *orders, at=np.array([0.25, 0.499, 0.58, 0.66, 0.7499]))
    assert found[:3] == pytest.approx([2.5, 2.5, 1.9], rel=0.02)
    assert found[3] > 1.25 and 0.1 < found[4] < found[3]


def test_a_target_beside_other_doses() -> None:
    """The pump knows of a background infusion and of a dose in the middle, after which it waits."""
    beside = [iv(rate=0.05, rate_unit="mg/h", duration_h=9.0, start_h=-1.0), iv(amount=0.02, start_h=1.0)]
    orders = [target(5.0, 0.0, 3.0), *beside]
    at = np.linspace(0.0, 3.0, 3001)[1:]
    found = curve(three(), *orders, at=at, from_h=-1.0)
    off = np.abs(found / 5.0 - 1) > 0.02
    assert found.max() > 8.0
    assert off.any() and at[off].min() > 1.0 and at[off].max() < 1.2


def test_a_target_after_steady_state() -> None:
    of, steady = one(), iv(amount=20.0, every_h=6.0, count=1, steady_state=True)
    assert strays(of, [target(4000.0, 0.5, 5.0), steady], 4000.0, 0.5, 5.5) < 0.02


def test_the_pump_serves_everybody_alike() -> None:
    of = three(spread=people(1.0, 0.5))
    found = made(of, target(5.0, 0.0, 2.0))
    alone = made(three(), target(5.0, 0.0, 2.0))
    assert found.rate_change.tolist() == alone.rate_change.tolist()
    both = concentrations((of,), found)["plasma/a"]
    assert both[1, 2] > 1.2 * both[0, 2]


def test_the_pump_does_the_same_however_finely_time_is_cut() -> None:
    order, at = target(5.0, 0.0, 2.0), np.array([3.0])
    found = [schedule_of((three(),), (order,), at, first_step_h=first) for first in (0.5, 0.01)]
    assert found[0].rate_change.tolist() == found[1].rate_change.tolist()
    assert found[0].times[found[0].rate_step].tolist() == found[1].times[found[1].rate_step].tolist()


def test_targets_of_one_drug_do_not_overlap() -> None:
    with pytest.raises(InputRefused, match=r"schedule\[0\]\.start_h .*another target"):
        made(three(), target(5.0, 1.0, 2.0), target(4.0, 0.0, 1.5))


def test_a_target_of_zero_is_waiting() -> None:
    found = made(three(), target(5.0, 0.0, 1.0), target(0.0, 1.0, 1.0))
    assert found.times[found.rate_step[-1]] == 1.0


# --- steps ----------------------------------------------------------------------------------------------------


def test_a_year_of_doses_and_daily_readings_has_few_lengths() -> None:
    order = Order("a", "oral", 7.0, amount=10.0, every_h=12.0, count=730)
    for at in (24.0 * np.arange(366), 24.0 * np.arange(366) + 8.0, 24.0 * np.arange(366) + 8.37):
        for first in (0.02, 0.05, 1 / 60, 0.5):
            found = schedule_of((oral(lag_h=0.25),), (order,), at, first_step_h=first)
            assert len(found.lengths) < 15, (first, found.lengths)
            assert found.times[found.output_at] == pytest.approx(at, abs=1e-9)


orders = st.builds(
    iv,
    amount=st.floats(0.1, 10.0),
    start_h=st.floats(-30.0, 30.0),
    every_h=st.sampled_from([4.0, 6.0, 1 / 3, 24.0, math.pi]),
    count=st.integers(1, 9),
    duration_h=st.sampled_from([None, 0.5, 1 / 3, 4.0]),
    route=st.sampled_from(["iv", "oral"]),
)


@given(
    st.lists(orders, max_size=4),
    st.lists(st.floats(-40.0, 60.0), min_size=1, max_size=6),
    st.sampled_from([0.01, 0.1, 1 / 3]),
)
@settings(max_examples=60, deadline=None)
def test_steps_hold_together(given_orders: list[Order], hours: list[float], first: float) -> None:
    at = np.sort(np.array(hours))
    of = oral(lag_h=0.125)
    found = schedule_of((of,), given_orders, at, first_step_h=first, longest_step_h=3.0)
    steps = np.diff(found.times)
    assert np.all(steps > 0) and np.all(steps <= 3.0 + 1e-9)
    assert np.abs(steps - found.lengths[found.kind]).max(initial=0.0) < 1e-9
    assert np.all(np.diff(found.lengths) > 0)
    assert np.abs(found.times[found.output_at] - at).max() <= 2e-9
    assert np.all(np.diff(found.bolus_step) >= 0) and np.all(np.diff(found.rate_step) >= 0)
    assert max([*found.bolus_step, *found.rate_step, -1]) < max(len(steps), 1)
    # After a happening the first step is short.
    stirred = np.unique(np.concatenate([found.bolus_step, found.rate_step]))
    assert np.all(steps[stirred] <= 1.5 * first + 1e-9)
    # Nothing is lost: all doses before the last moment are there.
    due = [
        order.start_h + k * (order.every_h or 0.0) + (0.125 if order.route == "oral" else 0.0)
        for order in given_orders
        for k in range(order.count)
        if order.duration_h is None
    ]
    mg = [
        order.amount or 0.0 for order in given_orders for _ in range(order.count) if order.duration_h is None
    ]
    wanted = sum(one for one, when in zip(mg, due, strict=True) if when < at[-1] - 2e-9)
    assert found.bolus_mg.sum() == pytest.approx(wanted)


def test_steps_grow_from_a_happening_and_go_on_after_a_reading() -> None:
    found = schedule_of((one(),), (iv(amount=1.0),), np.array([0.7, 30.0]), first_step_h=0.1)
    # The last two share what 12 h, the longest, would leave too short.
    wanted = [0.0, 0.1, 0.3, 0.7, 1.5, 3.1, 6.3, 12.7, 21.35, 30.0]
    assert found.times.tolist() == pytest.approx(wanted, rel=1e-15)


def test_times_a_nano_hour_apart_are_one() -> None:
    third = 1 / 3
    found = made(
        one(), iv(amount=1.0, start_h=third), iv(amount=1.0, start_h=third + 4e-10), at=np.array([third, 1.0])
    )
    assert len(found.bolus_mg) == 1 and found.bolus_mg[0] == 2.0


def test_a_reading_at_a_dose_is_the_trough() -> None:
    found = curve(one(0.2), iv(amount=10.0, every_h=12.0, count=3), at=np.array([0.0, 12.0, 24.0]))
    one_gone = 500 * math.exp(-2.4)
    assert found == pytest.approx([0.0, one_gone, one_gone * (1 + math.exp(-2.4))], rel=1e-12)


def test_before_the_first_dose_there_is_nothing() -> None:
    found = curve(one(), iv(amount=10.0, start_h=5.0), at=np.array([-3.0, 4.0, 6.0]), from_h=-10.0)
    assert found[:2].tolist() == [0.0, 0.0] and found[2] > 0
