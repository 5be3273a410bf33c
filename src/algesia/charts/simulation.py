"""A simulation as one picture: doses as steps, and below them the curves with the band of 90 % of the people.

Small panels share one axis of time. Cool is the medicine, warm is the pain; withdrawal is ink. Nothing is predicted
for a person: the description says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from algesia.charts.labels import Words
from algesia.charts.layout import LAYOUTS, Board
from algesia.charts.metrics import shorten, width
from algesia.charts.scale import TimeScale, ValueScale, amount, nice_top
from algesia.charts.simulation_doses import DoseTrack, dose_tracks
from algesia.charts.simulation_looks import description, document, look_of, short, titled
from algesia.charts.svg import Path
from algesia.charts.tokens import Size, Theme
from algesia.mechanism.model import Floats, Order
from algesia.mechanism.routes import route_words
from algesia.mechanism.simulation import Simulation

HEIGHT: Final[dict[Size, float]] = {"wide": 84, "paper": 66, "phone": 72}
BETWEEN: Final[dict[Size, float]] = {"wide": 26, "paper": 24, "phone": 40}
COLUMN: Final = 2.0
"""Width in which the points of a curve are drawn by their lowest and highest."""
CROWDED: Final = 10.0
"""Turns of a curve that are closer than this, on average, are drawn as a range."""
SWING: Final = 3.0
"""The narrowest column of such a range."""
SPIKE: Final = 0.05
"""Share of an axis by which a column must turn more than those beside it to be drawn by its lowest and highest."""
TITLE: Final = "Simulated course"
LEAST_TOPS: Final = {"{0-1}": 0.2, "{x naive}": 2.0, "{x baseline}": 2.0}
"""The least top of an axis by unit: a change that nobody would notice is not drawn as one."""
_TOPS: Final = {"pain-nrs": 10.0}


def simulation_picture(
    simulation: Simulation,
    orders: Sequence[Order],
    size: Size = "wide",
    *,
    prefix: str = "sim",
    inline_colors: Theme | None = None,
) -> str:
    """Draw a simulation as one SVG element without style attributes; the same simulation gives the same bytes.

    Parameters
    ----------
    orders
        What was given; drawn as steps, one panel for each drug, route and unit, three at most.
    inline_colors
        Put a stylesheet with the colors of this theme inside, for a file that stands alone.
    """
    layout = LAYOUTS[size]
    hours = simulation.times_h
    unit_h, name = _unit(float(hours[-1]))
    end = max(math.ceil(float(hours[-1]) / unit_h - 1e-9), 1)
    board = Board(layout, TimeScale(0, end, layout.left, layout.right), prefix)
    tracks = dose_tracks(orders, float(hours[-1]))
    top, bottom = (34.0 if layout.narrow else 14.0), 0.0
    for track in tracks:
        bottom = top + HEIGHT[size]
        _doses(board, track, ValueScale(nice_top(track.top), bottom, top), unit_h)
        top = bottom + BETWEEN[size]
    for index, measure in enumerate(simulation.measures):
        bottom = top + HEIGHT[size]
        _curve(board, simulation, index, measure, hours / unit_h, top, bottom)
        top = bottom + BETWEEN[size]
    _axis(board, bottom, end, name)
    return document(board, TITLE, description(simulation, tracks), bottom + 28, inline_colors)


def _unit(last_h: float) -> tuple[float, str]:
    """The unit of the time axis, in hours, and its name."""
    return (24.0, "day") if last_h >= 72 else (1.0, "hour") if last_h >= 2 else (1 / 60, "minute")


def _heading(board: Board, y: ValueScale, title: str, notes: str, words: str, now: str) -> None:
    layout = board.layout
    if not layout.narrow:
        board.heading(y.ceiling, title, (notes,), words, amount(y.top))
        return
    size = layout.px("head")
    told = f"{title}, {notes}"
    room = layout.right - layout.left - width(now, size, True) - 12
    board.words(
        layout.left, y.ceiling - 10, shorten(told, room, size, True), "head", bold=True, tone=f"{words} halo"
    )
    board.words(layout.right, y.ceiling - 10, now, "head", bold=True, tone=f"{words} halo", anchor="end")


def _frame(board: Board, y: ValueScale) -> None:
    layout = board.layout
    board.grounds.append(Path().move(layout.left, y.y(y.top)).across(layout.right).element("grid"))
    board.grounds.append(Path().move(layout.left, y.bottom).across(layout.right).element("axis"))
    board.axis_number(y.y(y.top), amount(y.top))
    board.axis_number(y.bottom, "0")


def _doses(board: Board, track: DoseTrack, y: ValueScale, unit_h: float) -> None:
    """One panel of doses: filled steps from zero, and stems where single doses were given."""
    _frame(board, y)
    time, layout = board.time, board.layout
    now = amount(track.steps[-1].value) if track.steps and track.steps[-1].end_h >= time.end * unit_h else "0"
    now = amount(track.top) if track.once else now
    end = now if track.once else f"end {now}"
    _heading(board, y, track.drug.capitalize(), f"{track.unit}, {route_words(track.route)}", "tdose", end)
    area, line, stems = Path(), Path(), Path()
    for step in track.steps:
        left, right = time.inside(step.start_h / unit_h), time.inside(step.end_h / unit_h)
        area.box(left, y.y(step.value), right, y.bottom)
        line.move(left, y.bottom).down(y.y(step.value)).across(right).down(y.bottom)
        board.reserve(left, y.y(step.value) - 2, right, y.y(step.value) + 2)
    for at_h, value in track.single:
        stems.move(time.inside(at_h / unit_h), y.bottom).down(y.y(value))
    if area:
        board.bands.append(area.element("dose-area"))
        board.front.append(line.element("dose-line"))
    if stems:
        board.front.append(stems.element("dose-line"))
    _amounts(board, track, y, unit_h)
    if not layout.narrow:
        base = min(max(y.bottom - 6, y.ceiling + 12), y.bottom - layout.line)
        board.words(layout.notes, base, now, "head", bold=True, tone="tdose")
        board.words(layout.notes, base + layout.line + 1, track.unit, "small", tone="t2")


def _amounts(board: Board, track: DoseTrack, y: ValueScale, unit_h: float) -> None:
    """The amount under each step; left out where it has no room or says nothing new."""
    px = board.layout.px("text")
    last = ""
    for step in track.steps:
        left, right = board.time.inside(step.start_h / unit_h), board.time.inside(step.end_h / unit_h)
        text = amount(step.value)
        height = y.y(step.value)
        if text == last or right - left < width(text, px, True) + 8 or y.bottom - height < px + 9:
            continue
        if board.sheet.offer(Words(left + 4, height + px + 4, text, "text", True, "tdose")):
            last = text


def _curve(
    board: Board, simulation: Simulation, index: int, measure: str, at: Floats, top: float, bottom: float
) -> None:
    """One panel of a curve: the band of 90 % of the people, the median, and the value at the end."""
    layout = board.layout
    band = np.nan_to_num(simulation.bands[:, index, :])
    highest = max(float(band.max()), LEAST_TOPS.get(simulation.units[index], 0.0))
    y = ValueScale(_TOPS.get(measure, nice_top(highest)), bottom, top)
    _frame(board, y)
    look = look_of(measure)
    title, unit = titled(measure, simulation.units[index])
    median, low, high = (float(value) for value in band[-1])
    now = short(median, y.top)
    _heading(board, y, title, unit, look.words, f"end {now}")
    swings = _swings(band[:, 0], board.time)
    columns = _columns(at, board.time, max(board.time.per_day, SWING) if swings else COLUMN)
    xs = [
        board.time.x(float(at[first] + at[until - 1]) / 2 if swings else float(at[first]))
        for first, until in columns
    ]
    xs[0], xs[-1] = board.time.x(float(at[0])), board.time.x(float(at[-1]))
    if simulation.people > 1:
        _area(board, y, band[:, 1:], columns, xs, look.band)
    if swings:
        if look.band == "relief":
            _area(board, y, band[:, :1], columns, xs, look.band)
        points = []
        for (first, until), x, spike in zip(columns, xs, _spikes(band[:, 0], columns, y.top), strict=True):
            values = _turns(band[first:until, 0]) if spike else [_mean(at[first:until], band[first:until, 0])]
            points += [(x, y.y(value)) for value in values]
    else:
        points = []
        for (first, until), x in zip(columns, xs, strict=True):
            points += [(x, y.y(value)) for value in _turns(band[first:until, 0])]
    board.front.append(Path().polyline(points).element(look.line))
    if layout.narrow:
        return
    note = f"{short(low, y.top)} to {short(high, y.top)}" if simulation.people > 1 else ""
    base = min(max(y.y(median) + 6, y.ceiling + 12), y.bottom - (layout.line if note else 0) - 2)
    board.words(layout.notes, base, now, "head", bold=True, tone=look.words)
    told = shorten(note, layout.width - layout.notes, layout.px("small"))
    board.words(layout.notes, base + layout.line + 1, told, "small", tone="t2")


def _area(
    board: Board,
    y: ValueScale,
    values: Floats,
    columns: Sequence[tuple[int, int]],
    xs: Sequence[float],
    look: str,
) -> None:
    """What lies between the lowest and the highest of each column."""
    highs = [(x, y.y(float(values[a:b].max()))) for (a, b), x in zip(columns, xs, strict=True)]
    lows = [(x, y.y(float(values[a:b].min()))) for (a, b), x in zip(columns, xs, strict=True)]
    board.bands.append(Path().polyline([*highs, *reversed(lows)]).close().element(look))
    if look == "void":
        # the quiet ground alone is hard to see
        board.bands.append(Path().polyline(highs).polyline(lows).element("before"))


def _swings(median: Floats, time: TimeScale) -> bool:
    """Whether a curve turns so often that its line would be a block: then a day's range is drawn, and its mean."""
    turns = int(np.count_nonzero(np.diff(np.sign(np.diff(median)))))
    return turns > (time.right - time.left) / CROWDED


