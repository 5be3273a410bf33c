"""How often, and from when to when: `Timing` of a dosage.

Rules that are not FHIR's own words:

- A period without a frequency means once a period (FHIR R4, Timing.repeat.frequency).
- `timeOfDay` and specific `when` codes are counted. Where they contradict a stated frequency, the frequency is
  unknown and the contradiction is the question.
- `dayOfWeek` thins the day's doses to that fraction of seven: the dose is then a mean over the week.
- A period's end that is a date includes that day (FHIR Period); with times of day the period covers as many days as
  begun periods of 24 h.
- `boundsRange` ends with its high end: the longest it may last.
"""

from __future__ import annotations

from math import ceil
from typing import Final, NamedTuple

from algesia.adapters.fhir.codes import EVENT_TIMES, TIMING_CODES
from algesia.adapters.fhir.elements import (
    Json,
    codings,
    concept_text,
    instant,
    number,
    obj,
    positive,
    string,
    under,
    values,
)
from algesia.adapters.fhir.quantities import hours, time_in_hours
from algesia.adapters.fhir.sig import read_sig
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant

LONGEST_DAYS: Final = 36525.0
_MEALS: Final = frozenset(("C", "AC", "PC"))


class Rhythm(NamedTuple):
    """Hours between doses, or doses a day, each with its maximum for a range. All ``None``: not stated."""

    every: float | None = None
    every_max: float | None = None
    times: float | None = None
    times_max: float | None = None
    question: str | None = None
    lasting: float | None = None
    """Hours that one administration lasts (``repeat.duration``), for rates."""

    @property
    def hours(self) -> float | None:
        """Hours from one administration to the next."""
        return self.every or (24.0 / self.times if self.times else None)

    @property
    def known(self) -> bool:
        """Whether a frequency was read."""
        return self.every is not None or self.times is not None


class Bounds(NamedTuple):
    """When a dosage runs: a start, an end (exclusive), or how many days it lasts."""

    start: Instant | None = None
    end: Instant | None = None
    days: float | None = None


UNSTATED: Final = Rhythm()
UNBOUND: Final = Bounds()


def read_timing(timing: Json) -> tuple[Rhythm, Bounds]:
    """Frequency and bounds of a Timing. Raises `InputRefused` with the path of what cannot be."""
    repeat = obj(timing, "repeat")
    rhythm, bounds = UNSTATED, UNBOUND
    if repeat is not None:
        try:
            rhythm = _rhythm(repeat)
            if "duration" in repeat:
                lasting = positive(repeat, "duration")
                per = time_in_hours(1.0, string(repeat, "durationUnit"))
                if lasting is not None and per is not None:
                    rhythm = rhythm._replace(lasting=lasting * per)
            bounds = _bounds(repeat, rhythm)
        except InputRefused as refused:
            raise under(refused, "repeat") from None
    if not rhythm.known and rhythm.question is None:
        coded = _coded(timing)
        if coded.known:
            return coded, bounds
    if not rhythm.known and "event" in timing:
        rhythm, bounds = _events(timing, bounds)
    return rhythm, bounds


def _rhythm(repeat: Json) -> Rhythm:
    frequency, period = positive(repeat, "frequency"), positive(repeat, "period")
    most = positive(repeat, "frequencyMax") if "frequencyMax" in repeat else None
    longest = positive(repeat, "periodMax") if "periodMax" in repeat else None
    if most is not None and most < (frequency or 1):
        raise InputRefused("frequencyMax", most, "is below frequency", f"at least {frequency or 1:g}")
    if longest is not None and longest < (period or 0):
        raise InputRefused("periodMax", longest, "is below period", f"at least {period or 0:g}")
    unit = string(repeat, "periodUnit")
    each = time_in_hours(1.0, unit)
    counted = _counted(repeat) if "timeOfDay" in repeat or "when" in repeat else None
    weekdays = len(set(values(repeat, "dayOfWeek"))) if "dayOfWeek" in repeat else 0
    if weekdays > 7:
        raise InputRefused("dayOfWeek", repeat["dayOfWeek"], "has more than seven days", "days of one week")
    if period is None or each is None:
        return _without_period(repeat, counted, weekdays, period is not None)
    low, high = frequency or 1.0, most or frequency or 1.0
    if counted is not None and frequency is not None:
        wrong = counted != low or high != low
        if wrong:
            return Rhythm(question=f"the frequency is {low:g}, but {counted} times of day are named")
    elif counted is not None:
        low = high = float(counted)
    if weekdays:
        return _on_weekdays(low, high, period * each, weekdays)
    if low == high == 1.0:
        return Rhythm(period * each, longest * each if longest and longest > period else None)
    days, days_max = period * each / 24.0, (longest or period) * each / 24.0
    times, times_max = low / days_max, high / days
    return Rhythm(times=times, times_max=times_max if times_max > times else None)


