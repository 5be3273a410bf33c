"""Make the bundled synthetic diary: one person who does not exist, 5 January to 12 November 2026.

    python examples/make_synthetic.py

The course is written down below; only the daily scatter is drawn, from a seeded linear congruential generator, so
the file is the same on every machine. Eight regimens of extended-release oxycodone (60 to 180 and back to 135 MME
a day by CDC 2022), relief that shrinks from increase to increase, an as-needed part, two gaps in the diary, drops
of an unknown amount, signs asked on different days, and no eGFR.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from algesia.quantities.time import Instant
from algesia.record.codec import write_record
from algesia.record.model import (
    Amount,
    BodyMap,
    Condition,
    Function,
    Intervention,
    Medication,
    Pain,
    Person,
    Record,
    Scale,
    Sign,
)

SEED = 20260105
FIRST, LAST = date(2026, 1, 5), date(2026, 11, 12)
STEPS = (  # first day, mg of extended-release oxycodone every 12 h
    (date(2026, 1, 5), 20), (date(2026, 2, 9), 30), (date(2026, 4, 13), 40), (date(2026, 6, 8), 50),
    (date(2026, 7, 27), 60), (date(2026, 9, 14), 55), (date(2026, 10, 12), 50), (date(2026, 11, 9), 45),
)  # fmt: skip
LEVELS = (  # day, mean pain on it; straight lines between, a jump where a day stands twice
    (date(2026, 1, 5), 5.4), (date(2026, 2, 9), 5.4), (date(2026, 2, 9), 3.7), (date(2026, 2, 20), 4.0),
    (date(2026, 3, 4), 5.5), (date(2026, 3, 23), 5.9), (date(2026, 4, 13), 6.2), (date(2026, 4, 13), 4.8),
    (date(2026, 4, 19), 5.1), (date(2026, 4, 27), 6.5), (date(2026, 5, 3), 6.8), (date(2026, 6, 8), 6.8),
    (date(2026, 6, 8), 5.2), (date(2026, 6, 13), 5.6), (date(2026, 6, 19), 7.0), (date(2026, 7, 3), 7.6),
    (date(2026, 7, 27), 7.6), (date(2026, 8, 14), 8.9), (date(2026, 9, 14), 8.5), (date(2026, 9, 14), 9.4),
    (date(2026, 9, 28), 8.7), (date(2026, 10, 12), 8.4), (date(2026, 10, 12), 8.8), (date(2026, 10, 26), 7.9),
    (date(2026, 11, 6), 7.1), (date(2026, 11, 12), 7.0),
)  # fmt: skip
EMPTY = ((date(2026, 5, 3), date(2026, 5, 14)), (date(2026, 8, 20), date(2026, 8, 24)))
SCATTER = 1.6
BACK = ("lower-back-left", "lower-back-right")
LEG = ("buttock-left", "thigh-back-left")
MAPS = (
    (date(2026, 1, 6), BACK, ()),
    (date(2026, 3, 10), BACK, ()),
    (date(2026, 4, 28), (*BACK, *LEG), ()),
    (date(2026, 6, 22), (*BACK, *LEG, "buttock-right", "middle-back-left"), BACK),
    (date(2026, 9, 8), (*BACK, *LEG, "buttock-right", "middle-back-left", "middle-back-right", "thigh-back-right",
                        "shoulder-back-left"), (*BACK, "middle-back-left")),
    (date(2026, 11, 3), (*BACK, *LEG, "buttock-right", "middle-back-left", "thigh-back-right"), BACK),
)  # fmt: skip
PEG_EVERY = timedelta(days=14)
SIGNS = (
    (date(2026, 1, 20), "spreading-pain", False, None),
    (date(2026, 3, 10), "spreading-pain", False, None),
    (date(2026, 4, 28), "spreading-pain", True, "left buttock and back of the thigh"),
    (date(2026, 11, 3), "spreading-pain", True, None),
    (date(2026, 3, 10), "allodynia", False, None),
    (date(2026, 6, 22), "allodynia", True, "waistband hurts"),
    (date(2026, 11, 3), "allodynia", True, None),
    (date(2026, 7, 2), "worse-after-dose", True, "about an hour after the morning tablet"),
    (date(2026, 10, 20), "worse-after-dose", True, None),
    (date(2026, 11, 3), "worse-after-dose", False, None),
    (date(2026, 8, 11), "new-lesion-on-imaging", False, "MRI of the lumbar spine unchanged since 2019"),
    (date(2026, 8, 11), "end-of-dose-failure", False, None),
    (date(2026, 8, 11), "aberrant-behavior", False, None),
    (date(2026, 9, 8), "myoclonus", False, None),
    (date(2026, 9, 8), "confusion", False, None),
    (date(2026, 11, 3), "myoclonus", False, None),
    (date(2026, 11, 3), "confusion", False, None),
    (date(2026, 9, 18), "withdrawal-signs", True, "sweating and poor sleep for a week after the step"),
    (date(2026, 11, 3), "withdrawal-signs", False, None),
)


def scatter(seed: int) -> Iterator[float]:
    """Numbers from -1 to 1, more of them near 0: the mean of two draws of a 64-bit congruential generator."""
    state = seed
    while True:
        total = 0.0
        for _ in range(2):
            state = (6364136223846793005 * state + 1442695040888963407) % 2**64
            total += (state >> 33) / 2**31
        yield total - 1.0


def at(day: date) -> Instant:
    """A calendar day of the record."""
    return Instant(day.toordinal())


def level(day: date) -> float:
    """The mean pain of a day, on the straight lines between `LEVELS`."""
    before = [point for point in LEVELS if point[0] <= day][-1]
    after = next((point for point in LEVELS if point[0] > day), before)
    span = (after[0] - before[0]).days
    return before[1] if span == 0 else before[1] + (after[1] - before[1]) * (day - before[0]).days / span


def diary() -> tuple[Pain, ...]:
    """One rating a day, none in the empty spans."""
    draws = scatter(SEED)
    ratings = []
    for offset in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=offset)
        score = min(10, max(0, round(level(day) + SCATTER * next(draws))))
        if not any(start <= day <= end for start, end in EMPTY):
            ratings.append(Pain(at=at(day), score=float(score), question="average-24h"))
    return tuple(ratings)


def function() -> tuple[Function, ...]:
    """PEG every second week: three items of 0 to 10, a little above the pain of the day."""
    scores = []
    day = FIRST + timedelta(days=1)
    while day <= LAST:
        if not any(start <= day <= end for start, end in EMPTY):
            items = min(30, round(3 * level(day) + 1))
            scores.append(Function(at=at(day), instrument="peg", score=round(items / 3, 1)))
        day += PEG_EVERY
    return tuple(scores)


def regimens() -> tuple[Medication, ...]:
    """The scheduled steps, the as-needed part, the drops and the antidepressant."""
    ends = [*(start for start, _ in STEPS[1:]), None]
    scheduled = [
        Medication(
            id=f"er{number}", drug="oxycodone", route="oral", form="tablet", release="extended",
            dose=Amount(unit="mg", value=float(mg)), every_hours=12.0,
            start=at(start), end=None if end is None else at(end),
        )
        for number, ((start, mg), end) in enumerate(zip(STEPS, ends, strict=True), 1)
    ]  # fmt: skip
    as_needed = Medication(
        id="ir1", drug="oxycodone", route="oral", form="tablet", release="immediate",
        dose=Amount(unit="mg", value=5.0), as_needed=True, max_per_day=2.0,
        start=at(date(2026, 3, 2)), end=at(date(2026, 6, 8)),
    )  # fmt: skip
    drops = Medication(
        id="drops", drug="tramadol", route="oral", form="drops", basis="taken",
        start=at(date(2026, 8, 3)), end=at(date(2026, 8, 18)), text="drops left from an earlier injury, amount not known",
    )  # fmt: skip
    duloxetine = Medication(
        id="dul", drug="duloxetine", route="oral", dose=Amount(unit="mg", value=30.0), times_per_day=1.0,
        start=at(date(2026, 10, 1)),
    )  # fmt: skip
    return (*scheduled, as_needed, drops, duloxetine)


def record() -> Record:
    """The whole record."""
    return Record(
        person=Person(id="synthetic-escalation", age_years=53.0, sex="female", time_zone="America/New_York"),
        conditions=(
            Condition(
                kind="chronic-pain", text="low back pain after disc herniation", at=at(date(2019, 3, 1))
            ),
        ),
        medications=regimens(),
        pain=diary(),
        function=function(),
        body_maps=tuple(BodyMap(at=at(day), areas=areas, touch_pain=touch) for day, areas, touch in MAPS),
        signs=tuple(
            Sign(at=at(day), sign=sign, present=present, note=note) for day, sign, present, note in SIGNS
        ),
        scales=(
            Scale(at=at(date(2026, 1, 6)), instrument="phq-9", score=6.0),
            Scale(at=at(date(2026, 6, 22)), instrument="phq-9", score=9.0),
            Scale(at=at(date(2026, 11, 3)), instrument="phq-9", score=8.0),
            Scale(at=at(date(2026, 9, 18)), instrument="cows", score=7.0),
            Scale(at=at(date(2026, 11, 3)), instrument="cows", score=2.0),
        ),
        interventions=(
            Intervention(
                at=at(date(2026, 2, 16)),
                end=at(date(2026, 4, 30)),
                kind="physical-therapy",
                text="physical therapy",
            ),
            Intervention(at=at(date(2026, 7, 13)), kind="injection", text="steroid injection"),
        ),
        source=f"Synthetic diary of no person, made by examples/make_synthetic.py with seed {SEED}",
    )


TARGET = Path(__file__).parent.parent / "src" / "algesia" / "adapters" / "data" / "synthetic-escalation.json"

if __name__ == "__main__":
    TARGET.write_bytes(write_record(record()))
