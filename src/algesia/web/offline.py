"""What makes the application work without a network: the manifest, the service worker, and the pages it keeps."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, JSONResponse, Response

from algesia.web.render import bare
from algesia.web.visit import Allow, Visit

router = APIRouter(tags=["service"])
Anybody = Annotated[Visit, Depends(Allow("open"))]

KEPT: Final = (
    "/offline",
    "/help",
    "/help/crisis",
    "/today/goal",
    "/today/pain",
    "/today/doses",
    "/today/saved?offline",
    "/body",
)
"""Pages that are kept on the phone: those that are needed in the worst hour, and those that take an entry."""
ASSETS: Final = (
    "person.css",
    "app.js",
    "body.js",
    "icon.svg",
    "hyperlegible-400.woff2",
    "hyperlegible-700.woff2",
)


@router.get("/manifest.webmanifest")
def manifest(visit: Anybody) -> JSONResponse:
    """What a phone needs to install the application."""
    return JSONResponse(
        {
            "id": "/today",
            "name": "algesia",
            "short_name": "algesia",
            "description": "A diary of pain and dose",
            "start_url": "/today",
            "display": "standalone",
            "background_color": "#fbfcfa",
            "theme_color": "#fbfcfa",
            "icons": [
                {
                    "src": visit.state.assets.url("icon.svg"),
                    "sizes": "any",
                    "type": "image/svg+xml",
                    "purpose": "any",
                }
            ],
        },
        media_type="application/manifest+json",
    )


@router.get("/offline", response_class=HTMLResponse)
def no_connection(visit: Anybody) -> Response:
    """What the phone shows in place of a page that it did not keep, and after a form that it cannot keep."""
    return bare(
        visit.state,
        "error.html.j2",
        title="No connection",
        says="This page is not kept on this phone. Today and Help now are, and what you enter there is sent later.",
    )


@router.get("/sw.js")
def service_worker(visit: Anybody) -> Response:
    """The service worker, with the list of what it keeps."""
    script = files("algesia.web").joinpath("static", "sw.js").read_text(encoding="utf-8")
    keep = [*KEPT, *(visit.state.assets.url(name) for name in ASSETS)]
    settled = script.replace('"VERSION"', json.dumps(visit.state.assets.version)).replace(
        '["KEEP"]', json.dumps(keep)
    )
    return Response(settled, media_type="text/javascript", headers={"Cache-Control": "no-cache"})
