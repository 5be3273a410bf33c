"""Routes: how a person says them, and which way in of a drug they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from algesia.knowledge.mechanism import mechanism_tables

MONTHLY_H: Final = 600.0
"""An injection under the skin that is given so seldom is a depot for a month."""
ROUTE_WORDS: Final[Mapping[str, str]] = {
    "oral": "by mouth", "oral-er": "by mouth, extended release", "sublingual": "under the tongue", "buccal": "in the cheek",
    "iv": "into a vein", "sc": "under the skin", "im": "into a muscle", "transdermal": "patch", "nasal": "in the nose",
    "intranasal": "in the nose", "rectal": "rectal", "epidural": "epidural", "intrathecal": "intrathecal",
    "sc-monthly": "monthly depot under the skin", "im-depot": "depot in a muscle",
}  # fmt: skip
"""The routes of orders, in words."""


def route_words(route: str) -> str:
    """A route as it is read out; one that has no words keeps its name.

    >>> route_words("oral-er"), route_words("sublingual"), route_words("inhaled")
    ('by mouth, extended release', 'under the tongue', 'inhaled')
    """
    return ROUTE_WORDS.get(route, route)


def door_of(drug: str, route: str, every_h: float | None = None) -> str:
    """The way in of a drug that a route means: the tables name a nasal spray, and depots, by ways of their own.

    >>> door_of("ketamine", "nasal"), door_of("naltrexone", "im"), door_of("buprenorphine", "sc", 672.0)
    ('intranasal', 'im-depot', 'sc-monthly')
    >>> door_of("naloxone", "nasal"), door_of("morphine", "sc", 4.0)
    ('nasal', 'sc')
    """
    doors = mechanism_tables().doors.get(drug, {})
    if route == "sc" and (every_h or 0.0) >= MONTHLY_H and "sc-monthly" in doors:
        return "sc-monthly"
    instead = {"nasal": "intranasal", "im": "im-depot"}.get(route, route)
    return instead if instead in doors and route not in doors else route
