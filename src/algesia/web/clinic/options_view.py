"""Adjuncts and alternatives as a document: a table of what there is, then each with everything that was read of it."""

from __future__ import annotations

from typing import Final

from algesia.assessment.model import Assessment
from algesia.plan.adjuncts import NO_START
from algesia.plan.model import AdjunctChoice, AlternativeChoice, OptionsPlan
from algesia.report.days import Calendar, sentence
from algesia.report.layout import Cell, Column, Points, Row, Table
from algesia.report.plan_layout import PlanDocument, PlanSection, assembled, blocks
from algesia.report.plan_options_text import (
    ADJUNCT_WORDS,
    ALTERNATIVE_WORDS,
    NONE_STATED,
    NOT_BEGUN,
    NOT_READ,
    PROPOSED,
    daily_maximum,
    effect_words,
    marked,
    name_of,
    phrases,
    start_words,
    stated,
)
from algesia.report.statements import CONFIDENCE_WORDS, Place

ADJUNCT_ORDER: Final = ("taken", "consider", "caution", "specialist", "against")
ALTERNATIVE_ORDER: Final = ("matches", "possible", "tried", "against")


def options_document(plan: OptionsPlan, assessment: Assessment, place: Place = "us") -> PlanDocument:
    """Lay out what there is beside or instead of an opioid. In an emergency nothing but the emergency is kept."""
    cal = Calendar.of(assessment)
    emergency = tuple(lock for lock in plan.blocked_by if lock.level == "emergency")
    blocked = plan.status == "blocked"
    sections: list[PlanSection | None] = []
    if not blocked:
        sections = [_adjuncts(plan), _alternatives(plan), _warnings(plan)]
    return assembled(
        "Options", assessment.record, cal, plan.knowledge, place,
        headline=NOT_BEGUN if blocked else "What there is beside an opioid, and instead of one.",
        sublines=(Cell(f"As of {cal.long(plan.as_of)}."), *(() if blocked else (Cell(PROPOSED),))),
        locks=blocks(plan.blocked_by), sections=sections, sources=plan.sources, emergency=emergency,
    )  # fmt: skip


def _warnings(plan: OptionsPlan) -> Points | None:
    if not plan.warnings:
        return None
    return Points(
        "care",
        "Read first",
        "what on this record asks for care",
        tuple(Cell(sentence(w)) for w in plan.warnings),
    )


def _adjuncts(plan: OptionsPlan) -> Table:
    chosen = sorted(plan.adjuncts, key=lambda c: (ADJUNCT_ORDER.index(c.status), name_of(c.adjunct)))
    columns = (
        Column("Drug"), Column("Status"), Column("Dose"), Column("Most on this record"), Column("Care"), Column("Evidence"),
    )  # fmt: skip
    return Table(
        "adjuncts", "Beside the opioid", "drugs, checked against the record", columns,
        tuple(_adjunct(c) for c in chosen if c.status != "against"),
        folded=tuple(_adjunct(c) for c in chosen if c.status == "against"),
        folded_as=f"{sum(c.status == 'against' for c in chosen)} that the record speaks against",
    )  # fmt: skip


def _adjunct(choice: AdjunctChoice) -> Row:
    row = choice.adjunct
    name, start = start_words(choice)
    first = NO_START if start == NO_START else f"{name}: {marked(stated(start), row.confidence_dose)}"
    dose = " ".join(
        sentence(part)
        for part in (
            first,
            f"Titration: {marked(stated(row.titration), row.confidence_dose)}",
            f"Printed maximum: {marked(stated(row.maximum), row.confidence_dose)}",
        )
    )
    most = " ".join(
        sentence(part)
        for part in (
            f"{daily_maximum(choice)[:1].upper()}{daily_maximum(choice)[1:]}",
            f"Kidney: {stated(row.renal_says)}",
            f"Liver: {stated(row.hepatic)}",
        )
    )
    care = [
        *choice.against,
        *(words for words in choice.cautions if words != NO_START),
        *_unknown(choice.unknown),
    ]
    if not any(row.interaction and row.interaction in words for words in choice.cautions):
        care.append(f"interactions as printed: {stated(row.interaction)}")
    care.append(f"monitoring: {stated(row.monitoring)}")
    if row.note:
        care.append(row.note)
    return Row(
        Cell(name_of(row), strong=True),
        (
            Cell(ADJUNCT_WORDS[choice.status], strong=True),
            Cell(dose, row.sources),
            Cell(most),
            Cell(" ".join(_upper(sentence(words)) for words in care)),
            Cell(sentence(marked(stated(row.evidence), row.confidence_evidence))),
        ),
    )


def _unknown(said: tuple[str, ...]) -> list[str]:
    """What is not on record, what was not checked, and the rest: a sentence each."""
    found = []
    for mark, words in (("ask: ", "ask, not on record"), ("not checked: ", "interactions not checked")):
        parts = [one.removeprefix(mark) for one in said if one.startswith(mark)]
        found += [f"{words}: {'; '.join(parts)}"] if parts else []
    return found + [one for one in said if not one.startswith(("ask: ", "not checked: "))]


def _alternatives(plan: OptionsPlan) -> Table:
    chosen = sorted(plan.alternatives, key=lambda c: (ALTERNATIVE_ORDER.index(c.status), c.alternative.title))
    columns = (
        Column("Treatment"), Column("Status"), Column("Effect"), Column("Certainty"), Column("Evidence against"),
        Column("For whom, and what it needs"),
    )  # fmt: skip
    return Table(
        "alternatives", "Instead of an opioid", "treatments, matched to the record", columns,
        tuple(_alternative(c) for c in chosen if c.status != "against"),
        folded=tuple(_alternative(c) for c in chosen if c.status == "against"),
        folded_as=f"{sum(c.status == 'against' for c in chosen)} that the record speaks against",
    )  # fmt: skip


def _alternative(choice: AlternativeChoice) -> Row:
    row = choice.alternative
    if row.effects is None:
        effects = [NOT_READ]
    else:
        effects = [effect_words(effect) for effect in row.effects] or [NONE_STATED]
    whom = [
        *(f"against: {words}" for words in choice.against),
        *(f"on record: {words}" for words in choice.fits),
        *(f"tried: {words}" for words in choice.tried),
        f"indication: {stated(row.indication)}",
        f"contraindicated, ask: {phrases(row.contraindicated)}",
        f"needs: {stated(row.needs)}",
        *((row.note,) if row.note else ()),
        CONFIDENCE_WORDS[row.confidence],
    ]
    return Row(
        Cell(row.title, strong=True),
        (
            Cell(ALTERNATIVE_WORDS[choice.status], strong=True),
            Cell(
                " ".join(
                    _upper(sentence(words)) for words in (*effects, f"evidence: {stated(row.evidence)}")
                ),
                row.sources,
            ),
            Cell(_upper(stated(row.certainty))),
            Cell(_upper(sentence(stated(row.contrary)))),
            Cell(" ".join(_upper(sentence(words)) for words in whom)),
        ),
    )


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
