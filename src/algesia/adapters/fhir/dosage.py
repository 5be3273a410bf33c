"""One `Dosage` of FHIR as the steps of a regimen: amount, frequency, route, bounds."""

from __future__ import annotations

from typing import Final, NamedTuple

from algesia.adapters.fhir.codes import ROUTE_WORDS, ROUTES
from algesia.adapters.fhir.elements import (
    LONGEST_TEXT,
    Json,
    clip,
    codings,
    concept_text,
    flag,
    items,
    number,
    obj,
    string,
    under,
)
from algesia.adapters.fhir.quantities import (
    NOTHING,
    Read,
    quantity,
    rate_of,
    ratio,
    span,
    time_in_hours,
    unit_of,
)
from algesia.adapters.fhir.sig import Sig, read_sig, route_said
from algesia.adapters.fhir.timing import UNBOUND, UNSTATED, Bounds, Rhythm, from_pairs, read_timing
from algesia.quantities.refusal import InputRefused
from algesia.quantities.units import dimension, normalize
from algesia.record.model import Amount, Route


class Step(NamedTuple):
    """One amount on one rhythm, with its bounds, as one instruction states it."""

    dose: Amount | None = None
    rhythm: Rhythm = UNSTATED
    bounds: Bounds = UNBOUND
    route: Route | None = None
    as_needed: bool = False
    most: float | Amount | None = None
    text: str | None = None
    question: str | None = None
    sequence: int | None = None


NO_STEP: Final = Step()
_PREFERRED: Final = ("ordered", "calculated", "admin-amount")


def read_dosage(dosage: Json) -> list[Step]:
    """The steps of one Dosage: one for each dose and rate that holds at the same time.

    `doseAndRate` entries that differ in ``type`` (ordered, calculated, admin-amount) describe one dose in
    several ways: the ordered one with a unit that can be used is taken. Untyped entries are doses of their own.
    Words are read only for what the structure leaves open.
    """
    timing = obj(dosage, "timing")
    rhythm, bounds = UNSTATED, UNBOUND
    if timing is not None:
        try:
            rhythm, bounds = read_timing(timing)
        except InputRefused as refused:
            raise under(refused, "timing") from None
    text = string(dosage, "text") or string(dosage, "patientInstruction")
    amounts = _amounts(dosage)
    needed = flag(dosage, "asNeededBoolean")
    if needed is None:
        needed = True if obj(dosage, "asNeededCodeableConcept") is not None else None
    most = _most(dosage) if "maxDosePerPeriod" in dosage else None
    sig = _words(text, rhythm, amounts, needed, most)
    if sig is not None:
        if not rhythm.known and rhythm.question is None:
            rhythm = from_pairs(sig.every, sig.times)
        if not amounts:
            amounts = [(_said(sig), None)]
        if needed is None:
            needed = sig.as_needed
        if bounds == UNBOUND and sig.days is not None:
            bounds = Bounds(days=sig.days)
        if most is None and sig.most is not None:
            most = _most_said(sig.most)
    route, strange = _route(dosage) if "route" in dosage else (None, None)
    if route is None and strange is None and text is not None:
        route = route_said(text)
    cap = (
        quantity(dosage, "maxDosePerAdministration").amount if "maxDosePerAdministration" in dosage else None
    )
    order = number(dosage, "sequence") if "sequence" in dosage else None
    steps = []
    for read, between in amounts or [(NOTHING, None)]:
        own = Rhythm(every=between) if between is not None and not rhythm.known else rhythm
        dose = read.amount
        if dose is not None and cap is not None:
            dose = _capped(dose, cap)
        if dose is not None and own.lasting is not None and rates(dose):
            dose = _poured(dose, own)
        steps.append(
            Step(
                dose,
                own,
                bounds,
                route,
                bool(needed),
                most,
                clip(text, LONGEST_TEXT) if text else None,
                read.question or own.question or strange,
                None if order is None else int(order),
            )
        )
    return steps


def _words(
    text: str | None,
    rhythm: Rhythm,
    amounts: list[tuple[Read, float | None]],
    needed: bool | None,
    most: float | Amount | None,
) -> Sig | None:
    """The text read, when the structure leaves something open that it could say."""
    if text is None:
        return None
    open_ends = not amounts or (not rhythm.known and amounts[0][1] is None)
    if not open_ends and needed is None:
        lower = text.lower()
        open_ends = "need" in lower or "prn" in lower or "required" in lower
    if not open_ends and needed and most is None:
        open_ends = "max" in text.lower() or "exceed" in text.lower() or "more than" in text.lower()
    return read_sig(text) if open_ends else None


def _said(sig: Sig) -> Read:
    if sig.amount is None:
        return NOTHING
    low, high, word = sig.amount
    unit = unit_of({"unit": word})[0]
    if unit is None:
        return NOTHING
    if low == high:
        return Read(Amount(unit=unit, value=low), None)
    return Read(Amount(unit=unit, low=low, high=high), None)


