"""Consent: a person lets a clinician see the record, for a time, and ends it at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.store.audit import Row
from algesia.web.account.limits import CODES, in_words, limits_of
from algesia.web.account.names import day_of, tidy
from algesia.web.account.sessions import accounts_of
from algesia.web.authorize import CLINICIANS
from algesia.web.clock import stamp
from algesia.web.render import page
from algesia.web.state import State
from algesia.web.visit import Allow, Visit

DAYS: Final = (7, 30, 90, 180)
LOOKED: Final = 20
ROWS: Final = 2000
UNKNOWN: Final = "No clinician here has this name. Ask them to read it out, and write it as they say it."
Share = Annotated[Visit, Depends(Allow("share"))]
router = APIRouter(tags=["account"])


@dataclass(frozen=True, slots=True)
class Shared:
    """One clinician who may see the record now. Days are ordinals on the person's own calendar."""

    clinician: str
    name: str
    since: int
    until: int


def consent_holds(state: State, clinician_id: str, person_id: str) -> bool:
    """Whether this person's consent to this clinician holds now."""
    return accounts_of(state).holds(clinician_id, person_id, at=stamp(state.settings.clock()))


def shared_with(state: State, clinician_id: str) -> tuple[str, ...]:
    """The ids of the people whose consent to this clinician holds now."""
    held = accounts_of(state).given_to(clinician_id, at=stamp(state.settings.clock()))
    return tuple(one.person for one in held)


def give(state: State, *, person: str, clinician: str, days: int, at: datetime) -> None:
    """Let a clinician see a record for so many days, from that moment on."""
    accounts_of(state).give(person, clinician, at=stamp(at), until=stamp(at + timedelta(days=days)))


@router.get("/sharing")
def sharing_page(visit: Share) -> HTMLResponse:
    """Who may see the record, who looked, and how to change it."""
    return _page(visit)


@router.post("/sharing")
def share(
    request: Request, visit: Share, clinician: Annotated[str, Form()], days: Annotated[int, Form()]
) -> Response:  # fmt: skip
    """Let a clinician see the record, by the name they read out."""
    tries = [(CODES, visit.who.id)]
    wait = limits_of(request).take(tries, visit.moment)
    if wait:
        answer = _page(visit, f"Too many names were tried. Try again {in_words(wait)}.", 429)
        answer.headers["Retry-After"] = str(wait)
        return answer
    found = accounts_of(visit.state).named(tidy(clinician))
    if found is None or found.role != "clinician" or found.disabled_at is not None:
        return _page(visit, UNKNOWN, 422)
    limits_of(request).succeeded(tries)
    if days not in DAYS:
        return _page(visit, "Choose 7, 30, 90 or 180 days.", 422)
    give(visit.state, person=visit.person.id, clinician=found.id, days=days, at=visit.moment)
    visit.state.store.audit.add(
        visit.who.id, "consent-given", visit.person.id, f"{found.id} {days} days", at=visit.stamp
    )
    return RedirectResponse("/sharing?did=given", 303)


@router.post("/sharing/end")
def end(visit: Share, clinician: Annotated[str, Form()]) -> Response:
    """End a consent. It holds no longer when the answer arrives."""
    if accounts_of(visit.state).end_consent(visit.person.id, clinician, at=visit.stamp):
        visit.state.store.audit.add(visit.who.id, "consent-ended", visit.person.id, clinician, at=visit.stamp)
    return RedirectResponse("/sharing?did=ended", 303)


DONE: Final = {
    "given": "Saved. They can see your record from now on.",
    "ended": "Ended. They cannot open your record any more.",
}


def _page(visit: Visit, says: str = "", status: int = 200) -> HTMLResponse:
    accounts, zone = accounts_of(visit.state), visit.time_zone
    names = {account.id: account.name for account in accounts.all() if account.role == "clinician"}
    holding = [one for one in accounts.given_by(visit.person.id) if one.holds(visit.stamp)]
    shared = [
        Shared(one.clinician, names[one.clinician], day_of(one.given_at, zone), day_of(one.expires_at, zone))
        for one in holding
    ]
    rows = visit.state.store.audit.rows(visit.person.id, ROWS)
    return page(
        visit, "account_sharing.html.j2", status, tab="more", days=DAYS, shared=shared, looked=looks(rows, names, zone),
        refused=says, did="" if says else DONE.get(visit.request.query_params.get("did", ""), ""),
    )  # fmt: skip


def looks(rows: Iterable[Row], names: dict[str, str], zone: str | None) -> list[tuple[str, int]]:
    """Which clinician opened the record on which day, newest first, each day once."""
    found: dict[tuple[str, int], None] = {}
    for row in rows:
        if row.action in CLINICIANS and row.who in names:
            found.setdefault((names[row.who], day_of(row.at, zone)))
    return list(found)[:LOOKED]
