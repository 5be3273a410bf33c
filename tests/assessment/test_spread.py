"""Spread on the body map, counted by hand on the neighbor graph."""

from __future__ import annotations

from algesia.assessment.spread import distances, spread
from algesia.knowledge.loader import load
from algesia.record.model import BodyMap, Record
from algesia.review import review
from tests.assessment.build import START, at

AREAS = load().body_areas


def maps(first: tuple[str, ...], last: tuple[str, ...], touch: tuple[str, ...] = ()) -> Record:
    return Record(
        body_maps=(BodyMap(at=at(0), areas=first), BodyMap(at=at(60), areas=last, touch_pain=touch))
    )


def test_every_area_can_be_reached_and_a_neighbor_is_one_step_away() -> None:
    steps = distances(["lower-back-left"], AREAS)
    assert set(steps) == set(AREAS)
    assert all(steps[n] == 1 for n in AREAS["lower-back-left"].neighbors)


def test_one_neighboring_area_more_is_not_spread() -> None:
    neighbor = AREAS["lower-back-left"].neighbors[0]
    found = spread(maps(("lower-back-left",), ("lower-back-left", neighbor)), AREAS, START + 60)
    assert found is not None
    assert (found.areas_first, found.areas_last, found.distance, found.beyond_first) == (1, 2, 1, False)


def test_far_areas_are_spread_and_both_sides_are_told() -> None:
    record = maps(("lower-back-left",), ("lower-back-left", "hand-front-right", "shoulder-front-right"))
    found = spread(record, AREAS, START + 60)
    assert found is not None
    assert found.beyond_first
    assert found.laterality == "both"
    assert found.new_areas == ("hand-front-right", "shoulder-front-right")
    assert "not known" in found.noise


def test_the_map_answers_the_sign_that_was_not_asked() -> None:
    record = maps(
        ("lower-back-left",),
        ("lower-back-left", "hand-front-right", "shoulder-front-right"),
        ("hand-front-right",),
    )
    states = {s.sign: s for s in review(record, load(), START + 60).signs}
    assert states["spreading-pain"].status == "present"
    assert states["allodynia"].status == "present"
    assert states["myoclonus"].status == "not-examined"


def test_touch_pain_at_the_first_place_is_not_allodynia_elsewhere() -> None:
    record = maps(("lower-back-left",), ("lower-back-left",), ("lower-back-left",))
    states = {s.sign: s for s in review(record, load(), START + 60).signs}
    assert states["allodynia"].status == "not-examined"
