"""How a record looks on the wire where that differs from the types: lists, times and free texts.

A time is written as a date or date-time under `at`, `start` or `end`, or as a number of days since the epoch
under `day` or `end_day`. The types know only the first; these tables say which key stands for which.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from algesia.record.model import (
    LISTS,
    BodyMap,
    Condition,
    Dose,
    Fact,
    Function,
    Intervention,
    Lab,
    Medication,
    Pain,
    Scale,
    Sign,
    Test,
)

FACTS: Final[Mapping[str, type[Fact]]] = {
    "conditions": Condition, "medications": Medication, "doses": Dose, "pain": Pain, "function": Function,
    "body_maps": BodyMap, "signs": Sign, "tests": Test, "scales": Scale, "labs": Lab,
    "interventions": Intervention,
}  # fmt: skip
"""The type of each list of a record."""

_AT: Final = (("at", "day"),)
_AT_END: Final = (("at", "day"), ("end", "end_day"))
TIMES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    **dict.fromkeys(LISTS, _AT),
    "conditions": _AT_END,
    "interventions": _AT_END,
    "medications": (("start", "day"), ("end", "end_day")),
}
"""For each list: the key that holds a date, and the key that holds a number of days in its place."""

TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "conditions": ("text",), "medications": ("text", "question"), "pain": ("note",), "signs": ("note",),
    "interventions": ("text",),
}  # fmt: skip
"""Free texts. An empty one says nothing, so it is read as absent."""
