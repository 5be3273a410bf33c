"""Help now: fixed pages that need no network and no data. They are the same whatever a diary holds."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, Response

from algesia.quantities.refusal import WrongCall
from algesia.report.help_signs import urgent_sign
from algesia.report.help_text import Crisis, crisis, help_now
from algesia.report.statements import Place
from algesia.web.errors import Refusal
from algesia.web.render import page
from algesia.web.visit import Allow, Visit, own_record

router = APIRouter(tags=["person"])
Anybody = Annotated[Visit, Depends(Allow("open"))]


@router.get("/help", response_class=HTMLResponse)
def now(visit: Anybody) -> Response:
    """What to do now, whom to call."""
    wishes = _wishes(visit)
    return page(
        visit,
        "help.html.j2",
        kind="help",
        text=help_now(_place(visit, wishes), wishes.get("phone", ""), wishes.get("clinician", "")),
    )


@router.get("/help/crisis", response_class=HTMLResponse)
def in_crisis(visit: Anybody) -> Response:
    """Thoughts of ending one's life."""
    return page(visit, "help.html.j2", kind="crisis", text=crisis(_place(visit, _wishes(visit))))


@router.get("/help/urgent", response_class=HTMLResponse)
def urgent(visit: Anybody, sign: str = "") -> Response:
    """What to do about one sign."""
    wishes = _wishes(visit)
    try:
        text = urgent_sign(sign, _place(visit, wishes), wishes.get("phone", ""), wishes.get("clinician", ""))
    except WrongCall:
        raise Refusal(404, "Not there", "There is no page for this sign. Open Help now.") from None
    return page(visit, "help.html.j2", kind="crisis" if isinstance(text, Crisis) else "urgent", text=text)


def _wishes(visit: Visit) -> dict[str, Any]:
    """Numbers that the person chose; nothing else of the diary is looked at."""
    own = own_record(visit.request, visit.state, visit.who)
    if own is None:
        return {}
    kept = visit.state.store.people.current(own.id, "settings")
    return dict(kept[-1].body or {}) if kept else {}


def _place(visit: Visit, wishes: dict[str, Any]) -> Place:
    place: Place = wishes.get("place", visit.state.settings.place)
    return place
