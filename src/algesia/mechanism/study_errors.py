"""What a prediction is uncertain by, beside the parameters: the model, the sample, the people; on the scale that it is judged on.

Ratios and times get errors of their logarithm, scores and shares additive ones, and nothing leaves the scale of the study.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from algesia.mechanism.model import Floats
from algesia.mechanism.study import Arm, Measure
from algesia.mechanism.study_curves import Curves
from algesia.mechanism.study_form import Form, Of
from algesia.mechanism.study_scales import CannotTell, cannot

MODEL_ERROR: Final[Mapping[str, float]] = {"log": 0.16, "log-percent": 0.16, "share": 0.06}
"""What even the right model would miss of a measure, by how its error is judged: the setting, the time, the rounding. The most
likely of a grid, rounded (`benchmarks/calibrate_errors.py`); the fit uses the same."""
SHARE_DRAWS: Final = 20
"""Draws for which a whole group is simulated, where the share of people is asked for."""
SAMPLES: Final = 10
"""Samples that are drawn of each such group."""
PAIRED: Final = 0.5
"""Correlation of a person's values before and after, for the error of a standardized change. Assumed."""
_MEDIAN_OF_NORMAL: Final = 1.2533
"""Standard error of a median over that of a mean, for a normal distribution: sqrt(pi / 2)."""
_CI95: Final = 2 * 1.959964
_IQR: Final = 1.348980


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


def people_error(
    measure: Measure,
    arm: Arm,
    form: Form,
    curves: Curves,
    found: Floats | None = None,
    other: Arm | None = None,
) -> tuple[float | None, str]:
    """The error of the sample from simulated people: of a mean, or of a ratio of two means; in the unit of the statistic."""
    n = measure.n if measure.n is not None else arm.n
    if n is None or n < 1:
        return None, "number of people not given: no error of the sample"
    m = other.n if other is not None and other.n is not None and other.n >= 1 else n
    try:
        if form.parts is None:
            error = between(form.of, curves, arm) / math.sqrt(n)
        elif form.lognormal:
            error = _of_logarithms(form.parts, curves, arm, other, n, m)
        else:
            error = _of_means(form.parts, curves, arm, other, n, m)
    except CannotTell:
        return None, "spread between people not known: no error of the sample"
    if not math.isfinite(error):
        return None, "simulated people do not differ: no error of the sample"
    if form.parts is not None and found is not None:
        error *= _unit_of_ratio(form, found)
    factor = _MEDIAN_OF_NORMAL if "median" in measure.statistic.lower() else 1.0
    return factor * error, "error of the sample from the model's people"


def _unit_of_ratio(form: Form, found: Floats) -> float:
    """What a relative error of a ratio is in the unit of the statistic, where that lies."""
    finite = found[np.isfinite(found)]
    middle = float(np.median(finite)) if finite.size else 0.0
    whole = form.whole if isinstance(form.whole, float | int) else 100.0
    return abs(whole + middle) if form.error == "log-percent" else abs(middle)


def _of_means(parts: tuple[Of, Of], curves: Curves, arm: Arm, other: Arm | None, n: float, m: float) -> float:
    """Relative error of a ratio of two means, by its first-order expansion (Stuart and Ord, Kendall's Advanced Theory).

    Within the same people: the spread of x/mean(x) - y/mean(y). Of two groups: both spreads add.
    """
    x, y = _both(parts, curves, arm)
    x, y = x / np.mean(x), y / np.mean(y)
    if other is None:
        return float(np.std(x - y)) / math.sqrt(n) or math.nan
    return math.sqrt(float(np.var(x)) / n + float(np.var(y)) / m) or math.nan


def _of_logarithms(
    parts: tuple[Of, Of], curves: Curves, arm: Arm, other: Arm | None, n: float, m: float
) -> float:
    """Relative error of a ratio of two geometric means: the same upwards and downwards."""
    x, y = _both(parts, curves, arm)
    positive = (x > 0.0) & (y > 0.0)
    x, y = np.log(x[positive]), np.log(y[positive])
    spread = np.var(x - y) / n if other is None else np.var(x) / n + np.var(y) / m
    return math.sqrt(math.expm1(float(spread))) or math.nan


