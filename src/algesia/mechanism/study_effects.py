"""Effects as forms: the largest reduction, a part of the peak, one dose beside the first."""

from __future__ import annotations

import numpy as np

from algesia.mechanism.model import Floats
from algesia.mechanism.study import Arm, Measure
from algesia.mechanism.study_curves import Read, Variant
from algesia.mechanism.study_form import DOSE_EFFECT_H, PEAK_H, PEAK_POINTS, Form, over, size_of
from algesia.mechanism.study_points import Reference, time_of
from algesia.mechanism.study_scales import Scale, unit_of


def largest_reduction(measure: Measure, arm: Arm, scale: Scale, ref: Reference, since: float) -> Form:
    """100 (1 - x/reference) where it is largest."""
    last = since + PEAK_H if measure.time_assumed else max(ref.at_h, since + 0.1)
    times = np.linspace(since, last, PEAK_POINTS).tolist()
    fixed = [ref.time_h] * len(times) if ref.time_h is not None else times

    def of(read: Read) -> Floats:
        here, there = read(Variant(arm.name), scale.readout, times), read(ref.variant, scale.readout, fixed)
        fall: Floats = 100.0 * np.max(1.0 - over(here, there), axis=1)
        return fall

    return Form(of, "log-percent", -100.0, basis=f"{scale.basis}, {ref.basis}, largest in {last - since:g} h")


def part_of_peak(measure: Measure, arm: Arm, scale: Scale, ref: Reference) -> Form:
    """The effect now over the largest one since baseline; an effect is the distance from baseline."""
    size = 100.0 if unit_of(measure) == "%" else 1.0
    start = ref.time_h if ref.time_h is not None else 0.0
    times = np.linspace(start, max(time_of(measure), start + 0.1), PEAK_POINTS).tolist()

    def of(read: Read) -> Floats:
        curve = read(Variant(arm.name), scale.readout, times)
        effect = np.abs(curve - curve[:, :1])
        part: Floats = size * over(effect[:, -1], np.max(effect, axis=1))
        return part

    return Form(of, "share", size, low=0.0, high=size, basis=f"{scale.basis}, {ref.basis}")


def dose_effect(measure: Measure, arm: Arm, scale: Scale, ref: Reference) -> Form:
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
        return (-1.0 if scale.flip else 1.0) * size_of(scale) * (now - then)

    basis = f"{scale.basis}, {ref.basis}"
    if unit in ("%", "fraction"):
        return Form(of, "log-percent", 100.0 if unit == "%" else 1.0, basis=basis)
    if unit in ("ratio", "x"):
        return Form(of, "log", basis=basis)

    def level(read: Read) -> Floats:
        return np.abs(size_of(scale) * read(Variant(arm.name), scale.readout, (first,))[:, 0])

    return Form(of, "share", scale.top if scale.top is not None else level, basis=basis)
