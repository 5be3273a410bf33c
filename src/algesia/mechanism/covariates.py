"""What a person's weight, age, kidneys, sex and enzymes do to a parameter, as far as a source says so."""

from __future__ import annotations

from typing import Final

from algesia.knowledge.mechanism import mechanism_tables
from algesia.knowledge.mechanism_rows import Covariate
from algesia.mechanism.simulation import Group
from algesia.quantities.refusal import Unassessable

REFERENCE_WEIGHT_KG: Final = 70.0
"""The weight of a person whose weight is not known: the one that the sources scale to."""
KIDNEYS: Final = 60.0
"""eGFR below which kidneys count as impaired (mL/min/1.73 m2): chronic kidney disease from stage 3 on."""
ADULT: Final = 18.0
"""Years from which the kinetics of adults hold."""


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
    """What is known of these people and changes nothing, because no source that was read says how it acts on this drug.

    Hepatic impairment for every drug; kidneys below `KIDNEYS`, childhood and an enzyme's type where neither the drug nor
    what it becomes has such an effect in the tables. Weight and sex are not told: most sources found them to matter little
    or did not look.

    >>> [one.missing for one in unknown_effects("morphine", Group(hepatic="severe"))]
    [('change of the clearance of morphine with the liver',)]
    >>> [one.what for one in unknown_effects("oxycodone", Group(egfr=20.0, age=9.0, cyp2d6="poor"))]
    ['plasma/oxycodone at eGFR 20', 'plasma/oxycodone at 9 years', 'plasma/oxycodone with CYP2D6 poor']
    >>> unknown_effects("morphine", Group(egfr=20.0, age=50.0))
    ()
    """
    found: list[Unassessable] = []
    if group.hepatic not in (None, "none"):
        found.append(
            Unassessable(
                f"plasma/{drug} in {group.hepatic} hepatic impairment",
                "no source was read that says how the liver changes it; a typical liver is computed",
                (f"change of the clearance of {drug} with the liver",),
            )
        )
    known = _covariates_of(drug)
    if group.egfr is not None and group.egfr < KIDNEYS and "egfr" not in known:
        found.append(
            Unassessable(
                f"plasma/{drug} at eGFR {group.egfr:g}",
                "no source was read that says how the kidneys change it; typical kidneys are computed",
                (f"change of the clearance of {drug} with the kidneys",),
            )
        )
    if group.age is not None and group.age < ADULT and "age" not in known:
        found.append(
            Unassessable(
                f"plasma/{drug} at {group.age:g} years",
                "no kinetics of children are in the tables; those of adults are computed",
                (f"kinetics of {drug} in children",),
            )
        )
    for enzyme, kind in (("CYP2D6", group.cyp2d6), ("CYP2B6", group.cyp2b6)):
        if kind not in (None, "normal") and enzyme.lower() not in known:
            found.append(
                Unassessable(
                    f"plasma/{drug} with {enzyme} {kind}",
                    f"no effect of {enzyme} on {drug} is in the tables; nothing is changed",
                    (f"effect of {enzyme} on {drug}",),
                )
            )
    return tuple(found)


def _covariates_of(drug: str) -> frozenset[str]:
    """What changes a parameter of a drug or of what it becomes, as far as the tables say so."""
    tables = mechanism_tables()
    species = {drug, *(one.species for one in tables.metabolites.get(drug, ()))}
    return frozenset(row.covariate for row in tables.covariates if row.species in species)
