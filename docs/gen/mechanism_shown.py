"""What the model does where studies say what it must be able to do: one picture and one sentence of numbers each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

import numpy as np
from mechanism_draw import Line, Panel, lines_over_time
from mechanism_text import bold

from algesia.mechanism.model import Floats, Order
from algesia.mechanism.parameters import Parameters, typical
from algesia.mechanism.simulate import simulate
from algesia.mechanism.simulation import Group
from algesia.mechanism.words import orders_from_words

DAY: Final = 24.0
ONE: Final = Group(people=1, varies=False)
IN_PAIN: Final = replace(ONE, chronic_pain=True)
CROWD: Final = 300
TENTH: Final = 0.1
"""Points of a rating below which a difference is not called one. Assumed."""

Curves = Mapping[str, Floats]


def ran(
    orders: Sequence[Order],
    at: Floats,
    measures: Sequence[str],
    group: Group = ONE,
    parameters: Parameters | None = None,
) -> Curves:
    """The asked curves of the typical person."""
    found = simulate(orders, at, group, measures=measures, parameters=parameters)
    return {name: found.median(name) for name in measures}


def said(text: str) -> tuple[Order, ...]:
    """A regimen in words as orders."""
    return orders_from_words(text).orders


def crowd(orders: Sequence[Order], at: Floats, measure: str, group: Group) -> Floats:
    """One measure of `CROWD` people who differ, (people, hours)."""
    many = replace(group, people=CROWD, varies=True)
    found = simulate(orders, at, many, measures=(measure,), keep_values=True).values
    if found is None:
        raise TypeError("values were not kept")
    values: Floats = found[:, :, 0]
    return values


def value(curve: Floats, at: Floats, hour: float) -> float:
    """A curve at an asked hour."""
    return float(curve[int(np.argmin(np.abs(at - hour)))])


def verdict(parts: Mapping[str, bool]) -> str:
    """Which of what is looked for the typical person shows."""
    return " ".join(
        f"{what}: {bold('shown') if shown else bold('not shown')}." for what, shown in parts.items()
    )


def times(first: float, last: float, step: float) -> Floats:
    """Hours from first to last."""
    return np.round(np.arange(first, last + step / 2, step), 9)


@cache
def month() -> tuple[str, str]:
    """A month of morphine: tolerance, and cold tolerance beside nobody's treatment."""
    at = times(0.0, 30 * DAY, 4.0)
    took = ran(said("morphine ER 39 mg q12h 30 d"), at, ["potency-ratio", "cold-tolerance"], IN_PAIN)
    none = ran((), at, ["cold-tolerance"], IN_PAIN)
    needed, cold = (
        float(took["potency-ratio"][-1]),
        100 * (took["cold-tolerance"][-1] / none["cold-tolerance"][-1] - 1),
    )
    told = (
        f"At day 30 the typical person with chronic pain needs {needed:.1f} times the dose for the same relief (potency "
        f"{100 * (1 / needed - 1):.0f} %; Chu 2012 saw -42 %). Cold tolerance before the next dose is {cold:+.0f} % beside no treatment "
        "(Chu 2012: no difference). "
        + verdict({"Tolerance": needed > 1.2, "No large change of cold tolerance": abs(cold) < 10.0})
    )
    drawn = lines_over_time(
        "A month of morphine, 78 mg a day", told, at / DAY, "days",
        (
            Panel("Dose for the same relief, times naive", (Line("morphine", "cool", took["potency-ratio"]),)),
            Panel("Cold tolerance, s", (Line("morphine", "warm", took["cold-tolerance"]), Line("none", "dots", none["cold-tolerance"]))),
        ),
    )  # fmt: skip
    return told, drawn


@cache
def methadone() -> tuple[str, str]:
    """Two years of methadone, then none: cold tolerance."""
    stop = 730 * DAY
    at = times(0.0, stop + 240 * DAY, DAY)
    asked = ["cold-tolerance", "cold-threshold", "sensitization"]
    took = ran(said("methadone oral 80 mg daily 2 years"), at, asked)
    none = ran((), at, asked[:2])
    cold = took["cold-tolerance"] / none["cold-tolerance"]
    on, month_, five = (
        100 * (value(cold, at, hour) - 1) for hour in (stop, stop + 28 * DAY, stop + 150 * DAY)
    )
    threshold = 100 * (value(took["cold-threshold"] / none["cold-threshold"], at, stop) - 1)
    later = stop + np.array([28.0, 150.0, 365.0]) * DAY
    people = crowd(said("methadone oral 80 mg daily 2 years"), later, "cold-tolerance", ONE)
    people = people / crowd((), later, "cold-tolerance", ONE) < 0.9
    still = [round(100 * float(share)) for share in people.mean(axis=0)]
    told = (
        f"After two years on 80 mg a day, 24 h after the last dose, cold tolerance is {on:+.0f} % beside a person who never took any, and "
        f"cold threshold {threshold:+.0f} %. Cold tolerance is {month_:+.0f} % 28 days after stopping and {five:+.0f} % after five months. People differ: "
        f"{still[0]} of 100 bear cold for at least a tenth less than they would have after 28 days, {still[1]} after five months and "
        f"{still[2]} after a year. "
        + verdict(
            {
                "Less cold borne on methadone": on < -10,
                "Still at 28 days": month_ < -10,
                "Mostly gone at five months": abs(five) < abs(on) / 2,
                "Recovery that differs, and is not whole in all": still[0] > still[1] > still[2] > 0,
            }
        )
    )
    weeks = slice(None, None, 7)
    drawn = lines_over_time(
        "Cold tolerance on methadone and after", told, at[weeks] / DAY, "days",
        (
            Panel("Cold tolerance, s", (Line("methadone", "warm", took["cold-tolerance"][weeks]), Line("never", "dots", none["cold-tolerance"][weeks]))),
            Panel("Slow sensitization, 0 to 1", (Line("methadone", "warm", took["sensitization"][weeks]),), top=1.0),
        ),
        marks=(730.0, 758.0, 880.0),
    )  # fmt: skip
    return told, drawn


