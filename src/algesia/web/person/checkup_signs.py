"""Anything new, and signs of withdrawal: yes, no or skip, one screen each, kept at once. What needs help now leads there."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Form
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.store.model import Kept
from algesia.web.person.answers import answer_of, put
from algesia.web.person.checkup_words import (
    BESIDE_SIGNS,
    BODY_SIGNS,
    DANGERS,
    NONE_OF_THESE,
    NOTICED,
    URGENT,
    withdrawal,
)
from algesia.web.person.fields import clock_of, refuse, whole
from algesia.web.render import page
from algesia.web.visit import Allow, Visit, new_id

router = APIRouter(tags=["person"])
Reading = Annotated[Visit, Depends(Allow("read-diary"))]
Writing = Annotated[Visit, Depends(Allow("write-diary"))]

SCREENS: Final = len(DANGERS) + len(NOTICED)
WITHDRAWAL: Final = "withdrawal-signs"
NALOXONE: Final = "naloxone-at-hand"
SAME_HOUR: Final = timedelta(minutes=60)
"""An answer within an hour of the one before it corrects that; a later one is news of its own."""
_SAYS: Final = {True: "Yes", False: "No", None: "Not sure"}


@router.get("/checkup/new", response_class=HTMLResponse)
def new_signs(visit: Reading) -> Response:
    """The first screen of "Anything new?"."""
    return sign_question(visit, "1")


@router.get("/checkup/new/saved", response_class=HTMLResponse)
def new_saved(visit: Reading) -> Response:
    """What was kept in the last hour, with undo and change."""
    texts = visit.state.knowledge.signs
    names = {name: number for number, (name, _, _) in enumerate(NOTICED, len(DANGERS) + 1)}
    for number, danger in enumerate(DANGERS, 1):
        names |= {name: number for name, _ in danger.signs}
    found = [fact for fact in _recent(visit) if (fact.body or {}).get("sign") in names]
    if not found:
        return RedirectResponse("/checkup", 303)
    lines = []
    for fact in found:
        body = fact.body or {}
        sign = str(body["sign"])
        short = texts[sign].short or texts[sign].plain
        lines.append((short, _SAYS[body.get("present")], f"/checkup/new/{names[sign]}"))
    return page(
        visit,
        "checkup_saved.html.j2",
        tab="today",
        time=clock_of(visit, found[-1].written_at),
        lines=lines,
        left=0,
        first_open=None,
        again="/checkup/new/1",
        batch=found[-1].batch,
        more=False,
        credit="",
    )


@router.get("/checkup/new/{number}", response_class=HTMLResponse)
def sign_question(visit: Reading, number: str) -> Response:
    """One sign, or one group of signs that need help now."""
    at = whole(number, 1, SCREENS, "The question")
    group = DANGERS[at - 1] if at <= len(DANGERS) else None
    sign, asks, explains = (
        NOTICED[at - len(DANGERS) - 1] if group is None else ("", group.question, group.explains)
    )
    said = {str((f.body or {})["sign"]): (f.body or {}).get("present") for f in _recent(visit)}
    return page(
        visit,
        "checkup_sign.html.j2",
        tab="today",
        id=new_id(),
        number=at,
        of=SCREENS,
        asks=asks,
        explains=explains,
        signs=group.signs if group is not None else (),
        nothing=NONE_OF_THESE,
        said=said,
        sign=sign,
        back=f"/checkup/new/{at - 1}" if at > 1 else "/checkup",
    )


@router.post("/checkup/new/{number}")
def save_sign(
    visit: Writing,
    number: str,
    id: Annotated[str, Form(max_length=60)],
    answer: Annotated[str, Form()] = "",
) -> Response:
    """Keep the answer and go on, or go where help is."""
    at = whole(number, 1, SCREENS, "The question")
    onward = f"/checkup/new/{at + 1}" if at < SCREENS else "/checkup/new/saved"
    if answer == "":
        return RedirectResponse(onward, 303)
    if at > len(DANGERS):
        if answer not in ("yes", "no"):
            raise refuse("Tap Yes, No or Skip", "Go back and tap one of the answers.")
        _write(visit, id, NOTICED[at - len(DANGERS) - 1][0], answer == "yes")
        return RedirectResponse(onward, 303)
    names = [name for name, _ in DANGERS[at - 1].signs]
    if answer == "none":
        for index, name in enumerate(names):
            _write(visit, f"{id}-{index}", name, False)
        return RedirectResponse(onward, 303)
    if answer not in names:
        raise refuse("Tap one of the answers", "Go back and tap what you had, or None of these.")
    _write(visit, id, answer, True)
    return RedirectResponse(f"/help/urgent?sign={answer}", 303)


@router.get("/checkup/withdrawal", response_class=HTMLResponse)
def withdrawal_question(visit: Reading) -> Response:
    """A plain list of signs, in our own words; no score."""
    return _withdrawal(visit)


@router.post("/checkup/withdrawal")
def save_withdrawal(
    visit: Writing,
    id: Annotated[str, Form(max_length=64)],
    signs: Annotated[list[str] | None, Form()] = None,
    none: Annotated[str, Form()] = "",
) -> Response:
    """Keep which of them are there today."""
    ticked = [] if none else [s for s in signs or [] if s in dict(BODY_SIGNS + BESIDE_SIGNS)]
    if not ticked and not none:
        return _withdrawal(visit, "Tap what you have today, or None of these. Nothing was changed.", 422)
    present, note = withdrawal(ticked)
    _write(visit, id, WITHDRAWAL, present, note)
    return RedirectResponse("/checkup/withdrawal/saved", 303)


@router.get("/checkup/withdrawal/saved", response_class=HTMLResponse)
def withdrawal_saved(visit: Reading) -> Response:
    """What was kept."""
    found = [fact for fact in _recent(visit) if (fact.body or {}).get("sign") == WITHDRAWAL]
    if not found:
        return RedirectResponse("/checkup", 303)
    note = str((found[-1].body or {}).get("note", ""))
    return page(
        visit,
        "checkup_saved.html.j2",
        tab="today",
        time=clock_of(visit, found[-1].written_at),
        lines=[(part, "", "/checkup/withdrawal") for part in note.split("; ")],
        left=0,
        first_open=None,
        again="/checkup/withdrawal",
        batch=found[-1].batch,
        more=False,
        credit="",
    )


@router.get("/medicines/naloxone", response_class=HTMLResponse)
def naloxone(visit: Reading) -> Response:
    """Whether naloxone is at home."""
    kept = naloxone_kept(visit)
    present = None if kept is None else (kept.body or {}).get("present")
    said = "yes" if present is True else "no" if present is False else ""
    return page(visit, "medicine_naloxone.html.j2", tab="", id=new_id(), said=said)


@router.post("/medicines/naloxone")
def save_naloxone(
    visit: Writing, id: Annotated[str, Form(max_length=64)], answer: Annotated[Literal["yes", "no"], Form()]
) -> Response:
    """Keep the answer."""
    _write(visit, id, NALOXONE, answer == "yes")
    return RedirectResponse("/medicines", 303)


def naloxone_kept(visit: Visit) -> Kept | None:
    """The latest answer about naloxone at home."""
    facts = visit.state.store.people.current(visit.person.id, "signs")
    found = [fact for fact in facts if (fact.body or {}).get("sign") == NALOXONE]
    return max(found, key=lambda fact: str((fact.body or {})["at"]), default=None)


def last_asked(visit: Visit) -> str:
    """The last day on which any of these signs was asked."""
    asked = URGENT | {name for name, _, _ in NOTICED}
    return _last(visit, asked)


def last_withdrawal(visit: Visit) -> str:
    """The last day on which withdrawal signs were asked."""
    return _last(visit, {WITHDRAWAL})


def _last(visit: Visit, names: frozenset[str] | set[str]) -> str:
    facts = visit.state.store.people.current(visit.person.id, "signs")
    return max((str(f.body["at"])[:10] for f in facts if f.body and f.body["sign"] in names), default="")


def _withdrawal(visit: Visit, wrong: str = "", status: int = 200) -> Response:
    return page(
        visit, "checkup_withdrawal.html.j2", status, tab="today", id=new_id(), signs=BODY_SIGNS + BESIDE_SIGNS,
        nothing=NONE_OF_THESE, wrong=wrong,
    )  # fmt: skip


def _recent(visit: Visit) -> list[Kept]:
    """The signs answered within the hour, in the order of their writing."""
    since = (visit.now - SAME_HOUR).strftime("%Y-%m-%dT%H:%M")
    facts = visit.state.store.people.current(visit.person.id, "signs", since=since[:10])
    return [fact for fact in facts if str((fact.body or {}).get("at", "")) >= since]


def _write(visit: Visit, id: str, sign: str, present: bool | None, note: str = "") -> None:
    """Write the answer; one given within the hour before is changed."""
    body: dict[str, object] = {"at": visit.now.strftime("%Y-%m-%dT%H:%M"), "sign": sign, "present": present}
    if note:
        body["note"] = note
    kind = "withdrawal" if sign == WITHDRAWAL else "naloxone" if sign == NALOXONE else "new"
    ending = f"-{kind}"
    # one round of questions is one batch, also where the clock strikes within it
    batch = next(
        (fact.batch for fact in reversed(_recent(visit)) if fact.batch.endswith(ending)),
        f"{visit.person.id}-{body['at']}{ending}",
    )
    since = (visit.now - SAME_HOUR).strftime("%Y-%m-%dT%H:%M")

    def same(old: dict[str, object]) -> bool:
        return old.get("sign") == sign and str(old.get("at", "")) >= since

    known = visit.state.store.people.fact(visit.person.id, id)
    if known is not None and answer_of(visit, "signs", str(body["at"])[:10], same) is None:
        id = new_id()  # the form of an answer that was taken back since: a new answer
    put(visit, id, "signs", body, batch, same)
