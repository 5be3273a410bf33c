"""The five MME tables against the values printed in their sources."""

from __future__ import annotations

from itertools import pairwise

import pytest

from algesia.knowledge.loader import load
from algesia.knowledge.mme import find_factor, read_form, why_none
from algesia.knowledge.model import EDITIONS, Edition
from algesia.quantities.refusal import WrongCall

KNOWLEDGE = load()

# drug, CDC 2022, CDC 2016, 2016 file, 2018 file, NIH HEAL; None: no factor by mouth
ORAL = [
    ("codeine", 0.15, 0.15, 0.15, 0.15, 0.15),
    ("hydrocodone", 1, 1, 1, 1, 1),
    ("hydromorphone", 5, 4, 4, 4, 5),
    ("morphine", 1, 1, 1, 1, 1),
    ("oxycodone", 1.5, 1.5, 1.5, 1.5, 1.5),
    ("oxymorphone", 3, 3, 3, 3, 3),
    ("tapentadol", 0.4, 0.4, 0.4, 0.4, 0.3),
    ("tramadol", 0.2, 0.1, 0.1, 0.1, 0.2),
    ("dihydrocodeine", None, None, 0.25, 0.25, 0.25),
    ("levorphanol", None, None, 11, 11, 11),
    ("meperidine", None, None, 0.1, 0.1, 0.1),
    ("opium", None, None, 1, 1, 1),
    ("pentazocine", None, None, 0.37, 0.37, 0.37),
    ("propoxyphene", None, None, 0.23, 0.23, None),
    ("levomethadyl", None, None, 8, 8, None),
    ("benzhydrocodone", None, None, None, None, None),
]


def value(
    edition: Edition, drug: str, route: str | None, form: str | None = None, daily: float | None = 10.0
):
    factor = find_factor(KNOWLEDGE, edition, drug, route, form, daily)
    return None if factor is None else factor.value


@pytest.mark.parametrize("row", ORAL, ids=lambda row: row[0])
@pytest.mark.parametrize(
    ("at", "edition"),
    list(enumerate(("cdc-2022", "cdc-2016", "cdc-2016-file", "cdc-2018-file", "nih-heal"), start=1)),
)
def test_oral(row, at, edition) -> None:
    assert value(edition, row[0], "oral") == row[at]


@pytest.mark.parametrize(
    ("daily", "factor"),
    [
        (0.5, 4),
        (1, 4),
        (20, 4),
        (20.01, 8),
        (20.5, 8),
        (40, 8),
        (40.5, 10),
        (60, 10),
        (60.5, 12),
        (100, 12),
        (500, 12),
        (0, 4),
    ],
)
def test_methadone_tiers_of_2016_leave_no_gap(daily: float, factor: float) -> None:
    assert value("cdc-2016", "methadone", "oral", None, daily) == factor


def test_methadone_elsewhere_has_one_factor() -> None:
    assert [
        value(e, "methadone", "oral", None, 100.0)
        for e in ("cdc-2022", "cdc-2016-file", "cdc-2018-file", "nih-heal")
    ] == [4.7, 3, 3, 4.7]


def test_a_tier_needs_the_daily_total() -> None:
    assert find_factor(KNOWLEDGE, "cdc-2016", "methadone", "oral", None, None) is None
    assert "total per day is not known" in why_none(KNOWLEDGE, "cdc-2016", "methadone", "oral", None)


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_fentanyl_patch_is_2_4_per_ug_an_hour_worn(edition: Edition) -> None:
    factor = find_factor(KNOWLEDGE, edition, "fentanyl", "transdermal", None, 0.6)
    assert factor is not None
    assert (factor.value, factor.per, factor.apart) == (2.4, "ug/h", False)


@pytest.mark.parametrize(
    ("route", "form", "cdc_file", "heal"),
    [
        ("buccal", "buccal tablet", 0.13, 0.13),
        ("sublingual", "Sublingual Tablet", 0.13, None),
        (None, "lozenge", 0.13, 0.13),
        ("oral", "Oral Lozenge", 0.13, 0.13),
        ("buccal", "Buccal Film", 0.18, 0.18),
        ("sublingual", "Mucosal Spray", 0.18, 0.18),
        ("oral", "oral spray", 0.18, 0.18),
        ("nasal", None, 0.16, 0.16),
        (None, "Metered Dose Nasal Spray", 0.16, 0.16),
        ("buccal", None, None, 0.13),
        ("oral", "tablet", None, None),
        (None, None, None, None),
        ("intravenous", None, None, None),
    ],
)
def test_fentanyl_through_mucosa(route, form, cdc_file, heal) -> None:
    assert value("cdc-2018-file", "fentanyl", route, form) == cdc_file
    assert value("cdc-2016-file", "fentanyl", route, form) == cdc_file
    assert value("nih-heal", "fentanyl", route, form) == heal
    assert value("cdc-2022", "fentanyl", route, form) is None
    assert value("cdc-2016", "fentanyl", route, form) is None


def test_buccal_fentanyl_without_a_form_says_that_the_form_is_missing() -> None:
    assert "the form is not on record" in why_none(KNOWLEDGE, "cdc-2018-file", "fentanyl", "buccal", None)


