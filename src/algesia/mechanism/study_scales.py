"""Which readout a measure of a study is, and how large one unit of the readout is in the study's unit.

Every mapping and its basis is listed in `docs/reference/study-format.md`. A unit that is in no row of it makes the
measure unassessable; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from algesia.mechanism.simulation import MEASURES
from algesia.mechanism.study import Arm, Measure, is_opioid, orders_of_arm
from algesia.quantities.refusal import AlgesiaError, Unassessable

NAMES: Final[Mapping[str, str]] = {
    "cold-pressor-tolerance": "cold-tolerance", "cold-pain-tolerance": "cold-tolerance",
    "cold-pressor-threshold": "cold-threshold", "cold-pain-threshold": "cold-threshold",
    "heat-pain-tolerance": "heat-tolerance", "heat-pain-threshold": "heat-threshold",
    "heat-pain": "heat-rating", "heat-pain-rating": "heat-rating", "cold-pain": "cold-rating",
    "cold-pain-rating": "cold-rating", "cold-pressor-pain": "cold-rating",
    "electrical-tolerance": "electrical", "electrical-threshold": "electrical", "electrical-pain-tolerance": "electrical",
    "electrical-pain-threshold": "electrical", "pressure-threshold": "pressure", "pressure-tolerance": "pressure",
    "pressure-pain-threshold": "pressure", "pressure-pain-tolerance": "pressure",
    "area-of-hyperalgesia": "hyperalgesia-area", "hyperalgesia": "hyperalgesia-area",
    "pain": "pain-nrs", "pain-score": "pain-nrs", "pain-vas": "pain-nrs", "pain-intensity": "pain-nrs",
    "withdrawal": "withdrawal-score", "withdrawal-severity": "withdrawal-score", "potency": "potency-ratio",
}  # fmt: skip
"""Other spellings of the readouts."""
RELATIVE: Final = frozenset(
    {"%", "percent", "ratio", "x baseline", "x", "fold", "fraction", "sign", "smd", "times"}
)
"""Units that compare a readout with itself: they need no scale."""
COWS_TOP: Final = 48.0
"""The top of the Clinical Opiate Withdrawal Scale, as in `knowledge/data/instruments` (cows2003)."""
SOWS_TOP: Final = 30.0
"""Assumed: ten items of 0 to 3 each (Gossop's short form, which the trials of withdrawal here name). Not in a table."""
AREA_CM2: Final = 43.6
"""Mean area of pin-prick hyperalgesia before a drug in 12 healthy people (koppert2001_model), for areas in cm2 of
other studies. The study itself is never predicted with it."""
AREA_CV: Final = 0.5
"""Assumed: how much that area differs between laboratories and methods, as a coefficient of variation."""
_AREA_STUDY: Final = "koppert2001_model"
_GOOD: Final = (
    "less sens",
    "more potent",
    "more relief",
    "more antihyper",
    "more analges",
    "less pain",
    "less withdr",
    "less drug",
)
_BAD: Final = (
    "more sens",
    "less potent",
    "less relief",
    "more hyper",
    "more pain",
    "more withdr",
    "more drug",
    "less analges",
)
_BETTER_HIGH: Final = frozenset(
    {
        "cold-tolerance",
        "cold-threshold",
        "heat-tolerance",
        "heat-threshold",
        "electrical",
        "pressure",
        "relief",
    }
)
_ABOUT_PAIN: Final = re.compile(r"\bnrs\b|\bvas\b|\bvrs\b|\bbpi\b|\bpeg\b|\bmm\b|\bcm\b|0 ?(?:-|–|to) ?\d+")


class CannotTell(AlgesiaError):
    """Carries an `Unassessable` from where it is found to the answer it belongs to. Never leaves the package."""

    def __init__(self, found: Unassessable) -> None:
        self.found = found
        super().__init__(found)


def cannot(what: str, because: str, *missing: str) -> CannotTell:
    """The refusal to predict one measure."""
    return CannotTell(Unassessable(what, because, missing))


@dataclass(frozen=True, slots=True)
class Scale:
    """How a measure reads from the simulation.

    Attributes
    ----------
    readout
        A key of `MEASURES`, or ``plasma/DRUG``.
    size
        Study units in one unit of the readout; ``None`` where only comparisons of the readout with itself can be made.
    flip
        The study counts in the other direction: more means less of the readout.
    top
        The top of the study's scale in its own unit, for errors as a share of the scale; ``None``: no fixed top.
    cv
        What is not known of `size`, as a coefficient of variation.
    log
        The study reports the logarithm.
    basis
        What the mapping rests on, in a few words.
    """

    readout: str
    size: float | None
    flip: bool = False
    top: float | None = None
    cv: float = 0.0
    log: bool = False
    basis: str = ""


def scale_of(study: str, measure: Measure, arm: Arm) -> Scale:
    """The scale of a measure in an arm.

    Raises
    ------
    CannotTell
        With the readout or unit that the model does not have.

    >>> scale_of("s", Measure("pain-nrs", unit="mm VAS 0-100"), Arm("a", group="chronic-pain")).size
    10.0
    >>> scale_of("s", Measure("heat-tolerance", unit="NRS", higher_is="more pain"), Arm("a")).readout
    'heat-rating'
    """
    if re.search(r"latent class|subgroup|sub-group", f"{measure.note} {measure.statistic}".lower()):
        raise cannot(
            measure.name,
            "it holds for a class of the people that the arm does not tell apart",
            "who is in it",
        )
    unit = unit_of(measure)
    name = measure.name.strip().lower().replace("_", "-").replace(" ", "-")
    name = NAMES.get(name, name)
    plasma = _plasma(measure, name, unit, arm)
    if plasma is not None:
        return plasma
    name = _rating(name, unit, measure)
    if name == "pain-nrs":
        found = _pain(measure, arm, unit)
    elif name not in MEASURES:
        said = measure.note or measure.statistic or name
        raise cannot(measure.name, f"the model has no readout for {said!r}", "a readout of it")
    else:
        found = replace(_sized(study, name, unit, arm), basis=f"{name} in {measure.unit}")
    if found.size is None and unit not in RELATIVE and measure.kind != "duration":
        raise cannot(
            measure.name, f"no scale from {name} to {measure.unit!r} is known", f"{measure.unit} at baseline"
        )
    return replace(found, flip=_flipped(found.readout, measure))


def unit_of(measure: Measure) -> str:
    """The unit in lower case, without a period ("per year") and without what a percentage is of.

    >>> unit_of(Measure("m", unit="NRS per year")), unit_of(Measure("m", unit="% of baseline"))
    ('nrs', '%')
    """
    unit = re.sub(r"\s+per .*$", "", measure.unit.strip().lower())
    return "%" if unit.startswith(("%", "percent")) and "mpe" not in unit else unit


def _rating(name: str, unit: str, measure: Measure) -> str:
    """A test that is reported as a rating of pain is the rating, not the tolerance."""
    part, _, kind = name.partition("-")
    if part in ("heat", "cold") and kind in ("tolerance", "threshold"):
        rated = _ABOUT_PAIN.search(unit) or "more pain" in measure.higher_is.lower()
        return f"{part}-rating" if rated else name
    return name


def _pain(measure: Measure, arm: Arm, unit: str) -> Scale:
    """Pain is of the person, or evoked by a test that the note names, or of unknown origin."""
    said = f"{measure.note} {measure.statistic}".lower()
    size = 1.0 if unit in RELATIVE else pain_size(unit)
    top = None if size is None else 10.0 * size
    if "cold" in said or "ice" in said.split():
        return Scale("cold-rating", size, top=top, basis="rating of a fixed cold")
    if "heat" in said:
        return Scale("heat-rating", size, top=top, basis="rating of a fixed heat")
    if arm.in_pain or arm.group == "post-op":
        return Scale("pain-nrs", size, top=top, basis=f"pain score, {measure.unit}")
    if unit in RELATIVE:
        return Scale("heat-rating", 1.0, basis="evoked pain; the rating of a fixed heat stands in")
    raise cannot(
        measure.name,
        "these people have no pain of their own and the test is not named",
        "what evoked the pain",
    )


def _sized(study: str, name: str, unit: str, arm: Arm) -> Scale:
    """The size of one unit of a readout other than pain of the person."""
    if unit in RELATIVE:
        return Scale(name, 1.0, top={"withdrawal-score": 1.0}.get(name))
    if name in ("heat-rating", "cold-rating"):
        size = pain_size(unit)
        return Scale(name, size, top=None if size is None else 10.0 * size)
    if name == "withdrawal-score":
        size = withdrawal_size(unit)
        return Scale(name, size, top=size, log=unit.startswith("log"))
    if name in ("cold-tolerance", "cold-threshold"):
        return Scale(name, {"s": 1.0, "sec": 1.0, "seconds": 1.0, "min": 1 / 60, "minutes": 1 / 60}.get(unit))
    if (
        name == "hyperalgesia-area"
        and unit in ("cm2", "cm^2", "cm²")
        and arm.group == "healthy"
        and study != _AREA_STUDY
    ):
        return Scale(name, AREA_CM2, cv=AREA_CV)
    return Scale(name, 1.0 if unit == MEASURES[name][0].strip("{}").lower() else None)


def pain_size(unit: str) -> float | None:
    """Study units in one point of a 0 to 10 rating; ``None`` where the range of the scale is not said.

    >>> pain_size("mm vas 0-100"), pain_size("bpi total"), pain_size("vas 0-10"), pain_size("vas")
    (10.0, 1.0, 1.0, None)
    """
    top = re.search(r"0 ?(?:-|–|to) ?(\d+)|/ ?(10|100)\b", unit)
    if top is not None:
        return float(top[1] or top[2]) / 10.0
    if re.search(r"\bmm\b", unit):
        return 10.0
    return 1.0 if re.search(r"\bcm\b|\bnrs\b|\bbpi\b|\bpeg\b", unit) else None


def withdrawal_size(unit: str) -> float | None:
    """The top of a withdrawal scale in its own points; ``None`` for a scale that is not known.

    >>> withdrawal_size("0-3"), withdrawal_size("log sows"), withdrawal_size("cows"), withdrawal_size("points")
    (3.0, 30.0, 48.0, None)
    """
    top = re.search(r"0 ?(?:-|–|to) ?(\d+)", unit)
    if top is not None:
        return float(top[1])
    if "cows" in unit:
        return COWS_TOP
    return SOWS_TOP if "sows" in unit else None


_TO_NG_ML: Final[Mapping[str, float]] = {
    "ng/ml": 1.0, "ug/l": 1.0, "mcg/l": 1.0, "µg/l": 1.0, "pg/ml": 0.001, "ug/ml": 1000.0, "mg/l": 1000.0, "mcg/ml": 1000.0,
}  # fmt: skip


def _plasma(measure: Measure, name: str, unit: str, arm: Arm) -> Scale | None:
    """A concentration in plasma, where the unit says one and the drug is clear; ``None`` for anything else."""
    if name.startswith(("plasma/", "effect/")):
        factor = _TO_NG_ML.get(unit)
        return Scale(name, None if factor is None else 1 / factor, basis="concentration")
    said = f"{name} {measure.statistic} {measure.note}".lower()
    if unit not in _TO_NG_ML or measure.kind == "model-parameter":
        return None
    drugs = {o.drug for o in orders_of_arm(arm).orders} | {line.drug.strip().lower() for line in arm.schedule}
    named = [d for d in drugs if d in said] or [w for w in re.findall(r"[a-z0-9-]+", said) if is_opioid(w)]
    named = named or ([*drugs] if len(drugs) == 1 else [])
    if len(set(named)) != 1:
        raise cannot(measure.name, "which drug was measured in plasma is not said", "its name")
    return Scale(f"plasma/{named[0]}", 1 / _TO_NG_ML[unit], basis="concentration in plasma")


def _flipped(readout: str, measure: Measure) -> bool:
    """Whether the study counts the other way round from the readout."""
    told = measure.higher_is.strip().lower()
    high_is_good = True if told.startswith(_GOOD) else False if told.startswith(_BAD) else None
    if high_is_good is not None:
        return high_is_good != (readout in _BETTER_HIGH)
    falls = re.search(r"reduction|relief|decrease|decline", measure.statistic.lower())
    return falls is not None and readout not in _BETTER_HIGH
