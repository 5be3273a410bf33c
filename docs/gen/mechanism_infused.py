"""Short infusions of remifentanil: how they end, and what S-ketamine and clonidine take of what follows."""

from __future__ import annotations

from functools import cache
from typing import Final

from mechanism_draw import Line, Panel, lines_over_time
from mechanism_shown import TENTH, ran, times, value, verdict

from algesia.mechanism.model import Order

END_H: Final = 0.5
"""When the short infusion of remifentanil ends."""


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
    """Remifentanil alone, with S-ketamine and with clonidine (the design of Koppert 2003): area and rating after it."""
    at = times(0.0, 4.0, 0.025)
    remifentanil = (Order("remifentanil", "iv", 0.0, rate=0.1, rate_unit="ug/kg/min", duration_h=END_H),)
    beside = {
        "remifentanil": (),
        "with S-ketamine": (
            Order("s-ketamine", "iv", 0.0, rate=5.0, rate_unit="ug/kg/min", duration_h=END_H),
        ),
        "with clonidine": (
            Order("clonidine", "iv", 0.0, rate=0.4, rate_unit="ug/kg/min", duration_h=1 / 12),
        ),
    }
    asked = ["hyperalgesia-area", "heat-rating"]
    found = {name: ran((*remifentanil, *more), at, asked) for name, more in beside.items()}
    rest = ran((), at, asked)["heat-rating"]
    after = at >= END_H
    areas = [100 * (float(one["hyperalgesia-area"][after].max()) - 1) for one in found.values()]
    ratings = [float((one["heat-rating"] - rest)[after].max()) for one in found.values()]
    told = (
        f"After 30 min of remifentanil 0.1 ug/kg/min the area is {areas[0]:+.0f} % at its largest, with S-ketamine {areas[1]:+.0f} %, with "
        f"clonidine {areas[2]:+.0f} %; the rating of a fixed heat rises by {ratings[0]:+.2f} points, with S-ketamine by {ratings[1]:+.2f}, with "
        f"clonidine by {ratings[2]:+.2f} (Koppert 2003 prints no sizes). "
        + verdict(
            {
                "The area grows": areas[0] >= 5.0,
                "S-ketamine takes most of that": areas[1] < areas[0] / 2,
                "S-ketamine leaves the rating": abs(ratings[1] - ratings[0]) < 0.1 * ratings[0],
                "Clonidine takes from the rating": ratings[2] < 0.8 * ratings[0],
                "Clonidine leaves the area": abs(areas[2] - areas[0]) < 0.1 * areas[0],
            }
        )
    )
    looks = dict(zip(found, ("warm", "cool", "ink"), strict=True))
    drawn = lines_over_time(
        "Remifentanil alone, with S-ketamine and with clonidine", told, at * 60, "min",
        (
            Panel("Area, times before", tuple(Line(name, looks[name], one["hyperalgesia-area"]) for name, one in found.items())),
            Panel("Rating, 0 to 10", tuple(Line(name, looks[name], one["heat-rating"]) for name, one in found.items()), top=5.0),
        ),
        marks=(END_H * 60,),
    )  # fmt: skip
    return told, drawn
