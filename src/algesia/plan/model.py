"""The types of plans. A day is an `int` (see `quantities.time`); a step holds on ``[start, end)``.

Nothing here is advice to a patient: a plan is a proposal to a clinician, who releases it or does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from algesia.assessment.model import Interlock
from algesia.knowledge.model import Confidence
from algesia.knowledge.plan_options import Adjunct, Alternative, RenalDose, WithdrawalDrug
from algesia.quantities.refusal import Unassessable

Status: TypeAlias = Literal["planned", "blocked", "unassessable"]
Release: TypeAlias = Literal["immediate", "extended"]
Phase: TypeAlias = Literal["taper", "last-steps"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that a plan rests on, with its source and how it was read."""

    id: str
    says: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Piece:
    """Units of one product taken at one time.

    `strength` is mg or ug a piece, ug/h a patch, mg/mL a liquid (`unit`). `count` is the number of pieces or
    patches, for a liquid the volume in mL (`unit` is then ``mg/mL``). `rxcui` is empty where none was read.
    """

    line: str
    product: str
    rxcui: str
    strength: float
    unit: Literal["mg", "ug", "ug/h", "mg/mL"]
    release: Release
    count: float

    @property
    def amount(self) -> float:
        """What is taken in: mg, ug, or ug/h."""
        return self.strength * self.count

    @property
    def liquid(self) -> bool:
        """Whether `count` is a volume in mL."""
        return self.unit == "mg/mL"


