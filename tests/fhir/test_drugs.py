"""Which product and drug: many codings in any order, references, Medication resources, combinations."""

from __future__ import annotations

from itertools import permutations

import pytest

from algesia.adapters.fhir import read_fhir
from algesia.exposure.compute import exposure
from algesia.knowledge.loader import load
from algesia.record.model import Amount, Code, Medication, Record

from .shapes import RXNORM, Json, bundle, coding, concept, dosage, every, quantity, request


def only(*resources: Json) -> Medication:
    (entry,) = read_fhir(list(resources)).medications
    return entry


def mme(record: Record) -> tuple[float, bool]:
    found = exposure(record, load())
    total = found.on(found.last_day)
    return total.mme.likely, total.complete


MORPHINE_ER_20 = [
    coding("N02AA01", system="http://www.whocc.no/atc"),
    coding("60356", system="urn:oid:2.16.840.1.113883.6.208"),
    coding("7052"),
    coding("30236"),
    coding("892596"),
]


def test_the_product_that_is_known_is_taken_wherever_it_stands() -> None:
    text = "MORPHINE ER 20 MG CAPSULE,EXTENDED RELEASE PELLETS"
    for codes in permutations(MORPHINE_ER_20):
        resource = request(dosage(1, "{capsule}", every(24)), drug=concept(*codes, text=text))
        entry = only(resource)
        assert (entry.drug, entry.code and entry.code.code) == ("morphine", "892596")
    assert mme(read_fhir(resource)) == (20, True)


def test_an_ingredient_code_leaves_the_strength_to_the_name() -> None:
    entry = only(
        request(dosage(2, "{tablet}"), drug=concept(coding("7804"), text="oxycodone 5 mg oral tablet"))
    )
    assert entry.code is not None
    assert (entry.drug, entry.code.code, entry.code.display) == (
        "oxycodone",
        "7804",
        "oxycodone 5 mg oral tablet",
    )
    assert mme(Record(medications=(entry,))) == (60, True)


def test_words_alone_name_the_opioid_and_keep_the_product_name() -> None:
    entry = only(request(dosage(1, "{tablet}"), drug=concept(text="Oxycodone 5 mg oral tablet")))
    assert entry.code is not None
    assert (entry.drug, entry.code.system, entry.code.display) == (
        "oxycodone",
        "text",
        "Oxycodone 5 mg oral tablet",
    )
    assert mme(Record(medications=(entry,))) == (30, True)


def test_products_that_hold_different_things_are_not_chosen_between() -> None:
    codes = [coding("1049683", "oxycodone hydrochloride 10 MG Oral Tablet"), coding("892596"), coding("7804")]
    for order in permutations(codes):
        entry = only(request(dosage(1, "{tablet}"), drug=concept(*order, text="oxycodone")))
        assert entry.code is not None and entry.code.code == "7804"


def test_a_name_that_contradicts_the_code_stays_as_written() -> None:
    entry = only(request(dosage(), drug=concept(coding("1049683"), text="morphine 10 mg tablet")))
    assert entry.drug == "morphine 10 mg tablet"
    found = exposure(Record(medications=(entry,)), load())
    assert [(item.drug, item.status) for item in found.items] == [("oxycodone", "unconverted")]
    assert [query.ask for query in found.queries] == ["Which drug is it?"]


def test_captopril_with_the_code_of_hydrocodone_is_asked_about() -> None:
    display = "Captopril 25 MG Oral Tablet"
    for text in (None, display, "pain medicine"):
        record = read_fhir(
            request(dosage(1, "{tablet}", every(8)), drug=concept(coding("833036", display), text=text))
        )
        assert mme(record) == (0, False)
        assert [q.ask for q in exposure(record, load()).queries] == ["Which drug is it?"]


MEDICATION = {
    "resourceType": "Medication",
    "id": "med1",
    "code": concept(coding("1049683", "oxycodone 10 MG")),
}


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("Medication/med1", None),
        ("https://example.org/fhir/Medication/med1", None),
        ("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"),
    ],
)
def test_a_medication_is_found_however_it_is_referred_to(reference: str, url: str | None) -> None:
    order = request(dosage(), medicationReference={"reference": reference})
    found = bundle(order, MEDICATION)
    if url is not None:
        found["entry"][1]["fullUrl"] = url
    assert [m.drug for m in read_fhir(found).medications] == ["oxycodone"]


def test_a_contained_medication() -> None:
    order = request(dosage(), medicationReference={"reference": "#med1"}, contained=[MEDICATION])
    assert only(order).drug == "oxycodone"


