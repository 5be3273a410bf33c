"""Observations, questionnaires, conditions and the person."""

from __future__ import annotations

import pytest

from algesia.adapters.fhir import read_fhir
from algesia.adapters.fhir.condition_words import kind_of_words
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant
from algesia.record.model import Function, Lab, Pain, Record, Scale

from .shapes import LOINC, Json, coding, concept, condition, observation, patient, quantity

ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
DAY = Instant.parse("2024-02-02")


@pytest.mark.parametrize(
    "value",
    [
        {"valueQuantity": {"value": 7, "unit": "{score}"}},
        {"valueInteger": 7},
        {"valueString": "7"},
        {"valueString": "7/10"},
        {"valueCodeableConcept": concept(coding("LA10137-0", "7", LOINC))},
        {"valueCodeableConcept": concept(text="7")},
    ],
)
def test_pain_however_the_number_is_sent(value: Json) -> None:
    assert read_fhir(observation("72514-3", **value)).pain == (Pain(at=DAY, score=7),)
    average = read_fhir(observation("75893-8", **value))
    assert average.pain == (Pain(at=DAY, score=7, question="average-7d"),)


def test_pain_in_words_stays_words() -> None:
    record = read_fhir(observation("72514-3", valueString="could not say"))
    assert record.pain == (Pain(at=DAY, scale="verbal", words="could not say"),)


@pytest.mark.parametrize(
    ("code", "value"), [("72514-3", 14), ("72514-3", -1), ("91147-9", 21), ("44261-6", 28), ("44260-8", 4), ("70274-6", 22)]
)  # fmt: skip
def test_a_score_outside_its_instrument_is_refused(code: str, value: float) -> None:
    with pytest.raises(InputRefused) as refusal:
        read_fhir(observation(code, valueInteger=value))
    assert (refusal.value.path, refusal.value.value) == ("Observation.valueInteger", value)


PEG = {"75893-8": 8, "91145-3": 7, "91146-1": 6}


def test_a_peg_panel_of_components() -> None:
    parts = [{"code": concept(coding(code, system=LOINC)), "valueInteger": v} for code, v in PEG.items()]
    record = read_fhir(observation("91148-7", component=parts))
    assert record.function == (Function(at=DAY, instrument="peg", score=7),)
    assert record.pain == (Pain(at=DAY, score=8, question="average-7d"),)


def test_a_peg_panel_of_members() -> None:
    members = [
        observation(code, f"o-{code}", f"2024-02-02T09:0{i}", valueInteger=v)
        for i, (code, v) in enumerate(PEG.items())
    ]
    panel = observation(
        "91148-7", "panel", hasMember=[{"reference": f"Observation/{m['id']}"} for m in members]
    )
    for resources in ([panel, *members], [*reversed(members), panel]):
        assert read_fhir(resources).function == (Function(at=DAY, instrument="peg", score=7),)
    assert read_fhir(members).function == ()


def test_a_peg_mean_as_reported_stands() -> None:
    items = [observation(code, f"o-{code}", valueInteger=v) for code, v in PEG.items()]
    mean = observation("91147-9", "mean", valueQuantity={"value": 7.3})
    assert read_fhir([*items, mean]).function == (Function(at=DAY, instrument="peg", score=7.3),)
    assert read_fhir(items[:2]).function == ()
    assert "PEG without each" in (read_fhir(items[:2]).source or "")


def test_phq_9_item_9_is_joined_to_its_total() -> None:
    item = observation(
        "44260-8",
        "i",
        "2024-02-02T09:00",
        valueCodeableConcept=concept(coding("LA6569-3", "Several days", LOINC)),
    )
    total = observation("44261-6", "t", "2024-02-02T09:01", valueInteger=12)
    for resources in ([item, total], [total, item]):
        (scale,) = read_fhir(resources).scales
        assert (scale.instrument, scale.score, scale.items) == ("phq-9", 12, {"9": 1})
        assert scale.at.iso == "2024-02-02T09:01"
    assert read_fhir(item).scales == (
        Scale(at=Instant.parse("2024-02-02T09:00"), instrument="phq-9", items={"9": 1}),
    )


def test_other_scales() -> None:
    cows = observation("x", valueInteger=9)
    cows["code"] = concept(text="Clinical Opiate Withdrawal Scale (COWS) total")
    found = [cows, observation("55758-7", "p", valueInteger=2), observation("70274-6", "g", valueInteger=11)]
    scales = read_fhir(found).scales
    assert [(s.instrument, s.score) for s in scales] == [("cows", 9), ("gad-7", 11), ("phq-2", 2)]
    risk = read_fhir(observation("91392-1", valueInteger=4))
    assert risk.scales == () and "Opioid Risk Tool" in (risk.source or "")


