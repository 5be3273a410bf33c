"""The film of all body maps so far: small figures, side by side or one at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from algesia.charts.body_map import VIEWS, View, areas_of, areas_said, new_said, ring, svg_root
from algesia.charts.svg import Element
from algesia.knowledge.clinical import BodyArea

Marks: TypeAlias = tuple[str, Collection[str], Collection[str]]
"""A map: its day as it stands after "on" ("5 November"), where it hurts, where light touch hurts."""

FILM_MOST: Final = 8
"""Maps in the film at most: the first, the latest, and six between."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One map of the film: two small figures and the same in words.

    `since_first` compares with the first map; `left_out` is the number of maps between first and latest that the
    film does not show (the same in every frame).
    """

    day: str
    said: str
    new: str
    since_first: str
    front: str
    back: str
    left_out: int


def body_film(
    areas: Mapping[str, BodyArea], maps: Sequence[Marks], *, prefix: str = "film"
) -> tuple[Frame, ...]:
    """All maps in order, as small figures that show spread over time.

    Parameters
    ----------
    maps
        Each map's day in words, areas that hurt, areas where light touch hurts; oldest first. Of more than
        `FILM_MOST` the first, the latest and evenly chosen ones between are shown, and `Frame.left_out` counts
        the others.

    Returns
    -------
    One frame a map. A ring marks what was not on the frame before; the thick outline is the first map. The
    outlines are drawn in the first frame and used by all: they stand on one page together.
    """
    picked = [maps[index] for index in _evenly(len(maps))]
    frames: list[Frame] = []
    for index, (day, hurting, touch) in enumerate(picked):
        marked = _united(hurting, touch)
        origin = _united(picked[0][1], picked[0][2])
        before = _united(picked[index - 1][1], picked[index - 1][2]) if index else marked
        front, back = (
            _still(
                areas, view, marked, touch, origin, marked - before, f"{prefix}-{index}", prefix, not index
            )
            for view in VIEWS
        )
        frames.append(
            Frame(
                day=day,
                said=areas_said(len(marked), len(areas)),
                new=new_said(len(marked - before), picked[index - 1][0] if index else None),
                since_first=_since_first(len(origin), picked[0][0], len(marked), day, index),
                front=front,
                back=back,
                left_out=len(maps) - len(picked),
            )
        )
    return tuple(frames)


def _united(hurting: Collection[str], touch: Collection[str]) -> frozenset[str]:
    return frozenset(hurting) | frozenset(touch)


def _evenly(count: int) -> list[int]:
    if count <= FILM_MOST:
        return list(range(count))
    return [round(index * (count - 1) / (FILM_MOST - 1)) for index in range(FILM_MOST)]


def _since_first(before: int, first_day: str, count: int, day: str, index: int) -> str:
    noun = "area" if before == 1 else "areas"
    if not index:
        return f"{before} {noun} on {day}."
    return f"From {before} {noun} on {first_day} to {count} on {day}."


def _still(
    areas: Mapping[str, BodyArea], view: View, marked: Collection[str], touch: Collection[str],
    first: Collection[str], fresh: Collection[str], prefix: str, shared: str, draws: bool,
) -> str:  # fmt: skip
    """A figure without words and without rims; the marks reuse the outlines that the first frame draws."""
    shown = areas_of(areas, view)
    root = svg_root(f"bodymap still {view}", f"{prefix}-{view}")
    if draws:
        outlines = Element("g", class_="outline", id=f"{shared}-{view}")
        outlines.extend(Element("path", id=f"{shared}-{area.name}", d=area.path) for area in shown)
        root.add(outlines)
    else:
        root.add(Element("use", class_="outline", href=f"#{shared}-{view}"))

    def used(members: Collection[str], **attributes: str) -> None:
        root.extend(
            Element("use", href=f"#{shared}-{area.name}", **attributes)
            for area in shown
            if area.name in members
        )

    used([name for name in marked if name not in touch], class_="hurts")
    used(touch, fill=f"url(#{prefix}-{view}-dots)")
    used(first, class_="halo")
    used(first, class_="first")
    root.extend(ring(area, 10) for area in shown if area.name in fresh)
    return str(root)
