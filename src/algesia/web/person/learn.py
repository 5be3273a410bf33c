"""Learn: short pages with evidence for and against, open to everybody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, Response

from algesia.knowledge.learn import learn_pages
from algesia.web.errors import Refusal
from algesia.web.render import page
from algesia.web.visit import Allow, Visit

router = APIRouter(tags=["person"])
Anybody = Annotated[Visit, Depends(Allow("open"))]


@router.get("/learn", response_class=HTMLResponse)
def index(visit: Anybody) -> Response:
    """All pages with their one-sentence answers."""
    return page(visit, "learn.html.j2", tab="more", pages=learn_pages(), topic=None)


@router.get("/learn/{topic}", response_class=HTMLResponse)
def one(visit: Anybody, topic: str) -> Response:
    """One page."""
    pages = learn_pages()
    found = next((found for found in pages if found.id == topic), None)
    if found is None:
        raise Refusal(404, "Not there", "There is no such page. Open Learn to see which there are.")
    knowledge = visit.state.knowledge
    return page(
        visit,
        "learn.html.j2",
        tab="more",
        pages=pages,
        topic=found,
        claims=knowledge.claims,
        sources=knowledge.sources,
        source_url=lambda id: f"/sources/{id}",
    )
