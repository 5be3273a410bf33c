"""Slopes, times to a peak, and durations, as forms."""

from __future__ import annotations

import math
import re
from typing import Final

import numpy as np

from algesia.mechanism.model import Floats, Integers
from algesia.mechanism.study import JUST_BEFORE_H, RECENT_H, Arm, Dosing, Measure, Study, baseline_h, stepwise
from algesia.mechanism.study_arms import drugs_of
from algesia.mechanism.study_curves import Read, Variant
from algesia.mechanism.study_drugs import drug_name, is_opioid
from algesia.mechanism.study_form import Form, Of, of_one_kind, scaled, size_of
from algesia.mechanism.study_points import hours_of, period_of, reference_of, time_of
from algesia.mechanism.study_scales import cannot, scale_of
from algesia.mechanism.study_times import before_fall, starts_of

CURVE_POINTS: Final = 481
PEAK_AFTER_H: Final = 336.0
"""A highest pain or withdrawal is looked for until two weeks after the last dose. Assumed."""
LEAST_H: Final = 0.05
"""A slope over less time than this is none."""


def rate(study: Study, measure: Measure, arm: Arm) -> Form:
    """A slope: the change over its period, or over the time since the reference where one is named.

    Beside another arm it is the difference of their slopes.
    """
    scale = scaled(study.id, measure, arm)
    period, at = period_of(measure), time_of(measure)
    if period is None:
        raise cannot(measure.name, "the time unit of the slope is not given", "per what time")
    ref = reference_of(study, measure, arm)
    start = at - period if ref is None or ref.time_h is None else ref.time_h
    if at - start < LEAST_H:
        raise cannot(measure.name, "a slope needs a time that lies after its start", "an earlier time")
    own = Variant(arm.name)
    other = ref.variant if ref is not None and ref.variant != own else None
    if other is not None and ref is not None and ref.time_h is not None:
        raise cannot(measure.name, "a slope runs within one arm", "an arm, or a time of the same arm")
    if other is not None:
        of_one_kind(study, measure, arm, other, scale)
    size = size_of(scale) * (-1.0 if scale.flip else 1.0) * period / (at - start)

    def slope(read: Read, who: Variant) -> Floats:
        found = read(who, scale.readout, (start, at))
        return size * (found[:, 1] - found[:, 0])

    def of(read: Read) -> Floats:
        return slope(read, own) if other is None else slope(read, own) - slope(read, other)

    def level(read: Read) -> Floats:
        return np.abs(size_of(scale) * read(own, scale.readout, (start,))[:, 0])

    whole: float | Of = scale.top if scale.top is not None else level
    beside = "" if other is None or ref is None else f", {ref.basis}"
    return Form(
        of, "share", whole, cv=scale.cv, basis=f"{scale.basis}, slope from {start:g} to {at:g} h{beside}"
    )


_TO_PEAK: Final = re.compile(
    r"\b(?:time|days?|hours?|weeks?|latency) (?:to|of|until) (?:the )?(?:peak|max\w*|greatest|highest|largest|worst)|\bt ?max\b"
)
_FROM: Final = re.compile(r"\b(?:after|since|from|following) (?:the )?(.+)$")
_STOPS: Final = re.compile(
    r"last (?:opioid )?(?:dose|intake|use)|(?:drug |opioid )?(?:stop\w*|cessation|discontinuation|withdrawal)|(?:the )?end of (?:the )?"
    r"(?:taper\w*|infusion|treatment|dosing|drug|administration)|taper completion|abstinence"
)
_BEGINS: Final = re.compile(
    r"(?:(?:start|beginning|onset) of (?:the )?)?(?:(?:study |test |active )?(?:drug|dose|dosing|infusion|treatment|administration|bolus|injection)"
    r"|first dose|baseline|time (?:zero|0)|admission|randomi[sz]ation)(?: start)?"
)
_TAPER: Final = re.compile(
    r"(?:(?:start|beginning|onset) of (?:the )?)?(?:opioid |dose )?taper(?:ing)?(?: start)?"
)
_FADES: Final = re.compile(
    r"half[- ]?(?:life|time) of (?:the )?(?:opioid )?(?:withdrawal|hyperalgesia)|(?:until|to|till) (?:withdrawal|hyperalgesia) (?:is |was |has )?halved"
)
FADE_H: Final = 1440.0
"""How long after the last dose a withdrawal or hyperalgesia is followed until it has fallen by half."""
_LASTS: Final = re.compile(
    r"duration of (?:the )?(?:drug |analgesic )?effect|effect duration|loss of (?:the )?effect|half-life of (?:the )?effect"
    r"|half[- ]?(?:life|time) of offset|offset half[- ]?(?:life|time)|time to \d+ ?% (?:loss|decline|decrease|fall)"
)


