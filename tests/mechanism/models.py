"""Small hand-made blocks whose answers are in textbooks."""

from __future__ import annotations

import numpy as np

from algesia.mechanism.model import Block, Floats, Output, Part, Transfer


def people(*values: float) -> Floats:
    return np.array(values, dtype=np.float64)


def block(
    states: tuple[str, ...],
    flows: list[tuple[str, str | None, float]],
    doors: dict[str, tuple[Part, ...]],
    volume: float = 1.0,
    read: str = "central",
    drug: str = "a",
    spread: Floats | None = None,
) -> Block:
    """A block whose rates are `flows` times `spread` (people,); volume in L, so 1 mg is 1000/volume ng/mL."""
    spread = people(1.0) if spread is None else spread
    rates = np.array([rate for _, _, rate in flows]) * spread[:, None]
    transfers = tuple(
        Transfer(source, target, f"k{i}", keeps=target == "effect")
        for i, (source, target, _) in enumerate(flows)
    )
    outputs = [Output(f"plasma/{drug}", read, "plasma")]
    if "effect" in states:
        outputs.append(Output(f"effect/{drug}", "effect", "effect"))
    scales = np.full((len(spread), len(outputs)), 1000.0 / volume)
    return Block(drug, states, transfers, rates, np.ones_like(rates), tuple(outputs), scales, doors)


def door(
    state: str, fraction: float = 1.0, lag_h: float = 0.0, duration_h: float | None = None, many: int = 1
) -> tuple[Part, ...]:
    return (Part(state, np.full(many, fraction), lag_h, duration_h),)


def one(k: float = 0.2, volume: float = 20.0, **more: object) -> Block:
    return block(("central",), [("central", None, k)], {"iv": door("central")}, volume, **more)  # type: ignore[arg-type]


def oral(
    ka: float = 1.1, k: float = 0.2, volume: float = 20.0, share: float = 0.6, lag_h: float = 0.0
) -> Block:
    doors = {"iv": door("central"), "oral": door("depot", share, lag_h)}
    flows: list[tuple[str, str | None, float]] = [("depot", "central", ka), ("central", None, k)]
    return block(("depot", "central"), flows, doors, volume)


def two(k10: float = 0.3, k12: float = 0.9, k21: float = 0.4, volume: float = 15.0) -> Block:
    flows: list[tuple[str, str | None, float]] = [
        ("central", None, k10),
        ("central", "slow", k12),
        ("slow", "central", k21),
    ]
    return block(("central", "slow"), flows, {"iv": door("central")}, volume)


def three(drug: str = "a", spread: Floats | None = None) -> Block:
    """Three compartments and an effect site, fast enough to be hard on a pump."""
    flows: list[tuple[str, str | None, float]] = [
        ("central", None, 30.0),
        ("central", "fast", 24.0),
        ("fast", "central", 12.0),
        ("central", "slow", 0.8),
        ("slow", "central", 0.6),
        ("central", "effect", 35.0),
        ("effect", None, 35.0),
    ]
    many = 1 if spread is None else len(spread)
    doors = {"iv": door("central", many=many)}
    return block(("central", "fast", "slow", "effect"), flows, doors, 5.0, drug=drug, spread=spread)
