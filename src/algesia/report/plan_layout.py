"""The document between a plan and its formats: text, page and paper only lay it out, so that they cannot disagree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from algesia.assessment.model import Interlock
from algesia.plan.model import DoseTime, Naloxone, Piece, Regimen, Rule
from algesia.plan.wording import amount
from algesia.quantities.refusal import Unassessable
from algesia.record.model import Record
from algesia.report.citations import citations
from algesia.report.compose import about
from algesia.report.days import Calendar, capital, sentence
from algesia.report.known import known_sources
from algesia.report.layout import Cell, Column, LockBlock, Points, References, Row, Section, Table
from algesia.report.plan_words import daily_words, dose_words, drug_words, sum_words
from algesia.report.printable import printable
from algesia.report.statements import (
    CONFIDENCE_WORDS,
    LEVEL_WORDS,
    NOT_SUDDENLY,
    NOTHING_ELSE,
    PURPOSE,
    Place,
    emergency_line,
)

PROPOSAL: Final = "A plan is a proposal to a clinician, who releases it or does not."
ALL_DOSES: Final = "Doses"
"""The column of a table whose doses have too many times for a column each."""
DRAWN_SINGLY: Final = 3
"""More pieces of one strength at one time are drawn once, with their count."""

Shape: TypeAlias = Literal["tablet", "half", "patch"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A drawn piece: a capsule, half of one, or a patch, with its strength in it. `times` of them."""

    shape: Shape
    label: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Dose:
    """What is taken at one time: the drawing, the sum beside it, and the same in words."""

    clock: str
    name: str
    words: str
    total: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step as it is shown. `doses` has one entry for each column of times."""

    start: str
    doses: tuple[tuple[Dose, ...], ...]
    daily: str
    change: str
    mme: str
    gate: str
    often: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class StepTable:
    """The steps of one drug. `times` names the columns of doses; a single one where there are too many times."""

    id: str
    title: str
    note: str
    lead: str
    times: tuple[str, ...]
    rows: tuple[StepRow, ...]

    @property
    def timed(self) -> bool:
        """Whether each dose has to say its time of day, because one column holds them all."""
        return self.times == (ALL_DOSES,)


PlanSection: TypeAlias = Section | StepTable


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A plan, laid out. `stop` holds the sentences of an emergency, which replaces everything else."""

    title: str
    person: str | None
    about: str
    as_of: str
    headline: str
    sublines: tuple[Cell, ...]
    stop: tuple[str, ...]
    locks: tuple[LockBlock, ...]
    sections: tuple[PlanSection, ...]
    editions: str
    statement: tuple[str, ...]
    labels: dict[str, tuple[str, str]]
    """Source id to (anchor, label)."""

    @property
    def numbers(self) -> dict[str, int]:
        """Source id to its place in the list of sources."""
        return {id: i for i, id in enumerate(self.labels, 1)}


def assembled(
    kind: str,
    record: Record,
    cal: Calendar,
    edition: str,
    place: Place,
    *,
    headline: str,
    sublines: tuple[Cell, ...],
    locks: tuple[LockBlock, ...],
    sections: Iterable[PlanSection | None],
    sources: tuple[str, ...],
    emergency: tuple[Interlock, ...],
) -> PlanDocument:
    """The document with its list of sources. In an emergency nothing but the interlock is kept."""
    kept = () if emergency else tuple(s for s in sections if s is not None)
    used = {s for lock in locks for s in lock.sources} | {s for c in _cells(kept) for s in c.sources}
    if not emergency:
        used |= {s for c in sublines for s in c.sources} | set(sources)
    entries = citations(used, known_sources())
    if entries:
        kept = (*kept, References("sources", "Sources", "with how each was read", entries))
    person = printable(record.person.id) if record.person.id else None
    return PlanDocument(
        title=f"{kind}: {person}" if person else kind,
        person=person,
        about=about(record, cal.as_of, cal),
        as_of=cal.long(cal.as_of),
        headline=headline,
        sublines=() if emergency else sublines,
        stop=tuple(_stop(emergency)) if emergency else (),
        locks=() if emergency else locks,
        sections=kept,
        editions=f"algesia \N{MIDDLE DOT} knowledge {edition} \N{MIDDLE DOT} {cal.long(cal.as_of)}",
        statement=(PURPOSE, PROPOSAL, NOT_SUDDENLY, emergency_line(place)),
        labels={e.id: (e.anchor, e.label) for e in entries},
    )


def _stop(locks: tuple[Interlock, ...]) -> list[str]:
    said = [sentence(locks[0].title)]
    for lock in locks:
        said += [sentence(lock.title)] if lock is not locks[0] else []
        said.append(" ".join(sentence(part) for part in (*lock.because, lock.do) if part))
    return [*said, NOTHING_ELSE]


