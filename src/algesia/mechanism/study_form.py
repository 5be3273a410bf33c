"""A prediction as a function of the simulated arms, and the small parts that such functions are made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from algesia.mechanism.model import Floats
from algesia.mechanism.study import Measure
from algesia.mechanism.study_curves import Read, Variant
from algesia.mechanism.study_points import window_of
from algesia.mechanism.study_scales import Scale, cannot

Of: TypeAlias = Callable[[Read], Floats]
Error: TypeAlias = Literal["log", "log-percent", "share", "sign"]
"""How an error is judged: as 100 ln of a ratio, of a percent change, as a share of `whole`, or by the sign."""
PEAK_POINTS: Final = 49
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
    cv
        What is not known of the scale, as a coefficient of variation.
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


def reader(variant: Variant, readout: str, measure: Measure, at: float, since: float) -> Of:
    """A value at a time, or its mean or extreme over the period that the statistic names."""
    said = measure.statistic.lower()
    window = window_of(measure)
    if window is not None:
        times = np.linspace(*window, 25).tolist()
        return lambda read: np.mean(read(variant, readout, times), axis=1)
    if re.search(r"\bpeak\b|\bmax(?:imum|imal)?\b|\bcmax\b", said) and "reduction" not in said:
        last = since + PEAK_H if measure.time_assumed and at - since < PEAK_H else max(at, since + 0.1)
        times = np.linspace(since, last, PEAK_POINTS).tolist()
        return lambda read: np.max(read(variant, readout, times), axis=1)
    return lambda read: read(variant, readout, (at,))[:, 0]


def size_of(scale: Scale) -> float:
    """Study units in one unit of the readout. Raises `CannotTell` where that is not known."""
    if scale.size is None:
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
