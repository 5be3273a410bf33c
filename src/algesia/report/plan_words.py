"""How a plan is said: products, doses, daily totals and times, the same words on page and in text.

No amount is rounded to less than it is: three decimals at most, none that says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from algesia.assessment.wording import listed
from algesia.knowledge.loader import load
from algesia.plan.model import DoseTime, Fill, Piece, Step
from algesia.plan.wording import amount

TIMES_SIGN: Final = "\N{MULTIPLICATION SIGN}"
UNITS: Final = {"mg/d": "mg a day", "ug/d": "ug a day", "ug/h": "ug/h"}
CHECKS: Final = {
    "peg": "PEG", "cows": "COWS", "pdmp": "prescription monitoring program", "pain": "pain", "mood": "mood",
    "craving": "craving",
}  # fmt: skip
_NUMBERS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_FORMS: Final = {
    "tablet": "tablet", "capsule": "capsule", "film": "film", "system": "patch", "suspension": "tablet", "solution": "solution",
}  # fmt: skip


_BREAKS: Final = re.compile(
    "(?<=[0-9]) (?=(?:mg|ug|mL|%|MME|\N{MULTIPLICATION SIGN})(?![a-z]))|(?<=\N{MULTIPLICATION SIGN}) (?=[0-9])"
)


def unbroken(text: str) -> str:
    """The text with no place for a line break between a number and its unit.

    >>> unbroken("1 × 30 mg in 10 % of 5 days") == "1\\u00a0×\\u00a030\\u00a0mg in 10\\u00a0% of 5 days"
    True
    """
    return _BREAKS.sub("\N{NO-BREAK SPACE}", text)


def noun(line: str) -> str:
    """What one unit of a product line is called.

    >>> noun("fentanyl-patch"), noun("oxycodone-xtampza-er"), noun("not-a-line")
    ('patch', 'capsule', 'piece')
    """
    known = load().product_lines.get(line)
    return _FORMS.get(known.dose_form.split()[-1].lower(), "piece") if known is not None else "piece"


def daily_words(value: float, unit: str) -> str:
    """A total as it is taken: "85 mg a day", "87 ug/h".

    >>> daily_words(85, "mg/d"), daily_words(12.5, "ug/h")
    ('85 mg a day', '12.5 ug/h')
    """
    return f"{amount(value)} {UNITS.get(unit, unit)}"


def piece_words(piece: Piece, mixed: bool = False) -> str:
    """One product at one time, in words. `mixed` names its release and form, where a plan uses several.

    >>> piece_words(Piece("oxycodone-er-tablet", "", "", 15, "mg", "extended", 1), mixed=True)
    '1 × 15 mg extended-release tablet'
    >>> piece_words(Piece("morphine-ir-tablet", "", "", 5, "mg", "immediate", 1.5))
    '1 × 5 mg + half a 5 mg tablet'
    >>> piece_words(Piece("oxycodone-oral-solution", "", "", 1, "mg/mL", "immediate", 4.5))
    '4.5 mL of 1 mg/mL, 4.5 mg'
    >>> piece_words(Piece("fentanyl-patch", "", "", 25, "ug/h", "extended", 1))
    '1 × 25 ug/h patch'
    """
    strength = f"{amount(piece.strength)} {piece.unit}"
    if piece.liquid:
        return f"{amount(piece.count)} mL of {strength}, {amount(piece.amount)} mg"
    form = noun(piece.line)
    kind = f"{'extended' if piece.release == 'extended' else 'immediate'}-release {form}" if mixed else ""
    if piece.unit == "ug/h":
        kind = form = "patch"
    whole = int(piece.count)
    if piece.count - whole not in (0.0, 0.5):
        return f"{amount(piece.count)} {TIMES_SIGN} {strength} {kind}".strip()
    parts = [f"{whole} {TIMES_SIGN} {strength} {kind}".strip()] if whole else []
    if piece.count != whole:
        parts.append(f"half a {strength} {kind or form}")
    return " + ".join(parts)


def dose_words(dose: DoseTime, mixed: bool = False) -> str:
    """What is taken at one time, and the sum where more than one piece makes it.

    >>> er = Piece("oxycodone-er-tablet", "", "", 30, "mg", "extended", 1)
    >>> dose_words(DoseTime("08:00", "morning", (er, Piece("oxycodone-er-tablet", "", "", 15, "mg", "extended", 1))))
    '1 × 30 mg + 1 × 15 mg = 45 mg'
    """
    text = " + ".join(piece_words(piece, mixed) for piece in dose.pieces)
    single = len(dose.pieces) == 1 and (dose.pieces[0].liquid or dose.pieces[0].count == 1)
    return text if single else f"{text} = {sum_words(dose)}"


def sum_words(dose: DoseTime) -> str:
    """The sum of one time of day: "45 mg", "87 ug/h"."""
    unit = dose.pieces[0].unit if dose.pieces else "mg"
    return f"{amount(dose.amount)} {'mg' if unit == 'mg/mL' else unit}"


def how_often(step: Step) -> str:
    """How the doses of a step are repeated; empty where they are taken every day.

    >>> from dataclasses import replace
    >>> worn = (DoseTime("08:00", "morning", ()),)
    >>> step = Step(1, 0, 28, "fentanyl", "transdermal", "extended", "taper", "ug/h", 50, 37, 37, worn, 3, (27,), (), None)
    >>> how_often(step), how_often(replace(step, unit="mg/d", every_days=2)), how_often(replace(step, every_days=1))
    ('changed every 3 days', 'every other day', '')
    """
    if step.every_days == 1 or not step.doses:
        return ""
    every = "every other day" if step.every_days == 2 else f"every {step.every_days} days"
    return f"changed {every}" if step.unit == "ug/h" else every


def checks(names: Sequence[str]) -> str:
    """What a review looks at.

    >>> checks(("peg", "cows", "sleep-quality"))
    'PEG, COWS, sleep quality'
    """
    return ", ".join(CHECKS.get(name, name.replace("-", " ")) for name in names)


def few(count: int) -> str:
    """A small number as a word.

    >>> few(4), few(40)
    ('four', '40')
    """
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def time_words(days: int) -> str:
    """A number of days in weeks where it is whole weeks.

    >>> time_words(28), time_words(7), time_words(31)
    ('four weeks', 'one week', '31 days')
    """
    if days and days % 7 == 0:
        return f"{few(days // 7)} {'week' if days == 7 else 'weeks'}"
    return f"{days} {'day' if days == 1 else 'days'}"


def supply_words(fill: Fill) -> str:
    """A supply: "28 × 30 mg tablet", "270 mL of 1 mg/mL"."""
    strength = f"{amount(fill.strength)} {fill.unit}"
    if fill.unit == "mg/mL":
        return f"{amount(fill.count)} mL of {strength}"
    return f"{amount(fill.count)} {TIMES_SIGN} {strength} {noun(fill.line)}"


def drug_words(drug: str, route: str, release: str) -> str:
    """A drug as a regimen names it.

    >>> drug_words("oxycodone", "oral", "extended"), drug_words("fentanyl", "transdermal", "extended")
    ('extended-release oxycodone', 'transdermal fentanyl')
    """
    if route == "oral":
        return f"extended-release {drug}" if release == "extended" else drug
    return f"{route} {drug}"


def spans(values: Sequence[float]) -> str:
    """Sizes as one number or "low to high".

    >>> spans([5, 5]), spans([5, 10, 7.5])
    ('5', '5 to 10')
    """
    low, high = min(values), max(values)
    return amount(low) if amount(low) == amount(high) else f"{amount(low)} to {amount(high)}"


def both(parts: Sequence[str]) -> str:
    """Parts as a sentence lists them; each once."""
    return listed(list(dict.fromkeys(parts)))
