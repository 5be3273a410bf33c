"""What other projects' suites expect, set anew as facts, each under the table its expectation needs.

Sources:
- cqframework/opioid-mme-r4, commit 1357f45424c40c49911cd73ecf377b740013f21e (Apache-2.0): OMTKLogicTests.cql,
  ConversionFactorsTests.cql, ConversionFactorsClinicalTests.cql, MMECalculatorTests; and, at commit
  a7aa92be4930a682de0064e34dbbfcbd627b2177, ConversionFactorsResearchTests.cql.
- CDC, worked examples: data file of oral MME conversion factors (2016 and Sept 2018 versions, sheet
  Documentation) and MMWR Recomm Rep 2022;71(RR-3), footnote to the table (US Government works).
- cqframework/cqf-ruler, issue 23 (a bug report's corrected value).

Where an expectation cannot hold, the row says why in `because` and states what algesia answers instead.
"""

from __future__ import annotations

from typing import Any

import pytest

from algesia.adapters.fhir import read_fhir
from algesia.exposure.compute import exposure
from algesia.knowledge.loader import load
from algesia.knowledge.model import Edition
from tests.exposure.build import RXNORM, likely, only, order, run

Fields = dict[str, Any]
FENTANYL: Fields = {"drug": "fentanyl", "route": "transdermal"}

TOTALS: list[tuple[str, tuple[Edition, ...], Fields, float]] = [
    ("oxycodone 10 mg x 120 in 30 d: 10 x 4 x 1.5", ("cdc-2018-file", "cdc-2016", "cdc-2022"),
     {"drug": "oxycodone", "strength": "10 mg", "quantity": "120 {tablet}", "days_supply": 30}, 60),
    ("fentanyl 25 ug/h, 10 patches in 30 d: 25 x 2.4", ("cdc-2018-file", "cdc-2016", "cdc-2022"),
     {**FENTANYL, "strength": "25 ug/h", "quantity": "10 {patch}", "days_supply": 30, "every_hours": 72}, 60),
    ("butorphanol 2.5 mL of 10 mg/mL in 30 d: 10 x 2.5 / 30 x 7", ("cdc-2018-file",),
     {"drug": "butorphanol", "route": "nasal", "form": "spray", "concentration": "10 mg/mL", "quantity": "2.5 mL",
      "days_supply": 30}, 5.8333333),
    ("hydrocodone 5 mg with acetaminophen, 4 a day: 5 x 4", ("cdc-2016", "cdc-2022"),
     {"drug": "hydrocodone-acetaminophen", "dose": "5 mg", "times_per_day": 4}, 20),
    ("oxycodone ER 10 mg, 2 a day: 10 x 2 x 1.5", ("cdc-2016", "cdc-2022"),
     {"drug": "oxycodone", "form": "ER", "dose": "10 mg", "times_per_day": 2}, 30),
    ("fentanyl 75 ug/h, one worn: 75 x 2.4", ("cdc-2016", "cdc-2022"),
     {**FENTANYL, "dose": "1 {patch}", "strength": "75 ug/h", "every_hours": 72}, 180),
    ("methadone 2 x 10 mg, 3 a day: 60 mg/d x 10", ("cdc-2016",),
     {"drug": "methadone hydrochloride 10 MG Oral Tablet", "rxcui": "864706", "dose": "2 {tab}", "times_per_day": 3},
     600),
    ("the same under 2022: 60 mg/d x 4.7", ("cdc-2022", "nih-heal"),
     {"drug": "methadone hydrochloride 10 MG Oral Tablet", "rxcui": "864706", "dose": "2 {tab}", "times_per_day": 3},
     282),
    ("fentanyl buccal film 1.2 mg, 2 a day: 2400 ug x 0.18", ("cdc-2018-file",),
     {"drug": "fentanyl 1.2 MG Buccal Film", "rxcui": "858087", "route": None, "dose": "1 {film}",
      "times_per_day": 2}, 432),
    ("oxycodone 10 mg by code, 4 a day: 10 x 4 x 1.5", ("cdc-2016", "cdc-2022"),
     {"drug": "oxycodone hydrochloride 10 MG Oral Tablet", "rxcui": "1049683", "dose": "1 {tab}",
      "times_per_day": 4}, 60),
    ("fentanyl lozenge 200 ug, 4 a day: 800 ug x 0.13", ("cdc-2018-file",),
     {"drug": "fentanyl 0.2 MG Oral Lozenge", "route": None, "dose": "1 {lozenge}", "times_per_day": 4}, 104),
    ("fentanyl nasal spray 0.1 mg, 3 a day: 300 ug x 0.16", ("cdc-2018-file", "nih-heal"),
     {"drug": "fentanyl", "route": "nasal", "form": "spray", "strength": "0.1 mg", "dose": "1 {spray}",
      "times_per_day": 3}, 48),
]  # fmt: skip


