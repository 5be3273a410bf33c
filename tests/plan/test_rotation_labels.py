"""Label tables: every band edge as printed, nothing outside them, the methadone example, inductions as published."""

from __future__ import annotations

import msgspec
import pytest

from algesia.knowledge.loader import load
from algesia.plan.inductions import inductions
from algesia.plan.rotation_labels import Reading, beside, each_dose, fentanyl_table, methadone, patch
from algesia.quantities.refusal import Unassessable

TABLES = load().rotation.tables
LINES = load().product_lines

# The fentanyl patch label, Tables 1 and 2: (first, last) mg/d of each band, 25 ug/h more at each.
ORAL_MORPHINE = [
    (60, 134), (135, 224), (225, 314), (315, 404), (405, 494), (495, 584), (585, 674), (675, 764), (765, 854),
    (855, 944), (945, 1034), (1035, 1124),
]  # fmt: skip
TABLE_ONE = {
    ("morphine", "intravenous"): [(10, 22), (23, 37), (38, 52), (53, 67)],
    ("oxycodone", "oral"): [(30, 67), (67.5, 112), (112.5, 157), (157.5, 202)],
    ("codeine", "oral"): [(150, 447)],
    ("hydromorphone", "oral"): [(8, 17), (17.1, 28), (28.1, 39), (39.1, 51)],
    ("hydromorphone", "intravenous"): [(1.5, 3.4), (3.5, 5.6), (5.7, 7.9), (8, 10)],
    ("meperidine", "intramuscular"): [(75, 165), (166, 278), (279, 390), (391, 503)],
}
EDGES = [
    (drug, dose, 25.0 * (index + 1))
    for drug, bands in {("morphine", "oral"): ORAL_MORPHINE, **TABLE_ONE}.items()
    for index, band in enumerate(bands)
    for dose in band
]


@pytest.mark.parametrize(("drug", "dose", "rate"), EDGES)
def test_every_edge_of_the_fentanyl_label(drug: tuple[str, str], dose: float, rate: float) -> None:
    table = fentanyl_table(load(), drug)
    assert table is not None
    read = patch(table, (dose, dose))
    assert isinstance(read, Reading)
    assert (read.low, read.high, read.unit, read.times) == (rate, rate, "ug/h", 1)


@pytest.mark.parametrize("drug", [("morphine", "oral"), *TABLE_ONE])
def test_below_and_above_the_fentanyl_label_there_is_no_patch(drug: tuple[str, str]) -> None:
    bands = {("morphine", "oral"): ORAL_MORPHINE, **TABLE_ONE}[drug]
    table = fentanyl_table(load(), drug)
    assert table is not None
    for dose, side in ((bands[0][0] - 0.1, "below"), (bands[-1][1] + 0.1, "above")):
        found = patch(table, (dose, dose))
        assert isinstance(found, Unassessable)
        assert side in found.because


def test_between_two_printed_bands_the_lower_holds() -> None:
    read = patch(TABLES["fentanyl-patch-from-oral-morphine"], (134.9, 134.9))
    assert isinstance(read, Reading)
    assert read.low == 25.0


def test_at_a_shared_edge_the_lower_of_two_doses_holds() -> None:
    table = TABLES["fentanyl-patch-from-oral-morphine"]
    bands = (msgspec.structs.replace(table.bands[0], high=135.0), *table.bands[1:])
    read = patch(msgspec.structs.replace(table, bands=bands), (135.0, 135.0))
    assert isinstance(read, Reading)
    assert read.low == 25.0


def test_the_lower_end_of_a_range_decides() -> None:
    read = patch(TABLES["fentanyl-patch-from-oral-morphine"], (100.0, 250.0))
    assert isinstance(read, Reading)
    assert (read.low, read.high) == (25.0, 75.0)


