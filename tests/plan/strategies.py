"""Records and taper requests as clinics have them, from one builder for hypothesis and for seeded runs.

The builder asks a `Pick` for every choice: a hypothesis draw in the tests, `random.Random(seed).choice` in
`benchmarks/plan_laws.py`. Every product line of the table is prescribed: fixed, as needed, as a range, in halves of
the day, by the tablet, by volume, by code, with parts left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol, TypeVar

from hypothesis import strategies as st

from algesia.knowledge.loader import Knowledge, load
from algesia.knowledge.plan_products import ProductLine
from algesia.plan.model import TaperRequest

T = TypeVar("T")
Wire = dict[str, Any]

FIRST_ASKED: Final = date(2024, 2, 28).toordinal()
DURATIONS: Final = (1, 3, 10, 27, 28, 60, 120, 182, 183, 300, 364, 365, 500, 900, 900, 2000, 3650)
"""For how many days the present orders run, with the bounds of the rules among them."""
VOLUMES: Final = (2.5, 5.0, 7.5, 10.0, 15.0, 20.0)
STYLES: Final = (
    *("plain",) * 24, "as-needed", "as-needed", "range", "no-frequency", "no-dose", "no-release", "no-route",
    "halves-of-the-day", "halves-of-the-day", "by-the-tablet", "code", "odd-dose", "odd-frequency",
)  # fmt: skip
EGFR: Final = "mL/min/{1.73_m2}"
INTERACTING: Final = (
    "lorazepam",
    "gabapentin",
    "pregabalin",
    "zolpidem",
    "sertraline",
    "clonidine",
    "naloxone",
)


class Pick(Protocol):
    """One of several."""

    def __call__(self, options: Sequence[T], /) -> T: ...


@dataclass(frozen=True, slots=True)
class Case:
    """A record in the wire format, the day of asking, and what is asked for.

    `moved`: by how many days a law moves it. `halved`: whether a law asks for half the percent as well.
    """

    wire: Wire
    day: int
    request: TaperRequest
    moved: int
    halved: bool


def iso(day: int) -> str:
    """A day as the wire format writes it.

    >>> iso(738919)
    '2024-02-03'
    """
    return date.fromordinal(day).isoformat()


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Cases for hypothesis."""

    def pick(options: Sequence[T], /) -> T:
        return draw(st.sampled_from(options))

    return case(pick)


def case(pick: Pick) -> Case:
    """A record with one to three opioids, what else is on it, and a request."""
    knowledge = load()
    day = FIRST_ASKED + pick((0, 1, 2, 100, 307, 366, 731))
    lines = [line for line in knowledge.product_lines.values() if line.strengths]
    often = [line for line in lines if line.plannable and line.route != "sublingual"]
    taken = [
        pick(lines if pick((True, *(False,) * 5)) else often)
        for _ in range(pick((1, 1, 1, 1, 1, 1, 2, 2, 3)))
    ]
    medications: list[Wire] = []
    for number, line in enumerate(taken):
        medications += orders(pick, line, f"m{number}", day)
    wire: Wire = {
        "format": "algesia-record/1",
        "person": {},
        "medications": medications,
        "pain": [{"at": iso(day - back), "score": score} for back, score in ((0, 7), (40, 6), (90, 7))],
        "conditions": [{"kind": "chronic-pain", "text": "low back pain", "at": iso(day - 4000)}],
        "signs": [],
        "scales": [],
        "labs": [],
    }
    if pick((True, False, False)):
        _laboratory(pick, wire, day)
    if pick((True, False, False, False)):
        drug = pick(INTERACTING)
        medications.append({"id": "other", "drug": drug, "route": "oral", "start": iso(day - 100)})
    if pick((True, *(False,) * 7)):
        _block(pick, wire, day)
    elif pick((True, False, False)):
        _no_block(pick, wire, day)
    return Case(
        wire,
        day,
        _request(pick, knowledge, taken, day),
        pick((1, 28, 365, 1000)),
        pick((True, *(False,) * 7)),
    )


