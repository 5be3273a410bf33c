"""A visual predictive check as a picture: the model's interval of each percentile, and the observed ones as lines.

Warm is pain, cool is a concentration. A ring is an observed percentile outside its interval, so that it is never told
by color alone.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from algesia.charts.labels import Words, apart
from algesia.charts.layout import LAYOUTS, Board
from algesia.charts.metrics import width
from algesia.charts.scale import TimeScale, ValueScale, amount, nice_top, ticks
from algesia.charts.simulation_looks import HYPOTHESIS, document, look_of, titled
from algesia.charts.svg import Element, Path
from algesia.charts.tokens import Theme
from algesia.mechanism.check import SCORED, TOP
from algesia.mechanism.vpc import Vpc

HEIGHT: Final = 340.0
CEILING: Final = 20.0
MOST_DOTS: Final = 2_000
"""From so many observations on, the dots would be a block and are left out."""
ALONE: Final = 24.0
"""How far to each side the interval and the line go, where all observations have one time."""
TITLE: Final = "Observed beside the model"
KEY: Final = (
    "Filled: where 90 of 100 replicates of the model have this percentile. Line: the observed percentile."
)
RING: Final = " Ring: outside."
DOTS: Final = " Dots: the observations"
LARGER: Final = ", larger where more are equal"


class _Marks(NamedTuple):
    """Classes of the dots, of the intervals (the median's, the others'), of their edges, of the lines, of the words."""

    dots: str
    middle: str
    outer: str
    edge: str
    median: str
    line: str
    words: str


_WARM: Final = _Marks("dots", "hurts", "band", "range", "mean", "mean fine", "tpain")
_COOL: Final = _Marks("hatch", "relief", "dose-area", "dose-edge", "dose-line", "hatch", "tdose")
SIZES: Final = ((0.4, "d1"), (0.75, "d2"), (1.0, "d3"))
"""Up to which share of the widest dot each class goes, where observations coincide."""


def time_unit(last_h: float, measure: str) -> tuple[float, str]:
    """The unit in which times up to `last_h` are told, in hours, and its name; a pain score is a day's.

    >>> time_unit(300.0, "tolerance"), time_unit(12.0, "tolerance"), time_unit(12.0, "pain-nrs")
    ((24.0, 'day'), (1.0, 'hour'), (24.0, 'day'))
    """
    if last_h >= 72 or measure == SCORED:
        return 24.0, "day"
    return (1.0, "hour") if last_h >= 2 else (1 / 60, "minute")


def check_picture(
    found: Vpc,
    times_h: Sequence[float],
    values: Sequence[float],
    measure: str,
    unit: str,
    *,
    prefix: str = "check",
    inline_colors: Theme | None = None,
) -> str:
    """Draw a check as one SVG element without style attributes; the same check gives the same bytes.

    Parameters
    ----------
    times_h, values
        The observations, drawn as dots where there are fewer than `MOST_DOTS`.
    inline_colors
        Put a stylesheet with the colors of this theme inside, for a file that stands alone.
    """
    layout = LAYOUTS["wide"]
    unit_h, name = time_unit(float(found.edges[-1]), measure)
    first = math.floor(found.edges[0] / unit_h)
    end = max(math.ceil(max(times_h) / unit_h), math.ceil(found.edges[-1] / unit_h), first + 1)
    if found.n.size == 1:
        first, end = max(first - 1, 0), end + 1
    board = Board(layout, TimeScale(first, end, layout.left, layout.right), prefix)
    dots = len(values) < MOST_DOTS
    highest = max(float(found.high.max()), float(found.observed.max()), max(values) if dots else 0.0)
    y = ValueScale(TOP if measure == SCORED else nice_top(highest), CEILING + HEIGHT, CEILING)
    marks = _COOL if look_of(measure).words == "tdose" else _WARM
    _frame(board, y, *titled(measure, unit), marks.words)
    equal = dots and _dots(board, y, zip(times_h, values, strict=True), unit_h, marks)
    outside = _percentiles(board, y, found, unit_h, marks)
    _axis(board, y.bottom, name)
    size = found.observed.size
    told = f"{size - outside} of {size} observed percentiles lie within the model's 90 % interval."
    board.words(layout.left, y.bottom + 48, told, "large", bold=True)
    key = KEY + (RING if outside else "") + (f"{DOTS}{LARGER if equal else ''}." if dots else "")
    board.words(layout.left, y.bottom + 70, key, "small", tone="t2")
    observed, bins = _counted(int(found.n.sum()), "observation"), _counted(found.n.size, "bin")
    told = f"{measure}: {observed} in {bins} of time. {told} {HYPOTHESIS}"
    return document(board, TITLE, told, y.bottom + 82, inline_colors)


def _frame(board: Board, y: ValueScale, title: str, unit: str, words: str) -> None:
    layout = board.layout
    for share in (0.5, 1.0):
        height = y.y(share * y.top)
        board.grounds.append(Path().move(layout.left, height).across(layout.right).element("grid"))
        board.axis_number(height, amount(share * y.top))
    board.grounds.append(Path().move(layout.left, y.bottom).across(layout.right).element("axis"))
    board.axis_number(y.bottom, "0")
    board.heading(y.ceiling, title, (unit, "observed beside", "the model"), words, amount(y.top))


def _dots(
    board: Board, y: ValueScale, at: Iterable[tuple[float, float]], unit_h: float, marks: _Marks
) -> bool:
    """The observations; whether some coincide."""
    counted = Counter((round(board.time.x(hour / unit_h), 1), y.y(value)) for hour, value in at)
    most = max(counted.values())
    sizes: dict[str, Path] = {}
    for place, count in counted.items():
        size = next(name for share, name in SIZES if math.sqrt(count / most) <= share) if most > 1 else "d2"
        sizes.setdefault(size, Path()).points([place])
    for size, path in sorted(sizes.items()):
        element = path.element(f"{marks.dots} {size}", stroke_linecap="round", stroke_opacity=0.6)
        board.marks.append(element)
    return most > 1


def _percentiles(board: Board, y: ValueScale, found: Vpc, unit_h: float, marks: _Marks) -> int:
    """Intervals from the outer percentiles to the median, then the lines; how many lie outside."""
    xs = [board.time.x(float(hour) / unit_h) for hour in found.time]
    wide = [board.time.x(float(found.edges[0]) / unit_h), *xs, board.time.x(float(found.edges[-1]) / unit_h)]
    if len(xs) == 1:
        wide = [max(xs[0] - ALONE, board.layout.left), xs[0], xs[0] + ALONE]
    rings: list[tuple[float, float]] = []
    ends: list[tuple[float, str, bool]] = []
    edges: list[Element] = []
    for j in sorted(range(len(found.percentiles)), key=lambda j: found.percentiles[j] == 50):
        middle = found.percentiles[j] == 50
        low, high = ([y.y(float(v)) for v in values[:, j]] for values in (found.low, found.high))
        upper = list(zip(wide, (high[0], *high, high[-1]), strict=True))
        lower = list(zip(wide, (low[0], *low, low[-1]), strict=True))
        area = Path().polyline([*upper, *reversed(lower)]).close()
        board.bands.append(
            area.element(marks.middle, fill_opacity=0.16) if middle else area.element(marks.outer)
        )
        edges += (
            []
            if middle
            else [Path().polyline(upper).polyline(lower).element(marks.edge, stroke_dasharray="2 3")]
        )
        seen = [y.y(float(value)) for value in found.observed[:, j]]
        points = (
            list(zip(xs, seen, strict=True)) if len(xs) > 1 else [(wide[0], seen[0]), (wide[-1], seen[0])]
        )
        line = Path().polyline(points)
        board.front.append(line.element(marks.median if middle else marks.line))
        out = (found.observed[:, j] < found.low[:, j]) | (found.observed[:, j] > found.high[:, j])
        rings += [(x, height) for x, height, ring in zip(xs, seen, out, strict=True) if ring]
        ends.append((seen[-1], "median" if middle else f"{found.percentiles[j]:g} %", middle))
    board.bands += edges
    board.front += [Element("circle", cx=x, cy=height, r=5, class_="ring") for x, height in rings]
    heights = apart([end for end, _, _ in ends], board.layout.line + 2, y.ceiling, y.bottom - 8)
    for height, (_, text, middle) in zip(heights, ends, strict=True):
        board.words(board.layout.notes, height + 4.5, text, "text", bold=middle, tone=marks.words)
    return len(rings)


def _axis(board: Board, bottom: float, name: str) -> None:
    layout, time = board.layout, board.time
    lines = Path()
    for tick in ticks(time.first, time.end + 1, 0, max(int((layout.right - layout.left) / 72), 2)):
        x = time.x(tick.day)
        lines.move(x, bottom).down(bottom + 5)
        text = tick.words[0].replace("day", name)
        anchor_end = x + width(text, layout.px("text")) > layout.width
        board.sheet.offer(
            Words(x, bottom + 19, text, "text", False, "t2", "end" if anchor_end else "start"), pad=3
        )
    board.marks.append(lines.element("axis"))


def _counted(count: int, one: str) -> str:
    return f"{count} {one}{'' if count == 1 else 's'}"
