"""Files that a person brings in: any record that algesia reads, a whole export, or CSV files. Nothing is written here.

Nothing is unpacked to disk. A zip file is read name by name, each within the limit of one record.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from algesia.adapters.csv_folder import FILES, read_texts
from algesia.adapters.read import read_bytes
from algesia.adapters.store.cells import unguarded
from algesia.adapters.store.diary import TYPES, checked
from algesia.quantities.refusal import InputRefused
from algesia.record.codec import from_builtins, to_builtins
from algesia.record.model import LISTS, Record
from algesia.record.near import one_of
from algesia.record.parse import MAX_BYTES, clean, decode, parse_json, too_large

EXPORT: Final = "algesia-export/1"
EXPECTED: Final = "an algesia file (JSON), a FHIR R4 Bundle, or CSV files, also as a zip"
ZIP: Final = b"PK"
MOST_FILES: Final = 64
CSV_LISTS: Final = tuple(name for name in TYPES if name != "releases")
"""Lists of the diary that are also written as CSV. A released plan is not flat."""

Fact = tuple[str, dict[str, Any]]
"""The name of a list, and a fact of it as plain values."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a file holds. `told` is what its reader said of what it left out; `history` counts rows that stay there."""

    facts: tuple[Fact, ...]
    told: str = ""
    history: int = 0


def read_upload(files: Sequence[tuple[str, bytes]]) -> Incoming:
    """Read what was brought: one file, or several CSV files.

    Raises
    ------
    InputRefused
        Naming the file, the place in it, the value, and what would be right.

    >>> read_upload([("pain.csv", b"at,score\\n2026-11-12,7\\n")]).facts
    (('pain', {'at': '2026-11-12', 'score': 7}),)
    """
    given = [(_plain_name(name), data) for name, data in files if name or data]
    if not given:
        raise InputRefused("", None, "no file was chosen", EXPECTED)
    if len(given) == 1 and not given[0][0].lower().endswith(".csv"):
        name, data = given[0]
        try:
            return _one(data)
        except InputRefused as refused:
            raise refused if refused.file else refused.in_file(name) from None
    return _csv(given)


def read_export(raw: Mapping[str, Any]) -> Incoming:
    """The facts of an `algesia-export/1`, parsed.

    Raises
    ------
    InputRefused
        With the path below ``record`` or ``diary``.
    """
    try:
        record = from_builtins(raw.get("record", {}))
    except InputRefused as refused:
        raise _under(refused, "record") from None
    diary = raw.get("diary", {})
    if not isinstance(diary, dict):
        raise InputRefused("diary", diary, "is not an object", "an object with the diary's lists")
    facts = list(_facts_of(record))
    for name, rows in diary.items():
        if name not in TYPES:
            raise InputRefused(f"diary.{name}", None, "is no list of a diary", one_of(name, tuple(TYPES), ""))
        if not isinstance(rows, list):
            raise InputRefused(f"diary.{name}", rows, "is not a list", "a list of facts")
        facts += [(name, _checked(name, row, f"diary.{name}[{i}]")) for i, row in enumerate(rows)]
    history = raw.get("history", [])
    return Incoming(tuple(facts), "", len(history) if isinstance(history, list) else 0)


def _one(data: bytes) -> Incoming:
    if not data.strip():
        raise InputRefused("", None, "is empty", EXPECTED)
    if data.startswith(ZIP):
        return _csv(_unzipped(data))
    if EXPORT.encode() in data[:4096]:
        raw = parse_json(data)
        clean(raw)
        if isinstance(raw, dict) and raw.get("format") == EXPORT:
            return read_export(raw)
    return _of(read_bytes(data))


def _of(record: Record) -> Incoming:
    """A record's facts. One that counts days from an event has no dates to put them on."""
    if record.relative:
        problem = "counts days from an event and knows no date"
        raise InputRefused("", None, problem, "a record with dates")
    return Incoming(tuple(_facts_of(record)), record.source or "")


def _facts_of(record: Record) -> Iterable[Fact]:
    plain = to_builtins(record)
    own = {key: value for key, value in plain.get("person", {}).items() if key != "id"}
    if own:
        yield "person", own
    for name in LISTS:
        for fact in plain.get(name, ()):
            yield name, fact


