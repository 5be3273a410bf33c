"""The nervous system's equations against what each is meant to say."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from algesia.mechanism import system
from algesia.mechanism.model import Order
from algesia.mechanism.parameters import Parameters, table, typical
from algesia.mechanism.simulate import course
from algesia.mechanism.simulation import MEASURES, Group
from tests.mechanism.reference import every

P = {symbol: np.array([[row.prior]]) for symbol, row in table().items()}
NONE = np.zeros((1, 1))
share = st.floats(0.0, 1.0)


def one(value: float) -> np.ndarray:
    return np.array([[value]])


@given(
    alpha=st.floats(0.2, 1.0), c50=st.floats(0.1, 100.0), tau=st.floats(6.0, 60.0), hill=st.floats(0.5, 4.0)
)
def test_c50_relieves_half_in_the_naive(alpha: float, c50: float, tau: float, hill: float) -> None:
    p = {**P, "TAU": one(tau), "HILL": one(hill)}
    u = c50 / system.half_binding(one(c50), alpha, p["TAU"])
    left = system.efficacy(NONE, NONE, p)
    assert system.relief(alpha * u / (1 + u), left, p).item() == pytest.approx(0.5)


@given(tf=st.floats(0.0, 1.0), ts=st.floats(0.0, 2.0))
def test_potency_ratio_is_the_ratio_of_doses_for_half_relief(tf: float, ts: float) -> None:
    left = system.efficacy(one(tf), one(ts), P)

    def half(efficacy: np.ndarray) -> float:
        def off(log_u: float) -> float:
            u = np.exp(log_u)
            return system.relief(one(u / (1 + u)), efficacy, P).item() - 0.5

        return float(np.exp(brentq(off, -20, 20, xtol=1e-14)))

    known = half(left) / half(P["TAU"])
    assert system.potency_ratio(left, P).item() == pytest.approx(known, rel=1e-8)


def test_potency_ratio_is_held_where_no_amount_gives_half_relief() -> None:
    assert system.potency_ratio(one(0.9), P).item() == 100.0
    assert system.potency_ratio(P["TAU"], P).item() == pytest.approx(1.0)


def test_without_anything_each_test_is_at_its_baseline() -> None:
    p = P
    assert system.cold_tolerance(NONE, NONE, NONE, NONE, p).item() == p["CT_0"].item()
    assert system.cold_threshold(NONE, NONE, p).item() == p["CTH_0"].item()
    assert system.rating(NONE, NONE, NONE, p["R_HEAT"], p).item() == p["R_HEAT"].item()
    assert system.area(NONE, NONE, p).item() == 1.0
    assert system.pain(p["N_CHRONIC"], NONE, NONE, NONE, NONE, NONE, p).item() == p["N_CHRONIC"].item()
    assert system.withdrawal(NONE, NONE, p).item() == pytest.approx(p["WS_REST"].item())
    assert system.relief(NONE, p["TAU"], p).item() == 0.0


@given(e=share, s1=share, s2=share, of=share, os=share)
def test_scores_stay_on_their_scales(e: float, s1: float, s2: float, of: float, os: float) -> None:
    states = [one(value) for value in (e, s1, s2, of, os)]
    pain = system.pain(one(9.0), *states, P).item()
    assert 0.0 <= pain <= 10.0
    assert 0.0 <= system.rating(states[0], states[2], states[3], one(9.0), P).item() <= 10.0
    assert P["WS_REST"].item() <= system.withdrawal(states[3], states[4], P).item() <= 1.0


@given(a=share, b=share, e=share)
def test_each_term_works_in_its_direction(a: float, b: float, e: float) -> None:
    low, high = one(min(a, b)), one(max(a, b))
    at = one(e)
    assert system.cold_tolerance(at, high, NONE, NONE, P) <= system.cold_tolerance(at, low, NONE, NONE, P)
    assert system.cold_tolerance(high, NONE, NONE, NONE, P) >= system.cold_tolerance(low, NONE, NONE, NONE, P)
    assert system.area(NONE, high, P) >= system.area(NONE, low, P)
    assert system.relief(high, P["TAU"], P) >= system.relief(low, P["TAU"], P)
    assert system.efficacy(high, NONE, P) <= system.efficacy(low, NONE, P)
    assert system.withdrawal(high, at, P) >= system.withdrawal(low, at, P)
    assert np.array_equal(system.rebound(low, high), np.maximum(low - high, 0))


def test_a_painful_condition_alone_keeps_its_sensitization() -> None:
    s2 = system.own_sensitization(P)
    assert (P["K2_OWN"] * (1 - s2) - P["K2_OFF"] * s2).item() == pytest.approx(0.0, abs=1e-18)
    at = np.array([0.0, 1000.0, 9000.0])
    measures = ("sensitization", "pain-nrs")
    found = course((), at, Group(chronic_pain=True)).curves(measures, typical())
    np.testing.assert_allclose(found, np.broadcast_to(found[0], found.shape), rtol=1e-12)


def test_every_constant_that_is_used_is_in_the_table() -> None:
    text = Path(system.__file__).read_text(encoding="utf-8")
    used = set(re.findall(r'p\["(\w+)"\]', text)) | {
        s for symbols in system.SWITCHES.values() for s in symbols
    }
    assert used <= set(table())


GIVEN = (
    every("morphine", "oral", 30.0, 6.0, 40),
    Order("ketamine", "iv", 300.0, rate=10, rate_unit="mg/h", duration_h=9),
    Order("remifentanil", "iv", 350.0, rate=0.4, rate_unit="mg/h", duration_h=1),
)
HOURS = np.arange(0.0, 400.0, 2.5)


def curves(parameters: Parameters, *measures: str) -> np.ndarray:
    return course(GIVEN, HOURS, Group(), parameters=parameters).curves(measures, parameters)


def off(part: str) -> Parameters:
    return typical().changed(**dict.fromkeys(system.SWITCHES[part], 0.0))


@pytest.mark.parametrize(
    ("part", "measure", "rest"),
    [
        ("fast desensitization", "tolerance-fast", 1.0),
        ("slow tolerance", "tolerance", 1.0),
        ("slow sensitization", "sensitization", 0.0),
        ("sensitization of hours", "sensitization", 0.0),
        ("sensitization of hours", "sensitization-acute", 0.0),
        ("fast rebound", "withdrawal-fast", 0.0),
        ("slow rebound", "withdrawal-slow", 0.0),
    ],
)
def test_a_part_that_is_switched_off_stays_at_rest(part: str, measure: str, rest: float) -> None:
    assert np.ptp(curves(typical(), measure)) > 0.001
    assert np.all(curves(off(part), measure) == rest)


@pytest.mark.parametrize("part", system.SWITCHES)
def test_a_part_that_is_switched_off_changes_something(part: str) -> None:
    whole = curves(typical().changed(M3G_GAIN=0.2), *MEASURES)
    assert (
        np.max(
            np.abs(
                curves(off(part).changed(**({} if part == "metabolite" else {"M3G_GAIN": 0.2})), *MEASURES)
                - whole
            )
        )
        > 1e-4
    )


@pytest.mark.parametrize(
    ("part", "states"),
    [
        ("metabolite", {"M3G_C50": 50.0}),
        ("fast rebound", {"KOF": 0.5, "FALL": 0.001, "F_RATE": 9.0}),
        ("slow rebound", {"W_CT": 2.0, "P_OS": 9.0}),
        ("sensitization of hours", {"H_AREA": 9.0, "K2_ON": 0.1}),
        ("slow sensitization", {"H_CT": 4.0, "P_S2": 9.0}),
    ],
)
def test_what_belongs_to_a_part_that_is_off_has_no_effect(part: str, states: dict[str, float]) -> None:
    shown = tuple(MEASURES)
    exact = course(GIVEN, HOURS, Group())
    without, changed = (exact.curves(shown, off(part).changed(**more)) for more in ({}, states))
    np.testing.assert_allclose(changed, without, rtol=1e-12, atol=1e-12)
