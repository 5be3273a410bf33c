"""Text of a record made safe to show: no control characters, nothing that turns the direction of writing."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

HIDDEN: Final = ("Cc", "Cf", "Cs", "Co", "Cn")
JOINERS: Final = "\u200c\u200d"
"""Format characters that scripts need to be read; the others could hide or turn text."""

_BREAKS: Final = re.compile(r"[\r\n\t\f\v\x85\u2028\u2029]+")


def printable(text: str) -> str:
    """The text on one line; a character that could steer a terminal or a page becomes U+FFFD.

    >>> printable("a\\x1b[31mb\\nc")
    'a\ufffd[31mb c'
    """
    flat = _BREAKS.sub(" ", text)
    if flat.isascii() and flat.isprintable():
        return flat
    return "".join("\ufffd" if unicodedata.category(c) in HIDDEN and c not in JOINERS else c for c in flat)


def drawable(text: str, covered: frozenset[int]) -> str:
    """The text with "?" for every character that a font cannot draw.

    >>> drawable("a\u4e2d", frozenset({97}))
    'a?'
    """
    return "".join(c if ord(c) in covered or c == "\n" else "?" for c in text)
