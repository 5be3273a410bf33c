"""One person on one screen: the review, what is recorded from it, and the review as files."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

import msgspec
from fastapi import APIRouter, Depends, Form, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from algesia.adapters.fhir.write import review_bundle
from algesia.adapters.store.people import Conflict, record_of
from algesia.quantities.refusal import InputRefused, shorten
from algesia.record.codec import write_record
from algesia.report.answer import review_json
from algesia.report.compose import document
from algesia.report.days import Calendar
from algesia.report.letter import letter, letter_pdf
from algesia.report.pdf import Paper, review_pdf
from algesia.report.statements import LEVEL_WORDS
from algesia.report.text import review_text
from algesia.review import review
from algesia.web.clinic import recording
from algesia.web.clinic.asked import SPANS, back_to, day_out, first_shown, in_path, reviewed_as_asked
from algesia.web.clinic.changed import changes
from algesia.web.clinic.facts_words import LIST_WORDS, fact_time, fact_words
from algesia.web.clinic.picture import zoomed
from algesia.web.clinic.plain_options import document_in_words, signs_in_words
from algesia.web.clinic.view import desk
from algesia.web.errors import Refusal
from algesia.web.person.released import standing
from algesia.web.reviews import Reviewed
from algesia.web.visit import Allow, Visit, new_id

router = APIRouter(tags=["clinic"], prefix="/clinic/{person_id}", dependencies=[Depends(in_path)])
Reading = Annotated[Visit, Depends(Allow("read-review"))]
Writing = Annotated[Visit, Depends(Allow("write-review"))]
AsOf = Annotated[str, Query(max_length=20)]
ReadBack = Annotated[str, Query(max_length=64)]
NOTE_WIDTH: Final = 100
IMPORT: Final = "-import"
"""How the batch ends that added a record."""


@router.get("", response_class=HTMLResponse)
def one_person(visit: Reading, as_of: AsOf = "", span: AsOf = "", kept: ReadBack = "") -> Response:
    """The review of one person; in an emergency nothing but the emergency."""
    reviewed = reviewed_as_asked(visit, as_of)
    a = reviewed.review
    doc = document_in_words(document(a, visit.place))
    known = visit.state.knowledge
    ids = [lock.id for lock in (a.emergency or a.interlocks)]
    shown: dict[str, Any] = {
        "locks": list(zip(doc.locks, ids, strict=True)),
        "said": _said(visit, reviewed, kept),
        "forms": {
            "id": new_id(),
            "day": day_out(reviewed.record, recording.default_day(visit, reviewed)),
            "latest": day_out(reviewed.record, recording.latest_day(visit, reviewed)),
            "relative": reviewed.record.relative,
            "signs": [(s.id, s.clinical) for s in known.signs.values()],
            "labs": [(id, words, recording.UNIT_WORDS.get(unit, unit)) for id, words, unit in recording.LABS],
            "scales": [
                (i.id, i.name, i.high) for i in known.instruments.values() if i.id not in ("nrs", "peg")
            ],
        },
        "as_of": day_out(reviewed.record, a.as_of),
        "asked": as_of,
        "past": _past(visit, reviewed),
    }
    if a.emergency:
        signs = [(name, known.signs[name].clinical) for name in recording.emergency_signs(a, known)]
        return desk(
            visit,
            "clinic_emergency.html.j2",
            tab="review",
            reviewed=reviewed,
            doc=doc,
            emergency_signs=signs,
            **shown,
        )
    first = first_shown(a.as_of, span)
    picture = (
        visit.state.reviews.kept_with(reviewed, f"zoomed-{first}", lambda: zoomed(reviewed, first))
        if doc.pictured
        else None
    )
    return desk(
        visit, "clinic_review.html.j2", tab="review", reviewed=reviewed, doc=doc, picture=picture, span=span, spans=SPANS,
        unit_words=recording.UNIT_WORDS, asks=[(document_in_words(q), recording.field_of(q, known)) for q in a.ask_next],
        links=_option_links(visit.person.id), stands=standing(visit), **shown,
    )  # fmt: skip


@router.post("/record")
async def record(visit: Writing, request: Request) -> Response:
    """Record one fact; the page comes back with what changed."""
    form = await _form(request)
    reviewed = visit.reviewed()
    id = form.get("id", "")
    if form.get("kind") == "assessment":
        entries = recording.assessment(visit, reviewed, id, form)
    else:
        entries = [recording.entry(visit, reviewed, id, form)]
    try:
        written = visit.write(entries)
    except Conflict:
        says = "This form was sent before with something else in it, and that is what is kept. Open the page anew, then record this."
        raise Refusal(409, "Recorded already", says) from None
    except InputRefused as refused:
        value = "" if refused.value is None else f"{shorten(refused.value)} "
        says = f"{value}{refused.problem}. Expected: {refused.expected}. Nothing was changed."
        raise Refusal(422, "This cannot be recorded as it is", says) from None
    return _back(visit, form.get("next"), written.batch)


@router.post("/naloxone")
def naloxone(
    visit: Writing,
    id: Annotated[str, Form(min_length=1, max_length=64)],
    next: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Record that naloxone was offered and taught."""
    written = visit.write([recording.naloxone(visit, visit.reviewed(), id)])
    return _back(visit, next, written.batch)


