"""The nervous system's constants: table, changes, draws."""

from __future__ import annotations

import numpy as np
import pytest

from algesia.mechanism import parameters as module
from algesia.mechanism.parameters import Fit, draws, fit, off_scale, on_scale, prior, table, typical
from algesia.mechanism.people import GAINS, LEVELS, nervous_systems
from algesia.mechanism.sbml_write import UNITS
from algesia.mechanism.simulation import Group
from algesia.mechanism.system import SWITCHES
from algesia.quantities.refusal import InputRefused, WrongCall


def test_table_says_of_each_constant_what_it_rests_on() -> None:
    for symbol, row in table().items():
        assert row.founded.grade in ("high", "medium", "low", "class", "assumed"), symbol
        assert row.scale in ("log", "linear", "logit"), symbol
        assert row.scale != "logit" or 0.0 < row.prior < 1.0, symbol
        assert row.meaning and row.spread >= 0.0 and row.between >= 0.0, symbol
        assert row.prior > 0.0 or row.scale == "linear", symbol
        assert row.founded.source or row.founded.grade == "assumed", symbol
        assert row.unit in UNITS or row.unit == "cm2", symbol
        assert not row.fitted or row.spread > 0.0, symbol


def test_gains_and_levels_are_constants_of_the_model() -> None:
    assert set(GAINS) | set(LEVELS) <= set(table())
    assert not set(GAINS) & set(LEVELS)


def test_a_constant_that_is_not_there_cannot_be_changed() -> None:
    with pytest.raises(WrongCall, match="TAUU"):
        typical().changed(TAUU=1.0)
    assert typical().changed(TAU=3.0)["TAU"] == 3.0
    assert typical()["TAU"] != 3.0


def test_fitted_values_are_in_the_table_and_positive() -> None:
    assert set(fit().symbols) <= {symbol for symbol, row in table().items() if row.fitted}
    for symbol, row in table().items():
        assert typical()[symbol] > 0.0 or (row.scale == "linear" and typical()[symbol] == 0.0)


def test_draws_follow_the_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    root = np.array([[0.3, 0.0], [0.05, 0.1]])
    made = Fit(("TAU", "H_CTH"), np.array([np.log(8.0), 0.4]), root, "test")
    monkeypatch.setattr(module, "fit", lambda: made)
    many = draws(4000, 5)
    seen = np.array([[np.log(one["TAU"]), one["H_CTH"]] for one in many])
    np.testing.assert_allclose(seen.mean(axis=0), made.center, atol=0.015)
    np.testing.assert_allclose(np.cov(seen.T), root @ root.T, atol=0.006)
    assert all(one["KF"] == prior()["KF"] for one in many)
    levels = np.array([one.study_level for one in many])
    gains = np.array([one.study_gain for one in many])
    assert np.std(levels) == pytest.approx(table()["STUDY_LEVEL"].prior, rel=0.05)
    assert np.std(gains) == pytest.approx(table()["STUDY_GAIN"].prior, rel=0.05)


def test_linear_constants_are_never_negative(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Fit(("H_CTH",), np.array([0.0]), np.array([[0.2]]), "test")
    monkeypatch.setattr(module, "fit", lambda: made)
    values = [one["H_CTH"] for one in draws(200, 5)]
    assert min(values) == 0.0 and max(values) > 0.1


def test_draws_repeat_and_do_not_depend_on_their_number() -> None:
    few, many = draws(3, 7), draws(6, 7)
    assert [one.values for one in few] == [one.values for one in many[:3]]
    assert draws(1, 8)[0].study_gain != few[0].study_gain


@pytest.mark.parametrize("symbol", ["TAU", "H_CTH", "RMAX"])
def test_scale_of_the_fit_and_back(symbol: str) -> None:
    for value in (0.01, 0.3, 0.97):
        assert off_scale(symbol, on_scale(symbol, value)) == pytest.approx(value)
    # three steps of any size from the middle stay where the constant can be
    for x in (-30.0, 3.0):
        assert off_scale(symbol, x) >= 0.0 and (symbol != "RMAX" or off_scale(symbol, x) <= 1.0)
    assert on_scale("TAU", np.e) == pytest.approx(1.0)


def test_effects_of_a_study_scale_gains_and_levels_only() -> None:
    drawn = draws(1, 3)[0]
    plain = nervous_systems(module.Parameters(drawn.values), Group(varies=False), 0, 1)
    study = nervous_systems(drawn, Group(varies=False), 0, 1)
    for symbol in table():
        factor = study[symbol].item() / plain[symbol].item() if plain[symbol].item() else 1.0
        effect = drawn.study_gain if symbol in GAINS else LEVELS.get(symbol, 0.0) * drawn.study_level
        if symbol not in ("RMAX", "G_RATE"):
            assert factor == pytest.approx(np.exp(effect)), symbol
        assert study[symbol].item() <= max(plain[symbol].item() * np.exp(effect), 0.95) + 1e-12


def test_people_vary_as_the_table_says() -> None:
    group = Group(people=1024)
    found = nervous_systems(typical(), group, 3, 1024)
    for symbol, row in table().items():
        if symbol in ("RMAX", "G_RATE", "K2_ON") or typical()[symbol] == 0.0:
            continue
        logs = np.log(found[symbol][:, 0])
        if symbol == "K2_OWN":
            # what is lost slowly is built slowly: the condition's own level does not move with K2_OFF
            logs = logs - np.log(found["K2_OFF"][:, 0] / typical()["K2_OFF"])
        assert np.mean(logs) == pytest.approx(np.log(typical()[symbol]), abs=4 * row.between / 32 + 1e-9)
        assert np.std(logs) == pytest.approx(row.between, rel=0.1, abs=1e-9)


def test_some_people_never_sensitize() -> None:
    found = nervous_systems(typical(), Group(people=1024, sensitizes=0.3), 0, 1024)["K2_ON"][:, 0]
    assert found[0] > 0.0
    assert 0.25 < np.mean(found > 0.0) < 0.35
    assert np.all(nervous_systems(typical(), Group(people=9, sensitizes=0.0), 0, 9)["K2_ON"] == 0.0)
    assert np.all(nervous_systems(typical(), Group(people=9, sensitizes=1.0), 0, 9)["K2_ON"] > 0.0)


@pytest.mark.parametrize(
    ("symbol", "value", "says"),
    [
        ("K1", -0.1, "negative rate"), ("KT_OFF", -1e-9, "negative rate"), ("FALL", 0.0, "divided by"), ("WS_50", -1.0, "divided by"),
        ("TAU", float("nan"), "finite"), ("K2_ON", float("inf"), "finite"), ("A2_MAX", 1.5, "no share"), ("CT_0", -3.0, "negative"),
    ],
)  # fmt: skip
def test_what_makes_the_system_unstable_is_refused_by_its_name(symbol: str, value: float, says: str) -> None:
    with pytest.raises(InputRefused, match=symbol) as refused:
        typical().changed(**{symbol: value})
    assert says in str(refused.value)


def test_every_part_can_still_be_switched_off_and_every_draw_stands() -> None:
    for symbols in SWITCHES.values():
        typical().changed(**dict.fromkeys(symbols, 0.0))
    assert len(draws(300, 1)) == 300
