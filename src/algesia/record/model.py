"""The nouns of a record. One definition gives validation, the JSON Schema and the in-memory types.

Everything here is frozen. Nothing is repaired: a value is what the record said, or the record was refused.
What is not known is absent (``None`` or an empty list), never a zero.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from algesia.quantities.time import DEFAULT_EPOCH, Instant

FORMAT: Final = "algesia-record/1"

Basis: TypeAlias = Literal["prescribed", "dispensed", "taken"]
Route: TypeAlias = Literal[
    "oral", "buccal", "sublingual", "nasal", "transdermal", "intravenous", "subcutaneous", "intramuscular",
    "epidural", "intrathecal", "rectal",
]  # fmt: skip
Release: TypeAlias = Literal["immediate", "extended"]
SignName: TypeAlias = Literal[
    "spreading-pain", "dose-increase-not-working", "allodynia", "changed-character",
    "pain-from-nonpainful-activity", "worse-after-dose", "myoclonus", "confusion", "agitation", "seizure",
    "hyperalgesia-on-examination", "withdrawal-signs", "new-lesion-on-imaging", "aberrant-behavior",
    "relieved-by-dose-increase", "relieved-by-dose-reduction", "end-of-dose-failure",
]  # fmt: skip
"""The signs of the contract's first edition. `Sign.sign` takes any name the knowledge edition knows; see
`algesia.knowledge.signs`."""

Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=4000)]
# One line, no blanks at its ends: two names that look alike are then alike.
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$(?!\n)")]
Positive: TypeAlias = Annotated[float, Meta(gt=0, le=1e9)]
NotNegative: TypeAlias = Annotated[float, Meta(ge=0, le=1e9)]


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Base of every part of a record: frozen, and closed to unknown keys."""


class Code(Fact, frozen=True):
    """A code in a coding system, e.g. RxNorm or ICD-10-CM."""

    system: Name
    code: Name
    display: Name | None = None


class Amount(Fact, frozen=True):
    """A quantity with its unit: one `value`, or a range from `low` to `high`. Never both."""

    unit: Name
    value: NotNegative | None = None
    low: NotNegative | None = None
    high: NotNegative | None = None


class Person(Fact, frozen=True):
    """Who the record is about. All of it optional; what is missing is asked for where it matters."""

    id: Name | None = None
    birth_date: Instant | None = None
    age_years: Annotated[float, Meta(ge=0, le=120)] | None = None
    sex: Literal["female", "male", "other", "unknown"] | None = None
    weight_kg: Annotated[float, Meta(gt=0, le=500)] | None = None
    pregnant: bool | None = None
    time_zone: Name | None = None


class Condition(Fact, frozen=True):
    """A diagnosis or problem. `kind` is free text or one of the kinds that interlocks read (see the docs)."""

    kind: Name | None = None
    text: Text | None = None
    at: Instant | None = None
    end: Instant | None = None
    code: Code | None = None


class Medication(Fact, frozen=True):
    """One regimen: what was ordered, dispensed or taken from `start` until `end` (exclusive).

    `dose` is the amount per administration, the rate worn for a patch (``ug/h``), or the rate of an infusion
    or pump. How often: `every_hours` or `times_per_day` (with `_max` forms for ranges), not both.
    `strength` says what one ``{tablet}`` (film, patch, ampule, spray ...) holds; `concentration` what one mL
    holds. `quantity` with `days_supply` is a supply: early refills of the same product carry forward.
    """

    drug: Name
    start: Instant
    end: Instant | None = None
    id: Name | None = None
    order: Name | None = None
    code: Code | None = None
    route: Route | None = None
    form: Name | None = None
    release: Release | None = None
    dose: Amount | None = None
    strength: Amount | None = None
    concentration: Amount | None = None
    every_hours: Positive | None = None
    every_hours_max: Positive | None = None
    times_per_day: Positive | None = None
    times_per_day_max: Positive | None = None
    as_needed: bool = False
    max_per_day: Positive | Amount | None = None
    quantity: Amount | None = None
    days_supply: Positive | None = None
    basis: Basis = "prescribed"
    text: Text | None = None
    question: Text | None = None
    """Why the reader could not take the amount at face value (a unit trap); it is then unconverted."""


