"""Findings that signs answer.

Findings of pain sensitivity that appear within 28 days of a step down or a stop are not judged: withdrawal has
its own pain and its own tender skin (WISP: median 14 days), so they are set aside, listed, and asked again later.

Myoclonus and delirium that were there within the last 28 days count as present though they have gone: going when
the drug goes is part of the picture of neurotoxicity, and no argument against it. Any other sign that went is no sign
that was never there: it takes nothing from any explanation. A sign reported more than a year ago and not asked since
is set aside, unless it is about history.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from algesia.assessment.facts import Facts
from algesia.assessment.finding import Finding
from algesia.assessment.model import DoseChange, SignState
from algesia.assessment.wording import day_text, days

WITHDRAWAL_DAYS: Final = 28
"""A step down is not judged inside this span (reference, feature dose-down-pain-down)."""
STEP_THAT_WITHDRAWS: Final = 10.0
NEUROTOXIC: Final = frozenset(("myoclonus", "delirium"))
STALE_DAYS: Final = 365
HISTORY: Final = frozenset(
    (
        "loss-of-control", "craving", "current-oud-or-moud", "multisite-baseline", "prior-good-response",
        "rotation-improved", "nmda-response", "dose-down-pain-down",
    )
)  # fmt: skip
"""Findings about what once was: they do not go stale."""
SENSITIVITY: Final = frozenset(
    (
        "allodynia", "remote-qst", "spread-beyond-original", "quality-change", "movement-evoked-trivial",
        "dose-down-pain-down", "dose-up-pain-up",
    )
)  # fmt: skip


def from_signs(facts: Facts, signs: Sequence[SignState], changes: Sequence[DoseChange]) -> list[Finding]:
    """What each sign answers, up to the day of asking."""
    found = []
    for state in signs:
        if state.status == "not-examined" or state.since is None:
            continue
        text = facts.knowledge.signs[state.sign]
        was_there = any(present for _, present in state.history)
        gone = _gone_lately(state, text.feature, facts.as_of)
        present = state.status == "present" or gone is not None
        day = gone if gone is not None else state.since if present else state.last_asked
        note = "" if state.note in (None, "inferred by the abstractor") else f" ({state.note})"
        if text.feature is not None:
            words = f"{text.clinical}{note}" if present else f"{text.clinical}: asked, absent"
            if gone is not None:
                words = f"{text.clinical}{note}, gone since {day_text(facts.record, state.since)}"
            aside = _inside_withdrawal(text.feature, day, changes, facts) or _stale(
                state, text.feature, facts
            )
            # A sign that went is not a sign that was never there: it takes nothing from any explanation.
            counts = present or not was_there
            found.append(Finding(text.feature, present, words, day, aside if present else None, counts))
        rose = any(change.direction == "increase" for change in changes)
        if not present and text.absent_feature is not None and rose:
            found.append(Finding(text.absent_feature, True, f"{text.clinical}: no{note}", day))
    return found


def _stale(state: SignState, feature: str, facts: Facts) -> str | None:
    """Why a sign reported long ago and not asked since is not judged. History does not go stale."""
    if feature in HISTORY or state.last_asked is None or facts.as_of - state.last_asked <= STALE_DAYS:
        return None
    return "reported more than a year ago and not asked since"


def _gone_lately(state: SignState, feature: str | None, as_of: int) -> int | None:
    """The last day a sign of neurotoxicity was present, if it has gone within the last 28 days."""
    if feature not in NEUROTOXIC or state.status != "absent":
        return None
    last = max((day for day, present in state.history if present), default=None)
    return last if last is not None and as_of - last <= WITHDRAWAL_DAYS else None


def _inside_withdrawal(
    feature: str, day: int | None, changes: Sequence[DoseChange], facts: Facts
) -> str | None:
    if day is None or feature not in SENSITIVITY:
        return None
    for change in changes:
        drop = -(change.percent or 0.0)
        since = day - change.day
        if change.direction == "decrease" and drop >= STEP_THAT_WITHDRAWS and 0 <= since < WITHDRAWAL_DAYS:
            step = "the stop" if change.after == 0 else "a step down"
            return (
                f"{days(since)} after {step} on {day_text(facts.record, change.day)}: not judged inside "
                f"{WITHDRAWAL_DAYS} days"
            )
    for item in facts.exposure.items:
        ended = item.status in ("unconverted", "apart") and item.daily is None and item.end is not None
        if ended and item.end is not None and 0 <= day - item.end < WITHDRAWAL_DAYS:
            if any(other.status != "not-opioid" and other.covers(day) for other in facts.exposure.items):
                continue
            return f"{days(day - item.end)} after {item.drug} ended: not judged inside {WITHDRAWAL_DAYS} days"
    return None
