"""A case becomes a record: facts are taken, the answer is not, and bad input is refused with its path."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from algesia.adapters.cases import is_case, read_case
from algesia.quantities.refusal import InputRefused
from algesia.record.codec import read_record, write_record
from tests.cases.sample import case, day_of, opioid, read


def sign(name: str, present: object = True, **event: Any) -> dict[str, Any]:
    return {"t_day": 0, "event": "sign", "sign": name, "present": present, **event}


def pain(**event: Any) -> dict[str, Any]:
    return {"t_day": 0, "event": "pain", **event}


def test_person_and_source() -> None:
    record = read(
        {"t_day": 0, "event": "sign", "sign": "allodynia", "present": True, "t_inferred": True},
        citation="A. Author. A case. J Pain 2000",
        url="https://example.org/a",
        sex="M",
        age=None,
    )
    assert record.relative
    assert (record.person.id, record.person.age_years, record.person.sex) == ("t", None, "male")
    assert record.source == (
        "A. Author. A case. J Pain 2000. https://example.org/a. "
        "The day of 1 of 1 events was inferred by the abstractor"
    )


def test_the_answer_is_not_read() -> None:
    answer = {
        "label": "oih", "label_basis": "SECRET", "outcome": "SECRET", "notes": "SECRET", "label_components": ["SECRET"],
        "decision_t_day": 3, "counts": {"signs": 1}, "label_seconds": ["SECRET"],
    }  # fmt: skip
    assert b"SECRET" not in write_record(read(sign("allodynia"), **answer))


@pytest.mark.parametrize(
    ("name", "read_as"),
    [
        ("delirium_or_fog", "confusion"),
        ("aberrant_behaviour", "aberrant-behavior"),
        ("hyperalgesia_on_exam", "hyperalgesia-on-examination"),
        ("nonpainful_activity_triggers", "pain-from-nonpainful-activity"),
        ("dose_increase_not_working", "dose-increase-not-working"),
        ("new_lesion_on_imaging", "new-lesion-on-imaging"),
        ("end_of_dose_failure", "end-of-dose-failure"),
        ("slow_breathing", "slow-breathing"),
    ],
)
def test_signs_by_name(name: str, read_as: str) -> None:
    assert read(sign(name)).signs[0].sign == read_as


def test_a_sign_keeps_its_answer_and_its_note() -> None:
    absent, unanswered = read(
        sign("myoclonus", False, note="looked for", inferred=True), sign("seizure", None)
    ).signs
    assert (absent.present, absent.note) == (False, "looked for; inferred by the abstractor")
    assert unanswered.present is None


@pytest.mark.parametrize(
    ("event", "scale", "score", "high", "words"),
    [
        ({"scale": "NRS0-10", "value": 8, "value_high": 9}, "nrs-0-10", 8, 9, None),
        ({"scale": "VAS0-10", "value": 7}, "vas-0-10", 7, None, None),
        ({"scale": "VAS0-100", "value": 70}, "vas-0-100", 70, None, None),
        ({"scale": "NRS 0-10", "value": None}, "nrs-0-10", None, None, None),
        ({"scale": "VRS", "value": "severe"}, "verbal", None, None, "severe"),
        ({"scale": "VRS", "value": 3}, "verbal", None, None, "3"),
    ],
)
def test_pain(
    event: dict[str, Any], scale: str, score: float | None, high: float | None, words: str | None
) -> None:
    rating = read(pain(site="right knee", condition="rest", **event)).pain[0]
    assert (rating.scale, rating.score, rating.score_high, rating.words) == (scale, score, high, words)
    assert (rating.sites, rating.with_) == (("right knee",), "rest")


def test_a_place_that_is_a_body_area_takes_its_name() -> None:
    assert read(pain(scale="NRS0-10", value=5, site="lower back left")).pain[0].sites == ("lower-back-left",)


def test_questionnaires_sensory_tests_and_words() -> None:
    record = read(
        {"t_day": 0, "event": "qst", "test": "PHQ-9", "value": 15, "unit": "score"},
        {
            "t_day": 0,
            "event": "qst",
            "test": "cold pressor tolerance",
            "value": 18,
            "unit": "s",
            "site": "hand",
        },
        {"t_day": 0, "event": "qst", "test": "pinprick", "value": None, "unit": None, "note": "hyperalgesia"},
    )
    assert (record.scales[0].instrument, record.scales[0].score) == ("phq-9", 15)
    assert (record.tests[0].test, record.tests[0].value, record.tests[0].unit) == (
        "cold-pressor-tolerance",
        18,
        "s",
    )
    assert record.conditions[0].text == "pinprick: hyperalgesia"


@pytest.mark.parametrize(
    ("words", "cancer", "kinds"),
    [
        ("chronic low back pain, COPD", False, ["chronic-pain", "lung-disease"]),
        ("metastatic lung cancer, hospice", True, ["cancer", "palliative"]),
        ("breast cancer", None, ["cancer"]),
        ("two years after surgery for cancer", False, [None]),
        (
            "opioid use disorder on methadone maintenance",
            None,
            ["opioid-use-disorder", "opioid-agonist-treatment"],
        ),
        ("no history of depression, sleep apnoea", False, ["sleep-apnea"]),
        ("pregnant, sickle cell disease", False, ["sickle-cell", "pregnancy"]),
        ("knee replacement", False, [None]),
        (None, True, ["cancer"]),
        (None, False, []),
    ],
)
def test_conditions(words: str | None, cancer: bool | None, kinds: list[str | None]) -> None:
    conditions = read(condition=words, cancer=cancer).conditions
    assert sorted(str(c.kind) for c in conditions) == sorted(str(kind) for kind in kinds)
    assert all(c.text == words for c in conditions)


@pytest.mark.parametrize(
    ("words", "kind", "egfr"),
    [
        ("end-stage, haemodialysis", "renal-disease", None),
        ("creatinine 133 (eGFR 36) rising to 213", "renal-disease", 36),
        ("eGFR 85", None, 85),
        ("eGFR 85, chronic kidney disease", "renal-disease", 85),
        ("eGFR 25-30", "renal-disease", None),
        ("eGFR <15", "renal-disease", None),
        ("eGFR 60 falling, later eGFR 30", "renal-disease", None),
        ("normal", None, None),
    ],
)
def test_renal_function(words: str, kind: str | None, egfr: float | None) -> None:
    record = read(renal_function=words)
    assert [(c.kind, c.text) for c in record.conditions] == [(kind, f"renal function: {words}")]
    assert [lab.value for lab in record.labs] == ([] if egfr is None else [egfr])


def test_a_fraction_of_a_day_is_a_time() -> None:
    half, late = read(
        sign("seizure"), {**sign("seizure"), "t_day": 1.99999}, {**sign("seizure"), "t_day": -0.5}
    ).signs[1:]
    assert day_of(half.at) == 2.0
    assert day_of(late.at) == -0.5


def test_the_blind_form_is_a_case_and_a_record_is_not() -> None:
    blind = {"id": "case_1", "age": None, "sex": None, "cancer": None, "renal_function": None, "timeline": []}
    assert is_case(blind)
    assert is_case({"schema": "algesia-case/0.1"})
    assert not is_case({"format": "algesia-record/1", "timeline": []})
    assert not is_case({"schema": "other", "timeline": []})
    assert not is_case([])
    assert read_case(blind).person.id == "case_1"


def test_what_is_not_known_is_kept_as_text() -> None:
    record = read(opioid(0, route="PO", lockout="8 min"), setting="emergency department")
    assert record.conditions[0].text == "setting: emergency department"
    assert "lockout: 8 min" in (record.medications[0].text or "")


BAD: list[tuple[Any, str]] = [
    ([], "is not an object"),
    ({"id": "a"}, "timeline: is not a list"),
    (case({"t_day": 0, "event": "opiod"}), "timeline[0].event is 'opiod': is not a known event. Expected: opioid."),
    (case({"event": "opioid", "drug": "morphine"}), "timeline[0].t_day: is missing"),
    (case(opioid("3")), "timeline[0].t_day is '3': is not a number"),  # type: ignore[arg-type]
    (case(opioid(10**400)), "timeline[0].t_day"),
    (case(opioid(float("nan"))), "timeline[0].t_day is nan: is out of range"),
    (case(opioid(0, dose=-5)), "timeline[0].dose is -5: is out of range"),
    (case(opioid(0, dose="6-7")), "timeline[0].dose is '6-7': is not a number"),
    (case(opioid(0, dose=True)), "timeline[0].dose is true: is not a number"),
    (case(opioid(0, stop="yes")), "timeline[0].stop is 'yes'"),
    (case({"t_day": 0, "event": "opioid"}), "timeline[0].drug: is missing"),
    (case(opioid(0, drug="x" * 500)), "timeline[0].drug"),
    (case(opioid(0, drug="mor\x00phine")), "control character"),
    (case(sign("alodynia")), "timeline[0].sign is 'alodynia': is not a known sign. Expected: allodynia."),
    (case(sign("allodynia", "yes")), "timeline[0].present is 'yes'"),
    (case({"t_day": 0, "event": "sign", "sign": "allodynia"}), "timeline[0].present: is missing"),
    (case(pain(scale="NRS0-10", value=14)), "timeline[0].value is 14: is out of range. Expected: a number from 0 to 10."),
    (case(pain(scale="NRS0-10", value=7, value_high=5)), "timeline[0].value_high is 5.0: is below value"),
    (case(pain(scale="NRS0-10", value="bad")), "timeline[0].value is 'bad': is not a number"),
    (case(pain(scale="NRS0-5", value=3)), "timeline[0].scale is 'NRS0-5': is not a known pain scale"),
    (case({"t_day": 0, "event": "qst", "test": "PHQ-9", "value": 40, "unit": "score"}), "a number from 0 to 27"),
    (case({"t_day": 0, "event": "intervention"}), "timeline[0].kind: is missing"),
    (case("x"), "timeline[0] is 'x': is not an object"),  # type: ignore[arg-type]
    (case(age=300), "age is 300: is out of range"),
    (case(sex="X"), "sex is 'X': is not known"),
    (case(cancer="yes"), "cancer is 'yes'"),
    (case(renal_funtion="CKD"), "renal_funtion is 'renal_funtion': is not a known key of a case"),
    (case(schema="algesia-case/9"), "schema is 'algesia-case/9'"),
    (case(labs=[1]), "labs is a list: is not a key of a case"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "words"), BAD)
def test_bad_input_is_refused_with_its_path(raw: object, words: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read_case(raw)
    assert words in str(refused.value)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8) | st.sampled_from(["opioid", "sign", "mg"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["t_day", "event", "drug", "dose", "unit", "frequency", "route", "sign", "present", "scale", "value", "test", "kind",
         "timeline", "age", "sex", "cancer", "condition", "renal_function", "id", "stop", "per_day", "formulation"]
    ), inner, max_size=8),
    max_leaves=25,
)  # fmt: skip


@given(_JSON)
def test_anything_is_read_or_refused(raw: object) -> None:
    try:
        record = read_case(raw)
    except InputRefused:
        return
    assert read_record(write_record(record)) == record


_FACTS = st.fixed_dictionaries({
    "t_day": st.floats(-9000, 9000) | st.integers(-9000, 9000),
    "event": st.just("opioid"),
    "drug": st.sampled_from(["morphine", "fentanyl", "tramadol"]),
    "route": st.sampled_from(["PO", "TD", "IT", "IV", "PO/injection", None]),
    "dose": st.none() | st.floats(0, 1e6) | st.integers(0, 1000),
    "unit": st.sampled_from(["mg", "mcg", "mcg/h", "mg/h", "mg/day", "ampoules", "fraction of original", "ml", None]),
    "frequency": st.sampled_from(["BD", "q4h prn", "every 2-3 days", "continuous", "total so far", "per hour", "?", None]),
    "formulation": st.sampled_from(["patch", "SR", "PCA total", "20 mg/ml", None]),
    "per_day": st.none() | st.floats(0, 1e6),
})  # fmt: skip


@given(st.lists(_FACTS, max_size=6))
def test_every_case_that_is_read_is_a_valid_record(timeline: list[dict[str, object]]) -> None:
    record = read_case(json.loads(json.dumps(case(*timeline))))
    assert read_record(write_record(record)) == record
    for medication in record.medications:
        assert medication.question is None or medication.dose is None or medication.dose.unit.startswith("{")
