"""Dose changes: steps of at least 10 % on a fixed schedule, told from noise, starts and rotations.

Which line is watched: MME a day of everything convertible, and beside it one line in mg a day for each drug
and route that has no MME (intravenous, intrathecal ...), so that an escalation is seen there too. As-needed
amounts are left out wherever a fixed schedule exists; where an opioid was only ever ordered as needed, the most
that the order allows is watched, because a raised ceiling is a change of order and not noise.

A departure of one or two days that comes back to within 10 % is a missed or extra dose, or a refill gap; it is
no change; nor is a gap of up to a week between two orders or supplies. Small steps add up: each level is compared
with the last level that was accepted.
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
REFILL_DAYS: Final = 7
"""A gap this short between orders or supplies is a late refill, not a stop and a start (our own definition)."""

Level = tuple[int, float]


@dataclass(frozen=True, slots=True)
class Line:
    """What is watched: MME a day of everything convertible, or mg a day of one drug by one route."""

    unit: str
    drug: str | None
    route: str | None
    levels: tuple[Level, ...]
    allowed: bool = False

    def at(self, day: int) -> float:
        """The level that holds on a day."""
        return self.before(day + 1)

    def held(self, start: int, end: int, least: int) -> float:
        """The highest level that stood for at least `least` days and was there within ``[start, end)``."""
        highest = 0.0
        for index, (since, value) in enumerate(self.levels):
            until = self.levels[index + 1][0] if index + 1 < len(self.levels) else end
            if since < end and until > start and min(until, end) - since >= least:
                highest = max(highest, value)
        return highest

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
    line: Line
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
    lines = lines_of(exposure)
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
            DoseChange(
                day, direction, main.before, main.after, line.unit, line.drug, line.route, begun, line.allowed
            )
        )
    return tuple(changes)


def lines_of(exposure: Exposure) -> list[Line]:
    """The lines that are watched for dose changes."""
    refills = frozenset(item.end for item in exposure.items if item.basis != "taken" and item.end is not None)
    silent = frozenset(
        item.start
        for item in exposure.items
        if item.basis == "taken" and item.status == "unconverted" and item.daily is None
    )
    lines = []
    if any(item.status == "converted" for item in exposure.items):
        lines.append(_line("MME/d", None, exposure.fixed_mme, exposure.mme, refills, silent))
    for key in sorted(exposure.tracks):
        statuses = {item.status for item in exposure.items if item.key == key and item.daily is not None}
        if statuses & {"unconverted", "apart"} and "converted" not in statuses:
            fixed = exposure.fixed_tracks.get(key, Steps())
            lines.append(_line("mg/d", key, fixed, exposure.tracks[key], refills, silent))
    return lines


def _line(
    unit: str,
    key: tuple[str, str] | None,
    fixed: Steps,
    everything: Steps,
    refills: frozenset[int],
    silent: frozenset[int],
) -> Line:
    scheduled = any(span.likely > 0 for span in fixed.values)
    steps = fixed if scheduled else everything
    drug, route = key if key is not None else (None, None)
    return Line(unit, drug, route, _levels(steps, refills, silent), not scheduled)


def _levels(steps: Steps, refills: frozenset[int], silent: frozenset[int]) -> tuple[Level, ...]:
    """The step function as levels, without late refills and without departures of a day or two.

    On the days where a log is silent the amount is not known: the level before stands until something is.
    """
    levels: list[Level] = []
    for day, span in zip(steps.days, steps.values, strict=True):
        if not (day in silent and levels and span.likely < levels[-1][1]):
            levels.append((day, span.likely))
    if not levels:
        return ()
    levels = [
        level
        for level, following in zip(levels, [*levels[1:], None], strict=True)
        if not (
            level[1] == 0
            and level[0] in refills
            and following is not None
            and following[0] - level[0] <= REFILL_DAYS
        )
    ]
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
