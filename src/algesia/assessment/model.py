"""The types of the assessment. All values are findings on the record, never causes.

"Followed, not caused": an `Episode` says what came after a dose change. A `Hypothesis` carries reasons for and
against with an ordinal weight and its source; there is no probability anywhere, because no validated test or
likelihood ratio for opioid-induced hyperalgesia exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from algesia.exposure.model import Exposure, Query, Span
from algesia.knowledge.clinical import Level
from algesia.knowledge.model import Confidence
from algesia.quantities.refusal import Unassessable
from algesia.record.model import Record

Verdict: TypeAlias = Literal["lasting-relief", "brief-relief", "no-relief", "worse", "unassessable"]
Direction: TypeAlias = Literal["start", "increase", "decrease", "rotation"]
Support: TypeAlias = Literal["against", "none", "weak", "possible", "strong"]


@dataclass(frozen=True, slots=True)
class DoseChange:
    """A step of at least 10 % in what is taken on a fixed schedule.

    `unit` is ``MME/d`` or, for a regimen without any MME, ``mg/d`` of `drug` by `route`. `percent` is signed
    and ``None`` when the dose before was zero. A `start` begins opioids after a time without any; a `rotation`
    lowers one drug and raises another on the same day. `begun` is the day of the first of the smaller steps that
    added up to this change; it is `day` for a single step. `allowed` says that only the most an as-needed order
    allows changed: what was taken is not known.
    """

    day: int
    direction: Direction
    before: float
    after: float
    unit: str
    drug: str | None = None
    route: str | None = None
    begun: int | None = None
    allowed: bool = False

    @property
    def first_day(self) -> int:
        """The first day on which the dose moved."""
        return self.day if self.begun is None else self.begun

    @property
    def percent(self) -> float | None:
        """Signed change in percent of the dose before."""
        return None if self.before == 0 else 100.0 * (self.after - self.before) / self.before


@dataclass(frozen=True, slots=True)
class Window:
    """Ratings averaged over a span of days: mean, standard deviation and how many ratings carry it."""

    mean: float
    sd: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Episode:
    """A dose change with the pain and function that followed.

    `returned_after_days` is the number of days until pain was back at its level before the change (exact rule:
    `assessment.dose_response`), ``None`` when pain never fell, has not come back, or cannot be said.
    `still_below` is true when pain fell and had not come back by the last day that can be judged
    (`judged_days` after the change; the day before the next change, or the day of asking). `says` is the episode in words; `why` lists why it is unassessable.
    """

    change: DoseChange
    pain_before: Window | None
    pain_after: Window | None
    pain_late: Window | None
    function_before: Window | None
    function_after: Window | None
    returned_after_days: int | None
    still_below: bool
    judged_days: int
    verdict: Verdict
    says: str
    why: str | None = None


@dataclass(frozen=True, slots=True)
class TrapCheck:
    """One line of the trap rule: what it asks, what is on record, whether it holds (``None``: cannot say)."""

    asks: str
    on_record: str
    holds: bool | None
    source: str


@dataclass(frozen=True, slots=True)
class Trap:
    """The escalation trap as a dated rule."""

    status: Literal["present", "absent", "unassessable"]
    since: int | None
    because: tuple[str, ...]
    checks: tuple[TrapCheck, ...]


@dataclass(frozen=True, slots=True)
class SignState:
    """One sign over time. `short` labels a row of a picture. `history` holds (day, present or absent or asked without answer)."""

    sign: str
    plain: str
    clinical: str
    status: Literal["present", "absent", "not-examined"]
    since: int | None
    last_asked: int | None
    history: tuple[tuple[int, bool | None], ...]
    warning_sign: int | None
    note: str | None = None
    short: str = ""


@dataclass(frozen=True, slots=True)
class Interlock:
    """A condition that stops or bounds what may be said, with what triggered it and what to do."""

    id: str
    level: Level
    title: str
    because: tuple[str, ...]
    do: str
    sources: tuple[str, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One finding that speaks for or against a hypothesis."""

    feature: str
    finding: str
    day: int | None
    weight: int
    sources: tuple[str, ...]
    basis: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Unknown:
    """A finding that would speak to a hypothesis and is not on record."""

    feature: str
    question: str
    weight: int


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """An explanation with its reasons. `score` is a sum of ordinal weights, comparable only within a review."""

    id: str
    name: str
    definition: str
    source: str
    support: Support
    score: float
    for_: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    unknown: tuple[Unknown, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """What to ask or observe next, in the order of what it would settle."""

    finding: str
    question: str
    why: str
    how: str
    effort: str
    separates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differential:
    """All hypotheses with reasons; `leading` is empty when the record cannot tell (`verdict` says why)."""

    hypotheses: tuple[Hypothesis, ...]
    leading: tuple[str, ...]
    verdict: str
    withheld: str | None


@dataclass(frozen=True, slots=True)
class Option:
    """A way forward for the clinician's judgment, with its basis and what stands in the way."""

    id: str
    title: str
    status: Literal["consider", "needs-answer", "blocked", "not-offered"]
    because: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """How far pain has spread between the first and the latest body map.

    `distance` is the largest number of steps on the neighbor graph from any area of the first map to any area
    of the latest. `noise` states what test-retest agreement is known.
    """

    first_day: int
    last_day: int
    areas_first: int
    areas_last: int
    regions_last: int
    new_areas: tuple[str, ...]
    gone_areas: tuple[str, ...]
    distance: int
    laterality: Literal["left", "right", "both", "midline", "none"]
    touch_pain: tuple[str, ...]
    noise: str
    beyond_first: bool


@dataclass(frozen=True, slots=True)
class Now:
    """Where things stand on the day of asking."""

    pain: Window | None
    function: tuple[str, float, int] | None
    mme: Span
    complete: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything a review says, before it is laid out. Nothing in it depends on the order of facts.

    `headline` is the sentence for people, `subline` what it rests on. `emergency` silences interpretation: the
    differential, the options and the trap are then withheld in every output.
    """

    record: Record
    as_of: int
    knowledge_edition: str
    exposure: Exposure
    interlocks: tuple[Interlock, ...]
    episodes: tuple[Episode, ...]
    trap: Trap
    signs: tuple[SignState, ...]
    spread: Spread | None
    differential: Differential
    ask_next: tuple[Ask, ...]
    options: tuple[Option, ...]
    now: Now
    headline: str
    subline: str
    unassessable: tuple[Unassessable, ...]
    queries: tuple[Query, ...]
    sources: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def emergency(self) -> tuple[Interlock, ...]:
        """The interlocks that replace all other output."""
        return tuple(lock for lock in self.interlocks if lock.level == "emergency")
