"""How sure a statement is, in words a person can use: one function from the rows it stands on."""

from __future__ import annotations

from collections.abc import Iterable
from functools import total_ordering
from typing import TYPE_CHECKING, Final

import msgspec

from algesia.knowledge.model import Confidence
from algesia.quantities.refusal import WrongCall

if TYPE_CHECKING:
    from algesia.knowledge.clinical import Claim
    from algesia.knowledge.plan_options import Alternative


@total_ordering
class Certainty(msgspec.Struct, frozen=True):
    """A word of certainty with what it means. They sort from the surest to the least sure (`rank`)."""

    rank: int
    word: str
    means: str

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Certainty):
            return NotImplemented
        return self.rank < other.rank


_SUPPORTED: Final = Certainty(
    0, "Strong agreement", "The guides, labels or reviews that we found agree on this."
)
_FAIR: Final = Certainty(
    1, "Fair evidence", "Trials point this way. New ones could change how much it helps."
)
_STATED: Final = Certainty(
    2, "Stated by the source", "The source says so. We read it in full. We did not weigh it against others."
)
_ABSTRACT: Final = Certainty(3, "From a summary", "We read the summary of this source, not all of it.")
_QUOTED: Final = Certainty(
    4, "Read in quotes", "We read what others quote from this source, not the source itself."
)
_PARTLY: Final = Certainty(5, "True for some", "It holds for some people, or in part. For whom is not known.")
_WEAK: Final = Certainty(6, "Weak evidence", "Trials are few, small or of low quality.")
_VERY_WEAK: Final = Certainty(7, "Very weak evidence", "What is known may well turn out to be wrong.")
_CONTESTED: Final = Certainty(8, "Mixed evidence", "Studies or experts do not agree. Read both sides.")
_ANIMALS: Final = Certainty(
    9, "Mostly from animals", "It is seen in animals. In people it is less clear or not shown."
)
_OVERSTATED: Final = Certainty(
    10, "More is often claimed", "You may hear more than studies show. This is the careful version."
)
_WRONG: Final = Certainty(
    11, "Corrects a claim", "You may hear the opposite. That is wrong, and this puts it right."
)
_UNSUPPORTED: Final = Certainty(12, "Not shown", "You may hear it as a fact. We found nothing that shows it.")
_OURS: Final = Certainty(13, "Our own rule", "From the people who make algesia, not from a study.")

CERTAINTIES: Final = (
    _SUPPORTED, _FAIR, _STATED, _ABSTRACT, _QUOTED, _PARTLY, _WEAK, _VERY_WEAK, _CONTESTED, _ANIMALS,
    _OVERSTATED, _WRONG, _UNSUPPORTED, _OURS,
)  # fmt: skip
"""Every word, surest first."""

_BY_VERDICT: Final[dict[str, Certainty]] = {
    "supported": _SUPPORTED,
    "partly": _PARTLY,
    "contested": _CONTESTED,
    "overstated": _OVERSTATED,
    "wrong": _WRONG,
    "unsupported": _UNSUPPORTED,
}

_BY_READING: Final[dict[Confidence, Certainty]] = {
    Confidence.FULL_TEXT: _STATED,
    Confidence.ABSTRACT: _ABSTRACT,
    Confidence.SECONDARY: _QUOTED,
    Confidence.EXPERT_PRIOR: _OURS,
}


def certainty(
    claims: Iterable[Claim], treatments: Iterable[Alternative], read: Iterable[Confidence]
) -> Certainty:
    """How sure a statement is that stands on these rows: as sure as the least sure of them.

    Claims and treatments have been weighed, so they decide. Only where a statement has neither does it matter how
    its sources were read (`read`).

    Raises
    ------
    WrongCall
        For a verdict, grade or reading that may not stand before a person: a source from memory or not read.

    >>> from algesia.knowledge.loader import load
    >>> claims = load().claims
    >>> certainty([claims["abrupt-stop-dangerous"]], [], []).word
    'Strong agreement'
    >>> certainty([claims["nmda-central-sensitization"]], [], []).word
    'Mostly from animals'
    >>> certainty([], [], [Confidence.FULL_TEXT, Confidence.SECONDARY]).word
    'Read in quotes'
    """
    weighed = [*map(_of_claim, claims), *map(_of_treatment, treatments)]
    found = weighed or [_of_reading(confidence) for confidence in read]
    if not found:
        raise WrongCall("a statement without a row has no certainty")
    return max(found)


def _of_claim(claim: Claim) -> Certainty:
    """From the verdict; a mechanism that is contested because people were studied less than animals says so."""
    if claim.verdict_class not in _BY_VERDICT:
        raise WrongCall(f"the claim {claim.id} has the verdict {claim.verdict_class!r}, which has no word")
    word = _BY_VERDICT[claim.verdict_class]
    return _ANIMALS if word is _CONTESTED and "preclinical" in claim.verdict else word


def _of_treatment(treatment: Alternative) -> Certainty:
    """From the grade of the main effect, which stands before the first comma; of a range the lower end."""
    grade = (treatment.certainty or "").split(",")[0]
    for printed, word in (("very low", _VERY_WEAK), ("low", _WEAK), ("moderate", _FAIR)):
        if printed in grade:
            return word
    raise WrongCall(f"the treatment {treatment.id} has the certainty {grade!r}, which has no word")


def _of_reading(confidence: Confidence) -> Certainty:
    if confidence not in _BY_READING:
        raise WrongCall(f"a source that is {confidence.value} may not stand alone before a person")
    return _BY_READING[confidence]
