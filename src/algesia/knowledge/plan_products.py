"""The types of the product tables: marketed strengths and how each product may be handled."""

from __future__ import annotations

from typing import Literal

from algesia.knowledge.model import Confidence
from algesia.knowledge.plan_rows import Cited, Handling, Release, Row


class LineStrength(Cited, frozen=True, kw_only=True):
    """One strength of a product line.

    `status`: ``listed`` in the US listing read (2026); ``rxnorm`` in RxNorm where no complete listing was read
    (availability is to be checked); ``unlisted`` in RxNorm and missing from the listing read; ``historical``
    old or foreign; ``unconfirmed`` doubtful for the US. `rxcuis` are RxNorm product codes, best first.
    """

    line: str
    value: float
    status: Literal["listed", "rxnorm", "unlisted", "historical", "unconfirmed"]
    rxcuis: tuple[str, ...]

    @property
    def may_be_planned(self) -> bool:
        """Whether a plan may use it."""
        return self.status in ("listed", "rxnorm") and self.confidence.may_drive_a_dose


class ProductLine(Row, frozen=True, kw_only=True):
    """A marketed product with its strengths and how it may be handled.

    `unit` is UCUM: mg or ug a piece, ug/h a patch, mg/mL a liquid. `per` names the ingredient the strength
    counts when the product holds another drug (`partner`). `hours_low`/`hours_high` is the dosing interval.
    Strengths and handling were read in different places, each with its own confidence; `confidence` is the lower.
    """

    id: str
    ingredient: str
    product: str
    dose_form: str
    route: str
    release: Release
    long_half_life: bool
    hours_low: float
    hours_high: float
    unit: Literal["mg", "ug", "ug/h", "mg/mL"]
    partner: str | None
    salt: Literal["salt", "base", "not-read"]
    split: Handling
    crush: Handling
    open_or_cut: Handling
    handling: str
    small_step: str | None
    scope: Literal["pain", "opioid-use-disorder"]
    sources: tuple[str, ...]
    confidence_strengths: Confidence
    confidence_handling: Confidence
    strengths: tuple[LineStrength, ...]

    @property
    def plannable(self) -> tuple[LineStrength, ...]:
        """The strengths a plan may use, smallest first.

        >>> from algesia.knowledge.loader import load
        >>> [s.value for s in load().product_lines["oxycodone-er-tablet"].plannable]
        [10.0, 15.0, 20.0, 30.0, 40.0, 60.0, 80.0]
        """
        return tuple(s for s in self.strengths if s.may_be_planned)

    @property
    def may_be_halved(self) -> bool:
        """True only where splitting was read as allowed. Unverified is no."""
        return self.split == "yes" and self.confidence_handling.may_drive_a_dose
