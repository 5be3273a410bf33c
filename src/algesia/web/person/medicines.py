"""Medicines: what runs, adding one by one question a screen, changing it, ending it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.store.model import Entry, Kept
from algesia.report.person_words import DO_NOT_CHANGE
from algesia.web.errors import Refusal
from algesia.web.person import medicine_taken
from algesia.web.person.checkup_signs import naloxone_kept
from algesia.web.person.fields import day_words, refuse
from algesia.web.person.medicine_amount import (
    EVERY,
    MOST_NEEDED,
    NEEDED_HOURS,
    PATCH_HOURS,
    TIMES,
    WAYS,
    each_words,
    hours_words,
)
from algesia.web.person.medicine_form import (
    PER_UNITS,
    TYPED_UNITS,
    Draft,
    body_of,
    line,
    next_step,
    of_fact,
    questions,
    start_of,
    unit_words,
    unlisted,
)
from algesia.web.person.medicine_list import alike, by_plan
from algesia.web.person.medicine_search import find, piece, strengths, title
from algesia.web.person.medicine_words import name_words, noun, taken_words
from algesia.web.render import page
from algesia.web.visit import Allow, Visit, new_id

router = APIRouter(tags=["person"])
Reading = Annotated[Visit, Depends(Allow("read-diary"))]
Writing = Annotated[Visit, Depends(Allow("write-diary"))]

FOREVER: Final = "9999-12-31"
_PIECES: Final = (("0.5", "Half"), ("1", "1"), ("2", "2"), ("3", "3"), ("1-2", "1 to 2"))


@router.get("/medicines", response_class=HTMLResponse)
def medicines(visit: Reading, saved: str = "") -> Response:
    """What is taken now, what was taken before, and naloxone at home."""
    today = visit.now.date().isoformat()
    facts = visit.state.store.people.current(visit.person.id, "medications")
    dated = [(fact, fact.body or {}) for fact in facts]
    now = [_row(visit, fact) for fact, body in dated if str(body.get("end", FOREVER))[:10] > today]
    before = [_row(visit, fact) for fact, body in dated if str(body.get("end", FOREVER))[:10] <= today]
    kept = naloxone_kept(visit)
    at_home = None if kept is None else (kept.body or {}).get("present")
    wrote = next((fact for fact in facts if fact.batch == saved), None)
    return page(
        visit, "medicines.html.j2", now=now, before=list(reversed(before)),
        naloxone={True: "Yes", False: "No"}.get(at_home is True) if at_home is not None else "Not said yet",
        saved=wrote, batch=saved, plan=by_plan(visit, facts),
    )  # fmt: skip


@router.get("/medicines/add", response_class=HTMLResponse)
def add(visit: Reading) -> Response:
    """The next question about a medicine, or what was understood, to be confirmed."""
    draft = Draft.of(visit.request.query_params)
    knowledge = visit.state.knowledge
    step = next_step(draft, knowledge)
    chosen = line(draft, knowledge)
    old = _old(visit, draft.old) if draft.old else None
    shared: dict[str, Any] = {
        "draft": draft,
        "step": step,
        "chosen": title(chosen) if chosen is not None else draft.drug,
        "changes": name_words(old.body or {}) if old is not None else "",
    }
    if step == "name":
        found = find(knowledge, draft.q) if draft.q else None
        return page(visit, "medicine_name.html.j2", found=found, **shared)
    if step == "strength" and chosen is not None:
        unit = unit_words(chosen.unit)
        values = [(f"{s.value:g}", f"{5 * s.value:g}") for s in strengths(chosen)]
        return page(
            visit,
            "medicine_strength.html.j2",
            values=values,
            unit=unit,
            liquid=chosen.unit == "mg/mL",
            **shared,
        )
    if step == "amount":
        return page(visit, "medicine_amount.html.j2", units=[(u, noun(u, 2)) for u in TYPED_UNITS], **shared)
    if step == "per":
        units = PER_UNITS[draft.unit].items()
        return page(visit, "medicine_per.html.j2", one=noun(draft.unit, 1), units=units, **shared)
    if step == "way":
        return page(visit, "medicine_way.html.j2", ways=WAYS, **shared)
    if step == "count" and chosen is not None:
        unit = piece(chosen)
        pieces = () if unit == "mL" else _PIECES[1:4] if unit == "{patch}" else _PIECES
        return page(
            visit, "medicine_count.html.j2", pieces=pieces, unit=noun(unit, 2), printed=unit_words(chosen.unit), **shared
        )  # fmt: skip
    if step == "often":
        patch = chosen is not None and chosen.route == "transdermal"
        return page(
            visit, "medicine_often.html.j2", times=() if patch else TIMES, patch=patch,
            every=[(h, f"{int(h) / 24:g}") for h in PATCH_HOURS] if patch else [(h, hours_words(h)) for h in EVERY],
            **shared,
        )  # fmt: skip
    if step == "most":
        hours = [(h, hours_words(h)) for h in NEEDED_HOURS]
        return page(visit, "medicine_most.html.j2", values=MOST_NEEDED, hours=hours, **shared)
    if step in ("since", "day"):
        return page(visit, "medicine_since.html.j2", today=visit.now.date().isoformat(), **shared)
    body = body_of(draft, knowledge, visit)
    return page(
        visit, "medicine_confirm.html.j2", id=new_id(), name=name_words(body), taken=taken_words(body),
        since=day_words(visit, str(body["start"])), each=each_words(body), twins=alike(visit, body, draft.old),
        asks=[*(unlisted(draft, chosen) if chosen is not None else ()), *questions(body, knowledge)], **shared,
    )  # fmt: skip


@router.post("/medicines/add")
async def save(visit: Writing) -> Response:
    """Write what was confirmed. A form that lost an answer on the way goes back to that question."""
    sent = await visit.request.form()
    draft = Draft.of(sent)
    id = str(sent.get("id", ""))
    if next_step(draft, visit.state.knowledge) != "confirm":
        return RedirectResponse(draft.query(), 303)
    if not 0 < len(id) <= 60:
        raise refuse("This form was not complete", "Go back and send it again.")
    body = body_of(draft, visit.state.knowledge, visit)
    same = None if draft.old else _same(visit, body)
    if same is not None:
        return RedirectResponse(f"/medicines?saved={same.batch}", 303)
    visit.write(_entries(visit, draft, id, body), id)
    return RedirectResponse(f"/medicines?saved={id}", 303)


router.include_router(medicine_taken.router)


@router.get("/medicines/{id}", response_class=HTMLResponse)
def medicine(visit: Reading, id: str) -> Response:
    """One medicine: what can be done with it."""
    fact = _old(visit, id)
    body = fact.body or {}
    ended = str(body.get("end", FOREVER))[:10] <= visit.now.date().isoformat()
    return page(
        visit, "medicine.html.j2", row=_row(visit, fact), ended=ended, needed=bool(body.get("as_needed")),
        change=of_fact(body, id, visit.state.knowledge).query(),
    )  # fmt: skip


@router.get("/medicines/{id}/stop", response_class=HTMLResponse)
def stop_question(visit: Reading, id: str) -> Response:
    """Since when it is not taken any more."""
    fact = _old(visit, id)
    return page(
        visit, "medicine_stop.html.j2", row=_row(visit, fact), id=new_id(), today=visit.now.date().isoformat(),
        first=str((fact.body or {})["start"])[:10], warning=DO_NOT_CHANGE,
    )  # fmt: skip


@router.post("/medicines/{id}/stop")
def stop(
    visit: Writing,
    id: str,
    form: Annotated[str, Form(alias="id", max_length=60)],
    since: Annotated[str, Form()] = "",
    day: Annotated[str, Form()] = "",
) -> Response:
    """End it: the day is the first one without it."""
    known = visit.state.store.people.fact(visit.person.id, form)
    if known is not None and known.supersedes == id:
        return RedirectResponse(f"/medicines?saved={known.batch}", 303)
    fact = _old(visit, id)
    end = start_of(Draft(since=since or "pick", day=day), visit)
    if end <= date.fromisoformat(str((fact.body or {})["start"])[:10]):
        raise refuse(
            "That is not after its first day",
            "Go back and pick a later day. If you never took it, open it and choose Remove.",
        )
    visit.write([Entry(form, "medications", {**(fact.body or {}), "end": end.isoformat()}, id)], form)
    return RedirectResponse(f"/medicines?saved={form}", 303)


def _entries(visit: Visit, draft: Draft, id: str, body: dict[str, Any]) -> list[Entry]:
    """The fact of a new medicine; of a change, also the end of the one before it, the same day."""
    if not draft.old:
        return [Entry(id, "medications", body)]
    known = visit.state.store.people.fact(visit.person.id, draft.old)
    if known is None or known.list != "medications" or known.body is None:
        raise Refusal(
            404, "Not there", "The medicine that was to be changed is not there. Look at your list again."
        )
    started = str(known.body["start"])[:10]
    if body["start"] < started:
        raise refuse(
            "That is before it began",
            f"The medicine you change began {day_words(visit, started)}. Go back and pick a later day.",
        )
    if body["start"] == started:
        return [Entry(id, "medications", body, draft.old)]
    ended = {**known.body, "end": body["start"]}
    return [Entry(id, "medications", body), Entry(f"{id}-end", "medications", ended, draft.old)]


def _same(visit: Visit, body: dict[str, Any]) -> Kept | None:
    """The fact that says exactly this already: Back and a second "Yes" are no second medicine."""
    facts = visit.state.store.people.current(visit.person.id, "medications")
    return next((fact for fact in facts if fact.body == body), None)


def _old(visit: Visit, id: str) -> Kept:
    """A medicine that holds now.

    Raises
    ------
    Refusal
        When there is none by this id, or it has been changed or removed since.
    """
    facts = visit.state.store.people.current(visit.person.id, "medications")
    found = next((fact for fact in facts if fact.id == id), None)
    if found is None:
        raise Refusal(
            404, "Not on your list", "This medicine was changed or removed. Look at your list again."
        )
    return found


def _row(visit: Visit, fact: Kept) -> dict[str, str]:
    body = fact.body or {}
    since, end = str(body["start"])[:10], str(body.get("end", ""))[:10]
    dates = f"since {day_words(visit, since)}"
    if end:
        dates = f"{day_words(visit, since)} to {day_words(visit, end)}"
    by = {"prescribed": "as prescribed", "dispensed": "from the pharmacy"}.get(
        str(body.get("basis", "prescribed")), ""
    )
    return {"id": fact.id, "name": name_words(body), "taken": taken_words(body), "dates": dates, "by": by}