@pytest.mark.parametrize(
    ("code", "value", "lab"),
    [
        ("33914-3", quantity(74, "mL/min/{1.73_m2}"), Lab(at=DAY, lab="egfr", value=74, unit="mL/min/{1.73_m2}")),
        ("98979-8", {"value": 60, "comparator": ">", "unit": "mL/min/1.73m2"}, Lab(at=DAY, lab="egfr", value=60, unit="mL/min/{1.73_m2}")),
        ("8636-3", quantity(0.47, "s"), Lab(at=DAY, lab="qtc", value=470, unit="ms")),
        ("8636-3", quantity(470, "ms"), Lab(at=DAY, lab="qtc", value=470, unit="ms")),
    ],
)  # fmt: skip
def test_laboratory_values(code: str, value: Json, lab: Lab) -> None:
    assert read_fhir(observation(code, valueQuantity=value)).labs == (lab,)


def test_a_laboratory_value_in_another_unit_is_told() -> None:
    record = read_fhir(observation("33914-3", valueQuantity=quantity(1.2, "mL/s")))
    assert record.labs == () and "egfr in a unit that is not read" in (record.source or "")


def test_the_latest_weight() -> None:
    old = observation("29463-7", "w1", "2020-01-01", valueQuantity=quantity(90, "kg"))
    new = observation("29463-7", "w2", "2024-01-01", valueQuantity=quantity(154.3, "[lb_av]"))
    assert read_fhir([new, old]).person.weight_kg == pytest.approx(69.99, abs=0.01)


@pytest.mark.parametrize("status", ["registered", "cancelled", "entered-in-error"])
def test_an_observation_that_does_not_hold(status: str) -> None:
    record = read_fhir(observation("72514-3", valueInteger=7, status=status))
    assert record.pain == () and status in (record.source or "")


def response(*answers: tuple[str, Json], **more: object) -> Json:
    return {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "authored": "2024-02-02T10:00:00Z",
        "subject": {"reference": "Patient/p1"},
        "item": [{"linkId": "group", "item": [{"linkId": f"/{c}", "answer": [a]} for c, a in answers]}],
        **more,
    }


def test_a_peg_questionnaire() -> None:
    record = read_fhir(response(*((code, {"valueInteger": v}) for code, v in PEG.items())))
    at = Instant.parse("2024-02-02T10:00")
    assert record.function == (Function(at=at, instrument="peg", score=7),)
    assert record.pain == (Pain(at=at, score=8, question="average-7d"),)


PHQ9 = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8")
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"


def test_a_phq_9_questionnaire() -> None:
    ordinal = {"valueCoding": {"code": "x", "extension": [{"url": ORDINAL, "valueDecimal": 2}]}}
    record = read_fhir(response(*((code, ordinal) for code in PHQ9)))
    (scale,) = record.scales
    assert (scale.instrument, scale.score) == ("phq-9", 18)
    assert scale.items == {str(n): 2 for n in range(1, 10)}
    partial = read_fhir(response(*((code, ordinal) for code in PHQ9[1:])))
    assert [(s.instrument, s.score) for s in partial.scales] == [("phq-9", None)]
    short = read_fhir(response(*((code, ordinal) for code in PHQ9[:2])))
    assert [(s.instrument, s.score) for s in short.scales] == [("phq-2", 4)]


def test_answers_nested_too_deeply_are_refused() -> None:
    item: Json = {"linkId": "x"}
    for _ in range(50):
        item = {"linkId": "x", "item": [item]}
    with pytest.raises(InputRefused, match="nested too deeply"):
        read_fhir({**response(), "item": [item]})


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("F11.20", "opioid-use-disorder"), ("F11.90", None), ("C50.911", "cancer"), ("D57.1", "sickle-cell"),
        ("D57.3", None), ("G47.33", "sleep-apnea"), ("J44.9", "lung-disease"), ("N18.4", "renal-disease"),
        ("K74.60", "hepatic-disease"), ("O09.90", "pregnancy"), ("Z33.1", "pregnancy"), ("F33.1", "depression"),
        ("F41.1", "anxiety"), ("M79.7", "fibromyalgia"), ("Z51.5", "palliative"), ("G89.4", "chronic-pain"),
        ("G89.11", None), ("M54.5", None), ("I50.9", "heart-failure"), ("T40.2X1A", "overdose"),
        ("T40.2X5A", None), ("T40.2X6D", None), ("T40.411A", "overdose"), ("T40.415A", None), ("T40.605A", None),
        ("T40.1", "overdose"), ("T40.7X1A", None), ("F19.20", "substance-use-disorder"),
        ("F14.20", "substance-use-disorder"), ("F17.210", None),
    ],
)  # fmt: skip
def test_kinds_by_icd_10(code: str, kind: str | None) -> None:
    resource = condition(
        concept(coding("1", "other", "http://snomed.info/sct"), coding(code, "words", ICD10))
    )
    (found,) = read_fhir(resource).conditions
    assert (found.kind, found.code and found.code.code) == (kind, code)


