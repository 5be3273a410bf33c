"""Today: three questions, three taps, each kept at once. Goal, pain, doses; same as yesterday; bad day; undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal, TypeAlias

from fastapi import APIRouter, Depends, Form
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.store.model import Kept
from algesia.web.errors import Refusal
from algesia.web.person.answers import answer_of, put
from algesia.web.person.plan_today import today_doses
from algesia.web.render import page, short_day
from algesia.web.visit import Allow, Visit, new_id

router = APIRouter(tags=["person"])
Reading = Annotated[Visit, Depends(Allow("read-diary"))]
Writing = Annotated[Visit, Depends(Allow("write-diary"))]
Done: TypeAlias = Literal["did", "part", "not"]
Question: TypeAlias = Literal["goal", "pain", "doses"]

AVERAGE: Final = "average-24h"
WORST: Final = "worst-24h"
DONE_WORDS: Final[dict[str, str]] = {"did": "Did it", "part": "Part of it", "not": "Not today"}
TAKEN_WORDS: Final[dict[str, str]] = {"as-planned": "As planned", "different": "Something was different"}
NEXT: Final[dict[Question, str]] = {"goal": "/today/pain", "pain": "/today/doses", "doses": "/today/saved"}
WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Day:
    """What was answered on one day; ``None`` where it was not."""

    goal: Kept | None
    pain: Kept | None
    worst: Kept | None
    taken: Kept | None
    bad: Kept | None

    @property
    def any(self) -> bool:
        """Whether anything was."""
        return any((self.goal, self.pain, self.worst, self.taken, self.bad))


def is_average(body: dict[str, Any]) -> bool:
    """Whether a pain fact answers the daily question."""
    return body.get("question") == AVERAGE


def is_worst(body: dict[str, Any]) -> bool:
    """Whether a pain fact is the worst of the day."""
    return body.get("question") == WORST


def day_of(visit: Visit, day: str) -> Day:
    """What was answered on a day."""
    return Day(
        answer_of(visit, "goal_days", day),
        answer_of(visit, "pain", day, is_average),
        answer_of(visit, "pain", day, is_worst),
        answer_of(visit, "taken", day),
        answer_of(visit, "bad_days", day),
    )


@router.get("/today", response_class=HTMLResponse)
def today(visit: Reading) -> Response:
    """The day's entry: its first question, or what was saved."""
    if day_of(visit, _iso(visit)).any:
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
        put(visit, id, "goal_days", {"at": _iso(visit), "done": done}, _batch(visit))
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
        body: dict[str, Any] = {"at": _iso(visit), "answer": answer}
        if note.strip():
            body["note"] = note.strip()
        put(visit, id, "taken", body, _batch(visit))
    if answer == "different" and not note.strip():
        return RedirectResponse("/today/different", 303)
    return RedirectResponse(NEXT["doses"], 303)


@router.get("/today/different", response_class=HTMLResponse)
def different(visit: Reading) -> Response:
    """What was different, in the person's own words. The answer before it is kept already."""
    taken = day_of(visit, _iso(visit)).taken
    note = "" if taken is None else str((taken.body or {}).get("note", ""))
    return page(visit, "today_different.html.j2", tab="today", id=new_id(), day=visit.today, note=note)


@router.post("/today/same")
def same_as_yesterday(visit: Writing, id: Annotated[str, Form()]) -> Response:
    """Answer today as yesterday was answered."""
    before = day_of(visit, _iso(visit, 1))
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
        now = _minute(visit) if list_ == "pain" else _iso(visit)
        body = {k: v for k, v in kept.body.items() if k not in ("at", "note")} | {"at": now}
        put(visit, f"{id}-{index}"[:64], list_, body, batch, same or (lambda _body: True))
    return RedirectResponse("/today/saved", 303)


@router.post("/today/bad")
def bad_day(visit: Writing, id: Annotated[str, Form()]) -> Response:
    """One tap on a bad day: the time and the worst score, and done. The daily average is not guessed."""
    batch = _batch(visit)
    put(visit, f"{id}-d"[:64], "bad_days", {"at": _minute(visit)}, batch)
    put(visit, f"{id}-w"[:64], "pain", _pain(visit, 10, WORST), batch, is_worst)
    return RedirectResponse("/today/saved", 303)


