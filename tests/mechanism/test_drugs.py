"""Kinetics from the tables: areas, balance, names, and people who stay who they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.knowledge.mechanism import mechanism_tables
from algesia.mechanism.disposition import exponentials, ke0, ke0_from_peak, macro, typical
from algesia.mechanism.drugs import blocks_for
from algesia.mechanism.model import Block, Order
from algesia.mechanism.propagate import concentrations, rate_matrix
from algesia.mechanism.schedule import schedule_of
from algesia.mechanism.simulation import Group

DOORS = [(drug, route) for drug, routes in mechanism_tables().doors.items() for route in routes]
EVERY = tuple(mechanism_tables().doors)


def block_of(drug: str, route: str | None = None, group: Group | None = None) -> Block:
    routes = None if route is None else {drug: frozenset({route})}
    return blocks_for((drug,), group or Group(), routes=routes)[0][0]


def clearance(drug: str) -> float:
    """CL in L/h, from the rows themselves."""
    rows = mechanism_tables().used[drug]
    values = {symbol: np.array([typical(rows[symbol])]) for symbol in rows if symbol in ("CL", "V1", "K10")}
    return float(macro(values)["CL"][0])


def held(block: Block, route: str, mg: float, person: int = 0) -> np.ndarray:
    """Each state's area under its amount, mg.h, after one dose: (-K)^-1 dose."""
    dose = np.zeros(len(block.states))
    for part in block.doors[route]:
        dose[block.states.index(part.state)] += (
            part.fraction[person] * mg * (mg / part.reference_mg) ** part.exponent
        )
    return np.linalg.solve(-rate_matrix(block)[person], dose)


def arrived(block: Block, route: str, mg: float) -> float:
    return float(sum(p.fraction[0] * mg * (mg / p.reference_mg) ** p.exponent for p in block.doors[route]))


@pytest.mark.parametrize(("drug", "route"), DOORS)
def test_area_is_f_dose_over_cl(drug: str, route: str) -> None:
    block = block_of(drug, route)
    area = held(block, route, 10.0)[block.states.index("central")] * block.scales[0, 0]
    assert block.outputs[0].name == f"plasma/{drug}"
    assert area == pytest.approx(1e3 * arrived(block, route, 10.0) / clearance(drug), rel=1e-9)


@pytest.mark.parametrize(("drug", "route"), DOORS)
def test_all_that_arrives_leaves(drug: str, route: str) -> None:
    """With gains of 1 and without flows that keep, what leaves the body over all time is what came in."""
    block = block_of(drug, route)
    index = {state: i for i, state in enumerate(block.states)}
    matrix = np.zeros((len(index), len(index)))
    out = np.zeros(len(index))
    for j, flow in enumerate(block.transfers):
        if flow.keeps:
            continue
        rate, source = block.rates[0, j], index[flow.source]
        matrix[source, source] -= rate
        if flow.target is None:
            out[source] += rate
        else:
            matrix[index[flow.target], source] += rate
    dose = np.zeros(len(index))
    for part in block.doors[route]:
        dose[index[part.state]] += part.fraction[0]
    keep = [i for i in range(len(index)) if matrix[i, i] < 0]
    left = out[keep] @ np.linalg.solve(-matrix[np.ix_(keep, keep)], dose[keep])
    assert left == pytest.approx(dose.sum(), rel=1e-9)


@pytest.mark.parametrize(("drug", "route"), DOORS)
def test_the_effect_site_sees_the_area_of_the_plasma(drug: str, route: str) -> None:
    block = block_of(drug, route)
    names = [one.name for one in block.outputs]
    amount = held(block, route, 1.0)
    for j, output in enumerate(block.outputs):
        if output.kind == "effect":
            plasma = names.index(output.name.replace("effect/", "plasma/"))
            area = [
                amount[block.states.index(block.outputs[k].state)] * block.scales[0, k] for k in (j, plasma)
            ]
            assert area[0] == pytest.approx(area[1], rel=1e-9)


