"""The columns of the CSV folder, made from the record's types, and what one cell means."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Final, Literal, TypeAlias

from msgspec import inspect as types

from algesia.quantities.refusal import InputRefused
from algesia.record.model import Fact, Person
from algesia.record.wire import FACTS, TIMES

Kind: TypeAlias = Literal["number", "numbers", "flag", "word", "text", "words", "time"]
"""What the cells of a column hold. ``numbers`` is the family ``items.<name>``; ``words`` a list with ``;``."""

RECORD_COLUMNS: Final[Mapping[str, Kind]] = {
    "format": "word", "epoch": "time", "relative": "flag", "source": "text",
}  # fmt: skip
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_PART: Final = re.compile(r"(?:[^;\\]|\\.)+", re.DOTALL)


@cache
def columns(name: str) -> Mapping[str, Kind]:
    """Every column that the file of a list may have, in the order it is written; `record` and `person` too.

    >>> list(columns("body_maps")), columns("doses")["dose.value"]
    (['at', 'day', 'areas', 'touch_pain'], 'number')
    """
    if name == "record":
        return RECORD_COLUMNS
    kind: type[Fact] = Person if name == "person" else FACTS[name]
    flat = dict(_flatten(types.type_info(kind), ""))
    first: dict[str, Kind] = {"id": flat.pop("id")} if "id" in flat else {}
    for key, number_key in TIMES.get(name, ()):
        first[key] = flat.pop(key)
        first[number_key] = "number"
    return first | flat


def required_lists(name: str) -> tuple[str, ...]:
    """Columns of lists that a fact must have: an empty cell there is an empty list.

    >>> required_lists("body_maps"), required_lists("pain")
    (('areas',), ())
    """
    if name not in FACTS:
        return ()
    info = types.type_info(FACTS[name])
    if not isinstance(info, types.StructType):
        return ()
    return tuple(f.encode_name for f in info.fields if f.required and isinstance(f.type, types.VarTupleType))


def _flatten(kind: types.Type, prefix: str) -> list[tuple[str, Kind]]:
    found: list[tuple[str, Kind]] = []
    for field in kind.fields if isinstance(kind, types.StructType) else ():
        name = prefix + field.encode_name
        options = field.type.types if isinstance(field.type, types.UnionType) else (field.type,)
        for option in options:
            match option:
                case types.StructType():
                    # an amount reads "20 mg"
                    found += sorted(
                        _flatten(option, f"{name}."), key=lambda column: column[0].endswith(".unit")
                    )
                case types.FloatType():
                    found.append((name, "number"))
                case types.BoolType():
                    found.append((name, "flag"))
                case types.StrType():
                    found.append((name, "word" if option.pattern else "text"))
                case types.LiteralType():
                    found.append((name, "word"))
                case types.VarTupleType():
                    found.append((name, "words"))
                case types.DictType():
                    found.append((f"{name}.", "numbers"))
                case types.CustomType():
                    found.append((name, "time"))
    return found


def read_cell(text: str, kind: Kind, where: str) -> object:
    """What a cell says; ``None`` for an empty one.

    Raises
    ------
    InputRefused
        When the text is not of the column's kind.

    >>> read_cell(" 6.7 ", "number", "function.csv line 2, column score")
    6.7
    >>> read_cell("shin-left; calf-left", "words", "body_maps.csv line 2, column areas")
    ['shin-left', 'calf-left']
    """
    stripped = text.strip()
    if not stripped:
        return None
    if kind == "text":
        return text
    if kind == "words":
        parts = (re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL).strip() for part in _PART.findall(text))
        return [part for part in parts if part]
    if kind == "flag":
        if stripped.lower() not in ("true", "false"):
            raise InputRefused(where, text, "is not true or false", "true, false or an empty cell")
        return stripped.lower() == "true"
    if kind in ("number", "numbers"):
        return _number(stripped, where)
    return stripped


def _number(text: str, where: str) -> float:
    if not _NUMBER.fullmatch(text):
        problem = "has a comma, which means different things" if "," in text else "is not a number"
        raise InputRefused(where, text, problem, "a number with a decimal point, such as 2.5")
    value = float(text)
    if not math.isfinite(value):
        raise InputRefused(where, text, "is not a number that can be used", "a finite number")
    return value


def write_cell(value: object) -> str:
    r"""The cell for a plain value.

    >>> write_cell(True), write_cell(None), write_cell(["a;b", "c"])
    ('true', '', 'a\\;b;c')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(re.sub(r"([;\\])", r"\\\1", str(item)) for item in value)
    return str(value)
