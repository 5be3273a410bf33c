"""Target-controlled infusion: what a pump gives so that the typical person's plasma is at its target.

A dose fills the plasma to a higher target at once; then steps of constant rate, each solved so that the plasma is at
the target again when it ends, short enough that it strays little in between (the idea of the stepwise scheme of
Shafer and Gregg 1992, here with exact propagators). Above a target the pump waits. The same pump serves everybody:
others' plasma differs from the target as their kinetics differ from the typical.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from algesia.mechanism.events import TICK_H, Act
from algesia.mechanism.model import Block, Floats, Part
from algesia.mechanism.propagate import propagators, rate_matrix
from algesia.quantities.refusal import InputRefused

FIRST_H: Final = 1 / 64
"""Length of the pump's first step. Fixed, so that the pump does the same however finely time is cut."""
STRAY: Final = 0.01
"""Largest relative distance from the target inside a step (half of what is promised)."""
CALM: Final = 0.003
"""Below this distance the next step is twice as long."""
LEAST_MG: Final = 1e-12
"""A target below this amount in plasma is none: a placebo's pump."""
LOOKS: Final = 8
"""Moments at which the distance is looked at within each step."""


@dataclass(frozen=True, slots=True)
class Target:
    """A plasma concentration (ng/mL) from `start_h` to `end_h`."""

    start_h: float
    end_h: float
    conc: float


@dataclass(slots=True)
class _Pump:
    """The typical person on the pump: amounts `x` (mg) at hour `at_h`, the pump's `rate` and the input beside it."""

    matrix: Floats
    x: Floats
    beside: Floats
    at_h: float
    plasma: int
    state: str
    part: Part
    share: float
    rate: float = 0.0
    acts: list[Act] = field(default_factory=list)

    def turn(self, rate: float) -> None:
        if rate != self.rate:
            change = (rate - self.rate) / self.share
            self.acts.append(Act(self.at_h, "rate", self.state, change, self.part))
            self.rate = rate

    def fill(self, mg: float) -> None:
        self.acts.append(Act(self.at_h, "bolus", self.state, mg / self.share, self.part))
        self.x[self.plasma] += mg

    def course(self, h: float, rate: float) -> Floats:
        """Amounts (moments, states) at `LOOKS` moments of the next `h` hours, the last at its end."""
        powers, integrals = propagators(self.matrix, np.array([h / LOOKS]))
        inputs = self.beside.copy()
        inputs[self.plasma] += rate
        x, rows = self.x, np.empty((LOOKS, self.x.size))
        for look in range(LOOKS):
            x = powers[0] @ x + integrals[0] @ inputs
            rows[look] = x
        return rows

    def holding(self, h: float, wanted: float) -> float:
        """The rate (mg/h) that puts the plasma at `wanted` mg in `h` hours."""
        powers, integrals = propagators(self.matrix, np.array([h]))
        free = powers[0] @ self.x + integrals[0] @ self.beside
        return float((wanted - free[self.plasma]) / integrals[0][self.plasma, self.plasma])

    def go(self, to_h: float) -> None:
        h = to_h - self.at_h
        if h > 0:
            powers, integrals = propagators(self.matrix, np.array([h]))
            inputs = self.beside.copy()
            inputs[self.plasma] += self.rate
            self.x = powers[0] @ self.x + integrals[0] @ inputs
        self.at_h = to_h


def hold(
    block: Block, route: str, targets: Sequence[Target], beside: Sequence[Act], start: Floats,
    from_h: float, where: str,
) -> list[Act]:  # fmt: skip
    """The pump's acts that hold `targets` one after the other; after the last, and between two, it stops.

    `beside` are the acts of other doses of the drug, `start` (states,) the typical person's amounts at `from_h`. Steps
    are `FIRST_H` times a power of 2. Raises `InputRefused` for a route that does not lead straight to plasma.
    """
    part, plasma, scale = _way(block, route, where)
    pump = _Pump(
        matrix=np.ascontiguousarray(rate_matrix(block)[0]), x=start.astype(np.float64), beside=np.zeros(start.size),
        at_h=from_h, plasma=plasma, state=f"{block.drug}/{part.state}", part=part, share=float(part.fraction[0]),
    )  # fmt: skip
    waiting = sorted((act for act in beside if act.kind in ("bolus", "rate")), key=lambda act: act.at_h)
    for target in sorted(targets, key=lambda one: one.start_h):
        _pass(pump, block, waiting, target.start_h)
        _hold(pump, block, waiting, target, target.conc / scale)
        pump.turn(0.0)
    return pump.acts


