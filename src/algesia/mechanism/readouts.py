"""From the kernel's states to tests and scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from algesia.knowledge.mechanism import ligands
from algesia.mechanism import system
from algesia.mechanism.kernel import STATES
from algesia.mechanism.model import Floats
from algesia.mechanism.simulation import Group


def readouts(
    raw: Floats,
    read: tuple[str, ...],
    p: system.Values,
    group: Group,
    hours: Floats,
    measures: tuple[str, ...],
) -> Floats:
    """The asked measures, (people, times, measures).

    Parameters
    ----------
    raw
        What the kernel returns, (people, times, 9 + concentrations); `read` names the concentrations.
    hours
        The asked hours: pain after an operation fades from hour 0 on.
    """
    state: Mapping[str, Floats] = {name: raw[:, :, i] for i, name in enumerate(STATES)}
    conc = {name: raw[:, :, len(STATES) + i] for i, name in enumerate(read)}
    x = state["stimulus"]
    left = system.efficacy(state["TF"], state["TS"], p)
    e = system.relief(x, left, p)
    opponent = system.rebound(state["OS"], x)
    calm = system.calm(_alpha2(conc), p)
    rf, os = calm * state["RF"], calm * opponent
    s1, s2 = state["S1"], state["S2"]
    base = (
        p["N_CHRONIC"]
        if group.chronic_pain
        else p["N_POSTOP"] * np.exp(-p["POSTOP_FADE"] * np.maximum(hours, 0.0))
    )
    if group.baseline_pain is not None:
        base = p["N_CHRONIC"]
    if group.trial:
        base = base * system.placebo(hours, p)
    base = base + p["CIRCADIAN"] * np.sin(2 * np.pi * hours / 24.0)
    more = s2 - (system.own_sensitization(p) if group.chronic_pain else 0.0)
    made: Mapping[str, Callable[[], Floats]] = {
        "cold-tolerance": lambda: system.cold_tolerance(e, s2, rf, os, p),
        "cold-threshold": lambda: system.cold_threshold(e, s2, p),
        "heat-tolerance": lambda: system.gain(e, p["G_HT"], p["H_HT"] * s2),
        "heat-threshold": lambda: system.gain(e, p["G_HT"]),
        "heat-rating": lambda: system.rating(e, s2, rf, p["R_HEAT"], p),
        "cold-rating": lambda: system.rating(e, s2, rf, p["R_COLD"], p),
        "electrical": lambda: system.gain(e, p["G_EL"]),
        "pressure": lambda: system.gain(e, p["G_PR"], p["H_PR"] * rf),
        "hyperalgesia-area": lambda: system.area(e, s1, p),
        "pain-nrs": lambda: system.pain(base, e, s1, more, rf, os, p),
        "withdrawal-score": lambda: system.withdrawal(rf, os, p),
        "potency-ratio": lambda: system.potency_ratio(left, p),
        "relief": lambda: base * p["RMAX"] * e,
        "tolerance": lambda: 1.0 + state["TS"],
        "tolerance-fast": lambda: 1.0 + state["TF"],
        "sensitization": lambda: s2,
        "sensitization-acute": lambda: s1,
        "withdrawal-fast": lambda: state["RF"],
        "withdrawal-slow": lambda: opponent,
        "stimulus": lambda: x,
    }
    shape = x.shape
    out = np.empty((*shape, len(measures)))
    for i, name in enumerate(measures):
        out[:, :, i] = np.broadcast_to(conc[name] if name in conc else made[name](), shape)
    return out


def _alpha2(conc: Mapping[str, Floats]) -> Floats | float:
    """Alpha-2 agonists in plasma, each beside its concentration of half effect: they add up."""
    driven: Floats | float = 0.0
    for name, found in conc.items():
        kind, _, species = name.rpartition("/")
        known = ligands().get(species) if kind == "plasma" else None
        if known is not None and known.alpha2_c50_ng_ml is not None:
            driven = driven + found / known.alpha2_c50_ng_ml
    return driven
