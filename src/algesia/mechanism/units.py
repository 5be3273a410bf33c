"""Quantities that know their unit, so that what is derived (k = CL/V) is checked and not believed.

Five dimensions are enough for kinetics: mass of drug (mg), its amount (nmol), volume (L), time (h) and body mass
(kg). Body mass stays apart from the mass of drug: a dose of 1 mg/kg is not a millionth. Scales are exact
fractions, so that a unit converted there and back is the same unit.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Final, TypeAlias

from algesia.quantities.refusal import AlgesiaError, WrongCall, shorten

Exponents: TypeAlias = tuple[int, int, int, int, int]
"""Of mg, nmol, L, h and kg of body mass."""

_BASE: Final = ("mg", "nmol", "L", "h", "kg")


class UnknownUnit(AlgesiaError):
    """A unit that is not in the list; it is never guessed."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)

    def __str__(self) -> str:
        return f"{shorten(self.text)} is not a unit that is known here. Known: {', '.join(UNITS)}, and their / and . products."


class UnitMismatch(AlgesiaError):
    """Two units that do not measure the same; both are named."""

    def __init__(self, have: Unit, want: Unit) -> None:
        self.have = have
        self.want = want
        super().__init__(have, want)

    def __str__(self) -> str:
        return f"{self.have} and {self.want} do not measure the same."


