"""The types of the knowledge tables.

`MmeFactor` measures exposure; it can never convert between drugs (rotation has its own type, which shares no
base class with it). Every row names its source and its confidence; `Confidence.may_drive_a_dose` says what a
row may be used for.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias

import msgspec

Edition: TypeAlias = Literal["cdc-2022", "cdc-2016", "cdc-2016-file", "cdc-2018-file", "nih-heal"]
EDITIONS: tuple[Edition, ...] = ("cdc-2022", "cdc-2016", "cdc-2016-file", "cdc-2018-file", "nih-heal")
DEFAULT_EDITION: Edition = "cdc-2022"


class Confidence(StrEnum):
    """How a figure was read. The order runs from best to worst."""

    FULL_TEXT = "verified_full_text"
    ABSTRACT = "verified_abstract"
    SECONDARY = "secondary"
    EXPERT_PRIOR = "expert_prior"
    UNVERIFIED = "from_memory_unverified"
    NOT_READ = "not_read"

    @property
    def may_drive_a_dose(self) -> bool:
        """False for figures from memory or not read: they may be shown with their mark, nothing more."""
        return self not in (Confidence.UNVERIFIED, Confidence.NOT_READ)


class Source(msgspec.Struct, frozen=True):
    """A citation. `where` is a DOI, PMID, address or section; `licence` what is known of its terms."""

    id: str
    title: str
    year: int | None
    where: str
    confidence: Confidence
    licence: str | None = None
    note: str = ""


class MmeFactor(msgspec.Struct, frozen=True):
    """Oral morphine milligram equivalents per unit of daily dose, for one drug and route, in one edition.

    `per` is the unit of the daily amount that `value` multiplies: ``mg/d``, ``ug/d`` or ``ug/h`` (patch worn).
    `above`/`up_to` bound a tier on the drug's total per day in mg: above < dose <= up_to. `excluded` rows
    carry no value and say why (`note`): such a drug is reported, never counted and never zero.
    `apart` marks values that are reported beside the total and never summed into it (buprenorphine).
    """

    edition: Edition
    ingredient: str
    routes: tuple[str, ...]
    forms: tuple[str, ...]
    value: float | None
    per: Literal["mg/d", "ug/d", "ug/h"] | None
    source: str
    row: str
    confidence: Confidence
    above: float | None = None
    up_to: float | None = None
    excluded: bool = False
    apart: bool = False
    note: str = ""


class Ingredient(msgspec.Struct, frozen=True):
    """An opioid ingredient: its RxNorm code where known, and the names it goes by (brands, INN, salts)."""

    name: str
    rxcui: str | None
    synonyms: tuple[str, ...]
    source: str
    kind: Literal["analgesic", "antidiarrheal", "antitussive"] = "analgesic"
    confidence: Confidence = Confidence.SECONDARY
    note: str = ""


class DrugName(msgspec.Struct, frozen=True):
    """A name a drug goes by. `target` is an opioid ingredient; `kind` says brand, salt, inn, spelling or code."""

    name: str
    target: str
    kind: str
    source: str
    confidence: Confidence


class DrugClass(msgspec.Struct, frozen=True):
    """A drug that an interlock reads, the classes it belongs to (the first is the main one) and its names."""

    name: str
    classes: tuple[str, ...]
    synonyms: tuple[str, ...]
    source: str
    confidence: Confidence
    note: str = ""


class Strength(msgspec.Struct, frozen=True):
    """One opioid ingredient of a product. `unit` is UCUM: mg (per tablet, film, spray), ug/h (patch), mg/mL."""

    ingredient: str
    value: float
    unit: str


class Formulation(msgspec.Struct, frozen=True):
    """An RxNorm product: form, release, and what of each opioid is in one unit of it.

    `route` is ``None`` when the form does not settle it (an injection). `printed` is the strength as the source
    prints it; `hours` how long a dose or patch lasts, where the product says so.
    """

    rxcui: str
    name: str
    dose_form: str
    route: str | None
    release: Literal["immediate", "extended"]
    hours: float | None
    opioids: tuple[Strength, ...]
    printed: str = ""
    source: str = "rxnorm"
    confidence: Confidence = Confidence.SECONDARY
    note: str = ""


class Identified(msgspec.Struct, frozen=True):
    """What a drug name or code was recognized as.

    `opioids` is empty for a drug with no opioid in it. `known` is false when the name is not in any table.
    `class_name` is set for the interacting classes the interlocks read (benzodiazepine, gabapentinoid ...);
    `classes` holds all of them. `conflict` says in words that code and name disagree (nothing is then counted), or
    that a name is held from memory only and the drug is to be confirmed.
    """

    opioids: tuple[str, ...]
    known: bool
    class_name: str | None = None
    formulation: Formulation | None = None
    unspecified_opioid: bool = False
    classes: tuple[str, ...] = ()
    conflict: str = ""
