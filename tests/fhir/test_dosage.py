"""Dosage to amount and frequency: every choice type, unit and way to say how often."""

from __future__ import annotations

from typing import Any

import pytest

from algesia.adapters.fhir import read_fhir
from algesia.quantities.refusal import InputRefused
from algesia.record.model import Amount, Medication

from .shapes import FENTANYL_75, Json, concept, dosage, every, quantity, request


def only(resource: Json) -> Medication:
    """The one entry that a resource gives."""
    (entry,) = read_fhir(resource).medications
    return entry


def rhythm(entry: Medication) -> tuple[float | None, float | None, float | None, float | None]:
    return entry.every_hours, entry.every_hours_max, entry.times_per_day, entry.times_per_day_max


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        ({"repeat": {"frequency": 1, "period": 12, "periodUnit": "h"}}, (12, None, None, None)),
        ({"repeat": {"period": 1, "periodUnit": "d"}}, (24, None, None, None)),
        ({"repeat": {"frequency": 1, "period": 3, "periodUnit": "d"}}, (72, None, None, None)),
        ({"repeat": {"frequency": 1, "period": 1, "periodUnit": "wk"}}, (168, None, None, None)),
        ({"repeat": {"frequency": 1, "period": 1, "periodUnit": "mo"}}, (720.0, None, None, None)),
        ({"repeat": {"frequency": 1, "period": 4, "periodMax": 6, "periodUnit": "h"}}, (4, 6, None, None)),
        ({"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}}, (None, None, 3, None)),
        ({"repeat": {"frequency": 3, "frequencyMax": 4, "period": 1, "periodUnit": "d"}}, (None, None, 3, 4)),
        ({"repeat": {"frequency": 2, "period": 12, "periodUnit": "h"}}, (None, None, 4, None)),
        ({"repeat": {"timeOfDay": ["08:00:00", "20:00:00"]}}, (None, None, 2, None)),
        ({"repeat": {"timeOfDay": ["08:00:00"], "period": 2, "periodUnit": "d"}}, (48, None, None, None)),
        ({"repeat": {"when": ["MORN", "NOON", "EVE"]}}, (None, None, 3, None)),
        ({"repeat": {"when": ["AC"]}}, (None, None, 3, None)),
        ({"repeat": {"when": ["CM", "CV"]}}, (None, None, 2, None)),
        ({"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "when": ["C"]}}, (24, None, None, None)),
        ({"repeat": {"dayOfWeek": ["mon", "wed", "fri"]}}, (None, None, 3 / 7, None)),
        (
            {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d", "dayOfWeek": ["sat", "sun"]}},
            (None, None, 4 / 7, None),
        ),
        ({"code": {"coding": [{"code": "BID"}]}}, (None, None, 2, None)),
        ({"code": {"text": "q8h"}}, (8, None, None, None)),
        (
            {"code": {"coding": [{"code": "x", "display": "y"}], "text": "every 12 hours"}},
            (12, None, None, None),
        ),
        ({"code": {"coding": [{"code": "QOD"}]}}, (48, None, None, None)),
        ({"event": ["2024-01-10T08:00:00Z", "2024-01-11T08:00:00Z"]}, (None, None, 1, None)),
        ({}, (None, None, None, None)),
        ({"repeat": {"frequency": 3}}, (None, None, None, None)),
        ({"repeat": {"when": ["IMD"]}}, (None, None, None, None)),
    ],
)
def test_how_often(timing: Json, expected: tuple[float | None, ...]) -> None:
    entry = only(request(dosage(timing=timing)))
    assert rhythm(entry) == pytest.approx(expected)
    assert entry.question is None


@pytest.mark.parametrize(
    "repeat",
    [
        {"frequency": 3, "period": 1, "periodUnit": "d", "timeOfDay": ["08:00:00", "20:00:00"]},
        {"frequency": 1, "period": 1, "periodUnit": "wk", "dayOfWeek": ["mon", "wed"]},
        {"frequency": 10, "period": 1, "periodUnit": "mg"},
    ],
)
def test_contradictions_leave_the_frequency_unknown(repeat: Json) -> None:
    entry = only(request(dosage(timing={"repeat": repeat})))
    assert rhythm(entry) == (None, None, None, None)
    assert entry.question is not None


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"doseQuantity": quantity(20, "mg")}, Amount(unit="mg", value=20)),
        ({"doseQuantity": {"value": 2, "unit": "tablet"}}, Amount(unit="{tablet}", value=2)),
        ({"doseQuantity": {"value": 1, "unit": "Tablet(s)", "code": "TAB"}}, Amount(unit="{tablet}", value=1)),
        ({"doseQuantity": {"value": 1, "code": "{actuat}", "system": "http://unitsofmeasure.org"}}, Amount(unit="{spray}", value=1)),
        ({"doseQuantity": {"value": 50, "unit": "MCG"}}, Amount(unit="ug", value=50)),
        ({"doseQuantity": {"value": 5, "unit": "mL"}}, Amount(unit="mL", value=5)),
        ({"doseRange": {"low": quantity(1, "{tbl}"), "high": quantity(2, "{tbl}")}}, Amount(unit="{tablet}", low=1, high=2)),
        ({"doseRange": {"high": quantity(10, "mg")}}, Amount(unit="mg", low=0, high=10)),
        ({"rateQuantity": quantity(75, "ug/h")}, Amount(unit="ug/h", value=75)),
        ({"rateRange": {"low": quantity(1, "mg/h"), "high": quantity(2, "mg/h")}}, Amount(unit="mg/h", low=1, high=2)),
        ({"rateRatio": {"numerator": quantity(25, "ug"), "denominator": quantity(1, "h")}}, Amount(unit="ug/h", value=25)),
        ({"rateRatio": {"numerator": quantity(60, "mg"), "denominator": quantity(24, "h")}}, Amount(unit="mg/d", value=60)),
        ({"rateRatio": {"numerator": quantity(0.5, "g"), "denominator": quantity(10, "h")}}, Amount(unit="mg/h", value=50)),
        ({"rateRatio": {"numerator": quantity(2, "mL"), "denominator": quantity(1, "h")}}, Amount(unit="mL/h", value=2)),
    ],
)  # fmt: skip
def test_how_much(part: Json, expected: Amount) -> None:
    entry = only(request({"doseAndRate": [part]}))
    assert entry.dose == expected
    assert entry.question is None


