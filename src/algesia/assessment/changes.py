"""Dose changes: steps of at least 10 % on a fixed schedule, told from noise, starts and rotations.

Which line is watched: MME a day of everything convertible, and beside it one line in mg a day for each drug
and route that has no MME (intravenous, intrathecal ...), so that an escalation is seen there too. As-needed
amounts are left out wherever a fixed schedule exists; where an opioid was only ever ordered as needed, the most
that the order allows is watched, because a raised ceiling is a change of order and not noise.

A departure of one or two days that comes back to within 10 % is a missed or extra dose, or a refill gap; it is
no change. Small steps add up: each level is compared with the last level that was accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from algesia.assessment.model import Direction, DoseChange
from algesia.exposure.model import Exposure, Steps

LEAST_CHANGE: Final = 0.10
"""Smallest relative step that counts (the product's definition, stated with every result)."""
BLIP_DAYS: Final = 2
"""A departure this short, which comes back, is a missed or extra dose."""

Level = tuple[int, float]


@dataclass(frozen=True, slots=True)
class _Line:
    unit: str
    drug: str | None
    route: str | None
    levels: tuple[Level, ...]

    def before(self, day: int) -> float:
        """The level that held on the day before."""
        held = 0.0
        for start, value in self.levels:
            if start >= day:
                break
            held = value
        return held


def dose_changes(exposure: Exposure) -> tuple[DoseChange, ...]:
    """Every dose change up to the day of asking, in order of time.

    Parameters
    ----------
    exposure
        The exposure of one person under one edition.

    Returns
    -------
    One `DoseChange` a day at most. A day on which one drug falls and another rises is a rotation.
    """
    lines = _lines(exposure)
    found: dict[int, list[tuple[_Line, float, float]]] = {}
    for line in lines:
        for day, before, after in _steps_of(line.levels):
            if day <= exposure.last_day:
                found.setdefault(day, []).append((line, before, after))
    changes = []
    for day in sorted(found):
        moves = found[day]
        line, before, after = _main(moves)
        if sum(other.before(day) for other in lines) == 0:
            direction: Direction = "start"
        elif _is_rotation(exposure, day, moves):
            direction = "rotation"
        else:
            direction = "increase" if after > before else "decrease"
        changes.append(DoseChange(day, direction, before, after, line.unit, line.drug, line.route))
    return tuple(changes)


def _lines(exposure: Exposure) -> list[_Line]:
    lines = []
    if any(item.status == "converted" for item in exposure.items):
        lines.append(_Line("MME/d", None, None, _levels(_watched(exposure.fixed_mme, exposure.mme))))
    for key in sorted(exposure.tracks):
        statuses = {item.status for item in exposure.items if item.key == key and item.daily is not None}
        if statuses & {"unconverted", "apart"} and "converted" not in statuses:
            steps = _watched(exposure.fixed_tracks.get(key, Steps()), exposure.tracks[key])
            lines.append(_Line("mg/d", key[0], key[1], _levels(steps)))
    return lines


def _watched(fixed: Steps, everything: Steps) -> Steps:
    return fixed if any(span.likely > 0 for span in fixed.values) else everything


def _levels(steps: Steps) -> tuple[Level, ...]:
    """The step function as levels, with departures of a day or two removed."""
    levels = [(day, span.likely) for day, span in zip(steps.days, steps.values, strict=True)]
    kept: list[Level] = []
    index = 0
    while index < len(levels):
        day, value = levels[index]
        base = kept[-1][1] if kept else 0.0
        if kept and base > 0 and not _close(base, value):
            back = _comes_back(levels, index, base)
            if back is not None:
                index = back
                continue
        if not kept or value != base:
            kept.append((day, value))
        index += 1
    return tuple(kept)


def _comes_back(levels: Sequence[Level], index: int, base: float) -> int | None:
    start = levels[index][0]
    for later in range(index + 1, len(levels)):
        if levels[later][0] - start > BLIP_DAYS:
            return None
        if _close(base, levels[later][1]):
            return later + 1
    return None


def _close(a: float, b: float) -> bool:
    return abs(a - b) < LEAST_CHANGE * max(a, b, 1e-12)


def _steps_of(levels: Iterable[Level]) -> list[tuple[int, float, float]]:
    accepted = 0.0
    steps = []
    for day, value in levels:
        if abs(value - accepted) >= LEAST_CHANGE * accepted - 1e-9 and value != accepted:
            steps.append((day, accepted, value))
            accepted = value
    return steps


def _main(moves: list[tuple[_Line, float, float]]) -> tuple[_Line, float, float]:
    """The move that names the change: the MME line where it had a level, else the largest relative one."""
    for line, before, after in moves:
        if line.unit == "MME/d" and before > 0:
            return line, before, after
    return max(moves, key=lambda m: (m[1] > 0, abs(m[2] - m[1]) / max(m[1], m[2]), m[0].drug or ""))


def _is_rotation(exposure: Exposure, day: int, moves: list[tuple[_Line, float, float]]) -> bool:
    """Whether one drug fell by at least 10 % while another rose, on this day."""
    up: set[str] = set()
    down: set[str] = set()
    for key, steps in exposure.tracks.items():
        before, after = steps.at(day - 1).likely, steps.at(day).likely
        if abs(after - before) >= LEAST_CHANGE * max(before, after) > 0:
            (up if after > before else down).add(key[0])
    for line, before, after in moves:
        if line.drug is not None:
            (up if after > before else down).add(line.drug)
    return bool(up - down) and bool(down - up)
