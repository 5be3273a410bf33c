"""The only clock of the web application. Tests pass their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Clock: TypeAlias = Callable[[], datetime]
"""Gives the moment in UTC."""


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)  # noqa: TID251


def stamp(moment: datetime) -> str:
    """A moment of writing: UTC, ISO 8601, to the microsecond.

    >>> stamp(datetime(2026, 11, 12, 20, 14, tzinfo=UTC))
    '2026-11-12T20:14:00.000000Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def local(moment: datetime, zone: str | None) -> datetime:
    """The moment on the person's own clock; the machine's where no time zone is known.

    >>> local(datetime(2026, 11, 12, 20, 14, tzinfo=UTC), "Europe/Paris").strftime("%d %H:%M")
    '12 21:14'
    """
    return moment.astimezone(zone_of(zone))


def zone_of(zone: str | None) -> tzinfo | None:
    """The time zone of this name, ``None`` (the machine's own) where it is not known."""
    if not zone:
        return None
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
