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
from algesia.mechanism.study import Arm, Measure, known_group, unread_group
from algesia.mechanism.study_cannot import CannotTell as CannotTell
from algesia.mechanism.study_cannot import cannot as cannot
from algesia.mechanism.study_drugs import drug_name, is_opioid
from algesia.mechanism.study_orders import ArmOrders, orders_of_arm
from algesia.mechanism.study_signs import counts_down
from algesia.mechanism.study_sizes import (
    ABOUT_PAIN,
    AREA_CM2,
    AREA_CV,
    AREA_STUDY,
    AREAS,
    HEAT_C,
    MOST_C,
    SECONDS,
    SIGNS,
    SKIN_C,
    TO_NG_ML,
    is_celsius,
    pain_size,
    withdrawal_size,
)
from algesia.mechanism.study_sizes import unit_of as unit_of

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
_TESTS: Final = re.compile(
    r"pin[- ]?prick\w*|punctate|von frey|monofilament|brush|allodynia|capsaicin|electr\w*|\bcurrent (?:stimul|pain|evoked)|pressure|ischa?emi\w*"
    r"|tourniquet|laser|pinch|injection pain|pain (?:on|of|from|during|to|at) [a-z ]{0,40}injection|lidocaine|lignocaine|\bevoked"
)
"""Tests whose pain the model does not rate."""
_SIGNS: Final = (
    "seen by others, so what lies above this person's answers at rest, as a share of what is left to the top"
)
_CONVERTS: Final = re.compile(r"conver|equianalg|rotation|dose ratio")
_WITHIN: Final = re.compile(
    r"(?:own|self|baseline|before|prior|pre|x baseline|time|start|beginning|admission|intake|entry|randomi|enrol|trough|peak|first"
    r"|day|week|month|hour|\d)"
)
"""How a reference begins that lies in the same arm."""


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
    end
        Where the device of the study ends, in its unit; ``None``: nowhere.
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
    end: float | None = None


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
    given = orders_of_arm(arm)
    plasma = _plasma(measure, name, unit, arm, given)
    if plasma is not None:
        return plasma
    _fair(measure, given)
    name = _rating(name, unit, measure)
    if name == "pain-nrs":
        found = _pain(measure, arm, unit)
    elif name not in MEASURES:
        said = measure.note or measure.statistic or name
        raise cannot(measure.name, f"the model has no readout for {said!r}", "a readout of it")
    else:
        if name == "potency-ratio" and _CONVERTS.search(f"{measure.statistic} {measure.note}".lower()):
            raise cannot(
                measure.name, "a ratio between the doses of two drugs is no potency-ratio", "one drug"
            )
        found = _sized(study, name, unit, arm, measure)
        found = replace(found, basis=found.basis or f"{name} in {measure.unit}")
    if found.size is None and unit not in RELATIVE and measure.kind != "duration":
        raise cannot(
            measure.name, f"no scale from {name} to {measure.unit!r} is known", f"{measure.unit} at baseline"
        )
    basis = "; ".join((found.basis, *given.notes))
    return replace(found, flip=counts_down(found.readout.partition("+")[0], measure), basis=basis)


def _fair(measure: Measure, given: ArmOrders) -> None:
    """Raise where a drug against pain that is not simulated would count on one side only."""
    at = measure.time_h if measure.time_h is not None else float("inf")
    before = sorted({one[0] for one in given.analgesics if one[1] < at})
    if not before:
        return
    told = (measure.relative_to or "").strip().lower()
    of_arms = measure.kind in ("contrast", "change", "ratio", "direction") and (
        bool(told) or measure.kind == "contrast"
    )
    if not of_arms or _WITHIN.match(told):
        because = f"{' and '.join(before)} relieves pain and is not in the model; only arms that have it alike can be compared"
        raise cannot(measure.name, because, "the effect of it")


def _rating(name: str, unit: str, measure: Measure) -> str:
    """A test that is reported as a rating of pain is the rating, not the tolerance."""
    part, _, kind = name.partition("-")
    if part in ("heat", "cold") and kind in ("tolerance", "threshold"):
        rated = ABOUT_PAIN.search(unit) or "more pain" in measure.higher_is.lower()
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
    test = _TESTS.search(said)
    if test is not None and unit not in RELATIVE:
        raise cannot(
            measure.name, f"pain of a test ({test[0]}) is not rated by the model", "a rating of this test"
        )
    if test is None and (arm.in_pain or arm.group == "post-op"):
        return Scale("pain-nrs", size, top=top, basis=f"pain score, {measure.unit}")
    if unit in RELATIVE:
        return Scale("heat-rating", 1.0, basis="evoked pain; the rating of a fixed heat stands in")
    who = "these people have no pain of their own" if known_group(arm.group) else unread_group(arm)
    raise cannot(measure.name, f"{who} and the test is not named", "what evoked the pain")


