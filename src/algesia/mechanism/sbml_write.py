"""Writing SBML: formulas as text, identifiers, notes, and a thin hand around libsbml.

`Formula` stands for a number in the functions of `system`: what they would compute comes back as text, so that a
readout is defined once and both simulated and exported.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from algesia.quantities.refusal import WrongCall

UNITS: Final[Mapping[str, str]] = {
    "1": "dimensionless", "{NRS}": "dimensionless", "{0-1}": "dimensionless", "{x naive}": "dimensionless",
    "{x baseline}": "dimensionless", "s": "second", "1/h": "per_hour", "h": "hour", "mg": "mg", "mg/h": "mg_per_hour",
    "L": "litre", "ng/mL": "ng_per_mL", "(ng/mL)/(mg/L)": "ng_per_mL_per_mg_per_L", "mL/ng/h": "mL_per_ng_per_hour",
}  # fmt: skip
"""Identifiers of units in the document, by how the model spells them."""
_DEFINED: Final[Mapping[str, tuple[tuple[str, int, int, float], ...]]] = {
    "mg": (("gram", 1, -3, 1.0),),
    "hour": (("second", 1, 0, 3600.0),),
    "per_hour": (("second", -1, 0, 3600.0),),
    "mg_per_hour": (("gram", 1, -3, 1.0), ("second", -1, 0, 3600.0)),
    "ng_per_mL": (("gram", 1, -9, 1.0), ("litre", -1, -3, 1.0)),
    "ng_per_mL_per_mg_per_L": (("gram", 1, -9, 1.0), ("litre", -1, -3, 1.0), ("gram", -1, -3, 1.0), ("litre", 1, 0, 1.0)),
    "mL_per_ng_per_hour": (("litre", 1, -3, 1.0), ("gram", -1, -9, 1.0), ("second", -1, 0, 3600.0)),
}  # fmt: skip
"""Units beside SBML's own: kind, exponent, power of ten and multiplier of each factor."""
_WRITTEN: Final[Mapping[np.ufunc, str]] = {
    np.add: "({} + {})",
    np.subtract: "({} - {})",
    np.multiply: "({} * {})",
    np.divide: "({} / {})",
    np.power: "({} ^ {})",
    np.negative: "(-{})",
    np.maximum: "max({}, {})",
    np.minimum: "min({}, {})",
    np.exp: "exp({})",
    np.expm1: "(exp({}) - (1 dimensionless))",
    np.sin: "sin({})",
}


_ALIKE: Final = (np.add, np.subtract, np.maximum, np.minimum)
"""Both sides have one unit, and so has what comes out."""


class Formula(NDArrayOperatorsMixin):
    """A number that remembers how it is made. A plain number has the unit of what it is added to or compared with.

    >>> x, p = Formula("x"), {"G": Formula("G")}
    >>> np.exp(p["G"] * np.maximum(1.0 - x, 0.0)).text
    'exp((G * max((1.0 dimensionless - x), 0.0 dimensionless)))'
    >>> np.clip(x, 0.0, 10.0).text
    'min(max(x, 0.0 dimensionless), 10.0 dimensionless)'
    >>> np.maximum(Formula("time", "hour"), 0.0).text
    'max(time, 0.0 hour)'
    """

    def __init__(self, text: str, unit: str = "dimensionless") -> None:
        self.text = text
        self.unit = unit

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: object, **_: object) -> Formula:
        if ufunc not in _WRITTEN or method != "__call__":
            raise WrongCall(f"{ufunc.__name__} cannot be written in SBML")
        unit = self.unit if ufunc in _ALIKE else "dimensionless"
        return Formula(_WRITTEN[ufunc].format(*(_text(one, unit) for one in inputs)), unit)

    def clip(self, low: float, high: float, **_: object) -> Formula:
        """Held between two numbers; what `numpy.clip` calls."""
        return Formula(f"min(max({self.text}, {_text(low, self.unit)}), {_text(high, self.unit)})", self.unit)


def _text(one: object, unit: str) -> str:
    return one.text if isinstance(one, Formula) else f"{float(str(one))!r} {unit}"


def safe(name: str) -> str:
    """A name as an SBML identifier.

    >>> safe("plasma/M3G"), safe("oral-er"), safe("6-MAM")
    ('plasma_M3G', 'oral_er', '_6_MAM')
    """
    found = re.sub(r"\W", "_", name, flags=re.ASCII)
    return f"_{found}" if found[:1].isdigit() else found


def words(formulas: Iterable[str]) -> frozenset[str]:
    """Every identifier in some formulas."""
    return frozenset(word for text in formulas for word in re.findall(r"[A-Za-z_]\w*", text))


