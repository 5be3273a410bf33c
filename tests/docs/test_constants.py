"""The numbers on the method pages are the numbers of the code."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

from algesia.assessment import (
    acute,
    ask,
    change_findings,
    changes,
    differential,
    dose_aligned,
    dose_response,
    findings,
    interlocks,
    sign_findings,
    spread,
    stable,
    triggers,
)
from algesia.assessment import diary as diary_of
from algesia.exposure import frequency
from algesia.knowledge.loader import load
from algesia.plan import (
    descent,
    following,
    kidney,
    level,
    order,
    pace,
    program,
    rotation_gates,
    rotation_taken,
    supplies,
    tablets,
)
from algesia.plan.rotation_start import default_reduction
from algesia.report import person_asks, person_signs, person_words
from algesia.web import visit
from algesia.web.person import checkup_signs, checkup_words

ROOT = Path(__file__).parents[2]
METHOD = ROOT / "docs" / "method"
sys.path.append(str(ROOT / "docs" / "gen"))
constants = import_module("constants")
TRAP = load().trap
LIMITS = load().taper_limits
HIGH_DOSE = next(gate.at_least for gate in load().rotation.gates if gate.id == "high-dose")
PAUSES = {rule.id: rule for rule in LIMITS.pauses}
SENTENCES = (
    ("dose-response", f"A step of at least {changes.LEAST_CHANGE:.0%} in MME"),
    ("dose-response", f"a departure of at most {changes.BLIP_DAYS} days that comes back to within {changes.LEAST_CHANGE:.0%}"),
    ("dose-response", f"a gap of at most {changes.REFILL_DAYS} days after a dispensed supply"),
    ("dose-response", f"on at least {diary_of.PARALLEL_DAYS} days"),
    ("dose-response", f"the {dose_response.BEFORE_DAYS} days before the change, at least {dose_response.LEAST_RATINGS} rated; "
        f"else the last {dose_response.LEAST_RATINGS} rated days within {dose_response.BEFORE_REACH}"),
    ("dose-response", f"days {dose_response.SETTLED[0]} to {dose_response.SETTLED[1] - 1}, at least"),
    ("dose-response", f"the last {dose_response.LATE_DAYS} days before the next change or after the day of asking, not before day "
        f"{dose_response.LATE_DAYS}, before day {dose_response.LATE_LIMIT},"),
    ("dose-response", f"max({dose_response.LEAST_DIFFERENCE}, {dose_response.NOISE_Z:g} x sd x sqrt"),
    ("dose-response", f"day-to-day spread of the whole diary, at least {dose_response.LEAST_SD}:"),
    ("dose-response", f"mean(k .. k+6) >= L - {dose_response.BACK_WITHIN}"),
    ("dose-response", f"{dose_response.JUDGE_AFTER} days observed, and the late mean at least {dose_response.REAL_RELIEF:.0%} below"),
    ("dose-response", f"A decrease is never judged inside {dose_response.JUDGE_AFTER} days"),
    ("dose-response", f"judged as one from {change_findings.RUN_DAYS} days after its first step: the mean of the last "
        f"{dose_response.LATE_DAYS} days"),
    ("dose-response", f"Not higher by more than {dose_response.LEAST_DIFFERENCE} points"),
    ("dose-response", f"compared: up to {dose_response.CLINIC_BEFORE} days before"),
    ("dose-response", f"Lower counts from {dose_response.REAL_RELIEF:.0%}, higher from {dose_response.CLINIC_DIFFERENCE:g} point"),
    ("escalation-trap", f"at least {TRAP.min_increases} dose increases"),
    ("escalation-trap", f"the dose rose by at least {TRAP.rise_percent:g}% in all"),
    ("escalation-trap", f"within any {TRAP.window_months} months"),
    ("escalation-trap", f"improve by at least {TRAP.improvement_percent:g}% at {TRAP.reevaluate_weeks[0]} to "
        f"{TRAP.reevaluate_weeks[1]} weeks"),
    ("signs", f"were there within the last {sign_findings.WITHDRAWAL_DAYS} days"),
    ("signs", f"within {sign_findings.WITHDRAWAL_DAYS} days of a step down of {sign_findings.STEP_THAT_WITHDRAWS:g}% or more"),
    ("signs", f"more than {sign_findings.STALE_DAYS} days ago"),
    ("body-map", f"only when at least {spread.LEAST_NEW} areas are new and one of them lies {spread.LEAST_STEPS} or more steps"),
    ("body-map", f"The figure has {len(load().body_areas)} areas"),
    ("interlocks", f"the last answer on record and at most {acute.FRESH_DAYS} days old"),
    ("interlocks", f"denied within {interlocks.WAVERING_DAYS} days"),
    ("interlocks", f"A total of {acute.PHQ9_FORCED} or more answers it"),
    ("interlocks", f"missing beside a total of {acute.PHQ9_ASK} or more that is at most {acute.FRESH_DAYS} days old"),
    ("interlocks", f"a fall of more than {acute.STEP_LIMIT:g}% from the highest dose that had stood for a week"),
    ("interlocks", f"at least {triggers.EGFR_FALL:.0%} below a value of the {triggers.EGFR_FALL_DAYS} days before"),
    ("interlocks", f"{triggers.ADULT} years; {triggers.ELDERLY} years; {triggers.SURGERY_BEFORE} days before to "
        f"{triggers.SURGERY_AFTER} days after surgery"),
    ("interlocks", f"{triggers.NALOXONE_MME:g} MME a day (naloxone); {triggers.ROTATION_MME:g} MME a day (rotation)"),
    ("differential", f"{len(load().features)} findings are asked"),
    ("differential", f"over the last {dose_aligned.REACH_DAYS} days: the {dose_aligned.BEFORE_MINUTES} minutes before a dose against "
        f"{dose_aligned.PEAK_MINUTES[0]} to {dose_aligned.PEAK_MINUTES[1]} minutes after it, over at least {dose_aligned.LEAST_DOSES} doses"),
    ("differential", f"has to reach {dose_response.NOISE_Z:g} standard errors, and {dose_response.LEAST_DIFFERENCE} points"),
    ("differential", f"over at least {stable.STEADY_DAYS} days"),
    ("differential", f"score of {differential.STRONG} or more with a finding of weight 2"),
    ("differential", f"score of {differential.POSSIBLE} or more, or of 2"),
    ("differential", f"In cancer, `objective-progression` gains {ask.GATE_BONUS} as well"),
    ("differential", f"+ {ask.GATE_BONUS} if f is an open gate"),
    ("differential", {3: "three of the eight hypotheses"}[ask.CONTENDERS]),
    ("differential", {6: "At most six are listed"}[ask.MOST]),
    ("differential", {(1, 2): "within one point of the highest. If more than two"}[(differential.WITHIN, differential.MOST_LEADING)]),
    ("options", f"from {triggers.ROTATION_MME:g} MME a day"),
    ("taper", f"across gaps of at most {pace.GAP_DAYS} days"),
    ("taper", f"s = p/100 x D0 while D > {LIMITS.defaults[1].current_below_percent:g}% of D0"),
    ("taper", f"total <= D - s/{1 / level.LEAST_STEP:g}"),
    ("taper", f"held = {descent.WEEK} x ceil( i x (D - total) / s / {descent.WEEK} )"),
    ("taper", f"before it gates follow every {descent.GATE_DAYS} days, and no two are more than {descent.MONTH} days apart"),
    ("taper", f"minimize W d + {program.PIECE:g} sum n_tk + {program.STRENGTH:g} sum u_k + {program.UNEVEN:g} (a - b) / H + ties"),
    ("taper", f"b >= r a r = {program.LEAST_SHARE:g}, or what it was if less"),
    ("taper", f"W = 4 ({program.PIECE:g} sum_t (floor(M_t / g_1) + 1) + {program.STRENGTH:g} K + {program.UNEVEN:g})"),
    ("taper", f"its grid is {tablets.LIQUID_STEP_ML:g} mL"),
    ("taper", f"keeps a dose within {tablets.MOST_ML:g} mL"),
    ("taper", {1: "at most one more than the fewest that make"}[program.PATCHES_BESIDE]),
    ("taper", f"at the eGFR on record, below {order.EGFR_LOW:g};"),
    ("taper", f"each stretch of at most {supplies.SUPPLY_DAYS} days"),
    ("rotation", f"on record for {rotation_taken.WEEK} days"),
    ("rotation", f"with a QTc of {rotation_gates.QTC_HIGH:g} ms or more"),
    ("rotation", f"`p` is {default_reduction(load()):g} unless a larger one is asked for, never smaller"),
    ("rotation", f"{HIGH_DOSE:g} mg a day or more of oral morphine equivalent"),
    ("rotation", f"an eGFR below {kidney.ADVANCED:g}"),
    ("following-a-plan", f"withdrawal at COWS {PAUSES['withdrawal'].cows_from} or more, or reported later than day {following.WITHDRAWAL_DAYS}"),
    ("following-a-plan", f"in days 1 to {following.WITHDRAWAL_DAYS} of a step, and more pain in the first {PAUSES['early-flare'].days_below} days after one"),
    ("following-a-plan", f"Counted from {PAUSES['worse-beyond-a-month'].days_from} days after a step"),
    ("following-a-plan", f"max({dose_response.LEAST_WORSE:g}, noise x persistence)"),
    ("following-a-plan", f"counts for a gate from {following.VISIT_DAYS} days before it on"),
    ("web-person", f"the mean of the last {person_words.RECENT_DAYS} days against the level before"),
    ("web-person", f"A difference below {dose_response.LEAST_DIFFERENCE} points is"),
    ("web-person", f"within {dose_response.JUDGE_AFTER} days \"{person_words.EARLY}\""),
    ("web-person", f"a picture needs at least {dose_response.LEAST_RATINGS} days with a number"),
    ("web-person", f"An answer within {checkup_signs.SAME_HOUR.seconds // 60} minutes of the one before corrects it"),
    ("web-person", f"for the other signs of danger, in {len(checkup_words.DANGERS)} screens, then for signs 1 to {len(checkup_words.NOTICED)}."),
    ("web-person", {(3, 6): "Three to six, by what is on record"}[(person_asks.LEAST_QUESTIONS, person_asks.MOST_QUESTIONS)]),
    ("web-person", f"a PHQ-2 of {checkup_words.MORE_FROM} or more"),
    ("web-person", f"the server takes them from its own clock, at most {visit.LONGEST_WAIT.days} days"),
    ("exposure", f"differ by more than {frequency.SUPPLY_TOLERANCE:.0%} are asked about"),
)  # fmt: skip


def words(text: str) -> str:
    """Text on one line, with "30%" for "30 %"."""
    return re.sub(r"(\d) %", r"\1%", " ".join(text.replace("**", "").split()))


@pytest.mark.parametrize(("page", "sentence"), SENTENCES, ids=lambda v: v[:40])
def test_a_sentence_repeats_the_number_of_the_code(page: str, sentence: str) -> None:
    assert words(sentence) in words((METHOD / f"{page}.md").read_text())


def test_every_number_of_the_code_stands_in_a_table() -> None:
    assert constants.numbers_of_the_code() == constants.shown() | constants.OF_FORM


def test_a_number_without_a_row_would_be_found() -> None:
    assert "assessment.dose_response.NOISE_Z" in constants.numbers_of_the_code()
    assert findings.HIGH_DOSE == 100


@pytest.mark.parametrize("page", constants.DEFINITIONS)
def test_every_table_of_definitions_is_asked_for_by_its_page(page: str) -> None:
    assert f"<!-- algesia: definitions-{page} -->" in (METHOD / f"{page}.md").read_text()


def test_the_sources_behind_a_number_exist() -> None:
    named = {
        name
        for page in constants.DEFINITIONS.values()
        for definition in page
        for name in re.findall(r"`(\w+)`", definition.basis)
    }
    assert named
    assert named <= set(load().sources)


def test_the_notice_counts_the_sources() -> None:
    sources = load().sources.values()
    read = [str(source.confidence) for source in sources]
    said = " ".join((ROOT / "NOTICE").read_text().split())
    assert f"{len(read)} sources, {read.count('verified_full_text')} read in full text" in said
    assert (
        f"{read.count('verified_abstract')} in the abstract, {read.count('secondary')} in a transcription"
        in said
    )
    assert f"For {sum(source.licence == 'not stated' for source in sources)} no license is stated" in said


def test_the_page_of_a_person_asks_what_the_code_asks() -> None:
    page = words((METHOD / "web-person.md").read_text())
    assert [text for text in person_asks.ASKED.values() if words(text) not in page] == []
    rows = [f"| {n} | {sign.name} |" for n, sign in person_signs.WARNINGS.items()]
    assert [row for row in rows if row not in page] == []
    assert [s for sign in person_signs.WARNINGS.values() for s in sign.asked if f"`{s}`" not in page] == []
    named = set(re.findall(r"`(\w+\d{4})`", page))
    assert named
    assert named <= set(load().sources)
