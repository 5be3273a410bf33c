"""Read by mypy in `test_plan_tables`, never called: a ratio and an MME factor cannot stand in for each other.

A line that mypy must refuse ends in ``# refused``.
"""

from __future__ import annotations

from algesia.knowledge.loader import load
from algesia.knowledge.model import MmeFactor
from algesia.knowledge.plan_rotation import EquianalgesicRatio


def convert(dose: float, ratio: EquianalgesicRatio) -> float:
    return dose * ratio.low


def expose(dose: float, factor: MmeFactor) -> float:
    return dose * (factor.value or 0.0)


def use() -> None:
    factor = load().factors("cdc-2022")[0]
    ratio = next(iter(load().equianalgesic.values()))
    convert(1.0, ratio)
    expose(1.0, factor)
    convert(1.0, factor)  # refused
    expose(1.0, ratio)  # refused
    rows: list[EquianalgesicRatio] = [*load().equianalgesic.values()]
    rows.append(factor)  # refused
    print(ratio.value)  # refused
    print(factor.low)  # refused
