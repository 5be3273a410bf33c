"""What the store keeps, as types. Times of writing are UTC in ISO 8601 to the microsecond; days are the person's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

Kind: TypeAlias = Literal["diary", "imported", "example"]
"""A diary grows day by day; an imported record and a bundled example end where they end."""

DIARY_LISTS: Final = (
    "goals",
    "goal_days",
    "taken",
    "bad_days",
    "sleep",
    "notes",
    "person",
    "settings",
    "releases",
)
"""What a diary holds beside the lists of `algesia.record.model.LISTS`; types in `diary.py`."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whose record it is. `frame` holds what a record says beside its lists: epoch, relative, source."""

    id: str
    kind: Kind
    name: str
    created_at: str
    frame: dict[str, Any] = field(default_factory=dict)

    @property
    def relative(self) -> bool:
        """Whether days are counted from an event and no calendar is known."""
        return bool(self.frame.get("relative", False))


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact to write. `id` is chosen by whoever asks: the same id sent twice is written once.

    `body` is the fact in the wire format of its list (``None`` withdraws what it supersedes).
    """

    id: str
    list: str
    body: dict[str, Any] | None
    supersedes: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A fact as it was written. `seq` orders all writing."""

    seq: int
    id: str
    list: str
    body: dict[str, Any] | None
    supersedes: str | None
    batch: str
    written_at: str
    written_by: str


@dataclass(frozen=True, slots=True)
class Written:
    """What a writing did: its batch (what one undo takes back) and whether anything was new."""

    batch: str
    ids: tuple[str, ...]
    fresh: bool
