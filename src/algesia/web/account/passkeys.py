"""Passkeys (WebAuthn): making one, and signing in with one.

A challenge is a ticket: random, kept as its hash, used once, five minutes. The browser binds what it signs to this
site's name and address; both are checked, and so is the count of uses, which shows a copied key where the device counts.
"""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialCreationOptions,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRequestOptions,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from algesia.adapters.store.account_types import Account, Passkey, TicketKind
from algesia.report.printable import printable
from algesia.web.account.limits import BY_ADDRESS, address, in_words, limits_of
from algesia.web.account.places import HOME, onward, passkey_host
from algesia.web.account.sessions import accounts_of, sign_in
from algesia.web.authorize import Denied
from algesia.web.clock import stamp
from algesia.web.errors import Refusal
from algesia.web.state import State
from algesia.web.visit import Allow, Visit

LIFE: Final = timedelta(minutes=5)
NAME: Final = "algesia"
LONGEST_LABEL: Final = 60
Sent = Annotated[dict[str, Any], Body()]
BROKEN: Final = (
    WebAuthnException,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    OverflowError,
)
"""What the checks raise on an answer that no device made."""
REFUSED: Final = "This passkey was not accepted. Try again, or use your password."
router = APIRouter(tags=["account"])


@router.post("/passkey/register/begin")
def register_begin(visit: Annotated[Visit, Depends(Allow("account"))]) -> JSONResponse:
    """What the device needs to make a passkey for the account that is signed in."""
    return JSONResponse(new_options(visit.state, _own(visit), _until(visit)))


@router.post("/passkey/register/finish")
def register_finish(visit: Annotated[Visit, Depends(Allow("account"))], sent: Sent) -> JSONResponse:
    """Keep the passkey that the device made."""
    made = checked_new(visit.state, _own(visit), sent, visit.stamp)
    accounts_of(visit.state).add_passkey(made)
    visit.state.store.audit.add(visit.who.id, "passkey-added", None, at=visit.stamp)
    return JSONResponse({"next": "/account"})


@router.post("/passkey/login/begin")
def login_begin(visit: Annotated[Visit, Depends(Allow("open"))]) -> Response:
    """A challenge for whichever passkey of this site the device has."""
    late = _too_often(visit)
    if late is not None:
        return late
    challenge = _challenge(visit.state, "sign-in", None, _until(visit))
    asked = generate_authentication_options(
        rp_id=_host(visit.state), challenge=challenge, user_verification=UserVerificationRequirement.PREFERRED
    )
    return JSONResponse(_plain(asked))


@router.post("/passkey/login/finish")
def login_finish(request: Request, visit: Annotated[Visit, Depends(Allow("open"))], sent: Sent) -> Response:
    """Sign in with what the device signed."""
    late = _too_often(visit)
    if late is not None:
        return late
    account = _signed(visit.state, sent, visit.stamp)
    if account is None:
        visit.state.store.audit.add("nobody", "sign-in-refused", None, "passkey", at=visit.stamp)
        raise Refusal(401, "Not signed in", REFUSED)
    limits_of(request).succeeded([(BY_ADDRESS, address(request))])
    response = JSONResponse({"next": onward(str(sent.get("next", "")), account.role)})
    sign_in(request, response, visit.state, account, "passkey")
    return response


@router.post("/invite/{token}/passkey/begin")
def invited_begin(visit: Annotated[Visit, Depends(Allow("open"))], token: str) -> JSONResponse:
    """What the device needs to make the first passkey of an invited account."""
    return JSONResponse(new_options(visit.state, invited(visit, token), _until(visit)))


@router.post("/invite/{token}/passkey/finish")
def invited_finish(
    request: Request, visit: Annotated[Visit, Depends(Allow("open"))], token: str, sent: Sent
) -> JSONResponse:
    """Accept an invitation with a passkey, and sign in."""
    account = invited(visit, token)
    made = checked_new(visit.state, account, sent, visit.stamp)
    accepted = accounts_of(visit.state).accept(token, at=visit.stamp, passkey=made)
    if accepted is None:
        raise Refusal(404, *USED_UP)
    visit.state.store.audit.add(account.id, "invitation-accepted", None, "passkey", at=visit.stamp)
    response = JSONResponse({"next": HOME[account.role]})
    sign_in(request, response, visit.state, accepted, "passkey")
    return response