def duration(study: Study, measure: Measure, arm: Arm) -> Form:
    """How long until an effect has fallen to a part of its largest, or of its size when the drug stopped; or until its peak."""
    said = measure.statistic.lower()
    peak = _TO_PEAK.search(said)
    fades = _FADES.search(said)
    if not peak and not fades and not _LASTS.search(said):
        raise cannot(measure.name, f"at what value {measure.statistic!r} ends is not said", "a threshold")
    try:
        hours = hours_of(measure.unit)
    except KeyError:
        raise cannot(measure.name, f"{measure.unit!r} is no unit of time", "a unit of time") from None
    scale = scale_of(study.id, in_unit(measure, "%"), arm)
    lost = re.search(r"(\d+) ?% (?:loss|decline|decrease|fall)", said)
    left = 1.0 - (float(lost[1]) / 100.0 if lost else 0.5)
    if not 0.0 <= left < 1.0:
        raise cannot(measure.name, "an effect cannot lose that part of it", "a part below all of it")
    start = baseline_h(arm)
    stop = max([_end(arm), 0.0])
    if fades and scale.readout.partition("+")[0] not in ("withdrawal-score", "hyperalgesia-area"):
        raise cannot(measure.name, f"{measure.statistic!r} is not of this readout", "a readout that rises")
    horizon = stop + max(48.0, 2.0 * (stop - start))
    if not math.isfinite(horizon):
        raise cannot(measure.name, "the schedule has no end", "the schedule of the arm")
    if peak:
        lasting = scale.readout.partition("+")[0] in ("pain-nrs", "withdrawal-score")
        last = max(horizon, stop + PEAK_AFTER_H) if lasting else horizon
        return _to_peak(
            said, scale.readout, scale.basis, arm, (_from(study, measure, arm, said, start), last), hours
        )
    if fades:
        return _fades(scale.readout, scale.basis, arm, (start, stop + FADE_H), hours)
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
    nothing = "there is no effect to be lost in most draws"
    return Form(of, "log", basis=f"{basis}; at most {horizon:g} h", low=0.0, nothing=nothing)


def _from(study: Study, measure: Measure, arm: Arm, said: str, start: float) -> float:
    """From when a time to a peak counts: the last dose of an opioid, the first fall of the dose, or just before the test drug."""
    told = _FROM.search(said)
    what = told[1].strip(" ()") if told else ""
    if not what or _BEGINS.fullmatch(what):
        return start
    if _STOPS.fullmatch(what):
        lines = [line for line in arm.schedule if is_opioid(drug_name(line.drug)) and not stepwise(line)]
        return max((_last_of(line) for line in lines), default=0.0)
    if _TAPER.fullmatch(what):
        fell = before_fall(study.time_zero, arm, _end(arm))
        if fell is None:
            raise cannot(measure.name, "the daily dose does not fall", "the schedule of the taper")
        return fell
    starts = [t for t in starts_of(arm, what) if t >= -RECENT_H] if drug_name(what) in drugs_of(arm) else []
    if not starts:
        raise cannot(measure.name, f"when {what!r} is, is not known", "from when the time counts")
    return starts[0] - JUST_BEFORE_H


def _fades(readout: str, basis: str, arm: Arm, span: tuple[float, float], hours: float) -> Form:
    """From when a readout is highest until half of its rise above baseline is gone; not a number where it does not rise."""
    times = np.linspace(*span, CURVE_POINTS)

    def of(read: Read) -> Floats:
        curve = read(Variant(arm.name), readout, times.tolist())
        rise = np.maximum(curve - curve[:, :1], 0.0)
        first = np.argmax(rise, axis=1)
        ends = fall_times(times, rise, first, 0.5)
        lasts = (ends - times[first]) / hours
        return np.asarray(
            np.where((ends < times[-1]) & (rise.max(axis=1) > 1e-6), lasts, np.nan), dtype=np.float64
        )

    told = f"{basis}: from the highest value until half of the rise is gone"
    return Form(
        of, "log", basis=told, low=0.0, nothing="it does not rise, or not fall by half, in most draws"
    )


def _to_peak(said: str, readout: str, basis: str, arm: Arm, span: tuple[float, float], hours: float) -> Form:
    """When a curve is highest, or an effect is largest, counted from the start of its span; a day counts from 1.

    Not a number where the curve is highest at either end: its peak is then not in the span.
    """
    start, horizon = span
    effect = re.search(r"effect|analges|relief|response", said) is not None
    by_day = re.search(r"\bdays? of\b", said) is not None
    # close together at first: a peak may come within minutes
    early = start + np.geomspace(0.01, horizon - start, CURVE_POINTS // 2)
    times = np.unique(np.concatenate([early, np.linspace(start, horizon, CURVE_POINTS)]))

    def of(read: Read) -> Floats:
        curve = read(Variant(arm.name), readout, times.tolist())
        at = np.argmax(np.abs(curve - curve[:, :1]) if effect else curve, axis=1)
        after = times[at] - start
        lasts = 1.0 + np.floor(after / 24.0) if by_day else after / hours
        inside = (at > 0) & (at < len(times) - 1)
        return np.asarray(np.where(inside, lasts, np.nan), dtype=np.float64)

    told = f"{basis}: time of the {'largest effect' if effect else 'highest value'} from {start:g} h, in {horizon - start:g} h"
    return Form(of, "log", basis=told, low=0.0, nothing="there is no peak in this time in most draws")


def in_unit(measure: Measure, unit: str) -> Measure:
    """The same readout at the same time as a plain level in another unit."""
    return Measure(measure.name, arm=measure.arm, time_h=measure.time_h, unit=unit, note=measure.note)


def _end(arm: Arm) -> float:
    """When the last line of the schedule ends."""
    return max((_last_of(line) for line in arm.schedule), default=0.0)


def _last_of(line: Dosing) -> float:
    """When the last dose of a line is given, or its infusion ends."""
    return line.start_h + (line.duration_h or 0.0) + (line.count - 1) * (line.every_h or 0.0)


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
        if not curve[at] > 0.0:
            continue
        below = np.nonzero(curve[at:] <= limit)[0]
        if below.size == 0:
            found[row] = times[-1]
            continue
        j = int(at) + int(below[0])
        high, low = curve[j - 1], curve[j]
        found[row] = times[j] - (times[j] - times[j - 1]) * (limit - low) / (high - low)
    return found
