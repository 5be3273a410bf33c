"""The tables of the simulator, read from the package on first use.

`pk.csv` holds, beside every value that is computed with, the other readings of it that were found and are not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from algesia.knowledge import mechanism_build
from algesia.knowledge.mechanism_rows import Ligand, MechanismTables


@lru_cache(maxsize=1)
def mechanism_tables() -> MechanismTables:
    """Every table of the simulator.

    >>> tables = mechanism_tables()
    >>> tables.used["morphine"]["V1"].unit, len(tables.checks)
    ('L/kg', 169)
    """
    return mechanism_build.tables()


def ligands() -> Mapping[str, Ligand]:
    """What each species does at its receptors.

    >>> ligands()["naloxone"].alpha, ligands()["morphine"].c50_ng_ml
    (0.0, 8.0)
    """
    return mechanism_tables().ligands
