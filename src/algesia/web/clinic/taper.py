"""The taper page: live what-if within the rule, printing, release to the person, and how a released taper goes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated, Final
from urllib.parse import parse_qs, quote

import msgspec
from fastapi import APIRouter, Depends, Form, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.fhir.write_plan import plan_bundle
from algesia.adapters.store.model import Entry
from algesia.charts.plan_dose import plan_picture
from algesia.plan.model import TaperPlan
from algesia.quantities.refusal import InputRefused
from algesia.report.days import Calendar, sentence
from algesia.report.pdf import Paper
from algesia.report.plan_answer import taper_json
from algesia.report.plan_calendar import Pages
from algesia.report.plan_follow_text import STATUS_WORDS
from algesia.report.plan_html import plan_on_page
from algesia.report.plan_ics import taper_ics
from algesia.report.plan_layout import PlanDocument, StepTable
from algesia.report.plan_pdf import taper_pdf
from algesia.report.plan_supplies import supplies_csv
from algesia.report.plan_taper_document import taper_document
from algesia.report.plan_words import supply_words
from algesia.report.release import Release, withheld
from algesia.web.clinic import recording
from algesia.web.clinic.asked import day_out, in_path
from algesia.web.clinic.bench import Bench, bench
from algesia.web.clinic.folds import fold_lines
from algesia.web.clinic.plain_options import document_in_words, in_words, nearest_query
from algesia.web.clinic.released import Running, running
from algesia.web.clinic.view import desk, shown_name
from algesia.web.errors import Refusal
from algesia.web.person.released import standing
from algesia.web.reviews import Reviewed
from algesia.web.visit import Allow, Visit, new_id

router = APIRouter(tags=["plan"], prefix="/clinic/{person_id}", dependencies=[Depends(in_path)])
Planning = Annotated[Visit, Depends(Allow("plan"))]
Releasing = Annotated[Visit, Depends(Allow("release"))]
Id = Annotated[str, Form(min_length=1, max_length=64)]
Whether = Annotated[bool, Query()]
NEXT_DAYS: Final = 28


@router.get("/taper", response_class=HTMLResponse)
def workbench(visit: Planning) -> Response:
    """The taper with its controls; everything in the address may be changed, nothing in it makes it faster."""
    reviewed = visit.reviewed()
    if reviewed.review.emergency:
        return RedirectResponse(_here(visit), 303)
    return _page(visit, reviewed, _bench(visit, reviewed, _sent(visit.request)))


@router.post("/release", response_class=HTMLResponse)
async def release(visit: Releasing, request: Request) -> Response:
    """Release the taper that was seen to the person it is for."""
    form = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    reviewed = visit.reviewed()
    acknowledged = bool(form.get("naloxone"))
    asked = parse_qs(form.get("asked", "")[:4000])
    made = _bench(visit, reviewed, asked, acknowledged)
    try:
        by = Release(by=form.get("by", ""), phone=form.get("phone", ""))
    except InputRefused as refused:
        return _page(visit, reviewed, made, refused=str(refused), status=422)
    why = withheld(made.plan, by, reviewed.record.relative)
    if why:
        return _page(visit, reviewed, made, refused=in_words(why), status=422)
    if form.get("seen") != seen(made.plan):
        changed = (
            "The record has changed since you looked, and so has the plan. Read it again, then release it."
        )
        return _page(visit, reviewed, made, refused=changed, status=409)
    _keep(visit, reviewed, made, by, form.get("id", ""), acknowledged)
    return RedirectResponse(f"{_here(visit)}/taper?{made.query}#released", 303)


@router.post("/withdraw-release")
def withdraw(visit: Releasing, id: Id) -> Response:
    """End a released taper: the person's page then says so and shows no dose."""
    found = running(visit.reviewed())
    if found is not None and found.fact.body is not None:
        body = {**found.fact.body, "at": visit.now.strftime("%Y-%m-%dT%H:%M"), "withdrawn": True}
        visit.write([Entry(id, "releases", body, supersedes=found.fact.id)])
    return RedirectResponse(f"{_here(visit)}/taper", 303)


