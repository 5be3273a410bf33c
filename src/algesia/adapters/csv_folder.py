"""A record as a folder of CSV files named after its lists: `medications.csv`, `pain.csv`, `person.csv` ...

The columns are the keys of the JSON format, nested ones with a dot (``dose.value``, ``dose.unit``); a list is
written in one cell with ``;`` between its parts (``\\;`` for a semicolon inside one); an empty cell means not
known. `record.csv` holds ``epoch``, ``relative`` and ``source``. Commas, semicolons or tabs may separate the
cells; the text is UTF-8. Nothing is guessed: an unknown file or column is refused.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from algesia.adapters.csv_columns import Kind, columns, read_cell, required_lists, write_cell
from algesia.adapters.read import has_facts, open_file
from algesia.quantities.refusal import InputRefused, WrongCall
from algesia.record.codec import from_builtins, to_builtins
from algesia.record.model import LISTS, Record
from algesia.record.near import one_of
from algesia.record.parse import MAX_BYTES, check_values, decode, too_large

FILES: Final = ("record", "person", *LISTS)
_ONE_ROW: Final = ("record", "person")
_FACT: Final = re.compile(r"\b(" + "|".join(LISTS) + r")\[(\d+)\](?:\.((?:[\w.-]|\[\d+\])+))?")

Lines = dict[str, list[int]]
"""For each file, the line on which each of its rows begins."""


def read_folder(path: str | Path) -> Record:
    """Read the record in a folder of CSV files.

    Raises
    ------
    InputRefused
        With the file, line and column, e.g. ``medications.csv line 3, column dose.unit``.
    """
    texts: dict[str, str] = {}
    size = 0
    try:
        for file in sorted(Path(path).iterdir()):
            stem = file.stem.lower()
            if file.suffix.lower() != ".csv" or file.name.startswith("."):
                continue
            if stem not in FILES:
                known = one_of(f"{stem}.csv", [f"{name}.csv" for name in FILES], "the lists of a record")
                raise InputRefused(file.name, None, "is not a file of a record", known)
            if stem in texts:
                problem = "stands here twice in different case"
                raise InputRefused(file.name, None, problem, "one file of that name")
            size += file.stat().st_size
            if size > MAX_BYTES:
                raise too_large()
            texts[stem] = _text(file)
    except OSError as error:
        reason = (error.strerror or "the system refused").lower()
        name = Path(error.filename or path).relative_to(path).name
        raise InputRefused(name, None, f"cannot be read ({reason})", "files that can be read") from None
    if not texts:
        expected = ", ".join(f"{name}.csv" for name in FILES)
        raise InputRefused("the folder", None, "holds no file of a record", f"some of {expected}")
    record = read_texts(texts)
    if not has_facts(record):
        problem = "holds no fact that algesia reads"
        raise InputRefused("the folder", None, problem, "a row below the header of at least one list")
    return record


def read_texts(texts: Mapping[str, str]) -> Record:
    """Read the record in the texts of CSV files, by list name.

    Raises
    ------
    InputRefused
        As `read_folder`.

    >>> read_texts({"pain": "at,score\\n2024-02-02,7\\n"}).pain[0].score
    7.0
    >>> read_texts({"pain": "at,score\\n2024-02-02,14\\n"})
    Traceback (most recent call last):
    ...
    algesia.quantities.refusal.InputRefused: pain.csv line 2, column score is 14: is above the top of ...
    """
    check_values(sum(text.count(sign) for text in texts.values() for sign in ",;\t\n\r"))
    raw: dict[str, Any] = {}
    lines: Lines = {}
    for name in FILES:
        if name not in texts:
            continue
        rows, lines[name] = _rows(name, texts[name])
        if name not in _ONE_ROW:
            raw[name] = rows
        elif len(rows) > 1:
            where = f"{name}.csv line {lines[name][1]}"
            raise InputRefused(where, None, "is a second row", "one row: a folder is one person's record")
        elif rows:
            raw.update(rows[0] if name == "record" else {name: rows[0]})
    try:
        return from_builtins(raw)
    except InputRefused as refusal:
        raise InputRefused(
            _place(refusal.path, lines),
            refusal.value,
            _FACT.sub(lambda found: _fact_place(found, lines), refusal.problem),
            refusal.expected,
        ) from None


def write_folder(record: Record, path: str | Path) -> None:
    """Write the record as a folder of CSV files, complete or not at all.

    A folder that is there already is replaced if it holds nothing but a record's CSV files.

    Raises
    ------
    WrongCall
        When something else stands at `path`, or it cannot be written.
    """
    target = Path(path)
    if not target.name:
        raise WrongCall(f"{str(path)!r} is not the name of a folder")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    try:
        if target.exists():
            if not target.is_dir():
                raise WrongCall(f"{target} is a file; a folder is needed")
            others = [item.name for item in target.iterdir() if item.name not in {f"{n}.csv" for n in FILES}]
            if others:
                raise WrongCall(f"{target} holds other files ({sorted(others)[0]} ...); choose a new folder")
        part.mkdir(parents=True)
        for name, text in write_texts(record).items():
            (part / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
        if target.exists():
            target.rename(old)
        part.rename(target)
    except OSError as error:
        if old.exists() and not target.exists():
            old.rename(target)
        raise WrongCall(f"{target} cannot be written ({(error.strerror or 'refused').lower()})") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)


def write_texts(record: Record) -> dict[str, str]:
    """The texts of the CSV files of a record, by list name; a list that is empty has no file.

    >>> from algesia.record.codec import read_record
    >>> record = read_record(b'{"format": "algesia-record/1", "pain": [{"day": 3, "score": 7}]}')
    >>> write_texts(record)["pain"]
    'day,score\\r\\n3,7\\r\\n'
    """
    plain = to_builtins(record)
    texts = {"record": _table("record", [{key: plain[key] for key in columns("record") if key in plain}])}
    if "person" in plain:
        texts["person"] = _table("person", [plain["person"]])
    for name in LISTS:
        if name in plain:
            texts[name] = _table(name, plain[name])
    return texts


def _text(file: Path) -> str:
    try:
        with open_file(str(file)) as opened:
            return decode(opened.read(MAX_BYTES + 1))
    except InputRefused as refusal:
        where = f"{file.name} {refusal.path}".strip()
        expected = refusal.expected if refusal.path else "a header and rows"
        raise InputRefused(where, refusal.value, refusal.problem, expected) from None


def _rows(name: str, text: str) -> tuple[list[dict[str, Any]], list[int]]:
    known = columns(name)
    delimiter = _delimiter(text, known)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[dict[str, Any]] = []
    lines: list[int] = []
    header: list[str] = []
    begins = 1
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = _header(name, [cell.strip() for cell in cells], known, line)
                continue
            if len(cells) != len(header):
                problem = f"has {len(cells)} cells where the header has {len(header)}"
                raise InputRefused(f"{name}.csv line {line}", None, problem, "a cell for every column")
            rows.append(_row(name, dict(zip(header, cells, strict=True)), known, line))
            lines.append(line)
    except csv.Error as error:
        where = f"{name}.csv line {max(begins, reader.line_num)}"
        raise InputRefused(where, None, f"is not CSV ({error})", "cells with their quotes closed") from None
    return rows, lines


def _delimiter(text: str, known: Mapping[str, Kind]) -> str:
    first = text.lstrip("\r\n").splitlines()[0][:10_000] if text.strip() else ""

    def recognized(delimiter: str) -> int:
        return sum(_kind(cell.strip().strip('"'), known) is not None for cell in first.split(delimiter))

    return max(",;\t", key=recognized)


def _header(name: str, cells: list[str], known: Mapping[str, Kind], line: int) -> list[str]:
    for index, cell in enumerate(cells):
        where = f"{name}.csv line {line}, column {index + 1}"
        if _kind(cell, known) is None:
            raise InputRefused(where, cell, "is not a column of this file", _columns_expected(cell, known))
        if cell in cells[:index]:
            raise InputRefused(where, cell, "stands in the header twice", "each column once")
    return cells


def _columns_expected(cell: str, known: Mapping[str, Kind]) -> str:
    names = [f"{key}<name>" if kind == "numbers" else key for key, kind in known.items()]
    return one_of(cell, names, "the columns " + ", ".join(names))


def _kind(header: str, known: Mapping[str, Kind]) -> Kind | None:
    for key, kind in known.items():
        if header == key or (kind == "numbers" and header.startswith(key) and header != key):
            return kind
    return None


def _row(name: str, cells: Mapping[str, str], known: Mapping[str, Kind], line: int) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for header, text in cells.items():
        kind = _kind(header, known)
        if kind is None:  # the header was checked
            continue
        value = read_cell(text, kind, f"{name}.csv line {line}, column {header}")
        if value is None and kind == "words" and header in required_lists(name):
            value = []
        if value is None and header != "present":
            continue
        outer, dot, inner = header.partition(".")
        if not dot:
            row[header] = value
        elif isinstance(row.setdefault(outer, {}), dict):
            row[outer][inner] = value
        else:
            where = f"{name}.csv line {line}, column {header}"
            raise InputRefused(where, text, f"is given together with {outer}", "one or the other")
    return row


def _table(name: str, facts: Sequence[Mapping[str, Any]]) -> str:
    rows = [_flat(fact) for fact in facts]
    used = dict.fromkeys(key for row in rows for key in row)
    order = list(columns(name))
    headers = sorted(used, key=lambda key: order.index(key) if key in order else len(order))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows([write_cell(row.get(key)) for key in headers] for row in rows)
    return out.getvalue()


def _flat(fact: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in fact.items():
        if isinstance(value, dict):
            flat.update({f"{key}.{inner}": item for inner, item in value.items()})
        else:
            flat[key] = value
    return flat


def _place(path: str, lines: Lines) -> str:
    found = re.fullmatch(r"(\w+)\[(\d+)\](?:\.(.*))?", path, re.DOTALL)
    if found and found[1] in lines:
        return _fact_place(found, lines)
    name, dot, column = path.partition(".")
    if name == "person" and dot:
        return f"person.csv line {lines['person'][0]}, column {column}"
    if name in columns("record") and "record" in lines:
        return f"record.csv line {lines['record'][0]}, column {name}"
    return path


def _fact_place(found: re.Match[str], lines: Lines) -> str:
    rows = lines.get(found[1], [])
    index = int(found[2])
    line = rows[index] if index < len(rows) else 1
    column = re.sub(r"\[\d+\]", "", found[3]) if found[3] else ""
    return f"{found[1]}.csv line {line}" + (f", column {column}" if column else "")
