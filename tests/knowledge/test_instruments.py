"""Scores of instruments: totals, bands, missing items, impossible items."""

from __future__ import annotations

import pytest

from algesia.knowledge.instruments import band, fibromyalgia_2016, item_range, score
from algesia.knowledge.loader import load
from algesia.quantities.refusal import InputRefused

INSTRUMENTS = load().instruments


def filled(name: str, value: float) -> dict[str, float]:
    return {item.id: value for item in INSTRUMENTS[name].items}


def test_the_instruments() -> None:
    assert list(INSTRUMENTS) == [
        "nrs",
        "peg",
        "cows",
        "ort-oud",
        "wpi",
        "sss",
        "phq-2",
        "phq-9",
        "gad-7",
        "dsm5-oud",
    ]


@pytest.mark.parametrize("name", list(INSTRUMENTS))
def test_lowest_and_highest_answers_make_the_range(name: str) -> None:
    instrument = INSTRUMENTS[name]
    low = {item.id: item_range(item)[0] for item in instrument.items}
    high = {item.id: item_range(item)[1] for item in instrument.items}
    assert score(instrument, low, supervised=False).total == instrument.low
    assert score(instrument, high, supervised=False).total == instrument.high


@pytest.mark.parametrize("name", list(INSTRUMENTS))
def test_a_missing_item_leaves_the_total_unknown(name: str) -> None:
    instrument = INSTRUMENTS[name]
    items = {item.id: 0.0 for item in instrument.items[1:]}
    scored = score(instrument, items, supervised=False)
    assert (scored.total, scored.band, scored.complete) == (None, None, False)
    assert scored.missing == (instrument.items[0].id,)


def test_peg_is_a_mean() -> None:
    assert score(
        INSTRUMENTS["peg"], {"pain": 7, "enjoyment": 6, "general-activity": 7}
    ).total == pytest.approx(6.667, abs=1e-3)
    assert score(INSTRUMENTS["peg"], {"pain": 6.5, "enjoyment": 6.5, "general-activity": 6.5}).total == 6.5


@pytest.mark.parametrize(
    ("total", "label"),
    [
        (0, "none to minimal"),
        (4, "none to minimal"),
        (5, "mild"),
        (12, "mild"),
        (13, "moderate"),
        (24, "moderate"),
        (25, "moderately severe"),
        (36, "moderately severe"),
        (37, "severe"),
        (48, "severe"),
    ],
)
def test_cows_bands_are_not_shifted(total: float, label: str) -> None:
    assert band(INSTRUMENTS["cows"], total) == label


def test_cows_items_take_only_the_printed_points() -> None:
    items = filled("cows", 0.0)
    with pytest.raises(InputRefused, match=r"cows\.resting-pulse is 3.*one of 0, 1, 2, 4"):
        score(INSTRUMENTS["cows"], items | {"resting-pulse": 3})
    assert score(INSTRUMENTS["cows"], items | {"resting-pulse": 4, "gooseflesh": 5}).total == 9


@pytest.mark.parametrize("value", [-1, 10.5, 14, float("nan"), float("inf")])
def test_a_rating_outside_its_scale_is_refused(value: float) -> None:
    with pytest.raises(InputRefused, match="a number from 0 to 10"):
        score(INSTRUMENTS["nrs"], {"pain": value})


def test_an_item_the_instrument_does_not_have_is_refused() -> None:
    with pytest.raises(InputRefused, match=r"phq-2\.sleep"):
        score(INSTRUMENTS["phq-2"], {"sleep": 1})


def test_a_total_outside_the_range_is_refused() -> None:
    with pytest.raises(InputRefused, match="0 to 27"):
        band(INSTRUMENTS["phq-9"], 28)


@pytest.mark.parametrize(
    ("total", "band"),
    [(4, "minimal"), (5, "mild"), (10, "moderate"), (15, "moderately severe"), (20, "severe")],
)
def test_phq_9_bands_start_where_the_abstract_of_2001_says(total: int, band: str) -> None:
    items = filled("phq-9", 0.0)
    left = total
    for name in items:
        items[name] = float(min(3, left))
        left -= int(items[name])
    assert score(INSTRUMENTS["phq-9"], items).band == band


@pytest.mark.parametrize(
    ("total", "label"), [(4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (15, "severe")]
)
def test_gad_7_bands(total: float, label: str) -> None:
    assert band(INSTRUMENTS["gad-7"], total) == label


def test_ort_oud_has_nine_items_of_one_point_and_no_item_on_abuse() -> None:
    tool = INSTRUMENTS["ort-oud"]
    assert len(tool.items) == 9
    assert all(item_range(item) == (0, 1) for item in tool.items)
    assert not any("abuse" in item.text for item in tool.items)
    assert (band(tool, 2), band(tool, 3)) == ("low", "higher")


def test_tolerance_and_withdrawal_do_not_count_under_supervision() -> None:
    criteria = INSTRUMENTS["dsm5-oud"]
    items = filled("dsm5-oud", 0.0) | {"tolerance": 1, "withdrawal": 1}
    assert score(criteria, items).total == 0
    assert score(criteria, items, supervised=False).total == 2
    assert score(criteria, {k: 0.0 for k in items if k not in ("tolerance", "withdrawal")}).complete
    assert [band(criteria, n) for n in (1, 2, 4, 6)] == ["none", "mild", "moderate", "severe"]


@pytest.mark.parametrize(
    ("wpi", "sss", "regions", "months", "met"),
    [
        (7, 5, 4, 3, True), (6, 9, 4, 3, True), (4, 9, 5, 12, True), (3, 12, 4, 3, False), (7, 4, 4, 3, False),
        (6, 8, 4, 3, False), (7, 5, 3, 3, False), (7, 5, 4, 2.9, False), (None, 5, 4, 3, None), (7, None, 4, 3, None),
        (None, 4, 4, 3, False), (3, None, 4, 3, False), (7, 5, None, 3, None), (7, 5, None, 1, False), (7, 5, 4, None, None),
    ],
)  # fmt: skip
def test_fibromyalgia_2016(wpi, sss, regions, months, met) -> None:
    assert fibromyalgia_2016(wpi, sss, regions, months).met is met


LOINC = {
    "nrs": ("72514-3", "75893-8"), "peg": ("91147-9",), "phq-2": ("55758-7",), "phq-9": ("44261-6",), "gad-7": ("70274-6",),
}  # fmt: skip


def test_loinc_codes() -> None:
    assert {name: i.loinc_total for name, i in INSTRUMENTS.items() if i.loinc_total} == LOINC
    assert INSTRUMENTS["peg"].loinc_panel == "91148-7"
    assert [item.loinc for item in INSTRUMENTS["peg"].items] == ["75893-8", "91145-3", "91146-1"]
    codes = [item.loinc for item in INSTRUMENTS["phq-9"].items]
    assert codes[0] == "44250-9" and codes[8] == "44260-8" and len(set(codes)) == 9


def test_every_instrument_says_what_may_be_embedded() -> None:
    for instrument in INSTRUMENTS.values():
        assert instrument.embed and instrument.licence_note and instrument.source, instrument.id
