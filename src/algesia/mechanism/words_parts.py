"""The small phrases that a regimen in words is made of: how much, how often, how long, from when, which way in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NoReturn

from algesia.quantities.refusal import InputRefused

HOUR: Final = 1.0
DAY: Final = 24.0
WEEK: Final = 168.0
MONTH: Final = 30 * DAY
"""A month in words is 30 days."""
YEAR: Final = 365 * DAY
"""A year in words is 365 days."""
EXAMPLE: Final = "oxycodone ER 20 mg every 12 h for 90 d"

NUM: Final = r"((?:\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?)"
TIME: Final = r"(minutes?|mins?|hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mo|years?|yrs?|y)\b"
_MASS: Final = r"(mg|ug|ng|g)"
_SCALE: Final = {"m": HOUR / 60, "h": HOUR, "d": DAY, "w": WEEK, "mo": MONTH, "y": YEAR}

_FREQUENCIES: Final = (
    (r"\b(?:every other day|qod|q\.o\.d\.?)", 48.0),
    (r"\bevery (?:third|3rd) day\b", 72.0),
    (
        r"\b(?:every|each) (?:morning|evening|night)\b|\b(?:nightly|at night|at bedtime|qhs|nocte|mane|qam|qpm|o\.?d)\b"
        r"|\bin the (?:morning|evening)\b",
        24.0,
    ),
    (r"\bb\.?(?:i\.?)?ds?\b\.?", 12.0),
    (r"\bt\.?(?:i\.?d|d\.?s)\b\.?", 8.0),
    (r"\bq\.?(?:i\.?d|d\.?s)\b\.?", 6.0),
)
_TIMES: Final = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
_AS_NEEDED: Final = r"\bp\.?r\.?n\b\.?|\b(?:as|if|when|where) (?:needed|required|necessary)\b|\bpro re nata\b|\bon demand\b|\bpca\b"
_NUMBERS: Final = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_ONE_EACH: Final = re.compile(r"\b(?:a|an|one)\b(?=\s+(?:" + TIME + r"))")


def normal(text: str) -> str:
    """Text in one spelling: lower case, "ug" for every microgram, "/" for "per", numbers in digits.

    A comma before groups of three digits parts thousands, any other between digits is a decimal comma.

    >>> normal("0.1 mcg per kg per minute"), normal("2,5 mg three times a day"), normal("1,000 ug"), normal("0,125 mg")
    ('0.1 ug/kg/minute', '2.5 mg 3 times a day', '1000 ug', '0.125 mg')
    """
    text = " ".join(text.lower().replace("µ", "u").replace("μ", "u").replace("−", "-").split())
    text = re.sub(
        r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])", lambda found: found[0].replace(",", ""), text
    )
    text = re.sub(r"(?<![\d.,])(\d+),(\d+)(?![\d.,]*\d)", r"\1.\2", text)
    for value, name in enumerate(_NUMBERS, 2):
        text = re.sub(rf"\b{name}\b", str(value), text)
    text = re.sub(r"\b(?:mcg|microg|micrograms?)\b|(?<=\d)mcg\b", "ug", text)
    text = re.sub(r"\bmilligrams?\b|\bmgs\b|(?<=\d)mgs\b", "mg", text)
    text = re.sub(r"\s*(?:/|\bper\b)\s*", "/", text)
    text = re.sub(r"(?<=g)/(?=\d+ ?h)", " every ", text)
    return re.sub(r"\bpercent\b", "%", text)


def hours(number: str, unit: str) -> float:
    """A stretch of time in hours.

    >>> hours("12", "weeks"), hours("3", "months"), hours("30", "min")
    (2016.0, 2160.0, 0.5)
    """
    key = unit[:2] if unit.startswith("mo") else unit[0]
    return float(number) * _SCALE[key]


@dataclass(slots=True)
class Phrase:
    """One piece of a regimen. What is understood is blanked out in `rest`; what is left is refused."""

    where: str
    said: str
    rest: str

    def refuse(self, problem: str, expected: str) -> NoReturn:
        """Refuse the piece."""
        raise InputRefused(self.where, self.said, problem, expected)

    def take(self, pattern: str) -> re.Match[str] | None:
        """The first match of a pattern, blanked out."""
        found = re.search(pattern, self.rest)
        if found:
            self.blank(found.start(), found.end())
        return found

    def blank(self, start: int, end: int) -> None:
        """Blank out a stretch that is understood."""
        self.rest = self.rest[:start] + " " * (end - start) + self.rest[end:]

    def positive(self, number: str, what: str) -> float:
        """A number that has to lie above zero."""
        value = float(number)
        if not 0 < value < 1e9:
            self.refuse(f"{what} is {number}", f"{what} above 0 and below 1e9")
        return value


@dataclass(frozen=True, slots=True)
class When:
    """From when, how long and until when, in hours; ``None`` where the piece does not say."""

    start: float | None
    length: float | None


def check_schedule(phrase: Phrase) -> None:
    """Refuse what is no schedule: as needed, ranges, numbers below 0, and amounts that are counted or of two drugs."""
    if re.search(_AS_NEEDED, phrase.rest):
        phrase.refuse(
            "as needed is no schedule: when it was taken is not known",
            "the doses that were taken, such as 'oxycodone 5 mg every 6 h for 3 d'",
        )
    ranged = re.search(
        rf"(?<![\d.e+-])(?<!day )(?<!days )(?<!hour )(?<!hours ){NUM}\s*(?:-|–|to)\s*{NUM}", phrase.rest
    )
    if ranged:
        phrase.refuse(f"{ranged[0].strip()!r} is a range", "one number")
    if below := re.search(rf"(?<![\w.)%])-{NUM}", phrase.rest):
        phrase.refuse(f"{below[0]!r} is below 0", "a number above 0")
    if counted := re.search(
        rf"(?:{NUM}|\b(?:a|one|half(?: an?)?)) (?:tablets?|tabs?|capsules?|caps?|pills?)\b", phrase.rest
    ):
        phrase.refuse(f"{counted[0]!r} counts and does not weigh", "the amount of one dose, such as '10 mg'")
    if both := re.search(rf"(?<![\w./])(?<!\bx ){NUM} ?(?:mg)?/{NUM}(?: ?mg\b)?(?![\w./])", phrase.rest):
        phrase.refuse(
            f"{both[0]!r} is the strength of a combination", "the opioid's amount alone, such as '5 mg'"
        )


def when(phrase: Phrase) -> When:
    """The times of a piece: "days 90 to 95", "from day 90 for 5 d", "until hour 3", "for 12 weeks"."""
    both = phrase.take(rf"\b(?:from )?(day|hour)s? {NUM} ?(?:to|until|till|-|–) ?(?:(?:day|hour) )?{NUM}")
    if both:
        unit = DAY if both[1] == "day" else HOUR
        start, end = float(both[2]) * unit, float(both[3]) * unit
        if end <= start:
            phrase.refuse(f"{both[0]!r} ends before it begins", "an end after its start")
        return When(start, end - start)
    until = phrase.take(rf"\b(?:until|till|to|through) (day|hour) {NUM}")
    first = phrase.take(rf"\b(?:(?:from|starting|beginning|on|at) )*(day|hour) {NUM}")
    start_h = None if first is None else float(first[2]) * (DAY if first[1] == "day" else HOUR)
    after = phrase.take(rf"\bafter {NUM} ?{TIME}")
    if after:
        start_h = hours(after[1], after[2])
    length = _length(phrase)
    if until:
        end = float(until[2]) * (DAY if until[1] == "day" else HOUR)
        if length is not None or start_h is None:
            phrase.refuse(
                "an end without a start, or beside a length", "'from day 90 until day 95', or 'for 5 d'"
            )
        if end <= start_h:
            phrase.refuse("it ends before it begins", "an end after its start")
        length = end - start_h
    return When(start_h, length)


def _length(phrase: Phrase) -> float | None:
    phrase.rest = _ONE_EACH.sub(lambda found: "1".ljust(len(found[0])), phrase.rest)
    found = phrase.take(rf"(?:\bfor |\bx ?|(?<![\w.])){NUM} ?{TIME}")
    if not found:
        return None
    value = hours(found[1], found[2])
    if value <= 0:
        phrase.refuse(f"{found[0].strip()!r} is no length of time", "a time above 0")
    if again := re.search(rf"(?<![\w.]){NUM} ?{TIME}", phrase.rest):
        phrase.refuse(
            f"a second length of time, {again[0].strip()!r}, in one piece", "one; then the next after 'then'"
        )
    return value


def how_often(phrase: Phrase) -> float | None:
    """Hours between doses; 0 for a single dose; ``None`` where the piece does not say."""
    every = phrase.take(rf"\b(?:every |each |q\.? ?)(?:one )?{NUM}? ?{TIME}|(?<![\w.]){NUM}[- ]?(hour)ly\b")
    if every:
        value = hours(every[1] or every[3] or "1", every[2] or every[4])
        if value <= 0:
            phrase.refuse(f"{every[0].strip()!r} is no interval", "an interval above 0, such as every 12 h")
        return value
    times = phrase.take(
        rf"\b(once|twice|thrice|{NUM} ?(?:times|x)) ?(?:daily|a day|/day|/d|day|a week|weekly|/week)\b"
    )
    if times:
        count = _TIMES.get(times[1]) or phrase.positive(times[2], "how often")
        return (WEEK if "week" in times[0] else DAY) / count
    for pattern, interval in _FREQUENCIES:
        if phrase.take(pattern):
            return interval
    for word, interval in (("daily", DAY), ("weekly", WEEK), ("monthly", MONTH), ("hourly", HOUR)):
        if phrase.take(rf"\b{word}\b"):
            return interval
    return (
        0.0 if phrase.take(r"\bonce\b|\bsingle(?: dose)?\b|\bone (?:dose|patch)\b|\bone\b|\bstat\b") else None
    )


@dataclass(frozen=True, slots=True)
class Much:
    """How much: an amount, a rate, or a concentration held in plasma (ng/mL), with its unit."""

    kind: str
    value: float
    unit: str


def how_much(phrase: Phrase) -> Much | None:
    """The amount of a piece; ``None`` where it states none."""
    target = phrase.take(rf"{NUM} ?(ng|ug|mg)/(ml|l)\b")
    if target:
        scale = {"ng": 1.0, "ug": 1e3, "mg": 1e6}[target[2]] / (1.0 if target[3] == "ml" else 1e3)
        phrase.take(r"\b(?:tci|target(?:[- ]controlled)?(?: infusion)?)\b")
        much = Much("target", phrase.positive(target[1], "the target") * scale, "ng/mL")
    elif rate := phrase.take(rf"{NUM} ?{_MASS}(/kg)?(?:/| an? )(minutes?|mins?|hours?|hr|h|days?|d)\b"):
        time = {"m": "min", "h": "h", "d": "d"}[rate[4][0]]
        much = Much("rate", phrase.positive(rate[1], "the rate"), f"{rate[2]}{rate[3] or ''}/{time}")
    elif dose := phrase.take(rf"{NUM} ?{_MASS}(/kg)?(?![\w/])"):
        much = Much("dose", phrase.positive(dose[1], "the dose"), f"{dose[2]}{dose[3] or ''}")
    else:
        return None
    if second := re.search(rf"{NUM} ?{_MASS}\b", phrase.rest):
        phrase.refuse(
            f"a second amount, {second[0]!r}, in one piece", "one amount in each piece; the next after 'then'"
        )
    return much


def split_day(phrase: Phrase, much: Much | None, every: float | None) -> tuple[Much | None, float | None]:
    """Amount and interval where the amount of a day is split ("60 mg daily in 3 divided doses"), else as they are."""
    found = phrase.take(r"\b(?:in|as|into) (\d+) (?:divided |equal |split )+doses?\b")
    if not found:
        return much, every
    doses = phrase.positive(found[1], "the number of doses")
    by_day = much is not None and (every == DAY if much.kind == "dose" else every in (None, DAY))
    if much is None or not by_day or much.unit.removesuffix("/d") not in ("mg", "ug", "ng", "g"):
        phrase.refuse(
            f"{found[1]} doses of what a day", "the amount of a day: '60 mg/day in 3 divided doses'"
        )
    return Much("dose", round(much.value / doses, 9), much.unit.removesuffix("/d")), DAY / doses


def letters(name: str) -> str:
    """The letters and digits of a name."""
    return "".join(character for character in name.lower() if character.isalnum())
