"""Bytes to plain values, within limits: the first gate of a record.

What JSON allows but a record must not carry is refused here: a key given twice, NaN and Infinity, numbers
past the range of a double, text that is not Unicode, control characters, deep nesting. The standard
library's parser is used because it can hand over repeated keys and numbers as written.
"""

from __future__ import annotations

import json
import math
import re
from typing import Final

from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_DEPTH: Final = 16
"""The format nests five deep; anything past this is not a record."""
MAX_VALUES: Final = 1_000_000
"""Separators in a file: ten years of hourly pain scores, six fields each, are half as many."""
MAX_NUMBER: Final = 1e15

_UNPRINTABLE: Final = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")


class Unreadable:
    """A number as written that no double holds. It stays in place until its path is known."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


class Repeated(dict[str, object]):
    """An object that gave `key` twice."""

    __slots__ = ("key",)
    key: str


def parse_json(data: bytes) -> object:
    """The JSON document in `data` as plain values.

    Raises
    ------
    InputRefused
        Too large, not UTF-8, or not JSON; the path is the line and column.

    >>> parse_json(b'{"pain": []}')
    {'pain': []}
    """
    text = decode(data)
    check_values(text.count(","))
    try:
        value: object = json.loads(
            text, object_pairs_hook=_object, parse_float=_float, parse_int=_int, parse_constant=Unreadable
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        shown = text[error.pos : error.pos + 20] or None
        raise InputRefused(where, shown, f"is not JSON ({error.msg.lower()})", "a JSON document") from None
    except RecursionError:
        raise InputRefused("", None, "is nested too deeply", f"at most {MAX_DEPTH} levels") from None
    return value


def decode(data: bytes) -> str:
    """UTF-8 text of `data`, a byte order mark removed, within the size limit.

    Raises
    ------
    InputRefused
        Empty, larger than 64 MiB, or not UTF-8 text.
    """
    if len(data) > MAX_BYTES:
        raise too_large()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        raise InputRefused(
            f"line {line}, byte {column}",
            f"byte 0x{data[error.start]:02x}",
            "is UTF-16 text" if utf16 else "is not UTF-8 text",
            "text saved as UTF-8",
        ) from None
    if not text.strip():
        raise InputRefused("", None, "is empty", "a record")
    return text


def too_large() -> InputRefused:
    """The refusal of a file above the size limit."""
    return InputRefused("", None, "is larger than 64 MiB", "one person's record, at most 64 MiB")


def check_values(separators: int) -> None:
    """Refuse a file that holds more values than one person's record can, before they are read.

    Raises
    ------
    InputRefused
        Above a million.
    """
    if separators > MAX_VALUES:
        raise InputRefused("", None, "holds more than a million values", "one person's record")


def clean(value: object) -> None:
    """Refuse what no record may carry, wherever it stands in the plain values.

    Raises
    ------
    InputRefused
        With the path of the first such value.

    >>> clean({"pain": [{"score": float("nan")}]})
    Traceback (most recent call last):
    ...
    algesia.quantities.refusal.InputRefused: pain[0].score is nan: is not a number that can be used. ...
    """
    # Paths cost more than the checks do, so they are made only once something is known to be wrong.
    if not _sound(value, 0):
        _find(value, "", 0)


def _sound(value: object, depth: int) -> bool:
    if isinstance(value, str):
        return value.isprintable()
    if value is None or isinstance(value, bool | Instant):
        return True
    if isinstance(value, int | float):
        return -MAX_NUMBER <= value <= MAX_NUMBER
    if depth >= MAX_DEPTH or isinstance(value, Repeated):
        return False
    if isinstance(value, dict):
        return all(isinstance(key, str) and key.isprintable() for key in value) and all(
            _sound(item, depth + 1) for item in value.values()
        )
    return isinstance(value, list | tuple) and all(_sound(item, depth + 1) for item in value)


def _find(value: object, path: str, depth: int) -> None:
    if isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, dict):
        _check_depth(depth, path)
        for key in value:
            if not isinstance(key, str):
                raise InputRefused(path, key, "holds a key that is not text", "text keys")
            _check_text(key, path)
        if isinstance(value, Repeated):
            raise InputRefused(join(path, value.key), None, "is given twice", "each key once")
        for key, item in value.items():
            _find(item, join(path, key), depth + 1)
    elif isinstance(value, list | tuple):
        _check_depth(depth, path)
        for index, item in enumerate(value):
            _find(item, f"{path}[{index}]", depth + 1)
    elif isinstance(value, bool | Instant) or value is None:
        return
    elif isinstance(value, Unreadable) or (
        isinstance(value, int | float) and not -MAX_NUMBER <= value <= MAX_NUMBER
    ):
        shown = _digits(value) if isinstance(value, int) else value
        raise InputRefused(path, shown, "is not a number that can be used", "a finite number")
    elif not isinstance(value, int | float):
        raise InputRefused(path, None, f"is a Python {type(value).__name__}", "plain JSON values")


def join(path: str, key: str) -> str:
    """The path of `key` inside `path`; a long key is cut."""
    short = key if len(key) <= 60 else key[:60] + "..."
    return f"{path}.{short}" if path else short


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    seen: set[str] = set()
    twice = Repeated(made)
    for key, _ in pairs:
        if key in seen:
            twice.key = key
            break
        seen.add(key)
    return twice


def _float(text: str) -> float | Unreadable:
    value = float(text)
    return Unreadable(text) if math.isinf(value) else value


def _int(text: str) -> int | Unreadable:
    return int(text) if len(text) <= 17 else Unreadable(text)


def _digits(value: int) -> Unreadable:
    # repr of an integer of thousands of digits raises
    return Unreadable(f"an integer of {int(value.bit_length() * 0.30103) + 1} digits")


def _check_depth(depth: int, path: str) -> None:
    if depth >= MAX_DEPTH:
        raise InputRefused(path[:60], None, "is nested too deeply", f"at most {MAX_DEPTH} levels")


def _check_text(text: str, path: str) -> None:
    found = _UNPRINTABLE.search(text)
    if found:
        code = ord(found[0])
        surrogate = 0xD800 <= code < 0xE000
        what = "half of a character (a lone surrogate)" if surrogate else "a control character"
        shown = f"U+{code:04X} at position {found.start()}"
        raise InputRefused(path, shown, f"holds {what}", "text that can be printed")
