"""The referral letter before it is set: its type, and how it is shortened to one page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from algesia.report.paper import clipped

TITLE: Final = "Referral to a pain specialist"
HEAD: Final = 90
"""Characters of the line that says who the record is about."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a letter: a title, a first sentence, items, and a note. `wide` parts take the whole width of the page."""

    id: str
    title: str
    lead: str
    items: tuple[str, ...]
    wide: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter before it is set. `stop` is the emergency; `urgent` what must be assessed the same day, first of all.

    `person` is the record's own identifier and empty where there is none. `parts` stand in their order.
    """

    person: str
    about: str
    as_of: str
    emergency: bool
    stop: tuple[str, ...]
    urgent: tuple[str, ...]
    question: str
    headline: str
    subline: str
    parts: tuple[Part, ...]
    editions: str
    statement: tuple[str, ...]


def shortened(whole: Letter, lines: int, characters: int | None = None) -> Letter:
    """The letter with at most `lines` items a part and `characters` a text; what is left out is counted.

    >>> part = Part("tried", "Tried", "", ("a", "b", "c", "d"))
    >>> empty = Letter("", "", "", False, (), (), "", "", "", (part,), "", ())
    >>> shortened(empty, 2).parts[0].items
    ('a', 'and 3 more in the review')
    """
    return replace(
        whole,
        person=clipped(whole.person, 60),
        about=clipped(whole.about, HEAD if characters is None else min(HEAD, characters)),
        stop=few(tuple(clipped(s, characters or 300) for s in whole.stop), max(lines, 2)),
        urgent=few(tuple(clipped(s, characters or 300) for s in whole.urgent), lines),
        headline=clipped(whole.headline, characters or 300),
        subline=clipped(whole.subline, characters or 400),
        parts=tuple(
            replace(
                part,
                lead=clipped(part.lead, characters or 400),
                items=few(tuple(clipped(item, characters or 400) for item in part.items), lines),
            )
            for part in whole.parts
        ),
    )


def few(items: tuple[str, ...], most: int) -> tuple[str, ...]:
    """The first items, and how many more there are.

    >>> few(("a", "b", "c"), 3), few(("a", "b", "c"), 2)
    (('a', 'b', 'c'), ('a', 'and 2 more in the review'))
    """
    if len(items) <= most:
        return items
    return (*items[: most - 1], f"and {len(items) - most + 1} more in the review")
