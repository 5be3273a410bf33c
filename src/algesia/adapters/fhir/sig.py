"""Dosage instructions in words, read by a small grammar that understands all of what it uses or nothing.

"Take 1 to 2 tablets by mouth every 4-6 hours as needed for pain, max 8 per day" is read. Tapers written out,
days of the week, two amounts or two rhythms, and any number left over that was not understood make amount and
frequency unknown: nothing is guessed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from algesia.adapters.fhir.quantities import CENTURY, time_in_hours
from algesia.record.model import Route

Pair: TypeAlias = tuple[float, float]
Rhythm: TypeAlias = tuple[Pair | None, Pair | None]


class Sig(NamedTuple):
    """What the words say: the amount with its unit word, hours between or times a day, how much at most a day
    (with its unit word; without one: that many times), and for how many days."""

    amount: tuple[float, float, str] | None = None
    every: Pair | None = None
    times: Pair | None = None
    as_needed: bool = False
    most: tuple[float, str | None] | None = None
    days: float | None = None


_WORDS: Final = {
    "one-half": "0.5", "one half": "0.5", "half a": "0.5", "half": "0.5", "one": "1", "two": "2", "three": "3",
    "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "twelve": "12",
    "once": "1 times", "twice": "2 times",
}  # fmt: skip
_SLOTS: Final = {
    "morning": "morning", "breakfast": "morning", "am": "morning", "qam": "morning", "noon": "noon",
    "midday": "noon", "lunch": "noon", "afternoon": "afternoon", "evening": "evening", "supper": "evening",
    "dinner": "evening", "pm": "evening", "qpm": "evening", "night": "bedtime", "nightly": "bedtime",
    "bedtime": "bedtime", "hs": "bedtime", "qhs": "bedtime",
}  # fmt: skip
_MASSES: Final = ("mg", "mcg", "ug", "µg", "μg", "g", "milligram", "milligrams", "microgram", "micrograms")
_LATIN_TIMES: Final = {"qd": 1.0, "bid": 2.0, "tid": 3.0, "qid": 4.0}

_NUMBER: Final = r"(\d+(?:\.\d+)?)"
_RANGE: Final = rf"{_NUMBER}(?:\s*(?:-|–|to|or)\s*{_NUMBER})?"
_TIME: Final = r"(minutes?|mins?|hours?|hrs?|h|days?|d|weeks?|wk)\b"
_UNITS: Final = (
    r"(tablets?|tabs?|capsules?|caps?|patch(?:es)?|films?|sprays?|puffs?|lozenges?|suppository|suppositories"
    r"|mg|mcg|ug|µg|μg|g|ml|milliliters?|milligrams?|micrograms?)\b"
)
_A_DAY: Final = (
    r"(?:\s*(?:in|within|per|every|a|/)\s*(?:a\s+|any\s+)?(?:24\s*-?\s*(?:hours?|hrs?|h)|day)\b|\s*daily\b)"
)
_EVERY: Final = re.compile(rf"\b(?:every|each|q)\s*{_RANGE}\s*-?\s*{_TIME}")
_OTHER: Final = re.compile(r"\bevery\s+other\s+(?:day|night|morning|evening)\b|\bqod\b")
_TIMES: Final = re.compile(
    rf"(up to\s+)?{_RANGE}\s*(?:times|x)\s*(?:(?:a|per|each|every)\s+|/\s*)?(daily|day|week(?:ly)?)\b"
)
_LATIN: Final = re.compile(r"\b(qd|bid|tid|qid)\b")
_EACH: Final = re.compile(r"\b(?:(?:every|each|per|a|once a)\s+(hour|day|week)|(daily|weekly))\b")
_AMOUNT: Final = re.compile(rf"(?<![\d.]){_RANGE}\s*-?\s*{_UNITS}(?!\s*/)")
_NEEDED: Final = re.compile(r"\b(?:as[ -]?needed|if needed|when needed|prn|as required)\b")
_MOST: Final = re.compile(
    r"\b(?:max(?:imum)?(?:\s+(?:of|daily dose))?|no more than|not more than|not to exceed|do not exceed)[:\s]*"
    rf"{_NUMBER}\s*(?:{_UNITS}|doses?|times)?{_A_DAY}"
    rf"|\bmax(?:imum)?\s+daily\s+(?:amount|dose)(?:\s+(?:is|of))?[:\s]*{_NUMBER}\s*(?:{_UNITS}|doses?|times)"
)
_DURATION: Final = re.compile(rf"\b(?:for|x)\s+(?:up to\s+)?{_RANGE}\s*(days?|d|weeks?|wk)\b")
_PAIN_SCORE: Final = re.compile(r"\bpain\b[^.;,\d]{0,20}\d+\s*(?:-|–|to)\s*\d+(?:\s*/\s*10)?\s*\)?")
_ROUTES: Final[tuple[tuple[str, Route], ...]] = (
    (r"by mouth|per os|po|orally|oral route", "oral"),
    (r"under the tongue|sublingual(?:ly)?|sl", "sublingual"),
    (r"buccal(?:ly)?|inside (?:the|your) cheek", "buccal"),
    (r"transdermal(?:ly)?|(?:to|onto|on) (?:the |your )?skin", "transdermal"),
    (r"intranasal(?:ly)?|nostrils?", "nasal"),
    (r"intravenous(?:ly)?|iv", "intravenous"),
    (r"subcutaneous(?:ly)?|under (?:the|your) skin", "subcutaneous"),
    (r"intramuscular(?:ly)?|im", "intramuscular"),
    (r"epidural(?:ly)?", "epidural"),
    (r"intrathecal(?:ly)?", "intrathecal"),
    (r"rectal(?:ly)?|in(?:to)? the rectum", "rectal"),
)
_DENIED: Final = re.compile(
    r"\b(?:not|nothing|never|don't|avoid|unable|cannot|can't|instead|rather)\b[^.;,\d]*$"
)
_STOP: Final = re.compile(
    r"\b(?:then|taper\w*|follow\w*|decreas\w*|increas\w*|titrat\w*|loading|alternat\w*|except|week \d|day \d"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tue|wed|thu|fri|sat)\b"
)


@lru_cache(maxsize=4096)
def read_sig(text: str) -> Sig:
    """What a dosage text states, each part only where the words leave one reading.

    >>> read_sig("Take 1 tablet every 6 hours as needed for pain")
    Sig(amount=(1.0, 1.0, 'tablet'), every=(6.0, 6.0), times=None, as_needed=True, most=None, days=None)
    >>> read_sig("1-2 tabs PO q4-6h prn, max 8 tablets/day").every
    (4.0, 6.0)
    >>> read_sig("1 tablet in the morning and 1 tablet at bedtime").times
    (2.0, 2.0)
    >>> read_sig("2 tablets in the morning and 1 tablet at bedtime")
    Sig(amount=None, every=None, times=None, as_needed=False, most=None, days=None)
    """
    words = _plain(text[:1000])
    needed = _NEEDED.search(words) is not None
    if _STOP.search(words):
        return Sig(as_needed=needed)
    most, words = _most(words)
    days, words = _days(_PAIN_SCORE.sub(" ", words))
    amounts = [_amount(found) for found in _AMOUNT.finditer(words)]
    total = "total" in words
    words = _AMOUNT.sub(" ", words)
    rhythms, up_to, words = _rhythms(words)
    rhythm = _with_slots(rhythms, words, len(amounts))
    amount = _one_amount(amounts, total)
    if rhythm is None or amount is None or any(c.isdigit() for c in words):
        return Sig(as_needed=needed, most=most, days=days)
    return Sig(amount[0] if amount else None, *rhythm, needed or up_to, most, days)


@lru_cache(maxsize=4096)
def route_said(text: str) -> Route | None:
    """The one route that a dosage text names; ``None`` where it names none, several, or one that is denied.

    >>> route_said("Take 1 tablet by mouth every 6 hours"), route_said("1 tab PO or SL q6h")
    ('oral', None)
    >>> route_said("Nothing by mouth") is None
    True
    """
    words = _plain(text[:1000])
    found: set[Route] = set()
    for pattern, route in _ROUTES:
        for said in re.finditer(rf"\b(?:{pattern})\b", words):
            if _DENIED.search(words[: said.start()]):
                return None
            found.add(route)
    return next(iter(found)) if len(found) == 1 else None


def _plain(text: str) -> str:
    words = " ".join(text.lower().replace("(s)", "s").replace("½", "0.5").replace("1/2", "0.5").split())
    for said, digits in _WORDS.items():
        if said in words:
            words = re.sub(rf"\b{said}\b", digits, words)
    words = re.sub(r"\b([a-z])\.([a-z])\.(?:([a-z])\.)?", r"\1\2\3", words)
    return re.sub(r"\b(\d+(?:\.\d+)?) ?\(\1\)", r"\1", words)


def _pair(low: str, high: str | None) -> Pair:
    first = float(low)
    second = float(high) if high else first
    return min(first, second), max(first, second)


def _most(words: str) -> tuple[tuple[float, str | None] | None, str]:
    found = _MOST.search(words)
    if found is None:
        return None, words
    value, unit = found.group(1) or found.group(3), found.group(2) or found.group(4)
    return (float(value), unit), _MOST.sub(" ", words)


def _days(words: str) -> tuple[float | None, str]:
    found = _DURATION.search(words)
    if found is None:
        return None, words
    each = time_in_hours(1.0, found.group(3)) or 24.0
    return min(_pair(found.group(1), found.group(2))[1] * each / 24.0, CENTURY / 24.0) or None, _DURATION.sub(
        " ", words
    )


def _amount(found: re.Match[str]) -> tuple[float, float, str]:
    return (*_pair(found.group(1), found.group(2)), found.group(3))


def _one_amount(
    amounts: list[tuple[float, float, str]], total: bool
) -> tuple[tuple[float, float, str], ...] | None:
    """The one amount stated, () for none, ``None`` for several. A count beside a mass is one amount: "1 tablet
    (20 mg total)" the mass, "2 tablets (10 mg)" the count, since the mass may be one tablet's or both."""
    distinct = sorted({(low, high, unit.rstrip("s")) for low, high, unit in amounts})
    mass = tuple(a for a in distinct if a[2] in _MASSES)
    counts = tuple(a for a in distinct if a[2] not in _MASSES)
    if len(mass) == 1 and len(counts) == 1:
        return mass if total else counts
    return tuple(distinct) if len(distinct) <= 1 else None


