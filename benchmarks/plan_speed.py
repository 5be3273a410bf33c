"""A taper of three products over two years with its tablets, beside trying every combination. Run: python benchmarks/plan_speed.py

Medians of 15 runs, nothing remembered from one to the next. The peer (`tests.plan.enumeration`) answers the same
questions in the same process by trying every count of every strength at every time of day; both answers are compared.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.plan.enumeration import Question, best, value

from algesia.knowledge.loader import load
from algesia.plan import level, tablets
from algesia.plan.model import DoseTime, TaperRequest
from algesia.plan.program import counts_of
from algesia.plan.tablets import Stock
from algesia.plan.tapering import taper
from algesia.record.codec import from_builtins
from algesia.review import review

RUNS = 15
GOAL_S = 1.0
YEARS = 730
ORDERS = (
    ("m1", "oxycodone", {"release": "extended", "form": "tablet"}, 30, "mg", {"every_hours": 12}),
    ("m2", "hydromorphone", {"release": "immediate", "form": "tablet"}, 4, "mg", {"every_hours": 6}),
    ("m3", "morphine", {"release": "extended", "form": "tablet"}, 60, "mg", {"every_hours": 12}),
)
"""So small that everything can be tried; a larger dose only makes the peer slower."""


def questions(plan: Callable[[], object]) -> list[tuple[Question, tuple[DoseTime, ...] | None]]:
    """What the planner asks of the tablets while it plans, with the answers."""
    asked: list[tuple[Question, tuple[DoseTime, ...] | None]] = []

    def nearest(
        have: Stock, times: int, low: float, high: float, target: float, most: tuple[float, ...] = ()
    ) -> tuple[DoseTime, ...] | None:
        found = tablets.nearest(have, times, low, high, target, most)
        if high >= low:
            asked.append((Question(have, times, low, high, target, most), found))
        return found

    with patch.object(level, "nearest", nearest):
        plan()
    return asked


def median(runs: int, work: Callable[[], object]) -> float:
    """Median wall time in seconds, with nothing remembered."""
    times = []
    for _ in range(runs):
        counts_of.cache_clear()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def as_counts(have: Stock, doses: tuple[DoseTime, ...]) -> tuple[tuple[int, ...], ...]:
    """The answer of the integer program as counts."""
    by_time = [{piece.strength: piece.count for piece in dose.pieces} for dose in doses]
    return tuple(tuple(round(one.get(u.strength.value, 0) / u.count) for u in have.units) for one in by_time)


def main() -> None:
    orders = [
        {
            "id": name,
            "drug": drug,
            "route": "oral",
            "dose": {"value": dose, "unit": unit},
            "start": "2020-01-10",
        }
        | product
        | often
        for name, drug, product, dose, unit, often in ORDERS
    ]
    record = from_builtins(
        {"format": "algesia-record/1", "medications": orders, "pain": [{"at": "2024-02-02", "score": 7}]}
    )
    knowledge = load()
    assessment = review(record, knowledge)
    request = TaperRequest()

    def work() -> object:
        return taper(assessment, knowledge, request)

    made = taper(assessment, knowledge, request)
    asked = questions(work)
    days = made.steps[-1].end - made.steps[0].start
    whole = median(RUNS, work)
    program = median(
        RUNS, lambda: [tablets.nearest(q.have, q.times, q.low, q.high, q.target, q.most) for q, _ in asked]
    )
    naive = median(RUNS, lambda: [best(q) for q, _ in asked])
    same = 0
    for question, found in asked:
        tried = best(question)
        if found is None or tried is None:
            same += found is None and tried is None
        else:
            ours = value(question, as_counts(question.have, found))
            same += (
                abs(ours.distance - tried[0].distance) < 1e-3 and abs(ours.weight - tried[0].weight) < 1e-2
            )
    print(
        f"{len(made.regimens)} products, {len(made.steps)} steps, {days} days ({days / 365:.1f} years), {len(asked)} questions"
    )
    print(f"equal worth: {same} of {len(asked)} answers")
    print(f"{'median of ' + str(RUNS) + ' runs':44s}{'seconds':>10s}{'ratio':>8s}")
    for name, seconds in (
        ("the whole taper", whole),
        ("its tablets by the integer program", program),
        ("its tablets by trying everything (peer)", naive),
    ):
        print(f"{name:44s}{seconds:10.3f}{seconds / program:8.1f}")
    print(
        f"goal: the whole taper of at least {YEARS} days under {GOAL_S:g} s: {whole < GOAL_S and days >= YEARS}"
    )


if __name__ == "__main__":
    main()
