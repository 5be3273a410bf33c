"""A form that was sent after the session had ended: kept on the sign-in page, and sent again when its person says so.

The fields travel in the browser's own page and nowhere else: no database, no address. They are sent again only to a
path of this application, only by a button, and not when somebody else has signed in meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import msgspec
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.store.account_types import Account
from algesia.web.account.places import came_from, onward, passkey_host, safe_path, sign_in_path
from algesia.web.account.sessions import held
from algesia.web.render import bare
from algesia.web.state import State, state_of

LARGEST: Final = 200_000
OWN_PAGES: Final = ("/account", "/admin", "/login", "/logout", "/invite", "/passkey")
"""Forms about the account itself hold secrets, and are filled in anew."""
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
Fields: TypeAlias = tuple[tuple[str, str], ...]

ENDED: Final = "You were signed out. What you entered is below. It is kept on this page and can be saved after you sign in."
LOST_FILE: Final = (
    "You were signed out before the file arrived. Nothing was saved. Sign in and send it again."
)
TOO_LARGE: Final = "You were signed out and nothing was saved. Sign in in another tab, then come back here and send it again."


@dataclass(frozen=True, slots=True)
class KeptForm:
    """What was entered, where it was sent, and whose session it was (empty when not known)."""

    path: str
    fields: Fields
    owner: str = ""

    @property
    def packed(self) -> Markup:
        """The fields as one value of a hidden input, character for character."""
        return escape(msgspec.json.encode(self.fields).decode())

    @property
    def action(self) -> Markup:
        """The path, ready for an attribute."""
        return escape(self.path)

    @property
    def hidden(self) -> tuple[tuple[Markup, Markup], ...]:
        """Names and values ready for attributes, character for character."""
        return tuple((escape(name), escape(value)) for name, value in self.fields)

    @property
    def shown(self) -> Fields:
        """What a person entered, without the ids that a page adds."""
        return tuple(
            (name.replace("_", " "), value)
            for name, value in self.fields
            if value.strip() and name not in ("id", "batch", "then", "time_zone") and not name.endswith("_id")
        )


async def keep(request: Request) -> Response:
    """The answer to a form that came without a session: the sign-in page, with the form in it."""
    state = state_of(request)
    path = request.url.path
    if path.startswith(OWN_PAGES):
        return RedirectResponse(sign_in_path(came_from(request)), 303)
    if not request.headers.get("content-type", FORMS[0]).startswith(FORMS):
        return sign_in_page(state, says=LOST_FILE, then=came_from(request), status=401)
    sent = (await request.form()).multi_items()
    fields = tuple((name, value) for name, value in sent if isinstance(value, str) and not _secret(name))
    if any(not isinstance(value, str) for _, value in sent):
        return sign_in_page(state, says=LOST_FILE, then=came_from(request), status=401)
    if sum(len(name) + len(value) for name, value in fields) > LARGEST:
        return sign_in_page(state, says=TOO_LARGE, then=came_from(request), status=401)
    found = held(request, state)
    asked = path + (f"?{request.url.query}" if request.url.query else "")
    kept = KeptForm(safe_path(asked), fields, found[1].id if found else "")
    return sign_in_page(state, says=ENDED, then=came_from(request), kept=kept, status=401)


def read(packed: str, path: str, owner: str) -> KeptForm | None:
    """The form that a sign-in page carried; ``None`` when it carried none, or what came is none."""
    if not packed or safe_path(path) != path or path.startswith(OWN_PAGES) or len(packed) > 4 * LARGEST:
        return None
    try:
        fields = msgspec.json.decode(packed, type=Fields)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None
    return KeptForm(path, tuple((name, value) for name, value in fields if not _secret(name)), owner)


def offer(state: State, account: Account, kept: KeptForm, then: str) -> HTMLResponse:
    """The page after signing in: what was entered and one button that sends it; or that it was somebody else's."""
    mine = kept.owner in ("", account.id)
    return bare(
        state, "account_kept.html.j2", kept=kept if mine else None, name=account.name,
        then=escape(onward(then, account.role)),
    )  # fmt: skip


def sign_in_page(
    state: State,
    *,
    says: str = "",
    then: str = "/",
    kept: KeptForm | None = None,
    status: int = 200,
    **more: Any,
) -> HTMLResponse:
    """The sign-in page."""
    context = {"name": "", "forget": False, **more}
    return bare(
        state, "account_login.html.j2", status, says=says, then=escape(safe_path(then)), kept=kept,
        passkeys=passkey_host(state.settings) is not None, **context,
    )  # fmt: skip


def _secret(name: str) -> bool:
    return "password" in name.casefold()
