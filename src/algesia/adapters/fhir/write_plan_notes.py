"""What a plan says in words, as the notes of its CarePlan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from algesia.plan.model import Naloxone, RotationPlan, Rule, Support, TaperPlan
from algesia.report.days import sentence
from algesia.report.statements import NOT_SUDDENLY

DRAFT: Final = "A draft: a proposal to a clinician. No step is an order until a clinician releases it."
GATES: Final = (
    "Each step begins only after the review of the step before is on record, whatever its date says."
)
REPLACES: Final = (
    "The orders that run now end on the day on which this begins; they are not to be taken beside it."
)


def taper_notes(plan: TaperPlan) -> list[str]:
    """How to use a taper, its order of drugs, naloxone, warnings, withdrawal support, rules and statements."""
    return _sentences(
        [
            GATES,
            REPLACES,
            NOT_SUDDENLY,
            *(f"{drug}: {why}" for drug, why in plan.order),
            *_naloxone(plan.naloxone),
            *plan.warnings,
            *(_support(support) for support in plan.support),
            *_rules(plan.rules),
            *_rules(plan.statements),
        ]
    )


def rotation_notes(plan: RotationPlan) -> list[str]:
    """The working of a rotation line by line, the ways to start, naloxone, warnings, monitoring and rules."""
    ways = []
    for way in plan.inductions:
        lines = [
            f"{line.days}: {'; '.join(part for part in (line.new, line.old, line.gate) if part)}."
            for line in way.lines
        ]
        ways.append(
            f"{way.title} ({way.setting}), to choose from: {' '.join(lines)} {way.says} [{way.source}]"
        )
    return _sentences(
        [
            REPLACES,
            *plan.working,
            plan.breakthrough,
            *ways,
            *_naloxone(plan.naloxone),
            *plan.warnings,
            *_rules(plan.monitoring),
            *_rules(plan.rules),
            plan.referral,
        ]
    )


def _sentences(notes: Iterable[str]) -> list[str]:
    return [sentence(note) for note in dict.fromkeys(notes) if note]


def _rules(rules: Sequence[Rule]) -> Iterable[str]:
    return (f"{sentence(rule.says)} [{rule.source}]" for rule in rules)


def _naloxone(found: Naloxone | None) -> Iterable[str]:
    if found is not None and found.offer:
        state = "It is at hand on record" if found.at_hand else "It is not at hand on record"
        yield f"Offer naloxone: {'; '.join(found.because)}. {state}"


def _support(support: Support) -> str:
    against = "; ".join((*support.withheld, *support.cautions))
    because = f" ({against})" if against else ""
    if support.withheld:
        return f"Withheld for withdrawal: {support.drug.drug}{because}"
    dose = f", {support.drug.dose}" if support.drug.dose else ""
    return f"For withdrawal, to consider: {support.drug.drug}{dose}{because}"
