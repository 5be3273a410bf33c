"""Laws of a simulation, and what must be possible in it because it was seen in people.

The second part uses the middle of the priors (`prior()`), which no fit moves, and says so where it changes a constant
within its prior; it asks whether a pattern can arise, not how large it is.
"""

from __future__ import annotations

import numpy as np
import pytest

from algesia.mechanism import simulate as module
from algesia.mechanism import system
from algesia.mechanism.model import Floats, Order
from algesia.mechanism.parameters import Parameters, prior, table, typical
from algesia.mechanism.people import CHUNK, nervous_systems
from algesia.mechanism.simulate import course, simulate
from algesia.mechanism.simulation import MEASURES, Group
from algesia.quantities.refusal import InputRefused, WrongCall
from tests.mechanism.reference import CASES, DAY, every

MORPHINE = (every("morphine", "oral", 20.0, 6.0, 8),)
AT = np.array([0.0, 5.0, 30.0, 60.0])


def infusion(drug: str, mg_per_h: float, start: float, hours: float) -> Order:
    return Order(drug, "iv", start, rate=mg_per_h, rate_unit="mg/h", duration_h=hours)


def curves(
    orders: tuple[Order, ...],
    at: Floats,
    *measures: str,
    group: Group | None = None,
    p: Parameters | None = None,
) -> Floats:
    p = p or prior()
    return course(orders, at, group or Group(), parameters=p).curves(measures, p).T


def test_nothing_given_nothing_changes() -> None:
    found = simulate(
        (), AT, Group(people=5, chronic_pain=True), measures=("pain-nrs", "stimulus"), keep_values=True
    )
    assert found.values is not None
    np.testing.assert_allclose(
        found.values, np.broadcast_to(found.values[:, :1], found.values.shape), rtol=1e-12
    )
    assert np.all(found.values[:, :, 1] == 0.0)
    assert found.error == 0.0


def test_first_person_is_the_typical_one() -> None:
    found = simulate(MORPHINE, AT, Group(people=4), keep_values=True)
    assert found.values is not None
    alone = course(MORPHINE, AT, Group()).curves(found.measures, typical())
    np.testing.assert_allclose(found.values[0], alone, rtol=1e-12)
    assert np.all(np.abs(found.values[1:, 2] - found.values[0, 2]).max(axis=1) > 0)


@pytest.mark.parametrize("people", [17, CHUNK + 9, 2 * CHUNK + 9])
def test_a_person_does_not_depend_on_how_many_there_are(people: int) -> None:
    few = simulate(MORPHINE, AT, Group(people=min(people, CHUNK + 3)), keep_values=True).values
    many = simulate(MORPHINE, AT, Group(people=people), keep_values=True).values
    assert few is not None and many is not None
    np.testing.assert_array_equal(many[: few.shape[0]], few)


def test_chunks_hold_different_people() -> None:
    values = simulate(MORPHINE, AT, Group(people=2 * CHUNK), measures=("tolerance",), keep_values=True).values
    assert values is not None
    assert np.unique(values[:, 2, 0]).size == 2 * CHUNK
    first, second = np.median(values[:CHUNK, 2, 0]), np.median(values[CHUNK:, 2, 0])
    assert first == pytest.approx(second, rel=0.1)


def test_people_who_do_not_vary_are_all_the_typical_one() -> None:
    found = simulate(MORPHINE, AT, Group(people=12, varies=False))
    np.testing.assert_allclose(found.bands[:, :, 1], found.bands[:, :, 2], rtol=1e-12)


def test_seed_makes_the_people() -> None:
    a, b, c = (simulate(MORPHINE, AT, Group(people=40, seed=seed)).bands for seed in (3, 3, 4))
    np.testing.assert_array_equal(a, b)
    assert np.max(np.abs(a - c)) > 0


def test_bands_of_many_are_those_of_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    group, asked = Group(people=3000), ("pain-nrs", "cold-tolerance")
    whole = simulate(MORPHINE, AT, group, measures=asked)
    monkeypatch.setattr(module, "HELD", 0)
    counted = simulate(MORPHINE, AT, group, measures=asked)
    width = whole.bands[:, :, 2] - whole.bands[:, :, 1]
    assert np.max(np.abs(counted.bands - whole.bands) / width[:, :, None]) < 0.02


def test_only_what_is_asked_comes_back_with_its_unit() -> None:
    found = simulate(MORPHINE, AT, Group(), measures=("plasma/M3G", "cold-tolerance"))
    assert found.measures == ("plasma/M3G", "cold-tolerance")
    assert found.units == ("ng/mL", "s")
    assert found.bands.shape == (4, 2, 3)
    assert {"TAU", "morphine/V1"} <= set(found.founded)
    everything = simulate(MORPHINE, AT, Group())
    assert set(MEASURES) | {"plasma/morphine", "effect/M6G"} <= set(everything.measures)


