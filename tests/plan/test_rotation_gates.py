"""Gates of a rotation: kidneys, liver, QTc, serotonin, high dose, and what blocks any plan."""

from __future__ import annotations

from typing import Any

import pytest

from algesia.plan.model import RotationPlan
from tests.plan.rotation_records import lab, order, plan, record, running


def state(found: RotationPlan, name: str) -> str:
    """The state of one gate."""
    return next(gate.state for gate in found.gates if gate.id == name)


def blocks(found: RotationPlan) -> list[str]:
    """What blocks a plan; a blocked plan holds no number at all."""
    if found.status == "blocked":
        assert found.doses == () and found.start_daily is None and found.before_reduction is None
        assert found.working == () and found.ratios == () and found.referral
    return [each.id for each in found.blocked_by]


@pytest.mark.parametrize(
    ("qtc", "at", "blocked"),
    [
        (420, "2024-03-01", []),
        (449, "2024-03-01", []),
        (450, "2024-03-01", ["qtc"]),
        (499, "2024-03-01", ["qtc"]),
        (500, "2024-03-01", ["qtc"]),
        (420, "2023-04-03", []),  # 364 days before 1 April 2024
        (420, "2023-03-31", ["qtc"]),  # 367 days
        (None, "", ["qtc"]),
    ],
)
def test_qtc_before_methadone(qtc: float | None, at: str, blocked: list[str]) -> None:
    labs = [] if qtc is None else [lab("qtc", qtc, at)]
    found = plan(record(order(), labs=labs), "methadone")
    assert blocks(found) == blocked
    assert found.status == ("blocked" if blocked else "planned")


@pytest.mark.parametrize(("at", "blocked"), [("2024-01-02", []), ("2024-01-01", ["qtc"])])
def test_with_a_risk_factor_an_ecg_holds_for_ninety_days(at: str, blocked: list[str]) -> None:
    about = record(order(), running("ondansetron"), labs=[lab("qtc", 420, at)])
    found = plan(about, "methadone")
    assert blocks(found) == blocked


def test_an_earlier_long_qtc_is_a_risk_factor() -> None:
    labs = [lab("qtc", 470, "2023-06-01"), lab("qtc", 430, "2023-12-01")]
    assert blocks(plan(record(order(), labs=labs), "methadone")) == ["qtc"]


def test_hepatic_disease_keeps_methadone_from_being_computed() -> None:
    about = record(
        order(), labs=[lab("qtc", 420)], conditions=[{"kind": "hepatic-disease", "text": "cirrhosis"}]
    )
    assert blocks(plan(about, "methadone")) == ["hepatic"]
    other = plan(about, "hydromorphone")
    assert other.status == "planned"
    assert state(other, "hepatic") == "note"
    assert any("cirrhosis" in words for words in other.warnings)


@pytest.mark.parametrize(
    ("to", "egfr", "gate", "rank", "status"),
    [
        ("hydromorphone", None, "open", "note", "planned"),
        ("hydromorphone", 90, "met", "note", "planned"),
        ("hydromorphone", 20, "met", "note", "planned"),
        ("fentanyl", 20, "met", "note", "planned"),
        ("codeine", 20, None, None, "blocked"),
        ("codeine", 80, "met", "note", "planned"),
    ],
)
def test_renal_choice_of_target(
    to: str, egfr: float | None, gate: str | None, rank: str | None, status: str
) -> None:
    labs = [] if egfr is None else [lab("egfr", egfr)]
    found = plan(record(order("oxycodone", 120.0), labs=labs), to)
    assert found.status == status
    if status == "blocked":
        assert blocks(found) == ["renal"]
        assert "preferred are fentanyl" in found.blocked_by[0].because[0]
    else:
        assert (state(found, "renal"), state(found, "renal-rank")) == (gate, rank)
    if to == "hydromorphone" and egfr == 20:
        assert any("caution" in words for words in found.warnings)


@pytest.mark.parametrize("to", ["tramadol", "tapentadol", "fentanyl"])
def test_a_mao_inhibitor_blocks_serotonergic_opioids(to: str) -> None:
    assert blocks(plan(record(order(), running("phenelzine")), to)) == ["serotonergic"]


