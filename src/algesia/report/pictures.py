"""The pictures of a review, drawn once for page, phone and paper by `algesia.charts`."""

from __future__ import annotations

from dataclasses import dataclass

from algesia.assessment.model import Assessment


@dataclass(frozen=True, slots=True)
class Drawn:
    """The same picture laid out for each width, its data as a table, and the line of reading help."""

    wide: str
    phone: str
    table: str
    key: str


def drawn(assessment: Assessment) -> Drawn:
    """Draw the picture of an assessment."""
    svg = '<svg class="chart" viewBox="0 0 1200 500" role="img" aria-label="slot"><rect class="void" width="1200" height="500"/></svg>'
    return Drawn(svg, svg, "<table><tr><td>slot</td></tr></table>", "Each dot is one rating.")
