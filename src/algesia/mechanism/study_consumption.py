"""Opioid consumption: what a schedule gives, and how the need for drug compares between arms after an operation.

A dose that the schedule holds is the design of the study, not a prediction; the answer says so. MME are exposure
only, by the factors of CDC 2022 (`algesia.knowledge.mme`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from algesia.knowledge.loader import load
from algesia.knowledge.mme import find_factor, why_none
from algesia.mechanism.model import Floats
from algesia.mechanism.study import JUST_BEFORE_H, RECENT_H, Arm, Dosing, Measure, Study, stepwise
from algesia.mechanism.study_curves import Read, Variant
from algesia.mechanism.study_drugs import drug_name, is_opioid, left_out, route_name, spelled
from algesia.mechanism.study_form import Form, Of, over
from algesia.mechanism.study_orders import STANDS_IN, orders_of_arm
from algesia.mechanism.study_points import reference_of, time_of
from algesia.mechanism.study_prior import spelled_mme
from algesia.mechanism.study_scales import cannot, unit_of
from algesia.mechanism.study_signs import counts_down

NAMES: Final = frozenset(
    {"opioid-consumption", "opioid-dose", "consumption", "opioid-use", "morphine-consumption", "mme"}
)
NEED_POINTS: Final = 13
_EDITION: Final = "cdc-2022"
_SITES: Final = {"iv": "intravenous", "im": "intramuscular", "sc": "subcutaneous", "oral-er": "oral"}
_MME: Final = re.compile(r"\bo?mme|\bo?medd?\b|\bome\b|\bmeq\b|morphine[- ]?(?:milligram )?equiv")
_MG: Final = {"mg": 1.0, "ug": 0.001, "g": 1000.0}
_PART: Final = re.compile(r"(?:%|\bper ?cent(?:age)?) of (?!change|difference|patients|people)")


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
    kind = measure.kind.strip().lower()
    if kind in ("proportion", "association", "model-parameter", "duration", "rate"):
        raise cannot(
            measure.name, "who asks for more drug, and when, is not simulated", "a rule for dose changes"
        )
    form = _counted_up(study, measure, arm, kind)
    if not counts_down("opioid-consumption", measure):
        return form
    if kind in ("level", "ratio") or _is_part(measure) or unit_of(measure) in ("ratio", "x", "fold", "times"):
        raise cannot(measure.name, "it counts the other way round", "a change or difference")
    whole = -form.whole if form.error == "log-percent" and isinstance(form.whole, float) else form.whole
    return replace(
        form, of=lambda read: -form.of(read), whole=whole, basis=f"{form.basis}, counted downwards"
    )


def _counted_up(study: Study, measure: Measure, arm: Arm, kind: str) -> Form:
    """The form where a larger number is more drug."""
    at = time_of(measure)
    ref = reference_of(study, measure, arm)
    own = Variant(arm.name)
    told = _rate(measure.unit)
    if kind == "level" and unit_of(measure) not in ("%", "ratio", "fraction"):
        if arm.group == "post-op" and measure.baseline is not None:
            return _need(measure, arm, _against(study, measure, arm, ref.variant if ref else None), at)
        return _given(daily(arm, at, measure.unit), "dose by the schedule")
    if ref is None:
        before = kind in ("change", "ratio", "direction")
        other = own if before else _against(study, measure, arm, None)
        apart = -JUST_BEFORE_H if before else at
    else:
        other, apart = ref.variant, at if ref.time_h is None else ref.time_h
    if arm.group == "post-op" and other != own:
        return _need(measure, arm, other, at)
    by = measure.unit if told is not None else "mme/d"
    here, there = daily(arm, at, by), daily(_as_taken(study, arm, other), apart, by)
    basis = "doses by the schedule"
    if unit_of(measure) in ("%", "ratio", "fraction") and there <= 0.0:
        raise cannot(measure.name, "the dose it is compared with is zero", "a dose to compare with")
    if unit_of(measure) == "%":
        return _given(100.0 * here / there - (0.0 if _is_part(measure) else 100.0), basis)
    if unit_of(measure) in ("ratio", "fraction"):
        return _given(here / there, basis)
    if kind == "direction":
        return _given(float(np.sign(here - there)), basis)
    if told is None:
        raise cannot(measure.name, f"{measure.unit!r} is no daily dose", "mg/d or MME/d")
    return _given(here - there, basis)


def _against(study: Study, measure: Measure, arm: Arm, named: Variant | None) -> Variant:
    """The arm that a comparison is with: the one that is named, else the only other one."""
    others = [a for a in study.arms if a.name != arm.name]
    if named is None and len(others) != 1:
        raise cannot(measure.name, "which arm it is compared with is not said", "relative_to")
    return named or Variant(others[0].name)


def _as_taken(study: Study, arm: Arm, variant: Variant) -> Arm:
    """The arm of a variant with the lines of its schedule that are taken in it."""
    found = study.arm(variant.arm) or arm
    if variant.taken == "without the test drug":
        return replace(found, schedule=tuple(line for line in found.schedule if line.start_h < -RECENT_H))
    return replace(found, schedule=()) if variant.taken == "without any drug" else found


def _is_part(measure: Measure) -> bool:
    """Whether a percentage is a part of its reference ("60 % of control") and not a change from it."""
    return measure.kind == "ratio" or bool(_PART.search(f"{measure.statistic} {measure.unit}".lower()))


def _given(value: float, basis: str) -> Form:
    return Form(lambda _: np.array([value]), "log", given=True, basis=basis)


def _need(measure: Measure, arm: Arm, other: Variant, at: float) -> Form:
    """Need for the same relief beside another arm.

    need = potency-ratio x (pain-nrs + relief): how many times weaker the drug works, times the pain that is to be
    taken off, as a mean from time zero on. Our own proportion; it holds where relief grows in step with dose. An amount
    needs the reference's consumption in the same unit, which the measure may tell as its `baseline`.
    """
    times = np.linspace(0.0, max(at, 0.5), NEED_POINTS).tolist()
    unit = unit_of(measure)

    def need(who: Variant) -> Of:
        def of(read: Read) -> Floats:
            pain = read(who, "pain-nrs", times) + read(who, "relief", times)
            return np.asarray(np.mean(read(who, "potency-ratio", times) * pain, axis=1), dtype=np.float64)

        return of

    here, there = need(Variant(arm.name)), need(other)
    against = other.arm if other.taken == "as given" else f"{other.arm} {other.taken}"
    basis = "; ".join(
        (f"need for the same relief, mean to {at:g} h, against {against}", *orders_of_arm(arm).notes)
    )
    part = partial(Form, parts=(here, there), other=other.arm if other.arm != arm.name else None)
    if unit == "smd":
        return Form(lambda read: here(read) - there(read), "share", 1.0, spread=here, basis=basis)
    if measure.kind == "direction":
        return Form(lambda read: here(read) - there(read), "sign", basis=basis)
    if unit == "%" and _is_part(measure):
        return part(lambda read: 100.0 * over(here(read), there(read)), "log", basis=basis)
    if unit == "%":
        return part(
            lambda read: 100.0 * (over(here(read), there(read)) - 1.0), "log-percent", 100.0, basis=basis
        )
    if "ratio" in unit or unit in ("x", "fold", "times") or (unit == "" and measure.kind == "ratio"):
        return part(lambda read: over(here(read), there(read)), "log", basis=basis)
    base = measure.baseline
    if base is None:
        raise cannot(
            measure.name,
            "how much drug this operation asks for is not known; only arms can be compared",
            "the consumption of the arm it is compared with, as `baseline`",
        )
    basis = f"{basis}, which took {base:g} {measure.unit} as told"
    if measure.kind == "level":
        return part(lambda read: base * over(here(read), there(read)), "log", basis=basis)
    return Form(lambda read: base * (over(here(read), there(read)) - 1.0), "share", base, basis=basis)


def _rate(unit: str) -> str | None:
    """``"mme"`` or ``"mg"`` for a unit of a daily dose, or nothing."""
    if spelled_mme(unit) not in ("mg/d", "mg/24h", "mg/1d") or not re.search(
        r"/|per|dai?ly|medd", unit.lower()
    ):
        return None
    return "mme" if _MME.search(unit.lower()) else "mg"


def daily(arm: Arm, at: float, unit: str) -> float:
    """Opioid a day by the schedule at a time: mg of the one drug, or MME.

    At a change the dose before it counts, where there was one.

    >>> daily(Arm("a", schedule=(Dosing("oxycodone", "oral-er", 0, amount=20, every_h=12, count=60),)), 24, "mme/d")
    60.0
    """
    by = _rate(unit)
    if by is None:
        because = f"{unit!r} is no daily dose, and how much drug these people ask for is not simulated"
        raise cannot("opioid-consumption", because, "mg/d or MME/d")
    running = _running(arm, at - JUST_BEFORE_H) or _running(arm, at)
    before = None if running else _taken_before(arm, by)
    if before is not None and at <= 0.0:
        running = [before]
    if not running and (arm.prior is not None or not any(_gives(line, at) for line in arm.schedule)):
        raise cannot(
            "opioid-consumption", "the schedule of the arm does not reach this time", "the doses at this time"
        )
    if by == "mme":
        return sum(_mme(line, running) for line in running)
    if len({drug_name(line.drug) for line in running}) > 1:
        raise cannot(
            "opioid-consumption", "several opioids are taken and mg of them cannot be added", "MME/d"
        )
    return sum(_mg(line) for line in running)


def _taken_before(arm: Arm, by: str) -> Dosing | None:
    """The prior opioid as a line, where it is read; not as mg where only its MME are told."""
    read = orders_of_arm(arm)
    if arm.prior is None or not any(STANDS_IN in note for note in read.notes):
        return None
    if by == "mg" and _MME.search(f"{arm.prior.unit} {arm.prior.drug or ''}".lower()):
        return None
    taken = read.orders[-1]
    return Dosing(
        taken.drug, taken.route, taken.start_h, taken.amount, taken.unit, taken.every_h, taken.count
    )


def _gives(line: Dosing, at: float) -> bool:
    """Whether a placebo is taken at a time: then no opioid is."""
    lasts = line.duration_h if line.duration_h is not None else line.count * (line.every_h or 0.0)
    return left_out(line.drug) == "nothing" and line.start_h <= at < line.start_h + lasts


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
    if line.amount == 0.0:
        return 0.0
    if line.amount is None or not line.every_h or spelled(line.unit) not in _MG:
        raise cannot(
            "opioid-consumption",
            f"the daily dose of {line.drug} is not told as an amount",
            "mg every so many hours",
        )
    return line.amount * _MG[spelled(line.unit)] * 24.0 / line.every_h


def _mme(line: Dosing, running: list[Dosing]) -> float:
    drug, route = drug_name(line.drug), route_name(line.route)
    route = _SITES.get(route, route)
    patch = spelled(line.unit) == "ug/h" and line.amount is not None
    total = 0.0 if patch else sum(_mg(other) for other in running if drug_name(other.drug) == drug)
    found = find_factor(load(), _EDITION, drug, route, None, total or None)
    if found is None or found.value is None:
        because = why_none(load(), _EDITION, drug, route, None, total or None).split(":")[0]
        raise cannot("opioid-consumption", because, "an MME factor")
    if patch and line.amount is not None:
        return line.amount * found.value
    return _mg(line) * (1000.0 if found.per == "ug/d" else 1.0) * found.value
