"""The nervous systems of a group: each parameter in every person, and who does not sensitize.

Person i is the same person whatever the number of people: they are drawn in blocks of a fixed size.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from algesia.mechanism.model import Floats
from algesia.mechanism.parameters import Parameters, table
from algesia.mechanism.simulation import Group

CHUNK = 1024
"""People who are drawn, and simulated, at a time."""
GAINS = (
    "GF", "G_CT", "H_CT", "F_CT", "W_CT", "G_CTH", "H_CTH", "G_HT", "H_HT", "G_EL", "G_PR", "H_PR", "G_RATE", "F_RATE",
    "H_RATE", "G_AREA", "H_AREA", "RMAX", "P_S1", "P_S2", "P_OF", "P_OS", "W_GAIN",
)  # fmt: skip
"""What the effect of a study scales."""
MOST = 0.99
"""The largest share of a pain that a drug can take, whoever it is."""
LEVELS = {
    "CT_0": 1.0, "CTH_0": 1.0, "N_POSTOP": 1.0, "R_HEAT": 1.0, "R_COLD": 1.0, "AREA_0": 1.0, "N_CHRONIC": 0.6, "WS_REST": 3.0,
}  # fmt: skip
"""What a laboratory sets for itself, or whom it asks: how far the effect of a study reaches each (on the log scale)."""


def nervous_systems(parameters: Parameters, group: Group, chunk: int, count: int) -> Mapping[str, Floats]:
    """Each parameter in `count` people of a chunk, (count, 1). The first of the first chunk is the typical person.

    >>> from algesia.mechanism.parameters import typical
    >>> few, many = (nervous_systems(typical(), Group(people=n), 0, n)["TAU"] for n in (3, 9))
    >>> bool(np.all(few == many[:3]))
    True
    """
    symbols = list(table())
    z, lucky = np.zeros((count, len(symbols))), np.zeros((count, 1))
    if group.varies:
        chance = np.random.default_rng([group.seed, 71, chunk])
        z = chance.standard_normal((CHUNK, len(symbols)))[:count]
        lucky = chance.random((CHUNK, 1))[:count]
    if chunk == 0:
        z[0], lucky[0] = 0.0, 0.0
    found: dict[str, Floats] = {}
    for j, symbol in enumerate(symbols):
        value = parameters[symbol]
        if symbol in GAINS:
            value *= float(np.exp(parameters.study_gain))
        if symbol in LEVELS:
            value *= float(np.exp(LEVELS[symbol] * parameters.study_level))
        found[symbol] = value * np.exp(table()[symbol].between * z[:, j : j + 1])
    # who loses sensitization slowly does not owe more of it to the painful condition: its own level is the typical one's
    found["K2_OWN"] = found["K2_OWN"] * found["K2_OFF"] / parameters["K2_OFF"]
    share = parameters["SENSITIZES"] if group.sensitizes is None else group.sensitizes
    if share <= 0.0:
        lucky = np.ones_like(lucky)
    found["K2_ON"] = np.where(lucky > share, 0.0, found["K2_ON"])
    for symbol in ("RMAX", "G_RATE"):
        found[symbol] = np.minimum(found[symbol], MOST)
    if group.baseline_pain is not None:
        found["N_CHRONIC"] = group.baseline_pain + 0.0 * found["N_CHRONIC"]
    return found
