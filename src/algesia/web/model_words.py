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
    from algesia.mechanism.model import Floats, Founded

SAME: Final = 0.05
"""A difference in pain smaller than this is called the same."""
LATEST: Final = 28
NO_MORE: Final = 0.02
"""Sensitization above that of the untreated that is too small to speak of its fading."""


@dataclass(frozen=True, slots=True)
class When:
    """A day that is spoken of. `words` end a sentence."""

    day: int
    words: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the model left out: pain on the last day, and the difference to the whole model."""

    words: str
    pain: str
    difference: str


def headline(ran: Ran, times: Iterable[When]) -> str:
    """Pain beside no medicine on the days that are named.

    "Beside no medicine, pain in this model is 1.7 points lower after 4 weeks, 1.2 after 9 months and the same 6 months later."
    """
    gap = ran.of("pain-nrs") - ran.of("pain-nrs", treated=False)
    clauses, before = [], ""
    for one in times:
        said = _beside(float(gap[_at(ran, one.day)]))
        amount, _, side = said.partition(" points ")
        clauses.append(f"{amount if side and side == before else said} {one.words}")
        before = side
    told = clauses[0] if len(clauses) == 1 else f"{', '.join(clauses[:-1])} and {clauses[-1]}"
    return f"Beside no medicine, pain in this model is {told}."


def width(ran: Ran, when: When) -> str:
    """How far the models that fit the studies lie apart, and the people of one model, on a day."""
    i = _at(ran, when.day)
    low, high = np.quantile(ran.models[:, i] - ran.models_untreated[:, i], (0.05, 0.95))
    return (
        f"In 90 of {PEOPLE} models that fit the studies it is {_between(float(low), float(high))} {when.words}. Within one "
        f"model, pain is {ran.pain[i, 1]:.1f} to {ran.pain[i, 2]:.1f} in 90 of {PEOPLE} people then."
    )


def fading(ran: Ran, until_h: float) -> str:
    """How long sensitization takes to fade by half after the last dose; that it is not seen, where it is not."""
    days = ran.people.times_h / DAY_H
    more = ran.of("sensitization") - ran.of("sensitization", treated=False)
    i = int(np.searchsorted(days, until_h / DAY_H))
    if i >= days.size - 1 or until_h <= 0:
        if float(np.max(more)) < NO_MORE:
            return "Hardly any sensitization is added."
        month = more[-min(28, more.size)]
        turn = (
            "is still growing"
            if more[-1] > month * 1.02
            else "is falling"
            if more[-1] < month / 1.02
            else "grows no more"
        )
        return f"At the end sensitization stands {more[-1]:.2f} above that of the condition alone, on a scale of 0 to 1, and {turn}."
    if more[i] < NO_MORE:
        return "Hardly any sensitization is added, so there is little to fade."
    below = np.flatnonzero(more[i:] <= more[i] / 2)
    if below.size == 0:
        return f"After the last dose sensitization takes more than {span(float(days[-1] - days[i]))} to fade by half."
    return f"After the last dose sensitization takes {span(float(below[0]))} to fade by half."


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


def parts(ran: Ran) -> tuple[Part, ...]:
    """Pain on the last day without each part of the model."""
    whole = float(ran.of("pain-nrs")[-1])
    return tuple(
        Part(f"Without {WITHOUT[name]}", f"{curve[-1]:.1f}", _signed(float(curve[-1]) - whole))
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
