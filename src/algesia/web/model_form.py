"""What the simulator's page is asked: read from the address, bounded, said where it was changed, turned into orders.

The numbers at which the sliders begin and end are scales, no doses to give.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, TypeVar

Then: TypeAlias = Literal["stay", "taper", "stop", "rotate"]
Chosen = TypeVar("Chosen", bound=str)
THEN: Final[Mapping[Then, str]] = {"stay": "Go on", "taper": "Taper", "stop": "Stop", "rotate": "Rotate"}
CONDITION: Final[Mapping[str, str]] = {"chronic": "Yes", "none": "No"}
AFTER_WEEKS: Final = 26
"""Weeks that are shown after the last change."""
LONGEST: Final = 80
DIGITS: Final = 2
"""Digits after the point that are kept: what is shown is what is simulated."""
WITHOUT: Final[Mapping[str, str]] = {
    "slow sensitization": "sensitization", "slow tolerance": "tolerance", "fast desensitization": "fast desensitization",
    "metabolite": "a metabolite’s part", "sensitization of hours": "sensitization of hours", "fast rebound": "withdrawal of hours",
    "slow rebound": "withdrawal of days",
}  # fmt: skip
"""The parts that can be left out, the first at first, as `algesia.mechanism.system.SWITCHES` names them, in words."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A number that can be set: its words, unit, and where its slider begins, ends and stands at first."""

    name: str
    words: str
    unit: str
    low: float
    high: float
    step: float
    start: float

    def said(self, value: float) -> str:
        """A value with its unit.

        >>> WEEKS.said(1), WEEKS.said(26), KETAMINE_DAY.said(90)
        ('1 week', '26 weeks', '90')
        """
        unit = self.unit.removesuffix("s") if value == 1 and self.unit in ("weeks", "hours") else self.unit
        return f"{value:g} {unit}".strip()


@dataclass(frozen=True, slots=True)
class Line:
    """A drug by a route, with the scale of its dose and the intervals that can be chosen, the first at first."""

    id: str
    drug: str
    route: str
    words: str
    unit: str
    start: float
    low: float
    high: float
    step: float
    every: tuple[int, ...]

    def scale(self, name: str, words: str) -> Scale:
        """The scale of one dose."""
        return Scale(name, words, self.unit, self.low, self.high, self.step, self.start)


