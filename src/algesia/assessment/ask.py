"""What to ask or observe next: the unexamined findings, ranked by how much they would separate what leads.

A finding separates two explanations by the difference of its weights. The contenders are the three highest of the
eight. Gates come first while opioid-induced hyperalgesia is a contender: nothing may be said of it before they are
answered. Ties go to what costs least.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from algesia.assessment.differential import OIH, open_gates
from algesia.assessment.facts import Facts
from algesia.assessment.finding import Finding
from algesia.assessment.model import Ask, Differential, Hypothesis
from algesia.assessment.wording import listed
from algesia.knowledge.clinical import Feature

CONTENDERS: Final = 3
MOST: Final = 6
GATE_BONUS: Final = 4
EFFORT: Final[dict[str, tuple[int, str]]] = {
    "objective-progression": (3, "examination, directed tests"),
    "cows": (2, "nurse visit"),
    "autonomic-withdrawal": (1, "one question"),
    "renal-3glucuronide": (2, "blood test"),
    "loss-of-control": (2, "structured interview"),
    "delirium": (1, "2 minutes"),
    "myoclonus": (1, "2 minutes"),
    "allodynia": (1, "2 minutes"),
    "remote-qst": (3, "sensory test"),
    "spread-beyond-original": (1, "body map"),
    "spread-dermatomal": (2, "examination"),
    "distress": (1, "questionnaire"),
    "dose-up-pain-up": (2, "pain scores from the chart"),
    "dose-up-relief-sustained": (2, "pain scores from the chart"),
    "dose-up-brief-relief": (2, "pain scores from the chart"),
    "peak-dose-worse": (2, "timed diary, 10 doses"),
    "predose-worse": (2, "timed diary, 10 doses"),
    "mood-pain-covary": (2, "diary"),
}
ONE_QUESTION: Final = (1, "one question")
NOT_ASKED: Final = frozenset(("dose-down-pain-down", "high-dose", "rotation-improved", "nmda-response"))
"""Findings that only a treatment or the dose record can answer: never a reason to try one."""


def ask_next(facts: Facts, found: Sequence[Finding], differential: Differential) -> tuple[Ask, ...]:
    """The findings to ask next, the most telling first. Empty in an emergency."""
    by_score = [h for h in differential.hypotheses if h.id != "stable"]
    able = [h for h in by_score if h.support in ("possible", "strong")]
    contenders = (able if len(able) > 1 else by_score)[:CONTENDERS]
    if not contenders:
        return ()
    gates = set(open_gates(facts, found)) if any(h.id == OIH for h in contenders) else set()
    answered = {f.feature for f in found if f.set_aside is None}
    # What was set aside was asked: it waits for its day (the review's notes say which), it is not asked anew.
    aside = {f.feature for f in found if f.set_aside is not None and "not judged" in f.set_aside}
    cancer = bool(facts.conditions("cancer"))
    ranked = []
    for index, feature in enumerate(facts.knowledge.features.values()):
        if feature.id in answered | aside | NOT_ASKED or not _applies(facts, feature):
            continue
        gap = max(abs(feature.weights[a.id] - feature.weights[b.id]) for a, b in combinations(contenders, 2))
        gain = gap + (GATE_BONUS if feature.id in gates else 0)
        if cancer and feature.id == "objective-progression":
            gain += GATE_BONUS
        effort, words = EFFORT.get(feature.id, ONE_QUESTION)
        if gain > 0:
            ranked.append((-gain, effort, index, _ask(feature, contenders, feature.id in gates, words)))
    return tuple(ask for *_, ask in sorted(ranked, key=lambda r: r[:3])[:MOST])


def _applies(facts: Facts, feature: Feature) -> bool:
    """Questions about the kidney only where a drug with an active 3-glucuronide is taken."""
    if feature.id == "renal-3glucuronide":
        return bool(facts.running_opioids() & {"morphine", "hydromorphone", "codeine"})
    return feature.id != "high-dose-parenteral-it"


def _ask(feature: Feature, contenders: Sequence[Hypothesis], gate: bool, effort: str) -> Ask:
    up = [h.name.lower() for h in contenders if feature.weights[h.id] > 0]
    down = [h.name.lower() for h in contenders if feature.weights[h.id] < 0]
    if_so = "if so" if feature.question.endswith("?") else "if raised"
    parts = []
    if up:
        parts.append(f"{if_so}, it speaks for {listed(up)}")
    if down:
        parts.append(f"{'and ' if up else f'{if_so}, it speaks '}against {listed(down)}")
    why = "; ".join(parts) or "it separates none of what leads"
    if gate:
        why = f"needed before anything is said about opioid-induced hyperalgesia; {why}"
    name = "egfr" if feature.id == "renal-3glucuronide" else feature.id
    separates = tuple(h.id for h in contenders if feature.weights[h.id] != 0)
    return Ask(name, feature.question, why[0].upper() + why[1:], feature.how_measured, effort, separates)
