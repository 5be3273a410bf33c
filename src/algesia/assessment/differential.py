"""Eight hypotheses and `stable`, each with reasons for and against. Not exclusive, never a probability.

The weights are ordinal expert priors, -2 to +2 (knowledge table `features`); no likelihood ratio for any of these
findings has been published. A score is the sum of the weights of what is present. A finding that was asked and is
absent takes one point from a hypothesis that it would have supported strongly (+2), and nothing else: our own rule,
because absence says less than presence. `stable` is scored by our own four findings, listed with it.

Support: *strong* at 5 or more with a strong finding and no gate open; *possible* at 3, or at 2 from one strong
finding; *weak* above 0; *against* below 0. Opioid-induced hyperalgesia is strong only by the reference's rule: (worse
after an increase or at the peak of a dose) and (allodynia or spread) and progression looked for and not found and no
delirium.

`leading` names the hypotheses with at least possible support within one point of the highest, unless more than two
would stand there: then the record cannot tell. One finding alone makes a hypothesis lead only if it is strong for no
other (allodynia is strong for two). Opioid-induced hyperalgesia leads only with a strong finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from algesia.assessment.facts import Facts
from algesia.assessment.finding import Finding
from algesia.assessment.model import Differential, Episode, Evidence, Hypothesis, Interlock, Support, Unknown
from algesia.assessment.stable import stable
from algesia.assessment.triggers import ADULT
from algesia.assessment.wording import listed
from algesia.knowledge.clinical import Feature

RANK: Final[dict[Support, int]] = {"strong": 0, "possible": 1, "weak": 2, "none": 3, "against": 4}
STRONG: Final = 5
POSSIBLE: Final = 3
WITHIN: Final = 1
MOST_LEADING: Final = 2
OIH: Final = "oih"
NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "neurotoxicity": (
        "myoclonus", "delirium", "renal-3glucuronide", "dehydration-infection", "high-dose-parenteral-it",
    ),
    "oud": ("loss-of-control", "craving", "current-oud-or-moud"),
}  # fmt: skip
"""What one of must be there for more than weak support: a sign of neurotoxicity or its cause; behavior, since
tolerance and withdrawal alone never make use disorder (DSM-5 under supervision)."""
NEEDS_FOR_STRONG: Final[dict[str, tuple[str, ...]]] = {"neurotoxicity": ("myoclonus", "delirium")}
"""A cause alone makes no strong pattern: the nervous system must show it."""
LONG_STOPPED: Final = 28
NEEDS_TWO: Final = ("tolerance",)
"""One increase that helped is no tolerance: it leads with a second finding only."""
IMPLY_OPIOID: Final = frozenset(
    (
        "dose-increase-not-working", "worse-after-dose", "worse-after-dose-increase", "relieved-by-dose-increase",
        "brief-relief-after-increase", "relieved-by-dose-reduction", "end-of-dose-failure", "withdrawal-signs",
        "aberrant-behavior", "old-injury-site-pain", "rotation-helped",
    )
)  # fmt: skip
"""Signs that make no sense without an opioid: one is taken for granted though none is listed."""


def differential(
    facts: Facts, found: Sequence[Finding], episodes: Sequence[Episode], locks: Sequence[Interlock]
) -> Differential:
    """Weigh what the record answers. In an emergency nothing is interpreted."""
    if any(lock.level == "emergency" for lock in locks):
        why = "An emergency comes first: nothing is interpreted until it has been assessed."
        return Differential((), (), why, why)
    gates = open_gates(facts, found)
    hypotheses = [_hypothesis(facts, name, found, gates) for name in facts.knowledge.hypotheses]
    hypotheses.append(stable(facts, found, episodes))
    ranked = tuple(sorted(hypotheses, key=lambda h: (RANK[h.support], -h.score)))
    urgent = [lock for lock in locks if lock.level == "urgent"]
    leading, withheld = _leading(facts, ranked), _out_of_scope(facts)
    if withheld is not None:
        return Differential(ranked, (), withheld, withheld)
    if urgent:
        leading = tuple(name for name in leading if name != OIH)
        withheld = f"No statement on opioid-induced hyperalgesia until this is assessed: {listed([lower_name(x.title) for x in urgent])}."
    return Differential(ranked, leading, _verdict(ranked, leading, gates, withheld), withheld)


def _out_of_scope(facts: Facts) -> str | None:
    """Why no explanation is named at all, whatever the findings."""
    if facts.age is not None and facts.age < ADULT:
        return "Out of scope: algesia reads the records of adults."
    opioid = any(item.status != "not-opioid" for item in facts.exposure.items)
    told = any(s.present and s.sign in IMPLY_OPIOID and s.at.day <= facts.as_of for s in facts.record.signs)
    return None if opioid or told else "Cannot tell: no opioid is on record."


def open_gates(facts: Facts, found: Sequence[Finding]) -> tuple[str, ...]:
    """Gate findings that the record does not answer."""
    answered = {f.feature for f in found if f.set_aside is None}
    applies = {name for name in facts.knowledge.gates if name != "renal-3glucuronide"}
    if facts.running_opioids() & {"morphine", "hydromorphone", "codeine"}:
        applies.add("renal-3glucuronide")
    return tuple(name for name in facts.knowledge.features if name in applies and name not in answered)


def _hypothesis(facts: Facts, name: str, found: Sequence[Finding], gates: tuple[str, ...]) -> Hypothesis:
    text = facts.knowledge.hypotheses[name]
    reasons_for: list[Evidence] = []
    against: list[Evidence] = []
    for finding in found:
        weight = _weight(facts.knowledge.features[finding.feature], name, finding)
        if weight == 0:
            continue
        evidence = _evidence(facts.knowledge.features[finding.feature], finding, weight)
        (reasons_for if weight > 0 else against).append(evidence)
    answered = {f.feature for f in found if f.set_aside is None}
    unknown = tuple(
        Unknown(feature.id, feature.question, feature.weights[name])
        for feature in facts.knowledge.features.values()
        if feature.id not in answered and abs(feature.weights[name]) == 2
    )
    score = sum(e.weight for e in reasons_for) + sum(e.weight for e in against)
    support = _support(score, reasons_for, against)
    note = None
    needs = NEEDS.get(name)
    if support in ("possible", "strong") and needs and not {e.feature for e in reasons_for} & set(needs):
        support = "weak"
    shown = NEEDS_FOR_STRONG.get(name)
    if support == "strong" and shown and not {e.feature for e in reasons_for} & set(shown):
        support = "possible"
    if name == OIH:
        if support == "strong" and (gates or not strong_pattern(found)):
            support = "possible"
        note = _oih_note(facts, gates)
    return Hypothesis(
        id=name,
        name=text.name,
        definition=text.definition,
        source=text.source,
        support=support,
        score=float(score),
        for_=tuple(sorted(reasons_for, key=_order)),
        against=tuple(sorted(against, key=_order)),
        unknown=unknown,
        note=note,
    )


def _order(evidence: Evidence) -> tuple[int, str]:
    return (-abs(evidence.weight), evidence.feature)


def _weight(feature: Feature, hypothesis: str, finding: Finding) -> int:
    if finding.set_aside is not None or not finding.counts:
        return 0
    weight = feature.weights[hypothesis]
    if finding.present:
        return weight
    return -1 if weight == 2 else 0


def _evidence(feature: Feature, finding: Finding, weight: int) -> Evidence:
    return Evidence(
        feature.id, finding.words, finding.day, weight, feature.sources, feature.basis, feature.confidence
    )


def _support(score: float, reasons_for: list[Evidence], against: list[Evidence]) -> Support:
    if not reasons_for and not against:
        return "none"
    if score < 0 or not reasons_for:
        return "against"
    has_strong = any(e.weight == 2 for e in reasons_for)
    if score >= STRONG and has_strong:
        return "strong"
    if score >= POSSIBLE or (score >= 2 and has_strong):
        return "possible"
    return "weak" if score > 0 else "none"


def strong_pattern(found: Sequence[Finding]) -> bool:
    """The reference's rule for a strong pattern of opioid-induced hyperalgesia."""
    state = {f.feature: f.present for f in found if f.set_aside is None}
    worse = state.get("dose-up-pain-up") or state.get("peak-dose-worse")
    wide = state.get("allodynia") or state.get("spread-beyond-original")
    looked_for = state.get("objective-progression") is False
    return bool(worse and wide and looked_for and not state.get("delirium"))


