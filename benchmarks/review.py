"""A ten-year record with 3,650 pain scores, reviewed. Run: python benchmarks/review.py

The peer is the reading of the same record alone, in the same process: what the judging costs on top of the reading.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.assessment.build import START, diary, record, signs, steps

from algesia.knowledge.loader import load
from algesia.record.codec import read_record, write_record
from algesia.record.model import Record
from algesia.report.answer import review_json
from algesia.review import review

DAYS = 3650
RUNS = 7


def ten_years() -> Record:
    """Twenty dose levels, a score a day, a sign asked every hundred days."""
    draw = random.Random(11)
    levels = tuple((year * 182, 60.0 + 10 * year) for year in range(20))
    scores = [float(min(10, max(0, round(6 + draw.gauss(0, 1.2))))) for _ in range(DAYS)]
    told = signs(*((day, "allodynia", day % 200 == 0) for day in range(0, DAYS, 100)))
    return record(steps(*levels), diary(range(DAYS), scores.__getitem__), told)


def median(run: Callable[[], object]) -> float:
    """Median wall time in seconds."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    facts = ten_years()
    data = write_record(facts)
    as_of = START + DAYS - 1
    done = review(facts, load(), as_of)
    read = median(lambda: read_record(data))
    rows = (
        ("read the record (peer)", read),
        ("review it", median(lambda: review(facts, load(), as_of))),
        ("review as JSON", median(lambda: review_json(done))),
    )
    print(f"{len(facts.pain)} pain scores, {len(done.episodes)} dose changes, {len(data) / 1024:.0f} KB")
    print(f"{'step':28s}{'seconds':>10s}{'ratio':>8s}")
    for name, seconds in rows:
        print(f"{name:28s}{seconds:10.3f}{seconds / read:8.1f}")


if __name__ == "__main__":
    main()
