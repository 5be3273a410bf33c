"""How a prediction of each kind of measure is formed from simulated arms.

A form is a function of a `Read`: the same one gives the typical person in every draw of the parameters, or many
people under one draw. `docs/reference/study-format.md` lists every rule.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from algesia.mechanism.model import Floats
from algesia.mechanism.simulation import MEASURES
from algesia.mechanism.study import Arm, Measure, Study, baseline_h
from algesia.mechanism.study_consumption import consumption, is_consumption
from algesia.mechanism.study_curves import Read, Variant
from algesia.mechanism.study_effects import dose_effect, largest_reduction, part_of_peak
from algesia.mechanism.study_form import (
    Error,
    Form,
    Of,
    at_least_0,
    of_one_kind,
    over,
    reader,
    scaled,
    size_of,
    top_of,
)
from algesia.mechanism.study_points import Reference, own_baseline, period_of, reference_of, time_of
from algesia.mechanism.study_scales import RELATIVE, Scale, cannot, unit_of
from algesia.mechanism.study_shares import proportion
from algesia.mechanism.study_signs import has_sign
from algesia.mechanism.study_spans import duration, rate

_CHANGED: Final = re.compile(
    r"chang|reduc|increas|decreas|differ|\bfall|\bfell|\brise|\brose|relief|gain|loss|improv|declin|drop|lower(?:ed|ing)|shorten"
    r"|worsen|benefi|shift|% (?:less|more|lower|higher|longer|shorter)"
)
_HEALTHY: Final = re.compile(r"healthy|volunteer|naive|naïve|normal")


def form_of(study: Study, measure: Measure, arm: Arm) -> Form:
    """The form of a measure.

    Raises
    ------
    CannotTell
        With what is missing.
    """
    kind = measure.kind.strip().lower()
    said = measure.statistic.lower()
    if is_consumption(measure):
        return consumption(study, measure, arm)
    if kind == "association":
        raise cannot(
            measure.name, "a correlation between people needs each person's values", "the people one by one"
        )
    if kind == "proportion":
        return proportion(study, measure, arm)
    if kind == "duration" or (kind == "model-parameter" and "half-life of effect" in said):
        return duration(study, measure, arm)
    if kind == "rate" or (kind == "model-parameter" and "slope" in said and period_of(measure)):
        return rate(study, measure, arm)
    if kind == "model-parameter":
        raise cannot(measure.name, f"the model holds no parameter {measure.statistic!r}", "such a parameter")
    makers = {
        "level": _level,
        "change": _compare,
        "contrast": _compare,
        "ratio": _compare,
        "direction": _direction,
    }
    if kind not in makers:
        raise cannot(
            measure.name, f"the kind {measure.kind!r} is not known", "one of the kinds of the format"
        )
    return makers[kind](study, measure, arm)


def _level(study: Study, measure: Measure, arm: Arm) -> Form:
    """A value as it is: the readout times its size. Relative units are compared with the own baseline."""
    if unit_of(measure) in RELATIVE:
        if measure.relative_to is None and "baseline" not in f"{measure.unit} {measure.statistic}".lower():
            raise cannot(
                measure.name, f"what {measure.value} {measure.unit} is a part of is not said", "relative_to"
            )
        return _compare(study, measure, arm)
    scale = scaled(study.id, measure, arm)
    if scale.flip:
        raise cannot(
            measure.name, "the scale counts the other way round and its top is not known", "the scale"
        )
    size = size_of(scale)
    own = Variant(arm.name)
    value = reader(own, scale.readout, measure, time_of(measure), baseline_h(arm))

    def of(read: Read) -> Floats:
        found = value(read) * size
        return np.log1p(np.maximum(found, 0.0)) if scale.log else found

    error: Error = "share" if scale.top is not None else "log"
    top = scale.end if scale.top is None else float(np.log1p(scale.top)) if scale.log else scale.top
    return Form(of, error, top_of(scale), cv=scale.cv, basis=scale.basis, low=0.0, high=top)


def _compare(study: Study, measure: Measure, arm: Arm) -> Form:
    """A change, contrast or ratio: the measure's value against that of its reference."""
    scale = scaled(study.id, measure, arm)
    ref = reference_of(study, measure, arm) or _default(study, measure, arm)
    if (
        re.search(r"hazard|\bodds|\bhr\b|\bor\b", f"{measure.statistic} {measure.unit}".lower())
        and measure.kind == "ratio"
    ):
        raise cannot(measure.name, "a hazard or odds ratio is no ratio of two readouts", "a ratio of means")
    if ref.against != "value" and has_sign(measure):
        raise cannot(
            measure.name,
            f"which way {measure.statistic!r} counts an effect is not clear",
            "a plain change or share",
        )
    if ref.against == "peak effect":
        return part_of_peak(measure, arm, scale, ref)
    if ref.against == "day 1 effect":
        return dose_effect(measure, arm, scale, ref)
    time_of(measure)
    _alike(study, measure, arm, scale, ref)
    since = baseline_h(arm)
    if "max" in measure.statistic.lower() and "reduction" in measure.statistic.lower():
        return largest_reduction(measure, arm, scale, ref, since)
    value = reader(Variant(arm.name), scale.readout, measure, ref.at_h, since)
    apart = ref.time_h if ref.time_h is not None else ref.at_h
    other = (
        reader(ref.variant, scale.readout, measure, apart, since)
        if ref.time_h is None
        else lambda read: read(ref.variant, scale.readout, (apart,))[:, 0]
    )
    return _compared(measure, scale, value, other, ref)


