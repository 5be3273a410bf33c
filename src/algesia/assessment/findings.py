"""What the record answers to each finding of the differential: present, absent, or unknown.

A finding may be answered by a sign, by a scale or laboratory value, by a condition, by the drugs that run, or by
what followed a dose change. The latest answer counts; on one day "present" counts before "absent".

Findings of pain sensitivity that appear within 28 days of a step down or a stop are not judged: withdrawal has
its own pain and its own tender skin (WISP: median 14 days), so they are set aside, listed, and asked again later.

Myoclonus and delirium that were there within the last 28 days count as present though they have gone: going when
the drug goes is part of the picture of neurotoxicity, and no argument against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from algesia.assessment.diary import pain_diary
from algesia.assessment.dose_aligned import dose_aligned
from algesia.assessment.dose_response import LATE_DAYS, LEAST_DIFFERENCE
from algesia.assessment.facts import Facts
from algesia.assessment.interlocks import EGFR_FALL, EGFR_FALL_DAYS, GLUCURONIDE_DRUGS
from algesia.assessment.model import DoseChange, Episode, SignState
from algesia.assessment.wording import day_text, days, listed, lower_first, number

WITHDRAWAL_DAYS: Final = 28
"""A step down is not judged inside this span (reference, feature dose-down-pain-down)."""
STEP_THAT_WITHDRAWS: Final = 10.0
HIGH_DOSE: Final = 100.0
"""MME a day above which pressure tolerance was lower (Wasserman 2015); the feature itself is weak."""
COWS_PRESENT: Final = 5
GAD7_MODERATE: Final = 10
PHQ9_MODERATE: Final = 10
"""Cut-offs of moderate anxiety (gad7_bands) and of likely major depression (phq9_2001)."""
REMIFENTANIL_DAYS: Final = 7
NEUROTOXIC: Final = frozenset(("myoclonus", "delirium"))
STALE_DAYS: Final = 365
HISTORY: Final = frozenset(
    (
        "loss-of-control", "craving", "current-oud-or-moud", "multisite-baseline", "prior-good-response",
        "rotation-improved", "nmda-response", "dose-down-pain-down",
    )
)  # fmt: skip
"""Findings about what once was: they do not go stale."""
RUN_DAYS: Final = 56
"""A taper in steps is judged as one run from eight weeks after its first step (our own definition)."""
SENSITIVITY: Final = frozenset(
    (
        "allodynia", "remote-qst", "spread-beyond-original", "quality-change", "movement-evoked-trivial",
        "dose-down-pain-down", "dose-up-pain-up",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer to one finding.

    `set_aside` says why it is not judged. `counts` is false for an answer that is known but says nothing beyond
    what another finding already says of the same fact.
    """

    feature: str
    present: bool
    words: str
    day: int | None
    set_aside: str | None = None
    counts: bool = True

    @property
    def rank(self) -> tuple[bool, int, bool, str]:
        """What counts first: judged before set aside, the latest day, present before absent, then the words."""
        return (self.set_aside is None, self.day if self.day is not None else 0, self.present, self.words)


def findings(facts: Facts, signs: Sequence[SignState], episodes: Sequence[Episode]) -> tuple[Finding, ...]:
    """One finding for each feature that the record answers, in the order of the feature table."""
    changes = [e.change for e in episodes]
    answers = [
        *_from_signs(facts, signs, changes),
        *_from_episodes(facts, episodes),
        *_from_scales(facts),
        *_from_conditions(facts),
        *_from_drugs(facts, episodes),
        *_from_timed_doses(facts),
    ]
    best: dict[str, Finding] = {}
    for answer in answers:
        held = best.get(answer.feature)
        if held is None or answer.rank > held.rank:
            best[answer.feature] = answer
    return tuple(best[name] for name in facts.knowledge.features if name in best)


def _from_signs(facts: Facts, signs: Sequence[SignState], changes: Sequence[DoseChange]) -> list[Finding]:
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


