"""The simulator's picture: pain large, what the medicine changes of it, and the strips of `algesia.charts` below.

Two bands mean two things and stand in two panels: how far 90 of 100 virtual people of one model differ in their pain,
and how far 90 of 100 models that fit the studies differ in what the medicine changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from algesia.charts.labels import Anchor, Words
from algesia.charts.layout import LAYOUTS, Board
from algesia.charts.metrics import shorten, width
from algesia.charts.scale import TimeScale, ValueScale, nice_top
from algesia.charts.simulation import simulation_picture
from algesia.charts.svg import Element, Path
from algesia.charts.table import Table
from algesia.report.pictures import OnPage
from algesia.web.model_form import WITHOUT
from algesia.web.model_run import DAY_H, Ran

if TYPE_CHECKING:
    from algesia.charts.tokens import Size
    from algesia.mechanism.model import Floats

HEIGHT: Final[dict[Size, float]] = {"wide": 220, "paper": 190, "phone": 176}
CHANGE: Final[dict[Size, float]] = {"wide": 130, "paper": 120, "phone": 120}
LEAST_CHANGE: Final = 1.0
"""The panel of what the medicine changes reaches at least this many points up and down."""
TITLE: Final = "Simulated pain"
HYPOTHESIS: Final = "A model's hypothesis. Not a prediction for this person, no dose advice."
KEY: Final = (
    "Pain: bold, the typical person; filled, 90 of 100 virtual people; dotted, without medicine. Change: filled, 90 of 100 "
    "models that fit the studies; thin, the model without {part}. Below: the median person and 90 of 100 people."
)
ROWS: Final = 28


@dataclass(frozen=True, slots=True)
class Mark:
    """A day with a word above it: today, or where the dose changes."""

    day: float
    words: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn beside the curves. `dots` are a person's own entries as (day, score)."""

    without: str
    marks: tuple[Mark, ...] = ()
    dots: tuple[tuple[float, float], ...] = ()


def on_page(ran: Ran, shown: Shown) -> OnPage:
    """The picture for the column beside the controls (and print) and for the phone, with its table and its reading help."""

    def both(size: Size, prefix: str) -> str:
        strips = simulation_picture(ran.people, ran.question.orders, size, prefix=f"{prefix}-parts")
        return f"{pain_picture(ran, shown, size, prefix)}{strips}"

    key = KEY.format(part=WITHOUT.get(shown.without, "nothing")) + (
        " Dots: this person's own entries." if shown.dots else ""
    )
    return OnPage("", both("phone", "phone"), both("paper", "paper"), (table(ran, shown),), key)


def pain_picture(ran: Ran, shown: Shown, size: Size, prefix: str) -> str:
    """Pain on 0 to 10 and what the medicine changes of it, on the same axis of days as the strips."""
    layout = LAYOUTS[size]
    days = ran.people.times_h / DAY_H
    end = max(math.ceil(float(days[-1]) - 1e-9), 1)
    board = Board(layout, TimeScale(0, end, layout.left, layout.right), prefix)
    xs = [board.time.x(float(day)) for day in days]
    top = 44.0 if layout.narrow else 30.0
    bottom = top + HEIGHT[size]
    _marks(board, shown.marks, top)
    _pain(board, ran, shown, xs, top, bottom)
    top = bottom + (40 if layout.narrow else 26)
    bottom = top + CHANGE[size]
    low, high = _change(board, ran, shown, xs, top, bottom)
    root = Element(
        "svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {layout.width:g} {round(bottom + 14)}",
        class_=f"chart {size}", role="img", aria_labelledby=f"{prefix}-title {prefix}-desc",
    )  # fmt: skip
    root.add(Element("title", TITLE, id=f"{prefix}-title"))
    root.add(Element("desc", _description(ran, shown, low, high), id=f"{prefix}-desc"))
    root.extend(board.grounds).extend(board.bands).extend(board.marks).extend(board.front)
    return str(root.extend(words.element() for words in board.sheet.words))