@pytest.mark.parametrize(
    ("drug", "route", "metabolite", "ratio"),
    [
        ("morphine", "iv", "M3G", 13.1),
        ("morphine", "iv", "M6G", 1.21),
        ("morphine", "oral-er", "M6G", 1.21 / 0.29),
        ("hydrocodone", "oral", "hydrocodone>hydromorphone", 0.0117),
        ("s-ketamine", "oral", "s-norketamine", 16.5),
        ("s-ketamine", "intranasal", "s-norketamine", 4.245),
        ("ketamine", "intranasal", "norketamine", 4.245),
        ("tramadol", "oral", "M1", 4.11 / 15.8),
    ],
)
def test_areas_of_metabolites_over_their_drug(drug: str, route: str, metabolite: str, ratio: float) -> None:
    """PMC2014461 (IV), Lotsch 1999 (0.71 of M6G by first pass), Kapil 2015, Fanta 2015, PMC9118341, Lee 2019."""
    block = block_of(drug, route)
    amount = held(block, route, 1.0)
    area = {
        one.name: amount[block.states.index(one.state)] * block.scales[0, j]
        for j, one in enumerate(block.outputs)
    }
    assert area[f"plasma/{metabolite}"] / area[f"plasma/{drug}"] == pytest.approx(ratio, rel=1e-4)


def test_m3g_builds_up_to_its_ratio_under_steady_dosing() -> None:
    """At steady state the means over an interval stand as the areas of one dose; propagated, not solved."""
    block = block_of("morphine", "iv")
    times = np.concatenate([[0.0], np.arange(5, 3006, 5)]) / 5 * 0.02 + 240.0
    order = Order("morphine", "iv", 0.0, amount=10.0, every_h=4.0, count=80)
    schedule = schedule_of((block,), (order,), times, first_step_h=0.05)
    found = concentrations((block,), schedule)
    assert found["plasma/M3G"].mean() / found["plasma/morphine"].mean() == pytest.approx(13.1, rel=0.03)


def test_less_oral_morphine_metabolite_is_made_than_the_gut_takes_up() -> None:
    """First-pass M3G and M6G together, in moles, are less than what the liver takes: 0.82 - 0.34."""
    tables = mechanism_tables()
    rows, molar = tables.used["morphine"], tables.molar
    formed = sum((rows[f"FP_{m}"].value or 0) * 0.34 * molar["morphine"] / molar[m] for m in ("M3G", "M6G"))
    assert 0 < formed < 0.82 - 0.34


@pytest.mark.parametrize("drug", EVERY)
def test_one_symbol_is_one_number(drug: str) -> None:
    block = block_of(drug)
    seen: dict[str, float] = {}
    for j, flow in enumerate(block.transfers):
        assert seen.setdefault(flow.symbol, block.rates[0, j]) == block.rates[0, j]
        assert {flow.source, flow.target} - {None} <= set(block.states)
    assert len(set(block.states)) == len(block.states)
    assert all(one.source and one.grade for one in block.founded.values())
    assert all(np.isfinite(block.rates).ravel()) and (block.rates > 0).all()


def test_no_two_drugs_read_the_same_name() -> None:
    blocks, missing = blocks_for(EVERY, Group(people=2))
    names = [one.name for block in blocks for one in block.outputs]
    assert len(set(names)) == len(names)
    assert len(blocks) == len(EVERY)
    assert {"plasma/M3G", "effect/M6G", "effect/hydrocodone>hydromorphone", "effect/codeine>morphine"} <= set(
        names
    )
    assert {one.what for one in missing} == {"plasma/H3G", "plasma/M6G after codeine"}


@pytest.mark.parametrize(
    ("drug", "route"),
    [
        ("morphine", "intrathecal"),
        ("fentanyl", "buccal"),
        ("fentanyl", "transmucosal"),
        ("naloxone", "intranasal"),
        ("clonidine", "epidural"),
        ("naltrexone", "iv"),
        ("lofexidine", "iv"),
    ],
)
def test_a_way_in_that_nobody_read_is_named(drug: str, route: str) -> None:
    blocks, missing = blocks_for((drug,), Group(), routes={drug: frozenset({route})})
    assert blocks == ()
    assert [one.what for one in missing] == [f"plasma/{drug} by {route}"]
    assert missing[0].missing == (f"absorption of {drug} by {route}",)


@pytest.mark.parametrize("drug", ["nalmefene", "tizanidine", "unheard-of"])
def test_a_drug_that_nobody_read_is_named(drug: str) -> None:
    blocks, missing = blocks_for((drug,), Group())
    assert blocks == ()
    assert missing[0].missing == (f"clearance and volume of {drug}",)