@pytest.mark.parametrize(
    ("editions", "fields", "mme"), [row[1:] for row in TOTALS], ids=[row[0] for row in TOTALS]
)
def test_total(editions: tuple[Edition, ...], fields: Fields, mme: float) -> None:
    for edition in editions:
        found = run(order(**fields), edition=edition)
        assert likely(found) == pytest.approx(mme, abs=1e-6)
        assert found.on(found.last_day).complete


DIFFERENT: list[tuple[str, Edition, Fields, float, float, str]] = [
    ("fentanyl 0.1 mg mucosal spray, 3 a day", "cdc-2018-file",
     {"drug": "fentanyl 0.1 MG/ACTUAT Mucosal Spray", "rxcui": "1237050", "route": None, "dose": "1 {actuat}",
      "times_per_day": 3}, 48, 54,
     "the suite uses the nasal factor 0.16 for an oral spray; the file gives film and oral spray 0.18"),
    ("buprenorphine 5 ug/h, 4 patches in 28 d", "cdc-2016-file",
     {"drug": "buprenorphine", "route": "transdermal", "strength": "5 ug/h", "quantity": "4 {patch}",
      "days_supply": 28, "every_hours": 168}, 9, 0,
     "buprenorphine is reported apart and never in a total; its item carries the 9 MME"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edition", "fields", "theirs", "ours", "because"),
    [row[1:] for row in DIFFERENT],
    ids=[row[0] for row in DIFFERENT],
)
def test_total_that_differs(
    edition: Edition, fields: Fields, theirs: float, ours: float, because: str
) -> None:
    if fields.get("dose") == "1 {actuat}":
        fields = {**fields, "dose": "1 {spray}"}
    found = run(order(**fields), edition=edition)
    assert likely(found) == pytest.approx(ours)
    assert because
    item = only(found)
    assert item.mme is not None
    assert item.mme.likely == pytest.approx(9 if item.status == "apart" else ours)
    assert theirs != ours


FACTORS: list[tuple[Edition, str, str, str, float | None]] = [
    ("cdc-2016", "methadone", "Oral Tablet", "30 mg", 8),
    ("cdc-2016", "methadone", "Oral Tablet", "70 mg", 12),
    ("cdc-2016", "methadone", "Oral Tablet", "10 mg", 4),
    ("cdc-2016", "codeine", "Oral Tablet", "12.5 mg", 0.15),
    ("cdc-2016", "hydrocodone", "Oral Tablet", "10 mg", 1),
    ("cdc-2018-file", "levorphanol", "Oral Tablet", "2 mg", 11),
    ("cdc-2018-file", "pentazocine", "Oral Tablet", "50 mg", 0.37),
    ("cdc-2018-file", "oxymorphone", "Oral Tablet", "10 mg", 3),
    ("cdc-2018-file", "morphine", "Oral Tablet", "10 mg", 1),
    ("cdc-2018-file", "levomethadyl", "Oral Solution", "10 mg", 8),
    ("cdc-2018-file", "tramadol", "Oral Tablet", "100 mg", 0.1),
    ("cdc-2018-file", "oxycodone", "Extended Release Oral Capsule", "36 mg", 1.5),
    ("cdc-2018-file", "methadone", "Oral Tablet", "10 mg", 3),
    ("cdc-2018-file", "fentanyl", "Buccal Tablet", "0.1 mg", 0.13),  # printed as 130 per mg
    ("cdc-2016", "fentanyl", "Mucosal Spray", "0.1 mg", None),
    ("cdc-2016", "fentanyl", "Buccal Tablet", "0.1 mg", None),
    ("cdc-2016", "fentanyl", "Buccal Film", "1.2 mg", None),
    ("cdc-2016", "dihydrocodeine", "Oral Tablet", "16 mg", None),
    ("cdc-2016", "pentazocine", "Oral Tablet", "50 mg", None),
    ("cdc-2016", "levorphanol", "Oral Tablet", "2 mg", None),
    *((edition, drug, "Oral Tablet", "10 mg", None) for edition, drugs in (
        ("cdc-2016", ("bromodiphenhydramine", "phenylephrine", "aspirin", "acetaminophen", "dexchlorpheniramine",
                      "brompheniramine", "guaiacolsulfonate", "naltrexone", "naloxone", "ibuprofen", "promethazine",
                      "phenylpropanolamine", "butalbital", "atropine", "chlorcyclizine", "kaolin")),
        ("cdc-2018-file", ("pseudoephedrine", "phenylpropanolamine", "guaiacolsulfonate", "aspirin", "kaolin",
                           "triprolidine", "brompheniramine", "butalbital", "ropivacaine", "dexchlorpheniramine",
                           "homatropine", "dexbrompheniramine", "acetaminophen")),
    ) for drug in drugs),
]  # type: ignore[list-item]  # fmt: skip


@pytest.mark.parametrize(("edition", "drug", "form", "daily", "factor"), FACTORS)
def test_factor(edition: Edition, drug: str, form: str, daily: str, factor: float | None) -> None:
    found = run(order(drug, route=None, form=form, dose=daily, times_per_day=1), edition=edition)
    item = only(found)
    assert item.factor == factor
    assert (item.status == "converted") == (factor is not None)
    if factor is None:
        assert item.reason


@pytest.mark.parametrize(
    ("edition", "drug", "rate", "printed", "wear_days"),
    [
        ("cdc-2018-file", "fentanyl", "0.012 mg/h", 7200, 3),
        ("cdc-2016-file", "buprenorphine", "0.02 mg/h", 12600, 7),
    ],
)
def test_patch_factor_per_patch_dispensed(
    edition: Edition, drug: str, rate: str, printed: float, wear_days: int
) -> None:
    """Printed per mg/h and patch dispensed a day; ours is per ug/h worn: x days worn x 1000."""
    item = only(run(order(drug, route="transdermal", form="Transdermal System", dose=rate), edition=edition))
    assert item.factor is not None
    assert item.factor * wear_days * 1000 == pytest.approx(printed)


def request(
    dosage: Fields, drug: str = "oxycodone hydrochloride 10 MG Oral Tablet", code: str = "1049683"
) -> Fields:
    """A MedicationRequest by RxNorm code."""
    return {
        "resourceType": "MedicationRequest", "id": "r1", "status": "active", "intent": "order",
        "subject": {"reference": "Patient/p"}, "authoredOn": "2020-10-29",
        "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": code, "display": drug}]},
        "dosageInstruction": [dosage],
    }  # fmt: skip


