"""From an assessment to its document: what is said, in which order, in which words."""

from __future__ import annotations

from algesia.assessment.model import Assessment, Evidence, Hypothesis, Unknown
from algesia.record.model import Record
from algesia.report.brief import brief, how
from algesia.report.citations import citations
from algesia.report.days import Calendar, capital, number, sentence
from algesia.report.facts import emergency_sections, episodes, exposure, not_known, signs
from algesia.report.known import known_sources
from algesia.report.layout import (
    Cell,
    Column,
    Document,
    Explanation,
    Explanations,
    LockBlock,
    Points,
    Reason,
    References,
    Row,
    Section,
    Step,
    Steps,
    Table,
)
from algesia.report.printable import printable
from algesia.report.statements import (
    EDITION_WORDS,
    FOLLOWED,
    LEVEL_WORDS,
    NOTHING_ELSE,
    OPTION_WORDS,
    TRAP_WORDS,
    Place,
    stands_out,
    statement,
    support_word,
)


def document(assessment: Assessment, place: Place = "us") -> Document:
    """Lay out an assessment.

    In an emergency the document holds the interlock, what was reported, what to check, whom to call and the
    sources: no picture, no differential, no options.
    """
    a = assessment
    cal = Calendar.of(a)
    emergency = bool(a.emergency)
    sections = emergency_sections(a, cal, place) if emergency else _sections(a, cal)
    locks = tuple(
        LockBlock(i.level, LEVEL_WORDS[i.level], i.title, i.because, i.do, i.sources)
        for i in (a.emergency if emergency else a.interlocks)
    )
    used = _used(locks, sections)
    entries = citations(used, known_sources())
    if entries:
        sections = (*sections, References("sources", "Sources", "with how each was read", entries))
    record = a.record
    return Document(
        title=printable(f"Review: {record.person.id}") if record.person.id else "Review",
        person=printable(record.person.id) if record.person.id else None,
        about=about(record, a.as_of, cal),
        as_of=cal.long(a.as_of),
        headline=a.headline,
        subline=f"As of {cal.long(a.as_of)}. {a.subline}".strip(),
        emergency=emergency,
        pictured=not emergency and bool(a.record.pain or a.exposure.tracks or a.exposure.mme.days),
        stop=_stop(a) if emergency else (),
        locks=locks,
        sections=sections,
        brief=brief(a, cal),
        editions=f"algesia · knowledge {a.knowledge_edition} · {EDITION_WORDS[a.exposure.edition]}",
        statement=statement(place),
        labels={e.id: (e.anchor, e.label) for e in entries},
    )


def _stop(a: Assessment) -> tuple[str, ...]:
    """The headline, then every emergency that it does not already say, then that nothing else is shown."""
    said = a.headline.rstrip(".").lower()
    titles = dict.fromkeys(sentence(i.title) for i in a.emergency if i.title.rstrip(".").lower() not in said)
    return (a.headline, *((" ".join(titles),) if titles else ()), NOTHING_ELSE)


def about(record: Record, as_of: int, cal: Calendar) -> str:
    """Who the record is about, in what it says itself: age, sex, weight, and the painful conditions."""
    person = record.person
    parts = []
    if person.birth_date is not None and not record.relative:
        parts.append(f"{int((as_of - person.birth_date.day) // 365.2425)} y")
    elif person.age_years is not None:
        parts.append(f"{number(person.age_years)} y")
    if person.sex in ("female", "male", "other"):
        parts.append(person.sex)
    if person.weight_kg is not None:
        parts.append(f"{number(person.weight_kg)} kg")
    for condition in record.conditions:
        if condition.kind == "chronic-pain" and condition.text:
            since = "" if condition.at is None else f" since {cal.long(condition.at.day).split()[-1]}"
            parts.append(condition.text + ("" if record.relative else since))
    return ", ".join(parts)


def _sections(a: Assessment, cal: Calendar) -> tuple[Section, ...]:
    found: list[Section | None] = [
        _trap(a, cal), episodes(a, cal), exposure(a, cal), _differential(a, cal), _ask_next(a), not_known(a),
        _options(a), signs(a, cal),
    ]  # fmt: skip
    return tuple(section for section in found if section is not None)


