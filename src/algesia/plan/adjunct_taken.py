"""How much of a drug beside the opioid is taken a day, from the orders that run."""

from __future__ import annotations

from collections.abc import Sequence

from algesia.quantities.units import dimension, normalize, to_base
from algesia.record.model import Amount, Medication


def daily_taken(orders: Sequence[Medication], day: int) -> tuple[float, bool]:
    """The amount in mg a day, and whether every order that runs is in it.

    An order counts when its amount in mg a dose and its doses a day are both fixed. An as-needed order does not, nor does
    a supply that has run out by `day`. What was prescribed and what was dispensed or taken are the same drug told
    twice: the largest holds.

    >>> from algesia.quantities.time import Instant
    >>> dose = Amount(unit="mg", value=600)
    >>> daily_taken([Medication(drug="gabapentin", start=Instant(738000), dose=dose, every_hours=8)], 738100)
    (1800.0, True)
    """
    sums: dict[str, float] = {}
    whole = True
    for order in orders:
        if order.days_supply is not None and order.start.day + order.days_supply <= day:
            continue
        amount = _daily(order)
        if amount is None:
            whole = False
        else:
            sums[order.basis] = sums.get(order.basis, 0.0) + amount
    return max(sums.values(), default=0.0), whole


def _daily(order: Medication) -> float | None:
    if order.as_needed or order.question is not None or order.dose is None:
        return None
    if order.every_hours_max is not None or order.times_per_day_max is not None:
        return None
    times = order.times_per_day if order.every_hours is None else 24.0 / order.every_hours
    dose = _milligrams(order.dose, order.strength)
    return None if times is None or dose is None else dose * times


def _milligrams(dose: Amount, strength: Amount | None) -> float | None:
    unit = normalize(dose.unit)
    if unit is None or dose.value is None:
        return None
    if dimension(unit) == "mass":
        return to_base(dose.value, unit)
    if dimension(unit) != "count" or strength is None:
        return None
    each = _milligrams(strength, None)
    return None if each is None else dose.value * each
