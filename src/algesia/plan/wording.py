"""Numbers and lists in the sentences of plans."""

from __future__ import annotations

from algesia.assessment.wording import listed, number

__all__ = ["amount", "listed", "share", "without_mme"]


def amount(value: float) -> str:
    """An amount as it is printed: at most three decimals, none that says nothing.

    >>> amount(40.0), amount(13.5), amount(0.125)
    ('40', '13.5', '0.125')
    """
    return f"{value:.3f}".rstrip("0").rstrip(".")


def share(percent: float) -> str:
    """A percentage with its sign and a space.

    >>> share(12.5), share(10)
    ('12.5 %', '10 %')
    """
    return f"{number(percent)} %"


def without_mme(working: str) -> str:
    """The sum of an amount a day without the part that measures it in MME.

    >>> without_mme("60 mg every 12 h = 120 mg/d; x 1 = 120 MME/d")
    '60 mg every 12 h = 120 mg/d'
    """
    return working.split("; x ")[0]
