"""What the case benchmark calls unsafe, and what it lets a review see."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))
import cases_scoring as scoring  # noqa: E402

import cases  # noqa: E402
from algesia.knowledge.loader import load  # noqa: E402
from algesia.record.model import Record  # noqa: E402
from tests.cases.sample import days, opioid, read  # noqa: E402


def answer(label: str, *components: str, decision: float = 0) -> scoring.Answer:
    return scoring.Answer("t", label, components, "individual_case", decision)


def reviewed(record: Record | None = None, leading: tuple[str, ...] = (), **more: Any) -> Any:
    """A review that says only what a test needs."""
    return SimpleNamespace(**{
        "record": record or read(), "as_of": (record or read()).epoch.day,
        "differential": SimpleNamespace(leading=leading), "emergency": (), "options": (),
        "exposure": SimpleNamespace(items=()), **more,
    })  # fmt: skip


def sign(name: str, present: bool = True, day: float = 0) -> dict[str, Any]:
    return {"t_day": day, "event": "sign", "sign": name, "present": present}


@pytest.mark.parametrize("label", ["progression", "neurotoxicity", "withdrawal", "oud", "other"])
def test_oih_alone_for_another_cause_is_unsafe(label: str) -> None:
    assert scoring.unsafe(reviewed(leading=("oih",)), answer(label)) == ("oih-for-another",)


@pytest.mark.parametrize("label", ["oih", "stable", "tolerance"])
def test_oih_where_no_other_danger_is_published_is_not_in_this_class(label: str) -> None:
    assert scoring.unsafe(reviewed(leading=("oih",)), answer(label)) == ()


def test_oih_beside_the_answer_or_in_a_mixed_answer_is_not_unsafe() -> None:
    assert scoring.unsafe(reviewed(leading=("oih", "withdrawal")), answer("withdrawal")) == ()
    assert scoring.unsafe(reviewed(leading=("oih",)), answer("mixed", "oih", "neurotoxicity")) == ()


@pytest.mark.parametrize("name", ["myoclonus", "delirium_or_fog", "seizure", "agitation"])
def test_a_current_acute_sign_without_an_emergency_is_unsafe(name: str) -> None:
    record = read(sign(name))
    assert scoring.unsafe(reviewed(record), answer("oih")) == ("no-emergency",)
    assert scoring.unsafe(reviewed(record, emergency=("x",)), answer("oih")) == ()
    over = read(sign(name, day=-2), sign(name, present=False))
    assert scoring.unsafe(reviewed(over), answer("oih")) == ()
    old = read(sign(name, day=-29))
    assert scoring.unsafe(reviewed(old), answer("oih")) == ()


@pytest.mark.parametrize(("status", "found"), [("consider", ("dose-raised",)), ("not-offered", ())])
def test_an_option_that_raises_the_dose_is_unsafe(status: str, found: tuple[str, ...]) -> None:
    option = SimpleNamespace(id="raise-the-dose", status=status)
    assert scoring.unsafe(reviewed(options=(option,)), answer("oih")) == found


@pytest.mark.parametrize(
    "record",
    [
        read(cancer=True),
        read(opioid(0, route="IT", formulation="pump")),
        read(condition="opioid use disorder"),
    ],
    ids=["cancer", "intrathecal", "oud"],
)
def test_a_plan_that_must_be_blocked(record: Record) -> None:
    for status, found in (
        ("consider", True),
        ("needs-answer", True),
        ("blocked", False),
        ("not-offered", False),
    ):
        option = SimpleNamespace(id="rotate-methadone", status=status)
        assert (
            "plan-not-blocked" in scoring.unsafe(reviewed(record, options=(option,)), answer("oih"))
        ) is found


def test_a_plan_while_opioid_use_disorder_leads() -> None:
    option = SimpleNamespace(id="taper", status="consider")
    assert scoring.unsafe(reviewed(leading=("oud",), options=(option,)), answer("oud")) == (
        "plan-not-blocked",
    )
    assert scoring.unsafe(reviewed(options=(option,)), answer("oih")) == ()


def test_a_number_from_a_trap_in_a_total() -> None:
    record = read(opioid(0, "fentanyl", route="TD", dose=50, unit="mcg", frequency="every 72 h"))
    counted = SimpleNamespace(items=(SimpleNamespace(medication="m1", daily=1.2, mme=None),))
    left_out = SimpleNamespace(items=(SimpleNamespace(medication="m1", daily=None, mme=None),))
    assert scoring.unsafe(reviewed(record, exposure=counted), answer("oih")) == ("trap-in-total",)
    assert scoring.unsafe(reviewed(record, exposure=left_out), answer("oih")) == ()


@pytest.mark.parametrize(
    ("leading", "label", "components", "said"),
    [
        (("oih",), "oih", (), "named"),
        (("oih", "tolerance"), "oih", (), "named among others"),
        (("oud",), "mixed", ("oud", "oih"), "part named"),
        (("oih", "oud"), "mixed", ("oud", "oih"), "named"),
        (("tolerance",), "oih", (), "other named"),
        (("stable",), "other", (), "other named"),
        ((), "oih", (), "cannot tell"),
    ],
)
def test_what_is_said(leading: tuple[str, ...], label: str, components: tuple[str, ...], said: str) -> None:
    assert scoring.said(reviewed(leading=leading), answer(label, *components)) == said
    assert (
        scoring.said(reviewed(leading=leading, emergency=("x",)), answer(label, *components)) == "emergency"
    )


def test_facts_after_the_decision_and_the_answer_to_it_are_not_seen() -> None:
    record = read(
        opioid(-7, "methadone", route="PO", dose=5, unit="mg", frequency="TDS"),
        opioid(0, "methadone", route="PO", dose=2.5, unit="mg", frequency="BD"),
        opioid(-7, "morphine", route="IV", dose=5, unit="mg/h", frequency="continuous"),
        opioid(0, "morphine", route="IV", dose=10, unit="mg/h", frequency="continuous"),
        opioid(-7, "tramadol", route="PO"),
        opioid(0, "tramadol", dose=0, stop=True),
        opioid(1, "oxycodone", route="PO"),
        sign("allodynia"),
        sign("allodynia", present=False, day=2),
        {"t_day": -1, "event": "intervention", "kind": "adjunct"},
        {"t_day": 0, "event": "intervention", "kind": "taper"},
    )
    known = scoring.seen(record, scoring.decision_time(record, answer("oih")))
    assert [(m.drug, days(m)) for m in known.medications] == [
        ("methadone", (-7, None)), ("morphine", (-7, 0)), ("morphine", (0, None)), ("tramadol", (-7, None)),
    ]  # fmt: skip
    assert [s.present for s in known.signs] == [True]
    assert [i.kind for i in known.interventions] == ["adjunct"]


def test_a_decision_in_the_middle_of_a_day() -> None:
    record = read(
        sign("seizure", day=0.5), sign("myoclonus", day=0.6), opioid(-3), opioid(0, dose=0, stop=True)
    )
    known = scoring.seen(record, scoring.decision_time(record, answer("withdrawal", decision=0.5)))
    assert [s.sign for s in known.signs] == ["seizure"]
    assert days(known.medications[0]) == (-3, 0)


def test_every_converted_case_has_an_answer_and_none_is_unsafe_beyond_the_plans() -> None:
    answers = scoring.read_answers(BENCHMARKS / "cases_answers.csv")
    knowledge = load()
    records = dict(cases.read_records(BENCHMARKS.parent / "examples" / "cases"))
    assert set(records) == set(answers)
    runs = [cases.run(record, answers[name], knowledge) for name, record in records.items()]
    found = {kind for one in runs for kind in one.unsafe}
    assert found <= {"plan-not-blocked"}
    assert sum(one.said == "emergency" for one in runs) >= 14


def test_cases_and_records_give_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = '{"id": "pitt_v5n3_33f", "age": 33, "timeline": []}\n{"id": "nobody", "timeline": []}\n{"timeline": 3}\n'
    (tmp_path / "blind.jsonl").write_text(line)
    assert cases.main([str(tmp_path / "blind.jsonl")]) == 0
    printed = capsys.readouterr()
    assert "1 published cases at their decision day" in printed.out
    assert "nobody: no published answer" in printed.err
    assert "3: timeline is 3: is not a list" in printed.err
