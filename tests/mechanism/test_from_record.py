"""A record becomes orders: the mg are those of its exposure, and what cannot be known is named, never guessed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.adapters import examples
from algesia.exposure.compute import exposure
from algesia.knowledge.loader import load
from algesia.mechanism.from_record import orders_of
from algesia.mechanism.model import Order
from algesia.quantities.time import Instant
from algesia.record.model import Amount, Code, Dose, Medication, Record

KNOWLEDGE = load()
START = Instant.parse("2024-01-10")


def order(days: int = 30, **more: Any) -> Medication:
    told: dict[str, Any] = {
        "drug": "oxycodone", "id": "m1", "route": "oral", "release": "extended", "dose": Amount(unit="mg", value=20),
        "every_hours": 12, "start": START, "end": START.shifted(days),
    }  # fmt: skip
    return Medication(**{**told, **more})


def mg(order: Order) -> float:
    """The mg that an order comes to."""
    if order.rate is not None:
        assert order.rate_unit == "mg/h"
        return order.rate * (order.duration_h or 0.0)
    if order.unit == "ug/h":
        return (order.amount or 0.0) * (order.every_h or 0.0) * order.count / 1000
    return (order.amount or 0.0) * order.count


def counted(record: Record, as_of: int | None = None) -> dict[tuple[str, str | None], float]:
    """The mg of the scheduled items of the exposure by drug and route, up to and with the day of asking."""
    found = exposure(record, KNOWLEDGE, as_of_day=as_of)
    sums: dict[tuple[str, str | None], float] = {}
    for item in found.items:
        if (
            item.status in ("converted", "unconverted", "apart")
            and item.daily
            and item.daily.fixed
            and not item.as_needed
        ):
            end = min(found.last_day + 1, item.end if item.end is not None else found.last_day + 1)
            key = (item.drug, item.route)
            sums[key] = sums.get(key, 0.0) + item.daily.likely * (end - item.start)
    return sums


def test_a_regimen_becomes_its_doses() -> None:
    found = orders_of(Record(medications=(order(),)), KNOWLEDGE)
    assert found.orders == (Order("oxycodone", "oral-er", 0.0, 20.0, "mg", 12.0, 60),)
    assert (found.epoch_day, found.unassessable) == (START.day, ())


def test_the_day_of_asking_ends_it() -> None:
    found = orders_of(Record(medications=(order(end=None),)), KNOWLEDGE, START.day + 6)
    assert found.orders[0].count == 14


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"release": "immediate", "every_hours": None, "times_per_day": 4}, Order("oxycodone", "oral", 0.0, 20.0, "mg", 6.0, 120)),
        ({"drug": "hydromorphone", "route": "intravenous", "release": None, "every_hours": None, "dose": Amount(unit="mg/h", value=0.5)},
         Order("hydromorphone", "iv", 0.0, rate=0.5, rate_unit="mg/h", duration_h=720.0)),
        ({"drug": "fentanyl", "route": "transdermal", "release": None, "every_hours": None, "dose": Amount(unit="ug/h", value=50)},
         Order("fentanyl", "transdermal", 0.0, 50.0, "ug/h", 72.0, 10)),
        ({"drug": "oxycodone 5 mg tablet", "release": "immediate", "dose": Amount(unit="{tablet}", value=2), "every_hours": 6},
         Order("oxycodone", "oral", 0.0, 10.0, "mg", 6.0, 120)),
        ({"drug": "buprenorphine", "route": "subcutaneous", "release": None, "every_hours": 720, "dose": Amount(unit="mg", value=300)},
         Order("buprenorphine", "sc-monthly", 0.0, 300.0, "mg", 720.0, 1)),
        ({"drug": "buprenorphine", "route": "sublingual", "release": None, "every_hours": 24, "dose": Amount(unit="ug", value=400)},
         Order("buprenorphine", "sublingual", 0.0, 0.4, "mg", 24.0, 30)),
    ],
)  # fmt: skip
def test_ways_of_dosing(more: dict[str, Any], expected: Order) -> None:
    found = orders_of(Record(medications=(order(**more),)), KNOWLEDGE)
    assert found.orders == (expected,)


def test_the_release_of_the_code_is_used() -> None:
    code = Code(system="http://www.nlm.nih.gov/research/umls/rxnorm", code="1049611")
    found = orders_of(
        Record(medications=(order(drug="oxycodone hydrochloride 15 MG Oral Tablet", code=code, release=None, dose=Amount(unit="{tablet}", value=1)),)),
        KNOWLEDGE,
    )  # fmt: skip
    assert [(one.route, one.amount) for one in found.orders] == [("oral", 15.0)]


def test_a_part_of_an_interval_is_a_part_of_a_dose() -> None:
    found = orders_of(Record(medications=(order(days=7, every_hours=72),)), KNOWLEDGE)
    assert [(one.amount, one.count) for one in found.orders] == [(20.0, 2), (pytest.approx(20 / 3), 1)]
    patch = order(
        days=7,
        drug="fentanyl",
        route="transdermal",
        release=None,
        dose=Amount(unit="ug/h", value=25),
        every_hours=72,
    )
    found = orders_of(Record(medications=(patch,)), KNOWLEDGE)
    assert [(one.amount, one.every_h, one.count) for one in found.orders] == [
        (25.0, 72.0, 2),
        (25.0, 24.0, 1),
    ]


@pytest.mark.parametrize(
    ("more", "because"),
    [
        ({"as_needed": True}, "as needed"),
        ({"dose": Amount(unit="mg", low=5, high=10)}, "a range"),
        ({"every_hours": 4, "every_hours_max": 6}, "a range"),
        ({"route": None}, "the route is not on record"),
        ({"every_hours": None}, "how often it is taken is not on record"),
        ({"dose": None}, "the amount is not on record"),
        ({"dose": None, "every_hours": None, "strength": Amount(unit="mg", value=5), "quantity": Amount(unit="{tablet}", value=120),
          "days_supply": 30}, "how often it is taken is not on record"),
        ({"dose": Amount(unit="mg/d", value=40), "every_hours": None}, "how often it is taken is not on record"),
        ({"drug": "buprenorphine", "route": "transdermal", "release": None, "dose": Amount(unit="ug/h", value=11), "every_hours": None},
         "how often"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_named_and_not_guessed(more: dict[str, Any], because: str) -> None:
    found = orders_of(Record(medications=(order(**more),)), KNOWLEDGE)
    assert found.orders == ()
    (one,) = found.unassessable
    assert because in one.because and one.missing


def test_two_orders_of_one_name_that_differ_are_not_guessed() -> None:
    second = order(id="m1", every_hours=24, dose=Amount(unit="mg", value=40))
    found = orders_of(Record(medications=(order(), second)), KNOWLEDGE)
    assert found.orders == ()
    assert "differ" in found.unassessable[0].because


def test_a_release_that_is_not_on_record_is_said() -> None:
    found = orders_of(Record(medications=(order(release=None),)), KNOWLEDGE)
    assert found.orders[0].route == "oral"
    assert "immediate release" in found.unassessable[0].because


def test_other_drugs_that_the_simulator_knows_are_named() -> None:
    ketamine = order(
        drug="ketamine",
        id="k",
        route="intravenous",
        release=None,
        dose=Amount(unit="mg/h", value=10),
        every_hours=None,
    )
    found = orders_of(Record(medications=(order(), ketamine, order(drug="ibuprofen", id="i"))), KNOWLEDGE)
    assert [one.what for one in found.unassessable] == ["ketamine"]


def test_logged_doses_stand_at_their_times_and_beat_the_order() -> None:
    doses = tuple(
        Dose(at=Instant.parse(f"2024-01-1{day}T{hour}"), drug="oxycodone", route="oral", dose=Amount(unit="mg", value=value))
        for day, hour, value in ((1, "08:30", 10), (1, "20:00", 20), (2, "08:00", 30))
    )  # fmt: skip
    record = Record(medications=(order(days=4, release="immediate"),), doses=doses)
    found = orders_of(record, KNOWLEDGE)
    single = [one for one in found.orders if one.every_h is None]
    assert [(one.start_h, one.amount) for one in single] == [(32.5, 10.0), (44.0, 20.0), (56.0, 30.0)]
    assert sum(map(mg, found.orders)) == pytest.approx(sum(counted(record).values()))


def logged_patch(at: str, rate: float = 25) -> Dose:
    return Dose(
        at=Instant.parse(at), drug="fentanyl", route="transdermal", dose=Amount(unit="ug/h", value=rate)
    )


def test_a_logged_patch_is_worn_for_its_usual_time_or_until_the_next() -> None:
    later = order(
        start=Instant.parse("2024-03-01"), end=Instant.parse("2024-03-02"), drug="ibuprofen", id="i"
    )
    alone = orders_of(Record(doses=(logged_patch("2024-01-10T08:00"),), medications=(later,)), KNOWLEDGE)
    assert alone.orders == (Order("fentanyl", "transdermal", 8.0, 25.0, "ug/h", 72.0, 1),)
    assert any("taken as 72 h, as usual" in one.because for one in alone.unassessable)
    changed = Record(
        doses=(logged_patch("2024-01-10T08:00"), logged_patch("2024-01-12T08:00", 50)), medications=(later,)
    )
    found = orders_of(changed, KNOWLEDGE)
    assert [(one.start_h, one.amount, one.every_h) for one in found.orders] == [(8, 25, 48), (56, 50, 72)]
    # on the day of asking it is still worn
    (worn,) = orders_of(Record(doses=(logged_patch("2024-01-10T08:00"),)), KNOWLEDGE).orders
    assert (worn.start_h, worn.every_h) == (8.0, 16.0)


def test_a_logged_patch_beside_its_order_is_not_worn_twice() -> None:
    patch = order(
        drug="fentanyl",
        route="transdermal",
        release=None,
        dose=Amount(unit="ug/h", value=25),
        every_hours=72,
        days=9,
    )
    record = Record(medications=(patch,), doses=(logged_patch("2024-01-11T08:00"),))
    found = orders_of(record, KNOWLEDGE)
    assert [(one.start_h, one.every_h, one.count) for one in found.orders] == [(0, 72, 3)]


@pytest.mark.parametrize("name", examples.names())
def test_the_examples_are_read_or_named(name: str) -> None:
    record = examples.read(name)
    found = orders_of(record, KNOWLEDGE)
    assert found.orders or found.unassessable
    told = {one.what for one in found.unassessable}
    items = [i for i in exposure(record, KNOWLEDGE).items if i.status not in ("not-opioid", "superseded")]
    drugs = {one.drug for one in found.orders}
    assert all(item.drug in drugs or any(item.medication in what for what in told) for item in items)


MEDICATIONS = st.lists(
    st.builds(
        lambda i, drug, dose, often, start, days, release: order(
            days=days, id=f"m{i}", drug=drug, release=release, dose=Amount(unit="mg", value=dose), start=START.shifted(start),
            end=START.shifted(start + days), **often,
        ),
        st.integers(0, 10**6), st.sampled_from(["oxycodone", "morphine", "methadone"]), st.integers(1, 80),
        st.sampled_from([{"every_hours": h} for h in (4, 5, 6, 7, 8, 12, 24, 48, 72)]
                        + [{"every_hours": None, "times_per_day": n} for n in (1, 2, 3, 4, 5)]),
        st.integers(0, 60), st.integers(1, 60), st.sampled_from(["immediate", "extended"]),
    ),
    min_size=1, max_size=4, unique_by=lambda one: one.id,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(MEDICATIONS, st.integers(0, 130))
def test_the_mg_of_the_orders_are_those_of_the_exposure(medications: list[Medication], after: int) -> None:
    record = Record(medications=tuple(medications))
    as_of = START.day + after
    found = orders_of(record, KNOWLEDGE, as_of)
    sums: dict[str, float] = {}
    for one in found.orders:
        sums[one.drug] = sums.get(one.drug, 0.0) + mg(one)
    expected: dict[str, float] = {}
    for (drug, _), total in counted(record, as_of).items():
        expected[drug] = expected.get(drug, 0.0) + total
    assert sums == pytest.approx(expected)
    assert all(one.start_h >= 0 for one in found.orders)
