"""The type check's own errors in plain words: the path, what stood there, and what would be right.

Reached only when a record is refused, so it may look at the types at leisure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import inspect as types

from algesia.quantities.refusal import InputRefused
from algesia.record.model import Record
from algesia.record.near import one_of
from algesia.record.parse import join
from algesia.record.times import A_DATE
from algesia.record.wire import TIMES

_AT: Final = re.compile(r" - at `(?:key` in `)?\$([^`]*)`$")
_STEP: Final = re.compile(r"\.?([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING: Final = re.compile(r"Object missing required field `(.*)`")
_WRONG_TYPE: Final = re.compile(r"Expected `(.+?)`, got `(.+?)`")
_KINDS: Final = {
    "str": "text", "int": "a number", "float": "a number", "bool": "true or false", "array": "a list",
    "object": "an object", "null": "null", "NoneType": "null",
}  # fmt: skip


def refusal(error: msgspec.ValidationError, raw: object) -> InputRefused:
    """`error`, raised while `raw` was checked against `Record`, as one refusal.

    >>> bad = {"pain": [{"at": None, "skore": 7}]}
    >>> error = msgspec.ValidationError("Object contains unknown field `skore` - at `$.pain[0]`")
    >>> refusal(error, bad).path, refusal(error, bad).problem
    ('pain[0].skore', 'is not a key of the format')
    """
    message = str(error)
    at = _AT.search(message)
    told = message[: at.start()] if at else message
    path, value, kinds = _follow(at[1] if at else "", raw)
    if unknown := _UNKNOWN.fullmatch(told):
        key = unknown[1]
        keys = _wire_keys(kinds, path)
        expected = one_of(key, keys, f"the keys of this part: {', '.join(keys)}")
        return InputRefused(join(path, key), None, "is not a key of the format", expected)
    if missing := _MISSING.fullmatch(told):
        return _missing(path, missing[1], kinds)
    if wrong := _WRONG_TYPE.fullmatch(told):
        problem = f"is {_KINDS.get(wrong[2], wrong[2])}"
        if value is None or isinstance(value, dict | list | tuple):
            value = None
    elif told.startswith("Invalid enum value"):
        options = [str(v) for kind in kinds if isinstance(kind, types.LiteralType) for v in kind.values]
        return InputRefused(path, value, "is not in the list", one_of(value, options, "the listed values"))
    elif "matching regex" in told:
        problem = "has blanks at its ends or a line break"
    elif "of length" in told:
        problem = "is empty" if value == "" else "is too long"
    elif told.startswith("Expected `float`"):
        problem = "is out of range"
    else:
        problem = "does not fit the format"
    return InputRefused(path, value, problem, " or ".join(map(_describe, kinds)) or "a value of the format")


def _missing(path: str, field: str, kinds: Sequence[types.Type]) -> InputRefused:
    list_name = path.partition("[")[0]
    for key, number_key in TIMES.get(list_name, ()):
        if key == field:
            expected = f"{A_DATE}, or {number_key} with a number of days since the epoch"
            return InputRefused(join(path, field), None, "is missing", expected)
    described = [
        _describe(option)
        for kind in kinds
        if isinstance(kind, types.StructType)
        for known in kind.fields
        if known.encode_name == field
        for option in _options(known.type)
    ]
    return InputRefused(join(path, field), None, "is missing", " or ".join(described))


def _wire_keys(kinds: Sequence[types.Type], path: str) -> list[str]:
    keys = [f.encode_name for kind in kinds if isinstance(kind, types.StructType) for f in kind.fields]
    if path.endswith("]"):
        keys += [number_key for _, number_key in TIMES.get(path.partition("[")[0], ())]
    return keys


def _follow(steps: str, raw: object) -> tuple[str, object, list[types.Type]]:
    """The readable path of msgspec's `steps`, what stands there in `raw`, and the types allowed there."""
    path, value = "", raw
    kinds: list[types.Type] = [types.type_info(Record)]
    for key, index in _STEP.findall(steps):
        found: list[types.Type] = []
        if key:
            path = join(path, key)
            value = value.get(key) if isinstance(value, dict) else None
            for kind in kinds:
                if isinstance(kind, types.StructType):
                    found += [o for f in kind.fields if f.encode_name == key for o in _options(f.type)]
        elif index == "...":
            inner, value = _offending(value)
            path = join(path, inner)
            found = [o for k in kinds if isinstance(k, types.DictType) for o in _options(k.value_type)]
        else:
            path = f"{path}[{index}]"
            number = int(index)
            inside = isinstance(value, list | tuple) and number < len(value)
            value = value[number] if inside and isinstance(value, list | tuple) else None
            found = [o for k in kinds if isinstance(k, types.VarTupleType) for o in _options(k.item_type)]
        kinds = found
    return path, value, kinds


def _offending(value: object) -> tuple[str, object]:
    # msgspec does not say which key of a free-form object it was; those hold numbers
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, bool) or not isinstance(item, int | float):
                return str(key), item
    return "...", None


def _options(kind: types.Type) -> list[types.Type]:
    if isinstance(kind, types.UnionType):
        return [option for option in kind.types if not isinstance(option, types.NoneType)]
    return [kind]


def _describe(kind: types.Type) -> str:
    if isinstance(kind, types.FloatType):
        return _range(kind)
    if isinstance(kind, types.StrType):
        longest = f" of at most {kind.max_length} characters" if kind.max_length else ""
        return f"text{longest}, not empty" if kind.min_length else f"text{longest}"
    if isinstance(kind, types.LiteralType):
        return "one of " + ", ".join(str(value) for value in kind.values)
    if isinstance(kind, types.BoolType):
        return "true or false"
    if isinstance(kind, types.VarTupleType):
        return "a list"
    if isinstance(kind, types.StructType):
        return "an object with " + ", ".join(f.encode_name for f in kind.fields)
    if isinstance(kind, types.CustomType):
        return A_DATE
    return "an object of numbers"


def _range(kind: types.FloatType) -> str:
    low, high = kind.ge, kind.le
    if kind.gt is not None:
        return f"a number above {kind.gt:g}" + (f", at most {high:g}" if high is not None else "")
    if low is not None and high is not None:
        return f"a number from {low:g} to {high:g}"
    return "a number"
