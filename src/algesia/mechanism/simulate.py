"""Simulate: orders and a group of people in, curves with their bands out.

The pieces: `drugs` gives each drug's kinetics, `schedule` cuts time at everything that happens, `kernel` walks each
person through it, `system` turns states into tests and scores. People come in chunks, so memory does not grow with
their number (`bands`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from algesia.knowledge.mechanism import mechanism_tables
from algesia.mechanism.bands import Bands
from algesia.mechanism.drugs import blocks_for
from algesia.mechanism.halving import halved
from algesia.mechanism.inputs import kernel_inputs
from algesia.mechanism.kernel import LANES, STATES, run
from algesia.mechanism.model import Block, Floats, Founded, Order, Schedule
from algesia.mechanism.parameters import Parameters, table, typical
from algesia.mechanism.people import CHUNK, nervous_systems
from algesia.mechanism.readouts import readouts
from algesia.mechanism.schedule import schedule_of
from algesia.mechanism.simulation import MEASURES, Group, Simulation
from algesia.quantities.refusal import InputRefused, Unassessable, WrongCall

TOLERANCE: Final = 1e-3
"""Largest error of any curve beside its own largest value."""
STEPS: Final = (0.5, 1.5, 1.5)
"""First step (h), growth and longest step (h) that are tried first."""
INFUSED_FIRST: Final = 0.0125
"""First step (h) where something is infused or injected: it acts within minutes."""
HALVINGS: Final = 6
SAFETY: Final = 2.0
"""How many times the change at a halving the error may be: after a bolus the drive of the fast rebound is almost a jump."""
LEAST: Final = 1e-2
"""A curve that stays below this is judged beside this."""
AT_A_TIME: Final = 12_000_000
"""Numbers (about 200 MB) of people, hours and what is read of them that are held at a time."""
BESIDE: Final = 8
"""What the readouts hold beside states and measures, for each person and hour."""
EACH: Final = (
    "matrices",
    "lig_scale",
    "lig_k",
    "nmda_scale",
    "m3g_scale",
    "read_scale",
    "parameters",
    "start",
)
"""Inputs of the kernel with people in rows."""
HELD: Final = 4_000_000
"""Up to this many values are kept whole; beyond, quantiles come from histograms."""


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Orders cut into steps for one typical person, fine enough; its curves follow from parameters alone.

    `unassessable` names the drugs and routes that have no kinetics, and drugs whose effect is not in the model. Where an
    order could not be simulated, or none has an effect in the model (`whole` is false), only concentrations can be asked for.
    """

    orders: tuple[Order, ...]
    at_h: Floats
    group: Group
    blocks: tuple[Block, ...]
    schedule: Schedule
    error: float
    unassessable: tuple[Unassessable, ...]
    whole: bool

    def curves(self, measures: Sequence[str], parameters: Parameters) -> Floats:
        """The asked measures of the typical person, (times, measures)."""
        curves: Floats = self.many(measures, (parameters,))[0]
        return curves

    def many(self, measures: Sequence[str], parameters: Sequence[Parameters]) -> Floats:
        """The typical person under many sets of parameters in one pass, (sets, times, measures)."""
        each = [nervous_systems(one, self.group, 0, 1) for one in parameters]
        p = {symbol: np.concatenate([one[symbol] for one in each]) for symbol in each[0]}
        rows = np.zeros(len(each), np.int64)
        blocks = tuple(
            replace(block, rates=block.rates[rows], gains=block.gains[rows], scales=block.scales[rows])
            for block in self.blocks
        )
        schedule = replace(
            self.schedule, fractions=self.schedule.fractions[rows], start=self.schedule.start[rows]
        )
        inputs, read = kernel_inputs(blocks, schedule, p, self.group)
        return readouts(run(schedule, inputs), read, p, self.group, self.at_h, tuple(measures))

    @property
    def outputs(self) -> tuple[str, ...]:
        """The concentrations that can be asked for."""
        return tuple(dict.fromkeys(output.name for block in self.blocks for output in block.outputs))


