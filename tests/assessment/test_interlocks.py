"""Every interlock that a record can trigger, and silence where it should be silent."""

from __future__ import annotations

import pytest

from algesia.assessment.interlocks import NOT_IN_A_RECORD
from algesia.assessment.model import Assessment
from algesia.knowledge.loader import load
from algesia.record.model import Amount, Condition, Intervention, Lab, Medication, Person, Record, Scale
from algesia.review import review
from tests.assessment.build import START, at, diary, record, signs, steps

BASE = steps((0, 40))


def fired(facts: Record, as_of: int = 10) -> dict[str, str]:
    return {lock.id: lock.level for lock in asked(facts, as_of).interlocks}


def asked(facts: Record, as_of: int = 10) -> Assessment:
    return review(facts, load(), START + as_of)


def with_condition(kind: str, text: str = "x") -> Record:
    return record(BASE, conditions=(Condition(kind=kind, text=text, at=at(-30)),))


def with_drug(name: str) -> Record:
    return record((*BASE, Medication(drug=name, start=at(0))))


CASES: dict[str, tuple[Record, ...]] = {
    "emergency-overdose": (record(BASE, (), signs((9, "slow-breathing", True))), record(BASE, (), signs((9, "cannot-be-woken", True)))),
    "emergency-impending-overdose": (record(BASE, (), signs((9, "sedation", True))), record(BASE, (), signs((9, "slurred-speech", True)))),
    "emergency-neurotoxicity": tuple(
        record(BASE, (), signs((9, name, True)))
        for name in ("myoclonus", "confusion", "agitation", "seizure", "hallucinations")
    ),
    "emergency-suicide": (
        record(BASE, (), signs((9, "suicidal-thoughts", True))),
        record(BASE, scales=(Scale(at=at(9), instrument="phq-9", score=8, items={"9": 1}),)),
    ),
    "emergency-cauda-cord": (record(BASE, (), signs((9, "saddle-numbness", True))),),
    "infection-cancer-fracture": (record(BASE, (), signs((9, "fever", True))), record(BASE, (), signs((9, "weight-loss", True)))),
    "precipitated-withdrawal": (
        record(
            (*BASE, Medication(drug="naltrexone", route="oral", start=at(9))), (), signs((9, "withdrawal-signs", True))
        ),
    ),
    "abrupt-reduction": (
        record(steps((-30, 100), until=5)),
        record(steps((-30, 100), (5, 70))),
        record((Medication(drug="oxycodone", start=at(-30), end=at(5)),)),
    ),
    "pregnancy": (record(BASE, person=Person(pregnant=True)), with_condition("pregnancy")),
    "age-lt-18": (record(BASE, person=Person(age_years=17)),),
    "cancer-palliative-sickle": (with_condition("cancer"), with_condition("palliative"), with_condition("sickle-cell")),
    "perioperative": (record(BASE, interventions=(Intervention(at=at(5), kind="surgery"),)),),
    "inpatient": (with_condition("inpatient"),),
    "active-oud": (
        with_condition("opioid-use-disorder"),
        record(BASE, scales=(Scale(at=at(3), instrument="dsm5-oud", score=2),)),
    ),
    "moud-dose": (with_condition("opioid-agonist-treatment"),),
    "benzo-gabapentinoid-alcohol": (with_drug("diazepam"), with_drug("gabapentin"), with_drug("zolpidem"), record(BASE, (), signs((9, "alcohol-use", True)))),
    "sleep-apnea": (with_condition("sleep-apnea"),),
    "respiratory-disease-elderly": (with_condition("lung-disease"), record(BASE, person=Person(age_years=65))),
    "renal": (
        record(BASE, labs=(Lab(at=at(1), lab="egfr", value=29, unit="mL/min/{1.73_m2}"),)),
        with_condition("renal-disease", "end-stage, hemodialysis"),
    ),
    "hepatic": (with_condition("hepatic-disease"),),
    "qtc": (record(BASE, labs=(Lab(at=at(1), lab="qtc", value=460, unit="ms"),)),),
    "high-dose-rotation": (record(steps((0, 500))),),
    "intrathecal-pump": (
        record((Medication(drug="morphine", route="intrathecal", dose=Amount(unit="mg/d", value=2), start=at(0)),)),
    ),
    "naloxone": (record(steps((0, 50))),),
    "data-incomplete": (record((Medication(drug="oxycodone", route="oral", start=at(0)),)),),
    "diversion-nonuse": (record(BASE, (), signs((9, "negative-confirmed-drug-test", True))),),
}  # fmt: skip


def test_every_rule_is_either_tested_or_cannot_be_read_off_a_record() -> None:
    assert set(CASES) | set(NOT_IN_A_RECORD) == set(load().interlocks)


@pytest.mark.parametrize(("rule", "facts"), [(rule, facts) for rule, many in CASES.items() for facts in many])
def test_it_fires(rule: str, facts: Record) -> None:
    assert rule in fired(facts)
    assert fired(facts)[rule] == load().interlocks[rule].level


def test_a_plain_record_fires_only_the_open_kidney_question() -> None:
    assert set(fired(record(BASE))) == {"data-incomplete"}
    tested = record(BASE, labs=(Lab(at=at(1), lab="egfr", value=90, unit="mL/min/{1.73_m2}"),))
    assert fired(tested) == {}


