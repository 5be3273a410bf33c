"""What `relative_to` means: whole words of arms, moments, events; never an arm beside itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from algesia.mechanism.study import Arm, Dosing, Measure, Study
from algesia.mechanism.study_points import reference_of, window_of
from algesia.mechanism.study_scales import CannotTell
from algesia.mechanism.study_times import before_fall, moment
from tests.mechanism.study_fakes import daily, infusion


def close(value: float) -> Any:
    return pytest.approx(value)


STEPS = (
    daily("morphine", -480.0, 20, 60.0),
    daily("morphine", 0.0, 14, 40.0),
    daily("morphine", 336.0, 14, 20.0),
)
TAPER = Arm("taper", n=20, group="chronic-pain", schedule=STEPS)


def told(
    words: str, arms: tuple[Arm, ...], at: float = 2.0, name: str = "cold-tolerance", zero: str = ""
) -> tuple[str, str, float | None]:
    measure = Measure(name, arms[0].name, words, at)
    found = reference_of(Study("s", arms, (measure,), time_zero=zero), measure, arms[0])
    assert found is not None
    return found.variant.arm, found.variant.taken, found.time_h


def refused(words: str, arms: tuple[Arm, ...], at: float = 2.0, name: str = "cold-tolerance") -> str:
    with pytest.raises(CannotTell) as caught:
        told(words, arms, at, name)
    return caught.value.found.because


@pytest.mark.parametrize(
    "words",
    [
        "start of taper",
        "beginning of the taper",
        "taper start",
        "before taper",
        "pre-taper",
        "before the tapering",
    ],
)
def test_an_event_is_no_arm_that_holds_its_word_and_the_first_fall_counts(words: str) -> None:
    assert told(words, (TAPER,), 2190.0) == ("taper", "as given", -0.01)


def test_a_taper_that_time_zero_names_starts_there_and_none_is_refused() -> None:
    late = (replace(TAPER, schedule=(daily("morphine", -480.0, 40, 60.0),)),)
    assert told("before taper", late, 100.0, zero="start of taper")[2] == -0.01
    assert "does not fall" in refused("before taper", late, 100.0)
    switch = (daily("morphine", -480.0, 20, 60.0), daily("methadone", 0.0, 20, 30.0))
    assert before_fall("", replace(TAPER, schedule=switch), 400.0) is None
    # the next line begins 8 hours later: no fall to nothing
    gap = (daily("morphine", -480.0, 20, 60.0), daily("morphine", 8.0, 20, 60.0))
    assert before_fall("", replace(TAPER, schedule=gap), 100.0) is None


@pytest.mark.parametrize(
    "words",
    ["non-opioid", "no opioid", "opioid-free", "controls without opioid", "nonopioid", "non-opioid group"],
)
def test_a_word_that_denies_never_means_the_arm_itself(words: str) -> None:
    arms = (Arm("opioid", schedule=(daily(),)), Arm("nonopioid"))
    assert told(words, arms) == ("nonopioid", "as given", None)


@pytest.mark.parametrize(
    ("words", "at"),
    [("before remifentanil", -0.01), ("pre-remifentanil", -0.01), ("baseline before remifentanil", -0.01),
     ("baseline (before infusion)", -0.01), ("pre-infusion value", -0.01), ("preinfusion baseline", -0.01),
     ("30 min before infusion", -0.51), ("own baseline", -0.01), ("1 h value", 1.0)],
)  # fmt: skip
def test_before_a_drug_is_before_its_infusion(words: str, at: float) -> None:
    found = told(words, (Arm("remifentanil", schedule=(infusion(),)), Arm("placebo")))
    assert found == ("remifentanil", "as given", close(at))


@pytest.mark.parametrize(
    "words",
    [
        "before methadone",
        "pre-methadone",
        "methadone trough",
        "before the methadone dose",
        "immediately before dose",
        "trough",
    ],
)
def test_before_what_is_taken_for_long_is_its_trough(words: str) -> None:
    arms = (Arm("methadone", schedule=(daily("methadone", -241.0, 20),)), Arm("control"))
    assert told(words, arms, 2.0) == ("methadone", "as given", close(-1.01))


@pytest.mark.parametrize("words", ["before switch", "before rotation", "pre-switch"])
def test_before_a_switch_is_before_the_other_opioid(words: str) -> None:
    arms = (Arm("a1", schedule=(daily("morphine", -240.0, 20), daily("methadone", 240.0, 9))),)
    assert told(words, arms, 300.0)[2] == close(239.99)


@pytest.mark.parametrize(
    "words", ["preoperative", "before surgery", "preoperative baseline", "day before surgery"]
)
def test_before_an_operation_is_the_own_baseline_but_for_pain(words: str) -> None:
    arms = (Arm("a", group="post-op", schedule=(infusion(2.0, -2.0),)), Arm("b", group="post-op"))
    assert told(words, arms, 24.0) == ("a", "as given", close(-2.01))
    assert "before the operation" in refused(words, arms, 24.0, "pain-nrs")


@pytest.mark.parametrize(
    "words",
    [
        "uncontrolled",
        "24 h before",
        "mars",
        "peak methadone",
        "end of infusion",
        "before lunch",
        "control nonresponders",
        "1 h after end of infusion",
    ],
)
def test_words_that_are_not_understood_are_refused(words: str) -> None:
    arms = (Arm("methadone", schedule=(daily("methadone"),)), Arm("control"), Arm("a"), Arm("b"))
    assert "is not known" in refused(words, arms, 2.0)


@pytest.mark.parametrize("words", ["drug", "drug group", "2 h", "drug at 2 h"])
def test_an_arm_is_never_compared_with_itself(words: str) -> None:
    assert "same time" in refused(words, (Arm("drug", schedule=(infusion(),)), Arm("placebo")))


@pytest.mark.parametrize(
    ("words", "expected"),
    [("placebo group", ("placebo", "as given", None)), ("Placebo infusion", ("placebo", "as given", None)),
     ("placebo at baseline", ("placebo", "as given", -0.01)), ("placebo baseline", ("placebo", "as given", -0.01)),
     ("saline", ("drug", "without the test drug", None)), ("no drug", ("drug", "without the test drug", None)),
     ("controls", ("placebo", "as given", None)), ("opioid-naive", ("drug", "without any drug", None))],
)  # fmt: skip
def test_arms_by_whole_words_and_by_kind(words: str, expected: tuple[str, str, float | None]) -> None:
    arms = (Arm("drug", group="healthy", schedule=(infusion(),)), Arm("placebo", group="healthy"))
    assert told(words, arms) == expected


def test_words_that_fit_several_arms_are_refused() -> None:
    arms = (Arm("drug"), Arm("placebo oral"), Arm("placebo iv"))
    assert "several arms" in refused("placebo", arms)
    assert told("placebo iv", arms)[0] == "placebo iv"
    assert "several arms" in refused("control", arms)


def test_short_names_of_arms() -> None:
    assert told("saline", (Arm("hi"), Arm("sal")))[0] == "sal"
    assert told("healthy controls", (Arm("hi", group="chronic-pain"), Arm("hc", group="healthy")))[0] == "hc"


def test_periods_of_weeks_and_scales_that_are_no_periods() -> None:
    assert window_of(Measure("m", statistic="mean of weeks 1-4")) == (0.0, 672.0)
    assert window_of(Measure("m", statistic="0-24 h mean")) == (0.0, 24.0)
    assert window_of(Measure("m", statistic="mean VAS of 0-100 mm")) is None


def test_a_moment_beyond_all_numbers_is_none() -> None:
    assert moment(f"{'9' * 400} h") is None
    assert moment("day -1") is None
    assert moment("-7 days") == -168.0


def test_a_dose_without_mass_has_no_fall() -> None:
    line = Dosing("morphine", "oral", -48.0, amount=1.0, unit="tablets", every_h=24.0, count=2)
    assert before_fall("", Arm("a", schedule=(line,)), 100.0) is None
