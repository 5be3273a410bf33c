"""Doses that only a label's own table gives: fentanyl patch, buprenorphine patch and film, methadone.

These tables go one way and hold the reduction already. Nothing is computed with a table that is merely shown, a dose
outside the printed bands gets no number, and at a shared edge the lower band is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from algesia.knowledge.loader import Knowledge
from algesia.knowledge.plan_products import ProductLine
from algesia.knowledge.plan_rotation import BandTable, DoseBand, DrugLimit
from algesia.plan.model import DoseTime, Rule
from algesia.plan.rotation_ratios import Drug, same_route, span
from algesia.plan.tablets import largest, nearest, stock, total
from algesia.plan.wording import amount, share
from algesia.quantities.refusal import Unassessable

METHADONE: Final = "methadone-label-oral"
ONCE: Final = "once a day"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a label's table gives for an earlier dose: `low` to `high` in `unit`, `times` a day."""

    table: BandTable
    low: float
    high: float
    unit: str
    times: int
    says: tuple[str, ...]


def fentanyl_table(knowledge: Knowledge, old: Drug) -> BandTable | None:
    """The label's table for a drug by its route, ``None`` where the label prints none.

    >>> from algesia.knowledge.loader import load
    >>> fentanyl_table(load(), ("morphine", "subcutaneous")).id
    'fentanyl-patch-from-parenteral-morphine'
    >>> fentanyl_table(load(), ("tapentadol", "oral")) is None
    True
    """
    for table in knowledge.rotation.tables.values():
        if table.policy != "label" or (table.to_drug, table.to_route) != ("fentanyl", "transdermal"):
            continue
        if table.from_drug == old[0] and same_route(table.from_route, old[1]):
            return table
    return None


def patch(table: BandTable, daily: tuple[float, float]) -> Reading | Unassessable:
    """A patch by a label's table. `daily` is what the table is entered with, low and high; the low end decides.

    >>> from algesia.knowledge.loader import load
    >>> found = patch(load().rotation.tables["fentanyl-patch-from-oral-morphine"], (120, 120))
    >>> found.low, found.unit
    (25.0, 'ug/h')
    """
    bands = table.at(daily[0])
    if not bands:
        return _outside(table, daily[0])
    band = min(bands, key=_per_day)
    if band.value_low is None or band.value_high is None:
        return _no_number(table, band, daily[0])
    low = _per_day(band)
    above = [_per_day(b) for b in table.at(daily[1]) if b.value_low is not None]
    unit = "ug/d" if table.to_unit == "ug" else table.to_unit
    printed = f" ({band.says})" if band.says else ""
    says = [
        f"{table.title}: at {span(daily[0], daily[0])} mg/d of {table.from_drug}, {table.from_route},"
        f" {amount(band.value_low)} {table.to_unit}{printed}"
    ]
    upper = f"At the upper end, {span(daily[1], daily[1])} mg/d, the table prints"
    if not above:
        says.append(f"{upper} no dose: the lower end is taken")
    elif max(above) > low:
        says.append(f"{upper} {amount(max(above))} {unit}: the lower end is taken")
    return Reading(table, low, max((low, *above)), unit, _times(band), tuple(says))


def _times(band: DoseBand) -> int:
    """Doses a day as the band's own words give them; the fewer where it leaves the choice. A patch is one."""
    return 2 if "every 12 h" in band.says and ONCE not in band.says else 1


def _per_day(band: DoseBand) -> float:
    """The band's lower value over a day; below everything where it prints none."""
    return -1.0 if band.value_low is None else band.value_low * _times(band)


def _outside(table: BandTable, daily: float) -> Unassessable:
    first, last = table.bands[0].low, table.bands[-1].high
    side = f"below {amount(first)}" if daily < first else f"above {amount(last or 0.0)}"
    because = f"{table.title}: {span(daily, daily)} mg/d of {table.from_drug} is {side} mg/d, where the label prints no dose"
    return Unassessable("rotation", because, ())


def _no_number(table: BandTable, band: DoseBand, daily: float) -> Unassessable:
    because = (
        f"{table.title}: at {span(daily, daily)} mg/d of {table.from_drug} no dose is printed: {band.says}"
    )
    return Unassessable("rotation", because, ())


