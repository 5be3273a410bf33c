"""What the label says of a product beside what this engine makes of it: Cmax, tmax, AUC, half-life, F."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np

from algesia.knowledge.mechanism import mechanism_tables
from algesia.knowledge.mechanism_rows import Check
from algesia.mechanism.drugs import blocks_for
from algesia.mechanism.model import Block, Floats, Order, Output
from algesia.mechanism.propagate import concentrations
from algesia.mechanism.schedule import schedule_of
from algesia.mechanism.simulation import Group

BAND: Final = (0.5, 2.0)
"""Ours over the label's."""
SPREADS: Final = 2.0
"""Or within so many standard deviations between people, where the label prints one."""
_EDGE: Final = 1.25
"""A printed range is met up to a quarter beyond its ends."""
_END_H: Final = 720.0
_DENSE_H: Final = 1 / 60
_COARSE_H: Final = 0.25
_TAIL: Final = (0.20, 0.04)


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One comparison. `ratio` is ours over the label's; `why` says why there is none."""

    id: str
    product: str
    measure: str
    unit: str
    label: float | None
    ours: float | None
    ratio: float | None
    within: bool | None
    why: str
    source: str


@lru_cache(maxsize=1)
def label_report() -> tuple[LabelRow, ...]:
    """Every check of the table, in its order, for the typical person of 70 kg."""
    return tuple(compared(check) for check in mechanism_tables().checks)


def compared(check: Check) -> LabelRow:
    """One check: simulated and compared, or why not."""
    product = " ".join(part for part in (check.drug, check.product, check.dose_text, check.condition) if part)
    source = mechanism_tables().sources[check.source]
    if check.uncompared or check.value is None:
        return LabelRow(
            check.id,
            product,
            check.measure,
            check.unit,
            check.value,
            None,
            None,
            None,
            check.uncompared,
            source,
        )
    ours = quantity(check)
    return LabelRow(
        check.id,
        product,
        check.measure,
        check.unit,
        check.value,
        ours,
        ours / check.value,
        fits(check, ours),
        "",
        source,
    )


def fits(check: Check, ours: float) -> bool:
    """Whether a value is inside the band of its check.

    Inside a printed range (a quarter beyond its ends), or half to twice the value, or within two standard deviations.

    >>> row = Check(id="x", drug="a", product="", dose_text="", condition="", measure="F", printed="", unit="", value=2.0,
    ...             sd=1.5, source="s")
    >>> [fits(row, ours) for ours in (0.5, 1.0, 4.0, 4.9, 5.1)]
    [True, True, True, True, False]
    """
    value = check.value or 0.0
    if check.low is not None and check.high is not None and check.sd is None:
        return check.low / _EDGE <= ours <= check.high * _EDGE
    near = BAND[0] * value <= ours <= BAND[1] * value
    return near or (check.sd is not None and abs(ours - value) <= SPREADS * check.sd)


def quantity(check: Check) -> float:
    """What this engine says for the quantity of a check."""
    if check.quantity == "F":
        return bioavailability(check.drug, check.route, check.dose or 1.0)
    if check.quantity == "share":
        return float(mechanism_tables().used[check.drug][f"FM_{check.species}"].value or 0.0)
    if check.quantity == "Vss":
        volume = steady_volume(check.drug)
        return volume / 70.0 if check.unit == "L/kg" else volume
    times, curve, depot = simulated(check)
    return _read(check, times, curve, depot)


def bioavailability(drug: str, route: str, dose_mg: float) -> float:
    """The share of a dose that reaches the blood as the drug, in the typical person."""
    block = _block(drug, route)
    return float(
        sum(part.fraction[0] * (dose_mg / part.reference_mg) ** part.exponent for part in block.doors[route])
    )


def steady_volume(drug: str) -> float:
    """Volume at steady state in L: V1 (1 + sum of k_out / k_back)."""
    block = _block(drug, "iv")
    rates = {(flow.source, flow.target): block.rates[0, j] for j, flow in enumerate(block.transfers)}
    volume = 1e3 / block.scales[0, 0]
    sides = [state for state in block.states if state.startswith("peripheral")]
    return float(volume * (1 + sum(rates["central", side] / rates[side, "central"] for side in sides)))


