"""Which opioid is tapered first, and why. One at a time; the clinician may choose another order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from algesia.assessment.facts import Facts
from algesia.plan.model import Regimen
from algesia.plan.wording import amount

EGFR_LOW: Final = 30.0
"""The GFR below which the rotation table asks for caution with, or avoids, the opioids that accumulate."""
CASE_BY_CASE: Final = "which goes first is decided case by case (VA tool)"


def in_order(
    facts: Facts, regimens: Sequence[Regimen], asked: Sequence[str] = ()
) -> tuple[tuple[Regimen, str], ...]:
    """Regimens in the order to be tapered, each with the reason.

    What was asked for comes first, in that order. Then: a drug that the table avoids or marks for caution at the eGFR on
    record; then long-acting products, which carry the greater overdose risk; then the larger MME.
    """
    egfr = facts.lab("egfr")
    ranks = {row.drug: row for row in facts.knowledge.rotation.renal}

    def place(regimen: Regimen) -> tuple[int, int, int, float, str]:
        names = [i for i, name in enumerate(asked) if name in (regimen.drug, regimen.line)]
        return (
            names[0] if names else len(asked),
            0 if accumulates(regimen) else 1,
            0 if long_acting(regimen) else 1,
            -(regimen.mme or 0.0),
            regimen.line,
        )

    def accumulates(regimen: Regimen) -> bool:
        rank = ranks.get(regimen.drug)
        return (
            egfr is not None
            and egfr.value < EGFR_LOW
            and rank is not None
            and rank.egfr_below is not None
            and rank.rank in ("avoid", "caution")
        )

    def long_acting(regimen: Regimen) -> bool:
        line = facts.knowledge.product_lines[regimen.line]
        return line.release == "extended" or line.long_half_life

    def why(regimen: Regimen) -> str:
        if {regimen.drug, regimen.line} & set(asked):
            return "asked for"
        if len(regimens) == 1:
            return "the only one"
        if accumulates(regimen) and egfr is not None:
            return f"accumulates at an eGFR of {amount(egfr.value)}"
        if long_acting(regimen):
            return f"long-acting products carry the greater overdose risk; {CASE_BY_CASE}"
        return f"after the long-acting ones, or the larger first; {CASE_BY_CASE}"

    return tuple((regimen, why(regimen)) for regimen in sorted(regimens, key=place))
