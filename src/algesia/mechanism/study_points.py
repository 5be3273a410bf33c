"""Where a measure is read and what it is compared with: arms and times out of the study's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from algesia.mechanism.study import JUST_BEFORE_H, Arm, Measure, Study, baseline_h, stepwise
from algesia.mechanism.study_curves import Variant
from algesia.mechanism.study_scales import cannot

HOURS: Final[Mapping[str, float]] = {
    "min": 1 / 60, "minute": 1 / 60, "h": 1.0, "hr": 1.0, "hour": 1.0, "d": 24.0, "day": 24.0, "w": 168.0, "wk": 168.0,
    "week": 168.0, "month": 730.0, "mo": 730.0, "y": 8760.0, "yr": 8760.0, "year": 8760.0,
}  # fmt: skip
"""Hours in a unit of time; a month is a twelfth of 365 days."""
_UNIT: Final = r"(min(?:ute)?s?|h(?:ours?|rs?)?|d(?:ays?)?|w(?:eeks?|ks?)?|months?|mo|y(?:ears?|rs?)?)"
_TIME: Final = re.compile(r"(-?\d+(?:\.\d+)?)[ -]?" + _UNIT + r"\b")
_COUNTED: Final = re.compile(r"\b(day|week|month)s? (\d+)\b")
_WINDOW: Final = re.compile(
    r"(?:over|of|across|during|days?|weeks?|hours?)[a-z ]*? (\d+(?:\.\d+)?) ?(?:-|–|to) ?(\d+(?:\.\d+)?) ?"
    + _UNIT
    + r"?\b"
)
_BASELINE: Final = frozenset({
    "own baseline", "baseline", "before", "before drug", "before infusion", "before treatment", "before the drug",
    "pre-drug", "pre-treatment", "pre-infusion", "preinfusion", "pre", "pretreatment", "x baseline", "own control",
})  # fmt: skip
_PRE_DOSE: Final = frozenset(
    {"trough", "pre-dose", "predose", "before dose", "before the dose", "own trough"}
)
_ZERO: Final = frozenset({
    "time 0", "time zero", "admission", "start", "day 0", "randomisation", "randomization", "enrolment", "enrollment",
    "at time 0", "intake", "entry",
})  # fmt: skip
_BEFORE_TAPER: Final = re.compile(
    r"^(?:before|pre-?|prior to) ?(?:the )?(?:taper|tapering|cessation|discontinuation|stop)"
)
_NO_TEST: Final = re.compile(r"placebo|saline|vehicle|sham|no drug|without drug|untreated")
_NO_DRUG: Final = re.compile(r"control|healthy|naive|naïve|volunteers")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a measure is compared with: a variant, at its own time (``None``: the time of the measure).

    `at_h` is the time at which the measure itself is read.
    """

    variant: Variant
    time_h: float | None
    at_h: float
    against: str = "value"
    basis: str = ""


def time_of(measure: Measure) -> float:
    """When the measure was taken, in hours. Raises `CannotTell` where the study does not say."""
    if measure.time_h is None:
        raise cannot(measure.name, "when it was measured is not given", "time_h")
    return measure.time_h


def window_of(measure: Measure) -> tuple[float, float] | None:
    """The period that a statistic is taken over, in hours from time zero; ``None`` where it says none.

    >>> window_of(Measure("m", statistic="mean over 0-24 h")), window_of(Measure("m", statistic="mean of days 1-7"))
    ((0.0, 24.0), (0.0, 168.0))
    """
    said = measure.statistic.lower()
    found = _WINDOW.search(said)
    if found is None:
        return None
    low, high, unit = float(found[1]), float(found[2]), found[3]
    if re.search(r"\bdays? " + re.escape(found[1]), said):
        return 24.0 * (low - 1), 24.0 * high
    factor = hours_of(unit) if unit else 1.0
    return low * factor, high * factor


def hours_of(unit: str) -> float:
    """Hours in one of a unit of time as written.

    >>> hours_of("min"), hours_of("days"), hours_of("weeks")
    (0.016666666666666666, 24.0, 168.0)
    """
    name = unit.strip().lower()
    return HOURS.get(name) or HOURS[name.removesuffix("s")]


def period_of(measure: Measure) -> float | None:
    """The period of a slope in hours, from its statistic or unit: "slope per 6 weeks", "NRS per year".

    >>> period_of(Measure("m", statistic="slope per 6 weeks")), period_of(Measure("m", unit="NRS/d"))
    (1008.0, 24.0)
    """
    for text in (measure.statistic.lower(), measure.unit.lower()):
        found = re.search(r"(?:\bper|/) ?(\d+(?:\.\d+)?)? ?" + _UNIT + r"\b", text)
        if found is not None:
            return float(found[1] or 1) * hours_of(found[2])
    return None


