"""From one administration to a day: mg a day as low, likely and high.

The rule for what is not fixed, decided once: **low** is the least the order allows (nothing, when as needed; the
smallest dose at the longest interval otherwise), **high** the most it allows (largest dose, shortest interval,
bounded by a stated maximum), and **likely is high**: surveillance sums count what may be taken as ordered (CDC's
worked examples multiply out the whole supply or the whole sig), and a midpoint would be a guess. One thing on
record says better: an as-needed order that was dispensed with a quantity for a number of days; likely is then
what was supplied.
"""

from __future__ import annotations

from typing import Final

import msgspec

from algesia.exposure.amount import Given, Unknown, given, shown
from algesia.exposure.model import Span
from algesia.exposure.product import Product
from algesia.exposure.working import (
    between,
    every_words,
    joined,
    number,
    span_words,
    times_words,
    with_result,
)
from algesia.record.model import Amount, Medication

SUPPLY_TOLERANCE: Final = 0.05
"""Our own checking limit: a supply that differs from the sig by more is asked about."""

NO_FREQUENCY: Final = "how often it is taken is not on record"


class Daily(msgspec.Struct, frozen=True):
    """An amount a day. `mg` is mg a day (a patch: rate times 24 h), `worn` the rate of a patch in ug/h.

    `times` is the fewest doses a day that the order prescribes, where it counts them. `notes` are contradictions
    inside the order that are asked about while the amount still counts.
    """

    mg: Span
    words: str
    worn: Span | None = None
    times: float | None = None
    notes: tuple[Unknown, ...] = ()


def daily(order: Medication, product: Product) -> Daily | Unknown:
    """The amount a day of one order of `product`: the sig where it is complete, else quantity and days' supply.

    >>> from algesia.quantities.time import Instant
    >>> start = Instant.parse("2024-01-10")
    >>> order = Medication(drug="oxycodone", start=start, dose=Amount(unit="mg", value=20), every_hours=12)
    >>> daily(order, Product("oxycodone", "oral")).words
    '20 mg every 12 h = 40 mg/d'
    >>> supply = Medication(drug="oxycodone", start=start, quantity=Amount(unit="{tablet}", value=120),
    ...                     days_supply=30)
    >>> daily(supply, Product("oxycodone", "oral", per_unit=10.0)).words
    '10 mg x 120 tablets / 30 d = 40 mg/d'
    >>> daily(Medication(drug="oxycodone", start=start, dose=Amount(unit="mg", value=20)),
    ...       Product("oxycodone", "oral")).reason
    'how often it is taken is not on record'
    """
    sig = _by_sig(order, product)
    supply = _by_supply(order, product)
    if isinstance(sig, Unknown):
        if supply is None or sig.ask is not None:
            return sig
        return supply if isinstance(supply, Daily) or order.dose is None else sig
    if isinstance(supply, Daily):
        return _checked(order, sig, supply)
    return sig


def times_a_day(order: Medication) -> tuple[float, float, str] | None:
    """The fewest and the most times a day, and both in words; ``None`` when the order does not say.

    >>> from algesia.quantities.time import Instant
    >>> start = Instant.parse("2024-01-10")
    >>> times_a_day(Medication(drug="oxycodone", start=start, every_hours=4, every_hours_max=6))
    (4.0, 6.0, 'every 4 to 6 h')
    """
    if order.every_hours is not None:
        ends = (order.every_hours, order.every_hours_max or order.every_hours)
        shortest, longest = min(ends), max(ends)
        return 24.0 / longest, 24.0 / shortest, every_words(shortest, longest)
    if order.times_per_day is not None:
        times = (order.times_per_day, order.times_per_day_max or order.times_per_day)
        return min(times), max(times), times_words(min(times), max(times))
    return None


def _by_sig(order: Medication, product: Product) -> Daily | Unknown:
    if order.every_hours is not None and order.times_per_day is not None:
        return Unknown("an interval and a number of times a day are both stated", "Which of the two holds?")
    amount = given(order.dose, product)
    if isinstance(amount, Unknown):
        return _by_maximum(order, product, amount)
    match amount.per:
        case "worn":
            return _worn(order, amount)
        case "day":
            return _running(order, amount)
        case "dose":
            return _repeated(order, amount, product)


def _worn(order: Medication, amount: Given) -> Daily:
    rate = Span(0.0 if order.as_needed else amount.low, amount.high, amount.high)
    phrase = amount.words + (f" = {between(amount.low, amount.high)} ug/h" if " x " in amount.words else "")
    return Daily(_mg_of_rate(rate), f"{phrase} worn{' as needed' if order.as_needed else ''}", rate)


def _mg_of_rate(rate: Span) -> Span:
    return Span(*(round(bound * 0.024, 9) for bound in (rate.low, rate.likely, rate.high)))


def _running(order: Medication, amount: Given) -> Daily | Unknown:
    often = times_a_day(order)
    if often is not None and not (often[0] == often[1] == 1.0):
        return Unknown(
            f"{amount.words} is a rate, and a frequency ({often[2]}) is stated with it",
            "Is the amount a rate, or a dose given that often?",
            f"{amount.words} {often[2]}",
        )
    span = Span(0.0 if order.as_needed else amount.low, amount.high, amount.high)
    phrase = amount.words + (" as needed" if order.as_needed else "")
    if phrase == f"{number(span.high)} mg/d" and span.fixed:
        return Daily(span, phrase)
    return Daily(span, with_result(phrase, span))


