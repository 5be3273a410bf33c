"""When orders run: ends, gaps, refills, steps of one order, and which evidence counts."""

from __future__ import annotations

import pytest

from algesia.exposure.doses import SILENT
from algesia.exposure.model import END_NOT_KNOWN, Exposure
from tests.exposure.build import DAY, likely, order, run, taken

BID = {"dose": "20 mg", "every_hours": 12}  # 60 MME/d


def steps(found: Exposure) -> list[tuple[int, float]]:
    return [(day - DAY, span.likely) for day, span in zip(found.mme.days, found.mme.values, strict=True)]


def test_end_is_exclusive_and_gaps_are_gaps() -> None:
    found = run(order(**BID, end=10), order(**BID, start=15, end=20), as_of=30)
    assert steps(found) == [(0, 60), (10, 0), (15, 60), (20, 0)]


def test_an_order_that_ends_on_its_first_day_covers_it() -> None:
    assert steps(run(order(**BID, end=0), as_of=5)) == [(0, 60), (1, 0)]


def test_overlaps_add() -> None:
    found = run(
        order(**BID, end=10), order("morphine", dose="30 mg", every_hours=12, start=5, end=15), as_of=30
    )
    assert steps(found) == [(0, 60), (5, 120), (10, 60), (15, 0)]


def test_nothing_after_the_day_of_asking_is_seen() -> None:
    found = run(order(**BID), order(**BID, start=5), taken(6, "10 mg"), as_of=4)
    assert steps(found) == [(0, 60)]
    assert len(found.items) == 1


SUPPLY = {"strength": "10 mg", "quantity": "120 {tablet}", "days_supply": 30}  # 60 MME/d for 30 d


def test_days_supply_ends_an_order() -> None:
    assert steps(run(order(**SUPPLY), as_of=60)) == [(0, 60), (30, 0)]


def test_early_refills_carry_forward() -> None:
    found = run(order(**SUPPLY), order(**SUPPLY, start=25), order(**SUPPLY, start=58), as_of=120)
    assert steps(found) == [(0, 60), (90, 0)]


def test_a_late_refill_leaves_a_gap() -> None:
    assert steps(run(order(**SUPPLY), order(**SUPPLY, start=35), as_of=90)) == [
        (0, 60),
        (30, 0),
        (35, 60),
        (65, 0),
    ]


def test_two_supplies_on_one_day_add() -> None:
    assert steps(run(order(**SUPPLY), order(**SUPPLY), as_of=60)) == [(0, 120), (30, 0)]


def test_another_strength_is_no_refill() -> None:
    other = {**SUPPLY, "strength": "5 mg"}
    assert steps(run(order(**SUPPLY), order(**other, start=25), as_of=90)) == [
        (0, 60),
        (25, 90),
        (30, 30),
        (55, 0),
    ]


def test_a_change_of_dose_is_no_refill_and_is_asked_about() -> None:
    more = {**SUPPLY, "quantity": "240 {tablet}"}
    found = run(order(**SUPPLY, id="a"), order(**more, start=25, id="b"), as_of=90)
    assert steps(found) == [(0, 60), (25, 180), (30, 120), (55, 0)]
    assert [(q.where, q.ask) for q in found.queries] == [("a, b", "Did the second replace the first?")]


def test_a_recorded_stop_stays_where_it_is() -> None:
    found = run(order(**SUPPLY), order(**SUPPLY, start=25, end=40), as_of=90)
    assert steps(found) == [(0, 60), (40, 0)]


def test_a_supply_stopped_before_it_began_is_listed() -> None:
    found = run(order(**SUPPLY, id="a"), order(**SUPPLY, start=5, end=20, id="b"), as_of=90)
    assert steps(found) == [(0, 60), (30, 0)]
    (never,) = (item for item in found.items if item.medication == "b")
    assert (never.status, never.reason) == ("superseded", "stopped before the supply before it ran out")


def test_steps_of_one_order_follow_each_other() -> None:
    found = run(
        order(dose="40 mg", every_hours=12, order="o", id="o"),
        order(dose="30 mg", every_hours=12, order="o", id="o", start=7),
        order(dose="20 mg", every_hours=12, order="o", id="o", start=14, end=21),
        as_of=30,
    )
    assert steps(found) == [(0, 120), (7, 90), (14, 60), (21, 0)]
    assert found.queries == ()


