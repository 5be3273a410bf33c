"""The SBML export: valid with its units, and the same curves in libRoadRunner."""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
import pytest

from algesia.mechanism.model import Floats, Order
from algesia.mechanism.parameters import Parameters, table, typical
from algesia.mechanism.sbml import to_sbml
from algesia.mechanism.sbml_doses import runs
from algesia.mechanism.sbml_write import safe
from algesia.mechanism.simulate import course
from algesia.mechanism.simulation import MEASURES, Group
from algesia.quantities.refusal import WrongCall
from tests.mechanism.reference import CASES, DAY, apart, every

libsbml = pytest.importorskip("libsbml")
roadrunner = pytest.importorskip("roadrunner")


def simulated(text: str, hours: Floats, names: tuple[str, ...]) -> Floats:
    """(hours, names) by libRoadRunner at a tight tolerance."""
    runner = roadrunner.RoadRunner(text)
    runner.integrator.relative_tolerance = 1e-11
    runner.integrator.absolute_tolerance = 1e-14
    runner.integrator.maximum_num_steps = 500_000
    first = runner["first_hour"]
    runner.timeCourseSelections = [safe(name) for name in names]
    before = [0.0] if hours[0] > first else []
    return np.array(runner.simulate(times=[*before, *(hours - first)]))[len(before) :]


@pytest.mark.parametrize("name", CASES)
def test_libroadrunner_gives_the_same_curves(name: str) -> None:
    orders, at, chronic = CASES[name]
    # between doses: at the hour of a dose one simulator reads before it and the other after
    at, group = at + 0.0113, Group(chronic_pain=chronic)
    made = course(orders, at, group, tolerance=1e-9)
    ours = made.curves((*MEASURES, *made.outputs), typical())
    theirs = simulated(to_sbml(orders, group, hours=at), at, (*MEASURES, *made.outputs))
    for j, measure in enumerate((*MEASURES, *made.outputs)):
        assert apart(theirs[:, j], ours[:, j]) < 1e-6, measure


def test_what_an_alpha2_agonist_calms_is_exported() -> None:
    orders = (
        Order("remifentanil", "iv", 0.0, rate=0.42, rate_unit="mg/h", duration_h=0.5),
        Order("clonidine", "iv", 0.0, rate=0.9, rate_unit="mg/h", duration_h=0.1),
    )
    at = np.arange(0.0, 4.0, 0.05) + 0.0013
    made = course(orders, at, Group(), tolerance=1e-9)
    theirs = simulated(to_sbml(orders, Group(), hours=at), at, tuple(MEASURES))
    ours = made.curves(tuple(MEASURES), typical())
    without = course(orders[:1], at, Group(), tolerance=1e-9).curves(tuple(MEASURES), typical())
    for j, measure in enumerate(MEASURES):
        assert apart(theirs[:, j], ours[:, j]) < 1e-6, measure
    rating, area = (list(MEASURES).index(name) for name in ("heat-rating", "hyperalgesia-area"))
    assert ours[:, rating].max() < without[:, rating].max()
    np.testing.assert_allclose(ours[:, area], without[:, area], rtol=1e-4)


GIVEN = {
    "patches": (Order("fentanyl", "transdermal", 0.0, amount=50.0, unit="ug/h", every_h=72.0, count=3),),
    "a held concentration": (Order("remifentanil", "iv", 2.0, target_conc=2.5, duration_h=0.5),),
    "steady state, then nothing": (
        Order("methadone", "oral", 0.0, amount=40.0, every_h=DAY, count=3, steady_state=True),
    ),
    "two doses a day that differ": (
        every("oxycodone", "oral", 10.0, DAY, 5),
        every("oxycodone", "oral", 5.0, DAY, 5, 12.0),
    ),
    "before hour 0": (every("hydromorphone", "oral", 2.0, 6.0, 9, -30.0),),
}


@pytest.mark.parametrize("name", GIVEN)
def test_every_way_of_giving_is_exported(name: str) -> None:
    orders, group = GIVEN[name], Group(weight_kg=80.0)
    at = np.arange(0.0, 12 * DAY, 1.7) + 0.123
    made = course(orders, at, group, tolerance=1e-5)
    ours = made.curves(("cold-tolerance", *made.outputs), typical())
    theirs = simulated(to_sbml(orders, group, hours=at), at, ("cold-tolerance", *made.outputs))
    assert apart(theirs[:, 0], ours[:, 0]) < 1e-4
    for j, measure in enumerate(made.outputs, 1):
        # a pump's steps are as fine as the simulation's
        close = 1e-2 if name == "a held concentration" else 1e-6
        assert apart(theirs[:, j], ours[:, j]) < close, measure


