"""The format `algesia-record/1`: bytes to a `Record` and back.

Reading goes through three gates, each with one refusal: plain values within limits (`parse`), the times
(`times`), the types (`translate`), then what types cannot say (`check`). Writing is canonical: the same
record gives the same bytes, one fact to a line.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import DEFAULT_EPOCH, MINUTES_A_DAY, Instant
from algesia.record.check import check_record
from algesia.record.model import FORMAT, LISTS, Record
from algesia.record.parse import clean, parse_json
from algesia.record.times import read_times
from algesia.record.wire import TIMES

_JUST_AFTER_MIDNIGHT = 0.0001  # days; a whole number would mean that the time of day is not known


def read_record(data: bytes) -> Record:
    """Read one record from JSON.

    Raises
    ------
    InputRefused
        With the path of what is wrong, the value, and what would be right.

    >>> text = b'{"format": "algesia-record/1", "pain": [{"day": 3, "score": 7}]}'
    >>> record = read_record(text)
    >>> record.pain[0].score, record.relative
    (7.0, True)
    """
    raw = parse_json(data)
    if isinstance(raw, dict) and "format" not in raw:
        raise InputRefused("format", None, "is missing", f'"format": "{FORMAT}"')
    return from_builtins(raw)


def from_builtins(raw: object) -> Record:
    """Read one record from plain values (what `json.loads` gives); the way in for every adapter.

    `format` may be left out here, and a time may be an `Instant` already.

    Raises
    ------
    InputRefused
        As `read_record`.
    """
    clean(raw)
    if not isinstance(raw, dict):
        raise InputRefused("", raw, "is not a record", "an object with format, person, medications, ...")
    given = raw.get("format", FORMAT)
    if given != FORMAT:
        raise InputRefused("format", given, "is not a format that can be read", f"'{FORMAT}'")
    timed = read_times(raw)
    try:
        record = msgspec.convert(timed, Record, dec_hook=_as_is)
    except msgspec.ValidationError as error:
        from algesia.record.translate import refusal

        raise refusal(error, timed) from None
    return check_record(record)


def to_builtins(record: Record) -> dict[str, Any]:
    """The record as plain values, in the wire format: what `read_record` reads gives the same record again.

    >>> to_builtins(read_record(b'{"format": "algesia-record/1", "pain": [{"day": 3.5, "score": 7}]}'))
    {'format': 'algesia-record/1', 'pain': [{'day': 3.5, 'score': 7}]}
    """
    relative, epoch = record.relative, record.epoch.day
    plain = msgspec.to_builtins(
        record, enc_hook=lambda instant: _days(instant, epoch) if relative else instant.iso
    )
    out: dict[str, Any] = {"format": FORMAT}
    if epoch != DEFAULT_EPOCH:
        out["epoch"] = record.epoch.iso
    timed = any(
        getattr(fact, key) is not None
        for name, keys in TIMES.items()
        for fact in getattr(record, name)
        for key, _ in keys
    )
    born = record.person.birth_date
    if relative and not (timed and "epoch" not in out and born is None):
        out["relative"] = True
    if plain.get("person"):
        out["person"] = _tidy(plain["person"])
        if born is not None:
            out["person"]["birth_date"] = born.iso
    for name in LISTS:
        if name in plain:
            keys = dict(TIMES[name])
            out[name] = [_fact(fact, keys, relative) for fact in plain[name]]
    if record.source is not None:
        out["source"] = record.source
    return out


def write_record(record: Record) -> bytes:
    """The record as canonical JSON in UTF-8, one fact to a line.

    >>> print(write_record(Record()).decode(), end="")
    {
      "format": "algesia-record/1"
    }
    """
    parts = []
    for key, value in to_builtins(record).items():
        if isinstance(value, list):
            rows = ",\n".join(f"    {_json(item)}" for item in value)
            parts.append(f"  {_json(key)}: [\n{rows}\n  ]")
        else:
            parts.append(f"  {_json(key)}: {_json(value)}")
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _as_is(_kind: type[Any], value: object) -> object:
    # the time pass made every Instant; msgspec refuses what is none
    return value


def _days(instant: Instant, epoch: int) -> float:
    days = instant.day - epoch
    if instant.minute is None:
        return days
    return round(days + (instant.minute / MINUTES_A_DAY or _JUST_AFTER_MIDNIGHT), 6)


def _fact(fact: dict[str, Any], keys: dict[str, str], relative: bool) -> dict[str, Any]:
    # id and time first: the eye looks there
    first = {"id": fact["id"]} if "id" in fact else {}
    for key, number_key in keys.items():
        if key in fact:
            first[number_key if relative else key] = fact[key]
    rest = {key: value for key, value in fact.items() if key != "id" and key not in keys}
    return first | _tidy(rest)


def _tidy(values: dict[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) for key, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        tidy = _tidy(value)
        if "unit" in tidy:  # an amount reads "20 mg"
            tidy["unit"] = tidy.pop("unit")
        return tidy
    return list(value) if isinstance(value, tuple) else value
