"""Pain aligned to doses: worse at the peak, worse before the next dose, or neither."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from algesia.assessment.dose_aligned import dose_aligned
from algesia.knowledge.loader import load
from algesia.quantities.time import Instant
from algesia.record.model import Amount, Dose, Pain, Record
from algesia.review import review
from tests.assessment.build import START, steps


def timed(days: int, score: Callable[[int], float]) -> Record:
    """Doses at 08:00 and 20:00; ratings half an hour before each dose and 90 minutes after it."""
    doses = [
        Dose(at=Instant(START + d, h * 60), drug="morphine", route="oral", dose=Amount(unit="mg", value=30))
        for d in range(days)
        for h in (8, 20)
    ]
    pain = [
        Pain(at=Instant(START + d, h * 60 + after), score=score(after))
        for d in range(days)
        for h in (8, 20)
        for after in (-30, 90)
    ]
    return Record(medications=steps((0, 60)), doses=tuple(doses), pain=tuple(pain))


@pytest.mark.parametrize(
    ("peak", "before", "verdict"),
    [(8, 6, "worse-after"), (5, 8, "worse-before"), (6, 6, "no-difference"), (6.3, 6, "no-difference")],
)
def test_the_windows_are_compared(peak: float, before: float, verdict: str) -> None:
    found = dose_aligned(timed(6, lambda after: peak if after > 0 else before), START + 5)
    assert found is not None
    assert (found.verdict, found.doses) == (verdict, 12)


def test_fewer_than_ten_doses_say_nothing() -> None:
    assert dose_aligned(timed(4, lambda after: 8 if after > 0 else 5), START + 5) is None


def test_ratings_without_a_time_say_nothing() -> None:
    facts = timed(6, lambda _after: 6)
    dayless = tuple(Pain(at=Instant(p.at.day), score=p.score) for p in facts.pain)
    assert dose_aligned(Record(doses=facts.doses, pain=dayless), START + 5) is None


def test_pain_at_the_peak_speaks_for_hyperalgesia_and_before_the_next_dose_for_withdrawal() -> None:
    after = review(timed(6, lambda a: 8 if a > 0 else 6), load(), START + 5)
    before = review(timed(6, lambda a: 5 if a > 0 else 8), load(), START + 5)
    assert after.differential.leading == ("oih",)
    assert before.differential.leading == ("withdrawal",)
