"""Condition: kind by ICD-10-CM prefix, else by the words of its text (`condition_words`); onset, end, and what is refuted.

A condition that is `refuted` or `entered-in-error` does not count. One that is inactive, in remission or resolved
without saying since when ends on the day the resource was last known to say so.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from algesia.adapters.fhir.codes import CONDITION_PREFIXES, ICD10, Prefix
from algesia.adapters.fhir.condition_words import kind_of_words
from algesia.adapters.fhir.context import Context
from algesia.adapters.fhir.elements import (
    Json,
    clip,
    codings,
    concept_text,
    instant,
    number,
    obj,
    one_line,
    under,
)
from algesia.adapters.fhir.timing import Bounds, read_period
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import Instant
from algesia.record.model import Code, Condition

__all__ = ["from_condition", "kind_of_code", "kind_of_words"]

_NOT_SO: Final = ("refuted", "entered-in-error")
_OVER: Final = ("inactive", "remission", "resolved")

_BY_START: Final[dict[str, list[Prefix]]] = defaultdict(list)
for _prefix in CONDITION_PREFIXES:
    _BY_START[_prefix.begins[:3]].append(_prefix)


def kind_of_code(code: str) -> str | None:
    """The kind of condition an ICD-10-CM code means, with or without its dot.

    >>> kind_of_code("F11.20"), kind_of_code("D573"), kind_of_code("D57.1"), kind_of_code("M54.5")
    ('opioid-use-disorder', None, 'sickle-cell', None)
    """
    plain = code.upper().replace(".", "")
    for prefix in _BY_START.get(plain[:3], ()):
        if plain.startswith(prefix.begins.replace(".", "")):
            if any(plain.startswith(out.replace(".", "")) for out in prefix.unless):
                return None
            return prefix.kind
    return None


def from_condition(condition: Json, ctx: Context, birth: Instant | None) -> Condition | None:
    """A Condition; ``None`` when it does not count or says nothing."""
    status = _status(condition, "verificationStatus")
    wrong = next((code for code in _NOT_SO if code in status), None)
    if wrong is not None:
        ctx.skip("Condition", wrong)
        return None
    concept = obj(condition, "code")
    try:
        codes, text = codings(concept), concept_text(concept)
    except InputRefused as refused:
        raise under(refused, "code") from None
    if text is None and not codes:
        ctx.skip("Condition", "says nothing")
        return None
    kind, chosen = None, None
    for code in codes:
        if code[0] in ICD10:
            kind = kind_of_code(code[1])
            chosen = chosen or code
            if kind is not None:
                chosen = code
                break
    if kind is None and text is not None:
        kind = kind_of_words(text)
    chosen = chosen or (codes[0] if codes else None)
    start, end = _bounds(condition, "onset", birth).start, _end(condition, birth)
    start = start or instant(condition, "recordedDate")
    if end is None and any(code in _status(condition, "clinicalStatus") for code in _OVER):
        ctx.note("a condition is over without saying since when")
        end = ctx.over_by(condition)
        if start is not None and end.day < start.day:
            end = Instant(start.day)
    if start is not None and end is not None and end.day < start.day:
        raise InputRefused(
            "abatement[x]", end.iso, f"is before the onset, {start.iso}", "a day from the onset on"
        )
    if start is not None and end is not None and end.day == start.day:
        end = Instant(end.day)
    return Condition(
        kind=kind,
        text=clip(text) if text else None,
        at=start,
        end=end,
        code=_code(chosen) if chosen else None,
    )


def _code(chosen: tuple[str, str, str | None]) -> Code:
    system, code, display = chosen
    return Code(
        system=one_line(system or "unknown"),
        code=one_line(code),
        display=one_line(display) if display else None,
    )


def _status(condition: Json, key: str) -> frozenset[str]:
    try:
        return frozenset(code for _, code, _ in codings(obj(condition, key)))
    except InputRefused as refused:
        raise under(refused, key) if not refused.path.startswith(key) else refused from None


def _bounds(condition: Json, name: str, birth: Instant | None) -> Bounds:
    """onset[x] or abatement[x] as the days between which it lies; words and ranges of age say no day."""
    moment = instant(condition, f"{name}DateTime")
    if moment is not None:
        return Bounds(moment)
    period = obj(condition, f"{name}Period")
    if period is not None:
        try:
            return read_period(period)
        except InputRefused as refused:
            raise under(refused, f"{name}Period") from None
    age = obj(condition, f"{name}Age")
    if age is not None and birth is not None:
        try:
            years = number(age, "value", most=120)
        except InputRefused as refused:
            raise under(refused, f"{name}Age") from None
        if years is not None and age.get("code", "a") == "a":
            return Bounds(Instant(birth.day + round(years * 365.25)))
    return Bounds()


def _end(condition: Json, birth: Instant | None) -> Instant | None:
    found = _bounds(condition, "abatement", birth)
    return found.end or found.start
