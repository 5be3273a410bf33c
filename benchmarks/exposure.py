"""Speed of exposure: one record with 10,000 orders to daily MME, and the same orders as 10,000 records.

Run ``python benchmarks/exposure.py``. The first is bound to stay under `GOAL_S` on one core; the peer in the same
run is the slow way, an exposure of each order alone.
"""

from __future__ import annotations

import platform
import time

from algesia.exposure.compute import exposure
from algesia.knowledge.loader import load
from algesia.quantities.time import Instant
from algesia.record.model import Amount, Medication, Record

ORDERS = 10_000
GOAL_S = 0.4
DRUGS = ("oxycodone", "morphine", "hydrocodone", "tramadol", "hydromorphone", "methadone", "codeine")
FIRST = Instant.parse("2015-01-01")


def orders() -> tuple[Medication, ...]:
    """Orders of seven drugs over ten years, a quarter of them as needed, four weeks each."""
    return tuple(
        Medication(
            id=f"m{n}", drug=DRUGS[n % len(DRUGS)], route="oral", start=FIRST.shifted(n // 3),
            end=FIRST.shifted(n // 3 + 28), dose=Amount(unit="mg", value=5 + 2.5 * (n % 7)),
            times_per_day=1 + n % 5, as_needed=n % 4 == 0,
        )
        for n in range(ORDERS)
    )  # fmt: skip


def best_of(times: int, record: Record) -> float:
    """The shortest of several runs, in seconds."""
    knowledge = load()
    found = []
    for _ in range(times):
        start = time.perf_counter()
        exposure(record, knowledge)
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    """Print both timings and their ratio."""
    made = orders()
    exposure(Record(medications=made[:10]), load())
    together = best_of(5, Record(medications=made))
    start = time.perf_counter()
    for order in made:
        exposure(Record(medications=(order,)), load())
    alone = time.perf_counter() - start
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    print(f"{ORDERS} orders in one record: {together:.3f} s (goal under {GOAL_S} s)")
    print(f"{ORDERS} records of one order: {alone:.3f} s, {alone / together:.1f} times as long")


if __name__ == "__main__":
    main()
