"""The body figure a person marks.

Every area is one path whose classes say what it is: ``hurts``, ``touch`` (light touch hurts), ``new`` (not on the
map before), ``origin`` (on the first map). A script changes the picture by changing classes and the names' places; nothing else moves. Around every
area lies an invisible rim of 7 units, so that the smallest one is 24 px wide on a 390 px phone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final, Literal, TypeAlias

from algesia.charts.svg import Element, number
from algesia.knowledge.clinical import BodyArea

View: TypeAlias = Literal["front", "back"]
VIEWS: Final[tuple[View, View]] = ("front", "back")
VIEW_BOX: Final = "-4 2 408 776"
MIDDLE: Final = 200.0
SIDES_AT: Final = (-2.0, 402.0)
NAMES_AT: Final = (56.0, 344.0)
"""Where the names of marks begin, left and right: outside of arms and legs."""
ARMS: Final = (300.0, 500.0)
"""Heights between which forearm and hand leave no room for a word beside the figure."""
NAMES_FROM: Final = 64.0
NAMES_TO: Final = 650.0
STEP: Final = 46.0
"""Least distance between two names on one side."""
LINE: Final = 19.0
KINDS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("touch", ("touch", "hurts")),
    ("new", ("new",)),
    ("origin", ("first", "place")),
)
_POINT: Final = re.compile(r"[ML](-?[\d.]+) (-?[\d.]+)")


def body_map_figure(
    areas: Mapping[str, BodyArea],
    *,
    view: View,
    now: Collection[str],
    touch: Collection[str],
    first: Collection[str],
    previous: Collection[str] | None,
    prefix: str,
) -> str:
    """Draw one view of the body for marking.

    Parameters
    ----------
    areas
        The knowledge table of body areas by name; only those of `view` are drawn.
    now, touch
        Names of areas that hurt, and where light touch hurts. An area in `touch` alone hurts too.
    first
        Areas of the person's first map: a thick outline.
    previous
        Areas of the map before this one; ``None`` where there is none, and then nothing is new.
    prefix
        Starts every id in the drawing, so that two figures fit on one page.

    Returns
    -------
    SVG text with ``aria-hidden``: the checkboxes beside it carry the same facts in words.

    >>> from algesia.knowledge.loader import load
    >>> svg = body_map_figure(load().body_areas, view="front", now=["shin-left"], touch=[], first=[],
    ...                       previous=[], prefix="f")
    >>> 'class="ar hurts new" data-area="shin-left"' in svg, svg.count("data-area")
    (True, 36)
    """
    shown = areas_of(areas, view)
    marked = {area.name for area in shown if area.name in now or area.name in touch}
    fresh = {name for name in marked if previous is not None and name not in previous}
    root = svg_root(f"bodymap {view}", prefix)
    root.add(Element("path", class_="sil", d="".join(area.path for area in shown)))
    for area in shown:
        state = (("hurts", marked), ("touch", touch), ("new", fresh), ("origin", first))
        names = ("ar", *(word for word, members in state if area.name in members))
        root.add(
            Element(
                "path",
                class_=" ".join(names),
                data_area=area.name,
                data_at=" ".join(map(number, (*area.label_at, _edge(area), _beside(area.label_at[1])))),
                fill=f"url(#{prefix}-dots)",
                d=area.path,
            ),
            ring(area),
        )
    origin = [area for area in shown if area.name in first]
    for layer in ("halo", "first"):
        root.extend(Element("path", class_=layer, d=area.path) for area in origin)
    chosen = {
        "touch": _outermost(area for area in shown if area.name in touch),
        "new": _outermost(area for area in shown if area.name in fresh),
        "origin": _outermost(origin),
    }
    root.extend(_names(chosen))
    words = ("Your right", "Your left") if view == "front" else ("Your left", "Your right")
    for x, word, anchor in zip(SIDES_AT, words, ("start", "end"), strict=True):
        root.add(Element("text", word, class_="side-word", x=x, y=24, text_anchor=anchor))
    return str(root)


def areas_of(areas: Mapping[str, BodyArea], view: View) -> list[BodyArea]:
    """The areas of one view, by name: the order in which they are drawn."""
    return [area for _, area in sorted(areas.items()) if area.view == view]


def svg_root(class_: str, prefix: str) -> Element:
    """An empty figure with its pattern of dots, hidden from screen readers."""
    dots = Element(
        "pattern",
        Element("rect", class_="ground", width=10, height=10),
        Element("circle", class_="speck", cx=3, cy=3, r=1.9),
        Element("circle", class_="speck", cx=8, cy=8, r=1.9),
        id=f"{prefix}-dots",
        width=10,
        height=10,
        patternUnits="userSpaceOnUse",
    )
    return Element(
        "svg",
        Element("defs", dots),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=VIEW_BOX,
        class_=class_,
        aria_hidden="true",
        focusable="false",
    )


def ring(area: BodyArea, radius: float = 7) -> Element:
    """The mark of a new area."""
    return Element("circle", class_="ring", cx=area.label_at[0], cy=area.label_at[1], r=radius)


def _edge(area: BodyArea) -> float:
    """The x where the outline ends on the outer side, at the height of the area's label point."""
    points = [(float(x), float(y)) for x, y in _POINT.findall(area.path)]
    height = area.label_at[1]
    crossings = [area.label_at[0]]
    for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True):
        if (y1 <= height) is not (y2 <= height):
            crossings.append(x1 + (x2 - x1) * (height - y1) / (y2 - y1))
    return max(crossings) if area.label_at[0] > MIDDLE else min(crossings)


