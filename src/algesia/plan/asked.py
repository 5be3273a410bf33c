"""What may be asked of a taper: wrong calls are raised, what cannot be met is refused with the nearest that can."""

from __future__ import annotations

from collections.abc import Sequence

from algesia.assessment.model import Assessment
from algesia.knowledge.loader import Knowledge
from algesia.plan.descent import MONTH
from algesia.plan.level import stands_in
from algesia.plan.model import Pace, Regimen, TaperRequest
from algesia.plan.pace import Refused
from algesia.plan.wording import amount, listed
from algesia.quantities.refusal import WrongCall
from algesia.quantities.time import iso_day
from algesia.record.model import Record


def check_numbers(request: TaperRequest, knowledge: Knowledge) -> None:
    """Numbers that are none, products that do not exist."""
    for strength in request.strengths:
        if not 0 < strength < 1e6:
            raise WrongCall(f"--strengths {amount(strength)} is not a strength above 0")
    if request.percent is not None and not 0 < request.percent <= 100:
        raise WrongCall(f"--percent {amount(request.percent)} is not a percentage above 0 and at most 100")
    if request.interval_days is not None and not 1 <= request.interval_days <= 366:
        raise WrongCall(f"--interval-days {request.interval_days} is not a number of days from 1 to 366")
    if not 0 <= request.until < 1e6:
        raise WrongCall(f"--until {request.until} is not an amount a day of 0 or more")
    for name in request.products:
        if name not in knowledge.product_lines:
            near = [
                line for line in sorted(knowledge.product_lines) if line.split("-")[0] == name.split("-")[0]
            ]
            raise WrongCall(
                f"no product {name!r} is in the table; there are {listed(near or sorted(knowledge.product_lines), 'and')}"
            )


def check_products(knowledge: Knowledge, wanted: Sequence[Regimen], request: TaperRequest) -> None:
    """Products and strengths that fit none of the regimens would have no effect: they are refused."""
    lines = [knowledge.product_lines[regimen.line] for regimen in wanted]
    for name in request.products:
        line = knowledge.product_lines[name]
        if not any(line.id == own.id or stands_in(line, own) for own in lines):
            fits = [
                o.id
                for o in knowledge.product_lines.values()
                if any(stands_in(o, own) and o.id != own.id for own in lines)
            ]
            right = f"there are {listed(fits, 'and')}" if fits else "there is none"
            raise WrongCall(f"--with {name} cannot follow {listed([own.id for own in lines], 'or')}: {right}")
    marketed = sorted({s.value for own in lines for s in own.plannable})
    for strength in request.strengths:
        if strength not in marketed:
            known = listed([amount(value) for value in marketed], "and")
            raise WrongCall(
                f"--strengths {amount(strength)} is not a marketed strength of {listed([own.id for own in lines], 'or')}: {known}"
            )


def refused(
    going: Pace | Refused,
    wanted: Sequence[Regimen],
    request: TaperRequest,
    day: int,
    earliest: int,
    record: Record,
) -> Refused | None:
    """Why the request cannot be met, with the nearest that can; ``None`` when it can."""
    if isinstance(going, Refused):
        return going
    if request.start is not None and day < request.start < earliest:
        because = f"the dose was lowered less than {going.interval_days} days before the first step"
        return Refused(because, f"--start {_told(earliest, record)}")
    if request.start is not None and request.start > earliest + MONTH:
        because = (
            f"the first step would begin more than {MONTH} days after it could: review the record again then"
        )
        return Refused(because, f"--start {_told(earliest + MONTH, record)}")
    if request.start is not None and request.start <= day:
        return Refused(
            "the first step would lie on or before the day of asking",
            f"--start {_told(earliest, record)}",
        )
    if all(regimen.daily <= request.until for regimen in wanted):
        now = listed([f"{amount(r.daily)} {r.unit} of {r.drug}" for r in wanted], "and")
        return Refused(
            f"the dose on record, {now}, is not above --until {amount(request.until)}", "a lower --until"
        )
    return None


def since(assessment: Assessment, request: TaperRequest, day: int) -> str | None:
    """Why the first day of use that was given cannot be; ``None`` when it can."""
    if request.since is None:
        return None
    first = min(item.start for item in assessment.exposure.items if item.status != "not-opioid")
    born = assessment.record.person.birth_date
    if request.since > min(first, day):
        return "--since lies after the first opioid on record"
    if born is not None and request.since < born.day:
        return "--since lies before the birth of the person"
    return None


def _told(day: int, record: Record) -> str:
    """A day as an option takes it."""
    return str(day - record.epoch.day) if record.relative else iso_day(day)
