"""Signing in and out, one's own account, and accepting an invitation."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form
from markupsafe import escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.store.account_types import Account
from algesia.web.account import passwords
from algesia.web.account.kept_form import KeptForm, offer, read, sign_in_page
from algesia.web.account.limits import BY_ADDRESS, BY_NAME, address, in_words, limits_of
from algesia.web.account.names import day_of, tidy
from algesia.web.account.passkeys import USED_UP, invited
from algesia.web.account.places import HOME, onward, passkey_host
from algesia.web.account.sessions import LIVES, accounts_of, sign_in, sign_out
from algesia.web.authorize import Denied
from algesia.web.errors import Refusal
from algesia.web.render import bare, page
from algesia.web.visit import Allow, Visit

Open = Annotated[Visit, Depends(Allow("open"))]
Own = Annotated[Visit, Depends(Allow("account"))]
Text = Annotated[str, Form()]
WRONG: Final = "The name or the password is not right."
SIGNED_OUT: Final = "You are signed out. The pages kept on this device were removed."
router = APIRouter(tags=["account"])


@router.get("/login")
def login_page(visit: Open, next: str = "/", out: bool = False) -> Response:
    """The sign-in page; who is signed in already is led on."""
    if visit.who.role != "nobody" and not out:
        return RedirectResponse(onward(next, visit.who.role), 303)
    return sign_in_page(visit.state, says=SIGNED_OUT if out else "", then=next, forget=out)


@router.post("/login")
def login(
    request: Request, visit: Open, name: Text, password: Text, next: Text = "/",
    kept: Text = "", kept_path: Text = "", kept_owner: Text = "",
) -> Response:  # fmt: skip
    """Sign in with a password. What was kept from an ended session comes along and is offered to be saved."""
    named, form = tidy(name), read(kept, kept_path, kept_owner)
    tries = [(BY_NAME, named), (BY_ADDRESS, address(request))]
    wait = limits_of(request).take(tries, visit.moment)
    if wait:
        says = f"Too many tries. Try again {in_words(wait)}, or use a passkey."
        return _again(visit, says, named, next, kept=form, status=429, wait=wait)
    accounts = accounts_of(visit.state)
    account = accounts.named(named)
    right = passwords.matches(None if account is None else account.password, password)
    if account is None or not right or account.disabled_at is not None:
        who = "nobody" if account is None else account.id
        visit.state.store.audit.add(who, "sign-in-refused", None, "password", at=visit.stamp)
        return _again(visit, WRONG, named, next, kept=form, status=401)
    limits_of(request).succeeded(tries)
    if account.password is not None and passwords.outdated(account.password):
        accounts.set_password(account.id, passwords.hashed(password))
    response: Response = RedirectResponse(onward(next, account.role), 303)
    if form is not None:
        response = offer(visit.state, account, form, next)
    sign_in(request, response, visit.state, account, "password")
    return response


@router.post("/login/kept")
def kept_form(visit: Own, kept: Text, kept_path: Text, kept_owner: Text = "", next: Text = "/") -> Response:
    """After a passkey: offer what was kept from an ended session."""
    form = read(kept, kept_path, kept_owner)
    if form is None:
        return RedirectResponse(onward(next, visit.who.role), 303)
    return offer(visit.state, account_of(visit), form, next)


@router.post("/logout")
def logout(request: Request, visit: Own) -> Response:
    """Sign this device out."""
    response = RedirectResponse("/login?out=1", 303)
    sign_out(request, response, visit.state)
    visit.state.store.audit.add(visit.who.id, "sign-out", None, at=visit.stamp)
    return response


@router.get("/account")
def account_page(visit: Own) -> HTMLResponse:
    """One's own account."""
    return _account(visit)