def _oih_note(facts: Facts, gates: tuple[str, ...]) -> str | None:
    if "objective-progression" in gates:
        return (
            "Progression has not been looked for on this record. Until it has, this is a pattern to follow up, not "
            "a statement that opioid-induced hyperalgesia is present."
        )
    if gates:
        words = [facts.knowledge.features[g].question.rstrip("?") for g in gates]
        return f"Not answered yet: {listed(words)}."
    return None


def _leading(facts: Facts, ranked: Sequence[Hypothesis]) -> tuple[str, ...]:
    able = [h for h in ranked if h.support in ("possible", "strong") and _may_lead(facts, h)]
    if not able:
        return ()
    top = max(h.score for h in able)
    near = [h.id for h in able if h.score >= top - WITHIN]
    strongest = [h.id for h in able if h.score == top]
    chosen = near if len(near) <= MOST_LEADING else strongest
    return tuple(chosen) if len(chosen) <= MOST_LEADING else ()


def _may_lead(facts: Facts, hypothesis: Hypothesis) -> bool:
    """One finding alone makes a hypothesis lead only if it is strong for no other."""
    strong = [e for e in hypothesis.for_ if e.weight == 2]
    if hypothesis.id == OIH and (not strong or _long_stopped(facts)):
        return False
    if len(hypothesis.for_) == 1 and hypothesis.id in NEEDS_TWO:
        return False
    if len(hypothesis.for_) > 1 or hypothesis.id not in facts.knowledge.hypotheses:
        return True
    weights = [facts.knowledge.features[e.feature].weights for e in strong]
    return any(sum(w == 2 for w in row.values()) == 1 for row in weights)


