"""The small pictures of "Why more can become less": a dose without numbers above, pain from 0 to 10 below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algesia.charts.labels import Words
from algesia.charts.layout import LAYOUTS, Board
from algesia.charts.metrics import width
from algesia.charts.scale import TimeScale, ValueScale
from algesia.charts.svg import Element, Path

if TYPE_CHECKING:
    from algesia.mechanism.model import Floats

MONTH: float = 365.25 / 12
DOSE_TOP, DOSE_FOOT, PAIN_TOP, PAIN_FOOT = 30.0, 96.0, 142.0, 300.0


@dataclass(frozen=True, slots=True)
class Level:
    """A dose, as a multiple of the first, over days ``[start, end)``; `words` stand in it."""

    start: float
    end: float
    times: float
    words: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """Pain by day, from day 0 on. `look` is "mean" (bold), "today" (thin) or "before" (dotted).

    The name stands below the lines, or `above` them, with a leader to the curve at day `at`.
    """

    values: Floats
    look: str
    words: str = ""
    at: int = 0
    above: bool = False


def why_picture(
    levels: Sequence[Level], curves: Sequence[Curve], days: int, description: str, prefix: str = "why"
) -> str:
    """One SVG element. The axis runs over `days` even where the curves end before."""
    layout = LAYOUTS["phone"]
    board = Board(layout, TimeScale(0, days, layout.left, layout.right), prefix)
    dose, pain = ValueScale(2, DOSE_FOOT, DOSE_TOP), ValueScale(10, PAIN_FOOT, PAIN_TOP)
    board.words(0, DOSE_TOP - 14, "Dose", "head", bold=True, tone="tdose")
    board.words(0, PAIN_TOP - 18, "Pain, 0 to 10", "head", bold=True, tone="tpain")
    _dose(board, levels, dose)
    for value in (10, 5, 0):
        name = "axis" if value == 0 else "grid"
        board.grounds.append(Path().move(layout.left, pain.y(value)).across(layout.right).element(name))
        board.axis_number(pain.y(value), str(value))
    for curve in curves:
        at = [(board.time.x(day + 0.5), pain.y(float(value))) for day, value in enumerate(curve.values)]
        board.front.append(Path().polyline(at).element(curve.look))
    _named(board, curves, pain)
    _months(board, days)
    root = Element(
        "svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {layout.width:g} {PAIN_FOOT + 28:g}", class_="chart phone",
        role="img", aria_labelledby=f"{prefix}-title {prefix}-desc",
    )  # fmt: skip
    root.add(Element("title", "Dose and pain in a model", id=f"{prefix}-title"))
    root.add(Element("desc", description, id=f"{prefix}-desc"))
    root.extend(board.grounds).extend(board.bands).extend(board.marks).extend(board.front)
    return str(root.extend(words.element() for words in board.sheet.words))


def _dose(board: Board, levels: Sequence[Level], y: ValueScale) -> None:
    layout = board.layout
    area, line = Path(), Path().move(layout.left, y.bottom)
    board.grounds.append(Path().move(layout.left, y.bottom).across(layout.right).element("axis"))
    for level in levels:
        left, right, top = board.time.inside(level.start), board.time.inside(level.end), y.y(level.times)
        area.box(left, top, right, y.bottom)
        line.across(left).down(top).across(right)
        if level.words and right - left > width(level.words, layout.px("text"), True) + 8:
            board.words(left + 5, top + 17, level.words, "text", bold=True, tone="tdose")
    board.bands.append(area.element("dose-area"))
    board.front.append(line.down(y.bottom).element("dose-line"))


def _named(board: Board, curves: Sequence[Curve], y: ValueScale) -> None:
    """The names of the lines, in the free ground, each with a leader; those below one above the other."""
    layout, row = board.layout, 0
    px = layout.px("text")
    for curve in curves:
        if not curve.words:
            continue
        x, at = board.time.x(curve.at + 0.5), y.y(float(curve.values[curve.at]))
        wide = width(curve.words, px, True)
        left = min(max(x - wide / 2, layout.left + 4), layout.right - wide - 2)
        base = y.ceiling + px + 4 if curve.above else y.bottom - 12 - 19 * row
        board.sheet.write(Words(left, base, curve.words, "text", True, "halo"))
        end = base + 5 if curve.above else base - px
        if abs(at - end) > 4 and (at > end) == curve.above:
            board.marks.append(Path().move(x, at).down(end).element("lead"))
        row += not curve.above


def _months(board: Board, days: int) -> None:
    layout, lines = board.layout, Path()
    step = 2 if days < 300 else 4
    for month in range(0, int(days / MONTH) + 1, step):
        x = board.time.x(month * MONTH)
        lines.move(x, PAIN_FOOT).down(PAIN_FOOT + 5)
        text = "start" if month == 0 else f"{month} months" if month == step else str(month)
        if x + width(text, layout.px("text")) <= layout.width:
            board.words(x, PAIN_FOOT + 19, text, "text", tone="t2")
    board.marks.append(lines.element("axis"))
