"""Every route of clinic mode: signing in, accounts, consent, administration."""

from __future__ import annotations

from fastapi import APIRouter

from algesia.web.account import admin, pages, passkeys, sharing

router_account = APIRouter()
for part in (pages.router, passkeys.router, sharing.router, admin.router):
    router_account.include_router(part)
