"""A taper written as `algesia-plan/1`, read back: so that a plan that runs can be followed.

Three gates, each with one refusal: plain values within limits, the shape of the contract, then what the shape
cannot say (`plan_file_checks`): dates that follow each other, products that make the dose that is printed. A file
that was edited by hand and no longer agrees with itself is refused, because it would be followed as written.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from algesia.adapters.plan_file_checks import Days, check_steps, check_supplies, unit_of
from algesia.assessment.model import Interlock
from algesia.plan.model import (
    DoseTime,
    Fill,
    Naloxone,
    Pace,
    Piece,
    Regimen,
    Rule,
    Step,
    Support,
    TaperPlan,
    TaperRequest,
    Turn,
)
from algesia.quantities.refusal import InputRefused, Unassessable
from algesia.record.near import one_of
from algesia.record.parse import clean, join, parse_json
from algesia.report.plan_contract import FORMAT, FillOut, StepOut, TaperAsked, TaperOut
from algesia.report.plan_contract_parts import DoseOut, ProductOut, RegimenOut, RuleOut

_AT: Final = re.compile(r" - at `(?:key` in `)?\$([^`]*)`$")
_STEP: Final = re.compile(r"\.?([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_NAMED: Final = re.compile(r"Object (missing required|contains unknown) field `(.*)`", re.DOTALL)
_WRONG: Final = re.compile(r"Expected `(.+?)`(?:, got `(.+?)`)?")
_KINDS: Final = {
    "str": "text", "int": "a number", "float": "a number", "bool": "true or false", "array": "a list",
    "object": "an object", "null": "null",
}  # fmt: skip


def read_plan(data: bytes, file: str) -> TaperPlan:
    """Read a taper from `algesia-plan/1` JSON. `file` is the name that a refusal shows.

    Raises
    ------
    InputRefused
        With the path of what is wrong, the value, and what would be right.

    >>> read_plan(b'{"format": "algesia-plan/1", "kind": "rotation"}', "p.json")
    Traceback (most recent call last):
    ...
    algesia.quantities.refusal.InputRefused: p.json: kind is 'rotation': is not a plan that can be followed. ...
    """
    try:
        return _plan(_shape(data))
    except InputRefused as refused:
        raise refused.in_file(file) from None


def _shape(data: bytes) -> TaperOut:
    """The file as the contract's types."""
    if not data.strip():
        raise InputRefused("", None, "is empty", f"a taper in {FORMAT}")
    raw = parse_json(data)
    clean(raw)
    if not isinstance(raw, dict):
        raise InputRefused(
            "", raw, "is not a plan", f"an object with format, kind, status, steps, ... ({FORMAT})"
        )
    for key, right, problem in (
        ("format", FORMAT, "is not a format that can be read"),
        ("kind", "taper", "is not a plan that can be followed"),
    ):
        if raw.get(key) != right:
            absent = key not in raw
            raise InputRefused(key, raw.get(key), "is missing" if absent else problem, f"'{right}'")
    try:
        return msgspec.convert(raw, TaperOut, strict=True)
    except msgspec.ValidationError as error:
        raise _refusal(str(error), raw) from None


def _refusal(message: str, raw: object) -> InputRefused:
    """A type error of the shape in plain words."""
    at = _AT.search(message)
    told = message[: at.start()] if at else message
    path, value = "", raw
    for key, index in _STEP.findall(at[1] if at else ""):
        if key:
            path = join(path, key)
            value = value.get(key) if isinstance(value, dict) else None
        else:
            path = f"{path}[{index}]"
            inside = isinstance(value, list) and index.isdigit() and int(index) < len(value)
            value = value[int(index)] if inside and isinstance(value, list) else None
    if named := _NAMED.fullmatch(told):
        absent = named[1].startswith("missing")
        expected = (
            "this key, as `algesia schema plan` describes it" if absent else "the keys of the format only"
        )
        return InputRefused(
            join(path, named[2]), None, "is missing" if absent else "is not a key of the format", expected
        )
    shown = None if isinstance(value, dict | list) else value
    if wrong := _WRONG.match(told):
        expected = " or ".join(_KINDS.get(k, k) for k in wrong[1].split(" | "))
        return InputRefused(
            path, shown, f"is {_KINDS.get(wrong[2], wrong[2])}" if wrong[2] else "does not fit", expected
        )
    return InputRefused(
        path, shown, "is not in the list", "one of the values that `algesia schema plan` lists"
    )


