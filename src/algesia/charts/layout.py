"""The three layouts: screen, paper and phone are laid out each for itself, never scaled into one another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from algesia.charts.labels import Anchor, Box, Role, Sheet, Words
from algesia.charts.metrics import width, wrap
from algesia.charts.scale import TimeScale
from algesia.charts.svg import Element
from algesia.charts.tokens import SIZES, Size

LEAST_PANEL: Final = 60.0
"""A panel lower than this cannot be read."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Measures of one layout, in units of its viewBox.

    Labels stand in a column left of `left` on screen and paper, above each panel on the phone; values of today
    stand right of `right`, on the phone in the panel's heading.
    """

    size: Size
    width: float
    left: float
    right: float
    pain: float
    dose: float
    second: float
    between: float
    row: float
    columns: int

    def taller(self, by: float, scored: bool) -> Layout:
        """The same layout with `by` units more height in its panels: two thirds for pain where it is `scored`."""
        pain = by * 2 / 3 if scored else 0.0
        return replace(self, pain=self.pain + pain, dose=max(self.dose + by - pain, LEAST_PANEL))

    @property
    def narrow(self) -> bool:
        """Whether there is no label column."""
        return self.size == "phone"

    @property
    def notes(self) -> float:
        """Where the words right of the plot begin."""
        return self.right + 10

    def px(self, role: Role) -> float:
        """The font size of a role."""
        return SIZES[self.size][role]

    @property
    def line(self) -> float:
        """The distance of two lines of small text."""
        return round(self.px("small") * 1.25)


LAYOUTS: Final[dict[Size, Layout]] = {
    "wide": Layout("wide", 1200, 176, 1088, 252, 134, 72, 34, 27, 3),
    "paper": Layout("paper", 880, 168, 766, 176, 96, 60, 30, 22, 2),
    "phone": Layout("phone", 358, 42, 346, 176, 92, 64, 32, 44, 1),
}


class Board:
    """A picture being drawn: the layout, the axis of days, layers of marks from back to front, and the words."""

    def __init__(self, layout: Layout, time: TimeScale, prefix: str) -> None:
        self.layout = layout
        self.time = time
        self.prefix = prefix
        self.sheet = Sheet(layout.size, layout.width)
        self.grounds: list[Element] = []
        self.bands: list[Element] = []
        self.marks: list[Element] = []
        self.front: list[Element] = []

    def words(
        self,
        x: float,
        y: float,
        text: str,
        role: Role = "text",
        *,
        bold: bool = False,
        tone: str = "",
        anchor: Anchor = "start",
    ) -> None:
        """Write words that must stand."""
        self.sheet.write(Words(x, y, text, role, bold, tone, anchor))

    def axis_number(self, y: float, text: str) -> None:
        """A number left of the axis, or on its grid line where the margin is too narrow for it."""
        gap = 5 if self.layout.narrow else 8
        room = self.layout.left - gap - (0 if self.layout.narrow else 60)
        if width(text, self.layout.px("text")) <= room:
            self.words(self.layout.left - gap, y + 4.5, text, "text", tone="t2", anchor="end")
        else:
            self.words(self.layout.left + 3, y + 13, text, "text", tone="t2 halo")

    def heading(self, top: float, title: str, notes: tuple[str, ...], tone: str, highest: str) -> None:
        """The name of a panel with its notes, in the label column; `highest` is the number beside it on the axis."""
        layout = self.layout
        column = layout.left - 8 - width(highest, layout.px("text")) - 6
        role: Role = "head" if width(title, layout.px("head"), True) <= column else "text"
        y = top + 6
        for part in wrap(title, column, layout.px(role), bold=True):
            self.words(0, y, part, role, bold=True, tone=tone)
            y += layout.px(role) * 1.15
        y -= 1
        column = layout.left - 38
        for note in notes:
            for part in wrap(note, column, layout.px("text")):
                self.words(0, y, part, "text", tone="t2")
                y += layout.px("text") * 1.26

    def reserve(self, left: float, top: float, right: float, bottom: float) -> None:
        """Keep words that may be left out away from a mark."""
        self.sheet.keep_free(Box(left, top, right, bottom))
