"""What weight, kidneys, sex, age and enzymes change, against the sources' own formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algesia.mechanism.covariates import factor, unknown_effects
from algesia.mechanism.drugs import blocks_for
from algesia.mechanism.propagate import rate_matrix
from algesia.mechanism.simulation import Group


def area(drug: str, route: str, group: Group, output: str, mg: float = 1.0) -> float:
    """AUC to infinity of an output for the typical person: its scale times what the inverse of -K makes of the dose."""
    blocks, _ = blocks_for((drug,), group, routes={drug: frozenset({route})})
    block = blocks[0]
    given_mg = np.zeros(len(block.states))
    for part in block.doors[route]:
        share = part.fraction[0] * (mg / part.reference_mg) ** part.exponent
        given_mg[block.states.index(part.state)] += share * mg
    held = np.linalg.solve(-rate_matrix(block)[0], given_mg)
    at = [one.name for one in block.outputs].index(output)
    return float(held[block.states.index(block.outputs[at].state)] * block.scales[0, at])


def test_m3g_rises_when_the_kidneys_fail_as_franken_found() -> None:
    healthy, failing = (
        area("morphine", "oral", Group(egfr=egfr), "plasma/M3G", 30.0) for egfr in (96.0, 20.0)
    )
    assert failing / healthy == pytest.approx((96 / 20) ** 0.673)


@given(egfr=st.floats(5, 150), less=st.floats(0.1, 0.99))
def test_less_filtration_is_always_more_m6g(egfr: float, less: float) -> None:
    assert area("morphine", "iv", Group(egfr=egfr * less), "plasma/M6G") > area(
        "morphine", "iv", Group(egfr=egfr), "plasma/M6G"
    )


def test_kidneys_leave_morphine_itself_alone() -> None:
    assert area("morphine", "iv", Group(egfr=15.0), "plasma/morphine") == pytest.approx(
        area("morphine", "iv", Group(), "plasma/morphine")
    )


@pytest.mark.parametrize(
    ("drug", "metabolite", "poor"),
    [("codeine", "codeine>morphine", 0.154), ("hydrocodone", "hydrocodone>hydromorphone", 0.121), ("tramadol", "M1", 0.194)],
)  # fmt: skip
def test_cyp2d6_orders_what_is_formed(drug: str, metabolite: str, poor: float) -> None:
    known = ("poor", "intermediate", "normal", "ultrarapid")
    found = [area(drug, "oral", Group(cyp2d6=one), f"plasma/{metabolite}") for one in known]  # type: ignore[arg-type]
    assert found == sorted(found) and found[0] < found[1] < found[2] < found[3]
    formed = found[0] / found[2] * area(drug, "oral", Group(), f"plasma/{drug}")
    assert formed / area(drug, "oral", Group(cyp2d6="poor"), f"plasma/{drug}") == pytest.approx(
        poor, rel=0.01
    )


def test_morphine_from_codeine_is_what_kirchheiner_measured() -> None:
    """AUC of morphine after 30 mg: 11 (5-17) ug.h/L in extensive, 16 (10-24) in ultrarapid metabolizers."""
    normal = area("codeine", "oral", Group(cyp2d6="normal"), "plasma/codeine>morphine", 30.0)
    rapid = area("codeine", "oral", Group(cyp2d6="ultrarapid"), "plasma/codeine>morphine", 30.0)
    assert 5 < normal < 17
    assert 10 < rapid < 24


@pytest.mark.parametrize(("kind", "ratio"), [("poor", 0.65), ("intermediate", 0.75), ("ultrarapid", 3.0)])
def test_cyp2b6_changes_methadone_as_kharasch_found(kind: str, ratio: float) -> None:
    whole = area("methadone", "oral", Group(), "plasma/methadone")
    assert whole / area("methadone", "oral", Group(cyp2b6=kind), "plasma/methadone") == pytest.approx(ratio)  # type: ignore[arg-type]


def test_weight_where_a_source_says_so_and_nowhere_else() -> None:
    assert factor("fentanyl", "CL", Group(weight_kg=140.0)) == pytest.approx(2**0.75)
    assert factor("fentanyl", "V3", Group(weight_kg=140.0)) == pytest.approx(2.0)
    assert factor("oxycodone", "CL", Group(weight_kg=140.0)) == 1.0
    light, heavy = (area("naloxone", "iv", Group(weight_kg=w), "plasma/naloxone") for w in (50.0, 100.0))
    assert light / heavy == pytest.approx(2.0)


def test_age_in_buprenorphine() -> None:
    assert factor("buprenorphine", "CL", Group(age=70.0, weight_kg=72.4)) == pytest.approx(2**-0.233)


def test_hydromorphone_is_cleared_by_half_below_the_bound_only() -> None:
    assert [factor("hydromorphone", "K10", Group(egfr=e)) for e in (59.0, 60.0)] == [0.5, 1.0]


def test_m6g_leaves_women_sooner_than_men() -> None:
    ratio = factor("M6G", "V1", Group(sex="female")) / factor("M6G", "V1", Group(sex="male"))
    assert ratio == pytest.approx(np.exp(-0.483), rel=1e-5)


def test_an_unknown_covariate_is_the_typical_value_and_a_liver_is_said_to_be_unknown() -> None:
    assert factor("M3G", "CL", Group()) == 1.0
    assert unknown_effects("oxycodone", Group(hepatic="none")) == ()
    _, missing = blocks_for(("oxycodone", "fentanyl"), Group(hepatic="moderate"))
    assert [one.what for one in missing] == [
        "plasma/oxycodone in moderate hepatic impairment",
        "plasma/fentanyl in moderate hepatic impairment",
    ]


def told(drug: str, group: Group) -> list[str]:
    return [one.what for one in unknown_effects(drug, group)]


def test_a_covariate_without_an_effect_is_said() -> None:
    group = Group(egfr=5.0, weight_kg=3.0, age=0.0, sex="female", cyp2d6="poor", cyp2b6="ultrarapid")
    assert told("oxycodone", group) == [
        "plasma/oxycodone at eGFR 5", "plasma/oxycodone at 0 years", "plasma/oxycodone with CYP2D6 poor",
        "plasma/oxycodone with CYP2B6 ultrarapid",
    ]  # fmt: skip
    _, missing = blocks_for(("oxycodone",), group)
    assert [one.what for one in missing] == told("oxycodone", group)


@pytest.mark.parametrize(
    ("drug", "group"),
    [
        ("morphine", Group(egfr=5.0)), ("codeine", Group(egfr=5.0)), ("hydromorphone", Group(egfr=5.0)),
        ("codeine", Group(cyp2d6="poor")), ("tramadol", Group(cyp2d6="ultrarapid")), ("methadone", Group(cyp2b6="poor")),
        ("oxycodone", Group(egfr=60.0, age=18.0, cyp2d6="normal", cyp2b6="normal", weight_kg=300.0, sex="male")),
        ("fentanyl", Group()),
    ],
)  # fmt: skip
def test_what_has_its_effect_or_is_usual_is_not_named(drug: str, group: Group) -> None:
    assert told(drug, group) == []


@given(
    drug=st.sampled_from(("oxycodone", "morphine", "fentanyl", "tramadol", "methadone", "hydrocodone")),
    egfr=st.floats(5, 59),
    kind=st.sampled_from(("poor", "intermediate", "ultrarapid")),
)
def test_what_is_not_named_changes_a_curve(drug: str, egfr: float, kind: str) -> None:
    """Each covariate is either said to be unknown or changes the body of the drug or of what it becomes."""

    def same(group: Group) -> bool:
        one, other = (blocks_for((drug,), who)[0][0] for who in (group, Group()))
        return bool(np.array_equal(one.rates, other.rates) and np.array_equal(one.scales, other.scales))

    for group in (Group(egfr=egfr), Group(cyp2d6=kind), Group(cyp2b6=kind)):  # type: ignore[arg-type]
        assert same(group) == bool(told(drug, group))
