"""Rotation to another opioid, and what there is beside or instead of one."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Depends, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from algesia.adapters.fhir.write_plan import plan_bundle
from algesia.plan.model import RotationPlan, RotationRequest
from algesia.plan.options import lay_out
from algesia.plan.rotation import rotate
from algesia.plan.rotation_taken import targets
from algesia.quantities.refusal import WrongCall
from algesia.report.plan_answer import options_json, rotation_json
from algesia.report.plan_rotation_document import rotation_document
from algesia.web.clinic.asked import in_path
from algesia.web.clinic.folds import fold_lines
from algesia.web.clinic.options_view import options_document
from algesia.web.clinic.plain_options import document_in_words, in_words
from algesia.web.clinic.view import desk
from algesia.web.errors import Refusal
from algesia.web.reviews import Reviewed
from algesia.web.visit import Allow, Visit, new_id

router = APIRouter(tags=["plan"], prefix="/clinic/{person_id}", dependencies=[Depends(in_path)])
Planning = Annotated[Visit, Depends(Allow("plan"))]
Asked = Annotated[str, Query(max_length=80)]
REDUCTIONS: Final = (25, 30, 40, 50, 60, 75)


@router.get("/rotate", response_class=HTMLResponse)
def rotation(
    visit: Planning, to: Asked = "", route: Asked = "", reduction: Asked = "", drug: Asked = ""
) -> Response:
    """A rotation with its working: the range of every source, the reduction, the lower end."""
    reviewed = visit.reviewed()
    if reviewed.review.emergency:
        return RedirectResponse(f"/clinic/{quote(visit.person.id, safe='')}", 303)
    known = targets(visit.state.knowledge)
    plan, problem = _rotation(visit, reviewed, to, route, reduction, drug) if to.strip() else (None, "")
    doc = None if plan is None else document_in_words(rotation_document(plan, reviewed.record, visit.place))
    running = sorted(
        {
            i.drug
            for i in reviewed.review.exposure.items
            if i.covers(reviewed.review.as_of) and i.status != "not-opioid"
        }
    )
    return desk(
        visit, "clinic_rotate.html.j2", tab="rotate", reviewed=reviewed, doc=doc, plan=plan, problem=problem, id=new_id(),
        drugs=[*known], routes=sorted({r for found in known.values() for r in found}), running=running,
        reductions=REDUCTIONS, folds={} if doc is None else fold_lines(doc.sections), to=to, route=route, reduction=reduction, drug=drug,
    )  # fmt: skip


@router.get("/rotate.json")
def rotation_answer(
    visit: Planning, to: Asked = "", route: Asked = "", reduction: Asked = "", drug: Asked = ""
) -> Response:
    """The rotation as algesia JSON."""
    reviewed = visit.reviewed()
    plan = _made(visit, reviewed, to, route, reduction, drug)
    return _json(rotation_json(plan, reviewed.record), "application/json")


@router.get("/rotate.fhir.json")
def rotation_fhir(
    visit: Planning, to: Asked = "", route: Asked = "", reduction: Asked = "", drug: Asked = ""
) -> Response:
    """The rotation as a FHIR R4 Bundle."""
    reviewed = visit.reviewed()
    plan = _made(visit, reviewed, to, route, reduction, drug)
    return _json(plan_bundle(reviewed.review, plan, visit.place), "application/fhir+json")


@router.get("/options", response_class=HTMLResponse)
def options(visit: Planning) -> Response:
    """Adjuncts and alternatives, each checked against the record."""
    reviewed = visit.reviewed()
    if reviewed.review.emergency:
        return RedirectResponse(f"/clinic/{quote(visit.person.id, safe='')}", 303)
    plan = lay_out(reviewed.review, visit.state.knowledge)
    doc = document_in_words(options_document(plan, reviewed.review, visit.place))
    return desk(
        visit,
        "clinic_options.html.j2",
        tab="options",
        reviewed=reviewed,
        doc=doc,
        plan=plan,
        folds=fold_lines(doc.sections),
    )


@router.get("/options.json")
def options_answer(visit: Planning) -> Response:
    """Adjuncts and alternatives as algesia JSON."""
    reviewed = visit.reviewed()
    return _json(
        options_json(lay_out(reviewed.review, visit.state.knowledge), reviewed.record), "application/json"
    )


def _made(visit: Visit, reviewed: Reviewed, to: str, route: str, reduction: str, drug: str) -> RotationPlan:
    plan, problem = _rotation(visit, reviewed, to, route, reduction, drug)
    if plan is None:
        raise Refusal(422, "No rotation", problem or "Name the new opioid.")
    return plan


def _rotation(
    visit: Visit, reviewed: Reviewed, to: str, route: str, reduction: str, drug: str
) -> tuple[RotationPlan | None, str]:
    """The plan, or why there is none in a sentence."""
    less: float | None = None
    if reduction.strip():
        try:
            less = float(reduction.replace(",", "."))
        except ValueError:
            return None, "The reduction is no number. Write percent, such as 50."
    request = RotationRequest(to.strip(), route.strip() or None, less, drug.strip().lower() or None)
    try:
        return rotate(reviewed.review, visit.state.knowledge, request), ""
    except WrongCall as wrong:
        said = in_words(str(wrong))
        return None, f"{said[:1].upper()}{said[1:]}"


def _json(document: object, kind: str) -> Response:
    data = msgspec.json.format(msgspec.json.encode(document), indent=2)
    return Response(data, media_type=kind, headers={"Content-Disposition": "inline"})
