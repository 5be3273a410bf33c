"""Exposure on one day as a document: JSON in the contract's shape, its schema, and plain text.

Numbers come from `algesia.exposure`; nothing is computed here but rounding for print.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Final

from algesia.exposure.model import Exposure, Item, Query, Span
from algesia.exposure.questions import NAMES_AT_MOST
from algesia.exposure.working import number, span_words
from algesia.knowledge.mme import EDITION_NAMES
from algesia.knowledge.model import Edition
from algesia.quantities.time import iso_day
from algesia.record.model import Record

FORMAT: Final = "algesia-mme/1"
NO_OPIOID: Final = "no opioid on record"
NONE_RECOGNIZED: Final = "no drug on record is recognized as an opioid"
NOTE: Final = (
    "Decision support for clinicians: not validated, not a diagnosis. MME measures exposure; it must not be "
    "used to switch from one opioid to another."
)
DECIMALS: Final = 6
WIDTH: Final = 100


def mme_document(exposure: Exposure, day: int, record: Record | None = None) -> dict[str, Any]:
    """Exposure on a day (`date.toordinal`), as ``algesia mme --format json`` prints it for one table.

    `items` are the opioid regimens that run on that day. The unconverted ones are listed a second time in
    `unconverted`; superseded ones carry no ``mme_per_day``, because something else stands for them. `not_opioids`
    are drugs known to be none; `not_recognized` are names that no table knows: whether they are opioids is asked,
    and `complete` says nothing about them. Where `record` counts days from an event, `relative` is true, its dates
    are no calendar's, and every date has its day number beside it (`day`, `start_day`, `end_day`).

    >>> from algesia.exposure.compute import exposure
    >>> from algesia.knowledge.loader import load
    >>> nothing = exposure(Record(), load())
    >>> mme_document(nothing, nothing.last_day)["total"]
    {'low': 0.0, 'likely': 0.0, 'high': 0.0, 'complete': True}
    """
    total = exposure.on(day)
    today = [item for item in exposure.items if item.covers(day)]
    running = [item for item in today if item.status != "not-opioid"]
    epoch = _epoch(record)
    document: dict[str, Any] = {
        **_head(day, epoch),
        "table": exposure.edition,
        "total": {**_bounds(total.mme), "complete": total.complete},
        "items": [_item(item, epoch) for item in running],
        "unconverted": [_item(item, epoch) for item in running if item.status == "unconverted"],
        "not_opioids": sorted(
            {item.drug for item in today if item.status == "not-opioid" and not item.not_recognized}
        ),
        "not_recognized": sorted({item.drug for item in today if item.not_recognized}),
        "queries": [_query(query) for query in exposure.queries],
        "used": exposure.used,
        "notes": [NOTE],
    }
    if not any(item.status != "not-opioid" for item in exposure.items):
        unknown = any(item.not_recognized for item in exposure.items)
        document["notes"] = [NONE_RECOGNIZED if unknown else NO_OPIOID, NOTE]
    elif not running:
        document["notes"] = ["no opioid runs on this day", NOTE]
    return document


def mme_all(exposures: Mapping[Edition, Exposure], day: int, record: Record | None = None) -> dict[str, Any]:
    """The same day under several tables: ``algesia mme --table all --format json``."""
    return {
        **_head(day, _epoch(record)),
        "tables": {edition: mme_document(found, day, record) for edition, found in exposures.items()},
    }


def mme_text(exposure: Exposure, day: int, record: Record | None = None, width: int = WIDTH) -> str:
    """Exposure on a day as plain text of at most `width` columns: the total, then every item with its working.

    Where `record` counts days from an event, the day is written "day 21". A working that does not fit beside its
    item stands below it.
    """
    total = exposure.on(day)
    document = mme_document(exposure, day, record)
    epoch = _epoch(record)
    shown = iso_day(day) if epoch is None else f"day {number(day - epoch)}"
    left_out = "" if total.complete else f" + {_plural(len(total.unconverted), 'item')} not converted"
    lines = [
        f"{shown}  {EDITION_NAMES[exposure.edition]}",
        f"{span_words(_rounded(total.mme))} MME a day{left_out}",
        "",
    ]
    rows = [_row(item) for item in exposure.items if item.covers(day) and item.status != "not-opioid"]
    lines.extend(_item_lines(rows, width))
    if rows:
        lines.append("")
    said = [f"Ask about {q.where}: {q.ask} ({q.why}; on record: {q.value})" for q in exposure.queries]
    if document["not_opioids"]:
        said.append(f"Not opioids: {', '.join(document['not_opioids'])}")
    if document["not_recognized"]:
        said.append(not_recognized_words(document["not_recognized"]))
    said.append(exposure.used)
    # `used` says already that there is no opioid
    notes = [note for note in document["notes"] if note not in (NO_OPIOID, NONE_RECOGNIZED)]
    said.extend(note[0].upper() + note[1:].rstrip(".") + "." for note in notes)
    for sentence in said:
        lines.extend(_wrapped(sentence, width, "  " if len(sentence) > width else ""))
    return "\n".join(lines) + "\n"


def _item_lines(rows: Sequence[tuple[str, str, str, str]], width: int) -> list[str]:
    """The items as a table, with the workings in its last column where all of them fit there."""
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    beside = 2 + sum(widths) + 6 + max((len(row[3]) for row in rows), default=0) <= width
    lines: list[str] = []
    for row in rows:
        cells = "  " + "  ".join(cell.ljust(size) for cell, size in zip(row[:3], widths, strict=True))
        if beside:
            lines.append(f"{cells}  {row[3]}".rstrip())
        else:
            lines.extend(
                [*_wrapped(cells.rstrip(), width, "    "), *_wrapped(" " * 6 + row[3], width, " " * 6)]
            )
    return [line.replace("\u00a0", " ") for line in lines]


def _wrapped(text: str, width: int, rest: str) -> list[str]:
    if len(text) <= width:
        return [text]
    return textwrap.wrap(text, width, subsequent_indent=rest, break_on_hyphens=False)


def not_recognized_words(names: Sequence[str]) -> str:
    """The names that no table knows, in one line; the first few of many.

    >>> not_recognized_words(["zyntrapex"])
    '1 drug not recognized: zyntrapex (asked)'
    """
    more = len(names) - NAMES_AT_MOST
    shown = ", ".join(names[:NAMES_AT_MOST]) + (f" and {more} more" if more > 0 else "")
    return f"{_plural(len(names), 'drug')} not recognized: {shown} (asked)"


def _row(item: Item) -> tuple[str, str, str, str]:
    if item.status == "converted" and item.mme is not None:
        what = f"{span_words(_rounded(item.mme))} MME/d"
    else:
        what = item.status
    working = item.working
    if item.status != "converted" and item.reason:
        working = f"{working}: {item.reason}" if working else item.reason
    # a no-break space keeps the marks on one line; it is printed as a space
    marks = f"{item.basis},\u00a0{item.source}" if item.source else item.basis
    name = item.drug if item.route is None else f"{item.drug} {item.route}"
    return item.medication, name, what, f"{working}  [{marks}]"


def _plural(count: int, noun: str) -> str:
    return f"{number(count)} {noun}" if count == 1 else f"{number(count)} {noun}s"


def _round(value: float) -> float:
    return round(value, DECIMALS) + 0.0


def _rounded(span: Span) -> Span:
    return Span(_round(span.low), _round(span.likely), _round(span.high))


def _bounds(span: Span) -> dict[str, float]:
    found = _rounded(span)
    return {"low": found.low, "likely": found.likely, "high": found.high}


def _epoch(record: Record | None) -> int | None:
    """The day that a record without a calendar calls day 0."""
    return record.epoch.day if record is not None and record.relative else None


def _head(day: int, epoch: int | None) -> dict[str, Any]:
    head: dict[str, Any] = {"format": FORMAT, "as_of": iso_day(day), "relative": epoch is not None}
    return head if epoch is None else {**head, "day": day - epoch}


def _item(item: Item, epoch: int | None) -> dict[str, Any]:
    document: dict[str, Any] = {
        "medication": item.medication,
        "drug": item.drug,
        "route": item.route,
        "daily_dose": _dose(item.daily),
        "factor": item.factor,
        "mme_per_day": _mme(item.mme),
        "status": item.status,
        "reason": item.reason,
        "working": item.working,
        "source": item.source,
        "confidence": item.confidence.value if item.confidence else None,
        "basis": item.basis,
        "as_needed": item.as_needed,
        "start": iso_day(item.start),
        "end": iso_day(item.end) if item.end is not None else None,
    }
    if epoch is not None:
        document["start_day"] = item.start - epoch
        document["end_day"] = item.end - epoch if item.end is not None else None
    return document


def _dose(daily: Span | None) -> dict[str, Any] | None:
    if daily is None:
        return None
    if daily.fixed:
        return {"value": _round(daily.high), "unit": "mg/d"}
    return {**_bounds(daily), "unit": "mg/d"}


def _mme(mme: Span | None) -> float | dict[str, float] | None:
    if mme is None:
        return None
    return _round(mme.high) if mme.fixed else _bounds(mme)


def _query(query: Query) -> dict[str, str]:
    return {"where": query.where, "value": query.value, "why": query.why, "ask": query.ask}


def mme_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what `mme_document` and `mme_all` give."""
    one = {"$ref": "#/$defs/table"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FORMAT,
        "oneOf": [one, {"$ref": "#/$defs/all"}],
        "$defs": {
            "table": _dated(
                {
                    "table": {"enum": list(EDITION_NAMES)},
                    "total": _object({**_BOUNDS, "complete": {"type": "boolean"}}),
                    "items": {"type": "array", "items": {"$ref": "#/$defs/item"}},
                    "unconverted": {"type": "array", "items": {"$ref": "#/$defs/item"}},
                    "not_opioids": _STRINGS,
                    "not_recognized": _STRINGS,
                    "queries": {"type": "array", "items": _object(dict.fromkeys(_QUERY, _STRING))},
                    "used": _STRING,
                    "notes": _STRINGS,
                },
            ),
            "all": _dated(
                {
                    "tables": {
                        "type": "object",
                        "propertyNames": {"enum": list(EDITION_NAMES)},
                        "additionalProperties": one,
                    },
                },
            ),
            "item": {**_object(_ITEM, _ITEM_DAYS), **_WHEN_UNCONVERTED},
        },
    }