def _rhythms(words: str) -> tuple[set[Rhythm], bool, str]:
    """Every distinct frequency, whether one is "up to", and the words without them."""
    found: set[Rhythm] = set()
    up_to = False

    def add(match: re.Match[str]) -> str:
        nonlocal up_to
        if match.re is _OTHER:
            found.add(((48.0, 48.0), None))
        elif match.re is _LATIN:
            n = _LATIN_TIMES[match.group(1)]
            found.add((None, (n, n)))
        elif match.re is _TIMES:
            low, high = _pair(match.group(2), match.group(3))
            share = 7.0 if match.group(4).startswith("week") else 1.0
            up_to = up_to or match.group(1) is not None
            found.add((None, (low / share, high / share)) if low > 0 else (None, None))
        elif match.re is _EACH:
            word = match.group(1) or match.group(2)
            if word.startswith("week"):
                found.add(((168.0, 168.0), None))
            else:
                found.add(((1.0, 1.0), None) if word == "hour" else (None, (1.0, 1.0)))
        else:
            low, high = _pair(match.group(1), match.group(2))
            each = time_in_hours(1.0, match.group(3).replace("mins", "min")) or 0.0
            found.add(((low * each, high * each), None) if low > 0 else (None, None))
        return " "

    for pattern in (_OTHER, _EVERY, _TIMES, _LATIN, _EACH):
        words = pattern.sub(add, words)
    return found, up_to, words


def _with_slots(rhythms: set[Rhythm], words: str, amounts: int) -> Rhythm | None:
    """The one rhythm, checked against the times of day named; ``None`` where they do not agree."""
    slots = {_SLOTS[word] for word in re.findall(r"[a-z]+", words) if word in _SLOTS}
    said = len(slots)
    if len(rhythms) > 1 or (None, None) in rhythms or amounts > max(said, 1) + 1:
        return None
    if not rhythms:
        if "meal" in words or not said:
            return (None, None) if not said else None
        return None, (float(said), float(said))
    rhythm = next(iter(rhythms))
    every, times = rhythm
    count = times[1] if times else 24.0 / every[0] if every else 0.0
    return rhythm if said in (0, count) else None
