"""Observation: pain, PEG, PHQ, GAD, COWS, eGFR, QTc and weight, by LOINC code (COWS by its name).

`final`, `amended`, `corrected` and `preliminary` count; `registered`, `cancelled`, `entered-in-error` and `unknown`
do not. An observation outside the list is counted as not read. Values: Quantity, integer, decimal, a string that is
a number, or a coded answer with an ordinal, a number as its display, or a LOINC answer of PHQ and GAD. ">60" is kept
as 60 and noted. A score outside its instrument is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from algesia.adapters.fhir.codes import ANSWERS, LOINC_SYSTEMS, MEASURES, Measure
from algesia.adapters.fhir.context import Context
from algesia.adapters.fhir.elements import (
    Json,
    codings,
    concept_text,
    instant,
    items,
    number,
    obj,
    one_line,
    string,
    under,
)
from algesia.adapters.fhir.findings import Findings
from algesia.adapters.fhir.timing import read_period
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant
from algesia.record.check_findings import LAB_UNITS
from algesia.record.model import Lab, Pain

_COUNTED: Final = ("final", "amended", "corrected", "preliminary")
_NOT_COUNTED: Final = ("registered", "cancelled", "entered-in-error", "unknown")
_NUMBER: Final = re.compile(r"\s*([<>]=?)?\s*(\d{1,7}(?:\.\d{1,9})?)\s*(?:/\s*10)?\s*")
_COWS: Final = re.compile(r"\bcows\b|clinical opiate withdrawal scale", re.IGNORECASE)
_COWS_TOTAL: Final = Measure("scale", "cows", 0, 48)
_ORDINALS: Final = ("ordinalvalue", "itemweight")
_UNITS: Final[Mapping[str, Mapping[str, tuple[float, str]]]] = {
    "weight": {
        "kg": (1.0, "kg"), "g": (0.001, "kg"), "[oz_av]": (0.028349523125, "kg"),
        **dict.fromkeys(("[lb_av]", "lb", "lbs"), (0.45359237, "kg")),
    },
    "qtc": {**{text: (1.0, unit) for text, unit in LAB_UNITS["qtc"].items()}, "s": (1000.0, "ms")},
    "egfr": {text: (1.0, unit) for text, unit in LAB_UNITS["egfr"].items()},
}  # fmt: skip
"""By unit as written: the factor to the unit stored. Pounds and ounces are the avoirdupois of UCUM."""
_ANY: Final = 1e9


def measure_of(concept: Json | None) -> tuple[str, Measure] | None:
    """(code, what it is) of the first coding that is read; COWS by name."""
    for system, code, _ in codings(concept):
        if code in MEASURES and (system in LOINC_SYSTEMS or not system):
            return code, MEASURES[code]
    if concept is not None:
        texts = [concept_text(concept) or "", *(c[2] or "" for c in codings(concept))]
        if any(_COWS.search(text) for text in texts):
            return "cows", _COWS_TOTAL
    return None


def from_observation(seen: Json, ctx: Context, out: Findings, panel_times: Mapping[str, Instant]) -> None:
    """Add what an Observation says to `out`. `panel_times` are the times of panels by their members' ids."""
    try:
        found = measure_of(obj(seen, "code"))
    except InputRefused as refused:
        raise under(refused, "code") from None
    if found is None:
        ctx.skip("Observation", "not one that is read")
        return
    status = string(seen, "status")
    if status is not None and status not in _COUNTED:
        if status not in _NOT_COUNTED:
            raise InputRefused(
                "status", status, "is not a status", "one of " + ", ".join(_COUNTED + _NOT_COUNTED)
            )
        ctx.skip("Observation", status)
        return
    code, measure = found
    if measure.becomes == "no":
        ctx.skip("Observation", f"{measure.name} is not used")
        return
    own = string(seen, "id")
    at = when(seen) or (panel_times.get(own) if own else None)
    if at is None:
        ctx.skip("Observation", "without a date")
        return
    group = panel_times.get(own, at) if own else at
    _take(seen, code, measure, at, group, ctx, out)
    for index, component in enumerate(items(seen, "component")):
        try:
            part = measure_of(obj(component, "code"))
            if part is not None and part[1].becomes not in ("no", "peg-panel"):
                _take(component, *part, at, at, ctx, out)
        except InputRefused as refused:
            raise under(refused, f"component[{index}]") from None


def when(seen: Json) -> Instant | None:
    """When an observation holds: effective[x], else when it was issued."""
    at = instant(seen, "effectiveDateTime") or instant(seen, "effectiveInstant")
    if at is not None:
        return at
    period = obj(seen, "effectivePeriod")
    if period is not None:
        try:
            read_period(period)
            at = instant(period, "end", last=True) or instant(period, "start")
        except InputRefused as refused:
            raise under(refused, "effectivePeriod") from None
    return at or instant(seen, "issued")


