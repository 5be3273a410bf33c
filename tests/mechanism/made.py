"""Simulations made by hand: curves that rise and fall by formula, for tests of what is shown and not of what is computed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from algesia.mechanism.model import Floats, Founded, Order
from algesia.mechanism.simulation import MEASURES, Group, Simulation
from algesia.mechanism.words_told import ends
from algesia.quantities.refusal import Unassessable

ERROR = 4.2e-4
FOUNDED = {
    "oxycodone/CL": Founded(48.0, "L/h", "high", "Lamminsalo 2019", cv=0.3),
    "oxycodone/V1": Founded(160.0, "L", "medium", "Lamminsalo 2019", cv=0.2),
    "KT_ON": Founded(0.01, "1/h", "assumed", "ours", note="no source states it"),
    "K2_ON": Founded(0.001, "1/h", "assumed", "ours"),
}


def curve(name: str, at: Floats, end: float) -> Floats:
    """A median curve: tolerance from 1 to 2.4, sensitization to 0.3, withdrawal after the end, pain around 5."""
    on = 1 - np.exp(-at / (end / 3 + 1e-9))
    fading = np.where(at > end, np.exp(-np.maximum(at - end, 0.0) / 400.0), 1.0)
    if name == "tolerance":
        return np.asarray(1 + 1.4 * on * fading)
    if name == "withdrawal-score":
        return np.asarray(np.where(at > end, 0.5 * np.exp(-np.maximum(at - end, 0.0) / 100.0), 0.0))
    if name == "pain-nrs":
        return np.asarray(5 - 2 * on * (at <= end) + np.sin(2 * np.pi * at / 24) * 0.3)
    if "/" in name:
        return np.asarray(np.where(at <= end, 20 + 12 * np.sin(2 * np.pi * at / 12), 1e-9))
    if MEASURES.get(name, ("", ""))[0] == "{x baseline}":
        return np.asarray(1 - 0.2 * on * fading)
    return np.asarray(0.3 * on * fading)


def simulated(
    orders: Sequence[Order],
    at_h: Floats,
    group: Group,
    *,
    measures: Sequence[str] | None = None,
    unassessable: tuple[Unassessable, ...] = (),
) -> Simulation:
    """A simulation that was not computed, with the signature of `algesia.mechanism.simulate.simulate`."""
    at = np.asarray(at_h, dtype=np.float64)
    drugs = dict.fromkeys(order.drug for order in orders)
    names = tuple(measures) if measures is not None else (*MEASURES, *(f"plasma/{drug}" for drug in drugs))
    end = max((ends(order) for order in orders), default=1.0)
    wide = 0.0 if group.people == 1 else 0.4
    middle = np.stack([curve(name, at, end) for name in names], axis=1)
    bands = np.stack([middle, middle * (1 - wide), middle * (1 + wide)], axis=2)
    units = tuple(MEASURES[name][0] if name in MEASURES else "ng/mL" for name in names)
    return Simulation(at, names, units, bands, None, group.people, ERROR, FOUNDED, unassessable)
