"""A referral letter to a pain specialist: one page, from the review.

It names nobody but what `person.id` holds, says what is on record and what is not, and what is asked. In an emergency it
says the emergency and what to do, whom to call and what runs, and interprets nothing.
"""

from __future__ import annotations

import textwrap
from typing import Final

import msgspec

from algesia.assessment.model import Assessment
from algesia.knowledge.loader import Knowledge
from algesia.report.compose import about
from algesia.report.days import Calendar, sentence
from algesia.report.letter_model import TITLE, Letter, Part, shortened
from algesia.report.letter_parts import emergency_parts, parts, question, running
from algesia.report.letter_pdf import letter_pdf
from algesia.report.printable import printable
from algesia.report.statements import EDITION_WORDS, LEVEL_WORDS, NOTHING_ELSE, Place, statement

__all__ = ["Letter", "Part", "letter", "letter_pdf", "letter_text"]

NARROWEST: Final = 40
TEXT_LINES: Final = 8
"""Items of one part in the text of a letter."""


def letter(assessment: Assessment, knowledge: Knowledge, place: Place = "us") -> Letter:
    """The letter for one assessment. Pure; the order of facts changes nothing.

    >>> from algesia.knowledge.loader import load
    >>> from algesia.record.codec import read_record
    >>> from algesia.review import review
    >>> record = read_record(b'{"format": "algesia-record/1", "person": {"id": "a1"}, "medications": [{"drug": "oxycodone",'
    ...     b'"route": "oral", "dose": {"value": 20, "unit": "mg"}, "every_hours": 12, "start": "2024-01-10"}]}')
    >>> made = letter(review(record, load()), load())
    >>> made.person, made.parts[0].lead
    ('a1', 'Sum: 60 MME a day.')
    """
    a, cal = assessment, Calendar.of(assessment)
    emergency = bool(a.emergency)
    ordered = sorted(a.record.conditions, key=lambda c: (c.at.day if c.at else 0, c.text or ""))
    urgent = (
        ()
        if emergency
        else tuple(
            running(f"{LEVEL_WORDS[i.level]}: {i.title}", *i.because, i.do)
            for i in a.interlocks
            if i.level == "urgent"
        )
    )
    return Letter(
        person=a.record.person.id or "",
        about=about(msgspec.structs.replace(a.record, conditions=tuple(ordered)), a.as_of, cal),
        as_of=cal.long(a.as_of),
        emergency=emergency,
        stop=(a.headline, *dict.fromkeys(sentence(i.title) for i in a.emergency), NOTHING_ELSE) if emergency else (),
        urgent=urgent,
        question="" if emergency else question(a),
        headline="" if emergency else a.headline,
        subline="" if emergency else a.subline,
        parts=emergency_parts(a, place) if emergency else parts(a, knowledge, cal),
        editions=f"algesia · knowledge {a.knowledge_edition} · {EDITION_WORDS[a.exposure.edition]}",
        statement=statement(place),
    )  # fmt: skip


def letter_text(whole: Letter, width: int = 80) -> str:
    """The letter as text, no line longer than `width` (40 at least) unless one word is."""
    short, width = shortened(whole, TEXT_LINES), max(NARROWEST, width)
    out: list[str] = []

    def put(text: str, first: str = "", rest: str = "") -> None:
        out.extend(
            textwrap.wrap(
                printable(text), width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
            )
        )

    put(f"{TITLE} · {short.as_of}")
    put(" · ".join(part for part in (short.person, short.about) if part))
    if short.emergency:
        out.append("")
        put("EMERGENCY")
        for line in short.stop:
            put(line)
    for line in short.urgent:
        out.append("")
        put(line)
    if short.question:
        out.append("")
        put(short.question)
        out.append("")
        put(short.headline)
        put(short.subline)
    for part in short.parts:
        out += ["", f"{part.title} {'─' * max(3, width - len(part.title) - 1)}"]
        put(part.lead, "  ", "  ")
        for item in part.items:
            put(item, "  - ", "    ")
        put(part.note, "  ", "  ")
    out.append("")
    put(short.editions)
    for line in short.statement:
        put(line)
    return "\n".join(line.rstrip() for line in out) + "\n"
