"""Laws of the options over made records: each row once, nothing contraindicated is offered, order and calendar do not matter."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from algesia.assessment.model import Assessment
from algesia.knowledge.loader import load
from algesia.plan.kidney import Kidney, renal_limit
from algesia.plan.options import lay_out
from algesia.plan.support import withdrawal_support
from algesia.record.codec import read_record
from algesia.report.letter import letter
from algesia.report.plan_answer import options_json
from algesia.report.plan_options_text import options_text
from algesia.review import review
from tests.plan.options_build import EGFR_UNIT, facts
from tests.strategies import records

EXAMPLES = int(os.environ.get("ALGESIA_LAWS", "120"))
TEXTS = (
    "low back pain", "failed back surgery syndrome", "CRPS", "lumbar radiculopathy", "peptic ulcer", "glaucoma",
    "severe heart failure", "hypotension", "asthma", "schizophrenia", "stroke", "diabetes", "osteomyelitis",
    "urinary retention", "long QT syndrome", "cirrhosis", "on anticoagulation", "no radiculopathy",
)  # fmt: skip
KINDS = (
    "chronic-pain", "renal-disease", "hepatic-disease", "lung-disease", "sleep-apnea", "heart-failure", "depression",
    "substance-use-disorder", "opioid-use-disorder", "pregnancy", "long-qt", "fibromyalgia",
)  # fmt: skip
DRUGS = (
    "oxycodone", "methadone", "tramadol", "buprenorphine", "gabapentin", "pregabalin", "ibuprofen", "diclofenac gel",
    "phenelzine", "clonidine", "tizanidine", "diazepam", "amitriptyline", "duloxetine", "warfarin", "ketamine",
    "hydrocodone-acetaminophen 5-325 mg", "naloxone", "sertraline",
)  # fmt: skip
DONE = (
    "ketamine-infusion",
    "physical-therapy",
    "epidural-steroid",
    "nerve-block",
    "taper",
    "cbt",
    "injection",
)
SIGNS = ("suicidal-thoughts", "alcohol-use", "fever", "myoclonus", "allodynia", "hallucinations")


@st.composite
def made(draw: st.DrawFn) -> dict[str, Any]:
    """A record counted from an epoch, as JSON holds it; two facts of one kind never share a day."""

    def some(names: tuple[str, ...], most: int) -> list[str]:
        return draw(st.lists(st.sampled_from(names), max_size=most, unique=True))

    day = st.integers(0, 60)
    conditions: list[dict[str, Any]] = [{"text": text, "day": draw(day)} for text in some(TEXTS, 4)]
    conditions += [{"kind": kind, "day": draw(day)} for kind in some(KINDS, 3)]
    medications = [
        {
            "id": f"m{name}",
            "drug": name,
            "start": 0,
            "route": "oral",
            "dose": {"value": 10, "unit": "mg"},
            "every_hours": 12,
        }
        for name in some(DRUGS, 5)
    ]
    for medication in medications:
        medication["day"] = medication.pop("start")
        if draw(st.booleans()):
            medication["end_day"] = draw(st.integers(1, 60))
    person = {
        "age_years": draw(st.sampled_from((17, 40, 64, 65, 80))), "sex": draw(st.sampled_from(("female", "male"))),
        "weight_kg": draw(st.sampled_from((60, 90, 120))),
    }  # fmt: skip
    labs = [{"day": 60, "lab": "egfr", "value": draw(st.integers(3, 110)), "unit": EGFR_UNIT}]
    labs += [{"day": 59, "lab": "qtc", "value": draw(st.integers(380, 520)), "unit": "ms"}]
    return {
        "format": "algesia-record/1", "relative": True, "epoch": "2020-01-01", "person": person, "conditions": conditions,
        "medications": medications, "labs": draw(st.lists(st.sampled_from(labs), unique_by=str)),
        "interventions": [{"day": draw(day), "kind": kind} for kind in some(DONE, 3)],
        "signs": [{"day": 60, "sign": name, "present": draw(st.booleans())} for name in some(SIGNS, 2)],
    }  # fmt: skip


def asked(raw: dict[str, Any], moved: int = 0) -> Assessment:
    epoch = date.fromisoformat("2020-01-01") + timedelta(days=moved)
    record = read_record(json.dumps({**raw, "epoch": epoch.isoformat()}).encode())
    return review(record, load(), epoch.toordinal() + 60)


@given(made(), st.randoms(use_true_random=False), st.integers(-4000, 4000))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_neither_the_order_of_facts_nor_the_calendar_matters(
    raw: dict[str, Any], hand: Any, moved: int
) -> None:
    turned = {k: hand.sample(v, len(v)) if isinstance(v, list) else v for k, v in raw.items()}
    first, second = asked(raw), asked(turned, moved)
    knowledge = load()
    assert replace(lay_out(second, knowledge), as_of=first.as_of) == lay_out(first, knowledge)
    assert letter(second, knowledge) == letter(first, knowledge)


@given(made())
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_each_row_stands_once_and_nothing_contraindicated_is_offered(raw: dict[str, Any]) -> None:
    assessment, knowledge = asked(raw), load()
    plan = lay_out(assessment, knowledge)
    if any(lock.level in ("emergency", "urgent") for lock in assessment.interlocks):
        assert plan.status == "blocked"
    if plan.status == "blocked":
        assert plan.blocked_by
        assert not plan.adjuncts and not plan.alternatives
        return
    assert sorted(c.adjunct.id for c in plan.adjuncts) == sorted(knowledge.adjuncts)
    assert sorted(c.alternative.id for c in plan.alternatives) == sorted(knowledge.alternatives)
    for choice in plan.adjuncts:
        if choice.against:
            assert choice.status in ("against", "taken")
        if choice.ceiling_mg is not None:
            assert choice.ceiling_mg <= (choice.adjunct.max_daily_mg or 0)
        if choice.adjunct.policy in ("specialist", "shown"):
            assert choice.status in ("specialist", "against", "taken")
    for other in plan.alternatives:
        if other.against:
            assert other.status == "against"
        if other.tried and not other.against:
            assert other.status == "tried"
    assert {s for c in plan.adjuncts for s in c.adjunct.sources} <= {*plan.sources}
    assert {*plan.sources} <= {*knowledge.sources}


@given(st.floats(1, 120), st.floats(1, 120))
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_maximum_never_rises_as_kidney_function_falls(one: float, other: float) -> None:
    low, high = sorted((one, other))
    for row in load().adjuncts.values():
        limits = [renal_limit(row.renal or (), Kidney(egfr, "", "")) for egfr in (low, high)]
        if limits[1] is not None:
            assert limits[0] is not None
            assert limits[0][1] <= limits[1][1]


@given(records())
@settings(max_examples=EXAMPLES // 3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_record_is_laid_out_written_and_given_as_json(record: Any) -> None:
    knowledge = load()
    plan = lay_out(review(record, knowledge), knowledge)
    assert json.loads(json.dumps(options_json(plan, record)))["status"] == plan.status
    text = options_text(plan, 72)
    assert all(len(line) <= 72 or " " not in line.strip() for line in text.splitlines())


@given(made())
@settings(max_examples=EXAMPLES // 2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_drug_for_withdrawal_stands_once_and_none_is_an_opioid(raw: dict[str, Any]) -> None:
    plain = {k: v for k, v in raw.items() if k != "format"}
    found = withdrawal_support(facts(**plain))
    assert [s.drug for s in found] == [*load().withdrawal_support.values()]
    for one in found:
        assert "benzodiazepine" not in one.drug.classes
        opioid = load().ingredients.get(one.drug.drug)
        assert opioid is None or opioid.kind != "analgesic"
        assert all(isinstance(words, str) and words for words in (*one.cautions, *one.withheld))
    assert msgspec.json.encode([s.drug for s in found])
