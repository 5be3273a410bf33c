"""What a clinician may record from a page: a sign, a laboratory value, a total, PEG, a note. From a form to a fact."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from algesia.adapters.store.model import Entry
from algesia.assessment.model import Ask, Assessment
from algesia.knowledge.loader import Knowledge
from algesia.record.check_findings import EGFR
from algesia.web.clinic.asked import day_in, day_out
from algesia.web.errors import Refusal
from algesia.web.reviews import Reviewed
from algesia.web.visit import Visit

LAST_MINUTE: Final = 0.999
"""As a part of a day: where nobody's clock is known, what is recorded stands after everything of its day."""
ANSWERS: Final[dict[str, bool | None]] = {"present": True, "absent": False, "unanswered": None}
LABS: Final = (("egfr", "eGFR", EGFR), ("qtc", "QTc", "ms"))
"""Laboratory values that rules read: name, words, unit."""
UNIT_WORDS: Final = {EGFR: "mL/min/1.73 m²"}
"""Units that are written otherwise for programs than for people."""
READABLE: Final = {"egfr": (1.0, 200.0), "qtc": (200.0, 800.0)}
"""What a report of these can show at all. Beyond it a unit or a digit was mistaken; it is no rule of care."""
SCALES: Final = {"cows": "cows", "distress": "phq-9", "loss-of-control": "dsm5-oud"}
"""Findings of the differential that a total answers, and the instrument."""
NALOXONE: Final = "naloxone-at-hand"
ASSESSED: Final = "emergency assessment"


@dataclass(frozen=True, slots=True)
class Field:
    """How a question of "Ask next" is answered on the page. `kind` is empty where it cannot be done in one field."""

    kind: str
    names: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    most: float | None = None


def default_day(visit: Visit, reviewed: Reviewed) -> int:
    """The day that a new fact is of: today; for an example or days without a calendar, the day of asking."""
    as_of = reviewed.review.as_of
    if reviewed.record.relative or reviewed.person.kind == "example":
        return as_of
    return visit.today


def latest_day(visit: Visit, reviewed: Reviewed) -> int:
    """The last day that a fact may be of."""
    if reviewed.record.relative or reviewed.person.kind == "example":
        return reviewed.review.as_of
    return visit.today


def when(visit: Visit, reviewed: Reviewed, day: int) -> dict[str, Any]:
    """The time of a fact in the record's own way: minute where it is today, the end of the day without a clock."""
    record = reviewed.record
    if record.relative:
        return {"day": day - record.epoch.day + LAST_MINUTE}
    if reviewed.person.kind == "example":
        return {"at": f"{date.fromordinal(day).isoformat()}T23:59"}
    if day == visit.today:
        return {"at": visit.now.strftime("%Y-%m-%dT%H:%M")}
    return {"at": date.fromordinal(day).isoformat()}


def day_asked(visit: Visit, reviewed: Reviewed, text: str) -> int:
    """The day a form names, or today.

    Raises
    ------
    Refusal
        When it is no day, or lies ahead.
    """
    if not text.strip():
        return default_day(visit, reviewed)
    day = day_in(reviewed.record, text.strip(), "The day")
    last = latest_day(visit, reviewed)
    if day > last:
        shown = day_out(reviewed.record, last)
        raise Refusal(
            422, "Not yet", f"That day lies after {shown}. Record what was seen, on the day it was seen."
        )
    if day < reviewed.record.epoch.day and reviewed.record.relative:
        raise Refusal(422, "No such day", "That day lies before the first day of this record.")
    return day


def entry(visit: Visit, reviewed: Reviewed, id: str, form: dict[str, str]) -> Entry:
    """The fact that a form holds.

    Raises
    ------
    Refusal
        When something is missing or is no number. What the reader of the record refuses, the store refuses.
    """
    at = when(visit, reviewed, day_asked(visit, reviewed, form.get("day", "")))
    kind, name = form.get("kind", ""), form.get("name", "").strip()
    note = form.get("note", "").strip()
    if kind == "sign":
        answer = form.get("answer", "")
        if answer not in ANSWERS or name not in visit.state.knowledge.signs:
            raise Refusal(422, "Not complete", "Choose a sign, and whether it is present or absent.")
        body = {**at, "sign": name, "present": ANSWERS[answer]} | ({"note": note} if note else {})
        return Entry(id, "signs", body)
    if kind == "lab":
        unit = form.get("unit", "").strip()
        if not name or not unit:
            raise Refusal(422, "Not complete", "Give the value's name and its unit, such as egfr and mL/min.")
        return Entry(id, "labs", {**at, **_lab(name, _number(form)), "unit": unit})
    if kind == "scale":
        if not name:
            raise Refusal(422, "Not complete", "Choose which scale was scored.")
        return Entry(
            id, "scales", {**at, "instrument": name, "score": _number(form)} | _item_nine(form, name)
        )
    if kind == "function":
        return Entry(id, "function", {**at, "instrument": "peg", "score": _number(form)})
    if kind == "note":
        if not note:
            raise Refusal(422, "Nothing to save", "Write the note, then save it.")
        if reviewed.record.relative:
            raise Refusal(422, "No calendar", "This record counts days from an event. A note needs a date.")
        return Entry(id, "notes", {**at, "text": note})
    raise Refusal(422, "Not complete", "Choose what to record: a sign, a value, a scale, PEG or a note.")