def _sized(study: str, name: str, unit: str, arm: Arm, measure: Measure) -> Scale:
    """The size of one unit of a readout other than pain of the person."""
    if unit in RELATIVE and name == "withdrawal-score":
        seen = re.search(r"\bc?oows\b|\bcows\b", f"{measure.unit} {measure.statistic} {measure.note}".lower())
        return Scale(
            f"{name}+{SIGNS}" if seen else name, 1.0, top=1.0, basis=f"{name}: {_SIGNS}" if seen else ""
        )
    if unit in RELATIVE:
        return Scale(name, 1.0)
    if name in ("heat-rating", "cold-rating"):
        size = pain_size(unit)
        return Scale(name, size, top=None if size is None else 10.0 * size)
    if name == "withdrawal-score":
        size = withdrawal_size(unit)
        if size is not None and "cows" in unit:
            return Scale(
                f"{name}+{SIGNS}",
                size,
                top=size,
                log=unit.startswith("log"),
                basis=f"{name} in {measure.unit}: {_SIGNS}",
            )
        rests = "share of the worst withdrawal times the top of the scale; a healthy person's points at rest are in it"
        return Scale(
            name, size, top=size, log=unit.startswith("log"), basis=f"{name} in {measure.unit}: {rests}"
        )
    if name in ("cold-tolerance", "cold-threshold"):
        return Scale(name, SECONDS.get(unit))
    if MEASURES[name][0] == "{x baseline}":
        return _from_baseline(study, name, unit, arm, measure)
    return Scale(name, 1.0 if unit == MEASURES[name][0].strip("{}").lower() else None)


def _from_baseline(study: str, name: str, unit: str, arm: Arm, measure: Measure) -> Scale:
    """A readout beside its baseline, in the unit of the test: the baseline that the measure tells, or one of a table.

    Degrees count from the temperature of the skin: a level is ``32 + (baseline - 32) x``.
    """
    told, degrees = measure.baseline, is_celsius(unit) and name in HEAT_C
    if degrees and told is not None and told <= SKIN_C:
        raise cannot(
            measure.name, f"a baseline of {told:g} degrees is not above the skin's 32", "the baseline"
        )
    basis = f"{name} in {measure.unit}, baseline {told:g} as told" if told is not None else ""
    size, cv = (None if told is None else told - SKIN_C * degrees), 0.0
    if told is None and degrees:
        size, cv = HEAT_C[name]
        basis = f"{name} in {measure.unit}, {size + SKIN_C:.1f} degrees without a drug (Gustorff 2003)"
    if told is None and name == "hyperalgesia-area" and unit in AREAS:
        size, cv = (
            (AREA_CM2 * AREAS[unit], AREA_CV)
            if arm.group == "healthy" and study != AREA_STUDY
            else (None, 0.0)
        )
    if size is None or not degrees:
        return Scale(name, size, cv=cv, basis=basis)
    end, added = max(MOST_C, size + SKIN_C), SKIN_C if measure.kind == "level" else 0.0
    basis = f"{basis}; a thermode ends at {end:g}"
    # a constant, and the end of what the thermode can show, both in units of the readout
    readout = f"{name}+{added / size!r}<{(end - SKIN_C + added) / size!r}"
    if not added:
        return Scale(readout, size, cv=cv, basis=basis)
    return Scale(readout, size, cv=cv * size / (size + SKIN_C), basis=basis, end=end)


def _plasma(measure: Measure, name: str, unit: str, arm: Arm, given: ArmOrders) -> Scale | None:
    """A concentration in plasma, where the unit says one and the drug is clear; ``None`` for anything else."""
    if name.startswith(("plasma/", "effect/")):
        factor = TO_NG_ML.get(unit)
        return Scale(name, None if factor is None else 1 / factor, basis="concentration")
    said = f"{name} {measure.statistic} {measure.note}".lower()
    if unit not in TO_NG_ML or measure.kind == "model-parameter":
        return None
    drugs = {o.drug for o in given.orders} | {drug_name(line.drug) for line in arm.schedule}
    named = [d for d in drugs if d in said] or [w for w in re.findall(r"[a-z0-9-]+", said) if is_opioid(w)]
    named = named or ([*drugs] if len(drugs) == 1 else [])
    if len(set(named)) != 1:
        raise cannot(measure.name, "which drug was measured in plasma is not said", "its name")
    return Scale(f"plasma/{named[0]}", 1 / TO_NG_ML[unit], basis="concentration in plasma")
