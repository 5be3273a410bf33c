"""The nervous system's parameters: prior, source and grade of each, the fitted values, and draws of both.

A parameter on the ``log`` scale is positive and its spread is the standard deviation of its logarithm; one on the
``linear`` scale has a normal spread and zero is possible; one on the ``logit`` scale is a share, and the spread is that of
its log odds. `between` is the standard deviation of the logarithm
between people.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from algesia.knowledge.mechanism_system import Scale, system_table
from algesia.knowledge.tables import read_json
from algesia.mechanism.model import Floats, Founded
from algesia.quantities.refusal import InputRefused, WrongCall

DIVISORS: Final = frozenset({"TAU", "FALL", "WS_50", "A_TOP", "M3G_C50"})
"""Constants that the equations divide by."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One constant of the model, before any fit."""

    symbol: str
    unit: str
    meaning: str
    prior: float
    spread: float
    scale: Scale
    between: float
    fitted: bool
    founded: Founded


@dataclass(frozen=True, slots=True)
class Parameters:
    """Values of every parameter, and the effects of the study they are drawn for (0: a study like the others)."""

    values: Mapping[str, float]
    study_level: float = 0.0
    study_gain: float = 0.0

    def __post_init__(self) -> None:
        for symbol, value in self.values.items():
            wrong = _wrong(symbol, value)
            if wrong:
                raise InputRefused(symbol, value, *wrong)

    def __getitem__(self, symbol: str) -> float:
        return self.values[symbol]

    def changed(self, **values: float) -> Parameters:
        """The same with other values.

        Raises
        ------
        WrongCall
            For a symbol that the model does not have.
        InputRefused
            For a value with which the system is unstable or not defined, such as a negative rate.

        >>> typical().changed(H_CT=0.0)["H_CT"]
        0.0
        """
        for symbol in values:
            if symbol not in self.values:
                raise WrongCall(f"the model has no parameter {symbol!r}")
        return Parameters({**self.values, **values}, self.study_level, self.study_gain)


def _wrong(symbol: str, value: float) -> tuple[str, str] | None:
    """What is wrong with a value and what would be right, if anything."""
    row = table().get(symbol)
    if row is None or not math.isfinite(value):
        return "is no finite number", "a finite number"
    if row.unit == "1/h" and value < 0.0:
        return "is a negative rate: what it drives would grow without end", "0 or more per hour"
    if symbol in DIVISORS and value <= 0.0:
        return "leaves the system undefined: it is divided by", "above 0"
    if row.scale == "logit" and not 0.0 <= value <= 1.0:
        return "is no share", "from 0 to 1"
    return ("is negative", "0 or more") if row.scale == "log" and value < 0.0 else None


@cache
def table() -> Mapping[str, Parameter]:
    """Every parameter by its symbol, as the table of the package says."""
    return {
        symbol: Parameter(
            symbol, row.unit, row.meaning, row.prior, row.spread, row.scale, row.between, row.fitted,
            Founded(row.prior, row.unit, row.grade, row.source, row.between, row.note),
        )
        for symbol, row in system_table().items()
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fit:
    """The calibration's result: medians and a root of the covariance on the fitted scale (log or linear)."""

    symbols: tuple[str, ...]
    center: Floats
    root: Floats
    edition: str


@cache
def fit() -> Fit:
    """The fit that is packaged. `benchmarks/calibrate.py` makes it anew."""
    read = read_json("mechanism/fit.json")
    return Fit(
        tuple(read["symbols"]),
        np.array(read["center"], float),
        np.array(read["root"], float),
        read["edition"],
    )


def prior() -> Parameters:
    """The middle of the priors, without any fit."""
    return Parameters({symbol: one.prior for symbol, one in table().items()})


@cache
def typical() -> Parameters:
    """The fitted parameters."""
    return _at(fit().center)


def draws(n: int, seed: int) -> Sequence[Parameters]:
    """`n` draws of what the fit leaves open, each with the effects of another study.

    >>> len(draws(3, 1)), draws(1, 1)[0]["TAU"] == draws(5, 1)[0]["TAU"]
    (3, True)
    """
    known, made = fit(), []
    level, gain = table()["STUDY_LEVEL"].prior, table()["STUDY_GAIN"].prior
    for i in range(n):
        chance = np.random.default_rng([seed, i])
        center = known.center + known.root @ chance.standard_normal(known.center.size)
        a, b = chance.standard_normal(2)
        made.append(Parameters(_at(center).values, float(level * a), float(gain * b)))
    return made


def on_scale(symbol: str, value: float) -> float:
    """A value as the fit sees it.

    >>> on_scale("RMAX", 0.5), on_scale("KF", 1.0)
    (0.0, 0.0)
    """
    scale = table()[symbol].scale
    if scale == "log":
        return float(np.log(value))
    return float(np.log(value / (1.0 - value))) if scale == "logit" else value


def off_scale(symbol: str, x: float) -> float:
    """The value behind what the fit sees; never negative.

    >>> off_scale("RMAX", 0.0)
    0.5
    """
    scale = table()[symbol].scale
    if scale == "log":
        return float(np.exp(x))
    return float(1.0 / (1.0 + np.exp(-x))) if scale == "logit" else max(float(x), 0.0)


def _at(center: Floats) -> Parameters:
    values = dict(prior().values)
    for symbol, value in zip(fit().symbols, center, strict=True):
        values[symbol] = off_scale(symbol, float(value))
    return Parameters(values)
