"""Rotations while a second opioid runs: nothing is stacked, nothing displaced, and the total counts all of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plan.rotation_records import lab, order, patch, plan, record

METHADONE = order("methadone", 30.0, release="immediate", every_hours=8, dose={"value": 10, "unit": "mg"})
OXYCODONE = order("oxycodone", 40.0)


@pytest.mark.parametrize(
    ("beside", "to", "route"),
    [
        (METHADONE, "methadone", None),
        (patch("fentanyl", 25.0), "fentanyl", "transdermal"),
        (patch("fentanyl", 25.0), "fentanyl", "intravenous"),
        (order(daily=60.0), "morphine", "oral"),
        (order(daily=60.0), "morphine", "subcutaneous"),
        (order(daily=60.0, as_needed=True), "morphine", "oral"),
        (patch("buprenorphine", 10.0, hours=168), "buprenorphine", "sublingual"),
    ],
)
def test_a_new_opioid_is_not_put_on_top_of_itself(beside: dict[str, Any], to: str, route: str | None) -> None:
    found = plan(record(beside, OXYCODONE, labs=[lab("qtc", 420)]), to, to_route=route, drug="oxycodone")
    assert (found.status, found.doses, found.inductions) == ("unassessable", (), ())
    assert found.before_reduction is None
    assert found.nearest
    assert f"the new opioid already runs: {to} ({beside['route']})" in found.unassessable[0].because


@pytest.mark.parametrize("route", ["transdermal", "buccal", "sublingual"])
@pytest.mark.parametrize("drug", ["oxycodone", "methadone", None])
@pytest.mark.parametrize("as_needed", [True, None])
def test_buprenorphine_is_not_begun_while_an_agonist_goes_on(
    route: str, drug: str | None, as_needed: bool | None
) -> None:
    about = record({**METHADONE, "as_needed": True} if as_needed else METHADONE, OXYCODONE)
    found = plan(about, "buprenorphine", to_route=route, drug=drug)
    assert (found.status, found.inductions, found.doses) == ("unassessable", (), ())
    assert "all full agonists must be handled first" in found.unassessable[-1].because
    assert "precipitated withdrawal" in found.unassessable[-1].because
    assert found.nearest


def test_what_does_not_convert_keeps_the_high_dose_gate_open() -> None:
    found = plan(record(METHADONE, OXYCODONE), "morphine", drug="oxycodone")
    assert found.status == "planned"
    gate = next(gate for gate in found.gates if gate.id == "high-dose")
    assert gate.state == "open"
    assert "up to 80 mg/d" in gate.on_record
    assert "methadone (oral) does not convert to oral morphine and is not counted here" in gate.on_record


def test_the_high_dose_gate_counts_all_that_converts() -> None:
    found = plan(record(order(daily=60.0), OXYCODONE), "hydromorphone", drug="oxycodone")
    gate = next(gate for gate in found.gates if gate.id == "high-dose")
    assert (gate.state, gate.on_record) == ("met", "oral morphine equivalent of all that runs up to 140 mg/d")


def test_a_patch_alone_leaves_the_high_dose_gate_open() -> None:
    found = plan(record(patch("fentanyl", 50.0)), "buprenorphine", to_route="sublingual")
    gate = next(gate for gate in found.gates if gate.id == "high-dose")
    assert (gate.state, gate.on_record) == (
        "open", "fentanyl (transdermal) does not convert to oral morphine and is not counted here",
    )  # fmt: skip
