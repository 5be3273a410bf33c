"""What a text for a person must be: readable, without blame and without a dose.

The Flesch-Kincaid grade says how many years of US school it takes to read it.

Grade = 0.39 words per sentence + 11.8 syllables per word - 15.59 (Kincaid and others, 1975). Syllables are counted
by groups of vowels with the usual corrections for English; the test beside it holds known words.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*|\d+(?:[.,]\d+)*")
_SENTENCE = re.compile(r"[.?!](?=[\s”\"]|$)")
_SPELLED = re.compile(r"^(?:[A-Z]{2,5}|[A-Z]\d[A-Z])$")
_VOWELS = re.compile(r"[aeiouy]+")
_APART = re.compile(
    r"i[ao](?![a-z]*u)|eo(?!n)|ua(?!r)|uou|io[u]|[aeo]ing$|iu|ye(?=t)|iet|(?<=[^cstg])ien|ism$"
)
_TOGETHER = re.compile(r"[cstg]i[ao]|[sc]ious|[tsc]ien")

FORBIDDEN = re.compile(
    r"\b(addicts?|abus\w*|misus\w*|clean|dirty|drug.seek\w*|non.?complian\w*|junkies?|risky behavio\w*)\b",
    re.I,
)
"""Words that blame, or that suggest it."""
DOSE = re.compile(r"\b\d+(?:\.\d+)?\s*(mg|mcg|ug|µg|g|mL|MME|OME)\b", re.I)
"""An amount of a drug."""


def syllables(word: str) -> int:
    """The syllables of an English word; abbreviations are read letter by letter, a number as two.

    >>> [syllables(w) for w in ("pain", "opioid", "naloxone", "hyperalgesia", "clinician", "made", "FDA", "needed")]
    [1, 3, 3, 5, 3, 1, 3, 2]
    """
    if word[0].isdigit():
        return 2
    if _SPELLED.match(word):
        return len(word)
    low = word.lower().replace("’", "").replace("'", "")
    count = len(_VOWELS.findall(low))
    if low in _KNOWN:
        return _KNOWN[low]
    if re.search(r"[^aeiouy]e$", low) and not re.search(r"[^aeiouy]le$", low):
        count -= 1
    if re.search(r"[^aeiouytd]ed$", low) or (
        re.search(r"[^aeiouyscxzg]es$", low) and not low.endswith("les")
    ):
        count -= 1
    count += len(_APART.findall(_TOGETHER.sub("sha", low)))
    return max(1, count)


_KNOWN = {
    "opioid": 3, "opioids": 3, "hyperalgesia": 5, "hyperalgesic": 5, "naloxone": 3, "buprenorphine": 4,
    "allodynia": 5, "being": 2, "science": 2, "disease": 2, "people": 2, "something": 2, "somebody": 3,
    "sometimes": 2, "someone": 2, "themselves": 2, "clinician": 3, "clinicians": 3, "acetaminophen": 6,
    "ketamine": 3, "morphine": 2, "methadone": 3, "medicine": 3, "medicines": 3, "ibuprofen": 4, "diazepam": 4,
    "pregabalin": 4, "naltrexone": 3, "idea": 3, "area": 3, "every": 2, "different": 3, "evidence": 3,
    "whole": 1, "trial": 2, "trials": 2, "safely": 2, "safety": 2, "careful": 2, "lines": 1, "rules": 1, "signs": 1, "something's": 2,
}  # fmt: skip
"""Words that the rule gets wrong, or that matter here too much to leave to it."""


def sentences(text: str) -> int:
    """Sentences, by full stops and question marks alone; a text without one is one sentence."""
    return max(1, len(_SENTENCE.findall(text.strip())))


def words(text: str) -> list[str]:
    """The words of a text; a hyphen parts words."""
    return _WORD.findall(text)


def grade(text: str) -> float:
    """The Flesch-Kincaid grade.

    >>> round(grade("The cat sat on the mat."), 1), grade("Physical dependence necessitates gradual tapering.") > 12
    (-1.4, True)
    """
    found = words(text)
    if not found:
        raise ValueError("a text without words has no grade")
    return 0.39 * len(found) / sentences(text) + 11.8 * sum(map(syllables, found)) / len(found) - 15.59
