"""The one line that everything calls: a record and an edition of knowledge in, a review out.

Pure: no clock, no files, no network. The day of asking is passed in or is the last day on record; facts after it
are not seen. The order of facts changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from algesia.assessment.ask import ask_next
from algesia.assessment.changes import dose_changes
from algesia.assessment.diary import Diary, function_instrument
from algesia.assessment.differential import differential
from algesia.assessment.dose_response import episodes
from algesia.assessment.facts import Facts
from algesia.assessment.finding import Finding
from algesia.assessment.findings import findings
from algesia.assessment.headline import headline, subline
from algesia.assessment.interlocks import interlocks
from algesia.assessment.model import Assessment, Now, Trap
from algesia.assessment.options import options
from algesia.assessment.signs import sign_states
from algesia.assessment.spread import spread
from algesia.assessment.trap import trap
from algesia.exposure.compute import exposure
from algesia.exposure.model import Exposure
from algesia.knowledge.loader import Knowledge
from algesia.knowledge.model import DEFAULT_EDITION, Edition
from algesia.quantities.refusal import Unassessable
from algesia.record.model import Record

RECENT_DAYS = 7


class Review(Assessment):
    """An assessment that a notebook shows as its picture and sentence."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        from algesia.report.fragment import html_fragment

        return html_fragment(self)


def review(
    record: Record,
    knowledge: Knowledge,
    as_of: int | None = None,
    edition: Edition = DEFAULT_EDITION,
) -> Review:
    """Review one person's record.

    Parameters
    ----------
    record
        The facts.
    knowledge
        The edition of knowledge to judge them by (`algesia.knowledge.loader.load`).
    as_of
        The day of asking as a day ordinal; the last day on record when ``None``. Facts after it are not seen.
    edition
        The MME table that exposure is measured with.

    Examples
    --------
    >>> from algesia.knowledge.loader import load
    >>> from algesia.record.codec import read_record
    >>> record = read_record(b'{"format": "algesia-record/1", "medications": [{"id": "m1", "drug": "oxycodone",'
    ...     b'"route": "oral", "dose": {"value": 20, "unit": "mg"}, "every_hours": 12, "start": "2024-01-10"}]}')
    >>> review(record, load()).now.mme.likely
    60.0
    """
    day = record.last_day if as_of is None else as_of
    exposed = exposure(record, knowledge, edition, day)
    facts = Facts.of(record, exposed, knowledge, day)
    spreading = spread(record, knowledge.body_areas, day) if record.body_maps else None
    signs = sign_states(record, knowledge.signs, day, spreading)
    changes = dose_changes(exposed)
    locks = interlocks(facts, signs, changes)
    followed = episodes(facts, changes)
    found = findings(facts, signs, followed)
    weighed = differential(facts, found, followed, locks)
    emergency = any(lock.level == "emergency" for lock in locks)
    amounts_known = any(item.daily is not None and item.status != "not-opioid" for item in exposed.items)
    pattern = trap(facts, followed, amounts_known)
    if emergency:
        pattern = Trap("unassessable", None, ("an emergency comes first",), ())
    diary = facts.diary
    aside = tuple(f"{f.words}: {f.set_aside}." for f in found if f.set_aside is not None)
    built = Review(
        record=record,
        as_of=day,
        knowledge_edition=knowledge.edition,
        exposure=exposed,
        interlocks=locks,
        episodes=() if emergency else followed,
        trap=pattern,
        signs=signs,
        spread=spreading,
        differential=weighed,
        ask_next=ask_next(facts, found, weighed),
        options=options(facts, locks, weighed.leading, _worse_on_less(found)),
        now=_now(facts),
        headline=headline(record, exposed, followed, signs, locks, diary),
        subline=subline(exposed, followed, diary, knowledge.edition),
        unassessable=_unassessable(exposed, pattern, len(diary.days), emergency),
        queries=exposed.queries,
        sources=(),
        notes=aside + _left_out(diary),
    )
    return replace(built, sources=_sources(built))


def _worse_on_less(found: Sequence[Finding]) -> bool:
    return any(f.feature == "dose-down-pain-down" and not f.present and f.counts for f in found)


def _left_out(diary: Diary) -> tuple[str, ...]:
    """What of the pain entries was not compared, and which kind was."""
    if diary.left_out == 0:
        return ()
    return (
        f"{diary.left_out} pain entries of another kind are not compared; followed: {diary.kind or 'unnamed'}.",
    )


def _now(facts: Facts) -> Now:
    diary, day = facts.diary, facts.as_of
    recent = diary.window(day - RECENT_DAYS + 1, day + 1)
    if recent is None and diary.days:
        recent = diary.window(diary.days[-1], diary.days[-1] + 1)
    name = function_instrument([f for f in facts.record.function if f.at.day <= day])
    latest = (name, facts.function[-1][1], facts.function[-1][0]) if facts.function and name else None
    total = facts.exposure.on(day)
    return Now(recent, latest, total.mme, total.complete)


def _unassessable(
    exposed: Exposure, pattern: Trap, rated_days: int, emergency: bool
) -> tuple[Unassessable, ...]:
    found = []
    total = exposed.on(exposed.last_day)
    if all(item.status == "not-opioid" for item in exposed.items):
        found.append(Unassessable("exposure", "no opioid is on record", ("medications",)))
    if total.unconverted:
        missing = tuple(sorted({f"{item.drug}: {item.reason}" for item in total.unconverted}))
        found.append(Unassessable("exposure", "not every opioid can be put into the sum", missing))
    if pattern.status == "unassessable" and not emergency:
        found.append(Unassessable("trap", "; ".join(pattern.because), ()))
    if rated_days == 0:
        found.append(Unassessable("dose-response", "no pain entry with a number is on record", ("pain",)))
    return tuple(found)


def _sources(built: Assessment) -> tuple[str, ...]:
    ids = {item.source for item in built.exposure.items if item.source}
    for lock in built.interlocks:
        ids.update(lock.sources)
    for hypothesis in built.differential.hypotheses:
        ids.add(hypothesis.source)
        for evidence in (*hypothesis.for_, *hypothesis.against):
            ids.update(evidence.sources)
    for option in built.options:
        ids.update(option.sources)
    ids.update(check.source for check in built.trap.checks)
    return tuple(sorted(source for source in ids if source and source != "expert_prior"))
