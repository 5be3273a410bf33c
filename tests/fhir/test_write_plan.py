"""Plans as Bundles: R4's required elements, nothing counted while a draft, and the same amounts once released."""

from __future__ import annotations

import json
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest

from algesia.adapters.fhir import read_fhir
from algesia.adapters.fhir.write_plan import plan_bundle
from algesia.assessment.model import Assessment
from algesia.exposure.compute import exposure
from algesia.knowledge.loader import load
from algesia.plan.model import (
    DoseTime,
    Fill,
    Piece,
    RotationPlan,
    RotationRequest,
    Step,
    TaperPlan,
    TaperRequest,
)
from algesia.plan.rotation import rotate
from algesia.plan.tapering import taper
from algesia.record.codec import read_record
from algesia.review import review

Json = dict[str, Any]
START = date(2024, 3, 4).toordinal()
REQUIRED = {
    "Patient": (),
    "CarePlan": ("status", "intent", "subject"),
    "MedicationRequest": ("status", "intent", "medicationCodeableConcept", "subject"),
    "DetectedIssue": ("status",),
}
MG = {"mg/d": 1.0, "ug/d": 1e-3, "ug/h": 0.024}
ER = {"drug": "oxycodone", "release": "extended", "dose": {"value": 40, "unit": "mg"}, "every_hours": 12}
PATCH = {
    "drug": "fentanyl", "route": "transdermal", "dose": {"value": 75, "unit": "ug/h"}, "every_hours": 72,
}  # fmt: skip
LIQUID = {
    "drug": "morphine", "release": "immediate", "form": "solution", "dose": {"value": 15, "unit": "mg"},
    "concentration": {"value": 2, "unit": "mg/mL"}, "every_hours": 6,
}  # fmt: skip
FILM = {
    "drug": "buprenorphine", "route": "buccal", "form": "film", "dose": {"value": 600, "unit": "ug"},
    "every_hours": 12,
}  # fmt: skip
TABLET = {
    "drug": "hydromorphone", "release": "immediate", "dose": {"value": 4, "unit": "mg"}, "every_hours": 6,
}  # fmt: skip


def reviewed(*medications: Json, relative: bool = False, **more: Any) -> Assessment:
    """A review of a person who takes these from 10 January 2022 on, or from day 0 on."""
    since = {"day": 0} if relative else {"start": "2022-01-10"}
    raw = {
        "format": "algesia-record/1",
        "person": {"id": "p1", "age_years": 50, "sex": "female"},
        "medications": [
            {"id": f"m{n}", "route": "oral", **since, **found} for n, found in enumerate(medications)
        ],
        **more,
    }
    return review(read_record(json.dumps(raw).encode()), load())


def written(assessment: Assessment, plan: TaperPlan | RotationPlan) -> list[Json]:
    """The resources of a plan's Bundle, checked against R4."""
    bundle = json.loads(json.dumps(plan_bundle(assessment, plan)))
    check(bundle)
    return [entry["resource"] for entry in bundle["entry"]]


def check(bundle: Json) -> None:
    """R4: required elements, required codes, invariants of what is used, references that resolve, no SNOMED."""
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == len(urls)
    assert bundle["entry"][0]["resource"]["resourceType"] == "Patient"
    for entry in bundle["entry"]:
        resource = entry["resource"]
        assert all(key in resource for key in REQUIRED[resource["resourceType"]])
        no_empties(resource)
        assert references(resource) <= set(urls)
        match resource["resourceType"]:
            case "CarePlan":
                check_care_plan(resource)
            case "MedicationRequest":
                assert (resource["status"], resource["intent"]) == ("draft", "proposal")
                for dosage in resource.get("dosageInstruction", ()):
                    check_dosage(dosage)
            case "DetectedIssue":
                assert resource["status"] == "preliminary" and resource["code"]["text"]
    assert "snomed" not in json.dumps(bundle).lower()
    if find_spec("fhir") is not None:
        # The peer's own classes, where someone has installed them: required elements, types and unknown keys.
        import_module("fhir.resources.R4B.bundle").Bundle.model_validate(bundle)


def check_care_plan(care: Json) -> None:
    assert (care["status"], care["intent"]) == ("draft", "proposal")
    for activity in care.get("activity", ()):
        assert len(activity) == 1  # cpl-3: a reference or a detail
        detail = activity.get("detail")
        assert detail is None or (detail["status"] == "not-started" and detail["description"])
        assert detail is None or len({"scheduledPeriod", "scheduledString"} & set(detail)) <= 1
    assert all(note["text"] for note in care["note"])