def _cells(sections: Iterable[PlanSection]) -> list[Cell]:
    found: list[Cell] = []
    for section in sections:
        if isinstance(section, Table):
            found += [c for row in section.rows for c in (row.head, *row.cells)] + list(section.foot)
        elif isinstance(section, Points):
            found += section.items
    return found


def blocks(locks: tuple[Interlock, ...]) -> tuple[LockBlock, ...]:
    """The interlocks that stop a plan."""
    return tuple(LockBlock(i.level, LEVEL_WORDS[i.level], i.title, i.because, i.do, i.sources) for i in locks)


def asks(naloxone: Naloxone | None, warnings: tuple[str, ...]) -> tuple[LockBlock, ...]:
    """What is to be settled before a plan is released: naloxone first, then what on this record asks for care."""
    found = []
    if naloxone is not None and naloxone.offer and not naloxone.at_hand:
        do = "Offer it, and teach the person and the household, before the first step; nothing is released until then"
        found.append(
            LockBlock("warn", "Before release", "naloxone is not on record", naloxone.because, do, ())
        )
    if warnings:
        found.append(LockBlock("warn", "Read first", "what on this record asks for care", warnings, "", ()))
    return tuple(found)


def naloxone_points(naloxone: Naloxone | None) -> Points | None:
    """Whether it is offered, whether it is at hand, and why."""
    if naloxone is None:
        return None
    at_hand = "At hand on record, or confirmed." if naloxone.at_hand else "Not on record."
    said = [
        Cell("Offer it." if naloxone.offer else "Not indicated on this record.", strong=True),
        Cell(at_hand),
    ]
    return Points("naloxone", "Naloxone", "", (*said, *(Cell(sentence(why)) for why in naloxone.because)))


def rule_points(id: str, title: str, note: str, rules: tuple[Rule, ...]) -> Points | None:
    """Rules as sentences with their sources; one that is not read in full says how it was read."""
    if not rules:
        return None
    return Points(id, title, note, tuple(Cell(_rule(r), (r.source,) if r.source else ()) for r in rules))


def _rule(rule: Rule) -> str:
    mark = "" if rule.confidence.may_drive_a_dose else f" ({CONFIDENCE_WORDS[rule.confidence]})"
    return f"{sentence(rule.says)}{mark}"


def rule_table(rules: tuple[Rule, ...], note: str = "") -> Table | None:
    """The rules that a plan rests on."""
    if not rules:
        return None
    rows = tuple(
        Row(Cell(sentence(r.says)), (Cell("", (r.source,)) if r.source else Cell("no source", quiet=True), Cell(CONFIDENCE_WORDS[r.confidence])))
        for r in rules
    )  # fmt: skip
    return Table(
        "rules",
        "Rules used",
        note,
        (Column("Rule"), Column("Source"), Column("Read")),
        rows,
    )


def taken_now(regimens: tuple[Regimen, ...]) -> Table | None:
    """What is taken on the day of asking, with how each amount came about."""
    if not regimens:
        return None
    rows = tuple(
        Row(Cell(capital(drug_words(r.drug, r.route, r.release)), strong=True),
            (Cell(daily_words(r.daily, r.unit), strong=True), Cell("no factor" if r.mme is None else amount(r.mme)), Cell(r.working)))
        for r in regimens
    )  # fmt: skip
    columns = (Column("Opioid"), Column("A day", True), Column("MME", True), Column("Sum"))
    return Table("now", "Taken now", "MME measures exposure, it converts nothing", columns, rows)


def cannot(missing: tuple[Unassessable, ...], nearest: str) -> tuple[PlanSection, ...]:
    """What could not be answered, what is missing, and the nearest request that could be met."""
    found: list[PlanSection] = []
    if missing:
        rows = tuple(
            Row(Cell(sentence(u.because)), (Cell("; ".join(u.missing) if u.missing else "nothing that could be added"),))
            for u in missing
        )  # fmt: skip
        found.append(Table("missing", "Why not", "", (Column("Because"), Column("What is missing")), rows))
    if nearest:
        found.append(Points("nearest", "Nearest request", "that can be met", (Cell(nearest, strong=True),)))
    return tuple(found)


def drawn(dose: DoseTime, mixed: bool) -> Dose:
    """A time of day with its drawing. A liquid and a fraction other than a half are not drawn: the words stand alone."""
    marks = tuple(mark for piece in dose.pieces for mark in _marks(piece))
    return Dose(dose.time, dose.name, dose_words(dose, mixed), sum_words(dose), marks)


def _marks(piece: Piece) -> list[Mark]:
    if piece.liquid or piece.count * 2 != int(piece.count * 2):
        return []
    label, whole = amount(piece.strength), int(piece.count)
    shape: Shape = "patch" if piece.unit == "ug/h" else "tablet"
    found = [Mark(shape, label, whole)] if whole > DRAWN_SINGLY else [Mark(shape, label)] * whole
    return found + ([Mark("half", label)] if piece.count != whole else [])
