"""From the constants that sources print to clearances, volumes and rates, with units derived on the way."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import numpy as np
from scipy.optimize import brentq

from algesia.knowledge.mechanism import mechanism_tables
from algesia.knowledge.mechanism_rows import Parameter
from algesia.mechanism.covariates import REFERENCE_WEIGHT_KG
from algesia.mechanism.model import Floats
from algesia.mechanism.units import Quantity, unit

_UNITS: Final = {
    "CL": "L/h",
    "Q": "L/h",
    "V": "L",
    "K": "1/h",
    "LAG": "h",
    "D": "h",
    "TPEAK": "h",
    "REF": "mg",
}
_BODY_MASS: Final = 4


def unit_of(symbol: str) -> str:
    """The unit that a symbol is computed in; shares and exponents are plain numbers.

    >>> [unit_of(symbol) for symbol in ("CL", "Q2", "V1", "K10", "KA_oral", "LAG_oral", "F_oral", "FM_M3G")]
    ['L/h', 'L/h', 'L', '1/h', '1/h', 'h', 'fraction', 'fraction']
    """
    head = symbol.split("_")[0]
    if head in _UNITS:
        return _UNITS[head]
    return _UNITS.get(head[:1], "fraction") if head[:1] in ("Q", "V", "K") else "fraction"


def typical(row: Parameter, weight_kg: float = REFERENCE_WEIGHT_KG) -> float:
    """The value of a row in the unit of its symbol; what is printed per kg of body is taken times the weight.

    >>> round(typical(Parameter(species="x", symbol="V1", value=0.5, unit="L/kg", grade="high", source="s")), 6)
    35.0
    """
    quantity = Quantity(row.value or 0.0, row.unit)
    if unit(row.unit).exponents[_BODY_MASS] == -1:
        quantity = quantity * Quantity(weight_kg, "kg")
    return quantity.to(unit_of(row.symbol))


def macro(values: Mapping[str, Floats]) -> dict[str, Floats]:
    """CL, V1 and Q, V of each peripheral compartment: as given, or from rate constants.

    CL = K10 V1; Q2 = K12 V1; V2 = Q2 / K21; Q3 = K13 V1; V3 = Q3 / K31.
    """
    if "CL" in values:
        return {name: values[name] for name in ("CL", "V1", "Q2", "V2", "Q3", "V3") if name in values}
    found = {"CL": values["K10"] * values["V1"], "V1": values["V1"]}
    for number in "23":
        if f"K1{number}" in values:
            found[f"Q{number}"] = values[f"K1{number}"] * values["V1"]
            found[f"V{number}"] = found[f"Q{number}"] / values[f"K{number}1"]
    return found


def per_volume(flow: Floats, volume: Floats) -> Floats:
    """A rate constant in 1/h from a clearance in L/h and a volume in L: k = CL/V."""
    rate: Floats = flow / volume * (Quantity(1.0, "L/h") / Quantity(1.0, "L")).to("1/h")
    return rate


def concentration_per_mg(volume: Floats) -> Floats:
    """ng/mL for each mg in a volume in L."""
    scale: Floats = (Quantity(1.0, "mg") / Quantity(1.0, "L")).to("ng/mL") / volume
    return scale


@lru_cache(maxsize=64)
def ke0(species: str) -> float | None:
    """The typical rate constant (1/h) between plasma and effect site, or ``None`` where the tables hold none.

    As printed (KE0), or solved from the time to peak effect after a bolus (TPEAK) with the same source's kinetics.
    """
    rows = mechanism_tables().used.get(species, {})
    if "KE0" in rows:
        return typical(rows["KE0"])
    if "TPEAK" not in rows:
        return None
    values = macro(
        {symbol: np.array([typical(row)]) for symbol, row in rows.items() if row.value is not None}
    )
    return ke0_from_peak(typical(rows["TPEAK"]), {name: float(value[0]) for name, value in values.items()})


def ke0_from_peak(peak_h: float, values: Mapping[str, float]) -> float:
    """KE0 (1/h) for which the effect site peaks `peak_h` hours after a bolus.

    With ``dCe/dt = KE0 (Cp - Ce)`` the effect site peaks when it meets the falling plasma, Ce = Cp. The plasma is a
    sum ``A_i exp(-l_i t)``, so ``Ce = KE0 sum A_i (exp(-l_i t) - exp(-KE0 t)) / (KE0 - l_i)``; KE0 is the root.
    Raises `ValueError` where a peak so late cannot be (the plasma is gone by then).

    >>> round(ke0_from_peak(1.0, {"CL": 1.0, "V1": 2.0}), 6)  # one compartment: t = ln(KE0/k) / (KE0 - k)
    1.756431
    """
    weights, rates = exponentials(values)

    def apart(log_rate: float) -> float:
        constant = np.exp(log_rate)
        gap = constant - rates
        gap = np.where(np.abs(gap) < 1e-9 * constant, 1e-9 * constant, gap)
        site = constant * weights * (np.exp(-rates * peak_h) - np.exp(-constant * peak_h)) / gap
        return float(np.sum(site) - np.sum(weights * np.exp(-rates * peak_h)))

    return float(np.exp(brentq(apart, np.log(1e-6 / peak_h), np.log(1e4 / peak_h), xtol=1e-12)))


def exponentials(values: Mapping[str, float]) -> tuple[Floats, Floats]:
    """Weights and rates (1/h) of the plasma curve after a bolus of 1 into the central compartment, slowest last.

    The eigenvalues of the mammillary system; the weights sum to 1.

    >>> weights, rates = exponentials({"CL": 2.0, "V1": 10.0})
    >>> weights.tolist(), rates.tolist()
    ([1.0], [0.2])
    """
    sides = [(values[f"Q{n}"], values[f"V{n}"]) for n in "23" if f"Q{n}" in values]
    matrix = np.zeros((1 + len(sides), 1 + len(sides)))
    matrix[0, 0] = -(values["CL"] + sum(flow for flow, _ in sides)) / values["V1"]
    for side, (flow, volume) in enumerate(sides, 1):
        matrix[side, 0] = flow / values["V1"]
        matrix[0, side] = flow / volume
        matrix[side, side] = -flow / volume
    eigenvalues, vectors = np.linalg.eig(matrix)
    weights = (vectors[0] * np.linalg.inv(vectors)[:, 0]).real
    order = np.argsort(eigenvalues.real)
    return weights[order], -eigenvalues.real[order]
