"""What runs beside the opioid that is replaced: the new drug itself, agonists that buprenorphine displaces, the total.

A new opioid is never put on top of one that already runs, buprenorphine is never begun while another agonist goes on,
and the total of all opioids is what the limit for high doses is held against.
"""

from __future__ import annotations

from typing import Final

from algesia.assessment.facts import Facts
from algesia.plan.rotation_ratios import MORPHINE, Conversion, Drug, convert, span
from algesia.plan.rotation_taken import Taken
from algesia.plan.wording import listed
from algesia.quantities.refusal import Unassessable

PARTIAL: Final = "buprenorphine"


def running(facts: Facts) -> tuple[Drug, ...]:
    """Every opioid on the day of asking by drug and route, those without a known amount or route among them."""
    found = {
        item.key for item in facts.exposure.items if item.covers(facts.as_of) and item.status != "not-opioid"
    }
    return tuple(sorted(found))


def stacked(facts: Facts, now: Taken | None, new: Drug) -> tuple[Unassessable, str] | None:
    """Why the new opioid cannot be begun beside what goes on, with the nearest that can be asked for, or ``None``.

    Parameters
    ----------
    now
        The opioid that is replaced; ``None`` when it was not chosen yet.
    """
    every = running(facts)
    others = tuple(drug for drug in every if now is None or drug != now.drug)
    going_on = listed([f"{name} ({route})" for name, route in others])
    same = [f"{name} ({route})" for name, route in others if name == new[0]]
    if now is not None and same:
        because = f"the new opioid already runs: {listed(same)}; a second amount is never put on top of it"
        nearest = f"a taper of {now.regimen.drug}, or a target that does not run yet"
        return Unassessable("rotation", because, (f"a target other than {new[0]}",)), nearest
    agonists = [name for name, _ in others if name != PARTIAL]
    if new[0] == PARTIAL and len(every) > 1 and agonists:
        because = (
            f"{going_on} would go on beside buprenorphine: all full agonists must be handled first"
            " (precipitated withdrawal)"
        )
        nearest = (
            "the same once one opioid runs, or a taper; a pain specialist where several are to be replaced"
        )
        return Unassessable("rotation", because, ("one opioid on record, the one that is replaced",)), nearest
    return None


def total(facts: Facts, tracks: tuple[Taken, ...]) -> tuple[float, str, bool]:
    """The upper end of all that runs in mg a day of oral morphine (never MME), in words, and whether all of it counts.

    What no ratio leads to oral morphine, or whose route is not known, is named and not counted.
    """
    rows = tuple(facts.knowledge.equianalgesic.values())
    found = {track.drug: convert(track.high, track.drug, MORPHINE, rows) for track in tracks}
    high = sum(each.high for each in found.values() if isinstance(each, Conversion))
    left_out = [drug for drug in running(facts) if not isinstance(found.get(drug), Conversion)]
    parts = []
    if high > 0 or not left_out:
        parts.append(f"oral morphine equivalent of all that runs up to {span(high, high)} mg/d")
    if left_out:
        names = listed([f"{name} ({route})" for name, route in left_out])
        does = (
            "do not convert to oral morphine and are"
            if len(left_out) > 1
            else "does not convert to oral morphine and is"
        )
        parts.append(f"{names} {does} not counted here")
    return high, "; ".join(parts), not left_out
