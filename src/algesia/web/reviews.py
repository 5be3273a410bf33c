"""Reviews of people in the store, made once per revision and day. The only place where the web asks for a review."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeVar

from algesia.adapters.store.model import Kept, Person
from algesia.adapters.store.people import People
from algesia.adapters.store.records import Records
from algesia.knowledge.loader import Knowledge
from algesia.knowledge.model import DEFAULT_EDITION
from algesia.record.model import Record
from algesia.report.pictures import OnPage, on_page
from algesia.review import Review, review
from algesia.web.orders import ordered

MOST: Final = 1024
Made = TypeVar("Made")


@dataclass(frozen=True)
class Reviewed:
    """One person as of one day: the facts that hold, the record they make, its review. Pictures on demand.

    The review reads the steps of a released plan that have begun as what is prescribed; `record` holds the facts alone.
    """

    person: Person
    kept: tuple[Kept, ...]
    record: Record
    review: Review
    beside: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def picture(self) -> OnPage:
        """Dose and pain for desk, phone and paper."""
        return on_page(self.review)

    def of(self, list: str) -> tuple[Kept, ...]:
        """The facts of one list, in the order of their writing."""
        return tuple(fact for fact in self.kept if fact.list == list)

    def latest(self, list: str) -> Kept | None:
        """The fact of a list that was written last."""
        found = self.of(list)
        return found[-1] if found else None


class Reviews:
    """The latest reviews, kept in memory; a review is made anew when anything was written or the day has changed."""

    def __init__(self, people: People, knowledge: Knowledge) -> None:
        self._people = people
        self._knowledge = knowledge
        self._made: OrderedDict[tuple[str, int, int | None], Reviewed] = OrderedDict()
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._records = Records(people)

    def forget(self, person: str) -> None:
        """Drop every review of a person from memory."""
        self._records.forget(person)
        with self._lock:
            for key in [key for key in self._made if key[0] == person]:
                del self._made[key]

    def kept_with(self, reviewed: Reviewed, name: str, make: Callable[[], Made]) -> Made:
        """What is made from a review once and shown many times, kept as long as the review is."""
        if name not in reviewed.beside:
            with self._turn:
                reviewed.beside[name] = make()
        made: Made = reviewed.beside[name]
        return made

    def of(self, person: Person, today: int, as_of: int | None = None) -> Reviewed:
        """The review of a person.

        Parameters
        ----------
        today
            The day on the person's own calendar. A diary is reviewed as of today, or its last day where that is
            later; an imported record and an example as of their last day.
        as_of
            Another day of asking.
        """
        asked = as_of if as_of is not None else today if person.kind == "diary" else None
        key = (person.id, self._people.revision(person.id), asked)
        with self._lock:
            found = self._made.get(key)
            if found is not None:
                self._made.move_to_end(key)
                return found
        # one at a time: many at once would only slow each other, and every entry with them
        with self._turn:
            made = self._make(person, asked)
        with self._lock:
            for old in [k for k in self._made if k[0] == person.id and k[1] != key[1]]:
                del self._made[old]
            self._made[key] = made
            while len(self._made) > MOST:
                self._made.popitem(last=False)
        return made

    def _make(self, person: Person, asked: int | None) -> Reviewed:
        read = self._records.of(person)
        prescribed = ordered(read.record, read.kept, self._knowledge, asked)
        return Reviewed(
            person, read.kept, read.record, review(prescribed, self._knowledge, asked, DEFAULT_EDITION)
        )
