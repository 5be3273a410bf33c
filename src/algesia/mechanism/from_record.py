"""From a record to orders: exactly what its exposure counts, and by name what it cannot say.

The exposure knows how many mg a day ran when; the order on record knows the dose and how often. Both have to agree,
or nothing is simulated of it. As-needed medicines, ranges and unknown intervals are not guessed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from algesia.exposure.amount import Given, given
from algesia.exposure.compute import exposure
from algesia.exposure.frequency import times_a_day
from algesia.exposure.model import Item
from algesia.exposure.product import Product, recognize, resolve
from algesia.exposure.reading import Reading, read_order
from algesia.exposure.working import number
from algesia.knowledge.loader import Knowledge
from algesia.mechanism.model import Order
from algesia.mechanism.patches import PATCH, worn
from algesia.mechanism.routes import door_of
from algesia.mechanism.words_parts import DAY
from algesia.quantities.refusal import Unassessable
from algesia.record.model import Medication, Record

ROUTES: Final = {"intravenous": "iv", "subcutaneous": "sc", "intramuscular": "im"}
"""Routes of the record that the simulator spells in short; the others keep their name."""
RUNNING: Final = frozenset({"intravenous", "subcutaneous", "epidural", "intrathecal"})
"""Routes by which a daily amount without doses is an infusion."""
_ALSO_SIMULATED: Final = frozenset({"nmda-antagonist", "opioid-antagonist", "alpha-2-agonist"})
_SAME_MG: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Ordered:
    """A record's orders. Hour 0 is the start of the day `epoch_day`; `unassessable` names what is not in them."""

    orders: tuple[Order, ...]
    epoch_day: int
    unassessable: tuple[Unassessable, ...]


@dataclass(frozen=True, slots=True)
class _Dosing:
    """How an item is given: mg every so many hours, ug/h worn and changed, or mg/h all the time."""

    amount: float
    unit: str
    every_h: float | None
    extended: bool | None


@dataclass(frozen=True, slots=True)
class _Read:
    """The orders of one item, whether its release is not on record, and hours of wear that were taken as usual."""

    orders: list[Order]
    release_unsaid: bool = False
    wear_unsaid: float | None = None


def orders_of(record: Record, knowledge: Knowledge, as_of: int | None = None) -> Ordered:
    """The scheduled opioids of a record as orders, up to and with the day of asking.

    The mg of the orders are those of the exposure: where a stretch is no whole number of intervals, its last dose is
    the part that is left, and its last patch is worn for the hours that are left. Doses start with their day. The one
    thing the exposure does not count: a patch that was logged and not ordered is worn for its usual time, and that is said.

    Parameters
    ----------
    as_of
        The day of asking (`date.toordinal`), by default the last day on record.

    >>> from algesia.knowledge.loader import load
    >>> from algesia.quantities.time import Instant
    >>> from algesia.record.model import Amount
    >>> order = Medication(drug="OxyContin", start=Instant.parse("2024-01-10"), end=Instant.parse("2024-02-09"), id="m1",
    ...                    route="oral", release="extended", dose=Amount(unit="mg", value=20), every_hours=12)
    >>> found = orders_of(Record(medications=(order,)), load())
    >>> [(o.drug, o.route, o.amount, o.every_h, o.count) for o in found.orders], found.unassessable
    ([('oxycodone', 'oral-er', 20.0, 12.0, 60)], ())
    """
    day = record.last_day if as_of is None else as_of
    found = exposure(record, knowledge, as_of_day=day)
    epoch = found.first_day
    orders: list[Order] = []
    missing: dict[Unassessable, None] = {}
    for item in found.items:
        if item.status == "not-opioid":
            missing.update(dict.fromkeys(_beside(record, knowledge, item)))
        if item.status in ("not-opioid", "superseded") or item.start > day:
            continue
        until = min(day + 1, item.end if item.end is not None else item.over_by or day + 1)
        beside = any(one.key == item.key and one.daily is not None for one in found.items)
        patches = None if beside else _logged_patches(record, knowledge, item, day + 1, epoch)
        read = patches or _orders(record, knowledge, item, until, epoch)
        if isinstance(read, Unassessable):
            missing[read] = None
            continue
        orders.extend(read.orders)
        if read.release_unsaid:
            missing[_release(item)] = None
        if read.wear_unsaid:
            missing[_wear(item, read.wear_unsaid)] = None
    orders.sort(key=lambda order: (order.start_h, order.drug, order.route))
    return Ordered(tuple(orders), epoch, tuple(missing))


