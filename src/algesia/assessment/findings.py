"""What the record answers to each finding of the differential: present, absent, or unknown.

A finding may be answered by a sign, by a scale or laboratory value, by a condition, by the drugs that run, or by
what followed a dose change. The latest answer counts; on one day "present" counts before "absent".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from algesia.assessment.change_findings import from_episodes
from algesia.assessment.dose_aligned import dose_aligned
from algesia.assessment.facts import Facts
from algesia.assessment.finding import Finding
from algesia.assessment.model import Episode, SignState
from algesia.assessment.sign_findings import from_signs
from algesia.assessment.triggers import EGFR_FALL, EGFR_FALL_DAYS, GLUCURONIDE_DRUGS
from algesia.assessment.wording import day_text, listed, number

HIGH_DOSE: Final = 100.0
"""MME a day above which pressure tolerance was lower (Wasserman 2015); the feature itself is weak."""
COWS_PRESENT: Final = 5
GAD7_MODERATE: Final = 10
PHQ9_MODERATE: Final = 10
"""Cut-offs of moderate anxiety (gad7_bands) and of likely major depression (phq9_2001)."""
REMIFENTANIL_DAYS: Final = 7


def findings(facts: Facts, signs: Sequence[SignState], episodes: Sequence[Episode]) -> tuple[Finding, ...]:
    """One finding for each feature that the record answers, in the order of the feature table."""
    changes = [e.change for e in episodes]
    answers = [
        *from_signs(facts, signs, changes),
        *from_episodes(facts, episodes),
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
