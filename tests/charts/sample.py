"""Synthetic assessments for the pictures: one year that shows everything, and the hard cases.

Built from the dataclasses directly, so that the pictures can be tested without the engine. Noise comes from a
linear congruential generator: the same bytes every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import sin

from algesia.assessment.model import (
    Assessment,
    Differential,
    DoseChange,
    Episode,
    Now,
    SignState,
    Trap,
    Window,
)
from algesia.exposure.model import Exposure, Item, Span, Steps
from algesia.knowledge.model import Confidence
from algesia.quantities.time import Instant
from algesia.record.model import Intervention, Pain, Record


def ordinal(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def noise(count: int, seed: int = 7) -> list[float]:
    """Sums of four uniform numbers, centered: nearly normal with standard deviation about 0.58."""
    state, values = seed, []
    for _ in range(count):
        total = 0.0
        for _ in range(4):
            state = (1103515245 * state + 12345) % 2**31
            total += state / 2**31
        values.append(total - 2)
    return values


def item(
    drug: str,
    start: int,
    end: int | None,
    *,
    route: str | None = "oral",
    daily: Span | None = None,
    mme: Span | None = None,
    status: str = "converted",
    as_needed: bool = False,
) -> Item:
    return Item(
        medication=f"{drug}-{start}", drug=drug, route=route, start=start, end=end, daily=daily,
        factor=None, mme=mme, status=status, working="", reason=None, source=None,  # type: ignore[arg-type]
        confidence=Confidence.FULL_TEXT, basis="prescribed", as_needed=as_needed,
    )  # fmt: skip


def steps(*levels: tuple[int, float | tuple[float, float, float]]) -> Steps:
    days = tuple(day for day, _ in levels)
    return Steps(days, tuple(Span(*v) if isinstance(v, tuple) else Span.exactly(v) for _, v in levels))


def exposure(
    first: int,
    as_of: int,
    *,
    items: Sequence[Item] = (),
    mme: Steps | None = None,
    fixed: Steps | None = None,
    tracks: dict[tuple[str, str], Steps] | None = None,
) -> Exposure:
    total = mme or Steps()
    return Exposure(
        edition="cdc-2022", first_day=first, last_day=as_of, items=tuple(items), mme=total,
        fixed_mme=total if fixed is None else fixed, tracks=tracks or {}, fixed_tracks=tracks or {}, queries=(),
        used="prescribed",
    )  # fmt: skip


def episode(
    day: int,
    before: float,
    after: float,
    verdict: str = "unassessable",
    *,
    level: float | None = None,
    late: float | None = None,
    returned: int | None = None,
    still: bool = False,
    judged: int = 56,
    unit: str = "MME/d",
    drug: str | None = None,
    route: str | None = None,
    direction: str | None = None,
    why: str | None = None,
) -> Episode:
    way = direction or ("start" if before == 0 else "increase" if after > before else "decrease")
    seen = None if late is None else Window(late, 0.6, 10)
    return Episode(
        change=DoseChange(day, way, before, after, unit, drug, route),  # type: ignore[arg-type]
        pain_before=None if level is None else Window(level, 0.6, 7), pain_after=seen, pain_late=seen,
        function_before=None, function_after=None, returned_after_days=returned, still_below=still,
        judged_days=judged, verdict=verdict, says="Synthetic.", why=why,  # type: ignore[arg-type]
    )  # fmt: skip


def assessment(
    record: Record,
    as_of: int,
    seen: Exposure,
    *,
    episodes: Sequence[Episode] = (),
    signs: Sequence[SignState] = (),
    now: Window | None = None,
) -> Assessment:
    total = seen.on(as_of)
    return Assessment(
        record=record, as_of=as_of, knowledge_edition="test", exposure=seen, interlocks=(),
        episodes=tuple(episodes), trap=Trap("unassessable", None, (), ()), signs=tuple(signs), spread=None,
        differential=Differential((), (), "", None), ask_next=(), options=(),
        now=Now(now, None, total.mme, total.complete), headline="", subline="", unassessable=(), queries=(),
        sources=(),
    )  # fmt: skip


def sign(name: str, plain: str, history: Sequence[tuple[int, bool | None]]) -> SignState:
    answers = [present for _, present in history if present is not None]
    status = "not-examined" if not answers else "present" if answers[-1] else "absent"
    last = history[-1][0] if history else None
    return SignState(name, plain, plain, status, last, last, tuple(history), None)  # type: ignore[arg-type]


def scores(days: Sequence[int], values: Sequence[float]) -> tuple[Pain, ...]:
    return tuple(
        Pain(at=Instant(day), score=float(min(max(round(value), 0), 10)))
        for day, value in zip(days, values, strict=True)
    )


def year() -> Assessment:
    """One year: four increases, three brief reliefs and none, a taper, two gaps, drops of unknown amount."""
    first, as_of = ordinal("2026-01-05"), ordinal("2026-11-12")
    ups = [ordinal(day) for day in ("2026-02-09", "2026-04-13", "2026-06-08", "2026-07-27")]
    downs = [ordinal(day) for day in ("2026-09-14", "2026-10-12", "2026-11-09")]
    gaps = [(ordinal("2026-05-03"), ordinal("2026-05-15")), (ordinal("2026-08-20"), ordinal("2026-08-25"))]
    levels = {
        first: 5.5,
        ups[0]: 5.9,
        ups[1]: 6.9,
        ups[2]: 7.5,
        ups[3]: 8.6,
        downs[0]: 8.7,
        downs[1]: 7.9,
        downs[2]: 7.0,
    }
    reliefs = {
        ups[0]: (2.0, 16.0),
        ups[1]: (1.6, 9.0),
        ups[2]: (2.2, 7.0),
        downs[0]: (-0.9, 9.0),
        downs[1]: (-0.8, 8.0),
    }
    days, values = [], []
    for day, part in zip(range(first, as_of + 1), noise(as_of + 1 - first), strict=True):
        since = max(step for step in levels if step <= day)
        drop, length = reliefs.get(since, (0.0, 1.0))
        fading = max(1 - (day - since) / (length * 1.5), 0) * drop
        if not any(a <= day < b for a, b in gaps):
            days.append(day)
            values.append(levels[since] - fading + 0.25 * sin(day / 5.5) + part)
    ratings = scores(days, values)
    done = (
        Intervention(
            at=Instant(ordinal("2026-02-16")), end=Instant(ordinal("2026-04-30")), kind="physiotherapy"
        ),
        Intervention(at=Instant(ordinal("2026-07-13")), kind="injection", text="steroid injection"),
    )
    record = Record(pain=ratings, interventions=done)
    prn = ordinal("2026-03-02")
    fixed = steps(
        (first - 300, 60), (ups[0], 90), (ups[1], 120), (ups[2], 150), (ups[3], 180), (downs[0], 165), (downs[1], 150),
        (downs[2], 135),
    )  # fmt: skip
    mme = steps(
        (first - 300, 60), (ups[0], 90), (prn, (90, 97.5, 105)), (ups[1], (120, 127.5, 135)), (ups[2], 150),
        (ups[3], 180), (downs[0], 165), (downs[1], 150), (downs[2], 135),
    )  # fmt: skip
    items = (
        item("oxycodone", first - 300, None, daily=Span.exactly(90), mme=Span.exactly(135)),
        item("tramadol drops", ordinal("2026-08-03"), ordinal("2026-08-17"), status="unconverted"),
        item("duloxetine", ordinal("2026-10-01"), None, status="not-opioid"),
    )
    seen = exposure(first - 300, as_of, items=items, mme=mme, fixed=fixed)

    def before(day: int) -> float:
        week = [
            rating.score for rating in ratings if day - 7 <= rating.at.day < day and rating.score is not None
        ]
        return sum(week) / len(week)

    episodes = (
        episode(ups[0], 60, 90, "brief-relief", level=before(ups[0]), late=5.9, returned=21, judged=63),
        episode(ups[1], 90, 120, "brief-relief", level=before(ups[1]), late=6.8, returned=11, judged=56),
        episode(ups[2], 120, 150, "brief-relief", level=before(ups[2]), late=7.5, returned=9, judged=49),
        episode(ups[3], 150, 180, "worse", level=before(ups[3]), late=before(ups[3]) + 1.0, judged=49),
        episode(
            downs[0], 180, 165, level=before(downs[0]), late=before(downs[0]) - 0.4, judged=28, why="day 28"
        ),
        episode(
            downs[1], 165, 150, level=before(downs[1]), late=before(downs[1]) - 1.3, judged=28, why="day 28"
        ),
        episode(downs[2], 150, 135, level=before(downs[2]), judged=4, why="day 4: too early"),
    )
    asked = [
        ordinal(day)
        for day in ("2026-01-20", "2026-03-10", "2026-04-28", "2026-06-22", "2026-07-02", "2026-11-03")
    ]
    signs = (
        sign("spreading-pain", "Spread beyond first place", [(asked[0], False), (asked[1], False), (asked[2], True), (as_of - 2, True)]),
        sign("allodynia", "Light touch hurts", [(asked[1], False), (asked[3], True), (as_of - 2, True)]),
        sign("worse-after-dose", "Worse after a dose", [(asked[4], True), (asked[5], False)]),
        sign("myoclonus", "Jerking muscles", []),
    )  # fmt: skip
    last = [rating.score for rating in ratings if rating.at.day > as_of - 7 and rating.score is not None]
    now = Window(sum(last) / len(last), 0.6, len(last))
    return assessment(record, as_of, seen, episodes=episodes, signs=signs, now=now)


def no_pain() -> Assessment:
    """Doses and changes, and not one pain score."""
    as_of = ordinal("2026-11-12")
    mme = steps((as_of - 200, 30), (as_of - 120, 60), (as_of - 40, 90))
    changes = [
        episode(as_of - 200, 0, 30, why="no pain entry in the 28 days before the change", judged=80),
        episode(as_of - 120, 30, 60, why="no pain entry in the 28 days before the change", judged=80),
        episode(as_of - 40, 60, 90, why="no pain entry in the 28 days before the change", judged=41),
    ]
    seen = exposure(
        as_of - 200, as_of, items=[item("morphine", as_of - 200, None, daily=Span.exactly(90))], mme=mme
    )
    return assessment(Record(), as_of, seen, episodes=changes)


def one_score() -> Assessment:
    """A single pain score and nothing else."""
    as_of = ordinal("2026-11-12")
    return assessment(Record(pain=scores([as_of], [7])), as_of, exposure(as_of, as_of))


def decade() -> Assessment:
    """17 scores over ten years with 12 dose changes."""
    as_of = ordinal("2026-11-12")
    first = as_of - 3650
    days = [first + 30 + 215 * index for index in range(17)]
    record = Record(pain=scores(days, [5 + (index % 4) + index / 8 for index in range(17)]))
    at = [first + 100 + 280 * index for index in range(12)]
    doses = [20, 30, 45, 60, 80, 100, 120, 160, 200, 180, 150, 120, 90]
    mme = steps((first, doses[0]), *((day, float(dose)) for day, dose in zip(at, doses[1:], strict=True)))
    changes = [
        episode(
            day, doses[index], doses[index + 1], "no-relief" if index % 3 else "unassessable",
            level=6.0 if index % 3 else None, late=7.0 if index % 3 else None, judged=280,
            why="clinic scores only (1 before, 2 after)" if index % 3 else "no pain entry in the 28 days before",
        )
        for index, day in enumerate(at)
    ]  # fmt: skip
    seen = exposure(first, as_of, items=[item("oxycodone", first, None, daily=Span.exactly(60))], mme=mme)
    return assessment(record, as_of, seen, episodes=changes)


def one_day_apart() -> Assessment:
    """Two changes one day apart."""
    as_of = ordinal("2026-11-12")
    days = list(range(as_of - 90, as_of + 1))
    record = Record(pain=scores(days, [6 + part for part in noise(91)]))
    mme = steps((as_of - 120, 60), (as_of - 40, 90), (as_of - 39, 120))
    changes = [
        episode(as_of - 40, 60, 90, why="too few pain entries after the change", judged=1, level=6),
        episode(as_of - 39, 90, 120, "no-relief", level=6, late=6.2, judged=40),
    ]
    seen = exposure(
        as_of - 120, as_of, items=[item("oxycodone", as_of - 120, None, daily=Span.exactly(80))], mme=mme
    )
    return assessment(record, as_of, seen, episodes=changes, now=Window(6.1, 0.5, 7))


def hospital() -> Assessment:
    """Three days in a relative record: intravenous hydromorphone without any MME, and ketamine."""
    zero = ordinal("2000-01-01")
    as_of = zero + 2
    ratings = tuple(
        Pain(at=Instant(zero + hour // 24, hour % 24 * 60), score=float(min(10, 5 + hour // 9)))
        for hour in range(0, 66, 4)
    )
    key = ("hydromorphone", "intravenous")
    own = steps((zero, 24), (zero + 1, 96), (zero + 2, 240))
    other = steps((zero + 1, 1.2), (zero + 2, 4.8))
    items = [
        item(
            *("hydromorphone", zero, None), route="intravenous", daily=Span.exactly(240), status="unconverted"
        ),
        item(
            *("fentanyl", zero + 1, None), route="intravenous", daily=Span.exactly(4.8), status="unconverted"
        ),
        item("methadone", zero + 2, None, status="unconverted"),
    ]
    seen = exposure(zero, as_of, items=items, tracks={key: own, ("fentanyl", "intravenous"): other})
    changes = [
        episode(
            zero + 1, 24, 96, "worse", level=5.6, late=7.4, judged=1, unit="mg/d", drug=key[0], route=key[1]
        ),
        episode(
            zero + 2,
            96,
            240,
            why="day 1: too early",
            level=7.5,
            judged=1,
            unit="mg/d",
            drug=key[0],
            route=key[1],
        ),
    ]
    record = Record(
        relative=True, epoch=Instant(zero), pain=ratings,
        interventions=(Intervention(at=Instant(zero + 2, 600), kind="ketamine-infusion"),),
    )  # fmt: skip
    signs = [
        sign("myoclonus", "Jerking muscles", [(zero + 1, False), (zero + 2, True)]),
        sign("allodynia", "Light touch hurts", [(zero + 2, True)]),
    ]
    return assessment(record, as_of, seen, episodes=changes, signs=signs, now=Window(9, 1, 6))


def nothing_converts() -> Assessment:
    """Opioids of which no amount is known."""
    as_of = ordinal("2026-11-12")
    days = list(range(as_of - 60, as_of + 1))
    record = Record(pain=scores(days, [7 + part for part in noise(61)]))
    items = [
        item("tramadol drops", as_of - 60, as_of - 20, status="unconverted"),
        item("morphine", as_of - 30, None, status="unconverted", route=None),
        item("oxycodone and naloxone prolonged-release tablets of an unknown maker", as_of - 10, None, status="unconverted"),
    ]  # fmt: skip
    return assessment(record, as_of, exposure(as_of - 60, as_of, items=items), now=Window(7, 1, 7))


def words_only() -> Assessment:
    """Pain only in words."""
    zero = ordinal("2000-01-01")
    told = [
        (0, "severe"),
        (12, "moderate"),
        (21, "unbearable, whole body"),
        (23, "severe"),
        (40, "much better"),
    ]
    record = Record(
        relative=True, epoch=Instant(zero),
        pain=tuple(Pain(at=Instant(zero + day), scale="verbal", words=text) for day, text in told),
    )  # fmt: skip
    mme = steps((zero - 10, 240), (zero + 21, 480), (zero + 24, 120))
    changes = [
        episode(zero + 21, 240, 480, why="no pain entry in the 28 days before the change", judged=3),
        episode(zero + 24, 480, 120, why="no pain entry in the 28 days before the change", judged=17),
    ]
    seen = exposure(
        zero - 10, zero + 40, items=[item("morphine", zero - 10, None, daily=Span.exactly(120))], mme=mme
    )
    return assessment(record, zero + 40, seen, episodes=changes)


def long_diary() -> Assessment:
    """3,650 pain scores over ten years with 24 dose changes."""
    as_of = ordinal("2026-11-12")
    first = as_of - 3649
    days = list(range(first, as_of + 1))
    values = [
        5 + (day - first) / 1300 + sin(day / 40) + part for day, part in zip(days, noise(3650), strict=True)
    ]
    at = [first + 120 + 145 * index for index in range(24)]
    doses = [20.0 * 1.1**index for index in range(25)]
    mme = steps((first, doses[0]), *zip(at, doses[1:], strict=True))
    changes = [
        episode(
            day,
            doses[i],
            doses[i + 1],
            "brief-relief",
            level=5 + i / 9,
            late=5.5 + i / 9,
            returned=20,
            judged=145,
        )
        for i, day in enumerate(at)
    ]
    seen = exposure(first, as_of, items=[item("oxycodone", first, None, daily=Span.exactly(60))], mme=mme)
    return assessment(Record(pain=scores(days, values)), as_of, seen, episodes=changes, now=Window(8, 0.6, 7))


CASES = {
    "year": year,
    "no_pain": no_pain,
    "one_score": one_score,
    "decade": decade,
    "one_day_apart": one_day_apart,
    "hospital": hospital,
    "nothing_converts": nothing_converts,
    "words_only": words_only,
    "long_diary": long_diary,
}