def _columns(at: Floats, time: TimeScale, wide: float) -> list[tuple[int, int]]:
    """Runs of points that share a column, as ``[first, until)`` indices."""
    column = np.floor((at - time.first) * time.per_day / wide).astype(np.int64)
    starts = [0, *(np.flatnonzero(np.diff(column)) + 1).tolist()]
    return list(zip(starts, [*starts[1:], len(at)], strict=True))


def _spikes(values: Floats, columns: Sequence[tuple[int, int]], top: float) -> list[bool]:
    """Which columns hold a turn, and a wider range, than those two before and after: a mean would hide withdrawal of an hour."""
    last = len(columns) - 1
    ranges, beyond = [], []
    for k, (a, b) in enumerate(columns):
        low, high = float(values[a:b].min()), float(values[a:b].max())
        ends = float(values[a]), float(values[columns[min(k + 1, last)][1] - 1])
        ranges.append(high - low)
        beyond.append(max(high - max(ends), min(ends) - low))

    def stands_out(sizes: list[float], k: int) -> bool:
        beside = [sizes[j] for j in (k - 2, k + 2) if 0 <= j <= last]
        return sizes[k] - max(beside, default=0.0) > SPIKE * top

    return [stands_out(ranges, k) and stands_out(beyond, k) for k in range(last + 1)]


