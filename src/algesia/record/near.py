"""What a misspelled name may have meant. Used on the way to a refusal only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

MANY: Final = 16
"""Longer lists than this are not printed in an error."""
_VERY_NEAR: Final = 0.85
"""Where a name is this near, others that are less so are not offered."""
_LONGEST: Final = 40


def one_of(value: object, options: Sequence[str], what: str) -> str:
    """What would be right in place of `value`: its close matches first, then the list while it is short.

    `what` names the list when it is too long to print.

    >>> one_of("orall", ("oral", "nasal"), "the routes")
    "'oral', perhaps; one of oral, nasal"
    >>> one_of(7, tuple("abcdefghijklmnopqrst"), "the 20 letters")
    'one of the 20 letters'
    """
    listed = "one of " + (", ".join(options) if len(options) <= MANY else what)
    near = close_matches(value, tuple(options)) if isinstance(value, str) else ()
    if not near:
        return listed
    return " or ".join(f"'{name}'" for name in near) + ", perhaps; " + listed


@lru_cache(maxsize=4096)
def close_matches(value: str, options: tuple[str, ...], cutoff: float = 0.6) -> tuple[str, ...]:
    """Up to three of `options` spelled much like `value`, the nearest first.

    >>> close_matches("alodynia", ("allodynia", "seizure"))
    ('allodynia',)
    """
    from difflib import get_close_matches  # here: a right record never needs it

    by_lower = {option.lower(): option for option in options}
    text = value[:100].lower().strip()
    for least in (max(cutoff, _VERY_NEAR), cutoff):
        for spelled in dict.fromkeys((text, text.replace("_", "-"), text.replace(" ", "-"))):
            found = get_close_matches(spelled, by_lower, n=3, cutoff=least)
            if found:
                return tuple(by_lower[name] for name in found)
    return ()


def one_letter_off(value: str, options: tuple[str, ...]) -> str | None:
    """The one of `options` that `value` misses by a letter: left out, added, changed, or two in a row swapped.

    The first letter must agree, so that ``chin-left`` is not taken for ``shin-left``. Unlike `close_matches` this
    costs the same for any number of options.

    >>> one_letter_off("shni-left", ("shin-left",)), one_letter_off("chin-left", ("shin-left",))
    ('shin-left', None)
    """
    if len(value) > _LONGEST:
        return None
    shorter = _shorter_by_one(options)
    for form in _without_a_letter(value):
        option = shorter.get(form)
        if option is not None and option[:1] == value[:1]:
            return option
    return None


@cache
def _shorter_by_one(options: tuple[str, ...]) -> dict[str, str]:
    return {form: option for option in options for form in _without_a_letter(option)}


def _without_a_letter(text: str) -> list[str]:
    return [text, *(text[:i] + text[i + 1 :] for i in range(len(text)))]
