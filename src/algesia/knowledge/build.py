"""From rows of the packaged tables to their types. Nothing is defaulted that the row should have said."""

from __future__ import annotations

from typing import Literal, cast

from algesia.knowledge.model import (
    Confidence,
    DrugClass,
    DrugName,
    Edition,
    Formulation,
    Ingredient,
    MmeFactor,
    Source,
    Strength,
)
from algesia.knowledge.tables import number, parts

Row = dict[str, str]


def source(row: Row) -> Source:
    """A row of ``sources``."""
    year = int(row["year"]) if row["year"] else None
    return Source(
        row["id"],
        row["title"],
        year,
        row["where"],
        Confidence(row["confidence"]),
        row["licence"],
        row["note"],
    )


def factor(edition: Edition, row: Row) -> MmeFactor:
    """A row of ``mme_factors/<edition>``."""
    return MmeFactor(
        edition=edition,
        ingredient=row["ingredient"],
        routes=parts(row["routes"]),
        forms=parts(row["forms"]),
        value=number(row["value"]),
        per=cast("Literal['mg/d', 'ug/d', 'ug/h'] | None", row["per"] or None),
        source=row["source"],
        row=row["row"],
        confidence=Confidence(row["confidence"]),
        above=number(row["above"]),
        up_to=number(row["up_to"]),
        excluded=row["excluded"] == "yes",
        apart=row["apart"] == "yes",
        note=row["note"],
    )


def drug_name(row: Row) -> DrugName:
    """A row of ``ingredients/names``."""
    return DrugName(row["name"], row["target"], row["kind"], row["source"], Confidence(row["confidence"]))


def ingredient(row: Row, synonyms: tuple[str, ...]) -> Ingredient:
    """A row of ``ingredients``."""
    kind = cast("Literal['analgesic', 'antidiarrheal', 'antitussive']", row["kind"])
    return Ingredient(
        row["name"],
        row["rxcui"] or None,
        synonyms,
        row["source"],
        kind,
        Confidence(row["confidence"]),
        row["note"],
    )


def formulations(rows: list[Row]) -> dict[str, Formulation]:
    """The rows of ``formulations``, one for each opioid of a product, gathered by product."""
    gathered: dict[str, Formulation] = {}
    for row in rows:
        code = row["rxcui"]
        before = gathered[code].opioids if code in gathered else ()
        strength = Strength(row["ingredient"], float(row["value"]), row["unit"])
        gathered[code] = Formulation(
            code,
            row["name"],
            row["dose_form"],
            row["route"] or None,
            cast("Literal['immediate', 'extended']", row["release"]),
            number(row["hours"]),
            (*before, strength),
            row["printed"],
            row["source"],
            Confidence(row["confidence"]),
            row["note"],
        )
    return gathered


def drug_class(row: Row) -> DrugClass:
    """A row of ``drug_classes``."""
    return DrugClass(
        row["name"],
        parts(row["classes"]),
        parts(row["synonyms"]),
        row["source"],
        Confidence(row["confidence"]),
        row["note"],
    )
