"""Entries: everything written, newest first, each to be changed or removed and brought back; and days that were missed."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.store.model import Entry, Kept
from algesia.adapters.store.people import Conflict
from algesia.web.errors import Refusal
from algesia.web.person.answers import answer_of, put
from algesia.web.person.entry_change import changed, how, leads_to
from algesia.web.person.entry_list import day_of, last_body, month
from algesia.web.person.entry_words import DONE, TAKEN, clock, said
from algesia.web.person.fields import clock_of, day_words, past_day, whole
from algesia.web.person.medicine_words import noun
from algesia.web.person.today_day import AVERAGE, is_average
from algesia.web.render import long_day, page
from algesia.web.visit import Allow, Visit, new_id

router = APIRouter(tags=["person"])
Reading = Annotated[Visit, Depends(Allow("read-diary"))]
Writing = Annotated[Visit, Depends(Allow("write-diary"))]
FormId = Annotated[str, Form(alias="id", max_length=60)]

PEG_PAIR: Final = {"function": "scales", "scales": "function"}


@router.get("/entries", response_class=HTMLResponse)
def entries(
    visit: Reading, wanted: Annotated[str, Query(alias="month")] = "", saved: str = "", did: str = ""
) -> Response:
    """One month of entries, newest first."""
    words = {"removed": "Removed", "back": "It is back"}.get(did, "Saved")
    return page(
        visit, "entries.html.j2", id=new_id(),
        month=month(visit, wanted), batch=saved, words=words,
        today=visit.now.date().isoformat(),
    )  # fmt: skip


@router.get("/entries/add", response_class=HTMLResponse)
def add(visit: Reading, day: str = "") -> Response:
    """Pain of an earlier day: which day, then the number."""
    today = visit.now.date().isoformat()
    if not day:
        return page(visit, "entries_day.html.j2", today=today)
    on = past_day(visit, day)
    fact = answer_of(visit, "pain", on.isoformat(), is_average)
    score = None if fact is None else (fact.body or {}).get("score")
    return page(
        visit, "entries_add.html.j2", id=new_id(), day=on.isoformat(), title=f"{long_day(on.toordinal())} {on.year}",
        said="" if score is None else f"{score:g}", is_today=on.isoformat() == today,
    )  # fmt: skip


@router.post("/entries/add")
def save_day(
    visit: Writing, form: FormId, day: Annotated[str, Form()] = "", pain: Annotated[str, Form()] = ""
) -> Response:
    """Keep the pain of a day; a number that is there already is changed."""
    on = past_day(visit, day)
    if pain == "":
        return RedirectResponse("/entries", 303)
    body: dict[str, Any] = {
        "at": on.isoformat(),
        "score": whole(pain, 0, 10, "Pain"),
        "scale": "nrs-0-10",
        "question": AVERAGE,
    }
    put(visit, form, "pain", body, form, is_average)
    return _to(visit, body, form, "saved")


@router.get("/entries/{id}", response_class=HTMLResponse)
def entry(visit: Reading, id: str) -> Response:
    """One entry: what it says, and how to change or remove it."""
    fact, body = _now(visit, id)
    if fact.id != id:
        return RedirectResponse(f"/entries/{fact.id}", 303)
    name, answer = said(fact.list, body, visit.state.knowledge)
    day = day_of(visit, body, fact.written_at)
    dose = body.get("dose") if fact.list == "doses" else None
    return page(
        visit, "entries_one.html.j2", id=new_id(), fact=fact, body=body, name=name, answer=answer, clock=clock(body),
        day=f"{long_day(day.toordinal())} {day.year}", iso=day.isoformat(), today=visit.now.date().isoformat(),
        how="none" if fact.body is None else how(fact, visit.now.date().isoformat()), removed=fact.body is None,
        written=f"{day_words(visit, day_of(visit, {}, fact.written_at).isoformat())}, {clock_of(visit, fact.written_at)}",
        done=DONE, taken=TAKEN, month=f"{day:%Y-%m}", unit=noun(dose["unit"], 2) if dose else "",
        plain=visit.state.knowledge.signs[str(body["sign"])].plain if fact.list == "signs" else "",
    )  # fmt: skip


@router.post("/entries/{id}/change")
async def change(visit: Writing, id: str) -> Response:
    """Change it; what it said before stays in the history."""
    sent = await visit.request.form()
    form = str(sent.get("id", ""))
    if not 0 < len(form) <= 60:
        raise Refusal(
            422,
            "This form was not complete",
            "Something is missing. Nothing was changed. Go back and send it again.",
        )
    known = visit.state.store.people.fact(visit.person.id, form)
    fact, body = _now(visit, form if known is not None else id)
    _own(visit, fact)
    if fact.body is None or (known is None and fact.id != id):
        raise Conflict("supersedes", None, "has been changed in the meantime", "the entry as it is now")
    after = changed(visit, fact, sent)
    batch = fact.batch if known is not None else form
    if after != body:
        visit.write([Entry(new_id() if known is not None else form, fact.list, after, fact.id)], batch)
    urgent = leads_to(fact, after)
    return RedirectResponse(urgent, 303) if urgent else _to(visit, after, batch, "saved")


@router.post("/entries/{id}/remove")
def remove(visit: Writing, id: str, form: FormId) -> Response:
    """Take it out of the diary; it can be brought back."""
    fact, body = _now(visit, id)
    _own(visit, fact)
    if fact.body is None:
        return _to(visit, body, fact.batch, "removed")
    written = [Entry(form, fact.list, None, fact.id)]
    beside = _beside(visit, fact)
    if beside is not None:
        written.append(Entry(f"{form}-b", beside.list, None, beside.id))
    visit.write(written, form)
    return _to(visit, body, form, "removed")


@router.post("/entries/{id}/restore")
def restore(visit: Writing, id: str, form: FormId) -> Response:
    """Bring a removed entry back."""
    fact, body = _now(visit, id)
    if fact.body is not None:
        return _to(visit, body, fact.batch, "back")
    written = [Entry(form, fact.list, body, fact.id)]
    removed = [row for row in visit.state.store.people.history(visit.person.id) if row.batch == fact.batch]
    for row in removed:
        before = _last(visit, row)
        if (
            row.id != fact.id
            and row.body is None
            and before is not None
            and _now(visit, row.id)[0].id == row.id
        ):
            written.append(Entry(f"{form}-b", row.list, before, row.id))
    visit.write(written, form)
    return _to(visit, body, form, "back")


def _own(visit: Visit, fact: Kept) -> None:
    """A clinician's finding is not the person's to change: an interlock may rest on it.

    Raises
    ------
    Refusal
        For a fact that an account other than this one wrote.
    """
    accounts = visit.state.settings.clinic
    if accounts and fact.written_by != visit.who.id:
        raise Refusal(
            403,
            "Written by your clinic",
            "This was found at a visit. Nothing was changed. If it is wrong, tell your clinician, or write a note.",
        )


def _beside(visit: Visit, fact: Kept) -> Kept | None:
    """The other half of a PEG: its answers, or its mean."""
    body, other = fact.body or {}, PEG_PAIR.get(fact.list)
    if other is None or body.get("instrument") != "peg":
        return None
    return answer_of(visit, other, str(body["at"])[:10], lambda b: b.get("instrument") == "peg")


def _now(visit: Visit, id: str) -> tuple[Kept, dict[str, Any]]:
    """The row that holds in the place of `id`, and what it says (of a removed one, what it said last).

    Raises
    ------
    Refusal
        When there is no such entry of this person.
    """
    rows = visit.state.store.people.history(visit.person.id)
    by_id = {row.id: row for row in rows}
    after = {row.supersedes: row for row in rows if row.supersedes is not None}
    fact = by_id.get(id)
    while fact is not None and fact.id in after:
        fact = after[fact.id]
    body = None if fact is None else last_body(by_id, fact)
    if fact is None or body is None or fact.list in ("person", "settings", "releases"):
        raise Refusal(
            404, "Not there", "There is no such entry. Nothing was changed. Look at your entries again."
        )
    return fact, body


def _last(visit: Visit, row: Kept) -> dict[str, Any] | None:
    rows = {r.id: r for r in visit.state.store.people.history(visit.person.id)}
    return last_body(rows, row)


def _to(visit: Visit, body: dict[str, Any], batch: str, did: str) -> Response:
    """Back to the month of an entry, at its day, with what was done."""
    day = day_of(visit, body, visit.stamp)
    return RedirectResponse(f"/entries?month={day:%Y-%m}&saved={batch}&did={did}", 303)
