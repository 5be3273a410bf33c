"""The living plan: scenarios with the answer that the rules give, and laws over many of them.

The plan is a taper of oxycodone from 80 mg a day in five steps of 28 days: 75, 70, 65, 60 and 55 mg a day. Day 1 is the first day of
the first step; day 29 the first of the second.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.assessment.facts import Facts
from algesia.knowledge.loader import load
from algesia.plan.follow_beside import dangers
from algesia.plan.follow_dose import planned
from algesia.plan.following import follow
from algesia.plan.model import FollowUp, Regimen, Step, TaperPlan, TaperRequest
from algesia.quantities.time import Instant
from algesia.record.codec import read_record
from algesia.record.model import Amount, Record, Scale
from algesia.report.plan_follow_text import follow_json, follow_text
from algesia.review import review

Json = dict[str, Any]
FIRST = date(2024, 1, 8).toordinal()
SEVERITY = {"unassessable": -1, "on-track": 0, "pause": 1, "step-back": 2, "urgent": 3}


@dataclass(frozen=True)
class Told:
    """What is on record: (day, value) from day 1 of the plan on; days before it are 0 and below."""

    pain: tuple[tuple[int, float], ...] = ()
    peg: tuple[tuple[int, float], ...] = ()
    cows: tuple[tuple[int, float], ...] = ()
    phq: tuple[tuple[int, float], ...] = ()
    signs: tuple[tuple[int, str, bool | None], ...] = ()
    daily: float | None = None
    """The dose on record from the first step on; that of the plan when ``None``."""
    stopped: int | None = None
    conditions: tuple[str, ...] = ()
    more: tuple[tuple[str, Json], ...] = ()
    """Further facts: (list of the record, fact with "at" or "start" and "end" as days of the plan)."""


def diary(until: int, score: Callable[[int], float] = lambda _: 6.0) -> tuple[tuple[int, float], ...]:
    return tuple((day, score(day)) for day in range(-20, until + 1))


def iso(day: int, shift: int = 0) -> str:
    return date.fromordinal(FIRST + day - 1 + shift).isoformat()


def medications(told: Told, shift: int) -> list[Json]:
    base: Json = {"drug": "oxycodone", "route": "oral", "release": "extended", "every_hours": 12}
    found = [
        {
            **base,
            "id": "m0",
            "start": iso(-700, shift),
            "end": iso(1, shift),
            "dose": {"value": 40, "unit": "mg"},
        }
    ]
    if told.daily is not None:
        until: Json = {} if told.stopped is None else {"end": iso(told.stopped, shift)}
        dose = {"value": told.daily / 2, "unit": "mg"}
        return [*found, {**base, **until, "id": "m1", "start": iso(1, shift), "dose": dose}]
    for step in the_plan().steps:
        start, end = (date.fromordinal(day + shift).isoformat() for day in (step.start, step.end))
        dose = {"value": step.daily / 2, "unit": "mg"}
        found.append({**base, "id": f"m{step.number}", "start": start, "end": end, "dose": dose})
    return found


def record(told: Told, shift: int = 0) -> Record:
    raw: Json = {
        "format": "algesia-record/1",
        "person": {"id": "p1", "age_years": 50},
        "conditions": [{"kind": kind} for kind in told.conditions],
        "medications": medications(told, shift),
        "pain": [{"at": iso(d, shift), "score": s, "question": "average-24h"} for d, s in told.pain],
        "function": [{"at": iso(d, shift), "instrument": "peg", "score": s} for d, s in told.peg],
        "scales": [
            *({"at": iso(d, shift), "instrument": "cows", "score": s} for d, s in told.cows),
            *({"at": iso(d, shift), "instrument": "phq-9", "score": s} for d, s in told.phq),
        ],
        "signs": [
            {"at": iso(-1, shift), "sign": "naloxone-at-hand", "present": True},
            *({"at": iso(d, shift), "sign": name, "present": present} for d, name, present in told.signs),
        ],
    }
    for name, fact in told.more:
        dates: Json = {key: iso(fact[key], shift) for key in ("at", "start", "end") if key in fact}
        raw.setdefault(name, []).append(fact | dates)
    return read_record(json.dumps(raw).encode())


@cache
def the_plan() -> TaperPlan:
    steps = []
    for number in range(1, 6):
        start, daily = FIRST + 28 * (number - 1), 80.0 - 5 * number
        steps.append(
            Step(
                number, start, start + 28, "oxycodone", "oral", "extended", "taper", "mg/d", daily + 5, daily, daily,
                (), 1, (start + 27,), ("pain", "peg", "cows", "mood", "craving"), daily * 1.5,
            )
        )  # fmt: skip
    line = Regimen(
        ("m0",), "oxycodone", "oral", "extended", "oxycodone-er-tablet", "mg/d", 80.0, 2, (40.0, 40.0), 120.0, "",
    )  # fmt: skip
    return TaperPlan(
        "planned", FIRST - 1, load().edition, TaperRequest(), regimens=(line,), steps=tuple(steps)
    )


def moved(plan: TaperPlan, shift: int) -> TaperPlan:
    steps = tuple(
        replace(s, start=s.start + shift, end=s.end + shift, reviews=tuple(day + shift for day in s.reviews))
        for s in plan.steps
    )
    return replace(plan, as_of=plan.as_of + shift, steps=steps)


def asked(told: Told, day: int, plan: TaperPlan | None = None, shift: int = 0) -> FollowUp:
    """The answer on a day of the plan."""
    made = review(record(told, shift), load(), FIRST + day - 1 + shift)
    return follow(plan or moved(the_plan(), shift), made, load())


def visits(*days: int, peg: float = 6.0, cows: float = 3.0) -> Json:
    """A review on each of these days, with one a week before the plan."""
    return {
        "peg": tuple((day, peg) for day in (-6, *days)),
        "cows": tuple((day, cows) for day in days),
        "phq": tuple((day, 3.0) for day in days),
        "signs": tuple((day, "craving", False) for day in days),
    }


WELL = Told(pain=diary(27), **visits(27))
BEFORE = visits(-6)["peg"][:1]
UP_FROM_5 = diary(60, lambda day: 6.0 if day < 5 else 8.5)
CASES: dict[str, tuple[Told, int, str]] = {
    "not begun": (Told(pain=diary(0)), 0, "on-track"),
    "all well": (WELL, 27, "on-track"),
    "all well, second step": (Told(pain=diary(40), **visits(27, 38)), 40, "on-track"),
    "withdrawal on day 6, COWS 8": (replace(WELL, cows=((6, 8.0),)), 7, "on-track"),
    "withdrawal signs on day 6": (replace(WELL, signs=((6, "withdrawal-signs", True),)), 7, "on-track"),
    "COWS 13 on day 6": (replace(WELL, cows=((6, 13.0),)), 7, "pause"),
    "COWS 12 on day 6": (replace(WELL, cows=((6, 12.0),)), 7, "on-track"),
    "COWS 20 that went": (replace(WELL, cows=((6, 20.0), (20, 2.0))), 22, "on-track"),
    "COWS 14 two days before the step": (Told(pain=diary(30), **visits(27, cows=14)), 30, "pause"),
    "withdrawal signs on day 20": (replace(WELL, signs=((20, "withdrawal-signs", True),)), 22, "pause"),
    "withdrawal signs on day 20, gone on day 24": (
        replace(WELL, signs=((20, "withdrawal-signs", True), (24, "withdrawal-signs", False))), 26, "on-track"),
    "pain up on day 20": (Told(pain=UP_FROM_5[:41], **visits(20)), 20, "on-track"),
    "pain up for more than a month": (Told(pain=UP_FROM_5, **visits(27, 40)), 40, "pause"),
    "PEG up for more than a month": (
        Told(pain=diary(40), peg=((-6, 5.0), (27, 7.0), (40, 7.0)), cows=((27, 3.0),)), 40, "pause"),
    "pain and PEG up for more than a month": (
        Told(pain=UP_FROM_5, peg=((-6, 5.0), (27, 7.0), (40, 7.0)), cows=((27, 3.0),)), 40, "step-back"),
    "pain and PEG up since the second step only": (
        Told(pain=diary(60, lambda d: 6.0 if d < 30 else 8.5), peg=((-6, 5.0), (27, 5.0), (40, 7.0))), 40, "on-track"),
    "clinic scores up for more than a month": (
        Told(pain=((-10, 5.0), (25, 7.0), (40, 7.0)), **visits(27, 40)), 40, "pause"),
    "gate gone by without a review": (Told(pain=diary(35), peg=BEFORE), 35, "pause"),
    "gate on the day of asking": (Told(pain=diary(28), peg=BEFORE), 28, "on-track"),
    "review a week before the gate": (Told(pain=diary(35), **visits(21)), 35, "on-track"),
    "review eight days before the gate": (Told(pain=diary(35), **visits(20)), 35, "pause"),
    "review after the gate": (Told(pain=diary(35), **visits(33)), 35, "on-track"),
    "still on the dose before": (replace(WELL, daily=80.0), 27, "pause"),
    "more than planned": (replace(WELL, daily=77.5), 27, "pause"),
    "more than before the plan": (replace(WELL, daily=100.0), 27, "urgent"),
    "less than planned": (replace(WELL, daily=70.0), 27, "pause"),
    "cut by half": (replace(WELL, daily=37.5), 27, "urgent"),
    "stopped": (replace(WELL, daily=75.0, stopped=20), 27, "urgent"),
    "suicidal thoughts": (replace(WELL, signs=((26, "suicidal-thoughts", True),)), 27, "urgent"),
    "pregnancy": (replace(WELL, conditions=("pregnancy",)), 27, "urgent"),
    "inpatient": (replace(WELL, conditions=("inpatient",)), 27, "urgent"),
    "opioid use disorder": (replace(WELL, conditions=("opioid-use-disorder",)), 27, "urgent"),
    "nothing since the step began": (Told(pain=diary(0), peg=BEFORE), 10, "unassessable"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_answer_of_each_scenario(name: str) -> None:
    told, day, status = CASES[name]
    found = asked(told, day)
    assert found.status == status, found.because
    assert found.because and found.do
    assert (found.blocked_by != ()) == (status == "urgent" and name != "more than before the plan")
    assert found.day_of_step == (None if day < 1 else (day - 1) % 28 + 1)


def test_a_lower_dose_is_never_answered_by_going_back_up() -> None:
    found = asked(CASES["less than planned"][0], 27)
    assert "never back up to the plan" in found.do and "Hold the dose that is taken now" in found.do
    assert "Hold the dose of this step" not in found.do and found.back_to is None
    assert "70 mg a day of oxycodone is on record; the plan holds 75 mg a day of oxycodone." in found.because


def test_a_step_back_names_the_step_the_reasons_and_the_lost_tolerance() -> None:
    told, day, _ = CASES["pain and PEG up for more than a month"]
    found = asked(told, day)
    assert found.step is not None and found.step.number == 2
    assert found.back_to is not None and (found.back_to.number, found.back_to.daily) == (1, 75.0)
    assert any("Pain is up and function is down for more than a month" in line for line in found.because)
    assert "never above it" in found.do and "lose tolerance" in found.do
    assert {"canada2017", "va_tool", "cdc_pocket"} <= set(found.sources)


def test_a_step_back_goes_one_step() -> None:
    told = Told(pain=diary(70, lambda day: 6.0 if day < 5 else 8.5), **visits(27, 55, 70, peg=8.0))
    told = replace(told, peg=((-6, 5.0), *told.peg[1:]))
    found = asked(told, 70)
    assert found.step is not None and found.step.number == 3
    assert found.back_to is not None and found.back_to.number == 2


def test_a_score_of_the_first_day_of_a_step_is_of_the_time_before_it() -> None:
    found = asked(Told(pain=diary(40), peg=((-6, 5.0), (27, 5.0), (29, 7.0))), 40)
    assert not any("PEG" in line for line in (*found.because, *found.expected)) and "PEG" in found.missing


def test_a_step_back_from_the_first_step_is_to_the_dose_before_the_plan() -> None:
    plan = the_plan()
    long = replace(
        plan, steps=(replace(plan.steps[0], end=plan.steps[0].start + 60, reviews=(FIRST + 27, FIRST + 58)),)
    )
    told = Told(pain=UP_FROM_5, peg=((-6, 5.0), (27, 7.0), (40, 7.0)), daily=75.0)
    found = asked(told, 40, long)
    assert (found.status, found.back_to) == ("step-back", None)
    assert "the dose before the plan, 80 mg a day of oxycodone; never above it" in found.do


def test_a_step_back_is_not_above_what_was_taken_before_the_step() -> None:
    made = record(CASES["pain and PEG up for more than a month"][0])
    less = tuple(
        msgspec.structs.replace(m, dose=Amount(unit="mg", value=36)) if m.id == "m1" else m
        for m in made.medications
    )
    made = msgspec.structs.replace(made, medications=less)
    found = follow(the_plan(), review(made, load(), FIRST + 39), load())
    assert (found.status, found.back_to) == ("pause", None)
    assert "No dose of the plan lies between" in found.do


@pytest.mark.parametrize("daily", [60.0, 80.0])
def test_there_is_no_step_back_from_a_dose_that_the_plan_does_not_hold(daily: float) -> None:
    told = replace(CASES["pain and PEG up for more than a month"][0], daily=daily)
    found = asked(told, 40)
    assert (found.status, found.back_to) == ("pause", None)
    assert found.do.startswith("Hold the dose that is taken now")


def test_pain_is_judged_from_day_31_after_the_step() -> None:
    plan = the_plan()
    long = replace(plan, steps=(replace(plan.steps[0], end=plan.steps[0].start + 60, reviews=(FIRST + 58,)),))
    told = Told(pain=UP_FROM_5, **visits(27), daily=75.0)
    days = {day: asked(told, day, long) for day in (28, 29, 31, 32)}
    assert [days[day].status for day in days] == ["on-track", "on-track", "on-track", "pause"]
    assert any("less than 28 days after a step" in line for line in days[28].expected)
    assert days[29].expected == () and any("judged from day 31" in line for line in days[29].because)


def test_what_a_review_would_hold_is_named_where_it_is_missing() -> None:
    found = asked(CASES["nothing since the step began"][0], 10)
    assert found.missing == (
        "pain",
        "PEG",
        "COWS",
        "mood (PHQ-9, PHQ-2 or GAD-7)",
        "whether there is craving",
    )
    assert asked(WELL, 27).missing == ()


def test_another_function_score_is_not_compared_and_the_peg_is_asked_for() -> None:
    found = follow(the_plan(), review(replace_function(record(WELL)), load(), FIRST + 26), load())
    assert "PEG" in found.missing and not any("PEG" in line for line in found.because)


def replace_function(made: Record) -> Record:
    facts = tuple(msgspec.structs.replace(f, instrument="odi", score=f.score * 8) for f in made.function)
    return msgspec.structs.replace(made, function=facts)


def test_an_unknown_amount_pauses() -> None:
    made = record(WELL)
    unknown = tuple(msgspec.structs.replace(m, dose=None) if m.id == "m1" else m for m in made.medications)
    found = follow(
        the_plan(), review(msgspec.structs.replace(made, medications=unknown), load(), FIRST + 26), load()
    )
    assert found.status == "pause" and any("is not known" in line for line in found.because)
    assert "how much oxycodone is taken" in found.missing
    none = tuple(m for m in made.medications if m.id == "m0" or m.start.day > FIRST + 40)
    late = msgspec.structs.replace(made, medications=none)
    found = follow(the_plan(), review(late, load(), FIRST + 50), load())
    assert any("No oxycodone runs on record" in line for line in found.because)


def test_items_of_a_cows_without_a_total_count_as_at_least_their_sum() -> None:
    made = record(WELL)
    partly = Scale(
        at=Instant(FIRST + 25), instrument="cows", items={"yawning": 4, "tremor": 4, "pupil-size": 5}
    )
    more = msgspec.structs.replace(made, scales=(*made.scales, partly))
    early = tuple(s for s in more.scales if s.at.day <= FIRST + 25)
    found = follow(
        the_plan(), review(msgspec.structs.replace(made, scales=early), load(), FIRST + 25), load()
    )
    assert found.status == "pause" and any("COWS at least 13" in line for line in found.because)


def test_without_a_plan_there_is_nothing_to_follow_and_danger_still_speaks() -> None:
    none = TaperPlan("blocked", FIRST, "2026.11", TaperRequest())
    assert asked(WELL, 27, none).status == "unassessable"
    assert asked(CASES["suicidal thoughts"][0], 27, none).status == "urgent"


def test_the_end_of_the_plan_is_said() -> None:
    plan = the_plan()
    short = replace(plan, steps=plan.steps[:1])
    found = asked(replace(WELL, daily=75.0, peg=((-6, 6.0), (27, 6.0), (33, 6.0))), 34, short)
    assert found.status == "on-track" and found.because[0] == "The last step ended with 4 February 2024."


def test_two_regimens_of_one_drug_are_planned_together() -> None:
    plan = the_plan()
    (er,) = plan.regimens
    ir = replace(er, release="immediate", line="oxycodone-ir-tablet", daily=20.0)
    both = replace(plan, regimens=(er, ir))
    assert [planned(both, "oxycodone", FIRST + day) for day in (-1, 0, 28)] == [100.0, 95.0, 90.0]
    assert [planned(plan, "oxycodone", FIRST + day) for day in (-1, 0, 28)] == [80.0, 75.0, 70.0]


@given(
    name=st.sampled_from(sorted(CASES)),
    day=st.integers(1, 60),
    worse=st.integers(13, 48),
    at=st.integers(0, 6),
)
@settings(max_examples=120, deadline=None)
def test_a_worse_cows_never_makes_the_answer_milder(name: str, day: int, worse: int, at: int) -> None:
    told = CASES[name][0]
    added = replace(told, cows=(*told.cows, (max(1, day - at), float(worse))))
    raised = replace(told, cows=tuple((d, max(s, float(worse))) for d, s in told.cows))
    before = SEVERITY[asked(told, day).status]
    assert SEVERITY[asked(added, day).status] >= before
    assert SEVERITY[asked(raised, day).status] >= before


@given(name=st.sampled_from(sorted(CASES)), shift=st.integers(-4000, 4000))
@settings(max_examples=80, deadline=None)
def test_shifting_all_dates_changes_nothing(name: str, shift: int) -> None:
    told, day, status = CASES[name]
    here, there = asked(told, day), asked(told, day, shift=shift)
    assert (there.status, there.day_of_step) == (status, here.day_of_step)
    assert (there.missing, len(there.because), len(there.expected)) == (
        here.missing, len(here.because), len(here.expected),
    )  # fmt: skip
    numbers = [None if s is None else s.number for s in (here.step, here.back_to, there.step, there.back_to)]
    assert numbers[:2] == numbers[2:]


@given(
    rise=st.floats(1.0, 4.0),
    since=st.integers(-5, 40),
    peg=st.floats(4.0, 10.0),
    day=st.integers(29, 120),
    daily=st.none() | st.sampled_from([60.0, 65.0, 68.0, 70.0, 72.0, 75.0]),
)
@settings(max_examples=150, deadline=None)
def test_a_step_back_is_never_above_the_dose_before_the_step(
    rise: float, since: int, peg: float, day: int, daily: float | None
) -> None:
    pain = diary(day, lambda d: 5.0 if d < since else round(5.0 + rise, 2))
    scores = ((-6, 4.0), *((d, round(peg, 1)) for d in range(13, day + 1, 14)))
    found = asked(Told(pain=pain, peg=scores, daily=daily), day)
    if found.back_to is not None:
        assert found.status == "step-back" and found.step is not None
        assert found.step.daily < found.back_to.daily <= found.step.before <= the_plan().steps[0].before
        assert daily is None or found.back_to.daily <= daily
        assert found.back_to.start < found.step.start


def test_the_text_says_what_to_do_and_why() -> None:
    told, day, _ = CASES["withdrawal on day 6, COWS 8"]
    made = record(told)
    found = asked(told, day)
    text = follow_text(found, made, width=72)
    assert text.startswith("On track · 14 January 2024\n\n")
    assert (
        "Expected after a step\n  COWS 8 (mild), 13 January 2024: below 13, in days 1 to 14 of a step."
        in text
    )
    assert "Offer support" in text and "Never stop or cut an opioid suddenly." in text
    assert all(len(line) <= 72 for line in text.splitlines())


def test_an_emergency_text_names_whom_to_call_first() -> None:
    told, day, _ = CASES["suicidal thoughts"]
    text = follow_text(asked(told, day), record(told))
    lines = text.splitlines()
    assert lines[0].startswith("Urgent: the plan stops") and "call 911" in lines[1] and "988" in lines[2]
    assert "That does not mean that the opioid is stopped" in " ".join(lines)
    assert "112" in follow_text(asked(told, day), record(told), place="eu")


@pytest.mark.parametrize("name", CASES)
def test_json_and_text_say_the_same(name: str) -> None:
    told, day, status = CASES[name]
    made = record(told)
    found = asked(told, day)
    answer = json.loads(json.dumps(follow_json(found, made)))
    assert (answer["format"], answer["status"], answer["as_of"]) == ("algesia-follow/1", status, iso(day))
    flat = " ".join(follow_text(found, made).split())
    for line in (*answer["because"], *answer["expected"], *answer["missing"], answer["do"]):
        assert " ".join(line.split()) in flat
    assert (answer["step"] is None) == (day < 1)
    assert [lock["id"] for lock in answer["interlocks"]] == answer["blocked_by"]


def test_a_record_without_a_calendar_has_numbered_days() -> None:
    raw = {
        "format": "algesia-record/1",
        "medications": [
            {
                "id": "m0", "drug": "oxycodone", "route": "oral", "release": "extended", "every_hours": 12,
                "day": 0, "dose": {"value": 40, "unit": "mg"},
            }
        ],
        "pain": [{"day": 5, "score": 6}],
    }  # fmt: skip
    made = read_record(json.dumps(raw).encode())
    plan = moved(the_plan(), made.epoch.day + 6 - FIRST)
    found = follow(plan, review(made, load(), made.epoch.day + 8), load())
    assert found.status == "pause"
    assert follow_json(found, made)["as_of_day"] == 8 and "Step 1, day 3 of 28" in found.because[0]
    assert "2000" not in follow_text(found, made)


DANGERS: dict[str, tuple[str, Json]] = {
    "overdose": ("conditions", {"kind": "overdose", "text": "opioid overdose", "at": 8}),
    "overdose that ended": ("conditions", {"kind": "overdose", "text": "opioid overdose", "at": 8, "end": 9}),
    "overdose in words": ("conditions", {"text": "overdose of heroin", "at": 8}),
    "relapse": ("conditions", {"text": "relapse to heroin", "at": 8}),
    "substance use": ("conditions", {"kind": "substance-use-disorder", "at": 8}),
    "pregnancy": ("conditions", {"kind": "pregnancy", "at": 8, "end": 20}),
    "hospital": ("conditions", {"kind": "inpatient", "at": 8, "end": 12}),
    "operation": ("interventions", {"kind": "surgery", "text": "hip replacement", "at": 8}),
    "naloxone given": ("interventions", {"kind": "naloxone", "text": "naloxone given", "at": 8}),
    "suicidal thoughts": ("signs", {"sign": "suicidal-thoughts", "present": True, "at": 8}),
    "item 9": ("scales", {"instrument": "phq-9", "score": 9, "items": {"9": 1}, "at": 8}),
    "a PHQ-9 that forces item 9": ("scales", {"instrument": "phq-9", "score": 25, "at": 8}),
    "fever": ("signs", {"sign": "fever", "present": True, "at": 8}),
}


@pytest.mark.parametrize("name", DANGERS)
@pytest.mark.parametrize("day", [9, 27, 130])
def test_a_danger_since_the_plan_ends_it(name: str, day: int) -> None:
    found = asked(replace(WELL, more=(DANGERS[name],)), day)
    assert found.status == "urgent"
    assert found.because
    assert "does not mean that the opioid is stopped" in found.do
    assert found.back_to is None


def dangers_said(*more: tuple[str, Json], day: int = 130) -> tuple[str, ...]:
    told = replace(WELL, more=more)
    made = review(record(told), load(), FIRST + day - 1)
    return dangers(Facts.of(made.record, made.exposure, load(), made.as_of), the_plan().as_of)


@pytest.mark.parametrize("name", DANGERS)
def test_only_a_danger_after_the_plan_is_one_of_it(name: str) -> None:
    where, fact = DANGERS[name]
    assert dangers_said((where, fact))
    assert not dangers_said((where, {**fact, "at": 0, **({"end": 1} if "end" in fact else {})}))
    assert not dangers_said((where, fact), day=7)


def test_a_later_no_takes_a_sign_and_item_9_back() -> None:
    sign, scale = DANGERS["suicidal thoughts"], DANGERS["item 9"]
    assert not dangers_said(sign, ("signs", {**sign[1], "present": False, "at": 15}))
    assert not dangers_said(scale, ("scales", {**scale[1], "items": {"9": 0}, "at": 15}))


def test_an_overdose_that_is_denied_is_none() -> None:
    assert not dangers_said(("conditions", {"text": "no overdose", "at": 8}))


def tablets(drug: str, mg: float, start: int, **more: Any) -> tuple[str, Json]:
    dose = {"value": mg, "unit": "mg"}
    order = {
        "drug": drug,
        "id": f"{drug}-{start}",
        "route": "oral",
        "dose": dose,
        "every_hours": 8,
        "start": start,
    }
    return "medications", {**order, **more}


def test_an_opioid_that_was_added_pauses_with_both_amounts() -> None:
    found = asked(replace(WELL, more=(tablets("hydromorphone", 4, 10),)), 27)
    assert found.status == "pause"
    assert (
        found.because[0] == "Hydromorphone, oral: 12 mg a day on record, 0 mg a day on the day of the plan."
    )
    assert "Hydromorphone was added or raised" in found.do


def test_an_opioid_that_was_raised_pauses_and_one_that_stays_does_not() -> None:
    before = tablets("hydromorphone", 2, -100, end=10, release="immediate")
    raised = tablets("hydromorphone", 4, 10, release="immediate")
    found = asked(replace(WELL, more=(before, raised)), 27)
    assert found.status == "pause"
    assert (
        found.because[0] == "Hydromorphone, oral: 12 mg a day on record, 6 mg a day on the day of the plan."
    )
    same = asked(replace(WELL, more=(tablets("hydromorphone", 2, -100),)), 27)
    assert same.status == "on-track"


def test_an_added_opioid_of_unknown_amount_pauses() -> None:
    order = {"drug": "hydromorphone", "id": "h1", "route": "oral", "start": 10}
    found = asked(replace(WELL, more=(("medications", order),)), 27)
    assert found.status == "pause"
    assert "how much is taken is not known" in found.because[0]


def test_no_step_back_beside_an_added_opioid_or_benzodiazepine() -> None:
    told, day, _ = CASES["pain and PEG up for more than a month"]
    for more in (tablets("hydromorphone", 4, 10), tablets("alprazolam", 1, 10)):
        found = asked(replace(told, more=(more,)), day)
        assert (found.status, found.back_to) == ("pause", None)


def test_a_benzodiazepine_since_the_plan_pauses_and_is_said_first() -> None:
    for name in ("alprazolam", "Xanax"):
        found = asked(replace(WELL, more=(tablets(name, 1, 10),)), 27)
        assert found.status == "pause"
        assert found.because[0].startswith(f"{name.capitalize()} (benzodiazepine) runs, and did not")
    assert asked(replace(WELL, more=(tablets("alprazolam", 1, -100),)), 27).status == "on-track"


def test_a_brand_of_what_ran_before_is_not_new() -> None:
    more = (tablets("alprazolam", 1, -100, end=10), tablets("Xanax", 1, 10))
    assert asked(replace(WELL, more=more), 27).status == "on-track"


@pytest.mark.parametrize("name", ["gabapentin", "zolpidem", "phenobarbital"])
def test_another_drug_that_slows_breathing_is_a_reason_with_a_question(name: str) -> None:
    found = asked(replace(WELL, more=(tablets(name, 100, 10),)), 27)
    assert found.status == "on-track"
    assert found.because[0].startswith(f"{name.capitalize()} (")
    assert "ask who started it and why" in found.do


def test_a_warning_that_is_new_since_the_plan_is_said_first() -> None:
    apnea = ("conditions", {"kind": "sleep-apnea", "text": "sleep apnea", "at": 10})
    found = asked(replace(WELL, more=(apnea,)), 27)
    assert found.because[0].startswith("New since the plan: ")
    old = asked(replace(WELL, more=(("conditions", {**apnea[1], "at": -100}),)), 27)
    assert not any(words.startswith("New since the plan") for words in old.because)


def test_an_interaction_that_is_new_since_the_plan() -> None:
    tramadol = tablets("tramadol", 50, -100)
    found = asked(replace(WELL, more=(tramadol, tablets("phenelzine", 15, 10))), 27)
    assert found.status == "pause"
    assert found.because[0].startswith("Phenelzine (MAO inhibitor) with tramadol: contraindicated")
    milder = asked(replace(WELL, more=(tramadol, tablets("sertraline", 50, 10))), 27)
    assert milder.status == "on-track"
    assert milder.because[0].startswith("Sertraline with tramadol")


def test_an_instrument_that_was_not_read_is_said_and_pauses_where_it_may_ask_about_suicide() -> None:
    for name, status in (("phq-9-item-9", "pause"), ("odi", "on-track")):
        found = asked(replace(WELL, more=(("scales", {"instrument": name, "score": 2, "at": 10}),)), 27)
        assert found.status == status
        assert found.because[0] == f"Not read, because no table knows it: {name}."
