"""Check-ups, when there is a moment: a list with when each was last done, then one question a screen, each kept at once.

A questionnaire is one fact of its day that grows with every answer, so that one which is broken off is not lost.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Final, get_args

from fastapi import APIRouter, Depends, Form
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.store.model import Entry, Kept
from algesia.adapters.store.people import Conflict
from algesia.knowledge.instruments import score
from algesia.web.errors import Refusal
from algesia.web.person import checkup_more, checkup_signs
from algesia.web.person.answers import TRIES, answer_of
from algesia.web.person.checkup_words import (
    MORE_FROM,
    PHQ_CREDIT,
    TITLES,
    Item,
    Name,
    answer_words,
    items,
)
from algesia.web.person.fields import clock_of, day_words, whole
from algesia.web.render import page
from algesia.web.visit import Allow, Visit, new_id

router = APIRouter(tags=["person"])
Reading = Annotated[Visit, Depends(Allow("read-diary"))]
Writing = Annotated[Visit, Depends(Allow("write-diary"))]

NAMES: Final[tuple[Name, ...]] = get_args(Name)
SELF_HARM: Final = "9"
"""The item of the PHQ-9 that leads to the crisis page when it is above 0."""
CRISIS: Final = "/help/crisis"


@router.get("/checkup", response_class=HTMLResponse)
def checkups(visit: Reading) -> Response:
    """What can be checked, and when each was last done."""
    rows = [
        ("Anything new?", "/checkup/new", checkup_signs.last_asked(visit)),
        ("Three questions about this week", "/checkup/peg", _last(visit, "peg")),
        ("Sweating, yawning, cramps", "/checkup/withdrawal", checkup_signs.last_withdrawal(visit)),
        ("Sleep", "/checkup/sleep", checkup_more.last_day(visit, "sleep")),
        ("Mood", "/checkup/phq-2", max(_last(visit, "phq-2"), _last(visit, "phq-9"))),
        ("Your goal", "/goal", checkup_more.last_day(visit, "goals")),
        ("A note for your clinician", "/note", checkup_more.last_day(visit, "notes")),
    ]
    shown = [(name, where, day_words(visit, day) if day else "") for name, where, day in rows]
    return page(visit, "checkup.html.j2", tab="today", rows=shown)


# fixed addresses come before those with a name in them
router.include_router(checkup_signs.router)
router.include_router(checkup_more.router)


@router.get("/checkup/{name}", response_class=HTMLResponse)
def begin(visit: Reading, name: str) -> Response:
    """The first question that is still open today, or the answers."""
    known = _name(name)
    given = _given(visit, known, visit.now.date().isoformat())
    for number, item in enumerate(items(known, visit.state.knowledge), 1):
        if item.key not in given:
            return RedirectResponse(f"/checkup/{known}/{number}", 303)
    return RedirectResponse(f"/checkup/{known}/saved", 303)


@router.get("/checkup/{name}/saved", response_class=HTMLResponse)
def saved(visit: Reading, name: str, day: str = "") -> Response:
    """What was kept, with undo and change."""
    known, on = _name(name), _day(visit, day)
    given = _given(visit, known, on)
    asked = items(known, visit.state.knowledge)
    if not given:
        return RedirectResponse("/checkup", 303)
    fact = answer_of(visit, "scales", on, lambda body: body.get("instrument") == known)
    total = None if fact is None else (fact.body or {}).get("score")
    return page(
        visit,
        "checkup_saved.html.j2",
        tab="today",
        time="" if fact is None else clock_of(visit, fact.written_at),
        lines=[
            (item.shown, answer_words(known, given[item.key]), f"/checkup/{known}/{n}")
            for n, item in enumerate(asked, 1)
            if item.key in given
        ],
        left=len(asked) - len(given),
        first_open=next((n for n, item in enumerate(asked, 1) if item.key not in given), None),
        again=f"/checkup/{known}",
        batch=_batch(visit, known, on),
        more=known == "phq-2"
        and total is not None
        and total >= MORE_FROM
        and not _complete(visit, "phq-9", on),
        credit=PHQ_CREDIT if known != "peg" else "",
    )


@router.get("/checkup/{name}/{number}", response_class=HTMLResponse)
def question(visit: Reading, name: str, number: str) -> Response:
    """One question."""
    known = _name(name)
    asked = items(known, visit.state.knowledge)
    at = whole(number, 1, len(asked), "The question")
    today = visit.now.date().isoformat()
    item = asked[at - 1]
    return page(
        visit,
        "checkup_question.html.j2",
        tab="today",
        id=new_id(),
        title=TITLES[known],
        item=item,
        number=at,
        of=len(asked),
        day=today,
        pad=known == "peg",
        answers=[] if known == "peg" else [(str(n), answer_words(known, n)) for n in range(4)],
        said=_said(_given(visit, known, today), item),
        action=f"/checkup/{known}/{at}",
        back=f"/checkup/{known}/{at - 1}" if at > 1 else "/checkup",
        credit=PHQ_CREDIT if known != "peg" and at == 1 else "",
    )


@router.post("/checkup/{name}/{number}")
def save(
    visit: Writing,
    name: str,
    number: str,
    id: Annotated[str, Form(max_length=64)],
    answer: Annotated[str, Form()] = "",
    day: Annotated[str, Form()] = "",
) -> Response:
    """Keep one answer and go on; an empty one is a skip."""
    known, on = _name(name), _day(visit, day)
    asked = items(known, visit.state.knowledge)
    at = whole(number, 1, len(asked), "The question")
    key = asked[at - 1].key
    if answer != "":
        given = float(whole(answer, 0, 10 if known == "peg" else 3, "The answer"))
        _keep(visit, known, on, {key: given}, id)
        if known == "phq-9" and key == SELF_HARM and given > 0:
            return RedirectResponse(CRISIS, 303)
    if at < len(asked):
        return RedirectResponse(f"/checkup/{known}/{at + 1}", 303)
    return RedirectResponse(f"/checkup/{known}/saved?day={on}", 303)


@router.post("/checkup/phq-9")
def all_nine(visit: Writing, id: Annotated[str, Form(max_length=64)]) -> Response:
    """Go on to all nine questions of mood; the two that were answered today are not asked again."""
    today = visit.now.date().isoformat()
    given = _given(visit, "phq-2", today)
    if given:
        _keep(visit, "phq-9", today, given, id)
    return RedirectResponse("/checkup/phq-9", 303)


def _keep(visit: Visit, name: Name, day: str, given: dict[str, float], id: str) -> None:
    """Add answers to the questionnaire of a day; with the last one comes its score."""
    people, batch = visit.state.store.people, _batch(visit, name, day)
    instrument = visit.state.knowledge.instruments[name]
    keys = [item.key for item in items(name, visit.state.knowledge)]
    for left in reversed(range(TRIES)):
        old = answer_of(visit, "scales", day, lambda body: body.get("instrument") == name)
        before: dict[str, float] = dict((old.body or {}).get("items") or {}) if old is not None else {}
        merged = {key: value for key, value in (before | given).items() if key in keys}
        if merged == before:
            return
        ids = {str(n): item.id for n, item in enumerate(instrument.items, 1)}
        scored = score(instrument, {ids.get(key, key): value for key, value in merged.items()})
        body: dict[str, Any] = {"at": day, "instrument": name, "items": merged}
        if scored.total is not None and name != "peg":
            body["score"] = scored.total
        fresh = id if people.fact(visit.person.id, id) is None else new_id()
        entries = [Entry(fresh, "scales", body, None if old is None else old.id)]
        if scored.total is not None and name == "peg":
            entries.append(_mean(visit, day, scored.total))
        try:
            visit.write(entries, batch)
        except Conflict:
            if left == 0:
                raise
            continue
        return


def _mean(visit: Visit, day: str, total: float) -> Entry:
    """The mean of the PEG: a score of function, to two decimals."""
    old = answer_of(visit, "function", day, lambda body: body.get("instrument") == "peg")
    body = {"at": day, "instrument": "peg", "score": round(total, 2)}
    return Entry(new_id(), "function", body, None if old is None else old.id)


def _given(visit: Visit, name: Name, day: str) -> dict[str, float]:
    """The answers of a day."""
    fact = answer_of(visit, "scales", day, lambda body: body.get("instrument") == name)
    return {} if fact is None else dict((fact.body or {}).get("items") or {})


def _complete(visit: Visit, name: Name, day: str) -> bool:
    return len(_given(visit, name, day)) == len(items(name, visit.state.knowledge))


def _said(given: dict[str, float], item: Item) -> str:
    return f"{given[item.key]:g}" if item.key in given else ""


def _last(visit: Visit, name: Name) -> str:
    """The last day on which any question of it was answered; empty where none was."""
    people, person = visit.state.store.people, visit.person.id
    facts: list[Kept] = [*people.current(person, "scales"), *people.current(person, "function")]
    return max(
        (str(f.body["at"])[:10] for f in facts if f.body and f.body.get("instrument") == name), default=""
    )


def _name(text: str) -> Name:
    for name in NAMES:
        if name == text:
            return name
    raise Refusal(404, "Not there", "There is no such check-up. Nothing was changed.")


def _day(visit: Visit, text: str) -> str:
    """The day a questionnaire was begun: one begun before midnight stays one. Any other day is today."""
    today = visit.now.date()
    yesterday = (today - timedelta(days=1)).isoformat()
    return yesterday if text == yesterday else today.isoformat()


def _batch(visit: Visit, name: Name, day: str) -> str:
    """All answers of one questionnaire on one day: one undo takes them back."""
    return f"{visit.person.id}-{date.fromisoformat(day)}-{name}"
