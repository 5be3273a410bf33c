"""The types of `algesia-review/1`, the machine-readable review. The JSON Schema is made from them.

What the contract's first edition names keeps its name, place and meaning; everything else is an extension. Dates
are ISO 8601. In a record that counts days from an event, `relative` is true and every date has its day number
beside it (``"at": "2000-01-22", "day": 21``); the date is then only the count from the epoch.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from algesia.assessment.model import Support
from algesia.report.contract_facts import (
    EpisodeOut,
    ExposureOut,
    LockOut,
    Part,
    SignsOut,
    SpreadOut,
    TrapOut,
    WindowOut,
)

FORMAT: Final = "algesia-review/1"


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
