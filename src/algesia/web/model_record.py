"""A record before the simulator: what was ordered until today, and one way on from there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from algesia.web.model_form import Wanted, dose_words, ketamine_words, weeks_on
from algesia.web.model_run import DAY_H

if TYPE_CHECKING:
    from algesia.knowledge.loader import Knowledge
    from algesia.mechanism.model import Order
    from algesia.quantities.refusal import Unassessable
    from algesia.record.model import Record
    from algesia.review import Review

LONGEST_DAYS: Final = 1096
"""Days of a record that are simulated; older doses are left out, and the page says so."""
WEEK_H: Final = 168.0


@dataclass(frozen=True, slots=True)
class Told:
    """A record's orders. Hour 0 is the start of day `epoch`; `today` is the day of asking, counted from it.

    `running` are those that go on today; `cut` says whether older doses were left out.
    """

    orders: tuple[Order, ...]
    running: tuple[Order, ...]
    epoch: int
    today: int
    cut: bool
    missing: tuple[Unassessable, ...]


def told(record: Record, knowledge: Knowledge, as_of: int) -> Told:
    """What a record says was ordered up to and with the day of asking."""
    from algesia.mechanism.from_record import orders_of
    from algesia.mechanism.words_told import ends

    found = orders_of(record, knowledge, as_of)
    first = max(found.epoch_day, as_of - LONGEST_DAYS)
    shift = (first - found.epoch_day) * DAY_H
    orders = tuple(part for order in found.orders for part in _from(order, shift))
    now = (as_of + 1 - first) * DAY_H
    running = tuple(
        order for order in orders
        if ends(order) >= now - 1e-6 and (order.rate is not None or order.every_h is not None)
    )  # fmt: skip
    cut = orders != found.orders
    return Told(orders, _whole(running), first, as_of - first, cut, found.unassessable)


def way_on(known: Told, asked: Wanted) -> tuple[Order, ...]:
    """The record's orders with what is asked from tomorrow on: go on, taper, stop or rotate; and ketamine."""
    from algesia.mechanism.words import orders_from_words

    start = known.today + 1
    after: tuple[Order, ...] = ()
    if asked.then == "stay":
        after = tuple(
            p for order in known.running for p in _held(order, start, round(weeks_on(asked) * 7), 1.0)
        )
    if asked.then == "taper":
        shares = [1 - asked["percent"] / 100 * step for step in range(1, int(100 / asked["percent"]) + 2)]
        after = tuple(
            part for order in known.running
            for week, share in enumerate(share for share in shares if share > 1e-9)
            for part in _held(order, start + 7 * week, 7, share)
        )  # fmt: skip
    said = ketamine_words(asked, start).removeprefix("; ")
    if asked.then == "rotate":
        words = f"{dose_words(asked.to, asked['to_dose'], asked.to.every[0])} for {weeks_on(asked):g} weeks"
        after = tuple(replace(o, start_h=o.start_h + start * DAY_H) for o in orders_from_words(words).orders)
    infused = orders_from_words(said).orders if said else ()
    return (*known.orders, *after, *infused)


def weight_of(review: Review) -> float | None:
    """The weight on record, in kg."""
    return review.record.person.weight_kg


def egfr_of(review: Review) -> float | None:
    """The latest eGFR on record."""
    values = [lab for lab in review.record.labs if lab.lab == "egfr" and lab.at.day <= review.as_of]
    return max(values, key=lambda lab: lab.at.day).value if values else None


def age_of(review: Review) -> float | None:
    """Age in years on the day of asking, whole."""
    person = review.record.person
    if person.birth_date is not None and not review.record.relative:
        return float((review.as_of - person.birth_date.day) // 365.2425)
    return person.age_years


def _from(order: Order, shift: float) -> Iterable[Order]:
    """What is left of an order from an hour on, in hours counted from there."""
    start = order.start_h - shift
    if start >= -1e-9:
        yield replace(order, start_h=max(start, 0.0))
    elif order.rate is not None and order.duration_h is not None:
        if start + order.duration_h > 0:
            yield replace(order, start_h=0.0, duration_h=start + order.duration_h)
    elif order.every_h is not None:
        gone = int(-start // order.every_h) + (1 if -start % order.every_h > 1e-9 else 0)
        if order.count > gone:
            yield replace(order, start_h=start + gone * order.every_h, count=order.count - gone)


def _whole(running: Sequence[Order]) -> tuple[Order, ...]:
    """The orders that run, without a last part of one: a dose that was cut short stands beside its whole."""
    longest: dict[tuple[str, str], Order] = {}
    for order in running:
        key = (order.drug, order.route)
        if key not in longest or (order.every_h or 0.0) > (longest[key].every_h or 0.0):
            longest[key] = order
    return tuple(order for order in running if longest[order.drug, order.route].every_h == order.every_h)


def _held(order: Order, day: int, days: int, share: float) -> tuple[Order, ...]:
    """An order for so many days from a day on, at a share of its amount."""
    from algesia.mechanism.words_parts import Much
    from algesia.mechanism.words_taper import Course

    patch = order.unit.endswith("/h")
    kind = "rate" if order.rate is not None else "patch" if patch else "dose"
    value = (order.rate if order.rate is not None else order.amount) or 0.0
    unit = (order.rate_unit or "mg/h") if kind == "rate" else order.unit
    course = Course(order.drug, order.route, kind=kind, much=Much("", value, unit), every_h=order.every_h)
    return course.spread(day * DAY_H, days * DAY_H, round(value * share, 9))
