"""The tables of the simulator, read from the package on first use.

`pk.csv` holds, beside every value that is computed with, the other readings of it that were found and are not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from algesia.knowledge import mechanism_build
from algesia.knowledge.mechanism_rows import Ligand, MechanismTables, Parameter, Species
from algesia.knowledge.tables import DATA, read_csv


class StudyHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a bundled study says of itself; its arms and measures are only counted here.

    `confidence` says how it was read: that of a source, or ``computed`` where its numbers were computed from open data.
    """

    id: str
    source: str
    url: str
    confidence: str
    arms: tuple[msgspec.Raw, ...]
    measures: tuple[msgspec.Raw, ...]
    note: str = ""


@lru_cache(maxsize=1)
def mechanism_tables() -> MechanismTables:
    """Every table of the simulator.

    >>> tables = mechanism_tables()
    >>> tables.used["morphine"]["V1"].unit, len(tables.checks)
    ('L/kg', 206)
    """
    return mechanism_build.tables()


def ligands() -> Mapping[str, Ligand]:
    """What each species does at its receptors.

    >>> ligands()["naloxone"].alpha, ligands()["morphine"].c50_ng_ml
    (0.0, 8.0)
    """
    return mechanism_tables().ligands


@lru_cache(maxsize=1)
def receptor_rows() -> tuple[Parameter, ...]:
    """Every constant of a receptor, with the readings that are not used.

    >>> {row.used for row in receptor_rows() if row.species == "buprenorphine"}
    {False, True}
    """
    rows = [{name: cell for name, cell in row.items() if cell} for row in read_csv("mechanism/ligands.csv")]
    return tuple(
        msgspec.convert({**row, "used": row["used"] == "yes"}, Parameter, strict=False) for row in rows
    )


@lru_cache(maxsize=1)
def species_rows() -> tuple[Species, ...]:
    """Every substance that the simulator has a formula of.

    >>> species_rows()[0].id, species_rows()[0].formula
    ('morphine', 'C17H19NO3')
    """
    return tuple(msgspec.convert(row, Species) for row in read_csv("mechanism/species.csv"))


@lru_cache(maxsize=1)
def study_heads() -> tuple[StudyHead, ...]:
    """The bundled studies by their ids.

    >>> study = study_heads()[0]
    >>> study.id, study.confidence, len(study.arms)
    ('ajmc2022_cessation', 'verified_abstract', 1)
    """
    paths = sorted((DATA / "mechanism" / "studies").glob("*.json"))
    return tuple(msgspec.json.decode(path.read_bytes(), type=StudyHead) for path in paths)
