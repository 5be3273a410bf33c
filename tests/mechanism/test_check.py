"""The check finds a right model right and a wrong one wrong; its people are those that were observed."""

from __future__ import annotations

import numpy as np
import pytest

from algesia.mechanism import check as room
from algesia.mechanism.check import DAY_H, check, diaries
from algesia.mechanism.model import Floats, Order
from algesia.mechanism.simulate import simulate
from algesia.mechanism.simulation import Group
from algesia.mechanism.vpc import Vpc
from algesia.quantities.refusal import InputRefused, Unassessable, WrongCall

BOLUS = (Order("morphine", "iv", 0.0, 10.0),)
HOURS = np.array([0.5, 1.0, 2.0, 4.0, 6.0, 8.0])
OXYCODONE = (Order("oxycodone", "oral-er", 0.0, 20.0, every_h=12.0, count=40),)


def measured(people: int, seed: int, orders: tuple[Order, ...] = BOLUS) -> Floats:
    """Concentrations of people who follow the model, (people, hours), without the typical one."""
    group = Group(people=people + 1, seed=seed)
    values = simulate(orders, HOURS, group, measures=("plasma/morphine",), keep_values=True).values
    assert values is not None
    return values[1:, :, 0]


def checked(values: Floats, orders: tuple[Order, ...] = BOLUS, seed: int = 1, replicates: int = 100) -> Vpc:
    ids = [str(i) for i in range(values.shape[0]) for _ in HOURS]
    times = np.tile(HOURS, values.shape[0])
    found = check(
        orders, ids, times, values.ravel(), Group(), "plasma/morphine", replicates=replicates, seed=seed
    )
    assert isinstance(found, Vpc)
    return found


def test_a_right_model_holds_about_nine_in_ten_of_its_own_percentiles() -> None:
    shares = [checked(measured(20, 1000 + k), seed=k + 1).inside for k in range(30)]
    assert 0.82 <= float(np.mean(shares)) <= 0.96


def test_a_wrong_dose_is_found() -> None:
    tripled = (Order("morphine", "iv", 0.0, 30.0),)
    assert checked(measured(40, 5), tripled).inside < 0.2


def test_diaries_of_the_model_lie_in_its_intervals_and_higher_ones_do_not() -> None:
    group = Group(people=31, chronic_pain=True, seed=12)
    scores = diaries(OXYCODONE, 28, group)
    assert not isinstance(scores, Unassessable)
    written = scores[1:].astype(float)
    ids = [str(i) for i in range(30) for _ in range(28)]
    times = np.tile(np.arange(28.0) * DAY_H + 20.0, 30)
    right = check(OXYCODONE, ids, times, written.ravel(), group, replicates=60, seed=3)
    wrong = check(OXYCODONE, ids, times, np.minimum(written.ravel() + 3, 10), group, replicates=60, seed=3)
    assert isinstance(right, Vpc) and isinstance(wrong, Vpc)
    assert right.inside > 0.7 and wrong.inside < 0.3
    assert right.edges[0] == 0.0 and right.edges[-1] == 27 * DAY_H


def test_scores_of_one_day_stand_beside_one_draw() -> None:
    """A day's scores in the morning and at night have no spread in any replicate: their percentiles are one number."""
    found = check(
        OXYCODONE,
        ["a"] * 20,
        np.linspace(24.0, 47.0, 20),
        [5.0] * 20,
        Group(chronic_pain=True),
        replicates=30,
    )
    assert isinstance(found, Vpc)
    assert found.percentiles == (10.0, 50.0, 90.0) and found.n.tolist() == [20]
    assert np.ptp(found.median) == np.ptp(found.low) == np.ptp(found.high) == 0.0
    assert np.all(np.rint(found.median) == found.median)


