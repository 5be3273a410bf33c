"""Bringing data in: a file is read, what it would add is shown, and only then is it written, in one batch."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Depends, File, Form, UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.store.incoming import Incoming, read_upload
from algesia.adapters.store.model import Entry
from algesia.adapters.store.transfer import Preview, compare
from algesia.quantities.refusal import InputRefused
from algesia.report.plan_calendar import day_words
from algesia.web.errors import Refusal
from algesia.web.person.data import NAMES
from algesia.web.render import page
from algesia.web.reviews import Reviews
from algesia.web.visit import Allow, Visit, new_id

router = APIRouter(tags=["person"])
Writing = Annotated[Visit, Depends(Allow("write-diary"))]

WAITS: Final = timedelta(minutes=30)
MOST_WAITING: Final = 32


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that was read and not yet added."""

    person: str
    incoming: Incoming
    until: datetime


_WAITING: Final[WeakKeyDictionary[Reviews, OrderedDict[str, Waiting]]] = WeakKeyDictionary()
"""In memory only: what is not added is never on disk."""


@router.get("/data/import", response_class=HTMLResponse)
def ask(visit: Writing) -> Response:
    """Choose a file."""
    _own(visit)
    return page(visit, "data_import.html.j2", tab="more", problem="")


@router.post("/data/import", response_class=HTMLResponse)
def read(visit: Writing, files: Annotated[list[UploadFile], File()] = []) -> Response:  # noqa: B006
    """Read what was chosen and show what it would add. Nothing is written."""
    _own(visit)
    given = [(file.filename or "file", file.file.read()) for file in files if file.filename]
    try:
        incoming = read_upload(given)
        found = _compared(visit, incoming)
    except InputRefused as refused:
        return page(visit, "data_import.html.j2", 422, tab="more", problem=str(refused))
    token = new_id()
    waiting = _WAITING.setdefault(visit.state.reviews, OrderedDict())
    # one preview a person: nobody pushes out what somebody else is looking at
    for old in [k for k, one in waiting.items() if one.until < visit.moment or one.person == visit.person.id]:
        del waiting[old]
    waiting[token] = Waiting(visit.person.id, incoming, visit.moment + WAITS)
    while len(waiting) > MOST_WAITING:
        waiting.popitem(last=False)
    return page(
        visit, "data_preview.html.j2", tab="more", token=token, found=found, names=NAMES,
        files=[name for name, _ in given], span=_span(found),
    )  # fmt: skip


@router.post("/data/import/add")
def add(visit: Writing, token: Annotated[str, Form(pattern="^[0-9a-f]{32}$")]) -> Response:
    """Add what was shown, in one batch that one undo takes back."""
    _own(visit)
    people = visit.state.store.people
    if people.fact(visit.person.id, f"{token}-0") is not None:
        return RedirectResponse(f"/data?added={token}", 303)
    waiting = _WAITING.get(visit.state.reviews, OrderedDict())
    one = waiting.get(token)
    if one is None or one.person != visit.person.id or one.until < visit.moment:
        raise Refusal(
            409, "Send the file again", "It was not kept any longer. Nothing was added. Choose it once more."
        )
    found = _compared(visit, one.incoming)
    settings = people.current(visit.person.id, "settings")
    entries = [
        Entry(f"{token}-{index}", name, body, settings[-1].id if name == "settings" and settings else None)
        for index, (name, body) in enumerate(found.new)
    ]
    if entries:
        visit.write(entries, token)
    waiting.pop(token, None)
    return RedirectResponse(f"/data?added={token}", 303)


def _compared(visit: Visit, incoming: Incoming) -> Preview:
    reviewed = visit.reviewed()
    return compare(incoming, reviewed.record, reviewed.kept, releases=not visit.state.settings.clinic)


def _span(found: Preview) -> str:
    """The days of what is new."""
    if not found.first:
        return ""
    first, last = (day_words(datetime.fromisoformat(day).toordinal()) for day in (found.first, found.last))
    return first if first == last else f"{first} to {last}"


def _own(visit: Visit) -> None:
    if visit.person.kind == "example":
        raise Refusal(409, "An example", "This is an example, not your diary. Close it first.")
