"""An answer for every measure of a study: the predicted median with its 90 % interval, or what is missing for it.

In each draw of the parameters the statistic is that of the typical person; a mean or median also has the error of
its sample. The interval is over draws. The observed value is never read here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

import numpy as np

from algesia.mechanism.model import Floats
from algesia.mechanism.study import Arm, Measure, Study
from algesia.mechanism.study_curves import Curves, Read, Simulate
from algesia.mechanism.study_form import Error, Form, Of
from algesia.mechanism.study_measures import form_of
from algesia.mechanism.study_scales import CannotTell, cannot
from algesia.quantities.refusal import Unassessable

DRAWS: Final = 200
PEOPLE: Final = 200
SHARE_DRAWS: Final = 20
"""Draws for which a whole group is simulated, where the share of people is asked for."""
LEAST_FINITE: Final = 0.5
"""A prediction needs a number in at least this share of the draws."""
MODEL_ERROR: Final[Mapping[str, float]] = {"log": 0.12, "log-percent": 0.12, "share": 0.06}
"""What even the right model would miss of a measure, by how its error is judged: the setting, the time, the rounding. Assumed;
the fit uses the same."""
_MEDIAN_OF_NORMAL: Final = 1.2533
"""Standard error of a median over that of a mean, for a normal distribution: sqrt(pi / 2)."""
_CI95: Final = 2 * 1.959964
_IQR: Final = 1.348980


@dataclass(frozen=True, slots=True)
class Interval:
    """Median and the 5 % and 95 % quantiles over the draws."""

    median: float
    low90: float
    high90: float


@dataclass(frozen=True, slots=True)
class Answer:
    """One measure of one study.

    `error` and `whole` say how its distance from what was observed is judged (`study_form.Error`); `given` marks a
    number that comes from the schedule itself; `basis` says what was read and against what.
    """

    study: str
    measure: Measure
    predicted: Interval | None
    unassessable: Unassessable | None
    error: Error = "share"
    whole: float | None = None
    given: bool = False
    basis: str = ""


def answer(
    study: Study,
    simulate: Simulate,
    parameters: Sequence[Any],
    *,
    people: int = PEOPLE,
    seed: int = 1,
    sampled: bool = True,
) -> tuple[Answer, ...]:
    """Every measure of a study, in the order of the file.

    Parameters
    ----------
    simulate
        The simulator.
    parameters
        One set for each draw; ``(None,)`` for the simulator's own alone.
    people
        How many people differ, where the spread between people or a share of people is needed.
    seed
        Fixes the people and the errors of the samples.
    sampled
        Whether a mean gets the error of its sample. Without it one draw is a point prediction.
    """
    curves = Curves(study.arms, simulate, parameters, seed, people)
    made = [formed(study, measure, curves) for measure in study.measures]
    return tuple(
        _answered(study, measure, form, curves, _chance(seed, study, i), sampled)
        for i, (measure, form) in enumerate(zip(study.measures, made, strict=True))
    )


def answers(
    studies: Iterable[Study],
    simulate: Simulate,
    parameters: Sequence[Any],
    *,
    people: int = PEOPLE,
    seed: int = 1,
    sampled: bool = True,
) -> tuple[Answer, ...]:
    """`answer` for each study, one after the other."""
    return tuple(
        one
        for study in studies
        for one in answer(study, simulate, parameters, people=people, seed=seed, sampled=sampled)
    )


def formed(study: Study, measure: Measure, curves: Curves) -> tuple[Arm, Form] | Unassessable:
    """The arm and form of a measure, after its needs have been noted; or what is missing."""
    try:
        if measure.wrong:
            raise cannot(measure.name, measure.wrong, "a value that can be read")
        arm = study.arm(measure.arm)
        if arm is None:
            named = "the arm is not named" if measure.arm is None else f"the study has no arm {measure.arm!r}"
            raise cannot(measure.name, named, "the arm")
        form = form_of(study, measure, arm)
        for part in (form.of, form.whole, form.spread):
            if callable(part):
                with np.errstate(all="ignore"):
                    part(curves.record)
    except CannotTell as told:
        return told.found
    return arm, form


def _answered(
    study: Study,
    measure: Measure,
    made: tuple[Arm, Form] | Unassessable,
    curves: Curves,
    chance: np.random.Generator,
    sampled: bool,
) -> Answer:
    if isinstance(made, Unassessable):
        return Answer(study.id, measure, None, made)
    arm, form = made
    try:
        with np.errstate(all="ignore"):
            if form.share is not None:
                drawn, note = _shares(measure, arm, form, curves, chance)
            else:
                drawn, note = _drawn(measure, arm, form, curves, chance if sampled else None)
            whole = _middle(form.whole(curves.read)) if callable(form.whole) else form.whole
    except CannotTell as told:
        return Answer(study.id, measure, None, told.found)
    finite = drawn[np.isfinite(drawn)]
    if finite.size < LEAST_FINITE * drawn.size or not finite.size:
        because = "what it is divided by is zero in most draws"
        return Answer(study.id, measure, None, Unassessable(measure.name, because, ("a value above zero",)))
    low, median, high = (float(q) for q in np.quantile(finite, (0.05, 0.5, 0.95)))
    if form.error == "sign":
        low, median, high = (float(np.sign(_rounded(q))) for q in (low, median, high))
    basis = "; ".join(part for part in (form.basis, note) if part)
    return Answer(study.id, measure, Interval(median, low, high), None, form.error, whole, form.given, basis)


def _drawn(
    measure: Measure, arm: Arm, form: Form, curves: Curves, chance: np.random.Generator | None
) -> tuple[Floats, str]:
    """The statistic in every draw, with the error of the scale and of the sample where there is chance."""
    found = form.of(curves.read)
    if form.given:
        return found, ""
    if form.spread is not None:
        found = found / _between(form.spread, curves, arm)
    if chance is None:
        return found, ""
    if form.cv:
        sigma = math.sqrt(math.log1p(form.cv**2))
        found = found * np.exp(sigma * chance.standard_normal(found.shape))
    if form.error == "sign":
        return found, ""
    found = missed(found, form, curves, chance)
    error, note = sample_error(measure, arm)
    if error is None and note == "" and form.spread is None:
        error, note = _model_error(measure, arm, form, curves)
    if error is None:
        return found, note
    return found + error * chance.standard_normal(found.shape), note


def missed(found: Floats, form: Form, curves: Curves, chance: np.random.Generator) -> Floats:
    """The same with what the right model would still miss."""
    off = MODEL_ERROR.get(form.error, 0.0) * chance.standard_normal(found.shape)
    if form.error == "log":
        return found * np.exp(off)
    if form.error == "log-percent":
        return (100.0 + found) * np.exp(off) - 100.0
    whole = _middle(form.whole(curves.read)) if callable(form.whole) else form.whole
    return found + off * (whole or 0.0)


def sample_error(measure: Measure, arm: Arm) -> tuple[float | None, str]:
    """Standard error of the statistic from the study's own design, and where it is from; (None, "") where it is silent.

    An unnamed plus-minus is taken for a standard error; a confidence interval for one of 95 %. The error of a
    median is that of a mean times 1.2533.

    >>> sample_error(Measure("m", statistic="mean", sd=20.0, n=100), Arm("a"))
    (2.0, 'error of the sample from its sd')
    """
    n = measure.n if measure.n is not None else arm.n
    factor = _MEDIAN_OF_NORMAL if "median" in measure.statistic.lower() else 1.0
    if measure.sem is not None:
        return measure.sem, "error of the sample as printed"
    if measure.sd is not None and n is not None and n >= 1 and measure.unit != "r":
        return factor * measure.sd / math.sqrt(n), "error of the sample from its sd"
    if measure.err is not None:
        return measure.err, "the plus-minus is taken for a standard error"
    if measure.ci is not None:
        return abs(measure.ci[1] - measure.ci[0]) / _CI95, "error of the sample from its interval"
    if measure.iqr is not None and n is not None and n >= 1:
        return factor * measure.iqr / _IQR / math.sqrt(n), "error of the sample from its quartiles"
    return None, ""


def _model_error(measure: Measure, arm: Arm, form: Form, curves: Curves) -> tuple[float | None, str]:
    """The error of the sample from the spread of the same form between simulated people."""
    n = measure.n if measure.n is not None else arm.n
    if n is None or n < 1:
        return None, "number of people not given: no error of the sample"
    try:
        spread = _between(form.of, curves, arm)
    except CannotTell:
        return None, "spread between people not known: no error of the sample"
    factor = _MEDIAN_OF_NORMAL if "median" in measure.statistic.lower() else 1.0
    if not math.isfinite(spread):
        return None, "simulated people do not differ: no error of the sample"
    return factor * spread / math.sqrt(n), "error of the sample from the model's people"


def _between(of: Of, curves: Curves, arm: Arm) -> float:
    """Half the distance between the 16 % and 84 % quantiles of people: the standard deviation of a normal middle.

    Not a number where people do not differ.
    """
    values = of(curves.crowd(curves.draws // 2, arm.name))
    finite = values[np.isfinite(values)]
    if finite.size < 2:
        raise cannot("the spread between people", "it is not a number", "people who differ")
    low, high = np.quantile(finite, (0.16, 0.84))
    return float(high - low) / 2.0 or math.nan


def _shares(
    measure: Measure, arm: Arm, form: Form, curves: Curves, chance: np.random.Generator
) -> tuple[Floats, str]:
    """The share of people past a threshold under some of the draws, and the chance of a sample of `n`."""
    size = form.share or 1.0
    n = int(measure.n or arm.n or 0)
    drawn = []
    for draw in range(min(SHARE_DRAWS, curves.draws)):
        read: Read = curves.crowd(draw, arm.name)
        share = float(np.mean(form.of(read)))
        counts = chance.binomial(n, share, 10) / n if n else np.array([share])
        drawn.extend((size * counts).tolist())
    return np.array(drawn), "" if n else "number of people not given: no error of the sample"


def _middle(values: Floats) -> float | None:
    found = float(np.nanmedian(values)) if np.any(np.isfinite(values)) else math.nan
    return found if math.isfinite(found) and found > 0.0 else None


def _rounded(value: float) -> float:
    """Zero for a change too small to be one."""
    return 0.0 if abs(value) < 1e-9 else value


def _chance(seed: int, study: Study, number: int) -> np.random.Generator:
    """The chance of one measure: the same whatever stands beside it in the file."""
    return np.random.default_rng([seed, crc32(study.id.encode()), number])