def _plan(out: TaperOut) -> TaperPlan:
    days = Days.of(out.as_of, out.as_of_day, out.relative)
    if tuple(block.id for block in out.blocks) != out.blocked_by:
        expected = f"the ids of blocks: {', '.join(b.id for b in out.blocks) or 'none'}"
        raise InputRefused("blocked_by", ", ".join(out.blocked_by), "does not agree with blocks", expected)
    if (out.status == "blocked") != bool(out.blocks):
        raise InputRefused(
            "status", out.status, "does not agree with blocks", "'blocked' exactly where blocks are listed"
        )
    if out.status != "planned" and out.steps:
        raise InputRefused("steps", None, f"are given although the plan is {out.status}", "no steps")
    steps = tuple(_step(step, f"steps[{i}]", days) for i, step in enumerate(out.steps))
    regimens = tuple(_regimen(r, f"regimens[{i}]") for i, r in enumerate(out.regimens))
    check_steps(out.steps, steps, regimens)
    supplies = tuple(_fill(fill, f"supplies[{i}]", days) for i, fill in enumerate(out.supplies))
    check_supplies(supplies, {step.number for step in steps})
    return TaperPlan(
        status=out.status,
        as_of=days.as_of,
        knowledge=out.knowledge,
        request=_asked(out.request, days),
        blocked_by=tuple(Interlock(b.id, b.level, b.title, b.because, b.do, b.sources, b.basis) for b in out.blocks),
        unassessable=tuple(Unassessable(u.what, u.because, u.missing) for u in out.unassessable),
        nearest=out.nearest,
        use_days=out.use_days,
        regimens=regimens,
        order=tuple((o.drug, o.because) for o in out.order),
        pace=_pace(out),
        steps=steps,
        turns=tuple(
            Turn(t.drug, days.read(t.at, f"turns[{i}].at", t.at_day), t.daily.value, t.daily.unit, t.says, t.ways, t.lines)
            for i, t in enumerate(out.turns)
        ),
        supplies=supplies,
        support=_support(out),
        naloxone=None if out.naloxone is None else Naloxone(out.naloxone.offer, out.naloxone.because, out.naloxone.at_hand),
        rules=tuple(_rule(r) for r in out.rules),
        statements=tuple(_rule(r) for r in out.statements),
        warnings=out.warnings,
        sources=out.sources,
    )  # fmt: skip


def _rule(out: RuleOut) -> Rule:
    return Rule(out.id, out.says, out.source, out.confidence)


def _asked(out: TaperAsked, days: Days) -> TaperRequest:
    def day(text: str | None, key: str, number: object) -> int | None:
        if text is None:
            return None
        return days.read(text, f"request.{key}", number)

    if out.percent is not None and not 0 < out.percent <= 100:
        raise InputRefused("request.percent", out.percent, "is no part of a dose", "above 0, at most 100")
    if out.interval_days is not None and out.interval_days < 1:
        raise InputRefused("request.interval_days", out.interval_days, "is no interval", "1 or more")
    if out.until < 0:
        raise InputRefused("request.until", out.until, "is no dose", "0 or more")
    return TaperRequest(
        drugs=out.drugs,
        start=day(out.start, "start", out.start_day),
        percent=out.percent,
        interval_days=out.interval_days,
        until=out.until,
        products=out.products,
        strengths=out.strengths,
        since=day(out.since, "since", out.since_day),
        naloxone_acknowledged=out.naloxone_acknowledged,
        last_steps=out.last_steps,
    )


def _pace(out: TaperOut) -> Pace | None:
    pace = out.pace
    if pace is None:
        if out.steps:
            raise InputRefused("pace", None, "is missing although there are steps", "the pace of the plan")
        return None
    if not 0 < pace.percent <= 100:
        raise InputRefused("pace.percent", pace.percent, "is no part of a dose", "above 0, at most 100")
    if pace.interval_days < 1:
        raise InputRefused("pace.interval_days", pace.interval_days, "is no interval", "1 or more")
    return Pace(
        pace.percent, pace.interval_days, pace.of, pace.current_below_percent, _rule(pace.rule), pace.asked
    )


