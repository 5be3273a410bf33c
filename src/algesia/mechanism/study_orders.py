"""The arms of a study as orders and groups that can be simulated."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, cast

from algesia.mechanism.model import Order
from algesia.mechanism.routes import MONTHLY_H
from algesia.mechanism.simulation import Group
from algesia.mechanism.study import RECENT_H, Arm, Dosing, stepwise
from algesia.mechanism.study_drugs import (
    WEEK_H,
    beside,
    drug_name,
    is_opioid,
    left_out,
    spelled,
    way_in,
)
from algesia.mechanism.study_prior import NO_PRIOR, PRIOR_DAYS, prior_order

STANDS_IN: Final = "stand in for the prior opioid"
AWAKE_H: Final = 2.0
"""How long after a single dose of an anesthetic nobody can be tested. Assumed."""
_KG: Final = 70.0
Alike: TypeAlias = tuple[str, float, float | None, str, float | None, int, float | None]


@dataclass(frozen=True, slots=True)
class Unusable:
    """A line of a schedule that cannot be simulated: from when to when it matters, and why.

    What is only `felt` says nothing about concentrations.
    """

    start_h: float
    because: str
    until_h: float = math.inf
    felt: bool = False


@dataclass(frozen=True, slots=True)
class ArmOrders:
    """The orders of an arm, what of its schedule has to be left out, and what was done to read the rest.

    `analgesics` are drugs against pain that the model does not have: they may stay out of a comparison of arms that
    have them alike.
    """

    orders: tuple[Order, ...]
    unusable: tuple[Unusable, ...] = ()
    notes: tuple[str, ...] = ()
    analgesics: tuple[Alike, ...] = ()


def orders_of_arm(arm: Arm) -> ArmOrders:
    """The schedule of an arm as orders.

    A test infusion whose target is ``stepwise``, a dose of zero, a placebo and an anesthetic that is over are left out
    and said. Rates and amounts "per 70 kg" become rates by weight. What is at steady state has been taken for 180 days
    at least, so that the nervous system knows it too. An arm whose schedule holds no opioid from before the test, but
    with a prior opioid of known daily dose, gets that dose for 180 days up to time zero.

    >>> arm = Arm("a", schedule=(Dosing("s-ketamine", "IV", 0, rate=21, rate_unit="mg/h/70kg", duration_h=2),))
    >>> order = orders_of_arm(arm).orders[0]
    >>> order.route, order.rate, order.rate_unit
    ('iv', 0.3, 'mg/kg/h')
    """
    orders: list[Order] = []
    unusable: list[Unusable] = []
    notes: list[str] = []
    analgesics: list[Alike] = []
    for line in arm.schedule:
        kind = left_out(line.drug)
        if stepwise(line):
            notes.append(f"the stepwise test infusion of {line.drug} is left out")
        elif kind == "nothing" or _is_zero(line):
            notes.append(f"left out: {line.drug}, which gives no drug")
        elif kind == "asleep":
            ends = line.start_h + _lasts(line)
            unusable.append(Unusable(line.start_h, f"nobody is tested under {line.drug}", ends, felt=True))
            notes.append(f"left out: {line.drug}, an anesthetic")
        elif kind == "analgesic":
            analgesics.append(_alike(line.drug.strip().lower(), line))
            notes.append(f"left out: {line.drug}, alike in every arm")
        elif because := line.wrong or _missing(line):
            unusable.append(Unusable(line.start_h, because))
        else:
            orders.append(_order(line))
            more = [one for one in beside(line.drug) if one != "naloxone"]
            analgesics += [_alike(one, line) for one in more]
            notes += [f"left out: {one} in {line.drug}, alike in every arm" for one in more]
    _before(arm, orders, unusable, notes)
    return ArmOrders(
        tuple(orders), tuple(unusable), tuple(dict.fromkeys(notes)), tuple(sorted(analgesics, key=str))
    )


def _is_zero(line: Dosing) -> bool:
    """Whether a line that can be read gives nothing: a placebo arm written as a dose of 0."""
    told = [value for value in (line.amount, line.rate, line.target) if value is not None]
    return not line.wrong and bool(told) and all(value == 0.0 for value in told)


def _lasts(line: Dosing) -> float:
    """Hours from the start of an anesthetic until people are awake."""
    each = line.duration_h if line.duration_h is not None else AWAKE_H
    return (line.count - 1) * (line.every_h or 0.0) + each


def _alike(drug: str, line: Dosing) -> Alike:
    """What has to be the same in two arms."""
    name = "paracetamol" if drug == "acetaminophen" else drug
    return (name, line.start_h, line.amount, spelled(line.unit), line.every_h, line.count, line.duration_h)


def _missing(line: Dosing) -> str:
    """Why a line gives no dose, or nothing."""
    drug, way = drug_name(line.drug), way_in(line.drug, line.route, line.every_h)
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
    if "naloxone" in beside(line.drug) and way not in ("oral", "oral-er", "sublingual", "buccal"):
        return f"what {line.route} {line.drug} does with the naloxone in it is not simulated"
    if (
        drug == "buprenorphine"
        and way == "sc"
        and not (
            "weekly" in f"{line.drug} {line.route}".lower() or WEEK_H <= (line.every_h or 0.0) < MONTHLY_H
        )
    ):
        return "which depot of buprenorphine was given under the skin, the weekly or the monthly, is not said"
    if line.steady_state and line.amount is not None and line.rate is not None:
        return f"a steady state of {line.drug} with an amount and a rate is not clear"
    return ""


def _order(line: Dosing) -> Order:
    amount, unit = _per_kg(line.amount, line.unit)
    rate, rate_unit = _per_kg(line.rate, line.rate_unit or "")
    order = Order(
        drug=drug_name(line.drug), route=way_in(line.drug, line.route, line.every_h), start_h=line.start_h, amount=amount,
        unit=unit, every_h=line.every_h, count=line.count, rate=rate, rate_unit=rate_unit or None,
        duration_h=line.duration_h, target_conc=cast("float | None", line.target), steady_state=line.steady_state,
    )  # fmt: skip
    return _since_ever(order) if line.steady_state else order


def _since_ever(order: Order) -> Order:
    """An order at steady state, begun at least 180 days before time zero.

    The kinetics need no such run-up (they are solved at steady state), but tolerance and sensitization do.
    """
    early = order.start_h + 24.0 * PRIOR_DAYS
    if early <= 0.0:
        return order
    if order.every_h:
        more = math.ceil(early / order.every_h - 1e-9)
        return replace(order, start_h=order.start_h - more * order.every_h, count=order.count + more)
    if order.duration_h is None:
        return order
    return replace(order, start_h=order.start_h - early, duration_h=order.duration_h + early)


def _per_kg(value: float | None, unit: str) -> tuple[float | None, str]:
    """A value and its unit; per 70 kg becomes per kg."""
    told = spelled(unit)
    if not told.endswith("/70kg"):
        return value, told
    head, *per = told.removesuffix("/70kg").split("/")
    return None if value is None else value / _KG, "/".join((head, "kg", *per))


def _before(arm: Arm, orders: list[Order], unusable: list[Unusable], notes: list[str]) -> None:
    """What was taken before, where the schedule tells no opioid from then."""
    prior = arm.prior
    told = any(is_opioid(o.drug) and o.start_h < -RECENT_H for o in orders)
    if prior is None or told or any(math.isinf(one.until_h) and one.start_h < -RECENT_H for one in unusable):
        return
    if prior.daily_dose == 0.0 or NO_PRIOR.fullmatch((prior.drug or "").strip().lower()):
        return
    start = -24.0 * PRIOR_DAYS
    found = prior_order(arm, prior, start)
    if isinstance(found, str):
        unusable.append(Unusable(start, found))
        return
    # it ends where the schedule takes over the same drug
    taken_over = [o.start_h for o in orders if o.drug == found.drug and o.start_h < 0.0]
    days = math.floor((min([0.0, *taken_over]) - found.start_h) / (found.every_h or 24.0) + 1e-9)
    orders.append(replace(found, count=min(found.count, days)))
    way = {"oral": "by mouth"}.get(found.route, f"by the {found.route} way")
    daily = (found.amount or 0.0) * 24.0 / (found.every_h or 24.0)
    much = f"{daily:.4g} mg/d" if found.unit == "mg" else f"{found.amount:.4g} {found.unit}"
    notes.append(f"{much} of {found.drug} {way} for {PRIOR_DAYS} days before {STANDS_IN}")


def group_of(arm: Arm, people: int, seed: int) -> Group:
    """Who is simulated for an arm: one typical person, or `people` who differ.

    Covariates that are told as plain numbers or known words are taken over; others are left typical.
    """
    sex = next((value for key, value in arm.covariates.items() if key.strip().lower() == "sex"), "")
    sexes: dict[str, Literal["female", "male"]] = {
        "men": "male", "male": "male", "m": "male", "women": "female", "female": "female", "f": "female",
    }  # fmt: skip
    return Group(
        people=people,
        varies=people > 1,
        weight_kg=arm.number("weight_kg", "weight"),
        age=arm.number("age", "age_years"),
        egfr=arm.number("egfr"),
        sex=sexes.get(str(sex).strip().lower()),
        chronic_pain=arm.in_pain,
        trial=arm.trial and arm.in_pain,
        seed=seed,
    )
