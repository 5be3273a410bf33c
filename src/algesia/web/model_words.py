"""What a simulation shows, in sentences that are computed from its curves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from algesia.report.simulation import GRADE_WORDS, grades
from algesia.web.model_form import WITHOUT
from algesia.web.model_run import DAY_H, PEOPLE, Ran

if TYPE_CHECKING:
    from algesia.mechanism.model import Floats, Founded, Order

SAME: Final = 0.05
"""A difference in pain smaller than this is called the same."""
LATEST: Final = 28
NO_MORE: Final = 0.02
"""Sensitization above that of the untreated that is too small to speak of its fading."""

STEADY: Final = 0.02
"""A change of sensitization over four weeks, as a share, that is none; and never less than `LEAST`."""
LEAST: Final = 0.01
APART: Final = "The models lie further apart than the people: each has the effects of another study, and studies of the same idea differ much."


@dataclass(frozen=True, slots=True)
class When:
    """A day that is spoken of. `words` end a sentence."""

    day: int
    words: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the model left out: pain on some days, each with its difference to the whole model."""

    words: str
    pain: tuple[tuple[str, str], ...]


def headline(ran: Ran, times: Iterable[When]) -> str:
    """Pain beside no medicine on the days that are named.

    "Beside no medicine, pain in this model is 1.7 points lower after 4 weeks, 1.2 after 9 months and the same 6 months later."
    """
    gap = ran.of("pain-nrs") - ran.of("pain-nrs", treated=False)
    clauses, before = [], ""
    for one in times:
        said = _beside(float(gap[_at(ran, one.day)]))
        amount, _, side = said.partition(" points ")
        # two numbers in a row would read as one
        short = side and side == before and not one.words[0].isdigit()
        clauses.append(f"{amount if short else said} {one.words}")
        before = side
    told = clauses[0] if len(clauses) == 1 else f"{', '.join(clauses[:-1])} and {clauses[-1]}"
    return f"Beside no medicine, pain in this model is {told}."


def width(ran: Ran, when: When) -> str:
    """How far the models that fit the studies lie apart, and the people of one model, on a day."""
    i = _at(ran, when.day)
    low, high = np.quantile(ran.models[:, i] - ran.models_untreated[:, i], (0.05, 0.95))
    told = (
        f"In 90 of {PEOPLE} models that fit the studies it is {_between(float(low), float(high))} {when.words}. Within one "
        f"model, pain is {ran.pain[i, 1]:.1f} to {ran.pain[i, 2]:.1f} in 90 of {PEOPLE} people then."
    )
    if high - low <= ran.pain[i, 2] - ran.pain[i, 1]:
        return told
    return f"{told} {APART}"


def fading(ran: Ran, until_h: float) -> str:
    """How long sensitization takes to fade by half after the last dose; that it is not seen, where it is not."""
    days = ran.people.times_h / DAY_H
    more = ran.of("sensitization") - ran.of("sensitization", treated=False)
    i = int(np.searchsorted(days, until_h / DAY_H))
    if i >= days.size - 1 or until_h <= 0:
        return _standing(more)
    if more[i] < NO_MORE:
        return "Hardly any sensitization is added at the last dose, so there is little to fade."
    below = np.flatnonzero(more[i:] <= more[i] / 2)
    took = float(days[-1] - days[i]) if below.size == 0 else float(below[0])
    said = f"more than {span(took)}" if below.size == 0 else span(took)
    infused = any(
        order.drug == "ketamine" and order.start_h < until_h + took * DAY_H and _over(order) > until_h
        for order in ran.question.orders
    )
    return f"After the last dose{', with ketamine,' if infused else ''} sensitization takes {said} to fade by half."


def _standing(more: Floats) -> str:
    """Sensitization at the end beside that without medicine, and which way it goes."""
    if float(np.max(np.abs(more))) < NO_MORE:
        return "Hardly any sensitization is added."
    last, month = float(more[-1]), float(more[-min(LATEST, more.size)])
    change, least = last - month, max(STEADY * abs(month), LEAST)
    way = (
        "is still growing"
        if change > least
        else "is falling"
        if change < -least
        else "hardly changes any more"
    )
    if abs(last) < NO_MORE:
        return f"At the end sensitization stands about where it is without medicine, and {way}."
    side = "above" if last > 0 else "below"
    return f"At the end sensitization stands {abs(last):.2f} {side} that without medicine, on a scale of 0 to 1, and {way}."


