"""How each measure of a simulation is drawn and told: its name, its classes, its numbers, the picture in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from algesia.charts.layout import Board
from algesia.charts.scale import amount
from algesia.charts.simulation_doses import DoseTrack
from algesia.charts.svg import Element, Path
from algesia.charts.tokens import Theme, resolved_css
from algesia.mechanism.simulation import Simulation

HYPOTHESIS: Final = "A model's hypothesis, not a prediction for a person."
_TITLES: Final = {
    "tolerance": ("Tolerance", "times weaker"), "tolerance-fast": ("Fast tolerance", "times weaker"),
    "sensitization-acute": ("Sensitization", "of hours, 0 to 1"), "sensitization": ("Sensitization", "0 to 1"),
    "withdrawal-score": ("Withdrawal", "0 to 1"), "pain-nrs": ("Pain", "0 to 10"), "relief": ("Relief", "0 to 10"),
    "cold-tolerance": ("Cold tolerance", "seconds"), "potency-ratio": ("Dose needed", "times untreated"),
    "heat-tolerance": ("Heat tolerance", "times before"), "hyperalgesia-area": ("Hyperalgesia", "area, times before"),
    "withdrawal-fast": ("Withdrawal", "of hours, 0 to 1"), "withdrawal-slow": ("Withdrawal", "of days, 0 to 1"),
    "stimulus": ("Opioid effect", "receptors in work, 0 to 1"),
}  # fmt: skip
_UNITS: Final = {
    "{x naive}": "times untreated",
    "{x baseline}": "times before",
    "{NRS}": "0 to 10",
    "{0-1}": "0 to 1",
    "s": "seconds",
}
_COOL: Final = ("tolerance", "tolerance-fast", "potency-ratio", "relief", "stimulus")
_INK: Final = ("withdrawal-score", "withdrawal-fast", "withdrawal-slow")


STATED: Final = 22.0
"""Height of the line that says what a picture is, in a file that stands alone."""


@dataclass(frozen=True, slots=True)
class Look:
    """The classes of a panel's band, line and words."""

    band: str
    line: str
    words: str


def look_of(measure: str) -> Look:
    """The classes that a measure is drawn with: cool for what the drug does, warm for what hurts."""
    if "/" in measure or measure in _COOL:
        return Look("relief", "dose-line", "tdose")
    if measure in _INK:
        return Look("void", "today", "")
    return Look("band", "mean fine", "tpain")


def titled(measure: str, unit: str) -> tuple[str, str]:
    """A panel's title and the words below it.

    >>> titled("plasma/morphine>M6G", "ng/mL"), titled("tolerance", "{x naive}")
    (('M6G', 'from morphine, in plasma, ng/mL'), ('Tolerance', 'times weaker'))
    """
    if measure in _TITLES:
        return _TITLES[measure]
    kind, _, drug = measure.partition("/")
    if drug:
        where = "in plasma" if kind == "plasma" else "at its site"
        parent, _, name = drug.rpartition(">")
        of = f"from {parent}, " if parent else ""
        return name[:1].upper() + name[1:], f"{of}{where}, {unit}"
    return measure.replace("-", " ").capitalize(), _UNITS.get(unit, unit)


def short(value: float, top: float) -> str:
    """A value in two digits or so; nothing where it is less than a two-hundredth of the axis.

    >>> short(0.234, 1), short(12.34, 40), short(0.001, 1)
    ('0.23', '12', '0')
    """
    if abs(value) < top / 200:
        return "0"
    return amount(float(f"{value:.2g}")) if abs(value) < 100 else amount(round(value))


def description(simulation: Simulation, tracks: Sequence[DoseTrack]) -> str:
    """The picture in sentences, for those who cannot see it."""
    said = [track.words for track in tracks]
    for index, measure in enumerate(simulation.measures):
        title, unit = titled(measure, simulation.units[index])
        curve = np.nan_to_num(simulation.bands[:, index, :])
        first, last, most = curve[0], curve[-1], float(curve[:, 0].max())
        top = max(float(curve.max()), 1e-9)
        start, end, low, high = (short(float(value), top) for value in (first[0], *last))
        band = f" ({low} to {high})" if simulation.people > 1 else ""
        said.append(f"{title}, {unit}: {start} at first, {short(most, top)} at most, {end}{band} at the end.")
    who = (
        "the typical person"
        if simulation.people == 1
        else f"{simulation.people} virtual people, band of 90 %"
    )
    return f"{HYPOTHESIS} Drawn: {who}. " + " ".join(said)


def document(board: Board, title: str, told: str, height: float, theme: Theme | None) -> str:
    """The SVG of what a board holds, `height` high. `told` is its description.

    With a `theme` it stands alone: it holds its colors and size, and says below that it is a hypothesis.
    """
    layout, prefix = board.layout, board.prefix
    if theme is not None:
        height += STATED
        board.words(layout.left, height - 10, HYPOTHESIS, "small", tone="t2")
    root = Element(
        "svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {layout.width:g} {round(height)}",
        class_=f"chart {layout.size}", role="img", aria_labelledby=f"{prefix}-title {prefix}-desc",
    )  # fmt: skip
    if theme is not None:
        root.attributes["width"] = layout.width
        root.attributes["height"] = round(height)
    root.add(Element("title", title, id=f"{prefix}-title"))
    root.add(Element("desc", told, id=f"{prefix}-desc"))
    if theme is not None:
        root.add(Element("style", resolved_css(theme, layout.size)))
        root.add(Path().box(0, 0, layout.width, round(height)).element("ground"))
    root.extend(board.grounds).extend(board.bands).extend(board.marks).extend(board.front)
    return str(root.extend(words.element() for words in board.sheet.words))
