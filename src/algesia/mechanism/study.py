"""A published study as arms, schedules and measures, and its arms as orders that can be simulated.

The form is that of `docs/reference/study-format.md`. A value that cannot be read does not spoil the rest: it is kept
as words in `wrong`, and what depends on it is unassessable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal, cast

from algesia.knowledge.drugs import identify
from algesia.knowledge.loader import load
from algesia.knowledge.names import NameIndex
from algesia.mechanism.model import Order
from algesia.mechanism.simulation import Group

IN_PAIN: Final = frozenset({"chronic-pain", "cancer-pain"})
"""Groups whose pain lasts. After an operation (``post-op``) pain fades from time zero on."""
RECENT_H: Final = 24.0
"""An order that starts no more than this long before time zero belongs to the test (anesthesia before the end of an
operation); an earlier one is what the person took before. Assumed: the form does not say which is which."""
PRIOR_DAYS: Final = 180
"""How long an opioid was taken before, where only its daily dose is told. Assumed, as in the bundled studies."""
_ROUTES: Final[Mapping[str, str]] = {
    "intravenous": "iv", "i.v.": "iv", "iv-infusion": "iv", "iv infusion": "iv", "iv bolus": "iv", "infusion": "iv",
    "po": "oral", "p.o.": "oral", "oral ir": "oral", "oral-ir": "oral", "by mouth": "oral",
    "oral er": "oral-er", "oral sr": "oral-er", "oral-sr": "oral-er", "oral cr": "oral-er", "oral-cr": "oral-er",
    "sl": "sublingual", "patch": "transdermal", "td": "transdermal", "intranasal": "nasal", "intramuscular": "im",
    "subcutaneous": "sc", "intrathecal infusion": "intrathecal",
}  # fmt: skip
_WORDS: Final = (
    "er ir sr cr xr la sl iv po im sc oral sublingual buccal transdermal patch tablet tablets film solution extended "
    "immediate sustained slow short release acting hcl hydrochloride sulfate sulphate citrate tartrate"
)
_FORM_WORDS: Final = frozenset(_WORDS.split())
_KG: Final = 70.0


@dataclass(frozen=True, slots=True)
class Prior:
    """The opioid that people took before, as the study tells it; ``None``: not told."""

    drug: str | None = None
    daily_dose: float | None = None
    unit: str = "mg/d"
    duration: str | None = None


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


@dataclass(frozen=True, slots=True)
class Measure:
    """One number that a study reported. `value` is never used to predict; `sd`, `sem`, `err`, `ci`, `n` are design.

    `observed` is the value as it stood in the file.
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


@dataclass(frozen=True, slots=True)
class Unusable:
    """A line of a schedule that cannot be simulated: from when on it matters, and why."""

    start_h: float
    because: str


@dataclass(frozen=True, slots=True)
class ArmOrders:
    """The orders of an arm, what of its schedule has to be left out, and what was done to read the rest."""

    orders: tuple[Order, ...]
    unusable: tuple[Unusable, ...] = ()
    notes: tuple[str, ...] = ()


def orders_of_arm(arm: Arm) -> ArmOrders:
    """The schedule of an arm as orders.

    A test infusion whose target is ``stepwise`` is left out and said. Rates and amounts "per 70 kg" become rates by
    weight. An arm without any opioid in its schedule but with a prior opioid of known daily dose gets that dose once
    a day for 180 days up to time zero.

    >>> arm = Arm("a", schedule=(Dosing("s-ketamine", "IV", 0, rate=21, rate_unit="mg/h/70kg", duration_h=2),))
    >>> order = orders_of_arm(arm).orders[0]
    >>> order.route, order.rate, order.rate_unit
    ('iv', 0.3, 'mg/kg/h')
    """
    orders: list[Order] = []
    unusable: list[Unusable] = []
    notes: list[str] = []
    for line in arm.schedule:
        if stepwise(line):
            notes.append(f"the stepwise test infusion of {line.drug} is left out")
            continue
        because = line.wrong or _missing(line)
        if because:
            unusable.append(Unusable(line.start_h, because))
        else:
            orders.append(_order(line))
    _before(arm, orders, unusable, notes)
    return ArmOrders(tuple(orders), tuple(unusable), tuple(notes))


def _missing(line: Dosing) -> str:
    """Why a line gives no dose, or nothing."""
    if isinstance(line.target, str):
        return f"the target {line.target!r} of {line.drug} is not a concentration"
    if line.amount is None and line.rate is None and line.target is None:
        return f"the dose of {line.route} {line.drug} is not given"
    if line.amount is None and line.duration_h is None:
        return f"how long {line.drug} was infused is not given"
    if line.rate is not None and line.rate_unit is None:
        return f"the unit of the rate of {line.drug} is not given"
    if line.count > 1 and line.every_h is None:
        return f"the time between the doses of {line.drug} is not given"
    return ""


