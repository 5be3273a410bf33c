"""What a study's words mean: signs, groups, thresholds, units, and the errors that hang on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from algesia.mechanism.model import Floats, Order
from algesia.mechanism.simulation import Group, Simulation
from algesia.mechanism.study import Arm, Dosing, Measure, Prior
from algesia.mechanism.study_answers import Answer, answer
from algesia.mechanism.study_consumption import daily
from algesia.mechanism.study_groups import group_name
from algesia.mechanism.study_orders import orders_of_arm
from algesia.mechanism.study_signs import counts_down
from tests.mechanism.study_fakes import daily as taken
from tests.mechanism.study_fakes import fake, infusion, median, one, study, why

PAIN = Measure("pain-nrs", "drug", "placebo", 2.0, "contrast", unit="NRS")
IN_PAIN = (Arm("drug", 25, "chronic-pain", schedule=(infusion(),)), Arm("placebo", 25, "chronic-pain"))


def withdrawing(orders: Sequence[Order], at_h: Floats, group: Group, **asked: Any) -> Simulation:
    """People who took something answer 0.4 of the worst withdrawal, others 0.1."""
    found = fake((), np.zeros(len(at_h)), replace(group, varies=False), **{**asked, "parameters": None})
    share = 0.4 if orders else 0.1
    rows = group.people if not isinstance(asked.get("parameters"), Sequence) else len(asked["parameters"])
    values = np.full((rows, len(at_h), len(found.measures)), share)
    if found.measures == ("stimulus",):
        values = values + 1.0
    return replace(found, times_h=np.asarray(at_h), values=values, bands=np.stack([values[0]] * 3, axis=-1))


def withdrawn(measure: Measure) -> Answer:
    return answer(study(measure), withdrawing, (1.0,), sampled=False)[0]


def exactly(measure: Measure, arms: Any) -> float:
    found = answer(study(measure, arms=arms), fake, (1.0,), sampled=False)[0]
    assert found.predicted is not None, found.unassessable
    return found.predicted.median


@pytest.mark.parametrize(
    "words",
    ["reduction", "improvement", "drop", "fall", "lowering", "decrease", "decline", "mean benefit", "pain lowered by", "relief"],
)  # fmt: skip
def test_a_fall_or_benefit_counts_downwards(words: str) -> None:
    assert exactly(replace(PAIN, statistic=words), IN_PAIN) == pytest.approx(-exactly(PAIN, IN_PAIN))


@pytest.mark.parametrize("words", ["% reduction", "decrease", "decline", "shortening", "% less", "worsening"])
def test_a_tolerance_that_falls_counts_downwards(words: str) -> None:
    assert counts_down("cold-tolerance", Measure("m", statistic=words, kind="change"))
    assert not counts_down("cold-tolerance", Measure("m", statistic="mean increase", kind="change"))


@pytest.mark.parametrize("higher", ["longer", "higher tolerance", "better", "less hyperalgesia", "less pain"])
def test_words_that_contradict_each_other_are_refused(higher: str) -> None:
    told = Measure("cold-tolerance", "drug", None, 2.0, "change", "% reduction", "%", higher_is=higher)
    assert "contradict" in why(told)
    assert not counts_down("cold-tolerance", replace(told, statistic="% change"))
    assert counts_down("cold-tolerance", replace(told, higher_is="worse"))


@pytest.mark.parametrize(
    "words", ["gain", "increase or decrease", "change (negative is improvement)", "lower"]
)
def test_a_sign_is_never_guessed(words: str) -> None:
    told = replace(PAIN, statistic=words)
    if words == "lower":
        assert counts_down("pain-nrs", told)  # "lower" alone is the number itself
        told = replace(PAIN, statistic="change, which patients found lower")
    assert "not clear" in why(told, IN_PAIN)
    assert "not read" in why(replace(PAIN, higher_is="more blue"), IN_PAIN)


def test_consumption_counts_downwards_too() -> None:
    less = (daily_line(60.0, -240.0, 10), daily_line(30.0, 0.0, 10))
    arm = (Arm("a", schedule=less),)
    told = Measure("opioid-consumption", "a", "time 0", 24.0, "change", "% reduction", "%")
    assert median(told, arm) == pytest.approx(50.0)
    assert median(replace(told, statistic="% change"), arm) == pytest.approx(-50.0)
    # "more drug" names what is measured, not what the number counts
    assert median(replace(told, higher_is="more drug"), arm) == pytest.approx(50.0)


def daily_line(mg: float, start: float, days: int) -> Dosing:
    return taken("morphine", start, days, mg)


@pytest.mark.parametrize(
    ("words", "group"),
    [
        ("failed back surgery syndrome", "chronic-pain"), ("chronic postsurgical pain", "chronic-pain"),
        ("patients with chronic pain", "chronic-pain"), ("chronic noncancer pain patients", "chronic-pain"),
        ("rheumatoid arthritis", "chronic-pain"), ("abdominal surgery", "post-op"), ("thyroidectomy", "post-op"),
        ("total knee arthroplasty", "post-op"), ("after surgery", "post-op"), ("gynecological surgery", "post-op"),
        ("cancer patients", "cancer-pain"), ("non-cancer", "non-cancer"), ("healthy males", "healthy"), ("opioid dependent", "opioid-use-disorder"),
        ("burn", "burn"), ("no pain", "healthy"), ("acute low back pain", "acute-low-back-pain"), ("before surgery", "before-surgery"),
        ("chronic pain, elective surgery", "chronic-pain,-elective-surgery"), ("", "unknown"),
    ],
)  # fmt: skip
def test_groups_are_read_by_words(words: str, group: str) -> None:
    assert group_name(words) == group


def test_an_unread_group_is_said() -> None:
    arm = (Arm("a", 10, "burn"),)
    found = one(Measure("cold-tolerance", "a", time_h=0.0, unit="s"), arm)
    assert "'burn'" in found.basis
    assert "'burn'" in why(Measure("pain-nrs", "a", time_h=0.0, unit="NRS"), arm)
    assert (
        "not read"
        not in one(Measure("cold-tolerance", "a", time_h=0.0, unit="s"), (Arm("a", 10, "healthy"),)).basis
    )


def test_the_sample_of_a_ratio_has_the_error_of_a_ratio_of_means() -> None:
    # log-normal people of log-sd 0.4: each mean has the relative error sqrt(exp(0.16) - 1) / 5; two arms of 25
    told = Measure("pain-nrs", "drug", "placebo", 2.0, "ratio", "ratio of means", "ratio")
    found = answer(study(told, arms=IN_PAIN), fake, (1.0,) * 400, people=4000)[0].predicted
    assert found is not None
    relative = np.sqrt(2 * (np.exp(0.16) - 1) / 25)
    sigma = np.hypot(0.16, np.sqrt(np.log1p(relative**2)))
    assert np.log(found.high90 / found.low90) == pytest.approx(2 * 1.645 * sigma, rel=0.1)


def test_less_and_more_potent_have_intervals_that_mirror_each_other() -> None:
    told = Measure(
        "potency-ratio", "drug", "placebo", 2.0, "ratio", "ED50 shift", "fold", higher_is="less potent", n=6
    )
    arms = (Arm("drug", 6, "healthy", schedule=(infusion(),)), Arm("placebo", 6, "healthy"))
    down = answer(study(told, arms=arms), fake, (1.0,) * 300)[0].predicted
    up = answer(study(replace(told, higher_is="more potent"), arms=arms), fake, (1.0,) * 300)[0].predicted
    assert down is not None
    assert up is not None
    assert up.median == pytest.approx(1.0 / down.median, rel=0.1)
    assert np.log(up.high90 / up.low90) == pytest.approx(np.log(down.high90 / down.low90), rel=0.15)


def test_a_thermode_ends_at_52_degrees() -> None:
    told = Measure("heat-tolerance", "placebo", time_h=0.0, unit="degrees C", n=4)
    found = answer(study(told), fake, (3.0, 3.5, 4.0))[0].predicted
    assert found is not None
    assert found.high90 == pytest.approx(52.0)
    rise = replace(told, kind="change", relative_to="own baseline", time_h=2.0, arm="drug", sem=1e-9)
    moved = answer(study(rise), fake, (8.0,), sampled=False)[0].predicted
    assert moved is not None
    assert moved.median == pytest.approx(0.0, abs=1e-9)  # at the end before and after


def test_what_others_see_of_withdrawal_is_nothing_at_rest() -> None:
    cows = Measure("withdrawal-score", "placebo", time_h=2.0, unit="COWS")
    at_rest, felt = withdrawn(cows).predicted, withdrawn(replace(cows, arm="drug")).predicted
    assert at_rest is not None
    assert felt is not None
    assert at_rest.median == pytest.approx(0.0, abs=1e-6)
    assert felt.median == pytest.approx(48.0 * (0.4 - 0.1) / (1.0 - 0.1))
    assert "at rest" in withdrawn(cows).basis
    sows = withdrawn(replace(cows, unit="SOWS")).predicted
    assert sows is not None
    assert sows.median == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("words", "share"),
    [("COWS >= 5", 100.0), ("COWS at least 5", 100.0), ("COWS of 13 or more", 100.0), ("COWS 17+", 0.0), ("COWS above 3", 100.0),
     ("mild (COWS 5-12)", 0.0), ("at least mild withdrawal (COWS 5-12)", 100.0), ("mild or worse (COWS 5-12)", 100.0)],
)  # fmt: skip
def test_thresholds_in_words(words: str, share: float) -> None:
    told = Measure("withdrawal-score", "drug", None, 2.0, "proportion", words, "% of patients")
    found = answer(study(told), withdrawing, (1.0,), people=40, sampled=False)[0].predicted
    assert found is not None
    assert found.median == share


def test_worse_by_points_and_several_bands() -> None:
    worse = Measure("pain-nrs", "drug", None, 2.0, "proportion", "worsened by >= 1 point", "%")
    assert median(worse, IN_PAIN) < 10.0
    two = Measure("withdrawal-score", "drug", None, 2.0, "proportion", "COWS 5-12 or COWS 13-24", "%")
    assert "not a number" in why(two)


def test_a_prior_dose_is_said_as_a_day() -> None:
    told = Arm("a", 10, "chronic-pain", Prior("morphine", 200.0, "MME/d"))
    assert "200 mg/d of morphine" in orders_of_arm(told).notes[0]
    weekly = replace(told, prior=Prior("morphine", 60.0, "mg/week"))
    assert "8.571 mg/d" in orders_of_arm(weekly).notes[0]
    assert daily(told, 0.0, "MME/d") == pytest.approx(200.0)
    assert daily(replace(told, prior=Prior("oxycodone", 40.0, "mg/d")), 0.0, "MME/d") == pytest.approx(60.0)


@pytest.mark.parametrize(
    ("drug", "unit", "mg"),
    [("oxycodone", "mg oxycodone/day", 60.0), ("morphine", "mg/24hrs", 60.0), ("morphine", "mg PO", 60.0), ("mixed", "mg MSO4 equivalent/day", 60.0),
     ("buprenorphine s.l.", "mg/d", 60.0), ("methadone syrup", "mg/d", 60.0), ("morphine", "milligrams per day", 60.0)],
)  # fmt: skip
def test_spellings_of_a_prior_dose(drug: str, unit: str, mg: float) -> None:
    found = orders_of_arm(Arm("a", 10, "chronic-pain", Prior(drug, 60.0, unit)))
    assert not found.unusable
    order = found.orders[-1]
    assert (order.amount or 0.0) * 24.0 / (order.every_h or 24.0) == pytest.approx(mg)


def test_a_dose_of_each_time_or_a_day_is_refused_truly() -> None:
    found = orders_of_arm(Arm("a", 10, "chronic-pain", Prior("morphine", 60.0, "mg bid")))
    assert "each time" in found.unusable[0].because


@pytest.mark.parametrize("words", ["after last dose", "after stop"])
def test_the_peak_after_the_last_dose_counts_from_it(words: str) -> None:
    def peaking(orders: Any, at_h: Floats, group: Group, **asked: Any) -> Simulation:
        found = withdrawing(orders, at_h, group, **asked)
        assert found.values is not None
        curve = np.exp(-(((np.asarray(at_h) - 300.0) / 40.0) ** 2))  # highest at 300 h
        return (
            found
            if found.measures == ("stimulus",)
            else replace(found, values=curve[None, :, None] + 0.0 * found.values)
        )

    arms = (Arm("a", 10, "chronic-pain", schedule=(daily_line(60.0, -240.0, 20),)),)  # the last dose at 216 h
    told = Measure(
        "withdrawal-score", "a", None, 1.0, "duration", f"time to peak withdrawal {words}", "h", n=1000
    )
    found = answer(study(told, arms=arms), peaking, (1.0,), sampled=False)[0].predicted
    assert found is not None
    assert found.median == pytest.approx(84.0, abs=2.0)
    plain = answer(study(replace(told, statistic="time to peak"), arms=arms), peaking, (1.0,), sampled=False)[
        0
    ].predicted
    assert plain is not None
    assert plain.median == pytest.approx(300.0, abs=2.0)
    fades = answer(
        study(replace(told, statistic="half-life of withdrawal"), arms=arms), peaking, (1.0,), sampled=False
    )[0].predicted
    assert fades is not None
    assert fades.median == pytest.approx(40.0 * np.sqrt(np.log(2.0)), abs=2.0)


@pytest.mark.parametrize("kind_unit", [("ratio", ""), ("ratio", "-fold"), ("ratio", "geometric mean ratio")])
def test_spellings_of_a_ratio(kind_unit: tuple[str, str]) -> None:
    told = Measure("cold-tolerance", "drug", "placebo", 2.0, kind_unit[0], "ratio", kind_unit[1])
    assert median(told) == pytest.approx(median(replace(told, unit="ratio")))


def test_spellings_of_units() -> None:
    told = Measure("cold-tolerance", "drug", time_h=2.0, unit="s")
    assert median(replace(told, unit="ms")) == pytest.approx(1000.0 * median(told))
    assert "hazard" in why(
        Measure("cold-tolerance", "drug", "placebo", 2.0, "ratio", "hazard ratio", "ratio")
    )


@pytest.mark.parametrize(
    ("words", "other"),
    [("pre-opioid", "just before the opioid"), ("baseline before starting remifentanil", "just before"), ("no remifentanil", "against saline-arm"),
     ("the other arm", "against saline-arm"), ("patients not on opioids", "against saline-arm")],
)  # fmt: skip
def test_more_references(words: str, other: str) -> None:
    arms = (Arm("drug", 25, "healthy", schedule=(infusion(),)), Arm("saline-arm", 25, "healthy"))
    found = one(Measure("cold-tolerance", "drug", words, 2.0, "change", "change", "%"), arms)
    assert found.predicted is not None, found.unassessable
    assert other in found.basis


@pytest.mark.parametrize(
    ("words", "other"), [("group 2", "group2 low"), ("group B", "B"), ("low dose remifentanil", "group2 low")]
)
def test_arms_by_letter_or_dose(words: str, other: str) -> None:
    arms = tuple(Arm(name, 25, "healthy", schedule=(infusion(),)) for name in ("high", "group2 low", "B"))
    found = one(Measure("cold-tolerance", "high", words, 2.0, "contrast", "difference", "s"), arms)
    assert f"against {other}" in found.basis


def test_need_in_mg_a_day_and_the_relief_of_dexmedetomidine() -> None:
    dex = Dosing("dexmedetomidine", "iv", -2.0, rate=0.7, rate_unit="ug/kg/h", duration_h=2.0)
    arms = (Arm("dex", 25, "post-op", schedule=(dex,)), Arm("control", 25, "post-op"))
    told = Measure("opioid-consumption", "dex", "control", 24.0, "level", "mean", "mg/24 h", baseline=30.0)
    found = one(told, arms)
    assert found.predicted is not None, found.unassessable
    assert "relief of dexmedetomidine itself" in found.basis
