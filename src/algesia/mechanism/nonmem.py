"""Event tables as NONMEM-style CSV text, and back. Text in, text out.

Columns by name, in any order: ID, TIME, AMT, RATE, DUR, II, ADDL, SS, CMT, EVID, DV, MDV; ``.`` or nothing is an empty
cell, which counts as 0 as it does in NONMEM (DV and DUR: as no value). Without EVID, a row with a dose is a
dose and any other an observation, as NM-TRAN supplies it. DUR is ours: NONMEM knows durations only as parameters.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from typing import Final

from algesia.mechanism.events import Event, EventTable, faults
from algesia.quantities.refusal import InputRefused

COLUMNS: Final = ("ID", "TIME", "AMT", "RATE", "DUR", "II", "ADDL", "SS", "CMT", "EVID", "DV", "MDV")


def read_nonmem(text: str) -> dict[str, EventTable]:
    """The event table of each ID, in order of first appearance. Raises `InputRefused` naming line and column.

    >>> read_nonmem("ID,TIME,AMT,CMT,DV\\n7,0,10,1,.\\n7,2,.,1,3.5\\n")["7"].events[1]
    Event(time=2.0, amt=0.0, rate=0.0, dur=None, ii=0.0, addl=0, ss=0, cmt=1, evid=0, dv=3.5)
    """
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    tables: dict[str, list[Event]] = {}
    header: list[str] | None = None
    current: str | None = None
    try:
        for cells in rows:
            line = rows.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = _header(cells, line)
                continue
            if len(cells) != len(header):
                problem = f"has {len(cells)} cells, and there are {len(header)} columns"
                raise InputRefused(f"line {line}", None, problem, "a cell for each column")
            values = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
            person = values["ID"]
            if person in ("", "."):
                raise InputRefused(f"line {line}, ID", None, "is missing", "an identifier")
            if person != current and person in tables:
                problem = "comes back after the rows of another"
                raise InputRefused(f"line {line}, ID", person, problem, "all rows of an ID together")
            current = person
            events = tables.setdefault(person, [])
            events.append(_event(values, line, events[-1].time if events else -math.inf))
    except csv.Error as error:
        raise InputRefused(
            f"line {rows.line_num}", None, f"is no CSV ({error})", "cells with commas"
        ) from error
    if header is None:
        raise InputRefused("", None, "is empty", f"a header with {', '.join(COLUMNS)}")
    return {person: EventTable(tuple(events)) for person, events in tables.items()}


def write_nonmem(tables: Mapping[str, EventTable]) -> str:
    """The tables as CSV text; `read_nonmem` gives back equal ones. Raises `InputRefused` for an ID that is no cell.

    >>> print(write_nonmem({"7": EventTable((Event(0.0, amt=10.0, ii=12.0, addl=3),))}), end="")
    ID,TIME,AMT,RATE,DUR,II,ADDL,SS,CMT,EVID,DV,MDV
    7,0,10,.,.,12,3,.,1,1,.,1
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for person, table in tables.items():
        if person != person.strip() or person in ("", ".") or not person.isprintable():
            raise InputRefused("ID", person, "is no identifier", "printable text without blanks around it")
        for event in table.events:
            numbers = (event.amt, event.rate, event.dur or 0.0, event.ii, event.addl, event.ss)
            missing = 0 if event.evid == 0 and event.dv is not None else 1
            dv = "." if event.dv is None else _shown(event.dv)
            cells = ["." if value == 0 else _shown(value) for value in numbers]
            writer.writerow([person, _shown(event.time), *cells, event.cmt, event.evid, dv, missing])
    return out.getvalue()


def _header(cells: list[str], line: int) -> list[str]:
    names = [cell.strip().upper() for cell in cells]
    for name in names:
        if name not in COLUMNS:
            raise InputRefused(f"line {line}", name, "is no column that is known", ", ".join(COLUMNS))
        if names.count(name) > 1:
            raise InputRefused(f"line {line}", name, "is there twice", "each column once")
    for name in ("ID", "TIME"):
        if name not in names:
            raise InputRefused(f"line {line}", None, f"has no column {name}", ", ".join(COLUMNS))
    return names


def _event(values: Mapping[str, str], line: int, before: float) -> Event:
    def number(name: str) -> float | None:
        cell = values.get(name, ".")
        if cell in ("", "."):
            return None
        try:
            return float(cell)
        except ValueError:
            raise InputRefused(f"line {line}, {name}", cell, "is not a number", "a number, or .") from None

    def whole(name: str) -> int | None:
        value = number(name)
        if value is None or (math.isfinite(value) and value == int(value)):
            return None if value is None else int(value)
        raise InputRefused(f"line {line}, {name}", values[name], "is not a whole number", "a whole number")

    time = number("TIME")
    if time is None:
        raise InputRefused(f"line {line}, TIME", None, "is missing", "hours")
    amt, rate, ii = number("AMT") or 0.0, number("RATE") or 0.0, number("II") or 0.0
    addl, ss, mdv, evid = whole("ADDL") or 0, whole("SS") or 0, whole("MDV"), whole("EVID")
    if evid is None:
        evid = 1 if amt or rate or ii or addl or ss else 0
    dv = number("DV") if evid == 0 and mdv != 1 else None
    if mdv not in (None, 0, 1):
        raise InputRefused(f"line {line}, MDV", mdv, "is not a code", "0 or 1")
    if mdv == 0 and evid != 0:
        raise InputRefused(f"line {line}, MDV", mdv, f"contradicts EVID {evid}", "1")
    if mdv == 0 and dv is None:
        raise InputRefused(f"line {line}, DV", None, "is missing, and MDV is 0", "a number")
    event = Event(time, amt, rate, number("DUR"), ii, addl, ss, _cmt(values.get("CMT", "."), line), evid, dv)
    for name, value, problem, expected in faults(event, before):
        raise InputRefused(f"line {line}, {name.upper()}", value, problem, expected)
    return event


def _cmt(cell: str, line: int) -> str | int:
    """A compartment by number or name; nothing, or 0, is the first one."""
    try:
        value = float(cell) if cell not in ("", ".") else 1.0
    except ValueError:
        return cell
    if not math.isfinite(value) or value != int(value) or value < 0:
        expected = "a number from 1 on, or a name"
        raise InputRefused(f"line {line}, CMT", cell, "is no compartment", expected)
    return int(value) or 1


def _shown(value: float) -> str:
    """A number as short as it can be read back exactly."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
