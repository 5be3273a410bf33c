"""The picture of a simulation: valid, without styles, words apart and inside, and drawn to the numbers."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from algesia.charts.simulation import _mean, simulation_picture
from algesia.charts.simulation_doses import BY_DAY_FROM_H, dose_tracks
from algesia.charts.tokens import TOKENS, Size, css
from algesia.cli.simulate_times import AFTER_MIN
from algesia.mechanism.model import Order
from algesia.mechanism.simulation import MEASURES as MEASURES_ALL
from algesia.mechanism.simulation import Group, Simulation
from algesia.mechanism.words import orders_from_words
from tests.mechanism.made import simulated

from .reading import SVG, outside, overlaps, parsed, texts

SIZES: tuple[Size, ...] = ("wide", "paper", "phone")
CASES = {
    "taper": (
        "oxycodone ER 20 mg q12h 90 d, then taper 10 %/week; ketamine iv 16 mg/h 5 d from day 60",
        4344.0,
        2.0,
        200,
    ),
    "minutes": ("remifentanil tci 2.5 ng/mL 30 min", 1.0, 0.01, 9),
    "hours": ("remifentanil iv 0.1 ug/kg/min for 4 h; morphine iv 5 mg once, hour 3.5", 8.0, 0.02, 1),
    "rotation": ("fentanyl patch 50 ug/h 30 d, then buprenorphine sl 8 mg daily 30 d", 2112.0, 1.0, 50),
    "years": ("methadone 60 mg daily 9 years", 9 * 8760.0, 41.0, 3),
}
MEASURES = (
    "tolerance",
    "sensitization",
    "withdrawal-score",
    "pain-nrs",
    "cold-tolerance",
    "effect/morphine>M6G",
)


def case(name: str) -> tuple[Simulation, tuple[Order, ...]]:
    words, end, every, people = CASES[name]
    orders = orders_from_words(words).orders
    plasma = tuple(f"plasma/{drug}" for drug in dict.fromkeys(order.drug for order in orders))
    at = np.arange(0.0, end + every / 2, every)
    return simulated(orders, at, Group(people=people), measures=(*plasma, *MEASURES)), orders


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CASES)
def test_words_stand_apart_and_inside(name: str, size: Size) -> None:
    svg = simulation_picture(*case(name), size)
    seen = texts(svg, size)
    assert overlaps(seen) == []
    assert outside(svg, seen) == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CASES)
def test_file_is_valid_accessible_small_and_has_no_styles(name: str, size: Size) -> None:
    svg = simulation_picture(*case(name), size, prefix="x1")
    root = parsed(svg)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "x1-title x1-desc"
    assert "A model's hypothesis, not a prediction for a person." in (root.find(SVG + "desc").text or "")  # type: ignore[union-attr]
    assert not any(node.get("style") for node in root.iter())
    assert root.find(SVG + "style") is None
    assert re.search(r"nan|inf\b", svg) is None
    assert len(svg.encode()) < 250_000


def test_every_class_has_a_rule_of_the_page() -> None:
    names = {
        name
        for word in re.findall(r'class="([^"]+)"', simulation_picture(*case("taper")))
        for name in word.split()
    }
    rules = css()
    assert {name for name in names if f".{name}" not in rules} <= {"chart", "wide"}


def test_a_file_that_stands_alone_holds_its_colors() -> None:
    svg = simulation_picture(*case("taper"), inline_colors="dark")
    assert TOKENS["dark"]["dose"] in svg and "var(" not in svg
    assert parsed(svg).get("width") == "1200"


def test_same_input_same_bytes() -> None:
    assert simulation_picture(*case("rotation")) == simulation_picture(*case("rotation"))


def test_the_description_tells_doses_and_values() -> None:
    root = parsed(simulation_picture(*case("taper")))
    told = root.find(SVG + "desc").text or ""  # type: ignore[union-attr]
    assert "200 virtual people" in told
    assert "Oxycodone, by mouth, extended release: up to 40 mg a day, from day 0 to day 153." in told
    assert "Ketamine, into a vein: up to 16 mg/h, from day 60 to day 65." in told
    assert "Tolerance, times weaker: 1 at first, 2.3 at most, 1.3 (0.75 to 1.8) at the end." in told


def test_amounts_and_values_at_the_end_are_written() -> None:
    words = [seen.text for seen in texts(simulation_picture(*case("taper")), "wide")]
    for text in ("Oxycodone", "40", "36", "Tolerance", "1.3", "0.75 to 1.8", "day 100"):
        assert text in words


CODES = re.compile(r"oral-er|transdermal|sublingual|\\b(?:iv|sc|im|oral)\\b|[{}>]|naive|\\bNRS\\b")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CASES)
def test_no_code_is_read_out(name: str, size: Size) -> None:
    """Routes, units and metabolites stand in words, in the picture and in its description."""
    done, orders = case(name)
    everything = simulated(orders, done.times_h, Group(people=2), measures=(*MEASURES_ALL, *done.measures))
    root = parsed(simulation_picture(everything, orders, size))
    shown = [
        node.text or "" for node in root.iter() if node.tag in (SVG + "text", SVG + "desc", SVG + "title")
    ]
    assert [text for text in shown if CODES.search(text)] == []


def test_a_route_is_told_in_words() -> None:
    words = [seen.text for seen in texts(simulation_picture(*case("rotation"), "phone"), "phone")]
    assert "Fentanyl, ug/h, patch" in words
    assert any(text.startswith("Buprenorphine, mg a day, under the") for text in words)
    wide = " ".join(seen.text for seen in texts(simulation_picture(*case("taper")), "wide"))
    assert "mg a day, by" in wide and "release" in wide and "mg/h, into a vein" in wide


def test_a_single_patch_is_drawn_as_long_as_it_is_worn() -> None:
    (track,) = dose_tracks([Order("fentanyl", "transdermal", 0.0, 25.0, "ug/h")], 240.0)
    assert [(step.start_h, step.end_h, step.value) for step in track.steps] == [(0, 72, 25)]
    assert "1 single dose," not in track.words


def test_one_person_has_no_band() -> None:
    done, orders = case("hours")
    alone = simulation_picture(done, orders)
    assert 'class="band"' not in alone and 'class="relief"' not in alone
    assert 'class="band"' in simulation_picture(replace(done, people=2), orders)


def test_a_median_is_drawn_at_its_height() -> None:
    at = np.linspace(0, 100, 101)
    done = simulated((), at, Group(people=1), measures=("pain-nrs",))
    done.bands[:, 0, :] = np.linspace(0, 10, 101)[:, None]
    svg = simulation_picture(done, ())
    (line,) = [node for node in parsed(svg).iter(SVG + "path") if node.get("class") == "mean fine"]
    points = [[float(n) for n in point.split()] for point in (line.get("d") or "")[1:].split("L")]
    assert list(points[0]) == [176, 98]
    assert points[-1][1] == 14
    assert points[len(points) // 2][1] == pytest.approx(56, abs=2)


def test_a_curve_that_swings_too_often_is_drawn_as_its_range() -> None:
    swinging = simulation_picture(*case("taper"))
    (line, *_) = [node for node in parsed(swinging).iter(SVG + "path") if node.get("class") == "dose-line"][
        2:
    ]
    heights = [float(point.split()[1]) for point in (line.get("d") or "")[1:].split("L")]
    assert max(heights[5:50]) - min(heights[5:50]) < 3


def test_a_spike_of_an_hour_is_drawn_among_swings() -> None:
    at = np.unique(np.concatenate([np.arange(0.0, 4344.0, 2.0), 1200.0 + np.array(AFTER_MIN) / 60]))
    done = simulated((), at, Group(people=2), measures=("withdrawal-score",))
    done.bands[:, 0, :] = (0.15 + 0.02 * np.sin(2 * np.pi * at / 6))[:, None]
    done.bands[(at > 1200) & (at < 1201), 0, :] = 0.6
    (line,) = [
        node
        for node in parsed(simulation_picture(done, ())).iter(SVG + "path")
        if node.get("class") == "today"
    ]
    heights = sorted(float(point.split()[1]) for point in (line.get("d") or "")[1:].split("L"))
    # an axis of 0.6 that is 84 high: one point at its top, all others where the mean of a day is
    assert heights[0] == 14 and heights[1] == pytest.approx(14 + 84 * 0.75, abs=5)


def test_points_that_are_not_even_do_not_pull_the_mean() -> None:
    at = np.unique(np.concatenate([np.arange(0.0, 25.0, 2.0), np.linspace(0.0, 0.5, 50)]))
    assert _mean(at, np.where(at <= 0.5, 1.0, 0.0)) == pytest.approx(0.5 / 24, abs=0.05)
    assert _mean(np.array([3.0]), np.array([7.0])) == 7.0


def test_a_dose_given_once_is_no_dose_a_day() -> None:
    orders = [Order("morphine", "oral", 0.0, 60.0, "mg", 6.0, 360), Order("naloxone", "iv", 2136.0, 0.4)]
    done = simulated(orders, np.arange(0.0, 2400.0, 2.0), Group(people=2), measures=("pain-nrs",))
    words = [seen.text for seen in texts(simulation_picture(done, orders), "wide")]
    assert "mg, once" in words and "0.4" in words and "mg, once, into a vein" in " ".join(words)
    assert "Naloxone, into a vein: 0.4 mg, once, day 89." in simulation_picture(done, orders)


def test_a_file_that_stands_alone_says_what_it_is() -> None:
    alone = simulation_picture(*case("taper"), inline_colors="light")
    seen = texts(alone, "wide")
    assert "A model's hypothesis, not a prediction for a person." in [one.text for one in seen]
    assert overlaps(seen) == [] and outside(alone, seen) == []


def test_small_changes_are_not_blown_up() -> None:
    done = simulated((), np.linspace(0, 10, 50), Group(people=2), measures=("sensitization",))
    done.bands[:] = 0.0004
    words = [seen.text for seen in texts(simulation_picture(done, ()), "wide")]
    assert "0.2" in words and "0.0004" not in words


def test_doses_that_overlap_add_and_doses_after_the_end_are_left_out() -> None:
    orders = [
        Order("morphine", "oral-er", 0.0, 30.0, "mg", 12.0, 20),
        Order("morphine", "oral-er", 48.0, 10.0, "mg", 12.0, 4),
        Order("morphine", "oral-er", 900.0, 10.0, "mg", 12.0, 4),
    ]
    (track,) = dose_tracks(orders, 480.0)
    assert [(step.start_h, step.end_h, step.value) for step in track.steps] == [
        (0, 48, 60),
        (48, 96, 80),
        (96, 240, 60),
    ]


def test_single_doses_are_stems_or_days() -> None:
    orders = [Order("morphine", "oral", 8.0 + hour, 10.0) for hour in (0.0, 6.0, 24.0)]
    (short,) = dose_tracks(orders, BY_DAY_FROM_H - 1)
    assert (short.unit, short.single) == ("mg", ((8.0, 10.0), (14.0, 10.0), (32.0, 10.0)))
    (long,) = dose_tracks(orders, BY_DAY_FROM_H)
    assert long.unit == "mg a day"
    assert [(step.start_h, step.value) for step in long.steps] == [(0.0, 20.0), (24.0, 10.0)]
    assert "3 single doses" in short.words


def test_a_fourth_track_is_left_out_of_the_picture_only() -> None:
    orders = [Order(drug, "oral", 0.0, 5.0, "mg", 12.0, 4) for drug in ("a", "b", "c", "d")]
    assert [track.drug for track in dose_tracks(orders, 48.0)] == ["a", "b", "c"]
