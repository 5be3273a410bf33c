"""The one-page report: what will be on it, as PDF for A4 and Letter, and the page itself to print."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form
from starlette.responses import HTMLResponse, Response

from algesia.report.person_pdf import Size
from algesia.web.person.plan import always
from algesia.web.render import page
from algesia.web.visit import Allow, Visit

router = APIRouter(tags=["person"])
Reading = Annotated[Visit, Depends(Allow("read-diary"))]
Exporting = Annotated[Visit, Depends(Allow("export"))]
Name = Annotated[str, Form(max_length=60)]
Sheet = Literal["a4", "letter"]


@router.get("/report", response_class=HTMLResponse)
def report(visit: Reading) -> Response:
    """What the report says, and how to take it along."""
    from algesia.report.person import person_view

    found = visit.reviewed().review
    clinician = str(visit.wishes.get("clinician", ""))
    return page(
        visit, "report_page.html.j2", tab="more", view=person_view(found, visit.place, clinician),
        clinician=clinician, sizes=_sizes(visit), always=always(visit.place),
    )  # fmt: skip


@router.get("/report.pdf")
def pdf(visit: Exporting, size: Sheet = "a4") -> Response:
    """The report without a name."""
    return _pdf(visit, size, "")


@router.post("/report.pdf")
def pdf_named(visit: Exporting, size: Annotated[Sheet, Form()] = "a4", name: Name = "") -> Response:
    """The report with a name on it. The name is sent as a form, so that no log sees it, and is not kept."""
    return _pdf(visit, size, name.strip())


def _pdf(visit: Visit, size: Size, name: str) -> Response:
    from algesia.report.person_pdf import person_pdf

    clinician = str(visit.wishes.get("clinician", ""))
    made = person_pdf(visit.reviewed().review, name, clinician, visit.place, size)
    file = f"report-{visit.now.strftime('%Y-%m-%d')}.pdf"
    return Response(
        made, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{file}"'}
    )


def _sizes(visit: Visit) -> tuple[tuple[Size, str], ...]:
    letter: tuple[Size, str] = ("letter", "Save as PDF, Letter")
    a4: tuple[Size, str] = ("a4", "Save as PDF, A4")
    return (letter, a4) if visit.place == "us" else (a4, letter)
