"""A simulator whose answers are known without it: each readout is a plain function of time and of what runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from algesia.mechanism.model import Floats, Order
from algesia.mechanism.simulation import Group, Simulation
from algesia.mechanism.study import Arm, Dosing, Measure, Study
from algesia.mechanism.study_answers import Answer, answer
from algesia.quantities.refusal import InputRefused, Unassessable

LEVELS = {
    "cold-tolerance": 40.0, "cold-threshold": 8.0, "pain-nrs": 6.0, "relief": 2.0, "withdrawal-score": 0.25,
    "heat-rating": 4.0, "cold-rating": 5.0,
}  # fmt: skip
SPREAD = 0.4
UNKNOWN = ("naltrexone", "lofexidine")


def running(orders: Sequence[Order], at: float) -> float:
    """1 for each order that runs at a time."""
    return sum(
        1.0 for o in orders if o.start_h < at <= o.start_h + (o.duration_h or (o.every_h or 1.0) * o.count)
    )


def fake(
    orders: Sequence[Order],
    at_h: Floats,
    group: Group,
    *,
    measures: Sequence[str] | None = None,
    parameters: Any = None,
    keep_values: bool = False,
) -> Simulation:
    """Every readout halves while a drug runs and loses 1 % of its level a hour after time zero.

    `parameters` (a number) multiplies everything. People differ by a log-normal factor.
    """
    names = tuple(measures or ())
    if any(order.route == "nasal" for order in orders):
        raise InputRefused("orders[0].route", "nasal", "is no way in", "iv or oral")
    at = np.asarray(at_h, dtype=np.float64)
    given = [order for order in orders if order.drug not in UNKNOWN]
    course = np.array([0.5 ** running(given, t) - 0.01 * max(t, 0.0) for t in at])
    if isinstance(parameters, Sequence):
        z = np.log([one or 1.0 for one in parameters]) / SPREAD
    else:
        course = course * (parameters or 1.0)
        z = np.random.default_rng(group.seed).standard_normal(group.people) if group.varies else np.zeros(1)
    one = np.exp(SPREAD * z)[:, None] * course[None, :]
    stimulus = np.array([running(given, t) for t in at])[None, :] + 0.0 * one
    values = np.stack([stimulus if n == "stimulus" else LEVELS.get(n, 1.0) * one for n in names], axis=2)
    middle = np.median(values, axis=0)
    missing = tuple(
        Unassessable(f"plasma/{o.drug}", "no kinetics of it are in the tables")
        for o in orders
        if o.drug in UNKNOWN
    )
    return Simulation(
        at, names, tuple("" for _ in names), np.stack([middle] * 3, axis=-1), values if keep_values else None,
        group.people, 0.0, {}, missing,
    )  # fmt: skip


def infusion(hours: float = 4.0, start: float = 0.0, drug: str = "remifentanil") -> Dosing:
    return Dosing(drug, "iv", start, rate=0.1, rate_unit="ug/kg/min", duration_h=hours)


def daily(drug: str = "morphine", start: float = -240.0, days: int = 20, mg: float = 60.0) -> Dosing:
    return Dosing(drug, "oral-er", start, amount=mg, every_h=24.0, count=days)


def study(*measures: Measure, arms: Sequence[Arm] | None = None) -> Study:
    """A study of one infused arm and a placebo arm, or of the arms given."""
    usual = (
        Arm("drug", n=25, group="healthy", schedule=(infusion(),)),
        Arm("placebo", n=25, group="healthy"),
    )
    return Study("s", tuple(arms) if arms is not None else usual, measures)


def one(measure: Measure, arms: Any = None, draws: Any = (1.0,)) -> Answer:
    return answer(study(measure, arms=arms), fake, draws, people=400)[0]


def median(measure: Measure, arms: Any = None) -> float:
    found = one(replace(measure, sem=1e-12), arms)
    assert found.predicted is not None, found.unassessable
    return found.predicted.median


def why(measure: Measure, arms: Any = None) -> str:
    found = one(measure, arms)
    assert found.predicted is None
    assert found.unassessable is not None
    return found.unassessable.because


M = Measure("cold-tolerance", arm="drug", time_h=2.0, unit="s")
"""At 2 h the infusion runs: half of the level, less 2 %."""