def naloxone(visit: Visit, reviewed: Reviewed, id: str) -> Entry:
    """That naloxone was offered and taught, as the answer that every plan looks for."""
    at = when(visit, reviewed, default_day(visit, reviewed))
    return Entry(id, "signs", {**at, "sign": NALOXONE, "present": True, "note": "Offered and taught."})


def assessment(visit: Visit, reviewed: Reviewed, id: str, form: dict[str, str]) -> list[Entry]:
    """The assessment that an emergency waits for: who, what was found, and what each sign is now.

    Raises
    ------
    Refusal
        When nobody or nothing is named.
    """
    by, found = form.get("by", "").strip(), form.get("found", "").strip()
    if not by or not found:
        raise Refusal(422, "Not complete", "Record who assessed and what was found.")
    at = when(visit, reviewed, day_asked(visit, reviewed, form.get("day", "")))
    entries = [Entry(id, "interventions", {**at, "kind": ASSESSED, "text": f"{by}: {found}"})]
    for sign in emergency_signs(reviewed.review, visit.state.knowledge):
        answer = form.get(f"sign-{sign}", "")
        if answer in ANSWERS:
            body = {**at, "sign": sign, "present": ANSWERS[answer], "note": f"{by}: {found}"}
            entries.append(Entry(f"{id}-{len(entries)}", "signs", body))
    return entries


def emergency_signs(a: Assessment, knowledge: Knowledge) -> tuple[str, ...]:
    """The present signs that an emergency rests on, in the order of the table."""
    raised = {lock.id for lock in a.interlocks if lock.level in ("emergency", "urgent")}
    present = {s.sign for s in a.signs if s.status == "present"}
    return tuple(s.id for s in knowledge.signs.values() if s.id in present and raised & set(s.interlocks))


def field_of(ask: Ask, knowledge: Knowledge) -> Field:
    """How a question is answered: by a laboratory value, a total, or one of the signs that feed it."""
    if ask.finding == "egfr":
        return Field("lab", (("egfr", "eGFR"),), EGFR)
    if ask.finding in SCALES:
        name = SCALES[ask.finding]
        instrument = knowledge.instruments[name]
        return Field("scale", ((name, instrument.name),), most=instrument.high)
    signs = tuple((s.id, s.clinical) for s in knowledge.signs.values() if s.feature == ask.finding)
    return Field("sign", signs) if signs else Field("")


def _number(form: dict[str, str]) -> float:
    text = form.get("value", "").strip().replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Refusal(422, "Not a number", "Write the value as a number, such as 54 or 7.5.")
    return value


def _lab(name: str, value: float) -> dict[str, Any]:
    """A laboratory value under the name that rules read, however its letters were written."""
    known = {words.casefold(): (lab, words, unit) for lab, words, unit in LABS}
    lab, words, unit = known.get(name.casefold(), (name, name, ""))
    low, high = READABLE.get(lab, (-math.inf, math.inf))
    if not low <= value <= high:
        says = f"{words} {value:g} cannot be: it is read in {UNIT_WORDS.get(unit, unit)}, from {low:g} to {high:g}. Nothing was changed."
        raise Refusal(422, "Look at the number", says)
    return {"lab": lab, "value": value}


def _item_nine(form: dict[str, str], name: str) -> dict[str, Any]:
    """Item 9 of the PHQ-9, which is never left to the total."""
    text = form.get("item9", "").strip()
    if name != "phq-9" or not text:
        return {}
    if text not in ("0", "1", "2", "3"):
        raise Refusal(422, "Not an answer", "Item 9 is 0, 1, 2 or 3.")
    return {"items": {"9": int(text)}}
