"""The differential's tables against the scores of the constructed vignettes that came with the weights.

The vignettes test that the arithmetic does what its author intended. They are no clinical evidence.
"""

from __future__ import annotations

import pytest

from algesia.knowledge.loader import load
from algesia.knowledge.model import Confidence
from algesia.record.vocabulary import SIGNS

KNOWLEDGE = load()
ORDER = (
    "oih",
    "tolerance",
    "withdrawal",
    "progression",
    "oud",
    "neurotoxicity",
    "central-sensitization",
    "psychological",
)
VIGNETTES = [
    ("classic hyperalgesia", "dose-up-pain-up peak-dose-worse spread-beyond-original allodynia quality-change prior-good-response proportion-to-findings high-dose", (12, -5, -1, -1, 0, 9, 5, 1)),
    ("pure tolerance", "dose-up-relief-sustained prior-good-response", (-1, 4, 2, 1, 0, -1, -2, -1)),
    ("interdose withdrawal", "predose-worse cows autonomic-withdrawal prior-good-response", (-2, 2, 7, 1, 3, 0, -1, -1)),
    ("injury site pain after a step", "old-injury-sites cows autonomic-withdrawal", (-2, 0, 6, 0, 2, 0, 0, 0)),
    ("progression", "objective-progression spread-dermatomal dose-up-brief-relief", (-2, 0, -1, 5, 0, -1, -1, 0)),
    ("opioid use disorder", "loss-of-control craving cows", (-3, 0, 3, 0, 5, 0, 0, 0)),
    ("neurotoxicity in kidney disease", "myoclonus delirium renal-3glucuronide allodynia dose-up-pain-up dehydration-infection", (5, -6, -1, 0, 0, 12, 1, -1)),
    ("fibromyalgia first", "multisite-baseline spread-beyond-original proportion-to-findings movement-evoked-trivial", (3, -2, 0, -2, -1, 0, 7, 4)),
    ("distress", "distress mood-pain-covary", (0, 0, 2, 0, 1, 0, 2, 4)),
    ("seven signs only", "spread-beyond-original dose-up-brief-relief allodynia quality-change movement-evoked-trivial peak-dose-worse myoclonus", (9, -6, -2, 2, -1, 7, 6, 3)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "present", "scores"), VIGNETTES, ids=[v[0] for v in VIGNETTES])
def test_weights_add_up_as_intended(name: str, present: str, scores: tuple[int, ...]) -> None:
    features = [KNOWLEDGE.features[feature] for feature in present.split()]
    assert tuple(sum(f.weights[h] for f in features) for h in ORDER) == scores


def test_eight_hypotheses_in_their_order() -> None:
    assert tuple(KNOWLEDGE.hypotheses) == ORDER
    assert all(h.definition and h.source in KNOWLEDGE.sources for h in KNOWLEDGE.hypotheses.values())


def test_thirty_four_features_with_a_weight_for_each_hypothesis() -> None:
    assert len(KNOWLEDGE.features) == 34
    for feature in KNOWLEDGE.features.values():
        assert tuple(feature.weights) == ORDER, feature.id
        assert feature.question and feature.how_measured, feature.id
        assert (feature.basis == "expert-prior") == (feature.confidence is Confidence.EXPERT_PRIOR), (
            feature.id
        )


def test_gates_and_the_strong_pattern_name_features() -> None:
    assert KNOWLEDGE.gates == (
        "objective-progression",
        "cows",
        "renal-3glucuronide",
        "loss-of-control",
        "delirium",
    )
    pattern = KNOWLEDGE.rules["strong_pattern"]
    assert isinstance(pattern, dict)
    for part in ("any_of", "and_any_of", "absent", "not_present"):
        assert set(pattern[part]) <= set(KNOWLEDGE.features)
    assert any("diagnosis" in rule for rule in KNOWLEDGE.never)


def test_the_trap_rule() -> None:
    trap = KNOWLEDGE.trap
    assert (trap.min_increases, trap.rise_percent, trap.window_months) == (2, 30, 12)
    assert (trap.improvement_percent, trap.reevaluate_weeks, trap.pause_mme) == (30, (1, 4), 50)
    assert trap.sources["improvement_percent"] == "cdc2022"
    assert trap.sources["min_increases"] == "expert_prior"


def test_every_sign_of_the_vocabulary_has_its_words_and_nothing_else() -> None:
    assert tuple(KNOWLEDGE.signs) == SIGNS
    for sign in KNOWLEDGE.signs.values():
        assert sign.plain.endswith(".") and sign.clinical, sign.id