@pytest.mark.parametrize(
    ("dose", "rate"),
    [(1, 5), (29.9, 5), (30, 10), (80, 10), (80.1, None), (200, None)],
)
def test_the_buprenorphine_patch_label(dose: float, rate: float | None) -> None:
    read = patch(TABLES["buprenorphine-patch-label"], (dose, dose))
    assert (read.low if isinstance(read, Reading) else None) == rate


@pytest.mark.parametrize(
    ("dose", "daily", "times"),
    [(1, 75, 1), (29.9, 75, 1), (30, 300, 2), (89, 300, 2), (89.9, 300, 2), (90, 600, 2), (160, 600, 2), (160.1, None, None)],
)  # fmt: skip
def test_the_buccal_film_label(dose: float, daily: float | None, times: int | None) -> None:
    read = patch(TABLES["buprenorphine-buccal-label"], (dose, dose))
    assert (read.low if isinstance(read, Reading) else None) == daily
    assert (read.times if isinstance(read, Reading) else None) == times


@pytest.mark.parametrize(
    ("low", "high", "least", "most"),
    [
        (50.0, 50.0, 10.0, 15.0),  # 20 to 30 %
        (99.0, 99.0, 19.8, 29.7),
        (100.0, 100.0, 10.0, 20.0),  # the edge: the lower band, 10 to 20 %
        (300.0, 300.0, 24.0, 36.0),  # the edge: 8 to 12 %
        (400.0, 400.0, 32.0, 48.0),
        (90.0, 110.0, 10.0, 30.0),  # 110 x 10 % = 11 and 100 x 10 % = 10; below the edge up to 100 x 30 %
    ],
)
def test_methadone_bands(low: float, high: float, least: float, most: float) -> None:
    read = methadone(load(), (low, high))
    assert (read.low, read.high) == (pytest.approx(least), pytest.approx(most))


def test_the_example_of_the_methadone_label() -> None:
    daily = 100.0 * 15.0 / 100.0
    assert daily == 15.0
    assert daily / 2 == 7.5
    rounded = each_dose(LINES["methadone-tablet"], 2, daily)
    assert rounded is not None
    assert [dose.amount for dose in rounded] == [5.0, 5.0]


@pytest.mark.parametrize(
    ("daily", "times", "doses"),
    [(30.0, 2, [15.0, 15.0]), (29.9, 2, [10.0, 10.0]), (30.0, 3, [10.0, 10.0, 10.0]), (9.9, 2, None)],
)
def test_equal_doses_are_each_rounded_down(daily: float, times: int, doses: list[float] | None) -> None:
    found = each_dose(LINES["methadone-tablet"], times, daily)
    assert (None if found is None else [dose.amount for dose in found]) == doses


def test_shown_tables_are_beside_and_those_marked_never_are_nowhere() -> None:
    shown = {rule.id: rule for rule in beside(load(), ("fentanyl", "transdermal"), 120.0)}
    assert set(shown) == {"fentanyl-patch-canada", "fentanyl-patch-malaysia-rotation"}
    assert all("Shown, not used" in rule.says for rule in shown.values())
    assert (
        "ratio 8:1 at 120 mg/d"
        in {r.id: r for r in beside(load(), ("methadone", "oral"), 120.0)}["methadone-ratio-msd"].says
    )


def test_inductions_show_both_thresholds_and_none_marked_never() -> None:
    found = {start.id: start for start in inductions(load())}
    gates = {line.gate for start in found.values() for line in start.lines}
    assert {"COWS above 8", "COWS 13 or more"} <= gates
    never = {
        row.id for row in (*load().rotation.inductions, *load().rotation.schedules) if row.policy == "never"
    }
    assert never and not never & set(found)


def test_the_jabfm_schedule_adds_up_as_published() -> None:
    start = next(s for s in inductions(load()) if s.id == "jabfm")
    daily = [
        sum(float(part) for part in line.new.removesuffix(" mg").split(" + "))
        for line in start.lines
        if line.new.endswith(" mg")
    ]
    assert daily == [0.5, 1.0, 2.0, 4.0, 6.0, 12.0]
    assert start.lines[-1].old == "taper by 25 % a week"
