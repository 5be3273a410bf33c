"""What a review must say on records that a clinic would send: the outcomes that matter for the person."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from algesia.knowledge.loader import load
from algesia.record.codec import read_record
from algesia.report.answer import review_json
from algesia.review import Review, review

HERE = Path(__file__).parent
EMERGENCIES = ("confusion-asked-twice-in-a-day", "myoclonus-in-renal-failure", "suicidal-item")
ALL = tuple(sorted(path.stem for path in HERE.glob("*.json")))


def reviewed(name: str, as_of: str | None = None) -> Review:
    record = read_record((HERE / f"{name}.json").read_bytes())
    return review(record, load(), None if as_of is None else date.fromisoformat(as_of).toordinal())


def locks(seen: Review, level: str) -> set[str]:
    return {lock.id for lock in seen.interlocks if lock.level == level}


def supports(seen: Review) -> dict[str, str]:
    return {h.id: h.support for h in seen.differential.hypotheses}


def status(seen: Review, option: str) -> str:
    return next(o.status for o in seen.options if o.id == option)


def answer(seen: Review) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(review_json(seen))
    return document


@pytest.mark.parametrize("name", ALL)
def test_no_option_ever_raises_the_dose(name: str) -> None:
    """Offered options are reduction, rotation and referral; a raise is listed only as not offered."""
    for option in reviewed(name).options:
        assert option.id != "raise-the-dose" or option.status == "not-offered"


@pytest.mark.parametrize("name", EMERGENCIES)
def test_an_emergency_leads_and_silences(name: str) -> None:
    """The headline is the emergency; nothing is interpreted, in the assessment and in the JSON."""
    seen = reviewed(name)
    assert seen.emergency
    assert seen.differential.hypotheses == () and seen.differential.leading == ()
    assert seen.options == () and seen.ask_next == ()
    told = answer(seen)
    assert told["interlocks"][0]["level"] == "emergency"
    assert (told["differential"], told["leading"], told["options"], told["ask_next"]) == ([], [], [], [])
    assert told["trap"]["status"] == "unassessable"


def test_myoclonus_in_renal_failure_is_named() -> None:
    seen = reviewed("myoclonus-in-renal-failure")
    assert locks(seen, "emergency") == {"emergency-neurotoxicity"}
    assert "myoclonus" in seen.headline
    assert "renal" in locks(seen, "warn")


def test_the_suicidal_item_is_read_from_the_questionnaire() -> None:
    assert locks(reviewed("suicidal-item"), "emergency") == {"emergency-suicide"}


def test_present_wins_over_absent_on_one_day() -> None:
    """Confusion was recorded as present and as absent on the same day: the safer reading holds."""
    seen = reviewed("confusion-asked-twice-in-a-day")
    assert "emergency-neurotoxicity" in locks(seen, "emergency")


def test_an_escalation_over_a_year() -> None:
    """Four increases, each with brief relief; the facts after the day of asking are not seen."""
    seen = reviewed("escalation-over-a-year", "2025-11-14")
    assert [e.verdict for e in seen.episodes] == ["brief-relief"] * 4
    assert all(5 <= (e.returned_after_days or 0) <= 10 for e in seen.episodes)
    assert seen.trap.status == "present"
    assert seen.trap.since == date(2025, 6, 18).toordinal()
    assert "oih" in seen.differential.leading
    assert supports(seen)["oih"] != "strong", "progression has not been looked for by this day"
    assert not locks(seen, "block") and not seen.emergency


def test_a_condition_found_later_changes_the_answer() -> None:
    """The same person a month later: cancer is known, so no plan; at the end confusion, so nothing but that."""
    seen = reviewed("escalation-over-a-year", "2025-12-15")
    assert "cancer-palliative-sickle" in locks(seen, "block")
    assert status(seen, "taper") == "blocked"
    assert reviewed("escalation-over-a-year").emergency


def test_tolerance_is_not_taken_for_hyperalgesia() -> None:
    seen = reviewed("tolerance")
    assert seen.differential.leading == ("tolerance",)
    assert supports(seen)["oih"] == "against"
    assert seen.trap.status == "absent"
    assert [e.verdict for e in seen.episodes][-1] == "lasting-relief"


def test_withdrawal_between_doses() -> None:
    seen = reviewed("withdrawal-between-doses")
    assert seen.differential.leading == ("withdrawal",)
    assert supports(seen)["oih"] == "against"


def test_a_step_down_is_not_judged_while_withdrawal_may_last() -> None:
    """Tender skin and spread six days after a step down are set aside and not counted as hyperalgesia."""
    seen = reviewed("withdrawal-after-a-step-down")
    assert [e.verdict for e in seen.episodes] == ["unassessable"]
    assert seen.differential.leading == ("withdrawal",)
    oih = next(h for h in seen.differential.hypotheses if h.id == "oih")
    assert not {"allodynia", "spread-beyond-original"} & {e.feature for e in oih.for_}
    assert sum("not judged" in note for note in seen.notes) >= 2


def test_progression_found_on_imaging_leads() -> None:
    seen = reviewed("progression-on-imaging")
    assert seen.differential.leading == ("progression",)
    assert supports(seen)["oih"] == "against"


def test_opioid_use_disorder_stops_a_taper() -> None:
    seen = reviewed("opioid-use-disorder-by-criteria")
    assert "active-oud" in locks(seen, "block")
    assert "oud" in seen.differential.leading
    assert status(seen, "taper") == "blocked"


def test_widespread_pain_before_opioids_leads() -> None:
    seen = reviewed("fibromyalgia-before-opioids")
    assert seen.differential.leading == ("central-sensitization",)


def test_an_intrathecal_escalation_is_seen_without_any_mme() -> None:
    """No factor exists: the sum is incomplete, the drug is listed, the two doublings count."""
    seen = reviewed("intrathecal-pump")
    told = answer(seen)
    assert told["exposure"]["mme_per_day"]["complete"] is False
    assert [item["drug"] for item in told["exposure"]["unconverted"]] == ["morphine"]
    assert [(e.change.before, e.change.after) for e in seen.episodes] == [(2.0, 4.0), (4.0, 8.0)]
    assert "intrathecal-pump" in locks(seen, "block")
    assert {status(seen, o) for o in ("taper", "rotate-buprenorphine", "rotate-methadone")} == {"blocked"}


def test_a_scale_of_one_hundred_is_read_as_ten() -> None:
    seen = reviewed("pain-on-a-vas")
    (episode,) = seen.episodes
    assert episode.pain_before is not None and 5 < episode.pain_before.mean < 7
    assert episode.verdict == "brief-relief"
    assert episode.returned_after_days == 6
