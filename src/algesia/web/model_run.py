"""Simulations for the pages: one at a time, kept, and never in the way of other pages.

The first run of a process compiles the simulator or reads its compiled form; that happens in a thread of its own.
Whoever asks meanwhile waits a short while and is told to come again. `algesia.mechanism` is an extra and is imported
only here, on first need.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from time import monotonic
from typing import TYPE_CHECKING, Final

from algesia.web.render import environment

if TYPE_CHECKING:
    from algesia.mechanism.model import Floats, Order
    from algesia.mechanism.simulation import Group, Simulation
    from algesia.quantities.refusal import Unassessable

NEEDS: Final = ("numpy", "scipy", "numba")
INSTALL: Final = "pip install 'algesia[simulate]'"
PEOPLE: Final = 100
"""Virtual people, and sets of parameters that fit the studies."""
SEED: Final = 1
TRACKED: Final = ("pain-nrs", "relief", "tolerance", "sensitization", "withdrawal-score")
STRIPS: Final = ("tolerance", "sensitization", "withdrawal-score")
DAY_H: Final = 24.0
MOST: Final = 64
WAIT_SECONDS: Final = 25.0
WAITING: Final = 8
"""So many may wait for their run; more are told to come again, so that the server's threads stay free."""


class Busy(Exception):
    """The simulator is being prepared, or too many wait for it."""


class Incomplete(Exception):
    """An order that cannot be simulated: what is missing. Nothing of the nervous system is computed without it."""

    def __init__(self, missing: tuple[Unassessable, ...]) -> None:
        self.missing = missing
        super().__init__(missing)


@dataclass(frozen=True, slots=True)
class Question:
    """What is simulated. Days `first` to `end` (without it) are kept, counted from the day that hour 0 begins."""

    orders: tuple[Order, ...]
    first: int
    end: int
    group: Group


@dataclass(frozen=True, slots=True, eq=False)
class Ran:
    """The answer in daily means. D days, T measures of `TRACKED`, S sets of parameters.

    Attributes
    ----------
    people
        The strips (plasma of each drug, then `STRIPS`) with the band of the virtual people.
    pain
        (D, 3): median, 5 % and 95 % of the people's pain.
    typical, untreated
        (D, T): the typical person under the orders, and without any medicine.
    models, models_untreated
        (S, D): pain of the typical person under each set of parameters, with the orders and without.
    without
        (D,) each: pain of the typical person where one part of the model is switched off.
    """

    question: Question
    people: Simulation
    pain: Floats
    typical: Floats
    untreated: Floats
    models: Floats
    models_untreated: Floats
    without: Mapping[str, Floats]

    def of(self, measure: str, *, treated: bool = True) -> Floats:
        """A measure of the typical person, (D,)."""
        curve: Floats = (self.typical if treated else self.untreated)[:, TRACKED.index(measure)]
        return curve


@cache
def available() -> bool:
    """Whether the packages of the extra are installed."""
    return all(find_spec(name) is not None for name in NEEDS)


