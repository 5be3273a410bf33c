"""An answer for every measure of a study: the predicted median with its 90 % interval, or what is missing for it.

In each draw of the parameters the statistic is that of the typical person; a mean or median also has the error of
its sample. The interval is over draws. The observed value is never read here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from zlib import crc32

import numpy as np

from algesia.mechanism.events import FARTHEST_H
from algesia.mechanism.model import Floats
from algesia.mechanism.study import Arm, Measure, Study, known_group, unread_group
from algesia.mechanism.study_curves import Curves, Simulate, Variant
from algesia.mechanism.study_drugs import drug_name
from algesia.mechanism.study_errors import (
    MODEL_ERROR,
    bounded,
    missed,
    people_error,
    pooled,
    sample_error,
    shares,
    standardized_error,
    with_sample,
)
from algesia.mechanism.study_form import Error, Form
from algesia.mechanism.study_measures import form_of
from algesia.mechanism.study_scales import CannotTell, cannot
from algesia.quantities.refusal import Unassessable

__all__ = ["MODEL_ERROR", "Answer", "Interval", "answer", "answers", "formed", "sample_error"]

DRAWS: Final = 200
PEOPLE: Final = 200
LEAST_FINITE: Final = 0.5
"""A prediction needs a number in at least this share of the draws."""


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
        used = {arm.name}

        def note(variant: Variant, readout: str, times: Sequence[float]) -> Floats:
            used.add(variant.arm)
            # one time that cannot be simulated would take the other measures of its arm with it
            if not max(abs(t) for t in times) <= FARTHEST_H:
                raise cannot(measure.name, "it lies too far from time zero", f"hours, at most {FARTHEST_H:g}")
            return curves.record(variant, readout, times)

        for part in (form.of, form.whole, form.spread, form.beside):
            if callable(part):
                with np.errstate(all="ignore"):
                    part(note)
    except CannotTell as told:
        return told.found
    notes = () if form.given else tuple(_said_of(one) for one in study.arms if one.name in used)
    return arm, replace(form, basis="; ".join(part for part in (form.basis, *notes) if part))


def _said_of(arm: Arm) -> str:
    """What a reader has to know of the people of an arm, and of what they took."""
    notes = [] if known_group(arm.group) else [f"{unread_group(arm)}: taken for people without"]
    if any(drug_name(line.drug) == "dexmedetomidine" and line.amount != 0.0 for line in arm.schedule):
        notes.append(f"the relief of dexmedetomidine itself in arm {arm.name!r} is not modeled")
    return "; ".join(notes)


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
                other = study.arm(form.other) if form.other else None
                drawn, note = shares(measure, arm, other, form, curves, chance if sampled else None)
            else:
                drawn, note = _drawn(study, measure, arm, form, curves, chance if sampled else None)
            whole = _whole(form, curves)
            plain = form.of(curves.read) if form.error == "sign" else drawn
    except CannotTell as told:
        return Answer(study.id, measure, None, told.found)
    finite = drawn[np.isfinite(drawn)]
    if finite.size < LEAST_FINITE * drawn.size or not finite.size:
        return Answer(
            study.id, measure, None, Unassessable(measure.name, form.nothing, ("a value above zero",))
        )
    low, median, high = (float(q) for q in np.quantile(finite, (0.05, 0.5, 0.95)))
    if form.error == "sign":
        # the sign itself is that of the model; what a sample adds only widens it
        median = float(np.sign(_rounded(float(np.nanmedian(plain)))))
        low, high = min(median, float(np.sign(_rounded(low)))), max(median, float(np.sign(_rounded(high))))
    basis = "; ".join(part for part in (form.basis, note) if part)
    return Answer(study.id, measure, Interval(median, low, high), None, form.error, whole, form.given, basis)


def _drawn(
    study: Study, measure: Measure, arm: Arm, form: Form, curves: Curves, chance: np.random.Generator | None
) -> tuple[Floats, str]:
    """The statistic in every draw, with the error of the scale, of the model and of the sample where there is chance."""
    found = form.of(curves.read)
    if form.given:
        return found, ""
    if form.spread is not None:
        found = found / pooled(form, curves, arm)
    if chance is None:
        return bounded(found, form), ""
    if form.cv:
        sigma = math.sqrt(math.log1p(form.cv**2))
        found = found * np.exp(sigma * chance.standard_normal(found.shape))
    whole = _whole(form, curves)
    if form.error == "sign":
        # read as a difference in the unit of the readout: what the study prints is only its sign
        form = replace(form, error="share")
    found = missed(found, form, whole, chance)
    if form.spread is not None:
        # sd and quartiles of a study are those of people, not of a standardized difference
        measure = replace(measure, sd=None, iqr=None)
    error, note = sample_error(measure, arm) if form.sized else (None, "")
    if error is None and form.spread is not None:
        size = float(np.nanmedian(found)) if np.any(np.isfinite(found)) else 0.0
        named = form.other or measure.relative_to
        error, note = standardized_error(size, measure, arm, study.arm(named) if named else None)
    elif error is None:
        error, note = people_error(
            measure, arm, form, curves, found, study.arm(form.other) if form.other else None
        )
    if error is not None:
        found = with_sample(found, form, whole, error, chance)
    return bounded(found, form), note


def _whole(form: Form, curves: Curves) -> float | None:
    return _middle(form.whole(curves.read)) if callable(form.whole) else form.whole


def _middle(values: Floats) -> float | None:
    found = float(np.nanmedian(values)) if np.any(np.isfinite(values)) else math.nan
    return found if math.isfinite(found) and found > 0.0 else None


def _rounded(value: float) -> float:
    """Zero for a change too small to be one."""
    return 0.0 if abs(value) < 1e-9 else value


def _chance(seed: int, study: Study, number: int) -> np.random.Generator:
    """The chance of one measure: the same whatever stands beside it in the file."""
    return np.random.default_rng([seed, crc32(study.id.encode()), number])