def _alike(study: Study, measure: Measure, arm: Arm, scale: Scale, ref: Reference) -> None:
    """Raise where the reference has no such readout, or is one that the model cannot stand in for."""
    if ref.variant.arm != arm.name:
        of_one_kind(study, measure, arm, ref.variant, scale)
    told = (measure.relative_to or "").lower()
    if ref.variant.taken == "without any drug" and scale.readout == "pain-nrs" and _HEALTHY.search(told):
        raise cannot(measure.name, "healthy people have no pain of their own", "people who are in pain alike")
    if (
        scale.readout == "potency-ratio"
        and measure.relative_to is None
        and measure.kind in ("ratio", "contrast")
    ):
        raise cannot(measure.name, "potency beside what is not said", "relative_to")


def _is_part(measure: Measure, ref: Reference) -> bool:
    """Whether a percentage is the value as a part of its reference ("% of control"), not a change against it."""
    said = re.sub(r"[\s_-]+", " ", f"{measure.statistic} {measure.unit}".lower())
    arm = re.escape(re.sub(r"[\s_-]+", " ", ref.variant.arm.strip().lower()))
    base = rf"(?:baseline|control|placebo|saline|vehicle|pre \w+|predrug|initial|reference|normal|untreated|naive|{arm})"
    found = re.search(
        rf"(?:%|\bper ?cent(?:age)?|\bfraction|\bproportion)s?(?: of)?(?: the| own| their| its)? {base}s?\b",
        said,
    )
    if _CHANGED.search(said):
        return False
    return found is not None or measure.kind == "ratio"