@router.get("/taper.pdf")
def pdf(
    visit: Planning, released: Whether = False, all_pages: Whether = False, paper: Paper = "a4"
) -> Response:
    """The clinician's sheets; with the wall calendar where the plan was released."""
    reviewed, plan, by = _chosen(visit, released)
    pages: Pages = "all" if all_pages else "next"
    data = taper_pdf(reviewed.review, plan, by, visit.place, size=paper, pages=pages)
    return _file(data, "application/pdf", "taper.pdf")


@router.get("/taper.ics")
def ics(visit: Planning, released: Whether = False, all_pages: Whether = False) -> Response:
    """The released taper for the person's own calendar."""
    reviewed, plan, by = _chosen(visit, released)
    why = withheld(plan, by, reviewed.record.relative)
    if why:
        raise Refusal(409, "No calendar yet", in_words(why))
    data = taper_ics(plan, by, "all" if all_pages else "next", reviewed.record.relative)
    return _file(data.encode(), "text/calendar; charset=utf-8", "taper.ics")


@router.get("/supplies.csv")
def supplies(visit: Planning, released: Whether = False) -> Response:
    """What to prescribe, a row for each strength of each supply."""
    reviewed, plan, _ = _chosen(visit, released)
    _planned(plan)
    data = supplies_csv(plan, Calendar.of(reviewed.review)).encode()
    return _file(data, "text/csv; charset=utf-8", "supplies.csv")


@router.get("/taper.json")
def answer(visit: Planning, released: Whether = False) -> Response:
    """The plan as algesia JSON."""
    reviewed, plan, _ = _chosen(visit, released)
    return _json(taper_json(plan, reviewed.record), "application/json", "taper.json")


@router.get("/taper.fhir.json")
def fhir(visit: Planning, released: Whether = False) -> Response:
    """The plan as a FHIR R4 Bundle."""
    reviewed, plan, _ = _chosen(visit, released)
    return _json(plan_bundle(reviewed.review, plan, visit.place), "application/fhir+json", "taper.fhir.json")


def seen(plan: TaperPlan) -> str:
    """A mark of what is read before a release: the same steps with the same warnings have the same mark."""
    read = (plan.as_of, plan.knowledge, plan.steps, plan.warnings)
    return hashlib.sha256(repr(read).encode()).hexdigest()[:32]


def _keep(visit: Visit, reviewed: Reviewed, made: Bench, by: Release, id: str, acknowledged: bool) -> None:
    """Write the release, and that naloxone was offered where only this form says so. The same form twice is one."""
    if visit.state.store.people.fact(visit.person.id, id) is not None:
        return
    before = reviewed.latest("releases")
    body = {
        "at": visit.now.strftime("%Y-%m-%dT%H:%M"), "by": by.by, "phone": by.phone,
        "plan": taper_json(made.plan, reviewed.record),
    }  # fmt: skip
    entries = [Entry(id, "releases", body, supersedes=None if before is None else before.id)]
    if acknowledged and not _at_hand(_bench(visit, reviewed, made.asked).plan):
        entries.append(recording.naloxone(visit, reviewed, f"{id}-n"))
    visit.write(entries)


