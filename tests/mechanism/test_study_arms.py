"""What is read from the arms and scales of a study: words for drugs, ways in, units and groups; what may stay out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from algesia.adapters.study_file import read_studies
from algesia.knowledge.mechanism import mechanism_tables
from algesia.mechanism.simulate import simulate
from algesia.mechanism.simulation import Group
from algesia.mechanism.study import Arm, Dosing, Measure, Prior
from algesia.mechanism.study_consumption import consumption
from algesia.mechanism.study_curves import Curves, Variant
from algesia.mechanism.study_orders import orders_of_arm
from algesia.mechanism.study_scales import CannotTell, scale_of, unit_of
from tests.mechanism.study_fakes import daily, fake, infusion, study


@pytest.mark.parametrize(
    ("drug", "route", "every", "door"),
    [
        ("ketamine", "intranasal", None, ("ketamine", "intranasal")),
        ("S(+)-ketamine", "nasal", None, ("s-ketamine", "intranasal")),
        ("esketamine", "iv pca", None, ("s-ketamine", "iv")),
        ("morphine", "PCA", None, ("morphine", "iv")),
        ("morphine", "intravenous bolus", None, ("morphine", "iv")),
        ("oxycodone", "oral solution", None, ("oxycodone", "oral")),
        ("slow-release oral morphine", "oral", 24.0, ("morphine", "oral-er")),
        ("tapentadol PR", "oral", 12.0, ("tapentadol", "oral-er")),
        ("MS Contin", "oral", 12.0, ("morphine", "oral-er")),
        ("buprenorphine/naloxone", "sublingual", 24.0, ("buprenorphine", "sublingual")),
        ("Sublocade", "sc", None, ("buprenorphine", "sc-monthly")),
        ("buprenorphine", "sc", 672.0, ("buprenorphine", "sc-monthly")),
        ("buprenorphine", "sc", 168.0, ("buprenorphine", "sc")),
        ("naltrexone", "im", None, ("naltrexone", "im-depot")),
        ("clonidine hydrochloride", "po", 8.0, ("clonidine", "oral")),
    ],
)  # fmt: skip
def test_words_for_a_drug_and_a_way_in_lead_to_a_door(
    drug: str, route: str, every: float | None, door: tuple[str, str]
) -> None:
    line = Dosing(drug, route, 0.0, amount=1.0, every_h=every)
    order = orders_of_arm(Arm("a", schedule=(line,))).orders[0]
    assert (order.drug, order.route) == door
    assert order.route in mechanism_tables().doors[order.drug]


def test_which_depot_is_asked_where_nothing_tells_it() -> None:
    read = orders_of_arm(Arm("a", schedule=(Dosing("buprenorphine", "sc", 0.0, amount=300.0),)))
    assert read.orders == ()
    assert "weekly or the monthly" in read.unusable[0].because


@pytest.mark.parametrize("unit", ["micrograms/kg/min", "µg kg-1 min-1", "mcg/kg/minute", "microg/kg/min"])
def test_units_in_other_spellings(unit: str) -> None:
    line = Dosing("remifentanil", "iv", 0.0, rate=0.1, rate_unit=unit, duration_h=1.0)
    assert orders_of_arm(Arm("a", schedule=(line,))).orders[0].rate_unit == "ug/kg/min"


@pytest.mark.parametrize(
    "line",
    [
        Dosing("remifentanil", "iv", 0.0, rate=0.0, rate_unit="ug/kg/min", duration_h=1.0),
        Dosing("remifentanil", "iv", 0.0, target=0.0, duration_h=1.0),
        Dosing("morphine", "iv", 0.0, amount=0.0),
        Dosing("placebo", "oral", 0.0, amount=1.0),
        Dosing("normal saline", "iv", 0.0),
    ],
)
def test_a_placebo_in_any_form_is_nothing_and_is_said(line: Dosing) -> None:
    read = orders_of_arm(Arm("a", schedule=(line,)))
    assert (read.orders, read.unusable) == ((), ())
    assert line.drug in read.notes[0]


@pytest.mark.parametrize(
    ("prior", "drug", "route", "mg"),
    [
        (Prior("morphine", 1.0, "g/d"), "morphine", "oral", 1000.0),
        (Prior("morphine", 60000.0, "ug/d"), "morphine", "oral", 60.0),
        (Prior("morphine", 1.0, "mg/kg/d"), "morphine", "oral", 80.0),
        (Prior("oxycodone", 420.0, "mg/wk"), "oxycodone", "oral", 60.0),
        (Prior("mixed", 90.0, "MED/d"), "morphine", "oral", 90.0),
        (Prior("mixed", 90.0, "MEDD"), "morphine", "oral", 90.0),
        (Prior("mixed", 90.0, "mg morphine equivalents/d"), "morphine", "oral", 90.0),
        (Prior("oral morphine equivalents", 90.0, "mg/d"), "morphine", "oral", 90.0),
        (Prior("mixed", 90.0, "mg/day OME"), "morphine", "oral", 90.0),
        (Prior("Suboxone", 16.0, "mg/d"), "buprenorphine", "sublingual", 16.0),
    ],
)  # fmt: skip
def test_a_prior_dose_is_read_with_its_unit_and_by_its_way(
    prior: Prior, drug: str, route: str, mg: float
) -> None:
    read = orders_of_arm(Arm("a", group="chronic-pain", prior=prior, covariates={"weight_kg": 80.0}))
    assert [(o.drug, o.route) for o in read.orders] == [(drug, route)]
    (order,) = read.orders
    assert order.amount and order.every_h
    assert order.amount * 24.0 / order.every_h == pytest.approx(mg)
    # what lasts for hours is taken every few hours
    assert order.every_h == (24.0 if drug == "buprenorphine" else 6.0)


def test_a_prior_patch_is_worn() -> None:
    order = orders_of_arm(Arm("a", prior=Prior("fentanyl TTS", 75.0, "ug/h"))).orders[0]
    assert (order.drug, order.route, order.unit, order.every_h) == ("fentanyl", "transdermal", "ug/h", 72.0)
    assert order.amount == pytest.approx(75.0)
    assert order.start_h + order.count * 72.0 == 0.0


@pytest.mark.parametrize(
    ("prior", "because"),
    [
        (Prior("morphine", 60.0, "tablets"), "'tablets' is no daily dose"),
        (Prior("morphine", 60.0, "mg/d", "off 121 weeks"), "when the opioid taken before"),
        (Prior("morphine", -60.0, wrong="daily_dose -60 of the opioid taken before is below zero"), "-60"),
    ],
)
def test_a_prior_that_cannot_be_read_says_why(prior: Prior, because: str) -> None:
    assert because in orders_of_arm(Arm("a", prior=prior)).unusable[0].because


def test_a_test_infusion_does_not_hide_the_prior_opioid() -> None:
    arm = Arm("a", prior=Prior("methadone", 60.0), schedule=(infusion(1.0, 0.0),))
    assert {o.drug for o in orders_of_arm(arm).orders} == {"methadone", "remifentanil"}
    none = Arm("a", prior=Prior("none"), schedule=(infusion(1.0, 0.0),))
    assert [o.drug for o in orders_of_arm(none).orders] == ["remifentanil"]


def test_steady_state_fills_the_nervous_system_as_180_days_of_doses_do() -> None:
    steady = Dosing("methadone", "oral", 0.0, amount=80.0, every_h=24.0, count=2, steady_state=True)
    order = orders_of_arm(Arm("a", schedule=(steady,))).orders[0]
    assert order.steady_state
    assert (order.start_h, order.count) == (-4320.0, 182)
    told = replace(order, steady_state=False)
    at = np.array([-0.01])
    both = [
        simulate([one], at, Group(people=1, varies=False), measures=("tolerance", "plasma/methadone"))
        for one in (order, told)
    ]
    assert both[0].median("tolerance")[0] > 2.0
    assert both[0].median("tolerance") == pytest.approx(both[1].median("tolerance"), rel=0.02)
    alone = simulate(
        [replace(order, start_h=0.0, count=2)],
        at,
        Group(people=1, varies=False),
        measures=("plasma/methadone",),
    )
    assert both[0].median("plasma/methadone") == pytest.approx(alone.median("plasma/methadone"), rel=1e-3)


def curves(*arms: Arm) -> Curves:
    return Curves(arms, fake, (1.0,), 1, 10)


def test_anesthetics_that_are_over_are_left_out_and_nobody_is_tested_under_them() -> None:
    asleep = Dosing("propofol", "iv", -3.0, rate=6.0, rate_unit="mg/kg/h", duration_h=3.0)
    arm = Arm("a", group="post-op", schedule=(infusion(3.0, -3.0), asleep))
    made = curves(arm)
    made.record(Variant("a"), "pain-nrs", (1.0,))
    made.record(Variant("a"), "plasma/remifentanil", (-1.0,))
    with pytest.raises(CannotTell, match="nobody is tested under propofol"):
        made.record(Variant("a"), "pain-nrs", (-1.0,))
    scale = scale_of("s", Measure("pain-nrs", "a", time_h=1.0, unit="NRS"), arm)
    assert "left out: propofol" in scale.basis


@pytest.mark.parametrize("drug", ["nitrous oxide", "magnesium sulfate", "gabapentin", "pregabalin"])
def test_drugs_that_may_act_on_sensitization_are_not_left_out(drug: str) -> None:
    route = "oral" if drug in mechanism_tables().doors else "iv"
    arm = Arm("a", group="post-op", schedule=(infusion(3.0, -3.0), Dosing(drug, route, -3.0, amount=300.0)))
    with pytest.raises(CannotTell, match=drug):
        Curves((arm,), simulate, (None,), 1, 10).record(Variant("a"), "pain-nrs", (1.0,))


def test_a_drug_against_pain_stays_out_only_of_a_comparison_of_arms_that_have_it_alike() -> None:
    pill = Dosing("paracetamol", "iv", 0.0, amount=1.0, unit="g", every_h=6.0, count=4)
    high = Arm("high", group="post-op", schedule=(infusion(3.0, -3.0), pill))
    low = Arm("low", group="post-op", schedule=(pill,))
    without = Arm("low", group="post-op")
    level = Measure("pain-nrs", "high", time_h=6.0, unit="NRS")
    against = replace(level, kind="contrast", relative_to="low")
    curves(high, low).record(Variant("high"), "pain-nrs", (6.0,))
    assert "paracetamol" in scale_of("s", against, high).basis
    with pytest.raises(CannotTell, match="paracetamol"):
        scale_of("s", level, high)
    with pytest.raises(CannotTell, match="not every arm"):
        curves(high, without).record(Variant("high"), "pain-nrs", (6.0,))


def test_pain_of_a_test_is_not_pain_of_the_person() -> None:
    sick, well = Arm("sick", group="chronic-pain"), Arm("well", group="healthy")
    told = Measure("pain-nrs", "sick", time_h=0.0, unit="VAS 0-10")
    for note in ("subcutaneous lidocaine injection", "pinprick", "ischemic arm", "electrical", "allodynia"):
        with pytest.raises(CannotTell, match="not rated"):
            scale_of("s", replace(told, note=note), sick)
    assert scale_of("s", told, sick).readout == "pain-nrs"
    with pytest.raises(CannotTell, match="no pain of their own"):
        curves(sick, well).record(Variant("well"), "pain-nrs", (0.0,))


def test_heat_counts_in_degrees_from_the_skin() -> None:
    # Gustorff 2003, saline: 45.2 degrees; and twice the heat above the skin's 32 is 32 + 2 x 13.2
    level = Measure("heat-threshold", "a", time_h=0.0, unit="°C")
    scale = scale_of("s", level, Arm("a"))
    name, _, more = scale.readout.partition("<")[0].partition("+")
    assert name == "heat-threshold"
    assert scale.size is not None
    for x in (1.0, 2.0):
        assert scale.size * (x + float(more)) == pytest.approx(32.0 + 13.2 * x)
    change = scale_of("s", replace(level, kind="change"), Arm("a"))
    assert change.readout.partition("+")[0] == "heat-threshold"
    assert change.size == pytest.approx(13.2)
    told = scale_of("s", replace(level, kind="change", baseline=42.0), Arm("a"))
    assert told.size == pytest.approx(10.0)
    assert told.cv == 0.0
    made = curves(Arm("a"))
    made.record(Variant("a"), scale.readout, (0.0,))
    assert made.read(Variant("a"), scale.readout, (0.0,)) * scale.size == pytest.approx(45.2)


@pytest.mark.parametrize(
    ("name", "unit"), [("pressure", "kPa"), ("electrical", "mA"), ("hyperalgesia-area", "cm2")]
)
def test_other_units_of_a_test_need_a_baseline(name: str, unit: str) -> None:
    arm, told = Arm("a", group="post-op"), Measure(name, "a", time_h=0.0, unit=unit)
    with pytest.raises(CannotTell, match="no scale"):
        scale_of("s", told, arm)
    assert scale_of("s", replace(told, baseline=250.0), arm).size == 250.0


@pytest.mark.parametrize(
    ("changed", "unit"),
    [
        ({"unit": "d", "statistic": "Cohen d", "kind": "contrast"}, "smd"),
        ({"unit": "Hedges' g", "kind": "contrast"}, "smd"), ({"unit": "", "statistic": "SMD", "kind": "contrast"}, "smd"),
        ({"unit": "g", "kind": "change"}, "g"), ({"unit": "d", "kind": "duration"}, "d"),
        ({"unit": "s/month", "kind": "rate"}, "s"), ({"unit": "points / 6 weeks", "kind": "rate"}, "points"),
    ],
)  # fmt: skip
def test_units_of_effects_and_slopes(changed: dict[str, Any], unit: str) -> None:
    assert unit_of(replace(Measure("pressure"), **changed)) == unit


def test_need_as_a_part_of_the_reference_and_as_an_amount() -> None:
    arms = (
        Arm("high", n=25, group="post-op", schedule=(infusion(4.0, -4.0), daily("morphine", 0.0, 3))),
        Arm("low", n=25, group="post-op", schedule=(infusion(4.0, -4.0),)),
    )
    ratio = Measure("opioid-consumption", "high", "low", 24.0, "ratio", "ratio", "ratio", sem=1e-12)

    def found(**changed: Any) -> float:
        told = replace(ratio, **changed)
        read = curves(*arms)
        form = consumption(study(told, arms=arms), told, arms[0])
        form.of(read.record)
        return float(form.of(read.read)[0])

    part = found()
    assert 0.0 < part < 1.0
    assert found(unit="% of control") == pytest.approx(100 * part)
    assert found(unit="%", statistic="% of control", kind="contrast") == pytest.approx(100 * part)
    assert found(unit="%", kind="contrast") == pytest.approx(100 * (part - 1))
    assert found(unit="mg", kind="level", baseline=40.0) == pytest.approx(40 * part)
    assert found(unit="mg", kind="contrast", baseline=40.0) == pytest.approx(40 * (part - 1))
    with pytest.raises(CannotTell, match="not known"):
        found(unit="mg", kind="contrast")
    # saline, where no arm is called so: the arm without what it got in the test
    assert found(unit="%", relative_to="saline", kind="contrast") != 0.0


@pytest.mark.parametrize(
    ("word", "group"),
    [("Chronic Pain", "chronic-pain"), ("chronic_pain", "chronic-pain"), ("low-back-pain", "chronic-pain"),
     ("CRPS", "chronic-pain"), ("postoperative", "post-op"), ("surgery", "post-op"), ("weavers", "weavers")],
)  # fmt: skip
def test_groups_in_other_words(word: str, group: str) -> None:
    arm = {"name": "a", "population": {"group": word, "prior_opioid": {"drug": "morphine", "daily_dose": -5}}}
    told = {"id": "s", "arms": [arm], "measures": []}
    made = read_studies(json.dumps(told).encode(), "f.json")[0].arms[0]
    assert made.group == group
    assert made.prior is not None
    assert "-5" in made.prior.wrong


def test_withdrawal_in_points_says_that_rest_is_in_it() -> None:
    assert "at rest" in scale_of("s", Measure("withdrawal-score", unit="COWS"), Arm("a")).basis


def test_a_ratio_between_two_drugs_is_no_potency_ratio() -> None:
    with pytest.raises(CannotTell, match="two drugs"):
        scale_of("s", Measure("potency-ratio", statistic="conversion ratio", unit="ratio"), Arm("a"))


def test_what_the_simulator_refuses_is_shown_with_its_value() -> None:
    arm = Arm("a", schedule=(Dosing("morphine", "oral", 0.0, amount=5.0, unit="furlong"),))
    with pytest.raises(CannotTell, match="'furlong'"):
        Curves((arm,), simulate, (None,), 1, 10).record(Variant("a"), "cold-tolerance", (1.0,))
