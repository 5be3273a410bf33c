"""From the rows of the clinical files to the types of `knowledge.clinical`."""

from __future__ import annotations

from typing import Any

from algesia.knowledge.clinical import (
    Band,
    BodyArea,
    Claim,
    Feature,
    HypothesisText,
    Instrument,
    InstrumentItem,
    InterlockRule,
    SignText,
    TrapRule,
)
from algesia.knowledge.model import Confidence


def hypothesis(row: dict[str, Any]) -> HypothesisText:
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
