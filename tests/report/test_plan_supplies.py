"""The supplies as CSV add up to what the plan takes, and no supply is for more than 28 days."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import replace
from math import ceil

import pytest

from algesia.quantities.time import iso_day
from algesia.report.days import Calendar
from algesia.report.plan_calendar import taken_on
from algesia.report.plan_supplies import supplies_csv
from tests.report import plan_samples as samples
from tests.report.plan_samples import MONDAY, PLANS


def rows(text: str) -> list[dict[str, str]]:
    """The rows by their column."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("name", PLANS)
def test_the_counts_add_up_to_what_is_taken(name: str) -> None:
    plan = PLANS[name]()
    supplied: dict[tuple[str, str, str, str], float] = defaultdict(float)
    for row in rows(supplies_csv(plan)):
        supplied[(row["step"], row["product"], row["strength"], row["unit"])] += float(row["count"])
        assert int(row["days"]) <= 28
    taken: dict[tuple[str, str, str, str], float] = defaultdict(float)
    for step in plan.steps:
        for start in range(step.start, step.end, 28):
            days = sum(taken_on(step, day) for day in range(start, min(start + 28, step.end)))
            fill: dict[tuple[str, str, str, str], float] = defaultdict(float)
            for dose in step.doses:
                for piece in dose.pieces:
                    key = (str(step.number), piece.product, f"{piece.strength:g}", piece.unit)
                    fill[key] += piece.count * days
            for key, count in fill.items():
                taken[key] += count if key[3] == "mg/mL" else ceil(count)
    assert supplied == taken


def test_rows_as_they_are_written() -> None:
    text = supplies_csv(samples.extended())
    assert text.splitlines()[:4] == [
        "fill,from,to,days,step,drug,product,strength,unit,count,rxcui",
        "1,2026-12-07,2027-01-03,28,1,oxycodone,OxyContin and authorized generics,10,mg,28,1860157",
        "1,2026-12-07,2027-01-03,28,1,oxycodone,OxyContin and authorized generics,40,mg,56,1860137",
        "2,2027-01-04,2027-01-31,28,2,oxycodone,OxyContin and authorized generics,40,mg,56,1860137",
    ]
    assert [r["fill"] for r in rows(supplies_csv(samples.long()))] == ["1", "2"]


def test_a_liquid_is_in_milliliters_and_a_code_that_was_not_read_is_empty() -> None:
    (row,) = rows(supplies_csv(samples.liquid()))
    assert (row["strength"], row["unit"], row["count"]) == ("1", "mg/mL", "497")
    plan = samples.liquid()
    bare = replace(plan, supplies=tuple(replace(fill, rxcui="") for fill in plan.supplies))
    assert rows(supplies_csv(bare))[0]["rxcui"] == ""


def test_a_record_without_dates_counts_days() -> None:
    plan = samples.extended()
    calendar = Calendar(True, MONDAY - 21, plan.as_of)
    first = rows(supplies_csv(plan, calendar))[0]
    assert (first["from"], first["to"]) == ("21", "48")
    dated = rows(supplies_csv(plan, Calendar(False, 0, plan.as_of)))[0]
    assert dated["from"] == iso_day(MONDAY)


@pytest.mark.parametrize("days", [0, 29])
def test_a_supply_for_more_than_28_days_is_a_fault(days: int) -> None:
    plan = samples.extended()
    fill = plan.supplies[0]
    with pytest.raises(ValueError, match=f"a supply for {days} days"):
        supplies_csv(replace(plan, supplies=(replace(fill, end=fill.start + days),)))
