"""Every unit trap is queried: the amount stays out and a question says what was printed."""

from __future__ import annotations

from typing import Any

import pytest

from algesia.exposure.compute import exposure
from algesia.knowledge.loader import load
from tests.cases.sample import opioid, read

TRAPS: list[tuple[str, dict[str, Any], str]] = [
    ("patch with a mass", {"drug": "fentanyl", "route": "TD", "dose": 50, "unit": "mcg", "frequency": "every 72 h"},
     "50 mcg an hour, a day or the content"),
    ("patch in mg a day", {"drug": "fentanyl", "route": "TD", "dose": 0.6, "unit": "mg", "frequency": "per day",
                           "per_day": 0.6, "per_day_inferred": False}, "0.6 mg a day would be 25 mcg per hour"),
    ("patch in mg/h", {"drug": "fentanyl", "formulation": "patch", "dose": 25, "unit": "mg/h"}, "mcg per hour"),
    ("mg of intrathecal morphine", {"route": "IT", "dose": 500, "unit": "mg", "frequency": "per day"}, "micrograms"),
    ("mg/d of intrathecal morphine", {"route": "IT", "dose": 500, "unit": "mg/day"}, "micrograms"),
    ("mg of intrathecal sufentanil",
     {"drug": "sufentanil", "route": "IT", "formulation": "infusion", "dose": 25, "unit": "mg", "frequency": "per day"},
     "micrograms"),
    ("ampoules", {"drug": "tramadol", "route": "injection", "dose": 6, "unit": "ampoules", "frequency": "per day"},
     "strength in mg"),
    ("tablets", {"dose": 2, "unit": "tablets", "frequency": "BD", "route": "PO"}, "strength in mg"),
    ("total over a time", {"dose": 50, "unit": "mg", "frequency": "total in first 36 h"}, "on each day"),
    ("total so far", {"route": "IV", "dose": 3.5, "unit": "mg", "frequency": "total so far"}, "on each day"),
    ("cumulative", {"route": "IV", "formulation": "cumulative", "dose": 8, "unit": "mg"}, "on each day"),
    ("over named days", {"route": "IV", "dose": 1, "unit": "mg", "frequency": "on days 1-2"}, "on each day"),
    ("fraction of a dose", {"dose": 0.667, "unit": "fraction of original"}, "in mg or micrograms"),
    ("per body weight", {"route": "IV", "dose": 0.1, "unit": "mg/kg", "frequency": "q4h"}, "in mg or micrograms"),
    ("no unit", {"route": "PO", "dose": 30, "frequency": "BD"}, "the unit"),
    ("total that disagrees", {"route": "PO", "dose": 30, "unit": "mg", "frequency": "BD", "per_day": 90,
                              "per_day_inferred": True}, "which of the two"),
    ("volume without concentration", {"route": "PO", "dose": 5, "unit": "ml", "frequency": "q4h"}, "concentration"),
    ("rate by mouth", {"route": "PO", "dose": 5, "unit": "mg/h", "frequency": "continuous"}, "how often"),
    ("rate at intervals", {"route": "IV", "dose": 5, "unit": "mg/h", "frequency": "q4h"}, "how often"),
    ("continuous without a time", {"route": "IV", "dose": 5, "unit": "mg", "frequency": "continuous"}, "an hour or a day"),
    ("average use without a time", {"route": "IV", "formulation": "PCA", "dose": 30, "unit": "mg",
                                    "frequency": "average use"}, "an hour or a day"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "ask"), [(e, a) for _, e, a in TRAPS], ids=[name for name, _, _ in TRAPS])
def test_a_trap_is_queried_and_never_counted(event: dict[str, Any], ask: str) -> None:
    record = read(opioid(0, **event))
    medication = record.medications[0]
    assert medication.question is not None
    assert ask in medication.question
    assert f"{event['dose']:g}" in medication.question
    if medication.dose is not None:
        assert medication.dose.unit in ("{ampule}", "{tablet}")
    exposed = exposure(record, load())
    total = exposed.on(record.last_day)
    assert (total.mme.high, total.complete) == (0, False)
    assert [item.daily for item in exposed.items] == [None]
    assert all(step.high == 0 for track in exposed.tracks.values() for step in track.values)


FINE: list[tuple[str, dict[str, Any], tuple[float, str]]] = [
    ("patch rate", {"drug": "fentanyl", "route": "TD", "dose": 75, "unit": "mcg/h", "frequency": "every 3 days"},
     (75, "ug/h")),
    ("intrathecal mg", {"route": "IT", "formulation": "implanted pump", "dose": 5, "unit": "mg", "frequency": "per day"},
     (5, "mg/d")),
    ("infusion", {"route": "IV", "dose": 20, "unit": "mg/h", "frequency": "continuous", "per_day": 480,
                  "per_day_inferred": True}, (20, "mg/h")),
    ("infusion in mcg/h with its total in mg", {"drug": "fentanyl", "route": "IV", "dose": 100, "unit": "mcg/h",
                                                "per_day": 2.4}, (100, "ug/h")),
    ("mg per hour", {"route": "SC", "dose": 2, "unit": "mg", "frequency": "per hour"}, (2, "mg/h")),
    ("average use", {"route": "IV", "formulation": "PCA", "dose": 1, "unit": "mg",
                     "frequency": "demand; average use 3 mg/h", "per_day": 72}, (3, "mg/h")),
    ("a total of a day", {"route": "PO", "dose": 90, "unit": "mg", "frequency": "total in 24 h"}, (90, "mg")),
    ("a total that agrees", {"route": "PO", "dose": 25, "unit": "mg", "frequency": "6 per day", "per_day": 150},
     (25, "mg")),
    ("a total alone", {"route": "PO", "dose": None, "unit": "mg", "per_day": 80, "per_day_inferred": False}, (80, "mg")),
    ("as needed, total below the most", {"route": "PO", "dose": 15, "unit": "mg", "frequency": "q4h prn",
                                         "per_day": 60}, (15, "mg")),
    ("mg a day by mouth", {"route": "PO", "dose": 60, "unit": "mg/day"}, (60, "mg")),
    ("volume with concentration", {"route": "PO", "formulation": "solution 20 mg/ml", "dose": 1.5, "unit": "ml",
                                   "frequency": "q4h"}, (1.5, "mL")),
]  # fmt: skip


@pytest.mark.parametrize(("event", "amount"), [(e, a) for _, e, a in FINE], ids=[name for name, _, _ in FINE])
def test_what_fits_is_taken(event: dict[str, Any], amount: tuple[float, str]) -> None:
    medication = read(opioid(0, **event)).medications[0]
    assert medication.question is None
    assert medication.dose is not None
    assert (medication.dose.value, medication.dose.unit) == amount


def test_a_total_inferred_by_the_abstractor_is_not_used_alone() -> None:
    medication = read(opioid(0, route="PO", unit="mg", per_day=80, per_day_inferred=True)).medications[0]
    assert (medication.dose, medication.question) == (None, None)


def test_an_amount_that_was_never_stated_is_left_out_without_a_question() -> None:
    medication = read(opioid(0, route="PO", formulation="high dose")).medications[0]
    assert (medication.dose, medication.question, medication.text) == (None, None, "morphine PO, high dose")
