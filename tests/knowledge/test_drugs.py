"""Which drug a name or a code means."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from algesia.knowledge.drugs import identify, in_doubt
from algesia.knowledge.loader import Knowledge, load

KNOWLEDGE = load()


@pytest.mark.parametrize(
    ("name", "opioids"),
    [
        ("oxyCODONE HCl 5 MG Oral Tablet", ("oxycodone",)),
        ("OxyContin", ("oxycodone",)),
        ("OXYCONTIN 20", ("oxycodone",)),
        ("hydrocodone/acetaminophen", ("hydrocodone",)),
        ("HYDROcodone-acetaminophen 5-325 mg", ("hydrocodone",)),
        ("Percocet", ("oxycodone",)),
        ("oxycodone-acetaminophen (PERCOCET) 5-325 mg per tablet", ("oxycodone",)),
        ("fentanyl patch", ("fentanyl",)),
        ("MS Contin", ("morphine",)),
        ("MS-CONTIN", ("morphine",)),
        ("morphine sulphate", ("morphine",)),
        ("pethidine", ("meperidine",)),
        ("heroin", ("diamorphine",)),
        ("co-codamol 30/500", ("codeine",)),
        ("Tylenol #3", ("codeine",)),
        ("Fioricet with Codeine", ("codeine",)),
        ("buprenorphine/naloxone", ("buprenorphine",)),
        ("Suboxone", ("buprenorphine",)),
        ("morphine / naltrexone", ("morphine",)),
        ("sufentanil", ("sufentanil",)),
        ("remifentanil infusion", ("remifentanil",)),
        ("hydromorphone", ("hydromorphone",)),
        ("dihydrocodeine", ("dihydrocodeine",)),
        ("dextropropoxyphene", ("propoxyphene",)),
        ("levomethadone", ("levomethadone",)),
        ("morphine and oxycodone", ("morphine", "oxycodone")),
    ],
)
def test_opioids_are_recognized_by_name(name: str, opioids: tuple[str, ...]) -> None:
    found = identify(KNOWLEDGE, name)
    assert found.opioids == opioids
    assert found.known
    assert not found.unspecified_opioid
    assert found.conflict == ""


@pytest.mark.parametrize(
    "name",
    [
        "apomorphine",
        "lisinopril",
        "",
        "   ",
        "codeinex",
        "xmorphine",
        "percocets",
        "intrathecal pump drugs",
        "\N{SNOWMAN}",
        "non-opioid analgesics",
        "opioid-naive",
        None,
    ],
)
def test_names_never_match_inside_other_words(name: str | None) -> None:
    found = identify(KNOWLEDGE, name)
    assert not found.known
    assert found.opioids == ()
    assert not found.unspecified_opioid


@pytest.mark.parametrize(
    "name", ["opioids (regimen not given)", "all opioids", "oral opioids", "Opiates", "narcotic analgesic"]
)
def test_an_opioid_without_a_name_is_unspecified(name: str) -> None:
    found = identify(KNOWLEDGE, name)
    assert (found.opioids, found.known, found.unspecified_opioid) == ((), True, True)


def test_a_named_opioid_with_others_is_both() -> None:
    found = identify(KNOWLEDGE, "morphine and other opioids")
    assert (found.opioids, found.unspecified_opioid) == (("morphine",), True)


@pytest.mark.parametrize(
    ("name", "first", "others"),
    [
        ("lorazepam 1 MG Oral Tablet", "benzodiazepine", ("cns-depressant",)),
        ("Xanax", "benzodiazepine", ("cns-depressant",)),
        ("gabapentin 300 mg capsule", "gabapentinoid", ("cns-depressant",)),
        ("Lyrica", "gabapentinoid", ("cns-depressant",)),
        ("zolpidem tartrate", "z-drug", ("cns-depressant",)),
        ("butalbital", "barbiturate", ("cns-depressant",)),
        ("naloxone hydrochloride 40 MG/ML Nasal Spray [Narcan]", "opioid-antagonist", ()),
        ("naltrexone", "opioid-antagonist", ()),
        ("ondansetron", "qt-prolonging", ()),
        ("sertraline", "ssri", ("serotonergic",)),
        ("Lomotil", "antidiarrheal", ()),
        ("loperamide", "antidiarrheal", ()),
        ("Imodium", "antidiarrheal", ()),
    ],
)
def test_other_drugs_have_their_class_and_no_opioid(name: str, first: str, others: tuple[str, ...]) -> None:
    found = identify(KNOWLEDGE, name)
    assert (found.opioids, found.known, found.class_name) == ((), True, first)
    assert found.classes == (first, *others)
    assert not found.unspecified_opioid


@pytest.mark.parametrize("name", ["phentermine", "methamphetamine", "topiramate", "benzphetamine"])
def test_stimulants_listed_among_depressants_by_the_source_are_left_out(name: str) -> None:
    assert not identify(KNOWLEDGE, name).known


def test_an_opioid_in_a_combination_keeps_the_class_of_its_partner() -> None:
    found = identify(KNOWLEDGE, None, ["993943"])
    assert found.opioids == ("codeine",)
    assert "barbiturate" in found.classes


def test_a_product_code_gives_the_product() -> None:
    found = identify(KNOWLEDGE, "Oxycodone hydrochloride 10 MG [Oxycontin]", ["not-a-code", "197696"])
    assert found.opioids == ("fentanyl",)
    assert found.formulation is not None
    assert found.formulation.hours == 72
    assert found.conflict == "the code means fentanyl, the name says oxycodone"
    assert in_doubt(found)


@pytest.mark.parametrize(
    ("name", "code", "doubt"),
    [
        ("Captopril 25 MG Oral Tablet", "833036", True), ("lorazepam", "833036", True), ("опиоид", "833036", True),
        ("acetaminophen 325 MG", "833036", True), ("morphine", "3500", True), ("hydromorph", "833036", True),
        ("Vicodin", "833036", False), ("hydroco/apap", "833036", False), ("Roxybond 10", "2693196", False),
        ("pain medicine", "833036", False), ("opioid, 5 mg tablets", "833036", False), ("833036", "833036", False),
        ("Lomotil", "3500", False), ("", "833036", False),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_what_the_code_means(name: str, code: str, doubt: bool) -> None:
    found = identify(KNOWLEDGE, name, [code])
    assert in_doubt(found) is doubt
    assert bool(found.conflict) is doubt


def test_a_doubtful_drug_keeps_the_classes_of_both() -> None:
    assert "benzodiazepine" in identify(KNOWLEDGE, "lorazepam", ["833036"]).classes


def test_opioids_in_words_against_the_code_of_another_drug_stay_listed() -> None:
    found = identify(KNOWLEDGE, "opioids", ["3500"])
    assert found.unspecified_opioid
    assert found.conflict


def test_ingredient_codes_and_class_codes() -> None:
    assert identify(KNOWLEDGE, None, ["7052"]).opioids == ("morphine",)
    assert identify(KNOWLEDGE, None, ["3500"]).class_name == "antidiarrheal"
    temazepam = next(code for code, drugs in KNOWLEDGE.class_products.items() if drugs == ("temazepam",))
    assert identify(KNOWLEDGE, None, [temazepam]).class_name == "benzodiazepine"


def test_a_product_code_goes_before_an_ingredient_code() -> None:
    found = identify(KNOWLEDGE, None, ["7052", "197696"])
    assert found.opioids == ("fentanyl",)


def test_an_unknown_code_falls_back_to_the_name() -> None:
    assert identify(KNOWLEDGE, "Norco", ["000"]).opioids == ("hydrocodone",)
    assert not identify(KNOWLEDGE, None, ["000"]).known


def test_a_full_product_name_finds_its_product_without_a_code() -> None:
    found = identify(KNOWLEDGE, "72 hr Fentanyl 0.075 mg/hr transdermal system [Duragesic]")
    assert found.formulation is not None
    assert found.formulation.rxcui == "261186"


def test_a_name_held_from_memory_only_is_listed_and_not_computed() -> None:
    unverified = [name for name in KNOWLEDGE.names if not name.confidence.may_drive_a_dose]
    assert unverified
    for name in unverified:
        found = identify(KNOWLEDGE, name.name)
        if KNOWLEDGE.ingredients[name.target].kind == "antidiarrheal":
            assert found.opioids == ()
            continue
        assert found.opioids == ()
        assert found.unspecified_opioid
        assert name.target in found.conflict


def test_every_name_of_every_ingredient_is_recognized() -> None:
    for ingredient in KNOWLEDGE.ingredients.values():
        for name in (ingredient.name, *ingredient.synonyms):
            found = identify(KNOWLEDGE, name.upper())
            assert found.known, name
            assert found.opioids in ((), (ingredient.name,)), name


def test_every_product_code_gives_its_opioids() -> None:
    for product in KNOWLEDGE.formulations.values():
        found = identify(KNOWLEDGE, product.name, [product.rxcui])
        expected = tuple(
            dict.fromkeys(s.ingredient for s in product.opioids if s.ingredient != "diphenoxylate")
        )
        assert found.opioids == expected
        assert found.conflict == "", product


@given(st.text(max_size=300), st.lists(st.text(max_size=10), max_size=3))
def test_any_text_has_an_answer(name: str, codes: list[str]) -> None:
    found = identify(KNOWLEDGE, name, codes)
    assert set(found.opioids) <= set(KNOWLEDGE.ingredients)


def test_ten_thousand_different_names_are_quick() -> None:
    fresh = Knowledge()
    products = list(KNOWLEDGE.formulations.values())
    names = [f"{products[i % len(products)].name} lot {i}" for i in range(10_000)]
    identify(fresh, "warm up 1")
    start = perf_counter()
    for name in names:
        identify(fresh, name)
    assert perf_counter() - start < 1.0