def _take(
    holder: Json, code: str, measure: Measure, at: Instant, group: Instant, ctx: Context, out: Findings
) -> None:
    """Add one value of an observation or a component."""
    if measure.becomes in ("egfr", "qtc", "weight"):
        _take_lab(holder, measure, at, ctx, out)
        return
    value = value_of(holder, "value", measure.low, measure.high, ctx)
    if value is None:
        words = _words(holder)
        if measure.becomes == "pain" and words is not None:
            out.pain.append(Pain(at=at, scale="verbal", question=measure.name or None, words=one_line(words)))
        elif measure.becomes != "peg-panel":
            ctx.skip("Observation", "without a value")
        return
    add_score(code, measure, at, group, value, out)


def add_score(code: str, measure: Measure, at: Instant, group: Instant, value: float, out: Findings) -> None:
    """Put one score where it belongs."""
    match measure.becomes:
        case "pain":
            out.pain.append(Pain(at=at, score=value, question=measure.name or None))
            if measure.item:
                out.add_peg_item(group, code, value)
        case "peg-item":
            out.add_peg_item(group, code, value)
        case "function" | "peg-panel":
            out.add_peg_mean(at, value)
        case "item":
            out.add_item(measure.name, at, measure.item, value)
        case "scale":
            out.add_total(measure.name, at, value)
        case _:
            raise AssertionError(measure.becomes)


def value_of(holder: Json, stem: str, low: float, high: float, ctx: Context) -> float | None:
    """The number under ``value[x]``; ``None`` when there is none. Refused outside `low` to `high`."""
    quantity = obj(holder, f"{stem}Quantity")
    if quantity is not None:
        try:
            if quantity.get("comparator") is not None:
                ctx.note("a value stated as above or below a bound was read as the bound")
            return number(quantity, "value", low, high)
        except InputRefused as refused:
            raise under(refused, f"{stem}Quantity") from None
    for kind in ("Integer", "Decimal"):
        value = number(holder, stem + kind, low, high)
        if value is not None:
            return value
    text = string(holder, f"{stem}String")
    if text is not None:
        return _number_in(text, f"{stem}String", low, high, ctx)
    coding = obj(holder, f"{stem}Coding")
    if coding is not None:
        return _coded({"coding": [coding]}, f"{stem}Coding", low, high, ctx)
    concept = obj(holder, f"{stem}CodeableConcept")
    return _coded(concept, f"{stem}CodeableConcept", low, high, ctx) if concept is not None else None


def _number_in(text: str, path: str, low: float, high: float, ctx: Context) -> float | None:
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    value = float(found.group(2))
    if found.group(1):
        ctx.note("a value stated as above or below a bound was read as the bound")
    if not low <= value <= high:
        raise InputRefused(path, text, "is outside what is possible", f"a number from {low:g} to {high:g}")
    return value


def _coded(concept: Json, path: str, low: float, high: float, ctx: Context) -> float | None:
    """A coded answer as a number: its ordinal, else a known answer, else a display that is a number."""
    for coding in items(concept, "coding"):
        for extension in items(coding, "extension"):
            url = string(extension, "url") or ""
            if url.rsplit("/", 1)[-1].lower() in _ORDINALS:
                return number(extension, "valueDecimal", low, high)
    codes = codings(concept)
    for system, code, display in codes:
        if code in ANSWERS and system in LOINC_SYSTEMS and high == 3:
            return ANSWERS[code]
        if display is not None:
            value = _number_in(display, path, low, high, ctx)
            if value is not None:
                return value
    text = string(concept, "text")
    return _number_in(text, path, low, high, ctx) if text is not None else None


def _words(holder: Json) -> str | None:
    return string(holder, "valueString") or concept_text(obj(holder, "valueCodeableConcept"))


def _take_lab(holder: Json, measure: Measure, at: Instant, ctx: Context, out: Findings) -> None:
    quantity = obj(holder, "valueQuantity") or {}
    value = value_of(holder, "value", 0.0, _ANY, ctx)
    if value is None:
        ctx.skip("Observation", "without a value")
        return
    try:
        units = [unit for unit in (string(quantity, "code"), string(quantity, "unit")) if unit is not None]
    except InputRefused as refused:
        raise under(refused, "valueQuantity") from None
    known: Mapping[str, tuple[float, str]] = _UNITS[measure.becomes]
    unit = next((known[text] for text in units if text in known), None)
    if unit is None:
        ctx.skip("Observation", f"{measure.name} in a unit that is not read")
        return
    converted = round(value * unit[0], 9)
    if not measure.low <= converted <= measure.high:
        at_most = f"at most {measure.high:g} {unit[1]}"
        raise InputRefused("valueQuantity.value", value, "is outside what is possible", at_most)
    if measure.becomes != "weight":
        out.labs.append(Lab(at=at, lab=measure.name, value=converted, unit=unit[1]))
    elif converted > 0:
        out.weights.append((at, converted))