def _page(
    visit: Visit, reviewed: Reviewed, made: Bench, *, refused: str = "", status: int = 200
) -> HTMLResponse:
    plan, record = made.plan, reviewed.record
    doc: PlanDocument = document_in_words(taper_document(plan, record, visit.place))
    tables = tuple(s for s in doc.sections if isinstance(s, StepTable))
    rest = tuple(s for s in doc.sections if s not in tables and s.id != "nearest")
    release_now = Release(by="the clinician") if plan.steps else None
    why = withheld(plan, release_now, record.relative) if plan.steps else ""
    nearest = nearest_query(plan.nearest, made.asked) if plan.nearest else None
    picture = plan_picture(reviewed.review, plan) if plan.steps else None
    return desk(
        visit, "clinic_taper.html.j2", tab="taper", reviewed=reviewed, doc=doc, status=status, bench=made, plan=plan,
        tables=tables, rest=rest, folds=fold_lines(rest), nearest=in_words(plan.nearest), nearest_query=nearest, at_hand=_at_hand(plan),
        picture=None if picture is None else plan_on_page(picture), why_not=in_words(why),
        supplies=_next_supplies(plan), seen=seen(plan), id=new_id(), refused=refused, running=running(reviewed),
        stands=standing(visit), held=_held(visit, reviewed), status_words=STATUS_WORDS, relative=record.relative, patient=shown_name(reviewed.person),
        until_unit=" or ".join(dict.fromkeys(r.unit.replace("/d", " a day") for r in plan.regimens)) or "in the unit of the dose",
        start="" if made.request.start is None else day_out(record, made.request.start),
        since="" if made.request.since is None else day_out(record, made.request.since),
    )  # fmt: skip


def _next_supplies(plan: TaperPlan) -> tuple[str, ...]:
    """What the first 28 days need, in words."""
    if not plan.supplies:
        return ()
    until = plan.supplies[0].start + NEXT_DAYS
    return tuple(supply_words(fill) for fill in plan.supplies if fill.start < until)


def _at_hand(plan: TaperPlan) -> bool:
    return plan.naloxone is not None and plan.naloxone.at_hand


def _sent(request: Request) -> dict[str, list[str]]:
    sent: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        sent.setdefault(name, []).append(value[:80])
    return sent


def _bench(
    visit: Visit, reviewed: Reviewed, sent: Mapping[str, Sequence[str]], acknowledged: bool = False
) -> Bench:
    return bench(reviewed.review, visit.state.knowledge, sent, acknowledged)


def _chosen(visit: Visit, released: bool) -> tuple[Reviewed, TaperPlan, Release | None]:
    """The plan of the workbench, or the released one with who released it."""
    reviewed = visit.reviewed()
    if not released:
        return reviewed, _bench(visit, reviewed, _sent(visit.request)).plan, None
    found: Running | None = running(reviewed)
    if found is None or found.plan is None:
        raise Refusal(404, "Nothing released", "No taper is released to this person.")
    why = _held(visit, reviewed)
    if why:
        raise Refusal(409, "Not printed", f"{why} Nothing of the released taper is printed while that holds.")
    return reviewed, found.plan, found.release


def _held(visit: Visit, reviewed: Reviewed) -> str:
    """Why nothing of a released taper is printed now, in a sentence; empty where nothing speaks against it."""
    if reviewed.review.emergency:
        return "There is an emergency on this record: answer it first."
    stands, plan = standing(visit), _bench(visit, reviewed, {}).plan
    if plan.status == "blocked":
        return f"No taper is made now: {'; '.join(lock.title for lock in plan.blocked_by)}."
    if stands is not None and stands.state in ("emergency", "urgent", "hold"):
        return sentence(stands.found.do) if stands.found else "The released taper is on hold."
    return ""


def _planned(plan: TaperPlan) -> None:
    if plan.status == "planned":
        return
    if plan.status == "blocked":
        reasons = "; ".join(lock.title for lock in plan.blocked_by)
        raise Refusal(409, "No plan", f"Blocked: {reasons}. The taper page says what to do instead.")
    reasons = "; ".join(in_words(one.because) for one in plan.unassessable)
    raise Refusal(409, "No plan", f"{reasons[:1].upper()}{reasons[1:]}. The taper page says what is missing.")


def _here(visit: Visit) -> str:
    return f"/clinic/{quote(visit.person.id, safe='')}"


def _json(document: object, kind: str, name: str) -> Response:
    return _file(msgspec.json.format(msgspec.json.encode(document), indent=2), kind, name)


def _file(data: bytes, kind: str, name: str) -> Response:
    return Response(data, media_type=kind, headers={"Content-Disposition": f'inline; filename="{name}"'})