def test_a_medication_that_is_not_in_the_file() -> None:
    shown = request(
        dosage(), medicationReference={"reference": "Medication/9", "display": "morphine 15 mg tablet"}
    )
    assert only(shown).drug == "morphine"
    assert only(shown).code == Code(
        system="text", code="morphine 15 mg tablet", display="morphine 15 mg tablet"
    )
    silent = only(request(dosage(), medicationReference={"reference": "Medication/9"}))
    assert silent.question == "the medication is not in the file. Ask: which drug is it?"
    masked = request(dosage(), drug={"extension": [{"url": "x", "valueCode": "masked"}]})
    bare = request(dosage(), drug=concept(coding("99999999")))
    for order in (request(dosage(), medicationReference={"reference": "Medication/9"}), masked, bare):
        found = exposure(read_fhir(order), load())
        assert [(item.status, item.not_recognized) for item in found.items] == [("unconverted", False)]
        assert [query.ask for query in found.queries] == ["Which drug is it?"]
    assert only(masked).drug == silent.drug == "opioid? medication not in the file"
    assert only(bare).question == (
        "no table knows the code 99999999, and no name is given. Ask: which drug is it?"
    )


@pytest.mark.parametrize(
    ("display", "text", "conflict"),
    [
        ("oxycodone hydrochloride 5 MG Oral Tablet", None, True),
        ("oxycodone hydrochloride 15 MG Oral Tablet", "oxycodone 5 mg tablet", True),
        ("oxycodone hydrochloride 15 MG Oral Tablet", None, False),
        ("oxycodone hydrochloride 15 MG Oral Tablet", "oxycodone 15 mg tablet", False),
        (None, "oxycodone tablet", False),
    ],
)
def test_a_name_with_another_strength_than_the_code(
    display: str | None, text: str | None, conflict: bool
) -> None:
    order = request(dosage(1, "{tablet}"), drug=concept(coding("1049611", display), text=text))
    found = exposure(read_fhir(order), load())
    item = found.items[0]
    if conflict:
        assert (item.status, item.drug, len(found.queries)) == ("unconverted", "oxycodone", 1)
        assert "the name says 5 mg of oxycodone" in found.queries[0].why
    else:
        assert item.daily is not None and item.daily.likely == 60.0


def test_strengths_of_a_medication_resource() -> None:
    def medication(top: Json, bottom: Json) -> Json:
        ingredient = {
            "itemCodeableConcept": concept(text="morphine"),
            "strength": {"numerator": top, "denominator": bottom},
        }
        return {
            **MEDICATION,
            "code": concept(text="morphine"),
            "form": {"text": "solution"},
            "ingredient": [ingredient],
        }

    order = request(dosage(5, "mL"), medicationReference={"reference": "Medication/med1"})
    solution = only(order, medication(quantity(50, "mg"), quantity(5, "mL")))
    assert (solution.concentration, solution.form) == (Amount(unit="mg/mL", value=10), "solution")
    tablet = only(order, medication(quantity(15, "mg"), quantity(1, "{tablet}")))
    assert tablet.strength == Amount(unit="mg", value=15)


def test_a_combination_with_one_opioid_is_that_opioid() -> None:
    drug = concept(coding("857002"), text="hydrocodone bitartrate 5 MG / acetaminophen 325 MG Oral Tablet")
    record = read_fhir(request(dosage(1, "{tablet}"), drug=drug))
    assert [m.drug for m in record.medications] == ["hydrocodone"]
    assert mme(record) == (20, True)


def test_two_opioids_stated_apart_in_a_medication_are_two_entries() -> None:
    def ingredient(name: str, mg: float) -> Json:
        strength = {"numerator": quantity(mg, "mg"), "denominator": quantity(1, "{tablet}")}
        return {"itemCodeableConcept": concept(text=name), "strength": strength}

    medication = {
        "resourceType": "Medication",
        "id": "med1",
        "ingredient": [ingredient("morphine", 10), ingredient("codeine", 20)],
    }
    order = request(dosage(1, "{tablet}"), medicationReference={"reference": "Medication/med1"})
    found = read_fhir([order, medication]).medications
    assert [(m.id, m.drug, m.strength) for m in found] == [
        ("m1/1", "codeine", Amount(unit="mg", value=20)),
        ("m1/2", "morphine", Amount(unit="mg", value=10)),
    ]


def test_a_patch_worn() -> None:
    patch = request(
        {"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "patch"}}], "timing": every(72)},
        drug=concept(coding("197696", "72 HR fentanyl 0.075 MG/HR Transdermal System")),
    )
    assert mme(read_fhir(patch)) == (180, True)


def test_an_unknown_strength_is_not_converted_and_not_dropped() -> None:
    record = read_fhir(request(dosage(1, "{tablet}"), drug=concept(text="oxycodone")))
    assert mme(record) == (0, False)


def test_the_system_of_a_code_is_kept() -> None:
    entry = only(request(dosage(), drug=concept(coding("7804", system="urn:oid:2.16.840.1.113883.6.88"))))
    assert entry.code is not None and entry.code.system == RXNORM
