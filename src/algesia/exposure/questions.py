"""What to ask: one question for everything that is asked alike, not one for every entry.

Questions with the same value, reason and wording are one question about several entries. Letter case and
punctuation do not make two names of one. Where more than five different names are in no table, one question
lists them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from algesia.exposure.conflicts import overlaps, some
from algesia.exposure.model import NOT_RECOGNIZED, Query
from algesia.exposure.timeline import Line

NAMES_AT_MOST: Final = 5
_WORD: Final = re.compile(r"\d+(?:\.\d+)?|[^\W\d]+")


def queries(lines: Iterable[Line]) -> tuple[Query, ...]:
    """Everything in the record that cannot be taken at face value, grouped and in a fixed order."""
    lines = list(lines)
    texts: dict[tuple[object, ...], list[tuple[str, str, str]]] = defaultdict(list)
    labels: dict[tuple[object, ...], set[str]] = defaultdict(set)
    unknown: dict[object, list[str]] = defaultdict(list)
    for line in lines:
        for doubt in line.reading.doubts:
            value, ask = doubt.value or line.reading.drug, doubt.ask or ""
            key = (alike(value), alike(doubt.reason), ask)
            texts[key].append((value, doubt.reason, ask))
            labels[key].add(line.label)
            if doubt.reason == NOT_RECOGNIZED:
                unknown[key].append(value)
    found: list[Query] = []
    if len(unknown) > NAMES_AT_MOST:
        found.append(_listing(unknown.values()))
        texts = defaultdict(list, {key: said for key, said in texts.items() if key not in unknown})
    for same, said in texts.items():
        value, why, ask = min(said)
        found.append(Query(some(labels[same]), value, why, ask))
    found.extend(overlaps(lines))
    return tuple(sorted(set(found), key=lambda query: (query.where, query.value, query.why, query.ask)))


def _listing(unknown: Iterable[list[str]]) -> Query:
    """One question about all names that no table knows."""
    spellings = list(unknown)
    names = sorted({min(values) for values in spellings})
    entries = sum(len(values) for values in spellings)
    shown = ", ".join(names[:NAMES_AT_MOST])
    more = len(names) - NAMES_AT_MOST
    why = "no table knows these names, so they are not counted"
    return Query(f"{entries} entries", f"{shown} and {more} more", why, "Is any of them an opioid?")


def alike(text: str) -> tuple[str, ...]:
    """The words of a text, for telling whether two texts say the same.

    >>> alike("Lisinopril 10 MG, tablet") == alike("lisinopril 10 mg tablet")
    True
    >>> alike("5-10 mg") == alike("5.10 mg")
    False
    """
    return tuple(_WORD.findall(text.casefold())) or (text,)