@pytest.mark.parametrize("people", [3, 40, 1100])
def test_nobody_changes_without_a_drug(people: int) -> None:
    group = Group(people=people, chronic_pain=True)
    found = simulate((), AT, group, measures=("pain-nrs", "sensitization", "tolerance"), keep_values=True)
    assert found.values is not None
    p = nervous_systems(typical(), group, 0, min(people, CHUNK))
    own = system.own_sensitization(p)
    np.testing.assert_allclose(
        found.values[:CHUNK, :, 1], np.broadcast_to(own, (own.size, AT.size)), rtol=1e-9
    )
    np.testing.assert_allclose(found.values[:CHUNK, 0, 0], np.minimum(p["N_CHRONIC"][:, 0], 10.0), rtol=1e-9)
    assert np.all(found.values[:, :, 2] == 1.0)


def test_unknown_measure_and_hours_that_cannot_be() -> None:
    with pytest.raises(WrongCall, match="itch"):
        simulate(MORPHINE, AT, Group(), measures=("itch",))
    for at in ([], [1.0, 1.0], [2.0, 1.0], [np.nan], [[1.0]]):
        with pytest.raises(InputRefused, match="hours"):
            simulate(MORPHINE, np.array(at), Group())


def test_a_drug_without_an_effect_in_the_model_is_named() -> None:
    beside = every("pregabalin", "oral", 75.0, 12.0, 10)
    found = simulate((*MORPHINE, beside), AT, Group(), measures=("pain-nrs", "plasma/pregabalin"))
    assert [one.what for one in found.unassessable] == ["what pregabalin does"]
    alone = simulate(MORPHINE, AT, Group(), measures=("pain-nrs",))
    np.testing.assert_allclose(found.bands[:, :1], alone.bands, rtol=1e-3)
    # alone it would look like nobody's treatment
    found = simulate((beside,), AT, Group())
    assert found.measures and not set(found.measures) & set(MEASURES)
    assert "the nervous system" in [one.what for one in found.unassessable]


def test_a_drug_without_kinetics_is_named_and_left_out() -> None:
    orders = (*MORPHINE, every("nalmefene", "oral", 50.0, DAY, 2))
    found = simulate(orders, AT, Group())
    assert "plasma/nalmefene" in [one.what for one in found.unassessable]
    # the nervous system would miss a drug, so only concentrations have curves
    assert found.measures and not set(found.measures) & set(MEASURES)
    alone = simulate(MORPHINE, AT, Group(), measures=found.measures)
    np.testing.assert_allclose(found.bands, alone.bands, rtol=1e-9)


def test_promised_error_falls_with_what_is_asked() -> None:
    orders, at, _ = CASES["methadone, tapered"]
    errors = [course(orders, at, Group(), tolerance=tolerance).error for tolerance in (1e-2, 1e-4, 1e-5)]
    assert errors[0] <= 1e-2 and errors[1] <= 1e-4 and errors[2] <= 1e-5


# what must be possible


def test_tolerance_without_hyperalgesia() -> None:
    # 78 mg a day for a month (Chu 2012); sensitization within its prior can be next to nothing
    little = prior().changed(K2_ON=table()["K2_ON"].prior * np.exp(-2 * table()["K2_ON"].spread))
    orders = (every("morphine", "oral-er", 39.0, 12.0, 60),)
    potency, cold = curves(orders, np.array([0.0, 30 * DAY]), "potency-ratio", "cold-tolerance", p=little)
    assert potency[1] > 1.5
    assert cold[1] > 0.95 * cold[0]


def test_rebound_after_a_sudden_end_is_gone_by_105_minutes() -> None:
    sudden = (infusion("remifentanil", 0.42, 0.0, 3.0),)
    # the same rate let down over four hours
    slow = (
        *sudden,
        *(infusion("remifentanil", 0.42 * (1 - k / 16), 3 + (k - 1) / 4, 1 / 4) for k in range(1, 16)),
    )
    at = np.arange(0.0, 12.0, 0.05)
    (rated, *_), (let_down, *_) = (curves(orders, at, "heat-rating", "stimulus") for orders in (sudden, slow))
    rest = rated[0]
    assert np.max(rated) > 1.02 * rest
    late = np.searchsorted(at, 3.0 + 105 / 60)
    assert rated[late] - rest < 0.4 * (np.max(rated) - rest)
    assert np.max(let_down) - rest < 0.75 * (np.max(rated) - rest)


def test_ketamine_keeps_the_area_and_not_the_rating() -> None:
    alone = (infusion("remifentanil", 0.42, 0.0, 1.5),)
    beside = (*alone, infusion("s-ketamine", 21.0, -0.25, 4.0))
    at = np.array([-0.25, 2.0, 2.5, 3.0, 4.0])
    area, rated = curves(alone, at, "hyperalgesia-area", "heat-rating")
    area_kept, rated_kept = curves(beside, at, "hyperalgesia-area", "heat-rating")
    assert np.max(area) > 1.02 and np.max(rated) > rated[0] + 0.05
    assert np.max(area_kept) - 1.0 < 0.2 * (np.max(area) - 1.0)
    np.testing.assert_allclose(rated_kept, rated, rtol=1e-3)