def _pain(board: Board, ran: Ran, shown: Shown, xs: Sequence[float], top: float, bottom: float) -> None:
    """Pain of the typical person with the band of the people, beside nobody's treatment and the person's own entries."""
    layout, y = board.layout, ValueScale(10, bottom, top)
    for value in (10, 5, 0):
        name = "axis" if value == 0 else "grid"
        board.grounds.append(Path().move(layout.left, y.y(value)).across(layout.right).element(name))
        board.axis_number(y.y(value), str(value))
    keep = _kept(xs)
    edge = [*_points(xs, ran.pain[:, 2], y.y, keep), *reversed(_points(xs, ran.pain[:, 1], y.y, keep))]
    board.bands.append(Path().polyline(edge).close().element("band"))
    _dots(board, shown.dots, y)
    none, typical = ran.of("pain-nrs", treated=False), ran.of("pain-nrs")
    board.front.append(Path().polyline(_points(xs, none, y.y, keep)).element("before"))
    board.front.append(Path().polyline(_points(xs, typical, y.y, keep)).element("mean"))
    _named(board, "without medicine", xs, none, y)
    band = f"{ran.pain[-1, 1]:.1f} to {ran.pain[-1, 2]:.1f}"
    at = y.y(float(typical[-1]))
    _at_the_end(board, ("Pain", "0 to 10"), "10", f"{typical[-1]:.1f}", band, at, top, bottom)


def _change(
    board: Board, ran: Ran, shown: Shown, xs: Sequence[float], top: float, bottom: float
) -> tuple[float, float]:
    """Pain less that without medicine: the band of the models, the typical person, and the model without a part."""
    layout = board.layout
    gaps = ran.models - ran.models_untreated
    low, high = np.quantile(gaps, (0.05, 0.95), axis=0)
    none = ran.of("pain-nrs", treated=False)
    typical = ran.of("pain-nrs") - none
    most = max(float(np.max(np.abs(curve))) for curve in (low, high, typical))
    reach, middle = max(nice_top(most), LEAST_CHANGE), (top + bottom) / 2

    def y(value: float) -> float:
        return middle - min(max(value / reach, -1.0), 1.0) * (bottom - top) / 2

    for value in (reach, 0.0, -reach):
        line = Path().move(layout.left, y(value)).across(layout.right)
        (board.grounds if value else board.marks).append(line.element("grid" if value else "axis"))
        board.axis_number(y(value), signed(value, 0 if reach >= 1 else 1))
    keep = _kept(xs)
    edge = [*_points(xs, high, y, keep), *reversed(_points(xs, low, y, keep))]
    board.bands.append(Path().polyline(edge).close().element("band"))
    if shown.without in ran.without:
        thin = _points(xs, ran.without[shown.without] - none, y, keep)
        board.front.append(Path().polyline(thin).element("today"))
    board.front.append(Path().polyline(_points(xs, typical, y, keep)).element("mean"))
    at_end = float(low[-1]), float(high[-1])
    board.words(layout.left + 4, y(reach) + 14, "more pain", "small", tone="t2 halo")
    board.words(layout.left + 4, y(-reach) - 6, "less pain", "small", tone="t2 halo")
    heads = ("Change", "in points" if layout.narrow else "points, beside no medicine")
    band = f"{signed(at_end[0])} to {signed(at_end[1])}"
    now = signed(float(typical[-1]))
    _at_the_end(board, heads, signed(reach, 0), now, band, y(float(typical[-1])), top, bottom)
    return at_end


def signed(value: float, digits: int = 1) -> str:
    """A difference with its sign; none where it is no difference.

    >>> signed(-0.31), signed(0.02), signed(2, 0)
    ('−0.3', '0', '+2')
    """
    text = f"{abs(value):.{digits}f}"
    return "0" if float(text) == 0 else f"{'+' if value > 0 else '−'}{text}"


def _at_the_end(
    board: Board,
    heads: tuple[str, str],
    highest: str,
    now: str,
    band: str,
    at: float,
    top: float,
    bottom: float,
) -> None:
    """The name of a panel, and its value on the last day with its band."""
    layout = board.layout
    if layout.narrow:
        title = shorten(f"{heads[0]}, {heads[1]}", layout.right - 110, layout.px("head"), True)
        board.words(0, top - 10 if top > 60 else 14, title, "head", bold=True, tone="tpain halo")
        end = f"end {now}"
        board.words(
            layout.right,
            top - 10 if top > 60 else 14,
            end,
            "head",
            bold=True,
            tone="tpain halo",
            anchor="end",
        )
        return
    board.heading(top, heads[0], (heads[1],), "tpain", highest)
    base = min(max(at + 6, top + 12), bottom - layout.line)
    board.words(layout.notes, base, now, "head", bold=True, tone="tpain")
    board.words(layout.notes, base + layout.line, band, "small", tone="t2")


