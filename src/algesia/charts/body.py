"""The body figure: where it hurts, where light touch hurts, what is new, and the first place.

Pain is filled, touch pain is filled with dots, a new area carries a ring, the first place a thick outline; each
is named once beside the figure. Left and right are the person's own and stand in words on both sides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, Literal

from algesia.charts.labels import apart
from algesia.charts.metrics import wrap
from algesia.charts.svg import Element
from algesia.charts.tokens import BODY_TEXT, Theme, resolved_css
from algesia.knowledge.clinical import BodyArea

LEFT: Final = -92.0
WIDTH: Final = 584.0
TOP: Final = -6.0
HEIGHT: Final = 794.0
MIDDLE: Final = 200.0
MARGIN: Final = 84.0
"""The outlines lie between x = 0 and 400 and y = 0 and 782; words stand in margins left and right of them."""


def body_figure(
    areas: Mapping[str, BodyArea],
    *,
    view: Literal["front", "back"],
    first: Collection[str],
    now: Collection[str],
    touch: Collection[str] = (),
    prefix: str = "body",
    inline_colors: Theme | None = None,
) -> str:
    """Draw one view of the figure as SVG.

    Parameters
    ----------
    areas
        The knowledge table of body areas by name; only those of `view` are drawn.
    first, now, touch
        Names of areas on the first map, on the latest, and of touch pain on the latest. A name that is not in
        the table is left to the caller's words: the figure has no place for it.

    Returns
    -------
    SVG text. New areas are those of `now` and `touch` that are not in `first`.
    """
    shown = [area for _, area in sorted(areas.items()) if area.view == view]
    hurting = [area for area in shown if area.name in now or area.name in touch]
    touched = [area for area in hurting if area.name in touch]
    fresh = [area for area in hurting if first and area.name not in first]
    origin = [area for area in shown if area.name in first]
    root = Element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"{LEFT:g} {TOP:g} {WIDTH:g} {HEIGHT:g}",
        class_="chart body",
        role="img",
        aria_labelledby=f"{prefix}-title {prefix}-desc",
    )
    if inline_colors is not None:
        root.attributes["width"] = WIDTH
        root.attributes["height"] = HEIGHT
    root.add(Element("title", f"Where it hurts, {view}", id=f"{prefix}-title"))
    root.add(Element("desc", _description(hurting, touched, fresh, origin), id=f"{prefix}-desc"))
    if inline_colors is not None:
        root.add(Element("style", resolved_css(inline_colors, None)))
    specks = Element(
        "pattern",
        Element("circle", class_="speck", cx=3, cy=3, r=1.9),
        Element("circle", class_="speck", cx=8, cy=8, r=1.9),
        id=f"{prefix}-touch",
        width=10,
        height=10,
        patternUnits="userSpaceOnUse",
    )
    root.add(Element("defs", specks))
    root.extend(Element("path", class_="area", d=area.path) for area in shown)
    root.extend(Element("path", class_="hurts", d=area.path) for area in hurting)
    root.extend(Element("path", d=area.path, fill=f"url(#{prefix}-touch)") for area in touched)
    root.extend(Element("path", class_="first", d=area.path) for area in origin)
    root.extend(_names({"touch hurts": touched, "new": fresh, "first place": origin}))
    root.extend(
        Element("circle", class_="new", cx=area.label_at[0], cy=area.label_at[1], r=5.5) for area in fresh
    )
    for side, text, anchor in _sides(view):
        root.add(Element("text", text, x=side, y=16, class_="tb", text_anchor=anchor))
    return str(root)


def _sides(view: Literal["front", "back"]) -> tuple[tuple[float, str, str], ...]:
    left, right = ("Your right", "Your left") if view == "front" else ("Your left", "Your right")
    return ((LEFT + 2, left, "start"), (LEFT + WIDTH - 2, right, "end"))


def _names(groups: Mapping[str, list[BodyArea]]) -> list[Element]:
    """Each kind of mark named once, at the area of it that lies farthest from the middle, with a leading line."""
    chosen: list[tuple[str, BodyArea, bool]] = []
    for name, members in groups.items():
        if members:
            area = max(members, key=lambda a: (abs(a.label_at[0] - MIDDLE), -a.label_at[1], a.name))
            chosen.append((name, area, area.label_at[0] > MIDDLE))
    size = BODY_TEXT
    drawn: list[Element] = []
    for right in (False, True):
        side = [(name, area) for name, area, at_right in chosen if at_right is right]
        heights = apart([area.label_at[1] for _, area in side], 70, 60, HEIGHT - 60)
        x = LEFT + WIDTH - MARGIN + 6 if right else LEFT + MARGIN - 6
        for (name, area), y in zip(side, heights, strict=True):
            at_x, at_y = area.label_at
            near = x - 4 if right else x + 4
            drawn.append(Element("path", class_="lead", d=f"M{near:g} {y:g}L{at_x:g} {at_y:g}"))
            anchor = "start" if right else "end"
            for index, line in enumerate(wrap(name, MARGIN - 8, size)):
                height = y + 5 + index * size * 1.2
                drawn.append(Element("text", line, x=x, y=height, class_="t2", text_anchor=anchor))
    return drawn


def _description(
    hurting: list[BodyArea], touched: list[BodyArea], fresh: list[BodyArea], origin: list[BodyArea]
) -> str:
    if not hurting and not origin:
        return "No area of this side is marked."
    parts = [
        f"{len(hurting)} areas of this side hurt: {'; '.join(area.plain for area in hurting)}."
        if hurting
        else ""
    ]
    for name, members in (("Light touch hurts", touched), ("New", fresh), ("First place", origin)):
        if members:
            parts.append(f"{name}: {'; '.join(area.plain for area in members)}.")
    return " ".join(part for part in parts if part)