def _way(block: Block, route: str, where: str) -> tuple[Part, int, float]:
    """The part that a pump uses, the plasma's place among the states and its ng/mL per mg."""
    plasma = [(o, output) for o, output in enumerate(block.outputs) if output.kind == "plasma"]
    parts = block.doors[route]
    if plasma and len(parts) == 1:
        o, output = plasma[0]
        part, scale = parts[0], float(block.scales[0, o])
        plain = part.lag_h == 0 and part.duration_h is None and part.exponent == 0
        if part.state == output.state and plain and part.fraction[0] > 0 and scale > 0:
            return part, block.states.index(part.state), scale
    problem = "does not lead straight into plasma, so no pump can hold a concentration by it"
    raise InputRefused(f"{where}.route", route, problem, "a route into a vein")


def _pass(pump: _Pump, block: Block, waiting: list[Act], to_h: float) -> None:
    """Let time pass up to `to_h`, and let happen what happens on the way and at that moment."""
    while waiting and waiting[0].at_h <= to_h + TICK_H:
        act = waiting.pop(0)
        pump.go(max(act.at_h, pump.at_h))
        state = block.states.index(act.state.removeprefix(f"{block.drug}/"))
        amount = act.amount * (1.0 if act.part is None else float(act.part.fraction[0]))
        if act.kind == "bolus":
            pump.x[state] += amount
        else:
            pump.beside[state] += amount
    pump.go(max(to_h, pump.at_h))


def _hold(pump: _Pump, block: Block, waiting: list[Act], target: Target, wanted: float) -> None:
    """Hold `wanted` mg in plasma from now on until the target ends. To hold nothing, the pump stands still."""
    if wanted < LEAST_MG:
        pump.turn(0.0)
        _pass(pump, block, waiting, target.end_h)
        return
    fresh, h = True, FIRST_H
    while pump.at_h < target.end_h - TICK_H:
        stop = min(target.end_h, waiting[0].at_h if waiting else target.end_h)
        missing = wanted - float(pump.x[pump.plasma])
        if fresh and missing > CALM * wanted:
            pump.fill(missing)
        elif missing < -CALM * wanted:
            _wait(pump, wanted, stop)
            _pass(pump, block, waiting, pump.at_h)
            fresh, h = False, FIRST_H
            continue
        fresh = False
        while True:
            step = min(h, stop - pump.at_h)
            rate = max(pump.holding(step, wanted), 0.0)
            stray = float(np.abs(pump.course(step, rate)[:, pump.plasma] / wanted - 1.0).max())
            if stray <= STRAY or step <= 1e3 * TICK_H or rate == 0.0:
                break
            h *= 0.5
        pump.turn(rate)
        reached = pump.at_h + step
        h = 2.0 * h if stray < CALM and step == h else h
        if reached >= stop - TICK_H:
            reached, fresh = stop, True
        _pass(pump, block, waiting, reached)


def _wait(pump: _Pump, wanted: float, stop: float) -> None:
    """Leave the pump off until the plasma has fallen to `wanted`, or until `stop`."""
    pump.turn(0.0)
    h = FIRST_H
    while pump.at_h < stop - TICK_H:
        step = min(h, stop - pump.at_h)
        if pump.course(step, 0.0)[-1, pump.plasma] <= wanted:
            low, high = 0.0, step
            while high - low > TICK_H:
                middle = 0.5 * (low + high)
                if pump.course(middle, 0.0)[-1, pump.plasma] > wanted:
                    low = middle
                else:
                    high = middle
            pump.go(pump.at_h + high)
            return
        pump.go(pump.at_h + step)
        h *= 2.0
    pump.at_h = stop
