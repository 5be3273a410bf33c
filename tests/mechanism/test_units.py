"""Units are derived and checked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from algesia.mechanism.units import UNITS, Quantity, UnitMismatch, UnknownUnit, mass_of, moles_of, unit
from algesia.quantities.refusal import AlgesiaError, WrongCall

FACTORS = [
    ("1/min", "1/h", 60.0), ("ng/mL", "ug/L", 1.0), ("ng/mL", "mg/L", 1e-3), ("mL/min", "L/h", 0.06),
    ("days", "h", 24.0), ("ug/min", "mg/h", 0.06), ("L/h/70kg", "L/h/kg", 1 / 70), ("mL/ng/min", "L/mg/h", 6e4),
    ("nM", "nmol/L", 1.0), ("uM", "nM", 1e3), ("ng.h/mL", "mg.h/L", 1e-3), ("g", "ng", 1e9), ("wk", "d", 7.0),
    ("unitless", "fraction", 1.0), ("%", "fraction", 0.01), ("µg/kg/min", "mcg/min/kg", 1.0), ("L/kg", "mL/kg", 1e3),
    ("mg/h/70kg", "ug/kg/min", 1000 / 60 / 70),
]  # fmt: skip


@pytest.mark.parametrize(("have", "want", "factor"), FACTORS)
def test_known_factors(have: str, want: str, factor: float) -> None:
    assert Quantity(1.0, have).to(want) == pytest.approx(factor, rel=1e-15)


def test_rate_constant_is_clearance_over_volume() -> None:
    k = Quantity(1.05, "L/min") / Quantity(21.0, "L")
    assert k.to("1/h") == pytest.approx(3.0)
    with pytest.raises(UnitMismatch, match="1/h and L do not measure the same") as told:
        (Quantity(12.0, "L/h") / Quantity(3.0, "L")).to("L")
    assert isinstance(told.value, AlgesiaError)


def test_a_clearance_by_weight_needs_the_weight() -> None:
    with pytest.raises(UnitMismatch, match="L/h/70kg and L/h"):
        Quantity(30.0, "L/h/70kg").to("L/h")
    assert (Quantity(30.0, "L/h/70kg") * Quantity(35.0, "kg")).to("L/h") == pytest.approx(15.0)


def test_body_mass_is_not_drug_mass() -> None:
    with pytest.raises(UnitMismatch):
        Quantity(1.0, "kg").to("g")


def test_moles_need_a_molar_mass() -> None:
    with pytest.raises(UnitMismatch, match="nM and ng/mL"):
        Quantity(1.0, "nM").to("ng/mL")
    # 1 nmol/L of a molecule of 300 g/mol is 300 ng in 1000 mL.
    assert mass_of(Quantity(2.0, "nM"), 300.0).to("ng/mL") == pytest.approx(0.6)
    assert moles_of(Quantity(0.6, "ng/mL"), 300.0).to("nM") == pytest.approx(2.0)
    with pytest.raises(WrongCall):
        mass_of(Quantity(2.0, "nM"), 0.0)


def test_sums_want_one_dimension() -> None:
    total = Quantity(1.0, "mg") + Quantity(500.0, "ug") - Quantity(0.25, "mg")
    assert total.to("mg") == pytest.approx(1.25)
    assert (-total).to("ug") == pytest.approx(-1250)
    with pytest.raises(UnitMismatch, match="h and mg"):
        Quantity(1.0, "mg") + Quantity(1.0, "h")


def test_numbers_scale_and_divide() -> None:
    assert (2 * Quantity(3.0, "h")).to("min") == pytest.approx(360)
    assert (Quantity(3.0, "h") / 2).to("h") == pytest.approx(1.5)
    assert (0.693 / Quantity(0.5, "h")).to("1/h") == pytest.approx(1.386)


@pytest.mark.parametrize(
    "text", ["", "furlong", "mg//h", "pM^-n/s", "mg/", "0kg", "mL/min/1.73 m2", "mg h", "MG"]
)
def test_unknown_units_are_refused(text: str) -> None:
    with pytest.raises(UnknownUnit, match="not a unit"):
        unit(text)


@given(st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)), st.floats(1e-6, 1e6))
def test_times_and_over_undo_each_other(one: str, other: str, value: float) -> None:
    there = Quantity(value, one) * Quantity(3.0, other) / Quantity(3.0, other)
    assert there.to(one) == pytest.approx(value, rel=1e-14)
    assert unit(f"{one}/{other}") == unit(one) / unit(other)
    assert unit(str(unit(f"{one}.{other}"))) == unit(one) * unit(other)