def _from_episodes(facts: Facts, episodes: Sequence[Episode]) -> list[Finding]:
    found = []
    ups = [e for e in episodes if e.change.direction == "increase" and e.verdict != "unassessable"]
    if ups:
        last = ups[-1]
        words = f"after the increase of {day_text(facts.record, last.change.day)}: {lower_first(last.says)}"
        day = last.change.day
        # One fact speaks once: the verdict's own finding counts, the other two are answered and weigh nothing.
        worse, lasting = last.verdict == "worse", last.verdict == "lasting-relief"
        found.append(Finding("dose-up-pain-up", worse, words, day, None, worse))
        found.append(Finding("dose-up-relief-sustained", lasting, words, day, None, lasting))
        brief = [e for e in ups if e.verdict == "brief-relief"]
        if brief:
            times = f"{len(brief)} of {len(ups)} increases"
            found.append(
                Finding("dose-up-brief-relief", True, f"relief was brief after {times}", brief[-1].change.day)
            )
        elif last.verdict in ("no-relief", "lasting-relief"):
            found.append(Finding("dose-up-brief-relief", False, words, day, None, False))
    downs = [e for e in episodes if e.change.direction == "decrease" and e.verdict != "unassessable"]
    if downs:
        last = downs[-1]
        same_or_better = last.verdict in ("lasting-relief", "no-relief")
        words = f"after the step down of {day_text(facts.record, last.change.day)}: {lower_first(last.says)}"
        found.append(Finding("dose-down-pain-down", same_or_better, words, last.change.day + WITHDRAWAL_DAYS))
    else:
        found += _from_run(facts, episodes)
    turns = [e for e in episodes if e.change.direction == "rotation" and e.verdict != "unassessable"]
    if turns:
        last = turns[-1]
        better = last.verdict in ("lasting-relief", "brief-relief")
        words = f"after the rotation of {day_text(facts.record, last.change.day)}: {lower_first(last.says)}"
        found.append(Finding("rotation-improved", better, words, last.change.day))
    good = [
        e for e in episodes if e.verdict == "lasting-relief" and e.change.direction in ("start", "increase")
    ]
    if good and facts.exposure.on(facts.as_of).mme.likely > good[0].change.after:
        words = f"lasting relief on {number(good[0].change.after)} a day ({day_text(facts.record, good[0].change.day)})"
        found.append(Finding("prior-good-response", True, words, good[0].change.day))
    return found


def _from_run(facts: Facts, episodes: Sequence[Episode]) -> list[Finding]:
    """A taper whose steps follow each other too closely to be judged one by one, judged as a whole."""
    run: list[Episode] = []
    for episode in reversed(episodes):
        if episode.change.direction != "decrease":
            break
        run.insert(0, episode)
    if not run or run[0].pain_before is None or facts.as_of - run[0].change.first_day < RUN_DAYS:
        return []
    since = max(run[-1].change.day, facts.as_of - LATE_DAYS + 1)
    now = pain_diary(facts.record, facts.as_of).window(since, facts.as_of + 1)
    if now is None or now.n < 3:
        return []
    before = run[0].pain_before
    same_or_better = now.mean <= before.mean + LEAST_DIFFERENCE
    if not same_or_better and facts.as_of - run[-1].change.day < WITHDRAWAL_DAYS:
        return []
    words = (
        f"{len(run)} steps down since {day_text(facts.record, run[0].change.first_day)}: "
        f"pain {number(before.mean)} before, {number(now.mean)} now"
    )
    return [Finding("dose-down-pain-down", same_or_better, words, facts.as_of)]


