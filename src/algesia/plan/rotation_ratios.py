"""Equianalgesic ratios by pair and direction, and the range of new doses that all sources together give.

Only `EquianalgesicRatio` may pass here: an MME factor measures exposure and is refused by its type, at run time too.
A row works in its printed direction and in no other; a row that may not drive a dose is shown and unused. Where no
row joins two drugs, the way goes over oral morphine, each half by its own rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from algesia.knowledge.plan_rotation import EquianalgesicRatio
from algesia.plan.model import RatioLine
from algesia.plan.wording import amount
from algesia.quantities.refusal import Unassessable

Drug: TypeAlias = tuple[str, str]
"""A drug and the route it is given by."""

MORPHINE: Final[Drug] = ("morphine", "oral")
PARENTERAL: Final = frozenset(("intravenous", "subcutaneous", "intramuscular"))
NEVER: Final = frozenset(("intrathecal", "epidural"))
"""Routes for which ratios are shown and no dose is computed."""
PER_MG: Final = {"mg": 1.0, "mg/d": 1.0, "ug": 1000.0, "ug/d": 1000.0}
"""By how much a ratio per unit is multiplied to be a ratio per mg. A patch (ug/h) is not in it: it goes by a label's table."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One row as it may be used: mg of the new drug per mg of the old, from `low` to `high`."""

    ratio: EquianalgesicRatio
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a daily amount of one drug is in mg a day of another, over all sources that may be used.

    `low` is the lowest result of any source and the only one that a start is computed from. `ratios` lists the rows of
    the pair, unused ones included; `says` is the sum in words, one line a half.
    """

    low: float
    high: float
    ratios: tuple[RatioLine, ...]
    says: tuple[str, ...]


def convert(
    daily_mg: float | tuple[float, float], old: Drug, new: Drug, rows: Sequence[EquianalgesicRatio]
) -> Conversion | Unassessable:
    """A daily amount of one drug as a range of daily amounts of another.

    Parameters
    ----------
    daily_mg
        mg a day of the old drug, or a low and a high.
    rows
        The table (`Knowledge.equianalgesic`).

    Raises
    ------
    TypeError
        When a row is anything but an `EquianalgesicRatio`, an MME factor above all.

    >>> from algesia.knowledge.loader import load
    >>> rows = tuple(load().equianalgesic.values())
    >>> found = convert(100.0, ("oxycodone", "oral"), ("morphine", "oral"), rows)
    >>> found.low, found.high
    (100.0, 200.0)
    >>> convert(100.0, ("hydrocodone", "oral"), ("morphine", "oral"), rows).missing
    ('an equianalgesic ratio from hydrocodone, oral',)
    """
    only_ratios(rows)
    low, high = daily_mg if isinstance(daily_mg, tuple) else (daily_mg, daily_mg)
    ways: list[tuple[float, float]] = []
    says: list[str] = []
    used: set[str] = set()
    if old == new:
        return Conversion(low, high, (), ())
    direct = edges(rows, old, new)
    if direct:
        ways.append(_range(direct))
        says.append(_says(low, high, old, new, direct))
        used |= {edge.ratio.id for edge in direct}
    pairs = [(old, new)]
    if MORPHINE not in (old, new):
        there, onward = edges(rows, old, MORPHINE), edges(rows, MORPHINE, new)
        pairs += [(old, MORPHINE), (MORPHINE, new)]
        if there and onward:
            first, second = _range(there), _range(onward)
            ways.append((first[0] * second[0], first[1] * second[1]))
            says.append(_says(low, high, old, MORPHINE, there))
            says.append(_says(low * first[0], high * first[1], MORPHINE, new, onward))
            used |= {edge.ratio.id for edge in (*there, *onward)}
    lines = tuple(line(row, used) for row in rows if any(_joins(row, a, b) for a, b in pairs))
    if not ways:
        return _no_way(old, new, rows, lines)
    return Conversion(
        low * min(way[0] for way in ways), high * max(way[1] for way in ways), lines, tuple(says)
    )


def only_ratios(rows: Sequence[object]) -> None:
    """Refuse anything that is not an equianalgesic ratio.

    Raises
    ------
    TypeError
        Naming what was passed.
    """
    for row in rows:
        if not isinstance(row, EquianalgesicRatio):
            raise TypeError(f"a rotation takes equianalgesic ratios, not {type(row).__name__}")


def edges(rows: Sequence[EquianalgesicRatio], old: Drug, new: Drug) -> tuple[Edge, ...]:
    """The rows that may carry a dose from one drug to another in one step, each in a direction it was printed for.

    >>> from algesia.knowledge.loader import load
    >>> rows = tuple(load().equianalgesic.values())
    >>> [(e.ratio.source, e.low) for e in edges(rows, ("oxycodone", "oral"), ("hydrocodone", "oral"))]
    [('hysingla_label', 1.0)]
    >>> edges(rows, ("hydrocodone", "oral"), ("oxycodone", "oral"))
    ()
    """
    only_ratios(rows)
    found = []
    for row in rows:
        per_mg = PER_MG.get(row.unit)
        if per_mg is None or not row.may_convert or {row.route, row.reference_route} & NEVER:
            continue
        if row.direction in ("both", "from-drug") and _is(row, old) and _refers(row, new):
            found.append(Edge(row, row.low * per_mg, row.high * per_mg))
        elif row.direction in ("both", "to-drug") and _is(row, new) and _refers(row, old):
            found.append(Edge(row, 1.0 / (row.high * per_mg), 1.0 / (row.low * per_mg)))
    return tuple(found)


def line(row: EquianalgesicRatio, used: set[str]) -> RatioLine:
    """A row as a line of the working: the ratio as printed, in its own direction, and why it is not used if it is not."""
    ratio = amount(row.low) if row.low == row.high else f"{amount(row.low)} to {amount(row.high)}"
    per = {"ug/h": "ug/h", "ug": "ug", "ug/d": "ug"}.get(row.unit, "mg")
    what = f"1 {per} of {row.drug}, {row.route} = {ratio} mg of {row.reference_drug}, {row.reference_route}"
    why = "" if row.id in used else f"; not used: {_why_not(row)}"
    return RatioLine(row.id, row.low, row.high, f"{what}{why}", row.source, row.confidence, row.id in used)


def _why_not(row: EquianalgesicRatio) -> str:
    if not row.confidence.may_drive_a_dose:
        return "it was not read at its source"
    if row.purpose in ("comparison", "display"):
        return "its source gives it to compare, not to convert"
    if row.unit == "ug/h":
        return "a patch goes by the label's table"
    if row.direction != "both":
        return "it holds in the other direction only"
    return "the other half of its way has no ratio"


def _is(row: EquianalgesicRatio, drug: Drug) -> bool:
    return row.drug == drug[0] and same_route(row.route, drug[1])


def _refers(row: EquianalgesicRatio, drug: Drug) -> bool:
    return row.reference_drug == drug[0] and same_route(row.reference_route, drug[1])


def _joins(row: EquianalgesicRatio, one: Drug, other: Drug) -> bool:
    return (_is(row, one) and _refers(row, other)) or (_is(row, other) and _refers(row, one))


def same_route(printed: str, route: str) -> bool:
    """Whether a printed route covers a route: "parenteral" is by vein, under the skin or into a muscle.

    >>> same_route("parenteral", "subcutaneous"), same_route("subcutaneous", "intravenous")
    (True, False)
    """
    return printed == route or (printed == "parenteral" and route in PARENTERAL)


def _range(found: Sequence[Edge]) -> tuple[float, float]:
    return min(edge.low for edge in found), max(edge.high for edge in found)


def _says(low: float, high: float, old: Drug, new: Drug, found: Sequence[Edge]) -> str:
    least, most = _range(found)
    sources = len({edge.ratio.source for edge in found})
    return (
        f"{span(low, high)} mg/d of {old[0]}, {old[1]} = {span(low * least, high * most)} mg/d of {new[0]}, {new[1]}"
        f" ({sources} {'source' if sources == 1 else 'sources'}: x {span(least, most)})"
    )


def span(low: float, high: float) -> str:
    """A range in words, or one number.

    >>> span(15.625, 30.0), span(8.0, 8.0)
    ('15.6 to 30', '8')
    """
    first, last = _short(low), _short(high)
    return first if first == last else f"{first} to {last}"


def _short(value: float) -> str:
    return amount(round(value, 1) if value >= 10 else round(value, 2) if value >= 1 else round(value, 3))


def _no_way(
    old: Drug, new: Drug, rows: Sequence[EquianalgesicRatio], lines: Sequence[RatioLine]
) -> Unassessable:
    """What is missing: the half of the way that no usable row covers."""
    missing = []
    if new == MORPHINE or not edges(rows, old, MORPHINE):
        missing.append(f"an equianalgesic ratio from {old[0]}, {old[1]}")
    if old == MORPHINE or not edges(rows, MORPHINE, new):
        missing.append(f"an equianalgesic ratio to {new[0]}, {new[1]}")
    shown = f" Rows that may not be used this way: {len(lines)}" if lines else ""
    because = (
        f"no ratio that may be used leads from {old[0]}, {old[1]}, to {new[0]}, {new[1]};"
        f" MME does not convert.{shown}"
    )
    return Unassessable("rotation", because, tuple(missing))