@dataclass(frozen=True, slots=True)
class DoseTime:
    """What is taken at one time of day. `time` is ``HH:MM``, `name` a word such as morning."""

    time: str
    name: str
    pieces: tuple[Piece, ...]

    @property
    def amount(self) -> float:
        """The sum of its pieces: mg, ug, or ug/h."""
        return sum(piece.amount for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Step:
    """One dose level of one drug.

    Attributes
    ----------
    number
        1 for the first step of the plan.
    before, target, daily
        The total before the step, the total the rule asks for, and what the products make, in `unit`
        (``mg/d``; ``ug/d`` for a buccal film, ``ug/h`` for a patch). before > daily >= 0.
    doses
        Every time of day with its products; the same on each day taken. Empty when `daily` is 0.
    every_days
        1: every day; 2: every other day; a patch: the days until it is changed.
    reviews
        The days of the review gates: never more than 31 days apart, the last on the last day of the step. The next
        step begins only after the last of them is recorded.
    mme
        MME a day from this drug at this step, ``None`` where there is no factor. It measures exposure only.
    """

    number: int
    start: int
    end: int
    drug: str
    route: str
    release: Release
    phase: Phase
    unit: Literal["mg/d", "ug/d", "ug/h"]
    before: float
    target: float
    daily: float
    doses: tuple[DoseTime, ...]
    every_days: int
    reviews: tuple[int, ...]
    check: tuple[str, ...]
    mme: float | None
    says: str = ""

    @property
    def change_percent(self) -> float:
        """Signed change in percent of the total before."""
        return 100.0 * (self.daily - self.before) / self.before

    @property
    def days(self) -> int:
        """How long the step is held."""
        return self.end - self.start

    @property
    def review_by(self) -> int:
        """The first review gate."""
        return self.reviews[0]


@dataclass(frozen=True, slots=True)
class Regimen:
    """One opioid product line as it is taken on the day of asking.

    `daily` is in `unit`; `times` is the number of doses a day; `slots` the amount at each time of day, where the
    record says it. `line` names the product line of the knowledge table.
    """

    medications: tuple[str, ...]
    drug: str
    route: str
    release: Release
    line: str
    unit: Literal["mg/d", "ug/d", "ug/h"]
    daily: float
    times: int
    slots: tuple[float, ...]
    mme: float | None
    working: str


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a plan goes: at most `percent` every `interval_days`.

    Percent of the current dose, or of the original dose until the current dose is at or below
    `current_below_percent` of it. `asked` says that somebody asked for slower than the rule.
    """

    percent: float
    interval_days: int
    of: Literal["current", "original"]
    current_below_percent: float | None
    rule: Rule
    asked: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """Where one drug's taper ends short of what was asked, why, and what could make the next step.

    `ways` are sentences for the clinician; `lines` names product lines that could be added to the request.
    """

    drug: str
    at: int
    daily: float
    unit: str
    says: str
    ways: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fill:
    """One supply to prescribe: never for more than 28 days. `count` is pieces, patches, or mL of a liquid."""

    start: int
    end: int
    step: int
    line: str
    product: str
    rxcui: str
    strength: float
    unit: str
    count: float


@dataclass(frozen=True, slots=True)
class Support:
    """A drug for withdrawal symptoms, with what on record speaks against it. `withheld` says why it is not offered."""

    drug: WithdrawalDrug
    cautions: tuple[str, ...]
    withheld: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Naloxone:
    """Whether naloxone is to be offered, why, and whether it is at hand on record or acknowledged by the clinician."""

    offer: bool
    because: tuple[str, ...]
    at_hand: bool


@dataclass(frozen=True, slots=True)
class TaperRequest:
    """What was asked for. Everything optional; only slower, never faster.

    `percent` a step, `interval_days` between steps, `until` in mg/d (ug/h for a patch), `start` the day of the first
    step (the day after asking when ``None``), `drugs` in the order to be tapered, `products` line ids that may be used
    beside the present product, `strengths` of the present product at hand (all marketed ones when empty), `since` the first day of opioid
    use where the record does not go back to it, `last_steps` to lengthen the time between doses once the smallest piece
    is reached, `for_pain` says that methadone or buprenorphine is given for pain.
    """

    drugs: tuple[str, ...] = ()
    start: int | None = None
    percent: float | None = None
    interval_days: int | None = None
    until: float = 0.0
    products: tuple[str, ...] = ()
    strengths: tuple[float, ...] = ()
    since: int | None = None
    naloxone_acknowledged: bool = False
    last_steps: bool = False
    for_pain: bool = False


@dataclass(frozen=True, slots=True)
class TaperPlan:
    """A taper as a proposal. `blocked` and `unassessable` plans have no steps.

    `order` names every opioid on record in the order to be tapered with the reason; `held` those that stay
    unchanged. `rules` are the rules used; `statements` what a clinician must have read (harms, lost tolerance,
    stop and escalate); `warnings` what on this record asks for care. `nearest` is the nearest safe request when what
    was asked could not be met.
    """

    status: Status
    as_of: int
    knowledge: str
    request: TaperRequest
    blocked_by: tuple[Interlock, ...] = ()
    unassessable: tuple[Unassessable, ...] = ()
    nearest: str = ""
    use_days: int | None = None
    regimens: tuple[Regimen, ...] = ()
    order: tuple[tuple[str, str], ...] = ()
    pace: Pace | None = None
    steps: tuple[Step, ...] = ()
    turns: tuple[Turn, ...] = ()
    supplies: tuple[Fill, ...] = ()
    support: tuple[Support, ...] = ()
    naloxone: Naloxone | None = None
    rules: tuple[Rule, ...] = ()
    statements: tuple[Rule, ...] = ()
    warnings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RatioLine:
    """One source's ratio between two drugs, in its own direction. `value_*`: amount of the old drug per unit of the new."""

    id: str
    low: float
    high: float
    says: str
    source: str
    confidence: Confidence
    used: bool


@dataclass(frozen=True, slots=True)
class GateState:
    """A gate before a rotation and whether the record meets it. `open`: not known yet; `refused`: it forbids."""

    id: str
    state: Literal["met", "open", "refused", "note"]
    on_record: str
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """One day or span of an induction as published: what of the new drug, what happens to the old."""

    days: str
    new: str
    old: str
    gate: str = ""


@dataclass(frozen=True, slots=True)
class Induction:
    """A way to start buprenorphine, day by day. `shown` ones are for the clinician to choose from, none is computed."""

    id: str
    title: str
    setting: str
    lines: tuple[ScheduleLine, ...]
    says: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class RotationRequest:
    """What was asked for: the new drug, its route (the table's first when ``None``), and a larger reduction if wished."""

    to: str
    to_route: str | None = None
    reduction: float | None = None
    drug: str | None = None
    naloxone_acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class RotationPlan:
    """A rotation as a proposal with its working as separate lines. Never computed from MME.

    `method`: ``ratio`` (equianalgesic range, then reduction), ``label-table`` (the label's own table, nothing further
    taken off), ``methadone-label`` (label bands, specialist), ``induction`` (buprenorphine day by day, no dose computed),
    ``shown`` (nothing computed). `before_reduction`, `after_reduction` and `start_daily` are low and high in `unit`; the lower end
    is what is rounded down to products (`doses`). `breakthrough` says what to do between doses.
    """

    status: Status
    as_of: int
    knowledge: str
    request: RotationRequest
    method: Literal["ratio", "label-table", "methadone-label", "induction", "shown"] | None = None
    blocked_by: tuple[Interlock, ...] = ()
    unassessable: tuple[Unassessable, ...] = ()
    nearest: str = ""
    referral: str = ""
    regimens: tuple[Regimen, ...] = ()
    to_drug: str = ""
    to_route: str = ""
    unit: str = "mg/d"
    ratios: tuple[RatioLine, ...] = ()
    before_reduction: tuple[float, float] | None = None
    reduction_percent: float | None = None
    after_reduction: tuple[float, float] | None = None
    start_daily: tuple[float, float] | None = None
    doses: tuple[DoseTime, ...] = ()
    every_days: int = 1
    breakthrough: str = ""
    inductions: tuple[Induction, ...] = ()
    working: tuple[str, ...] = ()
    gates: tuple[GateState, ...] = ()
    monitoring: tuple[Rule, ...] = ()
    rules: tuple[Rule, ...] = ()
    naloxone: Naloxone | None = None
    warnings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AdjunctChoice:
    """An adjunct checked against the record.

    `renal` is the row that holds for the clearance on record; `ceiling_mg` the lowest daily maximum that applies,
    ``None`` where none was read. `against` forbids, `cautions` ask for care, `unknown` could not be checked.
    """

    adjunct: Adjunct
    status: Literal["consider", "caution", "against", "taken", "specialist"]
    renal: RenalDose | None
    ceiling_mg: float | None
    against: tuple[str, ...]
    cautions: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlternativeChoice:
    """An alternative matched to the record: what on record fits its indication, what speaks against it, what was tried."""

    alternative: Alternative
    status: Literal["matches", "possible", "against", "tried"]
    fits: tuple[str, ...]
    against: tuple[str, ...]
    tried: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OptionsPlan:
    """Adjuncts and alternatives laid out for the clinician. `blocked` in an emergency."""

    status: Status
    as_of: int
    knowledge: str
    blocked_by: tuple[Interlock, ...] = ()
    adjuncts: tuple[AdjunctChoice, ...] = ()
    alternatives: tuple[AlternativeChoice, ...] = ()
    warnings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a later record says about a plan that runs.

    `step` is the step that runs on the day of asking, `back_to` the step to go back to. Reasons are dated sentences.
    """

    status: Literal["on-track", "pause", "step-back", "urgent", "unassessable"]
    as_of: int
    step: Step | None
    day_of_step: int | None
    back_to: Step | None
    because: tuple[str, ...]
    expected: tuple[str, ...]
    missing: tuple[str, ...]
    do: str
    blocked_by: tuple[Interlock, ...] = ()
    sources: tuple[str, ...] = ()
