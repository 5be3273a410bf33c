"""The parts of `algesia-plan/1` that all kinds of plan share: amounts, products, rules, blocks, regimens.

An unknown key is refused when a plan is read back. An rxcui that was not read is null, never an empty text.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from algesia.knowledge.clinical import Level
from algesia.knowledge.model import Confidence
from algesia.plan.model import Release


class PlanPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every part of a plan."""


class QuantityOut(PlanPart, frozen=True, kw_only=True):
    """An amount with its UCUM unit."""

    value: float
    unit: str


class RangeOut(PlanPart, frozen=True, kw_only=True):
    """The lower and the upper end of an amount."""

    low: float
    high: float
    unit: str


class ProductOut(PlanPart, frozen=True, kw_only=True):
    """Units of one product taken at one time.

    `strength` is of one piece or patch, ``mg/mL`` of a liquid; `count` is then its volume in mL. `amount` is what
    is taken in: strength times count.
    """

    rxcui: str | None
    strength: QuantityOut
    release: Release
    count: float
    amount: QuantityOut
    line: str
    product: str


class DoseOut(PlanPart, frozen=True, kw_only=True):
    """What is taken at one time of day. `name` is a word such as morning."""

    time: str
    name: str
    products: tuple[ProductOut, ...]


class RuleOut(PlanPart, frozen=True, kw_only=True):
    """A rule or statement that the plan rests on, with its source and how it was read."""

    id: str
    source: str
    says: str
    confidence: Confidence


class BlockOut(PlanPart, frozen=True, kw_only=True):
    """An interlock that stops the plan: why, and what to do instead."""

    id: str
    level: Level
    title: str
    because: tuple[str, ...]
    do: str
    basis: str
    sources: tuple[str, ...]


class MissingOut(PlanPart, frozen=True, kw_only=True):
    """What could not be answered, why, and what would be needed."""

    what: str
    because: str
    missing: tuple[str, ...]


class RegimenOut(PlanPart, frozen=True, kw_only=True):
    """One opioid product line as it is taken on the day of asking, with how the amount came about."""

    medications: tuple[str, ...]
    drug: str
    route: str
    release: Release
    line: str
    daily: QuantityOut
    times: int
    slots: tuple[float, ...]
    mme: float | None
    working: str


class NaloxoneOut(PlanPart, frozen=True, kw_only=True):
    """Whether naloxone is to be offered, why, and whether it is at hand."""

    offer: bool
    because: tuple[str, ...]
    at_hand: bool


class HeadOut(PlanPart, frozen=True, kw_only=True):
    """What every plan begins with. Dates of a relative record are counts from its epoch, with the number beside them."""

    status: Literal["planned", "blocked", "unassessable"]
    as_of: str
    as_of_day: int | UnsetType = UNSET
    relative: bool = False
    person: str | None = None
    knowledge: str
    blocked_by: tuple[str, ...]
    blocks: tuple[BlockOut, ...]
    referral: str = ""
    warnings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
