"""Adjuncts and alternatives against published rows, and what each part of a record does to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from algesia.knowledge.loader import Knowledge, load
from algesia.knowledge.model import Confidence
from algesia.knowledge.plan_options import RenalDose
from algesia.plan.adjunct_taken import daily_taken
from algesia.plan.adjuncts import NO_START, OVER
from algesia.plan.contraindications import CHECKS, UNVERIFIED
from algesia.plan.interactions import serotonin
from algesia.plan.kidney import Kidney, renal_limit
from algesia.report.plan_options_text import options_text
from tests.plan.options_build import (
    OXYCODONE,
    adjunct,
    alternative,
    assessed,
    drug,
    egfr,
    facts,
    plan_of,
    record,
)


def sign(name: str, present: bool, at: str = "2024-02-01") -> dict[str, object]:
    return {"at": at, "sign": name, "present": present}


@pytest.mark.parametrize(
    ("clearance", "maximum", "source"),
    [
        (90, 3600, "gbp_label"),  # US label, 60 and above
        (70, 1800, "gbp_uk"),  # UK table, 50 to 79: lower than the label's 3600
        (55, 1400, "gbp_label"),  # US label, 30 to 59: lower than the UK 1800
        (40, 900, "gbp_uk"),  # UK table, 30 to 49
        (20, 600, "gbp_uk"),  # UK table, 15 to 29
        (15, 300, "gbp_label"),  # at the edge two rows hold: the lower
        (10, 200, "gbp_label"),  # in proportion: 300 x 10 / 15
        (7, 140, "gbp_label"),
    ],
)
def test_gabapentin_takes_the_lower_of_two_renal_tables(
    clearance: float, maximum: float, source: str
) -> None:
    choice = adjunct("gabapentin", labs=[egfr(clearance)])
    assert choice.ceiling_mg == maximum
    assert choice.renal is not None
    assert choice.renal.source == source


@pytest.mark.parametrize(
    ("clearance", "maximum"), [(90, 300), (60, 300), (31, 300), (30, 150), (16, 150), (14, 75)]
)
def test_pregabalin_by_its_renal_table(clearance: float, maximum: float) -> None:
    assert adjunct("pregabalin", labs=[egfr(clearance)]).ceiling_mg == maximum


@pytest.mark.parametrize(("clearance", "maximum"), [(95, 2.88), (60, 1.44), (30, 1.44), (29, 0.72)])
def test_lofexidine_by_its_label(clearance: float, maximum: float) -> None:
    assert adjunct("lofexidine", labs=[egfr(clearance)]).ceiling_mg == maximum


def test_duloxetine_is_avoided_below_a_gfr_of_30_and_not_at_30() -> None:
    below, at = adjunct("duloxetine", labs=[egfr(29)]), adjunct("duloxetine", labs=[egfr(30)])
    assert (below.status, below.ceiling_mg) == ("against", 0)
    assert any(words.startswith("eGFR 29") for words in below.against)
    assert (at.status, at.ceiling_mg) == ("consider", 60)


def test_without_an_egfr_no_renal_maximum_is_set_and_it_is_asked() -> None:
    choice = adjunct("gabapentin")
    assert (choice.ceiling_mg, choice.renal) == (None, None)
    assert "ask: eGFR (no daily maximum is set without it)" in choice.unknown


def test_a_renal_dose_that_was_not_read_is_unknown_and_sets_no_maximum_in_reduced_function() -> None:
    assert load().adjuncts["clonidine"].renal is None
    reduced, usual = adjunct("clonidine", labs=[egfr(45)]), adjunct("clonidine", labs=[egfr(85)])
    assert (reduced.ceiling_mg, reduced.status) == (None, "caution")
    assert usual.ceiling_mg == 0.8
    assert any("renal dosing was not read" in words for words in usual.unknown)


def test_dialysis_takes_the_rows_of_the_lowest_clearance_beside_an_older_egfr() -> None:
    failing = [{"kind": "renal-disease", "text": "end-stage renal disease on hemodialysis"}]
    assert adjunct("gabapentin", conditions=failing, labs=[egfr(40)]).ceiling_mg == 300
    assert adjunct("gabapentin", conditions=failing).ceiling_mg == 300


def test_an_unverified_row_never_sets_a_maximum() -> None:
    row = RenalDose(
        clearance_from=None,
        clearance_below=60,
        high=100,
        source="x",
        row="x",
        confidence=Confidence.UNVERIFIED,
    )
    sure = msgspec.structs.replace(row, high=500.0, confidence=Confidence.SECONDARY)
    at = Kidney(40, "", "")
    assert renal_limit([row], at) is None
    found = renal_limit([row, sure], at)
    assert found is not None and found[1] == 500


def test_a_maximum_that_was_not_read_is_not_used() -> None:
    knowledge = Knowledge()
    row = msgspec.structs.replace(load().adjuncts["ibuprofen"], confidence_dose=Confidence.NOT_READ)
    knowledge.__dict__["adjuncts"] = {"ibuprofen": row}
    choice = adjunct("ibuprofen", knowledge, labs=[egfr(90)])
    assert choice.ceiling_mg is None
    assert any("no dose was read" in words for words in choice.unknown)


def test_a_gabapentinoid_with_an_opioid_carries_the_numbers_of_the_fda() -> None:
    copd = [{"kind": "lung-disease", "text": "COPD"}]
    for id in ("gabapentin", "pregabalin"):
        choice = adjunct(
            id, medications=[OXYCODONE], conditions=copd, person={"age_years": 70}, labs=[egfr(90)]
        )
        said = next(words for words in choice.cautions if words.startswith("with oxycodone"))
        assert choice.status == "caution"
        assert all(words in said for words in ("COPD", "age 70", "49 cases", "12 deaths"))


def test_interactions_are_read_off_what_runs() -> None:
    assert adjunct("duloxetine", labs=[egfr(90)]).status == "consider"
    for opioid in ("methadone", "tapentadol", "tramadol"):
        choice = adjunct("duloxetine", labs=[egfr(90)], medications=[drug(opioid, route="oral")])
        assert any(words.startswith(opioid) for words in choice.cautions)
    maoi = adjunct("duloxetine", labs=[egfr(90)], medications=[drug("phenelzine")])
    assert maoi.status == "against"


def test_a_maoi_counts_for_14_days_after_its_end() -> None:
    for end, status in (("2024-01-20", "against"), ("2024-01-18", "consider")):
        medications = [drug("phenelzine", end=end)]
        assert adjunct("duloxetine", labs=[egfr(90)], medications=medications).status == status


def test_a_token_without_a_table_is_said_as_not_checked() -> None:
    choice = adjunct("ibuprofen", medications=[drug("warfarin")])
    assert "not checked: anticoagulant" in choice.unknown
    plan = plan_of(medications=[drug("warfarin")])
    assert any("warfarin" in words and "not checked" in words for words in plan.warnings)


def test_tizanidine_is_not_given_with_clonidine() -> None:
    assert adjunct("tizanidine", medications=[drug("clonidine")]).status == "against"


def test_what_runs_already_is_taken_and_its_contraindication_is_a_warning() -> None:
    plan = plan_of(medications=[drug("Ibuprofen 400 mg")], conditions=[{"text": "duodenal ulcer"}])
    choice = next(c for c in plan.adjuncts if c.adjunct.id == "ibuprofen")
    assert choice.status == "taken"
    assert choice.against
    assert any(words.startswith("ibuprofen is taken, and:") for words in plan.warnings)


def test_rows_of_one_drug_are_told_apart_by_form_and_route() -> None:
    gel = plan_of(medications=[drug("diclofenac gel", route="transdermal")])
    tablet = plan_of(medications=[drug("diclofenac", route="oral")])
    taken = [[c.adjunct.id for c in plan.adjuncts if c.status == "taken"] for plan in (gel, tablet)]
    assert taken == [["diclofenac-gel"], ["diclofenac-oral"]]


def test_acetaminophen_inside_an_opioid_product_is_counted() -> None:
    choice = adjunct("acetaminophen", medications=[drug("hydrocodone-acetaminophen 5-325 mg", route="oral")])
    assert choice.status == "taken"
    assert any("count the daily total" in words for words in choice.cautions)
    several = adjunct(
        "acetaminophen", medications=[drug("acetaminophen"), drug("hydrocodone-acetaminophen 5-325 mg")]
    )
    assert several.against


def test_liver_disease_lowers_acetaminophen_and_stands_against_duloxetine() -> None:
    liver = [{"kind": "hepatic-disease", "text": "chronic hepatitis C"}]
    assert adjunct("acetaminophen", labs=[egfr(90)]).ceiling_mg == 3000
    assert adjunct("acetaminophen", labs=[egfr(90)], conditions=liver).ceiling_mg == 2000
    assert adjunct("duloxetine", labs=[egfr(90)], conditions=liver).status == "against"
    assert adjunct("ibuprofen", labs=[egfr(90)], conditions=liver).status == "caution"
    cirrhosis = [{"kind": "hepatic-disease", "text": "decompensated cirrhosis"}]
    assert adjunct("ibuprofen", labs=[egfr(90)], conditions=cirrhosis).status == "against"


@pytest.mark.parametrize(
    ("id", "parts"),
    [
        ("naproxen", {"conditions": [{"text": "peptic ulcer with bleeding"}]}),
        ("naproxen", {"conditions": [{"kind": "heart-failure", "text": "severe heart failure"}]}),
        ("naproxen", {"labs": [egfr(25)]}),
        ("naproxen", {"person": {"sex": "female", "pregnant": True}}),
        ("naproxen", {"conditions": [{"text": "aspirin exacerbated respiratory disease"}]}),
        ("naproxen", {"interventions": [{"at": "2024-01-20", "kind": "surgery", "text": "CABG"}]}),
        ("tricyclic", {"labs": [{"at": "2024-02-01", "lab": "qtc", "value": 480, "unit": "ms"}]}),
        ("tricyclic", {"conditions": [{"text": "narrow-angle glaucoma"}]}),
        ("clonidine", {"conditions": [{"text": "orthostatic hypotension"}]}),
        ("ketamine-iv", {"person": {"pregnant": True}}),
        ("ketamine-iv", {"conditions": [{"text": "schizophrenia"}]}),
        ("ketamine-iv", {"conditions": [{"kind": "substance-use-disorder"}]}),
    ],
)  # fmt: skip
def test_a_contraindication_on_record_stands_against(id: str, parts: dict[str, object]) -> None:
    assert adjunct(id).status != "against"
    assert adjunct(id, **parts).status == "against"  # type: ignore[arg-type]


def test_what_the_record_denies_is_not_asked_and_what_it_does_not_say_is() -> None:
    unknown = adjunct("naproxen").unknown
    assert {"ask: third trimester", "ask: advanced kidney disease"} <= {*unknown}
    told = adjunct("naproxen", person={"sex": "male"}, labs=[egfr(90)]).unknown
    assert not {"ask: third trimester", "ask: advanced kidney disease"} & {*told}
    assert "ask: broken skin" in adjunct("lidocaine-patch").unknown


def test_every_check_belongs_to_a_phrase_of_the_tables() -> None:
    knowledge = load()
    listed = [row.contraindicated or () for row in knowledge.adjuncts.values()]
    listed += [row.contraindicated or () for row in knowledge.alternatives.values()]
    phrases = {phrase.removesuffix(UNVERIFIED) for row in listed for phrase in row}
    assert {*CHECKS} <= phrases
    asked = phrases - {*CHECKS}
    assert asked == {
        "broken skin",
        "broken or irritated skin",
        "see the interlocks",
        "temporary increase of minor pain",
    }


def test_pregnancy_is_a_caution_where_nothing_was_read_on_it() -> None:
    choice = adjunct("acetaminophen", person={"pregnant": True})
    assert choice.status == "caution"
    assert any("nothing was read on it" in words for words in choice.cautions)


def test_specialist_rows_stay_with_the_specialist_and_a_row_without_a_dose_is_only_shown() -> None:
    assert adjunct("ketamine-iv").status == "specialist"
    shown = adjunct("dextromethorphan-ketamine-oral")
    assert (shown.status, shown.ceiling_mg) == ("specialist", None)
    assert any("shown, not offered" in words for words in shown.unknown)


@pytest.mark.parametrize(
    ("id", "text"),
    [
        ("spinal-cord-stimulation", "failed back surgery syndrome"),
        ("spinal-cord-stimulation", "CRPS of the left hand"),
        ("ketamine-infusion", "complex regional pain syndrome"),
        ("epidural-steroid", "lumbar radiculopathy L5"),
        ("rehabilitation", "chronic low back pain"),
        ("exercise", "chronic low back pain"),
        ("cbt", "major depression"),
    ],
)
def test_an_indication_on_record_matches(id: str, text: str) -> None:
    assert alternative(id, conditions=[{"text": "migraine"}]).status == "possible"
    choice = alternative(id, conditions=[{"text": text}])
    assert choice.status == "matches"
    assert choice.fits[0].startswith(text)


def test_words_that_deny_do_not_match() -> None:
    for text in ("no radiculopathy", "cervical radiculopathy", "CRPS ruled out"):
        for id in ("epidural-steroid", "spinal-cord-stimulation"):
            assert alternative(id, conditions=[{"text": text}]).status == "possible"


def test_an_unverified_indication_is_shown_and_is_no_match() -> None:
    choice = alternative("spinal-cord-stimulation", conditions=[{"text": "painful diabetic neuropathy"}])
    assert choice.status == "possible"
    assert "unverified" in choice.fits[0]


def test_what_was_tried_has_its_date_and_what_lies_ahead_does_not_count() -> None:
    done = [{"at": "2024-01-15", "kind": "epidural-steroid-injection"}]
    later = [
        {"at": "2024-03-15", "kind": "ketamine-infusion"},
        {"at": "2024-02-02", "kind": "ketamine", "text": "oral"},
    ]
    choice = alternative("epidural-steroid", interventions=done, conditions=[{"text": "sciatica"}])
    assert choice.status == "tried"
    assert choice.tried == ("epidural steroid injection, 15 January 2024",)
    assert alternative("nerve-block", interventions=done).tried == ()
    assert alternative("ketamine-infusion", interventions=later[1:]).tried == ()
    assert alternative("ketamine-infusion", interventions=later[:1]).tried != ()


def test_a_contraindication_goes_before_a_match() -> None:
    crps = {"text": "CRPS of the left hand"}
    assert alternative("ketamine-infusion", conditions=[crps]).status == "matches"
    refused = alternative("ketamine-infusion", conditions=[crps, {"text": "acute psychosis"}])
    assert refused.status == "against"
    assert refused.fits


def test_taper_and_buprenorphine_are_what_the_review_says() -> None:
    plain = {"medications": [OXYCODONE]}
    assert alternative("taper", **plain).status == "matches"
    for parts in ({"person": {"pregnant": True}}, {"conditions": [{"kind": "opioid-use-disorder"}]}):
        assert alternative("taper", **plain, **parts).status == "against"
        assert alternative("buprenorphine", **plain, **parts).status == "against"
    assert alternative("taper").status == "against"


@pytest.mark.parametrize(
    "parts",
    [
        {"signs": [sign("myoclonus", True)]},
        {"signs": [sign("fever", True)]},
        {"person": {"age_years": 15}},
        {"conditions": [{"kind": "cancer", "text": "myeloma"}]},
    ],
)
def test_what_stops_everything_leaves_nothing_laid_out(parts: dict[str, object]) -> None:
    plan = plan_of(None, medications=[OXYCODONE], **parts)
    assert plan.status == "blocked"
    assert plan.blocked_by
    assert (plan.adjuncts, plan.alternatives) == ((), ())


def test_blocks_of_a_taper_go_with_the_options_as_warnings() -> None:
    plan = plan_of(medications=[OXYCODONE], person={"pregnant": True})
    assert plan.status == "planned"
    assert plan.warnings[0].startswith("Pregnancy or postpartum: specialist care")


def test_matches_come_first_and_the_order_of_the_table_stays() -> None:
    assessment = assessed(medications=[OXYCODONE], conditions=[{"text": "chronic low back pain"}])
    assert assessment.options
    plan = plan_of(medications=[OXYCODONE], conditions=[{"text": "chronic low back pain"}])
    statuses = [c.status for c in plan.alternatives]
    assert statuses[0] == "matches"
    assert statuses == sorted(statuses, key=["matches", "possible", "tried", "against"].index)
    table = [*load().alternatives]
    matching = [c.alternative.id for c in plan.alternatives if c.status == "matches"]
    assert matching == sorted(matching, key=table.index)


TRAMADOL = {
    "id": "t1", "drug": "tramadol", "route": "oral", "dose": {"value": 100, "unit": "mg"}, "every_hours": 6,
    "start": "2024-01-10",
}  # fmt: skip
SERTRALINE = (
    "sertraline with tramadol: serotonin syndrome is possible. Ask for agitation, tremor, sweating, diarrhea."
)
PHENELZINE = (
    "phenelzine (MAO inhibitor) with tramadol: contraindicated together; serotonin syndrome. "
    "Act on this before any plan."
)


@pytest.mark.parametrize(("name", "says"), [("phenelzine", PHENELZINE), ("sertraline", SERTRALINE)])
def test_serotonin_syndrome_with_a_running_opioid_is_the_first_warning(name: str, says: str) -> None:
    benzodiazepine = drug("alprazolam")
    assert plan_of(medications=[TRAMADOL, benzodiazepine, drug(name)]).warnings[0] == says
    assert says not in plan_of(medications=[OXYCODONE, drug(name)]).warnings


def test_both_kinds_of_serotonergic_drug_are_said_the_inhibitor_first() -> None:
    both = facts(medications=[TRAMADOL, drug("sertraline"), drug("phenelzine")])
    assert serotonin(both) == [PHENELZINE, SERTRALINE]


@pytest.mark.parametrize("id", ["duloxetine", "tricyclic", "dextromethorphan-ketamine-oral"])
def test_a_running_mao_inhibitor_stands_against_serotonergic_adjuncts(id: str) -> None:
    choice = adjunct(id, medications=[drug("phenelzine")])
    assert choice.status == "against"
    assert any("phenelzine" in words for words in choice.against)
    assert adjunct(id).status != "against"


def start_lines(id: str, **parts: Any) -> tuple[str, str]:
    """The line of the start in the text, and the entry with it."""
    plan = plan_of(**parts)
    choice = next(c for c in plan.adjuncts if c.adjunct.id == id)
    lines = options_text(replace(plan, adjuncts=(choice,)), 1000).splitlines()
    return next(line.strip() for line in lines if line.strip().startswith("Start")), "\n".join(lines)


@pytest.mark.parametrize("id", ["lofexidine", "pregabalin", "gabapentin"])
def test_a_start_above_a_renal_maximum_is_named_as_that_of_normal_kidneys(id: str) -> None:
    line, _ = start_lines(id, labs=[egfr(18)])
    assert line.startswith("Start as printed, for normal kidney function: ")
    assert line.endswith("; stay at or below the maximum on this record")
    normal, _ = start_lines(id, labs=[egfr(95)])
    assert normal.startswith("Start: ")


@pytest.mark.parametrize("id", ["tricyclic", "clonidine", "tizanidine", "baclofen"])
def test_no_start_is_offered_where_kidney_dosing_was_not_read(id: str) -> None:
    line, whole = start_lines(id, labs=[egfr(18)])
    assert line == f"Start: {NO_START}"
    assert whole.count(NO_START) == 1
    assert adjunct(id, labs=[egfr(18)]).status == "caution"
    assert start_lines(id, labs=[egfr(95)])[0].startswith("Start: ")
    dialysis = [{"kind": "renal-disease", "text": "hemodialysis"}]
    assert start_lines(id, conditions=dialysis)[0] == f"Start: {NO_START}"


def test_the_rescue_drug_keeps_its_start_in_renal_failure() -> None:
    assert start_lines("naloxone", labs=[egfr(18)])[0].startswith("Start: nasal")


def test_a_running_adjunct_above_its_maximum_is_said_first() -> None:
    gabapentin = drug("gabapentin", dose={"value": 1200, "unit": "mg"}, every_hours=8)
    says = "gabapentin: 3600 mg a day taken, above the maximum of 600 on this record"
    plan = plan_of(medications=[OXYCODONE, gabapentin], labs=[egfr(18)])
    assert plan.warnings[0] == f"{says}."
    assert next(c for c in plan.adjuncts if c.adjunct.id == "gabapentin").cautions[0] == says
    within = plan_of(medications=[OXYCODONE, gabapentin], labs=[egfr(95)])
    assert not any(OVER in words for words in within.warnings)


def test_an_unknown_kidney_leaves_the_printed_maximum() -> None:
    gabapentin = drug("gabapentin", dose={"value": 1200, "unit": "mg"}, every_hours=6)
    says = "gabapentin: 4800 mg a day taken, above the maximum of 3600 that is printed"
    assert adjunct("gabapentin", medications=[gabapentin]).cautions[0] == says


def test_an_order_whose_amount_is_not_known_is_not_counted_as_nothing() -> None:
    orders = [
        drug("gabapentin", dose={"value": 600, "unit": "mg"}, every_hours=8),
        drug("gabapentin", dose={"value": 300, "unit": "mg"}, as_needed=True, every_hours=8),
    ]
    found = adjunct("gabapentin", medications=orders, labs=[egfr(18)]).cautions[0]
    assert found == "gabapentin: at least 1800 mg a day taken, above the maximum of 600 on this record"


@pytest.mark.parametrize(
    ("more", "mg", "whole"),
    [
        ({"dose": {"value": 1, "unit": "g"}, "times_per_day": 3}, 3000.0, True),
        ({"dose": {"value": 2, "unit": "tablet"}, "strength": {"value": 300, "unit": "mg"}, "every_hours": 8}, 1800.0, True),
        ({"dose": {"value": 2, "unit": "tablet"}, "every_hours": 8}, 0.0, False),
        ({"dose": {"low": 300, "high": 600, "unit": "mg"}, "every_hours": 8}, 0.0, False),
        ({"dose": {"value": 300, "unit": "mg"}, "every_hours": 6, "every_hours_max": 8}, 0.0, False),
        ({"dose": {"value": 300, "unit": "mg"}}, 0.0, False),
        ({"dose": {"value": 300, "unit": "mg"}, "every_hours": 8, "days_supply": 5}, 0.0, True),
    ],
)  # fmt: skip
def test_what_is_taken_a_day(more: dict[str, object], mg: float, whole: bool) -> None:
    orders = record(medications=[drug("gabapentin", **more)]).medications
    assert daily_taken(orders, orders[0].start.day + 20) == (mg, whole)


def test_an_order_and_its_supply_are_one_amount() -> None:
    order = drug("gabapentin", dose={"value": 600, "unit": "mg"}, every_hours=8)
    orders = record(medications=[order, {**order, "basis": "dispensed"}]).medications
    assert daily_taken(orders, orders[0].start.day + 20) == (1800.0, True)


def test_a_drug_that_no_table_knows_stops_nothing_and_is_said_once() -> None:
    plan = plan_of(medications=[OXYCODONE, drug("lisinopril")])
    assert plan.status == "planned"
    assert plan.adjuncts
    assert sum("lisinopril" in words for words in plan.warnings) == 1