LINES: Final[Mapping[str, Line]] = {line.id: line for line in (
    Line("morphine-er", "morphine", "oral-er", "Morphine ER", "mg", 30, 5, 300, 5, (12, 8, 24)),
    Line("morphine", "morphine", "oral", "Morphine", "mg", 15, 5, 120, 5, (4, 6, 8)),
    Line("oxycodone-er", "oxycodone", "oral-er", "Oxycodone ER", "mg", 20, 5, 240, 5, (12, 8, 24)),
    Line("oxycodone", "oxycodone", "oral", "Oxycodone", "mg", 10, 2.5, 80, 2.5, (6, 4, 8)),
    Line("hydrocodone-er", "hydrocodone", "oral-er", "Hydrocodone ER", "mg", 20, 5, 240, 5, (12, 24)),
    Line("hydrocodone", "hydrocodone", "oral", "Hydrocodone", "mg", 10, 2.5, 60, 2.5, (6, 4, 8)),
    Line("hydromorphone-er", "hydromorphone", "oral-er", "Hydromorphone ER", "mg", 12, 4, 96, 4, (24,)),
    Line("hydromorphone", "hydromorphone", "oral", "Hydromorphone", "mg", 4, 1, 32, 1, (6, 4, 8)),
    Line("oxymorphone-er", "oxymorphone", "oral-er", "Oxymorphone ER", "mg", 10, 5, 120, 5, (12,)),
    Line("codeine", "codeine", "oral", "Codeine", "mg", 30, 15, 120, 15, (6, 4, 8)),
    Line("fentanyl-patch", "fentanyl", "transdermal", "Fentanyl patch", "ug/h", 25, 12, 200, 1, (72, 48)),
    Line("methadone", "methadone", "oral", "Methadone", "mg", 10, 1, 120, 1, (8, 12, 24)),
    Line("buprenorphine", "buprenorphine", "sublingual", "Buprenorphine, sublingual", "mg", 4, 0.5, 32, 0.5, (24, 12, 8)),
    Line("buprenorphine-patch", "buprenorphine", "transdermal", "Buprenorphine patch", "ug/h", 10, 5, 40, 2.5, (168,)),
    Line("tramadol-er", "tramadol", "oral-er", "Tramadol ER", "mg", 100, 50, 400, 50, (24, 12)),
    Line("tramadol", "tramadol", "oral", "Tramadol", "mg", 50, 25, 100, 25, (6, 4, 8)),
    Line("tapentadol-er", "tapentadol", "oral-er", "Tapentadol ER", "mg", 100, 50, 300, 50, (12,)),
    Line("tapentadol", "tapentadol", "oral", "Tapentadol", "mg", 75, 25, 150, 25, (6, 4, 8)),
)}  # fmt: skip
WEEKS: Final = Scale("weeks", "Weeks on it", "weeks", 1, 104, 1, 26)
PERCENT: Final = Scale("percent", "Taper, of the first dose", "% a week", 2, 50, 1, 10)
KETAMINE: Final = Scale("ketamine", "Ketamine infusion", "mg/h", 0, 40, 1, 0)
KETAMINE_HOURS: Final = Scale("ketamine_hours", "For", "hours", 1, 240, 1, 4)
KETAMINE_DAY: Final = Scale("ketamine_day", "From day", "", 0, 1092, 1, 90)
WEIGHT: Final = Scale("weight", "Weight", "kg", 30, 250, 0.1, 70)
EGFR: Final = Scale("egfr", "eGFR", "mL/min/1.73 m²", 5, 150, 1, 90)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, every value within its scale. `problems` say in sentences what was changed for that."""

    line: Line
    every: int
    then: Then
    to: Line
    chronic: bool
    without: str
    numbers: Mapping[str, float | None]
    problems: tuple[str, ...]
    scales: Mapping[str, Scale] = field(default_factory=dict)

    def __getitem__(self, name: str) -> float:
        """A number that always has a value."""
        return self.numbers[name] or 0.0

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Everything as a form sends it."""
        return (
            ("drug", self.line.id), ("was", self.line.id), ("every", str(self.every)), ("then", self.then), ("to", self.to.id),
            ("to_was", self.to.id), ("pain", "chronic" if self.chronic else "none"), ("without", self.without),
            *((name, "" if value is None else f"{value:g}") for name, value in self.numbers.items()),
        )  # fmt: skip


def wanted(sent: Mapping[str, str], known: Mapping[str, float | None] | None = None) -> Wanted:
    """What an address asks for; nothing in it can break the page.

    Parameters
    ----------
    known
        Weight and eGFR that a record holds: they stand where the address says nothing.

    >>> asked = wanted({"drug": "morphine-er", "dose": "5000", "weeks": "x"})
    >>> asked["dose"], asked["weeks"], asked.problems[0]
    (300.0, 26, 'Dose each time: 5000 is above this page’s scale. 300 mg is shown.')
    """
    problems: list[str] = []
    line, to = _line(sent, "drug", "morphine-er", problems), _line(sent, "to", "buprenorphine", problems)
    dose, to_dose = line.scale("dose", "Dose each time"), to.scale("to_dose", "Dose each time")
    scales = {
        one.name: one
        for one in (dose, WEEKS, PERCENT, to_dose, KETAMINE, KETAMINE_HOURS, KETAMINE_DAY, WEIGHT, EGFR)
    }
    changed = {
        name for name, was, now in (("dose", "was", line), ("to_dose", "to_was", to))
        if name in sent and sent.get(was, now.id) != now.id
    }  # fmt: skip
    for name in sorted(changed):
        problems.append(
            f"{scales[name].words}: the drug was changed, and its scale begins anew at {scales[name].said(scales[name].start)}."
        )
    numbers: dict[str, float | None] = {}
    for name, scale in scales.items():
        optional = name in ("weight", "egfr")
        start = (known or {}).get(name) if optional else scale.start
        text = "" if name in changed else sent.get(name, "").strip()
        numbers[name] = (
            None if optional and name in sent and not text else _number(text, scale, start, problems)
        )
    every = _every(sent, line, problems)
    then = _choice(sent, "then", "Then", THEN, problems)
    chronic = _choice(sent, "pain", "A painful condition of its own", CONDITION, problems) == "chronic"
    without = _choice(sent, "without", "The model without", WITHOUT, problems)
    return Wanted(line, every, then, to, chronic, without, numbers, tuple(problems), scales)


