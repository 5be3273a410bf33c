"""A visit: who asks, about whom, at what moment. Every route begins with one, and so passes `authorize`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from starlette.requests import Request

from algesia.adapters.store.model import Entry, Person, Written
from algesia.report.statements import Place
from algesia.web.authorize import LOCAL, NOBODY, PERSONS, Action, Denied, Principal, authorize
from algesia.web.clock import local, stamp
from algesia.web.reviews import Reviewed
from algesia.web.state import State, state_of

AGE: Final = "x-algesia-age"
"""The header with the seconds that an answer waited in the phone's outbox."""
LONGEST_WAIT: Final = timedelta(days=90)
LISTING: Final = "list-people"
"""The action of a page that shows something of many people; it concerns no one record, and stands in the log all the same."""
OWN: Final = "person"
"""The cookie that says, in local mode, whose diary is open."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request that was let pass. `person` is whose record it concerns, where it concerns one."""

    request: Request
    state: State
    who: Principal
    action: Action
    record_of: Person | None

    @property
    def person(self) -> Person:
        """Whose record this visit concerns.

        Raises
        ------
        Denied
            On a page that concerns nobody's record.
        """
        if self.record_of is None:
            raise Denied(404, "There is no diary yet.")
        return self.record_of

    @property
    def moment(self) -> datetime:
        """Now, in UTC."""
        return self.state.settings.clock()

    @property
    def now(self) -> datetime:
        """When it was answered, on the person's own clock: now, or as long ago as an answer waited on the phone."""
        return local(self.moment - waited(self.request), self.time_zone)

    @property
    def today(self) -> int:
        """Today as a day ordinal, on the person's own calendar."""
        return self.now.date().toordinal()

    @property
    def stamp(self) -> str:
        """The moment as it is written beside a fact."""
        return stamp(self.moment)

    @property
    def time_zone(self) -> str | None:
        """The person's time zone, ``None`` where the machine's own is meant."""
        if self.record_of is None:
            return None
        zone: str | None = self.about.get("time_zone")
        return zone

    @property
    def about(self) -> dict[str, Any]:
        """What is known of the person: birth date, sex, weight, time zone."""
        found: dict[str, Any] = {}
        for fact in self.state.store.people.current(self.person.id, "person"):
            found |= fact.body or {}
        return found

    @property
    def wishes(self) -> dict[str, Any]:
        """The person's own settings (`adapters.store.diary.Settings`), as plain values."""
        if self.record_of is None:
            return {}
        kept = self.state.store.people.current(self.record_of.id, "settings")
        return dict(kept[-1].body or {}) if kept else {}

    @property
    def place(self) -> Place:
        """Whose emergency numbers are shown."""
        place: Place = self.wishes.get("place", self.state.settings.place)
        return place

    def reviewed(self, as_of: int | None = None) -> Reviewed:
        """The person's record and its review."""
        return self.state.reviews.of(self.person, self.today, as_of)

    def write(self, entries: Sequence[Entry], batch: str | None = None) -> Written:
        """Write facts of this person, in this visitor's name."""
        return self.state.store.people.write(
            self.person.id, entries, by=self.who.id, at=self.stamp, batch=batch
        )


class NoDiary(Exception):
    """A person's page in local mode before any diary was begun."""


class Allow:
    """What a route does. As a dependency it finds out who asks and about whom, asks `authorize`, and writes the audit.

    A route about one record has ``{person_id}`` in its path (the clinician's pages) or concerns the visitor's own
    record (the person's pages).
    """

    def __init__(self, action: Action) -> None:
        self.action = action

    def __call__(self, request: Request) -> Visit:
        """The visit, when it may be."""
        state = state_of(request)
        who = principal(request)
        record = self._record(request, state, who)
        if record is None and who.role == "local" and self.action in PERSONS:
            raise NoDiary
        granted = record is not None and has_consent(state, who, record)
        try:
            authorize(who, self.action, record, granted)
        except Denied as denied:
            if self.action != "open" and who.role != "nobody":
                state.store.audit.add(
                    who.id, f"denied:{self.action}", None if record is None else record.id,
                    at=stamp(state.settings.clock()),
                )  # fmt: skip
            raise denied from None
        if record is not None or self.action == LISTING:
            about = None if record is None else record.id
            state.store.audit.add(who.id, self.action, about, at=stamp(state.settings.clock()))
        return Visit(request, state, who, self.action, record)

    def _record(self, request: Request, state: State, who: Principal) -> Person | None:
        if self.action == "open":
            return None
        named = request.path_params.get("person_id")
        if named is not None:
            return state.store.people.get(str(named))
        if self.action not in PERSONS:
            return None
        return own_record(request, state, who)


def waited(request: Request) -> timedelta:
    """How long an answer waited for a connection. The phone sends its age, so that a wrong clock there changes nothing."""
    text = request.headers.get(AGE, "0")
    if not (text.isascii() and text.isdecimal() and len(text) < 9):
        return timedelta(0)
    return min(timedelta(seconds=int(text)), LONGEST_WAIT)


def own_record(request: Request, state: State, who: Principal) -> Person | None:
    """The visitor's own record: the account's, or in local mode the diary that is open."""
    if who.role == "patient":
        return None if who.person is None else state.store.people.get(who.person)
    if who.role != "local":
        return None
    chosen = request.cookies.get(OWN)
    found = state.store.people.get(chosen) if chosen else None
    if found is not None and not found.relative:
        return found
    return next((person for person in state.store.people.all() if person.kind == "diary"), None)


def principal(request: Request) -> Principal:
    """Who asks: the one local user, or whoever the session cookie belongs to."""
    state = state_of(request)
    if not state.settings.clinic:
        return LOCAL
    from algesia.web.account.sessions import signed_in

    return signed_in(request, state) or NOBODY


def has_consent(state: State, who: Principal, record: Person) -> bool:
    """Whether the person's consent to this clinician holds now."""
    if who.role != "clinician":
        return False
    from algesia.web.account.sharing import consent_holds

    return consent_holds(state, who.id, record.id)


def new_id() -> str:
    """An id for a fact or a person."""
    return uuid4().hex
