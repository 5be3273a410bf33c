"""The taper that was released to a person, as it stands in their record."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from algesia.adapters.plan_file import read_plan
from algesia.adapters.store.model import Kept
from algesia.plan.model import TaperPlan
from algesia.quantities.refusal import InputRefused
from algesia.report.release import Release
from algesia.web.reviews import Reviewed


@dataclass(frozen=True, slots=True)
class Running:
    """A released taper that was not withdrawn. `plan` is ``None`` where this edition cannot read it."""

    fact: Kept
    plan: TaperPlan | None
    release: Release

    @property
    def at(self) -> str:
        """When it was released, as the fact says."""
        return str((self.fact.body or {}).get("at", "")).replace("T", " ")


def running(reviewed: Reviewed) -> Running | None:
    """The taper that runs: the one that was released last, unless it was withdrawn."""
    fact = reviewed.latest("releases")
    if fact is None or fact.body is None or fact.body.get("withdrawn"):
        return None
    body = fact.body
    try:
        plan: TaperPlan | None = read_plan(orjson.dumps(body.get("plan")), "the released plan")
    except InputRefused:
        plan = None
    return Running(fact, plan, Release(by=body["by"], phone=body.get("phone", "")))
