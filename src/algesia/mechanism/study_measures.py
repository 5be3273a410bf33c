"""How a prediction of each kind of measure is formed from simulated arms.

A form is a function of a `Read`: the same one gives the typical person in every draw of the parameters, or many
people under one draw. `docs/reference/study-format.md` lists every rule.
"""

from __future__ import annotations

import numpy as np

from algesia.mechanism.model import Floats
from algesia.mechanism.study import Arm, Measure, Study, baseline_h
from algesia.mechanism.study_consumption import consumption, is_consumption
from algesia.mechanism.study_curves import Read, Variant
from algesia.mechanism.study_form import (
    DOSE_EFFECT_H,
    PEAK_H,
    PEAK_POINTS,
    Error,
    Form,
    Of,
    at_least_0,
    over,
    reader,
    size_of,
    top_of,
)
from algesia.mechanism.study_points import Reference, own_baseline, period_of, reference_of, time_of
from algesia.mechanism.study_scales import RELATIVE, Scale, cannot, scale_of, unit_of
from algesia.mechanism.study_spans import duration, proportion, rate


def form_of(study: Study, measure: Measure, arm: Arm) -> Form:
    """The form of a measure.

    Raises
    ------
    CannotTell
        With what is missing.
    """
    kind = measure.kind.strip().lower()
    said = measure.statistic.lower()
    if is_consumption(measure):
        return consumption(study, measure, arm)
    if kind == "association":
        raise cannot(
            measure.name, "a correlation between people needs each person's values", "the people one by one"
        )
    if kind == "proportion":
        return proportion(study, measure, arm)
    if kind == "duration" or (kind == "model-parameter" and "half-life of effect" in said):
        return duration(study, measure, arm)
    if kind == "rate" or (kind == "model-parameter" and "slope" in said and period_of(measure)):
        return rate(study, measure, arm)
    if kind == "model-parameter":
        raise cannot(measure.name, f"the model holds no parameter {measure.statistic!r}", "such a parameter")
    makers = {
        "level": _level,
        "change": _compare,
        "contrast": _compare,
        "ratio": _compare,
        "direction": _direction,
    }
    if kind not in makers:
        raise cannot(
            measure.name, f"the kind {measure.kind!r} is not known", "one of the kinds of the format"
        )
    return makers[kind](study, measure, arm)


def _level(study: Study, measure: Measure, arm: Arm) -> Form:
    """A value as it is: the readout times its size. Relative units are compared with the own baseline."""
    if unit_of(measure) in RELATIVE:
        if measure.relative_to is None and "baseline" not in f"{measure.unit} {measure.statistic}".lower():
            raise cannot(
                measure.name, f"what {measure.value} {measure.unit} is a part of is not said", "relative_to"
            )
        return _compare(study, measure, arm)
    scale = scale_of(study.id, measure, arm)
    if scale.flip:
        raise cannot(
            measure.name, "the scale counts the other way round and its top is not known", "the scale"
        )
    size = size_of(scale)
    own = Variant(arm.name)
    value = reader(own, scale.readout, measure, time_of(measure), baseline_h(arm))

    def of(read: Read) -> Floats:
        found = value(read) * size
        return np.log1p(np.maximum(found, 0.0)) if scale.log else found

    error: Error = "share" if scale.top is not None else "log"
    return Form(of, error, top_of(scale), cv=scale.cv, basis=scale.basis)


def _compare(study: Study, measure: Measure, arm: Arm) -> Form:
    """A change, contrast or ratio: the measure's value against that of its reference."""
    scale = scale_of(study.id, measure, arm)
    ref = reference_of(study, measure, arm) or _default(study, measure, arm)
    if ref.against == "peak effect":
        return _part_of_peak(measure, arm, scale, ref)
    if ref.against == "day 1 effect":
        return _dose_effect(measure, arm, scale, ref)
    time_of(measure)
    since = baseline_h(arm)
    if "max" in measure.statistic.lower() and "reduction" in measure.statistic.lower():
        return _largest_reduction(measure, arm, scale, ref, since)
    value = reader(Variant(arm.name), scale.readout, measure, ref.at_h, since)
    apart = ref.time_h if ref.time_h is not None else ref.at_h
    other = (
        reader(ref.variant, scale.readout, measure, apart, since)
        if ref.time_h is None
        else lambda read: read(ref.variant, scale.readout, (apart,))[:, 0]
    )
    return _compared(measure, scale, value, other, ref)