class Document:
    """An SBML Level 3 Version 2 document under way: amounts in mg, time in hours, volumes in litres.

    Raises
    ------
    WrongCall
        Where libsbml is not installed.
    """

    def __init__(self, name: str, notes: Iterable[str]) -> None:
        try:
            self._sbml: Any = importlib.import_module("libsbml")
        except ImportError as missing:
            raise WrongCall("SBML needs python-libsbml: pip install 'algesia[sbml]'") from missing
        self._document = self._sbml.SBMLDocument(3, 2)
        self._model = self._document.createModel()
        self._model.setId(safe(name))
        self._model.setName(name)
        for what, unit in (("Substance", "mg"), ("Extent", "mg"), ("Time", "hour"), ("Volume", "litre")):
            getattr(self._model, f"set{what}Units")(unit)
        for unit, factors in _DEFINED.items():
            made = self._model.createUnitDefinition()
            made.setId(unit)
            for kind, exponent, scale, multiplier in factors:
                one = made.createUnit()
                one.setKind(self._sbml.UnitKind_forName(kind))
                one.setExponent(exponent)
                one.setScale(scale)
                one.setMultiplier(multiplier)
        _note(self._model, notes)

    def compartment(self, sid: str, litres: float, name: str) -> None:
        """A volume."""
        made = self._named(self._model.createCompartment(), sid, name)
        made.setSpatialDimensions(3)
        made.setSize(litres)
        made.setUnits("litre")
        made.setConstant(True)

    def amount(self, sid: str, compartment: str, mg: float, name: str) -> None:
        """A species that is counted in mg."""
        made = self._named(self._model.createSpecies(), sid, name)
        made.setCompartment(compartment)
        made.setInitialAmount(mg)
        made.setSubstanceUnits("mg")
        made.setHasOnlySubstanceUnits(True)
        made.setBoundaryCondition(False)
        made.setConstant(False)

    def constant(self, sid: str, value: float, unit: str, name: str, notes: Iterable[str] = ()) -> None:
        """A parameter that stays, with what it rests on."""
        self._parameter(sid, value, unit, name, notes, True)

    def variable(self, sid: str, value: float, unit: str, name: str) -> None:
        """A parameter that a rule changes."""
        """A number that events change."""
        self._parameter(sid, value, unit, name, (), False)

    def state(self, sid: str, start: float, rate: str, name: str) -> None:
        """A number without dimension that follows a rate (1/h)."""
        self._parameter(sid, start, "1", name, (), False)
        rule = self._model.createRateRule()
        rule.setVariable(sid)
        rule.setMath(self._math(rate))

    def readout(self, sid: str, formula: str, unit: str, name: str) -> None:
        """A number that follows from others at every moment."""
        self._parameter(sid, None, unit, name, (), False)
        rule = self._model.createAssignmentRule()
        rule.setVariable(sid)
        rule.setMath(self._math(formula))

    def flow(
        self, sid: str, name: str, rate: str, source: str | None, target: str | None, gain: float, keeps: bool
    ) -> None:
        """A reaction at `rate` (mg/h): out of `source` unless it keeps; `gain` times as much into `target`."""
        made = self._named(self._model.createReaction(), sid, name)
        made.setReversible(False)
        if source is not None and keeps:
            made.createModifier().setSpecies(source)
        elif source is not None:
            taken = made.createReactant()
            taken.setSpecies(source)
            taken.setStoichiometry(1.0)
            taken.setConstant(True)
        if target is not None:
            reached = made.createProduct()
            reached.setSpecies(target)
            reached.setStoichiometry(gain)
            reached.setConstant(True)
        made.createKineticLaw().setMath(self._math(rate))

    def event(self, sid: str, name: str, trigger: str, changes: Mapping[str, str]) -> None:
        """Something that happens when `trigger` becomes true. Of two at one moment the second sees what the first did."""
        made = self._named(self._model.createEvent(), sid, name)
        made.setUseValuesFromTriggerTime(False)
        when = made.createTrigger()
        when.setInitialValue(False)
        when.setPersistent(True)
        when.setMath(self._math(trigger))
        for variable, formula in changes.items():
            change = made.createEventAssignment()
            change.setVariable(variable)
            change.setMath(self._math(formula))

    def text(self) -> str:
        """The document."""
        return str(self._sbml.writeSBMLToString(self._document))

    def _parameter(
        self, sid: str, value: float | None, unit: str, name: str, notes: Iterable[str], fixed: bool
    ) -> None:
        made = self._named(self._model.createParameter(), sid, name)
        if value is not None:
            made.setValue(value)
        made.setUnits(UNITS[unit])
        made.setConstant(fixed)
        _note(made, notes)

    def _named(self, made: Any, sid: str, name: str) -> Any:
        made.setId(sid)
        made.setName(name)
        return made

    def _math(self, formula: str) -> Any:
        tree = self._sbml.parseL3Formula(formula)
        if tree is None:
            raise WrongCall(f"cannot be written in SBML: {formula}")
        return tree


def _note(made: Any, notes: Iterable[str]) -> None:
    lines = "".join(f"<p>{escape(line, quote=False)}</p>" for line in notes if line)
    if lines:
        made.setNotes(f'<body xmlns="http://www.w3.org/1999/xhtml">{lines}</body>')
