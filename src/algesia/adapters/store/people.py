"""People and their facts: writing (append-only, once per id), taking back, and reading them as a record."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from algesia.adapters.store import schema
from algesia.adapters.store.diary import checked
from algesia.adapters.store.engine import empty_log
from algesia.adapters.store.model import Entry, Kept, Kind, Person, Written
from algesia.adapters.store.rows import Conflict as Conflict
from algesia.adapters.store.rows import at_once, by_id, fact_row, kept, person_of, person_row, same
from algesia.adapters.store.undo import undo_on
from algesia.quantities.refusal import InputRefused
from algesia.record.codec import from_builtins, to_builtins
from algesia.record.model import LISTS, Record

LARGEST_ID: Final = 64
TRIES: Final = 3
MOST_AT_ONCE: Final = 100_000
"""Facts of one added record: written in one transaction, for which everybody else waits."""
_COLUMNS = schema.facts.c


class People:
    """The people of one database and what is known of them. Safe to use from many threads.

    >>> from algesia.adapters.store.open import open_store
    >>> people = open_store("sqlite://").people
    >>> _ = people.add("p1", "diary", "Me", at="2026-11-12T20:14:00Z")
    >>> pain = Entry("f1", "pain", {"at": "2026-11-12T20:14", "score": 7})
    >>> people.write("p1", [pain], by="me", at="2026-11-12T20:14:00Z").fresh
    True
    >>> people.record("p1").pain[0].score
    7.0
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # SQLite has one writer: waiting in line here is fairer than its busy handler
        self._line = threading.Lock() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that may write; committed at the end, or nothing of it is kept."""
        with (
            self._line or nullcontext(),
            self.engine.connect().execution_options(write=True) as connection,
            connection.begin(),
        ):
            yield connection

    def ready(self) -> None:
        """Ask the database for an answer; its error when it gives none."""
        with self.engine.connect() as connection:
            connection.execute(select(1))

    def add(
        self, id: str, kind: Kind, name: str, *, at: str, frame: Mapping[str, Any] | None = None
    ) -> Person:
        """Add a person.

        Raises
        ------
        Conflict
            When the id is taken.
        """
        with self.writing() as connection:
            try:
                connection.execute(person_row(id, kind, name, at, frame))
            except IntegrityError:
                raise Conflict("person", id, "is there already", "a new id") from None
        return Person(id, kind, name, at, dict(frame or {}))

    def add_record(self, id: str, kind: Kind, name: str, record: Record, *, by: str, at: str) -> Person:
        """Add a person with all facts of a record, in one transaction.

        Raises
        ------
        InputRefused
            When the facts are too many.
        Conflict
            When the id is taken.
        """
        plain = to_builtins(record)
        frame: dict[str, Any] = {key: plain[key] for key in ("epoch", "relative", "source") if key in plain}
        if record.relative:
            frame["relative"] = True
        rows: list[tuple[str, dict[str, Any]]] = [("person", plain["person"])] if "person" in plain else []
        rows += [(list_, fact) for list_ in LISTS for fact in plain.get(list_, ())]
        if len(rows) > MOST_AT_ONCE:
            raise InputRefused("", None, f"holds {len(rows)} facts", f"at most {MOST_AT_ONCE} in one record")
        values = [
            fact_row(Entry(f"{id}-{i}", list_, fact), id, f"{id}-import", by, at)
            for i, (list_, fact) in enumerate(rows)
        ]
        with self.writing() as connection:
            try:
                connection.execute(person_row(id, kind, name, at, frame))
                if values:
                    connection.execute(insert(schema.facts), values)
            except IntegrityError:
                raise Conflict("person", id, "is there already", "a new id") from None
        return Person(id, kind, name, at, frame)

    def all(self) -> tuple[Person, ...]:
        """Everybody, in the order they were added."""
        with self.engine.connect() as connection:
            found = [person_of(row) for row in connection.execute(select(schema.people)).mappings()]
        # sorted here: databases sort letters by rules of their own
        return tuple(sorted(found, key=lambda person: (person.created_at, person.id)))

    def get(self, id: str) -> Person | None:
        """The person with this id, if there is one."""
        with self.engine.connect() as connection:
            row = connection.execute(select(schema.people).where(schema.people.c.id == id)).mappings().first()
            return None if row is None else person_of(row)

    def write(
        self, person: str, entries: Sequence[Entry], *, by: str, at: str, batch: str | None = None
    ) -> Written:
        """Write facts in one transaction: all of them, or none.

        An entry whose id was written before with the same content is acknowledged and not written again, so that
        a double tap, the back button and a second sending change nothing. `batch` is what one undo takes back; it
        is the first entry's id when not given.

        Raises
        ------
        InputRefused
            A body that the record's reader refuses.
        Conflict
            An id that was used for other content, or a fact that has been changed in the meantime.
        """
        known = self.get(person)
        if known is None:
            raise _nobody(person)
        if not entries:
            return Written(batch or "", (), False)
        for entry in entries:
            if not (0 < len(entry.id) <= LARGEST_ID and entry.id.isprintable()):
                raise InputRefused("id", entry.id, "is no id", f"1 to {LARGEST_ID} characters")
        once: dict[str, Entry] = {}
        for entry in entries:
            body = None if entry.body is None else checked(entry.list, entry.body, known.frame)
            ready = Entry(entry.id, entry.list, body, entry.supersedes)
            if once.setdefault(entry.id, ready) != ready:
                raise Conflict("id", entry.id, "is given to two facts", "a new id for each fact")
        named = batch or entries[0].id
        for left in reversed(range(TRIES)):
            try:
                fresh = self._write(person, list(once.values()), named, by, at)
            except DBAPIError as error:
                if not at_once(error):
                    raise
                if left == 0:
                    raise Conflict(
                        "supersedes", None, "has been changed by somebody else", "the fact as it is now"
                    ) from None
            else:
                break
        return Written(named, tuple(entry.id for entry in entries), fresh)

    def undo(self, person: str, batch: str, *, by: str, at: str) -> int:
        """Take back everything a batch wrote; what it replaced holds again. How many facts were taken back.

        Nothing is erased: the facts stay in the history. What was changed by a later batch stays as that left it. A batch
        that was taken back already gives 0; taking back ``BATCH~undo`` brings it again.

        Raises
        ------
        InputRefused
            When somebody else wrote the batch.
        Conflict
            When an id that the taking back needs is in use.
        """
        with self.writing() as connection:
            self._lock(connection, person)
            try:
                return undo_on(connection, person, batch, by, at)
            except IntegrityError:
                raise Conflict(
                    "batch", None, "cannot be taken back", "each entry changed by itself"
                ) from None

    def current(self, person: str, list: str | None = None, *, since: str | None = None) -> tuple[Kept, ...]:
        """The facts that hold now, in the order of their writing; a change stands where what it changed stood.

        Parameters
        ----------
        list
            Only the facts of this list.
        since
            Only the facts of this day (ISO date) and later; those without a day of their own are left out.
        """
        later = schema.facts.alias("later")
        asked = (
            select(schema.facts)
            .outerjoin(later, later.c.supersedes == _COLUMNS.id)
            .where(_COLUMNS.person == person, later.c.seq.is_(None), _COLUMNS.body.is_not(None))
            .order_by(func.coalesce(_COLUMNS.place, _COLUMNS.seq))
        )
        if list is not None:
            asked = asked.where(_COLUMNS.list == list)
        if since is not None:
            asked = asked.where(_COLUMNS.day >= since)
        with self.engine.connect() as connection:
            return tuple(kept(row) for row in connection.execute(asked).mappings())

    def history(self, person: str, after: int = 0) -> tuple[Kept, ...]:
        """Every row ever written after that with the number `after`, replaced and withdrawn ones too."""
        mine = (_COLUMNS.person == person, _COLUMNS.seq > after)
        asked = select(schema.facts).where(*mine).order_by(_COLUMNS.seq)
        with self.engine.connect() as connection:
            return tuple(kept(row) for row in connection.execute(asked).mappings())

    def fact(self, person: str, id: str) -> Kept | None:
        """One row by its id, of this person only."""
        asked = select(schema.facts).where(_COLUMNS.person == person, _COLUMNS.id == id)
        with self.engine.connect() as connection:
            row = connection.execute(asked).mappings().first()
            return None if row is None else kept(row)

    def revision(self, person: str) -> int:
        """A number that grows with every writing: 0 when nothing was written."""
        with self.engine.connect() as connection:
            asked = select(func.max(_COLUMNS.seq)).where(_COLUMNS.person == person)
            return connection.scalar(asked) or 0

    def record(self, person: str) -> Record:
        """The record that the facts make, through the record's own reader.

        Raises
        ------
        InputRefused
            When there is no such person.
        """
        known = self.get(person)
        if known is None:
            raise _nobody(person)
        return record_of(known, self.current(person))

    def erase(self, person: str) -> int:
        """Delete a person with every fact and consent. How many facts there were.

        The audit chain keeps the person's random id. An account that was the person's stays, without a record. In a file of
        SQLite what was deleted is written over, in the log beside it too unless somebody is reading at that moment.
        """
        with self.writing() as connection:
            count = connection.scalar(
                select(func.count()).select_from(schema.facts).where(_COLUMNS.person == person)
            )
            connection.execute(update(schema.people).where(schema.people.c.id == person).values(erasing=1))
            connection.execute(delete(schema.facts).where(_COLUMNS.person == person))
            connection.execute(delete(schema.grants).where(schema.grants.c.person == person))
            connection.execute(
                update(schema.accounts).where(schema.accounts.c.person == person).values(person=None)
            )
            connection.execute(delete(schema.people).where(schema.people.c.id == person))
        if self.engine.dialect.name == "sqlite":
            empty_log(self.engine)
        return count or 0

    def _write(self, person: str, ready: Sequence[Entry], batch: str, by: str, at: str) -> bool:
        """One try at writing; whether anything was new."""
        with self.writing() as connection:
            self._lock(connection, person)
            found = by_id(connection, [entry.id for entry in ready])
            fresh = [entry for entry in ready if not same(entry, found.get(entry.id), person)]
            for entry in fresh:
                place = self._place(connection, entry, person)
                connection.execute(insert(schema.facts).values(fact_row(entry, person, batch, by, at, place)))
        return bool(fresh)

    def _lock(self, connection: Connection, person: str) -> None:
        """Let the writers of one person wait for each other, so that whoever has seen `revision` has seen all below it.

        SQLite has one writer anyway; its dialect leaves FOR UPDATE out.
        """
        asked = select(schema.people.c.id).where(schema.people.c.id == person).with_for_update()
        if connection.scalar(asked) is None:
            raise _nobody(person)

    def _place(self, connection: Connection, entry: Entry, person: str) -> int | None:
        """Where a change stands: where the first of its line does. ``None`` for a fact that changes none."""
        if entry.supersedes is None:
            return None
        asked = select(schema.facts).where(_COLUMNS.id == entry.supersedes, _COLUMNS.person == person)
        old = connection.execute(asked).mappings().first()
        if old is None or old["list"] != entry.list:
            raise InputRefused(
                "supersedes", entry.supersedes, "is no such fact of this list", "the id of a fact that holds"
            )
        if connection.scalar(select(_COLUMNS.seq).where(_COLUMNS.supersedes == entry.supersedes)) is not None:
            raise Conflict(
                "supersedes",
                entry.supersedes,
                "has been changed by somebody else",
                "the fact as it is now",
            )
        return int(old["place"] or old["seq"])


def record_of(person: Person, kept: Sequence[Kept]) -> Record:
    """The record that facts make."""
    raw: dict[str, Any] = dict(person.frame)
    for fact in kept:
        if fact.list == "person":
            raw["person"] = {**raw.get("person", {}), **(fact.body or {})}
        elif fact.list in LISTS:
            raw.setdefault(fact.list, []).append(fact.body)
    return from_builtins(raw)


def _nobody(person: str) -> InputRefused:
    return InputRefused("person", person, "is not there", "a person of this database")
