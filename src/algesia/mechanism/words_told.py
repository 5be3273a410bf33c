"""Orders told in words that read back the same."""

from __future__ import annotations

from collections.abc import Sequence

from algesia.mechanism.model import Order
from algesia.mechanism.patches import PATCH, usual_wear
from algesia.mechanism.words_parts import DAY


def words_of(orders: Sequence[Order]) -> tuple[str, ...]:
    """Each order in words that `orders_from_words` reads back to the same order, joined by ";".

    >>> words_of([Order("fentanyl", "transdermal", 0.0, 50.0, "ug/h", 72.0, 20)])
    ('fentanyl transdermal 50 ug/h every 72 h, days 0 to 60',)
    """
    return tuple(_words(order) for order in orders)


def ends(order: Order) -> float:
    """The hour when an order is over: one interval after its last dose; a single patch is over when it comes off."""
    if order.route == PATCH and not order.every_h and not order.duration_h:
        return order.start_h + (usual_wear(order.drug) or 0.0)
    if order.amount is None:
        return order.start_h + (order.duration_h or 0.0)
    return order.start_h + max(order.count * (order.every_h or 0.0), order.duration_h or 0.0)


def _words(order: Order) -> str:
    head = f"{order.drug} {order.route}"
    if order.target_conc is not None:
        return f"{head} target {exact(order.target_conc)} ng/mL for {exact(order.duration_h or 0.0)} h from {moment(order.start_h)}"
    if order.rate is not None:
        span = f"for {exact(order.duration_h or 0.0)} h from {moment(order.start_h)}"
        return f"{head} {exact(order.rate)} {order.rate_unit} {span}"
    dose = f"{head} {exact(order.amount or 0.0)} {order.unit}"
    if order.duration_h is not None:
        dose += f" over {exact(order.duration_h)} h"
    if order.every_h is None:
        return f"{dose} once, {moment(order.start_h)}"
    steady = " at steady state" if order.steady_state else ""
    end = order.start_h + order.count * order.every_h
    unit, name = (DAY, "days") if _whole(order.start_h, DAY) and _whole(end, DAY) else (1.0, "hours")
    return f"{dose} every {exact(order.every_h)} h{steady}, {name} {exact(order.start_h / unit)} to {exact(end / unit)}"


def exact(value: float) -> str:
    """A number in the fewest digits that read back the same.

    >>> exact(20.0), exact(0.1), exact(1 / 3)
    ('20', '0.1', '0.3333333333333333')
    """
    return repr(float(value)).removesuffix(".0")


def _whole(value: float, unit: float) -> bool:
    return value / unit * unit == value and len(exact(value / unit)) < 8


def moment(hour: float) -> str:
    """A time in days where that is short, else in hours.

    >>> moment(2160.0), moment(0.5)
    ('day 90', 'hour 0.5')
    """
    return f"day {exact(hour / DAY)}" if _whole(hour, DAY) and hour % DAY == 0 else f"hour {exact(hour)}"