@router.get("/today/saved", response_class=HTMLResponse)
def saved(visit: Reading) -> Response:
    """What was kept, with undo and change, and what could be added."""
    answered = day_of(visit, _iso(visit))
    if not answered.any and "offline" not in visit.request.query_params:
        return RedirectResponse("/today/goal", 303)
    text = _goal(visit) or "What you could do"
    return page(
        visit,
        "today_saved.html.j2",
        tab="today",
        lines=_lines(answered, text),
        time=_time(visit, answered),
        batch=_batch(visit),
        moments=_moments(visit),
        as_needed=_as_needed(visit),
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
    now, before = day_of(visit, _iso(visit)), day_of(visit, _iso(visit, 1))
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


def _lines(day: Day, goal: str) -> list[tuple[str, str, str]]:
    """Name, answer, and where it is changed."""
    lines = []
    if day.goal is not None:
        lines.append((goal, DONE_WORDS[(day.goal.body or {})["done"]], "/today/goal"))
    if day.pain is not None:
        lines.append(("Pain, average", f"{(day.pain.body or {}).get('score', 'not said')}", "/today/pain"))
    if day.worst is not None:
        score = (day.worst.body or {}).get("score", "not said")
        lines.append(("Worst pain", f"{score}", f"/entries/{day.worst.id}"))
    if day.taken is not None:
        lines.append(("Doses", TAKEN_WORDS[(day.taken.body or {})["answer"]], "/today/doses"))
    return lines


def _time(visit: Visit, day: Day) -> str:
    """The clock time of the day's last answer."""
    from datetime import datetime

    from algesia.web.clock import local

    kept = [fact for fact in (day.goal, day.pain, day.worst, day.taken, day.bad) if fact is not None]
    if not kept:
        return ""
    last = max(fact.written_at for fact in kept)
    return local(datetime.fromisoformat(last), visit.time_zone).strftime("%H:%M")


def _moments(visit: Visit) -> list[tuple[str, str, str]]:
    """What could be added: heading, note, address. A week-old PEG comes first."""
    people, person = visit.state.store.people, visit.person.id
    maps = people.current(person, "body_maps")
    week = _iso(visit, WEEK - 1)
    pegs = [
        f for f in people.current(person, "function", since=week) if (f.body or {}).get("instrument") == "peg"
    ]
    last = max((str((f.body or {}).get("at", "")) for f in maps), default="")
    marked = (
        f"last marked {short_day(date.fromisoformat(last[:10]).toordinal())}" if last else "not marked yet"
    )
    moments = [
        ("Where does it hurt?", marked, "/body"),
        ("Anything new?", "jerking muscles, touch that hurts, confusion", "/checkup"),
    ]
    if not pegs:
        moments.insert(0, ("Three questions about this week", "pain, enjoyment, activity", "/checkup/peg"))
    return moments


def _as_needed(visit: Visit) -> list[tuple[str, str]]:
    """Medicines that are taken only when needed: their name, and where a dose is noted."""
    found = []
    for fact in visit.state.store.people.current(visit.person.id, "medications"):
        body = fact.body or {}
        end = str(body.get("end", "9999"))[:10]
        if body.get("as_needed") and end > _iso(visit):
            found.append((str(body["drug"]), f"/medicines/{fact.id}/took"))
    return found


def _pain(visit: Visit, score: int, question: str) -> dict[str, Any]:
    return {"at": _minute(visit), "score": score, "scale": "nrs-0-10", "question": question}


def _score(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and int(text) <= 10):
        raise Refusal(
            422, "Pain goes from 0 to 10", "Go back and tap one of the numbers. Nothing was changed."
        )
    return int(text)


def _iso(visit: Visit, days_ago: int = 0) -> str:
    return (visit.now.date() - timedelta(days=days_ago)).isoformat()


def _minute(visit: Visit) -> str:
    return visit.now.strftime("%Y-%m-%dT%H:%M")


def _batch(visit: Visit) -> str:
    """All answers of one day are one entry: one undo takes them back."""
    return f"{visit.person.id}-{_iso(visit)}"