def check_dosage(dosage: Json) -> None:
    repeat = dosage["timing"]["repeat"]
    assert isinstance(dosage["sequence"], int) and dosage["text"]
    # Timing.repeat.timeOfDay, comment: when, frequency and period cannot be used as well as timeOfDay.
    assert ("timeOfDay" in repeat) != ("frequency" in repeat and "period" in repeat)
    assert ("period" in repeat) == ("periodUnit" in repeat)  # tim-2
    assert len({"boundsPeriod", "boundsDuration"} & set(repeat)) <= 1
    (amount,) = dosage["doseAndRate"]
    quantity = amount.get("doseQuantity") or amount["rateQuantity"]
    assert quantity["system"] == "http://unitsofmeasure.org" and quantity["code"] in ("mg", "ug", "ug/h")
    assert quantity["value"] > 0


def no_empties(value: Any) -> None:
    assert value not in ("", [], {}, None)
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        no_empties(item)


def references(value: Any) -> set[str]:
    if isinstance(value, list):
        return {found for item in value for found in references(item)}
    if not isinstance(value, dict):
        return set()
    own = {value["reference"]} if isinstance(value.get("reference"), str) else set()
    return own | {found for item in value.values() for found in references(item)}


def of_kind(resources: list[Json], kind: str) -> list[Json]:
    return [found for found in resources if found["resourceType"] == kind]


def orders(resources: list[Json]) -> list[Json]:
    return [found for found in of_kind(resources, "MedicationRequest") if "dosageInstruction" in found]


def released(bundle: Json) -> Json:
    """What a clinician makes of the draft: active orders."""
    out: Json = json.loads(json.dumps(bundle))
    for entry in out["entry"]:
        if entry["resource"]["resourceType"] == "MedicationRequest":
            entry["resource"] |= {"status": "active", "intent": "order"}
    return out


def daily_of(bundle: Json, drug: str, day: int) -> float:
    """What our own reader makes of a Bundle on a day: mg a day of a drug."""
    found = exposure(read_fhir(bundle), load(), as_of_day=day)
    assert all(item.daily is not None for item in found.items if item.drug == drug)
    return sum(steps.at(day).high for (name, _), steps in found.tracks.items() if name == drug)


REGIMENS = {
    "extended-release tablets": (ER,),
    "patch": (PATCH,),
    "liquid": (LIQUID,),
    "film": (FILM,),
    "two opioids": (ER, TABLET),
}


@pytest.mark.parametrize("name", REGIMENS)
def test_a_released_taper_reads_back_to_its_steps_day_by_day(name: str) -> None:
    made = reviewed(*REGIMENS[name])
    plan = taper(made, load())
    assert plan.status == "planned"
    written(made, plan)
    bundle = released(plan_bundle(made, plan))
    last = max(step.end for step in plan.steps)
    read = exposure(read_fhir(bundle), load(), as_of_day=last + 30)
    assert not any(item.status == "unconverted" for item in read.items)
    for step in plan.steps:
        for day in range(step.start, step.end):
            taken = sum(t.at(day).high for (drug, _), t in read.tracks.items() if drug == step.drug)
            assert taken == pytest.approx(step.daily * MG[step.unit], abs=1e-6), (step.number, day)
    for drug in {step.drug for step in plan.steps}:
        over = max(step.end for step in plan.steps if step.drug == drug)
        assert sum(t.at(over).high for (name_, _), t in read.tracks.items() if name_ == drug) == 0
    assert {day for day, _ in _levels(read)} <= {d for s in plan.steps for d in (s.start, s.end)}


def _levels(read: Any) -> set[tuple[int, float]]:
    return {
        (day, span.high) for t in read.tracks.values() for day, span in zip(t.days, t.values, strict=True)
    }


def test_a_draft_is_nobodys_medication() -> None:
    made = reviewed(ER)
    record = read_fhir(plan_bundle(made, taper(made, load())))
    assert record.medications == ()
    assert "MedicationRequest (draft)" in (record.source or "")
    assert record.person.id == "p1" and record.person.sex == "female"


