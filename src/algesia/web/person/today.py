"""Today: three questions, three taps, each kept at once. Goal, pain, doses; same as yesterday; bad day; undo."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeAlias

from fastapi import APIRouter, Depends, Form
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.web.errors import Refusal
from algesia.web.person.answers import put
from algesia.web.person.plan_today import today_doses
from algesia.web.person.today_day import (
    AVERAGE,
    BAD_DAY,
    DONE_WORDS,
    WORST,
    Day,
    as_needed,
    day_of,
    is_average,
    is_worst,
    iso_day,
    last_time,
    lines,
    moments,
)
from algesia.web.render import page
from algesia.web.visit import Allow, Visit, new_id

router = APIRouter(tags=["person"])
Reading = Annotated[Visit, Depends(Allow("read-diary"))]
Writing = Annotated[Visit, Depends(Allow("write-diary"))]
Done: TypeAlias = Literal["did", "part", "not"]
Question: TypeAlias = Literal["goal", "pain", "doses"]

NEXT: Final[dict[Question, str]] = {"goal": "/today/pain", "pain": "/today/doses", "doses": "/today/saved"}


@router.get("/today", response_class=HTMLResponse)
def today(visit: Reading) -> Response:
    """The day's entry: its first question, or what was saved."""
    if day_of(visit, iso_day(visit)).any:
        return RedirectResponse("/today/saved", 303)
    return RedirectResponse("/today/goal", 303)


@router.get("/today/goal", response_class=HTMLResponse)
def goal(visit: Reading) -> Response:
    """What could be done of the person's own goal."""
    text = _goal(visit)
    return _question(visit, "goal", goal=text, words=DONE_WORDS)


@router.post("/today/goal")
def save_goal(
    visit: Writing, id: Annotated[str, Form()], done: Annotated[Done | None, Form()] = None
) -> Response:
    """Keep the answer and go on."""
    if done is not None:
        put(visit, id, "goal_days", {"at": iso_day(visit), "done": done}, _batch(visit))
    return RedirectResponse(NEXT["goal"], 303)


@router.get("/today/pain", response_class=HTMLResponse)
def pain(visit: Reading) -> Response:
    """How bad the pain was, 0 to 10."""
    return _question(visit, "pain")


@router.post("/today/pain")
def save_pain(visit: Writing, id: Annotated[str, Form()], pain: Annotated[str, Form()] = "") -> Response:
    """Keep the answer and go on; an empty one is a skip."""
    if pain != "":
        put(visit, id, "pain", _pain(visit, _score(pain), AVERAGE), _batch(visit), is_average)
    return RedirectResponse(NEXT["pain"], 303)


@router.get("/today/doses", response_class=HTMLResponse)
def doses(visit: Reading) -> Response:
    """Whether doses were taken as planned."""
    listed = bool(visit.state.store.people.current(visit.person.id, "medications"))
    return _question(visit, "doses", doses=today_doses(visit), listed=listed)