@pytest.mark.parametrize("name", [*CASES, *GIVEN, "nothing"])
def test_document_is_consistent_with_its_units(name: str) -> None:
    orders = CASES[name][0] if name in CASES else GIVEN.get(name, ())
    document = libsbml.readSBMLFromString(to_sbml(orders, Group(chronic_pain=True)))
    document.checkConsistency()
    found = [document.getError(i).getMessage() for i in range(document.getNumErrors())]
    assert found == []
    assert (document.getLevel(), document.getVersion()) == (3, 2)


def test_consistency_check_sees_a_wrong_unit() -> None:
    text = to_sbml(CASES["methadone, tapered"][0], Group())
    document = libsbml.readSBMLFromString(text)
    document.getModel().getParameter("KOS").setUnits("mg")
    document.checkConsistency()
    assert document.getNumErrors() > 0


def test_constants_carry_unit_source_and_grade() -> None:
    model = libsbml.readSBMLFromString(
        to_sbml(CASES["naloxone in a dependent person"][0], Group())
    ).getModel()
    tau = model.getParameter("TAU")
    assert tau.getUnits() == "dimensionless" and tau.getValue() == pytest.approx(typical()["TAU"], rel=1e-13)
    assert table()["TAU"].founded.grade in tau.getNotesString()
    off = model.getParameter("K2_OFF")
    assert off.getUnits() == "per_hour" and table()["K2_OFF"].founded.source in off.getNotesString()
    assert "Source" in model.getParameter("k_morphine_KA_oral_er").getNotesString()
    assert "Source" in model.getParameter("alpha_effect_naloxone").getNotesString()
    assert "ypothesis" in model.getNotesString()
    for j in range(model.getNumParameters()):
        assert model.getParameter(j).isSetUnits() and model.getParameter(j).isSetName()


def test_equal_doses_are_one_event() -> None:
    text = to_sbml((every("methadone", "oral", 30.0, DAY, 400),), Group())
    assert libsbml.readSBMLFromString(text).getModel().getNumEvents() == 1


def test_parameters_are_the_ones_that_are_asked_for() -> None:
    changed: Parameters = typical().changed(TAU=7.0, K2_ON=0.0)
    at = np.arange(0.0, 200.0, 7.3) + 0.2
    orders = (every("morphine", "oral", 20.0, 6.0, 20),)
    ours = course(orders, at, Group(), parameters=changed, tolerance=1e-6).curves(
        ("pain-nrs", "sensitization"), changed
    )
    text = to_sbml(orders, Group(), parameters=changed, hours=at)
    theirs = simulated(text, at, ("pain-nrs", "sensitization"))
    assert apart(theirs[:, 0], ours[:, 0]) < 1e-5
    assert np.all(theirs[:, 1] == 0.0)


def test_a_drug_without_kinetics_is_named_and_the_nervous_system_left_out() -> None:
    text = to_sbml(
        (every("nalmefene", "oral", 50.0, DAY, 2), every("morphine", "oral", 9.0, DAY, 2)), Group()
    )
    model = libsbml.readSBMLFromString(text).getModel()
    assert "plasma/nalmefene" in model.getNotesString()
    assert model.getParameter("plasma_morphine") is not None and model.getParameter("pain_nrs") is None


def test_pain_of_a_trial_falls_on_placebo() -> None:
    at, group = np.arange(0.0, 90 * DAY, 40.0) - 30.0, Group(chronic_pain=True, trial=True)
    ours = course((), at, group).curves(("pain-nrs",), typical())
    text = to_sbml((), group, hours=at)
    assert apart(simulated(text, at, ("pain-nrs",)), ours) < 1e-9
    assert ours[-1] < 0.95 * ours[0]
    document = libsbml.readSBMLFromString(text)
    assert document.checkConsistency() == 0


def test_document_is_the_same_each_time() -> None:
    orders = CASES["buprenorphine after morphine"][0]
    assert to_sbml(orders, Group()) == to_sbml(orders, Group())


def test_without_libsbml_the_missing_part_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "libsbml", None)
    with pytest.raises(WrongCall, match=r"algesia\[sbml\]"):
        to_sbml((), Group())


def test_runs_of_equal_gaps_hold_every_moment() -> None:
    at = [0, 5, 10, 15, 17, 30, 43, 44]
    found = list(runs(at))
    assert [run.start + k * run.every for run in found for k in range(run.count)] == at
    assert len(found) < len(at) - 2
    assert all(a.start < b.start for a, b in pairwise(found))
