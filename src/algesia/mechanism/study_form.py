"""A prediction as a function of the simulated arms, and the small parts that such functions are made of."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

import numpy as np

from algesia.mechanism.model import Floats
from algesia.mechanism.study import Arm, Measure, Study
from algesia.mechanism.study_curves import Read, Variant
from algesia.mechanism.study_points import hours_of, window_of
from algesia.mechanism.study_scales import RELATIVE, Scale, cannot, scale_of
from algesia.mechanism.study_times import UNIT, is_area

Of: TypeAlias = Callable[[Read], Floats]
Error: TypeAlias = Literal["log", "log-percent", "share", "sign"]
"""How an error is judged: as 100 ln of a ratio, of a percent change, as a share of `whole`, or by the sign."""
Pair: TypeAlias = Literal["difference", "ratio", "odds", "needed"]
PEAK_POINTS: Final = 49
WINDOW_POINTS: Final = 25
AREA_POINTS: Final = 193
PEAK_H: Final = 24.0
"""A largest effect whose time had to be assumed is looked for in this many hours. Assumed."""
DOSE_EFFECT_H: Final = 6.0
"""The effect of one dose is its largest within this many hours, the span of a test day. Assumed."""


@dataclass(frozen=True, slots=True)
class Form:
    """A prediction that can be asked for.

    Attributes
    ----------
    of
        (rows,) in the study's unit; a row for each draw or person.
    error
        How an error is judged, and `whole`: what 100 % is where it is a share.
    share
        The rows are people who are (1) or are not (0) past a threshold; the prediction is their share times `size`.
    spread
        Of people: what the prediction is divided by their standard deviation of (a standardized difference).
    beside
        The same of the people that they are compared with.
    pair
        How two shares, here and beside, are compared: their difference, ratio, odds ratio, or the number needed to treat.
    other
        The other arm, where there is one: for the error of its sample.
    sized
        The study's own sd or interval is one of this value; not of a direction, which prints only a sign.
    low, high
        Where the study's scale ends, in its unit; ``None``: nowhere.
    parts
        What a ratio or percent change is of, value and reference: its sample has the error of a ratio of means; `lognormal`
        where the study averages logarithms (an ED50).
    cv
        What is not known of the scale, as a coefficient of variation.
    nothing
        Why there is no number, where most draws give none.
    given
        The number comes from the schedule itself and is no prediction.
    basis
        In a few words, what was read and against what.
    """

    of: Of
    error: Error
    whole: float | Of | None = None
    share: float | None = None
    spread: Of | None = None
    cv: float = 0.0
    given: bool = False
    basis: str = ""
    beside: Of | None = None
    pair: Pair | None = None
    other: str | None = None
    sized: bool = True
    low: float | None = None
    high: float | None = None
    parts: tuple[Of, Of] | None = None
    lognormal: bool = False
    nothing: str = "what it is divided by is zero in most draws"


def reader(variant: Variant, readout: str, measure: Measure, at: float, since: float) -> Of:
    """A value at a time, or its mean or extreme over the period that the statistic names."""
    said = measure.statistic.lower()
    window = window_of(measure)
    if window is not None:
        times = np.linspace(*window, AREA_POINTS if is_area(measure) else WINDOW_POINTS).tolist()
        return lambda read: np.mean(read(variant, readout, times), axis=1)
    if re.search(r"\bpeak\b|\bmax(?:imum|imal)?\b|\bcmax\b", said) and "reduction" not in said:
        last = since + PEAK_H if measure.time_assumed and at - since < PEAK_H else max(at, since + 0.1)
        times = np.linspace(since, last, PEAK_POINTS).tolist()
        return lambda read: np.max(read(variant, readout, times), axis=1)
    return lambda read: read(variant, readout, (at,))[:, 0]


_SUM: Final = re.compile(r"\bspid|\btotpar|\bsum of|\bsummed|cumulative (?:pain|score)")
_BY_TIME: Final = re.compile(rf"(?:\s*[*·×x.]\s*|\s+){UNIT}(?=$|/)")


def scaled(study: str, measure: Measure, arm: Arm) -> Scale:
    """`scale_of`, and the scale of an area under a curve: the mean over its period times the length of it.

    Raises
    ------
    CannotTell
        For a sum of scores, and for an area whose period or unit of time is not said.

    >>> area = Measure("pain-nrs", statistic="AUC 0-24 h", unit="NRS*h")
    >>> scaled("s", area, Arm("a", group="chronic-pain")).size
    24.0
    """
    said = f"{measure.statistic} {measure.unit}".lower()
    if _SUM.search(said):
        raise cannot(measure.name, "a sum of scores over time is not read", "a mean over a period")
    if not is_area(measure) and not re.search(r"[*·×]\s*" + UNIT + r"\b", measure.unit.lower()):
        return scale_of(study, measure, arm)
    window = window_of(measure)
    if window is None or not is_area(measure):
        raise cannot(measure.name, "over what period the area was taken is not said", "its start and end")
    unit = measure.unit.strip().lower()
    if unit.startswith(("%", "percent")) or unit in RELATIVE:
        return scale_of(study, measure, arm)
    per = _BY_TIME.search(unit)
    if per is None:
        raise cannot(measure.name, f"{measure.unit!r} is no unit of an area", "a unit times a unit of time")
    plain = scale_of(study, replace(measure, unit=unit[: per.start()] + unit[per.end() :]), arm)
    long = (window[1] - window[0]) / hours_of(per[1])
    return replace(
        plain,
        size=None if plain.size is None else plain.size * long,
        top=None if plain.top is None else plain.top * long,
        basis=f"{plain.basis}, area over {window[0]:g} to {window[1]:g} h",
    )


def of_one_kind(study: Study, measure: Measure, arm: Arm, other: Variant, scale: Scale) -> None:
    """Raise where the people compared with have no such readout: pain that is their own beside pain of a test, or none."""
    beside = next((one for one in study.arms if one.name == other.arm), arm)
    theirs = scaled(study.id, measure, beside)
    name = theirs.readout.partition("+")[0]
    if name != scale.readout.partition("+")[0] or (
        name == "pain-nrs" and (beside.group == "post-op") != (arm.group == "post-op")
    ):
        raise cannot(
            measure.name, f"arm {other.arm!r} has another kind of pain", "people who are alike in this"
        )


def size_of(scale: Scale) -> float:
    """Study units in one unit of the readout. Raises `CannotTell` where that is not known, or is nothing."""
    if not scale.size or not math.isfinite(scale.size):
        raise cannot(
            scale.readout, f"no scale of {scale.readout} in this unit is known", "the value at baseline"
        )
    return scale.size


def top_of(scale: Scale) -> float | None:
    """What 100 % of an error is: the scale's top, or 1 on the scale of logarithms."""
    return 1.0 if scale.log else scale.top


def at_least_0(values: Floats) -> Floats:
    """Values without what lies below zero."""
    return np.maximum(values, 0.0)


def over(x: Floats, y: Floats) -> Floats:
    """x / y; not a number where y is zero.

    >>> over(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
    array([0.5, nan])
    """
    safe = np.where(np.abs(y) > 0.0, y, np.nan)
    found: Floats = x / safe
    return found
