"""My picture: dose and pain on one axis, what followed each change, signs, questions. In the person's words."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, Response

from algesia.report.person import person_view
from algesia.web.render import page
from algesia.web.visit import Allow, Visit

router = APIRouter(tags=["person"])
Reading = Annotated[Visit, Depends(Allow("read-diary"))]


@router.get("/picture", response_class=HTMLResponse)
def picture(visit: Reading) -> Response:
    """The one picture, with what it says in words above it."""
    reviewed = visit.reviewed()
    view = visit.state.reviews.kept_with(
        reviewed,
        "person",
        lambda: person_view(reviewed.review, visit.place, visit.wishes.get("clinician", "")),
    )
    return page(visit, "picture.html.j2", tab="picture", view=view)
