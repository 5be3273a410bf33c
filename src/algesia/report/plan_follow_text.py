"""How a running plan stands, as text and as `algesia-follow/1`.

The first line says what to do with the plan; under it what to do next, why, what is expected and what is missing. In
an emergency whom to call stands first.
"""

from __future__ import annotations

import textwrap
from typing import Any, Final

from algesia.plan.model import FollowUp, Step
from algesia.quantities.time import iso_day
from algesia.record.model import Record
from algesia.report.days import Calendar
from algesia.report.printable import printable
from algesia.report.statements import NOT_SUDDENLY, NOTHING_ELSE, PURPOSE, Place, call_for_help

FORMAT: Final = "algesia-follow/1"
NARROWEST: Final = 40
STATUS_WORDS: Final = {
    "on-track": "On track",
    "pause": "Pause at this step",
    "step-back": "Step back",
    "urgent": "Urgent: the plan stops",
    "unassessable": "Cannot tell",
}
UNIT_WORDS: Final = {"mg/d": "mg a day", "ug/d": "ug a day", "ug/h": "ug/h"}


def follow_text(found: FollowUp, record: Record, width: int = 100, place: Place = "us") -> str:
    """How the plan stands, no line longer than `width` (40 at least) unless one word is.

    >>> from algesia.record.model import Record
    >>> found = FollowUp("on-track", 738000, None, None, None, ("Why.",), (), (), "Keep the dose.")
    >>> print(follow_text(found, Record()).splitlines()[0])
    On track · 29 July 2021
    """
    calendar = Calendar(record.relative, record.epoch.day, found.as_of)
    width = max(NARROWEST, width)
    emergency = any(lock.level == "emergency" for lock in found.blocked_by)
    out: list[str] = []
    _add(out, f"{STATUS_WORDS[found.status]} · {calendar.long(found.as_of)}", width)
    if emergency:
        for when, call in call_for_help(place):
            _add(out, f"{when}: {call}.", width)
    out.append("")
    _add(out, found.do, width)
    if found.back_to is not None:
        _add(out, f"Back to {_step_line(found.back_to, calendar)}", width)
    for title, lines in (
        ("Because", found.because),
        ("Expected after a step", found.expected),
        ("Missing", found.missing),
    ):
        if lines:
            out += ["", title]
            for line in lines:
                _add(out, line, width, "  ")
    if found.sources:
        out.append("")
        _add(out, f"Sources: {', '.join(found.sources)}", width)
    out.append("")
    for line in (NOTHING_ELSE, NOT_SUDDENLY, PURPOSE) if emergency else (NOT_SUDDENLY, PURPOSE):
        _add(out, line, width)
    return "\n".join(out) + "\n"


def follow_json(found: FollowUp, record: Record) -> dict[str, Any]:
    """How the plan stands, machine-readable. A record without a calendar has a day number beside each date.

    >>> from algesia.record.model import Record
    >>> found = FollowUp("pause", 738000, None, None, None, ("Why.",), (), ("COWS",), "Hold the dose.")
    >>> answer = follow_json(found, Record())
    >>> answer["format"], answer["as_of"], answer["status"], answer["missing"]
    ('algesia-follow/1', '2021-07-29', 'pause', ['COWS'])
    """
    calendar = Calendar(record.relative, record.epoch.day, found.as_of)
    return {
        "format": FORMAT,
        **_dated("as_of", found.as_of, calendar),
        "relative": record.relative,
        "status": found.status,
        "step": None if found.step is None else _step(found.step, calendar),
        "day_of_step": found.day_of_step,
        "back_to": None if found.back_to is None else _step(found.back_to, calendar),
        "do": found.do,
        "because": list(found.because),
        "expected": list(found.expected),
        "missing": list(found.missing),
        "blocked_by": [lock.id for lock in found.blocked_by],
        "interlocks": [
            {
                "id": lock.id,
                "level": lock.level,
                "title": lock.title,
                "because": list(lock.because),
                "do": lock.do,
            }
            for lock in found.blocked_by
        ],
        "sources": list(found.sources),
        "statement": [NOT_SUDDENLY, PURPOSE],
    }


def _step(step: Step, calendar: Calendar) -> dict[str, Any]:
    return {
        "number": step.number,
        **_dated("start", step.start, calendar),
        **_dated("end", step.end, calendar),
        "drug": step.drug,
        "route": step.route,
        "release": step.release,
        "daily": {"value": step.daily, "unit": step.unit},
        "reviews": [iso_day(day) for day in step.reviews],
    }


def _dated(key: str, day: int, calendar: Calendar) -> dict[str, Any]:
    """A date, with the number of its day in a record that counts days from an event."""
    number = calendar.number(day)
    return {key: iso_day(day)} if number is None else {key: iso_day(day), f"{key}_day": number}


def _step_line(step: Step, calendar: Calendar) -> str:
    daily = f"{step.daily:.3f}".rstrip("0").rstrip(".")
    run = f"{calendar.short(step.start)} to {calendar.short(step.end - 1)}"
    return f"step {step.number}: {daily} {UNIT_WORDS[step.unit]} of {step.drug}, as from {run}."


def _add(out: list[str], text: str, width: int, indent: str = "") -> None:
    out.extend(
        textwrap.wrap(
            printable(text), width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
        )
    )
