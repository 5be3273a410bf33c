"""A published study as arms, schedules and measures.

The form is that of `docs/reference/study-format.md`. A value that cannot be read does not spoil the rest: it is kept
as words in `wrong`, and what depends on it is unassessable. `study_orders` makes orders of the schedules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from algesia.mechanism.study_drugs import drug_name as drug_name
from algesia.mechanism.study_drugs import is_opioid as is_opioid

IN_PAIN: Final = frozenset({"chronic-pain", "cancer-pain"})
"""Groups whose pain lasts. After an operation (``post-op``) pain fades from time zero on."""
KNOWN_GROUPS: Final = frozenset(
    {
        "chronic-pain",
        "cancer-pain",
        "post-op",
        "healthy",
        "methadone-maintained",
        "buprenorphine-maintained",
        "opioid-use-disorder",
        "former-user",
        "detoxification",
    }
)
"""Groups that the format knows; people of any other are taken for people without pain of their own, which is said."""
RECENT_H: Final = 24.0
"""An order that starts no more than this long before time zero belongs to the test (anesthesia before the end of an
operation); an earlier one is what the person took before. Assumed: the form does not say which is which."""


@dataclass(frozen=True, slots=True)
class Prior:
    """The opioid that people took before, as the study tells it; ``None``: not told. `wrong` as in `Dosing`."""

    drug: str | None = None
    daily_dose: float | None = None
    unit: str = "mg/d"
    duration: str | None = None
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Dosing:
    """One line of a schedule as it was written. `target` may be the word ``stepwise``: a titrated test infusion.

    `wrong` says in words what in this line cannot be read; empty where all can.
    """

    drug: str
    route: str
    start_h: float = 0.0
    amount: float | None = None
    unit: str = "mg"
    every_h: float | None = None
    count: int = 1
    rate: float | None = None
    rate_unit: str | None = None
    duration_h: float | None = None
    target: float | str | None = None
    steady_state: bool = False
    assumed: bool = False
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Arm:
    """A group of people in a study. In a `trial` time zero is where something begins for them (`begins`)."""

    name: str
    n: float | None = None
    group: str = "unknown"
    prior: Prior | None = None
    schedule: tuple[Dosing, ...] = ()
    covariates: Mapping[str, object] = field(default_factory=dict)
    trial: bool = False

    @property
    def in_pain(self) -> bool:
        """Whether these people have a lasting pain of their own."""
        return self.group in IN_PAIN or "chronic" in str(self.covariates.get("pain", ""))

    def number(self, *keys: str) -> float | None:
        """The first covariate among `keys` that is a number above zero."""
        told = {key.strip().lower(): value for key, value in self.covariates.items()}
        for key in keys:
            value = told.get(key)
            if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
                return float(value)
        return None


@dataclass(frozen=True, slots=True)
class Measure:
    """One number that a study reported. `value` is never used to predict; `sd`, `sem`, `err`, `ci`, `n` are design.

    `observed` is the value as it stood in the file. `baseline` is told beside it and is design too: the readout in people
    without any drug, or the reference arm's consumption, in the unit of the measure.
    """

    name: str
    arm: str | None = None
    relative_to: str | None = None
    time_h: float | None = None
    kind: str = "level"
    statistic: str = ""
    unit: str = ""
    value: float | None = None
    observed: float | str | None = None
    sd: float | None = None
    sem: float | None = None
    err: float | None = None
    ci: tuple[float, float] | None = None
    iqr: float | None = None
    n: float | None = None
    note: str = ""
    higher_is: str = ""
    scorable: bool = True
    time_assumed: bool = False
    baseline: float | None = None
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Study:
    """A study: arms that differ in what they took, and what was measured in them."""

    id: str
    arms: tuple[Arm, ...]
    measures: tuple[Measure, ...]
    time_zero: str = ""
    source: str = ""
    url: str = ""
    confidence: str = ""

    def arm(self, name: str | None) -> Arm | None:
        """The arm of this name; the only one where none is named."""
        if name is None:
            return self.arms[0] if len(self.arms) == 1 else None
        return next((a for a in self.arms if a.name == name), None)


def known_group(group: str) -> bool:
    """Whether a group is one that the format knows."""
    return group in KNOWN_GROUPS


def unread_group(arm: Arm) -> str:
    """What is not known of the people of an arm, in words."""
    told = "not told" if arm.group in ("", "unknown") else f"not read ({arm.group!r})"
    return f"whether the people of arm {arm.name!r} have pain of their own is {told}"


def begins(time_zero: str) -> bool:
    """Whether a treatment or trial begins at time zero: people with a lasting pain then get better by that alone.

    Assumed from the words, since the form does not say it.

    >>> begins("randomisation"), begins("first morphine dose"), begins("end of taper")
    (True, True, False)
    """
    return bool(
        re.match(
            r"randomi[sz]ation|first |start of (?!taper|registry)|conversion|implant|switch",
            time_zero.lower(),
        )
    )


def baseline_h(arm: Arm) -> float:
    """The moment just before the test drug: before the first recent line of the schedule, never after time zero."""
    recent = [line.start_h for line in arm.schedule if line.start_h >= -RECENT_H and not stepwise(line)]
    return min([0.0, *recent]) - JUST_BEFORE_H


def stepwise(line: Dosing) -> bool:
    """Whether a line is a titrated test infusion, which is left out."""
    return isinstance(line.target, str) and line.target.strip().lower() == "stepwise"


JUST_BEFORE_H: Final = 0.01
"""How long before an event "just before" it is, in hours."""
