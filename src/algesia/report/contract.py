"""The types of `algesia-review/1`, the machine-readable review. The JSON Schema is made from them.

What the contract's first edition names keeps its name, place and meaning; everything else is an extension. Dates
are ISO 8601. In a record that counts days from an event, `relative` is true and every date has its day number
beside it (``"at": "2000-01-22", "day": 21``); the date is then only the count from the epoch.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from algesia.assessment.model import Direction, Support, Verdict
from algesia.knowledge.clinical import Level
from algesia.knowledge.model import Edition
from algesia.record.model import Basis

FORMAT: Final = "algesia-review/1"


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


class EvidenceOut(Part, frozen=True, kw_only=True):
    """One reason. `source` is the first of `sources`."""

    feature: str
    finding: str
    at: str | None
    day: int | UnsetType | None = UNSET
    weight: int
    source: str
    sources: tuple[str, ...]
    basis: str
    confidence: str


class UnknownOut(Part, frozen=True, kw_only=True):
    """A finding that is not on record and would speak to the hypothesis."""

    feature: str
    question: str
    weight: int


class HypothesisOut(Part, frozen=True, kw_only=True):
    """An explanation with its reasons."""

    hypothesis: str
    name: str
    support: Support
    score: float
    for_: tuple[EvidenceOut, ...] = msgspec.field(name="for")
    against: tuple[EvidenceOut, ...]
    unknown: tuple[UnknownOut, ...]
    definition: str
    source: str
    note: str | None


class AskOut(Part, frozen=True, kw_only=True):
    """What to ask or observe next."""

    finding: str
    question: str
    why: str
    how: str
    effort: str
    separates: tuple[str, ...]


class OptionOut(Part, frozen=True, kw_only=True):
    """A way forward, for the clinician's judgment."""

    id: str
    title: str
    status: Literal["consider", "needs-answer", "blocked", "not-offered"]
    because: tuple[str, ...]
    sources: tuple[str, ...]


class UnassessableOut(Part, frozen=True, kw_only=True):
    """What could not be answered, why, and what would be needed."""

    what: str
    because: str
    missing: tuple[str, ...]


class QueryOut(Part, frozen=True, kw_only=True):
    """Something in the record that cannot be taken at face value."""

    where: str
    value: str
    why: str
    ask: str


class FunctionOut(Part, frozen=True, kw_only=True):
    """The latest function score."""

    instrument: str
    score: float
    at: str
    day: int | UnsetType = UNSET


class NowOut(Part, frozen=True, kw_only=True):
    """Where things stand on the day of asking."""

    pain: WindowOut | None
    function: FunctionOut | None


class CitationOut(Part, frozen=True, kw_only=True):
    """A source as it can be looked up. `title` is empty when the edition holds no citation for the id."""

    id: str
    title: str
    where: str
    confidence: str


class Review(Part, frozen=True, kw_only=True):
    """The whole answer. In an emergency `silenced` says so, and `differential`, `leading`, `ask_next` and `options`
    are empty."""

    format: Literal["algesia-review/1"] = FORMAT
    as_of: str
    as_of_day: int | UnsetType = UNSET
    relative: bool
    person: str | None
    knowledge: str
    statement: tuple[str, ...]
    headline: str
    subline: str
    silenced: str | None
    interlocks: tuple[LockOut, ...]
    now: NowOut
    exposure: ExposureOut
    episodes: tuple[EpisodeOut, ...]
    trap: TrapOut
    signs: SignsOut
    spread: SpreadOut | None
    verdict: str | None
    withheld: str | None
    differential: tuple[HypothesisOut, ...]
    leading: tuple[str, ...]
    ask_next: tuple[AskOut, ...]
    options: tuple[OptionOut, ...]
    unassessable: tuple[UnassessableOut, ...]
    queries: tuple[QueryOut, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    citations: tuple[CitationOut, ...]


def review_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `algesia-review/1`.

    >>> review_schema()["$defs"]["TrapOut"]["properties"]["status"]["enum"]
    ['absent', 'present', 'unassessable']
    """
    schema = msgspec.json.schema(Review)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORMAT, **schema}
