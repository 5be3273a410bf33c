"""What every row of the tables of plans carries.

Every row names its source, its place in the source (`row`) and its confidence. `None` means not read or not
stated; it is never zero. A row may be used for a dose only where its `confidence` allows
(`Confidence.may_drive_a_dose`) and, where a row has a `policy` or a `role`, only as that says.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from algesia.knowledge.model import Confidence

Release: TypeAlias = Literal["immediate", "extended"]
Handling: TypeAlias = Literal["yes", "no", "unverified", "not-applicable"]
Policy: TypeAlias = Literal["label", "shown", "never"]


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every row of these tables carries. An unknown column is refused when the table is read."""

    row: str
    confidence: Confidence
    note: str = ""


class Cited(Row, frozen=True, kw_only=True):
    """A row with one source."""

    source: str
