"""Schedules as orders, files as studies, and the words that name a time or an arm."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.adapters.study_file import bundled_studies, read_studies
from algesia.mechanism.study import Arm, Dosing, Measure, Prior, Study, baseline_h
from algesia.mechanism.study_drugs import drug_name
from algesia.mechanism.study_orders import group_of, orders_of_arm
from algesia.mechanism.study_points import dose_times, period_of, reference_of, window_of
from algesia.quantities.refusal import InputRefused
from tests.mechanism.study_fakes import daily, infusion, study


def test_a_stepwise_test_infusion_is_left_out_and_said() -> None:
    arm = Arm("a", schedule=(daily(), Dosing("remifentanil", "iv", -24.0, target="stepwise")))
    read = orders_of_arm(arm)
    assert [o.drug for o in read.orders] == ["morphine"]
    assert read.unusable == ()
    assert "remifentanil" in read.notes[0]
    assert baseline_h(arm) == pytest.approx(-0.01)


def test_a_target_is_a_concentration_or_cannot_be_used() -> None:
    good = orders_of_arm(Arm("a", schedule=(Dosing("morphine", "iv", 0.0, duration_h=2.0, target=33.0),)))
    assert good.orders[0].target_conc == 33.0
    bad = orders_of_arm(Arm("a", schedule=(Dosing("morphine", "iv", 0.0, duration_h=2.0, target="low"),)))
    assert bad.orders == ()
    assert "'low'" in bad.unusable[0].because


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("Morphine", "morphine"), ("buprenorphine SL", "buprenorphine"), ("oxycodone ER", "oxycodone"),
        ("MS Contin", "morphine"), ("s-ketamine", "s-ketamine"), ("lofexidine", "lofexidine"),
        ("morphine-6-glucuronide", "morphine-6-glucuronide"), ("heroin or methadone", "heroin or methadone"),
        ("buprenorphine and naltrexone", "buprenorphine and naltrexone"),
    ],
)  # fmt: skip
def test_names_of_drugs(told: str, meant: str) -> None:
    assert drug_name(told) == meant


def test_a_prior_opioid_stands_in_only_where_the_schedule_has_none() -> None:
    prior = Prior("mixed", 120.0, "MME/d")
    alone = orders_of_arm(Arm("a", prior=prior))
    assert [(o.drug, o.amount, o.count) for o in alone.orders] == [("morphine", 30.0, 720)]
    assert alone.orders[0].start_h + 180 * 24.0 == 0.0
    assert len(orders_of_arm(Arm("a", prior=prior, schedule=(daily(),))).orders) == 1
    unknown = orders_of_arm(Arm("a", prior=Prior("mixed", None)))
    assert "is not given" in unknown.unusable[0].because
    assert orders_of_arm(Arm("a")).orders == ()


def test_the_baseline_is_before_the_recent_order_and_not_before_the_old_one() -> None:
    assert baseline_h(Arm("a", schedule=(infusion(2.0, -3.0), daily()))) == pytest.approx(-3.01)
    assert baseline_h(Arm("a", schedule=(daily(),))) == pytest.approx(-0.01)
    assert baseline_h(Arm("a", schedule=(infusion(2.0, 1.0),))) == pytest.approx(-0.01)


def test_covariates_that_are_numbers_are_taken() -> None:
    arm = Arm(
        "a", group="chronic-pain", covariates={"sex": "men", "age": 40, "weight_kg": 80.5, "egfr": "low"}
    )
    group = group_of(arm, 1, 3)
    assert (group.sex, group.age, group.weight_kg, group.egfr) == ("male", 40.0, 80.5, None)
    assert group.chronic_pain
    assert not group.varies
    assert not group_of(Arm("a", group="post-op"), 1, 3).chronic_pain


@pytest.mark.parametrize(
    ("told", "arm", "taken", "at"),
    [
        ("placebo", "placebo", "as given", None),
        ("own baseline", "drug", "as given", -0.01),
        ("time 0", "drug", "as given", -0.01),
        ("drug at time 0", "drug", "as given", -0.01),
        ("placebo at 3 h", "placebo", "as given", 3.0),
        ("55 min value", "drug", "as given", 55 / 60),
        ("day 3 value", "drug", "as given", 48.0),
        ("week 2", "drug", "as given", 336.0),
        ("healthy controls", "drug", "without any drug", None),
        ("saline", "drug", "without the test drug", None),
    ],
)  # fmt: skip
def test_what_a_measure_is_compared_with(told: str, arm: str, taken: str, at: float | None) -> None:
    made = study()
    found = reference_of(made, Measure("m", "drug", told, 2.0), made.arms[0])
    assert found is not None
    assert (found.variant.arm, found.variant.taken) == (arm, taken)
    assert found.time_h == (None if at is None else pytest.approx(at))


def test_periods_and_windows_in_words() -> None:
    assert period_of(Measure("m", unit="s/h")) == 1.0
    assert period_of(Measure("m", statistic="change per 2 months")) == 1460.0
    assert period_of(Measure("m", unit="s", statistic="slope")) is None
    assert window_of(Measure("m", statistic="mean over weeks 2-4")) is not None
    assert window_of(Measure("m", statistic="mean")) is None


@given(start=st.floats(-5000, 100), every=st.floats(1, 48), count=st.integers(1, 60))
@settings(max_examples=50)
def test_dose_times_are_those_of_the_order(start: float, every: float, count: int) -> None:
    line = Dosing("morphine", "oral", start, amount=1.0, every_h=every, count=count)
    times = dose_times(Arm("a", schedule=(line,)))
    assert len(times) == count
    assert times[0] == pytest.approx(start)
    assert times[-1] == pytest.approx(start + (count - 1) * every)


ONE: dict[str, Any] = {
    "id": "s",
    "arms": [{"name": "a"}],
    "measures": [{"name": "cold-tolerance", "unit": "s"}],
}


def read(document: object) -> tuple[Study, ...]:
    return read_studies(json.dumps(document).encode(), "f.json")


@pytest.mark.parametrize("document", [ONE, [ONE], {"studies": [ONE]}, {"studies": [ONE], "made": "today"}])
def test_the_three_forms_of_a_file(document: object) -> None:
    assert [s.id for s in read(document)] == ["s"]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (7, ""), ([], ""), ({"studies": 3}, "studies"), ([7], "[0]"), ([{}], "[0].arms"), ([{**ONE, "id": 4}], "[0].id"),
        ([{**ONE, "arms": {}}], "[0].arms"), ([{**ONE, "arms": [{}]}], "[0].arms[0].name"),
        ([{**ONE, "measures": [3]}], "[0].measures[0]"), ([{**ONE, "measures": [{"unit": "s"}]}], "[0].measures[0].name"),
        ([ONE, ONE], "[1].id"), ({**ONE, "arms": [{"name": "a"}, {"name": "a"}]}, "arms[1].name"),
        ({**ONE, "arms": [{"name": "a", "schedule": 3}]}, "arms[0].schedule"),
        ({**ONE, "arms": [{"name": "a", "population": "healthy"}]}, "arms[0].population"),
    ],
)  # fmt: skip
def test_a_broken_structure_is_refused_with_its_path(document: object, path: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read(document)
    assert refused.value.path == path
    assert refused.value.file == "f.json"


def test_what_is_no_json_or_no_number_is_refused() -> None:
    for data in (b"", b"{", b'{"id": NaN}', b"\xff"):
        with pytest.raises(InputRefused):
            read_studies(data, "f.json")


def test_values_that_do_not_fit_are_kept_as_words_and_unknown_fields_are_ignored() -> None:
    arms = [
        {
            "name": "a",
            "color": "red",
            "schedule": [{"drug": "morphine", "route": "oral", "start_h": "soon", "amount": -3}],
        }
    ]
    made = read(
        {**ONE, "arms": arms, "measures": [{"name": "m", "time_h": "later", "value": "much", "sd": "wide"}]}
    )[0]
    assert "'soon'" in made.arms[0].schedule[0].wrong
    assert "below zero" in made.arms[0].schedule[0].wrong
    assert "'later'" in made.measures[0].wrong
    assert made.measures[0].observed == "much"
    assert made.measures[0].value is None
    assert made.measures[0].sd is None


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.floats(-10, 10), st.text("ab", max_size=3)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(["id", "arms", "measures", "name", "schedule", "n", "ci"]), inner, max_size=4
            ),
        ),
        max_leaves=15,
    )
)
@settings(max_examples=200, deadline=None)
def test_any_json_is_read_or_refused(document: object) -> None:
    try:
        read(document)
    except InputRefused as refused:
        assert refused.problem


def test_the_bundled_studies_are_whole() -> None:
    studies = bundled_studies()
    assert len(studies) == 49
    assert sum(len(s.measures) for s in studies) == 216
    for one in studies:
        names = {arm.name for arm in one.arms}
        assert one.source
        assert one.url
        assert {m.arm for m in one.measures} <= names | {None}
        assert all(not m.wrong for m in one.measures)
        assert all(not line.wrong for arm in one.arms for line in arm.schedule)
    chu = next(s for s in studies if s.id == "chu2012")
    # Chu 2012: 78 mg of morphine a day, potency of remifentanil 42 % less
    assert chu.arms[0].schedule[0].amount == 39.0
    assert chu.measures[0].value == -42.0
