"""The application: state made once, routes mounted, headers on every answer."""

from __future__ import annotations

import sys
from typing import Annotated, Final

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, Response

from algesia import __version__
from algesia.adapters.store.open import open_store
from algesia.knowledge.loader import load
from algesia.web import examples, offline
from algesia.web.assets import Assets
from algesia.web.clinic.routes import router_clinic
from algesia.web.clock import stamp
from algesia.web.errors import Refusal, add_handlers
from algesia.web.person.routes import router_person
from algesia.web.reviews import Reviews
from algesia.web.security import Guard
from algesia.web.settings import Settings
from algesia.web.state import State
from algesia.web.visit import Allow, Visit

SWITCH_SECONDS: Final = 0.0005
FOREVER: Final = "public, max-age=31536000, immutable"
router = APIRouter()


@router.get("/healthz", tags=["service"])
def healthz(visit: Annotated[Visit, Depends(Allow("open"))]) -> JSONResponse:
    """Whether the application and its database answer."""
    visit.state.store.people.ready()
    return JSONResponse({"status": "ok", "version": __version__})


@router.get("/assets/{name}", tags=["service"])
def asset(visit: Annotated[Visit, Depends(Allow("open"))], name: str) -> Response:
    """A stylesheet, a script or a font; its name changes with its content."""
    found = visit.state.assets.by_url.get(f"/assets/{name}")
    if found is None:
        raise Refusal(404, "Not there", "There is no such file. Load the page again.")
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    if found.packed is not None and "gzip" in visit.request.headers.get("accept-encoding", ""):
        return Response(found.packed, media_type=found.kind, headers={**headers, "Content-Encoding": "gzip"})
    return Response(found.data, media_type=found.kind, headers=headers)


def create_app(settings: Settings) -> FastAPI:
    """The application for these settings: opens the database, brings its schema forward, loads the examples.

    Raises
    ------
    algesia.quantities.refusal.InputRefused
        When the database cannot be opened.
    """
    # An entry waits for the interpreter's lock several times; beside a review in the making each wait is this long.
    sys.setswitchinterval(SWITCH_SECONDS)
    store = open_store(settings.url, settings.key)
    knowledge = load()
    if settings.examples:
        examples.load_into(store.people, stamp(settings.clock()))
    app = FastAPI(
        title="algesia",
        version=__version__,
        description="Diary, review, plans and reports on opioid-induced hyperalgesia. Not a diagnosis.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.algesia = State(settings, store, knowledge, Reviews(store.people, knowledge), Assets())
    add_handlers(app)
    app.include_router(router)
    app.include_router(offline.router)
    app.include_router(router_person)
    app.include_router(router_clinic)
    if settings.clinic:
        from algesia.web.account.routes import router_account

        app.include_router(router_account)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=4)
    app.add_middleware(Guard, settings=settings)
    return app
