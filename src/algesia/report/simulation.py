"""The types of `algesia-simulation/1`, the machine-readable simulation. The JSON Schema is made from them.

Numbers come from `algesia.mechanism`; here they are only rounded to six digits. A value that is no finite number is
null.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

from algesia.knowledge.mechanism_rows import GRADE_WORDS as GRADE_WORDS
from algesia.mechanism.model import Grade, Order
from algesia.mechanism.simulation import MEASURES, Group, Phenotype, Simulation
from algesia.quantities.refusal import Unassessable
from algesia.report.contract import UnassessableOut
from algesia.report.contract_facts import Part

FORMAT: Final = "algesia-simulation/1"
STATEMENT: Final = "A model's hypothesis, not a prediction for a person."
GRADES: Final = tuple(GRADE_WORDS)
DIGITS: Final = 6
_LONG: Final = re.compile(r"\d+\.\d{6,}")


class OrderOut(Part, frozen=True, kw_only=True):
    """Doses as they were ordered. Hours count from 0; a patch has ``ug/h`` as the unit of its amount."""

    drug: str
    route: str
    start_h: float
    amount: float | None
    unit: str | None
    every_h: float | None
    count: int
    rate: float | None
    rate_unit: str | None
    duration_h: float | None
    target_ng_ml: float | None
    steady_state: bool


class MeasureOut(Part, frozen=True, kw_only=True):
    """A curve: `median`, and the bounds between which 90 % of the people lie, at each of `times_h`."""

    measure: str
    unit: str
    meaning: str
    median: tuple[float | None, ...]
    low90: tuple[float | None, ...]
    high90: tuple[float | None, ...]


class GroupOut(Part, frozen=True, kw_only=True):
    """Who was simulated; null is not known, and the typical value was taken."""

    people: int
    varies: bool
    weight_kg: float | None
    age: float | None
    egfr: float | None
    sex: Literal["female", "male"] | None
    hepatic: Literal["none", "mild", "moderate", "severe"] | None
    cyp2d6: Phenotype | None
    cyp2b6: Phenotype | None
    chronic_pain: bool
    baseline_pain: float | None
    sensitizes: float | None
    seed: int


class FoundedOut(Part, frozen=True, kw_only=True):
    """A parameter: its value, how far people differ (coefficient of variation), where it is from, how well founded."""

    symbol: str
    value: float
    unit: str
    cv: float
    grade: Grade
    source: str
    note: str


class GradeOut(Part, frozen=True, kw_only=True):
    """How many parameters have a grade."""

    grade: Grade
    parameters: int


class SimulationOut(Part, frozen=True, kw_only=True):
    """The whole answer. `error` is what the steps in time cost at most, as a share of a curve."""

    format: Literal["algesia-simulation/1"] = FORMAT
    statement: str
    regimen: tuple[str, ...]
    given_until_h: float
    orders: tuple[OrderOut, ...]
    group: GroupOut
    times_h: tuple[float, ...]
    measures: tuple[MeasureOut, ...]
    error: float
    grades: tuple[GradeOut, ...]
    founded: tuple[FoundedOut, ...]
    unassessable: tuple[UnassessableOut, ...]


def simulation_json(
    simulation: Simulation,
    orders: Sequence[Order],
    group: Group,
    regimen: Sequence[str],
    given_until_h: float,
    unassessable: Iterable[Unassessable] = (),
) -> SimulationOut:
    """A simulation as `algesia simulate --format json` prints it.

    Parameters
    ----------
    regimen
        The regimen as it was read, in words.
    unassessable
        What was left out before the simulation (as-needed medicines of a record); put before its own.
    """
    return SimulationOut(
        statement=STATEMENT,
        regimen=tuple(regimen),
        given_until_h=given_until_h,
        orders=tuple(_order(order) for order in orders),
        group=GroupOut(**{name: getattr(group, name) for name in GroupOut.__struct_fields__}),
        times_h=tuple(float(f"{hour:.9g}") for hour in simulation.times_h.tolist()),
        measures=tuple(_measure(simulation, index) for index in range(len(simulation.measures))),
        error=_round(simulation.error) or 0.0,
        grades=tuple(GradeOut(grade=one, parameters=n) for one, n in grades(simulation).items()),
        founded=tuple(
            FoundedOut(
                symbol=symbol, value=one.value, unit=one.unit, cv=one.cv, grade=one.grade, source=one.source, note=one.note
            )
            for symbol, one in simulation.founded.items()
        ),
        unassessable=tuple(
            UnassessableOut(what=one.what, because=one.because, missing=one.missing)
            for one in dict.fromkeys((*unassessable, *simulation.unassessable))
        ),
    )  # fmt: skip


def grades(simulation: Simulation) -> Mapping[Grade, int]:
    """How many parameters are founded how well, best first; grades that none has are left out."""
    counted = Counter(one.grade for one in simulation.founded.values())
    return {grade: counted[grade] for grade in GRADES if counted[grade]}


def meaning(measure: str) -> str:
    """What a measure is, in words.

    >>> meaning("tolerance"), meaning("plasma/morphine"), meaning("effect/morphine>M6G")
    ('How many times weaker the drug works by slow tolerance', 'morphine in plasma', 'M6G from morphine at the site of effect')
    """
    if measure in MEASURES:
        return MEASURES[measure][1]
    kind, _, drug = measure.partition("/")
    parent, _, name = drug.rpartition(">")
    drug = f"{name} from {parent}" if parent else name
    return f"{drug} {'at the site of effect' if kind == 'effect' else 'in plasma'}"


def simulation_csv(simulation: Simulation) -> str:
    """Every curve as rows of time, measure, unit, median and the bounds of 90 % of the people."""
    lines = ["time_h,measure,unit,median,low90,high90"]
    hours = [f"{hour:.9g}" for hour in simulation.times_h.tolist()]
    for index, measure in enumerate(simulation.measures):
        unit = simulation.units[index]
        for hour, (median, low, high) in zip(hours, simulation.bands[:, index, :].tolist(), strict=True):
            numbers = ",".join("" if (v := _round(n)) is None else f"{v:g}" for n in (median, low, high))
            lines.append(f"{hour},{measure},{unit},{numbers}")
    return "\n".join(lines) + "\n"


def simulation_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `algesia-simulation/1`.

    >>> simulation_schema()["$defs"]["FoundedOut"]["properties"]["grade"]["enum"]
    ['assumed', 'class', 'high', 'low', 'medium']
    """
    schema = msgspec.json.schema(SimulationOut)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORMAT, **schema}


