"""Passwords: argon2id in the second choice of RFC 9106 (64 MiB, 3 passes), the same work whether a name exists or not."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

SHORTEST: Final = 12
LONGEST: Final = 1000
_HASHER: Final = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
# 64 MiB each: no more at once than a small machine can hold
_AT_ONCE: Final = threading.BoundedSemaphore(4)


def refusal(password: str, again: str, name: str) -> str | None:
    """Why this cannot be the password, in a sentence; ``None`` when it can.

    >>> refusal("short", "short", "anna")
    'Use at least 12 characters. Four words in a row are easy to keep in mind.'
    >>> refusal("Anna-of-the-mill", "Anna-of-the-mill", "anna-of-the-mill")
    'Choose another than your account name.'
    """
    plain = _plain(password)
    if len(plain) < SHORTEST:
        return f"Use at least {SHORTEST} characters. Four words in a row are easy to keep in mind."
    if len(plain) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if plain.casefold() == name.casefold():
        return "Choose another than your account name."
    if plain != _plain(again):
        return "The two were not the same. Write it again."
    return None


def hashed(password: str) -> str:
    """The hash to keep."""
    with _AT_ONCE:
        return _HASHER.hash(_plain(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether it is the password. With nothing kept the same work is done, and the answer is no."""
    with _AT_ONCE:
        try:
            right = _HASHER.verify(kept if kept is not None else _nobody(), _plain(password)[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
    return right and kept is not None


def outdated(kept: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    return _HASHER.hash("")


def _plain(password: str) -> str:
    """The same text from every keyboard."""
    return unicodedata.normalize("NFKC", password)