def _trap(a: Assessment, cal: Calendar) -> Table:
    trap = a.trap
    since = f" since {cal.long(trap.since)}" if trap.since is not None else ""
    # the checks say why; only where there is nothing to check, or it cannot be told, does the sentence
    open_ended = trap.status == "unassessable" or not trap.checks
    because = [sentence(b) for b in trap.because] if open_ended else []
    holds = {True: "yes", False: "no", None: "cannot say"}
    return Table(
        "trap",
        "Escalation trap",
        "a dated rule, checked on the record",
        (Column("The rule asks"), Column("On record"), Column("Holds"), Column("Source")),
        tuple(
            Row(Cell(capital(c.asks), strong=True), (
                Cell(capital(c.on_record)), Cell(holds[c.holds], strong=True),
                Cell("", (c.source,)) if c.source else Cell("no source", quiet=True)))
            for c in trap.checks
        ),
        lead=" ".join([f"{TRAP_WORDS[trap.status]}{since}.", *because]),
        foot=(Cell(FOLLOWED),),
    )  # fmt: skip


def _reason(e: Evidence, cal: Calendar) -> Reason:
    said = e.day is None or cal.long(e.day) in e.finding
    return Reason(
        capital(e.finding),
        "" if e.day is None or said else cal.short(e.day),
        min(2, abs(e.weight)),
        e.sources,
    )


def _open(u: Unknown) -> Reason:
    return Reason(u.question, "", min(2, abs(u.weight)))


def _explanation(h: Hypothesis, leading: bool, cal: Calendar) -> Explanation:
    return Explanation(
        h.name, support_word(h.support), leading, tuple(_reason(e, cal) for e in h.for_),
        tuple(_reason(e, cal) for e in h.against), tuple(_open(u) for u in h.unknown), h.definition, h.note or "",
        (h.source,) if h.source else (), folded=not leading and h.support == "against",
    )  # fmt: skip


def _differential(a: Assessment, cal: Calendar) -> Explanations:
    d = a.differential
    lead = " ".join(dict.fromkeys(said for said in (d.withheld, d.verdict) if said))
    return Explanations(
        "differential",
        "What could explain it",
        "Not exclusive. Weights are ordinal, set by experts, never a probability.",
        lead,
        tuple(_explanation(h, h.id in d.leading, cal) for h in stands_out(d)),
        (Cell("Filled block: a finding for. Open block: against. Tall: weight 2. Dashed ring: not known."),),
    )


def _ask_next(a: Assessment) -> Steps | None:
    if not a.ask_next:
        return None
    items = tuple(Step(q.question, sentence(q.why), how(q)) for q in a.ask_next)
    return Steps("ask", "Ask next", "in the order of what it would settle", items)


def _options(a: Assessment) -> Table | None:
    if not a.options:
        return None
    return Table(
        "options",
        "Options",
        "for your judgment, with what stands in the way",
        (Column("Option"), Column("Status"), Column("Basis")),
        tuple(
            Row(Cell(o.title, strong=True), (Cell(OPTION_WORDS[o.status], strong=True),
                                             Cell(" ".join(sentence(b) for b in o.because), o.sources)))
            for o in a.options
        ),
    )  # fmt: skip


def _used(locks: tuple[LockBlock, ...], sections: tuple[Section, ...]) -> set[str]:
    used = {s for lock in locks for s in lock.sources}
    for section in sections:
        if isinstance(section, Table):
            cells = [c for row in (*section.rows, *section.folded) for c in (row.head, *row.cells)] + list(
                section.foot
            )
            used |= {s for c in cells for s in c.sources}
        elif isinstance(section, Explanations):
            used |= {s for row in section.rows for r in (*row.for_, *row.against) for s in r.sources}
            used |= {s for row in section.rows for s in row.sources} | {
                s for c in section.foot for s in c.sources
            }
        elif isinstance(section, Points):
            used |= {s for c in section.items for s in c.sources}
    return used