def lower_name(name: str) -> str:
    """A hypothesis inside a sentence."""
    return name[0].lower() + name[1:]


def _long_stopped(facts: Facts) -> bool:
    """Whether the last opioid ended more than four weeks ago: what is felt now needs another reason."""
    opioids = [item for item in facts.exposure.items if item.status != "not-opioid"]
    ends = [item.end for item in opioids if item.end is not None]
    return len(ends) == len(opioids) > 0 and facts.as_of - max(ends) > LONG_STOPPED


def _verdict(
    ranked: Sequence[Hypothesis], leading: tuple[str, ...], gates: tuple[str, ...], withheld: str | None
) -> str:
    if withheld is not None:
        return withheld
    if not leading:
        near = [lower_name(h.name) for h in ranked if h.support in ("possible", "strong")]
        if not near:
            return "Cannot tell yet: nothing on record speaks clearly for any explanation."
        if len(near) == 1:
            return f"Cannot tell yet: {near[0]} is possible, on one finding that others share."
        return f"Cannot tell yet between {listed(near)}."
    parts = [
        f"{h.name if not at else lower_name(h.name)}: {'strong pattern' if h.support == 'strong' else 'possible'}"
        for at, h in enumerate(h for h in ranked if h.id in leading)
    ]
    words = f"{'; '.join(parts)}, on this record."
    if OIH in leading and "objective-progression" in gates:
        words += " Progression has not been looked for."
    return words
