"""A simulation as text: a sentence, the regimen as it was read, a table of measures, what is missing, how it is founded."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from algesia.exposure.working import number
from algesia.mechanism.simulation import Group, Simulation
from algesia.quantities.refusal import Unassessable
from algesia.report.simulation import GRADE_WORDS, GRADES, STATEMENT, grades

SHOWN_PIECES: Final = 24
"""Pieces of a regimen that are printed; more are counted."""
DAYS_FROM_H: Final = 72.0
"""From this length on, times are told in days."""
WHOLE_DAYS_FROM_H: Final = 720.0
"""From this length on, days are told without a fraction."""
FELT: Final = 0.05
"""Below this a share from 0 to 1 is not worth a clause in the headline."""
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
    lines = _wrapped(headline(simulation), width)
    lines += ["", "Read as"]
    lines += [line for piece in reading[:SHOWN_PIECES] for line in _wrapped(piece, width, "  ", "    ")]
    if len(reading) > SHOWN_PIECES:
        lines.append(f"  and {len(reading) - SHOWN_PIECES} more")
    lines += ["", *_wrapped(_people(simulation, group), width)]
    lines += _table(simulation, until_h, width)
    missing = list(dict.fromkeys((*left_out, *simulation.unassessable)))
    if missing:
        lines += ["", "Not computed"]
        for one in missing:
            needs = f" Missing: {', '.join(one.missing)}." if one.missing else ""
            lines += _wrapped(f"{one.what}: {one.because.rstrip('.')}.{needs}", width, "  ", "    ")
    lines += ["", *_wrapped(f"{STATEMENT} {_founded(simulation)}", width)]
    return "\n".join(lines) + "\n"


def headline(simulation: Simulation) -> str:
    """What comes out, in one sentence with numbers."""
    times = simulation.times_h
    parts: list[str] = []
    for name, means in _WEAKER.items():
        if name in simulation.measures:
            cell = _most(simulation, name)
            weaker = (
                f"the drug works at most {_band(cell)} times weaker by {means} ({_short(times, cell.at)})"
            )
            parts.append(weaker if cell.high >= 1 + FELT else f"{means} hardly changes what the drug does")
    for name, means in _SHARES.items():
        if name in simulation.measures:
            cell = _most(simulation, name)
            felt = cell.high - _cell(simulation, name, 0).high >= FELT
            told = f"{means} reaches {_band(cell)} of 1 ({_short(times, cell.at)})"
            parts.append(told if felt else f"there is hardly any {means}")
    if not parts:
        cell = _most(simulation, simulation.measures[0])
        unit = unit_words(simulation.units[0])
        parts.append(f"{simulation.measures[0]} comes to {_band(cell)} {unit} ({_short(times, cell.at)})")
    told = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"In this model {told}."


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
    """Measures at the start, where they are farthest from it, when the last dose is over, and at the end."""
    times = simulation.times_h
    end, last = _index(times, until_h), len(times) - 1
    heads = ["start", "farthest", f"end, {_short(times, end)}", f"after, {_short(times, last)}"]
    if end == last:
        heads = heads[:3]
    rows: list[list[str]] = []
    for index, name in enumerate(simulation.measures):
        most = _most(simulation, name)
        cells = [
            _digits(_cell(simulation, name, 0).median),
            f"{_digits(most.median)}, {_short(times, most.at)}",
        ]
        cells += [_band(_cell(simulation, name, at)) for at in ((end,) if end == last else (end, last))]
        rows.append([f"{name}, {unit_words(simulation.units[index])}", *cells])
    sizes = [max(len(row[i]) for row in (["", *heads], *rows)) for i in range(len(heads) + 1)]
    if sum(sizes) + 2 * len(heads) <= width:
        table = [["", *heads], *rows]
        return [
            "",
            *("  ".join(c.ljust(s) for c, s in zip(row, sizes, strict=True)).rstrip() for row in table),
        ]
    lines = [""]
    for row in rows:
        lines.append(row[0])
        for head, cell in zip(heads, row[1:], strict=True):
            lines += _wrapped(f"{head}: {cell}", width, "  ", "    ")
    return lines


def _founded(simulation: Simulation) -> str:
    counted = grades(simulation)
    if not counted:
        return "It does not say how its parameters are founded."
    told = ", ".join(f"{counted[g]} {GRADE_WORDS[g]}" for g in GRADES if g in counted)
    total = sum(counted.values())
    error = f"a curve by {100 * simulation.error:.2g} % at most" if simulation.error >= 1e-6 else "no curve"
    return f"Its {total} parameters: {told}. Halving every step changes {error}."


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


def _band(cell: Cell) -> str:
    """A value with its band, two to three digits; a single number where the band is none.

    >>> _band(Cell(0, 2.345, 1.5, 3.91)), _band(Cell(0, 2.0, 2.0, 2.0))
    ('2.3 (1.5 to 3.9)', '2')
    """
    if not math.isfinite(cell.median):
        return "not known"
    if _digits(cell.low) == _digits(cell.high):
        return _digits(cell.median)
    return f"{_digits(cell.median)} ({_digits(cell.low)} to {_digits(cell.high)})"


def _digits(value: float) -> str:
    if abs(value) < 0.005:
        return "0"
    text = f"{value:.0f}" if abs(value) >= 10 else f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    ) or [""]
