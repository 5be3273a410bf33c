"""Recognizing names inside text, word by word.

Names match whole words only, the longest name first, so that "hydromorphone" is never "morphine" and
"apomorphine" is nobody's.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["opioid", "unverified", "other"]
_WORD: Final = re.compile(r"[a-z0-9&]+|#")
_LONGEST: Final = 2000


class Hit(NamedTuple):
    """A name found: what it is, whose it is, and where its words begin and end in the text.

    `kind` is "unverified" for the name of an opioid that we hold from memory only.
    """

    kind: Kind
    target: str
    start: int
    end: int


class NameIndex:
    """Names by their first word.

    >>> index = NameIndex()
    >>> index.add("morphine", "opioid", "morphine")
    >>> index.add("MS Contin", "opioid", "morphine")
    >>> [hit.target for hit in index.find("MS-Contin 15 mg, then hydromorphone")]
    ['morphine']
    """

    def __init__(self) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], Kind, str]]] = {}

    @staticmethod
    def words(text: str) -> list[str]:
        """The words of a text, lower case, punctuation dropped."""
        return _WORD.findall(text[:_LONGEST].lower())

    @classmethod
    def key(cls, text: str) -> str:
        """The words of a text joined by blanks: equal for texts that differ in case or punctuation only."""
        return " ".join(cls.words(text))

    def add(self, name: str, kind: Kind, target: str) -> None:
        """Make `name` stand for `target`."""
        words = tuple(self.words(name))
        entries = self._by_first.setdefault(words[0], [])
        entries.append((words, kind, target))
        entries.sort(key=lambda entry: -len(entry[0]))

    def find(self, text: str) -> list[Hit]:
        """The names in a text, left to right, not overlapping."""
        spans = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(text[:_LONGEST].lower())]
        hits: list[Hit] = []
        at = 0
        while at < len(spans):
            step = 1
            for words, kind, target in self._by_first.get(spans[at][0], ()):
                size = len(words)
                if size == 1 or tuple(span[0] for span in spans[at : at + size]) == words:
                    hits.append(Hit(kind, target, spans[at][1], spans[at + size - 1][2]))
                    step = size
                    break
            at += step
        return hits
