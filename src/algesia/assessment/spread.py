"""How far pain has spread on the body map: areas, regions, distance from the first place, sides.

The neighbor graph joins areas that share an edge in one view, and the front and back of one part. Distance is
counted in steps on it. No test-retest figure for this drawing exists; the product says so, and counts pain as
spread only when at least two new areas appeared, one of them two or more steps from every area of the first map
(our own checking limit: one neighboring area more or less is how people paint).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final, Literal

from algesia.assessment.model import Spread
from algesia.knowledge.clinical import BodyArea
from algesia.record.model import BodyMap, Record

LEAST_NEW: Final = 2
LEAST_STEPS: Final = 2
NOISE: Final = (
    "Test-retest agreement of this map is not known. One neighboring area more or less is counted as the way "
    "people paint, not as spread."
)


def spread(record: Record, areas: dict[str, BodyArea], as_of: int) -> Spread | None:
    """Compare the first and the latest body map; ``None`` without a map."""
    by_day: dict[int, list[BodyMap]] = {}
    for body_map in record.body_maps:
        if body_map.at.day <= as_of:
            by_day.setdefault(body_map.at.day, []).append(body_map)
    if not by_day:
        return None
    first_day, last_day = min(by_day), max(by_day)
    first, last = _union(by_day[first_day]), _union(by_day[last_day])
    touch = frozenset(area for m in by_day[last_day] for area in m.touch_pain)
    steps = distances(first, areas)
    new = sorted(last - first)
    far = [area for area in new if steps.get(area, 0) >= LEAST_STEPS]
    return Spread(
        first_day=first_day,
        last_day=last_day,
        areas_first=len(first),
        areas_last=len(last),
        regions_last=len({areas[a].group for a in last}),
        new_areas=tuple(new),
        gone_areas=tuple(sorted(first - last)),
        distance=max((steps.get(area, 0) for area in last), default=0),
        laterality=_laterality(last, areas),
        touch_pain=tuple(sorted(a for a in touch if a not in first)),
        noise=NOISE,
        beyond_first=len(new) >= LEAST_NEW and bool(far),
    )


def _union(maps: Iterable[BodyMap]) -> frozenset[str]:
    return frozenset(area for body_map in maps for area in body_map.areas)


def distances(start: Iterable[str], areas: dict[str, BodyArea]) -> dict[str, int]:
    """Steps on the neighbor graph from the nearest of the starting areas to every area.

    Breadth first; areas that cannot be reached are left out (the packaged graph is connected).
    """
    steps = dict.fromkeys(sorted(start), 0)
    queue = deque(steps)
    while queue:
        area = queue.popleft()
        for neighbor in areas[area].neighbors:
            if neighbor not in steps:
                steps[neighbor] = steps[area] + 1
                queue.append(neighbor)
    return steps


def _laterality(
    painful: frozenset[str], areas: dict[str, BodyArea]
) -> Literal["left", "right", "both", "midline", "none"]:
    if not painful:
        return "none"
    sides = {areas[a].side for a in painful}
    if "left" in sides and "right" in sides:
        return "both"
    if "left" in sides:
        return "left"
    return "right" if "right" in sides else "midline"
