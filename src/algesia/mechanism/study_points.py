"""What a measure is compared with: arms and moments out of the study's words.

Words that are not understood are refused, and so is an arm that would be compared with itself at the same time.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from algesia.mechanism.study import JUST_BEFORE_H, RECENT_H, Arm, Measure, Study, baseline_h
from algesia.mechanism.study_arms import Reference, drugs_of, variant_of
from algesia.mechanism.study_curves import Variant
from algesia.mechanism.study_drugs import is_opioid
from algesia.mechanism.study_scales import NAMES, CannotTell, cannot
from algesia.mechanism.study_times import (
    TIME,
    ZERO,
    before_fall,
    before_switch,
    dose_times,
    hours_of,
    moment,
    period_of,
    spoken,
    starts_of,
    time_of,
    window_of,
)

__all__ = [
    "Reference",
    "dose_times",
    "hours_of",
    "own_baseline",
    "period_of",
    "reference_of",
    "time_of",
    "window_of",
]

_OWN: Final = frozenset({
    "own baseline", "baseline", "before", "pre", "x baseline", "own control", "self", "baseline value", "baseline values",
    "baseline score", "baseline level", "initial value", "individual baseline", "their own baseline",
})  # fmt: skip
_TROUGH: Final = re.compile(r"(?:own )?trough(?: level| value)?|pre ?dose|before (?:the |each )?dose")
_PEAK: Final = re.compile(r"(?:the )?peak(?: (?:drug |analgesic )?(?:effect|analgesia|response))?")
_FIRST: Final = re.compile(r"(?:day 1|first day|first dose) effect")
_BEFORE: Final = re.compile(
    r"(?:(?:immediately|just|shortly|right) )?(?:(?:before|prior to|preceding)\b|pre) ?(?:the |any |each )?(.*)"
)
_START: Final = re.compile(
    r"(?:start|beginning|onset|initiation) of (?:the )?(.+)|(.+) (?:start|onset|initiation)"
)
_AHEAD: Final = re.compile(
    rf"{TIME} (?:before|prior to) (?:the )?(.+)|(?:day|evening|night|morning) before (?:the )?(.+)"
)
_DRUG: Final = re.compile(
    r"(?:(?:test|study|active) )?(?:drug|infusion|treatment|therapy|medication|administration|injection|intervention|"
    r"drug administration|bolus)s?|induction"
)
_OPIOIDS: Final = re.compile(r"opioids?(?: (?:therapy|treatment|use|exposure|medication))?")
_TAPER: Final = re.compile(
    r"(?:(?:opioid|dose) )?(?:taper\w*|cessation|discontinuation|stop\w*|weaning|reduction)(?: of (?:the )?opioids?)?"
)
_SWITCH: Final = re.compile(r"(?:(?:opioid|drug) )?(?:switch\w*|rotation|conversion)")
_SURGERY: Final = re.compile(
    r"surgery|surgical|operation|operative(?:ly)?|op|incision|an(?:a)?esthesia|procedure"
)
_STUDY: Final = re.compile(r"(?:the )?(?:study|trial|registry|follow ?up|program(?:me)?|diary|observation)")


def reference_of(study: Study, measure: Measure, arm: Arm) -> Reference | None:
    """What `relative_to` means; ``None`` where the measure names nothing.

    Raises
    ------
    CannotTell
        Where it names something that is neither an arm, a time nor a known word, or the very same value.
    """
    if measure.relative_to is None:
        return None
    told = spoken(measure.relative_to)
    at = measure.time_h if measure.time_h is not None else 0.0
    found = (
        _exactly(study, arm, told, at)
        or _moments(study, measure, arm, told, at)
        or _arms(study, measure, arm, told, at)
    )
    if found is None:
        raise _unknown(measure)
    if found.against == "value" and found.variant == Variant(arm.name) and found.time_h in (None, found.at_h):
        because = f"{measure.relative_to!r} would be the same arm at the same time"
        raise cannot(measure.name, because, "the arm or time it is compared with")
    return found


def own_baseline(measure: Measure, arm: Arm) -> Reference:
    """The arm just before its first test drug, where it has one; else just before time zero."""
    at = measure.time_h if measure.time_h is not None else 0.0
    return Reference(Variant(arm.name), baseline_h(arm), at, basis="against just before the test drug")


def _unknown(measure: Measure) -> CannotTell:
    because = f"what {measure.relative_to!r} is, is not known"
    return cannot(measure.name, because, "the arm or time it is compared with")


def _exactly(study: Study, arm: Arm, told: str, at: float) -> Reference | None:
    """Another arm of this very name; "non-opioid" is `nonopioid`."""
    for other in study.arms:
        if other is not arm and _squeezed(spoken(other.name)) == _squeezed(told):
            return Reference(Variant(other.name), None, at, basis=f"against {other.name}")
    return None


def _squeezed(text: str) -> str:
    return text.replace(" ", "")


def _moments(study: Study, measure: Measure, arm: Arm, told: str, at: float) -> Reference | None:
    """A moment of the arm itself."""
    own, since = Variant(arm.name), baseline_h(arm)
    # "baseline before infusion", "pre-infusion value" say one thing twice
    twice = re.fullmatch(
        r"(?:own )?baseline ((?:before|prior to|pre) ?.+)|((?:before|pre).*?) (?:baseline|values?)", told
    )
    told = (twice[1] or twice[2]) if twice else told
    if told in _OWN:
        return own_baseline(measure, arm)
    if _TROUGH.fullmatch(told) or told in {f"{d} trough" for d in drugs_of(arm)}:
        return _pre_dose(measure, arm, at)
    if told in ZERO:
        return Reference(own, -JUST_BEFORE_H, at, basis="against time 0")
    if _PEAK.fullmatch(told):
        return Reference(own, since, at, "peak effect", "share of the largest effect since baseline")
    if _FIRST.match(told):
        return Reference(own, since, at, "day 1 effect", "effect of this dose against that of the first")
    ahead = _AHEAD.fullmatch(told)
    if ahead is not None:
        event = _before(study, measure, arm, ahead[3] or ahead[4], at)
        early = float(ahead[1]) * hours_of(ahead[2]) if ahead[1] else 0.0
        if event is None or event.time_h is None or not 0.0 <= early < float("inf"):
            return None
        return replace(event, time_h=event.time_h - early) if early else event
    before, start = _BEFORE.fullmatch(told), _START.fullmatch(told)
    if before is not None:
        return _before(study, measure, arm, before[1], at)
    if start is not None:
        what = start[1] or start[2]
        if _STUDY.fullmatch(what):
            return Reference(own, -JUST_BEFORE_H, at, basis="against time 0")
        return _before(study, measure, arm, what, at)
    when = moment(told)
    return None if when is None else Reference(own, when, at, basis=f"against {arm.name} at {when:g} h")


def _before(study: Study, measure: Measure, arm: Arm, what: str, at: float) -> Reference | None:
    """Just before something that happens to the arm; ``None`` where that is not known."""
    own = Variant(arm.name)
    what = re.sub(
        r"^(?:starting|beginning|initiating|the start of|start of|initiation of) (?:the )?", "", what
    )
    if _OPIOIDS.fullmatch(what):
        opioids = [d for d in drugs_of(arm) if is_opioid(d)]
        begun = sorted(t for d in opioids for t in starts_of(arm, d))
        if not begun or begun[0] < -RECENT_H or arm.prior is not None:
            return None
        return Reference(own, begun[0] - JUST_BEFORE_H, at, basis="against just before the opioid")
    if not what or _DRUG.fullmatch(what):
        return own_baseline(measure, arm)
    if what in ZERO:
        return Reference(own, -JUST_BEFORE_H, at, basis="against time 0")
    if _TAPER.fullmatch(what):
        fell = before_fall(study.time_zero, arm, at)
        if fell is None:
            raise cannot(measure.name, "the daily dose does not fall before it", "the schedule of the taper")
        return Reference(own, fell, at, basis="against just before the dose first fell")
    if _SWITCH.fullmatch(what):
        switch = before_switch(arm)
        if switch is None or switch > at:
            return own_baseline(measure, arm)
        return Reference(own, switch, at, basis="against just before the other opioid")
    if _SURGERY.fullmatch(what):
        name = spoken(measure.name).replace(" ", "-")
        if NAMES.get(name, name) == "pain-nrs" and arm.group == "post-op":
            raise cannot(measure.name, "pain before the operation is not simulated", "the pain at that time")
        return own_baseline(measure, arm)
    words = [w for w in what.split() if not _DRUG.fullmatch(w)]
    starts = [line.start_h for line in arm.schedule]
    if words == ["first", "dose"] or words == ["first"]:
        return own_baseline(measure, arm) if starts and min(starts) >= -RECENT_H else None
    dose = words[-1:] in (["dose"], ["dosing"], ["intake"])
    name = " ".join(
        w for w in words if w not in ("dose", "dosing", "intake", "maintenance", "daily", "morning", "own")
    )
    if dose and (not name or name in drugs_of(arm)):
        return _pre_dose(measure, arm, at)
    if name not in drugs_of(arm):
        return None
    recent = [t for t in starts_of(arm, name) if t >= -RECENT_H]
    if not recent:
        # taken for long: what comes before it is the trough
        return _pre_dose(measure, arm, at)
    when = recent[0] - JUST_BEFORE_H
    return Reference(own, when, at, basis=f"against just before {name}") if when <= at else None


def _arms(study: Study, measure: Measure, arm: Arm, told: str, at: float) -> Reference | None:
    """Another arm, at the same or another time; or the arm without a drug."""
    who, when, basis = told, None, ""
    head, _, tail = told.rpartition(" at ")
    part = re.fullmatch(r"(?:(.+) baseline|baseline (?:of|in) (.+))", told)
    if head and tail != "same time":
        who, when = head, moment(tail)
        if when is None and tail not in _OWN:
            return None
    elif head or part is not None:
        who = head or (part[1] or part[2] if part else "")
    other = variant_of(study, measure, arm, who)
    if other is None:
        return None
    if when is None and (part is not None or (head and tail in _OWN)):
        when = baseline_h(next(a for a in study.arms if a.name == other.variant.arm))
    basis = other.basis if when is None else f"{other.basis} at {when:g} h"
    return replace(other, time_h=when, at_h=at, basis=basis)


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