def _compared(measure: Measure, scale: Scale, value: Of, other: Of, ref: Reference) -> Form:
    """Value and reference as the unit asks for: a ratio, a percent change, a standardized or plain difference."""
    unit, said = unit_of(measure), f"{measure.statistic} {measure.unit}".lower()
    basis = f"{scale.basis}, {ref.basis}"
    inverse = scale.flip and scale.readout == "potency-ratio"
    sign = -1.0 if scale.flip and not inverse else 1.0

    def ratio(read: Read) -> Floats:
        x, y = value(read), other(read)
        return over(y, x) if inverse else over(x, y)

    if unit == "smd":
        return Form(lambda read: sign * (value(read) - other(read)), "share", 1.0, spread=value, basis=basis)
    if (
        "ratio" in unit
        or unit in ("x baseline", "x", "fold", "times")
        or (measure.kind == "ratio" and unit != "%")
    ):
        if sign < 0:
            raise cannot(measure.name, "the ratio counts the other way round", "a readout that rises with it")
        return Form(ratio, "log", basis=basis)
    if "of baseline" in said or "% baseline" in said or measure.kind == "ratio":
        return Form(lambda read: 100.0 * ratio(read), "log", basis=basis)
    if unit in ("%", "fraction"):
        size = 100.0 if unit == "%" else 1.0
        return Form(lambda read: sign * size * (ratio(read) - 1.0), "log-percent", size * sign, basis=basis)
    size = sign * size_of(scale)
    if scale.log:
        top = abs(size)
        return Form(
            lambda read: np.log1p(top * at_least_0(value(read))) - np.log1p(top * at_least_0(other(read))),
            "share",
            1.0,
            basis=basis,
        )
    whole: float | Of = scale.top if scale.top is not None else lambda read: np.abs(size * other(read))
    return Form(lambda read: size * (value(read) - other(read)), "share", whole, cv=scale.cv, basis=basis)


def _default(study: Study, measure: Measure, arm: Arm) -> Reference:
    """What a comparison without a reference is against: the other arm of a contrast, else the own baseline."""
    if measure.kind != "contrast":
        return own_baseline(measure, arm)
    others = [a.name for a in study.arms if a.name != arm.name]
    if len(others) != 1:
        raise cannot(measure.name, "which arm it is compared with is not said", "relative_to")
    return Reference(Variant(others[0]), None, time_of(measure), basis=f"against {others[0]}")


def _largest_reduction(measure: Measure, arm: Arm, scale: Scale, ref: Reference, since: float) -> Form:
    """100 (1 - x/reference) where it is largest."""
    last = since + PEAK_H if measure.time_assumed else max(ref.at_h, since + 0.1)
    times = np.linspace(since, last, PEAK_POINTS).tolist()
    fixed = [ref.time_h] * len(times) if ref.time_h is not None else times

    def of(read: Read) -> Floats:
        here, there = read(Variant(arm.name), scale.readout, times), read(ref.variant, scale.readout, fixed)
        fall: Floats = 100.0 * np.max(1.0 - over(here, there), axis=1)
        return fall

    return Form(of, "log-percent", -100.0, basis=f"{scale.basis}, {ref.basis}, largest in {last - since:g} h")


def _part_of_peak(measure: Measure, arm: Arm, scale: Scale, ref: Reference) -> Form:
    """The effect now over the largest one since baseline; an effect is the distance from baseline."""
    size = 100.0 if unit_of(measure) == "%" else 1.0
    start = ref.time_h if ref.time_h is not None else 0.0
    times = np.linspace(start, max(time_of(measure), start + 0.1), PEAK_POINTS).tolist()

    def of(read: Read) -> Floats:
        curve = read(Variant(arm.name), scale.readout, times)
        effect = np.abs(curve - curve[:, :1])
        part: Floats = size * over(effect[:, -1], np.max(effect, axis=1))
        return part

    return Form(of, "share", size, basis=f"{scale.basis}, {ref.basis}")


def _dose_effect(measure: Measure, arm: Arm, scale: Scale, ref: Reference) -> Form:
    """The change of a dose's effect against the first one's, in percent of it, or in the study's unit."""
    at, first = time_of(measure), ref.time_h if ref.time_h is not None else 0.0
    lags = np.linspace(0.0, DOSE_EFFECT_H, PEAK_POINTS)
    unit = unit_of(measure)

    def effect(read: Read, start: float) -> Floats:
        curve = read(Variant(arm.name), scale.readout, (start + lags).tolist())
        away = curve - curve[:, :1]
        largest = np.argmax(np.abs(away), axis=1)
        picked: Floats = away[np.arange(len(away)), largest]
        return picked

    def of(read: Read) -> Floats:
        now, then = effect(read, at - 0.01), effect(read, first)
        if unit in ("%", "fraction", "ratio", "x"):
            size = 100.0 if unit == "%" else 1.0
            part: Floats = size * (over(now, then) - (0.0 if unit in ("ratio", "x") else 1.0))
            return part
        return size_of(scale) * (now - then)

    relative = unit in ("%", "fraction")
    whole = (100.0 if unit == "%" else 1.0) if relative else scale.top
    return Form(of, "log-percent" if relative else "log", whole, basis=f"{scale.basis}, {ref.basis}")


def _direction(study: Study, measure: Measure, arm: Arm) -> Form:
    """The sign of a change."""
    scale = scale_of(study.id, measure, arm)
    ref = reference_of(study, measure, arm) or _default(study, measure, arm)
    if ref.against == "day 1 effect":
        inner = _dose_effect(measure, arm, scale, ref)
        return Form(inner.of, "sign", basis=inner.basis)
    time_of(measure)
    value = reader(Variant(arm.name), scale.readout, measure, ref.at_h, baseline_h(arm))
    apart = ref.time_h if ref.time_h is not None else ref.at_h
    sign = -1.0 if scale.flip else 1.0
    return Form(
        lambda read: sign * (value(read) - read(ref.variant, scale.readout, (apart,))[:, 0]),
        "sign",
        basis=f"sign of {scale.basis}, {ref.basis}",
    )
