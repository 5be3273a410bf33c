"""The types of the tables that plans are made from: tapers, products, rotation, adjuncts, alternatives.

Every row names its source, its place in the source (`row`) and its confidence. `None` means not read or not
stated; it is never zero. A row may be used for a dose only where its `confidence` allows
(`Confidence.may_drive_a_dose`) and, where a row has a `policy` or a `role`, only as that says.
Loaded with the first of these tables, so that commands without a plan do not pay for it.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from algesia.knowledge.model import Confidence

Release: TypeAlias = Literal["immediate", "extended"]
Handling: TypeAlias = Literal["yes", "no", "unverified", "not-applicable"]
Policy: TypeAlias = Literal["label", "shown", "never"]


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every row of these tables carries. An unknown column is refused when the table is read."""

    row: str
    confidence: Confidence
    note: str = ""


class _Cited(_Row, frozen=True, kw_only=True):
    source: str


# --- tapers ---------------------------------------------------------------------------------------------------


class TaperRule(_Cited, frozen=True, kw_only=True):
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


class TaperDefault(_Cited, frozen=True, kw_only=True):
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


class TaperLimit(_Cited, frozen=True, kw_only=True):
    """A bound that no plan crosses. `value` is in `unit`; ``None`` for a schedule that is never made at all."""

    id: str
    kind: Literal["step", "interval", "over-planned", "review", "supply", "never"]
    value: float | None
    unit: Literal["%", "d", "1"] | None
    use_from_days: int | None
    says: str


class PauseRule(_Cited, frozen=True, kw_only=True):
    """What an event during a taper does to it. `cows_from` is a COWS total, `days` a time since the last step."""

    id: str
    when: str
    act: Literal["keep", "hold", "pause", "interlock"]
    cows_from: int | None
    days_from: int | None
    days_below: int | None
    says: str


class ReviewRule(_Cited, frozen=True, kw_only=True):
    """How often something is checked: first after `first_low` to `first_high` days, then every `then_days`."""

    id: str
    what: str
    pace: str
    first_low_days: int | None
    first_high_days: int | None
    then_days: int


class Statement(_Cited, frozen=True, kw_only=True):
    """One thing a source says, in our words, under a topic."""

    id: str
    topic: str
    says: str


class Conflict(_Row, frozen=True, kw_only=True):
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


# --- products -------------------------------------------------------------------------------------------------


class LineStrength(_Cited, frozen=True, kw_only=True):
    """One strength of a product line.

    `status`: ``listed`` in the US listing read (2026); ``rxnorm`` in RxNorm where no complete listing was read
    (availability is to be checked); ``unlisted`` in RxNorm and missing from the listing read; ``historical``
    old or foreign; ``unconfirmed`` doubtful for the US. `rxcuis` are RxNorm product codes, best first.
    """

    line: str
    value: float
    status: Literal["listed", "rxnorm", "unlisted", "historical", "unconfirmed"]
    rxcuis: tuple[str, ...]

    @property
    def may_be_planned(self) -> bool:
        """Whether a plan may use it."""
        return self.status in ("listed", "rxnorm") and self.confidence.may_drive_a_dose


class ProductLine(_Row, frozen=True, kw_only=True):
    """A marketed product with its strengths and how it may be handled.

    `unit` is UCUM: mg or ug a piece, ug/h a patch, mg/mL a liquid. `per` names the ingredient the strength
    counts when the product holds another drug (`partner`). `hours_low`/`hours_high` is the dosing interval.
    Strengths and handling were read in different places, each with its own confidence; `confidence` is the lower.
    """

    id: str
    ingredient: str
    product: str
    dose_form: str
    route: str
    release: Release
    long_half_life: bool
    hours_low: float
    hours_high: float
    unit: Literal["mg", "ug", "ug/h", "mg/mL"]
    partner: str | None
    salt: Literal["salt", "base", "not-read"]
    split: Handling
    crush: Handling
    open_or_cut: Handling
    handling: str
    small_step: str | None
    scope: Literal["pain", "opioid-use-disorder"]
    sources: tuple[str, ...]
    confidence_strengths: Confidence
    confidence_handling: Confidence
    strengths: tuple[LineStrength, ...]

    @property
    def plannable(self) -> tuple[LineStrength, ...]:
        """The strengths a plan may use, smallest first.

        >>> from algesia.knowledge.loader import load
        >>> [s.value for s in load().product_lines["oxycodone-er-tablet"].plannable]
        [10.0, 15.0, 20.0, 30.0, 40.0, 60.0, 80.0]
        """
        return tuple(s for s in self.strengths if s.may_be_planned)

    @property
    def may_be_halved(self) -> bool:
        """True only where splitting was read as allowed. Unverified is no."""
        return self.split == "yes" and self.confidence_handling.may_drive_a_dose


