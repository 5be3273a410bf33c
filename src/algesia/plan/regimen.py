"""What is taken now, as a plan needs it: one product line, an amount a day, and so much at each time of day.

Nothing is guessed. A drug whose amount is a range or as needed, or whose release cannot be told, is named as missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from algesia.assessment.facts import Facts
from algesia.exposure.model import Item
from algesia.exposure.product import Product, rxcuis
from algesia.exposure.reading import read_order
from algesia.knowledge.plan_products import ProductLine
from algesia.plan.model import Regimen
from algesia.plan.tablets import MOST_TIMES
from algesia.plan.wording import amount, listed
from algesia.quantities.refusal import Unassessable
from algesia.record.model import Medication

OPIOID: Final = ("converted", "apart", "unconverted")
PARTNERS: Final = ("acetaminophen", "paracetamol", "naloxone", "ibuprofen", "aspirin", "naltrexone")
HOURS_A_DAY: Final = 24.0


@dataclass(frozen=True, slots=True)
class Reading:
    """Every opioid regimen that runs, what is missing, and what was read into the record."""

    regimens: tuple[Regimen, ...]
    missing: tuple[Unassessable, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """One order: its product line and the amount at each time of day, in the line's unit."""

    label: str
    line: ProductLine
    times: int
    dose: float
    mme: float | None
    working: str


@dataclass(frozen=True, slots=True)
class _Missing:
    because: str
    what: str


def regimens(facts: Facts, products: Sequence[str] = ()) -> Reading:
    """The opioid regimens that run on the day of asking.

    Parameters
    ----------
    products
        Ids of product lines that settle which product is meant where the record leaves it open.

    >>> from algesia.knowledge.loader import load
    >>> from algesia.record.codec import read_record
    >>> from algesia.exposure.compute import exposure
    >>> record = read_record(b'{"format": "algesia-record/1", "medications": [{"id": "m1", "drug": "oxycodone",'
    ...     b'"route": "oral", "release": "extended", "dose": {"value": 40, "unit": "mg"}, "every_hours": 12,'
    ...     b'"start": "2024-01-10"}]}')
    >>> facts = Facts.of(record, exposure(record, load()), load(), record.last_day)
    >>> [(r.line, r.daily, r.unit, r.slots) for r in regimens(facts).regimens]
    [('oxycodone-er-tablet', 80.0, 'mg/d', (40.0, 40.0))]
    """
    parts: dict[str, list[_Part]] = defaultdict(list)
    missing: list[Unassessable] = []
    warnings: list[str] = []
    for item in _running(facts):
        order = _order(facts, item)
        part = _part(facts, item, order, products, warnings) if order is not None else _not_an_order(item)
        if isinstance(part, _Missing):
            missing.append(Unassessable("plan", f"{item.drug}: {part.because}", (part.what,)))
        else:
            parts[part.line.id].append(part)
    found = []
    for line in sorted(parts):
        merged = _merged(parts[line])
        if isinstance(merged, _Missing):
            missing.append(
                Unassessable("plan", f"{parts[line][0].line.product}: {merged.because}", (merged.what,))
            )
        else:
            found.append(merged)
    return Reading(tuple(found), tuple(missing), tuple(dict.fromkeys(warnings)))


def _running(facts: Facts) -> list[Item]:
    items = [i for i in facts.exposure.items if i.covers(facts.as_of) and i.status in OPIOID]
    return sorted(items, key=lambda i: (i.drug, i.medication, i.start))


def _order(facts: Facts, item: Item) -> Medication | None:
    """The order an item came from: same label, running, and naming the drug."""
    found = [m for m in facts.running if (m.id or m.drug) == item.medication]
    if len(found) > 1:
        found = [m for m in found if m.start.day == item.start] or found
    return found[0] if len(found) == 1 else None


def _not_an_order(item: Item) -> _Missing:
    return _Missing(
        "what is taken is logged and no order of its own says product and times of day",
        f"the regimen of {item.drug} taken now: product, dose and how often",
    )


def _part(
    facts: Facts, item: Item, order: Medication, products: Sequence[str], warnings: list[str]
) -> _Part | _Missing:
    if item.daily is None:
        return _Missing(item.reason or "the amount is not known", f"the daily amount of {item.drug}")
    if not item.daily.fixed or item.as_needed:
        return _Missing(
            f"as needed or a range, {amount(item.daily.low)} to {amount(item.daily.high)} mg a day; how much is taken is not on record",
            f"how much {item.drug} is taken on a usual day, as a fixed regimen with basis taken",
        )
    if item.daily.high <= 0:
        return _Missing("the amount is zero", f"the daily amount of {item.drug}")
    reading = next((r for r in read_order(facts.knowledge, order) if r.drug == item.drug), None)
    if reading is None or reading.daily is None:
        return _not_an_order(item)
    times = _times(order, reading.product)
    if times is None:
        return _Missing("how often a day it is taken is not on record", f"the times a day of {item.drug}")
    patch = reading.product.is_patch and reading.daily.worn is not None
    given = reading.daily.worn.high if patch and reading.daily.worn is not None else item.daily.high
    line = _line(facts, item.drug, order, reading.product, given / times, times, products, warnings)
    if isinstance(line, _Missing):
        return line
    per_unit = 1000.0 if line.unit == "ug" else 1.0
    mme = item.mme.high if item.mme is not None else None
    return _Part(item.medication, line, times, round(given * per_unit / times, 6), mme, item.working)


def _times(order: Medication, product: Product) -> int | None:
    """Doses a day as a whole number; 1 for a patch."""
    if product.is_patch:
        return 1
    if order.times_per_day is not None and order.times_per_day_max is None:
        times = order.times_per_day
    elif order.every_hours is not None and order.every_hours_max is None:
        times = HOURS_A_DAY / order.every_hours
    else:
        return None
    return round(times) if abs(times - round(times)) < 1e-9 and 1 <= times <= MOST_TIMES else None