@router.post("/account/password")
def change_password(
    request: Request, visit: Own, password: Text, again: Text, current: Annotated[str, Form(alias="current_password")] = ""
) -> Response:  # fmt: skip
    """Set or change the password. Every other device is signed out."""
    account = account_of(visit)
    tries = [(BY_NAME, account.id)]
    wait = limits_of(request).take(tries, visit.moment)
    if wait:
        answer = _account(visit, f"Too many tries. Try again {in_words(wait)}.", 429)
        answer.headers["Retry-After"] = str(wait)
        return answer
    if account.password is not None and not passwords.matches(account.password, current):
        return _account(visit, "The current password is not right. Nothing was changed.", 422)
    limits_of(request).succeeded(tries)
    refused = passwords.refusal(password, again, account.name)
    if refused:
        return _account(visit, f"{refused} Nothing was changed.", 422)
    accounts = accounts_of(visit.state)
    accounts.set_password(account.id, passwords.hashed(password))
    accounts.end_all(account.id, at=visit.stamp)
    visit.state.store.audit.add(account.id, "password-changed", None, at=visit.stamp)
    response = RedirectResponse("/account?did=password", 303)
    sign_in(request, response, visit.state, account, "password")
    return response


@router.post("/account/passkeys/remove")
def remove_passkey(visit: Own, key: Text) -> Response:
    """Remove a passkey; the last way to sign in stays."""
    if not accounts_of(visit.state).remove_passkey(visit.who.id, key):
        says = "This is your only way to sign in. Add another passkey or set a password, then remove it."
        return _account(visit, says, 409)
    visit.state.store.audit.add(visit.who.id, "passkey-removed", None, at=visit.stamp)
    return RedirectResponse("/account?did=removed", 303)


@router.post("/account/end-sessions")
def end_sessions(request: Request, visit: Own) -> Response:
    """Sign out everywhere, here too."""
    accounts_of(visit.state).end_all(visit.who.id, at=visit.stamp)
    visit.state.store.audit.add(visit.who.id, "sign-out", None, "everywhere", at=visit.stamp)
    response = RedirectResponse("/login?out=1", 303)
    sign_out(request, response, visit.state)
    return response


@router.get("/invite/{token}")
def invitation(visit: Open, token: str) -> HTMLResponse:
    """What an invitation is for, and the choice between a passkey and a password. Looking does not use it up."""
    return _invitation(visit, token, invited(visit, token))


@router.post("/invite/{token}")
def accept(request: Request, visit: Open, token: str, password: Text, again: Text) -> Response:
    """Accept an invitation with a password, and sign in."""
    account = invited(visit, token)
    refused = passwords.refusal(password, again, account.name)
    if refused:
        return _invitation(visit, token, account, refused, 422)
    accepted = accounts_of(visit.state).accept(token, at=visit.stamp, password=passwords.hashed(password))
    if accepted is None:
        raise Refusal(404, *USED_UP)
    visit.state.store.audit.add(account.id, "invitation-accepted", None, "password", at=visit.stamp)
    response = RedirectResponse(HOME[account.role], 303)
    sign_in(request, response, visit.state, accepted, "password")
    return response


DONE: Final = {
    "": "",
    "password": "The password was changed. Every other device was signed out.",
    "removed": "The passkey was removed.",
}


def account_of(visit: Visit) -> Account:
    """The account that is signed in.

    Raises
    ------
    Denied
        When it is gone since.
    """
    found = accounts_of(visit.state).get(visit.who.id)
    if found is None:
        raise Denied(401, "Sign in first.")
    return found


def _account(visit: Visit, says: str = "", status: int = 200) -> HTMLResponse:
    account = account_of(visit)
    keys = [
        (escape(key.id), key.label, day_of(key.created_at))
        for key in accounts_of(visit.state).passkeys(account.id)
    ]
    return page(
        visit, "account_own.html.j2", status, says=says or DONE.get(visit.request.query_params.get("did", ""), ""),
        account=account, keys=keys, lasts=LIVES[account.role].words, tab="more",
        passkeys=passkey_host(visit.state.settings) is not None,
        layout="person.html.j2" if account.role == "patient" else "desk.html.j2",
    )  # fmt: skip


def _invitation(
    visit: Visit, token: str, account: Account, says: str = "", status: int = 200
) -> HTMLResponse:
    return bare(
        visit.state, "account_invitation.html.j2", status, says=says, token=escape(token), account=account,
        lasts=LIVES[account.role].words, passkeys=passkey_host(visit.state.settings) is not None,
    )  # fmt: skip


def _again(
    visit: Visit, says: str, name: str, then: str, *, status: int, wait: int = 0, kept: KeptForm | None = None
) -> Response:
    answer = sign_in_page(visit.state, says=says, then=then, kept=kept, status=status, name=escape(name))
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer
