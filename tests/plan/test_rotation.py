"""Rotations of whole records: the working, requests that cannot be met, which opioid, the dose that is used."""

from __future__ import annotations

import json
from math import inf, nan
from typing import Any

import pytest

from algesia.knowledge.loader import load
from algesia.plan.rotation_taken import targets
from algesia.plan.tablets import total
from algesia.quantities.refusal import WrongCall
from tests.plan.rotation_records import lab, order, patch, plan, record

LAST = "The last dose of the old opioid comes before the first dose of the new one; from then on the old one is no longer taken."


def test_the_working_stands_as_separate_lines() -> None:
    found = plan(record(order("oxycodone", 80.0)), "morphine")
    starts = [line.split(":")[0] for line in found.working]
    assert starts == [
        "Now", "Ratios", "Before reduction", "Reduction for incomplete cross-tolerance", "After reduction", "Lower end",
        "Rounded down", LAST, "Between doses", "Watch", "Naloxone",
    ]  # fmt: skip
    assert found.before_reduction == (80.0, 160.0)
    assert found.after_reduction == (40.0, 80.0)
    assert found.start_daily == (30.0, 30.0)
    assert total(found.doses) == 30.0
    assert [rule.id for rule in found.monitoring][:1] == ["contact"]
    assert found.naloxone is not None and found.naloxone.offer


def test_a_larger_reduction_may_be_asked_for() -> None:
    found = plan(record(order("oxycodone", 160.0)), "morphine", reduction=75.0)
    assert found.status == "planned"
    assert found.reduction_percent == 75.0
    assert found.after_reduction == (40.0, 80.0)


@pytest.mark.parametrize(
    ("asked", "because"),
    [(0.0, "smaller than the 50 %"), (49.9, "smaller than the 50 %"), (-10.0, "smaller"), (100.0, "leaves no dose"),
     (150.0, "leaves no dose"), (nan, "not a number"), (inf, "not a number")],
)  # fmt: skip
def test_a_reduction_that_cannot_be_taken_names_the_nearest(asked: float, because: str) -> None:
    found = plan(record(order("oxycodone", 160.0)), "morphine", reduction=asked)
    assert found.status == "unassessable"
    assert found.nearest == "a reduction of 50 %"
    assert because in found.unassessable[0].because
    assert found.doses == () and found.start_daily is None


def test_a_label_table_takes_nothing_off_unless_asked() -> None:
    plain = plan(record(order(daily=240.0)), "fentanyl")
    asked = plan(record(order(daily=240.0)), "fentanyl", reduction=50.0)
    assert (plain.start_daily, plain.reduction_percent) == ((75.0, 75.0), None)
    assert asked.after_reduction == (37.5, 37.5)
    assert asked.start_daily == (37.5, 37.5)


def test_a_reduction_is_not_stacked_on_the_methadone_bands() -> None:
    found = plan(record(order(), labs=[lab("qtc", 420)]), "methadone", reduction=50.0)
    assert found.status == "unassessable"
    assert found.nearest == "the same without a reduction"


def test_a_methadone_start_stays_below_the_cap() -> None:
    found = plan(record(order(daily=400.0), labs=[lab("qtc", 420)]), "methadone")
    assert found.before_reduction == (32.0, 48.0)
    assert found.start_daily == (30.0, 30.0)
    assert [dose.amount for dose in found.doses] == [15.0, 15.0]
    assert "Ceiling: 30 mg/d (medalg)" in found.working
    assert "specialist" in found.referral
    assert any("no titration plan" in words for words in found.warnings)


@pytest.mark.parametrize("daily", [120.0, 200.0])
def test_a_label_maximum_is_no_start(daily: float) -> None:
    # 120 mg / 0.2 = 600 mg, half of it is the maximum itself
    found = plan(record(order(daily=daily)), "tramadol")
    assert found.before_reduction == (daily / 0.2, daily / 0.1)
    assert (found.status, found.start_daily, found.doses) == ("unassessable", None, ())
    assert "tramadol, oral, cannot stand in for this dose" in found.unassessable[0].because
    assert "maximum of 300 mg/d" in found.unassessable[0].because
    assert found.nearest


def test_below_a_label_maximum_there_is_a_start() -> None:
    assert plan(record(order(daily=100.0)), "tramadol").start_daily == (200.0, 200.0)


def test_a_maximum_for_those_not_tolerant_does_not_bound_the_tolerant() -> None:
    found = plan(record(order("oxycodone", 240.0)), "morphine")
    assert found.after_reduction == (120.0, 240.0)
    assert found.start_daily == (120.0, 120.0)


def test_the_old_opioid_ends_before_the_new_one_begins() -> None:
    def last(found: Any) -> list[str]:
        return [line for line in found.working if "old" in line and "taken" in line]

    assert last(plan(record(order()), "fentanyl")) == [
        "The old extended-release opioid is not taken again once the patch is on."
    ]
    fast = order("oxycodone", 60.0, release="immediate")
    assert last(plan(record(fast), "fentanyl")) == ["The old opioid is not taken again once the patch is on."]
    assert last(plan(record(order(daily=60.0)), "buprenorphine", to_route="buccal")) == [LAST]
    assert last(plan(record(order()), "buprenorphine", to_route="sublingual")) == []


@pytest.mark.parametrize(
    ("start", "basis", "gate"), [("2024-03-25", 160.0, "met"), ("2024-03-26", 40.0, "open")]
)
def test_a_dose_is_converted_after_it_was_held_for_a_week(start: str, basis: float, gate: str) -> None:
    before = order("oxycodone", 40.0, id="a", end=start, basis="taken")
    about = record(before, order("oxycodone", 160.0, id="b", start=start, basis="taken"))
    found = plan(about, "morphine")
    assert found.regimens[0].daily == basis
    assert found.before_reduction == (basis, 2 * basis)
    verified = next(g for g in found.gates if g.id == "dose-verified")
    assert verified.state == gate
    said = "as low as 40 mg a day within the last 7 days"
    assert (said in verified.on_record) == (gate == "open")
    assert any(line.startswith("Counted:") and said in line for line in found.working) == (gate == "open")


def test_a_dose_lowered_this_week_is_the_lower_one() -> None:
    before = order("oxycodone", 100.0, id="a", end="2024-03-28")
    found = plan(record(before, order("oxycodone", 80.0, id="b", start="2024-03-28")), "morphine")
    assert found.before_reduction == (80.0, 160.0)
    assert not any(line.startswith("Counted:") for line in found.working)


@pytest.mark.parametrize("to", ["morphine", "fentanyl", "methadone"])
def test_what_began_this_week_is_not_converted(to: str) -> None:
    gap = (
        order("oxycodone", 80.0, id="a", start="2015-01-01", end="2024-02-20"),
        order("oxycodone", 80.0, id="b", start="2024-03-28"),
    )
    for orders in (gap, gap[1:]):
        found = plan(record(*orders, labs=[lab("qtc", 420)]), to)
        assert (found.status, found.doses, found.before_reduction) == ("unassessable", (), None)
        assert "not held for 7 days" in found.unassessable[0].because


def test_nothing_small_enough_says_so() -> None:
    tolerant = plan(record(order(daily=60.0)), "hydrocodone")
    assert tolerant.status == "unassessable"
    assert "the smallest start that the tables make is 20 mg/d" in tolerant.nearest
    assert tolerant.doses == ()
    other = plan(record(order(daily=30.0)), "hydrocodone")
    assert other.status == "unassessable"
    assert "extended release is for opioid-tolerant patients" in other.nearest


def test_a_route_by_needle_is_computed_and_not_rounded() -> None:
    found = plan(record(order(daily=90.0)), "morphine", to_route="intravenous")
    assert found.before_reduction == (30.0, 36.0)
    assert found.start_daily == (15.0, 15.0)
    assert found.doses == ()
    assert any("is in the tables: the dose is not rounded" in words for words in found.warnings)


def test_several_opioids_and_none_named_asks_which() -> None:
    about = record(order(), order("oxycodone", 40.0))
    found = plan(about, "hydromorphone")
    assert found.status == "unassessable"
    assert "morphine (oral) and oxycodone (oral)" in found.unassessable[0].because
    assert found.nearest == "name one of morphine or oxycodone"
    named = plan(about, "hydromorphone", drug="oxycodone")
    assert named.regimens[0].drug == "oxycodone"
    assert "Morphine (oral) stays as it is." in named.warnings
    none = plan(about, "tramadol", drug="oxycodone", reduction=10.0)
    assert none.status == "unassessable"
    assert not any("stays as it is" in words for words in none.warnings)


def test_a_drug_that_does_not_run_cannot_be_replaced() -> None:
    found = plan(record(order()), "hydromorphone", drug="tapentadol")
    assert found.status == "unassessable"
    assert "tapentadol does not run" in found.unassessable[0].because


def test_the_same_drug_and_route_is_no_rotation() -> None:
    found = plan(record(order()), "MS Contin")
    assert found.status == "unassessable"
    assert "is no rotation" in found.unassessable[0].because


@pytest.mark.parametrize(
    ("to", "route", "names"),
    [("aspirin", None, "hydromorphone"), ("remifentanil", None, "oxycodone"), ("opioids", None, "morphine"),
     ("fentanyl", "oral", "transdermal"), ("oxycodone", "nose", "oral")],
)  # fmt: skip
def test_an_unknown_target_names_the_possible_ones(to: str, route: str | None, names: str) -> None:
    with pytest.raises(WrongCall, match=names):
        plan(record(order()), to, to_route=route)


def test_every_known_target_gives_an_answer() -> None:
    about = record(order(), labs=[lab("qtc", 420), lab("egfr", 80)])
    for drug, routes in targets(load()).items():
        for route in routes:
            found = plan(about, drug, to_route=route)
            assert found.status in ("planned", "unassessable"), (drug, route)
            assert found.working or found.unassessable