def _from_scales(facts: Facts) -> list[Finding]:
    found = []
    cows = facts.scale("cows")
    if cows is not None and cows.score is not None:
        words = f"COWS {number(cows.score)}, {day_text(facts.record, cows.at.day)}"
        found.append(Finding("cows", cows.score >= COWS_PRESENT, words, cows.at.day))
    found += _distress(facts)
    oud = facts.scale("dsm5-oud")
    if oud is not None and oud.score is not None:
        words = f"{number(oud.score)} of 9 DSM-5 criteria, {day_text(facts.record, oud.at.day)}"
        found.append(Finding("loss-of-control", oud.score >= 2, words, oud.at.day))
    egfr = facts.lab("egfr")
    drugs = sorted(facts.running_opioids() & set(GLUCURONIDE_DRUGS))
    failure = facts.renal_failure()
    if drugs and failure is not None:
        day = egfr.at.day if egfr is not None else None
        found.append(Finding("renal-3glucuronide", True, f"{failure} while on {listed(drugs)}", day))
    elif (
        drugs and (falling := facts.falling_egfr(EGFR_FALL, EGFR_FALL_DAYS)) is not None and egfr is not None
    ):
        found.append(Finding("renal-3glucuronide", True, f"{falling} while on {listed(drugs)}", egfr.at.day))
    elif egfr is not None:
        words = f"eGFR {number(egfr.value)}, {day_text(facts.record, egfr.at.day)}"
        found.append(Finding("renal-3glucuronide", False, words, egfr.at.day))
    return found


def _distress(facts: Facts) -> list[Finding]:
    """The latest PHQ-9 and GAD-7: one of them above its cut-off is enough."""
    told = []
    for name, bar in (("gad-7", GAD7_MODERATE), ("phq-9", PHQ9_MODERATE)):
        scale = facts.scale(name)
        if scale is not None and scale.score is not None:
            words = f"{name.upper()} {number(scale.score)}, {day_text(facts.record, scale.at.day)}"
            told.append(Finding("distress", scale.score >= bar, words, scale.at.day))
    raised = [finding for finding in told if finding.present]
    return raised or told


def _from_conditions(facts: Facts) -> list[Finding]:
    found = []
    oud = facts.conditions("opioid-use-disorder", "opioid-agonist-treatment")
    if oud:
        found.append(
            Finding("current-oud-or-moud", True, oud[0].text or "opioid use disorder on record", None)
        )
    mood = facts.conditions("depression", "anxiety")
    if mood:
        found.append(Finding("distress", True, mood[0].text or (mood[0].kind or ""), None))
    widespread = facts.conditions("fibromyalgia")
    first_opioid = min((i.start for i in facts.exposure.items if i.status != "not-opioid"), default=None)
    for condition in widespread:
        if condition.at is not None and first_opioid is not None and condition.at.day <= first_opioid:
            words = f"{condition.text or 'fibromyalgia'} before opioids"
            found.append(Finding("multisite-baseline", True, words, condition.at.day))
    return found


def _from_drugs(facts: Facts, episodes: Sequence[Episode]) -> list[Finding]:
    found = []
    total = facts.exposure.on(facts.as_of)
    if total.mme.likely >= HIGH_DOSE:
        found.append(Finding("high-dose", True, f"{number(total.mme.likely)} MME a day", facts.as_of))
    elif total.complete and total.converted:
        found.append(Finding("high-dose", False, f"{number(total.mme.likely)} MME a day", facts.as_of))
    for episode in episodes:
        change = episode.change
        parenteral = change.route in ("intravenous", "subcutaneous", "epidural", "intrathecal")
        doubled = change.before > 0 and change.after >= 2 * change.before
        if parenteral and doubled and change.drug in ("morphine", "hydromorphone"):
            words = f"{change.drug}, {change.route}, at least doubled"
            found.append(Finding("high-dose-parenteral-it", True, words, change.day))
    recent = [
        item.start if item.end is None else item.end
        for item in facts.exposure.items
        if item.drug == "remifentanil" and facts.as_of - REMIFENTANIL_DAYS <= item.start <= facts.as_of
    ]
    if recent:
        found.append(Finding("recent-remifentanil", True, "remifentanil within a week", min(recent)))
    return found


def _from_timed_doses(facts: Facts) -> list[Finding]:
    aligned = dose_aligned(facts.record, facts.as_of)
    if aligned is None:
        return []
    words = (
        f"{number(aligned.peak.mean)} one to two hours after a dose, {number(aligned.before.mean)} in the hour before "
        f"({aligned.doses} doses)"
    )
    return [
        Finding("peak-dose-worse", aligned.verdict == "worse-after", words, facts.as_of),
        Finding("predose-worse", aligned.verdict == "worse-before", words, facts.as_of),
    ]