def orders(pick: Pick, line: ProductLine, name: str, day: int) -> list[Wire]:
    """The orders of one product line: what runs now and, at times, what ran before it."""
    style = pick(STYLES)
    start = day - pick(DURATIONS)
    fewest, most = max(1, round(24 / line.hours_high)), max(1, round(24 / line.hours_low))
    times = pick(range(fewest, most + 1))
    order: Wire = {
        "id": name,
        "drug": line.ingredient if line.partner is None else f"{line.ingredient} and {line.partner}",
        "route": line.route,
        "start": iso(start),
    }
    if line.route == "oral" and style != "no-release":
        order["release"] = line.release
    if style == "no-route":
        del order["route"]
    if style == "code":
        codes = [code for strength in line.strengths for code in strength.rxcuis]
        if codes:
            system = "http://www.nlm.nih.gov/research/umls/rxnorm"
            order["code"] = {"system": system, "code": pick(codes)}
    _dose(pick, line, order)
    if style == "odd-dose":
        order["dose"] = dict(order["dose"], value=pick((3.0, 7.0, 33.0, 1.1)))
    _frequency(pick, line, order, times, style)
    if style == "no-dose":
        del order["dose"]
    if style == "by-the-tablet" and line.unit == "mg" and "solution" not in order.get("form", ""):
        order["strength"] = {"value": pick(line.strengths).value, "unit": "mg"}
        order["dose"] = {"value": pick((1.0, 2.0)), "unit": "{tablet}"}
    if style == "halves-of-the-day" and line.unit in ("mg", "ug") and times >= 2:
        return _halves(pick, line, order)
    if pick((True, False, False, False)):
        earlier = dict(order, id=f"{name}-before", start=iso(start - pick((5, 40, 400))))
        earlier["end"] = iso(start - pick((0, 0, 0, 20, 31, 32, 90)))
        if "dose" in order and order["dose"].get("value"):
            earlier["dose"] = dict(order["dose"], value=order["dose"]["value"] * pick((0.5, 1.0, 1.0, 2.0)))
        if earlier["end"] > earlier["start"]:
            return [earlier, order]
    return [order]


def _dose(pick: Pick, line: ProductLine, order: Wire) -> None:
    """Sets the dose as it is prescribed: pieces of marketed strengths, patches worn, a volume."""
    if line.unit == "mg/mL":
        strength = pick(line.strengths).value
        volume = pick(VOLUMES)
        order["form"] = "solution"
        if pick((True, False)):
            order["dose"] = {"value": volume, "unit": "mL"}
            order["concentration"] = {"value": strength, "unit": "mg/mL"}
        else:
            order["dose"] = {"value": round(volume * strength, 3), "unit": "mg"}
        return
    first = pick(line.strengths).value
    value = first * pick((1, 1, 1, 2, 2, 3)) if line.unit != "ug/h" else first
    if pick((True, False, False, False)):
        value += pick(line.strengths).value
    if line.unit == "mg" and pick((True, False)):
        order["form"] = (
            "capsule" if "Capsule" in line.dose_form else "film" if "Film" in line.dose_form else "tablet"
        )
    order["dose"] = {"value": value, "unit": line.unit}


def _frequency(pick: Pick, line: ProductLine, order: Wire, times: int, style: str) -> None:
    if style == "no-frequency":
        return
    if line.unit == "ug/h":
        order["every_hours"] = line.hours_high if style != "odd-frequency" else 48
    elif style == "odd-frequency":
        order["every_hours"] = pick((5, 7, 36, 3))
    elif pick((True, False)) and 24 % times == 0:
        order["every_hours"] = 24 // times
    else:
        order["times_per_day"] = times
    if style == "range" and "times_per_day" in order:
        order["times_per_day_max"] = times + 1
    elif style == "range" and "every_hours" in order:
        order["every_hours_max"] = order["every_hours"] + 2
    if style == "as-needed":
        order["as_needed"] = True
        if pick((True, False)):
            order["max_per_day"] = times


def _halves(pick: Pick, line: ProductLine, order: Wire) -> list[Wire]:
    """A morning order and a night order, each once a day."""
    found = []
    for part in ("am", "pm"):
        one = {key: value for key, value in order.items() if key not in ("every_hours", "times_per_day")}
        one["id"] = f"{order['id']}-{part}"
        one["dose"] = {"value": pick(line.strengths).value, "unit": line.unit}
        one["times_per_day"] = 1
        found.append(one)
    return found


