"""`algesia simulate`: a regimen in words, or a record, goes through the simulator. Its docstring is its help."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from algesia.cli.output import format_of, terminal_width, write, write_json
from algesia.cli.simulate_group import PEOPLE, group_of
from algesia.cli.simulate_times import WEEK_H, end_of, times
from algesia.quantities.refusal import Unassessable, WrongCall

if TYPE_CHECKING:
    from algesia.mechanism.model import Order
    from algesia.mechanism.simulation import Group, Simulation
    from algesia.record.model import Record

FORMATS: Final = ("text", "json", "csv", "svg", "png", "sbml")
ENDINGS: Final = {".svg": "svg", ".png": "png", ".sbml": "sbml", ".xml": "sbml"}
PICTURES: Final = ("svg", "png")
EXTRA: Final = "The simulator needs the extra: pip install 'algesia[simulate]'"
PARTS: Final = ("numpy", "scipy", "numba", "llvmlite")
MAIN: Final = (
    "relief", "pain-nrs", "potency-ratio", "tolerance", "sensitization", "withdrawal-score", "cold-tolerance", "heat-tolerance",
    "hyperalgesia-area",
)  # fmt: skip
MAIN_SHORT: Final = (
    "relief", "pain-nrs", "tolerance-fast", "sensitization-acute", "withdrawal-score", "cold-tolerance", "heat-tolerance",
    "hyperalgesia-area",
)  # fmt: skip
"""The same for a regimen of less than a week: what comes and goes in hours."""
DRAWN: Final = ("tolerance", "sensitization", "withdrawal-score", "pain-nrs")
DRAWN_SHORT: Final = ("tolerance-fast", "sensitization-acute", "withdrawal-score", "pain-nrs")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is simulated: the orders with their words, until when they run, and what was left out."""

    orders: tuple[Order, ...]
    reading: tuple[str, ...]
    until_h: float
    left_out: tuple[Unassessable, ...] = ()
    record: Record | None = None
    as_of: int = 0
    epoch: int = 0
    """The day of the record that hour 0 begins."""


def simulate(asked: Namespace) -> None:
    """Simulate a regimen, given in words or by a record: concentration, tolerance, sensitization, withdrawal, pain and
    sensory tests over time, as the median of virtual people and the band that holds 90 % of them. It is a model's
    hypothesis: every parameter names its source and grade. As-needed medicines are not guessed.

    Examples:
    algesia simulate "oxycodone ER 20 mg q12h 90 d, then taper 10 %/week"
    algesia simulate "morphine 30 mg every 6 h for 12 weeks; ketamine iv 16 mg/h for 5 d from day 90" -o course.png
    algesia simulate "remifentanil iv 0.1 ug/kg/min for 4 h" --people 1 --measure hyperalgesia-area
    algesia simulate example:synthetic-escalation --format json
    algesia simulate example:synthetic-escalation --observed record -o check.png
    algesia simulate "oxycodone ER 20 mg q12h 90 d" --chronic-pain --diary -o scores.csv
    algesia simulate study studies.json --format json
    """
    _alone(asked)
    try:
        if asked.regimen[0] == "study":
            _study(asked)
        else:
            _simulate(asked, " ".join(asked.regimen))
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in PARTS:
            raise WrongCall(EXTRA) from None
        raise


def _alone(asked: Namespace) -> None:
    """Refuse questions that exclude each other, before anything is read."""
    asks = {
        "--observed": asked.observed is not None,
        "--diary": asked.diary,
        "study": asked.regimen[0] == "study",
    }
    named = [name for name, on in asks.items() if on]
    if len(named) > 1:
        raise WrongCall(f"{' and '.join(named)} answer different questions: ask one at a time")
    if asked.observed == "-" and asked.regimen == ["-"]:
        raise WrongCall("record and observations cannot both come from standard input: name a file for one")


def _simulate(asked: Namespace, text: str) -> None:
    wanted = _format(asked)
    found = _asked(text)
    group = group_of(asked, found.record, found.as_of)
    if not found.orders:
        _stop(found.left_out)
    if asked.observed is not None or asked.diary:
        missing = _face(asked, wanted, found, group)
        if missing:
            _stop((*found.left_out, *missing))
        return
    if wanted == "sbml":
        import numpy as np

        from algesia.mechanism.sbml import to_sbml

        hours = (
            None if asked.days is None and asked.hours is None else np.array([end_of(asked, found.until_h)])
        )
        write(to_sbml(found.orders, group, hours=hours), asked.output)
        return
    names = _measures(asked.measure, wanted, found, group)
    if names == ():
        _stop((*found.left_out, *_missing(found.orders, group)))
    hours = times(asked, found.orders, found.until_h, shown=wanted != "text")
    from algesia.mechanism.simulate import simulate as run

    result = run(found.orders, hours, group, measures=names)
    unknown = {f"plasma/{order.drug}" for order in found.orders} <= {one.what for one in result.unassessable}
    if unknown or not result.measures:
        _stop((*found.left_out, *result.unassessable))
    _answer(asked, wanted, found, group, result)


def _face(asked: Namespace, wanted: str, found: Asked, group: Group) -> tuple[Unassessable, ...]:
    """A check on observations, or diaries: pain scores unless another measure is named."""
    from algesia.cli.simulate_check import check
    from algesia.cli.simulate_diary import diary

    named = _measures(asked.measure or ["pain-nrs"], wanted, found, group) or ()
    if not named:
        return _missing(found.orders, group)
    if len(named) > 1:
        raise WrongCall(f"--measure is named {len(named)} times: name one, so that it can be compared")
    if asked.diary:
        return diary(asked, wanted, found, group, named[0], end_of(asked, found.until_h))
    return check(asked, wanted, found, group, named[0])


