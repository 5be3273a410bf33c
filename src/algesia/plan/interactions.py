"""What runs beside an opioid and may cause serotonin syndrome with it: said before any plan.

The opioids are the list that a rotation is checked against (`rotation_gates.SEROTONERGIC`), the other drugs those of
the table of drug classes.
"""

from __future__ import annotations

from typing import Final

from algesia.assessment.facts import Facts
from algesia.assessment.wording import listed
from algesia.plan.rotation_gates import SEROTONERGIC

INHIBITOR, OTHER = "maoi", "serotonergic"
SIGNS: Final = "Ask for agitation, tremor, sweating, diarrhea."


def serotonin(facts: Facts) -> list[str]:
    """A sentence for each way in which a running opioid meets a MAO inhibitor or a serotonergic drug; MAO inhibitors first.

    >>> from algesia.exposure.compute import exposure
    >>> from algesia.knowledge.loader import load
    >>> from algesia.record.codec import read_record
    >>> record = read_record(b'{"format": "algesia-record/1", "medications": [{"drug": "tramadol", "start": "2024-01-10",'
    ...     b'"route": "oral", "dose": {"value": 50, "unit": "mg"}, "every_hours": 6}, {"drug": "sertraline", "start":'
    ...     b'"2024-01-10"}]}')
    >>> day = record.last_day
    >>> serotonin(Facts.of(record, exposure(record, load(), "cdc-2022", day), load(), day))
    ['sertraline with tramadol: serotonin syndrome is possible. Ask for agitation, tremor, sweating, diarrhea.']
    """
    opioids = listed(sorted(facts.running_opioids() & set(SEROTONERGIC)))
    if not opioids:
        return []
    classes = facts.running_classes()
    inhibitors = classes.get(INHIBITOR, ())
    others = [drug for drug in classes.get(OTHER, ()) if drug not in inhibitors]
    found = []
    if inhibitors:
        found.append(
            f"{listed(inhibitors)} (MAO inhibitor) with {opioids}: contraindicated together; serotonin syndrome. "
            "Act on this before any plan."
        )
    if others:
        found.append(f"{listed(others)} with {opioids}: serotonin syndrome is possible. {SIGNS}")
    return found
