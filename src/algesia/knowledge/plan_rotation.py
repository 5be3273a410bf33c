"""The types of the rotation tables: ratios, reductions, label tables, gates, inductions. None of them shares a base with `MmeFactor`."""

from __future__ import annotations

from typing import Literal

import msgspec

from algesia.knowledge.plan_rows import Cited, Policy, Release, Row
from algesia.knowledge.plan_tapers import Statement


class EquianalgesicRatio(Cited, frozen=True, kw_only=True):
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
    low: float
    high: float
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
        return self.purpose in ("equianalgesic", "label") and self.confidence.may_drive_a_dose


class ReductionRule(Cited, frozen=True, kw_only=True):
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


class BandTable(Cited, frozen=True, kw_only=True):
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


class Gate(Cited, frozen=True, kw_only=True):
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


class DrugLimit(Cited, frozen=True, kw_only=True):
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


class Induction(Cited, frozen=True, kw_only=True):
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


class Schedule(Cited, frozen=True, kw_only=True):
    """A low-dose start of buprenorphine as published. `days` is ``None`` where no table was read."""

    id: str
    title: str
    setting: str
    days: tuple[ScheduleDay, ...] | None
    says: str
    policy: Policy


class RenalRank(Row, frozen=True, kw_only=True):
    """How an opioid stands in renal impairment."""

    drug: str
    rank: Literal["preferred", "caution", "avoid"]
    egfr_below: float | None
    sources: tuple[str, ...]


class Spread(Cited, frozen=True, kw_only=True):
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
