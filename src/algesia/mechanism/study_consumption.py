"""Opioid consumption: what a schedule gives, and how the need for drug compares between arms after an operation.

A dose that the schedule holds is the design of the study, not a prediction; the answer says so. MME are exposure
only, by the factors of CDC 2022 (`algesia.knowledge.mme`).
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from algesia.knowledge.loader import load
from algesia.knowledge.mme import find_factor, why_none
from algesia.mechanism.model import Floats
from algesia.mechanism.study import (
    JUST_BEFORE_H,
    Arm,
    Dosing,
    Measure,
    Study,
    drug_name,
    is_opioid,
    route_name,
    stepwise,
)
from algesia.mechanism.study_curves import Read, Variant
from algesia.mechanism.study_form import Form, Of, over
from algesia.mechanism.study_points import reference_of, time_of
from algesia.mechanism.study_scales import cannot, unit_of

NAMES: Final = frozenset(
    {"opioid-consumption", "opioid-dose", "consumption", "opioid-use", "morphine-consumption", "mme"}
)
NEED_POINTS: Final = 13
_EDITION: Final = "cdc-2022"
_SITES: Final = {"iv": "intravenous", "im": "intramuscular", "sc": "subcutaneous", "oral-er": "oral"}
_BY_MME: Final = ("mme/d", "mme/day", "med/d", "mg med/d")
_BY_MG: Final = ("mg/d", "mg/day", "mg/24h")
_MG: Final = {"mg": 1.0, "ug": 0.001, "mcg": 0.001, "µg": 0.001, "g": 1000.0}


def is_consumption(measure: Measure) -> bool:
    """Whether a measure is how much opioid was taken."""
    return re.sub(r"[\s_]+", "-", measure.name.strip().lower()) in NAMES


def consumption(study: Study, measure: Measure, arm: Arm) -> Form:
    """The form of a consumption.

    Raises
    ------
    CannotTell
        Where neither the schedule nor the need between arms gives it.
    """
    kind, unit = measure.kind.strip().lower(), re.sub(r"\s", "", measure.unit.lower())
    if kind in ("proportion", "association", "model-parameter", "duration", "rate"):
        raise cannot(
            measure.name, "who asks for more drug, and when, is not simulated", "a rule for dose changes"
        )
    at = time_of(measure)
    ref = reference_of(study, measure, arm)
    if kind == "level":
        return _given(daily(arm, at, unit), "dose by the schedule")
    if ref is None:
        others = [a for a in study.arms if a.name != arm.name]
        before = kind in ("change", "ratio", "direction")
        other, apart = (arm, -JUST_BEFORE_H) if before else (others[0] if len(others) == 1 else arm, at)
        if not before and len(others) != 1:
            raise cannot(measure.name, "which arm it is compared with is not said", "relative_to")
    else:
        other, apart = study.arm(ref.variant.arm) or arm, at if ref.time_h is None else ref.time_h
    if arm.group == "post-op" and other is not arm:
        return _need(measure, arm, other, at, unit)
    told = unit if unit in _BY_MME or unit in _BY_MG else "mme/d"
    here, there = daily(arm, at, told), daily(other, apart, told)
    if unit_of(measure) in ("%", "ratio", "fraction") and there <= 0.0:
        raise cannot(measure.name, "the dose it is compared with is zero", "a dose to compare with")
    if unit_of(measure) == "%":
        return _given(100.0 * here / there - (0.0 if kind == "ratio" else 100.0), "doses by the schedule")
    if unit_of(measure) in ("ratio", "fraction"):
        return _given(here / there, "doses by the schedule")
    if kind == "direction":
        return _given(float(np.sign(here - there)), "doses by the schedule")
    if unit != told:
        raise cannot(measure.name, f"{measure.unit!r} is no daily dose", "mg/d or MME/d")
    return _given(here - there, "doses by the schedule")


def _given(value: float, basis: str) -> Form:
    return Form(lambda _: np.array([value]), "log", given=True, basis=basis)


def _need(measure: Measure, arm: Arm, other: Arm, at: float, unit: str) -> Form:
    """Need for the same relief beside another arm.

    need = potency-ratio x (pain-nrs + relief): how many times weaker the drug works, times the pain that is to be
    taken off, as a mean from time zero on. Our own proportion; it holds where relief grows in step with dose.
    """
    times = np.linspace(0.0, max(at, 0.5), NEED_POINTS).tolist()

    def need(name: str) -> Of:
        def of(read: Read) -> Floats:
            who = Variant(name)
            pain = read(who, "pain-nrs", times) + read(who, "relief", times)
            return np.asarray(np.mean(read(who, "potency-ratio", times) * pain, axis=1), dtype=np.float64)

        return of

    here, there = need(arm.name), need(other.name)
    basis = f"need for the same relief, mean to {at:g} h, against {other.name}"
    if unit == "smd":
        return Form(lambda read: here(read) - there(read), "share", 1.0, spread=here, basis=basis)
    if measure.kind == "direction":
        return Form(lambda read: here(read) - there(read), "sign", basis=basis)
    if unit_of(measure) == "%":
        return Form(
            lambda read: 100.0 * (over(here(read), there(read)) - 1.0), "log-percent", 100.0, basis=basis
        )
    if "ratio" in unit or unit in ("x", "fold", "times"):
        return Form(lambda read: over(here(read), there(read)), "log", basis=basis)
    raise cannot(
        measure.name,
        "how much drug this operation asks for is not known; only arms can be compared",
        "a dose",
    )


def daily(arm: Arm, at: float, unit: str) -> float:
    """Opioid a day by the schedule at a time: mg of the one drug, or MME.

    At a change the dose before it counts, where there was one.

    >>> daily(Arm("a", schedule=(Dosing("oxycodone", "oral-er", 0, amount=20, every_h=12, count=60),)), 24, "mme/d")
    60.0
    """
    if unit not in _BY_MME and unit not in _BY_MG:
        because = f"{unit!r} is no daily dose, and how much drug these people ask for is not simulated"
        raise cannot("opioid-consumption", because, "mg/d or MME/d")
    running = _running(arm, at - JUST_BEFORE_H) or _running(arm, at)
    if not running:
        raise cannot(
            "opioid-consumption", "the schedule of the arm does not reach this time", "the doses at this time"
        )
    if unit in _BY_MME:
        return sum(_mme(line, running) for line in running)
    if len({drug_name(line.drug) for line in running}) > 1:
        raise cannot(
            "opioid-consumption", "several opioids are taken and mg of them cannot be added", "MME/d"
        )
    return sum(_mg(line) for line in running)


def _running(arm: Arm, at: float) -> list[Dosing]:
    """The lines of opioids that give a dose on this day."""
    found = []
    for line in arm.schedule:
        lasts = line.duration_h if line.duration_h is not None else line.count * (line.every_h or 0.0)
        opioid = is_opioid(drug_name(line.drug)) and not stepwise(line)
        if opioid and line.start_h <= at < line.start_h + lasts - JUST_BEFORE_H / 2:
            found.append(line)
    return found


def _mg(line: Dosing) -> float:
    """mg a day of one line."""
    if line.amount is None or not line.every_h or line.unit.strip().lower() not in _MG:
        raise cannot(
            "opioid-consumption",
            f"the daily dose of {line.drug} is not told as an amount",
            "mg every so many hours",
        )
    return line.amount * _MG[line.unit.strip().lower()] * 24.0 / line.every_h


def _mme(line: Dosing, running: list[Dosing]) -> float:
    drug, route = drug_name(line.drug), route_name(line.route)
    route = _SITES.get(route, route)
    patch = line.unit.strip().lower() in ("ug/h", "mcg/h") and line.amount is not None
    total = 0.0 if patch else sum(_mg(other) for other in running if drug_name(other.drug) == drug)
    found = find_factor(load(), _EDITION, drug, route, None, total or None)
    if found is None or found.value is None:
        because = why_none(load(), _EDITION, drug, route, None, total or None).split(":")[0]
        raise cannot("opioid-consumption", because, "an MME factor")
    if patch and line.amount is not None:
        return line.amount * found.value
    return _mg(line) * (1000.0 if found.per == "ug/d" else 1.0) * found.value