def words_of(asked: Wanted) -> str:
    """The regimen in the words that `algesia simulate` reads."""
    weeks, then = asked["weeks"], asked.then
    held = weeks + (weeks_on(asked, weeks) if then == "stay" else 0)
    text = f"{dose_words(asked.line, asked['dose'], asked.every)} for {held:g} weeks"
    if then == "taper":
        text += f", then taper {asked['percent']:g} %/week"
    if then == "rotate":
        text += f", then {dose_words(asked.to, asked['to_dose'], asked.to.every[0])} for {weeks_on(asked, weeks):g} weeks"
    return text + ketamine_words(asked)


def weeks_on(asked: Wanted, gone: float = 0) -> float:
    """Weeks after week `gone` that an opioid which goes on is taken: to the end of the picture, so beyond an infusion."""
    if not asked["ketamine"]:
        return AFTER_WEEKS
    over = math.ceil((asked["ketamine_day"] + asked["ketamine_hours"] / 24) / 7)
    return max(AFTER_WEEKS, over - gone)


def command_of(asked: Wanted, days: int, people: int) -> str:
    """What to type for the same course in the same people. Every 3 hours, so that the hours of the page are among them."""
    told = [f'algesia simulate "{words_of(asked)}"']
    told += ["--chronic-pain"] if asked.chronic else []
    told += [
        f"--{name} {value:g}" for name in ("weight", "egfr") if (value := asked.numbers[name]) is not None
    ]
    return " ".join([*told, f"--people {people}", f"--days {days}", "--every 3"])


def ketamine_words(asked: Wanted, day: float = 0) -> str:
    """The infusion as a further line of a regimen; empty without one. `day` is the day that its days count from."""
    if not asked["ketamine"]:
        return ""
    start = day + asked["ketamine_day"]
    return f"; ketamine iv {asked['ketamine']:g} mg/h for {asked['ketamine_hours']:g} h from day {start:g}"


def dose_words(line: Line, dose: float, every: int) -> str:
    """A line of the form as a regimen in words."""
    return f"{line.drug} {line.route} {dose:g} {line.unit} every {every} h"


def _line(sent: Mapping[str, str], name: str, otherwise: str, problems: list[str]) -> Line:
    text = sent.get(name, "")
    if text and text not in LINES:
        problems.append(f"{_shown(text)} is no drug that this page knows. {LINES[otherwise].words} is shown.")
    return LINES.get(text, LINES[otherwise])


def _every(sent: Mapping[str, str], line: Line, problems: list[str]) -> int:
    text = sent.get("every", "")
    chosen = next((hours for hours in line.every if str(hours) == text), line.every[0])
    if text and str(chosen) != text and sent.get("was", line.id) == line.id:
        problems.append(
            f"{line.words} every {_shown(text)} hours is not on this page. Every {chosen} hours is shown."
        )
    return chosen


def _choice(
    sent: Mapping[str, str], name: str, words: str, of: Mapping[Chosen, str], problems: list[str]
) -> Chosen:
    """What was chosen of a few; the first of them where nothing or something else was."""
    text, first = sent.get(name, ""), next(iter(of))
    for one in of:
        if one == text:
            return one
    if text:
        problems.append(f"{words}: {_shown(text)} is no choice of this page. “{of[first]}” is shown.")
    return first


def _number(text: str, scale: Scale, start: float | None, problems: list[str]) -> float | None:
    if not text:
        return start
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        stands = "It is taken as not known." if start is None else f"{scale.said(start)} is shown."
        problems.append(f"{scale.words}: {_shown(text)} is no number. {stands}")
        return start
    held = float(min(max(value, scale.low), scale.high))
    if held != value:
        side = "above" if value > scale.high else "below"
        problems.append(
            f"{scale.words}: {_shown(text)} is {side} this page’s scale. {scale.said(held)} is shown."
        )
    near = round(held, DIGITS)
    if near != held:
        problems.append(f"{scale.words}: {_shown(text)} is rounded. {scale.said(near)} is shown.")
    return near


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
