"""The pictures of a review, drawn for page, phone and paper by `algesia.charts`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from algesia.assessment.model import Assessment
from algesia.charts.draw import dose_and_pain
from algesia.charts.picture import Picture, picture_of
from algesia.charts.table import Table, data_table, reading_help


@dataclass(frozen=True, slots=True)
class OnPage:
    """The same picture for desk, phone and print, as markup, with its data as tables and its reading help as text."""

    wide: str
    phone: str
    paper: str
    tables: tuple[Table, ...]
    key: str


@dataclass(frozen=True, slots=True)
class OnPaper:
    """The picture as an SVG file that stands alone; `ratio` is its height over its width."""

    svg: str
    ratio: float
    alt: str
    key: str


def on_page(assessment: Assessment, first: int | None = None) -> OnPage:
    """Draw the picture for a page, from `first` on where only the last days are wanted."""
    return drawn(picture_of(assessment, first))


def drawn(picture: Picture) -> OnPage:
    """Draw a prepared picture for a page."""
    return OnPage(
        dose_and_pain(picture, "wide", prefix="wide"), dose_and_pain(picture, "phone", prefix="phone"),
        dose_and_pain(picture, "paper", prefix="paper"), data_table(picture), reading_help(picture),
    )  # fmt: skip


def on_paper(picture: Picture, taller: float = 0) -> OnPaper:
    """Draw the picture for print, its panels `taller` by so many of the 880 units of its width."""
    svg = dose_and_pain(picture, "paper", inline_colors="print", taller=taller)
    # typst's SVG reader drops a path without extent, such as a single dot
    svg = re.sub(r'(d="M[\d.]+ [\d.]+h)0"', r'\g<1>.01"', svg)
    return OnPaper(svg, _ratio(svg), alternative(picture), reading_help(picture))


def alternative(picture: Picture) -> str:
    """The picture in words, for those who cannot see it."""
    return f"{picture.title}. {picture.description}"


def _ratio(svg: str) -> float:
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if box is None:
        raise ValueError("the picture has no viewBox")
    return float(box[2]) / float(box[1])
