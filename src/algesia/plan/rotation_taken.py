"""Between which two drugs a rotation goes: what is taken now, at its lowest verified dose, and what it may change to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Final, Literal

from algesia.assessment.facts import Facts
from algesia.exposure.model import Item
from algesia.knowledge.drugs import identify
from algesia.knowledge.loader import Knowledge
from algesia.plan.model import Regimen, RotationRequest
from algesia.plan.regimen import regimens
from algesia.plan.rotation_ratios import MORPHINE, NEVER, Drug, edges
from algesia.plan.wording import amount, listed, without_mme
from algesia.quantities.refusal import Unassessable, WrongCall

COUNTED: Final = ("converted", "apart", "unconverted")
SURER: Final = ("prescribed", "dispensed", "taken")
UG_H: Final = 0.024
"""mg a day in 1 ug/h."""
WEEK: Final = 7
"""Days a dose must have been held before it is converted, the time that labels ask for in opioid tolerance."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One opioid by one route, over all its orders: `low` and `high` mg a day, and why `low` is taken where they differ.

    `regimen.daily` is the low end in the regimen's own unit. `basis` is how the amount is known: prescribed, dispensed or
    taken, the least sure of its orders. `held` is false where on some day of the last week none of it was on record.
    """

    regimen: Regimen
    low: float
    high: float
    doubt: str
    basis: str
    held: bool = True

    @property
    def drug(self) -> Drug:
        """The drug and its route."""
        return (self.regimen.drug, self.regimen.route)


def targets(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """The drugs a rotation may go to, each with its routes, the one taken where none is asked for first.

    >>> from algesia.knowledge.loader import load
    >>> targets(load())["fentanyl"]
    ('transdermal', 'intravenous', 'subcutaneous', 'intramuscular', 'intrathecal', 'epidural')
    """
    routes: dict[str, dict[str, None]] = {}
    for line in knowledge.product_lines.values():
        if line.scope == "pain" and line.plannable:
            routes.setdefault(line.ingredient, {})[line.route] = None
    rows = tuple(knowledge.equianalgesic.values())
    for drug, found in routes.items():
        for route in ("intravenous", "subcutaneous", "intramuscular"):
            if edges(rows, MORPHINE, (drug, route)):
                found[route] = None
    for drug in ("morphine", "hydromorphone", "fentanyl"):
        routes[drug] |= {"intrathecal": None, "epidural": None}
    return {drug: tuple(found) for drug, found in sorted(routes.items())}


def target(request: RotationRequest, knowledge: Knowledge) -> Drug:
    """The new drug and its route.

    Raises
    ------
    WrongCall
        When the tables know no such target; the message names those they know.

    >>> from algesia.knowledge.loader import load
    >>> target(RotationRequest("Dilaudid"), load())
    ('hydromorphone', 'oral')
    """
    known = targets(knowledge)
    meant = identify(knowledge, request.to).opioids
    if len(meant) != 1 or meant[0] not in known:
        raise WrongCall(
            f"{request.to!r} is no drug that a rotation can go to. Possible: {listed([*known], 'or')}."
        )
    routes = known[meant[0]]
    route = routes[0] if request.to_route is None else request.to_route
    if route not in routes:
        raise WrongCall(
            f"{meant[0]} by the route {route!r} is not in the tables. Possible: {listed(routes, 'or')}."
        )
    return (meant[0], route)


def every_track(facts: Facts) -> tuple[Taken, ...]:
    """Every opioid that runs, by drug and route, at its lowest verified dose."""
    tracks: dict[Drug, list[Item]] = defaultdict(list)
    for item in facts.exposure.items:
        if item.covers(facts.as_of) and item.status != "not-opioid" and item.route is not None:
            tracks[(item.drug, item.route)].append(item)
    known = regimens(facts).regimens
    found = []
    for drug, items in sorted(tracks.items()):
        counted = [item for item in items if item.status in COUNTED and item.daily is not None]
        if counted:
            found.append(_track(facts, drug, items, counted, known))
    return tuple(found)


def week_low(facts: Facts, drug: Drug) -> float:
    """The lowest mg a day of a drug by a route over the last week: a dose reached within it is not yet held.

    As-needed orders count with their lower end, which is none. Zero where the record does not reach a week back.
    """
    steps = facts.exposure.tracks.get(drug)
    if steps is None:
        return 0.0
    first = facts.as_of - WEEK
    later = [
        level.low for day, level in zip(steps.days, steps.values, strict=True) if first < day <= facts.as_of
    ]
    return min((steps.at(first).low, *later))


def _track(
    facts: Facts, drug: Drug, items: list[Item], counted: list[Item], known: tuple[Regimen, ...]
) -> Taken:
    low = sum(item.daily.low for item in counted if item.daily is not None)
    high = sum(item.daily.high for item in counted if item.daily is not None)
    doubts = []
    if low < high:
        doubts.append(f"as needed or a range, {amount(low)} to {amount(high)} mg a day")
    others: dict[str, float] = defaultdict(float)
    for item in items:
        if item.status == "superseded" and item.daily is not None and item.daily.low > 0:
            others[item.basis] += item.daily.low
    for basis, other in sorted(others.items()):
        if other < low:
            doubts.append(f"{basis}: {amount(other)} mg a day")
            low = other
        high = max(high, other)
    held = week_low(facts, drug)
    started = held <= 0 < low
    if held < low - 1e-9:
        since = f"within the last {WEEK} days"
        doubts.append(
            f"not on record on some day {since}" if started else f"as low as {amount(held)} mg a day {since}"
        )
        low = held
    basis = min((item.basis for item in counted), key=SURER.index)
    regimen = _regimen(drug, counted, known, low)
    return Taken(regimen, round(low, 9), round(high, 9), "; ".join(doubts), basis, not started)


def _regimen(drug: Drug, counted: list[Item], known: tuple[Regimen, ...], low: float) -> Regimen:
    """The regimen to print: as read where one product line holds it all, else the sum of its orders."""
    name, route = drug
    read = [r for r in known if (r.drug, r.route) == drug]
    unit: Literal["mg/d", "ug/d", "ug/h"] = (
        "ug/h" if route == "transdermal" else "ug/d" if route == "buccal" else "mg/d"
    )
    daily = round(low / UG_H if unit == "ug/h" else low * 1000 if unit == "ug/d" else low, 6)
    medications = tuple(sorted({item.medication for item in counted}))
    working = "; ".join(without_mme(item.working) for item in counted)
    if len(read) == 1 and read[0].medications == medications and read[0].unit == unit:
        same = abs(read[0].daily - daily) < 1e-6
        return read[0] if same else replace(read[0], daily=daily, slots=(), mme=None)
    extended = any(r.release == "extended" for r in read)
    return Regimen(
        medications,
        name,
        route,
        "extended" if extended else "immediate",
        "",
        unit,
        daily,
        0,
        (),
        None,
        working,
    )


def old(
    tracks: tuple[Taken, ...], request: RotationRequest, knowledge: Knowledge, new: Drug
) -> Taken | Unassessable:
    """The opioid that is replaced: the one named, or the only one."""
    drugs = listed([f"{t.regimen.drug} ({t.regimen.route})" for t in tracks], "and")
    found = tracks
    if request.drug is not None:
        meant = identify(knowledge, request.drug).opioids or (request.drug,)
        found = tuple(t for t in tracks if t.regimen.drug in meant)
        if not found:
            because = f"{request.drug} does not run on the day of asking; {drugs} does"
            return Unassessable("rotation", because, ("which opioid is to be replaced",))
    if len(found) > 1:
        because = f"several opioids run: {drugs}"
        missing = "which opioid is to be replaced"
        if len({t.regimen.drug for t in found}) == 1:
            because = f"{found[0].regimen.drug} runs by several routes: {drugs}"
            missing = "one route of the opioid that is to be replaced"
        return Unassessable("rotation", because, (missing,))
    if not found:
        return Unassessable("rotation", "no opioid with a known route and amount runs", ("medications",))
    return found[0] if found[0].drug != new else _same(found[0])


def _same(found: Taken) -> Unassessable:
    name, route = found.drug
    because = f"{name}, {route}, is what is taken: a change of its product is no rotation"
    return Unassessable("rotation", because, ("another drug or route",))


def refusal(now: Taken, new: Drug) -> Unassessable | None:
    """Why no table leads away from this drug, whatever the target, or ``None``."""
    name, route = now.drug
    if {route, new[1]} & NEVER:
        where = route if route in NEVER else new[1]
        because = f"no dose is computed to or from the {where} route; the observed spread is shown"
        return Unassessable("rotation", because, ("the pump center or pain specialist",))
    if not now.held:
        because = f"{name}: {now.doubt}; a dose that was not held for {WEEK} days is not converted"
        return Unassessable("rotation", because, (f"{name} on record for {WEEK} days",))
    if now.low <= 0:
        because = f"{name}: {now.doubt}; nothing says that any of it is taken"
        return Unassessable("rotation", because, (f"how much {name} is taken a day",))
    if name == "methadone":
        because = "the methadone tables go one way, to methadone; no ratio leads back"
        return Unassessable("rotation", because, ("a specialist in the use of methadone",))
    if name == "buprenorphine" and new != ("buprenorphine", "sublingual"):
        because = (
            "buprenorphine is a partial agonist: the ratios read hold for starting it, none is turned round"
        )
        return Unassessable("rotation", because, ("a pain specialist",))
    if route == "transdermal" and new != ("buprenorphine", "sublingual"):
        because = f"the tables of the {name} patch go one way, to the patch; read backwards they overestimate"
        return Unassessable("rotation", because, (f"an equianalgesic ratio from {name}, transdermal",))
    return None