def beside(knowledge: Knowledge, to: Drug, daily: float) -> tuple[Rule, ...]:
    """What other published tables print at the same oral morphine dose: shown, never computed with."""
    found = []
    for table in knowledge.rotation.tables.values():
        if table.policy != "shown" or (table.to_drug, table.to_route) != to:
            continue
        bands = [b for b in table.at(daily) if b.value_low is not None]
        if bands:
            values = " or ".join(amount(b.value_low or 0.0) for b in bands)
            unit = f"ratio {values}:1" if table.to_unit == "1" else f"{values} {table.to_unit}"
            says = (
                f"{table.title}: {unit} at {span(daily, daily)} mg/d. Shown, not used. {table.note}".strip()
            )
            found.append(Rule(table.id, says, table.source, table.confidence))
    return tuple(found)


def methadone(knowledge: Knowledge, daily: tuple[float, float]) -> Reading:
    """Oral methadone by the label's bands: the lowest and the highest dose over a range of oral morphine.

    At an edge both bands hold and the lower counts. The percentages hold the reduction already.

    >>> from algesia.knowledge.loader import load
    >>> found = methadone(load(), (100.0, 100.0))
    >>> found.low, found.high
    (10.0, 20.0)
    """
    table = knowledge.rotation.tables[METHADONE]
    low, high = daily
    edges = sorted({b.low for b in table.bands if low < b.low < high})
    lows = [dose * (band.value_low or 0.0) / 100.0 for dose in (low, *edges, high) for band in table.at(dose)]
    # at an exact dose the lower band alone counts; inside a range the band below an edge holds up to it
    highs = [dose * (table.at(dose)[-1].value_high or 0.0) / 100.0 for dose in (low, high)]
    highs += [dose * (band.value_high or 0.0) / 100.0 for dose in edges for band in table.at(dose)]
    held = (
        table.at(low)[-1:]
        if low == high
        else [b for b in table.bands if b.low <= high and (b.high is None or b.high >= low)]
    )
    least = min(b.value_low or 0.0 for b in held)
    shares = f"{amount(least)} to {share(max(b.value_high or 0.0 for b in held))}"
    says = (
        f"{table.title}: {span(low, high)} mg/d x {shares} = {span(min(lows), max(highs))} mg/d of methadone;"
        " the reduction is in the label's percentages",
    )
    return Reading(table, min(lows), max(highs), "mg/d", 2, says)


def each_dose(line: ProductLine, times: int, daily: float) -> tuple[DoseTime, ...] | None:
    """A day in equal doses, each rounded down to what the line makes, as the methadone label does its example.

    ``None`` where even the smallest piece is more than one dose.

    >>> from algesia.knowledge.loader import load
    >>> [dose.amount for dose in each_dose(load().product_lines["methadone-tablet"], 2, 15.0)]
    [5.0, 5.0]
    """
    one = largest(line, 1, daily / times)
    if one is None:
        return None
    dose = total(one)
    have = stock(line, largest_dose=dose)
    if have is None:
        return None
    return nearest(have, times, dose * times, dose * times, dose * times, (dose,) * times)


def limit(knowledge: Knowledge, name: str) -> DrugLimit:
    """A limit of the table by its id."""
    return next(row for row in knowledge.rotation.limits if row.id == name)


def said(row: DrugLimit) -> Rule:
    """A limit in words."""
    value = (
        amount(row.value) if row.value_high is None else f"{amount(row.value)} to {amount(row.value_high)}"
    )
    when = f" ({row.when})" if row.when else ""
    what = {
        "max-per-day": "at most", "max-per-dose": "one dose at most", "step": "a step of", "step-interval": "no step before",
        "change-interval": "changed every", "site-reuse": "the same site again after", "taper-first-to": "first taper to at most",
        "start-max-per-day": "a start of at most", "start": "a start of", "start-share": "a start with",
        "tolerant-from": "opioid-tolerant from",
    }[row.kind]  # fmt: skip
    says = f"{row.drug.capitalize()}, {row.route}: {what} {value} {row.unit}{when}"
    return Rule(row.id, says, row.source, row.confidence)
