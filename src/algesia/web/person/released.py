"""The plan that a clinician released, and how it stands today: what may be shown of it, and what may not.

A release is an order. Where nothing else was written of its drugs since, the record is read with the steps of the plan
as the regimen, and then followed (`algesia.plan.following`).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal, TypeAlias
from weakref import WeakKeyDictionary

import orjson

from algesia.adapters.plan_file import read_plan
from algesia.knowledge.loader import Knowledge
from algesia.knowledge.model import DEFAULT_EDITION
from algesia.plan.follow_dose import running
from algesia.plan.following import AS_TAKEN, follow
from algesia.plan.model import FollowUp, Step, TaperPlan
from algesia.quantities.refusal import InputRefused
from algesia.record.model import Record
from algesia.report.release import Release
from algesia.review import Review, review
from algesia.web.orders import as_prescribed
from algesia.web.reviews import Reviews
from algesia.web.visit import Visit

State: TypeAlias = Literal[
    "withdrawn", "unreadable", "emergency", "urgent", "before", "over", "hold", "call", "runs"
]
"""`hold`: another dose than the plan's is taken, or a step began without its review: no dose is shown.
`call`: the dose of the step is kept, and the clinician is called before the next."""
MOST: Final = 64
NOT_REVIEWED: Final = "The review of "
_MADE: Final[WeakKeyDictionary[Reviews, OrderedDict[tuple[str, int, int], Standing | None]]] = (
    WeakKeyDictionary()
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A released plan on one day. `plan` and `found` are ``None`` where there is none that can be read.

    `step` is the step that the state is about: the one that runs, or the first one before the plan begins.
    """

    state: State
    by: str
    phone: str
    at: int
    plan: TaperPlan | None = None
    found: FollowUp | None = None
    review: Review | None = None
    step: Step | None = None

    @property
    def shows_dose(self) -> bool:
        """Whether the step has begun and its dose may be shown as today's."""
        return self.state in ("runs", "call") and self.found is not None and self.found.step is not None

    @property
    def release(self) -> Release:
        """Who released it and whom to call, as the printed pages name them."""
        return Release(self.by, self.phone)


def standing(visit: Visit) -> Standing | None:
    """How the released plan of this person stands today; ``None`` when none was released."""
    kept = visit.state.store.people.current(visit.person.id, "releases")
    if not kept or kept[-1].body is None:
        return None
    made = _MADE.setdefault(visit.state.reviews, OrderedDict())
    key = (visit.person.id, visit.state.store.people.revision(visit.person.id), visit.today)
    if key not in made:
        body = kept[-1].body
        record = visit.state.store.people.record(visit.person.id)
        made[key] = stands(body, record, visit.state.knowledge, visit.today)
        while len(made) > MOST:
            made.popitem(last=False)
    return made[key]


def forget(reviews: Reviews, person: str) -> None:
    """Drop what was kept in memory about a person."""
    made = _MADE.get(reviews, OrderedDict())
    for key in [key for key in made if key[0] == person]:
        del made[key]


def stands(body: dict[str, Any], record: Record, knowledge: Knowledge, today: int) -> Standing:
    """A release as it was written, judged by the record of today."""
    bare = Standing(
        "withdrawn", str(body["by"]), str(body.get("phone", "")), date.fromisoformat(str(body["at"])[:10]).toordinal()
    )  # fmt: skip
    if body.get("withdrawn"):
        return bare
    try:
        plan = read_plan(orjson.dumps(body.get("plan", {})), "the released plan")
    except InputRefused:
        return replace(bare, state="unreadable")
    if plan.status != "planned" or not plan.steps:
        return replace(bare, state="unreadable")
    judged = review(as_prescribed(record, plan, knowledge, today), knowledge, today, DEFAULT_EDITION)
    found = follow(plan, judged, knowledge)
    step = running(plan.steps, today) or min(plan.steps, key=lambda one: one.start)
    return replace(
        bare, state=_state(judged, found, step, today), plan=plan, found=found, review=judged, step=step
    )


def _state(judged: Review, found: FollowUp, step: Step, today: int) -> State:
    if judged.emergency:
        return "emergency"
    if found.status == "urgent":
        return "urgent"
    if found.status == "pause" and (found.do.startswith(AS_TAKEN) or _not_reviewed(found)):
        return "hold"
    if today < step.start:
        return "before" if found.status in ("on-track", "unassessable") else "call"
    if today >= step.end:
        return "over"
    return "runs" if found.status in ("on-track", "unassessable") else "call"


def _not_reviewed(found: FollowUp) -> bool:
    return any(says.startswith(NOT_REVIEWED) for says in found.because)


def next_review(plan: TaperPlan, today: int) -> int | None:
    """The day of the next review gate, today's counted."""
    gates = [day for step in plan.steps for day in step.reviews if day >= today]
    return min(gates, default=None)