def test_supplies_do_not_count_beside_the_order_they_are_based_on() -> None:
    made = reviewed(ER)
    plan = taper(made, load())
    found = written(made, plan)
    (order,) = orders(found)
    supplies = [r for r in of_kind(found, "MedicationRequest") if "dispenseRequest" in r]
    assert len(supplies) == len(plan.supplies)
    for supply, fill in zip(supplies, plan.supplies, strict=True):
        assert supply["basedOn"] == [{"reference": f"urn:uuid:{order['id']}"}]
        dispense = supply["dispenseRequest"]
        assert dispense["expectedSupplyDuration"]["value"] == fill.end - fill.start <= 28
        assert dispense["quantity"]["value"] == fill.count and dispense["quantity"]["code"] == "{tablet}"
        assert supply["medicationCodeableConcept"]["coding"][0]["code"] == fill.rxcui
    assert len(read_fhir(released(plan_bundle(made, plan))).medications) == len(order["dosageInstruction"])


def test_one_request_of_the_ingredient_with_sequenced_steps() -> None:
    made = reviewed(ER)
    plan = taper(made, load())
    (order,) = orders(written(made, plan))
    assert order["medicationCodeableConcept"] == {
        "coding": [
            {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "7804", "display": "oxycodone"}
        ],
        "text": "oxycodone",
    }
    assert sorted({d["sequence"] for d in order["dosageInstruction"]}) == [s.number for s in plan.steps]
    for dosage in order["dosageInstruction"]:
        step = plan.steps[dosage["sequence"] - 1]
        bounds = dosage["timing"]["repeat"]["boundsPeriod"]
        assert date.fromisoformat(bounds["start"]).toordinal() == step.start
        assert date.fromisoformat(bounds["end"]).toordinal() == step.end - 1
        times = [f"{dose.time}:00" for dose in step.doses]
        assert set(dosage["timing"]["repeat"]["timeOfDay"]) <= set(times)
        taken = [d for d in step.doses if f"{d.time}:00" in dosage["timing"]["repeat"]["timeOfDay"]]
        for dose in taken:
            assert dosage["doseAndRate"][0]["doseQuantity"]["value"] == dose.amount
            assert dose.time in dosage["text"] and f": {dose.amount:g} mg" in dosage["text"]
            for piece in dose.pieces:
                assert f"{piece.count:g} tablet" in dosage["text"]
                assert f"of {piece.strength:g} mg" in dosage["text"]


def test_steps_gates_and_decisions_are_activities() -> None:
    made = reviewed(ER)
    plan = taper(made, load())
    (care,) = of_kind(written(made, plan), "CarePlan")
    details = [a["detail"] for a in care["activity"] if "detail" in a]
    gates = [d for d in details if d.get("kind") == "Appointment"]
    assert [date.fromisoformat(d["scheduledPeriod"]["end"]).toordinal() for d in gates] == [
        day for step in plan.steps for day in step.reviews
    ]
    assert all("COWS" in d["description"] and "only after" in d["description"] for d in gates)
    steps = [d for d in details if "dailyAmount" in d]
    assert [d["dailyAmount"]["value"] for d in steps] == [step.daily for step in plan.steps]
    assert [d["code"]["text"] for d in details if d["code"]["text"].startswith("Decide")] == [
        f"Decide: {turn.daily:g} mg/d of oxycodone" for turn in plan.turns
    ]
    notes = " ".join(note["text"] for note in care["note"])
    assert "Never stop or cut an opioid suddenly" in notes and "Offer naloxone" in notes
    assert care["period"]["start"] == steps[0]["scheduledPeriod"]["start"]


def tablets(strength: float, count: float = 1.0) -> Piece:
    return Piece("morphine-ir-tablet", "morphine tablets", "", strength, "mg", "immediate", count)


def by_hand(*steps: Step) -> TaperPlan:
    return TaperPlan("planned", START - 1, "2026.11", TaperRequest(), steps=steps)


def step(
    number: int, start: int, days: int, daily: float, doses: tuple[DoseTime, ...], every: int = 1
) -> Step:
    return Step(
        number, START + start, START + start + days, "morphine", "oral", "immediate", "taper", "mg/d", 30.0, daily,
        daily, doses, every, (START + start + days - 1,), ("pain",), None,
    )  # fmt: skip