def fhir_mme(resources: list[Fields], edition: Edition = "cdc-2016") -> float:
    found = exposure(read_fhir(resources), load(), edition)
    assert found.on(found.last_day).complete
    return found.on(found.last_day).mme.likely


@pytest.mark.parametrize(
    ("frequency", "period", "unit", "times"),
    [(2, 1, "wk", 2 / 7), (10, 1, "mo", 10 / 30), (4, 1, "d", 4), (1, 6, "h", 4), (1, 3, "d", 1 / 3)],
)
def test_doses_per_day(frequency: int, period: float, unit: str, times: float) -> None:
    """A month of a sig is the 30 days of a supply, as the suite counts it (UCUM has 30.4375)."""
    dosage = {
        "timing": {"repeat": {"frequency": frequency, "period": period, "periodUnit": unit}},
        "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet", "code": "{tab}"}}],
    }
    assert fhir_mme([request(dosage)]) == pytest.approx(10 * times * 1.5, abs=1e-4)


def test_ranges_count_the_most_that_is_ordered() -> None:
    dosage = {
        "timing": {"repeat": {"frequency": 1, "frequencyMax": 4, "period": 1, "periodUnit": "d"}},
        "asNeededBoolean": True,
        "doseAndRate": [
            {"doseRange": {"low": {"value": 1, "code": "{tab}"}, "high": {"value": 2, "code": "{tab}"}}}
        ],
    }
    assert fhir_mme([request(dosage)]) == 120


def test_an_empty_list_is_no_opioid_and_not_unknown() -> None:
    """Their sum of nothing is null; ours is 0 with the words that no opioid is on record."""
    found = exposure(read_fhir([]), load())
    assert found.on(found.last_day).mme.likely == 0
    assert found.used == "No opioid is on record."


def test_one_clinical_drug_among_many_codings() -> None:
    """An export with ingredient, brand and clinical-drug codes of morphine ER 20 mg, once a day at 10:00."""
    codes = ["7052", "30236", "203240", "219576", "885779", "892596", "892598", "1745876", "2055303"]
    dosage = {
        "timing": {"repeat": {"boundsPeriod": {"start": "2020-10-29"}, "timeOfDay": ["10:00:00"]}},
        "asNeededBoolean": False,
        "route": {"text": "oral"},
        "doseAndRate": [{"doseQuantity": {"value": 20, "unit": "mg", "code": "mg"}}],
    }
    asked = request(dosage)
    asked["medicationCodeableConcept"] = {
        "coding": [
            {"system": "http://www.whocc.no/atc", "code": "N02AA01"},
            {"system": "urn:oid:2.16.840.1.113883.6.208", "code": "60356"},
            *({"system": RXNORM, "code": code} for code in codes),
        ],
        "text": "MORPHINE ER 20 MG CAPSULE,EXTENDED RELEASE PELLETS",
    }
    for edition in ("cdc-2016", "cdc-2022"):
        assert fhir_mme([asked], edition) == 20  # type: ignore[arg-type]
