"""Adjuncts and alternatives laid out for the clinician: nothing is chosen, ordered or computed into a regimen.

No entry raises an opioid dose. Interlocks come first: in an emergency, on the day something must be assessed, below 18 years,
and where the interlock leaves only a referral (cancer, palliative care, sickle cell disease), nothing is laid out.
"""

from __future__ import annotations

from typing import Final

from algesia.assessment.facts import Facts
from algesia.assessment.model import Assessment
from algesia.assessment.options import INSTEAD
from algesia.knowledge.drugs import identify
from algesia.knowledge.loader import Knowledge
from algesia.plan.adjuncts import OVER, adjunct_choices
from algesia.plan.alternatives import alternative_choices
from algesia.plan.contraindications import joined
from algesia.plan.gates import gate
from algesia.plan.interactions import serotonin
from algesia.plan.model import AdjunctChoice, AlternativeChoice, OptionsPlan

STOPPED_BY: Final = ("age-lt-18", "cancer-palliative-sickle")
"""Blocks that end the laying out too: the figures are those of adults, and the scope is that of their sources."""
EXPERT: Final = "expert_prior"


def lay_out(assessment: Assessment, knowledge: Knowledge) -> OptionsPlan:
    """Every adjunct and every alternative of the tables, each once, checked against the record.

    Pure: the same assessment and knowledge give the same plan, whatever the order of facts. `blocked` with the
    interlocks that block and nothing laid out in an emergency, with anything to be assessed the same day, below 18 years, and with
    cancer, palliative care or sickle cell disease on record. An opioid need not run.

    >>> from algesia.knowledge.loader import load
    >>> from algesia.record.codec import read_record
    >>> from algesia.review import review
    >>> record = read_record(b'{"format": "algesia-record/1", "labs": [{"at": "2024-02-01", "lab": "egfr", "value": 40,'
    ...     b'"unit": "mL/min/{1.73_m2}"}]}')
    >>> plan = lay_out(review(record, load()), load())
    >>> [choice.ceiling_mg for choice in plan.adjuncts if choice.adjunct.id == "gabapentin"]
    [900.0]
    """
    gated = gate(assessment, knowledge)
    stops = tuple(
        lock
        for lock in assessment.interlocks
        if lock.level in ("emergency", "urgent") or lock.id in STOPPED_BY
    )
    if stops:
        sources = sorted({source for lock in stops for source in lock.sources} - {EXPERT})
        return OptionsPlan(
            "blocked", assessment.as_of, assessment.knowledge_edition, stops, sources=tuple(sources)
        )
    adjuncts = adjunct_choices(gated.facts)
    alternatives = alternative_choices(gated.facts, assessment)
    blocks = tuple(f"{lock.title}: {INSTEAD.get(lock.id, lock.do)}." for lock in gated.blocked)
    warnings = (*serotonin(gated.facts), *_above(adjuncts), *blocks, *gated.warnings)
    warnings += tuple(_warnings(gated.facts, adjuncts))
    return OptionsPlan(
        "planned",
        assessment.as_of,
        assessment.knowledge_edition,
        (),
        adjuncts,
        alternatives,
        tuple(dict.fromkeys(warnings)),
        _sources(adjuncts, alternatives),
    )


def _above(adjuncts: tuple[AdjunctChoice, ...]) -> list[str]:
    """What runs above its maximum; a product that stands in two rows is said once."""
    return [f"{words}." for choice in adjuncts for words in choice.cautions if OVER in words]


def _warnings(facts: Facts, adjuncts: tuple[AdjunctChoice, ...]) -> list[str]:
    found = [
        f"{choice.adjunct.id.replace('-', ' ')} is taken, and: {'; '.join(choice.against)}."
        for choice in adjuncts
        if choice.status == "taken" and choice.against
    ]
    named = {i.drug for i in facts.exposure.items if i.not_recognized and i.covers(facts.as_of)}
    unknown = [
        m.drug for m in facts.running if not identify(facts.knowledge, m.drug).known and m.drug not in named
    ]
    if unknown:
        found.append(f"Not in the tables, interactions not checked: {joined(unknown)}.")
    found.append(
        "Interactions are checked against the medications on record, contraindications against its conditions."
    )
    return found


def _sources(
    adjuncts: tuple[AdjunctChoice, ...], alternatives: tuple[AlternativeChoice, ...]
) -> tuple[str, ...]:
    used: set[str] = set()
    for choice in adjuncts:
        used.update(choice.adjunct.sources)
        used.update(row.source for row in choice.adjunct.renal or ())
    for other in alternatives:
        used.update(other.alternative.sources)
        used.update(effect.source for effect in other.alternative.effects or ())
    return tuple(sorted(used - {EXPERT}))
