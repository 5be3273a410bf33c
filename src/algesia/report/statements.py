"""The fixed statements that stand wherever results appear, and the words for levels, support and verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from algesia.assessment.model import Differential, Hypothesis, Support, Verdict
from algesia.exposure.model import Item
from algesia.knowledge.clinical import Level
from algesia.knowledge.model import Confidence, Edition
from algesia.report.days import sentence

Place: TypeAlias = Literal["us", "eu"]


@dataclass(frozen=True, slots=True)
class EmergencyNumbers:
    """Whom to call in one place. `crisis` is the suicide and crisis line, ``None`` where no single one exists."""

    place: Place
    emergency: str
    crisis: str | None


NUMBERS: Final[dict[Place, EmergencyNumbers]] = {
    "us": EmergencyNumbers("us", "911", "988"),
    "eu": EmergencyNumbers("eu", "112", None),
}

PURPOSE: Final = (
    "Decision support for clinicians. It is not validated, it is not a diagnosis, and it does not decide."
)
NO_TEST: Final = "No validated test for opioid-induced hyperalgesia exists. Weights are expert priors, never a probability."
NOT_SUDDENLY: Final = "Never stop or cut an opioid suddenly."
SILENCED: Final = (
    "An emergency is on record. Differential, trap and options are withheld until it is answered."
)
NOTHING_ELSE: Final = "Nothing else is shown until this is answered."
FOLLOWED: Final = "What followed a dose change is not thereby caused by it: doses also follow pain."


def call_for_help(place: Place = "us") -> tuple[tuple[str, str], ...]:
    """Whom to call, as (when, number), for the locale setting.

    >>> call_for_help()[0], call_for_help("eu")[1]
    (('Slow or stopped breathing, cannot be woken', 'call 911'),
     ('Thoughts of suicide', 'call 112 or the local crisis line'))
    """
    numbers = NUMBERS[place]
    crisis = (
        f"call or text {numbers.crisis}"
        if numbers.crisis
        else f"call {numbers.emergency} or the local crisis line"
    )
    return (
        ("Slow or stopped breathing, cannot be woken", f"call {numbers.emergency}"),
        ("Thoughts of suicide", crisis),
    )


def emergency_line(place: Place = "us") -> str:
    """Whom to call, in one sentence.

    >>> emergency_line()
    'Emergency: call 911. Thoughts of suicide: call or text 988.'
    """
    numbers = NUMBERS[place]
    crisis = f"call or text {numbers.crisis}" if numbers.crisis else "call the local crisis line"
    return f"Emergency: call {numbers.emergency}. Thoughts of suicide: {crisis}."


def statement(place: Place = "us") -> tuple[str, ...]:
    """The lines that stand under every result, in their order."""
    return (PURPOSE, NO_TEST, NOT_SUDDENLY, emergency_line(place))


LEVEL_WORDS: Final[dict[Level, str]] = {
    "emergency": "Emergency",
    "urgent": "Same day",
    "block": "Blocked",
    "warn": "Before any plan",
}

VERDICT_WORDS: Final[dict[Verdict, str]] = {
    "lasting-relief": "lasting relief",
    "brief-relief": "brief relief",
    "no-relief": "no relief",
    "worse": "worse",
    "unassessable": "cannot tell",
}

TRAP_WORDS: Final = {"present": "Present", "absent": "Absent", "unassessable": "Cannot tell"}

OPTION_WORDS: Final = {
    "consider": "Consider",
    "needs-answer": "Needs an answer first",
    "blocked": "Blocked",
    "not-offered": "Not offered",
}

EDITION_WORDS: Final[dict[Edition, str]] = {
    "cdc-2022": "CDC 2022 table",
    "cdc-2016": "CDC 2016 table",
    "cdc-2016-file": "CDC 2016 data file",
    "cdc-2018-file": "CDC 2018 data file",
    "nih-heal": "NIH HEAL table",
}

CONFIDENCE_WORDS: Final[dict[Confidence, str]] = {
    Confidence.FULL_TEXT: "read in full text",
    Confidence.ABSTRACT: "read as abstract",
    Confidence.SECONDARY: "read in a secondary source",
    Confidence.EXPERT_PRIOR: "expert prior",
    Confidence.UNVERIFIED: "not verified, drives no dose",
    Confidence.NOT_READ: "not read, drives no dose",
}

STATUS_WORDS: Final[dict[str, str]] = {
    "converted": "counted",
    "unconverted": "Not converted",
    "apart": "Reported apart",
    "superseded": "Not counted again",
    "not-opioid": "Not an opioid",
}

_SUPPORT: Final[dict[Support, str]] = {
    "strong": "Strong pattern",
    "possible": "Possible",
    "weak": "Weak",
    "against": "Against",
    "none": "Cannot tell",
}


def support_word(support: Support) -> str:
    """The word that stands beside the evidence tally.

    >>> support_word("strong"), support_word("none")
    ('Strong pattern', 'Cannot tell')
    """
    return _SUPPORT[support]


def stands_out(differential: Differential) -> tuple[Hypothesis, ...]:
    """The hypotheses in the order of the review: what leads first, then as the engine ranked them."""
    leading = [h for h in differential.hypotheses if h.id in differential.leading]
    return (*leading, *(h for h in differential.hypotheses if h.id not in differential.leading))


def why_not_counted(item: Item) -> str | None:
    """Why an item is not in the sum, in words, or ``None`` when it is."""
    if item.status == "converted":
        return None
    return f"{STATUS_WORDS[item.status]}. {sentence(item.reason or 'no reason was given')}"
