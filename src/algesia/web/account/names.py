"""Names of accounts, and moments of the store as days."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from algesia.web.clock import local

NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,39}")
RULE: Final = "2 to 40 small letters, digits, dots, hyphens; for example dr.okafor"


def tidy(name: str) -> str:
    """A name as it is kept, from how somebody writes it.

    >>> tidy(" Dr.Okafor ")
    'dr.okafor'
    """
    return name.strip().lower()[:200]


def fits(name: str) -> bool:
    """Whether it can be a name: letters that cannot be mistaken for others, and that can be read out.

    >>> fits("dr.okafor"), fits("доктор"), fits("a b")
    (True, False, False)
    """
    return NAME.fullmatch(name) is not None


def moment_of(at: str) -> datetime:
    """A moment of the store.

    >>> moment_of("2026-11-12T20:14:00.000000Z").isoformat()
    '2026-11-12T20:14:00+00:00'
    """
    return datetime.fromisoformat(at)


def day_of(at: str, zone: str | None = None) -> int:
    """The day of a moment, on a person's own calendar, as an ordinal.

    >>> day_of("2026-11-12T20:14:00.000000Z", "Europe/Paris") == datetime(2026, 11, 12).toordinal()
    True
    """
    return local(moment_of(at), zone).toordinal()