def _orders(record: Record, knowledge: Knowledge, item: Item, until: int, epoch: int) -> _Read | Unassessable:
    """The orders of one item over its days, or why there are none."""
    label = f"{item.drug} ({item.medication})" if item.medication != item.drug else item.drug
    if item.daily is None:
        because = item.reason or "the amount is not on record"
        return Unassessable(label, because, ("the amount of a dose, and how often",))
    if item.as_needed or not item.daily.fixed:
        words = "as needed" if item.as_needed else "a range"
        return Unassessable(label, f"{words}: when how much was taken is not on record", ("the doses taken",))
    if item.route is None:
        return Unassessable(label, "the route is not on record", ("the route",))
    if item.daily.likely == 0:
        return _Read([])
    start, hours = (item.start - epoch) * DAY, (until - item.start) * DAY
    doses = _logged(record, knowledge, item, until, epoch)
    if doses is not None:
        return doses
    ways = list(dict.fromkeys(_dosings(record, knowledge, item)))
    if not ways:
        return Unassessable(label, "how often it is taken is not on record", ("how often it is taken",))
    if len(ways) > 1:
        return Unassessable(
            label, "two orders of this name differ in dose or interval", ("which of them held",)
        )
    unsaid = item.route == "oral" and ways[0].extended is None
    return _Read(_given(item, ways[0], start, hours), unsaid)


def _given(item: Item, way: _Dosing, start: float, hours: float) -> list[Order]:
    route = _route(item, way.extended, way.every_h)
    if way.every_h is None:
        return [Order(item.drug, route, start, rate=way.amount, rate_unit=way.unit, duration_h=hours)]
    whole = math.floor(hours / way.every_h + 1e-9)
    rest = hours - whole * way.every_h
    orders = [Order(item.drug, route, start, way.amount, way.unit, way.every_h, whole)] if whole else []
    if rest > 1e-6:
        at = start + whole * way.every_h
        share = 1.0 if way.unit == "ug/h" else rest / way.every_h
        orders.append(Order(item.drug, route, at, way.amount * share, way.unit, rest, 1))
    return orders


def _dosings(record: Record, knowledge: Knowledge, item: Item) -> Iterator[_Dosing]:
    """Every way of dosing that the orders of an item's name state and that makes its daily amount."""
    for order in record.medications:
        if (order.id or order.drug) != item.medication or order.basis != item.basis:
            continue
        for reading in read_order(knowledge, order):
            same = reading.drug == item.drug and reading.product.route == item.route
            if same and reading.daily is not None and reading.daily.mg == item.daily:
                way = _dosing(knowledge, order, reading)
                if way is not None:
                    yield way


def _dosing(knowledge: Knowledge, order: Medication, reading: Reading) -> _Dosing | None:
    """Dose and interval of one order, where they make the amount a day that the exposure counts."""
    product, daily = reading.product, reading.daily
    if daily is None:
        return None
    extended = None if product.release is None else product.release == "extended"
    if daily.worn is not None:
        every = (
            order.every_hours or product.wear_hours or worn(knowledge, product.ingredient, daily.worn.likely)
        )
        return _Dosing(daily.worn.likely, "ug/h", every, True) if every else None
    amount = given(order.dose, product)
    if not isinstance(amount, Given) or amount.low != amount.high:
        return None
    often = times_a_day(order)
    if amount.per == "day":
        if often is None and product.route in RUNNING:
            return _Dosing(daily.mg.likely / DAY, "mg/h", None, extended)
        if often is None or not often[0] == often[1] == 1.0:
            return None
    if often is None or often[0] != often[1]:
        return None
    every = DAY / often[0]
    if abs(amount.low * often[0] - daily.mg.likely) > _SAME_MG * daily.mg.likely:
        return None
    return _Dosing(amount.low, "mg", every, extended)


