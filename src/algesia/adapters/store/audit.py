"""The audit log: who did what to whose record and when, reading too. Append-only, each row bound to the one before.

A row holds no clinical content: an action's name, the person's random id, and a few fixed words. Whoever changes, removes
or inserts a row breaks the chain from there on; whoever can rewrite the whole table cannot be told from the truth by
the chain alone, so keep the printed head somewhere else (`algesia audit verify` prints it).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, desc, insert, select, text

from algesia.adapters.store import schema
from algesia.adapters.store.people import People

GENESIS: Final = "0" * 64
_LOCK: Final = 7_041_776
"""The advisory lock that makes PostgreSQL's writers of the chain wait for each other."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the log. `at` is UTC; `detail` a few fixed words, never a value of the record."""

    seq: int
    at: str
    who: str
    action: str
    person: str | None
    detail: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether the chain holds. `broken_at` is the first row that does not fit, ``None`` when all do."""

    rows: int
    head: str
    broken_at: int | None


class Audit:
    """The log of one database."""

    def __init__(self, people: People) -> None:
        self._people = people

    def add(self, who: str, action: str, person: str | None, detail: str = "", *, at: str) -> None:
        """Append a row."""
        with self._people.writing() as connection:
            append(connection, who, action, person, detail, at)

    def rows(self, person: str | None = None, limit: int = 500) -> tuple[Row, ...]:
        """The latest rows, newest first; only those about one person where it is named."""
        asked = select(schema.audit).order_by(desc(schema.audit.c.seq)).limit(limit)
        if person is not None:
            asked = asked.where(schema.audit.c.person == person)
        with self._people.engine.connect() as connection:
            return tuple(Row(**row) for row in connection.execute(asked).mappings())

    def verify(self) -> Verified:
        """Walk the whole chain."""
        with self._people.engine.connect() as connection:
            return verify(connection)

    def holds(self, head: str) -> bool:
        """Whether a head that was noted earlier is still in the chain. If not, rows were taken off its end since."""
        with self._people.engine.connect() as connection:
            asked = select(schema.audit.c.seq).where(schema.audit.c.hash == head)
            return head == GENESIS or connection.scalar(asked) is not None


def verify(connection: Connection) -> Verified:
    """Walk the whole chain on a connection."""
    previous, count = GENESIS, 0
    asked = select(schema.audit).order_by(schema.audit.c.seq).execution_options(yield_per=1000)
    for found in connection.execute(asked).mappings():
        row = Row(**found)
        count += 1
        if row.seq != count or row.previous != previous or row.hash != _hash(row):
            return Verified(count, previous, row.seq)
        previous = row.hash
    return Verified(count, previous, None)


def append(connection: Connection, who: str, action: str, person: str | None, detail: str, at: str) -> None:
    """Append a row within a transaction that is writing already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    last = connection.execute(
        select(schema.audit.c.seq, schema.audit.c.hash).order_by(desc(schema.audit.c.seq)).limit(1)
    ).first()
    seq, previous = (1, GENESIS) if last is None else (last.seq + 1, last.hash)
    row = Row(seq, at, who, action, person, detail, previous, "")
    connection.execute(
        insert(schema.audit).values(
            seq=seq,
            at=at,
            who=who,
            action=action,
            person=person,
            detail=detail,
            previous=previous,
            hash=_hash(row),
        )
    )


def _hash(row: Row) -> str:
    """SHA-256 over every column but itself, as JSON: no two rows can be written the same way."""
    content = json.dumps([row.seq, row.at, row.who, row.action, row.person, row.detail, row.previous])
    return hashlib.sha256(content.encode()).hexdigest()
