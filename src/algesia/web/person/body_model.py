"""What the page "Where does it hurt" shows: areas by side and region, the marks, the count in words, two figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

from algesia.charts.body_map import VIEWS, View, areas_said, body_map_figure, new_said
from algesia.knowledge.clinical import BodyArea

REGIONS: Final = ("Head and neck", "Shoulders and arms", "Chest, belly and back", "Hips", "Legs and feet")
"""From the head down."""


class LastMap(NamedTuple):
    """The map before this one: its day in words, long ("5 November") and short ("5 Nov"), and its marks."""

    day: str
    day_short: str
    areas: Collection[str]
    touch: Collection[str]


@dataclass(frozen=True, slots=True)
class Spot:
    """One area as a row: `fresh` where the map before did not have it, `first` where the first map did."""

    name: str
    plain: str
    pain: bool
    touch: bool
    fresh: bool
    first: bool


@dataclass(frozen=True, slots=True)
class Region:
    """The areas of one region on one side of the body."""

    name: str
    spots: tuple[Spot, ...]

    @property
    def count(self) -> str:
        """How many are marked, as "2 of 10"."""
        return f"{sum(spot.pain for spot in self.spots)} of {len(self.spots)}"

    @property
    def marked(self) -> str:
        """The marked areas in words; empty where none is."""
        return "; ".join(spot.plain for spot in self.spots if spot.pain)


@dataclass(frozen=True, slots=True)
class Side:
    """Front or back: its regions and its figure as SVG text."""

    view: View
    word: str
    regions: tuple[Region, ...]
    figure: str


@dataclass(frozen=True, slots=True)
class BodyFormModel:
    """The whole form. `from_last`: the marks shown are those of the last map. `hidden` are the fields the page adds to every submission (idempotency id, token)."""

    sides: tuple[Side, ...]
    shown: View
    total: int
    count_words: str
    new_words: str
    last: LastMap | None
    from_last: bool
    hidden: tuple[tuple[str, str], ...]


def body_form_model(
    areas: Mapping[str, BodyArea],
    *,
    last: LastMap | None,
    first: Collection[str],
    now: Collection[str] | None = None,
    touch: Collection[str] = (),
    hidden: tuple[tuple[str, str], ...] = (),
    shown: View | None = None,
) -> BodyFormModel:
    """Build the form.

    Parameters
    ----------
    areas
        The knowledge table of body areas by name.
    last
        The map before this one, ``None`` for a first map. Without `now` its marks are shown to be changed.
    first
        Areas of the person's first map.
    now, touch
        The marks to show, for a form that comes back with an error.
    shown
        The side to open; left out, the side with more marks, and the front where both have the same.

    Raises
    ------
    ValueError
        A mark names no area of the table: dropping it would lose a place that hurts.
    """
    from_last = now is None and last is not None
    if now is None:
        now, touch = (last.areas, last.touch) if last is not None else ((), ())
    marked = frozenset(now) | frozenset(touch)
    earlier = None if last is None else frozenset(last.areas) | frozenset(last.touch)
    unknown = sorted(marked - areas.keys())
    if unknown:
        raise ValueError(f"Not an area of the body map: {', '.join(unknown)}.")
    sides = tuple(
        Side(
            view=view,
            word=view.capitalize(),
            regions=_regions(areas, view, marked, touch, first, earlier),
            figure=body_map_figure(
                areas,
                view=view,
                now=marked,
                touch=touch,
                first=first,
                previous=earlier,
                prefix=f"body-{view}",
            ),
        )
        for view in VIEWS
    )
    behind = sum(areas[name].view == "back" for name in marked)
    return BodyFormModel(
        sides=sides,
        shown=shown or ("back" if behind * 2 > len(marked) else "front"),
        total=len(areas),
        count_words=areas_said(len(marked), len(areas)),
        new_words=new_said(len(marked - (earlier or frozenset())), last.day if last is not None else None),
        last=last,
        from_last=from_last,
        hidden=hidden,
    )


def _regions(
    areas: Mapping[str, BodyArea],
    view: View,
    marked: Collection[str],
    touch: Collection[str],
    first: Collection[str],
    earlier: Collection[str] | None,
) -> tuple[Region, ...]:
    """Regions from the head down, areas in the order of the table, which goes from the head down as well."""
    shown = [area for area in areas.values() if area.view == view]
    shown.sort(key=lambda area: REGIONS.index(area.group) if area.group in REGIONS else len(REGIONS))
    return tuple(
        Region(
            name=name,
            spots=tuple(
                Spot(
                    name=area.name,
                    plain=area.plain,
                    pain=area.name in marked,
                    touch=area.name in touch,
                    fresh=earlier is not None and area.name not in earlier,
                    first=area.name in first,
                )
                for area in members
            ),
        )
        for name, members in groupby(shown, key=lambda area: area.group)
    )
