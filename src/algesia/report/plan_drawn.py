"""What is taken at one time of day, as it is drawn and as it is said to the person who takes it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal, TypeAlias

from algesia.assessment.wording import listed
from algesia.knowledge.loader import load
from algesia.plan.model import DoseTime, Piece, Step, TaperPlan
from algesia.report.days import capital, number, sentence
from algesia.report.statements import Place

Shape: TypeAlias = Literal["tablet", "liquid", "patch", "film"]

UNITS: Final = {"mg": "mg", "ug": "mcg", "ug/h": "mcg/h", "mg/mL": "mg/mL", "mg/d": "mg a day", "ug/d": "mcg a day"}  # fmt: skip
"""As boxes are printed in the US."""
DRAWN_SINGLY: Final = 3
"""More pieces of one strength at one time than this are drawn once, with their count."""
TOGETHER: Final = 3
"""So many times of day with the same dose are said once."""
_COUNTS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True)
class Mark:
    """One drawing: `times` pieces that look like this, with what stands in it.

    `key` names the product on the page; `part` is what is taken of the piece ("half"), empty for the whole.
    """

    shape: Shape
    label: str
    times: int = 1
    key: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """What one tick box stands for. `words` says the same as the marks."""

    name: str
    clock: str
    marks: tuple[Mark, ...]
    words: str


def headline(step: Step) -> str:
    """What is taken, in one sentence that holds for the whole step."""
    if not step.doses:
        return f"No dose of {step.drug} any more."
    keys = product_keys(step)
    if is_patch(step):
        amounts = listed([words for dose in step.doses for words in _words(dose, keys)])
        many = sum(piece.count for dose in step.doses for piece in dose.pieces) > 1
        return f"New patch{'es' if many else ''} every {step.every_days} days: {amounts} mcg/h."
    said = {dose: listed(_words(dose, keys)) for dose in step.doses}
    parts = []
    for words, same in groupby(step.doses, key=lambda dose: said[dose]):
        names = [dose.name.lower() for dose in same]
        together = len(names) >= TOGETHER
        parts += [f"{listed(names)} each {words}"] if together else [f"{name} {words}" for name in names]
    doses = ", ".join(parts)
    if step.every_days == 1:
        return f"Every day the same: {doses}."
    often = "Every other day" if step.every_days == 2 else f"Every {step.every_days} days"
    return f"{often}: {doses}. No dose on the days between."


def time_of_day(
    dose: DoseTime, step: Step, keys: dict[str, str] | None = None, place: Place = "us"
) -> TimeOfDay:
    """One time of day as it is drawn; `keys` names products where a step has several."""
    keys = product_keys(step) if keys is None else keys
    marks = tuple(mark for piece in dose.pieces for mark in _marks(piece, step, keys.get(piece.line, "")))
    name = "New patch" if is_patch(step) else capital(dose.name)
    return TimeOfDay(name, clock(dose.time, place), marks, listed(_words(dose, keys)))


def _marks(piece: Piece, step: Step, key: str) -> list[Mark]:
    if piece.liquid:
        return [Mark("liquid", f"{amount_text(piece.count)} mL", key=key)]
    shape: Shape = "patch" if piece.unit == "ug/h" else "film" if step.route == "buccal" else "tablet"
    label = amount_text(piece.strength)
    whole = int(piece.count)
    rest = piece.count - whole
    marks = [Mark(shape, label, key=key)] * whole if whole <= DRAWN_SINGLY else [Mark(shape, label, whole, key)]  # fmt: skip
    if rest:
        marks = [
            *marks,
            Mark(shape, label, key=key, part="half" if rest == 0.5 else f"{amount_text(rest)} of"),
        ]
    return marks


def _words(dose: DoseTime, keys: dict[str, str]) -> list[str]:
    """Each strength of a dose in words, as the headline says it."""
    several = any(not piece.liquid and piece.count >= 2 for piece in dose.pieces)
    out = []
    for piece in dose.pieces:
        key = f"{keys[piece.line]}\u00a0" if piece.line in keys else ""
        if piece.liquid:
            out.append(f"{key}{amount_text(piece.count)}\u00a0mL")
            continue
        label = amount_text(piece.strength)
        whole = int(piece.count)
        if whole:
            out.append(f"{_counted(whole)}\u00a0{key}{label}" if several else f"{key}{label}")
        if piece.count - whole:
            out.append(_part(piece.count - whole, f"{key}{label}"))
    return out


def _counted(count: int) -> str:
    return _COUNTS[count] if count < len(_COUNTS) else str(count)


def _part(rest: float, label: str) -> str:
    return f"half a\u00a0{label}" if rest == 0.5 else f"{amount_text(rest)} of a\u00a0{label}"


def amount_text(value: float) -> str:
    """A strength or a volume, never rounded to what another product has.

    >>> amount_text(12.5), amount_text(40.0), amount_text(0.25)
    ('12.5', '40', '0.25')
    """
    return number(value, 3)


def clock(time: str, place: Place) -> str:
    """A time of day as it is written in a place.

    >>> clock("08:00", "us"), clock("20:30", "us"), clock("00:00", "us"), clock("20:00", "eu")
    ('8 am', '8:30 pm', '12 midnight', '20:00')
    """
    if place != "us":
        return time
    hour, minute = (int(part) for part in time.split(":"))
    if minute == 0 and hour in (0, 12):
        return "12 midnight" if hour == 0 else "12 noon"
    return f"{hour % 12 or 12}{f':{minute:02d}' if minute else ''} {'am' if hour < 12 else 'pm'}"


def product_keys(step: Step) -> dict[str, str]:
    """A letter for each product line, where a step has more than one: equal numbers would else look alike."""
    lines = list(dict.fromkeys(piece.line for dose in step.doses for piece in dose.pieces))
    return {line: "ABCDEFGH"[index % 8] for index, line in enumerate(lines)} if len(lines) > 1 else {}


def product_words(step: Step) -> str:
    """The drug of a step with its kind, as a person knows it."""
    pieces = [piece for dose in step.doses for piece in dose.pieces]
    if not pieces or len({(piece.unit, piece.release) for piece in pieces}) > 1:
        return step.drug
    piece = pieces[0]
    if piece.unit == "ug/h":
        kind = "patch"
    elif piece.liquid:
        kind = f"liquid {amount_text(piece.strength)} mg/mL"
    elif step.route != "oral":
        kind = f"{step.route} {'film' if step.route == 'buccal' else 'tablet'}"
    else:
        kind = "slow release" if piece.release == "extended" else "quick release"
    return f"{step.drug}, {kind}"


def is_patch(step: Step) -> bool:
    """Whether the step is made of patches."""
    return any(piece.unit == "ug/h" for dose in step.doses for piece in dose.pieces)


def noun_of(step: Step) -> str:
    """What new supplies of the step are called: tablets, patches, or supplies."""
    pieces = [piece for dose in step.doses for piece in dose.pieces]
    if is_patch(step):
        return "patches"
    return "tablets" if pieces and not any(p.liquid for p in pieces) and step.route == "oral" else "supplies"


def how_taken(plan: TaperPlan, step: Step, keys: dict[str, str], place: Place) -> tuple[str, ...]:
    """How it is taken: handling, units, the key of several products, what else runs."""
    pieces = [piece for dose in step.doses for piece in dose.pieces]
    if not pieces:
        return ("Keep this page and the naloxone.", *_beside(plan, step))
    lines = list({piece.line: piece for piece in pieces}.values())
    names = [f"{keys[piece.line]} is {piece.product}." for piece in lines] if keys else []
    units = listed(sorted({UNITS[p.unit] for p in pieces if not p.liquid}))
    handled = " ".join(dict.fromkeys(_handling(piece, step) for piece in lines))
    check = f"Numbers are {units}: check them on the box." if units else ""
    tick = "Tick when changed." if is_patch(step) else "Tick when taken. Missed one? Do not take two."
    clocks = [(dose.name.lower(), clock(dose.time, place)) for dose in step.doses]
    times = listed([f"{name} is {at}" for name, at in clocks if name not in at])
    when = f"{capital(times)}." if times and not is_patch(step) else ""
    first = " ".join(part for part in (handled, check, tick, when) if part)
    return (first, *((" ".join(names),) if names else ()), *_beside(plan, step))


def _handling(piece: Piece, step: Step) -> str:
    """What must not be done with it. The label's words where they are short, plain ones for tablets and liquids."""
    line = load().product_lines.get(piece.line)
    if piece.liquid:
        return f"The bottle must say {amount_text(piece.strength)} mg/mL. Measure with its marked syringe."
    if piece.unit == "ug/h" or step.route != "oral":
        read = line is not None and line.confidence_handling.may_drive_a_dose
        says = sentence(line.handling) if line is not None and read else "Never cut it."
        return f"Take the old patch off first. {says}" if piece.unit == "ug/h" else says
    if piece.release == "extended":
        return "Swallow whole. Do not break, cut, crush or chew."
    return "Swallow whole." if line is not None and line.split == "no" else "Swallow with water."


def _beside(plan: TaperPlan, step: Step) -> tuple[str, ...]:
    """The other opioids on record, with what they are at when this step begins."""
    others = []
    here = (step.drug, step.route)
    for drug, route in dict.fromkeys((r.drug, r.route) for r in plan.regimens):
        if (drug, route) == here:
            continue
        same = [r for r in plan.regimens if (r.drug, r.route) == (drug, route)]
        done = [s for s in plan.steps if (s.drug, s.route) == (drug, route) and s.end <= step.start]
        if len(same) > 1:
            # two products of one drug: which of them was lowered is not told apart here
            others.append(drug)
            continue
        daily, unit = (done[-1].daily, done[-1].unit) if done else (same[0].daily, same[0].unit)
        if daily > 0:
            others.append(f"{drug} {amount_text(daily)} {UNITS[unit]}")
    if not others:
        return ()
    return (f"Stays the same: {listed(others)}.",)
