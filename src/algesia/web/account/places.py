"""Addresses within the application: where somebody is led after signing in, and which addresses may be named at all."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit

from starlette.requests import Request

from algesia.web.settings import Settings

HOME: Final = {"patient": "/today", "clinician": "/clinic", "admin": "/admin"}
START: Final = "/"


def safe_path(text: str) -> str:
    """The path, when it leads to a page of this application; the start page for everything else.

    >>> safe_path("/clinic/p1?day=3")
    '/clinic/p1?day=3'
    >>> [safe_path(text) for text in ("//elsewhere.example", "/\\\\elsewhere.example", "https://elsewhere.example")]
    ['/', '/', '/']
    """
    plain = text.isprintable() and "\\" not in text and text.startswith("/") and not text.startswith("//")
    return text if plain else START


def onward(text: str, role: str) -> str:
    """Where to go on after signing in: the page that was asked for, else the role's own start."""
    path = safe_path(text)
    return HOME.get(role, START) if path == START or path.startswith("/login") else path


def came_from(request: Request) -> str:
    """The page of this application that a form was on, as the browser says; the start page when it does not."""
    try:
        parts = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return START
    if parts.netloc != request.headers.get("host", ""):
        return START
    return safe_path(parts.path + (f"?{parts.query}" if parts.query else ""))


def sign_in_path(then: str) -> str:
    """The sign-in page that leads on to another.

    >>> sign_in_path("/clinic/p1?day=3")
    '/login?next=/clinic/p1%3Fday%3D3'
    """
    return f"/login?next={quote(safe_path(then))}"


def passkey_host(settings: Settings) -> str | None:
    """The name that passkeys are bound to. ``None`` where a browser makes none: by number, or without TLS.

    >>> passkey_host(Settings("sqlite://", origin="https://pain.example.org"))
    'pain.example.org'
    >>> passkey_host(Settings("sqlite://")) is None
    True
    """
    name = urlsplit(settings.origin).hostname or ""
    numeric = name.replace(".", "").isdecimal() or ":" in name
    return name if name and not numeric and (settings.secure or name == "localhost") else None
