"""The nouns of the simulator: what is given, where it goes, when, and what comes out. Arrays hold people in rows.

Inside, amounts are mg, times hours, concentrations ng/mL (ug/L), rates 1/h or mg/h; `units` derives and checks that
before anything gets here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Grade: TypeAlias = Literal["high", "medium", "low", "class", "assumed"]
"""How well a value is founded: read in its source; fixed or derived there; a third party's; its class's; ours."""


@dataclass(frozen=True, slots=True)
class Order:
    """Doses as they were ordered: `amount` every `every_h`, `count` times; or a rate, or a target, for `duration_h`.

    Hours count from the moment that the simulation calls 0. `target_conc` (ng/mL in plasma) is held by a
    target-controlled infusion. `unit` and `rate_unit` may be by body weight ("mg/kg", "ug/kg/min").
    """

    drug: str
    route: str
    start_h: float
    amount: float | None = None
    unit: str = "mg"
    every_h: float | None = None
    count: int = 1
    rate: float | None = None
    rate_unit: str | None = None
    duration_h: float | None = None
    target_conc: float | None = None
    steady_state: bool = False


@dataclass(frozen=True, slots=True)
class Transfer:
    """First-order flow out of `source`; into `target` where there is one. `symbol` is its rate constant's name.

    A flow that `keeps` takes nothing from its source: the effect site reads the plasma and does not empty it.
    """

    source: str
    target: str | None
    symbol: str
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """A concentration (ng/mL) that is read from one compartment. `kind` says what the nervous system takes it for."""

    name: str
    state: str
    kind: Literal["plasma", "effect", "metabolite"]


@dataclass(frozen=True, slots=True)
class Part:
    """One way into the body for a share of each dose: at once, or evenly over `duration_h`, after `lag_h`.

    `fraction` (people,) is the share that arrives. Where the share falls with the dose it is
    ``fraction (dose / reference_mg)^exponent``.
    """

    state: str
    fraction: Floats
    lag_h: float = 0.0
    duration_h: float | None = None
    reference_mg: float = 1.0
    exponent: float = 0.0


@dataclass(frozen=True, slots=True)
class Block:
    """One drug's kinetics in every person: compartments, flows between them, what is read, and the ways in.

    `rates` and `gains` are (people, transfers): 1/h, and what arrives at the target of each mg that leaves the
    source (a share, times the ratio of molar masses). `scales` is (people, outputs): ng/mL per mg in the state.
    `doors` names the ways in by route ("oral", "oral-er", "iv", ...). `founded` says of each symbol where its
    value is from and how well that is founded.
    """

    drug: str
    states: tuple[str, ...]
    transfers: tuple[Transfer, ...]
    rates: Floats
    gains: Floats
    outputs: tuple[Output, ...]
    scales: Floats
    doors: Mapping[str, tuple[Part, ...]]
    founded: Mapping[str, Founded] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """How many people the arrays hold."""
        return int(self.rates.shape[0])


@dataclass(frozen=True, slots=True)
class Founded:
    """A parameter as it was found: value and unit, its variability between people, source and grade."""

    value: float
    unit: str
    grade: Grade
    source: str
    cv: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that happens, cut into steps between which nothing does. The same steps for everybody.

    Attributes
    ----------
    times
        (steps + 1,) step boundaries in hours; strictly rising.
    kind, lengths
        (steps,) which of the distinct `lengths` (hours) each step has: propagators are made once per length.
    bolus_step, bolus_state, bolus_mg, bolus_part
        At the start of a step, mg times the fraction of a part enter a state. Ordered by step.
    rate_step, rate_state, rate_change, rate_part
        From the start of a step on, the input rate into a state changes by mg/h times the fraction of a part.
    reset_step
        Steps before whose start the body is emptied (EVID 3 and 4).
    fractions
        (people, parts): the share of each part; column 0 is 1.
    states
        Every state of every block, in order, named ``drug/state``.
    output_at
        For each asked time, the index in `times`.
    start
        (people, states) amounts at the first time: zero, or steady state.
    """

    times: Floats
    kind: Integers
    lengths: Floats
    bolus_step: Integers
    bolus_state: Integers
    bolus_mg: Floats
    bolus_part: Integers
    rate_step: Integers
    rate_state: Integers
    rate_change: Floats
    rate_part: Integers
    reset_step: Integers
    fractions: Floats
    states: tuple[str, ...]
    output_at: Integers
    start: Floats