def _order(line: Dosing) -> Order:
    amount, unit = _per_kg(line.amount, line.unit)
    rate, rate_unit = _per_kg(line.rate, line.rate_unit or "")
    return Order(
        drug=drug_name(line.drug), route=route_name(line.route), start_h=line.start_h, amount=amount, unit=unit,
        every_h=line.every_h, count=line.count, rate=rate, rate_unit=rate_unit or None, duration_h=line.duration_h,
        target_conc=cast("float | None", line.target), steady_state=line.steady_state,
    )  # fmt: skip


def _per_kg(value: float | None, unit: str) -> tuple[float | None, str]:
    """A value and its unit; per 70 kg becomes per kg, and micrograms are spelled ug."""
    spelled = unit.replace("µg", "ug").replace("μg", "ug").replace("mcg", "ug").replace(" ", "")
    if not spelled.endswith("/70kg"):
        return value, spelled
    head, *per = spelled.removesuffix("/70kg").split("/")
    return None if value is None else value / _KG, "/".join((head, "kg", *per))


def _before(arm: Arm, orders: list[Order], unusable: list[Unusable], notes: list[str]) -> None:
    """What was taken before, where the schedule holds no opioid at all."""
    prior = arm.prior
    if prior is None or any(is_opioid(o.drug) for o in orders) or unusable:
        return
    start = -24.0 * PRIOR_DAYS
    by_mme = "mme" in prior.unit.lower()
    drug = "morphine" if by_mme else drug_name(prior.drug or "")
    if prior.daily_dose is None or not is_opioid(drug):
        unusable.append(
            Unusable(start, f"the dose of the opioid taken before ({prior.drug or 'not named'}) is not given")
        )
        return
    orders.append(Order(drug, "oral", start, amount=prior.daily_dose, every_h=24.0, count=PRIOR_DAYS))
    notes.append(
        f"{prior.daily_dose:g} mg/d of {drug} by mouth for {PRIOR_DAYS} days before stand in for the prior opioid"
    )


def drug_name(text: str) -> str:
    """The ingredient that a study's name for a drug means; the name itself where the tables know none.

    >>> drug_name("Buprenorphine SL"), drug_name("s-ketamine"), drug_name("morphine-6-glucuronide")
    ('buprenorphine', 's-ketamine', 'morphine-6-glucuronide')
    """
    return _drug_name(text.strip().lower())


@lru_cache(maxsize=1024)
def _drug_name(name: str) -> str:
    found = load().name_index.find(name)
    if len({hit.target for hit in found}) != 1 or found[0].kind != "opioid":
        return name
    rest = name[: found[0].start] + " " + name[found[0].end :]
    return found[0].target if set(NameIndex.words(rest)) <= _FORM_WORDS else name


def route_name(text: str) -> str:
    """A route as the simulator spells it."""
    name = text.strip().lower().replace("_", "-")
    return _ROUTES.get(name, name)


@lru_cache(maxsize=1024)
def is_opioid(drug: str) -> bool:
    """Whether the tables know a drug as an opioid."""
    return bool(identify(load(), drug).opioids)


def group_of(arm: Arm, people: int, seed: int) -> Group:
    """Who is simulated for an arm: one typical person, or `people` who differ.

    Covariates that are told as plain numbers or known words are taken over; others are left typical.
    """
    told = {key.strip().lower(): value for key, value in arm.covariates.items()}
    sexes: dict[str, Literal["female", "male"]] = {
        "men": "male", "male": "male", "m": "male", "women": "female", "female": "female", "f": "female",
    }  # fmt: skip
    return Group(
        people=people,
        varies=people > 1,
        weight_kg=_number(told, "weight_kg", "weight"),
        age=_number(told, "age", "age_years"),
        egfr=_number(told, "egfr"),
        sex=sexes.get(str(told.get("sex", "")).strip().lower()),
        chronic_pain=arm.in_pain,
        trial=arm.trial and arm.in_pain,
        seed=seed,
    )


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


def _number(told: Mapping[str, object], *keys: str) -> float | None:
    for key in keys:
        value = told.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            return float(value)
    return None


def baseline_h(arm: Arm) -> float:
    """The moment just before the test drug: before the first recent line of the schedule, never after time zero."""
    recent = [line.start_h for line in arm.schedule if line.start_h >= -RECENT_H and not stepwise(line)]
    return min([0.0, *recent]) - JUST_BEFORE_H


def stepwise(line: Dosing) -> bool:
    """Whether a line is a titrated test infusion, which is left out."""
    return isinstance(line.target, str) and line.target.strip().lower() == "stepwise"


JUST_BEFORE_H: Final = 0.01
"""How long before an event "just before" it is, in hours."""
