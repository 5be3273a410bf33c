"""How people and facts stand in their tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast
from unicodedata import category

import orjson
from sqlalchemy import Connection, Insert, RowMapping, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from algesia.adapters.store import schema
from algesia.adapters.store.model import Entry, Kept, Kind, Person
from algesia.quantities.refusal import InputRefused

_DEADLOCK = "40P01"


class Conflict(InputRefused):
    """Somebody else has changed the same fact in the meantime, or an id was used for something else."""


def person_row(id: str, kind: Kind, name: str, at: str, frame: Mapping[str, Any] | None) -> Insert:
    """The statement that adds a person.

    Raises
    ------
    InputRefused
        For an id or a name with a control character, which not every database keeps.
    """
    for field, text in (("id", id), ("name", name)):
        if any(category(letter) in ("Cc", "Cs") for letter in text):
            raise InputRefused(field, text, "holds a control character", "letters, digits and signs")
    return insert(schema.people).values(
        id=id, kind=kind, name=name, frame=json.dumps(dict(frame or {})), created_at=at, erasing=0
    )


def fact_row(
    entry: Entry, person: str, batch: str, by: str, at: str, place: int | None = None
) -> dict[str, Any]:
    """A fact as its columns. `place` is that of the first of its line, where it changes one."""
    when = (entry.body or {}).get("at", "")
    return {
        "id": entry.id,
        "person": person,
        "list": entry.list,
        "day": when[:10] if isinstance(when, str) else "",
        "place": place,
        "body": None if entry.body is None else _text(entry.body),
        "supersedes": entry.supersedes,
        "restores": None,
        "batch": batch,
        "written_at": at,
        "written_by": by,
    }


def person_of(row: RowMapping) -> Person:
    """A person, read."""
    return Person(
        row["id"], cast("Kind", row["kind"]), row["name"], row["created_at"], json.loads(row["frame"])
    )


def kept(row: RowMapping) -> Kept:
    """A fact, read."""
    return Kept(
        row["seq"], row["id"], row["list"], body_of(row["body"]), row["supersedes"],
        row["batch"], row["written_at"], row["written_by"],
    )  # fmt: skip


def body_of(text: str | None) -> dict[str, Any] | None:
    """A fact's body, read."""
    return None if text is None else cast("dict[str, Any]", orjson.loads(text))


def by_id(connection: Connection, ids: Sequence[str]) -> dict[str, RowMapping]:
    """The facts with these ids, whoever's they are."""
    rows = connection.execute(select(schema.facts).where(schema.facts.c.id.in_(ids)))
    return {row["id"]: row for row in rows.mappings()}


def same(entry: Entry, row: RowMapping | None, person: str) -> bool:
    """Whether this entry is written already.

    Raises
    ------
    Conflict
        When the id holds something else.
    """
    if row is None:
        return False
    text = None if entry.body is None else _text(entry.body)
    if (row["person"], row["list"], row["body"], row["supersedes"]) == (
        person,
        entry.list,
        text,
        entry.supersedes,
    ):
        return True
    raise Conflict("id", entry.id, "was used for something else", "a new id for each fact")


def at_once(error: DBAPIError) -> bool:
    """Whether a writing failed only because of another at the same moment: looking again tells what came of it."""
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) == _DEADLOCK


def _text(body: Mapping[str, Any]) -> str:
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()