def _both(parts: tuple[Of, Of], curves: Curves, arm: Arm) -> tuple[Floats, Floats]:
    """Value and reference of people who differ, under the middle draw."""
    read = curves.crowd(curves.draws // 2, arm.name)
    x, y = (part(read) for part in parts)
    finite = np.isfinite(x) & np.isfinite(y)
    if np.count_nonzero(finite) < 2:
        raise cannot("the spread between people", "it is not a number", "people who differ")
    return x[finite], y[finite]


def standardized_error(
    size: float, measure: Measure, arm: Arm, other: Arm | None
) -> tuple[float | None, str]:
    """Standard error of a standardized difference (Hedges and Olkin 1985): of two groups, or of one before and after.

    >>> standardized_error(0.0, Measure("m"), Arm("a", n=50), Arm("b", n=50))
    (0.2, 'error of the sample from its size')
    """
    n = measure.n if measure.n is not None else arm.n
    if n is None or n < 1:
        return None, "number of people not given: no error of the sample"
    told = "error of the sample from its size"
    if other is None:
        return math.sqrt(2.0 * (1.0 - PAIRED) / n + size**2 / (2.0 * n)), told
    m = other.n if other.n is not None and other.n >= 1 else n
    return math.sqrt(1.0 / n + 1.0 / m + size**2 / (2.0 * (n + m))), told


def between(of: Of, curves: Curves, arm: Arm) -> float:
    """Half the distance between the 16 % and 84 % quantiles of people: the standard deviation of a normal middle.

    Not a number where people do not differ.
    """
    values = of(curves.crowd(curves.draws // 2, arm.name))
    finite = values[np.isfinite(values)]
    if finite.size < 2:
        raise cannot("the spread between people", "it is not a number", "people who differ")
    low, high = np.quantile(finite, (0.16, 0.84))
    return float(high - low) / 2.0 or math.nan


def pooled(form: Form, curves: Curves, arm: Arm) -> float:
    """Standard deviation between people, here and in those compared with: the root of the mean of both squares."""
    if form.spread is None:
        return math.nan
    here = between(form.spread, curves, arm)
    if form.beside is None:
        return here
    return math.sqrt((here**2 + between(form.beside, curves, arm) ** 2) / 2.0)


def missed(found: Floats, form: Form, whole: float | None, chance: np.random.Generator) -> Floats:
    """The same with what the right model would still miss."""
    return moved(found, form, whole, MODEL_ERROR.get(form.error, 0.0), chance)


def with_sample(
    found: Floats, form: Form, whole: float | None, error: float, chance: np.random.Generator
) -> Floats:
    """The same with an error of the sample, told in the unit of the statistic.

    An error of a ratio, a time or a percent change becomes one of its logarithm that has the same standard
    deviation; where the value is next to nothing it is added.
    """
    size = whole or 100.0
    scaled = found if form.error == "log" else 1.0 + found / size if form.error == "log-percent" else None
    if scaled is not None:
        finite = scaled[np.isfinite(scaled)]
        middle = float(np.median(finite)) if finite.size else 0.0
        if middle > 0.0:
            part = error / middle if form.error == "log" else error / abs(size) / middle
            return moved(found, form, whole, math.sqrt(math.log1p(part**2)), chance)
    plain: Floats = found + error * chance.standard_normal(found.shape)
    return plain


def moved(found: Floats, form: Form, whole: float | None, by: float, chance: np.random.Generator) -> Floats:
    """Values with an error on the scale on which they are judged: of the logarithm, or as a share of `whole`."""
    off = by * chance.standard_normal(found.shape)
    if form.error == "log":
        return np.asarray(found * np.exp(off), dtype=np.float64)
    if form.error == "log-percent":
        size = whole or 100.0
        return np.asarray(size * ((1.0 + found / size) * np.exp(off) - 1.0), dtype=np.float64)
    return np.asarray(found + off * (whole or 0.0), dtype=np.float64)


def bounded(found: Floats, form: Form) -> Floats:
    """Values within the scale of the study."""
    if form.low is None and form.high is None:
        return found
    return np.asarray(np.clip(found, form.low, form.high), dtype=np.float64)


def shares(
    measure: Measure,
    arm: Arm,
    other: Arm | None,
    form: Form,
    curves: Curves,
    chance: np.random.Generator | None,
) -> tuple[Floats, str]:
    """The share of people past a threshold under some of the draws, or how two of them compare.

    Each draw simulates `people`: what their count leaves open of the true share is a beta distribution (Jeffreys),
    what the model misses is added, and a sample of `n` people is drawn. Without chance: the plain shares.
    """
    size, n = form.share or 1.0, int(measure.n or arm.n or 0)
    m = int(other.n or n) if other is not None else n
    drawn: list[Floats] = []
    for draw in range(min(SHARE_DRAWS, curves.draws)):
        read = curves.crowd(draw, arm.name)
        here = _share(form.of(read), n, chance)
        beside = _share(form.beside(read), m, chance) if form.beside is not None else here
        drawn.append(_paired(here, beside, form, n, m))
    found = size * np.concatenate(drawn)
    note = "" if n else "number of people not given: no error of the sample"
    if form.pair == "needed":
        low, high = np.quantile(found, (0.05, 0.95))
        found = 1.0 / found if low > 0.0 or high < 0.0 else np.full(found.shape, math.nan)
    return found, note


def _share(past: Floats, n: int, chance: np.random.Generator | None) -> Floats:
    people = past[np.isfinite(past)]
    if people.size == 0:
        return np.full(1 if chance is None else SAMPLES, math.nan)
    count = float(np.sum(people))
    if chance is None:
        return np.array([count / people.size])
    true = chance.beta(count + 0.5, people.size - count + 0.5, SAMPLES)
    true = np.clip(true + MODEL_ERROR.get("share", 0.0) * chance.standard_normal(SAMPLES), 0.0, 1.0)
    return np.asarray(chance.binomial(n, true) / n if n else true, dtype=np.float64)


def _paired(here: Floats, beside: Floats, form: Form, n: int, m: int) -> Floats:
    if form.pair is None:
        return here
    if form.pair in ("difference", "needed"):
        return here - beside
    # half a person more on each side, so that a ratio with nobody is a number
    p = (here * n + 0.5) / (n + 1.0) if n else np.clip(here, 1e-3, 1 - 1e-3)
    q = (beside * m + 0.5) / (m + 1.0) if m else np.clip(beside, 1e-3, 1 - 1e-3)
    return p / q if form.pair == "ratio" else p * (1.0 - q) / (q * (1.0 - p))
