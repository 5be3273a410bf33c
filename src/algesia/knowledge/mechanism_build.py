"""From the packaged tables of the simulator to the types of `knowledge.mechanism_rows`.

An unknown column, a missing one, or a value outside its vocabulary is refused by the conversion, with its path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar

import msgspec

from algesia.knowledge.mechanism_rows import (
    Check,
    Covariate,
    Door,
    Ligand,
    MechanismTables,
    Metabolite,
    Parameter,
    Species,
    molar_mass,
)
from algesia.knowledge.tables import parts, read_csv

_LISTS: Final = frozenset(("first_pass",))
_FLAGS: Final = frozenset(("used", "molar", "effect"))

Row = TypeVar("Row", bound=msgspec.Struct)


def tables() -> MechanismTables:
    """Every table of the simulator, read and linked."""
    parameters = tuple(_rows("pk", Parameter))
    species = _rows("species", Species)
    molar = {row.id: molar_mass(row.formula) for row in species}
    return MechanismTables(
        parameters=parameters,
        used=_by_symbol(row for row in parameters if row.used),
        doors=_doors(_rows("doors", Door)),
        metabolites=_metabolites(_rows("metabolites", Metabolite)),
        covariates=tuple(_rows("covariates", Covariate)),
        checks=tuple(_rows("label_checks", Check)),
        ligands=_ligands(_by_symbol(row for row in _rows("ligands", Parameter) if row.used), molar),
        molar=molar,
        silent={row.id: row.silent for row in species if row.silent},
        sources={row["id"]: row["citation"] for row in read_csv("mechanism/sources.csv")},
    )


def _rows(name: str, kind: type[Row]) -> list[Row]:
    """The rows of one table."""
    return [msgspec.convert(_cells(row), kind, strict=False) for row in read_csv(f"mechanism/{name}.csv")]


def _cells(row: dict[str, str]) -> dict[str, Any]:
    """Cells with lists split and empty cells left out: the type says what an empty one means."""
    cells: dict[str, Any] = {}
    for name, cell in row.items():
        if name in _LISTS:
            cells[name] = parts(cell)
        elif name in _FLAGS:
            cells[name] = cell == "yes"
        elif cell:
            cells[name] = cell
    return cells


def _by_symbol(rows: Iterable[Parameter]) -> dict[str, dict[str, Parameter]]:
    found: dict[str, dict[str, Parameter]] = {}
    for row in rows:
        found.setdefault(row.species, {})[row.symbol] = row
    return found


def _doors(rows: Iterable[Door]) -> dict[str, dict[str, tuple[Door, ...]]]:
    found: dict[str, dict[str, tuple[Door, ...]]] = {}
    for row in rows:
        routes = found.setdefault(row.drug, {})
        routes[row.route] = (*routes.get(row.route, ()), row)
    return found


def _metabolites(rows: Iterable[Metabolite]) -> dict[str, tuple[Metabolite, ...]]:
    found: dict[str, tuple[Metabolite, ...]] = {}
    for row in rows:
        found[row.drug] = (*found.get(row.drug, ()), row)
    return found


def _ligands(rows: Mapping[str, Mapping[str, Parameter]], molar: Mapping[str, float]) -> dict[str, Ligand]:
    return {
        species: Ligand(
            species=species,
            molar_mass=molar[species],
            c50_ng_ml=_value(constants, "C50"),
            alpha=_value(constants, "ALPHA"),
            kon=_value(constants, "KON"),
            koff=_value(constants, "KOFF"),
            nmda_c50_ng_ml=_value(constants, "NMDA_C50"),
            alpha2_c50_ng_ml=_value(constants, "ALPHA2_C50"),
            founded=constants,
        )
        for species, constants in rows.items()
    }


def _value(constants: Mapping[str, Parameter], symbol: str) -> float | None:
    row = constants.get(symbol)
    return None if row is None else row.value
