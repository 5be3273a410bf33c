"""The front door in local mode, the start of a diary, looking at an example, and the page "More"."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Form
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters import examples
from algesia.adapters.store.model import Entry
from algesia.web.errors import Refusal
from algesia.web.examples import PREFIX
from algesia.web.render import page
from algesia.web.visit import OWN, Allow, Visit, new_id, own_record

router = APIRouter(tags=["person"])
Anybody = Annotated[Visit, Depends(Allow("open"))]
Reading = Annotated[Visit, Depends(Allow("read-diary"))]

YEAR: Final = 365 * 24 * 3600
MORE: Final = (
    ("Medicines", "/medicines", "what you take, and doses when needed"),
    ("Check-ups", "/checkup", "the week, sleep, mood, anything new"),
    ("Where it hurt over time", "/body/film", "every map you marked"),
    ("Your goal", "/goal", "what you want to be able to do"),
    ("A note for your clinician", "/note", "a few words to bring"),
    ("Entries", "/entries", "all you wrote: change, remove, add a day"),
    ("One-page report", "/report", "to print or to send"),
    ("Learn", "/learn", "what can make pain grow, and what helps"),
    ("Your data", "/data", "save a copy, bring data in, delete all"),
    ("Settings", "/settings", "clinic, reminder, emergency numbers"),
)


@router.get("/", response_class=HTMLResponse)
def start(visit: Anybody) -> Response:
    """Two doors, or straight to today where there is a diary."""
    role = visit.who.role
    if role == "nobody":
        return RedirectResponse("/login", 303)
    if role == "clinician":
        return RedirectResponse("/clinic", 303)
    if role == "admin":
        return RedirectResponse("/admin", 303)
    if "welcome" not in visit.request.query_params and own_record(visit.request, visit.state, visit.who):
        return RedirectResponse("/today", 303)
    return page(visit, "welcome.html.j2", id=new_id(), begun=_begun(visit))


@router.post("/start")
def begin(
    visit: Anybody,
    id: Annotated[str, Form(min_length=8, max_length=40, pattern="^[0-9a-z-]+$")],
    place: Annotated[Literal["us", "eu"], Form()] = "us",
    time_zone: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Begin the diary of this machine."""
    if visit.who.role != "local":
        raise Refusal(404, "Not there", "A diary begins with your invitation here.")
    people = visit.state.store.people
    if not _begun(visit):
        people.add(id, "diary", "My diary", at=visit.stamp)
        entries = [Entry(f"{id}-place", "settings", {"place": place})]
        if _is_zone(time_zone):
            entries.append(Entry(f"{id}-zone", "person", {"time_zone": time_zone}))
        people.write(id, entries, by=visit.who.id, at=visit.stamp)
    answer = RedirectResponse("/goal", 303)
    answer.delete_cookie(OWN, path="/")
    return answer


@router.get("/examples", response_class=HTMLResponse)
def shown(visit: Anybody) -> Response:
    """Diaries to look at: nobody's, and published ones."""
    if visit.who.role != "local":
        raise Refusal(404, "Not there", "Examples are part of the local mode.")
    dated = [
        (person.id, examples.describe(person.name))
        for person in visit.state.store.people.all()
        if person.kind == "example" and not person.relative
    ]
    return page(visit, "examples.html.j2", tab="more", dated=dated)


@router.get("/examples/close")
def close(visit: Anybody) -> Response:
    """Back to one's own diary, or to the front door."""
    answer = RedirectResponse("/today" if _begun(visit) else "/", 303)
    answer.delete_cookie(OWN, path="/")
    return answer


@router.get("/examples/{name}/open")
def look(visit: Anybody, name: str) -> Response:
    """Look at an example as the person would."""
    found = visit.state.store.people.get(name if name.startswith(PREFIX) else f"{PREFIX}{name}")
    if visit.who.role != "local" or found is None or found.kind != "example" or found.relative:
        raise Refusal(
            404, "Not there", "There is no such example diary. Open Examples to see which there are."
        )
    answer = RedirectResponse("/picture", 303)
    answer.set_cookie(OWN, found.id, max_age=YEAR, httponly=True, samesite="strict", path="/")
    return answer


@router.get("/more", response_class=HTMLResponse)
def more(visit: Reading) -> Response:
    """Everything that is not one of the four tabs."""
    return page(visit, "more.html.j2", tab="more", rows=MORE)


def _begun(visit: Visit) -> bool:
    return any(person.kind == "diary" for person in visit.state.store.people.all())


def _is_zone(name: str) -> bool:
    from algesia.web.clock import zone_of

    return bool(name) and zone_of(name) is not None
