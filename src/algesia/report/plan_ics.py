"""A released taper as an iCalendar file (RFC 5545) for the person's own calendar.

Written here and not by a library: two kinds of event need sixty lines. Times float, because a dose is taken at eight
wherever the person is. There is no clock and no randomness in it: equal plans give equal files.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import Final

from algesia.assessment.wording import lower_first
from algesia.plan.model import DoseTime, Step, TaperPlan
from algesia.report.plan_calendar import Pages, clinic_day, day_words, page_spans, taken_on
from algesia.report.plan_drawn import UNITS, amount_text, is_patch, product_words, time_of_day
from algesia.report.release import Release, released

OCTETS: Final = 75
"""The longest line of RFC 5545, section 3.1."""
CARE: Final = "Do not stop suddenly. Missed one? Do not take two."
PATCH_CARE: Final = "Take the old patch off first. Do not stop suddenly."
GATE: Final = "Before that call, nothing changes. No call by that day? Do not stop: call the clinic."


def taper_ics(plan: TaperPlan, release: Release | None, pages: Pages = "all", relative: bool = False) -> str:
    """An event for each step and time of day, repeated on the days it is taken, and one for each review gate.

    Steps beyond the first gate are tentative and say after which review they hold. With ``next``, only what holds up
    to the next gate is written.

    Parameters
    ----------
    relative
        Whether the record counts days from an event: it then has no dates to write.

    Raises
    ------
    WrongCall
        When the plan has no steps or dates, is not released, or naloxone is not at hand.
    """
    by = released(plan, release, relative)
    mark = sha256(repr((plan.as_of, plan.knowledge, plan.steps)).encode()).hexdigest()
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//algesia//taper//EN", "CALSCALE:GREGORIAN"]
    spans = page_spans(plan, pages)
    if pages == "all":
        spans = tuple((step, step.start, step.end - 1) for step in plan.steps)
    after = 0
    for step, first, last in spans:
        for number, dose in enumerate(step.doses):
            if any(taken_on(step, day) for day in range(first, last + 1)):
                what = f"{mark}/{step.number}/{number}"
                lines += _event(plan, what, _dose(step, dose, by, first, last, after))
        for gate in (day for day in step.reviews if first <= day <= last):
            lines += _event(plan, f"{mark}/{step.number}/review/{gate}", _gate(clinic_day(gate, first), by))
        after = last
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(plan: TaperPlan, what: str, lines: list[str]) -> list[str]:
    uid = sha256(what.encode()).hexdigest()[:32]
    return ["BEGIN:VEVENT", f"UID:{uid}@algesia", f"DTSTAMP:{_day(plan.as_of)}T000000Z", *lines, "CLASS:PRIVATE",
            "TRANSP:TRANSPARENT", "END:VEVENT"]  # fmt: skip


def _dose(step: Step, dose: DoseTime, by: Release, first: int, last: int, after: int) -> list[str]:
    days = [day for day in range(first, last + 1) if taken_on(step, day)]
    time = f"T{dose.time.replace(':', '')}00"
    every = f";INTERVAL={step.every_days}" if step.every_days > 1 else ""
    units = {piece.unit for piece in dose.pieces if not piece.liquid}
    unit = f" {UNITS[units.pop()]}" if len(units) == 1 else ""
    words = time_of_day(dose, step, {}).words.replace("\u00a0", " ")
    only = f"Only after your review on {day_words(after)}" if after else ""
    pieces = "; ".join(
        f"{amount_text(p.count)} mL of {p.product}, {amount_text(p.strength)} mg/mL" if p.liquid
        else f"{amount_text(p.count)} x {amount_text(p.strength)} {UNITS[p.unit]}, {p.product}"
        for p in dose.pieces
    )  # fmt: skip
    care = PATCH_CARE if is_patch(step) else CARE
    call = ", ".join(text for text in (by.by, by.phone) if text)
    about = " ".join(
        part for part in (f"{only}." if only else "", f"{pieces}.", care, f"Call: {call}.") if part
    )
    return [
        f"DTSTART:{_day(days[0])}{time}",
        "DURATION:PT15M",
        f"RRULE:FREQ=DAILY{every};UNTIL={_day(days[-1])}{time}",
        f"SUMMARY:{_text(f'{product_words(step)}: {words}{unit}' + (f' ({lower_first(only)})' if only else ''))}",
        f"DESCRIPTION:{_text(about)}",
        f"STATUS:{'TENTATIVE' if only else 'CONFIRMED'}",
    ]


def _gate(gate: int, by: Release) -> list[str]:
    call = ", ".join(text for text in (by.by, by.phone) if text)
    return [
        f"DTSTART;VALUE=DATE:{_day(gate)}",
        f"DTEND;VALUE=DATE:{_day(gate + 1)}",
        f"SUMMARY:{_text(f'Talk to the clinic: {call}')}",
        f"DESCRIPTION:{_text(GATE)}",
        "STATUS:CONFIRMED",
    ]


def _day(day: int) -> str:
    return date.fromordinal(day).strftime("%Y%m%d")


def _text(text: str) -> str:
    r"""A TEXT value with what separates values escaped.

    >>> _text("a, b; c\\d")
    'a\\, b\\; c\\\\d'
    """
    for char in ("\\", ";", ","):
        text = text.replace(char, f"\\{char}")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, those after the first with a blank in front; no character is cut.

    >>> [len(part.encode()) for part in _folded("SUMMARY:" + "\\u4e2d" * 40)]
    [74, 55]
    """
    part = ""
    for char in line:
        if len((part + char).encode()) > OCTETS:
            yield part
            part = " "
        part += char
    yield part