def _csv(files: Sequence[tuple[str, bytes]]) -> Incoming:
    """CSV files named after the lists of a record or of a diary."""
    known = (*FILES, *CSV_LISTS)
    texts: dict[str, str] = {}
    for name, data in files:
        stem, dot, ending = name.rpartition(".")
        if not dot or ending.lower() != "csv":
            problem = "is not a CSV file, and several files were given"
            raise InputRefused("", None, problem, "CSV files only, or one file of another kind", name)
        if stem.lower() not in known:
            raise InputRefused(
                "", None, "is no list of a record", one_of(stem.lower(), known, "the lists of a record"), name
            )
        if stem.lower() in texts:
            raise InputRefused("", None, "stands here twice", "one file of that name", name)
        try:
            texts[stem.lower()] = unguarded(decode(data))
        except InputRefused as refused:
            raise refused.in_file(name) from None
    found = _of(read_texts({name: text for name, text in texts.items() if name in FILES}))
    more = tuple(fact for name in CSV_LISTS if name in texts for fact in _rows(name, texts[name]))
    return Incoming((*found.facts, *more), found.told)


def _rows(name: str, text: str) -> Iterable[Fact]:
    """The rows of one list of the diary. An empty cell is not known."""
    columns = tuple(field.encode_name for field in msgspec.structs.fields(TYPES[name]))
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    wrong = [cell for cell in reader.fieldnames or () if cell not in columns]
    if wrong:
        where = f"{name}.csv line 1, column {wrong[0]}"
        raise InputRefused(
            where, None, "is not a column of this file", one_of(wrong[0], columns, "the columns")
        )
    try:
        for row in reader:
            where = f"{name}.csv line {reader.line_num}"
            if None in row or None in row.values():
                raise InputRefused(
                    where, None, "has not as many cells as the header", "a cell for every column"
                )
            yield name, _checked(name, _typed(name, {key: cell for key, cell in row.items() if cell}), where)
    except csv.Error as error:
        where = f"{name}.csv line {reader.line_num}"
        raise InputRefused(where, None, f"is not CSV ({error})", "cells with their quotes closed") from None


def _typed(name: str, row: dict[str, str]) -> dict[str, Any]:
    """Cells as the values that the list holds: a number where one is meant."""
    if name != "sleep":
        return dict(row)
    typed: dict[str, Any] = dict(row)
    for key in ("hours", "rest"):
        if key in row:
            try:
                typed[key] = float(row[key])
            except ValueError:
                typed[key] = row[key]
    return typed


def _checked(name: str, row: object, where: str) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise InputRefused(where, row, "is not a fact", "an object")
    try:
        return checked(name, row, {})
    except InputRefused as refused:
        raise InputRefused(where, refused.value, refused.problem, refused.expected) from None


def _unzipped(data: bytes) -> list[tuple[str, bytes]]:
    """The files of a zip, each read within the limit; what is larger than it says is refused like the rest."""
    found: list[tuple[str, bytes]] = []
    left = MAX_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = [one for one in archive.infolist() if not one.is_dir() and not _system(one.filename)]
            if len(files) > MOST_FILES:
                raise InputRefused(
                    "", None, f"holds more than {MOST_FILES} files", "the CSV files of one record"
                )
            for one in files:
                _safe(one.filename)
                with archive.open(one) as opened:
                    content = opened.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise too_large()
                found.append((_plain_name(one.filename), content))
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise InputRefused("", None, "is a zip that is damaged", "a zip that opens") from None
    except (RuntimeError, NotImplementedError):
        raise InputRefused(
            "", None, "is a zip that is locked or packed in an unknown way", "a plain zip"
        ) from None
    if not found:
        raise InputRefused("", None, "is a zip without a file", EXPECTED)
    return found


def _safe(name: str) -> None:
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        raise InputRefused("", name, "is a path out of the zip", "files in one folder")
    if len(parts) > 2:
        raise InputRefused("", name, "lies in a folder inside a folder", "files in one folder")


def _system(name: str) -> bool:
    """What an operating system adds by itself."""
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1] in (
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
    )


def _plain_name(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _under(refused: InputRefused, key: str) -> InputRefused:
    path = f"{key}.{refused.path}" if refused.path else key
    return InputRefused(path, refused.value, refused.problem, refused.expected)
