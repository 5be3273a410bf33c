"""The options as text and as JSON: what is not read, not stated or not verified says so."""

from __future__ import annotations

import json
from dataclasses import replace

import msgspec

from algesia.knowledge.loader import Knowledge, load
from algesia.knowledge.model import Confidence
from algesia.plan.model import OptionsPlan
from algesia.report.days import Calendar
from algesia.report.plan_answer import options_json
from algesia.report.plan_options_text import options_text
from algesia.report.statements import PURPOSE
from tests.plan.options_build import OXYCODONE, assessed, egfr, plan_of

DATED = assessed(medications=[OXYCODONE]).record


def block(text: str, title: str) -> str:
    """The lines of one entry."""
    return text.split(f"\n  {title}", 1)[1].split("\n\n", 1)[0]


def test_none_is_not_read_and_empty_is_none_stated() -> None:
    text = options_text(plan_of(medications=[OXYCODONE]), 100)
    cbt, ziconotide = block(text, "Cognitive behavioral therapy"), block(text, "Intrathecal ziconotide")
    assert "Contraindicated, ask: none stated" in cbt
    assert "Effect: not read" in ziconotide
    assert "Evidence against: not read" in ziconotide


def test_an_effect_has_its_interval_or_the_words_that_none_was_read() -> None:
    cbt = block(options_text(plan_of(), 200), "Cognitive behavioral therapy")
    assert "pain: −0.21 SMD (95 % interval −0.37 to −0.05) [CBT 2012]" in cbt
    assert "mood: −0.38 SMD (interval not read) [CBT 2012]" in cbt


def test_a_figure_from_memory_carries_its_mark_and_sets_no_maximum() -> None:
    knowledge = Knowledge()
    row = msgspec.structs.replace(load().adjuncts["baclofen"], confidence_dose=Confidence.UNVERIFIED)
    knowledge.__dict__["adjuncts"] = {"baclofen": row}
    plan = plan_of(knowledge)
    baclofen = block(options_text(plan, 200), "Baclofen")
    assert f"Printed maximum: {row.maximum} (not verified, drives no dose)" in baclofen
    assert "Maximum on this record: none is set on this record" in baclofen
    assert options_json(plan, DATED)["adjuncts"][0]["ceiling_mg"] is None


def test_the_maximum_names_the_row_it_comes_from() -> None:
    text = options_text(plan_of(labs=[egfr(40)]), 200)
    wanted = "Maximum on this record: at most 900 mg a day (Gabapentinoids UK, Table 1, read in a secondary source)"
    assert wanted in block(text, "Gabapentin,")
    assert "Maximum on this record: avoid" in block(options_text(plan_of(labs=[egfr(20)]), 200), "Duloxetine")


def test_the_text_has_what_stands_under_every_result_and_no_dose_is_raised() -> None:
    text = options_text(plan_of(medications=[OXYCODONE]), 100)
    assert PURPOSE in text
    assert "No entry here raises an opioid dose" in text
    assert "raise the dose" not in text.lower()


def test_text_of_a_record_cannot_steer_the_terminal() -> None:
    plan = OptionsPlan("planned", 738000, "2026.11", warnings=("low back pain \x1b[31m",))
    text = options_text(plan, 100)
    assert "\x1b" not in text
    assert "Low back pain \ufffd[31m" in text


def test_a_blocked_plan_shows_the_interlock_and_nothing_else() -> None:
    signs = [{"at": "2024-02-01", "sign": "myoclonus", "present": True}]
    plan = plan_of(medications=[OXYCODONE], signs=signs)
    text, answer = options_text(plan, 100), options_json(plan, DATED)
    assert "Emergency: Opioid neurotoxicity." in text
    assert "Nothing is laid out until this is answered." in text
    assert "Gabapentin" not in text
    assert answer["status"] == "blocked"
    assert answer["blocked_by"] == ["emergency-neurotoxicity"]
    assert (answer["adjuncts"], answer["alternatives"]) == ([], [])


def test_json_holds_every_row_with_its_table_and_its_sources() -> None:
    answer = json.loads(json.dumps(options_json(plan_of(medications=[OXYCODONE], labs=[egfr(40)]), DATED)))
    assert (answer["format"], answer["kind"], answer["as_of"]) == ("algesia-plan/1", "options", "2024-02-01")
    gabapentin = next(a for a in answer["adjuncts"] if a["id"] == "gabapentin")
    assert gabapentin["ceiling_mg"] == 900
    assert gabapentin["renal"]["source"] == "gbp_uk"
    assert gabapentin["row"]["interaction"] == load().adjuncts["gabapentin"].interaction
    scs = next(a for a in answer["alternatives"] if a["id"] == "spinal-cord-stimulation")
    assert scs["row"]["contrary"].startswith("2023 review")
    ziconotide = next(a for a in answer["alternatives"] if a["id"] == "ziconotide")
    assert ziconotide["row"]["effects"] is None
    assert answer["sources"]


def test_a_record_without_a_calendar_has_day_numbers() -> None:
    assessment = assessed(labs=[{"day": 21, "lab": "egfr", "value": 40, "unit": "mL/min/{1.73_m2}"}])
    plan, calendar = (
        plan_of(labs=[{"day": 21, "lab": "egfr", "value": 40, "unit": "mL/min/{1.73_m2}"}]),
        Calendar.of(assessment),
    )
    assert "as of day 21" in options_text(plan, 100, calendar)
    assert options_json(plan, assessment.record)["as_of_day"] == 21


def test_equal_plans_are_written_alike() -> None:
    plan = OptionsPlan("planned", 738000, "2026.11", warnings=("one",))
    assert options_text(plan) == options_text(replace(plan))
    assert options_json(plan, DATED) != options_json(replace(plan, warnings=("two",)), DATED)
