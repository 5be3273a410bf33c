"""From a record to exposure: what ran when, in mg a day by drug and in MME a day under one edition.

Exposure is a step function over days. Nothing is zero because it is unknown, and nothing is dropped: every
opioid of the record is an item, whatever became of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from algesia.exposure.doses import logged, silent
from algesia.exposure.factors import Table, items_of
from algesia.exposure.kernel import steps_of
from algesia.exposure.model import Exposure, Item, Span, Steps
from algesia.exposure.questions import queries
from algesia.exposure.reading import Reading, read_order
from algesia.exposure.timeline import Line, best_evidence, carry_forward, follow_steps, line_of
from algesia.knowledge.loader import Knowledge
from algesia.knowledge.model import DEFAULT_EDITION, Edition
from algesia.record.model import Medication, Record

TRACKED: Final = ("converted", "unconverted", "apart")


def exposure(
    record: Record, knowledge: Knowledge, edition: Edition = DEFAULT_EDITION, as_of_day: int | None = None
) -> Exposure:
    """Everything a record says about opioid exposure, under one edition of MME factors.

    Parameters
    ----------
    as_of_day
        The day of asking (`date.toordinal`), by default the last day on record. Orders and doses that start
        later are not seen.

    Notes
    -----
    Overlapping orders add. A supply of the same product that comes early starts when the one before runs out.
    For one drug and route, logged doses beat a regimen said to be taken, which beats dispensed, which beats
    prescribed. As-needed orders and ranges give low, likely and high: `algesia.exposure.frequency`.

    >>> from algesia.knowledge.loader import load
    >>> from algesia.quantities.time import Instant
    >>> from algesia.record.model import Amount
    >>> order = Medication(drug="oxycodone", start=Instant.parse("2024-01-10"), route="oral", id="m1",
    ...                    dose=Amount(unit="mg", value=20), every_hours=12)
    >>> found = exposure(Record(medications=(order,)), load())
    >>> found.on(found.last_day).mme.likely, found.items[0].working
    (60.0, '20 mg every 12 h = 40 mg/d; x 1.5 = 60 MME/d')
    """
    as_of = record.last_day if as_of_day is None else as_of_day
    lines = _lines(record, knowledge, as_of)
    table = Table(knowledge, edition)
    items = sorted(items_of(best_evidence(lines), table), key=_order)
    opioids = [item for item in items if item.status != "not-opioid"]
    counted = [item for item in opioids if item.status == "converted"]
    tracked = [item for item in opioids if item.status in TRACKED and item.daily is not None]
    tracks = _tracks(tracked, as_of)
    mme = _mme(counted, as_of)
    fixed = not any(item.as_needed for item in tracked)
    return Exposure(
        edition=edition,
        first_day=min((item.start for item in opioids), default=min(record.first_day, as_of)),
        last_day=as_of,
        items=tuple(items),
        mme=mme,
        fixed_mme=mme if fixed else _mme((i for i in counted if not i.as_needed), as_of),
        tracks=tracks,
        fixed_tracks=tracks if fixed else _tracks((i for i in tracked if not i.as_needed), as_of),
        queries=queries(lines),
        used=_used(opioids, items),
    )


def _lines(record: Record, knowledge: Knowledge, as_of: int) -> list[Line]:
    """Every opioid of every order and logged dose, on the time axis."""
    seen: dict[tuple[object, ...], tuple[Reading, ...]] = {}
    orders: list[Line] = []
    for order in record.medications:
        if order.start.day > as_of:
            continue
        key = _prescription(order)
        readings = seen.get(key)
        if readings is None:
            readings = seen[key] = read_order(knowledge, order)
        orders.extend(line_of(order, reading) for reading in readings)
    orders = carry_forward(follow_steps(orders))
    doses = [dose for dose in record.doses if dose.at.day <= as_of]
    if not doses:
        return orders
    lines = [*orders, *logged(knowledge, doses, orders)]
    later = [dose for dose in record.doses if dose.at.day > as_of]
    gaps = silent(lines, logged(knowledge, later, orders) if later else ())
    return [*lines, *(gap for gap in gaps if gap.start <= as_of)]


def _prescription(order: Medication) -> tuple[object, ...]:
    """What a reading depends on: everything but identity and dates."""
    return (
        order.drug, order.code, order.route, order.form, order.release, order.dose, order.strength,
        order.concentration, order.every_hours, order.every_hours_max, order.times_per_day,
        order.times_per_day_max, order.as_needed, order.max_per_day, order.quantity, order.days_supply,
        order.basis, order.text, order.question,
    )  # fmt: skip


def _order(item: Item) -> tuple[object, ...]:
    """A total order of items that does not depend on the order of facts."""
    daily = item.daily or Span(-1.0, -1.0, -1.0)
    return (
        item.start, item.drug, item.route or "", item.medication, daily.high, daily.low, item.status,
        item.end or 0, item.working, item.basis, item.as_needed, item.reason or "", item.text or "",
    )  # fmt: skip


def _mme(items: Iterable[Item], as_of: int) -> Steps:
    return steps_of(((item.start, item.end, item.mme) for item in items if item.mme is not None), as_of)


def _tracks(items: Iterable[Item], as_of: int) -> dict[tuple[str, str], Steps]:
    by_key: dict[tuple[str, str], list[tuple[int, int | None, Span]]] = defaultdict(list)
    for item in items:
        if item.daily is not None:
            by_key[item.key].append((item.start, item.end, item.daily))
    return {key: steps_of(by_key[key], as_of) for key in sorted(by_key)}


def _used(items: list[Item], everything: list[Item]) -> str:
    """One sentence: which evidence of what was taken the exposure rests on."""
    if not items:
        unknown = any(item.not_recognized for item in everything)
        return "No drug on record is recognized as an opioid." if unknown else "No opioid is on record."
    used = {item.basis for item in items if item.status != "superseded" and item.daily is not None}
    if not used:
        return "No opioid on record has an amount that can be used."
    words = [basis for basis in ("taken", "dispensed", "prescribed") if basis in used]
    if any(item.status == "superseded" and item.reason and "used" in item.reason for item in items):
        chain = ", else ".join(words)
        return f"For each drug and day the best evidence was used: {chain}."
    if len(words) == 1:
        return f"{words[0].capitalize()} amounts were used: nothing else is on record."
    return f"{' and '.join(words).capitalize()} amounts were used; no two of them meet for the same drug and day."
