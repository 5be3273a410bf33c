"""What is planned to be taken today, time of day by time of day: from the released plan, else from the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from algesia.adapters.store.people import record_of
from algesia.plan.model import DoseTime, Step
from algesia.record.model import Amount, Medication, Record
from algesia.report.days import capital, number
from algesia.report.plan_calendar import taken_on
from algesia.report.plan_drawn import UNITS, amount_text, is_patch, product_words
from algesia.report.plan_html import draw
from algesia.report.plan_layout import drawn
from algesia.web.person.released import Standing, standing
from algesia.web.render import short_day
from algesia.web.visit import Visit

RATES: Final = ("ug/h", "mg/h", "mg/d", "ug/d", "mL/h")


@dataclass(frozen=True, slots=True)
class DoseWords:
    """One time of day, or one medicine of the record.

    `marks` are drawings, hidden from readers who hear the page; `amount` says the sum. `note` says what it is and
    where it comes from.
    """

    name: str
    marks: tuple[Markup, ...]
    amount: str
    note: str


def today_doses(visit: Visit) -> tuple[DoseWords, ...] | None:
    """What is planned for today; ``None`` when nothing is on record, or when the released plan does not say."""
    found = standing(visit)
    if found is not None and found.shows_dose and found.step is not None:
        return of_step(found.step, visit.today, note_of(found))
    if found is not None and found.state not in ("before", "call"):
        # the record may still hold the dose before the plan: it is not shown again
        return None
    # only these lists are read: the entry must be quick after five years of diary
    people, person = visit.state.store.people, visit.person
    kept = (*people.current(person.id, "person"), *people.current(person.id, "medications"))
    return of_record(record_of(person, kept), visit.today)


def of_step(step: Step, day: int, note: str) -> tuple[DoseWords, ...]:
    """The doses of a step on a day; on a day without one that is what is said."""
    if not taken_on(step, day):
        return (DoseWords("Today", (), "same patch" if is_patch(step) else "no dose", note),)
    return tuple(
        DoseWords(
            capital(dose.name), tuple(draw(mark) for mark in drawn(dose, False).marks), sum_text(dose), note
        )
        for dose in step.doses
    )


def note_of(found: Standing) -> str:
    """Which medicine it is, who released the plan, and when."""
    what = "" if found.step is None else f"{capital(product_words(found.step))}. "
    return f"{what}Plan from {found.by}, {short_day(found.at)}."


def sum_text(dose: DoseTime) -> str:
    """The sum of one time of day: "50 mg"; a liquid with its volume."""
    unit = dose.pieces[0].unit if dose.pieces else "mg"
    total = f"{amount_text(dose.amount)} {'mg' if unit == 'mg/mL' else UNITS[unit]}"
    volume = sum(piece.count for piece in dose.pieces if piece.liquid)
    return f"{amount_text(volume)} mL, {total}" if volume else total


def of_record(record: Record, day: int) -> tuple[DoseWords, ...] | None:
    """The medicines that run by a schedule, as the record holds them."""
    kept = [one for one in record.medications if _runs(one, day)]
    taken = [one for one in kept if one.basis == "taken"]
    known = {one.drug.lower() for one in taken}
    rows = [
        row
        for one in (*taken, *(m for m in kept if m.basis == "prescribed" and m.drug.lower() not in known))
        for row in _rows(one)
    ]
    return tuple(rows) or None


def _runs(one: Medication, day: int) -> bool:
    begun = one.start.day <= day and (one.end is None or one.end.day > day)
    return begun and not one.as_needed and one.basis in ("taken", "prescribed")


def _rows(one: Medication) -> list[DoseWords]:
    name = capital(one.drug)
    kind = {"extended": ", slow release", "immediate": ", quick release", None: ""}[one.release]
    note = f"{name}{kind}. From your medicine list."
    if one.dose is None or one.question is not None:
        return [DoseWords(name, (), "amount not known", note)]
    words = _amount(one.dose)
    if one.dose.unit in RATES:
        return [DoseWords(name, (), words, note)]
    return [DoseWords(f"{name}, {_often(one)}" if _often(one) else name, (), words, note)]


def _amount(amount: Amount) -> str:
    unit = UNITS.get(amount.unit, amount.unit.strip("{}"))
    if amount.value is not None:
        return f"{number(amount.value, 3)} {unit}"
    return f"{number(amount.low or 0.0, 3)} to {number(amount.high or 0.0, 3)} {unit}"


def _often(one: Medication) -> str:
    """How often, in words; empty where the record does not say.

    >>> from algesia.quantities.time import Instant
    >>> _often(Medication(drug="oxycodone", start=Instant(738000), every_hours=12))
    'every 12 hours'
    """
    if one.every_hours is not None:
        return f"every {number(one.every_hours)} hours"
    if one.times_per_day is not None:
        return "once a day" if one.times_per_day == 1 else f"{number(one.times_per_day)} times a day"
    return ""