def read_as(reading: Iterable[str], width: int) -> list[str]:
    """A regimen as it was read, in lines that are at most `width` wide; long fractions are cut.

    >>> read_as(["morphine iv 5 mg every 0.016666666666666666 h, hours 0 to 2"], 80)
    ['  morphine iv 5 mg every 0.01667 h, hours 0 to 2']
    """
    told = (_LONG.sub(lambda found: f"{float(found[0]):.4g}", piece) for piece in reading)
    return [line for piece in told for line in wrapped(piece, width, "  ", "    ")]


def not_computed(missing: Iterable[Unassessable], width: int) -> list[str]:
    """What could not be computed, under its heading; nothing where all could."""
    lines: list[str] = []
    for one in dict.fromkeys(missing):
        needs = f" Missing: {', '.join(one.missing)}." if one.missing else ""
        lines += wrapped(f"{one.what}: {one.because.rstrip('.')}.{needs}", width, "  ", "    ")
    return ["", "Not computed", *lines] if lines else []


def wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Text in lines that are at most `width` wide; `first` begins the first, `rest` the others."""
    lines = textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return lines or [""]


def rounded(value: float) -> float:
    """A finite number in as many digits as are told.

    >>> rounded(2 / 3), rounded(-0.0)
    (0.666667, 0.0)
    """
    return float(f"{value:.{DIGITS}g}") + 0.0


def _order(order: Order) -> OrderOut:
    return OrderOut(
        drug=order.drug, route=order.route, start_h=order.start_h, amount=order.amount,
        unit=order.unit if order.amount is not None else None, every_h=order.every_h, count=order.count,
        rate=order.rate, rate_unit=order.rate_unit, duration_h=order.duration_h, target_ng_ml=order.target_conc,
        steady_state=order.steady_state,
    )  # fmt: skip


def _measure(simulation: Simulation, index: int) -> MeasureOut:
    name = simulation.measures[index]
    median, low, high = (
        tuple(_round(value) for value in simulation.bands[:, index, band].tolist()) for band in range(3)
    )
    unit = simulation.units[index]
    return MeasureOut(measure=name, unit=unit, meaning=meaning(name), median=median, low90=low, high90=high)


def _round(value: float) -> float | None:
    return rounded(value) if math.isfinite(value) else None