def test_withdrawal_follows_the_rate_of_fall_and_lasts_two_weeks() -> None:
    year = (every("methadone", "oral", 80.0, DAY, 365),)
    worst = []
    for weeks in (1, 2, 4, 8, 16):
        taper = [
            every("methadone", "oral", 80.0 * (1 - (k + 1) / (weeks + 1)), DAY, 7, (365 + 7 * k) * DAY)
            for k in range(weeks)
        ]
        at = (365.0 + np.arange(0, 60 + 7 * weeks)) * DAY
        worst.append(np.max(curves((*year, *taper), at, "withdrawal-score")[0]))
    (sudden,) = curves(year, (365.0 + np.arange(60)) * DAY, "withdrawal-score")
    assert np.max(sudden) > worst[0] > worst[1] > worst[2] > worst[3] > worst[4]
    rest, half = prior()["WS_REST"], 0.5 * (np.max(sudden) + prior()["WS_REST"])
    assert 3 <= np.flatnonzero(sudden > half).max() <= 14
    assert 10 <= np.flatnonzero(sudden > rest + 0.05 * (np.max(sudden) - rest)).max() <= 28


def test_antagonist_brings_withdrawal_at_once() -> None:
    dependent = (every("morphine", "oral-er", 60.0, 12.0, 20),)
    naloxone = Order("naloxone", "iv", 234.0, amount=0.8)
    at = np.array([234.0, 234.1, 238.0])
    x, score, drug = curves((*dependent, naloxone), at, "stimulus", "withdrawal-score", "effect/morphine")
    assert x[1] < 0.5 * x[0] and score[1] > 2 * score[0]
    assert drug[1] == pytest.approx(drug[0], rel=0.05)
    assert x[2] > 1.5 * x[1] and score[2] < 1.2 * score[0]
    never = curves((naloxone,), at, "stimulus", "withdrawal-score", "cold-tolerance")
    np.testing.assert_allclose(never, np.broadcast_to(never[:, :1], never.shape), rtol=1e-12)


def test_slow_partial_agonist_takes_the_place_of_a_full_one() -> None:
    orders, at, _ = CASES["buprenorphine after morphine"]
    both, first = (curves(given, at, "stimulus")[0] for given in (orders, orders[:1]))
    after = np.searchsorted(at, 130.0, side="right")
    np.testing.assert_allclose(both[:after], first[:after], rtol=1e-3, atol=1e-6)
    assert np.max(both[after:]) < 0.67


def test_cold_tolerance_comes_back_in_five_months_and_not_in_one() -> None:
    (cold, more) = curves(
        (every("methadone", "oral", 80.0, DAY, 730),),
        DAY * np.array([0.0, 730.0, 735.0, 730 + 28, 730 + 150]), "cold-tolerance", "sensitization",
        p=prior().changed(K2_ON=table()["K2_ON"].prior * np.exp(table()["K2_ON"].spread)),
    )  # fmt: skip
    assert cold[2] < 0.75 * cold[0]
    assert cold[3] < 0.85 * cold[0]
    assert cold[4] > 0.93 * cold[0]
    assert more[1] > more[3] > more[4]


def test_pain_after_stopping_can_stay_fall_or_rise() -> None:
    orders = (every("morphine", "oral-er", 60.0, 12.0, 730),)
    at = DAY * np.array([364.0, 365 + 150])
    spread = {symbol: np.exp(table()[symbol].spread) for symbol in ("K2_ON", "RMAX", "KT_ON")}
    start = prior()
    fall = start.changed(K2_ON=start["K2_ON"] * spread["K2_ON"], RMAX=start["RMAX"] / spread["RMAX"])
    rise = start.changed(K2_ON=start["K2_ON"] / spread["K2_ON"] ** 2, KT_ON=start["KT_ON"] / spread["KT_ON"])
    moves = {}
    for name, p in (("stay", start), ("fall", fall), ("rise", rise)):
        on, after = curves(orders, at, "pain-nrs", group=Group(chronic_pain=True), p=p)[0]
        moves[name] = after - on
    assert moves["fall"] < -0.7
    assert abs(moves["stay"]) < 0.5
    assert moves["rise"] > 0.15


def test_higher_dose_more_tolerance() -> None:
    at = np.array([20 * DAY])
    found = [
        curves((every("oxycodone", "oral-er", mg, 12.0, 40),), at, "potency-ratio", "tolerance")[:, 0]
        for mg in (10.0, 20.0, 40.0, 80.0)
    ]
    assert np.all(np.diff(found, axis=0) > 0)
