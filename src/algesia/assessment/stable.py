"""`stable`: the explanation that nothing is wrong with the dose. Our own four findings, expert priors like the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from algesia.assessment.facts import Facts
from algesia.assessment.finding import Finding
from algesia.assessment.model import Episode, Evidence, Hypothesis, Support
from algesia.assessment.wording import listed, number
from algesia.knowledge.model import Confidence

STEADY_DAYS: Final = 28
REAL_RELIEF: Final = 0.30
DEFINITION: Final = "Pain is controlled, or as it was, on a dose that has not had to rise. Scored by four findings of our own."
WARNING_FEATURES: Final = (
    "dose-up-pain-up", "dose-up-brief-relief", "spread-beyond-original", "allodynia", "quality-change",
    "movement-evoked-trivial", "peak-dose-worse", "autonomic-withdrawal", "cows", "loss-of-control", "delirium",
    "myoclonus",
)  # fmt: skip


def stable(facts: Facts, found: Sequence[Finding], episodes: Sequence[Episode]) -> Hypothesis:
    """Score `stable` on the record."""
    reasons_for: list[Evidence] = []
    against: list[Evidence] = []
    present = {f.feature for f in found if f.present and f.set_aside is None}
    asked_absent = {f.feature for f in found if not f.present}
    pain = _pain(facts)
    if pain is not None:
        words, good = pain
        (reasons_for if good else against).append(_evidence("pain-course", words, 2 if good else -2))
    if "dose-up-relief-sustained" in present:
        reasons_for.append(
            _evidence("dose-up-relief-sustained", "the last increase gave relief that lasted", 1)
        )
    increases = [e for e in episodes if e.change.direction == "increase"]
    if increases and facts.as_of - increases[-1].change.day < STEADY_DAYS:
        against.append(_evidence("recent-increase", "the dose rose within the last 28 days", -2))
    warnings = sorted(present & set(WARNING_FEATURES))
    if warnings:
        words = f"present: {listed([w.replace('-', ' ') for w in warnings])}"
        against.append(_evidence("warning-signs", words, -2))
    elif asked_absent & set(WARNING_FEATURES):
        absent = sorted(asked_absent & set(WARNING_FEATURES))
        words = f"asked and absent: {listed([w.replace('-', ' ') for w in absent])}"
        reasons_for.append(_evidence("warning-signs", words, 1))
    score = sum(e.weight for e in reasons_for) + sum(e.weight for e in against)
    return Hypothesis(
        "stable", "Stable", DEFINITION, "expert_prior", _support(score, reasons_for, against), float(score),
        tuple(reasons_for), tuple(against), (), None,
    )  # fmt: skip


def _pain(facts: Facts) -> tuple[str, bool] | None:
    diary = facts.diary
    if len(diary.days) < 2 or not facts.exposure.items:
        return None
    now = diary.window(facts.as_of - 6, facts.as_of + 1) or diary.window(diary.days[-1], diary.days[-1] + 1)
    then = diary.window(diary.days[0], diary.days[0] + 7)
    if now is None or then is None or diary.days[-1] - diary.days[0] < STEADY_DAYS:
        return None
    first, last = facts.exposure.on(diary.days[0]), facts.exposure.on(facts.as_of)
    if not (first.complete and last.complete and first.converted and last.converted):
        return None
    dose_now, dose_then = last.mme.likely, first.mme.likely
    words = f"pain {number(then.mean)} at first and {number(now.mean)} now, dose {number(dose_then)} and {number(dose_now)} MME a day"
    calm = now.mean <= (1 - REAL_RELIEF) * then.mean or abs(now.mean - then.mean) < 1
    if calm and dose_now <= dose_then * 1.1:
        return words, True
    return (words, False) if now.mean >= then.mean + 1 or dose_now > dose_then * 1.1 else None


def _support(score: float, reasons_for: list[Evidence], against: list[Evidence]) -> Support:
    if not reasons_for and not against:
        return "none"
    if score < 0 or not reasons_for:
        return "against"
    return "possible" if score >= 2 else "weak" if score > 0 else "none"


def _evidence(feature: str, words: str, weight: int) -> Evidence:
    return Evidence(feature, words, None, weight, (), "expert_prior", Confidence.EXPERT_PRIOR)
