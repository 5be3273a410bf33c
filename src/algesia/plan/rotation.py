"""Changing one opioid for another: the range of every source, the cut, the lower end, and what must be watched.

`rotate` is the only way in. A blocked record yields no plan; what no table converts is said to be missing and never
worked out from MME. The start is computed from the lowest new dose of all sources, reduced, and rounded down to
products; by a label's own table it is what the label prints.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from algesia.assessment.facts import Facts
from algesia.assessment.model import Assessment, Interlock
from algesia.knowledge.loader import Knowledge
from algesia.plan.gates import gate, naloxone, referral
from algesia.plan.model import GateState, RotationPlan, RotationRequest
from algesia.plan.rotation_gates import check, gate_of, lock, state
from algesia.plan.rotation_ratios import MORPHINE, NEVER, Conversion, Drug, convert, span
from algesia.plan.rotation_rules import monitoring, never_computed, spread
from algesia.plan.rotation_taken import Taken, every_track, old, refusal, target
from algesia.plan.rotation_ways import by_induction, by_label, by_methadone_label, by_ratio, unassessable
from algesia.plan.wording import amount, listed
from algesia.quantities.refusal import Unassessable

METHADONE_REFERRAL: Final = "a specialist in methadone for pain: start and titration are theirs"
BREAKTHROUGH: Final = (
    "No rescue dose is computed: no source read gives one for a rotation. Where one is ordered, the prescriber sets it"
    " apart; what was used is counted at the first contact."
)
INSTEAD: Final = "a taper of the present opioid, or the pain specialist"
WEEK: Final = 7
BLOCKS: Final = {"methadone": ("high-dose-rotation", "qtc")}
BY_LABEL: Final = (("fentanyl", "transdermal"), ("buprenorphine", "transdermal"), ("buprenorphine", "buccal"))


def rotate(assessment: Assessment, knowledge: Knowledge, request: RotationRequest) -> RotationPlan:
    """A rotation as a proposal to a clinician.

    Parameters
    ----------
    assessment
        The review of the record (`algesia.review.review`).
    request
        The new drug and, if wished, its route, a larger reduction in percent, and which drug is to be replaced.

    Raises
    ------
    WrongCall
        When the new drug or its route is no target that the tables know; the message names those they know.

    >>> from algesia.knowledge.loader import load
    >>> from algesia.record.codec import read_record
    >>> from algesia.review import review
    >>> record = read_record(b'{"format": "algesia-record/1", "medications": [{"id": "m1", "drug": "oxycodone",'
    ...     b'"route": "oral", "release": "extended", "dose": {"value": 40, "unit": "mg"}, "every_hours": 12,'
    ...     b'"start": "2024-01-10"}]}')
    >>> plan = rotate(review(record, load()), load(), RotationRequest("morphine"))
    >>> plan.status, plan.before_reduction, plan.reduction_percent, plan.after_reduction
    ('planned', (80.0, 160.0), 50.0, (40.0, 80.0))
    """
    new = target(request, knowledge)
    plan = RotationPlan(
        "planned", assessment.as_of, knowledge.edition, request, to_drug=new[0], to_route=new[1]
    )
    stop = gate(assessment, knowledge, also=BLOCKS.get(new[0], ("high-dose-rotation",)))
    if stop.blocked:
        return _blocked(plan, stop.blocked)
    tracks = every_track(stop.facts)
    now = old(tracks, request, knowledge, new)
    missing = (*stop.missing, *((now,) if isinstance(now, Unassessable) else ()))
    if isinstance(now, Unassessable) or missing:
        names = sorted({track.regimen.drug for track in tracks})
        nearest = f"name one of {listed(names, 'or')}" if request.drug is None and len(names) > 1 else ""
        return replace(
            plan, status="unassessable", unassessable=missing, nearest=nearest, warnings=stop.warnings
        )
    others = [t for t in tracks if t is not now]
    stays = tuple(f"{t.regimen.drug.capitalize()} ({t.regimen.route}) stays as it is." for t in others)
    high = _oral_morphine_high(knowledge, tracks)
    plan = replace(plan, warnings=(*stop.warnings, *stays))
    plan = _plan(plan, stop.facts, knowledge, now, new, high)
    if plan.status == "blocked":
        return plan
    return replace(plan, naloxone=naloxone(assessment, knowledge, request.naloxone_acknowledged))


def _blocked(plan: RotationPlan, locks: tuple[Interlock, ...]) -> RotationPlan:
    """No plan, the reasons, and where to go instead: nothing else."""
    sources = tuple(sorted({source for each in locks for source in each.sources}))
    return replace(
        plan, status="blocked", blocked_by=locks, referral=referral(locks), warnings=(), sources=sources
    )


def _oral_morphine_high(knowledge: Knowledge, tracks: tuple[Taken, ...]) -> float:
    """The upper end of all that is taken in mg a day of oral morphine, as far as ratios lead (never MME)."""
    rows = tuple(knowledge.equianalgesic.values())
    found = [convert(track.high, track.drug, MORPHINE, rows) for track in tracks]
    return sum(each.high for each in found if isinstance(each, Conversion))


def _plan(
    plan: RotationPlan, facts: Facts, knowledge: Knowledge, now: Taken, new: Drug, morphine_high: float
) -> RotationPlan:
    """The plan for one opioid and one target. Pure; `plan` carries request, target and warnings."""
    checked = check(facts, new[0], new[1], plan.request.naloxone_acknowledged)
    ceiling = gate_of(facts, "high-dose")
    blocked = list(checked.blocked)
    high_words = (
        f"oral morphine equivalent up to {span(morphine_high, morphine_high)} mg/d"
        if morphine_high > 0
        else "no ratio leads to oral morphine: judged by MME alone"
    )
    if ceiling.at_least is not None and morphine_high >= ceiling.at_least:
        blocked.append(lock(facts, "high-dose-rotation", high_words))
    if blocked:
        return _blocked(plan, tuple(blocked))
    verified = f"{amount(now.regimen.daily)} {now.regimen.unit}, {now.basis}"
    if now.doubt:
        verified = f"{now.doubt}; the lowest, {amount(now.regimen.daily)} {now.regimen.unit}, is used"
    gates = (
        state(
            gate_of(facts, "dose-verified"),
            "met" if now.basis == "taken" and not now.doubt else "open",
            verified,
        ),
        state(ceiling, "met", high_words),
        *_tolerant(facts, knowledge, now),
        *checked.gates,
    )
    warnings = (
        *plan.warnings,
        *checked.warnings,
        *((f"{now.regimen.drug.capitalize()}: {verified}.",) if now.doubt else ()),
    )
    plan = replace(
        plan,
        regimens=(now.regimen,),
        gates=gates,
        warnings=tuple(dict.fromkeys(warnings)),
        referral=METHADONE_REFERRAL if "methadone" in (new[0], now.regimen.drug) else "",
        working=(f"Now: {now.regimen.working}",),
        breakthrough=BREAKTHROUGH,
        monitoring=monitoring(knowledge, new),
    )
    why = refusal(now, new)
    if why is not None:
        shown = bool({new[1], now.drug[1]} & NEVER)
        rules = spread(knowledge) if shown else ()
        ratios = never_computed(knowledge, now.drug[0]) if shown else ()
        method: Literal["shown"] | None = "shown" if shown else None
        plan = replace(plan, method=method, rules=rules, ratios=ratios, nearest=INSTEAD)
        return unassessable(plan, knowledge, (why, *checked.missing))
    if checked.missing:
        return unassessable(plan, knowledge, checked.missing)
    if new == ("buprenorphine", "sublingual"):
        return by_induction(plan, facts, knowledge)
    if new[0] == "methadone":
        return by_methadone_label(plan, knowledge, now)
    if new in BY_LABEL:
        return by_label(plan, facts, knowledge, now)
    return by_ratio(plan, facts, knowledge, now)


def _tolerant(facts: Facts, knowledge: Knowledge, now: Taken) -> tuple[GateState, ...]:
    """Whether the dose is one that labels call opioid-tolerant, and for a week on record."""
    limits = [row for row in knowledge.rotation.limits if row.kind == "tolerant-from"]
    row = next((r for r in limits if (r.drug, r.route) == now.drug), None)
    if row is None:
        says = "Opioid-tolerant: the labels name no dose of this drug."
        return (GateState("opioid-tolerant", "open", "", says, limits[0].source),)
    met = now.regimen.daily >= row.value and facts.as_of - now.first_day >= WEEK
    days = facts.as_of - now.first_day
    on_record = f"{amount(now.regimen.daily)} {now.regimen.unit}; on record for {days} days"
    says = f"Opioid-tolerant: {amount(row.value)} {row.unit} or more of {row.drug}, {row.route}, {row.when}."
    return (GateState("opioid-tolerant", "met" if met else "open", on_record, says, row.source),)