def test_each_id_has_its_own_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids that are read at other hours, in small batches, are each read at their own: the medians follow the kinetics."""
    ids, times = ["late"] * 2 + ["early"] * 2, [6.0, 8.0, 0.5, 1.0]
    whole = check(BOLUS, ids, times, [1.0] * 4, Group(), "plasma/morphine", replicates=400)
    monkeypatch.setattr(room, "BATCH", 1)
    parts = check(BOLUS, ids, times, [1.0] * 4, Group(), "plasma/morphine", replicates=400)
    typical = simulate(BOLUS, np.array([0.5, 1.0, 6.0, 8.0]), Group(), measures=("plasma/morphine",))
    assert isinstance(whole, Vpc) and isinstance(parts, Vpc)
    for found in (whole, parts):
        assert found.median[:, 0] == pytest.approx(typical.bands[:, 0, 0], rel=0.15)
        assert found.percentiles == (50.0,)


def test_diaries_that_begin_on_other_days_are_read_on_their_own() -> None:
    """Pain after an operation falls: who was asked in week 1 has more of it than who was asked in week 5."""
    days = [*range(7), *range(28, 35)]
    ids = ["first"] * 7 + ["later"] * 7
    found = check(BOLUS, ids, [day * DAY_H for day in days], [3.0] * 14, Group(), replicates=200)
    assert isinstance(found, Vpc)
    assert found.median[:2].min() > found.median[-2:].max()


def test_the_same_seed_gives_the_same_check_and_another_does_not() -> None:
    values = measured(6, 4)
    one, same, other = (checked(values, seed=seed) for seed in (7, 7, 8))
    assert np.array_equal(one.low, same.low) and not np.array_equal(one.low, other.low)


def test_few_times_have_a_bin_each_and_many_share() -> None:
    assert checked(measured(6, 4)).time.tolist() == HOURS.tolist()
    times = np.linspace(0.5, 12.0, 80)
    found = check(BOLUS, ["a"] * 80, times, np.ones(80), Group(), "plasma/morphine", replicates=20)
    assert isinstance(found, Vpc) and found.n.tolist() == [10] * 8


def test_an_order_without_kinetics_cannot_be_checked() -> None:
    orders = (*BOLUS, Order("meperidine", "iv", 0.0, 50.0))
    found = check(orders, ["a"], [24.0], [5.0], Group(), replicates=20)
    assert isinstance(found, Unassessable) and found.what == "pain-nrs"
    assert "meperidine" in found.because
    assert isinstance(diaries(orders, 3, Group(people=2)), Unassessable)


@pytest.mark.parametrize(
    ("times", "values", "says"),
    [
        ([0.0], [1.0, 2.0], "times_h"),
        ([0.0, 24.0], [1.0], "values"),
        ([0.0, -1.0], [1.0, 2.0], r"times_h\[1\] is -1.0: cannot be simulated"),
        ([0.0, np.nan], [1.0, 2.0], r"times_h\[1\] is nan"),
        ([0.0, 24.0], [1.0, 11.0], r"values\[1\] is 11.0: is no pain score"),
        ([0.0, 24.0], [np.nan, 1.0], r"values\[0\] is nan"),
    ],
)
def test_what_cannot_be_compared_is_refused(times: list[float], values: list[float], says: str) -> None:
    with pytest.raises(InputRefused, match=says):
        check(BOLUS, ["a", "a"], times, values, Group(), replicates=20)


def test_nothing_observed_is_refused() -> None:
    with pytest.raises(InputRefused, match="times_h"):
        check(BOLUS, [], [], [], Group())


def test_what_is_too_large_is_refused_before_it_is_begun() -> None:
    with pytest.raises(WrongCall, match="at most 40,000,000"):
        check(BOLUS, ["a", "a"], [0.0, 500_000 * DAY_H], [1.0, 2.0], Group())
    with pytest.raises(WrongCall, match="1,000,000"):
        check(BOLUS, [str(i) for i in range(6_000)], [0.0] * 6_000, [1.0] * 6_000, Group())
    with pytest.raises(WrongCall, match="10,000,000"):
        diaries(BOLUS, 1_001, Group(people=10_000))
    with pytest.raises(WrongCall, match="1 day or more"):
        diaries(BOLUS, 0, Group())


def test_an_unknown_measure_is_a_wrong_call() -> None:
    with pytest.raises(WrongCall, match="no measure 'plasma/oxycodone'"):
        check(BOLUS, ["a"], [1.0], [1.0], Group(), "plasma/oxycodone")


def test_a_person_writes_the_same_diary_in_a_larger_group_and_over_more_days() -> None:
    few = diaries(OXYCODONE, 10, Group(people=3, chronic_pain=True, seed=4))
    many = diaries(OXYCODONE, 20, Group(people=9, chronic_pain=True, seed=4))
    assert not isinstance(few, Unassessable) and not isinstance(many, Unassessable)
    assert np.array_equal(few, many[:3, :10])
