"""Patches: the way in that is worn, and for how long."""

from __future__ import annotations

from typing import Final

from algesia.exposure.product import patches
from algesia.knowledge.loader import Knowledge
from algesia.knowledge.mechanism import mechanism_tables
from algesia.mechanism.model import Part

PATCH: Final = "transdermal"


def usual_wear(drug: str) -> float | None:
    """Hours that a patch of the drug is usually worn, as its kinetics have it (label of the product they are from).

    ``None`` where the tables hold no patch of it.

    >>> usual_wear("fentanyl"), usual_wear("buprenorphine"), usual_wear("morphine")
    (72.0, 168.0, None)
    """
    tables = mechanism_tables()
    door = next(iter(tables.doors.get(drug, {}).get(PATCH, ())), None)
    if door is None or not door.duration:
        return None
    return tables.used[drug][door.duration].value


def wear_of(parts: tuple[Part, ...]) -> float | None:
    """The same of a way in: the longest of its parts; ``None`` where none of them lasts."""
    return max((part.duration_h for part in parts if part.duration_h is not None), default=None)


def worn(knowledge: Knowledge, drug: str, rate: float) -> float | None:
    """Hours that a patch of that rate (ug/h) is worn, where the product table leaves no doubt."""
    known = patches(knowledge).get(drug, {})
    if rate in known:
        return known[rate]
    every = set(known.values())
    return every.pop() if len(every) == 1 else None
