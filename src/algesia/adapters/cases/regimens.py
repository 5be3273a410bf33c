"""From opioid events to regimens with a start and an end.

A case report states regimens one after another. The rule by which one ends another:

1. An event states the regimen from its day on, until something ends it.
2. A later event of the same drug and route ends the running ones of its class: extended release, immediate
   release, patch, infusion, bolus, patient-controlled analgesia (PCA). An event that states no class is about the
   drug by that route as a whole and ends all of them; a running one without a class is ended by any.
   An infusion ends a PCA, and a PCA ends an infusion and boluses; a bolus comes on top of an infusion.
3. Where an event states no route, it is about the drug's only route; with several running, about the regimens
   whose route was not stated either. "Injection" covers intravenous, intramuscular and subcutaneous.
4. Events of the same time run together. A stop ends what started before it, never what starts with it.
5. ``stop: true`` or a dose of 0 ends the drug by that route; with a class, that class and what has none; with no
   route or the route "all", the drug altogether; the drug "all opioids" ends every drug.
6. What a PCA gave in all, or on average, contains its basal rate. On that day the total stands, and basal and
   demand settings are kept as its text, never added.
7. A sum over a period ("total in first 36 h", "total so far") is a statement about the past. It ends only an
   earlier sum.

A rotation or taper among the interventions changes no regimen by itself: only what is stated changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from algesia.adapters.cases.amounts import Stated, state
from algesia.adapters.cases.printed import Printed
from algesia.adapters.cases.words import REPLACES, Kind, read_form, read_release
from algesia.quantities.time import Instant
from algesia.record.model import Medication

MORE_THAN_ONE_TOTAL = "more than one total is printed for the same pump on the same day"


@dataclass(frozen=True, slots=True)
class _Running:
    printed: Printed
    contained: tuple[str, ...] = ()
    end: Instant | None = None
    clash: bool = False


def read_regimens(events: Sequence[Printed]) -> tuple[Medication, ...]:
    """The medications of a case, in the order of their events.

    >>> read_regimens([])
    ()
    """
    running = _with_pump_totals([_Running(event) for event in events if not event.ends])
    stops = [event for event in events if event.ends]
    ended = [replace(one, end=_end(one, running, stops)) for one in running]
    return tuple(_medication(one, f"m{number}") for number, one in enumerate(ended, 1))


def _with_pump_totals(running: Sequence[_Running]) -> list[_Running]:
    """Rule 6: fold the settings of a PCA into its total of the same day."""
    out: list[_Running] = []
    for one in running:
        pump = [other for other in running if _same_pump_same_day(one.printed, other.printed)]
        totals = [other for other in pump if other.printed.total]
        named = [other for other in totals if "total" in (other.printed.formulation or "").lower()] or totals
        if not named or one.printed.kind is not Kind.PCA:
            out.append(one)
        elif one in named:
            contained = tuple(other.printed.words for other in pump if other not in named)
            out.append(replace(one, contained=contained, clash=len(named) > 1))
    return out


def _same_pump_same_day(one: Printed, other: Printed) -> bool:
    return (
        one.kind is Kind.PCA
        and other.kind is Kind.PCA
        and one.same_drug == other.same_drug
        and one.routes == other.routes
        and one.at.day == other.at.day
    )


def _end(one: _Running, running: Iterable[_Running], stops: Iterable[Printed]) -> Instant | None:
    """The first later event that ends a regimen."""
    mine = one.printed
    others = list(running)
    ends = [later.printed.at for later in others if _replaces(later.printed, mine, others)]
    ends += [stop.at for stop in stops if _stops(stop, mine)]
    if mine.frequency.single:
        ends.append(mine.at.shifted(1))
    return min(ends, default=None)


def _replaces(later: Printed, earlier: Printed, running: Sequence[_Running]) -> bool:
    if not later.at > earlier.at or later.same_drug != earlier.same_drug:
        return False
    if later.of_a_period and not earlier.of_a_period:
        return False
    if not _same_route(later, earlier, running):
        return False
    return earlier.kind in REPLACES[later.kind] or earlier.of_a_period


def _same_route(later: Printed, earlier: Printed, running: Sequence[_Running]) -> bool:
    if later.routes and earlier.routes:
        return bool(later.routes & earlier.routes)
    if later.routes:
        return True
    stated = {
        other.printed.routes
        for other in running
        if other.printed.same_drug == later.same_drug and other.printed.at < later.at and other.printed.routes
    }
    return len(stated) <= 1 or not earlier.routes


def _stops(stop: Printed, earlier: Printed) -> bool:
    if not stop.at > earlier.at:
        return False
    if not stop.every_drug and stop.same_drug != earlier.same_drug:
        return False
    if stop.routes and earlier.routes and not stop.routes & earlier.routes:
        return False
    if stop.every_drug or stop.every_route or not stop.routes:
        return True
    return earlier.kind in REPLACES[stop.kind] or earlier.kind is Kind.UNSTATED


def _medication(one: _Running, identifier: str) -> Medication:
    printed = one.printed
    stated = state(printed)
    if one.clash:
        stated = Stated(
            question=f"Printed: {printed.words[:600]}. Not counted: {MORE_THAN_ONE_TOTAL}. Ask: which holds?"
        )
    text = printed.words
    if one.contained:
        text += "; contains (not added): " + " | ".join(one.contained)
    return Medication(
        id=identifier,
        drug=printed.drug.lower(),
        start=printed.at,
        end=one.end,
        route=printed.route,
        form=read_form(printed.formulation, printed.kind),
        release=read_release(printed.formulation, printed.kind),
        dose=stated.dose,
        concentration=stated.concentration,
        every_hours=stated.every_hours,
        every_hours_max=stated.every_hours_max,
        times_per_day=stated.times_per_day,
        times_per_day_max=stated.times_per_day_max,
        as_needed=stated.as_needed,
        basis="taken" if "illicit" in printed.routes else "prescribed",
        text=text[:4000],
        question=stated.question,
    )
