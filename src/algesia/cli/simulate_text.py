"""A simulation as text: a sentence, the regimen as it was read, a table of measures, what is missing, how it is founded."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from algesia.exposure.working import number
from algesia.mechanism.simulation import Group, Simulation
from algesia.quantities.refusal import Unassessable
from algesia.report.simulation import GRADE_WORDS, GRADES, STATEMENT, grades, not_computed, read_as, wrapped

SHOWN_PIECES: Final = 24
"""Pieces of a regimen that are printed; more are counted."""
DAYS_FROM_H: Final = 72.0
"""From this length on, times are told in days."""
WHOLE_DAYS_FROM_H: Final = 720.0
"""From this length on, days are told without a fraction."""
FELT: Final = 0.05
"""Below this a share from 0 to 1 is not worth a clause in the headline."""
TOPS: Final = {"potency-ratio": 100.0}
"""Measures that are held at a bound: no dose does the same, and a number would say that one does."""
_UNITS: Final = {"{x naive}": "x naive", "{x baseline}": "x before", "{NRS}": "0 to 10", "{0-1}": "0 to 1"}
_WEAKER: Final = {"tolerance": "slow tolerance", "tolerance-fast": "fast desensitization"}
_SHARES: Final = {
    "sensitization": "sensitization",
    "sensitization-acute": "sensitization of hours",
    "withdrawal-score": "withdrawal",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with its band at an index of the times."""

    at: int
    median: float
    low: float
    high: float


def simulation_text(
    simulation: Simulation,
    group: Group,
    reading: Sequence[str],
    until_h: float,
    left_out: Iterable[Unassessable] = (),
    width: int = 100,
) -> str:
    """The answer of `algesia simulate`, at most `width` columns wide.

    Parameters
    ----------
    until_h
        When the last thing given is over: the column "end".
    left_out
        What of a record is not in the simulation.
    """
    lines = wrapped(headline(simulation), width)
    lines += ["", "Read as"]
    lines += read_as(reading[:SHOWN_PIECES], width)
    if len(reading) > SHOWN_PIECES:
        lines.append(f"  and {len(reading) - SHOWN_PIECES} more")
    lines += ["", *wrapped(_people(simulation, group), width)]
    lines += _table(simulation, until_h, width)
    lines += not_computed((*left_out, *simulation.unassessable), width)
    lines += ["", *wrapped(f"{STATEMENT} {_founded(simulation)}", width)]
    return "\n".join(lines) + "\n"


def headline(simulation: Simulation) -> str:
    """What comes out, in one sentence with numbers."""
    times = simulation.times_h
    parts: list[str] = []
    for name, means in _WEAKER.items():
        if name in simulation.measures:
            cell = _most(simulation, name)
            weaker = (
                f"{means} divides the drug's efficacy by {_band(cell)} at most ({_short(times, cell.at)})"
            )
            parts.append(weaker if cell.high >= 1 + FELT else f"{means} hardly changes what the drug does")
    for name, means in _SHARES.items():
        if name in simulation.measures:
            parts.append(_share(simulation, name, means))
    if not parts:
        cell = _most(simulation, simulation.measures[0])
        unit = unit_words(simulation.units[0])
        parts.append(f"{simulation.measures[0]} comes to {_band(cell)} {unit} ({_short(times, cell.at)})")
    told = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"In this model {told}."


def _share(simulation: Simulation, name: str, means: str) -> str:
    """How far a share from 0 to 1 goes, and where it comes from if it was there before the first dose."""
    start, most = _cell(simulation, name, 0), _most(simulation, name)
    before = start.median >= FELT
    if max(abs(most.median - start.median), most.high - start.high) >= FELT:
        verb = "falls to" if most.median < start.median else "reaches"
        since = f"from {_digits(start.median)} before, " if before else ""
        return f"{means} {verb} {_band(most)} of 1 ({since}{_short(simulation.times_h, most.at)})"
    return f"{means} stays at {_band(start)} of 1" if before else f"there is hardly any {means}"


def unit_words(unit: str) -> str:
    """A unit as it is printed.

    >>> unit_words("{x naive}"), unit_words("ng/mL")
    ('x naive', 'ng/mL')
    """
    return _UNITS.get(unit, unit)


def _people(simulation: Simulation, group: Group) -> str:
    told = [
        f"{group.weight_kg:g} kg" if group.weight_kg is not None else "",
        f"{group.age:g} years" if group.age is not None else "",
        group.sex or "",
        f"eGFR {group.egfr:g}" if group.egfr is not None else "",
        f"liver: {group.hepatic}" if group.hepatic is not None else "",
        f"CYP2D6 {group.cyp2d6}" if group.cyp2d6 is not None else "",
        f"CYP2B6 {group.cyp2b6}" if group.cyp2b6 is not None else "",
        "in lasting pain" if group.chronic_pain else "with a pain that heals",
    ]
    who = ", ".join(one for one in told if one)
    if simulation.people == 1:
        return f"The typical person ({who}). One curve has no band."
    return f"{simulation.people:,} virtual people ({who}): median, and in brackets the middle 90 %."


