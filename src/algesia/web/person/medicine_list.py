"""What the medicine list must not say alone: a medicine that is on it twice, and one whose dose a released plan sets now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from algesia.adapters.store.model import Kept
from algesia.knowledge.drugs import identify
from algesia.web.orders import lowers
from algesia.web.person.medicine_words import name_words, taken_words
from algesia.web.person.released import standing
from algesia.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Twin:
    """A medicine of the same kind that is on the list already."""

    id: str
    name: str
    taken: str


@dataclass(frozen=True, slots=True)
class Planned:
    """Facts whose dose a released plan sets now, by their ids, and who released it."""

    by: str
    ids: frozenset[str]


def alike(visit: Visit, body: Mapping[str, Any], old: str) -> tuple[Twin, ...]:
    """Medicines that still run with the same opioid in the same release, or of the same name: both would be counted."""
    today = visit.now.date().isoformat()
    own = _kind(visit, body)
    return tuple(
        Twin(fact.id, name_words(kept), taken_words(kept))
        for fact in visit.state.store.people.current(visit.person.id, "medications")
        if (kept := fact.body or {}) and fact.id != old and str(kept.get("end", "9999"))[:10] > today
        and _kind(visit, kept) == own
    )  # fmt: skip


def by_plan(visit: Visit, facts: Sequence[Kept]) -> Planned | None:
    """The medicines that a released plan which has begun lowers; ``None`` where there is none."""
    found = standing(visit)
    if found is None or found.plan is None or found.state in ("before", "withdrawn", "unreadable"):
        return None
    if visit.today < min(step.start for step in found.plan.steps):
        return None
    labels = lowers(found.plan)
    ids = frozenset(
        fact.id for fact in facts if _label(fact.body or {}) in labels and _before(fact, found.plan.as_of)
    )
    return Planned(found.by, ids) if ids else None


def _kind(visit: Visit, body: Mapping[str, Any]) -> tuple[object, ...]:
    drug = str(body["drug"])
    opioids = identify(visit.state.knowledge, drug).opioids
    if not opioids:
        return (drug.casefold(),)
    return (*opioids, body.get("route"), body.get("release"), bool(body.get("as_needed")))


def _label(body: Mapping[str, Any]) -> str:
    return str(body.get("id") or body.get("drug"))


def _before(fact: Kept, day: int) -> bool:
    from datetime import date

    return date.fromisoformat(str((fact.body or {})["start"])[:10]).toordinal() <= day