@pytest.mark.parametrize(
    "part",
    [
        {"doseQuantity": {"value": 1}},
        {"doseQuantity": {"value": 10, "unit": "IU"}},
        {"doseQuantity": {"value": 5, "unit": "mg/kg"}},
        {"doseQuantity": {"value": 10, "unit": "mg", "comparator": "<"}},
        {"doseQuantity": {"value": 10, "unit": "mg/mL"}},
        {"doseRange": {"low": quantity(5, "mg")}},
        {"doseRange": {"low": quantity(5, "mg"), "high": quantity(1, "{tablet}")}},
        {"rateRatio": {"numerator": quantity(10, "mg"), "denominator": quantity(1, "mL")}},
        {"rateQuantity": quantity(10, "mg")},
    ],
)
def test_an_amount_that_cannot_be_used_is_asked_about_and_never_guessed(part: Json) -> None:
    entry = only(request({"doseAndRate": [part]}))
    assert entry.dose is None
    assert entry.question


def test_a_rate_of_counted_units_is_a_dose_and_its_interval() -> None:
    patch = {"rateRatio": {"numerator": quantity(1, "{patch}"), "denominator": quantity(72, "h")}}
    entry = only(request({"doseAndRate": [patch]}, drug=FENTANYL_75))
    assert (entry.dose, entry.every_hours) == (Amount(unit="{patch}", value=1), 72)


def test_an_infusion_for_part_of_the_day_is_the_amount_it_gives() -> None:
    timing = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "duration": 8, "durationUnit": "h"}}
    entry = only(request({"doseAndRate": [{"rateQuantity": quantity(2, "mg/h")}], "timing": timing}))
    assert (entry.dose, entry.every_hours) == (Amount(unit="mg", value=16), 24)


def test_doses_of_one_time_are_entries_of_their_own() -> None:
    both: Any = {"doseAndRate": [{"doseQuantity": quantity(5, "mg")}, {"doseQuantity": quantity(10, "mg")}]}
    found = read_fhir(request({**both, "timing": every(12)})).medications
    assert [(m.id, m.order, m.dose) for m in found] == [
        ("m1/1", "m1", Amount(unit="mg", value=5)),
        ("m1/2", "m1", Amount(unit="mg", value=10)),
    ]


