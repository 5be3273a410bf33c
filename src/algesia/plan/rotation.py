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
from algesia.plan.model import RotationPlan, RotationRequest
from algesia.plan.rotation_beside import stacked, total
from algesia.plan.rotation_checked import gate_of, lock, state
from algesia.plan.rotation_gates import check
from algesia.plan.rotation_ratios import NEVER, Drug
from algesia.plan.rotation_rules import monitoring, never_computed, spread
from algesia.plan.rotation_taken import Taken, every_track, old, refusal, target
from algesia.plan.rotation_tolerance import not_tolerant, tolerance
from algesia.plan.rotation_ways import by_induction, by_label, by_methadone_label, by_ratio, unassessable
from algesia.plan.wording import amount, listed, without_mme
from algesia.quantities.refusal import Unassessable

METHADONE_REFERRAL: Final = "a specialist in methadone for pain: start and titration are theirs"
BREAKTHROUGH: Final = (
    "No rescue dose is computed: no source read gives one for a rotation. Where one is ordered, the prescriber sets it"
    " apart; what was used is counted at the first contact."
)
INSTEAD: Final = "a taper of the present opioid, or the pain specialist"
BLOCKS: Final = {"methadone": ("high-dose-rotation", "qtc")}
FENTANYL_PATCH: Final = ("fentanyl", "transdermal")
BY_LABEL: Final = (FENTANYL_PATCH, ("buprenorphine", "transdermal"), ("buprenorphine", "buccal"))


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
    ...     b'"start": "2024-01-10"}], "pain": [{"at": "2024-02-01", "score": 7}]}')
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
    plan = replace(plan, warnings=stop.warnings)
    tracks = every_track(stop.facts)
    now = old(tracks, request, knowledge, new)
    stack = stacked(stop.facts, now if isinstance(now, Taken) else None, new)
    if stack is not None:
        return replace(plan, status="unassessable", unassessable=(*stop.missing, stack[0]), nearest=stack[1])
    if isinstance(now, Unassessable) or stop.missing:
        missing = (*stop.missing, *((now,) if isinstance(now, Unassessable) else ()))
        names = sorted({track.regimen.drug for track in tracks})
        nearest = f"name one of {listed(names, 'or')}" if request.drug is None and len(names) > 1 else ""
        return replace(plan, status="unassessable", unassessable=missing, nearest=nearest)
    plan = _plan(plan, stop.facts, knowledge, now, new, total(stop.facts, tracks))
    if plan.status == "blocked":
        return plan
    if plan.status == "planned":
        stays = (
            f"{t.regimen.drug.capitalize()} ({t.regimen.route}) stays as it is."
            for t in tracks
            if t is not now
        )
        plan = replace(plan, warnings=(*plan.warnings, *stays))
    return replace(plan, naloxone=naloxone(assessment, knowledge, request.naloxone_acknowledged))


def _blocked(plan: RotationPlan, locks: tuple[Interlock, ...]) -> RotationPlan:
    """No plan, the reasons, and where to go instead: nothing else."""
    sources = tuple(sorted({source for each in locks for source in each.sources}))
    return replace(
        plan, status="blocked", blocked_by=locks, referral=referral(locks), warnings=(), sources=sources
    )


def _plan(
    plan: RotationPlan,
    facts: Facts,
    knowledge: Knowledge,
    now: Taken,
    new: Drug,
    morphine: tuple[float, str, bool],
) -> RotationPlan:
    """The plan for one opioid and one target. Pure; `plan` carries request, target and warnings.

    `morphine` is the upper end of all that runs in mg a day of oral morphine, in words, and whether all of it counts.
    """
    checked = check(facts, new[0], new[1], plan.request.naloxone_acknowledged)
    ceiling = gate_of(facts, "high-dose")
    high, high_words, whole = morphine
    blocked = list(checked.blocked)
    if ceiling.at_least is not None and high >= ceiling.at_least:
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
        state(ceiling, "met" if whole else "open", high_words),
        tolerance(facts, now),
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
        working=(
            f"Now: {without_mme(now.regimen.working)}",
            *((f"Counted: {verified}",) if now.doubt else ()),
        ),
        breakthrough=BREAKTHROUGH,
        monitoring=monitoring(knowledge, new),
    )
    why = refusal(now, new)
    naive = not_tolerant(facts, now, plan) if new == FENTANYL_PATCH else None
    if why is not None:
        shown = bool({new[1], now.drug[1]} & NEVER)
        rules = spread(knowledge) if shown else ()
        ratios = never_computed(knowledge, now.drug[0]) if shown else ()
        method: Literal["shown"] | None = "shown" if shown else None
        nearest = INSTEAD if naive is None or now.held else naive[1]
        plan = replace(plan, method=method, rules=rules, ratios=ratios, nearest=nearest)
    elif naive is not None:
        plan = replace(plan, nearest=naive[1])
    reasons = tuple(each for each in (why, naive[0] if naive is not None else None) if each is not None)
    if reasons or checked.missing:
        return unassessable(plan, knowledge, (*reasons, *checked.missing))
    if new == ("buprenorphine", "sublingual"):
        return by_induction(plan, facts, knowledge)
    if new[0] == "methadone":
        return by_methadone_label(plan, knowledge, now)
    if new in BY_LABEL:
        return by_label(plan, facts, knowledge, now)
    return by_ratio(plan, facts, knowledge, now)