def _line(
    facts: Facts,
    drug: str,
    order: Medication,
    product: Product,
    dose: float,
    times: int,
    products: Sequence[str],
    warnings: list[str],
) -> ProductLine | _Missing:
    """The product line an order means, by code, else by route, release, form, partner and strength."""
    lines = [line for line in facts.knowledge.product_lines.values() if line.ingredient == drug]
    codes = set(rxcuis(order))
    by_code = [line for line in lines if codes & {c for s in line.strengths for c in s.rxcuis}]
    if len(by_code) == 1:
        return by_code[0]
    fits = [line for line in lines if _may_be(line, order, product)]
    named = [line for line in fits if line.id in products]
    if len(named) == 1:
        return named[0]
    if not fits:
        where = f" by the route {product.route}" if product.route else ""
        return _Missing(
            f"no product of {drug}{where} is in the table of marketed strengths", f"the product of {drug}"
        )
    releases = {line.release for line in fits}
    if len(releases) > 1:
        usual = [line for line in fits if _usual(line, times, dose)]
        if len({line.release for line in usual}) != 1:
            return _Missing(
                "immediate or extended release is not on record",
                f"the release of {drug}, or one of the products {listed([line.id for line in fits], 'or')}",
            )
        warnings.append(
            f"{drug.capitalize()}: the release is not on record; read as {usual[0].release} release because of {times} doses a day of this strength."
        )
        fits = usual
    exact = [line for line in fits if _made_of(line, dose)] or fits
    if len(exact) > 1:
        others = listed([line.id for line in exact[1:]], "or")
        warnings.append(
            f"{drug.capitalize()}: planned with {exact[0].product}; {others} would fit the record as well."
        )
    return exact[0]


def _may_be(line: ProductLine, order: Medication, product: Product) -> bool:
    release: Literal["immediate", "extended"] | None = order.release
    if release is None and product.release in ("immediate", "extended"):
        release = "extended" if product.release == "extended" else "immediate"
    if line.route != (product.route or "oral") or not line.plannable:
        return False
    if release is not None and line.release != release and line.route == "oral":
        return False
    said = order.drug.lower()
    partner = next((p for p in PARTNERS if p in said), None)
    if (line.partner is None) != (partner is None) and (partner is not None or line.scope == "pain"):
        return False
    form = (order.form or product.form or "").lower()
    liquid = any(word in form for word in ("solution", "liquid", "syrup", "drops", "concentrate"))
    if form and liquid != (line.unit == "mg/mL"):
        return False
    if order.concentration is not None and line.unit != "mg/mL":
        return False
    if not form and line.unit == "mg/mL" and order.concentration is None:
        return False
    return not (
        ("capsule" in form and "Capsule" not in line.dose_form)
        or ("tablet" in form and "Tablet" not in line.dose_form)
    )


def _usual(line: ProductLine, times: int, dose: float) -> bool:
    """Whether so many doses a day of this amount are what the line is given in."""
    if line.release == "extended":
        return times <= HOURS_A_DAY / line.hours_low and _made_of(line, dose)
    return times >= HOURS_A_DAY / line.hours_high and _made_of(line, dose)


def _made_of(line: ProductLine, dose: float) -> bool:
    """Whether whole pieces of the line's strengths can make one dose."""
    if line.unit == "mg/mL":
        return True
    want = round(dose * (1000 if line.unit == "ug" else 1) * 1000)
    sums = {0}
    for strength in line.plannable:
        grain = round(strength.value * 1000)
        sums = {s + n * grain for s in sums for n in range((want - s) // grain + 1) if s + n * grain <= want}
    return want in sums


def _merged(parts: Sequence[_Part]) -> Regimen | _Missing:
    """Orders of one line as one regimen: alike times of day add up, else the orders follow each other through the day."""
    line = parts[0].line
    counts = {part.times for part in parts}
    if len(counts) == 1 and line.unit != "ug/h":
        times = counts.pop()
        if times == 1 and 1 < len(parts) <= HOURS_A_DAY / line.hours_low:
            slots = tuple(sorted((part.dose for part in parts), reverse=True))
        else:
            slots = (round(sum(part.dose for part in parts), 6),) * times
    elif line.unit == "ug/h":
        slots = (round(sum(part.dose for part in parts), 6),)
    elif sum(part.times for part in parts) <= HOURS_A_DAY / line.hours_low:
        slots = tuple(sorted((part.dose for part in parts for _ in range(part.times)), reverse=True))
    else:
        return _Missing("its orders have different times of day", "one order with all its times of day")
    factors = [part.mme for part in parts]
    mme = None if any(f is None for f in factors) else sum(f for f in factors if f is not None)
    return Regimen(
        tuple(sorted(part.label for part in parts)),
        line.ingredient,
        line.route,
        line.release,
        line.id,
        unit_a_day(line),
        round(sum(slots), 6),
        len(slots),
        slots,
        mme,
        "; ".join(part.working for part in parts),
    )


def unit_a_day(line: ProductLine) -> Literal["mg/d", "ug/d", "ug/h"]:
    """The unit in which a line's daily total is told.

    >>> from algesia.knowledge.loader import load
    >>> [unit_a_day(load().product_lines[i]) for i in ("fentanyl-patch", "buprenorphine-buccal-film", "codeine-tablet")]
    ['ug/h', 'ug/d', 'mg/d']
    """
    match line.unit:
        case "ug/h":
            return "ug/h"
        case "ug":
            return "ug/d"
        case _:
            return "mg/d"
