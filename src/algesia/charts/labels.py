"""Words on the picture: what is taken, what is still free, and how change labels stand side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

from algesia.charts.metrics import ASCENT, DESCENT, width
from algesia.charts.svg import Element
from algesia.charts.tokens import SIZES, Size

Role: TypeAlias = Literal["small", "text", "large", "head"]
Anchor: TypeAlias = Literal["start", "middle", "end"]

_CLASS: Final[dict[Role, str]] = {"small": "ts", "text": "", "large": "tl", "head": "th"}


class Box(NamedTuple):
    """A rectangle in units of the viewBox."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two rectangles share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text at its place. `x` is where `anchor` says; `y` is the baseline."""

    x: float
    y: float
    text: str
    role: Role = "text"
    bold: bool = False
    tone: str = ""
    anchor: Anchor = "start"

    def box(self, size: Size) -> Box:
        """The rectangle the line needs."""
        px = SIZES[size][self.role]
        wide = width(self.text, px, self.bold)
        left = self.x - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        return Box(left, self.y - ASCENT * px, left + wide, self.y + DESCENT * px)

    def element(self) -> Element:
        """The SVG text."""
        names = " ".join(name for name in (_CLASS[self.role], "tb" if self.bold else "", self.tone) if name)
        anchor = None if self.anchor == "start" else self.anchor
        return Element("text", self.text, x=self.x, y=self.y, class_=names or None, text_anchor=anchor)


class Sheet:
    """The words written so far. Words that may be left out are written only where nothing stands."""

    def __init__(self, size: Size, width: float) -> None:
        self.size: Size = size
        self.width = width
        self.words: list[Words] = []
        self._taken: list[Box] = []

    def keep_free(self, box: Box) -> None:
        """Reserve a rectangle for a mark."""
        self._taken.append(box)

    def free(self, box: Box) -> bool:
        """Whether a rectangle lies inside the picture and meets nothing taken."""
        inside = box.left >= 0 and box.right <= self.width and box.top >= 0
        return inside and not any(box.meets(other) for other in self._taken)

    def write(self, *lines: Words) -> None:
        """Write lines that must stand; their place is the layout's duty."""
        for line in lines:
            if line.text:
                self.words.append(line)
                self._taken.append(line.box(self.size))

    def offer(self, *lines: Words, pad: float = 0) -> bool:
        """Write all of the lines if all of them find free ground, else none; says which."""
        for line in lines:
            box = line.box(self.size)
            if not self.free(Box(box.left - pad, box.top, box.right + pad, box.bottom)):
                return False
        self.write(*lines)
        return True


def place(
    stems: Sequence[float], widths: Sequence[float], left: float, right: float, gap: float = 10
) -> tuple[Anchor, ...] | None:
    """Which way each label leaves its stem so that none come closer than `gap`, or ``None`` if there is no way.

    A label starts at its stem, or ends `gap` before it where that makes room. Of all ways the one with the
    fewest labels that end before their stem is taken.

    >>> place((10, 12, 200), (40, 40, 40), 0, 210)
    >>> place((60, 62, 200), (40, 40, 40), 0, 210)
    ('end', 'start', 'end')
    """
    # For each way the last label can leave: how many labels end before their stem, where it ends, all ways.
    best: list[tuple[int, float, tuple[Anchor, ...]]] = [(0, left - gap, ())]
    for stem, wide in zip(stems, widths, strict=True):
        following: list[tuple[int, float, tuple[Anchor, ...]]] = []
        options: tuple[tuple[Anchor, float, int], ...] = (("start", stem, 0), ("end", stem - gap - wide, 1))
        for anchor, begin, cost in options:
            if begin < left or begin + wide > right:
                continue
            ways = [(paid + cost, way) for paid, until, way in best if begin >= until + gap]
            if ways:
                paid, way = min(ways)
                following.append((paid, begin + wide, (*way, anchor)))
        if not following:
            return None
        best = following
    return min(best)[2]


def levels(centers: Sequence[float], size: float, rows: int) -> tuple[int | None, ...]:
    """The lowest row for each mark of width `size` in which it meets no earlier one; ``None`` where all are full.

    >>> levels((10, 15, 18, 40), 20, 2)
    (0, 1, None, 0)
    """
    until = [float("-inf")] * rows
    chosen: list[int | None] = []
    for center in centers:
        row = next((index for index in range(rows) if center - size / 2 >= until[index]), None)
        if row is not None:
            until[row] = center + size / 2
        chosen.append(row)
    return tuple(chosen)


def apart(wanted: Sequence[float], gap: float, top: float, bottom: float) -> tuple[float, ...]:
    """Heights near the wanted ones, in the same order, at least `gap` apart and between `top` and `bottom`.

    >>> apart((50, 52, 90), 20, 0, 100)
    (41.0, 61.0, 90.0)
    """
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    blocks: list[list[float]] = []
    counts: list[int] = []
    for index in order:
        blocks.append([wanted[index]])
        counts.append(1)
        while len(blocks) > 1 and _middle(blocks[-1]) - _half(counts[-1], gap) < _middle(blocks[-2]) + _half(
            counts[-2], gap
        ):
            last = blocks.pop()
            blocks[-1].extend(last)
            moved = counts.pop()
            counts[-1] += moved
    placed: list[float] = []
    for block in blocks:
        start = _middle(block) - (len(block) - 1) * gap / 2
        placed.extend(start + step * gap for step in range(len(block)))
    low = top
    for position, value in enumerate(placed):
        placed[position] = low = max(value, low)
        low += gap
    high = bottom
    for position in range(len(placed) - 1, -1, -1):
        placed[position] = high = min(placed[position], high)
        high -= gap
    result = [0.0] * len(wanted)
    for position, index in enumerate(order):
        result[index] = placed[position]
    return tuple(result)


def _middle(block: Sequence[float]) -> float:
    return sum(block) / len(block)


def _half(count: int, gap: float) -> float:
    return count * gap / 2
