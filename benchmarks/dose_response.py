"""How often the dose-response verdict is right, on diaries whose course is known. Run: python benchmarks/dose_response.py

Each row simulates diaries of 100 days, rated 0 to 10 in whole points, with one increase on day 30. `sd` is the
day-to-day spread and `ar` how much a day resembles the one before. The first rows have no effect at all: every verdict
but "no relief" is then an error of the rule. Nothing here is clinical evidence.
"""

from __future__ import annotations

import random
import statistics
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.assessment.build import START, diary, record, steps

from algesia.knowledge.loader import load
from algesia.review import review

DIARIES = 200
Course = Callable[[int], float]


def flat(level: float) -> Course:
    """No effect."""
    return lambda _day: level


def drop(days: int, size: float, after: float) -> Course:
    """Lower by `size` for `days` days, then `after`."""
    return lambda day: 6.5 if day < 30 else 6.5 - size if day < 30 + days else after


def fade(days: int, size: float, after: float) -> Course:
    """Lower by `size` at once, fading to the old level over `days` days and on to `after`."""
    return lambda day: 6.5 if day < 30 else min(after, 6.5 - size * (1 - (day - 30) / days))


ROWS: tuple[tuple[str, Course, float, float], ...] = (
    ("no effect", flat(6.5), 0.7, 0.0),
    ("no effect", flat(6.5), 1.0, 0.0),
    ("no effect", flat(6.5), 1.5, 0.0),
    ("no effect", flat(6.5), 1.0, 0.5),
    ("2 points for 7 days", drop(7, 2, 6.8), 1.0, 0.0),
    ("2 points for 14 days", drop(14, 2, 6.8), 1.0, 0.0),
    ("2 points for 21 days", drop(21, 2, 6.8), 1.0, 0.0),
    ("2 points fading over 14 days", fade(14, 2, 6.8), 1.0, 0.0),
    ("40 % lower, lasting", lambda day: 6.5 if day < 30 else 3.9, 1.0, 0.0),
    ("1 point higher, lasting", lambda day: 6.5 if day < 30 else 7.5, 1.0, 0.0),
)


def simulate(course: Course, sd: float, ar: float, seed: int = 7) -> tuple[Counter[str], list[int]]:
    """Verdicts and days until pain was back, over `DIARIES` diaries."""
    draw = random.Random(seed)
    verdicts: Counter[str] = Counter()
    back = []
    for _ in range(DIARIES):
        noise = [0.0]
        for _day in range(100):
            noise.append(ar * noise[-1] + draw.gauss(0, sd * (1 - ar * ar) ** 0.5))
        told = [float(min(10, max(0, round(course(day) + noise[day + 1])))) for day in range(100)]
        facts = record(steps((0, 60), (30, 90)), diary(range(100), told.__getitem__))
        episodes = review(facts, load(), START + 99).episodes
        episode = next(e for e in episodes if e.change.direction == "increase")
        verdicts[episode.verdict] += 1
        if episode.returned_after_days is not None:
            back.append(episode.returned_after_days)
    return verdicts, back


def main() -> None:
    names = ("brief-relief", "lasting-relief", "no-relief", "worse", "unassessable")
    print(
        f"{'course':32s}{'sd':>5s}{'ar':>5s}"
        + "".join(f"{n:>16s}" for n in names)
        + "   back on day: median (10 %, 90 %)"
    )
    for label, course, sd, ar in ROWS:
        verdicts, back = simulate(course, sd, ar)
        shares = "".join(f"{100 * verdicts[n] / DIARIES:15.0f}%" for n in names)
        tenths = statistics.quantiles(back, n=10) if len(back) > 9 else []
        days = f"{statistics.median(back):.0f} ({tenths[0]:.0f}, {tenths[-1]:.0f})" if tenths else "-"
        print(f"{label:32s}{sd:5.1f}{ar:5.1f}{shares}   {days}")


if __name__ == "__main__":
    main()
