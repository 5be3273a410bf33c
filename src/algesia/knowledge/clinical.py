"""The types of the clinical tables: signs, the differential, interlocks, instruments, the evidence, the body.

Apart from `knowledge.model`, which holds what measuring exposure needs, so that `algesia mme` starts fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from algesia.knowledge.model import Confidence


@dataclass(frozen=True, slots=True)
class Feature:
    """A finding of the differential and its ordinal weight, -2 to +2, for each hypothesis (expert priors)."""

    id: str
    question: str
    how_measured: str
    weights: dict[str, int]
    basis: str
    sources: tuple[str, ...]
    confidence: Confidence
    warning_sign: int | None
    note: str


@dataclass(frozen=True, slots=True)
class SignText:
    """A sign of the record in words, and what it feeds.

    `short` labels a row of a picture, `plain` is the person's words, `clinical` the field term. `feature` is the finding of the differential that
    the present sign answers with yes (and the absent sign with no); `absent_feature` one that the absent sign
    answers with yes. `interlocks` are the rules it can trigger when present.
    """

    id: str
    plain: str
    clinical: str
    feature: str | None
    absent_feature: str | None
    warning_sign: int | None
    interlocks: tuple[str, ...]
    note: str = ""
    source: str = "algesia"
    confidence: Confidence = Confidence.EXPERT_PRIOR
    short: str = ""


@dataclass(frozen=True, slots=True)
class HypothesisText:
    """A hypothesis with its definition and the words of its source."""

    id: str
    name: str
    definition: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class TrapRule:
    """Thresholds of the escalation-trap rule, each with its source or the words 'expert_prior'."""

    text: str
    min_increases: int
    rise_percent: float
    window_months: int
    improvement_percent: float
    reevaluate_weeks: tuple[int, int]
    pause_mme: float
    sources: dict[str, str]
    confidence: Confidence = Confidence.EXPERT_PRIOR


Level: TypeAlias = Literal["emergency", "urgent", "block", "warn"]


@dataclass(frozen=True, slots=True)
class InterlockRule:
    """A condition that stops or bounds what may be said. How it is read off a record: `assessment.interlocks`."""

    id: str
    level: Level
    trigger: str
    action: str
    sources: tuple[str, ...]
    basis: str
    note: str = ""
    title: str = ""
    confidence: Confidence = Confidence.EXPERT_PRIOR


@dataclass(frozen=True, slots=True)
class Band:
    """One band of an instrument: low <= score <= high."""

    low: float
    high: float
    label: str


@dataclass(frozen=True, slots=True)
class InstrumentItem:
    """One item, in paraphrase unless its wording may be embedded."""

    id: str
    text: str
    loinc: str | None
    levels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Instrument:
    """A scored instrument: what it measures, its range, its bands, its codes and what may be embedded."""

    id: str
    name: str
    low: float
    high: float
    items: tuple[InstrumentItem, ...]
    bands: tuple[Band, ...]
    loinc_total: tuple[str, ...]
    scoring: str
    embed: str
    licence_note: str
    source: str
    confidence: Confidence
    caution: str = ""
    combine: Literal["sum", "mean", "single", "count"] = "sum"
    codes_source: str = ""
    loinc_panel: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of the evidence table: a claim, the verdict on it, the evidence, and the wording we may use."""

    id: str
    topic: str
    claim: str
    verdict: str
    verdict_class: str
    evidence: str
    wording: str
    sources: tuple[str, ...]
    confidence: Confidence = Confidence.SECONDARY


@dataclass(frozen=True, slots=True)
class BodyArea:
    """One of the 74 areas of the body figure, with its outline and neighbors."""

    name: str
    plain: str
    view: Literal["front", "back"]
    side: Literal["left", "right", "middle"]
    group: str
    path: str
    label_at: tuple[float, float]
    neighbors: tuple[str, ...]
    wpi_19: str | None
    wpi_19_fit: str
    choir_male: int | None
    choir_female: int | None
    michigan_35: str | None
    source: str = "algesia-body"
    confidence: Confidence = Confidence.EXPERT_PRIOR
