"""Finding the MME factor of a drug in one edition, or saying in words why there is none.

Measures exposure only: a factor must never be used to switch a person from one drug to another
(CDC 2022, Dowell et al., MMWR Recomm Rep 2022;71(3), cautions to its table).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from algesia.knowledge.loader import Knowledge
from algesia.knowledge.model import Edition, MmeFactor
from algesia.knowledge.names import NameIndex

EDITION_NAMES: Final[dict[Edition, str]] = {
    "cdc-2022": "CDC 2022",
    "cdc-2016": "CDC 2016",
    "cdc-2016-file": "the CDC 2016 data file",
    "cdc-2018-file": "the CDC 2018 data file",
    "nih-heal": "NIH HEAL",
}
_FORMS: Final[dict[str, str]] = {
    "film": "film", "films": "film", "strip": "film", "spray": "spray", "sprays": "spray", "actuat": "spray",
    "lozenge": "lozenge", "lozenges": "lozenge", "troche": "lozenge", "lollipop": "lozenge",
    "tablet": "tablet", "tablets": "tablet", "tab": "tablet", "tabs": "tablet", "patch": "patch",
    "patches": "patch", "system": "patch",
}  # fmt: skip
_SITES: Final[dict[str, str]] = {
    "buccal": "buccal", "sublingual": "sublingual", "sl": "sublingual", "mucosal": "buccal",
    "oromucosal": "buccal", "transmucosal": "buccal", "nasal": "nasal", "intranasal": "nasal",
    "transdermal": "transdermal", "rectal": "rectal",
}  # fmt: skip


class Form(NamedTuple):
    """What a dosage form in words says: its kind, and the route it settles, where it says either."""

    kind: str | None
    site: str | None


def read_form(form: str | None) -> Form:
    """Kind and route in the words of a dosage form.

    >>> read_form("Buccal Film"), read_form("nasal spray"), read_form("Extended Release Oral Tablet")
    (Form(kind='film', site='buccal'), Form(kind='spray', site='nasal'), Form(kind='tablet', site=None))
    """
    words = NameIndex.words(form or "")
    kind = next((_FORMS[word] for word in words if word in _FORMS), None)
    site = next((_SITES[word] for word in words if word in _SITES), None)
    if site is None and (kind == "lozenge" or (kind == "spray" and "oral" in words)):
        site = "buccal"
    if site is None and kind == "patch":
        site = "transdermal"
    return Form(kind, site)


def find_factor(
    knowledge: Knowledge,
    edition: Edition,
    ingredient: str,
    route: str | None,
    form: str | None,
    daily_mg: float | None,
) -> MmeFactor | None:
    """The factor for a drug, or ``None``: `why_none` then says why.

    `daily_mg` is the drug's total per day in mg over all its regimens: tiers are chosen on it. Without a route
    there is no factor, unless the form settles the route. Rows marked as unverified or not read are never
    returned. A tier holds above its lower bound up to and including its upper one; a total of zero takes the
    lowest tier.

    >>> from algesia.knowledge.loader import load
    >>> find_factor(load(), "cdc-2016", "methadone", "oral", None, 20.5).value
    8.0
    >>> find_factor(load(), "cdc-2018-file", "fentanyl", None, "nasal spray", 0.4).value
    0.16
    """
    found = _look_up(knowledge, edition, ingredient, route, form, daily_mg)
    return found if isinstance(found, MmeFactor) else None


def why_none(
    knowledge: Knowledge,
    edition: Edition,
    ingredient: str,
    route: str | None,
    form: str | None,
    daily_mg: float | None = None,
) -> str:
    """Why `find_factor` answers nothing for the same question, in words without a full stop.

    >>> from algesia.knowledge.loader import load
    >>> why_none(load(), "cdc-2022", "morphine", "intravenous", None)
    'CDC 2022 has no factor for intravenous morphine; it has one for oral'
    """
    found = _look_up(knowledge, edition, ingredient, route, form, daily_mg)
    return (
        f"{EDITION_NAMES[edition]} has a factor for {ingredient}" if isinstance(found, MmeFactor) else found
    )


def _look_up(
    knowledge: Knowledge,
    edition: Edition,
    ingredient: str,
    route: str | None,
    form: str | None,
    daily_mg: float | None,
) -> MmeFactor | str:
    table = EDITION_NAMES[edition]
    rows = knowledge.factors_by_drug(edition).get(ingredient, ())
    if not rows:
        return f"{table} has no factor for {ingredient}"
    kind, site = read_form(form)
    if site is not None and route in (None, "oral"):
        route = site
    usable = [row for row in rows if not row.excluded]
    excluded = [row for row in rows if row.excluded and (not row.routes or route in row.routes)]
    routes = sorted({name for row in usable for name in row.routes})
    if not usable:
        return f"{table} leaves {ingredient} out: {rows[0].note.rstrip('.')}"
    if route is None:
        return f"the route of {ingredient} is not on record; {table} has factors for {' and '.join(routes)}"
    here = [row for row in usable if route in row.routes]
    if not here:
        if excluded:
            return f"{table} leaves {route} {ingredient} out: {excluded[0].note.rstrip('.')}"
        return f"{table} has no factor for {route} {ingredient}; it has one for {' and '.join(routes)}"
    fitting = _fit_form(here, kind)
    if isinstance(fitting, list) and not fitting:
        return f"{table} has no factor for {route} {ingredient} as a {kind}"
    if len({row.forms for row in fitting}) > 1:
        return (
            f"{table} has different factors for {route} {ingredient} by form, and the form is not on record"
        )
    return _fit_tier(fitting, daily_mg, f"{table} has tiers for {ingredient}")


def _fit_form(rows: list[MmeFactor], kind: str | None) -> list[MmeFactor]:
    """Rows that name the form; else rows for any form; without a form, rows for any form or all there are."""
    if kind is not None:
        named = [row for row in rows if kind in row.forms]
        return named or [row for row in rows if not row.forms]
    return [row for row in rows if not row.forms] or rows


def _fit_tier(rows: list[MmeFactor], daily_mg: float | None, tiers: str) -> MmeFactor | str:
    usable = [row for row in rows if row.confidence.may_drive_a_dose]
    if not usable:
        return f"the factor for {rows[0].ingredient} is marked {rows[0].confidence.value} and drives no dose"
    if usable[0].above is None:
        return usable[0]
    if daily_mg is None:
        return f"{tiers}, and its total per day is not known"
    for row in usable:
        if (row.above or 0.0) < daily_mg and (row.up_to is None or daily_mg <= row.up_to):
            return row
    return usable[0]