def test_every_other_day_and_a_last_step_to_nothing() -> None:
    made = reviewed(TABLET)
    plan = by_hand(
        step(1, 0, 28, 15.0, (DoseTime("08:00", "morning", (tablets(15),)),)),
        step(2, 28, 28, 7.5, (DoseTime("08:00", "morning", (tablets(15),)),), every=2),
        step(3, 56, 28, 0.0, ()),
    )
    (order,) = orders(written(made, plan))
    second = order["dosageInstruction"][1]
    assert second["timing"]["repeat"] == {
        "boundsPeriod": {"start": "2024-04-01", "end": "2024-04-28"},
        "frequency": 1,
        "period": 2,
        "periodUnit": "d",
    }
    assert "every other day" in second["text"] and len(order["dosageInstruction"]) == 2
    bundle = released(plan_bundle(made, plan))
    assert [daily_of(bundle, "morphine", START + day) for day in (0, 27, 28, 55, 56, 90)] == [
        15.0, 15.0, 7.5, 7.5, 0.0, 0.0,
    ]  # fmt: skip


def test_different_doses_of_one_step_are_concurrent() -> None:
    morning, night = (tablets(15), tablets(30)), (tablets(30),)
    doses = (
        DoseTime("08:00", "morning", morning),
        DoseTime("14:00", "afternoon", night),
        DoseTime("22:00", "night", night),
    )
    made = reviewed(TABLET)
    plan = by_hand(
        step(1, 0, 28, 105.0, doses),
        step(2, 28, 28, 90.0, (DoseTime("08:00", "morning", (tablets(30, 3),)),)),
    )
    (order,) = orders(written(made, plan))
    assert [d["sequence"] for d in order["dosageInstruction"]] == [1, 1, 2]
    assert order["dosageInstruction"][1]["timing"]["repeat"]["timeOfDay"] == ["14:00:00", "22:00:00"]
    assert "1 tablet of 15 mg and 1 tablet of 30 mg" in order["dosageInstruction"][0]["text"]
    bundle = released(plan_bundle(made, plan))
    assert [daily_of(bundle, "morphine", START + day) for day in (0, 27, 28, 56)] == [105.0, 105.0, 90.0, 0.0]


def test_patches_of_two_strengths_are_two_rates() -> None:
    two = tuple(
        Piece("fentanyl-patch", "fentanyl transdermal system", "", rate, "ug/h", "extended", 1.0)
        for rate in (50.0, 12.0)
    )
    made = reviewed(PATCH)
    only = Step(
        1, START, START + 30, "fentanyl", "transdermal", "extended", "taper", "ug/h", 75.0, 62.0, 62.0,
        (DoseTime("08:00", "morning", two),), 3, (START + 29,), ("pain",), None,
    )  # fmt: skip
    plan = by_hand(only)
    (order,) = orders(written(made, plan))
    rates = [d["doseAndRate"][0]["rateQuantity"]["value"] for d in order["dosageInstruction"]]
    assert rates == [50, 12] and "changed every 3 days" in order["dosageInstruction"][0]["text"]
    assert daily_of(released(plan_bundle(made, plan)), "fentanyl", START) == pytest.approx(62 * 0.024)


def test_a_drug_that_stops_at_once_has_supplies_of_nothing_and_no_order() -> None:
    made = reviewed(TABLET)
    found = written(made, by_hand(step(1, 0, 28, 0.0, ())))
    assert orders(found) == [] and len(of_kind(found, "CarePlan")) == 1


def test_a_record_without_a_calendar_has_durations_and_no_dates() -> None:
    made = reviewed(ER, relative=True)
    plan = taper(made, load())
    found = written(made, plan)
    (order,) = orders(found)
    assert order["dosageInstruction"][0]["timing"]["repeat"]["boundsDuration"]["value"] == plan.steps[0].days
    shown = str(found).replace("fda2026", "")
    assert not any(f"{year}-" in shown for year in range(1999, 2010))
    (care,) = of_kind(found, "CarePlan")
    assert any(
        a["detail"].get("scheduledString") == "day 1 to day 28" for a in care["activity"] if "detail" in a
    )


def test_an_unfit_person_id_becomes_an_identifier() -> None:
    raw = json.dumps({"format": "algesia-record/1", "person": {"id": "Anna / 3"}, "medications": []})
    made = review(read_record(raw.encode()), load())
    plan = TaperPlan("unassessable", made.as_of, "2026.11", TaperRequest())
    patient, _ = written(made, plan)
    assert patient["identifier"] == [{"value": "Anna / 3"}] and " " not in patient["id"]