@pytest.mark.parametrize("to", ["oxycodone", "hydromorphone"])
def test_a_mao_inhibitor_does_not_block_the_others(to: str) -> None:
    assert blocks(plan(record(order(), running("phenelzine")), to)) == []


def test_other_serotonergic_drugs_warn() -> None:
    found = plan(record(order(daily=240.0), running("sertraline")), "tapentadol")
    assert found.status == "planned"
    assert state(found, "serotonergic") == "note"
    assert any("sertraline with tapentadol" in words for words in found.warnings)


def test_what_no_class_table_names_is_said_to_be_not_checked() -> None:
    found = plan(record(order(), running("frobnicatin")), "hydromorphone")
    unknown = [item for item in found.unassessable if "frobnicatin" in item.because]
    said = [words for words in found.warnings if "were not checked: frobnicatin" in words]
    assert unknown or said


def test_qt_prolonging_drugs_ask_for_a_qtc_before_buprenorphine() -> None:
    about = record(order(daily=60.0), running("ondansetron"))
    found = plan(about, "buprenorphine")
    assert found.status == "unassessable"
    assert found.unassessable[0].missing == ("qtc",)
    known = record(order(daily=60.0), running("ondansetron"), labs=[lab("qtc", 430)])
    assert plan(known, "buprenorphine").status == "planned"


def test_five_hundred_by_mme_blocks() -> None:
    assert blocks(plan(record(order(daily=500.0)), "oxycodone")) == ["high-dose-rotation"]


def test_five_hundred_by_the_upper_equianalgesic_end_blocks() -> None:
    # 250 mg of oxycodone: 375 MME, and 250 x 2 = 500 mg of oral morphine by the highest ratio
    found = plan(record(order("oxycodone", 250.0)), "hydromorphone")
    assert blocks(found) == ["high-dose-rotation"]
    assert "up to 500 mg/d" in found.blocked_by[0].because[0]
    assert blocks(plan(record(order("oxycodone", 240.0)), "hydromorphone")) == []


def test_the_upper_end_counts_every_opioid_that_runs() -> None:
    about = record(order("oxycodone", 160.0), order("tapentadol", 500.0))
    assert blocks(plan(about, "hydromorphone", drug="oxycodone")) == ["high-dose-rotation"]


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"person": {"age_years": 17}}, "age-lt-18"),
        ({"person": {"age_years": 30, "pregnant": True}}, "pregnancy"),
        ({"conditions": [{"kind": "cancer", "text": "breast cancer"}]}, "cancer-palliative-sickle"),
        ({"conditions": [{"kind": "opioid-use-disorder"}]}, "active-oud"),
        ({"conditions": [{"kind": "inpatient"}]}, "inpatient"),
        ({"signs": [{"at": "2024-04-01", "sign": "cannot-be-woken", "present": True}]}, "emergency-overdose"),
        ({"signs": [{"at": "2024-04-01", "sign": "myoclonus", "present": True}]}, "emergency-neurotoxicity"),
    ],
)
@pytest.mark.parametrize("to", ["hydromorphone", "fentanyl", "buprenorphine", "methadone"])
def test_what_blocks_any_plan(more: dict[str, Any], name: str, to: str) -> None:
    assert name in blocks(plan(record(order(), labs=[lab("qtc", 420)], **more), to))


def test_naloxone_is_met_when_acknowledged() -> None:
    assert state(plan(record(order()), "oxycodone"), "naloxone") == "open"
    found = plan(record(order()), "oxycodone", naloxone_acknowledged=True)
    assert state(found, "naloxone") == "met"
    assert found.naloxone is not None and found.naloxone.at_hand


def test_opioid_tolerance_is_a_dose_for_a_week() -> None:
    assert state(plan(record(order(daily=60.0)), "oxycodone"), "opioid-tolerant") == "met"
    assert state(plan(record(order(daily=59.0)), "oxycodone"), "opioid-tolerant") == "open"
    fresh = plan(record(order(start="2024-03-28")), "fentanyl")
    assert state(fresh, "opioid-tolerant") == "open"
    assert any("only in opioid tolerance" in words for words in fresh.warnings)
