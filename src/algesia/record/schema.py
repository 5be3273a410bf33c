"""The JSON Schema of `algesia-record/1`, made from the types, the vocabularies and the same tables as the checks.

It says everything that a schema can say. Rules between facts (an end after its start, ids used once, a birth
date before the first fact) and other spellings of a unit are left to the reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from inspect import cleandoc
from typing import Any, Final

from msgspec import inspect as types

from algesia.quantities.units import DOSE_UNITS, dimension
from algesia.record.check import DOSE_AMOUNTS, MEDICATION_AMOUNTS
from algesia.record.check_findings import INSTRUMENTS, LAB_UNITS, SCALE_TOPS
from algesia.record.model import FORMAT, Record
from algesia.record.vocabulary import BODY_AREAS, CONDITION_KINDS, SIGNS
from algesia.record.wire import FACTS, TEXTS, TIMES

Schema = dict[str, Any]

_DATE: Final[Schema] = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?([Zz]|[+-]\d{2}(:?\d{2})?)?)?$",
    "description": "ISO 8601 date (the local day) or date-time (on the clock of person.time_zone).",
}
_DAY: Final[Schema] = {
    "type": "number",
    "description": "Days since `epoch`, in place of the date; a fraction gives the time of day.",
}
_UNITS: Final = "One of the listed UCUM units; common other spellings, such as mcg, are read too."


def record_schema() -> Schema:
    """JSON Schema (2020-12) of the record's wire format.

    >>> schema = record_schema()
    >>> schema["required"], sorted(schema["$defs"])[:3]
    (['format'], ['Amount', 'BodyMap', 'Code'])
    """
    definitions: dict[str, Schema] = {}
    root = _struct(types.type_info(Record), definitions)
    root["properties"]["format"] = {"const": FORMAT}
    root["properties"]["epoch"] = {
        "type": "string",
        "pattern": r"^\d{4}-\d{2}-\d{2}$",
        "description": "The date of day 0. Needed where dates and day numbers are mixed. Default 2000-01-01.",
    }
    root["properties"]["relative"] = {
        "type": ["boolean", "null"],
        "description": "True when no calendar is known. By default true for day numbers alone, without epoch.",
    }
    root["required"] = ["format"]
    for name, kind in FACTS.items():
        _put_times(definitions[kind.__name__], TIMES[name])
        _let_be_empty(definitions[kind.__name__], TEXTS.get(name, ()))
    _let_be_empty(root, ("source",))
    _put_vocabularies(definitions)
    _put_rules(definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:algesia:{FORMAT}",
        "title": FORMAT,
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _type(kind: types.Type, definitions: dict[str, Schema]) -> Schema:
    match kind:
        case types.UnionType():
            return {"anyOf": [_type(option, definitions) for option in kind.types]}
        case types.NoneType():
            return {"type": "null"}
        case types.BoolType():
            return {"type": "boolean"}
        case types.FloatType():
            bounds = {"minimum": kind.ge, "exclusiveMinimum": kind.gt, "maximum": kind.le}
            return {"type": "number", **{key: value for key, value in bounds.items() if value is not None}}
        case types.StrType():
            limits = {"minLength": kind.min_length, "maxLength": kind.max_length, "pattern": kind.pattern}
            return {"type": "string", **{key: value for key, value in limits.items() if value is not None}}
        case types.LiteralType():
            return {"enum": list(kind.values)}
        case types.VarTupleType():
            return {"type": "array", "items": _type(kind.item_type, definitions)}
        case types.DictType():
            return {"type": "object", "additionalProperties": _type(kind.value_type, definitions)}
        case types.CustomType():
            return dict(_DATE)
        case types.StructType():
            name = kind.cls.__name__
            if name not in definitions:
                definitions[name] = {}  # a place held, should a type ever hold itself
                definitions[name] = _struct(kind, definitions)
            return {"$ref": f"#/$defs/{name}"}
        case _:  # a type the model has never used
            raise TypeError(f"no schema for {kind!r}")


def _struct(kind: types.Type, definitions: dict[str, Schema]) -> Schema:
    if not isinstance(kind, types.StructType):
        raise TypeError(f"not a struct: {kind!r}")
    return {
        "type": "object",
        "description": cleandoc(kind.cls.__doc__ or ""),
        "properties": {f.encode_name: _type(f.type, definitions) for f in kind.fields},
        "required": [f.encode_name for f in kind.fields if f.required],
        "additionalProperties": False,
    }


def _put_times(schema: Schema, keys: tuple[tuple[str, str], ...]) -> None:
    rules: list[Schema] = []
    for key, number_key in keys:
        required = key in schema["required"]
        schema["properties"][key] = {"anyOf": [_DATE, {"type": "null"}]}
        schema["properties"][number_key] = {"anyOf": [_DAY, {"type": "null"}]}
        date = {"required": [key], "properties": {key: {"type": "string"}}}
        number = {"required": [number_key], "properties": {number_key: {"type": "number"}}}
        if required:
            schema["required"].remove(key)
            rules.append({"oneOf": [date, number]})
        else:
            rules.append({"not": {"allOf": [date, number]}})
    schema["allOf"] = rules


def _let_be_empty(schema: Schema, keys: tuple[str, ...]) -> None:
    for key in keys:
        for option in schema["properties"][key]["anyOf"]:
            option.pop("minLength", None)


def _put_vocabularies(definitions: Mapping[str, Schema]) -> None:
    area = {"enum": list(BODY_AREAS)}
    for key in ("areas", "touch_pain"):
        definitions["BodyMap"]["properties"][key] = {"type": "array", "items": area, "uniqueItems": True}
    definitions["Sign"]["properties"]["sign"] = {"enum": list(SIGNS)}
    definitions["Amount"]["properties"]["unit"] = {
        "enum": list(DOSE_UNITS),
        "description": _UNITS,
    }
    for name, rules in (("Medication", MEDICATION_AMOUNTS), ("Dose", DOSE_AMOUNTS)):
        properties = definitions[name]["properties"]
        for key, (dimensions, _) in rules.items():
            units = {"enum": [unit for unit in DOSE_UNITS if dimension(unit) in dimensions]}
            properties[key] = {"allOf": [properties[key], {"properties": {"unit": units}}]}
    named = [
        {"required": [k], "not": {"properties": {k: {"enum": [None, ""]}}}} for k in ("kind", "text", "code")
    ]
    definitions["Condition"]["anyOf"] = named
    kind = definitions["Condition"]["properties"]["kind"]
    kind["description"] = "Free, or a kind that interlocks read: " + ", ".join(CONDITION_KINDS) + "."


def _put_rules(definitions: Mapping[str, Schema]) -> None:
    number = {"type": "number"}
    one = {"required": ["value"], "properties": {"value": number}}
    span = {"required": ["low", "high"], "properties": {"low": number, "high": number}}
    either = {"anyOf": [{"required": [k], "properties": {k: number}} for k in ("low", "high")]}
    definitions["Amount"]["oneOf"] = [{"allOf": [one, {"not": either}]}, {"allOf": [span, {"not": one}]}]

    medication = definitions["Medication"]
    given = {k: {"required": [k], "properties": {k: number}} for k in ("every_hours", "times_per_day")}
    medication["allOf"].append({"not": {"allOf": list(given.values())}})
    for key, rule in given.items():
        highest = {"required": [f"{key}_max"], "properties": {f"{key}_max": number}}
        medication["allOf"].append({"if": highest, "then": rule})

    pain = definitions["Pain"]
    for scale, top in SCALE_TOPS.items():
        named: Schema = {"properties": {"scale": {"const": scale}}}
        if scale != "nrs-0-10":  # the default also holds where no scale is named
            named["required"] = ["scale"]
        capped = {"anyOf": [{"type": "number", "maximum": top}, {"type": "null"}]}
        pain["allOf"].append({"if": named, "then": {"properties": {"score": capped, "score_high": capped}}})
    score = {"required": ["score"], "properties": {"score": number}}
    spread = {"required": ["score_high"], "properties": {"score_high": number}}
    pain["allOf"].append({"if": spread, "then": score})

    for name in ("Function", "Scale"):
        for instrument, top in INSTRUMENTS.items():
            capped = {"anyOf": [{"type": "number", "maximum": top}, {"type": "null"}]}
            named = {"properties": {"instrument": {"const": instrument}}, "required": ["instrument"]}
            definitions[name]["allOf"].append({"if": named, "then": {"properties": {"score": capped}}})
    for lab, units in LAB_UNITS.items():
        named = {"properties": {"lab": {"const": lab}}, "required": ["lab"]}
        unit = {"properties": {"unit": {"enum": list(units)}}}
        definitions["Lab"]["allOf"].append({"if": named, "then": unit})
