"""The clinician's pages, together."""

from __future__ import annotations

from fastapi import APIRouter

from algesia.web.clinic import history, model, people, review, sources, taper, ways

router_clinic = APIRouter()
for part in (people, review, model, taper, ways, history, sources):
    router_clinic.include_router(part.router)
