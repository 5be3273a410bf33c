"""Linear kinetics against textbook solutions, scipy and libRoadRunner."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, getcontext

import numpy as np
import pytest
import scipy.integrate
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.mechanism.model import Block, Floats, Order, Output, Transfer
from algesia.mechanism.propagate import concentrations, expm, propagators, rate_matrix
from algesia.mechanism.schedule import schedule_of
from algesia.quantities.refusal import InputRefused, WrongCall
from tests.mechanism.models import block, door, one, oral, people, three, two

HOURS = np.array([0.25, 0.5, 1.0, 2.0, 3.7, 6.0, 11.0, 24.0])


def curve(
    of: Block, orders: list[Order], at: Floats = HOURS, name: str = "plasma/a", **more: float
) -> Floats:
    """What the typical person has in plasma, ng/mL."""
    made = schedule_of((of,), orders, at, first_step_h=0.05, **more)
    return concentrations((of,), made)[name][0]


def bolus(mg: float = 10.0, at: float = 0.0, route: str = "iv") -> Order:
    return Order("a", route, at, amount=mg)


def infusion(mg_per_h: float, hours: float, at: float = 0.0) -> Order:
    return Order("a", "iv", at, rate=mg_per_h, rate_unit="mg/h", duration_h=hours)


# --- the matrix exponential -----------------------------------------------------------------------------------


@st.composite
def matrices(draw: st.DrawFn) -> Floats:
    """Compartments with losses of very different speed, gains and flows that keep their source."""
    size = draw(st.integers(1, 7))
    speeds = st.one_of(st.just(0.0), st.floats(1e-4, 30.0))
    matrix = np.zeros((size, size))
    for source in range(size):
        for target in range(size):
            rate = draw(speeds)
            if source == target:
                matrix[source, source] -= rate
            elif rate > 0:
                matrix[target, source] += rate * draw(st.sampled_from([1.0, 0.5]))
                matrix[source, source] -= rate
    return matrix


def whole(matrix: Floats, h: float) -> tuple[Floats, Floats]:
    """P and G by scipy, from the matrix with inputs appended."""
    size = len(matrix)
    larger = np.block([[matrix, np.eye(size)], [np.zeros((size, 2 * size))]])
    both = scipy.linalg.expm(larger * h)
    return both[:size, :size], both[:size, size:]


@given(matrices(), st.floats(1e-3, 12.0))
@settings(max_examples=80, deadline=None)
def test_propagators_against_scipy(matrix: Floats, h: float) -> None:
    powers, integrals = propagators(matrix, np.array([h]))
    power, integral = whole(matrix, h)
    # Beside 1e-20 of what there was, nothing is left whose digits would count.
    assert np.abs(powers[0] - power).max() <= 1e-12 * max(np.abs(power).max(), 1e-20)
    assert np.abs(integrals[0] - integral).max() <= 1e-12 * np.abs(integral).max()
    assert np.array_equal(expm(matrix, h), powers[0])


def exactly(matrix: Floats, h: float) -> Floats:
    """exp(K h) by a Taylor sum in 120 digits."""
    getcontext().prec = 120
    size = len(matrix)
    scaled = [[Decimal(float(x)) * Decimal(h) / 4096 for x in row] for row in matrix]

    def times(a: list[list[Decimal]], b: list[list[Decimal]]) -> list[list[Decimal]]:
        return [
            [sum((a[i][m] * b[m][j] for m in range(size)), Decimal(0)) for j in range(size)]
            for i in range(size)
        ]

    total = [[Decimal(int(i == j)) for j in range(size)] for i in range(size)]
    term = [row[:] for row in total]
    for n in range(1, 60):
        term = [[x / n for x in row] for row in times(term, scaled)]
        total = [[x + y for x, y in zip(a, b, strict=True)] for a, b in zip(total, term, strict=True)]
    for _ in range(12):
        total = times(total, total)
    return np.array([[float(x) for x in row] for row in total])


@pytest.mark.parametrize(
    ("fast", "slow", "h", "allowed"),
    [
        (1.0, 1.0, 5.0, 1e-14),
        (1.0, 1.0 + 1e-9, 5.0, 1e-14),
        (90.0, 0.002, 12.0, 1e-12),
        (900.0, 1e-4, 1.0, 1e-12),
    ],
)
def test_every_entry_keeps_its_digits(fast: float, slow: float, h: float, allowed: float) -> None:
    """Small entries too, where rates are equal, nearly equal, or far apart."""
    matrix = np.array([[-fast, 0.0, 0.0], [fast, -slow - 0.3, 0.1], [0.0, 0.3, -0.1]])
    found, wanted = expm(matrix, h), exactly(matrix, h)
    present = wanted > 1e-290
    assert np.abs(found[present] / wanted[present] - 1).max() < allowed


def test_a_doubled_length_is_made_from_its_half() -> None:
    matrix = np.ascontiguousarray(rate_matrix(three())[0])
    powers, integrals = propagators(matrix, np.array([0.1, 0.2, 0.4, 0.8]))
    for k, h in enumerate((0.1, 0.2, 0.4, 0.8)):
        power, integral = whole(matrix, h)
        assert np.abs(powers[k] - power).max() < 1e-13
        assert np.abs(integrals[k] - integral).max() < 1e-13


def test_no_time_and_no_flow() -> None:
    powers, integrals = propagators(np.array([[-1.0, 0.0], [1.0, -2.0]]), np.array([0.0]))
    assert np.array_equal(powers[0], np.eye(2)) and not integrals[0].any()
    powers, integrals = propagators(np.zeros((2, 2)), np.array([3.0]))
    assert np.array_equal(powers[0], np.eye(2)) and np.array_equal(integrals[0], 3.0 * np.eye(2))
    kept = expm(np.array([[0.0, 0.0], [0.5, 0.0]]), 4.0)
    assert kept == pytest.approx(np.array([[1.0, 0.0], [2.0, 1.0]]), rel=1e-14)


# --- the rate matrix ------------------------------------------------------------------------------------------


def test_flows_leave_arrive_with_gain_or_keep() -> None:
    of = block(
        ("central", "effect"), [("central", None, 2.0), ("central", "effect", 5.0), ("effect", None, 5.0)], {}
    )
    assert rate_matrix(of)[0].tolist() == [[-2.0, 0.0], [5.0, -5.0]]
    split = replace(oral(ka=1.0, k=0.5), gains=np.array([[0.25, 1.0]]))
    assert rate_matrix(split)[0].tolist() == [[-1.0, 0.0], [0.25, -0.5]]


@pytest.mark.parametrize("bad", [-0.1, np.nan, np.inf])
def test_an_impossible_rate_is_named(bad: float) -> None:
    of = one()
    with pytest.raises(InputRefused, match=r"a\.k0 is .*impossible flow"):
        rate_matrix(replace(of, rates=np.array([[bad]])))
    with pytest.raises(InputRefused, match=r"a\.k0"):
        rate_matrix(replace(of, gains=np.array([[bad]])))


def test_flows_that_grow_without_end_are_refused() -> None:
    of = two()
    with pytest.raises(InputRefused, match=r"a\.k1 .*without end"):
        rate_matrix(replace(of, gains=np.array([[1.0, 3.0, 1.0]])))
    # A loop whose gain is made good by its losses is stable, and so is a chain that gains.
    rate_matrix(replace(of, gains=np.array([[1.0, 1.1, 1.0]])))
    rate_matrix(replace(oral(), gains=np.array([[5.0, 1.0]])))


# --- textbook solutions ---------------------------------------------------------------------------------------


def test_one_compartment_bolus_and_infusion() -> None:
    k, v, mg = 0.2, 20.0, 10.0
    assert curve(one(k, v), [bolus(mg)]) == pytest.approx(1000 * mg / v * np.exp(-k * HOURS), rel=1e-13)
    rate, lasts = 4.0, 3.0
    ran = np.minimum(HOURS, lasts)
    wanted = 1000 * rate / (k * v) * (1 - np.exp(-k * ran)) * np.exp(-k * (HOURS - ran))
    assert curve(one(k, v), [infusion(rate, lasts)]) == pytest.approx(wanted, rel=1e-13)


def test_two_compartments() -> None:
    k10, k12, k21, v, mg = 0.3, 0.9, 0.4, 15.0, 10.0
    total, product = k10 + k12 + k21, k10 * k21
    alpha = (total + np.sqrt(total**2 - 4 * product)) / 2
    beta = product / alpha
    a, b = (alpha - k21) / (alpha - beta), (k21 - beta) / (alpha - beta)
    wanted = 1000 * mg / v * (a * np.exp(-alpha * HOURS) + b * np.exp(-beta * HOURS))
    assert curve(two(), [bolus(mg)]) == pytest.approx(wanted, rel=1e-12)
    ran = np.minimum(HOURS, 2.0)
    tails = [
        share / rate * (1 - np.exp(-rate * ran)) * np.exp(-rate * (HOURS - ran))
        for share, rate in ((a, alpha), (b, beta))
    ]
    assert curve(two(), [infusion(6.0, 2.0)]) == pytest.approx(1000 * 6.0 / v * sum(tails), rel=1e-12)


def test_three_compartments() -> None:
    """The tri-exponential solution, its exponents the roots of the characteristic cubic."""
    k10, k12, k21, k13, k31 = 30.0, 24.0, 12.0, 0.8, 0.6
    cubic = [
        1.0,
        k10 + k12 + k13 + k21 + k31,
        k10 * k21 + k10 * k31 + k12 * k31 + k13 * k21 + k21 * k31,
        k10 * k21 * k31,
    ]
    exponents = -np.roots(cubic).real
    wanted = np.zeros_like(HOURS)
    for i in range(3):
        x, y, z = np.roll(exponents, -i)
        wanted += (k21 - x) * (k31 - x) / ((y - x) * (z - x)) * np.exp(-x * HOURS)
    assert curve(three(), [bolus(2.0)]) == pytest.approx(1000 * 2.0 / 5.0 * wanted, rel=1e-10)


@pytest.mark.parametrize("ka", [1.1, 0.2000001, 0.05])
def test_oral_dose_is_bateman(ka: float) -> None:
    k, v, share, mg = 0.2, 20.0, 0.6, 10.0
    wanted = 1000 * share * mg / v * ka / (ka - k) * (np.exp(-k * HOURS) - np.exp(-ka * HOURS))
    near = 1e-8 if abs(ka - k) < 1e-3 else 1e-12
    assert curve(oral(ka, k, v, share), [bolus(mg, route="oral")]) == pytest.approx(wanted, rel=near)


def test_oral_dose_where_both_rates_are_equal() -> None:
    wanted = 1000 * 0.6 * 10.0 / 20.0 * 0.2 * HOURS * np.exp(-0.2 * HOURS)
    assert curve(oral(ka=0.2), [bolus(route="oral")]) == pytest.approx(wanted, rel=1e-13)


def test_effect_site_follows_and_takes_nothing() -> None:
    flows: list[tuple[str, str | None, float]] = [
        ("central", None, 0.2),
        ("central", "effect", 1.5),
        ("effect", None, 1.5),
    ]
    of = block(("central", "effect"), flows, {"iv": door("central")}, 20.0)
    wanted = 500 * 1.5 / 1.3 * (np.exp(-0.2 * HOURS) - np.exp(-1.5 * HOURS))
    assert curve(of, [bolus()], name="effect/a") == pytest.approx(wanted, rel=1e-12)
    assert curve(of, [bolus()]) == pytest.approx(curve(one(), [bolus()]), rel=1e-13)


@given(
    st.lists(
        st.tuples(st.floats(0.1, 50), st.integers(0, 200), st.sampled_from(["iv", "oral"])),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=20, deadline=None)
def test_doses_add_up(doses: list[tuple[float, int, str]]) -> None:
    of, at = oral(), np.linspace(0, 48, 13)
    orders = [bolus(mg, when / 10, route) for mg, when, route in doses]
    alone = sum(curve(of, [order], at, from_h=0.0) for order in orders)
    assert curve(of, orders, at, from_h=0.0) == pytest.approx(alone, rel=1e-11, abs=1e-12)


def test_accumulation() -> None:
    """After many doses troughs are 1/(1 - exp(-k tau)) times those of the first."""
    k, tau, count = 0.05, 12.0, 80
    order = Order("a", "iv", 0.0, amount=10.0, every_h=tau, count=count)
    troughs = curve(one(k), [order], np.array([tau, tau * count]))
    assert troughs[1] / troughs[0] == pytest.approx(1 / (1 - np.exp(-k * tau)), rel=1e-11)


def test_area_under_the_curve_and_mass_balance() -> None:
    """AUC is F dose / CL; what left and what is there make F dose at all times."""
    flows: list[tuple[str, str | None, float]] = [
        ("depot", "central", 0.9), ("central", "gone", 0.25), ("central", "slow", 0.7), ("slow", "central", 0.1),
        ("central", "effect", 1.0),
    ]  # fmt: skip
    of = block(("depot", "central", "slow", "gone", "effect"), flows, {"oral": door("depot", 0.4)}, 12.0)
    outputs = tuple(Output(state, state, "plasma") for state in of.states)
    of = replace(of, outputs=outputs, scales=np.ones((1, 5)))
    made = schedule_of((of,), [bolus(30.0, route="oral")], np.append(HOURS, 2000.0), first_step_h=0.05)
    found = concentrations((of,), made)
    inside = sum(found[state][0] for state in ("depot", "central", "slow", "gone"))
    assert inside == pytest.approx(np.full(9, 0.4 * 30.0), rel=1e-11)
    # The state that keeps its source at 1/h holds the integral of the amount: mg h.
    assert found["effect"][0, -1] / 12.0 == pytest.approx(0.4 * 30.0 / (0.25 * 12.0), rel=1e-9)


@given(st.integers(-2000, 2000), st.sampled_from(["iv", "oral"]))
@settings(max_examples=20, deadline=None)
def test_a_shift_of_time_changes_nothing(tenths: int, route: str) -> None:
    shift = tenths / 8
    orders = [bolus(8.0, 1.25, route), infusion(2.0, 3.5, 4.0)]
    later = [replace(order, start_h=order.start_h + shift) for order in orders]
    before = curve(oral(lag_h=0.5), orders, HOURS + 1.0)
    after = curve(oral(lag_h=0.5), later, HOURS + 1.0 + shift)
    assert after == pytest.approx(before, rel=1e-12, abs=1e-300)


def test_steps_do_not_matter() -> None:
    orders = [bolus(8.0, 0.0, "oral"), infusion(2.0, 3.3, 1.1)]
    fine = schedule_of((oral(),), orders, HOURS, first_step_h=0.01, growth=1.3, longest_step_h=0.5)
    rough = schedule_of((oral(),), orders, HOURS, first_step_h=6.0)
    assert len(fine.kind) > 3 * len(rough.kind)
    found = [concentrations((oral(),), made)["plasma/a"] for made in (fine, rough)]
    assert found[0] == pytest.approx(found[1], rel=1e-12)


# --- others' engines ------------------------------------------------------------------------------------------


def test_against_lsoda() -> None:
    """Two oral doses and an infusion into three compartments, piece by piece with LSODA."""
    of = three()
    matrix = rate_matrix(of)[0]
    orders = [bolus(2.0), infusion(1.5, 2.0, 1.0), bolus(1.0, 4.0)]
    at = np.array([0.5, 1.0, 2.0, 3.0, 4.0, 6.0])
    x, wanted = np.array([2.0, 0, 0, 0]), []
    for begin, end in zip(np.append(0.0, at[:-1]), at, strict=True):
        x = x + (np.array([1.0, 0, 0, 0]) if begin == 4.0 else 0.0)
        rate = np.array([1.5 if 1.0 <= begin < 3.0 else 0.0, 0, 0, 0])
        run = scipy.integrate.solve_ivp(
            lambda _, y, rate=rate: matrix @ y + rate, (begin, end), x, method="LSODA", rtol=1e-10, atol=1e-14
        )
        x = run.y[:, -1]
        wanted.append(x[[0, 3]] * 200.0)
    made = schedule_of((of,), orders, at, first_step_h=0.02)
    found = concentrations((of,), made)
    assert found["plasma/a"][0] == pytest.approx(np.array(wanted)[:, 0], rel=1e-8)
    assert found["effect/a"][0] == pytest.approx(np.array(wanted)[:, 1], rel=1e-8)


def test_against_libroadrunner() -> None:
    """The same three compartments as SBML, simulated by CVODE."""
    roadrunner = pytest.importorskip("roadrunner")
    names = ("central", "fast", "slow", "effect")
    matrix = rate_matrix(three())[0]
    species = "".join(
        f'<species id="{n}" compartment="c" initialAmount="{2.0 if n == "central" else 0.0}" '
        'hasOnlySubstanceUnits="true" boundaryCondition="false" constant="false"/>'
        for n in names
    )
    rules = ""
    for i, n in enumerate(names):
        terms = "".join(
            f"<apply><times/><cn>{matrix[i, j]}</cn><ci>{m}</ci></apply>"
            for j, m in enumerate(names)
            if matrix[i, j]
        )
        rules += (
            f'<rateRule variable="{n}"><math xmlns="http://www.w3.org/1998/Math/MathML">'
            f"<apply><plus/>{terms}</apply></math></rateRule>"
        )
    engine = roadrunner.RoadRunner(
        '<?xml version="1.0"?><sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1">'
        '<model id="m"><listOfCompartments><compartment id="c" size="1" constant="true" spatialDimensions="3"/>'
        f"</listOfCompartments><listOfSpecies>{species}</listOfSpecies><listOfRules>{rules}</listOfRules></model></sbml>"
    )
    engine.integrator.relative_tolerance = 1e-11
    engine.integrator.absolute_tolerance = 1e-15
    wanted = np.array(engine.simulate(0, 6, 25, ["time", "central", "effect"]))
    made = schedule_of((three(),), [bolus(2.0)], wanted[1:, 0], first_step_h=0.05)
    found = concentrations((three(),), made)
    assert found["plasma/a"][0] / 200.0 == pytest.approx(wanted[1:, 1], rel=1e-7)
    assert found["effect/a"][0] / 200.0 == pytest.approx(wanted[1:, 2], rel=1e-7)


# --- many people, several drugs -------------------------------------------------------------------------------


def test_people_do_not_touch_each_other() -> None:
    spread = np.linspace(0.5, 2.0, 101)
    many = three(spread=spread)
    made = schedule_of((many,), [bolus(2.0), infusion(1.0, 2.0)], HOURS, first_step_h=0.05)
    together = concentrations((many,), made)["plasma/a"]
    for i in (0, 37, 100):
        alone = curve(three(spread=people(spread[i])), [bolus(2.0), infusion(1.0, 2.0)])
        assert np.array_equal(together[i], alone)


def test_drugs_do_not_touch_each_other() -> None:
    blocks = (three("a"), three("b", spread=people(0.3)))
    orders = [bolus(2.0), replace(infusion(1.0, 2.0, 0.5), drug="b")]
    made = schedule_of(blocks, orders, HOURS, first_step_h=0.05)
    found = concentrations(blocks, made)
    assert set(found) == {"plasma/a", "effect/a", "plasma/b", "effect/b"}
    assert found["plasma/a"][0] == pytest.approx(curve(three("a"), [bolus(2.0)]), rel=1e-12)
    alone = schedule_of(blocks[1:], orders[1:], HOURS, first_step_h=0.05)
    assert found["plasma/b"] == pytest.approx(concentrations(blocks[1:], alone)["plasma/b"], rel=1e-12)


def test_a_schedule_of_other_blocks_is_refused() -> None:
    made = schedule_of((one(),), [bolus()], HOURS, first_step_h=0.05)
    with pytest.raises(WrongCall):
        concentrations((oral(),), made)


def test_metabolite_gets_its_share_by_molar_mass() -> None:
    """Of each mg that leaves, 0.5 mg arrives: AUC of the metabolite is 0.5 dose / (its k V)."""
    of = Block(
        "a", ("central", "m"), (Transfer("central", "m", "KM"), Transfer("m", None, "KE")),
        np.array([[0.4, 0.1]]), np.array([[0.5, 1.0]]), (Output("metabolite/m", "m", "metabolite"),),
        np.ones((1, 1)), {"iv": door("central")},
    )  # fmt: skip
    wanted = 0.5 * 10.0 * 0.4 / (0.4 - 0.1) * (np.exp(-0.1 * HOURS) - np.exp(-0.4 * HOURS))
    assert curve(of, [bolus()], name="metabolite/m") == pytest.approx(wanted, rel=1e-12)
