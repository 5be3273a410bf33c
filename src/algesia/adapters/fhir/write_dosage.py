"""The steps of a plan as `Dosage`: what is taken at which time of day, from when to when.

- `sequence` counts the steps of one drug in order of time. What is taken at the same time of one step (different
  amounts at different times of day, patches of different strengths) has the same number: FHIR R4 reads equal numbers as
  concurrent.
- The amount is that of the drug, not of a product, because one dose may mix strengths: mg or ug a dose, for a patch
  the rate in ug/h. The tablets are in `text`, a sentence a person can follow.
- Every day: `timeOfDay` alone, since R4 allows no frequency or period beside it. Every other day or a patch:
  frequency and period, the clock time in the text.
- `boundsPeriod` ends with the last day of the step (inclusive). Without a calendar it is a duration.
- A step to nothing has no Dosage: the one before it ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from algesia.adapters.fhir.codes import UCUM
from algesia.adapters.fhir.elements import Json
from algesia.knowledge.loader import Knowledge
from algesia.plan.model import DoseTime, Piece, Step
from algesia.plan.wording import amount, listed
from algesia.quantities.time import iso_day
from algesia.record.model import Route

ROUTE_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration"
ROUTE_CODES: Final[dict[str, str]] = {
    "oral": "PO", "sublingual": "SL", "buccal": "BUC", "transdermal": "TRNSDERM",
}  # fmt: skip
FORMS: Final = ("tablet", "capsule", "film")
DOSE_UNITS: Final = {"mg": "mg", "mg/mL": "mg", "ug": "ug", "ug/h": "ug/h"}
"""The unit of one dose by the unit of a strength."""


class Span(NamedTuple):
    """When a dosage runs, ``[start, end)``, and whether the record has a calendar."""

    start: int
    end: int
    relative: bool


def step_dosages(steps: Sequence[Step], relative: bool, knowledge: Knowledge) -> list[Json]:
    """The sequenced dosage instructions of one drug's steps."""
    found: list[Json] = []
    for sequence, step in enumerate(sorted(steps, key=lambda s: s.start), 1):
        found += dosages(
            step.doses,
            step.route,
            step.every_days,
            knowledge,
            sequence=sequence,
            span=Span(step.start, step.end, relative),
            head=f"Step {step.number}: ",
        )
    return found


def dosages(
    doses: Sequence[DoseTime],
    route: str,
    every_days: int,
    knowledge: Knowledge,
    *,
    sequence: int = 1,
    span: Span | None = None,
    head: str = "",
) -> list[Json]:
    """The dosage instructions of one regimen. Times of day with the same products are one instruction.

    Parameters
    ----------
    every_days
        1: every day; 2: every other day; of a patch the days until it is changed.
    span
        From when to when, open without it.
    head
        What the text begins with.
    """
    found = []
    for pieces, at in _alike(doses):
        dose = sum(piece.amount for piece in pieces)
        unit = DOSE_UNITS[pieces[0].unit]
        quantity = {"value": tidy(dose), "unit": unit, "system": UCUM, "code": unit}
        repeat: Json = {} if span is None else _bounds(span)
        if every_days == 1 and unit != "ug/h":
            repeat["timeOfDay"] = [f"{dose_time.time}:00" for dose_time in at]
        else:
            repeat |= {"frequency": len(at), "period": every_days, "periodUnit": "d"}
        found.append(
            {
                "sequence": sequence,
                "text": head + sentence_of(pieces, at, every_days, knowledge),
                "timing": {"repeat": repeat},
                "asNeededBoolean": False,
                "route": route_concept(route),
                "doseAndRate": [{"rateQuantity" if unit == "ug/h" else "doseQuantity": quantity}],
            }
        )
    return found


def _alike(doses: Sequence[DoseTime]) -> list[tuple[tuple[Piece, ...], list[DoseTime]]]:
    """Products with the times of day at which just they are taken; each patch strength by itself."""
    groups: dict[tuple[Piece, ...], list[DoseTime]] = {}
    for dose in doses:
        apart = [(p,) for p in dose.pieces] if dose.pieces[0].unit == "ug/h" else [dose.pieces]
        for pieces in apart:
            groups.setdefault(pieces, []).append(dose)
    return list(groups.items())


