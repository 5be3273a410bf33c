"""Gates of a rotation: kidneys, liver, QTc, serotonin, high dose, and what blocks any plan."""

from __future__ import annotations

from typing import Any

import pytest

from algesia.plan.model import RotationPlan
from tests.plan.rotation_records import lab, order, plan, record, running

CIRRHOSIS = {"kind": "hepatic-disease", "text": "cirrhosis"}


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


@pytest.mark.parametrize(("at", "blocked"), [("2024-01-02", []), ("2024-01-01", ["qtc"])])
@pytest.mark.parametrize("drug", ["lisinopril", "escitalopram", "frobnicatin"])
def test_beside_any_other_drug_an_ecg_holds_for_ninety_days(drug: str, at: str, blocked: list[str]) -> None:
    found = plan(record(order(), running(drug), labs=[lab("qtc", 445, at)]), "methadone")
    assert blocks(found) == blocked
    if blocked:
        assert f"beside {drug}: the class table does not know" in found.blocked_by[0].because[0]
    else:
        gate = next(gate for gate in found.gates if gate.id == "ecg-risk")
        assert gate.state == "met" and f"valid for 90; beside {drug}" in gate.on_record


def test_naloxone_is_no_drug_with_a_qt_effect() -> None:
    about = record(order(), running("naloxone"), labs=[lab("qtc", 445, "2023-06-01")])
    assert state(plan(about, "methadone"), "ecg-no-risk") == "met"


@pytest.mark.parametrize("route", ["transdermal", "buccal"])
@pytest.mark.parametrize(
    ("qtc", "gate"), [(None, "met"), (449, "met"), (450, "open"), (499, "open"), (500, None), (510, None)]
)
def test_qtc_before_a_buprenorphine_patch_or_film(route: str, qtc: float | None, gate: str | None) -> None:
    labs = [] if qtc is None else [lab("qtc", qtc)]
    found = plan(record(order(daily=30.0), labs=labs), "buprenorphine", to_route=route)
    if gate is None:
        assert blocks(found) == ["qtc"]
        assert "buprenorphine" in found.blocked_by[0].title
    else:
        assert (found.status, state(found, "ecg-qt-drugs")) == ("planned", gate)
        assert any("ECG" in words for words in found.warnings) == (gate == "open")


def test_a_qtc_that_nobody_took_is_open_beside_drugs_the_table_may_not_know() -> None:
    found = plan(record(order(daily=30.0), running("lisinopril")), "buprenorphine")
    assert state(found, "ecg-qt-drugs") == "open"


def test_a_long_qtc_goes_with_a_sublingual_start_as_a_warning() -> None:
    found = plan(record(order(), labs=[lab("qtc", 510)]), "buprenorphine", to_route="sublingual")
    assert found.status == "planned"
    assert any("QTc 510 ms" in words for words in found.warnings)


def test_an_earlier_long_qtc_is_a_risk_factor() -> None:
    labs = [lab("qtc", 470, "2023-06-01"), lab("qtc", 430, "2023-12-01")]
    assert blocks(plan(record(order(), labs=labs), "methadone")) == ["qtc"]


@pytest.mark.parametrize(
    ("to", "route"),
    [("methadone", None), ("hydromorphone", None), ("fentanyl", None), ("fentanyl", "intravenous"),
     ("tramadol", None), ("buprenorphine", "transdermal"), ("buprenorphine", "buccal")],
)  # fmt: skip
def test_in_hepatic_disease_nothing_is_computed(to: str, route: str | None) -> None:
    about = record(order(daily=60.0), labs=[lab("qtc", 420)], conditions=[CIRRHOSIS])
    found = plan(about, to, to_route=route)
    assert blocks(found) == ["hepatic"]
    assert "hepatologist" in found.referral


def test_in_hepatic_disease_published_starts_stay_with_a_warning() -> None:
    found = plan(record(order(), conditions=[CIRRHOSIS]), "buprenorphine", to_route="sublingual")
    assert (found.status, found.method) == ("planned", "induction")
    assert state(found, "hepatic") == "note"
    assert any("cirrhosis" in words for words in found.warnings)


DIALYSIS = {"kind": "renal-disease", "text": "end-stage renal disease on hemodialysis"}


@pytest.mark.parametrize(
    "more",
    [{"labs": [lab("egfr", 18), lab("qtc", 420)]}, {"conditions": [DIALYSIS], "labs": [lab("qtc", 420)]},
     {"labs": [lab("egfr", 80, "2024-02-01"), lab("egfr", 50), lab("qtc", 420)]},
     {"conditions": [{"kind": "renal-disease", "text": "nephropathy"}], "labs": [lab("qtc", 420)]}],
)  # fmt: skip
def test_in_renal_impairment_only_the_preferred_are_computed(more: dict[str, Any]) -> None:
    about = record(order("oxycodone", 40.0), **more)
    for to in ("morphine", "hydromorphone", "tramadol", "methadone", "tapentadol", "codeine", "oxymorphone"):
        found = plan(about, to)
        assert blocks(found) == ["renal"], to
        assert "no table read says how much" in found.blocked_by[0].because[0]
        assert "Preferred are fentanyl" in found.blocked_by[0].because[0]
    for to, route in (
        ("fentanyl", "transdermal"),
        ("buprenorphine", "transdermal"),
        ("buprenorphine", "sublingual"),
    ):
        kept = plan(about, to, to_route=route)
        assert kept.status == "planned", to
        assert any("No table read says how far its dose is lowered" in words for words in kept.warnings)


@pytest.mark.parametrize(("egfr", "gate"), [(None, "open"), (90, "met"), (45, "met")])
def test_the_renal_gate(egfr: float | None, gate: str) -> None:
    labs = [] if egfr is None else [lab("egfr", egfr)]
    found = plan(record(order("oxycodone", 120.0), labs=labs), "hydromorphone")
    assert (found.status, state(found, "renal"), state(found, "renal-rank")) == ("planned", gate, "note")


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


@pytest.mark.parametrize(
    ("orders", "nearest"),
    [
        ([order(start="2024-03-28")], "60 mg/d of morphine, oral"),
        ([order("oxycodone", 25.0)], "30 mg/d of oxycodone, oral"),
        ([order("codeine", 240.0)], "60 mg/d of morphine, oral, 30 mg/d of oxycodone"),
        ([order("tapentadol", 400.0)], "60 mg/d of morphine, oral"),
        (
            [order(daily=20.0, id="a", end="2024-03-28"), order(id="b", start="2024-03-28")],
            "7 days on record",
        ),
    ],
)
def test_without_opioid_tolerance_there_is_no_fentanyl_patch(orders: list[Any], nearest: str) -> None:
    found = plan(record(*orders), "fentanyl")
    assert (found.status, found.doses, found.before_reduction) == ("unassessable", (), None)
    assert state(found, "opioid-tolerant") == "open"
    assert any("only in opioid tolerance (label)" in item.because for item in found.unassessable)
    assert nearest in found.nearest
