"""One picture: dose and pain on one axis of time, with what followed every change, as SVG."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from algesia.charts.draw_changes import draw_header, draw_list, header_height
from algesia.charts.draw_dose import belongs, draw_dose, draw_no_dose, stem_end
from algesia.charts.draw_pain import draw_pain
from algesia.charts.draw_rows import draw_rows
from algesia.charts.labels import Words
from algesia.charts.layout import LAYOUTS, Board
from algesia.charts.metrics import width
from algesia.charts.picture import Picture
from algesia.charts.scale import Tick, TimeScale, ValueScale, ticks
from algesia.charts.svg import Element, Path
from algesia.charts.tokens import Size, Theme, resolved_css


def dose_and_pain(
    picture: Picture,
    size: Size = "wide",
    *,
    prefix: str = "dp",
    with_list: bool = True,
    inline_colors: Theme | None = None,
    taller: float = 0,
) -> str:
    """Draw the picture as one SVG element; the same picture gives the same bytes.

    Parameters
    ----------
    size
        ``wide`` (1200), ``paper`` (880) or ``phone`` (358): three layouts, drawn at their own width.
    prefix
        Begins every id, so that several pictures can stand on one page.
    with_list
        Whether the list that numbered changes point to is part of the picture. Numbers replace words where
        the words would overlap; on the phone always.
    inline_colors
        Put a stylesheet with the colors of this theme inside, for a file that stands alone (PDF, notebook).
        Without it the page's stylesheet (`tokens.css`) gives the colors.
    taller
        Height added to the panels, in units of the viewBox, to fill the room that a page has left; negative
        where a page is full.

    Returns
    -------
    SVG text in UTF-8, valid XML, without style attributes.
    """
    layout = LAYOUTS[size].taller(taller, bool(picture.pain.points))
    time = TimeScale(picture.first, picture.end, layout.left, layout.right)
    board = Board(layout, time, prefix)
    top = header_height(board, picture) + (28 if layout.narrow else 0)
    listed = draw_header(board, picture, top - (28 if layout.narrow else 0))
    pain = draw_pain(board, picture, top)
    bottom = _doses(board, picture, pain)
    end = draw_rows(board, picture, _axis(board, picture, pain.ceiling, bottom) + 24)
    if listed and with_list:
        end = draw_list(board, picture, end + 10)
    return str(_document(board, picture, end + 8, inline_colors))


def _doses(board: Board, picture: Picture, pain: ValueScale) -> float:
    """The dose panels one below the other, and the stems of the changes through all panels; returns the bottom."""
    layout = board.layout
    top = pain.bottom + layout.between
    bottom = top
    ends: dict[int, float] = {}
    if not picture.panels:
        bottom = top + layout.second
        draw_no_dose(board, picture, top, layout.second)
    for index, panel in enumerate(picture.panels):
        height = layout.dose if index == 0 else layout.second
        scale = draw_dose(board, picture, panel, top, height)
        bottom = top + height
        for change in picture.changes:
            if belongs(panel, change):
                ends[change.number] = stem_end(scale, change)
        top = bottom + layout.between
    stems = Path()
    start = pain.ceiling - (26 if layout.narrow else 10)
    for change in picture.changes:
        x = board.time.x(change.day)
        stems.move(x, start).down(ends.get(change.number, pain.bottom))
    if stems:
        board.bands.append(stems.element("stem"))
    return bottom


def _axis(board: Board, picture: Picture, top: float, bottom: float) -> float:
    """Ticks, their words, and today; returns the height of the words' line."""
    layout, time = board.layout, board.time
    px = layout.px("text")
    base = bottom + 19
    room = int((layout.right - layout.left) / (44 if layout.narrow else 50))
    marks = ticks(picture.first, picture.end, picture.epoch, room)
    form = _form(marks, time, px)
    lines = Path()
    board.marks.append(Path().move(layout.right, top).down(bottom + 5).element("today"))
    today = Words(
        layout.right, base, picture.day(picture.as_of, year=False), "text", True, "",
        "end" if layout.narrow else "middle",
    )  # fmt: skip
    board.sheet.write(today)
    if picture.epoch is None and picture.end - picture.first > 75 and marks and not marks[0].strong:
        board.sheet.offer(
            Words(layout.left, base, picture.day(picture.first, year=True)[-4:], "text", True), pad=3
        )
    for mark in marks:
        x = time.x(mark.day)
        lines.move(x, bottom).down(bottom + 5)
        text = mark.words[min(form, len(mark.words) - 1)]
        offset = 0 if mark.day == picture.first else 5 if not layout.narrow else 3
        words = Words(x + offset, base, text, "text", mark.strong, "" if mark.strong else "t2")
        board.sheet.offer(words, pad=3)
    if lines:
        board.marks.append(lines.element("axis"))
    return base


def _form(marks: tuple[Tick, ...], time: TimeScale, px: float) -> int:
    """The longest form of the ticks' words that fits between all of them."""
    days = [mark.day for mark in marks]
    gap = min((b - a for a, b in pairwise(days)), default=10**6) * time.per_day
    longest = max((len(mark.words) for mark in marks), default=1)
    for form in range(longest):
        if all(width(mark.words[min(form, len(mark.words) - 1)], px) + 10 <= gap for mark in marks):
            return form
    return longest - 1


def _document(board: Board, picture: Picture, height: float, theme: Theme | None) -> Element:
    layout, prefix = board.layout, board.prefix
    root = Element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {layout.width:g} {round(height)}",
        class_=f"chart {layout.size}",
        role="img",
        aria_labelledby=f"{prefix}-title {prefix}-desc",
    )
    if theme is not None:
        root.attributes["width"] = layout.width
        root.attributes["height"] = round(height)
    root.add(Element("title", picture.title, id=f"{prefix}-title"))
    root.add(Element("desc", picture.description, id=f"{prefix}-desc"))
    if theme is not None:
        root.add(Element("style", resolved_css(theme, layout.size)))
    root.extend(board.grounds).extend(board.bands).extend(board.marks).extend(board.front)
    # Words lie above all marks.
    for words in board.sheet.words:
        if theme is not None and "halo" in words.tone:
            # PDF renderers paint a halo letter by letter, over the letter before: a plain ground instead.
            box = words.box(layout.size)
            root.add(Path().box(box.left - 2, box.top, box.right + 2, box.bottom).element("ground"))
            words = replace(words, tone=words.tone.replace("halo", "").strip())
        root.add(words.element())
    return root
