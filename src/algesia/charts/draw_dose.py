"""The dose panels: filled steps from zero, what is as needed hatched above them, the amount under each step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from algesia.charts.dose import DosePanel, Level
from algesia.charts.followed import Followed, tapers
from algesia.charts.labels import Box, Words
from algesia.charts.layout import Board
from algesia.charts.metrics import shorten, width
from algesia.charts.picture import Picture
from algesia.charts.scale import ValueScale, amount
from algesia.charts.svg import Path

HATCH: Final = 7.0
"""The distance of the slanted lines, across."""


def draw_dose(board: Board, picture: Picture, panel: DosePanel, top: float, height: float) -> ValueScale:
    """Draw one panel below `top`, `height` high, and return its scale."""
    y = ValueScale(panel.top, top + height, top)
    _frame(board, panel, y)
    _steps(board, panel, y)
    _hatch(board, panel, y)
    _amounts(board, panel, y)
    _as_needed(board, panel, y)
    _taper(board, picture, panel, y)
    return y


def draw_no_dose(board: Board, picture: Picture, top: float, height: float) -> None:
    """The panel of a record whose opioids cannot be drawn in numbers: dashed, with words."""
    layout = board.layout
    words = "amounts not known, see below" if picture.outside else "no opioid on record"
    if layout.narrow:
        board.words(layout.left, top - 10, "Opioid dose", "head", bold=True, tone="tdose")
    else:
        board.heading(top, "Opioid dose", ("no amount is known",) if picture.outside else (), "tdose", "")
    board.grounds.append(Path().box(layout.left, top, layout.right, top + height).element("unknown"))
    middle = (layout.left + layout.right) / 2
    board.words(middle, top + height / 2 + 5, words, "text", tone="t2", anchor="middle")


def stem_end(y: ValueScale, change: Followed) -> float:
    """Where the stem of a change meets the dose line of its panel."""
    return y.y(max(change.from_dose, change.to_dose))


def belongs(panel: DosePanel, change: Followed) -> bool:
    """Whether a change is a step of this panel."""
    if change.unit == "MME/d":
        return panel.drug is None
    return panel.drug == change.drug and change.route in (None, panel.route)


def _frame(board: Board, panel: DosePanel, y: ValueScale) -> None:
    layout = board.layout
    tall = y.bottom - y.ceiling > 80
    for share in (0, 0.5, 1) if tall else (0, 1):
        height = y.y(panel.top * share)
        if share:
            board.grounds.append(Path().move(layout.left, height).across(layout.right).element("grid"))
        board.axis_number(height, amount(panel.top * share))
    board.grounds.append(Path().move(layout.left, y.bottom).across(layout.right).element("axis"))
    now = _now(panel)
    if not layout.narrow:
        board.heading(y.ceiling, panel.title, panel.notes, "tdose", amount(panel.top))
        if now is not None:
            _value_now(board, panel, now, y)
        return
    name = panel.title if panel.drug is None else f"{panel.title} {panel.route}"
    head = layout.px("head")
    words = "" if now is None else f"now {now}"
    room = layout.right - layout.left - width(words, head, True) - 12
    full = f"{name}, {panel.unit}"
    title = full
    if width(full, head, True) > room:
        words = "" if now is None else f"now {now} {panel.unit.split()[0]}"
        title = shorten(name, layout.right - layout.left - width(words, head, True) - 12, head, True)
    board.words(layout.left, y.ceiling - 10, title, "head", bold=True, tone="tdose halo")
    board.words(layout.right, y.ceiling - 10, words, "head", bold=True, tone="tdose halo", anchor="end")


def _now(panel: DosePanel) -> str | None:
    level = panel.now
    if level is None:
        return None
    low, high = min(level.low, level.base), max(level.high, level.base)
    return amount(level.base) if level.base or high == 0 else f"{amount(low)} to {amount(high)}"


def _value_now(board: Board, panel: DosePanel, now: str, y: ValueScale) -> None:
    layout, level = board.layout, panel.now
    if level is None:
        return
    value = level.base if level.base else level.high
    notes = [panel.unit, "or more" if panel.at_least else ""]
    if level.base and level.high > level.base:
        notes.append(f"up to {amount(level.high)}")
    notes = [note for note in notes if note]
    base = min(max(y.y(value) + 6, y.ceiling + 12), y.bottom - len(notes) * layout.line - 4)
    room = layout.width - layout.notes
    board.words(
        layout.notes, base, shorten(now, room, layout.px("head"), True), "head", bold=True, tone="tdose"
    )
    for index, note in enumerate(notes, 1):
        board.words(layout.notes, base + index * layout.line + 1, note, "small", tone="t2")


def _steps(board: Board, panel: DosePanel, y: ValueScale) -> None:
    """The scheduled part. Steps closer than half a unit keep their extremes and their last value."""
    time = board.time
    columns: list[tuple[float, list[float]]] = []
    for level in panel.levels:
        x = round(time.inside(level.start) * 2) / 2
        if columns and columns[-1][0] == x:
            columns[-1][1].append(y.y(level.base))
        else:
            columns.append((x, [y.y(level.base)]))
    right = time.inside(panel.levels[-1].end)
    line, area = Path(), Path()
    line.move(columns[0][0], columns[0][1][0])
    area.move(columns[0][0], y.bottom)
    here = columns[0][1][0]
    for x, heights in columns:
        line.across(x)
        area.across(x)
        stops = [heights[-1]] if len(heights) == 1 else [min(heights), max(heights), heights[-1]]
        for height in stops:
            if height != here:
                line.down(height)
            here = height
        area.down(here)
    board.bands.append(area.across(right).down(y.bottom).close().element("dose-area"))
    board.front.append(line.across(right).element("dose-line"))
    for level in panel.levels[:400]:
        height = y.y(level.base)
        board.reserve(time.inside(level.start), height - 2, time.inside(level.end), height + 2)


def _hatch(board: Board, panel: DosePanel, y: ValueScale) -> None:
    """Slanted lines over what may be taken. Drawn as lines: renderers of print leave a pattern out."""
    lines, edge = Path(), Path()
    for level in panel.levels:
        if not level.open:
            continue
        left, right = board.time.inside(level.start), board.time.inside(level.end)
        if right - left < 0.3:
            continue
        _slanted(lines, Box(left, y.y(level.high), right, y.y(level.low)))
        edge.move(left, y.y(level.high)).across(right)
    if edge:
        if lines:
            board.marks.append(lines.element("hatch"))
        board.marks.append(edge.element("dose-edge"))
        for level in [level for level in panel.levels if level.open][:400]:
            left, right = board.time.inside(level.start), board.time.inside(level.end)
            board.reserve(left, y.y(level.high), right, y.y(level.low))


def _slanted(lines: Path, box: Box) -> None:
    """Lines rising to the right inside a rectangle, on one grid for the whole panel."""
    total = math.ceil((box.left + box.top) / HATCH) * HATCH
    while total < box.right + box.bottom:
        left, right = max(box.left, total - box.bottom), min(box.right, total - box.top)
        if right - left > 0.2:
            lines.move(left, total - left).line(right, total - right)
        total += HATCH


def _amounts(board: Board, panel: DosePanel, y: ValueScale) -> None:
    """The amount under each step, or above it where the step is too low; left out where neither has room."""
    px = board.layout.px("text")
    for level in _merged(panel.levels):
        if level.base <= 0:
            continue
        left, right = board.time.inside(level.start), board.time.inside(level.end)
        text = amount(level.base)
        if right - left < width(text, px, True) + 12:
            continue
        height = y.y(level.base)
        below = Words(left + 7, height + px + 4, text, "text", True, "tdose")
        above = Words(left + 7, height - 6, text, "text", True, "tdose halo")
        if y.bottom - height < px + 9 or not board.sheet.offer(below):
            board.sheet.offer(above)


def _merged(levels: Sequence[Level]) -> list[Level]:
    """Neighbors with the same scheduled dose joined: the amount is written once."""
    found: list[Level] = []
    for level in levels:
        if found and found[-1].base == level.base:
            last = found.pop()
            found.append(
                Level(last.start, level.end, last.base, min(last.low, level.low), max(last.high, level.high))
            )
        else:
            found.append(level)
    return found


def _as_needed(board: Board, panel: DosePanel, y: ValueScale) -> None:
    """Words at the first hatched stretch that has room for them."""
    layout = board.layout
    for level in panel.levels:
        if not level.open or board.time.inside(level.end) - board.time.inside(level.start) < 6:
            continue
        x = board.time.inside(level.start) + 2
        extra = f"{amount(max(level.low - level.base, 0))} to {amount(level.high - level.base)}"
        lines = ("as needed,", f"{extra} more" if level.base else extra)
        if level.low < level.base:
            lines = ("range,", f"{amount(level.low)} to {amount(level.high)}")
        top = y.y(level.high)
        upper = Words(x, top - 6 - layout.line, lines[0], "small", False, "t2 halo")
        lower = Words(x, top - 6, lines[1], "small", False, "t2 halo")
        one = Words(x, top - 6, " ".join(lines), "small", False, "t2 halo")
        if board.sheet.offer(one, pad=2) or board.sheet.offer(upper, lower, pad=2):
            return


def _taper(board: Board, picture: Picture, panel: DosePanel, y: ValueScale) -> None:
    """ "taper starts" at the first of two or more steps down in a row."""
    for first, _ in tapers(picture.changes):
        change = picture.changes[first]
        if not belongs(panel, change):
            continue
        x, height = board.time.x(change.day) + 7, y.y(change.to_dose) - 6
        words = Words(x, height, "taper starts", "small", False, "tdose halo")
        box = words.box(board.layout.size)
        if box.right <= board.layout.right and board.sheet.free(
            Box(box.left, box.top, box.right, box.bottom)
        ):
            board.sheet.write(words)