def sentence_of(
    pieces: Sequence[Piece], at: Sequence[DoseTime], every_days: int, knowledge: Knowledge
) -> str:
    """What is taken, as a sentence.

    >>> from algesia.knowledge.loader import load
    >>> piece = Piece("oxycodone-er-tablet", "OxyContin", "", 20.0, "mg", "extended", 2.0)
    >>> sentence_of([piece], [DoseTime("08:00", "morning", (piece,))], 1, load())
    'at 08:00 (morning), 2 tablets of 20 mg oxycodone, extended release: 40 mg.'
    """
    times = listed([f"{dose.time} ({dose.name})" for dose in at])
    what = listed([_counted(piece, knowledge) for piece in pieces])
    line = knowledge.product_lines.get(pieces[0].line)
    drug = line.ingredient if line is not None else pieces[0].product
    release = ", extended release" if pieces[0].release == "extended" else ""
    total = f"{amount(sum(piece.amount for piece in pieces))} {DOSE_UNITS[pieces[0].unit]}"
    if pieces[0].unit == "ug/h":
        return f"at {times}, {what} {drug}, changed every {every_days} days: {total}."
    often = (
        "" if every_days == 1 else ", every other day" if every_days == 2 else f", every {every_days} days"
    )
    each = " each time" if len(at) > 1 else ""
    return f"at {times}{often}, {what} {drug}{release}: {total}{each}."


def _counted(piece: Piece, knowledge: Knowledge) -> str:
    strength = f"{amount(piece.strength)} {piece.unit}"
    if piece.liquid:
        return f"{amount(piece.count)} mL of {strength}"
    noun = unit_of(piece.line, piece.unit, knowledge).strip("{}")
    plural = "" if piece.count <= 1 else "es" if noun == "patch" else "s"
    return f"{amount(piece.count)} {noun}{plural} of {strength}"


def unit_of(line: str, unit: str, knowledge: Knowledge) -> str:
    """The UCUM unit in which pieces of a product line are counted.

    >>> from algesia.knowledge.loader import load
    >>> [unit_of(line, load().product_lines[line].unit, load()) for line in ("fentanyl-patch", "oxycodone-oral-solution",
    ...     "buprenorphine-buccal-film", "codeine-tablet")]
    ['{patch}', 'mL', '{film}', '{tablet}']
    """
    if unit in ("mg/mL", "ug/h"):
        return "mL" if unit == "mg/mL" else "{patch}"
    known = knowledge.product_lines.get(line)
    form = known.dose_form.lower() if known is not None else ""
    return next((f"{{{noun}}}" for noun in FORMS if noun in form), "{unit}")


def route_concept(route: Route | str) -> Json:
    """A route with its HL7 v3 code where there is one."""
    code = ROUTE_CODES.get(route)
    coding = {} if code is None else {"coding": [{"system": ROUTE_SYSTEM, "code": code}]}
    return {**coding, "text": route}


def period(start: int, end: int) -> Json:
    """The days of ``[start, end)`` as a Period, whose end is inclusive.

    >>> from datetime import date
    >>> period(date(2024, 1, 1).toordinal(), date(2024, 1, 29).toordinal())
    {'start': '2024-01-01', 'end': '2024-01-28'}
    """
    return {"start": iso_day(start), "end": iso_day(end - 1)}


def days(count: int) -> Json:
    """So many days as a Duration."""
    return {"value": count, "unit": "d", "system": UCUM, "code": "d"}


def tidy(value: float) -> float | int:
    """A number without the dust of sums; whole ones without a decimal point.

    >>> tidy(37.5), tidy(30.000000000004)
    (37.5, 30)
    """
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def _bounds(span: Span) -> Json:
    if span.relative:
        return {"boundsDuration": days(span.end - span.start)}
    return {"boundsPeriod": period(span.start, span.end)}