def course(
    orders: Sequence[Order],
    at_h: Floats,
    group: Group,
    *,
    parameters: Parameters | None = None,
    tolerance: float = TOLERANCE,
) -> Course:
    """Cut orders into steps that are fine enough, checked by halving every step with these parameters.

    Raises
    ------
    InputRefused
        For orders or hours that cannot be.
    """
    at = _hours(at_h)
    one = replace(group, people=1, varies=False)
    drugs = sorted({order.drug for order in orders})
    blocks, missing = blocks_for(drugs, one, routes=_routes(orders))
    doors = {(block.drug, route) for block in blocks for route in block.doors}
    given = tuple(order for order in orders if (order.drug, order.route) in doors)
    whole = len(given) == len(orders)
    if not whole:
        left = sorted({f"{order.drug} {order.route}" for order in orders if order not in given})
        because = f"the schedule holds what cannot be simulated ({', '.join(left)})"
        missing = (*missing, Unassessable("the nervous system", because, tuple(left)))
    silent = {drug: mechanism_tables().silent[drug] for drug in drugs if drug in mechanism_tables().silent}
    for drug, why in silent.items():
        missing = (*missing, Unassessable(f"what {drug} does", why, ("a constant of its effect",)))
    if whole and silent and len(silent) == len(drugs):
        # nobody's treatment is not what such a regimen is
        missing = (*missing, Unassessable("the nervous system", "nothing else is given", tuple(silent)))
        whole = False
    schedule = _cut(blocks, given, at, one)
    found = Course(given, at, one, blocks, schedule, np.inf, missing, whole)
    checked, values = (*MEASURES,), parameters or typical()
    curves = found.curves(checked, values)
    for _ in range(HALVINGS):
        finer = replace(found, schedule=halved(found.schedule))
        closer = finer.curves(checked, values)
        apart = SAFETY * np.abs(curves - closer) / np.maximum(np.max(np.abs(closer), axis=0), LEAST)
        found = replace(found, error=float(np.max(apart)))
        if found.error <= tolerance:
            break
        found, curves = replace(finer, error=found.error), closer
    return found


def simulate(
    orders: Sequence[Order],
    at_h: Floats,
    group: Group,
    *,
    measures: Sequence[str] | None = None,
    parameters: Parameters | Sequence[Parameters] | None = None,
    keep_values: bool = False,
    tolerance: float = TOLERANCE,
) -> Simulation:
    """Curves of a group under orders, with the band of its people, or of one person under many sets of parameters.

    Parameters
    ----------
    orders
        What is given; an empty sequence is nobody's treatment and still has a pain score.
    at_h
        Hours that are asked about, rising. What is asked at the hour of a dose is read before the dose.
    measures
        Names of `simulation.MEASURES`, and ``plasma/DRUG`` or ``effect/DRUG`` (ng/mL); all when ``None``.
    parameters
        The fitted ones when ``None``. Of a sequence each set is one row: the typical person under it; the band is then
        over the sets.
    tolerance
        Steps are halved until no curve of the typical person is off by more than this share of its largest value, as its
        change at the next halving tells (twice that change).

    Raises
    ------
    InputRefused
        For orders or hours that cannot be.
    WrongCall
        For a measure that does not exist.
    """
    sets = parameters if isinstance(parameters, Sequence) else ()
    values = sets[0] if sets else typical() if not isinstance(parameters, Parameters) else parameters
    one = course(orders, at_h, group, parameters=values, tolerance=tolerance)
    names = _names(measures, one)
    people = len(sets) if sets else group.people
    bands = Bands(one.at_h.size, len(names), people, keep_values, HELD)
    if sets:
        bands.add(one.many(names, sets))
    for chunk, first in enumerate(() if sets else range(0, people, CHUNK)):
        for some in _chunk(one, group, values, names, chunk, min(CHUNK, people - first)):
            bands.add(some)
    founded: dict[str, Founded] = {symbol: row.founded for symbol, row in table().items()}
    for block in one.blocks:
        founded |= {f"{block.drug}/{symbol}": row for symbol, row in block.founded.items()}
    return Simulation(
        times_h=one.at_h, measures=names, units=tuple(unit_of(name) for name in names), bands=bands.quantiles(),
        values=bands.values(), people=people, error=one.error, founded=founded, unassessable=one.unassessable,
    )  # fmt: skip


