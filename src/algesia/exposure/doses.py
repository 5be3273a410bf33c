"""Logged doses: what entered the body, summed over each day for a drug and route.

A log is used on the days that hold at least one logged dose of the drug and route. On other days a log says
nothing: nobody can tell a day without doses from a day without entries, so orders and supplies count there.

A single logged day between days without entries may be one dose out of several. It is used when it holds as
many doses, or as many mg, as the orders of that day schedule at least; otherwise the orders count on that day.
Two or more logged days in a row are a diary and are used as they stand: fewer doses then mean fewer taken.

Between the first and the last logged dose of a drug and route, days on which neither a log nor an order or supply
with a known amount speaks are not known: `silent` lists them, never zero and never carried over. The next entry
counts as the last even where it lies after the day of asking: that the log goes on is known.

A dose that states no route, form or strength takes them from the orders of the same drug that run on that
day, where those agree. Otherwise it stays unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from algesia.exposure.amount import Unknown, given, shown
from algesia.exposure.frequency import Daily
from algesia.exposure.model import Span
from algesia.exposure.plausible import doubts, held_back
from algesia.exposure.product import Product, recognize, resolve
from algesia.exposure.reading import Reading, read_order, unusable
from algesia.exposure.timeline import LOGGED, PARTLY_LOGGED, Line, merged, split
from algesia.exposure.working import number
from algesia.knowledge.loader import Knowledge
from algesia.record.model import Amount, Dose, Medication

TERMS_SHOWN: Final = 4
SILENT: Final = "no dose is logged on these days and nothing else is on record"


class _Taken(msgspec.Struct, frozen=True):
    """One opioid of one logged dose: mg, or why not."""

    label: str
    day: int
    drug: str
    product: Product
    low: float
    high: float
    words: str
    dose: Amount
    unknown: Unknown | None


def logged(knowledge: Knowledge, doses: Iterable[Dose], orders: Sequence[Line]) -> list[Line]:
    """The logged doses as lines of one day each; days in a row that agree are one line.

    A dose without a usable amount is a line of its own without one: listed, never zero.
    """
    running: dict[str, list[Line]] = defaultdict(list)
    for line in orders:
        if line.reading.opioid:
            running[line.reading.drug].append(line)
    lines: list[Line] = []
    days: dict[tuple[str, str | None, str | None, int], list[_Taken]] = defaultdict(list)
    unnamed: dict[tuple[str, int], Dose] = {}
    for dose in doses:
        found = recognize(knowledge, dose)
        if not found.opioids or found.unspecified_opioid:
            unnamed.setdefault((dose.drug, dose.at.day), dose)
        for drug in found.opioids:
            product = _completed(resolve(knowledge, dose, drug, found), dose.at.day, running[drug])
            taken = _taken(dose, drug, product, len(found.opioids) > 1, unusable(found, product, dose.dose))
            if taken.unknown is None:
                days[(drug, product.route, product.release, dose.at.day)].append(taken)
            else:
                lines.append(_without_amount(taken, taken.unknown))
    sums = sorted(days.items(), key=lambda item: (item[0][0], item[0][1] or "", item[0][2] or "", item[0][3]))
    lines.extend(_unnamed(knowledge, dose) for dose in unnamed.values())
    previous: Line | None = None
    for (drug, route, release, day), taken_list in sums:
        orders_of_day = _running(day, taken_list[0].product, running[drug])
        before, after = ((drug, route, release, day + step) in days for step in (-1, 1))
        rank = LOGGED if before or after or _complete(taken_list, orders_of_day) else PARTLY_LOGGED
        as_needed = {line.as_needed for line in orders_of_day} == {True}
        line = _day(day, taken_list, as_needed, rank)
        if previous is not None and _continues(previous, line):
            previous = replace(previous, end=line.end)
            lines[-1] = previous
        else:
            previous = line
            lines.append(line)
    return lines


def silent(lines: Iterable[Line], later: Iterable[Line]) -> list[Line]:
    """The stretches between logged doses of a drug and route on which nobody knows what was taken.

    Parameters
    ----------
    lines
        Orders, supplies and logged doses up to the day of asking.
    later
        What was logged after it: only that the log goes on is read from it.
    """
    logs: dict[tuple[str, str | None], list[tuple[int, int | None]]] = defaultdict(list)
    spoken: dict[tuple[str, str | None], list[tuple[int, int | None]]] = defaultdict(list)
    for line in lines:
        key = (line.reading.drug, line.reading.product.route)
        if not line.reading.opioid or (line.end is not None and line.end <= line.start):
            continue
        if line.rank in (LOGGED, PARTLY_LOGGED):
            logs[key].append((line.start, line.end))
        if line.known or line.rank in (LOGGED, PARTLY_LOGGED):
            spoken[key].append((line.start, line.end))
    following: dict[tuple[str, str | None], int] = {}
    for line in later:
        key = (line.reading.drug, line.reading.product.route)
        following[key] = min(line.start, following.get(key, line.start))
    found: list[Line] = []
    for key, days in logs.items():
        first = min(start for start, _ in days)
        last = following.get(key, max(end or start for start, end in days))
        _, gaps = split((first, last), merged(spoken[key]))
        if gaps:
            found.extend(_gaps(key, [(start, end) for start, end in gaps if end is not None]))
    return found


def _gaps(key: tuple[str, str | None], gaps: list[tuple[int, int]]) -> Iterable[Line]:
    """One line for each gap of one drug and route, and one question for all of them."""
    drug, route = key
    days = sum(end - start for start, end in gaps)
    by = f"{route} {drug}" if route else drug
    value = f"{by}, {days} {'day' if days == 1 else 'days'} between logged doses"
    doubt = Unknown(SILENT, "What was taken on these days?", value)
    reading = Reading(drug, True, Product(drug, route), None, SILENT, (doubt,), ())
    for start, end in gaps:
        yield Line(f"logged {drug}", reading, start, end, LOGGED, "taken", False)


def _completed(product: Product, day: int, orders: list[Line]) -> Product:
    """The product with what the orders that run on that day agree on, where the dose itself is silent."""
    if product.route is not None and product.per_unit is not None:
        return product
    known = [
        line.reading.product
        for line in orders
        if line.start <= day and (line.end is None or day < line.end)
        if product.route in (None, line.reading.product.route)
    ]
    routes = {other.route for other in known}
    if product.route is None and len(routes) == 1:
        forms = {other.form for other in known}
        form = forms.pop() if len(forms) == 1 else product.form
        product = replace(product, route=routes.pop(), form=form)
    strengths = {(other.per_unit, other.per_unit_is, other.mg_per_ml) for other in known}
    if product.per_unit is None and product.mg_per_ml is None and len(strengths) == 1:
        per_unit, per_unit_is, mg_per_ml = strengths.pop()
        product = replace(product, per_unit=per_unit, per_unit_is=per_unit_is, mg_per_ml=mg_per_ml)
    return product


def _running(day: int, product: Product, orders: list[Line]) -> list[Line]:
    """The orders that a logged dose can belong to: same route, and no other release, on that day."""
    return [
        line
        for line in orders
        if line.start <= day and (line.end is None or day < line.end)
        if line.reading.product.route == product.route
        if None in (product.release, line.reading.product.release)
        or product.release == line.reading.product.release
    ]


def _complete(taken: list[_Taken], orders: list[Line]) -> bool:
    """Whether a day's log holds what the orders of that day schedule at least, in doses or in mg."""
    known = [line.reading.daily for line in orders if line.reading.daily is not None]
    if not known:
        return True
    scheduled_mg = sum(daily.mg.low for daily in known)
    counts = [daily.times for daily in known]
    if sum(one.high for one in taken) >= scheduled_mg * (1 - 1e-9):
        return True
    times = [count for count in counts if count is not None]
    return len(times) == len(counts) and len(taken) >= sum(times) - 1e-9


