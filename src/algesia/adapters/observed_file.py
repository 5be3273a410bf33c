"""What was observed, as CSV with a header: when, the value, and of whom. NONMEM's data files are such files.

Columns are known by name in any case: `time_h` (or TIME, in hours, or `day`), `value` (or DV), and where there is more
than one person `id`. Others are ignored. Rows that NONMEM takes for no observation (EVID other than 0, MDV 1) are
left out, and so are values that are empty or ``.``, and comments: rows that begin with ``#``, that hold ``C`` in a
column C, or anything but 0 in a column IGNORE.
"""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from algesia.adapters.csv_columns import read_cell
from algesia.adapters.read import STANDARD_INPUT, open_file
from algesia.quantities.refusal import InputRefused
from algesia.record.parse import MAX_BYTES, decode, too_large

WHEN: Final[Mapping[str, float]] = {"time_h": 1.0, "time": 1.0, "day": 24.0}
"""Columns that say when, the first that is there; hours in one of each."""
WHAT: Final = ("value", "dv")
COMMENT: Final = ("c", "#", "@")
"""What marks a row as a comment in a column C, as in data files for NONMEM."""
RIGHT: Final = (
    "a header with time_h (or TIME, or day) and value (or DV), and id where there are several people"
)
LONGEST_H: Final = 100 * 365 * 24.0
OUT_OF_RANGE: Final = "is out of range"
ONLY: Final = "1"
"""The id where no column names one."""


@dataclass(frozen=True, slots=True)
class Observed:
    """Observations: who, when (hours from the start of day 0) and what. `skipped` rows held none."""

    ids: tuple[str, ...]
    times_h: tuple[float, ...]
    values: tuple[float, ...]
    skipped: int = 0


def read_observed(data: bytes, file: str, unit: str) -> Observed:
    """Read observations. `file` is the name that a refusal shows; `unit` is that of the measure and bounds its values.

    Raises
    ------
    InputRefused
        Naming the row (the header is row 1) and the column, the value, and what would be right.

    >>> read_observed(b"ID,TIME,DV,EVID\\n1,0,.,1\\n1,2.5,31,0\\n", "o.csv", "ng/mL")
    Observed(ids=('1',), times_h=(2.5,), values=(31.0,), skipped=1)
    >>> read_observed(b"day,value\\n1,11\\n", "o.csv", "{NRS}")
    Traceback (most recent call last):
    ...
    algesia.quantities.refusal.InputRefused: o.csv: row 2, value is '11': is out of range. Expected: a number from 0 to 10.
    """
    try:
        return _observed(decode(data), unit)
    except InputRefused as refused:
        raise refused.in_file(file) from None


def load(path: str) -> bytes:
    """The bytes of a file, or of standard input for ``-``.

    Raises
    ------
    InputRefused
        For what cannot be read, naming it.
    """
    name = "standard input" if path == STANDARD_INPUT else path
    try:
        if path == STANDARD_INPUT:
            # Python leaves None in place of a stream that was closed before it started
            if cast("object", sys.stdin) is None:
                raise InputRefused("", None, "is closed", "observations on standard input")
            return _limited(sys.stdin.buffer.read(MAX_BYTES + 1))
        if os.path.isdir(path):  # noqa: PTH112
            raise InputRefused("", None, "is a folder", "a CSV file")
        with open_file(path, shell_pipes=True) as opened:
            return _limited(opened.read(MAX_BYTES + 1))
    except InputRefused as refused:
        raise refused.in_file(name) from None
    except FileNotFoundError:
        raise InputRefused("", None, "does not exist", "the path of a CSV file", name) from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputRefused("", None, f"cannot be read ({reason})", "a file that can be read", name) from None


