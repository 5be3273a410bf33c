"""The pain panel: dots, running mean with its band, relief after a change, and the days without entries."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import ceil

from algesia.charts.followed import Followed, days_words
from algesia.charts.labels import Box, Words
from algesia.charts.layout import Board
from algesia.charts.metrics import wrap
from algesia.charts.pain import PainSeries, Run
from algesia.charts.picture import Picture
from algesia.charts.scale import TimeScale, ValueScale
from algesia.charts.svg import Element, Path

SPARSE = 60
"""Up to this many entries a dot is drawn large: each is a visit rather than a day of a diary."""


def draw_pain(board: Board, picture: Picture, top: float) -> ValueScale:
    """Draw the panel below `top` and return its scale."""
    layout, time = board.layout, board.time
    y = ValueScale(10, top + (layout.pain if picture.pain.points else layout.second), top)
    _frame(board, picture, y)
    dots = _dots(board, picture.pain, y)
    _means(board, picture.pain, y)
    for change in picture.changes:
        _relief(board, picture.pain, change, y)
    _silences(board, picture.pain, y, dots)
    if not layout.narrow:
        _value_now(board, picture, y)
    for change in picture.changes:
        x = time.x(change.day)
        board.reserve(x - 1, y.ceiling, x + 1, y.bottom)
    return y


def _frame(board: Board, picture: Picture, y: ValueScale) -> None:
    layout, pain = board.layout, picture.pain
    for value in (0, 5, 10):
        height = y.y(value)
        board.grounds.append(Path().move(layout.left, height).across(layout.right).element("grid"))
        board.axis_number(height, str(value))
    if layout.narrow:
        now = _now_words(picture)
        board.words(layout.left, y.ceiling - 10, "Pain, 0 to 10", "head", bold=True, tone="tpain halo")
        if now is not None:
            text = f"now {now[0]}" if now[2][0].startswith("mean") else f"last {now[0]}"
            board.words(layout.right, y.ceiling - 10, text, "head", bold=True, tone="tpain", anchor="end")
        return
    what = "one dot a day" if pain.window is not None else "one dot a rating"
    kind = () if pain.kind is None else (pain.kind.replace("-", " "),)
    board.heading(
        y.ceiling,
        "Pain",
        (*kind, what, "10 = worst you", "can imagine") if pain.points else (),
        "tpain",
        "10",
    )


def _dots(board: Board, pain: PainSeries, y: ValueScale) -> list[tuple[float, float]]:
    """One path for all dots: equal dots are drawn once, so the file does not grow with the years."""
    time = board.time
    heights = {score: round(y.y(score), 1) for score in {p.score for p in pain.points}}
    places = sorted({(round(time.inside(p.at) * 2) / 2, heights[p.score]) for p in pain.points})
    if len(pain.points) <= SPARSE and (not pain.runs or time.per_day > 12):
        name, radius = "dots d4", 4.0
    elif time.per_day >= 1.5 or (board.layout.narrow and time.per_day >= 0.8):
        name, radius = ("dots d3", 2.4) if not board.layout.narrow else ("dots d2", 1.7)
    else:
        name, radius = ("dots d2", 1.7) if time.per_day >= 0.8 else ("dots d1", 1.1)
    ranges = Path()
    if radius > 3:
        for x, height in places:
            board.reserve(x - radius, height - radius, x + radius, height + radius)
    for at, low, high in pain.ranges:
        ranges.move(time.inside(at), y.y(low)).down(y.y(high))
    if ranges:
        board.marks.append(ranges.element("range"))
    if places:
        board.marks.append(Path().points(places).element(name))
    return places


def _columns(time: TimeScale, run: Run) -> list[tuple[float, int]]:
    """Where the run is drawn: x and the index of its value, thinned to one a unit, from its first day to its end."""
    start, end = time.inside(run.start), time.inside(run.end)
    every = max(1, ceil(0.8 / time.per_day))
    between = [(time.x(run.start + index + 0.5), index) for index in range(0, len(run.mean), every)]
    return [
        (start, 0),
        *((x, index) for x, index in between if start + 0.8 <= x <= end),
        (end, len(run.mean) - 1),
    ]


def _outline(
    columns: Sequence[tuple[float, int]], values: Sequence[float], y: ValueScale
) -> list[tuple[float, float]]:
    return [(x, y.y(values[index])) for x, index in columns]


def _means(board: Board, pain: PainSeries, y: ValueScale) -> None:
    bands, lines = Path(), Path()
    for run in pain.runs:
        columns = _columns(board.time, run)
        upper, lower = _outline(columns, run.high, y), _outline(columns, run.low, y)
        bands.polyline([*upper, *reversed(lower)]).close()
        lines.polyline(_outline(columns, run.mean, y))
    if bands:
        board.bands.append(bands.element("band"))
        fine = board.layout.narrow or board.time.per_day < 0.8
        board.front.append(lines.element("mean fine" if fine else "mean"))


def _relief(board: Board, pain: PainSeries, change: Followed, y: ValueScale) -> None:
    """The dotted level before a change, the area between it and the mean below it, and the ring of the return."""
    if change.level is None or not pain.runs:
        return
    time, level = board.time, y.y(change.level)
    if change.relief_until is not None:
        area = Path()
        for run in pain.runs:
            _below(board, run, change, y, area)
        if area:
            board.bands.append(area.element("relief"))
    start, end = time.inside(change.level_from), time.inside(change.level_until)
    board.bands.append(Path().move(start, level).across(end).element("before"))
    if change.back is not None:
        x = time.inside(change.back)
        radius = 3.2 if board.layout.narrow else 4.2
        board.front.append(Element("circle", class_="back", cx=x, cy=level, r=radius))
        board.reserve(x - 6, level - 6, x + 6, level + 6)


def _below(board: Board, run: Run, change: Followed, y: ValueScale, area: Path) -> None:
    """Add the part of a run that lies below the level, between the change and the end of relief."""
    if change.level is None or change.relief_until is None:
        return
    start, end = max(run.start, change.day), min(run.end, change.relief_until)
    if start >= end:
        return
    time, top = board.time, y.y(change.level)
    curve = [(float(start), run.at(start))]
    curve.extend((day + 0.5, run.at(day)) for day in range(start, end))
    curve.append((float(end), run.at(min(end, run.end - 1))))
    points: list[tuple[float, float]] = []
    for index, (at, value) in enumerate(curve):
        if index:
            before_at, before = curve[index - 1]
            if (before - change.level) * (value - change.level) < 0:
                cross = before_at + (at - before_at) * (change.level - before) / (value - before)
                points.append((time.inside(cross), top))
        points.append((time.inside(at), max(y.y(value), top)))
    if any(height > top + 0.05 for _, height in points):
        area.move(points[0][0], top)
        for x, height in points:
            area.line(x, height)
        area.line(points[-1][0], top).close()


def _silences(board: Board, pain: PainSeries, y: ValueScale, dots: list[tuple[float, float]]) -> None:
    """Grey strips where nothing was entered, with the number of days where the words find room."""
    layout, time = board.layout, board.time
    strips = Path()
    for gap in pain.gaps:
        strips.box(time.inside(gap.start), y.ceiling, time.inside(gap.end), y.bottom)
    if strips:
        board.grounds.insert(0, strips.element("void"))
    if not pain.points:
        words = "pain in words only, see below" if pain.words else "no pain scores on record"
        middle = (layout.left + layout.right) / 2
        for index, part in enumerate(wrap(words, layout.right - layout.left - 12, layout.px("text"))):
            height = (y.ceiling + y.bottom) / 2 + 5 + index * layout.line
            board.words(middle, height, part, "text", tone="t2 halo", anchor="middle")
        return
    columns = [x for x, _ in dots]
    for silence in sorted(pain.silences, key=lambda s: (s.start - s.end, s.start)):
        days = silence.end - silence.start
        entries = "no entries"
        if silence.entries:
            entries = "1 entry in" if silence.entries == 1 else f"{silence.entries} entries in"
        lines = (entries, f"{days:,} days" if days > 999 else days_words(days))
        middle = (time.inside(silence.start) + time.inside(silence.end)) / 2
        _offer_silence(board, lines, middle, y, dots, columns)


def _offer_silence(
    board: Board,
    lines: tuple[str, str],
    middle: float,
    y: ValueScale,
    dots: list[tuple[float, float]],
    columns: list[float],
) -> None:
    """Write the words low in the panel, else high, else between, wherever no dot lies under them."""
    layout = board.layout
    step = layout.line
    bottom = y.bottom - 12 - step
    for base in (bottom, y.ceiling + 16, (y.ceiling + y.bottom) / 2 - step / 2):
        words = [
            Words(middle, base + index * step, text, "small", False, "t2 halo", "middle")
            for index, text in enumerate(lines)
        ]
        boxes = [line.box(layout.size) for line in words]
        around = Box(
            min(b.left for b in boxes) - 3,
            boxes[0].top - 3,
            max(b.right for b in boxes) + 3,
            boxes[-1].bottom + 3,
        )
        under = dots[bisect_left(columns, around.left) : bisect_right(columns, around.right)]
        if around.left < layout.left or around.right > layout.right:
            continue
        if any(around.top < height < around.bottom for _, height in under):
            continue
        if board.sheet.offer(*words):
            return


def _now_words(picture: Picture) -> tuple[str, float, tuple[str, ...]] | None:
    """Today's value, its height, and the lines below it."""
    if picture.pain.window is not None and picture.pain_now is not None and picture.pain_now.n > 1:
        mean = picture.pain_now.mean
        return f"{mean:.1f}", mean, ("mean of the", "last 7 days")
    if picture.pain.points:
        last = picture.pain.points[-1]
        return f"{last.score:g}", last.score, ("last score,", picture.day(int(last.at)))
    return None


def _value_now(board: Board, picture: Picture, y: ValueScale) -> None:
    now = _now_words(picture)
    if now is None:
        return
    layout = board.layout
    text, value, notes = now
    base = min(max(y.y(value) + 6, y.ceiling + 12), y.bottom - len(notes) * layout.line)
    board.words(layout.notes, base, text, "head", bold=True, tone="tpain")
    for index, note in enumerate(notes, 1):
        for part in wrap(note, layout.width - layout.notes, layout.px("small"), lines=1):
            board.words(layout.notes, base + index * layout.line + 2, part, "small", tone="t2")