def test_instructions_of_one_order_that_start_together_add() -> None:
    found = run(
        order(dose="20 mg", times_per_day=1, order="o"),
        order(dose="10 mg", times_per_day=1, order="o"),
        as_of=5,
    )
    assert steps(found) == [(0, 45)]
    assert found.queries == ()


def test_an_open_order_of_the_same_drug_is_asked_about_and_counted() -> None:
    found = run(order(**BID, id="a"), order(dose="30 mg", every_hours=12, start=10, id="b"), as_of=20)
    assert steps(found) == [(0, 60), (10, 150)]
    assert [(q.where, q.ask) for q in found.queries] == [("a, b", "Did the second replace the first?")]


def test_the_same_order_twice_is_asked_about_and_counted() -> None:
    found = run(order(**BID, id="a"), order(**BID, id="b"), as_of=20)
    assert likely(found) == 120
    assert [q.ask for q in found.queries] == ["Is it one order written twice?"]


def test_breakthrough_beside_a_fixed_order_is_not_asked_about() -> None:
    found = run(
        order(**BID, release="extended"),
        order(dose="5 mg", every_hours=6, as_needed=True, release="immediate"),
    )
    assert found.queries == ()


def test_taken_beats_dispensed_beats_prescribed() -> None:
    found = run(
        order(**BID, id="p", end=30),
        order(dose="10 mg", every_hours=12, id="d", basis="dispensed", start=5, end=20),
        order(dose="5 mg", every_hours=12, id="t", basis="taken", start=10, end=15),
        as_of=40,
    )
    assert steps(found) == [(0, 60), (5, 30), (10, 15), (15, 30), (20, 60), (30, 0)]
    assert (
        found.used
        == "For each drug and day the best evidence was used: taken, else dispensed, else prescribed."
    )
    replaced = [
        (item.medication, item.start - DAY, item.reason)
        for item in found.items
        if item.status == "superseded"
    ]
    assert replaced == [
        ("p", 5, "dispensed amounts of the same drug and route are used"),
        ("d", 10, "amounts taken of the same drug and route are used"),
        ("p", 10, "amounts taken of the same drug and route are used"),
        ("p", 15, "dispensed amounts of the same drug and route are used"),
    ]


def test_evidence_without_an_amount_replaces_nothing() -> None:
    found = run(order(**BID), order(basis="dispensed", start=5), as_of=10)
    assert likely(found, 10) == 60
    assert not found.on(DAY + 10).complete


def test_another_route_or_release_is_another_matter() -> None:
    found = run(
        order("morphine", dose="30 mg", every_hours=12, release="extended"),
        order("morphine", dose="10 mg", every_hours=6, release="immediate", basis="dispensed"),
        order("morphine", dose="5 mg/h", route="intravenous", basis="taken"),
    )
    assert likely(found) == 100


def test_logged_doses_are_summed_on_their_days() -> None:
    found = run(
        order(**BID),
        *(taken(day, "20 mg", minute=480) for day in (3, 4, 5)),
        *(taken(day, "30 mg", minute=1200) for day in (3, 4)),
        as_of=10,
    )
    assert steps(found) == [(0, 60), (3, 75), (5, 30), (6, 60)]


@pytest.mark.parametrize(
    ("doses", "mme"),
    [
        (["20 mg"], 60),  # one of two doses: not a day's log
        (["10 mg", "10 mg"], 30),  # as many doses as ordered
        (["50 mg"], 75),  # more than ordered
    ],
)
def test_a_single_logged_day_counts_when_it_holds_what_is_ordered(doses: list[str], mme: float) -> None:
    found = run(order(**BID), *(taken(4, dose, minute=60 * n) for n, dose in enumerate(doses)), as_of=10)
    assert likely(found, 4) == mme
    assert likely(found, 5) == 60


def gaps(found: Exposure) -> list[tuple[int, int | None]]:
    return [(item.start - DAY, item.end and item.end - DAY) for item in found.items if item.reason == SILENT]


