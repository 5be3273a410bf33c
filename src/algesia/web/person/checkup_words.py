"""The words of the check-ups: what is asked, the answers, and one plain explanation each.

PEG and PHQ in the wording of `knowledge.instruments` (PHQ: no permission required, attribution given; PEG: paraphrased).
Withdrawal is asked as a plain list in our own words, without a score: the scored scale is a clinician's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

from algesia.knowledge.loader import Knowledge

Name: TypeAlias = Literal["peg", "phq-2", "phq-9"]

PEG: Final = (
    (
        "pain",
        "How bad was your pain over the past week, on average?",
        "0 is no pain. 10 is as bad as you can imagine.",
    ),
    (
        "enjoyment",
        "Over the past week, how much did pain get in the way of enjoying life?",
        "0 is not at all. 10 is completely.",
    ),
    (
        "general-activity",
        "Over the past week, how much did pain get in the way of your usual activity?",
        "0 is not at all. 10 is completely.",
    ),
)
PEG_SHORT: Final = {"pain": "Pain", "enjoyment": "Enjoying life", "general-activity": "Usual activity"}
OFTEN: Final = ("Not at all", "Several days", "More than half the days", "Nearly every day")
TITLES: Final[dict[Name, str]] = {"peg": "This week", "phq-2": "Mood", "phq-9": "Mood, all nine questions"}
PHQ_CREDIT: Final = (
    "PHQ-2 and PHQ-9: Kroenke, Spitzer, Williams and colleagues. No permission is required to reproduce, translate, display "
    "or distribute them."
)
MORE_FROM: Final = 3
"""A PHQ-2 of this total or more is followed by the offer of all nine questions."""

NOTICED: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "spreading-pain",
        "Has the pain spread to places that did not hurt before?",
        "Pain that grows beyond its first place, or comes up on the other side.",
    ),
    (
        "dose-increase-not-working",
        "After your last higher dose, was the help short, or was there none?",
        "Tap Skip if your dose did not go up.",
    ),
    (
        "allodynia",
        "Does light touch hurt on healthy skin?",
        "Clothes, a bed sheet, a light stroke or mild cold.",
    ),
    (
        "changed-character",
        "Does the pain feel different now?",
        "It was sharp or in one place, and now it burns, aches, or is hard to place.",
    ),
    (
        "pain-from-nonpainful-activity",
        "Do small things bring on pain that never hurt before?",
        "Sitting, a short walk, lifting a cup.",
    ),
    (
        "worse-after-dose",
        "Is the pain worse one or two hours after a dose than just before it?",
        "Think of the last few days. Tap Skip if you are not sure.",
    ),
)
"""Signs 1 to 6, as questions: name, question, explanation."""


@dataclass(frozen=True, slots=True)
class Danger:
    """A group of signs that need help now: one screen, one tap for the one that is there."""

    question: str
    explains: str
    signs: tuple[tuple[str, str], ...]


DANGERS: Final = (
    Danger(
        "In the last days, did you have one of these?",
        "Each can mean that too much of the medicine, or what the body makes of it, is acting on the nerves.",
        (
            ("myoclonus", "Muscles jerk or twitch on their own"),
            ("confusion", "Muddled thinking, hard to follow what goes on"),
            ("agitation", "Very restless and upset in a new way"),
            ("hallucinations", "Seeing or hearing things that are not there"),
            ("seizure", "A seizure"),
        ),
    ),
    Danger(
        "And one of these?",
        "New signs like these can come from the spinal cord, or from breathing that is too slow. They need help the same day.",
        (
            ("sedation", "Very sleepy, hard to keep awake"),
            ("slow-breathing", "Slow or shallow breathing, or pauses"),
            ("progressive-weakness", "Arms or legs are getting weaker"),
            ("saddle-numbness", "Numb between the legs, where you sit"),
            ("bladder-or-bowel-change", "New trouble holding or passing urine or stool"),
        ),
    ),
)
URGENT: Final = frozenset(name for danger in DANGERS for name, _ in danger.signs)

BODY_SIGNS: Final = (
    ("sweating", "Sweating or goose bumps"),
    ("yawning", "Yawning a lot"),
    ("runny-nose", "Runny nose or watery eyes"),
    ("cramps", "Belly cramps"),
    ("loose-stool", "Loose stool or feeling sick"),
)
"""What counts as a sign of withdrawal by itself (finding `autonomic-withdrawal` of the differential)."""
BESIDE_SIGNS: Final = (("restless-legs", "Restless legs"), ("no-sleep", "Cannot sleep"))
"""What goes with withdrawal and has many other reasons: alone, it leaves the question open."""
NONE_OF_THESE: Final = "None of these"

GOALS: Final = (
    "Walk to the mailbox and back",
    "Cook one meal",
    "Sit at the table with my family for 30 minutes",
    "Sleep through until 5 in the morning",
    "Meet a friend once a week",
)


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a questionnaire. `key` is its name in the record, `shown` its name on the page of answers."""

    key: str
    question: str
    explains: str
    shown: str


@cache
def items(name: Name, knowledge: Knowledge) -> tuple[Item, ...]:
    """The questions of a questionnaire in their order.

    >>> from algesia.knowledge.loader import load
    >>> items("phq-2", load())[0].question
    'Little interest or pleasure in the last two weeks?'
    """
    if name == "peg":
        return tuple(Item(key, question, explains, PEG_SHORT[key]) for key, question, explains in PEG)
    found = []
    for number, item in enumerate(knowledge.instruments[name].items, 1):
        shown = item.text.removesuffix(" in the last two weeks")
        found.append(Item(str(number), f"{item.text}?", "How often did this bother you?", shown))
    return tuple(found)


def answer_words(name: Name, value: float) -> str:
    """An answer as it was tapped.

    >>> answer_words("phq-2", 1), answer_words("peg", 7)
    ('Several days', '7')
    """
    return f"{value:g}" if name == "peg" else OFTEN[int(value)]


def withdrawal(ticked: list[str]) -> tuple[bool | None, str]:
    """Whether withdrawal signs are present, and the note that lists them.

    >>> withdrawal(["sweating", "no-sleep"])
    (True, 'Sweating or goose bumps; Cannot sleep')
    >>> withdrawal(["no-sleep"])[0] is None, withdrawal([])
    (True, (False, 'None of these'))
    """
    body = [text for key, text in BODY_SIGNS if key in ticked]
    beside = [text for key, text in BESIDE_SIGNS if key in ticked]
    if not body and not beside:
        return False, NONE_OF_THESE
    return (True if body else None), "; ".join([*body, *beside])
