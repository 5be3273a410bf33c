"""A person's data in and out: the whole export, CSV files, what an import would add, and deletion for good.

``algesia-export/1`` is an object with ``format``, ``made_at`` (UTC), ``record`` (the record as `algesia-record/1`),
``diary`` (the facts that hold, by list of the diary) and ``history`` (every row ever written, replaced and withdrawn
ones too: ``seq``, ``id``, ``list``, ``body``, ``supersedes``, ``batch``, ``written_at``, ``written_by``).
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

import msgspec
import orjson
from sqlalchemy import select, update

from algesia.adapters.csv_folder import write_texts
from algesia.adapters.store import schema
from algesia.adapters.store.audit import append
from algesia.adapters.store.cells import guarded
from algesia.adapters.store.diary import TYPES
from algesia.adapters.store.incoming import CSV_LISTS, EXPORT, Fact, Incoming
from algesia.adapters.store.model import Kept, Person
from algesia.adapters.store.people import Conflict, People
from algesia.quantities.refusal import InputRefused
from algesia.record.codec import from_builtins, to_builtins, write_record
from algesia.record.model import LISTS, Record
from algesia.record.wire import TIMES

MOST_FACTS: Final = 30_000
"""Facts that are added at one time. Five years of daily entries are about a third."""
ERASED: Final = "erased"
"""The action under which a deletion stands in the audit log."""


def export_json(record: Record, current: Sequence[Kept], history: Sequence[Kept], made_at: str) -> bytes:
    """Everything that is kept of a person, as `algesia-export/1`."""
    diary = {name: rows for name in TYPES if (rows := [fact.body for fact in current if fact.list == name])}
    whole = {
        "format": EXPORT,
        "made_at": made_at,
        "record": to_builtins(record),
        "diary": diary,
        "history": [asdict(row) for row in history],
    }
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2) + b"\n"


def record_json(record: Record) -> bytes:
    """The record alone, as `algesia-record/1`."""
    return write_record(record)


def csv_zip(record: Record, current: Sequence[Kept], made_at: datetime) -> bytes:
    """The record's CSV files, as `algesia convert` writes them, and one for each list of the diary, in a zip.

    What begins like a formula of a spreadsheet is written so that none is reckoned (`cells`).
    """
    texts = write_texts(record)
    for name in CSV_LISTS:
        rows = [fact.body for fact in current if fact.list == name and fact.body is not None]
        if rows:
            texts[name] = _table(name, rows)
    out = io.BytesIO()
    stamp = (made_at.year, made_at.month, made_at.day, made_at.hour, made_at.minute, made_at.second)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            data = guarded(text).encode()
            archive.writestr(zipfile.ZipInfo(f"{name}.csv", stamp), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _table(name: str, rows: Sequence[dict[str, Any]]) -> str:
    columns = [field.encode_name for field in msgspec.structs.fields(TYPES[name])]
    used = [key for key in columns if any(key in row for row in rows)]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(used)
    writer.writerows([_cell(row.get(key)) for key in used] for row in rows)
    return out.getvalue()


def _cell(value: object) -> object:
    return "" if value is None else int(value) if isinstance(value, float) and value.is_integer() else value


@dataclass(frozen=True, slots=True)
class Line:
    """One list in a preview: how much would be added, and how much is there already."""

    list: str
    new: int
    same: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. `first` and `last` are the days of what is new. `kept` names what is not taken over."""

    lines: tuple[Line, ...]
    new: tuple[Fact, ...]
    first: str
    last: str
    kept: tuple[str, ...]
    renamed: int
    told: str
    history: int


def compare(incoming: Incoming, record: Record, current: Sequence[Kept], *, releases: bool = True) -> Preview:
    """What would be added to a person's facts.

    A fact that says the same as one that holds is not added; what the person has said of themselves stays. Ids of
    medications that mean something else here are changed.

    Parameters
    ----------
    releases
        Whether a released plan may come from a file.

    Raises
    ------
    InputRefused
        When the facts together make no record, or are too many.
    """
    plain = to_builtins(record)
    have: Counter[tuple[str, bytes]] = Counter(
        _key(name, fact) for name in LISTS for fact in plain.get(name, ())
    )
    have.update(_key(fact.list, fact.body or {}) for fact in current if fact.list in TYPES)
    person = dict(plain.get("person", {}))
    own = {fact.list: fact.body or {} for fact in current}
    new: list[Fact] = []
    kept: list[str] = []
    counted: Counter[tuple[str, bool]] = Counter()
    for name, body in incoming.facts:
        if name == "releases" and (not releases or "releases" in own):
            if _key(name, body) not in have:
                kept.append("A released plan is not taken from this file: your clinician releases it again.")
            continue
        if name == "person":
            added = {key: value for key, value in body.items() if key not in person}
            kept += [
                f"Yours stays: {_words(key)}." for key in body if key in person and person[key] != body[key]
            ]
            if added:
                new.append(("person", added))
            counted[name, bool(added)] += 1
            continue
        if name == "settings" and set(own.get("settings", {})) - {"place"}:
            counted[name, False] += 1
            continue
        key = _key(name, body)
        fresh = have[key] <= 0
        have[key] -= 1
        counted[name, fresh] += 1
        if fresh:
            new.append((name, body))
    if len(new) > MOST_FACTS:
        raise InputRefused("", None, f"holds {len(new)} new facts", f"at most {MOST_FACTS} at one time")
    ready, renamed = _renamed(new, plain)
    _must_read(ready, plain)
    days = sorted(day for _, body in ready if (day := _day(body)))
    names = dict.fromkeys(name for name, _ in counted)
    return Preview(
        lines=tuple(Line(name, counted[name, True], counted[name, False]) for name in names),
        new=tuple(ready), first=days[0] if days else "", last=days[-1] if days else "",
        kept=tuple(dict.fromkeys(kept)), renamed=renamed, told=incoming.told, history=incoming.history,
    )  # fmt: skip


