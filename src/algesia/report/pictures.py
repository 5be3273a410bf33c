"""The pictures of a review, drawn for page, phone and paper by `algesia.charts`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from algesia.assessment.model import Assessment
from algesia.charts.draw import dose_and_pain
from algesia.charts.picture import Picture, picture_of

READING: Final = (
    "Each dot is one rating, or one day of a dense diary. The line is the running mean with its band; it starts anew at "
    "every dose change and stops where there are no entries. Shaded: pain below its level before the change (dotted). "
    "Signs: bar, present; open ring, asked and absent; faint dots, not asked."
)
"""The reading help below the picture."""


@dataclass(frozen=True, slots=True)
class OnPage:
    """The same picture for desk and phone, and its data as a table. All three are markup."""

    wide: str
    phone: str
    table: str


@dataclass(frozen=True, slots=True)
class OnPaper:
    """The picture as an SVG file that stands alone; `ratio` is its height over its width."""

    svg: str
    ratio: float
    alt: str


def on_page(assessment: Assessment) -> OnPage:
    """Draw the picture for a page."""
    picture = picture_of(assessment)
    return OnPage(dose_and_pain(picture, "wide", prefix="wide"), dose_and_pain(picture, "phone", prefix="phone"), "")


def on_paper(assessment: Assessment) -> OnPaper:
    """Draw the picture for print."""
    picture = picture_of(assessment)
    svg = dose_and_pain(picture, "paper", inline_colors="print")
    return OnPaper(svg, _ratio(svg), alternative(picture))


def alternative(picture: Picture) -> str:
    """The picture in words, for those who cannot see it."""
    return f"{picture.title}. {picture.description}"


def _ratio(svg: str) -> float:
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if box is None:
        raise ValueError("the picture has no viewBox")
    return float(box[2]) / float(box[1])
