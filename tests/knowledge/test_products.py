"""Strengths out of product names, and the table of products."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from algesia.knowledge.loader import load
from algesia.knowledge.model import Strength
from algesia.knowledge.products import parse_product

KNOWLEDGE = load()
PACKS_NAMED_BY_THEIR_TOTAL = {"1740008", "1740010"}


@pytest.mark.parametrize(
    ("text", "drug", "value", "unit"),
    [
        ("acetaminophen 325 MG / oxycodone hydrochloride 5 MG Oral Tablet", "oxycodone", 5, "mg"),
        ("fentanyl 0.075 MG/HR", "fentanyl", 75, "ug/h"),
        ("fentanyl 12 MCG/HR patch", "fentanyl", 12, "ug/h"),
        ("buprenorphine 20 mcg/hour", "buprenorphine", 20, "ug/h"),
        ("morphine 20 mg/mL", "morphine", 20, "mg/mL"),
        ("morphine 10 MG/5 ML", "morphine", 2, "mg/mL"),
        ("fentanyl 50 mcg/mL", "fentanyl", 0.05, "mg/mL"),
        ("Percocet 5-325 mg", "oxycodone", 5, "mg"),
        ("hydrocodone-acetaminophen 7.5-325 mg/15 mL solution", "hydrocodone", 0.5, "mg/mL"),
        ("acetaminophen-codeine 300-30 mg", "codeine", 30, "mg"),
        ("acetaminophen 500 mg codeine 8 mg", "codeine", 8, "mg"),
        ("hydrocodone 5 mg/acetaminophen 325 mg", "hydrocodone", 5, "mg"),
        ("Embeda 20 mg-0.8 mg", "morphine", 20, "mg"),
        ("morphine concentrate 100 mg/5 mL (20 mg/mL) solution", "morphine", 20, "mg/mL"),
        ("MORPHINE ER 20 MG CAPSULE,EXTENDED RELEASE PELLETS", "morphine", 20, "mg"),
        ("fentanyl citrate 200 mcg lozenge", "fentanyl", 0.2, "mg"),
        ("fentanyl 100 mcg/actuation nasal spray", "fentanyl", 0.1, "mg"),
        ("methadone 1,000 mg", "methadone", 1000, "mg"),
        (
            "aspirin 325 MG / oxycodone hydrochloride 4.5 MG / oxycodone terephthalate 0.38 MG Oral Tablet",
            "oxycodone",
            4.88,
            "mg",
        ),
        ("oxycodone-acetaminophen (PERCOCET) 5-325 mg per tablet", "oxycodone", 5, "mg"),
    ],
)
def test_strengths_are_read(text: str, drug: str, value: float, unit: str) -> None:
    assert parse_product(text) == (Strength(drug, value, unit),)


@pytest.mark.parametrize(
    "text",
    [
        "OxyContin 20", "oxycodone", "morphine 10 mg, 20 mg", "5 mg oxycodone 325 mg acetaminophen",
        "unknownium 5 mg codeine 8 mg", "Fioricet with codeine 50-300-40-30 mg", "remifentanil 0.1 mcg/kg/min",
        "ibuprofen 200 mg", "fentanyl 25 mcg/h and morphine 10 mg", "morphine 10 mg/0 mL", "nicotine 21 mg/24 hr", "",
    ],
)  # fmt: skip
def test_what_is_not_clear_gives_nothing(text: str) -> None:
    assert parse_product(text) == ()


def test_the_table_has_every_product_once() -> None:
    rxnorm = [p for p in KNOWLEDGE.formulations.values() if p.source == "rxnorm"]
    more = [p for p in KNOWLEDGE.formulations.values() if p.source == "cdc-value-sets"]
    assert (len(rxnorm), len(more)) == (1156, 52)


def test_every_strength_agrees_with_the_name_of_its_product() -> None:
    for product in KNOWLEDGE.formulations.values():
        if product.rxcui not in PACKS_NAMED_BY_THEIR_TOTAL:
            assert parse_product(product.name) == product.opioids, product


UNIT_OF_PRINTED = {"MG": "mg", "MG/ML": "mg/mL", "MG/HR": "ug/h", "MG/ACTUAT": "mg"}


def test_every_strength_keeps_what_was_printed() -> None:
    for product in KNOWLEDGE.formulations.values():
        number, unit = product.printed.split(" ")
        strength = product.opioids[0]
        assert strength.unit == UNIT_OF_PRINTED[unit], product
        scale = 1000 if unit == "MG/HR" else 1
        assert strength.value == pytest.approx(float(number) * scale, rel=1e-9), product


def test_forms_settle_routes() -> None:
    routes: dict[str, set[str | None]] = {}
    for product in KNOWLEDGE.formulations.values():
        routes.setdefault(product.dose_form, set()).add(product.route)
    assert routes["Oral Tablet"] == {"oral"}
    assert routes["Extended Release Oral Capsule"] == {"oral"}
    assert routes["Buccal Film"] == {"buccal"}
    assert routes["Oral Lozenge"] == {"buccal"}
    assert routes["Metered Dose Nasal Spray"] == {"nasal"}
    assert routes["Rectal Suppository"] == {"rectal"}
    assert routes["Injection"] == routes["Injectable Solution"] == {None}
    assert routes["Transdermal System"] == {"transdermal", None}


def test_a_form_without_a_route_says_why() -> None:
    for product in KNOWLEDGE.formulations.values():
        assert product.route is not None or product.note, product


def test_patches_are_rates_and_only_patches_are() -> None:
    for product in KNOWLEDGE.formulations.values():
        assert (product.opioids[0].unit == "ug/h") == (product.route == "transdermal"), product
        if product.route == "transdermal":
            assert product.release == "extended"
            assert product.hours in (72, 168), product


def test_the_row_that_calls_codeine_benzhydrocodone_is_left_out() -> None:
    product = KNOWLEDGE.formulations["993943"]
    assert product.opioids == (Strength("codeine", 30, "mg"),)
    assert "benzhydrocodone" in product.note


@given(st.text(max_size=200))
def test_any_text_has_an_answer(text: str) -> None:
    for strength in parse_product(text):
        assert strength.unit in ("mg", "ug/h", "mg/mL")


@given(st.text(alphabet="0123456789.,-/ mgcukl%hrMLoxydneapi", max_size=120))
def test_text_that_looks_like_a_strength_has_an_answer(text: str) -> None:
    for strength in parse_product("oxycodone " + text):
        assert strength.value >= 0