def reference_of(study: Study, measure: Measure, arm: Arm) -> Reference | None:
    """What `relative_to` means; ``None`` where the measure names nothing.

    Raises
    ------
    CannotTell
        Where it names something that is neither an arm, a time nor a known word.
    """
    if measure.relative_to is None:
        return None
    told = re.sub(r"\s+", " ", measure.relative_to.strip().lower())
    own = Variant(arm.name)
    at = measure.time_h if measure.time_h is not None else 0.0
    for other in study.arms:
        if _key(other.name) == _key(told):
            return Reference(Variant(other.name), None, at, basis=f"against {other.name}")
    if told in _BASELINE or told == "self":
        return own_baseline(measure, arm)
    if told in _PRE_DOSE:
        return _pre_dose(measure, arm, at)
    if told in _ZERO:
        return Reference(own, -JUST_BEFORE_H, at, basis="against time 0")
    if told.startswith("peak"):
        return Reference(
            own, baseline_h(arm), at, "peak effect", "share of the largest effect since baseline"
        )
    if re.match(r"(?:day 1|first day|first dose) effect", told):
        return Reference(
            own, baseline_h(arm), at, "day 1 effect", "effect of this dose against that of the first"
        )
    if _BEFORE_TAPER.match(told):
        return Reference(own, _before_fall(arm, at), at, basis="against just before the dose fell")
    return _by_words(study, measure, arm, told, at)


def own_baseline(measure: Measure, arm: Arm) -> Reference:
    """The arm just before its first test drug, where it has one; else just before time zero."""
    at = measure.time_h if measure.time_h is not None else 0.0
    return Reference(Variant(arm.name), baseline_h(arm), at, basis="against just before the test drug")


def _by_words(study: Study, measure: Measure, arm: Arm, told: str, at: float) -> Reference:
    head, _, tail = told.rpartition(" at ")
    named = next((a.name for a in study.arms if _key(a.name) == _key(head)), arm.name)
    moment = _moment(tail) if head or not told.startswith("at ") else _moment(told)
    if moment is not None:
        return Reference(Variant(named), moment, at, basis=f"against {named} at {moment:g} h")
    near = [a.name for a in study.arms if _key(a.name) in _key(told) or _key(told) in _key(a.name)]
    if len(near) == 1:
        return Reference(Variant(near[0]), None, at, basis=f"against {near[0]}")
    if _NO_TEST.search(told):
        return Reference(
            Variant(arm.name, "without the test drug"),
            None,
            at,
            basis="against the arm without the test drug",
        )
    if _NO_DRUG.search(told):
        return Reference(
            Variant(arm.name, "without any drug"), None, at, basis="against the arm without any drug"
        )
    raise cannot(
        measure.name, f"what {measure.relative_to!r} is, is not known", "the arm or time it is compared with"
    )


def _moment(text: str) -> float | None:
    """A time in words, in hours from time zero."""
    if text in _ZERO or re.fullmatch(r"(?:time )?0(?: h)?", text):
        return -JUST_BEFORE_H
    counted = _COUNTED.search(text)
    if counted is not None:
        number = float(counted[2])
        return 24.0 * (number - 1) if counted[1] == "day" else number * hours_of(counted[1])
    found = _TIME.search(text)
    return None if found is None else float(found[1]) * hours_of(found[2])


def _key(text: str) -> str:
    return re.sub(r"[\s_-]+", " ", text.strip().lower())


def dose_times(arm: Arm) -> tuple[float, ...]:
    """When doses are given, in order: of what is taken again and again, or of everything where nothing is."""
    lines = [line for line in arm.schedule if not stepwise(line)]
    again = [line for line in lines if line.count > 1 and line.every_h]
    times = {line.start_h + k * (line.every_h or 0.0) for line in again or lines for k in range(line.count)}
    return tuple(sorted(times))


def _pre_dose(measure: Measure, arm: Arm, at: float) -> Reference:
    """Just before the dose whose effect is read.

    Where the time had to be assumed and the last dose lies more than half an interval back, the effect is that of
    the next dose, and the hours count from it.
    """
    doses = dose_times(arm)
    past = [t for t in doses if t <= at]
    if not past:
        raise cannot(measure.name, "no dose lies before it", "the schedule of the arm")
    later = [t for t in doses if t > at]
    if measure.time_assumed and later and at - past[-1] > (later[0] - past[-1]) / 2:
        note = f"hours count from the next dose, at {later[0]:g} h"
        return Reference(Variant(arm.name), later[0] - JUST_BEFORE_H, later[0] + max(at, 0.0), basis=note)
    return Reference(Variant(arm.name), past[-1] - JUST_BEFORE_H, at, basis="against just before the dose")


def _before_fall(arm: Arm, at: float) -> float:
    """Just before the last line of the schedule that ended by then."""
    ends = [line.start_h + line.count * line.every_h for line in arm.schedule if line.every_h]
    return max([e for e in ends if e <= at + JUST_BEFORE_H] or [0.0]) - JUST_BEFORE_H