@pytest.mark.parametrize("edition", ["cdc-2022", "cdc-2016", "cdc-2018-file"])
@pytest.mark.parametrize(
    ("route", "form"), [("sublingual", "tablet"), ("transdermal", "patch"), ("buccal", "film"), (None, None)]
)
def test_buprenorphine_has_no_factor_in_these_cdc_editions(edition, route, form) -> None:
    assert find_factor(KNOWLEDGE, edition, "buprenorphine", route, form, 8.0) is None
    assert "leaves buprenorphine out" in why_none(KNOWLEDGE, edition, "buprenorphine", route, form)


@pytest.mark.parametrize(
    ("edition", "route", "form", "factor", "per"),
    [
        ("nih-heal", "sublingual", "film", 38.8, "mg/d"),
        ("nih-heal", "sublingual", None, 38.8, "mg/d"),
        ("nih-heal", "transdermal", None, 2.2, "ug/h"),
        ("nih-heal", "buccal", "film", 0.039, "ug/d"),
        ("cdc-2016-file", "sublingual", "tablet", 30, "mg/d"),
        ("cdc-2016-file", "transdermal", "patch", 1.8, "ug/h"),
        ("cdc-2016-file", "buccal", "film", 0.03, "ug/d"),
    ],
)
def test_buprenorphine_elsewhere_stands_apart(edition, route, form, factor, per) -> None:
    found = find_factor(KNOWLEDGE, edition, "buprenorphine", route, form, 8.0)
    assert found is not None
    assert (found.value, found.per, found.apart) == (factor, per, True)


@pytest.mark.parametrize(
    "route", ["intravenous", "epidural", "intrathecal", "subcutaneous", "rectal", "sublingual"]
)
@pytest.mark.parametrize("edition", EDITIONS)
def test_other_routes_of_morphine_have_no_factor(edition: Edition, route: str) -> None:
    assert find_factor(KNOWLEDGE, edition, "morphine", route, None, 10.0) is None
    assert f"no factor for {route} morphine" in why_none(KNOWLEDGE, edition, "morphine", route, None)


def test_a_route_that_is_not_on_record_is_not_taken_for_oral() -> None:
    assert find_factor(KNOWLEDGE, "cdc-2022", "morphine", None, "tablet", 10.0) is None
    assert (
        why_none(KNOWLEDGE, "cdc-2022", "morphine", None, None)
        == "the route of morphine is not on record; CDC 2022 has factors for oral"
    )


@pytest.mark.parametrize("drug", ["sufentanil", "remifentanil", "diamorphine", "no such drug", ""])
def test_a_drug_outside_the_table_says_so(drug: str) -> None:
    assert find_factor(KNOWLEDGE, "cdc-2022", drug, "intravenous", None, 1.0) is None
    assert why_none(KNOWLEDGE, "cdc-2022", drug, "intravenous", None) == f"CDC 2022 has no factor for {drug}"


def test_why_none_is_true_where_there_is_a_factor() -> None:
    assert why_none(KNOWLEDGE, "cdc-2022", "morphine", "oral", None) == "CDC 2022 has a factor for morphine"


def test_butorphanol_is_a_nasal_spray() -> None:
    assert value("cdc-2018-file", "butorphanol", "nasal", "spray") == 7
    assert value("cdc-2022", "butorphanol", "nasal", "spray") is None


def test_an_edition_that_does_not_exist_is_a_wrong_call() -> None:
    with pytest.raises(WrongCall, match="cdc-2018-file"):
        KNOWLEDGE.factors("cdc-2020")  # type: ignore[arg-type]


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_row_has_unit_source_row_and_confidence(edition: Edition) -> None:
    for row in KNOWLEDGE.factors(edition):
        assert row.source in KNOWLEDGE.sources, row
        assert row.row and row.confidence.may_drive_a_dose, row
        assert row.excluded or row.per in ("mg/d", "ug/d", "ug/h"), row
        assert not row.excluded or row.note, row


@pytest.mark.parametrize("edition", EDITIONS)
def test_units_keep_the_size_of_a_factor(edition: Edition) -> None:
    """A factor per ug of a strong drug is below 1, one per mg is not tiny: a slipped unit shows here."""
    for row in KNOWLEDGE.factors(edition):
        if row.value is not None:
            assert (row.per == "ug/d") == (
                row.value < 0.2 and row.ingredient in ("fentanyl", "buprenorphine")
            ), row


def test_tiers_touch() -> None:
    tiers = [row for row in KNOWLEDGE.factors("cdc-2016") if row.ingredient == "methadone"]
    assert [row.value for row in tiers] == [4, 8, 10, 12]
    assert all(lower.up_to == upper.above for lower, upper in pairwise(tiers))


@pytest.mark.parametrize(
    ("text", "kind", "site"),
    [
        ("film", "film", None),
        ("buccal tablet", "tablet", "buccal"),
        ("lozenge", "lozenge", "buccal"),
        ("mucosal spray", "spray", "buccal"),
        ("nasal spray", "spray", "nasal"),
        ("oral tablet", "tablet", None),
        ("Transdermal System", "patch", "transdermal"),
        ("patch", "patch", "transdermal"),
        ("oral solution", None, None),
        (None, None, None),
        ("", None, None),
    ],
)
def test_forms_are_read_from_words(text, kind, site) -> None:
    assert read_form(text) == (kind, site)