# --- rotation -------------------------------------------------------------------------------------------------


class EquianalgesicRatio(_Cited, frozen=True, kw_only=True):
    """What a source prints as equal pain relief: `reference` amount per unit of `drug`, from `low` to `high`.

    Converts between drugs. It has no part in measuring exposure, shares no base class of this package with
    `MmeFactor` and no field that holds its number, so neither can stand in for the other.
    `direction`: ``both``; ``to-drug`` (from the reference to the drug only); ``from-drug`` (from the drug to the
    reference only). One-way rows are never turned round. `purpose`: ``equianalgesic`` and ``label`` may convert;
    ``comparison`` and ``display`` are shown only. `drug_dose_*` and `reference_dose_*` are the pair as printed;
    `derived` says that low and high were worked out from the pair. `reduce_percent` belongs to the row's method.
    """

    id: str
    drug: str
    printed_name: str
    route: str
    unit: Literal["mg", "mg/d", "ug", "ug/d", "ug/h"]
    low: float | None
    high: float | None
    drug_dose_low: float | None
    drug_dose_high: float | None
    reference_drug: str
    reference_route: str
    reference_unit: Literal["mg", "mg/d"]
    reference_dose_low: float | None
    reference_dose_high: float | None
    direction: Literal["both", "to-drug", "from-drug"]
    purpose: Literal["equianalgesic", "label", "comparison", "display"]
    derived: bool
    reduce_percent: float | None

    @property
    def may_convert(self) -> bool:
        """Whether a dose of one drug may be worked out for another with this row."""
        allowed = self.purpose in ("equianalgesic", "label") and self.confidence.may_drive_a_dose
        return allowed and self.low is not None and self.high is not None


class ReductionRule(_Cited, frozen=True, kw_only=True):
    """The cut of a calculated dose for incomplete cross-tolerance, in percent."""

    id: str
    target: Literal["any", "methadone", "fentanyl-patch"]
    percent_low: float | None
    percent_high: float | None
    upper_if: tuple[str, ...] = ()
    lower_if: tuple[str, ...] = ()
    is_default: bool = False