@router.post("/undo")
def undo(
    visit: Writing,
    batch: Annotated[str, Form(min_length=1, max_length=80)],
    next: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Take back what this visitor wrote; it stays in the history."""
    people, person = visit.state.store.people, visit.person
    rows = [fact for fact in people.history(person.id) if fact.batch == batch]
    if not rows or any(fact.written_by != visit.who.id for fact in rows) or batch.endswith(IMPORT):
        raise Refusal(422, "Not yours to undo", "Only what you wrote yourself can be taken back here.")
    people.undo(person.id, batch, by=visit.who.id, at=visit.stamp)
    return RedirectResponse(back_to(next, f"/clinic/{quote(person.id, safe='')}"), 303)


@router.get("/note", response_class=PlainTextResponse)
def note(visit: Reading, as_of: AsOf = "") -> Response:
    """The review as plain text, to paste into a chart."""
    reviewed = reviewed_as_asked(visit, as_of)
    return PlainTextResponse(review_text(reviewed.review, NOTE_WIDTH, color=False))


@router.get("/record.json")
def record_json(visit: Reading) -> Response:
    """The record as algesia JSON."""
    return _file(write_record(visit.reviewed().record), "application/json", "record.json")


@router.get("/review.json")
def answer(visit: Reading, as_of: AsOf = "") -> Response:
    """The review as algesia JSON."""
    reviewed = reviewed_as_asked(visit, as_of)
    return _file(review_json(reviewed.review, visit.place), "application/json", "review.json")


@router.get("/review.fhir.json")
def fhir(visit: Reading, as_of: AsOf = "") -> Response:
    """The review as a FHIR R4 Bundle."""
    reviewed = reviewed_as_asked(visit, as_of)
    data = msgspec.json.format(msgspec.json.encode(review_bundle(reviewed.review, visit.place)), indent=2)
    return _file(data, "application/fhir+json", "review.fhir.json")


@router.get("/review.pdf")
def pdf(visit: Reading, as_of: AsOf = "", paper: Paper = "a4") -> Response:
    """The review on two pages."""
    reviewed = reviewed_as_asked(visit, as_of)
    return _file(review_pdf(reviewed.review, visit.place, paper), "application/pdf", "review.pdf")


@router.get("/letter.pdf")
def referral(visit: Reading, as_of: AsOf = "", paper: Paper = "a4") -> Response:
    """The referral letter on one page."""
    reviewed = reviewed_as_asked(visit, as_of)
    page = letter(reviewed.review, visit.state.knowledge, visit.place)
    return _file(letter_pdf(page, paper), "application/pdf", "letter.pdf")


@router.get("/report", response_class=HTMLResponse)
def report(visit: Reading, as_of: AsOf = "") -> Response:
    """The report before it is printed: page one as it is laid out, and the letter."""
    reviewed = reviewed_as_asked(visit, as_of)
    a = reviewed.review
    doc = document_in_words(document(a, visit.place))
    return desk(
        visit, "clinic_report.html.j2", tab="report", reviewed=reviewed, doc=doc, asked=as_of, past=_past(visit, reviewed),
        as_of=day_out(reviewed.record, a.as_of), picture=reviewed.picture if doc.pictured else None,
        page=document_in_words(letter(a, visit.state.knowledge, visit.place)),
    )  # fmt: skip


def _past(visit: Visit, reviewed: Reviewed) -> dict[str, object] | None:
    """Where an earlier day was asked for: that day, the latest one, and what holds on the latest one."""
    latest = visit.reviewed().review
    if latest.as_of == reviewed.review.as_of:
        return None
    cal = Calendar.of(latest)
    locks = [f"{LEVEL_WORDS[lock.level]}: {lock.title}" for lock in latest.emergency or latest.interlocks]
    return {"day": cal.long(reviewed.review.as_of), "latest": cal.long(latest.as_of), "locks": locks}


def _option_links(person: str) -> dict[str, str]:
    """The workbench page behind an option of the review."""
    here = f"/clinic/{quote(person, safe='')}"
    return {
        "taper": f"{here}/taper", "pause": f"{here}/taper", "continue-and-review": f"{here}/taper",
        "rotate-buprenorphine": f"{here}/rotate?to=buprenorphine", "rotate-methadone": f"{here}/rotate?to=methadone",
        "pain-specialist": f"{here}/report",
    }  # fmt: skip


def _said(visit: Visit, reviewed: Reviewed, batch: str) -> dict[str, object] | None:
    """What was just recorded, with what it changed in the review."""
    if not batch or batch.endswith(IMPORT):
        return None
    written = [fact for fact in reviewed.kept if fact.batch == batch]
    if not written:
        return None
    rest = [fact for fact in reviewed.kept if fact.batch != batch]
    before = review(record_of(reviewed.person, rest), visit.state.knowledge, reviewed.review.as_of)
    return {
        "batch": batch,
        "facts": [
            f"{LIST_WORDS.get(fact.list, fact.list)}: {fact_words(fact, visit.state.knowledge)}, {fact_time(fact)}"
            for fact in written
        ],
        "changes": [signs_in_words(text) for text in changes(before, reviewed.review)],
        "mine": all(fact.written_by == visit.who.id for fact in written),
    }


def _back(visit: Visit, path: str | None, batch: str) -> Response:
    """To the page the form came from, with what was kept."""
    target = back_to(path, f"/clinic/{quote(visit.person.id, safe='')}")
    page, _, _ = target.partition("#")
    joint = "&" if "?" in page else "?"
    return RedirectResponse(f"{page}{joint}{urlencode({'kept': batch})}#kept", 303)


async def _form(request: Request) -> dict[str, str]:
    """The text fields of a form; files are not looked at."""
    sent = await request.form()
    form = {key: value for key, value in sent.items() if isinstance(value, str)}
    if any("\0" in value for value in form.values()):
        says = (
            "It holds a character that cannot be kept. Nothing was changed. Write it anew, and send it again."
        )
        raise Refusal(422, "This cannot be recorded as it is", says)
    return form


def _file(data: bytes, kind: str, name: str) -> Response:
    return Response(data, media_type=kind, headers={"Content-Disposition": f'inline; filename="{name}"'})
