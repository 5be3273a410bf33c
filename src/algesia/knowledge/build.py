"""From rows of the packaged tables to their types. Nothing is defaulted that the row should have said."""

from __future__ import annotations

from typing import Any, Literal, cast

from algesia.knowledge.model import (
    Band,
    BodyArea,
    Claim,
    Confidence,
    DrugClass,
    DrugName,
    Edition,
    Feature,
    Formulation,
    HypothesisText,
    Ingredient,
    Instrument,
    InstrumentItem,
    InterlockRule,
    MmeFactor,
    SignText,
    Source,
    Strength,
    TrapRule,
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


def hypothesis(row: Row) -> HypothesisText:
    """A hypothesis of the differential."""
    return HypothesisText(
        row["id"], row["name"], row["definition"], row["source"], Confidence(row["confidence"])
    )


def feature(row: dict[str, Any]) -> Feature:
    """A finding of the differential."""
    return Feature(
        id=row["id"],
        question=row["question"],
        how_measured=row["how_measured"],
        weights=row["weights"],
        basis=row["basis"],
        sources=tuple(row["sources"]),
        confidence=Confidence(row["confidence"]),
        warning_sign=row["warning_sign"],
        note=row["note"],
    )


def sign(row: dict[str, Any]) -> SignText:
    """A sign of the record."""
    return SignText(
        id=row["id"],
        plain=row["plain"],
        short=row["short"],
        clinical=row["clinical"],
        feature=row["feature"],
        absent_feature=row["absent_feature"],
        warning_sign=row["warning_sign"],
        interlocks=tuple(row["interlocks"]),
        note=row["note"],
        source=row["source"],
        confidence=Confidence(row["confidence"]),
    )


def trap(row: dict[str, Any]) -> TrapRule:
    """The rule of the escalation trap."""
    first, last = row["reevaluate_weeks"]
    return TrapRule(
        text=row["text"],
        min_increases=row["min_increases"],
        rise_percent=row["rise_percent"],
        window_months=row["window_months"],
        improvement_percent=row["improvement_percent"],
        reevaluate_weeks=(first, last),
        pause_mme=row["pause_mme"],
        sources=row["sources"],
        confidence=Confidence(row["confidence"]),
    )


def interlock(row: dict[str, Any]) -> InterlockRule:
    """An interlock."""
    return InterlockRule(
        id=row["id"],
        level=row["level"],
        trigger=row["trigger"],
        action=row["action"],
        sources=tuple(row["sources"]),
        basis=row["basis"],
        note=row["note"],
        title=row["title"],
        confidence=Confidence(row["confidence"]),
    )


def instrument(row: dict[str, Any]) -> Instrument:
    """A scored instrument."""
    return Instrument(
        id=row["id"],
        name=row["name"],
        low=row["low"],
        high=row["high"],
        items=tuple(InstrumentItem(i["id"], i["text"], i["loinc"], i["levels"]) for i in row["items"]),
        bands=tuple(Band(b["low"], b["high"], b["label"]) for b in row["bands"]),
        loinc_total=tuple(row["loinc_total"]),
        scoring=row["scoring"],
        embed=row["embed"],
        licence_note=row["licence_note"],
        source=row["source"],
        confidence=Confidence(row["confidence"]),
        caution=row["caution"],
        combine=row["combine"],
        codes_source=row["codes_source"],
        loinc_panel=row["loinc_panel"],
    )


def claim(row: dict[str, Any]) -> Claim:
    """A row of the evidence table."""
    return Claim(
        row["id"],
        row["topic"],
        row["claim"],
        row["verdict"],
        row["verdict_class"],
        row["evidence"],
        row["wording"],
        tuple(row["sources"]),
        Confidence(row["confidence"]),
    )


def body_area(row: dict[str, Any]) -> BodyArea:
    """An area of the body figure."""
    x, y = row["label_at"]
    return BodyArea(
        name=row["name"],
        plain=row["plain"],
        view=row["view"],
        side=row["side"],
        group=row["group"],
        path=row["path"],
        label_at=(x, y),
        neighbors=tuple(row["neighbors"]),
        wpi_19=row["wpi_19"],
        wpi_19_fit=row["wpi_19_fit"],
        choir_male=row["choir_male"],
        choir_female=row["choir_female"],
        michigan_35=row["michigan_35"],
        source=row["source"],
        confidence=Confidence(row["confidence"]),
    )