def _laboratory(pick: Pick, wire: Wire, day: int) -> None:
    wire["labs"].append(
        {"at": iso(day - 5), "lab": "egfr", "value": pick((12, 29, 30, 50, 90)), "unit": EGFR}
    )
    if pick((True, False)):
        wire["labs"].append({"at": iso(day - 9), "lab": "qtc", "value": pick((420, 450, 505)), "unit": "ms"})


def _block(pick: Pick, wire: Wire, day: int) -> None:
    """Adds one thing that no plan may be made beside."""
    kinds = ("pregnancy", "postpartum", "opioid-use-disorder", "opioid-agonist-treatment", "cancer", "palliative", "sickle-cell", "inpatient")  # fmt: skip
    signs = ("suicidal-thoughts", "myoclonus", "confusion", "seizure", "cannot-be-woken", "slow-breathing")
    pump = {"id": "pump", "drug": "morphine", "route": "intrathecal", "start": iso(day - 400)}
    made: tuple[tuple[str, Wire], ...] = (
        *(("conditions", {"kind": kind, "at": iso(day - 50)}) for kind in kinds),
        *(("signs", {"at": iso(day - pick((0, 3, 27))), "sign": sign, "present": True}) for sign in signs),
        ("conditions", {"kind": "surgery", "at": iso(day - pick((0, 30, 90)))}),
        ("scales", {"at": iso(day - 3), "instrument": "phq-9", "score": 12, "items": {"9": 1}}),
        ("scales", {"at": iso(day - 20), "instrument": "dsm5-oud", "score": pick((2, 6))}),
        ("medications", dict(pump, dose={"value": 5, "unit": "mg/d"})),
        ("person", {"pregnant": True}),
        ("person", {"age_years": pick((9, 17))}),
        ("person", {"birth_date": iso(day - 17 * 365)}),
    )
    where, what = pick(made)
    if where == "person":
        wire["person"].update(what)
    else:
        wire[where].append(what)


def _no_block(pick: Pick, wire: Wire, day: int) -> None:
    """Adds one thing that is near to a block and is none."""
    made: tuple[tuple[str, Wire], ...] = (
        ("conditions", {"kind": "cancer", "at": iso(day - 900), "end": iso(day - 600)}),
        ("conditions", {"kind": "surgery", "at": iso(day - 91)}),
        ("conditions", {"kind": "sleep-apnea", "at": iso(day - 900)}),
        ("conditions", {"kind": "renal-disease", "at": iso(day - 900)}),
        ("signs", {"at": iso(day - 3), "sign": "suicidal-thoughts", "present": False}),
        ("signs", {"at": iso(day - 3), "sign": "allodynia", "present": True}),
        ("scales", {"at": iso(day - 3), "instrument": "phq-9", "score": 8, "items": {"9": 0}}),
        ("scales", {"at": iso(day - 20), "instrument": "dsm5-oud", "score": 1}),
        ("person", {"age_years": pick((18, 66, 90))}),
        ("person", {"pregnant": False}),
    )
    where, what = pick(made)
    if where == "person":
        wire["person"].update(what)
    else:
        wire[where].append(what)


def _request(pick: Pick, knowledge: Knowledge, taken: Sequence[ProductLine], day: int) -> TaperRequest:
    if pick((True, False, False)):
        return TaperRequest()
    line = pick(taken)
    kin = sorted(one.id for one in knowledge.product_lines.values() if one.ingredient == line.ingredient)
    strengths = tuple(sorted({strength.value for strength in line.plannable}))
    return TaperRequest(
        drugs=pick(((), (), (), (line.ingredient,), (line.id,))),
        start=pick((*(None,) * 8, day + 1, day + 10, day + 10, day, day - 3)),
        percent=pick((*(None,) * 10, 10.0, 10.0, 5.0, 5.0, 2.0, 7.5, 10.5, 25.0)),
        interval_days=pick((*(None,) * 12, 28, 28, 56, 31, 90, 14, 7, 1)),
        until=pick((*(0.0,) * 8, 5.0, 20.0, 37.5, 60.0, 400.0)),
        products=pick(((), (), (), (pick(kin),), tuple(kin))),
        strengths=pick((*((),) * 9, strengths[:1], strengths[:2], strengths[-2:], strengths[::2], (0.123,))),
        since=pick((None, None, None, day - 20, day - 200, day - 400, day - 5000)),
        last_steps=pick((False, False, True)),
    )
