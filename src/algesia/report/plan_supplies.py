"""What to prescribe, as CSV: a row for each strength of each supply."""

from __future__ import annotations

import csv
import io
from typing import Final

from algesia.plan.model import TaperPlan
from algesia.quantities.time import iso_day
from algesia.report.days import Calendar

COLUMNS: Final = (
    "fill", "from", "to", "days", "step", "drug", "product", "strength", "unit", "count", "rxcui",
)  # fmt: skip
MOST_DAYS: Final = 28
"""No supply is for longer (`knowledge.taper_limits`, limit ``supply``)."""


def supplies_csv(plan: TaperPlan, calendar: Calendar | None = None) -> str:
    """The supplies of a plan, in the order of their days; the heading alone when the plan has none.

    `fill` counts the supplies: all strengths of the same days are one. `from` and `to` are the first and the last
    day, ISO 8601 dates, or day numbers where `calendar` is that of a record without dates. `count` is pieces or
    patches, for ``mg/mL`` it is mL. An RxNorm code that was not read is empty.

    Raises
    ------
    ValueError
        When a supply is for more than 28 days: such a plan is faulty.

    >>> from algesia.plan.model import TaperRequest
    >>> supplies_csv(TaperPlan("blocked", 738000, "1", TaperRequest()))
    'fill,from,to,days,step,drug,product,strength,unit,count,rxcui\\r\\n'
    """
    drugs = {step.number: step.drug for step in plan.steps}
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(COLUMNS)
    number = 0
    span: tuple[int, int, int] | None = None
    for fill in sorted(plan.supplies, key=lambda f: (f.start, f.end, f.step, f.line, f.strength)):
        days = fill.end - fill.start
        if not 0 < days <= MOST_DAYS:
            raise ValueError(f"a supply for {days} days: at least 1 and at most {MOST_DAYS} are allowed")
        if span != (fill.start, fill.end, fill.step):
            span = (fill.start, fill.end, fill.step)
            number += 1
        first, last = (_day(day, calendar) for day in (fill.start, fill.end - 1))
        write.writerow(
            [
                number, first, last, days, fill.step, drugs.get(fill.step, ""), fill.product,
                _plain(fill.strength), fill.unit, _plain(fill.count), fill.rxcui,
            ]
        )  # fmt: skip
    return out.getvalue()


def _day(day: int, calendar: Calendar | None) -> str:
    counted = None if calendar is None else calendar.number(day)
    return iso_day(day) if counted is None else str(counted)


def _plain(value: float) -> str:
    """A number for a spreadsheet: exact, no separators, a plain minus sign.

    >>> _plain(12.5), _plain(1120.0)
    ('12.5', '1120')
    """
    return str(int(value)) if value == int(value) else repr(round(value, 6))
