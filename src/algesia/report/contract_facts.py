"""The parts of `algesia-review/1` that hold facts: interlocks, exposure, episodes, trap, signs, spread."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from algesia.assessment.model import Direction, Verdict
from algesia.knowledge.clinical import Level
from algesia.knowledge.model import Edition
from algesia.record.model import Basis


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every part of the answer."""


class LockOut(Part, frozen=True, kw_only=True):
    """An interlock: what stops or bounds what may be said."""

    id: str
    level: Level
    title: str
    because: tuple[str, ...]
    do: str
    basis: str
    sources: tuple[str, ...]


class Mme(Part, frozen=True, kw_only=True):
    """MME a day. `complete` is false when any opioid running that day is not in the sum."""

    low: float
    likely: float
    high: float
    complete: bool


class Amounts(Part, frozen=True, kw_only=True):
    """A drug's own daily amount in mg a day."""

    low: float
    likely: float
    high: float
    unit: Literal["mg/d"] = "mg/d"


class ItemOut(Part, frozen=True, kw_only=True):
    """One regimen and what became of it, with its working."""

    medication: str
    drug: str
    route: str | None
    start: str
    start_day: int | UnsetType = UNSET
    end: str | None
    end_day: int | UnsetType | None = UNSET
    daily: Amounts | None
    factor: float | None
    mme_per_day: float | None
    as_needed: bool
    basis: Basis
    status: Literal["converted", "unconverted", "apart", "superseded", "not-opioid"]
    reason: str | None
    working: str
    source: str | None
    confidence: str | None


class Track(Part, frozen=True, kw_only=True):
    """One drug by one route: change points of its own daily amount, (date, likely mg a day)."""

    drug: str
    route: str
    unit: Literal["mg/d"] = "mg/d"
    days: tuple[tuple[str, float], ...]
    day_numbers: tuple[int, ...] | UnsetType = UNSET


class ExposureOut(Part, frozen=True, kw_only=True):
    """Opioid exposure. `days` are the change points of the whole record, (date, likely MME a day)."""

    table: Edition
    used: str
    mme_per_day: Mme
    days: tuple[tuple[str, float], ...]
    day_numbers: tuple[int, ...] | UnsetType = UNSET
    unconverted: tuple[ItemOut, ...]
    apart: tuple[ItemOut, ...]
    items: tuple[ItemOut, ...]
    tracks: tuple[Track, ...]


class WindowOut(Part, frozen=True, kw_only=True):
    """Ratings averaged: mean, standard deviation, how many."""

    mean: float
    sd: float | None
    n: int


class EpisodeOut(Part, frozen=True, kw_only=True):
    """A dose change and what followed. `from_mme` and `to_mme` are null where the drug has no MME; `from_dose` and
    `to_dose` are always in `unit`."""

    at: str
    day: int | UnsetType = UNSET
    direction: Direction
    from_mme: float | None
    to_mme: float | None
    from_dose: float
    to_dose: float
    unit: str
    drug: str | None
    route: str | None
    percent: float | None
    pain_before: float | None
    pain_after: float | None
    pain_late: float | None
    pain_windows: dict[str, WindowOut | None]
    function_windows: dict[str, WindowOut | None]
    returned_after_days: int | None
    still_below: bool
    judged_days: int
    verdict: Verdict
    says: str
    why: str | None


class CheckOut(Part, frozen=True, kw_only=True):
    """One line of the trap rule. `holds` null: cannot say."""

    asks: str
    on_record: str
    holds: bool | None
    source: str


class TrapOut(Part, frozen=True, kw_only=True):
    """The escalation trap."""

    status: Literal["present", "absent", "unassessable"]
    since: str | None
    since_day: int | UnsetType | None = UNSET
    because: tuple[str, ...]
    checks: tuple[CheckOut, ...]


class AnswerOut(Part, frozen=True, kw_only=True):
    """A sign asked about on a day; `present` null: asked without an answer."""

    at: str
    day: int | UnsetType = UNSET
    present: bool | None


class SignOut(Part, frozen=True, kw_only=True):
    """One sign over time."""

    sign: str
    plain: str
    clinical: str
    status: Literal["present", "absent", "not-examined"]
    since: str | None
    last_asked: str | None
    note: str | None
    answers: tuple[AnswerOut, ...]


class SignsOut(Part, frozen=True, kw_only=True):
    """Signs by what is known of them now; `history` holds every answer."""

    present: tuple[str, ...]
    absent: tuple[str, ...]
    not_examined: tuple[str, ...]
    history: tuple[SignOut, ...]


class SpreadOut(Part, frozen=True, kw_only=True):
    """How far pain has spread between the first and the latest body map."""

    first: str
    last: str
    first_day: int | UnsetType = UNSET
    last_day: int | UnsetType = UNSET
    areas_first: int
    areas_last: int
    regions_last: int
    new_areas: tuple[str, ...]
    gone_areas: tuple[str, ...]
    distance: int
    laterality: Literal["left", "right", "both", "midline", "none"]
    touch_pain: tuple[str, ...]
    beyond_first: bool
    noise: str
