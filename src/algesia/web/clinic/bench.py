"""The taper workbench: what is asked for in the address, what may be asked for, and the plan that comes of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from algesia.knowledge.loader import Knowledge
from algesia.plan.level import stands_in
from algesia.plan.model import TaperPlan, TaperRequest
from algesia.plan.pace import LONGEST_INTERVAL
from algesia.plan.tapering import taper
from algesia.plan.wording import amount
from algesia.quantities.refusal import WrongCall
from algesia.record.model import Record
from algesia.review import Review
from algesia.web.clinic.asked import day_in
from algesia.web.clinic.plain_options import in_words
from algesia.web.errors import Refusal

NAMES: Final = (
    "percent", "weeks", "until", "start", "since", "with", "strengths", "last_steps", "for_pain", "drug",
)  # fmt: skip
PERCENTS: Final = (2, 3, 5, 8, 10, 15, 20, 25)
WEEKS: Final = (1, 2, 3, 4, 6, 8, 10, 13)
MOST_CHOICES: Final = 4
MOST_VALUES: Final = 40


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that may be asked for."""

    value: str
    words: str
    on: bool


@dataclass(frozen=True, slots=True)
class Bench:
    """The plan for what was asked, with every slower choice. `problems` say what of the address could not be read."""

    request: TaperRequest
    plan: TaperPlan
    asked: dict[str, list[str]]
    percents: tuple[Choice, ...]
    weeks: tuple[Choice, ...]
    products: tuple[Choice, ...]
    strengths: tuple[Choice, ...]
    drugs: tuple[Choice, ...]
    problems: tuple[str, ...]

    @property
    def query(self) -> str:
        """What was asked for, as the end of an address."""
        return urlencode({name: values for name, values in self.asked.items() if any(values)}, doseq=True)


def bench(
    review: Review, knowledge: Knowledge, sent: Mapping[str, Sequence[str]], acknowledged: bool = False
) -> Bench:
    """The workbench for an address.

    What cannot be read is said and left out; what would be faster than the rule is refused by the plan itself.
    """
    asked = {name: [v.strip() for v in sent.get(name, ())][:MOST_VALUES] for name in NAMES}
    request, problems = _request(review.record, asked, acknowledged)
    base = TaperRequest(since=request.since, for_pain=request.for_pain, naloxone_acknowledged=acknowledged)
    plain = taper(review, knowledge, base)
    try:
        plan = taper(review, knowledge, request)
    except WrongCall as wrong:
        problems.append(f"{in_words(str(wrong))[:1].upper()}{in_words(str(wrong))[1:]}.")
        plan = plain
        request = base
    return Bench(
        request, plan, asked, *_paces(knowledge, plain, request), *_products(knowledge, plain, request),
        tuple(Choice(d, d, d in request.drugs) for d in dict.fromkeys(r.drug for r in plain.regimens)), tuple(problems),
    )  # fmt: skip


def _request(
    record: Record, asked: dict[str, list[str]], acknowledged: bool
) -> tuple[TaperRequest, list[str]]:
    problems: list[str] = []

    def one(name: str) -> str:
        return next((value for value in asked[name] if value), "")

    def number(text: str, what: str) -> float | None:
        if not text:
            return None
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            value = math.nan
        if math.isfinite(value):
            return value
        problems.append(f"{what} is no number. It was left out.")
        return None

    def day(name: str, what: str) -> int | None:
        if not one(name):
            return None
        try:
            return day_in(record, one(name), what)
        except Refusal as refusal:
            problems.append(f"{refusal.says} It was left out.")
            return None

    weeks = number(one("weeks"), "Weeks each step")
    strengths = [number(value, "A strength") for value in asked["strengths"] if value]
    return (
        TaperRequest(
            drugs=tuple(value.lower() for value in asked["drug"] if value),
            start=day("start", "The first day"),
            percent=number(one("percent"), "Percent each step"),
            interval_days=None if weeks is None else round(min(max(weeks, 0), 1000) * 7),
            until=number(one("until"), "The amount to stop at") or 0.0,
            products=tuple(value.lower() for value in asked["with"] if value),
            strengths=tuple(value for value in strengths if value is not None),
            since=day("since", "The first day of use"),
            naloxone_acknowledged=acknowledged,
            last_steps=bool(one("last_steps")),
            for_pain=bool(one("for_pain")),
        ),
        problems,
    )


def _paces(
    knowledge: Knowledge, plain: TaperPlan, request: TaperRequest
) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Percent and weeks that are as slow as the rule or slower."""
    pace = plain.pace
    if pace is None:
        return (), ()
    lowest = next(
        (d.allow_low for d in knowledge.taper_limits.defaults if d.id == pace.rule.id), pace.percent
    )
    percents = sorted({p for p in (*PERCENTS, pace.percent, lowest) if lowest <= p <= pace.percent})
    percents = percents if len(percents) <= MOST_CHOICES else [*percents[-MOST_CHOICES:]]
    least = pace.interval_days
    days = sorted({d for d in (*(w * 7 for w in WEEKS), least) if least <= d <= LONGEST_INTERVAL})[
        :MOST_CHOICES
    ]
    percent = request.percent if request.percent is not None else pace.percent
    interval = request.interval_days if request.interval_days is not None else least
    return (
        tuple(Choice(f"{p:g}", f"{amount(p)} %", p == percent) for p in percents),
        tuple(Choice(f"{d / 7:g}", f"{d / 7:g}", d == interval) for d in days),
    )


def _products(
    knowledge: Knowledge, plain: TaperPlan, request: TaperRequest
) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Products that may follow the present ones, and strengths of the present ones."""
    own = [knowledge.product_lines[r.line] for r in plain.regimens if r.line in knowledge.product_lines]
    present = {line.id for line in own}
    follow = [
        line
        for line in knowledge.product_lines.values()
        if line.id not in present and any(stands_in(line, one) for one in own)
    ]
    sizes = sorted({strength.value for line in own for strength in line.plannable})
    unit = own[0].unit if own else "mg"
    return (
        tuple(Choice(line.id, line.product, line.id in request.products) for line in follow),
        tuple(Choice(f"{size:g}", f"{amount(size)} {unit}", size in request.strengths) for size in sizes),
    )