def _named(board: Board, words: str, xs: Sequence[float], curve: Floats, y: ValueScale) -> None:
    """The name of a thin line, in the free ground below, with a leader to it."""
    layout = board.layout
    x, base = layout.left + 0.05 * (layout.right - layout.left), y.bottom - 14
    i = min(range(len(xs)), key=lambda n: abs(xs[n] - x - 8))
    board.words(x, base, words, "text", bold=True, tone="halo")
    foot = base - layout.px("text")
    if y.y(float(curve[i])) < foot - 4:
        board.front.append(Path().move(xs[i], y.y(float(curve[i]))).down(foot).element("lead"))


def table(ran: Ran, shown: Shown) -> Table:
    """The same curves as a table, a row every four weeks and one for the last day."""
    days = np.rint(ran.people.times_h / DAY_H).astype(int)
    low, high = np.quantile(ran.models - ran.models_untreated, (0.05, 0.95), axis=0)
    without = ran.without.get(shown.without)
    rows = []
    for i in sorted({*range(0, days.size, ROWS), days.size - 1}):
        row = [
            f"{days[i] / 7:.0f}", f"{ran.of('pain-nrs')[i]:.1f}", f"{ran.pain[i, 1]:.1f} to {ran.pain[i, 2]:.1f}",
            f"{signed(float(low[i]))} to {signed(float(high[i]))}", f"{ran.of('pain-nrs', treated=False)[i]:.1f}",
        ]  # fmt: skip
        row += [] if without is None else [f"{without[i]:.1f}"]
        row += [f"{ran.of(m)[i]:.2f}" for m in ("tolerance", "sensitization", "withdrawal-score")]
        rows.append(tuple(row))
    head = ["Week", "Pain", "90 of 100 people", "Change in 90 of 100 models", "No medicine"]
    head += [] if without is None else [f"Without {WITHOUT[shown.without]}"]
    head += ["Tolerance, times weaker", "Sensitization, 0 to 1", "Withdrawal, 0 to 1"]
    return Table("Simulated pain and its parts, typical person", tuple(head), tuple(rows))


def _kept(xs: Sequence[float]) -> list[int]:
    """Indices of points that lie at least half a unit apart, first and last among them."""
    keep = [0]
    for i, x in enumerate(xs):
        if x - xs[keep[-1]] >= 0.8:
            keep.append(i)
    return keep if keep[-1] == len(xs) - 1 else [*keep, len(xs) - 1]


def _points(
    xs: Sequence[float], curve: Floats, y: Callable[[float], float], keep: Sequence[int]
) -> list[tuple[float, float]]:
    return [(xs[i], y(float(curve[i]))) for i in keep]


def _dots(board: Board, dots: Sequence[tuple[float, float]], y: ValueScale) -> None:
    if not dots:
        return
    time = board.time
    name = "d3" if time.per_day >= 2 else "d2" if time.per_day >= 0.8 else "d1"
    at = [(time.x(day), y.y(score)) for day, score in dots if time.first <= day <= time.end]
    board.marks.append(Path().points(at).element(f"dots {name}"))


def _marks(board: Board, marks: Sequence[Mark], top: float) -> None:
    layout = board.layout
    for mark in marks:
        x = board.time.inside(mark.day)
        board.marks.append(Path().move(x, top - 6).down(top + HEIGHT[layout.size]).element("stem"))
        beyond = x + width(mark.words, layout.px("text"), True) > layout.right
        # where a word stands already, this one goes to the other side of its line or into the panel
        side: Anchor = "end" if beyond else "start"
        inside = x + (-6 if beyond else 6)
        ways: tuple[tuple[Anchor, float, float], ...] = (
            (side, x, top - 12), ("end", x - 6, top - 12), (side, inside, top + 16), (side, inside, top + 34),
        )  # fmt: skip
        for anchor, at, base in ways:
            if board.sheet.offer(Words(at, base, mark.words, "text", True, "halo", anchor), pad=4):
                break


def _description(ran: Ran, shown: Shown, low: float, high: float) -> str:
    pain, none = ran.of("pain-nrs"), ran.of("pain-nrs", treated=False)
    parts = [
        HYPOTHESIS,
        f"Pain of the typical person: {pain[0]:.1f} on the first day, {pain[-1]:.1f} on the last; without medicine {none[-1]:.1f}.",
        f"On the last day 90 of 100 people lie between {ran.pain[-1, 1]:.1f} and {ran.pain[-1, 2]:.1f}.",
        f"What the medicine changes then is {signed(low)} to {signed(high)} points in 90 of 100 models.",
    ]
    if shown.without in ran.without:
        parts.append(f"Without {WITHOUT[shown.without]}: {ran.without[shown.without][-1]:.1f}.")
    if shown.dots:
        parts.append(f"{len(shown.dots)} days with entries of this person are drawn as dots.")
    return " ".join(parts)
