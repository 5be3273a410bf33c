"""Below the time axis: signs, treatments, pain in words, and opioids that are not in the sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from algesia.charts.labels import Anchor, Box, Role, Words
from algesia.charts.layout import Board
from algesia.charts.metrics import shorten, width, wrap
from algesia.charts.picture import Picture
from algesia.charts.rows import Bar, SignRow
from algesia.charts.svg import Element, Path

MOST_LANES = 4
Kind = Literal["treatment", "unknown", "word"]


def draw_rows(board: Board, picture: Picture, top: float) -> float:
    """Draw all rows below `top`; returns where they end."""
    y = top
    words = tuple(Bar(mark.at, None, mark.text) for mark in picture.pain.words)
    if words:
        y = _bars(board, "Pain in words", words, "word", y)
    rows, more = picture.signs, picture.more_signs
    if board.layout.size == "paper":
        # a page is short: what was asked and never present needs no line of its own
        absent = [row for row in (*rows, *more) if row.state == "absent"]
        rows, more = (tuple(r for r in part if r.state != "absent") for part in (rows, more))
    else:
        absent = []
    for row in rows:
        y = _sign(board, picture, row, y)
    if more:
        y = _more_signs(board, more, y)
    if absent:
        y = _absent(board, picture, absent, y)
    if picture.treatments:
        y = _bars(board, "Treatments", picture.treatments, "treatment", y)
    outside = tuple(Bar(item.start, item.end, item.text) for item in picture.outside)
    if outside:
        title = "Not in the sum" if picture.panels else "Amount not known"
        y = _bars(board, title, outside, "unknown", y)
    return y


def _name(board: Board, text: str, y: float, beside: float = 0) -> tuple[float, float]:
    """Write a row's name; returns the height of its line of marks and the room it takes beyond one row.

    `beside` is the width of the words that stand on the same line on the phone.
    """
    layout = board.layout
    px = layout.px("text")
    if layout.narrow:
        board.words(layout.left, y + 12, shorten(text, layout.right - layout.left - beside - 10, px), "text")
        return y + 27, 0.0
    room = layout.left - 12
    role: Role = "text" if width(text, px) <= room else "small"
    parts = wrap(text, room, layout.px(role))
    for index, part in enumerate(parts):
        board.words(0, y + 14 + index * px * 1.2, part, role)
    return y + 9, (len(parts) - 1) * px * 1.2


def _state_words(picture: Picture, row: SignRow) -> tuple[str, bool]:
    asked = "" if row.last_asked is None else picture.day(row.last_asked)
    if row.state == "present":
        return (f"present, {asked}", True) if row.stale else ("present", True)
    if row.state == "gone":
        return f"gone, {asked}", False
    if row.state == "absent":
        return f"absent, {asked}", False
    return "no answer", False


def _sign(board: Board, picture: Picture, row: SignRow, y: float) -> float:
    layout, time = board.layout, board.time
    text, bold = _state_words(picture, row)
    line, extra = _name(board, row.name, y, width(text, layout.px("small"), bold))
    classes = {"unasked": "unasked", "absent": "axis", "present": "sign"}
    for stretch in row.stretches:
        left, right = time.inside(stretch.start), time.inside(stretch.end)
        if right - left >= 0.1:
            board.marks.append(Path().move(left, line).across(right).element(classes[stretch.kind]))
    seen: set[float] = set()
    for day in row.absent_on:
        x = round(time.inside(day) / 3) * 3.0 if time.per_day < 1 else time.inside(day)
        if x not in seen:
            seen.add(x)
            x = min(max(x, layout.left + 4.5), layout.right - 4.5)
            board.front.append(Element("circle", class_="ring", cx=x, cy=line, r=4.5))
    if layout.narrow:
        board.words(layout.right, y + 12, text, "small", bold=bold, tone="" if bold else "t2", anchor="end")
        return y + layout.row
    px = layout.px("small")
    parts = wrap(text, layout.width - layout.notes, px, bold)
    for index, part in enumerate(parts):
        board.words(
            layout.notes, y + 14 + index * layout.line, part, "small", bold=bold, tone="" if bold else "t2"
        )
    return y + layout.row + max(extra, (len(parts) - 1) * layout.line)


def _more_signs(board: Board, more: Sequence[SignRow], y: float) -> float:
    """Signs beyond the rows that fit, in words: their number by state."""
    layout = board.layout
    counts = [
        f"{count} {state}"
        for state in ("present", "gone", "absent", "not asked")
        if (count := sum(row.state == state for row in more))
    ]
    text = ", ".join(counts) + ", in the table"
    if layout.narrow:
        board.words(layout.left, y + 12, "More signs", "text")
        board.words(layout.left, y + 29, shorten(text, layout.right - layout.left, 13), "small", tone="t2")
    else:
        board.words(0, y + 14, "More signs", "text")
        board.words(layout.left, y + 14, text, "small", tone="t2")
    return y + layout.row


def _absent(board: Board, picture: Picture, rows: Sequence[SignRow], y: float) -> float:
    """Signs asked and never present, by name with the day they were last asked, in as many lines as they need."""
    layout = board.layout
    px = layout.px("small")
    board.words(0, y + 14, "Asked, absent", "text")
    line = ""
    for index, row in enumerate(rows):
        last = "." if index == len(rows) - 1 else ","
        part = row.name + ("" if row.last_asked is None else f" ({picture.day(row.last_asked)})") + last
        joined = f"{line} {part}" if line else part
        if line and width(joined, px) > layout.width - layout.left:
            board.words(layout.left, y + 14, line, "small", tone="t2")
            y += layout.line
            joined = part
        line = joined
    board.words(layout.left, y + 14, shorten(line, layout.width - layout.left, px), "small", tone="t2")
    return y + layout.row


def _bars(board: Board, title: str, bars: Sequence[Bar], kind: Kind, y: float) -> float:
    """A named row of bars, in as many lanes as their words need; what finds no lane is counted in words."""
    layout = board.layout
    line, _ = _name(board, title, y)
    lanes: list[list[Box]] = []
    left_over = 0
    for bar in bars:
        for lane in range(MOST_LANES):
            if lane == len(lanes):
                lanes.append([])
            if _put(board, bar, kind, line + lane * _lane_step(board), lanes[lane]):
                break
        else:
            left_over += 1
    lanes = [lane for lane in lanes if lane]
    end = y + layout.row + (max(len(lanes), 1) - 1) * _lane_step(board) + (8 if layout.narrow else 0)
    if left_over:
        text = f"and {left_over} more in the table"
        board.words(layout.left, end + 12, text, "small", tone="t2")
        end += _lane_step(board)
    return end


def _lane_step(board: Board) -> float:
    return 34.0 if board.layout.narrow else board.layout.row


def _put(board: Board, bar: Bar, kind: Kind, y: float, taken: list[Box]) -> bool:
    """Draw a bar with its words in a lane if there is room for both."""
    layout, time = board.layout, board.time
    left = time.inside(bar.start)
    right = left if bar.end is None else max(time.inside(bar.end), left + 3)
    mark = Box(left - 6, y - 6, left + 6, y + 6) if bar.end is None else Box(left, y - 6, right, y + 6)
    for words in _places(board, bar, kind, left, right, y):
        box = words.box(layout.size)
        room = Box(box.left - 5, y - 12, box.right + 5, y + 12)
        if layout.narrow:
            room = Box(min(box.left, mark.left) - 3, y - 12, max(box.right, mark.right) + 3, y + 20)
        if any(box.meets(other) or mark.meets(other) or room.meets(other) for other in taken):
            continue
        taken.append(Box(min(mark.left, room.left), room.top, max(mark.right, room.right), room.bottom))
        board.sheet.write(words)
        board.marks.append(
            _mark(
                kind,
                left,
                right,
                y,
                bar.end is None,
                not layout.narrow and box.left > left and box.right < right,
            )
        )
        return True
    return False


def _mark(kind: Kind, left: float, right: float, y: float, point: bool, around: bool) -> Element:
    """A diamond, a bar, or the dashed outline of the unknown, which makes room for words inside it."""
    if kind == "unknown" and not point:
        half = 9 if around else 5
        return Path().box(left, y - half, max(right, left + 6), y + half).element("unknown")
    if point:
        shape = Path().move(left, y - 6).line(left + 6, y).line(left, y + 6).line(left - 6, y).close()
        return shape.element("word" if kind == "word" else "mark")
    return Path().move(left, y).across(right).element("bar")


def _places(board: Board, bar: Bar, kind: Kind, left: float, right: float, y: float) -> list[Words]:
    """Where a bar's words may stand, best first."""
    layout = board.layout
    px = layout.px("small")
    base = y + px * 0.36
    found: list[Words] = []

    def offer(x: float, anchor: Anchor, room: float, whole: bool, height: float = base) -> None:
        if width(bar.text, px) <= room or not whole:
            found.append(Words(x, height, shorten(bar.text, room, px), "small", False, "t2", anchor))

    if layout.narrow:
        under = y + 17
        offer(left, "start", layout.right - left, True, under)
        offer(layout.right, "end", layout.right, False, under)
        return found
    after = right + (12 if bar.end is None else 6)
    if right >= layout.right - 12:
        offer(layout.notes, "start", layout.width - layout.notes, True)
    else:
        offer(after, "start", layout.width - after, True)
    offer(left - (12 if bar.end is None else 6), "end", left - layout.left - 6, True)
    if width(bar.text, px) <= right - left - 16:
        tone = "t2" if kind == "unknown" else "t2 halo"
        found.append(Words(left + 8, base, bar.text, "small", False, tone))
    if right >= layout.right - 12:
        offer(layout.notes, "start", layout.width - layout.notes, False)
    elif layout.width - after > 120:
        offer(after, "start", layout.width - after, False)
    else:
        offer(left - 12, "end", max(left - layout.left - 12, 60), False)
    return found
