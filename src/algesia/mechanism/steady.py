"""Steady state by solving, not by waiting: what is in the body if doses have always been given as they are now.

A dose every tau hours since ever leaves ``x = (I - P(tau))^-1 P(age) b`` of a share b that arrived `age` hours ago; an
infusion that has always run leaves ``x = -K^-1 r``. Each person has their own matrices, each drug its own block.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from algesia.mechanism.model import Block, Floats, Part
from algesia.mechanism.propagate import propagators, rate_matrix
from algesia.quantities.refusal import AlgesiaError

WORST_CONDITION: Final = 1e12
"""Above this condition number a solution has too few digits left to be one."""


class NoSteadyState(AlgesiaError):
    """What goes in does not come out again, so the amount rises for ever."""

    def __init__(self, drug: str, states: tuple[str, ...]) -> None:
        self.drug = drug
        self.states = states
        super().__init__(drug, states)

    def __str__(self) -> str:
        return f"{self.drug} has no steady state: {', '.join(self.states)} does not empty."


def given(part: Part, mg: float) -> float:
    """The dose as its share falls with it: ``mg (mg / reference_mg)^exponent``; `fraction` comes on top.

    >>> import numpy as np
    >>> given(Part("gut", np.ones(1), reference_mg=20.0, exponent=-0.5), 80.0)
    40.0
    """
    return mg if part.exponent == 0.0 or mg == 0.0 else mg * (mg / part.reference_mg) ** part.exponent


def arriving(parts: tuple[Part, ...], mg: float) -> tuple[Part, ...]:
    """The parts of a way in for doses of `mg`: together they let in at most the whole dose.

    Where the share falls as a power of the dose it passes 1 at small doses, which no share can: sublingual
    buprenorphine, ``0.14 (dose / 16 mg)^-0.371`` (Bjornsson 2023, printed for 8 to 24 mg), would below 0.08 mg. Parts that
    could are made anew for each dose, whether or not anybody needs it, so that every group of people has the same columns.

    >>> part = Part("mouth", np.array([0.14, 0.3]), reference_mg=16.0, exponent=-0.371)
    >>> [(one.fraction * given(one, mg) / mg).round(3).tolist() for mg in (16.0, 1.0, 0.01) for one in arriving((part,), mg)]
    [[0.14, 0.3], [0.392, 0.839], [1.0, 1.0]]
    """
    if mg <= 0 or all(given(part, mg) <= mg for part in parts):
        return parts
    total = np.sum([np.asarray(part.fraction) * given(part, mg) / mg for part in parts], axis=0)
    held = np.minimum(1.0, 1.0 / np.maximum(total, 1e-300))
    return tuple(replace(part, fraction=part.fraction * held) for part in parts)


def steady_doses(
    block: Block, part: Part, mg: float, age_h: float, every_h: float, duration_h: float | None
) -> Floats:
    """Amounts (people, states) in mg, from `mg` every `every_h` since ever, the last of which began `age_h` ago.

    `mg` goes in at once, or evenly over `duration_h`, which may be longer than `every_h`: inputs that still run add
    up. `age_h` is above 0 and at most `every_h`. Raises `NoSteadyState`.
    """
    begun = [age_h]
    if duration_h is not None:
        while begun[-1] < duration_h:
            begun.append(begun[-1] + every_h)
    since = begun[-1] - (duration_h or 0.0)
    lengths = np.array([every_h, since, duration_h or 0.0, *begun[:-1]])
    reached, inputs = _inputs(block, part)
    amounts = np.zeros((block.people, len(block.states)))
    for person, matrix in enumerate(rate_matrix(block)):
        powers, integrals = propagators(np.ascontiguousarray(matrix[np.ix_(reached, reached)]), lengths)
        share = inputs[person, reached]
        if duration_h is None:
            one = powers[1] @ share * mg
        else:
            one = powers[1] @ integrals[2] @ share * (mg / duration_h)
        held = _solved(block, np.eye(len(reached)) - powers[0], one, reached)
        for running in integrals[3:]:
            held = held + running @ share * (mg / duration_h if duration_h else 0.0)
        amounts[person, reached] = held
    return amounts


def steady_rate(block: Block, part: Part, rate: float) -> Floats:
    """Amounts (people, states) in mg after `rate` mg/h has run since ever. Raises `NoSteadyState`."""
    reached, inputs = _inputs(block, part)
    amounts = np.zeros((block.people, len(block.states)))
    for person, matrix in enumerate(rate_matrix(block)):
        inside = matrix[np.ix_(reached, reached)]
        amounts[person, reached] = _solved(block, -inside, inputs[person, reached] * rate, reached)
    return amounts


def _inputs(block: Block, part: Part) -> tuple[list[int], Floats]:
    """The states that a part can reach, and its share of 1 mg in each person.

    Others are left out: a compartment that nothing enters may well have no way out.
    """
    into = block.states.index(part.state)
    inputs = np.zeros((block.people, len(block.states)))
    inputs[:, into] = part.fraction
    reached = {into}
    for _ in block.states:
        reached |= {
            block.states.index(flow.target)
            for j, flow in enumerate(block.transfers)
            if flow.target is not None
            and block.states.index(flow.source) in reached
            and bool(np.any(block.rates[:, j] * block.gains[:, j] > 0))
        }
    return sorted(reached), inputs


def _solved(block: Block, matrix: Floats, right: Floats, reached: list[int]) -> Floats:
    if np.linalg.cond(matrix) > WORST_CONDITION:
        sinks = tuple(
            block.states[i]
            for i in reached
            if not any(
                flow.source == block.states[i] and not flow.keeps and bool(np.all(block.rates[:, j] > 0))
                for j, flow in enumerate(block.transfers)
            )
        )
        raise NoSteadyState(block.drug, sinks or tuple(block.states[i] for i in reached))
    return np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)
