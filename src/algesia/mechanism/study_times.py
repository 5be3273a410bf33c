"""Times out of a study's words and schedules: moments, periods, doses, the first fall of a dose, a switch."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

from algesia.mechanism.study import JUST_BEFORE_H, RECENT_H, Arm, Dosing, Measure, stepwise
from algesia.mechanism.study_drugs import drug_name, is_opioid
from algesia.mechanism.study_scales import cannot

HOURS: Final[Mapping[str, float]] = {
    "min": 1 / 60, "minute": 1 / 60, "h": 1.0, "hr": 1.0, "hour": 1.0, "d": 24.0, "day": 24.0, "w": 168.0, "wk": 168.0,
    "week": 168.0, "month": 730.0, "mo": 730.0, "y": 8760.0, "yr": 8760.0, "year": 8760.0,
}  # fmt: skip
"""Hours in a unit of time; a month is a twelfth of 365 days."""
UNIT: Final = r"(min(?:ute)?s?|h(?:ours?|rs?)?|d(?:ays?)?|w(?:eeks?|ks?)?|months?|mo|y(?:ears?|rs?)?)"
TIME: Final = r"(-?\d+(?:\.\d+)?)[ -]?" + UNIT
_VALUE: Final = r"(?: (?:value|score|level|measurement|reading|visit|time ?point)s?)?"
_MOMENT: Final = re.compile(
    rf"(?:at |t ?= ?)?(?:the )?{TIME}{_VALUE}(?: (?:after|from) (?:time (?:zero|0)))?"
)
_COUNTED: Final = re.compile(rf"(?:at |on )?(hour|day|week|month|year) (\d+){_VALUE}")
_NUMBER: Final = r"(\d+(?:\.\d+)?)"
_SPAN: Final = re.compile(rf"(?<![\d.]){_NUMBER} ?(?:-|–|to) ?{_NUMBER} ?{UNIT}\b")
_SPAN_COUNTED: Final = re.compile(rf"\b(hour|day|week|month)s? {_NUMBER} ?(?:-|–|to) ?{_NUMBER}\b")
_SPAN_BARE: Final = re.compile(rf"\b(?:over|across|during)\b[a-z ]*? {_NUMBER} ?(?:-|–|to) ?{_NUMBER}\b")
_AREA: Final = re.compile(r"\bauc|area under|time-weighted sum")
_AREA_TO: Final = re.compile(
    rf"\bauc ?_?\(?(?:0 ?(?:-|–|to) ?)?{_NUMBER} ?{UNIT}?\b|{_NUMBER}[ -]?{UNIT} auc"
)
ZERO: Final = frozenset({
    "time 0", "time zero", "admission", "start", "day 0", "randomisation", "randomization", "enrolment", "enrollment",
    "at time 0", "intake", "entry", "0", "0 h", "hour 0", "time 0 h", "study entry", "inclusion",
})  # fmt: skip
"""What time zero is called."""
_STARTS_ZERO: Final = re.compile(
    r"(?:start|beginning|onset) of (?:the )?(?:opioid )?taper\w*|taper start|(?:opioid )?(?:cessation|discontinuation)"
)
_MG: Final = {"ug": 0.001, "mcg": 0.001, "µg": 0.001, "mg": 1.0, "g": 1000.0}


def spoken(text: str) -> str:
    """Words in lower case with single spaces: underscores, brackets, and hyphens between letters become spaces.

    >>> spoken(" The Pre-taper (7_days)"), spoken("day -1")
    ('pre taper 7 days', 'day -1')
    """
    plain = re.sub(r"[_()\[\],;:]", " ", text.lower().replace("–", "-").replace("ï", "i"))
    plain = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", plain)
    return re.sub(r"\s+", " ", plain).strip().removeprefix("the ")


def time_of(measure: Measure) -> float:
    """When the measure was taken, in hours. Raises `CannotTell` where the study does not say."""
    if measure.time_h is None:
        raise cannot(measure.name, "when it was measured is not given", "time_h")
    return measure.time_h


def is_area(measure: Measure) -> bool:
    """Whether it is an area under a curve."""
    return _AREA.search(f"{measure.statistic} {measure.unit}".lower()) is not None


def window_of(measure: Measure) -> tuple[float, float] | None:
    """The period that a statistic is taken over, in hours from time zero; ``None`` where it says none.

    Raises `CannotTell` for a period without a unit of time, or without a length.

    >>> window_of(Measure("m", statistic="mean over 0-24 h")), window_of(Measure("m", statistic="mean of days 1-7"))
    ((0.0, 24.0), (0.0, 168.0))
    >>> window_of(Measure("m", statistic="mean VAS of 0-100")), window_of(Measure("m", statistic="AUC0-24"))
    (None, (0.0, 24.0))
    """
    said = measure.statistic.lower()
    counted, plain, area = _SPAN_COUNTED.search(said), _SPAN.search(said), is_area(measure)
    to = _AREA_TO.search(said) if area else None
    if counted is not None:
        unit = hours_of(counted[1])
        first = float(counted[2]) - (counted[1] != "hour")
        low, high = first * unit, float(counted[3]) * unit
    elif plain is not None:
        factor = hours_of(plain[3])
        low, high = float(plain[1]) * factor, float(plain[2]) * factor
    elif to is not None:
        low, high = 0.0, float(to[1] or to[3]) * hours_of(to[2] or to[4] or "h")
    elif _SPAN_BARE.search(said) and not re.search(
        r"0 ?(?:-|–|to) ?100?\b ?(?:mm|cm|nrs|vas|point|scale)?$", said
    ):
        raise cannot(
            measure.name, "the unit of the period that it is taken over is not given", "hours or days"
        )
    else:
        return None
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise cannot(measure.name, "the period that it is taken over has no length", "a period")
    return low, high


def hours_of(unit: str) -> float:
    """Hours in one of a unit of time as written.

    >>> hours_of("min"), hours_of("days"), hours_of("weeks")
    (0.016666666666666666, 24.0, 168.0)
    """
    name = unit.strip().lower()
    return HOURS.get(name) or HOURS[name.removesuffix("s")]


def period_of(measure: Measure) -> float | None:
    """The period of a slope in hours, from its statistic or unit: "slope per 6 weeks", "NRS per year".

    ``None`` where there is none, or none of a length.

    >>> period_of(Measure("m", statistic="slope per 6 weeks")), period_of(Measure("m", unit="NRS/d"))
    (1008.0, 24.0)
    """
    for text in (measure.statistic.lower(), measure.unit.lower()):
        found = re.search(r"(?:\bper|/) ?(\d+(?:\.\d+)?)? ?" + UNIT + r"\b", text)
        if found is not None:
            hours = float(found[1] or 1) * hours_of(found[2])
            return hours if 0.0 < hours < math.inf else None
    return None


def moment(text: str) -> float | None:
    """A time in words, in hours from time zero; ``None`` for anything else. Day 1 is hour 0.

    >>> moment("55 min value"), moment("day 3"), moment("week 2"), moment("24 h before")
    (0.9166666666666666, 48.0, 336.0, None)
    """
    if text in ZERO:
        return -JUST_BEFORE_H
    counted = _COUNTED.fullmatch(text)
    if counted is not None:
        number = float(counted[2])
        hours = 24.0 * (number - 1) if counted[1] == "day" else number * hours_of(counted[1])
    else:
        found = _MOMENT.fullmatch(text)
        if found is None:
            return None
        hours = float(found[1]) * hours_of(found[2])
    return hours if math.isfinite(hours) else None


def dose_times(arm: Arm) -> tuple[float, ...]:
    """When doses are given, in order: of what is taken again and again, or of everything where nothing is."""
    lines = [line for line in arm.schedule if not stepwise(line)]
    again = [line for line in lines if line.count > 1 and line.every_h]
    times = {line.start_h + k * (line.every_h or 0.0) for line in again or lines for k in range(line.count)}
    return tuple(sorted(times))


def starts_of(arm: Arm, drug: str) -> tuple[float, ...]:
    """When the lines of one drug start, in order."""
    lines = [line for line in arm.schedule if not stepwise(line) and drug_name(line.drug) == drug_name(drug)]
    return tuple(sorted(line.start_h for line in lines))


def before_fall(time_zero: str, arm: Arm, at: float) -> float | None:
    """Just before the daily dose of an opioid first fell, by then; ``None`` where it never did.

    Where time zero is the start of the taper, that is it. A drug that gives way to another is no fall. What was
    taken before, told only as a daily dose, ends at time zero.

    >>> line = Dosing("morphine", "oral", -240, amount=60, every_h=24, count=10)
    >>> less = Dosing("morphine", "oral", 0, amount=30, every_h=24, count=10)
    >>> before_fall("", Arm("a", schedule=(line, less)), 240.0)
    -0.01
    """
    if _STARTS_ZERO.fullmatch(spoken(time_zero)):
        return -JUST_BEFORE_H
    lines = [one for one in arm.schedule if one.every_h and one.count > 1 and is_opioid(drug_name(one.drug))]
    if not lines:
        told = arm.prior is not None and arm.prior.daily_dose is not None
        return -JUST_BEFORE_H if told and not _opioids(arm) else None
    for end in sorted(_end(one) for one in lines):
        if end > at + JUST_BEFORE_H:
            break
        for drug in {drug_name(one.drug) for one in lines if _end(one) == end}:
            same = [one for one in lines if drug_name(one.drug) == drug]
            was = _daily(same, end - JUST_BEFORE_H)
            # the next line may begin a part of a day later
            later = [one.start_h for one in same if end <= one.start_h <= end + RECENT_H]
            now = _daily(same, max([end, *later]) + JUST_BEFORE_H)
            others = any(drug_name(one.drug) != drug and abs(one.start_h - end) <= RECENT_H for one in lines)
            if was is not None and now is not None and now < was * (1 - 1e-9) and not others:
                return end - JUST_BEFORE_H
    return None


def before_switch(arm: Arm) -> float | None:
    """Just before the first opioid that differs from the one taken first; ``None`` where there is none."""
    lines = sorted(_opioids(arm), key=lambda one: one.start_h)
    first = drug_name(lines[0].drug) if lines else ""
    other = [one.start_h for one in lines if drug_name(one.drug) != first]
    return other[0] - JUST_BEFORE_H if other else None


def _opioids(arm: Arm) -> list[Dosing]:
    return [one for one in arm.schedule if not stepwise(one) and is_opioid(drug_name(one.drug))]


def _end(line: Dosing) -> float:
    return line.start_h + line.count * (line.every_h or 0.0)


def _daily(lines: list[Dosing], at: float) -> float | None:
    """Amount a day of what runs at a time, in mg; ``None`` where a line gives no amount in mass."""
    total = 0.0
    for line in lines:
        if line.start_h <= at < _end(line):
            size = _MG.get(line.unit.strip().lower())
            if size is None or line.amount is None or not line.every_h:
                return None
            total += line.amount * size * 24.0 / line.every_h
    return total