def _over(order: Order) -> float:
    """The hour when an order of an infusion ends."""
    return order.start_h + (order.duration_h or 0.0)


def entries(ran: Ran, dots: Sequence[tuple[float, float]], today: int) -> str:
    """The person's latest pain entries beside the model's pain on the same days; empty without entries."""
    latest = [(day, score) for day, score in dots if today - LATEST <= day <= today + 1]
    if not latest:
        return ""
    pain = ran.of("pain-nrs")
    own = sum(score for _, score in latest) / len(latest)
    model = sum(float(pain[_at(ran, math.floor(day))]) for day, _ in latest) / len(latest)
    return (
        f"This person’s entries of the last four weeks are {own:.1f} on average; the typical person of the model has {model:.1f} "
        "on the same days. The model knows the doses of this record, not the person."
    )


def parts(ran: Ran, times: Sequence[When]) -> tuple[Part, ...]:
    """Pain without each part of the model, on the days that are named."""
    whole, at = ran.of("pain-nrs"), [_at(ran, one.day) for one in times]
    return tuple(
        Part(WITHOUT[name], tuple((f"{curve[i]:.1f}", _signed(float(curve[i] - whole[i]))) for i in at))
        for name, curve in ran.without.items()
    )


def founded(ran: Ran) -> str:
    """How many parameters are founded how well."""
    counted = grades(ran.people)
    listed = ", ".join(f"{n} {GRADE_WORDS[grade]}" for grade, n in counted.items())
    return f"{sum(counted.values())} parameters: {listed}."


def rows(found: dict[str, Founded]) -> tuple[tuple[str, str, str, str, str], ...]:
    """Each parameter as symbol, value with its unit, grade, source, note."""
    return tuple(
        (
            symbol.replace("/", " "), f"{one.value:.4g} {'' if one.unit == '1' else one.unit.strip('{}')}".strip(), one.grade,
            one.source or "none", one.note,
        )
        for symbol, one in found.items()
    )  # fmt: skip


def span(days: float) -> str:
    """A length of time in words.

    >>> span(1), span(12), span(40), span(150), span(800)
    ('1 day', '12 days', '6 weeks', '5 months', '2 years')
    """
    for unit, name, least in ((365.25, "year", 700), (30.44, "month", 60), (7, "week", 21), (1, "day", 0)):
        if days >= least:
            n = max(round(days / unit), 1)
            return f"{n} {name}{'' if n == 1 else 's'}"
    return "no time"


def _beside(gap: float) -> str:
    if abs(gap) < SAME:
        return "the same"
    return f"{abs(gap):.1f} points {'lower' if gap < 0 else 'higher'}"


def _signed(gap: float) -> str:
    if abs(gap) < SAME:
        return "no change"
    return f"{'+' if gap > 0 else '−'}{abs(gap):.1f}"


def _between(low: float, high: float) -> str:
    """A range of differences in words.

    >>> _between(-0.42, -0.2), _between(-0.3, 0.2), _between(-0.01, 0.02), _between(-0.3, 0.0)
    ('0.2 to 0.4 points lower', 'from 0.3 points lower to 0.2 points higher', 'the same', 'from 0.3 points lower to the same')
    """
    ends = _beside(low), _beside(high)
    if ends[0] == ends[1]:
        return ends[0]
    if max(abs(low), abs(high)) >= SAME and min(abs(low), abs(high)) >= SAME and (low < 0) == (high < 0):
        near, far = sorted((abs(low), abs(high)))
        return f"{near:.1f} to {far:.1f} points {'lower' if low < 0 else 'higher'}"
    return f"from {ends[0]} to {ends[1]}"


def _at(ran: Ran, day: int) -> int:
    days: Floats = ran.people.times_h / DAY_H
    return int(min(max(math.floor(day - days[0]), 0), days.size - 1))