def _support(out: TaperOut) -> tuple[Support, ...]:
    for i, support in enumerate(out.support):
        row = support.row
        if (support.drug, support.dose, support.ceiling) != (row.drug, row.dose, row.ceiling):
            raise InputRefused(
                f"support[{i}]", support.drug, "does not agree with its row", f"{row.drug}, {row.dose}"
            )
    return tuple(Support(s.row, s.cautions, s.withheld) for s in out.support)


def _regimen(out: RegimenOut, path: str) -> Regimen:
    return Regimen(
        out.medications, out.drug, out.route, out.release, out.line, unit_of(out.daily.unit, f"{path}.daily.unit"),
        out.daily.value, out.times, out.slots, out.mme, out.working,
    )  # fmt: skip


def _step(out: StepOut, path: str, days: Days) -> Step:
    unit = unit_of(out.daily.unit, f"{path}.daily.unit")
    for key, amount in (("before", out.before), ("target_daily", out.target_daily)):
        if amount.unit != unit:
            raise InputRefused(f"{path}.{key}.unit", amount.unit, "is not the unit of daily", f"'{unit}'")
    numbers = out.review_days if isinstance(out.review_days, tuple) else (msgspec.UNSET,) * len(out.reviews)
    if len(numbers) != len(out.reviews):
        raise InputRefused(
            f"{path}.review_days", None, "has not as many days as reviews", f"{len(out.reviews)} days"
        )
    reviews = tuple(
        days.read(text, f"{path}.reviews[{i}]", number)
        for i, (text, number) in enumerate(zip(out.reviews, numbers, strict=True))
    )
    if not reviews or days.read(out.review_by, f"{path}.review_by", out.review_by_day) != reviews[0]:
        raise InputRefused(
            f"{path}.review_by", out.review_by, "is not the first of reviews", "the first review gate"
        )
    return Step(
        number=out.number,
        start=days.read(out.start, f"{path}.start", out.start_day),
        end=days.read(out.end, f"{path}.end", out.end_day),
        drug=out.drug,
        route=out.route,
        release=out.release,
        phase=out.phase,
        unit=unit,
        before=out.before.value,
        target=out.target_daily.value,
        daily=out.daily.value,
        doses=tuple(_dose(d, f"{path}.doses[{i}]") for i, d in enumerate(out.doses)),
        every_days=out.every_days,
        reviews=reviews,
        check=out.check,
        mme=out.mme,
        says=out.says,
    )


def _dose(out: DoseOut, path: str) -> DoseTime:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", out.time):
        raise InputRefused(f"{path}.time", out.time, "is not a time of day", "HH:MM, such as 08:00")
    return DoseTime(
        out.time, out.name, tuple(_piece(p, f"{path}.products[{i}]") for i, p in enumerate(out.products))
    )


def _piece(out: ProductOut, path: str) -> Piece:
    strength = out.strength
    if strength.unit not in ("mg", "ug", "ug/h", "mg/mL"):
        expected = one_of(strength.unit, ("mg", "ug", "ug/h", "mg/mL"), "the units")
        raise InputRefused(f"{path}.strength.unit", strength.unit, "is not a unit of a product", expected)
    if strength.value <= 0:
        raise InputRefused(f"{path}.strength.value", strength.value, "is no strength", "a number above 0")
    if out.count <= 0:
        raise InputRefused(f"{path}.count", out.count, "is no number of pieces", "a number above 0")
    if out.release == "extended" and out.count != int(out.count):
        raise InputRefused(f"{path}.count", out.count, "splits an extended-release product", "a whole number")
    piece = Piece(
        out.line, out.product, out.rxcui or "", strength.value, strength.unit, out.release, out.count,  # type: ignore[arg-type]
    )  # fmt: skip
    unit = "mg" if piece.liquid else piece.unit
    if out.amount.unit != unit or abs(out.amount.value - piece.amount) > 1e-6 * piece.amount:
        shown = f"{out.amount.value:g} {out.amount.unit}"
        raise InputRefused(f"{path}.amount", shown, "is not strength times count", f"{piece.amount:g} {unit}")
    return piece


def _fill(out: FillOut, path: str, days: Days) -> Fill:
    start, end = (
        days.read(out.start, f"{path}.start", out.start_day),
        days.read(out.end, f"{path}.end", out.end_day),
    )
    return Fill(
        start, end, out.step, out.line, out.product, out.rxcui or "", out.strength.value, out.strength.unit, out.count
    )  # fmt: skip
