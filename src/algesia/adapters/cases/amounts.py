"""From a printed amount to an amount of the record, or to a question.

An amount is taken only where unit, route and frequency fit together. Where they do not (a unit trap), the amount
stays out and a sentence says what was printed and what to ask. Nothing is corrected.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from algesia.adapters.cases.printed import Printed
from algesia.adapters.cases.spelling import read_concentration, read_unit
from algesia.adapters.cases.words import NEURAXIAL, PARENTERAL, Kind
from algesia.exposure.plausible import HELD_BACK
from algesia.quantities.units import dimension, to_base
from algesia.record.model import Amount

AGREES_WITHIN: Final = 0.02


@dataclass(frozen=True, slots=True)
class Stated:
    """The amount part of a medication."""

    dose: Amount | None = None
    concentration: Amount | None = None
    every_hours: float | None = None
    every_hours_max: float | None = None
    times_per_day: float | None = None
    times_per_day_max: float | None = None
    as_needed: bool = False
    question: str | None = None


def state(printed: Printed) -> Stated:
    """The amount of a regimen, or why it cannot be taken at face value."""
    how_often = _how_often(printed)
    if printed.dose is None and printed.frequency.use_rate is None:
        return _from_total_alone(printed, how_often)
    trap = _trap(printed)
    if trap is not None:
        kept = _counted(printed)
        return replace(how_often, dose=kept, question=_ask(printed, *trap))
    stated = _amount(printed, how_often)
    if _disagrees(printed, stated):
        per_day = f"{printed.per_day:g} {printed.unit or ''}".strip()
        return replace(
            how_often,
            question=_ask(
                printed,
                f"the total of {per_day} a day that goes with it is not dose times frequency",
                "which of the two was taken",
            ),
        )
    return stated


def _ask(printed: Printed, why: str, ask: str) -> str:
    return f"Printed: {printed.words[:600]}. Not counted: {why}. Ask: {ask}?"


def _how_often(printed: Printed) -> Stated:
    f = printed.frequency
    return Stated(
        every_hours=f.every_hours,
        every_hours_max=f.every_hours_max,
        times_per_day=f.times_per_day,
        times_per_day_max=f.times_per_day_max,
        as_needed=f.as_needed,
    )


def _from_total_alone(printed: Printed, how_often: Stated) -> Stated:
    """No dose, but perhaps a printed total per day (a total inferred by the abstractor is not used)."""
    if printed.per_day is None or printed.per_day == 0 or printed.per_day_inferred:
        return how_often
    unit = read_unit(printed.unit)
    if unit is None or dimension(unit) != "mass":
        return replace(
            how_often, question=_ask(printed, "the unit of the daily total is not clear", "the unit")
        )
    return Stated(
        dose=Amount(unit=unit, value=printed.per_day), times_per_day=1.0, as_needed=how_often.as_needed
    )


def _counted(printed: Printed) -> Amount | None:
    """Ampoules, tablets and the like keep their count: without a strength it cannot enter a sum."""
    unit = read_unit(printed.unit)
    if unit is None or dimension(unit) != "count" or printed.of_a_period:
        return None
    return Amount(unit=unit, value=printed.dose)


def _trap(printed: Printed) -> tuple[str, str] | None:
    """Why the printed amount cannot be taken, and what to ask; nothing where it can."""
    if printed.of_a_period:
        return "it is a sum over a period, not a regimen", "how much was given on each day"
    if printed.dose is None:
        return None
    if printed.unit is None:
        return "no unit is printed", "the unit"
    unit = read_unit(printed.unit)
    if unit is None:
        return f"'{printed.unit}' is no amount of a drug", "the dose in mg or micrograms"
    match dimension(unit):
        case "count":
            return f"the strength of one {unit.strip('{}')} is not printed", "the strength in mg"
        case "concentration":
            return "a concentration is no dose", "the volume or the dose in mg"
        case "volume" | "volume rate":
            if read_concentration(printed.formulation) is None:
                return "the concentration is not printed", "the concentration in mg per mL"
            return None
        case "mass":
            return _mass_trap(printed, unit)
        case _:
            return _rate_trap(printed, unit)


def _mass_trap(printed: Printed, unit: str) -> tuple[str, str] | None:
    amount = f"{printed.dose:g} {printed.unit}"
    if printed.kind is Kind.PATCH:
        why = "a patch is ordered by its rate in mcg per hour, and a mass can be the rate, the amount a day or the content"
        if printed.frequency.times_per_day == 1:
            hourly = to_base(printed.dose or 0.0, unit) / to_base(1.0, "ug/h")
            return why, f"the rate on the patch ({amount} a day would be {hourly:g} mcg per hour)"
        return (
            why,
            f"the rate on the patch in mcg per hour (was {amount} an hour, a day or the content meant)",
        )
    if printed.frequency.continuous:
        return "a continuous amount needs a time", f"{amount} in what time, an hour or a day"
    if printed.frequency.use and printed.frequency.use_rate is None:
        return "an average use needs a time", f"{amount} in what time, an hour or a day"
    return _too_much(printed, _mg_a_day(printed, unit))


def _rate_trap(printed: Printed, unit: str) -> tuple[str, str] | None:
    hourly = not unit.endswith("/d")
    if printed.kind is Kind.PATCH:
        if unit == "ug/h":
            return None
        return "a patch is ordered by its rate in mcg per hour", "the rate on the patch in mcg per hour"
    infused = printed.route is None or printed.route in PARENTERAL | NEURAXIAL
    if hourly and not infused:
        return "a rate per hour does not fit the route", "the dose and how often it is taken"
    often = printed.frequency.doses_a_day
    if often is not None and not (often == (1.0, 1.0) and not hourly):
        return "a rate cannot also be given at intervals", "the dose and how often it is given"
    return _too_much(printed, to_base(printed.dose or 0.0, unit))


def _mg_a_day(printed: Printed, unit: str) -> float:
    often = printed.frequency.doses_a_day
    return to_base(printed.dose or 0.0, unit) * (1.0 if often is None else often[1])


def _too_much(printed: Printed, mg_a_day: float) -> tuple[str, str] | None:
    """Milligrams by a neuraxial route where only micrograms are plausible, by the limits of the exposure layer."""
    if not (read_unit(printed.unit) or "").startswith("mg") or printed.route not in NEURAXIAL:
        return None
    limit = HELD_BACK.get((printed.route, printed.same_drug)) or HELD_BACK.get((printed.route, ""))
    if limit is None or mg_a_day <= limit.mg_a_day:
        return None
    why = (
        f"{mg_a_day:g} mg a day is above {limit.mg_a_day:g} mg a day for {printed.route} {printed.same_drug} "
        f"({limit.basis})"
    )
    return why, "whether micrograms were meant"


def _amount(printed: Printed, how_often: Stated) -> Stated:
    """The amount where unit, route and frequency fit."""
    f = printed.frequency
    if f.use_rate is not None:
        value, words = f.use_rate
        return Stated(dose=Amount(unit=read_unit(words) or words, value=value))
    unit = read_unit(printed.unit) or ""
    dose = Amount(unit=unit, value=printed.dose)
    if dimension(unit) in ("volume", "volume rate"):
        return replace(how_often, dose=dose, concentration=read_concentration(printed.formulation))
    if dimension(unit) == "mass rate":
        if printed.kind is Kind.PATCH:
            return replace(how_often, dose=dose, times_per_day=None, times_per_day_max=None)
        by_pump = printed.kind in (Kind.INFUSION, Kind.PCA) or printed.route in PARENTERAL | NEURAXIAL
        if by_pump or not unit.endswith("/d"):
            return Stated(dose=dose, as_needed=f.as_needed)
        return Stated(
            dose=Amount(unit=unit[:-2], value=printed.dose), times_per_day=1.0, as_needed=f.as_needed
        )
    if f.per_hour:
        return Stated(dose=Amount(unit=f"{unit}/h", value=printed.dose), as_needed=f.as_needed)
    if printed.kind is Kind.INFUSION and f.times_per_day == 1.0 and unit in ("mg", "ug"):
        return Stated(dose=Amount(unit=f"{unit}/d", value=printed.dose), as_needed=f.as_needed)
    if f.single:
        return replace(how_often, dose=dose, times_per_day=1.0)
    if not f.known and printed.per_day and not printed.per_day_inferred:
        return Stated(dose=Amount(unit=unit, value=printed.per_day), times_per_day=1.0)
    return replace(how_often, dose=dose)


def _disagrees(printed: Printed, stated: Stated) -> bool:
    """Whether the total per day in the case is not what dose and frequency give (2 % for rounding)."""
    if printed.per_day is None or stated.dose is None or stated.dose.value is None:
        return False
    unit = stated.dose.unit
    if dimension(unit) == "mass rate":
        daily = {to_base(stated.dose.value, unit)}
        daily |= {amount * 1000 for amount in daily if unit.startswith("u")}
        low = high = None
    elif dimension(unit) == "mass" and printed.frequency.doses_a_day is not None:
        low, high = (stated.dose.value * times for times in printed.frequency.doses_a_day)
        daily = {low, high}
    else:
        return False
    slack = AGREES_WITHIN * printed.per_day
    if printed.frequency.as_needed:
        return printed.per_day > max(daily) + slack
    if low is not None and high is not None and low - slack <= printed.per_day <= high + slack:
        return False
    return all(abs(amount - printed.per_day) > slack for amount in daily)
