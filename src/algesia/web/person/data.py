"""Your data: a copy of everything in five formats, and deletion with a receipt."""

from __future__ import annotations

from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Depends, Form, Path
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.store import transfer
from algesia.adapters.store.diary import TYPES
from algesia.report.plan_calendar import day_words
from algesia.web.errors import Refusal
from algesia.web.person.released import forget
from algesia.web.render import page
from algesia.web.visit import OWN, Allow, Visit, new_id

router = APIRouter(tags=["person"])
Reading = Annotated[Visit, Depends(Allow("read-diary"))]
Exporting = Annotated[Visit, Depends(Allow("export"))]
Erasing = Annotated[Visit, Depends(Allow("erase"))]
Anybody = Annotated[Visit, Depends(Allow("open"))]
ReceiptId = Annotated[str, Path(pattern="^[0-9a-f]{12}$")]

NAMES: Final = {
    "person": "About you", "conditions": "Conditions", "medications": "Medicines", "doses": "Doses when needed",
    "pain": "Pain", "function": "What pain keeps you from", "body_maps": "Body maps", "signs": "Signs",
    "tests": "Tests", "scales": "Check-ups", "labs": "Lab results", "interventions": "Treatments", "goals": "Goals",
    "goal_days": "Days with your goal", "taken": "Doses as planned", "bad_days": "Bad days", "sleep": "Sleep",
    "notes": "Notes", "settings": "Settings", "releases": "Released plans",
}  # fmt: skip
"""Every list by the name that the person knows it by."""
RECEIPT: Final = 12


@router.get("/data", response_class=HTMLResponse)
def data(visit: Reading, added: str = "") -> Response:
    """What is kept, and what can be done with it."""
    current = visit.reviewed().kept
    added = added if added.isalnum() and any(fact.batch == added for fact in current) else ""
    return page(
        visit, "data_page.html.j2", tab="more", total=len(current), rows=counted(visit), since=_since(visit),
        added=sum(fact.batch == added for fact in current) if added else 0, batch=added,
    )  # fmt: skip


@router.get("/data/algesia-export.json")
def whole(visit: Exporting) -> Response:
    """Everything, with its history."""
    reviewed = visit.reviewed()
    history = visit.state.store.people.history(visit.person.id)
    made = transfer.export_json(reviewed.record, reviewed.kept, history, visit.stamp)
    return _file(made, "application/json", f"algesia-export-{_day(visit)}.json")


@router.get("/data/record.json")
def record(visit: Exporting) -> Response:
    """The record alone."""
    return _file(
        transfer.record_json(visit.reviewed().record), "application/json", f"record-{_day(visit)}.json"
    )


@router.get("/data/algesia-csv.zip")
def csv_files(visit: Exporting) -> Response:
    """Tables for a spreadsheet."""
    reviewed = visit.reviewed()
    made = transfer.csv_zip(reviewed.record, reviewed.kept, visit.now)
    return _file(made, "application/zip", f"algesia-csv-{_day(visit)}.zip")


@router.get("/data/fhir.json")
def fhir(visit: Exporting) -> Response:
    """The record as a FHIR R4 Bundle."""
    from algesia.adapters.fhir.write_record import record_bundle

    own = visit.reviewed().record
    if own.relative:
        raise Refusal(
            409, "No dates", "This diary counts days and knows no dates. FHIR needs dates. Save it as JSON."
        )
    made = orjson.dumps(record_bundle(own, visit.stamp), option=orjson.OPT_INDENT_2)
    return _file(made, "application/fhir+json", f"fhir-{_day(visit)}.json")


@router.get("/data/fhir", response_class=HTMLResponse)
def fhir_told(visit: Reading) -> Response:
    """What the FHIR file cannot hold, before it is saved."""
    from algesia.adapters.fhir.write_record import left_out

    reviewed = visit.reviewed()
    lines = left_out(reviewed.record)
    diary = sum(fact.list in TYPES for fact in reviewed.kept)
    return page(
        visit, "data_fhir.html.j2", tab="more", lines=lines, diary=diary, relative=reviewed.record.relative
    )


