"""Slopes, shares of people and durations, as forms."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from algesia.mechanism.model import Floats, Integers
from algesia.mechanism.study import Arm, Measure, Study, baseline_h
from algesia.mechanism.study_curves import Read, Variant
from algesia.mechanism.study_form import Form, Of, over, size_of
from algesia.mechanism.study_points import hours_of, own_baseline, period_of, reference_of, time_of
from algesia.mechanism.study_scales import cannot, scale_of

CURVE_POINTS: Final = 481


def rate(study: Study, measure: Measure, arm: Arm) -> Form:
    """A slope: the change over its period, or over the time since the reference where one is named."""
    scale = scale_of(study.id, measure, arm)
    period, at = period_of(measure), time_of(measure)
    if period is None:
        raise cannot(measure.name, "the time unit of the slope is not given", "per what time")
    ref = reference_of(study, measure, arm)
    start = at - period if ref is None or ref.time_h is None else ref.time_h
    size = size_of(scale) * (-1.0 if scale.flip else 1.0) * period / (at - start)
    own = Variant(arm.name)

    def of(read: Read) -> Floats:
        found = read(own, scale.readout, (start, at))
        return size * (found[:, 1] - found[:, 0])

    def level(read: Read) -> Floats:
        return np.abs(size_of(scale) * read(own, scale.readout, (start,))[:, 0])

    whole: float | Of = scale.top if scale.top is not None else level
    return Form(of, "share", whole, basis=f"{scale.basis}, slope from {start:g} to {at:g} h")


_PAST: Final = re.compile(
    r"(cows|sows|oows|withdrawal|nrs|vas|pain)[a-z /0-9-]*?\s*(>=|≥|=>|<=|≤|>|<)\s*(\d+(?:\.\d+)?)"
)
_RESPONSE: Final = re.compile(
    r"(\d+) ?% (?:or (?:more|greater) )?(?:pain )?(?:relief|reduction|decrease|less|fall|improvement|response|responder)"
)


def proportion(study: Study, measure: Measure, arm: Arm) -> Form:
    """The share of people past a threshold that the statistic or note names."""
    said = f"{measure.statistic} {measure.note} {measure.unit}".lower()
    size = _share_size(measure)
    past, response = _PAST.search(said), _RESPONSE.search(said)
    if (
        (past is None and response is None)
        or size is None
        or re.search(r"odds|risk difference|relative risk", said)
    ):
        because = (
            f"from where on a person counts for {measure.statistic!r} is not a number that the model reads"
        )
        raise cannot(measure.name, because, "a threshold on a readout")
    own, at = Variant(arm.name), time_of(measure)
    if past is None and response is not None:
        scale = scale_of(study.id, _in_unit(measure, "%"), arm)
        ref = reference_of(study, measure, arm) or own_baseline(measure, arm)
        part, apart = float(response[1]) / 100.0, ref.time_h if ref.time_h is not None else at

        def fell(read: Read) -> Floats:
            ratio = over(
                read(own, scale.readout, (at,))[:, 0], read(ref.variant, scale.readout, (apart,))[:, 0]
            )
            return np.asarray(ratio <= 1.0 - part, dtype=np.float64)

        return Form(
            fell, "share", size, share=size, basis=f"share of people with {part:.0%} less, {ref.basis}"
        )
    if past is None:
        raise cannot(measure.name, "no threshold is named", "a threshold on a readout")
    named = {"nrs": "NRS", "pain": "NRS", "vas": "VAS 0-100" if float(past[3]) > 10 else "VAS 0-10"}.get(
        past[1], past[1]
    )
    scale = scale_of(study.id, _in_unit(measure, named if named != "withdrawal" else "0-1"), arm)
    limit, above = float(past[3]) / size_of(scale), past[2][0] in ">≥="

    def counts(read: Read) -> Floats:
        found = read(own, scale.readout, (at,))[:, 0]
        return np.asarray(found >= limit if above else found <= limit, dtype=np.float64)

    return Form(counts, "share", size, share=size, basis=f"share of people with {past[0]}")


def _in_unit(measure: Measure, unit: str) -> Measure:
    """The same readout at the same time as a plain level in another unit."""
    return Measure(measure.name, arm=measure.arm, time_h=measure.time_h, unit=unit, note=measure.note)


def _share_size(measure: Measure) -> float | None:
    """What all people are in the unit of a proportion: 100 for percent, 35 for "of 35", 1 for a fraction."""
    unit = measure.unit.strip().lower()
    of = re.fullmatch(r"(?:of|/) ?(\d+)", unit)
    if of is not None:
        return float(of[1])
    return {"%": 100.0, "percent": 100.0, "fraction": 1.0, "prob": 1.0, "probability": 1.0, "share": 1.0}.get(
        unit
    )


def duration(study: Study, measure: Measure, arm: Arm) -> Form:
    """How long until an effect has fallen to a part of its largest, or of its size when the drug stopped."""
    said = measure.statistic.lower()
    if not re.search(r"half|loss of effect|effect", said):
        raise cannot(measure.name, f"at what value {measure.statistic!r} ends is not said", "a threshold")
    try:
        hours = hours_of(measure.unit)
    except KeyError:
        raise cannot(measure.name, f"{measure.unit!r} is no unit of time", "a unit of time") from None
    scale = scale_of(study.id, _in_unit(measure, "%"), arm)
    lost = re.search(r"(\d+) ?% (?:loss|decline|decrease|fall)", said)
    left = 1.0 - (float(lost[1]) / 100.0 if lost else 0.5)
    start = baseline_h(arm)
    stop = max([_end(arm), 0.0])
    horizon = stop + max(48.0, 2.0 * (stop - start))
    times = np.linspace(start, horizon, CURVE_POINTS)
    after_stop = "stop" in said or "after" in said

    def of(read: Read) -> Floats:
        effect = read(Variant(arm.name), scale.readout, times.tolist())
        effect = np.abs(effect - effect[:, :1])
        at_stop = np.full(len(effect), int(np.searchsorted(times, stop, side="right")) - 1)
        first = at_stop if after_stop else np.argmax(effect, axis=1)
        from_h = times[first] if "half-life" in said else np.full(len(effect), stop if after_stop else start)
        lasts: Floats = (fall_times(times, effect, first, left) - from_h) / hours
        return lasts

    basis = f"{scale.basis}: until {left:.0%} of the effect {'at the stop' if after_stop else 'at its largest'} is left"
    return Form(of, "log", basis=f"{basis}; at most {horizon:g} h")


def _end(arm: Arm) -> float:
    """When the last line of the schedule ends."""
    return max(
        (
            line.start_h + (line.duration_h or 0.0) + (line.count - 1) * (line.every_h or 0.0)
            for line in arm.schedule
        ),
        default=0.0,
    )


def fall_times(
    times: Floats,
    effect: Floats,
    first: Integers,
    left: float,
) -> Floats:
    """When each row of `effect` has fallen to `left` of its value at index `first`, by straight lines between points.

    The last time where it never does; not a number where there is no effect.

    >>> t = np.linspace(0.0, 10.0, 11)
    >>> fall_times(t, np.maximum(8.0 - 2.0 * t, 0.0)[None, :], np.array([0]), 0.5)
    array([2.])
    """
    found = np.full(len(effect), np.nan)
    for row, (curve, at) in enumerate(zip(effect, first, strict=True)):
        limit = left * curve[at]
        if limit <= 0.0:
            continue
        below = np.nonzero(curve[at:] <= limit)[0]
        if below.size == 0:
            found[row] = times[-1]
            continue
        j = int(at) + int(below[0])
        high, low = curve[j - 1], curve[j]
        found[row] = times[j] - (times[j] - times[j - 1]) * (limit - low) / (high - low)
    return found
