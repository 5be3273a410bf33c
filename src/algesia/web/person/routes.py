"""All pages of the person, as one router."""

from __future__ import annotations

from fastapi import APIRouter

from algesia.web.person import (
    body,
    checkup,
    data,
    data_import,
    entries,
    help,
    learn,
    medicines,
    picture,
    plan,
    report,
    start,
    today,
    why_more,
    wishes,
)

router_person = APIRouter()
for _module in (
    start, today, body, picture, plan, checkup, medicines, entries, report, data, data_import, wishes, help, why_more, learn,
):  # fmt: skip
    router_person.include_router(_module.router)
