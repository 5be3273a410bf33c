"""How much goes on the two pages: everything first, then step by step less, in the order of what can be missed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from algesia.report.layout import Document, Explanations, Table

MOST_ROWS: Final = 40
"""Rows of one table that a page could hold if nothing else stood on it."""

LEAST_CHANGES: Final = 3
"""The latest dose changes, which stay as long as words can be shortened instead."""


@dataclass(frozen=True, slots=True)
class Front:
    """Page one: lines of a list, height added to the picture (in its units), its scale, characters of one text.

    `characters` is only set for texts that no page could hold; sentences of ordinary length are never cut.
    """

    lines: int
    taller: float = 0
    scale: float = 1
    characters: int | None = None


FRONT: Final = (
    Front(12), Front(12, -30), Front(12, -60), Front(8, -60), Front(6, -60), Front(5, -60), Front(5, -90),
    Front(4, -90), Front(3, -90), Front(3, -90, 0.9), Front(2, -90, 0.8), Front(2, -90, 0.7), Front(2, -90, 0.6, 400),
    Front(2, -90, 0.5, 240), Front(2, -90, 0.4, 140), Front(2, -90, 0.3, 70),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Back:
    """Page two. Counts are of what is kept; the rest is named by its number.

    Parameters
    ----------
    sources
        3: the whole citation; 2: without its title; 1: name and place in one running text; 0: names only.
    reasons
        Explanations with their reasons written out, from the first on; the others show how many there are.
    regimens
        Earlier regimens. What runs now always stands, with its working.
    changes
        Dose changes, the latest ones.
    rows
        Rows of any table, and items of any list.
    characters
        Of one text; ``None`` cuts nothing.
    """

    sources: int = 3
    reasons: int = 99
    regimens: int = MOST_ROWS
    changes: int = MOST_ROWS
    rows: int = MOST_ROWS
    characters: int | None = None


def back_steps(doc: Document) -> tuple[Back, ...]:
    """The steps for page two of this document, from everything to little.

    First the sources become short, then what is least likely loses its reasons, then earlier regimens and earlier
    dose changes go. The checks of the trap, the reasons of what leads and what runs now stay whole.
    """
    steps = [Back(sources=kept) for kept in (3, 2, 1, 0)]
    differential = doc.section("differential")
    if isinstance(differential, Explanations):
        leading = max(1, sum(row.leading for row in differential.rows))
        for kept in range(len(differential.rows) - 1, leading - 1, -1):
            steps.append(replace(steps[-1], reasons=kept))
    exposure, episodes = doc.section("exposure"), doc.section("episodes")
    if isinstance(exposure, Table):
        for kept in range(min(len(exposure.folded), MOST_ROWS) - 1, -1, -1):
            steps.append(replace(steps[-1], regimens=kept))
    if isinstance(episodes, Table):
        count = len(episodes.rows) + len(episodes.folded)
        for kept in range(min(count, MOST_ROWS) - 1, LEAST_CHANGES - 1, -1):
            steps.append(replace(steps[-1], changes=kept))
    for rows, characters in ((12, 600), (8, 400), (6, 240), (5, 160), (4, 120), (3, 80), (2, 50), (1, 30)):
        last = steps[-1]
        steps.append(replace(last, rows=rows, changes=min(last.changes, rows), characters=characters))
    return tuple(steps)


Step = TypeVar("Step")


def first_that_fits(steps: Sequence[Step], fits: Callable[[Step], bool]) -> Step:
    """The first step that fits when every later one does too; the last one when none does.

    >>> first_that_fits((5, 4, 3, 2, 1), lambda step: step < 4)
    3
    """
    low, high = 0, len(steps) - 1
    while low < high:
        middle = (low + high) // 2
        if fits(steps[middle]):
            high = middle
        else:
            low = middle + 1
    return steps[low]
