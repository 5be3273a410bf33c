"""The kernel against the same equations in a general solver, its pieces against quadrature, and its laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from algesia.mechanism import kernel, quadrature
from algesia.mechanism.drugs import blocks_for
from algesia.mechanism.events import Event, EventTable
from algesia.mechanism.halving import halved
from algesia.mechanism.inputs import kernel_inputs
from algesia.mechanism.model import Floats, Order, Schedule
from algesia.mechanism.parameters import typical
from algesia.mechanism.people import nervous_systems
from algesia.mechanism.propagate import concentrations
from algesia.mechanism.schedule import schedule_of, schedule_of_events
from algesia.mechanism.simulate import Course, course
from algesia.mechanism.simulation import Group
from tests.mechanism.reference import CASES, STATES, apart, body, every, solve


def raw(made: Course, schedule: Schedule | None = None) -> tuple[Floats, tuple[str, ...]]:
    schedule = schedule or made.schedule
    p = nervous_systems(typical(), made.group, 0, 1)
    inputs, read = kernel_inputs(made.blocks, schedule, p, made.group)
    return kernel.run(schedule, inputs)[0], read


@pytest.mark.parametrize("name", CASES)
def test_kernel_gives_what_a_general_solver_gives(name: str) -> None:
    orders, at, chronic = CASES[name]
    made = course(orders, at, Group(chronic_pain=chronic), tolerance=1e-5)
    known = solve(body(made), orders, at)
    found, read = raw(made)
    for i, state in enumerate((*STATES, *read)):
        linear = i >= len(STATES)
        assert apart(found[:, i], known[state]) < (1e-7 if linear else 1e-4), state


@pytest.mark.parametrize("name", CASES)
def test_promised_error_is_kept(name: str) -> None:
    orders, at, chronic = CASES[name]
    made = course(orders, at, Group(chronic_pain=chronic))
    known = solve(body(made), orders, at)
    found, _ = raw(made)
    worst = max(apart(found[:, i], known[state]) for i, state in enumerate(STATES))
    assert worst < 1e-3
    assert made.error <= 1e-3


def test_error_falls_with_the_fourth_power_of_the_step() -> None:
    orders, at, chronic = CASES["methadone, tapered"]
    made = course(orders, at, Group(chronic_pain=chronic), tolerance=1.0)
    known = solve(body(made), orders, at)
    coarse = schedule_of(made.blocks, orders, at, first_step_h=0.5, growth=2.0, longest_step_h=4.0)
    schedule, errors = coarse, []
    for _ in range(4):
        found, _ = raw(made, schedule)
        errors.append([apart(found[:, i], known[state]) for i, state in enumerate(STATES[1:8], 1)])
        schedule = halved(schedule)
    falls = np.array(errors[:-1]) / np.array(errors[1:])
    # smaller errors are those of the reference
    seen = np.array(errors[1:]) > 1e-7
    assert np.sum(seen) >= 6
    assert np.min(falls[seen]) > 2**2  # before the steps are short enough, errors of two kinds may cancel
    assert 11 < np.median(falls[seen]) < 22


def test_slow_binding_converges() -> None:
    orders, at, chronic = CASES["buprenorphine after morphine"]
    made = course(orders, at, Group(chronic_pain=chronic), tolerance=1.0)
    known = solve(body(made), orders, at)["stimulus"]
    schedule, errors = made.schedule, []
    for _ in range(6):
        errors.append(apart(raw(made, schedule)[0][:, 0], known))
        schedule = halved(schedule)
    assert errors[-2] / errors[-1] > 3.5
    assert errors[-1] < 1e-5


def test_kinetics_are_those_of_the_propagators() -> None:
    orders, at, _ = CASES["naloxone in a dependent person"]
    made = course(orders, at, Group())
    found, read = raw(made)
    exact = concentrations(made.blocks, made.schedule)
    for i, name in enumerate(read):
        np.testing.assert_allclose(found[:, len(STATES) + i], exact[name][0], rtol=1e-11, atol=1e-13)


def test_reset_empties_the_body_and_not_the_memory() -> None:
    block = blocks_for(["morphine"], Group())[0][0]
    rows = (
        Event(0.0, amt=30.0, ii=6.0, addl=9, cmt="oral"),
        Event(50.0, evid=3),
        Event(52.0, evid=2),
    )
    at = np.array([50.0, 50.5, 52.0])
    schedule = schedule_of_events(block, EventTable(rows), at, first_step_h=0.1)
    inputs, read = kernel_inputs((block,), schedule, nervous_systems(typical(), Group(), 0, 1), Group())
    found = kernel.run(schedule, inputs)[0]
    assert found[0, 0] > 0.05 and found[0, len(STATES) + read.index("plasma/morphine")] > 1.0
    assert np.all(found[1:, 0] == 0.0) and np.all(found[1:, len(STATES) :] == 0.0)
    off = typical()["KOS"]
    held = found[:, STATES.index("OS")]
    np.testing.assert_allclose(held[1:], held[0] * np.exp(-off * np.array([0.5, 2.0])), rtol=1e-12)


@settings(deadline=None)
@given(a=st.floats(1e-7, 500.0), upto=st.sampled_from([0.5, 1.0]), n=st.sampled_from([0, 1, 2]))
def test_moments_are_integrals(a: float, upto: float, n: int) -> None:
    known, _ = quad(lambda s: a * np.exp(-a * (upto - s)) * s**n, 0, upto, epsabs=0, epsrel=1e-12, limit=400)
    # by parts the closed form loses a few digits just above its border
    assert quadrature.moments(a, upto)[n] == pytest.approx(known, rel=1e-9)


@given(
    k=st.floats(0.001, 100.0),
    h=st.floats(0.01, 12.0),
    z=st.floats(0, 3),
    c=st.tuples(*[st.floats(-2, 2)] * 3),
)
def test_filter_is_exact_where_the_drive_is_a_parabola(
    k: float, h: float, z: float, c: tuple[float, float, float]
) -> None:
    # z' = k (f - z) with f = c0 + c1 t + c2 t^2 has the solution p(t) + (z - p(0)) exp(-k t)
    def p(t: float) -> float:
        return c[0] - c[1] / k + 2 * c[2] / k**2 + (c[1] - 2 * c[2] / k) * t + c[2] * t * t

    for upto in (0.5, 1.0):
        decay, *w = quadrature.weights(k * h, upto)
        f = [c[0] + c[1] * t + c[2] * t * t for t in (0.0, h / 2, h)]
        found = decay * z + sum(wi * fi for wi, fi in zip(w, f, strict=True))
        size = 1.0 + abs(c[0]) + abs(c[1]) * (h + 1 / k) + abs(c[2]) * (h + 1 / k) ** 2
        assert found == pytest.approx(p(upto * h) + (z - p(0)) * np.exp(-k * h * upto), abs=1e-11 * size)


def test_linear_step_is_of_fourth_order() -> None:
    def p(t: float) -> float:
        return 0.4 + np.sin(t)

    def q(t: float) -> float:
        return 0.3 + 0.2 * np.cos(2 * t)

    exact = solve_ivp(lambda t, z: p(t) - q(t) * z, (0, 2), [0.7], rtol=1e-12, atol=1e-13).y[0, -1]
    errors = []
    for steps in (8, 16, 32):
        h, z = 2.0 / steps, 0.7
        for t in np.arange(steps) * h:
            z = quadrature.linear_step(z, h, p(t), p(t + h / 2), p(t + h), q(t), q(t + h / 2), q(t + h))
        errors.append(abs(z - exact))
    assert errors[0] / errors[2] > 12**2


ORDERS = st.lists(
    st.builds(
        Order,
        drug=st.sampled_from(["morphine", "methadone", "ketamine"]),
        route=st.just("oral"),
        start_h=st.integers(0, 40).map(float),
        amount=st.floats(1.0, 80.0),
        every_h=st.sampled_from([6.0, 12.0]),
        count=st.integers(1, 6),
    ),
    min_size=1,
    max_size=3,
)
AT = np.arange(0.0, 100.0, 5.0) + 0.25


def walked(orders: list[Order], at: Floats) -> Floats:
    blocks = blocks_for(sorted({order.drug for order in orders}), Group())[0]
    schedule = schedule_of(
        blocks, orders, at, first_step_h=0.5, longest_step_h=6.0, from_h=float(at[0] - 0.25)
    )
    p = nervous_systems(typical(), Group(), 0, 1)
    return kernel.run(schedule, kernel_inputs(blocks, schedule, p, Group())[0])[0]


@settings(deadline=None, max_examples=20)
@given(orders=ORDERS, by=st.integers(-5000, 5000))
def test_shifting_all_hours_changes_nothing(orders: list[Order], by: int) -> None:
    moved = [replace(order, start_h=order.start_h + by) for order in orders]
    np.testing.assert_allclose(walked(moved, AT + by), walked(orders, AT), rtol=1e-9, atol=1e-12)


@settings(deadline=None, max_examples=20)
@given(orders=ORDERS, chance=st.randoms())
def test_order_of_orders_changes_nothing(orders: list[Order], chance: object) -> None:
    other = list(orders)
    chance.shuffle(other)  # type: ignore[attr-defined]
    np.testing.assert_allclose(walked(other, AT), walked(orders, AT), rtol=1e-9, atol=1e-12)


@settings(deadline=None, max_examples=20)
@given(orders=ORDERS)
def test_shares_stay_shares(orders: list[Order]) -> None:
    found = walked(orders, AT)
    assert np.all(found >= 0.0)
    for state in ("stimulus", "S2", "OF", "RF", "OS", "NMDA block"):
        assert np.all(found[:, STATES.index(state)] <= 1.0), state


@settings(deadline=None, max_examples=15)
@given(mg=st.floats(1.0, 200.0), more=st.floats(1.01, 3.0))
def test_more_of_a_drug_is_more_of_everything_it_does(mg: float, more: float) -> None:
    low, high = (walked([every("morphine", "oral", dose, 6.0, 8)], AT) for dose in (mg, more * mg))
    # the fast rebound goes with the speed of a fall, not with the dose
    low, high = (np.delete(found, STATES.index("RF"), axis=1) for found in (low, high))
    assert np.all(high[3:] > low[3:] - 1e-15) or np.all(high >= low)
    assert high[-1, STATES.index("TS")] > low[-1, STATES.index("TS")]
