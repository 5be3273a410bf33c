"""Taking a batch back: what it wrote holds no more, what it replaced holds again. Nothing is erased.

The facts that replace one another are a line. A row that takes back says which earlier row of its line it `restores`, so that
it stands for that row from then on: a batch can be taken back after later ones were, and a taking back can be taken back.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from sqlalchemy import Connection, RowMapping, func, insert, select

from algesia.adapters.store import schema
from algesia.adapters.store.model import Entry
from algesia.adapters.store.rows import body_of, fact_row
from algesia.quantities.refusal import InputRefused

UNDO: Final = "~undo"
_COLUMNS = schema.facts.c
_PLACE = func.coalesce(_COLUMNS.place, _COLUMNS.seq)
_Rows: TypeAlias = dict[str, RowMapping]


def undo_on(connection: Connection, person: str, batch: str, by: str, at: str) -> int:
    """Take a batch back within a transaction that is writing already. How many facts were taken back.

    Raises
    ------
    InputRefused
        When somebody else wrote it.
    """
    mine = (_COLUMNS.person == person, _COLUMNS.batch == batch)
    # somebody else's words are answered with new ones: a withdrawn plan is not brought back by whom it was withdrawn from
    if any(one != by for one in connection.scalars(select(_COLUMNS.written_by).where(*mine).distinct())):
        raise InputRefused("batch", None, "was written by somebody else", "what you wrote yourself")
    touched = list(connection.scalars(select(_PLACE).where(*mine).distinct()))
    asked = (
        select(schema.facts)
        .where(_COLUMNS.person == person, _PLACE.in_(touched))
        .order_by(_PLACE, _COLUMNS.seq)
    )
    rows: _Rows = {row["id"]: row for row in connection.execute(asked).mappings()}
    replaced = {row["supersedes"] for row in rows.values()}
    count = 0
    for last in [row for row in rows.values() if row["id"] not in replaced]:
        written = _by_batch(rows, last["id"], batch)
        if written is None:
            continue
        before: str | None = None
        while written is not None:
            before = written["supersedes"]
            written = _by_batch(rows, before, batch)
        body = None if before is None else body_of(rows[before]["body"])
        entry = Entry(last["id"] + UNDO, last["list"], body, last["id"])
        values = fact_row(entry, person, batch + UNDO, by, at, last["place"] or last["seq"])
        connection.execute(insert(schema.facts).values(values | {"restores": before}))
        count += 1
    return count


def _by_batch(rows: _Rows, id: str | None, batch: str) -> RowMapping | None:
    """The row of the batch that this one is or stands for, if there is one."""
    while id is not None:
        if rows[id]["batch"] == batch:
            return rows[id]
        id = rows[id]["restores"]
    return None
