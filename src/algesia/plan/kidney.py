"""Kidney function on record, and the daily maximum that a renal table sets for it.

Creatinine clearance and eGFR are read alike, as the tables print them; the eGFR on record is used for both.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from algesia.assessment.facts import RENAL_FAILURE_WORDS, Facts
from algesia.assessment.wording import day_text, number
from algesia.knowledge.plan_options import RenalDose

REDUCED: Final = 60.0
"""Below this eGFR a drug whose renal dose was not read has no maximum here (our own checking limit)."""
ADVANCED: Final = 30.0
"""Below this eGFR kidney disease is read as advanced, as the renal interlock does."""


@dataclass(frozen=True, slots=True)
class Kidney:
    """The latest eGFR in mL/min/1.73 m2 (``None``: not on record), its words, and dialysis or kidney failure on record."""

    egfr: float | None
    says: str
    failure: str

    @property
    def reduced(self) -> bool:
        """Whether the record shows kidney function at which a dose for normal function is not taken over."""
        return bool(self.failure) or (self.egfr is not None and self.egfr < REDUCED)

    @property
    def advanced(self) -> bool:
        """Whether the record shows advanced kidney disease."""
        return bool(self.failure) or (self.egfr is not None and self.egfr < ADVANCED)


def kidney(facts: Facts) -> Kidney:
    """Kidney function as the record knows it on the day of asking."""
    lab = facts.lab("egfr")
    failed = [
        condition.text
        for condition in facts.conditions("renal-disease")
        if condition.text and any(word in condition.text.lower() for word in RENAL_FAILURE_WORDS)
    ]
    if lab is None:
        return Kidney(None, "eGFR not on record", "".join(failed[:1]))
    words = f"eGFR {number(lab.value)}, {day_text(facts.record, lab.at.day)}"
    return Kidney(lab.value, words, "".join(failed[:1]))


def renal_limit(rows: Iterable[RenalDose], at: Kidney) -> tuple[RenalDose, float] | None:
    """The row with the lowest maximum for this kidney, and that maximum in mg a day; ``None`` when no row holds.

    Only rows whose confidence may drive a dose are used. Below the edge of a proportional row the maximum falls in
    proportion to the clearance and is rounded down to whole mg. With dialysis or kidney failure on record the
    rows of the lowest clearance hold beside that of the eGFR, and the lower maximum is taken.

    >>> from algesia.knowledge.loader import load
    >>> rows = load().adjuncts["gabapentin"].renal
    >>> [renal_limit(rows, Kidney(egfr, "", ""))[1] for egfr in (90, 40, 15, 7)]
    [3600.0, 900.0, 300.0, 140.0]
    """
    found: list[tuple[RenalDose, float]] = []
    for row in rows:
        if row.supplement or row.high is None or not row.confidence.may_drive_a_dose:
            continue
        if at.egfr is not None and row.holds(at.egfr):
            found.append((row, _maximum(row, at.egfr)))
        elif at.failure and row.clearance_from is None:
            found.append((row, row.high))
    return min(found, key=lambda pair: pair[1], default=None)


def _maximum(row: RenalDose, clearance: float) -> float:
    high = row.high or 0.0
    if not row.proportional or not row.clearance_below:
        return high
    # 1e-9: a product that is whole but for rounding is not lowered by one
    return float(math.floor(high * min(1.0, clearance / row.clearance_below) + 1e-9))
