"""Typed reading of JSON values with their path; every refusal a case can meet starts here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from algesia.quantities.refusal import InputRefused

LONGEST_NAME: Final = 200
LONGEST_TEXT: Final = 4000
LARGEST_AMOUNT: Final = 1e9


def read_object(value: object, path: str) -> Mapping[str, object]:
    """`value` as a JSON object with text keys."""
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return value
    raise InputRefused(path, value, "is not an object", "an object such as {...}")


def read_list(value: object, path: str) -> Sequence[object]:
    """`value` as a JSON list."""
    if isinstance(value, list | tuple):
        return value
    raise InputRefused(path, value, "is not a list", "a list such as [...]")


def read_number(value: object, path: str, low: float, high: float) -> float | None:
    """`value` as a finite number from `low` to `high`; ``None`` where nothing stands.

    >>> read_number(7, "age", 0, 120), read_number(None, "age", 0, 120)
    (7.0, None)
    """
    if value is None:
        return None
    expected = f"a number from {low:g} to {high:g}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputRefused(path, value, "is not a number", expected)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or not low <= number <= high:
        raise InputRefused(path, value, "is out of range", expected)
    return number


def read_text(value: object, path: str, longest: int = LONGEST_TEXT) -> str | None:
    """`value` as text on one line; ``None`` where nothing or only space stands."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise InputRefused(path, value, "is not text", "text or null")
    text = " ".join(value.split())
    if len(text) > longest:
        raise InputRefused(path, text, "is too long", f"at most {longest} characters")
    if not text.isprintable():
        raise InputRefused(path, text, "holds a control character", "printable text")
    return text or None


def read_flag(value: object, path: str) -> bool | None:
    """`value` as true, false or null."""
    if value is None or isinstance(value, bool):
        return value
    raise InputRefused(path, value, "is not true, false or null", "true, false or null")


def refuse_unknown(name: object, known: Sequence[str], path: str, what: str) -> InputRefused:
    """The refusal of a name outside a closed list, with the nearest names of the list.

    >>> str(refuse_unknown("alodynia", ["allodynia", "myoclonus"], "timeline[0].sign", "sign"))
    "timeline[0].sign is 'alodynia': is not a known sign. Expected: allodynia."
    """
    near = get_close_matches(str(name), known, n=3, cutoff=0.6)
    return InputRefused(path, name, f"is not a known {what}", " or ".join(near or known))
