"""The people a clinician may see, and adding a record."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.store.model import Person
from algesia.adapters.store.people import Conflict
from algesia.quantities.refusal import InputRefused
from algesia.record.model import Record
from algesia.web.clinic.asked import back_to
from algesia.web.clinic.people_list import GROUPS, Line, lines
from algesia.web.clinic.uploads import Upload, read_uploads
from algesia.web.clinic.view import KEYS, desk
from algesia.web.errors import Refusal
from algesia.web.visit import Allow, Visit, new_id

router = APIRouter(tags=["clinic"])
Listing = Annotated[Visit, Depends(Allow("list-people"))]
Adding = Annotated[Visit, Depends(Allow("add-person"))]

GRANT_DAYS: Final = 180
"""For how long the clinician who added a record sees it without the person's own consent."""
LONGEST_NAME: Final = 80
A_YEAR: Final = 366 * 86_400


@router.get("/clinic", response_class=HTMLResponse)
def people(
    visit: Listing,
    q: Annotated[str, Query(max_length=200)] = "",
    show: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The people, those who need something first."""
    everybody = seen_by(visit)
    wanted = q.strip().casefold()
    own = lines(visit, [p for p in everybody if p.kind != "example" and wanted in p.name.casefold()])
    examples = lines(visit, [p for p in everybody if p.kind == "example" and wanted in p.name.casefold()])
    return _page(visit, own, examples, q=q, show=show)


@router.post("/clinic/add", response_class=HTMLResponse)
def add(
    visit: Adding,
    files: Annotated[list[UploadFile], File(default_factory=list)],
    id: Annotated[str, Form(min_length=1, max_length=64)],
    name: Annotated[str, Form(max_length=LONGEST_NAME)] = "",
) -> Response:
    """Add a record from a file; the person it is about is shown."""
    chosen = [Upload(file.filename or "", file.file.read()) for file in files if file.filename]
    try:
        record = read_uploads(chosen)
    except InputRefused as refused:
        return _page(visit, (), (), status=422, refused=f"{refused} Nothing was added.", name=name)
    known = visit.state.store.people.get(id)
    if known is None:
        try:
            _keep(visit, id, name.strip() or named(record, chosen), record)
        except Conflict:
            raise Refusal(
                409, "Added already", "This form was sent twice. The record is in the list."
            ) from None
    return RedirectResponse(f"/clinic/{quote(id, safe='')}", 303)


@router.post("/clinic/keys")
def keys(
    visit: Listing, on: Annotated[bool, Form()], next: Annotated[str, Form(max_length=500)] = ""
) -> Response:
    """Turn the single-key shortcuts on or off in this browser."""
    answer = RedirectResponse(f"{back_to(next, '/clinic')}#keys", 303)
    secure = visit.state.settings.secure
    answer.set_cookie(
        KEYS, "on" if on else "off", max_age=A_YEAR, path="/", httponly=True, samesite="lax", secure=secure
    )
    return answer


def seen_by(visit: Visit) -> tuple[Person, ...]:
    """The people whose records this visitor may open: everybody in local mode, else whose consent holds, and examples."""
    everybody = visit.state.store.people.all()
    if not visit.state.settings.clinic:
        return everybody
    from algesia.web.account.sharing import shared_with

    shared = shared_with(visit.state, visit.who.id)
    return tuple(person for person in everybody if person.kind == "example" or person.id in shared)


def named(record: Record, files: list[Upload]) -> str:
    """The name of a record that was given none: the person's id in it, or the file's name."""
    if record.person.id:
        return record.person.id[:LONGEST_NAME]
    stem = files[0].name.rsplit("/", 1)[-1].rsplit(".", 1)[0] if len(files) == 1 else "CSV files"
    return (stem.strip() or "added record")[:LONGEST_NAME]


def _keep(visit: Visit, id: str, name: str, record: Record) -> None:
    store = visit.state.store
    store.people.add_record(id, "imported", name, record, by=visit.who.id, at=visit.stamp)
    store.audit.add(visit.who.id, "add-person", id, at=visit.stamp)
    if visit.state.settings.clinic:
        from algesia.web.account.sharing import give

        give(visit.state, person=id, clinician=visit.who.id, days=GRANT_DAYS, at=visit.moment)
        store.audit.add(
            visit.who.id, "consent-given", id, f"{visit.who.id} {GRANT_DAYS} days", at=visit.stamp
        )


def _page(
    visit: Visit,
    own: tuple[Line, ...],
    examples: tuple[Line, ...],
    *,
    q: str = "",
    show: str = "",
    refused: str = "",
    name: str = "",
    status: int = 200,
) -> HTMLResponse:
    counts = {group: sum(group in line.groups for line in own) for group, _ in GROUPS}
    shown = show if show in counts else ""
    kept = [line for line in own if not shown or shown in line.groups]
    sections = [(group, words, [line for line in kept if line.groups[0] == group]) for group, words in GROUPS]
    if shown:
        sections = [(group, words, kept) for group, words in GROUPS if group == shown]
    return desk(
        visit, "clinic_people.html.j2", tab="people", status=status, sections=[s for s in sections if s[2]],
        examples=examples, counts=[(g, w, counts[g]) for g, w in GROUPS if counts[g] or g in ("urgent", "trap", "review")],
        total=len(own), q=q, show=shown, refused=refused, new_id=new_id(), given_name=name,
        unseen=counts["unseen"],
    )  # fmt: skip
