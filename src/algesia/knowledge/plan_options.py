"""The types of the tables of adjuncts, alternatives and withdrawal support."""

from __future__ import annotations

from typing import Literal

import msgspec

from algesia.knowledge.model import Confidence
from algesia.knowledge.plan_rows import Cited, Row


class RenalDose(Cited, frozen=True, kw_only=True):
    """Total mg a day by creatinine clearance or eGFR in mL/min: `clearance_from` <= value < `clearance_below`.

    `closed` includes the upper end. `proportional`: below it, the total falls in proportion to the clearance.
    `supplement` rows are given after dialysis on top. `low`/`high` ``None`` is not stated.
    """

    clearance_from: float | None
    clearance_below: float | None
    closed: bool = False
    start_low: float | None = None
    start_high: float | None = None
    low: float | None = None
    high: float | None = None
    doses_per_day: int | None = None
    proportional: bool = False
    supplement: bool = False

    def holds(self, clearance: float) -> bool:
        """Whether this row is for that clearance."""
        if self.supplement or (self.clearance_from is not None and clearance < self.clearance_from):
            return False
        if self.clearance_below is None:
            return True
        return clearance <= self.clearance_below if self.closed else clearance < self.clearance_below


class Adjunct(Row, frozen=True, kw_only=True):
    """A drug beside the opioid. Text fields are ``None`` where the figure was not read.

    `classes` are classes of the interacting-drug table that this drug belongs to; `interacts` the classes and
    drugs it interacts with; `contraindicated` conditions in words. `max_daily_mg` is the lowest daily maximum
    that any source prints. `renal` is ``None`` when not read, empty when no adjustment is stated.
    """

    id: str
    drugs: tuple[str, ...]
    classes: tuple[str, ...]
    kind: str
    start: str | None
    titration: str | None
    maximum: str | None
    max_daily_mg: float | None
    renal: tuple[RenalDose, ...] | None
    renal_says: str | None
    hepatic: str | None
    contraindicated: tuple[str, ...] | None
    interacts: tuple[str, ...] | None
    interaction: str | None
    evidence: str | None
    monitoring: str | None
    policy: Literal["offer", "specialist", "rescue", "shown"]
    sources: tuple[str, ...]
    confidence_dose: Confidence
    confidence_evidence: Confidence

    def renal_at(self, clearance: float) -> RenalDose | None:
        """The row with the lowest ceiling for a clearance in mL/min; ``None`` when no row holds it.

        >>> from algesia.knowledge.loader import load
        >>> row = load().adjuncts["gabapentin"].renal_at(40)
        >>> row.high, row.source
        (900.0, 'gbp_uk')
        """
        rows = [row for row in self.renal or () if row.high is not None and row.holds(clearance)]
        return min(rows, key=lambda row: row.high or 0.0, default=None)


class Effect(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An effect as printed: estimate with its 95 % interval where one is printed."""

    measure: str
    estimate: float | None
    low: float | None
    high: float | None
    unit: str
    source: str
    says: str = ""


class Alternative(Row, frozen=True, kw_only=True):
    """A treatment other than an opioid. ``None`` is not read; an empty tuple is nothing stated."""

    id: str
    title: str
    kind: Literal[
        "interventional", "neuromodulation", "implant", "infusion", "rehabilitation", "psychological", "drug"
    ]
    indication: str | None
    evidence: str | None
    effects: tuple[Effect, ...] | None
    certainty: str | None
    contrary: str | None
    contraindicated: tuple[str, ...] | None
    needs: str | None
    sources: tuple[str, ...]


class Ceiling(Cited, frozen=True, kw_only=True):
    """A daily maximum as one source prints it, in mg; `when` says for whom."""

    mg_per_day: float
    when: str = ""


class WithdrawalDrug(Row, frozen=True, kw_only=True):
    """A drug for withdrawal symptoms. `dose_low_mg`..`dose_high_mg` at `hours_low`..`hours_high`, as needed or not.

    Where sources print different ranges the lower is held and the other stands in `note`.
    """

    drug: str
    classes: tuple[str, ...]
    target: str
    dose: str
    dose_low_mg: float
    dose_high_mg: float
    hours_low: float | None
    hours_high: float | None
    ceilings: tuple[Ceiling, ...]
    renal: tuple[RenalDose, ...]
    hepatic: tuple[str, ...]
    max_days: int | None
    hold: str | None
    stop: str | None
    warn: tuple[str, ...]
    avoid_from_age: int | None
    policy: Literal["offer", "caution"]
    sources: tuple[str, ...]

    @property
    def ceiling(self) -> Ceiling | None:
        """The lowest daily maximum that any source prints; ``None`` when no source read prints one.

        >>> from algesia.knowledge.loader import load
        >>> load().withdrawal_support["clonidine"].ceiling.mg_per_day
        0.8
        """
        return min(self.ceilings, key=lambda row: row.mg_per_day, default=None)
