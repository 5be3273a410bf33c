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
TENTH: Final = 0.1
"""Points of a rating below which a difference is not called one. Assumed."""
END_H: Final = 0.5
"""When the short infusion of remifentanil ends."""

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
    told = (
        f"After two years on 80 mg a day, 24 h after the last dose, cold tolerance is {on:+.0f} % beside a person who never took any, and "
        f"cold threshold {threshold:+.0f} %. Cold tolerance is {month_:+.0f} % 28 days after stopping and {five:+.0f} % after five months. "
        + verdict(
            {
                "Less cold borne on methadone": on < -10,
                "Still at 28 days": month_ < -10,
                "Mostly gone at five months": abs(five) < abs(on) / 2,
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


def ends() -> tuple[tuple[Order, ...], tuple[Order, ...]]:
    """A short infusion that ends at once, and one that ends in four steps of five minutes (the schedule of Comelon 2016)."""
    held = Order("remifentanil", "iv", 0.0, duration_h=END_H, target_conc=2.5)
    steps = tuple(
        Order("remifentanil", "iv", END_H + k / 12, duration_h=1 / 12, target_conc=c)
        for k, c in enumerate((1.9, 1.3, 0.7, 0.1))
    )
    return (held,), (held, *steps)


@cache
def rebound() -> tuple[str, str]:
    """The end of a short infusion, at once or in steps: the rating of a fixed heat."""
    at = times(0.0, 2.5, 0.05)
    at_once, slowly = (ran(orders, at, ["heat-rating"])["heat-rating"] for orders in ends())
    none = ran((), at, ["heat-rating"])["heat-rating"]
    after = at >= END_H
    most, less = (float((curve - none)[after].max()) for curve in (at_once, slowly))
    looked = [[value(curve - none, at, hour) for hour in (1.25, END_H + 1.75)] for curve in (at_once, slowly)]
    told = (
        f"The largest rise of the rating after the infusion is {most:+.2f} points when it ends at once and {less:+.2f} when it ends in steps "
        f"(no drug: {none[0]:.2f}). At 45 min after the end it is {looked[0][0]:+.2f} and {looked[1][0]:+.2f} (Comelon 2016: +0.49 and -0.02), "
        f"105 min after it {looked[0][1]:+.2f} and {looked[1][1]:+.2f} (Comelon 2016: no difference). "
        + verdict(
            {
                f"A rebound of {TENTH} points or more at 45 min": looked[0][0] >= TENTH,
                "Less of it after a gradual end": looked[0][0] - looked[1][0] >= TENTH / 2,
            }
            # what was not there cannot be gone
            | ({"Gone by 105 min": abs(looked[0][1]) < TENTH} if looked[0][0] >= TENTH else {})
        )
    )
    drawn = lines_over_time(
        "Rating of a fixed heat around a short infusion", told, at * 60, "min",
        (Panel("Rating, 0 to 10", (Line("ended at once", "warm", at_once), Line("ended in steps", "cool", slowly), Line("no drug", "dots", none)), top=5.0),),
        marks=(END_H * 60, END_H * 60 + 45, END_H * 60 + 105),
    )  # fmt: skip
    return told, drawn


@cache
def ketamine() -> tuple[str, str]:
    """Remifentanil with and without S-ketamine: area and rating after it."""
    at = times(0.0, 6.0, 0.05)
    remifentanil = (Order("remifentanil", "iv", 0.0, rate=0.1, rate_unit="ug/kg/min", duration_h=1.5),)
    both = (*remifentanil, Order("s-ketamine", "iv", 0.0, rate=5.0, rate_unit="ug/kg/min", duration_h=3.0))
    asked = ["hyperalgesia-area", "heat-rating"]
    alone, beside, none = (ran(orders, at, asked) for orders in (remifentanil, both, ()))
    after = at >= 1.5
    areas = [100 * (float(one["hyperalgesia-area"][after].max()) - 1) for one in (alone, beside)]
    ratings = [float((one["heat-rating"] - none["heat-rating"])[after].max()) for one in (alone, beside)]
    told = (
        f"After 90 min of remifentanil 0.1 ug/kg/min the area is {areas[0]:+.0f} % at its largest, with S-ketamine {areas[1]:+.0f} %; the rating "
        f"of a fixed heat rises by {ratings[0]:+.2f} points, with S-ketamine by {ratings[1]:+.2f}. "
        + verdict(
            {
                "The area grows": areas[0] >= 5.0,
                "S-ketamine takes most of that": areas[1] < areas[0] / 2,
                "S-ketamine leaves the rating": abs(ratings[1] - ratings[0]) < max(0.25 * ratings[0], 0.01),
            }
        )
    )
    drawn = lines_over_time(
        "Remifentanil with and without S-ketamine", told, at, "h",
        (
            Panel("Area, times before", (Line("remifentanil", "warm", alone["hyperalgesia-area"]), Line("with S-ketamine", "cool", beside["hyperalgesia-area"]))),
            Panel("Rating, 0 to 10", (Line("remifentanil", "warm", alone["heat-rating"]), Line("with S-ketamine", "cool", beside["heat-rating"])), top=5.0),
        ),
        marks=(1.5, 3.0),
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
    above = at[(at >= 90 * DAY) & (found["at once"] > rest + 0.05)]
    lasts = (
        f"stays more than 0.05 above rest until day {float(above[-1]) / DAY - 90:.0f}"
        if above.size
        else "never rises 0.05 above rest"
    )
    listed = ", ".join(f"{peak:.2f} stopped {name}" for name, peak in peaks.items())
    told = (
        f"The highest withdrawal score, as a share of its worst, is {listed} (people at rest: {rest:.2f}). Stopped at once it {lasts}. "
        + verdict(
            {
                "More withdrawal the faster the stop": peaks["at once"]
                > peaks["over 4 weeks"]
                > peaks["over 12 weeks"]
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
    listed = "; ".join(
        f"in a person who {name} pain goes from {before:.1f} at the end of the year to {later:.1f}"
        for name, (before, later) in now.items()
    )
    told = (
        f"{listed[0].upper()}{listed[1:]}, half a year after the last dose. Before any opioid it was {both['does not']['pain-nrs'][0]:.1f}. "
        + verdict(
            {
                "Stopping does more good where there was sensitization": change["sensitizes"]
                < change["does not"] - TENTH
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