class DoseBand(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line of a printed table: a range of the earlier dose and what it leads to. Open ends are exclusive."""

    low: float
    high: float | None
    low_open: bool = False
    high_open: bool = False
    value_low: float | None
    value_high: float | None
    says: str = ""

    def holds(self, dose: float) -> bool:
        """Whether an earlier dose lies in the range."""
        above = dose > self.low if self.low_open else dose >= self.low
        if self.high is None:
            return above
        return above and (dose < self.high if self.high_open else dose <= self.high)


class BandTable(_Cited, frozen=True, kw_only=True):
    """A printed table from earlier daily dose to new drug. One-way: it is never read backwards.

    `policy`: ``label`` may be computed with, ``shown`` is displayed beside it, ``never`` is display without any
    use. `printed_step` is the resolution of the printed ranges: between two of them nothing larger is missing.
    """

    id: str
    title: str
    from_drug: str
    from_route: str
    from_unit: Literal["mg/d"]
    to_drug: str
    to_route: str
    to_unit: Literal["%", "ug/h", "ug", "1"]
    policy: Policy
    printed_step: float
    bands: tuple[DoseBand, ...]

    def at(self, dose: float) -> tuple[DoseBand, ...]:
        """The bands an earlier dose lies in: two at a shared edge, the one below inside a printed gap, else none.

        >>> from algesia.knowledge.loader import load
        >>> tables = load().rotation.tables
        >>> [band.value_low for band in tables["fentanyl-patch-from-oral-morphine"].at(134.5)]
        [25.0]
        >>> [(b.value_low, b.value_high) for b in tables["methadone-label-oral"].at(100)]
        [(20.0, 30.0), (10.0, 20.0)]
        """
        held = tuple(band for band in self.bands if band.holds(dose))
        if held or dose < self.bands[0].low:
            return held
        last = self.bands[-1]
        below = [band for band in self.bands if band.high is not None and band.high < dose]
        return () if last.high is not None and dose > last.high else tuple(below[-1:])


class Gate(_Cited, frozen=True, kw_only=True):
    """What must be known or true before a rotation. `at_least`/`below` bound `measure` in `unit`."""

    id: str
    targets: tuple[str, ...]
    measure: str
    at_least: float | None
    below: float | None
    unit: str | None
    act: Literal["require", "refuse", "prefer-other", "repeat", "ask"]
    valid_days: int | None
    says: str


class DrugLimit(_Cited, frozen=True, kw_only=True):
    """A bound that a label or source sets on a drug or product. A ceiling is for checking, never a target."""

    id: str
    drug: str
    route: str
    release: Release | None
    kind: Literal[
        "max-per-day", "max-per-dose", "step", "step-interval", "change-interval", "site-reuse", "taper-first-to",
        "start-max-per-day", "start", "start-share", "tolerant-from",
    ]  # fmt: skip
    value: float
    value_high: float | None
    unit: Literal["mg/d", "mg", "ug", "ug/h", "h", "d", "%", "1"]
    when: str = ""


class Wait(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Hours since the last dose of a full agonist before buprenorphine. ``None``: longer, hours not read."""

    after: Literal["short-acting", "long-acting", "methadone"]
    hours_low: float | None
    hours_high: float | None


class Induction(_Cited, frozen=True, kw_only=True):
    """A standard start of buprenorphine as one source prints it. `cows_above` is exclusive, `cows_from` inclusive."""

    id: str
    setting: str
    cows_above: int | None
    cows_from: int | None
    waits: tuple[Wait, ...]
    says: str
    policy: Policy


class ScheduleDay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Days `first` to `last` (open when ``None``) and the sublingual doses of each, in mg; empty: not fixed."""

    first: int
    last: int | None
    doses_mg: tuple[float, ...]
    full_agonist: str
    says: str = ""


class Schedule(_Cited, frozen=True, kw_only=True):
    """A low-dose start of buprenorphine as published. `days` is ``None`` where no table was read."""

    id: str
    title: str
    setting: str
    days: tuple[ScheduleDay, ...] | None
    says: str
    policy: Policy


class RenalRank(_Row, frozen=True, kw_only=True):
    """How an opioid stands in renal impairment."""

    drug: str
    rank: Literal["preferred", "caution", "avoid"]
    egfr_below: float | None
    sources: tuple[str, ...]


class Spread(_Cited, frozen=True, kw_only=True):
    """Oral or other ratios to intrathecal as observed. Shown; nothing is computed with it."""

    id: str
    ratios: tuple[float, ...]
    says: str


class Rotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything about changing one opioid for another beside the ratios."""

    principles: tuple[Statement, ...]
    reductions: tuple[ReductionRule, ...]
    tables: dict[str, BandTable]
    gates: tuple[Gate, ...]
    limits: tuple[DrugLimit, ...]
    inductions: tuple[Induction, ...]
    schedules: tuple[Schedule, ...]
    renal: tuple[RenalRank, ...]
    intrathecal: tuple[Spread, ...]


# --- adjuncts, alternatives, withdrawal -----------------------------------------------------------------------


class RenalDose(_Cited, frozen=True, kw_only=True):
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


class Adjunct(_Row, frozen=True, kw_only=True):
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


class Alternative(_Row, frozen=True, kw_only=True):
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


class Ceiling(_Cited, frozen=True, kw_only=True):
    """A daily maximum as one source prints it, in mg; `when` says for whom."""

    mg_per_day: float
    when: str = ""


class WithdrawalDrug(_Row, frozen=True, kw_only=True):
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