def test_descriptions_of_one_dose_are_not_added() -> None:
    def typed(kind: str, value: float, unit: str) -> Json:
        return {"type": concept({"code": kind}), "doseQuantity": quantity(value, unit)}

    entry = only(
        request({"doseAndRate": [typed("admin-amount", 1, "{capsule}"), typed("calculated", 20, "mg"), typed("ordered", 0.3, "mg/kg")]})
    )  # fmt: skip
    assert entry.dose == Amount(unit="mg", value=20)


def test_as_needed_and_what_may_be_taken_at_most() -> None:
    most = {"numerator": quantity(60, "mg"), "denominator": quantity(24, "h")}
    entry = only(request(dosage(asNeededCodeableConcept={"text": "pain"}, maxDosePerPeriod=most)))
    assert entry.as_needed
    assert entry.max_per_day == Amount(unit="mg", value=60)
    half_day = {"numerator": quantity(4, "{tablet}"), "denominator": quantity(12, "h")}
    assert only(request(dosage(maxDosePerPeriod=half_day))).max_per_day == Amount(unit="{tablet}", value=8)
    times = {"numerator": {"value": 6}, "denominator": quantity(1, "d")}
    assert only(request(dosage(maxDosePerPeriod=times))).max_per_day == 6
    assert not only(request(dosage(asNeededBoolean=False))).as_needed


def test_one_administration_caps_a_range() -> None:
    dose = {"doseRange": {"low": quantity(5, "mg"), "high": quantity(20, "mg")}}
    entry = only(request({"doseAndRate": [dose], "maxDosePerAdministration": quantity(10, "mg")}))
    assert entry.dose == Amount(unit="mg", low=5, high=10)


@pytest.mark.parametrize(
    ("text", "dose", "expected", "needed"),
    [
        ("Take 1 tablet every 6 hours as needed for pain", Amount(unit="{tablet}", value=1), (6, None, None, None), True),
        ("1-2 tabs PO q4-6h prn", Amount(unit="{tablet}", low=1, high=2), (4, 6, None, None), True),
        ("Take 1 capsule (20 mg total) by mouth daily.", Amount(unit="mg", value=20), (None, None, 1, None), False),
        ("Apply one patch every 72 hours", Amount(unit="{patch}", value=1), (72, None, None, None), False),
        ("one patch weekly", None, (168, None, None, None), False),
        ("Take two tablets twice daily", Amount(unit="{tablet}", value=2), (None, None, 2, None), False),
        ("5 mg at bedtime", Amount(unit="mg", value=5), (None, None, 1, None), False),
        ("as directed", None, (None, None, None, None), False),
        ("2 tablets in the morning and 1 tablet at bedtime", None, (None, None, None, None), False),
        ("1 tablet twice daily and at bedtime", None, (None, None, None, None), False),
        ("Take 2 tablets daily for 5 days, then 1 tablet daily", None, (None, None, None, None), False),
        ("1 1/2 tablets daily", None, (None, None, None, None), False),
        ("take 10 mg/5 mL twice daily", None, (None, None, None, None), False),
    ],
)  # fmt: skip
def test_words_alone(
    text: str, dose: Amount | None, expected: tuple[float | None, ...], needed: bool
) -> None:
    entry = only(request({"text": text}))
    if dose is not None:
        assert entry.dose == dose
    assert rhythm(entry) == pytest.approx(expected)
    assert (entry.as_needed, entry.text) == (needed, text)


def test_structure_wins_over_words_and_words_fill_what_is_open() -> None:
    entry = only(
        request(dosage(10, "mg", every(12), text="1 tablet every 4 hours as needed, max 3 tablets per day"))
    )
    assert (entry.dose, entry.every_hours, entry.as_needed) == (Amount(unit="mg", value=10), 12, True)
    assert entry.max_per_day == Amount(unit="{tablet}", value=3)


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ({"coding": [{"code": "PO"}]}, "oral"),
        ({"text": "sublingual"}, "sublingual"),
        ({"coding": [{"code": "15", "display": "oral"}]}, "oral"),
        ({"text": "Intravenous"}, "intravenous"),
    ],
)
def test_routes(route: Json, expected: str) -> None:
    assert only(request(dosage(route=route))).route == expected


