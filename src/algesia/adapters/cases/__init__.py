"""Published cases in the format `algesia-case/0.1`, read into the record.

A case is a timeline of what a case report printed: `t_day` counts from the case's own day 0. `read_case` takes
the facts and leaves the answer (label, outcome, the author's notes on the label) where it is. What cannot be
taken at face value is queried in `Medication.question`, never corrected.
"""

from __future__ import annotations

from algesia.adapters.cases.reader import CASE_FORMAT, is_case, read_case

__all__ = ["CASE_FORMAT", "is_case", "read_case"]