def test_an_emergency_leads_and_silences_interpretation() -> None:
    facts = record(
        steps((0, 60), (60, 80), (120, 100)),
        diary(range(200), lambda _d: 7),
        signs((189, "myoclonus", True), (189, "allodynia", True)),
        conditions=(Condition(kind="cancer"),),
    )
    done = asked(facts, 190)
    assert done.interlocks[0].level == "emergency"
    assert done.differential.hypotheses == ()
    assert done.differential.leading == ()
    assert done.options == ()
    assert done.ask_next == ()
    assert done.trap.status == "unassessable"
    assert done.headline == "Assess now: myoclonus."


def test_an_emergency_that_was_answered_is_over() -> None:
    facts = record(BASE, (), signs((5, "myoclonus", True), (8, "myoclonus", False)))
    assert "emergency-neurotoxicity" not in fired(facts)


def test_an_old_report_never_answered_is_urgent_not_forgotten() -> None:
    facts = record(BASE, (), signs((5, "confusion", True)))
    assert fired(facts, 5 + 28)["emergency-neurotoxicity"] == "emergency"
    assert fired(facts, 5 + 29)["emergency-neurotoxicity"] == "urgent"


def test_naloxone_at_home_answers_the_question() -> None:
    facts = record(steps((0, 90)), (), signs((2, "naloxone-at-hand", True)))
    assert "naloxone" not in fired(facts)


def test_blocked_options_say_why_and_no_option_raises_a_dose() -> None:
    done = asked(with_condition("cancer", "lung cancer"))
    by_id = {option.id: option for option in done.options}
    assert by_id["taper"].status == "blocked"
    assert by_id["rotate-methadone"].status == "blocked"
    assert by_id["raise-the-dose"].status == "not-offered"


def test_a_step_of_a_quarter_is_within_the_label_and_a_short_course_may_end() -> None:
    assert "abrupt-reduction" not in fired(record(steps((-30, 100), (5, 75))))
    assert "abrupt-reduction" not in fired(record(steps((2, 100), until=5)))
    assert "abrupt-reduction" not in fired(record(steps((-30, 100), until=5)), 40)


@pytest.mark.parametrize(
    ("scales", "level"),
    [
        ((Scale(at=at(9), instrument="phq-9", score=27),), "emergency"),
        ((Scale(at=at(9), instrument="phq-9", score=12),), "urgent"),
        ((Scale(at=at(9), instrument="phq-9", score=9),), None),
        ((Scale(at=at(9), instrument="phq-9", score=12, items={"9": 0}),), None),
        ((Scale(at=at(-40), instrument="phq-9", score=8, items={"9": 3}),), "urgent"),
        (
            (
                Scale(at=at(7), instrument="phq-9", items={"9": 2}),
                Scale(at=at(9), instrument="phq-9", items={"9": 0}),
            ),
            "urgent",
        ),
    ],
)
def test_the_ninth_item_is_never_lost(scales: tuple[Scale, ...], level: str | None) -> None:
    assert fired(record(BASE, scales=scales)).get("emergency-suicide") == level


def test_delirium_denied_within_three_days_is_asked_again() -> None:
    told = signs((8, "confusion", True), (9, "confusion", False))
    assert fired(record(BASE, (), told), 10)["emergency-neurotoxicity"] == "urgent"
    assert "emergency-neurotoxicity" not in fired(record(BASE, (), told), 12)


def test_a_naloxone_kit_is_no_antagonist_given_and_a_film_is_buprenorphine() -> None:
    sick = signs((9, "withdrawal-signs", True))
    kit = record((*BASE, Medication(drug="naloxone", start=at(9), as_needed=True)), (), sick)
    film = record(
        (*BASE, Medication(drug="buprenorphine/naloxone", start=at(9), route="sublingual")), (), sick
    )
    assert "precipitated-withdrawal" not in fired(kit)
    assert "precipitated-withdrawal" in fired(film)


def test_use_disorder_on_record_offers_its_treatment_and_no_taper() -> None:
    by_id = {option.id: option.status for option in asked(with_condition("opioid-use-disorder")).options}
    assert by_id["treat-use-disorder"] == "consider"
    assert by_id["taper"] == "blocked"
    assert "rotate-buprenorphine" not in by_id


def test_steps_within_the_label_every_four_days_add_up() -> None:
    facts = record(steps((-60, 300), (0, 231), (4, 178), (8, 137)))
    assert fired(facts)["abrupt-reduction"] == "urgent"
    slow = record(steps((-60, 300), (-28, 231), (0, 178)))
    assert "abrupt-reduction" not in fired(slow)


def test_a_rotation_may_halve_the_total_and_no_more() -> None:
    small = record((*steps((-60, 240), until=5), *steps((5, 80), drug="oxycodone")))
    large = record((*steps((-60, 240), until=5), *steps((5, 40), drug="oxycodone")))
    assert "abrupt-reduction" not in fired(small)
    assert "abrupt-reduction" in fired(large)


def test_the_end_of_a_taper_is_no_stop() -> None:
    facts = record(steps((-120, 100), (-90, 75), (-60, 50), (-30, 25), until=5))
    assert "abrupt-reduction" not in fired(facts)


def test_what_still_runs_is_not_said_to_have_ended() -> None:
    facts = record(
        (*steps((-60, 100), until=5), Medication(drug="oxycodone", route="oral", start=at(-60))),
        diary(range(-20, 11), lambda _d: 6),
    )
    done = asked(facts)
    assert "nothing on record" not in done.headline
    assert "the opioid ended" not in done.headline
