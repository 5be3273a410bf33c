"""`algesia-plan/1`: the shape of the machine-readable plans, as types, and their JSON Schema.

One format, three kinds: ``taper``, ``rotation``, ``options``. A later edition may add keys; it never takes one
away. Amounts carry UCUM units. Days are ISO 8601 dates; a record that counts days from an event has its day number
beside every date (``"start": "2000-01-22", "start_day": 21``); the date is then only the count from the epoch.
An `end` is the first day after.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from algesia.knowledge.model import Confidence
from algesia.knowledge.plan_options import Adjunct, Alternative, Ceiling, RenalDose, WithdrawalDrug
from algesia.plan.model import Phase, Release
from algesia.report.plan_contract_parts import (
    DoseOut,
    HeadOut,
    MissingOut,
    NaloxoneOut,
    PlanPart,
    QuantityOut,
    RangeOut,
    RegimenOut,
    RuleOut,
)

FORMAT: Final = "algesia-plan/1"


class StepOut(PlanPart, frozen=True, kw_only=True):
    """One dose level of one drug on ``[start, end)``.

    `before` is the total before the step, `target_daily` what the rule asks for, `daily` what the products make;
    `change_percent` is signed, of `before`. `review_by` is the first of `reviews`, none more than 31 days apart.
    `mme` measures exposure and converts nothing.
    """

    number: int
    start: str
    start_day: int | UnsetType = UNSET
    end: str
    end_day: int | UnsetType = UNSET
    drug: str
    route: str
    release: Release
    phase: Phase
    before: QuantityOut
    target_daily: QuantityOut
    daily: QuantityOut
    change_percent: float
    doses: tuple[DoseOut, ...]
    every_days: int
    review_by: str
    review_by_day: int | UnsetType = UNSET
    reviews: tuple[str, ...]
    review_days: tuple[int, ...] | UnsetType = UNSET
    check: tuple[str, ...]
    mme: float | None
    says: str


class PaceOut(PlanPart, frozen=True, kw_only=True):
    """How fast the plan goes, and the rule that sets it. `asked`: slower than the rule, on request."""

    percent: float
    interval_days: int
    of: Literal["current", "original"]
    current_below_percent: float | None
    rule: RuleOut
    asked: bool


class TurnOut(PlanPart, frozen=True, kw_only=True):
    """Where a taper ends short of what was asked, why, and what could make the next step."""

    drug: str
    at: str
    at_day: int | UnsetType = UNSET
    daily: QuantityOut
    says: str
    ways: tuple[str, ...]
    lines: tuple[str, ...]


class FillOut(PlanPart, frozen=True, kw_only=True):
    """One supply to prescribe, for 28 days at most. `count` is in pieces, patches, or mL of a liquid."""

    start: str
    start_day: int | UnsetType = UNSET
    end: str
    end_day: int | UnsetType = UNSET
    step: int
    rxcui: str | None
    count: float
    strength: QuantityOut
    line: str
    product: str


class SupportOut(PlanPart, frozen=True, kw_only=True):
    """A drug for withdrawal symptoms. `ceiling` is the lowest daily maximum printed, null where none was read; `row`
    the whole row of the table. A drug with anything in `withheld` is not offered."""

    drug: str
    dose: str
    ceiling: Ceiling | None
    cautions: tuple[str, ...]
    withheld: tuple[str, ...]
    row: WithdrawalDrug


class OrderOut(PlanPart, frozen=True, kw_only=True):
    """One opioid in the order to be tapered, with the reason."""

    drug: str
    because: str


class TaperAsked(PlanPart, frozen=True, kw_only=True):
    """What was asked for; what was left open is null or empty."""

    drugs: tuple[str, ...] = ()
    start: str | None = None
    start_day: int | UnsetType | None = UNSET
    percent: float | None = None
    interval_days: int | None = None
    until: float = 0.0
    products: tuple[str, ...] = ()
    strengths: tuple[float, ...] = ()
    since: str | None = None
    since_day: int | UnsetType | None = UNSET
    naloxone_acknowledged: bool = False
    last_steps: bool = False


class TaperOut(HeadOut, frozen=True, kw_only=True, tag_field="kind", tag="taper"):
    """A taper. Without `steps` when it is blocked or cannot be made."""

    format: Literal["algesia-plan/1"] = FORMAT
    unassessable: tuple[MissingOut, ...] = ()
    nearest: str = ""
    request: TaperAsked
    use_days: int | None = None
    regimens: tuple[RegimenOut, ...] = ()
    order: tuple[OrderOut, ...] = ()
    pace: PaceOut | None
    steps: tuple[StepOut, ...]
    turns: tuple[TurnOut, ...]
    supplies: tuple[FillOut, ...]
    support: tuple[SupportOut, ...] = ()
    naloxone: NaloxoneOut | None = None
    rules: tuple[RuleOut, ...] = ()
    statements: tuple[RuleOut, ...] = ()


class RotationAsked(PlanPart, frozen=True, kw_only=True):
    """What was asked for."""

    to: str
    to_route: str | None
    reduction: float | None
    drug: str | None
    naloxone_acknowledged: bool


class FromOut(PlanPart, frozen=True, kw_only=True):
    """The drug that is left, as taken now."""

    drug: str
    route: str
    daily: QuantityOut


class ToOut(PlanPart, frozen=True, kw_only=True):
    """The new drug."""

    drug: str
    route: str


class RatioOut(PlanPart, frozen=True, kw_only=True):
    """One source's ratio: amount of the old drug per unit of the new. `value` is the end that gives the lower new dose."""

    id: str
    value: float
    low: float
    high: float
    says: str
    source: str
    confidence: Confidence
    used: bool


