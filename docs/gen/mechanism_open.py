"""What the fit leaves open: widths of the parameters after it beside before, their correlations, and those at an end."""

from __future__ import annotations

from typing import Final

import numpy as np
from mechanism_draw import widths
from mechanism_fit import left_out
from mechanism_text import bold, number, table

from algesia.mechanism.parameters import fit, off_scale, on_scale, typical
from algesia.mechanism.parameters import table as parameters
from algesia.mechanism.people import MOST

OPEN: Final = 0.9
"""A posterior that is wider than this share of its prior is not decided by the data."""
CAPS: Final = {"RMAX": MOST, "G_RATE": MOST}
"""Where the model stops a share (`people.nervous_systems`)."""
NEAR: Final = 0.98
STRONGEST: Final = 12


def width() -> dict[str, tuple[float, float]]:
    """Of each fitted parameter: posterior over prior width, and how far it moved, in prior standard deviations."""
    known = fit()
    sd = np.sqrt(np.diag(known.root @ known.root.T))
    found = {}
    for i, symbol in enumerate(known.symbols):
        row = parameters()[symbol]
        moved = (known.center[i] - on_scale(symbol, row.prior)) / row.spread
        found[symbol] = (float(sd[i] / row.spread), float(moved))
    return found


def bounded(symbol: str) -> str:
    """Whether a parameter stands at an end of what it can be: there the data have no slope."""
    value = typical()[symbol]
    if parameters()[symbol].scale == "linear" and value <= 0.0:
        return "at zero"
    return "at its upper end" if value >= NEAR * CAPS.get(symbol, np.inf) else ""


def open_ones() -> str:
    """What the data do not decide."""
    found = width()
    undecided = [symbol for symbol, (share, _) in found.items() if share > OPEN]
    at_end = [f"{symbol} ({bounded(symbol)})" for symbol in found if bounded(symbol)]
    fixed = [symbol for symbol, row in parameters().items() if not row.fitted]
    lines = [
        f"**Not decided by the data** (posterior wider than {OPEN:g} of the prior), {len(undecided)} of {len(found)}: "
        f"{', '.join(undecided) or 'none'}. Their values are what we assumed.",
        f"Not fitted at all: {', '.join(fixed)}.",
    ]
    if at_end:
        shifts = ", ".join(f"{symbol} by {back(symbol):+.1f}" for symbol in found if bounded(symbol))
        lines.append(
            f"At an end of its range: {', '.join(at_end)}. Beyond that end a move changes no prediction, so neither the width nor the step "
            f"to the fits without a study is to be trusted there. Those step back, in prior standard deviations (median): {shifts}."
        )
    return "\n\n".join(lines)


def identifiability() -> str:
    """Every fitted parameter: prior, posterior, and how much narrower."""
    known, found = fit(), width()
    rows = []
    for i, symbol in enumerate(known.symbols):
        row = parameters()[symbol]
        sd = float(np.sqrt(known.root[i] @ known.root[i]))
        ends = [float(known.center[i] + k * sd) for k in (-1.645, 1.645)]
        low, high = (off_scale(symbol, float(end)) for end in ends)
        share, moved = found[symbol]
        rows.append(
            (symbol, row.meaning, row.unit, number(row.prior), f"{number(typical()[symbol])} ({number(low)} to {number(high)})",
             f"{moved:+.1f}", bold(f"{share:.2f}") if share > OPEN else f"{share:.2f}", row.founded.grade, bounded(symbol))
        )  # fmt: skip
    asked = (
        "symbol",
        "meaning",
        "unit",
        "prior",
        "fitted (90 %)",
        "moved, prior sd",
        "width / prior width",
        "grade of the prior",
        "",
    )
    return table(asked, rows)


def correlations() -> str:
    """The pairs that the data see only together."""
    known = fit()
    covariance = known.root @ known.root.T
    sd = np.sqrt(np.diag(covariance))
    r = covariance / np.outer(sd, sd)
    pairs = [(float(r[i, j]), known.symbols[j], known.symbols[i]) for i in range(len(sd)) for j in range(i)]
    strongest = sorted(pairs, key=lambda pair: -abs(pair[0]))[:STRONGEST]
    return table(("pair", "correlation"), ((f"{a}, {b}", f"{value:+.2f}") for value, a, b in strongest))


def back(symbol: str) -> float:
    """How far the fits without a study lie from the whole fit: the median of them, in prior standard deviations."""
    i = fit().symbols.index(symbol)
    moves = [center[i] - fit().center[i] for center in left_out().values()]
    return float(np.median(moves)) / parameters()[symbol].spread


def widths_picture() -> str:
    """Posterior width beside prior width, narrowest first."""
    rows = sorted(((s, share, bounded(s)) for s, (share, _) in width().items()), key=lambda row: row[1])
    told = (
        f"{sum(share > OPEN for _, share, _ in rows)} of {len(rows)} parameters are not decided by the data."
    )
    return widths("Width of each parameter after the fit beside before", told, rows, OPEN)
