"""The laws of tapers over many random records and requests, as a table.

Run: python benchmarks/plan_laws.py [N]   (100,000 records when N is left out)

Record i is made by `random.Random(i)`, so that a violation can be seen again: `python benchmarks/plan_laws.py --one i`.
The laws are those of the tests (`tests.plan.laws`), worked out apart from the planner.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.plan.laws import LAWS, Seen, broken, pieces, seen
from tests.plan.strategies import case

RECORDS = 100_000
BATCH = 250
SHOWN = 5
Found = tuple[Counter[str], Counter[str], list[str]]


def kinds(one: Seen) -> Iterator[str]:
    """What a record adds to the counts of the table."""
    plan = one.plan
    yield plan.status
    if any(step.phase == "last-steps" for step in plan.steps):
        yield "with last steps"
    if any(piece.liquid for piece in pieces(plan)):
        yield "with a liquid"
    if any(step.unit == "ug/h" for step in plan.steps):
        yield "with patches"
    if plan.turns:
        yield "ending short of the goal, said so"
    if len({(step.drug, step.release) for step in plan.steps}) > 1:
        yield "of more than one product"
    yield from ("steps" for _ in plan.steps)


def batch(numbers: range) -> Found:
    """Counts, violations by law, and the first of them in words."""
    counts: Counter[str] = Counter()
    violations: Counter[str] = Counter()
    said: list[str] = []
    for number in numbers:
        one = seen(case(random.Random(number).choice))
        if one is None:
            counts["refused as a wrong call"] += 1
            continue
        counts.update(kinds(one))
        for law, places in broken(one).items():
            violations[law] += 1
            said.append(f"record {number}: {law}: {places[0]}")
    return counts, violations, said


def run(records: int) -> Found:
    """All batches over the cores, with progress on a terminal."""
    batches = [range(first, min(first + BATCH, records)) for first in range(0, records, BATCH)]
    counts: Counter[str] = Counter()
    violations: Counter[str] = Counter()
    said: list[str] = []
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        for done, found in enumerate(pool.imap_unordered(batch, batches), 1):
            counts += found[0]
            violations += found[1]
            said += found[2]
            if sys.stderr.isatty():
                print(f"\r{min(done * BATCH, records)} of {records}", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return counts, violations, sorted(said)


def main() -> None:
    """Print the table, or one record's violations."""
    if sys.argv[1:2] == ["--one"]:
        one = seen(case(random.Random(int(sys.argv[2])).choice))
        print(one if one is None else f"{one.case}\n{one.plan.status}\n{broken(one)}")
        return
    records = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    start = time.perf_counter()
    counts, violations, said = run(records)
    plans = sum(counts[status] for status in ("planned", "blocked", "unassessable"))
    print("| law | plans checked | violations |")
    print("|---|---:|---:|")
    for law in LAWS:
        print(f"| {law} | {plans} | {violations[law]} |")
    steps = counts.pop("steps")
    print(f"\n{records} records, {steps} steps, {time.perf_counter() - start:.0f} s\n")
    print("| plans | number |")
    print("|---|---:|")
    for kind, number in counts.most_common():
        print(f"| {kind} | {number} |")
    for line in said[:SHOWN]:
        print(line)
    sys.exit(1 if violations else 0)


if __name__ == "__main__":
    main()
