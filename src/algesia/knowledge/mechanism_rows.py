"""What the tables of the simulator hold: parameters, ways in, metabolites, covariates, ligands, label checks.

A row names its source and its grade. A row that is not `used` is another reading of the same thing; it is kept so
that nobody has to find it again. An empty cell is not read or not stated; it is never zero.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import msgspec

Grade: TypeAlias = Literal["high", "medium", "low", "class", "assumed"]
GRADE_WORDS: Final[Mapping[Grade, str]] = {
    "high": "read in their source", "medium": "derived, or fixed in their source", "low": "from a third party",
    "class": "taken from their class", "assumed": "assumed",
}  # fmt: skip
"""How well values are founded, from well to not at all."""

_ATOMS: Final = {"C": 12.011, "H": 1.008, "N": 14.007, "O": 15.999, "S": 32.06, "Cl": 35.45}


class Cited(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A row with its source and how well it is founded."""

    grade: Grade
    source: str
    note: str = ""


class Parameter(Cited, frozen=True, kw_only=True):
    """One value of one species (a drug or a metabolite).

    `cv` is the variability between people (a share, log-normal). Rows that name the same `eta` vary together.
    `printed` is the figure as the source prints it, where that is not the number in `value`.
    """

    species: str
    symbol: str
    route: str = ""
    value: float | None = None
    unit: str = "1"
    cv: float | None = None
    eta: str = ""
    used: bool = True
    printed: str = ""


class Door(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One share of a dose by one route, in symbols of the drug's parameters.

    The share passes `transits` compartments at rate `ka`; without `ka` it goes straight to the central one.
    `first_pass` lists what is formed on the way in, as ``species:symbol``.
    """

    drug: str
    route: str
    part: str = ""
    ka: str = ""
    transits: int = 1
    fraction: str = ""
    share: str = ""
    lag: str = ""
    duration: str = ""
    exponent: str = ""
    reference: str = ""
    first_pass: tuple[str, ...] = ()
    note: str = ""


class Metabolite(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a drug becomes. `fraction` is the symbol of the share of its clearance; `name` what is read is called.

    Where `molar`, the share is of moles and the gain carries the ratio of molar masses.
    """

    drug: str
    species: str
    name: str
    fraction: str
    molar: bool
    effect: bool
    note: str = ""


class Covariate(Cited, frozen=True, kw_only=True):
    """How one parameter depends on one property of a person.

    ``power``: (x / reference)^coefficient. ``below``: coefficient where x < reference. ``level``: coefficient where
    the property is `level`.
    """

    species: str
    symbol: str
    covariate: Literal["weight_kg", "age", "egfr", "sex", "cyp2d6", "cyp2b6"]
    form: Literal["power", "below", "level"]
    coefficient: float
    reference: float | None = None
    level: str = ""


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One figure of a label or paper. `value` is the middle of `low` to `high` where a range is printed.

    `route`, `dose`, `every_h`, `count` say how it is simulated; `uncompared` says why it is not.
    """

    id: str
    drug: str
    product: str
    dose_text: str
    condition: str
    measure: str
    printed: str
    unit: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    sd: float | None = None
    species: str = ""
    route: str = ""
    quantity: str = ""
    dose: float | None = None
    every_h: float | None = None
    count: int = 1
    from_h: float | None = None
    to_h: float | None = None
    uncompared: str = ""
    source: str


class Species(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A substance and its formula. `silent` says why the nervous system knows no effect of it, where it should."""

    id: str
    formula: str
    note: str = ""
    silent: str = ""


@dataclass(frozen=True, slots=True)
class Ligand:
    """What a species does at its receptors. A constant that nobody read is ``None``.

    Attributes
    ----------
    c50_ng_ml
        Effect-site concentration of half of the analgesic effect (anchored at the MEAC where there is one).
    alpha
        Intrinsic activity at the mu receptor beside a full agonist: 0 blocks.
    kon, koff
        mL/ng/h and 1/h. `kon` is None where the source's binding is not of first order in concentration.
    nmda_c50_ng_ml
        Concentration of half of the NMDA block, total in plasma.
    alpha2_c50_ng_ml
        Concentration of half of the effect at alpha-2 receptors, total in plasma.
    founded
        The rows behind the numbers, by symbol.
    """

    species: str
    molar_mass: float
    c50_ng_ml: float | None
    alpha: float | None
    kon: float | None
    koff: float | None
    nmda_c50_ng_ml: float | None
    alpha2_c50_ng_ml: float | None
    founded: Mapping[str, Parameter]


@dataclass(frozen=True, slots=True)
class MechanismTables:
    """Everything the simulator knows of drugs. `used` holds the parameters it computes with, by species and symbol.

    `silent` gives, for a drug whose kinetics are there and whose effect is not modeled, the reason: its concentration can
    be told, what it does to the nervous system cannot.
    """

    parameters: tuple[Parameter, ...]
    used: Mapping[str, Mapping[str, Parameter]]
    doors: Mapping[str, Mapping[str, tuple[Door, ...]]]
    metabolites: Mapping[str, tuple[Metabolite, ...]]
    covariates: tuple[Covariate, ...]
    checks: tuple[Check, ...]
    ligands: Mapping[str, Ligand]
    molar: Mapping[str, float]
    silent: Mapping[str, str]
    sources: Mapping[str, str]


def molar_mass(formula: str) -> float:
    """Molar mass in g/mol of a formula such as ``C17H19NO3``, from the standard atomic weights.

    >>> round(molar_mass("C17H19NO3"), 1), round(molar_mass("C23H27NO9") / molar_mass("C17H19NO3"), 3)
    (285.3, 1.617)
    """
    atoms = re.findall(r"(Cl|[CHNOS])(\d*)", formula)
    return sum(_ATOMS[atom] * int(count or 1) for atom, count in atoms)
