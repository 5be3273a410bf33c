"""Accounts as the administrator sees them: inviting, shutting, a new link; and the audit log. No record."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form
from markupsafe import escape
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.store.account_types import Account, AccountRole
from algesia.adapters.store.accounts import TOKEN_BYTES
from algesia.adapters.store.people import Conflict
from algesia.web.account.names import RULE, day_of, fits, moment_of, tidy
from algesia.web.account.sessions import accounts_of
from algesia.web.clock import local, stamp
from algesia.web.errors import Refusal
from algesia.web.render import page
from algesia.web.state import State
from algesia.web.visit import Allow, Visit

LIFE: Final = timedelta(days=7)
ROWS: Final = 200
FIRST: Final = "admin"
Admin = Annotated[Visit, Depends(Allow("administer"))]
Auditor = Annotated[Visit, Depends(Allow("read-audit"))]
router = APIRouter(tags=["account"])


def first_invitation(state: State) -> str | None:
    """A link, used once, that makes the first administrator. ``None`` when somebody can sign in already.

    Each call makes a new link; the one before no longer works.
    """
    accounts = accounts_of(state)
    if accounts.ready():
        return None
    at = stamp(state.settings.clock())
    found = accounts.named(FIRST) or accounts.create(FIRST, "admin", at=at)
    return link_for(state, found)


def link_for(state: State, account: Account) -> str:
    """A new one-time link that lets its reader choose how to sign in to this account."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    until = stamp(state.settings.clock() + LIFE)
    accounts_of(state).issue("invitation", token, account.id, until=until)
    return f"{state.settings.origin}/invite/{token}"


@router.get("/admin")
def admin_page(visit: Admin) -> HTMLResponse:
    """Every account."""
    return _page(visit)


@router.post("/admin/invite")
def invite(visit: Admin, name: Annotated[str, Form()], role: Annotated[AccountRole, Form()]) -> Response:
    """Make an account and show its link, once."""
    named = tidy(name)
    if not fits(named):
        return _page(visit, f"This cannot be a name. Use {RULE}.", status=422)
    try:
        made = accounts_of(visit.state).create(named, role, at=visit.stamp)
    except Conflict:
        return _page(visit, f"There is an account named {named} already. Choose another name.", status=409)
    visit.state.store.audit.add(visit.who.id, "invite", made.person, f"{made.id} {role}", at=visit.stamp)
    return _page(visit, link=link_for(visit.state, made), whose=made.name)


@router.post("/admin/accounts/{account_id}/link")
def renew(visit: Admin, account_id: str) -> Response:
    """A new link for somebody who can no longer sign in. When it is used, the old ways to sign in end."""
    account = _known(visit, account_id)
    visit.state.store.audit.add(visit.who.id, "new-link", account.person, account.id, at=visit.stamp)
    return _page(visit, link=link_for(visit.state, account), whose=account.name)


@router.post("/admin/accounts/{account_id}/disable")
def disable(visit: Admin, account_id: str) -> Response:
    """Shut an account; its sessions end."""
    account = _known(visit, account_id)
    if account.id == visit.who.id:
        return _page(visit, "This is your own account. Another administrator can shut it.", status=409)
    if not accounts_of(visit.state).disable(account.id, at=visit.stamp):
        says = "Nobody else could look after the accounts. Invite another administrator first."
        return _page(visit, says, status=409)
    visit.state.store.audit.add(visit.who.id, "disable", account.person, account.id, at=visit.stamp)
    return RedirectResponse("/admin", 303)


@router.post("/admin/accounts/{account_id}/enable")
def enable(visit: Admin, account_id: str) -> Response:
    """Open an account that was shut."""
    account = _known(visit, account_id)
    accounts_of(visit.state).enable(account.id)
    visit.state.store.audit.add(visit.who.id, "enable", account.person, account.id, at=visit.stamp)
    return RedirectResponse("/admin", 303)


@router.get("/admin/audit")
def audit_page(visit: Auditor) -> HTMLResponse:
    """The latest rows of the log, and whether the chain holds."""
    audit = visit.state.store.audit
    audit.add(visit.who.id, "read-audit", None, at=visit.stamp)
    accounts = accounts_of(visit.state).all()
    names = {account.id: account.name for account in accounts}
    people = {account.person: account.name for account in accounts if account.person}
    rows = [
        (
            row.seq, local(moment_of(row.at), None).strftime("%Y-%m-%d %H:%M:%S"), names.get(row.who, row.who), row.action,
            "" if row.person is None else people.get(row.person, row.person[:8]),
            " ".join(names.get(word, word) for word in row.detail.split()),
        )
        for row in audit.rows(limit=ROWS)
    ]  # fmt: skip
    return page(visit, "account_audit.html.j2", rows=rows, chain=audit.verify(), most=ROWS, tab="audit")


def _known(visit: Visit, account_id: str) -> Account:
    found = accounts_of(visit.state).get(account_id)
    if found is None:
        raise Refusal(404, "Not there", "There is no such account. Nothing was changed.")
    return found


def _page(
    visit: Visit, says: str = "", *, link: str = "", whose: str = "", status: int = 200
) -> HTMLResponse:
    accounts = accounts_of(visit.state)
    ready = accounts.ready()
    rows = [(account, _state(account, ready), account.id == visit.who.id) for account in accounts.all()]
    return page(
        visit, "account_admin.html.j2", status, says=says, link=escape(link), whose=whose, rows=rows, rule=RULE,
        tab="accounts",
    )  # fmt: skip


def _state(account: Account, ready: frozenset[str]) -> tuple[str, int | None]:
    """What to say of an account, and the day it began."""
    if account.disabled_at is not None:
        return "shut since", day_of(account.disabled_at)
    if account.id not in ready:
        return "invited, not accepted, since", day_of(account.created_at)
    return "can sign in", None