@cache
def withdrawal() -> tuple[str, str]:
    """Three months of morphine, then stopped at once or over weeks."""
    begin = "morphine ER 60 mg q12h 90 d"
    at = times(80 * DAY, 210 * DAY, 4.0)
    ways = {
        "at once": ", then stop 1 d",
        "over 4 weeks": ", then taper over 4 weeks",
        "over 12 weeks": ", then taper over 12 weeks",
    }
    found = {
        name: ran(said(begin + way), at, ["withdrawal-score"])["withdrawal-score"]
        for name, way in ways.items()
    }
    rest = typical()["WS_REST"]
    peaks = {name: float(curve[at >= 90 * DAY].max()) for name, curve in found.items()}
    raised = np.where(at >= 90 * DAY, found["at once"] - rest, 0.0)
    lasts = float(at[raised > raised.max() / 10][-1]) / DAY - 90
    listed = ", ".join(f"{peak:.2f} stopped {name}" for name, peak in peaks.items())
    told = (
        f"The highest withdrawal score, as a share of its worst, is {listed} (people at rest: {rest:.2f}). Stopped at once it stays above a "
        f"tenth of its largest rise until day {lasts:.0f}. "
        + verdict(
            {
                "More withdrawal the faster the stop": peaks["at once"]
                > peaks["over 4 weeks"]
                > peaks["over 12 weeks"],
                "One to two weeks of it": 7 <= lasts <= 17,
            }
        )
    )
    days = np.arange(-10.0, 100.0)
    highest = {name: curve[: days.size * 6].reshape(-1, 6).max(axis=1) for name, curve in found.items()}
    drawn = lines_over_time(
        "Withdrawal after three months of morphine, 120 mg a day", told, days, "days",
        (
            Panel(
                "Highest withdrawal of each day, 0 to 1",
                tuple(Line(name, look, highest[name]) for name, look in zip(ways, ("warm", "cool", "ink"), strict=True)),
                top=0.5 if max(peaks.values()) < 0.5 else 1.0,
            ),
        ),
        marks=(0.0,),
    )  # fmt: skip
    return told, drawn


LONG: Final = "oxycodone ER 40 mg q12h 365 d, then taper over 12 weeks"
OFF_H: Final = (365 + 84) * DAY


@cache
def stopping() -> tuple[str, str]:
    """A year of oxycodone, tapered off: pain in a person who sensitizes and in one who does not."""
    at = times(0.0, OFF_H + 180 * DAY, 12.0)
    asked = ["pain-nrs", "sensitization"]
    both = {
        name: ran(said(LONG), at, asked, replace(IN_PAIN, sensitizes=s))
        for name, s in (("sensitizes", 1.0), ("does not", 0.0))
    }
    moments = (365 * DAY - 12.0, OFF_H + 180 * DAY)
    now = {name: [value(one["pain-nrs"], at, hour) for hour in moments] for name, one in both.items()}
    change = {name: later - before for name, (before, later) in now.items()}
    everybody = crowd(said(LONG), np.array(moments), "pain-nrs", IN_PAIN)
    moved = everybody[:, 1] - everybody[:, 0]
    mean = float(moved.mean())
    less, more = (round(100 * float(share)) for share in ((moved <= -1.0).mean(), (moved >= 1.0).mean()))
    listed = "; ".join(
        f"in a person who {name} pain goes from {before:.1f} at the end of the year to {later:.1f}"
        for name, (before, later) in now.items()
    )
    told = (
        f"{listed[0].upper()}{listed[1:]}, half a year after the last dose. Before any opioid it was {both['does not']['pain-nrs'][0]:.1f}. "
        f"Over {CROWD} people who differ the change is {mean:+.1f} points on average; it falls by a point or more in {less} of 100 and rises "
        f"by as much in {more}. "
        + verdict(
            {
                "Flat on average": abs(mean) < 0.5,
                "A lasting fall in some and a rise in others": less > 0 and more > 0,
                "Stopping does more good where there was sensitization": change["sensitizes"]
                < change["does not"] - TENTH,
            }
        )
    )
    days = slice(None, None, 4)
    drawn = lines_over_time(
        "Pain before, on and after a year of oxycodone, 80 mg a day", told, at[days] / DAY, "days",
        (
            Panel("Pain, 0 to 10", (Line("sensitizes", "warm", both["sensitizes"]["pain-nrs"][days]), Line("does not", "ink", both["does not"]["pain-nrs"][days])), top=10.0),
            Panel("Slow sensitization, 0 to 1", (Line("sensitizes", "warm", both["sensitizes"]["sensitization"][days]), Line("does not", "ink", both["does not"]["sensitization"][days])), top=1.0),
        ),
        marks=(365.0, OFF_H / DAY),
    )  # fmt: skip
    return told, drawn