def _answer(asked: Namespace, wanted: str, found: Asked, group: Group, result: Simulation) -> None:
    if wanted == "json":
        from algesia.report.simulation import simulation_json

        told = simulation_json(result, found.orders, group, found.reading, found.until_h, found.left_out)
        write_json(told, asked.output)
    elif wanted == "csv":
        from algesia.report.simulation import simulation_csv

        write(simulation_csv(result), asked.output)
    elif wanted in PICTURES:
        from algesia.charts.simulation import simulation_picture
        from algesia.report.raster import png

        picture = simulation_picture(result, found.orders, "wide", inline_colors="light")
        write(png(picture) if wanted == "png" else picture, asked.output)
    else:
        from algesia.cli.simulate_text import simulation_text

        width = terminal_width() if asked.output is None else 100
        write(
            simulation_text(result, group, found.reading, found.until_h, found.left_out, width), asked.output
        )


def _study(asked: Namespace) -> None:
    """Published studies instead of a regimen: the same options where they have a meaning there."""
    if len(asked.regimen) != 2:
        raise WrongCall("algesia simulate study takes one FILE of studies, - for standard input, or bundled")
    from algesia.cli.simulate_study import study

    given = {**vars(asked), "file": asked.regimen[1], "people": asked.people or PEOPLE}
    study(Namespace(**given))


def _format(asked: Namespace) -> str:
    ending = "" if asked.output is None else Path(asked.output).suffix.lower()
    if asked.format is None and ending in ENDINGS:
        return ENDINGS[ending]
    try:
        return format_of(asked.format, asked.output, FORMATS)
    except WrongCall as wrong:
        if asked.format is not None:
            raise
        raise WrongCall(str(wrong).replace(": change", ", .svg, .png, .sbml: change")) from None


def _is_record(text: str) -> bool:
    """Whether the argument names a record and is no regimen in words."""
    if text == "-" or text.startswith("example:"):
        return True
    try:
        if Path(text).exists():
            return True
    except (OSError, ValueError):
        return False
    looks = text.lower().endswith((".json", ".ndjson", ".csv")) or text.startswith(("/", "./", "../", "~"))
    return looks and not any(character.isspace() for character in text.strip())


def _asked(text: str) -> Asked:
    from algesia.knowledge.loader import load

    if not _is_record(text):
        from algesia.mechanism.words import orders_from_words

        said = orders_from_words(text, load())
        return Asked(said.orders, said.reading, said.hours)
    from algesia import read_record
    from algesia.mechanism.from_record import orders_of
    from algesia.mechanism.words import ends, words_of

    record = read_record(text)
    ordered = orders_of(record, load())
    until = max((ends(order) for order in ordered.orders), default=0.0)
    words, last = words_of(ordered.orders), record.last_day
    return Asked(ordered.orders, words, until, ordered.unassessable, record, last, ordered.epoch_day)


def _measures(named: list[str], wanted: str, found: Asked, group: Group) -> tuple[str, ...] | None:
    """The measures to compute; ``None`` for all. What has no kinetics is not among them: the simulator says so."""
    from algesia.mechanism.covariates import KIDNEYS
    from algesia.mechanism.simulation import MEASURES

    drugs = tuple(dict.fromkeys(order.drug for order in found.orders))
    plasma = tuple(f"plasma/{drug}" for drug in drugs)
    for name in named:
        kind, _, what = name.partition("/")
        if name not in MEASURES and not (kind in ("plasma", "effect") and what):
            near = get_close_matches(name, [*MEASURES, *plasma], 1, 0.5)
            right = f"did you mean {near[0]}?" if near else f"one of {', '.join([*MEASURES, *plasma])}"
            raise WrongCall(f"--measure {name!r} is no measure; {right}")
    known = _with_kinetics(found.orders)
    if named:
        lost = {f"{kind}/{drug}" for kind in ("plasma", "effect") for drug in drugs if drug not in known}
        return tuple(name for name in dict.fromkeys(named) if name not in lost)
    plasma = tuple(f"plasma/{drug}" for drug in known)
    short = found.until_h < WEEK_H
    if wanted in PICTURES:
        return (*plasma, *(DRAWN_SHORT if short else DRAWN))
    if wanted != "text":
        return None
    if "morphine" in known and group.egfr is not None and group.egfr < KIDNEYS:
        plasma = (*plasma, "plasma/M3G", "plasma/M6G")
    return (*plasma, *(MAIN_SHORT if short else MAIN))


def _with_kinetics(orders: tuple[Order, ...]) -> tuple[str, ...]:
    """The drugs that are given by a way in that the tables hold."""
    from algesia.knowledge.mechanism import mechanism_tables

    doors = mechanism_tables().doors
    return tuple(dict.fromkeys(order.drug for order in orders if order.route in doors.get(order.drug, {})))


def _missing(orders: tuple[Order, ...], group: Group) -> tuple[Unassessable, ...]:
    """What the tables do not hold of these orders."""
    from algesia.mechanism.drugs import blocks_for

    routes = {order.drug: frozenset(o.route for o in orders if o.drug == order.drug) for order in orders}
    return blocks_for(routes, replace(group, people=1, varies=False), routes=routes)[1]


def _stop(found: tuple[Unassessable, ...]) -> NoReturn:
    because = "; ".join(f"{one.what}: {one.because}" for one in found) or "no scheduled opioid is in it"
    sys.stderr.write(f"algesia: cannot simulate: {because}\n")
    raise SystemExit(4)
