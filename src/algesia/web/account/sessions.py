"""Who is signed in: a random token in a cookie, its hash in the database, an end after rest and an end for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from algesia.adapters.store.account_types import Account, AccountRole, Session
from algesia.adapters.store.accounts import Accounts
from algesia.web.authorize import Principal
from algesia.web.clock import stamp
from algesia.web.settings import Settings
from algesia.web.state import State


@dataclass(frozen=True, slots=True)
class Life:
    """How long a session lasts: `rest` without a page asked for, `all` in any case. `words` say so."""

    rest: timedelta
    all: timedelta
    words: str


_DESK: Final = Life(
    timedelta(minutes=30),
    timedelta(hours=12),
    "You stay signed in until 30 minutes pass without a page, at most 12 hours.",
)
_PHONE: Final = Life(
    timedelta(days=30),
    timedelta(days=90),
    "You stay signed in on this device for 30 days after your last visit, at most 90 days.",
)
LIVES: Final[dict[AccountRole, Life]] = {"patient": _PHONE, "clinician": _DESK, "admin": _DESK}
SEEN_EVERY: Final = timedelta(minutes=1)
REMEMBERED: Final = timedelta(days=30)
"""How long an ended session is kept, to know whose a form was that was sent with it."""


def cookie_name(settings: Settings) -> str:
    """Over TLS the name ties the cookie to this host alone."""
    return "__Host-session" if settings.secure else "session"


def accounts_of(state: State) -> Accounts:
    """The accounts of this application's database."""
    return Accounts(state.store.people)


def held(request: Request, state: State) -> tuple[Session, Account] | None:
    """The session that the cookie names, ended or not, with its account."""
    token = request.cookies.get(cookie_name(state.settings))
    return accounts_of(state).session(token) if token else None


def signed_in(request: Request, state: State) -> Principal | None:
    """Whoever the cookie belongs to, when the session still holds and the account is not shut."""
    found = held(request, state)
    if found is None:
        return None
    session, account = found
    now = state.settings.clock()
    if account.disabled_at is not None or not _holds(session, LIVES[account.role], now):
        return None
    if session.seen_at < stamp(now - SEEN_EVERY):
        accounts_of(state).seen(session.id, at=stamp(now))
    return principal_of(account)


def principal_of(account: Account) -> Principal:
    """The account as `authorize` knows it."""
    return Principal(account.id, account.name, account.role, account.person)


def sign_in(request: Request, response: Response, state: State, account: Account, how: str) -> None:
    """Sign this device in. The session it came with ends and its token is never used again."""
    now = state.settings.clock()
    accounts, life = accounts_of(state), LIVES[account.role]
    before = held(request, state)
    if before is not None:
        accounts.end(before[0].id, at=stamp(now))
    accounts.sweep(at=stamp(now), sessions_before=stamp(now - REMEMBERED))
    token = accounts.begin(account.id, at=stamp(now), until=stamp(now + life.all))
    state.store.audit.add(account.id, "sign-in", None, how, at=stamp(now))
    response.set_cookie(
        cookie_name(state.settings),
        token,
        # a desk is shared: its cookie ends with the browser
        max_age=int(life.all.total_seconds()) if account.role == "patient" else None,
        path="/",
        secure=state.settings.secure,
        httponly=True,
        samesite="strict",
    )


def sign_out(request: Request, response: Response, state: State) -> None:
    """End the session of this device."""
    found = held(request, state)
    if found is not None:
        accounts_of(state).end(found[0].id, at=stamp(state.settings.clock()))
    response.delete_cookie(
        cookie_name(state.settings), path="/", secure=state.settings.secure, httponly=True, samesite="strict"
    )


def _holds(session: Session, life: Life, now: datetime) -> bool:
    return stamp(now) < session.expires_at and stamp(now - life.rest) < session.seen_at
