"""What the shape of a plan cannot say: days that follow each other, products that make the dose, gates in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias, cast

from algesia.plan.model import Fill, Regimen, Step
from algesia.quantities.refusal import InputRefused
from algesia.quantities.time import FIRST_YEAR, LAST_YEAR, Instant
from algesia.record.near import one_of
from algesia.report.plan_answer import change_percent
from algesia.report.plan_contract import StepOut

UNITS: Final = ("mg/d", "ug/d", "ug/h")
LONGEST_SUPPLY: Final = 28
LONGEST_GATE: Final = 31
_Key: TypeAlias = tuple[str, str, str]
_NEAR: Final = 1e-6
_HALF_A_DECIMAL: Final = 0.0501


@dataclass(frozen=True, slots=True)
class Days:
    """How the days of one plan are read: ISO dates, and in a relative plan the number beside each."""

    as_of: int
    epoch: int | None

    @classmethod
    def of(cls, as_of: str, number: object, relative: bool) -> Days:
        """From the day of asking, which gives the epoch of a relative plan."""
        day = _date(as_of, "as_of")
        if not relative:
            return cls(day, None).checked(number)
        if not isinstance(number, int):
            raise InputRefused(
                "as_of_day", None, "is missing", "the day number, because the plan is relative"
            )
        return cls(day, day - number)

    def checked(self, number: object) -> Days:
        """The same, where no day number stands beside a date of the calendar."""
        if isinstance(number, int):
            raise InputRefused("as_of_day", number, "stands in a plan with dates", "none, or relative: true")
        return self

    def read(self, text: str, path: str, number: object = None) -> int:
        """The day that `text` names.

        Raises
        ------
        InputRefused
            No date, a day number that says another day, or one where the plan has dates only.
        """
        day = _date(text, path)
        if isinstance(number, int) and (self.epoch is None or day - self.epoch != number):
            expected = "no day number" if self.epoch is None else f"day {day - self.epoch}"
            raise InputRefused(path, text, f"does not agree with its day number, {number}", expected)
        return day


def _date(text: str, path: str) -> int:
    try:
        if len(text) != 10:
            raise ValueError
        return Instant.parse(text).day
    except ValueError:
        expected = f"an ISO 8601 date such as {date(2024, 2, 5)}, from {FIRST_YEAR} to {LAST_YEAR}"
        raise InputRefused(path, text, "is not a date", expected) from None


def unit_of(unit: str, path: str) -> Literal["mg/d", "ug/d", "ug/h"]:
    """A unit of a daily total. Raises `InputRefused` for any other.

    >>> unit_of("ug/h", "steps[0].daily.unit")
    'ug/h'
    """
    if unit not in UNITS:
        raise InputRefused(path, unit, "is not a unit of a daily total", one_of(unit, UNITS, "the units"))
    return cast("Literal['mg/d', 'ug/d', 'ug/h']", unit)


def check_steps(written: Sequence[StepOut], steps: Sequence[Step], regimens: Sequence[Regimen]) -> None:
    """Refuse steps that contradict themselves or the rules that every taper keeps.

    Every step goes on from the one above of the same drug, or begins the way down of a regimen, each regimen once.

    Raises
    ------
    InputRefused
        At the first: a step that rises, products that do not make its dose, a gate too late, days out of order.
    """
    last: dict[_Key, Step] = {}
    begun: list[tuple[_Key, float]] = [((r.drug, r.route, r.unit), r.daily) for r in regimens]
    for i, (out, step) in enumerate(zip(written, steps, strict=True)):
        path = f"steps[{i}]"
        _amounts(step, path)
        percent = change_percent(step.before, step.daily)
        if abs(out.change_percent - percent) > _HALF_A_DECIMAL:
            problem = "is not what before and daily give"
            raise InputRefused(f"{path}.change_percent", out.change_percent, problem, f"{percent:g}")
        _products(step, path)
        key = (step.drug, step.route, step.unit)
        above = last.get(key)
        if above is not None and step.start < above.end:
            problem = "is before the end of the step above"
            raise InputRefused(f"{path}.start", out.start, problem, "the same day or later")
        _gates(step, path)
        _goes_on(step, above, begun, key, path)
        last[key] = step
    numbers = [step.number for step in steps]
    for i, number in enumerate(numbers):
        if number < 1 or number in numbers[:i]:
            problem = "is not a number of its own"
            raise InputRefused(f"steps[{i}].number", number, problem, "1, 2, 3 and so on")


def _goes_on(step: Step, above: Step | None, begun: list[tuple[_Key, float]], key: _Key, path: str) -> None:
    """The dose before a step is that of the step above, or of a regimen whose way down has not begun."""
    if above is not None and _same(step.before, above.daily):
        return
    for entry in begun:
        if entry[0] == key and _same(step.before, entry[1]):
            begun.remove(entry)
            return
    if above is None and not begun:
        return
    expected = [f"{above.daily:g}, the step above"] if above is not None else []
    expected += [f"{daily:g}, a regimen" for at, daily in begun if at == key]
    problem = "is not what is taken before this step"
    raise InputRefused(
        f"{path}.before.value", step.before, problem, " or ".join(expected) or "a drug of regimens"
    )


def _same(value: float, other: float) -> bool:
    return abs(value - other) <= _NEAR * max(value, other)


def _amounts(step: Step, path: str) -> None:
    if step.before <= 0:
        raise InputRefused(
            f"{path}.before.value", step.before, "is no dose to taper from", "a number above 0"
        )
    for key, value in (("target_daily", step.target), ("daily", step.daily)):
        if not 0 <= value <= step.before * (1 + _NEAR):
            raise InputRefused(
                f"{path}.{key}.value", value, "is not between 0 and before", f"0 to {step.before:g}"
            )
    if step.every_days < 1:
        raise InputRefused(f"{path}.every_days", step.every_days, "is no number of days", "1 or more")


def _products(step: Step, path: str) -> None:
    """The products make the dose; taken every so many days, their sum counts whole (a patch) or shared out."""
    total = sum(dose.amount for dose in step.doses)
    units = {"mg/d": ("mg", "mg/mL"), "ug/d": ("ug",), "ug/h": ("ug/h",)}[step.unit]
    for i, dose in enumerate(step.doses):
        if not dose.pieces:
            raise InputRefused(f"{path}.doses[{i}].products", None, "is empty", "at least one product")
        for j, piece in enumerate(dose.pieces):
            if piece.unit not in units:
                where = f"{path}.doses[{i}].products[{j}].strength.unit"
                raise InputRefused(where, piece.unit, f"does not make {step.unit}", " or ".join(units))
    sums = (total, total / step.every_days)
    if not any(_same(step.daily, value) for value in sums):
        raise InputRefused(f"{path}.daily.value", step.daily, "is not the sum of its products", f"{total:g}")


def _gates(step: Step, path: str) -> None:
    if step.end <= step.start:
        raise InputRefused(f"{path}.end", None, "is not after the start", "a later day")
    before = step.start
    for i, day in enumerate(step.reviews):
        if not step.start <= day < step.end or (i and day <= before):
            raise InputRefused(
                f"{path}.reviews[{i}]", None, "is not a later day of the step", "days of the step, in order"
            )
        if day - before > LONGEST_GATE:
            raise InputRefused(
                f"{path}.reviews[{i}]",
                None,
                f"is {day - before} days after the one before",
                f"at most {LONGEST_GATE}",
            )
        before = day
    if before != step.end - 1:
        raise InputRefused(
            f"{path}.reviews", None, "do not end on the last day of the step", "a review on its last day"
        )


def check_supplies(supplies: Sequence[Fill], numbers: set[int]) -> None:
    """Refuse a supply for more than 28 days, of nothing, or for a step that is not there."""
    for i, fill in enumerate(supplies):
        path = f"supplies[{i}]"
        if not 0 < fill.end - fill.start <= LONGEST_SUPPLY:
            raise InputRefused(
                f"{path}.end",
                None,
                f"is {fill.end - fill.start} days after the start",
                f"1 to {LONGEST_SUPPLY}",
            )
        if fill.count <= 0 or fill.strength <= 0:
            key = "count" if fill.count <= 0 else "strength.value"
            raise InputRefused(
                f"{path}.{key}", min(fill.count, fill.strength), "is no amount", "a number above 0"
            )
        if fill.step not in numbers:
            raise InputRefused(
                f"{path}.step", fill.step, "is not the number of a step", "a step of this plan"
            )
