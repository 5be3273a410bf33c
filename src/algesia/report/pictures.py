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


@dataclass(frozen=True, slots=True)
class OnPaper:
    """The picture as an SVG file that stands alone; `ratio` is its height over its width."""

    svg: str
    ratio: float
    alt: str
    key: str


def on_paper(assessment: Assessment) -> OnPaper:
    """Draw the picture for print."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 440"><rect width="880" height="440" fill="#eee"/></svg>'
    return OnPaper(svg, 0.5, "slot", "Each dot is one rating.")