def _outermost(areas: Iterable[BodyArea]) -> BodyArea | None:
    """The area farthest from the middle; the first by name where several are. The script chooses the same."""
    return max(areas, key=lambda area: abs(area.label_at[0] - MIDDLE), default=None)


def _names(chosen: Mapping[str, BodyArea | None]) -> list[Element]:
    """Each kind of mark named once, outside of the figure, with a lead to the edge of one area that has it."""
    heights: dict[str, float] = {}
    for right in (False, True):
        lowest = NAMES_FROM - STEP
        side = [(kind, area) for kind, area in chosen.items() if area and _at_right(area) is right]
        for kind, area in sorted(side, key=lambda item: item[1].label_at[1]):
            y = max(_beside(area.label_at[1]), lowest + STEP)
            lowest = heights[kind] = ARMS[1] if ARMS[0] < y < ARMS[1] else y
    drawn: list[Element] = []
    for kind, lines in KINDS:
        marked = chosen[kind]
        classes, x, y, lead = "name off", NAMES_AT[0], NAMES_FROM, "M0 0"
        if marked is not None:
            right, y = _at_right(marked), heights[kind]
            classes, x = "name right" if right else "name", NAMES_AT[right]
            near = x - 4 if right else x + 4
            lead = f"M{number(near)} {number(y)}L{number(_edge(marked))} {number(marked.label_at[1])}"
        text = Element("text", class_="name-word", transform=f"translate({number(x)} {number(y)})")
        text.extend(Element("tspan", line, x=0, y=5 + index * LINE) for index, line in enumerate(lines))
        drawn.append(
            Element("g", Element("path", class_="lead", d=lead), text, class_=classes, data_kind=kind)
        )
    return drawn


def _beside(wanted: float) -> float:
    """The nearest height at which a word has room beside the figure."""
    if ARMS[0] < wanted < ARMS[1]:
        return ARMS[0] if wanted < sum(ARMS) / 2 else ARMS[1]
    return min(max(wanted, NAMES_FROM), NAMES_TO)


def _at_right(area: BodyArea) -> bool:
    return area.label_at[0] > MIDDLE


def areas_said(count: int, total: int) -> str:
    """How many areas are marked.

    >>> areas_said(11, 74)
    '11 of 74 areas.'
    """
    return f"{count} of {total} areas."


def new_said(count: int, since: str | None) -> str:
    """How many of them are new, since a day in words; nothing where there is no earlier map.

    >>> new_said(3, "5 November"), new_said(1, "5 November"), new_said(0, "5 November"), new_said(0, None)
    ('3 are new since 5 November.', '1 is new since 5 November.', 'None is new since 5 November.', '')
    """
    if since is None:
        return ""
    return f"{count or 'None'} {'are' if count > 1 else 'is'} new since {since}."