def _key(name: str, body: dict[str, Any]) -> tuple[str, bytes]:
    return name, orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


def _words(key: str) -> str:
    return {"weight_kg": "weight", "age_years": "age"}.get(key, key.replace("_", " "))


def _day(body: dict[str, Any]) -> str:
    return str(body.get("at") or body.get("start") or "")[:10]


def _renamed(new: Sequence[Fact], plain: dict[str, Any]) -> tuple[list[Fact], int]:
    """The facts with ids of their own: an id that means another medication here gets a number behind it."""
    taken = {
        name: {fact["id"] for fact in plain.get(name, ()) if "id" in fact}
        for name in ("medications", "doses")
    }
    out: list[Fact] = []
    count = 0
    for name, body in new:
        own = body.get("id")
        if name in taken and own is not None:
            fresh = next(
                one
                for one in (own, *(f"{own}-{n}" for n in range(2, MOST_FACTS + 3)))
                if one not in taken[name]
            )
            taken[name].add(fresh)
            count += fresh != own
            out.append((name, {**body, "id": fresh}))
        else:
            out.append((name, body))
    return out, count


def _must_read(new: Sequence[Fact], plain: dict[str, Any]) -> None:
    """Refuse what would leave a record that no review could read."""
    merged: dict[str, Any] = {
        key: list(value) if isinstance(value, list) else value for key, value in plain.items()
    }
    for name, body in new:
        if name == "person":
            merged["person"] = {**merged.get("person", {}), **body}
        elif name in TIMES:
            merged.setdefault(name, []).append(body)
    from_builtins(merged)


def erase_for_good(people: People, person: Person, *, by: str, at: str, receipt: str) -> int:
    """Delete a person with every fact, and clear the freed space of an SQLite file. How many rows there were.

    The audit log keeps that it happened, when, and the receipt; nothing of what was written remains in the file, in
    its write-ahead log, or in free pages. Copies made before (exports, backups) are untouched.

    Raises
    ------
    Conflict
        When the receipt is that of a deletion by somebody else; nothing was deleted.
    """
    found = schema.audit.c
    same = select(found.seq).where(
        found.action == ERASED, found.who != by, found.detail.like(f"receipt {receipt}, %")
    )
    with people.engine.connect() as connection:
        if connection.execute(same).first() is not None:
            raise Conflict("receipt", None, "was given to another deletion", "a new receipt")
    count = people.erase(person.id)
    with people.writing() as connection:
        append(connection, by, ERASED, person.id, f"receipt {receipt}, {count} rows", at)
    if people.engine.dialect.name == "sqlite":
        raw = people.engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()
            cursor.close()
        finally:
            raw.close()
    return count


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is known of a deletion afterwards."""

    id: str
    at: str
    rows: int


def receipt_of(people: People, receipt: str) -> Receipt | None:
    """The deletion with this receipt, from the audit log; ``None`` where there was none."""
    found = schema.audit.c
    asked = select(found.at, found.detail).where(
        found.action == ERASED, found.detail.like(f"receipt {receipt}, %")
    )
    with people.engine.connect() as connection:
        row = connection.execute(asked).first()
    if row is None or not receipt.isalnum():
        return None
    return Receipt(receipt, row.at, int(row.detail.rsplit(", ", 1)[1].split()[0]))


def begin_anew(people: People, account: str, id: str, *, at: str) -> Person:
    """An empty diary for an account whose record was deleted."""
    made = people.add(id, "diary", "My diary", at=at)
    with people.writing() as connection:
        connection.execute(update(schema.accounts).where(schema.accounts.c.id == account).values(person=id))
    return made


def first_day(current: Sequence[Kept]) -> date | None:
    """The first day that anything is known of."""
    days = [day for fact in current if (day := _day(fact.body or {}))]
    return date.fromisoformat(min(days)) if days else None
