"""The kind of a condition by its words, as problem lists and SNOMED CT write it.

Our own rule. A phrase counts unless the text speaks of somebody else, of the past, of a test, a risk or a
suspicion, or a "no" stands before the phrase. What no phrase fits keeps its text and has no kind.
"""

from __future__ import annotations

import re
from typing import Final

_OPIOIDS: Final = r"(?:opioid|opiate|narcotic|heroin|morphine|oxycodone|hydrocodone|hydromorphone|fentanyl|methadone|codeine)s?"
_SUBSTANCES: Final = (
    r"(?:(?:poly|psychoactive )?substance|drug|alcohol|cocaine|cannabis|marijuana|(?:meth)?amphetamine|stimulant"
    r"|sedative|hypnotic|benzodiazepine|barbiturate|hallucinogen|inhalant|solvent)s?"
)
_MISUSE: Final = r"(?:use disorder|abuse|dependen(?:ce|cy)|addiction|misuse)"

_PHRASES: Final[tuple[tuple[str, str], ...]] = (
    ("overdose", r"\boverdos(?:e|es|age)\b"),
    (
        "overdose",
        rf"\bpoisoning (?:caused )?by (?:\w+ ){{0,3}}{_OPIOIDS}\b|\b{_OPIOIDS} (?:\w+ )?poisoning\b",
    ),
    ("opioid-use-disorder", rf"\b{_OPIOIDS}(?:[ -]type)?(?: drug)? {_MISUSE}\b"),
    ("opioid-use-disorder", rf"\b{_MISUSE} (?:of|on|to) {_OPIOIDS}\b|\bmisuses {_OPIOIDS}\b"),
    ("substance-use-disorder", rf"\b{_SUBSTANCES}(?:[ -]type)?(?: drug)? {_MISUSE}\b"),
    ("substance-use-disorder", rf"\b{_MISUSE} (?:of|on|to) {_SUBSTANCES}\b|\bmisuses {_SUBSTANCES}\b"),
    ("substance-use-disorder", r"\balcoholism\b|\bdrug addict"),
    ("sleep-apnea", r"\bsleep apno?ea\b|\bsleep[- ]disordered breathing\b"),
    (
        "renal-disease",
        r"\bchronic (?:kidney|renal) (?:disease|failure|insufficiency|impairment)\b|\bend[- ]stage (?:renal|kidney)\b"
        r"|(?<!acute )\b(?:renal|kidney) failure\b|\bdiabetic (?:nephropathy|(?:kidney|renal) disease)\b"
        r"|\b(?:disorder|disease) of kidney due to\b|\bhypertensive (?:renal|kidney|chronic kidney) disease\b",
    ),
    (
        "hepatic-disease",
        r"\bcirrhosis\b|\b(?:hepatic|liver) failure\b|\bsteatohepatitis\b|\bhepatic encephalopathy\b"
        r"|\b(?:chronic|alcoholic|end[- ]stage) liver disease\b",
    ),
    (
        "sickle-cell",
        r"\bsickle[- ]cell(?:[- ]\w+)? (?:disease|an(?:a)?emia|crisis|disorder)|\bhemoglobin ss disease\b",
    ),
    (
        "cancer",
        r"(?<!non-)(?<!non )\bmalignant (?:\w+ ){0,3}(?:neoplasm|tumou?r|melanoma|lymphoma|glioma)|\bneoplasm,? malignant\b"
        r"|(?<!non-)(?<!non )\bcancer\b(?! (?:related )?antigen)|\b\w*carcinoma\b|\b\w*sarcoma\b|\bmetasta(?:tic|sis|ses)\b"
        r"|\b\w*lymphoma\b|\bleuka?emia\b|\bmyeloma\b|\bmelanoma\b|\bmesothelioma\b|\bglioblastoma\b",
    ),
    ("palliative", r"\bpalliative care\b|\bhospice\b"),
    ("fibromyalgia", r"\bfibromyalgia\b"),
    (
        "lung-disease",
        r"\bchronic obstructive\b|\bcopd\b|\b(?:pulmonary|lobular|bullous) emphysema\b|^emphysema\b|\bemphysema of lung\b"
        r"|\basthma\b|\bchronic bronchitis\b|\bbronchiectasis\b|\binterstitial (?:lung|pulmonary) disease\b"
        r"|\bpulmonary fibrosis\b|\bchronic respiratory failure\b",
    ),
    (
        "depression",
        r"\bmajor depress|\bdepressive (?:disorder|episode)\b"
        r"|(?<!respiratory )(?<!marrow )(?<!st )(?<!segment )(?<!myocardial )\bdepression\b",
    ),
    ("anxiety", r"\banxiety disorder\b|\bgenerali[sz]ed anxiety\b|\bpanic disorder\b"),
    (
        "pregnancy",
        r"\bnormal pregnancy\b|\b(?:currently|is) pregnant\b|^pregnant\b|\b(?:high[- ]risk|twin) pregnancy\b",
    ),
    ("osteoporosis", r"\bosteoporosis\b"),
    ("heart-failure", r"\bheart failure\b"),
    ("long-qt", r"\blong qt\b|\bprolonged qt\b"),
    ("chronic-pain", r"\bchronic (?:[\w-]+ ){0,3}pain\b"),
)
_COMPILED: Final = tuple((kind, re.compile(phrase)) for kind, phrase in _PHRASES)

_ABOUT_ANOTHER: Final = re.compile(
    r"\b(?:history|h/o|hx|previous|prior|family|father|mother|maternal|paternal|sister|brother|parent|sibling|relative"
    r"|newborn|neonatal|fetal|fetus|screen(?:ing)?|tests?|testing|assessment|counsel\w*|education|prevention|vaccin\w*"
    r"|suspected|suspicion|possible|probable|questionable|query|rule out|ruled out|r/o|excluded|unlikely"
    r"|risks? (?:of|for)|at risk|risk factor|carrier|trait|no evidence|fear of|worr(?:y|ied) about|concern about"
    r"|not present|not found|not detected|exposure to|complete miscarriage|childhood)\b"
)
_NOT_MALIGNANT: Final = re.compile(
    r"\b(?:benign|in situ|pre-?malignant|pre-?cancerous|uncertain behaviou?r)\b"
)
_NEGATION: Final = re.compile(
    r"\b(?:no|not|never|without|absence of|absent|denies|denied|negative for|free of)\b"
)


def kind_of_words(text: str) -> str | None:
    """The kind that plain words mean, unless they speak of a history, a relative, a risk or a suspicion.

    >>> kind_of_words("Sleep apnea (disorder)"), kind_of_words("Family history of malignant neoplasm")
    ('sleep-apnea', None)
    >>> kind_of_words("Asthma without status asthmaticus"), kind_of_words("Diabetes without renal failure")
    ('lung-disease', None)
    """
    words = " ".join(text.lower().split())
    if _ABOUT_ANOTHER.search(words):
        return None
    for kind, phrase in _COMPILED:
        found = phrase.search(words)
        if found is None or _NEGATION.search(words, 0, found.start()):
            continue
        if kind == "cancer" and _NOT_MALIGNANT.search(words):
            continue
        return kind
    return None