def _repeated(order: Medication, amount: Given, product: Product) -> Daily | Unknown:
    if amount.high == 0:
        return Daily(Span.exactly(0.0), f"{amount.words} = 0 mg/d")
    often = times_a_day(order)
    cap = _cap(order, product, amount)
    if isinstance(cap, Unknown):
        return cap
    most_mg, cap_words = cap
    if often is None:
        if not order.as_needed or most_mg is None:
            return Unknown(NO_FREQUENCY)
        span = Span(0.0, most_mg, most_mg)
        return Daily(span, with_result(f"{amount.words} as needed{cap_words}", span))
    fewest, most, often_words = often
    high = round(amount.high * most, 9)
    low = 0.0 if order.as_needed else round(amount.low * fewest, 9)
    notes: tuple[Unknown, ...] = ()
    if most_mg is None or most_mg >= high:
        cap_words = ""
    else:
        if most_mg < low:
            notes = (
                Unknown(
                    f"the stated maximum of {number(most_mg)} mg a day is below the scheduled {number(low)} mg",
                    "Which of the two holds?",
                ),
            )
        high, low = most_mg, min(low, most_mg)
    phrase = joined(amount.words, often_words) + (" as needed" if order.as_needed else "") + cap_words
    span = Span(low, high, high)
    return Daily(span, with_result(phrase, span), None, 0.0 if order.as_needed else fewest, notes)


def _cap(order: Medication, product: Product, amount: Given) -> tuple[float | None, str] | Unknown:
    """The stated maximum in mg a day, with its words."""
    stated = order.max_per_day
    if stated is None:
        return None, ""
    if not isinstance(stated, Amount):
        return round(amount.high * stated, 9), f", at most {number(stated)} times a day"
    most = given(stated, product)
    if isinstance(most, Unknown):
        return Unknown(f"the stated maximum a day cannot be read: {most.reason}", most.ask, most.value)
    if most.per == "worn":
        return None, ""
    return most.high, f", at most {most.words} a day" if most.per == "dose" else f", at most {most.words}"


def _by_maximum(order: Medication, product: Product, missing: Unknown) -> Daily | Unknown:
    """As needed without a dose, but with a maximum in mg a day: anything from nothing to that."""
    if not order.as_needed or missing.ask is not None or not isinstance(order.max_per_day, Amount):
        return missing
    most = given(order.max_per_day, product)
    if isinstance(most, Unknown) or most.per == "worn":
        return missing
    span = Span(0.0, most.high, most.high)
    return Daily(span, with_result(f"as needed, at most {most.words} a day", span))


def _by_supply(order: Medication, product: Product) -> Daily | Unknown | None:
    """Quantity over days' supply; ``None`` when the order is not a supply."""
    if order.quantity is None or order.days_supply is None:
        return None
    total = given(order.quantity, product)
    if isinstance(total, Unknown):
        return total
    days = order.days_supply
    if total.per == "worn":
        return _patches(order, product, total, days)
    if total.per == "day":
        return Unknown(f"a quantity of {shown(order.quantity)} is a rate", "How many units were supplied?")
    high = round(total.high / days, 9)
    span = Span(0.0 if order.as_needed else round(total.low / days, 9), high, high)
    what = " x ".join(reversed(total.words.split(" x ")))
    phrase = f"{what} / {number(days)} d" + (" as needed" if order.as_needed else "")
    return Daily(span, with_result(phrase, span))


def _patches(order: Medication, product: Product, total: Given, days: float) -> Daily | Unknown:
    hours = order.every_hours or product.wear_hours
    if hours is None:
        return Unknown("how long one patch is worn is not known", "After how many days is the patch changed?")
    rate = round(total.high * hours / 24.0 / days, 9)
    count, each = total.words.split(" x ") if " x " in total.words else (total.words, "")
    what = f"{count} of {each}" if each else count
    phrase = f"{what} for {number(days)} d, each worn {number(hours / 24.0)} d = {number(rate)} ug/h worn"
    span = Span(0.0 if order.as_needed else rate, rate, rate)
    return Daily(_mg_of_rate(span), phrase, span)


def _checked(order: Medication, sig: Daily, supply: Daily) -> Daily:
    """The sig, questioned where the supply contradicts it and narrowed where it tells what as needed came to."""
    supplied = supply.mg.high
    low, high = sig.mg.low, sig.mg.high
    if order.as_needed and order.basis == "dispensed" and low <= supplied <= high:
        worn = sig.worn and supply.worn and Span(sig.worn.low, supply.worn.high, sig.worn.high)
        words = f"{sig.words} (supplied: {number(supplied)} mg/d)"
        return Daily(Span(low, supplied, high), words, worn, sig.times, sig.notes)
    if low * (1 - SUPPLY_TOLERANCE) <= supplied <= high * (1 + SUPPLY_TOLERANCE):
        return sig
    note = Unknown(
        f"the sig comes to {span_words(sig.mg)} mg/d and the supply to {number(supplied)} mg/d",
        "Was it taken as the sig says, or as the supply suggests?",
        f"{sig.words}; {supply.words}",
    )
    return Daily(sig.mg, sig.words, sig.worn, sig.times, (*sig.notes, note))