def unit_of(measure: str) -> str:
    """The unit of a measure.

    >>> unit_of("pain-nrs"), unit_of("plasma/morphine")
    ('{NRS}', 'ng/mL')
    """
    return MEASURES[measure][0] if measure in MEASURES else "ng/mL"


def _hours(at_h: Floats) -> Floats:
    at = np.asarray(at_h, dtype=np.float64)
    if at.ndim != 1 or at.size == 0 or not np.all(np.isfinite(at)) or np.any(np.diff(at) <= 0):
        raise InputRefused("at_h", None, "are no hours to ask about", "one or more finite hours, rising")
    return at


def _names(measures: Sequence[str] | None, one: Course) -> tuple[str, ...]:
    """The measures that get a curve: those asked for, without the nervous system's where an order is missing in it."""
    there = (*(MEASURES if one.whole else ()), *one.outputs)
    if measures is None:
        return there
    for name in measures:
        if name not in MEASURES and name not in one.outputs:
            raise WrongCall(
                f"there is no measure {name!r} here; there are {', '.join((*MEASURES, *one.outputs))}"
            )
    return tuple(name for name in measures if name in there)


def _routes(orders: Sequence[Order]) -> dict[str, frozenset[str]]:
    return {drug: frozenset(o.route for o in orders if o.drug == drug) for drug in {o.drug for o in orders}}


def _chunk(
    one: Course, group: Group, parameters: Parameters, names: tuple[str, ...], chunk: int, count: int
) -> Iterator[Floats]:
    """The asked measures of one chunk of people, (people, times, measures), some people at a time."""
    p = nervous_systems(parameters, group, chunk, count)
    people = replace(group, people=count)
    drugs = sorted({order.drug for order in one.orders})
    blocks = blocks_for(drugs, people, routes=_routes(one.orders), start=chunk * CHUNK)[0]
    # the pump is set for the typical person, and everybody gets what it gives
    own = _cut(blocks, one.orders, one.at_h, group)
    # without any drug there is one row for everybody
    rows = np.arange(count) % own.start.shape[0]
    schedule = replace(one.schedule, fractions=own.fractions[rows], start=own.start[rows])
    inputs, read = kernel_inputs(blocks, schedule, p, group)
    each = one.at_h.size * (len(STATES) + len(read) + len(names) + BESIDE)
    some = max(AT_A_TIME // each // LANES, 1) * LANES
    for first in range(0, count, some):
        s = slice(first, first + some)
        walked = run(
            replace(schedule, fractions=schedule.fractions[s], start=schedule.start[s]),
            replace(inputs, **{name: getattr(inputs, name)[s] for name in EACH}),
        )
        own_values = {symbol: value[s] for symbol, value in p.items()}
        yield readouts(walked, read, own_values, group, one.at_h, names)


def _cut(blocks: Sequence[Block], orders: Sequence[Order], at: Floats, group: Group) -> Schedule:
    """The coarsest schedule that is tried."""
    infused = any(o.rate is not None or o.target_conc is not None or o.route == "iv" for o in orders)
    return schedule_of(
        blocks,
        orders,
        at,
        weight_kg=group.weight_kg or 70.0,
        first_step_h=INFUSED_FIRST if infused else STEPS[0],
        growth=STEPS[1],
        longest_step_h=STEPS[2],
    )
