"""From the packaged tables of plans to the types of `knowledge.plan_rows`.

An unknown column, a missing one, or a value outside its vocabulary is refused by the conversion, with its path.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from algesia.knowledge.plan_options import Adjunct, Alternative, WithdrawalDrug
from algesia.knowledge.plan_products import LineStrength, ProductLine
from algesia.knowledge.plan_rotation import EquianalgesicRatio, Rotation
from algesia.knowledge.plan_tapers import TaperLimits, TaperRule
from algesia.knowledge.tables import parts, read_csv, read_json

_LISTS: Final = ("rxcuis", "sources")
_OPTIONAL: Final = frozenset(
    (
        "partner", "small_step", "drug_dose_low", "drug_dose_high", "reference_dose_low",
        "reference_dose_high", "reduce_percent",
    )
)  # fmt: skip


def taper_rules() -> dict[str, TaperRule]:
    """The rates of tapers by rule."""
    return {row.id: row for row in msgspec.convert(read_json("plan/taper_rules.json"), tuple[TaperRule, ...])}


def taper_limits() -> TaperLimits:
    """What bounds a taper."""
    return msgspec.convert(read_json("plan/taper_limits.json"), TaperLimits)


def product_lines() -> dict[str, ProductLine]:
    """Products by line, each with its strengths, smallest first."""
    strengths: dict[str, list[LineStrength]] = {}
    for row in read_csv("plan/strengths.csv"):
        strength = msgspec.convert(_cells(row), LineStrength, strict=False)
        strengths.setdefault(strength.line, []).append(strength)
    lines = {}
    for row in read_csv("plan/products.csv"):
        cells = {**_cells(row), "strengths": strengths.get(row["id"], [])}
        lines[row["id"]] = msgspec.convert(cells, ProductLine, strict=False)
    return lines


def equianalgesic() -> dict[str, EquianalgesicRatio]:
    """Equianalgesic ratios by row."""
    rows = (
        msgspec.convert(_cells(row), EquianalgesicRatio, strict=False)
        for row in read_csv("plan/equianalgesic.csv")
    )
    return {row.id: row for row in rows}


def rotation() -> Rotation:
    """Everything about rotation beside the ratios."""
    return msgspec.convert(read_json("plan/rotation.json"), Rotation)


def adjuncts() -> dict[str, Adjunct]:
    """Adjuncts by name."""
    return {row.id: row for row in msgspec.convert(read_json("plan/adjuncts.json"), tuple[Adjunct, ...])}


def alternatives() -> dict[str, Alternative]:
    """Alternatives by name."""
    rows = msgspec.convert(read_json("plan/alternatives.json"), tuple[Alternative, ...])
    return {row.id: row for row in rows}


def withdrawal_support() -> dict[str, WithdrawalDrug]:
    """Drugs for withdrawal symptoms by name."""
    rows = msgspec.convert(read_json("plan/withdrawal.json"), tuple[WithdrawalDrug, ...])
    return {row.drug: row for row in rows}


def _cells(row: dict[str, str]) -> dict[str, Any]:
    """Cells with lists split and empty optional cells as ``None``; an empty cell is never zero."""
    cells: dict[str, Any] = dict(row)
    for name, cell in row.items():
        if name in _LISTS:
            cells[name] = parts(cell)
        elif name in _OPTIONAL and not cell:
            cells[name] = None
    return cells