_STRING: Final = {"type": "string"}
_STRINGS: Final = {"type": "array", "items": _STRING}
_MAYBE: Final = {"type": ["string", "null"]}
_DATE: Final = {"type": "string", "format": "date"}
_AMOUNT: Final = {"type": "number", "minimum": 0}
_BOUNDS: Final[dict[str, Any]] = {"low": _AMOUNT, "likely": _AMOUNT, "high": _AMOUNT}
_QUERY: Final = ("where", "value", "why", "ask")


_HEAD: Final[dict[str, Any]] = {"format": {"const": FORMAT}, "as_of": _DATE, "relative": {"type": "boolean"}}
_DAY: Final[dict[str, Any]] = {"day": {"type": "integer"}}
_ITEM_DAYS: Final[dict[str, Any]] = {
    "start_day": {"type": "integer"},
    "end_day": {"type": ["integer", "null"]},
}


def _object(properties: dict[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**properties, **(optional or {})},
        "required": list(properties),
        "additionalProperties": False,
    }


def _dated(properties: dict[str, Any]) -> dict[str, Any]:
    """A document about a day, which has its number where the record counts days."""
    counts = {"properties": {"relative": {"const": True}}}
    return {**_object({**_HEAD, **properties}, _DAY), "if": counts, "then": {"required": ["day"]}}


_UNIT: Final[dict[str, Any]] = {"unit": {"const": "mg/d"}}
_ITEM: Final[dict[str, Any]] = {
    "medication": _STRING,
    "drug": _STRING,
    "route": _MAYBE,
    "daily_dose": {
        "oneOf": [{"type": "null"}, _object({"value": _AMOUNT, **_UNIT}), _object({**_BOUNDS, **_UNIT})]
    },
    "factor": {"type": ["number", "null"]},
    "mme_per_day": {"oneOf": [{"type": "null"}, _AMOUNT, _object(_BOUNDS)]},
    "status": {"enum": ["converted", "unconverted", "apart", "superseded"]},
    "reason": _MAYBE,
    "working": _STRING,
    "source": _MAYBE,
    "confidence": _MAYBE,
    "basis": {"enum": ["prescribed", "dispensed", "taken"]},
    "as_needed": {"type": "boolean"},
    "start": _DATE,
    "end": {"oneOf": [{"type": "null"}, _DATE]},
}
_WHEN_UNCONVERTED: Final[dict[str, Any]] = {
    "if": {"properties": {"status": {"const": "unconverted"}}},
    "then": {"properties": {"reason": {"type": "string", "minLength": 1}, "mme_per_day": {"type": "null"}}},
}
