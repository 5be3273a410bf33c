"""Errors, coverage and baselines, against values computed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from algesia.mechanism.model import Order
from algesia.mechanism.simulation import Group
from algesia.mechanism.study import Arm, Measure, Study
from algesia.mechanism.study_answers import Answer, Interval, answers
from algesia.mechanism.study_curves import PROBE
from algesia.mechanism.study_score import (
    baseline_answers,
    distance,
    linear,
    mme_of,
    score,
    tolerance_only,
)
from algesia.quantities.refusal import Unassessable
from algesia.report.study import FORMAT, study_json, study_text
from tests.mechanism.study_fakes import daily, fake, study


def made(value: float | None, low: float, median: float, high: float, **more: object) -> Answer:
    measure = Measure("m", value=value, observed=value)
    return replace(Answer("s", measure, Interval(median, low, high), None, "share", 10.0), **more)  # type: ignore[arg-type]


EMPTY = Study("s", (), ())


def test_errors_in_comparable_units() -> None:
    assert distance(made(4.0, 0, 0, 0), 6.0) == pytest.approx(20.0)
    assert distance(made(40.0, 0, 0, 0, error="log"), 20.0) == pytest.approx(-100 * np.log(2))
    # a fall by half against a fall by three quarters: half of what should be left, the other way round
    assert distance(made(-75.0, 0, 0, 0, error="log-percent", whole=100.0), -50.0) == pytest.approx(
        100 * np.log(2)
    )
    assert distance(made(66.0, 0, 0, 0, error="log-percent", whole=-100.0), 83.0) == pytest.approx(
        -100 * np.log(2)
    )
    assert distance(made(-1.0, 0, 0, 0, error="sign"), -3.0) == 0.0
    assert distance(made(-1.0, 0, 0, 0, error="sign"), 0.0) == 100.0
    assert distance(made(-200.0, 0, 0, 0, error="log-percent", whole=100.0), 1.0) is None


def test_totals_count_what_is_scorable_and_predicted() -> None:
    rows = [
        made(5.0, 4.0, 5.0, 6.0),
        made(9.0, 4.0, 5.0, 6.0),
        made(5.0, 5.0, 5.0, 5.0, given=True),
        replace(made(5.0, 4.0, 5.0, 6.0), measure=Measure("m", value=5.0, scorable=False)),
        Answer("s", Measure("m", value=1.0), None, Unassessable("m", "no readout")),
        made(None, 4.0, 5.0, 6.0),
        replace(made(5.0, 4.0, 5.0, 6.0), study="other"),
    ]
    beside = [made(5.0, 0, 6.0, 0), made(9.0, 0, 9.0, 0), *rows[2:]]
    found = score(rows, [EMPTY], {"no change": beside})
    assert (found.measures, found.scorable, found.counted, found.given, found.unassessable, found.hits) == (
        6,
        5,
        2,
        1,
        1,
        1,
    )
    assert found.coverage == 0.5
    assert found.error == pytest.approx(20.0)
    assert found.baselines["no change"] == pytest.approx(5.0)
    assert found.nearer["no change"] == 0.5


def test_nothing_to_count_has_no_coverage() -> None:
    assert score([], [EMPTY]).coverage is None
    assert score([], [EMPTY]).error is None


def test_the_linear_baseline_moves_every_readout_with_the_dose() -> None:
    orders = [Order("oxycodone", "oral", -48.0, amount=20.0, every_h=12.0, count=8)]
    group, at = Group(people=1, varies=False), np.array([0.0, 96.0])
    found = linear(fake, 0.5)(orders, at, group, measures=("cold-tolerance", "pain-nrs"))
    # 40 mg of oxycodone is 60 MME; four days on, it has ended
    assert found.median("cold-tolerance") == pytest.approx([40 * np.exp(-0.3), 40 * 0.04])
    assert found.median("pain-nrs")[0] == pytest.approx(6 * np.exp(0.3))
    assert mme_of(orders, 96.0) == 0.0
    assert linear(fake, 0.5)(orders, at, group, measures=PROBE).measures == PROBE


def test_tolerance_only_switches_the_rest_off() -> None:
    class Told:
        def __init__(self, values: dict[str, float]) -> None:
            self.values = values

        def changed(self, **values: float) -> Told:
            return Told(values)

    seen: list[object] = []

    def look(orders: Sequence[Order], at_h: object, group: object, **more: object) -> None:
        seen.append(more["parameters"])

    tolerance_only(look)([], np.array([0.0]), Group(), parameters=Told({}))  # type: ignore[arg-type]
    assert isinstance(seen[0], Told)
    assert set(seen[0].values.values()) == {0.0}
    assert {"K1", "K2_ON"} <= set(seen[0].values)


def test_the_slope_is_fitted_on_the_other_studies() -> None:
    def at_dose(name: str, mg: float, observed: float) -> Study:
        arm = Arm("drug", n=10, group="healthy", schedule=(daily("morphine", -240.0, 20, mg),))
        return Study(name, (arm,), (Measure("cold-tolerance", "drug", time_h=0.0, unit="s", value=observed),))

    # two studies agree on 0.5 for 100 MME; the third says the reverse and is alone
    true = 40 * np.exp(-0.5)
    studies = (at_dose("a", 100.0, true), at_dose("b", 100.0, true), at_dose("c", 100.0, 80.0))
    found = {one.study: one for one in baseline_answers(studies, fake, 1.0)["linear in dose"]}
    assert found["c"].predicted is not None
    assert found["c"].predicted.median == pytest.approx(true, rel=0.03)
    still = {one.study: one for one in baseline_answers(studies, fake, 1.0)["no change"]}
    assert still["a"].predicted is not None
    assert still["a"].predicted.median == pytest.approx(40.0)


def test_the_document_keeps_the_order_and_the_text_marks_hits() -> None:
    measures = (
        Measure("cold-tolerance", "drug", time_h=2.0, unit="s", value=19.2, observed=19.2, sd=5.0, n=25),
        Measure("cold-tolerance", "drug", time_h=2.0, unit="s", value=90.0, observed=90.0, sd=5.0, n=25),
        Measure("mood", "drug", time_h=2.0, unit="points", value=3.0, observed=3.0),
    )
    told = (study(*measures),)
    found = answers(told, fake, (1.0,) * 40)
    document = study_json(found, told, "made")
    assert document["format"] == FORMAT
    assert document["studies"] == ["s"]
    assert [a["measure"] for a in document["answers"]] == ["cold-tolerance", "cold-tolerance", "mood"]
    assert list(document["answers"][0])[:7] == [
        "study",
        "measure",
        "arm",
        "time_h",
        "observed",
        "predicted",
        "unassessable",
    ]
    assert document["answers"][0]["unassessable"] is None
    assert document["answers"][2]["predicted"] is None
    assert document["answers"][2]["unassessable"].endswith(".")
    text = study_text(score(found, told), told, "made")
    assert "  +  cold-tolerance" in text
    assert "  -  cold-tolerance" in text
    assert "  ?  mood" in text
    assert "1 lie in the 90 % interval (50%)" in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_our_simulator_answers_the_bundled_studies() -> None:
    from algesia.adapters.study_file import bundled_studies
    from algesia.mechanism.parameters import draws
    from algesia.mechanism.simulate import simulate

    studies = bundled_studies()
    found = answers(studies, simulate, draws(2, 1), people=10)
    assert len(found) == 216
    assert all((one.predicted is None) != (one.unassessable is None) for one in found)
    assert sum(one.predicted is not None for one in found) > 100
    told = {one.unassessable.because for one in found if one.unassessable is not None}
    assert any("intrathecal morphine" in because for because in told)