class GateOut(PlanPart, frozen=True, kw_only=True):
    """A gate before the rotation and whether the record meets it."""

    id: str
    state: Literal["met", "open", "refused", "note"]
    on_record: str
    says: str
    source: str


class ScheduleOut(PlanPart, frozen=True, kw_only=True):
    """One day or span of an induction as published."""

    days: str
    new: str
    old: str
    gate: str


class InductionOut(PlanPart, frozen=True, kw_only=True):
    """A way to start buprenorphine, day by day, for the clinician to choose from."""

    id: str
    title: str
    setting: str
    lines: tuple[ScheduleOut, ...]
    says: str
    source: str
    confidence: Confidence


class RotationOut(HeadOut, frozen=True, kw_only=True, tag_field="kind", tag="rotation"):
    """A rotation with its working as separate lines. Never computed from MME."""

    format: Literal["algesia-plan/1"] = FORMAT
    unassessable: tuple[MissingOut, ...]
    nearest: str
    request: RotationAsked
    method: Literal["ratio", "label-table", "methadone-label", "induction", "shown"] | None
    from_: FromOut | None = msgspec.field(name="from")
    to: ToOut
    regimens: tuple[RegimenOut, ...]
    ratios: tuple[RatioOut, ...]
    before_reduction: RangeOut | None
    reduction_percent: float | None
    after_reduction: RangeOut | None
    start_daily: RangeOut | None
    doses: tuple[DoseOut, ...]
    every_days: int
    breakthrough: str
    inductions: tuple[InductionOut, ...]
    working: tuple[str, ...]
    gates: tuple[GateOut, ...]
    monitoring: tuple[RuleOut, ...]
    naloxone: NaloxoneOut | None
    rules: tuple[RuleOut, ...]


class AdjunctOut(PlanPart, frozen=True, kw_only=True):
    """An adjunct checked against the record; `row` is the whole row of the table, null in it is not read."""

    id: str
    status: Literal["consider", "caution", "against", "taken", "specialist"]
    renal: RenalDose | None
    ceiling_mg: float | None
    against: tuple[str, ...]
    cautions: tuple[str, ...]
    unknown: tuple[str, ...]
    row: Adjunct


class AlternativeOut(PlanPart, frozen=True, kw_only=True):
    """An alternative matched to the record; `row` is the whole row of the table, null in it is not read."""

    id: str
    title: str
    status: Literal["matches", "possible", "against", "tried"]
    fits: tuple[str, ...]
    against: tuple[str, ...]
    tried: tuple[str, ...]
    row: Alternative


class OptionsOut(HeadOut, frozen=True, kw_only=True, tag_field="kind", tag="options"):
    """Adjuncts and alternatives laid out for the clinician."""

    format: Literal["algesia-plan/1"] = FORMAT
    adjuncts: tuple[AdjunctOut, ...]
    alternatives: tuple[AlternativeOut, ...]


PlanOut: TypeAlias = TaperOut | RotationOut | OptionsOut


def plan_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `algesia-plan/1`, all three kinds.

    >>> sorted(plan_schema()["discriminator"]["mapping"])
    ['options', 'rotation', 'taper']
    """
    schema = msgspec.json.schema(PlanOut)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORMAT, **schema}