def _most_said(most: tuple[float, str | None]) -> float | Amount | None:
    value, word = most
    if value <= 0:
        return None
    unit = unit_of({"unit": word})[0] if word else None
    return value if unit is None else Amount(unit=unit, value=value)


def _amounts(dosage: Json) -> list[tuple[Read, float | None]]:
    """Every dose or rate stated, with the hours between doses where a rate ratio says them."""
    entries = items(dosage, "doseAndRate")
    found: list[tuple[Read, float | None]] = []
    typed: dict[str, list[tuple[Read, float | None]]] = {}
    for index, entry in enumerate(entries):
        try:
            read = dose_and_rate(entry)
            if read is None:
                continue
            kind = "" if "type" not in entry else _kind(entry)
        except InputRefused as refused:
            raise under(refused, f"doseAndRate[{index}]") from None
        typed.setdefault(kind, []).append(read)
    if len(typed) > 1 and "" not in typed:
        order = [k for k in _PREFERRED if k in typed] + sorted(k for k in typed if k not in _PREFERRED)
        usable = next((k for k in order if all(r.amount is not None for r, _ in typed[k])), order[0])
        return typed[usable]
    for reads in typed.values():
        found.extend(reads)
    return found


def _kind(entry: Json) -> str:
    concept = obj(entry, "type")
    codes = codings(concept)
    return codes[0][1].lower() if codes else (concept_text(concept) or "").lower()


def dose_and_rate(entry: Json) -> tuple[Read, float | None] | None:
    """The dose of one entry, else its rate; ``None`` when it states neither."""
    if "doseQuantity" in entry:
        return quantity(entry, "doseQuantity"), None
    if "doseRange" in entry:
        return span(entry, "doseRange"), None
    found = ratio(entry, "rateRatio")
    if found is not None:
        return rate_of(found)
    for key, read in (("rateQuantity", quantity), ("rateRange", span)):
        if key in entry:
            rate = read(entry, key)
            if rate.amount is not None and "rate" not in dimension(rate.amount.unit):
                return Read(None, f"the rate's unit {rate.amount.unit} is not an amount over a time"), None
            return rate, None
    return None


def _most(dosage: Json) -> float | Amount | None:
    """``maxDosePerPeriod`` a day: an amount with its unit, or a number of doses where no unit is given."""
    found = ratio(dosage, "maxDosePerPeriod")
    if found is None or found.hours is None:
        return None
    days = found.hours / 24.0
    if found.top.amount is not None and found.top.amount.value is not None:
        return Amount(unit=found.top.amount.unit, value=round(found.top.amount.value / days, 9))
    top = (obj(dosage, "maxDosePerPeriod") or {}).get("numerator")
    if type(top) is dict and "unit" not in top and "code" not in top:
        value = number(top, "value")
        return value / days if value else None
    return None


def _capped(dose: Amount, cap: Amount) -> Amount:
    """A dose range that does not go above what one administration may hold."""
    most = cap.value
    if most is None or dose.high is None or cap.unit != dose.unit or dose.high <= most:
        return dose
    if dose.low is not None and dose.low >= most:
        return Amount(unit=dose.unit, value=most)
    return Amount(unit=dose.unit, low=dose.low, high=most)


def _route(dosage: Json) -> tuple[Route | None, str | None]:
    """The route, or why the one stated is not one that is read."""
    concept = obj(dosage, "route")
    if concept is None:
        return None, None
    try:
        return read_route(concept)
    except InputRefused as refused:
        raise under(refused, "route") from None


def read_route(concept: Json) -> tuple[Route | None, str | None]:
    """A route by its codes, else by its words.

    >>> read_route({"text": "By Mouth"})
    ('oral', None)
    >>> read_route({"text": "Inhalation"})
    (None, "the route 'Inhalation' is not one that can be read")
    """
    codes = codings(concept)
    for _, code, _ in codes:
        if code.upper() in ROUTES:
            return ROUTES[code.upper()], None
    text = concept_text(concept)
    if text is None:
        return (None, f"the route {codes[0][1]!r} is not one that can be read") if codes else (None, None)
    words = text.lower()
    if text.upper() in ROUTES:
        return ROUTES[text.upper()], None
    for word, route in ROUTE_WORDS:
        if word in words:
            return route, None
    return None, f"the route {clip(text, 60)!r} is not one that can be read"


def _poured(rate: Amount, rhythm: Rhythm) -> Amount:
    """What a rate gives in the hours an administration lasts, where it does not last until the next."""
    lasting, apart = rhythm.lasting or 0.0, rhythm.hours
    each = rate.unit.partition("/")
    per = time_in_hours(1.0, each[2])
    if apart is None or per is None or lasting >= apart:
        return rate
    share = lasting / per
    scaled = [None if x is None else round(x * share, 9) for x in (rate.value, rate.low, rate.high)]
    return Amount(unit=each[0], value=scaled[0], low=scaled[1], high=scaled[2])


def rates(amount: Amount | None) -> bool:
    """Whether an amount is a rate: a patch worn, an infusion or a pump."""
    unit = normalize(amount.unit) if amount is not None else None
    return unit is not None and "rate" in dimension(unit)
