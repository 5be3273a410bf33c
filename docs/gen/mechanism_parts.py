"""The parts of the model switched off, one at a time: what is left of each thing that it shows."""

from __future__ import annotations

from functools import cache

import numpy as np
from mechanism_draw import Line, Panel, lines_over_time
from mechanism_infused import END_H, ends
from mechanism_shown import DAY, IN_PAIN, LONG, OFF_H, ONE, ran, said, times, value
from mechanism_text import bold, table

from algesia.mechanism import system
from algesia.mechanism.model import Order
from algesia.mechanism.parameters import Parameters, typical


def looked(parameters: Parameters) -> tuple[float, ...]:
    """The numbers of the table of switches under a set of parameters."""
    month_ = times(0.0, 30 * DAY, 30 * DAY)
    dose = ran(said("morphine ER 39 mg q12h 30 d"), month_, ["potency-ratio"], IN_PAIN, parameters)[
        "potency-ratio"
    ][-1]
    ended = np.array([760 * DAY])
    cold = 100 * (
        ran(said("methadone oral 80 mg daily 2 years"), ended, ["cold-tolerance"], ONE, parameters)[
            "cold-tolerance"
        ][0]
        / ran((), ended, ["cold-tolerance"], ONE, parameters)["cold-tolerance"][0]
        - 1
    )
    short = times(END_H, 1.25, 0.05)
    rise = (
        ran(ends()[0], short, ["heat-rating"], ONE, parameters)["heat-rating"]
        - ran((), short, ["heat-rating"], ONE, parameters)["heat-rating"]
    )
    infused = (Order("remifentanil", "iv", 0.0, rate=0.1, rate_unit="ug/kg/min", duration_h=1.5),)
    area = 100 * (
        ran(infused, times(1.5, 6.0, 0.1), ["hyperalgesia-area"], ONE, parameters)["hyperalgesia-area"].max()
        - 1
    )
    stopped = ran(
        said("morphine ER 60 mg q12h 90 d"),
        times(90 * DAY, 120 * DAY, 4.0),
        ["withdrawal-score"],
        ONE,
        parameters,
    )["withdrawal-score"].max()
    around = np.array([365 * DAY - 12.0, OFF_H + 180 * DAY])
    pain = ran(said(LONG), around, ["pain-nrs"], IN_PAIN, parameters)["pain-nrs"]
    return float(dose), float(cold), float(rise.max()), float(area), float(stopped), float(pain[1] - pain[0])


@cache
def switches() -> str:
    """Each part switched off: what is left of each thing that was looked at."""
    sets = {"nothing": typical()} | {
        part: typical().changed(**dict.fromkeys(symbols, 0.0)) for part, symbols in system.SWITCHES.items()
    }
    found = {part: looked(one) for part, one in sets.items()}
    shown = ("{:.2f}", "{:+.0f} %", "{:+.2f}", "{:+.0f} %", "{:.2f}", "{:+.1f}")
    told = {
        part: [form.format(x).replace("-0 %", "+0 %") for form, x in zip(shown, numbers, strict=True)]
        for part, numbers in found.items()
    }
    rows = []
    for part, cells in told.items():
        rows.append((part, *(bold(c) if c != w else c for c, w in zip(cells, told["nothing"], strict=True))))
    return table(
        (
            "switched off", "dose for the same relief after a month", "cold tolerance 30 days after methadone", "rebound of the rating",
            "largest area after remifentanil", "highest withdrawal", "pain half a year after a year of oxycodone less pain on it",
        ),
        rows,
    )  # fmt: skip


@cache
def switched() -> tuple[str, str]:
    """Pain over the same course with one part or another switched off."""
    at = times(0.0, OFF_H + 180 * DAY, 2 * DAY)
    parts = {"all parts": "warm", "no slow tolerance": "cool", "no slow sensitization": "ink"}
    found = {}
    for name in parts:
        off = system.SWITCHES.get(name.removeprefix("no "), ())
        found[name] = ran(
            said(LONG), at, ["pain-nrs"], IN_PAIN, typical().changed(**dict.fromkeys(off, 0.0))
        )["pain-nrs"]
    year = {name: value(curve, at, 364 * DAY) for name, curve in found.items()}
    told = "Pain after a year: " + ", ".join(f"{x:.1f} with {name}" for name, x in year.items()) + "."
    drawn = lines_over_time(
        "The same course with parts switched off", told, at / DAY, "days",
        (Panel("Pain, 0 to 10", tuple(Line(name, look, found[name]) for name, look in parts.items()), top=10.0),),
        marks=(365.0, OFF_H / DAY),
    )  # fmt: skip
    return told, drawn