def test_kinds_by_words() -> None:
    snomed = "http://snomed.info/sct"
    (apnea,) = read_fhir(condition(concept(coding("1", "Sleep apnea (disorder)", snomed)))).conditions
    assert (apnea.kind, apnea.text) == ("sleep-apnea", "Sleep apnea (disorder)")
    (relative,) = read_fhir(condition(concept(text="Family history of malignant neoplasm"))).conditions
    assert relative.kind is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Non-small cell lung cancer (disorder)", "cancer"), ("Malignant neoplasm of breast", "cancer"),
        ("Primary malignant neoplasm of colon (disorder)", "cancer"), ("Acute myeloid leukemia", "cancer"),
        ("Metastasis from malignant tumor of prostate (disorder)", "cancer"), ("Melanoma of skin", "cancer"),
        ("Drug overdose", "overdose"), ("Intentional overdose of opioids", "overdose"),
        ("Poisoning by heroin, accidental", "overdose"), ("Opioid abuse", "opioid-use-disorder"),
        ("Heroin dependence", "opioid-use-disorder"), ("Opioid type dependence, continuous", "opioid-use-disorder"),
        ("Dependent drug abuse (disorder)", "substance-use-disorder"), ("Misuses drugs (finding)", "substance-use-disorder"),
        ("Alcoholism", "substance-use-disorder"), ("Cocaine use disorder", "substance-use-disorder"),
        ("Disorder of kidney due to diabetes mellitus (disorder)", "renal-disease"),
        ("End-stage renal disease", "renal-disease"), ("Chronic kidney disease stage 4", "renal-disease"),
        ("Benign hypertension with chronic kidney disease", "renal-disease"),
        ("Chronic obstructive bronchitis", "lung-disease"), ("Pulmonary emphysema", "lung-disease"),
        ("Asthma without status asthmaticus", "lung-disease"),
        ("Obstructive sleep apnea syndrome", "sleep-apnea"), ("Normal pregnancy", "pregnancy"),
        ("Cirrhosis of liver", "hepatic-disease"), ("Sickle cell anemia", "sickle-cell"),
        ("Chronic non-cancer pain", "chronic-pain"), ("Chronic low back pain", "chronic-pain"),
    ],
)  # fmt: skip
def test_kinds_by_the_words_of_problem_lists(text: str, kind: str) -> None:
    assert kind_of_words(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "Carcinoma in situ of prostate", "Benign neoplasm of colon", "Benign tumor of lung", "Non-malignant neoplasm",
        "History of malignant neoplasm", "Family history of breast cancer", "Cancer screening", "No evidence of cancer",
        "Suspected lung cancer (situation)", "Cancer antigen 125 raised", "Precancerous lesion", "Sarcoidosis",
        "Opioid dependence not present", "Never misuses drugs", "Patient denies overdose", "At risk of overdose",
        "Nicotine dependence", "Physical abuse", "Drug abuse counseling", "Subcutaneous emphysema",
        "Acute renal failure", "Diabetes without renal failure", "Respiratory depression", "Sickle cell trait",
        "Suicidal ideation", "Pregnancy test negative", "Mother has chronic kidney disease", "",
    ],
)  # fmt: skip
def test_words_that_mean_no_condition_now(text: str) -> None:
    assert kind_of_words(text) is None


def test_refuted_conditions_are_told_and_left_out() -> None:
    refuted = condition(concept(text="opioid dependence"), verificationStatus=concept({"code": "refuted"}))
    record = read_fhir(refuted)
    assert record.conditions == () and "1 Condition (refuted)" in (record.source or "")


def test_onset_and_abatement() -> None:
    (found,) = read_fhir(condition(concept(text="x"), abatementDateTime="2020-05")).conditions
    assert (found.at, found.end) == (Instant.parse("2019-03-01"), Instant.parse("2020-05-01"))
    aged = condition(concept(text="x"), onsetAge={"value": 40, "code": "a"})
    del aged["onsetDateTime"]
    (found,) = read_fhir([aged, patient()]).conditions
    assert found.at is not None and found.at.iso == "2011-05-02"
    over = condition(concept(text="x"), clinicalStatus=concept({"code": "resolved"}))
    (found,) = read_fhir([over, observation("72514-3", valueInteger=3)]).conditions
    assert found.end == DAY
    with pytest.raises(InputRefused, match="before the onset"):
        read_fhir(condition(concept(text="x"), abatementDateTime="2010-01-01"))


def test_the_person() -> None:
    person = read_fhir(patient()).person
    assert (person.id, person.sex, person.birth_date) == ("p1", "female", Instant.parse("1971-05-02"))
    with pytest.raises(InputRefused, match=r"Patient\.gender"):
        read_fhir(patient(gender="F"))
    with pytest.raises(InputRefused, match=r"birthDate"):
        read_fhir([patient(birthDate="2020-01-01"), condition(concept(text="x"))])


def test_nothing_is_an_empty_record() -> None:
    assert read_fhir([]) == Record(source="FHIR R4, 0 resources.")


def test_scores_without_a_date_are_told_and_left_out() -> None:
    undated = observation("72514-3", valueInteger=7)
    del undated["effectiveDateTime"]
    record = read_fhir([undated, observation("72514-3", own="o2", valueInteger=3)])
    assert [pain.score for pain in record.pain] == [3]
    assert "1 Observation (without a date)" in (record.source or "")