def simulated(check: Check) -> tuple[Floats, Floats, Floats]:
    """Times (h), the concentration of the check's species (ng/mL), and the amount in the depot (mg) at them."""
    worn = check.to_h if check.route == "transdermal" else None
    order = Order(
        check.drug,
        check.route,
        0.0,
        amount=check.dose,
        every_h=check.every_h,
        count=check.count,
        duration_h=worn,
    )
    times, curves = _curves(order, worn or (check.every_h or 0.0) * check.count)
    return times, curves[f"plasma/{check.species or check.drug}"][0], curves["depot"][0]


@lru_cache(maxsize=64)
def _curves(order: Order, given_h: float) -> tuple[Floats, dict[str, Floats]]:
    """Every curve of the typical person after an order that ends at `given_h`, and the amount where it goes in."""
    block = _block(order.drug, order.route)
    outputs = (*block.outputs, Output("depot", block.doors[order.route][0].state, "plasma"))
    seen = replace(block, outputs=outputs, scales=np.hstack([block.scales, np.ones((block.people, 1))]))
    dense, end = max(48.0, given_h), given_h + _END_H
    times = np.concatenate([np.arange(0.0, dense, _DENSE_H), np.arange(dense, end + _COARSE_H, _COARSE_H)])
    schedule = schedule_of((seen,), (order,), times, first_step_h=0.01)
    return times, concentrations((seen,), schedule)


def _block(drug: str, route: str) -> Block:
    blocks, _ = blocks_for((drug,), Group(varies=False), routes={drug: frozenset({route})})
    return blocks[0]


def _read(check: Check, times: Floats, curve: Floats, depot: Floats) -> float:
    """Read a quantity from a curve. After an IV bolus the first reading is a minute later."""
    left, right = check.from_h, check.to_h
    if check.quantity in ("input", "depot") and right is not None:
        amount = float(np.interp(right, times, depot))
        row = mechanism_tables().used[check.drug][f"KA_{check.route}"]
        return amount if check.quantity == "depot" else amount * (row.value or 0.0) * 1e3
    if check.quantity == "half fall" and right is not None:
        after = times >= right
        level = float(np.interp(right, times, curve))
        return float(times[after][np.argmax(curve[after] <= level / 2)] - right)
    if check.quantity == "t1/2":
        return half_life(times, curve, right if check.route == "transdermal" else None)
    area = np.concatenate([[0.0], np.cumsum(np.diff(times) * (curve[1:] + curve[:-1]) / 2)])
    if check.quantity == "accumulation" and right is not None:
        return float(area[-1] / np.interp(right, times, area))
    if check.quantity == "AUC":
        return float(area[-1])
    inside = (
        np.ones(len(times), bool) if left is None or right is None else (times >= left) & (times <= right)
    )
    part, hours = curve[inside], times[inside]
    if check.quantity in ("AUC window", "Cavg"):
        window = float(np.sum(np.diff(hours) * (part[1:] + part[:-1]) / 2))
        return window if check.quantity == "AUC window" else window / float(hours[-1] - hours[0])
    if check.quantity == "Cmin":
        return float(part.min())
    peak = int(np.argmax(part))
    return float(part[peak]) if check.quantity == "Cmax" else float(hours[peak] - (left or 0.0))


def half_life(times: Floats, curve: Floats, after_h: float | None = None) -> float:
    """Half-life as a study reads it: the log-linear slope where 20 % to 4 % of the area is still to come.

    A later, slower phase lies under what is sampled. `after_h` starts the area at a moment.

    >>> times = np.linspace(0.0, 100.0, 10001)
    >>> round(half_life(times, np.exp(-0.1 * times)), 3)
    6.931
    """
    if after_h is not None:
        times, curve = times[times >= after_h], curve[times >= after_h]
    area = np.concatenate([[0.0], np.cumsum(np.diff(times) * (curve[1:] + curve[:-1]) / 2)])
    rest = 1.0 - area / area[-1]
    tail = (rest <= _TAIL[0]) & (rest >= _TAIL[1])
    slope = np.polyfit(times[tail], np.log(curve[tail]), 1)[0]
    return float(-np.log(2.0) / slope)
