"""How near the answers are: error in comparable units, coverage of the 90 % interval, and three simple baselines.

The baselines answer the same measures through the same forms, with a simpler simulator in place of ours: *no change*
(no drug ever given), *tolerance only* (sensitization and rebound switched off) and *linear in dose* (sensitivity
rises in step with MME a day; the slope is fitted on the other studies).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

import numpy as np

from algesia.knowledge.loader import load
from algesia.knowledge.mme import find_factor
from algesia.mechanism.model import Floats, Order
from algesia.mechanism.simulation import Group, Simulation
from algesia.mechanism.study import Study
from algesia.mechanism.study_answers import Answer, answers
from algesia.mechanism.study_curves import PROBE, Simulate

BASELINES: Final = ("no change", "tolerance only", "linear in dose")
SLOPES: Final = tuple(float(k) for k in np.linspace(-0.5, 1.0, 31))
"""Change of the logarithm of sensitivity for 100 MME a day: what is tried for the linear baseline."""
OFF: Final[Mapping[str, float]] = {"K1": 0.0, "K2_ON": 0.0, "KRF": 0.0, "KOS": 0.0}
"""What is set to switch sensitization (fast, slow) and rebound (fast, slow) off."""
SOME: Final = 50
"""People of a baseline, where a share or spread of people is asked for."""
_LESS_SENSITIVE: Final = frozenset(
    {
        "cold-tolerance",
        "cold-threshold",
        "heat-tolerance",
        "heat-threshold",
        "electrical",
        "pressure",
        "relief",
    }
)
_SITES: Final = {"iv": "intravenous", "oral-er": "oral", "im": "intramuscular", "sc": "subcutaneous"}
_AMOUNTS: Final = {"mg": 1.0, "ug": 0.001, "g": 1000.0}
Fitted = TypeVar("Fitted")


@dataclass(frozen=True, slots=True)
class Row:
    """One answer beside what was observed.

    `hit`: the observed value lies in the interval. `error` is in percent: 100 ln of a ratio, or a share of the
    scale (`study_form.Error`); of a direction it is 0 or 100. ``None`` where there is nothing to compare.
    `beside` holds the absolute error of each baseline on the same measure.
    """

    answer: Answer
    hit: bool | None
    error: float | None
    beside: Mapping[str, float] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        """Whether it is counted: a scorable number that was predicted, not read off the schedule."""
        return self.error is not None and self.answer.measure.scorable and not self.answer.given


@dataclass(frozen=True, slots=True)
class Score:
    """All rows and their totals. Errors are medians of absolute values in percent, over the rows that count."""

    rows: tuple[Row, ...]
    measures: int
    scorable: int
    counted: int
    given: int
    unassessable: int
    hits: int
    error: float | None
    baselines: Mapping[str, float]
    nearer: Mapping[str, float]

    @property
    def coverage(self) -> float | None:
        """Share of the counted rows whose observed value lies in the 90 % interval."""
        return self.hits / self.counted if self.counted else None


def score(
    found: Sequence[Answer], studies: Sequence[Study], baselines: Mapping[str, Sequence[Answer]] | None = None
) -> Score:
    """Judge answers against the observed values of their studies.

    `baselines` are answers to the same measures in the same order (`baseline_answers`). `nearer` is the share of
    rows in which ours is nearer than the baseline; equal distance counts half.
    """
    ids = {study.id for study in studies}
    kept = [i for i, one in enumerate(found) if one.study in ids]
    other = baselines or {}
    rows = tuple(_row(found[i], {name: made[i] for name, made in other.items()}) for i in kept)
    counted = [row for row in rows if row.counts]
    return Score(
        rows=rows,
        measures=len(rows),
        scorable=sum(row.answer.measure.scorable for row in rows),
        counted=len(counted),
        given=sum(row.answer.given for row in rows),
        unassessable=sum(row.answer.predicted is None for row in rows),
        hits=sum(bool(row.hit) for row in counted),
        error=_median([abs(row.error) for row in counted if row.error is not None]),
        baselines={name: m for name in other if (m := _median([r.beside[name] for r in counted if name in r.beside])) is not None},
        nearer={name: _nearer(counted, name) for name in other if any(name in r.beside for r in counted)},
    )  # fmt: skip


def _row(one: Answer, other: Mapping[str, Answer]) -> Row:
    observed, predicted = one.measure.value, one.predicted
    if observed is None or predicted is None:
        return Row(one, None, None)
    slack = 1e-9 * max(1.0, abs(observed))
    hit = predicted.low90 - slack <= observed <= predicted.high90 + slack
    beside = {name: abs(e) for name, made in other.items() if (e := _error_like(one, made)) is not None}
    return Row(one, hit, distance(one, predicted.median), beside)


def _error_like(one: Answer, made: Answer) -> float | None:
    """A baseline's error in our answer's terms, so that both are judged by the same `whole`."""
    return None if made.predicted is None else distance(one, made.predicted.median)


def distance(one: Answer, predicted: float) -> float | None:
    """Signed error of `predicted` in percent, in the terms of an answer; ``None`` where they give none."""
    observed, whole = one.measure.value, one.whole
    if observed is None:
        return None
    match one.error:
        case "sign":
            return 0.0 if np.sign(observed) == np.sign(predicted) else 100.0
        case "log":
            return _log(predicted, observed)
        case "log-percent":
            return None if whole is None else _log(1.0 + predicted / whole, 1.0 + observed / whole)
        case _:
            return None if whole is None else 100.0 * (predicted - observed) / whole


def _log(x: float, y: float) -> float | None:
    return 100.0 * math.log(x / y) if x > 0.0 and y > 0.0 else None


def baseline_answers(
    studies: Sequence[Study], simulate: Simulate, parameters: Any, seed: int = 1
) -> Mapping[str, tuple[Answer, ...]]:
    """Answers of the three baselines, each with the one set of parameters given.

    For the linear one, each study is answered with the slope that fits the others best (smallest median error).
    """

    def run(simulator: Simulate) -> tuple[Answer, ...]:
        return answers(studies, simulator, (parameters,), people=SOME, seed=seed, sampled=False)

    once = remembered(simulate)
    tried = [run(linear(once, slope)) for slope in SLOPES]
    best: list[Answer] = []
    for study in studies:
        errors = [_others(made, study.id) for made in tried]
        made = tried[int(np.argmin(errors))]
        best += [one for one in made if one.study == study.id]
    return {
        "no change": tried[int(np.argmin(np.abs(SLOPES)))],
        "tolerance only": run(tolerance_only(simulate)),
        "linear in dose": tuple(best),
    }


def _others(made: Sequence[Answer], held: str) -> float:
    errors = [
        abs(e)
        for one in made
        if one.study != held and one.measure.scorable and not one.given and one.predicted is not None
        and (e := distance(one, one.predicted.median)) is not None
    ]  # fmt: skip
    found = _median(errors)
    return math.inf if found is None else found


def remembered(simulate: Simulate) -> Simulate:
    """The same simulator, which answers a question that was asked before from memory. One set of parameters only."""
    known: dict[object, Simulation] = {}

    def run(orders: Sequence[Order], at_h: Floats, group: Group, **asked: Any) -> Simulation:
        measures = asked.get("measures")
        names = None if measures is None else tuple(measures)
        key = (tuple(orders), np.asarray(at_h).tobytes(), group, names, asked.get("keep_values", False))
        if key not in known:
            known[key] = simulate(orders, at_h, group, **asked)
        return known[key]

    return run


def linear(simulate: Simulate, slope: float) -> Simulate:
    """A simulator in which sensitivity is exp(slope x MME/d / 100) and nothing else happens.

    A drug without an MME factor (infusions above all) changes nothing.
    """

    def run(orders: Sequence[Order], at_h: Floats, group: Group, **asked: Any) -> Simulation:
        if tuple(asked.get("measures") or ()) == PROBE:
            return simulate(orders, at_h, group, **asked)
        still = simulate([], at_h, group, **asked)
        rise = np.exp(slope * np.array([mme_of(orders, t) for t in still.times_h]) / 100.0)
        by = np.stack([1.0 / rise if m in _LESS_SENSITIVE else rise for m in still.measures], axis=1)
        values = None if still.values is None else still.values * by[None]
        return replace(still, bands=still.bands * by[:, :, None], values=values)

    return run


def tolerance_only(simulate: Simulate) -> Simulate:
    """Our simulator with sensitization and rebound switched off."""

    def run(orders: Sequence[Order], at_h: Floats, group: Group, **asked: Any) -> Simulation:
        parameters: Any = asked.get("parameters")
        several = isinstance(parameters, Sequence)
        sets = parameters if several else (parameters,)
        off = tuple(one.changed(**OFF) if hasattr(one, "changed") else one for one in sets)
        less = off if several else off[0]
        return simulate(orders, at_h, group, **{**asked, "parameters": less})

    return run


def mme_of(orders: Sequence[Order], at: float) -> float:
    """MME a day that runs at a time, by CDC 2022; a drug without a factor there counts zero.

    >>> mme_of([Order("oxycodone", "oral", 0.0, amount=20.0, every_h=12.0, count=4)], 24.0)
    60.0
    """
    total = 0.0
    for order in orders:
        scale = _AMOUNTS.get(order.unit)
        if order.amount is None or not order.every_h or scale is None:
            continue
        if order.start_h < at <= order.start_h + order.count * order.every_h:
            mg = order.amount * scale * 24.0 / order.every_h
            factor = find_factor(
                load(), "cdc-2022", order.drug, _SITES.get(order.route, order.route), None, mg
            )
            if factor is not None and factor.value is not None and factor.per == "mg/d":
                total += mg * factor.value
    return total


def _median(values: Sequence[float]) -> float | None:
    return float(np.median(values)) if len(values) else None


def _nearer(rows: Sequence[Row], name: str) -> float:
    """Share of rows in which ours is nearer; equal counts half."""
    pairs = [(abs(r.error), r.beside[name]) for r in rows if r.error is not None and name in r.beside]
    return sum(1.0 if a < b else 0.5 if a == b else 0.0 for a, b in pairs) / len(pairs)
