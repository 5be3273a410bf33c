"""The closed vocabularies of the record: names only. What they mean stands in the knowledge tables.

The contract's first edition names 17 signs. The rest are ours: one for every finding of the differential and
every red flag of the interlocks that a record could otherwise not express.
"""

from __future__ import annotations

from typing import Final

CONTRACT_SIGNS: Final = (
    "spreading-pain", "dose-increase-not-working", "allodynia", "changed-character",
    "pain-from-nonpainful-activity", "worse-after-dose", "myoclonus", "confusion", "agitation", "seizure",
    "hyperalgesia-on-examination", "withdrawal-signs", "new-lesion-on-imaging", "aberrant-behavior",
    "relieved-by-dose-increase", "relieved-by-dose-reduction", "end-of-dose-failure",
)  # fmt: skip

MORE_SIGNS: Final = (
    # findings of the differential
    "worse-after-dose-increase", "brief-relief-after-increase", "dermatomal-spread", "remote-hyperalgesia",
    "old-injury-site-pain", "dehydration-or-infection", "recent-remifentanil", "new-neurological-deficit",
    "pain-out-of-proportion", "good-relief-on-lower-dose", "widespread-pain-before-opioids", "craving",
    "pain-moves-with-mood", "rotation-helped", "ketamine-helped", "doses-missed",
    # red flags of the interlocks
    "sedation", "slow-breathing", "cannot-be-woken", "slurred-speech", "pinpoint-pupils", "hallucinations",
    "suicidal-thoughts", "hopelessness-during-taper", "saddle-numbness", "bladder-or-bowel-change",
    "progressive-weakness", "fever", "weight-loss", "chest-pain", "acute-abdomen", "new-trauma",
    "precipitated-withdrawal", "alcohol-use", "negative-confirmed-drug-test", "naloxone-at-hand",
)  # fmt: skip

SIGNS: Final = CONTRACT_SIGNS + MORE_SIGNS

CONDITION_KINDS: Final = (
    "chronic-pain", "cancer", "palliative", "sickle-cell", "opioid-use-disorder", "substance-use-disorder",
    "opioid-agonist-treatment", "pregnancy", "postpartum", "sleep-apnea", "lung-disease", "renal-disease",
    "hepatic-disease", "depression", "anxiety", "fibromyalgia", "surgery", "inpatient", "overdose",
    "osteoporosis", "immunosuppression", "injection-drug-use", "heart-failure", "long-qt",
)  # fmt: skip
"""Kinds of condition that interlocks and the differential read. Any other kind is kept as it stands."""

BODY_AREAS: Final = (
    "forehead-left", "forehead-right", "face-left", "face-right", "neck-front-left", "neck-front-right",
    "shoulder-front-left", "shoulder-front-right", "chest-left", "chest-right", "upper-arm-front-left",
    "upper-arm-front-right", "elbow-front-left", "elbow-front-right", "forearm-front-left",
    "forearm-front-right", "wrist-front-left", "wrist-front-right", "hand-front-left", "hand-front-right",
    "abdomen-left", "abdomen-right", "hip-front-left", "hip-front-right", "groin-left", "groin-right",
    "thigh-front-left", "thigh-front-right", "knee-front-left", "knee-front-right", "shin-left",
    "shin-right", "ankle-front-left", "ankle-front-right", "foot-front-left", "foot-front-right",
    "head-back-upper-right", "head-back-upper-left", "head-back-lower-right", "head-back-lower-left",
    "neck-back-right", "neck-back-left", "shoulder-back-right", "shoulder-back-left", "upper-back-right",
    "upper-back-left", "middle-back-right", "middle-back-left", "lower-back-right", "lower-back-left",
    "upper-arm-back-right", "upper-arm-back-left", "elbow-back-right", "elbow-back-left",
    "forearm-back-right", "forearm-back-left", "wrist-back-right", "wrist-back-left", "hand-back-right",
    "hand-back-left", "hip-back-right", "hip-back-left", "buttock-right", "buttock-left",
    "thigh-back-right", "thigh-back-left", "knee-back-right", "knee-back-left", "calf-right", "calf-left",
    "ankle-back-right", "ankle-back-left", "foot-back-right", "foot-back-left",
)  # fmt: skip
"""The 74 areas of the body figure, by their stable plain names."""