def _taken(dose: Dose, drug: str, product: Product, several: bool, unusable_: Unknown | None) -> _Taken:
    amount = given(dose.dose, product)
    unknown: Unknown | None = None
    low = high = 0.0
    words = shown(dose.dose)
    if unusable_ is not None:
        unknown = replace(unusable_, value=dose.drug)
    elif isinstance(amount, Unknown):
        unknown = amount
    elif amount.per == "worn":
        unknown = Unknown("how long the logged patch was worn is not on record")
    elif amount.per == "day":
        unknown = Unknown(
            "how long the logged rate ran is not on record", "For how many hours did it run?", words
        )
    elif several and " x " not in amount.words:
        unknown = Unknown(f"the amount does not say how much of it is {drug}", "How much of each?", words)
    else:
        low, high, words = amount.low, amount.high, amount.words
    return _Taken(dose.id or dose.drug, dose.at.day, drug, product, low, high, words, dose.dose, unknown)


def _day(day: int, taken: list[_Taken], as_needed: bool, rank: int) -> Line:
    """One line for what was logged of a drug and route on a day."""
    taken = sorted(taken, key=lambda one: (one.low, one.high, one.words, one.label))
    first = taken[0]
    low = round(sum(one.low for one in taken), 9)
    high = round(sum(one.high for one in taken), 9)
    if len(taken) > TERMS_SHOWN:
        words = f"{len(taken)} logged doses"
    else:
        words = " + ".join(one.words for one in taken) + " logged"
    span = Span(low, high, high)
    result = f"{number(low)} to {number(high)}" if low != high else number(high)
    daily = Daily(span, f"{words} = {result} mg/d")
    held = held_back(first.drug, first.product.route, daily)
    asked = (held,) if held else doubts((one.dose for one in taken), first.drug, first.product, daily)
    reading = Reading(
        first.drug, True, first.product, None if held else daily, held.reason if held else None, asked, ()
    )
    label = first.label if len(taken) == 1 else f"logged {first.drug}"
    return Line(label, reading, day, day + 1, rank, "taken", as_needed)


def _continues(line: Line, following: Line) -> bool:
    same = line.reading.daily == following.reading.daily and line.reading.product == following.reading.product
    return (
        same
        and line.reading.drug == following.reading.drug
        and line.reading.daily is not None
        and line.end == following.start
        and (line.as_needed, line.rank) == (following.as_needed, following.rank)
    )


def _without_amount(taken: _Taken, unknown: Unknown) -> Line:
    doubts = (unknown,) if unknown.ask else ()
    reading = Reading(taken.drug, True, taken.product, None, unknown.reason, doubts, ())
    return Line(taken.label, reading, taken.day, taken.day + 1, LOGGED, "taken", False)


def _unnamed(knowledge: Knowledge, dose: Dose) -> Line:
    """A logged drug in which no table finds an opioid, or only "opioids": read as an order of that name would be."""
    reading = read_order(
        knowledge, Medication(drug=dose.drug, start=dose.at, code=dose.code, route=dose.route)
    )[-1]
    return Line(dose.drug, reading, dose.at.day, dose.at.day + 1, LOGGED, "taken", False)
