"""Days as they are given on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algesia.quantities.refusal import WrongCall

if TYPE_CHECKING:
    from algesia.record.model import Record


def day_of(record: Record, text: str, option: str) -> int:
    """The day an option names: an ISO date, or a day number for a record that counts days.

    Raises
    ------
    WrongCall
        When it is neither.
    """
    from algesia.quantities.time import Instant

    try:
        if record.relative:
            return Instant.of_day(float(text), record.epoch.day).day
        return Instant.parse(text).day
    except (ValueError, OverflowError):
        right = "a day number such as 21" if record.relative else "an ISO date such as 2026-11-12"
        raise WrongCall(f"{option} {text!r} is not {right}") from None