def _without_period(repeat: Json, counted: int | None, weekdays: int, unit_wrong: bool) -> Rhythm:
    if unit_wrong:
        return Rhythm(question="the period's unit is not a unit of time")
    share = weekdays / 7 if weekdays else 1.0
    if counted is not None:
        return Rhythm(times=counted * share)
    if weekdays and "frequency" not in repeat:
        return Rhythm(times=share)
    if number(repeat, "count") == 1:
        return Rhythm(times=1.0)
    return UNSTATED


def _on_weekdays(low: float, high: float, period_hours: float, weekdays: int) -> Rhythm:
    if period_hours == 24.0:
        share = weekdays / 7
        return Rhythm(times=low * share, times_max=high * share if high > low else None)
    if period_hours == 168.0 and low == high == weekdays:
        return Rhythm(times=low / 7)
    return Rhythm(question=f"{weekdays} days of the week do not fit the stated period")


def _counted(repeat: Json) -> int | None:
    """How many times of day are named; ``None`` where none is, or where `when` leaves the meal open and a
    frequency says how often."""
    clock = values(repeat, "timeOfDay")
    if clock:
        return len(set(clock))
    events = values(repeat, "when")
    if not events or ("frequency" in repeat and not _MEALS.isdisjoint(events)):
        return None
    known = [EVENT_TIMES.get(event) for event in set(events)]
    return None if None in known else sum(n for n in known if n)


def _bounds(repeat: Json, rhythm: Rhythm) -> Bounds:
    period = obj(repeat, "boundsPeriod")
    if period is not None:
        try:
            return read_period(period)
        except InputRefused as refused:
            raise under(refused, "boundsPeriod") from None
    lasting = hours(repeat, "boundsDuration")
    if lasting is None:
        limits = obj(repeat, "boundsRange")
        if limits is not None:
            try:
                lasting = hours(limits, "high")
            except InputRefused as refused:
                raise under(refused, "boundsRange") from None
    if lasting is not None:
        return Bounds(days=min(lasting / 24.0, LONGEST_DAYS))
    count = positive(repeat, "countMax") or positive(repeat, "count")
    if count is not None and rhythm.known:
        per_day = rhythm.times or 24.0 / (rhythm.every or 24.0)
        return Bounds(days=min(max(1.0, count / per_day), LONGEST_DAYS))
    return UNBOUND


def read_period(period: Json) -> Bounds:
    """A Period as whole days. Raises `InputRefused` when it ends before it starts.

    >>> read_period({"start": "2024-01-10", "end": "2024-01-20"}).end.iso
    '2024-01-21'
    >>> read_period({"start": "2024-01-10T09:00:00Z", "end": "2024-01-20T09:00:00Z"}).end.iso
    '2024-01-20'
    """
    start, end = instant(period, "start"), instant(period, "end", last=True)
    if end is None:
        return Bounds(start)
    if start is not None and (end.day < start.day or (end.minute is not None and end < start)):
        raise InputRefused(
            "end", period["end"], f"is before the start, {start.iso}", "a day from the start on"
        )
    if end.minute is None:
        return Bounds(start, Instant(end.day + 1))
    if start is None:
        return Bounds(None, Instant(end.day + 1 if end.minute else end.day))
    return Bounds(start, Instant(start.day + max(1, ceil(round(end.hours_since(start) / 24.0, 9)))))


def _coded(timing: Json) -> Rhythm:
    concept = obj(timing, "code")
    if concept is None:
        return UNSTATED
    try:
        words = [c[1] for c in codings(concept)]
        text = concept_text(concept)
    except InputRefused as refused:
        raise under(refused, "code") from None
    for word in (*words, text or ""):
        code = TIMING_CODES.get(word.upper().replace(" ", ""))
        if code is not None:
            return Rhythm(every=code[0], times=code[1])
    if text is None:
        return UNSTATED
    sig = read_sig(text)
    return from_pairs(sig.every, sig.times)


def from_pairs(every: tuple[float, float] | None, times: tuple[float, float] | None) -> Rhythm:
    """A rhythm from the ranges of a dosage text."""
    if every is not None:
        return Rhythm(every[0], every[1] if every[1] > every[0] else None)
    if times is not None:
        return Rhythm(times=times[0], times_max=times[1] if times[1] > times[0] else None)
    return UNSTATED


def _events(timing: Json, bounds: Bounds) -> tuple[Rhythm, Bounds]:
    """Dated events as their mean over the days they span."""
    stamps = values(timing, "event")
    if not stamps:
        return UNSTATED, bounds
    found = []
    for index, text in enumerate(stamps):
        moment = instant({f"event[{index}]": text}, f"event[{index}]")
        if moment is not None:
            found.append(moment)
    first, last = min(found), max(found)
    days = last.day - first.day + 1
    return Rhythm(times=len(found) / days), Bounds(first, Instant(last.day + 1))
