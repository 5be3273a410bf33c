"""What a person's weight, age, kidneys, sex and enzymes do to a parameter, as far as a source says so."""

from __future__ import annotations

from typing import Final

from algesia.knowledge.mechanism import mechanism_tables
from algesia.knowledge.mechanism_rows import Covariate
from algesia.mechanism.simulation import Group
from algesia.quantities.refusal import Unassessable

REFERENCE_WEIGHT_KG: Final = 70.0
"""The weight of a person whose weight is not known: the one that the sources scale to."""


def weight(group: Group) -> float:
    """Body weight in kg, the reference where it is not known."""
    return REFERENCE_WEIGHT_KG if group.weight_kg is None else group.weight_kg


def factor(species: str, symbol: str, group: Group) -> float:
    """By how much a parameter of a species differs from its typical value in this group.

    A covariate that is not known changes nothing.

    >>> round(factor("M3G", "CL", Group(egfr=30.0)), 3), factor("M3G", "CL", Group())
    (0.457, 1.0)
    """
    product = 1.0
    for row in mechanism_tables().covariates:
        if row.species == species and row.symbol == symbol:
            product *= effect(row, group)
    return product


def effect(row: Covariate, group: Group) -> float:
    """One covariate's factor: (x / reference)^coefficient, or the coefficient where its condition holds."""
    value = getattr(group, row.covariate)
    if value is None:
        return 1.0
    if row.form == "level":
        return row.coefficient if value == row.level else 1.0
    reference = row.reference or 1.0
    if row.form == "power":
        return float((value / reference) ** row.coefficient)
    return row.coefficient if value < reference else 1.0


def unknown_effects(drug: str, group: Group) -> tuple[Unassessable, ...]:
    """What is known of these people and no source says the effect of: hepatic impairment, for every drug.

    >>> [one.missing for one in unknown_effects("morphine", Group(hepatic="severe"))]
    [('change of the clearance of morphine with the liver',)]
    """
    if group.hepatic in (None, "none"):
        return ()
    return (
        Unassessable(
            f"plasma/{drug} in {group.hepatic} hepatic impairment",
            "no source was read that says how the liver changes it; a typical liver is computed",
            (f"change of the clearance of {drug} with the liver",),
        ),
    )