@router.get("/data/delete", response_class=HTMLResponse)
def delete_first(visit: Erasing) -> Response:
    """What would be deleted, and a copy first."""
    _own(visit)
    current = visit.reviewed().kept
    return page(visit, "data_delete.html.j2", tab="more", sure=False, total=len(current), rows=counted(visit))


@router.get("/data/delete/sure", response_class=HTMLResponse)
def delete_sure(visit: Erasing) -> Response:
    """The second page: the button that deletes."""
    _own(visit)
    return page(
        visit, "data_delete.html.j2", tab="more", sure=True, total=len(visit.reviewed().kept), rows=(),
        receipt=new_id()[:RECEIPT],
    )  # fmt: skip


@router.post("/data/delete")
def delete(visit: Erasing, receipt: Annotated[str, Form(pattern="^[0-9a-f]{12}$")]) -> Response:
    """Delete everything of this person. It cannot be undone."""
    _own(visit)
    people = visit.state.store.people
    person = visit.person
    transfer.erase_for_good(people, person, by=visit.who.id, at=visit.stamp, receipt=receipt)
    forget(visit.state.reviews, person.id)
    visit.state.reviews.forget(person.id)
    if visit.who.role == "patient":
        transfer.begin_anew(people, visit.who.id, new_id(), at=visit.stamp)
    answer = RedirectResponse(f"/data/deleted/{receipt}", 303)
    answer.delete_cookie(OWN, path="/")
    return answer


@router.get("/data/deleted/{receipt}", response_class=HTMLResponse)
def deleted(visit: Anybody, receipt: ReceiptId) -> Response:
    """The receipt."""
    found = _receipt(visit, receipt)
    return page(
        visit, "data_deleted.html.j2", tab="", receipt=found, remains=remains(visit), day=found.at[:10]
    )


@router.get("/data/deleted/{receipt}/receipt.txt")
def receipt_text(visit: Anybody, receipt: ReceiptId) -> Response:
    """The receipt as a text file."""
    found = _receipt(visit, receipt)
    lines = (
        "algesia: receipt of a deletion", f"Receipt: {found.id}", f"When: {found.at} (UTC)",
        f"Deleted: {found.rows} rows, all that was kept in this diary, with its history.",
        "What remains:", *(f"- {line}" for line in remains(visit)),
    )  # fmt: skip
    return _file("\n".join([*lines, ""]).encode(), "text/plain; charset=utf-8", f"receipt-{found.id}.txt")


def counted(visit: Visit) -> tuple[tuple[str, int], ...]:
    """Each list that holds something, by its name, with how many facts hold."""
    current = visit.reviewed().kept
    rows = ((words, sum(fact.list == name for fact in current)) for name, words in NAMES.items())
    return tuple((words, count) for words, count in rows if count)


def remains(visit: Visit) -> tuple[str, ...]:
    """What a deletion does not reach."""
    lines = [
        "One line in the log: that something was deleted, when, and this receipt. Nothing of what you wrote."
    ]
    if visit.state.store.people.engine.dialect.name != "sqlite":
        lines.append("The database server frees the space on its own; until then it may hold traces.")
    if visit.state.settings.clinic:
        lines.append("Your account, without a diary. Backups of the clinic, until they are replaced.")
    return (*lines, "Copies and backups that you made yourself. Delete them where you keep them.")


def _receipt(visit: Visit, receipt: str) -> transfer.Receipt:
    found = transfer.receipt_of(visit.state.store.people, receipt)
    if found is None:
        raise Refusal(404, "Not there", "There is no such receipt. Nothing was deleted under this number.")
    return found


def _own(visit: Visit) -> None:
    if visit.person.kind == "example":
        raise Refusal(409, "An example", "This is an example, not your diary. Close it first.")


def _since(visit: Visit) -> str:
    first = transfer.first_day(visit.reviewed().kept)
    return "" if first is None else day_words(first.toordinal())


def _day(visit: Visit) -> str:
    return visit.now.strftime("%Y-%m-%d")


def _file(made: bytes, kind: str, name: str) -> Response:
    return Response(made, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
