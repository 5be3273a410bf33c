"""Sleep, the person's own goal, and notes for the clinician."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.store.model import Entry
from algesia.adapters.store.people import Conflict
from algesia.web.person.answers import TRIES, answer_of
from algesia.web.person.checkup_words import GOALS
from algesia.web.person.fields import clock_of, day_words, number, refuse, whole, words
from algesia.web.render import page
from algesia.web.visit import Allow, Visit, new_id

router = APIRouter(tags=["person"])
Reading = Annotated[Visit, Depends(Allow("read-diary"))]
Writing = Annotated[Visit, Depends(Allow("write-diary"))]

LONGEST_GOAL: Final = 200
LONGEST_NOTE: Final = 4000
MOST_HOURS: Final = 12
"""The last key of the pad; more hours are typed."""


def last_day(visit: Visit, list: str) -> str:
    """The last day of the facts of a list; empty where there is none."""
    facts = visit.state.store.people.current(visit.person.id, list)
    return max((str((fact.body or {})["at"])[:10] for fact in facts), default="")


@router.get("/checkup/sleep", response_class=HTMLResponse)
def sleep(visit: Reading) -> Response:
    """How many hours."""
    return _sleep(visit, 1)


@router.get("/checkup/sleep/2", response_class=HTMLResponse)
def rest(visit: Reading) -> Response:
    """How restful it was."""
    return _sleep(visit, 2)


@router.get("/checkup/sleep/saved", response_class=HTMLResponse)
def sleep_saved(visit: Reading, day: str = "") -> Response:
    """What was kept."""
    on = _night(visit, day)
    fact = answer_of(visit, "sleep", on)
    if fact is None:
        return RedirectResponse("/checkup", 303)
    body = fact.body or {}
    lines = []
    if body.get("hours") is not None:
        lines.append(("Hours asleep", f"{body['hours']:g}", "/checkup/sleep"))
    if body.get("rest") is not None:
        lines.append(("How restful", f"{body['rest']:g} of 10", "/checkup/sleep/2"))
    return page(
        visit, "checkup_saved.html.j2", tab="today", time=clock_of(visit, fact.written_at), lines=lines, left=0,
        first_open=None, again="/checkup/sleep", batch=_batch(visit, on), more=False, credit="",
    )  # fmt: skip


@router.post("/checkup/sleep/{step}")
def save_sleep(
    visit: Writing,
    step: str,
    id: Annotated[str, Form(max_length=64)],
    answer: Annotated[str, Form()] = "",
    day: Annotated[str, Form()] = "",
) -> Response:
    """Keep hours or rest and go on; an empty answer is a skip."""
    at, on = whole(step, 1, 2, "The question"), _night(visit, day)
    if answer.strip():
        value = number(answer, 0, 24, "Hours") if at == 1 else float(whole(answer, 0, 10, "The answer"))
        _keep_sleep(visit, on, {"hours" if at == 1 else "rest": value}, id)
    return RedirectResponse("/checkup/sleep/2" if at == 1 else f"/checkup/sleep/saved?day={on}", 303)


@router.get("/goal", response_class=HTMLResponse)
def goal(visit: Reading, saved: str = "") -> Response:
    """The person's own goal: what is set, and a line for another."""
    own = visit.state.store.people.current(visit.person.id, "goals")
    now = own[-1] if own else None
    return page(
        visit, "checkup_goal.html.j2", tab="today", id=new_id(), goal=now, examples=GOALS, most=LONGEST_GOAL,
        saved=now is not None and now.id == saved, since=day_words(visit, str((now.body or {})["at"])) if now else "",
    )  # fmt: skip


@router.post("/goal")
def save_goal(
    visit: Writing,
    id: Annotated[str, Form(max_length=64)],
    text: Annotated[str, Form()] = "",
    example: Annotated[str, Form()] = "",
) -> Response:
    """Keep the goal: the words typed, or the example that was tapped."""
    line = words(example or text, LONGEST_GOAL)
    if not line:
        raise refuse("A goal needs a few words", "Go back and write one line, or tap an example.")
    own = visit.state.store.people.current(visit.person.id, "goals")
    if own and (own[-1].body or {}).get("text") == line:
        return RedirectResponse(f"/goal?saved={own[-1].id}", 303)
    fresh = id if visit.state.store.people.fact(visit.person.id, id) is None else new_id()
    visit.write([Entry(fresh, "goals", {"at": visit.now.date().isoformat(), "text": line})])
    return RedirectResponse(f"/goal?saved={fresh}", 303)


@router.get("/note", response_class=HTMLResponse)
def note(visit: Reading, saved: str = "") -> Response:
    """Notes for the clinician, newest first, and room for another."""
    facts = visit.state.store.people.current(visit.person.id, "notes")
    rows = [
        (str((f.body or {})["text"]), day_words(visit, str((f.body or {})["at"])), f.id)
        for f in reversed(facts)
    ]
    kept = next((fact for fact in facts if fact.id == saved), None)
    return page(
        visit, "checkup_note.html.j2", tab="today", id=new_id(), rows=rows, saved=kept, most=LONGEST_NOTE
    )


@router.post("/note")
def save_note(
    visit: Writing, id: Annotated[str, Form(max_length=64)], text: Annotated[str, Form()] = ""
) -> Response:
    """Keep a note. The same form sent again with other words is a note of its own."""
    said = words(text, LONGEST_NOTE, lines=True)
    if not said:
        raise refuse("A note needs a few words", "Go back and write what you want to tell.")
    known = visit.state.store.people.fact(visit.person.id, id)
    if known is not None and (known.body or {}).get("text") == said:
        return RedirectResponse(f"/note?saved={id}", 303)
    fresh = id if known is None else new_id()
    visit.write([Entry(fresh, "notes", {"at": visit.now.date().isoformat(), "text": said})])
    return RedirectResponse(f"/note?saved={fresh}", 303)


def _sleep(visit: Visit, at: int) -> Response:
    today = visit.now.date().isoformat()
    fact = answer_of(visit, "sleep", today)
    value = None if fact is None else (fact.body or {}).get("hours" if at == 1 else "rest")
    return page(
        visit, "checkup_sleep.html.j2", tab="today", id=new_id(), number=at, day=today, most=MOST_HOURS,
        said="" if value is None else f"{value:g}", back="/checkup" if at == 1 else "/checkup/sleep",
    )  # fmt: skip


def _keep_sleep(visit: Visit, day: str, given: dict[str, Any], id: str) -> None:
    for left in reversed(range(TRIES)):
        old = answer_of(visit, "sleep", day)
        body = {"at": day, **({} if old is None else old.body or {}), **given}
        if old is not None and old.body == body:
            return
        fresh = id if visit.state.store.people.fact(visit.person.id, id) is None else new_id()
        try:
            visit.write([Entry(fresh, "sleep", body, None if old is None else old.id)], _batch(visit, day))
        except Conflict:
            if left == 0:
                raise
            continue
        return


def _night(visit: Visit, text: str) -> str:
    """The day a form was begun, where that is today or yesterday; else today."""
    today = visit.now.date()
    yesterday = (today - timedelta(days=1)).isoformat()
    return yesterday if text == yesterday else today.isoformat()


def _batch(visit: Visit, day: str) -> str:
    return f"{visit.person.id}-{day}-sleep"