@router.post("/today/doses")
def save_doses(
    visit: Writing,
    id: Annotated[str, Form()],
    answer: Annotated[Literal["as-planned", "different"] | None, Form()] = None,
    note: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Keep the answer and end; "something was different" asks what."""
    if answer is not None:
        body: dict[str, Any] = {"at": iso_day(visit), "answer": answer}
        if note.strip():
            body["note"] = note.strip()
        put(visit, id, "taken", body, _batch(visit))
    if answer == "different" and not note.strip():
        return RedirectResponse("/today/different", 303)
    return RedirectResponse(NEXT["doses"], 303)


@router.get("/today/different", response_class=HTMLResponse)
def different(visit: Reading) -> Response:
    """What was different, in the person's own words. The answer before it is kept already."""
    taken = day_of(visit, iso_day(visit)).taken
    note = "" if taken is None else str((taken.body or {}).get("note", ""))
    return page(visit, "today_different.html.j2", tab="today", id=new_id(), day=visit.today, note=note)


@router.post("/today/same")
def same_as_yesterday(visit: Writing, id: Annotated[str, Form()]) -> Response:
    """Answer today as yesterday was answered."""
    before = day_of(visit, iso_day(visit, 1))
    if not (before.goal or before.pain or before.taken):
        raise Refusal(
            409, "Yesterday has no entry", "There is nothing to copy. Go back and answer for today."
        )
    batch = _batch(visit)
    for index, (list_, kept, same) in enumerate(
        (
            ("goal_days", before.goal, None),
            ("pain", before.pain, is_average),
            ("taken", before.taken, None),
        )
    ):
        if kept is None or kept.body is None:
            continue
        now = _minute(visit) if list_ == "pain" else iso_day(visit)
        body = {k: v for k, v in kept.body.items() if k not in ("at", "note")} | {"at": now}
        put(visit, f"{id}-{index}"[:64], list_, body, batch, same or (lambda _body: True))
    return RedirectResponse("/today/saved", 303)


@router.post("/today/bad")
def bad_day(visit: Writing, id: Annotated[str, Form()]) -> Response:
    """One tap on a bad day: the time and the words, and done. A number that nobody gave is not written."""
    batch, now = _batch(visit), _minute(visit)
    put(visit, f"{id}-d"[:64], "bad_days", {"at": now}, batch)
    said = {"at": now, "scale": "verbal", "words": BAD_DAY, "question": WORST}
    put(visit, f"{id}-w"[:64], "pain", said, batch, is_worst)
    return RedirectResponse("/today/saved", 303)


@router.get("/today/saved", response_class=HTMLResponse)
def saved(visit: Reading) -> Response:
    """What was kept, with undo and change, and what could be added."""
    answered = day_of(visit, iso_day(visit))
    if not answered.any and "offline" not in visit.request.query_params:
        return RedirectResponse("/today/goal", 303)
    text = _goal(visit) or "What you could do"
    return page(
        visit,
        "today_saved.html.j2",
        tab="today",
        lines=lines(answered, text),
        time=last_time(visit, answered),
        batch=_batch(visit),
        moments=moments(visit),
        as_needed=as_needed(visit),
    )


@router.post("/undo")
def undo(
    visit: Writing, batch: Annotated[str, Form(max_length=100)], next: Annotated[str, Form()] = "/today"
) -> Response:
    """Take back what one batch wrote. Nothing is erased: it stays in the history."""
    visit.state.store.people.undo(visit.person.id, batch, by=visit.who.id, at=visit.stamp)
    return RedirectResponse(
        next if next.startswith("/") and not next.startswith(("//", "/\\")) else "/today", 303
    )


def _goal(visit: Visit) -> str:
    """The goal that was set on the latest day, not the one that was written last: an import may bring older ones."""
    own = visit.state.store.people.current(visit.person.id, "goals")
    latest = max(own, key=lambda fact: (str((fact.body or {})["at"]), fact.seq), default=None)
    return "" if latest is None else str((latest.body or {})["text"])


def _question(visit: Visit, question: Question, **more: Any) -> Response:
    now, before = day_of(visit, iso_day(visit)), day_of(visit, iso_day(visit, 1))
    order: tuple[Question, ...] = ("goal", "pain", "doses")
    number = order.index(question)
    return page(
        visit,
        f"today_{question}.html.j2",
        tab="today",
        id=new_id(),
        other_id=new_id(),
        day=visit.today,
        number=number + 1,
        of=len(order),
        back=None if number == 0 else f"/today/{order[number - 1]}",
        then=NEXT[question],
        now=now,
        before=before,
        same=bool(before.goal or before.pain or before.taken),
        said=_said(now, question),
        yesterday=_said(before, question),
        **more,
    )


def _said(day: Day, question: Question) -> str:
    kept = {"goal": day.goal, "pain": day.pain, "doses": day.taken}[question]
    if kept is None or kept.body is None:
        return ""
    if question == "pain":
        return f"{kept.body['score']:g}" if "score" in kept.body else ""
    return str(kept.body["done" if question == "goal" else "answer"])


def _pain(visit: Visit, score: int, question: str) -> dict[str, Any]:
    return {"at": _minute(visit), "score": score, "scale": "nrs-0-10", "question": question}


def _score(text: str) -> int:
    if not (len(text) < 3 and text.isdecimal() and text.isascii() and int(text) <= 10):
        raise Refusal(
            422, "Pain goes from 0 to 10", "Go back and tap one of the numbers. Nothing was changed."
        )
    return int(text)


def _minute(visit: Visit) -> str:
    return visit.now.strftime("%Y-%m-%dT%H:%M")


def _batch(visit: Visit) -> str:
    """All answers of one day are one entry: one undo takes them back."""
    return f"{visit.person.id}-{iso_day(visit)}"