def _table(simulation: Simulation, until_h: float, width: int) -> list[str]:
    """Measures at the start, where they are farthest from it, when the last dose is over, and at the end.

    Where there is no room, first digits go, then the band at the end of the doses where a later one follows, then the start.
    """
    times = simulation.times_h
    end, last = _index(times, until_h), len(times) - 1
    ends = (end,) if end == last else (end, last)
    heads = [
        "start",
        "farthest",
        *(f"{w}, {_short(times, at)}" for w, at in zip(("end", "after"), ends, strict=False)),
    ]
    for coarse, bare, first in ((False, False, 0), (True, False, 0), (True, True, 0), (True, True, 1)):
        rows = [["", *heads[first:]]]
        for name in simulation.measures:
            cells = _row(simulation, name, ends, coarse, bare and len(ends) > 1)
            unit = unit_words(simulation.units[simulation.measures.index(name)])
            rows.append([f"{name}, {unit}", *cells[first:]])
        sizes = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        if sum(sizes) + 2 * (len(sizes) - 1) <= width:
            return [
                "",
                *("  ".join(c.ljust(s) for c, s in zip(row, sizes, strict=True)).rstrip() for row in rows),
            ]
    lines = [""]
    for name in simulation.measures:
        lines.append(f"{name}, {unit_words(simulation.units[simulation.measures.index(name)])}")
        for head, cell in zip(heads, _row(simulation, name, ends, False, False), strict=True):
            lines += wrapped(f"{head}: {cell}", width, "  ", "    ")
    return lines


def _row(simulation: Simulation, name: str, ends: Sequence[int], coarse: bool, bare: bool) -> list[str]:
    """The cells of a measure. `coarse` has fewer digits; `bare` leaves the first of two ends without its band."""
    times, most, top = simulation.times_h, _most(simulation, name), TOPS.get(name)
    cells = [_value(_cell(simulation, name, 0).median, coarse, top)]
    cells.append(f"{_value(most.median, coarse, top)}, {_short(times, most.at)}")
    for place, at in enumerate(ends):
        cell = _cell(simulation, name, at)
        if bare and place == 0:
            cells.append(_value(cell.median, coarse, top) if math.isfinite(cell.median) else "not known")
        else:
            cells.append(_band(cell, coarse, top))
    return cells


def _founded(simulation: Simulation) -> str:
    counted = grades(simulation)
    if not counted:
        return "It does not say how its parameters are founded."
    told = ", ".join(f"{counted[g]} {GRADE_WORDS[g]}" for g in GRADES if g in counted)
    total = sum(counted.values())
    error = f"{100 * simulation.error:.2g} %" if simulation.error >= 1e-6 else "nothing that shows"
    return f"Its {total} parameters: {told}. Steps in time cost {error} of a curve at most."


def _cell(simulation: Simulation, name: str, at: int) -> Cell:
    median, low, high = simulation.bands[at, simulation.measures.index(name), :].tolist()
    return Cell(at, median, low, high)


def _most(simulation: Simulation, name: str) -> Cell:
    """Where the median is farthest from its start."""
    curve = simulation.median(name)
    away = np.abs(curve - curve[0])
    at = int(np.nanargmax(away)) if np.any(np.isfinite(away)) else 0
    return _cell(simulation, name, at)


def _index(times: np.ndarray[tuple[int], np.dtype[np.float64]], hour: float) -> int:
    """The last time that is not after an hour."""
    return max(int(np.searchsorted(times, hour * (1 + 1e-12), side="right")) - 1, 0)


def _in_days(times: np.ndarray[tuple[int], np.dtype[np.float64]]) -> bool:
    return bool(times[-1] >= DAYS_FROM_H)


def _short(times: np.ndarray[tuple[int], np.dtype[np.float64]], at: int) -> str:
    hour = float(times[at])
    if _in_days(times):
        return f"day {number(round(hour / 24, 1 if times[-1] < WHOLE_DAYS_FROM_H else None))}"
    return f"{number(round(hour, 2))} h" if times[-1] >= 2 else f"{number(round(hour * 60, 1))} min"


def _band(cell: Cell, coarse: bool = False, top: float | None = None) -> str:
    """A value with its band, two to three digits; a single number where the band is none.

    >>> _band(Cell(0, 2.345, 1.5, 3.91)), _band(Cell(0, 2.0, 2.0, 2.0))
    ('2.3 (1.5 to 3.9)', '2')
    >>> _band(Cell(0, 21.0, 4.94, 100.0), top=100.0), _band(Cell(0, 0.234, 0.15, 0.391), coarse=True)
    ('21 (4.9 to 100 or more)', '0.2 (0.1 to 0.4)')
    """
    if not math.isfinite(cell.median):
        return "not known"
    median, low, high = (_value(value, coarse, top) for value in (cell.median, cell.low, cell.high))
    return median if low == high else f"{median} ({low} to {high})"


def _value(value: float, coarse: bool, top: float | None) -> str:
    """A number; one that is held at a bound says so."""
    if top is not None and value >= top * (1 - 1e-9):
        return f"{top:g}+" if coarse else f"{top:g} or more"
    return _digits(round(value, 1) if coarse and abs(value) < 10 else value)


def _digits(value: float) -> str:
    if abs(value) < 0.005:
        return "0"
    text = f"{value:.0f}" if abs(value) >= 10 else f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
