"""The small pictures of the pages on the simulator: lines over time, intervals around an observation, widths.

Plain SVG files that stand alone, in the colors of light on paper: cool is the medicine, warm is the pain.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from algesia.charts.labels import apart
from algesia.charts.metrics import shorten
from algesia.charts.scale import amount, nice_top
from algesia.charts.svg import Element, Path
from algesia.charts.tokens import resolved_css
from algesia.mechanism.model import Floats

WIDE: Final = 880
LEFT: Final = 60.0
RIGHT: Final = 660.0
LOOKS: Final = {
    "warm": ("mean fine", "tpain"),
    "cool": ("dose-line", "tdose"),
    "ink": ("today", ""),
    "dots": ("before", "t2"),
}
ROW: Final = 17
SPAN: Final = 120.0
"""Percent of error at the ends of the picture of intervals; what lies beyond is drawn at the end."""


class Line(NamedTuple):
    """One curve: its words, its look (a key of `LOOKS`) and its values."""

    words: str
    look: str
    values: Floats


class Panel(NamedTuple):
    """Curves on one axis of values. Without a `top` the axis ends above the highest; `low` is where it begins."""

    title: str
    lines: tuple[Line, ...]
    top: float | None = None
    low: float = 0.0


class Bar(NamedTuple):
    """A prediction beside its observation, all in percent of error: the interval, its middle, the held-out middle."""

    study: str
    words: str
    low: float
    middle: float
    high: float
    held: float | None
    hit: bool


def words(x: float, y: float, text: str, look: str = "", role: str = "ts", anchor: str = "start") -> Element:
    """A line of text."""
    return Element("text", text, x=x, y=y, class_=f"{role} {look}".strip(), text_anchor=anchor)


def document(title: str, told: str, height: float, parts: Sequence[Element]) -> str:
    """An SVG file with its title and description, on the color of paper."""
    root = Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDE} {round(height)}", role="img",
                   width=WIDE, height=round(height))  # fmt: skip
    root.add(Element("title", title), Element("desc", told), Element("style", resolved_css("light", "wide")))
    root.add(Path().box(0, 0, WIDE, round(height)).element("ground"))
    return str(root.extend(parts)) + "\n"


def lines_over_time(
    title: str, told: str, at: Floats, unit: str, panels: Sequence[Panel], marks: Sequence[float] = ()
) -> str:
    """Panels of curves on one axis of time. `marks` are moments that get a dotted upright line."""
    parts: list[Element] = []
    first, last = float(at[0]), float(at[-1])
    top, tall = 30.0, 120.0

    def x(t: float) -> float:
        return LEFT + (RIGHT - LEFT) * (t - first) / (last - first)

    bottom = top
    for panel in panels:
        bottom = top + tall
        highest = (
            panel.top
            if panel.top is not None
            else nice_top(max(float(one.values.max()) for one in panel.lines))
        )
        scale = tall / (highest - panel.low)
        parts.append(words(LEFT, top - 8, panel.title, "tb", "text"))
        grid = Path().move(LEFT, top).across(RIGHT)
        parts += [grid.element("grid"), Path().move(LEFT, bottom).across(RIGHT).element("axis")]
        parts += [
            words(LEFT - 6, top + 5, amount(highest), "t2", anchor="end"),
            words(LEFT - 6, bottom, amount(panel.low), "t2", anchor="end"),
        ]
        upright = Path()
        for mark in marks:
            upright.move(x(mark), top).down(bottom)
        if marks:
            parts.append(upright.element("stem"))
        ends = apart(
            [bottom - scale * (float(one.values[-1]) - panel.low) for one in panel.lines],
            17.0,
            top,
            bottom + 6,
        )
        for one, end in zip(panel.lines, ends, strict=True):
            line, tone = LOOKS[one.look]
            points = [
                (x(float(t)), bottom - scale * (float(v) - panel.low))
                for t, v in zip(at, one.values, strict=True)
            ]
            parts.append(Path().polyline(points).element(line))
            parts.append(words(RIGHT + 8, end + 4, one.words, tone))
        top = bottom + 40
    step = nice_step(last - first)
    tick = step * -(-first // step)
    while tick <= last + 1e-9:
        parts.append(Path().move(x(tick), bottom).down(bottom + 5).element("axis"))
        parts.append(words(x(tick), bottom + 20, amount(round(tick, 6) + 0.0), "t2", anchor="middle"))
        tick += step
    parts.append(words(RIGHT + 24, bottom + 20, unit, "t2"))
    return document(title, told, bottom + 30, parts)


def nice_step(span: float) -> float:
    """A round distance of ticks, about eight on the axis.

    >>> nice_step(2.5), nice_step(30), nice_step(900)
    (0.5, 5.0, 200.0)
    """
    size = 0.1
    while True:
        for one in (1.0, 2.0, 5.0):
            if span / (one * size) <= 8.0:
                return one * size
        size *= 10.0


def intervals(title: str, told: str, bars: Sequence[Bar]) -> str:
    """Each interval around what was observed (the upright line at 0): warm where it misses."""
    middle, left, right = 600.0, 430.0, 770.0
    scale = (right - middle) / SPAN
    parts: list[Element] = []
    y, study = 56.0, ""

    def x(value: float) -> float:
        return middle + scale * min(max(value, -SPAN), SPAN)

    for bar in bars:
        if bar.study != study:
            y += 6 if study else 0
            study = bar.study
            parts.append(words(8, y + 5, study, "tb"))
        parts.append(words(left - 14, y + 5, shorten(bar.words, 250, 13), "t2", anchor="end"))
        line, dot = ("dose-line", "tdose") if bar.hit else ("mean", "tpain")
        parts.append(Path().move(x(bar.low), y).across(x(bar.high)).element(line))
        parts.append(Element("circle", cx=x(bar.middle), cy=y, r=4, class_=dot))
        if bar.held is not None:
            parts.append(Element("circle", cx=x(bar.held), cy=y, r=4, class_="unknown"))
        y += ROW
    upright = Path().move(middle, 40).down(y)
    head = [
        words(x(v), 30, f"{v:+.0f}" if v else "observed", "t2", anchor="middle")
        for v in (-100.0, -50.0, 0.0, 50.0, 100.0)
    ]
    grid = Path()
    for value in (-100.0, -50.0, 50.0, 100.0):
        grid.move(x(value), 40).down(y)
    return document(title, told, y + 14, [*head, grid.element("grid"), upright.element("today"), *parts])


def widths(title: str, told: str, rows: Sequence[tuple[str, float, str]], limit: float) -> str:
    """How wide each parameter's posterior is beside its prior: a bar from 0; warm above the limit."""
    left, right = 260.0, 640.0
    scale = right - left
    parts: list[Element] = []
    y = 56.0
    for symbol, share, note in rows:
        parts.append(words(left - 12, y + 5, symbol, "", anchor="end"))
        open_ = share > limit
        parts.append(
            Path().move(left, y).across(left + scale * share).element("mean" if open_ else "dose-line")
        )
        parts.append(
            words(
                left + scale * share + 8, y + 5, f"{share:.2f} {note}".strip(), "tpain" if open_ else "tdose"
            )
        )
        y += ROW
    head = [words(left + scale * v, 30, f"{v:g}", "t2", anchor="middle") for v in (0.0, 0.5, 1.0)]
    grid = Path()
    for value in (0.5, 1.0):
        grid.move(left + scale * value, 40).down(y)
    return document(
        title,
        told,
        y + 14,
        [*head, grid.element("grid"), Path().move(left, 40).down(y).element("axis"), *parts],
    )
