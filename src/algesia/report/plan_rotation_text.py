"""A rotation as text: for a terminal with color, plain in a pipe."""

from __future__ import annotations

from algesia.plan.model import RotationPlan
from algesia.record.model import Record
from algesia.report.plan_rotation_document import rotation_document
from algesia.report.plan_text import plan_lines
from algesia.report.statements import Place


def rotation_text(
    plan: RotationPlan, record: Record, width: int = 100, color: bool = False, place: Place = "us"
) -> str:
    """A rotation as text, no line longer than `width` (40 at least) unless one word is. `color` adds ANSI styles.

    >>> from algesia.plan.model import RotationRequest
    >>> plan = RotationPlan("unassessable", 730120, "2026.11", RotationRequest("methadone"))
    >>> print(rotation_text(plan, Record(relative=True)).splitlines()[2])
    No rotation to methadone can be made from this record.
    """
    return plan_lines(rotation_document(plan, record, place), width, color)