def test_a_range_is_taken_at_its_lowest() -> None:
    found = plan(record(order(dose={"low": 30, "high": 60, "unit": "mg"})), "oxycodone")
    assert found.regimens[0].daily == 60.0
    assert found.before_reduction == (30.0, 60.0)
    verified = next(gate for gate in found.gates if gate.id == "dose-verified")
    assert verified.state == "open"
    assert "the lowest, 60 mg/d, is used" in verified.on_record


def test_an_as_needed_order_beside_a_fixed_one_counts_for_nothing() -> None:
    rescue = order(
        id="prn", release="immediate", dose={"value": 15, "unit": "mg"}, every_hours=4, as_needed=True
    )
    found = plan(record(order(), rescue), "oxycodone")
    assert found.before_reduction == (60.0, 120.0)


def test_an_as_needed_order_alone_gives_no_dose() -> None:
    found = plan(record(order(as_needed=True)), "oxycodone")
    assert found.status == "unassessable"
    assert found.unassessable[0].missing == ("how much morphine is taken a day",)


def test_the_lower_of_disagreeing_doses_is_used() -> None:
    more = order(id="t", daily=160.0, basis="taken")
    less = order(id="p", daily=120.0, basis="prescribed")
    found = plan(record(more, less), "oxycodone")
    assert found.before_reduction == (60.0, 120.0)
    assert any("prescribed: 120 mg a day" in words for words in found.warnings)


def test_a_prescribed_amount_is_not_a_verified_one() -> None:
    states = {
        basis: next(
            g.state for g in plan(record(order(basis=basis)), "oxycodone").gates if g.id == "dose-verified"
        )
        for basis in ("prescribed", "dispensed", "taken")
    }
    assert states == {"prescribed": "open", "dispensed": "open", "taken": "met"}


def test_an_unknown_amount_is_missing_and_not_zero() -> None:
    found = plan(record(order(dose=None)), "oxycodone")
    assert found.status == "unassessable"
    assert any("the daily amount of morphine" in item.missing for item in found.unassessable)


@pytest.mark.parametrize(
    ("orders", "words"),
    [
        (patch("fentanyl", 50.0), "one way, to the patch"),
        (patch("buprenorphine", 10.0, hours=168), "partial agonist"),
        (order("methadone", 40.0, release="immediate", every_hours=8, dose={"value": 10, "unit": "mg"}), "one way, to methadone"),
        (order("hydrocodone", 60.0), "MME does not convert"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("to", ["morphine", "hydromorphone", "fentanyl"])
def test_one_way_sources_stay_one_way(orders: dict[str, object], words: str, to: str) -> None:
    if orders["drug"] == to:
        to = "oxycodone"
    found = plan(record(orders, labs=[lab("qtc", 420)]), to)
    assert found.status == "unassessable"
    assert words in found.unassessable[0].because
    assert found.doses == () and found.start_daily is None
    assert found.nearest


def test_intrathecal_is_shown_and_never_computed() -> None:
    found = plan(record(order()), "morphine", to_route="intrathecal")
    assert (found.status, found.method) == ("unassessable", "shown")
    spread = {rule.id: rule.says for rule in found.rules}
    assert "12, 90, 300" in spread["intrathecal-case"]
    assert not any(ratio.used for ratio in found.ratios) and found.ratios
    assert found.before_reduction is None and found.doses == ()


def test_a_running_pump_blocks() -> None:
    pump = order(
        "morphine", route="intrathecal", release=None, dose={"value": 5, "unit": "mg/d"}, every_hours=None
    )
    found = plan(record(order(), pump), "hydromorphone", drug="morphine")
    assert found.status == "blocked"
    assert "intrathecal-pump" in [each.id for each in found.blocked_by]
    assert found.referral


def test_an_induction_computes_nothing() -> None:
    found = plan(
        record(order(), scales=[{"at": "2024-04-01", "instrument": "cows", "score": 10}]),
        "buprenorphine",
        to_route="sublingual",
    )
    assert (found.status, found.method, found.doses) == ("planned", "induction", ())
    cows = {gate.id: gate.state for gate in found.gates if gate.id.startswith("cows")}
    assert cows == {"cows-8": "met", "cows-13": "open"}
    assert {rule.id for rule in found.rules} >= {"cut-conflict", "cows-conflict"}


def test_a_score_of_yesterday_meets_no_gate() -> None:
    cows = [{"at": "2024-03-31", "instrument": "cows", "score": 20}]
    found = plan(record(order(), scales=cows), "buprenorphine", to_route="sublingual")
    assert {gate.state for gate in found.gates if gate.id.startswith("cows")} == {"open"}


def test_the_plan_is_made_of_plain_values() -> None:
    import msgspec

    found = plan(record(order()), "hydromorphone")
    assert json.loads(json.dumps(msgspec.to_builtins(found.working))) == list(found.working)
    assert found.to_drug == "hydromorphone"
