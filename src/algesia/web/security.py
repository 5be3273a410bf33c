"""What holds for every answer: the host it is for, where a form came from, how large it may be, and the headers.

Written as plain ASGI, so that nothing is buffered and nothing gets round it.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from algesia.web.settings import Settings

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
SAFE: Final = ("GET", "HEAD", "OPTIONS")
LONGEST_LENGTH: Final = 12
"""Digits of a stated length that are read at all."""


class Guard:
    """Refuses foreign hosts, foreign forms and bodies that are too large; adds the headers to every answer."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        secure = self._settings.secure

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                seal(MutableHeaders(scope=message), secure)
            await send(message)

        refused = self._refusal(scope["method"], headers) or _unreadable(scope, headers)
        if refused is not None:
            await refused(scope, receive, sealed)
            return
        await self._app(scope, self._bounded(receive), sealed)

    def _refusal(self, method: str, headers: Headers) -> PlainTextResponse | None:
        host = headers.get("host", "")
        if _name(host) not in self._settings.hosts:
            return PlainTextResponse("This address is not the one algesia was started for.", 400)
        if method not in SAFE and not same_origin(headers, host, self._settings.secure):
            return PlainTextResponse(
                "This form came from another site. Open algesia itself and try again.", 403
            )
        length = headers.get("content-length", "0")
        stated = int(length) if length.isdecimal() and len(length) <= LONGEST_LENGTH else None
        if stated is None or stated > self._settings.largest_upload:
            most = self._settings.largest_upload // 1_000_000
            return PlainTextResponse(
                f"This is larger than {most} MB. Nothing was saved. Send a smaller file.", 413
            )
        return None

    def _bounded(self, receive: Receive) -> Receive:
        """A body without a stated length is cut off at the same size; the reader then sees a broken upload."""
        seen = 0

        async def bounded() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > self._settings.largest_upload:
                    return {"type": "http.disconnect"}
            return message

        return bounded


def seal(out: MutableHeaders, secure: bool) -> None:
    """Add what every answer says, where it does not say it already."""
    for name, value in HEADERS.items():
        out.setdefault(name, value)
    out.setdefault("Cache-Control", "no-store")
    if secure:
        out.setdefault("Strict-Transport-Security", "max-age=31536000")


def _unreadable(scope: Scope, headers: Headers) -> PlainTextResponse | None:
    """A request with text that no database keeps: NUL in its address, or a form in another encoding than UTF-8."""
    if "\x00" in scope["path"] or b"%00" in scope.get("query_string", b""):
        return PlainTextResponse("There is no such page. Nothing was changed.", 404)
    kind, options = parse_options_header(headers.get("content-type"))
    charset = options.get(b"charset", b"utf-8").lower()
    if kind.startswith(b"multipart/") and charset not in (b"utf-8", b"utf8"):
        return PlainTextResponse("Nothing was saved: a form is sent in UTF-8.", 415)
    return None


def same_origin(headers: Headers, host: str, secure: bool = False) -> bool:
    """Whether a form was sent by our own page.

    Every browser of the last years says so in ``Sec-Fetch-Site``, older ones in ``Origin``. A program that is no browser
    sends neither, and carries nobody's cookie by accident. Where people come over TLS (`secure`), a page that came without
    it is another site.

    >>> same_origin(Headers({"sec-fetch-site": "cross-site"}), "127.0.0.1:8000")
    False
    >>> same_origin(Headers({"origin": "http://127.0.0.1:8000"}), "127.0.0.1:8000")
    True
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is not None:
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return parts.netloc == host and (not secure or parts.scheme == "https")
    return True


def _name(host: str) -> str:
    """The host without its port."""
    if host.startswith("["):
        return host[: host.find("]") + 1]
    return host.partition(":")[0].lower()
