"""What a running plan holds of a drug on a day, what is on record, and how far a step may be taken back."""

from __future__ import annotations

from typing import Final, Literal

from algesia.assessment.facts import Facts
from algesia.exposure.model import Span
from algesia.exposure.product import SAME_STRENGTH
from algesia.plan.model import Regimen, Step, TaperPlan
from algesia.plan.wording import amount
from algesia.quantities.units import to_base

ROUNDING: Final = 0.01
"""Amounts within this share of each other are one amount (our own choice)."""


def running(steps: tuple[Step, ...], day: int) -> Step | None:
    """The step that began last by a day; the last step of a plan that has run out stays."""
    return max((s for s in steps if s.start <= day), key=lambda s: (s.start, s.number), default=None)


def milligrams(value: float, unit: Literal["mg/d", "ug/d", "ug/h"]) -> float:
    """A daily total in mg a day; a patch gives its rate for 24 h.

    >>> milligrams(25, "ug/h"), milligrams(900, "ug/d")
    (0.6, 0.9)
    """
    return to_base(value, unit)


def planned(plan: TaperPlan, drug: str, day: int) -> float:
    """What a plan holds of one of its drugs on a day, in mg a day: of each regimen its latest step, else the dose before."""
    steps = tuple(s for s in plan.steps if s.drug == drug)
    lines = [r for r in plan.regimens if r.drug == drug]
    if len(lines) < 2:
        step = running(steps, day)
        if step is not None:
            return milligrams(step.daily, step.unit)
        first = min(steps, key=lambda s: s.start)
        return milligrams(first.before, first.unit)
    return sum(_held(line, steps, day) for line in lines)


def on_record(facts: Facts, drug: str) -> Span | Literal["none", "unknown"]:
    """What is on record of a drug on the day of asking, in mg a day.

    ``none``: no regimen and no logged dose of it runs. ``unknown``: one runs whose amount is not known.
    """
    items = [
        i
        for i in facts.exposure.items
        if i.drug == drug and i.covers(facts.as_of) and i.status in ("converted", "unconverted", "apart")
    ]
    if not items:
        return "none"
    if any(i.daily is None for i in items):
        return "unknown"
    return _taken(facts, drug, facts.as_of)


def differs(plan: TaperPlan, drug: str, holds: float, taken: Span) -> Literal["more", "less"] | None:
    """Whether what is taken is another dose than the plan holds. A range is judged by its upper end."""
    patch = any(s.unit == "ug/h" for s in plan.steps if s.drug == drug)
    slack = holds * (SAME_STRENGTH if patch else ROUNDING)
    if taken.high > holds + slack:
        return "more"
    return "less" if taken.high < holds - slack else None


def above_the_start(plan: TaperPlan, facts: Facts) -> tuple[str, ...]:
    """Drugs of the plan of which more is on record than before the plan began: tolerance has fallen since."""
    found = []
    for drug in sorted({s.drug for s in plan.steps}):
        before = sum(milligrams(r.daily, r.unit) for r in plan.regimens if r.drug == drug)
        taken = _taken(facts, drug, facts.as_of).low
        if before > 0 and taken > before * (1 + SAME_STRENGTH):
            found.append(
                f"{amount(taken)} mg a day of {drug} is on record, more than the {amount(before)} mg a day before the plan; tolerance may have fallen since"
            )
    return tuple(found)


def step_back(plan: TaperPlan, facts: Facts, step: Step) -> Step | None:
    """The step to go back to; `step` itself for the dose before the plan; ``None`` when there is nothing to go back to.

    Never above the dose before `step`, nor above what was taken on the day before it where that is on record.
    """
    most = milligrams(step.before, step.unit)
    taken = _taken(facts, step.drug, step.start - 1).low
    most = (min(most, taken) if taken > 0 else most) * (1 + 1e-6)
    own = [
        s
        for s in plan.steps
        if (s.drug, s.route, s.release) == (step.drug, step.route, step.release) and s.start < step.start
    ]
    if not own:
        return step if milligrams(step.before, step.unit) <= most else None
    fits = [s for s in own if s.daily > step.daily and milligrams(s.daily, s.unit) <= most]
    return max(fits, key=lambda s: s.number, default=None)


def _held(line: Regimen, steps: tuple[Step, ...], day: int) -> float:
    own = tuple(s for s in steps if (s.route, s.release) == (line.route, line.release))
    step = running(own, day)
    return milligrams(line.daily, line.unit) if step is None else milligrams(step.daily, step.unit)


def _taken(facts: Facts, drug: str, day: int) -> Span:
    spans = [track.at(day) for (name, _), track in facts.exposure.tracks.items() if name == drug]
    return sum(spans, Span.exactly(0.0))
