"""How often: the frequency words of case reports, read whole or not at all.

What is not understood stays unknown; the printed words are kept by the caller.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_NUMBERS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "once": 1, "twice": 2, "thrice": 3,
}  # fmt: skip
_NUMBER: Final = rf"(?:\d{{1,4}}(?:\.\d{{1,4}})?|{'|'.join(_NUMBERS)})"
_RANGE: Final = rf"({_NUMBER})(?:\s*(?:-|–|to|or)\s*({_NUMBER}))?"
_DAY: Final = r"(?:day|daily|d|24\s*h(?:ours?|r)?)"
_HOURS: Final = {"m": 1 / 60, "h": 1.0, "d": 24.0, "w": 168.0}

_ONCE: Final = frozenset({
    "per day", "daily", "a day", "/day", "/d", "each day", "every day", "per 24 h", "per 24 hours", "in 24 h",
    "over 24 h", "total per day", "total daily", "total daily dose", "daily total", "od", "qd",
    "nightly", "at night", "every night", "each night", "nocte", "at bedtime", "bedtime", "qhs", "hs", "qpm",
    "qam", "mane", "every morning", "each morning", "in the morning", "once", "once nightly",
})  # fmt: skip
_TIMES: Final = {
    "bd": 2, "bid": 2, "bds": 2, "tds": 3, "tid": 3, "qds": 4, "qid": 4,
}  # fmt: skip
_EVERY: Final = {
    "hourly": 1, "every hour": 1, "every other day": 48, "alternate days": 48, "on alternate days": 48, "qod": 48,
    "eod": 48, "every second day": 48, "every third day": 72, "weekly": 168, "every week": 168,
    "once weekly": 168, "once a week": 168, "twice weekly": 84, "twice a week": 84,
}  # fmt: skip
_SINGLE: Final = frozenset({"stat", "single dose", "single", "one dose", "one-off", "single bolus"})
_CONTINUOUS: Final = frozenset(
    {"continuous", "continuously", "infusion", "continuous infusion", "constant", "basal"}
)
_PER_HOUR: Final = frozenset({"per hour", "/h", "/hr", "an hour", "per h", "each hour"})

_DOTTED: Final = re.compile(r"\b(?:[a-z]\.){1,4}[a-z]\b\.?")
_AS_NEEDED: Final = re.compile(r"\b(?:prn|(?:as|when|if)[- ](?:needed|required|necessary))(?!\w)|\bdemand\b")
_ABOUT: Final = re.compile(r"^(?:about|approximately|approx\.?|around|roughly|some|~)\s*")
_UP_TO: Final = re.compile(r"^(?:up to|at most|max(?:imum)?\.?|no more than)\s*(?:of\s*)?")
_OF_A_PERIOD: Final = re.compile(
    r"\bso far\b|\bcumulative|\b(?:in|over|during|within|for)\s+(?:the\s+)?(?:first|last|past|next|\d)"
    r"|\bon\s+days?\s+\d|\btotal\b|\bto date\b|\bin all\b|\baltogether\b"
)
_OF_A_DAY: Final = re.compile(r"\b(?:per|a|each)\s+day\b|\bdaily\b|\b24\s*h(?:ours?|rs?)?\b")
_AVERAGE: Final = re.compile(r"\b(?:average|mean|actual)\b|\buse\b|\bused\b")
_RATE: Final = re.compile(
    r"(\d{1,6}(?:\.\d{1,6})?)\s*((?:mg|mcg|ug|µg|μg)\s*(?:/|per )\s*(?:h|hr|hour|d|day|24\s*h)\w*)"
)


@dataclass(frozen=True, slots=True)
class Frequency:
    """A frequency as understood.

    `every_hours` or `times_per_day` (with the far end of a range); `as_needed`; `use` marks an amount that was
    really used, on average, over a time (`use_rate` when the words themselves carry the rate and its unit);
    `of_a_period` marks a total over some days, which is no regimen; `known` is false for words not understood.
    """

    every_hours: float | None = None
    every_hours_max: float | None = None
    times_per_day: float | None = None
    times_per_day_max: float | None = None
    as_needed: bool = False
    continuous: bool = False
    per_hour: bool = False
    single: bool = False
    use: bool = False
    use_rate: tuple[float, str] | None = None
    of_a_period: bool = False
    known: bool = True

    @property
    def doses_a_day(self) -> tuple[float, float] | None:
        """The fewest and the most doses a day, where the words say."""
        if self.times_per_day is not None:
            return self.times_per_day, self.times_per_day_max or self.times_per_day
        if self.every_hours is not None:
            return 24 / (self.every_hours_max or self.every_hours), 24 / self.every_hours
        return None


def read_frequency(words: str | None) -> Frequency:
    """Read frequency words.

    >>> read_frequency("q4h prn")
    Frequency(every_hours=4.0, ..., as_needed=True, ...)
    >>> read_frequency("about three per day").times_per_day
    3.0
    >>> read_frequency("every 2-3 days").every_hours, read_frequency("every 2-3 days").every_hours_max
    (48.0, 72.0)
    >>> read_frequency("demand; average use 3 mg/h").use_rate
    (3.0, 'mg/h')
    >>> read_frequency("total in first 36 h").of_a_period, read_frequency("as the moon permits").known
    (True, False)
    """
    text = _DOTTED.sub(lambda found: found[0].replace(".", ""), " ".join((words or "").lower().split()))
    text = text.strip(" .;,")
    if not text:
        return Frequency(known=False)
    if text in _ONCE:
        return Frequency(times_per_day=1.0)
    if _AVERAGE.search(text):
        rate = _RATE.search(text)
        return Frequency(use=True, use_rate=(float(rate[1]), rate[2].replace(" ", "")) if rate else None)
    if _OF_A_PERIOD.search(text):
        if _OF_A_DAY.search(text):
            return Frequency(times_per_day=1.0)
        return Frequency(of_a_period=True)
    as_needed = bool(_AS_NEEDED.search(text))
    rest = _AS_NEEDED.sub(" ", text).strip(" .;,()")
    limited = bool(_UP_TO.match(rest))
    rest = _ABOUT.sub("", _UP_TO.sub("", rest)).strip(" .;,()")
    return _read_regular(rest, as_needed or limited)


def _read_regular(rest: str, as_needed: bool) -> Frequency:
    """What is left after as-needed and 'about' are taken off."""
    if not rest:
        return Frequency(as_needed=as_needed, known=as_needed)
    if rest in _ONCE:
        return Frequency(times_per_day=1.0, as_needed=as_needed)
    if rest in _TIMES:
        return Frequency(times_per_day=float(_TIMES[rest]), as_needed=as_needed)
    if rest in _EVERY:
        return Frequency(every_hours=float(_EVERY[rest]), as_needed=as_needed)
    if rest in _SINGLE:
        return Frequency(single=True, as_needed=as_needed)
    if rest in _CONTINUOUS:
        return Frequency(continuous=True, as_needed=as_needed)
    if rest in _PER_HOUR:
        return Frequency(per_hour=True, as_needed=as_needed)
    every = re.fullmatch(
        rf"(?:q|every|each)\s*{_RANGE}[\s-]*(minutes|minute|mins|min|m|hours|hourly|hour|hrs|hr|h|days|day|d|weeks|week|wk|w)",
        rest,
    ) or re.fullmatch(rf"{_RANGE}[\s-]*(hourly)", rest)
    if every:
        hours = _HOURS[every[3][0]]
        low, high = _number(every[1]), _number(every[2])
        return _spaced(low, high, hours, as_needed)
    times = re.fullmatch(
        rf"{_RANGE}\s*(?:x|times|doses?|tablets?|ampoules?)?\s*(?:/|per|a|each|every|in)?\s*{_DAY}", rest
    ) or re.fullmatch(rf"x\s*{_RANGE}\s*(?:/|per|a)?\s*{_DAY}?", rest)
    if times:
        low, high = _number(times[1]), _number(times[2])
        if low is not None and low > 0:
            return Frequency(times_per_day=low, times_per_day_max=high, as_needed=as_needed)
    return Frequency(as_needed=as_needed, known=False)


def _spaced(low: float | None, high: float | None, hours: float, as_needed: bool) -> Frequency:
    if low is None or low <= 0 or (high is not None and high < low):
        return Frequency(as_needed=as_needed, known=False)
    far = None if high is None else round(high * hours, 6)
    return Frequency(every_hours=round(low * hours, 6), every_hours_max=far, as_needed=as_needed)


def _number(word: str | None) -> float | None:
    if word is None:
        return None
    return float(_NUMBERS[word]) if word in _NUMBERS else float(word)
