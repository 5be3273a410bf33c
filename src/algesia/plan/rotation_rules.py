"""The statements that go with a rotation: what its rules say, what is to be watched, and from which sources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from algesia.knowledge.loader import Knowledge
from algesia.plan.model import GateState, Induction, RatioLine, Rule
from algesia.plan.rotation_labels import said
from algesia.plan.rotation_ratios import NEVER, Drug, line
from algesia.plan.wording import amount

ALWAYS: Final = ("one-way", "conversion", "reduction", "expected")
OF_DRUG: Final = {"methadone": ("methadone",), "fentanyl": ("fentanyl",), "buprenorphine": ("buprenorphine",)}
EMERGENCIES: Final = ("emergency-overdose", "emergency-impending-overdose")
WATCHED: Final = ("step-interval", "change-interval", "site-reuse")


def rules_for(knowledge: Knowledge, new: Drug, method: str) -> tuple[Rule, ...]:
    """The rules of a rotation to this drug, the reductions of every source among them where one is taken."""
    topics = (*ALWAYS, *OF_DRUG.get(new[0], ()), *(("intrathecal",) if method == "shown" else ()))
    found = [
        Rule(row.id, row.says, row.source, row.confidence)
        for row in knowledge.rotation.principles
        if row.topic in topics
        or row.id == "oih-cases"
        or (row.id == "oxymorphone-half" and new[0] == "oxymorphone")
        or (row.topic == "evidence" and row.id.startswith("bup-") and new[0] == "buprenorphine")
    ]
    if method == "ratio":
        found += [
            Rule(
                f"reduction-{row.id}",
                f"Reduction of a calculated dose: {_percents(row.percent_low, row.percent_high)}. {row.note}".strip(),
                row.source,
                row.confidence,
            )
            for row in knowledge.rotation.reductions
            if row.target == "any"
        ]
    limits = (row for row in knowledge.rotation.limits if (row.drug, row.route) == new)
    found += [said(row) for row in limits if row.kind not in (*WATCHED, "tolerant-from")]
    return tuple(found)


def _percents(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "none further"
    return f"{amount(high)} %" if low == high else f"{amount(low)} to {amount(high)} %"


def monitoring(knowledge: Knowledge, new: Drug) -> tuple[Rule, ...]:
    """What is to be watched after the change: the first contact, sedation and breathing, the drug's own intervals.

    >>> from algesia.knowledge.loader import load
    >>> [rule.id for rule in monitoring(load(), ("hydromorphone", "oral"))]
    ['contact', 'emergency-overdose', 'emergency-impending-overdose']
    """
    rotation = knowledge.rotation
    found = [Rule(g.id, g.says, g.source, g.confidence) for g in rotation.gates if g.measure == "contact"]
    for name in EMERGENCIES:
        signs = [s.clinical.lower() for s in knowledge.signs.values() if name in s.interlocks]
        rule = knowledge.interlocks[name]
        says = f"Ask at every contact for {', '.join(signs)}. {rule.title}: {rule.action}"
        found.append(Rule(name, says, rule.sources[0], rule.confidence))
    if new[0] == "methadone":
        found += [
            Rule(row.id, row.says, row.source, row.confidence)
            for row in rotation.principles
            if row.topic == "monitoring"
        ]
    found += [said(row) for row in rotation.limits if (row.drug, row.route) == new and row.kind in WATCHED]
    return tuple(found)


def never_computed(knowledge: Knowledge, drug: str) -> tuple[RatioLine, ...]:
    """The ratios of a drug to and from the spinal routes: shown, none used."""
    rows = knowledge.equianalgesic.values()
    return tuple(line(row, set()) for row in rows if row.drug == drug and row.route in NEVER)


def spread(knowledge: Knowledge) -> tuple[Rule, ...]:
    """What was observed between other routes and the intrathecal one. Shown; nothing is computed with it."""
    found = []
    for row in knowledge.rotation.intrathecal:
        ratios = f"Observed ratios: {', '.join(amount(r) for r in row.ratios)}. " if row.ratios else ""
        found.append(Rule(f"intrathecal-{row.id}", f"{ratios}{row.says}", row.source, row.confidence))
    return tuple(found)


def sources_of(
    rules: Iterable[Rule],
    ratios: Iterable[RatioLine],
    gates: Iterable[GateState],
    starts: Iterable[Induction],
    more: Iterable[str],
) -> tuple[str, ...]:
    """The ids of every source a plan rests on or shows, sorted."""
    found = {rule.source for rule in rules} | {ratio.source for ratio in ratios} | set(more)
    found |= {gate.source for gate in gates} | {each.source for each in starts}
    return tuple(sorted(source for source in found if source))