MAPPED = {
    "spreading-pain": "spread-beyond-original", "worse-after-dose-increase": "dose-up-pain-up",
    "brief-relief-after-increase": "dose-up-brief-relief", "dose-increase-not-working": "dose-up-brief-relief",
    "relieved-by-dose-increase": "dose-up-relief-sustained", "relieved-by-dose-reduction": "dose-down-pain-down",
    "allodynia": "allodynia", "hyperalgesia-on-examination": "remote-qst", "remote-hyperalgesia": "remote-qst",
    "changed-character": "quality-change", "pain-from-nonpainful-activity": "movement-evoked-trivial",
    "worse-after-dose": "peak-dose-worse", "end-of-dose-failure": "predose-worse",
    "withdrawal-signs": "autonomic-withdrawal", "old-injury-site-pain": "old-injury-sites",
    "myoclonus": "myoclonus", "confusion": "delirium", "agitation": "delirium", "seizure": "delirium",
    "hallucinations": "delirium", "dehydration-or-infection": "dehydration-infection",
    "recent-remifentanil": "recent-remifentanil", "new-lesion-on-imaging": "objective-progression",
    "new-neurological-deficit": "objective-progression", "dermatomal-spread": "spread-dermatomal",
    "pain-out-of-proportion": "proportion-to-findings", "good-relief-on-lower-dose": "prior-good-response",
    "widespread-pain-before-opioids": "multisite-baseline", "aberrant-behavior": "loss-of-control",
    "craving": "craving", "pain-moves-with-mood": "mood-pain-covary", "rotation-helped": "rotation-improved",
    "ketamine-helped": "nmda-response", "doses-missed": "adherence-uncertain",
}  # fmt: skip


def test_signs_feed_the_features_they_mean() -> None:
    assert {s.id: s.feature for s in KNOWLEDGE.signs.values() if s.feature} == MAPPED
    absent = {s.id: s.absent_feature for s in KNOWLEDGE.signs.values() if s.absent_feature}
    assert absent == {"dose-increase-not-working": "dose-up-relief-sustained"}


def test_the_seven_warning_signs_are_numbered_as_their_features() -> None:
    numbered = {s.warning_sign for s in KNOWLEDGE.signs.values()} - {None}
    assert numbered == {1, 2, 3, 4, 5, 6, 7}
    for sign in KNOWLEDGE.signs.values():
        if sign.warning_sign is not None:
            assert sign.feature is not None
            assert KNOWLEDGE.features[sign.feature].warning_sign == sign.warning_sign
    assert KNOWLEDGE.signs["relieved-by-dose-increase"].warning_sign is None


RED_FLAGS = {
    "cannot-be-woken": "emergency-overdose", "slow-breathing": "emergency-overdose",
    "pinpoint-pupils": "emergency-overdose", "sedation": "emergency-impending-overdose",
    "slurred-speech": "emergency-impending-overdose", "confusion": "emergency-impending-overdose",
    "seizure": "emergency-neurotoxicity", "hallucinations": "emergency-neurotoxicity",
    "myoclonus": "emergency-neurotoxicity", "suicidal-thoughts": "emergency-suicide",
    "hopelessness-during-taper": "emergency-suicide", "saddle-numbness": "emergency-cauda-cord",
    "bladder-or-bowel-change": "emergency-cauda-cord", "progressive-weakness": "emergency-cauda-cord",
    "fever": "infection-cancer-fracture", "weight-loss": "infection-cancer-fracture",
    "chest-pain": "infection-cancer-fracture", "acute-abdomen": "infection-cancer-fracture",
    "new-trauma": "infection-cancer-fracture", "precipitated-withdrawal": "precipitated-withdrawal",
    "alcohol-use": "benzo-gabapentinoid-alcohol", "negative-confirmed-drug-test": "diversion-nonuse",
}  # fmt: skip


@pytest.mark.parametrize(("sign", "lock"), RED_FLAGS.items())
def test_red_flags_reach_their_interlock(sign: str, lock: str) -> None:
    assert lock in KNOWLEDGE.signs[sign].interlocks


def test_the_interlocks_are_twenty_eight_and_one_of_ours_emergencies_first() -> None:
    levels = [rule.level for rule in KNOWLEDGE.interlocks.values()]
    assert len(levels) == 28 + 1
    assert levels == sorted(levels, key=("emergency", "urgent", "block", "warn").index)
    emergencies = [rule.id for rule in KNOWLEDGE.interlocks.values() if rule.level == "emergency"]
    assert emergencies == [
        "emergency-overdose", "emergency-impending-overdose", "emergency-neurotoxicity", "emergency-suicide",
        "emergency-cauda-cord",
    ]  # fmt: skip


BRITISH = ("isation", "oea", "aemia", "tumour", "anaesth", "behaviour", "centre", "judgement", "recognised")


def test_spelling_is_american_and_ids_have_hyphens() -> None:
    texts = [f.question + f.how_measured + f.note for f in KNOWLEDGE.features.values()]
    texts += [r.trigger + r.action + r.note for r in KNOWLEDGE.interlocks.values()]
    texts += [c.claim + c.evidence + c.wording + c.verdict for c in KNOWLEDGE.claims.values()]
    texts += [s.plain + s.clinical + s.note for s in KNOWLEDGE.signs.values()]
    for text in texts:
        for word in BRITISH:
            assert word not in text, text
    ids = [
        *KNOWLEDGE.features,
        *KNOWLEDGE.hypotheses,
        *KNOWLEDGE.interlocks,
        *KNOWLEDGE.claims,
        *KNOWLEDGE.signs,
        *KNOWLEDGE.instruments,
    ]
    assert all("_" not in name for name in ids)
