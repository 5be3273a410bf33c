"""The simulated arms of a study, at the times that its measures need, in every draw of the parameters.

A form asks for values through `Read`. It is asked once with a `Recorder`, which notes what will be needed; then
each arm is simulated once for each draw, at all those times; then the form is asked again with the values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, Literal, NamedTuple, Protocol, TypeAlias

import numpy as np

from algesia.mechanism.model import Floats, Order
from algesia.mechanism.simulation import Group, Simulation
from algesia.mechanism.study import RECENT_H, Arm, known_group, unread_group
from algesia.mechanism.study_cannot import cannot
from algesia.mechanism.study_drugs import is_opioid
from algesia.mechanism.study_orders import Alike, Unusable, group_of, orders_of_arm
from algesia.mechanism.study_sizes import SIGNS
from algesia.quantities.refusal import AlgesiaError, shorten

Taken: TypeAlias = Literal["as given", "without the test drug", "without any drug", "at rest"]


class Variant(NamedTuple):
    """An arm as it was, or as it would have been without some of its drugs."""

    arm: str
    taken: Taken = "as given"


class Simulate(Protocol):
    """The simulator, as `algesia.mechanism.simulate.simulate`: a sequence of parameters gives a row for each."""

    def __call__(
        self,
        orders: Sequence[Order],
        at_h: Floats,
        group: Group,
        *,
        measures: Sequence[str] | None = None,
        parameters: Any = None,
        keep_values: bool = False,
    ) -> Simulation:
        """Curves of the group at `at_h`."""


Read: TypeAlias = Callable[[Variant, str, Sequence[float]], Floats]
"""Values (rows, times) of a readout in a variant: a row for each draw, or for each person."""
PLUS: Final = "+"
"""A readout may carry a constant and an end: ``heat-threshold+2.4<3.9`` is the readout plus 2.4, at most 3.9, for a scale that
does not begin at zero and a device that ends. ``withdrawal-score+signs`` is (x - rest) / (1 - rest), with the rest of each row."""
PROBE: Final = ("stimulus",)
"""What is asked to see whether an order can be simulated at all."""


class Curves:
    """One study's arms under one simulator.

    `parameters` holds one set for each draw; ``None`` stands for the simulator's own.
    """

    def __init__(
        self, arms: Sequence[Arm], simulate: Simulate, parameters: Sequence[Any], seed: int, people: int
    ) -> None:
        self._arms = {arm.name: arm for arm in arms}
        self._simulate = simulate
        self._parameters = tuple(parameters)
        self._seed = seed
        self._people = people
        self._orders: dict[str, tuple[tuple[Order, ...], tuple[Unusable, ...]]] = {}
        self._needs: dict[Variant, tuple[set[str], set[float]]] = {}
        self._drawn: dict[Variant, dict[str, Floats]] = {}
        self._crowds: dict[tuple[Variant, int], dict[str, Floats]] = {}
        self._times: dict[Variant, Floats] = {}
        self._silent: dict[str, str] = {}
        self._known: dict[tuple[Variant, str], str] = {}
        self._probed: dict[Order, str] = {}
        self._against_pain: dict[str, tuple[Alike, ...]] = {}

    def orders(self, variant: Variant) -> tuple[tuple[Order, ...], tuple[Unusable, ...]]:
        """The orders of a variant that can be simulated, and what cannot."""
        if variant.arm not in self._orders:
            self._orders[variant.arm] = self._usable(self._arms[variant.arm])
        orders, unusable = self._orders[variant.arm]
        if variant.taken == "without any drug":
            because = "the arm has a drug against pain that is not in the model, and people without any drug have not"
            return (), tuple(Unusable(one[1], because, felt=True) for one in self._against_pain[variant.arm])
        if variant.taken == "at rest":
            return (), ()
        if variant.taken == "without the test drug":
            orders = tuple(o for o in orders if o.start_h < -RECENT_H)
            unusable = tuple(u for u in unusable if u.start_h < -RECENT_H)
        return orders, unusable

    def _usable(self, arm: Arm) -> tuple[tuple[Order, ...], tuple[Unusable, ...]]:
        read = orders_of_arm(arm)
        good: list[Order] = []
        bad = [*read.unusable, *self._unlike(arm, read.analgesics)]
        for order in read.orders:
            alone = replace(order, start_h=0.0)
            if alone not in self._probed:
                self._probed[alone] = self._refused(alone)
            because = self._probed[alone]
            if because:
                bad.append(Unusable(order.start_h, because))
            else:
                good.append(order)
        return tuple(good), tuple(bad)

    def _unlike(self, arm: Arm, own: tuple[Alike, ...]) -> list[Unusable]:
        """Drugs against pain that are not in the model, where not every arm of the study has them alike."""
        self._against_pain[arm.name] = own
        if not own or all(orders_of_arm(other).analgesics == own for other in self._arms.values()):
            return []
        because = "{} relieves pain, is not in the model, and not every arm has it alike"
        return [Unusable(one[1], because.format(one[0]), felt=True) for one in own]

    def _refused(self, order: Order) -> str:
        """Why the simulator cannot take an order, or nothing."""
        at = order.start_h + np.array([0.05, 1.0, 24.0])
        told = f"{order.route} {order.drug} cannot be simulated"
        try:
            found = self._simulate([order], at, Group(people=1, varies=False), measures=PROBE)
        except AlgesiaError as refused:
            return f"{told} ({_plain(refused)})"
        for one in found.unassessable:
            if one.what in (f"plasma/{order.drug}", f"what {order.drug} does") or one.what.startswith(
                f"plasma/{order.drug} by"
            ):
                return f"{told} ({one.because})"
        if "stimulus" not in found.measures:
            return f"{told} (the simulator gives no effect of it)"
        if is_opioid(order.drug) and not found.median("stimulus").any():
            return f"{told} (its strength at the receptor is in no table)"
        return ""

    def record(self, variant: Variant, readout: str, times: Sequence[float]) -> Floats:
        """Note that a form needs a readout at these times; ones in place of values.

        Raises
        ------
        CannotTell
            Where something of the schedule before one of these times cannot be simulated.
        """
        for line in self.orders(variant)[1]:
            if "/" in readout and line.felt:
                continue
            if any(line.start_h < time < line.until_h for time in times):
                raise cannot(readout, line.because, "the schedule of the arm")
        readout, _, more = readout.partition(PLUS)
        if more == SIGNS:
            self.record(Variant(variant.arm, "at rest"), readout, times)
        arm = self._arms[variant.arm]
        if readout in ("pain-nrs", "relief") and not (arm.in_pain or arm.group == "post-op"):
            because = f"the people of arm {arm.name!r} have no pain of their own"
            because = because if known_group(arm.group) else unread_group(arm)
            raise cannot(readout, because, "what evoked the pain")
        because = self._unknown(variant, readout) if "/" in readout else ""
        if because:
            raise cannot(readout, because, readout)
        names, wanted = self._needs.setdefault(variant, (set(), set()))
        names.add(readout)
        wanted.update(times)
        return np.ones((1, len(times)))

    def _unknown(self, variant: Variant, readout: str) -> str:
        """Why a concentration cannot be had in a variant, or nothing: asked for alone, it spoils no other."""
        key = (variant, readout)
        if key not in self._known:
            orders = self.orders(variant)[0]
            at = np.array([min([0.0, *(o.start_h for o in orders)])])
            try:
                found = self._simulate(orders, at, Group(people=1, varies=False), measures=(readout,))
                self._known[key] = "" if readout in found.measures else f"the simulator gives no {readout}"
            except AlgesiaError as refused:
                self._known[key] = f"{readout} cannot be simulated ({_plain(refused)})"
        return self._known[key]

    def read(self, variant: Variant, readout: str, times: Sequence[float]) -> Floats:
        """Values of the typical person, (draws, times)."""
        if variant not in self._drawn:
            self._drawn[variant] = self._draw(variant)
        found = self._pick(variant, self._drawn[variant], readout, times)
        return _signs(found, self.read, variant, readout, times)

    def crowd(self, draw: int, own: str) -> Read:
        """A `Read` of people who differ, under one draw: (people, times).

        Other arms than `own` hold other people: their rows are moved round by half, so that no one is compared
        with themselves.
        """

        def read(variant: Variant, readout: str, times: Sequence[float]) -> Floats:
            key = (variant, draw)
            if key not in self._crowds:
                self._crowds[key] = self._crowd(variant, draw)
            values = self._pick(variant, self._crowds[key], readout, times)
            values = values if variant.arm == own else np.roll(values, len(values) // 2, axis=0)
            return _signs(values, read, variant, readout, times)

        return read

    @property
    def draws(self) -> int:
        """How many draws of the parameters there are."""
        return len(self._parameters)

    def _pick(
        self, variant: Variant, values: dict[str, Floats], readout: str, times: Sequence[float]
    ) -> Floats:
        readout, _, more = readout.partition(PLUS)
        if readout not in values:
            raise cannot(readout, self._silent.get(readout, f"the simulator gives no {readout}"), readout)
        at = np.searchsorted(self._times[variant], np.asarray(times))
        added, _, end = more.partition("<") if more != SIGNS else ("", "", "")
        picked: Floats = values[readout][:, at] + float(added or 0.0)
        return np.minimum(picked, float(end)) if end else picked

    def _run(self, variant: Variant, people: int, parameters: Any) -> Simulation:
        names, wanted = self._needs[variant]
        times = np.array(sorted(wanted))
        self._times[variant] = times
        orders = [o for o in self.orders(variant)[0] if o.start_h <= times[-1]]
        group = group_of(self._arms[variant.arm], people, self._seed)
        try:
            return self._simulate(
                orders, times, group, measures=sorted(names), parameters=parameters, keep_values=True
            )
        except AlgesiaError as refused:
            raise cannot("the arm", f"arm {variant.arm!r} cannot be simulated ({_plain(refused)})") from None

    def _draw(self, variant: Variant) -> dict[str, Floats]:
        found = self._run(variant, 1, self._parameters)
        self._silent.update({u.what: u.because for u in found.unassessable})
        if found.values is None:
            raise cannot("the draws", "the simulator keeps no single draws")
        return {name: found.values[:, :, i] for i, name in enumerate(found.measures)}

    def _crowd(self, variant: Variant, draw: int) -> dict[str, Floats]:
        found = self._run(variant, self._people, self._parameters[draw])
        if found.values is None:
            raise cannot("the spread between people", "the simulator keeps no single people")
        return {name: found.values[:, :, i] for i, name in enumerate(found.measures)}


def _signs(found: Floats, read: Read, variant: Variant, readout: str, times: Sequence[float]) -> Floats:
    """What others see of a withdrawal: (share - rest) / (1 - rest), nothing at rest and the top still the top."""
    name, _, more = readout.partition(PLUS)
    if more != SIGNS:
        return found
    rest = np.minimum(read(Variant(variant.arm, "at rest"), name, times), 1.0 - 1e-9)
    return np.asarray(np.maximum(found - rest, 0.0) / (1.0 - rest), dtype=np.float64)


def _plain(refused: AlgesiaError) -> str:
    """What a refusal says, with the field and its value, without the path to the order."""
    problem = getattr(refused, "problem", None)
    value, field = getattr(refused, "value", None), str(getattr(refused, "path", "")).rpartition(".")[2]
    told = f"{field} {shorten(value)} " if value is not None and field and "[" not in field else ""
    return f"{told}{problem or refused}".rstrip(".")
