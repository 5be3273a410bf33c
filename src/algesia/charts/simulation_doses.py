"""The doses of orders as they are drawn: steps in one unit for each drug and route, and single doses as stems."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from algesia.charts.scale import amount
from algesia.mechanism.model import Order
from algesia.mechanism.routes import route_words
from algesia.mechanism.words_told import ends

MOST_TRACKS: Final = 3
BY_DAY_FROM_H: Final = 168.0
"""From this length on, single doses are summed over each day and drawn as steps."""


class Step(NamedTuple):
    """A dose held over ``[start_h, end_h)``."""

    start_h: float
    end_h: float
    value: float


@dataclass(frozen=True, slots=True)
class DoseTrack:
    """One drug by one route in one unit, both as orders name them. `single` holds the hour and amount of doses that stand alone."""

    drug: str
    route: str
    unit: str
    steps: tuple[Step, ...]
    single: tuple[tuple[float, float], ...]

    @property
    def top(self) -> float:
        """The highest value drawn."""
        return max([step.value for step in self.steps] + [value for _, value in self.single], default=0.0)

    @property
    def once(self) -> bool:
        """Whether it is one dose."""
        return not self.steps and len(self.single) == 1

    @property
    def words(self) -> str:
        """The track in a sentence."""
        if self.once:
            at_h, value = self.single[0]
            when = f"day {amount(round(at_h / 24, 2))}" if at_h >= 72 else f"hour {amount(round(at_h, 2))}"
            return (
                f"{self.drug.capitalize()}, {route_words(self.route)}: {amount(value)} {self.unit}, {when}."
            )
        head = f"{self.drug.capitalize()}, {route_words(self.route)}: up to {amount(self.top)} {self.unit}"
        many = len(self.single)
        parts = [f"{many} single dose{'' if many == 1 else 's'}"] if many else []
        if self.steps:
            days = self.steps[0].start_h / 24, self.steps[-1].end_h / 24
            parts.append(f"from day {amount(round(days[0], 2))} to day {amount(round(days[1], 2))}")
        return f"{head}, {', '.join(parts)}."


def dose_tracks(orders: Sequence[Order], until_h: float) -> tuple[DoseTrack, ...]:
    """What is drawn of orders, the first three tracks.

    Doses in a row are drawn as the amount a day that they come to; a patch, a rate and a target as what they are.

    >>> track = dose_tracks([Order("oxycodone", "oral-er", 0.0, 20.0, "mg", 12.0, 10)], 240.0)[0]
    >>> track.unit, track.steps
    ('mg a day', (Step(start_h=0.0, end_h=120.0, value=40.0),))
    >>> dose_tracks([Order("naloxone", "iv", 24.0, 0.4)], 2000.0)[0].words
    'Naloxone, into a vein: 0.4 mg, once, hour 24.'
    """
    spans: dict[tuple[str, str, str], list[Step]] = defaultdict(list)
    single: dict[tuple[str, str, str], list[tuple[float, float]]] = defaultdict(list)
    given = [order for order in orders if order.start_h < until_h]
    doses = Counter((order.drug, order.route) for order in given for _ in range(min(order.count, 2)))
    for order in given:
        length = order.duration_h or 0.0
        if order.target_conc is not None:
            key = (order.drug, order.route, "ng/mL held")
            spans[key].append(Step(order.start_h, order.start_h + length, order.target_conc))
        elif order.rate is not None:
            key = (order.drug, order.route, order.rate_unit or "mg/h")
            spans[key].append(Step(order.start_h, order.start_h + length, order.rate))
        elif order.amount is not None and doses[order.drug, order.route] == 1 and order.unit[-2:] != "/h":
            single[order.drug, order.route, f"{order.unit}, once"].append((order.start_h, order.amount))
        elif order.amount is not None:
            _dose(order, order.amount, until_h, spans, single)
    keys = list(dict.fromkeys((*spans, *single)))
    return tuple(
        DoseTrack(*key, _stacked(spans[key], until_h), tuple(sorted(single[key])))
        for key in keys[:MOST_TRACKS]
    )


def _dose(
    order: Order,
    dose: float,
    until_h: float,
    spans: dict[tuple[str, str, str], list[Step]],
    single: dict[tuple[str, str, str], list[tuple[float, float]]],
) -> None:
    if order.unit.endswith("/h"):
        end = ends(order)
        spans[order.drug, order.route, order.unit].append(Step(order.start_h, end, dose))
        return
    by_day = (order.drug, order.route, f"{order.unit} a day")
    if order.every_h is not None:
        end = order.start_h + order.count * order.every_h
        spans[by_day].append(Step(order.start_h, end, dose * 24 / order.every_h))
    elif until_h >= BY_DAY_FROM_H:
        day = order.start_h // 24 * 24
        spans[by_day].append(Step(day, day + 24, dose))
    else:
        single[order.drug, order.route, order.unit].append((order.start_h, dose))


def _stacked(spans: Sequence[Step], until_h: float) -> tuple[Step, ...]:
    """The sum of overlapping spans, as steps one after the other; equal neighbors are one step."""
    edges = sorted({edge for span in spans for edge in (span.start_h, span.end_h)})
    changes: dict[float, float] = defaultdict(float)
    for span in spans:
        changes[span.start_h] += span.value
        changes[span.end_h] -= span.value
    found: list[Step] = []
    total = 0.0
    for start, end in pairwise(edges):
        total += changes[start]
        value = round(total, 9)
        if value <= 0 or start >= until_h:
            continue
        last = found[-1] if found else None
        if last is not None and last.end_h == start and last.value == value:
            found[-1] = last._replace(end_h=min(end, until_h))
        else:
            found.append(Step(start, min(end, until_h), value))
    return tuple(found)
