"""Errors as a person meets them: what happened, what was kept, what to do. Never a trace, never a value of the record."""

from __future__ import annotations

import sys
from traceback import extract_tb

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from algesia.adapters.store.people import Conflict
from algesia.quantities.refusal import InputRefused, WrongCall
from algesia.web.authorize import Denied
from algesia.web.render import bare
from algesia.web.security import seal
from algesia.web.state import state_of
from algesia.web.visit import NoDiary


class Refusal(Exception):
    """A request that cannot be done, in a sentence that says what to do."""

    def __init__(self, status: int, title: str, says: str) -> None:
        self.status = status
        self.title = title
        self.says = says
        super().__init__(title)


def add_handlers(app: FastAPI) -> None:
    """Give every kind of error its page, and its JSON for programs."""

    async def denied(request: Request, error: Exception) -> Response:
        assert isinstance(error, Denied)  # noqa: S101
        if error.status == 401 and request.method == "GET" and not _wants_json(request):
            from algesia.web.account.places import sign_in_path

            asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(sign_in_path(asked), 303)
        if error.status == 401 and request.method == "POST" and not _wants_json(request):
            from algesia.web.account.kept_form import keep

            return await keep(request)
        title = {401: "Sign in", 403: "Not part of your account", 404: "Not there"}[error.status]
        return _say(request, error.status, title, error.says)

    async def no_diary(request: Request, _error: Exception) -> Response:
        if request.method == "GET" and not _wants_json(request):
            return RedirectResponse("/", 303)
        return _say(
            request, 409, "There is no diary yet", "Go to the start and begin one. Then enter this again."
        )

    async def conflict(request: Request, _error: Exception) -> Response:
        says = "This was changed somewhere else in the meantime. Nothing is lost: what is there stands. What was sent now was not saved: look at it again, then change it."
        return _say(request, 409, "Changed in the meantime", says)

    async def refused(request: Request, error: Exception) -> Response:
        return _say(request, 422, "This cannot be saved as it is", f"{error} Nothing was changed.")

    async def unwritable(request: Request, _error: Exception) -> Response:
        says = "It holds a character that cannot be kept. Nothing was changed. Go back, write it anew, and send it again."
        return _say(request, 422, "This cannot be saved as it is", says)

    async def sentence(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)  # noqa: S101
        return _say(request, error.status, error.title, error.says)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        fields = sorted({str(part["loc"][-1]) for part in error.errors()})
        says = f"Something is missing or cannot be read: {', '.join(fields)}. Nothing was changed. Go back and send it again."
        return _say(request, 422, "This form was not complete", says)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        if error.status_code == 404:
            return _say(request, 404, "Not there", "There is no such page. Nothing was changed.")
        if error.status_code == 405:
            return _say(
                request, 405, "Not this way", "This address takes a form. Go back and use its button."
            )
        return _say(request, error.status_code, "Not done", "This could not be done. Nothing was changed.")

    async def broken(request: Request, error: Exception) -> Response:
        _log(error)
        says = "algesia made a mistake. What was saved before is kept. Go back and try again; if it stays, restart algesia."
        answer = _say(request, 500, "Something went wrong", says)
        # this answer is given outside of `security.Guard`
        seal(answer.headers, state_of(request).settings.secure)
        return answer

    app.add_exception_handler(Denied, denied)
    app.add_exception_handler(NoDiary, no_diary)
    app.add_exception_handler(Conflict, conflict)
    app.add_exception_handler(InputRefused, refused)
    app.add_exception_handler(WrongCall, refused)
    app.add_exception_handler(UnicodeEncodeError, unwritable)
    app.add_exception_handler(Refusal, sentence)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, broken)


def _log(error: Exception) -> None:
    """Where it broke and how, without the message: that may hold words of a record."""
    lines = [
        f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in extract_tb(error.__traceback__)
    ]
    sys.stderr.write("\n".join([f"algesia: internal error, {type(error).__name__}", *lines[-8:], ""]))


def _wants_json(request: Request) -> bool:
    return request.url.path.startswith("/api/") or "application/json" in request.headers.get("accept", "")


def _say(request: Request, status: int, title: str, says: str) -> Response:
    if _wants_json(request):
        return JSONResponse({"error": title, "says": says}, status)
    return bare(state_of(request), "error.html.j2", status, title=title, says=says)