def _mean(at: Floats, values: Floats) -> float:
    """The mean over time: points need not be even."""
    return float(np.average(values, weights=np.gradient(at))) if at.size > 1 else float(values[0])


def _turns(values: Floats) -> list[float]:
    """The first, lowest, highest and last of a run, in the order in which they come, none twice."""
    places = sorted({0, int(values.argmin()), int(values.argmax()), len(values) - 1})
    return [float(values[place]) for place in places]


def _axis(board: Board, bottom: float, end: int, name: str) -> None:
    """Ticks and their words; the first says the unit."""
    layout, time = board.layout, board.time
    room = max(int((layout.right - layout.left) / 72), 2)
    steps = (
        1,
        2,
        5,
        7,
        10,
        14,
        15,
        20,
        28,
        30,
        50,
        60,
        90,
        100,
        180,
        200,
        365,
        500,
        730,
        1000,
        2000,
        3650,
        5000,
    )
    step = next((one for one in steps if end / one <= room), 10000)
    lines = Path()
    for at in range(0, end + 1, step):
        x = time.x(at)
        lines.move(x, bottom).down(bottom + 5)
        text = f"{name} {at}" if not layout.narrow or at == 0 else str(at)
        anchor_end = x + width(text, layout.px("text")) > layout.width
        board.sheet.offer(
            Words(x, bottom + 19, text, "text", False, "t2", "end" if anchor_end else "start"), pad=3
        )
    board.marks.append(lines.element("axis"))