class Dose(Fact, frozen=True):
    """One amount that entered the body at a known time. Doses are always `taken`."""

    at: Instant
    drug: Name
    dose: Amount
    id: Name | None = None
    code: Code | None = None
    route: Route | None = None
    form: Name | None = None
    release: Release | None = None
    strength: Amount | None = None
    concentration: Amount | None = None


class Pain(Fact, frozen=True):
    """A pain rating. `scale` names instrument and bounds; only 0 to 10 scales are scored together."""

    at: Instant
    score: Annotated[float, Meta(ge=0, le=100)] | None = None
    score_high: Annotated[float, Meta(ge=0, le=100)] | None = None
    scale: Literal["nrs-0-10", "vas-0-10", "vas-0-100", "verbal"] = "nrs-0-10"
    question: Name | None = None
    sites: tuple[Name, ...] = ()
    with_: Name | None = msgspec.field(default=None, name="with")
    words: Name | None = None
    note: Text | None = None


class Function(Fact, frozen=True):
    """A function score, above all PEG (mean of three items, 0 to 10; higher is worse)."""

    at: Instant
    instrument: Name
    score: Annotated[float, Meta(ge=0, le=1000)]


class BodyMap(Fact, frozen=True):
    """Where it hurts, as names of the 74 areas; `touch_pain` where light touch hurts."""

    at: Instant
    areas: tuple[Name, ...]
    touch_pain: tuple[Name, ...] = ()


class Sign(Fact, frozen=True):
    """A sign asked about: present, absent, or asked without an answer (``null``)."""

    at: Instant
    sign: Name
    present: bool | None
    note: Text | None = None


class Test(Fact, frozen=True):
    """A sensory test."""

    at: Instant
    test: Name
    value: Annotated[float, Meta(ge=-1e6, le=1e6)]
    unit: Name
    site: Name | None = None


class Scale(Fact, frozen=True):
    """A total of an instrument such as COWS, PHQ-9 or ORT-OUD, with its items where they were kept."""

    at: Instant
    instrument: Name
    score: Annotated[float, Meta(ge=0, le=1000)] | None = None
    items: dict[str, float] | None = None


class Lab(Fact, frozen=True):
    """A laboratory value, e.g. `egfr` in ``mL/min/{1.73_m2}`` or `qtc` in ``ms``."""

    at: Instant
    lab: Name
    value: Annotated[float, Meta(ge=0, le=1e6)]
    unit: Name


class Intervention(Fact, frozen=True):
    """Something done: an injection, a ketamine infusion, physical therapy, naloxone given, a rotation."""

    at: Instant
    kind: Name
    text: Text | None = None
    end: Instant | None = None


class Record(Fact, frozen=True):
    """One person's facts. Read it with `algesia.record.codec.read_record` or an adapter.

    `epoch` is the day that ``day: 0`` means. `relative` is true when the record counts days from an event and
    no calendar is known (published cases); dates are then never shown, only "day 21".
    """

    format: Literal["algesia-record/1"] = FORMAT
    epoch: Instant = Instant(DEFAULT_EPOCH)
    relative: bool = False
    person: Person = Person()
    conditions: tuple[Condition, ...] = ()
    medications: tuple[Medication, ...] = ()
    doses: tuple[Dose, ...] = ()
    pain: tuple[Pain, ...] = ()
    function: tuple[Function, ...] = ()
    body_maps: tuple[BodyMap, ...] = ()
    signs: tuple[Sign, ...] = ()
    tests: tuple[Test, ...] = ()
    scales: tuple[Scale, ...] = ()
    labs: tuple[Lab, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    source: Text | None = None
    """Where the facts come from, e.g. the citation of a published case."""

    @property
    def last_day(self) -> int:
        """The last day on record: the default date of asking. The epoch's day for an empty record."""
        days = [fact.at.day for name in DATED for fact in getattr(self, name)]
        for medication in self.medications:
            days.append(medication.start.day)
            if medication.end is not None:
                days.append(medication.end.day - 1)
        days.extend(c.at.day for c in self.conditions if c.at is not None)
        return max(days, default=self.epoch.day)

    @property
    def first_day(self) -> int:
        """The first day on record, conditions apart (they may lie decades back)."""
        days = [fact.at.day for name in DATED for fact in getattr(self, name)]
        days.extend(m.start.day for m in self.medications)
        return min(days, default=self.epoch.day)


DATED = ("doses", "pain", "function", "body_maps", "signs", "tests", "scales", "labs", "interventions")
LISTS = ("conditions", "medications", *DATED)