def test_the_first_person_is_typical_and_the_others_differ() -> None:
    group, alone = (
        block_of("morphine", None, Group(people=50)),
        block_of("morphine", None, Group(varies=False)),
    )
    assert (group.rates[0] == alone.rates[0]).all() and (group.scales[0] == alone.scales[0]).all()
    flat = block_of("morphine", None, Group(people=50, varies=False))
    assert (flat.rates == alone.rates[0]).all()
    assert len(np.unique(group.rates[:, 0])) == 50


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**31), start=st.integers(0, 9000), people=st.integers(1, 40))
def test_a_person_is_the_same_whatever_the_number_of_people(seed: int, start: int, people: int) -> None:
    routes = {"methadone": frozenset({"oral"})}
    piece = blocks_for(("methadone",), Group(people=people, seed=seed), routes=routes, start=start)[0][0]
    whole = blocks_for(("methadone",), Group(people=start + people, seed=seed), routes=routes)[0][0]
    assert (piece.rates == whole.rates[start:]).all()
    assert (piece.doors["oral"][0].fraction == whole.doors["oral"][0].fraction[start:]).all()


def test_another_seed_is_other_people_and_other_routes_are_the_same() -> None:
    one, other = (block_of("methadone", "iv", Group(people=9, seed=seed)) for seed in (1, 2))
    both = block_of("methadone", None, Group(people=9, seed=1))
    assert (one.rates[1:] != other.rates[1:]).any()
    assert (one.scales == both.scales).all()


def test_clearance_spreads_as_its_source_says() -> None:
    """Buprenorphine CL, CV 20.9 %; V1 78.6 % (Bjornsson 2023): log-normal, median the typical value."""
    block = block_of("buprenorphine", "iv", Group(people=20_000))
    at = [flow.symbol for flow in block.transfers].index("CL/V1")
    volume = 1e3 / block.scales[:, 0]
    cleared = block.rates[:, at] * volume
    for values, typical_value, cv in ((cleared, 52.1, 0.209), (volume, 64.3, 0.786)):
        assert np.median(values) == pytest.approx(typical_value, rel=0.02)
        assert np.log(values).std() == pytest.approx(np.sqrt(np.log1p(cv**2)), rel=0.02)


def test_m3g_and_m6g_are_cleared_together() -> None:
    block = block_of("morphine", "iv", Group(people=500))
    symbols = [flow.symbol for flow in block.transfers]
    names = [one.name for one in block.outputs]
    cleared = [
        np.log(block.rates[:, symbols.index(f"CL_{m}/V1_{m}")] / block.scales[:, names.index(f"plasma/{m}")])
        for m in ("M3G", "M6G")
    ]
    assert np.corrcoef(np.stack(cleared))[0, 1] == pytest.approx(1.0, abs=1e-9)


def test_a_share_is_never_more_than_the_whole() -> None:
    block = block_of("methadone", "oral", Group(people=5000))
    assert block.doors["oral"][0].fraction.max() == 1.0


@given(k=st.floats(0.01, 5), peak=st.floats(0.02, 20))
def test_ke0_of_one_compartment_peaks_when_it_should(k: float, peak: float) -> None:
    """One compartment: the effect site peaks at ln(KE0/k) / (KE0 - k)."""
    if abs(k * peak - 1.0) < 1e-3 or k * peak > 8:
        return
    constant = ke0_from_peak(peak, {"CL": k * 10, "V1": 10.0})
    assert np.log(constant / k) / (constant - k) == pytest.approx(peak, rel=1e-6)


@pytest.mark.parametrize(
    ("drug", "minutes"),
    [("morphine", 93.8), ("hydromorphone", 19.6), ("fentanyl", 3.694), ("remifentanil", 1.6)],
)
def test_the_effect_peaks_when_the_source_says(drug: str, minutes: float) -> None:
    block = block_of(drug, "iv")
    times = np.arange(0.0, 4.0, 0.001)
    schedule = schedule_of((block,), (Order(drug, "iv", 0.0, amount=1.0),), times, first_step_h=0.001)
    curve = concentrations((block,), schedule)[f"effect/{drug}"][0]
    assert times[curve.argmax()] * 60 == pytest.approx(minutes, abs=0.1)


def test_exponentials_are_the_curve() -> None:
    values = {"CL": 37.9, "V1": 12.1, "Q2": 168.0, "V2": 35.7, "Q3": 93.0, "V3": 224.0}
    weights, rates = exponentials(values)
    assert weights.sum() == pytest.approx(1.0)
    assert (weights / rates).sum() == pytest.approx(12.1 / 37.9)
    assert ke0("tramadol") is None
