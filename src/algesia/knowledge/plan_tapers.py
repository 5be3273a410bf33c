"""The types of the taper tables: rates, limits, pauses, reviews."""

from __future__ import annotations

from typing import Literal

import msgspec

from algesia.knowledge.plan_rows import Cited, Row


class TaperRule(Cited, frozen=True, kw_only=True):
    """A rate that a guideline or label prints: `percent` of a dose every `interval` days.

    `of` is the dose the percent is taken of; when `of_stated` is false the source does not say and ``current``
    (the smaller step) is our reading. Below `current_below_percent` of the original dose the percent is of the
    current dose. `use_from_days` <= duration of use < `use_below_days`; ``None`` is no bound.
    `role`: ``pace`` may be planned with, ``ceiling`` bounds every step, ``specialist`` only on a specialist's
    entry, ``acute`` short use outside a taper of long-term opioids, ``never`` is never generated,
    ``other-scope`` belongs to another kind of treatment (`subject`).
    """

    id: str
    guideline: str
    jurisdiction: str
    use: str
    use_from_days: int | None
    use_below_days: int | None
    percent_low: float | None
    percent_high: float
    of: Literal["current", "original"]
    of_stated: bool
    current_below_percent: float | None
    interval_low_days: int
    interval_high_days: int
    role: Literal["pace", "ceiling", "specialist", "acute", "never", "other-scope"]
    subject: Literal["opioid", "opioid-agonist-treatment", "benzodiazepine"] = "opioid"


class TaperDefault(Cited, frozen=True, kw_only=True):
    """The step that is planned when nobody asks for a slower one; `allow` bounds what may be asked for."""

    id: str
    when: str
    use_from_days: int | None
    use_below_days: int | None
    percent: float
    allow_low: float
    allow_high: float
    of: Literal["current", "original"]
    current_below_percent: float | None
    interval_low_days: int
    interval_high_days: int


class TaperLimit(Cited, frozen=True, kw_only=True):
    """A bound that no plan crosses. `value` is in `unit`; ``None`` for a schedule that is never made at all."""

    id: str
    kind: Literal["step", "interval", "over-planned", "review", "supply", "never"]
    value: float | None
    unit: Literal["%", "d", "1"] | None
    use_from_days: int | None
    says: str


class PauseRule(Cited, frozen=True, kw_only=True):
    """What an event during a taper does to it. `cows_from` is a COWS total, `days` a time since the last step."""

    id: str
    when: str
    act: Literal["keep", "hold", "pause", "interlock"]
    cows_from: int | None
    days_from: int | None
    days_below: int | None
    says: str


class ReviewRule(Cited, frozen=True, kw_only=True):
    """How often something is checked: first after `first_low` to `first_high` days, then every `then_days`."""

    id: str
    what: str
    pace: str
    first_low_days: int | None
    first_high_days: int | None
    then_days: int


class Statement(Cited, frozen=True, kw_only=True):
    """One thing a source says, in our words, under a topic."""

    id: str
    topic: str
    says: str


class Conflict(Row, frozen=True, kw_only=True):
    """Where sources disagree, and which reading is taken."""

    id: str
    sources: tuple[str, ...]
    says: str
    taken: str


class TaperLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that bounds a taper beside the rates."""

    limits: tuple[TaperLimit, ...]
    defaults: tuple[TaperDefault, ...]
    pauses: tuple[PauseRule, ...]
    reviews: tuple[ReviewRule, ...]
    statements: tuple[Statement, ...]
    conflicts: tuple[Conflict, ...]

    def limit(self, id: str) -> TaperLimit:
        """The limit of this name. Raises `KeyError` when there is none.

        >>> from algesia.knowledge.loader import load
        >>> load().taper_limits.limit("step-cap").value
        25.0
        """
        return {row.id: row for row in self.limits}[id]
