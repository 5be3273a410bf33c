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


@dataclass(frozen=True, slots=True)
class _Move:
    line: _Line
    begun: int
    before: float
    after: float


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
    found: dict[int, list[_Move]] = {}
    for line in lines:
        for day, first, before, after in _steps_of(line.levels):
            if day <= exposure.last_day:
                found.setdefault(day, []).append(_Move(line, first, before, after))
    changes = []
    for day in sorted(found):
        moves = found[day]
        main = _main(moves)
        if sum(other.before(day) for other in lines) == 0:
            direction: Direction = "start"
        elif _is_rotation(exposure, day, moves):
            direction = "rotation"
        else:
            direction = "increase" if main.after > main.before else "decrease"
        stepped = main.begun < day and direction in ("increase", "decrease")
        begun = main.begun if stepped else None
        line = main.line
        changes.append(
            DoseChange(day, direction, main.before, main.after, line.unit, line.drug, line.route, begun)
        )
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


def _steps_of(levels: Iterable[Level]) -> list[tuple[int, int, float, float]]:
    """(day, day of the first small step, level before, level after) of every accepted change."""
    accepted, last = 0.0, 0.0
    begun: int | None = None
    steps = []
    for day, value in levels:
        turned = (value - accepted) * (last - accepted) <= 0
        begun = day if begun is None or turned else begun
        last = value
        if abs(value - accepted) >= LEAST_CHANGE * accepted - 1e-9 and value != accepted:
            steps.append((day, begun, accepted, value))
            accepted, begun = value, None
    return steps


def _main(moves: list[_Move]) -> _Move:
    """The move that names the change: the MME line where it had a level, else the largest relative one."""
    for move in moves:
        if move.line.unit == "MME/d" and move.before > 0:
            return move
    return max(
        moves,
        key=lambda m: (m.before > 0, abs(m.after - m.before) / max(m.before, m.after), m.line.drug or ""),
    )


def _is_rotation(exposure: Exposure, day: int, moves: list[_Move]) -> bool:
    """Whether one drug fell by at least 10 % while another rose, on this day."""
    up: set[str] = set()
    down: set[str] = set()
    for key, steps in exposure.tracks.items():
        before, after = steps.at(day - 1).likely, steps.at(day).likely
        if abs(after - before) >= LEAST_CHANGE * max(before, after) > 0:
            (up if after > before else down).add(key[0])
    for move in moves:
        if move.line.drug is not None:
            (up if move.after > move.before else down).add(move.line.drug)
    return bool(up - down) and bool(down - up)
