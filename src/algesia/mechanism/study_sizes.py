"""How large one unit of a readout is in a study's unit: the tops of scales, baselines, spellings of units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from algesia.mechanism.study import Measure

COWS_TOP: Final = 48.0
"""The top of the Clinical Opiate Withdrawal Scale, as in `knowledge/data/instruments` (cows2003)."""
SOWS_TOP: Final = 30.0
"""Assumed: ten items of 0 to 3 each (Gossop's short form, which the trials of withdrawal here name). Not in a table."""
AREA_CM2: Final = 43.6
"""Mean area of pin-prick hyperalgesia before a drug in 12 healthy people (koppert2001_model), for areas in cm2 of
other studies. The study itself is never predicted with it."""
AREA_CV: Final = 0.5
"""Assumed: how much that area differs between laboratories and methods, as a coefficient of variation."""
AREA_STUDY: Final = "koppert2001_model"
SKIN_C: Final = 32.0
"""Degrees Celsius from which a thermode warms the skin (quantitative sensory testing, PMC7211210, table 2). What is borne
above it is what a drug multiplies: remifentanil 0.08 ug/kg/min brought the threshold from 45.2 to 47.4 degrees."""
HEAT_C: Final[Mapping[str, tuple[float, float]]] = {
    "heat-threshold": (45.2 - SKIN_C, 0.2), "heat-tolerance": (49.7 - SKIN_C, 0.15),
}  # fmt: skip
"""Degrees above `SKIN_C` without a drug in 18 healthy people (Gustorff 2003, Br J Anaesth 91:203, saline; abstract read;
grade medium), and how much that differs between laboratories, as a coefficient of variation: assumed, not less than people
differ there (SD 3.0 and 1.8 degrees). No such constant for kPa (141 to 910 in what was read), mA or V (2 to 67 mA)."""
MOST_C: Final = 52.0
"""Degrees at which a thermode ends, so that skin is not burned: nobody bears more in a study. Assumed: devices end at 50 to 53."""
SIGNS: Final = "signs"
"""Marks a readout as seen by others: what people answer at rest is taken off, draw by draw and person by person."""
AREAS: Final[Mapping[str, float]] = {
    "cm2": 1.0,
    "cm^2": 1.0,
    "cm²": 1.0,
    "mm2": 100.0,
    "mm^2": 100.0,
    "mm²": 100.0,
}
"""Units of area in one cm2."""
_SMD_WORDS: Final = (
    "d;g;cohen d;cohen's d;cohens d;hedges g;hedges' g;hedge's g;hedges's g;standardized mean difference;"
    "standardised mean difference;std mean difference;std. mean difference;effect size;es;"
    "standard deviations;standard deviation;sd units;sds"
)
_SMD: Final = frozenset(_SMD_WORDS.split(";"))
_SAYS_SMD: Final = re.compile(r"\bsmd\b|cohen|hedge|standardi[sz]ed (?:mean )?difference")
_RATIOS: Final = frozenset(
    [
        "",
        "-",
        "none",
        "unitless",
        "fold change",
        "fold-change",
        "-fold",
        "x-fold",
        "geometric mean ratio",
        "gmr",
        "ratio of means",
        "mean ratio",
    ]
)
"""How a plain ratio is written."""
_TIMES: Final = r"(?:\d+ ?)?(?:min(?:ute)?|h(?:our|r)?|d(?:ay)?|w(?:eek|k)?|month|mo|y(?:ear|r)?)s?"


def unit_of(measure: Measure) -> str:
    """The unit in lower case, without a period ("per year") and without what a percentage is of.

    >>> unit_of(Measure("m", unit="NRS per year")), unit_of(Measure("m", unit="% of baseline"))
    ('nrs', '%')
    >>> unit_of(Measure("m", unit="s/month", kind="rate")), unit_of(Measure("m", unit="d", statistic="Cohen d", kind="contrast"))
    ('s', 'smd')
    """
    unit = " ".join(measure.unit.lower().split()).replace("’", "'")
    unit = re.sub(
        r"^(nano|micro|pico|milli)grams? (?:per|/) ?(?:ml|millilit(?:er|re))$", lambda m: _GRAMS[m[1]], unit
    )
    unit = re.sub(r" per .*$", "", unit)
    if measure.kind in ("rate", "model-parameter"):
        unit = re.sub(rf"(?<=\w)\s*/ ?{_TIMES}$", "", unit)
    if measure.kind in ("change", "contrast", "level", "ratio") and unit in ("", *_SMD):
        said = _SAYS_SMD.search(f"{measure.statistic} {unit}".lower())
        if said or (unit == "d" and measure.kind in ("change", "contrast")) or unit.endswith("difference"):
            return "smd"
    if unit in _RATIOS and (measure.kind == "ratio" or "fold" in unit):
        return "ratio"
    return "%" if unit.startswith(("%", "percent")) and "mpe" not in unit else unit


_NRS: Final = re.compile(
    r"\bcm\b|\bnrs\b|\bnprs\b|\bvnrs\b|\bvns\b|\bdvprs\b|\bbpi\b|\bpeg\b|numeric(?:al)? (?:pain )?(?:rating )?scale|\bnrs-?11\b"
)
ABOUT_PAIN: Final = re.compile(_NRS.pattern + r"|\bvas\b|\bvrs\b|\bmm\b|0 ?(?:-|–|to) ?\d+")
"""Units that rate pain."""


def pain_size(unit: str) -> float | None:
    """Study units in one point of a 0 to 10 rating; ``None`` where the range of the scale is not said.

    >>> pain_size("mm vas 0-100"), pain_size("bpi total"), pain_size("vas 0-10"), pain_size("vas"), pain_size("nprs")
    (10.0, 1.0, 1.0, None, 1.0)
    """
    top = re.search(r"0 ?(?:-|–|to) ?(\d+)|/ ?(10|100)\b", unit)
    if top is not None:
        return float(top[1] or top[2]) / 10.0 or None
    if re.search(r"\bmm\b", unit):
        return 10.0
    return 1.0 if _NRS.search(unit) else None


def withdrawal_size(unit: str) -> float | None:
    """The top of a withdrawal scale in its own points; ``None`` for a scale that is not known.

    >>> withdrawal_size("0-3"), withdrawal_size("log sows"), withdrawal_size("cows"), withdrawal_size("points")
    (3.0, 30.0, 48.0, None)
    """
    top = re.search(r"0 ?(?:-|–|to) ?(\d+)", unit)
    if top is not None:
        return float(top[1]) or None
    if "cows" in unit:
        return COWS_TOP
    return SOWS_TOP if "sows" in unit else None


def is_celsius(unit: str) -> bool:
    """Whether a unit is degrees Celsius.

    >>> [is_celsius(u) for u in ("degC", "°C", "degrees C", "deg c", "celsius", "C", "cm")]
    [True, True, True, True, True, True, False]
    """
    return re.fullmatch(r"(?:°|º|deg(?:ree)?s?\.?)? ?c(?:elsius)?", unit.strip().lower()) is not None


_GRAMS: Final = {"pico": "pg/ml", "nano": "ng/ml", "micro": "ug/ml", "milli": "mg/ml"}
SECONDS: Final[Mapping[str, float]] = {
    "s": 1.0, "sec": 1.0, "secs": 1.0, "second": 1.0, "seconds": 1.0, "min": 1 / 60, "minute": 1 / 60, "minutes": 1 / 60,
    "ms": 1000.0, "msec": 1000.0, "milliseconds": 1000.0,
}  # fmt: skip
TO_NG_ML: Final[Mapping[str, float]] = {
    "ng/ml": 1.0, "ug/l": 1.0, "mcg/l": 1.0, "µg/l": 1.0, "pg/ml": 0.001, "ug/ml": 1000.0, "mg/l": 1000.0, "mcg/ml": 1000.0, "mg/ml": 1e6,
}  # fmt: skip