class Runner:
    """Runs one simulation at a time and keeps the latest."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Question, Ran] = OrderedDict()
        self._turn = threading.Condition()
        self._newest: dict[str, int] = {}
        self._asked = self._waiting = 0
        self._begun = self._ready = self._busy = False

    def warm(self) -> None:
        """Begin to prepare the compiled code, in the background, once."""
        with self._turn:
            if self._begun:
                return
            self._begun = True
        threading.Thread(target=self._prepare, name="algesia-simulator", daemon=True).start()

    def run(self, question: Question, who: str = "", wait: float = WAIT_SECONDS) -> Ran:
        """The answer, at once where it is kept.

        Parameters
        ----------
        who
            Who asks. A newer question of the same visitor takes the place of one that still waits: a slider that is
            moved on needs the last answer only.

        Raises
        ------
        Busy
            When there was no turn within `wait` seconds, or the visitor asked something newer.
        Incomplete
            When an order has no kinetics.
        algesia.quantities.refusal.InputRefused
            For orders that cannot be.
        """
        self.warm()
        with self._turn:
            found = self._found(question) or self._wait(question, who, monotonic() + wait)
            if found is not None:
                return found
            self._busy = True
        try:
            made = simulated(question)
            with self._turn:
                self._kept[question] = made
                while len(self._kept) > MOST:
                    self._kept.popitem(last=False)
            return made
        finally:
            with self._turn:
                self._busy = False
                self._turn.notify_all()

    def _wait(self, question: Question, who: str, until: float) -> Ran | None:
        """Wait for a turn, holding the lock; the answer where somebody else asked the same meanwhile."""
        self._asked += 1
        mine = self._asked
        if who:
            self._newest[who] = mine
            self._turn.notify_all()
        if self._waiting >= WAITING:
            raise Busy
        self._waiting += 1
        try:
            while self._busy or not self._ready:
                left = until - monotonic()
                if left <= 0 or self._newest.get(who, mine) != mine:
                    raise Busy
                self._turn.wait(left)
            if self._newest.get(who, mine) != mine:
                raise Busy
            return self._found(question)
        finally:
            self._waiting -= 1
            if self._newest.get(who) == mine:
                del self._newest[who]

    def _found(self, question: Question) -> Ran | None:
        found = self._kept.get(question)
        if found is not None:
            self._kept.move_to_end(question)
        return found

    def _prepare(self) -> None:
        try:
            from algesia.mechanism.simulation import Group
            from algesia.mechanism.words import orders_from_words

            said = orders_from_words("morphine oral-er 30 mg every 12 h for 2 d; ketamine iv 1 mg/h for 1 h")
            simulated(Question(said.orders, 0, 3, Group(people=2)))
        finally:
            # a run that cannot be made says so itself
            with self._turn:
                self._ready = True
                self._turn.notify_all()


def simulated(question: Question) -> Ran:
    """Simulate: the people, the sets of parameters, the parts one by one, and nobody's treatment."""
    import numpy as np

    from algesia.mechanism.check import READ_H
    from algesia.mechanism.parameters import draws, typical
    from algesia.mechanism.simulate import course, simulate
    from algesia.mechanism.system import SWITCHES

    days = np.arange(question.first, question.end, dtype=np.float64)
    group, orders = question.group, question.orders
    at = (days[:, None] * DAY_H + np.array(READ_H)).ravel()

    def daily(curves: Floats) -> Floats:
        mean: Floats = curves.reshape(len(curves), days.size, len(READ_H), -1).mean(axis=2)
        return mean

    one, none = course(orders, at, group), course((), at, group)
    if not one.whole:
        raise Incomplete(one.unassessable)
    plasma = [name for name in one.outputs if name in {f"plasma/{order.drug}" for order in orders}]
    whole = simulate(orders, at, group, measures=(*plasma, *STRIPS, "pain-nrs"), keep_values=True)
    assert whole.values is not None  # noqa: S101
    bands = np.moveaxis(np.quantile(daily(whole.values), (0.5, 0.05, 0.95), axis=0), 0, -1)
    sets = draws(PEOPLE, SEED)
    fitted = typical()
    off = [fitted.changed(**dict.fromkeys(symbols, 0.0)) for symbols in SWITCHES.values()]
    parts = daily(one.many(("pain-nrs",), off))[:, :, 0]
    return Ran(
        question,
        replace_bands(whole, days * DAY_H, bands[:, :-1], len(plasma) + len(STRIPS)),
        bands[:, -1],
        daily(one.many(TRACKED, (fitted,)))[0],
        daily(none.many(TRACKED, (fitted,)))[0],
        daily(one.many(("pain-nrs",), sets))[:, :, 0],
        daily(none.many(("pain-nrs",), sets))[:, :, 0],
        dict(zip(SWITCHES, parts, strict=True)),
    )


def replace_bands(whole: Simulation, hours: Floats, bands: Floats, measures: int) -> Simulation:
    """The first measures of a simulation with the bands of daily means."""
    from dataclasses import replace

    return replace(
        whole, times_h=hours, measures=whole.measures[:measures], units=whole.units[:measures], bands=bands, values=None
    )  # fmt: skip


RUNNER: Final = Runner()
"""The simulator of this process. What it keeps follows from the question alone and is nobody's record."""
environment().globals["simulator"] = available