@pytest.mark.parametrize(
    ("more", "severity"),
    [
        ({"conditions": [{"kind": "pregnancy"}]}, "moderate"),
        ({"signs": [{"at": "2022-01-10", "sign": "suicidal-thoughts", "present": True}]}, "high"),
    ],
)
def test_a_blocked_plan_is_an_issue_and_no_order(more: Json, severity: str) -> None:
    made = reviewed(ER, **more)
    for plan in (taper(made, load()), rotate(made, load(), RotationRequest("hydromorphone"))):
        assert plan.status == "blocked"
        found = written(made, plan)
        assert {r["resourceType"] for r in found} == {"Patient", "DetectedIssue"}
        issues = of_kind(found, "DetectedIssue")
        assert len(issues) == len(plan.blocked_by) and severity in {issue["severity"] for issue in issues}
        assert all(issue["mitigation"][0]["action"]["text"] for issue in issues)
        emergency = any(lock.level == "emergency" for lock in plan.blocked_by)
        assert ("988" in issues[0]["detail"]) == emergency


def test_what_cannot_be_planned_says_what_is_missing() -> None:
    made = reviewed({"drug": "oxycodone"})
    plan = taper(made, load())
    assert plan.status == "unassessable"
    _, issue = written(made, plan)
    assert issue["code"]["text"] == "A taper cannot be planned" and "severity" not in issue
    assert "Missing: the daily amount of oxycodone" in issue["detail"]


@pytest.mark.parametrize("to", ["hydromorphone", "fentanyl"])
def test_a_rotation_is_a_care_plan_with_the_dose_to_start_with(to: str) -> None:
    week = [{"at": "2022-02-10", "score": 7}]
    made = reviewed({**TABLET, "drug": "morphine", "dose": {"value": 30, "unit": "mg"}}, pain=week)
    plan = rotate(made, load(), RotationRequest(to))
    assert plan.status == "planned" and plan.doses
    found = written(made, plan)
    (order,) = orders(found)
    assert order["medicationCodeableConcept"]["text"] == to and "basedOn" not in order
    bundle = released(plan_bundle(made, plan))
    total = sum(dose.amount for dose in plan.doses)
    unit = "ug/h" if plan.doses[0].pieces[0].unit == "ug/h" else "mg/d"
    each = 1 if unit == "ug/h" else plan.every_days
    assert daily_of(bundle, to, made.as_of + 3) == pytest.approx(total / each * MG[unit])
    (care,) = of_kind(found, "CarePlan")
    notes = " ".join(note["text"] for note in care["note"])
    assert all(line.rstrip(".")[1:] in notes for line in plan.working)


def test_a_rotation_without_a_computed_dose_has_no_order() -> None:
    made = reviewed(ER, pain=[{"at": "2022-02-10", "score": 7}])
    plan = rotate(made, load(), RotationRequest("buprenorphine", "sublingual"))
    assert plan.status == "planned" and not plan.doses
    found = written(made, plan)
    assert of_kind(found, "MedicationRequest") == []
    (care,) = of_kind(found, "CarePlan")
    assert all(any(way.title in note["text"] for note in care["note"]) for way in plan.inductions)


def test_the_same_plan_gives_the_same_bundle_and_another_request_other_ids() -> None:
    made = reviewed(ER)
    plan = taper(made, load())
    assert plan_bundle(made, plan) == plan_bundle(made, plan)
    slower = taper(made, load(), TaperRequest(percent=5.0))
    ids = [{found["id"] for found in written(made, each)[1:]} for each in (plan, slower)]
    assert ids[0].isdisjoint(ids[1])


def test_a_supply_without_a_code_is_named_in_words() -> None:
    made = reviewed(TABLET)
    fill = Fill(START, START + 28, 1, "morphine-ir-tablet", "morphine tablets", "", 15.0, "mg", 28.0)
    plan = TaperPlan(
        "planned", START - 1, "2026.11", TaperRequest(),
        steps=(step(1, 0, 28, 15.0, (DoseTime("08:00", "morning", (tablets(15),)),)),), supplies=(fill,),
    )  # fmt: skip
    found = [r for r in of_kind(written(made, plan), "MedicationRequest") if "dispenseRequest" in r]
    assert [r["medicationCodeableConcept"] for r in found] == [{"text": "morphine 15 mg, morphine tablets"}]
