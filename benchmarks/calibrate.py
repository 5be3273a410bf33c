"""Fit the nervous system to the packaged studies, and write the fit.

    python benchmarks/calibrate.py      fit, leave each study out once, write fit.json and fit_left_out.json; then
    python docs/gen/mechanism.py        draws the pages anew

Maximum a posteriori by Gauss-Newton on the scale where each parameter is normal (log, linear or logit); residuals on the
scale on which each measure is judged. Two effects of every study (all its levels; all its effect sizes) are integrated
out: the residuals of one study share covariance along the derivatives by them. The posterior is the normal at the maximum.
Each study is left out once, with two Gauss-Newton steps from the whole fit. Nothing is random; the script is the whole method.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from algesia.adapters.study_file import bundled_studies
from algesia.knowledge.loader import KNOWLEDGE_EDITION
from algesia.mechanism.model import Floats
from algesia.mechanism.parameters import Parameters, off_scale, on_scale, prior, table
from algesia.mechanism.simulate import simulate
from algesia.mechanism.study import Measure, Study
from algesia.mechanism.study_answers import MODEL_ERROR, formed, sample_error
from algesia.mechanism.study_curves import Curves
from algesia.mechanism.study_form import Form

DATA = Path(__file__).parents[1] / "src" / "algesia" / "knowledge" / "data" / "mechanism"
STEP = 0.02
"""Step of the derivatives, in prior standard deviations."""
ROUNDS = 14


@dataclass(frozen=True)
class Item:
    """One measure that the fit sees: what was observed, on its scale, and its standard error there."""

    study: str
    measure: Measure
    form: Form
    observed: float
    error: float


@dataclass(frozen=True)
class Held:
    """A study with the items of it that can be fitted."""

    study: Study
    items: tuple[Item, ...]


def scaled(values: Floats, form: Form, whole: float | None) -> Floats:
    """Values on the scale on which they are judged."""
    with np.errstate(all="ignore"):
        if form.error == "log":
            return np.log(values)
        if form.error == "log-percent":
            return np.log1p(values / (whole or 100.0))
        return values / (whole or 1.0)


def held(study: Study) -> Held:
    """What of a study can be fitted."""
    curves = Curves(study.arms, simulate, [prior()], 1, 1)
    ready = [(measure, formed(study, measure, curves)) for measure in study.measures]
    items = []
    for measure, made in ready:
        if not isinstance(made, tuple) or not measure.scorable or measure.value is None:
            continue
        arm, form = made
        if form.given or form.share is not None or form.error == "sign" or form.spread is not None:
            continue
        whole = float(form.whole(curves.read)[0]) if callable(form.whole) else form.whole
        observed = float(scaled(np.array([measure.value]), form, whole)[0])
        with np.errstate(all="ignore"):
            predicted = float(scaled(form.of(curves.read), form, whole)[0])
        if not np.isfinite(observed) or not np.isfinite(predicted):
            continue
        sem, _ = sample_error(measure, arm)
        if sem is None:
            sem = 0.0
        if form.error == "log":
            sem /= abs(measure.value)
        elif form.error == "log-percent":
            sem /= abs(whole or 100.0) * (1.0 + measure.value / (whole or 100.0))
        else:
            sem /= whole or 1.0
        items.append(Item(study.id, measure, form, observed, float(np.hypot(sem, MODEL_ERROR[form.error]))))
    return Held(study, tuple(items))


def predictions(one: Held, sets: Sequence[Parameters]) -> Floats:
    """What each set of parameters predicts of a study, (sets, items), on the scale of each."""
    curves = Curves(one.study.arms, simulate, sets, 1, 1)
    for measure in one.study.measures:
        formed(one.study, measure, curves)
    columns = []
    for item in one.items:
        with np.errstate(all="ignore"):
            whole = (
                float(np.nanmedian(item.form.whole(curves.read)))
                if callable(item.form.whole)
                else item.form.whole
            )
            columns.append(scaled(item.form.of(curves.read), item.form, whole))
    return np.array(columns).T


class Problem:
    """The free parameters, their priors, and the studies."""

    def __init__(self, studies: Sequence[Held]) -> None:
        self.studies = [one for one in studies if one.items]
        self.symbols = [symbol for symbol, row in table().items() if row.fitted]
        self.mean = np.array([on_scale(s, table()[s].prior) for s in self.symbols])
        self.sd = np.array([table()[s].spread for s in self.symbols])
        self.level, self.gain = table()["STUDY_LEVEL"].prior, table()["STUDY_GAIN"].prior

    def parameters(self, at: Floats, level: float = 0.0, gain: float = 0.0) -> Parameters:
        """The parameters at a place on the fitted scale."""
        values = dict(prior().values)
        for symbol, x in zip(self.symbols, at, strict=True):
            values[symbol] = off_scale(symbol, float(x))
        return Parameters(values, level, gain)

    def looked(self, at: Floats, slopes: bool = True) -> list[tuple[Floats, Floats, Floats]]:
        """Of each study: residuals, their derivatives by every parameter (none without `slopes`), and their covariance."""
        sets = [self.parameters(at), self.parameters(at, level=STEP), self.parameters(at, gain=STEP)]
        for j in range(at.size if slopes else 0):
            moved = at.copy()
            moved[j] += STEP * self.sd[j]
            sets.append(self.parameters(moved))
        found = []
        for one in self.studies:
            y = np.nan_to_num(predictions(one, sets), nan=0.0)
            residual = np.array([item.observed for item in one.items]) - y[0]
            by_level, by_gain = (y[1] - y[0]) / STEP, (y[2] - y[0]) / STEP
            jacobian = (y[3:] - y[0]).T / (STEP * self.sd[: len(sets) - 3])
            covariance = np.diag([item.error**2 for item in one.items])
            covariance += self.level**2 * np.outer(by_level, by_level)
            covariance += self.gain**2 * np.outer(by_gain, by_gain)
            found.append((residual, jacobian, covariance))
        return found

    def objective(self, at: Floats) -> float:
        """Twice the negative log posterior, up to a constant."""
        total = float(np.sum(((at - self.mean) / self.sd) ** 2))
        for residual, _, covariance in self.looked(at, slopes=False):
            total += float(residual @ np.linalg.solve(covariance, residual))
            total += float(np.linalg.slogdet(covariance)[1])
        return total

    def step(
        self, at: Floats, looked: list[tuple[Floats, Floats, Floats]], left_out: str = ""
    ) -> tuple[Floats, Floats]:
        """The Gauss-Newton step from a place, and the information there."""
        information = np.diag(1.0 / self.sd**2)
        score = (self.mean - at) / self.sd**2
        for one, (residual, jacobian, covariance) in zip(self.studies, looked, strict=True):
            if one.study.id == left_out:
                continue
            weighed = np.linalg.solve(covariance, jacobian)
            information = information + jacobian.T @ weighed
            score = score + weighed.T @ residual
        return np.linalg.solve(information, score), information

    def without(self, study: str, at: Floats, looked: list[tuple[Floats, Floats, Floats]]) -> list[float]:
        """The fit without one study: two steps from the whole fit."""
        for round_ in range(2):
            step, _ = self.step(at, looked if round_ == 0 else self.looked(at), study)
            at = at + step * min(1.0, 1.5 / float(np.max(np.abs(step / self.sd))))
        return [round(float(x), 6) for x in at]


def fitted(problem: Problem) -> tuple[Floats, Floats, list[tuple[Floats, Floats, Floats]]]:
    """The maximum, the covariance there, and what was looked at last."""
    at, damp = problem.mean.copy(), 1.0
    value = problem.objective(at)
    print(f"prior: {value:.2f}")
    for round_ in range(ROUNDS):
        looked = problem.looked(at)
        step, _ = problem.step(at, looked)
        # no further than one and a half prior standard deviations at once: the model is not linear
        size = np.max(np.abs(step / problem.sd))
        step = step * min(1.0, 1.5 / size)
        while True:
            tried = at + damp * step
            new = problem.objective(tried)
            if new < value or damp < 1 / 64:
                break
            damp /= 2
        gained = value - new
        print(f"round {round_ + 1}: {new:.2f}, step {damp * np.max(np.abs(step / problem.sd)):.3f} sd")
        if gained <= 0:
            break
        at, value, damp = tried, new, min(1.0, 2 * damp)
        if gained < 0.02:
            break
    looked = problem.looked(at)
    _, information = problem.step(at, looked)
    covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
    return at, covariance, looked


def main() -> None:
    """Fit and write."""
    began = time.time()
    problem = Problem([held(study) for study in bundled_studies()])
    count = sum(len(one.items) for one in problem.studies)
    print(f"{len(problem.studies)} studies, {count} measures, {len(problem.symbols)} free parameters")
    at, covariance, looked = fitted(problem)
    root = np.linalg.cholesky(covariance)
    numbers = [round(float(x), 6) for x in at]
    edition = f"{KNOWLEDGE_EDITION}-{hashlib.sha256(json.dumps(numbers).encode()).hexdigest()[:6]}"
    rows = [[round(float(x), 6) for x in row] for row in root]
    fit = {"edition": edition, "symbols": problem.symbols, "center": numbers, "root": rows}
    (DATA / "fit.json").write_text(json.dumps(fit) + "\n")
    left_out = {one.study.id: problem.without(one.study.id, at, looked) for one in problem.studies}
    without = {"symbols": problem.symbols, "studies": left_out}
    (DATA / "fit_left_out.json").write_text(json.dumps(without) + "\n")
    for symbol, x, m, s, c in zip(
        problem.symbols, at, problem.mean, problem.sd, np.sqrt(np.diag(covariance)), strict=True
    ):
        shown = off_scale(symbol, float(x))
        print(
            f"{symbol:12} {shown:9.4g}  moved {(x - m) / s:+.2f} prior sd, width {c / s:.2f} of the prior's"
        )
    print(f"{time.time() - began:.0f} s")


if __name__ == "__main__":
    main()
