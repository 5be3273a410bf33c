"""Above the panels: every change with what followed, as words where they fit, else as numbers with a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from algesia.charts.followed import Followed, signed, tapers
from algesia.charts.labels import Anchor, Words, levels, place
from algesia.charts.layout import Board
from algesia.charts.metrics import shorten, width
from algesia.charts.picture import Picture
from algesia.charts.svg import Element

KNOB = 22.0
MOST_LISTED = 30


@dataclass(frozen=True, slots=True)
class _Label:
    """Three lines at one stem, which stand for one change or a run of steps down."""

    day: int
    lines: tuple[str, str, str]


def header_height(board: Board, picture: Picture) -> float:
    """How much room the words or numbers above the panels need; nothing when there is no change."""
    if not picture.changes:
        return 14.0
    if _labels_fit(board, picture) is not None:
        return 92.0 if board.layout.size == "wide" else 84.0
    return 16 + KNOB * (1 + max((row or 0 for row in _knob_rows(board, picture)), default=0)) + 10


def draw_header(board: Board, picture: Picture, plot_top: float) -> bool:
    """Write the changes above the panels, whose first begins at `plot_top`. Says whether a list has to follow."""
    if not picture.changes:
        return False
    fitted = _labels_fit(board, picture)
    if fitted is not None:
        for label, anchor in fitted:
            _write_label(board, label, anchor)
        return False
    size = KNOB
    for change, row in zip(picture.changes, _knob_rows(board, picture), strict=True):
        if row is None:
            continue
        x, y = board.time.x(change.day), plot_top - 12 - size * row
        board.front.append(_knob(x, y, change.number))
        text = Words(
            x, y + board.layout.px("small") * 0.35, str(change.number), "small", True, "knobt", "middle"
        )
        board.sheet.write(text)
    return True


def _write_label(board: Board, label: _Label, anchor: Anchor) -> None:
    x = board.time.x(label.day) - (6 if anchor == "end" else 0)
    first, second, third = label.lines
    step = board.layout.line + 1
    board.words(x, 24, first, "large", bold=True, anchor=anchor)
    board.words(x, 24 + step + 1, second, "small", bold=True, anchor=anchor)
    board.words(x, 24 + 2 * step + 1, third, "small", tone="t2", anchor=anchor)


def _labels_fit(board: Board, picture: Picture) -> list[tuple[_Label, Anchor]] | None:
    """The labels with their sides: one for each change, or runs of steps down as one; ``None`` when none fit."""
    if board.layout.narrow:
        return None
    single = [_Label(c.day, (c.size, c.verdict, c.detail)) for c in picture.changes]
    whole = [
        _Label(c.day, (f"{c.size} in steps" if c.in_steps else c.size, c.verdict, c.detail))
        for c in picture.changes
    ]
    grouped = _grouped(picture)
    ways = ((whole, 10), (single, 10), (_brief(single), 6), (grouped, 10), (_brief(grouped), 6))
    for labels, gap in ways:
        stems = [board.time.x(label.day) for label in labels]
        widths = [_width(board, label) for label in labels]
        anchors = place(stems, widths, 0, board.layout.width, gap)
        if anchors is not None:
            return list(zip(labels, anchors, strict=True))
    return None


def _brief(labels: Sequence[_Label]) -> list[_Label]:
    return [
        _Label(label.day, (*label.lines[:2], label.lines[2].replace(" by week ", " at wk ")))
        for label in labels
    ]


def _width(board: Board, label: _Label) -> float:
    small, large = board.layout.px("small"), board.layout.px("large")
    first, second, third = label.lines
    return max(width(first, large, True), width(second, small, True), width(third, small))


def _grouped(picture: Picture) -> list[_Label]:
    """Runs of steps down as one label: "Taper: −8, −9, −10 %"."""
    changes = picture.changes
    labels: list[_Label] = []
    runs = dict(tapers(changes))
    index = 0
    while index < len(changes):
        end = runs.get(index)
        if end is None:
            change = changes[index]
            labels.append(_Label(change.day, (change.size, change.verdict, change.detail)))
            index += 1
            continue
        labels.append(_taper_label(picture, changes[index:end]))
        index = end
    return labels


def _taper_label(picture: Picture, steps: Sequence[Followed]) -> _Label:
    first, last = steps[0], steps[-1]
    sizes = [step.size.removesuffix(" %") for step in steps]
    title = f"Taper: {', '.join(sizes)} %" if len(steps) <= 4 else f"Taper: {len(steps)} steps"
    total = first.dose.split(" to ")[0] + " to " + last.dose.split(" to ")[1]
    rest = f"{last.verdict}, {last.detail}" if last.detail else last.verdict
    before, now = first.pain_before, picture.pain_now
    if last is picture.changes[-1] and before is not None and now is not None:
        rest = f"pain {signed(now.mean - before, 1)} so far"
    return _Label(first.day, (title, total, rest))


def _knob_rows(board: Board, picture: Picture) -> tuple[int | None, ...]:
    return levels([board.time.x(change.day) for change in picture.changes], KNOB, 3)


def _knob(x: float, y: float, number: int) -> Element:
    return Element("circle", class_="knob", cx=x, cy=y, r=9.2 if number < 10 else 10.6)


def list_entries(picture: Picture) -> tuple[tuple[int, str, str], ...]:
    """The changes as a list: number, "9 Feb, 60 to 90 MME (+50 %)", and what followed."""
    return tuple(
        (
            change.number,
            f"{_upper(picture.day(change.day))}, {change.dose}"
            + (f" ({change.size})" if "%" in change.size else "")
            + (", in steps" if change.in_steps else ""),
            f"{change.verdict}, {change.detail}" if change.detail else change.verdict,
        )
        for change in picture.changes
    )


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def draw_list(board: Board, picture: Picture, top: float) -> float:
    """The list that the numbers point to, in columns; returns where it ends. The latest are kept when it is long."""
    layout = board.layout
    entries = list_entries(picture)
    left_out = max(len(entries) - MOST_LISTED, 0)
    entries = entries[left_out:]
    board.words(0, top + 18, "What followed each change", "head", bold=True)
    per_column = -(-len(entries) // layout.columns)
    column = layout.width / layout.columns
    step = layout.line * 2 + 10
    start = top + 44
    for index, (number, title, text) in enumerate(entries):
        x = (index // per_column) * column
        y = start + (index % per_column) * step
        board.front.append(_knob(x + 10, y - 4.5, number))
        board.words(x + 10, y, str(number), "small", bold=True, tone="knobt", anchor="middle")
        room = column - 28 - 16
        board.words(x + 28, y, shorten(title, room, layout.px("small"), True), "small", bold=True)
        board.words(x + 28, y + layout.line, shorten(text, room, layout.px("small")), "small", tone="t2")
    end = start + (per_column - 1) * step + layout.line + 6
    if left_out:
        word = "change is" if left_out == 1 else "changes are"
        board.words(0, end + layout.line + 4, f"{left_out} earlier {word} in the table.", "small", tone="t2")
        end += layout.line + 6
    return end