def _logged(record: Record, knowledge: Knowledge, item: Item, until: int, epoch: int) -> _Read | None:
    """The doses that were logged on an item's days, each at its time; ``None`` where the item is no log."""
    if item.basis != "taken" or item.daily is None:
        return None
    orders: list[Order] = []
    unsaid = False
    for dose in record.doses:
        if not item.start <= dose.at.day < until:
            continue
        found = recognize(knowledge, dose)
        if item.drug not in found.opioids:
            continue
        product = _filled(resolve(knowledge, dose, item.drug, found), item)
        amount = given(dose.dose, product)
        if product.route != item.route or not isinstance(amount, Given) or amount.per != "dose":
            continue
        extended = None if product.release is None else product.release == "extended"
        unsaid = unsaid or (item.route == "oral" and extended is None)
        hour = (dose.at.day - epoch) * DAY + (dose.at.minute or 0) / 60
        orders.append(Order(item.drug, _route(item, extended), hour, amount.high, "mg"))
    total = item.daily.likely * (until - item.start)
    if not orders or abs(sum(o.amount or 0.0 for o in orders) - total) > _SAME_MG * total:
        return None
    return _Read(orders, unsaid)


def _logged_patches(record: Record, knowledge: Knowledge, item: Item, until: int, epoch: int) -> _Read | None:
    """The patches logged on an item's days, each worn as long as usual, until the next or the end.

    ``None`` where the item is no log of patches, or for a patch whose wear the product table leaves in doubt.
    """
    if item.basis != "taken" or item.route != PATCH or item.daily is not None:
        return None
    end_h = (until - epoch) * DAY
    put_on: list[tuple[float, float, float]] = []
    for dose in record.doses:
        found = recognize(knowledge, dose)
        if item.drug not in found.opioids:
            continue
        product = resolve(knowledge, dose, item.drug, found)
        amount = given(dose.dose, product)
        if product.route != PATCH or not isinstance(amount, Given) or amount.per != "worn":
            continue
        usual = product.wear_hours or worn(knowledge, item.drug, amount.high)
        if usual is None or amount.low != amount.high or dose.at.day >= until:
            return None
        put_on.append(((dose.at.day - epoch) * DAY + (dose.at.minute or 0) / 60, amount.high, usual))
    orders: list[Order] = []
    ahead = [*(start for start, _, _ in sorted(put_on)[1:]), end_h]
    for (start, rate, usual), following in zip(sorted(put_on), ahead, strict=False):
        if item.start <= epoch + start // DAY < (item.end or until) and rate > 0:
            hours = min(usual, following - start, end_h - start)
            orders.append(Order(item.drug, PATCH, start, rate, "ug/h", hours, 1))
    return _Read(orders, wear_unsaid=max(usual for _, _, usual in put_on)) if orders else None


def _filled(product: Product, item: Item) -> Product:
    """A logged dose that states no route was counted by the route of the orders of its day."""
    return product if product.route is not None else replace(product, route=item.route)


def _beside(record: Record, knowledge: Knowledge, item: Item) -> Iterator[Unassessable]:
    """A drug that is no opioid and that changes what opioids do: named, because the exposure counts no mg of it."""
    for order in record.medications:
        if (order.id or order.drug) != item.medication:
            continue
        if _ALSO_SIMULATED & set(recognize(knowledge, order).classes):
            because = "the exposure of a record counts opioids only"
            yield Unassessable(order.drug, because, ("its doses in words, beside the record",))


def _route(item: Item, extended: bool | None, every_h: float | None = None) -> str:
    route = item.route or ""
    if route == "oral" and extended:
        return "oral-er"
    return door_of(item.drug, ROUTES.get(route, route), every_h)


def _release(item: Item) -> Unassessable:
    return Unassessable(
        f"release of {item.drug} ({item.medication})",
        f"not on record; {number(item.daily.likely if item.daily else 0)} mg/d taken as immediate release",
        ("extended or immediate release",),
    )


def _wear(item: Item, hours: float) -> Unassessable:
    because = f"not on record; taken as {number(hours)} h, as usual, or until the next"
    return Unassessable(f"wear of {item.drug} ({item.medication})", because, ("when the patch came off",))