def _compared(measure: Measure, scale: Scale, value: Of, other: Of, ref: Reference) -> Form:
    """Value and reference as the unit asks for: a ratio, a percent change, a standardized or plain difference."""
    unit = unit_of(measure)
    basis = f"{scale.basis}, {ref.basis}"
    inverse = scale.flip and scale.readout == "potency-ratio"
    sign = -1.0 if scale.flip and not inverse else 1.0

    def ratio(read: Read) -> Floats:
        x, y = value(read), other(read)
        return over(y, x) if inverse else over(x, y)

    named = ref.variant.arm if ref.time_h is None else None
    parts = (other, value) if inverse else (value, other)
    people = None if ref.variant.arm == measure.arm or measure.arm is None else ref.variant.arm
    part = partial(Form, parts=parts, other=people, lognormal=scale.readout == "potency-ratio")
    if unit == "smd":
        if MEASURES.get(scale.readout.partition("+")[0], ("",))[0] in ("{x baseline}", "{x naive}"):
            because = f"how much people differ in {scale.readout} without a drug is not in the model"
            raise cannot(measure.name, because, "a difference in the unit of the test")
        return Form(
            lambda read: sign * (value(read) - other(read)), "share", 1.0, spread=value, beside=other, other=named,
            basis=basis,
        )  # fmt: skip
    if (
        "ratio" in unit
        or unit in ("x baseline", "x", "fold", "times")
        or (measure.kind == "ratio" and unit not in ("%", "fraction"))
    ):
        if sign < 0:
            raise cannot(measure.name, "the ratio counts the other way round", "a readout that rises with it")
        return part(ratio, "log", basis=basis)
    if unit in ("%", "fraction") or measure.kind == "ratio":
        size = 1.0 if unit == "fraction" else 100.0
        if _is_part(measure, ref):
            if sign < 0:
                raise cannot(
                    measure.name, "the part counts the other way round", "a readout that rises with it"
                )
            return part(lambda read: size * ratio(read), "log", basis=f"{basis}, as a part of it")
        return part(lambda read: sign * size * (ratio(read) - 1.0), "log-percent", size * sign, basis=basis)
    size = sign * size_of(scale)
    if scale.log:
        top = abs(size)
        return Form(
            lambda read: np.log1p(top * at_least_0(value(read))) - np.log1p(top * at_least_0(other(read))),
            "share",
            1.0,
            basis=basis,
        )
    whole: float | Of = scale.top if scale.top is not None else lambda read: np.abs(size * other(read))
    ends = (None, None) if scale.top is None else (-scale.top, scale.top)
    return Form(
        lambda read: size * (value(read) - other(read)), "share", whole, cv=scale.cv, low=ends[0], high=ends[1], basis=basis
    )  # fmt: skip


def _default(study: Study, measure: Measure, arm: Arm) -> Reference:
    """What a comparison without a reference is against: the other arm of a contrast, else the own baseline."""
    if measure.kind != "contrast":
        return own_baseline(measure, arm)
    others = [a.name for a in study.arms if a.name != arm.name]
    if len(others) != 1:
        raise cannot(measure.name, "which arm it is compared with is not said", "relative_to")
    return Reference(Variant(others[0]), None, time_of(measure), basis=f"against {others[0]}")


def _direction(study: Study, measure: Measure, arm: Arm) -> Form:
    """The sign of a change."""
    scale = scaled(study.id, measure, arm)
    ref = reference_of(study, measure, arm) or _default(study, measure, arm)
    sign = -1.0 if scale.flip else 1.0
    if ref.against == "peak effect":
        raise cannot(
            measure.name, "the sign of a part of the peak effect is always the same", "another reference"
        )
    time_of(measure)
    _alike(study, measure, arm, scale, ref)
    value = reader(Variant(arm.name), scale.readout, measure, ref.at_h, baseline_h(arm))
    apart = ref.time_h if ref.time_h is not None else ref.at_h

    def differs(read: Read) -> Floats:
        return sign * (value(read) - read(ref.variant, scale.readout, (apart,))[:, 0])

    def level(read: Read) -> Floats:
        # 6 % of a share of this is 12 % of the value, as for a ratio
        return 2.0 * np.abs(read(ref.variant, scale.readout, (apart,))[:, 0])

    of: Of = differs
    if ref.against == "day 1 effect":
        of = dose_effect(replace(measure, unit="", kind="change"), arm, replace(scale, size=1.0), ref).of
    return Form(of, "sign", level, sized=False, basis=f"sign of {scale.basis}, {ref.basis}")
