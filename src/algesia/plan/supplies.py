"""What to prescribe for a plan: pieces of each strength, never for more than 28 days at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import ceil
from typing import Final

from algesia.plan.model import Fill, Piece, Step

SUPPLY_DAYS: Final = 28
"""No fill is for longer (`taper_limits.json`, supply)."""


def supplies(steps: Sequence[Step]) -> tuple[Fill, ...]:
    """The fills of a plan in order of time: one row for each strength and each stretch of at most 28 days.

    A stretch begins with a step, and again after every 28 days of it.
    """
    found: list[Fill] = []
    for step in steps:
        for start in range(step.start, step.end, SUPPLY_DAYS):
            end = min(start + SUPPLY_DAYS, step.end)
            taken = days_taken(step, start, end)
            counts: dict[Piece, float] = defaultdict(float)
            for dose in step.doses:
                for piece in dose.pieces:
                    counts[_one(piece)] += piece.count * taken
            for piece, count in sorted(counts.items(), key=lambda pair: (pair[0].line, pair[0].strength)):
                if count > 0:
                    found.append(
                        Fill(
                            start,
                            end,
                            step.number,
                            piece.line,
                            piece.product,
                            piece.rxcui,
                            piece.strength,
                            piece.unit,
                            _whole(piece, count),
                        )
                    )
    return tuple(found)


def days_taken(step: Step, start: int, end: int) -> int:
    """On how many days of ``[start, end)`` something is taken or put on, counted from the first day of the step."""
    every = step.every_days
    first = step.start + ceil((start - step.start) / every) * every
    return max(0, ceil((end - first) / every))


def _one(piece: Piece) -> Piece:
    return Piece(piece.line, piece.product, piece.rxcui, piece.strength, piece.unit, piece.release, 1.0)


def _whole(piece: Piece, count: float) -> float:
    """Pieces are handed out whole; a volume as it is."""
    return count if piece.liquid else float(ceil(count - 1e-9))
