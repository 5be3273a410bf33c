"""An assessment as `algesia-review/1`: the machine-readable review."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from algesia.assessment.model import Assessment, Episode, Evidence, Hypothesis, SignState, Trap, Window
from algesia.exposure.model import Item, Span, Steps
from algesia.report.citations import citations
from algesia.report.contract import (
    AskOut,
    CitationOut,
    EvidenceOut,
    FunctionOut,
    HypothesisOut,
    NowOut,
    OptionOut,
    QueryOut,
    Review,
    UnassessableOut,
    UnknownOut,
)
from algesia.report.contract_facts import (
    Amounts,
    AnswerOut,
    CheckOut,
    EpisodeOut,
    ExposureOut,
    ItemOut,
    LockOut,
    Mme,
    SignOut,
    SignsOut,
    SpreadOut,
    Track,
    TrapOut,
    WindowOut,
)
from algesia.report.days import Calendar
from algesia.report.known import known_sources
from algesia.report.statements import SILENCED, Place, stands_out, statement


def review_document(assessment: Assessment, place: Place = "us") -> dict[str, Any]:
    """The review as plain dictionaries and lists, in the contract's order of keys.

    In an emergency the differential, what leads, what to ask and the options are empty and the trap is
    unassessable, whatever the assessment holds: the interlock is the answer. Exposure, episodes and signs stay,
    as facts.
    """
    document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(_review(assessment, place)))
    return document


def review_json(assessment: Assessment, place: Place = "us") -> bytes:
    """The review as JSON text in UTF-8, indented, ending in a line feed. Equal assessments give equal bytes."""
    return msgspec.json.format(msgspec.json.encode(_review(assessment, place)), indent=2) + b"\n"


def _review(a: Assessment, place: Place) -> Review:
    cal = Calendar.of(a)
    silent = bool(a.emergency)
    hypotheses = () if silent else tuple(_hypothesis(h, cal) for h in stands_out(a.differential))
    trap = Trap("unassessable", None, (SILENCED,), ()) if silent else a.trap
    options = () if silent else a.options
    locks = tuple(
        LockOut(
            id=i.id,
            level=i.level,
            title=i.title,
            because=i.because,
            do=i.do,
            basis=i.basis,
            sources=i.sources,
        )
        for i in (*a.emergency, *(i for i in a.interlocks if i.level != "emergency"))
    )
    exposure = _exposure(a, cal)
    used = _sources_used(locks, exposure, trap, hypotheses, options) | (set() if silent else set(a.sources))
    return Review(
        as_of=cal.iso(a.as_of),
        as_of_day=_beside(cal, a.as_of),
        relative=a.record.relative,
        person=a.record.person.id,
        knowledge=a.knowledge_edition,
        statement=statement(place),
        headline=a.headline,
        subline=a.subline,
        silenced=SILENCED if silent else None,
        interlocks=locks,
        now=_now(a, cal),
        exposure=exposure,
        episodes=tuple(_episode(e, cal) for e in a.episodes),
        trap=_trap(trap, cal),
        signs=_signs(a.signs, cal),
        spread=_spread(a, cal),
        verdict=None if silent else a.differential.verdict,
        withheld=SILENCED if silent else a.differential.withheld,
        differential=hypotheses,
        leading=() if silent else a.differential.leading,
        ask_next=()
        if silent
        else tuple(
            AskOut(
                finding=q.finding,
                question=q.question,
                why=q.why,
                how=q.how,
                effort=q.effort,
                separates=q.separates,
            )
            for q in a.ask_next
        ),
        options=tuple(
            OptionOut(id=o.id, title=o.title, status=o.status, because=o.because, sources=o.sources)
            for o in options
        ),
        unassessable=tuple(
            UnassessableOut(what=u.what, because=u.because, missing=u.missing) for u in a.unassessable
        ),
        queries=tuple(QueryOut(where=q.where, value=q.value, why=q.why, ask=q.ask) for q in a.queries),
        notes=a.notes,
        sources=tuple(sorted(used)),
        citations=tuple(
            CitationOut(id=c.id, title=c.title, where=c.where, confidence=c.confidence)
            for c in citations(used, known_sources())
        ),
    )


def _beside(cal: Calendar, day: int) -> int | UnsetType:
    found = cal.number(day)
    return UNSET if found is None else found


def _date(cal: Calendar, day: int | None) -> str | None:
    return None if day is None else cal.iso(day)


def _maybe(cal: Calendar, day: int | None) -> int | UnsetType | None:
    if not cal.relative:
        return UNSET
    return None if day is None else cal.number(day)


def _sources_used(
    locks: Iterable[LockOut],
    exposure: ExposureOut,
    trap: Trap,
    hypotheses: Iterable[HypothesisOut],
    options: Iterable[Any],
) -> set[str]:
    used = {s for lock in locks for s in lock.sources}
    used |= {i.source for i in exposure.items if i.source}
    used |= {c.source for c in trap.checks}
    used |= {h.source for h in hypotheses}
    used |= {s for h in hypotheses for e in (*h.for_, *h.against) for s in e.sources}
    used |= {s for o in options for s in o.sources}
    return used - {""}


def _now(a: Assessment, cal: Calendar) -> NowOut:
    function = None
    if a.now.function is not None:
        name, score, at = a.now.function
        function = FunctionOut(instrument=name, score=score, at=cal.iso(at), day=_beside(cal, at))
    return NowOut(pain=_window(a.now.pain), function=function)


def _window(window: Window | None) -> WindowOut | None:
    return None if window is None else WindowOut(mean=window.mean, sd=window.sd, n=window.n)


def _exposure(a: Assessment, cal: Calendar) -> ExposureOut:
    x = a.exposure
    total = x.on(a.as_of)
    numbers = cal.relative
    return ExposureOut(
        table=x.edition,
        used=x.used,
        mme_per_day=Mme(
            low=a.now.mme.low, likely=a.now.mme.likely, high=a.now.mme.high, complete=a.now.complete
        ),
        days=_points(x.mme, cal),
        day_numbers=_numbers(x.mme, cal) if numbers else UNSET,
        unconverted=tuple(_item(i, cal) for i in total.unconverted),
        apart=tuple(_item(i, cal) for i in total.apart),
        items=tuple(_item(i, cal) for i in x.items),
        tracks=tuple(
            Track(
                drug=drug,
                route=route,
                days=_points(steps, cal),
                day_numbers=_numbers(steps, cal) if numbers else UNSET,
            )
            for (drug, route), steps in sorted(x.tracks.items())
        ),
    )


def _points(steps: Steps, cal: Calendar) -> tuple[tuple[str, float], ...]:
    return tuple((cal.iso(d), v.likely) for d, v in zip(steps.days, steps.values, strict=True))


def _numbers(steps: Steps, cal: Calendar) -> tuple[int, ...]:
    return tuple(d - cal.epoch for d in steps.days)


def _amounts(span: Span | None) -> Amounts | None:
    return None if span is None else Amounts(low=span.low, likely=span.likely, high=span.high)


def _item(i: Item, cal: Calendar) -> ItemOut:
    return ItemOut(
        medication=i.medication, drug=i.drug, route=i.route, start=cal.iso(i.start), start_day=_beside(cal, i.start),
        end=_date(cal, i.end), end_day=_maybe(cal, i.end), daily=_amounts(i.daily), factor=i.factor,
        mme_per_day=None if i.mme is None else i.mme.likely, as_needed=i.as_needed, basis=i.basis, status=i.status,
        reason=i.reason, working=i.working, source=i.source, confidence=None if i.confidence is None else str(i.confidence),
    )  # fmt: skip


def _episode(e: Episode, cal: Calendar) -> EpisodeOut:
    c = e.change
    in_mme = c.unit == "MME/d"
    return EpisodeOut(
        at=cal.iso(c.day), day=_beside(cal, c.day), direction=c.direction,
        from_mme=c.before if in_mme else None, to_mme=c.after if in_mme else None,
        from_dose=c.before, to_dose=c.after, unit=c.unit, drug=c.drug, route=c.route,
        percent=None if c.percent is None else round(c.percent, 1),
        pain_before=None if e.pain_before is None else e.pain_before.mean,
        pain_after=None if e.pain_after is None else e.pain_after.mean,
        pain_late=None if e.pain_late is None else e.pain_late.mean,
        pain_windows={"before": _window(e.pain_before), "after": _window(e.pain_after), "late": _window(e.pain_late)},
        function_windows={"before": _window(e.function_before), "after": _window(e.function_after)},
        returned_after_days=e.returned_after_days, still_below=e.still_below, judged_days=e.judged_days,
        verdict=e.verdict, says=e.says, why=e.why,
    )  # fmt: skip


def _trap(trap: Trap, cal: Calendar) -> TrapOut:
    checks = tuple(
        CheckOut(asks=c.asks, on_record=c.on_record, holds=c.holds, source=c.source) for c in trap.checks
    )
    return TrapOut(status=trap.status, since=_date(cal, trap.since), since_day=_maybe(cal, trap.since),
                   because=trap.because, checks=checks)  # fmt: skip


def _signs(signs: tuple[SignState, ...], cal: Calendar) -> SignsOut:
    history = tuple(
        SignOut(
            sign=s.sign, plain=s.plain, clinical=s.clinical, status=s.status, since=_date(cal, s.since),
            last_asked=_date(cal, s.last_asked), note=s.note,
            answers=tuple(AnswerOut(at=cal.iso(d), day=_beside(cal, d), present=p) for d, p in s.history),
        )
        for s in signs
    )  # fmt: skip
    return SignsOut(
        present=tuple(s.sign for s in signs if s.status == "present"),
        absent=tuple(s.sign for s in signs if s.status == "absent"),
        not_examined=tuple(s.sign for s in signs if s.status == "not-examined"),
        history=history,
    )


def _spread(a: Assessment, cal: Calendar) -> SpreadOut | None:
    s = a.spread
    if s is None:
        return None
    return SpreadOut(
        first=cal.iso(s.first_day), last=cal.iso(s.last_day), first_day=_beside(cal, s.first_day),
        last_day=_beside(cal, s.last_day), areas_first=s.areas_first, areas_last=s.areas_last,
        regions_last=s.regions_last, new_areas=s.new_areas, gone_areas=s.gone_areas, distance=s.distance,
        laterality=s.laterality, touch_pain=s.touch_pain, beyond_first=s.beyond_first, noise=s.noise,
    )  # fmt: skip


def _evidence(e: Evidence, cal: Calendar) -> EvidenceOut:
    return EvidenceOut(
        feature=e.feature, finding=e.finding, at=_date(cal, e.day), day=_maybe(cal, e.day), weight=e.weight,
        source=e.sources[0] if e.sources else "", sources=e.sources, basis=e.basis, confidence=str(e.confidence),
    )  # fmt: skip


def _hypothesis(h: Hypothesis, cal: Calendar) -> HypothesisOut:
    return HypothesisOut(
        hypothesis=h.id, name=h.name, support=h.support, score=h.score,
        for_=tuple(_evidence(e, cal) for e in h.for_), against=tuple(_evidence(e, cal) for e in h.against),
        unknown=tuple(UnknownOut(feature=u.feature, question=u.question, weight=u.weight) for u in h.unknown),
        definition=h.definition, source=h.source, note=h.note,
    )  # fmt: skip
