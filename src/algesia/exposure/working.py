"""The words of a calculation: numbers without trailing zeros, doses, frequencies, sums.

Every number algesia shows carries its working, so that a reader can redo it by hand.
"""

from __future__ import annotations

from typing import Final

from algesia.exposure.model import Span

COUNT_NOUNS: dict[str, tuple[str, str]] = {
    "{tablet}": ("tablet", "tablets"),
    "{capsule}": ("capsule", "capsules"),
    "{patch}": ("patch", "patches"),
    "{film}": ("film", "films"),
    "{spray}": ("spray", "sprays"),
    "{lozenge}": ("lozenge", "lozenges"),
    "{suppository}": ("suppository", "suppositories"),
    "{ampule}": ("ampule", "ampules"),
    "{unit}": ("unit", "units"),
}


def number(value: float) -> str:
    """`value` as a reader would write it: three decimals, more only below 1, no trailing zeros.

    >>> number(60.0), number(5.83333), number(0.0024), number(1200.5), number(0), number(1e300)
    ('60', '5.833', '0.0024', '1200.5', '0', '1e+300')
    """
    if not abs(value) < 1e15:
        return f"{value:.3g}"
    if value == int(value):
        return str(int(value))
    if abs(value) >= 1:
        text = f"{value:.3f}"
    else:
        text = f"{float(f'{value:.3g}'):.12f}"
    return text.rstrip("0").rstrip(".") or "0"


def between(low: float, high: float) -> str:
    """One number, or ``low to high``.

    >>> between(4, 6), between(5, 5)
    ('4 to 6', '5')
    """
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def span_words(span: Span) -> str:
    """A span as ``low to high``, or one number where it is fixed.

    >>> span_words(Span(0, 30, 30))
    '0 to 30'
    """
    return between(span.low, span.high)


def counted(low: float, high: float, unit: str) -> str:
    """A number of tablets, patches and so on.

    >>> counted(1, 1, "{tablet}"), counted(1, 2, "{spray}"), counted(0.5, 0.5, "{tablet}")
    ('1 tablet', '1 to 2 sprays', '0.5 tablet')
    """
    one, many = COUNT_NOUNS[unit]
    return f"{between(low, high)} {one if high <= 1 else many}"


def every_words(shortest: float, longest: float) -> str:
    """An interval in hours.

    >>> every_words(12, 12), every_words(4, 6)
    ('every 12 h', 'every 4 to 6 h')
    """
    return f"every {between(shortest, longest)} h"


RAREST: Final = 1e-3
"""Below so many doses a day the words are not "once every so many days"."""


def times_words(fewest: float, most: float) -> str:
    """A frequency a day.

    >>> times_words(1, 1), times_words(4, 4), times_words(2, 3), times_words(1 / 7, 1 / 7)
    ('once a day', '4 times a day', '2 to 3 times a day', 'once every 7 days')
    """
    if fewest == most:
        if most == 1:
            return "once a day"
        if RAREST < most < 1 and abs(1 / most - round(1 / most)) < 1e-6:
            return f"once every {round(1 / most)} days"
    return f"{between(fewest, most)} times a day"


def joined(dose: str, often: str) -> str:
    """Dose and frequency in one phrase; a comma keeps a product of two numbers apart.

    >>> joined("20 mg", "every 12 h"), joined("2 tablets x 5 mg", "4 times a day")
    ('20 mg every 12 h', '2 tablets x 5 mg, 4 times a day')
    """
    return f"{dose}, {often}" if " x " in dose else f"{dose} {often}"


def with_result(phrase: str, daily: Span) -> str:
    """The phrase with its daily amount: a sum where it is fixed, bounds where it is not.

    >>> with_result("20 mg every 12 h", Span.exactly(40))
    '20 mg every 12 h = 40 mg/d'
    >>> with_result("5 mg every 4 to 6 h as needed", Span(0, 30, 30))
    '5 mg every 4 to 6 h as needed, 0 to 30 mg/d'
    """
    if daily.fixed:
        return f"{phrase} = {number(daily.high)} mg/d"
    return f"{phrase}, {span_words(daily)} mg/d"


def with_factor(working: str, factor: str, mme: Span, unit_words: str = "") -> str:
    """The working carried to MME a day. `unit_words` restates the amount where the factor takes another unit.

    >>> with_factor("20 mg every 12 h = 40 mg/d", "1.5", Span.exactly(60))
    '20 mg every 12 h = 40 mg/d; x 1.5 = 60 MME/d'
    """
    return f"{working}{unit_words}; x {factor} = {span_words(mme)} MME/d"