def test_days_without_an_entry_between_logged_doses_are_not_known() -> None:
    log = [taken(day, "60 mg", drug="methadone") for day in (0, 1, 2, 9, 10)]
    for as_of in (5, 10):
        found = run(*log, as_of=as_of)
        assert gaps(found) == [(3, 9)]
        total = found.on(DAY + 5)
        assert (total.complete, total.mme.likely, [i.drug for i in total.unconverted]) == (
            False,
            0,
            ["methadone"],
        )
        assert all(found.on(DAY + day).complete for day in (0, 1, 2, 9, 10) if day <= as_of)
    assert [(q.where, q.ask) for q in found.queries] == [
        ("logged methadone", "What was taken on these days?")
    ]
    assert [i.mme for i in found.on(DAY + 5).unconverted] == [None]
    assert found.on(DAY + 11).complete


def test_what_else_is_known_fills_the_gaps_of_a_log() -> None:
    log = [taken(day, "20 mg") for day in (0, 1, 8, 9)]
    assert gaps(run(*log, order(**BID), as_of=9)) == []
    assert gaps(run(*log, order(**BID, end=5), as_of=9)) == [(5, 8)]
    assert gaps(run(*log, order(dose="20 mg"), as_of=9)) == [(2, 8)]
    assert gaps(run(*log, order("morphine", dose="20 mg", times_per_day=1), as_of=9)) == [(2, 8)]
    assert gaps(run(*log, order(**BID, question="which half"), as_of=9)) == [(2, 8)]
    assert gaps(run(taken(4, "20 mg"), as_of=9)) == []
    assert gaps(run(*log, as_of=1)) == []


def test_a_log_that_goes_on_later_says_nothing_of_other_drugs() -> None:
    log = [taken(0, "20 mg"), taken(9, "20 mg", drug="morphine")]
    assert gaps(run(*log, as_of=5)) == []


def test_an_end_that_nobody_knows_is_no_end() -> None:
    stopped = order(
        **BID, end=20, question=f"the status is stopped, and {END_NOT_KNOWN}. Ask: when did it end?"
    )
    found = run(stopped, as_of=30)
    (item,) = found.items
    assert (item.status, item.daily, item.end, item.over_by) == ("unconverted", None, None, DAY + 20)
    assert [item.covers(DAY + day) for day in (0, 19, 20)] == [True, True, False]
    assert [q.ask for q in found.queries] == ["When did it end?"]
    better = run(stopped, order(**BID, start=5, end=8, basis="dispensed"), as_of=30)
    cut = [
        (i.start - DAY, i.end and i.end - DAY, i.over_by and i.over_by - DAY)
        for i in better.items
        if i.basis == "prescribed"
    ]
    assert cut == [(0, 5, None), (5, 8, None), (8, None, 20)]


def test_a_log_without_any_order_counts_on_its_days() -> None:
    assert steps(run(taken(0, "20 mg"), taken(2, "20 mg"), as_of=2)) == [(0, 30), (1, 0), (2, 30)]


def test_a_logged_dose_takes_route_and_strength_from_its_order() -> None:
    found = run(
        order(dose="1 {tablet}", strength="10 mg", times_per_day=2),
        taken(3, "4 {tablet}", route=None),
        as_of=3,
    )
    assert likely(found, 3) == 60


def test_a_logged_dose_without_any_route_stays_unconverted() -> None:
    found = run(taken(0, "20 mg", route=None))
    assert not found.on(DAY).complete


def test_fixed_part_leaves_out_what_is_as_needed() -> None:
    found = run(order(**BID), order(dose="5 mg", every_hours=6, as_needed=True, release="immediate"))
    assert found.mme.at(DAY).high == 90
    assert found.fixed_mme.at(DAY).high == 60
    assert found.fixed_tracks[("oxycodone", "oral")].at(DAY).high == 40


def test_no_opioid() -> None:
    found = run()
    assert found.used == "No opioid is on record."
    assert found.on(found.last_day).complete


def test_nothing_usable_is_not_called_used() -> None:
    assert run(order()).used == "No opioid on record has an amount that can be used."
