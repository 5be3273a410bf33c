"""Amounts that cannot be taken at face value: asked about, never swallowed and never silently corrected.

The limits below find slips of unit or digit. They are no clinical maxima: nobody may read them as a dose that
is safe. One has a source and says so; the others are ours, set far above what the order would need to be.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from algesia.exposure.amount import Unknown, shown
from algesia.exposure.frequency import Daily
from algesia.exposure.product import Product
from algesia.exposure.working import number
from algesia.quantities.units import dimension, normalize, to_base
from algesia.record.model import Amount, Medication

OWN: Final = "our own checking limit, not a clinical maximum"
TEXTBOOK: Final = "five times the upper end of a textbook range, as a checking limit (source it_textbook)"


class Limit(msgspec.Struct, frozen=True):
    """An amount in mg a day above which a regimen is held back or asked about, and on what basis."""

    mg_a_day: float
    basis: str


HELD_BACK: Final[dict[tuple[str, str], Limit]] = {
    # The textbook prints 1 to 20 mg/d of morphine and 0.5 to 25 mg/d of hydromorphone.
    ("intrathecal", "morphine"): Limit(100.0, TEXTBOOK),
    ("intrathecal", "hydromorphone"): Limit(125.0, TEXTBOOK),
    ("intrathecal", "fentanyl"): Limit(10.0, OWN),
    ("intrathecal", "sufentanil"): Limit(1.0, OWN),
    ("intrathecal", "remifentanil"): Limit(1.0, OWN),
    ("intrathecal", "alfentanil"): Limit(50.0, OWN),
    ("intrathecal", "buprenorphine"): Limit(10.0, OWN),
    ("intrathecal", ""): Limit(100.0, OWN),
    ("epidural", "morphine"): Limit(1000.0, OWN),
    ("epidural", "fentanyl"): Limit(20.0, OWN),
    ("epidural", "sufentanil"): Limit(5.0, OWN),
    ("epidural", "remifentanil"): Limit(5.0, OWN),
    ("epidural", "alfentanil"): Limit(100.0, OWN),
    ("epidural", "buprenorphine"): Limit(50.0, OWN),
    ("epidural", ""): Limit(1000.0, OWN),
    ("", ""): Limit(1_000_000.0, OWN),
}
"""By route and drug ("" for any other): above this, mg were probably written for ug, and nothing is counted."""

ASKED: Final[dict[str, Limit]] = {
    "fentanyl": Limit(20.0, OWN),
    "sufentanil": Limit(2.0, OWN),
    "buprenorphine": Limit(64.0, OWN),
    "levorphanol": Limit(100.0, OWN),
    "butorphanol": Limit(100.0, OWN),
    "hydromorphone": Limit(300.0, OWN),
    "oxymorphone": Limit(300.0, OWN),
    "methadone": Limit(400.0, OWN),
    "": Limit(1000.0, OWN),
}
"""By drug, taken by mouth or nose: above this the amount still counts and is asked about."""

SWALLOWED: Final = ("oral", "buccal", "sublingual", "nasal")
FAR_ABOVE: Final = 10.0
"""Our own rule: above so many times the amount that is asked about, nothing is counted."""

TEXTBOOK_TOP: Final[dict[tuple[str, str], float]] = {
    ("intrathecal", "morphine"): 20.0,
    ("intrathecal", "hydromorphone"): 25.0,
}
"""The upper end of the textbook range in mg a day (source it_textbook): above it the amount is asked about."""

PATCHES_AT_MOST: Final = 10
"""Our own checking limit: a rate above this many of the strongest marketed patch is no rate worn."""


def held_back(drug: str, route: str | None, daily: Daily) -> Unknown | None:
    """Why an amount is not counted until somebody has looked at it; ``None`` when it may count.

    >>> from algesia.exposure.model import Span
    >>> held_back("morphine", "intrathecal", Daily(Span.exactly(500.0), "500 mg/d")).ask
    'Are these mg or ug a day?'
    >>> held_back("morphine", "intravenous", Daily(Span.exactly(5760.0), "240 mg/h = 5760 mg/d")) is None
    True
    """
    top = daily.mg.high
    if route in SWALLOWED:
        most = FAR_ABOVE * (ASKED.get(drug) or ASKED[""]).mg_a_day
        if top > most:
            return Unknown(
                f"{number(top)} mg a day of {route} {drug} cannot be taken at face value "
                f"(above {number(most)} mg a day: {OWN})",
                "Is the amount right?",
                daily.words,
            )
    limit = HELD_BACK.get((route or "", drug)) or HELD_BACK.get((route or "", "")) or HELD_BACK[("", "")]
    if top <= limit.mg_a_day:
        return None
    by = f"{route} {drug}" if route else drug
    return Unknown(
        f"{number(top)} mg a day of {by} cannot be taken at face value "
        f"(above {number(limit.mg_a_day)} mg a day: {limit.basis})",
        "Are these mg or ug a day?",
        daily.words,
    )


def doubts(doses: Iterable[Amount | None], drug: str, product: Product, daily: Daily) -> tuple[Unknown, ...]:
    """What should still be asked about an amount that counts: of an order, or what was logged on a day.

    `doses` are the single doses of it; none of them twice in the answer.
    """
    found = [*daily.notes, *_large(drug, product, daily)]
    for dose in doses:
        found.extend(_not_a_multiple(dose, product))
    return tuple(dict.fromkeys(found))


def _large(drug: str, product: Product, daily: Daily) -> Iterable[Unknown]:
    top = TEXTBOOK_TOP.get((product.route or "", drug))
    if top is not None and daily.mg.high > top:
        yield Unknown(
            f"{number(daily.mg.high)} mg a day of {product.route} {drug} is above the textbook range, "
            f"which ends at {number(top)} mg a day (source it_textbook)",
            "Are these mg or ug a day?",
            daily.words,
        )
    if product.route not in SWALLOWED:
        return
    limit = ASKED.get(drug) or ASKED[""]
    if daily.mg.high > limit.mg_a_day:
        yield Unknown(
            f"{number(daily.mg.high)} mg a day of {product.route} {drug} is unusually much "
            f"(above {number(limit.mg_a_day)} mg a day: {limit.basis})",
            "Is the amount right?",
            daily.words,
        )


def _not_a_multiple(dose: Amount | None, product: Product) -> Iterable[Unknown]:
    """A dose in mg that the stated strength cannot make up; halves of immediate-release tablets can be cut."""
    strength = product.per_unit
    if dose is None or dose.value is None or not strength or product.per_unit_is != "mg":
        return
    unit = normalize(dose.unit)
    if unit is None or dimension(unit) != "mass" or dose.value == 0:
        return
    units = to_base(dose.value, unit) / strength
    steps = units if product.release == "extended" else units * 2
    if abs(steps - round(steps)) > 1e-6 or round(steps) == 0:
        yield Unknown(
            f"{shown(dose)} cannot be made up of units of {number(strength)} mg ({product.origin})",
            "Which strength is taken, and how many at a time?",
            f"{shown(dose)} of {number(strength)} mg",
        )


def patch_doubt(
    order: Medication, drug: str, product: Product, daily: Daily, marketed: frozenset[float]
) -> tuple[Unknown, bool] | None:
    """A patch rate that marketed patches (`marketed`, ug/h) cannot give, and whether it is held back.

    `marketed` are the strengths of the RxNorm table for this drug; without any, nothing can be checked.
    """
    if daily.worn is None or not marketed or daily.worn.high == 0:
        return None
    strongest = max(marketed)
    if daily.worn.high > PATCHES_AT_MOST * strongest:
        return (
            Unknown(
                f"{number(daily.worn.high)} ug/h is more than {PATCHES_AT_MOST} of the strongest {drug} patch "
                f"({number(strongest)} ug/h): {OWN}",
                "Which rate in ug/h is printed on the patch?",
                daily.words,
            ),
            True,
        )
    each = product.per_unit if product.per_unit_is == "ug/h" else None
    rate = each if each is not None else daily.worn.high
    made_up = _made_up(rate, marketed, 1 if each is not None else PATCHES_AT_MOST)
    # A supply gives an average rate, which need not be a sum of patches.
    if made_up or (each is None and order.dose is None):
        return None
    listed = ", ".join(number(strength) for strength in sorted(marketed))
    return (
        Unknown(
            f"{number(rate)} ug/h is no {drug} patch in RxNorm ({listed} ug/h)",
            "Which rate in ug/h is printed on the patch?",
            daily.words,
        ),
        False,
    )


def _made_up(rate: float, marketed: frozenset[float], patches: int) -> bool:
    """Whether so many patches can add up to a rate; in tenths of ug/h, so that 12.5 and 62.5 are whole."""
    # The fentanyl patch that RxNorm lists with 12 ug/h is often written with 12.5.
    if 12.0 in marketed:
        marketed = marketed | {12.5}
    goal = round(rate * 10)
    if abs(goal - rate * 10) > 1e-6:
        return False
    sizes = [round(strength * 10) for strength in marketed]
    reached = {0}
    for _ in range(patches):
        reached |= {sum_ + size for sum_ in reached for size in sizes if sum_ + size <= goal}
        if goal in reached:
            return True
    return False