def _limited(data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise too_large()
    return data


def _observed(text: str, unit: str) -> Observed:
    lines = text.lstrip("\r\n").splitlines()
    first = next((line for line in lines if line.strip() and not line.startswith("#")), lines[0])
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    found: list[tuple[str, float, float]] = []
    skipped = 0
    row = 1
    try:
        for cells in rows:
            row = rows.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                if _is_note(cells):
                    continue
                header = _header([cells[0].strip().lstrip("#"), *cells[1:]], row)
                continue
            if cells[0].lstrip().startswith("#"):
                skipped += 1
                continue
            if len(cells) != len(header):
                problem = f"has {len(cells)} cells where the header has {len(header)}"
                raise InputRefused(f"row {row}", None, problem, "a cell for each column")
            one = _row(dict(zip(header, cells, strict=True)), row, unit)
            if one is None:
                skipped += 1
            else:
                found.append(one)
    except csv.Error as error:
        raise InputRefused(
            f"row {max(row, rows.line_num)}", None, f"is not CSV ({error})", "cells with quotes closed"
        ) from None
    if not found:
        problem = f"holds no observation in {skipped} rows" if skipped else "holds no row below its header"
        raise InputRefused("", None, problem, "rows with a time and a value")
    ids, times, values = zip(*found, strict=True)
    return Observed(ids, times, values, skipped)


def _is_note(cells: Sequence[str]) -> bool:
    """Whether a row above the header is a comment and not a header that begins with ``#``."""
    names = {cell.strip().lstrip("#").strip().lower() for cell in cells}
    return cells[0].lstrip().startswith("#") and not (names & set(WHEN) and names & set(WHAT))


def _header(cells: Sequence[str], row: int) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    for name in (*WHEN, *WHAT, "id", "evid", "mdv", "c", "ignore"):
        if names.count(name) > 1:
            raise InputRefused(f"row {row}", name, "stands in the header twice", "each column once")
    for known, what in ((tuple(WHEN), "when"), (WHAT, "what was observed")):
        if not set(known) & set(names):
            raise InputRefused(f"row {row}", None, f"has no column that says {what}", RIGHT)
    return names


def _row(cells: Mapping[str, str], row: int, unit: str) -> tuple[str, float, float] | None:
    """Who, when and what; ``None`` where the row is no observation."""
    if cells.get("c", "").strip().lower() in COMMENT or cells.get("ignore", "").strip() not in ("", ".", "0"):
        return None
    if _number(cells, "evid", row) or _number(cells, "mdv", row):
        return None
    what = next(name for name in WHAT if name in cells)
    value = _number(cells, what, row)
    if value is None:
        return None
    good, right = _range(unit)
    if not good(value):
        raise InputRefused(f"row {row}, {what}", cells[what].strip(), OUT_OF_RANGE, right)
    when = next(name for name in WHEN if name in cells)
    time = _number(cells, when, row)
    if time is None:
        raise InputRefused(f"row {row}, {when}", None, "is missing", "when it was observed")
    if not 0.0 <= time * WHEN[when] <= LONGEST_H:
        problem = "lies before hour 0, where the regimen starts" if time < 0 else "lies beyond 100 years"
        named = "days" if when == "day" else "hours"
        raise InputRefused(f"row {row}, {when}", cells[when].strip(), problem, f"{named} from 0 on")
    who = cells["id"].strip() if "id" in cells else ONLY
    if who in ("", "."):
        raise InputRefused(f"row {row}, id", None, "is missing", "who was observed")
    return who, time * WHEN[when], value


def _number(cells: Mapping[str, str], name: str, row: int) -> float | None:
    """The number in a cell; ``None`` for an empty one, for ``.`` and where there is no such column."""
    cell = cells.get(name, "").strip()
    if cell in ("", "."):
        return None
    found = read_cell(cell, "number", f"row {row}, {name}")
    return cast("float", found)


def _range(unit: str) -> tuple[Callable[[float], bool], str]:
    """Which values can be of a unit, and how that is said."""
    if unit == "{NRS}":
        return lambda value: 0.0 <= value <= 10.0, "a number from 0 to 10"
    if unit == "{0-1}":
        return lambda value: 0.0 <= value <= 1.0, "a number from 0 to 1"
    return lambda value: value >= 0.0, "a number, 0 or more"
