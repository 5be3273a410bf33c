"""The figure for marking and the film: every area once, states as classes, names beside the figure, words."""

from __future__ import annotations

import re

import pytest

from algesia.charts.body_film import FILM_MOST, body_film
from algesia.charts.body_map import VIEWS, View, body_map_figure, new_said
from algesia.knowledge.loader import load
from algesia.web.person.body_model import LastMap, body_form_model

from .reading import SVG, parsed

AREAS = load().body_areas
SAMPLES = [
    ("calf-left", "knee-back-left", "lower-back-left"),
    ("hand-back-right", "wrist-back-right", "forearm-back-right"),
    ("elbow-back-left", "upper-arm-back-left", "shoulder-back-left"),
    ("foot-back-right", "ankle-back-right", "calf-right"),
]


def figure(view: View = "back", **changes: object) -> str:
    given: dict[str, object] = {
        "now": ["lower-back-left", "knee-back-left"], "touch": ["calf-left"], "first": ["lower-back-left"],
        "previous": ["lower-back-left", "calf-left"], "prefix": "b",
    }  # fmt: skip
    return body_map_figure(AREAS, view=view, **{**given, **changes})  # type: ignore[arg-type]


def states(svg: str) -> dict[str, str]:
    return {
        name: node.get("class", "")
        for node in parsed(svg).iter(SVG + "path")
        if (name := node.get("data-area"))
    }


@pytest.mark.parametrize("view", VIEWS)
def test_every_area_of_a_view_is_drawn_once(view: View) -> None:
    svg = figure(view)
    wanted = sorted(area.name for area in AREAS.values() if area.view == view)
    assert re.findall(r'data-area="([^"]+)"', svg) == wanted
    root = parsed(svg)
    assert root.get("aria-hidden") == "true"
    for node in root.iter():
        assert node.get("style") is None
        if name := node.get("data-area"):
            assert node.get("d") == AREAS[name].path


def test_states_are_classes() -> None:
    drawn = states(figure())
    assert drawn["lower-back-left"] == "ar hurts origin"
    assert drawn["knee-back-left"] == "ar hurts new"
    assert drawn["calf-left"] == "ar hurts touch"
    assert drawn["calf-right"] == "ar"


def test_nothing_is_new_without_an_earlier_map_and_all_is_after_an_empty_one() -> None:
    assert not any("new" in classes.split() for classes in states(figure(previous=None)).values())
    assert sum("new" in classes.split() for classes in states(figure(previous=[])).values()) == 3


def test_sides_are_the_persons_own() -> None:
    def words(view: View) -> list[str]:
        sides = [node for node in parsed(figure(view)).iter(SVG + "text") if node.get("class") == "side-word"]
        return [node.text or "" for node in sorted(sides, key=lambda node: float(node.get("x", 0)))]

    assert words("front") == ["Your right", "Your left"]
    assert words("back") == ["Your left", "Your right"]


@pytest.mark.parametrize(("touch", "fresh", "first"), SAMPLES)
def test_names_stand_apart_and_clear_of_arms(touch: str, fresh: str, first: str) -> None:
    svg = figure(now=[touch, fresh, first], touch=[touch], first=[first], previous=[touch, first])
    places = []
    for group in parsed(svg).iter(SVG + "g"):
        assert (group.get("class") or "").split()[:2] in (["name"], ["name", "right"])
        text, lead = group.find(SVG + "text"), group.find(SVG + "path")
        assert text is not None and lead is not None
        x, y = map(float, re.findall(r"-?[\d.]+", text.get("transform", "")))
        assert x in (56.0, 344.0) and 64 <= y <= 745 and not 300 < y < 500
        assert (x > 200) is ("right" in (group.get("class") or ""))
        places.append((x, y))
    for x, y in places:
        assert [other for other in places if other[0] == x and 0 < abs(other[1] - y) < 45.9] == []
    assert len(set(places)) == 3


def test_a_name_without_an_area_is_off() -> None:
    groups = list(parsed(figure("front")).iter(SVG + "g"))
    assert [group.get("class") for group in groups] == ["name off"] * 3


def test_words_for_new_areas() -> None:
    assert [new_said(count, "5 May") for count in (0, 1, 2)] == [
        "None is new since 5 May.",
        "1 is new since 5 May.",
        "2 are new since 5 May.",
    ]


def test_film_keeps_first_and_latest_and_says_what_it_leaves_out() -> None:
    names = sorted(AREAS)
    maps = [(f"{day} May", names[:day], names[day : day + 1]) for day in range(1, 15)]
    film = body_film(AREAS, maps)
    assert len(film) == FILM_MOST
    assert (film[0].day, film[-1].day, film[0].left_out) == ("1 May", "14 May", 6)
    assert len({frame.day for frame in film}) == FILM_MOST
    assert film[0].said == "2 of 74 areas." and film[0].new == ""
    assert film[-1].since_first == "From 2 areas on 1 May to 15 on 14 May."
    assert body_film(AREAS, []) == ()
    (alone,) = body_film(AREAS, maps[:1])
    assert alone.since_first == "2 areas on 1 May." and alone.left_out == 0


def test_film_draws_outlines_once_and_marks_by_reference() -> None:
    maps = [("1 May", ["shin-left"], []), ("2 May", ["shin-left", "knee-front-left"], ["knee-front-left"])]
    first, second = body_film(AREAS, maps)
    assert first.front.count("<path") == 36 and second.front.count("<path") == 0
    assert 'href="#film-shin-left" class="hurts"' in second.front
    assert 'href="#film-knee-front-left" fill="url(#film-1-front-dots)"' in second.front
    assert second.front.count('class="ring"') == 1 and first.front.count('class="ring"') == 0
    assert second.new == "1 is new since 1 May."
    ids = re.findall(r' id="([^"]+)"', first.front + first.back + second.front + second.back)
    assert len(ids) == len(set(ids)) and set(re.findall(r'href="#([^"]+)"', second.front)) <= set(ids)


LAST = LastMap("5 November", "5 Nov", ("lower-back-left",), ("calf-left",))


def test_form_opens_with_the_marks_of_the_last_map() -> None:
    form = body_form_model(AREAS, last=LAST, first=("lower-back-left",))
    assert form.from_last and form.shown == "back"
    assert form.count_words == "2 of 74 areas."
    assert form.new_words == "None is new since 5 November."
    spots = {spot.name: spot for side in form.sides for region in side.regions for spot in region.spots}
    assert len(spots) == 74
    assert spots["calf-left"].pain and spots["calf-left"].touch and not spots["calf-left"].fresh
    assert spots["lower-back-left"].first and spots["calf-right"].fresh
    assert [len(side.regions) for side in form.sides] == [5, 5]


def test_form_of_a_first_map_is_empty_and_nothing_is_new() -> None:
    form = body_form_model(AREAS, last=None, first=())
    assert (form.count_words, form.new_words, form.shown) == ("0 of 74 areas.", "", "front")
    assert not any(
        spot.fresh or spot.pain for side in form.sides for region in side.regions for spot in region.spots
    )


def test_form_shows_given_marks_even_when_none_is_left() -> None:
    form = body_form_model(AREAS, last=LAST, first=(), now=())
    assert form.count_words == "0 of 74 areas." and not form.from_last
    assert body_form_model(AREAS, last=LAST, first=(), now=tuple(AREAS)).count_words == "74 of 74 areas."


def test_a_mark_that_is_no_area_is_refused() -> None:
    with pytest.raises(ValueError, match="Not an area of the body map: elbow"):
        body_form_model(AREAS, last=None, first=(), now=("elbow",))