@dataclass(frozen=True, slots=True)
class Unit:
    """What is measured (`exponents`), and how many of the base unit (mg, nmol, L, h, kg) one of it is (`scale`).

    `name` is how it was written; two spellings of one unit are equal.
    """

    exponents: Exponents
    scale: Fraction = Fraction(1)
    name: str = field(default="", compare=False)

    def __mul__(self, other: Unit) -> Unit:
        a, b = self.exponents, other.exponents
        return Unit(
            (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4]), self.scale * other.scale
        )

    def __truediv__(self, other: Unit) -> Unit:
        return self * other**-1

    def __pow__(self, power: int) -> Unit:
        mass, moles, volume, time, body = (power * one for one in self.exponents)
        return Unit((mass, moles, volume, time, body), self.scale**power)

    def __str__(self) -> str:
        return self.name or _spelled(self)

    def per(self, other: Unit) -> float:
        """How many of `other` one of this unit is; `UnitMismatch` when they do not measure the same.

        >>> unit("ng/mL").per(unit("ug/L")), unit("1/min").per(unit("1/h"))
        (1.0, 60.0)
        """
        if self.exponents != other.exponents:
            raise UnitMismatch(self, other)
        return float(self.scale / other.scale)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit. Products and quotients derive their unit; sums want the same dimension.

    >>> k = Quantity(63, "L/h/70kg") / Quantity(2, "L/kg")
    >>> round(k.to("1/h"), 6)
    0.45
    >>> Quantity(63, "L/h").to("L")
    Traceback (most recent call last):
    algesia.mechanism.units.UnitMismatch: L/h and L do not measure the same.
    """

    value: float
    unit: Unit

    def __init__(self, value: float, unit_or_text: Unit | str) -> None:
        object.__setattr__(self, "value", float(value))
        object.__setattr__(self, "unit", _unit(unit_or_text))

    def to(self, want: Unit | str) -> float:
        """The number in another unit of the same dimension."""
        return self.value * self.unit.per(_unit(want))

    def __mul__(self, other: Quantity | float) -> Quantity:
        if isinstance(other, Quantity):
            return Quantity(self.value * other.value, self.unit * other.unit)
        return Quantity(self.value * other, self.unit)

    __rmul__ = __mul__

    def __truediv__(self, other: Quantity | float) -> Quantity:
        if isinstance(other, Quantity):
            return Quantity(self.value / other.value, self.unit / other.unit)
        return Quantity(self.value / other, self.unit)

    def __rtruediv__(self, other: float) -> Quantity:
        return Quantity(other / self.value, self.unit**-1)

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.value + other.to(self.unit), self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.value - other.to(self.unit), self.unit)

    def __neg__(self) -> Quantity:
        return Quantity(-self.value, self.unit)


UNITS: Final[dict[str, Unit]] = {
    name: Unit(exponents, Fraction(scale), name)
    for exponents, names in (
        ((1, 0, 0, 0, 0), {"ng": "1/1000000", "ug": "1/1000", "mg": "1", "g": "1000"}),
        (
            (0, 1, 0, 0, 0),
            {"pmol": "1/1000", "nmol": "1", "umol": "1000", "mmol": "1000000", "mol": "1000000000"},
        ),
        ((0, 1, -1, 0, 0), {"pM": "1/1000", "nM": "1", "uM": "1000", "mM": "1000000"}),
        ((0, 0, 1, 0, 0), {"uL": "1/1000000", "mL": "1/1000", "dL": "1/10", "L": "1"}),
        ((0, 0, 0, 1, 0), {"s": "1/3600", "min": "1/60", "h": "1", "d": "24", "wk": "168"}),
        ((0, 0, 0, 0, 1), {"kg": "1"}),
        ((0, 0, 0, 0, 0), {"fraction": "1", "%": "1/100"}),
    )
    for name, scale in names.items()
}
"""Every unit by its own name. Others are products and quotients of these: ``L/h/70kg``, ``ng.h/mL``, ``1/min``."""

_SPELLINGS: Final[dict[str, str]] = {
    "mcg": "ug", "l": "L", "ml": "mL", "dl": "dL", "ul": "uL", "sec": "s", "hr": "h", "hour": "h", "hours": "h",
    "day": "d", "days": "d", "week": "wk", "weeks": "wk", "unitless": "fraction", "ratio": "fraction",
    "percent": "%",
}  # fmt: skip

_FACTOR: Final = re.compile(r"(\d*)\s*([A-Za-z%]*)")


@lru_cache(maxsize=512)
def unit(text: str) -> Unit:
    """Read a unit. Raises `UnknownUnit`.

    >>> unit("mcg/kg/min") == unit("µg/kg/min"), unit("mg/h/70kg").scale, unit("unitless") == unit("fraction")
    (True, Fraction(1, 70), True)
    """
    spelled = text.strip().replace("µ", "u").replace("μ", "u")
    product = Unit((0, 0, 0, 0, 0))
    for index, term in enumerate(spelled.split("/")):
        for factor in re.split(r"[.*]", term):
            one = _factor(factor.strip(), text)
            product = product / one if index else product * one
    return Unit(product.exponents, product.scale, text.strip())


def _factor(factor: str, text: str) -> Unit:
    match = _FACTOR.fullmatch(factor)
    if match is None or not factor:
        raise UnknownUnit(text)
    number, name = match.groups()
    known = UNITS.get(_SPELLINGS.get(name, name)) if name else Unit((0, 0, 0, 0, 0))
    if known is None or (number and int(number) == 0):
        raise UnknownUnit(text)
    return Unit(known.exponents, known.scale * int(number or 1))


def mass_of(amount: Quantity, molar_mass: float) -> Quantity:
    """Moles as mass (nM as ng/mL), by the molar mass in g/mol.

    >>> round(mass_of(Quantity(1, "nM"), 285.34).to("ng/mL"), 5)
    0.28534
    """
    return amount * _mass_per_mole(molar_mass)


def moles_of(amount: Quantity, molar_mass: float) -> Quantity:
    """Mass as moles (ng/mL as nM), by the molar mass in g/mol.

    >>> round(moles_of(Quantity(0.28534, "ng/mL"), 285.34).to("nM"), 5)
    1.0
    """
    return amount / _mass_per_mole(molar_mass)


def _mass_per_mole(molar_mass: float) -> Quantity:
    if not (math.isfinite(molar_mass) and molar_mass > 0):
        raise WrongCall(f"A molar mass is above 0 g/mol and finite, not {molar_mass}.")
    return Quantity(molar_mass, "g/mol")


def _unit(unit_or_text: Unit | str) -> Unit:
    return unit(unit_or_text) if isinstance(unit_or_text, str) else unit_or_text


def _spelled(of: Unit) -> str:
    """A derived unit in base units, with its scale where that is not 1."""
    above = [_power(n, e) for n, e in zip(_BASE, of.exponents, strict=True) if e > 0]
    below = [_power(n, -e) for n, e in zip(_BASE, of.exponents, strict=True) if e < 0]
    text = "/".join([".".join(above) or "1", *below])
    return text if of.scale == 1 else f"{of.scale} {text}"


def _power(name: str, exponent: int) -> str:
    return ".".join([name] * exponent)