def test_a_route_that_is_not_read_is_asked_about() -> None:
    entry = only(request(dosage(route={"text": "inhalation"})))
    assert entry.route is None
    assert "inhalation" in (entry.question or "")


BAD = "MedicationRequest.dosageInstruction[0]"


@pytest.mark.parametrize(
    ("part", "path", "value"),
    [
        (dosage(-5), f"{BAD}.doseAndRate[0].doseQuantity.value", -5),
        (dosage("5"), f"{BAD}.doseAndRate[0].doseQuantity.value", "5"),
        (dosage(True), f"{BAD}.doseAndRate[0].doseQuantity.value", True),
        (dosage(float("inf")), f"{BAD}.doseAndRate[0].doseQuantity.value", None),
        (dosage(10**9000), f"{BAD}.doseAndRate[0].doseQuantity.value", None),
        (dosage(timing=every(0)), f"{BAD}.timing.repeat.period", 0),
        (dosage(timing={"repeat": []}), f"{BAD}.timing.repeat", []),
        (
            dosage(timing=every(6, boundsPeriod={"start": "2024-02-01", "end": "2024-01-01"})),
            f"{BAD}.timing.repeat.boundsPeriod.end",
            "2024-01-01",
        ),
        (
            dosage(timing=every(6, boundsPeriod={"start": "20244-02-01"})),
            f"{BAD}.timing.repeat.boundsPeriod.start",
            "20244-02-01",
        ),
        (dosage(text=7), f"{BAD}.text", 7),
        ({"doseAndRate": {}}, f"{BAD}.doseAndRate", {}),
        (
            {"doseAndRate": [{"doseRange": {"low": quantity(9, "mg"), "high": quantity(5, "mg")}}]},
            f"{BAD}.doseAndRate[0].doseRange.low.value",
            9,
        ),
    ],
)
def test_impossible_values_are_refused_with_their_path(part: Json, path: str, value: object) -> None:
    with pytest.raises(InputRefused) as refusal:
        read_fhir(request(part))
    assert (refusal.value.path, refusal.value.value) == (path, value)
    assert refusal.value.expected
    assert str(refusal.value)


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("Take 1 tablet by mouth every 6 hours", "oral"),
        ("1 tab PO q6h", "oral"),
        ("Place 1 film under the tongue daily", "sublingual"),
        ("Apply 1 patch onto the skin every 72 hours", "transdermal"),
        ("1 tablet every 6 hours", None),
        ("1 tablet by mouth or under the tongue every 6 hours", None),
        ("Do not take by mouth, 1 tablet every 6 hours", None),
    ],
)
def test_the_route_of_the_words(text: str, route: str | None) -> None:
    drug = concept(text="oxyCODONE 5 mg tablet")
    assert only(request({"text": text}, drug=drug)).route == route
    assert only(request(dosage(1, "{tablet}", text=text), drug=drug)).route == route


def test_a_structured_route_goes_before_the_words() -> None:
    words = "1 tablet by mouth every 6 hours"
    assert only(request({"text": words, "route": {"text": "Sublingual"}})).route == "sublingual"
    unread = only(request({"text": words, "route": {"text": "Inhalation"}}))
    assert (unread.route, unread.question) == (None, "the route 'Inhalation' is not one that can be read")


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        ("Max Daily Amount: 60 mg", Amount(unit="mg", value=60)),
        ("Maximum daily dose of 4 tablets", Amount(unit="{tablet}", value=4)),
        ("max 60 mg per day", Amount(unit="mg", value=60)),
    ],
)
def test_the_most_a_day_in_words(most: str, expected: Amount) -> None:
    text = f"Take 1 tablet (30 mg total) by mouth 2 (two) times a day. {most}"
    entry = only(request({"text": text}, drug=concept(text="morphine (MS CONTIN) 30 mg 12 hr tablet")))
    assert (entry.dose, entry.times_per_day) == (Amount(unit="mg", value=30), 2)
    assert entry.max_per_day == expected


@pytest.mark.parametrize("unit", ["EA", "ea", "Each", "EACH"])
def test_each_is_a_unit(unit: str) -> None:
    supply = {"value": 120, "unit": unit}
    order = request(dosage(), dispenseRequest={"quantity": supply})
    assert only(order).quantity == Amount(unit="{unit}", value=120)