USED_UP: Final = (
    "This invitation no longer works",
    "It was used already, or it is more than 7 days old. Ask for a new one. If you used it yourself, sign in.",
)


def invited(visit: Visit, token: str) -> Account:
    """The account that an invitation is for.

    Raises
    ------
    Refusal
        When it was used, has expired, or never was.
    """
    accounts = accounts_of(visit.state)
    ticket = accounts.ticket("invitation", token, at=visit.stamp)
    found = accounts.get(ticket.account) if ticket is not None and ticket.account is not None else None
    if found is None or found.disabled_at is not None:
        raise Refusal(404, *USED_UP)
    return found


def new_options(state: State, account: Account, until: str) -> dict[str, Any]:
    """What a device is asked to make: a discoverable passkey, none that it has already."""
    asked = generate_registration_options(
        rp_id=_host(state),
        rp_name=NAME,
        user_name=account.name,
        user_id=account.id.encode(),
        challenge=_challenge(state, "register", account.id, until),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.id))
            for key in accounts_of(state).passkeys(account.id)
        ],
    )
    return _plain(asked)


def checked_new(state: State, account: Account, sent: dict[str, Any], at: str) -> Passkey:
    """The passkey that a device made for this account.

    Raises
    ------
    Refusal
        When it was made for another challenge, site or account, or cannot be read.
    """
    try:
        credential = sent["credential"]
        challenge = _asked(credential)
        ticket = accounts_of(state).take("register", _token(challenge), at=at)
        if ticket is None or ticket.account != account.id:
            raise Refusal(
                400, "Too late", "The passkey took more than five minutes, or was sent twice. Try again."
            )
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(state),
            expected_origin=state.settings.origin,
        )
    except BROKEN:
        raise Refusal(400, "Not added", "This passkey could not be added. Try again.") from None
    label = printable(" ".join(str(sent.get("label", "")).split())[:LONGEST_LABEL]) or "Passkey"
    return Passkey(
        bytes_to_base64url(made.credential_id),
        account.id,
        made.credential_public_key,
        made.sign_count,
        label,
        at,
    )


def _signed(state: State, sent: dict[str, Any], at: str) -> Account | None:
    """Whose passkey signed a challenge of ours that was not used before."""
    accounts = accounts_of(state)
    try:
        credential = sent["credential"]
        challenge = _asked(credential)
        if accounts.take("sign-in", _token(challenge), at=at) is None:
            return None
        key = accounts.passkey(str(credential["id"]))
        account = accounts.get(key.account) if key is not None else None
        if key is None or account is None or account.disabled_at is not None:
            return None
        used = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(state),
            expected_origin=state.settings.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
        )
        handle = credential["response"].get("userHandle")
        if handle and base64url_to_bytes(handle) != account.id.encode():
            return None
    except BROKEN:
        return None
    return account if accounts.counted(key.id, key.sign_count, used.new_sign_count) else None


def _plain(asked: PublicKeyCredentialCreationOptions | PublicKeyCredentialRequestOptions) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(options_to_json(asked))
    return made


def _challenge(state: State, kind: TicketKind, account: str | None, until: str) -> bytes:
    challenge = secrets.token_bytes(32)
    accounts_of(state).issue(kind, _token(challenge), account, until=until)
    return challenge


def _asked(credential: dict[str, Any]) -> bytes:
    """The challenge that the device says it signed. The ticket decides whether it was ours."""
    return parse_client_data_json(base64url_to_bytes(credential["response"]["clientDataJSON"])).challenge


def _token(challenge: bytes) -> str:
    return bytes_to_base64url(challenge)


def _host(state: State) -> str:
    host = passkey_host(state.settings)
    if host is None:
        raise Refusal(
            400, "No passkeys here", "Passkeys need an address with a name and TLS. Use a password."
        )
    return host


def _own(visit: Visit) -> Account:
    found = accounts_of(visit.state).get(visit.who.id)
    if found is None:
        raise Denied(401, "Sign in first.")
    return found


def _until(visit: Visit) -> str:
    return stamp(visit.moment + LIFE)


def _too_often(visit: Visit) -> Response | None:
    wait = limits_of(visit.request).take([(BY_ADDRESS, address(visit.request))], visit.moment)
    if wait == 0:
        return None
    says = f"Too many tries from this connection. Try again {in_words(wait)}."
    return JSONResponse({"error": "Wait", "says": says}, 429, {"Retry-After": str(wait)})
