"""Typed access to parsed JSON, with refusals that carry a FHIRPath-like path.

A reader below names only the step it takes (`dosageInstruction[0]`); every level above prepends its own with
`under`. No path is built unless something is refused, so reading costs plain dictionary access.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final, TypeAlias

from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant

Json: TypeAlias = dict[str, object]

_DATE: Final = "a FHIR date or dateTime such as 2024-02-02 or 2024-02-02T08:10:00+01:00, year 1880 to 2120"
LONGEST_NAME: Final = 200
LONGEST_TEXT: Final = 4000


def under(refused: InputRefused, step: str) -> InputRefused:
    """The same refusal, one level further out.

    >>> under(InputRefused("value", -1, "is negative", "0 or more"), "doseQuantity").path
    'doseQuantity.value'
    """
    path = refused.path
    if not path:
        joined = step
    elif path.startswith("["):
        joined = step + path
    else:
        joined = f"{step}.{path}" if step else path
    return InputRefused(joined, refused.value, refused.problem, refused.expected, refused.file)


def obj(parent: Json, key: str) -> Json | None:
    """The object under `key`, or ``None``. Raises `InputRefused` for anything else."""
    value = parent.get(key)
    if value is None:
        return None
    if type(value) is dict:
        return value
    raise InputRefused(key, value, "is not an object", "an object")


def items(parent: Json, key: str) -> list[Json]:
    """The list of objects under `key` (empty when absent). Raises `InputRefused` for anything else."""
    value = parent.get(key)
    if value is None:
        return []
    if type(value) is not list:
        raise InputRefused(key, value, "is not a list", "a list of objects")
    for index, entry in enumerate(value):
        if type(entry) is not dict:
            raise InputRefused(f"{key}[{index}]", entry, "is not an object", "an object")
    return value


def values(parent: Json, key: str) -> list[str]:
    """The list of strings under `key` (empty when absent). Raises `InputRefused` for anything else."""
    value = parent.get(key)
    if value is None:
        return []
    if type(value) is not list:
        raise InputRefused(key, value, "is not a list", "a list of strings")
    for index, entry in enumerate(value):
        if type(entry) is not str:
            raise InputRefused(f"{key}[{index}]", entry, "is not a string", "a string")
    return value


def string(parent: Json, key: str) -> str | None:
    """The string under `key` without outer spaces, ``None`` when absent or blank."""
    value = parent.get(key)
    if value is None:
        return None
    if type(value) is not str:
        raise InputRefused(key, value, "is not a string", "a string")
    return (value if value.isprintable() else _clean(key, value)).strip() or None


def _clean(key: str, text: str) -> str:
    """`text` without what no record may carry; line ends and odd blanks stay."""
    for char in text:
        code = ord(char)
        if (code < 0x20 and char not in "\n\r\t") or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000:
            raise InputRefused(key, text, f"holds the character U+{code:04X}", "text that can be printed")
    return text


def flag(parent: Json, key: str) -> bool | None:
    """The boolean under `key`."""
    value = parent.get(key)
    if value is None or type(value) is bool:
        return value
    raise InputRefused(key, value, "is not a boolean", "true or false")


def number(parent: Json, key: str, least: float = 0.0, most: float = 1e9) -> float | None:
    """The number under `key`, from `least` to `most`; NaN, infinities and numbers in quotes are refused."""
    value = parent.get(key)
    if value is None:
        return None
    if type(value) is not float and type(value) is not int:
        raise InputRefused(key, value, "is not a number", "a number without quotes")
    if not least <= value <= most:
        # Python does not print an integer of thousands of digits.
        shown = value if abs(value) < 1e300 else None
        raise InputRefused(key, shown, "is outside what is possible", f"a number from {least:g} to {most:g}")
    return float(value)


def positive(parent: Json, key: str) -> float | None:
    """The number above zero under `key`."""
    value = number(parent, key)
    if value == 0:
        raise InputRefused(key, parent[key], "is zero", "a number above 0")
    return value


def instant(parent: Json, key: str, last: bool = False) -> Instant | None:
    """The day (and minute) under `key`, on the clock it was written with.

    FHIR allows a year or a month alone: its first day is taken, or its last with `last`. An offset is dropped:
    the written clock is the person's, so a change of daylight saving time does not move a day.
    """
    text = parent.get(key)
    if text is None:
        return None
    if type(text) is not str:
        raise InputRefused(key, text, "is not a date", _DATE)
    try:
        if len(text) == 10:
            return _day(text)
        return Instant.parse(text) if len(text) > 10 else _partial(text, last)
    except (ValueError, OverflowError):
        raise InputRefused(key, text, "is not a date that can be read", _DATE) from None


@lru_cache(maxsize=16384)
def _day(text: str) -> Instant:
    """A date. The days of a chart repeat, and an Instant is immutable."""
    return Instant.parse(text)


def _partial(text: str, last: bool) -> Instant:
    """First or last day of ``2024`` or ``2024-03``."""
    if not (len(text) in (4, 7) and text.replace("-", "", 1).isdigit() and text[4:5] in ("", "-")):
        raise ValueError(text)
    year, month = int(text[:4]), int(text[5:7] or 0)
    if not last:
        return Instant.parse(f"{year:04d}-{month or 1:02d}-01")
    after = (year + 1, 1) if month in (0, 12) else (year, month + 1)
    return Instant.parse(date.fromordinal(date(*after, 1).toordinal() - 1).isoformat())


def concept_text(concept: Json | None) -> str | None:
    """What a CodeableConcept says in words: its text, else the first display."""
    if concept is None:
        return None
    text = string(concept, "text")
    if text is not None:
        return text
    for index, coding in enumerate(items(concept, "coding")):
        try:
            text = string(coding, "display")
        except InputRefused as refused:
            raise under(refused, f"coding[{index}]") from None
        if text is not None:
            return text
    return None


def codings(concept: Json | None) -> list[tuple[str, str, str | None]]:
    """(system, code, display) of every coding that has a code, sorted: their order in the file means nothing."""
    if concept is None:
        return []
    found = []
    for index, coding in enumerate(items(concept, "coding")):
        try:
            code = string(coding, "code")
            if code is not None:
                found.append((string(coding, "system") or "", code, string(coding, "display")))
        except InputRefused as refused:
            raise under(refused, f"coding[{index}]") from None
    if len(found) > 1:
        found.sort(key=lambda c: (c[0], len(c[1]), c[1], c[2] or ""))
    return found


def clip(text: str, limit: int = LONGEST_TEXT) -> str:
    """`text` cut to what the record holds, the cut shown."""
    return text if len(text) <= limit else text[: limit - 3] + "..."


def one_line(text: str) -> str:
    """`text` as a name of the record: on one line, and cut with the cut shown."""
    return clip(text if text.isprintable() else " ".join(text.split()), LONGEST_NAME)
