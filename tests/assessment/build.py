"""Records for the tests, written the way a person would tell them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from algesia.quantities.time import Instant
from algesia.record.model import Amount, Medication, Pain, Record, Sign

START = date(2025, 1, 6).toordinal()


def at(day: int) -> Instant:
    """Day `day` of the story."""
    return Instant(START + day)


def steps(
    *levels: tuple[int, float], drug: str = "morphine", until: int | None = None
) -> tuple[Medication, ...]:
    """Extended-release oral morphine (1 mg is 1 MME) at each level from its day until the next."""
    found = []
    for index, (day, daily) in enumerate(levels):
        end = levels[index + 1][0] if index + 1 < len(levels) else until
        if daily == 0:
            continue
        found.append(
            Medication(
                id=f"m{index}",
                drug=drug,
                route="oral",
                form="tablet",
                release="extended",
                dose=Amount(unit="mg", value=daily / 2),
                every_hours=12,
                start=at(day),
                end=None if end is None else at(end),
            )
        )
    return tuple(found)


def diary(days: Iterable[int], score: Callable[[int], float]) -> tuple[Pain, ...]:
    """One rating a day."""
    return tuple(Pain(at=at(day), score=round(score(day), 3), question="average-24h") for day in days)


def signs(*told: tuple[int, str, bool | None]) -> tuple[Sign, ...]:
    """Signs as (day, name, present)."""
    return tuple(Sign(at=at(day), sign=name, present=present) for day, name, present in told)


def wobble(day: int, size: float = 0.6) -> float:
    """Deterministic day-to-day noise with mean zero, between -size and +size."""
    return size * (((day * 7919 + 104729) % 997) / 498.0 - 1.0)


def record(
    medications: tuple[Medication, ...] = (),
    pain: tuple[Pain, ...] = (),
    told: tuple[Sign, ...] = (),
    **more: object,
) -> Record:
    """A record of these parts."""
    return Record(medications=medications, pain=pain, signs=told, **more)  # type: ignore[arg-type]
