"""Where it hurts: the map of today, saved whole; and all maps so far."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.store.model import Kept
from algesia.charts.body_film import body_film
from algesia.web.errors import Refusal
from algesia.web.person.answers import put
from algesia.web.person.body_model import LastMap, body_form_model
from algesia.web.render import page, short_day
from algesia.web.visit import Allow, Visit, new_id

router = APIRouter(tags=["person"])
Reading = Annotated[Visit, Depends(Allow("read-diary"))]
Writing = Annotated[Visit, Depends(Allow("write-diary"))]


@router.get("/body", response_class=HTMLResponse)
def body(visit: Reading) -> Response:
    """The map, with the marks of the last one."""
    maps = _maps(visit)
    model = body_form_model(
        visit.state.knowledge.body_areas,
        last=_last(visit, maps[-1]) if maps else None,
        first=_known(visit, (maps[0].body or {}).get("areas", ())) if maps else (),
        hidden=(("id", new_id()), ("then", "/today/saved")),
    )
    return page(visit, "body.html.j2", tab="body", model=model)


@router.post("/body")
def save(
    visit: Writing,
    id: Annotated[str, Form()],
    area: Annotated[list[str] | None, Form()] = None,
    touch: Annotated[list[str] | None, Form()] = None,
    same: Annotated[str, Form()] = "",
    everywhere: Annotated[str, Form()] = "",
) -> Response:
    """Keep the map of today."""
    areas = visit.state.knowledge.body_areas
    maps = _maps(visit)
    marked, touched = set(area or ()), set(touch or ())
    if same and maps:
        last = maps[-1].body or {}
        marked, touched = set(last.get("areas", ())), set(last.get("touch_pain", ()))
    elif everywhere:
        marked = set(areas)
    unknown = sorted((marked | touched) - areas.keys())
    if unknown and not same:
        raise Refusal(422, "This map cannot be read", "Open Body and mark it again. Nothing was changed.")
    fact: dict[str, Any] = {"at": visit.now.date().isoformat(), "areas": sorted(marked | touched)}
    if touched:
        fact["touch_pain"] = sorted(touched)
    put(visit, id, "body_maps", fact, _batch(visit))
    return RedirectResponse("/body/saved", 303)


@router.get("/body/saved", response_class=HTMLResponse)
def saved(visit: Reading) -> Response:
    """What was kept, with undo."""
    maps = _maps(visit)
    if not maps:
        return RedirectResponse("/body", 303)
    areas = _known(visit, (maps[-1].body or {}).get("areas", ()))
    names = [visit.state.knowledge.body_areas[name].plain for name in areas]
    return page(
        visit, "body_saved.html.j2", tab="body", names=names, total=len(visit.state.knowledge.body_areas),
        batch=_batch(visit), several=len(maps) > 1,
    )  # fmt: skip


@router.get("/body/film", response_class=HTMLResponse)
def film(visit: Reading) -> Response:
    """All maps so far, one after another."""
    frames = body_film(
        visit.state.knowledge.body_areas,
        [
            (
                _words(visit, fact),
                _known(visit, (fact.body or {}).get("areas", ())),
                _known(visit, (fact.body or {}).get("touch_pain", ())),
            )
            for fact in _maps(visit)
        ],
    )
    return page(visit, "body_film.html.j2", tab="body", frames=frames)


def _maps(visit: Visit) -> list[Kept]:
    maps = [
        m for m in visit.state.store.people.current(visit.person.id, "body_maps") if "at" in (m.body or {})
    ]
    return sorted(maps, key=lambda fact: (str((fact.body or {})["at"]), fact.seq))


def _last(visit: Visit, fact: Kept) -> LastMap:
    at = date.fromisoformat(str((fact.body or {})["at"])[:10])
    return LastMap(
        f"{at.day} {at:%B}", short_day(at.toordinal()),
        _known(visit, (fact.body or {}).get("areas", ())), _known(visit, (fact.body or {}).get("touch_pain", ())),
    )  # fmt: skip


def _words(visit: Visit, fact: Kept) -> str:
    at = date.fromisoformat(str((fact.body or {})["at"])[:10])
    year = "" if at.year == visit.now.year else f" {at.year}"
    return f"{at.day} {at:%B}{year}"


def _known(visit: Visit, names: Any) -> tuple[str, ...]:
    """Those areas that the figure has; an imported map may name others, which its record keeps."""
    return tuple(name for name in names if name in visit.state.knowledge.body_areas)


def _batch(visit: Visit) -> str:
    return f"{visit.person.id}-{visit.now.date().isoformat()}-body"
